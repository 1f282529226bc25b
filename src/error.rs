//! What can stop a request, and the page a person then sees.

use crate::web::page::Frame;
use crate::web::typed::{self, Typed};
use crate::web::words;
use askama::Template;
use axum::body::Bytes;
use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, RETRY_AFTER};
use axum::http::{Extensions, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use std::borrow::Cow;
use std::sync::{Arc, OnceLock};
use time::Duration;
use tower_http::csrf::ProtectionError;
use tower_http::request_id::RequestId;

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug)]
pub enum Error {
    SignInFirst,
    /// The same, to come back to this path of ours.
    SignInFirstFor(String),
    /// The same in the middle of a form, which is not lost by it.
    SignedOut,
    /// Also the answer for what exists but is not this person's to see.
    NotFound,
    NotAllowed,
    Unreadable,
    TooLarge,
    FileTooLarge,
    /// Someone got there first, or the page was old. Says what has changed.
    Conflict(Cow<'static, str>),
    /// Too many wrong passwords; may be tried again after this long.
    TooManyTries(Duration),
    /// Too many letters were asked for; others may be after this long.
    TooManyLetters(Duration),
    /// The same person has just done this, or what stands in its way: show them what came of it, at this
    /// path.
    AlreadyDone(String),
    Database(sqlx::Error),
}

impl Error {
    pub fn conflict(change: impl Into<Cow<'static, str>>) -> Self {
        Error::Conflict(change.into())
    }
}

/// What the page about an error says. [`explain`] writes that page, where it is known who reads it.
#[derive(Clone)]
struct Explanation {
    title: &'static str,
    advice: Cow<'static, str>,
}

/// What else belongs on the page, kept from the moment it is known: the viewer's frame, and the
/// form, since what was typed into it is nowhere else.
#[derive(Default)]
pub struct Kept {
    pub frame: OnceLock<Frame>,
    pub form: OnceLock<Bytes>,
}

impl Kept {
    pub fn of(request: &Extensions) -> Arc<Kept> {
        request.get().cloned().unwrap_or_default()
    }

