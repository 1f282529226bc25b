//! What each writes before the first meeting. The other reads it once both have written.

use crate::error::Result;
use crate::pairings::Pairing;
use crate::pairings::access::{Action, May, PrepareMeeting};
use crate::people::PersonId;
use crate::web::form::{self, Form, Problems};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

const LONGEST: usize = 2_000;

#[derive(Template)]
#[template(path = "first_meetings/preparation.html")]
struct PreparationPage {
    frame: Frame,
    pairing: Pairing,
    form: PreparationForm,
    problems: Problems,
    /// Whether each reads the other's by now.
    shared: bool,
}

/// What was typed, and what is kept of it.
#[derive(Clone, Default, Deserialize, PartialEq)]
#[serde(default)]
struct PreparationForm {
    hopes: String,
    questions: String,
    story: String,
}

/// What one of the two wrote.
pub(super) struct Preparation {
    pub person: PersonId,
    pub hopes: String,
    pub questions: String,
    pub story: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(
            "/pairings/{pairing}/first-meeting/preparation",
            Entry::SignedIn,
            edit,
        )
        .post(
            "/pairings/{pairing}/first-meeting/preparation",
            Entry::SignedIn,
            update,
        )
}

async fn edit(mut may: May<PrepareMeeting>) -> Result<Response> {
    let written = all(&mut may).await?;
    let form = own(&may, &written).unwrap_or_default();
    Ok(page(&may, form, written.len() == 2, Problems::default()).into_response())
}

async fn update(
    mut may: May<PrepareMeeting>,
    Form(form): Form<PreparationForm>,
) -> Result<Response> {
    let path = format!("{}/first-meeting", may.pairing().path());
    let written = all(&mut may).await?;
    let kept = match form.read() {
        Ok(kept) => kept,
        Err(problems) => return Ok(page(&may, form, written.len() == 2, problems).refused()),
    };
    if own(&may, &written).is_some_and(|own| own == kept) {
        return Ok(see(&path));
    }
    let (pairing, viewer, now) = (may.pairing().id, may.viewer().id, may.now());
    sqlx::query!(
        "insert into preparations (pairing_id, person_id, hopes, questions, story, written_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (pairing_id, person_id) do update set
            hopes = excluded.hopes, questions = excluded.questions, story = excluded.story,
            written_at = excluded.written_at",
        pairing.0,
        viewer.0,
        kept.hopes,
        kept.questions,
        kept.story,
        now,
    )
    .execute(may.db())
    .await?;
    let both = all(&mut may).await?.len() == 2;
    let partner = may.pairing().partner().name.clone();
    may.commit().await?;
    let words = match both {
        true => format!("It is saved. You and {partner} read each other’s now."),
        false => format!("It is saved. {partner} reads it once they have written theirs."),
    };
    Ok(done(&path, &words))
}

/// Who reads it while the other has not written.
pub(super) fn alone(pairing: &Pairing) -> String {
    format!(
        "Only you can read this until {} has written too",
        pairing.partner().name
    )
}

fn own(may: &May<PrepareMeeting>, written: &[Preparation]) -> Option<PreparationForm> {
    let viewer = may.viewer().id;
    let own = written.iter().find(|one| one.person == viewer)?;
    Some(PreparationForm {
        hopes: own.hopes.clone(),
        questions: own.questions.clone(),
        story: own.story.clone(),
    })
}

fn page(
    may: &May<PrepareMeeting>,
    form: PreparationForm,
    shared: bool,
    problems: Problems,
) -> Page<PreparationPage> {
    Page(PreparationPage {
        frame: may.frame(),
        pairing: may.pairing().clone(),
        form,
        problems,
        shared,
    })
}

impl PreparationForm {
    fn read(&self) -> Result<PreparationForm, Problems> {
        let mut problems = Problems::default();
        let hopes = form::prose(&self.hopes, LONGEST, "Enter what you hope for");
        let hopes = problems.keep("hopes", hopes);
        let questions = form::optional_prose(&self.questions, LONGEST);
        let questions = problems.keep("questions", questions);
        let story = problems.keep("story", form::optional_prose(&self.story, LONGEST));
        match (hopes, questions, story) {
            (Some(hopes), Some(questions), Some(story)) => Ok(PreparationForm {
                hopes,
                questions,
                story,
            }),
            _ => Err(problems),
        }
    }
}

/// Of those there are, the ones that the viewer may read: row-level security keeps the other's
/// back until both have written.
pub(super) async fn all<A: Action>(may: &mut May<A>) -> sqlx::Result<Vec<Preparation>> {
    let pairing = may.pairing().id;
    sqlx::query_as!(
        Preparation,
        r#"
        select person_id as "person: PersonId", hopes, questions, story
        from preparations
        where pairing_id = $1
        "#,
        pairing.0,
    )
    .fetch_all(may.db())
    .await
}
