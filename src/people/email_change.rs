//! The page behind the two links that confirm a change of address, and the letters about it.

use super::links::AtLink;
use super::{Acting, PersonId, acting};
use crate::App;
use crate::error::{Error, Result};
use crate::mail::Letter;
use crate::organisation::Organisation;
use crate::people::acting::Comer;
use crate::web::form::Form;
use crate::web::page::{Frame, Page, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use sqlx::PgConnection;
use time::Duration;

/// How long the links work.
pub const LASTS: Duration = Duration::days(2);

#[derive(Default, Deserialize)]
#[serde(default)]
struct Answer {
    /// "confirm" or "refuse".
    act: String,
}

#[derive(Template)]
#[template(path = "people/email_change.html")]
struct ChangePage {
    frame: Frame,
    path: String,
    change: Change,
}

struct Change {
    old_email: String,
    new_email: String,
    /// Whether the letter went to the address that is used now.
    to_old: bool,
    confirmed: bool,
}

/// What came of a confirmation.
#[derive(Clone, Copy, PartialEq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
enum Confirmed {
    Waiting,
    Changed,
    Taken,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/email-changes/{token}", Entry::Anyone, show)
        .post("/email-changes/{token}", Entry::Anyone, answer)
}

async fn show(at: AtLink) -> Result<Response> {
    let mut comer = at.comer().await?;
    let Some(change) = find(&at, comer.db()).await? else {
        return Ok(dead(&at, &comer));
    };
    Ok(Page(ChangePage {
        frame: comer.frame(&at.app),
        path: path(&at),
        change,
    })
    .into_response())
}

fn path(at: &AtLink) -> String {
    format!("/email-changes/{}", at.token)
}

fn dead(at: &AtLink, comer: &Comer) -> Response {
    let words = (
        "This link no longer changes an address",
        "The change has been made, refused or asked for anew, or two days have passed. Your \
         account says which address it has now.",
    );
    let instead = ("/account/email", "Look at your address");
    at.dead(comer, StatusCode::NOT_FOUND, words, instead)
}

async fn find(at: &AtLink, db: &mut PgConnection) -> sqlx::Result<Option<Change>> {
    sqlx::query_as!(
        Change,
        r#"
        select
            old_email as "old_email!", new_email as "new_email!", to_old as "to_old!",
            confirmed as "confirmed!"
        from email_change_behind($1, $2)
        "#,
        &at.hash(),
        at.now,
    )
    .fetch_optional(db)
    .await
}

/// Whoever has the link answers for the address it went to, and for nobody who is signed in.
async fn answer(at: AtLink, Form(answer): Form<Answer>) -> Result<Response> {
    let comer = at.comer().await?;
    let signed_in = comer.viewer().is_some();
    drop(comer);
    let mut db = at.app.db.begin().await?;
    let told = match answer.act.as_str() {
        "confirm" => confirm(&at, &mut db).await?,
        "refuse" => refuse(&at, &mut db).await?,
        _ => return Ok(see(&path(&at))),
    };
    let Some(told) = told else {
        drop(db);
        return Ok(dead(&at, &at.comer().await?));
    };
    db.commit().await?;
    Ok(match (told, signed_in) {
        (Told::Waits, _) => see(&path(&at)),
        (Told::Taken, _) => {
            return Err(Error::conflict(
                "Another account has got this address meanwhile, so yours stays as it is.",
            ));
        }
        (Told::Changed, false) => see("/sign-in?told=email-changed"),
        (Told::Refused, false) => see("/sign-in?told=email-refused"),
        (Told::Changed, true) => with_banner(&at.app, "Your address is changed."),
        (Told::Refused, true) => with_banner(&at.app, "Your address stays as it is."),
    })
}

/// What the next page says.
#[derive(Clone, Copy)]
enum Told {
    Waits,
    Changed,
    Taken,
    Refused,
}

fn with_banner(app: &App, words: &str) -> Response {
    let cookies = CookieJar::new().add(acting::banner(app, words));
    (cookies, see("/account/email")).into_response()
}

async fn confirm(at: &AtLink, db: &mut PgConnection) -> sqlx::Result<Option<Told>> {
    let confirmed = sqlx::query_scalar!(
        r#"select confirm_email_change($1, $2) as "confirmed: Confirmed""#,
        &at.hash(),
        at.now,
    )
    .fetch_one(db)
    .await?;
    Ok(confirmed.map(|confirmed| match confirmed {
        Confirmed::Waiting => Told::Waits,
        Confirmed::Changed => Told::Changed,
        Confirmed::Taken => Told::Taken,
    }))
}

async fn refuse(at: &AtLink, db: &mut PgConnection) -> sqlx::Result<Option<Told>> {
    let refused = sqlx::query_scalar!("select refuse_email_change($1, $2)", &at.hash(), at.now,)
        .fetch_one(db)
        .await?;
    Ok((refused == Some(true)).then_some(Told::Refused))
}

/// A letter to the old address, and one to the new.
pub struct Letters<'a> {
    pub emails: [&'a str; 2],
    pub tokens: &'a [String; 2],
}

impl Letters<'_> {
    pub async fn write(&self, acting: &mut Acting, app: &App) -> sqlx::Result<()> {
        let at = Organisation::read(acting).await?.at();
        let (person, name, now) = (acting.viewer.id, acting.viewer.name.clone(), acting.now);
        let [old, new] = self.emails;
        let subjects = ["Should your address change?", "Confirm your new address"];
        let ends = [
            "If it was not you, refuse it there: the address stays as it is then.",
            "If it was not you, you need not do anything.",
        ];
        for (which, recipient) in self.emails.into_iter().enumerate() {
            let link = app
                .base_url
                .join(&format!("/email-changes/{}", self.tokens[which]));
            let letter = Letter {
                recipient: recipient.to_owned(),
                person: Some(person),
                subject: subjects[which].into(),
                body: format!(
                    "{name} asks to change the address of their account with Waymark{at} from \
                     {old} to {new}.\n\nIt changes when both addresses have confirmed. Open this \
                     page to confirm for this one:\n\n{link}\n\nThe link works for two days. {}\
                     \n\nWaymark{at} wrote this, because somebody asked for it who was signed in \
                     as {name}.\n",
                    ends[which],
                ),
            };
            letter.write(acting, app, now).await?;
        }
        Ok(())
    }
}

/// Tells both addresses that an administrator has changed one for the other.
pub async fn write_changed(
    acting: &mut Acting,
    app: &App,
    person: PersonId,
    [old, new]: [&str; 2],
) -> sqlx::Result<()> {
    let at = Organisation::read(acting).await?.at();
    let (name, now) = (acting.viewer.name.clone(), acting.now);
    for recipient in [old, new] {
        let letter = Letter {
            recipient: recipient.to_owned(),
            person: Some(person),
            subject: "Your address was changed".into(),
            body: format!(
                "{name} has changed the address of your account with Waymark{at} from {old} to \
                 {new}.\n\nYou sign in with the new one from now on. If that surprises you, ask \
                 {name}.\n\nWaymark{at} wrote this to both addresses.\n"
            ),
        };
        letter.write(acting, app, now).await?;
    }
    Ok(())
}
