//! The people whom a demonstration server offers to try with one click. Any other server knows
//! nothing of this.

use super::browser::Browser;
use super::{PersonId, sign_in};
use crate::App;
use crate::clock::Now;
use crate::error::{Error, Result};
use crate::web::form::Form;
use crate::web::page::see;
use crate::web::routes::{Entry, Routes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use sqlx::Connection;

pub struct DemoPerson {
    pub id: PersonId,
    pub name: String,
    pub introduction: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes.post("/sign-in/demo", Entry::Anyone, create)
}

pub async fn people(app: &App) -> sqlx::Result<Vec<DemoPerson>> {
    if !app.demo {
        return Ok(Vec::new());
    }
    sqlx::query_as!(
        DemoPerson,
        r#"select person_id as "id!: PersonId", full_name as "name!", introduction as "introduction!"
           from demo_introductions
           order by position"#,
    )
    .fetch_all(&app.db)
    .await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Choice {
    person: String,
}

async fn create(
    State(app): State<App>,
    Now(now): Now,
    browser: Browser,
    Form(choice): Form<Choice>,
) -> Result<Response> {
    let offered = people(&app).await?;
    let person = choice
        .person
        .parse()
        .ok()
        .map(PersonId)
        .filter(|person| offered.iter().any(|one| one.id == *person))
        .ok_or(Error::NotFound)?;
    let mut connection = app.db.acquire().await?;
    let mut db = connection.begin().await?;
    let cookies = sign_in::enter(&app, &mut db, &browser, person, now).await?;
    db.commit().await?;
    Ok((cookies, see("/")).into_response())
}
