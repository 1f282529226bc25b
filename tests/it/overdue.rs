//! Pairings that close by themselves, a fortnight after their final session.

use crate::support::given::{At, Paired};
use crate::support::{NOON, TestApp, all_wait, given};
use axum::http::StatusCode;
use rustix::process::{Pid, Signal, kill_process};
use sqlx::{ConnectOptions, PgPool};
use std::process::{Command, Stdio};
use std::sync::Arc;
use time::macros::{date, datetime};
use time::{Date, Duration, OffsetDateTime};
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use waymark::database::migrate;
use waymark::moving_on::overdue::close_overdue;

/// The final session of `At::FinalSessionHeld` was on 25 March, and London has summer time since
/// the 29th: this is the first moment of 8 April there.
const THE_FORTNIGHT: OffsetDateTime = datetime!(2026-04-07 23:00 UTC);

async fn held(db: &PgPool) -> Paired {
    given::pairing().at(At::FinalSessionHeld).insert(db).await
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

/// The audit rows of a pairing: who, and what.
async fn audit(db: &PgPool, pairing: &Paired) -> Vec<(Option<i64>, String)> {
    sqlx::query_as("select actor_id, act from audit_events where pairing_id = $1 order by id")
        .bind(pairing.id)
        .fetch_all(db)
        .await
        .unwrap()
}

fn by_itself() -> (Option<i64>, String) {
    (None, "closed the pairing after its final session".into())
}

#[sqlx::test]
async fn a_pairing_closes_a_fortnight_after_its_final_session_and_once(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = held(&app.db).await;
    sqlx::query("update pairings set mentee_reviewed_on = '2026-03-27' where id = $1")
        .bind(pairing.id)
        .execute(&app.db)
        .await
        .unwrap();
    let early = THE_FORTNIGHT - Duration::seconds(1);
    assert_eq!(close_overdue(&app.server, early).await.unwrap(), 0);
    assert_eq!(closed(&app.db, &pairing).await, None);

    assert_eq!(close_overdue(&app.server, THE_FORTNIGHT).await.unwrap(), 1);
    let on_the_day = Some((date!(2026 - 04 - 08), "completed".to_owned()));
    assert_eq!(closed(&app.db, &pairing).await, on_the_day);
    assert_eq!(audit(&app.db, &pairing).await, [by_itself()]);

    let later = THE_FORTNIGHT + Duration::days(30);
    assert_eq!(close_overdue(&app.server, later).await.unwrap(), 0);
    assert_eq!(closed(&app.db, &pairing).await, on_the_day);
    assert_eq!(audit(&app.db, &pairing).await, [by_itself()]);

    let late = TestApp::at(app.db.clone(), later).await;
    let tom = late.sign_in(pairing.mentee).await;
    tom.get(&pairing.path).await.says("Completed");
    tom.post(&format!("{}/further-steps", pairing.path), &[("what", "x")])
        .await
        .is(StatusCode::CONFLICT)
        .says("This pairing is closed");
}

#[sqlx::test]
async fn the_day_is_the_programmes(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut pairings = Vec::new();
    for (zone, closes) in [
        ("Pacific/Auckland", datetime!(2026-04-07 12:00 UTC)),
        ("Europe/London", datetime!(2026-04-07 23:00 UTC)),
        ("America/New_York", datetime!(2026-04-08 04:00 UTC)),
    ] {
        let pairing = held(&app.db).await;
        sqlx::query("update programmes set time_zone = $2 where id = $1")
            .bind(pairing.programme.id)
            .bind(zone)
            .execute(&app.db)
            .await
            .unwrap();
        pairings.push((pairing, closes));
    }
    for (pairing, closes) in pairings {
        let before = close_overdue(&app.server, closes - Duration::seconds(1)).await;
        assert_eq!(before.unwrap(), 0, "{closes}");
        assert_eq!(close_overdue(&app.server, closes).await.unwrap(), 1);
        let (on, _) = closed(&app.db, &pairing).await.unwrap();
        assert_eq!(on, date!(2026 - 04 - 08));
    }
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
    assert_eq!(close_overdue(&app.server, years).await.unwrap(), 0);
    for (before, pairing) in others {
        assert_eq!(closed(&app.db, &pairing).await, before);
        assert_eq!(audit(&app.db, &pairing).await, []);
    }
}

#[sqlx::test]
async fn a_pause_stops_the_clock_and_taking_up_again_begins_it_anew(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = held(&app.db).await;
    let maya = app.sign_in(pairing.mentor).await;
    maya.post(&format!("{}/pause", pairing.path), &[])
        .await
        .leads_to(&pairing.path);
    let months = NOON + Duration::days(90);
    assert_eq!(close_overdue(&app.server, months).await.unwrap(), 0);

    // Resumed on 20 April: the fortnight ends on 4 May.
    let april = TestApp::at(app.db.clone(), datetime!(2026-04-20 12:00 UTC)).await;
    let maya = april.sign_in(pairing.mentor).await;
    maya.post(&format!("{}/resumption", pairing.path), &[])
        .await
        .leads_to(&pairing.path);
    maya.get(&format!("{}/moving-on", pairing.path))
        .await
        .says("4 May");
    let thirteen = datetime!(2026-05-03 12:00 UTC);
    assert_eq!(close_overdue(&app.server, thirteen).await.unwrap(), 0);
    let fourteen = datetime!(2026-05-04 12:00 UTC);
    assert_eq!(close_overdue(&app.server, fourteen).await.unwrap(), 1);

    // Re-opened, it has another fortnight, and closes again.
    let may = TestApp::at(app.db.clone(), datetime!(2026-05-10 12:00 UTC)).await;
    let cleo = may.sign_in(pairing.coordinator).await;
    cleo.post(&format!("{}/reopening", pairing.path), &[])
        .await
        .leads_to(&pairing.path);
    let thirteen = datetime!(2026-05-23 12:00 UTC);
    assert_eq!(close_overdue(&app.server, thirteen).await.unwrap(), 0);
    let fourteen = datetime!(2026-05-24 12:00 UTC);
    assert_eq!(close_overdue(&app.server, fourteen).await.unwrap(), 1);
}

#[sqlx::test]
async fn a_session_that_was_still_to_come_gives_its_time_back(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = held(&app.db).await;
    let session = given::session(
        &app.db,
        &pairing,
        "session",
        THE_FORTNIGHT + Duration::days(3),
    )
    .await;
    close_overdue(&app.server, THE_FORTNIGHT).await.unwrap();
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
async fn many_servers_at_once_close_each_pairing_once(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut pairings = Vec::new();
    for _ in 0..30 {
        pairings.push(held(&app.db).await);
    }
    // Each closing takes a while, so that all of them are in it together.
    sqlx::raw_sql(
        "create function linger() returns trigger language plpgsql as
            $$ begin perform pg_sleep(0.02); return new; end $$;
         create trigger linger before update on pairings for each row execute function linger()",
    )
    .execute(&app.db)
    .await
    .unwrap();
    let start = Arc::new(Barrier::new(6));
    let mut servers = JoinSet::new();
    for _ in 0..6 {
        let (start, server) = (start.clone(), app.server.clone());
        servers.spawn(async move {
            start.wait().await;
            close_overdue(&server, THE_FORTNIGHT).await.unwrap()
        });
    }
    let closed: u64 = servers.join_all().await.into_iter().sum();
    assert_eq!(closed, 30);
    for pairing in &pairings {
        assert_eq!(audit(&app.db, pairing).await, [by_itself()]);
    }
}

/// What somebody is doing at that moment is neither waited for nor undone.
#[sqlx::test]
async fn a_pairing_that_somebody_is_changing_is_left_for_the_next_time(db: PgPool) {
    let app = TestApp::new(db).await;
    let (busy, idle) = (held(&app.db).await, held(&app.db).await);
    let mut somebody = app.db.begin().await.unwrap();
    sqlx::query("update pairings set mentor_reviewed_on = '2026-04-08' where id = $1")
        .bind(busy.id)
        .execute(&mut *somebody)
        .await
        .unwrap();
    assert_eq!(close_overdue(&app.server, THE_FORTNIGHT).await.unwrap(), 1);
    somebody.commit().await.unwrap();
    assert_eq!(closed(&app.db, &busy).await, None);
    assert!(closed(&app.db, &idle).await.is_some());
    assert_eq!(close_overdue(&app.server, THE_FORTNIGHT).await.unwrap(), 1);
}

/// The other way round: whoever presses a button while the pairing closes is told so.
#[sqlx::test]
async fn a_press_that_comes_while_the_pairing_closes_changes_nothing(db: PgPool) {
    let app: &'static TestApp = Box::leak(Box::new(TestApp::new(db).await));
    let pairing = held(&app.db).await;
    let mut closing = app.db.begin().await.unwrap();
    sqlx::query("select close_overdue_pairings($1)")
        .bind(THE_FORTNIGHT)
        .execute(&mut *closing)
        .await
        .unwrap();
    let tom = app.sign_in(pairing.mentee).await;
    let path = format!("{}/review", pairing.path);
    let press = tokio::spawn(async move {
        let fields = [("effectiveness", "4"), ("results", "Much")];
        tom.post(&path, &fields).await
    });
    all_wait(&app.db, 1).await;
    closing.commit().await.unwrap();
    press
        .await
        .unwrap()
        .is(StatusCode::CONFLICT)
        .says("This pairing is closed");
    let reviews: i64 = sqlx::query_scalar("select count(*) from reviews")
        .fetch_one(&app.db)
        .await
        .unwrap();
    assert_eq!(reviews, 0);
    app.server.close().await;
}

#[sqlx::test]
async fn a_server_closes_what_is_overdue_as_soon_as_it_starts(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = held(&app.db).await;
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
    assert_eq!(audit(&app.db, &pairing).await, [by_itself()]);
}
