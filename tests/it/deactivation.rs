//! Somebody leaves: no way in, and their pairings end with a kind word to whoever stays.

use crate::joining::{count, email_of, letters_to};
use crate::support::given::{At, Person};
use crate::support::{NOON, TestApp, given};
use axum::http::StatusCode;
use sqlx::PgPool;
use std::sync::Arc;
use time::Duration;
use time::macros::date;

const PASSWORD: &str = "correct horse battery";

fn path(person: Person, act: &str) -> String {
    format!("/people/{}/{act}", person.0)
}

async fn leave(app: &TestApp, person: Person) -> Person {
    let admin = given::administrator(&app.db, "Ada").await;
    app.sign_in(admin)
        .await
        .post(&path(person, "deactivation"), &[])
        .await
        .leads_to(&format!("/people/{}", person.0));
    admin
}

async fn closed_how(app: &TestApp, pairing: i64) -> Option<String> {
    sqlx::query_scalar("select closed_how from pairings where id = $1")
        .bind(pairing)
        .fetch_one(&app.db)
        .await
        .unwrap()
}

#[sqlx::test]
async fn whoever_leaves_has_no_way_in_until_they_come_back(db: PgPool) {
    let app = TestApp::new(db).await;
    let person = given::person(&app.db, "Tom").await;
    let email = given::password(&app.db, person, PASSWORD).await;
    let tom = app.sign_in(person).await;
    tom.get("/").await.is(StatusCode::OK);
    let ada = given::administrator(&app.db, "Ada").await;
    let ada = app.sign_in(ada).await;
    let page = ada.get(&format!("/people/{}", person.0)).await;
    let page = ada.get(page.link("Deactivate")).await;
    page.says("Deactivate the account of Tom?");
    ada.post(page.form_with("Deactivate the account"), &[])
        .await
        .leads_to(&format!("/people/{}", person.0));
    tom.get("/").await.leads_to("/sign-in");
    // Nor with a sign-in that was made at the same moment.
    app.sign_in(person)
        .await
        .get("/")
        .await
        .leads_to("/sign-in");
    let form = [("email", &*email), ("password", PASSWORD)];
    app.stranger()
        .post("/sign-in", &form)
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("they do not match an account");
    app.stranger()
        .post("/forgotten-password", &[("email", &*email)])
        .await
        .is(StatusCode::OK);
    assert_eq!(count(&app, "select count(*) from letters").await, 0);
    ada.get("/people").await.says("Deactivated</span>");

    // Once more is nothing more.
    ada.post(&path(person, "deactivation"), &[])
        .await
        .is(StatusCode::SEE_OTHER);
    let acts = "select count(*) from audit_events where act = 'deactivated the account of'";
    assert_eq!(count(&app, acts).await, 1);

    let page = ada.get(&format!("/people/{}", person.0)).await;
    let page = ada.get(page.link("Reactivate")).await;
    ada.post(page.form_with("Reactivate the account"), &[])
        .await
        .is(StatusCode::SEE_OTHER);
    ada.get("/people").await.does_not_say("Deactivated</span>");
    app.stranger().post("/sign-in", &form).await.leads_to("/");
}

#[sqlx::test]
async fn a_link_to_a_new_password_ends_when_its_owner_leaves(db: PgPool) {
    let app = TestApp::new(db).await;
    let tom = given::person(&app.db, "Tom").await;
    let email = given::password(&app.db, tom, PASSWORD).await;
    app.stranger()
        .post("/forgotten-password", &[("email", &*email)])
        .await
        .is(StatusCode::OK);
    leave(&app, tom).await;
    let letters = letters_to(&app, &email).await;
    app.stranger()
        .get(letters[0].link())
        .await
        .is(StatusCode::NOT_FOUND);
}

