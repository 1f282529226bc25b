//! Taking an account of the provider from somebody: it was another's, or they have a new one.

use crate::error::{Error, Result};
use crate::people::acting::About;
use crate::people::{Acting, PersonId};
use crate::web::page::done;
use crate::web::routes::{Entry, Routes};
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::response::Response;

pub fn routes(routes: Routes) -> Routes {
    routes.post(
        "/people/{person}/linked-accounts/removal",
        Entry::Administrators,
        remove,
    )
}

/// Also ends what they are signed in to by that account.
async fn remove(
    path: std::result::Result<Path<i64>, PathRejection>,
    mut acting: Acting,
) -> Result<Response> {
    let Path(person) = path.map_err(|_| Error::NotFound)?;
    let unlinked = sqlx::query!("delete from linked_accounts where person_id = $1", person)
        .execute(&mut *acting)
        .await?;
    if unlinked.rows_affected() == 0 {
        return Err(Error::NotFound);
    }
    sqlx::query!(
        "delete from sign_ins where person_id = $1 and vouched_for_by is not null",
        person,
    )
    .execute(&mut *acting)
    .await?;
    acting
        .commit("unlinked the account of", About::Person(PersonId(person)))
        .await?;
    Ok(done(
        &format!("/people/{person}"),
        "The account is unlinked, and no longer lets anybody in here.",
    ))
}
