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
async fn a_time_can_be_booked_from_home_whoever_has_the_next_step(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    given::weekly_hours(&app.db, pairing.mentor, 1, "09:00", "12:00").await;
    given::settled(&app.db, &pairing, "held_on", NOON - Duration::days(2)).await;
    let (maya, tom) = (
        app.sign_in(pairing.mentor).await,
        app.sign_in(pairing.mentee).await,
    );
    let times = format!("{}/sessions/new", pairing.path);
    for path in ["/", &pairing.path] {
        // It is Maya's turn to write the session up.
        let page = maya.get(path).await;
        page.link("Write up the session");
        assert_eq!(page.link("Book a session"), times);
        let page = tom.get(path).await;
        page.says("Maya writes up the last session");
        assert_eq!(page.link("Book a session"), times);
        page.says("class=\"button\"").says(&times);
    }
    // Once a session is booked, that is where the button leads.
    let session = given::session(&app.db, &pairing, "session", NOON + Duration::days(3)).await;
    let page = tom.get("/").await;
    page.does_not_say(&times);
    assert_eq!(page.link("See the session"), session.path);
}

#[sqlx::test]
async fn an_offer_is_answered_and_a_proposal_published_on_the_page(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().at(At::Proposed).insert(&app.db).await;
    let cleo = app.sign_in(pairing.coordinator).await;
    let tom = app.sign_in(pairing.mentee).await;
    let page = cleo.get(&pairing.path).await;
    let page = cleo.get(page.link("Read and publish")).await;
    page.says("You are offered a mentor: Maya");
    let read = page.values_of("pairing")[0];
    cleo.post(page.form_with("Publish 1 pairing"), &[("pairing", read)])
        .await
        .tells("1 pairing is published");
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

/// What both signed can be read for as long as it is in force, and to the end.
#[sqlx::test]
async fn the_agreement_in_force_stands_below_a_new_draft(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let maya = app.sign_in(pairing.mentor).await;
    let tom = app.sign_in(pairing.mentee).await;
    let cleo = app.sign_in(pairing.coordinator).await;
    let path = format!("{}/agreement", pairing.path);
    let signature = format!("{path}/signature");
    let draft = |version, purpose| {
        [
            ("version", version),
            ("purpose", purpose),
            ("review_on", "2026-09-01"),
            ("ends_on", "2026-12-01"),
        ]
    };
    // While nothing was signed by both, nothing is in force.
    tom.post(&path, &draft("0", "To find my way")).await;
    tom.post(&signature, &[("version", "1")]).await;
    tom.post(&path, &draft("1", "To lead the audit")).await;
    tom.get(&path)
        .await
        .says("To lead the audit")
        .does_not_say("in force until")
        .does_not_say("To find my way");
    cleo.get(&pairing.path)
        .await
        .says("Drafted, and not signed by both yet");

    for visitor in [&tom, &maya] {
        visitor.post(&signature, &[("version", "2")]).await;
    }
    tom.get(&path).await.says("In force").does_not_say("below");
    maya.post(&path, &draft("2", "To speak in public")).await;
    maya.post(&signature, &[("version", "3")]).await;
    for visitor in [&tom, &maya] {
        let page = visitor.get(&path).await;
        page.says("Draft: waits for Tom")
            .says("speak in public")
            .says("stays in force until both of you have signed this version")
            .says("The agreement in force")
            .says("Version 2, drafted by Tom")
            .says("To lead the audit")
            .does_not_say("To find my way");
        assert_eq!(page.body.matches("<h1>").count(), 1);
        visitor
            .get(&pairing.path)
            .await
            .says("Version 2 is in force.")
            .says("Version 3 signed by Maya on 1 April 2026");
    }
    cleo.get(&pairing.path)
        .await
        .says("Signed by both on 1 April 2026. A new version is drafted, and not signed by both")
        .does_not_say("To lead the audit");

    tom.post(&format!("{}/ending", pairing.path), &[("how", "ended")])
        .await;
    tom.get(&path)
        .await
        .says("Never signed by both")
        .says("was in force to the end")
        .says("To lead the audit");
}

#[sqlx::test]
async fn an_agreement_saved_as_it_is_needs_no_new_signatures(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let path = format!("{}/agreement", pairing.path);
    let fields = |version| {
        [
            ("version", version),
            ("purpose", "To find my way"),
            ("review_on", "2026-09-01"),
            ("ends_on", "2026-12-01"),
        ]
    };
    for (person, version) in [
        (pairing.mentee, "0"),
        (pairing.mentee, "1"),
        (pairing.mentor, "1"),
    ] {
        let visitor = app.sign_in(person).await;
        visitor.post(&path, &fields(version)).await.leads_to(&path);
        let signature = [("version", "1")];
        visitor
            .post(&format!("{path}/signature"), &signature)
            .await
            .leads_to(&path);
    }
    let tom = app.sign_in(pairing.mentee).await;
    tom.get(&path).await.says("Version 1,").says("In force");
    let versions: i64 = sqlx::query_scalar("select count(*) from agreements")
        .fetch_one(&app.db)
        .await
        .unwrap();
    assert_eq!(versions, 1);
}
