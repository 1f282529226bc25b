//! What the two take along: the mentee's keepsake, with words of the mentor, and the mentor's certificate.

use crate::support::given::At;
use crate::support::{NOON, TestApp, given};
use axum::http::StatusCode;
use sqlx::{AssertSqlSafe, PgPool};
use time::Duration;

/// What the mentor has ticked, and no word more, stands on the page that the mentee takes along.
#[sqlx::test]
async fn a_keepsake_holds_the_words_that_the_mentor_lets_go(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let held = given::settled(&app.db, &pairing, "held_on", NOON - Duration::days(7)).await;
    for sql in [
        format!(
            "insert into session_records values
                ({}, {}, {}, 'talk', 'strong-words', '', '', 'feedback-words', '2026-03-26')",
            held.id, pairing.id, pairing.mentor.0
        ),
        format!(
            "insert into objectives (pairing_id, statement, how_we_will_know, proposed_by,
                proposed_on, agreed_on, reached_on, signed_off_on, settled_with, evidence)
             values ({}, 'Lead an audit', '', {}, '2026-03-02', '2026-03-02', '2026-03-20',
                '2026-03-21', 'sign-off-words', 'evidence-words')",
            pairing.id, pairing.mentee.0
        ),
        format!(
            "insert into targets (pairing_id, what, owner_id, due_on, set_by, set_on, done_on)
             values ({0}, 'toms-target', {1}, '2026-03-20', {1}, '2026-03-02', '2026-03-19'),
                ({0}, 'mayas-target', {2}, '2026-03-20', {1}, '2026-03-02', '2026-03-19')",
            pairing.id, pairing.mentee.0, pairing.mentor.0
        ),
    ] {
        sqlx::query(AssertSqlSafe(sql))
            .execute(&app.db)
            .await
            .unwrap();
    }
    let tom = app.sign_in(pairing.mentee).await;
    let maya = app.sign_in(pairing.mentor).await;
    let (keepsake, moving_on) = (
        format!("{}/keepsake", pairing.path),
        format!("{}/moving-on", pairing.path),
    );
    tom.get(&keepsake).await.leads_to(&moving_on);
    tom.post(&moving_on, &[]).await.leads_to(&moving_on);
    let page = maya.get(&moving_on).await;
    let words = page
        .link("Choose which of your words Tom takes along")
        .to_owned();
    let page = maya.get(&words).await;
    page.says("strong-words")
        .says("feedback-words")
        .says("sign-off-words");
    let offered: Vec<String> = page
        .values_of("keep")
        .iter()
        .map(|&one| one.to_owned())
        .collect();
    assert_eq!(offered.len(), 3);
    tom.get(&words).await.is(StatusCode::FORBIDDEN);
    tom.post(&words, &[("keep", &offered[0])])
        .await
        .is(StatusCode::FORBIDDEN);
    tom.get(&keepsake)
        .await
        .says("Lead an audit")
        .says("evidence-words")
        .says("toms-target")
        .does_not_say("mayas-target")
        .does_not_say("strong-words")
        .does_not_say("sign-off-words");
    let feedback = format!("feedback-{}", held.id);
    for _ in 0..2 {
        maya.post(
            &words,
            &[("keep", &feedback), ("keep", "sign_off-999"), ("keep", "x")],
        )
        .await
        .leads_to(&moving_on);
    }
    tom.get(&keepsake)
        .await
        .says("feedback-words")
        .does_not_say("strong-words")
        .does_not_say("sign-off-words");
    // What is not ticked any more is taken back.
    maya.post(&words, &[]).await.leads_to(&moving_on);
    tom.get(&keepsake).await.does_not_say("feedback-words");
    maya.post(&words, &[("keep", &feedback)]).await;
    maya.post(&format!("{}/ending", pairing.path), &[("how", "completed")])
        .await;
    // Closed, it is read and no longer changed.
    maya.post(&words, &[]).await.is(StatusCode::CONFLICT);
    let page = tom.get(&moving_on).await;
    tom.get(page.link("See what you take along"))
        .await
        .says("feedback-words");
}

#[sqlx::test]
async fn a_certificate_names_no_mentee_and_tells_no_words(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().at(At::MovingOn).insert(&app.db).await;
    let certificate = format!("{}/certificate", pairing.path);
    let maya = app.sign_in(pairing.mentor).await;
    maya.get(&certificate)
        .await
        .is(StatusCode::CONFLICT)
        .says("none was");
    given::settled(&app.db, &pairing, "held_on", NOON - Duration::days(7)).await;
    let page = maya.get(&format!("{}/moving-on", pairing.path)).await;
    assert_eq!(page.link("See your certificate"), certificate);
    let page = maya.get(&certificate).await;
    page.says("Certificate of mentoring")
        .says("an hour in 1 session")
        .says("25 March 2026");
    let (_, article) = page.body.split_once("<article").unwrap();
    let (article, _) = article.split_once("</article>").unwrap();
    assert!(article.contains("Maya"), "{article}");
    assert!(!article.contains("Tom"), "{article}");
    let tom = app.sign_in(pairing.mentee).await;
    tom.get(&certificate).await.is(StatusCode::FORBIDDEN);
    let cleo = app.sign_in(pairing.coordinator).await;
    cleo.get(&certificate).await.is(StatusCode::FORBIDDEN);
}
