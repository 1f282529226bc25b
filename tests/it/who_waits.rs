//! Who waits for a mentor, and since when, is the same wherever it is said.

use crate::matching::{at, run, spring};
use crate::support::{Answer, TestApp};
use sqlx::PgPool;

/// The only wait that a page speaks of.
fn since(page: &Answer) -> &str {
    let words = page.body.split("since ").nth(1).unwrap();
    words.split('<').next().unwrap().trim()
}

#[sqlx::test]
async fn whoever_has_completed_a_pairing_waits_no_longer(db: PgPool) {
    let app = TestApp::new(db).await;
    let spring = spring(&app).await;
    let (id, tom, maya) = (spring.programme.id, spring.tom.0, spring.maya.0);
    let cleo = app.sign_in(spring.programme.coordinator).await;
    for how in ["completed", "completed_early"] {
        run(&app, "delete from pairings").await;
        run(
            &app,
            &format!(
                "insert into pairings (programme_id, mentor_id, mentee_id, proposed_on, offered_on,
                    mentor_accepted_on, mentee_accepted_on, closed_on, closed_how)
                 values ({id}, {maya}, {tom}, '2026-01-06', '2026-01-06', '2026-01-06', '2026-01-06',
                    '2026-03-02', '{how}')"
            ),
        )
        .await;
        let matching = cleo.get(&at(spring.programme, "")).await;
        matching
            .says("of 1 mentees matched")
            .says("Tia")
            .does_not_say("Tom");
        let people = format!("/programmes/{id}/people?show=unpaired");
        cleo.get(&people).await.says("Tia").does_not_say("Tom");
        cleo.get("/").await.says("<b>1</b> <span>mentee waits");
    }

    // Whom coordinators propose all the same is matched like the others.
    run(
        &app,
        &format!(
            "insert into pairings (programme_id, mentor_id, mentee_id, proposed_on)
             values ({id}, {maya}, {tom}, '2026-04-01')"
        ),
    )
    .await;
    cleo.get(&at(spring.programme, ""))
        .await
        .says("of 2 mentees matched");
}

#[sqlx::test]
async fn a_wait_begins_anew_after_what_the_mentee_knew_of(db: PgPool) {
    let app = TestApp::new(db).await;
    let spring = spring(&app).await;
    let (id, tom, maya) = (spring.programme.id, spring.tom.0, spring.maya.0);
    run(
        &app,
        "delete from enrolments where person_id = (select id from people where full_name = 'Tia')",
    )
    .await;
    run(
        &app,
        "update enrolments set enrolled_at = '2026-01-05 12:00Z'",
    )
    .await;
    let cleo = app.sign_in(spring.programme.coordinator).await;
    let pages = [
        at(spring.programme, ""),
        format!("/programmes/{id}"),
        format!("/programmes/{id}/people?show=unpaired"),
        format!("/programmes/{id}/pairings/new"),
    ];
    for (offered, day) in [("null", "5 Jan"), ("'2026-02-02'", "2 Mar")] {
        run(&app, "delete from pairings").await;
        run(
            &app,
            &format!(
                "insert into pairings (programme_id, mentor_id, mentee_id, proposed_on, offered_on,
                    closed_on, closed_how)
                 values ({id}, {maya}, {tom}, '2026-02-02', {offered}, '2026-03-02', 'ended')"
            ),
        )
        .await;
        for path in &pages {
            let page = cleo.get(path).await;
            assert!(since(&page).starts_with(day), "{path}: {}", since(&page));
        }
    }
}
