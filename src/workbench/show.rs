//! The workbench: everybody who waits, matched as the address asks for, beside what is proposed now.

use super::asked::{Asked, SINGLY};
use super::beside::{Beside, ByGain, Changed, Now};
use super::criteria::Criterion;
use super::jobs;
use super::method::Method;
use super::own::Own;
use super::plan::{Input, NoPlan, Pair, Plan, Rather};
use super::pool::{Mentee, Mentor, Pool};
use super::scoring::{briefly, points};
use super::search::Effort;
use super::turn::turn;
use super::unmatched::Unmatched;
use super::whole::{ALL_OTHERS, FEW, Group};
use super::why::Words;
use crate::App;
use crate::error::{Error, Result};
use crate::matching::optimum::Total;
use crate::matching::problem::Clash;
use crate::matching::watch::Watch;
use crate::people::acting::About;
use crate::programmes::access::{Programme, Runs};
use crate::programmes::stage::{Act, Refusal, Stage};
use crate::questions::{self, Question};
use crate::web::form::{self, Problems};
use crate::web::page::{Frame, Page};
use crate::web::{pages, words};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;
use time::PrimitiveDateTime;
use tokio::time::timeout;

/// How many pairs a page shows.
pub(super) const A_PAGE: usize = 20;

/// How many who gain, and how many who lose.
const CHANGES: usize = 10;

#[derive(Template)]
#[template(path = "workbench/show.html")]
pub struct WorkbenchPage {
    frame: Frame,
    pub problems: Problems,
    programme: Programme,
    asked: Asked,
    input: Input,
    /// None where it would take longer than a page waits, and something has to be put right first.
    plan: Option<Planned>,
    page: usize,
    /// Of those who have nobody.
    waiting: usize,
    /// Of those who would rather have each other.
    rather: usize,
    once: String,
    /// Of the programme's own criteria, over which others are typed.
    version: String,
    /// By the viewer's clock, where it was not worked out just now.
    pub worked_out_at: Option<PrimitiveDateTime>,
}

/// What comes of matching.
pub type Planned = std::result::Result<Plan, NoPlan>;

/// A programme's people, criteria and questions, with what is tried of them.
pub struct Tried {
    pub input: Input,
    pub problems: Problems,
    /// Of the programme's own criteria.
    pub version: String,
}

pub async fn show(
    State(app): State<App>,
    mut runs: Runs,
    form::Asked(fields): form::Asked<Vec<(String, String)>>,
) -> Result<Response> {
    let asked = Asked { fields };
    let about = [About::Programme(runs.programme.id)];
    runs.acting
        .record_reading("looked at the matching", about)
        .await?;
    let tried = read(&mut runs, &asked).await?;
    answer(&app.matcher, runs, asked, tried).await
}

/// The page of what is tried, or where it can be waited for once there is nothing to put right.
pub async fn answer(matcher: &Matcher, runs: Runs, asked: Asked, tried: Tried) -> Result<Response> {
    let Tried {
        input,
        problems,
        version,
    } = tried;
    let right = problems.is_empty();
    let worked = match right && asked.is_for_help() {
        true => Worked::TooLong(input),
        false => work_out(matcher, input).await?,
    };
    let (input, plan) = match worked {
        Worked::Out(input, plan) => (input, Some(plan)),
        Worked::TooLong(input) if right => {
            return jobs::begin(runs, &asked.over(&version), &input).await;
        }
        Worked::TooLong(input) => (input, None),
    };
    let tried = Tried {
        input,
        problems,
        version,
    };
    let page = Page(page_of(&runs, asked, tried, plan));
    Ok(if right {
        page.into_response()
    } else {
        page.refused()
    })
}

