//! From the announcement to the close: what each does, in which order, and what comes after.

use crate::privacy::everything_on_pages;
use crate::support::given::{At, Paired};
use crate::support::{NOON, TestApp, given};
use axum::http::StatusCode;
use sqlx::{AssertSqlSafe, PgPool};
use time::Duration;

const MAYAS: [(&str, &str); 6] = [
    ("effectiveness", "4"),
    ("results", "maya-results"),
    ("learned", "maya-learned"),
    ("gained", "maya-gained"),
    ("differently", "maya-differently"),
    ("remark", "maya-remark"),
];
const TOMS: [(&str, &str); 6] = [
    ("effectiveness", "5"),
    ("results", "tom-results"),
    ("learned", "tom-learned"),
    ("gained", "tom-gained"),
    ("differently", "tom-differently"),
    ("remark", "tom-remark"),
];

#[sqlx::test]
async fn either_announces_it_once(db: PgPool) {
    let app = TestApp::new(db).await;
    for by_mentor in [true, false] {
        let pairing = given::pairing().insert(&app.db).await;
        let (one, other) = if by_mentor {
            (pairing.mentor, pairing.mentee)
        } else {
            (pairing.mentee, pairing.mentor)
        };
        let (one, other) = (app.sign_in(one).await, app.sign_in(other).await);
        let path = format!("{}/moving-on", pairing.path);
        one.get(&path).await.says("Announce moving on");
        one.post(&path, &[]).await.leads_to(&path);
        let announced = row(&app.db, &pairing).await;
        one.post(&path, &[]).await.leads_to(&pairing.path);
        other
            .post(&path, &[])
            .await
            .is(StatusCode::CONFLICT)
            .says("This pairing is moving on");
        other
            .get(&path)
            .await
            .says("Announced on 1 April")
            .does_not_say("Announce moving on");
        // No new objectives from then on.
        let proposal = format!("{}/objectives", pairing.path);
        other
            .post(&proposal, &[("statement", "One more")])
            .await
            .is(StatusCode::CONFLICT);
        assert_eq!(row(&app.db, &pairing).await, announced);
    }
}

/// A session that is still to come is the one session ahead; one that has begun is not.
#[sqlx::test]
async fn what_is_booked_when_it_is_announced_is_the_final_session(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let coming = NOON + Duration::days(7);
    let session = given::session(&app.db, &pairing, "session", coming).await;
    let tom = app.sign_in(pairing.mentee).await;
    let path = format!("{}/moving-on", pairing.path);
    tom.get(&path)
        .await
        .says("The session you have booked becomes your last");
    tom.post(&path, &[])
        .await
        .leads_to(&path)
        .tells("the session you have booked is your last");
    tom.get(&path).await.says("Booked for 8 April 2026");
    tom.get(&session.path).await.says("Final session");

    let later = TestApp::at(app.db.clone(), coming + Duration::hours(2)).await;
    let tom = later.sign_in(pairing.mentee).await;
    tom.get(&path).await.says("Say what happened");
    let page = tom.get(&session.path).await;
    tom.post(page.form_with("It happened"), &[])
        .await
        .leads_to(&session.path);
    tom.get(&path)
        .await
        .says("Held 8 April 2026")
        .does_not_say("Not booked");
}

#[sqlx::test]
async fn a_session_that_has_begun_is_not_the_one_ahead(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let begun = NOON - Duration::minutes(90);
    let session = given::session(&app.db, &pairing, "session", begun).await;
    let tom = app.sign_in(pairing.mentee).await;
    let path = format!("{}/moving-on", pairing.path);
    tom.get(&path).await.does_not_say("becomes your last");
    tom.post(&path, &[])
        .await
        .leads_to(&path)
        .tells("one more session");
    tom.get(&path).await.says("Say what happened");
    tom.post(&format!("{}/held", session.path), &[])
        .await
        .leads_to(&session.path);
    tom.get(&session.path).await.does_not_say("Final session");
    tom.get(&path).await.says("Not booked");
    let book = format!("{}/sessions", pairing.path);
    tom.post(&book, &[("at", "2026-04-02T08:00:00Z")])
        .await
        .is(StatusCode::SEE_OTHER);
}

