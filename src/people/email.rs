//! Asking to change one's own address: a letter goes to each of the two, and both confirm.

use super::attempts;
use super::browser::Browser;
use super::email_change::{LASTS, Letters};
use super::{Acting, acting, random_token, sign_in};
use crate::App;
use crate::error::Result;
use crate::people::acting::About;
use crate::web::form::{Form, Problems};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(default)]
struct EmailForm {
    email: String,
    once: String,
}

#[derive(Template)]
#[template(path = "people/email.html")]
struct EmailPage {
    frame: Frame,
    form: EmailForm,
    problems: Problems,
    email: String,
    change: Option<Change>,
}

/// A change that waits to be confirmed.
struct Change {
    new_email: String,
    old_confirmed: bool,
    new_confirmed: bool,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/account/email", Entry::SignedIn, edit)
        .post("/account/email", Entry::SignedIn, ask)
        .post("/account/email/cancellation", Entry::SignedIn, cancel)
}

async fn edit(mut acting: Acting) -> Result<Response> {
    let form = EmailForm {
        once: acting.once(),
        ..EmailForm::default()
    };
    let page = page(&mut acting, form, Problems::default()).await?;
    Ok(page.into_response())
}

async fn page(acting: &mut Acting, form: EmailForm, problems: Problems) -> Result<Page<EmailPage>> {
    let now = acting.now;
    let change = sqlx::query_as!(
        Change,
        r#"
        select
            new_email, old_confirmed_at is not null as "old_confirmed!",
            new_confirmed_at is not null as "new_confirmed!"
        from email_changes
        where person_id = $1 and expires_at > $2
        "#,
        acting.viewer.id.0,
        now,
    )
    .fetch_optional(&mut **acting)
    .await?;
    Ok(Page(EmailPage {
        frame: acting.frame.clone(),
        form,
        problems,
        email: own(acting).await?,
        change,
    }))
}

async fn own(acting: &mut Acting) -> sqlx::Result<String> {
    sqlx::query_scalar!("select email from people where id = $1", acting.viewer.id.0)
        .fetch_one(&mut **acting)
        .await
}

/// Whether somebody else has the address does not show: whoever reads its mail is asked.
async fn ask(
    State(app): State<App>,
    browser: Browser,
    mut acting: Acting,
    Form(form): Form<EmailForm>,
) -> Result<Response> {
    let old = own(&mut acting).await?;
    let new = sign_in::read_email(&form.email).and_then(|new| {
        if new == old {
            Err("This is your address already".into())
        } else {
            Ok(new)
        }
    });
    let new = match new {
        Ok(new) => new,
        Err(problem) => {
            let problems = Problems::one("email", problem);
            return Ok(page(&mut acting, form, problems).await?.refused());
        }
    };
    if !acting.first_time(&form.once).await? {
        return Ok(see("/account/email"));
    }
    let now = acting.now;
    attempts::count_letter(&mut *acting, &new, &browser, now).await?;
    let tokens = [random_token(), random_token()];
    store(&mut acting, [&old, &new], &tokens).await?;
    let letters = Letters {
        emails: [&old, &new],
        tokens: &tokens,
    };
    letters.write(&mut acting, &app).await?;
    acting
        .commit("asked to change their address", About::Oneself)
        .await?;
    Ok(done(
        "/account/email",
        "A letter goes to each of the two addresses. Confirm in both.",
    ))
}

/// In place of a change that was asked for before.
async fn store(
    acting: &mut Acting,
    [old, new]: [&str; 2],
    tokens: &[String; 2],
) -> sqlx::Result<()> {
    let (person, now) = (acting.viewer.id, acting.now);
    forget(acting).await?;
    sqlx::query!(
        "insert into email_changes (person_id, old_email, new_email, old_token_hash,
             new_token_hash, asked_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        person.0,
        old,
        new,
        &acting::hash(&tokens[0]),
        &acting::hash(&tokens[1]),
        now,
        now + LASTS,
    )
    .execute(&mut **acting)
    .await?;
    Ok(())
}

/// Whether there was a change to forget.
async fn forget(acting: &mut Acting) -> sqlx::Result<bool> {
    // Two who ask at the same moment, in two browsers, ask one after the other.
    let person = acting.viewer.id;
    sqlx::query!("select id from people where id = $1 for update", person.0)
        .fetch_one(&mut **acting)
        .await?;
    let forgotten = sqlx::query!("delete from email_changes where person_id = $1", person.0)
        .execute(&mut **acting)
        .await?;
    Ok(forgotten.rows_affected() > 0)
}

async fn cancel(mut acting: Acting) -> Result<Response> {
    if !forget(&mut acting).await? {
        return Ok(see("/account/email"));
    }
    acting
        .commit("cancelled the change of their address", About::Oneself)
        .await?;
    Ok(done("/account/email", "Your address stays as it is."))
}
