//! The programme that is about to begin: sixty mentors and twice as many mentees, none of them
//! matched yet. They are made from a few lists, the same ones each time.

mod people;
mod words;

use super::applying::{Kept, Question};
use super::calendar::Day;
use super::diary::{Deed, Diary};
use super::people::{Department, Place, email};
use super::{Known, Running, Somebody, Way, applications};
use crate::pairings::stage::Side;
use crate::people::PersonId;
use crate::programmes::ProgrammeId;
use crate::workbench::{self, Made};
use sqlx::PgConnection;
use std::collections::{HashMap, HashSet};
use time::{OffsetDateTime, Time};

pub const MENTEES: usize = 120;
pub const MENTORS: usize = 60;

/// The first of the mentees, who is introduced.
pub const FIRST: &str = "Imogen Farrow";

pub const QUESTIONS: &[Question] = &[
    Question {
        kind: "skills",
        wording: "Which skills is this about for you?",
        hint: "Mentors: what you know well. Mentees: what you would like to be better at.",
        readers: "programme",
        required: true,
        for_matching: true,
        ..applications::QUESTION
    },
    Question {
        kind: "ranked",
        wording: "What should the year be about?",
        hint: "Mentors: where you can help most.",
        readers: "programme",
        required: true,
        for_matching: true,
        ranks: Some(3),
        choices: &[
            "Finding a direction",
            "Being heard in meetings",
            "Leading people",
            "Moving to another department",
            "Working with numbers and money",
            "Keeping work in bounds",
        ],
        ..applications::QUESTION
    },
    Question {
        kind: "one",
        wording: "How would you rather meet?",
        readers: "programme",
        required: true,
        for_matching: true,
        choices: &["In person", "By video", "Either is fine"],
        ..applications::QUESTION
    },
    Question {
        kind: "scale",
        wording: "How do you go about something new?",
        for_matching: true,
        points: Some((5, "I plan it first", "I try it first")),
        ..applications::QUESTION
    },
    Question {
        kind: "prose",
        wording: "What would be different in a year?",
        asked_of: "mentees",
        readers: "partner",
        ..applications::QUESTION
    },
];

/// Somebody who takes part.
struct Newcomer {
    side: Side,
    name: String,
    title: &'static str,
    grade: i16,
    department: Department,
    place: Place,
    languages: &'static [&'static str],
    manager: Manager,
    about: String,
    skills: Vec<&'static str>,
    aims: [usize; 3],
    meets: usize,
    way: i16,
    changed: Option<String>,
    hours: &'static [people::Hours],
    capacity: i16,
    away: Option<(Day, Day)>,
    sent: Day,
    approved: Day,
    /// By their place among the mentors, the dearest first.
    wishes: Vec<usize>,
}

