//! People's other calendars, read from a real server over HTTPS: which times remain, what is told of
//! what went wrong, and that nobody learns more than that somebody is busy.

use crate::support::calendar_server::{Answers, CalendarServer};
use crate::support::given::{self, At, Paired};
use crate::support::{Answer, NOON, TestApp, Visitor};
use axum::http::StatusCode;
use sqlx::{AssertSqlSafe, PgPool};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use tokio::sync::watch;
use waymark::App;
use waymark::busy_calendars::{Fetcher, read_due};
use waymark::clock::Clock;
use waymark::config::CalendarHost;

const PAGE: &str = "/account/free-time";
const ADD: &str = "/account/other-calendars";

/// It is noon on Wednesday 1 April in London; Maya, the mentor, gives Thursday 9 to 12, which is
/// 8:00 to 11:00 UTC.
async fn pair(app: &TestApp) -> Paired {
    let pairing = given::pairing().insert(&app.db).await;
    given::weekly_hours(&app.db, pairing.mentor, 4, "09:00", "12:00").await;
    pairing
}

fn event(from: &str, until: &str) -> String {
    with_uid("an-event", from, until)
}

fn with_uid(uid: &str, from: &str, until: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nSUMMARY:secret-title\r\n\
         LOCATION:secret-place\r\nDTSTART:{from}\r\nDTEND:{until}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

fn busy_at_nine() -> Answers {
    Answers::Calendar(event("20260402T081500Z", "20260402T090000Z"))
}

async fn read_at(app: &TestApp, now: OffsetDateTime) -> u64 {
    let (_tell, told) = watch::channel(false);
    let app = App {
        clock: Clock::Stopped(now),
        ..app.state()
    };
    read_due(&app, &told).await.unwrap()
}

async fn add(visitor: &Visitor<'_>, address: &str) -> Answer {
    visitor.post(ADD, &[("address", address)]).await
}

/// Maya names her calendar, and it is read.
async fn named_and_read(app: &TestApp, pairing: &Paired, server: &CalendarServer) {
    let maya = app.sign_in(pairing.mentor).await;
    add(&maya, &server.address())
        .await
        .leads_to(PAGE)
        .tells("read within a minute");
    assert_eq!(read_at(app, NOON).await, 1);
}

/// The times of 2 April.
async fn offered(visitor: &Visitor<'_>, pairing: &Paired) -> Vec<String> {
    let page = visitor.get(&format!("{}/sessions/new", pairing.path)).await;
    let at = page.values_of("at").into_iter();
    let at = at.filter_map(|at| at.strip_prefix("2026-04-02T"));
    at.map(|at| at[..5].to_owned()).collect()
}

async fn count(app: &TestApp, what: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(format!("select count(*) from {what}")))
        .fetch_one(&app.db)
        .await
        .unwrap()
}

async fn run(app: &TestApp, sql: String) {
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(&app.db)
        .await
        .unwrap();
}

#[sqlx::test]
async fn busy_times_are_not_offered_to_either_of_the_two(db: PgPool) {
    let server = CalendarServer::open().await;
    server.answers(busy_at_nine());
    let app = TestApp::fetching(db, server.fetcher()).await;
    let pairing = pair(&app).await;
    let (maya, tom) = (
        app.sign_in(pairing.mentor).await,
        app.sign_in(pairing.mentee).await,
    );
    let all = ["08:00", "08:30", "09:00", "09:30", "10:00"];
    assert_eq!(offered(&tom, &pairing).await, all);

    named_and_read(&app, &pairing, &server).await;
    assert_eq!(offered(&tom, &pairing).await, all[2..]);
    assert_eq!(offered(&maya, &pairing).await, all[2..]);
    maya.get(PAGE)
        .await
        .says("localhost/…pQ7x")
        .says("Read just now. 1 busy time in the next four weeks.")
        .does_not_say("secret-address");

    // The time to oneself around a session is kept free of what is in a calendar too.
    run(
        &app,
        format!(
            "insert into booking_wishes values ({}, 2, 30)",
            pairing.mentor.0
        ),
    )
    .await;
    assert_eq!(offered(&tom, &pairing).await, all[3..]);
}

