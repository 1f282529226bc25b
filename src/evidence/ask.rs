//! What somebody is asked: to rate some statements, in two minutes. A draft may be kept, whoever
//! would rather not say says so, and until the next time all of it may be changed.

use super::measures::{self, MEASURES, Measure, Point, RATINGS, Whose};
use super::queries::{self, Asked, Rated, Sheet};
use crate::App;
use crate::error::{Error, Result};
use crate::people::Acting;
use crate::people::acting::About;
use crate::programmes::ProgrammeId;
use crate::programmes::access::{Programme, find, key_in_path};
use crate::web::form::{Form, Problems, Typed};
use crate::web::page::{Frame, Page, done};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::RequestPartsExt;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use std::collections::HashMap;
use time::Date;

/// What a form says of somebody who would rather not say.
const UNSAID: &str = "unsaid";

/// Somebody who takes part in a programme or runs it, or has answered while they did. For everybody
/// else there is nothing here.
struct Answers {
    acting: Acting,
    programme: Programme,
    asked: Asked,
    rated: Vec<Rated>,
}

#[derive(Template)]
#[template(path = "evidence/ask.html")]
struct AskPage {
    frame: Frame,
    programme: Programme,
    now: Option<(Point, Date)>,
    /// Of the point that is asked about now.
    sent: bool,
    groups: Vec<Group>,
    history: Vec<Past>,
    problems: Problems,
}

/// Statements of one kind, as they are rated so far.
struct Group {
    whose: Whose,
    questions: Vec<(&'static Measure, String)>,
}

/// One statement and how it was rated each time.
struct Past {
    title: &'static str,
    ratings: [String; 3],
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/programmes/{programme}/outcomes", Entry::SignedIn, show)
        .post("/programmes/{programme}/outcomes", Entry::SignedIn, update)
}

impl FromRequestParts<App> for Answers {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let mut acting: Acting = parts.extract_with_state(app).await?;
        let id = ProgrammeId(key_in_path(parts, "programme").await?);
        let asked = queries::asked(&mut acting, id).await?;
        let rated = queries::rated(&mut acting, id).await?;
        if asked.is_none() && rated.is_empty() {
            return Err(Error::NotFound);
        }
        Ok(Answers {
            programme: find(&mut acting, id).await?,
            asked: asked.unwrap_or_default(),
            rated,
            acting,
        })
    }
}

async fn show(answers: Answers) -> Result<Response> {
    let chosen = answers.kept();
    Ok(page(answers, &chosen, Problems::default()).into_response())
}

