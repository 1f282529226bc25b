//! Everybody with an account, to search.

use crate::error::Result;
use crate::people::{Acting, PersonId};
use crate::web::form::{self, Form};
use crate::web::page::{Frame, Page};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

const PER_PAGE: usize = 50;

#[derive(Template)]
#[template(path = "people/administration/list.html")]
struct PeoplePage {
    frame: Frame,
    q: String,
    people: Vec<Person>,
    page: i64,
    more: bool,
}

struct Person {
    id: PersonId,
    name: String,
    email: String,
    job_title: String,
    department: String,
    administrator: bool,
    has_left: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Search {
    q: String,
    page: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes.get("/people", Entry::Administrators, show)
}

async fn show(mut acting: Acting, Form(search): Form<Search>) -> Result<Response> {
    let q = form::optional_line(&search.q, 200).unwrap_or_default();
    let page = search.page.parse().unwrap_or(1).clamp(1, 10_000);
    let mut people = find(&mut acting, &q, (page - 1) * 50).await?;
    let more = people.len() > PER_PAGE;
    people.truncate(PER_PAGE);
    Ok(Page(PeoplePage {
        frame: acting.frame.clone(),
        q,
        people,
        page,
        more,
    })
    .into_response())
}

async fn find(acting: &mut Acting, q: &str, skip: i64) -> sqlx::Result<Vec<Person>> {
    sqlx::query_as!(
        Person,
        r#"
        select
            id, full_name as name, email, job_title, department,
            administrator_since is not null as "administrator!",
            deactivated_at is not null as "has_left!"
        from people
        where strpos(lower(full_name || ' ' || email || ' ' || department), lower($1)) > 0
        order by lower(full_name), id
        limit 51 offset $2
        "#,
        q,
        skip,
    )
    .fetch_all(&mut **acting)
    .await
}
