//! What somebody has learned to be a mentor: recorded with its certificate, and removed again.

use super::file::{self, Attached};
use crate::error::{Error, Result};
use crate::people::acting::About;
use crate::people::{Acting, PersonId};
use crate::programmes::access::key_in_path;
use crate::web::form::{self, File, Problems, Typed};
use crate::web::page::{Frame, Page, done};
use crate::web::routes::{Entry, Longest, Routes};
use crate::{App, error};
use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use sqlx::PgConnection;
use time::Date;

const PATH: &str = "/becoming-a-mentor/qualifications";
const MOST: usize = 10;

/// More than a file may have, so that whoever chose one that is too long keeps what they typed.
const LONGEST_FORM: Longest = Longest(16 * 1024 * 1024);

/// A qualification, without its file.
pub struct Qualification {
    pub id: i64,
    pub name: String,
    pub body: String,
    pub level: String,
    pub awarded_on: Date,
    pub file: String,
}

/// The qualification that a path names.
pub struct Named(pub i64);

#[derive(Template)]
#[template(path = "becoming_a_mentor/qualifications.html")]
struct QualificationsPage {
    frame: Frame,
    problems: Problems,
    recorded: Vec<Qualification>,
    form: QualificationForm,
    today: Date,
}

#[derive(Template)]
#[template(path = "becoming_a_mentor/removal.html")]
struct RemovalPage {
    frame: Frame,
    one: Qualification,
}

#[derive(Default)]
struct QualificationForm {
    name: String,
    body: String,
    level: String,
    awarded_on: String,
    once: String,
}

/// As it is to be kept.
struct Written {
    name: String,
    body: String,
    level: String,
    awarded_on: Date,
    file: Attached,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(PATH, Entry::SignedIn, show)
        .post_file(PATH, Entry::SignedIn, LONGEST_FORM, add)
        .get(
            "/becoming-a-mentor/qualifications/{qualification}/removal",
            Entry::SignedIn,
            ask_to_remove,
        )
        .post(
            "/becoming-a-mentor/qualifications/{qualification}/removal",
            Entry::SignedIn,
            remove,
        )
}

impl FromRequestParts<App> for Named {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        key_in_path(parts, "qualification").await.map(Named)
    }
}

async fn show(mut acting: Acting) -> Result<Response> {
    let form = QualificationForm::default();
    Ok(page(&mut acting, form, Problems::default())
        .await?
        .into_response())
}

async fn add(mut acting: Acting, file: File) -> Result<Response> {
    let form = QualificationForm::of(&file.typed);
    let today = today(&mut acting).await?;
    let written = match form.read(&file, today) {
        Ok(written) => written,
        Err(problems) => {
            let page = page(&mut acting, form, problems).await?;
            return Ok(match file.bytes.len() > file::LONGEST {
                true => page.with_status(StatusCode::PAYLOAD_TOO_LARGE),
                false => page.refused(),
            });
        }
    };
    if !acting.first_time(&form.once).await? {
        return Ok(done(PATH, "The qualification is recorded."));
    }
    match store(&mut acting, &written, &file.bytes).await {
        Ok(true) => {}
        Ok(false) => {
            let problems = Problems::one("name", "Ten are recorded, and there is no room for more");
            return Ok(page(&mut acting, form, problems).await?.refused());
        }
        Err(cause) if error::broke(&cause, "qualifications_are_ten_at_most") => {
            return Err(Error::conflict(
                "You have recorded another qualification at the same moment. Nothing has changed \
                 by this press: record this one once more.",
            ));
        }
        Err(cause) => return Err(cause.into()),
    }
    acting
        .commit("recorded a qualification", About::Oneself)
        .await?;
    Ok(done(PATH, "The qualification is recorded."))
}

async fn ask_to_remove(mut acting: Acting, Named(id): Named) -> Result<Response> {
    Ok(Page(RemovalPage {
        one: own(&mut acting, id).await?,
        frame: acting.frame.clone(),
    })
    .into_response())
}

