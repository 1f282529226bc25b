//! Reminders: what they say, to whom they go, and that they go once.

use crate::letter_acts::{act_in, onward};
use crate::privacy::everything;
use crate::support::given::{At, Paired, Person};
use crate::support::post_office::PostOffice;
use crate::support::{Answer, NOON, TestApp, given};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use sqlx::{AssertSqlSafe, PgPool};
use time::macros::{date, datetime};
use time::{Duration, OffsetDateTime};
use tokio::sync::watch;
use tower::ServiceExt;
use waymark::clock::Clock;
use waymark::mail::deliver_due;
use waymark::reminders::remind;

/// A letter as it was written.
#[derive(Debug, sqlx::FromRow)]
pub struct Written {
    pub subject: String,
    pub body: String,
    pub unsubscribe: Option<String>,
}

pub async fn run(app: &TestApp, sql: String) {
    sqlx::query(AssertSqlSafe(sql))
        .execute(&app.db)
        .await
        .unwrap();
}

/// One look after every day, as a server that is always there would.
async fn days(app: &TestApp, from: OffsetDateTime, many: i64) {
    for day in 0..many {
        remind(&app.state(), from + Duration::days(day))
            .await
            .unwrap();
    }
}

/// What somebody got since then, earliest first.
pub async fn letters(app: &TestApp, person: Person, since: OffsetDateTime) -> Vec<Written> {
    sqlx::query_as(
        "select subject, body, unsubscribe from letters
         where person_id = $1 and written_at >= $2 order by id",
    )
    .bind(person.0)
    .bind(since)
    .fetch_all(&app.db)
    .await
    .unwrap()
}

async fn subjects(app: &TestApp, person: Person) -> Vec<String> {
    let letters = letters(app, person, NOON - Duration::days(400)).await;
    letters.into_iter().map(|letter| letter.subject).collect()
}

async fn wants(app: &TestApp, person: Person, rhythm: &str) {
    run(
        app,
        format!(
            "insert into letter_wishes values ({}, '{rhythm}') on conflict (person_id)
             do update set rhythm = excluded.rhythm",
            person.0
        ),
    )
    .await;
}

/// In sessions, met and written up a day ago, so that the next one is to be booked in four weeks.
pub async fn in_sessions(app: &TestApp) -> Paired {
    let pairing = given::pairing().insert(&app.db).await;
    given::weekly_hours(&app.db, pairing.mentor, 1, "09:00", "17:00").await;
    pairing
}

async fn written_up(app: &TestApp, pairing: &Paired, at: OffsetDateTime) -> given::Session {
    let session = given::settled(&app.db, pairing, "held_on", at).await;
    run(
        app,
        format!(
            "insert into session_records values ({}, {}, {}, 'talk-words', '', '', '', '', '2026-04-01')",
            session.id, pairing.id, pairing.mentor.0
        ),
    )
    .await;
    session
}

const FOOT: &str =
    "Change how often you get such letters:\n\nhttp://localhost:3000/account/letters\n";

