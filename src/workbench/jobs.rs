//! Matching that takes longer than anybody waits for a page becomes a job: any server takes it, says
//! how far it is, and another takes it should that one stop.

use super::asked::Asked;
use super::plan::{Input, NoPlan};
use super::search::Effort;
use super::show::{Planned, Tried, Waiting, page_of};
use super::turn::turn;
use crate::App;
use crate::error::{Error, Result};
use crate::matching::watch::Watch;
use crate::people::acting::About;
use crate::programmes::access::{Programme, Runs, key_in_path};
use crate::web::form::{self, Problems};
use crate::web::page::{self, Frame, Page, see};
use askama::Template;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use sqlx::PgPool;
use std::ops::ControlFlow;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use time::{OffsetDateTime, PrimitiveDateTime};
use tokio::sync::watch;
use tokio::task::{JoinError, spawn_blocking};
use tokio::time::{MissedTickBehavior, interval, sleep};

/// How long a server keeps a job without a word.
const A_WHILE: time::Duration = time::Duration::seconds(30);

/// How often a job is begun. Whatever it is that brings its server down does so no more than so often.
const MOST_TIMES: i16 = 3;

/// How often it says how far it is.
const A_MOMENT: Duration = Duration::from_secs(1);

/// The key of a job, as it stands in a path.
pub struct Job(i64);

impl FromRequestParts<App> for Job {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        Ok(Job(key_in_path(parts, "job").await?))
    }
}

/// What a job is asked for that works out a run, before the key of that run.
const OF_RUN: &str = "?run=";

#[derive(Template)]
#[template(path = "workbench/job.html")]
struct JobPage {
    frame: Frame,
    programme: Programme,
    job: i64,
    thousandths: i16,
}

/// Leaves the work to whoever has time, and says where it can be waited for: where the same is worked at
/// already, or was found, if it ever was.
pub async fn begin(mut runs: Runs, asked: &Asked, input: &Input) -> Result<Response> {
    let page = asked.clone().without_version();
    let at = |runs: &Runs, id| page.at_job(&runs.programme, id);
    let text = serde_json::to_string(input).unwrap_or_default();
    if let Some(id) = same(&mut runs, &text).await? {
        return Ok(see(&at(&runs, id)));
    }
    let id = add(&mut runs, &asked.query(), &text).await?;
    let path = at(&runs, id);
    runs.commit("began a matching").await?;
    Ok(see(&path))
}

/// Works a run out once more, to its end: what it has come to, or the page to wait at, which is that of
/// the run itself.
pub async fn again(
    mut runs: Runs,
    run: i64,
    input: &Input,
) -> Result<ControlFlow<Response, (Runs, Planned)>> {
    let text = serde_json::to_string(input).unwrap_or_default();
    let asked = format!("{OF_RUN}{run}");
    let row = sqlx::query!(
        "select id, plan, thousandths from matching_jobs
         where programme_id = $1 and asked = $2 and md5(input) = md5($3) and input = $3
         order by id desc
         limit 1",
        runs.programme.id.0,
        asked,
        text,
    )
    .fetch_optional(&mut *runs.acting)
    .await?;
    // What another version has found, or has not, is no answer here.
    let came_to_nothing = |plan: &String| !came_to_something(plan);
    let row = row.filter(|row| !row.plan.as_ref().is_some_and(came_to_nothing));
    let page = |runs: &Runs, job, thousandths| {
        let (frame, programme) = (runs.frame(), runs.programme.clone());
        let page = JobPage {
            frame,
            programme,
            job,
            thousandths,
        };
        ControlFlow::Break(Page(page).into_response())
    };
    match row {
        None => {
            let job = add(&mut runs, &asked, &text).await?;
            let page = page(&runs, job, 0);
            runs.commit("began a matching").await?;
            Ok(page)
        }
        Some(row) => match row.plan {
            None => Ok(page(&runs, row.id, row.thousandths)),
            Some(plan) => {
                let plan = serde_json::from_str(&plan).map_err(|_| of_another_version())?;
                Ok(ControlFlow::Continue((runs, plan)))
            }
        },
    }
}

async fn add(runs: &mut Runs, asked: &str, input: &str) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        "insert into matching_jobs (programme_id, made_by, made_at, asked, input)
         values ($1, $2, $3, $4, $5) returning id",
        runs.programme.id.0,
        runs.acting.viewer.id.0,
        runs.acting.now,
        asked,
        input,
    )
    .fetch_one(&mut *runs.acting)
    .await
}

/// The run that a job worked out once more.
fn of_run(asked: &Asked) -> Option<i64> {
    asked.query().strip_prefix(OF_RUN)?.parse().ok()
}

