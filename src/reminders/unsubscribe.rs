//! The page behind the link of a letter that turns reminders off, without signing in. Providers of
//! mail press its button for their readers (RFC 8058).

use super::kind::Kind;
use crate::error::Result;
use crate::people::links::AtLink;
use crate::web::page::{Frame, Page};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

const PATH: &str = "/letters/unsubscribe/{token}";

#[derive(Template)]
#[template(path = "reminders/unsubscribe.html")]
struct UnsubscribePage {
    frame: Frame,
    path: String,
    /// None for all of them.
    kind: Option<Kind>,
    off: bool,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(PATH, Entry::Anyone, show)
        .post(PATH, Entry::Anyone, turn_off)
}

async fn show(at: AtLink) -> Result<Response> {
    let mut comer = at.comer().await?;
    let behind = sqlx::query!(
        r#"select kind as "kind: Kind", unwanted_already as "off!" from letters_behind($1, $2)"#,
        &at.hash(),
        at.now,
    )
    .fetch_optional(comer.db())
    .await?;
    let Some(behind) = behind else {
        let words = (
            "This link no longer turns letters off",
            "It is more than a year old, or not whole. Your account says which letters you get.",
        );
        let instead = (super::wishes::PATH, "Choose your letters");
        return Ok(at.dead(&comer, StatusCode::NOT_FOUND, words, instead));
    };
    Ok(Page(UnsubscribePage {
        frame: comer.frame(&at.app),
        path: PATH.replace("{token}", &at.token),
        kind: behind.kind,
        off: behind.off,
    })
    .into_response())
}

/// Answered with the page itself: whoever presses for somebody else follows no redirect.
async fn turn_off(at: AtLink) -> Result<Response> {
    sqlx::query!("select unsubscribe($1, $2)", &at.hash(), at.now)
        .fetch_one(&at.app.db)
        .await?;
    show(at).await
}
