//! What the mentee wants to reach: proposed by either, agreed by both, reached, signed off.

mod list;
mod propose;
pub mod queries;
mod settlement;
mod sign_off;
pub mod state;
mod steps;

use crate::App;
use crate::error::{Error, Result};
use crate::people::PersonId;
use crate::web::routes::{Entry, Routes};
use axum::RequestPartsExt;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use state::{Dates, State};
use time::Date;

/// The key of an objective, as a path names it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ObjectiveId(pub i64);

#[derive(Clone, Debug)]
pub struct Objective {
    pub id: ObjectiveId,
    /// In the mentee's words.
    pub statement: String,
    pub how_we_will_know: String,
    pub due_on: Option<Date>,
    pub proposed_by: PersonId,
    pub dates: Dates,
    pub state: State,
    /// To whom it was handed on, why it was dropped, or the mentor's word at the sign-off.
    pub settled_with: String,
}

pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get(
            "/pairings/{pairing}/objectives",
            Entry::SignedIn,
            list::show,
        )
        .get(
            "/pairings/{pairing}/objectives/new",
            Entry::SignedIn,
            propose::new,
        )
        .post(
            "/pairings/{pairing}/objectives",
            Entry::SignedIn,
            propose::create,
        );
    let routes = steps::routes(routes);
    let routes = sign_off::routes(routes);
    settlement::routes(routes)
}

impl FromRequestParts<App> for ObjectiveId {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        let params: RawPathParams = parts.extract().await.map_err(|_| Error::NotFound)?;
        params
            .iter()
            .find(|(name, _)| *name == "objective")
            .and_then(|(_, id)| id.parse().ok())
            .map(ObjectiveId)
            .ok_or(Error::NotFound)
    }
}
