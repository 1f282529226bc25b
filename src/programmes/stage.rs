//! How far a programme is, and what it refuses there. Nothing here reads a clock, a form or a
//! database.
//!
//! ```text
//! Draft --open--> Enrolling --starts_on--> Running --ends_on--> Finished
//!     any of them --archive--> Archived --reopen--> where its dates say
//! ```

use crate::web::words::short_day;
use time::{Date, OffsetDateTime};

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stage {
    /// Known to those who manage it only.
    Draft(Draft),
    Enrolling(Enrolling),
    Running(Running),
    Finished(Finished),
    /// To be read. Pairings that were under way go on until they are closed.
    Archived(Archived),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Draft {
    ends_on: Date,
    /// Its last day has passed before it was opened.
    is_over: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Enrolling {
    pub starts_on: Date,
    pub window: Window,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Running {
    pub ends_on: Date,
    pub window: Window,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Finished {
    pub ended_on: Date,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Archived {
    pub at: OffsetDateTime,
}

/// When people may ask to take part themselves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Window {
    OpensOn(Date),
    OpenUntil(Date),
    ClosedAfter(Date),
}

/// What a programme's stage follows from; the dates are in its time zone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dates {
    pub opened_at: Option<OffsetDateTime>,
    pub enrolment_opens_on: Option<Date>,
    pub enrolment_closes_on: Option<Date>,
    pub starts_on: Date,
    pub ends_on: Date,
    pub archived_at: Option<OffsetDateTime>,
}

/// What somebody wants to do with a programme.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Act {
    Open,
    ChangeSettings,
    /// A coordinator enrols somebody, or changes or ends an enrolment.
    Enrol,
    /// Somebody asks to take part.
    Apply,
    Pair,
    Publish,
    Archive,
    Reopen,
}

/// Why not now.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Refusal {
    StillADraft,
    OverBeforeItOpens(Date),
    OpenAlready,
    EnrolmentOpensOn(Date),
    EnrolmentClosedAfter(Date),
    EndedOn(Date),
    IsArchived,
    IsNotArchived,
}

impl Stage {
    pub fn from_dates(dates: &Dates, today: Date) -> Stage {
        let (starts_on, ends_on) = (dates.starts_on, dates.ends_on);
        let window = Window::from_dates(dates, today);
        if let Some(at) = dates.archived_at {
            Stage::Archived(Archived { at })
        } else if dates.opened_at.is_none() {
            let is_over = ends_on < today;
            Stage::Draft(Draft { ends_on, is_over })
        } else if ends_on < today {
            Stage::Finished(Finished { ended_on: ends_on })
        } else if starts_on <= today {
            Stage::Running(Running { ends_on, window })
        } else {
            Stage::Enrolling(Enrolling { starts_on, window })
        }
    }

    pub fn words(&self) -> &'static str {
        match self {
            Stage::Draft(_) => "Draft",
            Stage::Enrolling(_) => "Enrolling",
            Stage::Running(_) => "Running",
            Stage::Finished(_) => "Finished",
            Stage::Archived(_) => "Archived",
        }
    }

    /// The look of its tag.
    pub fn look(&self) -> &'static str {
        match self {
            Stage::Draft(_) => "warn",
            Stage::Enrolling(_) => "",
            Stage::Running(_) => "good",
            Stage::Finished(_) | Stage::Archived(_) => "quiet",
        }
    }

    /// When people may ask to take part, while there is something to take part in.
    pub fn window(&self) -> Option<Window> {
        match self {
            Stage::Enrolling(Enrolling { window, .. }) | Stage::Running(Running { window, .. }) => {
                Some(*window)
            }
            Stage::Draft(_) | Stage::Finished(_) | Stage::Archived(_) => None,
        }
    }

    pub fn is_archived(&self) -> bool {
        matches!(self, Stage::Archived(_))
    }

    pub fn is_draft(&self) -> bool {
        matches!(self, Stage::Draft(_))
    }

    pub fn allows(&self, act: Act) -> bool {
        self.refuses(act).is_none()
    }

    pub fn refuses(&self, act: Act) -> Option<Refusal> {
        match self {
            Stage::Draft(draft) => draft.refuses(act),
            Stage::Enrolling(Enrolling { window, .. }) | Stage::Running(Running { window, .. }) => {
                match act {
                    Act::Open => Some(Refusal::OpenAlready),
                    Act::Apply => window.refuses(),
                    Act::Reopen => Some(Refusal::IsNotArchived),
                    Act::ChangeSettings | Act::Enrol | Act::Pair | Act::Publish | Act::Archive => {
                        None
                    }
                }
            }
            Stage::Finished(Finished { ended_on }) => match act {
                Act::Open => Some(Refusal::OpenAlready),
                Act::Reopen => Some(Refusal::IsNotArchived),
                Act::Enrol | Act::Apply | Act::Pair | Act::Publish => {
                    Some(Refusal::EndedOn(*ended_on))
                }
                Act::ChangeSettings | Act::Archive => None,
            },
            Stage::Archived(_) => match act {
                Act::Reopen => None,
                Act::Open
                | Act::ChangeSettings
                | Act::Enrol
                | Act::Apply
                | Act::Pair
                | Act::Publish
                | Act::Archive => Some(Refusal::IsArchived),
            },
        }
    }
}

