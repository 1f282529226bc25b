//! Announcing the end of a pairing, looking back, and closing it.

mod announcement;
mod certificate;
mod closing;
mod earlier;
mod further_steps;
mod keepsake;
pub mod overdue;
mod queries;
mod remarks;
mod review;
mod show;
mod together;

pub use queries::EFFECTIVENESS;

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
    let routes = routes.get(
        "/pairings/{pairing}/certificate",
        Entry::SignedIn,
        certificate::show,
    );
    let routes = keepsake::routes(routes);
    let routes = further_steps::routes(routes);
    let routes = review::routes(routes);
    together::routes(routes)
}
