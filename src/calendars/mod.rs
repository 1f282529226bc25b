//! Sessions in people's own calendars, by open standards: as a file, as a private address that a
//! calendar fetches from, and as invitations by letter, whose answers come back.

mod account;
pub mod event;
mod feed;
mod file;
pub mod invitations;
pub mod queries;
pub mod replies;

use crate::web::routes::Routes;
use axum::http::header::CONTENT_TYPE;

const ICALENDAR: (axum::http::HeaderName, &str) = (CONTENT_TYPE, "text/calendar; charset=utf-8");

pub fn routes(routes: Routes) -> Routes {
    feed::routes(file::routes(account::routes(routes)))
}
