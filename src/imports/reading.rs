//! What the rows of a file say: each cell read into a value that can be kept, or into a fault.

use super::columns::{Columns, Field, parts};
use super::table::{Row, Table};
use crate::pairings::stage::Side;
use crate::people::profile::{read_grade, read_languages};
use crate::people::read_email;
use crate::web::form::{self, Problem};
use std::collections::HashMap;
use time::{Date, Month};

/// What is wrong with a row, or with one cell of it.
#[derive(Clone, Debug)]
pub struct Fault {
    pub row: usize,
    pub field: Option<Field>,
    pub what: Problem,
}

/// What one row says. Whatever is none is not said, and is left as it is.
#[derive(Debug)]
pub struct Entry {
    pub row: usize,
    pub email: String,
    pub details: Details,
    pub place: Option<Place>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Details {
    pub name: Option<String>,
    pub job_title: Option<String>,
    pub department: Option<String>,
    pub location: Option<String>,
    pub time_zone: Option<&'static str>,
    /// An email address.
    pub line_manager: Option<String>,
    pub languages: Option<Vec<String>>,
    pub grade: Option<i16>,
}

/// A row's place in a programme: as a mentor, as a mentee or as both.
#[derive(Debug)]
pub struct Place {
    pub mentor: bool,
    pub mentee: bool,
    pub capacity: Option<i16>,
    pub about: Option<String>,
    /// The email address of the mentor they have already.
    pub with: Option<String>,
    pub started_on: Option<Date>,
}

impl Place {
    pub fn takes(&self, side: Side) -> bool {
        match side {
            Side::Mentor => self.mentor,
            Side::Mentee => self.mentee,
        }
    }
}

/// Every row that can be read, and what is wrong with the others.
pub fn read(
    table: &Table,
    columns: &Columns,
    in_programme: bool,
    zones: &'static [String],
) -> (Vec<Entry>, Vec<Fault>) {
    let mut reading = Reading {
        columns,
        row: 0,
        faults: Vec::new(),
        zones: zones
            .iter()
            .map(|zone| (zone.to_lowercase(), zone.as_str()))
            .collect(),
    };
    let mut entries = Vec::with_capacity(table.rows);
    for row in table.rows() {
        reading.row = row.number;
        if row.fits(&table.headings) {
            entries.extend(reading.entry(&row, in_programme));
        } else {
            let (cells, headings) = (row.width(), table.headings.len());
            reading.fault(None, format!(
                "This row has {cells} cells where there are {headings} headings: look for a missing or an \
                 extra separator or quotation mark"
            ));
        }
    }
    (entries, reading.faults)
}

struct Reading<'a> {
    columns: &'a Columns,
    row: usize,
    faults: Vec<Fault>,
    /// By their names in lower case.
    zones: HashMap<String, &'static str>,
}

