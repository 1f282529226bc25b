//! The SQL of suggested times.

use super::Suggestion;
use crate::pairings::access::{Action, May};
use crate::sessions::Times;
use crate::sessions::free::Slot;
use time::{OffsetDateTime, PrimitiveDateTime};

/// What one of the two suggests.
pub struct NewSuggestion {
    pub times: Vec<Slot>,
    pub place: String,
    pub words: String,
    /// The session that would be moved there.
    pub moving: Option<i64>,
}

/// One time of a suggestion.
struct Row {
    id: i64,
    yours: bool,
    at: OffsetDateTime,
    yours_at: PrimitiveDateTime,
    theirs_at: PrimitiveDateTime,
    place: String,
    words: String,
    moving: Option<i64>,
    moving_from: Option<PrimitiveDateTime>,
}

/// What waits for an answer, the other one's first.
pub async fn open<A: Action>(may: &mut May<A>) -> sqlx::Result<Vec<Suggestion>> {
    let (pairing, viewer, now) = (may.pairing().clone(), may.viewer().clone(), may.now());
    let rows = sqlx::query_as!(
        Row,
        r#"
        select
            suggestions.id, suggested_by = $2 as "yours!", at as "at!",
            at at time zone $3 as "yours_at!", at at time zone $4 as "theirs_at!", place, words,
            session_id as moving, lower(during) at time zone $3 as moving_from
        from suggestions
        cross join unnest(times) at
        left join mentoring_sessions on mentoring_sessions.id = session_id
        where suggestions.pairing_id = $1 and at > $5 and coalesce(lower(during) > $5, true)
        order by suggested_by = $2, at
        "#,
        pairing.id.0,
        viewer.id.0,
        viewer.time_zone,
        pairing.partner().time_zone,
        now,
    )
    .fetch_all(may.db())
    .await?;
    let mut suggestions: Vec<Suggestion> = Vec::new();
    for row in rows {
        let slot = row.slot();
        match suggestions.last_mut().filter(|last| last.id == row.id) {
            Some(last) => last.times.push(slot),
            None => suggestions.push(row.suggestion(slot)),
        }
    }
    Ok(suggestions)
}

impl Row {
    fn slot(&self) -> Slot {
        Slot {
            at: self.at,
            times: Times {
                yours: self.yours_at,
                theirs: self.theirs_at,
            },
        }
    }

    fn suggestion(self, first: Slot) -> Suggestion {
        Suggestion {
            id: self.id,
            yours: self.yours,
            times: vec![first],
            place: self.place,
            words: self.words,
            moving: self.moving.zip(self.moving_from),
        }
    }
}

/// Puts it in the place of what they suggested before. False if that was the very same.
pub async fn store<A: Action>(may: &mut May<A>, new: &NewSuggestion) -> sqlx::Result<bool> {
    let (pairing, viewer, now) = (may.pairing().id, may.viewer().id, may.now());
    let times: Vec<OffsetDateTime> = new.times.iter().map(|slot| slot.at).collect();
    let same = sqlx::query_scalar!(
        r#"
        select exists (
            select from suggestions
            where pairing_id = $1 and suggested_by = $2 and times = $3 and place = $4
                and words = $5 and session_id is not distinct from $6
        ) as "same!"
        "#,
        pairing.0,
        viewer.0,
        &times,
        new.place,
        new.words,
        new.moving,
    )
    .fetch_one(may.db())
    .await?;
    if same {
        return Ok(false);
    }
    sqlx::query!(
        "delete from suggestions where pairing_id = $1 and suggested_by = $2",
        pairing.0,
        viewer.0,
    )
    .execute(may.db())
    .await?;
    sqlx::query!(
        "insert into suggestions (pairing_id, suggested_by, times, place, words, session_id, suggested_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        pairing.0,
        viewer.0,
        &times,
        new.place,
        new.words,
        new.moving,
        now,
    )
    .execute(may.db())
    .await?;
    Ok(true)
}

/// Takes it away: their own, or the other one's. False if it is gone already.
pub async fn remove<A: Action>(may: &mut May<A>, id: i64, own: bool) -> sqlx::Result<bool> {
    let (pairing, viewer) = (may.pairing().id, may.viewer().id);
    let gone = sqlx::query!(
        "delete from suggestions
         where id = $1 and pairing_id = $2 and (suggested_by = $3) = $4",
        id,
        pairing.0,
        viewer.0,
        own,
    )
    .execute(may.db())
    .await?;
    Ok(gone.rows_affected() > 0)
}
