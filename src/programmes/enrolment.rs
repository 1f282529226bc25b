//! One enrolment: its places and its words are changed, or it is removed.

use super::access::{Enrolment, Programme, Runs, changed_meanwhile};
use super::part;
use super::people::{self, Enrolled, Wanted};
use super::stage::Act;
use crate::applications;
use crate::becoming_a_mentor::qualifications::{self, Qualification};
use crate::error::{Error, Result};
use crate::pairings::stage::Side;
use crate::web::form::{self, Form, Problems};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use crate::workbench;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

#[derive(Default, Deserialize)]
pub struct EnrolmentForm {
    #[serde(default)]
    capacity: String,
    #[serde(default)]
    about: String,
    /// Of what it was typed over.
    #[serde(default)]
    version: String,
}

/// The page on which something else may have been tried.
const MATCHING: &str = "Matching";

#[derive(Template)]
#[template(path = "programmes/enrolment.html")]
struct EnrolmentPage {
    frame: Frame,
    problems: Problems,
    programme: Programme,
    enrolled: Enrolled,
    /// Of a mentor.
    qualifications: Vec<Qualification>,
    form: EnrolmentForm,
    /// Where they came from, and what was tried there.
    tried: workbench::Asked,
}

#[derive(Template)]
#[template(path = "programmes/enrolment_removal.html")]
struct RemovalPage {
    frame: Frame,
    programme: Programme,
    enrolled: Enrolled,
    /// Some pairing is or was theirs, so that the enrolment stays.
    paired: bool,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(
            "/programmes/{programme}/enrolments/{person}/{part}",
            Entry::SignedIn,
            edit,
        )
        .post(
            "/programmes/{programme}/enrolments/{person}/{part}",
            Entry::SignedIn,
            update,
        )
        .get(
            "/programmes/{programme}/enrolments/{person}/{part}/removal",
            Entry::SignedIn,
            ask_to_remove,
        )
        .post(
            "/programmes/{programme}/enrolments/{person}/{part}/removal",
            Entry::SignedIn,
            remove,
        )
}

async fn edit(
    mut runs: Runs,
    enrolment: Enrolment,
    form::Asked(fields): form::Asked<Vec<(String, String)>>,
) -> Result<Response> {
    let enrolled = find(&mut runs, &enrolment).await?;
    let form = EnrolmentForm {
        capacity: enrolled
            .capacity
            .map(|capacity| capacity.to_string())
            .unwrap_or_default(),
        about: enrolled.about.clone(),
        version: version(enrolled.capacity, &enrolled.about),
    };
    Ok(Page(EnrolmentPage {
        qualifications: learned(&mut runs, &enrolment).await?,
        frame: runs.frame(),
        problems: Problems::default(),
        programme: runs.programme,
        enrolled,
        form,
        tried: workbench::Asked { fields },
    })
    .into_response())
}

async fn learned(runs: &mut Runs, enrolment: &Enrolment) -> sqlx::Result<Vec<Qualification>> {
    match enrolment.side {
        Side::Mentor => qualifications::of(&mut runs.acting, enrolment.person).await,
        Side::Mentee => Ok(Vec::new()),
    }
}

