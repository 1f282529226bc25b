//! Whoever books for a mentor: what they can do, and how little they see.

use crate::support::given::{Paired, Person};
use crate::support::{NOON, TestApp, encode, given};
use axum::http::StatusCode;
use sqlx::PgPool;
use time::Duration;
use time::macros::datetime;

const NINE: &str = "2026-04-02T08:00:00Z";
const TEN: &str = "2026-04-02T09:00:00Z";

async fn count(db: &PgPool, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(db).await.unwrap()
}

async fn email(app: &TestApp, person: Person) -> String {
    sqlx::query_scalar("select email from people where id = $1")
        .bind(person.0)
        .fetch_one(&app.db)
        .await
        .unwrap()
}

/// The latest letter to this person: its subject, its words and its calendar.
async fn letter(app: &TestApp, person: Person) -> (String, String, String) {
    sqlx::query_as(
        "select subject, body, coalesce(calendar, '') from letters
         where person_id = $1 order by id desc limit 1",
    )
    .bind(person.0)
    .fetch_one(&app.db)
    .await
    .unwrap()
}

/// Maya mentors on Thursday mornings, and Tomas books for her.
async fn assisted(app: &TestApp) -> (Paired, Person) {
    let pairing = given::pairing().insert(&app.db).await;
    given::weekly_hours(&app.db, pairing.mentor, 4, "09:00", "12:00").await;
    let tomas = given::person(&app.db, "Tomas").await;
    given::assistant(&app.db, pairing.mentor, tomas).await;
    (pairing, tomas)
}

fn at(pairing: &Paired, place: &str) -> String {
    format!("/assisting/{}/{place}", pairing.id)
}

#[sqlx::test]
async fn a_mentor_names_somebody_and_is_not_told_who_has_an_account(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let tomas = given::person(&app.db, "Tomas").await;
    let zoe = given::person(&app.db, "Zoe").await;
    let known = email(&app, tomas).await;
    let maya = app.sign_in(pairing.mentor).await;
    let name = async |email: &str| {
        let page = maya.get("/account/assistant").await;
        maya.post(page.form_with("Let them book for me"), &[("email", email)])
            .await
    };
    for address in ["nobody@example.org", &known] {
        name(address)
            .await
            .leads_to("/account/assistant")
            .tells("Whoever has that address here can book for you from now on");
        maya.get("/account/assistant")
            .await
            .says(&format!("<b>{address}</b>"));
    }
    // Pressed twice.
    name(&known).await.leads_to("/account/assistant");
    assert_eq!(count(&app.db, "select count(*) from letters").await, 1);
    let (subject, ..) = letter(&app, tomas).await;
    assert_eq!(subject, "Maya asks you to book sessions for them");
    for (address, words) in [
        (
            &*email(&app, pairing.mentor).await,
            "you book for yourself anyway",
        ),
        ("Tomas", "such as"),
    ] {
        let refused = name(address).await;
        refused
            .is(StatusCode::UNPROCESSABLE_ENTITY)
            .says(words)
            .says(&format!("value=\"{address}\""));
    }

    // Another one instead, and then nobody.
    let tomas_browser = app.sign_in(tomas).await;
    tomas_browser.get("/").await.says("You book for Maya");
    name(&email(&app, zoe).await)
        .await
        .is(StatusCode::SEE_OTHER);
    tomas_browser.get("/").await.does_not_say("You book for");
    let (subject, ..) = letter(&app, tomas).await;
    assert_eq!(subject, "You no longer book for Maya");
    let page = maya.get("/account/assistant").await;
    let removal = page.form_with("Let nobody book for me");
    maya.post(removal, &[])
        .await
        .tells("Nobody else books for you any more.");
    maya.post(removal, &[]).await.leads_to("/account/assistant");
    app.sign_in(zoe)
        .await
        .get("/")
        .await
        .does_not_say("You book for");
    assert_eq!(count(&app.db, "select count(*) from assistants").await, 0);
}

