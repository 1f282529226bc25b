//! The statements of SQL of this feature.

use super::measures::Point;
use crate::people::Acting;
use crate::programmes::ProgrammeId;
use sqlx::PgConnection;
use time::Date;

/// What the viewer is in a programme, and what they are asked now.
#[derive(Debug, Default)]
pub struct Asked {
    pub mentee: bool,
    pub mentor: bool,
    pub had_mentor: bool,
    pub had_mentee: bool,
    pub now: Option<(Point, Date)>,
}

/// A rating of the viewer's; none where they would rather not say.
pub struct Rated {
    pub point: Point,
    pub sent: bool,
    pub measure: String,
    pub rating: Option<i16>,
}

/// What the viewer answers at a point.
pub struct Sheet<'a> {
    pub programme: ProgrammeId,
    pub point: Point,
    pub send: bool,
    pub asked: &'a Asked,
    pub ratings: &'a [(&'static str, Option<i16>)],
}

/// Over the people of one programme; never over fewer than five.
#[derive(Debug)]
pub struct Sum {
    pub measure: String,
    pub point: Point,
    pub audience: String,
    pub people: i64,
    pub start_sum: Option<i64>,
    pub change_sum: i64,
    pub change_squares: i64,
}

/// How many were asked twice.
pub struct AskedTwice {
    pub whose: String,
    pub point: Point,
    pub audience: String,
    pub people: i64,
}

/// What became of the objectives of closed pairings, five at least.
#[derive(Debug)]
pub struct Objectives {
    pub pairings: i64,
    pub signed_off: i64,
    pub handed_on: i64,
    pub dropped: i64,
    pub left_open: i64,
}

/// None for whoever neither takes part in the programme nor runs it.
pub async fn asked(acting: &mut Acting, programme: ProgrammeId) -> sqlx::Result<Option<Asked>> {
    let now = acting.now;
    let row = sqlx::query!(
        r#"
        select
            mentee as "mentee!", mentor as "mentor!", had_mentor as "had_mentor!",
            had_mentee as "had_mentee!", point as "point: Point", until
        from own_outcomes($2)
        where programme_id = $1
        "#,
        programme.0,
        now,
    )
    .fetch_optional(&mut **acting)
    .await?;
    Ok(row.map(|row| Asked {
        mentee: row.mentee,
        mentor: row.mentor,
        had_mentor: row.had_mentor,
        had_mentee: row.had_mentee,
        now: row.point.zip(row.until),
    }))
}

pub async fn rated(acting: &mut Acting, programme: ProgrammeId) -> sqlx::Result<Vec<Rated>> {
    let viewer = acting.viewer.id;
    sqlx::query_as!(
        Rated,
        r#"
        select point as "point: Point", sent_at is not null as "sent!", measure, rating
        from outcome_sheets
        join outcome_ratings using (programme_id, person_id, point)
        where programme_id = $1 and person_id = $2
        "#,
        programme.0,
        viewer.0,
    )
    .fetch_all(&mut **acting)
    .await
}

/// Once it has been sent it stays so, with whom they had met by then.
pub async fn keep(acting: &mut Acting, sheet: &Sheet<'_>) -> sqlx::Result<()> {
    let (viewer, now) = (acting.viewer.id, acting.now);
    sqlx::query!(
        "insert into outcome_sheets
            (programme_id, person_id, point, saved_at, sent_at, had_mentor, had_mentee)
         values ($1, $2, $3, $4, case when $5 then $4::timestamptz end, $6, $7)
         on conflict (programme_id, person_id, point) do update set
            saved_at = excluded.saved_at,
            sent_at = coalesce(outcome_sheets.sent_at, excluded.sent_at),
            had_mentor = case when outcome_sheets.sent_at is null then excluded.had_mentor
                else outcome_sheets.had_mentor end,
            had_mentee = case when outcome_sheets.sent_at is null then excluded.had_mentee
                else outcome_sheets.had_mentee end",
        sheet.programme.0,
        viewer.0,
        sheet.point.slug(),
        now,
        sheet.send,
        sheet.asked.had_mentor,
        sheet.asked.had_mentee,
    )
    .execute(&mut **acting)
    .await?;
    let (measures, ratings): (Vec<String>, Vec<Option<i16>>) = sheet
        .ratings
        .iter()
        .map(|(measure, rating)| ((*measure).to_owned(), *rating))
        .unzip();
    sqlx::query!(
        "insert into outcome_ratings (programme_id, person_id, point, measure, rating)
         select $1, $2, $3, measure, rating from unnest($4::text[], $5::smallint[]) said (measure, rating)
         on conflict (programme_id, person_id, point, measure) do update set rating = excluded.rating",
        sheet.programme.0,
        viewer.0,
        sheet.point.slug(),
        &measures,
        &ratings as &[Option<i16>],
    )
    .execute(&mut **acting)
    .await?;
    Ok(())
}

/// Puts into sums what has come together since the last time.
pub async fn make_batches(acting: &mut Acting, programme: ProgrammeId) -> sqlx::Result<()> {
    let now = acting.now;
    sqlx::query!("select make_outcome_batches($1, $2)", programme.0, now)
        .execute(&mut **acting)
        .await?;
    Ok(())
}

pub async fn sums(db: &mut PgConnection, programme: ProgrammeId) -> sqlx::Result<Vec<Sum>> {
    sqlx::query_as!(
        Sum,
        r#"
        select
            measure as "measure!", point as "point!: Point", audience as "audience!",
            people as "people!", start_sum, change_sum as "change_sum!",
            change_squares as "change_squares!"
        from outcome_sums($1)
        "#,
        programme.0,
    )
    .fetch_all(db)
    .await
}

pub async fn asked_twice(
    acting: &mut Acting,
    programme: ProgrammeId,
) -> sqlx::Result<Vec<AskedTwice>> {
    let now = acting.now;
    sqlx::query_as!(
        AskedTwice,
        r#"
        select
            whose as "whose!", point as "point!: Point", audience as "audience!", people as "people!"
        from outcome_asked($1, $2)
        "#,
        programme.0,
        now,
    )
    .fetch_all(&mut **acting)
    .await
}

pub async fn objectives(
    db: &mut PgConnection,
    programme: ProgrammeId,
) -> sqlx::Result<Option<Objectives>> {
    sqlx::query_as!(
        Objectives,
        r#"
        select
            pairings as "pairings!", signed_off as "signed_off!", handed_on as "handed_on!",
            dropped as "dropped!", left_open as "left_open!"
        from objective_sums($1)
        "#,
        programme.0,
    )
    .fetch_optional(db)
    .await
}

/// How many have left the programme, and are asked no more.
pub async fn have_left(db: &mut PgConnection, programme: ProgrammeId) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"
        select count(distinct person_id) as "left!"
        from enrolments
        where programme_id = $1 and left_at is not null
        "#,
        programme.0,
    )
    .fetch_one(db)
    .await
}
