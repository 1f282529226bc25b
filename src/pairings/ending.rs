//! Ending a live pairing before its moving-on review, without fault and without a reason shown;
//! and taking a closed one up again.

use super::Pairing;
use super::access::{EndEarly, May, Reopen};
use super::queries::store_stage;
use super::stage::{Early, How, Stage};
use crate::error::{Error, Result, broke};
use crate::web::form::{Form, Problems};
use crate::web::page::{Frame, Page, done};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use time::Date;

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
        .post("/pairings/{pairing}/reopening", Entry::SignedIn, reopen)
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
    let path = may.pairing().path();
    may.commit().await?;
    Ok(done(
        &path,
        "The pairing is closed. Thank you both for the time you gave it.",
    ))
}

async fn reopen(mut may: May<Reopen>) -> Result<Response> {
    let Stage::Closed(closed) = may.pairing().stage else {
        return Err(Error::conflict("This pairing is open already."));
    };
    if closed.how == How::Declined {
        return Err(Error::conflict(
            "This offer was not taken up, so there is nothing to re-open. Pair the two again instead.",
        ));
    }
    let (id, path) = (may.pairing().id, may.pairing().path());
    let opened = sqlx::query!(
        "update pairings set closed_on = null, closed_how = null where id = $1",
        id.0
    )
    .execute(may.db())
    .await;
    match opened {
        Ok(_) => {}
        Err(cause) if broke(&cause, "pairings_within_capacity") => {
            return Err(Error::conflict(
                "The mentor has no free place for this pairing now.",
            ));
        }
        Err(cause) if broke(&cause, "pairings_of_people_who_are_here") => {
            return Err(Error::conflict(
                "One of the two is no longer here, so the pairing stays closed.",
            ));
        }
        Err(cause) if broke(&cause, "pairings_one_mentor_at_a_time") => {
            return Err(Error::conflict(
                "The mentee has another mentor in this programme by now.",
            ));
        }
        Err(cause) => return Err(cause.into()),
    }
    let today = may.today();
    stood_still(&mut may, closed.on, today).await?;
    may.commit().await?;
    Ok(done(&path, "The pairing is open again."))
}

/// The time for which a pairing was closed counts as a pause, so that its clocks begin anew.
async fn stood_still(may: &mut May<Reopen>, since: Date, until: Date) -> sqlx::Result<()> {
    let id = may.pairing().id;
    sqlx::query!(
        "insert into pauses (pairing_id, since, until) values ($1, $2, $3)
         on conflict (pairing_id, since) do update set until = excluded.until",
        id.0,
        since,
        until.max(since),
    )
    .execute(may.db())
    .await?;
    Ok(())
}
