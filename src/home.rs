//! Where everybody lands: what to do next, in everything they take part in.

mod facts;
mod running;

use crate::applications::{self, Mine, Open};
use crate::assisting;
use crate::error::Result;
use crate::pairings::access::Part;
use crate::pairings::next::{Beside, Next};
use crate::pairings::stage::{How, Name, Side, Stage};
use crate::pairings::{OpenSession, Pairing, queries};
use crate::people::Acting;
use crate::people::acting::About;
use crate::programmes::ProgrammeId;
use crate::programmes::list::{self, Listed};
use crate::web::page::{Frame, Page};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use facts::{Due, Facts, Outcomes};
use running::{Administration, Run};
use time::Date;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    frame: Frame,
    first_name: String,
    /// The pairings in which the viewer is the mentee, and those in which the mentor.
    mentored: Vec<Card>,
    mentoring: Vec<Card>,
    due: Vec<(Due, Date)>,
    waiting: Vec<Waiting>,
    /// What they are asked about what mentoring brings.
    outcomes: Vec<Outcomes>,
    /// What the viewer can apply for, and has applied for.
    open: Vec<Open>,
    applications: Vec<Mine>,
    closed: Vec<Pairing>,
    programmes: Vec<Run>,
    administration: Option<Administration>,
    /// Whom the viewer books for.
    assisted: Vec<assisting::Mentor>,
}

/// A pairing of the viewer's.
struct Card {
    pairing: Pairing,
    next: Next,
    /// What is due besides, and holds nothing up.
    beside: Option<Beside>,
    /// Booked, and not over.
    session: Option<OpenSession>,
    ask: String,
    /// Whether this is the one primary button of the page.
    primary: bool,
}

/// A place in a programme that no pairing has come of yet.
struct Waiting {
    programme: String,
    side: Side,
    ask: String,
    gives_hours: bool,
    /// Where a mentee looks for a mentor, in programmes whose mentees ask.
    looks_at: Option<String>,
    /// Where they say more of themselves, or leave.
    application: String,
    library: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes.get("/", Entry::SignedIn, show)
}

async fn show(mut acting: Acting) -> Result<Response> {
    let pairings = queries::own_and_run(&mut acting).await?;
    let mut facts = Facts::of(&mut acting).await?;
    let listed = if acting.viewer.coordinator || acting.viewer.administrator {
        list::all(&mut acting).await?
    } else {
        Vec::new()
    };
    let (open, applications) = applications::open_to(&mut acting).await?;
    let assisted = match facts.assists {
        true => assisting::all(&mut acting).await?,
        false => Vec::new(),
    };
    let name = &acting.viewer.name;
    let mut page = HomePage {
        assisted,
        open,
        applications,
        first_name: name.split(' ').next().unwrap_or(name).to_owned(),
        programmes: Run::all(&listed, &pairings),
        administration: administration(&acting, &facts, &listed),
        frame: acting.frame.clone(),
        mentored: cards(&pairings, Part::Mentee, &facts),
        mentoring: cards(&pairings, Part::Mentor, &facts),
        waiting: waiting(&pairings, &facts),
        outcomes: std::mem::take(&mut facts.outcomes),
        closed: pairings
            .iter()
            .filter(|one| is_past(one))
            .cloned()
            .collect(),
        due: due(facts, &pairings),
    };
    page.choose_primary();
    let shown = page
        .programmes
        .iter()
        .filter(|run| !run.attention.is_empty());
    let shown = shown.map(|run| About::Programme(run.programme.id));
    acting
        .record_reading("looked at which pairings wait", shown)
        .await?;
    Ok(Page(page).into_response())
}

/// The viewer's open pairings in this part; those that wait for the viewer first, by date.
fn cards(pairings: &[Pairing], part: Part, facts: &Facts) -> Vec<Card> {
    let mut cards: Vec<Card> = pairings
        .iter()
        .filter(|pairing| pairing.part == part && is_open(pairing))
        .map(|pairing| Card::of(pairing, facts))
        .collect();
    cards.sort_by_key(|card| (!card.next.yours, card.next.by.is_none(), card.next.by));
    cards
}