async fn update(
    mut runs: Runs,
    enrolment: Enrolment,
    form::Asked(fields): form::Asked<Vec<(String, String)>>,
    Form(form): Form<EnrolmentForm>,
) -> Result<Response> {
    let tried = workbench::Asked { fields };
    let enrolled = find(&mut runs, &enrolment).await?;
    runs.programme.allows(Act::Enrol)?;
    let most = runs.programme.capacity_max;
    let (capacity, about) = match form.read(enrolment.side, most) {
        Ok(read) => read,
        Err(problems) => {
            return Ok(Page(EnrolmentPage {
                qualifications: learned(&mut runs, &enrolment).await?,
                frame: runs.frame(),
                problems,
                programme: runs.programme,
                enrolled,
                form,
                tried,
            })
            .refused());
        }
    };
    let saved = hold(&mut runs, &enrolment).await?;
    let back = back(
        &runs.programme,
        &tried,
        (&enrolment, saved.capacity, capacity),
    );
    if (saved.capacity, &saved.about) == (capacity, &about) {
        return Ok(see(&back));
    }
    let now = version(saved.capacity, &saved.about);
    if !form.version.is_empty() && form.version != now {
        let form = EnrolmentForm {
            version: now,
            ..form
        };
        return overtaken(runs, &enrolment, form, tried).await;
    }
    store(&mut runs, &enrolment, (capacity, &about)).await?;
    runs.commit_about("changed an enrolment", enrolment.person)
        .await?;
    Ok(done(
        &back,
        &format!("{}’s place is changed.", enrolled.name),
    ))
}

/// Tells an enrolment from what it becomes.
fn version(capacity: Option<i16>, about: &str) -> String {
    form::version(&format!("{capacity:?} {about}"))
}

/// What can be changed of it.
struct Saved {
    capacity: Option<i16>,
    about: String,
}

/// As it is while nobody else changes it.
async fn hold(runs: &mut Runs, enrolment: &Enrolment) -> Result<Saved> {
    runs.hold().await?;
    sqlx::query_as!(
        Saved,
        "select capacity, about from enrolments
         where programme_id = $1 and person_id = $2 and part = $3
         for update",
        runs.programme.id.0,
        enrolment.person.0,
        part(enrolment.side),
    )
    .fetch_optional(&mut *runs.acting)
    .await?
    .ok_or(Error::NotFound)
}

async fn store(
    runs: &mut Runs,
    enrolment: &Enrolment,
    (capacity, about): (Option<i16>, &str),
) -> Result<()> {
    sqlx::query!(
        "update enrolments set capacity = $4, about = $5
         where programme_id = $1 and person_id = $2 and part = $3",
        runs.programme.id.0,
        enrolment.person.0,
        part(enrolment.side),
        capacity,
        about,
    )
    .execute(&mut *runs.acting)
    .await
    .map_err(changed_meanwhile)?;
    Ok(())
}

/// The people of the programme; or the workbench as it was left, with as many fewer places tried as were
/// given.
fn back(
    programme: &Programme,
    tried: &workbench::Asked,
    (enrolment, before, after): (&Enrolment, Option<i16>, Option<i16>),
) -> String {
    let (came_from, name) = from(programme, tried);
    if name != MATCHING {
        return came_from;
    }
    let given = after.unwrap_or(0) - before.unwrap_or(0);
    let place = enrolment.person.to_string();
    let left = (0..given).fold(tried.clone(), |tried, _| tried.less("place", &place));
    left.at_workbench(programme, &left.query())
}

/// Where they came from, and what it is called.
fn from(programme: &Programme, tried: &workbench::Asked) -> (String, &'static str) {
    if tried.typed().one("from") == "publication" {
        return (programme.at("/publication"), "Publish");
    }
    match tried.workbench(programme) {
        Some(path) => (path, MATCHING),
        None => (programme.at("/people"), "People"),
    }
}

/// Shown over what it has become, so that saving again is meant.
async fn overtaken(
    mut runs: Runs,
    enrolment: &Enrolment,
    form: EnrolmentForm,
    tried: workbench::Asked,
) -> Result<Response> {
    let enrolled = find(&mut runs, enrolment).await?;
    let mut problems = Problems::default();
    let meanwhile = "This has changed since you opened it";
    let mine = "Save once more to put yours in its place";
    if let Some(capacity) = enrolled
        .capacity
        .filter(|one| one.to_string() != form.capacity.trim())
    {
        problems.add(
            "capacity",
            format!("{meanwhile}: it is {capacity} now. {mine}"),
        );
    }
    if problems.is_empty() || enrolled.about != form.about.trim() {
        let about = match enrolled.about.as_str() {
            "" => "nothing".to_owned(),
            about => format!("“{about}”"),
        };
        problems.add("about", format!("{meanwhile}: it says {about} now. {mine}"));
    }
    Ok(Page(EnrolmentPage {
        qualifications: learned(&mut runs, enrolment).await?,
        frame: runs.frame(),
        problems,
        programme: runs.programme,
        enrolled,
        form,
        tried,
    })
    .with_status(StatusCode::CONFLICT))
}

