//! Pairings that end early or by themselves, and those that are taken up again.

use crate::support::given::{At, Paired};
use crate::support::{NOON, TestApp, given};
use axum::http::StatusCode;
use rustix::process::{Pid, Signal, kill_process};
use sqlx::{ConnectOptions, PgPool};
use std::process::{Command, Stdio};
use time::macros::{date, datetime};
use time::{Date, Duration};
use waymark::database::migrate;
use waymark::moving_on::overdue::close_overdue;

#[sqlx::test]
async fn an_offer_that_was_declined_is_not_opened_again(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().at(At::Offered).insert(&app.db).await;
    let tom = app.sign_in(pairing.mentee).await;
    tom.post(&format!("{}/refusal", pairing.path), &[])
        .await
        .leads_to("/");
    let cleo = app.sign_in(pairing.coordinator).await;
    cleo.post(&format!("{}/reopening", pairing.path), &[])
        .await
        .is(StatusCode::CONFLICT)
        .says("Pair the two again instead");
    cleo.get(&pairing.path).await.says("Not taken up");
}

#[sqlx::test]
async fn opening_again_keeps_the_rules_of_pairing(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().at(At::Closed).insert(&app.db).await;
    let cleo = app.sign_in(pairing.coordinator).await;
    let reopen = format!("{}/reopening", pairing.path);
    sqlx::query("update enrolments set capacity = 0 where person_id = $1")
        .bind(pairing.mentor.0)
        .execute(&app.db)
        .await
        .unwrap();
    cleo.post(&reopen, &[("again", "sessions")])
        .await
        .is(StatusCode::CONFLICT)
        .says("no free place");
    sqlx::query("update people set line_manager_id = $2 where id = $1")
        .bind(pairing.mentee.0)
        .bind(pairing.mentor.0)
        .execute(&app.db)
        .await
        .unwrap();
    cleo.post(&reopen, &[("again", "sessions")])
        .await
        .is(StatusCode::CONFLICT)
        .says("a line manager cannot be the mentor");
    sqlx::query("update people set line_manager_id = null")
        .execute(&app.db)
        .await
        .unwrap();
    let ana = given::person(&app.db, "Ana").await;
    given::mentor(&app.db, pairing.programme, ana, 1).await;
    sqlx::query("update enrolments set capacity = 2 where person_id = $1")
        .bind(pairing.mentor.0)
        .execute(&app.db)
        .await
        .unwrap();
    sqlx::query(
        "insert into pairings (programme_id, mentor_id, mentee_id, proposed_on)
         values ($1, $2, $3, '2026-03-31')",
    )
    .bind(pairing.programme.id)
    .bind(ana.0)
    .bind(pairing.mentee.0)
    .execute(&app.db)
    .await
    .unwrap();
    cleo.post(&reopen, &[("again", "sessions")])
        .await
        .is(StatusCode::CONFLICT)
        .says("another mentor in this programme");
}

#[sqlx::test]
async fn ending_early_says_how_and_to_nobody_why(db: PgPool) {
    let app = TestApp::new(db).await;
    for at in [At::InitialMeeting, At::Sessions, At::MovingOn] {
        for (how, words) in [
            ("completed", "Completed early"),
            ("ended", "Ended without fault"),
            ("moved_or_left", "Moved or left"),
        ] {
            for by_coordinator in [false, true] {
                let pairing = given::pairing().at(at).insert(&app.db).await;
                let presser = if by_coordinator {
                    pairing.coordinator
                } else {
                    pairing.mentor
                };
                let presser = app.sign_in(presser).await;
                let fields = [
                    ("how", how),
                    ("reason", "He never prepares"),
                    ("words", "He never prepares"),
                ];
                presser
                    .post(&format!("{}/ending", pairing.path), &fields)
                    .await
                    .leads_to(&pairing.path);
                let tom = app.sign_in(pairing.mentee).await;
                tom.get(&pairing.path).await.says(words);
                for place in ["", "/moving-on", "/review", "/agreement", "/pause"] {
                    tom.get(&format!("{}{place}", pairing.path))
                        .await
                        .does_not_say("never prepares");
                }
            }
        }
    }
}