impl Draft {
    fn refuses(&self, act: Act) -> Option<Refusal> {
        match act {
            Act::Open if self.is_over => Some(Refusal::OverBeforeItOpens(self.ends_on)),
            Act::Apply | Act::Publish => Some(Refusal::StillADraft),
            Act::Reopen => Some(Refusal::IsNotArchived),
            Act::Open | Act::ChangeSettings | Act::Enrol | Act::Pair | Act::Archive => None,
        }
    }
}

impl Window {
    /// It never reaches beyond the programme's own end.
    fn from_dates(dates: &Dates, today: Date) -> Window {
        let closes_on = dates.enrolment_closes_on.unwrap_or(dates.ends_on);
        match dates.enrolment_opens_on {
            Some(opens_on) if today < opens_on => Window::OpensOn(opens_on),
            Some(_) | None if today <= closes_on => Window::OpenUntil(closes_on),
            Some(_) | None => Window::ClosedAfter(closes_on),
        }
    }

    fn refuses(self) -> Option<Refusal> {
        match self {
            Window::OpensOn(on) => Some(Refusal::EnrolmentOpensOn(on)),
            Window::OpenUntil(_) => None,
            Window::ClosedAfter(on) => Some(Refusal::EnrolmentClosedAfter(on)),
        }
    }

    /// "is open until 1 May 2026"
    pub fn words(&self) -> String {
        match self {
            Window::OpensOn(on) => format!("opens on {}", short_day(on)),
            Window::OpenUntil(on) => format!("is open until {}", short_day(on)),
            Window::ClosedAfter(on) => format!("ended on {}", short_day(on)),
        }
    }
}

