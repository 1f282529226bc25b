//! Whatever is sent to whichever form, by whoever may open it: an answer in words, and nothing
//! half-done.

use crate::access::fill;
use crate::support::given::{At, Paired, Person};
use crate::support::{Answer, TestApp, Visitor, encode, given};
use axum::http::Method;
use sqlx::PgPool;
use std::collections::BTreeSet;
use std::path::Path;

/// Values that no form expects. Each is put into every field at once, and a few are left out.
fn values() -> Vec<(&'static str, String)> {
    let long = "x".repeat(20_000);
    vec![
        ("empty", String::new()),
        ("long", encode(&long)),
        ("NUL", "a%00b".into()),
        ("not UTF-8", "%FF%FE%C3%28".into()),
        ("cut short", "%C3".into()),
        (
            "right to left",
            encode("\u{202e}\u{5e9}\u{5dc}\u{5d5}\u{5dd}"),
        ),
        ("emoji", encode("👩‍👩‍👧‍👦🏴󠁧󠁢󠁳󠁣󠁴󠁿")),
        ("markup", encode("<script>alert(1)</script>'\"&{{7*7}}")),
        ("negative", "-1".into()),
        ("huge", "99999999999999999999999999".into()),
        ("largest key", i64::MAX.to_string()),
        ("fraction", "1e308".into()),
        ("impossible date", "2026-02-30".into()),
        ("far date", "9999-12-31".into()),
        ("unknown key", "987654321".into()),
        ("email", encode("a@b.example")),
        ("quote", encode("'; drop table people; --")),
    ]
}

/// The name of every field of every form there is.
fn names() -> BTreeSet<String> {
    fn walk(folder: &Path, names: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, names);
                continue;
            }
            let text = std::fs::read_to_string(path).unwrap();
            for start in ["name=\"", "problems, \""] {
                let found = text.split(start).skip(1);
                let found = found.filter_map(|rest| rest.split('"').next());
                names.extend(found.filter(|name| !name.contains('{')).map(String::from));
            }
        }
    }
    let mut names = BTreeSet::new();
    let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    walk(&templates, &mut names);
    names
}

/// How many rows each table holds, but for those that count attempts and say who has looked.
async fn state(app: &TestApp) -> Vec<(String, i64)> {
    sqlx::query_as(
        "select relname::text, (xpath('/row/n/text()', query_to_xml(
             format('select count(*) as n from %I', relname), false, true, '')))[1]::text::bigint
         from pg_class
         where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
             and relname not in ('failed_sign_ins', 'audit_events', 'known_browsers', 'sign_ins')
         order by 1",
    )
    .fetch_all(&app.db)
    .await
    .unwrap()
}

fn check(case: &str, answer: &Answer) {
    assert!(
        !answer.status.is_server_error(),
        "{case}: {} {}",
        answer.status,
        answer.body
    );
    if answer.status.is_client_error() {
        assert!(
            answer.body.contains("<h1"),
            "{case}: {} without words",
            answer.status
        );
    }
    assert!(!answer.body.contains("<script>alert"), "{case}");
}

/// Sends every form of the app everything, as one person.
async fn send_everything(app: &TestApp, pairing: &Paired, person: Person) {
    let names = names();
    assert!(
        names.contains("capacity") && names.contains("password"),
        "{names:?}"
    );
    let forms: Vec<&str> = app
        .list
        .iter()
        .filter(|route| route.method == Method::POST && route.path != "/sign-out")
        .map(|route| route.path)
        .collect();
    let mut before = state(app).await;
    for path in forms {
        let path = fill(app, path, pairing).await;
        for (kind, value) in values() {
            let visitor: Visitor = app.sign_in(person).await;
            let once: String = names
                .iter()
                .map(|name| format!("{}={value}&", encode(name)))
                .collect();
            for form in [once.clone(), format!("{once}{once}")] {
                let answer = visitor.send(Method::POST, &path, &form).await;
                let case = format!("{path} by {person:?}, {kind}");
                check(&case, &answer);
                let after = state(app).await;
                if answer.status.is_client_error() {
                    assert_eq!(
                        after, before,
                        "{case}: {} and something is kept",
                        answer.status
                    );
                }
                before = after;
            }
        }
    }
}

#[sqlx::test]
async fn every_form_bears_anything_from_one_of_the_two(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    send_everything(&app, &pairing, pairing.mentee).await;
}

#[sqlx::test]
async fn every_form_bears_anything_from_a_coordinator(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().at(At::Proposed).insert(&app.db).await;
    send_everything(&app, &pairing, pairing.coordinator).await;
}

#[sqlx::test]
async fn every_form_bears_anything_from_an_administrator(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let ada = given::administrator(&app.db, "Ada").await;
    given::administrator(&app.db, "Bea").await;
    send_everything(&app, &pairing, ada).await;
}

#[sqlx::test]
async fn a_megabyte_is_too_much_and_said_so(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let tom = app.sign_in(pairing.mentee).await;
    let form = format!("body={}", "x".repeat(1 << 20));
    let answer = tom
        .send(Method::POST, &format!("{}/notes", pairing.path), &form)
        .await;
    assert_eq!(answer.status.as_u16(), 413);
    answer.says("That is too long");
}
