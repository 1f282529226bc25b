//! Builders. Each makes one noun and what it cannot be without.

use super::NOON;
use sqlx::PgPool;
use std::sync::atomic::{AtomicU32, Ordering};
use time::macros::date;
use time::{Date, Duration};
use waymark::people::acting;
use waymark::people::passwords::Password;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Person(pub i64);

pub async fn person(db: &PgPool, name: &str) -> Person {
    let email = format!("{}.{}@example.org", name.to_lowercase(), next());
    let id = sqlx::query_scalar(
        "insert into people (full_name, email, time_zone, added_at)
         values ($1, $2, 'Europe/London', $3) returning id",
    )
    .bind(name)
    .bind(email)
    .bind(NOON)
    .fetch_one(db)
    .await
    .unwrap();
    Person(id)
}

pub async fn administrator(db: &PgPool, name: &str) -> Person {
    let person = person(db, name).await;
    sqlx::query("update people set administrator_since = $2 where id = $1")
        .bind(person.0)
        .bind(NOON)
        .execute(db)
        .await
        .unwrap();
    person
}

/// Lets somebody sign in with this password, and tells their email address.
pub async fn password(db: &PgPool, person: Person, password: &str) -> String {
    let hash = Password::choose(password, "", "").unwrap().hash().await;
    sqlx::query("insert into passwords (person_id, hash, changed_at) values ($1, $2, $3)")
        .bind(person.0)
        .bind(hash)
        .bind(NOON)
        .execute(db)
        .await
        .unwrap();
    sqlx::query_scalar("select email from people where id = $1")
        .bind(person.0)
        .fetch_one(db)
        .await
        .unwrap()
}

pub async fn sign_in(db: &PgPool, person: Person) -> String {
    let token = format!("token-{}", next());
    sqlx::query(
        "insert into sign_ins (person_id, token_hash, browser, address, signed_in_at, expires_at)
         values ($1, $2, 'Firefox', '127.0.0.1', $3, $4)",
    )
    .bind(person.0)
    .bind(acting::hash(&token))
    .bind(NOON)
    .bind(NOON + Duration::days(3650))
    .execute(db)
    .await
    .unwrap();
    token
}

#[derive(Clone, Copy, Debug)]
pub struct Programme {
    pub id: i64,
    pub coordinator: Person,
}

/// A running programme of 60-minute sessions every four weeks, with its coordinator.
pub async fn programme(db: &PgPool, time_zone: &str) -> Programme {
    let coordinator = person(db, "Cleo").await;
    let id: i64 = sqlx::query_scalar(
        "insert into programmes (name, purpose, starts_on, ends_on, time_zone, session_minutes,
            session_every_weeks, created_at, opened_at)
         values ($1, 'Growing', '2026-01-05', '2026-12-18', $2, 60, 4, $3, $3) returning id",
    )
    .bind(format!("Spring {}", next()))
    .bind(time_zone)
    .bind(NOON)
    .fetch_one(db)
    .await
    .unwrap();
    sqlx::query("insert into coordinators (programme_id, person_id, named_at) values ($1, $2, $3)")
        .bind(id)
        .bind(coordinator.0)
        .bind(NOON)
        .execute(db)
        .await
        .unwrap();
    Programme { id, coordinator }
}

pub async fn mentor(db: &PgPool, programme: Programme, person: Person, capacity: i16) {
    enrol(db, programme, person, "mentor", Some(capacity)).await;
}

pub async fn mentee(db: &PgPool, programme: Programme, person: Person) {
    enrol(db, programme, person, "mentee", None).await;
}

async fn enrol(
    db: &PgPool,
    programme: Programme,
    person: Person,
    part: &str,
    capacity: Option<i16>,
) {
    sqlx::query(
        "insert into enrolments (programme_id, person_id, part, capacity, enrolled_at)
         values ($1, $2, $3, $4, $5)",
    )
    .bind(programme.id)
    .bind(person.0)
    .bind(part)
    .bind(capacity)
    .bind(NOON)
    .execute(db)
    .await
    .unwrap();
}

/// How far a pairing has come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum At {
    Proposed,
    Offered,
    InitialMeeting,
    Sessions,
    MovingOn,
    /// Moving on, and the final session was held.
    FinalSessionHeld,
    Closed,
}

impl At {
    pub const ALL: [At; 7] = [
        At::Proposed,
        At::Offered,
        At::InitialMeeting,
        At::Sessions,
        At::MovingOn,
        At::FinalSessionHeld,
        At::Closed,
    ];
}

