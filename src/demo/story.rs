//! What is known of one pair: everything that happened between the two, each on its day. Data
//! only; `telling` makes rows of it.

use super::calendar::Day;
use crate::pairings::stage::{How, Side};

#[derive(Clone, Copy)]
pub struct Story {
    pub mentor: &'static str,
    pub mentee: &'static str,
    /// What the mentee said on enrolling.
    pub seeks: &'static str,
    /// When they meet, on the mentor's clock.
    pub hour: (u8, u8),
    pub place: &'static str,
    pub proposed: Day,
    pub offered: Option<Day>,
    pub mentor_accepted: Option<Day>,
    pub mentee_accepted: Option<Day>,
    /// The versions, the first one first.
    pub agreements: &'static [Agreement],
    pub comments: &'static [Comment],
    pub preparations: &'static [Preparation],
    /// What was ticked at the first meeting, by whom and when.
    pub checks: &'static [(Side, Day, &'static str)],
    pub sessions: &'static [Session],
    pub objectives: &'static [Objective],
    /// Since when, and until when if it is over; either of the two asked for it.
    pub pauses: &'static [(Side, Day, Option<Day>)],
    pub moving_on: Option<(Side, Day)>,
    pub steps: &'static [Step],
    pub reviews: &'static [Review],
    pub joint: Option<Joint>,
    /// The places of the objectives whose word at the sign-off the mentor lets the mentee keep.
    pub words_to_keep: &'static [usize],
    pub half_way: &'static [HalfWay],
    /// What they decided then: who wrote it down, when, what, and in which words.
    pub decision: Option<(Side, Day, &'static str, &'static str)>,
    pub closed: Option<Closed>,
    /// The days on which a coordinator opened the pairing.
    pub looked_at: &'static [Day],
    /// Who asks to talk to the coordinators, or for another match, if anybody does.
    pub talk: Option<(Side, Day)>,
    pub change: Option<(Side, Day)>,
}

#[derive(Clone, Copy)]
pub struct Agreement {
    pub drafted: (Side, Day),
    pub mentor_signed: Option<Day>,
    pub mentee_signed: Option<Day>,
    pub purpose: &'static str,
    pub success: &'static str,
    pub scope: &'static str,
    pub meetings: &'static str,
    pub contact: &'static str,
    pub cancelling: &'static str,
    pub mentor_commits: &'static str,
    pub mentee_commits: &'static str,
    pub confidentiality: &'static str,
    pub if_it_does_not_work: &'static str,
    pub booking: &'static str,
    pub conflicts: &'static str,
    pub reported: &'static str,
    pub feedback: &'static str,
    pub review_on: Day,
    pub ends_on: Day,
}

/// On a clause of a version.
#[derive(Clone, Copy)]
pub struct Comment {
    pub by: Side,
    pub day: Day,
    pub version: i16,
    pub clause: &'static str,
    pub body: &'static str,
}

/// For the first meeting.
#[derive(Clone, Copy)]
pub struct Preparation {
    pub by: Side,
    pub day: Day,
    pub hopes: &'static str,
    pub questions: &'static str,
    pub story: &'static str,
}

#[derive(Clone, Copy)]
pub struct Session {
    pub day: Day,
    pub outcome: Outcome,
    pub agenda: &'static str,
    pub mentor: Wrote,
    pub mentee: Wrote,
    pub targets: &'static [Target],
    /// Private ones, written the same evening.
    pub notes: &'static [(Side, &'static str)],
    /// How it went for each alone, from one to five.
    pub pulses: &'static [(Side, i16)],
    /// Which of the nine duties helped the mentee.
    pub helped: &'static [&'static str],
}

#[derive(Clone, Copy, PartialEq)]
pub enum Outcome {
    /// To come, or over and not accounted for yet.
    Booked,
    Held,
    Missed,
    Cancelled(Side, Day),
}

/// What one of the two wrote down of a session, if they did.
#[derive(Clone, Copy)]
pub struct Wrote {
    pub talked_about: &'static str,
    pub strengths: &'static str,
    pub development: &'static str,
    pub actions: &'static str,
    pub feedback: &'static str,
}

