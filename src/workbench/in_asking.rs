//! Who would suit a mentee who asks for a mentor, and how the two of a pairing suit each other: by
//! what counts on the workbench, as far as the two may read it. Whatever else counts there (wishes, hours,
//! grades, experience, answers for coordinators alone) weighs nothing here, and no rule keeps anybody
//! away; the hundred points are shared out among what is left, so that scores are others than there.

use super::Suits;
use super::criteria::Criteria;
use super::pool::{Answered, Mentee, Mentor, Person, Pool, Whole, by_person};
use super::scoring::Scoring;
use crate::matching::scores::{Scores, score};
use crate::pairings::Pairing;
use crate::pairings::access::{Action, May};
use crate::pairings::stage::Side;
use crate::people::{Acting, PersonId};
use crate::programmes::ProgrammeId;
use crate::questions::{self, Readers};
use sqlx::PgConnection;
use std::collections::BTreeMap;
use time::{Date, OffsetDateTime};

/// How well each of these mentors, whom the viewer may ask, would suit them.
pub async fn of_viewer(
    acting: &mut Acting,
    programme: ProgrammeId,
    mentors: Vec<Person>,
) -> sqlx::Result<BTreeMap<i64, Suits>> {
    let (now, viewer) = (acting.now, acting.viewer.id);
    let viewer = found(acting, viewer).await?;
    let mut suits = suits(acting, (programme, now), viewer, mentors).await?;
    for one in suits.values_mut() {
        one.say_to(Side::Mentee);
    }
    Ok(suits)
}

/// How the two of a pairing suit each other, in words to the one who looks.
pub async fn of_pairing<A: Action>(may: &mut May<A>, to: Side) -> sqlx::Result<Suits> {
    let now = may.now();
    let Pairing {
        programme,
        mentor,
        mentee,
        ..
    } = may.pairing().clone();
    let maya = found(may.db(), mentor.id).await?;
    let tom = found(may.db(), mentee.id).await?;
    let mut suits = suits(may.db(), (programme.id, now), tom, vec![maya]).await?;
    let mut suits = suits.remove(&mentor.id.0).unwrap_or_default();
    suits.say_to(to);
    Ok(suits)
}

async fn suits(
    db: &mut PgConnection,
    (programme, now): (ProgrammeId, OffsetDateTime),
    mut viewer: Person,
    mut mentors: Vec<Person>,
) -> sqlx::Result<BTreeMap<i64, Suits>> {
    let mut questions = questions::of_programme(db, programme).await?;
    questions.retain(|one| one.readers == Readers::Programme);
    let criteria = Criteria::in_asking(db, programme, &questions, now).await?;
    let mut answered = by_person(answers(db, programme, now).await?);
    viewer.take(
        answered
            .remove(&(viewer.id, "mentee".into()))
            .unwrap_or_default(),
    );
    for one in &mut mentors {
        one.take(
            answered
                .remove(&(one.id, "mentor".into()))
                .unwrap_or_default(),
        );
    }
    let mentors = mentors.into_iter().map(mentor).collect();
    let whole = Whole::read(db, programme, now).await?;
    let pool = Pool::of(db, (&questions, whole), vec![mentee(viewer)], mentors).await?;
    let scoring = Scoring::new(&pool, &criteria);
    let mut space = vec![0; pool.mentors.len()];
    let row = scoring.kernel.row(0, &mut space);
    let suits = (pool.mentors.iter().zip(0..).enumerate()).map(|(at, (maya, number))| {
        let suits = Suits {
            apart: false,
            tries: Vec::new(),
            score: score(row.mark(number)),
            points: scoring.explain(0, at),
            blockers: Vec::new(),
        };
        (maya.person.id, suits)
    });
    Ok(suits.collect())
}

impl Suits {
    fn say_to(&mut self, side: Side) {
        for one in &mut self.points {
            one.words = said_to(side, &one.words);
        }
    }
}

/// As it is said of answers that complement each other, before whatever was chosen.
const THE_MENTEE_LACKS: &str = "that the mentee has not";

fn said_to(side: Side, words: &str) -> String {
    match (words, side) {
        ("The mentee has not answered", Side::Mentee)
        | ("The mentor has not answered", Side::Mentor) => "You have not answered".into(),
        ("The mentee has not answered" | "The mentor has not answered", _) => {
            "They have not answered".into()
        }
        ("Neither has answered", _) => "Neither of you has answered".into(),
        ("No skills wanted yet", Side::Mentee) => "You have named no skills yet".into(),
        ("No skills wanted yet", Side::Mentor) => "They have named no skills yet".into(),
        (words, Side::Mentee) => words.replacen(THE_MENTEE_LACKS, "that you have not", 1),
        (words, Side::Mentor) => words.replacen(THE_MENTEE_LACKS, "that they have not", 1),
    }
}

async fn found(db: &mut PgConnection, person: PersonId) -> sqlx::Result<Person> {
    let row = sqlx::query!(
        "select full_name, department, location, languages from people where id = $1",
        person.0,
    )
    .fetch_one(db)
    .await?;
    Ok(Person {
        id: person.0,
        name: row.full_name,
        department: row.department,
        location: row.location,
        languages: row.languages,
        ..Person::default()
    })
}

async fn answers(
    db: &mut PgConnection,
    programme: ProgrammeId,
    now: OffsetDateTime,
) -> sqlx::Result<Vec<Answered>> {
    sqlx::query_as!(
        Answered,
        r#"
        select
            person_id as "person_id!", part as "part!", question_id as "question_id!",
            kind as "kind!", points, choices as "choices!", skills as "skills!",
            skill_places as "skill_places!"
        from answers_to_compare($1, $2)
        order by person_id, question_id
        "#,
        programme.0,
        now,
    )
    .fetch_all(db)
    .await
}

fn mentee(person: Person) -> Mentee {
    Mentee {
        person,
        since: Date::MIN,
        wishes: Vec::new(),
        proposed: None,
        unwilling: Vec::new(),
        in_line: Vec::new(),
        before: Vec::new(),
    }
}

fn mentor(person: Person) -> Mentor {
    Mentor {
        person,
        capacity: 1,
        taken: 0,
        away: false,
        experienced: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_looks_is_spoken_to() {
        for (words, mentee, mentor) in [
            (
                "2 of the 3 that the mentee has not: Budgets, Writing",
                "2 of the 3 that you have not: Budgets, Writing",
                "2 of the 3 that they have not: Budgets, Writing",
            ),
            (
                "Nothing that the mentee has not",
                "Nothing that you have not",
                "Nothing that they have not",
            ),
            (
                "The mentee has not answered",
                "You have not answered",
                "They have not answered",
            ),
            ("Both in Leeds", "Both in Leeds", "Both in Leeds"),
        ] {
            assert_eq!(said_to(Side::Mentee, words), mentee);
            assert_eq!(said_to(Side::Mentor, words), mentor);
        }
    }
}
