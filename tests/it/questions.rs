//! What coordinators ask, and the vocabulary of skills.

use crate::support::given::Programme;
use crate::support::{TestApp, given};
use axum::http::StatusCode;
use sqlx::PgPool;

fn at(programme: Programme, place: &str) -> String {
    format!("/programmes/{}/questions{place}", programme.id)
}

/// A form as the page first shows it, filled in.
fn filled_in<'a>(kind: &'a str, wording: &'a str, choices: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("kind", kind),
        ("wording", wording),
        ("choices", choices),
        ("asked_of", "both"),
        ("readers", "partner"),
        ("required", "yes"),
        ("points", "5"),
        ("ranks", "2"),
    ]
}

async fn wordings(app: &TestApp) -> Vec<String> {
    sqlx::query_scalar(
        "select wording from questions where archived_at is null order by position, id",
    )
    .fetch_all(&app.db)
    .await
    .unwrap()
}

async fn answer(app: &TestApp, question: i64, programme: Programme) {
    let tom = given::person(&app.db, "Tom").await;
    let application = given::application(&app.db, programme, tom, "mentee").await;
    sqlx::query(
        "insert into answers (application_id, question_id, kind, words)
         select $1, id, kind, case kind when 'line' then 'x' end from questions where id = $2",
    )
    .bind(application)
    .bind(question)
    .execute(&app.db)
    .await
    .unwrap();
}

#[sqlx::test]
async fn every_kind_of_question_is_asked(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let cleo = app.sign_in(programme.coordinator).await;
    for kind in ["line", "prose", "one", "many", "scale", "ranked", "skills"] {
        let form = filled_in(kind, kind, "Red\r\nGreen\r\n Red \r\n\r\n");
        let added = cleo.post(&at(programme, ""), &form).await;
        added.leads_to(&at(programme, ""));
    }
    let page = cleo.get(&at(programme, "")).await;
    for words in [
        "Short text",
        "Long text",
        "One choice",
        "Several choices",
        "Scale",
        "Ranked list",
        "Skills",
        "Also the partner, once paired",
    ] {
        page.says(words);
    }
    let choices: Vec<(String, i64)> = sqlx::query_as(
        "select questions.wording, count(question_choices.id)
         from questions left join question_choices on question_id = questions.id
         group by questions.id order by questions.id",
    )
    .fetch_all(&app.db)
    .await
    .unwrap();
    let counts: Vec<i64> = choices.iter().map(|(_, count)| *count).collect();
    assert_eq!(counts, [0, 0, 2, 2, 0, 2, 0]);
}

#[sqlx::test]
async fn a_refused_question_keeps_what_was_typed(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let cleo = app.sign_in(programme.coordinator).await;
    let nothing = cleo
        .post(&at(programme, ""), &[("hint", "Half a \"page\"")])
        .await;
    nothing
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Enter the question")
        .says("Choose how it is answered")
        .says("Choose who is asked")
        .says("Choose who reads the answers")
        .says("Half a &#34;page&#34;");
    for (kind, field, value, words) in [
        ("one", "choices", "Red", "Enter at least two choices"),
        (
            "scale",
            "points",
            "11",
            "Enter how far the scale goes: 2 to 10",
        ),
        (
            "ranked",
            "ranks",
            "-3",
            "Enter how many are ranked: 1 to 10",
        ),
    ] {
        let mut form = filled_in(kind, "Which?", "Red\nGreen");
        form.retain(|(name, _)| *name != field);
        form.push((field, value));
        let refused = cleo.post(&at(programme, ""), &form).await;
        refused.is(StatusCode::UNPROCESSABLE_ENTITY).says(words);
    }
    for (kind, asked_of, words) in [
        ("prose", "both", "Free text cannot be compared"),
        ("line", "mentees", "Free text cannot be compared"),
        ("one", "mentees", "Only what both are asked can be compared"),
        (
            "many",
            "mentors",
            "Only what both are asked can be compared",
        ),
    ] {
        let mut form = filled_in(kind, "Which?", "Red\nGreen");
        form.retain(|(name, _)| *name != "asked_of");
        form.extend([("asked_of", asked_of), ("for_matching", "yes")]);
        let refused = cleo.post(&at(programme, ""), &form).await;
        refused.is(StatusCode::UNPROCESSABLE_ENTITY).says(words);
    }
    assert!(wordings(&app).await.is_empty());
    let mut skills = filled_in("skills", "What are you good at?", "");
    skills.retain(|(name, _)| *name != "asked_of");
    skills.extend([("asked_of", "mentors"), ("for_matching", "yes")]);
    cleo.post(&at(programme, ""), &skills)
        .await
        .is(StatusCode::SEE_OTHER);
    assert_eq!(wordings(&app).await, ["What are you good at?"]);
}

#[sqlx::test]
async fn questions_are_moved_archived_and_asked_again(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let cleo = app.sign_in(programme.coordinator).await;
    let mut ids = Vec::new();
    for wording in ["A", "B", "C"] {
        ids.push(given::question(&app.db, programme, "line", wording).await);
    }
    let press = async |id: i64, place: &str, name: &str, value: &str| {
        let path = at(programme, &format!("/{id}/{place}"));
        cleo.post(&path, &[(name, value)])
            .await
            .is(StatusCode::SEE_OTHER);
    };
    press(ids[2], "place", "direction", "up").await;
    assert_eq!(wordings(&app).await, ["A", "C", "B"]);
    press(ids[0], "place", "direction", "up").await;
    press(ids[1], "place", "direction", "down").await;
    press(ids[1], "place", "direction", "sideways").await;
    assert_eq!(wordings(&app).await, ["A", "C", "B"]);
    press(ids[0], "place", "direction", "down").await;
    assert_eq!(wordings(&app).await, ["C", "A", "B"]);
    for _ in 0..2 {
        press(ids[2], "archive", "archived", "yes").await;
    }
    assert_eq!(wordings(&app).await, ["A", "B"]);
    cleo.get(&at(programme, ""))
        .await
        .says("Questions no longer asked (1)");
    press(ids[2], "archive", "archived", "no").await;
    assert_eq!(wordings(&app).await, ["C", "A", "B"]);
    let archived = "select count(*) from audit_events where act = 'archived a question'";
    let archived: i64 = sqlx::query_scalar(archived)
        .fetch_one(&app.db)
        .await
        .unwrap();
    assert_eq!(archived, 1);
}

