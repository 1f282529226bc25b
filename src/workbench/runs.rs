//! What was proposed by matching stays to be read: with what it was worked out from, so that working
//! it out again has to give the same, to the byte.

use super::asked;
use super::decided::{Otherwise, some};
use super::jobs;
use super::plan::{Input, Pair, Plan};
use super::pool::Pool;
use super::save;
use super::scoring::{briefly, points};
use super::show::{A_PAGE, Worked, hundredths, on_page, read, work_out};
use crate::App;
use crate::error::{Error, Result};
use crate::matching::optimum::Total;
use crate::people::acting::About;
use crate::programmes::access::{Programme, Runs, key_in_path};
use crate::web::form::Asked;
use crate::web::page::{Frame, Page};
use crate::web::pages;
use askama::Template;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use time::PrimitiveDateTime;

/// How many a list shows.
const LISTED: usize = 50;

/// The key of a run, as it stands in a path.
pub struct Run(i64);

impl FromRequestParts<App> for Run {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        Ok(Run(key_in_path(parts, "run").await?))
    }
}

/// A run as a list knows it.
struct Listed {
    id: i64,
    made_by: String,
    made_at: PrimitiveDateTime,
}

#[derive(Template)]
#[template(path = "workbench/runs.html")]
struct RunsPage {
    frame: Frame,
    programme: Programme,
    runs: Vec<Listed>,
    /// The run that one of them is to be compared with.
    of: Option<Listed>,
    newest: bool,
    /// The last of them, if there are older ones.
    older: Option<i64>,
}

#[derive(Template)]
#[template(path = "workbench/run.html")]
struct RunPage {
    frame: Frame,
    programme: Programme,
    run: Listed,
    input: Input,
    plan: Plan,
    /// Whether working it out again gave the same bytes.
    same: bool,
    /// The workbench with all that was decided in it.
    again: String,
    /// Which page of pairs is read.
    page: usize,
    /// The newest others.
    others: Vec<Listed>,
    beside: Option<Beside>,
}

/// Another run, what was decided otherwise in it, and who has another mentor in it.
struct Beside {
    run: Listed,
    came: Came,
    otherwise: Vec<Otherwise>,
    /// Of whom something else was known.
    known_otherwise: Vec<String>,
    changes: Vec<Change>,
    /// Which page of them is read.
    page: usize,
}

struct Change {
    mentee: String,
    here: Had,
    there: Had,
}

/// Whom a mentee has, and with which score in hundredths.
enum Had {
    Mentor {
        name: String,
        score: u16,
    },
    Nobody,
    /// They were not waiting then.
    NotThere,
}

/// What a list is asked for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    before: String,
    of: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct With {
    with: String,
    page: String,
    changed: String,
}

/// What came of a run, as it is read of what was kept.
#[derive(Deserialize)]
struct Came {
    pairs: Vec<(i64, i64, u16)>,
    #[serde(flatten)]
    total: Total,
}

pub async fn list(mut runs: Runs, Asked(wanted): Asked<Wanted>) -> Result<Response> {
    let before = wanted.before.parse().ok();
    let of = match wanted.of.parse() {
        Ok(id) => Some(one(&mut runs, id).await?),
        Err(_) => None,
    };
    let mut listed = listed(&mut runs, before, of.as_ref().map(|one| one.id)).await?;
    let more = listed.len() > LISTED;
    listed.truncate(LISTED);
    Ok(Page(RunsPage {
        frame: runs.frame(),
        programme: runs.programme,
        of,
        newest: before.is_none(),
        older: listed.last().filter(|_| more).map(|one| one.id),
        runs: listed,
    })
    .into_response())
}

