//! How the two of a pairing suit each other, by what each of them may know.

use super::Pairing;
use super::access::{May, See};
use super::stage::Stage;
use crate::error::{Error, Result};
use crate::web::page::{Frame, Page};
use crate::web::routes::{Entry, Routes};
use crate::workbench::{Suits, in_asking};
use askama::Template;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "pairings/suits.html")]
struct SuitsPage {
    frame: Frame,
    pairing: Pairing,
    suits: Suits,
}

pub fn routes(routes: Routes) -> Routes {
    routes.get("/pairings/{pairing}/suits", Entry::SignedIn, show)
}

async fn show(mut may: May<See>) -> Result<Response> {
    let suits = of_the_two(&mut may).await?.ok_or(Error::NotFound)?;
    Ok(Page(SuitsPage {
        frame: may.frame(),
        pairing: may.pairing().clone(),
        suits,
    })
    .into_response())
}

/// For one of the two, from the offer until the pairing is closed.
pub async fn of_the_two(may: &mut May<See>) -> sqlx::Result<Option<Suits>> {
    let open = match may.pairing().stage {
        Stage::Offered(_) | Stage::InitialMeeting(_) | Stage::Sessions(_) | Stage::MovingOn(_) => {
            true
        }
        Stage::Proposed(_) | Stage::Closed(_) => false,
    };
    match may.pairing().part.side().filter(|_| open) {
        Some(side) => in_asking::of_pairing(may, side).await.map(Some),
        None => Ok(None),
    }
}
