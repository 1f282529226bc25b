//! A programme from a ready one to an archive: what it is set to, how far it is, what it refuses.

use crate::support::given::{At, Paired, Person, Programme};
use crate::support::{NOON, TestApp, given};
use axum::http::StatusCode;
use sqlx::{AssertSqlSafe, PgPool};

fn at(programme: Programme, place: &str) -> String {
    format!("/programmes/{}{place}", programme.id)
}

async fn count(app: &TestApp, sql: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
        .fetch_one(&app.db)
        .await
        .unwrap()
}

async fn set(app: &TestApp, programme: Programme, what: &str) {
    let sql = format!("update programmes set {what} where id = {}", programme.id);
    sqlx::query(AssertSqlSafe(sql))
        .execute(&app.db)
        .await
        .unwrap();
}

async fn acts(app: &TestApp, act: &str) -> i64 {
    count(
        app,
        &format!("select count(*) from audit_events where act = '{act}'"),
    )
    .await
}

/// Every field of a form, as a browser would send it untouched.
pub fn untouched(body: &str) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for tag in body.split('<').filter(|tag| tag.contains(" name=\"")) {
        let of = |attribute: &str| {
            let start = format!("{attribute}=\"");
            Some(tag.split_once(&start)?.1.split('"').next()?.to_owned())
        };
        let name = of(" name").unwrap();
        let value = match tag.split_whitespace().next() {
            Some("textarea") => tag.split_once(">\n").map(|(_, text)| text.to_owned()),
            Some("select") => {
                let options = body
                    .split_once(&format!("<select id=\"{name}\""))
                    .unwrap()
                    .1;
                let chosen = options.split_once("<option selected>").unwrap().1;
                chosen.split('<').next().map(str::to_owned)
            }
            _ if tag.contains("type=\"radio\"") && !tag.contains(" checked") => None,
            _ => of(" value"),
        };
        fields.extend(value.map(|value| (name, unescaped(&value))));
    }
    fields
}

fn unescaped(text: &str) -> String {
    text.replace("&#39;", "'")
        .replace("&#34;", "\"")
        .replace("&#38;", "&")
}

pub fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

pub fn change(fields: &mut [(String, String)], name: &str, value: &str) {
    let field = fields.iter_mut().find(|(field, _)| field == name);
    field.unwrap().1 = value.to_owned();
}

#[sqlx::test]
async fn a_programme_is_made_from_a_ready_one_as_it_stands(db: PgPool) {
    let app = TestApp::new(db).await;
    let ada = app
        .sign_in(given::administrator(&app.db, "Ada").await)
        .await;
    let choice = ada.get("/programmes/new").await;
    for (words, weeks) in [
        ("Career mentoring", 26),
        ("Onboarding buddies", 13),
        ("Reverse mentoring", 26),
        ("Learn a skill", 8),
    ] {
        let page = ada.get(choice.link(words)).await;
        page.is(StatusCode::OK);
        let fields = untouched(&page.body);
        let made = ada.post("/programmes", &borrowed(&fields)).await;
        made.is(StatusCode::SEE_OTHER);
        let made: (i64, bool, i32) = sqlx::query_as(
            "select count(*), bool_and(opened_at is null and purpose <> '' and whom_for <> ''
                and is_told like 'That you are paired%' and starts_on = '2026-05-04'),
                max(ends_on - starts_on)
             from programmes where name = $1",
        )
        .bind(words)
        .fetch_one(&app.db)
        .await
        .unwrap();
        assert_eq!(made, (1, true, weeks * 7 - 3), "{words}");
    }
    ada.get(choice.link("Begin with nothing"))
        .await
        .says("name=\"session_minutes\" type=\"text\" value=\"60\"");
    let list = ada.get("/programmes").await;
    list.says("<span class=\"tag warn\">Draft</span>");
}

