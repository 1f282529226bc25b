//! The moving-on review: each answers alone, then both read both.

use super::queries::{self, EFFECTIVENESS, JointReview, Review, Reviews, WOULD_MENTOR};
use super::together::JointForm;
use crate::error::{Error, Result};
use crate::objectives::{self, Objective};
use crate::pairings::Pairing;
use crate::pairings::access::{Action, AnswerReview, May, Part, SeeWithin};
use crate::pairings::next::Next;
use crate::pairings::queries::store_stage;
use crate::pairings::stage::{Side, Stage};
use crate::web::form::{self, Form, Problems};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use crate::web::words;
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

const LONGEST: usize = 4_000;

/// While the viewer has not answered.
#[derive(Template)]
#[template(path = "moving_on/answer.html")]
struct AnswerPage {
    frame: Frame,
    pairing: Pairing,
    objectives: Vec<Objective>,
    form: ReviewForm,
    problems: Problems,
}

/// Once they have: their own answers, and both as soon as both have answered.
#[derive(Template)]
#[template(path = "moving_on/review.html")]
pub struct ReviewPage {
    frame: Frame,
    next: Next,
    columns: Vec<Column>,
    /// What the viewer wrote to the coordinators.
    remark: Option<String>,
    /// The viewer has answered and waits for the other one.
    waiting: bool,
    joint: Option<JointReview>,
    /// What the other one saved while this form was being filled in.
    pub crossed: bool,
    may_write: bool,
    form: JointForm,
    problems: Problems,
    pairing: Pairing,
}

