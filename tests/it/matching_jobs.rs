//! Matching that takes long is done in the background, by whichever server has time.

use crate::matching::{Spring, at, propose, run, spring, work};
use crate::support::{NOON, TestApp};
use axum::http::StatusCode;
use sqlx::PgPool;
use tokio::sync::watch;
use waymark::workbench;

#[sqlx::test]
async fn what_takes_long_is_matched_in_the_background_and_proposed_from_there(db: PgPool) {
    let app = TestApp::impatient(db).await;
    let Spring {
        programme,
        tom,
        max,
        ..
    } = spring(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let lock = format!("?lock={}-{}", tom.0, max.0);
    let begun = cleo.get(&at(programme, &lock)).await;
    begun.is(StatusCode::SEE_OTHER);
    let place = begun.location.clone().expect("somewhere to wait");
    cleo.get(&place)
        .await
        .says("Being matched")
        .says("data-work")
        .says("Look again");
    let stranger = app.sign_in(tom).await;
    stranger.get(&place).await.is(StatusCode::NOT_FOUND);

    // Whoever asks for the same again is led to the same.
    let again = cleo.get(&at(programme, &format!("{lock}&page=3"))).await;
    assert_eq!(again.location, Some(format!("{place}&page=3")));

    // A server takes it and stops in the middle, and how far it came stands there still; another takes
    // it once nothing is heard of it.
    run(
        &app,
        "select take_matching_job('2026-01-01', '2026-01-01 00:00:30')",
    )
    .await;
    run(
        &app,
        "select go_on_with_matching_job(id, 350::smallint, taken_until, taken_until)
         from matching_jobs",
    )
    .await;
    cleo.get(&place).await.says("value=\"350\"");
    let state = app.state();
    let (one, two) = tokio::join!(work(&state), work(&state));
    assert_eq!(one + two, 1, "by one of them");

    let page = cleo.get(&place).await;
    page.says("<b>2</b>of 2 mentees matched")
        .says("Locked")
        .says("Leeds and Pune");
    let job = page.values_of("job")[0].to_owned();
    let query = format!("{lock}&job={job}");
    propose(&cleo, programme, &page, &query)
        .await
        .tells("2 pairings are proposed");

    // Were anybody another by now, it would have to be matched again.
    let begun = cleo.get(&at(programme, "")).await;
    let place = begun.location.clone().expect("somewhere to wait");
    work(&app.state()).await;
    let page = cleo.get(&place).await;
    let job = page.values_of("job")[0].to_owned();
    let found = cleo.get(&at(programme, "")).await;
    assert_eq!(found.location, Some(place), "what was found already");
    run(
        &app,
        &format!("update people set location = 'Leeds' where id = {}", max.0),
    )
    .await;
    let refused = propose(&cleo, programme, &page, &format!("?job={job}")).await;
    refused
        .is(StatusCode::CONFLICT)
        .says("have changed since these pairs were found")
        .says("Not matched yet");
    let begun = cleo
        .get(&refused.link("Match again").replace("&#38;", "&"))
        .await;
    assert!(
        begun.location.unwrap().contains("/matching/jobs/"),
        "it is matched again"
    );
    let evenly = cleo.get(&at(programme, "?method=even")).await;
    let evenly = evenly.location.expect("somewhere to wait");
    let forgotten = "select count(*) from matching_jobs";
    waymark::upkeep::forget(&app.server, NOON + time::Duration::days(8))
        .await
        .unwrap();
    let left: i64 = sqlx::query_scalar(forgotten)
        .fetch_one(&app.db)
        .await
        .unwrap();
    assert_eq!(left, 0);
    // Whoever comes back then finds the same tried, and proposes nothing that is not known any more.
    let back = cleo.get(&evenly).await;
    back.leads_to(&at(programme, "?method=even"));
    let refused = propose(&cleo, programme, &page, &format!("?job={job}")).await;
    refused
        .is(StatusCode::CONFLICT)
        .says("have changed since these pairs were found");
}

#[sqlx::test]
async fn what_brings_its_server_down_is_not_begun_for_ever(db: PgPool) {
    let app = TestApp::impatient(db).await;
    let Spring { programme, .. } = spring(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let place = cleo.get(&at(programme, "")).await.location;
    let place = place.expect("somewhere to wait");
    for _ in 0..3 {
        run(&app, "select take_matching_job('2026-01-01', '2025-12-31')").await;
    }
    cleo.get(&place).await.says("Being matched");
    assert_eq!(work(&app.state()).await, 1);
    cleo.get(&place)
        .await
        .is(StatusCode::OK)
        .says("ended before it was done, and nothing has changed")
        .says("Begin again");
    let again = cleo.get(&at(programme, "")).await.location;
    assert_ne!(again, Some(place), "it is tried anew");
    work(&app.state()).await;
    cleo.get(&again.unwrap())
        .await
        .says("<b>2</b>of 2 mentees matched");
}

#[sqlx::test]
async fn everything_can_be_tried_from_what_was_worked_out_in_the_background(db: PgPool) {
    let app = TestApp::impatient(db).await;
    let Spring { programme, .. } = spring(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let tried = "?criteria=all&site=30&site.wanted=different";
    let place = cleo.get(&at(programme, tried)).await.location.unwrap();
    for _ in 0..3 {
        cleo.get(&place).await.says("Being matched");
    }
    let looks = "select count(*) from audit_events where act = 'looked at the matching'";
    let looks = async || -> i64 { sqlx::query_scalar(looks).fetch_one(&app.db).await.unwrap() };
    assert_eq!(looks().await, 1, "who waits reads nothing");
    work(&app.state()).await;
    cleo.get(&place)
        .await
        .says("<option value=\"different\" selected>")
        .says("Worked out Wednesday 1 April 2026");
    assert_eq!(looks().await, 2);

    // Whoever asks for the same in other words goes on in theirs.
    let own = cleo.get(&at(programme, "")).await.location.unwrap();
    work(&app.state()).await;
    let same = cleo.get(&at(programme, "?method=best")).await;
    let same = same.location.expect("what was found already");
    assert_eq!(same, format!("{own}?method=best"));
    cleo.get(&same).await.says("/matching?method=best&#38;");
    cleo.get(&own)
        .await
        .does_not_say("/matching?method=best&#38;");
}

#[sqlx::test]
async fn whoever_is_stopped_in_order_gives_back_what_they_have(db: PgPool) {
    let app = TestApp::impatient(db).await;
    let Spring { programme, .. } = spring(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let place = cleo.get(&at(programme, "")).await.location.unwrap();
    let (_stop, stopped) = watch::channel(true);
    for _ in 0..5 {
        let jobs = workbench::jobs::work(&app.state(), &stopped).await;
        assert_eq!(jobs.unwrap(), 0);
        cleo.get(&place).await.says("Being matched");
    }
    assert_eq!(work(&app.state()).await, 1, "nobody has it");
    cleo.get(&place).await.says("<b>2</b>of 2 mentees matched");
}

#[sqlx::test]
async fn nobody_waits_before_what_is_wrong_is_put_right(db: PgPool) {
    let app = TestApp::impatient(db).await;
    let Spring {
        programme,
        tom,
        max,
        ..
    } = spring(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let jobs = async || {
        let jobs = sqlx::query_scalar::<_, i64>("select count(*) from matching_jobs");
        jobs.fetch_one(&app.db).await.unwrap()
    };
    let wrong = format!("?criteria=all&skills=many&lock={}-{}", tom.0, max.0);
    let page = cleo.get(&at(programme, &wrong)).await;
    page.is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Enter a whole number from 0 to 100")
        .says("Not matched yet")
        .says("Unlock<span class=\"hidden\"> Tom and Max");
    let fields = [("criteria", "all"), ("skills", "many")];
    cleo.post(&at(programme, "/criteria"), &fields)
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Enter a whole number from 0 to 100");

    // What was matched at once when it was read, and takes longer now.
    let fields = [("seal", "as it was"), ("once", "a1")];
    let refused = cleo.post(&at(programme, ""), &fields).await;
    refused
        .is(StatusCode::CONFLICT)
        .says("takes longer just now than a page waits for it. Nothing is proposed yet")
        .does_not_say("have changed since");
    assert_eq!(jobs().await, 0);
    cleo.get(&refused.link("Match again").replace("&#38;", "&"))
        .await
        .is(StatusCode::SEE_OTHER);
    assert_eq!(jobs().await, 1);
}

#[sqlx::test]
async fn whoever_has_enough_of_waiting_stops_it_for_all(db: PgPool) {
    let app = TestApp::impatient(db).await;
    let Spring { programme, tom, .. } = spring(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let place = cleo.get(&at(programme, "")).await.location.unwrap();
    let stop = format!("{place}/stop");
    let waits = cleo.get(&place).await;
    assert_eq!(waits.links_under(&place), [] as [String; 0]);
    waits.says(&format!("action=\"{stop}\""));
    app.sign_in(tom)
        .await
        .post(&stop, &[])
        .await
        .is(StatusCode::NOT_FOUND);

    // In the middle of the work: whoever works hears of it, and keeps nothing of what was found.
    run(
        &app,
        "select take_matching_job('2026-01-01', '2026-01-01 00:00:30')",
    )
    .await;
    cleo.post(&stop, &[])
        .await
        .tells("The matching is stopped, and nothing has changed.");
    run(
        &app,
        "do $$ begin
            assert not (select go_on_with_matching_job(id, 900::smallint, '2026-01-01 00:00:30', '2026-01-01 00:01')
                from matching_jobs);
            perform finish_matching_job(id, '{}', '2026-01-01 00:00:30', '2026-01-01 00:01') from matching_jobs;
        end $$",
    )
    .await;
    assert_eq!(work(&app.state()).await, 0);
    cleo.get(&place)
        .await
        .says("This matching was stopped before it was done")
        .does_not_say("Being matched");

    // Asked for again, it begins again; and what is done cannot be stopped.
    let again = cleo.get(&at(programme, "")).await.location.unwrap();
    assert_ne!(again, place);
    assert_eq!(work(&app.state()).await, 1);
    cleo.post(&format!("{again}/stop"), &[])
        .await
        .tells("It was done already: this is what was found.");
    cleo.get(&again).await.says("<b>2</b>of 2 mentees matched");
}

#[sqlx::test]
async fn what_is_not_proved_is_not_shown(db: PgPool) {
    let app = TestApp::impatient(db).await;
    let Spring {
        programme,
        tom,
        max,
        ..
    } = spring(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let lock = format!("?lock={}-{}", tom.0, max.0);
    let place = cleo.get(&at(programme, &lock)).await.location.unwrap();
    work(&app.state()).await;
    run(
        &app,
        "update matching_jobs set plan = '{\"Err\":\"Unproved\"}'",
    )
    .await;
    cleo.get(&place)
        .await
        .is(StatusCode::OK)
        .says("What was found could not be proved to be the best, so it is not shown")
        .says("this is a fault of the program")
        .says("Unlock<span class=\"hidden\"> Tom and Max")
        .does_not_say("matched</li>");
    let again = cleo.get(&at(programme, &lock)).await.location;
    assert_ne!(again, Some(place), "it is tried anew");
}
