//! The demonstration beside real people: what it brings, what it keeps in, and that nothing of it
//! stays.

use crate::support::given::{self, Person};
use crate::support::post_office::PostOffice;
use crate::support::{NOON, TestApp, Visitor};
use axum::http::StatusCode;
use sqlx::{AssertSqlSafe, PgPool};
use std::collections::BTreeMap;
use tokio::sync::watch;
use waymark::clock::Clock;
use waymark::mail::{Sent, deliver_due};

const PATH: &str = "/administration/demonstration";
const REMOVAL: &str = "/administration/demonstration/removal";

async fn count(db: &PgPool, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(db).await.unwrap()
}

async fn run(db: &PgPool, sql: String) {
    sqlx::query(AssertSqlSafe(sql)).execute(db).await.unwrap();
}

async fn somebody(db: &PgPool, name: &str) -> Person {
    let id = sqlx::query_scalar("select id from people where full_name = $1").bind(name);
    Person(id.fetch_one(db).await.unwrap())
}

async fn made_up_programme(db: &PgPool) -> i64 {
    count(db, "select min(programme_id) from made_up_programmes").await
}

async fn load(browser: &Visitor<'_>) {
    let page = browser.get(PATH).await;
    let loaded = browser
        .post(page.form_with("Load the demonstration"), &[])
        .await;
    loaded.leads_to(PATH).tells("The demonstration is here");
}

async fn remove(browser: &Visitor<'_>) {
    let page = browser.get(REMOVAL).await;
    let once = [("once", page.values_of("once")[0])];
    let removed = browser
        .post(page.form_with("Remove all of it"), &once)
        .await;
    removed.leads_to(PATH).tells("The demonstration is removed");
    // A second press of the same button.
    browser
        .post(REMOVAL, &once)
        .await
        .is(StatusCode::SEE_OTHER)
        .leads_to(PATH);
}

#[sqlx::test]
async fn an_administrator_looks_around_among_made_up_people(db: PgPool) {
    let app = TestApp::new(db).await;
    let ada = given::administrator(&app.db, "Ada").await;
    let browser = app.sign_in(ada).await;
    let tasks = browser.get("/set-up").await;
    browser
        .get(tasks.link("Demonstration"))
        .await
        .says("240 made-up people")
        .says("No letter about it leaves");
    load(&browser).await;
    browser.get("/set-up").await.says("To do").says("2 of 5");
    browser
        .get("/administration")
        .await
        .says("made-up programmes are here");
    let page = browser.get(PATH).await;
    page.says("240 made-up people are here")
        .says("Ada loaded them on 1 April 2026")
        .says("You coordinate it");
    browser
        .get(page.link("Career Mentoring (demonstration)"))
        .await
        .is(StatusCode::OK)
        .says("Asha Menon");
    for nobody in [
        "select count(*) from passwords",
        "select count(*) from demo_people",
        "select count(*) from letters",
        "select count(*) from people join made_up_people on person_id = id
         where administrator_since is not null",
        "select count(*) from organisation where name <> ''",
    ] {
        assert_eq!(count(&app.db, nobody).await, 0, "{nobody}");
    }
    let stranger = app.stranger();
    stranger.get("/sign-in").await.does_not_say("Asha Menon");
    for (name, password) in [
        ("asha.menon", "a-walk-by-the-river"),
        ("owen.pritchard", ""),
    ] {
        let email = format!("{name}@quillmoor.example");
        let form = [("email", &*email), ("password", password)];
        stranger
            .post("/sign-in", &form)
            .await
            .is(StatusCode::UNPROCESSABLE_ENTITY);
    }
    let loaded = "select count(*) from audit_events
         where act = 'loaded the demonstration' and actor_id = person_id";
    assert_eq!(count(&app.db, loaded).await, 1);
    browser.post(PATH, &[]).await.leads_to(PATH);
    assert_eq!(
        count(&app.db, "select count(*) from made_up_people").await,
        240
    );
}

