//! After signing out here: the provider still knows the browser, until they sign out there too.
//!
//! A form that leads to another host is stopped by our own content security policy, so this page
//! stands between, with a link.

use super::Provider;
use super::conversation::Conversation;
use crate::App;
use crate::clock::Now;
use crate::error::Result;
use crate::people::acting::Onlooker;
use crate::web::page::{Frame, Page, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "single_sign_on/signed_out.html")]
struct SignedOutPage {
    frame: Frame,
    /// What it is called, and where to sign out of it.
    there: Option<(String, String)>,
}

pub fn routes(routes: Routes) -> Routes {
    routes.get("/signed-out", Entry::Anyone, show)
}

async fn show(
    State(app): State<App>,
    Now(now): Now,
    Onlooker(frame): Onlooker,
) -> Result<Response> {
    if frame.viewer.is_some() {
        return Ok(see("/"));
    }
    let there = match Provider::stored(&app.db).await? {
        Some(provider) => app
            .providers
            .describe(&provider.issuer, now)
            .await
            .ok()
            .and_then(|description| {
                let conversation = Conversation {
                    provider: &provider,
                    description,
                    base_url: &app.base_url,
                };
                conversation.sign_out()
            })
            .map(|place| (provider.name.clone(), place.to_string())),
        None => None,
    };
    Ok(Page(SignedOutPage { frame, there }).into_response())
}
