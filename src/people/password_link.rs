//! A new password by the link of a letter: for whoever has forgotten theirs.

use super::attempts::{self, Counter};
use super::links::AtLink;
use super::passwords::Password;
use super::{PersonId, acting, random_token};
use crate::App;
use crate::error::Result;
use crate::mail::Letter;
use crate::organisation::Organisation;
use crate::web::form::{Form, Problems};
use crate::web::page::{Frame, Page, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};

/// How long a link works.
const LASTS: Duration = Duration::hours(1);

#[derive(Default, Deserialize)]
#[serde(default)]
struct NewPasswordForm {
    password: String,
}

#[derive(Template)]
#[template(path = "people/new_password.html")]
struct NewPasswordPage {
    frame: Frame,
    problems: Problems,
    path: String,
    email: String,
}

/// Whose password it is.
struct Owner {
    name: String,
    email: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/new-password/{token}", Entry::Anyone, show)
        .post("/new-password/{token}", Entry::Anyone, create)
}

async fn show(at: AtLink) -> Result<Response> {
    page(&at, Problems::default()).await
}

async fn page(at: &AtLink, problems: Problems) -> Result<Response> {
    let mut comer = at.comer().await?;
    let Some(owner) = find(at, comer.db()).await? else {
        return Ok(at.dead(
            &comer,
            StatusCode::NOT_FOUND,
            (
                "This link no longer sets a password",
                "It works once, and for an hour. If your password is not set yet, ask for another \
                 letter.",
            ),
            ("/forgotten-password", "Ask for another letter"),
        ));
    };
    let refused = !problems.is_empty();
    let page = Page(NewPasswordPage {
        frame: comer.frame(&at.app),
        problems,
        path: format!("/new-password/{}", at.token),
        email: owner.email,
    });
    Ok(match refused {
        true => page.refused(),
        false => page.into_response(),
    })
}

async fn create(at: AtLink, Form(form): Form<NewPasswordForm>) -> Result<Response> {
    let mut db = at.app.db.begin().await?;
    let Some(owner) = find(&at, &mut db).await? else {
        drop(db);
        return page(&at, Problems::default()).await;
    };
    // Nothing is to be kept waiting while a password is hashed.
    drop(db);
    let password = match Password::choose(&form.password, &owner.name, &owner.email) {
        Ok(password) => password.hash().await,
        Err(problem) => return page(&at, Problems::one("password", problem)).await,
    };
    let mut db = at.app.db.begin().await?;
    let person = sqlx::query_scalar!(
        "select set_password_by_link($1, $2, $3)",
        &at.hash(),
        password,
        at.now,
    )
    .fetch_one(&mut *db)
    .await?;
    let Some(person) = person.map(PersonId) else {
        drop(db);
        return page(&at, Problems::default()).await;
    };
    // Whoever has their mail is not held up by what was guessed before.
    attempts::forgive(&mut db, &[Counter::account(&owner.email)], at.now).await?;
    write_changed(&mut db, &at.app, (person, owner.email), at.now).await?;
    db.commit().await?;
    Ok(see("/sign-in?told=password-set"))
}

async fn find(at: &AtLink, db: &mut PgConnection) -> sqlx::Result<Option<Owner>> {
    sqlx::query_as!(
        Owner,
        r#"select full_name as "name!", email as "email!" from password_link_behind($1, $2)"#,
        &at.hash(),
        at.now,
    )
    .fetch_optional(db)
    .await
}

/// Writes to whoever has an account with this address, if there is somebody.
pub async fn write_if_known(
    db: &mut PgConnection,
    app: &App,
    email: &str,
    now: OffsetDateTime,
) -> sqlx::Result<()> {
    let token = random_token();
    let person = sqlx::query_scalar!(
        "select ask_for_password_link($1, $2, $3)",
        email,
        &acting::hash(&token),
        now + LASTS,
    )
    .fetch_one(&mut *db)
    .await?;
    match person.map(PersonId) {
        Some(person) => {
            let asked = "Somebody, most likely you, asked to set a new password".to_owned();
            write(db, app, (person, email.to_owned()), (&token, asked), now).await
        }
        None => Ok(()),
    }
}

/// Writes to somebody for an administrator. False if they have left.
pub async fn write_for_administrator(
    acting: &mut acting::Acting,
    app: &App,
    (person, email): (PersonId, String),
) -> sqlx::Result<bool> {
    let (now, token) = (acting.now, random_token());
    let made = sqlx::query_scalar!(
        "select send_password_link($1, $2, $3)",
        person.0,
        &acting::hash(&token),
        now + LASTS,
    )
    .fetch_one(&mut **acting)
    .await?;
    if made != Some(true) {
        return Ok(false);
    }
    let name = &acting.viewer.name;
    let asked = format!("{name} lets you set a new password");
    write(acting, app, (person, email), (&token, asked), now).await?;
    Ok(true)
}

async fn write(
    db: &mut PgConnection,
    app: &App,
    (person, email): (PersonId, String),
    (token, asked): (&str, String),
    now: OffsetDateTime,
) -> sqlx::Result<()> {
    let at = Organisation::read(db).await?.at();
    let link = app.base_url.join(&format!("/new-password/{token}"));
    let letter = Letter {
        recipient: email,
        person: Some(person),
        subject: "Set a new password".into(),
        body: format!(
            "{asked} for your account with Waymark{at}.\n\nOpen this page to choose one:\n\n{link}\
             \n\nThe link is for you alone. It works once, and for an hour.\n\nIf you do not want \
             a new password, you need not do anything: the one you have stays as it is.\n\nWaymark\
             {at} wrote this.\n"
        ),
    };
    letter.write(db, app, now).await
}

/// Tells somebody that their password is another now.
pub async fn write_changed(
    db: &mut PgConnection,
    app: &App,
    (person, email): (PersonId, String),
    now: OffsetDateTime,
) -> sqlx::Result<()> {
    let at = Organisation::read(db).await?.at();
    let link = app.base_url.join("/forgotten-password");
    let letter = Letter {
        recipient: email,
        person: Some(person),
        subject: "Your password was changed".into(),
        body: format!(
            "Your password for Waymark{at} was changed. Every other browser has been signed out.\
             \n\nIf it was you, there is nothing to do. If not, set another one here at once, and \
             tell whoever looks after Waymark where you work:\n\n{link}\n\nWaymark{at} wrote \
             this.\n"
        ),
    };
    letter.write(db, app, now).await
}
