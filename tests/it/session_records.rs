//! What is written of a session, the targets that come of it, and private notes.

use crate::support::given::At;
use crate::support::{NOON, TestApp, given};
use axum::http::StatusCode;
use sqlx::PgPool;
use time::Duration;

#[sqlx::test]
async fn both_write_a_record_and_read_both(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let session = given::settled(&app.db, &pairing, "held_on", NOON - Duration::hours(3)).await;
    let maya = app.sign_in(pairing.mentor).await;
    let tom = app.sign_in(pairing.mentee).await;
    let path = format!("{}/record", session.path);

    maya.get(&path)
        .await
        .says("Maya and Tom read this")
        .says("Feedback for Tom")
        .says("Be a sounding board");
    maya.post(
        &path,
        &[
            ("talked_about", "The audit\n\nand <b>pay</b>"),
            ("strengths", "Calm"),
            ("feedback", "Ask earlier"),
            ("development", "Delegating"),
            ("actions", "Shadowing"),
        ],
    )
    .await
    .leads_to(&session.path);
    tom.get(&path)
        .await
        .says("Feedback for Maya")
        .does_not_say("Areas for development")
        .does_not_say("Be a sounding board");
    tom.post(
        &path,
        &[
            ("talked_about", "My week"),
            ("actions", "Say no"),
            ("strengths", "not asked of me"),
        ],
    )
    .await
    .leads_to(&session.path);
    for visitor in [&maya, &tom] {
        let page = visitor.get(&session.path).await;
        for words in [
            "<p class=\"keep\">and &#60;b&#62;pay&#60;/b&#62;</p>",
            "Calm",
            "Ask earlier",
            "Feedback for Tom",
            "Delegating",
            "Shadowing",
            "My week",
            "What I take away",
        ] {
            page.says(words);
        }
        page.does_not_say("not asked of me");
    }
}

#[sqlx::test]
async fn a_refused_record_keeps_what_was_typed(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let session = given::settled(&app.db, &pairing, "held_on", NOON - Duration::hours(3)).await;
    let maya = app.sign_in(pairing.mentor).await;
    let long = "é".repeat(4_001);
    let refused = maya
        .post(
            &format!("{}/record", session.path),
            &[
                ("feedback", &long),
                ("what_1", "Call Ana"),
                ("who_1", "mentor"),
                ("when_1", "2026-03-31"),
                ("what_2", ""),
                ("who_2", "boss"),
                ("when_2", "2026-04-20"),
                ("who_3", "mentee"),
            ],
        )
        .await;
    refused.is(StatusCode::UNPROCESSABLE_ENTITY);
    for words in [
        "Enter what you talked about",
        "Shorten this to 4000 characters: it has 4001",
        "Choose a date that is not in the past",
        "Enter what the target is",
        "Choose who does it",
        "value=\"Call Ana\"",
        "value=\"2026-03-31\"",
        "value=\"2026-04-20\"",
        &long,
    ] {
        refused.says(words);
    }
    // The third row is empty, so nothing is wrong with it.
    refused.does_not_say("when_3-problem");
}

#[sqlx::test]
async fn a_stale_tab_loses_nothing(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let session = given::settled(&app.db, &pairing, "held_on", NOON - Duration::hours(3)).await;
    let maya = app.sign_in(pairing.mentor).await;
    let path = format!("{}/record", session.path);
    let save = async |version: &str, text: &str| {
        maya.post(&path, &[("version", version), ("talked_about", text)])
            .await
    };

    // Two tabs are opened before anything is written; then two more over what was.
    save("", "First").await.leads_to(&session.path);
    let refused = save("", "From an old tab").await;
    refused
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("<p class=\"keep\">First</p>")
        .says("From an old tab</textarea>");
    let page = maya.get(&path).await;
    let version = page.values_of("version")[0].to_owned();
    save(&version, "Second").await.leads_to(&session.path);
    let refused = save(&version, "Third").await;
    refused
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("<p class=\"keep\">Second</p>")
        .says("Third</textarea>");
    // With both texts on the table it is saved.
    let version = refused.values_of("version")[0].to_owned();
    save(&version, "Second and third")
        .await
        .leads_to(&session.path);
    maya.get(&session.path).await.says("Second and third");
}

#[sqlx::test]
async fn a_record_saved_twice_sets_its_targets_once(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let session = given::settled(&app.db, &pairing, "held_on", NOON - Duration::hours(3)).await;
    let maya = app.sign_in(pairing.mentor).await;
    let path = format!("{}/record", session.path);
    let fields = [
        ("talked_about", "Much"),
        ("what_1", "Call Ana"),
        ("who_1", "mentee"),
        ("when_1", "2026-04-20"),
        ("what_3", "Introduce Tom to Ana"),
        ("who_3", "mentor"),
        ("when_3", "2026-04-10"),
    ];
    for _ in 0..2 {
        maya.post(&path, &fields).await.leads_to(&session.path);
    }
    let targets: i64 = sqlx::query_scalar("select count(*) from targets")
        .fetch_one(&app.db)
        .await
        .unwrap();
    assert_eq!(targets, 2);
    maya.get(&session.path)
        .await
        .says("Call Ana")
        .says("Introduce Tom to Ana");
    // Written again, the form begins with empty rows.
    maya.get(&path).await.does_not_say("Call Ana");
}

