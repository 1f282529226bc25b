//! Whoever books for a mentor: they see names and times, and nothing else of a pairing.

mod access;
mod cancelling;
mod naming;
mod queries;
mod times;

pub use queries::{Booked, Mentor, all};

use crate::calendars::invitations::{self, By, Happened};
use crate::web::routes::Routes;
use access::Assists;

pub fn routes(routes: Routes) -> Routes {
    let routes = naming::routes(routes);
    let routes = times::routes(routes);
    cancelling::routes(routes)
}

/// Tells both. What the letters carry of a session an assistant does not read, so they are written as
/// its mentor reads it.
async fn tell(assists: &mut Assists, session: i64, happened: Happened) -> sqlx::Result<()> {
    let (app, now) = (assists.app.clone(), assists.acting.now);
    let (viewer, mentor) = (assists.acting.viewer.clone(), assists.pairing.mentor.id);
    let by = By {
        id: viewer.id,
        name: &viewer.name,
        assists: true,
    };
    queries::act_as(&mut assists.acting, mentor).await?;
    invitations::write(&mut assists.acting, (&app, now), &by, (session, happened)).await?;
    queries::act_as(&mut assists.acting, viewer.id).await
}