#[sqlx::test]
async fn a_name_and_dates_are_enough(db: PgPool) {
    let app = TestApp::new(db).await;
    let ada = app
        .sign_in(given::administrator(&app.db, "Ada").await)
        .await;
    let fields = [
        ("name", "Spring"),
        ("starts_on", "2026-05-01"),
        ("ends_on", "2026-12-01"),
    ];
    ada.post("/programmes", &fields)
        .await
        .is(StatusCode::SEE_OTHER);
    let defaults = "select count(*) from programmes
        where session_minutes = 60 and capacity_default = 1 and capacity_max = 3
            and who_asks = 'coordinators' and midpoint_on is null";
    assert_eq!(count(&app, defaults).await, 1);
}

/// A draft with Cleo, in which Maya and Tom are enrolled and proposed to each other.
async fn draft(app: &TestApp) -> Paired {
    let pairing = given::pairing().at(At::Proposed).insert(&app.db).await;
    set(app, pairing.programme, "opened_at = null").await;
    pairing
}

#[sqlx::test]
async fn the_database_shows_a_draft_to_those_who_manage_it_only(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = draft(&app).await;
    let programme = pairing.programme;
    let mut acting = app.server.begin().await.unwrap();
    for (person, sees) in [
        (pairing.mentee, 0),
        (pairing.coordinator, 1),
        (given::administrator(&app.db, "Ada").await, 1),
        (given::programme(&app.db, "UTC").await.coordinator, 0),
    ] {
        sqlx::query("select set_config('app.person_id', $1, true)")
            .bind(person.0.to_string())
            .execute(&mut *acting)
            .await
            .unwrap();
        let seen: i64 = sqlx::query_scalar("select count(*) from programmes where id = $1")
            .bind(programme.id)
            .fetch_one(&mut *acting)
            .await
            .unwrap();
        assert_eq!(seen, sees, "{person:?}");
    }
}

#[sqlx::test]
async fn a_draft_exists_for_those_who_manage_it_only(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = draft(&app).await;
    let programme = pairing.programme;
    let name = "Spring ";
    let tom = app.sign_in(pairing.mentee).await;
    tom.get("/").await.does_not_say(name);
    let cleo = app.sign_in(pairing.coordinator).await;
    let refused = "still a draft";
    cleo.get(&at(programme, "/publication"))
        .await
        .is(StatusCode::CONFLICT)
        .says(refused);
    let id = pairing.id.to_string();
    let fields = [("pairing", &*id)];
    cleo.post(&at(programme, "/publication"), &fields)
        .await
        .is(StatusCode::CONFLICT)
        .says(refused);
    assert_eq!(
        count(&app, "select count(offered_on) from pairings").await,
        0
    );
    let past_the_pages = sqlx::query("update pairings set offered_on = proposed_on")
        .execute(&app.db)
        .await;
    assert!(past_the_pages.is_err());

    let home = cleo.get("/").await;
    home.says("Open the programme for enrolment");
    let opening = cleo.get(home.link("Open for enrolment")).await;
    opening.says("2 people, who see it on their home page");
    for _ in 0..2 {
        cleo.post(&at(programme, "/opening"), &[])
            .await
            .leads_to(&at(programme, ""));
    }
    assert_eq!(acts(&app, "opened the programme").await, 1);
    tom.get("/").await.says(name);
    cleo.post(&at(programme, "/publication"), &fields)
        .await
        .leads_to(&at(programme, ""));
    tom.get(&pairing.path).await.is(StatusCode::OK);
}

#[sqlx::test]
async fn a_draft_whose_time_is_over_is_not_opened(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = draft(&app).await;
    set(&app, pairing.programme, "ends_on = '2026-03-31'").await;
    let cleo = app.sign_in(pairing.coordinator).await;
    cleo.post(&at(pairing.programme, "/opening"), &[])
        .await
        .is(StatusCode::CONFLICT)
        .says("Give it other dates");
}

