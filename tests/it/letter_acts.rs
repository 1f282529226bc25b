//! What is done from a letter, without signing in: by its button alone, by whom it was sent to, once.

use crate::reminders::{Written, in_sessions, letters, run};
use crate::support::given::{At, Paired, Person};
use crate::support::{NOON, TestApp, given};
use axum::http::StatusCode;
use sqlx::PgPool;
use time::Duration;
use time::macros::datetime;
use waymark::reminders::remind;

/// The page of a letter whose button acts without signing in.
pub fn act_in(body: &str) -> Option<String> {
    let link = body
        .lines()
        .find(|line| line.starts_with("http://localhost:3000/letters/act/"))?;
    link.strip_prefix("http://localhost:3000")
        .map(str::to_owned)
}

/// Where the link of a letter leads whoever it was sent to, once they have signed in. To anybody else
/// its page says who it is for and what comes next.
pub async fn onward(app: &TestApp, person: Person, body: &str) -> String {
    let path = act_in(body).unwrap_or_else(|| panic!("{body}"));
    let answer = app.sign_in(person).await.get(&path).await;
    let place = answer.is(StatusCode::SEE_OTHER).location.clone().unwrap();
    app.stranger()
        .get(&path)
        .await
        .is(StatusCode::OK)
        .says("so you sign in first")
        .says(&format!("href=\"{place}\""));
    place
}

async fn count(app: &TestApp, from: &str) -> i64 {
    let sql = format!("select count(*) from {from}");
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .fetch_one(&app.db)
        .await
        .unwrap()
}

#[sqlx::test]
async fn whether_a_session_happened_is_said_from_the_letter_without_signing_in(db: PgPool) {
    let app = TestApp::new(db).await;
    let held = "mentoring_sessions where held_on is not null";
    let missed = "mentoring_sessions where missed_on is not null";
    for (button, settled, words) in [
        ("yes", held, "You met Maya"),
        ("no", missed, "It did not happen"),
    ] {
        let pairing = in_sessions(&app).await;
        given::session(&app.db, &pairing, "session", NOON - Duration::days(1)).await;
        remind(&app.state(), NOON).await.unwrap();
        let letter = letters(&app, pairing.mentee, NOON).await.remove(0);
        let path = act_in(&letter.body).unwrap();
        // Opening it, as scanners of mail do, changes nothing.
        for _ in 0..2 {
            app.stranger()
                .get(&path)
                .await
                .is(StatusCode::OK)
                .says("To Tom")
                .says("Did you meet Maya?");
        }
        assert_eq!(count(&app, settled).await, 0);
        app.stranger()
            .post(&path, &[("answer", "perhaps")])
            .await
            .is(StatusCode::BAD_REQUEST);
        app.stranger()
            .lured_from_another_site()
            .post(&path, &[("answer", button)])
            .await
            .is(StatusCode::FORBIDDEN);
        assert_eq!(count(&app, settled).await, 0);
        app.stranger()
            .post(&path, &[("answer", button)])
            .await
            .leads_to(&path);
        // Pressed again, it leads to the same page.
        app.stranger()
            .post(&path, &[("answer", button)])
            .await
            .leads_to(&path);
        assert_eq!(count(&app, settled).await, 1);
        app.stranger().get(&path).await.says(words);
        let by_them = format!(
            "audit_events where actor_id = {} and act like 'said that a session %'",
            pairing.mentee.0
        );
        assert_eq!(count(&app, &by_them).await, 1);
        // It is no way in.
        app.stranger()
            .get(&pairing.path)
            .await
            .is(StatusCode::SEE_OTHER);
    }
}

#[sqlx::test]
async fn a_target_is_done_from_the_letter_and_the_link_is_good_for_a_month(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = in_sessions(&app).await;
    let other = in_sessions(&app).await;
    for (of, what) in [(&pairing, "target-words"), (&other, "other-words")] {
        run(
            &app,
            format!(
                "insert into targets (pairing_id, what, owner_id, due_on, set_by, set_on)
                 values ({}, '{what}', {}, '2026-04-02', {}, '2026-03-20')",
                of.id, of.mentee.0, of.mentor.0
            ),
        )
        .await;
    }
    remind(&app.state(), NOON).await.unwrap();
    let letter = letters(&app, pairing.mentee, NOON).await.remove(0);
    let path = act_in(&letter.body).unwrap();
    app.stranger()
        .get(&path)
        .await
        .says("Is your target done?")
        .does_not_say("target-words");
    let month_later = TestApp::at(app.db.clone(), NOON + Duration::days(30)).await;
    for answer in [
        month_later.stranger().get(&path).await,
        month_later.stranger().post(&path, &[]).await,
        app.stranger().get("/letters/act/guessed").await,
        app.stranger().post("/letters/act/guessed", &[]).await,
    ] {
        answer
            .is(StatusCode::NOT_FOUND)
            .says("This link has done its work");
    }
    let done = "targets where done_on is not null";
    assert_eq!(count(&app, done).await, 0);
    app.stranger().post(&path, &[]).await.leads_to(&path);
    app.stranger().get(&path).await.says("Well done");
    assert_eq!(count(&app, done).await, 1);
    // Whoever has left acts by no letter any more.
    let letter = letters(&app, other.mentee, NOON).await.remove(0);
    let theirs = act_in(&letter.body).unwrap();
    run(
        &app,
        format!(
            "update people set deactivated_at = now() where id = {}",
            other.mentee.0
        ),
    )
    .await;
    app.stranger()
        .post(&theirs, &[])
        .await
        .is(StatusCode::NOT_FOUND);
    assert_eq!(count(&app, done).await, 1);
}

