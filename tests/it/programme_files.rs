//! A programme goes out as a file and comes in again as it was.

use crate::support::given::{Person, Programme};
use crate::support::{NOON, TestApp, given};
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgPool};
use std::io::Write;
use std::process::{Command, Output, Stdio};
use tower::ServiceExt;
use waymark::programme_files::{NotImported, export, import};
use waymark::programmes::ProgrammeId;

const SCHEMA: &str = include_str!("../../docs/programme.schema.json");

/// With everything set, and with Maya, who is both, and Tom.
async fn full(db: &PgPool) -> Programme {
    let programme = given::programme(db, "Europe/London").await;
    sqlx::query(
        "update programmes set name = 'Spring', whom_for = 'Everybody \"here\"',
            enrolment_opens_on = '2026-01-01', enrolment_closes_on = '2026-02-01',
            midpoint_on = '2026-07-01', minimum_sessions = 7, capacity_default = 2,
            capacity_max = 4, who_asks = 'both', is_told = E'That you met.\\n\\nשלום 🦊'
         where id = $1",
    )
    .bind(programme.id)
    .execute(db)
    .await
    .unwrap();
    let (maya, tom) = (
        given::person(db, "Maya").await,
        given::person(db, "Tom").await,
    );
    given::mentor(db, programme, maya, 3).await;
    given::mentee(db, programme, maya).await;
    given::mentee(db, programme, tom).await;
    sqlx::query("update enrolments set about = E'To learn\\nand <teach>'")
        .execute(db)
        .await
        .unwrap();
    questions_and_letters(db, programme).await;
    programme
}

/// One of every kind, one of them asked no longer.
async fn questions_and_letters(db: &PgPool, programme: Programme) {
    for kind in ["ranked", "line", "one", "prose", "scale", "many", "skills"] {
        let wording = format!("What of “{kind}”?");
        let id = given::question(db, programme, kind, &wording).await;
        if ["one", "many", "ranked"].contains(&kind) {
            for choice in ["Zeal, or \"drive\"", "Art", "🦊"] {
                given::choice(db, id, choice).await;
            }
        }
    }
    for sql in [
        "update questions set archived_at = '2026-02-02' where kind in ('line', 'one')",
        "update questions set position = 20 - position, hint = 'In a word', required = true,
            asked_of = 'mentors', readers = 'partner'
         where kind in ('line', 'scale', 'many')",
        "update questions set least = 'not at all', most = 'very much', points = 7 where kind = 'scale'",
        "insert into programme_letters
         select id, letter, E'Welcome.\\n\\n' || letter
         from programmes, unnest(array['declined', 'invitation', 'question']) letter
         where name = 'Spring'",
        "insert into agreement_wordings
         select id, clause, words
         from programmes, (values ('scope', ''), ('booking', E'{mentee} <books>.\n\nAlways.')) as own (clause, words)
         where name = 'Spring'",
        "update questions set for_matching = true where kind in ('ranked', 'skills')",
        "insert into matching_rules
         select id, 0, 3, 6, 2, 2500, true, 'even' from programmes where name = 'Spring'",
        "insert into matching_criteria
         select id, 'site', null, 33, true, 'different' from programmes where name = 'Spring'",
        "insert into matching_criteria
         select programme_id, null, id, 12, false, 'shared' from questions where kind = 'ranked'",
    ] {
        sqlx::query(sql).execute(db).await.unwrap();
    }
}

async fn written(db: &PgPool, id: i64, with_people: bool) -> String {
    let mut owner = db.acquire().await.unwrap();
    let file = export::file(&mut owner, ProgrammeId(id), with_people).await;
    file.unwrap().write().unwrap()
}

async fn imported(db: &PgPool, text: &str, name: Option<&str>) -> Result<i64, Vec<String>> {
    let mut owner = db.acquire().await.unwrap();
    match import(&mut owner, text, name, NOON).await {
        Ok(imported) => Ok(imported.programme.0),
        Err(NotImported::Problems(problems)) => {
            Err(problems.iter().map(ToString::to_string).collect())
        }
        Err(NotImported::Database(cause)) => panic!("{cause}"),
    }
}

