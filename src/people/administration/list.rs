//! Everybody with an account, to search; and the same as a file.

use crate::error::Result;
use crate::people::acting::About;
use crate::people::{Acting, PersonId, search};
use crate::web::csv;
use crate::web::form::{self, Asked};
use crate::web::page::{Frame, Page};
use crate::web::routes::{Entry, Routes};
use crate::web::words;
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

const PER_PAGE: usize = 50;

#[derive(Template)]
#[template(path = "people/administration/list.html")]
struct PeoplePage {
    frame: Frame,
    search: Search,
    departments: Vec<String>,
    locations: Vec<String>,
    people: Vec<Person>,
    page: i64,
    more: bool,
}

struct Person {
    id: PersonId,
    name: String,
    email: String,
    job_title: String,
    department: String,
    location: String,
    languages: Vec<String>,
    grade: Option<i16>,
    time_zone: String,
    line_manager: Option<String>,
    administrator: bool,
    /// Of any programme, today.
    coordinator: bool,
    mentor: bool,
    mentee: bool,
    has_password: bool,
    has_left: bool,
}

/// What an address asks for.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Search {
    q: String,
    department: String,
    location: String,
    show: String,
    page: String,
}

const SHOW: [(&str, &str); 4] = [
    ("", "Everybody"),
    ("administrators", "Administrators"),
    ("no-password", "No password yet"),
    ("never-signed-in", "Never signed in"),
];

pub fn routes(routes: Routes) -> Routes {
    routes.get("/people", Entry::Administrators, show).get(
        "/people/directory.csv",
        Entry::Administrators,
        download,
    )
}

async fn show(mut acting: Acting, Asked(search): Asked<Search>) -> Result<Response> {
    let search = search.plain();
    let page = search.page.parse().unwrap_or(1).clamp(1, 10_000);
    let mut people = find(&mut acting, &search, (page - 1) * 50, Some(51)).await?;
    let more = people.len() > PER_PAGE;
    people.truncate(PER_PAGE);
    Ok(Page(PeoplePage {
        frame: acting.frame.clone(),
        departments: departments(&mut acting).await?,
        locations: locations(&mut acting).await?,
        search,
        people,
        page,
        more,
    })
    .into_response())
}

/// Everybody whom the search finds, whatever the page.
async fn download(mut acting: Acting, Asked(search): Asked<Search>) -> Result<Response> {
    acting
        .record_reading("downloaded the directory", [About::Oneself])
        .await?;
    let people = find(&mut acting, &search.plain(), 0, None).await?;
    let headings = [
        "Full name",
        "Email address",
        "Job title",
        "Department",
        "Location",
        "Languages",
        "Grade",
        "Time zone",
        "Line manager’s email address",
        "Administrator",
        "Password",
    ];
    let yes = |is: bool| if is { "Yes" } else { "No" }.to_owned();
    let rows = people.into_iter().map(|person| {
        [
            person.name,
            person.email,
            person.job_title,
            person.department,
            person.location,
            person.languages.join(", "),
            person
                .grade
                .map(|grade| grade.to_string())
                .unwrap_or_default(),
            person.time_zone,
            person.line_manager.unwrap_or_default(),
            yes(person.administrator),
            yes(person.has_password),
        ]
    });
    Ok(csv::download("directory", &headings, rows))
}

impl Search {
    /// Without anything that nobody could have meant.
    fn plain(self) -> Self {
        let line = |text: &str| form::optional_line(text, 200).unwrap_or_default();
        Search {
            q: line(&self.q),
            department: line(&self.department),
            location: line(&self.location),
            ..self
        }
    }

    fn narrows(&self) -> bool {
        [&self.q, &self.department, &self.location, &self.show]
            .iter()
            .any(|asked| !asked.is_empty())
    }
}

impl Person {
    fn roles(&self) -> impl Iterator<Item = &'static str> {
        [
            (self.administrator, "Administrator"),
            (self.coordinator, "Coordinator"),
            (self.mentor, "Mentor"),
            (self.mentee, "Mentee"),
        ]
        .into_iter()
        .filter_map(|(is, role)| is.then_some(role))
    }

    /// "Buyer, Purchasing, Leeds"
    fn place(&self) -> String {
        words::listed(&[&self.job_title, &self.department, &self.location])
    }
}

async fn find(
    acting: &mut Acting,
    search: &Search,
    skip: i64,
    most: Option<i64>,
) -> sqlx::Result<Vec<Person>> {
    sqlx::query_as!(
        Person,
        r#"
        select
            people.id, people.full_name as name, people.email, people.job_title, people.department,
            people.location, people.languages, people.grade, people.time_zone,
            line_manager.email as "line_manager?",
            people.administrator_since is not null as "administrator!",
            exists (select from coordinators where person_id = people.id) as "coordinator!",
            exists (
                select from enrolments
                where person_id = people.id and part = 'mentor' and left_at is null
            ) as "mentor!",
            exists (
                select from enrolments
                where person_id = people.id and part = 'mentee' and left_at is null
            ) as "mentee!",
            exists (select from passwords where person_id = people.id) as "has_password!",
            people.deactivated_at is not null as "has_left!"
        from (
            select id
            from people
            where (
                    cardinality($1::text[]) = 0
                    or found_by like all (array(select lower(word) from unnest($1::text[]) word))
                )
                and ($2 = '' or department = $2)
                and ($3 = '' or location = $3)
                and ($4 <> 'administrators' or administrator_since is not null)
                and ($4 <> 'no-password' or not exists (select from passwords where person_id = people.id))
                and ($4 <> 'never-signed-in' or not exists (
                    select from audit_events where actor_id = people.id and act = 'signed in'
                    union all
                    select from sign_ins where person_id = people.id
                ))
            order by lower(full_name), id
            limit $6 offset $5
        ) found
        join people on people.id = found.id
        left join people line_manager on line_manager.id = people.line_manager_id
        order by lower(people.full_name), people.id
        "#,
        &search::patterns(&search.q),
        search.department,
        search.location,
        search.show,
        skip,
        most,
    )
    .fetch_all(&mut **acting)
    .await
}

/// Every department there is, found one after the other in the index: nobody is counted.
async fn departments(acting: &mut Acting) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"
        with recursive named (name) as (
            (select department from people where department > '' order by department limit 1)
            union all
            select (select department from people where department > name order by department limit 1)
            from named
            where name is not null
        )
        select name as "name!" from named where name is not null limit 300
        "#,
    )
    .fetch_all(&mut **acting)
    .await
}

async fn locations(acting: &mut Acting) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"
        with recursive named (name) as (
            (select location from people where location > '' order by location limit 1)
            union all
            select (select location from people where location > name order by location limit 1)
            from named
            where name is not null
        )
        select name as "name!" from named where name is not null limit 300
        "#,
    )
    .fetch_all(&mut **acting)
    .await
}
