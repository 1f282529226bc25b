//! What the mentee goes on with after the pairing: what, by when, with whom.

use super::show;
use crate::error::{Error, Result};
use crate::pairings::access::{May, WriteFurtherStep};
use crate::web::form::{self, Form, Problems};
use crate::web::page::{done, see};
use crate::web::routes::{Entry, Routes};
use axum::RequestPartsExt;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::response::Response;
use serde::Deserialize;
use time::Date;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct StepForm {
    pub once: String,
    pub what: String,
    pub due_on: String,
    pub with_whom: String,
}

struct NewStep {
    what: String,
    due_on: Date,
    with_whom: String,
}

struct StepId(i64);

pub fn routes(routes: Routes) -> Routes {
    routes
        .post("/pairings/{pairing}/further-steps", Entry::SignedIn, create)
        .post(
            "/pairings/{pairing}/further-steps/{step}/removal",
            Entry::SignedIn,
            remove,
        )
}

async fn create(mut may: May<WriteFurtherStep>, Form(form): Form<StepForm>) -> Result<Response> {
    let step = match form.read(may.today()) {
        Ok(step) => step,
        Err(problems) => return Ok(show::page(&mut may, form, problems).await?.refused()),
    };
    let path = back(&may);
    if !may.first_time(&form.once).await? {
        return Ok(see(&path));
    }
    insert(&mut may, &step).await?;
    may.commit().await?;
    Ok(done(&path, "The further step is written down."))
}

/// Removing what is gone already changes nothing and is no mistake.
async fn remove(mut may: May<WriteFurtherStep>, StepId(step): StepId) -> Result<Response> {
    let path = back(&may);
    let pairing = may.pairing().id;
    let removed = sqlx::query!(
        "delete from further_steps where id = $1 and pairing_id = $2",
        step,
        pairing.0,
    )
    .execute(may.db())
    .await?;
    if removed.rows_affected() == 0 {
        return Ok(see(&path));
    }
    may.commit_as("removed a further step").await?;
    Ok(done(&path, "The further step is removed."))
}

fn back(may: &May<WriteFurtherStep>) -> String {
    format!("{}/moving-on", may.pairing().path())
}

async fn insert(may: &mut May<WriteFurtherStep>, step: &NewStep) -> sqlx::Result<()> {
    let (pairing, viewer, today) = (may.pairing().id, may.viewer().id, may.today());
    sqlx::query!(
        "insert into further_steps (pairing_id, what, due_on, with_whom, written_by, written_on)
         values ($1, $2, $3, $4, $5, $6)",
        pairing.0,
        step.what,
        step.due_on,
        step.with_whom,
        viewer.0,
        today,
    )
    .execute(may.db())
    .await?;
    Ok(())
}

impl StepForm {
    fn read(&self, today: Date) -> Result<NewStep, Problems> {
        let mut problems = Problems::default();
        let what = form::line(&self.what, 300, "Enter what the next step is");
        let what = problems.keep("what", what);
        let due_on = form::date(&self.due_on, "Enter the date it is to be done by");
        let due_on = problems.keep("due_on", due_on);
        if due_on.is_some_and(|date| date < today) {
            problems.add("due_on", "Choose a date that is still to come");
        }
        let with_whom = form::optional_line(&self.with_whom, 100);
        let with_whom = problems.keep("with_whom", with_whom);
        match (what, due_on, with_whom) {
            (Some(what), Some(due_on), Some(with_whom)) if problems.is_empty() => Ok(NewStep {
                what,
                due_on,
                with_whom,
            }),
            _ => Err(problems),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for StepId {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let params: RawPathParams = parts.extract().await.map_err(|_| Error::NotFound)?;
        params
            .iter()
            .find(|(name, _)| *name == "step")
            .and_then(|(_, id)| id.parse().ok())
            .map(StepId)
            .ok_or(Error::NotFound)
    }
}
