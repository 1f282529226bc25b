//! The mentor signs off what the mentee has reached, with a word if they like.

use super::state::State;
use super::steps::settled;
use super::{Objective, ObjectiveId, queries};
use crate::error::{Error, Result};
use crate::pairings::Pairing;
use crate::pairings::access::{May, SignOffObjective};
use crate::web::form::{self, Form, Problems};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

const LONGEST: usize = 1_000;

#[derive(Template)]
#[template(path = "objectives/sign_off.html")]
struct SignOffPage {
    frame: Frame,
    pairing: Pairing,
    objective: Objective,
    form: SignOffForm,
    problems: Problems,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SignOffForm {
    word: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(
            "/pairings/{pairing}/objectives/{objective}/sign-off",
            Entry::SignedIn,
            new,
        )
        .post(
            "/pairings/{pairing}/objectives/{objective}/sign-off",
            Entry::SignedIn,
            create,
        )
}

async fn new(mut may: May<SignOffObjective>, id: ObjectiveId) -> Result<Response> {
    let objective = queries::one(&mut may, id).await?;
    match objective.state {
        State::Reached(_) => {}
        State::Proposed(_) | State::Agreed(_) => return Err(not_reached()),
        State::SignedOff(_) | State::HandedOn(_) | State::Dropped(_) => {
            return Ok(see(&format!("{}/objectives", may.pairing().path())));
        }
    }
    Ok(Page(SignOffPage {
        frame: may.frame(),
        pairing: may.pairing().clone(),
        objective,
        form: SignOffForm::default(),
        problems: Problems::default(),
    })
    .into_response())
}

async fn create(
    mut may: May<SignOffObjective>,
    id: ObjectiveId,
    Form(form): Form<SignOffForm>,
) -> Result<Response> {
    let objective = queries::one(&mut may, id).await?;
    let path = format!("{}/objectives", may.pairing().path());
    let signed_off = match objective.state {
        State::Reached(reached) => reached.sign_off(may.today()),
        State::SignedOff(_) => return Ok(see(&path)),
        State::Proposed(_) | State::Agreed(_) => return Err(not_reached()),
        State::HandedOn(_) | State::Dropped(_) => return Err(settled()),
    };
    let mut problems = Problems::default();
    let word = form::optional_prose(&form.word, LONGEST);
    let Some(word) = problems.keep("word", word) else {
        let page = SignOffPage {
            frame: may.frame(),
            pairing: may.pairing().clone(),
            objective,
            form,
            problems,
        };
        return Ok(Page(page).refused());
    };
    let state = State::SignedOff(signed_off);
    queries::settle_with(&mut may, &objective, (state, &word)).await?;
    let mentee = may.pairing().mentee.name.clone();
    may.commit().await?;
    Ok(done(
        &path,
        &format!("Signed off. {mentee} has reached it."),
    ))
}

fn not_reached() -> Error {
    Error::conflict(
        "An objective is signed off once the mentee says that it is reached. Nothing has changed.",
    )
}