#[sqlx::test]
async fn closing_asks_for_one_thing_after_the_other(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().at(At::MovingOn).insert(&app.db).await;
    let objectives: Vec<i64> = sqlx::query_scalar(
        "insert into objectives (pairing_id, statement, how_we_will_know, proposed_by, proposed_on)
         select $1, 'Lead', '', $2, '2026-03-02' from generate_series(1, 2) returning id",
    )
    .bind(pairing.id)
    .bind(pairing.mentee.0)
    .fetch_all(&app.db)
    .await
    .unwrap();
    let tom = app.sign_in(pairing.mentee).await;
    let maya = app.sign_in(pairing.mentor).await;
    let closing = format!("{}/closing", pairing.path);
    let not_yet = async |says: &str| {
        let before = row(&app.db, &pairing).await;
        for visitor in [&tom, &maya] {
            visitor
                .post(&closing, &[])
                .await
                .is(StatusCode::CONFLICT)
                .says(says);
            let page = visitor.get(&format!("{}/moving-on", pairing.path)).await;
            page.does_not_say("Close the pairing");
        }
        assert_eq!(row(&app.db, &pairing).await, before);
    };

    not_yet("2 objectives are still open").await;
    for (id, left) in objectives.iter().zip([1, 0]) {
        let path = format!("{}/objectives/{id}/settlement", pairing.path);
        tom.post(&path, &[("how", "dropped"), ("words", "Its time is past")])
            .await
            .is(StatusCode::SEE_OTHER);
        if left == 1 {
            not_yet("1 objective is still open").await;
        }
    }
    not_yet("Hold your final session first").await;
    let session = given::session(&app.db, &pairing, "moving_on", NOON - Duration::hours(2)).await;
    not_yet("Say on the page of your session of 1 April 2026 whether it happened").await;
    maya.post(&format!("{}/held", session.path), &[])
        .await
        .leads_to(&session.path);
    not_yet("Both of you answer the review first").await;
    let review = format!("{}/review", pairing.path);
    tom.post(&review, &TOMS).await.leads_to(&review);
    not_yet("Both of you answer the review first").await;
    maya.post(&review, &MAYAS).await.leads_to(&review);
    not_yet("Write the joint part of the review first").await;
    maya.post(
        &format!("{review}/together"),
        &[("together", "We did well")],
    )
    .await
    .leads_to(&review);

    let page = tom.get(&format!("{}/moving-on", pairing.path)).await;
    let path = format!("{}/moving-on", pairing.path);
    tom.post(page.form_with("Close the pairing"), &[])
        .await
        .leads_to(&path);
    let closed = row(&app.db, &pairing).await;
    assert!(closed.contains("2026-04-01,completed"), "{closed}");
    tom.post(&closing, &[]).await.leads_to(&pairing.path);
    maya.post(&closing, &[])
        .await
        .is(StatusCode::CONFLICT)
        .says("This pairing is closed");
    assert_eq!(row(&app.db, &pairing).await, closed);
    maya.get(&path)
        .await
        .says("Completed on Wednesday 1 April 2026")
        .says("We did well");
    maya.get(&review)
        .await
        .says("tom-results")
        .says("maya-results");
}

/// It is on the list for both while it is not written, and nothing waits for it.
#[sqlx::test]
async fn the_last_session_is_written_up_but_holds_up_nothing(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().at(At::MovingOn).insert(&app.db).await;
    let tom = app.sign_in(pairing.mentee).await;
    let maya = app.sign_in(pairing.mentor).await;
    let path = format!("{}/moving-on", pairing.path);
    tom.get(&path).await.does_not_say("writes up");
    let begun = NOON - Duration::hours(2);
    let session = given::session(&app.db, &pairing, "moving_on", begun).await;
    tom.post(&format!("{}/held", session.path), &[])
        .await
        .leads_to(&session.path);
    tom.get(&path)
        .await
        .says("Maya writes up your last session")
        .says("Write down your further steps");
    let page = maya.get(&path).await;
    let record = page.link("Write up your last session").to_owned();
    maya.get(&record).await.is(StatusCode::OK);
    maya.post(&record, &[("talked_about", "All of it")])
        .await
        .is(StatusCode::SEE_OTHER);
    for visitor in [&tom, &maya] {
        visitor.get(&path).await.does_not_say("your last session");
    }
}

