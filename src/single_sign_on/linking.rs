//! Somebody who is signed in takes an account of the provider for their own, or lets go of it.

use super::begin::set_out;
use super::conversation::Account;
use super::finish::{Refusal, refused};
use super::{AT_HOME, Provider};
use crate::App;
use crate::error::{Error, Result};
use crate::people::acting::{About, Comer, banner};
use crate::people::{Acting, PersonId};
use crate::web::page::{Frame, Page, done};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use time::{Date, OffsetDateTime};

/// As somebody sees it among their own details.
pub struct OwnAccount {
    /// What the provider is called.
    pub name: String,
    pub linked_on: Option<Date>,
    /// Whether they could still come in without it.
    pub may_unlink: bool,
}

/// Why an account is not linked to whoever comes back with it.
pub enum NotLinkedAnew {
    /// Or nobody is.
    SomebodyElseIsSignedIn,
    /// It is linked to somebody else.
    Anothers,
    /// Another account of the provider is theirs already.
    HasAnother,
}

/// The way to the provider is a link, for no form leads to another site.
#[derive(Template)]
#[template(path = "single_sign_on/linking.html")]
struct LinkingPage {
    frame: Frame,
    name: String,
    there: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .post("/account/linked-account", Entry::SignedIn, begin)
        .post("/account/linked-account/removal", Entry::SignedIn, unlink)
}

impl OwnAccount {
    /// None where there is no provider.
    pub async fn of(acting: &mut Acting) -> sqlx::Result<Option<OwnAccount>> {
        let zone = acting.viewer.time_zone.clone();
        sqlx::query_as!(
            OwnAccount,
            r#"select name as "name!", (linked_at at time zone $1)::date as linked_on,
                comes_in_by_password() as "may_unlink!"
               from own_account_there()"#,
            zone,
        )
        .fetch_optional(&mut **acting)
        .await
    }
}

/// A form, so that nobody is lured into it from elsewhere.
async fn begin(State(app): State<App>, cookies: CookieJar, acting: Acting) -> Result<Response> {
    let (person, frame, now) = (acting.viewer.id, acting.frame.clone(), acting.now);
    // No connection to the database is held while the provider is asked.
    drop(acting);
    let provider = Provider::stored(&app.db).await?.ok_or(Error::NotFound)?;
    let there = set_out(&app, &provider, &cookies, (AT_HOME, Some(person)), now).await?;
    let (cookies, there) = match there {
        Ok(there) => there,
        Err(trouble) => return Ok(refused(&app, &provider, &Refusal::Trouble(trouble), true)),
    };
    let page = Page(LinkingPage {
        frame,
        name: provider.name,
        there,
    });
    Ok((cookies, page).into_response())
}

/// Whoever comes back has to be signed in as the person who set out.
pub async fn link(
    app: &App,
    cookies: &CookieJar,
    provider: &Provider,
    account: Account,
    (person, now): (PersonId, OffsetDateTime),
) -> Result<CookieJar, Refusal> {
    let mut acting = match Comer::of(app, cookies).await? {
        Comer::SignedIn(acting) if acting.viewer.id == person => acting,
        Comer::SignedIn(_) | Comer::Stranger(_) => {
            return Err(NotLinkedAnew::SomebodyElseIsSignedIn.into());
        }
    };
    let linked = sqlx::query_scalar!(
        r#"select link_own_account($1, $2, $3) as "linked!""#,
        provider.issuer,
        account.subject,
        now,
    )
    .fetch_one(&mut *acting)
    .await?;
    match linked.as_str() {
        "yes" => {
            acting
                .commit("linked an account to sign in with", About::Oneself)
                .await?;
        }
        "already" => {}
        "anothers" => return Err(NotLinkedAnew::Anothers.into()),
        _ => return Err(NotLinkedAnew::HasAnother.into()),
    }
    let words = format!("You can sign in with {} from now on.", provider.name);
    Ok(CookieJar::new().add(banner(app, &words)))
}

/// Also ends what they are signed in to by that account elsewhere.
async fn unlink(mut acting: Acting) -> Result<Response> {
    let account = OwnAccount::of(&mut acting).await?;
    let account = account.filter(|account| account.linked_on.is_some());
    let account = account.ok_or(Error::NotFound)?;
    if !account.may_unlink {
        return Err(Error::conflict(format!(
            "{} is your only way in, so it stays linked. Choose a password first, if you may sign \
             in with one.",
            account.name
        )));
    }
    let (person, here) = (acting.viewer.id.0, acting.viewer.sign_in);
    sqlx::query!("delete from linked_accounts where person_id = $1", person)
        .execute(&mut *acting)
        .await?;
    sqlx::query!(
        "delete from sign_ins where person_id = $1 and vouched_for_by is not null and id <> $2",
        person,
        here,
    )
    .execute(&mut *acting)
    .await?;
    acting
        .commit("unlinked their own account", About::Oneself)
        .await?;
    let words = format!("{} no longer lets you in here.", account.name);
    Ok(done(AT_HOME, &words))
}

impl NotLinkedAnew {
    pub fn in_words(&self, name: &str) -> (StatusCode, &'static str, String) {
        let (status, advice) = match self {
            NotLinkedAnew::SomebodyElseIsSignedIn => (
                StatusCode::FORBIDDEN,
                "You are no longer signed in here as whoever set out. Sign in again, and begin \
                 once more from your account."
                    .to_owned(),
            ),
            NotLinkedAnew::Anothers => (
                StatusCode::CONFLICT,
                format!(
                    "The account that you came back with from {name} is somebody else’s here. Sign \
                     out there, and begin once more as yourself; or ask whoever looks after Waymark \
                     where you work."
                ),
            ),
            NotLinkedAnew::HasAnother => (
                StatusCode::CONFLICT,
                format!(
                    "Another account of {name} is linked to you already. Unlink it first, then \
                     link this one."
                ),
            ),
        };
        (status, "Your account is not linked", advice)
    }
}

impl From<NotLinkedAnew> for Refusal {
    fn from(why: NotLinkedAnew) -> Self {
        Refusal::NotLinkedAnew(why)
    }
}
