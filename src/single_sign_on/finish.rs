//! Coming back from the provider: who it says that the visitor is, and whether they may come in.

use super::conversation::{Account, Conversation, Secrets};
use super::linking::{self, NotLinkedAnew};
use super::providers::Trouble;
use super::{Provider, RETURN};
use crate::App;
use crate::clock::Now;
use crate::error::{Error, Result};
use crate::people::browser::Browser;
use crate::people::{PersonId, acting, sign_in};
use crate::web::form::Asked;
use crate::web::page::{Frame, Page, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use sqlx::{Connection, PgConnection};
use time::OffsetDateTime;

/// What the provider sends somebody back with.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Returned {
    state: String,
    code: String,
    error: String,
    /// Who sends them (RFC 9207).
    iss: Option<String>,
}

/// Why somebody does not come in.
pub enum Refusal {
    /// Not from this browser, or not for the first time.
    Unknown,
    Expired,
    Declined,
    Trouble(Trouble),
    Unverified,
    NotLinked,
    /// Nobody who may come in has this address, or another account is theirs.
    NobodyThere(String),
    NotLinkedAnew(NotLinkedAnew),
    Broken(sqlx::Error),
}

#[derive(Template)]
#[template(path = "single_sign_on/refused.html")]
struct RefusedPage<'a> {
    frame: Frame,
    title: &'a str,
    advice: String,
    /// Where to begin once more, and in what words.
    back: (&'static str, &'static str),
}

struct Attempt {
    issuer: String,
    nonce: String,
    pkce_verifier: String,
    next: String,
    linking_to: Option<PersonId>,
    expires_at: OffsetDateTime,
}

pub fn routes(routes: Routes) -> Routes {
    routes.get(RETURN, Entry::Anyone, finish)
}

async fn finish(
    State(app): State<App>,
    Now(now): Now,
    browser: Browser,
    cookies: CookieJar,
    Asked(returned): Asked<Returned>,
) -> Result<Response> {
    let provider = Provider::stored(&app.db).await?.ok_or(Error::NotFound)?;
    let name = app.cookies.single_sign_on();
    let token = cookies.get(name).map_or("", |cookie| cookie.value());
    let attempt = take(&app, &returned.state, token).await?;
    let next = attempt.as_ref().map(|attempt| attempt.next.clone());
    let linking_to = attempt.as_ref().and_then(|attempt| attempt.linking_to);
    let account = vouched_for(&app, &provider, returned, attempt, now).await;
    let entered = match (account, linking_to) {
        (Ok(account), Some(person)) => {
            linking::link(&app, &cookies, &provider, account, (person, now)).await
        }
        (Ok(account), None) => come_in(&app, &provider, &browser, account, now).await,
        (Err(refusal), _) => Err(refusal),
    };
    match entered {
        Ok(cookies) => {
            let cookies = cookies.add(app.cookies.forget(name));
            Ok((cookies, see(&next.unwrap_or_default())).into_response())
        }
        Err(Refusal::Broken(cause)) => Err(cause.into()),
        Err(refusal) => Ok(refused(&app, &provider, &refusal, linking_to.is_some())),
    }
}

/// Finds the attempt that this browser began, and ends it: it is good for one return.
async fn take(app: &App, state: &str, token: &str) -> sqlx::Result<Option<Attempt>> {
    sqlx::query_as!(
        Attempt,
        r#"delete from single_sign_on_attempts where state_hash = $1 and browser_hash = $2
         returning issuer, nonce, pkce_verifier, next, linking_to as "linking_to: PersonId", expires_at"#,
        &acting::hash(state),
        &acting::hash(token),
    )
    .fetch_optional(&app.db)
    .await
}

/// Whom the provider vouches for. No connection to the database is held meanwhile.
async fn vouched_for(
    app: &App,
    provider: &Provider,
    returned: Returned,
    attempt: Option<Attempt>,
    now: OffsetDateTime,
) -> Result<Account, Refusal> {
    let attempt = attempt.ok_or(Refusal::Unknown)?;
    if attempt.expires_at <= now || attempt.issuer != provider.issuer {
        return Err(Refusal::Expired);
    }
    if returned.iss.is_some_and(|issuer| issuer != provider.issuer) {
        return Err(Refusal::Trouble(Trouble::Unbelievable));
    }
    match returned.error.as_str() {
        "" => {}
        "access_denied" | "login_required" | "consent_required" | "interaction_required" => {
            return Err(Refusal::Declined);
        }
        error => {
            tracing::warn!(
                provider.issuer,
                error,
                "the sign-in provider sent somebody back"
            );
            return Err(Refusal::Trouble(Trouble::Unbelievable));
        }
    }
    let conversation = Conversation {
        description: app.providers.describe(&provider.issuer, now).await?,
        provider,
        base_url: &app.base_url,
    };
    let secrets = Secrets {
        state: returned.state,
        nonce: attempt.nonce,
        pkce_verifier: attempt.pkce_verifier,
    };
    let answer = conversation.answer(&app.providers, returned.code, &secrets, now);
    Ok(answer.await?)
}

