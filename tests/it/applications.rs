//! Somebody applies, the coordinators decide, and what becomes of it.

use crate::support::given::{At, Person, Programme};
use crate::support::{Answer, NOON, TestApp, Visitor, given};
use axum::http::{Method, StatusCode};
use sqlx::PgPool;
use time::Duration;
use waymark::applications::stage::Name;

/// A programme that takes applications.
async fn spring(app: &TestApp) -> Programme {
    let programme = given::programme(&app.db, "Europe/London").await;
    given::open_to_applications(&app.db, programme).await;
    programme
}

fn path(programme: Programme, part: &str) -> String {
    format!("/programmes/{}/application/{part}", programme.id)
}

fn at(programme: Programme, place: &str) -> String {
    format!("/programmes/{}{place}", programme.id)
}

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

async fn decide(
    coordinator: &Visitor<'_>,
    programme: Programme,
    decision: &str,
    applications: &[i64],
) -> Answer {
    let ids: Vec<String> = applications.iter().map(i64::to_string).collect();
    let mut form: Vec<(&str, &str)> = ids.iter().map(|id| ("application", id.as_str())).collect();
    form.push(("words", "A few words"));
    let path = at(programme, &format!("/decisions/{decision}"));
    coordinator.post(&path, &form).await
}

/// Puts an application where it would stand after a step.
async fn stands(app: &TestApp, application: i64, name: Name) {
    let column = match name {
        Name::Draft | Name::Sent => None,
        Name::Asked => Some("asked_at"),
        Name::WaitListed => Some("wait_listed_at"),
        Name::Approved => Some("approved_at"),
        Name::Declined => Some("declined_at"),
        Name::Withdrawn => Some("withdrawn_at"),
    };
    let nowhere = "asked_at = null, wait_listed_at = null, approved_at = null, declined_at = null,
        withdrawn_at = null";
    let mut steps = vec![nowhere.to_owned()];
    if name == Name::Draft {
        steps.push("sent_at = null".into());
    }
    steps.extend(column.map(|column| format!("{column} = '2026-03-20'")));
    for step in steps {
        let sql = format!("update applications set {step} where id = $1");
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(application)
            .execute(&app.db)
            .await
            .unwrap();
    }
    if name == Name::Asked {
        sqlx::query(
            "insert into enquiries (application_id, body, asked_at) values ($1, 'Why?', '2026-03-20')",
        )
        .bind(application)
        .execute(&app.db)
        .await
        .unwrap();
    }
}

async fn stage(app: &TestApp, application: i64) -> String {
    sqlx::query_scalar(
        "select case
            when withdrawn_at is not null then 'withdrawn'
            when sent_at is null then 'draft'
            when declined_at is not null then 'declined'
            when approved_at is not null then 'approved'
            when wait_listed_at is not null then 'waiting-list'
            when asked_at is not null then 'asked'
            else 'sent'
         end from applications where id = $1",
    )
    .bind(application)
    .fetch_one(&app.db)
    .await
    .unwrap()
}

#[sqlx::test]
async fn a_stranger_to_the_programme_comes_to_take_part(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = spring(&app).await;
    let why = given::question(&app.db, programme, "prose", "Why now?").await;
    sqlx::query("update questions set required = true")
        .execute(&app.db)
        .await
        .unwrap();
    let tom = given::person(&app.db, "Tom").await;
    let tom = app.sign_in(tom).await;

    let home = tom.get("/").await;
    home.says("Programmes you can apply for");
    let form = home.link("Apply as a mentee").to_owned();
    assert_eq!(form, path(programme, "mentee"));
    tom.get(&form)
        .await
        .says("Why now?")
        .says("You and the coordinators read this.");

    // A draft may lack anything, and is nobody else's business.
    tom.post(&form, &[("act", "draft")]).await.leads_to(&form);
    tom.get("/").await.says("Draft: not sent yet");
    let cleo = app.sign_in(programme.coordinator).await;
    let list = at(programme, "/applications");
    cleo.get(&list).await.does_not_say("Tom");

    let answer = format!("q{why}");
    let lacking = tom
        .post(&form, &[("about", "Half"), ("act", "check")])
        .await;
    lacking
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Answer “Why now?”")
        .says("Half</textarea>");
    let full = [
        ("about", "To grow"),
        (&*answer, "It is time"),
        ("act", "check"),
    ];
    let check = format!("{form}/check");
    tom.post(&form, &full).await.leads_to(&check);
    let page = tom.get(&check).await;
    page.says("To grow")
        .says("It is time")
        .says(&format!("{form}#{answer}"));
    for _ in 0..2 {
        tom.post(&format!("{form}/sending"), &[])
            .await
            .leads_to(&form);
    }
    tom.get(&form).await.says("Your application is sent");
    assert_eq!(
        count(
            &app,
            "select count(*) from audit_events where act = 'sent an application'"
        )
        .await,
        1
    );

    let listed = cleo.get(&list).await;
    listed.says("Tom");
    let one = listed.link("Read").to_owned();
    let read = cleo.get(&one).await;
    read.says("It is time").says("To grow");
    let confirm = read.link("Approve").to_owned();
    let confirm = cleo.get(&confirm.replace("&amp;", "&")).await;
    confirm.says("Approve 1 application?");
    let id = confirm.values_of("application")[0].to_owned();
    let once = confirm.values_of("once")[0].to_owned();
    let decision = at(programme, "/decisions/approval");
    let fields = [("application", &*id), ("once", &*once)];
    for _ in 0..2 {
        cleo.post(&decision, &fields).await.leads_to(&list);
    }
    let enrolled: (String, String) = sqlx::query_as("select part, about from enrolments")
        .fetch_one(&app.db)
        .await
        .unwrap();
    assert_eq!(enrolled, ("mentee".into(), "To grow".into()));
    let letter: (String, String) =
        sqlx::query_as("select subject, body from letters order by id desc limit 1")
            .fetch_one(&app.db)
            .await
            .unwrap();
    assert!(
        letter.0.starts_with("You are a mentee in Spring"),
        "{letter:?}"
    );
    assert!(
        letter.1.contains(&form) && !letter.1.contains("It is time"),
        "{letter:?}"
    );
    tom.get(&form).await.says("You are a mentee");
    tom.get("/").await.says("You are waiting for a mentor");
    cleo.get(&at(programme, "/people"))
        .await
        .says("Tom")
        .says("To grow");
}

