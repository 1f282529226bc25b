//! Who somebody is, and how we know it.

mod account;
pub mod acting;
mod activity;
mod administration;
pub mod attempts;
pub mod browser;
pub mod cookies;
mod demo;
mod email;
mod email_change;
mod forgotten_password;
pub mod free_time;
mod hours;
pub mod links;
mod own_password;
mod password_link;
pub mod passwords;
pub mod profile;
pub mod search;
pub mod sign_in;
mod sign_ins;
pub mod time_zones;

pub use acting::{Acting, Viewer};
pub use administration::{CreateError, create_administrator};
pub use sign_in::{random_token, read_email};

use crate::web::routes::Routes;

/// The key of a person.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, serde::Deserialize, sqlx::Type)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct PersonId(pub i64);

impl std::fmt::Display for PersonId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

pub fn routes(routes: Routes) -> Routes {
    let routes = sign_in::routes(routes);
    let routes = demo::routes(routes);
    let routes = account::routes(routes);
    let routes = free_time::routes(hours::routes(routes));
    let routes = own_password::routes(routes);
    let routes = email::routes(routes);
    let routes = email_change::routes(routes);
    let routes = forgotten_password::routes(routes);
    let routes = password_link::routes(routes);
    let routes = sign_ins::routes(routes);
    let routes = activity::routes(routes);
    administration::routes(routes)
}
