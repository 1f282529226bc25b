//! Signing in by the word of a provider (OpenID Connect), instead of by a password.

mod begin;
mod conversation;
mod finish;
mod linking;
mod providers;
mod settings;
mod signed_out;
mod unlinking;

pub use linking::OwnAccount;
pub use providers::Providers;

use crate::web::routes::Routes;
use sqlx::PgExecutor;

/// Where the provider sends people back to.
const RETURN: &str = "/sign-in/provider/return";

/// Where people see whether an account there is linked.
const AT_HOME: &str = "/account";

/// Where the provider sends people who have signed out there as well.
const AFTER_SIGNING_OUT: &str = "/sign-in";

/// Who is believed when it says who somebody is.
#[derive(Clone)]
pub struct Provider {
    pub issuer: String,
    pub client_id: String,
    /// Empty for a client that has none.
    pub client_secret: String,
    /// "Quillmoor account"
    pub name: String,
    pub links_by_email: bool,
    pub is_only_way: bool,
}

pub fn routes(routes: Routes) -> Routes {
    let routes = begin::routes(routes);
    let routes = finish::routes(routes);
    let routes = signed_out::routes(routes);
    let routes = linking::routes(routes);
    let routes = unlinking::routes(routes);
    settings::routes(routes)
}

impl Provider {
    /// The provider, if there is one.
    pub async fn stored(db: impl PgExecutor<'_>) -> sqlx::Result<Option<Provider>> {
        sqlx::query_as!(
            Provider,
            "select issuer, client_id, client_secret, name, links_by_email, is_only_way
             from single_sign_on"
        )
        .fetch_optional(db)
        .await
    }
}