/// The newest letter to somebody.
async fn newest(app: &TestApp, person: Person) -> Written {
    let mut letters = letters(app, person, NOON).await;
    letters.pop().unwrap()
}

/// Published now, and what the two can do from their letters.
async fn offered(app: &TestApp) -> (Paired, String, String) {
    let pairing = given::pairing().at(At::Proposed).insert(&app.db).await;
    let coordinator = app.sign_in(pairing.coordinator).await;
    coordinator
        .post(
            &format!("/programmes/{}/publication", pairing.programme.id),
            &[("pairing", &pairing.id.to_string())],
        )
        .await
        .tells("1 pairing is published");
    let mentor = newest(app, pairing.mentor).await;
    let mentee = newest(app, pairing.mentee).await;
    let (mentor, mentee) = (act_in(&mentor.body), act_in(&mentee.body));
    (pairing, mentor.unwrap(), mentee.unwrap())
}

#[sqlx::test]
async fn an_offer_is_accepted_by_both_from_their_letters(db: PgPool) {
    let app = TestApp::new(db).await;
    let (pairing, mentor, mentee) = offered(&app).await;
    let accepted =
        "pairings where mentor_accepted_on is not null or mentee_accepted_on is not null";
    app.stranger()
        .get(&mentor)
        .await
        .says("To Maya")
        .says("Would you like to be Tom’s mentor?")
        .says("The offer stands until");
    app.stranger()
        .get(&mentee)
        .await
        .says("Would you like Maya as your mentor?");
    app.stranger()
        .post(&mentee, &[])
        .await
        .is(StatusCode::BAD_REQUEST);
    app.stranger()
        .lured_from_another_site()
        .post(&mentee, &[("answer", "yes")])
        .await
        .is(StatusCode::FORBIDDEN);
    assert_eq!(count(&app, accepted).await, 0);

    for _ in 0..2 {
        app.stranger()
            .post(&mentee, &[("answer", "yes")])
            .await
            .leads_to(&mentee);
    }
    app.stranger()
        .get(&mentee)
        .await
        .says("You have accepted")
        .says("Maya answers next");
    // The other one is told, and can answer from that letter as well.
    let told = newest(&app, pairing.mentor).await;
    assert_eq!(told.subject, "Tom has accepted: your answer is next");
    let answer = act_in(&told.body).unwrap();
    app.stranger()
        .post(&answer, &[("answer", "yes")])
        .await
        .leads_to(&answer);
    for path in [&mentor, &mentee, &answer] {
        app.stranger().get(path).await.says("You are paired with");
    }
    let paired = "pairings where num_nulls(mentor_accepted_on, mentee_accepted_on) = 0";
    assert_eq!(count(&app, paired).await, 1);
    let told = newest(&app, pairing.mentee).await;
    assert_eq!(told.subject, "You are paired with Maya");
    // What is settled cannot be undone by an old letter.
    app.stranger()
        .post(&mentor, &[("answer", "no")])
        .await
        .is(StatusCode::CONFLICT);
    assert_eq!(count(&app, paired).await, 1);
    let by_the_two = "audit_events where act = 'accepted the offer' and actor_id in \
                      (select mentor_id from pairings union select mentee_id from pairings)";
    assert_eq!(count(&app, by_the_two).await, 2);
}

