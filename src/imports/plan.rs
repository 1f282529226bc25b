//! What an import would do: whom it adds and changes, enrols and pairs. Nothing is done here.

use super::columns::Field;
use super::known::{Known, Someone};
use super::reading::{Details, Entry, Fault, Place};
use crate::pairings::stage::Side;
use crate::people::PersonId;
use crate::web::form::Problem;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::mem;
use time::Date;

/// Somebody who is here, or the nth of those to be added.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Whom {
    Here(PersonId),
    New(usize),
}

/// How an import goes about it.
pub struct Terms {
    /// Whether people who are here already are brought up to date.
    pub updates: bool,
    /// Of whoever is added without one.
    pub time_zone: String,
    pub in_programme: bool,
    pub today: Date,
}

#[derive(Default)]
pub struct Plan {
    pub add: Vec<Profile>,
    pub change: Vec<(PersonId, Profile)>,
    pub enrol: Vec<Enrol>,
    pub change_enrolment: Vec<Enrol>,
    pub pair: Vec<Pair>,
    pub faults: Vec<Fault>,
    pub outcome: Outcome,
}

/// Everything that is kept of a person.
#[derive(Clone, Debug)]
pub struct Profile {
    pub name: String,
    pub email: String,
    pub job_title: String,
    pub department: String,
    pub location: String,
    pub time_zone: String,
    pub line_manager: Option<Whom>,
    pub languages: Vec<String>,
    pub grade: Option<i16>,
}

pub struct Enrol {
    pub whom: Whom,
    pub side: Side,
    pub capacity: Option<i16>,
    pub about: String,
}

pub struct Pair {
    pub mentor: Whom,
    pub mentee: Whom,
    pub started_on: Date,
}

/// How many of each.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Outcome {
    pub rows: usize,
    pub added: usize,
    pub changed: usize,
    pub mentors: usize,
    pub mentees: usize,
    pub enrolments_changed: usize,
    pub paired: usize,
    /// Rows that change nothing.
    pub left: usize,
    /// People of whom the file says otherwise, and who are left as they are.
    pub kept: usize,
}

impl Outcome {
    pub fn changes_something(&self) -> bool {
        self.left < self.rows
    }

    /// All numbers in a row, to tell whether they are still the same.
    pub fn digest(&self) -> String {
        let Outcome {
            rows,
            added,
            changed,
            mentors,
            mentees,
            ..
        } = self;
        let Outcome {
            enrolments_changed,
            paired,
            left,
            kept,
            ..
        } = self;
        format!(
            "{rows}-{added}-{changed}-{mentors}-{mentees}-{enrolments_changed}-{paired}-{left}-{kept}"
        )
    }
}

/// What comes of these entries, given who is here.
pub fn plan(mut entries: Vec<Entry>, faults: Vec<Fault>, known: &Known, terms: &Terms) -> Plan {
    // Moved and not copied, for there may be very many.
    let details: Vec<Details> = entries
        .iter_mut()
        .map(|entry| mem::take(&mut entry.details))
        .collect();
    let misnamed = faults
        .iter()
        .filter(|fault| fault.field == Some(Field::Name))
        .map(|fault| fault.row)
        .collect();
    let mut planning = Planning {
        known,
        terms,
        plan: Plan {
            faults,
            ..Plan::default()
        },
        people: Vec::new(),
        new: 0,
        by_email: HashMap::new(),
        line_managers: HashMap::new(),
        capacities: HashMap::new(),
        taken: HashMap::new(),
        rows_that_act: HashSet::new(),
        misnamed,
    };
    for (entry, details) in entries.iter().zip(details) {
        planning.gather(entry, details);
    }
    planning.compare_people();
    if terms.in_programme {
        for entry in &entries {
            planning.enrol(entry);
        }
        for entry in &entries {
            planning.pair(entry);
        }
    }
    planning.finish(entries.len())
}

/// A person of the file, from all rows about them.
struct Person<'a> {
    row: usize,
    email: &'a str,
    whom: Whom,
    details: Details,
    /// The rows about them as a mentor and as a mentee.
    rows: [Option<usize>; 2],
}

