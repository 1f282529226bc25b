//! How the two go on, decided together once each has answered alone.

use super::queries::{self, Decided, Decision};
use super::show;
use crate::error::{Error, Result};
use crate::pairings::Pairing;
use crate::pairings::access::{DecideMidpoint, May};
use crate::web::form::{self, Form, Problems};
use crate::web::page::{done, see};
use crate::web::routes::{Entry, Routes};
use axum::response::Response;
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct DecisionForm {
    pub decision: String,
    pub words: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes.post(
        "/pairings/{pairing}/midpoint/decision",
        Entry::SignedIn,
        create,
    )
}

async fn create(mut may: May<DecideMidpoint>, Form(form): Form<DecisionForm>) -> Result<Response> {
    if !may.pairing().facts.midpoint.answered_by_both() {
        return Err(Error::conflict(
            "Each of you answers alone first. Then you decide together. Nothing has changed.",
        ));
    }
    let before = queries::decided(&mut may).await?;
    let (decision, words) = match form.read() {
        Ok(read) => read,
        Err(_) if before.is_some() => return Err(decided_already()),
        Err(problems) => return Ok(show::page(&mut may, form, problems).await?.refused()),
    };
    let path = leads_to(may.pairing(), decision);
    match before {
        Some(before) if before.says(decision, &words) => return Ok(see(&path)),
        Some(_) => return Err(decided_already()),
        None => {}
    }
    let (pairing, viewer, today) = (may.pairing().id, may.viewer().id, may.today());
    sqlx::query!(
        "insert into midpoint_decisions (pairing_id, decision, words, decided_by, decided_on)
         values ($1, $2, $3, $4, $5)",
        pairing.0,
        decision as Decision,
        words,
        viewer.0,
        today,
    )
    .execute(may.db())
    .await?;
    may.commit().await?;
    Ok(done(
        &path,
        match decision {
            Decision::Continue => "Decided: you go on as you are.",
            Decision::Change => "Decided. Write down here what is to be different.",
            Decision::End => "Decided. Nothing has ended yet: say here how it ends.",
        },
    ))
}

fn leads_to(pairing: &Pairing, decision: Decision) -> String {
    let place = match decision {
        Decision::Continue => "midpoint",
        Decision::Change => "agreement/edit",
        Decision::End => "ending",
    };
    format!("{}/{place}", pairing.path())
}

fn decided_already() -> Error {
    Error::conflict(
        "The two of you have decided already, and it is written down on the page of the mid-point \
         review. Nothing has changed by this press.",
    )
}

impl Decided {
    /// Then it is the same form, sent twice.
    fn says(&self, decision: Decision, words: &str) -> bool {
        self.decision == decision && self.words == words
    }
}

impl DecisionForm {
    fn read(&self) -> Result<(Decision, String), Problems> {
        let mut problems = Problems::default();
        let mut all = Decision::ALL.into_iter();
        let decision = all.find(|one| one.slug() == self.decision);
        let decision = problems.keep("decision", decision.ok_or("Choose how you go on"));
        let words = problems.keep("words", form::optional_prose(&self.words, 2_000));
        decision.zip(words).ok_or(problems)
    }
}
