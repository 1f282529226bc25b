//! Who would suit a mentee who asks for a mentor, by the same points as on the workbench, but worked out
//! from nothing that the mentee may not read.

use super::Suits;
use super::criteria::Criteria;
use super::pool::{Answered, Mentee, Mentor, Person, Pool, by_person};
use super::scoring::Scoring;
use crate::matching::scores::{Scores, score};
use crate::people::Acting;
use crate::programmes::ProgrammeId;
use crate::questions::{self, Readers};
use std::collections::BTreeMap;
use time::Date;

/// How well each of these mentors, whom the viewer may ask, would suit them.
pub async fn of_viewer(
    acting: &mut Acting,
    programme: ProgrammeId,
    mut mentors: Vec<Person>,
) -> sqlx::Result<BTreeMap<i64, Suits>> {
    let now = acting.now;
    let mut questions = questions::of_programme(acting, programme).await?;
    questions.retain(|one| one.readers == Readers::Programme);
    let criteria = Criteria::in_asking(acting, programme, &questions, now).await?;
    let mut viewer = oneself(acting).await?;
    let mut answered = by_person(answers(acting, programme).await?);
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
    let pool = Pool::of(acting, &questions, vec![mentee(viewer)], mentors).await?;
    let scoring = Scoring::new(&pool, &criteria);
    let mut space = vec![0; pool.mentors.len()];
    let row = scoring.kernel.row(0, &mut space);
    let suits = (pool.mentors.iter().zip(0..).enumerate()).map(|(at, (maya, number))| {
        let mut points = scoring.explain(0, at);
        for one in &mut points {
            one.words = to_the_mentee(&one.words);
        }
        let suits = Suits {
            score: score(row.mark(number)),
            points,
            blockers: Vec::new(),
        };
        (maya.person.id, suits)
    });
    Ok(suits.collect())
}

fn to_the_mentee(words: &str) -> String {
    match words {
        "The mentee has not answered" => "You have not answered".into(),
        "The mentor has not answered" => "They have not answered".into(),
        "Neither has answered" => "Neither of you has answered".into(),
        "No skills wanted yet" => "You have named no skills yet".into(),
        words => words.to_owned(),
    }
}

async fn oneself(acting: &mut Acting) -> sqlx::Result<Person> {
    let viewer = acting.viewer.id;
    let row = sqlx::query!(
        "select full_name, department, location, languages from people where id = $1",
        viewer.0,
    )
    .fetch_one(&mut **acting)
    .await?;
    Ok(Person {
        id: viewer.0,
        name: row.full_name,
        department: row.department,
        location: row.location,
        languages: row.languages,
        ..Person::default()
    })
}

async fn answers(acting: &mut Acting, programme: ProgrammeId) -> sqlx::Result<Vec<Answered>> {
    let now = acting.now;
    sqlx::query_as!(
        Answered,
        r#"
        select
            person_id as "person_id!", part as "part!", question_id as "question_id!",
            kind as "kind!", points, choices as "choices!", skills as "skills!"
        from answers_to_compare($1, $2)
        order by person_id, question_id
        "#,
        programme.0,
        now,
    )
    .fetch_all(&mut **acting)
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
