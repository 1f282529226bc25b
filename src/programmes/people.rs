//! Who takes part in a programme: its mentors with their places, its mentees and how they stand.

use super::access::{Programme, Runs};
use super::side;
use crate::error::Result;
use crate::pairings::PairingId;
use crate::pairings::stage::Side;
use crate::people::{PersonId, search};
use crate::web::form::{self, Asked};
use crate::web::page::{Frame, Page};
use crate::web::words;
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use time::Date;

const A_PAGE: i64 = 50;

#[derive(Default, Deserialize)]
pub struct Filter {
    #[serde(default)]
    q: String,
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
    q: String,
    show: &'static str,
    filters: Vec<(&'static str, &'static str, i64)>,
    people: Vec<Enrolled>,
    page: i64,
    pages: i64,
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
    pub languages: Vec<String>,
    pub grade: Option<i16>,
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
    /// Of a mentee: since enrolling, or since the last pairing or offer was closed.
    pub waiting_since: Option<Date>,
}

impl PeoplePage {
    /// What is asked for, as it stands in an address after `q=`.
    fn searched(&self) -> String {
        let q: String = form_urlencoded::byte_serialize(self.q.as_bytes()).collect();
        format!("{q}&show={}", self.show)
    }
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
        words::listed(&[&self.job_title, &self.department, &self.location])
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

/// Which people, in which order: by name, or those who have waited longest first.
#[derive(Clone, Copy, Default)]
pub struct Wanted<'a> {
    pub person: Option<PersonId>,
    /// A filter's slug.
    pub show: &'a str,
    pub q: &'a str,
    pub skip: i64,
    /// None for all of them.
    pub most: Option<i64>,
}

impl Wanted<'_> {
    /// Mentees who wait for a mentor, the longest wait first.
    pub fn waiting(most: Option<i64>) -> Self {
        Wanted {
            show: UNPAIRED,
            most,
            ..Wanted::default()
        }
    }
}

/// How many there are of each kind.
struct Counts {
    all: i64,
    mentors: i64,
    mentees: i64,
    unpaired: i64,
}

const UNPAIRED: &str = "unpaired";

pub async fn show(mut runs: Runs, Asked(filter): Asked<Filter>) -> Result<Response> {
    let q = form::optional_line(&filter.q, 200).unwrap_or_default();
    let counts = count(&mut runs, &q).await?;
    let filters = vec![
        ("", "Everybody", counts.all),
        ("mentors", "Mentors", counts.mentors),
        ("mentees", "Mentees", counts.mentees),
        (UNPAIRED, "Waiting for a mentor", counts.unpaired),
    ];
    let shown = filters.iter().find(|(slug, ..)| *slug == filter.show);
    let (show, _, how_many) = *shown.unwrap_or(&filters[0]);
    let pages = ((how_many + A_PAGE - 1) / A_PAGE).max(1);
    let page = filter.page.parse().unwrap_or(1).clamp(1, pages);
    let wanted = Wanted {
        show,
        q: &q,
        skip: (page - 1) * A_PAGE,
        most: Some(A_PAGE),
        ..Wanted::default()
    };
    Ok(Page(PeoplePage {
        people: of(&mut runs, wanted).await?,
        frame: runs.frame(),
        programme: runs.programme,
        q,
        show,
        filters,
        page,
        pages,
    })
    .into_response())
}

/// How many mentees wait for a mentor.
pub async fn how_many_wait(runs: &mut Runs) -> sqlx::Result<i64> {
    Ok(count(runs, "").await?.unpaired)
}

async fn count(runs: &mut Runs, q: &str) -> sqlx::Result<Counts> {
    sqlx::query_as!(
        Counts,
        r#"
        select
            count(*) as "all!",
            count(*) filter (where part = 'mentor') as "mentors!",
            count(*) filter (where part = 'mentee') as "mentees!",
            count(*) filter (where part = 'mentee' and waits) as "unpaired!"
        from enrolments
        left join mentees using (programme_id, person_id)
        where programme_id = $1
            and (cardinality($2::text[]) = 0 or person_id in (select enrolled_people_with($1, $2)))
        "#,
        runs.programme.id.0,
        &search::patterns(q),
    )
    .fetch_one(&mut *runs.acting)
    .await
}

#[expect(clippy::too_many_lines, reason = "one list of columns")]
pub async fn of(runs: &mut Runs, wanted: Wanted<'_>) -> sqlx::Result<Vec<Enrolled>> {
    sqlx::query_as!(
        Enrolled,
        r#"
        with listed as (
            select enrolments.*, full_name, completed, since
            from enrolments
            join people on people.id = enrolments.person_id
            left join mentees
                on part = 'mentee' and mentees.programme_id = $1
                and mentees.person_id = enrolments.person_id
            where enrolments.programme_id = $1
                and ($2::bigint is null or enrolments.person_id = $2)
                and (
                    cardinality($4::text[]) = 0
                    or enrolments.person_id in (select enrolled_people_with($1, $4))
                )
                and case $3
                    when 'mentors' then part = 'mentor'
                    when 'mentees' then part = 'mentee'
                    when 'unpaired' then waits
                    else true
                end
            order by
                $3 = 'unpaired' and enrolments.person_id in (select first_in_line($1)) desc,
                case $3 when 'unpaired' then since end,
                full_name, enrolments.person_id, part
            offset $5 limit $6
        )
        select
            people.id as person, people.full_name as name, people.email, people.job_title,
            people.department, people.location, people.languages, people.grade, part, about,
            capacity,
            (
                select count(*) from pairings
                where programme_id = $1 and mentor_id = people.id and part = 'mentor'
                    and closed_on is null
            ) as "taken!",
            open.id as "pairing?", mentor.full_name as "partner?", mentor.email as "partner_email?",
            coalesce(open.offered_on is not null, false) as "offered!",
            coalesce(num_nulls(open.mentor_accepted_on, open.mentee_accepted_on) = 0, false) as "accepted!",
            coalesce(completed, false) as "completed!",
            people.deactivated_at is not null as "has_left!", left_at is not null as "left!",
            since as "waiting_since?"
        from listed
        join people on people.id = listed.person_id
        left join pairings open
            on part = 'mentee' and open.programme_id = $1 and open.mentee_id = people.id
            and open.closed_on is null
        left join people mentor on mentor.id = open.mentor_id
        order by
            $3 = 'unpaired' and people.id in (select first_in_line($1)) desc,
            case $3 when 'unpaired' then since end, people.full_name, people.id, part
        "#,
        runs.programme.id.0,
        wanted.person.map(|person| person.0),
        wanted.show,
        &search::patterns(wanted.q),
        wanted.skip,
        wanted.most,
    )
    .fetch_all(&mut *runs.acting)
    .await
}
