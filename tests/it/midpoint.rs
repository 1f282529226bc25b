//! The review half-way: each alone, then both, then together; beside whatever else is to be done.

use crate::letter_acts::onward;
use crate::reminders::{Written, letters};
use crate::support::given::{At, Paired, Person};
use crate::support::{NOON, TestApp, given};
use axum::http::StatusCode;
use sqlx::PgPool;
use time::Duration;
use waymark::reminders::remind;

const TOMS: [(&str, &str); 4] = [
    ("useful", "4"),
    ("helpful", "toms-help"),
    ("missing", "toms-gap"),
    ("objectives", "toms-aims"),
];
const MAYAS: [(&str, &str); 4] = [
    ("useful", "5"),
    ("helpful", "mayas-help"),
    ("missing", "mayas-gap"),
    ("objectives", ""),
];

/// The programme of the tests ends on 18 December, and the two accepted on 5 February.
const DAYS_TO_THE_MIDDLE: i64 = 103;

#[sqlx::test]
async fn each_answers_alone_then_both_read_both_and_decide(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let tom = app.sign_in(pairing.mentee).await;
    let maya = app.sign_in(pairing.mentor).await;
    let path = format!("{}/midpoint", pairing.path);
    let page = tom.get(&path).await;
    page.says("Half-way is <time datetime=\"2026-07-13\">");
    let form = page.form_with("Send my answers for good").to_owned();
    tom.post(&form, &[("useful", "6"), ("missing", "More walks")])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Choose how well it works so far")
        .says("Enter what helps you most")
        .says("More walks</textarea>");
    tom.post(&form, &TOMS)
        .await
        .leads_to(&path)
        .tells("Maya answers next");
    tom.post(&form, &MAYAS)
        .await
        .leads_to(&path)
        .tells("had been sent already");
    tom.get(&path)
        .await
        .says("toms-help")
        .does_not_say("mayas-help");
    // Whoever has not answered reads nothing, and nobody decides yet.
    maya.get(&path)
        .await
        .does_not_say("toms-help")
        .says("your part");
    maya.get(&pairing.path).await.does_not_say("toms-help");
    let decision = format!("{path}/decision");
    tom.post(&decision, &[("decision", "continue")])
        .await
        .is(StatusCode::CONFLICT)
        .says("Each of you answers alone first");
    maya.post(&form, &MAYAS)
        .await
        .leads_to(&path)
        .tells("read both");
    for visitor in [&tom, &maya] {
        visitor
            .get(&path)
            .await
            .says("toms-help")
            .says("toms-gap")
            .says("toms-aims")
            .says("mayas-help")
            .says("mayas-gap");
    }
    let cleo = app.sign_in(pairing.coordinator).await;
    cleo.get(&path).await.is(StatusCode::FORBIDDEN);

    maya.post(&decision, &[("words", "We walk more")])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Choose how you go on")
        .says("We walk more</textarea>");
    let fields = [("decision", "continue"), ("words", "We walk more")];
    for _ in 0..2 {
        maya.post(&decision, &fields).await.leads_to(&path);
    }
    tom.post(&decision, &[("decision", "end"), ("words", "Too late")])
        .await
        .is(StatusCode::CONFLICT)
        .says("have decided already");
    for visitor in [&tom, &maya] {
        visitor
            .get(&path)
            .await
            .says("We go on as we are")
            .says("We walk more")
            .says("Written down by Maya")
            .does_not_say("Write down what we decide");
    }
}

#[sqlx::test]
async fn it_is_asked_for_half_way_and_holds_up_nothing(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    for (days, asked) in [(DAYS_TO_THE_MIDDLE - 1, false), (DAYS_TO_THE_MIDDLE, true)] {
        let later = TestApp::at(app.db.clone(), NOON + Duration::days(days)).await;
        let page = later.sign_in(pairing.mentee).await.get(&pairing.path).await;
        let says = page.body.contains("Look back half-way with Maya");
        assert_eq!(says, asked, "{}", page.body);
        page.says("Book the next session");
        let cleo = later.sign_in(pairing.coordinator).await;
        let page = cleo.get(&pairing.path).await;
        assert_eq!(
            page.body.contains("The two answer the mid-point review"),
            asked
        );
        page.does_not_say("Answer the mid-point review");
    }
    let later = TestApp::at(
        app.db.clone(),
        NOON + Duration::days(DAYS_TO_THE_MIDDLE + 1),
    )
    .await;
    let tom = later.sign_in(pairing.mentee).await;
    let path = format!("{}/midpoint", pairing.path);
    tom.post(&path, &TOMS).await.leads_to(&path);
    tom.get(&pairing.path)
        .await
        .says("Maya answers the mid-point review")
        .says("Book the next session");
    // Nor do the two have to finish it to move on.
    let moving_on = format!("{}/moving-on", pairing.path);
    tom.post(&moving_on, &[]).await.leads_to(&moving_on);
    let maya = later.sign_in(pairing.mentor).await;
    maya.get(&pairing.path)
        .await
        .does_not_say("Answer the mid-point review")
        .does_not_say("Look back half-way");
    maya.post(&path, &MAYAS)
        .await
        .is(StatusCode::CONFLICT)
        .says("This pairing is moving on");
    maya.get(&path).await.does_not_say("toms-help");
}

