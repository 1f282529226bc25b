//! The page on which one of the two writes a session up, and shares what they wrote.

use super::draft::{self, Draft};
use super::form::{RecordForm, Written};
use super::{Record, of_before, queries};
use crate::error::{Error, Result};
use crate::how_it_goes::duty::{GROW, NINE};
use crate::how_it_goes::queries::{self as alone, Strength};
use crate::objectives::{self, Objective};
use crate::pairings::Pairing;
use crate::pairings::access::{Action, May, Part, RecordSession};
use crate::sessions::targets::{self, Target};
use crate::sessions::{Session, SessionId, State};
use crate::web::form::{Form, Problems};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use time::PrimitiveDateTime;

#[derive(Template)]
#[template(path = "sessions/record.html")]
struct RecordPage {
    frame: Frame,
    pairing: Pairing,
    session: Session,
    mentor: bool,
    /// Who reads what is written here.
    readers: String,
    /// Those of before that are still open.
    before: Vec<Target>,
    objectives: Vec<Objective>,
    form: RecordForm,
    /// When the draft in it was kept.
    kept: Option<PrimitiveDateTime>,
    shared: bool,
    may_book: bool,
    /// What helped the mentor's mentees, summed over several sessions.
    strengths: Vec<Strength>,
    /// What the same author shared on another page meanwhile.
    saved: Option<Record>,
    problems: Problems,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(
            "/pairings/{pairing}/sessions/{session}/record",
            Entry::SignedIn,
            edit,
        )
        .post(
            "/pairings/{pairing}/sessions/{session}/record",
            Entry::SignedIn,
            update,
        )
}

async fn edit(mut may: May<RecordSession>, SessionId(id): SessionId) -> Result<Response> {
    let session = held(&mut may, id).await?;
    let shared = queries::own(&mut may, id).await?;
    let draft = draft::find(&mut may, id).await?;
    let form = match (&draft, &shared) {
        (Some(draft), _) => draft.form(),
        (None, Some(record)) => RecordForm::from(record),
        (None, None) => RecordForm::default(),
    };
    let form = form.with("once", may.once());
    let mut page = page(&mut may, session, form, Problems::default()).await?;
    page.0.kept = draft.map(|draft| draft.saved);
    page.0.shared = shared.is_some();
    Ok(page.into_response())
}

async fn update(
    mut may: May<RecordSession>,
    SessionId(id): SessionId,
    Form(typed): Form<Vec<(String, String)>>,
) -> Result<Response> {
    let session = held(&mut may, id).await?;
    let form = RecordForm::from(typed);
    let before = of_before(targets::of_pairing(&mut may).await?, id);
    let objectives = objectives::queries::all(&mut may).await?;
    let objectives: Vec<i64> = objectives.iter().map(|one| one.id.0).collect();
    let written = match form.read(&may, before, &objectives) {
        Ok(written) => written,
        Err(problems) => return Ok(page(&mut may, session, form, problems).await?.refused()),
    };
    let draft = draft::find(&mut may, id).await?;
    if let Some(draft) = &draft {
        draft.check(&form)?;
    }
    let saved = queries::own(&mut may, id).await?;
    let same = saved.as_ref().is_some_and(|saved| written.says(saved));
    if let Some(saved) = saved
        && form.one("version") != saved.version()
        && !same
    {
        return crossed(&mut may, session, form, saved).await;
    }
    if !same {
        queries::store(&mut may, id, &written).await?;
    }
    let changed = share_the_rest(&mut may, id, &written, draft).await?;
    let path = match form.one("then") {
        "book" => format!("{}/sessions/new", may.pairing().path()),
        _ => session.path(may.pairing()),
    };
    if same && !changed {
        return Ok(see(&path));
    }
    let partner = may.pairing().partner().name.clone();
    may.commit().await?;
    let banner = format!("Your record is shared. {partner} can read it.");
    Ok(done(&path, &banner))
}

