//! Setting out: a visitor is sent to the provider, with what they must come back with.

use super::Provider;
use super::conversation::{Conversation, Secrets};
use super::finish::{Refusal, refused};
use crate::App;
use crate::clock::Now;
use crate::error::{Error, Result};
use crate::people::sign_in::path_of_ours;
use crate::people::{acting, random_token};
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
    let secrets = Secrets {
        state: random_token(),
        nonce: random_token(),
        pkce_verifier: random_token(),
    };
    let question = match app.providers.describe(&provider.issuer, now).await {
        Ok(description) => Conversation {
            provider: &provider,
            description,
            base_url: &app.base_url,
        }
        .question(&secrets),
        Err(trouble) => Err(trouble),
    };
    let question = match question {
        Ok(question) => question,
        Err(trouble) => return Ok(refused(&app, &provider, &Refusal::Trouble(trouble))),
    };
    // The same for every tab of a browser, so that none of them undoes another's attempt.
    let name = app.cookies.single_sign_on();
    let token = cookies.get(name).map(|cookie| cookie.value().to_owned());
    let token = token.filter(|token| token.len() == 64);
    let token = token.unwrap_or_else(random_token);
    let next = path_of_ours(&visit.next);
    remember(&app, &provider, &secrets, (&token, next), now).await?;
    let cookies = CookieJar::new().add(app.cookies.keep(name, token, LASTS));
    Ok((cookies, see(question.as_str())).into_response())
}

async fn remember(
    app: &App,
    provider: &Provider,
    secrets: &Secrets,
    (token, next): (&str, &str),
    now: OffsetDateTime,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into single_sign_on_attempts
            (state_hash, browser_hash, issuer, nonce, pkce_verifier, next, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        &acting::hash(&secrets.state),
        &acting::hash(token),
        provider.issuer,
        secrets.nonce,
        secrets.pkce_verifier,
        next,
        now + LASTS,
    )
    .execute(&app.db)
    .await?;
    Ok(())
}
