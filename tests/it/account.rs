//! What people do with their own account.

use crate::support::given::At;
use crate::support::{NOON, TestApp, given};
use axum::http::StatusCode;
use sqlx::PgPool;

const RIGHT: &str = "correct horse battery";

const PROFILE: [(&str, &str); 7] = [
    ("name", "Maya  Okafor"),
    ("job_title", "Head of Finance"),
    ("department", "Finance"),
    ("location", "Leeds"),
    ("time_zone", "Europe/Lisbon"),
    ("languages", ""),
    ("line_manager", ""),
];

fn profile_with<'a>(field: &str, value: &'a str) -> Vec<(&'static str, &'a str)> {
    PROFILE
        .into_iter()
        .map(|(name, kept)| (name, if name == field { value } else { kept }))
        .collect()
}

#[sqlx::test]
async fn people_keep_their_own_details(db: PgPool) {
    let app = TestApp::new(db).await;
    let maya = app.sign_in(given::person(&app.db, "Maya").await).await;
    let boss = given::person(&app.db, "Bea").await;
    let email: String = sqlx::query_scalar("select email from people where id = $1")
        .bind(boss.0)
        .fetch_one(&app.db)
        .await
        .unwrap();

    maya.post("/account", &profile_with("line_manager", &email))
        .await
        .leads_to("/account");
    maya.get("/account")
        .await
        .says("value=\"Maya Okafor\"")
        .says("<option selected>Europe/Lisbon")
        .says(&format!("value=\"{email}\""));
    let mut form = profile_with("languages", "welsh; ENGLISH, Welsh");
    // An email address and a grade are not one's own to change.
    form.push(("email", "other@example.org"));
    form.push(("grade", "29"));
    maya.post("/account", &form).await.leads_to("/account");
    maya.get("/account")
        .await
        .says("value=\"Welsh, English\"")
        .does_not_say("other@example.org");
    let grade: Option<i16> =
        sqlx::query_scalar("select grade from people where full_name = 'Maya Okafor'")
            .fetch_one(&app.db)
            .await
            .unwrap();
    assert_eq!(grade, None);
}

#[sqlx::test]
async fn details_that_cannot_be_are_explained_and_kept(db: PgPool) {
    let app = TestApp::new(db).await;
    let person = given::person(&app.db, "Maya").await;
    let maya = app.sign_in(person).await;
    let own: String = sqlx::query_scalar("select email from people where id = $1")
        .bind(person.0)
        .fetch_one(&app.db)
        .await
        .unwrap();
    let long = "x".repeat(101);
    for (field, value, words) in [
        ("name", "\0 ", "Enter a full name"),
        ("name", &long, "Shorten this to 100 characters"),
        ("department", &long, "Shorten this to 100 characters"),
        (
            "time_zone",
            "Mars/Olympus",
            "Choose a time zone from the list",
        ),
        (
            "time_zone",
            "posix/Europe/London",
            "Choose a time zone from the list",
        ),
        (
            "line_manager",
            "nobody@example.org",
            "Nobody here has this email address",
        ),
        ("line_manager", "somebody", "such as name@example.org"),
        ("languages", &long, "Shorten this to 40 characters"),
        ("line_manager", &own, "nobody is their own line manager"),
    ] {
        maya.post("/account", &profile_with(field, value))
            .await
            .is(StatusCode::UNPROCESSABLE_ENTITY)
            .says("<title>Error: Your account")
            .says(words)
            .says("value=\"Leeds\"");
    }
}

#[sqlx::test]
async fn a_new_password_ends_every_other_sign_in(db: PgPool) {
    let app = TestApp::new(db).await;
    let person = given::person(&app.db, "Maya").await;
    let email = given::password(&app.db, person, RIGHT).await;
    let (here, there) = (app.sign_in(person).await, app.sign_in(person).await);
    for (old, new, words) in [
        (
            "",
            "three words in a row",
            "Enter the password you have now",
        ),
        ("wrong", "three words in a row", "this is another"),
        (RIGHT, "short", "8 characters or more"),
        (RIGHT, "password1", "harder to guess"),
        (RIGHT, &email, "not your name or your email address"),
    ] {
        here.post("/account/password", &[("old", old), ("new", new)])
            .await
            .is(StatusCode::UNPROCESSABLE_ENTITY)
            .says(words)
            .does_not_say("value=\"three");
    }
    there.get("/account").await.is(StatusCode::OK);
    here.post(
        "/account/password",
        &[("old", RIGHT), ("new", "three words in a row")],
    )
    .await
    .leads_to("/account/password");
    here.get("/account").await.is(StatusCode::OK);
    there.get("/").await.leads_to("/sign-in");
    let enter = |password| {
        [
            ("email", email.clone()),
            ("password", String::from(password)),
        ]
    };
    for (password, status) in [
        (RIGHT, StatusCode::UNPROCESSABLE_ENTITY),
        ("three words in a row", StatusCode::SEE_OTHER),
    ] {
        let form = enter(password);
        let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
        app.stranger().post("/sign-in", &form).await.is(status);
    }
}

