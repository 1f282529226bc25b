//! What a programme's coordinators suggest for each clause of the agreements made in it.

use super::clauses::{CLAUSES, Clause, LONGEST, Wordings};
use crate::error::{Error, Result};
use crate::programmes::access::{Manages, Programme, Runs};
use crate::programmes::stage::Act;
use crate::web::form::{self, Form, Problems, Typed};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "agreements/wording.html")]
struct WordingPage {
    frame: Frame,
    problems: Problems,
    programme: Programme,
    clauses: Vec<(&'static Clause, String)>,
    /// Of the words that were there when the page was opened.
    version: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/programmes/{programme}/agreement", Entry::SignedIn, edit)
        .post("/programmes/{programme}/agreement", Entry::SignedIn, update)
}

async fn edit(mut runs: Runs) -> Result<Response> {
    let wordings = Wordings::of(&mut runs.acting, runs.programme.id).await?;
    let typed = |clause: &Clause| wordings.get(clause).to_owned();
    Ok(Page(page(runs, typed, version(&wordings), Problems::default())).into_response())
}

async fn update(
    mut manages: Manages,
    Form(typed): Form<Vec<(String, String)>>,
) -> Result<Response> {
    manages.lock().await?;
    let mut runs = manages.running().map_err(|_| Error::NotFound)?;
    runs.programme.allows(Act::ChangeSettings)?;
    let typed = Typed::from(typed);
    let path = runs.programme.at("/agreement");
    let saved = Wordings::of(&mut runs.acting, runs.programme.id).await?;
    let mut problems = Problems::default();
    let mut wordings = Wordings::default();
    for clause in &CLAUSES {
        let words = form::optional_prose(typed.one(clause.slug), LONGEST);
        let words = problems.keep(clause.slug, words);
        wordings.set(clause, words.unwrap_or_default());
    }
    let kept = |clause: &Clause| typed.one(clause.slug).to_owned();
    if !problems.is_empty() {
        let seen = typed.one("version").to_owned();
        return Ok(Page(page(runs, kept, seen, problems)).refused());
    }
    if wordings == saved {
        return Ok(see(&path));
    }
    if typed.one("version") != version(&saved) {
        differences(&wordings, &saved, &mut problems);
        let page = page(runs, kept, version(&saved), problems);
        return Ok(Page(page).with_status(StatusCode::CONFLICT));
    }
    wordings.store(&mut runs.acting, runs.programme.id).await?;
    runs.commit("changed what agreements begin with").await?;
    Ok(done(
        &path,
        "Agreements begin with these words from now on. Those that are drafted stay as they are.",
    ))
}

fn page(
    runs: Runs,
    typed: impl Fn(&Clause) -> String,
    version: String,
    problems: Problems,
) -> WordingPage {
    WordingPage {
        frame: runs.frame(),
        problems,
        programme: runs.programme,
        clauses: CLAUSES
            .iter()
            .map(|clause| (clause, typed(clause)))
            .collect(),
        version,
    }
}

/// What is saved by now, wherever something else was typed.
fn differences(wordings: &Wordings, saved: &Wordings, problems: &mut Problems) {
    for clause in &CLAUSES {
        let (typed, saved) = (wordings.get(clause), saved.get(clause));
        if typed != saved {
            let says = match saved {
                "" => "says nothing".to_owned(),
                saved => format!("says “{saved}”"),
            };
            let words = format!(
                "The clauses were changed while you were writing, and this {says}: keep yours or \
                 enter that, and save again"
            );
            problems.add(clause.slug, words);
        }
    }
}

/// The same for the same words, and for no others.
fn version(wordings: &Wordings) -> String {
    let all: Vec<&str> = CLAUSES.iter().map(|clause| wordings.get(clause)).collect();
    let hashed = crate::people::acting::hash(&all.join("\0"));
    hashed.iter().map(|byte| format!("{byte:02x}")).collect()
}