async fn counts(db: &PgPool) -> (i64, i64, i64, i64) {
    sqlx::query_as(
        "select (select count(*) from programmes), (select count(*) from people),
            (select count(*) from enrolments), (select count(*) from audit_events)",
    )
    .fetch_one(db)
    .await
    .unwrap()
}

#[sqlx::test]
async fn what_was_imported_is_exported_as_the_same_file(db: PgPool) {
    let programme = full(&db).await;
    for with_people in [false, true] {
        let text = written(&db, programme.id, with_people).await;
        let mut empty = db.begin().await.unwrap();
        sqlx::query("truncate programmes, people cascade")
            .execute(&mut *empty)
            .await
            .unwrap();
        let there = import(&mut empty, &text, None, NOON).await.unwrap();
        let again = export::file(&mut empty, there.programme, with_people)
            .await
            .unwrap();
        assert_eq!(again.write().unwrap(), text);
        let draft: bool = sqlx::query_scalar("select opened_at is null from programmes")
            .fetch_one(&mut *empty)
            .await
            .unwrap();
        assert!(draft);
        let added = if with_people { (2, 3) } else { (0, 0) };
        assert_eq!((there.added, there.enrolled), added);
        empty.rollback().await.unwrap();
    }
}

/// As they were written before there were questions and letters in them.
#[sqlx::test]
async fn a_file_of_before_is_still_read(db: PgPool) {
    let programme = full(&db).await;
    let text = written(&db, programme.id, false).await;
    let mut file: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(file["questions"].as_array().unwrap().len(), 7);
    file["questions"] = json!([]);
    file["weights"] = json!([]);
    drop(file.as_object_mut().unwrap().remove("matching_rules"));
    drop(file.as_object_mut().unwrap().remove("letters"));
    drop(file.as_object_mut().unwrap().remove("agreement"));
    let id = imported(&db, &file.to_string(), Some("Old")).await.unwrap();
    let again: Value = serde_json::from_str(&written(&db, id, false).await).unwrap();
    assert_eq!(
        (&again["questions"], &again["letters"], &again["agreement"]),
        (&json!([]), &json!({}), &json!({}))
    );
}

#[sqlx::test]
async fn people_who_are_here_already_stay_as_they_are(db: PgPool) {
    let programme = full(&db).await;
    let text = written(&db, programme.id, true).await;
    sqlx::query("update people set full_name = 'Maya Lind' where full_name = 'Maya'")
        .execute(&db)
        .await
        .unwrap();
    let before = counts(&db).await;
    let name = "Spring again";
    let there = imported(&db, &text, Some(name)).await.unwrap();
    let (programmes, people, enrolments, _) = counts(&db).await;
    assert_eq!(
        (programmes, people, enrolments),
        (before.0 + 1, before.1, before.2 + 3)
    );
    let again = written(&db, there, true).await;
    let expected = text
        .replace("\"name\": \"Spring\"", "\"name\": \"Spring again\"")
        .replace("\"name\": \"Maya\"", "\"name\": \"Maya Lind\"");
    assert_eq!(again, expected);
    let enrolled: i64 = sqlx::query_scalar(
        "select count(*) from audit_events
         where programme_id = $1 and actor_id is null and act like 'enrolled a %'",
    )
    .bind(there)
    .fetch_one(&db)
    .await
    .unwrap();
    assert_eq!(enrolled, 3);
}

type Spoil = fn(&mut Value);

