//! When both of the two are free: within the hours that each gives, on the clock of each, beside
//! what they have booked already.

use super::Times;
use crate::pairings::Person;
use crate::pairings::access::{BookSession, May};
use crate::pairings::stage::Side;
use sqlx::PgConnection;
use time::{Date, Duration, OffsetDateTime, PrimitiveDateTime};

/// How many days are looked at together.
const WINDOW: i32 = 56;
/// How many days with free times one page shows.
const A_PAGE: usize = 10;
/// How many of the nearest times are offered of each side.
const A_FEW: usize = 6;

/// The two who are to meet, and the clocks by which they are told.
pub struct Two {
    pub mentor: Person,
    pub mentee: Person,
    pub minutes: i16,
    /// Whose days and hours the times are, and those that stand beside them.
    pub zone: String,
    pub other_zone: String,
    pub now: OffsetDateTime,
    pub today: Date,
}

impl Two {
    /// Told by the clock of the one who looks.
    fn of(may: &May<BookSession>) -> Two {
        let pairing = may.pairing();
        Two {
            mentor: pairing.mentor.clone(),
            mentee: pairing.mentee.clone(),
            minutes: pairing.programme.session_minutes,
            zone: may.viewer().time_zone.clone(),
            other_zone: pairing.partner().time_zone.clone(),
            now: may.now(),
            today: may.today(),
        }
    }
}

/// What is looked for.
#[derive(Clone, Copy)]
pub struct Wanted {
    /// Not before this day of the viewer's.
    pub from: Option<Date>,
    /// The session to be moved, whose own time is as good as free.
    pub moving: Option<i64>,
}

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

impl From<Row> for Slot {
    fn from(row: Row) -> Slot {
        Slot {
            at: row.at,
            times: Times {
                yours: row.yours,
                theirs: row.theirs,
            },
        }
    }
}

pub async fn times(may: &mut May<BookSession>, wanted: Wanted) -> sqlx::Result<FreeTimes> {
    let two = Two::of(may);
    times_of(may.db(), &two, wanted).await
}

pub async fn times_of(db: &mut PgConnection, two: &Two, wanted: Wanted) -> sqlx::Result<FreeTimes> {
    let fallback = wanted.from.unwrap_or(two.today).max(two.today);
    let rows = select(db, two, wanted, Whose::Both).await?;
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
        half.push(row.into());
    }
    let later_from = match days.get(A_PAGE) {
        Some(day) => day.date,
        None => first_day + Duration::days(WINDOW.into()),
    };
    days.truncate(A_PAGE);
    Ok(FreeTimes { days, later_from })
}

/// Where there is no common time: the nearest outside the hours of one of the two, who may be
/// willing all the same.
pub struct Nearest {
    /// Within the hours of the viewer, and of the other one.
    pub yours: Vec<Slot>,
    pub theirs: Vec<Slot>,
}

impl Nearest {
    pub fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.yours.iter().chain(&self.theirs)
    }
}

pub async fn nearest(may: &mut May<BookSession>, wanted: Wanted) -> sqlx::Result<Nearest> {
    let mentor_looks = may.pairing().part.side() == Some(Side::Mentor);
    let two = Two::of(may);
    let of_mentor = slots(select(may.db(), &two, wanted, Whose::Mentor).await?);
    let of_mentee = slots(select(may.db(), &two, wanted, Whose::Mentee).await?);
    Ok(match mentor_looks {
        true => Nearest {
            yours: of_mentor,
            theirs: of_mentee,
        },
        false => Nearest {
            yours: of_mentee,
            theirs: of_mentor,
        },
    })
}

/// The first of each day.
fn slots(mut rows: Vec<Row>) -> Vec<Slot> {
    rows.dedup_by_key(|row| row.yours.date());
    rows.into_iter().take(A_FEW).map(Slot::from).collect()
}

/// Whose hours a time has to lie within.
#[derive(Clone, Copy)]
enum Whose {
    Both,
    Mentor,
    Mentee,
}

