//! What each of the two says alone of how it goes, and what they may ask of the coordinators.

use crate::support::given::Paired;
use crate::support::{NOON, TestApp, given};
use axum::http::StatusCode;
use sqlx::{AssertSqlSafe, PgPool};
use time::Duration;

/// Sessions that were held and written up by the mentor, each on a day of its own.
async fn written(db: &PgPool, pairing: &Paired, count: i64) -> Vec<String> {
    let mut paths = Vec::new();
    for day in 1..=count {
        let session = given::settled(db, pairing, "held_on", NOON - Duration::days(20 - day)).await;
        let (id, key, mentor) = (session.id, pairing.id, pairing.mentor.0);
        run(
            db,
            &format!("insert into session_records values ({id}, {key}, {mentor}, 'x', '', '', '', '', '2026-04-01')"),
        )
        .await;
        paths.push(session.path);
    }
    paths
}

async fn run(db: &PgPool, sql: &str) {
    sqlx::query(AssertSqlSafe(sql.to_owned()))
        .execute(db)
        .await
        .unwrap();
}

async fn letters(db: &PgPool) -> Vec<(String, String, String)> {
    sqlx::query_as("select recipient, subject, body from letters order by id")
        .fetch_all(db)
        .await
        .unwrap()
}

#[sqlx::test]
async fn a_mentor_reads_what_helped_only_in_sums_of_three_sessions(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let sessions = written(&app.db, &pairing, 4).await;
    let tom = app.sign_in(pairing.mentee).await;
    let maya = app.sign_in(pairing.mentor).await;
    let beside = format!("{}/record", sessions[0]);
    for (at, ticks) in [
        &["listen", "questions"][..],
        &["listen", "listen"],
        &["listen", "career", "no such duty"],
        &["career"],
    ]
    .iter()
    .enumerate()
    {
        tom.get(&sessions[at])
            .await
            .says("What helped?")
            .says("I was listened to");
        let fields: Vec<_> = ticks.iter().map(|one| ("helped", *one)).collect();
        let kept = format!("{}#alone", sessions[at]);
        tom.post(&format!("{}/helped", sessions[at]), &fields)
            .await
            .leads_to(&kept);
        let page = maya.get(&beside).await;
        match at {
            0 | 1 => page.says("never for one").does_not_say("taken together"),
            _ => page
                .says("at 3 sessions taken together")
                .says("3 times")
                .does_not_say("2 times"),
        };
        maya.get(&sessions[at])
            .await
            .does_not_say("What helped?")
            .does_not_say("I was listened to");
    }
    // What was ticked stands, so that no sum changes by one session.
    tom.post(&format!("{}/helped", sessions[0]), &[("helped", "career")])
        .await;
    tom.get(&sessions[0])
        .await
        .says("You ticked: I was listened to; Good questions.");
    maya.get(&beside)
        .await
        .says("1 time<")
        .does_not_say("2 times");
    maya.post(&format!("{}/helped", sessions[3]), &[("helped", "career")])
        .await
        .is(StatusCode::FORBIDDEN);
}

#[sqlx::test]
async fn how_it_goes_is_read_by_whoever_said_it_alone(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let session = written(&app.db, &pairing, 1).await.remove(0);
    let tom = app.sign_in(pairing.mentee).await;
    let path = format!("{session}/pulse");
    let kept = format!("{session}#alone");
    for score in ["4", "2"] {
        tom.post(&path, &[("score", score)]).await.leads_to(&kept);
    }
    // What is no number from one to five changes nothing.
    for score in ["", "0", "6", "x"] {
        tom.post(&path, &[("score", score)]).await.leads_to(&kept);
    }
    let own = format!("{}/how-it-goes", pairing.path);
    tom.post(&format!("{}/fit", pairing.path), &[("fit", "no")])
        .await
        .leads_to(&own);
    tom.get(&own)
        .await
        .says("<b>2</b> of 5")
        .says("value=\"no\" checked");
    let maya = app.sign_in(pairing.mentor).await;
    maya.get(&own)
        .await
        .does_not_say("of 5</p>")
        .does_not_say("checked");
    let cleo = app.sign_in(pairing.coordinator).await;
    cleo.get(&own).await.is(StatusCode::FORBIDDEN);
    assert_eq!(letters(&app.db).await, []);
    let told: i64 = sqlx::query_scalar(
        "select count(*) from audit_events where act like '%alone%' and pairing_id is not null",
    )
    .fetch_one(&app.db)
    .await
    .unwrap();
    assert_eq!(told, 0);
}

