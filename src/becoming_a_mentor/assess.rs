//! The ten qualities, rated by oneself: begun, put aside, gone on with, and kept once it is whole.

use super::qualities::{Quality, RATINGS, TEN};
use super::queries::{self, Assessment, Kept, Said};
use crate::error::Result;
use crate::people::Acting;
use crate::people::acting::About;
use crate::web::form::{self, Form, Problems, Typed};
use crate::web::page::{Frame, Page, done};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use time::Date;

const PATH: &str = "/becoming-a-mentor/qualities";

#[derive(Template)]
#[template(path = "becoming_a_mentor/assess.html")]
struct AssessPage {
    frame: Frame,
    problems: Problems,
    version: String,
    rows: Vec<Row>,
    /// Whether one is under way.
    begun: bool,
    /// When the last was finished.
    finished: Option<Date>,
    /// What another page has done meanwhile.
    meanwhile: Option<Meanwhile>,
}

#[derive(PartialEq)]
enum Meanwhile {
    WentOn,
    Finished,
}

/// A quality as it stands in the form.
struct Row {
    quality: &'static Quality,
    rating: String,
    example: String,
    /// What another page has kept of it, where that differs.
    other: Option<String>,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(PATH, Entry::SignedIn, show)
        .post(PATH, Entry::SignedIn, keep)
}

async fn show(mut acting: Acting) -> Result<Response> {
    let all = queries::assessments(&mut acting).await?;
    let said = under_way(&all).map(|one| one.said.as_slice());
    let rows = rows(|quality| {
        let mut said = said.into_iter().flatten();
        match said.find(|one| one.quality.key == quality.key) {
            Some(said) => (
                said.rating
                    .map(|rating| rating.to_string())
                    .unwrap_or_default(),
                said.example.clone(),
            ),
            None => Default::default(),
        }
    });
    Ok(page(&acting, &all, rows, Problems::default()).into_response())
}

async fn keep(mut acting: Acting, Form(fields): Form<Vec<(String, String)>>) -> Result<Response> {
    let typed = Typed::from(fields);
    let finish = typed.one("act") == "finish";
    let as_typed = || {
        rows(|quality| {
            let example = typed.one(&quality.example()).to_owned();
            (typed.one(quality.key).to_owned(), example)
        })
    };
    let said = match read(&typed, finish) {
        Ok(said) => said,
        Err(problems) => {
            let all = queries::assessments(&mut acting).await?;
            let mut page = page(&acting, &all, as_typed(), problems);
            page.0.version = typed.one("version").to_owned();
            return Ok(page.refused());
        }
    };
    match queries::keep(&mut acting, typed.one("version"), &said, finish).await? {
        Kept::Otherwise(all) => {
            let mut rows = as_typed();
            for row in &mut rows {
                row.other = all.last().and_then(|one| differs(one, row));
            }
            let mut page = page(&acting, &all, rows, Problems::default());
            page.0.meanwhile = Some(match under_way(&all) {
                Some(_) => Meanwhile::WentOn,
                None => Meanwhile::Finished,
            });
            return Ok(page.with_status(StatusCode::CONFLICT));
        }
        Kept::Before => {}
        Kept::Done => {
            let act = match finish {
                true => "finished a self-assessment",
                false => "kept a draft of a self-assessment",
            };
            acting.commit(act, About::Oneself).await?;
        }
    }
    Ok(match finish {
        true => done(
            "/becoming-a-mentor",
            "Your self-assessment is kept. Nobody but you reads it.",
        ),
        false => done(
            PATH,
            "Kept as a draft. Go on with it whenever you like; nobody but you reads it.",
        ),
    })
}

fn under_way(all: &[Assessment]) -> Option<&Assessment> {
    all.last().filter(|one| one.finished.is_none())
}

fn rows(mut of: impl FnMut(&'static Quality) -> (String, String)) -> Vec<Row> {
    let row = |quality| {
        let (rating, example) = of(quality);
        Row {
            quality,
            rating,
            example,
            other: None,
        }
    };
    TEN.iter().map(row).collect()
}

/// What stands on the other page in words, where it is something else.
fn differs(other: &Assessment, row: &Row) -> Option<String> {
    let said = other.of(row.quality)?;
    let rating = said.rating.map(|rating| rating.to_string());
    let same = rating.as_deref().unwrap_or_default() == row.rating && said.example == row.example;
    let rating = said.rating.map(super::qualities::in_words);
    let words = [rating.unwrap_or("Not rated"), said.example.as_str()];
    let words: Vec<&str> = words.into_iter().filter(|part| !part.is_empty()).collect();
    (!same).then(|| words.join(": "))
}

/// A draft may lack anything but everything; what is finished lacks nothing.
fn read(typed: &Typed, finish: bool) -> Result<Vec<Said>, Problems> {
    let mut problems = Problems::default();
    let mut all = Vec::new();
    for quality in &TEN {
        let rating = match typed.one(quality.key) {
            "" => None,
            rating => match rating.parse() {
                Ok(rating @ 1..=5) => Some(rating),
                _ => {
                    problems.add(quality.key, "Choose one of the five");
                    None
                }
            },
        };
        let field = quality.example();
        let example = form::optional_prose(typed.one(&field), 500);
        let example = problems.keep(field.clone(), example).unwrap_or_default();
        if finish && rating.is_none() && problems.on(quality.key).is_none() {
            problems.add(
                quality.key,
                format!("{}: choose one of the five", quality.name),
            );
        }
        if finish && example.is_empty() && problems.on(&field).is_none() {
            problems.add(field, format!("{}: give an example", quality.name));
        }
        if rating.is_some() || !example.is_empty() {
            all.push(Said {
                quality,
                rating,
                example,
            });
        }
    }
    if all.is_empty() && problems.is_empty() {
        problems.add(TEN[0].key, "Rate one quality, or write an example");
    }
    match problems.is_empty() {
        true => Ok(all),
        false => Err(problems),
    }
}

fn page(
    acting: &Acting,
    all: &[Assessment],
    rows: Vec<Row>,
    problems: Problems,
) -> Page<AssessPage> {
    Page(AssessPage {
        frame: acting.frame.clone(),
        problems,
        version: queries::version(all),
        rows,
        begun: under_way(all).is_some(),
        finished: all.iter().rev().find_map(|one| one.finished),
        meanwhile: None,
    })
}
