//! The SQL of what each says alone. Row-level security leaves nobody what is another's.

use super::duty::{self, Duty};
use crate::pairings::PairingId;
use crate::pairings::access::{Action, AskToTalk, May, SayForOneself, SayWhatHelped};
use crate::people::{Acting, PersonId};
use crate::programmes::ProgrammeId;
use sqlx::PgConnection;
use time::Date;

/// What the viewer has said of a session.
pub struct OfSession {
    pub pulse: Option<i16>,
    pub helped: Option<Vec<String>>,
}

/// What the viewer has said of the pairing.
pub struct OfPairing {
    pub fit: Option<String>,
    pub asks_to_talk: bool,
    pub asks_for_a_change: bool,
}

/// How it went for the viewer at one session.
pub struct Pulse {
    pub on: Date,
    pub score: i16,
}

/// One of the mentor's duties, and at how many sessions it helped.
pub struct Strength {
    pub duty: &'static Duty,
    pub times: i64,
    pub sessions: i64,
}

/// Who asks to talk, as the coordinators are told.
pub struct Talk {
    pub id: i64,
    pub name: String,
    pub pairing: PairingId,
    pub on: Date,
}

pub async fn of_session<A: Action>(may: &mut May<A>, session: i64) -> sqlx::Result<OfSession> {
    let viewer = may.viewer().id;
    sqlx::query_as!(
        OfSession,
        r#"
        select
            (select score from pulses where session_id = $1 and person_id = $2) as pulse,
            (select duties from duties_that_helped where session_id = $1 and mentee_id = $2) as helped
        "#,
        session,
        viewer.0,
    )
    .fetch_one(may.db())
    .await
}

pub async fn of_pairing<A: Action>(may: &mut May<A>) -> sqlx::Result<OfPairing> {
    let (pairing, viewer) = (may.pairing().id, may.viewer().id);
    sqlx::query_as!(
        OfPairing,
        r#"
        select
            (select fit from fits where pairing_id = $1 and person_id = $2) as fit,
            exists (select from talks_asked where pairing_id = $1 and person_id = $2)
                as "asks_to_talk!",
            exists (select from changes_asked where pairing_id = $1 and person_id = $2)
                as "asks_for_a_change!"
        "#,
        pairing.0,
        viewer.0,
    )
    .fetch_one(may.db())
    .await
}

/// The viewer's own, the latest first.
pub async fn pulses<A: Action>(may: &mut May<A>) -> sqlx::Result<Vec<Pulse>> {
    let (pairing, viewer) = (may.pairing().id, may.viewer().id);
    sqlx::query_as!(
        Pulse,
        r#"
        select held_on as "on!", score
        from pulses join mentoring_sessions on mentoring_sessions.id = session_id
        where pulses.pairing_id = $1 and person_id = $2 and held_on is not null
        order by during desc
        "#,
        pairing.0,
        viewer.0,
    )
    .fetch_all(may.db())
    .await
}

pub async fn say_pulse(may: &mut May<SayForOneself>, session: i64, score: i16) -> sqlx::Result<()> {
    let (pairing, viewer, now) = (may.pairing().id, may.viewer().id, may.now());
    sqlx::query!(
        "insert into pulses (session_id, pairing_id, person_id, score, said_at)
         values ($1, $2, $3, $4, $5)
         on conflict (session_id, person_id) do update set
            score = excluded.score, said_at = excluded.said_at",
        session,
        pairing.0,
        viewer.0,
        score,
        now,
    )
    .execute(may.db())
    .await?;
    Ok(())
}

/// What was said before stands.
pub async fn say_what_helped(
    may: &mut May<SayWhatHelped>,
    session: i64,
    duties: &[String],
) -> sqlx::Result<()> {
    let (pairing, viewer, now) = (may.pairing().id, may.viewer().id, may.now());
    sqlx::query!(
        "insert into duties_that_helped (session_id, pairing_id, mentee_id, duties, said_at)
         values ($1, $2, $3, $4, $5)
         on conflict (session_id) do nothing",
        session,
        pairing.0,
        viewer.0,
        duties,
        now,
    )
    .execute(may.db())
    .await?;
    Ok(())
}

/// The viewer's as a mentor, over sessions enough that none of them can be told apart.
pub async fn strengths(db: &mut PgConnection) -> sqlx::Result<Vec<Strength>> {
    let rows = sqlx::query!(
        r#"select duty as "duty!", times as "times!", sessions as "sessions!" from what_helped()"#
    )
    .fetch_all(db)
    .await?;
    let strengths = rows.into_iter().filter_map(|row| {
        Some(Strength {
            duty: duty::of(&row.duty)?,
            times: row.times,
            sessions: row.sessions,
        })
    });
    Ok(strengths.collect())
}

