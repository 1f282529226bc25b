//! From what was typed to an answer that cannot be wrong, and back.

use super::{Kind, Question};
use crate::web::form::{self, Problem, Typed};
use std::fmt::Display;

const LONGEST_LINE: usize = 200;
const LONGEST_PROSE: usize = 4000;
const LONGEST_SKILL: usize = 60;
const MOST_SKILLS: usize = 20;

#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Answer {
    Words(String),
    Points(i16),
    /// In the order of the ranking, where there is one.
    Choices(Vec<i64>),
    Skills(Vec<String>),
}

/// A question on a page, and what stands in its boxes.
#[derive(Clone, Debug)]
pub struct Field {
    pub question: Question,
    /// Of a ranking, one for each place; of skills, one text with commas.
    pub typed: Vec<String>,
}

impl Field {
    pub fn of(question: Question, typed: &Typed) -> Field {
        let name = question.field();
        let typed = match question.kind {
            Kind::Ranked => question
                .places()
                .map(|place| typed.one(&format!("{name}-{place}")).to_owned())
                .collect(),
            Kind::Many => typed.all(&name).map(str::to_owned).collect(),
            Kind::Line | Kind::Prose | Kind::One | Kind::Scale | Kind::Skills => {
                vec![typed.one(&name).to_owned()]
            }
        };
        Field { question, typed }
    }

    pub fn answered(question: Question, answer: Option<&Answer>) -> Field {
        let typed = match answer {
            None => Vec::new(),
            Some(Answer::Words(words)) => vec![words.clone()],
            Some(Answer::Points(points)) => vec![points.to_string()],
            Some(Answer::Choices(ids)) => ids.iter().map(i64::to_string).collect(),
            Some(Answer::Skills(names)) => vec![names.join(", ")],
        };
        Field { question, typed }
    }

    pub fn text(&self) -> &str {
        self.at(0)
    }

    /// What stands in a ranking's box: the first place is 0.
    pub fn at(&self, place: usize) -> &str {
        self.typed.get(place).map_or("", String::as_str)
    }

    pub fn has(&self, value: impl Display) -> bool {
        let value = value.to_string();
        self.typed.contains(&value)
    }

    /// What is asked, and whether it may be left out.
    pub fn label(&self) -> String {
        let optional = if self.question.required {
            ""
        } else {
            " (optional)"
        };
        format!("{}{optional}", self.question.wording)
    }

    /// "1 is not at all, 5 is very much"
    pub fn ends(&self) -> Option<String> {
        let Question {
            least,
            most,
            points,
            ..
        } = &self.question;
        let ends = [(Some(1), least), (*points, most)];
        let ends: Vec<String> = ends
            .into_iter()
            .filter(|(_, meaning)| !meaning.is_empty())
            .filter_map(|(point, meaning)| Some(format!("{} is {meaning}", point?)))
            .collect();
        (!ends.is_empty()).then(|| ends.join(", "))
    }

    /// What was chosen or written, in words; nothing where it was left out.
    pub fn said(&self) -> String {
        let chosen = || {
            self.typed.iter().filter_map(|typed| {
                let choices = &self.question.choices;
                choices.iter().find(|one| one.id.to_string() == *typed)
            })
        };
        match self.question.kind {
            Kind::Line | Kind::Prose | Kind::Skills => self.text().to_owned(),
            Kind::Scale if self.text().is_empty() => String::new(),
            Kind::Scale => format!("{} of {}", self.text(), self.question.points.unwrap_or(1)),
            Kind::One | Kind::Many => {
                let chosen: Vec<&str> = chosen().map(|choice| &*choice.wording).collect();
                chosen.join("\n")
            }
            Kind::Ranked => {
                let chosen: Vec<String> = (1..)
                    .zip(chosen())
                    .map(|(place, choice)| format!("{place}. {}", choice.wording))
                    .collect();
                chosen.join("\n")
            }
        }
    }

