//! A made-up company in the middle of two programmes and before a third, so that every page has something to read.
//! The same words each time; only the dates follow the day on which it is loaded.

mod across;
mod applications;
mod applying;
mod becoming;
mod calendar;
mod diary;
mod library;
mod loader;
mod mentors;
mod outcomes;
mod people;
mod programmes;
mod stories;
mod story;
mod telling;

use crate::database::DatabaseError;
use crate::people::PersonId;
use crate::people::passwords::Password;
use crate::programme_settings::form::IS_TOLD;
use calendar::Calendar;
use diary::{Deed, Diary};
pub use loader::{Beside, Loader, load_for};
use people::{ADMINISTRATOR, ORGANISATION, PEOPLE, email};
use programmes::{INTRODUCED, PROGRAMMES, Programme};
use sqlx::{Connection, PgConnection, PgPool};
use std::collections::HashMap;
use std::fmt::{self, Display, Formatter};
use time::macros::time;
use time::{Date, Duration, OffsetDateTime};

/// Of everybody in the demonstration.
pub const PASSWORD: &str = "a-walk-by-the-river";

/// How many people there are in one copy of the company.
pub const PEOPLE_IN_IT: usize = PEOPLE.len() + across::MENTEES + across::MENTORS;

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

/// Somebody of one copy of the company.
#[derive(Clone, Copy, Debug)]
struct Somebody {
    id: i64,
    /// An IANA name.
    zone: &'static str,
}

type Known = HashMap<String, Somebody>;

/// In which company the demonstration is.
enum Way {
    /// All there is: everybody has the password with this hash, and one of them administers.
    Alone { hash: String },
    /// Beside real people, for one of them to look around in.
    Beside(PersonId),
}

/// One copy of a programme, and the people in it.
struct Running<'a> {
    id: i64,
    programme: &'a Programme,
    calendar: Calendar,
    known: &'a Known,
    coordinator: Somebody,
}

/// Fills an installation with `copies` of the company, unless it holds the demonstration already.
/// Runs as the owner of the tables.
///
/// # Errors
/// `HasPeople` where anybody is there already: a demonstration has an administrator whose password
/// everybody knows.
pub async fn load(
    owner: &mut PgConnection,
    copies: u16,
    now: OffsetDateTime,
) -> Result<Loaded, DatabaseError> {
    let mut tx = owner.begin().await?;
    sqlx::query!("lock table demo_people in share row exclusive mode")
        .execute(&mut *tx)
        .await?;
    let there = sqlx::query_scalar!("select exists (select from demo_people)")
        .fetch_one(&mut *tx)
        .await?;
    if there == Some(true) {
        return Ok(Loaded);
    }
    let people = sqlx::query_scalar!("select exists (select from people)")
        .fetch_one(&mut *tx)
        .await?;
    if people == Some(true) {
        return Err(DatabaseError::HasPeople);
    }
    let hash = Password::known(PASSWORD).hash().await;
    let way = Way::Alone { hash };
    let mut diary = Diary::default();
    for copy in 1..=copies {
        let known = fill(&mut tx, (copy, &way), &mut diary, now).await?;
        if copy == 1 {
            introduce(&mut tx, &known).await?;
        }
    }
    diary.keep(&mut tx).await?;
    tx.commit().await?;
    Ok(Loaded)
}

/// Makes one copy of the company and tells its stories.
async fn fill(
    db: &mut PgConnection,
    (copy, way): (u16, &Way),
    diary: &mut Diary,
    now: OffsetDateTime,
) -> sqlx::Result<Known> {
    if copy == 1 {
        begin_demonstration(db, way, now).await?;
    }
    let mut known = everybody(db, (copy, way), now).await?;
    let mut many = Known::new();
    for programme in &PROGRAMMES {
        let name = way.name(programme.name, copy);
        let running = begin(db, (&name, programme), &known, now).await?;
        running.begun(diary);
        let questions = applying::apply(db, &running, diary).await?;
        if programme.many {
            let asked = (questions.as_slice(), (copy, way));
            many = across::join(db, &running, asked, diary, now).await?;
            across::try_out(db, &running, diary).await?;
        }
        if programme.name == PROGRAMMES[0].name {
            library::keep(db, running.id, &known, now).await?;
            becoming::keep(db, &known, now).await?;
        }
        for story in programme.stories {
            telling::tell(db, &running, story, diary).await?;
        }
        // Nobody is asked before it begins.
        if programme.starts < 0 {
            outcomes::answer(db, &running, diary).await?;
        }
    }
    known.extend(many);
    Ok(known)
}

