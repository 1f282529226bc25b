//! The agreement: drafted by both, compared, commented on, signed and kept in all its versions.

use crate::support::given::{At, Paired};
use crate::support::{NOON, TestApp, Visitor, given};
use axum::http::StatusCode;
use sqlx::PgPool;
use time::Duration;

type Fields<'a> = Vec<(&'a str, &'a str)>;

fn draft<'a>(version: &'a str, clauses: &[(&'a str, &'a str)]) -> Fields<'a> {
    let mut fields = vec![("version", version)];
    if !clauses.iter().any(|(name, _)| *name == "purpose") {
        fields.push(("purpose", "To find my way"));
    }
    fields.extend(clauses);
    if !clauses.iter().any(|(name, _)| *name == "review_on") {
        fields.push(("review_on", "2026-09-01"));
    }
    fields.push(("ends_on", "2026-12-01"));
    fields
}

async fn both(app: &TestApp) -> (Paired, Visitor<'_>, Visitor<'_>, String) {
    let pairing = given::pairing()
        .at(At::InitialMeeting)
        .insert(&app.db)
        .await;
    let maya = app.sign_in(pairing.mentor).await;
    let tom = app.sign_in(pairing.mentee).await;
    let path = format!("{}/agreement", pairing.path);
    (pairing, maya, tom, path)
}

/// Clause by clause, in words that the two can sign as they are.
#[sqlx::test]
async fn every_clause_is_there_to_begin_with(db: PgPool) {
    let app = TestApp::new(db).await;
    let (_, _, tom, path) = both(&app).await;
    let page = tom.get(&format!("{path}/edit")).await;
    for words in [
        "Purpose and aims",
        "How we will see success",
        "What we talk about, and what not",
        "We meet for 60 minutes every 4 weeks",
        "Tom books, and brings the agenda",
        "Contact between sessions",
        "at least one working day",
        "What the mentor commits to",
        "What the mentee commits to",
        "Private notes are read by whoever wrote them",
        "Conflicts of interest",
        "What is reported to the programme",
        "How we give each other feedback",
        "end without fault",
        "Date the mentoring starts",
        "Date of the review",
        "Date the pairing ends",
    ] {
        page.says(words);
    }
}

#[sqlx::test]
async fn who_saves_second_sees_both_texts_and_chooses(db: PgPool) {
    let app = TestApp::new(db).await;
    let (_, maya, tom, path) = both(&app).await;
    let began = [
        ("purpose", "To find my way"),
        ("contact", "By message"),
        ("cancelling", "A day before"),
        ("feedback", "At the end"),
    ];
    tom.post(&path, &draft("0", &began)).await.leads_to(&path);
    let tom_writes = [
        ("purpose", "To find my own way"),
        ("contact", "By telephone"),
        ("cancelling", "A day before"),
        ("feedback", "At the end"),
    ];
    tom.post(&path, &draft("1", &tom_writes))
        .await
        .leads_to(&path);
    let maya_writes = [
        ("purpose", "To lead the <audit>"),
        ("contact", "By message"),
        ("cancelling", "Two days before"),
        ("feedback", "At the end"),
        ("review_on", "2026-10-01"),
    ];
    let page = maya.post(&path, &draft("1", &maya_writes)).await;
    page.is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Another version was saved while you were writing")
        .says("Tom saved version 2")
        .says("Both of you changed this.")
        .says("Only the saved version changed this.")
        .says("Only you changed this.")
        .says("To lead the &#60;audit&#62;</textarea>")
        .says("<blockquote class=\"keep\">To find my own way</blockquote>")
        .says("<blockquote class=\"keep\">By telephone</blockquote>")
        .says("Two days before</textarea>")
        .does_not_say("take_feedback");
    // What only the other one changed is theirs unless Maya says otherwise.
    assert!(
        page.body
            .contains("name=\"take_contact\" type=\"radio\" value=\"saved\" checked")
    );
    assert!(
        page.body
            .contains("name=\"take_cancelling\" type=\"radio\" value=\"typed\" checked")
    );
    let mut again = draft("2", &maya_writes);
    again.extend([
        ("take_purpose", "both"),
        ("take_contact", "saved"),
        ("take_cancelling", "typed"),
        ("take_review_on", "saved"),
    ]);
    maya.post(&path, &again).await.leads_to(&path);
    let kept: (i16, String, String, String, String, String) = sqlx::query_as(
        "select version, purpose, contact, cancelling, feedback, review_on::text
         from agreements order by version desc limit 1",
    )
    .fetch_one(&app.db)
    .await
    .unwrap();
    let expected = (
        3,
        "To find my own way\n\nTo lead the <audit>",
        "By telephone",
        "Two days before",
        "At the end",
        "2026-09-01",
    );
    let (version, purpose, contact, cancelling, feedback, review_on) = &kept;
    assert_eq!(
        (
            *version,
            purpose.as_str(),
            contact.as_str(),
            cancelling.as_str(),
            feedback.as_str(),
            review_on.as_str()
        ),
        expected
    );
}

