//! Choosing a time: what both have free, by day, or a time of one's own.

use super::free::{self, Day, Nearest, Wanted};
use super::outcome::still_to_come;
use super::{Session, queries};
use crate::error::{Error, Result};
use crate::pairings::Pairing;
use crate::pairings::access::{BookSession, May};
use crate::pairings::stage::Side;
use crate::web::form::{self, Form, Problems};
use crate::web::page::{Frame, Page};
use crate::web::routes::{Entry, Routes};
use crate::web::words;
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use time::{Date, Duration, OffsetDateTime, PrimitiveDateTime};

/// How far ahead a session may be booked.
const FURTHEST: Duration = Duration::days(366);

#[derive(Template)]
#[template(path = "sessions/new.html")]
pub struct TimesPage {
    frame: Frame,
    pairing: Pairing,
    days: Vec<Day>,
    later_from: Date,
    /// Where there is no common time.
    nearest: Option<Nearest>,
    /// The session for which another time is looked for.
    moving: Option<Session>,
    zone: String,
    /// Whether the two read different clocks somewhere on this page.
    zones_differ: bool,
    /// That somebody else was first, in words.
    notice: Option<String>,
    asked: Asked,
    problems: Problems,
}

/// Two meetings are not booked at once.
#[derive(Template)]
#[template(path = "sessions/booked_already.html")]
struct BookedAlreadyPage {
    frame: Frame,
    session: Session,
    pairing: Pairing,
}

/// What is carried from page to page on the way to a booking.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// An instant, of a free time that was chosen.
    pub at: String,
    /// A time of one's own, on the viewer's clock.
    pub date: String,
    pub time: String,
    /// The day from which free times are looked for.
    pub from: String,
    pub place: String,
    pub agenda: String,
    /// How many more times after this one.
    pub repeat: String,
    /// The key of a session that is to be moved.
    pub moving: String,
}

impl Asked {
    pub fn moves(&self) -> Option<i64> {
        self.moving.parse().ok()
    }

    /// What a link to other times carries along.
    fn query(&self) -> String {
        self.moves()
            .map(|session| format!("&moving={session}"))
            .unwrap_or_default()
    }

    /// Whether something typed has to be carried along.
    pub fn typed(&self) -> bool {
        !self.place.is_empty() || !self.agenda.is_empty()
    }

    /// A link must not carry it.
    fn method(&self) -> &'static str {
        if self.typed() { "post" } else { "get" }
    }
}

impl TimesPage {
    fn exception(&self) -> String {
        format!(
            "{} would have to make an exception.",
            self.pairing.partner().name
        )
    }

    /// Where other times are suggested to the other one.
    fn suggest(&self) -> String {
        let moving = self.asked.moves();
        let moving = moving.map_or_else(String::new, |session| format!("?moving={session}"));
        format!("{}/suggestions/new{moving}", self.pairing.path())
    }

    fn their_hours(&self) -> String {
        format!(
            "Nearest within the hours of {}",
            self.pairing.partner().name
        )
    }
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/pairings/{pairing}/sessions/new", Entry::SignedIn, show)
        .post("/pairings/{pairing}/sessions/new", Entry::SignedIn, show)
}

async fn show(mut may: May<BookSession>, Form(asked): Form<Asked>) -> Result<Response> {
    if let Some(page) = booked_already(&mut may, &asked).await? {
        return Ok(page);
    }
    let mut problems = Problems::default();
    let from = form::optional_date(&asked.from, "Enter a date to look from, such as 2026-12-01");
    problems.keep("from", from);
    let fine = problems.is_empty();
    let page = page(&mut may, asked, None, problems).await?;
    Ok(if fine {
        page.into_response()
    } else {
        page.refused()
    })
}

