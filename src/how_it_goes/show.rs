//! The page of how it is going, for one of the two alone.

use super::queries::{self, OfPairing, Pulse};
use crate::error::Result;
use crate::pairings::Pairing;
use crate::pairings::access::{May, SeeWithin};
use crate::pairings::stage::Stage;
use crate::web::page::{Frame, Page};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "how_it_goes/show.html")]
struct ShowPage {
    frame: Frame,
    pairing: Pairing,
    live: bool,
    /// The two have met, so that there is something to say.
    met: bool,
    said: OfPairing,
    pulses: Vec<Pulse>,
    /// Somebody beside the two can be asked.
    coordinated: bool,
}

pub fn routes(routes: Routes) -> Routes {
    routes.get("/pairings/{pairing}/how-it-goes", Entry::SignedIn, show)
}

async fn show(mut may: May<SeeWithin>) -> Result<Response> {
    Ok(Page(ShowPage {
        frame: may.frame(),
        live: !matches!(may.pairing().stage, Stage::Closed(_)),
        met: may.pairing().facts.sessions_held > 0,
        said: queries::of_pairing(&mut may).await?,
        pulses: queries::pulses(&mut may).await?,
        coordinated: !queries::coordinators(&mut may).await?.is_empty(),
        pairing: may.pairing().clone(),
    })
    .into_response())
}