#[sqlx::test]
async fn every_decision_is_taken_from_where_it_can_be_and_from_nowhere_else(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = spring(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    for (decision, leads) in [
        ("approval", "approved"),
        ("question", "asked"),
        ("waiting-list", "waiting-list"),
        ("decline", "declined"),
    ] {
        for from in Name::KNOWN {
            let tom = given::person(&app.db, "Tom").await;
            let id = given::application(&app.db, programme, tom, "mentee").await;
            stands(&app, id, from).await;
            let answer = decide(&cleo, programme, decision, &[id]).await;
            let undecided = matches!(from, Name::Sent | Name::Asked | Name::WaitListed);
            let case = format!("{decision} from {from:?}");
            if undecided && from.slug() != leads {
                answer.leads_to(&at(programme, "/applications"));
                assert_eq!(stage(&app, id).await, leads, "{case}");
            } else {
                answer
                    .is(StatusCode::CONFLICT)
                    .says("Somebody has been faster: Tom");
                assert_eq!(stage(&app, id).await, from.slug(), "{case}");
            }
            let letters: i64 =
                sqlx::query_scalar("select count(*) from letters where person_id = $1")
                    .bind(tom.0)
                    .fetch_one(&app.db)
                    .await
                    .unwrap();
            assert_eq!(
                letters,
                i64::from(undecided && from.slug() != leads),
                "{case}"
            );
        }
    }
}

#[sqlx::test]
async fn every_step_of_the_applicant_is_taken_from_where_it_can_be(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = spring(&app).await;
    let all = [[Name::Draft].as_slice(), &Name::KNOWN].concat();
    for (place, allowed, leads) in [
        ("/sending", &[Name::Draft][..], "sent"),
        ("/reply", &[Name::Asked], "sent"),
        (
            "/withdrawal",
            &[
                Name::Draft,
                Name::Sent,
                Name::Asked,
                Name::WaitListed,
                Name::Approved,
            ],
            "withdrawn",
        ),
        ("/beginning", &[Name::Declined, Name::Withdrawn], "draft"),
    ] {
        for from in &all {
            let tom = given::person(&app.db, "Tom").await;
            let id = given::application(&app.db, programme, tom, "mentee").await;
            stands(&app, id, *from).await;
            let tom = app.sign_in(tom).await;
            let path = format!("{}{place}", path(programme, "mentee"));
            let answer = tom.post(&path, &[("reply", "Because")]).await;
            let reached = if allowed.contains(from) {
                leads
            } else {
                from.slug()
            };
            let case = format!("{place} from {from:?}: {}", answer.status);
            assert!(!answer.status.is_server_error(), "{case}");
            assert_eq!(stage(&app, id).await, reached, "{case}");
        }
    }
}

#[sqlx::test]
async fn a_question_goes_to_and_fro(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = spring(&app).await;
    let tom = given::person(&app.db, "Tom").await;
    let id = given::application(&app.db, programme, tom, "mentee").await;
    let (cleo, tom) = (
        app.sign_in(programme.coordinator).await,
        app.sign_in(tom).await,
    );
    let decision = at(programme, "/decisions/question");
    let nothing = cleo
        .post(
            &decision,
            &[("application", &id.to_string()), ("words", " ")],
        )
        .await;
    nothing
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Write your question");
    decide(&cleo, programme, "question", &[id])
        .await
        .is(StatusCode::SEE_OTHER);
    tom.get("/")
        .await
        .says("The coordinators ask you something");
    let own = path(programme, "mentee");
    tom.get(&own)
        .await
        .says("A question to you")
        .says("A few words");
    let reply = format!("{own}/reply");
    tom.post(&reply, &[("reply", "")])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Write your answer");
    tom.post(&reply, &[("reply", "Because <b>")])
        .await
        .leads_to(&own);
    tom.post(&reply, &[("reply", "Once more")])
        .await
        .is(StatusCode::CONFLICT);
    let page = cleo
        .get(&at(programme, &format!("/applications/{id}")))
        .await;
    page.says("Because &#60;b&#62;").says("Waits for an answer");
    // It waits since it was sent first.
    let sent: time::OffsetDateTime = sqlx::query_scalar("select sent_at from applications")
        .fetch_one(&app.db)
        .await
        .unwrap();
    assert_eq!(sent, NOON - Duration::days(30));
    let told = "select count(*) from letters
        where subject like 'Tom has answered your question about their application for %'";
    assert_eq!(count(&app, told).await, 1);
}

#[sqlx::test]
async fn many_are_decided_about_at_once_or_none(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = spring(&app).await;
    let mut ids = Vec::new();
    for name in ["Tom", "Uma", "Vic"] {
        let person = given::person(&app.db, name).await;
        ids.push(given::application(&app.db, programme, person, "mentee").await);
    }
    let cleo = app.sign_in(programme.coordinator).await;
    stands(&app, ids[2], Name::Approved).await;
    decide(&cleo, programme, "decline", &ids)
        .await
        .is(StatusCode::CONFLICT)
        .says("Vic");
    assert_eq!(stage(&app, ids[0]).await, "sent");
    assert_eq!(count(&app, "select count(*) from letters").await, 0);
    // The page says which of them stay, and sends the others only.
    let asked = format!(
        "{}?application={}&application={}&application={}&application=x&application=99999",
        at(programme, "/decisions/decline"),
        ids[0],
        ids[1],
        ids[2]
    );
    let page = cleo.get(&asked).await;
    page.says("Decline 2 applications?")
        .says("These stay as they are")
        .says("Thank you for applying");
    assert_eq!(
        page.values_of("application"),
        [ids[0].to_string(), ids[1].to_string()]
    );
    decide(&cleo, programme, "decline", &ids[..2])
        .await
        .leads_to(&at(programme, "/applications"));
    assert_eq!(count(&app, "select count(*) from letters").await, 2);
    assert_eq!(
        count(
            &app,
            "select count(*) from audit_events where act = 'declined the application'"
        )
        .await,
        2
    );
    cleo.get(&at(programme, "/decisions/decline"))
        .await
        .says("No application is chosen");
}

#[sqlx::test]
async fn an_application_is_changed_until_the_two_are_matched(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().at(At::Proposed).insert(&app.db).await;
    let id = given::application(&app.db, pairing.programme, pairing.mentor, "mentor").await;
    stands(&app, id, Name::Approved).await;
    let maya = app.sign_in(pairing.mentor).await;
    let own = path(pairing.programme, "mentor");
    let form = [("about", "Firmware"), ("capacity", "3"), ("act", "draft")];
    maya.post(&own, &[("about", ""), ("act", "draft")])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Say what you can offer")
        .says("Enter how many mentees you would take at a time: 1 to 20");
    maya.post(&own, &form).await.leads_to(&own);
    let live: (String, i16) =
        sqlx::query_as("select about, capacity from enrolments where part = 'mentor'")
            .fetch_one(&app.db)
            .await
            .unwrap();
    assert_eq!(live, ("Firmware".into(), 3));
    let changed = "select count(*) from audit_events where act = 'changed their application'";
    assert_eq!(count(&app, changed).await, 1);
    sqlx::query("update pairings set offered_on = '2026-03-01'")
        .execute(&app.db)
        .await
        .unwrap();
    maya.get(&own).await.does_not_say("Change your application");
    maya.get(&format!("{own}/edit"))
        .await
        .is(StatusCode::CONFLICT);
    maya.post(&own, &form)
        .await
        .is(StatusCode::CONFLICT)
        .says("You have been matched");
    assert_eq!(count(&app, changed).await, 1);
}

#[sqlx::test]
async fn whoever_withdraws_leaves_unless_they_are_paired(db: PgPool) {
    let app = TestApp::new(db).await;
    for (at_stage, outcome) in [
        (None, "gone"),
        (Some(At::Proposed), "left"),
        (Some(At::Offered), "paired"),
        (Some(At::Sessions), "paired"),
        (Some(At::Closed), "left"),
    ] {
        let (programme, tom, cleo) = match at_stage {
            Some(at) => {
                let pairing = given::pairing().at(at).insert(&app.db).await;
                (pairing.programme, pairing.mentee, pairing.coordinator)
            }
            None => {
                let programme = given::programme(&app.db, "Europe/London").await;
                let tom = given::person(&app.db, "Tom").await;
                given::mentee(&app.db, programme, tom).await;
                (programme, tom, programme.coordinator)
            }
        };
        let id = given::application(&app.db, programme, tom, "mentee").await;
        stands(&app, id, Name::Approved).await;
        let visitor = app.sign_in(tom).await;
        let withdrawal = format!("{}/withdrawal", path(programme, "mentee"));
        let asked = visitor.get(&withdrawal).await;
        let answer = visitor.post(&withdrawal, &[]).await;
        let left: Option<bool> = sqlx::query_scalar(
            "select left_at is not null from enrolments where programme_id = $1 and person_id = $2",
        )
        .bind(programme.id)
        .bind(tom.0)
        .fetch_optional(&app.db)
        .await
        .unwrap();
        match outcome {
            "gone" => assert_eq!(left, None),
            "left" => assert_eq!(left, Some(true), "{at_stage:?}"),
            _ => {
                asked.says("End your pairing first");
                answer
                    .is(StatusCode::CONFLICT)
                    .says("end the pairing first");
                assert_eq!((left, &*stage(&app, id).await), (Some(false), "approved"));
                continue;
            }
        }
        answer.leads_to(&path(programme, "mentee"));
        assert_eq!(stage(&app, id).await, "withdrawn");
        visitor
            .get("/")
            .await
            .does_not_say("You are waiting for a mentor");
        let open: i64 = sqlx::query_scalar(
            "select count(*) from pairings where programme_id = $1 and closed_on is null",
        )
        .bind(programme.id)
        .fetch_one(&app.db)
        .await
        .unwrap();
        assert_eq!(open, 0);
        let cleo = app.sign_in(cleo).await;
        cleo.get(&at(programme, "/people?show=unpaired"))
            .await
            .does_not_say("Tom");
        cleo.get(&at(programme, &format!("/pairings/new?mentee={}", tom.0)))
            .await
            .is(StatusCode::NOT_FOUND);
    }
}

#[sqlx::test]
async fn whoever_left_is_enrolled_again_by_a_coordinator(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().at(At::Closed).insert(&app.db).await;
    sqlx::query("update enrolments set left_at = '2026-03-31'")
        .execute(&app.db)
        .await
        .unwrap();
    let cleo = app.sign_in(pairing.coordinator).await;
    let person = pairing.mentee.0.to_string();
    let form = [("person", &*person), ("part", "mentee"), ("about", "Again")];
    cleo.post(&at(pairing.programme, "/enrolments"), &form)
        .await
        .is(StatusCode::SEE_OTHER);
    let here = "select count(*) from enrolments where left_at is null and about = 'Again'";
    assert_eq!(count(&app, here).await, 1);
}

#[sqlx::test]
async fn whoever_is_taken_out_can_apply_again(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = spring(&app).await;
    let tom = given::person(&app.db, "Tom").await;
    given::mentee(&app.db, programme, tom).await;
    let id = given::application(&app.db, programme, tom, "mentee").await;
    stands(&app, id, Name::Approved).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let removal = at(programme, &format!("/enrolments/{}/mentee/removal", tom.0));
    cleo.post(&removal, &[]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(stage(&app, id).await, "withdrawn");
    let visitor = app.sign_in(tom).await;
    visitor.get("/").await.says("Programmes you can apply for");
    visitor
        .get(&path(programme, "mentee"))
        .await
        .says("Apply again");
}

#[sqlx::test]
async fn a_wish_not_to_be_paired_is_kept_in_silence(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = spring(&app).await;
    let (tom, maya) = (
        given::person(&app.db, "Tom").await,
        given::person(&app.db, "Maya").await,
    );
    given::mentee(&app.db, programme, tom).await;
    given::mentor(&app.db, programme, maya, 2).await;
    let visitor = app.sign_in(tom).await;
    let own = path(programme, "mentee");
    let mayas = email(&app, maya).await;
    for (typed, words) in [
        (
            "nobody@example.org",
            "Nobody here has the address nobody@example.org",
        ),
        ("no address", "Nobody here has the address no:"),
        (&*email(&app, tom).await, "Name other people than yourself"),
    ] {
        visitor
            .post(&own, &[("excluded", typed), ("act", "draft")])
            .await
            .is(StatusCode::UNPROCESSABLE_ENTITY)
            .says(words);
    }
    let typed = format!("{}, {mayas}", mayas.to_uppercase());
    let form = [("about", "x"), ("excluded", &*typed), ("act", "check")];
    visitor.post(&own, &form).await.is(StatusCode::SEE_OTHER);
    visitor.get(&own).await.says(&mayas).does_not_say("Maya");
    visitor
        .post(&format!("{own}/sending"), &[])
        .await
        .leads_to(&own);

    let cleo = app.sign_in(programme.coordinator).await;
    let words = "One of them would rather not be paired with the other";
    let beside = format!("/pairings/new?mentee={}", tom.0);
    cleo.get(&at(programme, &beside)).await.says(words);
    let both = format!("{beside}&mentor={}", maya.0);
    cleo.get(&at(programme, &both))
        .await
        .says(words)
        .does_not_say("Propose this pairing");
    let (tom_id, maya_id) = (tom.0.to_string(), maya.0.to_string());
    let two = [("mentee", &*tom_id), ("mentor", &*maya_id)];
    cleo.post(&at(programme, "/pairings"), &two)
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says(words);
    assert_eq!(count(&app, "select count(*) from pairings").await, 0);

    // Not even a coordinator who is the other is told.
    sqlx::query("insert into coordinators values ($1, $2, null, '2026-01-01')")
        .bind(programme.id)
        .bind(maya.0)
        .execute(&app.db)
        .await
        .unwrap();
    let maya = app.sign_in(maya).await;
    let id = count(&app, "select id from applications").await;
    maya.get(&at(programme, &format!("/applications/{id}")))
        .await
        .does_not_say("Rather not paired");
    cleo.get(&at(programme, &format!("/applications/{id}")))
        .await
        .says("Rather not paired");
}

#[sqlx::test]
async fn an_answer_is_read_by_whom_its_question_names(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let colleague = given::person(&app.db, "Cora").await;
    given::mentee(&app.db, pairing.programme, colleague).await;
    let elsewhere = given::pairing().insert(&app.db).await;
    let ada = given::administrator(&app.db, "Ada").await;
    let application =
        given::application(&app.db, pairing.programme, pairing.mentor, "mentor").await;
    for readers in ["coordinators", "partner", "programme"] {
        let question = given::question(&app.db, pairing.programme, "line", readers).await;
        for (sql, value) in [
            (
                "update questions set readers = $2 where id = $1",
                readers.to_owned(),
            ),
            (
                "insert into answers values ((select max(id) from applications), $1, 'line', $2, null)",
                format!("for-{readers}"),
            ),
        ] {
            sqlx::query(sql)
                .bind(question)
                .bind(value)
                .execute(&app.db)
                .await
                .unwrap();
        }
    }
    let read = async |person: Person| -> Vec<String> {
        let mut acting = app.server.begin().await.unwrap();
        sqlx::query("select set_config('app.person_id', $1, true)")
            .bind(person.0.to_string())
            .execute(&mut *acting)
            .await
            .unwrap();
        for table in ["answers", "answers_in_words"] {
            let column = if table == "answers" { "words" } else { "said" };
            let sql = format!("select {column} from {table} order by 1");
            let read: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
                .fetch_all(&mut *acting)
                .await
                .unwrap();
            if table == "answers_in_words" {
                return read;
            }
        }
        unreachable!()
    };
    let everything = ["for-coordinators", "for-partner", "for-programme"];
    let nobody: [&str; 0] = [];
    // Nobody but those two before it is approved.
    assert_eq!(read(pairing.mentor).await, everything);
    assert_eq!(read(pairing.coordinator).await, everything);
    assert_eq!(read(pairing.mentee).await, nobody);
    stands(&app, application, Name::Approved).await;
    assert_eq!(read(pairing.mentee).await, everything[1..]);
    assert_eq!(read(colleague).await, everything[2..]);
    for person in [
        ada,
        elsewhere.mentor,
        elsewhere.mentee,
        elsewhere.coordinator,
    ] {
        assert_eq!(read(person).await, nobody);
    }
    let tom = app.sign_in(pairing.mentee).await;
    tom.get(&pairing.path)
        .await
        .says("What Maya wrote when applying")
        .says("for-partner")
        .says("for-programme")
        .does_not_say("for-coordinators");
    // Until both have accepted they are no partners.
    sqlx::query("update pairings set met_on = null, agreed_on = null, mentee_accepted_on = null where id = $1")
        .bind(pairing.id)
        .execute(&app.db)
        .await
        .unwrap();
    assert_eq!(read(pairing.mentee).await, everything[2..]);
    // And a draft is its author's alone.
    stands(&app, application, Name::Draft).await;
    assert_eq!(read(pairing.coordinator).await, nobody);
}

#[sqlx::test]
async fn what_was_answered_elsewhere_stands_in_the_boxes(db: PgPool) {
    let app = TestApp::new(db).await;
    let (spring, autumn) = (spring(&app).await, spring(&app).await);
    let tom = app.sign_in(given::person(&app.db, "Tom").await).await;
    let mut form = vec![("act".to_owned(), "draft".to_owned())];
    for (kind, value) in [
        ("line", "A line of mine"),
        ("ranked", ""),
        ("skills", "Rust"),
    ] {
        let question = given::question(&app.db, spring, kind, &format!("Which {kind}?")).await;
        if kind == "ranked" {
            given::choice(&app.db, question, "Red").await;
            let green = given::choice(&app.db, question, "Green").await;
            form.push((format!("q{question}-1"), green.to_string()));
        } else {
            form.push((format!("q{question}"), value.to_owned()));
        }
    }
    let fields: Vec<_> = form
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    tom.post(&path(spring, "mentee"), &fields)
        .await
        .is(StatusCode::SEE_OTHER);
    given::question(&app.db, autumn, "line", "which LINE?").await;
    given::question(&app.db, autumn, "prose", "Which skills?").await;
    let ranked = given::question(&app.db, autumn, "ranked", "Which ranked?").await;
    let green = given::choice(&app.db, ranked, "Green").await;
    let page = tom.get(&path(autumn, "mentee")).await;
    page.says("as you gave them in another programme")
        .says("A line of mine")
        .says(&format!("<option value=\"{green}\" selected>Green"))
        .does_not_say("Rust");
    let uma = app.sign_in(given::person(&app.db, "Uma").await).await;
    uma.get(&path(autumn, "mentee"))
        .await
        .does_not_say("in another programme");
}

#[sqlx::test]
async fn a_programme_takes_applications_while_it_enrols_and_says_so(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let cleo = app.sign_in(programme.coordinator).await;
    let tom = app.sign_in(given::person(&app.db, "Tom").await).await;
    let own = path(programme, "mentee");
    tom.get(&own).await.is(StatusCode::NOT_FOUND);
    tom.post(&own, &[("about", "x")])
        .await
        .is(StatusCode::NOT_FOUND);
    let (list, openness) = (
        at(programme, "/applications"),
        at(programme, "/applications/openness"),
    );
    for _ in 0..2 {
        cleo.post(&openness, &[("to", "everybody")])
            .await
            .leads_to(&list);
    }
    let opened =
        "select count(*) from audit_events where act = 'opened the programme to applications'";
    assert_eq!(count(&app, opened).await, 1);
    for (columns, open, words) in [
        (
            "enrolment_opens_on = null",
            true,
            "Everybody with an account can apply until 18 December",
        ),
        (
            "enrolment_opens_on = '2026-04-02'",
            false,
            "can apply from 2 April 2026",
        ),
        (
            "enrolment_opens_on = '2026-04-01'",
            true,
            "can apply until 18 December",
        ),
        (
            "enrolment_closes_on = '2026-04-01'",
            true,
            "can apply until 1 April 2026",
        ),
        (
            "enrolment_opens_on = null, enrolment_closes_on = '2026-03-31'",
            false,
            "Enrolment ended on 31 March 2026",
        ),
        (
            "enrolment_closes_on = null, opened_at = null",
            false,
            "the programme is a draft",
        ),
        (
            "opened_at = created_at, archived_at = created_at",
            false,
            "the programme is archived",
        ),
        (
            "archived_at = null, ends_on = '2026-03-31'",
            false,
            "the programme is finished",
        ),
        (
            "ends_on = '2026-04-01'",
            true,
            "can apply until 1 April 2026",
        ),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "update programmes set {columns}"
        )))
        .execute(&app.db)
        .await
        .unwrap();
        let home = tom.get("/").await;
        assert_eq!(
            home.body.contains("Programmes you can apply for"),
            open,
            "{columns}"
        );
        let status = tom.get(&own).await.status;
        assert_eq!(status == StatusCode::OK, open, "{columns}");
        cleo.get(&list).await.says(words);
    }
    tom.post(&own, &[("about", "x"), ("act", "check")])
        .await
        .is(StatusCode::SEE_OTHER);
    cleo.post(&openness, &[("to", "link")])
        .await
        .leads_to(&list);
    // The draft stays, but cannot be sent.
    tom.get(&own).await.is(StatusCode::OK);
    tom.get(&format!("{own}/check"))
        .await
        .says("takes no applications now");
    tom.post(&format!("{own}/sending"), &[])
        .await
        .is(StatusCode::CONFLICT)
        .says("Your draft is kept");
}

