//! What administrators do with accounts, and what they read.

use crate::support::{NOON, TestApp, Visitor, given};
use axum::http::StatusCode;
use sqlx::{Connection, PgPool};
use waymark::people::{CreateError, create_administrator};

fn added<'a>(name: &'a str, email: &'a str) -> [(&'static str, &'a str); 3] {
    [
        ("name", name),
        ("email", email),
        ("time_zone", "Europe/London"),
    ]
}

/// The password that a page hands over.
fn shown(page: &str) -> String {
    let (_, rest) = page.split_once("<code>").unwrap();
    rest.split_once("</code>").unwrap().0.to_owned()
}

#[sqlx::test]
async fn an_administrator_adds_a_person_who_then_signs_in(db: PgPool) {
    let app = TestApp::new(db).await;
    let ada = app
        .sign_in(given::administrator(&app.db, "Ada").await)
        .await;
    ada.get("/people/new")
        .await
        .says("<option selected>Europe/London");
    let page = ada
        .post("/people", &added("Nia Jones", " Nia@Example.org "))
        .await;
    page.is(StatusCode::OK)
        .says("Pass this password on")
        .says("nia@example.org");
    let password = shown(&page.body);
    let enter = [
        ("email", "nia@example.org"),
        ("password", password.as_str()),
    ];
    let entered = app.stranger().post("/sign-in", &enter).await;
    let nia = app.browser_after(&entered);
    nia.get("/account").await.says("Nia Jones");
    nia.get("/account/activity")
        .await
        .says("Ada added a person");

    ada.post("/people", &added("Nia Again", "nia@example.org"))
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("somebody here has this one")
        .says("value=\"Nia Again\"");
    ada.post("/people", &added("", "x"))
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY);
    // In lower case the letter is two, and one too many.
    let long = format!("{}\u{130}@example.org", "x".repeat(241));
    ada.post("/people", &added("Nia", &long))
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Shorten this to 254 characters");
    let fits = format!("{}\u{130}@example.org", "x".repeat(240));
    ada.post("/people", &added("Nia", &fits))
        .await
        .is(StatusCode::OK);
}

#[sqlx::test]
async fn the_button_pressed_twice_adds_one_person(db: PgPool) {
    let app = TestApp::new(db).await;
    let ada = app
        .sign_in(given::administrator(&app.db, "Ada").await)
        .await;
    let mut form = added("Nia", "nia@example.org").to_vec();
    form.push(("once", "5eed"));
    ada.post("/people", &form)
        .await
        .says("Pass this password on");
    ada.post("/people", &form).await.leads_to("/people");
}

#[sqlx::test]
async fn a_new_password_ends_the_old_one_and_every_sign_in(db: PgPool) {
    let app = TestApp::new(db).await;
    let admin = given::administrator(&app.db, "Ada").await;
    let ada = app.sign_in(admin).await;
    let person = given::person(&app.db, "Maya").await;
    let email = given::password(&app.db, person, "correct horse battery").await;
    let maya = app.sign_in(person).await;
    let path = format!("/people/{}/password", person.0);
    ada.get(&path).await.says("Set a new password for Maya?");
    maya.get("/").await.is(StatusCode::OK);
    let page = ada.post(&path, &[]).await;
    let password = shown(&page.body);
    assert!(
        page.cookies
            .iter()
            .all(|cookie| !cookie.contains(&password))
    );
    maya.get("/").await.leads_to("/sign-in");
    for (password, status) in [
        ("correct horse battery", StatusCode::UNPROCESSABLE_ENTITY),
        (&password, StatusCode::SEE_OTHER),
    ] {
        let form = [("email", email.as_str()), ("password", password)];
        app.stranger().post("/sign-in", &form).await.is(status);
    }
    app.sign_in(person)
        .await
        .get("/account/activity")
        .await
        .says("Ada set a new password for");
    // One's own is changed with the one before, as everybody's.
    let own = format!("/people/{}/password", admin.0);
    ada.post(&own, &[]).await.leads_to("/account/password");
}

