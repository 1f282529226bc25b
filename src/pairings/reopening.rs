//! A coordinator takes a closed pairing up again: where it stood, or for more sessions.

use super::Pairing;
use super::access::{May, Reopen};
use super::queries::store_stage;
use super::stage::{Again, Closed, Name, Stage};
use crate::error::{Error, Result, broke};
use crate::web::form::{Form, Problems};
use crate::web::page::{Frame, Page, done};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use time::Date;

#[derive(Template)]
#[template(path = "pairings/reopen.html")]
struct ReopenPage {
    frame: Frame,
    pairing: Pairing,
    /// Where it stood when it was closed.
    stood_at: Name,
    form: ReopenForm,
    problems: Problems,
}

#[derive(Default, Deserialize)]
struct ReopenForm {
    /// Asked only of a pairing that was moving on.
    #[serde(default)]
    again: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/pairings/{pairing}/reopening", Entry::SignedIn, new)
        .post("/pairings/{pairing}/reopening", Entry::SignedIn, create)
}

async fn new(may: May<Reopen>) -> Result<Response> {
    let closed = closed(may.pairing())?;
    let page = page(&may, closed, ReopenForm::default(), Problems::default());
    Ok(page.into_response())
}

fn page(
    may: &May<Reopen>,
    closed: Closed,
    form: ReopenForm,
    problems: Problems,
) -> Page<ReopenPage> {
    Page(ReopenPage {
        frame: may.frame(),
        stood_at: stood_at(may.pairing(), closed),
        pairing: may.pairing().clone(),
        form,
        problems,
    })
}

fn stood_at(pairing: &Pairing, closed: Closed) -> Name {
    closed.reopen(Again::WhereItStood, &pairing.dates).name()
}

async fn create(mut may: May<Reopen>, Form(form): Form<ReopenForm>) -> Result<Response> {
    let closed = closed(may.pairing())?;
    let moving_on = stood_at(may.pairing(), closed) == Name::MovingOn;
    let again = match form.again.as_str() {
        "sessions" => Again::BeforeMovingOn,
        "moving_on" => Again::WhereItStood,
        _ if !moving_on => Again::WhereItStood,
        _ => {
            let problems = Problems::one("again", "Choose what the two go on with");
            return Ok(page(&may, closed, form, problems).refused());
        }
    };
    let stage = closed.reopen(again, &may.pairing().dates);
    store_stage(&mut may, stage).await.map_err(explain)?;
    stood_still(&mut may, closed.on).await?;
    if stage.name() == Name::Offered {
        offer_anew(&mut may).await?;
    }
    let path = may.pairing().path();
    may.commit().await?;
    Ok(done(
        &path,
        &format!("The pairing is open again: {}.", stage.name().words()),
    ))
}

fn closed(pairing: &Pairing) -> Result<Closed> {
    match pairing.stage {
        Stage::Closed(_) if pairing.is_past_reopening() => Err(Error::conflict(
            "This offer was not taken up, so there is nothing to re-open. Pair the two again instead.",
        )),
        Stage::Closed(closed) => Ok(closed),
        Stage::Proposed(_)
        | Stage::Offered(_)
        | Stage::InitialMeeting(_)
        | Stage::Sessions(_)
        | Stage::MovingOn(_) => Err(Error::conflict("This pairing is open already.")),
    }
}

fn explain(cause: sqlx::Error) -> Error {
    const RULES: [(&str, &str); 6] = [
        (
            "pairings_within_capacity",
            "The mentor has no free place for this pairing now: what is proposed and offered counts as \
             well. It stays closed until they have a place more, or another of their pairings is \
             withdrawn or ended.",
        ),
        (
            "pairings_not_a_line_manager",
            "One of the two is the other’s line manager by now, and a line manager cannot be the \
             mentor.",
        ),
        (
            "pairings_not_against_a_wish",
            "One of the two would rather not be paired with the other by now, so the pairing stays \
             closed.",
        ),
        (
            "pairings_of_those_who_take_part",
            "One of the two has left the programme, so the pairing stays closed.",
        ),
        (
            "pairings_of_people_who_are_here",
            "One of the two is no longer here, so the pairing stays closed.",
        ),
        (
            "pairings_one_mentor_at_a_time",
            "The mentee has another mentor in this programme by now, or is offered or proposed one, so \
             the pairing stays closed.",
        ),
    ];
    match RULES.iter().find(|(rule, _)| broke(&cause, rule)) {
        Some((_, words)) => Error::conflict(*words),
        None => cause.into(),
    }
}

/// An offer has all its days again.
async fn offer_anew(may: &mut May<Reopen>) -> sqlx::Result<()> {
    let (id, today) = (may.pairing().id, may.today());
    sqlx::query!(
        "update pairings set answer_by = greatest(offered_on, $2) + days_to_answer
         from programmes where programmes.id = programme_id and pairings.id = $1",
        id.0,
        today,
    )
    .execute(may.db())
    .await?;
    Ok(())
}

/// The time for which a pairing was closed counts as a pause, so that its clocks begin anew.
async fn stood_still(may: &mut May<Reopen>, since: Date) -> sqlx::Result<()> {
    let (id, today) = (may.pairing().id, may.today());
    sqlx::query!(
        "insert into pauses (pairing_id, since, until) values ($1, $2, $3)
         on conflict (pairing_id, since) do update set until = excluded.until",
        id.0,
        since,
        today.max(since),
    )
    .execute(may.db())
    .await?;
    Ok(())
}
