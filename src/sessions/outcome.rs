//! What becomes of a session that was booked: held, missed without blame, or cancelled in time.

use super::{Kind, Session, SessionId, State, queries};
use crate::calendars::invitations::{self, Happened};
use crate::error::{Error, Result};
use crate::pairings::access::{Action, ChangeSession, May};
use crate::pairings::queries::store_stage;
use crate::pairings::stage::Stage;
use crate::pairings::{Pairing, PairingId};
use crate::web::form::Form;
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use sqlx::PgConnection;
use time::{Date, Duration, OffsetDateTime, PrimitiveDateTime, Weekday};

#[derive(Template)]
#[template(path = "sessions/cancel.html")]
struct CancelPage {
    frame: Frame,
    pairing: Pairing,
    session: Session,
    /// What the two agreed about cancelling.
    agreed: Option<String>,
    /// "less than a working day", where that is less than they agreed.
    short: Option<String>,
}

/// Of a session that did not happen: who could not come.
#[derive(Default, Deserialize)]
#[serde(default)]
struct MissedForm {
    by: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .post(
            "/pairings/{pairing}/sessions/{session}/held",
            Entry::SignedIn,
            hold,
        )
        .post(
            "/pairings/{pairing}/sessions/{session}/missed",
            Entry::SignedIn,
            miss,
        )
        .post(
            "/pairings/{pairing}/sessions/{session}/missed-by",
            Entry::SignedIn,
            say_who_missed,
        )
        .get(
            "/pairings/{pairing}/sessions/{session}/cancellation",
            Entry::SignedIn,
            ask_to_cancel,
        )
        .post(
            "/pairings/{pairing}/sessions/{session}/cancellation",
            Entry::SignedIn,
            cancel,
        )
}

async fn hold(may: May<ChangeSession>, SessionId(id): SessionId) -> Result<Response> {
    let path = format!("{}/sessions/{id}", may.pairing().path());
    Ok(told(&path, held(may, id).await?))
}

/// Whatever was so already is left without a word.
fn told(path: &str, said: &str) -> Response {
    match said.is_empty() {
        true => see(path),
        false => done(path, said),
    }
}

/// Notes that a session happened, and says so; nothing, where that was known.
pub async fn held(mut may: May<ChangeSession>, id: i64) -> Result<&'static str> {
    let session = queries::find(&mut may, id).await?;
    match session.state {
        State::Held => return Ok(""),
        State::Missed | State::Cancelled => return Err(settled(&session)),
        State::Booked if !session.started(&may.now()) => return Err(too_early()),
        State::Booked => {}
    }
    sqlx::query!(
        "update mentoring_sessions set held_on = $2 where id = $1",
        session.id,
        session.on,
    )
    .execute(may.db())
    .await?;
    take_stage_on(&mut may, session.kind, session.on).await?;
    may.commit_as("said that a session happened").await?;
    Ok("Good. Now write it up while it is fresh.")
}

/// The first and the last meeting of a pairing take it a step on.
pub async fn take_stage_on<A: Action>(may: &mut May<A>, kind: Kind, on: Date) -> Result<()> {
    let today = may.today();
    let stage = match (may.pairing().stage, kind) {
        (Stage::InitialMeeting(initial), Kind::Initial) => initial.hold(on),
        (Stage::MovingOn(moving), Kind::MovingOn) => Stage::MovingOn(moving.hold(on, today)),
        (
            Stage::Proposed(_)
            | Stage::Offered(_)
            | Stage::InitialMeeting(_)
            | Stage::Sessions(_)
            | Stage::MovingOn(_)
            | Stage::Closed(_),
            Kind::Initial | Kind::Session | Kind::MovingOn,
        ) => return Ok(()),
    };
    store_stage(may, stage).await?;
    Ok(())
}

async fn miss(may: May<ChangeSession>, SessionId(id): SessionId) -> Result<Response> {
    let path = format!("{}/sessions/{id}", may.pairing().path());
    Ok(told(&path, missed(may, id).await?))
}

