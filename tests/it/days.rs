//! A meeting is on the day that its reader's own clock shows.

use crate::support::{NOON, TestApp, given};
use sqlx::PgPool;
use time::Duration;
use time::macros::datetime;

/// Half past midnight on 1 April in London, half past seven in the evening of 31 March in New York.
const LATE: time::OffsetDateTime = datetime!(2026-03-31 23:30 UTC);

#[sqlx::test]
async fn each_of_the_two_reads_their_own_day(db: PgPool) {
    let app = TestApp::at(db, NOON - Duration::days(1)).await;
    let pairing = given::pairing().insert(&app.db).await;
    given::lives_in(&app.db, pairing.mentee, "America/New_York").await;
    let session = given::session(&app.db, &pairing, "session", LATE).await;
    let tom = app.sign_in(pairing.mentee).await;
    let home = tom.get("/").await;
    home.says("On Tuesday 31 March 2026, today")
        .says(
            "Tuesday 31 March 2026, 7:30pm</a>, Wednesday 1 April 2026, 12:30am for Maya (London)",
        )
        .does_not_say("On Wednesday");
    for path in [&pairing.path, &session.path] {
        tom.get(path).await.says("On Tuesday 31 March 2026, today");
    }
    let maya = app.sign_in(pairing.mentor).await;
    maya.get("/")
        .await
        .says("On Wednesday 1 April 2026, tomorrow")
        .says(
            "Wednesday 1 April 2026, 12:30am</a>, Tuesday 31 March 2026, 7:30pm for Tom (New York)",
        );
    let cleo = app.sign_in(pairing.coordinator).await;
    given::lives_in(&app.db, pairing.coordinator, "America/New_York").await;
    cleo.get(&format!("/programmes/{}", pairing.programme.id))
        .await
        .says("on <time datetime=\"2026-03-31\">31 March 2026</time>");
}

/// Where it is tomorrow already in the programme, a meeting of tonight is not late.
#[sqlx::test]
async fn a_meeting_that_crosses_midnight_is_under_way_and_not_overdue(db: PgPool) {
    let app = TestApp::at(db, datetime!(2026-03-31 23:15 UTC)).await;
    let pairing = given::pairing().insert(&app.db).await;
    given::lives_in(&app.db, pairing.mentee, "America/New_York").await;
    given::lives_in(&app.db, pairing.coordinator, "America/New_York").await;
    let programme = format!("/programmes/{}", pairing.programme.id);
    let begun = datetime!(2026-03-31 22:30 UTC);
    for (starts, mentors, mentees) in [
        (begun, "Under way since 11:30pm", "Under way since 6:30pm"),
        (
            LATE,
            "On Wednesday 1 April 2026, today",
            "On Tuesday 31 March 2026, today",
        ),
    ] {
        sqlx::query("delete from mentoring_sessions")
            .execute(&app.db)
            .await
            .unwrap();
        given::session(&app.db, &pairing, "session", starts).await;
        for (person, words) in [(pairing.mentor, mentors), (pairing.mentee, mentees)] {
            let visitor = app.sign_in(person).await;
            for path in ["/", &pairing.path] {
                visitor.get(path).await.says(words).does_not_say("Was due");
            }
        }
        let cleo = app.sign_in(pairing.coordinator).await;
        cleo.get(&programme).await.does_not_say("overdue");
        cleo.get(&pairing.path).await.says(mentees);
    }
}
