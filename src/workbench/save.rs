//! A plan that was read is proposed as a whole: what was proposed before and is not part of it is
//! withdrawn, and what it was worked out from is kept.

use super::asked::Asked;
use super::jobs::{self, Found};
use super::own::Own;
use super::plan::{Input, Plan};
use super::pool::Proposed;
use super::show::{self, Planned, Tried, Worked, answer, page_of, read, work_out};
use crate::App;
use crate::error::{Error, Result, broke};
use crate::people::PersonId;
use crate::programmes::ProgrammeId;
use crate::programmes::access::{Runs, changed_meanwhile};
use crate::programmes::stage::Act;
use crate::programmes::withdrawal::withdraw;
use crate::web::form::{Form, Problems};
use crate::web::page::{Banner, Page, done, see};
use crate::web::words;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use sqlx::PgConnection;
use std::collections::HashSet;
use time::OffsetDateTime;

/// How many things are named that others decided otherwise.
const NAMED: usize = 6;

/// Sent with the criteria to be kept as the programme's.
pub async fn keep(
    State(app): State<App>,
    mut runs: Runs,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response> {
    let asked = Asked { fields };
    runs.programme.allows(Act::ChangeSettings)?;
    lock(&mut runs).await?;
    let tried = read(&mut runs, &asked).await?;
    if !tried.problems.is_empty() {
        return answer(&app.matcher, runs, asked, tried).await;
    }
    let programme = runs.programme.id;
    let own = Own {
        criteria: tried.input.criteria.clone(),
        method: tried.input.method,
    };
    let is_old = (asked.version()).is_some_and(|version| version != tried.version);
    if is_old && own.version() != tried.version {
        return overtaken(&app, runs, asked, tried).await;
    }
    own.keep(&mut runs.acting, programme).await?;
    let path = format!("{}{}", runs.programme.at("/matching"), asked.singly());
    runs.commit("changed what counts in matching").await?;
    Ok(done(
        &path,
        "This is what counts in the programme from now on.",
    ))
}

/// What was typed, over what counts by now, so that keeping it again is meant.
async fn overtaken(app: &App, mut runs: Runs, asked: Asked, tried: Tried) -> Result<Response> {
    let (_, own) = show::own(&mut runs).await?;
    let mut now = tried.input.clone();
    (now.criteria, now.method) = (own.criteria, own.method);
    let changed = tried.input.otherwise(&now);
    let mut said: Vec<String> = (changed.iter().take(NAMED))
        .map(|one| format!("{} ({})", one.what, one.there))
        .collect();
    if changed.len() > NAMED {
        said.push(format!("{} more", changed.len() - NAMED));
    }
    let words = format!(
        "What counts in the programme has changed since you opened this. It is otherwise there now: {}. \
         Nothing of yours is kept yet: keep it once more to put it in its place",
        words::named(&said)
    );
    let tried = Tried {
        problems: Problems::one("criteria", words),
        ..tried
    };
    let page = answer(&app.matcher, runs, asked.without_version(), tried);
    let mut page = page.await?;
    *page.status_mut() = StatusCode::CONFLICT;
    Ok(page)
}

pub async fn propose(
    State(app): State<App>,
    mut runs: Runs,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response> {
    let asked = Asked { fields };
    let path = runs.programme.path();
    runs.programme.allows(Act::Pair)?;
    lock(&mut runs).await?;
    let tried = read(&mut runs, &asked).await?;
    let typed = asked.typed();
    if !tried.problems.is_empty() {
        return answer(&app.matcher, runs, asked, tried).await;
    }
    if !runs.acting.first_time(typed.one("once")).await? {
        return Ok(see(&path));
    }
    let version = tried.version;
    let worked = match known(&mut runs, &asked, &tried.input).await? {
        Some(plan) => Worked::Out(tried.input, Ok(plan)),
        None => work_out(&app.matcher, tried.input).await?,
    };
    match worked {
        Worked::Out(input, Ok(plan)) if !show::need_a_place(&input, &plan).is_empty() => {
            Ok(refuse(
                &runs,
                asked.over(&version),
                (input, Some(Ok(plan))),
                ONLY_TRIED,
            ))
        }
        Worked::Out(input, Ok(plan)) if show::seal(&input, &plan) == typed.one("seal") => {
            let stored = store(&mut runs, &input, &plan).await?;
            runs.commit("proposed pairings by matching").await?;
            Ok(done(&path, &stored.words()))
        }
        Worked::Out(input, plan) => Ok(refuse(
            &runs,
            asked.over(&version),
            (input, Some(plan)),
            MOVED_ON,
        )),
        Worked::TooLong(input) => {
            let of_a_job = !typed.one("job").is_empty();
            let why = if of_a_job { MATCH_AGAIN } else { TOO_LONG };
            Ok(refuse(&runs, asked.over(&version), (input, None), why))
        }
    }
}

/// The workbench once more, with why nothing is proposed.
fn refuse(
    runs: &Runs,
    asked: Asked,
    (input, plan): (Input, Option<Planned>),
    why: &'static str,
) -> Response {
    let problems = Problems::one("propose", why);
    let tried = Tried {
        input,
        problems,
        version: String::new(),
    };
    Page(page_of(runs, asked.without_job(), tried, plan)).with_status(StatusCode::CONFLICT)
}

/// What a job has found, if everything that it was worked out from is as it was.
async fn known(runs: &mut Runs, asked: &Asked, input: &Input) -> Result<Option<Plan>> {
    let Ok(job) = asked.typed().one("job").parse() else {
        return Ok(None);
    };
    Ok(match jobs::found(runs, job).await? {
        Found::Done(done) => {
            let same = done.input.is_the_same(input);
            done.plan.ok().filter(|_| same)
        }
        Found::Waits { .. } | Found::Forgotten => None,
    })
}

const MOVED_ON: &str = "People, places or answers have changed since you read this, and the pairs with them. \
     Nothing is proposed yet: look at the pairs as they are now, and propose them again";

const MATCH_AGAIN: &str = "People, places or answers have changed since these pairs were found, so that everybody has to be \
     matched again. Nothing is proposed yet";

const TOO_LONG: &str = "Matching takes longer just now than a page waits for it. Nothing is proposed yet: match again, and \
     propose what comes of it";

const ONLY_TRIED: &str = "Some of these pairs need a place that is only tried. Nothing is proposed yet: give the place \
     on the mentor’s enrolment first";

/// One plan of a programme is proposed at a time, while nobody else pairs its people. What only speaks
/// of the programme need not wait.
async fn lock(runs: &mut Runs) -> Result<()> {
    sqlx::query!(
        "select id from programmes where id = $1 for no key update",
        runs.programme.id.0
    )
    .fetch_one(&mut *runs.acting)
    .await?;
    Ok(())
}

/// What came of proposing a plan.
struct Stored {
    proposed: i64,
    /// Of the drafts that were read, those of the plan that somebody else has withdrawn since.
    withdrawn: Vec<String>,
}

impl Stored {
    fn words(&self) -> String {
        let pairs = words::count(&self.proposed, "pairing is", "pairings are");
        let said = format!("{pairs} proposed. Nobody is told until you publish.");
        let gone = &self.withdrawn;
        if gone.is_empty() {
            return said;
        }
        let names = format!(
            "{said} Withdrawn meanwhile by somebody else, and not proposed again: {}.",
            gone.join("; ")
        );
        if names.len() <= Banner::LONGEST {
            return names;
        }
        format!(
            "{said} {} withdrawn meanwhile by somebody else, and not proposed again.",
            words::count(&show::whole(gone.len()), "pairing was", "pairings were")
        )
    }
}

async fn store(runs: &mut Runs, input: &Input, plan: &Plan) -> Result<Stored> {
    let planned: Vec<(i64, i64)> = plan
        .pairs
        .iter()
        .map(|pair| ids(input, pair.mentee, pair.mentor))
        .collect();
    let wanted: HashSet<(i64, i64)> = planned.iter().copied().collect();
    let drafts = (input.pool.mentees.iter()).filter_map(|one| Some((one.person.id, one.proposed?)));
    let (standing, others): (Vec<_>, Vec<_>) =
        drafts.partition(|(mentee, draft)| wanted.contains(&(*mentee, draft.mentor)));
    let others: Vec<i64> = others.iter().map(|(_, draft)| draft.pairing).collect();
    withdraw(runs, &others).await?;
    let still = still_drafts(runs, &standing).await?;
    let gone = standing
        .iter()
        .filter(|(_, draft)| !still.contains(&draft.pairing));
    let gone: Vec<(i64, i64)> = gone
        .map(|(mentee, draft)| (*mentee, draft.mentor))
        .collect();
    let standing: HashSet<i64> = standing.iter().map(|(mentee, _)| *mentee).collect();
    let (mentees, mentors): (Vec<i64>, Vec<i64>) = (planned.iter().copied())
        .filter(|(mentee, _)| !standing.contains(mentee))
        .unzip();
    insert(runs, &mentees, &mentors).await.map_err(refused)?;
    let made = Made {
        programme: runs.programme.id,
        by: runs.acting.viewer.id,
        at: runs.acting.now,
    };
    keep_run(&mut runs.acting, made, input, plan).await?;
    Ok(Stored {
        proposed: show::whole(planned.len() - gone.len()),
        withdrawn: gone.iter().map(|pair| input.names(pair)).collect(),
    })
}

/// Those of the drafts that are as they were, which nobody else changes from now on.
async fn still_drafts(runs: &mut Runs, drafts: &[(i64, Proposed)]) -> sqlx::Result<HashSet<i64>> {
    let ids: Vec<i64> = drafts.iter().map(|(_, draft)| draft.pairing).collect();
    let still = sqlx::query_scalar!(
        r#"select id as "id: i64" from pairings
           where id = any ($1) and offered_on is null and closed_on is null
           order by id
           for update"#,
        &ids,
    )
    .fetch_all(&mut *runs.acting)
    .await?;
    Ok(still.into_iter().collect())
}

fn ids(input: &Input, mentee: usize, mentor: usize) -> (i64, i64) {
    (
        input.pool.mentees[mentee].person.id,
        input.pool.mentors[mentor].person.id,
    )
}

/// Postgres keeps the rules of pairing, also against what is proposed by hand at the same moment.
async fn insert(runs: &mut Runs, mentees: &[i64], mentors: &[i64]) -> sqlx::Result<()> {
    sqlx::query!(
        r"
        with proposed as (
            insert into pairings (programme_id, mentor_id, mentee_id, proposed_on)
            select $1, mentor, mentee, $2 from unnest($3::bigint[], $4::bigint[]) as pair (mentor, mentee)
            returning id
        )
        insert into audit_events (at, actor_id, act, pairing_id)
        select $5, $6, 'proposed the pairing', id from proposed
        ",
        runs.programme.id.0,
        runs.programme.today,
        mentors,
        mentees,
        runs.acting.now,
        runs.acting.viewer.id.0,
    )
    .execute(&mut *runs.acting)
    .await?;
    Ok(())
}

fn refused(cause: sqlx::Error) -> Error {
    let rules = [
        "pairings_two_people",
        "pairings_not_a_line_manager",
        "pairings_within_capacity",
        "pairings_one_mentor_at_a_time",
        "pairings_not_against_a_wish",
        "pairings_of_those_who_take_part",
        "pairings_of_people_who_are_here",
    ];
    let foreign = (cause.as_database_error()).is_some_and(|one| one.is_foreign_key_violation());
    match foreign || rules.iter().any(|rule| broke(&cause, rule)) {
        true => Error::conflict(format!("{MOVED_ON}.")),
        false => changed_meanwhile(cause),
    }
}

/// What came of a run, as it is kept: bytes that the same input gives again.
#[derive(Serialize)]
pub struct Kept<'a> {
    pairs: Vec<(i64, i64, u16)>,
    unmatched: Vec<i64>,
    matched: usize,
    score: u64,
    method: &'a str,
}

pub fn result(input: &Input, plan: &Plan) -> String {
    let pairs = plan.pairs.iter().map(|pair| {
        let (mentee, mentor) = ids(input, pair.mentee, pair.mentor);
        (mentee, mentor, pair.score)
    });
    let kept = Kept {
        pairs: pairs.collect(),
        unmatched: plan
            .unmatched
            .iter()
            .map(|one| input.pool.mentees[one.mentee].person.id)
            .collect(),
        matched: plan.total.matched,
        score: plan.total.score,
        method: input.method.slug(),
    };
    serde_json::to_string(&kept).unwrap_or_default()
}

/// Of which programme something is made, by whom and when.
#[derive(Clone, Copy)]
pub struct Made {
    pub programme: ProgrammeId,
    pub by: PersonId,
    pub at: OffsetDateTime,
}

pub async fn keep_run(
    db: &mut PgConnection,
    made: Made,
    input: &Input,
    plan: &Plan,
) -> sqlx::Result<()> {
    let kept = serde_json::to_string(input).unwrap_or_default();
    sqlx::query!(
        "insert into matching_runs (programme_id, made_by, made_at, input, result)
         values ($1, $2, $3, $4, $5)",
        made.programme.0,
        made.by.0,
        made.at,
        kept,
        result(input, plan),
    )
    .execute(db)
    .await?;
    Ok(())
}
