//! The first administrator, who comes by the link and ends it.

use super::link::SetUp;
use crate::App;
use crate::error::{Error, Result};
use crate::organisation::Organisation;
use crate::people::acting::hash;
use crate::people::browser::Browser;
use crate::people::passwords::Password;
use crate::people::{PersonId, sign_in};
use crate::web::form::{self, Form, Problems};
use crate::web::page::{Frame, Page, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(default)]
struct AdministratorForm {
    name: String,
    email: String,
    password: String,
}

#[derive(Template)]
#[template(path = "setting_up/administrator.html")]
struct AdministratorPage {
    frame: Frame,
    form: AdministratorForm,
    problems: Problems,
    path: String,
    tasks: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/set-up/{token}/administrator", Entry::Anyone, new)
        .post("/set-up/{token}/administrator", Entry::Anyone, create)
}

async fn new(set_up: SetUp) -> Result<Response> {
    let form = AdministratorForm::default();
    Ok(page(&set_up, form, Problems::default()).into_response())
}

fn page(set_up: &SetUp, form: AdministratorForm, problems: Problems) -> Page<AdministratorPage> {
    Page(AdministratorPage {
        frame: Frame::default(),
        form,
        problems,
        path: set_up.at("/administrator"),
        tasks: set_up.tasks(),
    })
}

async fn create(
    State(app): State<App>,
    browser: Browser,
    mut set_up: SetUp,
    Form(form): Form<AdministratorForm>,
) -> Result<Response> {
    let mut problems = Problems::default();
    let name = form::line(&form.name, 100, "Enter your full name");
    let name = problems.keep("name", name);
    let email = problems.keep("email", sign_in::read_email(&form.email));
    let password = Password::choose(&form.password, &form.name, &form.email);
    let password = problems.keep("password", password);
    let (Some(name), Some(email), Some(password)) = (name, email, password) else {
        return Ok(page(&set_up, form, problems).refused());
    };
    let now = set_up.now;
    let password = password.hash().await;
    let zone = Organisation::read(&mut set_up.db).await?.time_zone;
    let made = sqlx::query_scalar!(
        "select first_administrator($1, $2, $3, $4, $5, $6)",
        &hash(&set_up.token),
        name,
        email,
        zone,
        password,
        now,
    )
    .fetch_one(&mut *set_up.db)
    .await;
    let person = match made {
        Err(cause) if crate::error::broke(&cause, "people_email_taken") => {
            let problems = Problems::one("email", "Somebody here has this address: enter another");
            return Ok(page(&set_up, form, problems).refused());
        }
        made => made?.map(PersonId).ok_or(Error::NotFound)?,
    };
    let cookies = sign_in::enter(&app, &mut set_up.db, &browser, person, now).await?;
    set_up.db.commit().await?;
    Ok((cookies, see("/set-up")).into_response())
}
