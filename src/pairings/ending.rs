//! Ending a live pairing before its moving-on review, without fault and without a reason shown.

use super::Pairing;
use super::access::{EndEarly, May};
use super::queries::store_stage;
use super::stage::{Early, Stage};
use crate::error::{Error, Result};
use crate::reminders::news::{self, News};
use crate::web::form::{Form, Problems};
use crate::web::page::{Frame, Page, done};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "pairings/end.html")]
struct EndPage {
    frame: Frame,
    pairing: Pairing,
    form: EndForm,
    problems: Problems,
}

#[derive(Default, Deserialize)]
struct EndForm {
    #[serde(default)]
    how: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/pairings/{pairing}/ending", Entry::SignedIn, new)
        .post("/pairings/{pairing}/ending", Entry::SignedIn, create)
}

async fn new(may: May<EndEarly>) -> Response {
    page(&may, EndForm::default(), Problems::default()).into_response()
}

fn page(may: &May<EndEarly>, form: EndForm, problems: Problems) -> Page<EndPage> {
    Page(EndPage {
        frame: may.frame(),
        pairing: may.pairing().clone(),
        form,
        problems,
    })
}

async fn create(mut may: May<EndEarly>, Form(form): Form<EndForm>) -> Result<Response> {
    let how = match form.how.as_str() {
        "completed" => Early::Completed,
        "ended" => Early::WithoutFault,
        "moved_or_left" => Early::MovedOrLeft,
        _ => {
            let problems = Problems::one("how", "Choose how the pairing ends");
            return Ok(page(&may, form, problems).refused());
        }
    };
    let today = may.today();
    let closed = match may.pairing().stage {
        Stage::InitialMeeting(stage) => stage.end(how, today),
        Stage::Sessions(stage) => stage.end(how, today),
        Stage::MovingOn(stage) => stage.end(how, today),
        Stage::Proposed(_) | Stage::Offered(_) | Stage::Closed(_) => {
            return Err(Error::conflict("There is nothing to end here any more."));
        }
    };
    store_stage(&mut may, Stage::Closed(closed)).await?;
    news::tell(&mut may, News::Ended).await?;
    let path = may.pairing().path();
    may.commit().await?;
    Ok(done(
        &path,
        "The pairing is closed. Thank you both for the time you gave it.",
    ))
}
