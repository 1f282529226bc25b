//! Who runs a programme. Administrators name them and take them off again.

use super::ProgrammeId;
use super::access::{Manages, Named, Programme};
use super::search::{self, Found};
use crate::error::{Error, Result};
use crate::people::acting::About;
use crate::people::{Acting, PersonId};
use crate::web::form::{Asked, Form, Problems};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

#[derive(Default, Deserialize)]
pub struct Search {
    #[serde(default)]
    q: String,
}

#[derive(Default, Deserialize)]
pub struct NameForm {
    #[serde(default)]
    person: String,
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "programmes/coordinators.html")]
struct CoordinatorsPage {
    frame: Frame,
    problems: Problems,
    programme: Programme,
    administrator: bool,
    coordinators: Vec<Found>,
    q: String,
    /// Whom the search finds, without those who are coordinators already.
    found: Vec<Found>,
    chosen: String,
}

#[derive(Template)]
#[template(path = "programmes/coordinator_removal.html")]
struct RemovalPage {
    frame: Frame,
    programme: Programme,
    person: Found,
    /// Nobody would run the programme any more.
    last: bool,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(
            "/programmes/{programme}/coordinators",
            Entry::SignedIn,
            show,
        )
        .post(
            "/programmes/{programme}/coordinators",
            Entry::Administrators,
            create,
        )
        .get(
            "/programmes/{programme}/coordinators/{person}/removal",
            Entry::Administrators,
            ask_to_remove,
        )
        .post(
            "/programmes/{programme}/coordinators/{person}/removal",
            Entry::Administrators,
            remove,
        )
}

async fn show(manages: Manages, Asked(search): Asked<Search>) -> Result<Response> {
    let form = NameForm {
        q: search.q,
        ..NameForm::default()
    };
    Ok(Page(page_of(manages, form, Problems::default()).await?).into_response())
}

async fn create(mut manages: Manages, Form(form): Form<NameForm>) -> Result<Response> {
    let chosen = match form.person.trim().parse() {
        Ok(id) => search::person(&mut manages.acting, PersonId(id)).await?,
        Err(_) => None,
    };
    let Some(person) = chosen else {
        let problems = Problems::one("person", "Choose the person who will coordinate");
        return Ok(Page(page_of(manages, form, problems).await?).refused());
    };
    let programme = manages.programme.id;
    let path = format!("{}/coordinators", manages.programme.path());
    if !name(&mut manages.acting, programme, person.id).await? {
        return Ok(see(&path));
    }
    let about = About::PersonIn(person.id, programme);
    manages.acting.commit("named a coordinator", about).await?;
    Ok(done(
        &path,
        &format!("{} now coordinates the programme.", person.name),
    ))
}

async fn ask_to_remove(mut manages: Manages, Named(person): Named) -> Result<Response> {
    let coordinators = of(&mut manages.acting, manages.programme.id).await?;
    let last = coordinators.len() == 1;
    let person = coordinators
        .into_iter()
        .find(|coordinator| coordinator.id == person)
        .ok_or(Error::NotFound)?;
    Ok(Page(RemovalPage {
        frame: manages.frame(),
        programme: manages.programme,
        person,
        last,
    })
    .into_response())
}

async fn remove(mut manages: Manages, Named(person): Named) -> Result<Response> {
    let programme = manages.programme.id;
    let path = format!("{}/coordinators", manages.programme.path());
    let removed = sqlx::query!(
        "delete from coordinators where programme_id = $1 and person_id = $2",
        programme.0,
        person.0,
    )
    .execute(&mut *manages.acting)
    .await?;
    if removed.rows_affected() == 0 {
        return Ok(see(&path));
    }
    let about = About::PersonIn(person, programme);
    manages
        .acting
        .commit("removed a coordinator", about)
        .await?;
    Ok(done(&path, "They no longer coordinate the programme."))
}

async fn page_of(
    mut manages: Manages,
    form: NameForm,
    problems: Problems,
) -> Result<CoordinatorsPage> {
    let acting = &mut manages.acting;
    let coordinators = of(acting, manages.programme.id).await?;
    let administrator = acting.viewer.administrator;
    let mut found = Vec::new();
    if administrator {
        found = search::people(acting, &form.q).await?;
        found.retain(|person| coordinators.iter().all(|one| one.id != person.id));
    }
    Ok(CoordinatorsPage {
        frame: manages.frame(),
        problems,
        programme: manages.programme,
        administrator,
        coordinators,
        q: form.q,
        found,
        chosen: form.person,
    })
}

/// False if they are one already.
pub async fn name(
    acting: &mut Acting,
    programme: ProgrammeId,
    person: PersonId,
) -> sqlx::Result<bool> {
    let (viewer, now) = (acting.viewer.id, acting.now);
    let named = sqlx::query!(
        "insert into coordinators (programme_id, person_id, named_by, named_at)
         values ($1, $2, $3, $4)
         on conflict do nothing",
        programme.0,
        person.0,
        viewer.0,
        now,
    )
    .execute(&mut **acting)
    .await?;
    Ok(named.rows_affected() == 1)
}

pub async fn of(acting: &mut Acting, programme: ProgrammeId) -> sqlx::Result<Vec<Found>> {
    sqlx::query_as!(
        Found,
        "select id, full_name as name, job_title, department
         from coordinators join people on people.id = person_id
         where programme_id = $1
         order by full_name, id",
        programme.0,
    )
    .fetch_all(&mut **acting)
    .await
}