#[sqlx::test]
async fn an_assistant_books_moves_and_cancels_and_the_two_are_told_who_it_was(db: PgPool) {
    let app = TestApp::new(db).await;
    let (pairing, tomas) = assisted(&app).await;
    given::lives_in(&app.db, pairing.mentee, "America/New_York").await;
    let tomas = app.sign_in(tomas).await;
    let tom = app.sign_in(pairing.mentee).await;

    let home = tomas.get("/").await;
    home.says("You book for Maya")
        .says("<b>Tom</b>")
        .says("Nothing is booked");
    let times = tomas.get(home.link("Book a session")).await;
    times.says("9:00am").says("4:00am").says("Tom (New York)");
    assert_eq!(times.values_of("at")[0], NINE);
    let check = tomas
        .get(&format!(
            "{}?at={}",
            times.form_with("<span>9:00am"),
            encode(NINE)
        ))
        .await;
    check.says("Thursday 2 April 2026, 9:00am");
    let form = check.form_with("Book the session").to_owned();
    let fields = [("at", NINE), ("place", "Room Juniper")];
    tomas
        .post(&form, &fields)
        .await
        .leads_to("/")
        .tells("Booked: Thursday 2 April 2026, 9:00am, Maya with Tom.");
    // Pressed twice.
    tomas.post(&form, &fields).await.leads_to("/");
    assert_eq!(count(&app.db, "select count(*) from letters").await, 2);

    for (person, with, when) in [
        (pairing.mentor, "Tom", "9:00am (London)"),
        (pairing.mentee, "Maya", "4:00am (New York)"),
    ] {
        let (_, body, calendar) = letter(&app, person).await;
        let says = format!(
            "Your session with {with}: Thursday 2 April 2026, {when}.\n\nBooked by Tomas for Maya."
        );
        assert!(body.starts_with(&says), "{body}");
        assert!(calendar.contains("LOCATION:Room Juniper"), "{calendar}");
        // Nobody has said that they come.
        assert!(!calendar.contains("PARTSTAT=ACCEPTED"), "{calendar}");
    }
    let session = tom.get(&pairing.path).await.link("Session 1").to_owned();
    tom.get(&session)
        .await
        .says("Tomas for Maya")
        .says("Room Juniper");
    tom.get("/account/activity?by=everybody").await;
    let acted: Vec<(String, String)> = sqlx::query_as(
        "select full_name, act from audit_events join people on people.id = actor_id
         where pairing_id = $1 order by audit_events.id",
    )
    .bind(pairing.id)
    .fetch_all(&app.db)
    .await
    .unwrap();
    let booked = (
        "Tomas".to_owned(),
        "booked a session for the mentor".to_owned(),
    );
    assert_eq!(acted, [booked]);

    let home = tomas.get("/").await;
    home.says("Thursday 2 April 2026, 9:00am (London)")
        .does_not_say("Room Juniper");
    let times = tomas.get(home.link("Move")).await;
    times.says("Instead of Thursday 2 April 2026, 9:00am");
    let check = tomas
        .get(&format!(
            "{}?at={}",
            times.form_with("<span>10:00am"),
            encode(TEN)
        ))
        .await;
    let moving = check.values_of("moving")[0];
    tomas
        .post(
            check.form_with("Move the session"),
            &[("at", TEN), ("moving", moving)],
        )
        .await
        .tells("Moved: Thursday 2 April 2026, 10:00am, Maya with Tom.");
    let (_, body, calendar) = letter(&app, pairing.mentee).await;
    assert!(body.contains("Moved by Tomas for Maya."), "{body}");
    assert!(calendar.contains("LOCATION:Room Juniper"), "{calendar}");

    let page = tomas.get(tomas.get("/").await.link("Cancel")).await;
    page.says("Thursday 2 April 2026, 10:00am (London), Maya and Tom");
    let (path, key) = (
        page.form_with("Cancel the session"),
        page.values_of("session")[0],
    );
    tomas.post(path, &[("session", key)]).await.leads_to("/");
    tomas.post(path, &[("session", key)]).await.leads_to("/");
    let (subject, body, calendar) = letter(&app, pairing.mentor).await;
    assert!(subject.starts_with("Cancelled: "), "{subject}");
    assert!(body.contains("Cancelled by Tomas for Maya."), "{body}");
    assert!(calendar.contains("METHOD:CANCEL"), "{calendar}");
    assert_eq!(count(&app.db, "select count(*) from attendances").await, 0);
    assert_eq!(count(&app.db, "select count(*) from letters").await, 6);
}

