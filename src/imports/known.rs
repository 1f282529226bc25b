//! Who is here already, of all whom a file names; and what they have to do with the programme.

use super::reading::Entry;
use crate::pairings::stage::Side;
use crate::people::{Acting, PersonId};
use crate::programmes::{self, ProgrammeId};
use std::collections::{HashMap, HashSet};

#[derive(Default)]
pub struct Known {
    by_email: HashMap<String, PersonId>,
    people: HashMap<PersonId, Someone>,
    enrolments: HashMap<(PersonId, Side), Enrolment>,
    /// Mentor and mentee of every pairing there is or was.
    paired: HashSet<(PersonId, PersonId)>,
    /// The mentor of every mentee who has one, or an open offer of one.
    mentors: HashMap<PersonId, PersonId>,
    /// How many mentees a mentor has, open offers included.
    taken: HashMap<PersonId, i64>,
}

pub struct Someone {
    pub id: PersonId,
    pub name: String,
    pub job_title: String,
    pub department: String,
    pub location: String,
    pub time_zone: String,
    pub line_manager: Option<PersonId>,
    pub languages: Vec<String>,
    pub grade: Option<i16>,
}

pub struct Enrolment {
    pub capacity: Option<i16>,
    pub about: String,
}

impl Known {
    pub async fn of(
        acting: &mut Acting,
        entries: &[Entry],
        programme: Option<ProgrammeId>,
    ) -> sqlx::Result<Known> {
        let mut known = Known::default();
        known.find_people(acting, entries).await?;
        if let Some(programme) = programme {
            known.find_enrolments(acting, programme).await?;
            known.find_pairings(acting, programme).await?;
        }
        Ok(known)
    }

    pub fn by_email(&self, email: &str) -> Option<PersonId> {
        self.by_email.get(email).copied()
    }

    pub fn person(&self, id: PersonId) -> Option<&Someone> {
        self.people.get(&id)
    }

    pub fn enrolment(&self, id: PersonId, side: Side) -> Option<&Enrolment> {
        self.enrolments.get(&(id, side))
    }

    pub fn are_or_were_paired(&self, mentor: PersonId, mentee: PersonId) -> bool {
        self.paired.contains(&(mentor, mentee))
    }

    pub fn mentor_of(&self, mentee: PersonId) -> Option<PersonId> {
        self.mentors.get(&mentee).copied()
    }

    pub fn taken(&self, mentor: PersonId) -> i64 {
        self.taken.get(&mentor).copied().unwrap_or(0)
    }

    async fn find_people(&mut self, acting: &mut Acting, entries: &[Entry]) -> sqlx::Result<()> {
        let named = entries.iter().flat_map(|entry| {
            let mentor = entry.place.as_ref().and_then(|place| place.with.as_ref());
            [
                Some(&entry.email),
                entry.details.line_manager.as_ref(),
                mentor,
            ]
        });
        let emails: HashSet<&str> = named.flatten().map(String::as_str).collect();
        let emails: Vec<String> = emails.into_iter().map(str::to_owned).collect();
        let rows = sqlx::query!(
            r"
            select id, email, full_name, job_title, department, location, time_zone, line_manager_id,
                languages, grade
            from people
            where email = any($1)
            ",
            &emails,
        )
        .fetch_all(&mut **acting)
        .await?;
        for row in rows {
            self.by_email.insert(row.email, row.id);
            let person = Someone {
                id: row.id,
                name: row.full_name,
                job_title: row.job_title,
                department: row.department,
                location: row.location,
                time_zone: row.time_zone,
                line_manager: row.line_manager_id.map(PersonId),
                languages: row.languages,
                grade: row.grade,
            };
            self.people.insert(row.id, person);
        }
        Ok(())
    }

    async fn find_enrolments(
        &mut self,
        acting: &mut Acting,
        programme: ProgrammeId,
    ) -> sqlx::Result<()> {
        let rows = sqlx::query!(
            "select person_id, part, capacity, about from enrolments
             where programme_id = $1 and left_at is null",
            programme.0,
        )
        .fetch_all(&mut **acting)
        .await?;
        for row in rows {
            if let Some(side) = programmes::side(&row.part) {
                let (capacity, about) = (row.capacity, row.about);
                let place = (PersonId(row.person_id), side);
                self.enrolments.insert(place, Enrolment { capacity, about });
            }
        }
        Ok(())
    }

    async fn find_pairings(
        &mut self,
        acting: &mut Acting,
        programme: ProgrammeId,
    ) -> sqlx::Result<()> {
        let rows = sqlx::query!(
            r#"select mentor_id, mentee_id, closed_on is null as "open!"
               from pairings where programme_id = $1"#,
            programme.0,
        )
        .fetch_all(&mut **acting)
        .await?;
        for row in rows {
            let (mentor, mentee) = (PersonId(row.mentor_id), PersonId(row.mentee_id));
            self.paired.insert((mentor, mentee));
            if row.open {
                self.mentors.insert(mentee, mentor);
                *self.taken.entry(mentor).or_default() += 1;
            }
        }
        Ok(())
    }
}