/// A day, an hour and a minute on the clock of a time zone.
type At = (Day, (u8, u8), &'static str);

enum Manager {
    Here(&'static str),
    Mentor(usize),
}

/// One of `of`, which looks as if it were drawn and never is.
fn draw(nth: usize, salt: usize, of: usize) -> usize {
    let mut mixed =
        (nth + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ salt.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 31)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (mixed ^ (mixed >> 29)) % of
}

/// Some of them, each once.
fn draw_some(nth: usize, salt: usize, of: usize, most: usize) -> Vec<usize> {
    let mut all: Vec<usize> = (0..of).collect();
    (0..most.min(of))
        .map(|at| all.remove(draw(nth, salt + at, all.len())))
        .collect()
}

fn newcomers() -> Vec<Newcomer> {
    let mut in_place: HashMap<&'static str, usize> = HashMap::new();
    // Mentees first, so that the first of them is the first of her place.
    (0..MENTEES + MENTORS)
        .map(|nth| {
            let place = people::PLACES[nth % people::PLACES.len()];
            let before = in_place.entry(place.name()).or_default();
            let (firsts, lasts) = people::names(place);
            let name = format!(
                "{} {}",
                firsts[*before % firsts.len()],
                lasts[*before % lasts.len()]
            );
            *before += 1;
            newcomer(nth, name, place)
        })
        .collect()
}

fn newcomer(nth: usize, name: String, place: Place) -> Newcomer {
    let side = if nth < MENTEES {
        Side::Mentee
    } else {
        Side::Mentor
    };
    let department = people::DEPARTMENTS[draw(nth, 1, people::DEPARTMENTS.len())];
    let titles = match side {
        Side::Mentee => &people::titles(department)[..people::JUNIOR],
        Side::Mentor => &people::titles(department)[people::JUNIOR..],
    };
    let (title, grade) = titles[draw(nth, 2, titles.len())];
    let languages = place.languages();
    let skills = skills(nth, side, department);
    let about = about(
        nth,
        side,
        [title, department.name(), place.name(), skills[0]],
    );
    let sent = -33 + i64::try_from(draw(nth, 3, 28)).unwrap_or(0);
    let aims = draw_some(nth, 40, 6, 3);
    Newcomer {
        side,
        manager: manager(nth, side, department),
        about,
        aims: [aims[0], aims[1], aims[2]],
        meets: draw(nth, 5, 3),
        way: i16::try_from(1 + draw(nth, 6, 5)).unwrap_or(1),
        changed: (side == Side::Mentee && draw(nth, 7, 3) > 0).then(|| {
            words::CHANGED[draw(nth, 8, words::CHANGED.len())].replace("{skill}", &lower(skills[0]))
        }),
        hours: match draw(nth, 9, 10) {
            0..4 if side == Side::Mentee => &[],
            _ => people::HOURS[draw(nth, 10, people::HOURS.len())],
        },
        capacity: [1, 2, 2, 2, 2, 3][draw(nth, 11, 6)],
        away: (side == Side::Mentor && nth % 20 == 7).then_some((-3, 25)),
        approved: sent + 1 + i64::try_from(draw(nth, 12, 4)).unwrap_or(0),
        wishes: match side {
            Side::Mentee if draw(nth, 13, 3) == 0 => {
                draw_some(nth, 50, MENTORS, 1 + draw(nth, 14, 3))
            }
            Side::Mentee | Side::Mentor => Vec::new(),
        },
        languages: languages[draw(nth, 15, languages.len())],
        name,
        title,
        grade,
        department,
        place,
        skills,
        sent,
    }
}

/// Mentors know what their department knows; mentees want some of that, and something for everybody.
fn skills(nth: usize, side: Side, department: Department) -> Vec<&'static str> {
    let home = people::skills(department);
    let elsewhere = people::skills(people::DEPARTMENTS[draw(nth, 20, people::DEPARTMENTS.len())]);
    let (own, general) = match side {
        Side::Mentor => (home, 2),
        Side::Mentee => (elsewhere, 1 + draw(nth, 21, 2)),
    };
    let own = draw_some(nth, 22, own.len(), 2)
        .into_iter()
        .map(|at| own[at]);
    let general = draw_some(nth, 30, people::WANTED.len(), general);
    let mut all: Vec<&str> = own
        .chain(general.into_iter().map(|at| people::WANTED[at]))
        .collect();
    let mut seen = HashSet::new();
    all.retain(|skill| seen.insert(*skill));
    all
}

/// No two have the same beginning and the same end.
fn about(nth: usize, side: Side, own: [&str; 4]) -> String {
    let (begins, ends) = match side {
        Side::Mentee => (words::WHY, words::WISH),
        Side::Mentor => (words::OFFER, words::HOW),
    };
    let [title, department, place, skill] = own;
    let article = if title.starts_with(['A', 'E', 'I', 'O', 'U']) {
        "an"
    } else {
        "a"
    };
    format!("{} {}", begins[nth % begins.len()], ends[nth % ends.len()])
        .replace("{title}", &format!("{article} {title}"))
        .replace("{department}", department)
        .replace("{place}", place)
        .replace("{skill}", &lower(skill))
}

/// As it stands within a sentence.
fn lower(skill: &str) -> String {
    skill.to_lowercase()
}

/// Some report to a mentor of their own department, who is then not for them.
fn manager(nth: usize, side: Side, department: Department) -> Manager {
    let heads = people::heads(department);
    let head = Manager::Here(heads[draw(nth, 16, heads.len())]);
    let near = (MENTEES..MENTEES + MENTORS).filter(|one| {
        people::DEPARTMENTS[draw(*one, 1, people::DEPARTMENTS.len())].name() == department.name()
    });
    let near: Vec<usize> = near.collect();
    match side {
        Side::Mentee if draw(nth, 17, 2) == 0 && !near.is_empty() => {
            Manager::Mentor(near[draw(nth, 18, near.len())] - MENTEES)
        }
        Side::Mentee | Side::Mentor => head,
    }
}

/// The addresses of everybody who comes with the programme.
pub fn emails(copy: u16) -> Vec<String> {
    newcomers()
        .iter()
        .map(|one| email(&one.name, copy))
        .collect()
}

/// Adds them all to the company and enrols them.
pub async fn join(
    db: &mut PgConnection,
    running: &Running<'_>,
    (questions, way): (&[Kept], (u16, &Way)),
    diary: &mut Diary,
    now: OffsetDateTime,
) -> sqlx::Result<Known> {
    let all = newcomers();
    let ids = add(db, running, (&all, way), now).await?;
    let applications = apply(db, running, &all, &ids).await?;
    hours(db, &all, &ids).await?;
    answer(db, questions, &all, &applications).await?;
    wish(db, running, &all, &ids).await?;
    for (one, id) in all.iter().zip(&ids) {
        let on = |act| Deed::on_programme(act, running.id, Some(*id));
        let sent = running
            .calendar
            .at(one.sent, (10, 20), one.place.time_zone());
        let approved = running
            .calendar
            .at(one.approved, (15, 40), running.coordinator.zone);
        diary.write(sent, *id, on("sent an application"));
        diary.write(
            approved,
            running.coordinator.id,
            on("approved the application"),
        );
    }
    let known = all.into_iter().zip(ids);
    Ok(known
        .map(|(one, id)| {
            (
                one.name,
                Somebody {
                    id,
                    zone: one.place.time_zone(),
                },
            )
        })
        .collect())
}

/// What the coordinator has tried, as it stands in the address of the workbench.
const TRIED: [((u8, u8), &str); 2] = [((16, 5), ""), ((16, 40), "method=even&skills=30&hours=30")];

/// Yesterday, once everybody was there: proposed to nobody, so that all are still to be matched.
pub async fn try_out(
    db: &mut PgConnection,
    running: &Running<'_>,
    diary: &mut Diary,
) -> sqlx::Result<()> {
    act_as(db, &running.coordinator.id.to_string()).await?;
    for (time, query) in TRIED {
        let at = running.calendar.at(-1, time, running.coordinator.zone);
        let made = Made {
            programme: ProgrammeId(running.id),
            by: PersonId(running.coordinator.id),
            at: at.instant(db).await?,
        };
        workbench::keep_a_run(db, (made, running.calendar.today), query).await?;
        let kept = Deed::on_programme("tried a matching and kept it", running.id, None);
        diary.write(at, running.coordinator.id, kept);
    }
    act_as(db, "").await
}

/// As whom answers are read.
async fn act_as(db: &mut PgConnection, person: &str) -> sqlx::Result<()> {
    sqlx::query_scalar!("select set_config('app.person_id', $1, true)", person)
        .fetch_one(db)
        .await?;
    Ok(())
}

async fn keys(db: &mut PgConnection, table: &str, many: usize) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        r#"select nextval(pg_get_serial_sequence($1, 'id')) as "id!" from generate_series(1, $2::bigint)"#,
        table,
        i64::try_from(many).unwrap_or(0),
    )
    .fetch_all(db)
    .await
}

