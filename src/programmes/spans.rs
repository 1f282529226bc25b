//! Which of very many pairings a form speaks of. What is proposed together is numbered without gaps, so
//! that the first and the last say it.

use crate::pairings::PairingId;
use std::ops::RangeInclusive;

/// Keys from one to another, in order.
#[derive(Debug, PartialEq)]
pub struct Spans(Vec<RangeInclusive<i64>>);

impl Spans {
    pub fn of(pairings: impl IntoIterator<Item = PairingId>) -> Self {
        let mut keys: Vec<i64> = pairings.into_iter().map(|id| id.0).collect();
        keys.sort_unstable();
        let spans = keys.chunk_by(|one, next| one + 1 == *next);
        Self(spans.map(|span| span[0]..=span[span.len() - 1]).collect())
    }

    /// As they are sent: "12-130" and "140". What is no span is none.
    pub fn read(sent: &[String]) -> Self {
        let read = |text: &String| {
            let (first, last) = text.split_once('-').unwrap_or((text, text));
            Some(first.parse().ok()?..=last.parse().ok()?)
        };
        Self(sent.iter().filter_map(read).collect())
    }

    pub fn sent(&self) -> Vec<String> {
        let sent = |span: &RangeInclusive<i64>| match (span.start(), span.end()) {
            (first, last) if first == last => first.to_string(),
            (first, last) => format!("{first}-{last}"),
        };
        self.0.iter().map(sent).collect()
    }

    pub fn contains(&self, pairing: PairingId) -> bool {
        self.0.iter().any(|span| span.contains(&pairing.0))
    }

    /// Where each begins, and where each ends.
    pub fn ends(&self) -> (Vec<i64>, Vec<i64>) {
        self.0
            .iter()
            .map(|span| (*span.start(), *span.end()))
            .unzip()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_is_what_is_read() {
        let keys = [7, 3, 4, 5, 9, 10].map(PairingId);
        let spans = Spans::of(keys);
        assert_eq!(spans.sent(), ["3-5", "7", "9-10"]);
        assert_eq!(Spans::read(&spans.sent()), spans);
        let inside: Vec<i64> = (0..12)
            .filter(|key| spans.contains(PairingId(*key)))
            .collect();
        assert_eq!(inside, [3, 4, 5, 7, 9, 10]);
        assert_eq!(spans.ends(), (vec![3, 7, 9], vec![5, 7, 10]));
        assert_eq!(Spans::of([]).sent(), [""; 0]);
    }

    #[test]
    fn what_is_no_span_is_none() {
        let sent = ["", "-", "3-", "-3", "3-x", "99999999999999999999", "1-2-3"].map(str::to_owned);
        assert_eq!(Spans::read(&sent), Spans(Vec::new()));
        let backwards = Spans::read(&["5-3".to_owned()]);
        assert!(!backwards.contains(PairingId(4)));
    }
}