/// The free times, with a word of what happened to the one that was asked for.
pub async fn page(
    may: &mut May<BookSession>,
    asked: Asked,
    notice: Option<String>,
    problems: Problems,
) -> Result<Page<TimesPage>> {
    let wanted = Wanted {
        from: form::optional_date(&asked.from, "").unwrap_or_default(),
        moving: asked.moves(),
    };
    let moving = match asked.moves() {
        Some(session) => Some(queries::find(may, session).await?),
        None => None,
    };
    let free = free::times(may, wanted).await?;
    let nearest = match free.days.is_empty() {
        true => Some(free::nearest(may, wanted).await?),
        false => None,
    };
    let slots = free
        .days
        .iter()
        .flat_map(|day| day.morning.iter().chain(&day.afternoon))
        .chain(nearest.iter().flat_map(Nearest::slots));
    let differ = |slot: &free::Slot| slot.times.yours != slot.times.theirs;
    let zones_differ = { slots }.any(differ);
    Ok(Page(TimesPage {
        frame: may.frame(),
        pairing: may.pairing().clone(),
        zones_differ,
        days: free.days,
        later_from: free.later_from,
        nearest,
        moving,
        zone: words::place(&may.viewer().time_zone),
        notice,
        asked,
        problems,
    }))
}

/// The page that says so, if the pairing has a session booked that is not the one to be moved.
///
/// # Errors
/// A conflict that says it, where a page of its own would lose what was typed; and where what is to
/// be moved is no longer to come.
pub async fn booked_already(may: &mut May<BookSession>, asked: &Asked) -> Result<Option<Response>> {
    if let Some(session) = asked.moves() {
        let session = queries::find(may, session).await?;
        still_to_come(&session, may.now())?;
        return Ok(None);
    }
    let Some(open) = may.pairing().facts.open_session else {
        return Ok(None);
    };
    if asked.typed() {
        return Err(one_at_a_time(may, open.id).await?);
    }
    let page = Page(BookedAlreadyPage {
        frame: may.frame(),
        session: queries::find(may, open.id).await?,
        pairing: may.pairing().clone(),
    });
    Ok(Some(page.into_response()))
}

/// That there is a session booked already.
pub async fn one_at_a_time(may: &mut May<BookSession>, open: i64) -> Result<Error> {
    let session = queries::find(may, open).await?;
    Ok(Error::conflict(format!(
        "You have a session booked already: {} with {}. You book one session at a time, and can \
         move the one that you have. Nothing has changed by this press.",
        words::moment(&session.times.yours),
        may.pairing().partner().name,
    )))
}

/// The instant that was asked for, or what is wrong with it.
pub async fn instant(
    may: &mut May<BookSession>,
    asked: &Asked,
) -> Result<Result<OffsetDateTime, Problems>> {
    let now = may.now();
    let (field, at) = if asked.at.is_empty() {
        let mut problems = Problems::default();
        let date = form::date(&asked.date, "Enter the date you would like to meet");
        let date = problems.keep("date", date);
        let time = form::time_of_day(&asked.time, "Enter the time you would like, such as 2:30pm");
        let time = problems.keep("time", time);
        let (Some(date), Some(time)) = (date, time) else {
            return Ok(Err(problems));
        };
        let local = PrimitiveDateTime::new(date, time);
        match queries::instant(may, local).await? {
            Some(at) => ("date", at),
            None => {
                let words = "Choose another time: the clocks go forward then, and leave it out";
                return Ok(Err(Problems::one("time", words)));
            }
        }
    } else {
        let format = &time::format_description::well_known::Rfc3339;
        match OffsetDateTime::parse(&asked.at, format) {
            Ok(at) if at.second() == 0 && at.nanosecond() == 0 => ("at", at),
            _ => return Ok(Err(Problems::one("at", "Choose one of the times below"))),
        }
    };
    Ok(if at <= now {
        Err(Problems::one(field, "Choose a time that is still to come"))
    } else if at > now + FURTHEST {
        Err(Problems::one(field, "Choose a time within the next year"))
    } else {
        Ok(at)
    })
}
