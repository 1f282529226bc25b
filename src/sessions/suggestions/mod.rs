//! Where no free time suits: one of the two suggests a few times, within the hours that they give or
//! not, and the other books one of them by a press or says that none fits.

mod answer;
mod letter;
mod new;
mod queries;

pub use queries::open;

use super::free::Slot;
use crate::web::routes::Routes;
use time::PrimitiveDateTime;

/// How many times one suggestion may be of.
const MOST: usize = 3;
const LONGEST_WORDS: usize = 500;

/// Times that wait for an answer, as the viewer reads them.
pub struct Suggestion {
    pub id: i64,
    /// Whether the viewer suggests them.
    pub yours: bool,
    /// Those that are still to come.
    pub times: Vec<Slot>,
    pub place: String,
    pub words: String,
    /// The session that would be moved there, and when it is booked for.
    pub moving: Option<(i64, PrimitiveDateTime)>,
}

impl Suggestion {
    pub fn count(&self) -> String {
        how_many(self.times.len())
    }
}

fn how_many(times: usize) -> String {
    match times {
        1 => "a time".into(),
        2 => "two times".into(),
        3 => "three times".into(),
        more => format!("{more} times"),
    }
}

pub fn routes(routes: Routes) -> Routes {
    answer::routes(new::routes(routes))
}
