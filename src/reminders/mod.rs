//! Reminders that people can trust: what comes next, to whom it matters, once.

pub mod act;
pub mod ahead;
mod due;
mod item;
mod kind;
mod ladder;
mod letter;
pub mod news;
mod unsubscribe;
mod wishes;
mod work;

pub use wishes::foot;
pub use work::{keep_reminding, remind};

use crate::web::routes::Routes;

pub fn routes(routes: Routes) -> Routes {
    act::routes(unsubscribe::routes(wishes::routes(routes)))
}
