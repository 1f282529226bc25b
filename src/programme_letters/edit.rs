//! Every letter of a programme as it is sent, and the coordinators' own words in it.

use super::{Kind, OwnWords};
use crate::App;
use crate::applications::letters::DecisionLetter;
use crate::applications::stage::Decision;
use crate::error::{Error, Result};
use crate::joining::letters::InvitationLetter;
use crate::organisation::Organisation;
use crate::pairings::stage::Side;
use crate::people::acting::hash;
use crate::programmes::access::{Manages, Programme, Runs};
use crate::programmes::stage::Act;
use crate::web::form::{self, Form, Problems, Typed};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "programme_letters/edit.html")]
struct EditPage {
    frame: Frame,
    problems: Problems,
    programme: Programme,
    letters: Vec<Shown>,
    /// Of the words that were there when the page was opened.
    version: String,
}

/// A letter as it would be sent to a mentee.
struct Shown {
    kind: Kind,
    subject: String,
    body: String,
    /// The coordinators' own, as they were typed.
    typed: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/programmes/{programme}/letters", Entry::SignedIn, edit)
        .post("/programmes/{programme}/letters", Entry::SignedIn, update)
}

async fn edit(State(app): State<App>, mut runs: Runs) -> Result<Response> {
    let words = OwnWords::of(&mut runs.acting, runs.programme.id).await?;
    let version = version(&words);
    let typed = |kind: Kind| words.get(kind).to_owned();
    let letters = shown(&mut runs, &app, &words, typed).await?;
    let page = page(runs, letters, version, Problems::default());
    Ok(Page(page).into_response())
}

/// Keeps what was typed, or only shows how it would read.
async fn update(
    State(app): State<App>,
    mut manages: Manages,
    Form(typed): Form<Vec<(String, String)>>,
) -> Result<Response> {
    manages.lock().await?;
    let mut runs = manages.running().map_err(|_| Error::NotFound)?;
    runs.programme.allows(Act::ChangeSettings)?;
    let typed = Typed::from(typed);
    let path = runs.programme.at("/letters");
    let saved = OwnWords::of(&mut runs.acting, runs.programme.id).await?;
    let mut problems = Problems::default();
    let words = read(&typed, &mut problems);
    let overtaken = typed.one("version") != version(&saved);
    let mut seen = typed.one("version").to_owned();
    let status = if !problems.is_empty() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else if typed.one("then") == "preview" {
        StatusCode::OK
    } else if words == saved {
        return Ok(see(&path));
    } else if overtaken {
        differences(&words, &saved, &mut problems);
        seen = version(&saved);
        StatusCode::CONFLICT
    } else {
        words.store(&mut runs.acting, runs.programme.id).await?;
        runs.commit("changed the letters").await?;
        return Ok(done(&path, "The letters say this from now on."));
    };
    let kept = |kind: Kind| typed.one(kind.slug()).to_owned();
    let letters = shown(&mut runs, &app, &words, kept).await?;
    Ok(Page(page(runs, letters, seen, problems)).with_status(status))
}

fn page(runs: Runs, letters: Vec<Shown>, version: String, problems: Problems) -> EditPage {
    EditPage {
        frame: runs.frame(),
        problems,
        programme: runs.programme,
        letters,
        version,
    }
}

fn read(typed: &Typed, problems: &mut Problems) -> OwnWords {
    let mut words = OwnWords::default();
    for kind in Kind::ALL {
        let read = form::optional_prose(typed.one(kind.slug()), OwnWords::LONGEST);
        let read = problems.keep(kind.slug(), read);
        words.set(kind, read.unwrap_or_default());
    }
    words
}

/// What is saved by now, wherever something else was typed.
fn differences(words: &OwnWords, saved: &OwnWords, problems: &mut Problems) {
    for kind in Kind::ALL {
        let (typed, saved) = (words.get(kind), saved.get(kind));
        if typed != saved {
            let says = match saved {
                "" => "say nothing".to_owned(),
                saved => format!("say “{saved}”"),
            };
            let words = format!(
                "The letters were changed while you were writing, and {says} here: keep yours or \
                 enter that, and save again"
            );
            problems.add(kind.slug(), words);
        }
    }
}

/// The same for the same words, and for no others.
fn version(words: &OwnWords) -> String {
    let all: Vec<&str> = Kind::ALL.into_iter().map(|kind| words.get(kind)).collect();
    let hashed = hash(&all.join("\0"));
    hashed.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn shown(
    runs: &mut Runs,
    app: &App,
    words: &OwnWords,
    typed: impl Fn(Kind) -> String,
) -> sqlx::Result<Vec<Shown>> {
    let at = Organisation::read(&mut runs.acting).await?.at();
    let show = |kind: Kind| {
        let (subject, body) = example(runs, app, &at, (kind, words.get(kind)));
        Shown {
            kind,
            subject,
            body,
            typed: typed(kind),
        }
    };
    Ok(Kind::ALL.into_iter().map(show).collect())
}

fn example(runs: &Runs, app: &App, at: &str, letter: (Kind, &str)) -> (String, String) {
    let (kind, words) = letter;
    let decision = match kind {
        Kind::Invitation | Kind::EnrolmentLink => {
            return invitation(runs, app, at, letter);
        }
        Kind::Approved => Decision::Approve,
        Kind::Question => Decision::Ask,
        Kind::WaitListed => Decision::WaitList,
        Kind::Declined => Decision::Decline,
    };
    let letter = DecisionLetter {
        decision,
        programme: &runs.programme,
        side: Side::Mentee,
        sender: &runs.acting.viewer.name,
        words,
    };
    (letter.subject(), letter.body(app))
}

fn invitation(runs: &Runs, app: &App, at: &str, letter: (Kind, &str)) -> (String, String) {
    let (kind, words) = letter;
    let viewer = runs.acting.viewer.name.as_str();
    let letter = InvitationLetter {
        email: String::new(),
        account: None,
        inviter: (kind == Kind::Invitation).then_some(viewer),
        programme: Some((&runs.programme.name, Side::Mentee)),
        words,
        token: "…",
    };
    (letter.subject(at), letter.body(at, app))
}
