//! Files of people: read, matched with who is here, and taken in at once or not at all.

use crate::support::given::{Person, Programme};
use crate::support::{NOON, TestApp, Visitor, given};
use axum::http::StatusCode;
use sqlx::{AssertSqlSafe, PgPool};
use time::Duration;
use waymark::upkeep;

const FILE: &str = "\
Full name,Work email,Role,Places,Bio,Mentor email,Paired since,Manager,Dept
Maya Okafor,Maya@Example.org,Mentor,2,\"Finance,
and calm\",,,,Finance
Tom Reed,tom@example.org,mentee,,To lead,maya@example.org,2026-02-03,boss@example.org,Audit
Bea Boss,boss@example.org,both,,,,,,Audit
";

fn import_of(programme: Programme) -> String {
    format!("/programmes/{}/import", programme.id)
}

/// Uploads a file, and tells where its import is.
async fn uploaded(visitor: &Visitor<'_>, place: &str, file: &str) -> String {
    let answer = visitor
        .post_file(place, "people.csv", file.as_bytes())
        .await;
    let columns = answer.is(StatusCode::SEE_OTHER).location.clone().unwrap();
    visitor.get(&columns).await.is(StatusCode::OK);
    columns.strip_suffix("/columns").unwrap().to_owned()
}

/// Confirms what the preview shows.
async fn confirm(visitor: &Visitor<'_>, import: &str) {
    let preview = visitor.get(import).await;
    let shown = preview.values_of("outcome");
    let path = format!("{import}/confirmation");
    visitor
        .post(&path, &[("outcome", shown[0])])
        .await
        .leads_to(import);
}

async fn imported(visitor: &Visitor<'_>, place: &str, file: &str) -> String {
    let import = uploaded(visitor, place, file).await;
    confirm(visitor, &import).await;
    import
}

async fn count(app: &TestApp, from: &str) -> i64 {
    let sql = format!("select count(*) from {from}");
    sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_one(&app.db)
        .await
        .unwrap()
}

async fn text(app: &TestApp, sql: &str) -> String {
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
        .fetch_one(&app.db)
        .await
        .unwrap()
}

async fn run(app: &TestApp, sql: &str) {
    sqlx::query(AssertSqlSafe(sql.to_owned()))
        .execute(&app.db)
        .await
        .unwrap();
}

/// Everything that an import could have changed, in words.
async fn everything(app: &TestApp) -> String {
    text(
        app,
        "select concat(
            (select jsonb_agg(to_jsonb(people) order by id) from people),
            (select jsonb_agg(to_jsonb(enrolments) order by person_id, part) from enrolments),
            (select jsonb_agg(to_jsonb(pairings) order by id) from pairings))",
    )
    .await
}

#[sqlx::test]
async fn a_file_is_taken_in_step_by_step(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/Paris").await;
    let cleo = app.sign_in(programme.coordinator).await;
    let place = import_of(programme);
    cleo.get(&format!("/programmes/{}/people", programme.id))
        .await
        .says(&place);
    cleo.get(&place).await.says("Import people");

    let before = everything(&app).await;
    let import = uploaded(&cleo, &place, FILE).await;
    cleo.get(&format!("{import}/columns"))
        .await
        .says("Full name: Maya Okafor, Tom Reed, Bea Boss")
        .says("<option value=\"2\" selected>Role: Mentor, mentee, both");
    cleo.get(&import)
        .await
        .says("Import 3 rows?")
        .says("<b>3</b> <span>people added")
        .says("<b>2</b> <span>mentors enrolled")
        .says("<b>2</b> <span>mentees enrolled")
        .says("<b>1</b> <span>pairing made");
    assert_eq!(everything(&app).await, before, "a look changes nothing");

    confirm(&cleo, &import).await;
    cleo.get(&import)
        .await
        .says("<h1>Imported</h1>")
        .says("<b>3</b> <span>people added");
    let maya = "from people where email = 'maya@example.org'";
    assert_eq!(
        text(&app, &format!("select time_zone {maya}")).await,
        "Europe/Paris"
    );
    assert_eq!(
        text(
            &app,
            &format!("select about from enrolments where person_id = (select id {maya})")
        )
        .await,
        "Finance,\nand calm"
    );
    let manager = "select manager.email from people join people manager on manager.id = people.line_manager_id
        where people.email = 'tom@example.org'";
    assert_eq!(text(&app, manager).await, "boss@example.org");
    assert_eq!(count(&app, "enrolments where capacity = 2").await, 1);
    assert_eq!(count(&app, "enrolments where capacity = 1").await, 1);
    assert_eq!(
        count(&app, "imports where content = '' and done_at is not null").await,
        1
    );
    for (act, times) in [
        ("added a person", 3),
        ("enrolled a mentor", 2),
        ("enrolled a mentee", 2),
        ("imported the pairing", 1),
        ("imported a file", 1),
    ] {
        assert_eq!(
            count(&app, &format!("audit_events where act = '{act}'")).await,
            times,
            "{act}"
        );
    }
}

