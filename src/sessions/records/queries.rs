//! The SQL of what is shared of a session.

use super::form::Written;
use super::{How, LookedAt, Record, Words};
use crate::pairings::access::{Action, May, RecordSession};
use crate::people::PersonId;
use time::Date;

pub async fn own<A: Action>(may: &mut May<A>, session: i64) -> sqlx::Result<Option<Record>> {
    let viewer = may.viewer().id;
    let mut records = of_session(may, session).await?;
    records.retain(|record| record.author_id == viewer);
    Ok(records.pop())
}

/// Both records as far as they are shared, the mentor's first.
pub async fn of_session<A: Action>(may: &mut May<A>, session: i64) -> sqlx::Result<Vec<Record>> {
    let (pairing, mentor) = (may.pairing().id, may.pairing().mentor.id);
    let zone = may.viewer().time_zone.clone();
    let rows = sqlx::query!(
        r#"
        select author_id as "author_id: PersonId", full_name as author, talked_about, strengths,
            feedback, development, actions, written_at, written_at at time zone $3 as "written!",
            array(
                select objective_id from objectives_spoken_of
                where session_id = $1 and author_id = people.id order by objective_id
            ) as "spoken!",
            array(
                select statement from objectives_spoken_of
                join objectives on objectives.id = objective_id
                where session_id = $1 and author_id = people.id order by objective_id
            ) as "spoken_of!"
        from session_records
        join people on people.id = author_id
        where session_id = $1 and pairing_id = $2
        order by author_id <> $4
        "#,
        session,
        pairing.0,
        zone,
        mentor.0,
    )
    .fetch_all(may.db())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Record {
            author_id: row.author_id,
            author: row.author,
            words: Words {
                talked_about: row.talked_about,
                strengths: row.strengths,
                feedback: row.feedback,
                development: row.development,
                actions: row.actions,
            },
            spoken_of: row.spoken_of,
            written: row.written,
            spoken: row.spoken,
            version: row.written_at,
        })
        .collect())
}

/// What became of targets of before at a session.
pub async fn looked_at<A: Action>(may: &mut May<A>, session: i64) -> sqlx::Result<Vec<LookedAt>> {
    let pairing = may.pairing().id;
    sqlx::query_as!(
        LookedAt,
        r#"
        select what, full_name as owner, how as "how: How", until
        from targets_looked_at
        join targets on targets.id = target_id
        join people on people.id = owner_id
        where targets_looked_at.session_id = $1 and targets_looked_at.pairing_id = $2
        order by target_id
        "#,
        session,
        pairing.0,
    )
    .fetch_all(may.db())
    .await
}

/// `written_at` always grows, so that it tells one save from the next.
pub async fn store(
    may: &mut May<RecordSession>,
    session: i64,
    written: &Written,
) -> sqlx::Result<()> {
    let (pairing, viewer, now) = (may.pairing().id, may.viewer().id, may.now());
    let words = &written.words;
    sqlx::query!(
        "insert into session_records (session_id, pairing_id, author_id, talked_about, strengths,
            feedback, development, actions, written_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (session_id, author_id) do update set
            talked_about = excluded.talked_about, strengths = excluded.strengths,
            feedback = excluded.feedback, development = excluded.development,
            actions = excluded.actions,
            written_at = greatest(
                excluded.written_at,
                session_records.written_at + interval '1 microsecond'
            )",
        session,
        pairing.0,
        viewer.0,
        words.talked_about,
        words.strengths,
        words.feedback,
        words.development,
        words.actions,
        now,
    )
    .execute(may.db())
    .await?;
    sqlx::query!(
        "delete from objectives_spoken_of where session_id = $1 and author_id = $2",
        session,
        viewer.0,
    )
    .execute(may.db())
    .await?;
    sqlx::query!(
        "insert into objectives_spoken_of (session_id, pairing_id, author_id, objective_id)
         select $1, $2, $3, unnest($4::bigint[])",
        session,
        pairing.0,
        viewer.0,
        &written.spoken,
    )
    .execute(may.db())
    .await?;
    Ok(())
}

/// Settles a target of before, unless that was done meanwhile: then nothing changes, and it is
/// told by `false`.
pub async fn settle(
    may: &mut May<RecordSession>,
    session: i64,
    (target, how, until): (i64, How, Option<Date>),
) -> sqlx::Result<bool> {
    let (pairing, viewer, today) = (may.pairing().id, may.viewer().id, may.today());
    let changed = sqlx::query!(
        "with settled as (
            update targets set
                done_on = case when $3 = 'done' then $5 else done_on end,
                dropped_on = case when $3 = 'dropped' then $5 else dropped_on end,
                due_on = coalesce($4, due_on)
            where id = $2 and pairing_id = $6 and done_on is null and dropped_on is null
            returning id
         )
         insert into targets_looked_at (session_id, pairing_id, target_id, author_id, how, until)
         select $1, $6, id, $7, $3, $4 from settled
         on conflict (session_id, target_id) do update set
            author_id = excluded.author_id, how = excluded.how, until = excluded.until",
        session,
        target,
        how as How,
        until,
        today,
        pairing.0,
        viewer.0,
    )
    .execute(may.db())
    .await?;
    Ok(changed.rows_affected() == 1)
}