async fn add(
    db: &mut PgConnection,
    running: &Running<'_>,
    (all, (copy, way)): (&[Newcomer], (u16, &Way)),
    now: OffsetDateTime,
) -> sqlx::Result<Vec<i64>> {
    let ids = keys(db, "people", all.len()).await?;
    let text = |of: fn(&Newcomer) -> &str| -> Vec<String> {
        all.iter().map(|one| of(one).to_owned()).collect()
    };
    let emails: Vec<String> = all.iter().map(|one| email(&one.name, copy)).collect();
    let languages: Vec<String> = all.iter().map(|one| one.languages.join(",")).collect();
    let grades: Vec<i16> = all.iter().map(|one| one.grade).collect();
    let managers: Vec<i64> = (all.iter())
        .map(|one| match one.manager {
            Manager::Here(name) => running.known[name].id,
            Manager::Mentor(nth) => ids[MENTEES + nth],
        })
        .collect();
    sqlx::query!(
        "with person as (
            insert into people (id, full_name, email, job_title, department, location, time_zone,
                languages, grade, line_manager_id, added_at)
            overriding system value
            select id, full_name, email, job_title, department, location, time_zone,
                string_to_array(languages, ','), grade, line_manager_id, $11
            from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
                $7::text[], $8::text[], $9::smallint[], $10::bigint[])
                as newcomer (id, full_name, email, job_title, department, location, time_zone,
                    languages, grade, line_manager_id)
            returning id
        ), made_up as (
            insert into made_up_people select id from person
        )
        insert into passwords (person_id, hash, changed_at)
        select id, $12, $11 from person where $12::text is not null",
        &ids,
        &text(|one| &one.name),
        &emails,
        &text(|one| one.title),
        &text(|one| one.department.name()),
        &text(|one| one.place.name()),
        &text(|one| one.place.time_zone()),
        &languages,
        &grades,
        &managers,
        super::added_at(now),
        way.hash(),
    )
    .execute(db)
    .await?;
    Ok(ids)
}