#[sqlx::test]
async fn an_imported_pairing_stands_at_its_initial_meeting_and_is_not_late(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let cleo = app.sign_in(programme.coordinator).await;
    imported(&cleo, &import_of(programme), FILE).await;
    let dates = "select concat_ws(' ', proposed_on, offered_on, mentor_accepted_on, mentee_accepted_on, met_on) from pairings";
    assert_eq!(
        text(&app, dates).await,
        "2026-02-03 2026-02-03 2026-04-01 2026-04-01"
    );
    let tom = sqlx::query_scalar("select id from people where email = 'tom@example.org'")
        .fetch_one(&app.db)
        .await
        .unwrap();
    let home = app.sign_in(Person(tom)).await.get("/").await;
    home.says("Maya Okafor").does_not_say("overdue");
    cleo.get(&format!("/programmes/{}", programme.id))
        .await
        .says("Initial meeting")
        .does_not_say("Too long ago");
}

#[sqlx::test]
async fn the_same_file_twice_changes_nothing(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let cleo = app.sign_in(programme.coordinator).await;
    let place = import_of(programme);
    imported(&cleo, &place, FILE).await;
    let after = everything(&app).await;
    let again = uploaded(&cleo, &place, FILE).await;
    cleo.get(&again)
        .await
        .says("Nothing would change")
        .does_not_say("name=\"outcome\"");
    // Nor does a pairing that has ended since begin again.
    run(
        &app,
        "update pairings set closed_on = '2026-04-01', closed_how = 'ended'",
    )
    .await;
    cleo.get(&again).await.says("Nothing would change");
    run(
        &app,
        "update pairings set closed_on = null, closed_how = null",
    )
    .await;
    assert_eq!(everything(&app).await, after);
}

#[sqlx::test]
async fn the_button_pressed_twice_imports_once(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let cleo = app.sign_in(programme.coordinator).await;
    let import = uploaded(&cleo, &import_of(programme), FILE).await;
    let shown = cleo.get(&import).await;
    let form = [("outcome", shown.values_of("outcome")[0])];
    let path = format!("{import}/confirmation");
    for _ in 0..2 {
        cleo.post(&path, &form).await.leads_to(&import);
    }
    assert_eq!(
        count(&app, "audit_events where act = 'imported a file'").await,
        1
    );
    cleo.get(&format!("{import}/columns"))
        .await
        .leads_to(&import);
    cleo.get(&format!("{import}/problems.csv"))
        .await
        .is(StatusCode::NOT_FOUND);
}