/// A pairing of Maya, who mentors, and Tom, in its sessions unless told otherwise.
pub struct Pairing {
    at: At,
    time_zone: &'static str,
    paused_since: Option<Date>,
    between: Option<(Person, Person)>,
}

#[derive(Clone, Debug)]
pub struct Paired {
    pub id: i64,
    pub path: String,
    pub mentor: Person,
    pub mentee: Person,
    pub coordinator: Person,
    pub programme: Programme,
}

pub fn pairing() -> Pairing {
    Pairing {
        at: At::Sessions,
        time_zone: "Europe/London",
        paused_since: None,
        between: None,
    }
}

impl Pairing {
    /// Of this mentor and this mentee, instead of new people.
    pub fn between(mut self, mentor: Person, mentee: Person) -> Self {
        self.between = Some((mentor, mentee));
        self
    }

    pub fn at(mut self, at: At) -> Self {
        self.at = at;
        self
    }

    pub fn paused_since(mut self, day: Date) -> Self {
        self.paused_since = Some(day);
        self
    }

    pub async fn insert(self, db: &PgPool) -> Paired {
        let programme = programme(db, self.time_zone).await;
        let (mentor, mentee) = match self.between {
            Some(two) => two,
            None => (person(db, "Maya").await, person(db, "Tom").await),
        };
        self::mentor(db, programme, mentor, 2).await;
        self::mentee(db, programme, mentee).await;
        let from = |at: At, day: Date| {
            let place = |at| At::ALL.iter().position(|one| *one == at);
            (place(self.at) >= place(at)).then_some(day)
        };
        let id: i64 = sqlx::query_scalar(
            "insert into pairings (programme_id, mentor_id, mentee_id, proposed_on, offered_on,
                mentor_accepted_on, mentee_accepted_on, met_on, agreed_on, moving_on_since,
                final_session_on, final_session_recorded_on, mentor_reviewed_on,
                mentee_reviewed_on, joint_review_on, closed_on, closed_how, paused_since)
             values ($1, $2, $3, '2026-02-02', $4, $5, $5, $6, $6, $7, $8, $8, $9, $9, $9, $9,
                case when $9::date is not null then 'completed' end, $10) returning id",
        )
        .bind(programme.id)
        .bind(mentor.0)
        .bind(mentee.0)
        .bind(from(At::Offered, date!(2026 - 02 - 03)))
        .bind(from(At::InitialMeeting, date!(2026 - 02 - 05)))
        .bind(from(At::Sessions, date!(2026 - 03 - 02)))
        .bind(from(At::MovingOn, date!(2026 - 03 - 16)))
        .bind(from(At::FinalSessionHeld, date!(2026 - 03 - 25)))
        .bind(from(At::Closed, date!(2026 - 03 - 30)))
        .bind(self.paused_since)
        .fetch_one(db)
        .await
        .unwrap();
        Paired {
            id,
            path: format!("/pairings/{id}"),
            mentor,
            mentee,
            coordinator: programme.coordinator,
            programme,
        }
    }
}

/// From now on everybody may apply.
pub async fn open_to_applications(db: &PgPool, programme: Programme) {
    sqlx::query("insert into open_programmes values ($1)")
        .bind(programme.id)
        .execute(db)
        .await
        .unwrap();
}

/// A question to mentors and mentees that needs no answer and is read by coordinators only.
pub async fn question(db: &PgPool, programme: Programme, kind: &str, wording: &str) -> i64 {
    sqlx::query_scalar(
        "insert into questions (programme_id, position, kind, wording, asked_of, required,
            for_matching, readers, points, ranks)
         select $1, count(*) + 1, $2, $3, 'both', false, false, 'coordinators',
            case $2 when 'scale' then 5 end, case $2 when 'ranked' then 2 end
         from questions
         returning id",
    )
    .bind(programme.id)
    .bind(kind)
    .bind(wording)
    .fetch_one(db)
    .await
    .unwrap()
}

pub async fn choice(db: &PgPool, question: i64, wording: &str) -> i64 {
    sqlx::query_scalar(
        "insert into question_choices (question_id, position, wording)
         select $1, count(*) + 1, $2 from question_choices where question_id = $1
         returning id",
    )
    .bind(question)
    .bind(wording)
    .fetch_one(db)
    .await
    .unwrap()
}

