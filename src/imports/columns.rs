//! What the columns of a file hold: guessed from their headings, and changed by whoever imports.

use super::table::Table;
use crate::pairings::stage::Side;
use crate::programmes;
use crate::web::form::Problems;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Something that a file may say of a person.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Field {
    Name,
    LastName,
    Email,
    JobTitle,
    Department,
    Location,
    TimeZone,
    LineManager,
    Languages,
    Grade,
    Part,
    Capacity,
    About,
    Mentor,
    StartedOn,
}

impl Field {
    const ALL: [Field; 15] = [
        Field::Name,
        Field::LastName,
        Field::Email,
        Field::JobTitle,
        Field::Department,
        Field::Location,
        Field::TimeZone,
        Field::LineManager,
        Field::Languages,
        Field::Grade,
        Field::Part,
        Field::Capacity,
        Field::About,
        Field::Mentor,
        Field::StartedOn,
    ];

    /// Those that an import asks for: a programme's, or of people alone.
    pub fn asked(in_programme: bool) -> &'static [Field] {
        if in_programme {
            &Field::ALL
        } else {
            &Field::ALL[..10]
        }
    }

    pub fn slug(self) -> &'static str {
        match self {
            Field::Name => "name",
            Field::LastName => "last_name",
            Field::Email => "email",
            Field::JobTitle => "job_title",
            Field::Department => "department",
            Field::Location => "location",
            Field::TimeZone => "time_zone",
            Field::LineManager => "line_manager",
            Field::Languages => "languages",
            Field::Grade => "grade",
            Field::Part => "part",
            Field::Capacity => "capacity",
            Field::About => "about",
            Field::Mentor => "mentor",
            Field::StartedOn => "started_on",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Field::Name => "Full name, or first name",
            Field::LastName => "Last name (optional)",
            Field::Email => "Work email address",
            Field::JobTitle => "Job title (optional)",
            Field::Department => "Department (optional)",
            Field::Location => "Location (optional)",
            Field::TimeZone => "Time zone (optional)",
            Field::LineManager => "Line manager’s email address (optional)",
            Field::Languages => "Languages (optional)",
            Field::Grade => "Grade (optional)",
            Field::Part => "Mentor or mentee",
            Field::Capacity => "How many mentees at a time (optional)",
            Field::About => "What they offer or seek (optional)",
            Field::Mentor => "Email address of the mentor they have already (optional)",
            Field::StartedOn => "Paired since (optional)",
        }
    }

    pub fn hint(self) -> &'static str {
        match self {
            Field::Email => "People are told apart by it.",
            Field::LastName => "If it has a column of its own.",
            Field::TimeZone => "Such as Europe/London.",
            Field::Languages => "A cell names one or several, such as English, Welsh.",
            Field::Grade => "How senior, from 1 to 30.",
            Field::Part => "A cell says mentor, mentee or both.",
            Field::Capacity => "Of a mentor. Without it, a new mentor takes one.",
            Field::Mentor => {
                "On a mentee’s row. The two are paired at once, at their initial meeting."
            }
            Field::StartedOn => "Such as 2026-03-01, or 1/3/2026 for 1 March.",
            Field::Name
            | Field::JobTitle
            | Field::Department
            | Field::Location
            | Field::LineManager
            | Field::About => "",
        }
    }

    /// How its column is called elsewhere, the likeliest first: in small letters and without
    /// anything between them.
    fn headings(self) -> impl Iterator<Item = &'static str> {
        let all = match self {
            Field::Name => {
                "fullname name displayname firstname givenname forename preferredname person \
                 employee employeename participant participantname"
            }
            Field::LastName => "lastname surname familyname",
            Field::Email => {
                "email emailaddress workemail workemailaddress mail emailwork companyemail \
                 businessemail primaryemail useremail userprincipalname"
            }
            Field::JobTitle => "jobtitle title position job jobrole role designation",
            Field::Department => {
                "department dept departmentname team division businessunit function unit"
            }
            Field::Location => "location office site city officelocation worklocation place base",
            Field::TimeZone => "timezone tz zone timezonename",
            Field::LineManager => {
                "linemanagersemailaddress linemanageremailaddress linemanagersemail \
                 linemanageremail linemanager managersemailaddress manageremailaddress \
                 managersemail manageremail manager reportsto supervisor supervisoremail"
            }
            Field::Languages => "languages language languagesspoken spokenlanguages speaks",
            Field::Grade => "grade seniority level band joblevel jobgrade payband",
            Field::Part => {
                "part mentorormentee mentormentee participation participantrole programmerole \
                 programrole participatesas role type"
            }
            Field::Capacity => {
                "capacity places howmanymentees howmanymenteesatatime maxmentees maximummentees \
                 numberofmentees mentees"
            }
            Field::About => {
                "about offersorseeks whattheyofferorseek bio biography goals goal offers seeks \
                 expertise skills interests"
            }
            Field::Mentor => {
                "mentorsemailaddress mentoremailaddress mentorsemail mentoremail mentor \
                 pairedwith matchedwith"
            }
            Field::StartedOn => {
                "pairedsince startedon started startdate pairedon matchedon since start"
            }
        };
        all.split_whitespace()
    }
}