pub async fn show(
    State(app): State<App>,
    mut runs: Runs,
    Run(id): Run,
    Asked(with): Asked<With>,
) -> Result<Response> {
    let about = [About::Programme(runs.programme.id)];
    runs.acting
        .record_reading("looked at the matching", about)
        .await?;
    let run = one(&mut runs, id).await?;
    let (input, result) = kept(&mut runs, id).await?;
    let (input, plan) = match work_out(&app.matcher, input).await? {
        Worked::Out(input, plan) => (input, plan),
        Worked::TooLong(input) => match jobs::again(runs, id, &input).await? {
            ControlFlow::Continue((still, plan)) => {
                runs = still;
                (input, plan)
            }
            ControlFlow::Break(page) => return Ok(page),
        },
    };
    let plan = plan.map_err(|_| Error::conflict("This run cannot be worked out again here."))?;
    let beside = match with.with.parse() {
        Ok(other) => {
            let mut beside = beside(&mut runs, other, &input, &plan).await?;
            beside.page = page(&with.changed, beside.changes.len());
            Some(beside)
        }
        Err(_) => None,
    };
    let mut others = listed(&mut runs, None, Some(id)).await?;
    others.truncate(LISTED);
    let now = read(&mut runs, &asked::Asked::default()).await?.input;
    let again = asked::Asked::again(&input, &now).query();
    Ok(Page(RunPage {
        frame: runs.frame(),
        same: save::result(&input, &plan) == result,
        again: runs.programme.at(&format!("/matching{again}")),
        programme: runs.programme,
        run,
        input,
        page: page(&with.page, plan.pairs.len()),
        plan,
        others,
        beside,
    })
    .into_response())
}

/// Which page of so many was asked for.
fn page(asked: &str, all: usize) -> usize {
    pages::asked(asked, pages::how_many(all, A_PAGE))
}

/// The newest, or those older than one of them, without another; and one more than is listed.
async fn listed(
    runs: &mut Runs,
    before: Option<i64>,
    without: Option<i64>,
) -> sqlx::Result<Vec<Listed>> {
    sqlx::query_as!(
        Listed,
        r#"
        select matching_runs.id, full_name as made_by, made_at at time zone $2 as "made_at!"
        from matching_runs join people on people.id = made_by
        where programme_id = $1 and matching_runs.id is distinct from $5 and (
            $3::bigint is null
            or (made_at, matching_runs.id) < (select made_at, id from matching_runs where id = $3)
        )
        order by made_at desc, matching_runs.id desc
        limit $4
        "#,
        runs.programme.id.0,
        runs.acting.viewer.time_zone,
        before,
        i64::try_from(LISTED + 1).unwrap_or(i64::MAX),
        without,
    )
    .fetch_all(&mut *runs.acting)
    .await
}

async fn one(runs: &mut Runs, id: i64) -> sqlx::Result<Listed> {
    sqlx::query_as!(
        Listed,
        r#"
        select matching_runs.id, full_name as made_by, made_at at time zone $2 as "made_at!"
        from matching_runs join people on people.id = made_by
        where programme_id = $1 and matching_runs.id = $3
        "#,
        runs.programme.id.0,
        runs.acting.viewer.time_zone,
        id,
    )
    .fetch_one(&mut *runs.acting)
    .await
}

async fn kept(runs: &mut Runs, id: i64) -> Result<(Input, String)> {
    let row = sqlx::query!(
        "select input, result from matching_runs where programme_id = $1 and id = $2",
        runs.programme.id.0,
        id,
    )
    .fetch_one(&mut *runs.acting)
    .await?;
    let input = serde_json::from_str(&row.input).map_err(|_| of_another_version())?;
    Ok((input, row.result))
}

fn of_another_version() -> Error {
    Error::conflict("This run was kept by another version and cannot be read here.")
}

async fn beside(runs: &mut Runs, id: i64, input: &Input, plan: &Plan) -> Result<Beside> {
    let run = one(runs, id).await?;
    let (other, result) = kept(runs, id).await?;
    let came: Came = serde_json::from_str(&result).map_err(|_| of_another_version())?;
    let here = plan.pairs.iter().map(|pair| {
        let mentee = &input.pool.mentees[pair.mentee];
        let mentor = &input.pool.mentors[pair.mentor];
        (mentee.person.id, (mentor.person.id, pair.score))
    });
    let there = (came.pairs.iter()).map(|(mentee, mentor, score)| (*mentee, (*mentor, *score)));
    Ok(Beside {
        run,
        page: 1,
        otherwise: input.otherwise(&other),
        known_otherwise: input.known_otherwise(&other),
        changes: changes(
            &here.collect(),
            &there.collect(),
            [&input.pool, &other.pool],
        ),
        came,
    })
}

/// The mentor of each mentee, and their score.
type MentorOf = BTreeMap<i64, (i64, u16)>;