#[sqlx::test]
async fn each_letter_says_what_happened_what_to_do_and_why_it_came(db: PgPool) {
    let app = TestApp::new(db).await;
    let body = |fact: &str, act: &str, path: String, why: &str| {
        format!(
            "{fact}\n\n{act}\n\nhttp://localhost:3000{path}\n\nWaymark wrote this, because {why}.\n\n{FOOT}"
        )
    };
    let check = async |person: Person, subject: &str, expected: String| {
        remind(&app.state(), NOON).await.unwrap();
        let letters = letters(&app, person, NOON).await;
        assert_eq!(letters.len(), 1, "{letters:?}");
        assert_eq!(letters[0].subject, subject);
        let path = act_in(&letters[0].body).unwrap();
        assert_eq!(letters[0].body.replace(&path, "/letters/act/…"), expected);
        letters[0].body.clone()
    };

    let tomorrow = in_sessions(&app).await;
    let at = datetime!(2026-04-02 13:00 UTC);
    given::session(&app.db, &tomorrow, "session", at).await;
    for (person, partner) in [(tomorrow.mentor, "Tom"), (tomorrow.mentee, "Maya")] {
        let fact =
            format!("You meet {partner} tomorrow, Thursday 2 April 2026, at 2:00pm (London time).");
        let why = "you have a session booked";
        let act = "Say whether you come, and see the agenda and your open targets:";
        let expected = body(&fact, act, "/letters/act/…".into(), why);
        check(
            person,
            &format!("Tomorrow: your session with {partner}"),
            expected,
        )
        .await;
    }

    let over = in_sessions(&app).await;
    given::session(&app.db, &over, "session", NOON - Duration::days(1)).await;
    for (person, partner) in [(over.mentor, "Tom"), (over.mentee, "Maya")] {
        let fact = format!(
            "You were to meet {partner} on Tuesday 31 March 2026, and nobody has said yet whether \
             you did. If it did not happen, nobody is asked why."
        );
        let why = "a session of yours has taken place or should have";
        let expected = body(&fact, "Say what happened:", "/letters/act/…".into(), why);
        check(
            person,
            &format!("Did your session with {partner} happen?"),
            expected,
        )
        .await;
    }

    let held = in_sessions(&app).await;
    let session = given::settled(&app.db, &held, "held_on", NOON - Duration::days(1)).await;
    let fact = "You met Tom on Tuesday 31 March 2026. A few lines are enough, while it is fresh: what \
                helped, and what comes next.";
    let why = "a session of yours has taken place or should have";
    let expected = body(fact, "Write it up:", "/letters/act/…".into(), why);
    let letter = check(held.mentor, "Write up your session with Tom", expected).await;
    let place = format!("{}/record", session.path);
    assert_eq!(onward(&app, held.mentor, &letter).await, place);
    assert!(subjects(&app, held.mentee).await.is_empty());

    let due = in_sessions(&app).await;
    for what in ["target-words", "other-words"] {
        run(
            &app,
            format!(
                "insert into targets (pairing_id, what, owner_id, due_on, set_by, set_on)
             values ({}, '{what}', {}, '2026-04-02', {}, '2026-03-20')",
                due.id, due.mentee.0, due.mentor.0
            ),
        )
        .await;
    }
    let fact = "2 targets of yours are due tomorrow, in your pairing with Maya.";
    let act = "See your targets, and mark what is done:";
    let why = "you have a target with a date";
    let expected = body(fact, act, "/letters/act/…".into(), why);
    let letter = check(due.mentee, "2 targets of yours are due tomorrow", expected).await;
    let place = format!("{}/targets", due.path);
    assert_eq!(onward(&app, due.mentee, &letter).await, place);
    app.stranger()
        .get(&act_in(&letter).unwrap())
        .await
        .says("2 targets of yours are due on Thursday 2 April 2026")
        .does_not_say("target-words");

    let review = given::pairing()
        .at(At::FinalSessionHeld)
        .insert(&app.db)
        .await;
    let fact = "Your final session with Tom is over: look back, each of you alone first. The pairing \
                closes by itself on Wednesday 8 April 2026, with the reviews that it has.";
    let expected = body(
        fact,
        "Answer the review:",
        "/letters/act/…".into(),
        "a pairing of yours looks back",
    );
    let subject = "Your moving-on review with Tom is open";
    let letter = check(review.mentor, subject, expected).await;
    let place = format!("{}/review", review.path);
    assert_eq!(onward(&app, review.mentor, &letter).await, place);
}

#[sqlx::test]
async fn whose_turn_it_is_is_said_as_the_page_says_it(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing()
        .at(At::InitialMeeting)
        .insert(&app.db)
        .await;
    given::weekly_hours(&app.db, pairing.mentor, 1, "09:00", "17:00").await;
    days(&app, NOON, 30).await;
    let said =
        "What comes next: Book the initial meeting with Maya. Was due Thursday 19 February 2026";
    let mentee = letters(&app, pairing.mentee, NOON).await;
    assert_eq!(
        subjects(&app, pairing.mentee).await,
        ["Your turn: book the initial meeting with Maya"; 2]
    );
    for (letter, weeks) in mentee.iter().zip(["a week", "two weeks"]) {
        let first = format!("It has been your turn for {weeks} in your pairing with Maya. {said}");
        assert!(letter.body.starts_with(&first), "{}", letter.body);
        assert!(letter.body.contains("Do it here:"), "{}", letter.body);
        let place = format!("{}/sessions/new", pairing.path);
        assert_eq!(onward(&app, pairing.mentee, &letter.body).await, place);
    }
    app.sign_in(pairing.mentee)
        .await
        .get(&pairing.path)
        .await
        .says("Book the initial meeting with Maya");

    let mentor = letters(&app, pairing.mentor, NOON).await;
    assert_eq!(
        subjects(&app, pairing.mentor).await,
        ["Your pairing waits for Tom"]
    );
    let said = "Your pairing with Tom has waited for two weeks, and it is Tom’s turn. What comes next: \
                Book the initial meeting with Tom. A kind word from you may help.\n\nSee how the two of \
                you stand:";
    assert!(mentor[0].body.starts_with(said), "{}", mentor[0].body);

    let cleo = letters(&app, pairing.coordinator, NOON).await;
    assert_eq!(
        subjects(&app, pairing.coordinator).await,
        ["Tom and Maya have stood still for three weeks"]
    );
    let said = "have waited for three weeks. Waiting for Tom: book the initial meeting.";
    assert!(cleo[0].body.contains(said), "{}", cleo[0].body);
    let why = "Waymark wrote this, because you coordinate the programme.";
    assert!(cleo[0].body.contains(why), "{}", cleo[0].body);
    let place = onward(&app, pairing.coordinator, &cleo[0].body).await;
    assert_eq!(place, pairing.path);
}

