//! Half a year of a whole programme, day by day: people who act, who are slow, who never answer, who
//! pause, who leave and who finish. What matters is who got which letter.

use crate::support::given::{At, Paired, Person};
use crate::support::{NOON, TestApp, given};
use sqlx::{AssertSqlSafe, PgPool};
use std::collections::BTreeMap;
use time::{Date, Duration, OffsetDateTime};
use waymark::moving_on::overdue;
use waymark::reminders::remind;

const PAIRINGS: usize = 40;
const DAYS: i64 = 182;
/// The days on which no server ran.
const OFF: std::ops::Range<i64> = 100..107;
const MOST_IN_A_WEEK: usize = 3;

/// How a pairing goes about it.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Way {
    /// Each step within two days, and through to the end.
    Diligent,
    /// Each step after more than a week.
    Slow,
    NeverAnswers,
    NeverBooks,
    Pauses,
    MentorLeaves,
    EndsEarly,
    /// The mentor never writes up, and is away for three weeks.
    NeverWrites,
}

impl Way {
    const ALL: [Way; 8] = [
        Way::Diligent,
        Way::Slow,
        Way::NeverAnswers,
        Way::NeverBooks,
        Way::Pauses,
        Way::MentorLeaves,
        Way::EndsEarly,
        Way::NeverWrites,
    ];

    /// How many days lie between two looks at what is to be done.
    fn pace(self) -> i64 {
        match self {
            Way::Slow => 10,
            _ => 2,
        }
    }
}

struct Story {
    way: Way,
    pairing: Paired,
}

async fn run(app: &TestApp, sql: String) {
    sqlx::query(AssertSqlSafe(sql.clone()))
        .execute(&app.db)
        .await
        .unwrap_or_else(|cause| panic!("{cause}: {sql}"));
}

async fn begin(app: &TestApp) -> Vec<Story> {
    let mut stories = Vec::new();
    for number in 0..PAIRINGS {
        let way = Way::ALL[number % Way::ALL.len()];
        let pairing = given::pairing().at(At::Offered).insert(&app.db).await;
        given::weekly_hours(&app.db, pairing.mentor, 1, "09:00", "17:00").await;
        let rhythm = ["at_once", "at_once", "daily", "weekly", "none"][number / Way::ALL.len()];
        for person in [pairing.mentor, pairing.mentee] {
            run(
                app,
                format!(
                    "insert into letter_wishes values ({}, '{rhythm}')",
                    person.0
                ),
            )
            .await;
        }
        if way == Way::NeverWrites {
            let sql = format!(
                "insert into days_away (person_id, days) values ({}, '[2026-06-01,2026-06-22)')",
                pairing.mentor.0
            );
            run(app, sql).await;
        }
        stories.push(Story { way, pairing });
    }
    stories
}

/// What a story has come to.
#[derive(sqlx::FromRow)]
struct Stands {
    accepted: bool,
    met: bool,
    moving_on: bool,
    closed: bool,
    paused: bool,
    open_session: Option<i64>,
    over: bool,
    unwritten: Option<i64>,
    held: i64,
    last_held: Option<Date>,
}

async fn stands(app: &TestApp, id: i64, now: OffsetDateTime) -> Stands {
    sqlx::query_as(
        "select mentee_accepted_on is not null as accepted, met_on is not null as met,
            moving_on_since is not null as moving_on, closed_on is not null as closed,
            paused_since is not null as paused, open.id as open_session,
            coalesce(upper(open.during) < $2, false) as over,
            (select sessions.id from mentoring_sessions sessions
             where pairing_id = pairings.id and held_on is not null and not exists (
                select from session_records where session_id = sessions.id)
             order by during desc limit 1) as unwritten,
            (select count(*) from mentoring_sessions where pairing_id = pairings.id and held_on is not null) as held,
            (select max(held_on) from mentoring_sessions where pairing_id = pairings.id) as last_held
         from pairings
         left join mentoring_sessions open
            on pairing_id = pairings.id and num_nonnulls(held_on, missed_on, cancelled_on) = 0
         where pairings.id = $1",
    )
    .bind(id)
    .bind(now)
    .fetch_one(&app.db)
    .await
    .unwrap()
}

/// One of the two does the one thing that comes next.
async fn act(app: &TestApp, story: &Story, day: i64, now: OffsetDateTime) {
    let (way, pairing) = (story.way, &story.pairing);
    let (id, today) = (pairing.id, now.date());
    happen(app, story, day, now).await;
    let stands = stands(app, id, now).await;
    if stands.closed || stands.paused || way == Way::NeverAnswers || day % way.pace() != 0 {
        return;
    }
    if !stands.accepted {
        run(app, format!(
            "update pairings set mentor_accepted_on = '{today}', mentee_accepted_on = '{today}' where id = {id}"
        )).await;
    } else if let (Some(session), true) = (stands.open_session, stands.over) {
        hold(app, story, session, now).await;
    } else if let (Some(session), true) = (stands.unwritten, way != Way::NeverWrites) {
        let (mentor, mentee) = (pairing.mentor.0, pairing.mentee.0);
        run(app, format!(
            "insert into session_records values ({session}, {id}, {mentor}, 'x', '', '', '', '', '{today}')"
        )).await;
        run(
            app,
            format!(
            "insert into targets (pairing_id, session_id, what, owner_id, due_on, set_by, set_on)
             values ({id}, {session}, 'x', {mentee}, '{}', {mentor}, '{today}')",
            today + Duration::days(11)
        ),
        )
        .await;
    } else if stands.open_session.is_none() && way != Way::NeverBooks {
        book(app, story, &stands, now).await;
    }
}

