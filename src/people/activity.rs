//! The audit trail of access to oneself: who has looked at what concerns the viewer, or done
//! something to it, and when; and what the viewer did.

use super::Acting;
use crate::error::Result;
use crate::web::form::Form;
use crate::web::page::{Frame, Page};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use time::PrimitiveDateTime;

/// How many events a page shows.
const PER_PAGE: usize = 50;

#[derive(Template)]
#[template(path = "people/activity.html")]
struct ActivityPage {
    frame: Frame,
    events: Vec<Event>,
    everybody: bool,
    /// Where the page of older events begins.
    older: Option<i64>,
}

struct Event {
    id: i64,
    at: PrimitiveDateTime,
    /// None for the server itself.
    who: Option<String>,
    by_oneself: bool,
    act: String,
    pairing: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Which {
    /// "everybody", or only others.
    by: String,
    before: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes.get("/account/activity", Entry::SignedIn, show)
}

async fn show(mut acting: Acting, Form(which): Form<Which>) -> Result<Response> {
    let everybody = which.by == "everybody";
    let mut events = events(&mut acting, everybody, which.before.parse().ok()).await?;
    let older = (events.len() > PER_PAGE).then(|| events.truncate(PER_PAGE));
    Ok(Page(ActivityPage {
        frame: acting.frame.clone(),
        older: older.and_then(|()| events.last().map(|event| event.id)),
        events,
        everybody,
    })
    .into_response())
}

async fn events(
    acting: &mut Acting,
    everybody: bool,
    before: Option<i64>,
) -> sqlx::Result<Vec<Event>> {
    let viewer = acting.viewer.clone();
    sqlx::query_as!(
        Event,
        r#"
        select
            audit_trail.id as "id!",
            at at time zone $2 as "at!",
            actor as who,
            coalesce(actor_id = $1, false) as "by_oneself!",
            act as "act!",
            mentee.full_name || ' and ' || mentor.full_name as pairing
        from audit_trail
        left join pairings on pairings.id = pairing_id
        left join people mentor on mentor.id = mentor_id
        left join people mentee on mentee.id = mentee_id
        where (
                person_id = $1
                or ($3 and actor_id = $1)
                or pairing_id in (
                    select id from pairings where $1 in (mentor_id, mentee_id) and offered_on is not null
                )
            )
            and ($3 or actor_id is distinct from $1)
            and ($4::bigint is null or audit_trail.id < $4)
        order by audit_trail.id desc
        limit 51
        "#,
        viewer.id.0,
        viewer.time_zone,
        everybody,
        before,
    )
    .fetch_all(&mut **acting)
    .await
}