/// On which days after the first look, and to whom of mentor, mentee and coordinator.
async fn when_told(app: &TestApp, pairing: &Paired) -> Vec<(i64, &'static str)> {
    let mut told = Vec::new();
    for (person, name) in [
        (pairing.mentor, "mentor"),
        (pairing.mentee, "mentee"),
        (pairing.coordinator, "coordinator"),
    ] {
        let at: Vec<OffsetDateTime> = sqlx::query_scalar(
            "select written_at from letters where person_id = $1 order by written_at",
        )
        .bind(person.0)
        .fetch_all(&app.db)
        .await
        .unwrap();
        told.extend(at.into_iter().map(|at| ((at - NOON).whole_days(), name)));
    }
    told.sort_unstable();
    told
}

#[sqlx::test]
async fn the_ladder_is_climbed_once_and_begins_anew_with_the_next_step(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing()
        .at(At::InitialMeeting)
        .insert(&app.db)
        .await;
    days(&app, NOON, 25).await;
    let first = [
        (7, "mentor"),
        (14, "mentee"),
        (14, "mentor"),
        (21, "coordinator"),
    ];
    assert_eq!(when_told(&app, &pairing).await, first);
    // The mentor's hours are given on day 25, and it is the mentee's turn.
    given::weekly_hours(&app.db, pairing.mentor, 1, "09:00", "17:00").await;
    days(&app, NOON + Duration::days(25), 30).await;
    let then = [
        (32, "mentee"),
        (39, "mentee"),
        (39, "mentor"),
        (46, "coordinator"),
    ];
    assert_eq!(when_told(&app, &pairing).await, [first, then].concat());
}

#[sqlx::test]
async fn clocks_stand_still_in_a_pause_and_on_days_away(db: PgPool) {
    let app = TestApp::new(db).await;
    let paused = given::pairing()
        .at(At::InitialMeeting)
        .insert(&app.db)
        .await;
    let away = given::pairing()
        .at(At::InitialMeeting)
        .insert(&app.db)
        .await;
    run(
        &app,
        format!(
            "insert into days_away (person_id, days) values ({}, '[2026-04-04,2026-04-14)')",
            away.mentor.0
        ),
    )
    .await;
    days(&app, NOON, 3).await;
    run(
        &app,
        format!(
            "with paused as (update pairings set paused_since = '2026-04-04' where id = {0})
         insert into pauses values ({0}, '2026-04-04')",
            paused.id
        ),
    )
    .await;
    days(&app, NOON + Duration::days(3), 27).await;
    assert_eq!(when_told(&app, &paused).await, []);
    assert_eq!(when_told(&app, &away).await[0], (17, "mentor"));
    run(
        &app,
        format!(
            "with taken_up as (update pairings set paused_since = null where id = {0})
         update pauses set until = '2026-05-01' where pairing_id = {0}",
            paused.id
        ),
    )
    .await;
    days(&app, NOON + Duration::days(30), 10).await;
    assert_eq!(when_told(&app, &paused).await, [(37, "mentor")]);
}

#[sqlx::test]
async fn after_a_month_without_a_server_only_the_highest_rung_is_told(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing()
        .at(At::InitialMeeting)
        .insert(&app.db)
        .await;
    days(&app, NOON, 1).await;
    days(&app, NOON + Duration::days(15), 1).await;
    assert_eq!(
        when_told(&app, &pairing).await,
        [(15, "mentee"), (15, "mentor")]
    );
    days(&app, NOON + Duration::days(50), 3).await;
    assert_eq!(when_told(&app, &pairing).await[2..], [(50, "coordinator")]);
}