/// Their applications, each approved, and their enrolments.
#[expect(clippy::too_many_lines, reason = "one query, and what it asks")]
async fn apply(
    db: &mut PgConnection,
    running: &Running<'_>,
    all: &[Newcomer],
    ids: &[i64],
) -> sqlx::Result<Vec<i64>> {
    let applications = keys(db, "applications", all.len()).await?;
    let parts: Vec<String> = all
        .iter()
        .map(|one| crate::programmes::part(one.side).to_owned())
        .collect();
    let abouts: Vec<String> = all.iter().map(|one| one.about.clone()).collect();
    let mentors = all.iter().map(|one| one.side == Side::Mentor);
    let capacities: Vec<Option<i16>> = (all.iter().zip(mentors))
        .map(|(one, mentor)| mentor.then_some(one.capacity))
        .collect();
    let day = |day: Day| running.calendar.date(day);
    let moments = |of: &dyn Fn(&Newcomer) -> At| {
        let at = all.iter().map(|one| {
            let (day, time, zone) = of(one);
            running.calendar.at(day, time, zone)
        });
        at.map(|at| (at.local, at.zone.to_owned()))
            .unzip::<_, _, Vec<_>, Vec<_>>()
    };
    let (sent, zones) = moments(&|one| (one.sent, (10, 20), one.place.time_zone()));
    let (approved, _) = moments(&|one| (one.approved, (15, 40), running.coordinator.zone));
    let (away_from, away_until): (Vec<_>, Vec<_>) = (all.iter())
        .map(|one| {
            one.away
                .map(|(from, until)| (day(from), day(until)))
                .unzip()
        })
        .unzip();
    sqlx::query!(
        "with application as (
            insert into applications (id, programme_id, person_id, part, about, capacity, away_from,
                away_until, started_at, sent_at, approved_at)
            overriding system value
            select id, $1, person_id, part, about, capacity, away_from, away_until,
                sent at time zone zone, sent at time zone zone, approved at time zone $12
            from unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::smallint[], $7::date[],
                $8::date[], $9::timestamp[], $10::text[], $11::timestamp[])
                as newcomer (id, person_id, part, about, capacity, away_from, away_until, sent, zone,
                    approved)
            returning person_id, part, about, capacity, approved_at
        )
        insert into enrolments (programme_id, person_id, part, about, capacity, enrolled_by, enrolled_at)
        select $1, person_id, part, about, capacity, $13, approved_at from application",
        running.id,
        &applications,
        ids,
        &parts,
        &abouts,
        &capacities as &[Option<i16>],
        &away_from as &[Option<time::Date>],
        &away_until as &[Option<time::Date>],
        &sent,
        &zones,
        &approved,
        running.coordinator.zone,
        running.coordinator.id,
    )
    .execute(db)
    .await?;
    Ok(applications)
}

