//! The first run: a link opens a list of tasks, and dies when somebody administers.

use crate::support::{NOON, TestApp, given};
use axum::http::StatusCode;
use sqlx::PgPool;
use time::Duration;
use waymark::setting_up::link;

async fn link(app: &TestApp) -> String {
    link::make_with(&app.server, NOON).await.unwrap().unwrap()
}

const PASSWORD: &str = "a-walk-by-the-river";

#[sqlx::test]
async fn a_stranger_with_the_link_sets_everything_up(db: PgPool) {
    let app = TestApp::new(db).await;
    let link = link(&app).await;
    let stranger = app.stranger();
    let page = stranger.get(&link).await;
    page.is(StatusCode::OK)
        .says("0 of 5 done")
        .says("Cannot start yet");
    let organisation = page.link("Organisation").to_owned();
    let mail = page.link("Sending mail").to_owned();
    let administrator = page.link("First administrator").to_owned();
    let form = [
        ("name", "Quillmoor"),
        ("time_zone", "Europe/London"),
        ("mail_domains", "quillmoor.example"),
    ];
    stranger.post(&organisation, &form).await.leads_to(&link);
    let form = [
        ("host", "smtp.quillmoor.example"),
        ("port", "587"),
        ("security", "starttls"),
        ("sender", "mentoring@quillmoor.example"),
    ];
    stranger.post(&mail, &form).await.leads_to(&link);
    stranger
        .get(&link)
        .await
        .says("2 of 5 done")
        .says("Quillmoor");
    let form = [
        ("name", "Ada Lind"),
        ("email", "Ada@quillmoor.example"),
        ("password", PASSWORD),
    ];
    let entered = stranger.post(&administrator, &form).await;
    entered.leads_to("/set-up");
    let ada = app.browser_after(&entered);
    let page = ada.get("/set-up").await;
    page.says("3 of 5 done");
    ada.get(page.link("First programme"))
        .await
        .is(StatusCode::OK);
    ada.get("/administration").await.says("Quillmoor");
    // The link is dead, and no other is to be had.
    for path in [&link, &organisation, &mail, &administrator] {
        stranger.get(path).await.is(StatusCode::NOT_FOUND);
        stranger.post(path, &form).await.is(StatusCode::NOT_FOUND);
    }
    assert_eq!(link::make_with(&app.server, NOON).await.unwrap(), None);
    let form = [("email", "ada@quillmoor.example"), ("password", PASSWORD)];
    stranger.post("/sign-in", &form).await.leads_to("/");
}

#[sqlx::test]
async fn a_refused_form_keeps_what_was_typed(db: PgPool) {
    let app = TestApp::new(db).await;
    let link = link(&app).await;
    let stranger = app.stranger();
    let path = format!("{link}/administrator");
    for (form, words) in [
        (
            [("name", ""), ("email", "ada@x.org"), ("password", PASSWORD)],
            "Enter your full name",
        ),
        (
            [("name", "Ada"), ("email", "ada"), ("password", PASSWORD)],
            "such as name@example.org",
        ),
        (
            [("name", "Ada"), ("email", "ada@x.org"), ("password", "ada")],
            "8 characters or more",
        ),
    ] {
        stranger
            .post(&path, &form)
            .await
            .is(StatusCode::UNPROCESSABLE_ENTITY)
            .says(words)
            .says(&format!("value=\"{}\"", form[0].1))
            .does_not_say(PASSWORD);
    }
    let form = [
        ("name", "Quillmoor"),
        ("time_zone", "Europe/Quillmoor"),
        ("mail_domains", "x"),
    ];
    stranger
        .post(&format!("{link}/organisation"), &form)
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Choose a time zone from the list")
        .says("x is none")
        .says("value=\"Quillmoor\"");
}

#[sqlx::test]
async fn of_two_who_would_be_first_one_is(db: PgPool) {
    let app = TestApp::new(db).await;
    let links = [link(&app).await, link(&app).await];
    let claim = async |link: &str, name: &str| {
        let email = format!("{name}@example.org");
        let form = [("name", name), ("email", &*email), ("password", PASSWORD)];
        let path = format!("{link}/administrator");
        app.stranger().post(&path, &form).await.status
    };
    let (one, two) = tokio::join!(claim(&links[0], "ada"), claim(&links[1], "bea"));
    let mut statuses = [one, two];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::NOT_FOUND]);
    let administrators = "select count(*) from people where administrator_since is not null";
    let count: i64 = sqlx::query_scalar(administrators)
        .fetch_one(&app.db)
        .await
        .unwrap();
    assert_eq!(count, 1);
}

#[sqlx::test]
async fn no_link_holds_that_is_old_made_up_or_not_needed(db: PgPool) {
    let app = TestApp::new(db).await;
    let link = link(&app).await;
    let later = TestApp::at(app.db.clone(), NOON + Duration::days(8)).await;
    later.stranger().get(&link).await.is(StatusCode::NOT_FOUND);
    app.stranger()
        .get("/set-up/0123")
        .await
        .is(StatusCode::NOT_FOUND);
    app.stranger().get(&link).await.is(StatusCode::OK);
    given::administrator(&app.db, "Ada").await;
    app.stranger().get(&link).await.is(StatusCode::NOT_FOUND);
    let kept: i64 = sqlx::query_scalar(
        "select count(*) from set_up_links where encode(token_hash, 'hex') = $1",
    )
    .bind(link.trim_start_matches("/set-up/"))
    .fetch_one(&app.db)
    .await
    .unwrap();
    assert_eq!(kept, 0, "only a hash is kept");
}