#[sqlx::test]
async fn only_times_that_are_offered_are_booked(db: PgPool) {
    let app = TestApp::new(db).await;
    let (pairing, tomas) = assisted(&app).await;
    let tomas = app.sign_in(tomas).await;
    let other = given::pairing()
        .between(pairing.mentor, given::person(&app.db, "Zoe").await)
        .insert(&app.db)
        .await;
    given::session(&app.db, &other, "session", datetime!(2026-04-02 08:00 UTC)).await;
    for wrong in [NINE, "2026-04-02T18:00:00Z", "2026-03-26T09:00:00Z"] {
        tomas
            .post(
                &at(&pairing, "sessions"),
                &[("at", wrong), ("place", "Here")],
            )
            .await
            .is(StatusCode::CONFLICT)
            .says("That time is not free any more. These times are.");
        tomas
            .get(&format!("{}?at={}", at(&pairing, "confirm"), encode(wrong)))
            .await
            .is(StatusCode::CONFLICT);
    }
    let long = "x".repeat(301);
    tomas
        .post(&at(&pairing, "sessions"), &[("at", TEN), ("place", &long)])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says(&long);
    assert_eq!(
        count(&app.db, "select count(*) from mentoring_sessions").await,
        1
    );
}

#[sqlx::test]
async fn what_the_two_have_settled_meanwhile_stands(db: PgPool) {
    let app = TestApp::new(db).await;
    let (pairing, tomas) = assisted(&app).await;
    let tomas = app.sign_in(tomas).await;
    // The two have booked themselves.
    let session = given::session(
        &app.db,
        &pairing,
        "session",
        datetime!(2026-04-09 08:00 UTC),
    )
    .await;
    let key = session.id.to_string();
    tomas
        .post(&at(&pairing, "sessions"), &[("at", NINE)])
        .await
        .is(StatusCode::CONFLICT)
        .says("has changed in the meantime");
    tomas
        .post(&at(&pairing, "cancellation"), &[("session", "1")])
        .await
        .is(StatusCode::CONFLICT);
    // It has begun.
    let later = TestApp::at(app.db.clone(), datetime!(2026-04-09 08:30 UTC)).await;
    let browser = later.sign_in(Person(tomas_id(&app).await)).await;
    browser
        .get("/")
        .await
        .says("Waits for Maya to say whether the last session happened");
    for (place, fields) in [
        (
            "sessions",
            [("at", "2026-04-16T08:00:00Z"), ("moving", &*key)],
        ),
        ("cancellation", [("session", &*key), ("", "")]),
    ] {
        browser
            .post(&at(&pairing, place), &fields)
            .await
            .is(StatusCode::CONFLICT);
    }
    // They have paused.
    sqlx::query("update pairings set paused_since = '2026-04-01'")
        .execute(&app.db)
        .await
        .unwrap();
    tomas
        .get(&at(&pairing, "times"))
        .await
        .is(StatusCode::CONFLICT)
        .says("have paused");
    assert_eq!(count(&app.db, "select count(*) from letters").await, 0);
}

async fn tomas_id(app: &TestApp) -> i64 {
    count(&app.db, "select assistant_id from assistants").await
}

/// Two assistants of two mentors press for one mentee's hour.
#[sqlx::test]
async fn of_two_at_once_one_books_and_the_other_sees_what_is_free(db: PgPool) {
    let app = TestApp::new(db).await;
    let (pairing, tomas) = assisted(&app).await;
    let zoe = given::person(&app.db, "Zoe").await;
    given::weekly_hours(&app.db, zoe, 4, "09:00", "12:00").await;
    let other = given::pairing()
        .between(zoe, pairing.mentee)
        .insert(&app.db)
        .await;
    let ida = given::person(&app.db, "Ida").await;
    given::assistant(&app.db, zoe, ida).await;
    let (tomas, ida) = (app.sign_in(tomas).await, app.sign_in(ida).await);
    let (one, two) = (at(&pairing, "sessions"), at(&other, "sessions"));
    let (one, two) = tokio::join!(
        tomas.post(&one, &[("at", NINE)]),
        ida.post(&two, &[("at", NINE)])
    );
    let mut statuses = [one.status, two.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::CONFLICT]);
    let loser = if one.status == StatusCode::CONFLICT {
        one
    } else {
        two
    };
    loser.says("That time is not free any more.");
    assert_eq!(loser.values_of("at")[0], TEN);
    assert_eq!(
        count(&app.db, "select count(*) from mentoring_sessions").await,
        1
    );
}