#[sqlx::test]
async fn several_servers_at_once_write_each_letter_once(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut pairings = Vec::new();
    for _ in 0..10 {
        let pairing = in_sessions(&app).await;
        let at = NOON + Duration::days(1);
        given::session(&app.db, &pairing, "session", at).await;
        pairings.push(pairing);
    }
    let state = app.state();
    let look = || remind(&state, NOON);
    let (a, b, c) = tokio::join!(look(), look(), look());
    let written = a.unwrap() + b.unwrap() + c.unwrap();
    assert_eq!(written, 20);
    for pairing in pairings {
        assert_eq!(subjects(&app, pairing.mentee).await.len(), 1);
        assert_eq!(subjects(&app, pairing.mentor).await.len(), 1);
    }
}

#[sqlx::test]
async fn nobody_is_written_to_at_night(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = in_sessions(&app).await;
    given::lives_in(&app.db, pairing.mentee, "Pacific/Auckland").await;
    // Noon in London is one in the morning there.
    let at = datetime!(2026-04-02 14:30 UTC);
    given::session(&app.db, &pairing, "session", at).await;
    days(&app, NOON, 1).await;
    assert!(subjects(&app, pairing.mentee).await.is_empty());
    assert_eq!(subjects(&app, pairing.mentor).await.len(), 1);
    days(&app, NOON + Duration::hours(7), 1).await;
    let letters = letters(&app, pairing.mentee, NOON).await;
    let words = "tomorrow, Friday 3 April 2026, at 3:30am (Auckland time)";
    assert!(letters[0].body.contains(words), "{letters:?}");
}

#[sqlx::test]
async fn whoever_likes_gets_one_letter_a_day_or_a_week_or_none(db: PgPool) {
    let app = TestApp::new(db).await;
    let mentor = given::person(&app.db, "Maya").await;
    let mut mentees = Vec::new();
    for (name, rhythm) in [
        ("Tom", "at_once"),
        ("Zoë", "daily"),
        ("Ana", "weekly"),
        ("Ben", "none"),
    ] {
        let mentee = given::person(&app.db, name).await;
        let pairing = given::pairing()
            .between(mentor, mentee)
            .insert(&app.db)
            .await;
        given::weekly_hours(&app.db, mentee, 1, "09:00", "17:00").await;
        wants(&app, mentee, rhythm).await;
        for due in ["2026-04-02", "2026-04-03", "2026-04-10"] {
            run(
                &app,
                format!(
                    "insert into targets (pairing_id, what, owner_id, due_on, set_by, set_on)
                 values ({}, 'x', {}, '{due}', {}, '2026-03-20')",
                    pairing.id, mentee.0, mentor.0
                ),
            )
            .await;
        }
        mentees.push(mentee);
    }
    // Several looks a day, from Monday to Monday.
    let monday = datetime!(2026-03-30 08:00 UTC);
    for hour in 0..40 {
        remind(&app.state(), monday + Duration::hours(hour * 5))
            .await
            .unwrap();
    }
    let counts = async |person| {
        let since = monday + Duration::minutes(1);
        (
            letters(&app, person, monday).await.len(),
            letters(&app, person, since).await.len(),
        )
    };
    assert_eq!(counts(mentees[0]).await, (3, 3), "at once");
    assert_eq!(counts(mentees[1]).await, (3, 3), "daily");
    assert_eq!(counts(mentees[2]).await, (2, 1), "weekly");
    assert_eq!(counts(mentees[3]).await, (0, 0), "none");
    let weekly = letters(&app, mentees[2], monday).await;
    assert_eq!(
        weekly[0].subject,
        "A target of yours is due on Thursday 2 April 2026, and 1 more"
    );
    for words in [
        "There are 2 things in your mentoring now.\n\nA target of yours is due on Thursday 2 April 2026:\n\nhttp",
        "\n\nA target of yours is due on Friday 3 April 2026:\n\nhttp",
        "Waymark wrote this, because you asked for one letter a week.",
    ] {
        assert!(weekly[0].body.contains(words), "{}", weekly[0].body);
    }
}

#[sqlx::test]
async fn three_letters_a_week_are_enough_but_a_session_tomorrow_is_told(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = in_sessions(&app).await;
    for day in 2..9 {
        run(
            &app,
            format!(
                "insert into targets (pairing_id, what, owner_id, due_on, set_by, set_on)
             values ({}, 'x', {}, '2026-04-0{day}', {}, '2026-03-20')",
                pairing.id, pairing.mentee.0, pairing.mentor.0
            ),
        )
        .await;
    }
    given::session(
        &app.db,
        &pairing,
        "session",
        datetime!(2026-04-06 12:00 UTC),
    )
    .await;
    days(&app, NOON, 7).await;
    let subjects = subjects(&app, pairing.mentee).await;
    assert_eq!(subjects.len(), 4, "{subjects:?}");
    assert_eq!(subjects[3], "Tomorrow: your session with Maya");
}

