//! What a server does by itself, every hour. Any number of servers may do it at once.

use crate::App;
use crate::imports;
use crate::moving_on::overdue;
use crate::pairings::lapse;
use crate::workbench;
use sqlx::PgPool;
use std::time::Duration;
use time::OffsetDateTime;
use tokio::time::{MissedTickBehavior, interval};

/// How long the token of a form that has acted is kept. Nobody presses a button twice after that.
const FORMS_ARE_KEPT: time::Duration = time::Duration::days(7);

/// At once and then after every such while, until told to stop. An error is logged, and the next
/// time finds what this time left.
pub async fn keep_up(app: App, every: Duration, stop: impl Future) {
    let mut times = interval(every);
    times.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tokio::pin!(stop);
    loop {
        tokio::select! {
            _ = times.tick() => {}
            _ = &mut stop => return,
        }
        let now = app.clock.now();
        match overdue::close_overdue(&app, now).await {
            Ok(0) => tracing::debug!("no pairing is overdue"),
            Ok(closed) => tracing::info!(closed, "closed pairings after their final session"),
            Err(cause) => tracing::error!(%cause, "could not close the overdue pairings"),
        }
        match lapse::lapse_offers(&app, now).await {
            Ok(0) => tracing::debug!("no offer has lapsed"),
            Ok(lapsed) => tracing::info!(lapsed, "closed offers that were not accepted in time"),
            Err(cause) => tracing::error!(%cause, "could not close the offers that are over"),
        }
        if let Err(cause) = forget(&app.db, now).await {
            tracing::error!(%cause, "could not clear away what has expired");
        }
    }
}

/// Clears away what no longer counts.
pub async fn forget(db: &PgPool, now: OffsetDateTime) -> sqlx::Result<()> {
    sqlx::query!(
        "with ended as (delete from sign_ins where expires_at <= $1),
             given_up as (delete from single_sign_on_attempts where expires_at <= $1)
         delete from forms_used where used_at <= $2",
        now,
        now - FORMS_ARE_KEPT,
    )
    .execute(db)
    .await?;
    sqlx::query!("select forget_dead_links($1)", now)
        .execute(db)
        .await?;
    sqlx::query!("select forget_unsubscribe_links($1)", now)
        .execute(db)
        .await?;
    sqlx::query!("select forget_letter_acts($1)", now)
        .execute(db)
        .await?;
    workbench::jobs::forget(db, now).await?;
    imports::forget(db, now).await
}
