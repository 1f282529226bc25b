//! Objectives: proposed by either, agreed by the other, reached, signed off, or settled otherwise.

use crate::support::given::{Paired, Person};
use crate::support::{NOON, TestApp, given};
use axum::http::StatusCode;
use sqlx::{AssertSqlSafe, PgPool};
use time::Duration;

const STATES: [&str; 6] = [
    "proposed",
    "agreed",
    "reached",
    "signed off",
    "handed on",
    "dropped",
];

const ACTS: [Act; 5] = [Act::Agree, Act::Reach, Act::SignOff, Act::HandOn, Act::Drop];

#[derive(Clone, Copy, Debug)]
enum Act {
    Agree,
    Reach,
    SignOff,
    HandOn,
    Drop,
}

#[derive(Clone, Copy, Debug)]
enum Outcome {
    /// It acts, and the objective is this now.
    Becomes(&'static str),
    /// It was done before: back to the list, nothing changes.
    Already,
    /// Not at this moment, and the page says so.
    Refused(&'static str),
    /// Not by this person.
    NotTheirs,
}

use Outcome::{Already, Becomes, NotTheirs, Refused};

const NOT_AGREED: Outcome = Refused("has not been agreed yet");
const NOT_REACHED: Outcome = Refused("once the mentee says that it is reached");
const SETTLED: Outcome = Refused("is settled already");

/// What comes of each act at each state, by the mentor and by the mentee. To agree is judged
/// instead for the one who did not propose it and for the one who did.
fn outcomes(state: &str, act: Act) -> [Outcome; 2] {
    match (state, act) {
        ("proposed", Act::Agree) => [Becomes("agreed"), NotTheirs],
        ("agreed" | "reached" | "signed off", Act::Agree) => [Already, NotTheirs],
        (_, Act::Agree) => [SETTLED, NotTheirs],

        ("proposed", Act::Reach) => [NotTheirs, NOT_AGREED],
        ("agreed", Act::Reach) => [NotTheirs, Becomes("reached")],
        ("reached" | "signed off", Act::Reach) => [NotTheirs, Already],
        (_, Act::Reach) => [NotTheirs, SETTLED],

        ("proposed" | "agreed", Act::SignOff) => [NOT_REACHED, NotTheirs],
        ("reached", Act::SignOff) => [Becomes("signed off"), NotTheirs],
        ("signed off", Act::SignOff) => [Already, NotTheirs],
        (_, Act::SignOff) => [SETTLED, NotTheirs],

        ("signed off" | "handed on" | "dropped", Act::HandOn | Act::Drop) => [SETTLED, SETTLED],
        (_, Act::HandOn) => [Becomes("handed on"), Becomes("handed on")],
        (_, Act::Drop) => [Becomes("dropped"), Becomes("dropped")],
    }
}

#[sqlx::test]
async fn every_act_in_every_state_by_everybody(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    for (proposer, other) in [
        (pairing.mentor, pairing.mentee),
        (pairing.mentee, pairing.mentor),
    ] {
        for (state, act) in STATES
            .into_iter()
            .flat_map(|state| ACTS.map(|act| (state, act)))
        {
            let people = match act {
                Act::Agree => [other, proposer],
                Act::Reach | Act::SignOff | Act::HandOn | Act::Drop => {
                    [pairing.mentor, pairing.mentee]
                }
            };
            let [first, second] = outcomes(state, act);
            for (person, outcome) in [
                (people[0], first),
                (people[1], second),
                (pairing.coordinator, NotTheirs),
            ] {
                let id = objective(&app.db, &pairing, proposer, state).await;
                act_comes_to(&app, &pairing, (id, act), (person, outcome)).await;
            }
        }
    }
}

async fn act_comes_to(
    app: &TestApp,
    pairing: &Paired,
    (id, act): (i64, Act),
    (person, outcome): (Person, Outcome),
) {
    let before = row(&app.db, id).await;
    let answer = press(app, pairing, id, (act, person)).await;
    let after = row(&app.db, id).await;
    let case = format!("{act:?} by {person:?} of {before}: {outcome:?}, {after}");
    let list = format!("{}/objectives", pairing.path);
    match outcome {
        Becomes(state) => {
            assert_eq!(answer.location, Some(list), "{case}: {}", answer.body);
            assert_eq!(is_now(&app.db, id).await, state, "{case}");
        }
        Already => {
            assert_eq!(answer.location, Some(list), "{case}: {}", answer.body);
            assert_eq!(after, before, "{case}");
        }
        Refused(words) => {
            assert_eq!(answer.status, StatusCode::CONFLICT, "{case}");
            answer.says(words);
            assert_eq!(after, before, "{case}");
        }
        NotTheirs => {
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{case}");
            assert_eq!(after, before, "{case}");
        }
    }
}

#[sqlx::test]
async fn an_objective_goes_from_a_proposal_to_its_sign_off(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let tom = app.sign_in(pairing.mentee).await;
    let maya = app.sign_in(pairing.mentor).await;
    let list = format!("{}/objectives", pairing.path);
    let page = tom.get(&list).await;
    let page = tom.get(page.link("Propose an objective")).await;
    let fields = [
        ("once", page.values_of("once")[0]),
        ("statement", "Lead an audit <b>"),
        ("how_we_will_know", "A signed report"),
        ("due_on", "2026-06-30"),
    ];
    // Pressed twice, it is proposed once.
    for _ in 0..2 {
        tom.post(page.form_with("Propose this objective"), &fields)
            .await
            .leads_to(&list);
    }
    let page = tom.get(&list).await;
    page.says("Lead an audit &#60;b&#62;")
        .says("Waiting for Maya")
        .does_not_say("Agree<");
    assert_eq!(page.body.matches("<h3>").count(), 1);

    let page = maya.get(&list).await;
    page.says("Proposed by Tom");
    maya.post(page.form_with("Agree"), &[])
        .await
        .leads_to(&list);
    maya.get(&list).await.does_not_say("I have reached it");
    let page = tom.get(&list).await;
    tom.post(page.form_with("I have reached it"), &[])
        .await
        .leads_to(&list);
    tom.get(&list)
        .await
        .says("Waiting for Maya")
        .does_not_say("Sign it off");
    let page = maya.get(&list).await;
    let form = page.link("Sign it off").to_owned();
    maya.get(&form).await.says("A signed report");
    for word in ["You lead the room now", "Another word"] {
        maya.post(&form, &[("word", word)]).await.leads_to(&list);
    }
    tom.get(&list)
        .await
        .says("Signed off")
        .says("You lead the room now")
        .does_not_say("Another word")
        .does_not_say("Hand on or drop");
}

#[sqlx::test]
async fn a_refused_proposal_keeps_what_was_typed(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let maya = app.sign_in(pairing.mentor).await;
    let path = format!("{}/objectives", pairing.path);
    let long = "é".repeat(1_001);
    maya.post(
        &path,
        &[
            ("statement", " \r\n"),
            ("how_we_will_know", &long),
            ("due_on", "2026-03-31"),
        ],
    )
    .await
    .is(StatusCode::UNPROCESSABLE_ENTITY)
    .says("Enter what is to be reached")
    .says("Shorten this to 1000 characters: it has 1001")
    .says("Choose a date that is still to come")
    .says(&long)
    .says("value=\"2026-03-31\"");
    maya.post(&path, &[("statement", "Lead"), ("due_on", "soon")])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Enter a date such as")
        .says("Lead</textarea>")
        .says("value=\"soon\"");
    let proposed = text(&app.db, "select count(*)::text from objectives").await;
    assert_eq!(proposed, "0");
    // It may be due today.
    maya.post(&path, &[("statement", "Lead"), ("due_on", "2026-04-01")])
        .await
        .leads_to(&path);
}

#[sqlx::test]
async fn to_hand_on_or_drop_asks_for_a_reason_and_keeps_what_was_typed(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let tom = app.sign_in(pairing.mentee).await;
    let id = objective(&app.db, &pairing, pairing.mentee, "agreed").await;
    let list = format!("{}/objectives", pairing.path);
    let page = tom.get(&list).await;
    let path = page.link("Hand on or drop").to_owned();
    let before = row(&app.db, id).await;
    for (how, words, says, kept) in [
        (
            "",
            "Ana takes over",
            "Choose whether it is handed on or dropped",
            "Ana takes over</textarea>",
        ),
        (
            "handed_on",
            " ",
            "Enter who goes on with it, or where",
            "value=\"handed_on\" checked",
        ),
        (
            "dropped",
            "",
            "Enter why it is dropped",
            "value=\"dropped\" checked",
        ),
        (
            "signed_off",
            "Sneaked",
            "Choose whether",
            "Sneaked</textarea>",
        ),
    ] {
        tom.post(&path, &[("how", how), ("words", words)])
            .await
            .is(StatusCode::UNPROCESSABLE_ENTITY)
            .says(says)
            .says(kept);
    }
    let long = "x".repeat(1_001);
    tom.post(&path, &[("how", "dropped"), ("words", &long)])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says(&long);
    assert_eq!(row(&app.db, id).await, before);

    // Pressed twice it is handed on once; other words come too late.
    for _ in 0..2 {
        tom.post(&path, &[("how", "handed_on"), ("words", "Ana")])
            .await
            .leads_to(&list);
    }
    let settled = row(&app.db, id).await;
    for (how, words) in [("handed_on", "Ben"), ("dropped", "Ana"), ("", "")] {
        tom.post(&path, &[("how", how), ("words", words)])
            .await
            .is(StatusCode::CONFLICT)
            .says("is settled already");
    }
    assert_eq!(row(&app.db, id).await, settled);
    tom.get(&path).await.leads_to(&list);
    tom.get(&list).await.says("Handed on").says("Ana");
}

#[sqlx::test]
async fn a_word_that_is_too_long_signs_nothing_off(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let id = objective(&app.db, &pairing, pairing.mentee, "reached").await;
    let maya = app.sign_in(pairing.mentor).await;
    let path = format!("{}/objectives/{id}/sign-off", pairing.path);
    let long = "x".repeat(1_001);
    maya.post(&path, &[("word", &long)])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Shorten this")
        .says(&long);
    assert_eq!(is_now(&app.db, id).await, "as before");
}

#[sqlx::test]
async fn of_two_settlements_at_once_one_wins(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    for _ in 0..10 {
        for (by_mentor, by_mentee) in [
            (Act::HandOn, Act::Drop),
            (Act::SignOff, Act::Drop),
            (Act::SignOff, Act::HandOn),
        ] {
            let id = objective(&app.db, &pairing, pairing.mentee, "reached").await;
            let (one, other) = tokio::join!(
                press(&app, &pairing, id, (by_mentor, pairing.mentor)),
                press(&app, &pairing, id, (by_mentee, pairing.mentee)),
            );
            let (won, lost) = match one.status {
                StatusCode::SEE_OTHER => (by_mentor, other),
                _ => (by_mentee, one),
            };
            lost.is(StatusCode::CONFLICT).says("is settled already");
            let expected = match won {
                Act::SignOff => "signed off",
                Act::HandOn => "handed on",
                _ => "dropped",
            };
            assert_eq!(is_now(&app.db, id).await, expected);
        }
    }
}

#[sqlx::test]
async fn an_objective_is_found_in_its_own_pairing_only(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let elsewhere = given::pairing()
        .between(pairing.mentor, pairing.mentee)
        .insert(&app.db)
        .await;
    let id = objective(&app.db, &elsewhere, pairing.mentee, "reached").await;
    let before = row(&app.db, id).await;
    for (act, person) in [
        (Act::Agree, pairing.mentor),
        (Act::Reach, pairing.mentee),
        (Act::SignOff, pairing.mentor),
        (Act::Drop, pairing.mentee),
    ] {
        press(&app, &pairing, id, (act, person))
            .await
            .is(StatusCode::NOT_FOUND);
    }
    assert_eq!(row(&app.db, id).await, before);
}

async fn press(
    app: &TestApp,
    pairing: &Paired,
    id: i64,
    (act, person): (Act, Person),
) -> crate::support::Answer {
    let (place, fields): (_, &[(&str, &str)]) = match act {
        Act::Agree => ("agreement", &[]),
        Act::Reach => ("reached", &[]),
        Act::SignOff => ("sign-off", &[("word", "Well done")]),
        Act::HandOn => ("settlement", &[("how", "handed_on"), ("words", "New")]),
        Act::Drop => ("settlement", &[("how", "dropped"), ("words", "New")]),
    };
    let path = format!("{}/objectives/{id}/{place}", pairing.path);
    app.sign_in(person).await.post(&path, fields).await
}

/// An objective of last month that has come this far.
async fn objective(db: &PgPool, pairing: &Paired, proposer: Person, state: &str) -> i64 {
    let [agreed, reached] = match state {
        "agreed" => [true, false],
        "reached" | "signed off" => [true, true],
        _ => [false, false],
    };
    let day = |yes: bool| yes.then_some(time::macros::date!(2026 - 03 - 10));
    sqlx::query_scalar(
        "insert into objectives (pairing_id, statement, how_we_will_know, proposed_by, proposed_on,
            agreed_on, reached_on, signed_off_on, handed_on_on, dropped_on, settled_with)
         values ($1, 'Lead an audit', '', $2, '2026-03-09', $3, $4, $5, $6, $7, 'Old words')
         returning id",
    )
    .bind(pairing.id)
    .bind(proposer.0)
    .bind(day(agreed))
    .bind(day(reached))
    .bind(day(state == "signed off"))
    .bind(day(state == "handed on"))
    .bind(day(state == "dropped"))
    .fetch_one(db)
    .await
    .unwrap()
}

/// The whole row, as text.
async fn row(db: &PgPool, id: i64) -> String {
    text(
        db,
        &format!("select objectives::text from objectives where id = {id}"),
    )
    .await
}

/// What it has become today.
async fn is_now(db: &PgPool, id: i64) -> String {
    text(
        db,
        &format!(
            "select case date '2026-04-01'
                when signed_off_on then 'signed off'
                when handed_on_on then 'handed on'
                when dropped_on then 'dropped'
                when reached_on then 'reached'
                when agreed_on then 'agreed'
                else 'as before'
             end from objectives where id = {id}"
        ),
    )
    .await
}

async fn text(db: &PgPool, sql: &str) -> String {
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
        .fetch_one(db)
        .await
        .unwrap()
}

/// All that is asked for of an objective at first is what it is; the rest is there to be said.
#[sqlx::test]
async fn the_whole_of_an_objective_is_kept_and_read(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let tom = app.sign_in(pairing.mentee).await;
    let maya = app.sign_in(pairing.mentor).await;
    let list = format!("{}/objectives", pairing.path);
    tom.post(
        &list,
        &[
            ("statement", "Lead an audit"),
            ("why", "I want to be asked"),
            ("baseline", "2"),
            ("wanted", "8"),
            ("due_on", "2026-06-30"),
            ("steps", "Sit in\nTake notes"),
            ("evidence", "Ana's letter"),
        ],
    )
    .await
    .leads_to(&list);
    maya.post(
        &list,
        &[
            ("statement", "Not this"),
            ("baseline", "11"),
            ("wanted", "x"),
        ],
    )
    .await
    .is(StatusCode::UNPROCESSABLE_ENTITY)
    .says("Choose a number from 0 to 10")
    .says("<details class=\"more\" open>")
    .says("Not this</textarea>");
    let page = maya.get(&list).await;
    page.says("At 2 of 10, 8 wanted");
    let path = page.link("Lead an audit").to_owned();
    maya.get(&path)
        .await
        .says("I want to be asked")
        .says("Sit in\nTake notes")
        .says("Ana&#39;s letter")
        .says("At 2 of 10 on 1 April 2026. 8 is wanted.")
        .says("Tom proposed it")
        .does_not_say("<svg class=\"chart\"");
}

#[sqlx::test]
async fn how_far_it_is_makes_a_line_a_sentence_and_a_table(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let id = objective(&app.db, &pairing, pairing.mentee, "agreed").await;
    let path = format!("{}/objectives/{id}", pairing.path);
    let tom = app.sign_in(pairing.mentee).await;
    for wrong in ["", "11", "-1", "five"] {
        tom.post(&format!("{path}/level"), &[("level", wrong)])
            .await
            .is(StatusCode::UNPROCESSABLE_ENTITY)
            .says("Choose a number from 0 to 10")
            .says("Lead an audit");
    }
    // Pressed twice it is said once.
    for _ in 0..2 {
        tom.post(&format!("{path}/level"), &[("level", "3")])
            .await
            .leads_to(&path);
    }
    tom.get(&path)
        .await
        .says("At 3 of 10 on 1 April 2026.")
        .does_not_say("<svg class=\"chart\"");
    let later = TestApp::at(app.db.clone(), NOON + Duration::days(14)).await;
    let maya = later.sign_in(pairing.mentor).await;
    maya.post(&format!("{path}/level"), &[("level", "6")])
        .await
        .leads_to(&path);
    let page = maya.get(&path).await;
    page.says("From 3 of 10 on 1 April 2026 to 6 on 15 April 2026.")
        .says("<svg class=\"chart\"")
        .says("role=\"img\"")
        .says("points=\"22.0,82.0 232.0,52.0\"")
        .says("The same as a table")
        .says("Maya put it at 6 of 10");
    let said = text(
        &app.db,
        "select string_agg(level::text, ',' order by id) from objective_levels",
    );
    assert_eq!(said.await, "3,6");
    maya.get(&format!("{}/objectives", pairing.path))
        .await
        .says("At 6 of 10");
    maya.post(
        &format!("{path}/settlement"),
        &[("how", "dropped"), ("words", "Past")],
    )
    .await;
    maya.post(&format!("{path}/level"), &[("level", "9")])
        .await
        .is(StatusCode::CONFLICT)
        .says("is settled already");
    maya.get(&path).await.does_not_say("How far is it now?");
}

#[sqlx::test]
async fn other_words_are_agreed_again_and_every_change_is_kept(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let id = objective(&app.db, &pairing, pairing.mentor, "agreed").await;
    let path = format!("{}/objectives/{id}", pairing.path);
    let tom = app.sign_in(pairing.mentee).await;
    let maya = app.sign_in(pairing.mentor).await;
    let page = tom.get(&format!("{path}/edit")).await;
    let version = page.values_of("version")[0].to_owned();
    // What does not change its meaning needs nobody's yes.
    let fields = [
        ("version", version.as_str()),
        ("statement", "Lead an audit"),
        ("why", "To be asked"),
    ];
    for _ in 0..2 {
        tom.post(&path, &fields).await.leads_to(&path);
    }
    let state = "select coalesce(agreed_on::text, 'not agreed') || ' ' || version
        from objectives where id = ";
    assert_eq!(text(&app.db, &format!("{state}{id}")).await, "2026-03-10 2");
    // Whoever has read the words of before overwrites nothing, and loses nothing.
    maya.post(
        &path,
        &[
            ("version", &version),
            ("statement", "Lead an audit"),
            ("why", "For the team"),
        ],
    )
    .await
    .is(StatusCode::UNPROCESSABLE_ENTITY)
    .says("was changed while you were writing")
    .says("Saved meanwhile")
    .says("To be asked")
    .says("For the team</textarea>")
    .says("name=\"version\" value=\"2\"");
    maya.post(
        &path,
        &[
            ("version", "2"),
            ("statement", "Lead two audits"),
            ("why", "To be asked, for the team"),
        ],
    )
    .await
    .leads_to(&path)
    .tells("Tom agrees to it next");
    assert_eq!(text(&app.db, &format!("{state}{id}")).await, "not agreed 3");
    maya.post(&format!("{path}/agreement"), &[])
        .await
        .is(StatusCode::FORBIDDEN);
    tom.get(&path).await.says("Waiting for you");
    tom.post(&format!("{path}/agreement"), &[])
        .await
        .leads_to(&format!("{}/objectives", pairing.path));
    tom.get(&path)
        .await
        .says("Tom agreed to it")
        .says("Maya changed what is to be reached")
        .says("Lead two audits")
        .says("Tom changed why it matters")
        .says("To be asked");
    // What is reached was reached by its words.
    tom.post(&format!("{path}/reached"), &[]).await;
    tom.post(&path, &[("version", "3"), ("statement", "Less")])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("It was reached by the words that stand there")
        .says("Less</textarea>");
    tom.post(
        &path,
        &[
            ("version", "3"),
            ("statement", "Lead two audits"),
            ("evidence", "Both reports"),
        ],
    )
    .await
    .leads_to(&path);
    maya.post(&format!("{path}/sign-off"), &[("word", "Well done")])
        .await;
    tom.post(&path, &[("version", "4"), ("statement", "Lead")])
        .await
        .is(StatusCode::CONFLICT);
    tom.get(&path)
        .await
        .says("Maya signed it off")
        .says("Tom said that it is reached")
        .does_not_say("Change or add to it");
}

#[sqlx::test]
async fn a_board_is_moved_by_buttons(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let id = objective(&app.db, &pairing, pairing.mentee, "agreed").await;
    let settled = objective(&app.db, &pairing, pairing.mentee, "dropped").await;
    let tom = app.sign_in(pairing.mentee).await;
    let maya = app.sign_in(pairing.mentor).await;
    let board = format!("{}/targets", pairing.path);
    let page = tom.get(&format!("{board}?objective={id}")).await;
    page.says(&format!("<option value=\"{id}\" selected>Lead an audit"));
    let target = |objective: String| {
        vec![
            ("what", "Call Ana".to_owned()),
            ("who", "mentee".to_owned()),
            ("when", "2026-04-03".to_owned()),
            ("objective", objective),
        ]
    };
    for wrong in [settled.to_string(), "999".into(), "x".into()] {
        let fields = target(wrong);
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        tom.post(&board, &fields)
            .await
            .is(StatusCode::UNPROCESSABLE_ENTITY)
            .says("Choose one of the open objectives");
    }
    let fields = target(id.to_string());
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    tom.post(&board, &fields).await.leads_to(&board);
    let columns = async || {
        text(
            &app.db,
            "select case when done_on is not null then 'done' when later then 'later' else 'now' end
                || coalesce(' ' || objective_id, '') from targets",
        )
        .await
    };
    assert_eq!(columns().await, format!("now {id}"));
    tom.get(&format!("{}/objectives/{id}", pairing.path))
        .await
        .says("Call Ana");
    let page = maya.get(&board).await;
    page.says("due in 2 days")
        .says("Towards")
        .does_not_say("Mark done");
    // Either moves it between now and later; its owner says that it is done, or not yet after all.
    let later = page.form_with("Move to later").to_owned();
    for _ in 0..2 {
        maya.post(&later, &[]).await.leads_to(&board);
    }
    assert_eq!(columns().await, format!("later {id}"));
    let page = tom.get(&board).await;
    tom.post(page.form_with("Move to now"), &[])
        .await
        .leads_to(&board);
    let page = tom.get(&board).await;
    tom.post(page.form_with("Mark done"), &[])
        .await
        .leads_to(&board);
    assert_eq!(columns().await, format!("done {id}"));
    let back = later.replace("/later", "/now");
    maya.post(&back, &[]).await.is(StatusCode::FORBIDDEN);
    let page = tom.get(&board).await;
    assert_eq!(page.form_with("Back to now"), back);
    tom.post(&back, &[]).await.leads_to(&board);
    assert_eq!(columns().await, format!("now {id}"));
    let under = later.replace("/later", "/objective");
    maya.post(&under, &[("objective", "")])
        .await
        .leads_to(&board);
    assert_eq!(columns().await, "now");
    maya.post(&under, &[("objective", &settled.to_string())])
        .await
        .is(StatusCode::CONFLICT);
    maya.post(&later.replace("/later", "/dropped"), &[]).await;
    tom.post(&back, &[]).await.is(StatusCode::CONFLICT);
}
