//! Who asked for a part in a programme, and what came of it.

use super::Running;
use super::calendar::{Day, Moment};
use super::diary::{Deed, Diary};
use sqlx::PgConnection;

pub struct Question {
    pub kind: &'static str,
    pub wording: &'static str,
    pub hint: &'static str,
    pub asked_of: &'static str,
    pub readers: &'static str,
    pub required: bool,
    pub for_matching: bool,
    /// Of a scale, with the names of its ends.
    pub points: Option<(i16, &'static str, &'static str)>,
    pub ranks: Option<i16>,
    pub choices: &'static [&'static str],
}

pub struct Application {
    pub name: &'static str,
    pub part: &'static str,
    /// None of whoever is enrolled: then it is what they seek or offer already.
    pub about: Option<&'static str>,
    /// When it was sent; a draft was begun on that day.
    pub on: Day,
    pub away: Option<(Day, Day)>,
    pub excluded: &'static [&'static str],
    /// By the place of the question in the programme.
    pub answers: &'static [(usize, Said)],
    pub outcome: Outcome,
}

pub enum Said {
    Words(&'static str),
    Points(i16),
    /// By their places in the question.
    Choices(&'static [usize]),
    Skills(&'static [&'static str]),
}

#[derive(Clone, Copy)]
pub enum Outcome {
    Draft,
    Waits,
    /// Asked on a day, in these words.
    Asked(Day, &'static str),
    WaitListed(Day, &'static str),
    Declined(Day, &'static str),
    Approved(Day),
}

/// A question that was asked, with its choices.
pub struct Kept {
    pub id: i64,
    pub kind: &'static str,
    pub choices: Vec<i64>,
}

pub async fn apply(
    db: &mut PgConnection,
    running: &Running<'_>,
    diary: &mut Diary,
) -> sqlx::Result<Vec<Kept>> {
    if running.programme.open {
        sqlx::query!(
            "insert into open_programmes (programme_id) values ($1)",
            running.id
        )
        .execute(&mut *db)
        .await?;
    }
    let mut questions = Vec::new();
    for (position, question) in (1..).zip(running.programme.questions) {
        questions.push(ask(db, running.id, position, question).await?);
    }
    for application in running.programme.applications {
        let id = keep(db, running, application, diary).await?;
        for (question, said) in application.answers {
            answer(
                db,
                running,
                (id, application),
                (&questions[*question], said),
            )
            .await?;
        }
    }
    Ok(questions)
}

async fn ask(
    db: &mut PgConnection,
    programme: i64,
    position: i32,
    question: &Question,
) -> sqlx::Result<Kept> {
    let (points, least, most) = question
        .points
        .map_or((None, "", ""), |(points, least, most)| {
            (Some(points), least, most)
        });
    let id = sqlx::query_scalar!(
        "insert into questions (programme_id, position, kind, wording, hint, asked_of, required,
            for_matching, readers, points, least, most, ranks)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) returning id",
        programme,
        position,
        question.kind,
        question.wording,
        question.hint,
        question.asked_of,
        question.required,
        question.for_matching,
        question.readers,
        points,
        least,
        most,
        question.ranks,
    )
    .fetch_one(&mut *db)
    .await?;
    let mut choices = Vec::new();
    for (position, wording) in (1_i32..).zip(question.choices) {
        let choice = sqlx::query_scalar!(
            "insert into question_choices (question_id, position, wording) values ($1, $2, $3)
             returning id",
            id,
            position,
            wording,
        );
        choices.push(choice.fetch_one(&mut *db).await?);
    }
    Ok(Kept {
        id,
        kind: question.kind,
        choices,
    })
}

async fn keep(
    db: &mut PgConnection,
    running: &Running<'_>,
    application: &Application,
    diary: &mut Diary,
) -> sqlx::Result<i64> {
    let person = running.known[application.name];
    let sent = running.calendar.at(application.on, (10, 20), person.zone);
    let decided = application
        .outcome
        .day()
        .map(|day| running.calendar.at(day, (15, 40), running.coordinator.zone));
    let id = insert(db, running, application, (sent, decided)).await?;
    for name in application.excluded {
        sqlx::query!(
            "insert into exclusions (application_id, person_id) values ($1, $2)",
            id,
            running.known[*name].id,
        )
        .execute(&mut *db)
        .await?;
    }
    if let (Outcome::Asked(_, body), Some(asked)) = (application.outcome, decided) {
        sqlx::query!(
            "insert into enquiries (application_id, body, asked_by, asked_at)
             values ($1, $2, $3, $4::timestamp at time zone $5)",
            id,
            body,
            running.coordinator.id,
            asked.local,
            asked.zone,
        )
        .execute(&mut *db)
        .await?;
    }
    let on = |act| Deed::on_programme(act, running.id, Some(person.id));
    let written = match application.outcome {
        Outcome::Draft => "wrote a draft of an application",
        _ => "sent an application",
    };
    diary.write(sent, person.id, on(written));
    if let Some((decided, act)) = decided.zip(application.outcome.act()) {
        diary.write(decided, running.coordinator.id, on(act));
    }
    Ok(id)
}

async fn insert(
    db: &mut PgConnection,
    running: &Running<'_>,
    application: &Application,
    (sent, decided): (Moment, Option<Moment>),
) -> sqlx::Result<i64> {
    let day = |day| running.calendar.date(day);
    let (from, until) = application.away.unzip();
    let column = match application.outcome {
        Outcome::Draft => "draft",
        Outcome::Waits => "",
        Outcome::Asked(..) => "asked",
        Outcome::WaitListed(..) => "wait-listed",
        Outcome::Declined(..) => "declined",
        Outcome::Approved(_) => "approved",
    };
    sqlx::query_scalar!(
        "insert into applications (programme_id, person_id, part, about, capacity, away_from,
            away_until, words, started_at, sent_at, asked_at, wait_listed_at, declined_at, approved_at)
         select $1, $2, $3,
            coalesce($4, (
                select about from enrolments
                where programme_id = $1 and person_id = $2 and part = $3
            ), ''),
            case $3 when 'mentor' then 2 end, $5, $6, $7, sent,
            case when $8 <> 'draft' then sent end,
            case $8 when 'asked' then decided end, case $8 when 'wait-listed' then decided end,
            case $8 when 'declined' then decided end, case $8 when 'approved' then decided end
         from (
            select $9::timestamp at time zone $10 as sent, $11::timestamp at time zone $12 as decided
         ) moments
         returning id",
        running.id,
        running.known[application.name].id,
        application.part,
        application.about,
        from.map(day),
        until.map(day),
        application.outcome.words(),
        column,
        sent.local,
        sent.zone,
        decided.map(|decided| decided.local),
        running.coordinator.zone,
    )
    .fetch_one(&mut *db)
    .await
}

async fn answer(
    db: &mut PgConnection,
    running: &Running<'_>,
    (id, application): (i64, &Application),
    (question, said): (&Kept, &Said),
) -> sqlx::Result<()> {
    let (mut words, mut points) = (None, None);
    match said {
        Said::Words(text) => words = Some(*text),
        Said::Points(number) => points = Some(*number),
        Said::Choices(_) | Said::Skills(_) => {}
    }
    sqlx::query!(
        "insert into answers (application_id, question_id, kind, words, points)
         values ($1, $2, $3, $4, $5)",
        id,
        question.id,
        question.kind,
        words,
        points,
    )
    .execute(&mut *db)
    .await?;
    match said {
        Said::Words(_) | Said::Points(_) => {}
        Said::Choices(places) => {
            let chosen: Vec<i64> = places
                .iter()
                .map(|place| question.choices[*place])
                .collect();
            sqlx::query!(
                "insert into answered_choices (application_id, question_id, choice_id, place)
                 select $1, $2, choice, place
                 from unnest($3::bigint[]) with ordinality as chosen (choice, place)",
                id,
                question.id,
                &chosen,
            )
            .execute(&mut *db)
            .await?;
        }
        Said::Skills(names) => {
            for name in *names {
                name_skill(db, running, (id, application, question.id), name).await?;
            }
        }
    }
    Ok(())
}

async fn name_skill(
    db: &mut PgConnection,
    running: &Running<'_>,
    (id, application, question): (i64, &Application, i64),
    name: &str,
) -> sqlx::Result<()> {
    let person = running.known[application.name];
    let at = running.calendar.at(application.on, (10, 20), person.zone);
    sqlx::query!(
        "insert into skills (name, proposed_by, added_at)
         values ($1, $2, $3::timestamp at time zone $4)
         on conflict (lower(name)) do nothing",
        name,
        person.id,
        at.local,
        at.zone,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "insert into answered_skills (application_id, question_id, skill_id)
         select $1, $2, id from skills where lower(name) = lower($3)",
        id,
        question,
        name,
    )
    .execute(&mut *db)
    .await?;
    Ok(())
}

impl Outcome {
    fn day(self) -> Option<Day> {
        match self {
            Outcome::Draft | Outcome::Waits => None,
            Outcome::Asked(day, _)
            | Outcome::WaitListed(day, _)
            | Outcome::Declined(day, _)
            | Outcome::Approved(day) => Some(day),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Outcome::WaitListed(_, words) | Outcome::Declined(_, words) => words,
            Outcome::Draft | Outcome::Waits | Outcome::Asked(..) | Outcome::Approved(_) => "",
        }
    }

    fn act(self) -> Option<&'static str> {
        match self {
            Outcome::Draft | Outcome::Waits => None,
            Outcome::Asked(..) => Some("asked about the application"),
            Outcome::WaitListed(..) => Some("put the application on the waiting list"),
            Outcome::Declined(..) => Some("declined the application"),
            Outcome::Approved(_) => Some("approved the application"),
        }
    }
}
