//! A question is put into words, for the first time or anew.

use super::list::Named;
use super::{Audience, Kind, Question, Readers, of_programme};
use crate::error::{Error, Result, broke};
use crate::programmes::access::{Programme, Runs};
use crate::programmes::stage::Act;
use crate::web::form::{self, Form, Problem, Problems};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

const MOST_CHOICES: usize = 50;
const MOST_QUESTIONS: usize = 60;

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct QuestionForm {
    kind: String,
    wording: String,
    hint: String,
    asked_of: String,
    required: String,
    for_matching: String,
    readers: String,
    points: String,
    least: String,
    most: String,
    ranks: String,
    /// One to a line; of a question that was answered, those to be added.
    choices: String,
    once: String,
}

/// A question as it is to be kept.
struct Written {
    kind: Kind,
    wording: String,
    hint: String,
    asked_of: Audience,
    required: bool,
    for_matching: bool,
    readers: Readers,
    points: Option<i16>,
    least: String,
    most: String,
    ranks: Option<i16>,
    choices: Vec<String>,
}

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
    let id = insert(&mut runs, &written).await?;
    add_choices(&mut runs, id, &written.choices).await?;
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
    if let Err(cause) = store(&mut runs, id, &written).await {
        return Err(answered_meanwhile(cause));
    }
    if !question.answered {
        sqlx::query!("delete from question_choices where question_id = $1", id)
            .execute(&mut *runs.acting)
            .await?;
    }
    add_choices(&mut runs, id, &written.choices).await?;
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

async fn insert(runs: &mut Runs, written: &Written) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"
        insert into questions (
            programme_id, position, kind, wording, hint, asked_of, required, for_matching, readers,
            points, least, most, ranks
        )
        select $1, coalesce(max(position), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12
        from questions where programme_id = $1
        returning id
        "#,
        runs.programme.id.0,
        written.kind.slug(),
        written.wording,
        written.hint,
        written.asked_of.slug(),
        written.required,
        written.for_matching,
        written.readers.slug(),
        written.points,
        written.least,
        written.most,
        written.ranks,
    )
    .fetch_one(&mut *runs.acting)
    .await
}

async fn store(runs: &mut Runs, id: i64, written: &Written) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update questions set
            kind = $2, wording = $3, hint = $4, asked_of = $5, required = $6, for_matching = $7,
            readers = $8, points = $9, least = $10, most = $11, ranks = $12
        where id = $1
        "#,
        id,
        written.kind.slug(),
        written.wording,
        written.hint,
        written.asked_of.slug(),
        written.required,
        written.for_matching,
        written.readers.slug(),
        written.points,
        written.least,
        written.most,
        written.ranks,
    )
    .execute(&mut *runs.acting)
    .await?;
    Ok(())
}

/// After those that are there.
async fn add_choices(runs: &mut Runs, question: i64, choices: &[String]) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into question_choices (question_id, position, wording)
         select $1, place + (select coalesce(max(position), 0) from question_choices where question_id = $1), wording
         from unnest($2::text[]) with ordinality as added (wording, place)",
        question,
        choices,
    )
    .execute(&mut *runs.acting)
    .await?;
    Ok(())
}

impl EditPage {
    fn answered(&self) -> bool {
        let question = self.question.as_ref();
        question.is_some_and(|question| question.answered)
    }
}

impl QuestionForm {
    fn of(question: &Question) -> Self {
        let yes = |flag: bool| if flag { "yes" } else { "" }.to_owned();
        let number = |number: Option<i16>| number.map(|n| n.to_string()).unwrap_or_default();
        let choices: Vec<&str> = question.choices.iter().map(|one| &*one.wording).collect();
        QuestionForm {
            kind: question.kind.slug().into(),
            wording: question.wording.clone(),
            hint: question.hint.clone(),
            asked_of: question.asked_of.slug().into(),
            required: yes(question.required),
            for_matching: yes(question.for_matching),
            readers: question.readers.slug().into(),
            points: number(question.points),
            least: question.least.clone(),
            most: question.most.clone(),
            ranks: number(question.ranks),
            choices: if question.answered {
                String::new()
            } else {
                choices.join("\n")
            },
            once: String::new(),
        }
    }

