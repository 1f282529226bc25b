//! A programme becomes a file.

use super::file::{Enrolled, File};
use crate::agreements::clauses::Wordings;
use crate::library;
use crate::programme_letters::OwnWords;
use crate::programme_settings::settings::{Settings, WhoAsks};
use crate::programmes::ProgrammeId;
use crate::questions;
use crate::workbench::own::Own;
use sqlx::PgConnection;
use time::OffsetDateTime;

/// The programme with this id, or of this name.
pub async fn named(db: &mut PgConnection, which: &str) -> sqlx::Result<Option<ProgrammeId>> {
    sqlx::query_scalar!(
        "select id from programmes where id = $1 or name = $2 order by id = $1 desc nulls last limit 1",
        which.parse::<i64>().ok(),
        which,
    )
    .fetch_optional(db)
    .await
}

/// By whoever runs the server, who is nobody that Waymark knows.
///
/// # Errors
/// `RowNotFound` for a programme that there is not.
pub async fn by_the_owner(
    db: &mut PgConnection,
    id: ProgrammeId,
    with_people: bool,
    now: OffsetDateTime,
) -> sqlx::Result<File> {
    let file = file(&mut *db, id, with_people).await?;
    sqlx::query!(
        "insert into audit_events (at, act, programme_id) values ($1, $2, $3)",
        now,
        act(with_people),
        id.0,
    )
    .execute(db)
    .await?;
    Ok(file)
}

/// What the audit says of it.
pub fn act(with_people: bool) -> &'static str {
    if with_people {
        "took the programme and its people as a file"
    } else {
        "took the programme as a file"
    }
}

pub async fn file(db: &mut PgConnection, id: ProgrammeId, with_people: bool) -> sqlx::Result<File> {
    let settings = sqlx::query_as!(
        Settings,
        r#"
        select
            name, purpose, whom_for, starts_on, ends_on, midpoint_on, time_zone,
            enrolment_opens_on, enrolment_closes_on, who_asks as "who_asks: WhoAsks", days_to_answer,
            session_minutes, session_every_weeks, minimum_sessions, capacity_default,
            capacity_max, is_told
        from programmes
        where id = $1
        "#,
        id.0,
    )
    .fetch_one(&mut *db)
    .await?;
    let questions = questions::of_programme(&mut *db, id).await?;
    let letters = OwnWords::of(&mut *db, id).await?;
    let agreement = Wordings::of(&mut *db, id).await?;
    let matching = Own::kept(&mut *db, id, &questions).await?;
    let mut library = library::queries::of_programme(&mut *db, id).await?;
    // What nobody has touched is Waymark's, whichever Waymark reads the file.
    library.retain(|module| module.id.is_some());
    let people = match with_people {
        true => Some(people(db, id).await?),
        false => None,
    };
    Ok(File::new(
        settings,
        questions,
        (letters, agreement),
        (matching, library),
        people,
    ))
}

/// In an order that is the same on every server.
async fn people(db: &mut PgConnection, id: ProgrammeId) -> sqlx::Result<Vec<Enrolled>> {
    sqlx::query_as!(
        Enrolled,
        r#"
        select full_name as name, email, part, capacity, about
        from enrolments
        join people on people.id = person_id
        where programme_id = $1 and left_at is null
        order by email collate "C", part collate "C"
        "#,
        id.0,
    )
    .fetch_all(db)
    .await
}
