//! Settling an objective that is not signed off: it goes on elsewhere, or it is let go of.

use super::state::{Otherwise, State};
use super::steps::settled;
use super::{Objective, ObjectiveId, queries};
use crate::error::Result;
use crate::pairings::Pairing;
use crate::pairings::access::{May, SettleObjective};
use crate::web::form::{self, Form, Problems};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

const LONGEST: usize = 1_000;

#[derive(Template)]
#[template(path = "objectives/settlement.html")]
struct SettlementPage {
    frame: Frame,
    pairing: Pairing,
    objective: Objective,
    form: SettlementForm,
    problems: Problems,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SettlementForm {
    how: String,
    words: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(
            "/pairings/{pairing}/objectives/{objective}/settlement",
            Entry::SignedIn,
            new,
        )
        .post(
            "/pairings/{pairing}/objectives/{objective}/settlement",
            Entry::SignedIn,
            create,
        )
}

async fn new(mut may: May<SettleObjective>, id: ObjectiveId) -> Result<Response> {
    let objective = queries::one(&mut may, id).await?;
    if objective.state.settled() {
        return Ok(see(&format!("{}/objectives", may.pairing().path())));
    }
    let form = SettlementForm::default();
    Ok(page(&may, objective, form, Problems::default()).into_response())
}

async fn create(
    mut may: May<SettleObjective>,
    id: ObjectiveId,
    Form(form): Form<SettlementForm>,
) -> Result<Response> {
    let objective = queries::one(&mut may, id).await?;
    let (otherwise, words) = match form.read() {
        Ok(settlement) => settlement,
        Err(_) if objective.state.settled() => return Err(settled()),
        Err(problems) => return Ok(page(&may, objective, form, problems).refused()),
    };
    let path = format!("{}/objectives", may.pairing().path());
    let Some(state) = objective.state.settle(otherwise, may.today()) else {
        return if objective.settled_as(otherwise, &words) {
            Ok(see(&path))
        } else {
            Err(settled())
        };
    };
    queries::settle_with(&mut may, &objective, (state, &words)).await?;
    may.commit().await?;
    Ok(done(
        &path,
        match otherwise {
            Otherwise::HandOn => "The objective is handed on.",
            Otherwise::Drop => "The objective is dropped. Letting go is a decision too.",
        },
    ))
}

fn page(
    may: &May<SettleObjective>,
    objective: Objective,
    form: SettlementForm,
    problems: Problems,
) -> Page<SettlementPage> {
    Page(SettlementPage {
        frame: may.frame(),
        pairing: may.pairing().clone(),
        objective,
        form,
        problems,
    })
}

impl SettlementForm {
    fn read(&self) -> Result<(Otherwise, String), Problems> {
        let mut problems = Problems::default();
        let (otherwise, when_empty) = match self.how.as_str() {
            "handed_on" => (
                Some(Otherwise::HandOn),
                "Enter who goes on with it, or where",
            ),
            "dropped" => (Some(Otherwise::Drop), "Enter why it is dropped"),
            _ => {
                problems.add("how", "Choose whether it is handed on or dropped");
                (None, "Enter to whom it is handed on, or why it is dropped")
            }
        };
        let words = form::prose(&self.words, LONGEST, when_empty);
        let words = problems.keep("words", words);
        otherwise.zip(words).ok_or(problems)
    }
}

impl Objective {
    /// Whether this is what it was settled as: then it is the same form, sent twice.
    fn settled_as(&self, otherwise: Otherwise, words: &str) -> bool {
        let alike = match self.state {
            State::HandedOn(_) => otherwise == Otherwise::HandOn,
            State::Dropped(_) => otherwise == Otherwise::Drop,
            State::Proposed(_) | State::Agreed(_) | State::Reached(_) | State::SignedOff(_) => {
                false
            }
        };
        alike && self.settled_with == words
    }
}