#[derive(Clone, Copy)]
pub struct Target {
    pub owner: Side,
    pub what: &'static str,
    pub due: Day,
    pub done: Option<Day>,
    pub dropped: Option<Day>,
    /// The place of its objective among those of the pair, from nought.
    pub towards: Option<usize>,
    pub later: bool,
}

#[derive(Clone, Copy)]
pub struct Objective {
    pub by: Side,
    pub statement: &'static str,
    pub how_we_will_know: &'static str,
    pub due: Day,
    pub proposed: Day,
    pub agreed: Option<Day>,
    pub reached: Option<Day>,
    pub settled: Settled,
    pub why: &'static str,
    /// From nought to ten.
    pub baseline: Option<i16>,
    pub wanted: Option<i16>,
    pub steps: &'static str,
    pub evidence: &'static str,
    /// How far it was, as one of the two said.
    pub levels: &'static [(Side, Day, i16)],
    /// On which day the mentee wrote down why it matters and where it should lead.
    pub thought_over: Option<Day>,
}

/// With the mentor's word at the sign-off, to whom it was handed on, or why it was dropped.
#[derive(Clone, Copy)]
pub enum Settled {
    NotYet,
    SignedOff(Day, &'static str),
    HandedOn(Day, &'static str),
    Dropped(Day, &'static str),
}

#[derive(Clone, Copy)]
pub struct Step {
    pub what: &'static str,
    pub due: Day,
    pub with_whom: &'static str,
    pub written: Day,
}

#[derive(Clone, Copy)]
pub struct Review {
    pub by: Side,
    pub day: Day,
    pub results: &'static str,
    pub learned: &'static str,
    pub gained: &'static str,
    pub differently: &'static str,
    pub effectiveness: i16,
    /// To the coordinators, if anything.
    pub remark: &'static str,
    /// To the other one.
    pub thanks: &'static str,
    /// Of a mentee: whether they would mentor others.
    pub would_mentor: Option<&'static str>,
}

/// What one of the two answered half-way.
#[derive(Clone, Copy)]
pub struct HalfWay {
    pub by: Side,
    pub day: Day,
    pub helpful: &'static str,
    pub missing: &'static str,
    pub objectives: &'static str,
    pub useful: i16,
}

#[derive(Clone, Copy)]
pub struct Joint {
    pub by: Side,
    pub day: Day,
    pub together: &'static str,
    pub afterwards: &'static str,
}

/// By one of the two, or by a coordinator.
#[derive(Clone, Copy)]
pub struct Closed {
    pub by: Option<Side>,
    pub day: Day,
    pub how: How,
}

/// A pair that its coordinator has put together on this day, and told nobody yet.
pub const fn proposed(mentor: &'static str, mentee: &'static str, day: Day) -> Story {
    Story {
        mentor,
        mentee,
        seeks: "",
        hour: (10, 0),
        place: "",
        proposed: day,
        offered: None,
        mentor_accepted: None,
        mentee_accepted: None,
        agreements: &[],
        comments: &[],
        preparations: &[],
        checks: &[],
        sessions: &[],
        objectives: &[],
        pauses: &[],
        moving_on: None,
        steps: &[],
        reviews: &[],
        joint: None,
        words_to_keep: &[],
        half_way: &[],
        decision: None,
        closed: None,
        looked_at: &[],
        talk: None,
        change: None,
    }
}

/// A pair that was proposed on this day, and accepted by both within four more.
pub const fn paired(mentor: &'static str, mentee: &'static str, day: Day) -> Story {
    Story {
        offered: Some(day + 1),
        mentor_accepted: Some(day + 2),
        mentee_accepted: Some(day + 4),
        ..proposed(mentor, mentee, day)
    }
}

/// For an agreement that says nothing else.
pub const SILENT: Agreement = draft(Side::Mentee, 0, "");

/// Drafted on this day and signed by nobody; the optional clauses are left empty. The two look
/// at it again after some sixty days.
pub const fn draft(by: Side, day: Day, purpose: &'static str) -> Agreement {
    Agreement {
        drafted: (by, day),
        mentor_signed: None,
        mentee_signed: None,
        purpose,
        success: "",
        scope: "",
        meetings: "",
        contact: "",
        cancelling: "",
        mentor_commits: "",
        mentee_commits: "",
        confidentiality: "",
        if_it_does_not_work: "",
        booking: "",
        conflicts: "",
        reported: "",
        feedback: "",
        review_on: day + 60,
        ends_on: 90,
    }
}

pub const NOTHING: Wrote = Wrote {
    talked_about: "",
    strengths: "",
    development: "",
    actions: "",
    feedback: "",
};

pub const fn booked(day: Day, agenda: &'static str) -> Session {
    Session {
        day,
        outcome: Outcome::Booked,
        agenda,
        mentor: NOTHING,
        mentee: NOTHING,
        targets: &[],
        notes: &[],
        pulses: &[],
        helped: &[],
    }
}

pub const fn held(day: Day, agenda: &'static str) -> Session {
    Session {
        outcome: Outcome::Held,
        ..booked(day, agenda)
    }
}

pub const fn open(owner: Side, what: &'static str, due: Day) -> Target {
    Target {
        owner,
        what,
        due,
        done: None,
        dropped: None,
        towards: None,
        later: false,
    }
}

/// A step towards one of the pair's objectives.
pub const fn towards(objective: usize, target: Target) -> Target {
    Target {
        towards: Some(objective),
        ..target
    }
}

pub const fn done(owner: Side, what: &'static str, due: Day, done: Day) -> Target {
    Target {
        done: Some(done),
        ..open(owner, what, due)
    }
}

/// Proposed by the mentee, and agreed two days later.
pub const fn aim(
    statement: &'static str,
    how_we_will_know: &'static str,
    proposed: Day,
    due: Day,
) -> Objective {
    Objective {
        by: Side::Mentee,
        statement,
        how_we_will_know,
        due,
        proposed,
        agreed: Some(proposed + 2),
        reached: None,
        settled: Settled::NotYet,
        why: "",
        baseline: None,
        wanted: None,
        steps: "",
        evidence: "",
        levels: &[],
        thought_over: None,
    }
}

impl Story {
    /// The day of the first meeting that was held.
    pub fn met(&self) -> Option<Day> {
        let mut held = self.sessions.iter().filter(|one| one.was_held());
        held.next().map(|session| session.day)
    }

    /// The day on which the second of the two signed the first version.
    pub fn agreed(&self) -> Option<Day> {
        let first = self.agreements.first()?;
        let both = first.mentor_signed.zip(first.mentee_signed);
        both.map(|(mentor, mentee)| mentor.max(mentee))
    }

    pub fn final_session(&self) -> Option<Day> {
        let mut last = self.sessions.iter().filter(|one| one.was_held());
        last.find(|session| self.kind(session) == "moving_on")
            .map(|session| session.day)
    }

    pub fn reviewed(&self, side: Side) -> Option<Day> {
        let mut answers = self.reviews.iter().filter(|review| review.by == side);
        answers.next().map(|review| review.day)
    }

    pub fn kind(&self, session: &Session) -> &'static str {
        if self.met().is_none_or(|met| session.day <= met) {
            "initial"
        } else if self
            .moving_on
            .is_some_and(|(_, since)| session.day >= since)
        {
            "moving_on"
        } else {
            "session"
        }
    }

    /// When a session was booked: at the meeting before it, or when the one before it fell
    /// through, or once both had accepted.
    pub fn booked(&self, session: &Session) -> Day {
        let before = self.sessions.iter().filter(|one| one.day < session.day);
        let last = before
            .max_by_key(|one| one.day)
            .map(|one| match one.outcome {
                Outcome::Cancelled(_, day) => day,
                Outcome::Booked | Outcome::Held | Outcome::Missed => one.day,
            });
        let accepted = self.mentor_accepted.max(self.mentee_accepted);
        last.or(accepted).unwrap_or(self.proposed)
    }
}

impl Session {
    pub fn was_held(&self) -> bool {
        self.outcome == Outcome::Held
    }
}
