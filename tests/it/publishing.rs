//! What is proposed is published, held back or withdrawn, as people and places are by then.

use crate::matching::{Spring, at, run, spring};
use crate::support::given::{At, Person};
use crate::support::{Answer, TestApp, Visitor, given};
use axum::http::StatusCode;
use sqlx::PgPool;

impl Spring {
    fn place(&self, place: &str) -> String {
        format!("/programmes/{}{place}", self.programme.id)
    }
}

async fn draft(app: &TestApp, spring: &Spring, mentor: Person, mentee: Person, on: &str) -> i64 {
    sqlx::query_scalar(
        "insert into pairings (programme_id, mentor_id, mentee_id, proposed_on)
         values ($1, $2, $3, $4::text::date) returning id",
    )
    .bind(spring.programme.id)
    .bind(mentor.0)
    .bind(mentee.0)
    .bind(on)
    .fetch_one(&app.db)
    .await
    .unwrap()
}

/// Which are offered, by their number.
async fn offered(app: &TestApp) -> Vec<i64> {
    sqlx::query_scalar("select id from pairings where offered_on is not null order by id")
        .fetch_all(&app.db)
        .await
        .unwrap()
}

async fn publish(cleo: &Visitor<'_>, spring: &Spring, pairings: &[i64]) -> Answer {
    let ids: Vec<String> = pairings.iter().map(i64::to_string).collect();
    let fields: Vec<(&str, &str)> = ids.iter().map(|id| ("pairing", id.as_str())).collect();
    cleo.post(&spring.place("/publication"), &fields).await
}

async fn excludes(app: &TestApp, spring: &Spring, mentee: Person, mentor: Person) {
    let id = given::application(&app.db, spring.programme, mentee, "mentee").await;
    run(
        app,
        &format!("insert into exclusions values ({id}, {})", mentor.0),
    )
    .await;
}

#[sqlx::test]
async fn what_has_no_place_or_breaks_a_rule_by_now_is_held_back(db: PgPool) {
    let app = TestApp::new(db).await;
    let spring = spring(&app).await;
    let cleo = app.sign_in(spring.programme.coordinator).await;
    let first = draft(&app, &spring, spring.maya, spring.tom, "2026-03-30").await;
    let other = draft(&app, &spring, spring.max, spring.tia, "2026-03-30").await;
    let maya = spring.maya.0;
    let away = format!(
        "insert into applications (programme_id, person_id, part, about, capacity, away_from,
            away_until, started_at, sent_at, approved_at)
         values ({}, {maya}, 'mentor', '', 1, '2026-03-01', '2026-05-01', now(), now(), now())",
        spring.programme.id
    );
    let manages = format!(
        "update people set line_manager_id = {maya} where id = {}",
        spring.tom.0
    );
    let full = format!("update enrolments set capacity = 0 where person_id = {maya}");
    for (sql, why) in [
        (full, "Maya takes nobody on at present"),
        (manages, "one of them is in the other’s line of management"),
        (away, "Maya is away until 1 May 2026"),
    ] {
        run(&app, &sql).await;
        cleo.get(&spring.place("/publication"))
            .await
            .says("Held back (1)")
            .says(&format!("Not published: {why}"))
            .says("Publish 1 pairing?");
        publish(&cleo, &spring, &[first])
            .await
            .tells("Nothing is published.")
            .tells(why)
            .leads_to(&spring.place("/publication"));
        assert_eq!(offered(&app).await, [0; 0]);
        let by_hand = "update pairings set offered_on = '2026-04-01' where id = ";
        let kept = sqlx::query(sqlx::AssertSqlSafe(format!("{by_hand}{first}")))
            .execute(&app.db)
            .await;
        assert!(kept.is_err(), "Postgres keeps it: {why}");
        run(
            &app,
            "update enrolments set capacity = 1 where part = 'mentor'",
        )
        .await;
        run(&app, "update people set line_manager_id = null").await;
        run(&app, "update applications set away_until = '2026-03-02'").await;
    }
    excludes(&app, &spring, spring.tom, spring.maya).await;
    publish(&cleo, &spring, &[first, other])
        .await
        .tells("1 pairing is published.")
        .tells("Not published: Tom and Maya: one of them would rather not be paired")
        .leads_to(&spring.place("/publication"));
    assert_eq!(offered(&app).await, [other]);
    let page = cleo.get(&spring.place("/publication")).await;
    page.says("Nothing can be published as it stands")
        .does_not_say("What they will be told");
    cleo.get(page.link("Withdraw the proposal"))
        .await
        .says("Withdraw the proposal of Tom and Maya?");
}

