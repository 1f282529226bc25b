//! What counts for a pair in a programme, and how much: as coordinators decide it, as an address says
//! it while they try something else, and as it is kept.

use super::pool::{Mentee, Mentor, Person};
use crate::programmes::ProgrammeId;
use crate::questions::{Kind, Question};
use crate::web::form::{Problems, Typed};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use time::OffsetDateTime;

/// What every programme can weigh.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BuiltIn {
    Skills,
    Wishes,
    Hours,
    Seniority,
    Site,
    Department,
    Language,
    Experience,
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Of {
    BuiltIn(BuiltIn),
    Question(i64),
}

/// How two answers have to be to each other.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    Same,
    Different,
    /// The nearer, the better.
    Similar,
    /// What the mentee names, the mentor names too.
    Shared,
    /// What the mentee does not name, the mentor names.
    Complementary,
    /// The further the mentor stands above the mentee, the better.
    Higher,
}

#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Criterion {
    pub of: Of,
    /// As it is called on pages.
    pub name: String,
    /// Beside the others'; zero gives no points.
    pub weight: u16,
    /// A pair that has nothing of it is not made.
    pub must: bool,
    pub wanted: Wanted,
    /// What else could be wanted.
    #[serde(default)]
    pub choices: Vec<Wanted>,
}

/// What else is decided about matching.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Rules {
    /// How many grades the mentor is above the mentee.
    pub grades_least: i16,
    pub grades_most: i16,
    /// From how many half-hours in common a week all points are given.
    pub half_hours_wanted: u16,
    /// With fewer, no pair is made.
    pub half_hours_least: u16,
    /// In hundredths of a point.
    pub score_least: u16,
    /// Those who were paired before may be paired again.
    pub again: bool,
}

#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Criteria {
    pub criteria: Vec<Criterion>,
    pub rules: Rules,
}

pub const MOST_WEIGHT: u16 = 100;

impl BuiltIn {
    pub const ALL: [BuiltIn; 8] = [
        BuiltIn::Skills,
        BuiltIn::Wishes,
        BuiltIn::Hours,
        BuiltIn::Seniority,
        BuiltIn::Site,
        BuiltIn::Department,
        BuiltIn::Language,
        BuiltIn::Experience,
    ];

    /// As it is stored, and as an address and a form name it.
    pub fn slug(self) -> &'static str {
        match self {
            BuiltIn::Skills => "skills",
            BuiltIn::Wishes => "wishes",
            BuiltIn::Hours => "hours",
            BuiltIn::Seniority => "seniority",
            BuiltIn::Site => "site",
            BuiltIn::Department => "department",
            BuiltIn::Language => "language",
            BuiltIn::Experience => "experience",
        }
    }

    fn words(self) -> &'static str {
        match self {
            BuiltIn::Skills => "Skills wanted and offered",
            BuiltIn::Wishes => "Mentors the mentee wishes for",
            BuiltIn::Hours => "Hours in common",
            BuiltIn::Seniority => "Grades above",
            BuiltIn::Site => "Place of work",
            BuiltIn::Department => "Department",
            BuiltIn::Language => "Language in common",
            BuiltIn::Experience => "Has been a mentor before",
        }
    }

    /// What Waymark suggests.
    fn weight(self) -> u16 {
        match self {
            BuiltIn::Skills => 40,
            BuiltIn::Wishes => 20,
            BuiltIn::Hours => 15,
            BuiltIn::Seniority | BuiltIn::Site => 10,
            BuiltIn::Department | BuiltIn::Language | BuiltIn::Experience => 5,
        }
    }

    pub fn read(text: &str) -> Option<BuiltIn> {
        BuiltIn::ALL.into_iter().find(|one| one.slug() == text)
    }

    /// How the two can have to be, what is usual first.
    pub fn wanted(self) -> &'static [Wanted] {
        match self {
            BuiltIn::Site => &[Wanted::Same, Wanted::Different],
            BuiltIn::Department => &[Wanted::Different, Wanted::Same],
            BuiltIn::Seniority => &[Wanted::Similar],
            BuiltIn::Skills
            | BuiltIn::Wishes
            | BuiltIn::Hours
            | BuiltIn::Language
            | BuiltIn::Experience => &[Wanted::Shared],
        }
    }
}

impl Wanted {
    const ALL: [Wanted; 6] = [
        Wanted::Same,
        Wanted::Different,
        Wanted::Similar,
        Wanted::Shared,
        Wanted::Complementary,
        Wanted::Higher,
    ];

