//! Choosing a free time for a mentor, looking at it once more, and booking it or moving to it.

use super::access::Assists;
use super::queries::{self, Booked, Next};
use super::tell;
use crate::calendars::invitations::Happened;
use crate::error::{Error, Result, broke};
use crate::sessions::LONGEST_PLACE;
use crate::sessions::free::{self, Day, Slot, Two, Wanted};
use crate::web::form::{self, Form, Problems};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use crate::web::words;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use time::format_description::well_known::Rfc3339;
use time::{Date, Duration, OffsetDateTime};

#[derive(Template)]
#[template(path = "assisting/times.html")]
struct TimesPage {
    frame: Frame,
    pairing: Booked,
    /// The session for which another time is looked for.
    moving: Option<Next>,
    days: Vec<Day>,
    later_from: Date,
    today: Date,
    notice: Option<String>,
    asked: Asked,
    problems: Problems,
}

#[derive(Template)]
#[template(path = "assisting/confirm.html")]
struct ConfirmPage {
    frame: Frame,
    pairing: Booked,
    moving: Option<Next>,
    slot: Slot,
    asked: Asked,
    problems: Problems,
}

/// What is carried from page to page on the way to a booking.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Asked {
    /// An instant.
    at: String,
    /// The day from which free times are looked for.
    from: String,
    place: String,
    /// The key of the session that is to be moved.
    moving: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/assisting/{pairing}/times", Entry::SignedIn, show)
        .get("/assisting/{pairing}/confirm", Entry::SignedIn, confirm)
        .post("/assisting/{pairing}/sessions", Entry::SignedIn, create)
}

async fn show(mut assists: Assists, Form(asked): Form<Asked>) -> Result<Response> {
    assists.may_choose()?;
    let mut problems = Problems::default();
    let from = form::optional_date(&asked.from, "Enter a date to look from, such as 2026-12-01");
    problems.keep("from", from);
    let fine = problems.is_empty();
    let page = page(&mut assists, asked, None, problems).await?;
    Ok(if fine {
        page.into_response()
    } else {
        page.refused()
    })
}

async fn page(
    assists: &mut Assists,
    asked: Asked,
    notice: Option<String>,
    problems: Problems,
) -> Result<Page<TimesPage>> {
    let moving = assists.pairing.coming_session();
    let two = two(assists);
    let wanted = Wanted {
        from: form::optional_date(&asked.from, "").unwrap_or_default(),
        moving: moving.map(|session| session.id),
    };
    let free = free::times_of(&mut assists.acting, &two, wanted).await?;
    Ok(Page(TimesPage {
        frame: assists.frame(),
        pairing: assists.pairing.clone(),
        moving,
        days: free.days,
        later_from: free.later_from,
        today: two.today,
        notice,
        asked,
        problems,
    }))
}

/// Told by the mentor's clock.
fn two(assists: &Assists) -> Two {
    let (pairing, now) = (&assists.pairing, assists.acting.now);
    Two {
        mentor: pairing.mentor.clone(),
        mentee: pairing.mentee.clone(),
        minutes: pairing.minutes,
        zone: pairing.mentor.time_zone.clone(),
        other_zone: pairing.mentee.time_zone.clone(),
        now,
        today: now.date(),
    }
}

/// The free time that was asked for, if it is offered still.
async fn offered(assists: &mut Assists, at: OffsetDateTime) -> Result<Option<Slot>> {
    let wanted = Wanted {
        from: Some(at.date() - Duration::DAY),
        moving: assists.pairing.coming_session().map(|session| session.id),
    };
    let two = two(assists);
    let free = free::times_of(&mut assists.acting, &two, wanted).await?;
    let slots = { free.days.into_iter() }.flat_map(|day| [day.morning, day.afternoon]);
    Ok(slots.flatten().find(|slot| slot.at == at))
}

