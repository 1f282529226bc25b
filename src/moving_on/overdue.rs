//! Pairings that close by themselves, fourteen days after their final session was recorded.

use crate::App;
use crate::calendars::invitations::{self, By, Happened};
use crate::people::PersonId;
use time::OffsetDateTime;

/// Nobody closes it.
const NOBODY: By<'_> = By {
    id: PersonId(0),
    name: "",
    assists: false,
};

/// Closes what is overdue with the reviews it has, tells the two of a session that is cancelled by
/// it, and says how many pairings those were. Any number of servers may do this at once.
pub async fn close_overdue(app: &App, now: OffsetDateTime) -> sqlx::Result<usize> {
    let mut held = app.db.begin().await?;
    let mut closed = sqlx::query!(
        r#"select pairing_id as "pairing!", session_id from close_overdue_pairings($1)"#,
        now,
    )
    .fetch_all(&mut *held)
    .await?;
    for session in closed.iter().filter_map(|row| row.session_id) {
        let what = (session, Happened::PairingClosed);
        invitations::write(&mut held, (app, now), &NOBODY, what).await?;
    }
    held.commit().await?;
    closed.dedup_by_key(|row| row.pairing);
    Ok(closed.len())
}
