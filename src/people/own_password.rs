//! Changing one's own password, which ends every other sign-in.

use super::Acting;
use super::acting::About;
use super::attempts::{self, Counter};
use super::password_link::write_changed;
use super::passwords::{self, Password};
use crate::App;
use crate::error::Result;
use crate::web::form::{Form, Problems};
use crate::web::page::{Frame, Page, done};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "people/own_password.html")]
struct PasswordPage {
    frame: Frame,
    problems: Problems,
    email: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PasswordForm {
    old: String,
    new: String,
}

/// As it is before the change.
struct Current {
    name: String,
    email: String,
    hash: Option<String>,
}

pub fn routes(routes: Routes) -> Routes {
    routes.get("/account/password", Entry::SignedIn, edit).post(
        "/account/password",
        Entry::SignedIn,
        update,
    )
}

async fn edit(mut acting: Acting) -> Result<Response> {
    let current = current(&mut acting).await?;
    Ok(page(&acting, current, Problems::default()).into_response())
}

fn page(acting: &Acting, current: Current, problems: Problems) -> Page<PasswordPage> {
    Page(PasswordPage {
        frame: acting.frame.clone(),
        email: current.email,
        problems,
    })
}

async fn update(
    State(app): State<App>,
    mut acting: Acting,
    Form(form): Form<PasswordForm>,
) -> Result<Response> {
    let (person, now) = (acting.viewer.id, acting.now);
    let mut problems = Problems::default();
    if form.old.is_empty() {
        problems.add("old", "Enter the password you have now");
    }
    let before = current(&mut acting).await?;
    let new = Password::choose(&form.new, &before.name, &before.email);
    let Some(new) = problems.keep("new", new).filter(|_| !form.old.is_empty()) else {
        return Ok(page(&acting, before, problems).refused());
    };
    let counter = [Counter::change(person)];
    attempts::count(&mut *acting, &counter, now).await?;
    // So that the count stands whatever becomes of the rest.
    acting
        .record_reading("asked to change their password", [About::Oneself])
        .await?;
    if !passwords::matches(form.old, before.hash.clone()).await {
        let problems = Problems::one("old", "Enter the password you have now: this is another");
        return Ok(page(&acting, before, problems).refused());
    }
    let hash = new.hash().await;
    attempts::forgive(&mut acting, &counter, now).await?;
    store(&mut acting, &hash).await?;
    write_changed(&mut acting, &app, (person, before.email), now).await?;
    acting
        .commit("changed their password", About::Oneself)
        .await?;
    Ok(done(
        "/account/password",
        "Your password is changed. Every other browser has been signed out.",
    ))
}

async fn current(acting: &mut Acting) -> sqlx::Result<Current> {
    sqlx::query_as!(
        Current,
        r#"select full_name as name, email, hash as "hash?"
           from people left join passwords on person_id = people.id
           where people.id = $1"#,
        acting.viewer.id.0,
    )
    .fetch_one(&mut **acting)
    .await
}

async fn store(acting: &mut Acting, hash: &str) -> sqlx::Result<()> {
    let (person, now, this) = (acting.viewer.id, acting.now, acting.viewer.sign_in);
    sqlx::query!(
        "update passwords set hash = $2, changed_at = $3 where person_id = $1",
        person.0,
        hash,
        now,
    )
    .execute(&mut **acting)
    .await?;
    sqlx::query!(
        "delete from sign_ins where person_id = $1 and id <> $2",
        person.0,
        this,
    )
    .execute(&mut **acting)
    .await?;
    Ok(())
}
