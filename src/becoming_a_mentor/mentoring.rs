//! A mentor's own page: what they have given, and how they have grown. For their appraisal, if they like:
//! nobody else is ever shown it.

use super::qualifications::{self, Qualification};
use super::qualities::{self, Quality, TEN};
use super::queries::{self, Assessment, Given, Said};
use crate::error::Result;
use crate::how_it_goes::queries::{self as alone, Strength};
use crate::library::queries::Reader;
use crate::people::Acting;
use crate::web::page::{Frame, Page};
use crate::web::routes::{Entry, Routes};
use crate::web::words::{count, short_day};
use askama::Template;
use axum::response::{IntoResponse, Response};
use time::Date;

#[derive(Template)]
#[template(path = "becoming_a_mentor/mentoring.html")]
struct MentoringPage {
    frame: Frame,
    name: String,
    today: Date,
    given: Given,
    strengths: Vec<Strength>,
    /// Those that are finished, the earliest first.
    assessments: Vec<Assessment>,
    qualifications: Vec<Qualification>,
    read: usize,
    modules: usize,
}

pub fn routes(routes: Routes) -> Routes {
    routes.get("/my-mentoring", Entry::SignedIn, show)
}

async fn show(mut acting: Acting) -> Result<Response> {
    let viewer = acting.viewer.clone();
    let mut assessments = queries::assessments(&mut acting).await?;
    assessments.retain(|one| one.finished.is_some());
    let reader = Reader::of(&mut acting, None).await?;
    let learning = super::learning(&reader);
    Ok(Page(MentoringPage {
        today: qualifications::today(&mut acting).await?,
        given: queries::given(&mut acting).await?,
        strengths: alone::strengths(&mut acting).await?,
        qualifications: qualifications::of(&mut acting, viewer.id).await?,
        read: learning.iter().filter(|(_, read)| *read).count(),
        modules: learning.len(),
        frame: acting.frame.clone(),
        name: viewer.name,
        assessments,
    })
    .into_response())
}

impl MentoringPage {
    /// The first and the last look, where there are two.
    fn then_and_now(&self) -> Option<(&Assessment, &Assessment)> {
        match &self.assessments[..] {
            [then, .., now] => Some((then, now)),
            _ => None,
        }
    }

    fn only(&self) -> Option<&Assessment> {
        match &self.assessments[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    fn is_empty(&self) -> bool {
        self.given.pairings() == 0 && self.given.sessions == 0
    }
}

impl Given {
    fn pairings(&self) -> i64 {
        self.under_way + self.over.iter().map(|(_, number)| number).sum::<i64>()
    }

    /// "7 hours 30 minutes"
    fn hours(&self) -> String {
        let hours = count(&(self.minutes / 60), "hour", "hours");
        match self.minutes % 60 {
            0 => hours,
            minutes => format!("{hours} {}", count(&minutes, "minute", "minutes")),
        }
    }
}

impl Assessment {
    fn day(&self) -> String {
        self.finished.map(|day| short_day(&day)).unwrap_or_default()
    }

    fn rating(&self, quality: &Quality) -> &'static str {
        let rating = self.of(quality).and_then(|said| said.rating);
        rating.map(qualities::in_words).unwrap_or_default()
    }

    fn example(&self, quality: &Quality) -> &str {
        self.of(quality).map_or("", |said: &Said| &said.example)
    }
}
