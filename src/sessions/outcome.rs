//! What becomes of a session that was booked: held, missed without blame, or cancelled in time.

use super::{Kind, Session, SessionId, State, queries};
use crate::calendars::invitations::{self, Happened};
use crate::error::{Error, Result};
use crate::pairings::Pairing;
use crate::pairings::access::{Action, ChangeSession, May};
use crate::pairings::queries::store_stage;
use crate::pairings::stage::Stage;
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use time::{Date, OffsetDateTime};

#[derive(Template)]
#[template(path = "sessions/cancel.html")]
struct CancelPage {
    frame: Frame,
    pairing: Pairing,
    session: Session,
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

async fn hold(mut may: May<ChangeSession>, SessionId(id): SessionId) -> Result<Response> {
    let session = queries::find(&mut may, id).await?;
    let path = session.path(may.pairing());
    match session.state {
        State::Held => return Ok(see(&path)),
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
    Ok(done(&path, "Good. Now write it up while it is fresh."))
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

async fn miss(mut may: May<ChangeSession>, SessionId(id): SessionId) -> Result<Response> {
    let session = queries::find(&mut may, id).await?;
    let path = session.path(may.pairing());
    match session.state {
        State::Missed => return Ok(see(&path)),
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
    Ok(done(
        &path,
        "Noted. These things happen: book another time.",
    ))
}

async fn ask_to_cancel(mut may: May<ChangeSession>, SessionId(id): SessionId) -> Result<Response> {
    let session = queries::find(&mut may, id).await?;
    if session.is(State::Cancelled) {
        return Ok(see(&session.path(may.pairing())));
    }
    still_to_come(&session, may.now())?;
    Ok(Page(CancelPage {
        frame: may.frame(),
        pairing: may.pairing().clone(),
        session,
    })
    .into_response())
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

fn still_to_come(session: &Session, now: OffsetDateTime) -> Result<()> {
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
