//! What is read of the review half-way by more than one of its pages.

use crate::moving_on::EFFECTIVENESS;
use crate::pairings::access::{Action, May};
use crate::people::PersonId;
use time::Date;

/// What one of the two answered.
pub struct Answers {
    pub person: PersonId,
    pub useful: i16,
    pub helpful: String,
    pub missing: String,
    pub objectives: String,
}

/// What the two decided.
#[derive(Clone)]
pub struct Decided {
    pub decision: Decision,
    pub words: String,
    pub on: Date,
    pub by: String,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Decision {
    Continue,
    /// With another agreement.
    Change,
    End,
}

impl Decision {
    pub const ALL: [Decision; 3] = [Decision::Continue, Decision::Change, Decision::End];

    pub fn slug(self) -> &'static str {
        match self {
            Decision::Continue => "continue",
            Decision::Change => "change",
            Decision::End => "end",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Decision::Continue => "We go on as we are",
            Decision::Change => "We change how we work",
            Decision::End => "We end it here, kindly",
        }
    }

    pub fn hint(self) -> &'static str {
        match self {
            Decision::Continue => "",
            Decision::Change => "You write a new version of your agreement next, and both sign it",
            Decision::End => "Without fault on either side; you are asked once more before it ends",
        }
    }
}

impl Answers {
    fn useful_in_words(&self) -> &'static str {
        usize::try_from(self.useful - 1)
            .ok()
            .and_then(|place| EFFECTIVENESS.get(place))
            .copied()
            .unwrap_or_default()
    }

    /// Each answer under its question.
    pub fn answers(&self) -> [(&'static str, &str); 4] {
        [
            ("How well it works so far", self.useful_in_words()),
            ("What helps most", &self.helpful),
            ("What is missing, or should be different", &self.missing),
            ("Whether the objectives are still right", &self.objectives),
        ]
    }
}

/// Those that the viewer may read: row-level security keeps the other's back until both are there.
pub async fn answers<A: Action>(may: &mut May<A>) -> sqlx::Result<Vec<Answers>> {
    let (pairing, viewer) = (may.pairing().id, may.viewer().id);
    sqlx::query_as!(
        Answers,
        r#"
        select person_id as "person: PersonId", useful, helpful, missing, objectives
        from midpoint_reviews
        where pairing_id = $1
        order by person_id <> $2
        "#,
        pairing.0,
        viewer.0,
    )
    .fetch_all(may.db())
    .await
}

pub async fn decided<A: Action>(may: &mut May<A>) -> sqlx::Result<Option<Decided>> {
    let pairing = may.pairing().id;
    sqlx::query_as!(
        Decided,
        r#"
        select decision as "decision: Decision", words, decided_on as "on", full_name as by
        from midpoint_decisions
        join people on people.id = decided_by
        where pairing_id = $1
        "#,
        pairing.0,
    )
    .fetch_optional(may.db())
    .await
}
