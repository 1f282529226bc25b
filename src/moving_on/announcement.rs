//! Either of the two announces the end, at least one session ahead: one that is booked already is
//! that session.

use crate::error::{Error, Result};
use crate::pairings::access::{AnnounceMovingOn, May};
use crate::pairings::queries::store_stage;
use crate::pairings::stage::Stage;
use crate::reminders::news::{self, News};
use crate::web::page::done;
use axum::response::Response;

pub async fn create(mut may: May<AnnounceMovingOn>) -> Result<Response> {
    let Stage::Sessions(sessions) = may.pairing().stage else {
        return Err(Error::conflict("This pairing is not in its sessions now."));
    };
    let moving = sessions.move_on(may.today());
    store_stage(&mut may, Stage::MovingOn(moving)).await?;
    let booked = make_coming_session_final(&mut may).await?;
    news::tell(&mut may, News::MovingOn).await?;
    let path = format!("{}/moving-on", may.pairing().path());
    may.commit().await?;
    Ok(done(
        &path,
        if booked {
            "Announced. You are moving on: the session you have booked is your last, then you look \
             back together."
        } else {
            "Announced. You are moving on: one more session, then you look back together."
        },
    ))
}

/// Whether there was one.
async fn make_coming_session_final(may: &mut May<AnnounceMovingOn>) -> sqlx::Result<bool> {
    let (id, now) = (may.pairing().id, may.now());
    let changed = sqlx::query!(
        "update mentoring_sessions set kind = 'moving_on'
         where pairing_id = $1 and lower(during) > $2
            and num_nonnulls(held_on, missed_on, cancelled_on) = 0",
        id.0,
        now,
    )
    .execute(may.db())
    .await?;
    Ok(changed.rows_affected() > 0)
}