#[sqlx::test]
async fn what_the_columns_hold_is_guessed_and_changed(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let cleo = app.sign_in(programme.coordinator).await;
    let file = "Vorname,Surname,Kontakt,Role,Shoe size\nAnn,Lee,ann@example.org,Nurse,41\n";
    let import = uploaded(&cleo, &import_of(programme), file).await;
    let columns = format!("{import}/columns");
    // Nobody is called a nurse of the programme: that role is a job.
    cleo.get(&columns)
        .await
        .says("<option value=\"3\" selected>Role: Nurse")
        .says("Not read: <b>Vorname</b>, <b>Kontakt</b>, <b>Shoe size</b>");
    cleo.get(&import).await.leads_to(&columns);
    for (form, words) in [
        (vec![], "Choose the column that holds the email addresses"),
        (vec![("email", "2")], "or one part for everybody"),
        (
            vec![("email", "2"), ("part", "mentor"), ("name", "2")],
            "this one is used above",
        ),
        (
            vec![("email", "99"), ("part", "mentor")],
            "Choose a column of this file",
        ),
        (
            vec![("email", "x"), ("part", "chief")],
            "Choose a column of this file",
        ),
    ] {
        cleo.post(&columns, &form)
            .await
            .is(StatusCode::UNPROCESSABLE_ENTITY)
            .says(words);
    }
    let form = [
        ("email", "2"),
        ("name", "0"),
        ("last_name", "1"),
        ("job_title", "3"),
        ("part", "mentor"),
        ("x", "1"),
    ];
    cleo.post(&columns, &form).await.leads_to(&import);
    cleo.get(&columns).await.says("value=\"mentor\" selected");
    confirm(&cleo, &import).await;
    assert_eq!(
        text(&app, "select concat_ws('|', full_name, job_title) from people where email = 'ann@example.org'").await,
        "Ann Lee|Nurse"
    );
    assert_eq!(count(&app, "enrolments where part = 'mentor'").await, 1);
}

#[sqlx::test]
async fn every_problem_is_told_by_row_and_column(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let (full, boss, taken) = (
        given::person(&app.db, "Full").await,
        given::person(&app.db, "Boss").await,
        given::person(&app.db, "Taken").await,
    );
    given::mentor(&app.db, programme, full, 1).await;
    given::mentor(&app.db, programme, boss, 5).await;
    given::mentee(&app.db, programme, taken).await;
    for (person, email) in [(full, "full"), (boss, "boss"), (taken, "taken")] {
        run(
            &app,
            &format!(
                "update people set email = '{email}@example.org' where id = {}",
                person.0
            ),
        )
        .await;
    }
    run(&app, &format!(
        "insert into pairings (programme_id, mentor_id, mentee_id, proposed_on) values ({}, {}, {}, '2026-02-02')",
        programme.id, full.0, taken.0
    ))
    .await;
    let cleo = app.sign_in(programme.coordinator).await;
    const HEAD: &str = "Name,Email,Part,Time zone,Line manager,Capacity,About,Mentor,Started on";
    let long = "x".repeat(1001);
    for (row, column, problem) in [
        ("A,,mentor,,,,,,", "Email", "Enter an email address"),
        (
            "A,not an address,mentor,,,,,,",
            "Email",
            "such as name@example.org",
        ),
        (",a@example.org,mentor,,,,,,", "Name", "Enter a full name"),
        (
            &format!("{},a@example.org,mentor,,,,,,", &long[..101]),
            "Name",
            "Shorten this to 100",
        ),
        ("A,a@example.org,,,,,,,", "Part", "mentor, mentee or both"),
        (
            "A,a@example.org,chief,,,,,,",
            "Part",
            "mentor, mentee or both",
        ),
        (
            "A,a@example.org,mentor,Mars/Base,,,,,",
            "Time zone",
            "such as Europe/London",
        ),
        (
            "A,a@example.org,mentor,,who@example.org,,,,",
            "Line manager",
            "Nobody here or in this file",
        ),
        (
            "A,a@example.org,mentor,,a@example.org,,,,",
            "Line manager",
            "their own line manager",
        ),
        ("A,a@example.org,mentor,,,-3,,,", "Capacity", "0 to 20"),
        (
            "A,a@example.org,mentor,,,99999999999,,,",
            "Capacity",
            "0 to 20",
        ),
        (
            &format!("A,a@example.org,mentor,,,,{long},,"),
            "About",
            "Shorten this to 1000",
        ),
        (
            "A,a@example.org,mentor,,,,,boss@example.org,",
            "Mentor",
            "only a mentee has a mentor",
        ),
        (
            "A,a@example.org,mentee,,,,,who@example.org,",
            "Mentor",
            "Nobody here or in this file",
        ),
        (
            "A,a@example.org,mentee,,,,,a@example.org,",
            "Mentor",
            "Nobody mentors themselves",
        ),
        (
            "A,a@example.org,mentee,,,,,taken@example.org,",
            "Mentor",
            "no mentor of the programme",
        ),
        (
            "A,a@example.org,mentee,,,,,full@example.org,",
            "Mentor",
            "1 of 1 are taken",
        ),
        (
            "A,a@example.org,mentee,,boss@example.org,,,boss@example.org,",
            "Mentor",
            "a line manager cannot be the mentor",
        ),
        (
            ",taken@example.org,mentee,,,,,boss@example.org,",
            "Mentor",
            "another mentor already",
        ),
        (
            "A,a@example.org,mentee,,,,,boss@example.org,2026-04-02",
            "Started on",
            "not in the future",
        ),
        (
            "A,a@example.org,mentee,,,,,boss@example.org,31/2/2026",
            "Started on",
            "Enter a date",
        ),
        (
            "A,a@example.org,mentor",
            "",
            "3 cells where there are 9 headings",
        ),
        (
            "A,a@example.org,mentor,,,,,,,,more",
            "",
            "11 cells where there are 9 headings",
        ),
        (
            "A,a@example.org,mentor,,,,\"never closed,,",
            "",
            "cells where there are 9 headings",
        ),
    ] {
        // A good row goes before it, and would be imported but for the bad one.
        let file = format!("{HEAD}\nGood,good@example.org,mentor,,,,,,\n{row}\n");
        let import = uploaded(&cleo, &import_of(programme), &file).await;
        let page = cleo.get(&import).await;
        page.says("1 problem in 1 row")
            .says("<td data-label=\"Row\" class=\"number\">3</td>")
            .says(&format!("<td data-label=\"Column\">{column}</td>"))
            .says(problem)
            .does_not_say("name=\"outcome\"");
        let answer = cleo
            .post(&format!("{import}/confirmation"), &[("outcome", "")])
            .await;
        answer.is(StatusCode::CONFLICT).says(problem);
        cleo.get(&format!("{import}/problems.csv"))
            .await
            .says("Row,Column,Problem\r\n3,")
            .says(problem);
    }
    assert_eq!(
        count(&app, "people where email = 'good@example.org'").await,
        0
    );
}

