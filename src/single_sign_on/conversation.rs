//! What is said between a provider and us: where somebody is sent, and whose word comes back.

use super::providers::{
    Description, NotSent, Providers, Trouble, in_time, log, wants_secret_in_form,
};
use super::{AFTER_SIGNING_OUT, Provider, RETURN};
use crate::config::BaseUrl;
use crate::people::sign_in::read_email;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreErrorResponseType, CoreIdTokenClaims,
    CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::url::Url;
use openidconnect::{
    AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken,
    EndUserEmail, EndpointMaybeSet, EndpointNotSet, EndpointSet, LogoutRequest, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl, RedirectUrl,
    RequestTokenError, Scope, SignatureVerificationError, StandardErrorResponse, TokenResponse,
    UserInfoError,
};
use std::error::Error;
use time::OffsetDateTime;

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What only the two sides of one attempt know.
pub struct Secrets {
    pub state: String,
    pub nonce: String,
    pub pkce_verifier: String,
}

/// Whom the provider vouches for.
pub struct Account {
    pub subject: String,
    /// Where the provider says that they read their mail; only if it has made sure.
    pub verified_email: Option<String>,
}

/// A provider as it describes itself, to be spoken with.
pub struct Conversation<'a> {
    pub provider: &'a Provider,
    pub description: Description,
    pub base_url: &'a BaseUrl,
}

impl Conversation<'_> {
    /// Where to send somebody who wants to sign in.
    pub fn question(&self, secrets: &Secrets) -> Result<Url, Trouble> {
        let (state, nonce) = (secrets.state.clone(), secrets.nonce.clone());
        let verifier = PkceCodeVerifier::new(secrets.pkce_verifier.clone());
        let client = self.client()?;
        let request = client.authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            || CsrfToken::new(state),
            || Nonce::new(nonce),
        );
        let (url, ..) = request
            .add_scope(Scope::new("email".into()))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .url();
        Ok(url)
    }

    /// Exchanges the code that somebody came back with for the provider's word on who they are.
    pub async fn answer(
        &self,
        providers: &Providers,
        code: String,
        secrets: &Secrets,
        now: OffsetDateTime,
    ) -> Result<Account, Trouble> {
        let issuer = &self.provider.issuer;
        let client = self.client()?;
        let exchange = self.exchange(&client, providers, code, &secrets.pkce_verifier);
        let tokens = in_time(issuer, exchange).await?;
        let claims = match self.believe(&tokens, secrets)? {
            Believed::Yes(claims) => claims,
            Believed::NotWithTheseKeys => {
                let description = providers.ask(issuer, now).await?;
                let renewed = Conversation {
                    description,
                    ..*self
                };
                match renewed.believe(&tokens, secrets)? {
                    Believed::Yes(claims) => claims,
                    Believed::NotWithTheseKeys => return Err(Trouble::Unbelievable),
                }
            }
        };
        let told = email(claims.email(), claims.email_verified());
        let verified_email = match claims.email() {
            Some(_) => told,
            None => {
                in_time(
                    issuer,
                    self.ask_for_email(&client, providers, &tokens, &claims),
                )
                .await?
            }
        };
        Ok(Account {
            subject: claims.subject().to_string(),
            verified_email,
        })
    }

    /// Where somebody can end what they are signed in to at the provider, if it has such a place.
    pub fn sign_out(&self) -> Option<Url> {
        let place = &self.description.additional_metadata().end_session_endpoint;
        let back = PostLogoutRedirectUrl::new(self.base_url.join(AFTER_SIGNING_OUT)).ok()?;
        let request = LogoutRequest::from(place.clone()?)
            .set_client_id(ClientId::new(self.provider.client_id.clone()))
            .set_post_logout_redirect_uri(back);
        Some(request.http_get_url())
    }

    fn client(&self) -> Result<Client, Trouble> {
        let secret = Some(self.provider.client_secret.clone());
        let secret = secret.filter(|secret| !secret.is_empty());
        let client = CoreClient::from_provider_metadata(
            (*self.description).clone(),
            ClientId::new(self.provider.client_id.clone()),
            secret.map(ClientSecret::new),
        );
        let back = RedirectUrl::new(self.base_url.join(RETURN));
        let client = client.set_redirect_uri(back.map_err(|_| Trouble::Unsuitable)?);
        Ok(match wants_secret_in_form(&self.description) {
            true => client.set_auth_type(AuthType::RequestBody),
            false => client,
        })
    }

    /// Whether the ID token is the provider's, for us, for this attempt, and still good.
    fn believe(&self, tokens: &CoreTokenResponse, secrets: &Secrets) -> Result<Believed, Trouble> {
        let issuer = &self.provider.issuer;
        let Some(token) = tokens.id_token() else {
            tracing::warn!(issuer, "the sign-in provider sent no ID token");
            return Err(Trouble::Unbelievable);
        };
        let client = self.client()?;
        let verifier = client.id_token_verifier();
        match token.claims(&verifier, &Nonce::new(secrets.nonce.clone())) {
            Ok(claims) => Ok(Believed::Yes(Box::new(claims.clone()))),
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            )) => Ok(Believed::NotWithTheseKeys),
            Err(cause) => {
                log(issuer, "vouched in a way that cannot be believed", &cause);
                Err(Trouble::Unbelievable)
            }
        }
    }

    async fn exchange(
        &self,
        client: &Client,
        providers: &Providers,
        code: String,
        pkce_verifier: &str,
    ) -> Result<CoreTokenResponse, Trouble> {
        client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|_| Trouble::Unsuitable)?
            .set_pkce_verifier(PkceCodeVerifier::new(pkce_verifier.to_owned()))
            .request_async(providers)
            .await
            .map_err(
                |cause: RequestTokenError<
                    NotSent,
                    StandardErrorResponse<CoreErrorResponseType>,
                >| {
                    let silent = matches!(cause, RequestTokenError::Request(_));
                    self.trouble(silent, &cause)
                },
            )
    }

    /// Some providers keep addresses out of the token, and have to be asked.
    async fn ask_for_email(
        &self,
        client: &Client,
        providers: &Providers,
        tokens: &CoreTokenResponse,
        claims: &CoreIdTokenClaims,
    ) -> Result<Option<String>, Trouble> {
        let subject = claims.subject().clone();
        let Ok(request) = client.user_info(tokens.access_token().clone(), Some(subject)) else {
            return Ok(None);
        };
        let told: Result<CoreUserInfoClaims, UserInfoError<NotSent>> =
            request.request_async(providers).await;
        let told = told.map_err(|cause| {
            let silent = matches!(cause, UserInfoError::Request(_));
            self.trouble(silent, &cause)
        })?;
        Ok(email(told.email(), told.email_verified()))
    }

    fn trouble(&self, silent: bool, cause: &dyn Error) -> Trouble {
        log(&self.provider.issuer, "did not say who somebody is", cause);
        match silent {
            true => Trouble::Silent,
            false => Trouble::Unbelievable,
        }
    }
}

enum Believed {
    Yes(Box<CoreIdTokenClaims>),
    /// It may sign with a new one by now.
    NotWithTheseKeys,
}

fn email(email: Option<&EndUserEmail>, verified: Option<bool>) -> Option<String> {
    let email = email.filter(|_| verified == Some(true))?;
    read_email(email).ok()
}