#[sqlx::test]
async fn whoever_comes_by_the_link_may_apply(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let (tom, uma) = (
        given::person(&app.db, "Tom").await,
        given::person(&app.db, "Uma").await,
    );
    sqlx::query(
        "insert into enrolment_links values ($1, 'a-link-of-the-programme', $2, '2026-01-01')",
    )
    .bind(programme.id)
    .bind(programme.coordinator.0)
    .execute(&app.db)
    .await
    .unwrap();
    let (tom, uma) = (app.sign_in(tom).await, app.sign_in(uma).await);
    let asked = tom
        .post("/join/a-link-of-the-programme", &[("part", "mentee")])
        .await;
    let own = path(programme, "mentee");
    asked.leads_to(&own);
    assert_eq!(tom.get("/").await.link("Apply as a mentee"), own);
    tom.get(&own).await.is(StatusCode::OK);
    uma.get(&own).await.is(StatusCode::NOT_FOUND);
}

#[sqlx::test]
async fn an_application_keeps_to_what_the_programme_allows(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = spring(&app).await;
    let maya = given::person(&app.db, "Maya").await;
    sqlx::query("update programmes set capacity_default = 2, capacity_max = 3")
        .execute(&app.db)
        .await
        .unwrap();
    let visitor = app.sign_in(maya).await;
    let own = path(programme, "mentor");
    assert_eq!(visitor.get(&own).await.values_of("capacity"), ["2"]);
    visitor
        .post(&own, &[("capacity", "4"), ("act", "draft")])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("1 to 3");
    let id = given::application(&app.db, programme, maya, "mentor").await;
    sqlx::query("update programmes set capacity_default = 1, capacity_max = 1")
        .execute(&app.db)
        .await
        .unwrap();
    let cleo = app.sign_in(programme.coordinator).await;
    let archive = async |at: &str| {
        let sql = format!("update programmes set archived_at = {at}");
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .execute(&app.db)
            .await
            .unwrap();
    };
    archive("'2026-03-30'").await;
    for decision in ["approval", "question", "waiting-list", "decline"] {
        decide(&cleo, programme, decision, &[id])
            .await
            .is(StatusCode::CONFLICT)
            .says("is archived");
    }
    visitor
        .post(&own, &[("about", "x"), ("capacity", "1")])
        .await
        .is(StatusCode::CONFLICT)
        .says("is archived");
    archive("null").await;
    decide(&cleo, programme, "approval", &[id])
        .await
        .is(StatusCode::SEE_OTHER);
    assert_eq!(
        count(&app, "select capacity::bigint from enrolments").await,
        1
    );
}