#[sqlx::test]
async fn a_time_of_ones_own_is_refused_in_words_at_every_door(db: PgPool) {
    let server = CalendarServer::open().await;
    server.answers(busy_at_nine());
    let app = TestApp::fetching(db, server.fetcher()).await;
    let pairing = pair(&app).await;
    named_and_read(&app, &pairing, &server).await;
    let (maya, tom) = (
        app.sign_in(pairing.mentor).await,
        app.sign_in(pairing.mentee).await,
    );
    let yours = "Your other calendar says that you are busy on Thursday 2 April";
    let theirs = "One of you is busy on Thursday 2 April";
    let nine = ("at", "2026-04-02T08:00:00Z");
    for (visitor, words) in [(&maya, yours), (&tom, theirs)] {
        for door in ["sessions/confirm", "sessions"] {
            let form = [nine, ("agenda", "what-was-typed")];
            let path = format!("{}/{door}", pairing.path);
            visitor
                .post(&path, &form)
                .await
                .is(StatusCode::CONFLICT)
                .says(words)
                .says("what-was-typed");
        }
    }
    assert_eq!(count(&app, "mentoring_sessions").await, 0);

    let sessions = format!("{}/sessions", pairing.path);
    let booked = tom.post(&sessions, &[("at", "2026-04-02T09:30:00Z")]).await;
    booked.is(StatusCode::SEE_OTHER);
    let session = booked.location.as_deref().unwrap();
    let key = session.rsplit('/').next().unwrap();
    let moved = maya.post(&sessions, &[nine, ("moving", key)]).await;
    moved.is(StatusCode::CONFLICT).says(yours);
    let moved = maya
        .post(
            &sessions,
            &[("at", "2026-04-02T09:00:00Z"), ("moving", key)],
        )
        .await;
    moved.leads_to(session).tells("Moved");
}

#[sqlx::test]
async fn a_session_that_comes_back_through_a_calendar_stands_in_nobodys_way(db: PgPool) {
    let server = CalendarServer::open().await;
    let app = TestApp::fetching(db, server.fetcher()).await;
    let pairing = pair(&app).await;
    let nine = datetime!(2026-04-02 08:00 UTC);
    given::session(&app.db, &pairing, "initial", nine).await;
    let uid: String = sqlx::query_scalar("select uid::text from mentoring_sessions")
        .fetch_one(&app.db)
        .await
        .unwrap();
    let maya = app.sign_in(pairing.mentor).await;
    add(&maya, &server.address()).await.leads_to(PAGE);
    let mut now = NOON;
    for (says, text, kept) in [
        (
            "by its uid, also where it stands as it stood before",
            with_uid(&uid, "20260402T083000Z", "20260402T093000Z"),
            0,
        ),
        (
            "by its times",
            event("20260402T080000Z", "20260402T090000Z"),
            0,
        ),
        (
            "something else",
            event("20260402T083000Z", "20260402T093000Z"),
            1,
        ),
    ] {
        server.answers(Answers::Calendar(text));
        assert_eq!(read_at(&app, now).await, 1, "{says}");
        assert_eq!(count(&app, "calendar_busy").await, kept, "{says}");
        now += Duration::hours(1);
    }
}

