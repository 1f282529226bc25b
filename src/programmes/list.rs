//! All programmes that the viewer runs; for an administrator, all there are.

use super::ProgrammeId;
use super::stage::{Dates, Stage};
use crate::error::Result;
use crate::people::Acting;
use crate::web::page::{Frame, Page};
use askama::Template;
use axum::response::{IntoResponse, Response};
use time::{Date, OffsetDateTime};

#[derive(Template)]
#[template(path = "programmes/list.html")]
struct ListPage {
    frame: Frame,
    administrator: bool,
    programmes: Vec<Listed>,
    archived: Vec<Listed>,
}

/// A programme in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub id: ProgrammeId,
    pub name: String,
    pub starts_on: Date,
    pub ends_on: Date,
    enrolment_opens_on: Option<Date>,
    enrolment_closes_on: Option<Date>,
    opened_at: Option<OffsetDateTime>,
    archived_at: Option<OffsetDateTime>,
    pub today: Date,
    /// "Cleo Marsh, Jo Bell", or nothing.
    pub coordinators: String,
    pub run_by_viewer: bool,
    /// Mentees who have no open pairing and have not completed one.
    pub unpaired: i64,
    /// Applications that wait for a coordinator's answer.
    pub applications: i64,
}

impl Listed {
    pub fn path(&self) -> String {
        format!("/programmes/{}", self.id)
    }

    pub fn stage(&self) -> Stage {
        let dates = Dates {
            opened_at: self.opened_at,
            enrolment_opens_on: self.enrolment_opens_on,
            enrolment_closes_on: self.enrolment_closes_on,
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            archived_at: self.archived_at,
        };
        Stage::from_dates(&dates, self.today)
    }

    pub fn dates(&self) -> String {
        use crate::web::words::short_day;
        format!(
            "{} to {}",
            short_day(&self.starts_on),
            short_day(&self.ends_on)
        )
    }
}

pub async fn show(mut acting: Acting) -> Result<Response> {
    let (archived, programmes) = all(&mut acting)
        .await?
        .into_iter()
        .partition(|programme| programme.stage().is_archived());
    Ok(Page(ListPage {
        programmes,
        archived,
        administrator: acting.viewer.administrator,
        frame: acting.frame.clone(),
    })
    .into_response())
}

/// Those that run now and are to come first, archives last. Mentees are counted for coordinators only.
pub async fn all(acting: &mut Acting) -> sqlx::Result<Vec<Listed>> {
    let (now, administrator) = (acting.now, acting.viewer.administrator);
    sqlx::query_as!(
        Listed,
        r#"
        select
            id, name, starts_on, ends_on, enrolment_opens_on, enrolment_closes_on, opened_at,
            archived_at, today as "today!", run_by_viewer as "run_by_viewer!",
            coalesce((
                select string_agg(full_name, ', ' order by full_name)
                from coordinators join people on people.id = person_id
                where programme_id = listed.id
            ), '') as "coordinators!",
            case when run_by_viewer then (
                select count(*) from mentees where programme_id = listed.id and waits
            ) else 0 end as "unpaired!",
            case when run_by_viewer then (
                select count(*)
                from applications
                where applications.programme_id = listed.id and sent_at is not null
                    and num_nonnulls(asked_at, wait_listed_at, approved_at, declined_at, withdrawn_at) = 0
            ) else 0 end as "applications!"
        from (
            select
                id, name, starts_on, ends_on, enrolment_opens_on, enrolment_closes_on, opened_at,
                archived_at,
                ($1::timestamptz at time zone time_zone)::date as today,
                coordinates(id) as run_by_viewer
            from programmes
        ) listed
        where run_by_viewer or $2
        order by archived_at is not null, ends_on < today, starts_on, name
        "#,
        now,
        administrator,
    )
    .fetch_all(&mut **acting)
    .await
}
