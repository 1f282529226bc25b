//! A new password for somebody who has lost theirs: by a letter to them, or, where no letter
//! leaves, shown once to be passed on.

use super::super::passwords::Password;
use super::Named;
use super::appoint::state;
use super::confirm::ConfirmPage;
use crate::App;
use crate::error::{Error, Result};
use crate::mail::stored_settings;
use crate::people::acting::About;
use crate::people::{Acting, PersonId, password_link};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use sqlx::PgConnection;
use time::OffsetDateTime;

/// Never has an address of its own: it answers the form that set the password.
#[derive(Template)]
#[template(path = "people/administration/handover.html")]
pub struct HandoverPage {
    frame: Frame,
    person: PersonId,
    name: String,
    email: String,
    password: Password,
}

impl HandoverPage {
    pub fn new(
        frame: Frame,
        person: PersonId,
        name: String,
        email: String,
        password: Password,
    ) -> Self {
        HandoverPage {
            frame,
            person,
            name,
            email,
            password,
        }
    }
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/people/{person}/password", Entry::Administrators, ask)
        .post("/people/{person}/password", Entry::Administrators, create)
}

async fn ask(Named(person): Named, mut acting: Acting) -> Result<Response> {
    if person == acting.viewer.id {
        return Ok(see("/account/password"));
    }
    let (name, _) = state(&mut acting, person).await?;
    if stored_settings(&mut acting).await?.is_some() {
        return Ok(Page(ConfirmPage {
            frame: acting.frame.clone(),
            person,
            title: format!("Send {name} a link to set a new password?"),
            name,
            advice: "It goes to their email address and works for an hour. The password they have \
                     now works until they choose another; then every browser they are signed in \
                     with is signed out.",
            act: "password",
            button: "Send the link",
        })
        .into_response());
    }
    Ok(Page(ConfirmPage {
        frame: acting.frame.clone(),
        person,
        title: format!("Set a new password for {name}?"),
        name,
        advice: "The password they have now stops working, and every browser they are signed in \
                 with is signed out. They see in their account that you did this.",
        act: "password",
        button: "Set a new password",
    })
    .into_response())
}

async fn create(
    State(app): State<App>,
    Named(person): Named,
    mut acting: Acting,
) -> Result<Response> {
    if person == acting.viewer.id {
        return Ok(see("/account/password"));
    }
    let now = acting.now;
    let row = sqlx::query!(
        "select full_name, email from people where id = $1",
        person.0
    )
    .fetch_one(&mut *acting)
    .await?;
    if stored_settings(&mut acting).await?.is_some() {
        let to = (person, row.email);
        if !password_link::write_for_administrator(&mut acting, &app, to).await? {
            return Err(Error::conflict(
                "Their account is deactivated. Reactivate it first. No letter was sent.",
            ));
        }
        acting
            .commit(
                "sent a link to set a new password to",
                About::Person(person),
            )
            .await?;
        let banner = format!("A letter with a link goes to {}.", row.full_name);
        return Ok(done(&format!("/people/{person}"), &banner));
    }
    let password = Password::invent();
    store_password(&mut acting, person, &password.hash().await, now).await?;
    let frame = acting.frame.clone();
    acting
        .commit("set a new password for", About::Person(person))
        .await?;
    Ok(Page(HandoverPage::new(
        frame,
        person,
        row.full_name,
        row.email,
        password,
    ))
    .into_response())
}

/// Also ends every sign-in there is with the password before.
pub async fn store_password(
    db: &mut PgConnection,
    person: PersonId,
    hash: &str,
    now: OffsetDateTime,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into passwords (person_id, hash, changed_at) values ($1, $2, $3)
         on conflict (person_id) do update set hash = excluded.hash, changed_at = excluded.changed_at",
        person.0,
        hash,
        now,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("delete from sign_ins where person_id = $1", person.0)
        .execute(db)
        .await?;
    Ok(())
}