#[sqlx::test]
async fn no_letter_carries_a_word_of_what_the_two_wrote(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = everything(&app.db).await;
    run(
        &app,
        format!(
            "update pairings set mentee_reviewed_on = null where id = {}",
            pairing.id
        ),
    )
    .await;
    // Who would rather not is not paired again.
    run(&app, "delete from exclusions".into()).await;
    for (stage, many) in [
        ("moving_on_since = moving_on_since", 20),
        ("closed_on = '2026-04-20', closed_how = 'completed'", 1),
        (
            "closed_on = null, closed_how = null, moving_on_since = null, final_session_on = null, final_session_recorded_on = null,
             mentor_reviewed_on = null, mentee_reviewed_on = null",
            60,
        ),
        ("met_on = null, agreed_on = null", 30),
    ] {
        run(
            &app,
            format!("update pairings set {stage} where id = {}", pairing.id),
        )
        .await;
        days(&app, NOON, many).await;
    }
    let letters: Vec<(String, String)> = sqlx::query_as("select subject, body from letters")
        .fetch_all(&app.db)
        .await
        .unwrap();
    let kinds: Vec<String> = sqlx::query_scalar("select distinct kind from reminders order by 1")
        .fetch_all(&app.db)
        .await
        .unwrap();
    assert_eq!(
        kinds,
        [
            "record",
            "review",
            "standstill",
            "target",
            "tomorrow",
            "turn"
        ]
    );
    for (subject, body) in letters {
        assert!(
            !subject.contains("-words") && !body.contains("-words"),
            "{subject}\n{body}"
        );
    }
}

#[sqlx::test]
async fn a_letter_goes_in_two_forms_and_with_one_click_out(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut office = PostOffice::open(&[]).await;
    office.used_by(&app).await;
    let pairing = given::pairing().insert(&app.db).await;
    given::weekly_hours(&app.db, pairing.mentor, 1, "09:00", "17:00").await;
    wants(&app, pairing.mentor, "none").await;
    given::session(&app.db, &pairing, "session", NOON + Duration::days(1)).await;
    remind(&app.state(), NOON).await.unwrap();
    let (_stop, never) = watch::channel(false);
    deliver_due(&app.server, Clock::Stopped(NOON), &never)
        .await
        .unwrap();
    let letter = office.next().await;
    let uid: String = sqlx::query_scalar("select uid::text from mentoring_sessions")
        .fetch_one(&app.db)
        .await
        .unwrap();
    let thread = waymark::calendars::invitations::thread(&uid, "localhost");
    assert_eq!(letter.header("References"), thread);
    assert_eq!(letter.header("In-Reply-To"), thread);
    assert_eq!(letter.header("Auto-Submitted"), "auto-generated");
    assert_eq!(
        letter.header("List-Unsubscribe-Post"),
        "List-Unsubscribe=One-Click"
    );
    let link = letter.header("List-Unsubscribe");
    let link = if link.is_empty() {
        unfolded(&letter.text, "List-Unsubscribe:")
    } else {
        link
    };
    assert!(
        link.starts_with("<http://localhost:3000/letters/unsubscribe/"),
        "{link}"
    );
    for part in [
        "multipart/alternative",
        "text/plain",
        "text/html",
        "<html lang",
        "see the",
    ] {
        assert!(letter.text.contains(part), "{part}: {}", letter.text);
    }
    for never in ["<img", "<script", "http-equiv"] {
        assert!(!letter.text.contains(never), "{never}");
    }
    let kept: Option<String> = sqlx::query_scalar("select unsubscribe from letters limit 1")
        .fetch_one(&app.db)
        .await
        .unwrap();
    assert_eq!(kept, None, "who reads the outbox cannot turn them off");
}

/// A header that was too long for one line.
fn unfolded(text: &str, name: &str) -> String {
    let text = text.replace("\r\n ", " ").replace("\n ", " ");
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.unwrap_or_default().trim().to_owned()
}

/// As a provider of mail does: without cookies, an origin, or anything that a browser adds.
async fn one_click(app: &TestApp, path: &str) -> (StatusCode, String) {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from("List-Unsubscribe=One-Click"))
        .unwrap();
    let response = app.router().oneshot(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8_lossy(&body).into_owned())
}

