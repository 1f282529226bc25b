//! Making somebody an administrator, and ending that. One always stays.

use super::Named;
use super::confirm::ConfirmPage;
use crate::error::{Error, Result, broke};
use crate::people::acting::About;
use crate::people::{Acting, PersonId};
use crate::web::page::{Page, done, see};
use crate::web::routes::{Entry, Routes};
use axum::response::{IntoResponse, Response};
use sqlx::PgConnection;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(
            "/people/{person}/appointment",
            Entry::Administrators,
            ask_to_appoint,
        )
        .post(
            "/people/{person}/appointment",
            Entry::Administrators,
            appoint,
        )
        .get(
            "/people/{person}/dismissal",
            Entry::Administrators,
            ask_to_dismiss,
        )
        .post("/people/{person}/dismissal", Entry::Administrators, dismiss)
}

/// Their name, and whether they are an administrator now.
pub async fn state(db: &mut PgConnection, person: PersonId) -> sqlx::Result<(String, bool)> {
    let row = sqlx::query!(
        r#"select full_name, administrator_since is not null as "administrator!"
           from people where id = $1"#,
        person.0,
    )
    .fetch_one(db)
    .await?;
    Ok((row.full_name, row.administrator))
}

/// All of them, as they are until this transaction ends: no two of them can end each other's part
/// at the same moment.
pub async fn lock_administrators(acting: &mut Acting) -> sqlx::Result<Vec<PersonId>> {
    sqlx::query_scalar!(
        "select id from people where administrator_since is not null order by id for update",
    )
    .fetch_all(&mut **acting)
    .await
}

async fn ask_to_appoint(Named(person): Named, mut acting: Acting) -> Result<Response> {
    let (name, _) = state(&mut acting, person).await?;
    Ok(Page(ConfirmPage {
        frame: acting.frame.clone(),
        person,
        title: format!("Make {name} an administrator?"),
        name,
        advice: "Administrators add people, set their passwords, name coordinators and read the \
                 audit. They read nothing that two people write to each other.",
        act: "appointment",
        button: "Make an administrator",
    })
    .into_response())
}

async fn appoint(Named(person): Named, mut acting: Acting) -> Result<Response> {
    let path = format!("/people/{person}");
    let (name, administrator) = state(&mut acting, person).await?;
    if administrator {
        return Ok(see(&path));
    }
    let now = acting.now;
    let appointed = sqlx::query!("select set_administrator($1, $2)", person.0, now)
        .fetch_one(&mut *acting)
        .await;
    match appointed {
        Err(cause) if broke(&cause, "people_deactivated_administer_nothing") => {
            return Err(Error::conflict(
                "Their account is deactivated. Reactivate it first. Nothing has changed.",
            ));
        }
        appointed => appointed?,
    };
    acting
        .commit("made an administrator", About::Person(person))
        .await?;
    Ok(done(&path, &format!("{name} is an administrator now.")))
}

async fn ask_to_dismiss(Named(person): Named, mut acting: Acting) -> Result<Response> {
    let (name, _) = state(&mut acting, person).await?;
    Ok(Page(ConfirmPage {
        frame: acting.frame.clone(),
        person,
        title: format!("Should {name} no longer be an administrator?"),
        name,
        advice: "They keep their account and whatever they take part in.",
        act: "dismissal",
        button: "End being an administrator",
    })
    .into_response())
}

async fn dismiss(Named(person): Named, mut acting: Acting) -> Result<Response> {
    let path = format!("/people/{person}");
    let (name, _) = state(&mut acting, person).await?;
    let administrators = lock_administrators(&mut acting).await?;
    if !administrators.contains(&acting.viewer.id) {
        return Err(Error::NotFound);
    }
    if !administrators.contains(&person) {
        return Ok(see(&path));
    }
    if administrators.len() == 1 {
        return Err(Error::conflict(
            "One administrator has to stay. Make somebody else an administrator first. Nothing \
             has changed.",
        ));
    }
    sqlx::query!("select set_administrator($1, null)", person.0)
        .fetch_one(&mut *acting)
        .await?;
    let oneself = person == acting.viewer.id;
    acting
        .commit("ended being an administrator for", About::Person(person))
        .await?;
    let banner = format!("{name} is no longer an administrator.");
    Ok(done(if oneself { "/" } else { &path }, &banner))
}
