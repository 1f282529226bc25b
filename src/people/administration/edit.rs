//! The account of a person, as an administrator looks after it.

use super::super::profile::ProfileForm;
use super::super::time_zones;
use super::Named;
use crate::App;
use crate::error::{Result, broke};
use crate::people::acting::About;
use crate::people::{Acting, PersonId, email_change};
use crate::web::form::{Form, Problems};
use crate::web::page::{Frame, Page, done};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use time::Date;

#[derive(Template)]
#[template(path = "people/administration/edit.html")]
struct EditPage {
    frame: Frame,
    form: ProfileForm,
    problems: Problems,
    time_zones: Vec<&'static str>,
    person: Person,
}

struct Person {
    id: PersonId,
    name: String,
    added_on: Date,
    administrator_since: Option<Date>,
    deactivated_on: Option<Date>,
    has_password: bool,
    sign_ins: i64,
    linked_on: Option<Date>,
    is_viewer: bool,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/people/{person}", Entry::Administrators, edit)
        .post("/people/{person}", Entry::Administrators, update)
}

async fn edit(Named(person): Named, mut acting: Acting) -> Result<Response> {
    let form = ProfileForm::of(&mut acting, person).await?;
    acting
        .record_reading("opened the account", [About::Person(person)])
        .await?;
    let page = page(&mut acting, person, form, Problems::default()).await?;
    Ok(page.into_response())
}

async fn page(
    acting: &mut Acting,
    person: PersonId,
    form: ProfileForm,
    problems: Problems,
) -> Result<Page<EditPage>> {
    Ok(Page(EditPage {
        frame: acting.frame.clone(),
        time_zones: time_zones::offered(&mut **acting, &form.time_zone).await?,
        person: find(acting, person).await?,
        form,
        problems,
    }))
}

async fn find(acting: &mut Acting, person: PersonId) -> sqlx::Result<Person> {
    let (zone, now, viewer) = (
        acting.viewer.time_zone.clone(),
        acting.now,
        acting.viewer.id,
    );
    sqlx::query_as!(
        Person,
        r#"
        select
            id, full_name as name,
            (added_at at time zone $2)::date as "added_on!",
            (administrator_since at time zone $2)::date as administrator_since,
            (deactivated_at at time zone $2)::date as deactivated_on,
            exists (select from passwords where person_id = people.id) as "has_password!",
            (select count(*) from sign_ins where person_id = people.id and expires_at > $3) as "sign_ins!",
            (select max(linked_at at time zone $2)::date from linked_accounts where person_id = people.id) as linked_on,
            id = $4 as "is_viewer!"
        from people
        where id = $1
        "#,
        person.0,
        zone,
        now,
        viewer.0,
    )
    .fetch_one(&mut **acting)
    .await
}

async fn update(
    State(app): State<App>,
    Named(person): Named,
    mut acting: Acting,
    Form(form): Form<ProfileForm>,
) -> Result<Response> {
    // Whoever does not exist is not found, whatever was typed.
    find(&mut acting, person).await?;
    let before = ProfileForm::of(&mut acting, person).await?.email;
    let profile = match form.read(&mut acting, Some(person)).await? {
        Ok(profile) => profile,
        Err(problems) => return Ok(page(&mut acting, person, form, problems).await?.refused()),
    };
    sqlx::raw_sql("savepoint before")
        .execute(&mut *acting)
        .await?;
    match profile.store(&mut acting, person).await {
        Ok(()) => {}
        Err(cause) if broke(&cause, "people_email_taken") => {
            sqlx::raw_sql("rollback to before")
                .execute(&mut *acting)
                .await?;
            let problems = Problems::one(
                "email",
                "Enter another email address: somebody here has this one",
            );
            return Ok(page(&mut acting, person, form, problems).await?.refused());
        }
        Err(cause) => return Err(cause.into()),
    }
    if before != profile.email {
        let emails = [before.as_str(), &profile.email];
        email_change::write_changed(&mut acting, &app, person, emails).await?;
    }
    acting
        .commit("changed the account", About::Person(person))
        .await?;
    Ok(done(&format!("/people/{person}"), "The account is saved."))
}
