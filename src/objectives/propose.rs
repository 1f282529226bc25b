//! Proposing an objective, by either of the two.

use super::ObjectiveId;
use super::form::{ObjectiveForm, Words};
use super::history::{self, What};
use crate::error::Result;
use crate::pairings::Pairing;
use crate::pairings::access::{May, ProposeObjective};
use crate::web::form::{Form, Problems};
use crate::web::page::{Frame, Page, done, see};
use askama::Template;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "objectives/new.html")]
struct ProposePage {
    frame: Frame,
    pairing: Pairing,
    form: ObjectiveForm,
    problems: Problems,
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
    let objective = match form.read(may.today(), None) {
        Ok(objective) => objective,
        Err(problems) => return Ok(page(&may, form, problems).refused()),
    };
    let path = format!("{}/objectives", may.pairing().path());
    if !may.first_time(&form.once).await? {
        return Ok(see(&path));
    }
    let id = insert(&mut may, &objective).await?;
    history::note(&mut may, id, What::Proposed).await?;
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

async fn insert(may: &mut May<ProposeObjective>, words: &Words) -> sqlx::Result<ObjectiveId> {
    let (pairing, viewer, today) = (may.pairing().id, may.viewer().id, may.today());
    let id = sqlx::query_scalar!(
        "insert into objectives
            (pairing_id, statement, how_we_will_know, why, due_on, baseline, wanted, steps,
            evidence, proposed_by, proposed_on)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id",
        pairing.0,
        words.statement,
        words.how_we_will_know,
        words.why,
        words.due_on,
        words.baseline,
        words.wanted,
        words.steps,
        words.evidence,
        viewer.0,
        today,
    )
    .fetch_one(may.db())
    .await?;
    Ok(ObjectiveId(id))
}