    pub fn slug(self) -> &'static str {
        match self {
            Wanted::Same => "same",
            Wanted::Different => "different",
            Wanted::Similar => "similar",
            Wanted::Shared => "shared",
            Wanted::Complementary => "complementary",
            Wanted::Higher => "higher",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Wanted::Same => "the same",
            Wanted::Different => "different",
            Wanted::Similar => "the nearer, the better",
            Wanted::Shared => "as much in common as can be",
            Wanted::Complementary => "complementary: the mentor names what the mentee does not",
            Wanted::Higher => "complementary: the further the mentor is above, the better",
        }
    }

    pub fn read(text: &str) -> Option<Wanted> {
        Wanted::ALL.into_iter().find(|one| one.slug() == text)
    }

    /// What a question's answers can be to each other, what is usual first.
    pub fn of(kind: Kind) -> &'static [Wanted] {
        match kind {
            Kind::Line | Kind::Prose => &[],
            Kind::One => &[Wanted::Same, Wanted::Different],
            Kind::Scale => &[
                Wanted::Similar,
                Wanted::Higher,
                Wanted::Different,
                Wanted::Same,
            ],
            Kind::Many | Kind::Ranked => &[Wanted::Shared, Wanted::Complementary],
            Kind::Skills => &[Wanted::Shared],
        }
    }
}

impl Criterion {
    fn new(of: Of, name: &str, weight: u16, choices: &[Wanted]) -> Self {
        Self {
            of,
            name: name.to_owned(),
            weight,
            must: false,
            wanted: choices[0],
            choices: choices.to_vec(),
        }
    }

    /// Whether there is something of a mentee to compare.
    pub fn known_of_mentee(&self, mentee: &Mentee) -> bool {
        match self.of {
            Of::BuiltIn(BuiltIn::Wishes) => !mentee.wishes.is_empty(),
            Of::BuiltIn(BuiltIn::Experience) => true,
            Of::BuiltIn(_) | Of::Question(_) => self.known_of(&mentee.person),
        }
    }

    pub fn known_of_mentor(&self, mentor: &Mentor) -> bool {
        match self.of {
            Of::BuiltIn(BuiltIn::Wishes | BuiltIn::Experience) => true,
            Of::BuiltIn(_) | Of::Question(_) => self.known_of(&mentor.person),
        }
    }

    fn known_of(&self, person: &Person) -> bool {
        match self.of {
            Of::BuiltIn(BuiltIn::Skills) => !person.skills.is_empty(),
            Of::BuiltIn(BuiltIn::Hours) => !person.half_hours.is_empty(),
            Of::BuiltIn(BuiltIn::Seniority) => person.grade.is_some(),
            Of::BuiltIn(BuiltIn::Site) => !person.location.is_empty(),
            Of::BuiltIn(BuiltIn::Department) => !person.department.is_empty(),
            Of::BuiltIn(BuiltIn::Language) => !person.languages.is_empty(),
            Of::BuiltIn(BuiltIn::Wishes | BuiltIn::Experience) => true,
            Of::Question(id) => person.answers.contains_key(&id),
        }
    }

    /// What nobody would guess of how it counts.
    pub fn hint(&self) -> Option<&'static str> {
        match self.of {
            Of::BuiltIn(BuiltIn::Skills) => Some("What the mentee names first counts most"),
            Of::BuiltIn(BuiltIn::Wishes) => Some("The first of five counts most"),
            Of::BuiltIn(BuiltIn::Department) => Some(
                "Where departments are given as “Operations / Logistics”, those of one division are \
                 nearer than others",
            ),
            Of::BuiltIn(_) | Of::Question(_) => None,
        }
    }

    pub fn decide(&mut self, weight: i16, wanted: &str) {
        self.weight = weight.unsigned_abs();
        self.wanted = Wanted::read(wanted)
            .filter(|wanted| self.choices.contains(wanted))
            .unwrap_or(self.wanted);
    }

    /// The name of its fields in a form.
    pub fn field(&self) -> String {
        match self.of {
            Of::BuiltIn(built_in) => built_in.slug().to_owned(),
            Of::Question(id) => format!("q{id}"),
        }
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            grades_least: 1,
            grades_most: 4,
            half_hours_wanted: 4,
            half_hours_least: 0,
            score_least: 0,
            again: false,
        }
    }
}

