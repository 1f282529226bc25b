//! Proposing an objective, by either of the two.

use crate::error::Result;
use crate::pairings::Pairing;
use crate::pairings::access::{May, ProposeObjective};
use crate::web::form::{self, Form, Problems};
use crate::web::page::{Frame, Page, done, see};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use time::Date;

#[derive(Template)]
#[template(path = "objectives/new.html")]
struct ProposePage {
    frame: Frame,
    pairing: Pairing,
    form: ObjectiveForm,
    problems: Problems,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ObjectiveForm {
    once: String,
    statement: String,
    how_we_will_know: String,
    due_on: String,
}

struct NewObjective {
    statement: String,
    how_we_will_know: String,
    due_on: Option<Date>,
}

pub async fn new(may: May<ProposeObjective>) -> Response {
    let form = ObjectiveForm {
        once: may.once(),
        ..ObjectiveForm::default()
    };
    page(&may, form, Problems::default()).into_response()
}

pub async fn create(
    mut may: May<ProposeObjective>,
    Form(form): Form<ObjectiveForm>,
) -> Result<Response> {
    let objective = match form.read(may.today()) {
        Ok(objective) => objective,
        Err(problems) => return Ok(page(&may, form, problems).refused()),
    };
    let path = format!("{}/objectives", may.pairing().path());
    if !may.first_time(&form.once).await? {
        return Ok(see(&path));
    }
    insert(&mut may, &objective).await?;
    let partner = may.pairing().partner().name.clone();
    may.commit().await?;
    Ok(done(
        &path,
        &format!("Proposed. {partner} agrees to it next."),
    ))
}

fn page(may: &May<ProposeObjective>, form: ObjectiveForm, problems: Problems) -> Page<ProposePage> {
    Page(ProposePage {
        frame: may.frame(),
        pairing: may.pairing().clone(),
        form,
        problems,
    })
}

async fn insert(may: &mut May<ProposeObjective>, objective: &NewObjective) -> sqlx::Result<()> {
    let (pairing, viewer, today) = (may.pairing().id, may.viewer().id, may.today());
    sqlx::query!(
        "insert into objectives
            (pairing_id, statement, how_we_will_know, due_on, proposed_by, proposed_on)
         values ($1, $2, $3, $4, $5, $6)",
        pairing.0,
        objective.statement,
        objective.how_we_will_know,
        objective.due_on,
        viewer.0,
        today,
    )
    .execute(may.db())
    .await?;
    Ok(())
}

impl ObjectiveForm {
    fn read(&self, today: Date) -> Result<NewObjective, Problems> {
        let mut problems = Problems::default();
        let statement = form::prose(&self.statement, 500, "Enter what is to be reached");
        let statement = problems.keep("statement", statement);
        let how = form::optional_prose(&self.how_we_will_know, 1_000);
        let how = problems.keep("how_we_will_know", how);
        let due_on = form::optional_date(
            &self.due_on,
            "Enter a date such as 30 June 2027, or leave it empty",
        );
        let due_on = problems.keep("due_on", due_on);
        if due_on.flatten().is_some_and(|date| date < today) {
            problems.add("due_on", "Choose a date that is still to come");
        }
        match (statement, how, due_on) {
            (Some(statement), Some(how_we_will_know), Some(due_on)) if problems.is_empty() => {
                Ok(NewObjective {
                    statement,
                    how_we_will_know,
                    due_on,
                })
            }
            _ => Err(problems),
        }
    }
}
