//! Coordinators say something of their own in the letters of their programme.

use crate::joining::{count, email_of, letters_to};
use crate::support::given::Programme;
use crate::support::{Answer, TestApp, Visitor, given};
use axum::http::StatusCode;
use sqlx::PgPool;

const KINDS: [&str; 6] = [
    "invitation",
    "enrolment_link",
    "approved",
    "question",
    "wait_listed",
    "declined",
];

fn at(programme: Programme, place: &str) -> String {
    format!("/programmes/{}{place}", programme.id)
}

/// Types these words over what the page shows, and presses the button.
async fn say(
    visitor: &Visitor<'_>,
    programme: Programme,
    words: &[(&str, &str)],
    then: &str,
) -> Answer {
    let path = at(programme, "/letters");
    let page = visitor.get(&path).await;
    let version = page.values_of("version")[0].to_owned();
    let mut form = vec![("version", version.as_str()), ("then", then)];
    form.extend_from_slice(words);
    visitor.post(&path, &form).await
}

#[sqlx::test]
async fn every_letter_of_the_programme_carries_their_words(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let elsewhere = given::programme(&app.db, "Europe/London").await;
    let cleo = app.sign_in(programme.coordinator).await;
    let words = KINDS.map(|kind| format!("Own words: {kind}.\r\n\r\nAnd more."));
    let form: Vec<(&str, &str)> = KINDS
        .into_iter()
        .zip(words.iter().map(String::as_str))
        .collect();
    let said = say(&cleo, programme, &form, "").await;
    said.leads_to(&at(programme, "/letters"));

    let mut sent = Vec::new();
    let invitation = |email| [("people", email), ("part", "mentee")];
    cleo.post(&at(programme, "/invitations"), &invitation("i@example.org"))
        .await;
    sent.push(("invitation", "i@example.org".to_owned()));
    cleo.post(&at(programme, "/enrolment-link"), &[]).await;
    sqlx::query("update organisation set mail_domains = array['example.org']")
        .execute(&app.db)
        .await
        .unwrap();
    let token: String = sqlx::query_scalar("select token from enrolment_links")
        .fetch_one(&app.db)
        .await
        .unwrap();
    app.stranger()
        .post(&format!("/join/{token}"), &invitation_by("j@example.org"))
        .await;
    sent.push(("enrolment_link", "j@example.org".to_owned()));
    for (decision, kind) in [
        ("approval", "approved"),
        ("question", "question"),
        ("waiting-list", "wait_listed"),
        ("decline", "declined"),
    ] {
        let person = given::person(&app.db, kind).await;
        let id = given::application(&app.db, programme, person, "mentee").await;
        let form = [("application", &*id.to_string()), ("words", "Kindly")];
        let decided = cleo
            .post(&at(programme, &format!("/decisions/{decision}")), &form)
            .await;
        decided.is(StatusCode::SEE_OTHER);
        sent.push((kind, email_of(&app, person).await));
    }
    for (kind, email) in &sent {
        let letters = letters_to(&app, email).await;
        let words = format!("\n\nOwn words: {kind}.\n\nAnd more.\n\n");
        let body = &letters[0].body;
        let (before, after) = body.split_once(&words).unwrap_or_else(|| panic!("{body}"));
        assert!(!before.contains('\n'), "after the first line: {body}");
        assert!(after.contains(letters[0].link()), "{body}");
    }

    // Sent again, it says the same; another programme says nothing of its own.
    let resent = format!(
        "/invitations/{}/resending",
        count(
            &app,
            "select id from invitations where email = 'j@example.org'"
        )
        .await
    );
    cleo.post(&at(programme, &resent), &[]).await;
    let letters = letters_to(&app, "j@example.org").await;
    assert_eq!(letters.len(), 2);
    assert!(letters[0].body.contains("Own words: enrolment_link."));
    let other = app.sign_in(elsewhere.coordinator).await;
    other
        .post(&at(elsewhere, "/invitations"), &invitation("k@example.org"))
        .await;
    let letters = letters_to(&app, "k@example.org").await;
    assert!(!letters[0].body.contains("Own words"));
}

