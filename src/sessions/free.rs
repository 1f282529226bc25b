//! When both of the two are free, within the hours that the mentor gives.

use super::Times;
use crate::pairings::access::{BookSession, May};
use time::{Date, Duration, OffsetDateTime, PrimitiveDateTime};

/// How many days are looked at together.
const WINDOW: i32 = 28;
/// How many days with free times one page shows.
const A_PAGE: usize = 10;

/// A time at which the two could begin.
pub struct Slot {
    pub at: OffsetDateTime,
    pub times: Times,
}

/// The free times of one day of the viewer's.
pub struct Day {
    pub date: Date,
    pub morning: Vec<Slot>,
    pub afternoon: Vec<Slot>,
}

/// Free times from a day on, and the day from which there may be later ones.
pub struct FreeTimes {
    pub days: Vec<Day>,
    pub later_from: Date,
}

struct Row {
    at: OffsetDateTime,
    yours: PrimitiveDateTime,
    theirs: PrimitiveDateTime,
    first_day: Date,
}

pub async fn times(may: &mut May<BookSession>, from: Option<Date>) -> sqlx::Result<FreeTimes> {
    let fallback = from.unwrap_or(may.today()).max(may.today());
    let rows = select(may, from).await?;
    let first_day = rows.first().map_or(fallback, |row| row.first_day);
    let mut days: Vec<Day> = Vec::new();
    for row in rows {
        let date = row.yours.date();
        if days.last().is_none_or(|day| day.date != date) {
            days.push(Day {
                date,
                morning: Vec::new(),
                afternoon: Vec::new(),
            });
        }
        let Some(day) = days.last_mut() else { continue };
        let half = if row.yours.hour() < 12 {
            &mut day.morning
        } else {
            &mut day.afternoon
        };
        half.push(Slot {
            at: row.at,
            times: Times {
                yours: row.yours,
                theirs: row.theirs,
            },
        });
    }
    let later_from = match days.get(A_PAGE) {
        Some(day) => day.date,
        None => first_day + Duration::days(WINDOW.into()),
    };
    days.truncate(A_PAGE);
    Ok(FreeTimes { days, later_from })
}

/// The mentor's weekly hours become instants in the mentor's zone, so that a session is as long
/// as it should be on the days the clocks change, and an hour left out then is never offered.
async fn select(may: &mut May<BookSession>, from: Option<Date>) -> sqlx::Result<Vec<Row>> {
    let pairing = may.pairing().clone();
    let viewer_zone = may.viewer().time_zone.clone();
    let now = may.now();
    sqlx::query_as!(
        Row,
        r#"
        with span as (
            select greatest($5::date, ($1::timestamptz at time zone $4)::date) as first_day
        ), busy as materialized (
            select during
            from busy_times
            where person_id in ($2, $3) and upper(during) > $1
        ), hours_given as (
            select
                day + lower(hours) + step * interval '30 minutes' as local,
                day + upper(hours) as until
            from span
            cross join generate_series(
                first_day::timestamp - interval '1 day',
                first_day::timestamp + $8::int * interval '1 day',
                interval '1 day'
            ) as day
            join weekly_hours on person_id = $2 and weekday = extract(isodow from day)
            cross join generate_series(0, 47) as step
            where day + lower(hours) + step * interval '30 minutes' < day + upper(hours)
        ), starts as (
            select
                local at time zone $6 as at,
                (local at time zone $6) + $7::int * interval '1 minute' as ends_at,
                local, until
            from hours_given
        )
        select
            at as "at!", at at time zone $4 as "yours!", at at time zone $9 as "theirs!",
            first_day as "first_day!"
        from starts
        cross join span
        where at at time zone $6 = local
            -- Its last moment, for the clocks may change at the very end.
            and (ends_at - interval '1 second') at time zone $6 < until
            and at >= $1 + interval '2 hours'
            and (at at time zone $4)::date between first_day and first_day + $8::int - 1
            and not exists (select from busy where during && tstzrange(at, ends_at))
        order by at
        "#,
        now,
        pairing.mentor.id.0,
        pairing.mentee.id.0,
        viewer_zone,
        from,
        pairing.mentor.time_zone,
        i32::from(pairing.programme.session_minutes),
        WINDOW,
        pairing.partner().time_zone,
    )
    .fetch_all(may.db())
    .await
}

/// One instant as the two read it, and whether one of them is busy then.
pub struct Looked {
    pub times: Times,
    pub busy: bool,
}

pub async fn look(may: &mut May<BookSession>, at: OffsetDateTime) -> sqlx::Result<Looked> {
    let pairing = may.pairing().clone();
    let viewer_zone = may.viewer().time_zone.clone();
    let row = sqlx::query!(
        r#"
        select
            $1::timestamptz at time zone $4 as "yours!",
            $1 at time zone $5 as "theirs!",
            exists (
                select from busy_times
                where person_id in ($2, $3)
                    and during && tstzrange($1, $1::timestamptz + $6 * interval '1 minute')
            ) as "busy!"
        "#,
        at,
        pairing.mentor.id.0,
        pairing.mentee.id.0,
        viewer_zone,
        pairing.partner().time_zone,
        f64::from(pairing.programme.session_minutes),
    )
    .fetch_one(may.db())
    .await?;
    Ok(Looked {
        times: Times {
            yours: row.yours,
            theirs: row.theirs,
        },
        busy: row.busy,
    })
}
