//! Coordinators match a whole programme: they try what counts and how much, see at once who would be
//! with whom and why, and propose it. Nobody is told before the proposals are published.

mod asked;
mod beside;
pub mod criteria;
mod decided;
mod explained;
#[cfg(test)]
mod given;
mod help;
pub mod in_asking;
pub mod jobs;
mod method;
pub mod own;
mod plan;
mod pool;
mod runs;
mod save;
mod scoring;
mod search;
mod show;
mod suits;
mod turn;
mod unmatched;
mod whole;
mod why;

use crate::matching::watch::Watch;
use crate::questions;
use crate::web::routes::{Entry, Routes};
use own::Own;
use pool::Pool;
use search::Effort;
use sqlx::PgConnection;
use time::Date;

pub use asked::Asked;
pub use method::Method;
pub use pool::Person;
pub use save::Made;
pub use scoring::{Points, points};
pub use show::Matcher;
pub use suits::{Suits, of_mentee, of_proposals};

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(
            "/programmes/{programme}/matching",
            Entry::SignedIn,
            show::show,
        )
        .post(
            "/programmes/{programme}/matching",
            Entry::SignedIn,
            save::propose,
        )
        .post(
            "/programmes/{programme}/matching/criteria",
            Entry::SignedIn,
            save::keep,
        )
        .get(
            "/programmes/{programme}/matching/jobs/{job}",
            Entry::SignedIn,
            jobs::show,
        )
        .post(
            "/programmes/{programme}/matching/jobs/{job}/stop",
            Entry::SignedIn,
            jobs::stop,
        )
        .get(
            "/programmes/{programme}/matching/runs",
            Entry::SignedIn,
            runs::list,
        )
        .get(
            "/programmes/{programme}/matching/runs/{run}",
            Entry::SignedIn,
            runs::show,
        )
}

/// Matches a programme as an address asks for, and keeps the run without proposing anything by it: for
/// the demonstration, where nobody is to be proposed to anybody yet. Reads as whoever made it.
pub async fn keep_a_run(
    db: &mut PgConnection,
    (made, today): (Made, Date),
    query: &str,
) -> sqlx::Result<()> {
    let questions = questions::of_programme(db, made.programme).await?;
    let own = Own::of(db, made.programme, &questions).await?;
    let pool = Pool::read(db, (made.programme, today), &questions).await?;
    let (input, _) = Asked::read(query).input(pool, own);
    match input.plan(Effort::Page, &Watch::default()) {
        Ok(plan) => save::keep_run(db, made, &input, &plan).await,
        Err(_) => Ok(()),
    }
}
