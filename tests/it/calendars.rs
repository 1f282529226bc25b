//! Sessions in people's own calendars: what is handed out is read back by other programs, and what
//! their calendars answer is taken no further than it may be.

use crate::letter_acts::act_in;
use crate::support::given::{At, Paired, Person};
use crate::support::post_office::PostOffice;
use crate::support::read_back::read_back;
use crate::support::{Answer, NOON, TestApp, encode, given};
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use sqlx::PgPool;
use std::process::Stdio;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::sync::watch;
use tower::ServiceExt;
use waymark::calendars::replies::{Received, receive};
use waymark::clock::Clock;
use waymark::mail::deliver_due;

/// Thursday, 9:00 in London.
const NINE: OffsetDateTime = datetime!(2026-04-02 08:00 UTC);

async fn uid(db: &PgPool) -> String {
    let sql = "select uid::text from mentoring_sessions order by id desc limit 1";
    sqlx::query_scalar(sql).fetch_one(db).await.unwrap()
}

async fn sequence(db: &PgPool) -> i32 {
    let sql = "select sequence from mentoring_sessions order by id desc limit 1";
    sqlx::query_scalar(sql).fetch_one(db).await.unwrap()
}

async fn run(db: &PgPool, sql: &'static str) {
    sqlx::query(sql).execute(db).await.unwrap();
}

/// Tom books Thursday at nine, and the page that it leads to.
async fn book(app: &TestApp, pairing: &Paired) -> String {
    given::weekly_hours(&app.db, pairing.mentor, 4, "09:00", "12:00").await;
    let tom = app.sign_in(pairing.mentee).await;
    let form = [
        ("at", "2026-04-02T08:00:00Z"),
        ("place", "Room Juniper; 3rd floor, left"),
        ("agenda", "secret-agenda"),
    ];
    let booked = tom.post(&format!("{}/sessions", pairing.path), &form).await;
    booked.is(StatusCode::SEE_OTHER);
    booked.location.unwrap()
}

#[derive(Debug, sqlx::FromRow)]
struct Written {
    recipient: String,
    person_id: i64,
    subject: String,
    body: String,
    thread: String,
    calendar_method: Option<String>,
    calendar: Option<String>,
}

/// The letters since they were last asked for, in the order of their keys.
async fn letters(db: &PgPool) -> Vec<Written> {
    let letters = sqlx::query_as(
        "with taken as (delete from letters returning *)
         select recipient, person_id, subject, body, thread, calendar_method, calendar
         from taken order by id",
    );
    letters.fetch_all(db).await.unwrap()
}

fn to(letters: &[Written], person: Person) -> &Written {
    let found = letters.iter().find(|one| one.person_id == person.0);
    found.unwrap_or_else(|| panic!("no letter to {person:?}: {letters:?}"))
}

async fn fetch(app: &TestApp, path: &str, known: Option<&str>) -> (StatusCode, HeaderMap, String) {
    let mut request = Request::builder().uri(path);
    if let Some(tag) = known {
        request = request.header(header::IF_NONE_MATCH, tag);
    }
    let request = request.body(Body::empty()).unwrap();
    let answer = app.router().oneshot(request).await.unwrap();
    let (parts, body) = answer.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let body = String::from_utf8(body.to_vec()).unwrap();
    (parts.status, parts.headers, body)
}

/// The address of somebody's calendar, as a path.
async fn feed_of(app: &TestApp, person: Person) -> String {
    let visitor = app.sign_in(person).await;
    let page = visitor.get("/account/calendar").await;
    let once = page.values_of("once")[0].to_owned();
    let made = visitor.post("/account/calendar", &[("once", &once)]).await;
    made.is(StatusCode::OK);
    // The same press again makes no other, which would end the one that was shown.
    visitor
        .post("/account/calendar", &[("once", &once)])
        .await
        .leads_to("/account/calendar");
    path_of_feed(&made)
}

fn path_of_feed(page: &Answer) -> String {
    let start = page.body.find("/calendar/").unwrap();
    page.body[start..start + "/calendar/".len() + 64].to_owned()
}

