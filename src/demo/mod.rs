//! A made-up company in the middle of two programmes, so that every page has something to read.
//! The same words each time; only the dates follow the day on which it is loaded.

mod calendar;
mod pairing;
mod pairs;
mod people;
mod programmes;
mod themes;

use crate::people::passwords::Password;
use calendar::Calendar;
use pairs::{INTRODUCED, PAIRS, WAITING};
use people::{ADMINISTRATOR, EMAIL_DOMAIN, PEOPLE};
use programmes::{PROGRAMMES, Programme};
use sqlx::{Connection, PgConnection, PgPool};
use std::collections::HashMap;
use std::fmt::{self, Display, Formatter};
use themes::THEMES;
use time::OffsetDateTime;

/// Of everybody in the demonstration.
pub const PASSWORD: &str = "a-walk-by-the-river";

/// What to tell whoever has loaded the demonstration: whom to sign in as.
#[derive(Clone, Copy, Debug)]
pub struct Loaded;

impl Display for Loaded {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "The demonstration is loaded. On the sign-in page, or with the password {PASSWORD}:"
        )?;
        for (name, introduction) in INTRODUCED {
            writeln!(f, "  {:36} {introduction}", email(name, 1))?;
        }
        Ok(())
    }
}

/// The people of one copy of the company, by name.
type Known = HashMap<&'static str, i64>;

/// Fills an installation with `copies` of the company, unless it holds the demonstration already.
/// Runs as the owner of the tables.
pub async fn load(
    owner: &mut PgConnection,
    copies: u16,
    now: OffsetDateTime,
) -> sqlx::Result<Loaded> {
    let mut tx = owner.begin().await?;
    let there = sqlx::query_scalar!("select exists (select from demo_people)")
        .fetch_one(&mut *tx)
        .await?;
    if there == Some(true) {
        return Ok(Loaded);
    }
    let hash = Password::known(PASSWORD).hash().await;
    for copy in 1..=copies {
        company(&mut tx, copy, &hash, now).await?;
    }
    tx.commit().await?;
    Ok(Loaded)
}

/// Whether this installation shows the demonstration.
pub async fn is_loaded(db: &PgPool) -> sqlx::Result<bool> {
    let there = sqlx::query_scalar!("select exists (select from demo_people)")
        .fetch_one(db)
        .await?;
    Ok(there == Some(true))
}

async fn company(
    db: &mut PgConnection,
    copy: u16,
    hash: &str,
    now: OffsetDateTime,
) -> sqlx::Result<()> {
    let known = everybody(db, copy, hash, now).await?;
    for programme in PROGRAMMES {
        let id = begin(db, copy, programme, &known, now).await?;
        let calendar = Calendar {
            today: today(db, programme, now).await?,
            zone: programme.time_zone,
        };
        for pair in PAIRS
            .iter()
            .filter(|pair| PROGRAMMES[usize::from(!pair.career)].name == programme.name)
        {
            pairing::tell(
                db,
                &pairing::Setting {
                    programme: id,
                    pair,
                    known: &known,
                    calendar: &calendar,
                },
                now,
            )
            .await?;
        }
    }
    if copy == 1 {
        for (position, (name, introduction)) in (1_i16..).zip(INTRODUCED) {
            sqlx::query!(
                "insert into demo_people (position, person_id, introduction) values ($1, $2, $3)",
                position,
                known[name],
                introduction,
            )
            .execute(&mut *db)
            .await?;
        }
    }
    Ok(())
}

