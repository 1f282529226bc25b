//! The page of moving on: what it means, then what is left to do, then how it ended.

use super::further_steps::StepForm;
use super::queries::{self, FurtherStep, JointReview};
use crate::error::Result;
use crate::pairings::Pairing;
use crate::pairings::access::{Action, May, Part, SeeWithin};
use crate::pairings::next::Next;
use crate::pairings::stage::{MovingOn, Side, Stage};
use crate::pairings::turn::closes_by_itself_on;
use crate::web::form::Problems;
use crate::web::page::{Frame, Page};
use crate::web::words;
use askama::Template;
use axum::response::{IntoResponse, Response};
use time::Date;

#[derive(Template)]
#[template(path = "moving_on/show.html")]
pub struct MovingOnPage {
    frame: Frame,
    next: Next,
    /// Empty unless the pairing is moving on.
    tasks: Vec<Task>,
    /// Everything that closing asks for is done.
    may_close: bool,
    may_write: bool,
    closes_on: Option<Date>,
    steps: Vec<FurtherStep>,
    joint: Option<JointReview>,
    /// The page of their own that the viewer keeps: what it is called, and where it is.
    keeps: Option<(&'static str, String)>,
    form: StepForm,
    problems: Problems,
    pairing: Pairing,
}

/// One thing that belongs to moving on.
struct Task {
    name: String,
    /// Where it is done, unless it is the other one's or not possible yet.
    href: Option<String>,
    state: String,
    look: Look,
}

#[derive(Clone, Copy)]
enum Look {
    Done,
    ToDo,
    Waiting,
}

pub async fn show(mut may: May<SeeWithin>) -> Result<Response> {
    let form = StepForm {
        once: may.once(),
        ..StepForm::default()
    };
    Ok(page(&mut may, form, Problems::default())
        .await?
        .into_response())
}

pub async fn page<A: Action>(
    may: &mut May<A>,
    form: StepForm,
    problems: Problems,
) -> Result<Page<MovingOnPage>> {
    let steps = queries::further_steps(may).await?;
    let joint = queries::joint_review(may).await?;
    let pairing = may.pairing().clone();
    let awake = pairing.paused_since.is_none();
    let moving = match pairing.stage {
        Stage::MovingOn(moving) => Some(moving),
        Stage::Proposed(_)
        | Stage::Offered(_)
        | Stage::InitialMeeting(_)
        | Stage::Sessions(_)
        | Stage::Closed(_) => None,
    };
    let unsettled = pairing.unsettled();
    Ok(Page(MovingOnPage {
        frame: may.frame(),
        next: Next::of(&pairing).seen_on("/moving-on"),
        tasks: moving.map_or_else(Vec::new, |moving| tasks(&pairing, moving)),
        may_close: awake && moving.is_some_and(|moving| moving.missing(unsettled).is_none()),
        may_write: awake && moving.is_some(),
        closes_on: moving
            .filter(|_| awake)
            .and_then(|moving| closes_by_itself_on(&pairing, moving)),
        steps,
        joint,
        keeps: keeps(&pairing),
        form,
        problems,
        pairing,
    }))
}

/// Of what was begun and had a session; a mentor's certificate tells of those.
fn keeps(pairing: &Pairing) -> Option<(&'static str, String)> {
    let path = pairing.path();
    match pairing.part {
        _ if pairing.facts.sessions_held == 0 => None,
        Part::Mentee => Some(("See what you take along", format!("{path}/keepsake"))),
        Part::Mentor => Some(("See your certificate", format!("{path}/certificate"))),
        Part::Coordinator => None,
    }
}

fn tasks(pairing: &Pairing, moving: MovingOn) -> Vec<Task> {
    let mine = pairing.part.side().unwrap_or(Side::Mentee);
    let mut tasks = vec![objectives(pairing), final_session(pairing, moving)];
    tasks.extend(record(pairing));
    tasks.extend([
        further_steps(pairing),
        own_review(pairing, moving.reviewed_by(mine)),
        partners_review(pairing, moving.reviewed_by(mine.other())),
        joint_part(pairing, moving),
    ]);
    tasks.extend(words_to_keep(pairing));
    tasks
}

fn objectives(pairing: &Pairing) -> Task {
    let (state, look) = match pairing.facts.objectives_unsettled {
        0 => ("Done".into(), Look::Done),
        left => (format!("{left} left"), Look::ToDo),
    };
    Task {
        name: "Settle every objective: signed off, handed on or dropped".into(),
        href: Some(format!("{}/objectives", pairing.path())),
        state,
        look,
    }
}

fn final_session(pairing: &Pairing, moving: MovingOn) -> Task {
    let path = pairing.path();
    let (href, state, look) = match (moving.final_session, pairing.facts.open_session) {
        (Some(held), _) => (
            None,
            format!("Held {}", words::short_day(&held.on)),
            Look::Done,
        ),
        (None, Some(open)) if pairing.begun_session().is_some() => (
            Some(format!("{path}/sessions/{}", open.id)),
            "Say what happened".into(),
            Look::ToDo,
        ),
        (None, Some(open)) => (
            Some(format!("{path}/sessions/{}", open.id)),
            format!("Booked for {}", words::short_day(&open.times.yours.date())),
            Look::Waiting,
        ),
        (None, None) => (
            Some(format!("{path}/sessions/new")),
            "Not booked".into(),
            Look::ToDo,
        ),
    };
    Task {
        name: "Hold your final session".into(),
        href,
        state,
        look,
    }
}

/// While the mentor has not written up the latest session. It belongs to a good ending, and holds
/// up nothing.
fn record(pairing: &Pairing) -> Option<Task> {
    let (id, _) = pairing.facts.unrecorded_session?;
    Some(match pairing.part {
        Part::Mentor => Task {
            name: "Write up your last session".into(),
            href: Some(format!("{}/sessions/{id}/record", pairing.path())),
            state: "Not written".into(),
            look: Look::ToDo,
        },
        Part::Mentee | Part::Coordinator => Task {
            name: format!("{} writes up your last session", pairing.mentor.name),
            href: None,
            state: "Not written".into(),
            look: Look::Waiting,
        },
    })
}

fn further_steps(pairing: &Pairing) -> Task {
    let (state, look) = match pairing.facts.further_steps {
        0 => ("None yet".into(), Look::ToDo),
        written => (format!("{written} written"), Look::Done),
    };
    Task {
        name: format!("Write down {}’s further steps", pairing.mentee.name),
        href: Some("#further-steps".into()),
        state,
        look,
    }
}

fn own_review(pairing: &Pairing, answered: Option<Date>) -> Task {
    let (state, look) = match answered {
        Some(on) => (format!("Answered {}", words::short_day(&on)), Look::Done),
        None => ("Not answered".into(), Look::ToDo),
    };
    Task {
        name: "Answer the review, by yourself".into(),
        href: Some(format!("{}/review", pairing.path())),
        state,
        look,
    }
}

fn partners_review(pairing: &Pairing, answered: Option<Date>) -> Task {
    let (state, look) = match answered {
        Some(_) => ("Answered".into(), Look::Done),
        None => ("Not answered".into(), Look::Waiting),
    };
    Task {
        name: format!("{} answers the review", pairing.partner().name),
        href: None,
        state,
        look,
    }
}

fn joint_part(pairing: &Pairing, moving: MovingOn) -> Task {
    let review = Some(format!("{}/review", pairing.path()));
    let (href, state, look) = match (moving.joint_review_on, moving.both_reviewed()) {
        (Some(_), _) => (review, "Written", Look::Done),
        (None, true) => (review, "Not written", Look::ToDo),
        (None, false) => (None, "After both reviews", Look::Waiting),
    };
    Task {
        name: "Write the joint part together".into(),
        href,
        state: state.into(),
        look,
    }
}

/// Nothing waits for it: the mentor's words are theirs to share.
fn words_to_keep(pairing: &Pairing) -> Option<Task> {
    (pairing.part == Part::Mentor).then(|| Task {
        name: format!(
            "Choose which of your words {} takes along",
            pairing.mentee.name
        ),
        href: Some(format!("{}/keepsake/words", pairing.path())),
        state: "As you like".into(),
        look: Look::Waiting,
    })
}

impl Task {
    fn look(&self) -> &'static str {
        match self.look {
            Look::Done => "good",
            Look::ToDo => "warn",
            Look::Waiting => "quiet",
        }
    }
}
