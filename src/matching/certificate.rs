//! Proves that a matching is the best there is, from the prices that came with it.
//!
//! By the duality of linear programmes: let every mentee and every place have a price of at least
//! zero, such that the prices of any two who may be matched add up to at least what the pair is worth.
//! Then no matching is worth more than all prices together. One that is worth exactly that is the
//! best. A pair is worth its score and a bonus, which is so large that to match one more is worth more
//! than anything that the scores of others can lose by it: whoever moves for it is one of the smaller
//! side, and loses the best score at most. Nothing here is shared with the search, and each pair is
//! looked at once.

use super::network::Value;
use super::optimum::{Optimum, Total};
use super::scores::{BEST, NOT_ALLOWED, Row, Scores, score};
use super::watch::{Cancelled, Watch};

/// A matching that was proved to be the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proved {
    pub total: Total,
}

/// Why a matching is not proved to be the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// There is not a mentor and a price for every mentee, and a price for every mentor.
    Incomplete,
    /// A pair that is not allowed was matched.
    NotAllowed { mentee: usize, mentor: u32 },
    /// A mentor has more mentees than places.
    TooManyMentees { mentor: usize },
    /// A price is below zero, or too large to be added to another.
    Price,
    /// A pair is worth more than the prices of the two.
    Underpriced { mentee: usize, mentor: u32 },
    /// The matching is worth less than all prices together, or than what it was asked to be worth.
    Gap,
    /// Two would rather have each other where nobody was to have a reason to leave.
    Unstable,
}

/// Why there is no proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotProved {
    Flaw(Flaw),
    Cancelled,
}

impl From<Flaw> for NotProved {
    fn from(flaw: Flaw) -> Self {
        Self::Flaw(flaw)
    }
}

impl From<Cancelled> for NotProved {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

/// It is the last fifth of the work that is under way.
pub fn prove(
    scores: &impl Scores,
    places: &[u32],
    optimum: &Optimum,
    watch: &Watch,
) -> Result<Proved, NotProved> {
    let (mentees, mentors) = (scores.mentees(), scores.mentors());
    let movers = u64::try_from(mentees.min(mentors) + 1).map_err(|_| Flaw::Incomplete)?;
    let bonus = movers.saturating_mul(u64::from(BEST) + 1);
    let bonus = Value::try_from(bonus).map_err(|_| Flaw::Incomplete)?;
    let lengths = [
        optimum.mentor_of.len(),
        optimum.mentee_prices.len(),
        mentees,
    ];
    let widths = [optimum.mentor_prices.len(), places.len(), mentors];
    if lengths != [mentees; 3] || widths != [mentors; 3] {
        return Err(Flaw::Incomplete.into());
    }
    if optimum
        .mentee_prices
        .iter()
        .chain(&optimum.mentor_prices)
        .any(|price| !(0..=Value::MAX / 2).contains(price))
    {
        return Err(Flaw::Price.into());
    }
    let mut taken = vec![0_u32; mentors];
    let mut total = Total::default();
    let mut space = vec![NOT_ALLOWED; mentors];
    for mentee in 0..mentees {
        watch.goes_on()?;
        watch.within(800..1000, mentee, mentees);
        let row = scores.row(mentee, &mut space);
        if let Some(mentor) = optimum.mentor_of[mentee] {
            let known = (mentor as usize) < mentors;
            let score = known.then(|| score(row.mark(mentor))).flatten();
            let score = score.ok_or(Flaw::NotAllowed { mentee, mentor })?;
            taken[mentor as usize] += 1;
            total.matched += 1;
            total.score += u64::from(score);
        }
        let own = optimum.mentee_prices[mentee] - bonus;
        if let Some(mentor) = underpriced(row, own, &optimum.mentor_prices) {
            return Err(Flaw::Underpriced { mentee, mentor }.into());
        }
    }
    if let Some(mentor) = (0..mentors).find(|mentor| taken[*mentor] > places[*mentor]) {
        return Err(Flaw::TooManyMentees { mentor }.into());
    }
    let worth = i128::from(bonus) * total.matched as i128 + i128::from(total.score);
    let of_mentees: i128 = optimum
        .mentee_prices
        .iter()
        .map(|price| i128::from(*price))
        .sum();
    let of_mentors: i128 = (optimum.mentor_prices.iter().zip(places))
        .map(|(price, places)| i128::from(*price) * i128::from(*places))
        .sum();
    match worth == of_mentees + of_mentors && total == optimum.total {
        true => Ok(Proved { total }),
        false => Err(Flaw::Gap.into()),
    }
}

/// What a matching is worth that is asked for no more than to keep the rules: its pairs are allowed, and
/// nobody has more mentees than places.
pub fn keeps_rules(
    scores: &impl Scores,
    places: &[u32],
    mentor_of: &[Option<u32>],
) -> Result<Total, Flaw> {
    let (mentees, mentors) = (scores.mentees(), scores.mentors());
    if mentor_of.len() != mentees || places.len() != mentors {
        return Err(Flaw::Incomplete);
    }
    let mut taken = vec![0_u32; mentors];
    let mut total = Total::default();
    for (mentee, mentor) in mentor_of.iter().enumerate() {
        let Some(mentor) = *mentor else { continue };
        let known = (mentor as usize) < mentors;
        let mark = known.then(|| scores.mark(mentee, mentor as usize));
        let score = mark.and_then(score);
        let score = score.ok_or(Flaw::NotAllowed { mentee, mentor })?;
        taken[mentor as usize] += 1;
        total.matched += 1;
        total.score += u64::from(score);
    }
    match (0..mentors).find(|mentor| taken[*mentor] > places[*mentor]) {
        Some(mentor) => Err(Flaw::TooManyMentees { mentor }),
        None => Ok(total),
    }
}

/// A mentor whose pair has a higher score than what both cost beyond the bonus, `own` being the
/// mentee's part of it.
fn underpriced(row: Row<'_>, own: Value, prices: &[Value]) -> Option<u32> {
    let any = match row {
        // Without a branch, so that many are done at once.
        Row::Every(marks) => marks.iter().zip(prices).fold(false, |any, (mark, price)| {
            any | ((*mark != NOT_ALLOWED) & (own + price < Value::from(*mark) - 1))
        }),
        Row::Some(..) => true,
    };
    let short = |(mentor, score): &(u32, u16)| own + prices[*mentor as usize] < Value::from(*score);
    let found = any.then(|| row.allowed().find(short)).flatten();
    found.map(|(mentor, _)| mentor)
}