/// Notes that a session did not happen, and says so; nothing, where that was known.
pub async fn missed(mut may: May<ChangeSession>, id: i64) -> Result<&'static str> {
    let session = queries::find(&mut may, id).await?;
    match session.state {
        State::Missed => return Ok(""),
        State::Held | State::Cancelled => return Err(settled(&session)),
        State::Booked if !session.started(&may.now()) => return Err(too_early()),
        State::Booked => {}
    }
    sqlx::query!(
        "update mentoring_sessions set missed_on = $2 where id = $1",
        session.id,
        session.on,
    )
    .execute(may.db())
    .await?;
    free_time(&mut may, session.id).await?;
    may.commit_as("said that a session did not happen").await?;
    Ok("Noted. These things happen: book another time.")
}

/// Between the two, for whoever likes to say it: no turn, count or letter comes of it.
async fn say_who_missed(
    mut may: May<ChangeSession>,
    SessionId(id): SessionId,
    Form(form): Form<MissedForm>,
) -> Result<Response> {
    let session = queries::find(&mut may, id).await?;
    if !session.is(State::Missed) {
        return Err(Error::conflict(
            "Nobody said that this session did not happen. Nothing has changed by this press.",
        ));
    }
    let by = ["mentor", "mentee", "both"]
        .into_iter()
        .find(|by| *by == form.by);
    let pairing = may.pairing().id;
    sqlx::query!(
        "insert into session_plans (session_id, pairing_id, missed_by) values ($1, $2, $3)
         on conflict (session_id) do update set missed_by = excluded.missed_by",
        session.id,
        pairing.0,
        by,
    )
    .execute(may.db())
    .await?;
    let path = session.path(may.pairing());
    may.commit_as("said who could not come to a session")
        .await?;
    Ok(done(&path, "Noted, between the two of you."))
}

async fn ask_to_cancel(mut may: May<ChangeSession>, SessionId(id): SessionId) -> Result<Response> {
    let session = queries::find(&mut may, id).await?;
    if session.is(State::Cancelled) {
        return Ok(see(&session.path(may.pairing())));
    }
    still_to_come(&session, may.now())?;
    let when = (session.times.yours, session.starts_at - may.now());
    let pairing = may.pairing().id;
    let short = short_notice(may.db(), pairing, when).await?;
    Ok(Page(CancelPage {
        frame: may.frame(),
        agreed: agreed(&mut may).await?,
        short,
        pairing: may.pairing().clone(),
        session,
    })
    .into_response())
}

/// How much less is left before a session than the notice that the two agreed: "less than 2 working
/// days"; nothing where it is enough. Its beginning is told by a clock of their own.
pub async fn short_notice(
    db: &mut PgConnection,
    pairing: PairingId,
    (starts, left): (PrimitiveDateTime, Duration),
) -> sqlx::Result<Option<String>> {
    let days = sqlx::query_scalar!(r#"select notice_agreed($1) as "days!""#, pairing.0)
        .fetch_one(db)
        .await?;
    Ok(is_short(starts, left, days).then(|| match days {
        1 => "less than a working day".into(),
        days => format!("less than {days} working days"),
    }))
}

/// Whether fewer working days than these are left. At weekends nobody reads that a session is
/// cancelled.
fn is_short(starts: PrimitiveDateTime, left: Duration, days: i16) -> bool {
    let now = starts - left;
    // So many working days and their weekends never take longer.
    let within = (0..=2 * days + 3).map(|day| now.date() + Duration::days(day.into()));
    let weekends: Duration = within
        .filter(|day| matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday))
        .map(|day| {
            let (begins, ends) = (day.midnight(), (day + Duration::DAY).midnight());
            (ends.min(starts) - begins.max(now)).max(Duration::ZERO)
        })
        .sum();
    left - weekends < Duration::days(days.into())
}

/// What the agreement in force says about cancelling.
async fn agreed(may: &mut May<ChangeSession>) -> sqlx::Result<Option<String>> {
    let pairing = may.pairing().id;
    let words = sqlx::query_scalar!(
        "select cancelling from agreements
         where pairing_id = $1
            and (select count(*) from agreement_signatures where agreement_id = agreements.id) = 2
         order by version desc
         limit 1",
        pairing.0,
    )
    .fetch_optional(may.db())
    .await?;
    Ok(words.filter(|words| !words.is_empty()))
}

