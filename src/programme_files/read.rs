//! A file becomes settings, questions, letters and people that cannot be wrong. All problems are gathered, each with
//! its place in the file; nothing in it is passed over.

use super::file::{Counts, Enrolled, Kind, MatchingRules, SETTINGS, VERSION, Weight};
use crate::agreements::clauses::{self, CLAUSES, Wordings};
use crate::library::languages::Language;
use crate::library::modules::Own;
use crate::library::text::Text;
use crate::library::{Audience as Readers, MOST_MODULES, Module, Stage, Which};
use crate::people::read_email;
use crate::programme_letters::{self, OwnWords};
use crate::programme_settings::form::ProgrammeForm;
use crate::programme_settings::settings::Settings;
use crate::questions::Audience;
use crate::questions::form::{MOST_QUESTIONS, QuestionForm, Written};
use crate::web::form::{self, Problems};
use crate::workbench::Method;
use crate::workbench::criteria::{BuiltIn, MOST_WEIGHT, Rules, Wanted};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::fmt::{self, Display, Formatter};

/// What is wrong, and where: `settings.ends_on`, `people[3].email`.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    pub path: String,
    pub words: String,
}

/// What a file without problems holds.
pub struct Contents {
    pub settings: Settings,
    /// Each with whether it is archived.
    pub questions: Vec<(Written, bool)>,
    pub letters: OwnWords,
    pub agreement: Wordings,
    /// Both empty where it is left to Waymark what counts in matching.
    pub weights: Vec<Weight>,
    pub rules: Option<MatchingRules>,
    pub library: Vec<Module>,
    pub people: Vec<Enrolled>,
}

const QUESTION: [&str; 13] = [
    "kind",
    "wording",
    "hint",
    "asked_of",
    "required",
    "for_matching",
    "readers",
    "points",
    "least",
    "most",
    "ranks",
    "choices",
    "archived",
];

#[derive(Default)]
struct Reader(Vec<Problem>);

/// An object, and where it stands.
struct At<'a> {
    path: String,
    map: &'a Map<String, Value>,
}

/// # Errors
/// Everything that is wrong with it. `name` stands in for the name in the file.
pub fn read(text: &str, name: Option<&str>, zones: &[String]) -> Result<Contents, Vec<Problem>> {
    let mut reader = Reader::default();
    let value = match serde_json::from_str::<Value>(text) {
        Ok(value) => value,
        Err(cause) => return Err(reader.only("", format!("This is not JSON: {cause}"))),
    };
    let Some(version) = value.get("waymark_programme") else {
        let words = "This is not the file of a programme: it has no “waymark_programme”";
        return Err(reader.only("", words.into()));
    };
    if version.as_i64() != Some(VERSION) {
        let words = format!(
            "This file is of version {version}, and this Waymark reads version {VERSION}. Import \
             it with a Waymark of the version that wrote it, or a newer one"
        );
        return Err(reader.only("waymark_programme", words));
    }
    let contents = reader.contents(&value, name, zones);
    match contents {
        Some(contents) if reader.0.is_empty() => Ok(contents),
        _ => Err(reader.0),
    }
}

impl Reader {
    fn only(mut self, path: &str, words: String) -> Vec<Problem> {
        self.add(path, words);
        self.0
    }

    fn add(&mut self, path: &str, words: impl Into<String>) {
        let (path, words) = (path.to_owned(), words.into());
        self.0.push(Problem { path, words });
    }

    fn contents(
        &mut self,
        value: &Value,
        name: Option<&str>,
        zones: &[String],
    ) -> Option<Contents> {
        let file = self.object(value, String::new())?;
        let known = [
            "waymark_programme",
            "settings",
            "questions",
            "letters",
            "agreement",
            "weights",
            "matching_rules",
            "library",
            "people",
        ];
        self.only_known(&file, &known);
        let settings = match self.field(&file, "settings") {
            Some(value) => self.settings(value, name, zones),
            None => None,
        };
        let questions = self.questions(&file);
        let letters = self.letters(&file);
        let agreement = self.agreement(&file);
        let weights = self.weights(&file, &questions);
        let rules = match file.map.get("matching_rules") {
            Some(value) => self.rules(value),
            None => None,
        };
        let library = self.library(&file);
        let most = settings.as_ref().map_or(20, |one| one.capacity_max);
        let people = match file.map.get("people") {
            Some(_) => self.people(&file, most),
            None => Vec::new(),
        };
        let settings = settings?;
        Some(Contents {
            settings,
            questions,
            letters,
            agreement,
            weights,
            rules,
            library,
            people,
        })
    }

