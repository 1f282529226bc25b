//! A mentor lets somebody book for them, and takes that back.

use crate::App;
use crate::error::Result;
use crate::mail::Letter;
use crate::organisation::Organisation;
use crate::people::acting::About;
use crate::people::{Acting, PersonId, read_email};
use crate::web::form::{Form, Problems};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

const PLACE: &str = "/account/assistant";

#[derive(Template)]
#[template(path = "assisting/naming.html")]
struct NamingPage {
    frame: Frame,
    /// The address that was written down, whoever has it.
    named: Option<String>,
    form: NamingForm,
    problems: Problems,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NamingForm {
    email: String,
}

impl NamingPage {
    fn label(&self) -> &'static str {
        match self.named {
            Some(_) => "Email address of somebody else instead",
            None => "Email address of your assistant",
        }
    }
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(PLACE, Entry::SignedIn, show)
        .post(PLACE, Entry::SignedIn, name)
        .post("/account/assistant/removal", Entry::SignedIn, take_back)
}

async fn show(mut acting: Acting) -> Result<Response> {
    let page = page(&mut acting, NamingForm::default(), Problems::default()).await?;
    Ok(page.into_response())
}

async fn page(
    acting: &mut Acting,
    form: NamingForm,
    problems: Problems,
) -> Result<Page<NamingPage>> {
    Ok(Page(NamingPage {
        frame: acting.frame.clone(),
        named: named(acting).await?.map(|(email, _)| email),
        form,
        problems,
    }))
}

async fn named(acting: &mut Acting) -> sqlx::Result<Option<(String, Option<PersonId>)>> {
    let row = sqlx::query!(
        r#"select email, assistant_id as "assistant: PersonId"
           from assistants where mentor_id = $1"#,
        acting.viewer.id.0,
    )
    .fetch_optional(&mut **acting)
    .await?;
    Ok(row.map(|row| (row.email, row.assistant)))
}

/// Whether anybody here has the address is not said.
async fn name(
    State(app): State<App>,
    mut acting: Acting,
    Form(form): Form<NamingForm>,
) -> Result<Response> {
    let email = match read_email(&form.email) {
        Ok(email) => email,
        Err(message) => {
            let problems = Problems::one("email", message);
            return Ok(page(&mut acting, form, problems).await?.refused());
        }
    };
    let found = sqlx::query_scalar!("select person_with_email($1)", email)
        .fetch_one(&mut *acting)
        .await?
        .map(PersonId);
    if found == Some(acting.viewer.id) {
        let problems = Problems::one("email", "Enter somebody else: you book for yourself anyway");
        return Ok(page(&mut acting, form, problems).await?.refused());
    }
    let before = named(&mut acting).await?;
    if before.as_ref() == Some(&(email.clone(), found)) {
        return Ok(see(PLACE));
    }
    remove(&mut acting, &app).await?;
    let now = acting.now;
    sqlx::query!(
        "insert into assistants (mentor_id, email, assistant_id, since) values ($1, $2, $3, $4)",
        acting.viewer.id.0,
        email,
        found.map(|person| person.0),
        now,
    )
    .execute(&mut *acting)
    .await?;
    if let Some(person) = found {
        let name = acting.viewer.name.clone();
        let subject = format!("{name} asks you to book sessions for them");
        let fact = format!(
            "{name} would like you to book, move and cancel mentoring sessions for them. You see with \
             whom and when, and nothing of what they write or talk about."
        );
        tell(&mut acting, &app, (person, email), (subject, fact)).await?;
    }
    acting
        .commit("let somebody book for them", About::Oneself)
        .await?;
    Ok(done(
        PLACE,
        "Whoever has that address here can book for you from now on, and is told so by letter.",
    ))
}

async fn take_back(State(app): State<App>, mut acting: Acting) -> Result<Response> {
    if !remove(&mut acting, &app).await? {
        return Ok(see(PLACE));
    }
    acting
        .commit("let nobody book for them any more", About::Oneself)
        .await?;
    Ok(done(PLACE, "Nobody else books for you any more."))
}

/// Takes it back from whoever has it, and tells them. False if nobody was named.
async fn remove(acting: &mut Acting, app: &App) -> sqlx::Result<bool> {
    let Some((email, person)) = named(acting).await? else {
        return Ok(false);
    };
    sqlx::query!(
        "delete from assistants where mentor_id = $1",
        acting.viewer.id.0,
    )
    .execute(&mut **acting)
    .await?;
    if let Some(person) = person {
        let name = acting.viewer.name.clone();
        let subject = format!("You no longer book for {name}");
        let fact = format!(
            "{name} books sessions without you from now on. What you have booked stays as it is, and \
             you need not do anything."
        );
        tell(acting, app, (person, email), (subject, fact)).await?;
    }
    Ok(true)
}

async fn tell(
    acting: &mut Acting,
    app: &App,
    (person, recipient): (PersonId, String),
    (subject, fact): (String, String),
) -> sqlx::Result<()> {
    let (now, name) = (acting.now, acting.viewer.name.clone());
    let at = Organisation::read(acting).await?.at();
    let letter = Letter {
        recipient,
        person: Some(person),
        subject,
        body: format!(
            "{fact}\n\nYour home page shows for whom you book:\n\n{}\n\nWaymark{at} wrote this, because \
             {name} has just done so. Letters like this one always come at once.\n",
            app.base_url.join("/"),
        ),
    };
    letter.write(acting, app, now).await
}
