//! How the pairing is going, as each of the two alone thinks: after a session, and whether the two
//! suit each other. What is said here is its author's; to ask the coordinators for a talk, or for
//! another match, is an act of its own.

mod asking;
pub mod duty;
mod pulse;
pub mod queries;
mod show;

use crate::web::routes::Routes;

pub fn routes(routes: Routes) -> Routes {
    asking::routes(pulse::routes(show::routes(routes)))
}