/// One more meeting after the final session, of which nobody has said what became of it.
#[sqlx::test]
async fn nothing_is_closed_over_a_session_that_nobody_accounted_for(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing()
        .at(At::FinalSessionHeld)
        .insert(&app.db)
        .await;
    let tom = app.sign_in(pairing.mentee).await;
    let maya = app.sign_in(pairing.mentor).await;
    let review = format!("{}/review", pairing.path);
    tom.post(&review, &TOMS).await.leads_to(&review);
    maya.post(&review, &MAYAS).await.leads_to(&review);
    let together = [("together", "We did well")];
    maya.post(&format!("{review}/together"), &together)
        .await
        .leads_to(&review);
    // Neither while it lasts nor afterwards.
    let begun = NOON - Duration::minutes(30);
    let session = given::session(&app.db, &pairing, "session", begun).await;
    let path = format!("{}/moving-on", pairing.path);
    let closing = format!("{}/closing", pairing.path);
    let before = row(&app.db, &pairing).await;
    tom.get(&path)
        .await
        .says("Meet Maya")
        .does_not_say("close the pairing");
    for hours in [0, 2] {
        let later = TestApp::at(app.db.clone(), NOON + Duration::hours(hours)).await;
        let maya = later.sign_in(pairing.mentor).await;
        let refused = maya.post(&closing, &[]).await;
        refused
            .is(StatusCode::CONFLICT)
            .says("Say on the page of your session of 1 April 2026 whether it happened");
    }
    assert_eq!(row(&app.db, &pairing).await, before);
    tom.post(&format!("{}/missed", session.path), &[])
        .await
        .leads_to(&session.path);
    let page = tom.get(&path).await;
    tom.post(page.form_with("Close the pairing"), &[])
        .await
        .leads_to(&path);
}

#[sqlx::test]
async fn further_steps_are_written_down_and_taken_away(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().at(At::MovingOn).insert(&app.db).await;
    let tom = app.sign_in(pairing.mentee).await;
    let maya = app.sign_in(pairing.mentor).await;
    let page_path = format!("{}/moving-on", pairing.path);
    let page = tom.get(&page_path).await;
    let add = page.form_with("Add this step").to_owned();
    let once = page.values_of("once")[0].to_owned();
    let long = "x".repeat(101);
    tom.post(
        &add,
        &[
            ("once", &once),
            ("what", " "),
            ("due_on", "2026-03-31"),
            ("with_whom", &long),
        ],
    )
    .await
    .is(StatusCode::UNPROCESSABLE_ENTITY)
    .says("Enter what the next step is")
    .says("Choose a date that is still to come")
    .says("Shorten this to 100 characters")
    .says("value=\"2026-03-31\"")
    .says(&format!("value=\"{long}\""))
    .says(&format!("value=\"{once}\""));
    let fields = [
        ("once", &*once),
        ("what", "Join the audit guild"),
        ("due_on", "2026-06-01"),
        ("with_whom", "Ana"),
    ];
    for _ in 0..2 {
        tom.post(&add, &fields).await.leads_to(&page_path);
    }
    let page = maya.get(&page_path).await;
    assert_eq!(page.body.matches("<b>Join the audit guild</b>").count(), 1);
    page.says("With Ana");

    // The way of another pairing leads to no step of this one.
    let removal = page.form_with("Remove").to_owned();
    let elsewhere = given::pairing()
        .at(At::MovingOn)
        .between(pairing.mentor, pairing.mentee)
        .insert(&app.db)
        .await;
    let astray = removal.replace(&pairing.path, &elsewhere.path);
    maya.post(&astray, &[]).await.is(StatusCode::SEE_OTHER);
    maya.get(&page_path).await.says("Join the audit guild");
    // What one wrote the other may remove.
    for _ in 0..2 {
        maya.post(&removal, &[]).await.leads_to(&page_path);
    }
    tom.get(&page_path)
        .await
        .does_not_say("Join the audit guild");
}

