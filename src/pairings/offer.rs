//! A proposal or an offer is withdrawn, and the two accept an offer or decline it.

use super::Pairing;
use super::access::{Accept, Decline, May, TakeBack, Withdraw};
use super::queries::{store_stage, store_stages};
use super::stage::{Side, Stage};
use crate::error::{Error, Result, broke};
use crate::reminders::news::{self, News};
use crate::web::page::{Frame, Page, done, see};
use askama::Template;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "pairings/confirm.html")]
pub struct ConfirmPage {
    pub frame: Frame,
    pub pairing: Pairing,
    pub title: String,
    pub advice: String,
    /// Where the button posts to, below the pairing.
    pub act: &'static str,
    pub button: &'static str,
}

pub async fn ask_to_withdraw(may: May<Withdraw>) -> Response {
    let pairing = may.pairing();
    let both = pairing.title();
    let (title, advice, button) = match pairing.stage {
        Stage::Proposed(_) => (
            format!("Withdraw the proposal of {both}?"),
            "Neither of them was told of it. Both can be paired with somebody else at once.",
            "Withdraw the proposal",
        ),
        _ => (
            format!("Withdraw the offer to {both}?"),
            "Neither of them is told a reason. Both can be paired with somebody else at once.",
            "Withdraw the offer",
        ),
    };
    Page(ConfirmPage {
        frame: may.frame(),
        title,
        advice: advice.into(),
        act: "withdrawal",
        button,
        pairing: may.pairing().clone(),
    })
    .into_response()
}

pub async fn withdraw(mut may: May<Withdraw>) -> Result<Response> {
    let today = may.today();
    let (closed, said) = match may.pairing().stage {
        Stage::Proposed(proposed) => (proposed.withdraw(today), "The proposal is withdrawn."),
        Stage::Offered(offered) => (offered.withdraw(today), "The offer is withdrawn."),
        Stage::InitialMeeting(_) | Stage::Sessions(_) | Stage::MovingOn(_) | Stage::Closed(_) => {
            return Err(NO_OFFER);
        }
    };
    store_stage(&mut may, Stage::Closed(closed)).await?;
    let programme = format!("/programmes/{}", may.pairing().programme.id);
    may.commit().await?;
    Ok(done(&programme, said))
}

pub async fn accept(may: May<Accept>) -> Result<Response> {
    let path = may.pairing().path();
    let said = accepted(may).await?;
    Ok(match said.is_empty() {
        true => see(&path),
        false => done(&path, &said),
    })
}

/// Accepts for the viewer, and says so; nothing, where they had.
pub async fn accepted(mut may: May<Accept>) -> Result<String> {
    let (Stage::Offered(offered), Some(side)) = (may.pairing().stage, may.pairing().part.side())
    else {
        return Err(NO_OFFER);
    };
    if offered.accepted_by(side).is_some() {
        return Ok(String::new());
    }
    let stage = offered.accept(side, may.today());
    match store_stage(&mut may, stage).await {
        Ok(()) => {}
        Err(cause) if broke(&cause, "pairings_within_capacity") => {
            return Err(Error::conflict(format!(
                "{} has no free place any more. Your coordinator sees it too, and can make one or \
                 find you another mentor. Nothing has changed.",
                may.pairing().mentor.name
            )));
        }
        Err(cause) if broke(&cause, "pairings_not_a_line_manager") => {
            return Err(Error::conflict(
                "One of you is the other’s line manager by now, and a line manager cannot be the \
                 mentor. Your coordinator can find another match. Nothing has changed.",
            ));
        }
        Err(cause) => return Err(cause.into()),
    }
    news::tell(&mut may, News::of_acceptance(&stage)).await?;
    let partner = may.pairing().partner().name.clone();
    may.commit().await?;
    Ok(match stage {
        Stage::InitialMeeting(_) => format!("You are paired with {partner}."),
        _ => format!("You have accepted. {partner} answers next."),
    })
}

pub async fn ask_to_decline(may: May<Decline>) -> Response {
    if may.pairing().is_own_request() {
        return see(&format!("{}/taking-back", may.pairing().path()));
    }
    Page(ConfirmPage {
        frame: may.frame(),
        title: format!(
            "Decline to be paired with {}?",
            may.pairing().partner().name
        ),
        advice: format!(
            "You need not say why, and nobody is told a reason. {}.",
            may.pairing().otherwise()
        ),
        act: "refusal",
        button: "Decline the offer",
        pairing: may.pairing().clone(),
    })
    .into_response()
}

pub async fn decline(may: May<Decline>) -> Result<Response> {
    Ok(done("/", &declined(may).await?))
}

/// Declines for the viewer, and says so.
pub async fn declined(mut may: May<Decline>) -> Result<String> {
    let (Stage::Offered(offered), Some(side)) = (may.pairing().stage, may.pairing().part.side())
    else {
        return Err(NO_OFFER);
    };
    if may.pairing().is_own_request() {
        return Err(Error::conflict(
            "You have asked for this yourself: take it back if you have changed your mind. Nothing \
             has changed.",
        ));
    }
    let stages = [
        Stage::Offered(offered.go_back(side)),
        Stage::Closed(offered.decline(may.today())),
    ];
    store_stages(&mut may, &stages).await?;
    news::tell(&mut may, News::Declined).await?;
    let otherwise = may.pairing().otherwise();
    may.commit().await?;
    Ok(format!("You have declined. {otherwise}."))
}

/// What comes of an offer for one of the two that was not accepted by both.
pub fn otherwise(told: Option<Side>, mentees_ask: bool) -> &'static str {
    match (told, mentees_ask) {
        (Some(Side::Mentor), _) => "Your place is free for somebody else",
        (Some(Side::Mentee), true) => "You can look for a mentor again, and ask",
        (Some(Side::Mentee), false) | (None, _) => "The coordinators look for another match",
    }
}

pub async fn ask_to_take_back(may: May<TakeBack>) -> Response {
    if !may.pairing().is_own_request() {
        return see(&format!("{}/refusal", may.pairing().path()));
    }
    let mentor = &may.pairing().mentor.name;
    Page(ConfirmPage {
        frame: may.frame(),
        title: format!("Take back your request to {mentor}?"),
        advice: "They are told kindly that they need not answer any more, and no reason. You are \
                 free to be paired with somebody else at once."
            .into(),
        act: "taking-back",
        button: "Take it back",
        pairing: may.pairing().clone(),
    })
    .into_response()
}

/// Before the mentor has answered, a mentee who has asked may change their mind.
pub async fn take_back(mut may: May<TakeBack>) -> Result<Response> {
    let Stage::Offered(offered) = may.pairing().stage else {
        return Err(NO_OFFER);
    };
    if !may.pairing().is_own_request() {
        return Err(Error::conflict(
            "You have not asked for this: it was offered to you, and you can decline it. Nothing has \
             changed.",
        ));
    }
    let closed = offered.withdraw(may.today());
    store_stage(&mut may, Stage::Closed(closed)).await?;
    news::tell(&mut may, News::TakenBack).await?;
    let mentor = may.pairing().mentor.name.clone();
    may.commit().await?;
    Ok(done(
        "/",
        &format!("You have taken it back. {mentor} is told that there is nothing to answer."),
    ))
}

const NO_OFFER: Error = Error::Conflict(std::borrow::Cow::Borrowed(
    "This offer has been answered already. Nothing has changed.",
));
