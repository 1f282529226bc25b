//! All SQL about applications but for that of the coordinators' list.

use super::Application;
use super::form::Written;
use super::stage::{Moments, Stage};
use crate::pairings::stage::Side;
use crate::people::{Acting, PersonId};
use crate::programmes::access::Enrolment;
use crate::programmes::{ProgrammeId, part, side};
use crate::questions::answer::Answer;
use crate::questions::{Kind, Question, skills};
use std::collections::HashMap;

/// How somebody stands in a programme beside their application.
pub struct Standing {
    pub open: bool,
    pub enrolled: bool,
    pub paired: bool,
}

/// An answer as a reader sees it.
#[derive(Clone, Debug)]
pub struct Said {
    pub wording: String,
    pub said: String,
}

/// A question of the coordinators, and the reply.
pub struct Enquiry {
    pub body: String,
    pub reply: Option<String>,
}

pub async fn lock_own(acting: &mut Acting, programme: ProgrammeId, side: Side) -> sqlx::Result<()> {
    let viewer = acting.viewer.id;
    sqlx::query!(
        "select id from applications
         where programme_id = $1 and person_id = $2 and part = $3 for update",
        programme.0,
        viewer.0,
        part(side),
    )
    .fetch_optional(&mut **acting)
    .await?;
    Ok(())
}

pub async fn own(
    acting: &mut Acting,
    programme: ProgrammeId,
    side: Side,
) -> sqlx::Result<Option<Application>> {
    let viewer = acting.viewer.id;
    let id = sqlx::query_scalar!(
        "select id from applications where programme_id = $1 and person_id = $2 and part = $3",
        programme.0,
        viewer.0,
        part(side),
    )
    .fetch_optional(&mut **acting)
    .await?;
    match id {
        Some(id) => find(acting, programme, id).await.map(Some),
        None => Ok(None),
    }
}

/// An application that the viewer may see: their own, or one to a programme of theirs.
pub async fn find(
    acting: &mut Acting,
    programme: ProgrammeId,
    id: i64,
) -> sqlx::Result<Application> {
    let row = sqlx::query!(
        "select
            person_id, part, about, capacity, away_from, away_until, words, sent_at, asked_at,
            wait_listed_at, approved_at, declined_at, withdrawn_at
         from applications
         where programme_id = $1 and id = $2",
        programme.0,
        id,
    )
    .fetch_one(&mut **acting)
    .await?;
    Ok(Application {
        id,
        programme,
        person: PersonId(row.person_id),
        side: side(&row.part).unwrap_or(Side::Mentee),
        about: row.about,
        capacity: row.capacity,
        away: row.away_from.zip(row.away_until),
        words: row.words,
        stage: Stage::from_moments(&Moments {
            sent_at: row.sent_at,
            asked_at: row.asked_at,
            wait_listed_at: row.wait_listed_at,
            approved_at: row.approved_at,
            declined_at: row.declined_at,
            withdrawn_at: row.withdrawn_at,
        }),
    })
}

pub async fn standing(
    acting: &mut Acting,
    programme: ProgrammeId,
    side: Side,
) -> sqlx::Result<Standing> {
    let (viewer, now) = (acting.viewer.id, acting.now);
    sqlx::query_as!(
        Standing,
        r#"
        select
            takes_applications($1, $4) as "open!",
            exists (
                select from enrolments
                where programme_id = $1 and person_id = $2 and part = $3 and left_at is null
            ) as "enrolled!",
            exists (
                select from pairings
                where programme_id = $1 and closed_on is null and offered_on is not null
                    and case $3 when 'mentor' then mentor_id else mentee_id end = $2
            ) as "paired!"
        "#,
        programme.0,
        viewer.0,
        part(side),
        now,
    )
    .fetch_one(&mut **acting)
    .await
}

