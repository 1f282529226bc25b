//! Forms that cannot be taken: whoever wrote them reads what they wrote, and where to go on.

use crate::support::given::At;
use crate::support::{Answer, NOON, TestApp, given};
use axum::http::StatusCode;
use sqlx::PgPool;
use time::Duration;

const WRITTEN: &str = "I ask <b>first</b>,\r\nand listen more than I did.";
const SHOWN: &str = "I ask &#60;b&#62;first&#60;/b&#62;,\r\nand listen more than I did.</textarea>";

/// Every form of a pairing that takes text of some length, and the field it is typed into.
const FORMS: [(&str, &str); 17] = [
    ("/agreement", "purpose"),
    ("/agreement/comments", "body"),
    ("/first-meeting/preparation", "hopes"),
    ("/sessions", "agenda"),
    ("/sessions/{held}/record", "feedback"),
    ("/sessions/{held}/draft", "feedback"),
    ("/sessions/{coming}/plan", "agenda"),
    ("/targets", "what"),
    ("/notes", "body"),
    ("/objectives", "statement"),
    ("/objectives/1", "why"),
    ("/objectives/1/settlement", "words"),
    ("/midpoint", "helpful"),
    ("/midpoint/decision", "words"),
    ("/further-steps", "what"),
    ("/review", "results"),
    ("/review/together", "together"),
];

#[track_caller]
fn keeps_it(answer: &Answer, status: StatusCode) {
    answer.is(status).says("What you wrote").says(SHOWN);
}

#[sqlx::test]
async fn what_was_typed_is_read_when_the_pairing_ends_meanwhile(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing()
        .at(At::FinalSessionHeld)
        .insert(&app.db)
        .await;
    let held = given::settled(&app.db, &pairing, "held_on", NOON - Duration::days(7)).await;
    let coming = given::session(&app.db, &pairing, "session", NOON + Duration::days(7)).await;
    let maya = app.sign_in(pairing.mentor).await;
    maya.post(&format!("{}/ending", pairing.path), &[("how", "ended")])
        .await
        .leads_to(&pairing.path);
    let tom = app.sign_in(pairing.mentee).await;
    for (place, field) in FORMS {
        let place = place
            .replace("{held}", &held.id.to_string())
            .replace("{coming}", &coming.id.to_string());
        let path = format!("{}{place}", pairing.path);
        let answer = tom.post(&path, &[(field, WRITTEN), ("at", "later")]).await;
        keeps_it(&answer, StatusCode::CONFLICT);
        answer
            .says("This pairing is closed")
            .says("<span class=\"name\">Tom</span>");
        assert_eq!(answer.link("Back to the pairing"), pairing.path);
        assert_eq!(answer.link("Your account"), "/account");
    }
    // What was not typed is not shown.
    tom.post(&format!("{}/notes", pairing.path), &[("body", "Short")])
        .await
        .is(StatusCode::CONFLICT)
        .does_not_say("What you wrote")
        .says("Back to the pairing");
}

/// Whoever has just done the same is not told that it is done again.
#[sqlx::test]
async fn a_second_note_is_not_taken_for_the_first_pressed_twice(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let tom = app.sign_in(pairing.mentee).await;
    let notes = format!("{}/notes", pairing.path);
    tom.post(&notes, &[("body", "The first")])
        .await
        .leads_to(&notes);
    let maya = app.sign_in(pairing.mentor).await;
    maya.post(&format!("{}/ending", pairing.path), &[("how", "ended")])
        .await
        .leads_to(&pairing.path);
    let second = tom.post(&notes, &[("body", WRITTEN)]).await;
    keeps_it(&second, StatusCode::CONFLICT);
}

