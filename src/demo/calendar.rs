//! The days of the demonstration, counted from today and moved to days on which people work.

use sqlx::PgConnection;
use time::{Date, Duration, Month, OffsetDateTime, PrimitiveDateTime, Time, Weekday};

/// Days from today: -7 was a week ago.
pub type Day = i64;

/// The calendar of one programme.
#[derive(Clone, Copy, Debug)]
pub struct Calendar {
    pub today: Date,
}

impl Calendar {
    /// The working day at or before a past day, at or after one to come. Days never change their
    /// order by it.
    pub fn date(&self, day: Day) -> Date {
        let step = Duration::days(if day < 0 { -1 } else { 1 });
        let mut date = self.today + Duration::days(day);
        while is_day_off(date) {
            date += step;
        }
        date
    }

    pub fn at(&self, day: Day, (hour, minute): (u8, u8), zone: &'static str) -> Moment {
        let time = Time::from_hms(hour, minute, 0).expect("the hours of the stories are real");
        Moment {
            local: self.date(day).with_time(time),
            zone,
        }
    }
}

/// A moment as somebody's clock shows it.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    pub local: PrimitiveDateTime,
    /// An IANA name.
    pub zone: &'static str,
}

impl Moment {
    /// The same everywhere, as Postgres knows the time zones.
    pub async fn instant(self, db: &mut PgConnection) -> sqlx::Result<OffsetDateTime> {
        sqlx::query_scalar!(
            r#"select $1::timestamp at time zone $2 as "instant!""#,
            self.local,
            self.zone,
        )
        .fetch_one(db)
        .await
    }

    pub fn after(self, minutes: i64) -> Moment {
        Moment {
            local: self.local + Duration::minutes(minutes),
            ..self
        }
    }
}

fn is_day_off(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
        || matches!(
            (date.month(), date.day()),
            (Month::December, 25 | 26) | (Month::January, 1)
        )
}
