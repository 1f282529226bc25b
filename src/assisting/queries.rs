//! The SQL of those who book for somebody. All of it goes through functions that show them no more
//! than they may see.

use crate::pairings::{PairingId, Person};
use crate::people::{Acting, PersonId};
use crate::sessions::Times;
use sqlx::PgConnection;
use time::OffsetDateTime;

/// A mentor whom the viewer books for.
pub struct Mentor {
    pub id: PersonId,
    pub name: String,
    pub pairings: Vec<Booked>,
}

/// An open pairing of such a mentor.
#[derive(Clone)]
pub struct Booked {
    pub id: PairingId,
    pub mentor: Person,
    pub mentee: Person,
    pub minutes: i16,
    pub paused: bool,
    /// What is booked next, or has begun.
    pub session: Option<Next>,
    /// Whether that is still to come.
    pub coming: bool,
}

#[derive(Clone, Copy)]
pub struct Next {
    pub id: i64,
    pub starts_at: OffsetDateTime,
    /// On the clock of the mentor and on the mentee's.
    pub times: Times,
}

impl Booked {
    pub fn path(&self) -> String {
        format!("/assisting/{}", self.id)
    }

    /// Times are the mentor's; beside them stand the mentee's.
    pub fn partner(&self) -> &Person {
        &self.mentee
    }

    pub fn coming_session(&self) -> Option<Next> {
        self.session.filter(|_| self.coming)
    }
}

/// All of them, by name.
pub async fn all(acting: &mut Acting) -> sqlx::Result<Vec<Mentor>> {
    let now = acting.now;
    let rows = sqlx::query!(
        r#"
        select
            mentor_id as "mentor_id!: PersonId", mentor as "mentor!",
            mentor_time_zone as "mentor_time_zone!", pairing_id as "pairing_id?: PairingId",
            mentee_id as "mentee_id?: PersonId", mentee as "mentee?",
            mentee_time_zone as "mentee_time_zone?", minutes as "minutes?", paused as "paused!",
            session_id, starts_at, starts_at at time zone mentor_time_zone as yours,
            starts_at at time zone mentee_time_zone as theirs
        from assisted_pairings()
        "#
    )
    .fetch_all(&mut **acting)
    .await?;
    let mut mentors: Vec<Mentor> = Vec::new();
    for row in rows {
        if mentors
            .last()
            .is_none_or(|mentor| mentor.id != row.mentor_id)
        {
            mentors.push(Mentor {
                id: row.mentor_id,
                name: row.mentor.clone(),
                pairings: Vec::new(),
            });
        }
        let (Some(mentor), Some(id)) = (mentors.last_mut(), row.pairing_id) else {
            continue;
        };
        let session = match (row.session_id, row.starts_at, row.yours, row.theirs) {
            (Some(id), Some(starts_at), Some(yours), Some(theirs)) => Some(Next {
                id,
                starts_at,
                times: Times { yours, theirs },
            }),
            _ => None,
        };
        let (Some(mentee_id), Some(mentee), Some(zone)) =
            (row.mentee_id, row.mentee, row.mentee_time_zone)
        else {
            continue;
        };
        mentor.pairings.push(Booked {
            id,
            mentor: person(row.mentor_id, row.mentor, row.mentor_time_zone),
            mentee: person(mentee_id, mentee, zone),
            minutes: row.minutes.unwrap_or_default(),
            paused: row.paused,
            coming: session.is_some_and(|session| session.starts_at > now),
            session,
        });
    }
    Ok(mentors)
}

fn person(id: PersonId, name: String, time_zone: String) -> Person {
    Person {
        id,
        name,
        job_title: String::new(),
        time_zone,
    }
}

/// From now on the transaction reads and writes as this person does.
pub async fn act_as(db: &mut PgConnection, person: PersonId) -> sqlx::Result<()> {
    sqlx::query_scalar!(
        r#"select set_config('app.person_id', $1, true) as "person!""#,
        person.to_string(),
    )
    .fetch_one(db)
    .await?;
    Ok(())
}

/// Where the mentor usually meets.
pub async fn usual_place(db: &mut PgConnection, mentor: PersonId) -> sqlx::Result<String> {
    let place = sqlx::query_scalar!(
        "select place from booking_wishes where person_id = $1",
        mentor.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(place.unwrap_or_default())
}

/// Books; `None` where the two have a session already, or do not meet now.
pub async fn book(
    acting: &mut Acting,
    pairing: PairingId,
    at: OffsetDateTime,
    place: &str,
) -> sqlx::Result<Option<i64>> {
    let now = acting.now;
    sqlx::query_scalar!(
        "select book_as_assistant($1, $2, $3, $4)",
        pairing.0,
        at,
        place,
        now,
    )
    .fetch_one(&mut **acting)
    .await
}

/// False where there is nothing to move any more.
pub async fn shift(
    acting: &mut Acting,
    pairing: PairingId,
    session: i64,
    at: OffsetDateTime,
) -> sqlx::Result<bool> {
    let now = acting.now;
    sqlx::query_scalar!(
        r#"select move_as_assistant($1, $2, $3, $4) as "moved!""#,
        pairing.0,
        session,
        at,
        now,
    )
    .fetch_one(&mut **acting)
    .await
}

/// False where there is nothing to cancel any more.
pub async fn cancel(acting: &mut Acting, pairing: PairingId, session: i64) -> sqlx::Result<bool> {
    let now = acting.now;
    sqlx::query_scalar!(
        r#"select cancel_as_assistant($1, $2, $3) as "cancelled!""#,
        pairing.0,
        session,
        now,
    )
    .fetch_one(&mut **acting)
    .await
}