fn invitation_by(email: &str) -> [(&str, &str); 2] {
    [("email", email), ("part", "mentee")]
}

#[sqlx::test]
async fn they_see_how_a_letter_reads_before_they_keep_it(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let cleo = app.sign_in(programme.coordinator).await;
    let kept = "select count(*) from programme_letters";
    let words = [("approved", "Welcome <all>"), ("declined", "")];
    let preview = say(&cleo, programme, &words, "preview").await;
    preview
        .is(StatusCode::OK)
        .says("\n\nWelcome &#60;all&#62;\n\n")
        .says("Application approved");
    assert_eq!(count(&app, kept).await, 0);

    let long = "x".repeat(1001);
    let refused = say(&cleo, programme, &[("question", &long)], "").await;
    refused
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Shorten this to 1000 characters")
        .says(&long);

    say(&cleo, programme, &words, "").await;
    assert_eq!(count(&app, kept).await, 1);
    cleo.get(&at(programme, "/letters"))
        .await
        .says("\n\nWelcome &#60;all&#62;\n\n");
    let audited = format!(
        "select count(*) from audit_events
         where act = 'changed the letters' and actor_id = {} and programme_id = {}",
        programme.coordinator.0, programme.id
    );
    assert_eq!(count(&app, &audited).await, 1);
    // What says nothing new leaves no trace; what is emptied is gone.
    say(&cleo, programme, &words, "").await;
    assert_eq!(count(&app, &audited).await, 1);
    say(&cleo, programme, &[("approved", " ")], "").await;
    assert_eq!(count(&app, kept).await, 0);
}

#[sqlx::test]
async fn an_old_tab_takes_nothing_back(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let cleo = app.sign_in(programme.coordinator).await;
    let path = at(programme, "/letters");
    let old = cleo.get(&path).await.values_of("version")[0].to_owned();
    say(&cleo, programme, &[("approved", "Newer")], "").await;
    let late = cleo
        .post(&path, &[("version", &old), ("approved", "Older")])
        .await;
    late.is(StatusCode::CONFLICT)
        .says("say “Newer” here")
        .says("Older");
    let newer = "select count(*) from programme_letters where words = 'Newer'";
    assert_eq!(count(&app, newer).await, 1);
    // Saved again, it is meant.
    let seen = late.values_of("version")[0];
    cleo.post(&path, &[("version", seen), ("approved", "Older")])
        .await
        .leads_to(&path);
    assert_eq!(count(&app, newer).await, 0);
}

#[sqlx::test]
async fn letters_are_for_its_coordinators_while_it_is_no_archive(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let elsewhere = given::programme(&app.db, "Europe/London").await;
    let path = at(programme, "/letters");
    let ada = given::administrator(&app.db, "Ada").await;
    for person in [elsewhere.coordinator, ada] {
        let visitor = app.sign_in(person).await;
        visitor.get(&path).await.is(StatusCode::NOT_FOUND);
        let said = visitor.post(&path, &[("approved", "Mine")]).await;
        said.is(StatusCode::NOT_FOUND);
    }
    let cleo = app.sign_in(programme.coordinator).await;
    cleo.get(&at(programme, "/edit"))
        .await
        .says(&format!("href=\"{path}\""));
    sqlx::query("update programmes set archived_at = '2026-04-01'")
        .execute(&app.db)
        .await
        .unwrap();
    cleo.get(&path).await.says("This programme is archived");
    let said = say_anyway(&cleo, programme).await;
    said.is(StatusCode::CONFLICT);
    assert_eq!(
        count(&app, "select count(*) from programme_letters").await,
        0
    );
}

async fn say_anyway(visitor: &Visitor<'_>, programme: Programme) -> Answer {
    visitor
        .post(&at(programme, "/letters"), &[("approved", "Mine")])
        .await
}