#[sqlx::test]
async fn each_answers_alone_and_then_both_read_both(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().at(At::MovingOn).insert(&app.db).await;
    let tom = app.sign_in(pairing.mentee).await;
    let maya = app.sign_in(pairing.mentor).await;
    let path = format!("{}/review", pairing.path);
    let refused = [
        ("learned", "Much"),
        ("effectiveness", "6"),
        ("remark", "Kind"),
    ];
    maya.post(&path, &refused)
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Choose how well the mentoring worked")
        .says("Enter what came of the objectives")
        .says("Much</textarea>")
        .says("Kind</textarea>");
    maya.post(&path, &MAYAS).await.leads_to(&path);
    let answered = row(&app.db, &pairing).await;
    // Sent for good: other words do not take their place.
    maya.post(&path, &TOMS).await.leads_to(&path);
    assert_eq!(row(&app.db, &pairing).await, answered);
    maya.get(&path)
        .await
        .says("maya-results")
        .says("maya-remark")
        .does_not_say("tom-results");

    // Not even where a pause keeps his own form from him.
    for place in ["pause", "resumption"] {
        let pages = everything_on_pages(&app, &pairing, pairing.mentee).await;
        assert!(!pages.contains("maya-"), "before Tom has answered: {place}");
        tom.post(&format!("{}/{place}", pairing.path), &[])
            .await
            .leads_to(&pairing.path);
    }
    tom.post(&path, &TOMS).await.leads_to(&path);
    for (visitor, own, others) in [(&maya, "maya", "tom"), (&tom, "tom", "maya")] {
        let page = visitor.get(&path).await;
        for part in ["results", "learned", "gained", "differently"] {
            page.says(&format!("{own}-{part}"))
                .says(&format!("{others}-{part}"));
        }
        page.says(&format!("{own}-remark"))
            .does_not_say(&format!("{others}-remark"));
    }
    let pages = everything_on_pages(&app, &pairing, pairing.coordinator).await;
    for (words, seen) in [
        ("maya-remark", true),
        ("tom-remark", true),
        ("maya-results", false),
        ("tom-gained", false),
    ] {
        assert_eq!(pages.contains(words), seen, "{words}");
    }
}

#[sqlx::test]
async fn whoever_has_not_answered_by_the_end_never_reads_what_the_other_did(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().at(At::MovingOn).insert(&app.db).await;
    let maya = app.sign_in(pairing.mentor).await;
    let path = format!("{}/review", pairing.path);
    maya.post(&path, &MAYAS).await.leads_to(&path);
    maya.post(&format!("{}/ending", pairing.path), &[("how", "ended")])
        .await
        .leads_to(&pairing.path);
    let pages = everything_on_pages(&app, &pairing, pairing.mentee).await;
    assert!(pages.contains("You did not answer the review"), "{pages}");
    assert!(!pages.contains("maya-"), "{pages}");
    maya.get(&path).await.says("maya-results");
}

#[sqlx::test]
async fn both_may_answer_at_the_same_moment(db: PgPool) {
    let app = TestApp::new(db).await;
    for _ in 0..10 {
        let pairing = given::pairing().at(At::MovingOn).insert(&app.db).await;
        let tom = app.sign_in(pairing.mentee).await;
        let maya = app.sign_in(pairing.mentor).await;
        let path = format!("{}/review", pairing.path);
        let (one, two, again) = tokio::join!(
            maya.post(&path, &MAYAS),
            tom.post(&path, &TOMS),
            tom.post(&path, &TOMS),
        );
        for answer in [one, two, again] {
            answer.leads_to(&path);
        }
        maya.get(&path)
            .await
            .says("Save our words")
            .says("tom-results");
        tom.get(&path)
            .await
            .says("Save our words")
            .says("maya-results");
    }
}