/// Whether what a job has found can be read here, and is a plan.
fn came_to_something(plan: &str) -> bool {
    matches!(serde_json::from_str(plan), Ok(Planned::Ok(_)))
}

/// The latest job of the same input, unless it came to nothing, or belongs to a run.
async fn same(runs: &mut Runs, input: &str) -> sqlx::Result<Option<i64>> {
    let row = sqlx::query!(
        "select id, plan from matching_jobs
         where programme_id = $1 and md5(input) = md5($2) and input = $2
             and not starts_with(asked, $3)
         order by id desc
         limit 1",
        runs.programme.id.0,
        input,
        OF_RUN,
    )
    .fetch_optional(&mut *runs.acting)
    .await?;
    let came_to_nothing = |plan: &String| !came_to_something(plan);
    let found = row.filter(|row| !row.plan.as_ref().is_some_and(came_to_nothing));
    Ok(found.map(|row| row.id))
}

/// How far it is; and once it is done, the workbench with what was found.
pub async fn show(
    mut runs: Runs,
    Job(id): Job,
    form::Asked(fields): form::Asked<Vec<(String, String)>>,
) -> Result<Response> {
    let come_back = Asked { fields };
    let done = match found(&mut runs, id).await? {
        Found::Done(done) => *done,
        Found::Waits { thousandths } => {
            return Ok(Page(JobPage {
                frame: runs.frame(),
                programme: runs.programme,
                job: id,
                thousandths,
            })
            .into_response());
        }
        Found::Forgotten => {
            let path = runs.programme.at("/matching");
            return Ok(see(&format!("{path}{}", come_back.whole())));
        }
    };
    if let Some(run) = of_run(&done.asked) {
        // To be shown a run that was given up is to begin it again.
        let path = match done.plan {
            Ok(_) => format!("/matching/runs/{run}"),
            Err(_) => "/matching/runs".to_owned(),
        };
        return Ok(see(&runs.programme.at(&path)));
    }
    let about = [About::Programme(runs.programme.id)];
    runs.acting
        .record_reading("looked at the matching", about)
        .await?;
    let problems = Problems::default();
    let asked = Asked::of_job(id, done.asked, come_back);
    let tried = Tried {
        input: done.input,
        problems,
        version: String::new(),
    };
    let mut page = page_of(&runs, asked, tried, Some(done.plan));
    page.worked_out_at = Some(done.at);
    Ok(Page(page).into_response())
}

/// Whoever waits has had enough of it, and so have all who wait for the same.
pub async fn stop(State(app): State<App>, mut runs: Runs, Job(id): Job) -> Result<Response> {
    let given_up: Planned = Err(NoPlan::GivenUp);
    let stopped = sqlx::query_scalar!(
        r#"select stop_matching_job($1, $2, $3) as "stopped!""#,
        id,
        serde_json::to_string(&given_up).unwrap_or_default(),
        app.clock.now(),
    )
    .fetch_one(&mut *runs.acting)
    .await?;
    let of_run = match found(&mut runs, id).await? {
        Found::Done(done) => of_run(&done.asked).is_some(),
        Found::Waits { .. } | Found::Forgotten => false,
    };
    let path = match of_run && stopped {
        true => runs.programme.at("/matching/runs"),
        false => runs.programme.at(&format!("/matching/jobs/{id}")),
    };
    runs.commit("stopped a matching").await?;
    let said = match stopped {
        true => "The matching is stopped, and nothing has changed.",
        false => "It was done already: this is what was found.",
    };
    Ok(page::done(&path, said))
}

/// What a job was asked for, what came of it, and when.
pub struct Done {
    pub input: Input,
    pub plan: Planned,
    pub asked: Asked,
    pub at: PrimitiveDateTime,
}

/// What there is of a job.
pub enum Found {
    Done(Box<Done>),
    Waits {
        thousandths: i16,
    },
    /// It was long ago, or worked out by another version, or was never a job of this programme.
    Forgotten,
}

pub async fn found(runs: &mut Runs, id: i64) -> sqlx::Result<Found> {
    // Whoever waits looks often, and what a job is worked out from may be much.
    let row = sqlx::query!(
        "select thousandths, asked, case when plan is not null then input end as input, plan,
            done_at at time zone $3 as at
         from matching_jobs
         where programme_id = $1 and id = $2",
        runs.programme.id.0,
        id,
        runs.acting.viewer.time_zone,
    )
    .fetch_optional(&mut *runs.acting)
    .await?;
    let Some(row) = row else {
        return Ok(Found::Forgotten);
    };
    let Some(((input, plan), at)) = row.input.zip(row.plan).zip(row.at) else {
        let thousandths = row.thousandths;
        return Ok(Found::Waits { thousandths });
    };
    let read = move || {
        let input = serde_json::from_str(&input).ok()?;
        Some((input, serde_json::from_str(&plan).ok()?))
    };
    Ok(match spawn_blocking(read).await.ok().flatten() {
        Some((input, plan)) => Found::Done(Box::new(Done {
            input,
            plan,
            asked: Asked::read(&row.asked),
            at,
        })),
        None => Found::Forgotten,
    })
}