impl Refusal {
    pub fn words(self) -> String {
        match self {
            Refusal::StillADraft => {
                "This programme is still a draft, known to those who manage it \
                                     only. Open it for enrolment first."
                    .into()
            }
            Refusal::OverBeforeItOpens(on) => format!(
                "The last day of this programme was {}. Give it other dates in its settings \
                 before you open it.",
                short_day(&on)
            ),
            Refusal::OpenAlready => "This programme is open already.".into(),
            Refusal::EnrolmentOpensOn(on) => {
                format!("Enrolment opens on {}.", short_day(&on))
            }
            Refusal::EnrolmentClosedAfter(on) => format!(
                "Enrolment closed after {}. Ask a coordinator of the programme.",
                short_day(&on)
            ),
            Refusal::EndedOn(on) => format!(
                "This programme ended on {}. Pairings under way go on until they are closed. If \
                 more is to begin, give it a later end in its settings.",
                short_day(&on)
            ),
            Refusal::IsArchived => {
                "This programme is archived, and stays as it is. Pairings under \
                                    way go on until they are closed. If more is to begin, re-open \
                                    it first."
                    .into()
            }
            Refusal::IsNotArchived => "This programme is not archived.".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime};

    const AT: OffsetDateTime = datetime!(2026-01-02 9:00 UTC);

    /// Open; runs from May to December.
    fn dates() -> Dates {
        Dates {
            opened_at: Some(AT),
            enrolment_opens_on: None,
            enrolment_closes_on: None,
            starts_on: date!(2026 - 05 - 01),
            ends_on: date!(2026 - 12 - 01),
            archived_at: None,
        }
    }

    fn stage(dates: &Dates, today: Date) -> Stage {
        Stage::from_dates(dates, today)
    }

    #[test]
    fn the_stage_follows_from_dates_and_acts() {
        let open = dates();
        let draft = Dates {
            opened_at: None,
            ..open
        };
        let archived = Dates {
            archived_at: Some(AT),
            ..open
        };
        let thrown_away = Dates {
            archived_at: Some(AT),
            ..draft
        };
        for (dates, today, words) in [
            (draft, date!(2026 - 04 - 30), "Draft"),
            (draft, date!(2026 - 05 - 01), "Draft"),
            (draft, date!(2026 - 12 - 02), "Draft"),
            (open, date!(2026 - 04 - 30), "Enrolling"),
            (open, date!(2026 - 05 - 01), "Running"),
            (open, date!(2026 - 12 - 01), "Running"),
            (open, date!(2026 - 12 - 02), "Finished"),
            (archived, date!(2026 - 04 - 30), "Archived"),
            (archived, date!(2026 - 12 - 02), "Archived"),
            (thrown_away, date!(2026 - 05 - 01), "Archived"),
        ] {
            assert_eq!(stage(&dates, today).words(), words, "{dates:?} {today}");
        }
    }

    #[test]
    fn the_window_of_enrolment_reaches_to_the_end_unless_told_otherwise() {
        let (april, june) = (date!(2026 - 04 - 01), date!(2026 - 06 - 01));
        for (opens, closes, today, window) in [
            (None, None, april, Window::OpenUntil(date!(2026 - 12 - 01))),
            (
                Some(april),
                Some(june),
                date!(2026 - 03 - 31),
                Window::OpensOn(april),
            ),
            (Some(april), Some(june), april, Window::OpenUntil(june)),
            (Some(april), Some(june), june, Window::OpenUntil(june)),
            (
                None,
                Some(june),
                date!(2026 - 06 - 02),
                Window::ClosedAfter(june),
            ),
        ] {
            let dates = Dates {
                enrolment_opens_on: opens,
                enrolment_closes_on: closes,
                ..dates()
            };
            assert_eq!(stage(&dates, today).window(), Some(window), "{today}");
        }
    }

    #[test]
    fn each_stage_refuses_what_is_not_for_it() {
        use Act::{Apply, Archive, ChangeSettings, Enrol, Open, Pair, Publish, Reopen};
        let all = [
            Open,
            ChangeSettings,
            Enrol,
            Apply,
            Pair,
            Publish,
            Archive,
            Reopen,
        ];
        let (before, within) = (date!(2026 - 04 - 30), date!(2026 - 05 - 01));
        let after = date!(2026 - 12 - 02);
        let open = dates();
        let draft = Dates {
            opened_at: None,
            ..open
        };
        let closed = Dates {
            enrolment_closes_on: Some(before),
            ..open
        };
        let archived = Dates {
            archived_at: Some(AT),
            ..open
        };
        let underway: &[Act] = &[ChangeSettings, Enrol, Apply, Pair, Publish, Archive];
        for (dates, today, allowed) in [
            (
                draft,
                before,
                &[Open, ChangeSettings, Enrol, Pair, Archive][..],
            ),
            (draft, after, &[ChangeSettings, Enrol, Pair, Archive]),
            (open, before, underway),
            (open, within, underway),
            (
                closed,
                within,
                &[ChangeSettings, Enrol, Pair, Publish, Archive],
            ),
            (open, after, &[ChangeSettings, Archive]),
            (archived, within, &[Reopen]),
            (archived, after, &[Reopen]),
        ] {
            let stage = stage(&dates, today);
            for act in all {
                assert_eq!(
                    stage.allows(act),
                    allowed.contains(&act),
                    "{stage:?} {act:?}"
                );
            }
        }
    }

    #[test]
    fn a_refusal_says_why_and_what_would_help() {
        let day = date!(2026 - 12 - 01);
        for (refusal, words) in [
            (Refusal::StillADraft, "Open it for enrolment first"),
            (Refusal::OverBeforeItOpens(day), "Give it other dates"),
            (Refusal::EnrolmentOpensOn(day), "opens on 1 December 2026"),
            (
                Refusal::EnrolmentClosedAfter(day),
                "closed after 1 December 2026",
            ),
            (Refusal::EndedOn(day), "give it a later end"),
            (Refusal::IsArchived, "re-open it first"),
        ] {
            assert!(refusal.words().contains(words), "{refusal:?}");
        }
    }
}
