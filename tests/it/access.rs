//! Who may come in where: a walk over every route there is.

use crate::support::given::{At, Paired, Person};
use crate::support::{TestApp, given};
use axum::http::{Method, StatusCode};
use sqlx::PgPool;
use std::collections::BTreeSet;
use waymark::web::routes::{Entry, Listed};

/// Widening this list is a decision, so it is made here and nowhere else.
const OPEN_TO_ANYONE: &[(&str, &str)] = &[
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("POST", "/sign-out"),
    ("POST", "/sign-in/demo"),
    ("GET", "/sign-in/password"),
    ("GET", "/sign-in/provider"),
    ("GET", "/sign-in/provider/return"),
    ("GET", "/signed-out"),
    ("GET", "/privacy"),
    ("GET", "/help"),
    ("GET", "/set-up/{token}"),
    ("GET", "/set-up/{token}/organisation"),
    ("POST", "/set-up/{token}/organisation"),
    ("GET", "/set-up/{token}/mail"),
    ("POST", "/set-up/{token}/mail"),
    ("GET", "/set-up/{token}/administrator"),
    ("POST", "/set-up/{token}/administrator"),
    ("GET", "/forgotten-password"),
    ("POST", "/forgotten-password"),
    ("GET", "/new-password/{token}"),
    ("POST", "/new-password/{token}"),
    ("GET", "/email-changes/{token}"),
    ("POST", "/email-changes/{token}"),
    ("GET", "/invitations/{token}"),
    ("POST", "/invitations/{token}"),
    ("GET", "/letters/act/{token}"),
    ("POST", "/letters/act/{token}"),
    ("GET", "/letters/unsubscribe/{token}"),
    ("POST", "/letters/unsubscribe/{token}"),
    ("GET", "/join/{token}"),
    ("POST", "/join/{token}"),
    ("GET", "/calendar/{token}"),
];

#[sqlx::test]
async fn only_the_listed_routes_are_open_to_anyone(db: PgPool) {
    let app = TestApp::new(db).await;
    let open: BTreeSet<_> = app
        .list
        .iter()
        .filter(|route| route.entry == Entry::Anyone)
        .map(|route| (route.method.as_str(), route.path))
        .collect();
    assert_eq!(open, OPEN_TO_ANYONE.iter().copied().collect());
}

#[sqlx::test]
async fn every_other_route_sends_a_stranger_to_sign_in(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    for route in app.list.iter().filter(|route| route.entry != Entry::Anyone) {
        let path = fill(&app, route.path, &pairing).await;
        let answer = app.stranger().send(route.method.clone(), &path, "").await;
        let back = match route.method {
            Method::GET if path != "/" => format!("/sign-in?next={path}"),
            _ => "/sign-in".into(),
        };
        answer.is(StatusCode::SEE_OTHER).leads_to(&back);
    }
}

#[sqlx::test]
async fn an_expired_or_made_up_token_is_a_strangers(db: PgPool) {
    let app = TestApp::new(db).await;
    let maya = app.sign_in(given::person(&app.db, "Maya").await).await;
    maya.get("/account").await.is(StatusCode::OK);
    sqlx::query("update sign_ins set expires_at = $1")
        .bind(crate::support::NOON)
        .execute(&app.db)
        .await
        .unwrap();
    maya.get("/").await.leads_to("/sign-in");
}

#[sqlx::test]
async fn a_pairing_does_not_exist_for_people_outside_it(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let elsewhere = given::pairing().insert(&app.db).await;
    let outsiders = [
        given::person(&app.db, "Otto").await,
        given::administrator(&app.db, "Ada").await,
        elsewhere.coordinator,
        elsewhere.mentor,
        elsewhere.mentee,
    ];
    for outsider in outsiders {
        let outsider = app.sign_in(outsider).await;
        for route in app
            .list
            .iter()
            .filter(|route| route.path.contains("{pairing}"))
        {
            for form in ["", &everything_filled_in()] {
                let path = fill(&app, route.path, &pairing).await;
                let answer = outsider.send(route.method.clone(), &path, form).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{route:?}");
            }
        }
    }
}

#[sqlx::test]
async fn a_proposal_does_not_exist_for_the_two(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().at(At::Proposed).insert(&app.db).await;
    for one in [pairing.mentor, pairing.mentee] {
        let one = app.sign_in(one).await;
        for route in app
            .list
            .iter()
            .filter(|route| route.path.contains("{pairing}"))
        {
            let path = fill(&app, route.path, &pairing).await;
            let answer = one.send(route.method.clone(), &path, "").await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{route:?}");
        }
    }
}

