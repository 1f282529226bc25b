//! A person becomes a mentor or a mentee of a programme.

use super::access::{Programme, Runs, changed_meanwhile};
use super::search::{self, Found};
use super::stage::Act;
use super::{part, side};
use crate::error::Result;
use crate::pairings::stage::Side;
use crate::people::PersonId;
use crate::web::form::{self, Asked, Form, Problems};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

#[derive(Default, Deserialize)]
pub struct EnrolForm {
    /// What was searched for.
    #[serde(default)]
    q: String,
    #[serde(default)]
    person: String,
    #[serde(default)]
    part: String,
    #[serde(default)]
    capacity: String,
    #[serde(default)]
    about: String,
    #[serde(default)]
    once: String,
}

struct NewEnrolment {
    person: PersonId,
    side: Side,
    capacity: Option<i16>,
    about: String,
}

#[derive(Template)]
#[template(path = "programmes/enrol.html")]
struct EnrolPage {
    frame: Frame,
    problems: Problems,
    programme: Programme,
    form: EnrolForm,
    found: Vec<Found>,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(
            "/programmes/{programme}/enrolments/new",
            Entry::SignedIn,
            new,
        )
        .post(
            "/programmes/{programme}/enrolments",
            Entry::SignedIn,
            create,
        )
}

async fn new(runs: Runs, Asked(mut form): Asked<EnrolForm>) -> Result<Response> {
    runs.programme.allows(Act::Enrol)?;
    form.once = runs.acting.once();
    if form.capacity.is_empty() {
        form.capacity = runs.programme.capacity_default.to_string();
    }
    Ok(Page(page_of(runs, form, Problems::default()).await?).into_response())
}

async fn create(mut runs: Runs, Form(form): Form<EnrolForm>) -> Result<Response> {
    let people = format!("{}/people", runs.programme.path());
    if !runs.acting.first_time(&form.once).await? {
        return Ok(see(&people));
    }
    runs.programme.allows(Act::Enrol)?;
    let enrolment = match form.read(runs.programme.capacity_max) {
        Ok(enrolment) => enrolment,
        Err(problems) => return Ok(Page(page_of(runs, form, problems).await?).refused()),
    };
    let Some(person) = search::person(&mut runs.acting, enrolment.person).await? else {
        let problems = Problems::one("person", "Choose a person from the list");
        return Ok(Page(page_of(runs, form, problems).await?).refused());
    };
    let as_what = part(enrolment.side);
    if !insert(&mut runs, &enrolment).await? {
        let message = format!("{} is a {as_what} of this programme already", person.name);
        let problems = Problems::one("person", message);
        return Ok(Page(page_of(runs, form, problems).await?).refused());
    }
    let act = match enrolment.side {
        Side::Mentor => "enrolled a mentor",
        Side::Mentee => "enrolled a mentee",
    };
    runs.commit_about(act, person.id).await?;
    Ok(done(
        &people,
        &format!("{} is enrolled as a {as_what}.", person.name),
    ))
}

async fn page_of(mut runs: Runs, form: EnrolForm, problems: Problems) -> Result<EnrolPage> {
    let mut found = search::people(&mut runs.acting, &form.q).await?;
    // Whoever was chosen stays in the list, whatever is searched for next.
    if let Ok(chosen) = form.person.trim().parse().map(PersonId)
        && found.iter().all(|person| person.id != chosen)
    {
        found.extend(search::person(&mut runs.acting, chosen).await?);
    }
    Ok(EnrolPage {
        frame: runs.frame(),
        problems,
        programme: runs.programme,
        form,
        found,
    })
}

impl EnrolPage {
    fn capacity_hint(&self) -> String {
        format!("Of a mentor only: 1 to {}.", self.programme.capacity_max)
    }
}

impl EnrolForm {
    fn read(&self, most: i16) -> Result<NewEnrolment, Problems> {
        let mut problems = Problems::default();
        let person = self.person.trim().parse().map(PersonId);
        let person = problems.keep(
            "person",
            person.map_err(|_| "Choose a person from the list"),
        );
        let side = problems.keep(
            "part",
            side(&self.part).ok_or("Choose whether they are a mentor or a mentee"),
        );
        let capacity = match side {
            Some(Side::Mentor) => problems.keep(
                "capacity",
                form::number(&self.capacity, 1..=most, "").map_err(|_| {
                    format!("Enter how many mentees they take at a time: 1 to {most}")
                }),
            ),
            Some(Side::Mentee) | None => None,
        };
        let about = problems.keep("about", form::optional_prose(&self.about, 1000));
        match (person, side, about) {
            (Some(person), Some(side), Some(about)) if problems.is_empty() => Ok(NewEnrolment {
                person,
                side,
                capacity,
                about,
            }),
            _ => Err(problems),
        }
    }
}

/// False if they are enrolled in this part already.
async fn insert(runs: &mut Runs, enrolment: &NewEnrolment) -> Result<bool> {
    let added = sqlx::query!(
        r"
        insert into enrolments (
            programme_id, person_id, part, about, capacity, enrolled_by, enrolled_at
        )
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (programme_id, person_id, part) do update
        set about = excluded.about, capacity = excluded.capacity, left_at = null,
            enrolled_by = excluded.enrolled_by, enrolled_at = excluded.enrolled_at
        where enrolments.left_at is not null
        ",
        runs.programme.id.0,
        enrolment.person.0,
        part(enrolment.side),
        enrolment.about,
        enrolment.capacity,
        runs.acting.viewer.id.0,
        runs.acting.now,
    )
    .execute(&mut *runs.acting)
    .await
    .map_err(changed_meanwhile)?;
    Ok(added.rows_affected() == 1)
}