#[sqlx::test]
async fn a_pairing_that_ends_early_gives_back_what_was_booked(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let session = given::session(&app.db, &pairing, "session", NOON + Duration::days(1)).await;
    let tom = app.sign_in(pairing.mentee).await;
    tom.post(&format!("{}/ending", pairing.path), &[("how", "ended")])
        .await
        .leads_to(&pairing.path);
    tom.get(&session.path).await.says("Cancelled");
    let taken: i64 = sqlx::query_scalar("select count(*) from attendances")
        .fetch_one(&app.db)
        .await
        .unwrap();
    assert_eq!(taken, 0);
}

/// Nobody could have met meanwhile.
#[sqlx::test]
async fn whoever_is_taken_up_again_has_not_met_for_too_long_only_later(db: PgPool) {
    let app = TestApp::new(db).await;
    let late = "Too long ago";
    for met in [false, true] {
        let pairing = given::pairing().insert(&app.db).await;
        if met {
            given::settled(&app.db, &pairing, "held_on", NOON - Duration::weeks(10)).await;
        }
        let cleo = app.sign_in(pairing.coordinator).await;
        let dashboard = format!("/programmes/{}", pairing.programme.id);
        cleo.get(&dashboard).await.says(late);
        let ending = [("how", "ended")];
        for (place, fields) in [("ending", &ending[..]), ("reopening", &[])] {
            cleo.post(&format!("{}/{place}", pairing.path), fields)
                .await
                .leads_to(&pairing.path);
        }
        cleo.get(&dashboard).await.does_not_say(late);
        // Two weeks longer than every four weeks; the first time, three weeks.
        let weeks = if met { 6 } else { 3 };
        for (days, is_late) in [(0, false), (1, true)] {
            let now = NOON + Duration::weeks(weeks) + Duration::days(days);
            let later = TestApp::at(app.db.clone(), now).await;
            let cleo = later.sign_in(pairing.coordinator).await;
            let page = cleo.get(&dashboard).await;
            assert_eq!(page.body.contains(late), is_late, "{met} {days}");
        }
    }
}

/// Nobody may account for it any more, so nobody is waited for.
#[sqlx::test]
async fn a_session_that_nobody_accounted_for_stays_unsaid(db: PgPool) {
    let app = TestApp::new(db).await;
    let begun = NOON - Duration::hours(3);
    let ended = given::pairing().insert(&app.db).await;
    let overdue = given::pairing()
        .at(At::FinalSessionHeld)
        .insert(&app.db)
        .await;
    let one = given::session(&app.db, &ended, "session", begun).await;
    let other = given::session(&app.db, &overdue, "session", begun).await;
    let waits = "Waits for one of the two to say whether it happened";
    let tom = app.sign_in(ended.mentee).await;
    tom.get(&ended.path).await.says(waits);
    tom.post(&format!("{}/ending", ended.path), &[("how", "ended")])
        .await
        .leads_to(&ended.path);
    let the_fortnight = datetime!(2026-04-08 12:00 UTC);
    close_overdue(&app.state(), the_fortnight).await.unwrap();
    for (pairing, session) in [(ended, one), (overdue, other)] {
        for person in [pairing.mentor, pairing.mentee, pairing.coordinator] {
            let visitor = app.sign_in(person).await;
            for path in [&pairing.path, &session.path] {
                visitor
                    .get(path)
                    .await
                    .says("Nobody said whether it happened")
                    .does_not_say(waits)
                    .does_not_say("tag here\">Booked");
            }
        }
    }
}