#[sqlx::test]
async fn of_two_proposals_for_one_place_the_first_goes_out(db: PgPool) {
    let app = TestApp::new(db).await;
    let spring = spring(&app).await;
    let cleo = app.sign_in(spring.programme.coordinator).await;
    run(
        &app,
        "update enrolments set capacity = 2 where part = 'mentor'",
    )
    .await;
    let later = draft(&app, &spring, spring.maya, spring.tia, "2026-03-31").await;
    let first = draft(&app, &spring, spring.maya, spring.tom, "2026-03-30").await;
    run(
        &app,
        "update enrolments set capacity = 1 where part = 'mentor'",
    )
    .await;
    let page = cleo.get(&spring.place("/publication")).await;
    page.says("Maya’s last free place goes to whoever was proposed first");
    assert_eq!(page.values_of("pairing"), [first.to_string()]);
    // As many as the programme lets a mentor have.
    run(
        &app,
        "update programmes set capacity_default = 1, capacity_max = 1",
    )
    .await;
    cleo.get(&spring.place("/publication"))
        .await
        .says("Let mentors have more than 1")
        .does_not_say("a place more");
    run(&app, "update programmes set capacity_max = 3").await;
    publish(&cleo, &spring, &[later, first])
        .await
        .tells("1 pairing is published.")
        .tells("Not published: Tia and Maya");
    assert_eq!(offered(&app).await, [first]);

    // With one place more it goes out as well.
    let page = cleo.get(&spring.place("/publication")).await;
    page.says("Maya has no free place any more");
    let place = page.link("Give Maya a place more").to_owned();
    cleo.get(&place).await.says(">Publish</a>");
    cleo.post(&place, &[("capacity", "2")])
        .await
        .leads_to(&spring.place("/publication"));
    publish(&cleo, &spring, &[later])
        .await
        .tells("1 pairing is published. They can now accept.")
        .leads_to(&spring.place(""));
}

#[sqlx::test]
async fn a_pairing_is_reopened_beside_all_that_is_open(db: PgPool) {
    let app = TestApp::new(db).await;
    let spring = spring(&app).await;
    let cleo = app.sign_in(spring.programme.coordinator).await;
    let withdrawn = draft(&app, &spring, spring.maya, spring.tom, "2026-03-30").await;
    let path = format!("/pairings/{withdrawn}");
    cleo.post(&format!("{path}/withdrawal"), &[]).await;
    let open = draft(&app, &spring, spring.maya, spring.tia, "2026-03-31").await;
    let reopening = format!("{path}/reopening");
    for offered in ["null", "'2026-04-01'"] {
        run(
            &app,
            &format!("update pairings set offered_on = {offered} where id = {open}"),
        )
        .await;
        cleo.post(&reopening, &[])
            .await
            .is(StatusCode::CONFLICT)
            .says("what is proposed and offered counts as well");
    }
    run(&app, &format!("delete from pairings where id = {open}")).await;
    excludes(&app, &spring, spring.tom, spring.maya).await;
    cleo.post(&reopening, &[])
        .await
        .is(StatusCode::CONFLICT)
        .says("would rather not be paired with the other");
    run(&app, "delete from exclusions").await;
    cleo.post(&reopening, &[]).await.leads_to(&path);
}

