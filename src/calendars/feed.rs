//! The private address at which somebody's own calendar fetches their sessions.

use super::event::{Event, Method, calendar};
use super::{ICALENDAR, queries};
use crate::error::{Error, Result};
use crate::people::acting::hash;
use crate::people::links::AtLink;
use crate::web::routes::{Entry, Routes};
use axum::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use std::fmt::Write;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/calendar/{token}", Entry::Anyone, show)
}

async fn show(at: AtLink, headers: HeaderMap) -> Result<Response> {
    let text = read(&at).await?;
    let tag = tag(&text);
    let known = [(CACHE_CONTROL, "private, no-cache"), (ETAG, &tag)];
    if matches(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, known).into_response());
    }
    Ok((known, [ICALENDAR], text).into_response())
}

async fn read(at: &AtLink) -> Result<String> {
    let mut db = at.app.db.begin().await?;
    let owner = sqlx::query_scalar!(
        r#"select person_of_calendar($1) as "person: crate::people::PersonId""#,
        &at.hash(),
    )
    .fetch_one(&mut *db)
    .await?
    .ok_or(Error::NotFound)?;
    sqlx::query!(
        "select set_config('app.person_id', $1::bigint::text, true)",
        owner.0
    )
    .fetch_one(&mut *db)
    .await?;
    let base_url = &at.app.base_url;
    let sessions = queries::sessions(&mut db, at.now).await?;
    let mut events: Vec<_> = sessions
        .iter()
        .map(|session| Event {
            // Whoever comes by the address learns no more than it takes to keep an hour free.
            place: String::new(),
            ..session.event(owner, base_url)
        })
        .collect();
    events.extend(queries::targets(&mut db, base_url).await?);
    Ok(calendar(Method::Publish, Some("Mentoring"), &events))
}

fn tag(text: &str) -> String {
    let mut tag = String::from("\"");
    for byte in &hash(text)[..16] {
        let _ = write!(tag, "{byte:02x}");
    }
    tag + "\""
}

/// Whether the calendar has this state of it already. What was compressed on the way may come back
/// with a weak tag.
fn matches(headers: &HeaderMap, tag: &str) -> bool {
    let given = headers.get_all(IF_NONE_MATCH).iter();
    given
        .filter_map(|tags| tags.to_str().ok())
        .flat_map(|tags| tags.split(','))
        .map(|one| one.trim())
        .any(|one| one == "*" || one.trim_start_matches("W/") == tag)
}