#[sqlx::test]
async fn an_account_is_looked_after_and_searched_for(db: PgPool) {
    let app = TestApp::new(db).await;
    let ada = app
        .sign_in(given::administrator(&app.db, "Ada").await)
        .await;
    let maya = given::person(&app.db, "Maya").await;
    let tom = given::person(&app.db, "Tom").await;
    let toms: String = sqlx::query_scalar("select email from people where id = $1")
        .bind(tom.0)
        .fetch_one(&app.db)
        .await
        .unwrap();
    let path = format!("/people/{}", maya.0);
    ada.get(&path).await.says("No").says("None yet");
    let mut form = added("Maya Okafor", "maya@new.example.org").to_vec();
    form.extend([("department", "R&D 100%"), ("line_manager", toms.as_str())]);
    ada.post(&path, &form).await.leads_to(&path);
    form[1].1 = &toms;
    ada.post(&path, &form)
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("somebody here has this one")
        .says("value=\"Maya Okafor\"");
    for (q, found) in [
        ("okaf", true),
        ("NEW.example", true),
        ("R%26D%20100%25", true),
        ("%25", true),
        ("_", false),
        ("tom%00", false),
    ] {
        let page = ada.get(&format!("/people?q={q}")).await;
        assert_eq!(
            page.is(StatusCode::OK).body.contains("Maya Okafor"),
            found,
            "{q}"
        );
    }
    for wrong in [
        "/people/0",
        "/people/x",
        "/people/99999999999999999999",
        "/people/-1/appointment",
    ] {
        ada.get(wrong)
            .await
            .is(StatusCode::NOT_FOUND)
            .says("Page not found");
        ada.post(wrong, &form).await.is(StatusCode::NOT_FOUND);
    }
}

#[sqlx::test]
async fn people_are_listed_fifty_at_a_time(db: PgPool) {
    let app = TestApp::new(db).await;
    let ada = app
        .sign_in(given::administrator(&app.db, "Ada").await)
        .await;
    for _ in 0..51 {
        given::person(&app.db, "Zoe").await;
    }
    ada.get("/people")
        .await
        .says("Next")
        .does_not_say("Previous");
    let second = ada.get("/people?page=2").await;
    assert_eq!(second.body.matches("class=\"row\"").count(), 2);
    for page in ["0", "-3", "x", "99999999999999999999", "999999999"] {
        ada.get(&format!("/people?page={page}"))
            .await
            .is(StatusCode::OK);
    }
}

async fn administrators(app: &TestApp) -> i64 {
    sqlx::query_scalar("select count(*) from people where administrator_since is not null")
        .fetch_one(&app.db)
        .await
        .unwrap()
}

#[sqlx::test]
async fn the_last_administrator_stays(db: PgPool) {
    let app = TestApp::new(db).await;
    let person = given::administrator(&app.db, "Ada").await;
    let ada = app.sign_in(person).await;
    let maya = given::person(&app.db, "Maya").await;
    let of = |person: given::Person, act: &str| format!("/people/{}/{act}", person.0);

    ada.get(&of(person, "dismissal"))
        .await
        .says("no longer be an administrator?");
    ada.post(&of(person, "dismissal"), &[])
        .await
        .is(StatusCode::CONFLICT)
        .says("One administrator has to stay");
    ada.get(&of(maya, "appointment"))
        .await
        .says("Make Maya an administrator?");
    ada.post(&of(maya, "appointment"), &[])
        .await
        .leads_to(&format!("/people/{}", maya.0));
    ada.post(&of(maya, "appointment"), &[])
        .await
        .leads_to(&format!("/people/{}", maya.0));
    app.sign_in(maya)
        .await
        .get("/people")
        .await
        .is(StatusCode::OK);
    ada.post(&of(person, "dismissal"), &[]).await.leads_to("/");
    ada.get("/people").await.is(StatusCode::NOT_FOUND);
    assert_eq!(administrators(&app).await, 1);
}

