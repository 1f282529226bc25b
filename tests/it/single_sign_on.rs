//! Single sign-on, as far as no provider is needed. With a real one: tests/browser.

use crate::support::{NOON, TestApp, given};
use axum::http::StatusCode;
use sqlx::PgPool;
use time::Duration;
use waymark::upkeep;

const RIGHT: &str = "a-walk-by-the-river";
const PATH: &str = "/administration/sign-in";

/// Nobody answers at this provider.
async fn provider(db: &PgPool, is_only_way: bool) {
    sqlx::query(
        "insert into single_sign_on values
            (true, 'http://localhost:1', 'waymark', 'secret-words', 'Quillmoor account', true, $1)",
    )
    .bind(is_only_way)
    .execute(db)
    .await
    .unwrap();
}

async fn count(db: &PgPool, table: &'static str) -> i64 {
    let sql = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
    sqlx::query_scalar(sql).fetch_one(db).await.unwrap()
}

#[sqlx::test]
async fn without_a_provider_there_is_only_the_password(db: PgPool) {
    let app = TestApp::new(db).await;
    let stranger = app.stranger();
    stranger
        .get("/sign-in")
        .await
        .says("Password")
        .does_not_say("/sign-in/provider");
    for path in [
        "/sign-in/provider",
        "/sign-in/provider/return?state=a&code=b",
    ] {
        stranger.get(path).await.is(StatusCode::NOT_FOUND);
    }
}

#[sqlx::test]
async fn the_way_to_the_provider_keeps_where_the_visitor_was_going(db: PgPool) {
    let app = TestApp::new(db).await;
    provider(&app.db, false).await;
    let page = app
        .stranger()
        .get("/sign-in?next=/people%3Fq=tom%26page=2")
        .await;
    page.says("Password");
    assert_eq!(
        page.link("Sign in with Quillmoor account"),
        "/sign-in/provider?next=%2Fpeople%3Fq%3Dtom%26page%3D2"
    );
}

#[sqlx::test]
async fn what_nobody_began_is_refused_and_leaves_nothing(db: PgPool) {
    let app = TestApp::new(db).await;
    provider(&app.db, false).await;
    let stranger = app.stranger();
    for query in [
        "",
        "?state=a&code=b",
        "?error=access_denied",
        "?state=%00&code=%FF&iss=%00",
    ] {
        stranger
            .get(&format!("/sign-in/provider/return{query}"))
            .await
            .is(StatusCode::FORBIDDEN)
            .says("Start signing in again");
    }
    stranger
        .get("/sign-in/provider")
        .await
        .is(StatusCode::BAD_GATEWAY)
        .says("cannot be reached");
    assert_eq!(count(&app.db, "single_sign_on_attempts").await, 0);
    assert_eq!(count(&app.db, "sign_ins").await, 0);
}

#[sqlx::test]
async fn only_administrators_keep_their_passwords_and_nobody_learns_who_that_is(db: PgPool) {
    let app = TestApp::new(db).await;
    provider(&app.db, true).await;
    let maya = given::person(&app.db, "Maya").await;
    let ada = given::administrator(&app.db, "Ada").await;
    let maya = given::password(&app.db, maya, RIGHT).await;
    let ada = given::password(&app.db, ada, RIGHT).await;
    let stranger = app.stranger();
    stranger
        .get("/sign-in")
        .await
        .does_not_say("name=\"password\"")
        .says("/sign-in/password");
    stranger
        .get("/sign-in/password")
        .await
        .says("name=\"password\"");
    let enter = async |email: &str, password: &str| {
        let form = [("email", email), ("password", password)];
        app.stranger().post("/sign-in", &form).await
    };
    let mut refusals = Vec::new();
    for (email, password) in [
        (&*maya, RIGHT),
        (&*maya, "wrong"),
        (&*ada, "wrong"),
        ("nobody@example.org", RIGHT),
    ] {
        let answer = enter(email, password).await;
        answer
            .is(StatusCode::UNPROCESSABLE_ENTITY)
            .says("Only administrators may use a password");
        refusals.push(answer.body.replace(email, ""));
    }
    refusals.dedup();
    assert_eq!(refusals.len(), 1, "{refusals:?}");
    enter(&ada, RIGHT).await.leads_to("/");
}

#[sqlx::test]
async fn signing_out_knows_how_somebody_came(db: PgPool) {
    let app = TestApp::new(db).await;
    provider(&app.db, false).await;
    let maya = given::person(&app.db, "Maya").await;
    app.sign_in(maya)
        .await
        .post("/sign-out", &[])
        .await
        .leads_to("/sign-in");
    let maya = app.sign_in(maya).await;
    maya.get("/signed-out").await.leads_to("/");
    sqlx::query("update sign_ins set vouched_for_by = 'http://localhost:1'")
        .execute(&app.db)
        .await
        .unwrap();
    maya.post("/sign-out", &[]).await.leads_to("/signed-out");
    assert_eq!(count(&app.db, "sign_ins").await, 0);
    // Also while the provider does not say where to sign out of it.
    maya.get("/signed-out")
        .await
        .is(StatusCode::OK)
        .says("You are signed out")
        .does_not_say("as well");
}

