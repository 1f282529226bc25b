//! Where a session is to be and what it is to be about: either of the two may change it while
//! it is still to come.

use super::book::{LONGEST_AGENDA, LONGEST_PLACE};
use super::{Plan, Session, SessionId, State, queries};
use crate::calendars::invitations::{self, Happened};
use crate::error::{Error, Result};
use crate::pairings::Pairing;
use crate::pairings::access::{ChangeSession, May};
use crate::web::form::{self, Form, Problems};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "sessions/plan.html")]
struct PlanPage {
    frame: Frame,
    pairing: Pairing,
    session: Session,
    form: PlanForm,
    /// What the other one has saved meanwhile.
    saved: Option<Plan>,
    problems: Problems,
}

/// `version` is of the plan that it was typed over.
#[derive(Default, Deserialize)]
#[serde(default)]
struct PlanForm {
    version: String,
    place: String,
    agenda: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(
            "/pairings/{pairing}/sessions/{session}/plan",
            Entry::SignedIn,
            edit,
        )
        .post(
            "/pairings/{pairing}/sessions/{session}/plan",
            Entry::SignedIn,
            update,
        )
}

async fn edit(mut may: May<ChangeSession>, SessionId(id): SessionId) -> Result<Response> {
    let session = still_booked(&mut may, id).await?;
    let form = PlanForm {
        version: session.plan.version.clone(),
        place: session.plan.place.clone(),
        agenda: session.plan.agenda.clone(),
    };
    Ok(page(&may, session, form, Problems::default()).into_response())
}

async fn update(
    mut may: May<ChangeSession>,
    SessionId(id): SessionId,
    Form(form): Form<PlanForm>,
) -> Result<Response> {
    let session = still_booked(&mut may, id).await?;
    let plan = match form.read() {
        Ok(plan) => plan,
        Err(problems) => return Ok(page(&may, session, form, problems).refused()),
    };
    let path = session.path(may.pairing());
    let saved = (&session.plan.place, &session.plan.agenda);
    if saved == (&plan.place, &plan.agenda) {
        return Ok(see(&path));
    }
    if form.version != session.plan.version {
        let version = session.plan.version.clone();
        let mut page = page(
            &may,
            session,
            PlanForm { version, ..form },
            Problems::one(
                "agenda",
                "The plan was changed while you were writing. What was saved stands below and yours \
             is in the boxes: bring the two together and save again",
            ),
        );
        page.0.saved = Some(page.0.session.plan.clone());
        return Ok(page.refused());
    }
    let pairing = may.pairing().id;
    sqlx::query!(
        "insert into session_plans (session_id, pairing_id, place, agenda)
         values ($1, $2, $3, $4)
         on conflict (session_id) do update set place = excluded.place, agenda = excluded.agenda",
        session.id,
        pairing.0,
        plan.place,
        plan.agenda,
    )
    .execute(may.db())
    .await?;
    if plan.place != session.plan.place {
        invitations::tell(&mut may, session.id, Happened::PlaceChanged).await?;
    }
    may.commit_as("changed the plan of a session").await?;
    Ok(done(&path, "The plan is saved."))
}

async fn still_booked(may: &mut May<ChangeSession>, id: i64) -> Result<Session> {
    let session = queries::find(may, id).await?;
    if session.state != State::Booked {
        return Err(Error::conflict(
            "This session is over or was cancelled, so its plan stands as it was.",
        ));
    }
    Ok(session)
}

fn page(
    may: &May<ChangeSession>,
    session: Session,
    form: PlanForm,
    problems: Problems,
) -> Page<PlanPage> {
    Page(PlanPage {
        frame: may.frame(),
        pairing: may.pairing().clone(),
        session,
        form,
        saved: None,
        problems,
    })
}

impl PlanForm {
    fn read(&self) -> Result<Plan, Problems> {
        let mut problems = Problems::default();
        let place = problems.keep("place", form::optional_line(&self.place, LONGEST_PLACE));
        let agenda = problems.keep("agenda", form::optional_prose(&self.agenda, LONGEST_AGENDA));
        match (place, agenda) {
            (Some(place), Some(agenda)) => Ok(Plan {
                place,
                agenda,
                version: String::new(),
            }),
            (None, _) | (_, None) => Err(problems),
        }
    }
}
