//! How letters leave: the mail server's address, and a test letter to see that it works.

use super::post::{sender_name, try_settings};
use super::smtp::{MailSettings, Security};
use crate::error::Result;
use crate::people::acting::About;
use crate::people::{Acting, sign_in};
use crate::web::form::{self, Form, Problems};
use crate::web::page::{Frame, Page, done};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use sqlx::PgConnection;
use std::time::Duration;
use time::OffsetDateTime;
use tokio::time::timeout;

const PATH: &str = "/administration/mail";

/// How long a test may take: less than a page may.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct MailForm {
    pub host: String,
    pub port: String,
    pub security: String,
    pub username: String,
    /// Never shown again: left empty, the one that is kept stays.
    pub password: String,
    pub sender: String,
    /// Where a test letter goes.
    pub to: String,
    /// "test" for the button that sends one instead of saving.
    pub act: String,
}

#[derive(Template)]
#[template(path = "mail/settings.html")]
pub struct MailPage {
    pub frame: Frame,
    pub form: MailForm,
    pub problems: Problems,
    /// Where the page stands, and where its form goes.
    pub path: String,
    pub back: (String, &'static str),
    /// Whether a password is kept.
    pub has_password: bool,
    pub kept: bool,
    /// Why a test letter did not leave.
    pub trouble: Option<String>,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(PATH, Entry::Administrators, show)
        .post(PATH, Entry::Administrators, update)
        .post(
            "/administration/mail/removal",
            Entry::Administrators,
            remove,
        )
}

async fn show(mut acting: Acting) -> Result<Response> {
    let to = email_of_viewer(&mut acting).await?;
    let page = MailPage::of(&mut acting, to).await?;
    Ok(Page(page.framed(&acting)).into_response())
}

async fn update(mut acting: Acting, Form(form): Form<MailForm>) -> Result<Response> {
    let mut page = MailPage::of(&mut acting, String::new())
        .await?
        .framed(&acting);
    let now = acting.now;
    match page.read(&mut acting, form).await? {
        None => Ok(Page(page).refused()),
        Some((settings, None)) => {
            store(&mut acting, &settings).await?;
            acting
                .commit("changed how letters are sent", About::Oneself)
                .await?;
            Ok(done(PATH, "Letters are sent this way from now on."))
        }
        Some((settings, Some(to))) => match try_out(&mut acting, &settings, &to, now).await? {
            Ok(taken) => {
                store(&mut acting, &settings).await?;
                acting
                    .commit("changed how letters are sent", About::Oneself)
                    .await?;
                Ok(done(PATH, &taken))
            }
            Err(words) => {
                page.trouble = Some(words);
                Ok(Page(page).refused())
            }
        },
    }
}

async fn remove(mut acting: Acting) -> Result<Response> {
    sqlx::query!("delete from mail_settings")
        .execute(&mut *acting)
        .await?;
    acting
        .commit("stopped sending letters", About::Oneself)
        .await?;
    Ok(done(
        PATH,
        "Letters are kept here from now on, and sent once there is a way again.",
    ))
}

async fn email_of_viewer(acting: &mut Acting) -> sqlx::Result<String> {
    let viewer = acting.viewer.id;
    sqlx::query_scalar!("select email from people where id = $1", viewer.0)
        .fetch_one(&mut **acting)
        .await
}

/// Hands a test letter over, and says what came of it in words.
pub async fn try_out(
    db: &mut PgConnection,
    settings: &MailSettings,
    to: &str,
    now: OffsetDateTime,
) -> sqlx::Result<Result<String, String>> {
    // A mail server may keep us waiting longer than Postgres lets a transaction idle.
    sqlx::raw_sql("set local idle_in_transaction_session_timeout = '1min'")
        .execute(&mut *db)
        .await?;
    let organisation = sqlx::query_scalar!("select name from organisation")
        .fetch_one(db)
        .await?;
    let trying = try_settings(settings, to, sender_name(&organisation), now);
    Ok(match timeout(PATIENCE, trying).await {
        Ok(Ok(())) => Ok(format!(
            "The mail server took the letter to {to}, and the settings are saved."
        )),
        Ok(Err(refusal)) => Err(format!("The mail server said: {}", refusal.words)),
        Err(_) => Err("The mail server did not answer in time.".into()),
    })
}

impl MailPage {
    /// The page as the settings are kept.
    pub async fn of(db: &mut PgConnection, to: String) -> sqlx::Result<MailPage> {
        let kept = stored(db).await?;
        let form = match &kept {
            Some(settings) => MailForm {
                host: settings.host.clone(),
                port: settings.port.to_string(),
                security: settings.security.slug().into(),
                username: settings.username.clone(),
                sender: settings.sender.clone(),
                to,
                ..MailForm::default()
            },
            None => MailForm {
                port: "587".into(),
                security: "starttls".into(),
                to,
                ..MailForm::default()
            },
        };
        Ok(MailPage {
            frame: Frame::default(),
            form,
            problems: Problems::default(),
            path: PATH.into(),
            back: ("/administration".into(), "Administration"),
            has_password: kept
                .as_ref()
                .is_some_and(|settings| !settings.password.is_empty()),
            kept: kept.is_some(),
            trouble: None,
        })
    }