pub async fn read(runs: &mut Runs, asked: &Asked) -> Result<Tried> {
    let (questions, own) = own(runs).await?;
    let version = own.version();
    let whose = (runs.programme.id, runs.programme.today);
    let mut pool = Pool::read(&mut runs.acting, whose, &questions).await?;
    pool.capacity_max = u32::try_from(runs.programme.capacity_max).ok();
    let (input, problems) = asked.input(pool, own);
    Ok(Tried {
        input,
        problems,
        version,
    })
}

/// What the programme asks, and what its coordinators decided.
pub async fn own(runs: &mut Runs) -> Result<(Vec<Question>, Own)> {
    let programme = runs.programme.id;
    let questions = questions::of_programme(&mut runs.acting, programme).await?;
    let own = Own::of(&mut runs.acting, programme, &questions).await?;
    Ok((questions, own))
}

pub fn page_of(runs: &Runs, asked: Asked, tried: Tried, plan: Option<Planned>) -> WorkbenchPage {
    let found = plan.as_ref().and_then(|plan| plan.as_ref().ok());
    let page = |name: &str, of: &dyn Fn(&Plan) -> usize| {
        asked.page(name, pages::how_many(found.map_or(0, of), A_PAGE))
    };
    WorkbenchPage {
        frame: runs.frame(),
        once: runs.acting.once(),
        version: asked.version().unwrap_or(tried.version),
        problems: tried.problems,
        page: page("page", &|plan| plan.pairs.len()),
        waiting: page("waiting", &|plan| plan.unmatched.len()),
        rather: page("rather", &|plan| plan.blocking.len()),
        programme: runs.programme.clone(),
        asked,
        input: tried.input,
        plan,
        worked_out_at: None,
    }
}

/// Ends the work when nobody waits for it any more.
pub struct Waiting(pub Arc<Watch>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// How long a page waits for pairs before it leaves them to a job; not at all, if that is no time.
#[derive(Clone, Copy, Debug)]
pub struct Matcher {
    pub patience: Duration,
}

impl Default for Matcher {
    fn default() -> Self {
        Self {
            patience: Duration::from_secs(2),
        }
    }
}

pub enum Worked {
    Out(Input, Planned),
    TooLong(Input),
}

/// Matches on a thread of its own, so that no other request waits for it.
pub async fn work_out(matcher: &Matcher, input: Input) -> Result<Worked> {
    if matcher.patience.is_zero() {
        return Ok(Worked::TooLong(input));
    }
    let watch = Arc::new(Watch::default());
    let waiting = Waiting(Arc::clone(&watch));
    let input = Arc::new(input);
    let shared = Arc::clone(&input);
    let work = async {
        let turn = turn(&shared).await;
        tokio::task::spawn_blocking(move || {
            // Until the work has ended, whether anybody waits for it or not.
            let _turn = turn;
            shared.plan(Effort::Page, &watch)
        })
        .await
    };
    let done = timeout(matcher.patience, work).await;
    drop(waiting);
    let input = Arc::try_unwrap(input).unwrap_or_else(|shared| Input::clone(&shared));
    match done {
        Ok(Ok(plan)) => Ok(Worked::Out(input, plan)),
        Ok(Err(cause)) => {
            tracing::error!(%cause, "the matching failed");
            Err(Error::conflict(
                "Matching went wrong, and nothing has changed. Please tell whoever looks after Waymark.",
            ))
        }
        Err(_) => Ok(Worked::TooLong(input)),
    }
}

/// Tells a plan from every other, and from the same beside other proposals: so that none is proposed,
/// and none withdrawn, that was not read.
pub fn seal(input: &Input, plan: &Plan) -> String {
    let mut pairs = Sha256::new();
    for one in &input.pool.mentees {
        if let Some(proposed) = one.proposed {
            pairs.update(format!(
                "{}-{}#{};",
                one.person.id, proposed.mentor, proposed.pairing
            ));
        }
    }
    for pair in &plan.pairs {
        let (mentee, mentor) = (
            &input.pool.mentees[pair.mentee],
            &input.pool.mentors[pair.mentor],
        );
        pairs.update(format!(
            "{}-{}:{};",
            mentee.person.id, mentor.person.id, pair.score
        ));
    }
    pairs
        .finalize()
        .iter()
        .take(12)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The mentors whose places of their own are not enough for the plan.
pub fn need_a_place<'a>(input: &'a Input, plan: &Plan) -> Vec<&'a Mentor> {
    let loads = plan.loads(input.pool.mentors.len());
    let both = input.pool.mentors.iter().zip(loads);
    both.filter(|(mentor, load)| *load > mentor.places() as usize)
        .map(|(mentor, _)| mentor)
        .collect()
}

