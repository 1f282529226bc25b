//! Changing one's own address, confirmed at both.

use crate::joining::{count, email_of, letters_to};
use crate::support::given::Person;
use crate::support::{NOON, TestApp, given};
use axum::http::StatusCode;
use sqlx::PgPool;
use std::sync::Arc;
use time::Duration;

const PASSWORD: &str = "correct horse battery";
const NEW: &str = "maya@new.example.org";
const CONFIRM: [(&str, &str); 1] = [("act", "confirm")];
const REFUSE: [(&str, &str); 1] = [("act", "refuse")];

/// Asks, and says the links in the letters to the old and the new address.
async fn asked(app: &TestApp, person: Person) -> [String; 2] {
    let old = email_of(app, person).await;
    let maya = app.sign_in(person).await;
    maya.post("/account/email", &[("email", "Maya@New.example.org")])
        .await
        .leads_to("/account/email");
    let mut links = Vec::new();
    for email in [&*old, NEW] {
        links.push(letters_to(app, email).await[0].link().to_owned());
    }
    links.try_into().unwrap()
}

#[sqlx::test]
async fn an_address_changes_when_both_have_confirmed(db: PgPool) {
    let app = TestApp::new(db).await;
    for first in [0, 1] {
        let person = given::person(&app.db, "Maya").await;
        let old = given::password(&app.db, person, PASSWORD).await;
        let maya = app.sign_in(person).await;
        let page = maya.get("/account").await;
        let page = maya.get(page.link("Change your address")).await;
        page.says(&old);
        let links = asked(&app, person).await;
        maya.get("/account/email")
            .await
            .says("Waiting to be confirmed")
            .says(NEW);
        for link in &links {
            app.stranger()
                .get(link)
                .await
                .is(StatusCode::OK)
                .says("Confirm the change");
        }
        let [one, other] = [&links[first], &links[1 - first]];
        // However often one of them confirms, the other has to as well.
        for _ in 0..2 {
            app.stranger().post(one, &CONFIRM).await.leads_to(one);
        }
        app.stranger()
            .get(one)
            .await
            .says("You have confirmed for this address");
        assert_eq!(email_of(&app, person).await, old);
        app.stranger()
            .post(other, &CONFIRM)
            .await
            .leads_to("/sign-in?told=email-changed");
        assert_eq!(email_of(&app, person).await, NEW);
        let form = [("email", NEW), ("password", PASSWORD)];
        app.stranger().post("/sign-in", &form).await.leads_to("/");
        for link in &links {
            app.stranger()
                .post(link, &CONFIRM)
                .await
                .is(StatusCode::NOT_FOUND)
                .says("no longer changes an address");
        }
        maya.get("/account/activity?by=everybody")
            .await
            .says("changed the address by confirming it at both");
        sqlx::query("update people set email = id || '@example.org' where id = $1")
            .bind(person.0)
            .execute(&app.db)
            .await
            .unwrap();
    }
}

#[sqlx::test]
async fn the_old_address_refuses_and_the_new_one_cannot(db: PgPool) {
    let app = TestApp::new(db).await;
    let person = given::person(&app.db, "Maya").await;
    let old = email_of(&app, person).await;
    let [to_old, to_new] = asked(&app, person).await;
    app.stranger()
        .post(&to_new, &CONFIRM)
        .await
        .leads_to(&to_new);
    app.stranger()
        .post(&to_new, &REFUSE)
        .await
        .is(StatusCode::NOT_FOUND);
    app.stranger()
        .get(&to_old)
        .await
        .says("Refuse: this was not me");
    app.stranger()
        .get(&to_new)
        .await
        .does_not_say("Refuse: this was not me");
    let refused = app.stranger().post(&to_old, &REFUSE).await;
    app.stranger()
        .get(refused.location.as_deref().unwrap())
        .await
        .says("Your address stays as it is");
    for link in [&to_old, &to_new] {
        app.stranger()
            .post(link, &CONFIRM)
            .await
            .is(StatusCode::NOT_FOUND);
    }
    assert_eq!(email_of(&app, person).await, old);
}