#[sqlx::test]
async fn the_owner_of_a_target_marks_it_done(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let maya = app.sign_in(pairing.mentor).await;
    let tom = app.sign_in(pairing.mentee).await;
    let path = format!("{}/targets", pairing.path);
    maya.post(&path, &[])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Enter what is to be done")
        .says("Choose who does it")
        .says("Enter the date it is to be done by");
    let once = maya.get(&path).await.values_of("once")[0].to_owned();
    let fields = [
        ("what", "Call Ana"),
        ("who", "mentee"),
        ("when", "2026-04-03"),
        ("once", &once),
    ];
    for _ in 0..2 {
        maya.post(&path, &fields).await.leads_to(&path);
    }
    let ids: Vec<i64> = sqlx::query_scalar("select id from targets")
        .fetch_all(&app.db)
        .await
        .unwrap();
    let [id] = ids[..] else { panic!("{ids:?}") };

    let done = format!("{path}/{id}/done");
    maya.get(&path).await.does_not_say("Mark done");
    maya.post(&done, &[]).await.is(StatusCode::FORBIDDEN);
    let late = TestApp::at(app.db.clone(), NOON + Duration::days(5)).await;
    let later = late.sign_in(pairing.mentee).await;
    later
        .get(&path)
        .await
        .says("overdue: was due 3 days ago")
        .says("Mark done");
    let page = tom.get(&pairing.path).await;
    assert_eq!(page.form_with("Mark done"), done);
    for _ in 0..2 {
        tom.post(&done, &[("on", "pairing")])
            .await
            .leads_to(&pairing.path);
    }
    maya.post(&format!("{path}/{id}/dropped"), &[])
        .await
        .is(StatusCode::CONFLICT);
    maya.get(&path).await.says("Done");
    maya.post(&format!("{path}/999/dropped"), &[])
        .await
        .is(StatusCode::NOT_FOUND);
}

#[sqlx::test]
async fn a_dropped_target_is_not_done(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let tom = app.sign_in(pairing.mentee).await;
    let path = format!("{}/targets", pairing.path);
    tom.post(
        &path,
        &[
            ("what", "Call Ana"),
            ("who", "mentee"),
            ("when", "2026-04-03"),
        ],
    )
    .await;
    let id: i64 = sqlx::query_scalar("select id from targets")
        .fetch_one(&app.db)
        .await
        .unwrap();
    for _ in 0..2 {
        tom.post(&format!("{path}/{id}/dropped"), &[])
            .await
            .leads_to(&path);
    }
    tom.post(&format!("{path}/{id}/done"), &[])
        .await
        .is(StatusCode::CONFLICT);
}

#[sqlx::test]
async fn a_private_note_is_its_authors_alone(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let administrator = given::administrator(&app.db, "Adam").await;
    let maya = app.sign_in(pairing.mentor).await;
    let path = format!("{}/notes", pairing.path);
    let page = maya.get(&path).await;
    page.says("Only you can read this");
    maya.post(&path, &[("body", " \n")])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Enter your note");
    let fields = [
        ("body", "He seems tired"),
        ("once", page.values_of("once")[0]),
    ];
    for _ in 0..2 {
        maya.post(&path, &fields).await.leads_to(&path);
    }
    let page = maya.get(&path).await;
    assert_eq!(page.body.matches("He seems tired").count(), 1);

    let tom = app.sign_in(pairing.mentee).await;
    for place in ["", "/notes", "/targets"] {
        tom.get(&format!("{}{place}", pairing.path))
            .await
            .is(StatusCode::OK)
            .does_not_say("He seems tired");
    }
    for (person, status) in [
        (pairing.coordinator, StatusCode::FORBIDDEN),
        (administrator, StatusCode::NOT_FOUND),
    ] {
        let visitor = app.sign_in(person).await;
        visitor.get(&path).await.is(status);
        visitor.post(&path, &fields).await.is(status);
    }

    // Closed, the note is still there to read, and no other is written.
    maya.post(&format!("{}/ending", pairing.path), &[("how", "ended")])
        .await
        .leads_to(&pairing.path);
    maya.get(&path)
        .await
        .says("He seems tired")
        .does_not_say("<textarea");
    maya.post(&path, &[("body", "Another")])
        .await
        .is(StatusCode::CONFLICT);
}

#[sqlx::test]
async fn before_the_pairing_begins_there_is_nothing_within(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().at(At::Offered).insert(&app.db).await;
    let tom = app.sign_in(pairing.mentee).await;
    for place in ["/notes", "/targets", "/sessions/past", "/sessions/new"] {
        tom.get(&format!("{}{place}", pairing.path))
            .await
            .is(StatusCode::CONFLICT);
    }
}
