//! Pairings that close by themselves, fourteen days after their final session.

use crate::clock::Clock;
use sqlx::PgPool;
use std::time::Duration;
use time::OffsetDateTime;

const AN_HOUR: Duration = Duration::from_hours(1);

/// Closes what is overdue with the reviews it has, and says how many those were. Any number of
/// servers may do this at once.
pub async fn close_overdue(db: &PgPool, now: OffsetDateTime) -> sqlx::Result<u64> {
    let closed = sqlx::query_scalar!(r#"select close_overdue_pairings($1) as "closed!""#, now)
        .fetch_one(db)
        .await?;
    Ok(closed.unsigned_abs())
}

/// Does so at once and then every hour. What goes wrong is tried again an hour later.
pub async fn close_overdue_hourly(db: PgPool, clock: Clock) {
    let mut hours = tokio::time::interval(AN_HOUR);
    loop {
        hours.tick().await;
        match close_overdue(&db, clock.now()).await {
            Ok(0) => {}
            Ok(closed) => tracing::info!(closed, "closed pairings after their final session"),
            Err(cause) => tracing::error!(%cause, "overdue pairings could not be closed"),
        }
    }
}