/// What begins something new in a programme, or changes what it holds.
fn beginnings(pairing: &Paired, person: Person) -> Vec<(String, Vec<(&'static str, String)>)> {
    let programme = pairing.programme;
    let (maya, tom, id) = (pairing.mentor.0, pairing.mentee.0, pairing.id);
    let field = |name: &'static str, value: String| (name, value);
    vec![
        (
            at(programme, "/enrolments"),
            vec![
                field("person", person.0.to_string()),
                field("part", "mentee".into()),
            ],
        ),
        (
            at(programme, &format!("/enrolments/{maya}/mentor")),
            vec![field("capacity", "1".into())],
        ),
        (
            at(programme, &format!("/enrolments/{maya}/mentor/removal")),
            vec![],
        ),
        (
            at(programme, "/pairings"),
            vec![
                field("mentor", maya.to_string()),
                field("mentee", tom.to_string()),
            ],
        ),
        (
            at(programme, "/publication"),
            vec![field("pairing", id.to_string())],
        ),
    ]
}

async fn contents(app: &TestApp) -> Vec<String> {
    sqlx::query_scalar(
        "select one::text from enrolments one
         union all select one::text from pairings one
         union all select one::text from programmes one
         union all select one::text from audit_events one
         order by 1",
    )
    .fetch_all(&app.db)
    .await
    .unwrap()
}

#[sqlx::test]
async fn nothing_new_begins_once_it_is_over_or_archived(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().at(At::Proposed).insert(&app.db).await;
    let ben = given::person(&app.db, "Ben").await;
    let cleo = app.sign_in(pairing.coordinator).await;
    for (how, words) in [
        (
            "ends_on = '2026-03-31'",
            "This programme ended on 31 March 2026",
        ),
        ("archived_at = '2026-03-31'", "This programme is archived"),
    ] {
        set(&app, pairing.programme, how).await;
        let before = contents(&app).await;
        for (path, fields) in beginnings(&pairing, ben) {
            let fields: Vec<(&str, &str)> = fields
                .iter()
                .map(|(name, value)| (*name, &**value))
                .collect();
            let refused = cleo.post(&path, &fields).await;
            refused.is(StatusCode::CONFLICT).says(words);
        }
        for place in ["/enrolments/new", "/pairings/new", "/publication"] {
            let refused = cleo.get(&at(pairing.programme, place)).await;
            refused.is(StatusCode::CONFLICT).says(words);
        }
        assert_eq!(contents(&app).await, before);
        for place in ["", "/people", "/edit", "/coordinators"] {
            let page = cleo.get(&at(pairing.programme, place)).await;
            page.is(StatusCode::OK).does_not_say("Enrol somebody");
        }
    }
    cleo.post(&at(pairing.programme, ""), &[("name", "Mine")])
        .await
        .is(StatusCode::CONFLICT)
        .says("This programme is archived");
    // Nor by a query that forgets to look.
    let enrol = format!(
        "insert into enrolments (programme_id, person_id, part, enrolled_at)
         values ({}, {}, 'mentee', '2026-04-01')",
        pairing.programme.id, ben.0
    );
    for sql in [enrol, "update pairings set offered_on = proposed_on".into()] {
        let done = sqlx::query(AssertSqlSafe(sql)).execute(&app.db).await;
        let refused = done.unwrap_err().to_string();
        assert!(refused.contains("archive"), "{refused}");
    }
}

#[sqlx::test]
async fn what_is_under_way_goes_on_in_an_archive(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().at(At::Offered).insert(&app.db).await;
    let programme = pairing.programme;
    let cleo = app.sign_in(pairing.coordinator).await;
    let archive = at(programme, "/archive");
    cleo.get(&archive)
        .await
        .says("1 offer waits for an answer, and can still be accepted");
    for _ in 0..2 {
        cleo.post(&archive, &[]).await.leads_to(&at(programme, ""));
    }
    assert_eq!(acts(&app, "archived the programme").await, 1);
    cleo.get(&at(programme, ""))
        .await
        .says("Archived since 1 April 2026");
    cleo.get("/programmes")
        .await
        .says("Archived programmes")
        .says("<span class=\"tag quiet\">Archived</span>");
    for person in [pairing.mentor, pairing.mentee] {
        let person = app.sign_in(person).await;
        person
            .post(&format!("{}/acceptance", pairing.path), &[])
            .await
            .leads_to(&pairing.path);
    }
    cleo.get(&pairing.path).await.says("Initial meeting");
    cleo.get("/").await.says("What is under way goes on");

    let reopening = at(programme, "/reopening");
    for _ in 0..2 {
        cleo.post(&reopening, &[])
            .await
            .leads_to(&at(programme, ""));
    }
    assert_eq!(acts(&app, "re-opened the programme").await, 1);
    cleo.get(&at(programme, "")).await.says(">Running</span>");
}

#[sqlx::test]
async fn an_administrator_archives_without_seeing_the_pairings(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let ada = app
        .sign_in(given::administrator(&app.db, "Ada").await)
        .await;
    let page = ada.get(&at(pairing.programme, "/archive")).await;
    page.says("Its coordinators see both")
        .does_not_say("1 pairing");
    ada.post(&at(pairing.programme, "/archive"), &[])
        .await
        .leads_to(&at(pairing.programme, ""));
}

#[sqlx::test]
async fn for_everybody_else_there_is_nothing_to_open_or_archive(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let elsewhere = given::programme(&app.db, "UTC").await.coordinator;
    let before = contents(&app).await;
    for person in [pairing.mentor, pairing.mentee, elsewhere] {
        let person = app.sign_in(person).await;
        for place in ["/opening", "/archive", "/copy", "/file", "/edit"] {
            let page = person.get(&at(pairing.programme, place)).await;
            page.is(StatusCode::NOT_FOUND);
        }
        for place in ["/opening", "/archive", "/reopening", ""] {
            let done = person.post(&at(pairing.programme, place), &[]).await;
            done.is(StatusCode::NOT_FOUND);
        }
    }
    assert_eq!(contents(&app).await, before);
}

#[sqlx::test]
async fn settings_are_changed_and_the_audit_names_which(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let cleo = app.sign_in(programme.coordinator).await;
    let edit = cleo.get(&at(programme, "/edit")).await;
    let mut fields = untouched(&edit.body);
    fields.retain(|(name, _)| name != "people");
    let path = at(programme, "");
    // Saved untouched, nothing has happened.
    let before = contents(&app).await;
    cleo.post(&path, &borrowed(&fields)).await.leads_to(&path);
    assert_eq!(contents(&app).await, before);

    change(&mut fields, "ends_on", "2027-01-29");
    change(&mut fields, "is_told", "Only that you met");
    change(&mut fields, "capacity_max", "4");
    for _ in 0..2 {
        cleo.post(&path, &borrowed(&fields)).await.leads_to(&path);
    }
    let act = "changed the programme: dates, capacity, what it is told";
    assert_eq!(acts(&app, act).await, 1);
    let by: i64 = sqlx::query_scalar("select actor_id from audit_events where act = $1")
        .bind(act)
        .fetch_one(&app.db)
        .await
        .unwrap();
    assert_eq!(by, programme.coordinator.0);
    let stored = "select count(*) from programmes where ends_on = '2027-01-29' and capacity_max = 4
        and is_told = 'Only that you met' and version = 2";
    assert_eq!(count(&app, stored).await, 1);
}

#[sqlx::test]
async fn an_old_tab_overwrites_no_newer_settings(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let cleo = app.sign_in(programme.coordinator).await;
    let ada = app
        .sign_in(given::administrator(&app.db, "Ada").await)
        .await;
    let (path, edit) = (at(programme, ""), at(programme, "/edit"));
    let mut newer = untouched(&ada.get(&edit).await.body);
    let mut older = newer.clone();
    change(&mut newer, "purpose", "To lead");
    ada.post(&path, &borrowed(&newer)).await.leads_to(&path);
    change(&mut older, "whom_for", "Apprentices \"all\"");
    let refused = cleo.post(&path, &borrowed(&older)).await;
    refused
        .is(StatusCode::CONFLICT)
        .says("The programme was changed while you were writing, and says “To lead” here")
        .says("and says nothing here")
        .says("Apprentices &#34;all&#34;</textarea>");
    assert_eq!(
        count(&app, "select count(*) from programmes where whom_for <> ''").await,
        0
    );
    // Whoever has read that means it.
    let meant = untouched(&refused.body);
    cleo.post(&path, &borrowed(&meant)).await.leads_to(&path);
    let stored = "select count(*) from programmes where whom_for <> '' and purpose = 'Growing'";
    assert_eq!(count(&app, stored).await, 1);
}

#[sqlx::test]
async fn a_mentor_takes_no_more_than_the_programme_allows(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    set(&app, programme, "capacity_default = 2, capacity_max = 3").await;
    let maya = given::person(&app.db, "Maya").await;
    let cleo = app.sign_in(programme.coordinator).await;
    let new = cleo.get(&at(programme, "/enrolments/new")).await;
    assert_eq!(new.values_of("capacity"), ["2"]);
    new.says("Of a mentor only: 1 to 3.");
    let id = maya.0.to_string();
    let enrol = |capacity| [("person", &*id), ("part", "mentor"), ("capacity", capacity)];
    let path = at(programme, "/enrolments");
    let refused = cleo.post(&path, &enrol("4")).await;
    refused
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Enter how many mentees they take at a time: 1 to 3");
    cleo.post(&path, &enrol("3"))
        .await
        .is(StatusCode::SEE_OTHER);
    let mentor = at(programme, &format!("/enrolments/{id}/mentor"));
    let refused = cleo.post(&mentor, &[("capacity", "4")]).await;
    refused.is(StatusCode::UNPROCESSABLE_ENTITY).says("0 to 3");
    let past_the_form = sqlx::query("update enrolments set capacity = 4")
        .execute(&app.db)
        .await;
    assert!(past_the_form.is_err());

    let mut fields = untouched(&cleo.get(&at(programme, "/edit")).await.body);
    change(&mut fields, "capacity_max", "2");
    let lowered = cleo.post(&at(programme, ""), &borrowed(&fields)).await;
    lowered
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Some mentors take more than 2 already");
    cleo.post(&mentor, &[("capacity", "2")])
        .await
        .is(StatusCode::SEE_OTHER);
    cleo.post(&at(programme, ""), &borrowed(&fields))
        .await
        .leads_to(&at(programme, ""));
}

#[sqlx::test]
async fn a_copy_has_the_settings_questions_and_letters_and_nothing_else(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let programme = pairing.programme;
    let odd = "purpose = 'Odd', whom_for = 'Few', session_minutes = 35, capacity_max = 7,
        who_asks = 'both', midpoint_on = '2026-06-01', enrolment_closes_on = '2026-02-02',
        minimum_sessions = 9, is_told = 'Little'";
    set(&app, programme, odd).await;
    let ada = app
        .sign_in(given::administrator(&app.db, "Ada").await)
        .await;
    let asked = given::question(&app.db, programme, "ranked", "Why now?").await;
    given::choice(&app.db, asked, "To grow").await;
    given::choice(&app.db, asked, "To help").await;
    let archived = given::question(&app.db, programme, "line", "Shoe size?").await;
    given::question(&app.db, programme, "line", "Which city?").await;
    given::application(&app.db, programme, pairing.mentee, "mentor").await;
    given::open_to_applications(&app.db, programme).await;
    for sql in [
        format!("update questions set archived_at = '2026-04-01' where id = {archived}"),
        format!(
            "insert into programme_letters values ({}, 'declined', 'Alas')",
            programme.id
        ),
        format!("insert into matching_rules values ({}, 0, 3, 6, 2, 2500, true, 'stable')", programme.id),
        format!(
            "insert into matching_criteria values ({}, 'site', null, 33, true, 'different'),
                ({0}, null, {asked}, 12, false, 'shared'), ({0}, null, {archived}, 7, true, 'same')",
            programme.id
        ),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .execute(&app.db)
            .await
            .unwrap();
    }
    let page = ada.get(&at(programme, "/copy")).await;
    let mut fields = untouched(&page.body);
    let nameless = ada.post("/programmes", &borrowed(&fields)).await;
    nameless
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Enter the programme&#39;s name");
    change(&mut fields, "name", "Next spring");
    ada.post("/programmes", &borrowed(&fields))
        .await
        .is(StatusCode::SEE_OTHER);
    let copied = "select count(*) from programmes
        where name = 'Next spring' and opened_at is null and purpose = 'Odd' and whom_for = 'Few'
            and session_minutes = 35 and capacity_max = 7 and who_asks = 'both'
            and minimum_sessions = 9 and is_told = 'Little' and starts_on > '2026-12-18'
            and extract(isodow from starts_on) = 1 and ends_on - starts_on = 347
            and midpoint_on - starts_on = 147 and enrolment_closes_on - starts_on = 28
            and not exists (select from enrolments where programme_id = programmes.id)
            and not exists (select from coordinators where programme_id = programmes.id)";
    assert_eq!(count(&app, copied).await, 1);
    let asked: Vec<(String, i32, Vec<String>)> = sqlx::query_as(
        "select wording, position, array(
            select wording from question_choices where question_id = questions.id order by position
         )
         from questions join programmes on programmes.id = programme_id
         where name = 'Next spring' order by position",
    )
    .fetch_all(&app.db)
    .await
    .unwrap();
    let choices = vec!["To grow".to_owned(), "To help".to_owned()];
    assert_eq!(
        asked,
        [
            ("Why now?".to_owned(), 1, choices),
            ("Which city?".to_owned(), 2, vec![])
        ]
    );
    let said =
        "select count(*) from programme_letters join programmes on programmes.id = programme_id
        where name = 'Next spring' and words = 'Alas'
            and not exists (select from open_programmes where programme_id = programmes.id)
            and not exists (select from applications where programme_id = programmes.id)";
    assert_eq!(count(&app, said).await, 1);
    let weighed: Vec<(Option<String>, Option<String>, i16)> = sqlx::query_as(
        "select criterion, wording, weight from matching_criteria
         join matching_rules using (programme_id)
         join programmes on programmes.id = matching_criteria.programme_id
         left join questions on questions.id = question_id and questions.programme_id = programmes.id
         where name = 'Next spring' and score_least = 2500 and method = 'stable'
         order by criterion",
    )
    .fetch_all(&app.db)
    .await
    .unwrap();
    assert_eq!(
        weighed,
        [
            (Some("site".to_owned()), None, 33),
            (None, Some("Why now?".to_owned()), 12)
        ]
    );
    // Coordinators run programmes; they make none.
    let cleo = app.sign_in(pairing.coordinator).await;
    cleo.get(&at(programme, "/copy"))
        .await
        .is(StatusCode::NOT_FOUND);
    cleo.get(&at(programme, "/edit"))
        .await
        .does_not_say("Duplicate");
}

