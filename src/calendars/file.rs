//! One session as a file that any calendar takes.

use super::event::{Method, calendar};
use super::{ICALENDAR, queries};
use crate::error::Result;
use crate::pairings::access::{May, SeeWithin};
use crate::sessions::SessionId;
use crate::web::routes::{Entry, Routes};
use axum::http::header::CONTENT_DISPOSITION;
use axum::response::{IntoResponse, Response};

pub fn routes(routes: Routes) -> Routes {
    routes.get(
        "/pairings/{pairing}/sessions/{session}/session.ics",
        Entry::SignedIn,
        download,
    )
}

async fn download(mut may: May<SeeWithin>, SessionId(id): SessionId) -> Result<Response> {
    let session = queries::session(may.db(), id).await?;
    if session.pairing != may.pairing().id.0 {
        return Err(crate::error::Error::NotFound);
    }
    let event = session.event(may.viewer().id, &may.app().base_url);
    let name = "attachment; filename=\"session.ics\"";
    let headers = [ICALENDAR, (CONTENT_DISPOSITION, name)];
    Ok((headers, calendar(Method::Publish, None, &[event])).into_response())
}
