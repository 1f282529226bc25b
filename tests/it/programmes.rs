//! A programme is made, people are enrolled in it, paired by hand and published.

use crate::support::given::{Person, Programme};
use crate::support::{Answer, NOON, TestApp, Visitor, given};
use axum::http::StatusCode;
use sqlx::PgPool;
use time::macros::{date, datetime};
use time::{Date, Duration, OffsetDateTime};

async fn count(app: &TestApp, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&app.db).await.unwrap()
}

async fn email(app: &TestApp, person: Person) -> String {
    sqlx::query_scalar("select email from people where id = $1")
        .bind(person.0)
        .fetch_one(&app.db)
        .await
        .unwrap()
}

async fn reports_to(app: &TestApp, person: Person, manager: Person) {
    sqlx::query("update people set line_manager_id = $2 where id = $1")
        .bind(person.0)
        .bind(manager.0)
        .execute(&app.db)
        .await
        .unwrap();
}

fn at(programme: Programme, place: &str) -> String {
    format!("/programmes/{}{place}", programme.id)
}

/// A programme with Cleo, Maya, who has places for so many, and Tom.
async fn spring(app: &TestApp, places: i16) -> (Programme, Person, Person) {
    let programme = given::programme(&app.db, "Europe/London").await;
    let maya = given::person(&app.db, "Maya").await;
    let tom = given::person(&app.db, "Tom").await;
    given::mentor(&app.db, programme, maya, places).await;
    given::mentee(&app.db, programme, tom).await;
    (programme, maya, tom)
}

async fn propose(cleo: &Visitor<'_>, in_: Programme, mentor: Person, mentee: Person) -> Answer {
    let (mentor, mentee) = (mentor.0.to_string(), mentee.0.to_string());
    let fields = [("mentor", mentor.as_str()), ("mentee", mentee.as_str())];
    cleo.post(&at(in_, "/pairings"), &fields).await
}

fn beside(programme: Programme, mentor: Person, mentee: Person) -> String {
    let asked = format!("/pairings/new?mentee={}&mentor={}", mentee.0, mentor.0);
    at(programme, &asked)
}

#[sqlx::test]
async fn those_who_were_away_have_as_long_again_before_they_have_not_met(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    given::settled(&app.db, &pairing, "held_on", NOON - Duration::weeks(7)).await;
    let cleo = app.sign_in(pairing.coordinator).await;
    let dashboard = format!("/programmes/{}", pairing.programme.id);
    cleo.get(&dashboard).await.says("Too long ago");
    for (until, too_long) in [
        ("2026-02-17", true),
        ("2026-02-18", false),
        ("2026-04-01", false),
    ] {
        sqlx::query(
            "insert into pauses values ($1, '2026-02-12', $2::date)
                     on conflict (pairing_id, since) do update set until = excluded.until",
        )
        .bind(pairing.id)
        .bind(until)
        .execute(&app.db)
        .await
        .unwrap();
        let page = cleo.get(&dashboard).await;
        assert_eq!(
            page.body.contains("Too long ago"),
            too_long,
            "until {until}"
        );
    }
}