#[sqlx::test]
async fn their_pairings_end_without_fault_and_the_others_are_told(db: PgPool) {
    let app = TestApp::new(db).await;
    let live = given::pairing().at(At::Sessions).insert(&app.db).await;
    let tom = live.mentee;
    let other = given::person(&app.db, "Mira").await;
    let offered = given::pairing()
        .between(other, tom)
        .at(At::Offered)
        .insert(&app.db)
        .await;
    let third = given::person(&app.db, "Mona").await;
    let proposed = given::pairing()
        .between(tom, third)
        .at(At::Proposed)
        .insert(&app.db)
        .await;
    let closed = given::pairing()
        .between(third, tom)
        .at(At::Closed)
        .insert(&app.db)
        .await;
    given::session(&app.db, &live, "session", NOON + Duration::days(3)).await;
    given::settled(&app.db, &live, "held_on", NOON - Duration::days(3)).await;
    sqlx::query("update pairings set paused_since = $2 where id = $1")
        .bind(live.id)
        .bind(date!(2026 - 03 - 29))
        .execute(&app.db)
        .await
        .unwrap();
    sqlx::query("insert into pauses values ($1, $2)")
        .bind(live.id)
        .bind(date!(2026 - 03 - 29))
        .execute(&app.db)
        .await
        .unwrap();
    leave(&app, tom).await;

    for (pairing, how) in [
        (&live, "moved_or_left"),
        (&offered, "ended"),
        (&proposed, "ended"),
        (&closed, "completed"),
    ] {
        assert_eq!(closed_how(&app, pairing.id).await.as_deref(), Some(how));
    }
    let coming = "select count(*) from mentoring_sessions where cancelled_on is not null";
    assert_eq!(count(&app, coming).await, 1);
    // The hour that was booked is free again; those that were are not forgotten.
    assert_eq!(count(&app, "select count(*) from attendances").await, 2);
    assert_eq!(
        count(&app, "select count(*) from pauses where until is null").await,
        0
    );
    let told = |person| {
        let app = &app;
        async move { letters_to(app, &email_of(app, person).await).await }
    };
    let mut letters = told(live.mentor).await;
    assert_eq!(letters.len(), 2);
    letters.sort_by(|one, other| other.subject.cmp(&one.subject));
    // The calendar takes out what it had.
    assert!(
        letters[1]
            .subject
            .starts_with("Cancelled: your session with Tom"),
        "{}",
        letters[1].subject
    );
    let calendar: String = sqlx::query_scalar("select calendar from letters where calendar <> ''")
        .fetch_one(&app.db)
        .await
        .unwrap();
    assert!(calendar.contains("METHOD:CANCEL"), "{calendar}");
    assert_eq!(letters[0].subject, "Your pairing with Tom has ended");
    assert!(!letters[0].body.contains("left"), "{}", letters[0].body);
    app.sign_in(live.mentor)
        .await
        .get(letters[0].link())
        .await
        .is(StatusCode::OK);
    let letters = told(other).await;
    assert_eq!(
        letters[0].subject,
        "The offer of a pairing with Tom is withdrawn"
    );
    assert!(told(third).await.is_empty(), "a proposal is not known");
    assert!(told(tom).await.is_empty());
    for pairing in [&live, &offered, &proposed] {
        let letters = told(pairing.coordinator).await;
        assert_eq!(letters.len(), 1);
        assert!(letters[0].body.contains("without fault"));
        app.sign_in(pairing.coordinator)
            .await
            .get(letters[0].link())
            .await
            .is(StatusCode::OK);
    }
    assert!(told(closed.coordinator).await.is_empty());
    app.sign_in(live.mentor)
        .await
        .get("/account/activity")
        .await
        .says("Ada closed the pairing");
}

#[sqlx::test]
async fn whoever_has_left_is_offered_nowhere(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let maya = given::person(&app.db, "Maya").await;
    let tom = given::person(&app.db, "Tom").await;
    let nia = given::person(&app.db, "Nia").await;
    given::mentor(&app.db, programme, maya, 2).await;
    given::mentee(&app.db, programme, tom).await;
    given::mentee(&app.db, programme, nia).await;
    let admin = leave(&app, maya).await;
    let ada = app.sign_in(admin).await;
    ada.post(&path(tom, "deactivation"), &[])
        .await
        .is(StatusCode::SEE_OTHER);

    let cleo = app.sign_in(programme.coordinator).await;
    let of = |place: &str| format!("/programmes/{}{place}", programme.id);
    cleo.get(&of("/enrolments/new?q=Maya"))
        .await
        .says("Nobody here matches");
    let form = [
        ("person", &*maya.0.to_string()),
        ("part", "mentee"),
        ("capacity", ""),
    ];
    cleo.post(&of("/enrolments"), &form)
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY);
    cleo.get(&of("/pairings/new"))
        .await
        .says("Nia")
        .does_not_say("Tom");
    cleo.get(&of(&format!("/pairings/new?mentee={}", nia.0)))
        .await
        .is(StatusCode::OK)
        .does_not_say("Maya");
    let pair = [
        ("mentee", &*nia.0.to_string()),
        ("mentor", &*maya.0.to_string()),
    ];
    cleo.post(&of("/pairings"), &pair)
        .await
        .is(StatusCode::NOT_FOUND);
    cleo.get(&of("/people?show=unpaired"))
        .await
        .says("Nia")
        .does_not_say("Tom");
    cleo.get(&of("/people")).await.says("Is no longer here");
    ada.get(&of("/coordinators?q=Maya"))
        .await
        .does_not_say(&format!("value=\"{}\"", maya.0));
    let manager = email_of(&app, maya).await;
    let form = [
        ("name", "Nia"),
        ("time_zone", "Europe/London"),
        ("line_manager", &*manager),
    ];
    app.sign_in(nia)
        .await
        .post("/account", &form)
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Nobody here has this email address");
    let invitations = of("/invitations");
    let form = [("people", &*manager), ("part", "mentee")];
    cleo.post(&invitations, &form)
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("an administrator can let them in again");
}

