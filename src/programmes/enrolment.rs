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
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

#[derive(Default, Deserialize)]
pub struct EnrolmentForm {
    #[serde(default)]
    capacity: String,
    #[serde(default)]
    about: String,
}

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

async fn edit(mut runs: Runs, enrolment: Enrolment) -> Result<Response> {
    let enrolled = find(&mut runs, &enrolment).await?;
    let form = EnrolmentForm {
        capacity: enrolled
            .capacity
            .map(|capacity| capacity.to_string())
            .unwrap_or_default(),
        about: enrolled.about.clone(),
    };
    Ok(Page(EnrolmentPage {
        qualifications: learned(&mut runs, &enrolment).await?,
        frame: runs.frame(),
        problems: Problems::default(),
        programme: runs.programme,
        enrolled,
        form,
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
    Form(form): Form<EnrolmentForm>,
) -> Result<Response> {
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
            })
            .refused());
        }
    };
    runs.hold().await?;
    let changed = sqlx::query!(
        "update enrolments set capacity = $4, about = $5
         where programme_id = $1 and person_id = $2 and part = $3
             and (capacity, about) is distinct from ($4, $5)",
        runs.programme.id.0,
        enrolment.person.0,
        part(enrolment.side),
        capacity,
        about,
    )
    .execute(&mut *runs.acting)
    .await
    .map_err(changed_meanwhile)?;
    let people = format!("{}/people", runs.programme.path());
    if changed.rows_affected() == 0 {
        return Ok(see(&people));
    }
    runs.commit_about("changed an enrolment", enrolment.person)
        .await?;
    Ok(done(
        &people,
        &format!("{}’s place is changed.", enrolled.name),
    ))
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