#[sqlx::test]
async fn once_answered_a_question_keeps_its_kind_its_choices_and_its_word(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let cleo = app.sign_in(programme.coordinator).await;
    let question = given::question(&app.db, programme, "one", "Which?").await;
    given::choice(&app.db, question, "Red").await;
    let path = at(programme, &format!("/{question}"));

    let form = filled_in("one", "Which colour?", "Blue\nGreen");
    cleo.post(&path, &form).await.leads_to(&at(programme, ""));
    answer(&app, question, programme).await;

    // It was changed to be read by the partner too; nobody else ever reads it now.
    let mut form = filled_in("many", "Which of the colours?", "Grey");
    form.retain(|(name, _)| *name != "readers");
    let wider = [form.clone(), vec![("readers", "programme")]].concat();
    let refused = cleo.post(&path, &wider).await;
    refused
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Somebody has answered for fewer readers")
        .says("Which of the colours?");
    let narrower = [form, vec![("readers", "coordinators")]].concat();
    cleo.post(&path, &narrower)
        .await
        .leads_to(&at(programme, ""));
    let kept: (String, String, String) =
        sqlx::query_as("select wording, kind, readers from questions")
            .fetch_one(&app.db)
            .await
            .unwrap();
    let expected = ("Which of the colours?", "one", "coordinators");
    assert_eq!((&*kept.0, &*kept.1, &*kept.2), expected);
    let choices: Vec<String> =
        sqlx::query_scalar("select wording from question_choices order by position")
            .fetch_all(&app.db)
            .await
            .unwrap();
    assert_eq!(choices, ["Blue", "Green", "Grey"]);
    cleo.get(&path)
        .await
        .says("Somebody has answered this already");
}

#[sqlx::test]
async fn questions_are_their_coordinators_to_ask(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let question = given::question(&app.db, pairing.programme, "line", "Why?").await;
    let elsewhere = given::programme(&app.db, "Europe/London").await;
    let ada = given::administrator(&app.db, "Ada").await;
    for person in [pairing.mentor, elsewhere.coordinator, ada] {
        let person = app.sign_in(person).await;
        let list = at(pairing.programme, "");
        person.get(&list).await.is(StatusCode::NOT_FOUND);
        let form = filled_in("line", "Mine", "");
        person.post(&list, &form).await.is(StatusCode::NOT_FOUND);
        let path = at(pairing.programme, &format!("/{question}"));
        person.post(&path, &form).await.is(StatusCode::NOT_FOUND);
    }
    // Nor by way of a programme of one's own.
    let cleo = app.sign_in(elsewhere.coordinator).await;
    let path = at(elsewhere, &format!("/{question}"));
    let form = filled_in("line", "Mine", "");
    cleo.post(&path, &form).await.is(StatusCode::NOT_FOUND);
    assert_eq!(wordings(&app).await, ["Why?"]);
}

#[sqlx::test]
async fn skills_are_renamed_and_merged_in_every_answer(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    given::open_to_applications(&app.db, programme).await;
    let question = given::question(&app.db, programme, "skills", "What are you good at?").await;
    let field = format!("q{question}");
    for (name, skills) in [("Maya", "Negotiating, Rust"), ("Tom", "Rust; negotiation")] {
        let person = app.sign_in(given::person(&app.db, name).await).await;
        let path = format!("/programmes/{}/application/mentee", programme.id);
        let form = [("about", "x"), (&*field, skills), ("act", "draft")];
        person.post(&path, &form).await.leads_to(&path);
        // In the order in which they were named.
        person.get(&path).await.says(&skills.replace(';', ","));
    }
    let id = async |name: &'static str| -> i64 {
        sqlx::query_scalar("select id from skills where name = $1")
            .bind(name)
            .fetch_one(&app.db)
            .await
            .unwrap()
    };
    let (one, other) = (id("Negotiating").await, id("negotiation").await);
    let cleo = app.sign_in(programme.coordinator).await;
    cleo.get("/skills").await.says("Rust").says("2 answers");
    let path = format!("/skills/{other}");
    cleo.post(&path, &[("name", "RUST")])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Another skill has this name");
    cleo.post(&path, &[("name", "Making deals")])
        .await
        .leads_to("/skills");
    let merging = format!("{path}/merging");
    cleo.post(&merging, &[("into", "9999")])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Choose the name that stays");
    cleo.post(&merging, &[("into", &one.to_string())])
        .await
        .leads_to("/skills");
    let named: Vec<(String, i64)> = sqlx::query_as(
        "select name, count(application_id) from skills left join answered_skills on skill_id = id
         group by name order by name",
    )
    .fetch_all(&app.db)
    .await
    .unwrap();
    let named: Vec<_> = named.iter().map(|(name, n)| (&**name, *n)).collect();
    assert_eq!(named, [("Negotiating", 2), ("Rust", 2)]);
    cleo.get(&path).await.is(StatusCode::NOT_FOUND);
    let tom = app.sign_in(given::person(&app.db, "Otto").await).await;
    tom.get("/skills").await.is(StatusCode::NOT_FOUND);
}