/// An application that was sent a month ago and waits for the coordinators.
pub async fn application(db: &PgPool, programme: Programme, person: Person, part: &str) -> i64 {
    sqlx::query_scalar(
        "insert into applications (programme_id, person_id, part, about, capacity, started_at, sent_at)
         values ($1, $2, $3, 'Seeks to grow', case $3 when 'mentor' then 2 end, $4, $4)
         returning id",
    )
    .bind(programme.id)
    .bind(person.0)
    .bind(part)
    .bind(NOON - Duration::days(30))
    .fetch_one(db)
    .await
    .unwrap()
}

/// A skill that was named in an application.
pub async fn skill(db: &PgPool, application: i64, question: i64, name: &str) {
    sqlx::query(
        "with answer as (
            insert into answers values ($1, $2, 'skills', null, null) returning application_id
         ), skill as (
            insert into skills (name, added_at) values ($3, $4) returning id
         )
         insert into answered_skills select application_id, $2, id from answer, skill",
    )
    .bind(application)
    .bind(question)
    .bind(name)
    .bind(NOON)
    .execute(db)
    .await
    .unwrap();
}

pub fn next() -> u32 {
    static COUNT: AtomicU32 = AtomicU32::new(1);
    COUNT.fetch_add(1, Ordering::Relaxed)
}

/// A mentor's usual hours on one day of the week; Monday is 1.
pub async fn weekly_hours(db: &PgPool, person: Person, weekday: i16, from: &str, until: &str) {
    sqlx::query(
        "insert into weekly_hours (person_id, weekday, hours)
         values ($1, $2, timerange($3::time, $4::time))",
    )
    .bind(person.0)
    .bind(weekday)
    .bind(from)
    .bind(until)
    .execute(db)
    .await
    .unwrap();
}

pub async fn lives_in(db: &PgPool, person: Person, time_zone: &str) {
    sqlx::query("update people set time_zone = $2 where id = $1")
        .bind(person.0)
        .bind(time_zone)
        .execute(db)
        .await
        .unwrap();
}

#[derive(Clone, Debug)]
pub struct Session {
    pub id: i64,
    pub path: String,
}

/// A booked session of an hour, with a place and an agenda.
pub async fn session(
    db: &PgPool,
    pairing: &Paired,
    kind: &str,
    at: time::OffsetDateTime,
) -> Session {
    let id: i64 = sqlx::query_scalar(
        "insert into mentoring_sessions (pairing_id, kind, during, booked_by, booked_at)
         values ($1, $2, tstzrange($3, $3 + interval '1 hour'), $4, $5) returning id",
    )
    .bind(pairing.id)
    .bind(kind)
    .bind(at)
    .bind(pairing.mentee.0)
    .bind(NOON - Duration::days(7))
    .fetch_one(db)
    .await
    .unwrap();
    sqlx::query(
        "insert into attendances (session_id, person_id, during)
         select id, unnest(array[$2, $3]::bigint[]), during from mentoring_sessions where id = $1",
    )
    .bind(id)
    .bind(pairing.mentor.0)
    .bind(pairing.mentee.0)
    .execute(db)
    .await
    .unwrap();
    sqlx::query(
        "insert into session_plans (session_id, pairing_id, place, agenda)
         values ($1, $2, 'Room Juniper', 'The audit plan')",
    )
    .bind(id)
    .bind(pairing.id)
    .execute(db)
    .await
    .unwrap();
    Session {
        id,
        path: format!("{}/sessions/{id}", pairing.path),
    }
}

/// A session that was held, or missed, or cancelled: `state` is the column's name.
pub async fn settled(
    db: &PgPool,
    pairing: &Paired,
    state: &str,
    at: time::OffsetDateTime,
) -> Session {
    let session = session(db, pairing, "session", at).await;
    sqlx::query(
        "update mentoring_sessions set
            held_on = case when $2 = 'held_on' then $3 end,
            missed_on = case when $2 = 'missed_on' then $3 end,
            cancelled_on = case when $2 = 'cancelled_on' then $3 end
         where id = $1",
    )
    .bind(session.id)
    .bind(state)
    .bind(at.date())
    .execute(db)
    .await
    .unwrap();
    session
}

/// From now on they book for this mentor.
pub async fn assistant(db: &PgPool, mentor: Person, assistant: Person) {
    sqlx::query("insert into assistants select $1, email, id, $3 from people where id = $2")
        .bind(mentor.0)
        .bind(assistant.0)
        .bind(NOON)
        .execute(db)
        .await
        .unwrap();
}