    /// By the same rules as what is typed.
    fn settings(
        &mut self,
        value: &Value,
        name: Option<&str>,
        zones: &[String],
    ) -> Option<Settings> {
        let object = self.object(value, "settings".into())?;
        self.only_known(&object, &SETTINGS.map(|(key, _)| key));
        let before = self.0.len();
        let mut typed: HashMap<&str, String> = SETTINGS
            .into_iter()
            .filter_map(|(key, kind)| Some((key, self.as_typed(&object, key, kind)?)))
            .collect();
        if let Some(name) = name {
            typed.insert("name", name.to_owned());
        }
        if self.0.len() > before {
            return None;
        }
        let mut problems = Problems::default();
        let settings = form_of(typed).read(zones, &mut problems);
        for (field, words) in problems.all() {
            self.add(&object.at(field), words);
        }
        settings
    }

    /// What a browser would send for it.
    fn as_typed(&mut self, object: &At, key: &str, kind: Kind) -> Option<String> {
        if let Kind::LaterNumber(usual) = kind
            && !object.map.contains_key(key)
        {
            return Some(usual.to_owned());
        }
        let value = self.field(object, key)?;
        let (typed, wanted) = match kind {
            Kind::Text | Kind::Date => (value.as_str().map(str::to_owned), "a text"),
            Kind::OptionalDate if value.is_null() => (Some(String::new()), ""),
            Kind::OptionalDate => {
                let date = value.as_str().filter(|text| !text.trim().is_empty());
                (date.map(str::to_owned), "a date as a text, or null")
            }
            Kind::Number | Kind::LaterNumber(_) => {
                let number = value.as_i64().map(|number| number.to_string());
                (number, "a whole number")
            }
        };
        if typed.is_none() {
            self.add(&object.at(key), format!("This has to be {wanted}"));
        }
        typed
    }

    fn questions(&mut self, file: &At) -> Vec<(Written, bool)> {
        let list = self.list(file, "questions").unwrap_or_default();
        if list.len() > MOST_QUESTIONS {
            let words = format!("A programme has {MOST_QUESTIONS} questions at the most");
            self.add("questions", words);
            return Vec::new();
        }
        let read = list.iter().enumerate();
        read.filter_map(|(index, value)| self.question(value, format!("questions[{index}]")))
            .collect()
    }

    /// By the same rules as what is typed; and nothing stands in it that its kind has no use for.
    fn question(&mut self, value: &Value, path: String) -> Option<(Written, bool)> {
        let object = self.object(value, path)?;
        self.only_known(&object, &QUESTION);
        let before = self.0.len();
        let archived = self.yes_or_no(&object, "archived");
        let choices = self.texts(&object, "choices");
        let form = self.question_form(&object, &choices);
        if self.0.len() > before {
            return None;
        }
        let written = match form.read(None) {
            Ok(written) => written,
            Err(problems) => {
                for (field, words) in problems.all() {
                    self.add(&object.at(field), words);
                }
                return None;
            }
        };
        let useless = [
            (
                "points",
                written.points.is_none() && !form.points.is_empty(),
            ),
            ("ranks", written.ranks.is_none() && !form.ranks.is_empty()),
        ];
        for (key, _) in useless.into_iter().filter(|(_, useless)| *useless) {
            self.add(
                &object.at(key),
                "A question of this kind has none: this has to be null",
            );
        }
        if written.choices.len() != choices.len() {
            let words = match written.kind.has_choices() {
                true => "Each choice has to be a line of its own that no other is the same as",
                false => "A question of this kind has none: this has to be an empty list",
            };
            self.add(&object.at("choices"), words);
        }
        Some((written, archived?))
    }

    /// What a browser would send for it.
    fn question_form(&mut self, object: &At, choices: &[String]) -> QuestionForm {
        let mut text = |key| {
            self.text(object, key, |text| Ok(text.to_owned()))
                .unwrap_or_default()
        };
        let form = QuestionForm {
            kind: text("kind"),
            wording: text("wording"),
            hint: text("hint"),
            asked_of: text("asked_of"),
            readers: text("readers"),
            least: text("least"),
            most: text("most"),
            choices: choices.join("\n"),
            ..QuestionForm::default()
        };
        let yes = |is: Option<bool>| if is == Some(true) { "yes" } else { "" }.to_owned();
        QuestionForm {
            required: yes(self.yes_or_no(object, "required")),
            for_matching: yes(self.yes_or_no(object, "for_matching")),
            points: self.number_or_null(object, "points"),
            ranks: self.number_or_null(object, "ranks"),
            ..form
        }
    }

