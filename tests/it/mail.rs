//! Letters: written with what causes them, and handed to a real mail server, whatever it does.

use crate::support::post_office::PostOffice;
use crate::support::{NOON, TestApp, given};
use axum::http::StatusCode;
use sqlx::PgPool;
use std::time::Duration as Wait;
use time::{Duration, OffsetDateTime};
use tokio::sync::watch;
use waymark::clock::Clock;
use waymark::mail::{Enclosed, Letter, Sent, deliver_due};
use waymark::people::PersonId;

async fn write(app: &TestApp, recipient: &str, number: usize) {
    let letter = Letter {
        recipient: recipient.into(),
        person: None,
        subject: format!("Letter {number}"),
        body: "Zoë invites you.\n\nhttp://localhost:3000/invitations/1\n".into(),
    };
    let mut db = app.server.begin().await.unwrap();
    letter.write(&mut db, &app.state(), NOON).await.unwrap();
    db.commit().await.unwrap();
}

async fn deliver(app: &TestApp, at: OffsetDateTime) -> Sent {
    let (_stop, never) = watch::channel(false);
    deliver_due(&app.server, Clock::Stopped(at), &never)
        .await
        .unwrap()
}

fn sent(sent: u64, put_off: u64, given_up: u64) -> Sent {
    Sent {
        sent,
        put_off,
        given_up,
    }
}

async fn count(app: &TestApp, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&app.db).await.unwrap()
}

#[sqlx::test]
async fn a_letter_is_sent_once_and_its_text_forgotten(db: PgPool) {
    let app = TestApp::new(db).await;
    write(&app, "tom@example.org", 1).await;
    assert_eq!(
        deliver(&app, NOON).await,
        Sent::default(),
        "no way to leave"
    );
    let mut office = PostOffice::open(&[]).await;
    office.used_by(&app).await;
    assert_eq!(deliver(&app, NOON).await, sent(1, 0, 0));
    let letter = office.next().await;
    assert_eq!(letter.to, ["tom@example.org"]);
    assert_eq!(letter.from, "mentoring@example.org");
    for line in [
        "Subject: Letter 1",
        "To: tom@example.org",
        "Auto-Submitted: auto-generated",
        "Date: Wed, 01 Apr 2026 12:00:00 +0000",
        "@localhost>",
        "/invitations/1",
    ] {
        assert!(letter.text.contains(line), "{line}: {}", letter.text);
    }
    assert_eq!(deliver(&app, NOON).await, Sent::default());
    assert_eq!(
        count(&app, "select count(*) from letters where body <> ''").await,
        0
    );
}

#[sqlx::test]
async fn what_does_not_last_writes_no_letter(db: PgPool) {
    let app = TestApp::new(db).await;
    let letter = Letter {
        recipient: "tom@example.org".into(),
        person: None,
        subject: "Come".into(),
        body: "Come.".into(),
    };
    let mut undone = app.server.begin().await.unwrap();
    letter.write(&mut undone, &app.state(), NOON).await.unwrap();
    undone.rollback().await.unwrap();
    assert_eq!(count(&app, "select count(*) from letters").await, 0);
}

#[sqlx::test]
async fn while_the_mail_server_is_down_letters_wait(db: PgPool) {
    let app = TestApp::new(db).await;
    let office = PostOffice::open(&[]).await;
    office.used_by(&app).await;
    office.close();
    write(&app, "tom@example.org", 1).await;
    assert_eq!(deliver(&app, NOON).await, sent(0, 1, 0));
    // Not again at once, but a minute later.
    assert_eq!(
        deliver(&app, NOON + Duration::seconds(59)).await,
        Sent::default()
    );
    let mut office = PostOffice::open(&[]).await;
    office.used_by(&app).await;
    assert_eq!(
        deliver(&app, NOON + Duration::seconds(61)).await,
        sent(1, 0, 0)
    );
    assert_eq!(office.next().await.to, ["tom@example.org"]);
}