/// Hours are compared on the clock of whoever gives them, so that a session is as long as it should
/// be on the days the clocks change, and an hour left out then is never offered.
#[expect(clippy::too_many_lines, reason = "one query, and what it asks")]
async fn select(
    db: &mut PgConnection,
    two: &Two,
    wanted: Wanted,
    hours: Whose,
) -> sqlx::Result<Vec<Row>> {
    let (mentor, mentee) = (two.mentor.id.0, two.mentee.id.0);
    let whose = match hours {
        Whose::Both => vec![mentor, mentee],
        Whose::Mentor => vec![mentor],
        Whose::Mentee => vec![mentee],
    };
    sqlx::query_as!(
        Row,
        r#"
        with span as (
            select greatest($5::date, ($1::timestamptz at time zone $4)::date) as first_day
        ), both_people as materialized (
            select
                person, zone,
                hours_given(person, person = $3, first_day - 1, first_day + $8::int) as hours,
                coalesce(notice_hours, 2) * interval '1 hour' as notice,
                coalesce(padding_minutes, 0) * interval '1 minute' as padding
            from span
            cross join (values ($2::bigint, $6::text), ($3::bigint, $9::text)) two (person, zone)
            left join booking_wishes on person_id = person
        ), busy as materialized (
            select coalesce(
                range_agg(tstzrange(lower(during) - padding, upper(during) + padding)), '{}'
            ) as during
            from busy_times
            join both_people on person = person_id
            where person_id in ($2, $3) and during && tstzrange($1, null)
                and (session_id is null or session_id is distinct from $12)
        ), starts as materialized (
            select at, at + $7::int * interval '1 minute' as ends_at
            from both_people
            cross join unnest(hours) as given
            cross join generate_series(
                lower(given), upper(given) - interval '1 minute', interval '30 minutes'
            ) as local
            cross join lateral (select local at time zone zone as at) instant
            where person = ($10::bigint[])[1] and not lower_inf(given)
                and at at time zone zone = local
        )
        select
            at as "at!", at at time zone $4 as "yours!", at at time zone $11 as "theirs!",
            first_day as "first_day!"
        from starts
        cross join span
        where at >= $1 + (select max(notice) from both_people)
            and (at at time zone $4)::date between first_day and first_day + $8::int - 1
            and not exists (
                select from both_people
                cross join lateral (
                    select
                        at at time zone zone as from_there,
                        -- Its last moment, for the clocks may change at the very end.
                        (ends_at - interval '1 second') at time zone zone as until_there
                ) wall
                -- Clocks that go back may show it ending before it begins.
                where person = any ($10) and not hours @> tsrange(
                    least(from_there, until_there), greatest(from_there, until_there), '[]'
                )
            )
            and not (select during from busy) && tstzrange(at, ends_at)
        order by at
        "#,
        two.now,
        mentor,
        mentee,
        two.zone,
        wanted.from,
        two.mentor.time_zone,
        i32::from(two.minutes),
        WINDOW,
        two.mentee.time_zone,
        &whose,
        two.other_zone,
        wanted.moving,
    )
    .fetch_all(db)
    .await
}

/// One instant as the two read it, and whether one of them is busy then.
pub struct Looked {
    pub times: Times,
    pub busy: Option<Busy>,
    /// Where the mentor usually meets, or else the mentee.
    pub usual_place: String,
}

/// With what.
#[derive(Clone, Copy, PartialEq)]
pub enum Busy {
    Session,
    /// Something in the viewer's own calendar.
    YourCalendar,
    /// Something in the calendar of the other one, who need not say so.
    TheirCalendar,
}

pub async fn look(
    may: &mut May<BookSession>,
    at: OffsetDateTime,
    moving: Option<i64>,
) -> sqlx::Result<Looked> {
    let pairing = may.pairing().clone();
    let (viewer, viewer_zone) = (may.viewer().id, may.viewer().time_zone.clone());
    let row = sqlx::query!(
        r#"
        select
            $1::timestamptz at time zone $4 as "yours!",
            $1 at time zone $5 as "theirs!",
            coalesce(in_session, false) as "in_session!",
            coalesce(in_yours, false) as "in_yours!",
            coalesce(in_theirs, false) as "in_theirs!",
            coalesce((
                select place from booking_wishes
                where person_id in ($2, $3) and place <> ''
                order by person_id = $3
                limit 1
            ), '') as "usual_place!"
        from (
            select
                bool_or(session_id is not null) as in_session,
                bool_or(session_id is null and person_id = $8) as in_yours,
                bool_or(session_id is null and person_id <> $8) as in_theirs
            from busy_times
            where person_id in ($2, $3)
                and (session_id is null or session_id is distinct from $7)
                and during && tstzrange($1, $1::timestamptz + $6 * interval '1 minute')
        ) busy
        "#,
        at,
        pairing.mentor.id.0,
        pairing.mentee.id.0,
        viewer_zone,
        pairing.partner().time_zone,
        f64::from(pairing.programme.session_minutes),
        moving,
        viewer.0,
    )
    .fetch_one(may.db())
    .await?;
    let busy = match (row.in_session, row.in_yours, row.in_theirs) {
        (true, _, _) => Some(Busy::Session),
        (false, true, _) => Some(Busy::YourCalendar),
        (false, false, true) => Some(Busy::TheirCalendar),
        (false, false, false) => None,
    };
    Ok(Looked {
        times: Times {
            yours: row.yours,
            theirs: row.theirs,
        },
        busy,
        usual_place: row.usual_place,
    })
}