#[sqlx::test]
async fn the_two_read_what_the_programme_is_told(db: PgPool) {
    let app = TestApp::new(db).await;
    for (stage, place) in [(At::Offered, ""), (At::InitialMeeting, "/agreement")] {
        let pairing = given::pairing().at(stage).insert(&app.db).await;
        set(
            &app,
            pairing.programme,
            "is_told = 'That you met, <b>no more</b>'",
        )
        .await;
        for person in [pairing.mentor, pairing.mentee] {
            let person = app.sign_in(person).await;
            let page = person.get(&format!("{}{place}", pairing.path)).await;
            page.says("That you met, &#60;b&#62;no more");
        }
    }
}

#[sqlx::test]
async fn whatever_is_typed_into_the_settings_nothing_breaks(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let cleo = app.sign_in(programme.coordinator).await;
    let ada = app
        .sign_in(given::administrator(&app.db, "Ada").await)
        .await;
    let fields = untouched(&cleo.get(&at(programme, "/edit")).await.body);
    let long = "x".repeat(100_000);
    for text in [
        "",
        " ",
        "\0",
        "a\0b",
        "2026-02-30",
        "9999-12-31",
        "-1",
        "99999999999999999999999",
        "1e9",
        "NaN",
        "\u{202e}תיחוו",
        "🦊",
        "<script>",
        "'; drop table programmes; --",
        &long,
    ] {
        for field in 0..fields.len() {
            let mut typed = fields.clone();
            typed[field].1 = text.to_owned();
            let typed = borrowed(&typed);
            for (answer, what) in [
                (cleo.post(&at(programme, ""), &typed).await, "changed"),
                (ada.post("/programmes", &typed).await, "made"),
            ] {
                assert!(
                    [303, 409, 422].contains(&answer.status.as_u16()),
                    "{what}: {} = {text:?}: {}",
                    fields[field].0,
                    answer.status
                );
            }
        }
    }
    // Repeated, or not text at all.
    for form in ["name=a&name=b", "starts_on=%ff%fe", "%00=1", "=&=&&&"] {
        let answer = cleo
            .send(axum::http::Method::POST, &at(programme, ""), form)
            .await;
        assert!(answer.status.is_client_error(), "{form}: {}", answer.status);
    }
    cleo.get(&at(programme, "/edit")).await.is(StatusCode::OK);
    ada.get("/programmes").await.is(StatusCode::OK);
}

