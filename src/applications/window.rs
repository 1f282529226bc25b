//! While a programme takes applications: coordinators open it for some days, and close it again.

use crate::error::Result;
use crate::programmes::access::{Programme, Runs};
use crate::web::form::{self, Form, Problems};
use crate::web::page::{Frame, Page, done};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use time::Date;

#[derive(Default, Deserialize)]
#[serde(default)]
struct WindowForm {
    opens_on: String,
    closes_on: String,
    /// "stop", or empty to keep the dates.
    act: String,
}

#[derive(Template)]
#[template(path = "applications/window.html")]
struct WindowPage {
    frame: Frame,
    problems: Problems,
    programme: Programme,
    form: WindowForm,
    /// Whether it is or will be open as the dates stand.
    kept: bool,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(
            "/programmes/{programme}/applications/window",
            Entry::SignedIn,
            edit,
        )
        .post(
            "/programmes/{programme}/applications/window",
            Entry::SignedIn,
            update,
        )
}

/// The first and the last day.
pub async fn of(runs: &mut Runs) -> sqlx::Result<Option<(Date, Date)>> {
    let row = sqlx::query!(
        "select opens_on, closes_on from application_windows where programme_id = $1",
        runs.programme.id.0,
    )
    .fetch_optional(&mut *runs.acting)
    .await?;
    Ok(row.map(|row| (row.opens_on, row.closes_on)))
}

async fn edit(mut runs: Runs) -> Result<Response> {
    let (opens_on, closes_on) = match of(&mut runs).await? {
        Some((opens_on, closes_on)) => (opens_on.to_string(), closes_on.to_string()),
        None => (runs.programme.today.to_string(), String::new()),
    };
    let form = WindowForm {
        opens_on,
        closes_on,
        act: String::new(),
    };
    Ok(Page(page(runs, form, Problems::default()).await?).into_response())
}

async fn page(mut runs: Runs, form: WindowForm, problems: Problems) -> Result<WindowPage> {
    Ok(WindowPage {
        kept: of(&mut runs).await?.is_some(),
        frame: runs.frame(),
        problems,
        programme: runs.programme,
        form,
    })
}

async fn update(mut runs: Runs, Form(form): Form<WindowForm>) -> Result<Response> {
    let list = runs.programme.at("/applications");
    if form.act == "stop" {
        sqlx::query!(
            "delete from application_windows where programme_id = $1",
            runs.programme.id.0,
        )
        .execute(&mut *runs.acting)
        .await?;
        runs.commit("stopped taking applications").await?;
        return Ok(done(&list, "The programme takes no applications any more."));
    }
    let (opens_on, closes_on) = match form.read() {
        Ok(read) => read,
        Err(problems) => return Ok(Page(page(runs, form, problems).await?).refused()),
    };
    sqlx::query!(
        "insert into application_windows (programme_id, opens_on, closes_on) values ($1, $2, $3)
         on conflict (programme_id) do update
         set opens_on = excluded.opens_on, closes_on = excluded.closes_on",
        runs.programme.id.0,
        opens_on,
        closes_on,
    )
    .execute(&mut *runs.acting)
    .await?;
    runs.commit("opened the programme to applications").await?;
    Ok(done(
        &list,
        "Everybody with an account sees the programme on their home page on those days.",
    ))
}

impl WindowForm {
    fn read(&self) -> Result<(Date, Date), Problems> {
        let mut problems = Problems::default();
        let opens_on = form::date(&self.opens_on, "Enter the first day");
        let opens_on = problems.keep("opens_on", opens_on);
        let closes_on = form::date(&self.closes_on, "Enter the last day");
        let closes_on = problems.keep("closes_on", closes_on);
        match (opens_on, closes_on) {
            (Some(opens_on), Some(closes_on)) if closes_on < opens_on => {
                problems.add("closes_on", "Enter a last day that is not before the first");
                Err(problems)
            }
            (Some(opens_on), Some(closes_on)) => Ok((opens_on, closes_on)),
            _ => Err(problems),
        }
    }
}
