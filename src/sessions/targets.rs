//! Small actions with a date. Whoever owns one says that it is done: it is they who put things
//! into place.

use super::TargetId;
use crate::error::{Error, Result};
use crate::objectives::{self, Objective};
use crate::pairings::Pairing;
use crate::pairings::access::{Action, MarkTarget, May, SeeWithin, SetTarget};
use crate::pairings::stage::{Side, Stage};
use crate::web::form::{self, Asked, Form, Problems};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use time::Date;

pub const LONGEST: usize = 300;

/// How many that are done stand on the board before the rest is folded away.
const DONE_AT_A_GLANCE: usize = 4;

#[derive(Template)]
#[template(path = "sessions/targets.html")]
struct TargetsPage {
    frame: Frame,
    pairing: Pairing,
    /// What is for now, for later, and done.
    columns: [Column; 3],
    dropped: Vec<Target>,
    /// Those that a target may be put under.
    objectives: Vec<Objective>,
    live: bool,
    form: TargetForm,
    problems: Problems,
}

/// A column of the board.
struct Column {
    name: &'static str,
    /// What an empty one is for.
    hint: &'static str,
    count: usize,
    targets: Vec<Target>,
    /// What has long been done, folded away.
    older: Vec<Target>,
}

pub struct Target {
    pub id: i64,
    pub what: String,
    pub owner: String,
    pub yours: bool,
    pub due_on: Date,
    pub session_id: Option<i64>,
    pub objective_id: Option<i64>,
    /// Its statement.
    pub objective: Option<String>,
    /// For later; what is not is for now.
    pub later: bool,
    pub done_on: Option<Date>,
    pub dropped_on: Option<Date>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct TargetForm {
    what: String,
    who: String,
    when: String,
    /// The key of an objective that it is put under; empty for none.
    objective: String,
    once: String,
}

/// Under which objective a target is put.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Under {
    objective: String,
}

/// From which page it was pressed, to lead back there.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Marking {
    on: String,
}

/// A target as it is set.
pub struct NewTarget {
    pub what: String,
    pub owner: Side,
    pub due_on: Date,
    pub objective: Option<i64>,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/pairings/{pairing}/targets", Entry::SignedIn, index)
        .post("/pairings/{pairing}/targets", Entry::SignedIn, create)
        .post(
            "/pairings/{pairing}/targets/{target}/done",
            Entry::SignedIn,
            mark_done,
        )
        .post(
            "/pairings/{pairing}/targets/{target}/dropped",
            Entry::SignedIn,
            mark_dropped,
        )
        .post(
            "/pairings/{pairing}/targets/{target}/now",
            Entry::SignedIn,
            move_to_now,
        )
        .post(
            "/pairings/{pairing}/targets/{target}/later",
            Entry::SignedIn,
            move_to_later,
        )
        .post(
            "/pairings/{pairing}/targets/{target}/objective",
            Entry::SignedIn,
            put_under,
        )
}

async fn index(mut may: May<SeeWithin>, Asked(under): Asked<Under>) -> Result<Response> {
    let form = TargetForm {
        who: "mentee".into(),
        objective: under.objective,
        once: may.once(),
        ..TargetForm::default()
    };
    let page = page(&mut may, form, Problems::default()).await?;
    Ok(page.into_response())
}

async fn page<A: Action>(
    may: &mut May<A>,
    form: TargetForm,
    problems: Problems,
) -> Result<Page<TargetsPage>> {
    let (dropped, kept): (Vec<_>, Vec<_>) = of_pairing(may)
        .await?
        .into_iter()
        .partition(|target| target.dropped_on.is_some());
    let (done, open): (Vec<_>, Vec<_>) = kept
        .into_iter()
        .partition(|target| target.done_on.is_some());
    let (later, now) = open.into_iter().partition(|target| target.later);
    let column = |name, hint, mut targets: Vec<Target>| Column {
        name,
        hint,
        count: targets.len(),
        older: match name {
            "Done" => targets.split_off(targets.len().min(DONE_AT_A_GLANCE)),
            _ => Vec::new(),
        },
        targets,
    };
    Ok(Page(TargetsPage {
        frame: may.frame(),
        pairing: may.pairing().clone(),
        columns: [
            column("Now", "What you are at. Few is better than many.", now),
            column("Later", "What can wait, and is not forgotten.", later),
            column("Done", "What is done comes here.", done),
        ],
        dropped,
        objectives: open_objectives(may).await?,
        live: !matches!(may.pairing().stage, Stage::Closed(_)),
        form,
        problems,
    }))
}