/// The key of one's own application, which is begun if there is none; locked either way.
pub async fn begin(acting: &mut Acting, programme: ProgrammeId, side: Side) -> sqlx::Result<i64> {
    let (viewer, now) = (acting.viewer.id, acting.now);
    sqlx::query!(
        "insert into applications (programme_id, person_id, part, started_at)
         values ($1, $2, $3, $4)
         on conflict on constraint applications_one_for_each_part do nothing",
        programme.0,
        viewer.0,
        part(side),
        now,
    )
    .execute(&mut **acting)
    .await?;
    sqlx::query_scalar!(
        "select id from applications
         where programme_id = $1 and person_id = $2 and part = $3 for update",
        programme.0,
        viewer.0,
        part(side),
    )
    .fetch_one(&mut **acting)
    .await
}

/// Keeps all that was written, and nothing of what stood there before.
pub async fn store(acting: &mut Acting, id: i64, written: &Written) -> sqlx::Result<()> {
    let (away_from, away_until) = written.away.unzip();
    sqlx::query!(
        "update applications set about = $2, capacity = $3, away_from = $4, away_until = $5
         where id = $1",
        id,
        written.about,
        written.capacity,
        away_from,
        away_until,
    )
    .execute(&mut **acting)
    .await?;
    let excluded: Vec<i64> = written.excluded.iter().map(|person| person.0).collect();
    sqlx::query!(
        "with gone as (
            delete from exclusions where application_id = $1 and person_id <> all($2)
         )
         insert into exclusions (application_id, person_id)
         select $1, unnest($2::bigint[])
         on conflict do nothing",
        id,
        &excluded,
    )
    .execute(&mut **acting)
    .await?;
    store_answers(acting, id, &written.answers).await
}

async fn store_answers(
    acting: &mut Acting,
    id: i64,
    answers: &[(Question, Option<Answer>)],
) -> sqlx::Result<()> {
    let asked: Vec<i64> = answers.iter().map(|(question, _)| question.id).collect();
    sqlx::query!(
        "delete from answers where application_id = $1 and question_id = any($2)",
        id,
        &asked,
    )
    .execute(&mut **acting)
    .await?;
    let mut rows = Rows::default();
    for (question, answer) in answers {
        if let Some(answer) = answer {
            rows.add(question, answer);
        }
    }
    sqlx::query!(
        "insert into answers (application_id, question_id, kind, words, points)
         select $1, question, kind, words, points
         from unnest($2::bigint[], $3::text[], $4::text[], $5::smallint[])
            as answer (question, kind, words, points)",
        id,
        &rows.questions,
        &rows.kinds,
        &rows.words as &[Option<String>],
        &rows.points as &[Option<i16>],
    )
    .execute(&mut **acting)
    .await?;
    sqlx::query!(
        "insert into answered_choices (application_id, question_id, choice_id, place)
         select $1, question, choice, place
         from unnest($2::bigint[], $3::bigint[], $4::smallint[]) as chosen (question, choice, place)",
        id,
        &rows.chosen_for,
        &rows.chosen,
        &rows.places,
    )
    .execute(&mut **acting)
    .await?;
    skills::propose(acting, &rows.skills).await?;
    sqlx::query!(
        "insert into answered_skills (application_id, question_id, skill_id, place)
         select $1, question, skills.id, min(place)
         from unnest($2::bigint[], $3::text[], $4::smallint[]) as named (question, name, place)
         join skills on lower(skills.name) = lower(named.name)
         group by question, skills.id",
        id,
        &rows.named_for,
        &rows.skills,
        &rows.skill_places,
    )
    .execute(&mut **acting)
    .await?;
    Ok(())
}

/// Answers as columns.
#[derive(Default)]
struct Rows {
    questions: Vec<i64>,
    kinds: Vec<String>,
    words: Vec<Option<String>>,
    points: Vec<Option<i16>>,
    chosen_for: Vec<i64>,
    chosen: Vec<i64>,
    places: Vec<i16>,
    named_for: Vec<i64>,
    skills: Vec<String>,
    skill_places: Vec<i16>,
}