async fn wishes(app: &TestApp, person: Person) -> Option<(String, Vec<String>)> {
    sqlx::query_as("select rhythm, unwanted from letter_wishes where person_id = $1")
        .bind(person.0)
        .fetch_optional(&app.db)
        .await
        .unwrap()
}

#[sqlx::test]
async fn one_press_turns_letters_of_a_kind_off_and_opening_the_link_does_not(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = in_sessions(&app).await;
    given::session(&app.db, &pairing, "session", NOON + Duration::days(1)).await;
    remind(&app.state(), NOON).await.unwrap();
    let letter = letters(&app, pairing.mentee, NOON).await.remove(0);
    let link = letter.unsubscribe.unwrap();
    let path = link.strip_prefix("http://localhost:3000").unwrap();
    let page = app.stranger().get(path).await;
    page.says("Turn reminders off?")
        .says("Letters remind you that a session is tomorrow.");
    assert_eq!(wishes(&app, pairing.mentee).await, None);
    let (status, body) = one_click(&app, path).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert!(body.contains("You are not reminded any more"), "{body}");
    let off = Some(("at_once".to_owned(), vec!["tomorrow".to_owned()]));
    assert_eq!(wishes(&app, pairing.mentee).await, off);
    // Pressing again changes nothing, and leaves no second trace.
    one_click(&app, path).await;
    assert_eq!(wishes(&app, pairing.mentee).await, off);
    let traces: i64 = sqlx::query_scalar(
        "select count(*) from audit_events where act = 'turned reminders off by a letter' and person_id = $1",
    )
    .bind(pairing.mentee.0)
    .fetch_one(&app.db)
    .await
    .unwrap();
    assert_eq!(traces, 1);
    // The next session is told to the mentor alone; other kinds still come.
    run(
        &app,
        "update mentoring_sessions set held_on = '2026-04-02'".into(),
    )
    .await;
    given::session(&app.db, &pairing, "session", NOON + Duration::days(5)).await;
    days(&app, NOON + Duration::days(4), 1).await;
    assert_eq!(subjects(&app, pairing.mentee).await.len(), 1);
    let tom = app.sign_in(pairing.mentee).await;
    tom.get("/account/letters")
        .await
        .says("value=\"tomorrow\">")
        .says("value=\"record\" checked>");
}

#[sqlx::test]
async fn a_link_of_several_kinds_turns_all_of_them_off_and_a_made_up_one_nothing(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = in_sessions(&app).await;
    given::session(&app.db, &pairing, "session", NOON + Duration::days(1)).await;
    run(
        &app,
        format!(
            "insert into targets (pairing_id, what, owner_id, due_on, set_by, set_on)
         values ({}, 'x', {}, '2026-04-02', {}, '2026-03-20')",
            pairing.id, pairing.mentee.0, pairing.mentor.0
        ),
    )
    .await;
    remind(&app.state(), NOON).await.unwrap();
    let letter = letters(&app, pairing.mentee, NOON).await.remove(0);
    assert_eq!(
        letter.subject,
        "Tomorrow: your session with Maya, and 1 more"
    );
    let link = letter.unsubscribe.unwrap();
    let path = link.strip_prefix("http://localhost:3000").unwrap();
    let page: Answer = app.stranger().get(path).await;
    app.stranger()
        .post(page.form_with("Turn all reminders off"), &[])
        .await
        .is(StatusCode::OK)
        .says("No letter reminds you of anything.");
    let off = Some(("none".to_owned(), Vec::new()));
    assert_eq!(wishes(&app, pairing.mentee).await, off);
    let (status, _) = one_click(&app, "/letters/unsubscribe/guessed").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    app.stranger()
        .lured_from_another_site()
        .post(path, &[])
        .await
        .is(StatusCode::FORBIDDEN);
}

#[sqlx::test]
async fn people_choose_how_often_and_of_what(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = in_sessions(&app).await;
    let tom = app.sign_in(pairing.mentee).await;
    let path = "/account/letters";
    tom.get(path)
        .await
        .says("value=\"at_once\" checked")
        .does_not_say("A pairing that you coordinate");
    let fields = [("rhythm", "weekly"), ("of", "tomorrow"), ("of", "turn")];
    tom.post(path, &fields).await.leads_to(path).tells("saved");
    let unwanted = ["record", "target", "review"].map(String::from).to_vec();
    let kept = wishes(&app, pairing.mentee).await;
    assert_eq!(kept, Some(("weekly".to_owned(), unwanted)));
    tom.post(path, &[("rhythm", "hourly"), ("of", "review")])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Choose how often")
        .says("value=\"review\" checked");
    let cleo = app.sign_in(pairing.coordinator).await;
    cleo.get(path).await.says("A pairing that you coordinate");
    cleo.post(path, &[("rhythm", "daily")]).await.leads_to(path);
    let kept = wishes(&app, pairing.coordinator).await.unwrap();
    assert!(kept.1.contains(&"standstill".to_owned()));
}