/// The programme may have chosen a day of its own.
#[sqlx::test]
async fn a_day_that_the_programme_chose_is_half_way(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    sqlx::query("update programmes set midpoint_on = '2026-04-01' where id = $1")
        .bind(pairing.programme.id)
        .execute(&app.db)
        .await
        .unwrap();
    let tom = app.sign_in(pairing.mentee).await;
    let page = tom.get(&pairing.path).await;
    assert_eq!(
        page.link("Answer the mid-point review"),
        format!("{}/midpoint", pairing.path)
    );
}

#[sqlx::test]
async fn to_change_leads_to_another_agreement_and_to_end_to_a_kind_ending(db: PgPool) {
    let app = TestApp::new(db).await;
    for (decision, leads_to) in [("change", "agreement/edit"), ("end", "ending")] {
        let pairing = given::pairing().insert(&app.db).await;
        both_answer(&app, &pairing).await;
        let tom = app.sign_in(pairing.mentee).await;
        let next = format!("{}/{leads_to}", pairing.path);
        tom.post(
            &format!("{}/midpoint/decision", pairing.path),
            &[("decision", decision)],
        )
        .await
        .leads_to(&next)
        .tells("Decided");
        tom.get(&next).await.is(StatusCode::OK);
        // It has not ended before one of them says so there.
        tom.get(&pairing.path).await.says("Book the next session");
    }
}

async fn both_answer(app: &TestApp, pairing: &Paired) {
    let path = format!("{}/midpoint", pairing.path);
    for (person, answers) in [(pairing.mentee, &TOMS), (pairing.mentor, &MAYAS)] {
        let one = app.sign_in(person).await;
        one.post(&path, answers).await.leads_to(&path);
    }
}

#[sqlx::test]
async fn before_the_sessions_and_after_them_it_is_read_and_not_answered(db: PgPool) {
    let app = TestApp::new(db).await;
    for at in [At::InitialMeeting, At::MovingOn, At::Closed] {
        let pairing = given::pairing().at(at).insert(&app.db).await;
        let tom = app.sign_in(pairing.mentee).await;
        tom.get(&format!("{}/midpoint", pairing.path))
            .await
            .is(StatusCode::OK)
            .does_not_say("Send my answers");
    }
}

#[sqlx::test]
async fn each_hears_once_that_half_way_is_there_and_once_that_both_have_answered(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let middle = NOON + Duration::days(DAYS_TO_THE_MIDDLE);
    let heard = async |person: Person| -> Vec<String> {
        let letters = letters(&app, person, NOON).await.into_iter();
        let half_way: Vec<Written> = letters
            .filter(|letter| letter.subject.starts_with("Half-way"))
            .collect();
        if let Some(letter) = half_way.last() {
            let then = TestApp::at(app.db.clone(), middle + Duration::days(1)).await;
            let place = onward(&then, person, &letter.body).await;
            assert_eq!(place, format!("{}/midpoint", pairing.path));
        }
        half_way.into_iter().map(|letter| letter.subject).collect()
    };
    let days = async |days: std::ops::Range<i64>| {
        for day in days {
            remind(&app.state(), middle + Duration::days(day))
                .await
                .unwrap();
        }
    };
    days(-3..0).await;
    assert!(heard(pairing.mentor).await.is_empty());
    days(0..20).await;
    let asked = |partner: &str| format!("Half-way with {partner}: a few questions");
    assert_eq!(heard(pairing.mentor).await, [asked("Tom")]);
    assert_eq!(heard(pairing.mentee).await, [asked("Maya")]);

    let later = TestApp::at(app.db.clone(), middle + Duration::days(20)).await;
    let answer = format!("{}/midpoint", pairing.path);
    for (person, words) in [(pairing.mentee, &TOMS), (pairing.mentor, &MAYAS)] {
        let one = later.sign_in(person).await;
        let form = one.get(&answer).await;
        one.post(form.form_with("Send my answers for good"), words)
            .await
            .leads_to(&answer);
    }
    days(20..40).await;
    let decide = |partner: &str| format!("Half-way: how do you and {partner} go on?");
    assert_eq!(heard(pairing.mentor).await, [asked("Tom"), decide("Tom")]);
    assert_eq!(heard(pairing.mentee).await, [asked("Maya"), decide("Maya")]);
}
