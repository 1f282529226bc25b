//! How a programme is doing in four numbers, and which of its pairings each number counts.

use crate::pairings::Pairing;
use crate::pairings::stage::{Name, Stage};
use crate::pairings::turn::Step;
use time::{Date, Duration};

/// What a coordinator looks at first.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Standing {
    pub not_met: i64,
    pub offered: i64,
    pub unpaired: i64,
    pub live: i64,
    pub proposed: i64,
    /// Offers that nobody can accept before there is a free place again.
    pub stuck: i64,
}

/// Which pairings a list shows: what its address asks for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Show {
    /// All that are not closed.
    Open,
    Live,
    NotMet,
    At(Name),
}

impl Standing {
    pub fn of<'a>(pairings: impl Iterator<Item = &'a Pairing>, unpaired: i64) -> Standing {
        let mut standing = Standing {
            unpaired,
            ..Standing::default()
        };
        for pairing in pairings {
            let counts = |show: Show| i64::from(show.shows(pairing));
            standing.not_met += counts(Show::NotMet);
            standing.offered += counts(Show::At(Name::Offered));
            standing.live += counts(Show::Live);
            standing.proposed += counts(Show::At(Name::Proposed));
            standing.stuck += i64::from(is_stuck(pairing));
        }
        standing
    }

    /// Whether there is something that nobody but a coordinator can do.
    pub fn waits_for_coordinator(&self) -> bool {
        self.not_met + self.unpaired + self.proposed + self.stuck > 0
            || self.live + self.offered == 0
    }
}

/// Whether the two, who could meet, have not for two weeks longer than their rhythm; or not at
/// all in the three weeks since they accepted. Both count anew when the pairing is taken up again.
pub fn has_not_met(pairing: &Pairing) -> bool {
    let accepted_on = match pairing.stage {
        _ if pairing.paused_since.is_some() => return false,
        Stage::Proposed(_) | Stage::Offered(_) | Stage::Closed(_) => return false,
        Stage::MovingOn(moving) if moving.final_session.is_some() => return false,
        Stage::InitialMeeting(_) | Stage::Sessions(_) | Stage::MovingOn(_) => {
            let dates = &pairing.dates;
            dates.mentor_accepted_on.max(dates.mentee_accepted_on)
        }
    };
    let rhythm = Duration::weeks(i64::from(pairing.programme.session_every_weeks) + 2);
    let since = |day: Date| pairing.today - Some(day).max(pairing.taken_up_on).unwrap_or(day);
    match (pairing.facts.last_held_on, accepted_on) {
        (Some(met), _) => since(met) > rhythm,
        (None, Some(accepted)) => since(accepted) > Duration::weeks(3),
        (None, None) => false,
    }
}

/// Whether it is offered, and the mentor has no free place for it any more.
fn is_stuck(pairing: &Pairing) -> bool {
    pairing.turn().step == Step::MakeRoom
}

/// Whether a coordinator should look at it: it is to be published, its offer cannot be accepted,
/// or the two do not meet.
pub fn waits_for_coordinator(pairing: &Pairing) -> bool {
    Show::At(Name::Proposed).shows(pairing) || is_stuck(pairing) || has_not_met(pairing)
}

/// What needs somebody's eye first: stuck or not met, then overdue, then by stage.
pub fn exceptions_first(pairings: &mut [Pairing]) {
    pairings.sort_by_key(|pairing| {
        let by = pairing.turn().by;
        let overdue = by.is_some_and(|by| by < pairing.today);
        (
            !(is_stuck(pairing) || has_not_met(pairing)),
            !overdue,
            Name::ALL
                .iter()
                .position(|name| *name == pairing.stage.name()),
            by.is_none(),
            by,
        )
    });
}

impl Show {
    /// What an address says after `?stage=`. Whatever it cannot mean is everything.
    pub fn read(text: &str) -> Show {
        match text {
            "live" => Show::Live,
            "not-met" => Show::NotMet,
            text => Name::ALL
                .into_iter()
                .find(|name| slug(*name) == text)
                .map_or(Show::Open, Show::At),
        }
    }

    pub fn shows(self, pairing: &Pairing) -> bool {
        match self {
            Show::Open => pairing.stage.name() != Name::Closed,
            Show::Live => matches!(
                pairing.stage,
                Stage::InitialMeeting(_) | Stage::Sessions(_) | Stage::MovingOn(_)
            ),
            Show::NotMet => has_not_met(pairing),
            Show::At(name) => pairing.stage.name() == name,
        }
    }

    pub fn slug(self) -> &'static str {
        match self {
            Show::Open => "",
            Show::Live => "live",
            Show::NotMet => "not-met",
            Show::At(name) => slug(name),
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Show::Open => "All open",
            Show::Live => "Live",
            Show::NotMet => "Not met for too long",
            Show::At(name) => name.words(),
        }
    }
}

fn slug(name: Name) -> &'static str {
    match name {
        Name::Proposed => "proposed",
        Name::Offered => "offered",
        Name::InitialMeeting => "initial-meeting",
        Name::Sessions => "sessions",
        Name::MovingOn => "moving-on",
        Name::Closed => "closed",
    }
}