#[sqlx::test]
async fn a_letter_that_never_leaves_is_given_up_and_can_be_tried_again(db: PgPool) {
    let app = TestApp::new(db).await;
    let office = PostOffice::open(&[]).await;
    office.used_by(&app).await;
    office.close();
    write(&app, "tom@example.org", 1).await;
    let mut now = NOON;
    for _ in 0..8 {
        assert_eq!(deliver(&app, now).await, sent(0, 1, 0));
        now += Duration::days(2);
    }
    assert_eq!(deliver(&app, now).await, sent(0, 0, 1));
    assert_eq!(
        deliver(&app, now + Duration::days(9)).await,
        Sent::default()
    );

    let ada = app
        .sign_in(given::administrator(&app.db, "Ada").await)
        .await;
    let page = ada.get("/administration/letters?show=given-up").await;
    let page = ada.get(page.link("Letter 1")).await;
    page.says("Given up after 9 tries").says("Zoë invites you.");
    ada.post(page.form_with("Try again now"), &[])
        .await
        .leads_to("/administration/letters");
    let mut office = PostOffice::open(&[]).await;
    office.used_by(&app).await;
    assert_eq!(deliver(&app, NOON).await, sent(1, 0, 0));
    assert!(office.next().await.text.contains("Letter 1"));
}

#[sqlx::test]
async fn one_recipient_refused_holds_nobody_else_up(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut office = PostOffice::open(&["--refuse", "gone@example.org", "--busy", "1"]).await;
    office.used_by(&app).await;
    write(&app, "gone@example.org", 1).await;
    write(&app, "tom@example.org", 2).await;
    write(&app, "maya@example.org", 3).await;
    assert_eq!(deliver(&app, NOON).await, sent(1, 1, 1));
    assert_eq!(
        deliver(&app, NOON + Duration::minutes(2)).await,
        sent(1, 0, 0)
    );
    let mut reached = [office.next().await.to, office.next().await.to].concat();
    reached.sort();
    assert_eq!(reached, ["maya@example.org", "tom@example.org"]);
    let ada = app
        .sign_in(given::administrator(&app.db, "Ada").await)
        .await;
    ada.get("/administration/letters?show=given-up")
        .await
        .says("Nobody of that name here");
}

#[sqlx::test]
async fn several_servers_send_each_letter_once(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut office = PostOffice::open(&[]).await;
    office.used_by(&app).await;
    for number in 0..60 {
        write(&app, "tom@example.org", number).await;
    }
    let (one, two) = tokio::join!(deliver(&app, NOON), deliver(&app, NOON));
    assert_eq!(one.sent + two.sent, 60);
    let mut subjects = Vec::new();
    for _ in 0..60 {
        let letter = office.next().await;
        subjects.push(letter.header("Subject"));
    }
    subjects.sort();
    subjects.dedup();
    assert_eq!(subjects.len(), 60);
}

/// The one way in which a letter can come twice; it says so itself.
#[sqlx::test]
async fn a_crash_before_it_is_written_down_repeats_a_letter_under_its_own_name(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut office = PostOffice::open(&["--slow", "1"]).await;
    office.used_by(&app).await;
    write(&app, "tom@example.org", 1).await;
    let first = tokio::select! {
        letter = office.next() => letter,
        _ = deliver(&app, NOON) => panic!("it was written down"),
    };
    // The transaction of the one that crashed has to be gone.
    tokio::time::sleep(Wait::from_millis(300)).await;
    assert_eq!(deliver(&app, NOON).await, sent(1, 0, 0));
    let again = office.next().await;
    assert_eq!(first.header("Message-ID"), again.header("Message-ID"));
    assert!(!first.header("Message-ID").is_empty());
}