#[sqlx::test]
async fn the_other_one_is_told_of_an_answer_and_of_the_end_at_once(db: PgPool) {
    let app = TestApp::new(db).await;
    let offered = given::pairing().at(At::Offered).insert(&app.db).await;
    let declined = given::pairing().at(At::Offered).insert(&app.db).await;
    let moving = given::pairing().insert(&app.db).await;
    wants(&app, offered.mentee, "none").await;
    let press = async |person, path: String| {
        app.sign_in(person)
            .await
            .post(&path, &[])
            .await
            .is(StatusCode::SEE_OTHER);
    };
    press(offered.mentor, format!("{}/acceptance", offered.path)).await;
    press(offered.mentor, format!("{}/acceptance", offered.path)).await;
    press(offered.mentee, format!("{}/acceptance", offered.path)).await;
    press(declined.mentee, format!("{}/refusal", declined.path)).await;
    press(moving.mentor, format!("{}/moving-on", moving.path)).await;
    for (person, subject, says) in [
        (
            offered.mentee,
            "Maya has accepted: your answer is next",
            "You are paired with Maya",
        ),
        (
            offered.mentor,
            "You are paired with Tom",
            "Say when you can usually meet Tom",
        ),
        (
            declined.mentor,
            "Tom has declined the offer",
            "This offer is closed",
        ),
        (
            moving.mentee,
            "Maya has announced that you are moving on",
            "Book the final session with Maya",
        ),
    ] {
        assert_eq!(subjects(&app, person).await, [subject]);
        let letter = letters(&app, person, NOON).await.remove(0);
        assert_eq!(letter.unsubscribe, None);
        // By then the offer is answered, and whoever was asked is led to no form.
        let page = act_in(&letter.body).unwrap();
        app.stranger().get(&page).await.says(says);
        assert!(
            letter
                .body
                .contains("Letters like this one always come at once.")
        );
    }
    for person in [declined.mentee, moving.mentor] {
        assert!(subjects(&app, person).await.is_empty());
    }
}

#[sqlx::test]
async fn whoever_did_not_end_it_is_told_that_it_has_ended(db: PgPool) {
    let app = TestApp::new(db).await;
    let own = given::pairing().insert(&app.db).await;
    let from_outside = given::pairing().insert(&app.db).await;
    for (person, pairing) in [
        (own.mentor, &own),
        (from_outside.coordinator, &from_outside),
    ] {
        app.sign_in(person)
            .await
            .post(&format!("{}/ending", pairing.path), &[("how", "ended")])
            .await
            .leads_to(&pairing.path);
    }
    assert!(subjects(&app, own.mentor).await.is_empty());
    for (person, subject, place) in [
        (own.mentee, "Your pairing with Maya has ended", &own.path),
        (
            from_outside.mentee,
            "Your pairing with Maya has ended",
            &from_outside.path,
        ),
        (
            from_outside.mentor,
            "Your pairing with Tom has ended",
            &from_outside.path,
        ),
    ] {
        assert_eq!(subjects(&app, person).await, [subject]);
        let letter = letters(&app, person, NOON).await.remove(0);
        assert_eq!(onward(&app, person, &letter.body).await, *place);
    }
}

#[sqlx::test]
async fn a_session_that_is_moved_is_told_again_and_one_that_is_cancelled_is_not(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = in_sessions(&app).await;
    let at = NOON + Duration::days(1);
    let session = written_up(&app, &pairing, NOON - Duration::days(3)).await;
    let coming = given::session(&app.db, &pairing, "session", at).await;
    assert_ne!(session.id, coming.id);
    days(&app, NOON, 1).await;
    run(
        &app,
        format!(
            "update mentoring_sessions set during = during + interval '0' where id = {}",
            coming.id
        )
        .replace(
            "during + interval '0'",
            "tstzrange(lower(during) + interval '2 days', upper(during) + interval '2 days')",
        ),
    )
    .await;
    days(&app, NOON + Duration::days(1), 2).await;
    assert_eq!(subjects(&app, pairing.mentee).await.len(), 2);
    let cancelled = given::session(&app.db, &pairing, "session", NOON + Duration::days(6)).await;
    run(
        &app,
        format!(
            "update mentoring_sessions set cancelled_on = '{}' where id = {}",
            date!(2026 - 04 - 05),
            cancelled.id
        ),
    )
    .await;
    days(&app, NOON + Duration::days(5), 1).await;
    let told = subjects(&app, pairing.mentee).await;
    assert_eq!(
        told.iter()
            .filter(|one| one.starts_with("Tomorrow"))
            .count(),
        2,
        "{told:?}"
    );
}