async fn confirm(mut assists: Assists, Form(asked): Form<Asked>) -> Result<Response> {
    assists.may_choose()?;
    let Some(slot) = offered(&mut assists, asked.at()?).await? else {
        return not_free(assists, asked).await;
    };
    let mentor = assists.pairing.mentor.id;
    let place = queries::usual_place(&mut assists.acting, mentor).await?;
    let asked = Asked { place, ..asked };
    Ok(confirm_page(&assists, slot, asked, Problems::default()).into_response())
}

fn confirm_page(
    assists: &Assists,
    slot: Slot,
    asked: Asked,
    problems: Problems,
) -> Page<ConfirmPage> {
    Page(ConfirmPage {
        frame: assists.frame(),
        pairing: assists.pairing.clone(),
        moving: assists.pairing.coming_session(),
        slot,
        asked,
        problems,
    })
}

async fn not_free(mut assists: Assists, asked: Asked) -> Result<Response> {
    let notice = "That time is not free any more. These times are.".to_owned();
    let asked = Asked {
        from: String::new(),
        ..asked
    };
    let page = page(&mut assists, asked, Some(notice), Problems::default()).await?;
    Ok(page.with_status(StatusCode::CONFLICT))
}

async fn create(mut assists: Assists, Form(asked): Form<Asked>) -> Result<Response> {
    let at = asked.at()?;
    let session = assists.pairing.session;
    if session.is_some_and(|session| session.starts_at == at) {
        return Ok(see("/"));
    }
    assists.may_choose()?;
    if session.map(|session| session.id) != asked.moves() {
        return Err(changed(&assists.pairing));
    }
    let Some(slot) = offered(&mut assists, at).await? else {
        return not_free(assists, asked).await;
    };
    let place = match form::optional_line(&asked.place, LONGEST_PLACE) {
        Ok(place) => place,
        Err(message) => {
            let problems = Problems::one("place", message);
            return Ok(confirm_page(&assists, slot, asked, problems).refused());
        }
    };
    sqlx::raw_sql("savepoint before_booking")
        .execute(&mut *assists.acting)
        .await?;
    match enter(&mut assists, at, &place).await {
        Ok(Some((session, happened))) => {
            tell(&mut assists, session, happened).await?;
            entered(assists, &slot, happened).await
        }
        Ok(None) => Err(changed(&assists.pairing)),
        Err(cause) if broke(&cause, "attendances_not_two_at_once") => {
            sqlx::raw_sql("rollback to savepoint before_booking")
                .execute(&mut *assists.acting)
                .await?;
            not_free(assists, asked).await
        }
        Err(cause) => Err(cause.into()),
    }
}

/// Books, or moves what is booked.
async fn enter(
    assists: &mut Assists,
    at: OffsetDateTime,
    place: &str,
) -> sqlx::Result<Option<(i64, Happened)>> {
    let id = assists.pairing.id;
    Ok(match assists.pairing.session {
        Some(session) => queries::shift(&mut assists.acting, id, session.id, at)
            .await?
            .then_some((session.id, Happened::Moved)),
        None => queries::book(&mut assists.acting, id, at, place)
            .await?
            .map(|session| (session, Happened::Booked)),
    })
}

async fn entered(assists: Assists, slot: &Slot, happened: Happened) -> Result<Response> {
    let (what, act) = match happened {
        Happened::Moved => ("Moved", "moved a session for the mentor"),
        _ => ("Booked", "booked a session for the mentor"),
    };
    let banner = format!(
        "{what}: {}, {} with {}.",
        words::moment(&slot.times.yours),
        assists.pairing.mentor.name,
        assists.pairing.mentee.name
    );
    assists.commit(act).await?;
    Ok(done("/", &banner))
}

pub fn changed(pairing: &Booked) -> Error {
    Error::conflict(format!(
        "What {} and {} have booked has changed in the meantime: see your home page. Nothing has \
         changed by this press.",
        pairing.mentor.name, pairing.mentee.name
    ))
}

impl Asked {
    fn at(&self) -> Result<OffsetDateTime> {
        OffsetDateTime::parse(&self.at, &Rfc3339).map_err(|_| Error::Unreadable)
    }

    fn moves(&self) -> Option<i64> {
        self.moving.parse().ok()
    }
}