#[sqlx::test]
async fn a_session_is_added_to_a_calendar_as_a_file(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let session = given::session(&app.db, &pairing, "session", NINE).await;
    run(
        &app.db,
        "update session_plans set place = 'Juniper; by the stairs, left', agenda = 'secret-agenda'",
    )
    .await;
    let tom = app.sign_in(pairing.mentee).await;
    let page = tom.get(&session.path).await;
    let file = tom.get(page.link("Add to calendar")).await;
    file.is(StatusCode::OK).does_not_say("secret-agenda");

    let read = read_back(&["ics"], &file.body).await;
    assert_eq!(read["method"], "PUBLISH");
    let [event] = &read["events"].as_array().unwrap()[..] else {
        panic!("{read}")
    };
    let name: String = sqlx::query_scalar("select name from programmes where id = $1")
        .bind(pairing.programme.id)
        .fetch_one(&app.db)
        .await
        .unwrap();
    assert_eq!(event["uid"], uid(&app.db).await);
    assert_eq!(
        event["summary"],
        format!("Mentoring session with Maya ({name})")
    );
    assert_eq!(event["dtstart"], "2026-04-02T08:00:00+00:00");
    assert_eq!(event["dtend"], "2026-04-02T09:00:00+00:00");
    assert_eq!(event["location"], "Juniper; by the stairs, left");
    assert_eq!(
        event["url"],
        format!("http://localhost:3000{}", session.path)
    );
    assert_eq!(event["status"], "CONFIRMED");
    assert!(event.get("description").is_none());

    let path = format!("{}/session.ics", session.path);
    let maya = app.sign_in(pairing.mentor).await.get(&path).await;
    maya.says("Mentoring session with Tom");
    for other in [
        pairing.coordinator,
        given::administrator(&app.db, "Ada").await,
    ] {
        let answer = app.sign_in(other).await.get(&path).await;
        assert!(answer.status.is_client_error(), "{answer:?}");
        answer.does_not_say("Juniper");
    }
    // A session of another pairing is not had by way of one's own.
    let elsewhere = given::pairing().insert(&app.db).await;
    let path = path.replace(&pairing.path, &elsewhere.path);
    let tom = app.sign_in(elsewhere.mentee).await.get(&path).await;
    tom.is(StatusCode::NOT_FOUND);
}

#[sqlx::test]
async fn a_calendar_fetches_sessions_and_days_that_targets_are_due(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    given::session(&app.db, &pairing, "session", NINE).await;
    let long_ago = NOON - Duration::days(91);
    given::settled(&app.db, &pairing, "held_on", long_ago).await;
    given::settled(&app.db, &pairing, "held_on", NOON - Duration::days(80)).await;
    given::settled(&app.db, &pairing, "cancelled_on", NOON - Duration::days(20)).await;
    given::settled(&app.db, &pairing, "cancelled_on", NOON - Duration::days(40)).await;
    for (owner, done) in [
        (pairing.mentee, "null"),
        (pairing.mentee, "'2026-04-01'"),
        (pairing.mentor, "null"),
    ] {
        let sql = format!(
            "insert into targets (pairing_id, what, owner_id, due_on, set_by, set_on, done_on)
             values ({}, 'secret-target', {}, '2026-04-20', {1}, '2026-03-18', {done})",
            pairing.id, owner.0
        );
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .execute(&app.db)
            .await
            .unwrap();
    }
    // Of other people's it says nothing.
    let elsewhere = given::pairing().insert(&app.db).await;
    given::session(&app.db, &elsewhere, "session", NINE).await;

    let path = feed_of(&app, pairing.mentee).await;
    let (status, headers, text) = fetch(&app, &path, None).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        headers[header::CONTENT_TYPE],
        "text/calendar; charset=utf-8"
    );
    assert_eq!(headers[header::CACHE_CONTROL], "private, no-cache");
    assert!(
        !text.contains("secret") && !text.contains("audit plan"),
        "{text}"
    );

    let read = read_back(&["ics"], &text).await;
    assert_eq!(read["name"], "Mentoring");
    let told: Vec<(&str, &str, &str)> = read["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| {
            let of = |name: &str| event[name].as_str().unwrap();
            (
                of("dtstart"),
                of("status"),
                of("summary").split(' ').next().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("2026-01-11T12:00:00+00:00", "CONFIRMED", "Mentoring"),
            ("2026-03-12T12:00:00+00:00", "CANCELLED", "Mentoring"),
            ("2026-04-02T08:00:00+00:00", "CONFIRMED", "Mentoring"),
            ("2026-04-20", "CONFIRMED", "Target"),
        ]
    );
    let day = read_back(&["between", "2026-04-20", "2026-04-21"], &text).await;
    assert_eq!(day.as_array().unwrap().len(), 1, "for one day only");
}

