//! The two steps of an objective that are one press each: agreeing to it, and saying that it is
//! reached.

use super::state::State;
use super::{ObjectiveId, queries};
use crate::error::{Error, Result};
use crate::pairings::access::{AgreeObjective, May, ReachObjective};
use crate::web::page::{done, see};
use crate::web::routes::{Entry, Routes};
use axum::response::Response;

pub fn routes(routes: Routes) -> Routes {
    routes
        .post(
            "/pairings/{pairing}/objectives/{objective}/agreement",
            Entry::SignedIn,
            agree,
        )
        .post(
            "/pairings/{pairing}/objectives/{objective}/reached",
            Entry::SignedIn,
            reach,
        )
}

/// By the one who did not propose it.
async fn agree(mut may: May<AgreeObjective>, id: ObjectiveId) -> Result<Response> {
    let objective = queries::one(&mut may, id).await?;
    if objective.proposed_by == may.viewer().id {
        return Err(Error::NotAllowed);
    }
    let path = format!("{}/objectives", may.pairing().path());
    let agreed = match objective.state {
        State::Proposed(proposed) => proposed.agree(may.today()),
        State::Agreed(_) | State::Reached(_) | State::SignedOff(_) => return Ok(see(&path)),
        State::HandedOn(_) | State::Dropped(_) => return Err(settled()),
    };
    queries::store_state(&mut may, &objective, State::Agreed(agreed)).await?;
    may.commit().await?;
    Ok(done(&path, "Agreed. Now it is an objective of you both."))
}

async fn reach(mut may: May<ReachObjective>, id: ObjectiveId) -> Result<Response> {
    let objective = queries::one(&mut may, id).await?;
    let path = format!("{}/objectives", may.pairing().path());
    let reached = match objective.state {
        State::Agreed(agreed) => agreed.reach(may.today()),
        State::Reached(_) | State::SignedOff(_) => return Ok(see(&path)),
        State::Proposed(_) => {
            return Err(Error::conflict(
                "This objective has not been agreed yet. Agree on it first. Nothing has changed.",
            ));
        }
        State::HandedOn(_) | State::Dropped(_) => return Err(settled()),
    };
    queries::store_state(&mut may, &objective, State::Reached(reached)).await?;
    let mentor = may.pairing().mentor.name.clone();
    may.commit().await?;
    Ok(done(
        &path,
        &format!("Well done. {mentor} signs it off next."),
    ))
}

pub fn settled() -> Error {
    Error::conflict("This objective is settled already. Nothing has changed by this press.")
}