/// A third version overtakes the choice between the first two: nothing is lost by that either.
#[sqlx::test]
async fn a_choice_that_is_overtaken_is_asked_for_again(db: PgPool) {
    let app = TestApp::new(db).await;
    let (_, maya, tom, path) = both(&app).await;
    for (version, purpose) in [("0", "One"), ("1", "Two"), ("2", "Three")] {
        tom.post(&path, &draft(version, &[("purpose", purpose)]))
            .await
            .leads_to(&path);
    }
    let mut fields = draft("2", &[("purpose", "Mine")]);
    fields.push(("take_purpose", "both"));
    maya.post(&path, &fields)
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Two\n\nMine</textarea>")
        .says("<blockquote class=\"keep\">Three</blockquote>");
}

#[sqlx::test]
async fn what_the_other_changed_is_marked_by_word(db: PgPool) {
    let app = TestApp::new(db).await;
    let (_, maya, tom, path) = both(&app).await;
    let signature = format!("{path}/signature");
    tom.post(&path, &draft("0", &[("scope", "Work & career, not pay")]))
        .await;
    tom.post(&signature, &[("version", "1")]).await;
    maya.post(&path, &draft("1", &[("scope", "Work & life, not pay")]))
        .await;
    let marked = "Work &#38; <del><span class=\"hidden\">[taken out: </span>career\
                  <span class=\"hidden\">]</span></del><ins><span class=\"hidden\">[put in: \
                  </span>life<span class=\"hidden\">]</span></ins>, not pay";
    tom.get(&path)
        .await
        .says("Marked below since version 1, which you wrote")
        .says(marked);
    // Whoever wrote it reads it plain, and so does whoever asks for that.
    maya.get(&path)
        .await
        .says("Work &#38; life, not pay")
        .does_not_say("[put in:");
    tom.get(&format!("{path}?since=0"))
        .await
        .says("Work &#38; life, not pay")
        .does_not_say("[put in:");
    maya.get(&format!("{path}?since=1")).await.says(marked);
    // Once signed, nothing of it is news.
    tom.post(&signature, &[("version", "2")]).await;
    tom.get(&path).await.does_not_say("[put in:");
}

#[sqlx::test]
async fn every_version_can_be_read_again(db: PgPool) {
    let app = TestApp::new(db).await;
    let (pairing, maya, tom, path) = both(&app).await;
    tom.post(&path, &draft("0", &[("scope", "Work")])).await;
    tom.post(&path, &draft("1", &[("scope", "Work and play")]))
        .await;
    let page = maya.get(&path).await;
    page.says("Version 2")
        .says("Version 1")
        .says("Drafted by Tom");
    maya.get(&format!("{path}/versions/1"))
        .await
        .says("An earlier version")
        .says("<p class=\"keep\">Work</p>")
        .does_not_say("play");
    maya.get(&format!("{path}/versions/2"))
        .await
        .says("The newest version")
        .says("<p class=\"keep\">Work and play</p>")
        .says("[put in: </span> and play");
    for missing in ["0", "3", "-1", "x", "99999"] {
        maya.get(&format!("{path}/versions/{missing}"))
            .await
            .is(StatusCode::NOT_FOUND);
    }
    app.sign_in(pairing.coordinator)
        .await
        .get(&format!("{path}/versions/1"))
        .await
        .is(StatusCode::FORBIDDEN);
}

#[sqlx::test]
async fn a_signature_says_who_and_when(db: PgPool) {
    let app = TestApp::new(db).await;
    let (_, _, tom, path) = both(&app).await;
    tom.post(&path, &draft("0", &[])).await;
    tom.post(&format!("{path}/signature"), &[("version", "1")])
        .await;
    tom.get(&path)
        .await
        .says("Signed 1 April 2026, 1:00pm (London)")
        .says("Not signed yet");
}

