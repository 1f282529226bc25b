//! Times that one of the two suggests to the other, where no free time suits.

use crate::letter_acts::onward;
use crate::support::given::{Paired, Person};
use crate::support::{Answer, TestApp, Visitor, given};
use axum::http::StatusCode;
use sqlx::PgPool;
use time::macros::datetime;

/// Thursday evening in London, outside everybody's hours.
const EVENING: &str = "2026-04-02T18:00:00Z";
const FRIDAY: &str = "2026-04-03T06:30:00Z";
const TWO: [(&str, &str); 6] = [
    ("date_1", "2026-04-02"),
    ("time_1", "7pm"),
    ("date_2", "2026-04-03"),
    ("time_2", "7:30am"),
    ("place", "Room Ash"),
    ("words", "Before work, or after?"),
];

/// Maya mentors on Mondays, and Tom suggests other times.
async fn suggested(app: &TestApp) -> Paired {
    let pairing = given::pairing().insert(&app.db).await;
    given::weekly_hours(&app.db, pairing.mentor, 1, "09:00", "10:00").await;
    given::lives_in(&app.db, pairing.mentor, "America/New_York").await;
    let tom = app.sign_in(pairing.mentee).await;
    suggest(&tom, &pairing, &TWO)
        .await
        .is(StatusCode::SEE_OTHER);
    pairing
}

async fn suggest(visitor: &Visitor<'_>, pairing: &Paired, fields: &[(&str, &str)]) -> Answer {
    visitor
        .post(&format!("{}/suggestions", pairing.path), fields)
        .await
}

async fn count(db: &PgPool, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(db).await.unwrap()
}

async fn open(app: &TestApp) -> i64 {
    count(&app.db, "select count(*) from suggestions").await
}

/// The latest letter to this person: its subject and its words.
async fn letter(app: &TestApp, person: Person) -> (String, String) {
    sqlx::query_as(
        "select subject, body from letters where person_id = $1 order by id desc limit 1",
    )
    .bind(person.0)
    .fetch_one(&app.db)
    .await
    .unwrap()
}

#[sqlx::test]
async fn whoever_finds_no_common_time_suggests_two_and_the_other_books_one(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    given::weekly_hours(&app.db, pairing.mentor, 1, "09:00", "10:00").await;
    given::weekly_hours(&app.db, pairing.mentee, 2, "09:00", "10:00").await;
    given::lives_in(&app.db, pairing.mentor, "America/New_York").await;
    let tom = app.sign_in(pairing.mentee).await;
    let maya = app.sign_in(pairing.mentor).await;

    let times = tom.get(&format!("{}/sessions/new", pairing.path)).await;
    let form = tom.get(times.link("Suggest two times")).await;
    form.says("It is 1:00pm for you now, and 8:00am for Maya (New York).");
    let told = tom.post(form.form_with("Suggest these times"), &TWO).await;
    told.leads_to(&format!("{}#suggestion", pairing.path))
        .tells("Maya is asked which of them fits");

    let (subject, body) = letter(&app, pairing.mentor).await;
    assert_eq!(subject, "Tom suggests two times to meet");
    assert!(body.contains("\n\nThursday 2 April 2026, 2:00pm (New York)\n\nFriday 3 April 2026, 2:30am (New York)\n\n"), "{body}");
    assert!(
        !body.contains("Before work") && !body.contains("Ash"),
        "{body}"
    );
    let suggestion = format!("{}#suggestion", pairing.path);
    assert_eq!(onward(&app, pairing.mentor, &body).await, suggestion);
    tom.get(&pairing.path)
        .await
        .says("You suggest two times")
        .says("Thursday 2 April 2026, 7:00pm<p>2:00pm for Maya (New York)")
        .says("Maya answers the times that you suggested");
    maya.get("/")
        .await
        .says("Tom suggests times to meet: choose one")
        .says("By Friday 3 April 2026");
    let page = maya.get(&pairing.path).await;
    page.says("Tom suggests two times")
        .says("Before work, or after?")
        .says("Thursday 2 April 2026, 2:00pm");
    assert_eq!(page.values_of("at"), [EVENING, FRIDAY]);

    let choice = page.form_with("<span>Thursday").to_owned();
    let booked = maya.post(&choice, &[("at", EVENING)]).await;
    booked
        .is(StatusCode::SEE_OTHER)
        .tells("Booked: Thursday 2 April 2026, 2:00pm with Tom.");
    let session = booked.location.unwrap();
    tom.get(&session)
        .await
        .says("Thursday 2 April 2026, 7:00pm")
        .says("Room Ash");
    // The same press again leads to the same session, and the other time is gone.
    maya.post(&choice, &[("at", EVENING)])
        .await
        .leads_to(&session);
    maya.post(&choice, &[("at", FRIDAY)])
        .await
        .is(StatusCode::CONFLICT)
        .says("does not suggest that time any more");
    assert_eq!(open(&app).await, 0);
    assert_eq!(
        count(&app.db, "select count(*) from mentoring_sessions").await,
        1
    );
    let (subject, _) = letter(&app, pairing.mentee).await;
    assert!(
        subject.starts_with("Booked: your session with Maya"),
        "{subject}"
    );
}