#[sqlx::test]
async fn rows_about_the_same_person_agree_or_are_a_problem(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let cleo = app.sign_in(programme.coordinator).await;
    let place = import_of(programme);
    for (second, problem) in [
        (
            "Ann,ann@example.org,mentor",
            "Row 2 has this email address already",
        ),
        (
            "Ann,ANN@example.org,both",
            "Row 2 has this email address already",
        ),
        (
            "Anna,ann@example.org,mentee",
            "Row 2 says otherwise of the same person",
        ),
    ] {
        let file = format!("Name,Email,Part\nAnn,ann@example.org,mentor\n{second}\n");
        let import = uploaded(&cleo, &place, &file).await;
        cleo.get(&import)
            .await
            .says("1 problem in 1 row")
            .says(problem);
    }
    let file = "Name,Email,Part\nAnn,ann@example.org,mentor\n,ann@example.org,mentee\n";
    imported(&cleo, &place, file).await;
    assert_eq!(count(&app, "enrolments").await, 2);

    let ada = app
        .sign_in(given::administrator(&app.db, "Ada").await)
        .await;
    let file = "Name,Email\nBo,bo@example.org\nBo,bo@example.org\n";
    let import = uploaded(&ada, "/people/import", file).await;
    ada.get(&import)
        .await
        .says("Row 2 has this email address already");
}

#[sqlx::test]
async fn many_problems_are_shown_page_by_page_and_downloaded_at_once(db: PgPool) {
    let app = TestApp::new(db).await;
    let ada = app
        .sign_in(given::administrator(&app.db, "Ada").await)
        .await;
    let rows: String = (0..250).map(|row| format!("=N{row},nowhere\n")).collect();
    let import = uploaded(&ada, "/people/import", &format!("=Name,Email\n{rows}")).await;
    ada.post(
        &format!("{import}/columns"),
        &[("email", "1"), ("name", "0")],
    )
    .await
    .leads_to(&import);
    ada.get(&import)
        .await
        .says("250 problems in 250 rows")
        .says("Page 1 of 3");
    ada.get(&format!("{import}?page=3")).await.says(">251</td>");
    ada.get(&format!("{import}?page=-7"))
        .await
        .says("Page 1 of 3");
    let file = ada.get(&format!("{import}/problems.csv")).await;
    assert_eq!(file.body.lines().count(), 251);
}