/// What comes from outside on a certain day.
async fn happen(app: &TestApp, story: &Story, day: i64, now: OffsetDateTime) {
    let (id, today) = (story.pairing.id, now.date());
    match (story.way, day) {
        (Way::Pauses, 40) => run(app, format!(
            "with paused as (update pairings set paused_since = '{today}' where id = {id})
             insert into pauses values ({id}, '{today}')"
        )).await,
        (Way::Pauses, 80) => run(app, format!(
            "with taken_up as (update pairings set paused_since = null where id = {id})
             update pauses set until = '{today}' where pairing_id = {id}"
        )).await,
        (Way::MentorLeaves, 60) => {
            let ada = given::administrator(&app.db, "Ada").await;
            let path = format!("/people/{}/deactivation", story.pairing.mentor.0);
            app.sign_in(ada).await.post(&path, &[]).await;
            // The page's clock stands; the day is this one.
            run(app, format!(
                "update people set deactivated_at = '{today}' where id = {}", story.pairing.mentor.0
            )).await;
            run(app, format!("update pairings set closed_on = '{today}' where id = {id}")).await;
        }
        (Way::EndsEarly, 90) => run(app, format!(
            "with freed as (delete from attendances using mentoring_sessions
                where session_id = id and pairing_id = {id}),
             cancelled as (update mentoring_sessions set cancelled_on = '{today}'
                where pairing_id = {id} and num_nonnulls(held_on, missed_on, cancelled_on) = 0)
             update pairings set closed_on = '{today}', closed_how = 'completed_early' where id = {id}"
        )).await,
        _ => {}
    }
}

async fn hold(app: &TestApp, story: &Story, session: i64, now: OffsetDateTime) {
    let (id, today) = (story.pairing.id, now.date());
    run(app, format!(
        "update mentoring_sessions set held_on = (lower(during) at time zone 'Europe/London')::date where id = {session}"
    )).await;
    run(app, format!(
        "update pairings set
            met_on = coalesce(met_on, '{today}'), agreed_on = coalesce(agreed_on, '{today}'),
            final_session_on = case when moving_on_since is not null then '{today}'::date end,
            final_session_recorded_on = case when moving_on_since is not null then '{today}'::date end
         where id = {id}"
    )).await;
}

async fn book(app: &TestApp, story: &Story, stands: &Stands, now: OffsetDateTime) {
    let id = story.pairing.id;
    if stands.held >= 5 && !stands.moving_on {
        run(
            app,
            format!(
                "update pairings set moving_on_since = '{}' where id = {id}",
                now.date()
            ),
        )
        .await;
        return;
    }
    // Not before a week ahead of four weeks from the last.
    let rhythm = stands.last_held.map(|last| last + Duration::days(21));
    let early = stands.met && !stands.moving_on && rhythm.is_some_and(|day| now.date() < day);
    let done: bool =
        sqlx::query_scalar("select final_session_on is not null from pairings where id = $1")
            .bind(id)
            .fetch_one(&app.db)
            .await
            .unwrap();
    if early || done {
        return;
    }
    let kind = match (stands.met, stands.moving_on) {
        (false, _) => "initial",
        (true, false) => "session",
        (true, true) => "moving_on",
    };
    given::session(&app.db, &story.pairing, kind, now + Duration::days(5)).await;
}

async fn whole(app: &TestApp) -> Vec<Story> {
    let stories = begin(app).await;
    let state = app.state();
    for day in 0..DAYS {
        let now = NOON + Duration::days(day);
        for story in &stories {
            act(app, story, day, now).await;
        }
        if OFF.contains(&day) {
            continue;
        }
        overdue::close_overdue(&app.state(), now).await.unwrap();
        let (one, two) = tokio::join!(remind(&state, now), remind(&state, now));
        one.unwrap();
        two.unwrap();
    }
    stories
}

/// Who was written to on which days, by reminders; of a session tomorrow or of anything else.
async fn told(app: &TestApp) -> BTreeMap<i64, Vec<(i64, bool)>> {
    let rows: Vec<(i64, OffsetDateTime, bool)> = sqlx::query_as(
        "select person_id, written_at, bool_and(kind = 'tomorrow') from reminders
         group by person_id, written_at order by person_id, written_at",
    )
    .fetch_all(&app.db)
    .await
    .unwrap();
    let mut told: BTreeMap<i64, Vec<(i64, bool)>> = BTreeMap::new();
    for (person, at, tomorrow) in rows {
        let day = (at - NOON).whole_days();
        told.entry(person).or_default().push((day, tomorrow));
    }
    told
}