#[sqlx::test]
async fn a_password_cannot_be_guessed_from_a_browser_left_open(db: PgPool) {
    let app = TestApp::new(db).await;
    let person = given::person(&app.db, "Maya").await;
    given::password(&app.db, person, RIGHT).await;
    let open = app.sign_in(person).await;
    let guess = [("old", "a wrong guess"), ("new", "three words in a row")];
    for _ in 0..10 {
        open.post("/account/password", &guess)
            .await
            .is(StatusCode::UNPROCESSABLE_ENTITY);
    }
    open.post("/account/password", &[("old", RIGHT), guess[1]])
        .await
        .is(StatusCode::TOO_MANY_REQUESTS);
}

#[sqlx::test]
async fn a_browser_is_signed_out_from_afar_by_its_owner_only(db: PgPool) {
    let app = TestApp::new(db).await;
    let person = given::person(&app.db, "Maya").await;
    let (here, there) = (app.sign_in(person).await, app.sign_in(person).await);
    let otto = app.sign_in(given::person(&app.db, "Otto").await).await;
    let ids: Vec<i64> =
        sqlx::query_scalar("select id from sign_ins where person_id = $1 order by id")
            .bind(person.0)
            .fetch_all(&app.db)
            .await
            .unwrap();
    let path = |id: i64| format!("/account/sign-ins/{id}/revocation");

    here.get("/account/sign-ins")
        .await
        .says("This one")
        .says("127.0.0.1")
        .says("1:00pm");
    otto.get("/account/sign-ins")
        .await
        .does_not_say(&path(ids[1]));
    otto.post(&path(ids[1]), &[])
        .await
        .is(StatusCode::NOT_FOUND);
    there.get("/").await.is(StatusCode::OK);
    for wrong in [
        "/account/sign-ins/x/revocation",
        "/account/sign-ins/99999999999999999999/revocation",
    ] {
        here.post(wrong, &[])
            .await
            .is(StatusCode::NOT_FOUND)
            .says("Page not found");
    }
    here.post(&path(ids[1]), &[])
        .await
        .leads_to("/account/sign-ins");
    there.get("/").await.leads_to("/sign-in");
    here.post(&path(ids[0]), &[]).await.leads_to("/sign-in");
    here.get("/").await.leads_to("/sign-in");
}

/// The form as a browser sends it: every box, most of them empty.
fn week(filled: &[(usize, &str, &str)]) -> Vec<(&'static str, String)> {
    (0..14)
        .flat_map(|at| {
            let found = filled.iter().find(|(row, _, _)| *row == at);
            let (from, to) = found.map_or(("", ""), |(_, from, to)| (*from, *to));
            [("from", from.to_owned()), ("to", to.to_owned())]
        })
        .collect()
}

async fn save(
    maya: &crate::support::Visitor<'_>,
    filled: &[(usize, &str, &str)],
) -> crate::support::Answer {
    let form = week(filled);
    let form: Vec<(&str, &str)> = form
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    maya.post("/account/hours", &form).await
}

#[sqlx::test]
async fn a_mentor_gives_weekly_hours_and_is_led_on(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing()
        .at(At::InitialMeeting)
        .insert(&app.db)
        .await;
    let maya = app.sign_in(pairing.mentor).await;
    maya.get("/account/hours")
        .await
        .says("London time (Europe/London)");

    save(
        &maya,
        &[
            (0, "09:00", "12:30"),
            (1, "1pm", "5.30pm"),
            (9, "10:00", "11:00"),
        ],
    )
    .await
    .leads_to("/");
    let kept: Vec<(i16, String)> =
        sqlx::query_as("select weekday, hours::text from weekly_hours order by weekday, hours")
            .fetch_all(&app.db)
            .await
            .unwrap();
    let expected = [
        (1, "[09:00:00,12:30:00)"),
        (1, "[13:00:00,17:30:00)"),
        (5, "[10:00:00,11:00:00)"),
    ];
    assert_eq!(kept, expected.map(|(day, hours)| (day, hours.to_owned())));
    // A range alone on its day stands in the first row.
    maya.get("/account/hours")
        .await
        .says("id=\"friday\" name=\"from\" type=\"time\" step=\"300\" value=\"10:00\"")
        .says("value=\"17:30\"");

    // Saved again, they replace what was there.
    save(&maya, &[(2, "9", "10")])
        .await
        .leads_to("/account/hours");
    let count: i64 = sqlx::query_scalar("select count(*) from weekly_hours")
        .fetch_one(&app.db)
        .await
        .unwrap();
    assert_eq!(count, 1);
    save(&maya, &[]).await.leads_to("/account/hours");
}