/// How a file may be spoilt, and what is said of it.
const SPOILT: &[(Spoil, &str)] = &[
    (
        |file| *file = json!([]),
        "This is not the file of a programme: it has no “waymark_programme”.",
    ),
    (
        |file| file["waymark_programme"] = json!(2),
        "waymark_programme: This file is of version 2, and this Waymark reads version 1.",
    ),
    (
        |file| file["waymark_programme"] = json!("1"),
        "waymark_programme: This file is of version \"1\"",
    ),
    (
        |file| file["colour"] = json!("red"),
        "colour: This Waymark does not know what this is.",
    ),
    (
        |file| file["settings"]["colour"] = json!("red"),
        "settings.colour: This Waymark does not know what this is.",
    ),
    (
        |file| file["people"][1]["phone"] = json!("1"),
        "people[1].phone: This Waymark does not know what this is.",
    ),
    (
        |file| drop(file.as_object_mut().unwrap().remove("questions")),
        "questions: This is missing.",
    ),
    (
        |file| file["weights"] = json!([1]),
        "weights[0]: This has to be an object.",
    ),
    (
        |file| file["library"] = json!([1]),
        "library[0]: This has to be an object.",
    ),
    (
        |file| file["weights"][0]["weight"] = json!(101),
        "weights[0].weight: This has to be a whole number from 0 to 100.",
    ),
    (
        |file| file["weights"][0]["wanted"] = json!("nearby"),
        "weights[0].wanted: This has to be one of: shared.",
    ),
    (
        |file| file["weights"][8]["question"] = json!(99),
        "weights[8]: This has to name a “criterion” that Waymark knows, or the place",
    ),
    (
        |file| file["weights"][1] = file["weights"][0].clone(),
        "weights[1]: This stands here already, further up.",
    ),
    (
        |file| file["matching_rules"]["again"] = json!("yes"),
        "matching_rules.again: This has to be true or false.",
    ),
    (
        |file| file["matching_rules"]["method"] = json!("fair"),
        "matching_rules.method: This Waymark does not match in this way.",
    ),
    (
        |file| file["matching_rules"]["grades_most"] = json!(-5),
        "matching_rules.grades_most: This cannot be fewer than the least.",
    ),
    (
        |file| file["questions"][0]["colour"] = json!("red"),
        "questions[0].colour: This Waymark does not know what this is.",
    ),
    (
        |file| {
            let first = file["questions"][0].as_object_mut().unwrap();
            drop(first.remove("hint"));
        },
        "questions[0].hint: This is missing.",
    ),
    (
        |file| file["questions"][0]["kind"] = json!("guess"),
        "questions[0].kind: Choose how it is answered.",
    ),
    (
        |file| file["questions"][1]["wording"] = json!(" "),
        "questions[1].wording: Enter the question.",
    ),
    (
        |file| file["questions"][1]["required"] = json!("yes"),
        "questions[1].required: This has to be true or false.",
    ),
    (
        |file| file["questions"][0]["ranks"] = json!(11),
        "questions[0].ranks: Enter how many are ranked: 1 to 10.",
    ),
    (
        |file| file["questions"][1]["points"] = json!(5),
        "questions[1].points: A question of this kind has none: this has to be null.",
    ),
    (
        |file| file["questions"][1]["choices"] = json!(["Red", "Blue"]),
        "questions[1].choices: A question of this kind has none",
    ),
    (
        |file| file["questions"][0]["choices"] = json!(["Red", "Red", "Blue"]),
        "questions[0].choices: Each choice has to be a line of its own",
    ),
    (
        |file| file["questions"][0]["choices"] = json!(["Red", 2]),
        "questions[0].choices: This has to be a list of texts.",
    ),
    (
        |file| file["questions"] = json!(vec![file["questions"][1].clone(); 61]),
        "questions: A programme has 60 questions at the most.",
    ),
    (
        |file| file["letters"] = json!([]),
        "letters: This has to be an object.",
    ),
    (
        |file| file["letters"]["farewell"] = json!("Bye"),
        "letters.farewell: This Waymark does not know what this is.",
    ),
    (
        |file| file["letters"]["declined"] = json!("x".repeat(1001)),
        "letters.declined: Shorten this to 1000 characters",
    ),
    (
        |file| file["agreement"] = json!([]),
        "agreement: This has to be an object.",
    ),
    (
        |file| file["agreement"]["pay"] = json!("Much"),
        "agreement.pay: This Waymark does not know what this is.",
    ),
    (
        |file| file["agreement"]["scope"] = json!("x".repeat(2001)),
        "agreement.scope: Shorten this to 2000 characters",
    ),
    (
        |file| file["weights"] = json!({}),
        "weights: This has to be a list.",
    ),
    (
        |file| file["library"] = json!(null),
        "library: This has to be a list.",
    ),
    (
        |file| file["settings"] = json!("none"),
        "settings: This has to be an object.",
    ),
    (
        |file| drop(file["settings"].as_object_mut().unwrap().remove("purpose")),
        "settings.purpose: This is missing.",
    ),
    (
        |file| file["settings"]["name"] = json!(7),
        "settings.name: This has to be a text.",
    ),
    (
        |file| file["settings"]["name"] = json!(""),
        "settings.name: Enter the programme's name.",
    ),
    (
        |file| file["settings"]["session_minutes"] = json!("60"),
        "settings.session_minutes: This has to be a whole number.",
    ),
    (
        |file| file["settings"]["session_minutes"] = json!(1e300),
        "settings.session_minutes: This has to be a whole number.",
    ),
    (
        |file| file["settings"]["session_minutes"] = json!(5),
        "settings.session_minutes: Enter how long a session lasts: 15 to 240 minutes.",
    ),
    (
        |file| file["settings"]["midpoint_on"] = json!(""),
        "settings.midpoint_on: This has to be a date as a text, or null.",
    ),
    (
        |file| file["settings"]["starts_on"] = json!(null),
        "settings.starts_on: This has to be a text.",
    ),
    (
        |file| file["settings"]["ends_on"] = json!("2026-01-04"),
        "settings.ends_on: Enter an end that lies after the start.",
    ),
    (
        |file| file["settings"]["time_zone"] = json!("Mars/Base"),
        "settings.time_zone: Choose a time zone from the list.",
    ),
    (
        |file| file["settings"]["who_asks"] = json!("nobody"),
        "settings.who_asks: Choose who asks whom.",
    ),
    (
        |file| file["people"] = json!({}),
        "people: This has to be a list.",
    ),
    (
        |file| file["people"][0] = json!(1),
        "people[0]: This has to be an object.",
    ),
    (
        |file| file["people"][0]["email"] = json!("maya"),
        "people[0].email: ",
    ),
    (
        |file| file["people"][0]["name"] = json!("\u{0}"),
        "people[0].name: Enter a full name.",
    ),
    (
        |file| file["people"][0]["part"] = json!("coach"),
        "people[0].part: This has to be “mentor” or “mentee”.",
    ),
    (
        |file| file["people"][1]["capacity"] = json!(5),
        "people[1].capacity: This has to be a whole number from 0 to 4.",
    ),
    (
        |file| file["people"][1]["capacity"] = json!(70000),
        "people[1].capacity: This has to be a whole number from 0 to 4.",
    ),
    (
        |file| file["people"][0]["capacity"] = json!(1),
        "people[0].capacity: Only a mentor has a capacity: this has to be null.",
    ),
    (
        |file| file["people"][1]["name"] = json!("Mia"),
        "people[1].name: people[0] gives this address another name.",
    ),
    (
        |file| file["people"][1] = file["people"][0].clone(),
        "people[1].part: This person has this part already, further up.",
    ),
];