/// What one of the two answered.
pub struct Column {
    pub name: String,
    pub initials: String,
    pub review: Review,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ReviewForm {
    effectiveness: String,
    results: String,
    learned: String,
    gained: String,
    differently: String,
    thanks: String,
    would_mentor: String,
    remark: String,
}

struct NewReview {
    review: Review,
    remark: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/pairings/{pairing}/review", Entry::SignedIn, show)
        .post("/pairings/{pairing}/review", Entry::SignedIn, create)
}

async fn show(mut may: May<SeeWithin>) -> Result<Response> {
    let moving = match may.pairing().stage {
        Stage::MovingOn(moving) => Some(moving),
        Stage::Closed(_) => None,
        Stage::Proposed(_) | Stage::Offered(_) | Stage::InitialMeeting(_) | Stage::Sessions(_) => {
            return Ok(see(&format!("{}/moving-on", may.pairing().path())));
        }
    };
    let mine = may.pairing().part.side().ok_or(Error::NotAllowed)?;
    let awake = may.pairing().paused_since.is_none();
    if awake && moving.is_some_and(|moving| moving.reviewed_by(mine).is_none()) {
        let page = answer_page(&mut may, ReviewForm::default(), Problems::default());
        return Ok(page.await?.into_response());
    }
    let form = JointForm::over(queries::joint_review(&mut may).await?);
    let page = page(&mut may, form, Problems::default()).await?;
    Ok(page.into_response())
}

async fn create(mut may: May<AnswerReview>, Form(form): Form<ReviewForm>) -> Result<Response> {
    let (Stage::MovingOn(moving), Some(side)) = (may.pairing().stage, may.pairing().part.side())
    else {
        return Err(Error::conflict("This pairing is not moving on now."));
    };
    let path = format!("{}/review", may.pairing().path());
    if moving.reviewed_by(side).is_some() {
        return Ok(done(
            &path,
            "Your answers had been sent already, and stay as they were.",
        ));
    }
    let answers = match form.read(side) {
        Ok(answers) => answers,
        Err(problems) => return Ok(answer_page(&mut may, form, problems).await?.refused()),
    };
    insert(&mut may, &answers).await?;
    let moving = moving.review(side, may.today());
    store_stage(&mut may, Stage::MovingOn(moving)).await?;
    let partner = may.pairing().partner().name.clone();
    may.commit().await?;
    Ok(if moving.both_reviewed() {
        done(
            &path,
            "Sent. Both of you have answered: read both, then write together.",
        )
    } else {
        done(&path, &format!("Sent. {partner} answers next."))
    })
}

async fn answer_page<A: Action>(
    may: &mut May<A>,
    form: ReviewForm,
    problems: Problems,
) -> Result<Page<AnswerPage>> {
    Ok(Page(AnswerPage {
        objectives: objectives::queries::all(may).await?,
        frame: may.frame(),
        pairing: may.pairing().clone(),
        form,
        problems,
    }))
}

/// The reviews that may be read, and the joint part below them.
pub async fn page<A: Action>(
    may: &mut May<A>,
    form: JointForm,
    problems: Problems,
) -> Result<Page<ReviewPage>> {
    let mut reviews = queries::reviews(may).await?;
    let joint = queries::joint_review(may).await?;
    let pairing = may.pairing().clone();
    let awake = pairing.paused_since.is_none();
    let moving_on = matches!(pairing.stage, Stage::MovingOn(_));
    let remark = reviews.remark.take();
    let columns = columns(&pairing, reviews);
    Ok(Page(ReviewPage {
        frame: may.frame(),
        remark,
        next: Next::of(&pairing).seen_on("/review"),
        waiting: moving_on && columns.len() == 1,
        may_write: moving_on && awake && columns.len() == 2,
        columns,
        joint,
        crossed: false,
        form,
        problems,
        pairing,
    }))
}

/// The viewer's own answers first.
pub fn columns(pairing: &Pairing, reviews: Reviews) -> Vec<Column> {
    let mut columns: Vec<_> = [
        (Part::Mentor, &pairing.mentor, reviews.mentor),
        (Part::Mentee, &pairing.mentee, reviews.mentee),
    ]
    .into_iter()
    .filter_map(|(part, person, review)| {
        let own = part == pairing.part;
        let name = if own { "You" } else { &person.name };
        let column = Column {
            name: name.to_owned(),
            initials: words::initials(&person.name),
            review: review?,
        };
        Some((own, column))
    })
    .collect();
    columns.sort_by_key(|(own, _)| !own);
    columns.into_iter().map(|(_, column)| column).collect()
}

async fn insert(may: &mut May<AnswerReview>, answers: &NewReview) -> sqlx::Result<()> {
    let (pairing, viewer, now) = (may.pairing().id, may.viewer().id, may.now());
    let review = &answers.review;
    sqlx::query!(
        r"
        insert into reviews (
            pairing_id, person_id, results, learned, gained, differently, effectiveness,
            answered_at, thanks, would_mentor
        ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ",
        pairing.0,
        viewer.0,
        review.results,
        review.learned,
        review.gained,
        review.differently,
        review.effectiveness,
        now,
        review.thanks,
        review.would_mentor,
    )
    .execute(may.db())
    .await?;
    if answers.remark.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into remarks (pairing_id, person_id, body, written_at) values ($1, $2, $3, $4)",
        pairing.0,
        viewer.0,
        answers.remark,
        now,
    )
    .execute(may.db())
    .await?;
    Ok(())
}

impl ReviewForm {
    fn read(&self, side: Side) -> Result<NewReview, Problems> {
        let mut problems = Problems::default();
        let effectiveness = form::number(
            &self.effectiveness,
            1..=5,
            "Choose how well the mentoring worked",
        );
        let effectiveness = problems.keep("effectiveness", effectiveness);
        let results = form::prose(&self.results, LONGEST, "Enter what came of the objectives");
        let results = problems.keep("results", results);
        let mut optional = |field, text: &str, longest| {
            problems
                .keep(field, form::optional_prose(text, longest))
                .unwrap_or_default()
        };
        let learned = optional("learned", &self.learned, LONGEST);
        let gained = optional("gained", &self.gained, LONGEST);
        let differently = optional("differently", &self.differently, LONGEST);
        let thanks = optional("thanks", &self.thanks, 2_000);
        let remark = optional("remark", &self.remark, 2_000);
        let mut answers = WOULD_MENTOR.into_iter().map(|(value, _)| value);
        let would_mentor = answers.find(|value| *value == self.would_mentor);
        let would_mentor = would_mentor.filter(|_| side == Side::Mentee);
        match (effectiveness, results) {
            (Some(effectiveness), Some(results)) if problems.is_empty() => Ok(NewReview {
                review: Review {
                    results,
                    learned,
                    gained,
                    differently,
                    effectiveness,
                    thanks,
                    would_mentor: would_mentor.map(str::to_owned),
                },
                remark,
            }),
            _ => Err(problems),
        }
    }
}