#[sqlx::test]
async fn further_sessions_leave_out_when_one_of_the_two_is_busy(db: PgPool) {
    let server = CalendarServer::open().await;
    server.answers(Answers::Calendar(event(
        "20260430T081500Z",
        "20260430T083000Z",
    )));
    let app = TestApp::fetching(db, server.fetcher()).await;
    let pairing = given::pairing().at(At::Sessions).insert(&app.db).await;
    given::weekly_hours(&app.db, pairing.mentor, 4, "09:00", "12:00").await;
    named_and_read(&app, &pairing, &server).await;
    let tom = app.sign_in(pairing.mentee).await;
    let form = [("at", "2026-04-02T08:00:00Z"), ("repeat", "2")];
    tom.post(&format!("{}/sessions", pairing.path), &form)
        .await
        .tells("Left out, because one of you is busy: 30 April");
}

#[sqlx::test]
async fn what_went_wrong_is_told_and_what_was_read_stays_for_three_days(db: PgPool) {
    let server = CalendarServer::open().await;
    server.answers(busy_at_nine());
    let app = TestApp::fetching(db, server.fetcher()).await;
    let pairing = pair(&app).await;
    named_and_read(&app, &pairing, &server).await;
    let maya = app.sign_in(pairing.mentor).await;
    let elsewhere = |place: &str| Answers::MovedTo(place.to_owned());
    let no_calendar = "What is at this address is no calendar";
    for (answers, words) in [
        (Answers::Status(404), "There is no calendar at this address"),
        (Answers::Status(401), "The address asks to sign in"),
        (Answers::Status(503), "Its server answered with error 503."),
        (Answers::Large, "The calendar is too large"),
        (Answers::Round, "The address leads on and on"),
        (elsewhere("https://127.0.0.1/private"), "has moved to"),
        (elsewhere("https://169.254.169.254/private"), "has moved to"),
        (elsewhere("http://cal.example/"), "has moved to"),
        (elsewhere("https://[::ffff:10.0.0.1]/"), "has moved to"),
        // A name that leads here, at a port where no calendars are allowed to be.
        (
            elsewhere("https://localhost/private"),
            "into a private network",
        ),
        (Answers::Calendar("<!doctype html>".into()), no_calendar),
    ] {
        server.answers(answers);
        run(
            &app,
            "update calendar_subscriptions set next_fetch_at = '2026-04-01'".into(),
        )
        .await;
        server.asked();
        assert_eq!(read_at(&app, NOON).await, 1, "{words}");
        let asked = server.asked();
        assert!(asked.len() <= 4, "{words}: {asked:?}");
        assert!(
            !asked.iter().any(|one| one.contains("/private")),
            "{asked:?}"
        );
        maya.get(PAGE)
            .await
            .says(words)
            .says("Last read just now. 1 busy time");
    }
    // Ever more seldom.
    assert_eq!(read_at(&app, NOON + Duration::hours(7)).await, 0);
    assert_eq!(read_at(&app, NOON + Duration::hours(9)).await, 1);
    assert_eq!(count(&app, "calendar_busy").await, 1);
    server.answers(Answers::Status(404));
    assert_eq!(read_at(&app, NOON + Duration::hours(73)).await, 1);
    assert_eq!(count(&app, "calendar_busy").await, 0);
}

#[sqlx::test]
async fn a_server_that_says_nothing_is_not_waited_for_for_ever(db: PgPool) {
    let server = CalendarServer::open().await;
    let fetcher = server.fetcher().waiting(std::time::Duration::from_secs(1));
    let app = TestApp::fetching(db, fetcher).await;
    let pairing = pair(&app).await;
    let maya = app.sign_in(pairing.mentor).await;
    add(&maya, &server.address()).await;
    assert_eq!(read_at(&app, NOON).await, 1);
    maya.get(PAGE)
        .await
        .says("Its server took too long to answer.")
        .says("Never read so far.");
}

#[sqlx::test]
async fn a_server_that_is_not_trusted_is_not_read(db: PgPool) {
    let server = CalendarServer::open().await;
    server.answers(busy_at_nine());
    let untrusting = Fetcher::new(&[CalendarHost {
        host: "localhost".into(),
        port: server.port,
    }]);
    let app = TestApp::fetching(db, untrusting).await;
    let pairing = pair(&app).await;
    let maya = app.sign_in(pairing.mentor).await;
    add(&maya, &server.address()).await;
    assert_eq!(read_at(&app, NOON).await, 1);
    maya.get(PAGE)
        .await
        .says("Its server could not show that it is the right one.");
    assert!(server.asked().is_empty());
}