#[sqlx::test]
async fn mail_is_set_up_and_tried_by_administrators(db: PgPool) {
    let app = TestApp::new(db).await;
    let ada = app
        .sign_in(given::administrator(&app.db, "Ada").await)
        .await;
    let path = "/administration/mail";
    ada.get("/administration")
        .await
        .says("Letters wait here until");
    let mut office = PostOffice::open(&[]).await;
    let port = office.port.to_string();
    let form = |act: &'static str, host: &'static str| {
        [
            ("host", host),
            ("security", "none"),
            ("sender", "mentoring@example.org"),
            ("to", "ada@example.org"),
            ("act", act),
        ]
    };
    let with_port = |fields: [(&'static str, &'static str); 5]| {
        let mut fields: Vec<(&str, String)> = fields
            .map(|(name, value)| (name, value.to_owned()))
            .to_vec();
        fields.push(("port", port.clone()));
        fields
    };
    let post = async |fields: Vec<(&str, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        ada.post(path, &fields).await
    };
    post(with_port(form("test", "127.0.0.1")))
        .await
        .leads_to(path);
    assert!(
        office
            .next()
            .await
            .text
            .contains("A test letter from Waymark")
    );
    assert_eq!(count(&app, "select count(*) from mail_settings").await, 1);
    post(with_port(form("", "127.0.0.1"))).await.leads_to(path);
    ada.get("/administration")
        .await
        .says("by a mail server of yours");
    for (host, words) in [
        ("", "Enter the mail server&#39;s name"),
        ("smtp://x", "Enter the name alone"),
    ] {
        post(with_port(form("", host)))
            .await
            .is(StatusCode::UNPROCESSABLE_ENTITY)
            .says(words)
            .says("mentoring@example.org");
    }
    office.close();
    post(with_port(form("test", "127.0.0.1")))
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("The test letter did not leave")
        .says("value=\"mentoring@example.org\"");
}

#[sqlx::test]
async fn a_kept_password_is_never_shown_and_goes_with_its_user(db: PgPool) {
    let app = TestApp::new(db).await;
    let ada = app
        .sign_in(given::administrator(&app.db, "Ada").await)
        .await;
    let path = "/administration/mail";
    let save = async |username: &str, password: &str| {
        let fields = [
            ("host", "smtp.example.org"),
            ("port", "587"),
            ("security", "starttls"),
            ("sender", "mentoring@example.org"),
            ("username", username),
            ("password", password),
        ];
        ada.post(path, &fields).await.leads_to(path);
        let kept: String = sqlx::query_scalar("select password from mail_settings")
            .fetch_one(&app.db)
            .await
            .unwrap();
        kept
    };
    assert_eq!(save("post", "secret-words").await, "secret-words");
    ada.get(path)
        .await
        .says("One is kept")
        .does_not_say("secret-words");
    assert_eq!(save("post", "").await, "secret-words");
    // Not to somebody who only changes the server and hopes that it comes along.
    assert_eq!(save("other", "").await, "");
}

#[sqlx::test]
async fn what_would_come_too_late_or_to_nobody_is_not_sent(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut office = PostOffice::open(&[]).await;
    office.used_by(&app).await;
    for (name, useless_after) in [
        ("Late", Some(NOON + Duration::minutes(5))),
        ("Left", None),
        ("Here", Some(NOON + Duration::minutes(15))),
    ] {
        let person = given::person(&app.db, name).await;
        let letter = Letter {
            recipient: format!("{}@example.org", name.to_lowercase()),
            person: Some(PersonId(person.0)),
            subject: "Tomorrow: your session".into(),
            body: "You meet tomorrow.\n".into(),
        };
        let enclosed = Enclosed {
            useless_after,
            ..Enclosed::default()
        };
        let mut db = app.server.begin().await.unwrap();
        let base_url = app.state().base_url;
        letter
            .write_with(&enclosed, &mut db, &base_url, NOON)
            .await
            .unwrap();
        db.commit().await.unwrap();
    }
    sqlx::query("update people set deactivated_at = now() where full_name = 'Left'")
        .execute(&app.db)
        .await
        .unwrap();
    let later = NOON + Duration::minutes(10);
    assert_eq!(deliver(&app, later).await, sent(1, 0, 2));
    assert_eq!(office.next().await.to, ["here@example.org"]);
    let kept = "select count(*) from letters where given_up_at is not null and body <> ''";
    assert_eq!(count(&app, kept).await, 0);

    // Without its text it is not tried again, be they back by then.
    sqlx::query("update people set deactivated_at = null")
        .execute(&app.db)
        .await
        .unwrap();
    let ada = given::administrator(&app.db, "Ada").await;
    let ada = app.sign_in(ada).await;
    let list = ada.get("/administration/letters?show=given-up").await;
    let path = list.link("Tomorrow").to_owned();
    ada.get(&path)
        .await
        .says("it would have come too late, or to somebody who has left")
        .says("Its text is not kept.")
        .does_not_say("Try again now")
        .does_not_say("The mail server said");
    ada.post(&format!("{path}/retrial"), &[])
        .await
        .is(StatusCode::CONFLICT);
    assert_eq!(deliver(&app, later).await, Sent::default());
}
