//! What is typed of a question, or stands in a file, becomes a question that can be asked.

use super::{Audience, Kind, Question, Readers};
use crate::programmes::ProgrammeId;
use crate::web::form::{self, Problem, Problems};
use serde::Deserialize;
use sqlx::PgConnection;

const MOST_CHOICES: usize = 50;
/// Of one programme.
pub const MOST_QUESTIONS: usize = 60;

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct QuestionForm {
    pub kind: String,
    pub wording: String,
    pub hint: String,
    pub asked_of: String,
    pub required: String,
    pub for_matching: String,
    pub readers: String,
    pub points: String,
    pub least: String,
    pub most: String,
    pub ranks: String,
    /// One to a line; of a question that was answered, those to be added.
    pub choices: String,
    pub once: String,
}

/// A question as it is to be kept.
pub struct Written {
    pub kind: Kind,
    pub wording: String,
    pub hint: String,
    pub asked_of: Audience,
    pub required: bool,
    pub for_matching: bool,
    pub readers: Readers,
    pub points: Option<i16>,
    pub least: String,
    pub most: String,
    pub ranks: Option<i16>,
    pub choices: Vec<String>,
}

impl QuestionForm {
    pub fn of(question: &Question) -> Self {
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
    pub fn read(&self, before: Option<&Question>) -> Result<Written, Problems> {
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
        let for_matching = self.for_matching == "yes";
        let compared = kind.zip(asked_of).filter(|_| for_matching);
        if let Some(why) = compared.and_then(|(kind, asked_of)| kind.not_for_matching(asked_of)) {
            problems.add("for_matching", why);
        }
        let read = || {
            Some(Written {
                kind: kind?,
                wording: wording?,
                hint: hint?,
                asked_of: asked_of?,
                required: self.required == "yes",
                for_matching,
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

impl Written {
    /// After those that are asked, with its choices.
    pub async fn insert(&self, db: &mut PgConnection, programme: ProgrammeId) -> sqlx::Result<i64> {
        let id = sqlx::query_scalar!(
            r#"
            insert into questions (
                programme_id, position, kind, wording, hint, asked_of, required, for_matching,
                readers, points, least, most, ranks
            )
            select $1, coalesce(max(position), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12
            from questions where programme_id = $1
            returning id
            "#,
            programme.0,
            self.kind.slug(),
            self.wording,
            self.hint,
            self.asked_of.slug(),
            self.required,
            self.for_matching,
            self.readers.slug(),
            self.points,
            self.least,
            self.most,
            self.ranks,
        )
        .fetch_one(&mut *db)
        .await?;
        self.add_choices(db, id).await?;
        Ok(id)
    }

    /// In place of what a question is, but for its choices.
    pub async fn store(&self, db: &mut PgConnection, id: i64) -> sqlx::Result<()> {
        sqlx::query!(
            r#"
            update questions set
                kind = $2, wording = $3, hint = $4, asked_of = $5, required = $6, for_matching = $7,
                readers = $8, points = $9, least = $10, most = $11, ranks = $12
            where id = $1
            "#,
            id,
            self.kind.slug(),
            self.wording,
            self.hint,
            self.asked_of.slug(),
            self.required,
            self.for_matching,
            self.readers.slug(),
            self.points,
            self.least,
            self.most,
            self.ranks,
        )
        .execute(db)
        .await?;
        Ok(())
    }

    /// After those that are there.
    pub async fn add_choices(&self, db: &mut PgConnection, question: i64) -> sqlx::Result<()> {
        sqlx::query!(
            "insert into question_choices (question_id, position, wording)
             select $1, place + (select coalesce(max(position), 0) from question_choices where question_id = $1), wording
             from unnest($2::text[]) with ordinality as added (wording, place)",
            question,
            &self.choices,
        )
        .execute(db)
        .await?;
        Ok(())
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
