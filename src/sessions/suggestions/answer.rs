//! What becomes of suggested times: one of them is booked, none fits, or they are taken back.

use super::{Suggestion, letter, queries};
use crate::App;
use crate::error::{Error, Result};
use crate::pairings::access::{BookSession, ChangeSession, May};
use crate::sessions::book::{self, Booking};
use crate::sessions::new::{self as times, Asked};
use crate::sessions::{Kind, free, number_in_path};
use crate::web::form::Form;
use crate::web::page::{done, see};
use crate::web::routes::{Entry, Routes};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

#[derive(Default, Deserialize)]
#[serde(default)]
struct ChoiceForm {
    /// An instant.
    at: String,
}

/// `{suggestion}` of the path.
struct SuggestionId(i64);

impl FromRequestParts<App> for SuggestionId {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        number_in_path(parts, "suggestion").await.map(SuggestionId)
    }
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .post(
            "/pairings/{pairing}/suggestions/{suggestion}/choice",
            Entry::SignedIn,
            choose,
        )
        .post(
            "/pairings/{pairing}/suggestions/{suggestion}/refusal",
            Entry::SignedIn,
            refuse,
        )
        .post(
            "/pairings/{pairing}/suggestions/{suggestion}/withdrawal",
            Entry::SignedIn,
            withdraw,
        )
}

async fn choose(
    mut may: May<BookSession>,
    SuggestionId(id): SuggestionId,
    Form(form): Form<ChoiceForm>,
) -> Result<Response> {
    let at = OffsetDateTime::parse(&form.at, &Rfc3339).map_err(|_| Error::Unreadable)?;
    let open = queries::open(&mut may).await?;
    let chosen = open.into_iter().find(|one| one.id == id && one.offers(at));
    let Some(suggestion) = chosen else {
        return book_already(&may, at);
    };
    let asked = Asked {
        place: suggestion.place.clone(),
        moving: suggestion
            .moving
            .map_or_else(String::new, |(id, _)| id.to_string()),
        ..Asked::default()
    };
    if let Some((session, _)) = suggestion.moving {
        return book::shift(may, session, at, asked).await;
    }
    if let Some(open) = may.pairing().facts.open_session {
        return Err(times::one_at_a_time(&mut may, open.id).await?);
    }
    let looked = free::look(&mut may, at, None).await?;
    let booking = Booking {
        at,
        kind: Kind::at(&may.pairing().stage),
        place: match suggestion.place.is_empty() {
            true => looked.usual_place.clone(),
            false => suggestion.place,
        },
        agenda: String::new(),
    };
    book::make(may, (booking, 0), looked, asked).await
}

/// The same press again leads to the same session.
fn book_already(may: &May<BookSession>, at: OffsetDateTime) -> Result<Response> {
    let pairing = may.pairing();
    match pairing.facts.open_session {
        Some(open) if open.starts_at == at => {
            Ok(see(&format!("{}/sessions/{}", pairing.path(), open.id)))
        }
        _ => Err(Error::conflict(format!(
            "{} does not suggest that time any more, or it has passed. Nothing has changed by this \
             press.",
            pairing.partner().name
        ))),
    }
}

async fn refuse(mut may: May<ChangeSession>, SuggestionId(id): SuggestionId) -> Result<Response> {
    let open = queries::open(&mut may).await?;
    let moving = open
        .iter()
        .find(|one| one.id == id)
        .and_then(|one| one.moving);
    let path = may.pairing().path();
    if !queries::remove(&mut may, id, false).await? {
        return Ok(see(&path));
    }
    letter::none_fits(&mut may).await?;
    let partner = may.pairing().partner().name.clone();
    may.commit_as("said that no suggested time fits").await?;
    let moving = moving.map_or_else(String::new, |(id, _)| format!("?moving={id}"));
    Ok(done(
        &format!("{path}/suggestions/new{moving}"),
        &format!("{partner} is told that none of them fits. You can suggest others."),
    ))
}

async fn withdraw(mut may: May<ChangeSession>, SuggestionId(id): SuggestionId) -> Result<Response> {
    let path = may.pairing().path();
    if !queries::remove(&mut may, id, true).await? {
        return Ok(see(&path));
    }
    letter::withdrawn(&mut may).await?;
    may.commit_as("took suggested times back").await?;
    Ok(done(&path, "The times are not suggested any more."))
}

impl Suggestion {
    fn offers(&self, at: OffsetDateTime) -> bool {
        !self.yours && self.times.iter().any(|slot| slot.at == at)
    }
}