    /// `before` is the question that is changed. Once it was answered it keeps its kind.
    fn read(&self, before: Option<&Question>) -> Result<Written, Problems> {
        let mut problems = Problems::default();
        let answered = before.filter(|question| question.answered);
        let wording = form::line(&self.wording, 300, "Enter the question");
        let wording = problems.keep("wording", wording);
        let hint = problems.keep("hint", form::optional_line(&self.hint, 500));
        let kind = Kind::ALL.into_iter().find(|one| one.slug() == self.kind);
        let kind = answered.map(|question| question.kind).or(kind);
        let kind = problems.keep("kind", kind.ok_or("Choose how it is answered"));
        let choices = self.read_choices(kind, answered, &mut problems);
        let (points, ranks) = self.read_numbers(kind, answered, &mut problems);
        let end = |text: &str| form::optional_line(text, 60);
        let least = problems.keep("least", end(&self.least));
        let most = problems.keep("most", end(&self.most));
        let asked_of = Audience::ALL.into_iter();
        let asked_of = asked_of.clone().find(|one| one.slug() == self.asked_of);
        let asked_of = problems.keep("asked_of", asked_of.ok_or("Choose who is asked"));
        let readers = self.read_readers(answered, &mut problems);
        let read = || {
            Some(Written {
                kind: kind?,
                wording: wording?,
                hint: hint?,
                asked_of: asked_of?,
                required: self.required == "yes",
                for_matching: self.for_matching == "yes",
                readers: readers?,
                points,
                least: least?,
                most: most?,
                ranks,
                choices,
            })
        };
        if !problems.is_empty() {
            return Err(problems);
        }
        read().ok_or(problems)
    }

    fn read_readers(
        &self,
        answered: Option<&Question>,
        problems: &mut Problems,
    ) -> Option<Readers> {
        let readers = Readers::ALL
            .into_iter()
            .find(|one| one.slug() == self.readers);
        let readers = problems.keep("readers", readers.ok_or("Choose who reads the answers"))?;
        if answered.is_some_and(|question| readers > question.readers) {
            problems.add(
                "readers",
                "Somebody has answered for fewer readers: archive this question and ask a new one",
            );
            return None;
        }
        Some(readers)
    }

    /// Of a scale its points, of a ranking its ranks. What was answered keeps its scale.
    fn read_numbers(
        &self,
        kind: Option<Kind>,
        answered: Option<&Question>,
        problems: &mut Problems,
    ) -> (Option<i16>, Option<i16>) {
        if let Some(question) = answered {
            return (question.points, question.ranks);
        }
        let points = (kind == Some(Kind::Scale)).then(|| {
            let words = "Enter how far the scale goes: 2 to 10";
            problems.keep("points", form::number(&self.points, 2..=10, words))
        });
        let ranks = (kind == Some(Kind::Ranked)).then(|| {
            let words = "Enter how many are ranked: 1 to 10";
            problems.keep("ranks", form::number(&self.ranks, 1..=10, words))
        });
        (points.flatten(), ranks.flatten())
    }

    fn read_choices(
        &self,
        kind: Option<Kind>,
        answered: Option<&Question>,
        problems: &mut Problems,
    ) -> Vec<String> {
        if !kind.is_some_and(Kind::has_choices) {
            return Vec::new();
        }
        let there = answered.map_or(&[][..], |question| &question.choices);
        let known: Vec<&str> = there.iter().map(|one| &*one.wording).collect();
        let read = read_lines(&self.choices, &known);
        problems.keep("choices", read).unwrap_or_default()
    }
}

/// Each line once, and none that is there already.
fn read_lines(text: &str, there: &[&str]) -> Result<Vec<String>, Problem> {
    let mut lines: Vec<String> = Vec::new();
    for typed in text.lines() {
        let line =
            form::optional_line(typed, 150).map_err(|_| "Shorten each choice to 150 characters")?;
        if !line.is_empty() && !lines.contains(&line) && !there.contains(&line.as_str()) {
            lines.push(line);
        }
    }
    match lines.len() + there.len() {
        0 | 1 => Err("Enter at least two choices, one to a line".into()),
        count if count > MOST_CHOICES => {
            Err(format!("Enter {MOST_CHOICES} choices at the most").into())
        }
        _ => Ok(lines),
    }
}