async fn closed(db: &PgPool, pairing: &Paired) -> Option<(Date, String)> {
    let (on, how): (Option<Date>, Option<String>) =
        sqlx::query_as("select closed_on, closed_how from pairings where id = $1")
            .bind(pairing.id)
            .fetch_one(db)
            .await
            .unwrap();
    on.zip(how)
}

#[sqlx::test]
async fn nothing_else_closes_by_itself(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut others = Vec::new();
    for at in At::ALL {
        if at != At::FinalSessionHeld {
            let pairing = given::pairing().at(at).insert(&app.db).await;
            others.push((closed(&app.db, &pairing).await, pairing));
        }
    }
    let years = NOON + Duration::days(900);
    assert_eq!(close_overdue(&app.state(), years).await.unwrap(), 0);
    for (before, pairing) in others {
        assert_eq!(closed(&app.db, &pairing).await, before);
    }
}

#[sqlx::test]
async fn a_session_that_was_still_to_come_gives_its_time_back(db: PgPool) {
    let the_fortnight = datetime!(2026-04-08 12:00 UTC);
    let app = TestApp::new(db).await;
    let pairing = given::pairing()
        .at(At::FinalSessionHeld)
        .insert(&app.db)
        .await;
    let session = given::session(
        &app.db,
        &pairing,
        "session",
        the_fortnight + Duration::days(3),
    )
    .await;
    close_overdue(&app.state(), the_fortnight).await.unwrap();
    let cancelled: Option<Date> =
        sqlx::query_scalar("select cancelled_on from mentoring_sessions where id = $1")
            .bind(session.id)
            .fetch_one(&app.db)
            .await
            .unwrap();
    assert_eq!(cancelled, Some(date!(2026 - 04 - 08)));
    let taken: i64 = sqlx::query_scalar("select count(*) from attendances")
        .fetch_one(&app.db)
        .await
        .unwrap();
    assert_eq!(taken, 0);
}

#[sqlx::test]
async fn a_server_closes_what_is_overdue_as_soon_as_it_starts(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing()
        .at(At::FinalSessionHeld)
        .insert(&app.db)
        .await;
    let owner = (*app.db.connect_options()).clone();
    migrate(&owner).await.unwrap();
    let options = owner.username("waymark_server");
    let mut server = Command::new(env!("CARGO_BIN_EXE_waymark"))
        .args(["serve", "--listen", "127.0.0.1:0"])
        .env("DATABASE_URL", options.to_url_lossy().as_str())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    for _ in 0..500 {
        if closed(&app.db, &pairing).await.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let process = Pid::from_raw(i32::try_from(server.id()).unwrap()).unwrap();
    kill_process(process, Signal::TERM).unwrap();
    assert!(server.wait().unwrap().success());
    assert!(closed(&app.db, &pairing).await.is_some());
}

#[sqlx::test]
async fn whoever_runs_the_programme_may_re_open_a_pairing_of_their_own(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let maya = app.sign_in(pairing.mentor).await;
    maya.post(&format!("{}/ending", pairing.path), &[("how", "ended")])
        .await
        .leads_to(&pairing.path);
    let reopening = format!("{}/reopening", pairing.path);
    maya.get(&pairing.path).await.does_not_say(&reopening);
    maya.post(&reopening, &[]).await.is(StatusCode::FORBIDDEN);
    sqlx::query("insert into coordinators (programme_id, person_id, named_at) values ($1, $2, $3)")
        .bind(pairing.programme.id)
        .bind(pairing.mentor.0)
        .bind(NOON)
        .execute(&app.db)
        .await
        .unwrap();
    let page = maya.get(&pairing.path).await;
    let page = maya.get(page.link("Re-open the pairing")).await;
    maya.post(page.form_with("Re-open the pairing"), &[])
        .await
        .leads_to(&pairing.path);
    // What the other writes to the coordinators is for another of them to read.
    maya.get(&format!("{}/remarks", pairing.path))
        .await
        .is(StatusCode::FORBIDDEN);
}
