//! Who takes part in a programme: its mentors with their places, its mentees and how they stand.

use super::access::{Programme, Runs};
use super::side;
use crate::error::Result;
use crate::pairings::PairingId;
use crate::pairings::stage::Side;
use crate::people::PersonId;
use crate::web::form::Asked;
use crate::web::page::{Frame, Page};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use time::Date;

const A_PAGE: usize = 50;

#[derive(Default, Deserialize)]
pub struct Filter {
    #[serde(default)]
    show: String,
    #[serde(default)]
    page: String,
}

#[derive(Template)]
#[template(path = "programmes/people.html")]
struct PeoplePage {
    frame: Frame,
    programme: Programme,
    show: &'static str,
    filters: Vec<(&'static str, &'static str, usize)>,
    people: Vec<Enrolled>,
    page: usize,
    pages: usize,
}

/// A person's place in a programme, as its coordinators see it.
#[derive(Clone, Debug)]
pub struct Enrolled {
    pub person: PersonId,
    pub name: String,
    pub email: String,
    pub job_title: String,
    pub department: String,
    pub location: String,
    part: String,
    pub about: String,
    /// A mentor's places, and how many of them are taken by open pairings, proposals included.
    pub capacity: Option<i16>,
    pub taken: i64,
    /// A mentee's open pairing.
    pub pairing: Option<PairingId>,
    pub partner: Option<String>,
    partner_email: Option<String>,
    offered: bool,
    accepted: bool,
    completed: bool,
    /// Their account is deactivated.
    has_left: bool,
    /// They take part no longer; only their pairings are kept.
    left: bool,
    /// Since enrolling, or since the last pairing was closed.
    pub waiting_since: Date,
}

impl Enrolled {
    pub fn side(&self) -> Side {
        side(&self.part).unwrap_or(Side::Mentee)
    }

    /// Whether they can be paired no longer.
    pub fn gone(&self) -> bool {
        self.has_left || self.left
    }

    pub fn unpaired(&self) -> bool {
        self.side() == Side::Mentee && self.pairing.is_none() && !self.completed && !self.gone()
    }

    /// "Buyer, Purchasing, Leeds"
    pub fn place(&self) -> String {
        [&self.job_title, &self.department, &self.location]
            .into_iter()
            .filter(|part| !part.is_empty())
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// "2 of 3 places free"; for a mentee, with whom and how far.
    pub fn state(&self) -> String {
        if self.has_left {
            return "Is no longer here".into();
        }
        if self.left {
            return "Has left the programme".into();
        }
        if let Some(capacity) = self.capacity {
            let free = (i64::from(capacity) - self.taken).max(0);
            let places = if capacity == 1 { "place" } else { "places" };
            return format!("{free} of {capacity} {places} free");
        }
        match &self.partner {
            Some(mentor) if self.accepted => format!("Paired with {mentor}"),
            Some(mentor) if self.offered => format!("Offer open: {mentor}"),
            Some(mentor) => format!("Proposed: {mentor}"),
            None if self.completed => "Has completed a pairing".into(),
            None => "Waiting for a mentor".into(),
        }
    }

    /// The email address of the mentor whom a mentee has: both have accepted.
    pub fn mentor_email(&self) -> &str {
        self.partner_email
            .as_deref()
            .filter(|_| self.accepted)
            .unwrap_or_default()
    }

    pub fn edit_path(&self, programme: &Programme) -> String {
        format!(
            "{}/enrolments/{}/{}",
            programme.path(),
            self.person,
            self.part
        )
    }
}

pub async fn show(mut runs: Runs, Asked(filter): Asked<Filter>) -> Result<Response> {
    let all = of(&mut runs, None, false).await?;
    type Kind = (&'static str, &'static str, fn(&Enrolled) -> bool);
    let kinds: [Kind; 4] = [
        ("", "Everybody", |_| true),
        ("mentors", "Mentors", |one| one.side() == Side::Mentor),
        ("mentees", "Mentees", |one| one.side() == Side::Mentee),
        ("unpaired", "Waiting for a mentor", Enrolled::unpaired),
    ];
    let (show, _, wanted) = *kinds
        .iter()
        .find(|(slug, ..)| *slug == filter.show)
        .unwrap_or(&kinds[0]);
    let filters = kinds
        .iter()
        .map(|(slug, words, of)| (*slug, *words, all.iter().filter(|one| of(one)).count()))
        .collect();
    let mut people: Vec<Enrolled> = all.into_iter().filter(wanted).collect();
    if show == "unpaired" {
        people.sort_by_key(|one| one.waiting_since);
    }
    let pages = people.len().div_ceil(A_PAGE).max(1);
    let page = filter.page.parse().unwrap_or(1).clamp(1, pages);
    Ok(Page(PeoplePage {
        frame: runs.frame(),
        people: people
            .into_iter()
            .skip((page - 1) * A_PAGE)
            .take(A_PAGE)
            .collect(),
        programme: runs.programme,
        show,
        filters,
        page,
        pages,
    })
    .into_response())
}

/// Everybody enrolled, by name; or one person; or those who wait for a mentor alone.
pub async fn of(
    runs: &mut Runs,
    person: Option<PersonId>,
    unpaired: bool,
) -> sqlx::Result<Vec<Enrolled>> {
    sqlx::query_as!(
        Enrolled,
        r#"
        select
            people.id as person, people.full_name as name, people.email, people.job_title,
            people.department, people.location, part, about, capacity,
            (
                select count(*) from pairings
                where programme_id = $1 and mentor_id = people.id and part = 'mentor'
                    and closed_on is null
            ) as "taken!",
            open.id as "pairing?", mentor.full_name as "partner?", mentor.email as "partner_email?",
            coalesce(open.offered_on is not null, false) as "offered!",
            coalesce(num_nulls(open.mentor_accepted_on, open.mentee_accepted_on) = 0, false) as "accepted!",
            coalesce(past.completed, false) as "completed!",
            people.deactivated_at is not null as "has_left!", left_at is not null as "left!",
            greatest((enrolled_at at time zone $4)::date, past.closed_on) as "waiting_since!"
        from enrolments
        join people on people.id = enrolments.person_id
        left join pairings open
            on part = 'mentee' and open.programme_id = $1 and open.mentee_id = people.id
            and open.closed_on is null
        left join people mentor on mentor.id = open.mentor_id
        left join lateral (
            select
                max(closed_on) as closed_on,
                bool_or(closed_how in ('completed', 'completed_early')) as completed
            from pairings
            where part = 'mentee' and programme_id = $1 and mentee_id = people.id
        ) past on true
        where enrolments.programme_id = $1
            and ($2::bigint is null or people.id = $2)
            and (not $3 or (
                part = 'mentee' and open.id is null and past.completed is not true and left_at is null
                and people.deactivated_at is null
            ))
        order by people.full_name, people.id, part
        "#,
        runs.programme.id.0,
        person.map(|person| person.0),
        unpaired,
        runs.programme.time_zone,
    )
    .fetch_all(&mut *runs.acting)
    .await
}
