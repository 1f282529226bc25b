//! Passwords by letter, for whoever has forgotten theirs.

use crate::joining::{count, email_of, letters_to};
use crate::support::post_office::PostOffice;
use crate::support::{NOON, TestApp, given};
use axum::http::StatusCode;
use sqlx::PgPool;
use std::sync::Arc;
use time::Duration;

const OLD: &str = "correct horse battery";
const NEW: &str = "a-walk-by-the-river";

async fn ask(app: &TestApp, email: &str) -> crate::support::Answer {
    let form = [("email", email)];
    app.stranger().post("/forgotten-password", &form).await
}

async fn enter(app: &TestApp, email: &str, password: &str) -> StatusCode {
    let form = [("email", email), ("password", password)];
    app.stranger().post("/sign-in", &form).await.status
}

#[sqlx::test]
async fn a_forgotten_password_is_set_anew_by_a_letter(db: PgPool) {
    let app = TestApp::new(db).await;
    let person = given::person(&app.db, "Maya").await;
    let email = given::password(&app.db, person, OLD).await;
    let maya = app.sign_in(person).await;
    let page = app.stranger().get("/sign-in").await;
    let page = app
        .stranger()
        .get(page.link("No password, or forgotten?"))
        .await;
    let form = [("email", &*email.to_uppercase())];
    app.stranger()
        .post(page.form_with("Send me the letter"), &form)
        .await
        .is(StatusCode::OK)
        .says("Look at your letters");
    let letters = letters_to(&app, &email).await;
    let link = letters[0].link();
    // To look is not to act.
    for _ in 0..2 {
        app.stranger()
            .get(link)
            .await
            .is(StatusCode::OK)
            .says(&email);
    }
    assert_eq!(enter(&app, &email, OLD).await, StatusCode::SEE_OTHER);
    for (password, words) in [
        ("", "Enter a new password"),
        ("short", "8 characters or more"),
        ("password1", "harder to guess"),
        (&*email, "not your name or your email"),
    ] {
        app.stranger()
            .post(link, &[("password", password)])
            .await
            .is(StatusCode::UNPROCESSABLE_ENTITY)
            .says(words);
    }
    let done = app.stranger().post(link, &[("password", NEW)]).await;
    done.is(StatusCode::SEE_OTHER);
    app.stranger()
        .get(done.location.as_deref().unwrap())
        .await
        .says("Your password is set");
    maya.get("/").await.leads_to("/sign-in");
    assert_eq!(
        enter(&app, &email, OLD).await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(enter(&app, &email, NEW).await, StatusCode::SEE_OTHER);
    let letters = letters_to(&app, &email).await;
    assert_eq!(letters[0].subject, "Your password was changed");
    app.sign_in(person)
        .await
        .get("/account/activity?by=everybody")
        .await
        .says("set a new password by a link");

    // The link worked once.
    for answer in [
        app.stranger().get(link).await,
        app.stranger().post(link, &[("password", OLD)]).await,
    ] {
        answer
            .is(StatusCode::NOT_FOUND)
            .says("This link no longer sets a password");
    }
    assert_eq!(enter(&app, &email, NEW).await, StatusCode::SEE_OTHER);
}

#[sqlx::test]
async fn what_is_asked_for_does_not_tell_who_is_here(db: PgPool) {
    let app = TestApp::new(db).await;
    let maya = given::person(&app.db, "Maya").await;
    let email = given::password(&app.db, maya, OLD).await;
    let nora = email_of(&app, given::person(&app.db, "Nora").await).await;
    let mut answers = Vec::new();
    for email in [&*email, &nora, "nobody@example.org"] {
        for _ in 0..4 {
            let answer = ask(&app, email).await;
            answers.push((answer.status, answer.body.replace(email, "…")));
        }
    }
    let (first, others) = answers.split_at(4);
    for others in others.chunks(4) {
        assert_eq!(first, others);
    }
    assert_eq!(first[2].0, StatusCode::OK);
    assert_eq!(first[3].0, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(count(&app, "select count(*) from letters").await, 6);
    for wrong in ["", "maya"] {
        ask(&app, wrong)
            .await
            .is(StatusCode::UNPROCESSABLE_ENTITY)
            .says(&format!("value=\"{wrong}\""));
    }
}

#[sqlx::test]
async fn a_link_works_for_an_hour_and_the_first_that_is_used_ends_the_others(db: PgPool) {
    let app = TestApp::new(db).await;
    let maya = given::person(&app.db, "Maya").await;
    let email = given::password(&app.db, maya, OLD).await;
    ask(&app, &email).await;
    ask(&app, &email).await;
    let letters = letters_to(&app, &email).await;
    let at = |time| TestApp::at(app.db.clone(), time);
    let (before, after) = (
        at(NOON + Duration::minutes(59)).await,
        at(NOON + Duration::minutes(60)).await,
    );
    let form = [("password", NEW)];
    for letter in &letters {
        after
            .stranger()
            .post(letter.link(), &form)
            .await
            .is(StatusCode::NOT_FOUND);
        before
            .stranger()
            .get(letter.link())
            .await
            .is(StatusCode::OK);
    }
    before
        .stranger()
        .post(letters[1].link(), &form)
        .await
        .is(StatusCode::SEE_OTHER);
    before
        .stranger()
        .post(letters[0].link(), &form)
        .await
        .is(StatusCode::NOT_FOUND);
    for made_up in ["/new-password/0123", "/new-password/%FF"] {
        app.stranger()
            .get(made_up)
            .await
            .is(StatusCode::NOT_FOUND)
            .says("<h1>");
    }
}

#[sqlx::test]
async fn of_two_who_press_at_once_one_sets_the_password(db: PgPool) {
    let app = Arc::new(TestApp::new(db).await);
    let maya = given::person(&app.db, "Maya").await;
    let email = given::password(&app.db, maya, OLD).await;
    ask(&app, &email).await;
    let link = letters_to(&app, &email).await[0].link().to_owned();
    let mut holder = app.db.begin().await.unwrap();
    sqlx::query("select from password_links for update")
        .execute(&mut *holder)
        .await
        .unwrap();
    let passwords = [NEW, "a-walk-in-the-woods"];
    let presses = passwords.map(|password| {
        let (app, link) = (Arc::clone(&app), link.clone());
        tokio::spawn(async move {
            let form = [("password", password)];
            app.stranger().post(&link, &form).await.status
        })
    });
    let waiting = "select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'";
    while count(&app, waiting).await < 2 {
        tokio::task::yield_now().await;
    }
    holder.rollback().await.unwrap();
    let mut won = Vec::new();
    for (press, password) in presses.into_iter().zip(passwords) {
        match press.await.unwrap() {
            StatusCode::SEE_OTHER => won.push(password),
            status => assert_eq!(status, StatusCode::NOT_FOUND),
        }
    }
    assert_eq!(won.len(), 1);
    assert_eq!(enter(&app, &email, won[0]).await, StatusCode::SEE_OTHER);
    let changed = "select count(*) from letters where subject like '%changed'";
    assert_eq!(count(&app, changed).await, 1);
}

#[sqlx::test]
async fn whoever_was_held_up_comes_in_with_the_new_password(db: PgPool) {
    let app = TestApp::new(db).await;
    let maya = given::person(&app.db, "Maya").await;
    let email = given::password(&app.db, maya, OLD).await;
    for _ in 0..11 {
        enter(&app, &email, "forgotten").await;
    }
    assert_eq!(
        enter(&app, &email, OLD).await,
        StatusCode::TOO_MANY_REQUESTS
    );
    ask(&app, &email).await;
    let letters = letters_to(&app, &email).await;
    let form = [("password", NEW)];
    app.stranger()
        .post(letters[0].link(), &form)
        .await
        .is(StatusCode::SEE_OTHER);
    assert_eq!(enter(&app, &email, NEW).await, StatusCode::SEE_OTHER);
}

#[sqlx::test]
async fn where_letters_leave_an_administrator_sends_a_link(db: PgPool) {
    let app = TestApp::new(db).await;
    let office = PostOffice::open(&[]).await;
    office.used_by(&app).await;
    let ada = app
        .sign_in(given::administrator(&app.db, "Ada").await)
        .await;
    let maya = given::person(&app.db, "Maya").await;
    let email = given::password(&app.db, maya, OLD).await;
    let path = format!("/people/{}/password", maya.0);
    ada.get(&path)
        .await
        .says("Send Maya a link to set a new password?");
    ada.post(&path, &[])
        .await
        .leads_to(&format!("/people/{}", maya.0));
    let letters = letters_to(&app, &email).await;
    assert!(letters[0].body.starts_with("Ada lets you"));
    assert_eq!(enter(&app, &email, OLD).await, StatusCode::SEE_OTHER);
    let form = [("password", NEW)];
    app.stranger()
        .post(letters[0].link(), &form)
        .await
        .is(StatusCode::SEE_OTHER);
    assert_eq!(enter(&app, &email, NEW).await, StatusCode::SEE_OTHER);
    app.sign_in(maya)
        .await
        .get("/account/activity")
        .await
        .says("Ada sent a link to set a new password to");
}

#[sqlx::test]
async fn ones_own_change_is_told_by_a_letter(db: PgPool) {
    let app = TestApp::new(db).await;
    let person = given::person(&app.db, "Maya").await;
    let email = given::password(&app.db, person, OLD).await;
    let maya = app.sign_in(person).await;
    let form = [("old", OLD), ("new", NEW)];
    maya.post("/account/password", &form)
        .await
        .leads_to("/account/password");
    let letters = letters_to(&app, &email).await;
    assert_eq!(letters[0].subject, "Your password was changed");
}
