//! A coordinator pairs two people by hand: the mentee, then a mentor, then both side by side.

use super::access::{Programme, Runs, changed_meanwhile};
use super::compare::{self, Candidate, Mentee};
use super::people::{self, Enrolled, Wanted};
use super::stage::Act;
use crate::applications::queries::{self as applications, Said};
use crate::error::{Error, Result, broke};
use crate::pairings::PairingId;
use crate::pairings::stage::Side;
use crate::people::PersonId;
use crate::people::acting::About;
use crate::web::form::{Asked, Form, Problems, Typed};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use crate::workbench;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// How many mentors are shown with what speaks for them.
const BEST: usize = 5;

/// How many mentees are shown of those who wait.
const LONGEST: i64 = 40;

/// Everything that has been chosen so far stands in the address, with what is tried on the workbench by
/// whoever came from there.
struct Chosen {
    mentee: Option<PersonId>,
    mentor: Option<PersonId>,
    once: String,
    tried: workbench::Asked,
}

#[derive(Template)]
#[template(path = "programmes/pair_mentee.html")]
struct MenteePage {
    frame: Frame,
    programme: Programme,
    tried: workbench::Asked,
    /// The first [`LONGEST`], and one more if there are more.
    waiting: Vec<Enrolled>,
}

#[derive(Template)]
#[template(path = "programmes/pair_mentor.html")]
struct MentorPage {
    frame: Frame,
    programme: Programme,
    tried: workbench::Asked,
    mentee: Mentee,
    /// The first [`BEST`] of them stand apart.
    fit: Vec<Candidate>,
    blocked: Vec<Candidate>,
}

#[derive(Template)]
#[template(path = "programmes/pair.html")]
struct PairPage {
    frame: Frame,
    problems: Problems,
    programme: Programme,
    tried: workbench::Asked,
    mentee: Mentee,
    mentor: Candidate,
    /// What each has answered when applying.
    mentee_said: Vec<Said>,
    mentor_said: Vec<Said>,
    once: String,
}

/// What came of a proposal.
enum Proposed {
    Yes(PairingId),
    /// A rule of pairing says no.
    Refused(Rule),
}

#[derive(Clone, Copy)]
enum Rule {
    TwoPeople,
    NotALineManager,
    WithinCapacity,
    OneMentorAtATime,
    NotAgainstAWish,
    OfThoseWhoTakePart,
}

const RULES: [(&str, Rule); 6] = [
    ("pairings_two_people", Rule::TwoPeople),
    ("pairings_not_a_line_manager", Rule::NotALineManager),
    ("pairings_within_capacity", Rule::WithinCapacity),
    ("pairings_one_mentor_at_a_time", Rule::OneMentorAtATime),
    ("pairings_not_against_a_wish", Rule::NotAgainstAWish),
    ("pairings_of_those_who_take_part", Rule::OfThoseWhoTakePart),
];

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(
            "/programmes/{programme}/pairings/new",
            Entry::SignedIn,
            choose,
        )
        .post("/programmes/{programme}/pairings", Entry::SignedIn, propose)
}

async fn choose(mut runs: Runs, Asked(fields): Asked<Vec<(String, String)>>) -> Result<Response> {
    runs.programme.allows(Act::Pair)?;
    let chosen = Chosen::read(fields);
    let Some(mentee) = chosen.mentee else {
        return choose_mentee(runs, chosen.tried).await;
    };
    let mentee = compare::mentee(&mut runs, mentee).await?;
    match chosen.mentor {
        Some(mentor) => {
            let mentor = candidate(&mut runs, &mentee, mentor).await?;
            let read = [mentee.profile.id, mentor.profile.id];
            let read = read.map(|person| About::PersonIn(person, runs.programme.id));
            runs.acting
                .record_reading("read the application", read)
                .await?;
            Ok(Page(pair_page(runs, chosen.tried, mentee, mentor).await?).into_response())
        }
        None => choose_mentor(runs, chosen.tried, mentee).await,
    }
}

async fn choose_mentee(mut runs: Runs, tried: workbench::Asked) -> Result<Response> {
    let waiting = people::of(&mut runs, Wanted::waiting(Some(LONGEST + 1))).await?;
    Ok(Page(MenteePage {
        frame: runs.frame(),
        programme: runs.programme,
        tried,
        waiting,
    })
    .into_response())
}