#[sqlx::test]
async fn no_letter_leaves_it(db: PgPool) {
    let app = TestApp::new(db).await;
    let ada = given::administrator(&app.db, "Ada").await;
    let browser = app.sign_in(ada).await;
    load(&browser).await;
    let mut office = PostOffice::open(&[]).await;
    office.used_by(&app).await;
    let asha = somebody(&app.db, "Asha Menon").await;
    browser
        .post(&format!("/people/{}/deactivation", asha.0), &[])
        .await
        .tells("is deactivated");
    let to = "select array_agg(recipient order by recipient) from letters where made_up";
    let to: Vec<String> = sqlx::query_scalar(to).fetch_one(&app.db).await.unwrap();
    assert!(to.contains(&"ruth.adeyemi@quillmoor.example".to_owned()));
    assert!(
        to.iter().any(|one| one.ends_with("@example.org")),
        "the coordinator is real: {to:?}"
    );
    // Whoever is invited into it is real; into a programme of their own they get their letter.
    let own = given::programme(&app.db, "Europe/London").await;
    coordinate(&app, ada, own.id).await;
    for programme in [made_up_programme(&app.db).await, own.id] {
        let form = [("part", "mentee"), ("people", "tom@example.com")];
        browser
            .post(&format!("/programmes/{programme}/invitations"), &form)
            .await
            .is(StatusCode::SEE_OTHER);
    }
    let all = count(&app.db, "select count(*) from letters").await;
    let (_stop, never) = watch::channel(false);
    let sent = deliver_due(&app.server, Clock::Stopped(NOON), &never).await;
    assert_eq!(
        sent.unwrap(),
        Sent {
            sent: 1,
            put_off: 0,
            given_up: 0
        }
    );
    let letter = office.next().await;
    assert_eq!(letter.to, ["tom@example.com"]);
    assert!(letter.text.contains("Spring"), "{}", letter.text);
    let kept = count(&app.db, "select count(*) from letters where made_up").await;
    assert_eq!(kept, all - 1);
    let letters = browser.get("/administration/letters?show=made-up").await;
    letters.says("Waiting (0)").says("Made up: not sent");
    let letter = letters.link("Your pairing with Asha Menon");
    browser
        .get(letter)
        .await
        .says("Made up: not sent")
        .does_not_say("Try again now");
    browser
        .post(&format!("{letter}/retrial"), &[])
        .await
        .is(StatusCode::CONFLICT);
}

async fn coordinate(app: &TestApp, person: Person, programme: i64) {
    let sql = "insert into coordinators (programme_id, person_id, named_at) values ($1, $2, $3)";
    sqlx::query(sql)
        .bind(programme)
        .bind(person.0)
        .bind(NOON)
        .execute(&app.db)
        .await
        .unwrap();
}

/// Every row of every table, but the forms that were used, and what the audit says of loading and
/// removing and of inviting into a real programme.
async fn everything(db: &PgPool) -> BTreeMap<String, Vec<String>> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select table_name::text from information_schema.tables
         where table_schema = 'public' and table_type = 'BASE TABLE' and table_name <> 'forms_used'",
    )
    .fetch_all(db)
    .await
    .unwrap();
    let mut all = BTreeMap::new();
    for table in tables {
        let sql = format!("select one::text from {table} one order by 1");
        let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_all(db)
            .await
            .unwrap();
        let acts = ["the demonstration", "invited people"];
        let keeps = |row: &String| !acts.iter().any(|act| row.contains(act));
        all.insert(table, rows.into_iter().filter(keeps).collect());
    }
    all
}

/// A real company with something of everything that can be met by what is made up.
async fn a_real_company(app: &TestApp, ada: Person) -> given::Paired {
    let pairing = given::pairing().insert(&app.db).await;
    coordinate(app, ada, pairing.programme.id).await;
    let question = given::question(&app.db, pairing.programme, "skills", "What can you do?").await;
    let application =
        given::application(&app.db, pairing.programme, pairing.mentor, "mentor").await;
    for sql in [
        // The demonstration speaks of it too.
        "insert into skills (name, added_at) values ('Negotiating', '2026-03-01')".to_owned(),
        format!("insert into answers values ({application}, {question}, 'skills')"),
        format!("insert into answered_skills select {application}, {question}, id from skills"),
        format!(
            "insert into audit_events (at, actor_id, act, pairing_id)
             values ('2026-03-02', {}, 'wrote a note', {})",
            pairing.mentor.0, pairing.id
        ),
        format!(
            "insert into notes (pairing_id, author_id, body, written_at)
             values ({}, {}, 'Mine', '2026-03-02')",
            pairing.id, pairing.mentor.0
        ),
        "insert into letters (message_id, recipient, subject, body, written_at, due_at)
         values ('<1@example.org>', 'tom@example.org', 'Hello', 'Hello', '2026-03-02', '2026-03-02')"
            .to_owned(),
    ] {
        run(&app.db, sql).await;
    }
    pairing
}

