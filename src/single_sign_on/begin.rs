//! Setting out: a visitor is sent to the provider, with what they must come back with.

use super::Provider;
use super::conversation::{Conversation, Secrets};
use super::finish::{Refusal, refused};
use super::providers::Trouble;
use crate::App;
use crate::clock::Now;
use crate::error::{Error, Result};
use crate::people::sign_in::path_of_ours;
use crate::people::{PersonId, acting, random_token};
use crate::web::form::Asked;
use crate::web::page::see;
use crate::web::routes::{Entry, Routes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use time::{Duration, OffsetDateTime};

/// How long a visitor may take at the provider.
const LASTS: Duration = Duration::minutes(10);

#[derive(Default, Deserialize)]
#[serde(default)]
struct Visit {
    /// Where the visitor was going.
    next: String,
}

/// What has to be known of a visitor who comes back.
struct Attempt<'a> {
    issuer: &'a str,
    secrets: &'a Secrets,
    /// What the browser keeps.
    token: &'a str,
    going: (&'a str, Option<PersonId>),
}

pub fn routes(routes: Routes) -> Routes {
    routes.get("/sign-in/provider", Entry::Anyone, begin)
}

async fn begin(
    State(app): State<App>,
    Now(now): Now,
    cookies: CookieJar,
    Asked(visit): Asked<Visit>,
) -> Result<Response> {
    let provider = Provider::stored(&app.db).await?.ok_or(Error::NotFound)?;
    let next = path_of_ours(&visit.next);
    Ok(
        match set_out(&app, &provider, &cookies, (next, None), now).await? {
            Ok((cookies, there)) => (cookies, see(&there)).into_response(),
            Err(trouble) => refused(&app, &provider, &Refusal::Trouble(trouble), false),
        },
    )
}

/// Where the provider is asked who the visitor is, for the path they go to next, and for whom an
/// account there is to be linked.
pub async fn set_out(
    app: &App,
    provider: &Provider,
    cookies: &CookieJar,
    going: (&str, Option<PersonId>),
    now: OffsetDateTime,
) -> sqlx::Result<std::result::Result<(CookieJar, String), Trouble>> {
    let secrets = Secrets {
        state: random_token(),
        nonce: random_token(),
        pkce_verifier: random_token(),
    };
    let question = match app.providers.describe(&provider.issuer, now).await {
        Ok(description) => Conversation {
            provider,
            description,
            base_url: &app.base_url,
        }
        .question(&secrets),
        Err(trouble) => Err(trouble),
    };
    let question = match question {
        Ok(question) => question,
        Err(trouble) => return Ok(Err(trouble)),
    };
    // The same for every tab of a browser, so that none of them undoes another's attempt.
    let name = app.cookies.single_sign_on();
    let token = cookies.get(name).map(|cookie| cookie.value().to_owned());
    let token = token.filter(|token| token.len() == 64);
    let token = token.unwrap_or_else(random_token);
    let attempt = Attempt {
        issuer: &provider.issuer,
        secrets: &secrets,
        token: &token,
        going,
    };
    attempt.remember(app, now).await?;
    let cookies = CookieJar::new().add(app.cookies.keep(name, token, LASTS));
    Ok(Ok((cookies, question.to_string())))
}

impl Attempt<'_> {
    async fn remember(&self, app: &App, now: OffsetDateTime) -> sqlx::Result<()> {
        let (next, linking_to) = self.going;
        sqlx::query!(
            "insert into single_sign_on_attempts (
                state_hash, browser_hash, issuer, nonce, pkce_verifier, next, linking_to, expires_at
             )
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            &acting::hash(&self.secrets.state),
            &acting::hash(self.token),
            self.issuer,
            self.secrets.nonce,
            self.secrets.pkce_verifier,
            next,
            linking_to.map(|person| person.0),
            now + LASTS,
        )
        .execute(&app.db)
        .await?;
        Ok(())
    }
}