fn of_another_version() -> Error {
    Error::conflict(
        "This was worked out by another version of Waymark, and cannot be read here. Begin again.",
    )
}

/// Looks for work after every such while, until told to stop.
pub async fn keep_working(app: App, every: Duration, mut stop: watch::Receiver<bool>) {
    let mut times = interval(every);
    times.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = times.tick() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        match work(&app, &stop).await {
            Ok(0) => {}
            Ok(jobs) => tracing::info!(jobs, "matched in the background"),
            Err(cause) => tracing::error!(%cause, "could not match in the background"),
        }
    }
}

/// Does every job that no other server has, one after the other, until told to stop, and says how many.
pub async fn work(app: &App, stop: &watch::Receiver<bool>) -> sqlx::Result<u64> {
    let mut jobs = 0;
    while let Some(taken) = take(&app.db, app.clock.now()).await? {
        if carry_out(app, taken, stop).await?.is_break() {
            break;
        }
        jobs += 1;
    }
    Ok(jobs)
}

struct Taken {
    id: i64,
    input: String,
    /// This time among them.
    times: i16,
    until: OffsetDateTime,
}

async fn take(db: &PgPool, now: OffsetDateTime) -> sqlx::Result<Option<Taken>> {
    let until = now + A_WHILE;
    let row = sqlx::query!(
        r#"select job as "id!", input as "input!", times as "times!" from take_matching_job($1, $2)"#,
        now,
        until,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Taken {
        id: row.id,
        input: row.input,
        times: row.times,
        until,
    }))
}

/// To the end, or until told to stop: then another server goes on with it.
async fn carry_out(
    app: &App,
    mut taken: Taken,
    stop: &watch::Receiver<bool>,
) -> sqlx::Result<ControlFlow<()>> {
    let watch = Arc::new(Watch::default());
    let waiting = Waiting(Arc::clone(&watch));
    let (text, shared) = (std::mem::take(&mut taken.input), Arc::clone(&watch));
    let too_often = taken.times > MOST_TIMES;
    let work = async {
        let read = spawn_blocking(move || serde_json::from_str::<Input>(&text)).await?;
        let Some(input) = read.ok().filter(|_| !too_often) else {
            return Ok(Err(NoPlan::Ended));
        };
        // Jobs take their turn with the pages.
        let turn = turn(&input).await;
        spawn_blocking(move || {
            let _turn = turn;
            input.plan(Effort::Job, &shared)
        })
        .await
    };
    let mut work = pin!(work);
    let plan = loop {
        if *stop.borrow() {
            give_back(app, &taken).await?;
            return Ok(ControlFlow::Break(()));
        }
        tokio::select! {
            done = &mut work => break done.unwrap_or_else(|cause: JoinError| {
                tracing::error!(%cause, job = taken.id, "the matching failed");
                Err(NoPlan::Ended)
            }),
            () = sleep(A_MOMENT) => {}
        }
        if !go_on(app, &mut taken, watch.thousandths()).await? {
            return Ok(ControlFlow::Continue(()));
        }
    };
    drop(waiting);
    sqlx::query!(
        "select finish_matching_job($1, $2, $3, $4)",
        taken.id,
        serde_json::to_string(&plan).unwrap_or_default(),
        taken.until,
        app.clock.now(),
    )
    .execute(&app.db)
    .await?;
    Ok(ControlFlow::Continue(()))
}

/// As if it had not been taken.
async fn give_back(app: &App, taken: &Taken) -> sqlx::Result<()> {
    sqlx::query!(
        "select give_matching_job_back($1, $2)",
        taken.id,
        taken.until
    )
    .execute(&app.db)
    .await?;
    Ok(())
}

async fn go_on(app: &App, taken: &mut Taken, thousandths: u32) -> sqlx::Result<bool> {
    let until = app.clock.now() + A_WHILE;
    let still = sqlx::query_scalar!(
        r#"select go_on_with_matching_job($1, $2, $3, $4) as "still!""#,
        taken.id,
        i16::try_from(thousandths).unwrap_or(1000),
        taken.until,
        until,
    )
    .fetch_one(&app.db)
    .await?;
    taken.until = until;
    Ok(still)
}

/// Whoever reads this has had enough of a job by now.
pub async fn forget(db: &PgPool, now: OffsetDateTime) -> sqlx::Result<()> {
    sqlx::query!("select forget_matching_jobs($1)", now)
        .execute(db)
        .await?;
    Ok(())
}
