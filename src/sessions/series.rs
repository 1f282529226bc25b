//! The sessions after one that is booked, in the rhythm of the programme: each is a session like any
//! other, moved and cancelled by itself.

use super::book::{Booked, Booking, book};
use crate::calendars::invitations::{self, Happened};
use crate::error::Result;
use crate::pairings::access::{BookSession, May};
use crate::web::words;
use time::{Date, OffsetDateTime};

/// How many further sessions may be booked at once: two years of monthly ones are too many.
pub const LONGEST: i16 = 12;

/// What has become of them.
pub struct Series {
    booked: u8,
    /// The days on which one of the two is busy or away.
    left_out: Vec<Date>,
    /// How many would be after the programme's end.
    too_late: u8,
}

struct Row {
    at: OffsetDateTime,
    yours_on: Date,
    taken: bool,
    too_late: bool,
}

/// Books the same again at the same time of the mentor's day, as often as asked, and leaves out what
/// clashes, with the time that either keeps free before and after. None lies beyond the programme's end.
pub async fn repeat(may: &mut May<BookSession>, first: &Booking, times: i16) -> Result<Series> {
    let mut series = Series {
        booked: 0,
        left_out: Vec::new(),
        too_late: 0,
    };
    for row in days(may, first.at, times).await? {
        if row.too_late {
            series.too_late += 1;
            continue;
        }
        let next = Booking {
            at: row.at,
            place: first.place.clone(),
            agenda: String::new(),
            ..*first
        };
        if row.taken {
            series.left_out.push(row.yours_on);
            continue;
        }
        match book(may, &next).await? {
            Booked::Yes(id) => {
                invitations::tell(may, id, Happened::Booked).await?;
                series.booked += 1;
            }
            Booked::SomebodyWasFirst => series.left_out.push(row.yours_on),
        }
    }
    Ok(series)
}

async fn days(
    may: &mut May<BookSession>,
    first: OffsetDateTime,
    times: i16,
) -> sqlx::Result<Vec<Row>> {
    let pairing = may.pairing().clone();
    let viewer_zone = may.viewer().time_zone.clone();
    sqlx::query_as!(
        Row,
        r#"
        select
            at as "at!",
            (at at time zone $8)::date as "yours_on!",
            exists (
                select from busy_times
                left join booking_wishes using (person_id)
                cross join lateral (
                    select coalesce(padding_minutes, 0) * interval '1 minute' as padding
                ) kept_free
                where person_id in ($4, $5)
                    and during && tstzrange(
                        at - padding, at + $7::int * interval '1 minute' + padding
                    )
            ) or exists (
                select from days_away
                join (values ($4, $3), ($5, $9::text)) two (person, zone) on person = person_id
                where days @> (at at time zone zone)::date
            ) or at at time zone $3 <> local as "taken!",
            (at at time zone $11)::date > $10::date as "too_late!"
        from generate_series(1, $2::int) step
        cross join lateral (
            select ($1::timestamptz at time zone $3) + step * $6::int * interval '7 days' as local
        ) wall
        cross join lateral (select local at time zone $3 as at) instant
        order by at
        "#,
        first,
        i32::from(times),
        pairing.mentor.time_zone,
        pairing.mentor.id.0,
        pairing.mentee.id.0,
        i32::from(pairing.programme.session_every_weeks),
        i32::from(pairing.programme.session_minutes),
        viewer_zone,
        pairing.mentee.time_zone,
        pairing.programme.ends_on,
        pairing.programme.time_zone,
    )
    .fetch_all(may.db())
    .await
}

impl Series {
    /// What is said after "Booked: ...".
    pub fn words(&self) -> String {
        let mut words = match self.booked {
            0 => String::new(),
            1 => " And once more.".to_owned(),
            more => format!(" And {more} times more."),
        };
        if !self.left_out.is_empty() {
            let days: Vec<String> = self.left_out.iter().map(words::short_day).collect();
            words += &format!(
                " Left out, because one of you is busy: {}.",
                days.join(", ")
            );
        }
        if self.too_late > 0 {
            let many = self.too_late;
            words += &format!(" Left out, because the programme has ended by then: {many} more.");
        }
        words
    }
}
