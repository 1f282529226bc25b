//! Sign-in methods, as administrators set them: the provider, whom it may link, and whether
//! passwords are for administrators alone.

use super::providers::{Trouble, is_protected};
use super::{AFTER_SIGNING_OUT, Provider, RETURN};
use crate::App;
use crate::error::Result;
use crate::people::Acting;
use crate::people::acting::About;
use crate::web::form::{self, Form, Problem, Problems};
use crate::web::page::{Frame, Page, done};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use openidconnect::url::Url;
use serde::Deserialize;
use sqlx::PgConnection;

const PATH: &str = "/administration/sign-in";

#[derive(Default, Deserialize)]
#[serde(default)]
struct ProviderForm {
    name: String,
    issuer: String,
    client_id: String,
    /// Never shown again: left empty, the one that is kept stays.
    client_secret: String,
    links_by_email: String,
    is_only_way: String,
}

#[derive(Template)]
#[template(path = "single_sign_on/settings.html")]
struct SettingsPage {
    frame: Frame,
    form: ProviderForm,
    problems: Problems,
    kept: bool,
    has_secret: bool,
    /// How many people have come in this way.
    linked: i64,
    /// What to tell the provider of us.
    back: String,
    after_signing_out: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(PATH, Entry::Administrators, show)
        .post(PATH, Entry::Administrators, update)
        .post(
            "/administration/sign-in/removal",
            Entry::Administrators,
            remove,
        )
}

async fn show(State(app): State<App>, mut acting: Acting) -> Result<Response> {
    let kept = Provider::stored(&mut *acting).await?;
    let form = kept.as_ref().map(ProviderForm::of).unwrap_or_default();
    let page = page(&app, &mut acting, form, kept.as_ref()).await?;
    Ok(Page(page).into_response())
}

async fn update(
    State(app): State<App>,
    mut acting: Acting,
    Form(form): Form<ProviderForm>,
) -> Result<Response> {
    let kept = Provider::stored(&mut *acting).await?;
    let mut problems = Problems::default();
    let read = form.read(kept.as_ref(), &mut problems);
    if let Some(provider) = read.filter(|_| problems.is_empty()) {
        // A provider may keep us waiting longer than Postgres lets a transaction idle.
        sqlx::raw_sql("set local idle_in_transaction_session_timeout = '1min'")
            .execute(&mut *acting)
            .await?;
        match app.providers.ask(&provider.issuer, acting.now).await {
            Ok(_) => {
                store(&mut acting, &provider).await?;
                acting
                    .commit("changed how people sign in", About::Oneself)
                    .await?;
                return Ok(done(PATH, "People sign in this way from now on."));
            }
            Err(trouble) => problems.add("issuer", trouble.to_an_administrator()),
        }
    }
    let page = page(&app, &mut acting, form, kept.as_ref()).await?;
    Ok(Page(SettingsPage { problems, ..page }).refused())
}

async fn remove(mut acting: Acting) -> Result<Response> {
    sqlx::query!("delete from single_sign_on")
        .execute(&mut *acting)
        .await?;
    acting
        .commit("ended single sign-on", About::Oneself)
        .await?;
    Ok(done(
        PATH,
        "Everybody signs in with their password from now on.",
    ))
}

async fn page(
    app: &App,
    acting: &mut Acting,
    form: ProviderForm,
    kept: Option<&Provider>,
) -> sqlx::Result<SettingsPage> {
    let linked = sqlx::query_scalar!(
        r#"select count(*) as "count!" from linked_accounts where issuer = $1"#,
        kept.map(|kept| kept.issuer.as_str()),
    )
    .fetch_one(&mut **acting)
    .await?;
    Ok(SettingsPage {
        frame: acting.frame.clone(),
        form: ProviderForm {
            client_secret: String::new(),
            ..form
        },
        problems: Problems::default(),
        kept: kept.is_some(),
        has_secret: kept.is_some_and(|kept| !kept.client_secret.is_empty()),
        linked,
        back: app.base_url.join(RETURN),
        after_signing_out: app.base_url.join(AFTER_SIGNING_OUT),
    })
}

