//! What was proposed as a whole is kept with what it was worked out from, and can be worked out again.

use crate::matching::{Spring, at, many, propose, run, spring, work};
use crate::support::{TestApp, given};
use axum::http::StatusCode;
use sqlx::PgPool;

#[sqlx::test]
async fn a_run_is_kept_and_worked_out_again_the_same(db: PgPool) {
    let app = TestApp::new(db).await;
    let Spring {
        programme,
        tom,
        max,
        ..
    } = spring(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let page = cleo.get(&at(programme, "")).await;
    propose(&cleo, programme, &page, "").await;
    let lock = format!("?lock={}-{}", tom.0, max.0);
    let page = cleo.get(&at(programme, &lock)).await;
    propose(&cleo, programme, &page, &lock)
        .await
        .tells("2 pairings are proposed");
    // What people are by now changes nothing of what was worked out then.
    run(&app, "update people set location = 'Boston'").await;
    let runs: Vec<i64> = sqlx::query_scalar("select id from matching_runs order by id")
        .fetch_all(&app.db)
        .await
        .unwrap();
    assert_eq!(runs.len(), 2);
    let first = cleo
        .get(&at(programme, &format!("/runs/{}", runs[0])))
        .await;
    first.says("the same to the last byte").says("Maya");
    let beside = cleo
        .get(&at(
            programme,
            &format!("/runs/{}?with={}", runs[0], runs[1]),
        ))
        .await;
    beside
        .says("<th scope=\"row\">Tom</th><td data-label=\"Here\">Maya</td><td data-label=\"Score here\" class=\"number\">9.09</td><td data-label=\"There\">Max</td><td data-label=\"Score there\" class=\"number\">0.00</td>")
        .says("<th scope=\"row\">Tom and Max</th><td data-label=\"Here\">–</td><td data-label=\"There\">locked</td>")
        .says("Who has another mentor (2)")
        .says("<th scope=\"row\">Lowest score</th>");
    cleo.get(&at(programme, "/runs")).await.says("by Cleo");
    cleo.get(&at(programme, "/runs/1"))
        .await
        .is(StatusCode::NOT_FOUND);
}

#[sqlx::test]
async fn who_was_not_waiting_is_not_said_to_have_nobody(db: PgPool) {
    let app = TestApp::new(db).await;
    let Spring {
        programme,
        maya,
        tom,
        tia,
        ..
    } = spring(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let page = cleo.get(&at(programme, "")).await;
    propose(&cleo, programme, &page, "").await;
    // Tom is taken, Tia has moved, Maya takes one more, and somebody comes.
    let taken = format!(
        "update pairings set offered_on = current_date where mentee_id = {}",
        tom.0
    );
    let moved = format!("update people set location = 'Boston' where id = {}", tia.0);
    let more = format!(
        "update enrolments set capacity = 3 where person_id = {}",
        maya.0
    );
    for sql in [taken, moved, more] {
        run(&app, &sql).await;
    }
    let ned = given::person(&app.db, "Ned").await;
    given::mentee(&app.db, programme, ned).await;
    let page = cleo.get(&at(programme, "")).await;
    propose(&cleo, programme, &page, "").await;
    let list = cleo.get(&at(programme, "/runs")).await;
    let runs = list.links_under(&at(programme, "/runs/"));
    let [newer, older] = &runs[..] else {
        panic!("two runs")
    };
    let older = older.rsplit('/').next().unwrap();
    let compared = cleo.get(&format!("{newer}?with={older}")).await;
    compared
        .says("<th scope=\"row\">Mentees who were waiting in one only</th><td data-label=\"Here\">Ned</td><td data-label=\"There\">Tom</td>")
        .says("<th scope=\"row\">Free places of Maya</th><td data-label=\"Here\">2</td><td data-label=\"There\">1</td>")
        .says("Answers, wishes or details are not the same of Tia.")
        .says("<th scope=\"row\">Tom</th><td data-label=\"Here\">was not waiting</td>")
        .says("<th scope=\"row\">Ned</th>");
}

#[sqlx::test]
async fn long_runs_are_read_by_the_page_and_say_why(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = many(&app, &[("Maya", 20), ("Max", 20)], 30).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let page = cleo.get(&at(programme, "")).await;
    propose(&cleo, programme, &page, "").await;
    // Everybody has another mentor but for whoever is with the other already.
    let swapped = at(programme, "?criteria=all&method=even");
    let page = cleo.get(&swapped).await;
    propose(&cleo, programme, &page, "?criteria=all&method=even").await;
    let list = cleo.get(&at(programme, "/runs")).await;
    let run = &list.links_under(&at(programme, "/runs/"))[0];
    let first = cleo.get(run).await;
    first
        .says("<th scope=\"row\">Tom 20</th>")
        .does_not_say("<th scope=\"row\">Tom 21</th>")
        .says("<summary>")
        .says("data-label=\"Points\" class=\"number\">");
    let next = format!("{run}?page=2");
    assert_eq!(
        first.links_under(&format!("{run}?page=")),
        [format!("{run}?page=1#pairs"), format!("{next}#pairs")]
    );
    for page in [next, format!("{run}?page=99")] {
        cleo.get(&page)
            .await
            .does_not_say("<th scope=\"row\">Tom 20</th>")
            .says("<th scope=\"row\">Tom 30</th>");
    }
    for nonsense in ["page=0", "page=-1&changed=x", "page="] {
        cleo.get(&format!("{run}?{nonsense}"))
            .await
            .says("<th scope=\"row\">Tom 01</th>");
    }
}

#[sqlx::test]
async fn a_run_says_everything_that_it_was_worked_out_from(db: PgPool) {
    let app = TestApp::new(db).await;
    let Spring {
        programme,
        maya,
        max,
        tom,
        tia,
    } = spring(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let tried = format!(
        "?criteria=all&site=30&site.wanted=different&site.must=yes&hours=0&wishes=0&skills=0\
         &department=0&language=0&experience=0&seniority=10&grades_least=-1&grades_most=3\
         &half_hours_wanted=3&points_least=7&again=yes&method=even&lock={}-{}&forbid={}-{}",
        tom.0, max.0, tia.0, max.0
    );
    let page = cleo.get(&at(programme, &tried)).await;
    propose(&cleo, programme, &page, &tried)
        .await
        .tells("2 pairings are proposed");
    let page = cleo.get(&at(programme, "/runs")).await;
    let run = page.links_under(&at(programme, "/runs/")).pop().unwrap();
    cleo.get(&run)
        .await
        .says("<th scope=\"row\">Place of work</th><td data-label=\"Weight\" class=\"number\">30</td><td data-label=\"Of 100 points\" class=\"number\">75.00</td><td data-label=\"The two should be\">different</td><td data-label=\"Has to be\">yes</td>")
        .says("<th scope=\"row\">Grades above</th>")
        .does_not_say("<th scope=\"row\">Department</th>")
        .says("<dt>What makes the whole good</dt><dd>the best, spread evenly</dd>")
        .says("<dt>Grades that the mentor is above</dt><dd>from -1 to 3</dd>")
        .says("<dt>Enough in common a week for all points</dt><dd>1½ hours</dd>")
        .says("<dt>Time in common a week</dt><dd>none needed</dd>")
        .says("<dt>Lowest score of a pair</dt><dd>7.00 points of 100</dd>")
        .says("<dt>Those who were paired before</dt><dd>may be paired again</dd>")
        .says("<h3>Locked</h3><ul><li>Tom and Max</li></ul>")
        .says("<h3>Kept apart</h3><ul><li>Tia and Max</li></ul>")
        .does_not_say("Places that were tried");

    // Proposing needs the place itself, so that a run with one that is only tried has more than enough.
    let tried = format!("?place={0}&place={0}", maya.0);
    let page = cleo.get(&at(programme, &tried)).await;
    propose(&cleo, programme, &page, &tried)
        .await
        .tells("2 pairings are proposed");
    let page = cleo.get(&at(programme, "/runs")).await;
    let second = &page.links_under(&at(programme, "/runs/"))[0];
    assert_ne!(*second, run, "the newest first");
    cleo.get(second)
        .await
        .says("<h3>Places that were tried</h3><ul><li>2 places more with Maya</li></ul>");
}

#[sqlx::test]
async fn every_run_can_be_read_and_compared_however_old(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = spring(&app).await.programme;
    let cleo = app.sign_in(programme.coordinator).await;
    let page = cleo.get(&at(programme, "")).await;
    propose(&cleo, programme, &page, "").await;
    run(
        &app,
        "insert into matching_runs (programme_id, made_by, made_at, input, result)
         select programme_id, made_by, made_at + nth * interval '1 minute', input, result
         from matching_runs, generate_series(1, 59) nth",
    )
    .await;
    let runs: Vec<i64> = sqlx::query_scalar("select id from matching_runs order by id")
        .fetch_all(&app.db)
        .await
        .unwrap();
    let (oldest, newest) = (runs[0], runs[59]);
    let path = |run: i64| at(programme, &format!("/runs/{run}"));
    cleo.get(&path(oldest))
        .await
        .says("the same to the last byte");
    let compared = cleo.get(&format!("{}?with={oldest}", path(newest))).await;
    compared
        .says("Every mentee has the same mentor in both")
        .says("Nothing: the same people and places were there, the same counts in both");

    // By the list, which leads to all of them.
    let list = cleo.get(compared.link("Choose from the list")).await;
    list.says("Compare with which?");
    let first = list.links_under(&path(newest));
    assert_eq!(first.len(), 51, "fifty of them, and the way back");
    let older = cleo.get(&list.link("Older").replace("&#38;", "&")).await;
    let last = format!("{}?with={oldest}", path(newest));
    assert_eq!(older.links_under(&path(newest)).last(), Some(&last));
    older.does_not_say(">Older</a>").says(">Newest</a>");

    // None of another programme.
    let other = given::programme(&app.db, "Europe/London").await;
    let sql = format!(
        "update matching_runs set programme_id = {} where id = {oldest}",
        other.id
    );
    run(&app, &sql).await;
    for gone in [
        path(oldest),
        format!("{}?with={oldest}", path(newest)),
        at(programme, &format!("/runs?of={oldest}")),
    ] {
        cleo.get(&gone).await.is(StatusCode::NOT_FOUND);
    }
}

#[sqlx::test]
async fn a_run_that_takes_long_is_worked_out_again_in_the_background(db: PgPool) {
    let app = TestApp::impatient(db).await;
    let programme = spring(&app).await.programme;
    let cleo = app.sign_in(programme.coordinator).await;
    let place = cleo.get(&at(programme, "")).await.location;
    work(&app.state()).await;
    let page = cleo.get(&place.unwrap()).await;
    let job = page.values_of("job")[0].to_owned();
    propose(&cleo, programme, &page, &format!("?job={job}"))
        .await
        .tells("2 pairings are proposed");
    let list = cleo.get(&at(programme, "/runs")).await;
    let path = list.links_under(&at(programme, "/runs/")).pop().unwrap();
    let compared = format!("{path}?with={}", path.rsplit('/').next().unwrap());

    // At the address of the run itself, and once.
    for _ in 0..2 {
        let waits = cleo.get(&compared).await;
        waits.is(StatusCode::OK).says("data-work");
    }
    // Once it is stopped it begins by being asked for alone.
    let stop = cleo.get(&path).await.form_with("Stop it").to_owned();
    let runs = at(programme, "/runs");
    cleo.post(&stop, &[])
        .await
        .tells("The matching is stopped")
        .leads_to(&runs);
    cleo.get(stop.trim_end_matches("/stop"))
        .await
        .leads_to(&runs);
    assert_eq!(work(&app.state()).await, 0);
    let waits = cleo.get(&compared).await;
    let job = waits
        .form_with("Stop it")
        .trim_end_matches("/stop")
        .to_owned();
    assert_eq!(work(&app.state()).await, 1);
    cleo.get(&job).await.leads_to(&path);
    cleo.get(&compared)
        .await
        .says("the same to the last byte")
        .says("Every mentee has the same mentor in both");
    cleo.get(&path).await.says("the same to the last byte");

    // It is the run that is compared, not what was found for somebody else.
    run(
        &app,
        "update matching_jobs set plan = replace(plan, '\"score\":', '\"score\":1') where asked like '?run=%'",
    )
    .await;
    cleo.get(&path).await.says("the result differs");
}

#[sqlx::test]
async fn what_was_decided_in_a_run_is_tried_again_with_those_who_are_here(db: PgPool) {
    let app = TestApp::new(db).await;
    let Spring {
        programme,
        max,
        tom,
        tia,
        ..
    } = spring(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let (lock, forbid) = (
        format!("&lock={}-{}", tom.0, max.0),
        format!("&forbid={}-{}", tia.0, max.0),
    );
    let tried = format!(
        "?criteria=all&site=30&site.wanted=different&site.must=yes&seniority=12&grades_least=-1\
         &points_least=7&again=yes&method=even{lock}{forbid}"
    );
    let page = cleo.get(&at(programme, &tried)).await;
    propose(&cleo, programme, &page, &tried)
        .await
        .tells("2 pairings are proposed");
    let page = cleo.get(&at(programme, "/runs")).await;
    let kept = page.links_under(&at(programme, "/runs/")).pop().unwrap();
    let again = async || {
        let page = cleo.get(&kept).await;
        page.link("Try this again").replace("&#38;", "&")
    };

    let all = again().await;
    let page = cleo.get(&all).await;
    page.says("These are exactly the 2 pairings")
        .says("Unlock<span class=\"hidden\"> Tom and Max")
        .says("Allow<span class=\"hidden\"> Tia and Max")
        .says("value=\"even\" checked")
        .says("<option value=\"different\" selected>");
    for (name, value) in [
        ("site", "30"),
        ("seniority", "12"),
        ("skills", "40"),
        ("grades_least", "-1"),
        ("points_least", "7"),
    ] {
        assert_eq!(page.values_of(name).last(), Some(&value));
    }

    // Tom is offered to Max by now, and Tia still waits.
    let sql = format!(
        "update pairings set offered_on = proposed_on where mentee_id = {}",
        tom.0
    );
    run(&app, &sql).await;
    let question = given::question(&app.db, programme, "one", "Why now?").await;
    run(&app, "update questions set for_matching = true").await;
    let some = again().await;
    assert!(all.contains(&lock) && !some.contains(&lock), "{some}");
    assert!(some.contains(&forbid) && some.contains("&method=even"));
    assert!(some.contains(&format!("&q{question}=0")), "{some}");
}
