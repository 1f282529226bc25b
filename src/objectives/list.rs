//! The objectives of a pairing, by what they wait for, each with what its reader may do now.

use super::state::State;
use super::{Objective, queries};
use crate::error::Result;
use crate::pairings::Pairing;
use crate::pairings::access::{May, Part, SeeWithin};
use crate::pairings::stage::{Name, Stage};
use crate::people::PersonId;
use crate::web::page::{Frame, Page};
use askama::Template;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "objectives/list.html")]
struct ListPage {
    frame: Frame,
    groups: Vec<Group>,
    settled: Vec<Objective>,
    may_propose: bool,
    /// Whether to propose is the one primary act of the page.
    propose_first: bool,
    pairing: Pairing,
}

/// Objectives that wait for the same.
struct Group {
    heading: &'static str,
    lines: Vec<Line>,
}

pub(super) struct Line {
    pub objective: Objective,
    /// Whom it waits for, in words.
    pub state: String,
    pub proposed_by: String,
    pub act: Option<Act>,
    /// Whether the act is the one primary act of the page.
    pub first: bool,
    pub may_settle: bool,
}

/// The one thing that its reader may do now to move an objective on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Act {
    Agree,
    SayReached,
    SignOff,
}

pub async fn show(mut may: May<SeeWithin>) -> Result<Response> {
    let objectives = queries::all(&mut may).await?;
    let pairing = may.pairing().clone();
    let viewer = may.viewer().id;
    let (settled, open): (Vec<_>, Vec<_>) =
        objectives.into_iter().partition(|one| one.state.settled());
    let mut groups = groups(&pairing, viewer, open);
    let first = groups
        .iter_mut()
        .flat_map(|group| &mut group.lines)
        .find(|line| line.is_asked_for());
    let acts_first = first.is_some();
    if let Some(line) = first {
        line.come_first();
    }
    let may_propose = matches!(pairing.stage.name(), Name::InitialMeeting | Name::Sessions);
    Ok(Page(ListPage {
        frame: may.frame(),
        groups,
        settled,
        may_propose,
        propose_first: may_propose && !acts_first,
        pairing,
    })
    .into_response())
}

fn groups(pairing: &Pairing, viewer: PersonId, objectives: Vec<Objective>) -> Vec<Group> {
    let [mut to_agree, mut under_way, mut reached] = [vec![], vec![], vec![]];
    for objective in objectives {
        let group = match objective.state {
            State::Proposed(_) => &mut to_agree,
            State::Agreed(_) => &mut under_way,
            State::Reached(_) | State::SignedOff(_) | State::HandedOn(_) | State::Dropped(_) => {
                &mut reached
            }
        };
        group.push(Line::of(pairing, viewer, objective));
    }
    [
        ("To agree", to_agree),
        ("Working on", under_way),
        ("Reached, waiting for sign-off", reached),
    ]
    .into_iter()
    .filter(|(_, lines)| !lines.is_empty())
    .map(|(heading, lines)| Group { heading, lines })
    .collect()
}

impl Line {
    pub fn of(pairing: &Pairing, viewer: PersonId, objective: Objective) -> Line {
        let live = !matches!(pairing.stage, Stage::Closed(_));
        let proposed_by = if objective.proposed_by == pairing.mentor.id {
            &pairing.mentor.name
        } else {
            &pairing.mentee.name
        };
        Line {
            state: waits_for(pairing, viewer, &objective),
            proposed_by: proposed_by.clone(),
            act: act(pairing.part, viewer, &objective).filter(|_| live),
            first: false,
            may_settle: live && !objective.state.settled(),
            objective,
        }
    }

    /// Whether somebody waits for this act. Nobody does for what is still being worked on.
    pub fn is_asked_for(&self) -> bool {
        matches!(self.act, Some(Act::Agree | Act::SignOff))
    }

    /// On a page of its own it is the primary act, if somebody waits for it.
    pub fn come_first(&mut self) {
        self.first = self.is_asked_for();
    }

    pub fn path(&self, pairing: &Pairing) -> String {
        self.objective.path(pairing)
    }
}

fn act(part: Part, viewer: PersonId, objective: &Objective) -> Option<Act> {
    match objective.state {
        State::Proposed(_) => (objective.proposed_by != viewer).then_some(Act::Agree),
        State::Agreed(_) => (part == Part::Mentee).then_some(Act::SayReached),
        State::Reached(_) => (part == Part::Mentor).then_some(Act::SignOff),
        State::SignedOff(_) | State::HandedOn(_) | State::Dropped(_) => None,
    }
}

fn waits_for(pairing: &Pairing, viewer: PersonId, objective: &Objective) -> String {
    match objective.state {
        State::Proposed(_) if objective.proposed_by != viewer => "Waiting for you".into(),
        State::Reached(_) if pairing.part == Part::Mentor => "Waiting for you".into(),
        State::Proposed(_) => format!("Waiting for {}", pairing.partner().name),
        State::Reached(_) => format!("Waiting for {}", pairing.mentor.name),
        state => state.words().into(),
    }
}
