//! Pairings that close by themselves, fourteen days after their final session was recorded.

use crate::clock::Clock;
use sqlx::PgPool;
use std::time::Duration;
use time::OffsetDateTime;
use tokio::time::{MissedTickBehavior, interval};

/// At once and then after every such while, until told to stop. An error is logged, and the next
/// time finds what this time left.
pub async fn keep_closing(db: PgPool, clock: Clock, every: Duration, stop: impl Future) {
    let mut times = interval(every);
    times.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tokio::pin!(stop);
    loop {
        tokio::select! {
            _ = times.tick() => {}
            _ = &mut stop => return,
        }
        match close_overdue(&db, clock.now()).await {
            Ok(0) => tracing::debug!("no pairing is overdue"),
            Ok(closed) => tracing::info!(closed, "closed pairings after their final session"),
            Err(cause) => tracing::error!(%cause, "could not close the overdue pairings"),
        }
    }
}

/// Closes what is overdue with the reviews it has, and says how many those were. Any number of
/// servers may do this at once.
pub async fn close_overdue(db: &PgPool, now: OffsetDateTime) -> sqlx::Result<u64> {
    let closed = sqlx::query_scalar!(r#"select close_overdue_pairings($1) as "closed!""#, now)
        .fetch_one(db)
        .await?;
    Ok(closed.unsigned_abs())
}
