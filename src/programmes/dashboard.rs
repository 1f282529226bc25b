//! A programme for its coordinators: what needs their eye first, then every pairing by stage. An
//! administrator who runs it not sees what it is and who runs it.

use super::access::{Manages, Programme, Runs};
use super::people::{self, Enrolled, Wanted};
use super::search::Found;
use super::stage::Stage;
use super::standing::{self, Show, Standing};
use crate::applications::queries as applications;
use crate::error::Result;
use crate::how_it_goes::queries::{self as asked, Talk};
use crate::pairings::next::Next;
use crate::pairings::stage::{How, Name};
use crate::pairings::{self, Pairing, queries};
use crate::web::form::Asked;
use crate::web::page::{Frame, Page};
use crate::web::pages;
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::collections::HashSet;
use time::Date;

const A_PAGE: usize = 50;
/// How many of the longest waiting mentees the page names.
const WAITING: i64 = 5;
/// How many offers that came to nothing it names.
const AT_MOST: usize = 10;

#[derive(Default, Deserialize)]
pub struct Filter {
    #[serde(default)]
    stage: String,
    #[serde(default)]
    page: String,
}

#[derive(Template)]
#[template(path = "programmes/dashboard.html")]
struct DashboardPage {
    frame: Frame,
    programme: Programme,
    standing: Standing,
    show: Show,
    filters: Vec<(Show, usize)>,
    rows: Vec<Row>,
    closed: Vec<Row>,
    waiting: Vec<Enrolled>,
    /// Offers after which the mentee still waits for a mentor, the latest first.
    came_to_nothing: Vec<Pairing>,
    /// Who would like to talk.
    talks: Vec<Talk>,
    /// Pairings in which another match is asked for, and since when.
    changes: Vec<(Pairing, Date)>,
    /// Those that wait for an answer.
    applications: i64,
    page: usize,
    pages: usize,
}

/// A pairing in the table.
pub struct Row {
    pub pairing: Pairing,
    pub next: Next,
}

#[derive(Template)]
#[template(path = "programmes/about.html")]
struct AboutPage {
    frame: Frame,
    programme: Programme,
    coordinators: Vec<Found>,
}

pub async fn show(manages: Manages, Asked(filter): Asked<Filter>) -> Result<Response> {
    match manages.running() {
        Ok(runs) => dashboard(runs, filter).await,
        Err(manages) => about(manages).await,
    }
}

async fn dashboard(mut runs: Runs, filter: Filter) -> Result<Response> {
    let programme = runs.programme.id;
    runs.record_reading().await?;
    let mut pairings = queries::of_programme(&mut runs.acting, programme).await?;
    let unpaired = people::how_many_wait(&mut runs).await?;
    let waiting = people::of(&mut runs, Wanted::waiting(Some(WAITING))).await?;
    let came_to_nothing = came_to_nothing(&mut runs, &pairings).await?;
    let applications = applications::waiting(&mut runs.acting, programme).await?;
    let talks = asked::talks(&mut runs.acting, programme).await?;
    let changes = changes(&mut runs, &pairings).await?;
    let standing = Standing::of(pairings.iter(), unpaired);
    let show = Show::read(&filter.stage);
    let filters = filters(&pairings, show);
    standing::exceptions_first(&mut pairings);
    let (closed, open): (Vec<_>, Vec<_>) = pairings
        .into_iter()
        .filter(|pairing| show.shows(pairing) || folded(show, pairing))
        .partition(|pairing| folded(show, pairing));
    let pages = pages::how_many(open.len(), A_PAGE);
    let page = pages::asked(&filter.page, pages);
    Ok(Page(DashboardPage {
        frame: runs.frame(),
        programme: runs.programme,
        standing,
        show,
        filters,
        rows: rows(open, (page - 1) * A_PAGE),
        closed: rows(closed, 0),
        waiting,
        came_to_nothing,
        talks,
        changes,
        applications,
        page,
        pages,
    })
    .into_response())
}

/// The last offer to whoever waits, where it was declined or has lapsed.
async fn came_to_nothing(runs: &mut Runs, pairings: &[Pairing]) -> sqlx::Result<Vec<Pairing>> {
    let mut seen = HashSet::new();
    // Open ones come first, and then what was closed last.
    let mut last: Vec<&Pairing> = pairings
        .iter()
        .filter(|pairing| pairing.dates.offered_on.is_some())
        .filter(|pairing| seen.insert(pairing.mentee.id.0))
        .filter(|pairing| is_for_nothing(pairing))
        .collect();
    if last.is_empty() {
        return Ok(Vec::new());
    }
    let mentees: Vec<i64> = last.iter().map(|pairing| pairing.mentee.id.0).collect();
    let waiting = sqlx::query_scalar!(
        r#"select person_id as "person_id!" from mentees
           where programme_id = $1 and waits and person_id = any ($2)"#,
        runs.programme.id.0,
        &mentees,
    )
    .fetch_all(&mut *runs.acting)
    .await?;
    last.retain(|pairing| waiting.contains(&pairing.mentee.id.0));
    last.truncate(AT_MOST);
    Ok(last.into_iter().cloned().collect())
}

async fn changes(runs: &mut Runs, pairings: &[Pairing]) -> sqlx::Result<Vec<(Pairing, Date)>> {
    let asked = asked::changes(&mut runs.acting, runs.programme.id).await?;
    let of = |(id, on)| Some((pairings.iter().find(|one| one.id == id)?.clone(), on));
    Ok(asked.into_iter().filter_map(of).collect())
}

fn is_for_nothing(pairing: &Pairing) -> bool {
    matches!(pairing.dates.closed_how, Some(How::Declined | How::Lapsed))
}

/// Closed pairings stand folded at the end of the whole list.
fn folded(show: Show, pairing: &Pairing) -> bool {
    show == Show::Open && pairing.stage.name() == Name::Closed
}

fn rows(pairings: Vec<Pairing>, skip: usize) -> Vec<Row> {
    pairings
        .into_iter()
        .skip(skip)
        .take(A_PAGE)
        .map(|pairing| Row {
            next: Next::of(&pairing),
            pairing,
        })
        .collect()
}

/// Everything open, every stage that somebody is at, and what is shown now.
fn filters(pairings: &[Pairing], show: Show) -> Vec<(Show, usize)> {
    let count = |show: Show| pairings.iter().filter(|one| show.shows(one)).count();
    [Show::Open, Show::NotMet, Show::Live]
        .into_iter()
        .chain(Name::ALL.map(Show::At))
        .map(|one| (one, count(one)))
        .filter(|(one, count)| *one == Show::Open || *one == show || *count > 0)
        .collect()
}

async fn about(mut manages: Manages) -> Result<Response> {
    let coordinators = super::coordinators::of(&mut manages.acting, manages.programme.id).await?;
    Ok(Page(AboutPage {
        frame: manages.frame(),
        programme: manages.programme,
        coordinators,
    })
    .into_response())
}

impl Row {
    pub fn not_met(&self) -> bool {
        standing::has_not_met(&self.pairing)
    }
}