/// Signs in whoever the account belongs to, linking it first where that is allowed.
async fn come_in(
    app: &App,
    provider: &Provider,
    browser: &Browser,
    account: Account,
    now: OffsetDateTime,
) -> Result<CookieJar, Refusal> {
    let mut connection = app.db.acquire().await?;
    let mut db = connection.begin().await?;
    let person = match whose(&mut db, provider, &account).await? {
        Some(person) => person,
        None => link(&mut db, provider, account, now).await?,
    };
    let cookies = sign_in::enter(app, &mut db, browser, person, now).await?;
    let token = cookies.get(app.cookies.sign_in());
    sqlx::query!(
        "update sign_ins set vouched_for_by = $2 where token_hash = $1",
        &acting::hash(token.map_or("", |cookie| cookie.value())),
        provider.issuer,
    )
    .execute(&mut *db)
    .await?;
    db.commit().await?;
    Ok(cookies)
}

async fn whose(
    db: &mut PgConnection,
    provider: &Provider,
    account: &Account,
) -> sqlx::Result<Option<PersonId>> {
    let person = sqlx::query_scalar!(
        "select person_of_account($1, $2)",
        provider.issuer,
        account.subject,
    )
    .fetch_one(db)
    .await?;
    Ok(person.map(PersonId))
}

async fn link(
    db: &mut PgConnection,
    provider: &Provider,
    account: Account,
    now: OffsetDateTime,
) -> Result<PersonId, Refusal> {
    if !provider.links_by_email {
        return Err(Refusal::NotLinked);
    }
    let email = account.verified_email.ok_or(Refusal::Unverified)?;
    let person = sqlx::query_scalar!(
        "select link_account($1, $2, $3, $4)",
        provider.issuer,
        account.subject,
        email,
        now,
    )
    .fetch_one(db)
    .await?;
    person.map(PersonId).ok_or(Refusal::NobodyThere(email))
}

/// The page of a refusal, with what to do about it.
pub fn refused(app: &App, provider: &Provider, refusal: &Refusal, linking: bool) -> Response {
    let (status, title, advice) = refusal.in_words(&provider.name);
    let (title, advice, back) = if linking {
        let advice = advice.replace("from the sign-in page", "from your account");
        let back = ("/account", "Back to your account");
        ("Your account is not linked", advice, back)
    } else {
        (title, advice, ("/sign-in", "Back to signing in"))
    };
    Page(RefusedPage {
        frame: Frame {
            demo: app.demo,
            ..Frame::default()
        },
        title,
        advice,
        back,
    })
    .with_status(status)
}

impl Refusal {
    fn in_words(&self, name: &str) -> (StatusCode, &'static str, String) {
        match self {
            Refusal::Unknown => (
                StatusCode::FORBIDDEN,
                "Start signing in again",
                "This way in was used already, or did not begin in this browser. Nothing has \
                 happened: begin once more from the sign-in page."
                    .into(),
            ),
            Refusal::Expired => (
                StatusCode::FORBIDDEN,
                "That took too long",
                "For your safety there are ten minutes to sign in. Begin once more from the \
                 sign-in page."
                    .into(),
            ),
            Refusal::Declined => (
                StatusCode::FORBIDDEN,
                "You are not signed in",
                format!(
                    "Signing in with {name} was stopped there. If that was a slip, begin once \
                     more from the sign-in page."
                ),
            ),
            Refusal::Trouble(trouble) => trouble.to_a_visitor(name),
            Refusal::Unverified => (
                StatusCode::FORBIDDEN,
                "Your email address is not confirmed",
                format!(
                    "{name} does not say that your email address is really yours, so we \
                     cannot tell who you are here. Confirm the address there, then sign in again. If you \
                     have a password here, you can also sign in with that and link the account \
                     under Your account."
                ),
            ),
            Refusal::NotLinked => (
                StatusCode::FORBIDDEN,
                "Nobody here has this account yet",
                format!(
                    "{name} is not linked to anybody in Waymark. If you have a password here, sign in \
                     with that and link it under Your account; otherwise ask whoever looks after \
                     Waymark where you work how to come in."
                ),
            ),
            Refusal::NobodyThere(email) => (
                StatusCode::FORBIDDEN,
                "Nobody here has this account yet",
                format!(
                    "Nobody in Waymark can come in as {email} with {name}. Ask whoever looks \
                     after Waymark where you work to add you, or to see which account is yours."
                ),
            ),
            Refusal::NotLinkedAnew(why) => why.in_words(name),
            Refusal::Broken(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "You are not signed in",
                "Try again in a few minutes.".into(),
            ),
        }
    }
}

impl Trouble {
    fn to_a_visitor(self, name: &str) -> (StatusCode, &'static str, String) {
        let (status, what) = match self {
            Trouble::Silent => (StatusCode::BAD_GATEWAY, "cannot be reached"),
            Trouble::Slow => (StatusCode::GATEWAY_TIMEOUT, "takes too long to answer"),
            Trouble::AnotherIssuer | Trouble::Unsuitable | Trouble::Unbelievable => (
                StatusCode::BAD_GATEWAY,
                "answered in a way that we cannot trust",
            ),
        };
        let advice = format!(
            "The service behind {name} {what}. Try again in a few minutes. If it happens \
             again, tell whoever looks after Waymark where you work."
        );
        (status, "Signing in did not work", advice)
    }
}

impl From<Trouble> for Refusal {
    fn from(trouble: Trouble) -> Self {
        Refusal::Trouble(trouble)
    }
}

impl From<sqlx::Error> for Refusal {
    fn from(cause: sqlx::Error) -> Self {
        Refusal::Broken(cause)
    }
}
