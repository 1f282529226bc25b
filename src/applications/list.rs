//! Everybody who has applied for a programme, for its coordinators: the longest wait first.

use super::openness;
use super::stage::{Decision, Moments, Name, Stage};
use crate::error::Result;
use crate::people::acting::About;
use crate::programmes::access::{Programme, Runs};
use crate::web::form::Asked;
use crate::web::page::{Frame, Page};
use crate::web::pages;
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use time::Date;

const A_PAGE: usize = 50;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Filter {
    show: String,
    page: String,
}

/// Which applications the list shows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Show {
    /// All that a coordinator can decide about.
    Undecided,
    At(Name),
}

#[derive(Template)]
#[template(path = "applications/list.html")]
struct ListPage {
    frame: Frame,
    programme: Programme,
    show: Show,
    filters: Vec<(Show, usize)>,
    applications: Vec<Listed>,
    page: usize,
    pages: usize,
    /// Who can apply, and when; and whether that is everybody.
    who: String,
    open: bool,
    asks: bool,
}

/// An application as a line.
#[derive(Clone, Debug)]
pub struct Listed {
    pub id: i64,
    pub name: String,
    pub job_title: String,
    pub department: String,
    pub part: String,
    pub stage: Stage,
    pub sent_on: Date,
}

pub fn routes(routes: Routes) -> Routes {
    routes.get(
        "/programmes/{programme}/applications",
        Entry::SignedIn,
        show,
    )
}

async fn show(mut runs: Runs, Asked(filter): Asked<Filter>) -> Result<Response> {
    let about = [About::Programme(runs.programme.id)];
    let looked = "looked at the applications";
    runs.acting.record_reading(looked, about).await?;
    let all = all(&mut runs).await?;
    let show = Show::read(&filter.show);
    let filters = filters(&all, show);
    let shown: Vec<Listed> = all.into_iter().filter(|one| show.shows(one)).collect();
    let pages = pages::how_many(shown.len(), A_PAGE);
    let page = pages::asked(&filter.page, pages);
    let open = openness::of(&mut runs).await?;
    let questions = crate::questions::of_programme(&mut runs.acting, runs.programme.id).await?;
    Ok(Page(ListPage {
        frame: runs.frame(),
        who: openness::words(&runs.programme, open),
        programme: runs.programme,
        show,
        filters,
        applications: shown
            .into_iter()
            .skip((page - 1) * A_PAGE)
            .take(A_PAGE)
            .collect(),
        page,
        pages,
        open,
        asks: questions.iter().any(|question| !question.archived),
    })
    .into_response())
}

/// Every application that was sent.
async fn all(runs: &mut Runs) -> sqlx::Result<Vec<Listed>> {
    let rows = sqlx::query!(
        r#"
        select
            applications.id, full_name, job_title, department, part, sent_at,
            asked_at, wait_listed_at, approved_at, declined_at, withdrawn_at,
            (sent_at at time zone $2)::date as "sent_on!"
        from applications
        join people on people.id = person_id
        where programme_id = $1 and sent_at is not null
        order by sent_at, applications.id
        "#,
        runs.programme.id.0,
        runs.programme.time_zone,
    )
    .fetch_all(&mut *runs.acting)
    .await?;
    let applications = rows.into_iter().map(|row| Listed {
        id: row.id,
        name: row.full_name,
        job_title: row.job_title,
        department: row.department,
        part: row.part,
        stage: Stage::from_moments(&Moments {
            sent_at: row.sent_at,
            asked_at: row.asked_at,
            wait_listed_at: row.wait_listed_at,
            approved_at: row.approved_at,
            declined_at: row.declined_at,
            withdrawn_at: row.withdrawn_at,
        }),
        sent_on: row.sent_on,
    });
    Ok(applications.collect())
}

/// Those undecided, every state that some application is in, and what is shown now.
fn filters(all: &[Listed], show: Show) -> Vec<(Show, usize)> {
    let count = |show: Show| all.iter().filter(|one| show.shows(one)).count();
    std::iter::once(Show::Undecided)
        .chain(Name::KNOWN.map(Show::At))
        .map(|one| (one, count(one)))
        .filter(|(one, count)| *one == Show::Undecided || *one == show || *count > 0)
        .collect()
}

impl Show {
    fn read(text: &str) -> Show {
        let name = Name::KNOWN.into_iter().find(|name| name.slug() == text);
        name.map_or(Show::Undecided, Show::At)
    }

    fn shows(self, application: &Listed) -> bool {
        match self {
            Show::Undecided => application.undecided(),
            Show::At(name) => application.stage.name() == name,
        }
    }

    fn slug(self) -> &'static str {
        match self {
            Show::Undecided => "",
            Show::At(name) => name.slug(),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Show::Undecided => "All undecided",
            Show::At(name) => name.words(),
        }
    }
}

impl Listed {
    fn undecided(&self) -> bool {
        match self.stage {
            Stage::Sent(_) | Stage::Asked(_) | Stage::WaitListed(_) => true,
            Stage::Draft | Stage::Approved(_) | Stage::Declined(_) | Stage::Withdrawn(_) => false,
        }
    }

    /// "Mentee, Buyer, Purchasing"
    fn place(&self) -> String {
        let part = if self.part == "mentor" {
            "Mentor"
        } else {
            "Mentee"
        };
        [part, &self.job_title, &self.department]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(", ")
    }
}
