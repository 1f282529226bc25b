//! Becoming a mentor, and growing as one: a path of five steps, and a page of what came of it. What
//! people say of themselves is theirs alone; what they have learned their coordinators read too.

mod assess;
mod file;
mod mentoring;
mod path;
pub mod qualifications;
pub mod qualities;
mod queries;

pub use queries::read_by_applicant;

use crate::library::Audience;
use crate::library::Which;
use crate::library::modules::{OWN, Own};
use crate::library::queries::Reader;
use crate::web::routes::Routes;

pub fn routes(routes: Routes) -> Routes {
    let routes = mentoring::routes(path::routes(routes));
    file::routes(qualifications::routes(assess::routes(routes)))
}

/// What of Waymark's library is for mentors and nobody else.
pub fn for_mentors() -> impl Iterator<Item = &'static Own> {
    OWN.iter().filter(|own| own.audience == Audience::Mentors)
}

/// Those, and whether this reader has read them.
fn learning(reader: &Reader) -> Vec<(&'static Own, bool)> {
    for_mentors()
        .map(|own| (own, reader.has_read(Which::Own(own))))
        .collect()
}