#[sqlx::test]
async fn a_calendar_that_knows_the_state_of_things_is_told_so(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    given::session(&app.db, &pairing, "session", NINE).await;
    let path = feed_of(&app, pairing.mentee).await;
    let (_, headers, _) = fetch(&app, &path, None).await;
    let tag = headers[header::ETAG].to_str().unwrap();
    for known in [tag.to_owned(), format!("\"x\", W/{tag}"), "*".into()] {
        let (status, headers, text) = fetch(&app, &path, Some(&known)).await;
        assert_eq!((status, text.as_str()), (StatusCode::NOT_MODIFIED, ""));
        assert_eq!(headers[header::ETAG], tag);
    }
    run(&app.db, "update session_plans set place = 'Elsewhere'").await;
    let (status, _, text) = fetch(&app, &path, Some(tag)).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        text.contains("SEQUENCE:1") && !text.contains("Elsewhere"),
        "{text}"
    );
}

#[sqlx::test]
async fn an_address_is_shown_once_and_ends_when_its_owner_says_so(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let first = feed_of(&app, pairing.mentee).await;
    let token = first.rsplit('/').next().unwrap();
    let kept: String = sqlx::query_scalar("select calendar_feeds::text from calendar_feeds")
        .fetch_one(&app.db)
        .await
        .unwrap();
    assert!(!kept.contains(token));
    let tom = app.sign_in(pairing.mentee).await;
    tom.get("/account/calendar").await.does_not_say(token);

    let second = feed_of(&app, pairing.mentee).await;
    assert_eq!(fetch(&app, &first, None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(fetch(&app, &second, None).await.0, StatusCode::OK);
    tom.post("/account/calendar/revocation", &[])
        .await
        .leads_to("/account/calendar");
    assert_eq!(fetch(&app, &second, None).await.0, StatusCode::NOT_FOUND);

    // Whoever has left takes nothing along.
    let otto = given::person(&app.db, "Otto").await;
    let path = feed_of(&app, otto).await;
    assert_eq!(fetch(&app, &path, None).await.0, StatusCode::OK);
    run(
        &app.db,
        "update people set deactivated_at = '2026-04-01' where full_name = 'Otto'",
    )
    .await;
    assert_eq!(fetch(&app, &path, None).await.0, StatusCode::NOT_FOUND);
}

#[sqlx::test]
async fn both_are_invited_by_letter_to_what_one_of_them_books(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    given::lives_in(&app.db, pairing.mentor, "America/New_York").await;
    let path = book(&app, &pairing).await;
    let letters = letters(&app.db).await;
    assert_eq!(letters.len(), 2);
    let (maya, tom) = (to(&letters, pairing.mentor), to(&letters, pairing.mentee));
    assert!(
        maya.subject
            .starts_with("Booked: your session with Tom, Thursday 2 April 2026, 4:00am")
    );
    let first = "Tom has booked a session with you: Thursday 2 April 2026, 4:00am (New York).";
    assert!(maya.body.starts_with(first), "{}", maya.body);
    let first = "You have booked a session with Maya: Thursday 2 April 2026, 9:00am (London).";
    assert!(tom.body.starts_with(first), "{}", tom.body);
    assert_eq!(maya.thread, tom.thread);
    let foot = "Letters like this one always come at once.\n\nChoose which others you get, and how \
                often:\n\nhttp://localhost:3000/account/letters\n";
    for letter in [maya, tom] {
        assert!(letter.body.ends_with(foot), "{}", letter.body);
    }
    // Each says from the letter whether they come.
    for (letter, words) in [(maya, "Can you come?"), (tom, "You are coming")] {
        let page = act_in(&letter.body).unwrap();
        app.stranger().get(&page).await.says(words).says(&path);
    }
    for letter in &letters {
        assert!(!format!("{letter:?}").contains("secret-agenda"));
        assert!(
            !letter.body.contains("Juniper"),
            "an administrator may read it"
        );
        assert_eq!(letter.calendar_method.as_deref(), Some("REQUEST"));
        let read = read_back(&["ics"], letter.calendar.as_deref().unwrap()).await;
        assert_eq!(read["method"], "REQUEST");
        let event = &read["events"][0];
        assert_eq!(event["uid"], uid(&app.db).await);
        assert_eq!(event["location"], "Room Juniper; 3rd floor, left");
        assert_eq!(event["dtstamp"], "2026-04-01T12:00:00+00:00");
        let attendee = |at: usize| event["attendees"][at].as_array().unwrap()[1..].to_vec();
        assert_eq!(attendee(0), ["Maya", "NEEDS-ACTION", "TRUE"]);
        assert_eq!(attendee(1), ["Tom", "ACCEPTED", "TRUE"]);
        let recipient = format!("mailto:{}", letter.recipient);
        assert!(event["attendees"].to_string().contains(&recipient));
    }
}

#[sqlx::test]
async fn every_change_reaches_both_calendars_under_the_same_name(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let path = book(&app, &pairing).await;
    let booked = letters(&app.db).await;
    let maya = app.sign_in(pairing.mentor).await;

    let plan = format!("{path}/plan");
    let version = |page: &Answer| page.values_of("version")[0].to_owned();
    let page = maya.get(&plan).await;
    let agenda = [
        ("version", &*version(&page)),
        ("place", "Room Juniper; 3rd floor, left"),
        ("agenda", "Other"),
    ];
    maya.post(&plan, &agenda).await.leads_to(&path);
    assert!(
        letters(&app.db).await.is_empty(),
        "what it is about is nobody else's"
    );
    let page = maya.get(&plan).await;
    let place = [
        ("version", &*version(&page)),
        ("place", "https://meet.example/x"),
        ("agenda", "Other"),
    ];
    maya.post(&plan, &place).await.leads_to(&path);
    let moved = letters(&app.db).await;
    assert!(
        to(&moved, pairing.mentee)
            .body
            .starts_with("Maya has changed the place of your session")
    );

    maya.post(&format!("{path}/cancellation"), &[]).await;
    let cancelled = letters(&app.db).await;
    assert!(
        to(&cancelled, pairing.mentor)
            .subject
            .starts_with("Cancelled: your session with Tom")
    );

    let mut texts = Vec::new();
    for (letters, method, status) in [
        (&booked, "REQUEST", "CONFIRMED"),
        (&moved, "REQUEST", "CONFIRMED"),
        (&cancelled, "CANCEL", "CANCELLED"),
    ] {
        assert_eq!(letters.len(), 2);
        let letter = to(letters, pairing.mentee);
        let text = letter.calendar.clone().unwrap();
        let read = read_back(&["ics"], &text).await;
        assert_eq!(read["method"], method);
        assert_eq!(read["events"][0]["sequence"], texts.len().to_string());
        assert_eq!(read["events"][0]["status"], status);
        assert_eq!(letter.thread, booked[0].thread);
        texts.push(text);
    }

    // A CalDAV server takes each in its turn, and has one event of it all.
    let list = serde_json::to_string(&texts).unwrap();
    let held = read_back(&["caldav"], &list).await;
    assert_eq!(held["answers"], serde_json::json!([201, 201, 204, 204]));
    assert_eq!(held["found"], serde_json::json!([uid(&app.db).await]));
    assert_eq!(held["events"].as_array().unwrap().len(), 1);
    assert_eq!(held["events"][0]["status"], "CANCELLED");
    assert_eq!(held["events"][0]["location"], "https://meet.example/x");
}

#[sqlx::test]
async fn a_pairing_that_closes_takes_its_session_out_of_both_calendars(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    book(&app, &pairing).await;
    letters(&app.db).await;
    let coordinator = app.sign_in(pairing.coordinator).await;
    coordinator
        .post(&format!("{}/ending", pairing.path), &[("how", "ended")])
        .await
        .is(StatusCode::SEE_OTHER);
    // Beside what says that the pairing has ended.
    let mut told = letters(&app.db).await;
    told.retain(|letter| letter.calendar.is_some());
    assert_eq!(told.len(), 2);
    for letter in &told {
        assert_eq!(letter.calendar_method.as_deref(), Some("CANCEL"));
        assert!(
            letter.body.contains("because your pairing was closed"),
            "{}",
            letter.body
        );
        assert!(!letter.body.contains("fault") && !letter.body.contains("ended"));
    }
}

#[sqlx::test]
async fn an_invitation_arrives_as_calendars_look_for_it(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let mut office = PostOffice::open(&[]).await;
    office.used_by(&app).await;
    book(&app, &pairing).await;
    let (_stop, never) = watch::channel(false);
    deliver_due(&app.server, Clock::Stopped(NOON), &never)
        .await
        .unwrap();
    for _ in 0..2 {
        let letter = office.next().await;
        let read = read_back(&["letter"], &letter.text).await;
        assert_eq!(read["problems"], serde_json::json!([]));
        let parts = read["parts"].as_array().unwrap();
        let told: Vec<[&str; 3]> = parts
            .iter()
            .map(|part| ["type", "method", "file"].map(|name| part[name].as_str().unwrap()))
            .collect();
        assert_eq!(
            told,
            [
                ["multipart/mixed", "", ""],
                ["multipart/alternative", "", ""],
                ["text/plain", "", ""],
                ["text/html", "", ""],
                ["text/calendar", "REQUEST", ""],
                ["application/ics", "", "invite.ics"],
            ]
        );
        let text = |part: usize| parts[part]["text"].as_str().unwrap().to_owned();
        assert_eq!(text(4), text(5));
        assert_eq!(parts[4]["charset"], "utf-8");
        let event = read_back(&["ics"], &text(4)).await["events"][0].clone();
        // Whoever sends it is whoever invites.
        assert_eq!(event["organizer"], "mailto:mentoring@example.org");
        assert!(
            read["headers"]["From"]
                .as_str()
                .unwrap()
                .contains("mentoring@example.org")
        );
        assert!(!event["organizer_name"].as_str().unwrap().is_empty());
        let thread = format!("<session-{}@localhost>", uid(&app.db).await);
        assert_eq!(read["headers"]["References"], thread);
        assert_eq!(read["headers"]["In-Reply-To"], thread);
        assert_eq!(read["headers"]["Auto-Submitted"], "auto-generated");
        assert!(text(2).contains("http://localhost:3000/letters/act/"));
    }
    let left: i64 = sqlx::query_scalar(
        "select count(*) from letters where num_nonnulls(calendar, calendar_method) > 0 or body <> ''",
    )
    .fetch_one(&app.db)
    .await
    .unwrap();
    assert_eq!(left, 0, "nothing of it is kept once it is sent");
}

/// What somebody's calendar answers.
struct Reply {
    from: String,
    attendee: String,
    method: &'static str,
    answer: &'static str,
    uid: String,
    sequence: i32,
}

impl Reply {
    async fn of(app: &TestApp, person: Person, answer: &'static str) -> Reply {
        let email: String = sqlx::query_scalar("select email from people where id = $1")
            .bind(person.0)
            .fetch_one(&app.db)
            .await
            .unwrap();
        Reply {
            from: email.clone(),
            attendee: email,
            method: "REPLY",
            answer,
            uid: uid(&app.db).await,
            sequence: sequence(&app.db).await,
        }
    }

    fn letter(&self) -> String {
        format!(
            "From: Somebody <{}>\r\nTo: mentoring@example.org\r\nSubject: Answer\r\n\
             MIME-Version: 1.0\r\nContent-Type: text/calendar; charset=utf-8; method={1}\r\n\r\n\
             BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nMETHOD:{1}\r\nBEGIN:VEVENT\r\n\
             UID:{2}\r\nSEQUENCE:{3}\r\nDTSTAMP:20260401T120000Z\r\nDTSTART:20290101T080000Z\r\n\
             COMMENT:secret-comment\r\nATTENDEE;PARTSTAT={4}:mailto:{5}\r\nEND:VEVENT\r\n\
             END:VCALENDAR\r\n",
            self.from, self.method, self.uid, self.sequence, self.answer, self.attendee
        )
    }

    async fn arrives(&self, app: &TestApp) -> Received {
        let mut db = app.server.begin().await.unwrap();
        let base_url = app.state().base_url;
        let letter = self.letter();
        let received = receive(&mut db, &base_url, letter.as_bytes(), NOON).await;
        db.commit().await.unwrap();
        received.unwrap()
    }
}

async fn answers(db: &PgPool) -> Vec<(i64, Option<String>)> {
    let sql = "select person_id, answer from attendances order by person_id";
    sqlx::query_as(sql).fetch_all(db).await.unwrap()
}

#[sqlx::test]
async fn whoever_declines_is_told_of_and_nothing_is_cancelled(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let path = book(&app, &pairing).await;
    letters(&app.db).await;
    let accepts = Reply::of(&app, pairing.mentor, "ACCEPTED").await;
    assert_eq!(accepts.arrives(&app).await, Received::Kept);
    assert!(letters(&app.db).await.is_empty());
    let tom = app.sign_in(pairing.mentee).await;
    tom.get(&path).await.does_not_say("cannot come");

    let declines = Reply::of(&app, pairing.mentor, "DECLINED").await;
    // The same letter may come twice.
    for _ in 0..2 {
        assert_eq!(declines.arrives(&app).await, Received::Kept);
    }
    let told = letters(&app.db).await;
    assert_eq!(told.len(), 1);
    let letter = to(&told, pairing.mentee);
    assert_eq!(letter.subject, "Maya cannot come to your session");
    let first = "Maya cannot come to your session of Thursday 2 April 2026, 9:00am (London).";
    assert!(letter.body.starts_with(first), "{}", letter.body);
    app.stranger()
        .get(&act_in(&letter.body).unwrap())
        .await
        .says("Maya cannot come")
        .says(&path);
    assert!(!letter.body.contains("secret-comment"));
    assert_eq!(letter.calendar_method, None);
    tom.get(&path)
        .await
        .says("Maya has said that they cannot come")
        .says("Booked")
        .says(&format!("{path}/cancellation"));
    let coordinator = app.sign_in(pairing.coordinator).await;
    coordinator.get(&path).await.does_not_say("cannot come");

    // What they said stands in the next invitation, until the time is another.
    let plan = format!("{path}/plan");
    let version = tom.get(&plan).await.values_of("version")[0].to_owned();
    let form = [
        ("version", &*version),
        ("place", "Elsewhere"),
        ("agenda", ""),
    ];
    tom.post(&plan, &form).await.leads_to(&path);
    let again = letters(&app.db).await;
    let read = read_back(&["ics"], again[0].calendar.as_deref().unwrap()).await;
    assert_eq!(read["events"][0]["attendees"][0][2], "DECLINED");
    run(
        &app.db,
        "update mentoring_sessions set during = tstzrange('2026-04-02 09:00Z', '2026-04-02 10:00Z')",
    )
    .await;
    assert!(
        answers(&app.db)
            .await
            .iter()
            .all(|(_, answer)| answer.is_none())
    );
    assert_eq!(sequence(&app.db).await, 2);
}

#[sqlx::test]
async fn another_time_is_asked_for_and_nothing_is_moved(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let path = book(&app, &pairing).await;
    letters(&app.db).await;
    let counters = Reply {
        method: "COUNTER",
        ..Reply::of(&app, pairing.mentee, "TENTATIVE").await
    };
    assert_eq!(counters.arrives(&app).await, Received::Kept);
    let told = letters(&app.db).await;
    let letter = to(&told, pairing.mentor);
    assert_eq!(letter.subject, "Tom asks for another time");
    app.stranger()
        .get(&act_in(&letter.body).unwrap())
        .await
        .says("<h1>Tom asks for another time</h1>")
        .says("Move it to another time")
        .says("I cannot come either");
    let maya = app.sign_in(pairing.mentor).await;
    maya.get(&path)
        .await
        .says("Tom asks for another time")
        .says("Thursday 2 April 2026, 9:00am");
}

#[sqlx::test]
async fn what_is_forged_stale_or_over_changes_nothing(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    book(&app, &pairing).await;
    letters(&app.db).await;
    let as_booked = answers(&app.db).await;
    let outsider = given::person(&app.db, "Otto").await;
    let declines = async |person| Reply::of(&app, person, "DECLINED").await;
    let maya = declines(pairing.mentor).await;
    let forged = [
        declines(outsider).await,
        declines(pairing.coordinator).await,
        Reply {
            from: declines(outsider).await.from,
            ..declines(pairing.mentor).await
        },
        Reply {
            attendee: maya.attendee.clone(),
            ..declines(pairing.mentee).await
        },
        Reply {
            sequence: -1,
            ..declines(pairing.mentor).await
        },
        Reply {
            sequence: 1,
            ..declines(pairing.mentor).await
        },
        Reply {
            uid: "00000000-0000-4000-8000-000000000000".into(),
            ..declines(pairing.mentor).await
        },
        Reply {
            uid: "' or true --".into(),
            ..declines(pairing.mentor).await
        },
        Reply {
            method: "CANCEL",
            ..declines(pairing.mentor).await
        },
        Reply {
            method: "REQUEST",
            ..declines(pairing.mentor).await
        },
    ];
    let nothing = async |case: &Reply| {
        let received = case.arrives(&app).await;
        assert!(
            matches!(received, Received::Nothing(_)),
            "{}",
            case.letter()
        );
        assert!(letters(&app.db).await.is_empty());
    };
    for case in &forged {
        nothing(case).await;
        assert_eq!(answers(&app.db).await, as_booked);
    }
    // The very letter that would do comes too late.
    run(&app.db, "update session_plans set place = 'Elsewhere'").await;
    nothing(&maya).await;
    let late = declines(pairing.mentor).await;
    run(&app.db, "update mentoring_sessions set during = tstzrange('2026-04-01 11:00Z', '2026-04-01 12:00Z')").await;
    let late = Reply {
        sequence: sequence(&app.db).await,
        ..late
    };
    nothing(&late).await;
    let booked: i64 =
        sqlx::query_scalar("select count(*) from mentoring_sessions where cancelled_on is null")
            .fetch_one(&app.db)
            .await
            .unwrap();
    assert_eq!(booked, 1);
}

/// As a mail server's pipe does it.
#[sqlx::test]
async fn a_letter_on_standard_input_is_never_sent_back(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    // The command goes by the clock on the wall.
    let soon = OffsetDateTime::from(std::time::SystemTime::now()) + Duration::days(3);
    given::session(&app.db, &pairing, "session", soon).await;
    let options = app.server.connect_options();
    let url = format!(
        "postgres://{}@localhost/{}?host={}",
        options.get_username(),
        options.get_database().unwrap(),
        encode(options.get_socket().unwrap().to_str().unwrap()),
    );
    let hand_in = async |letter: &str| {
        let mut process = Command::new(env!("CARGO_BIN_EXE_waymark"))
            .args(["mail", "receive"])
            .env_clear()
            .env("DATABASE_URL", &url)
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = process.stdin.take().unwrap();
        input.write_all(letter.as_bytes()).await.unwrap();
        drop(input);
        let done = process.wait_with_output().await.unwrap();
        let said = String::from_utf8(done.stderr).unwrap();
        (done.status.code(), said)
    };
    let declines = Reply::of(&app, pairing.mentor, "DECLINED").await;
    for (letter, said) in [
        (
            "From: a@b.example\r\n\r\nI am on holiday.\r\n".to_owned(),
            "no calendar",
        ),
        (String::new(), "Nothing changes"),
        ("x".repeat(3_000_000), "too long"),
        (declines.letter(), "The answer is kept"),
    ] {
        let (code, words) = hand_in(&letter).await;
        assert_eq!(code, Some(0), "{words}");
        assert!(words.contains(said), "{words}");
    }
    assert_eq!(letters(&app.db).await.len(), 1);
    let declined = answers(&app.db).await;
    assert!(declined.contains(&(pairing.mentor.0, Some("declined".into()))));

    // A database that is away for the moment: the letter is to be kept and handed in again.
    let mut process = Command::new(env!("CARGO_BIN_EXE_waymark"));
    let away = process
        .args(["mail", "receive"])
        .env_clear()
        .env(
            "DATABASE_URL",
            "postgres://waymark_server@127.0.0.1:1/waymark",
        )
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    assert_eq!(away.status.code(), Some(75));
}

#[sqlx::test]
async fn of_the_demonstration_no_invitation_leaves(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().at(At::Sessions).insert(&app.db).await;
    run(
        &app.db,
        "insert into demonstration (loaded_at) values ('2026-04-01')",
    )
    .await;
    run(
        &app.db,
        "insert into made_up_programmes select id from programmes",
    )
    .await;
    book(&app, &pairing).await;
    let made_up: Vec<bool> = sqlx::query_scalar("select made_up from letters")
        .fetch_all(&app.db)
        .await
        .unwrap();
    assert_eq!(made_up, [true, true]);
}