#[sqlx::test]
async fn no_joint_words_are_lost_to_an_old_page(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing()
        .at(At::FinalSessionHeld)
        .insert(&app.db)
        .await;
    let tom = app.sign_in(pairing.mentee).await;
    let maya = app.sign_in(pairing.mentor).await;
    let review = format!("{}/review", pairing.path);
    let path = format!("{review}/together");
    maya.post(&review, &MAYAS).await.leads_to(&review);
    maya.post(&path, &[("together", "Too soon")])
        .await
        .is(StatusCode::CONFLICT)
        .says("Each of you answers the review alone first");
    tom.post(&review, &TOMS).await.leads_to(&review);
    maya.get(&review).await.does_not_say("Too soon");

    // Both have the empty form open.
    maya.post(&path, &[("together", " "), ("afterwards", "Lunch")])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Enter what you say together")
        .says("Lunch</textarea>");
    let mayas = [
        ("over", ""),
        ("together", "Maya writes"),
        ("afterwards", "Lunch"),
    ];
    for _ in 0..2 {
        maya.post(&path, &mayas).await.leads_to(&review);
    }
    let crossed = tom
        .post(
            &path,
            &[
                ("over", ""),
                ("together", "Tom writes"),
                ("afterwards", "Tea"),
            ],
        )
        .await;
    crossed
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Other words were saved while you were writing")
        .says("<p class=\"keep\">Maya writes</p>")
        .says("Afterwards: Lunch")
        .says("Tom writes</textarea>")
        .says("Tea</textarea>");
    maya.get(&review).await.says("Maya writes</textarea>");
    // With both texts on the table it is saved.
    let over = crossed.values_of("over")[0];
    tom.post(&path, &[("over", over), ("together", "Both write")])
        .await
        .leads_to(&review);
    maya.get(&review)
        .await
        .says("Both write</textarea>")
        .says("Last written by Tom");
}

#[sqlx::test]
async fn of_two_joint_texts_at_once_one_is_saved_and_both_are_shown(db: PgPool) {
    let app = TestApp::new(db).await;
    for _ in 0..10 {
        let pairing = given::pairing().at(At::MovingOn).insert(&app.db).await;
        let tom = app.sign_in(pairing.mentee).await;
        let maya = app.sign_in(pairing.mentor).await;
        let review = format!("{}/review", pairing.path);
        let path = format!("{review}/together");
        maya.post(&review, &MAYAS).await.leads_to(&review);
        tom.post(&review, &TOMS).await.leads_to(&review);
        let (one, other) = tokio::join!(
            maya.post(&path, &[("together", "Maya writes")]),
            tom.post(&path, &[("together", "Tom writes")]),
        );
        let (saved, lost) = match one.status {
            StatusCode::SEE_OTHER => ("Maya writes", other),
            _ => ("Tom writes", one),
        };
        lost.is(StatusCode::UNPROCESSABLE_ENTITY)
            .says("Maya writes")
            .says("Tom writes");
        tom.get(&review).await.says(saved);
    }
}

#[sqlx::test]
async fn a_coordinator_opens_it_again_where_it_stood(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().at(At::Closed).insert(&app.db).await;
    let tom = app.sign_in(pairing.mentee).await;
    let maya = app.sign_in(pairing.mentor).await;
    let cleo = app.sign_in(pairing.coordinator).await;
    let path = format!("{}/reopening", pairing.path);
    let closed = row(&app.db, &pairing).await;
    for visitor in [&tom, &maya] {
        visitor.post(&path, &[]).await.is(StatusCode::FORBIDDEN);
    }
    cleo.post(&path, &[])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Choose what the two go on with");
    assert_eq!(row(&app.db, &pairing).await, closed);
    for _ in 0..2 {
        let finish = [("again", "moving_on")];
        cleo.post(&path, &finish).await.leads_to(&pairing.path);
    }
    let place = format!("{}/moving-on", pairing.path);
    // Everything that it was closed with is still there.
    let page = maya.get(&place).await;
    page.says("Everything is done: close the pairing");
    maya.post(page.form_with("Close the pairing"), &[])
        .await
        .leads_to(&place);
}