/// Whose mentor is another one in the two, in the order of their names.
fn changes(here: &MentorOf, there: &MentorOf, pools: [&Pool; 2]) -> Vec<Change> {
    let name = |id: i64| pools.iter().find_map(|pool| pool.name(id));
    let had = |of: &MentorOf, pool: &Pool, mentee: &i64| match of.get(mentee) {
        Some((mentor, score)) => Had::Mentor {
            name: name(*mentor)
                .unwrap_or("somebody who is not there")
                .to_owned(),
            score: *score,
        },
        None if pool.mentee(*mentee).is_some() => Had::Nobody,
        None => Had::NotThere,
    };
    let mentor = |of: &MentorOf, mentee: &i64| of.get(mentee).map(|(mentor, _)| *mentor);
    let mentees: BTreeSet<&i64> = here.keys().chain(there.keys()).collect();
    let differ = mentees
        .into_iter()
        .filter(|mentee| mentor(here, mentee) != mentor(there, mentee));
    let changes = differ.filter_map(|mentee| {
        Some(Change {
            mentee: name(*mentee)?.to_owned(),
            here: had(here, pools[0], mentee),
            there: had(there, pools[1], mentee),
        })
    });
    let mut changes: Vec<Change> = changes.collect();
    changes.sort_by(|one, other| one.mentee.cmp(&other.mentee));
    changes
}

impl Came {
    fn lowest(&self) -> Option<u16> {
        self.pairs.iter().map(|(.., score)| *score).min()
    }
}

impl RunsPage {
    /// Where a run is read, or compared.
    fn path(&self, run: &Listed) -> String {
        let path = self.programme.at("/matching/runs");
        match &self.of {
            Some(of) => format!("{path}/{}?with={}", of.id, run.id),
            None => format!("{path}/{}", run.id),
        }
    }

    fn older(&self, before: &i64) -> String {
        let and = if self.of.is_some() { '&' } else { '?' };
        format!("{}{and}before={before}", self.newest())
    }

    fn newest(&self) -> String {
        let path = self.programme.at("/matching/runs");
        match &self.of {
            Some(of) => format!("{path}?of={}", of.id),
            None => path,
        }
    }
}

impl RunPage {
    fn points(&self, hundredths: impl Borrow<u16>) -> String {
        points(*hundredths.borrow())
    }

    fn points_or_none(&self, hundredths: Option<u16>) -> String {
        hundredths.map_or("–".into(), points)
    }

    fn hundredths(&self, score: impl Borrow<u64>) -> String {
        hundredths(*score.borrow())
    }

    /// The lowest score of a pair.
    fn lowest(&self) -> Option<u16> {
        self.plan.worst().map(|worst| worst.score)
    }

    fn had<'a>(&self, had: &'a Had) -> &'a str {
        match had {
            Had::Mentor { name, .. } => name,
            Had::Nobody => "nobody",
            Had::NotThere => "was not waiting",
        }
    }

    fn score_of(&self, had: &Had) -> String {
        self.points_or_none(match had {
            Had::Mentor { score, .. } => Some(*score),
            Had::Nobody | Had::NotThere => None,
        })
    }

    fn briefly(&self, pair: &Pair) -> String {
        briefly(&pair.points)
    }

    fn known_otherwise(&self, beside: &Beside) -> String {
        some(&beside.known_otherwise)
    }

    fn pages(&self, all: &usize) -> usize {
        pages::how_many(*all, A_PAGE)
    }

    fn pairs(&self) -> &[Pair] {
        on_page(&self.plan.pairs, self.page)
    }

    fn changes<'a>(&self, beside: &'a Beside) -> &'a [Change] {
        on_page(&beside.changes, beside.page)
    }

    /// Where another page of a list is read.
    fn page_at(&self, name: &str, page: impl Borrow<usize>) -> String {
        let path = self.programme.at("/matching/runs");
        let with = match &self.beside {
            Some(beside) => format!("with={}&", beside.run.id),
            None => String::new(),
        };
        format!("{path}/{}?{with}{name}={}", self.run.id, page.borrow())
    }

    /// How many places were tried with whom, in words.
    fn tried_places(&self) -> Vec<String> {
        let places = self.input.tried_places();
        let places = places.iter();
        places
            .map(|(mentor, places)| self.input.tried_place(mentor, places))
            .collect()
    }
}