/// What was chosen for each field: the number of a column, or that everybody has one part.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(transparent)]
pub struct ColumnsForm(BTreeMap<String, String>);

/// Which column holds what, such that a file can be read by it.
#[derive(Clone, Debug)]
pub struct Columns {
    at: [Option<usize>; Field::ALL.len()],
    /// The part that everybody in the file takes, where no column says it.
    pub everybody: Option<Side>,
}

impl ColumnsForm {
    /// From the headings; and where two fields might be meant, from what stands below.
    pub fn guess(table: &Table, asked: &[Field]) -> Self {
        let plain = |heading: &str| -> String {
            let letters = heading.chars().filter(|c| c.is_alphanumeric());
            letters.flat_map(char::to_lowercase).collect()
        };
        let headings: Vec<String> = table.headings.iter().map(|one| plain(one)).collect();
        let mut chosen = BTreeMap::new();
        let mut taken = vec![false; headings.len()];
        // The part first, which may be called a role as a job is.
        let part_first = asked.iter().filter(|field| **field == Field::Part);
        for field in part_first.chain(asked.iter().filter(|field| **field != Field::Part)) {
            let suits = |column: &usize| {
                !taken[*column] && (*field != Field::Part || says_parts(table.samples(*column)))
            };
            let found = field.headings().find_map(|name| {
                let mut all = headings.iter().enumerate().filter(|(_, one)| *one == name);
                all.find_map(|(column, _)| Some(column).filter(suits))
            });
            if let Some(column) = found {
                taken[column] = true;
                chosen.insert(field.slug().to_owned(), column.to_string());
            }
        }
        ColumnsForm(chosen)
    }

    pub fn chosen(&self, field: &Field) -> &str {
        self.0.get(field.slug()).map_or("", String::as_str)
    }

    /// Only what is asked for, so that nothing else is kept.
    pub fn only(self, asked: &[Field]) -> Self {
        let asked = |slug: &str| asked.iter().any(|field| field.slug() == slug);
        let kept = self
            .0
            .into_iter()
            .filter(|(slug, chosen)| asked(slug) && chosen.len() < 20);
        ColumnsForm(kept.collect())
    }

    pub fn read(&self, table: &Table, asked: &[Field]) -> Result<Columns, Problems> {
        let mut problems = Problems::default();
        let mut columns = Columns {
            at: [None; Field::ALL.len()],
            everybody: None,
        };
        for field in asked {
            let chosen = self.chosen(field);
            if *field == Field::Part
                && let Some(side) = programmes::side(chosen)
            {
                columns.everybody = Some(side);
                continue;
            }
            let column = chosen
                .parse()
                .ok()
                .filter(|at: &usize| *at < table.headings.len());
            match (column, chosen) {
                (Some(column), _) if columns.at.contains(&Some(column)) => {
                    problems.add(
                        field.slug(),
                        "Choose another column: this one is used above",
                    );
                }
                (None, "") if *field == Field::Email => {
                    problems.add("email", "Choose the column that holds the email addresses");
                }
                (None, "") if *field == Field::Part => {
                    problems.add(
                        "part",
                        "Choose the column that says mentor or mentee, or one part for everybody",
                    );
                }
                (None, chosen) if !chosen.is_empty() => {
                    problems.add(field.slug(), "Choose a column of this file");
                }
                (column, _) => columns.at[*field as usize] = column,
            }
        }
        if problems.is_empty() {
            Ok(columns)
        } else {
            Err(problems)
        }
    }

    /// The headings of the columns that nothing is read from.
    pub fn left_out<'a>(&self, table: &'a Table) -> Vec<&'a str> {
        let used: Vec<usize> = self
            .0
            .values()
            .filter_map(|column| column.parse().ok())
            .collect();
        let headings = table.headings.iter().enumerate();
        headings
            .filter(|(column, heading)| !used.contains(column) && !heading.is_empty())
            .map(|(_, heading)| heading.as_str())
            .collect()
    }
}

impl Columns {
    pub fn of(&self, field: Field) -> Option<usize> {
        self.at[field as usize]
    }
}

/// Whether some cell does: one of them may be mistyped.
fn says_parts(samples: &[String]) -> bool {
    samples.iter().any(|cell| parts(cell).is_some())
}

/// The parts that a cell names: whether a mentor's, and whether a mentee's.
pub fn parts(cell: &str) -> Option<(bool, bool)> {
    match cell.to_lowercase().as_str() {
        "mentor" | "mentors" => Some((true, false)),
        "mentee" | "mentees" => Some((false, true)),
        "both" | "mentor and mentee" | "mentee and mentor" | "mentor, mentee" | "mentor/mentee" => {
            Some((true, true))
        }
        _ => None,
    }
}
