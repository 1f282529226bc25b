//! What a mentee sees and does to find a mentor, and what becomes of offers that nobody answers.

use crate::letter_acts::{act_in, onward};
use crate::support::given::{At, Person, Programme};
use crate::support::{Answer, NOON, TestApp, given};
use axum::http::StatusCode;
use sqlx::{AssertSqlSafe, PgPool};
use time::macros::{date, datetime};
use time::{Date, Duration, OffsetDateTime};
use waymark::pairings::lapse::lapse_offers;

async fn run(app: &TestApp, sql: String) {
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(&app.db)
        .await
        .unwrap();
}

struct Spring {
    programme: Programme,
    maya: Person,
    max: Person,
    mia: Person,
    tom: Person,
    /// Maya's application.
    of_maya: i64,
    /// The skills question that everybody may read.
    skills: i64,
}

impl Spring {
    fn at(&self, place: &str) -> String {
        format!("/programmes/{}{place}", self.programme.id)
    }

    fn mentor(&self, person: Person) -> String {
        self.at(&format!("/mentors/{}", person.0))
    }
}

/// Tom of Finance in Leeds, who seeks budgets and SQL; Maya of Leeds, who offers both; Max of Pune
/// and Mia of nowhere, who offer nothing.
async fn spring(app: &TestApp, who_asks: &str) -> Spring {
    let programme = given::programme(&app.db, "Europe/London").await;
    run(
        app,
        format!("update programmes set who_asks = '{who_asks}'"),
    )
    .await;
    let mut people = Vec::new();
    for (name, department, place) in [
        ("Maya", "Sales", "Leeds"),
        ("Max", "Finance", "Pune"),
        ("Mia", "", ""),
        ("Tom", "Finance", "Leeds"),
    ] {
        let person = given::person(&app.db, name).await;
        let sql = format!(
            "update people set department = '{department}', location = '{place}' where id = {}",
            person.0
        );
        run(app, sql).await;
        people.push(person);
    }
    let [maya, max, mia, tom] = people[..] else {
        unreachable!("four people")
    };
    for mentor in [maya, max, mia] {
        given::mentor(&app.db, programme, mentor, 1).await;
    }
    given::mentee(&app.db, programme, tom).await;
    let skills = given::question(&app.db, programme, "skills", "Which skills?").await;
    let of_tom = given::application(&app.db, programme, tom, "mentee").await;
    let of_maya = given::application(&app.db, programme, maya, "mentor").await;
    run(
        app,
        format!(
            "update questions set for_matching = true, readers = 'programme' where id = {skills};
             update applications set approved_at = sent_at;
             insert into skills (name, added_at) values ('Budgets', now()), ('SQL', now());
             insert into answers select id, {skills}, 'skills' from applications;
             insert into answered_skills
             select applications.id, {skills}, skills.id from applications, skills
             where applications.id = {of_tom} or skills.name = 'Budgets'"
        ),
    )
    .await;
    Spring {
        programme,
        maya,
        max,
        mia,
        tom,
        of_maya,
        skills,
    }
}

/// "31.50" as 3150.
fn hundredths(text: &str) -> u32 {
    text.trim().replace('.', "").parse().unwrap()
}

/// What each criterion gave, in hundredths.
fn points(page: &Answer) -> Vec<u32> {
    let cells = page.body.split("data-label=\"Points\" class=\"number\">");
    cells
        .skip(1)
        .map(|cell| hundredths(cell.split(" of ").next().unwrap()))
        .collect()
}

fn score(page: &Answer) -> u32 {
    let before = page.body.split(" points of 100").next().unwrap();
    hundredths(before.rsplit('>').next().unwrap())
}

#[sqlx::test]
async fn the_mentors_who_suit_best_come_first_with_reasons_that_add_up(db: PgPool) {
    let app = TestApp::new(db).await;
    let spring = spring(&app, "mentees").await;
    let tom = app.sign_in(spring.tom).await;
    let list = tom.get(&spring.at("/mentors")).await;
    list.says("Who would suit you")
        .says("1 of the 2 skills wanted: Budgets")
        .says("Both in Leeds")
        .says("for everybody in the programme to read");
    let place = |name: &str| list.body.find(&format!(">{name}</a>")).unwrap();
    assert!(place("Maya") < place("Max") || !list.body.contains("Max</a>"));
    // Nothing is known of Mia that speaks for her.
    assert!(list.body.find("All other mentors").unwrap() < place("Mia"));

    let page = tom.get(&spring.mentor(spring.maya)).await;
    page.says("How you would suit each other");
    assert_eq!(points(&page).iter().sum::<u32>(), score(&page));
    // Skills weigh 40, the place 10, another department 5 and a language in common 5: of 60.
    assert_eq!(score(&page), 3333 + 1667 + 834);

    // What counts is decided by the coordinators.
    run(
        &app,
        format!(
            "insert into matching_criteria (programme_id, criterion, weight, must, wanted) values
             ({0}, 'skills', 0, false, 'shared'), ({0}, 'site', 10, false, 'different'),
             ({0}, 'department', 30, true, 'same'), ({0}, 'language', 0, false, 'shared'),
             ({0}, 'seniority', 90, true, 'similar');
             insert into matching_rules values ({0}, 1, 4, 4, 10, 9000, false)",
            spring.programme.id
        ),
    )
    .await;
    let page = tom.get(&spring.mentor(spring.max)).await;
    assert_eq!(score(&page), 10_000);
    assert_eq!(points(&page), [2500, 7500]);
    tom.get(&spring.mentor(spring.maya))
        .await
        .does_not_say("How you would suit");
}