#[sqlx::test]
async fn what_is_wrong_with_the_times_is_said_and_what_was_typed_stays(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let other = given::pairing()
        .between(pairing.mentor, given::person(&app.db, "Zoe").await)
        .insert(&app.db)
        .await;
    given::session(&app.db, &other, "session", datetime!(2026-04-02 18:30 UTC)).await;
    let tom = app.sign_in(pairing.mentee).await;
    for (fields, field, words) in [
        (vec![], "date_1", "Enter the date you would like to meet"),
        (
            vec![("date_1", "2026-04-02")],
            "time_1",
            "Enter the time you would like",
        ),
        (
            vec![("date_1", "2026-03-31"), ("time_1", "9am")],
            "date_1",
            "still to come",
        ),
        (TWO[..2].to_vec(), "time_1", "one of you has a session then"),
        (
            vec![
                ("date_1", "2026-04-03"),
                ("time_1", "9am"),
                ("date_3", "2026-04-04"),
            ],
            "time_3",
            "Enter the time you would like",
        ),
        // London leaves that hour out.
        (
            vec![("date_1", "2027-03-28"), ("time_1", "1:30am")],
            "time_1",
            "the clocks go forward",
        ),
    ] {
        let typed = [&fields[..], &[("words", "Kept words")]].concat();
        suggest(&tom, &pairing, &typed)
            .await
            .is(StatusCode::UNPROCESSABLE_ENTITY)
            .says(&format!("href=\"#{field}\""))
            .says(words)
            .says("Kept words</textarea>");
    }
    assert_eq!(open(&app).await, 0);
}

#[sqlx::test]
async fn one_suggests_once_and_what_is_suggested_anew_replaces_it(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = suggested(&app).await;
    let tom = app.sign_in(pairing.mentee).await;
    let maya = app.sign_in(pairing.mentor).await;
    let letters = "select count(*) from letters";
    // Pressed twice.
    suggest(&tom, &pairing, &TWO)
        .await
        .is(StatusCode::SEE_OTHER);
    assert_eq!(count(&app.db, letters).await, 1);
    let old = maya.get(&pairing.path).await.form_with("<span>").to_owned();
    suggest(
        &tom,
        &pairing,
        &[("date_1", "2026-04-06"), ("time_1", "9pm")],
    )
    .await
    .is(StatusCode::SEE_OTHER);
    assert_eq!((open(&app).await, count(&app.db, letters).await), (1, 2));
    maya.post(&old, &[("at", EVENING)])
        .await
        .is(StatusCode::CONFLICT);
    // And the other one may suggest as well; then each is asked.
    suggest(
        &maya,
        &pairing,
        &[("date_1", "2026-04-07"), ("time_1", "5am")],
    )
    .await
    .is(StatusCode::SEE_OTHER);
    for visitor in [&tom, &maya] {
        visitor
            .get(&pairing.path)
            .await
            .says("You suggest a time")
            .says("suggests a time</h2>");
    }
    // Nobody answers for the other.
    let page = tom.get(&pairing.path).await;
    let own = page
        .form_with("Take them back")
        .replace("withdrawal", "choice");
    tom.post(&own, &[("at", "2026-04-06T20:00:00Z")])
        .await
        .is(StatusCode::CONFLICT);
    assert_eq!(open(&app).await, 2);
}

#[sqlx::test]
async fn whoever_can_make_none_says_so_and_is_asked_for_others(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = suggested(&app).await;
    let maya = app.sign_in(pairing.mentor).await;
    let page = maya.get(&pairing.path).await;
    maya.post(page.form_with("None of these fits"), &[])
        .await
        .leads_to(&format!("{}/suggestions/new", pairing.path))
        .tells("Tom is told that none of them fits.");
    assert_eq!(open(&app).await, 0);
    let (subject, body) = letter(&app, pairing.mentee).await;
    assert_eq!(subject, "Maya cannot make the times that you suggested");
    let again = format!("{}/sessions/new", pairing.path);
    assert_eq!(onward(&app, pairing.mentee, &body).await, again);
    // It is the mentee's turn again, as before.
    let tom = app.sign_in(pairing.mentee).await;
    tom.get("/").await.says("Book the next session with Maya");
}

