//! Adding a person, with a first password that the administrator passes on.

use super::super::passwords::Password;
use super::super::profile::{Profile, ProfileForm};
use super::super::{PersonId, sign_in, time_zones};
use super::new_password::{HandoverPage, store_password};
use crate::error::Result;
use crate::people::Acting;
use crate::people::acting::About;
use crate::web::form::{self, Form, Problem, Problems};
use crate::web::page::{Frame, Page, done};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use sqlx::{Connection, PgConnection};
use time::OffsetDateTime;

#[derive(Template)]
#[template(path = "people/administration/new.html")]
struct NewPage {
    frame: Frame,
    form: ProfileForm,
    problems: Problems,
    time_zones: Vec<&'static str>,
}

pub fn routes(routes: Routes) -> Routes {
    routes.get("/people/new", Entry::Administrators, new).post(
        "/people",
        Entry::Administrators,
        create,
    )
}

async fn new(mut acting: Acting) -> Result<Response> {
    let form = ProfileForm {
        time_zone: acting.viewer.time_zone.clone(),
        once: acting.once(),
        ..ProfileForm::default()
    };
    let page = page(&mut acting, form, Problems::default()).await?;
    Ok(page.into_response())
}

async fn page(acting: &mut Acting, form: ProfileForm, problems: Problems) -> Result<Page<NewPage>> {
    Ok(Page(NewPage {
        frame: acting.frame.clone(),
        time_zones: time_zones::offered(&mut **acting, &form.time_zone).await?,
        form,
        problems,
    }))
}

async fn create(mut acting: Acting, Form(form): Form<ProfileForm>) -> Result<Response> {
    let profile = match form.read(&mut acting, None).await? {
        Ok(profile) => profile,
        Err(problems) => return Ok(page(&mut acting, form, problems).await?.refused()),
    };
    if !acting.first_time(&form.once).await? {
        return Ok(done(
            "/people",
            "That person has been added already. Set a new password for them if you did not see the first.",
        ));
    }
    let now = acting.now;
    let Some(person) = insert(&mut acting, &profile, now).await? else {
        let problems = Problems::one(
            "email",
            "Enter another email address: somebody here has this one",
        );
        return Ok(page(&mut acting, form, problems).await?.refused());
    };
    let password = Password::invent();
    store_password(&mut acting, person, &password.hash().await, now).await?;
    let frame = acting.frame.clone();
    acting
        .commit("added a person", About::Person(person))
        .await?;
    Ok(Page(HandoverPage::new(
        frame,
        person,
        profile.name,
        profile.email,
        password,
    ))
    .into_response())
}

/// None if somebody has this email address.
async fn insert(
    db: &mut PgConnection,
    profile: &Profile,
    now: OffsetDateTime,
) -> sqlx::Result<Option<PersonId>> {
    sqlx::query_scalar!(
        "insert into people (full_name, email, job_title, department, location, time_zone,
             line_manager_id, added_at, languages, grade)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (email) do nothing
         returning id",
        profile.name,
        profile.email,
        profile.job_title,
        profile.department,
        profile.location,
        profile.time_zone,
        profile.line_manager.map(|manager| manager.0),
        now,
        &profile.languages,
        profile.grade,
    )
    .fetch_optional(db)
    .await
}

/// Why an administrator was not added.
#[derive(Debug)]
pub enum CreateError {
    /// What to do better, in words.
    Refused(Problem),
    Database(sqlx::Error),
}

impl std::fmt::Display for CreateError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            CreateError::Refused(problem) => f.write_str(problem),
            CreateError::Database(cause) => write!(f, "the database refused: {cause}"),
        }
    }
}

impl std::error::Error for CreateError {}

impl From<sqlx::Error> for CreateError {
    fn from(cause: sqlx::Error) -> Self {
        CreateError::Database(cause)
    }
}

impl From<Problem> for CreateError {
    fn from(problem: Problem) -> Self {
        CreateError::Refused(problem)
    }
}

/// Adds an administrator from outside the app, where nobody is signed in yet.
///
/// # Errors
/// In words, if the name, the email address or the password will not do.
pub async fn create_administrator(
    db: &mut PgConnection,
    name: &str,
    email: &str,
    password: &str,
    now: OffsetDateTime,
) -> Result<PersonId, CreateError> {
    let profile = Profile {
        name: form::line(name, 100, "Enter a full name")?,
        email: sign_in::read_email(email)?,
        job_title: String::new(),
        department: String::new(),
        location: String::new(),
        languages: Vec::new(),
        grade: None,
        time_zone: "UTC".into(),
        line_manager: None,
    };
    let hash = Password::choose(password, &profile.name, &profile.email)?
        .hash()
        .await;
    let mut db = db.begin().await?;
    let Some(person) = insert(&mut db, &profile, now).await? else {
        return Err(CreateError::Refused(
            format!(
                "Somebody with the email address {} is here already",
                profile.email
            )
            .into(),
        ));
    };
    store_password(&mut db, person, &hash, now).await?;
    sqlx::query!(
        "update people set administrator_since = $2 where id = $1",
        person.0,
        now,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "insert into audit_events (at, act, person_id) values ($1, 'added an administrator', $2)",
        now,
        person.0,
    )
    .execute(&mut *db)
    .await?;
    db.commit().await?;
    Ok(person)
}