#[sqlx::test]
async fn two_administrators_cannot_dismiss_each_other_at_once(db: PgPool) {
    let app = TestApp::new(db).await;
    for _ in 0..8 {
        let (one, other) = (
            given::administrator(&app.db, "Ada").await,
            given::administrator(&app.db, "Bo").await,
        );
        let (ada, bo) = (app.sign_in(one).await, app.sign_in(other).await);
        let dismiss = async |by: &Visitor<'_>, whom: given::Person| {
            by.post(&format!("/people/{}/dismissal", whom.0), &[]).await
        };
        tokio::join!(dismiss(&ada, other), dismiss(&bo, one));
        assert_eq!(administrators(&app).await, 1);
        sqlx::query("update people set administrator_since = null")
            .execute(&app.db)
            .await
            .unwrap();
    }
}

#[sqlx::test]
async fn the_audit_is_narrowed_to_a_person_a_pairing_or_a_programme(db: PgPool) {
    let app = TestApp::new(db).await;
    let ada = app
        .sign_in(given::administrator(&app.db, "Ada").await)
        .await;
    let pairing = given::pairing().insert(&app.db).await;
    for (act, person, about, programme) in [
        ("did the first", Some(pairing.mentor.0), None, None),
        ("did the second", None, Some(pairing.id), None),
        ("did the third", None, None, Some(pairing.programme.id)),
    ] {
        sqlx::query(
            "insert into audit_events (at, actor_id, act, person_id, pairing_id, programme_id)
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(NOON)
        .bind(pairing.coordinator.0)
        .bind(act)
        .bind(person)
        .bind(about)
        .bind(programme)
        .execute(&app.db)
        .await
        .unwrap();
    }
    for (filter, acts) in [
        (String::new(), ["first", "second", "third"].as_slice()),
        (format!("?person={}", pairing.mentor.0), &["first"]),
        (
            format!("?person={}", pairing.coordinator.0),
            &["first", "second", "third"],
        ),
        (format!("?pairing={}", pairing.id), &["second"]),
        (format!("?programme={}", pairing.programme.id), &["third"]),
        ("?before=0".into(), &[]),
        (
            "?person=x&before=99999999999999999999".into(),
            &["first", "second", "third"],
        ),
    ] {
        let page = ada.get(&format!("/audit{filter}")).await;
        for act in ["first", "second", "third"] {
            let there = page
                .is(StatusCode::OK)
                .body
                .contains(&format!("did the {act}"));
            assert_eq!(there, acts.contains(&act), "{filter} {act}");
        }
    }
}

#[sqlx::test]
async fn the_first_administrator_comes_from_outside_the_app(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut owner = app.db.acquire().await.unwrap();
    for (name, email, password, words) in [
        ("", "ada@example.org", "correct horse", "Enter a full name"),
        ("Ada", "ada", "correct horse", "such as name@example.org"),
        ("Ada", "ada@example.org", "short", "8 characters or more"),
    ] {
        let refused = create_administrator(&mut owner, name, email, password, NOON).await;
        assert!(refused.unwrap_err().to_string().contains(words));
    }
    let create = async |db: &mut sqlx::PgConnection| {
        create_administrator(db, "Ada", "Ada@Example.org", "correct horse", NOON).await
    };
    create(&mut owner).await.unwrap();
    let again = create(&mut owner).await;
    assert!(matches!(again, Err(CreateError::Refused(words)) if words.contains("ada@example.org")));
    owner.ping().await.unwrap();

    let form = [("email", "ada@example.org"), ("password", "correct horse")];
    let entered = app.stranger().post("/sign-in", &form).await;
    app.browser_after(&entered).get("/people").await.says("Ada");
}