#[sqlx::test]
async fn a_file_that_will_not_do_changes_nothing_and_says_where(db: PgPool) {
    let programme = full(&db).await;
    let text = written(&db, programme.id, true).await;
    let before = counts(&db).await;
    for (spoil, words) in SPOILT {
        let mut file: Value = serde_json::from_str(&text).unwrap();
        spoil(&mut file);
        let problems = imported(&db, &file.to_string(), None).await;
        let problems = problems.unwrap_err();
        assert!(
            problems.iter().any(|problem| problem.starts_with(words)),
            "{words}: {problems:?}"
        );
        assert_eq!(counts(&db).await, before, "{words}");
    }
    let problems = imported(&db, "{", None).await.unwrap_err();
    assert!(problems[0].starts_with("This is not JSON"), "{problems:?}");
    let problems = imported(&db, &text, None).await.unwrap_err();
    assert_eq!(
        problems,
        [
            "settings.name: There is a programme called Spring here already. Give this one another \
          name with --name."
        ]
    );
    assert_eq!(counts(&db).await, before);
    // All that is wrong is told at once.
    let mut file: Value = serde_json::from_str(&text).unwrap();
    file["settings"]["session_minutes"] = json!(5);
    file["settings"]["who_asks"] = json!("nobody");
    file["people"][2]["email"] = json!("");
    let problems = imported(&db, &file.to_string(), None).await.unwrap_err();
    assert_eq!(problems.len(), 3, "{problems:?}");
}