#[sqlx::test]
async fn nobody_decides_about_whoever_has_no_account_any_more(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = spring(&app).await;
    let mut ids = Vec::new();
    for name in [
        Name::Sent,
        Name::Asked,
        Name::WaitListed,
        Name::Approved,
        Name::Declined,
    ] {
        let tom = given::person(&app.db, "Tom").await;
        let id = given::application(&app.db, programme, tom, "mentee").await;
        stands(&app, id, name).await;
        ids.push((id, name));
    }
    sqlx::query("update people set deactivated_at = '2026-04-01' where full_name = 'Tom'")
        .execute(&app.db)
        .await
        .unwrap();
    for (id, name) in ids {
        let kept = matches!(name, Name::Approved | Name::Declined);
        let expected = if kept { name.slug() } else { "withdrawn" };
        assert_eq!(stage(&app, id).await, expected, "{name:?}");
    }
}

#[sqlx::test]
async fn applications_are_for_coordinators_of_the_programme_alone(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let tom = given::person(&app.db, "Tom").await;
    let id = given::application(&app.db, pairing.programme, tom, "mentee").await;
    let elsewhere = given::programme(&app.db, "Europe/London").await;
    let ada = given::administrator(&app.db, "Ada").await;
    for person in [pairing.mentor, elsewhere.coordinator, ada, tom] {
        let visitor = app.sign_in(person).await;
        let one = format!("/applications/{id}");
        for place in ["/applications", &one, "/decisions/approval"] {
            visitor
                .get(&at(pairing.programme, place))
                .await
                .is(StatusCode::NOT_FOUND);
        }
        decide(&visitor, pairing.programme, "approval", &[id])
            .await
            .is(StatusCode::NOT_FOUND);
    }
    // Nor by way of a programme of one's own.
    let cleo = app.sign_in(elsewhere.coordinator).await;
    decide(&cleo, elsewhere, "approval", &[id])
        .await
        .leads_to(&at(elsewhere, "/applications"));
    cleo.get(&at(elsewhere, &format!("/applications/{id}")))
        .await
        .is(StatusCode::NOT_FOUND);
    assert_eq!(stage(&app, id).await, "sent");
    // Whoever reads it is seen to have read it.
    let cleo = app.sign_in(pairing.coordinator).await;
    cleo.get(&at(pairing.programme, &format!("/applications/{id}")))
        .await
        .is(StatusCode::OK);
    let tom = app.sign_in(tom).await;
    tom.get("/account/activity")
        .await
        .says("read the application");
}