struct Planning<'a> {
    known: &'a Known,
    terms: &'a Terms,
    plan: Plan,
    people: Vec<Person<'a>>,
    /// How many of them are not here yet.
    new: usize,
    by_email: HashMap<&'a str, usize>,
    /// As they will be, of people whom the file changes.
    line_managers: HashMap<Whom, Whom>,
    /// As they will be, of mentors whom the file enrols or changes.
    capacities: HashMap<Whom, i16>,
    /// Mentees paired by the file.
    taken: HashMap<Whom, i64>,
    rows_that_act: HashSet<usize>,
    /// Rows whose name cannot be kept, so that it is not missed besides.
    misnamed: HashSet<usize>,
}

impl<'a> Planning<'a> {
    fn fault(&mut self, row: usize, field: Field, what: impl Into<Problem>) {
        let field = Some(field);
        self.plan.faults.push(Fault {
            row,
            field,
            what: what.into(),
        });
    }

    fn gather(&mut self, entry: &'a Entry, details: Details) {
        let places = [Side::Mentor, Side::Mentee]
            .map(|side| entry.place.as_ref().is_some_and(|place| place.takes(side)));
        let rows = places.map(|takes| takes.then_some(entry.row));
        let Some(before) = self.by_email.get(entry.email.as_str()).copied() else {
            let whom = match self.known.by_email(&entry.email) {
                Some(id) => Whom::Here(id),
                None => {
                    self.new += 1;
                    Whom::New(self.new - 1)
                }
            };
            self.by_email.insert(&entry.email, self.people.len());
            self.people.push(Person {
                row: entry.row,
                email: &entry.email,
                whom,
                details,
                rows,
            });
            return;
        };
        let person = &mut self.people[before];
        let twice = (0..2).find_map(|side| rows[side].and(person.rows[side]));
        let first = person.row;
        if let Some(row) = twice.or((!self.terms.in_programme).then_some(first)) {
            self.fault(
                entry.row,
                Field::Email,
                format!("Row {row} has this email address already"),
            );
            return;
        }
        for (mine, new) in person.rows.iter_mut().zip(rows) {
            *mine = mine.or(new);
        }
        if let Err(field) = person.details.complete(details) {
            self.fault(
                entry.row,
                field,
                format!("Row {first} says otherwise of the same person"),
            );
        }
    }

    fn compare_people(&mut self) {
        for at in 0..self.people.len() {
            let person = &self.people[at];
            let (row, whom) = (person.row, person.whom);
            match whom {
                Whom::New(_) => {
                    if person.details.name.is_none() && !self.misnamed.contains(&row) {
                        self.fault(
                            row,
                            Field::Name,
                            "Enter a full name: nobody here has this email address yet",
                        );
                    }
                    let line_manager = self.line_manager(at);
                    let profile = self.people[at].added(line_manager, self.terms);
                    self.plan.add.push(profile);
                    self.rows_that_act.insert(row);
                }
                Whom::Here(id) => {
                    if let Some(here) = self.known.person(id) {
                        self.compare(at, here);
                    }
                }
            }
        }
    }

    fn compare(&mut self, at: usize, here: &Someone) {
        // What is not changed is not looked into either.
        if !self.terms.updates {
            let details = &self.people[at].details;
            let manager = details.line_manager.as_ref().map(|email| self.whom(email));
            let other_manager =
                manager.is_some_and(|whom| whom != here.line_manager.map(Whom::Here));
            if other_manager || details.differ_from(here) {
                self.plan.outcome.kept += 1;
            }
            return;
        }
        let before = here.line_manager.map(Whom::Here);
        let line_manager = self.line_manager(at).or(before);
        let person = &mut self.people[at];
        if line_manager != before || person.details.differ_from(here) {
            let profile = person.changed(here, line_manager);
            self.rows_that_act.insert(person.row);
            self.plan.change.push((here.id, profile));
        }
    }

    /// Somebody whom the file may name: of its own rows, or here already.
    fn whom(&self, email: &str) -> Option<Whom> {
        match self.by_email.get(email) {
            Some(at) => Some(self.people[*at].whom),
            None => self.known.by_email(email).map(Whom::Here),
        }
    }

