//! What was proposed by matching stays to be read: with what it was worked out from, so that working
//! it out again has to give the same, to the byte.

use super::jobs;
use super::plan::{Input, Plan};
use super::save;
use super::scoring::points;
use super::show::{Worked, hundredths, work_out};
use crate::App;
use crate::error::{Error, Result};
use crate::people::acting::About;
use crate::programmes::access::{Programme, Runs, key_in_path};
use crate::web::form::Asked;
use crate::web::page::{Frame, Page};
use askama::Template;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::borrow::Borrow;
use std::collections::BTreeMap;
use time::PrimitiveDateTime;

/// The newest are listed.
const LISTED: i64 = 50;

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
    others: Vec<Listed>,
    beside: Option<Beside>,
}

/// Another run, and who has another mentor in it.
struct Beside {
    run: Listed,
    score: u64,
    matched: usize,
    changes: Vec<Change>,
}

struct Change {
    mentee: String,
    here: Option<String>,
    there: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct With {
    with: String,
}

/// What is read of a kept result.
#[derive(Deserialize)]
struct Kept {
    pairs: Vec<(i64, i64, u16)>,
    matched: usize,
    score: u64,
}

pub async fn list(mut runs: Runs) -> Result<Response> {
    let listed = listed(&mut runs).await?;
    Ok(Page(RunsPage {
        frame: runs.frame(),
        programme: runs.programme,
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
    let mut others = listed(&mut runs).await?;
    let at = others
        .iter()
        .position(|one| one.id == id)
        .ok_or(Error::NotFound)?;
    let run = others.remove(at);
    let (input, result) = kept(&mut runs, id).await?;
    let again = |_| Error::conflict("This run cannot be worked out again here.");
    let (input, plan) = match work_out(&app.matcher, input).await? {
        Worked::Out(input, plan) => (input, plan.map_err(again)?),
        // Once more and to its end, in the background.
        Worked::TooLong(input) => {
            return jobs::begin(runs, &super::asked::Asked::default(), &input).await;
        }
    };
    let beside = match with
        .with
        .parse()
        .ok()
        .and_then(|with: i64| others.iter().position(|one| one.id == with))
    {
        Some(at) => Some(beside(&mut runs, others.remove(at), &input, &plan).await?),
        None => None,
    };
    Ok(Page(RunPage {
        frame: runs.frame(),
        same: save::result(&input, &plan) == result,
        programme: runs.programme,
        run,
        input,
        plan,
        others,
        beside,
    })
    .into_response())
}

async fn listed(runs: &mut Runs) -> sqlx::Result<Vec<Listed>> {
    let rows = sqlx::query!(
        r#"
        select matching_runs.id, full_name, made_at at time zone $2 as "made_at!"
        from matching_runs join people on people.id = made_by
        where programme_id = $1
        order by made_at desc, matching_runs.id desc
        limit $3
        "#,
        runs.programme.id.0,
        runs.acting.viewer.time_zone,
        LISTED,
    )
    .fetch_all(&mut *runs.acting)
    .await?;
    let listed = rows.into_iter().map(|row| Listed {
        id: row.id,
        made_by: row.full_name,
        made_at: row.made_at,
    });
    Ok(listed.collect())
}

async fn kept(runs: &mut Runs, id: i64) -> Result<(Input, String)> {
    let row = sqlx::query!(
        "select input, result from matching_runs where programme_id = $1 and id = $2",
        runs.programme.id.0,
        id,
    )
    .fetch_one(&mut *runs.acting)
    .await?;
    let input = serde_json::from_str(&row.input).map_err(|_| {
        Error::conflict("This run was kept by another version and cannot be read here.")
    })?;
    Ok((input, row.result))
}

async fn beside(runs: &mut Runs, run: Listed, input: &Input, plan: &Plan) -> Result<Beside> {
    let (other, result) = kept(runs, run.id).await?;
    let result: Kept = serde_json::from_str(&result).map_err(|_| {
        Error::conflict("This run was kept by another version and cannot be read here.")
    })?;
    let here: BTreeMap<i64, i64> = (plan.pairs.iter())
        .map(|pair| {
            (
                input.pool.mentees[pair.mentee].person.id,
                input.pool.mentors[pair.mentor].person.id,
            )
        })
        .collect();
    let there: BTreeMap<i64, i64> = result
        .pairs
        .iter()
        .map(|(mentee, mentor, _)| (*mentee, *mentor))
        .collect();
    let mut names: BTreeMap<i64, &String> = BTreeMap::new();
    for pool in [&input.pool, &other.pool] {
        names.extend(
            pool.mentees
                .iter()
                .map(|one| (one.person.id, &one.person.name)),
        );
        names.extend(
            pool.mentors
                .iter()
                .map(|one| (one.person.id, &one.person.name)),
        );
    }
    let name = |id: &i64| names.get(id).map(|name| (*name).clone());
    let mut mentees: Vec<&i64> = here.keys().chain(there.keys()).collect();
    mentees.sort_unstable();
    mentees.dedup();
    let changes = (mentees.into_iter())
        .filter(|id| here.get(id) != there.get(id))
        .filter_map(|id| {
            Some(Change {
                mentee: name(id)?,
                here: here.get(id).and_then(name),
                there: there.get(id).and_then(name),
            })
        })
        .collect();
    Ok(Beside {
        run,
        score: result.score,
        matched: result.matched,
        changes,
    })
}

impl RunPage {
    fn points(&self, hundredths: impl Borrow<u16>) -> String {
        points(*hundredths.borrow())
    }

    fn hundredths(&self, score: impl Borrow<u64>) -> String {
        hundredths(*score.borrow())
    }
}