#[sqlx::test]
async fn an_agenda_is_kept_when_the_other_has_booked_or_cancelled(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let session = given::session(&app.db, &pairing, "session", NOON + Duration::days(1)).await;
    let tom = app.sign_in(pairing.mentee).await;
    let fields = [("at", "2026-04-09T08:00:00Z"), ("agenda", WRITTEN)];
    for place in ["/sessions", "/sessions/confirm", "/sessions/new"] {
        let path = format!("{}{place}", pairing.path);
        let answer = tom.post(&path, &fields).await;
        keeps_it(&answer, StatusCode::CONFLICT);
        answer.says("You have a session booked already: Thursday 2 April 2026, 1:00pm with Maya");
    }
    let maya = app.sign_in(pairing.mentor).await;
    maya.post(&format!("{}/cancellation", session.path), &[])
        .await
        .is(StatusCode::SEE_OTHER);
    let plan = tom.post(&format!("{}/plan", session.path), &fields).await;
    keeps_it(&plan, StatusCode::CONFLICT);
    plan.says("its plan stands as it was");
}

#[sqlx::test]
async fn what_was_typed_outlives_the_sign_in(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let tom = app.sign_in(pairing.mentee).await;
    sqlx::query("update sign_ins set expires_at = $1")
        .bind(NOON)
        .execute(&app.db)
        .await
        .unwrap();
    // Browsers let go of a cookie as old as that.
    for visitor in [tom, app.stranger()] {
        let notes = format!("{}/notes", pairing.path);
        let answer = visitor.post(&notes, &[("body", WRITTEN)]).await;
        keeps_it(&answer, StatusCode::UNAUTHORIZED);
        answer
            .says("You have been signed out")
            .does_not_say("Your account");
        let back = format!("/sign-in?next={}", pairing.path);
        assert_eq!(answer.link("Sign in again"), back);
        let elsewhere = visitor.post("/account", &[("job_title", WRITTEN)]).await;
        keeps_it(&elsewhere, StatusCode::UNAUTHORIZED);
        assert_eq!(elsewhere.link("Sign in again"), "/sign-in?next=/");
        let passwords = [("old", WRITTEN), ("new", WRITTEN)];
        visitor
            .post("/account/password", &passwords)
            .await
            .leads_to("/sign-in");
    }
    let notes: i64 = sqlx::query_scalar("select count(*) from notes")
        .fetch_one(&app.db)
        .await
        .unwrap();
    assert_eq!(notes, 0);
}

#[sqlx::test]
async fn what_was_typed_is_read_when_the_server_breaks(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    sqlx::query("alter table notes rename to lost_notes")
        .execute(&app.db)
        .await
        .unwrap();
    let tom = app.sign_in(pairing.mentee).await;
    let notes = format!("{}/notes", pairing.path);
    let answer = tom.post(&notes, &[("body", WRITTEN)]).await;
    keeps_it(&answer, StatusCode::INTERNAL_SERVER_ERROR);
    answer
        .says("Your last step was not saved")
        .says("give this reference")
        .says("Back to the pairing");
}

/// A coordinator no longer, or never one of the two: what is not theirs is not named.
#[sqlx::test]
async fn a_page_that_is_not_theirs_keeps_what_they_typed_and_no_more(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let otto = app.sign_in(given::person(&app.db, "Otto").await).await;
    let programme = format!("/programmes/{}", pairing.programme.id);
    for path in [format!("{}/notes", pairing.path), programme] {
        let answer = otto.post(&path, &[("body", WRITTEN)]).await;
        keeps_it(&answer, StatusCode::NOT_FOUND);
        answer
            .says("<span class=\"name\">Otto</span>")
            .does_not_say("Back to the");
    }
}

#[sqlx::test]
async fn whatever_stops_a_coordinator_leads_back_to_where_they_were(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let cleo = app.sign_in(pairing.coordinator).await;
    let path = format!("{}/notes", pairing.path);
    let answer = cleo.post(&path, &[("body", WRITTEN)]).await;
    keeps_it(&answer, StatusCode::FORBIDDEN);
    assert_eq!(answer.link("Back to the pairing"), pairing.path);

    let programme = format!("/programmes/{}", pairing.programme.id);
    let path = format!("{programme}/enrolments/{}/mentee/removal", pairing.mentee.0);
    let answer = cleo.post(&path, &[]).await;
    answer.is(StatusCode::CONFLICT);
    assert_eq!(answer.link("Back to the programme"), programme);
    assert_eq!(answer.link("Programmes"), "/programmes");
}