    /// The programme's own words in each letter. Files of before have none.
    fn letters(&mut self, file: &At) -> OwnWords {
        let mut letters = OwnWords::default();
        let value = file.map.get("letters");
        let Some(object) = value.and_then(|value| self.object(value, "letters".into())) else {
            return letters;
        };
        let kinds = programme_letters::Kind::ALL;
        self.only_known(&object, &kinds.map(programme_letters::Kind::slug));
        for kind in kinds {
            if object.map.contains_key(kind.slug()) {
                let words = self.text(&object, kind.slug(), |text| {
                    form::prose(text, OwnWords::LONGEST, "Write something, or leave it out")
                });
                letters.set(kind, words.unwrap_or_default());
            }
        }
        letters
    }

    /// What the programme suggests for each clause of an agreement. Files of before have none.
    fn agreement(&mut self, file: &At) -> Wordings {
        let mut wordings = Wordings::default();
        let value = file.map.get("agreement");
        let Some(object) = value.and_then(|value| self.object(value, "agreement".into())) else {
            return wordings;
        };
        self.only_known(&object, &CLAUSES.each_ref().map(|clause| clause.slug));
        for clause in &CLAUSES {
            if object.map.contains_key(clause.slug) {
                let words = self.text(&object, clause.slug, |text| {
                    form::optional_prose(text, clauses::LONGEST)
                });
                wordings.set(clause, words.unwrap_or_default());
            }
        }
        wordings
    }

    /// What counts in matching, and how much.
    fn weights(&mut self, file: &At, questions: &[(Written, bool)]) -> Vec<Weight> {
        let list = self.list(file, "weights").unwrap_or_default();
        let mut weights: Vec<Weight> = Vec::new();
        for (index, value) in list.iter().enumerate() {
            let path = format!("weights[{index}]");
            let Some(weight) = self.weight(value, path.clone(), questions) else {
                continue;
            };
            if weights.iter().any(|one| one.of == weight.of) {
                self.add(&path, "This stands here already, further up");
            }
            weights.push(weight);
        }
        if !list.is_empty() && self.0.is_empty() && weights.iter().all(|one| one.weight == 0) {
            self.add("weights", "At least one weight has to be above 0");
        }
        weights
    }

    fn weight(
        &mut self,
        value: &Value,
        path: String,
        questions: &[(Written, bool)],
    ) -> Option<Weight> {
        let object = self.object(value, path)?;
        self.only_known(
            &object,
            &["criterion", "question", "weight", "must", "wanted"],
        );
        let counts = self.counts(&object, questions);
        let weight = self.number(&object, "weight", (0, MOST_WEIGHT));
        let must = self.yes_or_no(&object, "must");
        let wanted = self.text(&object, "wanted", |text| Ok(text.to_owned()));
        let ((of, choices), wanted) = (counts?, wanted?);
        let found = Wanted::read(&wanted).filter(|one| choices.contains(one));
        if found.is_none() {
            let choices: Vec<&str> = choices.iter().map(|one| one.slug()).collect();
            self.add(
                &object.at("wanted"),
                format!("This has to be one of: {}", choices.join(", ")),
            );
        }
        Some(Weight {
            of,
            weight: weight?,
            must: must?,
            wanted: found?,
        })
    }

    /// Of what it is the weight, and how the two can have to be in it.
    fn counts(
        &mut self,
        object: &At,
        questions: &[(Written, bool)],
    ) -> Option<(Counts, &'static [Wanted])> {
        let named = object.map.get("criterion").and_then(Value::as_str);
        let placed = object.map.get("question").and_then(Value::as_u64);
        let found = match (named.and_then(BuiltIn::read), placed) {
            (Some(built_in), None) => Some((Counts::Criterion(built_in), built_in.wanted())),
            (None, Some(place)) => {
                let place = usize::try_from(place).ok();
                let question = place.and_then(|place| questions.get(place));
                let weighed = question.filter(|(one, archived)| {
                    one.for_matching && !archived && one.asked_of == Audience::Both
                });
                let choices = weighed.map(|(one, _)| Wanted::of(one.kind));
                let choices = choices.filter(|choices| !choices.is_empty());
                place
                    .zip(choices)
                    .map(|(place, choices)| (Counts::Question(place), choices))
            }
            _ => None,
        };
        if found.is_none() && self.0.is_empty() {
            let words = "This has to name a “criterion” that Waymark knows, or the place of a \
                         “question” for matching that mentors and mentees are asked";
            self.add(&object.path.clone(), words);
        }
        found
    }

