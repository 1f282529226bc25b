//! Pairings that close by themselves, fourteen days after their final session was recorded.

use crate::support::given::{At, Paired};
use crate::support::{NOON, TestApp, given};
use sqlx::PgPool;
use std::time::Duration as Wait;
use time::macros::{date, datetime};
use time::{Date, Duration, OffsetDateTime};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};
use waymark::moving_on::overdue::close_overdue;
use waymark::upkeep;

/// The builders hold the final session on 25 March, and record it at once.
const DUE: OffsetDateTime = datetime!(2026-04-08 12:00 UTC);
const NAME: &str = "closed the pairing after its final session";

async fn at_its_end(app: &TestApp) -> Paired {
    given::pairing()
        .at(At::FinalSessionHeld)
        .insert(&app.db)
        .await
}

async fn closed(app: &TestApp, pairing: &Paired) -> Option<(Date, String)> {
    let (on, how): (Option<Date>, Option<String>) =
        sqlx::query_as("select closed_on, closed_how from pairings where id = $1")
            .bind(pairing.id)
            .fetch_one(&app.db)
            .await
            .unwrap();
    on.zip(how)
}

/// Who closed it by itself, and when: a row each.
async fn audited(app: &TestApp) -> Vec<(i64, OffsetDateTime, Option<i64>)> {
    sqlx::query_as("select pairing_id, at, actor_id from audit_events where act = $1 order by id")
        .bind(NAME)
        .fetch_all(&app.db)
        .await
        .unwrap()
}

#[sqlx::test]
async fn a_pairing_closes_once_fourteen_days_after_its_final_session(db: PgPool) {
    let app = TestApp::at(db, DUE).await;
    let pairing = at_its_end(&app).await;
    let elsewhere = given::pairing().at(At::MovingOn).insert(&app.db).await;
    sqlx::query("update pairings set mentor_reviewed_on = '2026-03-26' where id = $1")
        .bind(pairing.id)
        .execute(&app.db)
        .await
        .unwrap();

    let the_day_before = DUE - Duration::days(1);
    assert_eq!(
        close_overdue(&app.state(), the_day_before).await.unwrap(),
        0
    );
    assert_eq!(closed(&app, &pairing).await, None);

    assert_eq!(close_overdue(&app.state(), DUE).await.unwrap(), 1);
    let as_completed = Some((date!(2026 - 04 - 08), "completed".into()));
    assert_eq!(closed(&app, &pairing).await, as_completed);
    assert_eq!(closed(&app, &elsewhere).await, None);
    assert_eq!(audited(&app).await, [(pairing.id, DUE, None)]);

    let later = DUE + Duration::days(1);
    assert_eq!(close_overdue(&app.state(), later).await.unwrap(), 0);
    assert_eq!(closed(&app, &pairing).await, as_completed);
    assert_eq!(audited(&app).await.len(), 1);

    let tom = app.sign_in(pairing.mentee).await;
    tom.get(&pairing.path).await.says("Closed");
}

/// What is told weeks later is not closed before anybody could look back: neither by pressing the
/// button late nor by logging the meeting late.
#[sqlx::test]
async fn the_days_count_from_when_the_final_session_was_recorded(db: PgPool) {
    let app = TestApp::new(db).await;
    let late = NOON - Duration::days(15);
    let pressed = given::pairing().at(At::MovingOn).insert(&app.db).await;
    let session = given::session(&app.db, &pressed, "moving_on", late).await;
    let logged = given::pairing().at(At::MovingOn).insert(&app.db).await;
    let tom = app.sign_in(pressed.mentee).await;
    let page = tom.get(&session.path).await;
    tom.post(page.form_with("It happened"), &[])
        .await
        .leads_to(&session.path);
    let log = [("date", "2026-03-17"), ("time", "12pm")];
    let other = app.sign_in(logged.mentee).await;
    other
        .post(&format!("{}/sessions/past", logged.path), &log)
        .await
        .is(axum::http::StatusCode::SEE_OTHER);
    for (visitor, pairing) in [(&tom, &pressed), (&other, &logged)] {
        visitor
            .get(&format!("{}/moving-on", pairing.path))
            .await
            .says("Held 17 March 2026")
            .says("Wednesday 15 April 2026");
    }
    for (days, closes) in [(0, 0), (13, 0), (14, 2)] {
        let now = NOON + Duration::days(days);
        let count = close_overdue(&app.state(), now).await.unwrap();
        assert_eq!(count, closes, "after {days} days");
    }
}

