//! What an applicant types, and what it becomes.

use super::{Application, EVERYBODY, queries};
use crate::pairings::stage::Side;
use crate::people::sign_in::read_email;
use crate::people::{Acting, PersonId};
use crate::questions::Question;
use crate::questions::answer::{Answer, Field};
use crate::web::form::{self, Problem, Problems, Typed};
use crate::web::words::short_day;
use std::collections::HashMap;
use time::Date;

const MOST_EXCLUSIONS: usize = 20;

const FOR_COORDINATORS: &str = "You and the coordinators read this.";
const IN_SILENCE: &str = "Only the coordinators ever know of this. Nobody is told.";

#[derive(Clone, Debug)]
pub struct ApplicationForm {
    side: Side,
    /// How many mentees the programme lets a mentor take at the most.
    most: i16,
    pub about: String,
    pub capacity: String,
    pub away_from: String,
    pub away_until: String,
    /// Email addresses, one to a line: nobody is shown a list of everybody.
    pub excluded: String,
    pub fields: Vec<Field>,
}

/// For which part in a programme, and how many mentees a mentor may take there.
#[derive(Clone, Copy)]
pub struct Place {
    pub side: Side,
    pub suggested: i16,
    pub most: i16,
}

/// An application as it is to be kept.
pub struct Written {
    pub about: String,
    pub capacity: Option<i16>,
    pub away: Option<(Date, Date)>,
    pub excluded: Vec<PersonId>,
    pub answers: Vec<(Question, Option<Answer>)>,
}

/// One thing that was said, to be read once more before it is sent.
pub struct Row {
    pub field: String,
    pub label: String,
    pub said: String,
    pub readers: &'static str,
}

impl ApplicationForm {
    pub fn typed(place: Place, questions: Vec<Question>, typed: &Typed) -> Self {
        let one = |name| typed.one(name).to_owned();
        ApplicationForm {
            side: place.side,
            most: place.most,
            about: one("about"),
            capacity: one("capacity"),
            away_from: one("away_from"),
            away_until: one("away_until"),
            excluded: one("excluded"),
            fields: questions
                .into_iter()
                .map(|question| Field::of(question, typed))
                .collect(),
        }
    }

    /// What was kept, or of a new one what the same person answered elsewhere.
    pub fn of(
        place: Place,
        application: Option<&Application>,
        excluded: &[String],
        questions: Vec<Question>,
        answers: &HashMap<i64, Answer>,
    ) -> Self {
        let date = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
        let (from, until) = application.and_then(|one| one.away).unzip();
        let capacity = match application {
            Some(application) => application.capacity,
            None => Some(place.suggested),
        };
        ApplicationForm {
            side: place.side,
            most: place.most,
            about: application.map(|one| one.about.clone()).unwrap_or_default(),
            capacity: capacity
                .map(|number| number.to_string())
                .unwrap_or_default(),
            away_from: date(from),
            away_until: date(until),
            excluded: excluded.join("\n"),
            fields: questions
                .into_iter()
                .map(|question| {
                    let answer = answers.get(&question.id);
                    Field::answered(question, answer)
                })
                .collect(),
        }
    }

    /// A draft may lack anything; what is sent lacks nothing.
    pub async fn read(
        &self,
        acting: &mut Acting,
        complete: bool,
    ) -> sqlx::Result<Result<Written, Problems>> {
        let mut problems = Problems::default();
        let about = problems.keep("about", form::optional_prose(&self.about, 1000));
        if complete && about.as_deref() == Some("") {
            problems.add("about", self.nothing_about());
        }
        let capacity = self.read_capacity(complete, &mut problems);
        let away = self.read_away(&mut problems);
        let answers = self.read_answers(complete, &mut problems);
        let excluded = self.read_excluded(acting).await?;
        let excluded = problems.keep("excluded", excluded);
        Ok(match (about, excluded) {
            (Some(about), Some(excluded)) if problems.is_empty() => Ok(Written {
                about,
                capacity,
                away,
                excluded,
                answers,
            }),
            _ => Err(problems),
        })
    }