    fn rules(&mut self, value: &Value) -> Option<MatchingRules> {
        let object = self.object(value, "matching_rules".into())?;
        let keys = [
            "grades_least",
            "grades_most",
            "half_hours_wanted",
            "half_hours_least",
            "score_least",
            "again",
            "method",
        ];
        self.only_known(&object, &keys);
        let rules = Rules {
            grades_least: self.number(&object, "grades_least", (-10, 20))?,
            grades_most: self.number(&object, "grades_most", (-10, 20))?,
            half_hours_wanted: self.number(&object, "half_hours_wanted", (1, 100))?,
            half_hours_least: self.number(&object, "half_hours_least", (0, 100))?,
            score_least: self.number(&object, "score_least", (0, 10_000))?,
            again: self.yes_or_no(&object, "again")?,
        };
        if rules.grades_least > rules.grades_most {
            let words = "This cannot be fewer than the least";
            self.add(&object.at("grades_most"), words);
        }
        let method = self.method(&object)?;
        Some(MatchingRules { rules, method })
    }

    /// Files of earlier days lack it.
    fn method(&mut self, object: &At) -> Option<Method> {
        if !object.map.contains_key("method") {
            return Some(Method::default());
        }
        let slug = self.text(object, "method", |text| Ok(text.to_owned()))?;
        let method = Method::read(&slug);
        if method.is_none() {
            let words = "This Waymark does not match in this way";
            self.add(&object.at("method"), words);
        }
        method
    }

    /// The modules in their order.
    fn library(&mut self, file: &At) -> Vec<Module> {
        let list = self.list(file, "library").unwrap_or_default();
        if list.len() > MOST_MODULES {
            let words = format!("A library holds {MOST_MODULES} modules at the most");
            self.add("library", words);
            return Vec::new();
        }
        let mut modules: Vec<Module> = Vec::new();
        for (index, value) in list.iter().enumerate() {
            let path = format!("library[{index}]");
            let Some(module) = self.module(value, path.clone()) else {
                continue;
            };
            let own = module.which.own().is_some();
            if own && modules.iter().any(|one| one.which == module.which) {
                let words = "This module stands here already, further up";
                self.add(&format!("{path}.module"), words);
            }
            modules.push(module);
        }
        modules
    }

    /// One of Waymark's own is named; an added one says whom it is for and when, and has a text.
    fn module(&mut self, value: &Value, path: String) -> Option<Module> {
        let object = self.object(value, path)?;
        self.only_known(&object, &["module", "audience", "stage", "hidden", "texts"]);
        let module = match self.field(&object, "module")? {
            Value::Null => self.added_module(&object),
            _ => self.own_module(&object),
        };
        let hidden = self.yes_or_no(&object, "hidden");
        let written = self.module_texts(&object);
        let module = module?;
        let none = object.map.get("texts").and_then(Value::as_array);
        if module.which.own().is_none() && none.is_some_and(Vec::is_empty) {
            let words = "A module that is not Waymark’s own needs a text";
            self.add(&object.at("texts"), words);
        }
        Some(Module {
            hidden: hidden?,
            written,
            ..module
        })
    }

    fn own_module(&mut self, object: &At) -> Option<Module> {
        let slug = self.text(object, "module", |text| Ok(text.to_owned()))?;
        let own = Own::named(&slug);
        if own.is_none() {
            let words = "This Waymark has no module of this name";
            self.add(&object.at("module"), words);
        }
        for key in ["audience", "stage"] {
            let value = self.field(object, key);
            if value.is_some_and(|value| !value.is_null()) {
                let words = "Of one of Waymark’s own modules this has to be null";
                self.add(&object.at(key), words);
            }
        }
        own.map(Module::untouched)
    }

