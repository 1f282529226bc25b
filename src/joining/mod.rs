//! How people come: invited by letter, or asking to be by a programme's link.

mod acceptance;
mod addresses;
mod coming;
mod enrolment_link;
mod invitations;
mod invite;
mod inviter;
mod join;
pub mod letters;

use crate::web::routes::Routes;

pub fn routes(routes: Routes) -> Routes {
    let routes = invitations::routes(routes);
    let routes = invite::routes(routes);
    let routes = acceptance::routes(routes);
    let routes = enrolment_link::routes(routes);
    join::routes(routes)
}
