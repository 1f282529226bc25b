//! What is written of a session, the targets that come of it, and private notes.

use crate::support::given::{At, Paired};
use crate::support::{Answer, NOON, TestApp, Visitor, given};
use axum::http::StatusCode;
use sqlx::PgPool;
use time::macros::date;
use time::{Date, Duration};

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
            ("strengths", "Held my ground"),
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
            "Held my ground",
        ] {
            page.says(words);
        }
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

/// The fields that tell a page of a record from others, as it was opened.
fn opened(page: &Answer) -> [(&'static str, String); 3] {
    ["version", "over", "once"].map(|name| (name, page.values_of(name)[0].to_owned()))
}

async fn send(
    visitor: &Visitor<'_>,
    path: &str,
    page: &[(&str, String)],
    typed: &[(&str, &str)],
) -> Answer {
    let page = page.iter().map(|(name, value)| (*name, value.as_str()));
    let fields: Vec<_> = page.chain(typed.iter().copied()).collect();
    visitor.post(path, &fields).await
}

#[sqlx::test]
async fn a_draft_is_its_authors_alone_until_it_is_shared(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let session = given::settled(&app.db, &pairing, "held_on", NOON - Duration::hours(3)).await;
    let tom = app.sign_in(pairing.mentee).await;
    let (record, draft) = (
        format!("{}/record", session.path),
        format!("{}/draft", session.path),
    );
    let page = opened(
        tom.get(&record)
            .await
            .says("Yours alone until you share it"),
    );
    // As the page sends it while he types, wrong dates and all; then as he presses the button.
    let typed = [
        ("talked_about", "  My week\r\n"),
        ("what_1", "Call Ana"),
        ("when_1", "soon"),
    ];
    let typing: Vec<_> = typed.into_iter().chain([("typing", "yes")]).collect();
    for _ in 0..2 {
        let saved = send(&tom, &draft, &page, &typing).await;
        saved.is(StatusCode::OK);
        assert_eq!(saved.body, "Saved at 1:00pm");
    }
    send(&tom, &draft, &page, &typed).await.leads_to(&record);

    // Signed in again, on another machine.
    let again = app.sign_in(pairing.mentee).await;
    let back = again.get(&record).await;
    back.says("This is your draft")
        .says("  My week")
        .says("value=\"Call Ana\"");
    again
        .get(&session.path)
        .await
        .says("Share what you have written");
    let maya = app.sign_in(pairing.mentor).await;
    for place in ["", "/record"] {
        maya.get(&format!("{}{place}", session.path))
            .await
            .does_not_say("My week")
            .does_not_say("This is your draft");
    }
    maya.get(&pairing.path).await.does_not_say("written up by");
    // Of all that typing one row is left in the trail, and it is his alone.
    let told: Vec<(String, Option<i64>)> =
        sqlx::query_as("select act, pairing_id from audit_events where act like '%draft%'")
            .fetch_all(&app.db)
            .await
            .unwrap();
    assert_eq!(told, [("began a draft".to_owned(), None)]);

    send(
        &again,
        &record,
        &opened(&back),
        &[("talked_about", "My week")],
    )
    .await
    .leads_to(&session.path);
    maya.get(&session.path).await.says("My week");
    again.get(&record).await.does_not_say("This is your draft");
}

#[sqlx::test]
async fn no_draft_is_lost_to_another_page(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let session = given::settled(&app.db, &pairing, "held_on", NOON - Duration::hours(3)).await;
    let maya = app.sign_in(pairing.mentor).await;
    let (record, draft) = (
        format!("{}/record", session.path),
        format!("{}/draft", session.path),
    );
    let (one, other) = (
        opened(&maya.get(&record).await),
        opened(&maya.get(&record).await),
    );
    let first = [("talked_about", "Typed on the first page")];
    let second = [("talked_about", "Typed on the second page")];
    send(&maya, &draft, &one, &first).await.leads_to(&record);
    for path in [&draft, &record] {
        send(&maya, path, &other, &second)
            .await
            .is(StatusCode::CONFLICT)
            .says("on another page")
            .says("Typed on the second page");
    }
    let third = opened(maya.get(&record).await.says("Typed on the first page"));
    send(&maya, &record, &third, &first)
        .await
        .leads_to(&session.path);
    // What the first page sends late does not come back as a draft of what is shared.
    send(&maya, &draft, &one, &first)
        .await
        .is(StatusCode::CONFLICT)
        .says("You have shared this record");
    maya.get(&record).await.does_not_say("This is your draft");
}

/// Four targets of before: all the mentee's but the third.
async fn targets_of_before(app: &TestApp, pairing: &Paired) -> Vec<i64> {
    let (mentor, mentee) = (pairing.mentor.0, pairing.mentee.0);
    sqlx::query_scalar(
        "insert into targets (pairing_id, what, owner_id, due_on, set_by, set_on)
         select $1, what, owner, '2026-04-03', $2, '2026-03-01'
         from (values ('Call Ana', $3), ('Ask Bo', $3), ('Read it', $2), ('Rest', $3)) one (what, owner)
         returning id",
    )
    .bind(pairing.id)
    .bind(mentor)
    .bind(mentee)
    .fetch_all(&app.db)
    .await
    .unwrap()
}

/// Whether each is done or dropped, and until when it runs.
async fn settled(app: &TestApp) -> Vec<(bool, bool, Date)> {
    sqlx::query_as(
        "select done_on is not null, dropped_on is not null, due_on from targets order by id",
    )
    .fetch_all(&app.db)
    .await
    .unwrap()
}

#[sqlx::test]
async fn targets_of_last_time_are_settled_within_the_record(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let session = given::settled(&app.db, &pairing, "held_on", NOON - Duration::hours(3)).await;
    let ids = targets_of_before(&app, &pairing).await;
    let name = |kind: &str, at: usize| format!("{kind}_{}", ids[at]);
    let tom = app.sign_in(pairing.mentee).await;
    let record = format!("{}/record", session.path);
    tom.get(&record)
        .await
        .says("Targets of last time")
        .says("Ask Bo");
    let fields = [
        ("talked_about", "Much"),
        (&name("target", 0), "done"),
        (&name("target", 1), "carried_on"),
        (&name("until", 1), "2026-05-01"),
        (&name("target", 2), "dropped"),
    ];
    tom.post(&record, &fields).await.leads_to(&session.path);
    let maya = app.sign_in(pairing.mentor).await;
    maya.get(&session.path)
        .await
        .says("Carries on")
        .says("until 1 May 2026")
        .says("Dropped");
    let (day, later) = (date!(2026 - 04 - 03), date!(2026 - 05 - 01));
    let expected = [
        (true, false, day),
        (false, false, later),
        (false, true, day),
        (false, false, day),
    ];
    assert_eq!(settled(&app).await, expected);
    // Settled already: what an old page says of it changes nothing.
    let old = [("talked_about", "More"), (&name("target", 0), "dropped")];
    maya.post(&record, &old).await.leads_to(&session.path);
    assert_eq!(settled(&app).await, expected);
}

#[sqlx::test]
async fn a_target_is_done_by_its_owner_and_carries_on_to_a_day_to_come(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let session = given::settled(&app.db, &pairing, "held_on", NOON - Duration::hours(3)).await;
    let ids = targets_of_before(&app, &pairing).await;
    let name = |kind: &str, at: usize| format!("{kind}_{}", ids[at]);
    let tom = app.sign_in(pairing.mentee).await;
    let fields = [
        ("talked_about", "Much"),
        (&name("target", 1), "carried_on"),
        (&name("until", 1), "2026-03-01"),
        (&name("target", 2), "done"),
    ];
    let before = settled(&app).await;
    tom.post(&format!("{}/record", session.path), &fields)
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Choose a date that is not in the past")
        .says("Only whoever has this target can say that it is done")
        .says("value=\"2026-03-01\"");
    assert_eq!(settled(&app).await, before);
}

#[sqlx::test]
async fn objectives_spoken_of_are_each_ones_own_and_the_next_date_follows(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let session = given::settled(&app.db, &pairing, "held_on", NOON - Duration::hours(3)).await;
    let tom = app.sign_in(pairing.mentee).await;
    for statement in ["Lead a team", "Write plainly"] {
        let once = tom
            .get(&format!("{}/objectives/new", pairing.path))
            .await
            .values_of("once")[0]
            .to_owned();
        tom.post(
            &format!("{}/objectives", pairing.path),
            &[("statement", statement), ("once", &once)],
        )
        .await
        .is(StatusCode::SEE_OTHER);
    }
    let ids: Vec<i64> = sqlx::query_scalar("select id from objectives order by id")
        .fetch_all(&app.db)
        .await
        .unwrap();
    let (lead, write) = (ids[0].to_string(), ids[1].to_string());
    let record = format!("{}/record", session.path);
    tom.post(
        &record,
        &[
            ("talked_about", "Much"),
            ("spoken", &lead),
            ("spoken", "999"),
            ("then", "book"),
        ],
    )
    .await
    .leads_to(&format!("{}/sessions/new", pairing.path));
    let maya = app.sign_in(pairing.mentor).await;
    maya.post(&record, &[("talked_about", "Much"), ("spoken", &write)])
        .await
        .leads_to(&session.path);
    let spoken: Vec<(i64, i64)> = sqlx::query_as(
        "select author_id, objective_id from objectives_spoken_of order by objective_id",
    )
    .fetch_all(&app.db)
    .await
    .unwrap();
    assert_eq!(
        spoken,
        [(pairing.mentee.0, ids[0]), (pairing.mentor.0, ids[1])]
    );
    maya.get(&session.path)
        .await
        .says("Objectives spoken of")
        .says("Lead a team");
}

#[sqlx::test]
async fn a_draft_is_still_read_by_its_author_after_the_end(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let session = given::settled(&app.db, &pairing, "held_on", NOON - Duration::hours(3)).await;
    let tom = app.sign_in(pairing.mentee).await;
    let draft = format!("{}/draft", session.path);
    tom.post(&draft, &[("talked_about", "Half a thought")])
        .await
        .is(StatusCode::SEE_OTHER);
    tom.post(&format!("{}/ending", pairing.path), &[("how", "ended")])
        .await
        .leads_to(&pairing.path);
    tom.get(&session.path)
        .await
        .says("Your draft, never shared")
        .says("Half a thought");
    let maya = app.sign_in(pairing.mentor).await;
    maya.get(&session.path)
        .await
        .is(StatusCode::OK)
        .does_not_say("Half a thought")
        .does_not_say("never shared");
}