#[sqlx::test]
async fn a_closed_pairing_is_not_reopened_with_somebody_who_has_left(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    leave(&app, pairing.mentor).await;
    app.sign_in(pairing.coordinator)
        .await
        .post(&format!("{}/reopening", pairing.path), &[])
        .await
        .is(StatusCode::CONFLICT)
        .says("no longer here");
}

#[sqlx::test]
async fn whoever_leaves_runs_nothing_any_more(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let bea = given::administrator(&app.db, "Bea").await;
    let admin = leave(&app, pairing.coordinator).await;
    let ada = app.sign_in(admin).await;
    assert_eq!(count(&app, "select count(*) from coordinators").await, 0);
    ada.post(&path(bea, "deactivation"), &[])
        .await
        .is(StatusCode::SEE_OTHER);
    ada.post(&path(bea, "appointment"), &[])
        .await
        .is(StatusCode::CONFLICT)
        .says("Reactivate it first");
    ada.post(&path(bea, "reactivation"), &[])
        .await
        .is(StatusCode::SEE_OTHER);
    app.sign_in(bea)
        .await
        .get("/people")
        .await
        .is(StatusCode::NOT_FOUND);
}

#[sqlx::test]
async fn nobody_deactivates_themselves_so_one_administrator_stays(db: PgPool) {
    let app = TestApp::new(db).await;
    let person = given::administrator(&app.db, "Ada").await;
    let ada = app.sign_in(person).await;
    ada.post(&path(person, "deactivation"), &[])
        .await
        .is(StatusCode::CONFLICT)
        .says("Nobody deactivates their own account");
    ada.get(&path(person, "deactivation"))
        .await
        .leads_to(&format!("/people/{}", person.0));
    ada.get("/people").await.is(StatusCode::OK);
    for wrong in ["/people/0/deactivation", "/people/x/reactivation"] {
        ada.get(wrong).await.is(StatusCode::NOT_FOUND);
        ada.post(wrong, &[]).await.is(StatusCode::NOT_FOUND);
    }
}

#[sqlx::test]
async fn two_administrators_cannot_deactivate_each_other_at_once(db: PgPool) {
    let app = Arc::new(TestApp::new(db).await);
    for _ in 0..4 {
        let (one, other) = (
            given::administrator(&app.db, "Ada").await,
            given::administrator(&app.db, "Bo").await,
        );
        let press = |by: Person, whom: Person| {
            let app = Arc::clone(&app);
            tokio::spawn(async move {
                let by = app.sign_in(by).await;
                by.post(&path(whom, "deactivation"), &[]).await.status
            })
        };
        let (a, b) = tokio::join!(press(one, other), press(other, one));
        for status in [a.unwrap(), b.unwrap()] {
            assert!(!status.is_server_error(), "{status}");
        }
        let administrators = "select count(*) from people where administrator_since is not null";
        assert_eq!(count(&app, administrators).await, 1);
        sqlx::query("update people set administrator_since = null")
            .execute(&app.db)
            .await
            .unwrap();
    }
}

#[sqlx::test]
async fn nobody_is_paired_while_they_leave(db: PgPool) {
    let app = Arc::new(TestApp::new(db).await);
    let programme = given::programme(&app.db, "Europe/London").await;
    let admin = given::administrator(&app.db, "Ada").await;
    for _ in 0..6 {
        let maya = given::person(&app.db, "Maya").await;
        let tom = given::person(&app.db, "Tom").await;
        given::mentor(&app.db, programme, maya, 2).await;
        given::mentee(&app.db, programme, tom).await;
        let ours = Arc::clone(&app);
        let pairing = tokio::spawn(async move {
            let cleo = ours.sign_in(programme.coordinator).await;
            let form = [
                ("mentee", &*tom.0.to_string()),
                ("mentor", &*maya.0.to_string()),
            ];
            let path = format!("/programmes/{}/pairings", programme.id);
            cleo.post(&path, &form).await.status
        });
        let theirs = Arc::clone(&app);
        let leaving = tokio::spawn(async move {
            let ada = theirs.sign_in(admin).await;
            ada.post(&path(tom, "deactivation"), &[]).await.status
        });
        let (paired, left) = tokio::join!(pairing, leaving);
        assert!(!paired.unwrap().is_server_error());
        assert_eq!(left.unwrap(), StatusCode::SEE_OTHER);
        assert_eq!(
            count(
                &app,
                "select count(*) from pairings where closed_on is null"
            )
            .await,
            0
        );
    }
}