#[sqlx::test]
async fn the_stage_is_told_by_the_programmes_own_date(db: PgPool) {
    let app = TestApp::at(db, NOON + time::Duration::hours(11)).await;
    for (zone, words) in [("Asia/Tokyo", "Running"), ("America/New_York", "Enrolling")] {
        let programme = given::programme(&app.db, zone).await;
        set(&app, programme, "starts_on = '2026-04-02'").await;
        let cleo = app.sign_in(programme.coordinator).await;
        let tag = format!(">{words}</span>");
        cleo.get(&at(programme, "")).await.says(&tag);
        cleo.get("/programmes").await.says(&tag);
    }
}

/// Who may look for a mentor themselves, whom they find, and what comes of asking.
#[sqlx::test]
async fn a_mentee_asks_for_a_mentor_where_mentees_ask(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let enrol = async |name: &str, part: &str| {
        let person = given::person(&app.db, name).await;
        sqlx::query(
            "insert into enrolments (programme_id, person_id, part, capacity, about, enrolled_at)
             values ($1, $2, $3, case $3 when 'mentor' then 1 end, 'Says ' || $4, '2026-01-01')",
        )
        .bind(programme.id)
        .bind(person.0)
        .bind(part)
        .bind(name)
        .execute(&app.db)
        .await
        .unwrap();
        person
    };
    let (tom, uma) = (enrol("Tom", "mentee").await, enrol("Uma", "mentee").await);
    // Meg manages Tom, Mo manages Meg, and Nat reports to somebody who reports to Tom.
    let [above, below] = [enrol("Mo", "mentor").await, enrol("Nat", "mentor").await];
    let between = given::person(&app.db, "Bea").await;
    let [maya, full, manager, unwilling, away, gone] = [
        enrol("Maya", "mentor").await,
        enrol("Fred", "mentor").await,
        enrol("Meg", "mentor").await,
        enrol("Una", "mentor").await,
        enrol("Abe", "mentor").await,
        enrol("Lee", "mentor").await,
    ];
    let run = async |sql: String| {
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
            .execute(&app.db)
            .await
            .unwrap();
    };
    let wish = given::application(&app.db, programme, unwilling, "mentor").await;
    let absence = given::application(&app.db, programme, away, "mentor").await;
    run(format!(
        "update people set line_manager_id = {} where id = {};
         update people set line_manager_id = {above} where id = {manager};
         update people set line_manager_id = {tom} where id = {between};
         update people set line_manager_id = {between} where id = {below};
         insert into exclusions values ({wish}, {});
         update applications set away_from = '2026-03-30', away_until = '2026-04-01' where id = {absence};
         update enrolments set left_at = '2026-03-30' where person_id = {};
         insert into pairings (programme_id, mentor_id, mentee_id, proposed_on, offered_on)
         values ({}, {}, {}, '2026-03-30', '2026-03-30')",
        manager.0, tom.0, tom.0, gone.0, programme.id, full.0, uma.0,
        above = above.0, manager = manager.0, tom = tom.0, between = between.0, below = below.0,
    ))
    .await;
    let path = format!("/programmes/{}/mentors", programme.id);
    let ask = |mentor: given::Person| format!("{path}/{}", mentor.0);
    let visitor = app.sign_in(tom).await;
    for who_asks in ["coordinators", "mentees", "both"] {
        run(format!("update programmes set who_asks = '{who_asks}'")).await;
        let expected = if who_asks == "coordinators" {
            visitor.get("/").await.does_not_say("Look for a mentor");
            StatusCode::NOT_FOUND
        } else {
            let home = visitor.get("/").await;
            assert_eq!(home.link("Look for a mentor"), path);
            StatusCode::OK
        };
        assert_eq!(visitor.get(&path).await.status, expected, "{who_asks}");
        assert_eq!(visitor.get(&ask(maya)).await.status, expected, "{who_asks}");
    }
    let list = visitor.get(&path).await;
    list.says("Maya").says("Says Maya");
    for hidden in ["Fred", "Meg", "Mo", "Nat", "Una", "Abe", "Lee"] {
        list.does_not_say(&format!("Says {hidden}"));
    }
    visitor
        .get(&format!("{path}?q=says+may"))
        .await
        .says("Maya");
    // By what they answered as well, as far as everybody in the programme may read it.
    let answered = given::application(&app.db, programme, maya, "mentor").await;
    run(format!(
        "update applications set approved_at = sent_at where id = {answered}"
    ))
    .await;
    for readers in ["programme", "coordinators"] {
        let question = given::question(&app.db, programme, "skills", "Which?").await;
        run(format!(
            "update questions set readers = '{readers}' where id = {question}"
        ))
        .await;
        let skill = format!("Skill for the {readers}");
        given::skill(&app.db, answered, question, &skill).await;
    }
    for (q, found) in [
        ("maya+skill", true),
        ("for+the+programme", true),
        ("the+coordinators", false),
    ] {
        let page = visitor.get(&format!("{path}?q={q}")).await;
        assert_eq!(page.body.contains("Says Maya"), found, "{q}");
    }
    visitor
        .get(&format!("{path}?q=%25"))
        .await
        .says("Nobody with a free place was found");
    for nobody in [full, manager, unwilling, away, gone, tom] {
        visitor.get(&ask(nobody)).await.is(StatusCode::NOT_FOUND);
        visitor
            .post(&ask(nobody), &[])
            .await
            .is(StatusCode::CONFLICT);
    }
    // Who is only proposed to somebody knows nothing of it, nor does anybody else.
    run("update pairings set offered_on = null".into()).await;
    for looks in [uma, tom] {
        let looks = app.sign_in(looks).await;
        looks.get(&path).await.says("Says Fred");
    }
    for person in [maya, programme.coordinator] {
        let other = app.sign_in(person).await;
        other.get(&path).await.is(StatusCode::NOT_FOUND);
        other.post(&ask(maya), &[]).await.is(StatusCode::NOT_FOUND);
    }
    visitor.get(&ask(maya)).await.says("Ask Maya");
    let asked = visitor.post(&ask(maya), &[]).await;
    let pairing = asked.location.clone().unwrap();
    asked.tells("Maya is asked");
    visitor.post(&ask(maya), &[]).await.leads_to(&pairing);
    let letters: Vec<String> = sqlx::query_scalar("select subject from letters")
        .fetch_all(&app.db)
        .await
        .unwrap();
    assert_eq!(letters, ["Tom asks you to be their mentor"]);
    visitor.get(&path).await.says("Maya has not answered yet");
    let mayas = app.sign_in(maya).await;
    mayas.get(&pairing).await.says("Says Tom").says("Accept");
    mayas
        .post(&format!("{pairing}/acceptance"), &[])
        .await
        .is(StatusCode::SEE_OTHER);
    visitor.get("/").await.says("Maya");
}
