//! The versions of a pairing's agreement.

use super::{Agreement, Clauses};
use crate::error::{Error, Result, broke};
use crate::pairings::access::{Action, DraftAgreement, May};
use crate::people::PersonId;

/// Those asked for, or all of them; the newest first.
async fn select<A: Action>(may: &mut May<A>, version: Option<i16>) -> sqlx::Result<Vec<Agreement>> {
    let pairing = may.pairing().clone();
    let rows = sqlx::query!(
        r#"
        select
            version,
            array[
                purpose, success, scope, meetings, booking, contact, cancelling, mentor_commits,
                mentee_commits, confidentiality, conflicts, reported, feedback, if_it_does_not_work
            ] as "texts!",
            starts_on, review_on, ends_on, notice_days,
            drafted_at at time zone $5 as "drafted!",
            drafted_by as "author: PersonId",
            people.full_name as drafted_by,
            (
                select signed_at at time zone $5 from agreement_signatures
                where agreement_id = agreements.id and person_id = $3
            ) as mentor_signed,
            (
                select signed_at at time zone $5 from agreement_signatures
                where agreement_id = agreements.id and person_id = $4
            ) as mentee_signed
        from agreements
        join people on people.id = agreements.drafted_by
        where pairing_id = $1 and ($2::smallint is null or version = $2)
        order by version desc
        "#,
        pairing.id.0,
        version,
        pairing.mentor.id.0,
        pairing.mentee.id.0,
        pairing.programme.time_zone,
    )
    .fetch_all(may.db())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Agreement {
            version: row.version,
            drafted_by: row.drafted_by,
            author: row.author,
            drafted: row.drafted,
            mentor_signed: row.mentor_signed,
            mentee_signed: row.mentee_signed,
            clauses: Clauses {
                texts: row.texts,
                starts_on: row.starts_on,
                review_on: row.review_on,
                ends_on: row.ends_on,
                notice_days: row.notice_days,
            },
        })
        .collect())
}

pub(super) async fn all<A: Action>(may: &mut May<A>) -> sqlx::Result<Vec<Agreement>> {
    select(may, None).await
}

pub(super) async fn version<A: Action>(
    may: &mut May<A>,
    version: i16,
) -> sqlx::Result<Option<Agreement>> {
    Ok(select(may, Some(version)).await?.pop())
}

pub(super) async fn insert(
    may: &mut May<DraftAgreement>,
    version: i16,
    clauses: &Clauses,
) -> Result<()> {
    let (pairing, viewer, now) = (may.pairing().id, may.viewer().id, may.now());
    let added = sqlx::query!(
        r"
        insert into agreements (
            pairing_id, version, purpose, success, scope, meetings, booking, contact, cancelling,
            mentor_commits, mentee_commits, confidentiality, conflicts, reported, feedback,
            if_it_does_not_work, starts_on, review_on, ends_on, notice_days, drafted_by,
            drafted_at
        )
        select
            $1, $2, said[1], said[2], said[3], said[4], said[5], said[6], said[7], said[8],
            said[9], said[10], said[11], said[12], said[13], said[14], $4, $5, $6, $7, $8, $9
        from (select $3::text[] as said) typed
        ",
        pairing.0,
        version,
        &clauses.texts,
        clauses.starts_on,
        clauses.review_on,
        clauses.ends_on,
        clauses.notice_days,
        viewer.0,
        now,
    )
    .execute(may.db())
    .await;
    match added {
        Err(cause) if broke(&cause, "agreements_one_next_version") => Err(Error::conflict(
            "The other one saved a version at the same moment. Open it and begin from there.",
        )),
        added => Ok(added.map(|_| ())?),
    }
}
