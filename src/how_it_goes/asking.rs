//! Whether the two suit each other; and what is asked of the coordinators: a talk, with one's name
//! and no reason, or another match, with neither.

use super::queries;
use crate::error::{Error, Result};
use crate::mail::Letter;
use crate::pairings::Pairing;
use crate::pairings::access::{Action, AskToTalk, May, SayForOneself};
use crate::people::PersonId;
use crate::programmes::ProgrammeId;
use crate::programmes::access::{Runs, key_in_path};
use crate::web::form::Form;
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "how_it_goes/change.html")]
struct ChangePage {
    frame: Frame,
    pairing: Pairing,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct FitForm {
    fit: String,
}

/// `{talk}` of the path.
struct TalkId(i64);

impl<S: Send + Sync> FromRequestParts<S> for TalkId {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        key_in_path(parts, "talk").await.map(TalkId)
    }
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .post("/pairings/{pairing}/fit", Entry::SignedIn, say_fit)
        .post("/pairings/{pairing}/talk", Entry::SignedIn, ask_to_talk)
        .post(
            "/pairings/{pairing}/talk/withdrawal",
            Entry::SignedIn,
            take_back_talk,
        )
        .get("/pairings/{pairing}/change", Entry::SignedIn, about_change)
        .post(
            "/pairings/{pairing}/change",
            Entry::SignedIn,
            ask_for_a_change,
        )
        .post(
            "/pairings/{pairing}/change/withdrawal",
            Entry::SignedIn,
            take_back_change,
        )
        .post(
            "/programmes/{programme}/talks/{talk}",
            Entry::SignedIn,
            have_talked,
        )
}

fn page_of<A: Action>(may: &May<A>) -> String {
    format!("{}/how-it-goes", may.pairing().path())
}

async fn say_fit(mut may: May<SayForOneself>, Form(form): Form<FitForm>) -> Result<Response> {
    let path = page_of(&may);
    if may.pairing().facts.sessions_held == 0 {
        return Err(Error::conflict(
            "You are asked this once the two of you have met. Nothing has changed.",
        ));
    }
    if !["yes", "unsure", "no"].contains(&form.fit.as_str()) {
        return Ok(done(&path, "Choose one of the three, then press Keep it."));
    }
    queries::say_fit(&mut may, &form.fit).await?;
    may.commit_unseen().await?;
    Ok(done(&path, "It is kept, for you alone."))
}

async fn ask_to_talk(mut may: May<AskToTalk>) -> Result<Response> {
    let path = page_of(&may);
    let coordinators = beside(&mut may).await?;
    if !queries::ask_to_talk(&mut may).await? {
        return Ok(see(&path));
    }
    let (name, programme) = (may.viewer().name.clone(), may.pairing().programme.clone());
    let link = may
        .app()
        .base_url
        .join(&format!("/programmes/{}", programme.id));
    let body = format!(
        "{name} would like to talk to you about their mentoring. Nobody has asked them why.\n\n\
         Call or write to {name}, then say on the programme’s page that you have talked:\n\n{link}\n\n\
         Waymark wrote this, because you coordinate {}.\n",
        programme.name
    );
    let subject = format!("{name} would like to talk to you");
    tell(&mut may, coordinators, (&subject, &body)).await?;
    may.commit_unseen().await?;
    Ok(done(
        &path,
        "The coordinators are told that you would like to talk, and nothing else.",
    ))
}

async fn take_back_talk(mut may: May<AskToTalk>) -> Result<Response> {
    let path = page_of(&may);
    queries::take_back_talk(&mut may).await?;
    may.commit_unseen().await?;
    Ok(done(&path, "You no longer ask to talk."))
}

async fn about_change(mut may: May<SayForOneself>) -> Result<Response> {
    if queries::of_pairing(&mut may).await?.asks_for_a_change {
        return Ok(see(&page_of(&may)));
    }
    Ok(Page(ChangePage {
        frame: may.frame(),
        pairing: may.pairing().clone(),
    })
    .into_response())
}

/// The letter speaks of the pairing: not of who asks, and not of why.
async fn ask_for_a_change(mut may: May<SayForOneself>) -> Result<Response> {
    let path = page_of(&may);
    let coordinators = beside(&mut may).await?;
    if !queries::ask_for_a_change(&mut may).await? {
        return Ok(see(&path));
    }
    let pairing = may.pairing().clone();
    let link = may.app().base_url.join(&pairing.path());
    let body = format!(
        "A new match is asked for in the pairing of {} and {}. Waymark tells nobody which of the \
         two asks, and nobody is asked why.\n\nIf you end the pairing, it ends without fault and \
         without a reason; {} then goes first when mentors are matched. It is here:\n\n{link}\n\n\
         Waymark wrote this, because you coordinate {}.\n",
        pairing.mentor.name, pairing.mentee.name, pairing.mentee.name, pairing.programme.name
    );
    let subject = format!("A new match is asked for in {}", pairing.programme.name);
    tell(&mut may, coordinators, (&subject, &body)).await?;
    may.commit_unseen().await?;
    Ok(done(
        &path,
        "The coordinators are asked for a new match. Nobody is told that it was you.",
    ))
}

async fn take_back_change(mut may: May<SayForOneself>) -> Result<Response> {
    let path = page_of(&may);
    queries::take_back_change(&mut may).await?;
    may.commit_unseen().await?;
    Ok(done(&path, "You no longer ask for a new match."))
}

/// # Errors
/// A conflict if all coordinators are of the two themselves.
async fn beside<A: Action>(may: &mut May<A>) -> Result<Vec<(PersonId, String)>> {
    let coordinators = queries::coordinators(may).await?;
    match coordinators.is_empty() {
        true => Err(Error::conflict(
            "Nobody coordinates this programme who is not one of the two of you. Speak to the \
             administrator of Waymark instead.",
        )),
        false => Ok(coordinators),
    }
}

async fn tell<A: Action>(
    may: &mut May<A>,
    coordinators: Vec<(PersonId, String)>,
    (subject, body): (&str, &str),
) -> sqlx::Result<()> {
    let (app, now) = (may.app().clone(), may.now());
    for (person, email) in coordinators {
        let letter = Letter {
            recipient: email,
            person: Some(person),
            subject: subject.to_owned(),
            body: body.to_owned(),
        };
        letter.write(may.db(), &app, now).await?;
    }
    Ok(())
}

/// By a coordinator: it need not be asked any more.
async fn have_talked(mut runs: Runs, TalkId(id): TalkId) -> Result<Response> {
    let ProgrammeId(programme) = runs.programme.id;
    let had = sqlx::query!(
        "delete from talks_asked using pairings
         where talks_asked.id = $1 and pairings.id = pairing_id and programme_id = $2
            and person_id <> $3",
        id,
        programme,
        runs.acting.viewer.id.0,
    )
    .execute(&mut *runs.acting)
    .await?;
    let path = runs.programme.path();
    if had.rows_affected() == 0 {
        return Ok(see(&path));
    }
    runs.commit("talked to somebody who had asked").await?;
    Ok(done(&path, "Good. It is off the list."))
}