#[sqlx::test]
async fn an_administrator_makes_a_programme(db: PgPool) {
    let app = TestApp::new(db).await;
    let ada = given::administrator(&app.db, "Ada").await;
    let cleo = given::person(&app.db, "Cleo").await;
    let email = email(&app, cleo).await;
    let ada = app.sign_in(ada).await;

    let form = ada.get("/programmes/new?template=blank").await;
    let once = form.values_of("once")[0].to_owned();
    let mut fields = [
        ("name", ""),
        ("purpose", "To grow \"our\" own"),
        ("starts_on", "2026-05-01"),
        ("ends_on", "2026-05-01"),
        ("time_zone", "Mars/Base"),
        ("session_minutes", "5"),
        ("session_every_weeks", "often"),
        ("coordinators", "nobody@example.org"),
        ("once", once.as_str()),
    ];
    let refused = ada.post("/programmes", &fields).await;
    refused
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Enter the programme&#39;s name")
        .says("Enter an end that lies after the start")
        .says("Choose a time zone from the list")
        .says("Enter how long a session lasts: 15 to 240 minutes")
        .says("Enter how often the two meet: every 1 to 26 weeks")
        .says("To grow &#34;our&#34; own")
        .says("nobody@example.org</textarea>");
    assert_eq!(refused.values_of("session_every_weeks"), ["often"]);
    assert_eq!(refused.values_of("starts_on"), ["2026-05-01"]);
    assert_eq!(count(&app, "select count(*) from programmes").await, 0);

    fields[0].1 = "Autumn";
    fields[3].1 = "2026-12-01";
    fields[4].1 = "Europe/Amsterdam";
    fields[5].1 = "45";
    fields[6].1 = "3";
    fields[7].1 = &email;
    let made = ada.post("/programmes", &fields).await;
    made.is(StatusCode::SEE_OTHER);
    let path = made.location.unwrap();
    // Pressed twice: made once.
    let again = ada.post("/programmes", &fields).await;
    again.leads_to("/programmes");
    assert_eq!(count(&app, "select count(*) from programmes").await, 1);
    let made = "select count(*) from audit_events where act = 'made the programme'";
    assert_eq!(count(&app, made).await, 1);

    fields[8].1 = "";
    let taken = ada.post("/programmes", &fields).await;
    taken
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Another programme has this name");

    let page = ada.get(&path).await;
    page.says("45 minutes every 3 weeks")
        .says("What you do not see here")
        .says("Cleo");
    let cleo = app.sign_in(cleo).await;
    cleo.get(&path).await.says("No open pairing yet");
    let refused = cleo.post("/programmes", &fields).await;
    refused.is(StatusCode::NOT_FOUND);
}

#[sqlx::test]
async fn an_administrator_names_and_removes_coordinators(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let jo = given::person(&app.db, "Jo").await;
    let ada = given::administrator(&app.db, "Ada").await;
    let (ada, joanna) = (app.sign_in(ada).await, app.sign_in(jo).await);
    let path = at(programme, "/coordinators");
    joanna.get(&path).await.is(StatusCode::NOT_FOUND);

    let nobody = ada.post(&path, &[("person", "999999")]).await;
    nobody
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Choose the person who will coordinate");
    let person = jo.0.to_string();
    for _ in 0..2 {
        let named = ada.post(&path, &[("person", &person)]).await;
        named.leads_to(&path);
    }
    let named = "select count(*) from audit_events where act = 'named a coordinator'";
    assert_eq!(count(&app, named).await, 1);
    joanna.get(&at(programme, "")).await.is(StatusCode::OK);
    ada.get(&path).await.says("Jo").says("Cleo");
    // Coordinators see one another, but do not name or remove them.
    joanna.get(&path).await.is(StatusCode::OK);
    let others = joanna.post(&path, &[("person", &person)]).await;
    others.is(StatusCode::NOT_FOUND);

    let removal = format!("{path}/{}/removal", jo.0);
    joanna.post(&removal, &[]).await.is(StatusCode::NOT_FOUND);
    ada.get(&removal)
        .await
        .says("Remove Jo as coordinator?")
        .does_not_say("Nobody else runs this programme");
    for _ in 0..2 {
        ada.post(&removal, &[]).await.leads_to(&path);
    }
    let gone = joanna.get(&at(programme, "")).await;
    gone.is(StatusCode::NOT_FOUND);
    let removed = "select count(*) from audit_events where act = 'removed a coordinator'";
    assert_eq!(count(&app, removed).await, 1);
    let last = format!("{path}/{}/removal", programme.coordinator.0);
    let asked = ada.get(&last).await;
    asked.says("Nobody else runs this programme");
}