    /// The line manager that the file gives to one of its people.
    fn line_manager(&mut self, at: usize) -> Option<Whom> {
        let person = &self.people[at];
        let email = person.details.line_manager.as_ref()?;
        match self.whom(email) {
            Some(manager) => {
                self.line_managers.insert(person.whom, manager);
                Some(manager)
            }
            None => {
                let row = person.row;
                self.fault(
                    row,
                    Field::LineManager,
                    "Nobody here or in this file has this email address",
                );
                None
            }
        }
    }

    fn enrol(&mut self, entry: &'a Entry) {
        let (Some(place), Some(whom)) = (&entry.place, self.whom(&entry.email)) else {
            return;
        };
        for side in [Side::Mentor, Side::Mentee]
            .into_iter()
            .filter(|side| place.takes(*side))
        {
            let here = match whom {
                Whom::Here(id) => self.known.enrolment(id, side),
                Whom::New(_) => None,
            };
            let before = here.map(|here| (here.capacity, here.about.as_str()));
            let (capacity, about) = before.unwrap_or((Some(1), ""));
            let capacity = (side == Side::Mentor)
                .then(|| place.capacity.or(capacity))
                .flatten();
            let about = place.about.as_deref().unwrap_or(about);
            if let Some(capacity) = capacity {
                self.capacities.insert(whom, capacity);
            }
            if before == Some((capacity, about)) {
                continue;
            }
            self.rows_that_act.insert(entry.row);
            let enrol = Enrol {
                whom,
                side,
                capacity,
                about: about.to_owned(),
            };
            match before {
                Some(_) => self.plan.change_enrolment.push(enrol),
                None => self.plan.enrol.push(enrol),
            }
        }
    }

    fn pair(&mut self, entry: &'a Entry) {
        let (Some(place), Some(mentee)) = (&entry.place, self.whom(&entry.email)) else {
            return;
        };
        let Some(email) = place.with.as_ref().filter(|_| place.mentee) else {
            return;
        };
        match self.pair_with(email, place, mentee) {
            Ok(Some(pair)) => {
                *self.taken.entry(pair.mentor).or_default() += 1;
                self.plan.pair.push(pair);
                self.rows_that_act.insert(entry.row);
            }
            Ok(None) => {}
            Err((field, what)) => self.fault(entry.row, field, what),
        }
    }

    /// None if the two are paired already, or were.
    fn pair_with(
        &self,
        email: &str,
        place: &Place,
        mentee: Whom,
    ) -> Result<Option<Pair>, (Field, Problem)> {
        let no = |what: &'static str| Err((Field::Mentor, what.into()));
        let Some(mentor) = self.whom(email) else {
            return no("Nobody here or in this file has this email address");
        };
        if mentor == mentee {
            return no("Nobody mentors themselves");
        }
        if let (Whom::Here(mentor), Whom::Here(mentee)) = (mentor, mentee)
            && self.known.are_or_were_paired(mentor, mentee)
        {
            return Ok(None);
        }
        let Some(capacity) = self.capacity(mentor) else {
            return no("This is no mentor of the programme: give them a row as a mentor");
        };
        if self.manager_of(mentee) == Some(mentor) || self.manager_of(mentor) == Some(mentee) {
            return no(
                "One of the two is the other’s line manager, and a line manager cannot be the mentor",
            );
        }
        if let Whom::Here(mentee) = mentee
            && self.known.mentor_of(mentee).is_some()
        {
            return no("This mentee has another mentor already, or an open offer of one");
        }
        let here = |whom| {
            if let Whom::Here(id) = whom {
                self.known.taken(id)
            } else {
                0
            }
        };
        let taken = here(mentor) + self.taken.get(&mentor).copied().unwrap_or(0);
        if taken >= i64::from(capacity) {
            let what = format!("This mentor has no free place: {taken} of {capacity} are taken");
            return Err((Field::Mentor, what.into()));
        }
        let started_on = place.started_on.unwrap_or(self.terms.today);
        if started_on > self.terms.today {
            return Err((
                Field::StartedOn,
                "Enter a day that is not in the future".into(),
            ));
        }
        Ok(Some(Pair {
            mentor,
            mentee,
            started_on,
        }))
    }

    /// How many mentees somebody takes, if they are a mentor of the programme.
    fn capacity(&self, whom: Whom) -> Option<i16> {
        let here = || match whom {
            Whom::Here(id) => self.known.enrolment(id, Side::Mentor)?.capacity,
            Whom::New(_) => None,
        };
        self.capacities.get(&whom).copied().or_else(here)
    }

