//! Where the page behind a link leads on to, should the act itself need something read that is for
//! the two alone. The page says what comes next as every other page does, and no word of the two.

use crate::pairings::Pairing;
use crate::pairings::access::Part;
use crate::pairings::next::{Beside, Next};
use crate::pairings::stage::{How, MovingOn, Stage};
use crate::web::words;
use time::Date;

/// What somebody is led on to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Onward {
    /// The next step, whatever it is by then.
    Next,
    /// To choose a time to meet.
    Booking,
    /// To write up this session.
    Record(i64),
    /// The review half-way.
    Midpoint,
    /// The review when they move on.
    Review,
}

/// What there is to do, and where.
pub struct Ahead {
    /// "Your next step", or whom it waits for.
    pub kicker: String,
    pub sentence: String,
    pub when: Option<String>,
    pub place: String,
    /// What the button to there says.
    pub label: &'static str,
}

impl Ahead {
    /// Whatever was done since the letter was written gives way to what comes next.
    pub fn of(pairing: &Pairing, onward: Onward) -> Ahead {
        let wanted = match onward {
            Onward::Next => None,
            Onward::Booking => booking(pairing),
            Onward::Record(session) => record(pairing, session),
            Onward::Midpoint => midpoint(pairing),
            Onward::Review => review(pairing),
        };
        wanted.unwrap_or_else(|| next(pairing))
    }

    /// So many targets of theirs that are due on one day.
    pub fn targets(pairing: &Pairing, on: Date, many: usize) -> Ahead {
        Ahead {
            sentence: format!("{many} targets of yours are due on {}", words::day(&on)),
            ..yours(pairing, "/targets", "See your targets")
        }
    }
}

fn next(pairing: &Pairing) -> Ahead {
    let next = Next::of(pairing);
    let closed = match pairing.stage {
        Stage::Closed(closed) => Some(closed.how),
        _ => None,
    };
    let sentence = match closed {
        Some(How::Declined | How::Lapsed) => "This offer is closed".into(),
        _ => next.sentence,
    };
    let (place, label) = next.button.unwrap_or_else(|| {
        let label = match (closed, pairing.part) {
            (Some(How::Declined | How::Lapsed), _) => "See the offer as it was",
            (Some(_), _) | (None, Part::Coordinator) => "See the pairing",
            (None, Part::Mentor | Part::Mentee) => "See how the two of you stand",
        };
        (pairing.path(), label)
    });
    Ahead {
        kicker: next.kicker,
        sentence,
        when: next.when,
        place,
        label,
    }
}

fn booking(pairing: &Pairing) -> Option<Ahead> {
    let (place, label) = Next::booking(pairing)?;
    Some(Ahead {
        sentence: format!("Choose a time to meet {}", pairing.partner().name),
        place,
        ..yours(pairing, "", label)
    })
}

fn record(pairing: &Pairing, session: i64) -> Option<Ahead> {
    let (id, on) = pairing.facts.unrecorded_session?;
    let place = format!("/sessions/{id}/record");
    let with = &pairing.partner().name;
    (id == session && pairing.part == Part::Mentor).then(|| Ahead {
        sentence: format!("Write up your session with {with} on {}", words::day(&on)),
        ..yours(pairing, &place, "Write up the session")
    })
}

fn midpoint(pairing: &Pairing) -> Option<Ahead> {
    let beside = Beside::of(pairing)?;
    let (place, label) = beside.button?;
    Some(Ahead {
        sentence: beside.sentence,
        when: beside.when,
        place,
        ..yours(pairing, "", label)
    })
}

fn review(pairing: &Pairing) -> Option<Ahead> {
    let Stage::MovingOn(
        moving @ MovingOn {
            final_session: Some(_),
            ..
        },
    ) = pairing.stage
    else {
        return None;
    };
    let open = moving.reviewed_by(pairing.part.side()?).is_none();
    open.then(|| Ahead {
        sentence: "Answer the moving-on review, by yourself first".into(),
        ..yours(pairing, "/review", "Answer the review")
    })
}

/// A step of the viewer's own, below the pairing's page.
fn yours(pairing: &Pairing, place: &str, label: &'static str) -> Ahead {
    Ahead {
        kicker: "Your next step".into(),
        sentence: String::new(),
        when: None,
        place: format!("{}{place}", pairing.path()),
        label,
    }
}