#[sqlx::test]
async fn a_coordinator_enrols_people_changes_and_removes_them(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let maya = given::person(&app.db, "Maya").await;
    let tom = given::person(&app.db, "Tom").await;
    let cleo = app.sign_in(programme.coordinator).await;
    let (path, people) = (at(programme, "/enrolments"), at(programme, "/people"));

    let nothing = cleo.post(&path, &[("about", "I know audits")]).await;
    nothing
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Choose a person from the list")
        .says("Choose whether they are a mentor or a mentee")
        .says("I know audits");
    let id = maya.0.to_string();
    for capacity in ["", "0", "21", "two"] {
        let fields = [("person", &*id), ("part", "mentor"), ("capacity", capacity)];
        let refused = cleo.post(&path, &fields).await;
        refused
            .is(StatusCode::UNPROCESSABLE_ENTITY)
            .says("Enter how many mentees they take at a time: 1 to 20");
        assert_eq!(refused.values_of("capacity"), [capacity]);
    }
    let fields = [("person", &*id), ("part", "mentor"), ("capacity", "2")];
    cleo.post(&path, &fields).await.leads_to(&people);
    let again = cleo.post(&path, &fields).await;
    again
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Maya is a mentor of this programme already");
    let id = tom.0.to_string();
    let fields = [("person", &*id), ("part", "mentee"), ("about", "Audits")];
    cleo.post(&path, &fields).await.leads_to(&people);
    cleo.get(&people)
        .await
        .says("2 of 2 places free")
        .says("Waiting for a mentor");

    let mentor = format!("{path}/{}/mentor", maya.0);
    let refused = cleo.post(&mentor, &[("capacity", "-1")]).await;
    refused.is(StatusCode::UNPROCESSABLE_ENTITY).says("0 to 20");
    let changed = cleo.post(&mentor, &[("capacity", "3")]).await;
    changed.leads_to(&people);
    cleo.get(&people).await.says("3 of 3 places free");

    let mentee = format!("{path}/{}/mentee", tom.0);
    let removal = format!("{mentee}/removal");
    let asked = cleo.get(&removal).await;
    asked.says("Remove Tom as a mentee?");
    for _ in 0..2 {
        cleo.post(&removal, &[]).await.leads_to(&people);
    }
    cleo.get(&mentee).await.is(StatusCode::NOT_FOUND);
    let removed = "select count(*) from audit_events where act = 'removed an enrolment'";
    assert_eq!(count(&app, removed).await, 1);

    // Whoever was paired stays.
    given::mentee(&app.db, programme, tom).await;
    propose(&cleo, programme, maya, tom).await;
    let kept = cleo.post(&removal, &[]).await;
    kept.is(StatusCode::CONFLICT)
        .says("a pairing keeps its two people");
    cleo.get(&mentee).await.is(StatusCode::OK);
}

#[sqlx::test]
async fn two_are_paired_by_hand_with_both_profiles_side_by_side(db: PgPool) {
    let app = TestApp::new(db).await;
    let (programme, maya, tom) = spring(&app, 2).await;
    for (person, title, about) in [
        (maya, "Head of audit", "I know audits"),
        (tom, "Trainee", "To lead one"),
    ] {
        sqlx::query("update people set job_title = $2, department = 'Finance' where id = $1")
            .bind(person.0)
            .bind(title)
            .execute(&app.db)
            .await
            .unwrap();
        sqlx::query("update enrolments set about = $2 where person_id = $1")
            .bind(person.0)
            .bind(about)
            .execute(&app.db)
            .await
            .unwrap();
    }
    let cleo = app.sign_in(programme.coordinator).await;
    let new = at(programme, "/pairings/new");
    cleo.get(&new).await.says("Tom");
    let mentors = cleo.get(&format!("{new}?mentee={}", tom.0)).await;
    mentors
        .says("A mentor for Tom")
        .says("Same department: Finance");
    let page = cleo.get(&beside(programme, maya, tom)).await;
    page.says("Head of audit")
        .says("I know audits")
        .says("Trainee")
        .says("To lead one")
        .says("2 of 2 places free")
        .says("Propose this pairing");
    let (mentee, mentor) = (tom.0.to_string(), maya.0.to_string());
    let fields = [
        ("mentee", &*mentee),
        ("mentor", &*mentor),
        ("once", page.values_of("once")[0]),
    ];
    for _ in 0..2 {
        let proposed = cleo.post(&at(programme, "/pairings"), &fields).await;
        proposed.leads_to(&at(programme, ""));
    }
    let stored: (i64, i64, Date, Option<Date>) =
        sqlx::query_as("select mentor_id, mentee_id, proposed_on, offered_on from pairings")
            .fetch_one(&app.db)
            .await
            .unwrap();
    assert_eq!(stored, (maya.0, tom.0, NOON.date(), None));
    // Neither of the two knows yet.
    let id = count(&app, "select id from pairings").await;
    for person in [maya, tom] {
        let person = app.sign_in(person).await;
        let hidden = person.get(&format!("/pairings/{id}")).await;
        hidden.is(StatusCode::NOT_FOUND);
    }
}