/// Only one of the two has answered: it closes all the same, and the other still reads nothing.
#[sqlx::test]
async fn the_reviews_it_has_are_kept_and_can_be_read(db: PgPool) {
    let app = TestApp::at(db, DUE).await;
    let pairing = at_its_end(&app).await;
    let path = format!("{}/review", pairing.path);
    let earlier = TestApp::at(app.db.clone(), NOON).await;
    let tom = earlier.sign_in(pairing.mentee).await;
    let answers = [
        ("effectiveness", "4"),
        ("results", "I lead the audit"),
        ("learned", "To ask"),
        ("gained", "Calm"),
        ("differently", "Meet sooner"),
    ];
    tom.post(&path, &answers).await.leads_to(&path);

    assert_eq!(close_overdue(&app.state(), DUE).await.unwrap(), 1);
    let tom = app.sign_in(pairing.mentee).await;
    tom.get(&path).await.says("I lead the audit");
    // What only one of them answered stays theirs.
    let maya = app.sign_in(pairing.mentor).await;
    maya.get(&path).await.does_not_say("I lead the audit");
    let refused = maya.post(&path, &answers).await;
    refused
        .is(axum::http::StatusCode::CONFLICT)
        .says("This pairing is closed");
}

/// The fourteenth day begins at midnight in the programme, not at Greenwich.
#[sqlx::test]
async fn the_days_are_those_of_the_programme(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = at_its_end(&app).await;
    sqlx::query("update programmes set time_zone = 'Europe/Amsterdam' where id = $1")
        .bind(pairing.programme.id)
        .execute(&app.db)
        .await
        .unwrap();
    let before = datetime!(2026-04-07 21:59 UTC);
    assert_eq!(close_overdue(&app.state(), before).await.unwrap(), 0);
    let midnight = datetime!(2026-04-07 22:00 UTC);
    assert_eq!(close_overdue(&app.state(), midnight).await.unwrap(), 1);
    let as_completed = Some((date!(2026 - 04 - 08), "completed".into()));
    assert_eq!(closed(&app, &pairing).await, as_completed);
}

#[sqlx::test]
async fn a_pause_stops_the_clock_and_it_begins_anew(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = at_its_end(&app).await;
    let tom = app.sign_in(pairing.mentee).await;
    let pause = format!("{}/pause", pairing.path);
    tom.post(&pause, &[]).await.leads_to(&pairing.path);
    let much_later = DUE + Duration::days(100);
    assert_eq!(close_overdue(&app.state(), much_later).await.unwrap(), 0);

    let back = datetime!(2026-05-04 12:00 UTC);
    let app = TestApp::at(app.db.clone(), back).await;
    let tom = app.sign_in(pairing.mentee).await;
    let resumption = format!("{}/resumption", pairing.path);
    tom.post(&resumption, &[]).await.leads_to(&pairing.path);
    for (days, closes) in [(0, 0), (13, 0), (14, 1)] {
        let now = back + Duration::days(days);
        let count = close_overdue(&app.state(), now).await.unwrap();
        assert_eq!(count, closes, "after {days} days");
    }
}

/// Two servers do it at the same moment, each for many pairings.
#[sqlx::test]
async fn two_servers_at_once_close_each_pairing_once(db: PgPool) {
    let app = TestApp::at(db, DUE).await;
    let mut ids = Vec::new();
    for _ in 0..20 {
        ids.push(at_its_end(&app).await.id);
    }
    let other = TestApp::at(app.db.clone(), DUE).await;
    // Connected already, so that neither is ahead.
    for server in [&app.server, &other.server] {
        sqlx::query("select 1").execute(server).await.unwrap();
    }
    let (first, second) = (app.state(), other.state());
    let (one, two) = tokio::join!(close_overdue(&first, DUE), close_overdue(&second, DUE));
    // Whoever finds a pairing locked leaves it to the other.
    let left = close_overdue(&app.state(), DUE).await.unwrap();
    assert_eq!(one.unwrap() + two.unwrap(), 20);
    assert_eq!(left, 0);
    let mut closed: Vec<i64> = audited(&app).await.into_iter().map(|row| row.0).collect();
    closed.sort_unstable();
    assert_eq!(closed, ids);
}