#[sqlx::test]
async fn all_proposals_are_withdrawn_together(db: PgPool) {
    let app = TestApp::new(db).await;
    let spring = spring(&app).await;
    let cleo = app.sign_in(spring.programme.coordinator).await;
    run(
        &app,
        "update enrolments set capacity = 3 where part = 'mentor'",
    )
    .await;
    let mut drafts = Vec::new();
    for name in ["Ada", "Ben", "Cat"] {
        let mentee = given::person(&app.db, name).await;
        given::mentee(&app.db, spring.programme, mentee).await;
        drafts.push(draft(&app, &spring, spring.maya, mentee, "2026-03-30").await);
    }
    // Nobody can be matched by what is tried, and what is proposed can be withdrawn all the same.
    let none = cleo.get(&at(spring.programme, "?points_least=100")).await;
    none.says("No pair is allowed as it stands");
    let ask = none.link("Withdraw all 3 proposals").to_owned();
    let page = cleo.get(&ask).await;
    page.says("Withdraw 3 proposals?").says("Ada and Maya");
    let ids = page.values_of("pairing");
    let fields: Vec<(&str, &str)> = ids.iter().map(|id| ("pairing", *id)).collect();
    let press = page.form_with("Withdraw 3 proposals").to_owned();

    // One that was not read stays; one is published and one withdrawn by somebody else meanwhile.
    let unread = draft(&app, &spring, spring.max, spring.tom, "2026-03-30").await;
    publish(&cleo, &spring, &[drafts[0]]).await;
    cleo.post(&format!("/pairings/{}/withdrawal", drafts[1]), &[])
        .await;
    cleo.post(&press, &fields)
        .await
        .tells("Withdrawn: 1 proposal.")
        .tells("1 had been withdrawn and 1 had been published meanwhile")
        .leads_to(&at(spring.programme, ""));
    let open: Vec<i64> =
        sqlx::query_scalar("select id from pairings where closed_on is null order by id")
            .fetch_all(&app.db)
            .await
            .unwrap();
    assert_eq!(open, [drafts[0], unread]);
    let told: i64 = sqlx::query_scalar(
        "select count(*) from audit_events where act = 'withdrew the proposal' and pairing_id = $1",
    )
    .bind(drafts[2])
    .fetch_one(&app.db)
    .await
    .unwrap();
    assert_eq!(told, 1);
    cleo.post(&press, &fields)
        .await
        .tells("Nothing was left to withdraw.");

    // What another programme proposes is nobody's to withdraw here.
    let elsewhere = given::pairing().at(At::Proposed).insert(&app.db).await;
    let foreign = elsewhere.id.to_string();
    cleo.post(&press, &[("pairing", &foreign)])
        .await
        .tells("Nothing was left to withdraw.");
    app.sign_in(elsewhere.coordinator)
        .await
        .get(&ask)
        .await
        .is(StatusCode::NOT_FOUND);
}

#[sqlx::test]
async fn whoever_is_full_of_proposals_leads_to_them(db: PgPool) {
    let app = TestApp::new(db).await;
    let spring = spring(&app).await;
    let cleo = app.sign_in(spring.programme.coordinator).await;
    let tia = draft(&app, &spring, spring.maya, spring.tia, "2026-03-30").await;
    let by_hand = format!("/pairings/new?mentee={}", spring.tom.0);
    let page = cleo.get(&spring.place(&by_hand)).await;
    page.says("Maya has no free place: proposed for Tia");
    assert_eq!(
        page.link("See the proposal for Tia"),
        format!("/pairings/{tia}")
    );
    let both = format!("{by_hand}&mentor={}", spring.maya.0);
    let page = cleo.get(&spring.place(&both)).await;
    page.says("0 of 1 place free, 1 proposed");
    assert_eq!(
        page.link("Look at the proposal for Tia, or withdraw it"),
        format!("/pairings/{tia}")
    );
}

#[sqlx::test]
async fn a_programme_that_takes_no_pairings_says_so_and_leads_nowhere(db: PgPool) {
    let app = TestApp::new(db).await;
    let spring = spring(&app).await;
    let cleo = app.sign_in(spring.programme.coordinator).await;
    run(&app, "update enrolments set capacity = 0 where part = 'mentor' and person_id = (select id from people where full_name = 'Max')").await;
    let matching = at(spring.programme, "");
    for (sql, words) in [
        (
            "update programmes set ends_on = '2026-03-01'",
            "Ended on 1 March 2026",
        ),
        (
            "update programmes set archived_at = '2026-03-02'",
            "Archived since 2 March 2026",
        ),
    ] {
        cleo.get(&matching)
            .await
            .says(&spring.place("/pairings/new"));
        run(&app, sql).await;
        let page = cleo.get(&matching).await;
        page.says(words)
            .says("Nobody is paired in this programme any more")
            .says("Tom")
            .says("Tia")
            .does_not_say("/pairings/new");
        run(
            &app,
            "update programmes set ends_on = '2026-12-18', archived_at = null",
        )
        .await;
    }

    // A draft of a programme proposes, and publishes once it is open.
    let tom = draft(&app, &spring, spring.maya, spring.tom, "2026-03-30").await;
    let pairing = format!("/pairings/{tom}");
    cleo.get(&pairing).await.says("Read and publish");
    cleo.get(&matching)
        .await
        .says("Read what is proposed once more");
    run(&app, "update programmes set opened_at = null").await;
    let words = "Open it for enrolment first.";
    cleo.get(&pairing)
        .await
        .says(words)
        .does_not_say("Read and publish");
    let page = cleo.get(&matching).await;
    assert_eq!(page.link("Open for enrolment"), spring.place("/opening"));
    page.says(words)
        .does_not_say("Read what is proposed once more");
    page.link("Withdraw the proposal");
}