#[sqlx::test]
async fn a_pairing_against_the_rules_is_refused_with_words(db: PgPool) {
    let app = TestApp::new(db).await;
    let (programme, maya, tom) = spring(&app, 1).await;
    let (refused, taken) = (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::CONFLICT);
    let cleo = app.sign_in(programme.coordinator).await;

    given::mentor(&app.db, programme, tom, 1).await;
    let words = "Tom cannot mentor themselves";
    cleo.get(&beside(programme, tom, tom)).await.says(words);
    let himself = propose(&cleo, programme, tom, tom).await;
    himself.is(refused).says(words);

    for (junior, senior, words) in [
        (tom, maya, "Maya is Tom’s line manager"),
        (maya, tom, "Tom is Maya’s line manager"),
    ] {
        reports_to(&app, junior, senior).await;
        cleo.get(&beside(programme, maya, tom)).await.says(words);
        let answer = propose(&cleo, programme, maya, tom).await;
        answer
            .is(refused)
            .says(words)
            .says("a line manager cannot be the mentor");
        sqlx::query("update people set line_manager_id = null")
            .execute(&app.db)
            .await
            .unwrap();
    }

    let between = given::person(&app.db, "Bea").await;
    for (junior, senior) in [(tom, maya), (maya, tom)] {
        reports_to(&app, junior, between).await;
        reports_to(&app, between, senior).await;
        let words = "One of Maya and Tom manages the other’s line manager";
        cleo.get(&beside(programme, maya, tom)).await.says(words);
        propose(&cleo, programme, maya, tom)
            .await
            .is(refused)
            .says(words);
        sqlx::query("update people set line_manager_id = null")
            .execute(&app.db)
            .await
            .unwrap();
    }

    let proposed = propose(&cleo, programme, maya, tom).await;
    proposed.leads_to(&at(programme, ""));
    let again = propose(&cleo, programme, maya, tom).await;
    again.is(taken).says("Tom and Maya are already paired");
    let ben = given::person(&app.db, "Ben").await;
    given::mentee(&app.db, programme, ben).await;
    let full = propose(&cleo, programme, maya, ben).await;
    full.is(taken)
        .says("Maya has no free place: proposed for Tom")
        .says("Look at the proposal for Tom, or withdraw it");
    let ida = given::person(&app.db, "Ida").await;
    given::mentor(&app.db, programme, ida, 1).await;
    let second = propose(&cleo, programme, ida, tom).await;
    second.is(taken).says("Tom is proposed already for Maya");
    let page = at(programme, &format!("/pairings/new?mentee={}", tom.0));
    let draft = count(&app, "select max(id) from pairings").await;
    cleo.get(&page)
        .await
        .says("Tom is not free")
        .says("Proposed already for Maya")
        .says(&format!(
            "href=\"/pairings/{draft}\">Look at the proposal, or withdraw it"
        ));

    // Enrolled nowhere, elsewhere, or in the other part only: no such person here.
    let stray = given::person(&app.db, "Stray").await;
    let (_, far_mentor, far_mentee) = spring(&app, 2).await;
    for (mentor, mentee) in [
        (stray, ben),
        (ida, stray),
        (far_mentor, ben),
        (ida, far_mentee),
        (ben, ben),
        (ida, ida),
    ] {
        let side_by_side = beside(programme, mentor, mentee);
        cleo.get(&side_by_side).await.is(StatusCode::NOT_FOUND);
        let answer = propose(&cleo, programme, mentor, mentee).await;
        answer.is(StatusCode::NOT_FOUND);
    }
    assert_eq!(count(&app, "select count(*) from pairings").await, 1);
}

