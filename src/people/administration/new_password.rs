//! A new password for somebody who has lost theirs. It is shown once, to be passed on.

use super::super::passwords::Password;
use super::Named;
use super::appoint::state;
use super::confirm::ConfirmPage;
use crate::error::Result;
use crate::people::acting::About;
use crate::people::{Acting, PersonId};
use crate::web::page::{Frame, Page, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
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

async fn create(Named(person): Named, mut acting: Acting) -> Result<Response> {
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
