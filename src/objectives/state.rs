//! How far an objective has come. Nothing here reads a clock, a form or a database.
//!
//! ```text
//! Proposed --agree--> Agreed --reach--> Reached --sign_off--> SignedOff
//!     (as long as it is not settled it may also be handed on or dropped)
//! ```

use time::Date;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum State {
    Proposed(Proposed),
    Agreed(Agreed),
    Reached(Reached),
    SignedOff(Settled),
    HandedOn(Settled),
    Dropped(Settled),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Proposed {
    pub on: Date,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Agreed {
    pub on: Date,
}

/// The mentee says so; the mentor has not signed it off yet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reached {
    pub on: Date,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settled {
    pub on: Date,
}

/// How an objective may be settled before it is signed off.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Otherwise {
    HandOn,
    Drop,
}

/// The dates an objective is stored as, all of them in its programme's time zone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dates {
    pub proposed_on: Date,
    pub agreed_on: Option<Date>,
    pub reached_on: Option<Date>,
    pub signed_off_on: Option<Date>,
    pub handed_on_on: Option<Date>,
    pub dropped_on: Option<Date>,
}

impl Proposed {
    pub fn agree(self, today: Date) -> Agreed {
        Agreed {
            on: today.max(self.on),
        }
    }
}

impl Agreed {
    pub fn reach(self, today: Date) -> Reached {
        Reached {
            on: today.max(self.on),
        }
    }
}

impl Reached {
    pub fn sign_off(self, today: Date) -> Settled {
        Settled {
            on: today.max(self.on),
        }
    }
}

impl State {
    pub fn from_dates(dates: &Dates) -> State {
        if let Some(on) = dates.signed_off_on {
            State::SignedOff(Settled { on })
        } else if let Some(on) = dates.handed_on_on {
            State::HandedOn(Settled { on })
        } else if let Some(on) = dates.dropped_on {
            State::Dropped(Settled { on })
        } else if let Some(on) = dates.reached_on {
            State::Reached(Reached { on })
        } else if let Some(on) = dates.agreed_on {
            State::Agreed(Agreed { on })
        } else {
            State::Proposed(Proposed {
                on: dates.proposed_on,
            })
        }
    }

    /// Writes what this state knows over the dates of the states before it.
    pub fn onto(&self, before: &Dates) -> Dates {
        let mut dates = *before;
        match self {
            State::Proposed(proposed) => dates.proposed_on = proposed.on,
            State::Agreed(agreed) => dates.agreed_on = Some(agreed.on),
            State::Reached(reached) => dates.reached_on = Some(reached.on),
            State::SignedOff(settled) => dates.signed_off_on = Some(settled.on),
            State::HandedOn(settled) => dates.handed_on_on = Some(settled.on),
            State::Dropped(settled) => dates.dropped_on = Some(settled.on),
        }
        dates
    }

    /// Hands it on or drops it; `None` if it is settled already.
    pub fn settle(self, otherwise: Otherwise, today: Date) -> Option<State> {
        let latest = match self {
            State::Proposed(proposed) => proposed.on,
            State::Agreed(agreed) => agreed.on,
            State::Reached(reached) => reached.on,
            State::SignedOff(_) | State::HandedOn(_) | State::Dropped(_) => return None,
        };
        let settled = Settled {
            on: today.max(latest),
        };
        Some(match otherwise {
            Otherwise::HandOn => State::HandedOn(settled),
            Otherwise::Drop => State::Dropped(settled),
        })
    }

    pub fn settled(&self) -> bool {
        match self {
            State::Proposed(_) | State::Agreed(_) | State::Reached(_) => false,
            State::SignedOff(_) | State::HandedOn(_) | State::Dropped(_) => true,
        }
    }

    /// The day on which it came to be as it is.
    pub fn on(&self) -> Date {
        match self {
            State::Proposed(Proposed { on })
            | State::Agreed(Agreed { on })
            | State::Reached(Reached { on })
            | State::SignedOff(Settled { on })
            | State::HandedOn(Settled { on })
            | State::Dropped(Settled { on }) => *on,
        }
    }

    pub fn words(&self) -> &'static str {
        match self {
            State::Proposed(_) => "Proposed",
            State::Agreed(_) => "Working on it",
            State::Reached(_) => "Reached",
            State::SignedOff(_) => "Signed off",
            State::HandedOn(_) => "Handed on",
            State::Dropped(_) => "Dropped",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    const EARLY: Date = date!(2026 - 03 - 31);
    const TODAY: Date = date!(2026 - 04 - 01);
    const LATE: Date = date!(2026 - 04 - 02);

    const NEW: Dates = Dates {
        proposed_on: EARLY,
        agreed_on: None,
        reached_on: None,
        signed_off_on: None,
        handed_on_on: None,
        dropped_on: None,
    };

    /// Every set of dates that the table allows, and what it says.
    fn histories() -> Vec<(Dates, State)> {
        let on = EARLY;
        let settled = Settled { on };
        let agreed = Dates {
            agreed_on: Some(on),
            ..NEW
        };
        let reached = Dates {
            reached_on: Some(on),
            ..agreed
        };
        let mut all = vec![
            (NEW, State::Proposed(Proposed { on })),
            (agreed, State::Agreed(Agreed { on })),
            (reached, State::Reached(Reached { on })),
            (
                Dates {
                    signed_off_on: Some(on),
                    ..reached
                },
                State::SignedOff(settled),
            ),
        ];
        for before in [NEW, agreed, reached] {
            let handed_on_on = Some(on);
            let dropped_on = Some(on);
            all.push((
                Dates {
                    handed_on_on,
                    ..before
                },
                State::HandedOn(settled),
            ));
            all.push((
                Dates {
                    dropped_on,
                    ..before
                },
                State::Dropped(settled),
            ));
        }
        all
    }

    #[test]
    fn a_state_follows_from_dates_and_goes_back_into_them() {
        for (dates, state) in histories() {
            assert_eq!(State::from_dates(&dates), state, "{dates:?}");
            assert_eq!(state.onto(&dates), dates, "{state:?}");
        }
    }

    #[test]
    fn each_step_leads_to_the_next_and_never_to_a_day_before_it() {
        for (before, today, on) in [
            (EARLY, TODAY, TODAY),
            (TODAY, TODAY, TODAY),
            // The programme has moved to another time zone.
            (LATE, TODAY, LATE),
        ] {
            assert_eq!(Proposed { on: before }.agree(today), Agreed { on });
            assert_eq!(Agreed { on: before }.reach(today), Reached { on });
            assert_eq!(Reached { on: before }.sign_off(today), Settled { on });
        }
    }

    #[test]
    fn whatever_is_not_settled_can_be_settled_once() {
        for (dates, state) in histories() {
            for (otherwise, becomes) in [
                (Otherwise::HandOn, State::HandedOn(Settled { on: TODAY })),
                (Otherwise::Drop, State::Dropped(Settled { on: TODAY })),
            ] {
                let expected = (!state.settled()).then_some(becomes);
                assert_eq!(state.settle(otherwise, TODAY), expected, "{state:?}");
                if let Some(settled) = expected {
                    assert_eq!(State::from_dates(&settled.onto(&dates)), settled);
                    assert!(settled.settled());
                }
            }
        }
        let late = State::Reached(Reached { on: LATE });
        assert_eq!(
            late.settle(Otherwise::Drop, TODAY),
            Some(State::Dropped(Settled { on: LATE }))
        );
    }
}
