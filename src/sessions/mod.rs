//! The meetings of a pairing: booked, held or missed, written up; and what the two keep beside
//! them, which is their targets and each one's private notes.

mod book;
pub mod free;
mod new;
mod notes;
pub mod outcome;
mod past;
mod plan;
pub mod queries;
mod records;
mod series;
mod show;
pub mod suggestions;
pub mod targets;

pub use book::LONGEST_PLACE;
pub use records::of_session as records_of;
pub use series::LONGEST as LONGEST_SERIES;

use crate::error::Error;
use crate::pairings::stage::Stage;
use crate::pairings::{Pairing, Person};
use crate::web::routes::Routes;
use crate::web::words;
use axum::RequestPartsExt;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use std::cmp::Ordering;
use time::{Date, OffsetDateTime, PrimitiveDateTime};

#[derive(Clone, Copy, Debug, Eq, PartialEq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Kind {
    Initial,
    Session,
    MovingOn,
}

/// One meeting, with its times as the viewer reads them.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: i64,
    pub kind: Kind,
    pub starts_at: OffsetDateTime,
    pub times: Times,
    pub minutes: i32,
    /// The day it falls on in the programme.
    pub on: Date,
    pub state: State,
    pub booked_by: Option<String>,
    /// `mentor`, `mentee` or `both`, if one of the two said it.
    pub missed_by: Option<String>,
    pub plan: Plan,
}

/// What has become of a session.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum State {
    Booked,
    Held,
    Missed,
    Cancelled,
}

/// What the two mean to talk about, and where.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub place: String,
    pub agenda: String,
    /// Changes whenever the words do.
    pub version: String,
}

/// One instant on the viewer's clock and on the other one's.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    pub yours: PrimitiveDateTime,
    pub theirs: PrimitiveDateTime,
}

impl Kind {
    /// What a meeting that is booked now will be.
    fn at(stage: &Stage) -> Kind {
        match stage {
            Stage::InitialMeeting(initial) if initial.met_on.is_none() => Kind::Initial,
            Stage::MovingOn(moving) if moving.final_session.is_none() => Kind::MovingOn,
            Stage::Proposed(_)
            | Stage::Offered(_)
            | Stage::InitialMeeting(_)
            | Stage::Sessions(_)
            | Stage::MovingOn(_)
            | Stage::Closed(_) => Kind::Session,
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Kind::Initial => "Initial meeting",
            Kind::Session => "Session",
            Kind::MovingOn => "Final session",
        }
    }

    /// "the initial meeting", in the middle of a sentence.
    pub fn in_a_sentence(self) -> &'static str {
        match self {
            Kind::Initial => "the initial meeting",
            Kind::Session => "the session",
            Kind::MovingOn => "the final session",
        }
    }
}

impl Times {
    /// "10:00am for Maya (New York)", with the day where it is another; nothing if the two
    /// clocks agree.
    pub fn for_other(&self, other: &Person) -> Option<String> {
        if self.yours == self.theirs {
            return None;
        }
        let when = if self.yours.date() == self.theirs.date() {
            words::hour(&self.theirs.time())
        } else {
            words::moment(&self.theirs)
        };
        let place = words::place(&other.time_zone);
        Some(format!("{when} for {} ({place})", other.name))
    }

    /// "10:00am", "11:30pm the day before"
    pub fn theirs_in_short(&self) -> String {
        let hour = words::hour(&self.theirs.time());
        match self.theirs.date().cmp(&self.yours.date()) {
            Ordering::Less => format!("{hour} the day before"),
            Ordering::Equal => hour,
            Ordering::Greater => format!("{hour} the next day"),
        }
    }
}

impl Session {
    pub fn path(&self, pairing: &Pairing) -> String {
        format!("{}/sessions/{}", pairing.path(), self.id)
    }

    pub fn started(&self, now: &OffsetDateTime) -> bool {
        self.starts_at <= *now
    }

    fn is(&self, state: State) -> bool {
        self.state == state
    }
}

/// Who reads what the two write down.
pub fn readers(pairing: &Pairing) -> String {
    format!(
        "{} and {} read this",
        pairing.mentor.name, pairing.mentee.name
    )
}

pub fn routes(routes: Routes) -> Routes {
    let routes = new::routes(routes);
    let routes = book::routes(routes);
    let routes = past::routes(routes);
    let routes = show::routes(routes);
    let routes = plan::routes(routes);
    let routes = outcome::routes(routes);
    let routes = records::routes(routes);
    let routes = targets::routes(routes);
    let routes = suggestions::routes(routes);
    notes::routes(routes)
}

/// `{session}` of the path.
pub struct SessionId(pub i64);

/// `{target}` of the path.
struct TargetId(i64);

impl<S: Send + Sync> FromRequestParts<S> for SessionId {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        number_in_path(parts, "session").await.map(SessionId)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for TargetId {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        number_in_path(parts, "target").await.map(TargetId)
    }
}

async fn number_in_path(parts: &mut Parts, name: &str) -> Result<i64, Error> {
    let params: RawPathParams = parts.extract().await.map_err(|_| Error::NotFound)?;
    params
        .iter()
        .find(|(key, _)| *key == name)
        .and_then(|(_, number)| number.parse().ok())
        .ok_or(Error::NotFound)
}