/// Neither through points nor through who is there.
#[sqlx::test]
async fn what_a_mentor_wrote_for_coordinators_changes_nothing_that_a_mentee_sees(db: PgPool) {
    let app = TestApp::new(db).await;
    let spring = spring(&app, "both").await;
    let tom = app.sign_in(spring.tom).await;
    let seen = async || {
        let mut seen = vec![tom.get(&spring.at("/mentors")).await.body];
        for mentor in [spring.maya, spring.max, spring.mia] {
            seen.push(tom.get(&spring.mentor(mentor)).await.body);
        }
        seen
    };
    let mut questions = Vec::new();
    for readers in ["coordinators", "partner"] {
        for kind in ["skills", "scale", "one"] {
            let wording = format!("{kind} for the {readers}");
            let question = given::question(&app.db, spring.programme, kind, &wording).await;
            run(
                &app,
                format!(
                    "update questions set for_matching = true, readers = '{readers}' where id = {question}"
                ),
            )
            .await;
            questions.push((question, kind));
        }
    }
    let before = seen().await;
    for (question, kind) in questions {
        let choice = match kind {
            "one" => given::choice(&app.db, question, "Yes").await,
            _ => 0,
        };
        run(
            &app,
            format!(
                "insert into answers select id, {question}, '{kind}', null,
                    case '{kind}' when 'scale' then 3 end from applications;
                 insert into answered_choices select id, {question}, {choice}, 1 from applications
                 where '{kind}' = 'one';
                 insert into answered_skills
                 select applications.id, {question}, skills.id from applications, skills
                 where '{kind}' = 'skills' and applications.id = {}",
                spring.of_maya
            ),
        )
        .await;
    }
    run(
        &app,
        format!(
            "update people set grade = 5;
             update people set grade = 6, line_manager_id = {0} where id = {1};
             insert into exclusions values ({2}, {3});
             update applications set away_from = '2026-08-01', away_until = '2026-08-31'
             where id = {2};
             insert into matching_rules values ({4}, 1, 4, 4, 10, 9000, false)",
            spring.max.0, spring.maya.0, spring.of_maya, spring.mia.0, spring.programme.id
        ),
    )
    .await;
    given::weekly_hours(&app.db, spring.maya, 1, "09:00", "12:00").await;
    for (before, after) in before.iter().zip(seen().await) {
        assert_eq!(*before, after);
    }
    // What everybody may read does change it.
    run(
        &app,
        format!(
            "insert into answered_skills select {}, {}, id from skills where name = 'SQL'",
            spring.of_maya, spring.skills
        ),
    )
    .await;
    assert_ne!(before, seen().await);
    // And nothing of it is there for whoever does not look for a mentor.
    let cleo = app.sign_in(spring.maya).await;
    cleo.get(&spring.at("/mentors"))
        .await
        .is(StatusCode::NOT_FOUND);
}

#[sqlx::test]
async fn five_hundred_mentors_are_a_small_page(db: PgPool) {
    let app = TestApp::new(db).await;
    let spring = spring(&app, "both").await;
    run(
        &app,
        format!(
            "with added as (
                insert into people (full_name, email, time_zone, added_at, location, department)
                select 'Mentor ' || n, 'mentor' || n || '@example.org', 'UTC', now(), 'Leeds', 'Law'
                from generate_series(1, 500) n
                returning id
             ), enrolled as (
                insert into enrolments (programme_id, person_id, part, capacity, about, enrolled_at)
                select {0}, id, 'mentor', 2, repeat('Offers a lot. ', 70), now() from added
             ), applied as (
                insert into applications
                    (programme_id, person_id, part, capacity, started_at, sent_at, approved_at)
                select {0}, id, 'mentor', 2, now(), now(), now() from added
                returning id
             ), answered as (
                insert into answers select id, {1}, 'skills' from applied
             )
             insert into answered_skills
             select applied.id, {1}, skills.id from applied, skills",
            spring.programme.id, spring.skills
        ),
    )
    .await;
    let tom = app.sign_in(spring.tom).await;
    let page = tom.get(&spring.at("/mentors")).await;
    page.says("2 of the 2 skills wanted");
    assert!(page.body.len() < 100_000, "{}", page.body.len());
    let next = page.link("Next").replace("&#38;", "&");
    let second = tom.get(&next).await;
    second.says("Page 2").does_not_say("Who would suit you");
    // Nobody stands there twice, and nobody is left out between the pages.
    let names = |page: &Answer| -> Vec<String> {
        let rows = page.body.split("class=\"row\"").skip(1);
        rows.map(|row| row.split('<').next().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&page).len(), 35);
    assert!(
        names(&page)
            .iter()
            .all(|name| !names(&second).contains(name))
    );
}

#[sqlx::test]
async fn wishes_are_ranked_by_buttons_and_counted_by_coordinators_alone(db: PgPool) {
    let app = TestApp::new(db).await;
    let spring = spring(&app, "both").await;
    let tom = app.sign_in(spring.tom).await;
    let cleo = app.sign_in(spring.programme.coordinator).await;
    let pairing = format!("{}?mentee={}", spring.at("/pairings/new"), spring.tom.0);
    cleo.get(&pairing).await.says("No wishes yet");

    let list = spring.at("/mentors");
    let ids = [spring.mia, spring.max, spring.maya].map(|one| one.0.to_string());
    let press = async |mentor: &str, act: &str| {
        tom.post(&spring.at("/wishes"), &[("mentor", mentor), ("act", act)])
            .await
    };
    for id in &ids {
        press(id, "add").await.tells("Added to your wishes");
    }
    press(&ids[2], "up").await.tells("new order");
    press(&ids[0], "down").await.tells("new order");
    let page = tom.get(&list).await;
    page.says("1. Maya")
        .says("2. Mia")
        .says("3. Max")
        .says("not a promise");
    tom.get(&spring.mentor(spring.mia))
        .await
        .says("Mia is number 2 of your wishes");
    cleo.get(&pairing)
        .await
        .says("First wish")
        .says("Second wish")
        .says("Third wish");
    press(&ids[1], "remove").await.tells("Removed");
    press(&ids[1], "remove").await.tells("as they were");
    press(&ids[1], "up").await.tells("as they were");
    press(&ids[0], "add").await.tells("as they were");
    cleo.get(&pairing).await.does_not_say("Third wish");

    // Mentors learn nothing, and whoever cannot be asked cannot be wished for.
    app.sign_in(spring.maya)
        .await
        .get("/")
        .await
        .does_not_say("wish");
    for nobody in [spring.tom, spring.programme.coordinator] {
        press(&nobody.0.to_string(), "add")
            .await
            .is(StatusCode::CONFLICT);
    }
    for (mentor, act) in [("x", "add"), (ids[0].as_str(), "burn"), ("", "")] {
        press(mentor, act).await.is(StatusCode::NOT_FOUND);
    }
    // A wish for somebody who has no place any more stays, and cannot be pressed for.
    run(
        &app,
        format!(
            "update enrolments set capacity = 0 where person_id = {}",
            ids[2]
        ),
    )
    .await;
    tom.get(&list).await.says("Cannot be asked just now");

    for who_asks in ["mentees", "coordinators"] {
        run(
            &app,
            format!("update programmes set who_asks = '{who_asks}'"),
        )
        .await;
        press(&ids[1], "add").await.is(StatusCode::NOT_FOUND);
    }
}