#[sqlx::test]
async fn what_has_not_changed_is_not_sent_again_and_all_of_it_once_a_day(db: PgPool) {
    let server = CalendarServer::open().await;
    server.answers(busy_at_nine());
    let app = TestApp::fetching(db, server.fetcher()).await;
    let pairing = pair(&app).await;
    named_and_read(&app, &pairing, &server).await;
    let asked = server.asked();
    let asked = asked[0].to_ascii_lowercase();
    assert!(!asked.contains("if-none-match"), "{asked}");
    for header in ["cookie", "referer", "authorization"] {
        assert!(!asked.contains(header), "{asked}");
    }
    assert_eq!(read_at(&app, NOON + Duration::minutes(29)).await, 0);
    assert_eq!(read_at(&app, NOON + Duration::minutes(30)).await, 1);
    assert!(server.asked()[0].contains("if-none-match"));
    let maya = app.sign_in(pairing.mentor).await;
    maya.get(PAGE).await.says("1 busy time in the next");
    assert_eq!(count(&app, "calendar_busy").await, 1);
    assert_eq!(read_at(&app, NOON + Duration::hours(25)).await, 1);
    assert!(!server.asked()[0].contains("if-none-match"));
}

#[sqlx::test]
async fn two_servers_do_not_read_one_calendar_at_once(db: PgPool) {
    let server = CalendarServer::open().await;
    server.answers(busy_at_nine());
    let app = TestApp::fetching(db, server.fetcher()).await;
    let pairing = pair(&app).await;
    let maya = app.sign_in(pairing.mentor).await;
    add(&maya, &server.address()).await;
    let (one, other) = tokio::join!(read_at(&app, NOON), read_at(&app, NOON));
    assert_eq!(one + other, 1);
    assert_eq!(server.asked().len(), 1);
}

#[sqlx::test]
async fn an_address_is_checked_kept_once_and_never_shown(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = pair(&app).await;
    let maya = app.sign_in(pairing.mentor).await;
    for (address, words) in [
        ("", "Enter the whole address"),
        ("cal.example/secret-typo", "Enter the whole address"),
        ("http://cal.example/secret-typo", "begins with https://"),
        (
            "https://192.168.1.1/secret-typo",
            "read from the internet alone",
        ),
        (
            "https://cal.example:8443/secret-typo",
            "read from the internet alone",
        ),
    ] {
        add(&maya, address)
            .await
            .is(StatusCode::UNPROCESSABLE_ENTITY)
            .says(words)
            .says(&format!("value=\"{address}\""));
    }
    assert_eq!(count(&app, "calendar_subscriptions").await, 0);
    for (address, kept) in [
        ("webcal://one.example/secret-path-to-x7Qa/it.ics", 1),
        ("https://one.example/secret-path-to-x7Qa/it.ics", 1),
        ("https://two.example/secret-path-to-x7Qa/it.ics", 2),
        ("https://three.example/secret-path-to-x7Qa/it.ics", 3),
    ] {
        add(&maya, address).await.leads_to(PAGE);
        assert_eq!(count(&app, "calendar_subscriptions").await, kept);
    }
    add(&maya, "https://four.example/")
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("You have three calendars already");
    maya.get(PAGE)
        .await
        .says("one.example/…x7Qa")
        .says("It will be read within a minute.")
        .does_not_say("secret-path");
}