#[sqlx::test]
async fn whoever_suggests_may_take_it_back(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = suggested(&app).await;
    let tom = app.sign_in(pairing.mentee).await;
    let maya = app.sign_in(pairing.mentor).await;
    let choice = maya.get(&pairing.path).await.form_with("<span>").to_owned();
    let back = tom
        .get(&pairing.path)
        .await
        .form_with("Take them back")
        .to_owned();
    // Not the other one.
    maya.post(&back, &[]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(open(&app).await, 1);
    tom.post(&back, &[]).await.leads_to(&pairing.path);
    assert_eq!(open(&app).await, 0);
    let (subject, _) = letter(&app, pairing.mentor).await;
    assert_eq!(subject, "Tom has taken suggested times back");
    maya.post(&choice, &[("at", EVENING)])
        .await
        .is(StatusCode::CONFLICT);
    assert_eq!(
        count(&app.db, "select count(*) from mentoring_sessions").await,
        0
    );
}

#[sqlx::test]
async fn a_time_that_was_taken_meanwhile_is_not_booked_and_the_others_stay(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = suggested(&app).await;
    let other = given::pairing()
        .between(pairing.mentor, given::person(&app.db, "Zoe").await)
        .insert(&app.db)
        .await;
    let maya = app.sign_in(pairing.mentor).await;
    let page = maya.get(&pairing.path).await;
    given::session(&app.db, &other, "session", datetime!(2026-04-02 18:30 UTC)).await;
    let choice = page.form_with("<span>");
    maya.post(choice, &[("at", EVENING)])
        .await
        .is(StatusCode::CONFLICT)
        .says("Someone booked 2:00pm while you were choosing. These times are still free.")
        .says("value=\"Room Ash\"")
        .says("Tom suggests times to meet");
    maya.post(choice, &[("at", FRIDAY)])
        .await
        .tells("Booked: Friday 3 April 2026, 2:30am with Tom.");
}

#[sqlx::test]
async fn suggested_times_pass_and_a_booking_settles_them(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = suggested(&app).await;
    for (now, says) in [
        (
            datetime!(2026-04-02 18:00 UTC),
            Some("Tom suggests a time</h2>"),
        ),
        (datetime!(2026-04-03 06:30 UTC), None),
    ] {
        let later = TestApp::at(app.db.clone(), now).await;
        let maya = later.sign_in(pairing.mentor).await;
        let page = maya.get(&pairing.path).await;
        match says {
            Some(words) => page.says(words).says("Tom suggests times to meet"),
            None => page.does_not_say("suggests"),
        };
    }
    // Monday is in her hours, and he books it after all.
    let tom = app.sign_in(pairing.mentee).await;
    tom.post(
        &format!("{}/sessions", pairing.path),
        &[("at", "2026-04-06T13:00:00Z")],
    )
    .await
    .is(StatusCode::SEE_OTHER);
    assert_eq!(open(&app).await, 0);
}

#[sqlx::test]
async fn a_session_is_moved_to_a_suggested_time(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let session = given::session(
        &app.db,
        &pairing,
        "session",
        datetime!(2026-04-02 09:00 UTC),
    )
    .await;
    let tom = app.sign_in(pairing.mentee).await;
    let maya = app.sign_in(pairing.mentor).await;
    let times = tom
        .get(&format!(
            "{}/sessions/new?moving={}",
            pairing.path, session.id
        ))
        .await;
    let form = tom.get(times.link("Suggest two times")).await;
    form.says("Instead of Thursday 2 April 2026, 10:00am");
    let key = session.id.to_string();
    let moving = [&TWO[..4], &[("moving", key.as_str())]].concat();
    tom.post(form.form_with("Suggest these times"), &moving)
        .await
        .is(StatusCode::SEE_OTHER);
    let (subject, _) = letter(&app, pairing.mentor).await;
    assert_eq!(subject, "Tom suggests two times to move your session to");
    maya.get(&session.path)
        .await
        .says("Tom suggests times to meet.");
    let page = maya.get(&pairing.path).await;
    page.says("For your session of Thursday 2 April 2026, 10:00am, instead.");
    maya.post(page.form_with("<span>"), &[("at", FRIDAY)])
        .await
        .leads_to(&session.path)
        .tells("Moved: Friday 3 April 2026, 7:30am with Tom.");
    assert_eq!(open(&app).await, 0);
    assert_eq!(
        count(&app.db, "select count(*) from mentoring_sessions").await,
        1
    );
    // One that has begun is not moved any more.
    suggest(
        &tom,
        &pairing,
        &[("date_1", "2026-04-06"), ("time_1", "9am"), moving[4]],
    )
    .await
    .is(StatusCode::SEE_OTHER);
    let later = TestApp::at(app.db.clone(), datetime!(2026-04-03 06:30 UTC)).await;
    later
        .sign_in(pairing.mentor)
        .await
        .get(&pairing.path)
        .await
        .does_not_say("suggests");
}

/// A coordinator is told whose turn it is, and nothing of which times those are.
#[sqlx::test]
async fn the_coordinator_learns_that_times_are_suggested_and_not_which(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = suggested(&app).await;
    let cleo = app.sign_in(pairing.coordinator).await;
    cleo.get(&pairing.path)
        .await
        .says("Waiting for Maya")
        .says("The times that were suggested are answered")
        .does_not_say("7:00pm")
        .does_not_say("Before work");
}
