//! After a session: how it is going from one to five, and what of the mentor's part helped.

use super::duty::NINE;
use super::queries;
use crate::error::{Error, Result};
use crate::pairings::access::{Action, May, SayForOneself, SayWhatHelped};
use crate::sessions::{Session, SessionId, State};
use crate::web::form::{Form, Typed};
use crate::web::page::done;
use crate::web::routes::{Entry, Routes};
use axum::response::Response;
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(default)]
struct PulseForm {
    score: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .post(
            "/pairings/{pairing}/sessions/{session}/pulse",
            Entry::SignedIn,
            say,
        )
        .post(
            "/pairings/{pairing}/sessions/{session}/helped",
            Entry::SignedIn,
            say_what_helped,
        )
}

async fn say(
    mut may: May<SayForOneself>,
    SessionId(id): SessionId,
    Form(form): Form<PulseForm>,
) -> Result<Response> {
    let session = held(&mut may, id).await?;
    let path = format!("{}#alone", session.path(may.pairing()));
    let Some(score) = form.score.parse().ok().filter(|one| (1..=5).contains(one)) else {
        return Ok(done(
            &path,
            "Choose a number from 1 to 5, then press Keep it.",
        ));
    };
    queries::say_pulse(&mut may, id, score).await?;
    may.commit_unseen().await?;
    Ok(done(&path, "It is kept, for you alone."))
}

async fn say_what_helped(
    mut may: May<SayWhatHelped>,
    SessionId(id): SessionId,
    Form(typed): Form<Vec<(String, String)>>,
) -> Result<Response> {
    let session = held(&mut may, id).await?;
    let path = format!("{}#alone", session.path(may.pairing()));
    if crate::sessions::records_of(&mut may, id).await?.is_empty() {
        return Err(Error::conflict(
            "Nobody has shared a record of this session yet. Say what helped once one of you has.",
        ));
    }
    let typed = Typed::from(typed);
    let duties = NINE.iter().map(|one| one.key);
    let duties: Vec<String> = duties
        .filter(|key| typed.all("helped").any(|one| one == *key))
        .map(str::to_owned)
        .collect();
    if duties.is_empty() {
        return Ok(done(&path, "Tick what helped, then press Keep it."));
    }
    queries::say_what_helped(&mut may, id, &duties).await?;
    may.commit_unseen().await?;
    Ok(done(
        &path,
        "It is kept. Your mentor is told only sums over several sessions.",
    ))
}

/// # Errors
/// A conflict unless the session happened.
async fn held<A: Action>(may: &mut May<A>, id: i64) -> Result<Session> {
    let session = crate::sessions::queries::find(may, id).await?;
    match session.state {
        State::Held => Ok(session),
        State::Booked | State::Missed | State::Cancelled => Err(Error::conflict(
            "This is asked after a session that happened, and nobody has said of this one that it \
             did.",
        )),
    }
}
