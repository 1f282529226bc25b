//! What stands in a programme's file, in this order. Nothing of it is known by an id.

use crate::agreements::clauses::Wordings;
use crate::library::text::Text;
use crate::library::{Module, Which};
use crate::programme_letters::OwnWords;
use crate::programme_settings::form::{DAYS_TO_ANSWER, ProgrammeForm};
use crate::programme_settings::settings::Settings;
use crate::questions::Question;
use crate::workbench::Method;
use crate::workbench::criteria::{BuiltIn, Criteria, Criterion, Of, Rules, Wanted};
use crate::workbench::own::Own;
use serde::Serialize;

/// The one version that there is.
pub const VERSION: i64 = 1;

/// The settings by their keys, in the order of the file.
pub const SETTINGS: [(&str, Kind); 17] = [
    ("name", Kind::Text),
    ("purpose", Kind::Text),
    ("whom_for", Kind::Text),
    ("starts_on", Kind::Date),
    ("ends_on", Kind::Date),
    ("midpoint_on", Kind::OptionalDate),
    ("time_zone", Kind::Text),
    ("enrolment_opens_on", Kind::OptionalDate),
    ("enrolment_closes_on", Kind::OptionalDate),
    ("who_asks", Kind::Text),
    ("days_to_answer", Kind::LaterNumber(DAYS_TO_ANSWER)),
    ("session_minutes", Kind::Number),
    ("session_every_weeks", Kind::Number),
    ("minimum_sessions", Kind::Number),
    ("capacity_default", Kind::Number),
    ("capacity_max", Kind::Number),
    ("is_told", Kind::Text),
];

#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Text,
    Date,
    OptionalDate,
    Number,
    /// Files of earlier days lack it; then it is this.
    LaterNumber(&'static str),
}

#[derive(Serialize)]
pub struct File {
    waymark_programme: i64,
    settings: FileSettings,
    questions: Vec<FileQuestion>,
    letters: OwnWords,
    agreement: Wordings,
    /// Empty where it is left to Waymark what counts in matching.
    weights: Vec<Weight>,
    #[serde(skip_serializing_if = "Option::is_none")]
    matching_rules: Option<MatchingRules>,
    /// In its order; empty where it is left to Waymark.
    library: Vec<FileModule>,
    #[serde(skip_serializing_if = "Option::is_none")]
    people: Option<Vec<Enrolled>>,
}

#[derive(Serialize)]
struct FileSettings {
    name: String,
    purpose: String,
    whom_for: String,
    starts_on: String,
    ends_on: String,
    midpoint_on: Option<String>,
    time_zone: String,
    enrolment_opens_on: Option<String>,
    enrolment_closes_on: Option<String>,
    who_asks: &'static str,
    days_to_answer: i16,
    session_minutes: i16,
    session_every_weeks: i16,
    minimum_sessions: i16,
    capacity_default: i16,
    capacity_max: i16,
    is_told: String,
}

/// In the order in which they are asked; those no longer asked come last.
#[derive(Serialize)]
struct FileQuestion {
    kind: &'static str,
    wording: String,
    hint: String,
    asked_of: &'static str,
    required: bool,
    for_matching: bool,
    readers: &'static str,
    points: Option<i16>,
    least: String,
    most: String,
    ranks: Option<i16>,
    choices: Vec<String>,
    archived: bool,
}

/// What else is decided about matching.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct MatchingRules {
    #[serde(flatten)]
    pub rules: Rules,
    pub method: Method,
}

/// How much something counts in matching.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Weight {
    #[serde(flatten)]
    pub of: Counts,
    pub weight: u16,
    pub must: bool,
    pub wanted: Wanted,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Counts {
    Criterion(BuiltIn),
    /// By its place among the questions of the file, from 0.
    Question(usize),
}

/// A module of the library: one of Waymark's own by its name, or one that was added.
#[derive(Serialize)]
struct FileModule {
    module: Option<&'static str>,
    audience: Option<&'static str>,
    stage: Option<&'static str>,
    hidden: bool,
    /// What coordinators wrote, once in each language.
    texts: Vec<FileText>,
}