/// What was written at the end is kept and read, and the next end is looked back at afresh.
#[sqlx::test]
async fn a_completed_pairing_goes_back_to_its_sessions(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = completed(&app).await;
    let tom = app.sign_in(pairing.mentee).await;
    let maya = app.sign_in(pairing.mentor).await;
    let cleo = app.sign_in(pairing.coordinator).await;
    let page = cleo.get(&pairing.path).await;
    let page = cleo.get(page.link("Re-open the pairing")).await;
    let reopen = page.form_with("Re-open the pairing").to_owned();
    cleo.post(&reopen, &[("again", "sessions")])
        .await
        .leads_to(&pairing.path)
        .tells("The pairing is open again: Sessions.");
    tom.get(&pairing.path)
        .await
        .says("You are here: 1 meeting held")
        .says("Maya writes up the last session")
        .does_not_say("Final session");
    // Everybody reads what they could read before.
    let (moving, review) = (
        format!("{}/moving-on", pairing.path),
        format!("{}/review", pairing.path),
    );
    for (visitor, own, others) in [(&maya, "maya", "tom"), (&tom, "tom", "maya")] {
        let page = visitor.get(&moving).await;
        page.says("Announce moving on").says("Join the guild");
        visitor
            .get(page.link("Read what you wrote"))
            .await
            .says("Closed on <time datetime=\"2026-04-01\">")
            .says(&format!("{own}-results"))
            .says(&format!("{others}-gained"))
            .says(&format!("{own}-remark"))
            .does_not_say(&format!("{others}-remark"))
            .says("We did well");
    }
    let page = cleo.get(&pairing.path).await;
    let remarks = cleo.get(page.link("Read their remarks")).await;
    remarks.says("maya-remark").says("tom-remark");
    cleo.get(&format!("{review}/earlier"))
        .await
        .is(StatusCode::FORBIDDEN);
    // Months later it does not close by itself.
    assert_eq!(close_overdue(&app, 100).await, 0);

    // They meet, move on and look back again.
    let fields = [("date", "2026-04-01"), ("time", "1pm")];
    tom.post(&format!("{}/sessions/past", pairing.path), &fields)
        .await
        .is(StatusCode::SEE_OTHER);
    tom.post(&moving, &[]).await.leads_to(&moving);
    tom.get(&moving)
        .await
        .says("Not booked")
        .says("Not answered")
        .says("After both reviews")
        .says("1 written");
    tom.get(&review)
        .await
        .says("Send my answers for good")
        .does_not_say("tom-results");
    let again = |who: &'static str| [("effectiveness", "3"), ("results", who)];
    tom.post(&review, &again("tom-again"))
        .await
        .leads_to(&review);
    maya.get(&review).await.does_not_say("tom-again");
    maya.post(&review, &again("maya-again"))
        .await
        .leads_to(&review);
    maya.get(&review)
        .await
        .says("tom-again")
        .does_not_say("tom-results")
        .does_not_say("We did well");
    let together = [("together", "We did better")];
    maya.post(&format!("{review}/together"), &together)
        .await
        .leads_to(&review);
    tom.get(&format!("{review}/earlier"))
        .await
        .says("maya-results")
        .says("We did well")
        .does_not_say("again-");
}

/// The look back that the other never answered stays its author's, also once it is put away.
#[sqlx::test]
async fn what_one_answered_alone_stays_theirs_when_they_go_back(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing()
        .at(At::FinalSessionHeld)
        .insert(&app.db)
        .await;
    let tom = app.sign_in(pairing.mentee).await;
    let maya = app.sign_in(pairing.mentor).await;
    let cleo = app.sign_in(pairing.coordinator).await;
    let review = format!("{}/review", pairing.path);
    maya.post(&review, &MAYAS).await.leads_to(&review);
    maya.post(&format!("{}/ending", pairing.path), &[("how", "ended")])
        .await
        .leads_to(&pairing.path);
    let reopen = format!("{}/reopening", pairing.path);
    cleo.post(&reopen, &[("again", "sessions")])
        .await
        .leads_to(&pairing.path);
    let earlier = format!("{review}/earlier");
    maya.get(&earlier).await.says("maya-results");
    let toms = everything_on_pages(&app, &pairing, pairing.mentee).await;
    assert!(toms.contains("When you looked back before"), "{toms}");
    assert!(!toms.contains("maya-"), "{toms}");
    // Nor when both have answered at the next end.
    let moving = format!("{}/moving-on", pairing.path);
    tom.post(&moving, &[]).await.leads_to(&moving);
    for visitor in [&tom, &maya] {
        let answers = [("effectiveness", "3"), ("results", "Well done")];
        visitor.post(&review, &answers).await.leads_to(&review);
    }
    let toms = everything_on_pages(&app, &pairing, pairing.mentee).await;
    assert!(toms.contains("Well done"), "{toms}");
    assert!(!toms.contains("maya-"), "{toms}");
}