    /// The places of a ranking with their names.
    pub fn places(&self) -> Vec<(usize, &'static str)> {
        const WORDS: [&str; 10] = [
            "First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth",
            "Tenth",
        ];
        let ranks = usize::try_from(self.question.ranks.unwrap_or(0)).unwrap_or(0);
        (1..=ranks).zip(WORDS).collect()
    }

    /// None where nothing was answered.
    pub fn read(&self) -> Result<Option<Answer>, Problem> {
        match self.question.kind {
            Kind::Line => Ok(words(form::optional_line(self.text(), LONGEST_LINE)?)),
            Kind::Prose => Ok(words(form::optional_prose(self.text(), LONGEST_PROSE)?)),
            Kind::Scale => self.points(),
            Kind::One | Kind::Many | Kind::Ranked => self.choices(),
            Kind::Skills => self.skills(),
        }
    }

    fn points(&self) -> Result<Option<Answer>, Problem> {
        let most = self.question.points.unwrap_or(1);
        match self.text().trim() {
            "" => Ok(None),
            text => form::number(text, 1..=most, "Choose a number from the scale")
                .map(|points| Some(Answer::Points(points))),
        }
    }

    fn choices(&self) -> Result<Option<Answer>, Problem> {
        let mut chosen = Vec::new();
        for typed in self.typed.iter().filter(|typed| !typed.is_empty()) {
            let choices = &self.question.choices;
            let choice = choices.iter().find(|one| one.id.to_string() == *typed);
            let choice = choice.ok_or("Choose from the list")?;
            if !chosen.contains(&choice.id) {
                chosen.push(choice.id);
            } else if self.question.kind == Kind::Ranked {
                return Err("Choose each of them once".into());
            }
        }
        Ok((!chosen.is_empty()).then_some(Answer::Choices(chosen)))
    }

    fn skills(&self) -> Result<Option<Answer>, Problem> {
        let mut names: Vec<String> = Vec::new();
        for typed in self.text().split([',', ';', '\n']) {
            let name = skill(typed)?;
            let known = names
                .iter()
                .any(|one| one.to_lowercase() == name.to_lowercase());
            if !name.is_empty() && !known {
                names.push(name);
            }
        }
        if names.len() > MOST_SKILLS {
            return Err(format!("Name {MOST_SKILLS} skills at the most").into());
        }
        Ok((!names.is_empty()).then_some(Answer::Skills(names)))
    }
}

impl Question {
    /// The places of a ranking, from 1.
    pub fn places(&self) -> std::ops::RangeInclusive<i16> {
        1..=self.ranks.unwrap_or(0)
    }

    /// The points of a scale, from 1.
    pub fn scale(&self) -> std::ops::RangeInclusive<i16> {
        1..=self.points.unwrap_or(0)
    }

    /// What to say while there is no answer.
    pub fn missing(&self) -> String {
        let wording = &self.wording;
        match self.kind {
            Kind::One | Kind::Many | Kind::Scale => format!("Choose an answer to “{wording}”"),
            Kind::Ranked => format!("Choose at least the first for “{wording}”"),
            Kind::Skills => format!("Name at least one for “{wording}”"),
            Kind::Line | Kind::Prose => format!("Answer “{wording}”"),
        }
    }
}

/// The name of a skill as it may be kept, or nothing.
pub fn skill(typed: &str) -> Result<String, Problem> {
    form::optional_line(typed, LONGEST_SKILL)
        .map_err(|_| format!("Shorten each skill to {LONGEST_SKILL} characters").into())
}

fn words(text: String) -> Option<Answer> {
    (!text.is_empty()).then_some(Answer::Words(text))
}

#[cfg(test)]
mod tests {
    use super::super::{Audience, Choice, Readers};
    use super::*;

    fn question(kind: Kind) -> Question {
        let choice = |id, wording: &str| Choice {
            id,
            wording: wording.into(),
        };
        Question {
            id: 7,
            kind,
            wording: "Why?".into(),
            hint: String::new(),
            asked_of: Audience::Both,
            required: true,
            for_matching: false,
            readers: Readers::Coordinators,
            points: Some(5),
            least: String::new(),
            most: String::new(),
            ranks: Some(2),
            choices: vec![choice(1, "Red"), choice(2, "Green"), choice(3, "Blue")],
            archived: false,
            answered: false,
        }
    }

