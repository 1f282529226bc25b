//! The form of a record, as it was typed: the same is kept as a draft and read when it is shared.

use super::{How, Record, Words};
use crate::pairings::access::May;
use crate::pairings::access::RecordSession;
use crate::sessions::targets::{self, NewTarget, Target};
use crate::web::form::{self, Problems, Typed};
use time::Date;

const LONGEST: usize = 4_000;
const WORDS: [&str; 5] = [
    "talked_about",
    "strengths",
    "feedback",
    "development",
    "actions",
];
/// More than any page of ours sends.
const MOST_FIELDS: usize = 500;
/// The rows for new targets.
const ROWS: [[&str; 3]; 3] = [
    ["what_1", "who_1", "when_1"],
    ["what_2", "who_2", "when_2"],
    ["what_3", "who_3", "when_3"],
];

/// Besides what is written, `version` is of the author's own record that this was typed over,
/// `over` of the draft, and `once` of the page it is typed on.
#[derive(Default)]
pub struct RecordForm {
    fields: Vec<(String, String)>,
    typed: Typed,
}

/// What was written, and could be taken.
pub struct Written {
    pub words: Words,
    pub spoken: Vec<i64>,
    pub settled: Vec<(Target, How, Option<Date>)>,
    pub targets: Vec<NewTarget>,
}

/// One row of the form for a new target.
pub struct TargetRow<'a> {
    pub number: usize,
    pub what: &'a str,
    pub who: &'a str,
    pub when: &'a str,
    pub names: [&'static str; 3],
}

impl From<Vec<(String, String)>> for RecordForm {
    fn from(fields: Vec<(String, String)>) -> Self {
        RecordForm {
            typed: Typed::from(fields.clone()),
            fields,
        }
    }
}

impl From<&Record> for RecordForm {
    fn from(record: &Record) -> Self {
        let words = &record.words;
        let mut fields = vec![
            ("version".to_owned(), record.version()),
            ("talked_about".to_owned(), words.talked_about.clone()),
            ("strengths".to_owned(), words.strengths.clone()),
            ("feedback".to_owned(), words.feedback.clone()),
            ("development".to_owned(), words.development.clone()),
            ("actions".to_owned(), words.actions.clone()),
        ];
        let spoken = record.spoken.iter();
        fields.extend(spoken.map(|id| ("spoken".to_owned(), id.to_string())));
        RecordForm::from(fields)
    }
}

impl RecordForm {
    pub fn one(&self, name: &str) -> &str {
        self.typed.one(name)
    }

    pub fn of_target(&self, name: &str, id: &i64) -> &str {
        self.typed.one(&format!("{name}_{id}"))
    }

    pub fn spoken(&self, id: &i64) -> bool {
        self.typed.all("spoken").any(|one| one.parse() == Ok(*id))
    }

    /// The same with another value of one field.
    pub fn with(self, name: &str, value: String) -> Self {
        let mut fields = self.fields;
        fields.retain(|(field, _)| field != name);
        fields.push((name.to_owned(), value));
        RecordForm::from(fields)
    }

    /// What a draft keeps: everything typed, and nothing of how it was sent.
    pub fn kept(&self) -> Vec<(String, String)> {
        let kept = self.fields.iter().filter(|(name, _)| {
            WORDS.contains(&name.as_str())
                || ROWS.as_flattened().contains(&name.as_str())
                || matches!(name.as_str(), "version" | "spoken")
                || name.starts_with("target_")
                || name.starts_with("until_")
        });
        kept.take(MOST_FIELDS).cloned().collect()
    }

    /// What was written, box by box.
    pub fn texts(&self) -> Vec<String> {
        let texts = WORDS.iter().map(|name| self.one(name).trim().to_owned());
        texts.filter(|text| !text.is_empty()).collect()
    }

    pub fn rows(&self) -> [TargetRow<'_>; 3] {
        let mut number = 0;
        ROWS.map(|names| {
            number += 1;
            let [what, who, when] = names.map(|name| self.one(name));
            TargetRow {
                number,
                what,
                who,
                when,
                names,
            }
        })
    }

    pub fn read(
        &self,
        may: &May<RecordSession>,
        before: Vec<Target>,
        objectives: &[i64],
    ) -> Result<Written, Problems> {
        let (mut problems, today) = (Problems::default(), may.today());
        let settled = before
            .into_iter()
            .filter_map(|target| self.settled(target, today, &mut problems))
            .collect();
        let [talked_about, strengths, feedback, development, actions] = WORDS.map(|field| {
            let read = match field {
                "talked_about" => {
                    form::prose(self.one(field), LONGEST, "Enter what you talked about")
                }
                _ => form::optional_prose(self.one(field), LONGEST),
            };
            problems.keep(field, read).unwrap_or_default()
        });
        let rows = self.rows();
        let rows = rows.iter().filter(|row| !row.empty());
        let targets = rows
            .filter_map(|row| row.read(today, &mut problems))
            .collect();
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut spoken = objectives.to_vec();
        spoken.retain(|id| self.spoken(id));
        Ok(Written {
            words: Words {
                talked_about,
                strengths,
                feedback,
                development,
                actions,
            },
            spoken,
            settled,
            targets,
        })
    }

    /// What is said of a target of before, if anything.
    fn settled(
        &self,
        target: Target,
        today: Date,
        problems: &mut Problems,
    ) -> Option<(Target, How, Option<Date>)> {
        let (how, until) = (
            format!("target_{}", target.id),
            format!("until_{}", target.id),
        );
        match self.one(&how) {
            "done" if target.yours => Some((target, How::Done, None)),
            "done" => {
                problems.add(how, "Only whoever has this target can say that it is done");
                None
            }
            "dropped" => Some((target, How::Dropped, None)),
            "carried_on" => {
                let read = targets::due_on(self.one(&until), today);
                let until = problems.keep(until, read)?;
                Some((target, How::CarriedOn, Some(until)))
            }
            _ => None,
        }
    }
}

impl TargetRow<'_> {
    /// Who does it has an answer from the start, so it does not count.
    fn empty(&self) -> bool {
        self.what.trim().is_empty() && self.when.trim().is_empty()
    }

    fn read(&self, today: Date, problems: &mut Problems) -> Option<NewTarget> {
        let [what, who, when] = self.names;
        let read = form::line(self.what, targets::LONGEST, "Enter what the target is");
        let what = problems.keep(what, read);
        let owner = problems.keep(who, targets::owner(self.who));
        let due_on = problems.keep(when, targets::due_on(self.when, today));
        Some(NewTarget {
            what: what?,
            owner: owner?,
            due_on: due_on?,
            objective: None,
        })
    }
}