async fn hours(db: &mut PgConnection, all: &[Newcomer], ids: &[i64]) -> sqlx::Result<()> {
    let clock = |(hour, minute)| Time::from_hms(hour, minute, 0).unwrap_or(Time::MIDNIGHT);
    let (mut people, mut days, mut from, mut until) = (vec![], vec![], vec![], vec![]);
    for (one, id) in all.iter().zip(ids) {
        for (weekdays, starts, ends) in one.hours {
            for weekday in *weekdays {
                people.push(*id);
                days.push(*weekday);
                from.push(clock(*starts));
                until.push(clock(*ends));
            }
        }
    }
    sqlx::query!(
        "insert into weekly_hours (person_id, weekday, hours)
         select person_id, weekday, timerange(starts, ends)
         from unnest($1::bigint[], $2::smallint[], $3::time[], $4::time[])
            as given (person_id, weekday, starts, ends)",
        &people,
        &days,
        &from,
        &until,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What they answered, question by question.
async fn answer(
    db: &mut PgConnection,
    questions: &[Kept],
    all: &[Newcomer],
    applications: &[i64],
) -> sqlx::Result<()> {
    for (nth, question) in questions.iter().enumerate() {
        let answered = all.iter().zip(applications);
        let answered = answered.filter(|(one, _)| nth < 4 || one.changed.is_some());
        let (said, by): (Vec<&Newcomer>, Vec<i64>) = answered.unzip();
        let points: Vec<Option<i16>> = said
            .iter()
            .map(|one| (nth == 3).then_some(one.way))
            .collect();
        let words: Vec<Option<String>> = (said.iter())
            .map(|one| one.changed.clone().filter(|_| nth == 4))
            .collect();
        sqlx::query!(
            "insert into answers (application_id, question_id, kind, words, points)
             select application, $2, $3, words, points
             from unnest($1::bigint[], $4::text[], $5::smallint[]) as said (application, words, points)",
            &by,
            question.id,
            question.kind,
            &words as &[Option<String>],
            &points as &[Option<i16>],
        )
        .execute(&mut *db)
        .await?;
        let named = said.into_iter().zip(by);
        match nth {
            0 => name_skills(db, question, named.collect()).await?,
            1 => {
                choose(
                    db,
                    question,
                    named.map(|(one, by)| (one.aims.to_vec(), by)).collect(),
                )
                .await?
            }
            2 => {
                choose(
                    db,
                    question,
                    named.map(|(one, by)| (vec![one.meets], by)).collect(),
                )
                .await?
            }
            _ => {}
        }
    }
    Ok(())
}

async fn choose(
    db: &mut PgConnection,
    question: &Kept,
    said: Vec<(Vec<usize>, i64)>,
) -> sqlx::Result<()> {
    let (mut by, mut choices, mut places) = (vec![], vec![], vec![]);
    for (chosen, application) in said {
        for (choice, place) in chosen.into_iter().zip(1_i16..) {
            by.push(application);
            choices.push(question.choices[choice]);
            places.push(place);
        }
    }
    sqlx::query!(
        "insert into answered_choices (application_id, question_id, choice_id, place)
         select application, $2, choice, place
         from unnest($1::bigint[], $3::bigint[], $4::smallint[]) as said (application, choice, place)",
        &by,
        question.id,
        &choices,
        &places,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn name_skills(
    db: &mut PgConnection,
    question: &Kept,
    said: Vec<(&Newcomer, i64)>,
) -> sqlx::Result<()> {
    let named = said
        .iter()
        .flat_map(|(one, by)| one.skills.iter().map(|skill| (*by, (*skill).to_owned())));
    let (by, names): (Vec<i64>, Vec<String>) = named.unzip();
    sqlx::query!(
        "with named as (
            select application, skill from unnest($1::bigint[], $3::text[]) as said (application, skill)
        ), added as (
            insert into skills (name, proposed_by, added_at)
            select distinct on (lower(skill)) skill, person_id, sent_at
            from named join applications on applications.id = application
            order by lower(skill), sent_at, application
            on conflict (lower(name)) do nothing
            returning id, name
        )
        insert into answered_skills (application_id, question_id, skill_id)
        select application, $2, skills.id
        from named
        join (select id, name from added union select id, name from skills) skills
            on lower(skills.name) = lower(skill)",
        &by,
        question.id,
        &names,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn wish(
    db: &mut PgConnection,
    running: &Running<'_>,
    all: &[Newcomer],
    ids: &[i64],
) -> sqlx::Result<()> {
    let (mut mentees, mut mentors, mut places) = (vec![], vec![], vec![]);
    for (one, id) in all.iter().zip(ids) {
        for (wish, place) in one.wishes.iter().zip(1_i16..) {
            mentees.push(*id);
            mentors.push(ids[MENTEES + wish]);
            places.push(place);
        }
    }
    sqlx::query!(
        "insert into mentor_wishes (programme_id, mentee_id, mentor_id, place)
         select $1, mentee, mentor, place
         from unnest($2::bigint[], $3::bigint[], $4::smallint[]) as wish (mentee, mentor, place)",
        running.id,
        &mentees,
        &mentors,
        &places,
    )
    .execute(db)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_of_the_many_are_the_same() {
        let all = newcomers();
        assert_eq!(all[0].name, FIRST);
        let distinct =
            |of: &dyn Fn(&Newcomer) -> String| all.iter().map(of).collect::<HashSet<_>>().len();
        assert_eq!(distinct(&|one| one.name.clone()), all.len());
        assert_eq!(distinct(&|one| one.about.clone()), all.len());
        for one in &all {
            assert!(!one.about.contains('{'), "{}", one.about);
        }
    }
}
