//! What somebody can apply for, and what they have applied for: for their home page.

use super::path;
use super::stage::{Moments, Name, Stage};
use crate::pairings::stage::Side;
use crate::people::Acting;
use crate::programmes::{ProgrammeId, side};
use sqlx::PgConnection;
use time::{Date, OffsetDateTime};

/// Where the viewer applies for a part, if the programme takes an application from them.
pub async fn place_to_apply(
    db: &mut PgConnection,
    programme: ProgrammeId,
    side: Side,
    now: OffsetDateTime,
) -> sqlx::Result<Option<String>> {
    let takes = sqlx::query_scalar!(
        r#"select takes_applications($1, $2) as "takes!""#,
        programme.0,
        now,
    )
    .fetch_one(db)
    .await?;
    Ok(takes.then(|| super::path(programme, side)))
}

/// A programme that takes an application from the viewer.
pub struct Open {
    pub programme: ProgrammeId,
    pub name: String,
    pub purpose: String,
    pub until: Date,
}

/// An application that nothing has come of yet.
pub struct Mine {
    pub programme: ProgrammeId,
    pub name: String,
    pub side: Side,
    pub stage: Stage,
}

impl Open {
    pub fn path(&self, side: Side) -> String {
        path(self.programme, side)
    }
}

impl Mine {
    pub fn path(&self) -> String {
        path(self.programme, self.side)
    }

    /// "Career, as a mentee"
    pub fn part(&self) -> &'static str {
        match self.side {
            Side::Mentor => "As a mentor",
            Side::Mentee => "As a mentee",
        }
    }

    pub fn stands(&self) -> &'static str {
        match self.stage.name() {
            Name::Draft => "Draft: not sent yet",
            Name::Sent => "Sent: the coordinators decide",
            Name::Asked => "The coordinators ask you something",
            Name::WaitListed => "On the waiting list",
            Name::Approved => "Approved",
            Name::Declined => "Not this time",
            Name::Withdrawn => "Withdrawn",
        }
    }

    pub fn waits_for_viewer(&self) -> bool {
        matches!(self.stage.name(), Name::Draft | Name::Asked)
    }
}

/// Both in one round trip.
pub async fn all(acting: &mut Acting) -> sqlx::Result<(Vec<Open>, Vec<Mine>)> {
    let (viewer, now) = (acting.viewer.id, acting.now);
    let rows = sqlx::query!(
        r#"
        select
            programmes.id, name, purpose, coalesce(enrolment_closes_on, ends_on) as "until!",
            mine.part as "part?", sent_at, asked_at, wait_listed_at, approved_at, declined_at,
            withdrawn_at
        from programmes
        left join applications mine on mine.programme_id = programmes.id
            and mine.person_id = $1 and mine.withdrawn_at is null
        where ends_on >= ($2::timestamptz at time zone time_zone)::date
            and archived_at is null and case
                when mine.id is not null then approved_at is null
                else takes_applications(programmes.id, $2) and not coordinates(programmes.id)
                    and not exists (
                        select from enrolments
                        where enrolments.programme_id = programmes.id
                            and enrolments.person_id = $1 and left_at is null
                    )
            end
        order by name, mine.part
        "#,
        viewer.0,
        now,
    )
    .fetch_all(&mut **acting)
    .await?;
    let (mut open, mut mine) = (Vec::new(), Vec::new());
    for row in rows {
        match row.part.as_deref().and_then(side) {
            None => open.push(Open {
                programme: row.id,
                name: row.name,
                purpose: row.purpose,
                until: row.until,
            }),
            Some(side) => mine.push(Mine {
                programme: row.id,
                name: row.name,
                side,
                stage: Stage::from_moments(&Moments {
                    sent_at: row.sent_at,
                    asked_at: row.asked_at,
                    wait_listed_at: row.wait_listed_at,
                    approved_at: row.approved_at,
                    declined_at: row.declined_at,
                    withdrawn_at: row.withdrawn_at,
                }),
            }),
        }
    }
    Ok((open, mine))
}