impl Reading<'_> {
    fn fault(&mut self, field: Option<Field>, what: impl Into<Problem>) {
        self.faults.push(Fault {
            row: self.row,
            field,
            what: what.into(),
        });
    }

    fn keep<T>(&mut self, field: Field, read: Result<T, Problem>) -> Option<T> {
        read.map_err(|what| self.fault(Some(field), what)).ok()
    }

    /// What stands in the column of a field, unless nothing does.
    fn cell<'r>(&self, row: &'r Row, field: Field) -> Option<&'r str> {
        self.columns
            .of(field)
            .map(|column| row.cell(column))
            .filter(|cell| !cell.is_empty())
    }

    fn entry(&mut self, row: &Row, in_programme: bool) -> Option<Entry> {
        let email = read_email(self.cell(row, Field::Email).unwrap_or_default());
        let email = self.keep(Field::Email, email);
        let details = self.details(row);
        let place = if in_programme { self.place(row) } else { None };
        if let (Some(email), Some(manager)) = (&email, &details.line_manager)
            && email == manager
        {
            self.fault(Some(Field::LineManager), "Nobody is their own line manager");
        }
        Some(Entry {
            row: row.number,
            email: email?,
            details,
            place,
        })
    }

    fn details(&mut self, row: &Row) -> Details {
        Details {
            name: self.name(row),
            job_title: self.line(row, Field::JobTitle),
            department: self.line(row, Field::Department),
            location: self.line(row, Field::Location),
            time_zone: self.time_zone(row),
            line_manager: self.email(row, Field::LineManager),
            languages: self.languages(row),
            grade: self.grade(row),
        }
    }

    fn name(&mut self, row: &Row) -> Option<String> {
        let parts =
            [Field::Name, Field::LastName].map(|field| self.cell(row, field).unwrap_or_default());
        let name = form::optional_line(&parts.join(" "), 100);
        self.keep(Field::Name, name).filter(|name| !name.is_empty())
    }

    fn line(&mut self, row: &Row, field: Field) -> Option<String> {
        let cell = self.cell(row, field)?;
        self.keep(field, form::optional_line(cell, 100))
            .filter(|line| !line.is_empty())
    }

    fn email(&mut self, row: &Row, field: Field) -> Option<String> {
        let cell = self.cell(row, field)?;
        self.keep(field, read_email(cell))
    }

    fn languages(&mut self, row: &Row) -> Option<Vec<String>> {
        let cell = self.cell(row, Field::Languages)?;
        self.keep(Field::Languages, read_languages(cell))
            .filter(|languages| !languages.is_empty())
    }

    fn grade(&mut self, row: &Row) -> Option<i16> {
        let cell = self.cell(row, Field::Grade)?;
        self.keep(Field::Grade, read_grade(cell))?
    }

    fn time_zone(&mut self, row: &Row) -> Option<&'static str> {
        let cell = self.cell(row, Field::TimeZone)?;
        let zone = self.zones.get(&cell.to_lowercase()).copied();
        self.keep(
            Field::TimeZone,
            zone.ok_or("Enter the name of a time zone, such as Europe/London".into()),
        )
    }

    fn place(&mut self, row: &Row) -> Option<Place> {
        let cell = self.cell(row, Field::Part);
        let parts = match self.columns.everybody {
            Some(side) => Ok((side == Side::Mentor, side == Side::Mentee)),
            None => parts(cell.unwrap_or_default()).ok_or("Enter mentor, mentee or both".into()),
        };
        let parts = self.keep(Field::Part, parts);
        let capacity = self.cell(row, Field::Capacity).map(|cell| {
            form::number(
                cell,
                0..=20,
                "Enter how many mentees they take at a time: 0 to 20",
            )
        });
        let capacity = capacity.and_then(|capacity| self.keep(Field::Capacity, capacity));
        let about = self
            .cell(row, Field::About)
            .map(|cell| form::optional_prose(cell, 1000));
        let about = about.and_then(|about| self.keep(Field::About, about));
        let with = self.email(row, Field::Mentor);
        let started_on = self.cell(row, Field::StartedOn).map(date);
        let started_on = started_on.and_then(|date| self.keep(Field::StartedOn, date));
        let (mentor, mentee) = parts?;
        if !mentee && with.is_some() {
            self.fault(
                Some(Field::Mentor),
                "Leave this empty: only a mentee has a mentor",
            );
        }
        Some(Place {
            mentor,
            mentee,
            capacity: capacity.filter(|_| mentor),
            about: about.filter(|about| !about.is_empty()),
            with,
            started_on,
        })
    }
}

/// A date as browsers and spreadsheets write it: the day before the month.
fn date(cell: &str) -> Result<Date, Problem> {
    const WRONG: &str = "Enter a date such as 2026-03-01, or 1/3/2026 for 1 March";
    let day_first = || {
        let parts: Vec<&str> = cell.split(['/', '.', '-']).collect();
        let [day, month, year] = parts.as_slice() else {
            return None;
        };
        let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
        let year = year
            .parse()
            .ok()
            .filter(|year| (1900..=2200).contains(year))?;
        Date::from_calendar_date(year, month, day.parse().ok()?).ok()
    };
    form::date(cell, WRONG).or_else(|wrong| day_first().ok_or(wrong))
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    #[test]
    fn dates_are_read_the_day_first() {
        for (cell, expected) in [
            ("2026-03-01", Some(date!(2026 - 03 - 01))),
            ("1/3/2026", Some(date!(2026 - 03 - 01))),
            ("01.03.2026", Some(date!(2026 - 03 - 01))),
            ("13/3/2026", Some(date!(2026 - 03 - 13))),
            ("3/13/2026", None),
            ("31/2/2026", None),
            ("1/3/26", None),
            ("1/3", None),
            ("March", None),
        ] {
            assert_eq!(super::date(cell).ok(), expected, "{cell}");
        }
    }
}
