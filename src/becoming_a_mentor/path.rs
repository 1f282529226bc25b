//! The five steps of becoming a mentor: what is done, and what comes next.

use super::qualifications;
use super::qualities::TEN;
use super::queries::{self, Assessment, Standing};
use crate::applications::stage::{Name, Stage};
use crate::applications::{self, Open};
use crate::error::Result;
use crate::library::modules::Own;
use crate::library::queries::Reader;
use crate::pairings::stage::Side;
use crate::people::Acting;
use crate::web::page::{Frame, Page};
use crate::web::routes::{Entry, Routes};
use crate::web::words::{count, short_day};
use askama::Template;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "becoming_a_mentor/path.html")]
struct PathPage {
    frame: Frame,
    standings: Vec<Standing>,
    /// Where they may apply.
    open: Vec<Open>,
    assessments: Vec<Assessment>,
    learning: Vec<(&'static Own, bool)>,
    qualifications: usize,
}

/// One of the five.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Interest,
    Qualities,
    Learning,
    Qualification,
    Approval,
}

pub fn routes(routes: Routes) -> Routes {
    routes.get("/becoming-a-mentor", Entry::SignedIn, show)
}

async fn show(mut acting: Acting) -> Result<Response> {
    let viewer = acting.viewer.id;
    let (open, _) = applications::open_to(&mut acting).await?;
    let reader = Reader::of(&mut acting, None).await?;
    Ok(Page(PathPage {
        standings: queries::standings(&mut acting).await?,
        open,
        assessments: queries::assessments(&mut acting).await?,
        learning: super::learning(&reader),
        qualifications: qualifications::of(&mut acting, viewer).await?.len(),
        frame: acting.frame.clone(),
    })
    .into_response())
}

impl Standing {
    pub fn path(&self) -> String {
        applications::path(self.programme, Side::Mentor)
    }

    /// Whether it waits for the applicant.
    fn is_draft(&self) -> bool {
        self.application == Some(Stage::Draft) && !self.enrolled
    }

    fn stage(&self) -> Option<Name> {
        self.application.map(|stage| stage.name())
    }

    /// Whether they have said that they would like to, and have not taken it back.
    fn interested(&self) -> bool {
        self.enrolled || !matches!(self.stage(), None | Some(Name::Draft | Name::Withdrawn))
    }

    /// Where it stands, with the day.
    pub fn stands(&self) -> String {
        let words = match self.stage() {
            _ if self.enrolled => "You are a mentor",
            Some(Name::Draft) | None => return "Your application is a draft: not sent yet".into(),
            Some(Name::Sent) => "Sent: the coordinators decide",
            Some(Name::Asked) => "The coordinators have asked you something",
            Some(Name::WaitListed) => "On the waiting list",
            Some(Name::Approved) => "Approved",
            Some(Name::Declined) => "Not this time",
            Some(Name::Withdrawn) => "Withdrawn",
        };
        match self.since {
            Some(day) => format!("{words}, since {}", short_day(&day)),
            None => words.to_owned(),
        }
    }
}

impl PathPage {
    const STEPS: [Step; 5] = [
        Step::Interest,
        Step::Qualities,
        Step::Learning,
        Step::Qualification,
        Step::Approval,
    ];

    fn is_mentor(&self) -> bool {
        self.standings.iter().any(|one| one.enrolled)
    }

    fn assessed(&self) -> Option<&Assessment> {
        let mut latest_first = self.assessments.iter().rev();
        latest_first.find(|one| one.finished.is_some())
    }

    fn begun(&self) -> Option<&Assessment> {
        self.assessments.last().filter(|one| one.finished.is_none())
    }

    fn read(&self) -> usize {
        self.learning.iter().filter(|(_, read)| *read).count()
    }

    fn first_unread(&self) -> Option<&'static Own> {
        let unread = self.learning.iter().find(|(_, read)| !read);
        unread.map(|(own, _)| *own)
    }

    fn is_done(&self, step: Step) -> bool {
        match step {
            Step::Interest => self.standings.iter().any(Standing::interested),
            Step::Qualities => self.assessed().is_some(),
            Step::Learning => self.read() == self.learning.len(),
            Step::Qualification => self.qualifications > 0,
            Step::Approval => self.is_mentor(),
        }
    }

    /// Nobody needs a qualification, and the approval is for others to give.
    fn next(&self) -> Option<Step> {
        [Step::Interest, Step::Qualities, Step::Learning]
            .into_iter()
            .find(|step| !self.is_done(*step) && self.is_open(*step))
    }

    /// While no programme takes anybody, the rest of the path is open all the same.
    fn is_open(&self, step: Step) -> bool {
        step != Step::Interest
            || !self.open.is_empty()
            || self.standings.iter().any(Standing::is_draft)
    }

    fn class(&self, step: Step) -> &'static str {
        match self.next() {
            _ if self.is_done(step) => "done",
            Some(next) if next == step => "now",
            _ => "",
        }
    }

    /// How far it is, in a few words.
    fn words(&self, step: Step) -> String {
        match step {
            Step::Interest if self.is_mentor() => "You take part".into(),
            Step::Interest if self.is_done(step) => "You have applied".into(),
            Step::Interest => "You apply to a programme".into(),
            Step::Qualities => match (self.assessed(), self.begun()) {
                (Some(one), None) => one.finished.map_or(String::new(), |day| {
                    format!("Finished on {}", short_day(&day))
                }),
                (_, Some(begun)) => format!("A draft: {} of {} begun", begun.said.len(), TEN.len()),
                (None, None) => "Ten, with an example each".into(),
            },
            Step::Learning => format!("{} of {} read", self.read(), self.learning.len()),
            Step::Qualification => match self.qualifications {
                0 => "If you have one".into(),
                some => {
                    let some = i64::try_from(some).unwrap_or(i64::MAX);
                    format!(
                        "{} recorded",
                        count(&some, "qualification", "qualifications")
                    )
                }
            },
            Step::Approval if self.is_mentor() => "You are a mentor".into(),
            Step::Approval => "The coordinators decide".into(),
        }
    }

    fn look(&self, step: Step) -> &'static str {
        match self.next() == Some(step) {
            true => "button",
            false => "button second",
        }
    }
}

impl Step {
    fn title(self) -> &'static str {
        match self {
            Step::Interest => "Interest",
            Step::Qualities => "Ten qualities",
            Step::Learning => "Learning",
            Step::Qualification => "Qualification",
            Step::Approval => "Approval",
        }
    }
}
