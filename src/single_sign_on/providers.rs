//! Reading what a provider says of itself, and remembering it for a while.

use openidconnect::core::CoreClientAuthMethod;
use openidconnect::url::{ParseError, Url};
use openidconnect::{
    AsyncHttpClient, DiscoveryError, HttpRequest, HttpResponse, IssuerUrl,
    ProviderMetadataWithLogout,
};
use std::error::Error;
use std::fmt::{self, Display, Formatter};
use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration as Wait;
use time::{Duration, OffsetDateTime};
use tokio::time::timeout;

/// How long a provider may take for one answer to us.
const PATIENCE: Wait = Wait::from_secs(10);

/// How long what it says of itself is taken to hold.
const HOLDS: Duration = Duration::hours(1);

/// More than any provider has to say, in bytes.
const LONGEST_ANSWER: usize = 1024 * 1024;

pub type Description = Arc<ProviderMetadataWithLogout>;

/// The way to providers, and what is known of the last one asked.
#[derive(Clone, Default)]
pub struct Providers {
    known: Arc<Mutex<Option<Known>>>,
    http: Arc<OnceLock<reqwest::Client>>,
}

struct Known {
    issuer: String,
    until: OffsetDateTime,
    description: Description,
}

/// What can be wrong with a provider.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Trouble {
    Silent,
    Slow,
    AnotherIssuer,
    /// It does not speak OpenID Connect, or not safely.
    Unsuitable,
    /// It answered, but not with something to be believed.
    Unbelievable,
}

impl Providers {
    /// What this provider says of itself, no older than an hour.
    pub async fn describe(
        &self,
        issuer: &str,
        now: OffsetDateTime,
    ) -> Result<Description, Trouble> {
        match self.remembered(issuer, now) {
            Some(description) => Ok(description),
            None => self.ask(issuer, now).await,
        }
    }

    /// The same, asked for anew: its keys may have changed.
    pub async fn ask(&self, issuer: &str, now: OffsetDateTime) -> Result<Description, Trouble> {
        let url = IssuerUrl::new(issuer.to_owned()).map_err(|_| Trouble::Unsuitable)?;
        let discovering = async {
            ProviderMetadataWithLogout::discover_async(url, self)
                .await
                .map_err(|cause| in_kind(issuer, &cause))
        };
        let description = Arc::new(in_time(issuer, discovering).await?);
        if !is_suitable(&description) {
            return Err(Trouble::Unsuitable);
        }
        if let Ok(mut known) = self.known.lock() {
            *known = Some(Known {
                issuer: issuer.to_owned(),
                until: now + HOLDS,
                description: description.clone(),
            });
        }
        Ok(description)
    }

    fn remembered(&self, issuer: &str, now: OffsetDateTime) -> Option<Description> {
        let known = self.known.lock().ok()?;
        let known = known.as_ref()?;
        (known.issuer == issuer && now < known.until).then(|| known.description.clone())
    }

    /// One request to a provider. Redirects are not followed, and answers have an end.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, NotSent> {
        let url = Url::parse(&request.uri().to_string())?;
        if !is_protected(&url) {
            return Err(NotSent::Unprotected);
        }
        let mut answer = self.http()?.execute(request.try_into()?).await?;
        let mut response = HttpResponse::default();
        *response.status_mut() = answer.status();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        while let Some(part) = answer.chunk().await? {
            if response.body().len() + part.len() > LONGEST_ANSWER {
                return Err(NotSent::Endless);
            }
            response.body_mut().extend_from_slice(&part);
        }
        Ok(response)
    }

    fn http(&self) -> reqwest::Result<&reqwest::Client> {
        if let Some(http) = self.http.get() {
            return Ok(http);
        }
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .user_agent("Waymark")
            .build()?;
        Ok(self.http.get_or_init(|| http))
    }
}

impl<'c> AsyncHttpClient<'c> for Providers {
    type Error = NotSent;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, NotSent>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

/// Whatever a provider does within the time it has.
pub async fn in_time<T>(
    issuer: &str,
    talk: impl Future<Output = Result<T, Trouble>>,
) -> Result<T, Trouble> {
    timeout(PATIENCE, talk).await.unwrap_or_else(|_| {
        tracing::warn!(issuer, "the sign-in provider did not answer in time");
        Err(Trouble::Slow)
    })
}

/// Only TLS keeps secrets on the way, and what stays on this machine.
pub fn is_protected(url: &Url) -> bool {
    let here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    url.scheme() == "https" || (url.scheme() == "http" && here)
}

fn is_suitable(description: &ProviderMetadataWithLogout) -> bool {
    let sign_out = description
        .additional_metadata()
        .end_session_endpoint
        .as_ref();
    let tokens = description.token_endpoint().map(|tokens| tokens.url());
    is_protected(description.authorization_endpoint().url())
        && tokens.is_some_and(is_protected)
        && sign_out.is_none_or(|sign_out| is_protected(sign_out.url()))
}

/// Whether it wants the client's secret in the form itself, and nowhere else.
pub fn wants_secret_in_form(description: &ProviderMetadataWithLogout) -> bool {
    description
        .token_endpoint_auth_methods_supported()
        .is_some_and(|ways| !ways.contains(&CoreClientAuthMethod::ClientSecretBasic))
}

fn in_kind(issuer: &str, cause: &DiscoveryError<NotSent>) -> Trouble {
    log(issuer, "could not be read", cause);
    match cause {
        DiscoveryError::Request(NotSent::Unprotected | NotSent::Endless) => Trouble::Unsuitable,
        DiscoveryError::Request(_) => Trouble::Silent,
        DiscoveryError::Response(status, ..) if status.is_server_error() => Trouble::Silent,
        DiscoveryError::Validation(_) => Trouble::AnotherIssuer,
        _ => Trouble::Unsuitable,
    }
}

/// Causes name addresses and rules; secrets and tokens are never part of them.
pub fn log(issuer: &str, what: &str, cause: &dyn Error) {
    let mut causes = cause.to_string();
    let mut next = cause.source();
    while let Some(cause) = next {
        causes = format!("{causes}: {cause}");
        next = cause.source();
    }
    tracing::warn!(issuer, causes, "the sign-in provider {what}");
}

/// Why a request has no answer.
#[derive(Debug)]
pub enum NotSent {
    Unprotected,
    Endless,
    Broken(reqwest::Error),
    Address(ParseError),
}

impl Display for NotSent {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unprotected => f.write_str("an address without TLS"),
            Self::Endless => f.write_str("an answer without end"),
            Self::Broken(_) => f.write_str("no answer"),
            Self::Address(_) => f.write_str("no address"),
        }
    }
}

impl Error for NotSent {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unprotected | Self::Endless => None,
            Self::Broken(cause) => Some(cause),
            Self::Address(cause) => Some(cause),
        }
    }
}

impl From<reqwest::Error> for NotSent {
    fn from(cause: reqwest::Error) -> Self {
        NotSent::Broken(cause)
    }
}

impl From<ParseError> for NotSent {
    fn from(cause: ParseError) -> Self {
        NotSent::Address(cause)
    }
}
