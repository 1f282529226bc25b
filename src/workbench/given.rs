//! People of whom nothing is known but what a test says.

use super::criteria::{BuiltIn, Criteria, Criterion, Of};
use super::method::Method;
use super::plan::Input;
use super::pool::{Mentee, Mentor, Person, Pool};

fn person(id: i64, name: &str) -> Person {
    Person {
        id,
        name: name.to_owned(),
        ..Person::default()
    }
}

pub fn mentee(id: i64, name: &str) -> Mentee {
    Mentee {
        person: person(id, name),
        since: time::Date::MIN,
        wishes: Vec::new(),
        proposed: None,
        unwilling: Vec::new(),
        in_line: Vec::new(),
        before: Vec::new(),
    }
}

pub fn mentor(id: i64, name: &str, capacity: u32) -> Mentor {
    Mentor {
        person: person(id, name),
        capacity,
        taken: 0,
        away: false,
        experienced: false,
    }
}

/// By what Waymark suggests, with nothing tried.
pub fn input(mentees: Vec<Mentee>, mentors: Vec<Mentor>) -> Input {
    Input {
        pool: Pool {
            mentees,
            mentors,
            ..Pool::default()
        },
        criteria: Criteria::suggested(&[]),
        method: Method::Best,
        locked: Vec::new(),
        forbidden: Vec::new(),
        more_places: Vec::new(),
        own: None,
    }
}

pub fn criterion(input: &mut Input, which: BuiltIn) -> &mut Criterion {
    let mut all = input.criteria.criteria.iter_mut();
    all.find(|one| one.of == Of::BuiltIn(which)).unwrap()
}
