//! Private notes: for their author alone, also after the pairing is closed.

use crate::error::Result;
use crate::pairings::Pairing;
use crate::pairings::access::{Action, May, SeeWithin, WriteNote};
use crate::pairings::stage::Stage;
use crate::web::form::{self, Form, Problems};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use time::PrimitiveDateTime;

const LONGEST: usize = 4_000;

#[derive(Template)]
#[template(path = "sessions/notes.html")]
struct NotesPage {
    frame: Frame,
    pairing: Pairing,
    notes: Vec<Note>,
    live: bool,
    form: NoteForm,
    problems: Problems,
}

struct Note {
    body: String,
    written: PrimitiveDateTime,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NoteForm {
    body: String,
    once: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/pairings/{pairing}/notes", Entry::SignedIn, index)
        .post("/pairings/{pairing}/notes", Entry::SignedIn, create)
}

async fn index(mut may: May<SeeWithin>) -> Result<Response> {
    let form = NoteForm {
        body: String::new(),
        once: may.once(),
    };
    let page = page(&mut may, form, Problems::default()).await?;
    Ok(page.into_response())
}

async fn page<A: Action>(
    may: &mut May<A>,
    form: NoteForm,
    problems: Problems,
) -> Result<Page<NotesPage>> {
    Ok(Page(NotesPage {
        notes: own(may).await?,
        frame: may.frame(),
        pairing: may.pairing().clone(),
        live: !matches!(may.pairing().stage, Stage::Closed(_)),
        form,
        problems,
    }))
}

async fn create(mut may: May<WriteNote>, Form(form): Form<NoteForm>) -> Result<Response> {
    let path = format!("{}/notes", may.pairing().path());
    let body = match form::prose(&form.body, LONGEST, "Enter your note") {
        Ok(body) => body,
        Err(message) => {
            let problems = Problems::one("body", message);
            return Ok(page(&mut may, form, problems).await?.refused());
        }
    };
    if !may.first_time(&form.once).await? {
        return Ok(see(&path));
    }
    let (pairing, viewer, now) = (may.pairing().id, may.viewer().id, may.now());
    sqlx::query!(
        "insert into notes (pairing_id, author_id, body, written_at) values ($1, $2, $3, $4)",
        pairing.0,
        viewer.0,
        body,
        now,
    )
    .execute(may.db())
    .await?;
    may.commit_unseen().await?;
    Ok(done(&path, "Your note is saved. Only you can read it."))
}

async fn own<A: Action>(may: &mut May<A>) -> sqlx::Result<Vec<Note>> {
    let (pairing, viewer) = (may.pairing().id, may.viewer().id);
    let zone = may.viewer().time_zone.clone();
    sqlx::query_as!(
        Note,
        r#"
        select body, written_at at time zone $3 as "written!"
        from notes
        where pairing_id = $1 and author_id = $2
        order by written_at desc, id desc
        "#,
        pairing.0,
        viewer.0,
        zone,
    )
    .fetch_all(may.db())
    .await
}
