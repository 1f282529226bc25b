//! Either of the two announces the end, at least one session ahead.

use crate::error::{Error, Result};
use crate::pairings::access::{AnnounceMovingOn, May};
use crate::pairings::queries::store_stage;
use crate::pairings::stage::Stage;
use crate::web::page::done;
use axum::response::Response;

pub async fn create(mut may: May<AnnounceMovingOn>) -> Result<Response> {
    let Stage::Sessions(sessions) = may.pairing().stage else {
        return Err(Error::conflict("This pairing is not in its sessions now."));
    };
    let moving = sessions.move_on(may.today());
    store_stage(&mut may, Stage::MovingOn(moving)).await?;
    let path = format!("{}/moving-on", may.pairing().path());
    may.commit().await?;
    Ok(done(
        &path,
        "Announced. You are moving on: one more session, then you look back together.",
    ))
}