/// Where it is all there is, the organisation is the company's.
async fn begin_demonstration(
    db: &mut PgConnection,
    way: &Way,
    now: OffsetDateTime,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into demonstration (loaded_by, loaded_at) values ($1, $2)",
        way.loaded_by(),
        now,
    )
    .execute(&mut *db)
    .await?;
    if let Way::Alone { .. } = way {
        let (name, time_zone) = ORGANISATION;
        sqlx::query!(
            "update organisation set name = $1, time_zone = $2 where name = ''",
            name,
            time_zone,
        )
        .execute(db)
        .await?;
    }
    Ok(())
}

/// Whether this installation shows the demonstration.
pub async fn is_loaded(db: &PgPool) -> sqlx::Result<bool> {
    let there = sqlx::query_scalar!("select exists (select from demo_introductions)")
        .fetch_one(db)
        .await?;
    Ok(there == Some(true))
}

async fn introduce(db: &mut PgConnection, known: &Known) -> sqlx::Result<()> {
    for (position, (name, introduction)) in (1_i16..).zip(INTRODUCED) {
        sqlx::query!(
            "insert into demo_people (position, person_id, introduction) values ($1, $2, $3)",
            position,
            known[name].id,
            introduction,
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

async fn everybody(
    db: &mut PgConnection,
    (copy, way): (u16, &Way),
    now: OffsetDateTime,
) -> sqlx::Result<Known> {
    let mut known = Known::new();
    let added = added_at(now);
    // Three above those whom one manages.
    let mut grades: HashMap<&str, i16> = HashMap::new();
    for (name, title, department, place, manager) in PEOPLE.iter().copied() {
        let grade = grades.get(manager).map_or(12, |grade| (grade - 3).max(2));
        let id = sqlx::query_scalar!(
            r#"with person as (
                insert into people (full_name, email, job_title, department, location, time_zone,
                    line_manager_id, administrator_since, added_at, languages, grade)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, string_to_array($11, ','), $12) returning id
            ), made_up as (
                insert into made_up_people select id from person
            ), password as (
                insert into passwords (person_id, hash, changed_at)
                select id, $10, $9 from person where $10::text is not null
            )
            select id as "id: i64" from person"#,
            name,
            email(name, copy),
            title,
            department.name(),
            place.name(),
            place.time_zone(),
            known.get(manager).map(|manager| manager.id),
            (name == ADMINISTRATOR && way.hash().is_some()).then_some(added),
            added,
            way.hash(),
            place.languages()[0].join(","),
            grade,
        )
        .fetch_one(&mut *db)
        .await?;
        grades.insert(name, grade);
        let zone = place.time_zone();
        known.insert(name.to_owned(), Somebody { id, zone });
    }
    Ok(known)
}

async fn begin<'a>(
    db: &mut PgConnection,
    (name, programme): (&str, &'a Programme),
    known: &'a Known,
    now: OffsetDateTime,
) -> sqlx::Result<Running<'a>> {
    let calendar = Calendar {
        today: today(db, programme, now).await?,
    };
    let begun = calendar.at(programme.begun, (9, 0), programme.time_zone);
    let coordinators = programme.coordinators.iter();
    let coordinators: Vec<i64> = coordinators.map(|name| known[*name].id).collect();
    let id = sqlx::query_scalar!(
        r#"with programme as (
            insert into programmes (name, purpose, starts_on, ends_on, time_zone, session_minutes,
                session_every_weeks, created_by, created_at, opened_at, whom_for, minimum_sessions,
                capacity_default, capacity_max, is_told, who_asks)
            select $1, $2, $3, $4, $5, $6, $7, $8, begun, begun, $11, $12, 2, $14, $13, $15
            from (select $9::timestamp at time zone $5) beginning (begun)
            returning id, created_by, created_at
        ), made_up as (
            insert into made_up_programmes select id from programme
        ), coordinating as (
            insert into coordinators (programme_id, person_id, named_by, named_at)
            select id, person, created_by, created_at from programme, unnest($10::bigint[]) person
        )
        select id as "id: i64" from programme"#,
        name,
        programme.purpose,
        calendar.date(programme.starts),
        calendar.date(programme.ends),
        programme.time_zone,
        programme.session_minutes,
        programme.session_every_weeks,
        known[ADMINISTRATOR].id,
        begun.local,
        &coordinators,
        programme.whom_for,
        programme.minimum_sessions,
        IS_TOLD,
        programme.capacity_max,
        programme.who_asks,
    )
    .fetch_one(&mut *db)
    .await?;
    let running = Running {
        id,
        programme,
        calendar,
        known,
        coordinator: known[programme.coordinators[0]],
    };
    running.enrol_all(db).await?;
    Ok(running)
}