async fn ask_to_remove(mut runs: Runs, enrolment: Enrolment) -> Result<Response> {
    let enrolled = find(&mut runs, &enrolment).await?;
    let paired = sqlx::query_scalar!(
        r#"
        select exists (
            select from pairings
            where programme_id = $1
                and case when $3 = 'mentor' then mentor_id else mentee_id end = $2
        ) as "paired!"
        "#,
        runs.programme.id.0,
        enrolment.person.0,
        part(enrolment.side),
    )
    .fetch_one(&mut *runs.acting)
    .await?;
    Ok(Page(RemovalPage {
        frame: runs.frame(),
        programme: runs.programme,
        enrolled,
        paired,
    })
    .into_response())
}

async fn remove(mut runs: Runs, enrolment: Enrolment) -> Result<Response> {
    runs.programme.allows(Act::Enrol)?;
    let people = format!("{}/people", runs.programme.path());
    let removed = sqlx::query!(
        "delete from enrolments where programme_id = $1 and person_id = $2 and part = $3",
        runs.programme.id.0,
        enrolment.person.0,
        part(enrolment.side),
    )
    .execute(&mut *runs.acting)
    .await;
    match removed {
        Ok(done) if done.rows_affected() == 0 => return Ok(see(&people)),
        Ok(_) => {}
        Err(cause) if kept_by_a_pairing(&cause) => {
            return Err(Error::conflict(
                "They are or were paired in this programme, and a pairing keeps its two people. \
                 Nothing has changed by this press.",
            ));
        }
        Err(cause) => return Err(cause.into()),
    }
    applications::queries::end(&mut runs.acting, runs.programme.id, &enrolment).await?;
    runs.commit_about("removed an enrolment", enrolment.person)
        .await?;
    Ok(done(&people, "The enrolment is removed."))
}

fn kept_by_a_pairing(cause: &sqlx::Error) -> bool {
    cause
        .as_database_error()
        .is_some_and(sqlx::error::DatabaseError::is_foreign_key_violation)
}

impl EnrolmentPage {
    fn action(&self) -> String {
        let path = self.enrolled.edit_path(&self.programme);
        format!("{path}{}", self.tried.whole())
    }

    /// Where they came from.
    fn back(&self) -> String {
        self.from().0
    }

    fn from(&self) -> (String, &'static str) {
        from(&self.programme, &self.tried)
    }
}

async fn find(runs: &mut Runs, enrolment: &Enrolment) -> Result<Enrolled> {
    let wanted = Wanted {
        person: Some(enrolment.person),
        ..Wanted::default()
    };
    people::of(runs, wanted)
        .await?
        .into_iter()
        .find(|one| one.side() == enrolment.side)
        .ok_or(Error::NotFound)
}

impl EnrolmentForm {
    fn read(&self, side: Side, most: i16) -> Result<(Option<i16>, String), Problems> {
        let mut problems = Problems::default();
        let capacity = match side {
            Side::Mentor => problems.keep(
                "capacity",
                form::number(&self.capacity, 0..=most, "").map_err(|_| {
                    format!("Enter how many mentees they take at a time: 0 to {most}")
                }),
            ),
            Side::Mentee => None,
        };
        let about = problems.keep("about", form::optional_prose(&self.about, 1000));
        match about {
            Some(about) if problems.is_empty() => Ok((capacity, about)),
            _ => Err(problems),
        }
    }
}