/// Everything into every field at once, of a draft and of what was sent: an answer in words, and
/// either all of it is kept or none.
#[sqlx::test]
async fn the_form_bears_anything(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = spring(&app).await;
    let mut names: Vec<String> = [
        "about",
        "capacity",
        "away_from",
        "away_until",
        "excluded",
        "act",
    ]
    .map(String::from)
    .to_vec();
    for kind in ["line", "prose", "one", "many", "scale", "ranked", "skills"] {
        let question = given::question(&app.db, programme, kind, kind).await;
        if ["one", "many", "ranked"].contains(&kind) {
            given::choice(&app.db, question, "Red").await;
        }
        names.push(format!("q{question}"));
        names.push(format!("q{question}-1"));
        names.push(format!("q{question}-2"));
    }
    let long = "x".repeat(9000);
    for part in ["mentor", "mentee"] {
        for sent in [false, true] {
            let person = given::person(&app.db, "Tom").await;
            if sent {
                given::application(&app.db, programme, person, part).await;
            }
            let tom = app.sign_in(person).await;
            for value in [
                "",
                &long,
                "a%00b",
                "%FF%FE",
                "%C3",
                "%E2%80%AE%D7%A9",
                "%F0%9F%91%A9",
                "-1",
                "99999999999999999999",
                "2026-02-30",
                "9999-12-31",
                "1",
                "987654321",
                "a%40b.example",
                "%3Cscript%3Ealert(1)%3C/script%3E",
                ",,,;;;%0A",
            ] {
                let form: Vec<String> =
                    names.iter().map(|name| format!("{name}={value}")).collect();
                let form = form.join("&");
                for form in [
                    form.clone(),
                    format!("{form}&{form}"),
                    format!("{form}&act=draft"),
                ] {
                    let before = digest(&app, person).await;
                    let answer = tom.send(Method::POST, &path(programme, part), &form).await;
                    let case = format!("{part} {sent} {value}: {}", answer.status);
                    assert!(!answer.status.is_server_error(), "{case}");
                    assert!(!answer.body.contains("<script>alert"), "{case}");
                    if answer.status.is_client_error() {
                        assert!(answer.body.contains("<h1"), "{case}");
                        assert_eq!(digest(&app, person).await, before, "{case}");
                    }
                }
            }
            let form = format!("about={}", "x".repeat(1 << 20));
            let answer = tom.send(Method::POST, &path(programme, part), &form).await;
            answer
                .is(StatusCode::PAYLOAD_TOO_LARGE)
                .says("That is too long");
        }
    }
}

