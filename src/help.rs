//! How mentoring goes here, in a page: the stages, whose turn it is, and whom to ask.

use crate::error::Result;
use crate::people::acting::Onlooker;
use crate::web::page::{Frame, Page};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "help.html")]
struct HelpPage {
    frame: Frame,
}

pub fn routes(routes: Routes) -> Routes {
    routes.get("/help", Entry::Anyone, show)
}

async fn show(Onlooker(frame): Onlooker) -> Result<Response> {
    Ok(Page(HelpPage { frame }).into_response())
}
