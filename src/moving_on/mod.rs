//! Announcing the end of a pairing, looking back, and closing it.

mod announcement;
mod closing;
mod earlier;
mod further_steps;
pub mod overdue;
mod queries;
mod remarks;
mod review;
mod show;
mod together;

use crate::web::routes::{Entry, Routes};

pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get("/pairings/{pairing}/moving-on", Entry::SignedIn, show::show)
        .post(
            "/pairings/{pairing}/moving-on",
            Entry::SignedIn,
            announcement::create,
        )
        .post(
            "/pairings/{pairing}/closing",
            Entry::SignedIn,
            closing::create,
        )
        .get(
            "/pairings/{pairing}/review/earlier",
            Entry::SignedIn,
            earlier::show,
        )
        .get(
            "/pairings/{pairing}/remarks",
            Entry::SignedIn,
            remarks::show,
        );
    let routes = further_steps::routes(routes);
    let routes = review::routes(routes);
    together::routes(routes)
}