    fn manager_of(&self, whom: Whom) -> Option<Whom> {
        let here = || match whom {
            Whom::Here(id) => self.known.person(id)?.line_manager.map(Whom::Here),
            Whom::New(_) => None,
        };
        self.line_managers.get(&whom).copied().or_else(here)
    }

    fn finish(self, rows: usize) -> Plan {
        let mut plan = self.plan;
        let enrolled = |side| plan.enrol.iter().filter(|one| one.side == side).count();
        plan.outcome = Outcome {
            rows,
            added: plan.add.len(),
            changed: plan.change.len(),
            mentors: enrolled(Side::Mentor),
            mentees: enrolled(Side::Mentee),
            enrolments_changed: plan.change_enrolment.len(),
            paired: plan.pair.len(),
            left: rows.saturating_sub(self.rows_that_act.len()),
            kept: plan.outcome.kept,
        };
        plan.faults.sort_by_key(|fault| fault.row);
        plan
    }
}

impl Person<'_> {
    fn added(&mut self, line_manager: Option<Whom>, terms: &Terms) -> Profile {
        let details = mem::take(&mut self.details);
        Profile {
            name: details.name.unwrap_or_default(),
            email: self.email.to_owned(),
            job_title: details.job_title.unwrap_or_default(),
            department: details.department.unwrap_or_default(),
            location: details.location.unwrap_or_default(),
            time_zone: details.time_zone.unwrap_or(&terms.time_zone).to_owned(),
            line_manager,
            languages: details.languages.unwrap_or_default(),
            grade: details.grade,
        }
    }

    /// Whatever the file leaves empty stays.
    fn changed(&mut self, here: &Someone, line_manager: Option<Whom>) -> Profile {
        let details = mem::take(&mut self.details);
        Profile {
            name: details.name.unwrap_or_else(|| here.name.clone()),
            email: self.email.to_owned(),
            job_title: details.job_title.unwrap_or_else(|| here.job_title.clone()),
            department: details
                .department
                .unwrap_or_else(|| here.department.clone()),
            location: details.location.unwrap_or_else(|| here.location.clone()),
            time_zone: details.time_zone.unwrap_or(&here.time_zone).to_owned(),
            line_manager,
            languages: details.languages.unwrap_or_else(|| here.languages.clone()),
            grade: details.grade.or(here.grade),
        }
    }
}

impl Details {
    /// Whether it says anything, the line manager apart, that is not so.
    fn differ_from(&self, here: &Someone) -> bool {
        let languages = self.languages.as_ref();
        let other = languages.is_some_and(|said| *said != here.languages)
            || self.grade.is_some_and(|said| Some(said) != here.grade);
        other
            || [
                (self.name.as_deref(), &here.name),
                (self.job_title.as_deref(), &here.job_title),
                (self.department.as_deref(), &here.department),
                (self.location.as_deref(), &here.location),
                (self.time_zone, &here.time_zone),
            ]
            .into_iter()
            .any(|(said, is)| said.is_some_and(|said| said != is))
    }

    /// Takes what another row says besides; or tells where the two disagree.
    fn complete(&mut self, other: Details) -> Result<(), Field> {
        fn one<T: PartialEq>(
            mine: &mut Option<T>,
            other: Option<T>,
            field: Field,
        ) -> Result<(), Field> {
            match (&mine, other) {
                (Some(mine), Some(other)) if *mine != other => Err(field),
                (None, other) => {
                    *mine = other;
                    Ok(())
                }
                _ => Ok(()),
            }
        }
        one(&mut self.name, other.name, Field::Name)?;
        one(&mut self.job_title, other.job_title, Field::JobTitle)?;
        one(&mut self.department, other.department, Field::Department)?;
        one(&mut self.location, other.location, Field::Location)?;
        one(&mut self.time_zone, other.time_zone, Field::TimeZone)?;
        one(&mut self.languages, other.languages, Field::Languages)?;
        one(&mut self.grade, other.grade, Field::Grade)?;
        one(
            &mut self.line_manager,
            other.line_manager,
            Field::LineManager,
        )
    }
}
