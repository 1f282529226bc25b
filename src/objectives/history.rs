//! Every change of an objective, as it was made. Rows are added and never changed.

use super::form::Words;
use super::state::State;
use super::{Objective, ObjectiveId};
use crate::pairings::access::{Action, May};
use crate::web::words;
use time::Date;

/// What was done to an objective.
#[derive(Clone, Copy, Debug, Eq, PartialEq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum What {
    Proposed,
    Agreed,
    Reached,
    SignedOff,
    HandedOn,
    Dropped,
    Statement,
    HowWeWillKnow,
    Why,
    DueOn,
    Baseline,
    Wanted,
    Steps,
    Evidence,
}

/// One change, or one word on how far it is.
pub struct Change {
    pub on: Date,
    /// Unknown of what was settled before this was kept.
    by: Option<String>,
    what: Option<What>,
    pub before: String,
    pub after: String,
}

impl What {
    pub fn became(state: State) -> What {
        match state {
            State::Proposed(_) => What::Proposed,
            State::Agreed(_) => What::Agreed,
            State::Reached(_) => What::Reached,
            State::SignedOff(_) => What::SignedOff,
            State::HandedOn(_) => What::HandedOn,
            State::Dropped(_) => What::Dropped,
        }
    }

    /// What somebody did, after their name.
    fn words(self) -> &'static str {
        match self {
            What::Proposed => "proposed it",
            What::Agreed => "agreed to it",
            What::Reached => "said that it is reached",
            What::SignedOff => "signed it off",
            What::HandedOn => "handed it on",
            What::Dropped => "dropped it",
            What::Statement => "changed what is to be reached",
            What::HowWeWillKnow => "changed how you will know",
            What::Why => "changed why it matters",
            What::DueOn => "changed by when",
            What::Baseline => "changed where it began",
            What::Wanted => "changed the level that is wanted",
            What::Steps => "changed the steps",
            What::Evidence => "changed what shows it",
        }
    }
}

impl Change {
    /// "Asha Menon changed by when"
    pub fn sentence(&self) -> String {
        match (&self.by, self.what) {
            (Some(who), Some(what)) => format!("{who} {}", what.words()),
            (Some(who), None) => format!("{who} put it at {} of 10", self.after),
            (None, Some(What::HandedOn)) => "It was handed on".into(),
            (None, _) => "It was dropped".into(),
        }
    }

    /// Whether it is one of words, to be read before and after.
    pub fn of_words(&self) -> bool {
        self.what.is_some() && !(self.before.is_empty() && self.after.is_empty())
    }
}

pub async fn note<A: Action>(may: &mut May<A>, id: ObjectiveId, what: What) -> sqlx::Result<()> {
    insert(may, id, (what, "", "")).await
}

/// Every part of the words that differs.
pub async fn note_changes<A: Action>(
    may: &mut May<A>,
    objective: &Objective,
    words: &Words,
) -> sqlx::Result<()> {
    for (what, before, after) in differences(&Words::of(objective), words) {
        insert(may, objective.id, (what, &before, &after)).await?;
    }
    Ok(())
}

async fn insert<A: Action>(
    may: &mut May<A>,
    id: ObjectiveId,
    (what, before, after): (What, &str, &str),
) -> sqlx::Result<()> {
    let (pairing, viewer, now) = (may.pairing().id, may.viewer().id, may.now());
    sqlx::query!(
        "insert into objective_changes
            (objective_id, pairing_id, what, before, after, changed_by, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        id.0,
        pairing.0,
        what as What,
        before,
        after,
        viewer.0,
        now,
    )
    .execute(may.db())
    .await?;
    Ok(())
}

fn differences(before: &Words, after: &Words) -> Vec<(What, String, String)> {
    let day = |day: Option<Date>| day.map_or_else(String::new, |day| words::short_day(&day));
    let level = |level: Option<i16>| level.map_or_else(String::new, |one| one.to_string());
    let of = |words: &Words| {
        [
            (What::Statement, words.statement.clone()),
            (What::HowWeWillKnow, words.how_we_will_know.clone()),
            (What::Why, words.why.clone()),
            (What::DueOn, day(words.due_on)),
            (What::Baseline, level(words.baseline)),
            (What::Wanted, level(words.wanted)),
            (What::Steps, words.steps.clone()),
            (What::Evidence, words.evidence.clone()),
        ]
    };
    of(before)
        .into_iter()
        .zip(of(after))
        .filter(|((_, one), (_, other))| one != other)
        .map(|((what, one), (_, other))| (what, one, other))
        .collect()
}

/// The latest first.
pub async fn all<A: Action>(may: &mut May<A>, id: ObjectiveId) -> sqlx::Result<Vec<Change>> {
    let (pairing, zone) = (may.pairing().id, may.pairing().programme.time_zone.clone());
    sqlx::query_as!(
        Change,
        r#"
        select
            (at at time zone $3)::date as "on!", full_name as "by?", what as "what: What",
            before as "before!", after as "after!"
        from (
            select id, 0 as kind, what, before, after, changed_by as person_id, changed_at as at
            from objective_changes
            where objective_id = $1 and pairing_id = $2
            union all
            select id, 1, null, '', level::text, said_by, said_at
            from objective_levels
            where objective_id = $1 and pairing_id = $2
        ) changes
        left join people on people.id = person_id
        order by at desc, kind, changes.id desc
        "#,
        id.0,
        pairing.0,
        zone,
    )
    .fetch_all(may.db())
    .await
}
