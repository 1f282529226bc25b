//! Asking for a letter with a way to a new password. Whether there is an account to write to shows
//! neither in the answer nor in the time it takes.

use super::browser::Browser;
use super::links::in_equal_time;
use super::{attempts, password_link, sign_in};
use crate::App;
use crate::clock::Now;
use crate::error::Result;
use crate::web::form::{Form, Problems};
use crate::web::page::{Frame, Page};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use time::OffsetDateTime;

#[derive(Default, Deserialize)]
#[serde(default)]
struct AskForm {
    email: String,
}

#[derive(Template)]
#[template(path = "people/forgotten_password.html")]
struct ForgottenPage {
    frame: Frame,
    form: AskForm,
    problems: Problems,
    letters_leave: bool,
}

#[derive(Template)]
#[template(path = "people/password_asked.html")]
struct AskedPage {
    frame: Frame,
    email: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes.get("/forgotten-password", Entry::Anyone, show).post(
        "/forgotten-password",
        Entry::Anyone,
        ask,
    )
}

async fn show(State(app): State<App>) -> Result<Response> {
    let page = page(&app, AskForm::default(), Problems::default()).await?;
    Ok(page.into_response())
}

async fn page(app: &App, form: AskForm, problems: Problems) -> Result<Page<ForgottenPage>> {
    let letters_leave = sqlx::query_scalar!(r#"select letters_leave() as "leave!""#)
        .fetch_one(&app.db)
        .await?;
    Ok(Page(ForgottenPage {
        frame: frame(app),
        form,
        problems,
        letters_leave,
    }))
}

fn frame(app: &App) -> Frame {
    Frame {
        demo: app.demo,
        ..Frame::default()
    }
}

async fn ask(
    State(app): State<App>,
    Now(now): Now,
    browser: Browser,
    Form(form): Form<AskForm>,
) -> Result<Response> {
    match sign_in::read_email(&form.email) {
        Ok(email) => in_equal_time(write(&app, &browser, email, now)).await,
        Err(problem) => {
            let problems = Problems::one("email", problem);
            Ok(page(&app, form, problems).await?.refused())
        }
    }
}

async fn write(
    app: &App,
    browser: &Browser,
    email: String,
    now: OffsetDateTime,
) -> Result<Response> {
    attempts::count_letter(&app.db, &email, browser, now).await?;
    let mut db = app.db.begin().await?;
    password_link::write_if_known(&mut db, app, &email, now).await?;
    db.commit().await?;
    Ok(Page(AskedPage {
        frame: frame(app),
        email,
    })
    .into_response())
}