#[sqlx::test]
async fn a_wish_goes_with_the_mentor_and_hinders_no_other(db: PgPool) {
    let app = TestApp::new(db).await;
    let spring = spring(&app, "both").await;
    let tom = app.sign_in(spring.tom).await;
    let cleo = app.sign_in(spring.programme.coordinator).await;
    let press = async |mentor: Person, act: &str, on: &str| {
        let mentor = mentor.0.to_string();
        let fields = [("mentor", &*mentor), ("act", act), ("on", on)];
        tom.post(&spring.at("/wishes"), &fields).await
    };
    for mentor in [spring.maya, spring.mia, spring.max] {
        press(mentor, "add", "").await.tells("Added to your wishes");
    }
    let removal = format!("/enrolments/{}/mentor/removal", spring.mia.0);
    cleo.post(&spring.at(&removal), &[])
        .await
        .tells("The enrolment is removed");
    tom.get(&spring.at("/mentors"))
        .await
        .says("1. Maya")
        .says("2. Max")
        .does_not_say("Mia");
    press(spring.max, "up", "").await.tells("new order");

    // Maya has a pairing that is kept, and leaves: her wish is there to be removed.
    run(
        &app,
        format!(
            "update enrolments set left_at = now() where person_id = {}",
            spring.maya.0
        ),
    )
    .await;
    tom.get(&spring.at("/mentors"))
        .await
        .says("1. Max")
        .says("2. Maya")
        .says("No mentor here any more");
    press(spring.max, "down", "mentor")
        .await
        .leads_to(&spring.mentor(spring.max));
    press(spring.maya, "down", "mentor")
        .await
        .leads_to(&spring.at("/mentors#wishes"));
    press(spring.maya, "remove", "mentor")
        .await
        .leads_to(&spring.at("/mentors#wishes"));

    // As is whoever has gone with all that was theirs.
    run(
        &app,
        format!("delete from enrolments where person_id = {}", spring.max.0),
    )
    .await;
    tom.get(&spring.at("/mentors")).await.says("None yet");
}

#[sqlx::test]
async fn there_are_five_wishes_at_the_most_however_they_are_pressed(db: PgPool) {
    let app = TestApp::new(db).await;
    let spring = spring(&app, "both").await;
    let mut mentors = vec![spring.maya, spring.max, spring.mia];
    for name in ["Ava", "Ben", "Cat", "Dan"] {
        let mentor = given::person(&app.db, name).await;
        given::mentor(&app.db, spring.programme, mentor, 1).await;
        mentors.push(mentor);
    }
    let tom = app.sign_in(spring.tom).await;
    let press = async |mentor: Person, act: &str| {
        let fields = [("mentor", &*mentor.0.to_string()), ("act", act)];
        tom.post(&spring.at("/wishes"), &fields).await
    };
    let all = async || {
        let rows: Vec<(i64, i16)> =
            sqlx::query_as("select mentor_id, place from mentor_wishes order by place")
                .fetch_all(&app.db)
                .await
                .unwrap();
        rows
    };
    let (a, b, c, d, e, f, g) = tokio::join!(
        press(mentors[0], "add"),
        press(mentors[1], "add"),
        press(mentors[2], "add"),
        press(mentors[3], "add"),
        press(mentors[4], "add"),
        press(mentors[5], "add"),
        press(mentors[6], "add"),
    );
    for answer in [a, b, c, d, e, f, g] {
        answer.is(StatusCode::SEE_OTHER);
    }
    let places = |rows: &[(i64, i16)]| rows.iter().map(|(_, place)| *place).collect::<Vec<_>>();
    let rows = all().await;
    assert_eq!(places(&rows), [1, 2, 3, 4, 5]);
    tom.get(&spring.at("/mentors"))
        .await
        .does_not_say("Add to wishes");

    let wished: Vec<Person> = rows.iter().map(|(id, _)| Person(*id)).collect();
    let (a, b, c, d) = tokio::join!(
        press(wished[4], "up"),
        press(wished[0], "down"),
        press(wished[2], "remove"),
        press(wished[3], "up"),
    );
    for answer in [a, b, c, d] {
        answer.is(StatusCode::SEE_OTHER);
    }
    assert_eq!(places(&all().await), [1, 2, 3, 4]);
}

#[sqlx::test]
async fn a_request_is_taken_back_kindly_and_the_place_is_free_at_once(db: PgPool) {
    let app = TestApp::new(db).await;
    let spring = spring(&app, "both").await;
    let tia = given::person(&app.db, "Tia").await;
    given::mentee(&app.db, spring.programme, tia).await;
    let (tom, other) = (app.sign_in(spring.tom).await, app.sign_in(tia).await);
    let asked = tom.post(&spring.mentor(spring.maya), &[]).await;
    let pairing = asked.location.clone().unwrap();
    // One at a time, and a full mentor is offered to nobody else.
    tom.post(&spring.mentor(spring.max), &[])
        .await
        .tells("Maya has not answered you yet");
    tom.get(&spring.at("/mentors"))
        .await
        .says("Maya has not answered yet")
        .says("Wednesday 15 April 2026");
    other.get(&spring.at("/mentors")).await.does_not_say("Maya");
    other
        .post(&spring.mentor(spring.maya), &[])
        .await
        .is(StatusCode::CONFLICT);

    let back = format!("{pairing}/taking-back");
    let page = tom.get(&pairing).await;
    assert_eq!(page.link("Take it back"), back);
    tom.get(&back).await.says("Take back your request to Maya?");
    for (person, status) in [
        (spring.maya, StatusCode::FORBIDDEN),
        (spring.programme.coordinator, StatusCode::FORBIDDEN),
        (tia, StatusCode::NOT_FOUND),
    ] {
        app.sign_in(person).await.post(&back, &[]).await.is(status);
    }
    tom.post(&back, &[]).await.tells("You have taken it back");
    let letters: Vec<(String, String)> =
        sqlx::query_as("select subject, body from letters order by id")
            .fetch_all(&app.db)
            .await
            .unwrap();
    assert_eq!(letters.len(), 2);
    assert!(letters[0].1.contains("by Wednesday 15 April 2026"));
    assert_eq!(letters[1].0, "You need not answer Tom any more");
    let audited: i64 = sqlx::query_scalar(
        "select count(*) from audit_events where act = 'took back their yes to the offer'",
    )
    .fetch_one(&app.db)
    .await
    .unwrap();
    assert_eq!(audited, 1);
    app.sign_in(spring.maya)
        .await
        .get(&pairing)
        .await
        .does_not_say("Accept");
    // It is not taken up again over their head.
    let cleo = app.sign_in(spring.programme.coordinator).await;
    cleo.get(&pairing)
        .await
        .says("Find another mentor")
        .does_not_say("Re-open the pairing");
    cleo.post(&format!("{pairing}/reopening"), &[])
        .await
        .is(StatusCode::CONFLICT)
        .says("there is nothing to re-open");

    other.get(&spring.at("/mentors")).await.says("Maya");
    tom.get(&spring.at("/mentors")).await.says("Maya");
    // Once both have said yes there is nothing to take back.
    let asked = tom.post(&spring.mentor(spring.maya), &[]).await;
    let pairing = asked.location.clone().unwrap();
    app.sign_in(spring.maya)
        .await
        .post(&format!("{pairing}/acceptance"), &[])
        .await
        .is(StatusCode::SEE_OTHER);
    tom.post(&format!("{pairing}/taking-back"), &[])
        .await
        .is(StatusCode::CONFLICT);
}

