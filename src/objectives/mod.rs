//! What the mentee wants to reach: proposed by either, agreed by both, reached, signed off.

mod change;
mod form;
mod history;
mod levels;
mod line;
mod list;
mod propose;
pub mod queries;
mod settlement;
mod show;
mod sign_off;
pub mod state;
mod steps;

use crate::App;
use crate::error::{Error, Result};
use crate::pairings::Pairing;
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
    pub why: String,
    /// Where the mentee began and wants to be, from nought to ten.
    pub baseline: Option<i16>,
    pub wanted: Option<i16>,
    pub steps: String,
    pub evidence: String,
    /// Counts the changes of its words.
    pub version: i32,
    /// What was said last of how far it is.
    pub level: Option<i16>,
    pub proposed_by: PersonId,
    pub dates: Dates,
    pub state: State,
    /// To whom it was handed on, why it was dropped, or the mentor's word at the sign-off.
    pub settled_with: String,
}

impl Objective {
    pub fn path(&self, pairing: &Pairing) -> String {
        format!("{}/objectives/{}", pairing.path(), self.id.0)
    }

    /// "At 6 of 10, 8 wanted", as far as it is said.
    pub fn level_in_words(&self) -> Option<String> {
        match (self.level.or(self.baseline), self.wanted) {
            (Some(level), Some(wanted)) => Some(format!("At {level} of 10, {wanted} wanted")),
            (Some(level), None) => Some(format!("At {level} of 10")),
            (None, Some(wanted)) => Some(format!("{wanted} of 10 wanted")),
            (None, None) => None,
        }
    }
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
    let routes = show::routes(routes);
    let routes = change::routes(routes);
    let routes = levels::routes(routes);
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
