//! Cancelling for a mentor what is booked next.

use super::access::Assists;
use super::queries::{self, Booked, Next};
use super::{tell, times};
use crate::calendars::invitations::Happened;
use crate::error::Result;
use crate::sessions::outcome::short_notice;
use crate::web::form::Form;
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "assisting/cancel.html")]
struct CancelPage {
    frame: Frame,
    pairing: Booked,
    session: Next,
    /// "less than a working day", where that is less than the two agreed.
    short: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CancelForm {
    /// The key of the session that was shown.
    session: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/assisting/{pairing}/cancellation", Entry::SignedIn, ask)
        .post("/assisting/{pairing}/cancellation", Entry::SignedIn, cancel)
}

async fn ask(mut assists: Assists) -> Result<Response> {
    let Some(session) = assists.pairing.coming_session() else {
        return Ok(see("/"));
    };
    let when = (session.times.yours, session.starts_at - assists.acting.now);
    let pairing = assists.pairing.id;
    let short = short_notice(&mut assists.acting, pairing, when).await?;
    Ok(Page(CancelPage {
        frame: assists.frame(),
        short,
        pairing: assists.pairing,
        session,
    })
    .into_response())
}

async fn cancel(mut assists: Assists, Form(form): Form<CancelForm>) -> Result<Response> {
    let Some(session) = assists.pairing.session else {
        return Ok(see("/"));
    };
    let (pairing, shown) = (assists.pairing.id, form.session.parse() == Ok(session.id));
    if !shown || !queries::cancel(&mut assists.acting, pairing, session.id).await? {
        return Err(times::changed(&assists.pairing));
    }
    tell(&mut assists, session.id, Happened::Cancelled).await?;
    assists.commit("cancelled a session for the mentor").await?;
    Ok(done(
        "/",
        "The session is cancelled and the time is free again. Both are told.",
    ))
}
