//! What coordinators say in the letters of their programme, beside what Waymark says in them.

mod edit;

use crate::programmes::ProgrammeId;
use crate::web::routes::Routes;
use serde::ser::{Serialize, SerializeMap, Serializer};
use sqlx::PgConnection;
use std::collections::HashMap;

/// The letters that take a programme's own words.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Kind {
    Invitation,
    /// To whoever asks by the enrolment link.
    EnrolmentLink,
    Approved,
    Question,
    WaitListed,
    Declined,
}

/// Nothing where there are none.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct OwnWords(HashMap<Kind, String>);

pub fn routes(routes: Routes) -> Routes {
    edit::routes(routes)
}

impl Kind {
    pub const ALL: [Kind; 6] = [
        Kind::Invitation,
        Kind::EnrolmentLink,
        Kind::Approved,
        Kind::Question,
        Kind::WaitListed,
        Kind::Declined,
    ];

    /// As it is stored, as a form sends it and as a file holds it.
    pub fn slug(self) -> &'static str {
        match self {
            Kind::Invitation => "invitation",
            Kind::EnrolmentLink => "enrolment_link",
            Kind::Approved => "approved",
            Kind::Question => "question",
            Kind::WaitListed => "wait_listed",
            Kind::Declined => "declined",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Kind::Invitation => "Invitation",
            Kind::EnrolmentLink => "Answer to whoever asks by the enrolment link",
            Kind::Approved => "Application approved",
            Kind::Question => "Question about an application",
            Kind::WaitListed => "On the waiting list",
            Kind::Declined => "Application declined",
        }
    }
}

impl OwnWords {
    pub const LONGEST: usize = 1000;

    pub async fn of(db: &mut PgConnection, programme: ProgrammeId) -> sqlx::Result<OwnWords> {
        let rows = sqlx::query!(
            "select letter, words from programme_letters where programme_id = $1",
            programme.0,
        )
        .fetch_all(db)
        .await?;
        let words = rows.into_iter().filter_map(|row| {
            let kind = Kind::ALL.into_iter().find(|one| one.slug() == row.letter)?;
            Some((kind, row.words))
        });
        Ok(OwnWords(words.collect()))
    }

    pub fn get(&self, kind: Kind) -> &str {
        self.0.get(&kind).map_or("", String::as_str)
    }

    pub fn set(&mut self, kind: Kind, words: String) {
        match words.is_empty() {
            true => drop(self.0.remove(&kind)),
            false => drop(self.0.insert(kind, words)),
        }
    }

    /// In place of those there are.
    pub async fn store(&self, db: &mut PgConnection, programme: ProgrammeId) -> sqlx::Result<()> {
        let (letters, words): (Vec<String>, Vec<String>) = Kind::ALL
            .into_iter()
            .filter_map(|kind| Some((kind.slug().to_owned(), self.0.get(&kind)?.clone())))
            .unzip();
        sqlx::query!(
            "delete from programme_letters where programme_id = $1 and letter <> all ($2)",
            programme.0,
            &letters,
        )
        .execute(&mut *db)
        .await?;
        sqlx::query!(
            "insert into programme_letters (programme_id, letter, words)
             select $1, letter, words from unnest($2::text[], $3::text[]) as said (letter, words)
             on conflict (programme_id, letter) do update set words = excluded.words",
            programme.0,
            &letters,
            &words,
        )
        .execute(db)
        .await?;
        Ok(())
    }
}

impl Serialize for OwnWords {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for kind in Kind::ALL {
            if let Some(words) = self.0.get(&kind) {
                map.serialize_entry(kind.slug(), words)?;
            }
        }
        map.end()
    }
}

/// A paragraph of its own, between what happened and what to do.
pub fn between(happened: &str, words: &str, next: &str) -> String {
    match words {
        "" => format!("{happened}\n\n{next}"),
        words => format!("{happened}\n\n{words}\n\n{next}"),
    }
}