async fn digest(app: &TestApp, person: Person) -> String {
    sqlx::query_scalar(
        "select concat(
            (select string_agg(applications::text, '|' order by id) from applications where person_id = $1),
            (select string_agg(answers::text, '|' order by question_id)
             from answers join applications on id = application_id where person_id = $1),
            (select string_agg(answered_skills::text, '|' order by question_id, skill_id) from answered_skills),
            (select string_agg(answered_choices::text, '|' order by application_id, choice_id) from answered_choices),
            (select string_agg(exclusions::text, '|' order by exclusions::text) from exclusions))",
    )
    .bind(person.0)
    .fetch_one(&app.db)
    .await
    .unwrap()
}

#[sqlx::test]
async fn whoever_takes_part_where_mentees_ask_is_not_told_to_wait(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let [tom, maya] = [
        given::person(&app.db, "Tom").await,
        given::person(&app.db, "Maya").await,
    ];
    given::mentee(&app.db, programme, tom).await;
    given::mentor(&app.db, programme, maya, 1).await;
    for (person, part) in [(tom, "mentee"), (maya, "mentor")] {
        given::application(&app.db, programme, person, part).await;
    }
    let waits = "The coordinators look for somebody who suits you";
    for (who_asks, to_tom, to_maya) in [
        ("coordinators", waits, waits),
        ("both", waits, waits),
        (
            "mentees",
            "Look for a mentor on your home page",
            "Mentees can ask you",
        ),
    ] {
        let sql = format!(
            "update programmes set who_asks = '{who_asks}';
             update applications set approved_at = sent_at;"
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
            .execute(&app.db)
            .await
            .unwrap();
        for (person, part, words) in [(tom, "mentee", to_tom), (maya, "mentor", to_maya)] {
            let path = format!("/programmes/{}/application/{part}", programme.id);
            app.sign_in(person).await.get(&path).await.says(words);
        }
    }
}