/// Two windows of one mentee: whoever waits for an answer is led to where it says so.
#[sqlx::test]
async fn what_is_pressed_in_another_window_leads_to_the_request_there_is(db: PgPool) {
    let app = TestApp::new(db).await;
    let spring = spring(&app, "both").await;
    let tom = app.sign_in(spring.tom).await;
    let waits = spring.at("/mentors");
    let request = tom.post(&spring.mentor(spring.maya), &[]).await;
    let request = request.location.clone().unwrap();
    let letters = async || {
        sqlx::query_scalar::<_, i64>("select count(*) from letters")
            .fetch_one(&app.db)
            .await
            .unwrap()
    };
    let written = letters().await;

    let words = "Maya has not answered you yet, and you can ask one mentor at a time. Nothing has \
                 changed by this press.";
    tom.post(&spring.mentor(spring.max), &[])
        .await
        .leads_to(&waits)
        .tells(words);
    let wish = [("mentor", &*spring.max.0.to_string()), ("act", "add")];
    tom.post(&spring.at("/wishes"), &wish)
        .await
        .leads_to(&waits)
        .tells(words);
    tom.get(&spring.mentor(spring.max)).await.leads_to(&waits);
    tom.get(&waits)
        .await
        .is(StatusCode::OK)
        .says("Maya has not answered yet");
    // The same press twice is one.
    tom.post(&spring.mentor(spring.maya), &[])
        .await
        .leads_to(&request);
    assert_eq!(letters().await, written);

    // Once the two are paired, it leads to their pairing.
    app.sign_in(spring.maya)
        .await
        .post(&format!("{request}/acceptance"), &[])
        .await
        .is(StatusCode::SEE_OTHER);
    for answer in [
        tom.get(&waits).await,
        tom.get(&spring.mentor(spring.max)).await,
        tom.post(&spring.mentor(spring.max), &[]).await,
        tom.post(&spring.at("/wishes"), &wish).await,
    ] {
        answer.leads_to(&request);
    }
}

/// Full, away, unwilling or having declined: that is nobody's to find out.
#[sqlx::test]
async fn why_a_mentor_cannot_be_asked_is_not_said(db: PgPool) {
    let app = TestApp::new(db).await;
    let spring = spring(&app, "both").await;
    let tom = app.sign_in(spring.tom).await;
    let (maya, programme) = (spring.maya.0, spring.programme.id);
    let wish = [("mentor", &*maya.to_string()), ("act", "add")];
    let mut said = Vec::new();
    for (begin, end) in [
        (
            "update enrolments set capacity = 0 where part = 'mentor'".to_owned(),
            "update enrolments set capacity = 1 where part = 'mentor'".to_owned(),
        ),
        (
            "update applications set away_from = '2026-01-01', away_until = '2026-12-31'
             where part = 'mentor'"
                .into(),
            "update applications set away_from = null, away_until = null".into(),
        ),
        (
            format!(
                "insert into exclusions (application_id, person_id) values ({}, {})",
                spring.of_maya, spring.tom.0
            ),
            "delete from exclusions".into(),
        ),
        (
            format!(
                "insert into pairings (programme_id, mentor_id, mentee_id, proposed_on, offered_on,
                    mentee_accepted_on, closed_on, closed_how)
                 values ({programme}, {maya}, {}, '2026-03-01', '2026-03-01', '2026-03-01',
                    '2026-03-02', 'declined')",
                spring.tom.0
            ),
            "delete from pairings".into(),
        ),
    ] {
        run(&app, begin).await;
        let asked = tom.post(&spring.mentor(spring.maya), &[]).await;
        let wished = tom.post(&spring.at("/wishes"), &wish).await;
        run(&app, end).await;
        asked
            .is(StatusCode::CONFLICT)
            .says("This mentor cannot be asked just now")
            .does_not_say("free place");
        wished
            .is(StatusCode::CONFLICT)
            .says("cannot be asked or wished for just now")
            .does_not_say("free place");
        said.push((asked.body, wished.body));
    }
    assert!(said.iter().all(|one| *one == said[0]));
}

async fn draft(app: &TestApp, spring: &Spring, mentor: Person) -> i64 {
    sqlx::query_scalar(
        "insert into pairings (programme_id, mentor_id, mentee_id, proposed_on)
         values ($1, $2, $3, '2026-03-30') returning id",
    )
    .bind(spring.programme.id)
    .bind(mentor.0)
    .bind(spring.tom.0)
    .fetch_one(&app.db)
    .await
    .unwrap()
}

/// What coordinators have not published is theirs alone, even from whoever it is for.
#[sqlx::test]
async fn a_mentee_notices_nothing_of_what_is_only_proposed(db: PgPool) {
    let app = TestApp::new(db).await;
    let spring = spring(&app, "both").await;
    let tom = app.sign_in(spring.tom).await;
    let maya = app.sign_in(spring.maya).await;
    let pages = async || {
        let mut bodies = Vec::new();
        for path in [
            "/".to_owned(),
            spring.at("/mentors"),
            spring.at("/application/mentee"),
        ] {
            bodies.push(tom.get(&path).await.body);
        }
        for mentor in [spring.maya, spring.max] {
            bodies.push(tom.get(&spring.mentor(mentor)).await.body);
        }
        bodies.push(tom.get("/account/activity").await.body);
        bodies.push(maya.get("/").await.body);
        bodies
    };
    let before = pages().await;
    assert!(before[0].contains("Look for a mentor"));
    assert!(before[1].contains("Maya") && before[3].contains("Ask Maya"));
    draft(&app, &spring, spring.maya).await;
    assert_eq!(pages().await, before);
    let wish = [("mentor", &*spring.maya.0.to_string()), ("act", "add")];
    tom.post(&spring.at("/wishes"), &wish)
        .await
        .tells("Added to your wishes");

    run(&app, "delete from mentor_wishes".into()).await;

    // Were the places of others gone by it, Maya alone would be left, and Tom would know why.
    let tia = given::person(&app.db, "Tia").await;
    given::mentee(&app.db, spring.programme, tia).await;
    run(
        &app,
        format!(
            "insert into pairings (programme_id, mentor_id, mentee_id, proposed_on)
             values ({}, {}, {}, '2026-03-30')",
            spring.programme.id, spring.max.0, tia.0
        ),
    )
    .await;
    assert_eq!(pages().await, before);

    // So Maya can be asked by somebody else, and the proposal is held back.
    let tia = app.sign_in(tia).await;
    tia.get(&spring.at("/mentors")).await.says("Maya");
    tia.post(&spring.mentor(spring.maya), &[])
        .await
        .is(StatusCode::SEE_OTHER);
    let cleo = app.sign_in(spring.programme.coordinator).await;
    cleo.get(&spring.at("/publication"))
        .await
        .says("Not published: Maya has no free place any more");
    tom.get(&spring.at("/mentors")).await.does_not_say("Maya");
}

