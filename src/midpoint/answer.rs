//! What each answers half-way, alone. It is sent for good.

use crate::error::Result;
use crate::moving_on::EFFECTIVENESS;
use crate::objectives::{self, Objective};
use crate::pairings::Pairing;
use crate::pairings::access::{Action, AnswerMidpoint, May};
use crate::web::form::{self, Form, Problems};
use crate::web::page::{Frame, Page, done};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::Response;
use serde::Deserialize;

const LONGEST: usize = 2_000;

#[derive(Template)]
#[template(path = "midpoint/answer.html")]
pub struct AnswerPage {
    frame: Frame,
    pairing: Pairing,
    objectives: Vec<Objective>,
    form: AnswerForm,
    problems: Problems,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct AnswerForm {
    useful: String,
    helpful: String,
    missing: String,
    objectives: String,
}

struct NewAnswers {
    useful: i16,
    helpful: String,
    missing: String,
    objectives: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes.post("/pairings/{pairing}/midpoint", Entry::SignedIn, create)
}

async fn create(mut may: May<AnswerMidpoint>, Form(form): Form<AnswerForm>) -> Result<Response> {
    let path = format!("{}/midpoint", may.pairing().path());
    let answered = may.pairing().facts.midpoint;
    if answered.answered_by(may.pairing().part.side()) {
        return Ok(done(
            &path,
            "Your answers had been sent already, and stay as they were.",
        ));
    }
    let answers = match form.read() {
        Ok(answers) => answers,
        Err(problems) => return Ok(page(&mut may, form, problems).await?.refused()),
    };
    let (pairing, viewer, today) = (may.pairing().id, may.viewer().id, may.today());
    sqlx::query!(
        "insert into midpoint_reviews
            (pairing_id, person_id, helpful, missing, objectives, useful, answered_on)
         values ($1, $2, $3, $4, $5, $6, $7)",
        pairing.0,
        viewer.0,
        answers.helpful,
        answers.missing,
        answers.objectives,
        answers.useful,
        today,
    )
    .execute(may.db())
    .await?;
    let partner = may.pairing().partner().name.clone();
    may.commit().await?;
    Ok(if answered.answered_by_one() {
        done(
            &path,
            "Sent. Both of you have answered: read both, then decide together.",
        )
    } else {
        done(&path, &format!("Sent. {partner} answers next."))
    })
}

pub async fn page<A: Action>(
    may: &mut May<A>,
    form: AnswerForm,
    problems: Problems,
) -> Result<Page<AnswerPage>> {
    Ok(Page(AnswerPage {
        objectives: objectives::queries::all(may).await?,
        frame: may.frame(),
        pairing: may.pairing().clone(),
        form,
        problems,
    }))
}

impl AnswerForm {
    fn read(&self) -> Result<NewAnswers, Problems> {
        let mut problems = Problems::default();
        let useful = form::number(&self.useful, 1..=5, "Choose how well it works so far");
        let useful = problems.keep("useful", useful);
        let helpful = form::prose(&self.helpful, LONGEST, "Enter what helps you most");
        let helpful = problems.keep("helpful", helpful);
        let missing = problems.keep("missing", form::optional_prose(&self.missing, LONGEST));
        let objectives = form::optional_prose(&self.objectives, LONGEST);
        let objectives = problems.keep("objectives", objectives);
        match (useful, helpful, missing, objectives) {
            (Some(useful), Some(helpful), Some(missing), Some(objectives)) => Ok(NewAnswers {
                useful,
                helpful,
                missing,
                objectives,
            }),
            _ => Err(problems),
        }
    }
}