    fn nothing_about(&self) -> &'static str {
        match self.side {
            Side::Mentor => "Say what you can offer",
            Side::Mentee => "Say what you want to gain",
        }
    }

    fn read_capacity(&self, complete: bool, problems: &mut Problems) -> Option<i16> {
        let left_out = self.capacity.trim().is_empty() && !complete;
        if self.side == Side::Mentee || left_out {
            return None;
        }
        let most = self.most;
        let read = form::number(&self.capacity, 1..=most, "");
        let words = format!("Enter how many mentees you would take at a time: 1 to {most}");
        problems.keep("capacity", read.map_err(|_| words))
    }

    fn read_away(&self, problems: &mut Problems) -> Option<(Date, Date)> {
        if self.side == Side::Mentee {
            return None;
        }
        let words = "Enter a day, or leave both empty";
        let from = problems.keep("away_from", form::optional_date(&self.away_from, words));
        let until = problems.keep("away_until", form::optional_date(&self.away_until, words));
        match (from?, until?) {
            (None, None) => None,
            (Some(_), None) => {
                problems.add("away_until", "Enter the last day on which you are away");
                None
            }
            (None, Some(_)) => {
                problems.add("away_from", "Enter the first day on which you are away");
                None
            }
            (Some(from), Some(until)) if until < from => {
                problems.add(
                    "away_until",
                    "Enter a last day that is not before the first",
                );
                None
            }
            (Some(from), Some(until)) => Some((from, until)),
        }
    }

    fn read_answers(
        &self,
        complete: bool,
        problems: &mut Problems,
    ) -> Vec<(Question, Option<Answer>)> {
        let mut answers = Vec::new();
        for field in &self.fields {
            let question = &field.question;
            let answer = problems.keep(question.field(), field.read());
            if complete && question.required && answer == Some(None) {
                problems.add(question.field(), question.missing());
            }
            answers.push((question.clone(), answer.flatten()));
        }
        answers
    }

    async fn read_excluded(
        &self,
        acting: &mut Acting,
    ) -> sqlx::Result<Result<Vec<PersonId>, Problem>> {
        let typed = self
            .excluded
            .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';'));
        let mut emails: Vec<String> = Vec::new();
        for typed in typed.filter(|typed| !typed.is_empty()) {
            match read_email(typed) {
                Ok(email) if emails.contains(&email) => {}
                Ok(email) => emails.push(email),
                Err(_) => return Ok(Err(nobody(typed))),
            }
        }
        if emails.len() > MOST_EXCLUSIONS {
            let words = format!("Name {MOST_EXCLUSIONS} people at the most");
            return Ok(Err(words.into()));
        }
        let mut people = Vec::new();
        for (found, email) in std::iter::zip(queries::people_with(acting, &emails).await?, &emails)
        {
            match found {
                None => return Ok(Err(nobody(email))),
                Some(person) if person == acting.viewer.id => {
                    return Ok(Err("Name other people than yourself".into()));
                }
                Some(person) => people.push(person),
            }
        }
        Ok(Ok(people))
    }

    pub fn capacity_hint(&self) -> String {
        match self.most {
            1 => "One, in this programme.".into(),
            most => format!("1 to {most}. One is a good beginning."),
        }
    }

    /// Everything as it was said, for those who read it once more.
    pub fn rows(&self) -> Vec<Row> {
        let row = |field: &str, label: &str, said: String, readers| Row {
            field: field.into(),
            label: label.into(),
            said,
            readers,
        };
        let about = super::about(self.side);
        let mut rows = vec![row("about", about, self.about.clone(), EVERYBODY)];
        if self.side == Side::Mentor {
            let label = "Mentees at a time";
            rows.push(row("capacity", label, self.capacity.clone(), EVERYBODY));
            rows.push(row("away_from", "Away", self.away(), FOR_COORDINATORS));
        }
        rows.extend(self.fields.iter().map(|field| Row {
            field: field.question.field(),
            label: field.question.wording.clone(),
            said: field.said(),
            readers: field.question.readers.words(),
        }));
        let label = "Rather not paired with";
        rows.push(row("excluded", label, self.excluded.clone(), IN_SILENCE));
        rows
    }

    fn away(&self) -> String {
        let read = |text: &str| form::date(text, "").ok();
        match (read(&self.away_from), read(&self.away_until)) {
            (Some(from), Some(until)) => {
                format!("{} to {}", short_day(&from), short_day(&until))
            }
            _ => String::new(),
        }
    }
}

fn nobody(typed: &str) -> Problem {
    let shown: String = typed.chars().take(100).collect();
    format!("Nobody here has the address {shown}: check it, or leave it out").into()
}