impl WorkbenchPage {
    fn mentee(&self, at: impl Borrow<usize>) -> &Mentee {
        &self.input.pool.mentees[*at.borrow()]
    }

    fn mentor(&self, at: impl Borrow<usize>) -> &Mentor {
        &self.input.pool.mentors[*at.borrow()]
    }

    fn points(&self, hundredths: impl Borrow<u16>) -> String {
        points(*hundredths.borrow())
    }

    fn hundredths(&self, score: impl Borrow<u64>) -> String {
        hundredths(*score.borrow())
    }

    fn at(&self, query: impl AsRef<str>) -> String {
        format!("{}{}", self.programme.at("/matching"), query.as_ref())
    }

    /// The same page of every list, with something else tried.
    fn here(&self, query: impl AsRef<str>) -> String {
        self.at(self.asked.on_its_page(query.as_ref()))
    }

    /// Where a mentor's places are given, and the way back here.
    fn enrolment(&self, mentor: impl Display) -> String {
        let place = format!("/enrolments/{mentor}/mentor");
        format!("{}{}", self.programme.at(&place), self.asked.whole())
    }

    /// Whether what counts can be kept as the programme's own.
    fn may_keep(&self) -> bool {
        self.programme.stage().allows(Act::ChangeSettings)
    }

    /// Where somebody is paired by hand, and the way back to their page of a list.
    fn by_hand(&self, tom: &Mentee, list: &str, page: impl Borrow<usize>) -> String {
        let tried = self.asked.on(list, *page.borrow());
        let (path, carried) = (self.programme.at("/pairings/new"), tried.carried());
        format!("{path}?mentee={}{carried}", tom.person.id)
    }

    fn key(&self, pair: &Pair) -> String {
        let (mentee, mentor) = (self.mentee(pair.mentee), self.mentor(pair.mentor));
        format!("{}-{}", mentee.person.id, mentor.person.id)
    }

    fn is_locked(&self, pair: &Pair) -> bool {
        let key = (
            self.mentee(pair.mentee).person.id,
            self.mentor(pair.mentor).person.id,
        );
        self.input.locked.contains(&key)
    }

    fn is_proposed(&self, pair: &Pair) -> bool {
        let proposed = self.mentee(pair.mentee).proposed;
        proposed.is_some_and(|one| one.mentor == self.mentor(pair.mentor).person.id)
    }