/// The most in any seven days.
fn busiest(days: &[i64]) -> usize {
    let week = |first: &i64| {
        days.iter()
            .filter(|day| (*first..first + 7).contains(day))
            .count()
    };
    days.iter().map(week).max().unwrap_or(0)
}

async fn count(app: &TestApp, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&app.db).await.unwrap()
}

#[sqlx::test]
async fn nobody_is_written_to_too_often_too_late_or_twice(db: PgPool) {
    let app = TestApp::new(db).await;
    let stories = whole(&app).await;
    let told = told(&app).await;
    let none = Vec::new();
    let of = |person: Person| told.get(&person.0).unwrap_or(&none);

    let mut table: BTreeMap<Way, Vec<(usize, usize)>> = BTreeMap::new();
    for (number, story) in stories.iter().enumerate() {
        for person in [story.pairing.mentor, story.pairing.mentee] {
            let all: Vec<i64> = of(person).iter().map(|(day, _)| *day).collect();
            let others = of(person).iter().filter(|(_, tomorrow)| !tomorrow);
            let others: Vec<i64> = others.map(|(day, _)| *day).collect();
            let most = match number / Way::ALL.len() {
                0 | 1 => MOST_IN_A_WEEK,
                2 => 7,
                3 => 1,
                _ => 0,
            };
            assert!(
                busiest(&others) <= most,
                "{:?} {person:?}: {others:?}",
                story.way
            );
            // A session that is tomorrow is told to everybody who wants any letter at all.
            assert!(
                number / Way::ALL.len() < 4 || busiest(&all) <= most,
                "{all:?}"
            );
            if most > 0 {
                let row = (all.len(), busiest(&all));
                table.entry(story.way).or_default().push(row);
            }
        }
        let cleo = of(story.pairing.coordinator);
        let days: Vec<i64> = cleo.iter().map(|(day, _)| *day).collect();
        assert!(busiest(&days) <= MOST_IN_A_WEEK, "{days:?}");
    }
    println!(
        "letters of reminders to one person in {DAYS} days (fewest, most), and most in a week:"
    );
    for (way, rows) in &table {
        let letters = rows.iter().map(|(letters, _)| letters);
        let (least, most) = (letters.clone().min().unwrap(), letters.max().unwrap());
        let week = rows.iter().map(|(_, week)| week).max().unwrap();
        println!(
            "{:>14}: {least:>3} to {most:>3}, {week} in a week",
            format!("{way:?}")
        );
        assert!(*most > 0, "{way:?} is reminded of something");
    }
    let kinds: Vec<(String, i64)> =
        sqlx::query_as("select kind, count(*) from reminders group by kind order by kind")
            .fetch_all(&app.db)
            .await
            .unwrap();
    println!("{kinds:?}");
    assert_eq!(kinds.len(), 6, "every kind comes up in half a year");
}

#[sqlx::test]
async fn nothing_comes_after_the_end_in_a_pause_or_on_days_away(db: PgPool) {
    let app = TestApp::new(db).await;
    whole(&app).await;
    for (what, sql) in [
        (
            "after the closing",
            "select count(*) from reminders join pairings on pairings.id = pairing_id
             where closed_on < written_at::date",
        ),
        (
            "to somebody who has left",
            "select count(*) from letters join people on people.id = person_id
             where unsubscribe is not null and written_at >= deactivated_at",
        ),
        (
            "in a pause",
            "select count(*) from reminders join pauses using (pairing_id)
             where written_at::date >= since and written_at::date < until",
        ),
        (
            "on days away",
            "select count(*) from reminders join days_away using (person_id)
             where days @> written_at::date and kind <> 'tomorrow'",
        ),
        (
            "twice on a day",
            "select count(*) from (select from letters where unsubscribe is not null
             group by person_id, written_at::date having count(*) > 1) twice",
        ),
        (
            "without a trace, or a trace without a letter",
            "select abs(
                (select count(*) from letters where unsubscribe is not null)
                - (select count(*) from (select distinct person_id, written_at from reminders) traces)
             )",
        ),
        (
            "twice of the same rung or a lower one",
            "select count(*) from reminders later join reminders earlier
                using (person_id, pairing_id, kind, about)
             where later.written_at > earlier.written_at and later.rung <= earlier.rung",
        ),
        (
            "while no server ran",
            "select count(*) from letters
             where written_at > '2026-07-09 18:00Z' and written_at < '2026-07-17 06:00Z'",
        ),
    ] {
        assert_eq!(count(&app, sql).await, 0, "letters {what}");
    }
    let somewhat = count(
        &app,
        "select count(*) from letters where unsubscribe is not null",
    )
    .await;
    let closed = count(
        &app,
        "select count(*) from pairings where closed_on is not null",
    )
    .await;
    let paused = count(&app, "select count(*) from pauses where until is not null").await;
    let gone = count(
        &app,
        "select count(*) from people where deactivated_at is not null",
    )
    .await;
    println!(
        "{somewhat} letters; {closed} pairings closed, {paused} were paused, {gone} people left"
    );
    assert!(somewhat > 100 && closed >= 10 && paused == 5 && gone == 5);
}