    fn framed(mut self, acting: &Acting) -> MailPage {
        self.frame = acting.frame.clone();
        self
    }

    /// What was typed, and to whom a test letter goes, if one is asked for. None with problems on
    /// the page. What was typed stays on it either way.
    pub async fn read(
        &mut self,
        db: &mut PgConnection,
        form: MailForm,
    ) -> sqlx::Result<Option<(MailSettings, Option<String>)>> {
        let before = stored(db).await?;
        let mut problems = Problems::default();
        let read = form.read(before.as_ref(), &mut problems);
        let to = match form.act.as_str() {
            "test" => problems.keep("to", sign_in::read_email(&form.to)).map(Some),
            _ => Some(None),
        };
        self.form = MailForm {
            password: String::new(),
            ..form
        };
        self.problems = problems;
        Ok(read.zip(to).filter(|_| self.problems.is_empty()))
    }
}

impl MailForm {
    fn read(&self, before: Option<&MailSettings>, problems: &mut Problems) -> Option<MailSettings> {
        let host = form::line(&self.host, 253, "Enter the mail server's name").and_then(|host| {
            if host.contains([' ', '/', '@', ':']) {
                Err("Enter the name alone, such as smtp.example.org".into())
            } else {
                Ok(host)
            }
        });
        let host = problems.keep("host", host);
        let port = self
            .port
            .trim()
            .parse::<u16>()
            .ok()
            .filter(|port| *port > 0);
        let port = problems.keep("port", port.ok_or("Enter a port, usually 587 or 465"));
        let security = Security::read(&self.security);
        let security = problems.keep(
            "security",
            security.ok_or("Choose how the connection is protected"),
        );
        let username = problems.keep("username", form::optional_line(&self.username, 200));
        let sender = problems.keep("sender", sign_in::read_email(&self.sender));
        if self.password.chars().count() > 500 {
            problems.add("password", "Shorten this to 500 characters");
        }
        let username = username?;
        let kept = before.filter(|before| before.username == username);
        let password = match (self.password.as_str(), kept) {
            _ if username.is_empty() => String::new(),
            ("", Some(before)) => before.password.clone(),
            (typed, _) => typed.replace('\0', ""),
        };
        Some(MailSettings {
            host: host?,
            port: port?,
            security: security?,
            username,
            password,
            sender: sender?,
        })
    }
}

pub async fn stored(db: &mut PgConnection) -> sqlx::Result<Option<MailSettings>> {
    let row =
        sqlx::query!("select host, port, security, username, password, sender from mail_settings")
            .fetch_optional(db)
            .await?;
    Ok(row.and_then(|row| {
        Some(MailSettings {
            host: row.host,
            port: u16::try_from(row.port).ok()?,
            security: Security::read(&row.security)?,
            username: row.username,
            password: row.password,
            sender: row.sender,
        })
    }))
}

pub async fn store(db: &mut PgConnection, settings: &MailSettings) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into mail_settings (host, port, security, username, password, sender)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (single) do update set
             host = excluded.host, port = excluded.port, security = excluded.security,
             username = excluded.username, password = excluded.password, sender = excluded.sender",
        settings.host,
        i32::from(settings.port),
        settings.security.slug(),
        settings.username,
        settings.password,
        settings.sender,
    )
    .execute(db)
    .await?;
    Ok(())
}