/// What people may do while it is there, so that made-up and real are thoroughly mixed.
async fn mix(app: &TestApp, browser: &Visitor<'_>, ada: Person, real: &given::Paired) {
    let asha = somebody(&app.db, "Asha Menon").await;
    let hugh = somebody(&app.db, "Hugh Pemberton").await;
    let made_up = made_up_programme(&app.db).await;
    let programme = given::Programme {
        id: made_up,
        coordinator: ada,
    };
    browser
        .post(&format!("/people/{}/deactivation", asha.0), &[])
        .await
        .tells("is deactivated");
    for programme in [made_up, real.programme.id] {
        let form = [
            ("part", "mentee"),
            ("people", "owen.pritchard@quillmoor.example"),
        ];
        let path = format!("/programmes/{programme}/invitations");
        browser.post(&path, &form).await.is(StatusCode::SEE_OTHER);
    }
    let wrong = [
        ("email", "hugh.pemberton@quillmoor.example"),
        ("password", "x"),
    ];
    app.stranger().post("/sign-in", &wrong).await;
    given::mentor(&app.db, programme, real.mentor, 2).await;
    given::mentee(&app.db, real.programme, hugh).await;
    given::sign_in(&app.db, hugh).await;
    let kwame = somebody(&app.db, "Kwame Mensah").await;
    pair(&app.db, made_up, real.mentor, kwame).await;
    pair(&app.db, real.programme.id, real.mentor, hugh).await;
    for sql in [
        format!(
            "update people set line_manager_id = {} where id = {}",
            hugh.0, real.mentee.0
        ),
        format!(
            "insert into applications (programme_id, person_id, part, started_at)
             values ({made_up}, {}, 'mentee', '2026-03-30')",
            real.mentee.0
        ),
        format!(
            "insert into enrolment_links values ({made_up}, 'abcdefghijklmnopqrstuvwxyz', {}, '2026-03-30')",
            ada.0
        ),
    ] {
        run(&app.db, sql).await;
    }
}

/// A pairing with an initial meeting to come and a note.
async fn pair(db: &PgPool, programme: i64, mentor: Person, mentee: Person) {
    let (mentor, mentee) = (mentor.0, mentee.0);
    for sql in [
        format!(
            "insert into pairings (programme_id, mentor_id, mentee_id, proposed_on, offered_on)
             values ({programme}, {mentor}, {mentee}, '2026-03-30', '2026-03-30')"
        ),
        format!(
            "insert into notes (pairing_id, author_id, body, written_at)
             select max(id), {mentor}, 'Of somebody made up', '2026-03-30' from pairings"
        ),
        format!(
            "insert into mentoring_sessions (pairing_id, kind, during, booked_by, booked_at)
             select max(id), 'initial', '[2026-04-02 10:00Z,2026-04-02 11:00Z)', {mentor}, '2026-03-30'
             from pairings"
        ),
        "insert into attendances
         select mentoring_sessions.id, mentee_id, during
         from mentoring_sessions join pairings on pairings.id = pairing_id
         where pairing_id = (select max(id) from pairings)"
            .to_owned(),
    ] {
        run(db, sql).await;
    }
}

#[sqlx::test]
async fn nothing_made_up_stays_and_nothing_real_goes(db: PgPool) {
    let app = TestApp::new(db).await;
    let ada = given::administrator(&app.db, "Ada").await;
    let real = a_real_company(&app, ada).await;
    let browser = app.sign_in(ada).await;
    let again = app.sign_in(ada).await;
    let before = everything(&app.db).await;
    load(&browser).await;
    mix(&app, &browser, ada, &real).await;
    let page = browser.get(REMOVAL).await;
    page.says("1 made-up person is in Spring")
        .says("1 real person takes part in Career Mentoring (demonstration)");
    remove(&browser).await;
    let after = everything(&app.db).await;
    for (table, rows) in &before {
        assert_eq!(rows, &after[table], "{table}");
    }
    again.get(PATH).await.says("Load the demonstration");
    let acts = "select count(*) from audit_events where act like '% the demonstration' and actor_id is not null";
    assert_eq!(count(&app.db, acts).await, 2);
    // And it comes back as it was.
    load(&again).await;
    remove(&again).await;
    assert_eq!(everything(&app.db).await, before);
}