#[sqlx::test]
async fn coordinators_leave_people_as_they_are_and_administrators_bring_them_up_to_date(
    db: PgPool,
) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let maya = given::person(&app.db, "Maya").await;
    run(&app, &format!(
        "update people set email = 'maya@example.org', location = 'Leeds', job_title = 'Buyer' where id = {}",
        maya.0
    ))
    .await;
    let file = "Name,Email,Job title,Location,Line manager,Part,Grade,Spoken languages\nMaya Okafor,maya@example.org,Head of buying,,boss@example.org,mentor,7,\"welsh, English\"\nBoss,boss@example.org,,,,mentor,,\n";
    let cleo = app.sign_in(programme.coordinator).await;
    let import = imported(&cleo, &import_of(programme), file).await;
    cleo.get(&import)
        .await
        .says("1 person was here already and stayed as they were");
    let state = "select concat_ws('|', people.full_name, people.job_title, people.location, boss.full_name,
            people.grade, array_to_string(people.languages, '+'))
        from people left join people boss on boss.id = people.line_manager_id where people.email = 'maya@example.org'";
    assert_eq!(text(&app, state).await, "Maya|Buyer|Leeds|");

    let ada = app
        .sign_in(given::administrator(&app.db, "Ada").await)
        .await;
    ada.get("/people").await.says("/people/import");
    let import = uploaded(&ada, "/people/import", file).await;
    ada.get(&import)
        .await
        .says("<b>1</b> <span>account changed")
        .says("<b>1</b> <span>row changes nothing");
    confirm(&ada, &import).await;
    assert_eq!(
        text(&app, state).await,
        "Maya Okafor|Head of buying|Leeds|Boss|7|Welsh+English"
    );
    let again = uploaded(&ada, "/people/import", file).await;
    ada.get(&again).await.says("Nothing would change");
    let unreadable = uploaded(&ada, "/people/import", &file.replace(",7,", ",B2,")).await;
    ada.get(&unreadable)
        .await
        .says("<td data-label=\"Column\">Grade</td>")
        .says("from 1 to 30");
    app.sign_in(maya)
        .await
        .get("/account/activity")
        .await
        .says("Ada changed the account");
}

#[sqlx::test]
async fn an_enrolment_keeps_what_the_file_leaves_empty(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let cleo = app.sign_in(programme.coordinator).await;
    let place = import_of(programme);
    imported(
        &cleo,
        &place,
        "Name,Email,Part,Capacity,About\nMaya,maya@example.org,mentor,3,Calm\n",
    )
    .await;
    imported(
        &cleo,
        &place,
        "Email,Part,Capacity,About\nmaya@example.org,mentor,,Calm and kind\n",
    )
    .await;
    assert_eq!(
        text(
            &app,
            "select concat_ws('|', capacity, about) from enrolments"
        )
        .await,
        "3|Calm and kind"
    );
}

#[sqlx::test]
async fn what_has_changed_since_the_look_is_looked_at_again(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let cleo = app.sign_in(programme.coordinator).await;
    let import = uploaded(&cleo, &import_of(programme), FILE).await;
    let shown = cleo.get(&import).await;
    let form = [("outcome", shown.values_of("outcome")[0])];
    let newcomer = given::person(&app.db, "Maya").await;
    run(
        &app,
        &format!(
            "update people set email = 'maya@example.org' where id = {}",
            newcomer.0
        ),
    )
    .await;
    cleo.post(&format!("{import}/confirmation"), &form)
        .await
        .is(StatusCode::CONFLICT)
        .says("Something has changed since you looked")
        .says("<b>2</b> <span>people added");
    assert_eq!(count(&app, "enrolments").await, 0);
    confirm(&cleo, &import).await;
    assert_eq!(count(&app, "enrolments").await, 4);
}