#[sqlx::test]
async fn an_offer_is_declined_from_a_letter_and_each_reads_the_same(db: PgPool) {
    let app = TestApp::new(db).await;
    let (pairing, mentor, mentee) = offered(&app).await;
    app.stranger()
        .post(&mentor, &[("answer", "no")])
        .await
        .leads_to(&mentor);
    for path in [&mentor, &mentee] {
        app.stranger()
            .get(path)
            .await
            .says("The offer is closed")
            .does_not_say("declined");
        app.stranger()
            .post(path, &[("answer", "yes")])
            .await
            .is(StatusCode::CONFLICT);
    }
    let told = newest(&app, pairing.mentee).await;
    assert_eq!(told.subject, "Maya has declined the offer");
    assert_eq!(onward(&app, pairing.mentee, &told.body).await, pairing.path);
    assert_eq!(
        count(&app, "pairings where closed_how = 'declined'").await,
        1
    );
}

#[sqlx::test]
async fn that_one_cannot_come_is_said_from_the_letter_and_told_to_the_other(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = in_sessions(&app).await;
    given::weekly_hours(&app.db, pairing.mentor, 4, "09:00", "12:00").await;
    let tom = app.sign_in(pairing.mentee).await;
    let form = [
        ("at", "2026-04-02T08:00:00Z"),
        ("place", ""),
        ("agenda", ""),
    ];
    tom.post(&format!("{}/sessions", pairing.path), &form)
        .await
        .is(StatusCode::SEE_OTHER);
    let own = newest(&app, pairing.mentee).await;
    let own = act_in(&own.body).unwrap();
    // Whoever books means to come.
    let own = app.stranger().get(&own).await;
    own.says("You are coming").does_not_say("Can you come?");
    let told = newest(&app, pairing.mentor).await;
    assert!(told.subject.starts_with("Booked: "), "{}", told.subject);
    let path = act_in(&told.body).unwrap();
    let page = app.stranger().get(&path).await;
    page.says("To Maya").says("Can you come?").says("with Tom");
    let answer = async |words: &str| -> Option<String> {
        app.stranger()
            .post(&path, &[("answer", words)])
            .await
            .leads_to(&path);
        sqlx::query_scalar(
            "select answer from attendances where person_id = $1 order by session_id desc limit 1",
        )
        .bind(pairing.mentor.0)
        .fetch_one(&app.db)
        .await
        .unwrap()
    };
    let before = letters(&app, pairing.mentee, NOON).await.len();
    assert_eq!(answer("yes").await.as_deref(), Some("accepted"));
    assert_eq!(letters(&app, pairing.mentee, NOON).await.len(), before);
    // Said twice, it is told once.
    for _ in 0..2 {
        assert_eq!(answer("no").await.as_deref(), Some("declined"));
        assert_eq!(letters(&app, pairing.mentee, NOON).await.len(), before + 1);
    }
    let letter = newest(&app, pairing.mentee).await;
    assert_eq!(letter.subject, "Maya cannot come to your session");
    let alone = act_in(&letter.body).unwrap();
    app.stranger()
        .get(&alone)
        .await
        .says("To Tom")
        .says("Maya cannot come")
        .says("It stands until one of you moves or cancels it")
        .says("/sessions/new?moving=");
    app.stranger()
        .get(&path)
        .await
        .says("Tom knows that you cannot come")
        .says("Move it to another time");
    let session: String = sqlx::query_scalar(
        "select '/pairings/' || pairing_id || '/sessions/' || id from mentoring_sessions",
    )
    .fetch_one(&app.db)
    .await
    .unwrap();
    tom.get(&session)
        .await
        .says("Maya has said that they cannot come");
    // And come after all.
    assert_eq!(answer("yes").await.as_deref(), Some("accepted"));
    tom.get(&session).await.does_not_say("cannot come");
    // Of a session that was cancelled nothing is asked.
    tom.post(&format!("{session}/cancellation"), &[])
        .await
        .is(StatusCode::SEE_OTHER);
    app.stranger().get(&path).await.says("Things have moved on");
    app.stranger()
        .post(&path, &[("answer", "no")])
        .await
        .is(StatusCode::CONFLICT);
    let told = newest(&app, pairing.mentor).await;
    assert!(told.subject.starts_with("Cancelled: "), "{}", told.subject);
    let again = format!("{}/sessions/new", pairing.path);
    assert_eq!(onward(&app, pairing.mentor, &told.body).await, again);
}

#[sqlx::test]
async fn the_day_before_either_can_say_so(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = in_sessions(&app).await;
    let at = datetime!(2026-04-02 13:00 UTC);
    given::session(&app.db, &pairing, "session", at).await;
    remind(&app.state(), NOON).await.unwrap();
    let links = [
        act_in(&newest(&app, pairing.mentor).await.body).unwrap(),
        act_in(&newest(&app, pairing.mentee).await.body).unwrap(),
    ];
    for (path, other) in links.into_iter().zip([pairing.mentee, pairing.mentor]) {
        app.stranger()
            .post(&path, &[("answer", "no")])
            .await
            .leads_to(&path);
        let told = newest(&app, other).await;
        assert!(
            told.subject.ends_with("cannot come to your session"),
            "{}",
            told.subject
        );
    }
}

