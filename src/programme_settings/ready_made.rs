//! Programmes that are ready to use: everything filled in, all of it to be changed.

use super::form::ProgrammeForm;
use super::settings::WhoAsks;
use time::{Date, Duration, Weekday};

pub struct ReadyMade {
    /// What the address says.
    pub slug: &'static str,
    pub name: &'static str,
    /// For whoever chooses among them.
    pub summary: &'static str,
    purpose: &'static str,
    whom_for: &'static str,
    pub weeks: i64,
    pub session_minutes: i16,
    pub session_every_weeks: i16,
    pub minimum_sessions: i16,
    capacity_default: i16,
    capacity_max: i16,
    who_asks: WhoAsks,
    days_to_answer: i16,
}

pub const READY_MADE: [ReadyMade; 4] = [
    ReadyMade {
        slug: "career",
        name: "Career mentoring",
        summary: "Half a year with somebody a step or two further on, from another part of the \
                  organisation. The one to begin with if you are unsure.",
        purpose: "Six months with somebody a step or two further on, from another part of the \
                  organisation: to find a direction, to try things out where it is safe to get \
                  them wrong, and to be asked better questions than you ask yourself.",
        whom_for: "Mentees: anybody who wonders what could come next in their work, and wants to \
                   find out rather than wait. Mentors: people who remember standing there, and \
                   would rather ask than tell. Nobody is mentored by their own manager.",
        weeks: 26,
        session_minutes: 60,
        session_every_weeks: 4,
        minimum_sessions: 6,
        capacity_default: 1,
        capacity_max: 3,
        who_asks: WhoAsks::Coordinators,
        days_to_answer: 14,
    },
    ReadyMade {
        slug: "onboarding",
        name: "Onboarding buddies",
        summary: "A friendly face for the first three months: short talks, often, with somebody \
                  who knows how things are done here.",
        purpose: "Company for the first three months in a new place: somebody who knows how \
                  things are done here, where to find what, and whom to ask; and whom you may ask \
                  whatever you would not ask your manager in the first week.",
        whom_for: "Mentees: everybody who has just joined, or has moved to a new part of the \
                   organisation. Mentors: buddies who have been here for a year or more, like \
                   meeting people, and can spare half an hour a week.",
        weeks: 13,
        session_minutes: 30,
        session_every_weeks: 1,
        minimum_sessions: 8,
        capacity_default: 1,
        capacity_max: 2,
        who_asks: WhoAsks::Coordinators,
        days_to_answer: 7,
    },
    ReadyMade {
        slug: "reverse",
        name: "Reverse mentoring",
        summary: "Newer colleagues mentor senior ones: on new tools, on what work is like for \
                  others, on what is never said upwards.",
        purpose: "Senior people learn from those who see the organisation from another place: how \
                  work feels there, what has become possible, and what nobody says upwards. Rank \
                  stays outside the door; curiosity comes in.",
        whom_for: "Mentors: people earlier in their career, or whose experience here is seldom \
                   heard, who are ready to say honestly how things are. Mentees: senior leaders \
                   who want to listen, and to do something about what they hear. Nobody mentors \
                   somebody who decides about their pay or their post.",
        weeks: 26,
        session_minutes: 45,
        session_every_weeks: 3,
        minimum_sessions: 6,
        capacity_default: 1,
        capacity_max: 1,
        who_asks: WhoAsks::Coordinators,
        days_to_answer: 14,
    },
    ReadyMade {
        slug: "skills",
        name: "Learn a skill",
        summary: "Eight weeks for one thing that somebody wants to be able to do, with somebody \
                  who does it well. Mentees look for a mentor themselves.",
        purpose: "Eight weeks for one thing you want to be able to do, with somebody who does it \
                  well: to chair a meeting, to read a balance sheet, to speak before forty \
                  people. Choose it small enough that you can tell at the end whether you have it.",
        whom_for: "Mentees: anybody with one thing to learn, and work in which to try it out. \
                   Mentors: anybody who does that thing well, and has the patience to watch \
                   somebody else do it badly at first.",
        weeks: 8,
        session_minutes: 45,
        session_every_weeks: 2,
        minimum_sessions: 3,
        capacity_default: 2,
        capacity_max: 4,
        who_asks: WhoAsks::Both,
        days_to_answer: 7,
    },
];

impl ReadyMade {
    pub fn by_slug(slug: &str) -> Option<&'static ReadyMade> {
        READY_MADE.iter().find(|one| one.slug == slug)
    }

    /// "8 weeks. Sessions of 45 minutes every 2 weeks, 3 at least."
    pub fn rhythm(&self) -> String {
        let every = match self.session_every_weeks {
            1 => "week".to_owned(),
            weeks => format!("{weeks} weeks"),
        };
        format!(
            "{} weeks. Sessions of {} minutes every {every}, {} at least.",
            self.weeks, self.session_minutes, self.minimum_sessions
        )
    }

    /// It begins on a Monday that leaves four weeks to enrol people.
    pub fn form(&self, today: Date) -> ProgrammeForm {
        let starts_on = (today + Duration::weeks(4)).next_occurrence(Weekday::Monday);
        let ends_on = starts_on + Duration::weeks(self.weeks) - Duration::days(3);
        ProgrammeForm {
            name: self.name.into(),
            purpose: self.purpose.into(),
            whom_for: self.whom_for.into(),
            starts_on: starts_on.to_string(),
            ends_on: ends_on.to_string(),
            session_minutes: self.session_minutes.to_string(),
            session_every_weeks: self.session_every_weeks.to_string(),
            minimum_sessions: self.minimum_sessions.to_string(),
            capacity_default: self.capacity_default.to_string(),
            capacity_max: self.capacity_max.to_string(),
            who_asks: self.who_asks.slug().into(),
            days_to_answer: self.days_to_answer.to_string(),
            ..ProgrammeForm::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::form::Problems;
    use time::macros::date;

    #[test]
    fn each_is_ready_as_it_stands() {
        for one in &READY_MADE {
            let mut problems = Problems::default();
            let form = one.form(date!(2026 - 04 - 01));
            let settings = form.read(&["UTC".into()], &mut problems).unwrap();
            assert_eq!(settings.starts_on, date!(2026 - 05 - 04), "{}", one.slug);
            // There is time for the sessions that it expects.
            let time_for = one.weeks / i64::from(one.session_every_weeks);
            assert!(i64::from(one.minimum_sessions) <= time_for, "{}", one.slug);
            assert!(ReadyMade::by_slug(one.slug).is_some());
        }
    }
}
