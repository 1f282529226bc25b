//! The page of a pairing, at every stage and for everybody who may see it.

use crate::support::given::At;
use crate::support::{NOON, TestApp, given};
use axum::http::StatusCode;
use sqlx::PgPool;
use time::Duration;

#[sqlx::test]
async fn there_is_one_primary_button_at_most_and_every_link_opens(db: PgPool) {
    let app = TestApp::new(db).await;
    // Pages that belong to other features.
    let elsewhere = ["/objectives", "/moving-on", "/review"];
    for at in At::ALL {
        let pairing = given::pairing().at(at).insert(&app.db).await;
        given::weekly_hours(&app.db, pairing.mentor, 1, "09:00", "12:00").await;
        if !matches!(at, At::Proposed | At::Offered) {
            given::settled(&app.db, &pairing, "held_on", NOON - Duration::days(2)).await;
            given::settled(&app.db, &pairing, "cancelled_on", NOON + Duration::days(2)).await;
        }
        for person in [pairing.mentor, pairing.mentee, pairing.coordinator] {
            let visitor = app.sign_in(person).await;
            let page = visitor.get(&pairing.path).await;
            if at == At::Proposed && person != pairing.coordinator {
                page.is(StatusCode::NOT_FOUND);
                continue;
            }
            page.is(StatusCode::OK);
            let primary = page.body.matches("class=\"button\"").count();
            assert!(primary <= 1, "{at:?} {person:?} {primary}: {}", page.body);
            let links = page.body.split("href=\"").skip(1);
            let links = links.filter_map(|link| link.split('"').next());
            for link in links.filter(|link| link.starts_with(&pairing.path)) {
                if !elsewhere.iter().any(|place| link.ends_with(place)) {
                    visitor.get(link).await.is(StatusCode::OK);
                }
            }
        }
    }
}

#[sqlx::test]
async fn an_offer_is_answered_and_a_proposal_published_on_the_page(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().at(At::Proposed).insert(&app.db).await;
    let cleo = app.sign_in(pairing.coordinator).await;
    let tom = app.sign_in(pairing.mentee).await;
    let page = cleo.get(&pairing.path).await;
    cleo.post(page.form_with("Publish the pairing"), &[])
        .await
        .leads_to(&pairing.path);
    let page = tom.get(&pairing.path).await;
    page.says("Your mentor would be").says("Maya");
    tom.get(page.link("Decline"))
        .await
        .is(StatusCode::OK)
        .says("Decline to be paired with Maya?");
    tom.post(page.form_with("Accept"), &[])
        .await
        .leads_to(&pairing.path);
    tom.get(&pairing.path)
        .await
        .does_not_say("Your mentor would be");
}

#[sqlx::test]
async fn a_closed_pairing_is_opened_again_by_its_coordinator(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let maya = app.sign_in(pairing.mentor).await;
    let page = maya.get(&pairing.path).await;
    let page = maya.get(page.link("End the pairing")).await;
    let end = page.form_with("End the pairing");
    maya.post(end, &[])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Choose how the pairing ends");
    maya.post(end, &[("how", "completed")])
        .await
        .leads_to(&pairing.path);
    maya.get(&pairing.path)
        .await
        .says("Completed early")
        .does_not_say("Re-open");
    let cleo = app.sign_in(pairing.coordinator).await;
    let page = cleo.get(&pairing.path).await;
    let page = cleo.get(page.link("Re-open the pairing")).await;
    page.says("They go on where they stood: Sessions")
        .does_not_say("What do they go on with?");
    cleo.post(page.form_with("Re-open the pairing"), &[])
        .await
        .leads_to(&pairing.path)
        .tells("The pairing is open again: Sessions.");
    maya.get(&pairing.path).await.says("Book the next session");
}

#[sqlx::test]
async fn a_pairing_is_paused_and_resumed_from_its_page(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let tom = app.sign_in(pairing.mentee).await;
    let page = tom.get(&pairing.path).await;
    let page = tom.get(page.link("Pause for leave")).await;
    tom.post(page.form_with("Pause the pairing"), &[])
        .await
        .leads_to(&pairing.path);
    let page = tom.get(&pairing.path).await;
    page.says("Paused");
    let page = tom.get(page.link("Resume the pairing")).await;
    tom.post(page.form_with("Resume the pairing"), &[])
        .await
        .leads_to(&pairing.path);
    tom.get(&pairing.path).await.says("Book the next session");
}

#[sqlx::test]
async fn an_agreement_is_drafted_signed_and_read(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing()
        .at(At::InitialMeeting)
        .insert(&app.db)
        .await;
    let maya = app.sign_in(pairing.mentor).await;
    let tom = app.sign_in(pairing.mentee).await;
    let path = format!("{}/agreement", pairing.path);
    let page = tom.get(&path).await;
    let page = tom.get(page.link("Draft the agreement")).await;
    let save = page.form_with("Save the agreement");
    let fields = [
        ("version", page.values_of("version")[0]),
        ("purpose", "To find my way"),
        ("review_on", "2026-09-01"),
        ("ends_on", "2026-12-01"),
    ];
    let wrong = [
        fields[0],
        ("scope", "Work"),
        fields[2],
        ("ends_on", "2026-08-01"),
    ];
    tom.post(save, &wrong)
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Enter what the mentoring is for")
        .says("Choose a review date before the end date")
        .says("Work</textarea>");
    tom.post(save, &fields).await.leads_to(&path);
    for visitor in [&tom, &maya] {
        let page = visitor.get(&path).await;
        page.says("To find my way").says("Draft: waits for");
        let version = page.values_of("version")[0];
        visitor
            .post(page.form_with("Sign this version"), &[("version", version)])
            .await
            .leads_to(&path);
    }
    maya.get(&path)
        .await
        .says("In force")
        .says("Signed 1 April 2026")
        .does_not_say("Sign this version");
    maya.get(&pairing.path)
        .await
        .says("Signed by Tom on 1 April 2026");
    app.sign_in(pairing.coordinator)
        .await
        .get(&pairing.path)
        .await
        .says("Signed by both")
        .does_not_say("/agreement");
}