impl Way {
    fn hash(&self) -> Option<&str> {
        match self {
            Way::Alone { hash } => Some(hash),
            Way::Beside(_) => None,
        }
    }

    fn loaded_by(&self) -> Option<i64> {
        match self {
            Way::Alone { .. } => None,
            Way::Beside(administrator) => Some(administrator.0),
        }
    }

    /// Of a programme. Beside real ones it says what it is.
    fn name(&self, name: &str, copy: u16) -> String {
        match self {
            Way::Alone { .. } if copy == 1 => name.to_owned(),
            Way::Alone { .. } => format!("{name} {copy}"),
            Way::Beside(_) => format!("{name} (demonstration)"),
        }
    }
}

impl Running<'_> {
    async fn enrol_all(&self, db: &mut PgConnection) -> sqlx::Result<()> {
        for mentor in self.programme.mentors {
            self.enrol(db, mentor.name, ("mentor", mentor.offers))
                .await?;
            for (from, until) in mentor.hours {
                sqlx::query!(
                    "insert into weekly_hours (person_id, weekday, hours)
                     select $1, weekday, timerange($2, $3) from generate_series(1, 5) weekday",
                    self.known[mentor.name].id,
                    from,
                    until,
                )
                .execute(&mut *db)
                .await?;
            }
        }
        for story in self.programme.stories {
            self.enrol(db, story.mentee, ("mentee", story.seeks))
                .await?;
        }
        for (name, seeks) in self.programme.waiting {
            self.enrol(db, name, ("mentee", seeks)).await?;
        }
        Ok(())
    }

    async fn enrol(
        &self,
        db: &mut PgConnection,
        name: &str,
        (part, about): (&str, &str),
    ) -> sqlx::Result<()> {
        let capacity = (part == "mentor").then_some(2_i16);
        let at = self
            .calendar
            .at(self.programme.begun, (11, 0), self.coordinator.zone);
        sqlx::query!(
            "insert into enrolments (programme_id, person_id, part, about, capacity, enrolled_by, enrolled_at)
             values ($1, $2, $3, $4, $5, $6, $7::timestamp at time zone $8)",
            self.id,
            self.known[name].id,
            part,
            about,
            capacity,
            self.coordinator.id,
            at.local,
            at.zone,
        )
        .execute(db)
        .await?;
        Ok(())
    }

    fn begun(&self, diary: &mut Diary) {
        let at = |hour| {
            let zone = self.programme.time_zone;
            self.calendar.at(self.programme.begun, (hour, 0), zone)
        };
        let administrator = self.known[ADMINISTRATOR].id;
        let made = Deed::on_programme("made the programme", self.id, None);
        diary.write(at(9), administrator, made);
        for name in self.programme.coordinators {
            let whom = Some(self.known[*name].id);
            let named = Deed::on_programme("named a coordinator", self.id, whom);
            diary.write(at(9), administrator, named);
        }
        let mentors = self.programme.mentors.iter().map(|mentor| mentor.name);
        let mentors = mentors.map(|name| ("enrolled a mentor", name));
        let mentees = self.programme.stories.iter().map(|story| story.mentee);
        let waiting = self.programme.waiting.iter().map(|(name, _)| *name);
        let mentees = mentees
            .chain(waiting)
            .map(|name| ("enrolled a mentee", name));
        let opened = Deed::on_programme("opened the programme", self.id, None);
        diary.write(at(10), self.coordinator.id, opened);
        for (act, name) in mentors.chain(mentees) {
            let enrolled = Deed::on_programme(act, self.id, Some(self.known[name].id));
            diary.write(at(11), self.coordinator.id, enrolled);
        }
    }
}

/// When everybody came into Waymark.
fn added_at(now: OffsetDateTime) -> OffsetDateTime {
    (now - Duration::days(200)).replace_time(time!(9:00))
}

async fn today(
    db: &mut PgConnection,
    programme: &Programme,
    now: OffsetDateTime,
) -> sqlx::Result<Date> {
    sqlx::query_scalar!(
        r#"select ($1::timestamptz at time zone $2)::date as "today!""#,
        now,
        programme.time_zone
    )
    .fetch_one(db)
    .await
}