async fn update(
    mut answers: Answers,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response> {
    let typed = Typed::from(fields);
    let Some((point, _)) = answers.asked.now else {
        return Err(Error::conflict("Nothing is asked of you here now."));
    };
    if Point::read(typed.one("point")) != Some(point) {
        return Err(Error::conflict(
            "This form was for another time: you are asked anew by now. Open the page again.",
        ));
    }
    let send = answers.was_sent(point) || typed.one("act") != "save";
    let ratings = match answers.read(&typed, send) {
        Ok(ratings) => ratings,
        Err(problems) => {
            let chosen = answers.typed(&typed);
            return Ok(page(answers, &chosen, problems).refused());
        }
    };
    let sheet = Sheet {
        programme: answers.programme.id,
        point,
        send,
        asked: &answers.asked,
        ratings: &ratings,
    };
    queries::keep(&mut answers.acting, &sheet).await?;
    let (act, words, to) = if send {
        (
            "answered what mentoring brings",
            "Thank you: your ratings are kept. Nobody reads them but you.",
            "/".to_owned(),
        )
    } else {
        (
            "kept a draft of what mentoring brings",
            "Kept as a draft. Go on with it whenever you like.",
            answers.programme.at("/outcomes"),
        )
    };
    answers.acting.commit(act, About::Oneself).await?;
    Ok(done(&to, words))
}

type Chosen = HashMap<&'static str, String>;

fn page(answers: Answers, chosen: &Chosen, problems: Problems) -> Page<AskPage> {
    let now = answers.asked.now;
    let groups = answers.kinds().map(|whose| Group {
        whose,
        questions: measures::of(whose)
            .map(|measure| {
                (
                    measure,
                    chosen.get(measure.key).cloned().unwrap_or_default(),
                )
            })
            .collect(),
    });
    Page(AskPage {
        groups: groups.collect(),
        history: answers.history(),
        sent: now.is_some_and(|(point, _)| answers.was_sent(point)),
        now,
        frame: answers.acting.frame.clone(),
        programme: answers.programme,
        problems,
    })
}

impl Answers {
    fn kinds(&self) -> impl Iterator<Item = Whose> {
        let (mentee, mentor) = (self.asked.mentee, self.asked.mentor);
        Whose::ALL.into_iter().filter(move |whose| match whose {
            Whose::Mentee => mentee,
            Whose::Mentor => mentor,
            Whose::Organisation => true,
        })
    }

    fn measures(&self) -> impl Iterator<Item = &'static Measure> {
        self.kinds().flat_map(measures::of)
    }

    fn was_sent(&self, point: Point) -> bool {
        self.rated.iter().any(|one| one.point == point && one.sent)
    }

    /// What is kept for now.
    fn kept(&self) -> Chosen {
        let now = self.asked.now.map(|(point, _)| point);
        let kept = self.rated.iter().filter(|one| Some(one.point) == now);
        kept.filter_map(|one| {
            let measure = MEASURES.iter().find(|measure| measure.key == one.measure)?;
            let rating = one.rating.map(|rating| rating.to_string());
            Some((measure.key, rating.unwrap_or_else(|| UNSAID.to_owned())))
        })
        .collect()
    }

    fn typed(&self, typed: &Typed) -> Chosen {
        self.measures()
            .map(|measure| (measure.key, typed.one(measure.key).to_owned()))
            .collect()
    }

    /// To be sent, it has a word on each statement about oneself; what one thinks of the organisation
    /// is optional to whoever is asked anything else.
    fn read(
        &self,
        typed: &Typed,
        send: bool,
    ) -> Result<Vec<(&'static str, Option<i16>)>, Problems> {
        let mut problems = Problems::default();
        let mut ratings = Vec::new();
        for measure in self.measures() {
            match typed.one(measure.key) {
                "" if send && measure.whose != Whose::Organisation => problems.add(
                    measure.key,
                    format!(
                        "Rate “{}”, or say that you would rather not",
                        measure.statement
                    ),
                ),
                "" => {}
                UNSAID => ratings.push((measure.key, None)),
                rating => match rating.parse() {
                    Ok(rating @ 1..=5) => ratings.push((measure.key, Some(rating))),
                    _ => problems.add(measure.key, "Choose one of the five ratings"),
                },
            }
        }
        if ratings.is_empty() && problems.is_empty() {
            let first = self.measures().next().map_or("", |measure| measure.key);
            problems.add(first, "Rate at least one statement");
        }
        if problems.is_empty() {
            Ok(ratings)
        } else {
            Err(problems)
        }
    }

    /// What has been sent, each time.
    fn history(&self) -> Vec<Past> {
        let words = |measure: &Measure, point: Point| {
            let said = self
                .rated
                .iter()
                .find(|one| one.measure == measure.key && one.point == point && one.sent);
            match said.map(|one| one.rating) {
                None => String::new(),
                Some(None) => "Rather not said".to_owned(),
                Some(Some(rating)) => {
                    let words = usize::try_from(rating - 1)
                        .ok()
                        .and_then(|at| RATINGS.get(at));
                    format!("{rating}: {}", words.copied().unwrap_or_default())
                }
            }
        };
        let past = MEASURES.iter().map(|measure| Past {
            title: measure.title,
            ratings: Point::ALL.map(|point| words(measure, point)),
        });
        past.filter(|past| past.ratings.iter().any(|words| !words.is_empty()))
            .collect()
    }
}