/// The database keeps from each what the other answered at an end, whatever a page asks for.
#[sqlx::test]
async fn the_database_keeps_earlier_answers_as_it_keeps_the_others(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().at(At::MovingOn).insert(&app.db).await;
    let maya = app.sign_in(pairing.mentor).await;
    let cleo = app.sign_in(pairing.coordinator).await;
    let review = format!("{}/review", pairing.path);
    maya.post(&review, &MAYAS).await.leads_to(&review);
    maya.post(&format!("{}/ending", pairing.path), &[("how", "ended")])
        .await
        .leads_to(&pairing.path);
    let reopen = format!("{}/reopening", pairing.path);
    cleo.post(&reopen, &[("again", "sessions")])
        .await
        .leads_to(&pairing.path);
    for (situation, seen) in [
        ("update pairings set paused_since = null", [1, 0, 0]),
        // Both have answered at the next end, which opens nothing of the one before.
        (
            "update pairings set moving_on_since = '2026-04-01', mentor_reviewed_on = '2026-04-01',
                mentee_reviewed_on = '2026-04-01'",
            [1, 0, 0],
        ),
        // Nor does it to say that both had answered at the one before.
        (
            "update earlier_endings set mentee_reviewed_on = mentor_reviewed_on",
            [1, 0, 0],
        ),
        // As if both had.
        (
            "insert into reviews
             select pairing_id, (select mentee_id from pairings), '', '', '', '', 3, answered_at,
                earlier_ending_id
             from reviews",
            [2, 2, 0],
        ),
    ] {
        sqlx::query(situation).execute(&app.db).await.unwrap();
        let people = [pairing.mentor, pairing.mentee, pairing.coordinator];
        for (person, seen) in people.into_iter().zip(seen) {
            let mut acting = app.server.begin().await.unwrap();
            sqlx::query("select set_config('app.person_id', $1, true)")
                .bind(person.0.to_string())
                .execute(&mut *acting)
                .await
                .unwrap();
            let found: i64 = sqlx::query_scalar("select count(*) from reviews")
                .fetch_one(&mut *acting)
                .await
                .unwrap();
            assert_eq!(found, seen, "{person:?} after {situation}");
        }
    }
}

/// Closed by the two after everything that belongs to it.
async fn completed(app: &TestApp) -> Paired {
    let pairing = given::pairing().at(At::MovingOn).insert(&app.db).await;
    let tom = app.sign_in(pairing.mentee).await;
    let maya = app.sign_in(pairing.mentor).await;
    let begun = NOON - Duration::days(3);
    let session = given::session(&app.db, &pairing, "moving_on", begun).await;
    let step = [("what", "Join the guild"), ("due_on", "2026-06-01")];
    let together = [("together", "We did well")];
    for (visitor, path, fields) in [
        (&tom, format!("{}/held", session.path), &[][..]),
        (&tom, format!("{}/further-steps", pairing.path), &step),
        (&tom, format!("{}/review", pairing.path), &TOMS),
        (&maya, format!("{}/review", pairing.path), &MAYAS),
        (
            &maya,
            format!("{}/review/together", pairing.path),
            &together,
        ),
        (&maya, format!("{}/closing", pairing.path), &[]),
    ] {
        visitor.post(&path, fields).await.is(StatusCode::SEE_OTHER);
    }
    pairing
}

#[sqlx::test]
async fn a_pause_while_moving_on_stops_every_step_of_it(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing()
        .at(At::FinalSessionHeld)
        .insert(&app.db)
        .await;
    let tom = app.sign_in(pairing.mentee).await;
    let maya = app.sign_in(pairing.mentor).await;
    let review = format!("{}/review", pairing.path);
    maya.post(&review, &MAYAS).await.leads_to(&review);
    maya.post(&format!("{}/pause", pairing.path), &[])
        .await
        .leads_to(&pairing.path);
    let paused = row(&app.db, &pairing).await;
    let step = [("what", "Join the guild"), ("due_on", "2026-06-01")];
    for (place, fields) in [
        ("/review", &TOMS[..]),
        ("/review/together", &[("together", "We did well")]),
        ("/further-steps", &step),
        ("/closing", &[]),
        ("/pause", &[]),
    ] {
        tom.post(&format!("{}{place}", pairing.path), fields)
            .await
            .is(StatusCode::CONFLICT)
            .says("This pairing is paused");
    }
    assert_eq!(row(&app.db, &pairing).await, paused);
    for place in ["", "/moving-on", "/review", "/objectives"] {
        tom.get(&format!("{}{place}", pairing.path))
            .await
            .is(StatusCode::OK)
            .does_not_say("Close the pairing");
    }
    // Nor does it close by itself meanwhile; its fourteen days begin anew afterwards.
    let later = TestApp::at(app.db.clone(), NOON + Duration::days(30)).await;
    assert_eq!(close_overdue(&later, 30).await, 0);
    let tom = later.sign_in(pairing.mentee).await;
    for _ in 0..2 {
        tom.post(&format!("{}/resumption", pairing.path), &[])
            .await
            .leads_to(&pairing.path);
    }
    assert_eq!(close_overdue(&later, 43).await, 0);
    tom.post(&review, &TOMS).await.leads_to(&review);
    tom.get(&review).await.says("maya-results");
    assert_eq!(close_overdue(&later, 44).await, 1);
    tom.get(&pairing.path).await.says("Completed");
}