/// Whoever adds a table that refers to people, programmes or pairings thinks of the removal.
#[sqlx::test]
async fn the_removal_knows_everything_that_refers_to_what_it_takes_away(db: PgPool) {
    let removal: String =
        sqlx::query_scalar("select prosrc from pg_proc where proname = 'remove_demonstration'")
            .fetch_one(&db)
            .await
            .unwrap();
    let references: Vec<(String, String, bool)> = sqlx::query_as(
        "select conrelid::regclass::text, attname::text,
            confrelid = 'people'::regclass and not exists (
                select from pg_attribute own where own.attrelid = conrelid and own.attname = 'pairing_id'
            )
         from pg_constraint
         join pg_attribute on attrelid = conrelid and attnum = conkey[1]
         where contype = 'f' and confdeltype = 'a' and confrelid <> 'skills'::regclass",
    )
    .fetch_all(&db)
    .await
    .unwrap();
    let words: Vec<&str> = removal
        .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .collect();
    assert!(references.len() > 40, "{references:?}");
    for (table, column, to_a_person) in references {
        // They go with what they belong to.
        if ["attendances", "answers", "answered_choices"].contains(&&*table) {
            continue;
        }
        assert!(words.contains(&&*table), "{table}");
        let known = words.contains(&&*column) || (table == "demonstration");
        assert!(known || !to_a_person, "{table}.{column}");
    }
}

#[sqlx::test]
async fn of_two_at_once_one_loads_it_and_one_removes_it(db: PgPool) {
    let app = TestApp::new(db).await;
    let ada = given::administrator(&app.db, "Ada").await;
    let bea = given::administrator(&app.db, "Bea").await;
    let (ada, bea) = (app.sign_in(ada).await, app.sign_in(bea).await);
    let (one, two) = tokio::join!(ada.post(PATH, &[]), bea.post(PATH, &[]));
    let mut statuses = [one.status, two.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::CONFLICT]);
    assert_eq!(
        count(&app.db, "select count(*) from made_up_people").await,
        240
    );
    let (one, two) = tokio::join!(ada.post(REMOVAL, &[]), bea.post(REMOVAL, &[]));
    let mut statuses = [one.status, two.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::CONFLICT]);
    assert_eq!(count(&app.db, "select count(*) from people").await, 2);
    ada.get(REMOVAL).await.leads_to(PATH);
    ada.post(REMOVAL, &[])
        .await
        .is(StatusCode::CONFLICT)
        .says("There is no demonstration here");
}

#[sqlx::test]
async fn a_server_that_knows_no_owner_says_how_to_load_it(db: PgPool) {
    let app = TestApp::without_the_owner(db).await;
    let ada = given::administrator(&app.db, "Ada").await;
    let browser = app.sign_in(ada).await;
    browser
        .get(PATH)
        .await
        .says("waymark demo --for ada.")
        .does_not_say("<button class=\"button\">");
    browser
        .post(PATH, &[])
        .await
        .is(StatusCode::CONFLICT)
        .says("cannot load the demonstration by itself");
    assert_eq!(count(&app.db, "select count(*) from people").await, 1);
}

#[sqlx::test]
async fn what_is_real_keeps_its_name(db: PgPool) {
    let app = TestApp::new(db).await;
    let ada = given::administrator(&app.db, "Ada").await;
    let own = given::programme(&app.db, "Europe/London").await;
    let browser = app.sign_in(ada).await;
    for sql in [
        format!(
            "update programmes set name = 'Career Mentoring (demonstration)' where id = {}",
            own.id
        ),
        format!(
            "update people set email = 'asha.menon@quillmoor.example' where id = {}",
            ada.0
        ),
    ] {
        run(&app.db, sql).await;
    }
    for taken in [
        "asha.menon@quillmoor.example",
        "Career Mentoring (demonstration)",
    ] {
        browser
            .post(PATH, &[])
            .await
            .is(StatusCode::CONFLICT)
            .says(taken);
        assert_eq!(
            count(&app.db, "select count(*) from demonstration").await,
            0
        );
        run(
            &app.db,
            "update people set email = 'ada@example.org' where email like 'asha%'".into(),
        )
        .await;
    }
}

#[sqlx::test]
async fn where_it_is_all_there_is_it_stays(db: PgPool) {
    let mut owner = db.acquire().await.unwrap();
    waymark::demo::load(&mut owner, 1, NOON).await.unwrap();
    drop(owner);
    let app = TestApp::demonstration(db).await;
    for administrator in [
        somebody(&app.db, "Owen Pritchard").await,
        given::administrator(&app.db, "Ada").await,
    ] {
        let browser = app.sign_in(administrator).await;
        browser
            .get("/set-up")
            .await
            .says("Quillmoor")
            .says("Everything that has to be done is done");
        browser
            .get(PATH)
            .await
            .says("This whole server is the demonstration");
        browser.get(REMOVAL).await.leads_to(PATH);
        for path in [PATH, REMOVAL] {
            browser.post(path, &[]).await.is(StatusCode::CONFLICT);
        }
    }
    assert_eq!(
        count(&app.db, "select count(*) from made_up_people").await,
        240
    );
}