impl Rows {
    fn add(&mut self, question: &Question, answer: &Answer) {
        let (mut words, mut points) = (None, None);
        match answer {
            Answer::Words(text) => words = Some(text.clone()),
            Answer::Points(number) => points = Some(*number),
            Answer::Choices(ids) => {
                for (place, id) in (1..).zip(ids) {
                    self.chosen_for.push(question.id);
                    self.chosen.push(*id);
                    self.places.push(place);
                }
            }
            Answer::Skills(names) => {
                for (place, name) in (1..).zip(names) {
                    self.named_for.push(question.id);
                    self.skills.push(name.clone());
                    self.skill_places.push(place);
                }
            }
        }
        self.questions.push(question.id);
        self.kinds.push(question.kind.slug().to_owned());
        self.words.push(words);
        self.points.push(points);
    }
}

/// What was answered in an application, by question.
pub async fn answers(acting: &mut Acting, id: i64) -> sqlx::Result<HashMap<i64, Answer>> {
    let rows = sqlx::query!(
        r#"
        select
            question_id, kind as "kind: Kind", words, points,
            array(
                select choice_id from answered_choices chosen
                where chosen.application_id = $1 and chosen.question_id = answers.question_id
                order by place
            ) as "choices!",
            array(
                select name
                from answered_skills named join skills on skills.id = skill_id
                where named.application_id = $1 and named.question_id = answers.question_id
                order by named.place, lower(name)
            ) as "skills!"
        from answers
        where application_id = $1
        "#,
        id,
    )
    .fetch_all(&mut **acting)
    .await?;
    let answers = rows.into_iter().map(|row| {
        let answer = match row.kind {
            Kind::Line | Kind::Prose => Answer::Words(row.words.unwrap_or_default()),
            Kind::Scale => Answer::Points(row.points.unwrap_or_default()),
            Kind::One | Kind::Many | Kind::Ranked => Answer::Choices(row.choices),
            Kind::Skills => Answer::Skills(row.skills),
        };
        (row.question_id, answer)
    });
    Ok(answers.collect())
}

/// What the viewer answered last to the same questions elsewhere, for these questions: the same
/// wording and kind, and of choices those with the same words.
pub async fn earlier_answers(
    acting: &mut Acting,
    questions: &[Question],
) -> sqlx::Result<HashMap<i64, Answer>> {
    let asked: Vec<i64> = questions.iter().map(|question| question.id).collect();
    let viewer = acting.viewer.id;
    let rows = sqlx::query!(
        r#"
        select distinct on (asked.id)
            asked.id, answers.kind as "kind: Kind", answers.words, answers.points,
            array(
                select same.id
                from answered_choices chosen
                join question_choices on question_choices.id = choice_id
                join question_choices same
                    on same.question_id = asked.id and same.wording = question_choices.wording
                where chosen.application_id = answers.application_id
                    and chosen.question_id = answers.question_id
                order by place
            ) as "choices!",
            array(
                select name
                from answered_skills named join skills on skills.id = skill_id
                where named.application_id = answers.application_id
                    and named.question_id = answers.question_id
                order by named.place, lower(name)
            ) as "skills!"
        from questions asked
        join questions same on lower(same.wording) = lower(asked.wording)
            and same.kind = asked.kind and same.programme_id <> asked.programme_id
        join answers on answers.question_id = same.id
        join applications on applications.id = answers.application_id
        where asked.id = any($1) and applications.person_id = $2
            and (answers.points is null or answers.points <= asked.points)
        order by asked.id, applications.started_at desc
        "#,
        &asked,
        viewer.0,
    )
    .fetch_all(&mut **acting)
    .await?;
    let answers = rows.into_iter().map(|row| {
        let answer = match row.kind {
            Kind::Line | Kind::Prose => Answer::Words(row.words.unwrap_or_default()),
            Kind::Scale => Answer::Points(row.points.unwrap_or_default()),
            Kind::One | Kind::Many | Kind::Ranked => Answer::Choices(row.choices),
            Kind::Skills => Answer::Skills(row.skills),
        };
        (row.id, answer)
    });
    Ok(answers.collect())
}

