//! What administrators do: add people and look after their accounts, and read the audit.

mod add;
mod appoint;
mod audit;
mod confirm;
mod deactivate;
mod edit;
mod list;
mod new_password;

pub use add::{CreateError, create_administrator};

use super::PersonId;
use crate::error::Error;
use crate::web::routes::Routes;
use axum::RequestPartsExt;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;

/// The person that a path names.
pub struct Named(pub PersonId);

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let params: RawPathParams = parts.extract().await.map_err(|_| Error::NotFound)?;
        params
            .iter()
            .find(|(name, _)| *name == "person")
            .and_then(|(_, id)| id.parse().ok())
            .map(|id| Named(PersonId(id)))
            .ok_or(Error::NotFound)
    }
}

pub fn routes(routes: Routes) -> Routes {
    let routes = list::routes(routes);
    let routes = add::routes(routes);
    let routes = edit::routes(routes);
    let routes = appoint::routes(routes);
    let routes = deactivate::routes(routes);
    let routes = new_password::routes(routes);
    audit::routes(routes)
}