#[sqlx::test]
async fn a_change_is_cancelled_asked_for_anew_and_forgotten_in_time(db: PgPool) {
    let app = TestApp::new(db).await;
    let person = given::person(&app.db, "Maya").await;
    let maya = app.sign_in(person).await;
    let first = asked(&app, person).await;
    let second = asked(&app, person).await;
    let later = TestApp::at(app.db.clone(), NOON + Duration::days(2)).await;
    for (app, links, status) in [
        (&app, &first, StatusCode::NOT_FOUND),
        (&app, &second, StatusCode::OK),
        (&later, &second, StatusCode::NOT_FOUND),
    ] {
        for link in links {
            app.stranger().get(link).await.is(status);
        }
    }
    let page = maya.get("/account/email").await;
    maya.post(page.form_with("Keep the address as it is"), &[])
        .await
        .leads_to("/account/email");
    app.stranger()
        .get(&second[0])
        .await
        .is(StatusCode::NOT_FOUND);
    let own = email_of(&app, person).await;
    for (email, words) in [
        ("", "Enter an email address"),
        ("maya", "such as name@example.org"),
        (&*own, "This is your address already"),
    ] {
        maya.post("/account/email", &[("email", email)])
            .await
            .is(StatusCode::UNPROCESSABLE_ENTITY)
            .says(words)
            .says(&format!("value=\"{email}\""));
    }
    asked(&app, person).await;
    let deliver_later = waymark::upkeep::forget(&later.server, NOON + Duration::days(2));
    deliver_later.await.unwrap();
    assert_eq!(count(&app, "select count(*) from email_changes").await, 0);
}

#[sqlx::test]
async fn whether_somebody_has_an_address_does_not_show_to_who_asks_for_it(db: PgPool) {
    let app = TestApp::new(db).await;
    let maya = given::person(&app.db, "Maya").await;
    let tom = given::person(&app.db, "Tom").await;
    sqlx::query("update people set email = $2 where id = $1")
        .bind(tom.0)
        .bind(NEW)
        .execute(&app.db)
        .await
        .unwrap();
    let [to_old, to_new] = asked(&app, maya).await;
    app.stranger()
        .post(&to_old, &CONFIRM)
        .await
        .leads_to(&to_old);
    app.stranger()
        .post(&to_new, &CONFIRM)
        .await
        .is(StatusCode::CONFLICT)
        .says("Another account has got this address meanwhile");
    assert_eq!(email_of(&app, tom).await, NEW);
    assert_ne!(email_of(&app, maya).await, NEW);
}

#[sqlx::test]
async fn both_confirm_at_once_and_it_changes_once(db: PgPool) {
    let app = Arc::new(TestApp::new(db).await);
    let person = given::person(&app.db, "Maya").await;
    let links = asked(&app, person).await;
    let mut holder = app.db.begin().await.unwrap();
    sqlx::query("select from email_changes for update")
        .execute(&mut *holder)
        .await
        .unwrap();
    let presses = links.map(|link| {
        let app = Arc::clone(&app);
        tokio::spawn(async move { app.stranger().post(&link, &CONFIRM).await.status })
    });
    let waiting = "select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'";
    while count(&app, waiting).await < 2 {
        tokio::task::yield_now().await;
    }
    holder.rollback().await.unwrap();
    for press in presses {
        assert_eq!(press.await.unwrap(), StatusCode::SEE_OTHER);
    }
    assert_eq!(email_of(&app, person).await, NEW);
    let acts = "select count(*) from audit_events where act like 'changed the address%'";
    assert_eq!(count(&app, acts).await, 1);
}

#[sqlx::test]
async fn an_administrators_change_is_told_to_both_addresses(db: PgPool) {
    let app = TestApp::new(db).await;
    let ada = app
        .sign_in(given::administrator(&app.db, "Ada").await)
        .await;
    let person = given::person(&app.db, "Maya").await;
    let old = given::password(&app.db, person, PASSWORD).await;
    let links = asked(&app, person).await;
    app.stranger()
        .post("/forgotten-password", &[("email", &*old)])
        .await
        .is(StatusCode::OK);
    let password = letters_to(&app, &old).await[0].link().to_owned();
    let path = format!("/people/{}", person.0);
    let changed = "maya@other.example.org";
    let form = [
        ("name", "Maya"),
        ("email", changed),
        ("time_zone", "Europe/London"),
    ];
    for _ in 0..2 {
        ada.post(&path, &form).await.leads_to(&path);
    }
    for email in [&*old, changed] {
        let letters = letters_to(&app, email).await;
        assert_eq!(letters[0].subject, "Your address was changed", "{email}");
    }
    assert_eq!(letters_to(&app, changed).await.len(), 1);
    // What was sent to the address before leads nowhere any more.
    for link in links.iter().chain([&password]) {
        app.stranger().get(link).await.is(StatusCode::NOT_FOUND);
    }
}