#[sqlx::test]
async fn a_file_is_for_whoever_uploaded_it_and_for_nobody_else(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let colleague = given::person(&app.db, "Coco").await;
    run(
        &app,
        &format!(
            "insert into coordinators values ({}, {}, null, '2026-04-01')",
            programme.id, colleague.0
        ),
    )
    .await;
    let ada = given::administrator(&app.db, "Ada").await;
    let elsewhere = given::programme(&app.db, "Europe/London").await;
    let cleo = app.sign_in(programme.coordinator).await;
    let import = uploaded(&cleo, &import_of(programme), FILE).await;
    let id = import.rsplit('/').next().unwrap();
    let colleague = app.sign_in(colleague).await;
    colleague
        .get(&import_of(programme))
        .await
        .does_not_say("people.csv");
    cleo.get(&import_of(programme)).await.says("people.csv");
    let outsiders = [
        colleague,
        app.sign_in(ada).await,
        app.sign_in(elsewhere.coordinator).await,
        app.sign_in(given::person(&app.db, "Otto").await).await,
    ];
    for outsider in &outsiders {
        for path in [
            &import,
            &format!("{import}/columns"),
            &format!("{import}/problems.csv"),
            &format!("/people/import/{id}"),
        ] {
            outsider.get(path).await.is(StatusCode::NOT_FOUND);
        }
        for act in ["columns", "confirmation", "removal"] {
            outsider
                .post(&format!("{import}/{act}"), &[("email", "1")])
                .await
                .is(StatusCode::NOT_FOUND);
        }
    }
    // An administrator who does not run the programme imports nothing into it either.
    for outsider in &outsiders[1..] {
        outsider
            .get(&import_of(programme))
            .await
            .is(StatusCode::NOT_FOUND);
        outsider
            .post_file(&import_of(programme), "people.csv", FILE.as_bytes())
            .await
            .is(StatusCode::NOT_FOUND);
    }
    for outsider in &outsiders[2..] {
        outsider
            .get("/people/import")
            .await
            .is(StatusCode::NOT_FOUND);
        outsider
            .post_file("/people/import", "people.csv", FILE.as_bytes())
            .await
            .is(StatusCode::NOT_FOUND);
    }
    // Nor is it led on through another programme of one's own.
    run(
        &app,
        &format!(
            "insert into coordinators values ({}, {}, null, '2026-04-01')",
            elsewhere.id, programme.coordinator.0
        ),
    )
    .await;
    cleo.get(&format!("{}/{id}", import_of(elsewhere)))
        .await
        .is(StatusCode::NOT_FOUND);
    cleo.get(&import).await.is(StatusCode::OK);
}

#[sqlx::test]
async fn what_is_no_table_is_refused_in_words(db: PgPool) {
    let app = TestApp::new(db).await;
    let ada = app
        .sign_in(given::administrator(&app.db, "Ada").await)
        .await;
    for (file, words) in [
        (b"".as_slice(), "Choose a file"),
        (b"PK\x03\x04rest", "This is a workbook"),
        (b"\0\0\x01\x02\0\0", "not a text file"),
        (b"\n\n", "This file is empty"),
        (b"Name,Email\n", "no row below"),
    ] {
        ada.post_file("/people/import", "x", file)
            .await
            .is(StatusCode::UNPROCESSABLE_ENTITY)
            .says(words);
    }
    // Not a file at all.
    ada.post("/people/import", &[("file", "x")])
        .await
        .is(StatusCode::BAD_REQUEST)
        .says("<h1>");
    let long = vec![b'x'; 33 * 1024 * 1024];
    ada.post_file("/people/import", "x", &long)
        .await
        .is(StatusCode::PAYLOAD_TOO_LARGE)
        .says("too long");
    let longer_than_a_form = format!("Name,Email\n{}", "Ann,ann@example.org\n".repeat(30_000));
    ada.post_file("/people/import", "x", longer_than_a_form.as_bytes())
        .await
        .is(StatusCode::SEE_OTHER);
    assert_eq!(count(&app, "imports").await, 1);
}

#[sqlx::test]
async fn files_of_older_spreadsheets_are_read(db: PgPool) {
    let app = TestApp::new(db).await;
    let ada = app
        .sign_in(given::administrator(&app.db, "Ada").await)
        .await;
    let file = b"sep=;\r\nE-mail;Name;Location\r\nzoe@example.org;Zo\xeb M\xfcller;\"Z\xfcrich\r\n(old town)\"\r\n";
    let answer = ada.post_file("/people/import", "list.csv", file).await;
    let columns = answer.location.clone().unwrap();
    confirm(&ada, columns.strip_suffix("/columns").unwrap()).await;
    assert_eq!(
        text(
            &app,
            "select concat_ws('|', full_name, location) from people where email = 'zoe@example.org'"
        )
        .await,
        "Zoë Müller|Zürich (old town)"
    );
}

