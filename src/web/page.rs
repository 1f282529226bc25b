//! Templates as responses, and what stands round every page.

use askama::Template;
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};

/// A template as a response.
pub struct Page<T>(pub T);

impl<T: Template> Page<T> {
    pub fn with_status(self, status: StatusCode) -> Response {
        match self.0.render() {
            Ok(html) => (status, Html(html)).into_response(),
            Err(cause) => {
                tracing::error!(%cause, "a template failed");
                crate::error::broken()
            }
        }
    }

    /// The same form again, with what is wrong with it.
    pub fn refused(self) -> Response {
        self.with_status(StatusCode::UNPROCESSABLE_ENTITY)
    }
}

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        self.with_status(StatusCode::OK)
    }
}

/// What a page shows round its own content.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    pub viewer: Option<Named>,
    pub links: Vec<Link>,
    /// What has just been done, once.
    pub banner: Option<String>,
    pub demo: bool,
}

#[derive(Clone, Debug)]
pub struct Named {
    pub name: String,
    pub initials: String,
}

#[derive(Clone, Debug)]
pub struct Link {
    pub href: &'static str,
    pub text: &'static str,
    pub current: bool,
}

/// What to say on the next page. Whoever admits signed-in people carries it there in a cookie.
#[derive(Clone)]
pub struct Banner(pub String);

/// After a form has acted: go and see, and be told so there.
pub fn done(to: &str, banner: &str) -> Response {
    let mut response = see(to);
    response.extensions_mut().insert(Banner(banner.to_owned()));
    response
}

/// Post, redirect, get. `to` is a path of our own.
pub fn see(to: &str) -> Response {
    match HeaderValue::from_str(to) {
        Ok(to) => (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response(),
        Err(_) => crate::error::Error::NotFound.into_response(),
    }
}

impl Banner {
    /// How many bytes of words a cookie carries.
    pub const LONGEST: usize = 300;

    /// Cookies take only part of ASCII, so the words travel in hex.
    pub fn write(&self) -> String {
        self.0.bytes().map(|byte| format!("{byte:02x}")).collect()
    }

    pub fn read(cookie: &str) -> Option<Self> {
        let bytes = (0..cookie.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(cookie.get(at..at + 2)?, 16).ok())
            .collect::<Option<Vec<u8>>>()?;
        let words = String::from_utf8(bytes).ok()?;
        (words.len() <= Self::LONGEST).then_some(Banner(words))
    }
}