    fn added_module(&mut self, object: &At) -> Option<Module> {
        let slugs = |all: &[&str]| format!("This has to be one of: {}", all.join(", "));
        let audience = self.text(object, "audience", |text| match Readers::read(text) {
            Some(_) => Ok(text.to_owned()),
            None => Err(slugs(&Readers::ALL.map(Readers::slug)).into()),
        });
        let stage = self.text(object, "stage", |text| match Stage::read(text) {
            Some(_) => Ok(text.to_owned()),
            None => Err(slugs(&Stage::ALL.map(Stage::slug)).into()),
        });
        Some(Module {
            which: Which::Added(0),
            id: None,
            audience: Readers::read(&audience?)?,
            stage: Stage::read(&stage?)?,
            hidden: false,
            written: Vec::new(),
        })
    }

    /// By the same rules as what is typed, and once in each language.
    fn module_texts(&mut self, object: &At) -> Vec<(Language, Text)> {
        let list = self.list(object, "texts").unwrap_or_default();
        let mut texts: Vec<(Language, Text)> = Vec::new();
        for (index, value) in list.iter().enumerate() {
            let path = format!("{}[{index}]", object.at("texts"));
            let Some((language, text)) = self.module_text(value, path.clone()) else {
                continue;
            };
            if texts.iter().any(|(one, _)| *one == language) {
                let words = "This language stands here already, further up";
                self.add(&format!("{path}.language"), words);
            }
            texts.push((language, text));
        }
        texts
    }

    fn module_text(&mut self, value: &Value, path: String) -> Option<(Language, Text)> {
        let object = self.object(value, path)?;
        self.only_known(&object, &["language", "title", "summary", "body"]);
        let mut typed = |key| self.text(&object, key, |text| Ok(text.to_owned()));
        let (tag, title) = (typed("language"), typed("title"));
        let (summary, body) = (typed("summary"), typed("body"));
        let language = tag.as_deref().map(Language::tagged);
        if language == Some(None) {
            let words = "This Waymark does not know this language";
            self.add(&object.at("language"), words);
        }
        let mut problems = Problems::default();
        let text = Text::read(&title?, &summary?, &body?, &mut problems);
        for (field, words) in problems.all() {
            self.add(&object.at(field), words);
        }
        language.flatten().zip(text)
    }

    fn number<T>(&mut self, object: &At, key: &str, (least, most): (T, T)) -> Option<T>
    where
        T: Copy + Display + PartialOrd + TryFrom<i64>,
    {
        let number = self.field(object, key)?.as_i64();
        let number = number.and_then(|number| T::try_from(number).ok());
        let number = number.filter(|number| least <= *number && *number <= most);
        if number.is_none() {
            let words = format!("This has to be a whole number from {least} to {most}");
            self.add(&object.at(key), words);
        }
        number
    }

    fn people(&mut self, file: &At, most: i16) -> Vec<Enrolled> {
        let list = self.list(file, "people").unwrap_or_default();
        let mut people: Vec<Enrolled> = Vec::new();
        let mut first: HashMap<String, (usize, String, Vec<String>)> = HashMap::new();
        for (index, value) in list.iter().enumerate() {
            let path = format!("people[{index}]");
            let Some(person) = self.person(value, path.clone(), most) else {
                continue;
            };
            let (email, name) = (person.email.clone(), person.name.clone());
            let known = first.entry(email).or_insert((index, name, Vec::new()));
            if known.1 != person.name {
                let words = format!("people[{}] gives this address another name", known.0);
                self.add(&format!("{path}.name"), words);
            }
            if known.2.contains(&person.part) {
                let words = "This person has this part already, further up";
                self.add(&format!("{path}.part"), words);
            }
            known.2.push(person.part.clone());
            people.push(person);
        }
        people
    }

    fn person(&mut self, value: &Value, path: String, most: i16) -> Option<Enrolled> {
        let object = self.object(value, path)?;
        self.only_known(&object, &["name", "email", "part", "capacity", "about"]);
        let name = self.text(&object, "name", |text| {
            form::line(text, 100, "Enter a full name")
        });
        let email = self.text(&object, "email", read_email);
        let part = self.text(&object, "part", |text| match text {
            "mentor" | "mentee" => Ok(text.to_owned()),
            _ => Err("This has to be “mentor” or “mentee”".into()),
        });
        let about = self.text(&object, "about", |text| form::optional_prose(text, 1000));
        let capacity = self.capacity(&object, part.as_deref(), most);
        Some(Enrolled {
            name: name?,
            email: email?,
            part: part?,
            capacity: capacity?,
            about: about?,
        })
    }