#[sqlx::test]
async fn a_file_is_given_up_or_expires(db: PgPool) {
    let app = TestApp::new(db).await;
    let ada = app
        .sign_in(given::administrator(&app.db, "Ada").await)
        .await;
    let file = "Name,Email\nAnn,ann@example.org\n";
    let import = uploaded(&ada, "/people/import", file).await;
    ada.post(&format!("{import}/removal"), &[])
        .await
        .leads_to("/people/import");
    ada.get(&import).await.is(StatusCode::NOT_FOUND);
    assert_eq!(count(&app, "imports").await, 0);

    let import = uploaded(&ada, "/people/import", file).await;
    upkeep::forget(&app.server, NOON + Duration::days(6))
        .await
        .unwrap();
    ada.get(&import).await.is(StatusCode::OK);
    run(&app, &format!("update imports set expires_at = '{NOON}'")).await;
    ada.get(&import).await.is(StatusCode::NOT_FOUND);
    ada.get("/people/import").await.does_not_say("people.csv");
    upkeep::forget(&app.server, NOON).await.unwrap();
    assert_eq!(count(&app, "imports").await, 0);
}

/// Everybody enrolled in a programme and their pairings, whatever their keys.
async fn enrolled(app: &TestApp, programme: Programme) -> String {
    let sql = format!(
        "select concat(
            (select jsonb_agg(jsonb_build_array(email, part, capacity, about) order by email, part)
                from enrolments join people on id = person_id where programme_id = {id}),
            (select jsonb_agg(jsonb_build_array(mentor.email, mentee.email) order by mentor.email)
                from pairings join people mentor on mentor.id = mentor_id
                    join people mentee on mentee.id = mentee_id
                where programme_id = {id}))",
        id = programme.id
    );
    text(app, &sql).await
}

#[sqlx::test]
async fn what_is_downloaded_and_imported_again_is_the_same(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let ada = app
        .sign_in(given::administrator(&app.db, "Ada").await)
        .await;
    let cleo = app.sign_in(programme.coordinator).await;
    let place = import_of(programme);
    imported(&cleo, &place, FILE).await;
    for (email, words) in [
        ("maya@example.org", "=HYPERLINK(\"x\")"),
        ("tom@example.org", "''=1; \"quoted\"\n\n- and more"),
        ("boss@example.org", "+44"),
    ] {
        sqlx::query(
            "update enrolments set about = $2 where person_id = (select id from people where email = $1)",
        )
        .bind(email)
        .bind(words)
        .execute(&app.db)
        .await
        .unwrap();
    }
    run(
        &app,
        "update people set job_title = '@lead', languages = '{English,British Sign Language}', grade = 4
         where email = 'tom@example.org'",
    )
    .await;
    let before = everything(&app).await;
    let file = cleo
        .get(&format!("/programmes/{}/people.csv", programme.id))
        .await;
    file.says("\u{feff}Full name,Email address,")
        .says(",\"'=HYPERLINK(\"\"x\"\")\",")
        .says(",'+44,")
        .says(",'@lead,")
        .says("Paired with Maya Okafor");
    let again = uploaded(&cleo, &place, &file.body).await;
    cleo.get(&again).await.says("Nothing would change");

    file.says(",\"English, British Sign Language\",4,");
    let directory = ada.get("/people/directory.csv").await;
    directory
        .says(",'@lead,")
        .says(",\"English, British Sign Language\",4,");
    let again = uploaded(&ada, "/people/import", &directory.body).await;
    ada.get(&again).await.says("Nothing would change");
    assert_eq!(everything(&app).await, before);

    let elsewhere = given::programme(&app.db, "Europe/London").await;
    let coordinator = app.sign_in(elsewhere.coordinator).await;
    imported(&coordinator, &import_of(elsewhere), &file.body).await;
    assert_eq!(
        enrolled(&app, elsewhere).await,
        enrolled(&app, programme).await
    );
    for act in ["downloaded the people", "downloaded the directory"] {
        assert_eq!(
            count(&app, &format!("audit_events where act = '{act}'")).await,
            1
        );
    }
}
