//! Mentoring programmes: their purpose, dates and rules, and who takes part.

pub mod access;
pub mod asking;
pub mod compare;
pub mod coordinators;
mod dashboard;
mod download;
mod enrol;
mod enrolment;
mod held_back;
pub mod list;
mod pair;
mod people;
mod publication;
mod search;
mod spans;
pub mod stage;
pub mod standing;
mod wishes;
pub mod withdrawal;

use crate::pairings::stage::Side;
use crate::web::routes::{Entry, Routes};

/// The key of a programme.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, serde::Deserialize, sqlx::Type)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct ProgrammeId(pub i64);

impl std::fmt::Display for ProgrammeId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

pub fn routes(routes: Routes) -> Routes {
    let routes = routes.get("/programmes", Entry::SignedIn, list::show);
    let routes = wishes::routes(asking::routes(coordinators::routes(routes)));
    let routes = routes
        .get("/programmes/{programme}", Entry::SignedIn, dashboard::show)
        .get(
            "/programmes/{programme}/publication",
            Entry::SignedIn,
            publication::ask,
        )
        .post(
            "/programmes/{programme}/publication",
            Entry::SignedIn,
            publication::publish,
        )
        .get(
            "/programmes/{programme}/people",
            Entry::SignedIn,
            people::show,
        )
        .get(
            "/programmes/{programme}/people.csv",
            Entry::SignedIn,
            download::download,
        );
    let routes = withdrawal::routes(routes);
    pair::routes(enrolment::routes(enrol::routes(routes)))
}

/// The part that an enrolment stores and a form sends.
pub fn part(side: Side) -> &'static str {
    match side {
        Side::Mentor => "mentor",
        Side::Mentee => "mentee",
    }
}

pub fn side(part: &str) -> Option<Side> {
    match part {
        "mentor" => Some(Side::Mentor),
        "mentee" => Some(Side::Mentee),
        _ => None,
    }
}
