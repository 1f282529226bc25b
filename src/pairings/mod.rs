//! A mentor and a mentee, from the offer to their moving-on review.

pub mod access;
mod ending;
pub mod lapse;
pub mod next;
pub mod offer;
pub mod offer_letter;
mod pause;
pub mod queries;
mod reopening;
pub mod show;
pub mod stage;
pub mod stepper;
mod suits;
pub mod turn;

use crate::people::PersonId;
use crate::programmes::ProgrammeId;
use crate::sessions::Times;
use crate::web::routes::{Entry, Routes};
use access::Part;
use stage::{Dates, How, Side, Stage, Unsettled};
use time::{Date, OffsetDateTime};

/// The key of a pairing.
#[derive(
    Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Deserialize, sqlx::Type,
)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct PairingId(pub i64);

impl std::fmt::Display for PairingId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A pairing as one viewer sees it now: its stage, and the facts that say whose turn it is.
#[derive(Clone, Debug)]
pub struct Pairing {
    pub id: PairingId,
    pub programme: Programme,
    pub mentor: Person,
    pub mentee: Person,
    /// What the viewer is to it.
    pub part: Part,
    /// Whether the viewer coordinates the programme, whatever else they are to the pairing.
    pub run_by_viewer: bool,
    pub dates: Dates,
    pub stage: Stage,
    pub paused_since: Option<Date>,
    /// When it was last taken up again, after a pause or a closing: clocks begin anew.
    pub taken_up_on: Option<Date>,
    /// The date it is now in the programme's time zone.
    pub today: Date,
    /// The date it is now where the viewer is: meetings are told on the viewer's own clock.
    pub viewers_today: Date,
    pub now: OffsetDateTime,
    pub facts: Facts,
}

#[derive(Clone, Debug)]
pub struct Programme {
    pub id: ProgrammeId,
    pub name: String,
    pub time_zone: String,
    pub session_minutes: i16,
    pub session_every_weeks: i16,
    /// Whether mentees may look for a mentor themselves and ask.
    pub mentees_ask: bool,
    pub ends_on: Date,
}

#[derive(Clone, Debug)]
pub struct Person {
    pub id: PersonId,
    pub name: String,
    pub job_title: String,
    pub time_zone: String,
}

/// Dates and counts, never words that the two wrote.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub mentor_gives_hours: bool,
    /// The last day on which the offer can be answered, or could be.
    pub answer_by: Option<Date>,
    /// An offer waits for the mentee, and the mentor has no free place for it any more.
    pub mentor_is_full: bool,
    /// The mentee asked for it; otherwise it comes from the coordinators.
    pub asked_by_mentee: bool,
    /// The earliest session that is neither held, missed nor cancelled.
    pub open_session: Option<OpenSession>,
    pub sessions_held: i64,
    pub last_held_on: Option<Date>,
    /// The latest session held, while its mentor has not written it up.
    pub unrecorded_session: Option<(i64, Date)>,
    /// The latest version.
    pub agreement: Option<AgreementFacts>,
    /// The latest that both have signed.
    pub agreement_in_force: Option<InForce>,
    pub objectives: i64,
    pub objectives_waiting_for_mentor: i64,
    pub objectives_waiting_for_mentee: i64,
    /// Since when the longest waiting one waits to be agreed.
    pub objectives_proposed_since: Option<Date>,
    pub objectives_waiting_for_sign_off: i64,
    pub objectives_reached_since: Option<Date>,
    pub objectives_signed_off: i64,
    pub objectives_unsettled: i64,
    pub targets: i64,
    pub targets_done: i64,
    pub further_steps: i64,
    pub midpoint: Midpoint,
    /// The last day of times that the mentor suggests, while they wait for the mentee.
    pub mentor_suggests_until: Option<Date>,
    pub mentee_suggests_until: Option<Date>,
    /// Whether one of the two answered a review before the pairing was taken up for more sessions.
    pub looked_back_before: bool,
}

/// The review half-way: when it is due, and on which days each has answered and they decided.
#[derive(Clone, Copy, Debug, Default)]
pub struct Midpoint {
    pub due_on: Option<Date>,
    pub mentor_on: Option<Date>,
    pub mentee_on: Option<Date>,
    pub decided_on: Option<Date>,
}

#[derive(Clone, Copy, Debug)]
pub struct OpenSession {
    pub id: i64,
    pub starts_at: OffsetDateTime,
    pub ends_at: OffsetDateTime,
    /// The day it falls on in the programme.
    pub on: Date,
    /// When it starts for the viewer and for the other one.
    pub times: Times,
}

#[derive(Clone, Copy, Debug)]
pub struct AgreementFacts {
    pub id: i64,
    pub version: i16,
    pub drafted_on: Date,
    pub mentor_signed_at: Option<OffsetDateTime>,
    pub mentee_signed_at: Option<OffsetDateTime>,
}

/// A version of the agreement that both have signed.
#[derive(Clone, Copy, Debug)]
pub struct InForce {
    pub id: i64,
    pub version: i16,
    pub since: Date,
}

impl Midpoint {
    pub fn answered_by(&self, side: Option<Side>) -> bool {
        match side {
            Some(Side::Mentor) => self.mentor_on.is_some(),
            Some(Side::Mentee) => self.mentee_on.is_some(),
            None => false,
        }
    }