async fn open_objectives<A: Action>(may: &mut May<A>) -> sqlx::Result<Vec<Objective>> {
    let mut objectives = objectives::queries::all(may).await?;
    objectives.retain(|objective| !objective.state.settled());
    Ok(objectives)
}

/// The key of one of the open objectives, or none.
async fn objective<A: Action>(
    may: &mut May<A>,
    text: &str,
) -> sqlx::Result<Result<Option<i64>, &'static str>> {
    if text.is_empty() {
        return Ok(Ok(None));
    }
    let objectives = open_objectives(may).await?;
    let mut keys = objectives.iter().map(|objective| objective.id.0);
    let found = keys.find(|key| key.to_string() == text);
    Ok(found.map(Some).ok_or("Choose one of the open objectives"))
}

async fn create(mut may: May<SetTarget>, Form(form): Form<TargetForm>) -> Result<Response> {
    let path = format!("{}/targets", may.pairing().path());
    let mut problems = Problems::default();
    let what = form::line(&form.what, LONGEST, "Enter what is to be done");
    let what = problems.keep("what", what);
    let owner = problems.keep("who", owner(&form.who));
    let due_on = problems.keep("when", due_on(&form.when, may.today()));
    let objective = problems.keep("objective", objective(&mut may, &form.objective).await?);
    let (Some(what), Some(owner), Some(due_on), Some(objective)) = (what, owner, due_on, objective)
    else {
        return Ok(page(&mut may, form, problems).await?.refused());
    };
    if !may.first_time(&form.once).await? {
        return Ok(see(&path));
    }
    let target = NewTarget {
        what,
        owner,
        due_on,
        objective,
    };
    insert(&mut may, None, &target).await?;
    may.commit().await?;
    Ok(done(&path, "The target is set."))
}

pub fn owner(text: &str) -> Result<Side, &'static str> {
    match text {
        "mentor" => Ok(Side::Mentor),
        "mentee" => Ok(Side::Mentee),
        _ => Err("Choose who does it"),
    }
}

pub fn due_on(text: &str, today: Date) -> Result<Date, form::Problem> {
    match form::date(text, "Enter the date it is to be done by")? {
        date if date < today => Err("Choose a date that is not in the past".into()),
        date => Ok(date),
    }
}

async fn mark_done(
    mut may: May<MarkTarget>,
    TargetId(id): TargetId,
    Form(marking): Form<Marking>,
) -> Result<Response> {
    let path = match marking.on.as_str() {
        "pairing" => may.pairing().path(),
        _ => format!("{}/targets", may.pairing().path()),
    };
    let target = find(&mut may, id).await?;
    if !target.yours {
        return Err(Error::NotAllowed);
    }
    if target.done_on.is_some() {
        return Ok(see(&path));
    }
    finish(may, &target).await?;
    Ok(done(&path, &format!("Done: {}.", shortened(&target.what))))
}

/// Marks a target of the viewer's own as done.
///
/// # Errors
/// A conflict in words, if it was dropped.
pub async fn finish(mut may: May<MarkTarget>, target: &Target) -> Result<&'static str> {
    if target.done_on.is_some() {
        return Ok("");
    }
    if target.dropped_on.is_some() {
        return Err(Error::conflict(
            "This target was dropped in the meantime. Set it again if it still matters. Nothing \
             has changed by this press.",
        ));
    }
    let today = may.today();
    sqlx::query!(
        "update targets set done_on = $2 where id = $1",
        target.id,
        today
    )
    .execute(may.db())
    .await?;
    may.commit_as("marked a target done").await?;
    Ok("It is marked as done.")
}

async fn mark_dropped(mut may: May<MarkTarget>, TargetId(id): TargetId) -> Result<Response> {
    let path = format!("{}/targets", may.pairing().path());
    let target = find(&mut may, id).await?;
    if target.dropped_on.is_some() {
        return Ok(see(&path));
    }
    if target.done_on.is_some() {
        return Err(Error::conflict(
            "This target was marked as done in the meantime. Nothing has changed by this press.",
        ));
    }
    let today = may.today();
    sqlx::query!(
        "update targets set dropped_on = $2 where id = $1",
        id,
        today
    )
    .execute(may.db())
    .await?;
    may.commit_as("dropped a target").await?;
    let banner = format!("Dropped: {}.", shortened(&target.what));
    Ok(done(&path, &banner))
}

async fn move_to_now(may: May<MarkTarget>, id: TargetId) -> Result<Response> {
    move_to(may, id, false).await
}

async fn move_to_later(may: May<MarkTarget>, id: TargetId) -> Result<Response> {
    move_to(may, id, true).await
}