impl Rules {
    fn read(&mut self, typed: &Typed, problems: &mut Problems) {
        let rules = self;
        read_number(
            problems,
            typed,
            "grades_least",
            (-10, 20),
            &mut rules.grades_least,
        );
        read_number(
            problems,
            typed,
            "grades_most",
            (-10, 20),
            &mut rules.grades_most,
        );
        read_number(
            problems,
            typed,
            "half_hours_wanted",
            (1, 100),
            &mut rules.half_hours_wanted,
        );
        read_number(
            problems,
            typed,
            "half_hours_least",
            (0, 100),
            &mut rules.half_hours_least,
        );
        let mut points = rules.score_least / 100;
        read_number(problems, typed, "points_least", (0, 100), &mut points);
        rules.score_least = points * 100;
        if rules.grades_least > rules.grades_most {
            problems.add(
                "grades_most",
                "The most grades above cannot be fewer than the least",
            );
            rules.grades_most = rules.grades_least;
        }
    }
}

impl Criteria {
    /// As Waymark suggests it, for a programme that asks these questions.
    pub fn suggested(questions: &[Question]) -> Self {
        let built_in = BuiltIn::ALL
            .into_iter()
            .map(|one| Criterion::new(Of::BuiltIn(one), one.words(), one.weight(), one.wanted()));
        // Skills have a criterion of their own, whatever the questions.
        let asked = questions
            .iter()
            .filter(|one| one.for_matching && !one.archived && one.kind != Kind::Skills)
            .filter(|one| one.asked_of == crate::questions::Audience::Both)
            .filter(|one| !Wanted::of(one.kind).is_empty())
            .map(|one| {
                Criterion::new(Of::Question(one.id), &one.wording, 10, Wanted::of(one.kind))
            });
        Self {
            criteria: built_in.chain(asked).collect(),
            rules: Rules::default(),
        }
    }

    pub fn kept_as(
        &mut self,
        built_in: Option<String>,
        question: Option<i64>,
    ) -> Option<&mut Criterion> {
        let field = built_in.or(question.map(|id| format!("q{id}")))?;
        self.criteria.iter_mut().find(|one| one.field() == field)
    }

    /// The same for a mentee who asks, with nothing but the weights of what everybody in the programme
    /// may read: these are the questions of that kind. No rule keeps anybody away.
    pub async fn in_asking(
        db: &mut PgConnection,
        programme: ProgrammeId,
        questions: &[Question],
        now: OffsetDateTime,
    ) -> sqlx::Result<Self> {
        let mut criteria = Self::suggested(questions);
        let rows = sqlx::query!(
            r#"select criterion, question_id, weight as "weight!", wanted as "wanted!"
               from what_counts_in_asking($1, $2)"#,
            programme.0,
            now,
        )
        .fetch_all(db)
        .await?;
        for row in rows {
            if let Some(one) = criteria.kept_as(row.criterion, row.question_id) {
                one.decide(row.weight, &row.wanted);
            }
        }
        let skills_are_read = (questions.iter())
            .any(|one| one.kind == Kind::Skills && one.for_matching && !one.archived);
        for one in &mut criteria.criteria {
            let known = match one.of {
                Of::BuiltIn(BuiltIn::Skills) => skills_are_read,
                Of::BuiltIn(BuiltIn::Site | BuiltIn::Department | BuiltIn::Language)
                | Of::Question(_) => true,
                // What a mentee wishes is theirs to find out here, and of the others they may not know.
                Of::BuiltIn(
                    BuiltIn::Wishes | BuiltIn::Hours | BuiltIn::Seniority | BuiltIn::Experience,
                ) => false,
            };
            if !known {
                one.weight = 0;
            }
        }
        criteria.rules.again = true;
        Ok(criteria)
    }

    /// As an address or a form changes it: whatever it does not name stays. A form that is sent names
    /// everything, so that a box without a tick says no.
    pub fn read(&mut self, typed: &Typed) -> Problems {
        let mut problems = Problems::default();
        let whole = !typed.one("criteria").is_empty();
        for one in &mut self.criteria {
            let field = one.field();
            read_number(
                &mut problems,
                typed,
                &field,
                (0, MOST_WEIGHT),
                &mut one.weight,
            );
            if whole {
                one.must = !typed.one(&format!("{field}.must")).is_empty();
            }
            one.wanted = Wanted::read(typed.one(&format!("{field}.wanted")))
                .filter(|wanted| one.choices.contains(wanted))
                .unwrap_or(one.wanted);
        }
        self.rules.read(typed, &mut problems);
        if whole {
            self.rules.again = !typed.one("again").is_empty();
        }
        if self.criteria.iter().all(|one| one.weight == 0) {
            problems.add("skills", "Give at least one of these a weight above 0");
        }
        problems
    }