    pub fn typed(&self) -> Vec<Typed> {
        self.form.get().map_or(Vec::new(), |form| typed::of(form))
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
    typed: Vec<Typed>,
    /// Where to go from here.
    onward: Vec<(String, &'static str)>,
}

fn explained(
    status: StatusCode,
    title: &'static str,
    advice: impl Into<Cow<'static, str>>,
) -> Response {
    let mut response = status.into_response();
    response.extensions_mut().insert(Explanation {
        title,
        advice: advice.into(),
    });
    response
}

/// Says when it may be tried again.
fn later(wait: Duration, title: &'static str, advice: fn(String) -> String) -> Response {
    let minutes = (wait.whole_seconds() + 59) / 60;
    let advice = advice(words::count(&minutes, "minute", "minutes"));
    let page = explained(StatusCode::TOO_MANY_REQUESTS, title, advice);
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
            Error::SignedOut => explained(
                StatusCode::UNAUTHORIZED,
                "You have been signed out",
                "Nothing was saved by this press. Sign in again to go on.",
            ),
            Error::AlreadyDone(path) => Redirect::to(&path).into_response(),
            Error::NotFound => explained(
                StatusCode::NOT_FOUND,
                "Page not found",
                "The link may be old, or meant for someone else.",
            ),
            Error::NotAllowed => explained(
                StatusCode::FORBIDDEN,
                "That is for someone else to do",
                "You can see this, but the step belongs to another person. If you think it should \
                 be yours, ask the coordinator of your programme.",
            ),
            Error::Unreadable => explained(
                StatusCode::BAD_REQUEST,
                "We could not read that",
                "Go back, reload the page and try once more.",
            ),
            Error::TooLarge => too_large(),
            Error::FileTooLarge => file_too_large(),
            Error::Conflict(change) => {
                explained(StatusCode::CONFLICT, "Things have moved on", change)
            }
            Error::TooManyTries(wait) => later(wait, "Too many attempts to sign in", |minutes| {
                format!(
                    "Wait {minutes}, then sign in again. A browser you have signed in with before \
                     is not held up by what others try elsewhere."
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
            Error::Database(cause) => failed(&cause),
        }
    }
}

/// Somebody else was in the way, which passes; or something is wrong with the service.
fn failed(cause: &sqlx::Error) -> Response {
    let code = (cause.as_database_error()).and_then(sqlx::error::DatabaseError::code);
    match code.as_deref() {
        // Two could not both go on, and Postgres gave up this one: a deadlock, or no order in which they
        // could have come.
        Some("40P01" | "40001") => {
            tracing::warn!(%cause, "two wanted to change the same at once");
            explained(StatusCode::CONFLICT, "Things have moved on", AT_ONCE)
        }
        // What somebody else was changing did not become free.
        Some("55P03") => {
            tracing::warn!(%cause, "a lock did not become free");
            busy()
        }
        // Everybody else's requests hold the connections.
        None if matches!(cause, sqlx::Error::PoolTimedOut) => {
            tracing::warn!("no connection to the database became free");
            busy()
        }
        Some(_) | None => {
            tracing::error!(%cause, "a query failed");
            broken()
        }
    }
}

const AT_ONCE: &str = "Somebody else changed this at the same moment, and nothing was saved by this press. \
     Please try again.";

fn too_large() -> Response {
    explained(
        StatusCode::PAYLOAD_TOO_LARGE,
        "That is too long",
        "Go back and shorten what you wrote. Nothing has been saved yet.",
    )
}

fn file_too_large() -> Response {
    explained(
        StatusCode::PAYLOAD_TOO_LARGE,
        "That file is too long",
        "Nothing has been saved. Go back, where what you typed should still stand, and choose a \
         smaller file.",
    )
}

pub fn broken() -> Response {
    explained(
        StatusCode::INTERNAL_SERVER_ERROR,
        "Sorry, there is a problem with the service",
        "Your last step was not saved. Try again in a few minutes.",
    )
}

fn busy() -> Response {
    explained(
        StatusCode::SERVICE_UNAVAILABLE,
        "Sorry, the service is busy",
        "Your last step took too long and was given up. Try again in a minute.",
    )
}

fn from_elsewhere() -> Response {
    explained(
        StatusCode::FORBIDDEN,
        "That came from another site",
        "For your safety a form counts only when it is sent from Waymark's own pages. Nothing \
         has changed. Open the page here and try again.",
    )
}

/// Gives every error its page, with what was typed and the way on from here. What broke has a
/// reference that is also in the log.
pub async fn explain(mut request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().cloned();
    let path = request.uri().path().to_owned();
    let kept = Arc::new(Kept::default());
    request.extensions_mut().insert(kept.clone());
    let mut response = next.run(request).await;
    if response.extensions().get::<ProtectionError>().is_some() {
        response = from_elsewhere();
    } else if response.extensions().get::<Explanation>().is_none()
        && response.status() == StatusCode::SERVICE_UNAVAILABLE
    {
        response = busy();
    }
    let status = response.status();
    let Some(explanation) = response.extensions_mut().remove::<Explanation>() else {
        return response;
    };
    let reference = id.as_ref().and_then(|id| id.header_value().to_str().ok());
    let page = ErrorPage {
        frame: kept.frame.get().cloned().unwrap_or_default(),
        title: explanation.title,
        advice: &explanation.advice,
        reference: reference.filter(|_| status.is_server_error()),
        typed: kept.typed(),
        onward: onward(status, &path),
    };
    let Ok(html) = page.render() else {
        return status.into_response();
    };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    parts
        .headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    (parts, Html(html)).into_response()
}

/// Home, and before it the pairing or the programme, unless there may be none for the reader.
fn onward(status: StatusCode, path: &str) -> Vec<(String, &'static str)> {
    let place = place(path);
    if status == StatusCode::UNAUTHORIZED {
        let next = place.map_or("/".into(), |(path, _)| path);
        return vec![(format!("/sign-in?next={next}"), "Sign in again")];
    }
    place
        .filter(|_| status != StatusCode::NOT_FOUND)
        .into_iter()
        .chain([("/".into(), "Go to your home page")])
        .collect()
}

/// The pairing or the programme that a path lies in.
fn place(path: &str) -> Option<(String, &'static str)> {
    let mut parts = path.split('/').skip(1);
    let (kind, id) = (parts.next()?, parts.next()?.parse::<i64>().ok()?);
    let words = match kind {
        "pairings" => "Back to the pairing",
        "programmes" => "Back to the programme",
        _ => return None,
    };
    Some((format!("/{kind}/{id}"), words))
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