async fn store(db: &mut PgConnection, provider: &Provider) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into single_sign_on
            (issuer, client_id, client_secret, name, links_by_email, is_only_way)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (single) do update set
             issuer = excluded.issuer, client_id = excluded.client_id,
             client_secret = excluded.client_secret, name = excluded.name,
             links_by_email = excluded.links_by_email, is_only_way = excluded.is_only_way",
        provider.issuer,
        provider.client_id,
        provider.client_secret,
        provider.name,
        provider.links_by_email,
        provider.is_only_way,
    )
    .execute(db)
    .await?;
    Ok(())
}

impl ProviderForm {
    fn of(kept: &Provider) -> ProviderForm {
        let ticked = |ticked| if ticked { "yes".into() } else { String::new() };
        ProviderForm {
            name: kept.name.clone(),
            issuer: kept.issuer.clone(),
            client_id: kept.client_id.clone(),
            client_secret: String::new(),
            links_by_email: ticked(kept.links_by_email),
            is_only_way: ticked(kept.is_only_way),
        }
    }

    fn read(&self, before: Option<&Provider>, problems: &mut Problems) -> Option<Provider> {
        let name = form::line(&self.name, 60, "Enter what people know the account as");
        let name = problems.keep("name", name);
        let issuer = problems.keep("issuer", read_issuer(&self.issuer));
        let client_id = form::line(
            &self.client_id,
            200,
            "Enter the client ID that the provider gave you",
        );
        let client_id = problems.keep("client_id", client_id);
        let client_secret = form::optional_line(&self.client_secret, 500);
        let client_secret = problems.keep("client_secret", client_secret);
        let (issuer, client_id) = (issuer?, client_id?);
        // A secret never goes to another provider than the one it was entered for.
        let before =
            before.filter(|before| before.issuer == issuer && before.client_id == client_id);
        let client_secret = match (client_secret?, before) {
            (typed, Some(before)) if typed.is_empty() => before.client_secret.clone(),
            (typed, _) => typed,
        };
        Some(Provider {
            issuer,
            client_id,
            client_secret,
            name: name?,
            links_by_email: !self.links_by_email.is_empty(),
            is_only_way: !self.is_only_way.is_empty(),
        })
    }
}

/// The text is kept as it is typed, for it has to be what the provider writes.
fn read_issuer(text: &str) -> Result<String, Problem> {
    let issuer = form::line(text, 500, "Enter the provider's address")?;
    let url = Url::parse(&issuer).ok();
    let url = url.filter(|url| issuer.starts_with("http") && url.username().is_empty());
    match url {
        None => Err("Enter an address such as https://login.example.org".into()),
        Some(url) if url.query().is_some() || url.fragment().is_some() => {
            Err("Enter the address without anything behind a ? or a #".into())
        }
        Some(url) if !is_protected(&url) => {
            Err("Enter an address with https (only localhost may have http)".into())
        }
        Some(_) => Ok(issuer),
    }
}

impl Trouble {
    fn to_an_administrator(self) -> &'static str {
        match self {
            Trouble::Silent => {
                "Nobody answers there. Check the address, and whether this server may reach it"
            }
            Trouble::Slow => "There is no answer from there within ten seconds. Try again",
            Trouble::AnotherIssuer => {
                "The provider there goes by another address. Enter its issuer exactly as it writes \
                 it: a slash at the end counts"
            }
            Trouble::Unsuitable | Trouble::Unbelievable => {
                "What is there does not speak OpenID Connect over https. Check the address"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::read_issuer;

    #[test]
    fn an_issuer_is_an_address_that_keeps_secrets() {
        for (text, fine) in [
            ("https://login.example.org", true),
            ("https://login.example.org/realms/staff/", true),
            (" http://localhost:4000 ", true),
            ("http://127.0.0.1:4000", true),
            ("http://[::1]:4000", true),
            ("http://login.example.org", false),
            ("http://localhost.example.org", false),
            ("https://somebody@login.example.org", false),
            ("https://login.example.org?a=b", false),
            ("https://login.example.org/#a", false),
            ("login.example.org", false),
            ("file:///etc/passwd", false),
            ("javascript:alert(1)", false),
            ("", false),
        ] {
            assert_eq!(read_issuer(text).is_ok(), fine, "{text}");
        }
    }
}
