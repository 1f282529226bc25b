//! The questions of a programme: their order, and those no longer asked.

use super::{Question, of_programme};
use crate::App;
use crate::error::{Error, Result};
use crate::programmes::access::{Programme, Runs, key_in_path};
use crate::programmes::stage::Act;
use crate::web::form::Form;
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

/// The question that a path names.
pub struct Named(pub i64);

impl FromRequestParts<App> for Named {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        key_in_path(parts, "question").await.map(Named)
    }
}

#[derive(Template)]
#[template(path = "questions/list.html")]
struct ListPage {
    frame: Frame,
    programme: Programme,
    asked: Vec<Question>,
    archived: Vec<Question>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PlaceForm {
    /// "up" or "down".
    direction: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ArchiveForm {
    /// "yes", or "no" to ask it again.
    archived: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/programmes/{programme}/questions", Entry::SignedIn, show)
        .post(
            "/programmes/{programme}/questions/{question}/place",
            Entry::SignedIn,
            place,
        )
        .post(
            "/programmes/{programme}/questions/{question}/archive",
            Entry::SignedIn,
            archive,
        )
}

async fn show(mut runs: Runs) -> Result<Response> {
    let questions = of_programme(&mut runs.acting, runs.programme.id).await?;
    let (archived, asked) = questions.into_iter().partition(|one| one.archived);
    Ok(Page(ListPage {
        frame: runs.frame(),
        programme: runs.programme,
        asked,
        archived,
    })
    .into_response())
}

async fn place(mut runs: Runs, Named(id): Named, Form(form): Form<PlaceForm>) -> Result<Response> {
    runs.programme.allows(Act::ChangeSettings)?;
    let step = match form.direction.as_str() {
        "up" => -1,
        "down" => 1,
        _ => 0,
    };
    let path = runs.programme.at("/questions");
    let mut order = lock(&mut runs).await?;
    let at = order.iter().position(|one| *one == id);
    let at = at.ok_or(Error::NotFound)?;
    let to = at.checked_add_signed(step).filter(|to| *to < order.len());
    let Some(to) = to.filter(|to| *to != at) else {
        return Ok(see(&path));
    };
    order.swap(at, to);
    sqlx::query!(
        "update questions set position = moved.position
         from unnest($1::bigint[]) with ordinality as moved (id, position)
         where questions.id = moved.id",
        &order,
    )
    .execute(&mut *runs.acting)
    .await?;
    runs.commit("moved a question").await?;
    Ok(see(&format!("{path}#question-{id}")))
}

/// The questions that are asked, in their order, for nobody else to move meanwhile.
async fn lock(runs: &mut Runs) -> sqlx::Result<Vec<i64>> {
    let rows = sqlx::query!(
        "select id, position from questions
         where programme_id = $1 and archived_at is null
         order by id
         for no key update",
        runs.programme.id.0,
    )
    .fetch_all(&mut *runs.acting)
    .await?;
    let mut order: Vec<(i32, i64)> = rows.iter().map(|row| (row.position, row.id)).collect();
    order.sort_unstable();
    Ok(order.into_iter().map(|(_, id)| id).collect())
}

async fn archive(
    mut runs: Runs,
    Named(id): Named,
    Form(form): Form<ArchiveForm>,
) -> Result<Response> {
    runs.programme.allows(Act::ChangeSettings)?;
    let (archived, act, words) = match form.archived.as_str() {
        "no" => (
            false,
            "asked a question again",
            "The question is asked again.",
        ),
        _ => (
            true,
            "archived a question",
            "The question is no longer asked. Its answers stay.",
        ),
    };
    let path = runs.programme.at("/questions");
    let now = archived.then_some(runs.acting.now);
    let changed = sqlx::query!(
        "update questions set archived_at = $3
         where programme_id = $1 and id = $2
             and (archived_at is null) is distinct from ($3::timestamptz is null)",
        runs.programme.id.0,
        id,
        now,
    )
    .execute(&mut *runs.acting)
    .await?;
    if changed.rows_affected() == 0 {
        return Ok(see(&path));
    }
    runs.commit(act).await?;
    Ok(done(&path, words))
}