#[sqlx::test]
async fn the_schema_describes_the_file(db: PgPool) {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let programme = full(&db).await;
    let text = written(&db, programme.id, true).await;
    let file: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(against(&schema, &file, "$"), Vec::<String>::new());
    let bare = given::programme(&db, "UTC").await;
    let bare = written(&db, bare.id, false).await;
    assert!(!bare.contains("\"people\""));
    let bare: Value = serde_json::from_str(&bare).unwrap();
    assert_eq!(against(&schema, &bare, "$"), Vec::<String>::new());
    // Whatever the reader refuses for its shape alone, the schema refuses as well.
    let mut refused = 0;
    for (spoil, _) in SPOILT {
        let mut spoilt = file.clone();
        spoil(&mut spoilt);
        refused += usize::from(!against(&schema, &spoilt, "$").is_empty());
    }
    assert_eq!(
        refused,
        SPOILT.len() - 14,
        "but for what is about two fields, or empty but for a space"
    );
}

/// As much of JSON Schema as this one uses.
fn against(schema: &Value, value: &Value, path: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for (keyword, wanted) in schema.as_object().unwrap() {
        let number = || wanted.as_u64().unwrap();
        let fine = match keyword.as_str() {
            "$schema" | "title" | "description" | "properties" | "items" => true,
            "const" => value == wanted,
            "enum" => wanted.as_array().unwrap().contains(value),
            "type" => match wanted.as_array() {
                Some(types) => types.iter().any(|one| is_a(value, one)),
                None => is_a(value, wanted),
            },
            "required" => wanted.as_array().unwrap().iter().all(|key| {
                value
                    .as_object()
                    .is_none_or(|map| map.contains_key(key.as_str().unwrap()))
            }),
            "additionalProperties" => value
                .as_object()
                .is_none_or(|map| map.keys().all(|key| !schema["properties"][key].is_null())),
            "minimum" => value
                .as_f64()
                .is_none_or(|value| value >= wanted.as_f64().unwrap()),
            "maximum" => value
                .as_f64()
                .is_none_or(|value| value <= wanted.as_f64().unwrap()),
            "minLength" => value
                .as_str()
                .is_none_or(|text| text.chars().count() as u64 >= number()),
            "maxLength" => value
                .as_str()
                .is_none_or(|text| text.chars().count() as u64 <= number()),
            "maxItems" => value
                .as_array()
                .is_none_or(|list| list.len() as u64 <= number()),
            "uniqueItems" => value
                .as_array()
                .is_none_or(|list| (1..list.len()).all(|at| !list[..at].contains(&list[at]))),
            "format" => value.as_str().is_none_or(|text| text.len() == 10),
            keyword => panic!("the schema uses {keyword}, which is not checked"),
        };
        if !fine {
            wrong.push(format!("{path}: {keyword}"));
        }
    }
    for (key, value) in value.as_object().into_iter().flatten() {
        if let Some(schema) = schema["properties"].get(key) {
            wrong.extend(against(schema, value, &format!("{path}.{key}")));
        }
    }
    for value in value.as_array().into_iter().flatten() {
        if let Some(schema) = schema.get("items") {
            wrong.extend(against(schema, value, &format!("{path}[]")));
        }
    }
    wrong
}

