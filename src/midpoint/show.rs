//! The page of the review half-way: to answer, to wait, to read both, and what was decided.

use super::answer::{self, AnswerForm};
use super::decision::DecisionForm;
use super::queries::{self, Answers, Decided, Decision};
use crate::error::Result;
use crate::pairings::Pairing;
use crate::pairings::access::{Action, AnswerMidpoint, DecideMidpoint, May, SeeWithin};
use crate::people::PersonId;
use crate::web::form::Problems;
use crate::web::page::{Frame, Page};
use crate::web::routes::{Entry, Routes};
use crate::web::words;
use askama::Template;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "midpoint/show.html")]
pub struct MidpointPage {
    frame: Frame,
    columns: Vec<Column>,
    decided: Option<Decided>,
    may_decide: bool,
    form: DecisionForm,
    problems: Problems,
    pairing: Pairing,
}

/// What one of the two answered.
struct Column {
    name: String,
    initials: String,
    answers: Answers,
}

pub fn routes(routes: Routes) -> Routes {
    routes.get("/pairings/{pairing}/midpoint", Entry::SignedIn, show)
}

async fn show(mut may: May<SeeWithin>) -> Result<Response> {
    let pairing = may.pairing();
    let answered = pairing.facts.midpoint.answered_by(pairing.part.side());
    if !answered && AnswerMidpoint::RULE.check(pairing).is_ok() {
        let form = AnswerForm::default();
        let page = answer::page(&mut may, form, Problems::default()).await?;
        return Ok(page.into_response());
    }
    let page = page(&mut may, DecisionForm::default(), Problems::default()).await?;
    Ok(page.into_response())
}

pub async fn page<A: Action>(
    may: &mut May<A>,
    form: DecisionForm,
    problems: Problems,
) -> Result<Page<MidpointPage>> {
    let answers = queries::answers(may).await?;
    let decided = queries::decided(may).await?;
    let (pairing, viewer) = (may.pairing().clone(), may.viewer().id);
    let columns: Vec<Column> = answers
        .into_iter()
        .map(|answers| Column::of(&pairing, viewer, answers))
        .collect();
    let both = columns.len() == 2 && decided.is_none();
    Ok(Page(MidpointPage {
        frame: may.frame(),
        may_decide: both && DecideMidpoint::RULE.check(&pairing).is_ok(),
        columns,
        decided,
        form,
        problems,
        pairing,
    }))
}

impl Column {
    fn of(pairing: &Pairing, viewer: PersonId, answers: Answers) -> Column {
        let person = if answers.person == pairing.mentor.id {
            &pairing.mentor
        } else {
            &pairing.mentee
        };
        let own = person.id == viewer;
        Column {
            name: if own {
                "You".into()
            } else {
                person.name.clone()
            },
            initials: words::initials(&person.name),
            answers,
        }
    }
}