#[derive(Serialize)]
struct FileText {
    language: &'static str,
    #[serde(flatten)]
    text: Text,
}

/// Somebody's part in the programme.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Enrolled {
    pub name: String,
    pub email: String,
    pub part: String,
    /// A mentor's.
    pub capacity: Option<i16>,
    pub about: String,
}

impl File {
    pub fn new(
        settings: Settings,
        questions: Vec<Question>,
        (letters, agreement): (OwnWords, Wordings),
        (matching, library): (Option<Own>, Vec<Module>),
        people: Option<Vec<Enrolled>>,
    ) -> File {
        let rules = matching.as_ref().map(|one| MatchingRules {
            rules: one.criteria.rules,
            method: one.method,
        });
        let weights = matching.map(|one| weights(one.criteria, &questions));
        let form = ProgrammeForm::of(&settings);
        let optional = |text: String| Some(text).filter(|text| !text.is_empty());
        File {
            waymark_programme: VERSION,
            settings: FileSettings {
                name: settings.name,
                purpose: settings.purpose,
                whom_for: settings.whom_for,
                starts_on: form.starts_on,
                ends_on: form.ends_on,
                midpoint_on: optional(form.midpoint_on),
                time_zone: settings.time_zone,
                enrolment_opens_on: optional(form.enrolment_opens_on),
                enrolment_closes_on: optional(form.enrolment_closes_on),
                who_asks: settings.who_asks.slug(),
                days_to_answer: settings.days_to_answer,
                session_minutes: settings.session_minutes,
                session_every_weeks: settings.session_every_weeks,
                minimum_sessions: settings.minimum_sessions,
                capacity_default: settings.capacity_default,
                capacity_max: settings.capacity_max,
                is_told: settings.is_told,
            },
            questions: questions.into_iter().map(FileQuestion::from).collect(),
            letters,
            agreement,
            weights: weights.unwrap_or_default(),
            matching_rules: rules,
            library: library.into_iter().map(FileModule::from).collect(),
            people,
        }
    }

    /// As it is written down.
    ///
    /// # Errors
    /// Never, for there is nothing in it that JSON cannot hold.
    pub fn write(&self) -> serde_json::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

fn weights(matching: Criteria, questions: &[Question]) -> Vec<Weight> {
    let place = |id: i64| questions.iter().position(|one| one.id == id);
    let weight = |one: Criterion| {
        Some(Weight {
            of: match one.of {
                Of::BuiltIn(built_in) => Counts::Criterion(built_in),
                Of::Question(id) => Counts::Question(place(id)?),
            },
            weight: one.weight,
            must: one.must,
            wanted: one.wanted,
        })
    };
    matching.criteria.into_iter().filter_map(weight).collect()
}

impl From<Module> for FileModule {
    fn from(module: Module) -> Self {
        let added = matches!(module.which, Which::Added(_));
        let text = |(language, text): (crate::library::languages::Language, Text)| FileText {
            language: language.tag,
            text,
        };
        FileModule {
            module: module.which.own().map(|own| own.slug),
            audience: added.then(|| module.audience.slug()),
            stage: added.then(|| module.stage.slug()),
            hidden: module.hidden,
            texts: module.written.into_iter().map(text).collect(),
        }
    }
}

impl From<Question> for FileQuestion {
    fn from(question: Question) -> Self {
        FileQuestion {
            kind: question.kind.slug(),
            wording: question.wording,
            hint: question.hint,
            asked_of: question.asked_of.slug(),
            required: question.required,
            for_matching: question.for_matching,
            readers: question.readers.slug(),
            points: question.points,
            least: question.least,
            most: question.most,
            ranks: question.ranks,
            choices: question
                .choices
                .into_iter()
                .map(|one| one.wording)
                .collect(),
            archived: question.archived,
        }
    }
}