#[sqlx::test]
async fn hours_may_last_until_midnight(db: PgPool) {
    let app = TestApp::new(db).await;
    let maya = app.sign_in(given::person(&app.db, "Maya").await).await;
    for end in ["24:00", "00:00", "12am", "Midnight"] {
        save(&maya, &[(0, "21:00", "23:00"), (1, "23:00", end)])
            .await
            .leads_to("/account/hours");
        let kept: Vec<String> =
            sqlx::query_scalar("select hours::text from weekly_hours order by hours")
                .fetch_all(&app.db)
                .await
                .unwrap();
        assert_eq!(
            kept,
            ["[21:00:00,23:00:00)", "[23:00:00,24:00:00)"],
            "{end}"
        );
        // As the page shows them, they are saved as they are.
        let page = maya.get("/account/hours").await;
        let (from, to) = (page.values_of("from"), page.values_of("to"));
        assert_eq!((from[1], to[1]), ("23:00", "00:00"));
        save(&maya, &[(1, from[1], to[1])])
            .await
            .leads_to("/account/hours");
    }
    save(&maya, &[(0, "22:00", "24:00"), (1, "23:00", "23:30")])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Monday: enter two times that do not overlap");
}

#[sqlx::test]
async fn hours_that_cannot_be_are_explained_and_kept(db: PgPool) {
    let app = TestApp::new(db).await;
    let maya = app.sign_in(given::person(&app.db, "Maya").await).await;
    for (filled, words) in [
        (
            [(0, "12:00", "09:00"), (2, "10:00", "11:00")],
            "Monday: enter an end that is later",
        ),
        (
            [(0, "09:00", "09:00"), (2, "10:00", "11:00")],
            "Monday: enter an end that is later",
        ),
        (
            [(0, "09:00", "12:00"), (1, "11:00", "13:00")],
            "Monday: enter two times that do not overlap",
        ),
        (
            [(3, "25:00", "13:00"), (2, "10:00", "11:00")],
            "Tuesday: enter both times",
        ),
        (
            [(3, "", "13:00"), (13, "nine", "")],
            "Sunday: enter both times",
        ),
    ] {
        let answer = save(&maya, &filled).await;
        answer
            .is(StatusCode::UNPROCESSABLE_ENTITY)
            .says(words)
            .says("<title>Error:");
        for (_, from, to) in filled {
            answer
                .says(&format!("value=\"{from}\""))
                .says(&format!("value=\"{to}\""));
        }
    }
    // Neighbouring hours do not overlap, and boxes that were never there are no harm.
    save(&maya, &[(0, "09:00", "12:00"), (1, "12:00", "13:00")])
        .await
        .leads_to("/account/hours");
    maya.post("/account/hours", &[("from", "09:00")])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY);
    let many = vec![("from", "09:00"); 500];
    maya.post("/account/hours", &many)
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY);
}

#[sqlx::test]
async fn people_see_who_has_looked(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let other = given::pairing().insert(&app.db).await;
    let maya = app.sign_in(pairing.mentor).await;
    maya.get("/account/activity")
        .await
        .says("Nobody has opened anything of yours yet");
    app.sign_in(pairing.coordinator)
        .await
        .get(&pairing.path)
        .await
        .is(StatusCode::OK);
    app.sign_in(other.coordinator)
        .await
        .get(&other.path)
        .await
        .is(StatusCode::OK);
    let page = maya.get("/account/activity").await;
    page.says("Cleo opened the pairing")
        .says("Tom and Maya")
        .says("1 April 2026, 1:00pm");
    assert_eq!(page.body.matches("opened the pairing").count(), 1);

    // What the other does in private is theirs, and what one does oneself is shown on request.
    let tom = app.sign_in(pairing.mentee).await;
    for one in [&maya, &tom] {
        let notes = format!("{}/notes", pairing.path);
        one.post(&notes, &[("body", "Tired today")])
            .await
            .leads_to(&notes);
    }
    sqlx::query(
        "insert into audit_events (at, actor_id, act, pairing_id) values ($1, $2, 'booked a session', $3)",
    )
    .bind(NOON)
    .bind(pairing.mentee.0)
    .bind(pairing.id)
    .execute(&app.db)
    .await
    .unwrap();
    maya.get("/account/activity")
        .await
        .says("Tom booked a session")
        .does_not_say("private note");
    maya.get("/account/activity?by=everybody")
        .await
        .says("You wrote a private note")
        .does_not_say("Tom wrote a private note");
}

#[sqlx::test]
async fn the_trail_is_read_page_by_page(db: PgPool) {
    let app = TestApp::new(db).await;
    let person = given::person(&app.db, "Maya").await;
    sqlx::query(
        "insert into audit_events (at, act, person_id) select $1, 'did thing ' || n || '.', $2 from generate_series(1, 60) n",
    )
    .bind(NOON)
    .bind(person.0)
    .execute(&app.db)
    .await
    .unwrap();
    let maya = app.sign_in(person).await;
    let first = maya.get("/account/activity").await;
    first
        .says("thing 60.")
        .says("thing 11.")
        .does_not_say("thing 10.");
    let older = first.body.split("href=\"").find_map(|part| {
        let href = part.split('"').next()?;
        href.contains("before=").then(|| href.to_owned())
    });
    let second = maya.get(&older.unwrap()).await;
    second
        .says("thing 10.")
        .says("thing 1.")
        .does_not_say("before=");
}
