//! Pausing a pairing for leave or workload, and taking it up again. Clocks stand still meanwhile.

use super::Pairing;
use super::access::{May, Pause, Resume, See};
use super::queries::end_pause;
use super::stage::Stage;
use crate::error::Result;
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "pairings/pause.html")]
struct PausePage {
    frame: Frame,
    pairing: Pairing,
}

impl PausePage {
    fn live(&self) -> bool {
        match self.pairing.stage {
            Stage::InitialMeeting(_) | Stage::Sessions(_) | Stage::MovingOn(_) => true,
            Stage::Proposed(_) | Stage::Offered(_) | Stage::Closed(_) => false,
        }
    }
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/pairings/{pairing}/pause", Entry::SignedIn, show)
        .post("/pairings/{pairing}/pause", Entry::SignedIn, pause)
        .post("/pairings/{pairing}/resumption", Entry::SignedIn, resume)
}

async fn show(may: May<See>) -> Response {
    Page(PausePage {
        frame: may.frame(),
        pairing: may.pairing().clone(),
    })
    .into_response()
}

async fn pause(mut may: May<Pause>) -> Result<Response> {
    let (id, path, today) = (may.pairing().id, may.pairing().path(), may.today());
    sqlx::query!(
        "update pairings set paused_since = $2 where id = $1",
        id.0,
        today
    )
    .execute(may.db())
    .await?;
    sqlx::query!(
        "insert into pauses (pairing_id, since) values ($1, $2)
         on conflict (pairing_id, since) do update set until = null",
        id.0,
        today,
    )
    .execute(may.db())
    .await?;
    may.commit().await?;
    Ok(done(
        &path,
        "The pairing is paused. Nobody is reminded of anything until it is resumed.",
    ))
}

async fn resume(mut may: May<Resume>) -> Result<Response> {
    let (id, path) = (may.pairing().id, may.pairing().path());
    if may.pairing().paused_since.is_none() {
        return Ok(see(&path));
    }
    sqlx::query!(
        "update pairings set paused_since = null where id = $1",
        id.0
    )
    .execute(may.db())
    .await?;
    end_pause(&mut may).await?;
    may.commit().await?;
    Ok(done(&path, "The pairing goes on."))
}