/// What comes with a record: targets, old and new. The draft has become it.
async fn share_the_rest(
    may: &mut May<RecordSession>,
    session: i64,
    written: &Written,
    draft: Option<Draft>,
) -> sqlx::Result<bool> {
    let mut changed = draft.is_some();
    for (target, how, until) in &written.settled {
        changed |= queries::settle(may, session, (target.id, *how, *until)).await?;
    }
    for target in &written.targets {
        changed |= targets::insert(may, Some(session), target).await?;
    }
    draft::forget(may, session).await?;
    Ok(changed)
}

impl Written {
    fn says(&self, saved: &Record) -> bool {
        let mut spoken = self.spoken.clone();
        spoken.sort_unstable();
        saved.words == self.words && saved.spoken == spoken
    }
}

/// Shows both texts, so that one page does not overwrite the other unawares.
async fn crossed(
    may: &mut May<RecordSession>,
    session: Session,
    form: RecordForm,
    saved: Record,
) -> Result<Response> {
    let form = form.with("version", saved.version());
    let problems = Problems::one(
        "talked_about",
        "You shared this record on another page after opening this one. What you shared stands \
         below and what you typed here is in the boxes: bring the two together and share again",
    );
    let mut page = page(may, session, form, problems).await?;
    page.0.saved = Some(saved);
    Ok(page.refused())
}

/// # Errors
/// A conflict unless the session happened.
pub async fn held<A: Action>(may: &mut May<A>, id: i64) -> Result<Session> {
    let session = crate::sessions::queries::find(may, id).await?;
    match session.state {
        State::Held => Ok(session),
        State::Booked => Err(Error::conflict(
            "Nobody has said yet that this session happened. Say so on its page once it has, then \
             write it up.",
        )),
        State::Missed | State::Cancelled => Err(Error::conflict(
            "This session did not happen, so there is nothing to write up.",
        )),
    }
}

async fn page(
    may: &mut May<RecordSession>,
    session: Session,
    form: RecordForm,
    problems: Problems,
) -> Result<Page<RecordPage>> {
    let before = of_before(targets::of_pairing(may).await?, session.id);
    let mut objectives = objectives::queries::all(may).await?;
    objectives.retain(|one| !one.state.settled() || form.spoken(&one.id.0));
    let pairing = may.pairing().clone();
    let strengths = match pairing.part {
        Part::Mentor => alone::strengths(may.db()).await?,
        Part::Mentee | Part::Coordinator => Vec::new(),
    };
    Ok(Page(RecordPage {
        frame: may.frame(),
        mentor: pairing.part == Part::Mentor,
        readers: format!(
            "Yours alone until you share it: then {}",
            crate::sessions::readers(&pairing)
        ),
        before,
        objectives,
        may_book: pairing.facts.open_session.is_none()
            && pairing.dates.final_session_on.is_none()
            && pairing.paused_since.is_none(),
        strengths,
        session,
        form,
        kept: None,
        shared: false,
        saved: None,
        problems,
        pairing,
    }))
}

impl RecordPage {
    fn label(&self, field: &str) -> &'static str {
        match (field, self.mentor) {
            ("talked_about", true) => "What we talked about, and what has happened since last time",
            ("talked_about", false) => "What we talked about, and my experience since last time",
            ("strengths", true) => "Strengths and achievements (optional)",
            ("strengths", false) => "What went well, and what I achieved (optional)",
            ("development", true) => "Areas for development (optional)",
            ("development", false) => "What I want to get better at (optional)",
            (_, true) => "Possible actions explored (optional)",
            (_, false) => "What I take away (optional)",
        }
    }

    fn hint(&self, field: &str) -> &'static str {
        match (field, self.mentor) {
            ("strengths", true) => "What went well, and what you saw in it",
            ("strengths", false) => "However small: it is easily forgotten",
            _ => "",
        }
    }
}