/// Also back from what is done: that, like saying it, is its owner's to do.
async fn move_to(
    mut may: May<MarkTarget>,
    TargetId(id): TargetId,
    later: bool,
) -> Result<Response> {
    let path = format!("{}/targets", may.pairing().path());
    let target = find(&mut may, id).await?;
    if target.dropped_on.is_some() {
        return Err(Error::conflict(
            "This target was dropped in the meantime. Set it again if it still matters. Nothing \
             has changed by this press.",
        ));
    }
    if target.open() && target.later == later {
        return Ok(see(&path));
    }
    if !target.open() && !target.yours {
        return Err(Error::NotAllowed);
    }
    sqlx::query!(
        "update targets set later = $2, done_on = null where id = $1",
        id,
        later,
    )
    .execute(may.db())
    .await?;
    may.commit_as("moved a target").await?;
    let place = if later { "later" } else { "now" };
    let banner = format!("For {place}: {}.", shortened(&target.what));
    Ok(done(&path, &banner))
}

async fn put_under(
    mut may: May<MarkTarget>,
    TargetId(id): TargetId,
    Form(under): Form<Under>,
) -> Result<Response> {
    let path = format!("{}/targets", may.pairing().path());
    let target = find(&mut may, id).await?;
    let objective = match objective(&mut may, &under.objective).await? {
        Ok(objective) => objective,
        Err(_) => {
            return Err(Error::conflict(
                "That objective is not open any more. Nothing has changed.",
            ));
        }
    };
    if target.objective_id == objective {
        return Ok(see(&path));
    }
    sqlx::query!(
        "update targets set objective_id = $2 where id = $1",
        id,
        objective,
    )
    .execute(may.db())
    .await?;
    may.commit_as("put a target under an objective").await?;
    let words = match objective {
        Some(_) => "The target is under its objective.",
        None => "The target stands by itself.",
    };
    Ok(done(&path, words))
}

/// A banner has room for one sentence.
fn shortened(what: &str) -> String {
    match what.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", what[..at].trim_end()),
        None => what.to_owned(),
    }
}

impl Target {
    pub fn open(&self) -> bool {
        self.done_on.is_none() && self.dropped_on.is_none()
    }

    pub fn state(&self) -> &'static str {
        match (self.done_on, self.dropped_on, self.later) {
            (Some(_), _, _) => "Done",
            (None, Some(_), _) => "Dropped",
            (None, None, true) => "Later",
            (None, None, false) => "Now",
        }
    }

    fn is_under(&self, objective: &Objective) -> bool {
        self.objective_id == Some(objective.id.0)
    }
}

impl TargetForm {
    fn is_under(&self, objective: &Objective) -> bool {
        self.objective == objective.id.0.to_string()
    }
}

/// Open ones first, earliest due first; then the settled ones, latest first.
pub async fn of_pairing<A: Action>(may: &mut May<A>) -> sqlx::Result<Vec<Target>> {
    let (pairing, viewer) = (may.pairing().id, may.viewer().id);
    sqlx::query_as!(
        Target,
        r#"
        select targets.id, what, full_name as owner, owner_id = $2 as "yours!", targets.due_on,
            session_id, objective_id, statement as "objective?", later, done_on, targets.dropped_on
        from targets
        join people on people.id = owner_id
        left join objectives on objectives.id = objective_id
        where targets.pairing_id = $1
        order by
            coalesce(done_on, targets.dropped_on) desc nulls first, targets.due_on, targets.id
        "#,
        pairing.0,
        viewer.0,
    )
    .fetch_all(may.db())
    .await
}

async fn find(may: &mut May<MarkTarget>, id: i64) -> sqlx::Result<Target> {
    let mut targets = of_pairing(may).await?;
    targets.retain(|target| target.id == id);
    targets.pop().ok_or(sqlx::Error::RowNotFound)
}

/// Setting the same target of the same session again leaves the one there is,
/// and is told by `false`.
pub async fn insert<A: Action>(
    may: &mut May<A>,
    session: Option<i64>,
    target: &NewTarget,
) -> sqlx::Result<bool> {
    let owner = may.pairing().person(target.owner).id;
    let (pairing, viewer, today) = (may.pairing().id, may.viewer().id, may.today());
    let added = sqlx::query!(
        "insert into targets
            (pairing_id, session_id, what, owner_id, due_on, set_by, set_on, objective_id)
         select $1, $2, $3, $4, $5, $6, $7, $8
         where not exists (
             select from targets
             where session_id = $2 and what = $3 and owner_id = $4 and due_on = $5
         )",
        pairing.0,
        session,
        target.what,
        owner.0,
        target.due_on,
        viewer.0,
        today,
        target.objective,
    )
    .execute(may.db())
    .await?;
    Ok(added.rows_affected() == 1)
}