#[sqlx::test]
async fn whoever_looks_beyond_the_last_page_sees_the_last(db: PgPool) {
    let app = TestApp::new(db).await;
    let spring = spring(&app, "both").await;
    let tom = app.sign_in(spring.tom).await;
    let all = tom.get(&spring.at("/mentors")).await;
    for page in ["9999", "0", "-1", "two"] {
        let far = tom.get(&spring.at(&format!("/mentors?page={page}"))).await;
        assert_eq!(far.body, all.body);
    }
}

#[sqlx::test]
async fn whoever_asks_is_no_longer_proposed_and_the_coordinators_read_why(db: PgPool) {
    let app = TestApp::new(db).await;
    let spring = spring(&app, "both").await;
    let tom = app.sign_in(spring.tom).await;
    let cleo = app.sign_in(spring.programme.coordinator).await;
    // Of whom they are proposed to, and of somebody else.
    for asked in [spring.maya, spring.max] {
        let drafted = draft(&app, &spring, spring.maya).await;
        let draft_path = format!("/pairings/{drafted}");
        let request = tom.post(&spring.mentor(asked), &[]).await;
        let request = request.is(StatusCode::SEE_OTHER).location.clone().unwrap();
        assert_eq!(
            closed(&app, drafted).await,
            Some((NOON.date(), "mentee_asked".into()))
        );
        let open: i64 = sqlx::query_scalar("select count(*) from pairings where closed_on is null")
            .fetch_one(&app.db)
            .await
            .unwrap();
        assert_eq!(open, 1);

        cleo.get(&draft_path)
            .await
            .says("it was withdrawn when Tom asked a mentor themselves");
        cleo.get(&spring.at("")).await.says("Mentee asked a mentor");
        cleo.post(
            &spring.at("/publication"),
            &[("pairing", &drafted.to_string())],
        )
        .await
        .tells("Nothing was left to publish");
        // While Tom waits for an answer, nothing else is begun for them.
        cleo.post(&format!("{draft_path}/reopening"), &[])
            .await
            .is(StatusCode::CONFLICT);
        for one in [spring.tom, spring.maya] {
            let one = app.sign_in(one).await;
            one.get(&draft_path).await.is(StatusCode::NOT_FOUND);
            one.get("/account/activity")
                .await
                .does_not_say("withdrew the proposal");
        }
        tom.post(&format!("{request}/taking-back"), &[])
            .await
            .tells("You have taken it back");
        run(&app, "delete from mentor_wishes".into()).await;
    }
    // Whoever cannot be asked leaves everything as it is.
    let drafted = draft(&app, &spring, spring.maya).await;
    run(
        &app,
        format!(
            "update enrolments set capacity = 0 where person_id = {}",
            spring.max.0
        ),
    )
    .await;
    tom.post(&spring.mentor(spring.max), &[])
        .await
        .is(StatusCode::CONFLICT);
    assert_eq!(closed(&app, drafted).await, None);
}

async fn newest_letter(app: &TestApp, person: Person) -> (String, String) {
    sqlx::query_as(
        "select subject, body from letters where person_id = $1 order by id desc limit 1",
    )
    .bind(person.0)
    .fetch_one(&app.db)
    .await
    .unwrap()
}

/// Tom and this mentor are proposed, and published at once.
async fn offer(app: &TestApp, spring: &Spring, mentor: Person) -> String {
    let id = draft(app, spring, mentor).await;
    app.sign_in(spring.programme.coordinator)
        .await
        .post(&spring.at("/publication"), &[("pairing", &id.to_string())])
        .await
        .tells("1 pairing is published");
    format!("/pairings/{id}")
}

/// Whoever accepted first has not asked: they decline, with all that follows from that.
#[sqlx::test]
async fn what_the_coordinators_offered_is_declined_and_not_taken_back(db: PgPool) {
    let app = TestApp::new(db).await;
    let spring = spring(&app, "both").await;
    let tom = app.sign_in(spring.tom).await;
    let cleo = app.sign_in(spring.programme.coordinator).await;
    let pairing = offer(&app, &spring, spring.maya).await;
    let [back, refusal] = ["taking-back", "refusal"].map(|act| format!("{pairing}/{act}"));
    tom.get(&back).await.leads_to(&refusal);
    tom.post(&format!("{pairing}/acceptance"), &[])
        .await
        .is(StatusCode::SEE_OTHER);
    tom.get(&spring.at("/mentors")).await.leads_to(&pairing);
    let page = tom.get(&pairing).await;
    page.does_not_say("Take it back");
    assert_eq!(page.link("Decline after all"), refusal);
    tom.get(&back).await.leads_to(&refusal);
    tom.post(&back, &[])
        .await
        .is(StatusCode::CONFLICT)
        .says("You have not asked for this");
    tom.get(&refusal)
        .await
        .says("Decline to be paired with Maya?")
        .says("You can look for a mentor again, and ask.");
    tom.post(&refusal, &[])
        .await
        .leads_to("/")
        .tells("You have declined. You can look for a mentor again, and ask.");

    let (subject, body) = newest_letter(&app, spring.maya).await;
    assert_eq!(subject, "Tom has declined the offer");
    assert!(body.contains("Your place is free for somebody else"));
    assert!(!body.contains("taken back") && !body.contains("match"));
    cleo.get(&spring.at(""))
        .await
        .says("Offers that came to nothing")
        .says("The offer with Maya was declined on 1 April 2026");
    cleo.get(&spring.at(&format!(
        "/pairings/new?mentee={}&mentor={}",
        spring.tom.0, spring.maya.0
    )))
    .await
    .says("an offer of the two came to nothing");

    // It is Tom who has declined: Maya can still be asked. That is taken back and not declined.
    let request = tom.post(&spring.mentor(spring.maya), &[]).await;
    let request = request.location.clone().unwrap();
    let [back, refusal] = ["taking-back", "refusal"].map(|act| format!("{request}/{act}"));
    tom.get(&spring.at("/mentors"))
        .await
        .says("You have asked Maya");
    tom.get(&refusal).await.leads_to(&back);
    tom.post(&refusal, &[])
        .await
        .is(StatusCode::CONFLICT)
        .says("You have asked for this yourself");
    tom.post(&back, &[]).await.tells("You have taken it back");
    tom.get(&spring.at("/mentors")).await.says("Maya");
    cleo.get(&spring.at(""))
        .await
        .does_not_say("Offers that came to nothing");
}

