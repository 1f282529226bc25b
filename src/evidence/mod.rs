//! Evidence that mentoring works: what people say of themselves and of the organisation at the
//! start, half-way and at the end, and what may be concluded from all of it together.
//!
//! Ratings are their author's alone. What is shown of them are sums over batches of five people or
//! more, which the database makes (`make_outcome_batches`): docs/evidence.md says why no two of them
//! tell of fewer.

pub mod ask;
mod chart;
pub mod measures;
mod queries;
mod report;
mod show;
pub mod statistics;

use crate::web::routes::{Entry, Routes};

pub fn routes(routes: Routes) -> Routes {
    ask::routes(routes)
        .get(
            "/programmes/{programme}/evidence",
            Entry::SignedIn,
            show::show,
        )
        .get(
            "/programmes/{programme}/evidence.csv",
            Entry::SignedIn,
            show::download,
        )
}