#[sqlx::test]
async fn only_what_was_read_is_published_and_nothing_twice(db: PgPool) {
    let app = TestApp::new(db).await;
    let (programme, maya, tom) = spring(&app, 3).await;
    let ben = given::person(&app.db, "Ben").await;
    given::mentee(&app.db, programme, ben).await;
    let cleo = app.sign_in(programme.coordinator).await;
    propose(&cleo, programme, maya, tom).await;

    let publication = at(programme, "/publication");
    let page = cleo.get(&publication).await;
    page.says("Publish 1 pairing");
    let chosen = page.values_of("pairing")[0].to_owned();
    let fields = [("pairing", chosen.as_str())];
    // Proposed after the page was opened, and so not read.
    propose(&cleo, programme, maya, ben).await;
    // A proposal of another programme, slipped in.
    let (elsewhere, far_maya, far_tom) = spring(&app, 1).await;
    let other = app.sign_in(elsewhere.coordinator).await;
    propose(&other, elsewhere, far_maya, far_tom).await;
    let foreign = count(&app, "select max(id) from pairings")
        .await
        .to_string();

    for words in ["1 pairing is published", "Nothing was left to publish"] {
        let both = [("pairing", chosen.as_str()), ("pairing", &foreign)];
        let published = cleo.post(&publication, &both).await;
        published.leads_to(&at(programme, "")).tells(words);
    }
    let offered = "select count(*) from pairings where offered_on is not null";
    assert_eq!(count(&app, offered).await, 1);
    let audited = "select count(*) from audit_events where act = 'published the pairing'";
    assert_eq!(count(&app, audited).await, 1);

    let path = format!("/pairings/{chosen}");
    app.sign_in(tom).await.get(&path).await.says("Maya");
    // Withdrawn, it is over for both, and cannot be published again.
    let withdrawal = format!("{path}/withdrawal");
    cleo.get(&withdrawal)
        .await
        .says("Withdraw the offer")
        .says("Neither of them is told a reason");
    let withdrawn = cleo.post(&withdrawal, &[]).await;
    withdrawn.leads_to(&at(programme, ""));
    let late = app.sign_in(tom).await;
    let late = late.post(&format!("{path}/acceptance"), &[]).await;
    late.is(StatusCode::CONFLICT)
        .says("This pairing is closed.");
    cleo.post(&publication, &fields).await;
    assert_eq!(count(&app, audited).await, 1);
    let closed = "select count(*) from pairings where closed_how = 'ended'";
    assert_eq!(count(&app, closed).await, 1);
    // Both can be paired again at once.
    let again = propose(&cleo, programme, maya, tom).await;
    again.leads_to(&at(programme, ""));
}

async fn offered(app: &TestApp) -> (Programme, Person, Person, String) {
    let (programme, maya, tom) = spring(app, 1).await;
    let cleo = app.sign_in(programme.coordinator).await;
    propose(&cleo, programme, maya, tom).await;
    let id = count(app, "select max(id) from pairings").await;
    let path = format!("/pairings/{id}");
    let chosen = id.to_string();
    let published = cleo
        .post(&at(programme, "/publication"), &[("pairing", &chosen)])
        .await;
    published.leads_to(&at(programme, ""));
    (programme, maya, tom, path)
}

#[sqlx::test]
async fn both_accept_and_the_coordinator_sees_it(db: PgPool) {
    let app = TestApp::new(db).await;
    let (programme, maya, tom, path) = offered(&app).await;
    let acceptance = format!("{path}/acceptance");
    for person in [tom, maya] {
        let person = app.sign_in(person).await;
        person.post(&acceptance, &[]).await.leads_to(&path);
    }
    let cleo = app.sign_in(programme.coordinator).await;
    let people = cleo.get(&at(programme, "/people")).await;
    people.says("Paired with Maya").says("0 of 1 place free");
    let refused = cleo.post(&format!("{path}/withdrawal"), &[]).await;
    refused.is(StatusCode::CONFLICT);
}

/// Also for whoever reports to the other only since the offer.
#[sqlx::test]
async fn no_line_manager_accepts_or_is_accepted(db: PgPool) {
    let app = TestApp::new(db).await;
    for tom_reports in [true, false] {
        for tom_first in [true, false] {
            let (_, maya, tom, path) = offered(&app).await;
            let acceptance = format!("{path}/acceptance");
            let (first, second) = if tom_first { (tom, maya) } else { (maya, tom) };
            let first = app.sign_in(first).await;
            first.post(&acceptance, &[]).await.leads_to(&path);
            match tom_reports {
                true => reports_to(&app, tom, maya).await,
                false => reports_to(&app, maya, tom).await,
            }
            let second = app.sign_in(second).await;
            let refused = second.post(&acceptance, &[]).await;
            refused
                .is(StatusCode::CONFLICT)
                .says("a line manager cannot be the mentor")
                .says("Nothing has changed");
            second.get(&path).await.says("Accept</button>");
        }
    }
}