#[sqlx::test]
async fn whoever_asks_for_a_talk_is_named_to_the_coordinators_and_nobody_else(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let programme = format!("/programmes/{}", pairing.programme.id);
    let own = format!("{}/how-it-goes", pairing.path);
    let tom = app.sign_in(pairing.mentee).await;
    for _ in 0..2 {
        tom.post(&format!("{}/talk", pairing.path), &[])
            .await
            .leads_to(&own);
    }
    let letters = letters(&app.db).await;
    let [(_, subject, body)] = &letters[..] else {
        panic!("{letters:?}")
    };
    assert_eq!(subject, "Tom would like to talk to you");
    assert!(body.contains("Nobody has asked them why"), "{body}");
    let maya = app.sign_in(pairing.mentor).await;
    for place in [&own, &pairing.path] {
        maya.get(place)
            .await
            .does_not_say("You have asked to talk")
            .does_not_say("Would like to talk");
    }
    let cleo = app.sign_in(pairing.coordinator).await;
    let page = cleo.get(&programme).await;
    page.says("Would like to talk to you")
        .says("since 1 April 2026");
    let talked = page.form_with("We have talked").to_owned();
    let elsewhere = given::pairing().insert(&app.db).await;
    let other = app.sign_in(elsewhere.coordinator).await;
    other.post(&talked, &[]).await.is(StatusCode::NOT_FOUND);
    for _ in 0..2 {
        cleo.post(&talked, &[]).await.leads_to(&programme);
    }
    cleo.get(&programme)
        .await
        .does_not_say("Would like to talk to you");
    tom.get(&own)
        .await
        .says("I would like to talk to the coordinator");
}

#[sqlx::test]
async fn a_new_match_is_asked_for_by_nobody_that_anybody_knows(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let programme = format!("/programmes/{}", pairing.programme.id);
    let maya = app.sign_in(pairing.mentor).await;
    let change = format!("{}/change", pairing.path);
    maya.get(&change).await.says("nobody asks why");
    for _ in 0..2 {
        maya.post(&change, &[])
            .await
            .leads_to(&format!("{}/how-it-goes", pairing.path));
    }
    let written = letters(&app.db).await;
    let [(_, subject, body)] = &written[..] else {
        panic!("{written:?}")
    };
    assert!(
        subject.starts_with("A new match is asked for in Spring"),
        "{subject}"
    );
    assert!(body.contains("pairing of Maya and Tom"), "{body}");
    // Word for word what it would be had the other one asked.
    let tom = app.sign_in(pairing.mentee).await;
    tom.get(&format!("{}/how-it-goes", pairing.path))
        .await
        .does_not_say("You have asked for a new match");
    tom.post(&change, &[]).await.is(StatusCode::SEE_OTHER);
    let both = letters(&app.db).await;
    assert_eq!((&both[0].1, &both[0].2), (&both[1].1, &both[1].2));
    let cleo = app.sign_in(pairing.coordinator).await;
    cleo.get(&programme)
        .await
        .says("A new match is asked for")
        .says("By one of the two");
    cleo.get(&pairing.path)
        .await
        .says("tells nobody which of the two asks");
    for act in ["change", "match"] {
        let sql = format!("select count(*) from audit_events where act like '%{act}%'");
        let told: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_one(&app.db)
            .await
            .unwrap();
        assert_eq!(told, 0, "{act}");
    }
}

/// Ended by the coordinator, with no name and no reason: the mentee goes before who waits longer.
#[sqlx::test]
async fn whose_pairing_ended_by_a_change_goes_first(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let programme = format!("/programmes/{}", pairing.programme.id);
    let patient = given::person(&app.db, "Aaron").await;
    given::mentee(&app.db, pairing.programme, patient).await;
    run(
        &app.db,
        &format!(
            "update enrolments set enrolled_at = '2025-01-01' where person_id = {}",
            patient.0
        ),
    )
    .await;
    let maya = app.sign_in(pairing.mentor).await;
    maya.post(&format!("{}/change", pairing.path), &[])
        .await
        .is(StatusCode::SEE_OTHER);
    let cleo = app.sign_in(pairing.coordinator).await;
    cleo.post(&format!("{}/ending", pairing.path), &[("how", "ended")])
        .await
        .leads_to(&pairing.path);
    let tom = app.sign_in(pairing.mentee).await;
    tom.get(&pairing.path)
        .await
        .does_not_say("new match")
        .does_not_say("asked for");
    let page = cleo.get(&format!("{programme}/people?show=unpaired")).await;
    let (first, second) = (page.body.find("Tom"), page.body.find("Aaron"));
    assert!(first.is_some() && first < second, "{}", page.body);
    let page = cleo.get(&programme).await;
    page.does_not_say("By one of the two");

    // Without a change asked for it is who has waited longest.
    run(&app.db, "delete from changes_asked").await;
    let page = cleo.get(&format!("{programme}/people?show=unpaired")).await;
    assert!(page.body.find("Aaron") < page.body.find("Tom"));
}

#[sqlx::test]
async fn a_coordinator_who_is_one_of_the_two_is_not_asked(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    run(
        &app.db,
        &format!(
            "update coordinators set person_id = {} where programme_id = {}",
            pairing.mentor.0, pairing.programme.id
        ),
    )
    .await;
    let tom = app.sign_in(pairing.mentee).await;
    for act in ["change", "talk"] {
        tom.post(&format!("{}/{act}", pairing.path), &[])
            .await
            .is(StatusCode::CONFLICT);
    }
    run(
        &app.db,
        &format!(
            "insert into changes_asked values ({}, {}, '2026-04-01')",
            pairing.id, pairing.mentee.0
        ),
    )
    .await;
    let maya = app.sign_in(pairing.mentor).await;
    for place in [
        pairing.path.clone(),
        format!("/programmes/{}", pairing.programme.id),
    ] {
        maya.get(&place)
            .await
            .is(StatusCode::OK)
            .does_not_say("new match is asked");
    }
}