#[sqlx::test]
async fn the_first_and_the_last_meeting_are_booked_as_such(db: PgPool) {
    use crate::support::given::At;
    let app = TestApp::new(db).await;
    for (stage, kind) in [
        (At::InitialMeeting, "initial"),
        (At::Sessions, "session"),
        (At::MovingOn, "moving_on"),
        (At::FinalSessionHeld, "session"),
    ] {
        let pairing = given::pairing().at(stage).insert(&app.db).await;
        given::weekly_hours(&app.db, pairing.mentor, 4, "09:00", "12:00").await;
        let tomas = given::person(&app.db, "Tomas").await;
        given::assistant(&app.db, pairing.mentor, tomas).await;
        let tomas = app.sign_in(tomas).await;
        tomas
            .post(&at(&pairing, "sessions"), &[("at", NINE)])
            .await
            .is(StatusCode::SEE_OTHER);
        let booked: String =
            sqlx::query_scalar("select kind from mentoring_sessions where pairing_id = $1")
                .bind(pairing.id)
                .fetch_one(&app.db)
                .await
                .unwrap();
        assert_eq!(booked, kind, "{stage:?}");
    }
    for stage in [At::Proposed, At::Offered, At::Closed] {
        let pairing = given::pairing().at(stage).insert(&app.db).await;
        let tomas = given::person(&app.db, "Tomas").await;
        given::assistant(&app.db, pairing.mentor, tomas).await;
        let tomas = app.sign_in(tomas).await;
        tomas.get("/").await.says("has no mentee at the moment");
        tomas
            .post(&at(&pairing, "sessions"), &[("at", NINE)])
            .await
            .is(StatusCode::NOT_FOUND);
    }
}

/// Whatever they had open in a tab does nothing any more.
#[sqlx::test]
async fn it_ends_when_it_is_taken_back_or_one_of_them_leaves(db: PgPool) {
    let app = TestApp::new(db).await;
    let ada = given::administrator(&app.db, "Ada").await;
    for ends in ["taken back", "the assistant leaves", "the mentor leaves"] {
        let (pairing, tomas) = assisted(&app).await;
        let browser = app.sign_in(tomas).await;
        browser.get(&at(&pairing, "times")).await.is(StatusCode::OK);
        let leaves = |person: Person| format!("/people/{}/deactivation", person.0);
        let (who, path) = match ends {
            "taken back" => (pairing.mentor, "/account/assistant/removal".to_owned()),
            "the assistant leaves" => (ada, leaves(tomas)),
            _ => (ada, leaves(pairing.mentor)),
        };
        app.sign_in(who)
            .await
            .post(&path, &[])
            .await
            .is(StatusCode::SEE_OTHER);
        assert_eq!(
            count(&app.db, "select count(*) from assistants").await,
            0,
            "{ends}"
        );
        let again = app.sign_in(tomas).await;
        let answer = again.post(&at(&pairing, "sessions"), &[("at", NINE)]).await;
        assert_eq!(
            answer.status,
            match ends {
                "the assistant leaves" => StatusCode::SEE_OTHER,
                _ => StatusCode::NOT_FOUND,
            },
            "{ends}"
        );
        assert_eq!(
            count(&app.db, "select count(*) from mentoring_sessions").await,
            0
        );
    }
}

/// An assistant is none of the two: no page of the pairing exists for them.
#[sqlx::test]
async fn no_page_of_the_pairing_exists_for_an_assistant(db: PgPool) {
    let app = TestApp::new(db).await;
    let (pairing, tomas) = assisted(&app).await;
    let session = given::session(&app.db, &pairing, "session", NOON + Duration::days(2)).await;
    let tomas = app.sign_in(tomas).await;
    for path in [
        pairing.path.clone(),
        session.path.clone(),
        format!("{}/session.ics", session.path),
        format!("{}/notes", pairing.path),
        format!("{}/agreement", pairing.path),
        format!("{}/sessions/new", pairing.path),
    ] {
        tomas.get(&path).await.is(StatusCode::NOT_FOUND);
    }
    // And the two have their own pages for what an assistant does.
    for person in [pairing.mentor, pairing.mentee, pairing.coordinator] {
        let person = app.sign_in(person).await;
        person
            .get(&at(&pairing, "times"))
            .await
            .is(StatusCode::NOT_FOUND);
    }
}