    fn pairs<'a>(&self, plan: &'a Plan) -> &'a [Pair] {
        on_page(&plan.pairs, self.page)
    }

    fn rather<'a>(&self, plan: &'a Plan) -> &'a [Rather] {
        on_page(&plan.blocking, self.rather)
    }

    /// Where another page of a list is; of what a job has found, with that job.
    fn page_at(&self, name: &str, page: impl Borrow<usize>) -> String {
        let page = *page.borrow();
        match self.asked.typed().one("job").parse() {
            Ok(job) => (self.asked.on(name, page)).at_job(&self.programme, job),
            Err(_) => self.at(self.asked.with(name, page.to_string())),
        }
    }

    /// Whether a job may find out more of what would help those who have nobody.
    fn may_find_help(&self, plan: &Plan) -> bool {
        let of_job = !self.asked.typed().one("job").is_empty();
        !of_job && plan.unmatched.iter().any(|one| !one.looked_for)
    }

    /// Where everything was looked into, and nothing found: with what the coordinator and the programme
    /// hold on to.
    fn nothing_helps(&self, one: &Unmatched) -> String {
        let mut mentors = self.input.pool.mentors.iter();
        let is_met = one.why.may_be_allowed()
            && mentors.any(|one| !one.away && !self.input.is_below_the_maximum(one));
        let locked = !self.input.locked.is_empty();
        let locked = locked.then(|| "the pairs that are locked".to_owned());
        let maximum = is_met.then(|| {
            let maximum = self.maximum();
            format!("the programme’s maximum of {maximum} to a mentor")
        });
        let held: Vec<String> = locked.into_iter().chain(maximum).collect();
        let with = match held.is_empty() {
            true => String::new(),
            false => format!(", with {}", words::named(&held)),
        };
        format!(
            "No single place, pair or rule would change that without leaving somebody else over{with}."
        )
    }

    fn maximum(&self) -> String {
        let most = self.input.pool.capacity_max.unwrap_or_default();
        words::count(&i64::from(most), "mentee", "mentees")
    }

    fn waiting<'a>(&self, plan: &'a Plan) -> &'a [Unmatched] {
        on_page(&plan.unmatched, self.waiting)
    }

    fn pages<T>(&self, all: &[T]) -> usize {
        pages::how_many(all.len(), A_PAGE)
    }

    /// Those that are tried among them.
    fn places(&self) -> i64 {
        let places: u32 = self.input.places().iter().sum();
        i64::from(places)
    }

    /// Those who get more mentees than they have places, of which some are only tried.
    fn need_a_place(&self, plan: &Plan) -> Vec<&Mentor> {
        need_a_place(&self.input, plan)
    }

    fn proposals(&self) -> usize {
        self.input
            .pool
            .mentees
            .iter()
            .filter(|one| one.proposed.is_some())
            .count()
    }

    /// Why nothing that is proposed can be published now.
    fn unpublished(&self) -> Option<String> {
        let refusal = self.programme.stage().refuses(Act::Publish);
        refusal.map(Refusal::words)
    }

    /// Whether the plan is what is proposed already.
    fn is_all_proposed(&self, plan: &Plan) -> bool {
        let proposed = |one: &Beside| one.now == Now::Proposed && one.changes.is_empty();
        plan.beside.as_ref().is_some_and(proposed)
    }

    /// "3 mentees would have another mentor than is proposed now"
    fn how_many_change(&self, beside: &Beside) -> String {
        if beside.changes.is_empty() {
            return "Nobody’s mentor would change".into();
        }
        let mentees = words::count(
            &whole(beside.changes.len()),
            "mentee would have another mentor",
            "mentees would have another mentor",
        );
        match beside.now {
            Now::Proposed => format!("{mentees} than is proposed now"),
            Now::Decided => format!("{mentees} than by the programme’s own criteria"),
        }
    }

    /// How many pages there are of some changes, and which is shown.
    fn pages_of(&self, some: &ByGain) -> (usize, usize) {
        let pages = pages::how_many(some.all.len(), CHANGES);
        (pages, self.asked.page(some.list, pages))
    }

    fn changed<'a>(&self, some: &'a ByGain) -> &'a [Changed] {
        let (_, page) = self.pages_of(some);
        pages::part(&some.all, page, CHANGES)
    }

    fn mentor_or_nobody(&self, at: &Option<usize>) -> &str {
        at.map_or("nobody", |at| &self.mentor(at).person.name)
    }

    fn score_of(&self, mentor: &Option<usize>, score: &Option<u16>) -> String {
        match (mentor, score) {
            (None, _) => "–".into(),
            (Some(_), Some(score)) => points(*score),
            (Some(_), None) => "not allowed".into(),
        }
    }

    fn seal(&self, plan: &Plan) -> String {
        seal(&self.input, plan)
    }

    /// By what the mentees are in, with the small ones together.
    fn groups(&self, plan: &Plan) -> Vec<(&'static str, Vec<(String, Group)>)> {
        let pool = &self.input.pool;
        let known = |text: &str| {
            if text.is_empty() {
                "Not known".into()
            } else {
                text.to_owned()
            }
        };
        let by =
            |of: &dyn Fn(&Mentee) -> &str| plan.by_group(pool, |at| known(of(&pool.mentees[at])));
        let groups = [
            ("Department", by(&|one| &one.person.department)),
            ("Place of work", by(&|one| &one.person.location)),
        ];
        groups
            .into_iter()
            .filter(|(_, groups)| groups.len() > 1)
            .collect()
    }

    /// Whether small groups are put together in any of them.
    fn put_together(&self, groups: &[(&str, Vec<(String, Group)>)]) -> bool {
        let mut all = groups.iter().flat_map(|(_, groups)| groups);
        all.any(|(name, _)| name == ALL_OTHERS)
    }

    /// "37 %"
    fn share(&self, count: impl Borrow<usize>, all: impl Borrow<usize>) -> String {
        let (count, all) = (*count.borrow(), (*all.borrow()).max(1));
        format!("{} %", (200 * count + all) / (2 * all))
    }

    /// What else the best is the best of.
    fn besides(&self) -> &'static str {
        let locks_nobody = self.input.locked.len() == self.input.locked_in_vain().len();
        match (locks_nobody, self.input.forbidden.is_empty()) {
            (true, true) => "",
            (false, true) => ", and beside what you have locked,",
            (true, false) => ", and beside what you have kept apart,",
            (false, false) => ", and beside what you have locked and kept apart,",
        }
    }

    /// What a way of matching is, and what it comes to here.
    fn explained(&self, method: &Method) -> String {
        let said = method.explanation();
        let Some(Ok(plan)) = &self.plan else {
            return said.to_owned();
        };
        let mut wholes = plan.wholes.iter();
        match wholes.find(|one| one.method == *method) {
            Some(whole) => format!("{said} {}", whole.words(&plan.best)),
            None => said.to_owned(),
        }
    }

    /// How the whole compares with the best there is, where another method was asked for.
    fn cost(&self, plan: &Plan) -> Option<String> {
        let (best, total) = (plan.best, plan.total);
        if total == best {
            return None;
        }
        let fewer = words::count(
            &whole(best.matched.saturating_sub(total.matched)),
            "mentee fewer is",
            "mentees fewer are",
        );
        let points = hundredths(best.score.abs_diff(total.score));
        let of = hundredths(best.score);
        Some(
            match (total.matched == best.matched, total.score.cmp(&best.score)) {
                (true, _) => {
                    format!(
                        "It costs {points} points of the {of} that the best pairs have together."
                    )
                }
                (false, Ordering::Less) => format!(
                    "{fewer} matched than can be, with {points} points fewer than the {of} that the best pairs have together."
                ),
                (false, Ordering::Greater) => format!(
                    "{fewer} matched than can be, with {points} points more than the {of} that the best pairs have together."
                ),
                (false, Ordering::Equal) => format!(
                    "{fewer} matched than can be, with the {of} points that the best pairs have together."
                ),
            },
        )
    }

    fn name_of(&self, id: &i64) -> &str {
        let name = self.input.pool.name(*id);
        name.unwrap_or("Somebody who is not here")
    }

    fn briefly(&self, pair: &Pair) -> String {
        briefly(&pair.points)
    }

    /// A number as it was typed, or as it is where nothing was.
    fn typed(&self, field: impl AsRef<str>, number: impl ToString) -> String {
        match self.asked.typed().one(field.as_ref()) {
            "" => number.to_string(),
            typed => typed.to_owned(),
        }
    }

    /// What a criterion can give at most, by the weights as they were read.
    fn most(&self, at: impl Borrow<usize>) -> String {
        let all = self.input.criteria.points();
        points(all.get(*at.borrow()).copied().unwrap_or(0))
    }

    /// Of how many there is something to compare, where that is not everybody.
    fn known(&self, criterion: &Criterion) -> Option<String> {
        let pool = &self.input.pool;
        let mentees = (pool.mentees.iter()).filter(|one| criterion.known_of_mentee(one));
        let mentors = (pool.mentors.iter()).filter(|one| criterion.known_of_mentor(one));
        let (mentees, mentors) = (mentees.count(), mentors.count());
        match (mentees, mentors) {
            (0, _) => Some("No mentee has said: it gives no points yet".into()),
            (_, 0) => Some("No mentor has said: it gives no points yet".into()),
            _ if mentees == pool.mentees.len() && mentors == pool.mentors.len() => None,
            _ => Some(format!(
                "Known of {mentees} of {} mentees and {mentors} of {} mentors",
                pool.mentees.len(),
                pool.mentors.len()
            )),
        }
    }

    /// In words, of one who has nobody.
    fn words(&self, one: &Unmatched) -> Words<'_> {
        Words {
            input: &self.input,
            mentee: one.mentee,
        }
    }

    /// With whom a place more would let all be kept that is locked.
    fn too_few_places(&self, no_plan: &NoPlan) -> Option<&Mentor> {
        match no_plan {
            NoPlan::Clash(Clash::Full { mentor }) => {
                let at = *mentor as usize;
                self.input.may_have_more(at).then(|| self.mentor(at))
            }
            NoPlan::Clash(Clash::NotAllowed { .. } | Clash::Twice { .. })
            | NoPlan::TooMuch
            | NoPlan::Unproved
            | NoPlan::Ended
            | NoPlan::GivenUp => None,
        }
    }

    /// The locked pairs that cannot all be kept.
    fn clashing(&self, no_plan: &NoPlan) -> Vec<(i64, i64)> {
        let locked = self.input.locked.iter().copied();
        locked.filter(|one| self.clashes(no_plan, *one)).collect()
    }

    fn locked_besides(&self, no_plan: &NoPlan) -> Vec<(i64, i64)> {
        let locked = self.input.locked.iter().copied();
        locked.filter(|one| !self.clashes(no_plan, *one)).collect()
    }

    fn clashes(&self, no_plan: &NoPlan, (tom, maya): (i64, i64)) -> bool {
        let is_mentee = |at: u32| tom == self.mentee(at as usize).person.id;
        let is_mentor = |at: u32| maya == self.mentor(at as usize).person.id;
        match no_plan {
            NoPlan::Clash(Clash::NotAllowed { mentee, mentor }) => {
                is_mentee(*mentee) && is_mentor(*mentor)
            }
            NoPlan::Clash(Clash::Twice { mentee }) => is_mentee(*mentee),
            NoPlan::Clash(Clash::Full { mentor }) => is_mentor(*mentor),
            NoPlan::TooMuch | NoPlan::Unproved | NoPlan::Ended | NoPlan::GivenUp => false,
        }
    }

    fn no_plan(&self, no_plan: &NoPlan) -> String {
        let mentor = |at: &u32| &self.mentor(*at as usize).person.name;
        let mentee = |at: &u32| &self.mentee(*at as usize).person.name;
        match no_plan {
            NoPlan::Clash(Clash::NotAllowed { mentee: tom, mentor: maya }) => {
                format!("{} and {} are locked, but a rule does not allow the pair: unlock it, or change the rule.", mentee(tom), mentor(maya))
            }
            NoPlan::Clash(Clash::Twice { mentee: tom }) => {
                format!("{} is locked to two mentors: unlock one of them.", mentee(tom))
            }
            NoPlan::Clash(Clash::Full { mentor: maya }) => self.full(self.mentor(*maya as usize)),
            NoPlan::TooMuch => match self.input.method {
                Method::Best => "There are more than 50,000 mentees and more than 50,000 mentors here: more than can be matched together.".into(),
                Method::Even | Method::WorstOff | Method::Stable => "This programme is too large to be matched in this way. Choose “The best for all together”, which takes larger ones.".into(),
            },
            NoPlan::Unproved => "What was found could not be proved to be the best, so it is not shown. Please tell whoever looks after Waymark: this is a fault of the program.".into(),
            NoPlan::Ended => "The matching ended before it was done, and nothing has changed. Begin again; and should it end like this once more, please tell whoever looks after Waymark.".into(),
            NoPlan::GivenUp => "This matching was stopped before it was done, and nothing has changed.".into(),
        }
    }

    /// Why no more can be locked to a mentor.
    fn full(&self, maya: &Mentor) -> String {
        let name = &maya.person.name;
        if maya.away {
            return format!(
                "{name} is away and takes nobody on today, so that nobody can be locked to them: unlock whoever is."
            );
        }
        let said = format!("More mentees are locked to {name} than they have places");
        match self.input.is_below_the_maximum(maya) {
            true => format!("{said}: unlock one, or try a place more."),
            false => format!(
                "{said}, and the programme lets a mentor have {} at most: unlock one, or raise that in the programme’s settings first.",
                self.maximum()
            ),
        }
    }

    /// A mentor with whom a place is tried, if they are here.
    fn tried_with(&self, id: &i64) -> Option<&Mentor> {
        self.input.pool.mentor(*id).map(|at| self.mentor(at))
    }

    /// Without a place that is tried with a mentor, and without the pairs locked last that would have none
    /// then.
    fn without_place(&self, mentor: &i64) -> String {
        let mut asked = self.asked.less("place", &mentor.to_string());
        let places = self
            .input
            .pool
            .mentor(*mentor)
            .map(|at| self.input.places()[at]);
        let left = places.map_or(0, |places| places.saturating_sub(1)) as usize;
        while let Some(lock) = asked.last_lock_beyond(*mentor, left, &self.input.pool) {
            asked = asked.less("lock", &lock);
        }
        asked.query()
    }

    /// Of what a pair's price is told: to lock it costs the best for all just that, and what is matched in
    /// another way something else.
    fn priced(&self) -> &'static str {
        match self.input.method {
            Method::Best | Method::Even => "If locked",
            Method::WorstOff | Method::Stable => "If locked, in the best for all",
        }
    }

    /// Why two may rather have each other.
    fn price(&self) -> &'static str {
        match self.input.method {
            Method::Best | Method::Even => {
                "That is the price of the best for all; this is what each pair would cost the whole."
            }
            Method::WorstOff => {
                "That is the price of nobody faring badly. Beside each pair stands what it would cost \
                 the best for all; lock it to see what comes of it in this way."
            }
            Method::Stable => {
                "That is the price of what is locked. Beside each pair stands what it would cost the \
                 best for all; lock it to see what comes of it in this way."
            }
        }
    }

    fn better(&self, with: &Total, plan: &Plan) -> String {
        match with {
            with if with.matched < plan.best.matched => {
                format!(
                    "{} fewer would be matched",
                    plan.best.matched - with.matched
                )
            }
            with if *with == plan.best => "Nothing: all have as many points together".into(),
            with => format!(
                "{} points fewer together",
                hundredths(plan.best.score.saturating_sub(with.score))
            ),
        }
    }
}

pub(super) fn on_page<T>(all: &[T], page: usize) -> &[T] {
    pages::part(all, page, A_PAGE)
}

/// "4,812.50"
pub fn hundredths(score: u64) -> String {
    let whole = (score / 100).to_string();
    let groups: Vec<&str> = (whole.as_bytes().rchunks(3).rev())
        .map(|digits| std::str::from_utf8(digits).unwrap_or_default())
        .collect();
    format!("{}.{:02}", groups.join(","), score % 100)
}

pub fn whole(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