#[sqlx::test]
async fn what_administrators_do_does_not_exist_for_others(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    for person in [pairing.mentor, pairing.mentee, pairing.coordinator] {
        let person = app.sign_in(person).await;
        let theirs = |route: &&Listed| route.entry == Entry::Administrators;
        for route in app.list.iter().filter(theirs) {
            let path = fill(&app, route.path, &pairing).await;
            let answer = person.send(route.method.clone(), &path, "").await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{route:?}");
        }
    }
}

#[sqlx::test]
async fn nothing_breaks_whoever_goes_wherever(db: PgPool) {
    let app = TestApp::new(db).await;
    for at in At::ALL {
        let pairing = given::pairing().at(at).insert(&app.db).await;
        let administrator = given::administrator(&app.db, "Ada").await;
        let outsider = given::person(&app.db, "Otto").await;
        let everybody = [
            None,
            Some(outsider),
            Some(pairing.coordinator),
            Some(pairing.mentor),
            Some(pairing.mentee),
            Some(administrator),
        ];
        // Pages before forms, for a form may close the pairing, and an administrator's the account.
        for method in [Method::GET, Method::POST] {
            for (person, route) in everybody
                .into_iter()
                .flat_map(|person| app.list.iter().map(move |route| (person, route)))
                .filter(|(_, route)| route.method == method)
            {
                for path in [
                    fill(&app, route.path, &pairing).await,
                    route.path.replace(['{', '}'], "9"),
                ] {
                    visit(&app, person, route, &path).await;
                }
            }
        }
    }
}

#[sqlx::test]
async fn the_head_of_a_page_is_answered_like_the_page(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let tom = app.sign_in(pairing.mentee).await;
    let pages = app.list.iter().filter(|route| route.method == Method::GET);
    for route in pages {
        let path = fill(&app, route.path, &pairing).await;
        let (page, head) = (
            tom.get(&path).await,
            tom.send(Method::HEAD, &path, "").await,
        );
        assert_eq!(head.status, page.status, "{path}");
    }
}

/// Each visit has a sign-in of its own, for some of them end it.
async fn visit(app: &TestApp, person: Option<Person>, route: &Listed, path: &str) {
    let visitor = match person {
        Some(person) => app.sign_in(person).await,
        None => app.stranger(),
    };
    let answer = visitor.send(route.method.clone(), path, "").await;
    assert!(
        !answer.status.is_server_error(),
        "{route:?} by {person:?}: {} {}",
        answer.status,
        answer.body
    );
    assert!(
        !answer.status.is_client_error() || answer.body.contains("<h1>"),
        "{route:?} by {person:?} answers {} without a word: {}",
        answer.status,
        answer.body
    );
}

/// A field of every name that some form may read, so that none is refused for being empty.
fn everything_filled_in() -> String {
    ["version", "body", "what", "slot", "how", "once", "person"]
        .map(|name| format!("{name}=1"))
        .join("&")
}

/// The path with everything in braces filled in: what is not known better is the first of its kind.
pub async fn fill(app: &TestApp, path: &str, pairing: &Paired) -> String {
    let mut parts = Vec::new();
    for part in path.split('/') {
        parts.push(match part {
            "{pairing}" => pairing.id.to_string(),
            "{programme}" => pairing.programme.id.to_string(),
            "{person}" => pairing.mentor.0.to_string(),
            "{part}" => "mentor".into(),
            "{module}" => "feedback".into(),
            "{decision}" => "approval".into(),
            "{session}" => first(app, "mentoring_sessions").await,
            "{step}" => first(app, "further_steps").await,
            "{application}" | "{import}" | "{invitation}" | "{letter}" | "{objective}"
            | "{qualification}" | "{question}" | "{sign_in}" | "{skill}" | "{suggestion}"
            | "{target}" => first(app, &format!("{}s", part.trim_matches(['{', '}']))).await,
            part if part.starts_with('{') => "1".into(),
            part => part.into(),
        });
    }
    parts.join("/")
}

async fn first(app: &TestApp, table: &str) -> String {
    let sql = format!("select coalesce(min(id), 1) from {table}");
    let key: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .fetch_one(&app.db)
        .await
        .unwrap();
    key.to_string()
}