#[sqlx::test]
async fn what_is_for_two_alone_is_led_on_to_and_not_shown(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = in_sessions(&app).await;
    let yesterday = NOON - Duration::days(1);
    let session = given::settled(&app.db, &pairing, "held_on", yesterday).await;
    remind(&app.state(), NOON).await.unwrap();
    let letter = newest(&app, pairing.mentor).await;
    assert_eq!(letter.subject, "Write up your session with Tom");
    let record = format!("{}/record", session.path);
    assert_eq!(onward(&app, pairing.mentor, &letter.body).await, record);
    let path = act_in(&letter.body).unwrap();
    // The form itself asks who it is, and comes back.
    app.stranger()
        .get(&record)
        .await
        .leads_to(&format!("/sign-in?next={record}"));
    // Its button does nothing else, whoever presses it.
    app.stranger().post(&path, &[]).await.leads_to(&path);
    app.sign_in(pairing.mentee)
        .await
        .get(&path)
        .await
        .is(StatusCode::OK)
        .says("To Maya")
        .says("Write up your session with Tom on Tuesday 31 March 2026")
        .says("This browser is signed in as Tom. Sign out first");

    // Once it is written, what comes next.
    run(
        &app,
        format!(
            "insert into session_records values ({}, {}, {}, 'talk-words', '', '', '', '', '2026-04-01')",
            session.id, pairing.id, pairing.mentor.0
        ),
    )
    .await;
    let page = app.stranger().get(&path).await;
    page.says("Book the next session with Tom")
        .says("Waiting for Tom")
        .does_not_say("talk-words");
    let next = onward(&app, pairing.mentor, &letter.body).await;
    assert_eq!(next, format!("{}/sessions/new", pairing.path));
    let month_later = TestApp::at(app.db.clone(), NOON + Duration::days(30)).await;
    month_later
        .stranger()
        .get(&path)
        .await
        .is(StatusCode::NOT_FOUND);
}

#[sqlx::test]
async fn many_letters_looked_through_at_once_wait_for_each_other_and_for_nothing_else(db: PgPool) {
    let app = TestApp::with_one_connection(db).await;
    let (_, mentor, _) = offered(&app).await;
    let stranger = app.stranger();
    let (real, made_up, unsubscribe) = tokio::join!(
        stranger.get(&mentor),
        stranger.get("/letters/act/made-up"),
        stranger.get("/letters/unsubscribe/made-up"),
    );
    real.is(StatusCode::OK);
    made_up.is(StatusCode::NOT_FOUND);
    unsubscribe.is(StatusCode::NOT_FOUND);
}

#[sqlx::test]
async fn links_end_with_the_address_that_they_were_sent_to(db: PgPool) {
    let app = TestApp::new(db).await;
    let (pairing, mentor, mentee) = offered(&app).await;
    run(
        &app,
        format!(
            "update people set email = 'maya.elsewhere@example.org' where id = {}",
            pairing.mentor.0
        ),
    )
    .await;
    app.stranger().get(&mentor).await.is(StatusCode::NOT_FOUND);
    app.stranger().get(&mentee).await.is(StatusCode::OK);
}

#[sqlx::test]
async fn an_offer_can_be_answered_from_its_letter_for_as_long_as_it_stands(db: PgPool) {
    let app = TestApp::new(db).await;
    let long = "alter table programmes alter days_to_answer set default 60";
    run(&app, long.to_owned()).await;
    let (_, mentor, mentee) = offered(&app).await;
    let at_last = TestApp::at(app.db.clone(), NOON + Duration::days(60)).await;
    at_last.stranger().get(&mentor).await.says("Your offer");
    at_last
        .stranger()
        .post(&mentee, &[("answer", "yes")])
        .await
        .leads_to(&mentee);
    let later = TestApp::at(app.db.clone(), NOON + Duration::days(61)).await;
    later
        .stranger()
        .get(&mentor)
        .await
        .is(StatusCode::NOT_FOUND)
        .says("This link has done its work");
}

#[sqlx::test]
async fn whoever_looks_after_waymark_cannot_act_by_a_letter_of_others(db: PgPool) {
    let app = TestApp::new(db).await;
    let (pairing, mentor, _) = offered(&app).await;
    let subject = newest(&app, pairing.mentor).await.subject;
    let ada = given::administrator(&app.db, "Ada").await;
    let ada = app.sign_in(ada).await;
    let list = ada.get("/administration/letters").await;
    let letter = ada.get(list.link(&subject)).await;
    letter
        .says("http://localhost:3000/letters/act/…")
        .does_not_say(&mentor);
}