async fn everybody(
    db: &mut PgConnection,
    copy: u16,
    hash: &str,
    now: OffsetDateTime,
) -> sqlx::Result<Known> {
    let mut known = Known::new();
    for (name, title, department, place, manager) in PEOPLE.iter().copied() {
        let id = sqlx::query_scalar!(
            r#"insert into people (full_name, email, job_title, department, location, time_zone,
                line_manager_id, administrator_since, added_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id as "id: i64""#,
            name,
            email(name, copy),
            title,
            department.name(),
            place.name(),
            place.time_zone(),
            known.get(manager).copied(),
            (name == ADMINISTRATOR).then_some(now),
            now,
        )
        .fetch_one(&mut *db)
        .await?;
        sqlx::query!(
            "insert into passwords (person_id, hash, changed_at) values ($1, $2, $3)",
            id,
            hash,
            now
        )
        .execute(&mut *db)
        .await?;
        known.insert(name, id);
    }
    Ok(known)
}

async fn begin(
    db: &mut PgConnection,
    copy: u16,
    programme: &Programme,
    known: &Known,
    now: OffsetDateTime,
) -> sqlx::Result<i64> {
    let calendar = Calendar {
        today: today(db, programme, now).await?,
        zone: programme.time_zone,
    };
    let name = if copy == 1 {
        programme.name.to_owned()
    } else {
        format!("{} {copy}", programme.name)
    };
    let id = sqlx::query_scalar!(
        r#"insert into programmes (name, purpose, starts_on, ends_on, time_zone, session_minutes,
            session_every_weeks, created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id as "id: i64""#,
        name,
        programme.purpose,
        calendar.date(programme.starts),
        calendar.date(programme.ends),
        programme.time_zone,
        programme.session_minutes,
        programme.session_every_weeks,
        known[ADMINISTRATOR],
        now,
    )
    .fetch_one(&mut *db)
    .await?;
    for coordinator in programme.coordinators {
        sqlx::query!(
            "insert into coordinators (programme_id, person_id, named_by, named_at) values ($1, $2, $3, $4)",
            id, known[coordinator], known[ADMINISTRATOR], now,
        )
        .execute(&mut *db)
        .await?;
    }
    for pair in PAIRS
        .iter()
        .filter(|pair| PROGRAMMES[usize::from(!pair.career)].name == programme.name)
    {
        let theme = &THEMES[pair.theme];
        enrol(db, id, (known[pair.mentor], "mentor", theme.offers), now).await?;
        enrol(db, id, (known[pair.mentee], "mentee", theme.seeks), now).await?;
        weekly_hours(db, known[pair.mentor]).await?;
    }
    if programme.name == PROGRAMMES[0].name {
        for (name, theme) in WAITING.iter().zip(&THEMES) {
            enrol(db, id, (known[name], "mentee", theme.seeks), now).await?;
        }
    }
    Ok(id)
}

async fn enrol(
    db: &mut PgConnection,
    programme: i64,
    (person, part, about): (i64, &str, &str),
    now: OffsetDateTime,
) -> sqlx::Result<()> {
    let capacity = (part == "mentor").then_some(2_i16);
    sqlx::query!(
        "insert into enrolments (programme_id, person_id, part, about, capacity, enrolled_at)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        programme,
        person,
        part,
        about,
        capacity,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn weekly_hours(db: &mut PgConnection, person: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into weekly_hours (person_id, weekday, hours)
         select $1, weekday, hours from (values
            (2::smallint, timerange('09:00', '12:00')), (3::smallint, timerange('14:00', '17:00')),
            (4::smallint, timerange('09:00', '12:00'))) usual (weekday, hours)
         on conflict do nothing",
        person,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn today(
    db: &mut PgConnection,
    programme: &Programme,
    now: OffsetDateTime,
) -> sqlx::Result<time::Date> {
    sqlx::query_scalar!(
        r#"select ($1::timestamptz at time zone $2)::date as "today!""#,
        now,
        programme.time_zone
    )
    .fetch_one(db)
    .await
}

fn email(name: &str, copy: u16) -> String {
    let local: String = name.to_lowercase().replace(' ', ".");
    let copy = if copy == 1 {
        String::new()
    } else {
        format!(".{copy}")
    };
    format!("{local}{copy}@{EMAIL_DOMAIN}")
}
