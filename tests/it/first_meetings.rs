//! The first meeting: each prepares alone, both read when both have written, and what they went
//! through is ticked.

use crate::support::given::At;
use crate::support::{TestApp, given};
use axum::http::StatusCode;
use sqlx::PgPool;

#[sqlx::test]
async fn neither_reads_the_others_page_before_both_have_written(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing()
        .at(At::InitialMeeting)
        .insert(&app.db)
        .await;
    let maya = app.sign_in(pairing.mentor).await;
    let tom = app.sign_in(pairing.mentee).await;
    let place = format!("{}/first-meeting", pairing.path);
    let form = format!("{place}/preparation");
    let page = tom.get(&pairing.path).await;
    let page = tom.get(page.link("Prepare it")).await;
    let page = tom.get(page.link("Prepare your first meeting")).await;
    let save = page.form_with("Save what I prepared");
    tom.post(save, &[("story", "From a shop")])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Enter what you hope for")
        .says("From a shop</textarea>");
    let written = [
        ("hopes", "To be <braver>"),
        ("questions", "What did you fear?"),
        ("story", "From a shop"),
    ];
    tom.post(save, &written).await.leads_to(&place);
    tom.get(&place)
        .await
        .says("To be &#60;braver&#62;")
        .says("Only you can read this until Maya has written too");
    for page in [&place, &form, &pairing.path] {
        maya.get(page)
            .await
            .is(StatusCode::OK)
            .does_not_say("braver")
            .does_not_say("From a shop");
    }
    maya.post(&form, &[("hopes", "To listen more")])
        .await
        .leads_to(&place);
    for visitor in [&maya, &tom] {
        visitor
            .get(&place)
            .await
            .says("To be &#60;braver&#62;")
            .says("To listen more")
            .says("Maya and Tom read this");
    }
    // What is changed afterwards is read at once.
    tom.post(&form, &[("hopes", "To be kinder")]).await;
    maya.get(&place)
        .await
        .says("To be kinder")
        .does_not_say("What did you fear?");
    let cleo = app.sign_in(pairing.coordinator).await;
    for page in [&place, &form] {
        cleo.get(page).await.is(StatusCode::FORBIDDEN);
    }
}

#[sqlx::test]
async fn either_ticks_for_both_and_takes_it_back(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing()
        .at(At::InitialMeeting)
        .insert(&app.db)
        .await;
    let maya = app.sign_in(pairing.mentor).await;
    let tom = app.sign_in(pairing.mentee).await;
    let place = format!("{}/first-meeting", pairing.path);
    let checks = format!("{place}/checks");
    tom.get(&place).await.says("0 of 9 done");
    for visitor in [&tom, &maya] {
        visitor
            .post(&checks, &[("item", "contacts")])
            .await
            .leads_to(&place);
    }
    maya.post(&checks, &[("item", "exit")])
        .await
        .leads_to(&place);
    maya.get(&place)
        .await
        .says("2 of 9 done")
        .says("Ticked by Tom on 1 April 2026")
        .says("Ticked by Maya on 1 April 2026");
    for _ in 0..2 {
        maya.post(&checks, &[("item", "contacts"), ("done", "no")])
            .await
            .leads_to(&place);
    }
    tom.get(&place)
        .await
        .says("1 of 9 done")
        .does_not_say("Ticked by Tom");
    tom.post(&checks, &[("item", "biscuits")])
        .await
        .is(StatusCode::NOT_FOUND);
}

#[sqlx::test]
async fn it_can_be_read_and_no_longer_changed_at_the_end(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing()
        .at(At::InitialMeeting)
        .insert(&app.db)
        .await;
    let tom = app.sign_in(pairing.mentee).await;
    let place = format!("{}/first-meeting", pairing.path);
    let form = format!("{place}/preparation");
    tom.post(&form, &[("hopes", "To be braver")]).await;
    tom.post(&format!("{}/ending", pairing.path), &[("how", "ended")])
        .await;
    tom.get(&place)
        .await
        .says("To be braver")
        .does_not_say("Change what you wrote")
        .does_not_say("Tick<");
    tom.post(&form, &[("hopes", "Too late")])
        .await
        .is(StatusCode::CONFLICT);
}
