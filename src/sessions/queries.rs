//! The SQL that several acts on a session share.

use super::{Kind, Plan, Session, State, Times};
use crate::pairings::access::{Action, May};
use time::{Date, OffsetDateTime, PrimitiveDateTime};

struct Found {
    id: i64,
    kind: Kind,
    starts_at: OffsetDateTime,
    yours: PrimitiveDateTime,
    theirs: PrimitiveDateTime,
    minutes: i32,
    on: Date,
    held_on: Option<Date>,
    missed_on: Option<Date>,
    cancelled_on: Option<Date>,
    booked_by: Option<String>,
    place: String,
    agenda: String,
    version: String,
    missed_by: Option<String>,
}

/// A session of this pairing. Row-level security leaves a coordinator its plan empty.
///
/// # Errors
/// `RowNotFound` if this pairing has no such session.
pub async fn find<A: Action>(may: &mut May<A>, session: i64) -> sqlx::Result<Session> {
    let pairing = may.pairing().clone();
    let zone = may.viewer().time_zone.clone();
    sqlx::query_as!(
        Found,
        r#"
        select
            mentoring_sessions.id,
            kind as "kind: Kind",
            lower(during) as "starts_at!",
            lower(during) at time zone $3 as "yours!",
            lower(during) at time zone $4 as "theirs!",
            (extract(epoch from upper(during) - lower(during)) / 60)::int as "minutes!",
            (lower(during) at time zone $5)::date as "on!",
            held_on, missed_on, cancelled_on,
            entered_by(mentoring_sessions.id) as booked_by,
            coalesce(place, '') as "place!",
            coalesce(agenda, '') as "agenda!",
            md5(concat_ws(chr(1), coalesce(place, ''), coalesce(agenda, ''))) as "version!",
            missed_by as "missed_by?"
        from mentoring_sessions
        left join session_plans on session_id = mentoring_sessions.id
        where mentoring_sessions.id = $1 and mentoring_sessions.pairing_id = $2
        "#,
        session,
        pairing.id.0,
        zone,
        pairing.partner().time_zone,
        pairing.programme.time_zone,
    )
    .fetch_one(may.db())
    .await
    .map(Session::from)
}

impl From<Found> for Session {
    fn from(found: Found) -> Self {
        Session {
            id: found.id,
            kind: found.kind,
            starts_at: found.starts_at,
            times: Times {
                yours: found.yours,
                theirs: found.theirs,
            },
            minutes: found.minutes,
            on: found.on,
            state: match (found.held_on, found.missed_on, found.cancelled_on) {
                (Some(_), _, _) => State::Held,
                (None, Some(_), _) => State::Missed,
                (None, None, Some(_)) => State::Cancelled,
                (None, None, None) => State::Booked,
            },
            booked_by: found.booked_by,
            missed_by: found.missed_by,
            plan: Plan {
                place: found.place,
                agenda: found.agenda,
                version: found.version,
            },
        }
    }
}

/// The instant at which a clock in this zone shows this time. `None` where clocks going forward
/// leave the hour out.
pub async fn instant<A: Action>(
    may: &mut May<A>,
    local: PrimitiveDateTime,
) -> sqlx::Result<Option<OffsetDateTime>> {
    let zone = may.viewer().time_zone.clone();
    sqlx::query_scalar!(
        r#"
        select case when at at time zone $2 = $1 then at end
        from (select $1::timestamp at time zone $2 as at) clock
        "#,
        local,
        zone,
    )
    .fetch_one(may.db())
    .await
}