    /// A mentor has one; a mentee has null.
    fn capacity(&mut self, object: &At, part: Option<&str>, most: i16) -> Option<Option<i16>> {
        let value = self.field(object, "capacity")?;
        let path = object.at("capacity");
        if part == Some("mentee") {
            if !value.is_null() {
                self.add(&path, "Only a mentor has a capacity: this has to be null");
                return None;
            }
            return Some(None);
        }
        let capacity = value.as_i64().and_then(|number| i16::try_from(number).ok());
        let capacity = capacity.filter(|number| (0..=most).contains(number));
        if capacity.is_none() {
            let words = format!("This has to be a whole number from 0 to {most}");
            self.add(&path, words);
        }
        capacity.map(Some)
    }

    fn text(
        &mut self,
        object: &At,
        key: &str,
        read: impl Fn(&str) -> Result<String, form::Problem>,
    ) -> Option<String> {
        let value = self.field(object, key)?;
        let Some(text) = value.as_str() else {
            self.add(&object.at(key), "This has to be a text");
            return None;
        };
        read(text)
            .map_err(|words| self.add(&object.at(key), words))
            .ok()
    }

    fn texts(&mut self, object: &At, key: &str) -> Vec<String> {
        let list = self.list(object, key).unwrap_or_default();
        let texts: Vec<String> = list
            .iter()
            .filter_map(|one| one.as_str().map(str::to_owned))
            .collect();
        if texts.len() < list.len() {
            self.add(&object.at(key), "This has to be a list of texts");
        }
        texts
    }

    fn yes_or_no(&mut self, object: &At, key: &str) -> Option<bool> {
        let is = self.field(object, key)?.as_bool();
        if is.is_none() {
            self.add(&object.at(key), "This has to be true or false");
        }
        is
    }

    fn number_or_null(&mut self, object: &At, key: &str) -> String {
        match self.field(object, key) {
            None | Some(Value::Null) => String::new(),
            Some(value) => match value.as_i64() {
                Some(number) => number.to_string(),
                None => {
                    self.add(&object.at(key), "This has to be a whole number, or null");
                    String::new()
                }
            },
        }
    }

    fn field<'a>(&mut self, object: &At<'a>, key: &str) -> Option<&'a Value> {
        let value = object.map.get(key);
        if value.is_none() {
            self.add(&object.at(key), "This is missing");
        }
        value
    }

    fn list<'a>(&mut self, object: &At<'a>, key: &str) -> Option<&'a [Value]> {
        let value = self.field(object, key)?;
        let list = value.as_array();
        if list.is_none() {
            self.add(&object.at(key), "This has to be a list");
        }
        list.map(Vec::as_slice)
    }

    fn object<'a>(&mut self, value: &'a Value, path: String) -> Option<At<'a>> {
        match value.as_object() {
            Some(map) => Some(At { path, map }),
            None => {
                self.add(&path, "This has to be an object");
                None
            }
        }
    }

    fn only_known(&mut self, object: &At, known: &[&str]) {
        let unknown = object
            .map
            .keys()
            .filter(|key| !known.contains(&key.as_str()));
        for key in unknown {
            self.add(&object.at(key), "This Waymark does not know what this is");
        }
    }
}

impl At<'_> {
    fn at(&self, key: &str) -> String {
        match self.path.as_str() {
            "" => key.to_owned(),
            path => format!("{path}.{key}"),
        }
    }
}

fn form_of(mut typed: HashMap<&str, String>) -> ProgrammeForm {
    let mut field = |key| typed.remove(key).unwrap_or_default();
    ProgrammeForm {
        name: field("name"),
        purpose: field("purpose"),
        whom_for: field("whom_for"),
        starts_on: field("starts_on"),
        ends_on: field("ends_on"),
        midpoint_on: field("midpoint_on"),
        time_zone: field("time_zone"),
        enrolment_opens_on: field("enrolment_opens_on"),
        enrolment_closes_on: field("enrolment_closes_on"),
        who_asks: field("who_asks"),
        days_to_answer: field("days_to_answer"),
        session_minutes: field("session_minutes"),
        session_every_weeks: field("session_every_weeks"),
        minimum_sessions: field("minimum_sessions"),
        capacity_default: field("capacity_default"),
        capacity_max: field("capacity_max"),
        is_told: field("is_told"),
        ..ProgrammeForm::default()
    }
}

impl Display for Problem {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => write!(f, "{}.", self.words),
            path => write!(f, "{path}: {}.", self.words),
        }
    }
}