pub async fn say_fit(may: &mut May<SayForOneself>, fit: &str) -> sqlx::Result<()> {
    let (pairing, viewer, now) = (may.pairing().id, may.viewer().id, may.now());
    sqlx::query!(
        "insert into fits (pairing_id, person_id, fit, said_at) values ($1, $2, $3, $4)
         on conflict (pairing_id, person_id) do update set
            fit = excluded.fit, said_at = excluded.said_at",
        pairing.0,
        viewer.0,
        fit,
        now,
    )
    .execute(may.db())
    .await?;
    Ok(())
}

/// False if that is asked already.
pub async fn ask_to_talk(may: &mut May<AskToTalk>) -> sqlx::Result<bool> {
    let (pairing, viewer, now) = (may.pairing().id, may.viewer().id, may.now());
    let asked = sqlx::query!(
        "insert into talks_asked (pairing_id, person_id, asked_at) values ($1, $2, $3)
         on conflict (pairing_id, person_id) do nothing",
        pairing.0,
        viewer.0,
        now,
    )
    .execute(may.db())
    .await?;
    Ok(asked.rows_affected() == 1)
}

pub async fn take_back_talk(may: &mut May<AskToTalk>) -> sqlx::Result<()> {
    let (pairing, viewer) = (may.pairing().id, may.viewer().id);
    sqlx::query!(
        "delete from talks_asked where pairing_id = $1 and person_id = $2",
        pairing.0,
        viewer.0,
    )
    .execute(may.db())
    .await?;
    Ok(())
}

/// Whether nobody of the two had asked before is told to nobody: false if the viewer had.
pub async fn ask_for_a_change(may: &mut May<SayForOneself>) -> sqlx::Result<bool> {
    let (pairing, viewer, now) = (may.pairing().id, may.viewer().id, may.now());
    let asked = sqlx::query!(
        "insert into changes_asked (pairing_id, person_id, asked_at) values ($1, $2, $3)
         on conflict (pairing_id, person_id) do nothing",
        pairing.0,
        viewer.0,
        now,
    )
    .execute(may.db())
    .await?;
    Ok(asked.rows_affected() == 1)
}

pub async fn take_back_change(may: &mut May<SayForOneself>) -> sqlx::Result<()> {
    let (pairing, viewer) = (may.pairing().id, may.viewer().id);
    sqlx::query!(
        "delete from changes_asked where pairing_id = $1 and person_id = $2",
        pairing.0,
        viewer.0,
    )
    .execute(may.db())
    .await?;
    Ok(())
}

/// Who can be asked: coordinators who are not of the two, with their addresses.
pub async fn coordinators<A: Action>(may: &mut May<A>) -> sqlx::Result<Vec<(PersonId, String)>> {
    let pairing = may.pairing().id;
    let rows = sqlx::query!(
        r#"select person_id as "person!: PersonId", email as "email!" from coordinators_beside($1)"#,
        pairing.0,
    )
    .fetch_all(may.db())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.person, row.email))
        .collect())
}

/// Who asks to talk in a programme, for its coordinators.
pub async fn talks(acting: &mut Acting, programme: ProgrammeId) -> sqlx::Result<Vec<Talk>> {
    sqlx::query_as!(
        Talk,
        r#"
        select
            talks_asked.id, full_name as name, pairing_id as "pairing: PairingId",
            (asked_at at time zone programmes.time_zone)::date as "on!"
        from talks_asked
        join pairings on pairings.id = pairing_id
        join programmes on programmes.id = programme_id
        join people on people.id = person_id
        where programme_id = $1 and person_id <> $2
        order by asked_at, talks_asked.id
        "#,
        programme.0,
        acting.viewer.id.0,
    )
    .fetch_all(&mut **acting)
    .await
}

/// The open pairings of a programme in which another match is asked for, and since when.
pub async fn changes(
    acting: &mut Acting,
    programme: ProgrammeId,
) -> sqlx::Result<Vec<(PairingId, Date)>> {
    let rows = sqlx::query!(
        r#"
        select pairing_id as "pairing!: PairingId", asked_on as "on!"
        from changes_wanted
        join pairings on pairings.id = pairing_id
        where programme_id = $1 and closed_on is null
        order by asked_on, pairing_id
        "#,
        programme.0,
    )
    .fetch_all(&mut **acting)
    .await?;
    Ok(rows.into_iter().map(|row| (row.pairing, row.on)).collect())
}

/// Whether the coordinators are asked for another match, for one of them.
pub async fn change_wanted<A: Action>(may: &mut May<A>) -> sqlx::Result<bool> {
    let pairing = may.pairing().id;
    sqlx::query_scalar!(
        r#"select exists (select from changes_wanted where pairing_id = $1) as "wanted!""#,
        pairing.0,
    )
    .fetch_one(may.db())
    .await
}

impl OfSession {
    pub fn gave(&self, score: &i16) -> bool {
        self.pulse == Some(*score)
    }
}