async fn choose_mentor(
    mut runs: Runs,
    tried: workbench::Asked,
    mentee: Mentee,
) -> Result<Response> {
    let about = [About::Programme(runs.programme.id)];
    runs.acting
        .record_reading("looked at the matching", about)
        .await?;
    let mut candidates = compare::candidates(&mut runs, mentee.profile.id, None).await?;
    let mut suits = workbench::of_mentee(&mut runs, &tried, mentee.profile.id).await?;
    for candidate in &mut candidates {
        candidate.suits = suits.remove(&candidate.profile.id.0).unwrap_or_default();
    }
    let (fit, blocked) = compare::in_order(candidates, &mentee, runs.programme.today);
    Ok(Page(MentorPage {
        frame: runs.frame(),
        programme: runs.programme,
        tried,
        mentee,
        fit,
        blocked,
    })
    .into_response())
}

async fn propose(mut runs: Runs, Form(fields): Form<Vec<(String, String)>>) -> Result<Response> {
    let form = Chosen::read(fields);
    let (Some(mentee), Some(mentor)) = (form.mentee, form.mentor) else {
        return Err(Error::NotFound);
    };
    let mentee = compare::mentee(&mut runs, mentee).await?;
    let mentor = candidate(&mut runs, &mentee, mentor).await?;
    runs.programme.allows(Act::Pair)?;
    let workbench = form.tried.workbench(&runs.programme);
    let path = workbench.unwrap_or_else(|| runs.programme.path());
    if !runs.acting.first_time(&form.once).await? {
        return Ok(see(&path));
    }
    let (mentee_id, mentor_id) = (mentee.profile.id, mentor.profile.id);
    match insert(&mut runs, mentee_id, mentor_id).await? {
        Proposed::Yes(pairing) => {
            let about = About::Pairing(pairing);
            runs.acting.commit("proposed the pairing", about).await?;
            let (mentee, mentor) = (mentee.profile.name, mentor.profile.name);
            Ok(done(
                &path,
                &format!("{mentee} and {mentor} are proposed. Nobody is told until you publish."),
            ))
        }
        Proposed::Refused(rule) => {
            // As it is now: somebody else may have been faster.
            let mentee = compare::mentee(&mut runs, mentee_id).await?;
            let mentor = candidate(&mut runs, &mentee, mentor_id).await?;
            let problem = rule.explain(&mentee, &mentor);
            let mut page = pair_page(runs, form.tried, mentee, mentor).await?;
            page.problems = Problems::one("pair", problem);
            Ok(Page(page).with_status(rule.status()))
        }
    }
}

async fn candidate(runs: &mut Runs, mentee: &Mentee, mentor: PersonId) -> Result<Candidate> {
    compare::candidates(runs, mentee.profile.id, Some(mentor))
        .await?
        .pop()
        .ok_or(Error::NotFound)
}

async fn pair_page(
    mut runs: Runs,
    tried: workbench::Asked,
    mentee: Mentee,
    mut mentor: Candidate,
) -> Result<PairPage> {
    let (tom, maya) = (mentee.profile.id, mentor.profile.id);
    let mut suits = workbench::of_mentee(&mut runs, &tried, tom).await?;
    mentor.suits = suits.remove(&maya.0).unwrap_or_default();
    let (programme, acting) = (runs.programme.id, &mut runs.acting);
    Ok(PairPage {
        mentee_said: applications::said_by(acting, programme, tom, Side::Mentee).await?,
        mentor_said: applications::said_by(acting, programme, maya, Side::Mentor).await?,
        frame: runs.frame(),
        once: runs.acting.once(),
        problems: Problems::default(),
        programme: runs.programme,
        tried,
        mentee,
        mentor,
    })
}

/// Postgres keeps the rules, also against another coordinator at the same moment.
async fn insert(runs: &mut Runs, mentee: PersonId, mentor: PersonId) -> Result<Proposed> {
    sqlx::raw_sql("savepoint proposal")
        .execute(&mut *runs.acting)
        .await?;
    let added = sqlx::query!(
        "insert into pairings (programme_id, mentor_id, mentee_id, proposed_on)
         values ($1, $2, $3, $4)
         returning id",
        runs.programme.id.0,
        mentor.0,
        mentee.0,
        runs.programme.today,
    )
    .fetch_one(&mut *runs.acting)
    .await;
    let cause = match added {
        Ok(row) => return Ok(Proposed::Yes(row.id)),
        Err(cause) => cause,
    };
    let Some((_, rule)) = RULES.iter().find(|(name, _)| broke(&cause, name)) else {
        return Err(no_longer_enrolled(cause));
    };
    sqlx::raw_sql("rollback to savepoint proposal")
        .execute(&mut *runs.acting)
        .await?;
    Ok(Proposed::Refused(*rule))
}

