//! A question is put into words, for the first time or anew.

use super::form::{MOST_QUESTIONS, QuestionForm};
use super::list::Named;
use super::{Audience, Kind, Question, Readers, of_programme};
use crate::error::{Error, Result, broke};
use crate::programmes::access::{Programme, Runs};
use crate::programmes::stage::Act;
use crate::web::form::{Form, Problems};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "questions/edit.html")]
struct EditPage {
    frame: Frame,
    problems: Problems,
    programme: Programme,
    form: QuestionForm,
    /// None of one that is still to be asked.
    question: Option<Question>,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(
            "/programmes/{programme}/questions/new",
            Entry::SignedIn,
            new,
        )
        .post("/programmes/{programme}/questions", Entry::SignedIn, create)
        .get(
            "/programmes/{programme}/questions/{question}",
            Entry::SignedIn,
            edit,
        )
        .post(
            "/programmes/{programme}/questions/{question}",
            Entry::SignedIn,
            update,
        )
}

async fn new(runs: Runs) -> Result<Response> {
    let form = QuestionForm {
        asked_of: Audience::Both.slug().into(),
        required: "yes".into(),
        readers: Readers::Coordinators.slug().into(),
        points: "5".into(),
        ranks: "3".into(),
        once: runs.acting.once(),
        ..QuestionForm::default()
    };
    Ok(Page(page(runs, form, Problems::default(), None)).into_response())
}

async fn create(mut runs: Runs, Form(form): Form<QuestionForm>) -> Result<Response> {
    runs.programme.allows(Act::ChangeSettings)?;
    let path = runs.programme.at("/questions");
    if !runs.acting.first_time(&form.once).await? {
        return Ok(see(&path));
    }
    let written = match form.read(None) {
        Ok(written) => written,
        Err(problems) => return Ok(Page(page(runs, form, problems, None)).refused()),
    };
    let others = of_programme(&mut runs.acting, runs.programme.id).await?;
    if others.len() >= MOST_QUESTIONS {
        let problem = format!("A programme has {MOST_QUESTIONS} questions at the most");
        let problems = Problems::one("wording", problem);
        return Ok(Page(page(runs, form, problems, None)).refused());
    }
    written.insert(&mut runs.acting, runs.programme.id).await?;
    runs.commit("added a question").await?;
    Ok(done(&path, "The question is added."))
}

async fn edit(mut runs: Runs, Named(id): Named) -> Result<Response> {
    let question = find(&mut runs, id).await?;
    let form = QuestionForm::of(&question);
    Ok(Page(page(runs, form, Problems::default(), Some(question))).into_response())
}

async fn update(
    mut runs: Runs,
    Named(id): Named,
    Form(form): Form<QuestionForm>,
) -> Result<Response> {
    runs.programme.allows(Act::ChangeSettings)?;
    let path = runs.programme.at("/questions");
    // Whoever answers meanwhile waits, and answers the question as it is then.
    sqlx::query!(
        "select id from questions where id = $1 and programme_id = $2 for update",
        id,
        runs.programme.id.0
    )
    .fetch_one(&mut *runs.acting)
    .await?;
    let question = find(&mut runs, id).await?;
    let written = match form.read(Some(&question)) {
        Ok(written) => written,
        Err(problems) => return Ok(Page(page(runs, form, problems, Some(question))).refused()),
    };
    if let Err(cause) = written.store(&mut runs.acting, id).await {
        return Err(answered_meanwhile(cause));
    }
    if !question.answered {
        sqlx::query!("delete from question_choices where question_id = $1", id)
            .execute(&mut *runs.acting)
            .await?;
    }
    written.add_choices(&mut runs.acting, id).await?;
    runs.commit("changed a question").await?;
    Ok(done(&path, "The question is changed."))
}

fn answered_meanwhile(cause: sqlx::Error) -> Error {
    if broke(&cause, "questions_answered_for_these_readers") {
        return Error::conflict(
            "Somebody has just answered this question for those who could read it until now. \
             Nothing has changed by this press.",
        );
    }
    cause.into()
}

fn page(
    runs: Runs,
    form: QuestionForm,
    problems: Problems,
    question: Option<Question>,
) -> EditPage {
    EditPage {
        frame: runs.frame(),
        problems,
        programme: runs.programme,
        form,
        question,
    }
}

async fn find(runs: &mut Runs, id: i64) -> Result<Question> {
    let questions = of_programme(&mut runs.acting, runs.programme.id).await?;
    let question = questions.into_iter().find(|question| question.id == id);
    question.ok_or(Error::NotFound)
}

impl EditPage {
    fn answered(&self) -> bool {
        let question = self.question.as_ref();
        question.is_some_and(|question| question.answered)
    }
}
