//! The private address of one's own calendar: made, shown once, made anew, and taken back.

use crate::App;
use crate::error::Result;
use crate::people::acting::{About, hash};
use crate::people::{Acting, random_token};
use crate::web::form::Form;
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use time::PrimitiveDateTime;

#[derive(Template)]
#[template(path = "calendars/account.html")]
struct CalendarPage {
    frame: Frame,
    made: Option<PrimitiveDateTime>,
    /// Right after it was made, and never again.
    address: Option<String>,
    once: String,
}

impl CalendarPage {
    /// What programs take for a calendar to be fetched again and again.
    fn subscription(&self, address: &str) -> String {
        let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
        format!("webcal://{rest}")
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Pressed {
    once: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/account/calendar", Entry::SignedIn, show)
        .post("/account/calendar", Entry::SignedIn, make)
        .post("/account/calendar/revocation", Entry::SignedIn, revoke)
}

async fn show(mut acting: Acting) -> Result<Response> {
    let viewer = acting.viewer.clone();
    let made = sqlx::query_scalar!(
        r#"select made_at at time zone $2 as "made!" from calendar_feeds where person_id = $1"#,
        viewer.id.0,
        viewer.time_zone,
    )
    .fetch_optional(&mut *acting)
    .await?;
    Ok(Page(CalendarPage {
        frame: acting.frame.clone(),
        made,
        address: None,
        once: acting.once(),
    })
    .into_response())
}

/// The address is in the answer and nowhere else: only what it hashes to is kept.
async fn make(
    State(app): State<App>,
    mut acting: Acting,
    Form(pressed): Form<Pressed>,
) -> Result<Response> {
    if !acting.first_time(&pressed.once).await? {
        return Ok(see("/account/calendar"));
    }
    let (person, now, token) = (acting.viewer.id, acting.now, random_token());
    sqlx::query!(
        "insert into calendar_feeds (person_id, token_hash, made_at) values ($1, $2, $3)
         on conflict (person_id) do update
         set token_hash = excluded.token_hash, made_at = excluded.made_at",
        person.0,
        &hash(&token),
        now,
    )
    .execute(&mut *acting)
    .await?;
    let page = CalendarPage {
        frame: acting.frame.clone(),
        made: None,
        address: Some(app.base_url.join(&format!("/calendar/{token}"))),
        once: acting.once(),
    };
    acting
        .commit("made an address for their calendar", About::Oneself)
        .await?;
    Ok(Page(page).into_response())
}

async fn revoke(mut acting: Acting) -> Result<Response> {
    let person = acting.viewer.id;
    let revoked = sqlx::query!("delete from calendar_feeds where person_id = $1", person.0)
        .execute(&mut *acting)
        .await?;
    if revoked.rows_affected() > 0 {
        acting
            .commit("took back the address of their calendar", About::Oneself)
            .await?;
    }
    Ok(done(
        "/account/calendar",
        "The address is taken back. Calendars that have it get nothing more.",
    ))
}
