//! What comes of acts that arrive at the same moment, on real locks.

use crate::matching;
use crate::support::given::{At, Paired, Person};
use crate::support::{Answer, NOON, TestApp, given};
use axum::http::StatusCode;
use sqlx::PgPool;
use std::sync::Arc;
use std::time::Duration as Wait;
use time::{Date, Duration};
use tokio::sync::Barrier;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};

/// One press of a button.
struct Press {
    by: Person,
    path: String,
    fields: Vec<(&'static str, String)>,
}

fn press(by: Person, path: String, fields: &[(&'static str, &str)]) -> Press {
    let fields = fields
        .iter()
        .map(|(name, value)| (*name, (*value).to_owned()))
        .collect();
    Press { by, path, fields }
}

async fn started(db: PgPool) -> Arc<TestApp> {
    Arc::new(TestApp::new(db).await)
}

/// All press together, while somebody else holds what they all need; then it is let go. The
/// answers come in the order of the presses.
async fn together(app: &Arc<TestApp>, held: &str, presses: Vec<Press>) -> Vec<Answer> {
    let mut holder = app.db.begin().await.unwrap();
    let lock = sqlx::AssertSqlSafe(format!("select from {held} for update"));
    sqlx::query(lock).execute(&mut *holder).await.unwrap();
    let all = presses.len();
    let ready = Arc::new(Barrier::new(all));
    let mut running = JoinSet::new();
    for (place, press) in presses.into_iter().enumerate() {
        let (app, ready) = (Arc::clone(app), Arc::clone(&ready));
        running.spawn(async move {
            let visitor = app.sign_in(press.by).await;
            let fields: Vec<(&str, &str)> = press
                .fields
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            ready.wait().await;
            (place, visitor.post(&press.path, &fields).await)
        });
    }
    until_waiting(app, all).await;
    holder.rollback().await.unwrap();
    let mut answers = running.join_all().await;
    answers.sort_by_key(|(place, _)| *place);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

/// One stands in the queue behind the other.
async fn in_turn(app: &Arc<TestApp>, pairing: &Paired, presses: Vec<Press>) -> Vec<Answer> {
    queued(app, &row(pairing), presses).await
}

/// The same for what they all need.
async fn queued(app: &Arc<TestApp>, held: &str, presses: Vec<Press>) -> Vec<Answer> {
    let mut holder = app.db.begin().await.unwrap();
    let lock = sqlx::AssertSqlSafe(format!("select from {held} for update"));
    sqlx::query(lock).execute(&mut *holder).await.unwrap();
    let mut running: Vec<JoinHandle<Answer>> = Vec::new();
    for press in presses {
        running.push(sent(app, press));
        until_waiting(app, running.len()).await;
    }
    holder.rollback().await.unwrap();
    let mut answers = Vec::new();
    for one in running {
        answers.push(one.await.unwrap());
    }
    answers
}

fn sent(app: &Arc<TestApp>, press: Press) -> JoinHandle<Answer> {
    let app = Arc::clone(app);
    tokio::spawn(async move {
        let visitor = app.sign_in(press.by).await;
        let fields = press.fields.iter();
        let fields: Vec<_> = fields.map(|(name, value)| (*name, &**value)).collect();
        visitor.post(&press.path, &fields).await
    })
}

async fn until_waiting(app: &TestApp, how_many: usize) {
    let waiting = async {
        loop {
            let now: i64 = sqlx::query_scalar(
                "select count(*) from pg_stat_activity
                 where datname = current_database() and wait_event_type = 'Lock'",
            )
            .fetch_one(&app.db)
            .await
            .unwrap();
            if usize::try_from(now) == Ok(how_many) {
                return;
            }
            sleep(Wait::from_millis(5)).await;
        }
    };
    let arrived = timeout(Wait::from_secs(20), waiting).await;
    arrived.expect("all of them wait");
}

fn row(pairing: &Paired) -> String {
    format!("pairings where id = {}", pairing.id)
}

async fn set(app: &TestApp, pairing: &Paired, columns: &str) {
    let sql = format!("update pairings set {columns} where id = $1");
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(pairing.id)
        .execute(&app.db)
        .await
        .unwrap();
}

async fn on(app: &TestApp, pairing: &Paired, column: &str) -> Option<Date> {
    let sql = format!("select {column} from pairings where id = $1");
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .bind(pairing.id)
        .fetch_one(&app.db)
        .await
        .unwrap()
}

async fn audited(app: &TestApp, pairing: &Paired, act: &str) -> i64 {
    sqlx::query_scalar(
        "select count(*) from audit_events where act = $2 and (pairing_id = $1 or person_id = $3)",
    )
    .bind(pairing.id)
    .bind(act)
    .bind(pairing.mentee.0)
    .fetch_one(&app.db)
    .await
    .unwrap()
}

fn how_many(answers: &[Answer], status: StatusCode) -> usize {
    answers.iter().filter(|one| one.status == status).count()
}

const CLAUSES: [(&str, &str); 3] = [
    ("purpose", "To lead the audit"),
    ("review_on", "2026-06-01"),
    ("ends_on", "2026-09-01"),
];

async fn drafted(app: &TestApp, pairing: &Paired) {
    let tom = app.sign_in(pairing.mentee).await;
    let path = format!("{}/agreement", pairing.path);
    let mut fields = vec![("version", "0")];
    fields.extend(CLAUSES);
    tom.post(&path, &fields).await.leads_to(&path);
}

fn signature(by: Person, pairing: &Paired) -> Press {
    let path = format!("{}/agreement/signature", pairing.path);
    press(by, path, &[("version", "1")])
}

async fn signatures(app: &TestApp, pairing: &Paired) -> i64 {
    sqlx::query_scalar("select count(*) from agreement_signatures where pairing_id = $1")
        .bind(pairing.id)
        .fetch_one(&app.db)
        .await
        .unwrap()
}

#[sqlx::test]
async fn ten_accept_the_offer_of_a_mentor_with_two_places(db: PgPool) {
    let app = started(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let maya = given::person(&app.db, "Maya").await;
    given::mentor(&app.db, programme, maya, 10).await;
    let mut presses = Vec::new();
    for _ in 0..10 {
        let tom = given::person(&app.db, "Tom").await;
        given::mentee(&app.db, programme, tom).await;
        let id: i64 = sqlx::query_scalar(
            "insert into pairings (programme_id, mentor_id, mentee_id, proposed_on, offered_on,
                 mentor_accepted_on)
             values ($1, $2, $3, '2026-02-02', '2026-02-03', '2026-02-05') returning id",
        )
        .bind(programme.id)
        .bind(maya.0)
        .bind(tom.0)
        .fetch_one(&app.db)
        .await
        .unwrap();
        presses.push(press(tom, format!("/pairings/{id}/acceptance"), &[]));
    }
    sqlx::query("update enrolments set capacity = 2 where person_id = $1")
        .bind(maya.0)
        .execute(&app.db)
        .await
        .unwrap();

    let enrolment = format!("enrolments where person_id = {}", maya.0);
    let answers = together(&app, &enrolment, presses).await;
    assert_eq!(how_many(&answers, StatusCode::SEE_OTHER), 2);
    for refused in answers.iter().filter(|one| one.location.is_none()) {
        refused
            .is(StatusCode::CONFLICT)
            .says("Maya has no free place any more.");
    }
    let begun: i64 =
        sqlx::query_scalar("select count(*) from pairings where mentee_accepted_on is not null")
            .fetch_one(&app.db)
            .await
            .unwrap();
    assert_eq!(begun, 2);
}

#[sqlx::test]
async fn both_sign_at_once_and_one_of_them_twice(db: PgPool) {
    let app = started(db).await;
    let pairing = given::pairing()
        .at(At::InitialMeeting)
        .insert(&app.db)
        .await;
    set(&app, &pairing, "met_on = '2026-03-30'").await;
    drafted(&app, &pairing).await;

    let presses = [pairing.mentor, pairing.mentee, pairing.mentor];
    let presses = presses.map(|by| signature(by, &pairing)).into();
    let answers = together(&app, &row(&pairing), presses).await;
    let path = format!("{}/agreement", pairing.path);
    for answer in &answers {
        answer.leads_to(&path);
    }
    assert_eq!(signatures(&app, &pairing).await, 2);
    assert_eq!(audited(&app, &pairing, "signed the agreement").await, 2);
    assert_eq!(on(&app, &pairing, "agreed_on").await, Some(NOON.date()));
}

/// Whichever comes first, the pairing is in its sessions afterwards, and got there once.
#[sqlx::test]
async fn the_last_signature_and_the_meeting_held_arrive_together(db: PgPool) {
    let app = started(db).await;
    for signs_first in [true, false] {
        let pairing = given::pairing()
            .at(At::InitialMeeting)
            .insert(&app.db)
            .await;
        drafted(&app, &pairing).await;
        let tom = app.sign_in(pairing.mentee).await;
        let sign = signature(pairing.mentee, &pairing);
        tom.post(&sign.path, &[("version", "1")]).await;
        let earlier = NOON - Duration::hours(2);
        let meeting = given::session(&app.db, &pairing, "initial", earlier).await;

        let held = format!("{}/held", meeting.path);
        let mut presses = vec![
            signature(pairing.mentor, &pairing),
            press(pairing.mentee, held, &[]),
        ];
        if !signs_first {
            presses.reverse();
        }
        for answer in in_turn(&app, &pairing, presses).await {
            answer.is(StatusCode::SEE_OTHER);
        }
        assert_eq!(on(&app, &pairing, "met_on").await, Some(NOON.date()));
        assert_eq!(on(&app, &pairing, "agreed_on").await, Some(NOON.date()));
        let announce = format!("{}/moving-on", pairing.path);
        // Only a pairing in its sessions can do this.
        tom.post(&announce, &[]).await.leads_to(&announce);
    }
}

#[sqlx::test]
async fn a_new_version_is_drafted_while_the_old_one_is_signed(db: PgPool) {
    let app = started(db).await;
    for signs_first in [true, false] {
        let pairing = given::pairing()
            .at(At::InitialMeeting)
            .insert(&app.db)
            .await;
        drafted(&app, &pairing).await;
        let tom = app.sign_in(pairing.mentee).await;
        let path = format!("{}/agreement", pairing.path);
        let sign = signature(pairing.mentee, &pairing);
        tom.post(&sign.path, &[("version", "1")])
            .await
            .leads_to(&path);

        let mut fields = vec![("version", "1"), ("scope", "Not the budget")];
        fields.extend(CLAUSES);
        let draft = press(pairing.mentee, path.clone(), &fields);
        let sign = signature(pairing.mentor, &pairing);
        if signs_first {
            let answers = in_turn(&app, &pairing, vec![sign, draft]).await;
            answers[0].leads_to(&path);
            answers[1].leads_to(&path);
            assert_eq!(signatures(&app, &pairing).await, 2);
            assert_eq!(on(&app, &pairing, "agreed_on").await, Some(NOON.date()));
        } else {
            let answers = in_turn(&app, &pairing, vec![draft, sign]).await;
            answers[0].leads_to(&path);
            answers[1]
                .is(StatusCode::CONFLICT)
                .says("The agreement was changed after you opened it. Read the new version");
            assert_eq!(signatures(&app, &pairing).await, 1);
            assert_eq!(on(&app, &pairing, "agreed_on").await, None);
        }
        tom.get(&path).await.says("Not the budget");
    }
}

/// Two tabs of one person and the other person: it happens once, and nobody is misled.
async fn once(app: &Arc<TestApp>, pairing: &Paired, path: &str, act: &str, refusal: &str) {
    let presses = [pairing.mentor, pairing.mentor, pairing.mentee];
    let presses = presses.map(|by| press(by, path.to_owned(), &[])).into();
    let answers = together(app, &row(pairing), presses).await;
    assert_eq!(audited(app, pairing, act).await, 1);
    // The same person pressed twice is led to where they wanted to go, once the act is theirs.
    let led = how_many(&answers, StatusCode::SEE_OTHER);
    let of_mentor = how_many(&answers[..2], StatusCode::SEE_OTHER);
    assert!(
        (led, of_mentor) == (2, 2) || (led, of_mentor) == (1, 0),
        "{answers:?}"
    );
    for refused in answers.iter().filter(|one| one.location.is_none()) {
        refused.is(StatusCode::CONFLICT).says(refusal);
    }
}

#[sqlx::test]
async fn closing_at_once_closes_once(db: PgPool) {
    let app = started(db).await;
    let pairing = given::pairing()
        .at(At::FinalSessionHeld)
        .insert(&app.db)
        .await;
    let done = "mentor_reviewed_on = '2026-03-26', mentee_reviewed_on = '2026-03-26',
        joint_review_on = '2026-03-27'";
    set(&app, &pairing, done).await;
    let path = format!("{}/closing", pairing.path);
    let refusal = "This pairing is closed.";
    once(&app, &pairing, &path, "closed the pairing", refusal).await;
    assert_eq!(on(&app, &pairing, "closed_on").await, Some(NOON.date()));
}

#[sqlx::test]
async fn announcing_at_once_announces_once(db: PgPool) {
    let app = started(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let path = format!("{}/moving-on", pairing.path);
    let refusal = "This pairing is moving on";
    once(&app, &pairing, &path, "announced moving on", refusal).await;
    let since = on(&app, &pairing, "moving_on_since").await;
    assert_eq!(since, Some(NOON.date()));
}

fn answers_of(by: Person, pairing: &Paired, results: &str) -> Press {
    let path = format!("{}/review", pairing.path);
    press(by, path, &[("effectiveness", "4"), ("results", results)])
}

#[sqlx::test]
async fn both_answer_the_review_at_once(db: PgPool) {
    let app = started(db).await;
    let pairing = given::pairing()
        .at(At::FinalSessionHeld)
        .insert(&app.db)
        .await;
    let presses = vec![
        answers_of(pairing.mentor, &pairing, "She leads"),
        answers_of(pairing.mentee, &pairing, "I lead"),
        answers_of(pairing.mentee, &pairing, "I lead, again"),
    ];
    let path = format!("{}/review", pairing.path);
    for answer in together(&app, &row(&pairing), presses).await {
        answer.leads_to(&path);
    }
    let today = Some(NOON.date());
    assert_eq!(on(&app, &pairing, "mentor_reviewed_on").await, today);
    assert_eq!(on(&app, &pairing, "mentee_reviewed_on").await, today);
    for person in [pairing.mentor, pairing.mentee] {
        let page = app.sign_in(person).await.get(&path).await;
        page.says("She leads").says("I lead");
    }
    let answered = audited(&app, &pairing, "answered the moving-on review").await;
    assert_eq!(answered, 2);
}

#[sqlx::test]
async fn both_write_the_joint_part_at_once_and_nothing_is_lost(db: PgPool) {
    let app = started(db).await;
    let pairing = given::pairing()
        .at(At::FinalSessionHeld)
        .insert(&app.db)
        .await;
    for (by, results) in [(pairing.mentor, "She leads"), (pairing.mentee, "I lead")] {
        let answers = answers_of(by, &pairing, results);
        let fields = [("effectiveness", "4"), ("results", results)];
        let visitor = app.sign_in(by).await;
        visitor.post(&answers.path, &fields).await;
    }
    let path = format!("{}/review/together", pairing.path);
    let words = [
        (pairing.mentor, "Maya says: a good year"),
        (pairing.mentee, "Tom says: so much calmer"),
    ];
    let presses = words.map(|(by, words)| {
        let fields = [("over", ""), ("together", words), ("afterwards", "Tea")];
        press(by, path.clone(), &fields)
    });
    let answers = together(&app, &row(&pairing), presses.into()).await;

    let second = answers.iter().position(|one| one.location.is_none());
    let second = second.expect("one of them came second");
    answers[1 - second].leads_to(&format!("{}/review", pairing.path));
    let told = &answers[second];
    told.is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Other words were saved while you were writing.")
        .says(words[0].1)
        .says(words[1].1);
    let saved: Vec<String> =
        sqlx::query_scalar("select together from joint_reviews where pairing_id = $1")
            .bind(pairing.id)
            .fetch_all(&app.db)
            .await
            .unwrap();
    assert_eq!(saved, [words[1 - second].1]);

    // Having read both, the second saves them brought together.
    let over = told.values_of("over")[0];
    let fields = [("over", over), ("together", "Both"), ("afterwards", "Tea")];
    let visitor = app.sign_in(words[second].0).await;
    let saved = visitor.post(&path, &fields).await;
    saved.leads_to(&format!("{}/review", pairing.path));
}

#[sqlx::test]
async fn one_pauses_while_the_other_books(db: PgPool) {
    let app = started(db).await;
    for pauses_first in [true, false] {
        let pairing = given::pairing().insert(&app.db).await;
        given::weekly_hours(&app.db, pairing.mentor, 4, "09:00", "12:00").await;
        let pause = press(pairing.mentor, format!("{}/pause", pairing.path), &[]);
        let fields = [("at", "2026-04-02T08:00:00Z"), ("place", "Room Juniper")];
        let book = press(
            pairing.mentee,
            format!("{}/sessions", pairing.path),
            &fields,
        );
        let booked = if pauses_first {
            let answers = in_turn(&app, &pairing, vec![pause, book]).await;
            answers[0].leads_to(&pairing.path);
            answers[1]
                .is(StatusCode::CONFLICT)
                .says("This pairing is paused.");
            0
        } else {
            let answers = in_turn(&app, &pairing, vec![book, pause]).await;
            answers[0].is(StatusCode::SEE_OTHER);
            answers[1].leads_to(&pairing.path);
            1
        };
        let sessions: i64 =
            sqlx::query_scalar("select count(*) from mentoring_sessions where pairing_id = $1")
                .bind(pairing.id)
                .fetch_one(&app.db)
                .await
                .unwrap();
        assert_eq!(sessions, booked);
        let since = on(&app, &pairing, "paused_since").await;
        assert_eq!(since, Some(NOON.date()));
    }
}

#[sqlx::test]
async fn two_drafts_over_one_version_make_one(db: PgPool) {
    let app = started(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let path = format!("{}/agreement", pairing.path);
    let draft = |by, purpose| {
        let fields = [
            ("version", "0"),
            ("purpose", purpose),
            ("review_on", "2026-09-01"),
            ("ends_on", "2026-12-01"),
        ];
        press(by, path.clone(), &fields)
    };
    let presses = vec![
        draft(pairing.mentor, "What Maya wrote"),
        draft(pairing.mentee, "What Tom wrote"),
    ];
    let answers = together(&app, &row(&pairing), presses).await;
    assert_eq!(statuses(&answers), [303, 422]);
    for (answer, words) in answers.iter().zip(["What Maya wrote", "What Tom wrote"]) {
        if answer.status != StatusCode::SEE_OTHER {
            answer.says(words);
        }
    }
    assert_eq!(audited(&app, &pairing, "drafted an agreement").await, 1);
}

#[sqlx::test]
async fn an_offer_is_withdrawn_or_accepted_and_never_both(db: PgPool) {
    let app = started(db).await;
    for _ in 0..4 {
        let pairing = given::pairing().at(At::Offered).insert(&app.db).await;
        let presses = [
            (pairing.mentor, "acceptance"),
            (pairing.mentee, "acceptance"),
            (pairing.coordinator, "withdrawal"),
        ];
        let presses = presses.map(|(by, act)| press(by, format!("{}/{act}", pairing.path), &[]));
        let answers = together(&app, &row(&pairing), presses.into()).await;
        let withdrawn = answers[2].status == StatusCode::SEE_OTHER;
        assert_eq!(on(&app, &pairing, "closed_on").await.is_some(), withdrawn);
        let both = on(&app, &pairing, "mentor_accepted_on").await.is_some()
            && on(&app, &pairing, "mentee_accepted_on").await.is_some();
        assert_eq!(both, !withdrawn);
        for refused in &answers {
            if refused.status != StatusCode::SEE_OTHER {
                refused
                    .is(StatusCode::CONFLICT)
                    .says("Things have moved on");
            }
        }
    }
}

#[sqlx::test]
async fn what_is_sent_many_times_at_once_is_written_once(db: PgPool) {
    let app = started(db).await;
    let pairing = given::pairing().at(At::MovingOn).insert(&app.db).await;
    let note = [("body", "Tired"), ("once", "a1")];
    let target = [
        ("what", "Call"),
        ("who", "mentee"),
        ("when", "2026-04-20"),
        ("once", "a2"),
    ];
    let step = [("what", "Join"), ("due_on", "2026-06-01"), ("once", "a3")];
    for (place, fields, act) in [
        ("notes", &note[..], "wrote a private note"),
        ("targets", &target, "set a target"),
        ("further-steps", &step, "wrote a further step"),
    ] {
        let path = format!("{}/{place}", pairing.path);
        let presses = (0..4).map(|_| press(pairing.mentee, path.clone(), fields));
        let answers = together(&app, &row(&pairing), presses.collect()).await;
        assert_eq!(statuses(&answers), [303; 4], "{place}");
        assert_eq!(audited(&app, &pairing, act).await, 1, "{place}");
    }
}

#[sqlx::test]
async fn of_two_who_keep_at_once_what_counts_the_second_is_told(db: PgPool) {
    let app = started(db).await;
    let programme = matching::spring(&app).await.programme;
    let path = format!("/programmes/{}/matching/criteria", programme.id);
    let cleo = app.sign_in(programme.coordinator).await;
    let page = cleo.get(&matching::at(programme, "")).await;
    let version = page.values_of("version")[0].to_owned();
    let presses = [("70", "even"), ("30", "stable")].map(|(site, method)| {
        let fields = [
            ("criteria", "all"),
            ("version", &version),
            ("site", site),
            ("method", method),
        ];
        press(programme.coordinator, path.clone(), &fields)
    });
    let held = format!("programmes where id = {}", programme.id);
    let answers = together(&app, &held, presses.into()).await;
    assert_eq!(statuses(&answers), [303, 409]);
    let kept: Vec<(i16, String)> = sqlx::query_as(
        "select weight, method from matching_criteria join matching_rules using (programme_id)
         where criterion = 'site'",
    )
    .fetch_all(&app.db)
    .await
    .unwrap();
    let one_of_them = [
        vec![(70, "even".to_owned())],
        vec![(30, "stable".to_owned())],
    ];
    assert!(one_of_them.contains(&kept), "{kept:?}");
}

/// The whole plan is proposed once more while somebody else changes what is proposed.
async fn proposed_again(app: &Arc<TestApp>) -> (matching::Spring, Press, Vec<i64>) {
    let spring = matching::spring(app).await;
    let programme = spring.programme;
    let cleo = app.sign_in(programme.coordinator).await;
    let page = cleo.get(&matching::at(programme, "")).await;
    matching::propose(&cleo, programme, &page, "").await;
    let page = cleo.get(&matching::at(programme, "")).await;
    let (seal, once) = (page.values_of("seal")[0], page.values_of("once")[0]);
    let fields = [("seal", seal), ("once", once)];
    let again = press(programme.coordinator, matching::at(programme, ""), &fields);
    let ids = sqlx::query_scalar("select id from pairings order by id");
    let ids = ids.fetch_all(&app.db).await.unwrap();
    (spring, again, ids)
}

#[sqlx::test]
async fn what_is_withdrawn_while_all_are_matched_is_not_said_to_be_proposed(db: PgPool) {
    let app = started(db).await;
    let (spring, again, _) = proposed_again(&app).await;
    let mut withdrawal = app.db.begin().await.unwrap();
    sqlx::query("update pairings set closed_on = $2, closed_how = 'ended' where mentee_id = $1")
        .bind(spring.tom.0)
        .bind(NOON.date())
        .execute(&mut *withdrawal)
        .await
        .unwrap();
    let running = sent(&app, again);
    until_waiting(&app, 1).await;
    withdrawal.commit().await.unwrap();
    running.await.unwrap().tells(
        "1 pairing is proposed. Nobody is told until you publish. Withdrawn meanwhile by somebody \
         else, and not proposed again: Tom and Maya.",
    );
    let open = matching::pairs(&app).await;
    assert_eq!(open, [("Tia".to_owned(), "Max".to_owned())]);
}

/// One comes after the other, and neither holds what the other waits for.
#[sqlx::test]
async fn some_publish_while_others_propose(db: PgPool) {
    let app = started(db).await;
    let (spring, again, ids) = proposed_again(&app).await;
    let chosen: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let chosen: Vec<_> = chosen.iter().map(|id| ("pairing", &**id)).collect();
    let programme = spring.programme;
    let path = format!("/programmes/{}/publication", programme.id);
    let publication = press(programme.coordinator, path, &chosen);
    let mut holder = app.db.begin().await.unwrap();
    sqlx::query("select from pairings for update")
        .execute(&mut *holder)
        .await
        .unwrap();
    let mut running = Vec::new();
    for press in [publication, again] {
        running.push(sent(&app, press));
        until_waiting(&app, running.len()).await;
    }
    holder.rollback().await.unwrap();
    let mut answers = Vec::new();
    for one in running {
        answers.push(one.await.unwrap());
    }
    answers[0].tells("2 pairings are published");
    answers[1]
        .is(StatusCode::CONFLICT)
        .says("have changed since you read this");
}

fn statuses(answers: &[Answer]) -> Vec<u16> {
    let mut statuses: Vec<_> = answers.iter().map(|one| one.status.as_u16()).collect();
    statuses.sort_unstable();
    statuses
}

#[sqlx::test]
async fn nobody_comes_in_while_the_programme_is_being_archived(db: PgPool) {
    let app = started(db).await;
    let pairing = given::pairing().at(At::Proposed).insert(&app.db).await;
    let ben = given::person(&app.db, "Ben").await.0.to_string();
    let (cleo, programme) = (pairing.coordinator, pairing.programme.id);
    let enrolment = press(
        cleo,
        format!("/programmes/{programme}/enrolments"),
        &[("person", &ben), ("part", "mentee")],
    );
    let publication = press(
        cleo,
        format!("/programmes/{programme}/publication"),
        &[("pairing", &pairing.id.to_string())],
    );
    let mut archiving = app.db.begin().await.unwrap();
    sqlx::query("update programmes set archived_at = $2 where id = $1")
        .bind(programme)
        .bind(NOON)
        .execute(&mut *archiving)
        .await
        .unwrap();
    let mut running = JoinSet::new();
    for press in [enrolment, publication] {
        let app = Arc::clone(&app);
        running.spawn(async move {
            let visitor = app.sign_in(press.by).await;
            let fields = press.fields.iter();
            let fields: Vec<_> = fields.map(|(name, value)| (*name, &**value)).collect();
            visitor.post(&press.path, &fields).await
        });
    }
    until_waiting(&app, 2).await;
    archiving.commit().await.unwrap();
    for answer in running.join_all().await {
        answer.is(StatusCode::CONFLICT).says("is archived");
    }
}

#[sqlx::test]
async fn a_place_that_is_taken_away_meanwhile_is_not_offered(db: PgPool) {
    let app = started(db).await;
    for is_taken_away_first in [true, false] {
        let pairing = given::pairing().at(At::Proposed).insert(&app.db).await;
        let (cleo, programme) = (pairing.coordinator, pairing.programme.id);
        let mentor = pairing.mentor.0;
        let capacity = press(
            cleo,
            format!("/programmes/{programme}/enrolments/{mentor}/mentor"),
            &[("capacity", "0")],
        );
        let publication = press(
            cleo,
            format!("/programmes/{programme}/publication"),
            &[("pairing", &pairing.id.to_string())],
        );
        let held = format!("enrolments where person_id = {mentor} and part = 'mentor'");
        let presses = match is_taken_away_first {
            true => vec![capacity, publication],
            false => vec![publication, capacity],
        };
        let answers = queued(&app, &held, presses).await;
        let offered: bool =
            sqlx::query_scalar("select offered_on is not null from pairings where id = $1")
                .bind(pairing.id)
                .fetch_one(&app.db)
                .await
                .unwrap();
        assert_eq!(offered, !is_taken_away_first);
        if is_taken_away_first {
            answers[0].tells("place is changed");
            answers[1]
                .tells("Nothing is published.")
                .tells("takes nobody on at present");
        } else {
            answers[0].tells("1 pairing is published");
            answers[1].tells("place is changed");
        }
    }
}

#[sqlx::test]
async fn of_two_who_save_settings_at_once_one_is_told_of_the_other(db: PgPool) {
    let app = started(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let ada = given::administrator(&app.db, "Ada").await;
    let path = format!("/programmes/{}", programme.id);
    let save = |by, name| {
        let fields = [
            ("name", name),
            ("starts_on", "2026-01-05"),
            ("ends_on", "2026-12-18"),
            ("version", "1"),
        ];
        press(by, path.clone(), &fields)
    };
    let held = format!("programmes where id = {}", programme.id);
    let presses = vec![save(programme.coordinator, "Hers"), save(ada, "His")];
    let answers = together(&app, &held, presses).await;
    let refused = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::CONFLICT);
    let refused: Vec<_> = refused.collect();
    assert_eq!(refused.len(), 1);
    refused[0].says("The programme was changed while you were writing");
    let changes: i64 = sqlx::query_scalar(
        "select count(*) from audit_events where act like 'changed the programme: %'",
    )
    .fetch_one(&app.db)
    .await
    .unwrap();
    assert_eq!(changes, 1);
}

#[sqlx::test]
async fn of_two_coordinators_who_decide_one_is_faster(db: PgPool) {
    let app = started(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let jo = given::person(&app.db, "Jo").await;
    sqlx::query("insert into coordinators values ($1, $2, null, '2026-01-01')")
        .bind(programme.id)
        .bind(jo.0)
        .execute(&app.db)
        .await
        .unwrap();
    let mut ids = Vec::new();
    for name in ["Tom", "Uma"] {
        let person = given::person(&app.db, name).await;
        ids.push(given::application(&app.db, programme, person, "mentee").await);
    }
    let decisions = |by: Person, decision: &str, ids: &[i64]| {
        let fields = ids.iter().map(|id| ("application", id.to_string()));
        Press {
            by,
            path: format!("/programmes/{}/decisions/{decision}", programme.id),
            fields: fields.chain([("words", "Kind words".into())]).collect(),
        }
    };
    // The one names both, the other only the second: neither waits for the other in a ring.
    let held = format!("applications where id = {}", ids[1]);
    let answers = together(
        &app,
        &held,
        vec![
            decisions(programme.coordinator, "approval", &ids),
            decisions(jo, "decline", &ids[1..]),
        ],
    )
    .await;
    assert_eq!(how_many(&answers, StatusCode::SEE_OTHER), 1);
    assert_eq!(how_many(&answers, StatusCode::CONFLICT), 1);
    let (approved, declined, letters, enrolled): (i64, i64, i64, i64) = sqlx::query_as(
        "select count(approved_at), count(declined_at), (select count(*) from letters),
            (select count(*) from enrolments) from applications",
    )
    .fetch_one(&app.db)
    .await
    .unwrap();
    let first = answers[0].status == StatusCode::SEE_OTHER;
    let expected = if first { (2, 0, 2, 2) } else { (0, 1, 1, 0) };
    assert_eq!((approved, declined, letters, enrolled), expected);
}

#[sqlx::test]
async fn an_application_is_approved_or_withdrawn_but_never_half(db: PgPool) {
    let app = started(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let tom = given::person(&app.db, "Tom").await;
    let id = given::application(&app.db, programme, tom, "mentee").await;
    let decision = format!("/programmes/{}/decisions/approval", programme.id);
    let withdrawal = format!("/programmes/{}/application/mentee/withdrawal", programme.id);
    let answers = together(
        &app,
        &format!("applications where id = {id}"),
        vec![
            press(
                programme.coordinator,
                decision,
                &[("application", &id.to_string())],
            ),
            press(tom, withdrawal, &[]),
        ],
    )
    .await;
    let (withdrawn, enrolled): (bool, i64) = sqlx::query_as(
        "select withdrawn_at is not null, (select count(*) from enrolments) from applications",
    )
    .fetch_one(&app.db)
    .await
    .unwrap();
    // Withdrawn either way: before the approval, which then fails, or after it.
    assert!(withdrawn && enrolled == 0);
    answers[1].is(StatusCode::SEE_OTHER);
}

#[sqlx::test]
async fn whoever_leaves_is_not_paired_at_the_same_moment(db: PgPool) {
    let app = started(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let (maya, tom) = (
        given::person(&app.db, "Maya").await,
        given::person(&app.db, "Tom").await,
    );
    given::mentor(&app.db, programme, maya, 2).await;
    given::mentee(&app.db, programme, tom).await;
    let id = given::application(&app.db, programme, maya, "mentor").await;
    sqlx::query("update applications set approved_at = '2026-03-20' where id = $1")
        .bind(id)
        .execute(&app.db)
        .await
        .unwrap();
    let path = format!("/programmes/{}", programme.id);
    let answers = together(
        &app,
        &format!("enrolments where person_id = {}", maya.0),
        vec![
            press(
                programme.coordinator,
                format!("{path}/pairings"),
                &[
                    ("mentee", &tom.0.to_string()),
                    ("mentor", &maya.0.to_string()),
                ],
            ),
            press(maya, format!("{path}/application/mentor/withdrawal"), &[]),
        ],
    )
    .await;
    answers[1].is(StatusCode::SEE_OTHER);
    let open: i64 = sqlx::query_scalar("select count(*) from pairings where closed_on is null")
        .fetch_one(&app.db)
        .await
        .unwrap();
    assert_eq!(open, 0);
    assert!(!answers[0].status.is_server_error(), "{}", answers[0].body);
}

#[sqlx::test]
async fn a_question_that_is_changed_is_not_answered_as_it_was(db: PgPool) {
    let app = started(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    given::open_to_applications(&app.db, programme).await;
    let question = given::question(&app.db, programme, "one", "Which?").await;
    let red = given::choice(&app.db, question, "Red").await;
    given::choice(&app.db, question, "Green").await;
    let tom = given::person(&app.db, "Tom").await;
    let asked: &'static str = format!("q{question}").leak();
    let answers = together(
        &app,
        &format!("questions where id = {question}"),
        vec![
            press(
                programme.coordinator,
                format!("/programmes/{}/questions/{question}", programme.id),
                &[
                    ("kind", "many"),
                    ("wording", "Which?"),
                    ("choices", "Blue\nGrey"),
                    ("asked_of", "both"),
                    ("readers", "coordinators"),
                ],
            ),
            Press {
                by: tom,
                path: format!("/programmes/{}/application/mentee", programme.id),
                fields: vec![("act", "draft".into()), (asked, red.to_string())],
            },
        ],
    )
    .await;
    answers[0].is(StatusCode::SEE_OTHER);
    let (kind, choices, kept): (String, i64, i64) = sqlx::query_as(
        "select kind, (select count(*) from question_choices), (select count(*) from answers)
         from questions",
    )
    .fetch_one(&app.db)
    .await
    .unwrap();
    match answers[1].status {
        StatusCode::SEE_OTHER => assert_eq!((&*kind, choices, kept), ("one", 4, 1)),
        status => {
            assert_eq!(status, StatusCode::CONFLICT);
            assert_eq!((&*kind, choices, kept), ("many", 2, 0));
        }
    }
}

/// Maya with two places, Max with one, and three mentees who may ask for a mentor themselves; Cleo
/// coordinates.
struct Asking {
    programme: given::Programme,
    maya: Person,
    mentees: Vec<Person>,
}

impl Asking {
    fn at(&self, place: &str) -> String {
        format!("/programmes/{}{place}", self.programme.id)
    }

    /// Proposes what the workbench says now.
    async fn proposal(&self, app: &TestApp, query: &str) -> Press {
        let cleo = app.sign_in(self.programme.coordinator).await;
        let page = cleo.get(&self.at(&format!("/matching{query}"))).await;
        let mut fields: Vec<(&'static str, &str)> = ["seal", "once"]
            .map(|name| (name, page.values_of(name)[0]))
            .into();
        if !query.is_empty() {
            fields.extend([
                ("criteria", "all"),
                ("site", "50"),
                ("site.wanted", "different"),
            ]);
        }
        press(self.programme.coordinator, self.at("/matching"), &fields)
    }
}

async fn asking(app: &TestApp) -> Asking {
    let programme = given::programme(&app.db, "Europe/London").await;
    sqlx::query("update programmes set who_asks = 'both'")
        .execute(&app.db)
        .await
        .unwrap();
    let mut mentees = Vec::new();
    for name in ["Tom", "Tia", "Ted"] {
        let mentee = given::person(&app.db, name).await;
        given::mentee(&app.db, programme, mentee).await;
        mentees.push(mentee);
    }
    let maya = given::person(&app.db, "Maya").await;
    given::mentor(&app.db, programme, maya, 2).await;
    let max = given::person(&app.db, "Max").await;
    given::mentor(&app.db, programme, max, 1).await;
    sqlx::query("update people set location = case id when $1 then 'Pune' else 'Leeds' end")
        .bind(mentees[0].0)
        .execute(&app.db)
        .await
        .unwrap();
    Asking {
        programme,
        maya,
        mentees,
    }
}

async fn close_all(app: &TestApp) {
    sqlx::query(
        "update pairings set closed_on = greatest(proposed_on, mentee_accepted_on),
             closed_how = 'ended'
         where closed_on is null",
    )
    .execute(&app.db)
    .await
    .unwrap();
}

#[track_caller]
fn nothing_broke(answers: &[Answer]) {
    for answer in answers {
        assert!(!answer.status.is_server_error(), "{}", answer.body);
        assert!(
            !answer.body.contains("at the same moment"),
            "{}",
            answer.body
        );
    }
}

#[sqlx::test]
async fn mentees_ask_while_the_whole_programme_is_proposed(db: PgPool) {
    let app = started(db).await;
    let asking = asking(&app).await;
    let request = |by: Person| {
        let path = asking.at(&format!("/mentors/{}", asking.maya.0));
        press(by, path, &[])
    };
    let enrolment = format!("enrolments where person_id = {}", asking.maya.0);
    for asks_first in [true, false] {
        let proposal = asking.proposal(&app, "").await;
        let mut presses = vec![request(asking.mentees[0]), proposal];
        if !asks_first {
            presses.reverse();
        }
        let answers = queued(&app, &enrolment, presses).await;
        nothing_broke(&answers);
        answers[0].is(StatusCode::SEE_OTHER);
        close_all(&app).await;
    }
    for _ in 0..6 {
        let mut presses: Vec<Press> = asking.mentees.iter().map(|one| request(*one)).collect();
        presses.push(asking.proposal(&app, "").await);
        presses.push(asking.proposal(&app, "").await);
        let answers = together(&app, &enrolment, presses).await;
        nothing_broke(&answers);
        close_all(&app).await;
    }
}

#[sqlx::test]
async fn places_are_given_while_the_whole_programme_is_proposed(db: PgPool) {
    let app = started(db).await;
    let asking = asking(&app).await;
    let enrolment = format!("enrolments where person_id = {}", asking.maya.0);
    for round in 0..6 {
        let capacity = (round + 3).to_string();
        let path = asking.at(&format!("/enrolments/{}/mentor", asking.maya.0));
        let edit = press(
            asking.programme.coordinator,
            path,
            &[("capacity", &capacity), ("about", "")],
        );
        let presses = vec![edit, asking.proposal(&app, "").await];
        let answers = if round < 2 {
            queued(&app, &enrolment, presses).await
        } else {
            together(&app, &enrolment, presses).await
        };
        nothing_broke(&answers);
        answers[0].is(StatusCode::SEE_OTHER);
        close_all(&app).await;
    }
}

#[sqlx::test]
async fn proposals_are_published_while_others_are_proposed_in_their_place(db: PgPool) {
    let app = started(db).await;
    let asking = asking(&app).await;
    let crossed = "?criteria=all&site=50&site.wanted=different";
    for alone in [true, false] {
        let plain = asking.proposal(&app, "").await;
        let cleo = app.sign_in(asking.programme.coordinator).await;
        let fields: Vec<(&str, &str)> = plain.fields.iter().map(|(a, b)| (*a, &**b)).collect();
        cleo.post(&plain.path, &fields)
            .await
            .is(StatusCode::SEE_OTHER);
        let drafts: Vec<i64> =
            sqlx::query_scalar("select id from pairings where closed_on is null order by id")
                .fetch_all(&app.db)
                .await
                .unwrap();
        let read = if alone { &drafts[..1] } else { &drafts };
        let ids: Vec<String> = read.iter().map(i64::to_string).collect();
        let fields: Vec<(&'static str, &str)> = ids.iter().map(|id| ("pairing", &**id)).collect();
        let publication = press(
            asking.programme.coordinator,
            asking.at("/publication"),
            &fields,
        );
        let presses = vec![publication, asking.proposal(&app, crossed).await];
        let held = format!("pairings where id = {}", drafts[0]);
        let answers = queued(&app, &held, presses).await;
        nothing_broke(&answers);
        answers[0].is(StatusCode::SEE_OTHER);
        close_all(&app).await;
    }
}

/// However it came to that: whoever is given up for somebody else's sake is told so. It is whoever has
/// waited longest.
#[sqlx::test]
async fn who_is_given_up_in_a_deadlock_is_asked_to_try_again(db: PgPool) {
    let app = started(db).await;
    let pairing = given::pairing().at(At::Offered).insert(&app.db).await;
    let mut other = app.db.begin().await.unwrap();
    let enrolments = "select from enrolments for update";
    sqlx::query(enrolments).execute(&mut *other).await.unwrap();
    let path = format!("{}/acceptance", pairing.path);
    let theirs = Arc::clone(&app);
    let accepting = tokio::spawn(async move {
        let tom = theirs.sign_in(pairing.mentee).await;
        tom.post(&path, &[]).await
    });
    until_waiting(&app, 1).await;
    let pairings = "select from pairings for update";
    sqlx::query(pairings).execute(&mut *other).await.unwrap();
    other.rollback().await.unwrap();
    let answer = accepting.await.unwrap();
    answer
        .is(StatusCode::CONFLICT)
        .says("Somebody else changed this at the same moment")
        .says("Please try again");
}