#[sqlx::test]
async fn an_end_without_fault_shows_the_other_one_no_reason(db: PgPool) {
    let app = TestApp::new(db).await;
    for at in [At::InitialMeeting, At::Sessions, At::MovingOn] {
        let pairing = given::pairing().at(at).insert(&app.db).await;
        let tom = app.sign_in(pairing.mentee).await;
        let path = format!("{}/ending", pairing.path);
        tom.get(&path)
            .await
            .says("Nobody is asked for a reason")
            .does_not_say("<textarea");
        let fields = [("how", "ended"), ("reason", "She-never-listens")];
        tom.post(&path, &fields).await.leads_to(&pairing.path);
        for person in [pairing.mentor, pairing.coordinator] {
            let pages = everything_on_pages(&app, &pairing, person).await;
            assert!(pages.contains("Ended without fault"), "{at:?}");
            for words in ["She-never-listens", "time to stop", "cancelled"] {
                assert!(!pages.contains(words), "{at:?}: {words}");
            }
        }
    }
}

/// How many pairings close by themselves this many days on.
async fn close_overdue(app: &TestApp, days: i64) -> usize {
    waymark::moving_on::overdue::close_overdue(&app.state(), NOON + Duration::days(days))
        .await
        .unwrap()
}

/// The pairing and all that moving on adds to it, as text.
async fn row(db: &PgPool, pairing: &Paired) -> String {
    let sql = format!(
        "select concat(
            (select pairings from pairings where id = {id}),
            (select array_agg(reviews) from reviews where pairing_id = {id}),
            (select array_agg(remarks) from remarks where pairing_id = {id}),
            (select array_agg(joint_reviews) from joint_reviews where pairing_id = {id}),
            (select array_agg(further_steps) from further_steps where pairing_id = {id}),
            (select array_agg(objectives) from objectives where pairing_id = {id}))",
        id = pairing.id
    );
    sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_one(db)
        .await
        .unwrap()
}

#[sqlx::test]
async fn the_review_thanks_and_asks_the_mentee_whether_they_would_mentor(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing()
        .at(At::FinalSessionHeld)
        .insert(&app.db)
        .await;
    let tom = app.sign_in(pairing.mentee).await;
    let maya = app.sign_in(pairing.mentor).await;
    let review = format!("{}/review", pairing.path);
    tom.get(&review)
        .await
        .says("Would you mentor others one day?");
    maya.get(&review)
        .await
        .does_not_say("Would you mentor others");
    let more = [("thanks", "toms-thanks"), ("would_mentor", "perhaps")];
    let fields: Vec<_> = TOMS.into_iter().chain(more).collect();
    tom.post(&review, &fields).await.leads_to(&review);
    // Of a mentor nobody asks it, whatever is sent.
    let more = [("thanks", "mayas-thanks"), ("would_mentor", "yes")];
    let fields: Vec<_> = MAYAS.into_iter().chain(more).collect();
    maya.post(&review, &fields).await.leads_to(&review);
    for visitor in [&tom, &maya] {
        visitor
            .get(&review)
            .await
            .says("toms-thanks")
            .says("mayas-thanks")
            .says("Perhaps, later on")
            .does_not_say("Yes, gladly");
    }
    let words = format!("{}/keepsake/words", pairing.path);
    let page = maya.get(&words).await;
    page.says("mayas-thanks");
    maya.post(&words, &[("keep", page.values_of("keep")[0])])
        .await;
    tom.get(&format!("{}/keepsake", pairing.path))
        .await
        .says("mayas-thanks")
        .says("tom-results");
}
