//! The SQL that the acts on objectives share.

use super::history::{self, What};
use super::state::{Dates, State};
use super::{Objective, ObjectiveId};
use crate::pairings::access::{Action, May};
use crate::people::PersonId;
use time::Date;

struct Row {
    id: i64,
    statement: String,
    how_we_will_know: String,
    due_on: Option<Date>,
    why: String,
    baseline: Option<i16>,
    wanted: Option<i16>,
    steps: String,
    evidence: String,
    version: i32,
    level: Option<i16>,
    proposed_by: PersonId,
    proposed_on: Date,
    agreed_on: Option<Date>,
    reached_on: Option<Date>,
    signed_off_on: Option<Date>,
    handed_on_on: Option<Date>,
    dropped_on: Option<Date>,
    settled_with: String,
}

/// All objectives of the pairing, or the one asked for: those due first, first.
async fn select<A: Action>(
    may: &mut May<A>,
    one: Option<ObjectiveId>,
) -> sqlx::Result<Vec<Objective>> {
    let pairing = may.pairing().id;
    let rows = sqlx::query_as!(
        Row,
        r#"
        select id, statement, how_we_will_know, due_on, why, baseline, wanted, steps, evidence,
            version, proposed_by as "proposed_by: PersonId", proposed_on, agreed_on, reached_on, signed_off_on, handed_on_on, dropped_on,
            settled_with,
            (
                select level from objective_levels
                where objective_id = objectives.id order by objective_levels.id desc limit 1
            ) as level
        from objectives
        where pairing_id = $1 and ($2::bigint is null or id = $2)
        order by due_on, id
        "#,
        pairing.0,
        one.map(|id| id.0),
    )
    .fetch_all(may.db())
    .await?;
    Ok(rows.into_iter().map(Objective::from).collect())
}

pub async fn all<A: Action>(may: &mut May<A>) -> sqlx::Result<Vec<Objective>> {
    select(may, None).await
}

/// One objective as it is now. For a form nobody can change it meanwhile: its pairing is locked.
///
/// # Errors
/// `RowNotFound` for one of another pairing.
pub async fn one<A: Action>(may: &mut May<A>, id: ObjectiveId) -> sqlx::Result<Objective> {
    let mut found = select(may, Some(id)).await?;
    found.pop().ok_or(sqlx::Error::RowNotFound)
}

/// Stores the state that an act has led to.
pub async fn store_state<A: Action>(
    may: &mut May<A>,
    objective: &Objective,
    state: State,
) -> sqlx::Result<()> {
    let dates = state.onto(&objective.dates);
    sqlx::query!(
        r"
        update objectives set agreed_on = $2, reached_on = $3, signed_off_on = $4,
            handed_on_on = $5, dropped_on = $6
        where id = $1
        ",
        objective.id.0,
        dates.agreed_on,
        dates.reached_on,
        dates.signed_off_on,
        dates.handed_on_on,
        dates.dropped_on,
    )
    .execute(may.db())
    .await?;
    history::note(may, objective.id, What::became(state)).await
}

/// The same, with the words that settled it.
pub async fn settle_with<A: Action>(
    may: &mut May<A>,
    objective: &Objective,
    (state, words): (State, &str),
) -> sqlx::Result<()> {
    let dates = state.onto(&objective.dates);
    sqlx::query!(
        r"
        update objectives set signed_off_on = $2, handed_on_on = $3, dropped_on = $4,
            settled_with = $5
        where id = $1
        ",
        objective.id.0,
        dates.signed_off_on,
        dates.handed_on_on,
        dates.dropped_on,
        words,
    )
    .execute(may.db())
    .await?;
    history::note(may, objective.id, What::became(state)).await
}

impl From<Row> for Objective {
    fn from(row: Row) -> Self {
        let dates = Dates {
            proposed_on: row.proposed_on,
            agreed_on: row.agreed_on,
            reached_on: row.reached_on,
            signed_off_on: row.signed_off_on,
            handed_on_on: row.handed_on_on,
            dropped_on: row.dropped_on,
        };
        Objective {
            id: ObjectiveId(row.id),
            statement: row.statement,
            how_we_will_know: row.how_we_will_know,
            due_on: row.due_on,
            why: row.why,
            baseline: row.baseline,
            wanted: row.wanted,
            steps: row.steps,
            evidence: row.evidence,
            version: row.version,
            level: row.level,
            proposed_by: row.proposed_by,
            state: State::from_dates(&dates),
            dates,
            settled_with: row.settled_with,
        }
    }
}