/// Every answer of an application that the viewer may read, in the order of the questions.
pub async fn said(acting: &mut Acting, application: i64) -> sqlx::Result<Vec<Said>> {
    sqlx::query_as!(
        Said,
        r#"select wording as "wording!", said as "said!"
           from answers_in_words
           where application_id = $1 and said is not null
           order by position, question_id"#,
        application,
    )
    .fetch_all(&mut **acting)
    .await
}

/// The addresses that the viewer gave of whom they would rather not be paired with.
pub async fn own_exclusions(acting: &mut Acting, application: i64) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"select email as "email!" from own_exclusions($1)"#,
        application
    )
    .fetch_all(&mut **acting)
    .await
}

pub async fn enquiries(acting: &mut Acting, application: i64) -> sqlx::Result<Vec<Enquiry>> {
    sqlx::query_as!(
        Enquiry,
        "select body, reply from enquiries where application_id = $1 order by id",
        application,
    )
    .fetch_all(&mut **acting)
    .await
}

/// Stores the stage that an application was led to, and what was said with it.
pub async fn store_stage(
    acting: &mut Acting,
    id: i64,
    stage: Stage,
    words: &str,
) -> sqlx::Result<()> {
    let moments = stage.moments();
    sqlx::query!(
        "update applications set
            sent_at = $2, asked_at = $3, wait_listed_at = $4, approved_at = $5, declined_at = $6,
            withdrawn_at = $7, words = $8
         where id = $1",
        id,
        moments.sent_at,
        moments.asked_at,
        moments.wait_listed_at,
        moments.approved_at,
        moments.declined_at,
        moments.withdrawn_at,
        words,
    )
    .execute(&mut **acting)
    .await?;
    Ok(())
}

/// Whoever is taken out of a programme has no approved application to it.
pub async fn end(
    acting: &mut Acting,
    programme: ProgrammeId,
    enrolment: &Enrolment,
) -> sqlx::Result<()> {
    let now = acting.now;
    sqlx::query!(
        "update applications set approved_at = null, withdrawn_at = $4
         where programme_id = $1 and person_id = $2 and part = $3 and approved_at is not null",
        programme.0,
        enrolment.person.0,
        part(enrolment.side),
        now,
    )
    .execute(&mut **acting)
    .await?;
    Ok(())
}

/// How many wait for the coordinators.
pub async fn waiting(acting: &mut Acting, programme: ProgrammeId) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "waiting!" from applications
           where programme_id = $1 and sent_at is not null
            and num_nonnulls(asked_at, wait_listed_at, approved_at, declined_at, withdrawn_at) = 0"#,
        programme.0,
    )
    .fetch_one(&mut **acting)
    .await
}

/// What somebody said in their application for a part, as the coordinators may read it.
pub async fn said_by(
    acting: &mut Acting,
    programme: ProgrammeId,
    person: PersonId,
    side: Side,
) -> sqlx::Result<Vec<Said>> {
    sqlx::query_as!(
        Said,
        r#"select wording as "wording!", said as "said!"
           from answers_in_words
           where programme_id = $1 and person_id = $2 and part = $3 and said is not null
           order by position, question_id"#,
        programme.0,
        person.0,
        part(side),
    )
    .fetch_all(&mut **acting)
    .await
}

/// The person with each address; none where nobody has it.
pub async fn people_with(
    acting: &mut Acting,
    emails: &[String],
) -> sqlx::Result<Vec<Option<PersonId>>> {
    let found = sqlx::query_scalar!(
        "select person_with_email(email)
         from unnest($1::text[]) with ordinality as typed (email, place) order by place",
        emails,
    )
    .fetch_all(&mut **acting)
    .await?;
    Ok(found.into_iter().map(|id| id.map(PersonId)).collect())
}