async fn remove(mut acting: Acting, Named(id): Named) -> Result<Response> {
    let one = own(&mut acting, id).await?;
    let viewer = acting.viewer.id;
    sqlx::query!(
        "delete from qualifications where id = $1 and person_id = $2",
        id,
        viewer.0,
    )
    .execute(&mut *acting)
    .await?;
    acting
        .commit("removed a qualification", About::Oneself)
        .await?;
    let words = format!("“{}” is removed, and its file with it.", one.name);
    Ok(done(PATH, &words))
}

/// What somebody has recorded, the latest first, without the files.
pub async fn of(db: &mut PgConnection, person: PersonId) -> sqlx::Result<Vec<Qualification>> {
    sqlx::query_as!(
        Qualification,
        "select
            qualifications.id, qualifications.name, body, level, awarded_on,
            qualification_files.name as file
         from qualifications join qualification_files on qualification_id = id
         where person_id = $1
         order by awarded_on desc, qualifications.id desc",
        person.0,
    )
    .fetch_all(db)
    .await
}

async fn own(acting: &mut Acting, id: i64) -> Result<Qualification> {
    let viewer = acting.viewer.id;
    let all = of(acting, viewer).await?;
    let own = all.into_iter().find(|one| one.id == id);
    own.ok_or(Error::NotFound)
}

/// False if there are ten already.
async fn store(acting: &mut Acting, written: &Written, content: &[u8]) -> sqlx::Result<bool> {
    let (viewer, now) = (acting.viewer.id, acting.now);
    let added = sqlx::query_scalar!(
        "insert into qualifications (person_id, place, name, body, level, awarded_on, added_at)
         select $1, place, $2, $3, $4, $5, $6
         from generate_series(1, 10) place
         where place not in (select place from qualifications where person_id = $1)
         order by place
         limit 1
         returning id",
        viewer.0,
        written.name,
        written.body,
        written.level,
        written.awarded_on,
        now,
    )
    .fetch_optional(&mut **acting)
    .await?;
    let Some(id) = added else {
        return Ok(false);
    };
    sqlx::query!(
        "insert into qualification_files (qualification_id, name, kind, content)
         values ($1, $2, $3, $4)",
        id,
        written.file.name,
        written.file.kind.media_type(),
        content,
    )
    .execute(&mut **acting)
    .await?;
    Ok(true)
}

pub async fn today(acting: &mut Acting) -> sqlx::Result<Date> {
    let (now, zone) = (acting.now, acting.viewer.time_zone.clone());
    sqlx::query_scalar!(
        r#"select ($1::timestamptz at time zone $2)::date as "today!""#,
        now,
        zone,
    )
    .fetch_one(&mut **acting)
    .await
}

async fn page(
    acting: &mut Acting,
    form: QualificationForm,
    problems: Problems,
) -> Result<Page<QualificationsPage>> {
    let viewer = acting.viewer.id;
    Ok(Page(QualificationsPage {
        recorded: of(acting, viewer).await?,
        today: today(acting).await?,
        frame: acting.frame.clone(),
        problems,
        form: QualificationForm {
            once: acting.once(),
            ..form
        },
    }))
}

impl QualificationForm {
    fn of(typed: &Typed) -> Self {
        let one = |name| typed.one(name).to_owned();
        QualificationForm {
            name: one("name"),
            body: one("body"),
            level: one("level"),
            awarded_on: one("awarded_on"),
            once: one("once"),
        }
    }

    fn read(&self, file: &File, today: Date) -> Result<Written, Problems> {
        let mut problems = Problems::default();
        let name = form::line(&self.name, 120, "Say what it is called");
        let name = problems.keep("name", name);
        let body = form::line(&self.body, 120, "Say who awarded it");
        let body = problems.keep("body", body);
        let level = problems.keep("level", form::optional_line(&self.level, 60));
        let awarded_on = form::date(&self.awarded_on, "Give the day on the certificate");
        let awarded_on = awarded_on.and_then(|day| match day <= today {
            true => Ok(day),
            false => Err("Record it once it has been awarded: this day is still to come".into()),
        });
        let awarded_on = problems.keep("awarded_on", awarded_on);
        let file = problems.keep("file", Attached::read(&file.name, &file.bytes));
        match (name, body, level, awarded_on, file) {
            (Some(name), Some(body), Some(level), Some(awarded_on), Some(file)) => Ok(Written {
                name,
                body,
                level,
                awarded_on,
                file,
            }),
            _ => Err(problems),
        }
    }
}