/// Places may be taken away while an offer stands.
#[sqlx::test]
async fn an_offer_without_a_place_waits_for_the_coordinator(db: PgPool) {
    let app = TestApp::new(db).await;
    let (programme, maya, tom, path) = offered(&app).await;
    let (tom, cleo) = (
        app.sign_in(tom).await,
        app.sign_in(programme.coordinator).await,
    );
    let places = at(programme, &format!("/enrolments/{}/mentor", maya.0));
    let dashboard = at(programme, "");
    for page in ["/", &dashboard] {
        cleo.get(page).await.does_not_say("Make room");
    }
    cleo.post(&places, &[("capacity", "0")])
        .await
        .leads_to(&at(programme, "/people"));
    let acceptance = format!("{path}/acceptance");
    tom.post(&acceptance, &[])
        .await
        .is(StatusCode::CONFLICT)
        .says("Maya has no free place any more")
        .does_not_say("somebody else");
    tom.get(&path).await.says("Waiting for the coordinator");
    for page in ["/", &dashboard] {
        cleo.get(page)
            .await
            .says("Make room for 1 offer")
            .says("Maya has no free place any more: make one, or withdraw the offer");
    }
    let page = cleo.get(&path).await;
    let change = cleo.get(page.link("Change their places")).await;
    cleo.post(change.form_with("Save"), &[("capacity", "1")])
        .await
        .leads_to(&at(programme, "/people"));
    cleo.get(&dashboard).await.does_not_say("Make room");
    tom.post(&acceptance, &[]).await.leads_to(&path);
}

#[sqlx::test]
async fn one_declines_and_the_mentee_waits_again(db: PgPool) {
    let app = TestApp::new(db).await;
    let (programme, maya, tom, path) = offered(&app).await;
    let tom = app.sign_in(tom).await;
    tom.post(&format!("{path}/acceptance"), &[])
        .await
        .leads_to(&path);
    let refusal = format!("{path}/refusal");
    app.sign_in(maya)
        .await
        .post(&refusal, &[])
        .await
        .leads_to("/");
    let declined = "select count(*) from pairings where closed_how = 'declined'";
    assert_eq!(count(&app, declined).await, 1);
    let cleo = app.sign_in(programme.coordinator).await;
    let people = cleo.get(&at(programme, "/people")).await;
    people
        .says("Waiting for a mentor")
        .says("1 of 1 place free");
}

#[sqlx::test]
async fn for_everybody_else_a_programme_does_not_exist(db: PgPool) {
    let app = TestApp::new(db).await;
    let (programme, maya, tom) = spring(&app, 2).await;
    let (elsewhere, ..) = spring(&app, 2).await;
    let plain = given::person(&app.db, "Plain").await;
    let gets = [
        String::new(),
        "/people".into(),
        "/edit".into(),
        "/coordinators".into(),
        "/publication".into(),
        "/enrolments/new".into(),
        format!("/enrolments/{}/mentor", maya.0),
        format!("/enrolments/{}/mentor/removal", maya.0),
        "/pairings/new".into(),
        format!("/pairings/new?mentee={}&mentor={}", tom.0, maya.0),
    ];
    let posts = [
        String::new(),
        "/coordinators".into(),
        "/publication".into(),
        "/enrolments".into(),
        format!("/enrolments/{}/mentor", maya.0),
        format!("/enrolments/{}/mentor/removal", maya.0),
        "/pairings".into(),
    ];
    let (mentor, mentee) = (maya.0.to_string(), tom.0.to_string());
    let fields = [
        ("mentor", &*mentor),
        ("mentee", &*mentee),
        ("person", &*mentee),
        ("part", "mentor"),
        ("capacity", "9"),
        ("name", "Stolen"),
    ];
    for person in [elsewhere.coordinator, plain, maya, tom] {
        let visitor = app.sign_in(person).await;
        for place in &gets {
            let answer = visitor.get(&at(programme, place)).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "GET {place}");
        }
        for place in &posts {
            let answer = visitor.post(&at(programme, place), &fields).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "POST {place}");
        }
    }
    assert_eq!(count(&app, "select count(*) from pairings").await, 0);
    let enrolled = "select count(*) from enrolments where capacity = 9";
    assert_eq!(count(&app, enrolled).await, 0);
    // All of it exists for its own coordinator.
    let cleo = app.sign_in(programme.coordinator).await;
    for place in &gets {
        let answer = cleo.get(&at(programme, place)).await;
        assert_eq!(answer.status, StatusCode::OK, "GET {place}");
    }
}