/// Where nobody matches, nobody is said to look for another match.
#[sqlx::test]
async fn whoever_is_declined_where_mentees_ask_reads_that_they_can_ask_again(db: PgPool) {
    let app = TestApp::new(db).await;
    let spring = spring(&app, "mentees").await;
    let tom = app.sign_in(spring.tom).await;
    let request = tom.post(&spring.mentor(spring.maya), &[]).await;
    let request = request.location.clone().unwrap();
    let (_, asked) = newest_letter(&app, spring.maya).await;
    let letter = act_in(&asked).unwrap();
    let free = "Your place is free for somebody else";
    app.stranger()
        .get(&letter)
        .await
        .says(free)
        .does_not_say("coordinator will");
    app.sign_in(spring.maya)
        .await
        .get(&format!("{request}/refusal"))
        .await
        .says(free)
        .does_not_say("coordinator will");
    app.stranger()
        .post(&letter, &[("answer", "no")])
        .await
        .leads_to(&letter);
    app.stranger()
        .get(&letter)
        .await
        .says("The offer is closed")
        .says(free);
    let (subject, body) = newest_letter(&app, spring.tom).await;
    assert_eq!(subject, "Maya has declined the offer");
    assert!(body.contains("You can look for a mentor again, and ask"));
    assert!(!body.contains("coordinators"), "{body}");
    tom.get(&spring.at("/mentors"))
        .await
        .is(StatusCode::OK)
        .says("Max");

    // Where they match, whoever is offered a mentor waits for them.
    run(
        &app,
        "update programmes set who_asks = 'coordinators'".into(),
    )
    .await;
    let pairing = offer(&app, &spring, spring.max).await;
    let (_, offered) = newest_letter(&app, spring.tom).await;
    let letter = act_in(&offered).unwrap();
    let others = "The coordinators look for another match";
    app.stranger().get(&letter).await.says(others);
    app.sign_in(spring.max)
        .await
        .post(&format!("{pairing}/refusal"), &[])
        .await
        .tells(free);
    app.stranger().get(&letter).await.says(others);
    let (_, body) = newest_letter(&app, spring.tom).await;
    assert!(body.contains(others));
}

#[sqlx::test]
async fn whoever_asked_is_told_of_the_lapse_as_the_one_who_asked(db: PgPool) {
    let app = TestApp::new(db).await;
    let spring = spring(&app, "both").await;
    app.sign_in(spring.tom)
        .await
        .post(&spring.mentor(spring.maya), &[])
        .await
        .is(StatusCode::SEE_OTHER);
    let over = datetime!(2026-04-16 12:00 UTC);
    assert_eq!(lapse_offers(&app.state(), over).await.unwrap(), 1);
    for (person, why) in [
        (spring.tom, "because you asked Maya to be your mentor"),
        (spring.maya, "because you were asked to answer it"),
    ] {
        let (subject, body) = newest_letter(&app, person).await;
        assert!(subject.ends_with("has lapsed"), "{subject}");
        assert!(body.contains(why), "{body}");
    }
}

/// A proposal that nobody was told of takes no offer's place among those that came to nothing.
#[sqlx::test]
async fn an_offer_came_to_nothing_whatever_was_proposed_and_withdrawn_since(db: PgPool) {
    let app = TestApp::new(db).await;
    let spring = spring(&app, "coordinators").await;
    let cleo = app.sign_in(spring.programme.coordinator).await;
    let pairing = offer(&app, &spring, spring.maya).await;
    app.sign_in(spring.maya)
        .await
        .post(&format!("{pairing}/refusal"), &[])
        .await
        .leads_to("/");
    let nothing = "The offer with Maya was declined on 1 April 2026";
    cleo.get(&spring.at("")).await.says(nothing);

    let drafted = draft(&app, &spring, spring.max).await;
    cleo.get(&spring.at("")).await.does_not_say(nothing);
    cleo.post(&format!("/pairings/{drafted}/withdrawal"), &[])
        .await
        .tells("The proposal is withdrawn");
    let page = cleo.get(&spring.at("")).await;
    page.says(nothing);
    page.link("Offer the next best");

    // Whoever is proposed to somebody meanwhile keeps nobody else from being named.
    for _ in 0..12 {
        let mentee = given::person(&app.db, "Tia").await;
        given::mentee(&app.db, spring.programme, mentee).await;
        let mentor = given::person(&app.db, "Mo").await;
        given::mentor(&app.db, spring.programme, mentor, 1).await;
        run(
            &app,
            format!(
                "insert into pairings (programme_id, mentor_id, mentee_id, proposed_on, offered_on,
                    closed_on, closed_how)
                 values ({0}, {1}, {2}, '2026-04-01', '2026-04-01', '2026-04-01', 'declined');
                 insert into pairings (programme_id, mentor_id, mentee_id, proposed_on)
                 values ({0}, {1}, {2}, '2026-04-01')",
                spring.programme.id, mentor.0, mentee.0
            ),
        )
        .await;
    }
    cleo.get(&spring.at("")).await.says(nothing);
}

/// The builders offer on 3 February: until the 17th there are fourteen days.
const LAST_DAY: OffsetDateTime = datetime!(2026-02-17 23:59 UTC);
const OVER: OffsetDateTime = datetime!(2026-02-18 00:00 UTC);

async fn closed(app: &TestApp, pairing: i64) -> Option<(Date, String)> {
    let (on, how): (Option<Date>, Option<String>) =
        sqlx::query_as("select closed_on, closed_how from pairings where id = $1")
            .bind(pairing)
            .fetch_one(&app.db)
            .await
            .unwrap();
    on.zip(how)
}

