//! One application with everything that was said in it, for the coordinators.

use super::Application;
use super::queries::{self, Enquiry, Said};
use super::stage::{Decision, Stage};
use crate::App;
use crate::becoming_a_mentor;
use crate::becoming_a_mentor::qualifications::{self, Qualification};
use crate::error::{Error, Result};
use crate::pairings::stage::Side;
use crate::people::acting::About;
use crate::programmes::access::{Programme, Runs, key_in_path};
use crate::web::page::{Frame, Page};
use crate::web::routes::{Entry, Routes};
use crate::web::words;
use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use time::Date;

/// The application that a path names.
struct Named(i64);

impl FromRequestParts<App> for Named {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        key_in_path(parts, "application").await.map(Named)
    }
}

#[derive(Template)]
#[template(path = "applications/show.html")]
struct ShowPage {
    frame: Frame,
    programme: Programme,
    application: Application,
    person: Person,
    said: Vec<Said>,
    excluded: Vec<String>,
    enquiries: Vec<Enquiry>,
    decisions: Vec<Decision>,
    /// Of a mentor's that may still come to something, or has.
    path: Option<Path>,
}

/// How far an applicant has come on the path of becoming a mentor.
struct Path {
    read: i64,
    modules: usize,
    qualifications: Vec<Qualification>,
}

struct Person {
    name: String,
    email: String,
    job_title: String,
    department: String,
    location: String,
    sent_on: Date,
}

pub fn routes(routes: Routes) -> Routes {
    routes.get(
        "/programmes/{programme}/applications/{application}",
        Entry::SignedIn,
        show,
    )
}

async fn show(mut runs: Runs, Named(id): Named) -> Result<Response> {
    let application = queries::find(&mut runs.acting, runs.programme.id, id).await?;
    // A coordinator's own draft is not among those that were sent.
    application.stage.sent_at().ok_or(Error::NotFound)?;
    let about = [About::PersonIn(application.person, runs.programme.id)];
    runs.acting
        .record_reading("read the application", about)
        .await?;
    let now = runs.acting.now;
    let decisions = Decision::ALL.into_iter();
    Ok(Page(ShowPage {
        person: person(&mut runs, &application).await?,
        said: queries::said(&mut runs.acting, id).await?,
        excluded: excluded(&mut runs, id).await?,
        enquiries: queries::enquiries(&mut runs.acting, id).await?,
        path: path(&mut runs, &application).await?,
        decisions: decisions
            .filter(|one| application.stage.decide(*one, now).is_some())
            .collect(),
        frame: runs.frame(),
        programme: runs.programme,
        application,
    })
    .into_response())
}

async fn path(runs: &mut Runs, application: &Application) -> sqlx::Result<Option<Path>> {
    let over = matches!(application.stage, Stage::Declined(_) | Stage::Withdrawn(_));
    if application.side == Side::Mentee || over {
        return Ok(None);
    }
    Ok(Some(Path {
        read: becoming_a_mentor::read_by_applicant(&mut runs.acting, application.id).await?,
        modules: becoming_a_mentor::for_mentors().count(),
        qualifications: qualifications::of(&mut runs.acting, application.person).await?,
    }))
}

async fn person(runs: &mut Runs, application: &Application) -> sqlx::Result<Person> {
    sqlx::query_as!(
        Person,
        r#"select full_name as name, email, job_title, department, location,
            (sent_at at time zone $2)::date as "sent_on!"
           from applications join people on people.id = person_id
           where applications.id = $1"#,
        application.id,
        runs.programme.time_zone,
    )
    .fetch_one(&mut *runs.acting)
    .await
}

async fn excluded(runs: &mut Runs, application: i64) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        "select full_name from exclusions join people on people.id = person_id
         where application_id = $1 order by full_name",
        application,
    )
    .fetch_all(&mut *runs.acting)
    .await
}

impl Person {
    fn place(&self) -> String {
        words::listed(&[&self.job_title, &self.department, &self.location])
    }
}