#[sqlx::test]
async fn today_is_the_programmes_own(db: PgPool) {
    const LATE: OffsetDateTime = datetime!(2026-04-01 23:30 UTC);
    let app = TestApp::at(db, LATE).await;
    for (zone, today) in [
        ("Europe/Amsterdam", date!(2026 - 04 - 02)),
        ("America/New_York", date!(2026 - 04 - 01)),
    ] {
        let (programme, maya, tom) = spring(&app, 1).await;
        sqlx::query("update programmes set time_zone = $2 where id = $1")
            .bind(programme.id)
            .bind(zone)
            .execute(&app.db)
            .await
            .unwrap();
        let cleo = app.sign_in(programme.coordinator).await;
        propose(&cleo, programme, maya, tom).await;
        let id = count(&app, "select max(id) from pairings").await;
        let chosen = id.to_string();
        let fields = [("pairing", chosen.as_str())];
        cleo.post(&at(programme, "/publication"), &fields).await;
        let acceptance = format!("/pairings/{id}/acceptance");
        for person in [maya, tom] {
            app.sign_in(person).await.post(&acceptance, &[]).await;
        }
        let stored: [Option<Date>; 4] = sqlx::query_as(
            "select proposed_on, offered_on, mentor_accepted_on, mentee_accepted_on
             from pairings where id = $1",
        )
        .bind(id)
        .fetch_one(&app.db)
        .await
        .map(|(a, b, c, d)| [a, b, c, d])
        .unwrap();
        assert_eq!(stored, [Some(today); 4], "{zone}");
    }
}

#[sqlx::test]
async fn many_people_are_searched_and_turned_page_by_page(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let programme = pairing.programme;
    sqlx::query(
        "with added as (
            insert into people (full_name, email, job_title, time_zone, added_at)
            select 'Zed ' || lpad(n::text, 3, '0'), n || '@example.org',
                case when n % 2 = 0 then 'R&D buyer' else '' end, 'UTC', '2026-04-01'
            from generate_series(1, 120) n
            returning id, full_name
         )
         insert into enrolments (programme_id, person_id, part, capacity, enrolled_at)
         select $1, id, case when full_name < 'Zed 021' then 'mentor' else 'mentee' end,
            case when full_name < 'Zed 021' then 1 end,
            timestamptz '2026-04-01' - substr(full_name, 5)::int * interval '1 day'
         from added",
    )
    .bind(programme.id)
    .execute(&app.db)
    .await
    .unwrap();
    let cleo = app.sign_in(programme.coordinator).await;
    let names = |page: &Answer| {
        let rows = page.body.split("<th scope=\"row\">").skip(1);
        let names = rows.filter_map(|row| Some(row.split_once('<')?.0.to_owned()));
        names.collect::<Vec<_>>()
    };
    let plain = |link: &str| link.replace("&amp;", "&").replace("&#38;", "&");
    let path = at(programme, "/people");
    cleo.get(&path)
        .await
        .says("Everybody (122)")
        .says("Mentors (21)")
        .says("Mentees (101)")
        .says("Waiting for a mentor (100)")
        .says("Page 1 of 3");
    // The longest wait comes first, on whatever page.
    let waiting = cleo.get(&format!("{path}?show=unpaired")).await;
    assert_eq!(names(&waiting)[0], "Zed 120");
    let next = plain(waiting.link("Next"));
    let waiting = cleo.get(&next).await;
    assert_eq!(
        (names(&waiting).len(), &*names(&waiting)[49]),
        (50, "Zed 021")
    );
    // What is searched for stays in the address.
    let found = cleo.get(&format!("{path}?q=r%26d+ZED")).await;
    found
        .says("Everybody (60)")
        .says("Waiting for a mentor (50)");
    let mentees = plain(found.link("Mentees"));
    let mentees = cleo.get(&mentees).await;
    assert_eq!(names(&mentees)[0], "Zed 022");
    mentees.says("value=\"r&#38;d ZED\"").does_not_say("Page 1");
    let second = plain(found.link("Next"));
    assert_eq!(names(&cleo.get(&second).await).len(), 10);
    cleo.get(&format!("{path}?q=nobody"))
        .await
        .says("Nobody matches “nobody”");
    // The file is whole, and the programme's own page names only the first few.
    let file = cleo.get(&at(programme, "/people.csv")).await;
    assert_eq!(file.body.lines().count(), 123);
    cleo.get(&at(programme, ""))
        .await
        .says("Zed 116")
        .does_not_say("Zed 115");
}