#[sqlx::test]
async fn a_comment_stands_below_its_clause(db: PgPool) {
    let app = TestApp::new(db).await;
    let (pairing, maya, tom, path) = both(&app).await;
    let comments = format!("{path}/comments");
    tom.get(&format!("{comments}?clause=scope"))
        .await
        .is(StatusCode::CONFLICT);
    tom.post(&path, &draft("0", &[("scope", "Work")])).await;
    let page = maya.get(&format!("{comments}?clause=scope")).await;
    page.says("Work");
    let once = page.values_of("once")[0];
    let fields = [
        ("clause", "scope"),
        ("version", "1"),
        ("once", once),
        ("body", "And <life>?"),
    ];
    // Sent twice, it is said once.
    for _ in 0..2 {
        maya.post(&comments, &fields).await.leads_to(&path);
    }
    let page = tom.get(&path).await;
    page.says("And &#60;life&#62;?");
    assert_eq!(page.body.matches("And &#60;life&#62;?").count(), 1);
    tom.post(&path, &draft("1", &[("scope", "Work and life")]))
        .await;
    maya.get(&path)
        .await
        .says("And &#60;life&#62;?")
        .says("on version 1");
    maya.post(&comments, &[("clause", "scope"), ("body", " ")])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Enter your comment");
    maya.post(&comments, &[("clause", "weather"), ("body", "Rain")])
        .await
        .is(StatusCode::NOT_FOUND);
    app.sign_in(pairing.coordinator)
        .await
        .get(&format!("{comments}?clause=scope"))
        .await
        .is(StatusCode::FORBIDDEN);
}

#[sqlx::test]
async fn coordinators_word_what_agreements_begin_with(db: PgPool) {
    let app = TestApp::new(db).await;
    let (pairing, _, tom, path) = both(&app).await;
    let cleo = app.sign_in(pairing.coordinator).await;
    let place = format!("/programmes/{}/agreement", pairing.programme.id);
    let page = cleo.get(&place).await;
    page.says("{mentee} books, and brings the agenda");
    let version = page.values_of("version")[0];
    let fields = [
        ("version", version),
        ("booking", "{mentor} books; {mentee} asks."),
        ("reported", "Only that we met."),
    ];
    cleo.post(&place, &fields).await.leads_to(&place);
    // From an old tab over what was saved since.
    cleo.post(&place, &[("version", version), ("booking", "Anybody")])
        .await
        .is(StatusCode::CONFLICT)
        .says("The clauses were changed while you were writing")
        .says("Anybody</textarea>");
    tom.get(&format!("{path}/edit"))
        .await
        .says("Maya books; Tom asks.</textarea>")
        .says("Only that we met.</textarea>")
        .does_not_say("by video or in person");
    for (person, status) in [
        (pairing.mentor, StatusCode::NOT_FOUND),
        (pairing.mentee, StatusCode::NOT_FOUND),
    ] {
        let visitor = app.sign_in(person).await;
        visitor.get(&place).await.is(status);
        visitor.post(&place, &fields).await.is(status);
    }
}

#[sqlx::test]
async fn the_notice_is_what_they_agreed_and_counts_once_both_have_signed(db: PgPool) {
    let app = TestApp::new(db).await;
    let (pairing, maya, tom, path) = both(&app).await;
    tom.get(&format!("{path}/edit"))
        .await
        .says("Notice to cancel a session, in working days");
    for wrong in ["-1", "11", "two", "1.5"] {
        tom.post(&path, &draft("0", &[("notice_days", wrong)]))
            .await
            .is(StatusCode::UNPROCESSABLE_ENTITY)
            .says("Enter a number of days from 0 to 10")
            .says(&format!("value=\"{wrong}\""));
    }
    // Left out, it is the working day that is suggested.
    tom.post(&path, &draft("0", &[])).await.leads_to(&path);
    tom.get(&path).await.says("a working day’s notice");
    tom.post(&path, &draft("1", &[("notice_days", "3")]))
        .await
        .leads_to(&path);
    maya.get(&path).await.says("[put in: </span>3<");

    let session = given::session(&app.db, &pairing, "initial", NOON + Duration::hours(46)).await;
    let cancelling = format!("{}/cancellation", session.path);
    let short = "less than 3 working days until then";
    let signature = format!("{path}/signature");
    maya.post(&signature, &[("version", "2")]).await;
    tom.get(&cancelling).await.does_not_say(short);
    tom.post(&signature, &[("version", "2")]).await;
    tom.get(&cancelling).await.says(short);
    tom.post(&cancelling, &[]).await.is(StatusCode::SEE_OTHER);
    let told: String = sqlx::query_scalar(
        "select body from letters where person_id = $1 and body like '%cancelled%'",
    )
    .bind(pairing.mentor.0)
    .fetch_one(&app.db)
    .await
    .unwrap();
    assert!(
        told.contains(&format!("It is {short}. That can happen.")),
        "{told}"
    );
}
