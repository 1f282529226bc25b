//! Old tabs: what has changed since is said in words, and nothing changes by the press.

use crate::support::given::Paired;
use crate::support::{NOON, TestApp, given};
use axum::http::StatusCode;
use sqlx::{AssertSqlSafe, PgPool};
use time::Duration;

async fn rows(db: &PgPool, table: &str) -> Vec<String> {
    let rows = format!("select one::text from {table} one order by 1");
    sqlx::query_scalar(AssertSqlSafe(rows))
        .fetch_all(db)
        .await
        .unwrap()
}

/// What the acts below might change.
async fn contents(db: &PgPool) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for table in [
        "pairings",
        "agreements",
        "agreement_signatures",
        "mentoring_sessions",
        "attendances",
        "session_plans",
        "objectives",
        "audit_events",
    ] {
        all.push(rows(db, table).await);
    }
    all
}

async fn drafted(app: &TestApp, pairing: &Paired, version: &str, purpose: &str) {
    let tom = app.sign_in(pairing.mentee).await;
    let path = format!("{}/agreement", pairing.path);
    tom.post(&path, &draft(version, purpose))
        .await
        .leads_to(&path);
}

fn draft<'a>(version: &'a str, purpose: &'a str) -> [(&'static str, &'a str); 4] {
    [
        ("version", version),
        ("purpose", purpose),
        ("review_on", "2026-09-01"),
        ("ends_on", "2026-12-01"),
    ]
}

#[sqlx::test]
async fn an_old_tab_neither_signs_nor_overwrites_a_new_version(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    drafted(&app, &pairing, "0", "To find my way").await;
    drafted(&app, &pairing, "1", "To lead").await;
    let maya = app.sign_in(pairing.mentor).await;
    let before = contents(&app.db).await;
    let path = format!("{}/agreement", pairing.path);
    maya.post(&format!("{path}/signature"), &[("version", "1")])
        .await
        .is(StatusCode::CONFLICT)
        .says("The agreement was changed after you opened it");
    let fields = draft("1", "Maya's purpose");
    let refused = maya.post(&path, &fields).await;
    refused
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Another version was saved while you were writing")
        .says("Maya&#39;s purpose</textarea>");
    assert_eq!(contents(&app.db).await, before);
    assert_eq!(refused.values_of("version")[0], "2");
}

/// From an old tab, over what has become of the session or the objective meanwhile.
#[sqlx::test]
async fn an_old_tab_says_what_has_become_of_it(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let begun = NOON - Duration::hours(2);
    let held = given::settled(&app.db, &pairing, "held_on", begun).await;
    let missed = given::settled(&app.db, &pairing, "missed_on", begun - Duration::hours(3)).await;
    let gone = given::settled(&app.db, &pairing, "cancelled_on", NOON + Duration::days(1)).await;
    let dropped = sqlx::query_scalar::<_, i64>(
        "insert into objectives (pairing_id, statement, how_we_will_know, proposed_by, proposed_on,
            dropped_on, settled_with)
         values ($1, 'Lead the audit', '', $2, '2026-03-20', '2026-03-21', 'Enough') returning id",
    )
    .bind(pairing.id)
    .bind(pairing.mentor.0)
    .fetch_one(&app.db)
    .await
    .unwrap();
    let dropped = format!("{}/objectives/{dropped}", pairing.path);
    let before = contents(&app.db).await;
    let tom = app.sign_in(pairing.mentee).await;
    for (path, words) in [
        (
            format!("{}/missed", held.path),
            "said before that this session happened",
        ),
        (
            format!("{}/cancellation", held.path),
            "said before that this session happened",
        ),
        (
            format!("{}/held", missed.path),
            "said before that this session did not happen",
        ),
        (
            format!("{}/held", gone.path),
            "This session was cancelled in the meantime",
        ),
        (format!("{}/plan", gone.path), "its plan stands as it was"),
        (
            format!("{dropped}/agreement"),
            "This objective is settled already",
        ),
        (
            format!("{dropped}/reached"),
            "This objective is settled already",
        ),
        (
            format!("{dropped}/settlement"),
            "This objective is settled already",
        ),
    ] {
        tom.post(&path, &[])
            .await
            .is(StatusCode::CONFLICT)
            .says(words);
    }
    assert_eq!(contents(&app.db).await, before);
}