    /// The fields of a form that says all of it, as they are read.
    pub fn fields(&self) -> Vec<(String, String)> {
        let rules = self.rules;
        let mut fields = vec![
            ("criteria".to_owned(), "all".to_owned()),
            ("grades_least".into(), rules.grades_least.to_string()),
            ("grades_most".into(), rules.grades_most.to_string()),
            (
                "half_hours_wanted".into(),
                rules.half_hours_wanted.to_string(),
            ),
            (
                "half_hours_least".into(),
                rules.half_hours_least.to_string(),
            ),
            ("points_least".into(), (rules.score_least / 100).to_string()),
        ];
        if rules.again {
            fields.push(("again".into(), "yes".into()));
        }
        for one in &self.criteria {
            let field = one.field();
            fields.push((format!("{field}.wanted"), one.wanted.slug().into()));
            if one.must {
                fields.push((format!("{field}.must"), "yes".into()));
            }
            fields.push((field, one.weight.to_string()));
        }
        fields
    }

    /// The most points of each criterion, in hundredths: together exactly 100 points, the largest
    /// remainders being rounded up (Hamilton's method).
    pub fn points(&self) -> Vec<u16> {
        let all: u32 = self.criteria.iter().map(|one| u32::from(one.weight)).sum();
        let whole = u32::from(crate::matching::scores::BEST);
        let share = |one: &Criterion| {
            (u32::from(one.weight) * whole)
                .checked_div(all)
                .unwrap_or(0)
        };
        let mut points: Vec<u32> = self.criteria.iter().map(share).collect();
        let mut by_remainder: Vec<usize> = (0..points.len()).collect();
        by_remainder.sort_by_key(|at| {
            let remainder = (u32::from(self.criteria[*at].weight) * whole).checked_rem(all);
            std::cmp::Reverse(remainder)
        });
        let given: u32 = points.iter().sum();
        let left = if all == 0 { 0 } else { whole - given };
        for at in by_remainder.into_iter().take(left as usize) {
            points[at] += 1;
        }
        points
            .into_iter()
            .map(|points| u16::try_from(points).unwrap_or(u16::MAX))
            .collect()
    }
}

fn read_number<T>(problems: &mut Problems, typed: &Typed, field: &str, ends: (T, T), number: &mut T)
where
    T: Copy + PartialOrd + std::str::FromStr + std::fmt::Display,
{
    let text = typed.one(field).trim();
    if text.is_empty() {
        return;
    }
    match text
        .parse()
        .ok()
        .filter(|read| ends.0 <= *read && *read <= ends.1)
    {
        Some(read) => *number = read,
        None => problems.add(
            field.to_owned(),
            format!("Enter a whole number from {} to {}", ends.0, ends.1),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_points_are_a_hundred_whatever_the_weights() {
        let mut criteria = Criteria::suggested(&[]);
        for weights in [
            [1, 1, 1, 0, 0, 0, 0, 0],
            [40, 20, 15, 10, 10, 5, 5, 5],
            [100, 99, 98, 7, 3, 1, 1, 1],
        ] {
            for (one, weight) in criteria.criteria.iter_mut().zip(weights) {
                one.weight = weight;
            }
            let points = criteria.points();
            assert_eq!(
                points.iter().map(|one| u32::from(*one)).sum::<u32>(),
                10_000,
                "{weights:?}"
            );
            for (points, weight) in points.iter().zip(weights) {
                assert_eq!(*points == 0, weight == 0);
            }
        }
        criteria.criteria.iter_mut().for_each(|one| one.weight = 0);
        assert_eq!(criteria.points(), [0; 8]);
    }

    #[test]
    fn what_an_address_says_is_what_it_was_made_of() {
        let mut criteria = Criteria::suggested(&[]);
        criteria.criteria[3].must = true;
        criteria.criteria[4].wanted = Wanted::Different;
        criteria.criteria[5].weight = 0;
        criteria.rules = Rules {
            grades_least: -2,
            grades_most: 3,
            half_hours_wanted: 6,
            half_hours_least: 1,
            score_least: 4_000,
            again: true,
        };
        let mut read = Criteria::suggested(&[]);
        read.criteria[0].must = true;
        assert!(read.read(&Typed::from(criteria.fields())).is_empty());
        assert_eq!(read, criteria);
    }
}
