//! The letters as administrators see them: what waits, what could not be sent, what has left.

use crate::error::{Error, Result};
use crate::people::Acting;
use crate::people::acting::About;
use crate::web::form::Asked;
use crate::web::page::{Frame, Page, done};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use time::PrimitiveDateTime;

const A_PAGE: i64 = 50;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Filter {
    show: String,
    before: String,
}

#[derive(Template)]
#[template(path = "mail/letters.html")]
struct LettersPage {
    frame: Frame,
    show: &'static str,
    counts: Counts,
    /// Whether there is a way for letters to leave.
    leave: bool,
    letters: Vec<Listed>,
    older: Option<i64>,
}

struct Counts {
    waiting: i64,
    given_up: i64,
    made_up: i64,
}

struct Listed {
    id: i64,
    recipient: String,
    subject: String,
    written: PrimitiveDateTime,
    sent: Option<PrimitiveDateTime>,
    given_up: Option<PrimitiveDateTime>,
    problem: Option<String>,
    /// Of the demonstration, which no letter leaves.
    made_up: bool,
}

#[derive(Template)]
#[template(path = "mail/letter.html")]
struct LetterPage {
    frame: Frame,
    letter: Listed,
    body: String,
    message_id: String,
    tries: i16,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/administration/letters", Entry::Administrators, list)
        .get(
            "/administration/letters/{letter}",
            Entry::Administrators,
            show,
        )
        .post(
            "/administration/letters/{letter}/retrial",
            Entry::Administrators,
            try_again,
        )
}

async fn list(mut acting: Acting, Asked(filter): Asked<Filter>) -> Result<Response> {
    let show = ["given-up", "sent", "made-up"]
        .into_iter()
        .find(|show| *show == filter.show)
        .unwrap_or("waiting");
    let zone = acting.viewer.time_zone.clone();
    let mut letters = sqlx::query_as!(
        Listed,
        r#"
        select
            id, recipient, subject, written_at at time zone $1 as "written!",
            sent_at at time zone $1 as sent, given_up_at at time zone $1 as given_up, problem,
            made_up
        from letters
        where ($3::bigint is null or id < $3)
            and case $2
                when 'sent' then sent_at is not null
                when 'given-up' then given_up_at is not null
                when 'made-up' then made_up
                else num_nonnulls(sent_at, given_up_at) = 0 and not made_up
            end
        order by id desc
        limit 51
        "#,
        zone,
        show,
        filter.before.parse::<i64>().ok(),
    )
    .fetch_all(&mut *acting)
    .await?;
    let counts = sqlx::query_as!(
        Counts,
        r#"select
            count(*) filter (where given_up_at is null and not made_up) as "waiting!",
            count(given_up_at) as "given_up!",
            count(*) filter (where made_up) as "made_up!"
           from letters where sent_at is null"#
    )
    .fetch_one(&mut *acting)
    .await?;
    let full = i64::try_from(letters.len()).is_ok_and(|count| count > A_PAGE);
    if full {
        letters.pop();
    }
    Ok(Page(LettersPage {
        leave: super::stored_settings(&mut acting).await?.is_some(),
        frame: acting.frame.clone(),
        show,
        counts,
        older: letters.last().map(|last| last.id).filter(|_| full),
        letters,
    })
    .into_response())
}

async fn show(
    mut acting: Acting,
    letter: std::result::Result<Path<i64>, PathRejection>,
) -> Result<Response> {
    let Path(id) = letter.map_err(|_| Error::NotFound)?;
    let zone = acting.viewer.time_zone.clone();
    let row = sqlx::query!(
        r#"
        select
            id, recipient, subject, body, message_id, tries, problem, person_id, made_up,
            written_at at time zone $2 as "written!",
            sent_at at time zone $2 as sent, given_up_at at time zone $2 as given_up
        from letters
        where id = $1
        "#,
        id,
        zone,
    )
    .fetch_one(&mut *acting)
    .await?;
    // Whoever reads a letter to somebody is seen to have read it.
    let about = row.person_id.map(crate::people::PersonId);
    let about = about.map_or(About::Oneself, About::Person);
    acting.record_reading("opened a letter", [about]).await?;
    Ok(Page(LetterPage {
        frame: acting.frame.clone(),
        letter: Listed {
            id: row.id,
            recipient: row.recipient,
            subject: row.subject,
            written: row.written,
            sent: row.sent,
            given_up: row.given_up,
            problem: row.problem,
            made_up: row.made_up,
        },
        body: match row.made_up {
            true => row.body,
            false => masked(&row.body),
        },
        message_id: row.message_id,
        tries: row.tries,
    })
    .into_response())
}

/// Without what would let whoever looks after Waymark act as one of two people.
fn masked(body: &str) -> String {
    const ACT: &str = "/letters/act/";
    let mut parts = body.split(ACT);
    let mut masked = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let token = part.find(|one: char| !one.is_ascii_hexdigit());
        masked += ACT;
        masked += "…";
        masked += &part[token.unwrap_or(part.len())..];
    }
    masked
}

/// A letter that was given up is put among those to be sent.
async fn try_again(
    mut acting: Acting,
    letter: std::result::Result<Path<i64>, PathRejection>,
) -> Result<Response> {
    let Path(id) = letter.map_err(|_| Error::NotFound)?;
    let now = acting.now;
    let tried = sqlx::query!(
        "update letters set given_up_at = null, tries = 0, due_at = $2
         where id = $1 and sent_at is null and not made_up and body <> ''",
        id,
        now,
    )
    .execute(&mut *acting)
    .await?;
    if tried.rows_affected() == 0 {
        return Err(Error::conflict(
            "This letter has left by now, or never does. Nothing has changed by this press.",
        ));
    }
    acting
        .commit("tried a letter again", About::Oneself)
        .await?;
    Ok(done(
        "/administration/letters",
        "The letter is tried again within a minute.",
    ))
}
