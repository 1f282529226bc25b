//! Suggesting times to the other one.

use super::queries::{self, NewSuggestion};
use super::{LONGEST_WORDS, MOST, letter};
use crate::error::Result;
use crate::pairings::Pairing;
use crate::pairings::access::{BookSession, May};
use crate::sessions::free::{self, Busy, Slot};
use crate::sessions::new::{self as times, Asked};
use crate::sessions::{LONGEST_PLACE, Session, Times, queries as sessions};
use crate::web::form::{self, Form, Problems};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use crate::web::words;
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "sessions/suggest.html")]
struct SuggestPage {
    frame: Frame,
    pairing: Pairing,
    /// The session that would be moved.
    moving: Option<Session>,
    /// What the clocks of the two show at the moment.
    clocks: Times,
    zone: String,
    form: SuggestionForm,
    problems: Problems,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SuggestionForm {
    date_1: String,
    time_1: String,
    date_2: String,
    time_2: String,
    date_3: String,
    time_3: String,
    place: String,
    words: String,
    /// The key of a session that would be moved.
    moving: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/pairings/{pairing}/suggestions/new", Entry::SignedIn, show)
        .post("/pairings/{pairing}/suggestions", Entry::SignedIn, create)
}

async fn show(mut may: May<BookSession>, Form(form): Form<SuggestionForm>) -> Result<Response> {
    if let Some(page) = times::booked_already(&mut may, &form.asked()).await? {
        return Ok(page);
    }
    let page = page(&mut may, form, Problems::default()).await?;
    Ok(page.into_response())
}

async fn page(
    may: &mut May<BookSession>,
    form: SuggestionForm,
    problems: Problems,
) -> Result<Page<SuggestPage>> {
    let moving = match form.asked().moves() {
        Some(session) => Some(sessions::find(may, session).await?),
        None => None,
    };
    let now = may.now();
    Ok(Page(SuggestPage {
        frame: may.frame(),
        pairing: may.pairing().clone(),
        moving,
        clocks: free::look(may, now, None).await?.times,
        zone: words::place(&may.viewer().time_zone),
        form,
        problems,
    }))
}

async fn create(mut may: May<BookSession>, Form(form): Form<SuggestionForm>) -> Result<Response> {
    if let Some(page) = times::booked_already(&mut may, &form.asked()).await? {
        return Ok(page);
    }
    let suggestion = match form.read(&mut may).await? {
        Ok(suggestion) => suggestion,
        Err(problems) => return Ok(page(&mut may, form, problems).await?.refused()),
    };
    let path = format!("{}#suggestion", may.pairing().path());
    if !queries::store(&mut may, &suggestion).await? {
        return Ok(see(&path));
    }
    letter::suggested(&mut may, &suggestion).await?;
    let partner = may.pairing().partner().name.clone();
    may.commit_as("suggested times to meet").await?;
    Ok(done(
        &path,
        &format!("{partner} is asked which of them fits, and books it by a press."),
    ))
}

impl SuggestionForm {
    fn rows(&self) -> [(&str, &str); MOST] {
        [
            (&self.date_1, &self.time_1),
            (&self.date_2, &self.time_2),
            (&self.date_3, &self.time_3),
        ]
    }

    /// As on the way to a booking.
    fn asked(&self) -> Asked {
        Asked {
            place: self.place.clone(),
            agenda: self.words.clone(),
            moving: self.moving.clone(),
            ..Asked::default()
        }
    }

    /// The first row is needed; of the others those that are filled in.
    async fn read(&self, may: &mut May<BookSession>) -> Result<Result<NewSuggestion, Problems>> {
        let mut problems = Problems::default();
        let mut times: Vec<Slot> = Vec::new();
        for (row, (date, time)) in (1..).zip(self.rows()) {
            if row > 1 && date.trim().is_empty() && time.trim().is_empty() {
                continue;
            }
            match self.slot(may, date, time).await? {
                Ok(slot) => times.push(slot),
                Err(of_row) => {
                    for (field, message) in of_row.all() {
                        problems.add(format!("{field}_{row}"), message.to_owned());
                    }
                }
            }
        }
        times.sort_by_key(|slot| slot.at);
        times.dedup_by_key(|slot| slot.at);
        let place = problems.keep("place", form::optional_line(&self.place, LONGEST_PLACE));
        let words = problems.keep("words", form::optional_prose(&self.words, LONGEST_WORDS));
        Ok(match (place, words) {
            (Some(place), Some(words)) if problems.is_empty() => Ok(NewSuggestion {
                times,
                place,
                words,
                moving: self.asked().moves(),
            }),
            _ => Err(problems),
        })
    }

    async fn slot(
        &self,
        may: &mut May<BookSession>,
        date: &str,
        time: &str,
    ) -> Result<Result<Slot, Problems>> {
        let asked = Asked {
            date: date.to_owned(),
            time: time.to_owned(),
            ..self.asked()
        };
        let at = match times::instant(may, &asked).await? {
            Ok(at) => at,
            Err(problems) => return Ok(Err(problems)),
        };
        let looked = free::look(may, at, asked.moves()).await?;
        Ok(match looked.busy {
            Some(busy) => {
                let words = match busy {
                    Busy::Session => "Choose another time: one of you has a session then",
                    Busy::YourCalendar => {
                        "Choose another time: your other calendar says that you are busy then"
                    }
                    Busy::TheirCalendar => "Choose another time: one of you is busy then",
                };
                Err(Problems::one("time", words))
            }
            None => Ok(Slot {
                at,
                times: looked.times,
            }),
        })
    }
}