    pub fn answered_by_one(&self) -> bool {
        self.mentor_on.or(self.mentee_on).is_some()
    }

    pub fn answered_by_both(&self) -> bool {
        self.mentor_on.is_some() && self.mentee_on.is_some()
    }
}

impl Facts {
    pub fn open_targets(&self) -> i64 {
        self.targets - self.targets_done
    }

    /// The version in force, while a later one is drafted.
    pub fn in_force_until_signed(&self) -> Option<InForce> {
        let latest = self.agreement?;
        self.agreement_in_force.filter(|one| one.id != latest.id)
    }
}

impl Pairing {
    pub fn person(&self, side: Side) -> &Person {
        match side {
            Side::Mentor => &self.mentor,
            Side::Mentee => &self.mentee,
        }
    }

    /// The other one of the two; for a coordinator, the mentee.
    pub fn partner(&self) -> &Person {
        match self.part {
            Part::Mentee => &self.mentor,
            Part::Mentor | Part::Coordinator => &self.mentee,
        }
    }

    pub fn title(&self) -> String {
        format!("{} and {}", self.mentee.name, self.mentor.name)
    }

    pub fn path(&self) -> String {
        format!("/pairings/{}", self.id)
    }

    /// Whether the two have both accepted, be it long ago.
    pub fn begun(&self) -> bool {
        self.dates.mentor_accepted_on.is_some() && self.dates.mentee_accepted_on.is_some()
    }

    /// Whether the viewer is a mentee who has asked or accepted, and waits for the mentor's answer.
    pub fn can_be_gone_back_on(&self) -> bool {
        self.part == Part::Mentee
            && matches!(self.stage, Stage::Offered(offered) if offered.mentee_accepted_on.is_some())
    }

    /// Whether it is what the viewer has asked for, which they take back and do not decline.
    pub fn is_own_request(&self) -> bool {
        self.part == Part::Mentee && self.facts.asked_by_mentee
    }

    /// Whether nobody can take it up again: it was declined, or is a request that was taken back.
    pub fn is_past_reopening(&self) -> bool {
        let request = self.facts.asked_by_mentee && self.dates.mentor_accepted_on.is_none();
        match self.stage {
            Stage::Closed(closed) => {
                closed.how == How::Declined || closed.how == How::Ended && request
            }
            _ => false,
        }
    }

    /// What comes of the offer for the viewer, should it not be accepted by both.
    pub fn otherwise(&self) -> &'static str {
        offer::otherwise(self.part.side(), self.programme.mentees_ask)
    }

    /// The session that is booked and has not begun.
    pub fn coming_session(&self) -> Option<OpenSession> {
        let open = self.facts.open_session;
        open.filter(|session| session.starts_at > self.now)
    }

    /// Whether the other one suggests times that wait for the viewer.
    pub fn partner_suggests(&self) -> bool {
        let facts = &self.facts;
        match self.part {
            Part::Mentor => facts.mentee_suggests_until.is_some(),
            Part::Mentee => facts.mentor_suggests_until.is_some(),
            Part::Coordinator => false,
        }
    }

    /// A session that has begun, while nobody has said whether it happened.
    pub fn begun_session(&self) -> Option<OpenSession> {
        let open = self.facts.open_session;
        open.filter(|session| session.starts_at <= self.now)
    }

    pub fn unsettled(&self) -> Unsettled {
        Unsettled {
            session: self.begun_session().is_some(),
            objectives: self.facts.objectives_unsettled,
        }
    }

    pub fn turn(&self) -> turn::Turn {
        turn::Turn::of(self)
    }

    pub fn next(&self) -> next::Next {
        next::Next::of(self)
    }

    /// What belongs to it besides the next step.
    pub fn beside(&self) -> Option<next::Beside> {
        next::Beside::of(self)
    }

    pub fn stepper(&self) -> Vec<stepper::Station> {
        stepper::stepper(self)
    }
}

impl AgreementFacts {
    pub fn signed_by(&self, side: Side) -> Option<OffsetDateTime> {
        match side {
            Side::Mentor => self.mentor_signed_at,
            Side::Mentee => self.mentee_signed_at,
        }
    }
}

pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get("/pairings/{pairing}", Entry::SignedIn, show::show)
        .get(
            "/pairings/{pairing}/withdrawal",
            Entry::SignedIn,
            offer::ask_to_withdraw,
        )
        .post(
            "/pairings/{pairing}/withdrawal",
            Entry::SignedIn,
            offer::withdraw,
        )
        .post(
            "/pairings/{pairing}/acceptance",
            Entry::SignedIn,
            offer::accept,
        )
        .get(
            "/pairings/{pairing}/taking-back",
            Entry::SignedIn,
            offer::ask_to_take_back,
        )
        .post(
            "/pairings/{pairing}/taking-back",
            Entry::SignedIn,
            offer::take_back,
        )
        .get(
            "/pairings/{pairing}/refusal",
            Entry::SignedIn,
            offer::ask_to_decline,
        )
        .post(
            "/pairings/{pairing}/refusal",
            Entry::SignedIn,
            offer::decline,
        );
    let routes = pause::routes(routes);
    let routes = ending::routes(routes);
    let routes = suits::routes(routes);
    reopening::routes(routes)
}