fn is_a(value: &Value, kind: &Value) -> bool {
    match kind.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        kind => panic!("the schema uses {kind}, which is not checked"),
    }
}

#[sqlx::test]
async fn those_who_manage_it_download_it_and_the_audit_says_so(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = full(&app.db).await;
    let path = format!("/programmes/{}/file", programme.id);
    let ada = given::administrator(&app.db, "Ada").await;
    for person in [programme.coordinator, ada] {
        let person: Person = person;
        let visitor = app.sign_in(person).await;
        for (asked, with_people) in [("", false), ("?people=yes", true)] {
            let file = visitor.get(&format!("{path}{asked}")).await;
            file.is(StatusCode::OK);
            assert_eq!(file.body, written(&app.db, programme.id, with_people).await);
            let act = export::act(with_people);
            let audited: i64 = sqlx::query_scalar(
                "select count(*) from audit_events where act = $1 and actor_id = $2",
            )
            .bind(act)
            .bind(person.0)
            .fetch_one(&app.db)
            .await
            .unwrap();
            assert_eq!(audited, 1, "{act}");
        }
    }
    let token = given::sign_in(&app.db, programme.coordinator).await;
    let request = Request::get(&path)
        .header(header::COOKIE, format!("sign_in={token}"))
        .body(axum::body::Body::empty())
        .unwrap();
    let answer = app.router().oneshot(request).await.unwrap();
    let headers = answer.headers();
    assert_eq!(headers[header::CONTENT_TYPE], "application/json");
    assert_eq!(
        headers[header::CONTENT_DISPOSITION],
        "attachment; filename=\"spring.json\""
    );
}

/// The program itself, as the owner of this test's database.
fn waymark(db: &PgPool, words: &[&str], typed: &str) -> Output {
    let options = db.connect_options();
    let socket = options
        .get_socket()
        .map(|socket| socket.display().to_string());
    let url = format!(
        "postgres://{}@localhost:{}/{}?host={}",
        options.get_username(),
        options.get_port(),
        options.get_database().unwrap(),
        socket.unwrap_or_else(|| options.get_host().to_owned()),
    );
    let mut child = Command::new(env!("CARGO_BIN_EXE_waymark"))
        .args(words)
        .env("DATABASE_OWNER_URL", url)
        .env_remove("DATABASE_URL")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
    child.wait_with_output().unwrap()
}

#[sqlx::test]
async fn the_command_line_carries_it_over(db: PgPool) {
    let programme = full(&db).await;
    let id = programme.id.to_string();
    for which in ["Spring", &id] {
        let exported = waymark(&db, &["programme", "export", which, "--with-people"], "");
        let text = String::from_utf8(exported.stdout).unwrap();
        assert_eq!(text, written(&db, programme.id, true).await, "{which}");
    }
    let unknown = waymark(&db, &["programme", "export", "Autumn"], "");
    assert!(!unknown.status.success());
    let said = String::from_utf8(unknown.stderr).unwrap();
    assert!(
        said.contains("There is no programme Autumn here."),
        "{said}"
    );

    let text = written(&db, programme.id, true).await;
    let taken = waymark(&db, &["programme", "import", "-"], &text);
    assert!(!taken.status.success());
    let said = String::from_utf8(taken.stderr).unwrap();
    assert!(
        said.contains("Nothing has been imported:\n  settings.name: "),
        "{said}"
    );
    let import = ["programme", "import", "-", "--name", "Autumn"];
    let done = waymark(&db, &import, &text);
    let said = String::from_utf8(done.stdout).unwrap();
    assert!(said.contains("Autumn is here now, as a draft."), "{said}");
    let sql = "select count(*) from programmes where name = 'Autumn'";
    let there: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!(there, 1);
}
