//! Closing a pairing when everything that belongs to moving on is done.

use crate::error::{Error, Result};
use crate::pairings::Pairing;
use crate::pairings::access::{Close, May};
use crate::pairings::queries::store_stage;
use crate::pairings::stage::{NotFinished, Stage};
use crate::reminders::news::{self, News};
use crate::web::page::done;
use crate::web::words;
use axum::response::Response;

pub async fn create(mut may: May<Close>) -> Result<Response> {
    let Stage::MovingOn(moving) = may.pairing().stage else {
        return Err(Error::conflict("This pairing is not moving on now."));
    };
    let closed = match moving.close(may.pairing().unsettled(), may.today()) {
        Ok(closed) => closed,
        Err(missing) => return Err(Error::conflict(explain(missing, may.pairing()))),
    };
    store_stage(&mut may, Stage::Closed(closed)).await?;
    news::tell(&mut may, News::Ended).await?;
    let path = format!("{}/moving-on", may.pairing().path());
    may.commit().await?;
    Ok(done(
        &path,
        "The pairing is closed. Thank you both for the time you gave it.",
    ))
}

fn explain(missing: NotFinished, pairing: &Pairing) -> String {
    let first = match missing {
        NotFinished::SessionUnsettled => {
            let session = pairing.begun_session();
            let on = session.map_or_else(String::new, |session| {
                format!(" of {}", words::short_day(&session.on))
            });
            format!("Say on the page of your session{on} whether it happened.")
        }
        NotFinished::ObjectivesUnsettled => {
            let unsettled = pairing.facts.objectives_unsettled;
            let open = words::count(&unsettled, "objective is", "objectives are");
            format!("{open} still open: sign off, hand on or drop each of them first.")
        }
        NotFinished::NoFinalSession => "Hold your final session first.".into(),
        NotFinished::ReviewsMissing => "Both of you answer the review first, each alone.".into(),
        NotFinished::NoJointReview => "Write the joint part of the review first.".into(),
    };
    format!("{first} Then the pairing can be closed. Nothing has changed by this press.")
}