/// An administrator may look around in it, and coordinate there.
#[sqlx::test]
async fn nobody_real_is_reminded_of_the_demonstration(db: PgPool) {
    let app = TestApp::new(db).await;
    let made_up = in_sessions(&app).await;
    let real = in_sessions(&app).await;
    run(
        &app,
        format!(
            "insert into coordinators values ({}, {}, null, '2026-04-01')",
            made_up.programme.id, real.coordinator.0
        ),
    )
    .await;
    run(
        &app,
        "insert into demonstration (loaded_at) values ('2026-04-01')".into(),
    )
    .await;
    run(
        &app,
        format!(
            "insert into made_up_programmes values ({})",
            made_up.programme.id
        ),
    )
    .await;
    for person in [made_up.mentor, made_up.mentee, made_up.coordinator] {
        run(
            &app,
            format!("insert into made_up_people values ({})", person.0),
        )
        .await;
    }
    days(&app, NOON, 40).await;
    let cleo = letters(&app, real.coordinator, NOON).await;
    assert_eq!(cleo.len(), 1, "{cleo:?}");
    let place = onward(&app, real.coordinator, &cleo[0].body).await;
    assert_eq!(place, real.path);
    let kept: i64 = sqlx::query_scalar("select count(*) from letters where made_up")
        .fetch_one(&app.db)
        .await
        .unwrap();
    assert!(
        kept > 0,
        "those of the demonstration can be read by administrators"
    );
}

/// What was booked after Monday's letter would otherwise be over before the next one.
#[sqlx::test]
async fn whoever_gets_one_letter_a_week_hears_of_a_later_session_the_day_before(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = in_sessions(&app).await;
    wants(&app, pairing.mentee, "weekly").await;
    let monday = datetime!(2026-03-30 08:00 UTC);
    let known = given::session(&app.db, &pairing, "session", monday + Duration::days(1)).await;
    remind(&app.state(), monday).await.unwrap();
    let told = subjects(&app, pairing.mentee).await;
    assert_eq!(told, ["Tomorrow: your session with Maya"]);
    run(
        &app,
        format!("delete from mentoring_sessions where id = {}", known.id),
    )
    .await;

    let thursday = datetime!(2026-04-02 14:00 UTC);
    let session = given::session(&app.db, &pairing, "session", thursday).await;
    run(
        &app,
        format!(
            "update mentoring_sessions set booked_at = '2026-03-31 09:00Z' where id = {}",
            session.id
        ),
    )
    .await;
    // A target that is due then as well waits for Monday.
    run(
        &app,
        format!(
            "insert into targets (pairing_id, what, owner_id, due_on, set_by, set_on)
             values ({}, 'x', {}, '2026-04-02', {}, '2026-03-31')",
            pairing.id, pairing.mentee.0, pairing.mentor.0
        ),
    )
    .await;
    for (now, letters) in [
        // Two days before, at night, then by day, and later that day.
        (datetime!(2026-03-31 12:00 UTC), 1),
        (datetime!(2026-04-01 04:00 UTC), 1),
        (datetime!(2026-04-01 08:00 UTC), 2),
        (datetime!(2026-04-01 15:00 UTC), 2),
    ] {
        remind(&app.state(), now).await.unwrap();
        let told = subjects(&app, pairing.mentee).await;
        assert_eq!(told.len(), letters, "{now}: {told:?}");
    }
    let since = datetime!(2026-03-31 00:00 UTC);
    let letter = &self::letters(&app, pairing.mentee, since).await[0];
    assert_eq!(letter.subject, "Tomorrow: your session with Maya");
    let why = "wrote this, because you have a session booked.";
    assert!(letter.body.contains(why), "{}", letter.body);

    // Who wants no such letters gets none.
    run(&app, "delete from reminders".to_owned()).await;
    wants(&app, pairing.mentee, "none").await;
    remind(&app.state(), datetime!(2026-04-01 09:00 UTC))
        .await
        .unwrap();
    assert_eq!(subjects(&app, pairing.mentee).await.len(), 2);
}