async fn cancel(mut may: May<ChangeSession>, SessionId(id): SessionId) -> Result<Response> {
    let session = queries::find(&mut may, id).await?;
    if session.is(State::Cancelled) {
        return Ok(see(&session.path(may.pairing())));
    }
    still_to_come(&session, may.now())?;
    let (path, today) = (may.pairing().path(), may.today());
    sqlx::query!(
        "update mentoring_sessions set cancelled_on = $2 where id = $1",
        session.id,
        today,
    )
    .execute(may.db())
    .await?;
    free_time(&mut may, session.id).await?;
    invitations::tell(&mut may, session.id, Happened::Cancelled).await?;
    may.commit_as("cancelled a session").await?;
    Ok(done(
        &path,
        "The session is cancelled and the time is free again.",
    ))
}

/// # Errors
/// A conflict that says why, where it is not.
pub fn still_to_come(session: &Session, now: OffsetDateTime) -> Result<()> {
    match session.state {
        State::Booked if session.started(&now) => Err(Error::conflict(
            "This session has started. Say on its page whether it happened instead.",
        )),
        State::Booked => Ok(()),
        State::Held | State::Missed | State::Cancelled => Err(settled(session)),
    }
}

async fn free_time(may: &mut May<ChangeSession>, session: i64) -> sqlx::Result<()> {
    sqlx::query!("delete from attendances where session_id = $1", session)
        .execute(may.db())
        .await?;
    Ok(())
}

fn settled(session: &Session) -> Error {
    Error::conflict(match session.state {
        State::Held => {
            "It was said before that this session happened. Nothing has changed by this press."
        }
        State::Missed => {
            "It was said before that this session did not happen. If it did, log it as a meeting \
             that was not booked here. Nothing has changed by this press."
        }
        State::Cancelled => {
            "This session was cancelled in the meantime. Nothing has changed by this press."
        }
        State::Booked => "This session is still to come.",
    })
}

fn too_early() -> Error {
    Error::conflict(
        "This session has not started yet. Come back once it has. Nothing has changed by this press.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn a_working_day_has_no_weekend_in_it() {
        let wednesday = datetime!(2026-04-01 12:00);
        let friday = datetime!(2026-04-03 15:00);
        let saturday = datetime!(2026-04-04 10:00);
        let monday = datetime!(2026-04-06 09:00);
        for (now, starts, expected) in [
            (wednesday, datetime!(2026-04-02 11:59), true),
            (wednesday, datetime!(2026-04-02 12:00), false),
            (friday, monday, true),
            (friday, datetime!(2026-04-06 15:00), false),
            (saturday, datetime!(2026-04-05 20:00), true),
            (saturday, monday, true),
            (saturday, datetime!(2026-04-07 00:00), false),
            (datetime!(2026-04-02 23:59), monday, false),
            (monday, monday, true),
            (friday, datetime!(2026-06-01 09:00), false),
        ] {
            assert_eq!(
                is_short(starts, starts - now, 1),
                expected,
                "{now} to {starts}"
            );
        }
    }

    #[test]
    fn notice_is_as_long_as_agreed() {
        let friday = datetime!(2026-04-03 15:00);
        for (starts, days, expected) in [
            (friday, 0, false),
            (datetime!(2026-04-06 14:59), 1, true),
            (datetime!(2026-04-07 14:59), 2, true),
            (datetime!(2026-04-07 15:00), 2, false),
            // Over two weekends.
            (datetime!(2026-04-10 14:59), 5, true),
            (datetime!(2026-04-10 15:00), 5, false),
            (datetime!(2026-04-17 14:59), 10, true),
            (datetime!(2026-04-17 15:00), 10, false),
            (datetime!(2026-10-01 09:00), 10, false),
        ] {
            assert_eq!(
                is_short(starts, starts - friday, days),
                expected,
                "{days} to {starts}"
            );
        }
    }
}