    fn read(kind: Kind, typed: &[(&str, &str)]) -> Result<Option<Answer>, Problem> {
        let pairs = typed
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Field::of(question(kind), &pairs.collect::<Vec<_>>().into()).read()
    }

    #[test]
    fn every_kind_reads_what_was_typed() {
        let words = |text: &str| Ok(Some(Answer::Words(text.into())));
        let choices = |ids: &[i64]| Ok(Some(Answer::Choices(ids.to_vec())));
        let skills = |names: &[&str]| {
            let names = names.iter().map(|name| (*name).to_owned()).collect();
            Ok(Some(Answer::Skills(names)))
        };
        for (kind, typed, expected) in [
            (Kind::Line, vec![], Ok(None)),
            (Kind::Line, vec![("q7", " a\n b ")], words("a b")),
            (Kind::Prose, vec![("q7", "a\r\n\r\nb")], words("a\n\nb")),
            (Kind::Scale, vec![("q7", "5")], Ok(Some(Answer::Points(5)))),
            (Kind::Scale, vec![("q7", "")], Ok(None)),
            (Kind::One, vec![("q7", "2")], choices(&[2])),
            (Kind::One, vec![("q7", "2"), ("q7", "3")], choices(&[2])),
            (
                Kind::Many,
                vec![("q7", "3"), ("q7", "1"), ("q7", "3")],
                choices(&[3, 1]),
            ),
            (
                Kind::Ranked,
                vec![("q7-1", "3"), ("q7-2", "1"), ("q7-3", "2")],
                choices(&[3, 1]),
            ),
            (Kind::Ranked, vec![("q7-2", "1")], choices(&[1])),
            (
                Kind::Skills,
                vec![("q7", "Rust,, rust; Public  speaking")],
                skills(&["Rust", "Public speaking"]),
            ),
            (Kind::Skills, vec![("q7", " , ")], Ok(None)),
        ] {
            assert_eq!(read(kind, &typed), expected, "{kind:?} {typed:?}");
        }
    }

    #[test]
    fn what_no_form_of_ours_sends_is_refused() {
        let many: Vec<String> = (0..21).map(|number| format!("s{number}")).collect();
        for (kind, typed) in [
            (Kind::Line, vec![("q7", "x".repeat(201))]),
            (Kind::Prose, vec![("q7", "x".repeat(4001))]),
            (Kind::Scale, vec![("q7", "6".into())]),
            (Kind::Scale, vec![("q7", "-1".into())]),
            (Kind::One, vec![("q7", "9".into())]),
            (Kind::Many, vec![("q7", "1".into()), ("q7", "x".into())]),
            (
                Kind::Ranked,
                vec![("q7-1", "1".into()), ("q7-2", "1".into())],
            ),
            (Kind::Skills, vec![("q7", "x".repeat(61))]),
            (Kind::Skills, vec![("q7", many.join(","))]),
        ] {
            let borrowed: Vec<_> = typed.iter().map(|(n, v)| (*n, v.as_str())).collect();
            assert!(read(kind, &borrowed).is_err(), "{kind:?}");
        }
    }

    #[test]
    fn what_was_answered_stands_in_the_boxes_again() {
        for (kind, typed) in [
            (Kind::Line, vec![("q7", "a b")]),
            (Kind::Scale, vec![("q7", "4")]),
            (Kind::Many, vec![("q7", "3"), ("q7", "1")]),
            (Kind::Ranked, vec![("q7-1", "3"), ("q7-2", "1")]),
            (Kind::Skills, vec![("q7", "Rust, Public speaking")]),
        ] {
            let answer = read(kind, &typed).unwrap();
            let again = Field::answered(question(kind), answer.as_ref());
            assert_eq!(again.read().unwrap(), answer, "{kind:?}");
        }
    }
}