/// One holds a pairing locked and has not committed: the other neither waits nor closes it twice.
#[sqlx::test]
async fn nobody_waits_for_a_pairing_that_somebody_else_is_closing(db: PgPool) {
    let app = TestApp::at(db, DUE).await;
    let held = at_its_end(&app).await;
    let free = at_its_end(&app).await;
    let mut first = app.db.begin().await.unwrap();
    let locked: i64 = sqlx::query_scalar("select id from pairings where id = $1 for update")
        .bind(held.id)
        .fetch_one(&mut *first)
        .await
        .unwrap();
    let second = timeout(Wait::from_secs(2), close_overdue(&app.state(), DUE)).await;
    assert_eq!(second.expect("it did not wait").unwrap(), 1);
    assert!(closed(&app, &free).await.is_some());
    assert_eq!(locked, held.id);

    first.commit().await.unwrap();
    assert_eq!(close_overdue(&app.state(), DUE).await.unwrap(), 1);
    assert_eq!(audited(&app).await.len(), 2);
}

/// It begins at once, outlives an error, and ends with the server.
#[sqlx::test]
async fn the_server_keeps_closing_until_it_stops(db: PgPool) {
    let app = TestApp::at(db, DUE).await;
    let pairing = at_its_end(&app).await;
    let rename = "alter function close_overdue_pairings rename to not_now";
    sqlx::query(rename).execute(&app.db).await.unwrap();
    let (tell, told) = oneshot::channel::<()>();
    let every = Wait::from_millis(20);
    let task = tokio::spawn(upkeep::keep_up(app.state(), every, told));
    sleep(every * 5).await;
    assert_eq!(closed(&app, &pairing).await, None);

    let rename = "alter function not_now rename to close_overdue_pairings";
    sqlx::query(rename).execute(&app.db).await.unwrap();
    let closing = async {
        while closed(&app, &pairing).await.is_none() {
            sleep(every).await;
        }
    };
    timeout(Wait::from_secs(10), closing).await.expect("closed");

    tell.send(()).unwrap();
    let ended = timeout(Wait::from_secs(10), task).await;
    ended.expect("it ended").unwrap();
}

#[sqlx::test]
async fn what_has_expired_is_cleared_away(db: PgPool) {
    let app = TestApp::new(db).await;
    let maya = given::person(&app.db, "Maya").await;
    given::sign_in(&app.db, maya).await;
    for (days, kept) in [(1, 1), (8, 0)] {
        sqlx::query("insert into forms_used values (gen_random_uuid(), $1, $2)")
            .bind(maya.0)
            .bind(NOON - Duration::days(days))
            .execute(&app.db)
            .await
            .unwrap();
        upkeep::forget(&app.server, NOON).await.unwrap();
        let sql = "delete from forms_used";
        let left = sqlx::query(sql).execute(&app.db).await.unwrap();
        assert_eq!(left.rows_affected(), kept, "after {days} days");
    }
    let signed_in = "select count(*) from sign_ins";
    for (later, kept) in [(0, 1_i64), (4000, 0)] {
        upkeep::forget(&app.server, NOON + Duration::days(later))
            .await
            .unwrap();
        let left: i64 = sqlx::query_scalar(signed_in)
            .fetch_one(&app.db)
            .await
            .unwrap();
        assert_eq!(left, kept);
    }
}

/// What it cancels is taken out of both calendars, as when somebody cancels it.
#[sqlx::test]
async fn both_are_told_of_a_session_that_the_closing_cancels(db: PgPool) {
    let app = TestApp::at(db, DUE).await;
    let pairing = at_its_end(&app).await;
    given::session(&app.db, &pairing, "session", DUE + Duration::days(3)).await;
    given::session(&app.db, &pairing, "session", DUE + Duration::days(9)).await;
    at_its_end(&app).await;
    assert_eq!(close_overdue(&app.state(), DUE).await.unwrap(), 2);
    let letters: Vec<(i64, String, String, String, String)> = sqlx::query_as(
        "select person_id, subject, body, calendar_method, calendar from letters order by id",
    )
    .fetch_all(&app.db)
    .await
    .unwrap();
    let to: Vec<i64> = letters.iter().map(|letter| letter.0).collect();
    let (mentor, mentee) = (pairing.mentor.0, pairing.mentee.0);
    assert_eq!(to, [mentor, mentee, mentor, mentee]);
    for (_, subject, body, method, calendar) in &letters {
        assert!(
            subject.starts_with("Cancelled: your session with "),
            "{subject}"
        );
        assert!(body.contains("because your pairing was closed"), "{body}");
        assert_eq!(method, "CANCEL");
        assert!(calendar.contains("STATUS:CANCELLED"), "{calendar}");
        assert!(calendar.contains("SEQUENCE:1"), "{calendar}");
        assert!(!calendar.contains("Juniper"), "{calendar}");
    }
}
