//! Pairings that close by themselves, fourteen days after their final session was recorded.

use sqlx::PgPool;
use time::OffsetDateTime;

/// Closes what is overdue with the reviews it has, and says how many those were. Any number of
/// servers may do this at once.
pub async fn close_overdue(db: &PgPool, now: OffsetDateTime) -> sqlx::Result<u64> {
    let closed = sqlx::query_scalar!(r#"select close_overdue_pairings($1) as "closed!""#, now)
        .fetch_one(db)
        .await?;
    Ok(closed.unsigned_abs())
}