fn no_longer_enrolled(cause: sqlx::Error) -> Error {
    let has_left = broke(&cause, "pairings_of_people_who_are_here");
    match cause.as_database_error() {
        Some(database) if has_left || database.is_foreign_key_violation() => Error::conflict(
            "One of the two has just left the programme. Nothing has changed by this press.",
        ),
        _ => changed_meanwhile(cause),
    }
}

impl Rule {
    fn explain(self, mentee: &Mentee, mentor: &Candidate) -> String {
        let (tom, maya) = (&mentee.profile.name, &mentor.profile.name);
        let paired = || format!("{tom} and {maya} are already paired");
        match self {
            Rule::TwoPeople => format!("{tom} cannot mentor themselves: choose another mentor"),
            Rule::NotALineManager => {
                let who = mentor.blockers(mentee).into_iter().next();
                let who = who.unwrap_or_else(|| format!("{maya} is {tom}’s line manager"));
                format!("{who}, and a line manager cannot be the mentor: choose another mentor")
            }
            Rule::WithinCapacity | Rule::OneMentorAtATime if mentor.together => paired(),
            Rule::WithinCapacity if mentor.drafts.is_empty() => format!(
                "{maya} has no free place: {} of {} are taken or offered. Choose another mentor",
                mentor.taken, mentor.capacity
            ),
            Rule::WithinCapacity => format!(
                "{}. Choose another mentor, or withdraw a proposal first",
                mentor.no_place()
            ),
            Rule::NotAgainstAWish => {
                format!("{}: choose another mentor", compare::UNWILLING)
            }
            Rule::OfThoseWhoTakePart => "One of the two has just left the programme".to_owned(),
            Rule::OneMentorAtATime => format!("{tom} {}", mentee.has()),
        }
    }

    /// Two of the rules could have been kept a moment ago.
    fn status(self) -> StatusCode {
        match self {
            Rule::TwoPeople | Rule::NotALineManager | Rule::NotAgainstAWish => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Rule::WithinCapacity | Rule::OneMentorAtATime | Rule::OfThoseWhoTakePart => {
                StatusCode::CONFLICT
            }
        }
    }
}

impl MenteePage {
    fn longest(&self) -> impl Iterator<Item = &Enrolled> {
        let most = usize::try_from(LONGEST).unwrap_or(usize::MAX);
        self.waiting.iter().take(most)
    }

    fn more(&self) -> bool {
        self.waiting.len() > self.longest().count()
    }
}

impl Chosen {
    fn read(fields: Vec<(String, String)>) -> Self {
        let typed = Typed::from(fields.clone());
        let key = |name| typed.one(name).trim().parse().ok().map(PersonId);
        let (mentee, mentor) = (key("mentee"), key("mentor"));
        let once = typed.one("once").to_owned();
        let mut tried = workbench::Asked { fields };
        let own = ["mentee", "mentor", "once"];
        tried
            .fields
            .retain(|(name, _)| !own.contains(&name.as_str()));
        Self {
            mentee,
            mentor,
            once,
            tried,
        }
    }
}

impl MentorPage {
    /// Where the two are looked at side by side.
    fn path(&self, one: &Candidate) -> String {
        let path = one.path(&self.programme, &self.mentee);
        format!("{path}{}", self.tried.carried())
    }

    fn best(&self) -> &[Candidate] {
        &self.fit[..self.fit.len().min(BEST)]
    }

    /// Whether nobody of those who can be proposed takes anybody on today.
    fn is_nobody_here(&self) -> bool {
        let today = self.programme.today;
        self.fit.iter().all(|one| one.is_away(&today))
    }

    fn others(&self) -> &[Candidate] {
        &self.fit[self.fit.len().min(BEST)..]
    }
}

impl PairPage {
    /// These two once more, with nothing tried that keeps them apart.
    fn allowed(&self) -> String {
        let (tom, maya) = (self.mentee.profile.id, self.mentor.profile.id);
        let tried = self.tried.less("forbid", &format!("{tom}-{maya}"));
        let path = self.mentor.path(&self.programme, &self.mentee);
        format!("{path}{}", tried.carried())
    }

    /// What stands in the way of these two.
    fn blockers(&self) -> Vec<String> {
        let mut blockers = self.mentor.blockers(&self.mentee);
        if self.mentee.taken.is_some() && !self.mentor.together {
            let tom = &self.mentee.profile.name;
            blockers.push(format!("{tom} {}", self.mentee.has()));
        }
        blockers
    }
}