#[sqlx::test]
async fn an_offer_lapses_the_day_after_its_last_and_once(db: PgPool) {
    let app = TestApp::at(db, OVER).await;
    let offered = given::pairing().at(At::Offered).insert(&app.db).await;
    let half = given::pairing().at(At::Offered).insert(&app.db).await;
    let untouched = [
        given::pairing().at(At::Proposed).insert(&app.db).await,
        given::pairing()
            .at(At::InitialMeeting)
            .insert(&app.db)
            .await,
    ];
    run(
        &app,
        format!(
            "update pairings set mentor_accepted_on = '2026-02-05' where id = {};
             update programmes set who_asks = 'both' where id = {}",
            half.id, half.programme.id
        ),
    )
    .await;
    let tom = app.sign_in(offered.mentee).await;
    tom.get(&offered.path)
        .await
        .says("The offer stands until")
        .says("Tuesday 17 February 2026");

    let state = app.state();
    assert_eq!(lapse_offers(&state, LAST_DAY).await.unwrap(), 0);
    assert_eq!(closed(&app, offered.id).await, None);
    let (one, other) = tokio::join!(lapse_offers(&state, OVER), lapse_offers(&state, OVER));
    assert_eq!(one.unwrap() + other.unwrap(), 2);
    assert_eq!(
        lapse_offers(&state, OVER + Duration::days(1))
            .await
            .unwrap(),
        0
    );
    let lapsed = Some((date!(2026 - 02 - 18), "lapsed".to_owned()));
    for pairing in [&offered, &half] {
        assert_eq!(closed(&app, pairing.id).await, lapsed);
    }
    for pairing in &untouched {
        assert_eq!(closed(&app, pairing.id).await, None);
    }

    let letters: Vec<(i64, String, String)> =
        sqlx::query_as("select person_id, subject, body from letters order by id")
            .fetch_all(&app.db)
            .await
            .unwrap();
    assert_eq!(letters.len(), 4, "one to each of the two");
    let to = |person: Person| {
        let mut found = letters.iter().filter(|(id, ..)| *id == person.0);
        let letter = found.next().unwrap();
        assert!(found.next().is_none());
        letter
    };
    assert_eq!(
        to(offered.mentee).1,
        "The offer to be paired with Maya has lapsed"
    );
    assert!(
        to(offered.mentee)
            .2
            .contains("The coordinators look for another match")
    );
    assert!(
        to(half.mentee)
            .2
            .contains("You can look for a mentor again")
    );
    assert!(to(half.mentor).2.contains("Your place is free"));
    // Whoever answered in time is told the same as whoever did not.
    for pairing in [&offered, &half] {
        let body = &to(pairing.mentor).2;
        assert!(!body.contains("accept") && !body.contains("has not answered"));
        let place = onward(&app, pairing.mentor, body).await;
        assert_eq!(place, pairing.path);
    }
    let audited: i64 = sqlx::query_scalar(
        "select count(*) from audit_events
         where act = 'closed the offer, which was not accepted in time' and actor_id is null",
    )
    .fetch_one(&app.db)
    .await
    .unwrap();
    assert_eq!(audited, 2);

    let cleo = app.sign_in(offered.coordinator).await;
    let dashboard = cleo
        .get(&format!("/programmes/{}", offered.programme.id))
        .await;
    dashboard
        .says("Offers that came to nothing")
        .says("The offer with Maya lapsed on 18 February 2026");
    let next = dashboard.link("Offer the next best");
    assert_eq!(
        next,
        format!(
            "/programmes/{}/pairings/new?mentee={}",
            offered.programme.id, offered.mentee.0
        )
    );
    cleo.get(next)
        .await
        .says("an offer of the two came to nothing");
    tom.get(&offered.path).await.says("Lapsed");

    // Opened again, it has all its days again.
    cleo.post(&format!("{}/reopening", offered.path), &[("again", "")])
        .await
        .is(StatusCode::SEE_OTHER);
    cleo.get(&format!("/programmes/{}", offered.programme.id))
        .await
        .does_not_say("Offers that came to nothing");
    let again = OVER + Duration::days(14);
    assert_eq!(lapse_offers(&state, again).await.unwrap(), 0);
    let over = again + Duration::days(1);
    assert_eq!(lapse_offers(&state, over).await.unwrap(), 1);
}

#[sqlx::test]
async fn an_offer_that_is_being_answered_does_not_lapse_meanwhile(db: PgPool) {
    let app = TestApp::at(db, OVER).await;
    let offered = given::pairing().at(At::Offered).insert(&app.db).await;
    let mut answering = app.db.begin().await.unwrap();
    sqlx::query(
        "update pairings set mentor_accepted_on = $2, mentee_accepted_on = $2 where id = $1",
    )
    .bind(offered.id)
    .bind(OVER.date())
    .execute(&mut *answering)
    .await
    .unwrap();
    assert_eq!(lapse_offers(&app.state(), OVER).await.unwrap(), 0);
    answering.commit().await.unwrap();
    assert_eq!(lapse_offers(&app.state(), OVER).await.unwrap(), 0);
    assert_eq!(closed(&app, offered.id).await, None);
}

/// The last day is a day in the programme, and as many days after the offer as the programme gives.
#[sqlx::test]
async fn the_days_to_answer_are_the_programmes_and_hold_as_they_were_told(db: PgPool) {
    let app = TestApp::new(db).await;
    let spring = spring(&app, "coordinators").await;
    let cleo = app.sign_in(spring.programme.coordinator).await;
    let propose = [
        ("mentee", &*spring.tom.0.to_string()),
        ("mentor", &*spring.maya.0.to_string()),
    ];
    run(
        &app,
        "update programmes set days_to_answer = 5, time_zone = 'America/New_York'".into(),
    )
    .await;
    cleo.post(&spring.at("/pairings"), &propose)
        .await
        .is(StatusCode::SEE_OTHER);
    let page = cleo.get(&spring.at("/publication")).await;
    page.says("They are asked to answer by Monday 6 April 2026")
        .says("say whether you would like it by Monday 6 April 2026");
    let pairing = page.values_of("pairing")[0];
    cleo.post(&spring.at("/publication"), &[("pairing", pairing)])
        .await
        .is(StatusCode::SEE_OTHER);
    let id: i64 = pairing.parse().unwrap();
    // What is decided later holds for later offers.
    run(&app, "update programmes set days_to_answer = 3".into()).await;
    app.sign_in(spring.tom)
        .await
        .get(&format!("/pairings/{id}"))
        .await
        .says("Monday 6 April 2026");
    assert_eq!(NOON.date(), date!(2026 - 04 - 01));
    let state = app.state();
    for (at, lapses) in [
        (datetime!(2026-04-07 03:59 UTC), 0),
        (datetime!(2026-04-07 04:00 UTC), 1),
    ] {
        assert_eq!(lapse_offers(&state, at).await.unwrap(), lapses, "{at}");
    }
}

#[sqlx::test]
async fn whoever_has_declined_is_not_offered_to_the_same_mentee_again(db: PgPool) {
    let app = TestApp::new(db).await;
    let spring = spring(&app, "mentees").await;
    let tom = app.sign_in(spring.tom).await;
    let told = |how: &str, by_mentee: &str, by_mentor: &str| {
        format!(
            "delete from pairings;
             insert into pairings (programme_id, mentor_id, mentee_id, proposed_on, offered_on,
                closed_on, closed_how, mentee_accepted_on, mentor_accepted_on)
             values ({}, {}, {}, '2026-03-01', '2026-03-01', '2026-03-02', '{how}', {by_mentee}, {by_mentor})",
            spring.programme.id, spring.maya.0, spring.tom.0
        )
    };
    let (yes, no) = ("'2026-03-01'", "null");
    for (how, by_mentee, by_mentor, offered) in [
        ("declined", yes, no, false),
        // The mentee has declined, or the mentor has never answered.
        ("declined", no, yes, true),
        ("lapsed", yes, no, true),
    ] {
        run(&app, told(how, by_mentee, by_mentor)).await;
        let list = tom.get(&spring.at("/mentors")).await;
        assert_eq!(list.body.contains("Maya"), offered, "{how} {by_mentee}");
        let page = tom.get(&spring.mentor(spring.maya)).await;
        assert_eq!(page.status == StatusCode::OK, offered, "{how} {by_mentee}");
    }
}