#[sqlx::test]
async fn a_calendar_is_read_at_once_but_not_again_and_again_and_taken_back(db: PgPool) {
    let server = CalendarServer::open().await;
    server.answers(busy_at_nine());
    let app = TestApp::fetching(db, server.fetcher()).await;
    let pairing = pair(&app).await;
    named_and_read(&app, &pairing, &server).await;
    let (maya, tom) = (
        app.sign_in(pairing.mentor).await,
        app.sign_in(pairing.mentee).await,
    );
    let page = maya.get(PAGE).await;
    let (read, remove) = (
        page.form_with("Read it now"),
        page.form_with("Remove<span class=\"hidden\"> localhost"),
    );
    maya.post(read, &[]).await.tells("a moment ago");
    assert_eq!(read_at(&app, NOON).await, 0);
    run(
        &app,
        "update calendar_subscriptions set tried_at = '2026-04-01 11:58+00'".into(),
    )
    .await;
    tom.post(read, &[]).await.is(StatusCode::NOT_FOUND);
    tom.post(remove, &[]).await.leads_to(PAGE);
    assert_eq!(read_at(&app, NOON).await, 0);
    maya.post(read, &[]).await.tells("It is being read");
    assert_eq!(read_at(&app, NOON).await, 1);

    maya.post(remove, &[])
        .await
        .tells("busy times are forgotten");
    for table in ["calendar_subscriptions", "calendar_busy"] {
        assert_eq!(count(&app, table).await, 0, "{table}");
    }
    maya.post(remove, &[]).await.leads_to(PAGE);
}

#[sqlx::test]
async fn nobody_reads_a_title_or_an_address(db: PgPool) {
    let server = CalendarServer::open().await;
    server.answers(busy_at_nine());
    let app = TestApp::fetching(db, server.fetcher()).await;
    let pairing = pair(&app).await;
    let admin = given::administrator(&app.db, "Ada").await;
    named_and_read(&app, &pairing, &server).await;
    for table in [
        "calendar_subscriptions",
        "calendar_busy",
        "audit_events",
        "letters",
    ] {
        let text: Option<String> = sqlx::query_scalar(AssertSqlSafe(format!(
            "select string_agg(kept::text, '') from {table} kept"
        )))
        .fetch_one(&app.db)
        .await
        .unwrap();
        let text = text.unwrap_or_default();
        for word in ["secret-title", "secret-place"] {
            assert!(!text.contains(word), "{table}: {text}");
        }
        let holds = text.contains("secret-address");
        assert_eq!(holds, table == "calendar_subscriptions", "{table}: {text}");
    }
    for person in [pairing.mentee, pairing.coordinator, admin] {
        let mut db = app.server.begin().await.unwrap();
        sqlx::query("select set_config('app.person_id', $1::bigint::text, true)")
            .bind(person.0)
            .execute(&mut *db)
            .await
            .unwrap();
        for question in [
            "select count(*) from calendar_subscriptions",
            "select count(*) from calendar_busy",
            "select count(*) from calendar_to_read('2036-01-01')",
        ] {
            let found: i64 = sqlx::query_scalar(question)
                .fetch_one(&mut *db)
                .await
                .unwrap();
            assert_eq!(found, 0, "{question} by {person:?}");
        }
        let busy: i64 =
            sqlx::query_scalar("select count(*) from busy_times where session_id is null")
                .fetch_one(&mut *db)
                .await
                .unwrap();
        assert_eq!(busy, i64::from(person == pairing.mentee), "{person:?}");
    }
}

#[sqlx::test]
async fn whoever_leaves_takes_their_calendars_along(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = pair(&app).await;
    let maya = app.sign_in(pairing.mentor).await;
    add(&maya, "https://cal.example/maya.ics").await;
    let admin = given::administrator(&app.db, "Ada").await;
    let ada = app.sign_in(admin).await;
    let path = format!("/people/{}/deactivation", pairing.mentor.0);
    ada.post(&path, &[]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(
        count(&app, "people where deactivated_at is not null").await,
        1
    );
    assert_eq!(count(&app, "calendar_subscriptions").await, 0);
}
