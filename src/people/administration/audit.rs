//! Who did what and when, of the whole installation; never what was written.

use crate::error::Result;
use crate::people::{Acting, PersonId};
use crate::programmes::ProgrammeId;
use crate::web::form::Form;
use crate::web::page::{Frame, Page};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use time::PrimitiveDateTime;

const PER_PAGE: usize = 50;

#[derive(Template)]
#[template(path = "people/administration/audit.html")]
struct AuditPage {
    frame: Frame,
    events: Vec<Event>,
    /// What the events are narrowed to, in words.
    narrowed_to: Vec<String>,
    /// The address of the page of older events.
    older: Option<String>,
}

struct Event {
    id: i64,
    at: PrimitiveDateTime,
    actor_id: Option<i64>,
    actor: Option<String>,
    act: String,
    person_id: Option<i64>,
    person: Option<String>,
    pairing_id: Option<i64>,
    programme_id: Option<i64>,
    programme: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Which {
    person: String,
    pairing: String,
    programme: String,
    before: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes.get("/audit", Entry::Administrators, show)
}

async fn show(mut acting: Acting, Form(which): Form<Which>) -> Result<Response> {
    let mut events = events(&mut acting, &which).await?;
    let more = events.len() > PER_PAGE;
    events.truncate(PER_PAGE);
    let older = events
        .last()
        .filter(|_| more)
        .map(|event| which.before(event.id));
    Ok(Page(AuditPage {
        frame: acting.frame.clone(),
        narrowed_to: names(&mut acting, &which).await?,
        older,
        events,
    })
    .into_response())
}

impl Which {
    fn person(&self) -> Option<i64> {
        self.person.parse().ok()
    }

    fn pairing(&self) -> Option<i64> {
        self.pairing.parse().ok()
    }

    fn programme(&self) -> Option<i64> {
        self.programme.parse().ok()
    }

    fn before(&self, id: i64) -> String {
        let kept = [
            ("person", self.person()),
            ("pairing", self.pairing()),
            ("programme", self.programme()),
            ("before", Some(id)),
        ];
        let kept: Vec<String> = kept
            .into_iter()
            .filter_map(|(name, id)| Some(format!("{name}={}", id?)))
            .collect();
        format!("/audit?{}", kept.join("&"))
    }
}

async fn events(acting: &mut Acting, which: &Which) -> sqlx::Result<Vec<Event>> {
    let zone = acting.viewer.time_zone.clone();
    sqlx::query_as!(
        Event,
        r#"
        select
            audit_events.id,
            audit_events.at at time zone $1 as "at!",
            actor_id, actor.full_name as "actor?", act,
            person_id, person.full_name as "person?",
            pairing_id, programme_id, programmes.name as "programme?"
        from audit_events
        left join people actor on actor.id = actor_id
        left join people person on person.id = person_id
        left join programmes on programmes.id = programme_id
        where ($2::bigint is null or $2 in (actor_id, person_id))
            and ($3::bigint is null or pairing_id = $3)
            and ($4::bigint is null or programme_id = $4)
            and ($5::bigint is null or audit_events.id < $5)
        order by audit_events.id desc
        limit 51
        "#,
        zone,
        which.person(),
        which.pairing(),
        which.programme(),
        which.before.parse::<i64>().ok(),
    )
    .fetch_all(&mut **acting)
    .await
}

async fn names(acting: &mut Acting, which: &Which) -> sqlx::Result<Vec<String>> {
    let row = sqlx::query!(
        r#"select
            (select full_name from people where id = $1) as person,
            (select name from programmes where id = $2) as programme"#,
        which.person(),
        which.programme(),
    )
    .fetch_one(&mut **acting)
    .await?;
    let pairing = which.pairing().map(|id| format!("Pairing {id}"));
    Ok([row.person, pairing, row.programme]
        .into_iter()
        .flatten()
        .collect())
}

impl Event {
    fn person(&self) -> Option<(PersonId, &str)> {
        self.person_id.map(PersonId).zip(self.person.as_deref())
    }

    fn actor(&self) -> Option<(PersonId, &str)> {
        self.actor_id.map(PersonId).zip(self.actor.as_deref())
    }

    fn programme(&self) -> Option<(ProgrammeId, &str)> {
        self.programme_id
            .map(ProgrammeId)
            .zip(self.programme.as_deref())
    }
}