#[sqlx::test]
async fn a_provider_that_cannot_be_read_is_not_kept(db: PgPool) {
    let app = TestApp::new(db).await;
    let ada = given::administrator(&app.db, "Ada").await;
    let ada = app.sign_in(ada).await;
    for (name, issuer, client, words) in [
        ("", "", "", "Enter what people know the account as"),
        ("Account", "", "waymark", "Enter the provider&#39;s address"),
        (
            "Account",
            "http://login.example.org",
            "waymark",
            "with https",
        ),
        ("Account", "http://localhost:1", "", "Enter the client ID"),
        (
            "Account",
            "http://localhost:1",
            "waymark",
            "Nobody answers there",
        ),
    ] {
        let form = [
            ("name", name),
            ("issuer", issuer),
            ("client_id", client),
            ("client_secret", "secret-words"),
            ("is_only_way", "yes"),
        ];
        ada.post(PATH, &form)
            .await
            .is(StatusCode::UNPROCESSABLE_ENTITY)
            .says(words)
            .says(&format!("value=\"{issuer}\""))
            .does_not_say("secret-words");
    }
    assert_eq!(count(&app.db, "single_sign_on").await, 0);
    provider(&app.db, true).await;
    ada.get(PATH)
        .await
        .says("One is kept")
        .does_not_say("secret-words");
    ada.get("/administration")
        .await
        .says("People can sign in with Quillmoor account");
    ada.post("/administration/sign-in/removal", &[])
        .await
        .leads_to(PATH);
    assert_eq!(count(&app.db, "single_sign_on").await, 0);
}

#[sqlx::test]
async fn unlinking_ends_what_the_account_let_in(db: PgPool) {
    let app = TestApp::new(db).await;
    let ada = app
        .sign_in(given::administrator(&app.db, "Ada").await)
        .await;
    let maya = given::person(&app.db, "Maya").await;
    let path = format!("/people/{}", maya.0);
    let unlink = format!("{path}/linked-accounts/removal");
    ada.get(&path).await.does_not_say("Unlink");
    ada.post(&unlink, &[]).await.is(StatusCode::NOT_FOUND);
    sqlx::query("insert into linked_accounts values ('http://localhost:1', 'maya', $1, $2)")
        .bind(maya.0)
        .bind(NOON)
        .execute(&app.db)
        .await
        .unwrap();
    let by_account = app.sign_in(maya).await;
    sqlx::query("update sign_ins set vouched_for_by = 'http://localhost:1' where person_id = $1")
        .bind(maya.0)
        .execute(&app.db)
        .await
        .unwrap();
    let by_password = app.sign_in(maya).await;
    let page = ada.get(&path).await;
    ada.post(page.form_with("Unlink the account"), &[])
        .await
        .leads_to(&path);
    by_account.get("/").await.leads_to("/sign-in");
    by_password.get("/").await.is(StatusCode::OK);
    assert_eq!(count(&app.db, "linked_accounts").await, 0);
}

#[sqlx::test]
async fn attempts_that_nobody_came_back_from_are_cleared_away(db: PgPool) {
    let app = TestApp::new(db).await;
    for (state, expires_at) in [("a", NOON), ("b", NOON + Duration::seconds(1))] {
        sqlx::query(
            "insert into single_sign_on_attempts
             values (sha256($1::bytea), sha256('t'), 'http://localhost:1', 'n', 'v', '/', $2)",
        )
        .bind(state.as_bytes())
        .bind(expires_at)
        .execute(&app.db)
        .await
        .unwrap();
    }
    upkeep::forget(&app.server, NOON).await.unwrap();
    assert_eq!(count(&app.db, "single_sign_on_attempts").await, 1);
}

#[sqlx::test]
async fn an_account_is_linked_and_unlinked_by_its_owner(db: PgPool) {
    let app = TestApp::new(db).await;
    let maya = given::person(&app.db, "Maya").await;
    let visitor = app.sign_in(maya).await;
    let (begin, end) = ("/account/linked-account", "/account/linked-account/removal");
    visitor
        .get("/account")
        .await
        .does_not_say("Link your account");
    for path in [begin, end] {
        visitor.post(path, &[]).await.is(StatusCode::NOT_FOUND);
    }

    provider(&app.db, false).await;
    visitor
        .get("/account")
        .await
        .says("Link your account with Quillmoor account");
    visitor
        .post(begin, &[])
        .await
        .is(StatusCode::BAD_GATEWAY)
        .says("Back to your account");
    visitor.post(end, &[]).await.is(StatusCode::NOT_FOUND);

    sqlx::query("insert into linked_accounts values ('http://localhost:1', 'maya', $1, $2)")
        .bind(maya.0)
        .bind(NOON)
        .execute(&app.db)
        .await
        .unwrap();
    visitor.get("/account").await.says("your only way in");
    visitor
        .post(end, &[])
        .await
        .is(StatusCode::CONFLICT)
        .says("your only way in");
    given::password(&app.db, maya, RIGHT).await;
    // Where passwords are for administrators, hers is no way in.
    sqlx::query("update single_sign_on set is_only_way = true")
        .execute(&app.db)
        .await
        .unwrap();
    visitor.post(end, &[]).await.is(StatusCode::CONFLICT);
    assert_eq!(count(&app.db, "linked_accounts").await, 1);
    sqlx::query("update single_sign_on set is_only_way = false")
        .execute(&app.db)
        .await
        .unwrap();
    let elsewhere = given::sign_in(&app.db, maya).await;
    assert!(!elsewhere.is_empty());
    sqlx::query(
        "update sign_ins set vouched_for_by = 'http://localhost:1'
         where id = (select max(id) from sign_ins)",
    )
    .execute(&app.db)
    .await
    .unwrap();
    visitor
        .post(end, &[])
        .await
        .leads_to("/account")
        .tells("no longer lets you in");
    assert_eq!(count(&app.db, "linked_accounts").await, 0);
    assert_eq!(count(&app.db, "sign_ins").await, 1, "this browser's own");
    let audited: i64 = sqlx::query_scalar(
        "select count(*) from audit_events where act = 'unlinked their own account' and actor_id = $1",
    )
    .bind(maya.0)
    .fetch_one(&app.db)
    .await
    .unwrap();
    assert_eq!(audited, 1);
}