/// Where coordinators match: the points of an offer are those that asking would have shown, and rest on
/// nothing that the other one may not read.
#[sqlx::test]
async fn each_of_an_offer_reads_how_the_two_would_suit(db: PgPool) {
    let app = TestApp::new(db).await;
    let spring = spring(&app, "mentees").await;
    let tom = app.sign_in(spring.tom).await;
    let maya = app.sign_in(spring.maya).await;
    let asked = score(&tom.get(&spring.mentor(spring.maya)).await);
    run(
        &app,
        format!(
            "update programmes set who_asks = 'coordinators';
             insert into pairings (programme_id, mentor_id, mentee_id, proposed_on)
             values ({}, {}, {}, '2026-03-30')",
            spring.programme.id, spring.maya.0, spring.tom.0
        ),
    )
    .await;
    let id: i64 = sqlx::query_scalar("select id from pairings")
        .fetch_one(&app.db)
        .await
        .unwrap();
    let (chosen, pairing) = (id.to_string(), format!("/pairings/{id}"));
    let suits = "How you would suit each other";
    let cleo = app.sign_in(spring.programme.coordinator).await;
    cleo.post(&spring.at("/publication"), &[("pairing", &chosen)])
        .await
        .tells("1 pairing is published");
    cleo.get(&pairing).await.does_not_say(suits);
    let seen = async || {
        let mut seen = Vec::new();
        for one in [&tom, &maya] {
            let page = one.get(&pairing).await;
            page.says(suits)
                .says("1 of the 2 skills wanted: Budgets")
                .says("Both in Leeds");
            assert_eq!(points(&page).iter().sum::<u32>(), score(&page));
            assert_eq!(score(&page), asked);
            seen.push(page.body);
        }
        seen
    };
    let before = seen().await;
    // What either wrote for the coordinators or of themselves alone does not show.
    let secret = given::question(&app.db, spring.programme, "scale", "secret-question").await;
    run(
        &app,
        format!(
            "update questions set for_matching = true where id = {secret};
             insert into answers select id, {secret}, 'scale', null, 3 from applications;
             update people set grade = 5"
        ),
    )
    .await;
    assert_eq!(seen().await, before);
    // Whoever has said nothing is spoken to as who they are.
    run(
        &app,
        format!(
            "delete from answered_skills where application_id <> {}",
            spring.of_maya
        ),
    )
    .await;
    let words = [
        "You have named no skills yet",
        "They have named no skills yet",
    ];
    for (one, words) in [&tom, &maya].into_iter().zip(words) {
        one.get(&pairing).await.says(words);
    }
    // Once both have said yes, it stands on a page of its own.
    for one in [&tom, &maya] {
        one.post(&format!("{pairing}/acceptance"), &[]).await;
    }
    tom.get(&pairing).await.does_not_say(suits);
    let page = format!("{pairing}/suits");
    for one in [&tom, &maya] {
        one.get(&pairing).await.says(&format!("href=\"{page}\""));
        one.get(&page)
            .await
            .says("Both in Leeds")
            .says("not the score by which you were matched")
            .does_not_say("secret-question");
    }
    cleo.get(&page).await.is(StatusCode::NOT_FOUND);
    run(
        &app,
        "update pairings set closed_on = mentor_accepted_on, closed_how = 'ended'".into(),
    )
    .await;
    tom.get(&page).await.is(StatusCode::NOT_FOUND);
}

/// What the list says of a mentor's points.
fn listed(page: &Answer, name: &str) -> u32 {
    let after = format!(" points of 100<span class=\"hidden\">, {name}");
    let before = page.body.split(&*after).next().unwrap();
    hundredths(before.rsplit('>').next().unwrap())
}

/// Whom else a page lists, or who else has a place, makes no difference to what two people are to each
/// other.
#[sqlx::test]
async fn the_same_two_have_the_same_points_wherever_they_are_shown(db: PgPool) {
    let app = TestApp::new(db).await;
    let spring = spring(&app, "both").await;
    let programme = spring.programme;
    for (person, department) in [
        (spring.tom, "Finance / Audit"),
        (spring.maya, "Finance / Tax"),
        // The deepest of all.
        (spring.mia, "Operations / North / Depots / Fleet"),
    ] {
        let sql = format!(
            "update people set department = '{department}' where id = {}",
            person.0
        );
        run(&app, sql).await;
    }
    let areas = given::question(&app.db, programme, "many", "Which areas?").await;
    let mut choices = Vec::new();
    for wording in ["Audit", "Tax", "Pay", "Travel"] {
        choices.push(given::choice(&app.db, areas, wording).await);
    }
    let of_max = given::application(&app.db, programme, spring.max, "mentor").await;
    let of_tom: i64 = sqlx::query_scalar("select id from applications where person_id = $1")
        .bind(spring.tom.0)
        .fetch_one(&app.db)
        .await
        .unwrap();
    run(
        &app,
        format!(
            "update questions set for_matching = true, readers = 'programme' where id = {areas};
             update applications set approved_at = sent_at;
             insert into matching_criteria (programme_id, question_id, weight, must, wanted)
             values ({}, {areas}, 50, false, 'complementary')",
            programme.id
        ),
    )
    .await;
    for (application, named) in [
        (of_tom, &choices[..1]),
        (spring.of_maya, &choices[1..2]),
        (of_max, &choices[2..]),
    ] {
        let sql = format!("insert into answers values ({application}, {areas}, 'many')");
        run(&app, sql).await;
        for (choice, place) in named.iter().zip(1..) {
            let values = format!("{application}, {areas}, {choice}, {place}");
            let sql = format!("insert into answered_choices values ({values})");
            run(&app, sql).await;
        }
    }
    let tom = app.sign_in(spring.tom).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let list = spring.at("/mentors");
    let words = "1 of the 3 that the mentee has not: Tax";
    let (to_tom, to_maya) = (
        "1 of the 3 that you have not: Tax",
        "1 of the 3 that they have not: Tax",
    );
    let page = tom.get(&spring.mentor(spring.maya)).await;
    page.says(to_tom);
    let alone = score(&page);
    assert_eq!(points(&page).iter().sum::<u32>(), alone);
    let page = tom.get(&list).await;
    page.says(&format!("“Which areas?”: {to_tom}</span>"));
    assert_eq!(listed(&page, "Maya"), alone);
    let path = spring.at(&format!(
        "/pairings/new?mentee={}&mentor={}",
        spring.tom.0, spring.maya.0
    ));
    cleo.get(&path).await.says(words);

    // Of the others one has no place, and one is no longer on the list.
    run(
        &app,
        format!(
            "update enrolments set capacity = 0 where person_id in ({}, {})",
            spring.max.0, spring.mia.0
        ),
    )
    .await;
    let page = tom.get(&list).await;
    page.does_not_say(">Max</a>");
    assert_eq!(listed(&page, "Maya"), alone);
    assert_eq!(score(&tom.get(&spring.mentor(spring.maya)).await), alone);
    cleo.get(&path).await.says(words);

    let asked = tom.post(&spring.mentor(spring.maya), &[]).await;
    let pairing = asked.location.clone().unwrap();
    for (one, words) in [(spring.tom, to_tom), (spring.maya, to_maya)] {
        let page = app.sign_in(one).await.get(&pairing).await;
        page.says(words);
        assert_eq!(score(&page), alone);
    }
}