/// A coordinator sees proposals, but nobody sees their own before it is published.
fn is_open(pairing: &Pairing) -> bool {
    !matches!(pairing.stage, Stage::Proposed(_) | Stage::Closed(_))
}

fn is_past(pairing: &Pairing) -> bool {
    pairing.part != Part::Coordinator
        && pairing.stage.name() == Name::Closed
        && pairing.dates.offered_on.is_some()
}

fn waiting(pairings: &[Pairing], facts: &Facts) -> Vec<Waiting> {
    facts
        .enrolments
        .iter()
        .filter(|enrolment| !has_pairing(pairings, enrolment.programme, enrolment.side))
        .map(|enrolment| Waiting {
            programme: enrolment.programme_name.clone(),
            side: enrolment.side,
            application: applications::path(enrolment.programme, enrolment.side),
            library: format!("/programmes/{}/library", enrolment.programme),
            ask: facts.who_to_ask(enrolment.programme),
            gives_hours: facts.gives_hours,
            looks_at: (enrolment.side == Side::Mentee
                && facts.looks_in.contains(&enrolment.programme))
            .then(|| format!("/programmes/{}/mentors", enrolment.programme)),
        })
        .collect()
}

/// Whether they have one in this part, or a mentee has completed one.
fn has_pairing(pairings: &[Pairing], programme: ProgrammeId, side: Side) -> bool {
    pairings
        .iter()
        .filter(|one| one.programme.id == programme && one.part.side() == Some(side))
        .any(|one| is_open(one) || (side == Side::Mentee && completed(one)))
}

fn completed(pairing: &Pairing) -> bool {
    matches!(
        pairing.dates.closed_how,
        Some(How::Completed | How::CompletedEarly)
    )
}

/// Each with the date it is now in its programme.
fn due(facts: Facts, pairings: &[Pairing]) -> Vec<(Due, Date)> {
    facts
        .due
        .into_iter()
        .filter_map(|due| {
            let pairing = pairings.iter().find(|pairing| pairing.id == due.pairing)?;
            Some((due, pairing.today))
        })
        .collect()
}

fn administration(acting: &Acting, facts: &Facts, listed: &[Listed]) -> Option<Administration> {
    acting
        .viewer
        .administrator
        .then(|| Administration::of(facts.people, listed))
}

impl Card {
    fn of(pairing: &Pairing, facts: &Facts) -> Card {
        let open = pairing.facts.open_session;
        Card {
            next: Next::of(pairing),
            beside: pairing.beside(),
            session: open.filter(|session| session.ends_at > pairing.now),
            ask: facts.who_to_ask(pairing.programme.id),
            primary: false,
            pairing: pairing.clone(),
        }
    }

    fn look(&self) -> &'static str {
        if self.primary { "" } else { "second" }
    }
}

impl HomePage {
    /// One button of the page leads: of whatever waits for the viewer, what comes first.
    fn choose_primary(&mut self) {
        let mut cards: Vec<_> = self
            .mentored
            .iter_mut()
            .chain(&mut self.mentoring)
            .collect();
        let with_button = |card: &&mut &mut Card| card.next.button.is_some();
        if let Some(card) = cards
            .iter_mut()
            .filter(with_button)
            .find(|card| card.next.yours)
        {
            card.primary = true;
        } else if let Some(run) = self
            .programmes
            .iter_mut()
            .find(|run| run.standing.waits_for_coordinator() && !run.is_over())
        {
            run.primary = true;
        } else if let Some(card) = cards.iter_mut().find(with_button) {
            card.primary = true;
        } else if let Some(administration) = &mut self.administration {
            administration.primary = true;
        }
    }

    /// Whether they mentor somebody, or have.
    fn mentors(&self) -> bool {
        !self.mentoring.is_empty() || self.closed.iter().any(|one| one.part == Part::Mentor)
    }

    /// Whether there is nothing at all to show.
    fn is_empty(&self) -> bool {
        self.mentored.is_empty()
            && self.mentoring.is_empty()
            && self.waiting.is_empty()
            && self.outcomes.is_empty()
            && self.open.is_empty()
            && self.applications.is_empty()
            && self.programmes.is_empty()
            && self.administration.is_none()
            && self.assisted.is_empty()
    }
}
