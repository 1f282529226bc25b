//! What the two write down of a session, in the order of a good talk: each their own record, a
//! draft of theirs alone until they share it. Both read both.

mod draft;
mod form;
mod queries;
mod write;

pub use draft::unshared;
pub use queries::{looked_at, of_session};

use super::targets::Target;
use crate::pairings::Pairing;
use crate::people::PersonId;
use crate::web::routes::Routes;
use crate::web::words;
use std::borrow::Cow;
use time::{Date, OffsetDateTime, PrimitiveDateTime};

/// What one of the two has shared of a session.
#[derive(Clone)]
pub struct Record {
    pub author_id: PersonId,
    pub author: String,
    pub words: Words,
    /// Objectives, as the mentee put them.
    pub spoken_of: Vec<String>,
    pub written: PrimitiveDateTime,
    spoken: Vec<i64>,
    version: OffsetDateTime,
}

#[derive(Clone, Default, PartialEq)]
pub struct Words {
    pub talked_about: String,
    pub strengths: String,
    pub feedback: String,
    pub development: String,
    pub actions: String,
}

/// A target of before, and what became of it at a session.
pub struct LookedAt {
    pub what: String,
    pub owner: String,
    pub how: How,
    pub until: Option<Date>,
}

#[derive(Clone, Copy, Debug, PartialEq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum How {
    Done,
    CarriedOn,
    Dropped,
}

pub fn routes(routes: Routes) -> Routes {
    draft::routes(write::routes(routes))
}

/// Those set before a session and still open, which are looked at first.
fn of_before(targets: Vec<Target>, session: i64) -> Vec<Target> {
    let mut targets = targets;
    targets.retain(|target| target.open() && target.session_id != Some(session));
    targets
}

impl Record {
    fn version(&self) -> String {
        words::machine(&self.version)
    }

    /// Each part under its heading, those left empty left out.
    pub fn parts(&self, pairing: &Pairing) -> Vec<(String, Cow<'_, str>)> {
        let words = &self.words;
        let by_mentor = self.author_id == pairing.mentor.id;
        let (reader, development, actions) = if by_mentor {
            (
                &pairing.mentee.name,
                "Areas for development",
                "Possible actions explored",
            )
        } else {
            (
                &pairing.mentor.name,
                "What I want to get better at",
                "What I take away",
            )
        };
        let spoken_of = self.spoken_of.join("\n\n");
        [
            (
                "What we talked about".to_owned(),
                (&words.talked_about).into(),
            ),
            (
                "Strengths and achievements".to_owned(),
                (&words.strengths).into(),
            ),
            ("Objectives spoken of".to_owned(), Cow::Owned(spoken_of)),
            (format!("Feedback for {reader}"), (&words.feedback).into()),
            (development.to_owned(), (&words.development).into()),
            (actions.to_owned(), (&words.actions).into()),
        ]
        .into_iter()
        .filter(|(_, text): &(String, Cow<'_, str>)| !text.is_empty())
        .collect()
    }
}

impl How {
    pub fn words(self) -> &'static str {
        match self {
            How::Done => "Done",
            How::CarriedOn => "Carries on",
            How::Dropped => "Dropped",
        }
    }

    pub fn class(self) -> &'static str {
        match self {
            How::Done => "good",
            How::CarriedOn => "here",
            How::Dropped => "quiet",
        }
    }
}
