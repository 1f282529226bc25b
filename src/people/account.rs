//! Somebody's own account: who they are, where, and under whom.

use super::profile::ProfileForm;
use super::{Acting, time_zones};
use crate::error::Result;
use crate::people::acting::About;
use crate::single_sign_on::OwnAccount;
use crate::web::form::{Form, Problems};
use crate::web::page::{Frame, Page, done};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "people/account.html")]
struct AccountPage {
    frame: Frame,
    form: ProfileForm,
    problems: Problems,
    time_zones: Vec<&'static str>,
    /// Where there is a provider of such.
    linked: Option<OwnAccount>,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/account", Entry::SignedIn, show)
        .post("/account", Entry::SignedIn, update)
}

async fn show(mut acting: Acting) -> Result<Response> {
    let person = acting.viewer.id;
    let form = ProfileForm::of(&mut acting, person).await?;
    Ok(page(&mut acting, form, Problems::default())
        .await?
        .into_response())
}

async fn page(
    acting: &mut Acting,
    form: ProfileForm,
    problems: Problems,
) -> Result<Page<AccountPage>> {
    Ok(Page(AccountPage {
        frame: acting.frame.clone(),
        linked: OwnAccount::of(acting).await?,
        time_zones: time_zones::offered(&mut **acting, &form.time_zone).await?,
        form,
        problems,
    }))
}

async fn update(mut acting: Acting, Form(form): Form<ProfileForm>) -> Result<Response> {
    let person = acting.viewer.id;
    let ProfileForm { email, grade, .. } = ProfileForm::of(&mut acting, person).await?;
    let form = ProfileForm {
        email,
        grade,
        ..form
    };
    let profile = match form.read(&mut acting, Some(person)).await? {
        Ok(profile) => profile,
        Err(problems) => return Ok(page(&mut acting, form, problems).await?.refused()),
    };
    profile.store(&mut acting, person).await?;
    acting
        .commit("changed their profile", About::Oneself)
        .await?;
    Ok(done("/account", "Your details are saved."))
}
