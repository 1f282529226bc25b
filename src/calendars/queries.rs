//! What a calendar is told of sessions and targets.

use super::event::{Answer, Event, When};
use crate::config::BaseUrl;
use crate::people::PersonId;
use sqlx::PgConnection;
use time::{Date, Duration, OffsetDateTime, PrimitiveDateTime};

/// How long a calendar keeps what is over.
const KEPT: Duration = Duration::days(90);

/// How long it is told that something was called off.
const CALLED_OFF_FOR: Duration = Duration::days(30);

/// A session, with what the calendars of the two need to know.
pub struct Booked {
    pub id: i64,
    pub pairing: i64,
    pub uid: String,
    pub sequence: i32,
    pub booked_at: OffsetDateTime,
    pub starts_at: OffsetDateTime,
    pub ends_at: OffsetDateTime,
    pub called_off: bool,
    /// Empty for whoever is neither of the two.
    pub place: String,
    pub programme: String,
    pub mentor: Party,
    pub mentee: Party,
}

#[derive(Clone)]
pub struct Party {
    pub id: PersonId,
    pub name: String,
    pub email: String,
    /// When it starts where they are.
    pub starts: PrimitiveDateTime,
    pub time_zone: String,
    /// What they have answered, or their calendar for them.
    pub answer: Option<Answer>,
}

impl Booked {
    pub fn path(&self) -> String {
        format!("/pairings/{}/sessions/{}", self.pairing, self.id)
    }

    /// As it stands in the calendar of one of the two.
    pub fn event(&self, person: PersonId, base_url: &BaseUrl) -> Event {
        let other = if self.mentor.id == person {
            &self.mentee
        } else {
            &self.mentor
        };
        Event {
            uid: self.uid.clone(),
            sequence: self.sequence,
            stamp: self.booked_at,
            when: When::Hours(self.starts_at, self.ends_at),
            summary: format!("Mentoring session with {} ({})", other.name, self.programme),
            link: base_url.join(&self.path()),
            place: self.place.clone(),
            cancelled: self.called_off,
            meeting: None,
        }
    }
}

/// Those of the person acted for: to come, and not long over.
pub async fn sessions(db: &mut PgConnection, now: OffsetDateTime) -> sqlx::Result<Vec<Booked>> {
    booked(db, None, Some(now)).await
}

/// # Errors
/// `RowNotFound` if it is neither the viewer's nor of a pairing that they coordinate.
pub async fn session(db: &mut PgConnection, id: i64) -> sqlx::Result<Booked> {
    let found = booked(db, Some(id), None).await?.into_iter().next();
    found.ok_or(sqlx::Error::RowNotFound)
}

async fn booked(
    db: &mut PgConnection,
    wanted: Option<i64>,
    now: Option<OffsetDateTime>,
) -> sqlx::Result<Vec<Booked>> {
    let rows = sqlx::query!(
        r#"
        select
            session_id as "id!", pairing_id as "pairing!", uid as "uid!", sequence as "sequence!",
            booked_at as "booked_at!",
            starts_at as "starts_at!", ends_at as "ends_at!", called_off as "called_off!",
            place as "place!", programme as "programme!",
            mentor_id as "mentor_id!: PersonId", mentor as "mentor!",
            mentor_email as "mentor_email!", mentor_time_zone as "mentor_time_zone!",
            starts_at at time zone mentor_time_zone as "mentor_starts!",
            mentor_answer as "mentor_answer: Answer",
            mentee_id as "mentee_id!: PersonId", mentee as "mentee!",
            mentee_email as "mentee_email!", mentee_time_zone as "mentee_time_zone!",
            starts_at at time zone mentee_time_zone as "mentee_starts!",
            mentee_answer as "mentee_answer: Answer"
        from sessions_in_calendars($1, $2, $3)
        "#,
        wanted,
        now.map(|now| now - KEPT),
        now.map(|now| (now - CALLED_OFF_FOR).date()),
    )
    .fetch_all(db)
    .await?;
    let booked = rows.into_iter().map(|row| Booked {
        id: row.id,
        pairing: row.pairing,
        uid: row.uid,
        sequence: row.sequence,
        booked_at: row.booked_at,
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        called_off: row.called_off,
        place: row.place,
        programme: row.programme,
        mentor: Party {
            id: row.mentor_id,
            name: row.mentor,
            email: row.mentor_email,
            starts: row.mentor_starts,
            time_zone: row.mentor_time_zone,
            answer: row.mentor_answer,
        },
        mentee: Party {
            id: row.mentee_id,
            name: row.mentee,
            email: row.mentee_email,
            starts: row.mentee_starts,
            time_zone: row.mentee_time_zone,
            answer: row.mentee_answer,
        },
    });
    Ok(booked.collect())
}

/// When targets of the person acted for are due. What they say is not told.
pub async fn targets(db: &mut PgConnection, base_url: &BaseUrl) -> sqlx::Result<Vec<Event>> {
    let rows = sqlx::query!(
        r#"
        select targets.uid::text as "uid!", pairing_id as "pairing!", due_on, set_on
        from targets join pairings on pairings.id = pairing_id
        where owner_id = acting_person() and closed_on is null
            and num_nonnulls(done_on, dropped_on) = 0
        order by due_on, targets.id
        "#
    )
    .fetch_all(db)
    .await?;
    let events = rows.into_iter().map(|row| Event {
        uid: row.uid,
        sequence: 0,
        stamp: start_of(row.set_on),
        when: When::Day(row.due_on),
        summary: "Target due".into(),
        link: base_url.join(&format!("/pairings/{}/targets", row.pairing)),
        place: String::new(),
        cancelled: false,
        meeting: None,
    });
    Ok(events.collect())
}

fn start_of(day: Date) -> OffsetDateTime {
    day.midnight().assume_utc()
}
