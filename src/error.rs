//! What can stop a request, and the page a person then sees.

use crate::web::page::{Frame, Page};
use crate::web::words;
use askama::Template;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use std::borrow::Cow;
use time::Duration;
use tower_http::csrf::ProtectionError;
use tower_http::request_id::RequestId;

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug)]
pub enum Error {
    SignInFirst,
    /// The same, to come back to this path of ours.
    SignInFirstFor(String),
    /// Also the answer for what exists but is not this person's to see.
    NotFound,
    NotAllowed,
    Unreadable,
    TooLarge,
    /// Someone got there first, or the page was old. Says what has changed.
    Conflict(Cow<'static, str>),
    /// Too many wrong passwords; may be tried again after this long.
    TooManyTries(Duration),
    /// Too many letters were asked for; others may be after this long.
    TooManyLetters(Duration),
    /// The same person has just done the same thing: show them what came of it, at this path.
    AlreadyDone(String),
    Database(sqlx::Error),
}

impl Error {
    pub fn conflict(change: impl Into<Cow<'static, str>>) -> Self {
        Error::Conflict(change.into())
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    frame: Frame,
    title: &'a str,
    advice: &'a str,
    /// Stands in the log beside the cause.
    reference: Option<&'a str>,
}

fn page(status: StatusCode, title: &str, advice: &str) -> Response {
    Page(ErrorPage {
        frame: Frame::default(),
        title,
        advice,
        reference: None,
    })
    .with_status(status)
}

/// Says when it may be tried again.
fn later(wait: Duration, title: &str, advice: fn(String) -> String) -> Response {
    let minutes = (wait.whole_seconds() + 59) / 60;
    let advice = advice(words::count(&minutes, "minute", "minutes"));
    let page = page(StatusCode::TOO_MANY_REQUESTS, title, &advice);
    let seconds = (minutes * 60).to_string();
    ([(RETRY_AFTER, seconds)], page).into_response()
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match self {
            Error::SignInFirst => Redirect::to("/sign-in").into_response(),
            Error::SignInFirstFor(path) => {
                Redirect::to(&format!("/sign-in?next={path}")).into_response()
            }
            Error::AlreadyDone(path) => Redirect::to(&path).into_response(),
            Error::NotFound => page(
                StatusCode::NOT_FOUND,
                "Page not found",
                "The link may be old, or meant for someone else.",
            ),
            Error::NotAllowed => page(
                StatusCode::FORBIDDEN,
                "That is for someone else to do",
                "You can see this, but the step belongs to another person. If you think it should \
                 be yours, ask the coordinator of your programme.",
            ),
            Error::Unreadable => page(
                StatusCode::BAD_REQUEST,
                "We could not read that",
                "Go back, reload the page and try once more.",
            ),
            Error::TooLarge => page(
                StatusCode::PAYLOAD_TOO_LARGE,
                "That is too long",
                "Go back and shorten what you wrote. Nothing has been saved yet.",
            ),
            Error::Conflict(change) => page(StatusCode::CONFLICT, "Things have moved on", &change),
            // Everybody else's requests hold the connections: that passes.
            Error::Database(sqlx::Error::PoolTimedOut) => {
                tracing::warn!("no connection to the database became free");
                StatusCode::SERVICE_UNAVAILABLE.into_response()
            }
            Error::TooManyTries(wait) => later(wait, "Too many attempts to sign in", |minutes| {
                format!(
                    "Wait {minutes}, then sign in again. A browser you have signed in with \
                         before is not held up by what others try elsewhere."
                )
            }),
            Error::TooManyLetters(wait) => {
                later(wait, "That is enough letters for now", |minutes| {
                    format!(
                        "Look for the letters that are on their way already, also among the \
                         unwanted ones. Another can be asked for in {minutes}."
                    )
                })
            }
            Error::Database(cause) => {
                tracing::error!(%cause, "a query failed");
                broken()
            }
        }
    }
}

/// Marks a response whose page still has to be written, once the request's id is known.
#[derive(Clone)]
struct Broken;

pub fn broken() -> Response {
    let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
    response.extensions_mut().insert(Broken);
    response
}

/// Gives whatever broke, took too long or came from elsewhere a page. What broke has a reference
/// that is also in the log.
pub async fn explain(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().cloned();
    let response = next.run(request).await;
    let status = response.status();
    let extensions = response.extensions();
    let (title, advice) = if extensions.get::<Broken>().is_some() {
        (
            "Sorry, there is a problem with the service",
            "Your last step was not saved. Try again in a few minutes.",
        )
    } else if extensions.get::<ProtectionError>().is_some() {
        (
            "That came from another site",
            "For your safety a form counts only when it is sent from Waymark's own pages. Nothing \
             has changed. Open the page here and try again.",
        )
    } else if status == StatusCode::SERVICE_UNAVAILABLE {
        (
            "Sorry, the service is busy",
            "Your last step took too long and was given up. Try again in a minute.",
        )
    } else {
        return response;
    };
    let reference = id.as_ref().and_then(|id| id.header_value().to_str().ok());
    let page = ErrorPage {
        frame: Frame::default(),
        title,
        advice,
        reference: reference.filter(|_| status.is_server_error()),
    };
    match page.render() {
        Ok(html) => (status, axum::response::Html(html)).into_response(),
        Err(_) => status.into_response(),
    }
}

impl From<sqlx::Error> for Error {
    fn from(cause: sqlx::Error) -> Self {
        match cause {
            sqlx::Error::RowNotFound => Error::NotFound,
            cause => Error::Database(cause),
        }
    }
}

/// Whether a write broke the constraint to which its migration gave this name.
pub fn broke(cause: &sqlx::Error, constraint: &str) -> bool {
    cause
        .as_database_error()
        .and_then(|database| database.constraint())
        == Some(constraint)
}
