//! What the pages behind the links of letters share. Opening a link never acts, for those who
//! look letters through open them too: a button does.

use super::acting::{self, Comer};
use crate::App;
use crate::error::{Error, Result};
use crate::web::page::{Frame, Page};
use askama::Template;
use axum::RequestPartsExt;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use axum_extra::extract::CookieJar;
use std::time::Duration;
use time::OffsetDateTime;
use tokio::time::sleep;

/// Longer than looking somebody up and writing to them takes.
const A_MOMENT: Duration = Duration::from_millis(250);

/// Of a link that leads nowhere any more.
#[derive(Template)]
#[template(path = "people/dead_link.html")]
struct DeadLinkPage<'a> {
    frame: Frame,
    title: &'a str,
    advice: &'a str,
    /// Another page to go to, and what it is.
    instead: (&'a str, &'a str),
}

/// Somebody at the page behind a link. No transaction begins before one is asked for.
pub struct AtLink {
    pub app: App,
    pub token: String,
    pub now: OffsetDateTime,
    cookies: CookieJar,
}

impl AtLink {
    /// Who it is, and a transaction to act in.
    pub async fn comer(&self) -> sqlx::Result<Comer> {
        Comer::of(&self.app, &self.cookies).await
    }

    /// What is kept of the token.
    pub fn hash(&self) -> [u8; 32] {
        acting::hash(&self.token)
    }

    /// Says whom to ask instead. Whatever was there once is gone; what never was is not found.
    pub fn dead(
        &self,
        comer: &Comer,
        status: StatusCode,
        (title, advice): (&str, &str),
        instead: (&str, &str),
    ) -> Response {
        Page(DeadLinkPage {
            frame: comer.frame(&self.app),
            title,
            advice,
            instead,
        })
        .with_status(status)
    }
}

impl FromRequestParts<App> for AtLink {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let params: RawPathParams = parts.extract().await.map_err(|_| Error::NotFound)?;
        let token = params.iter().find(|(name, _)| *name == "token");
        Ok(AtLink {
            token: token
                .map(|(_, token)| token.to_owned())
                .ok_or(Error::NotFound)?,
            app: app.clone(),
            now: app.clock.now(),
            cookies: CookieJar::from_headers(&parts.headers),
        })
    }
}

/// Takes the same time whatever comes of it, so that the time tells nothing.
pub async fn in_equal_time<T>(work: impl Future<Output = T>) -> T {
    let (done, ()) = tokio::join!(work, sleep(A_MOMENT));
    done
}
