//! What coordinators try on the workbench, and what becomes of it.

use crate::matching::{Spring, at, keys, propose, run, spring};
use crate::support::given::Programme;
use crate::support::{Answer, TestApp, given};
use axum::http::StatusCode;
use sqlx::PgPool;

const STABLE: &str = "value=\"stable\" checked";

#[sqlx::test]
async fn the_method_is_kept_and_what_is_tried_stays(db: PgPool) {
    let app = TestApp::new(db).await;
    let Spring {
        programme,
        maya,
        max,
        tom,
        tia,
    } = spring(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let (lock, forbid) = (
        format!("{}-{}", tom.0, max.0),
        format!("{}-{}", tia.0, max.0),
    );
    let place = maya.0.to_string();
    let fields = [
        ("criteria", "all"),
        ("site", "30"),
        ("method", "stable"),
        ("lock", &lock),
        ("forbid", &forbid),
        ("place", &place),
    ];
    let kept = cleo.post(&at(programme, "/criteria"), &fields).await;
    let tried = format!("?lock={lock}&forbid={forbid}&place={place}");
    kept.leads_to(&at(programme, &tried));
    cleo.get(&at(programme, &tried)).await.says(STABLE);

    // Whoever comes next begins with it, and has tried nothing by that.
    let page = cleo.get(&at(programme, "")).await;
    page.says(STABLE).does_not_say("What would change");
    assert_eq!(page.values_of("site"), ["30"]);
    propose(&cleo, programme, &page, "")
        .await
        .tells("2 pairings are proposed");
    let runs = cleo.get(&at(programme, "/runs")).await;
    let kept = runs.links_under(&at(programme, "/runs/")).pop().unwrap();
    cleo.get(&kept)
        .await
        .says("<dd>nobody would rather swap</dd>")
        .says("the same to the last byte");

    // With nothing else to keep, nothing follows on the address.
    let fields = [("criteria", "all"), ("site", "20"), ("method", "best")];
    let kept = cleo.post(&at(programme, "/criteria"), &fields).await;
    kept.leads_to(&at(programme, ""));
    let page = cleo.get(&at(programme, "")).await;
    page.does_not_say(STABLE);
}

#[sqlx::test]
async fn what_was_mistyped_stays_beside_what_is_wrong_with_it(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = spring(&app).await.programme;
    let cleo = app.sign_in(programme.coordinator).await;
    let fields = [
        ("criteria", "all"),
        ("skills", "many"),
        ("site", "30"),
        ("grades_least", "5"),
        ("grades_most", "2"),
        ("points_least", "a few"),
    ];
    let query: Vec<_> = fields.map(|(name, value)| format!("{name}={value}")).into();
    let tried = format!("?{}", query.join("&").replace(' ', "+"));
    let pages = [
        cleo.get(&at(programme, &tried)).await,
        cleo.post(&at(programme, "/criteria"), &fields).await,
    ];
    for page in pages {
        page.is(StatusCode::UNPROCESSABLE_ENTITY)
            .says("<p class=\"problem\" id=\"skills-problem\"><span class=\"hidden\">Error:</span> Enter a whole number")
            .says("value=\"many\" aria-invalid=\"true\" aria-describedby=\"skills-hint skills-problem\"")
            .says("id=\"skills-hint\"");
        for (name, typed) in &fields[1..] {
            assert_eq!(page.values_of(name).last(), Some(typed));
        }
    }
}

#[sqlx::test]
async fn it_is_said_that_nobody_would_have_another_mentor(db: PgPool) {
    let app = TestApp::new(db).await;
    let Spring {
        programme,
        maya,
        tom,
        ..
    } = spring(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let lock = format!("?lock={}-{}", tom.0, maya.0);
    let page = cleo.get(&at(programme, &lock)).await;
    page.says("Nobody’s mentor would change. By what counts here:")
        .says("<td data-label=\"Now\" class=\"number\">18.18</td><td data-label=\"Then\" class=\"number\">18.18</td>");
    // Beside what is proposed there is another word for it.
    propose(&cleo, programme, &page, &lock).await;
    let page = cleo.get(&at(programme, &lock)).await;
    page.says("exactly the 2 pairings that are proposed now")
        .does_not_say("What would change");
}

#[sqlx::test]
async fn what_is_proved_is_proved_beside_what_is_locked_and_kept_apart(db: PgPool) {
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
        format!("lock={}-{}", tom.0, max.0),
        format!("forbid={}-{}", tia.0, max.0),
    );
    for (query, words) in [
        (String::new(), "With these criteria no other pairs"),
        (
            format!("?{lock}"),
            ", and beside what you have locked, no other",
        ),
        (
            format!("?{forbid}"),
            ", and beside what you have kept apart, no other",
        ),
        (
            format!("?{lock}&{forbid}"),
            ", and beside what you have locked and kept apart, no other",
        ),
    ] {
        cleo.get(&at(programme, &query)).await.says(words);
    }
}

#[sqlx::test]
async fn whoever_publishes_is_told_what_somebody_else_was_faster_with(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let maya = given::person(&app.db, "Maya").await;
    given::mentor(&app.db, programme, maya, 9).await;
    for _ in 0..5 {
        let tom = given::person(&app.db, "Tom").await;
        given::mentee(&app.db, programme, tom).await;
    }
    let cleo = app.sign_in(programme.coordinator).await;
    let page = cleo.get(&at(programme, "")).await;
    propose(&cleo, programme, &page, "").await;
    let publication = format!("/programmes/{}/publication", programme.id);
    let keys = keys(&app).await;
    let read: Vec<_> = keys.iter().map(|id| ("pairing", id.as_str())).collect();
    assert_eq!(read.len(), 5);
    let page = cleo.get(&publication).await;
    let all = format!("{}-{}", keys[0], keys[4]);
    assert_eq!(page.values_of("pairing"), [all], "however many they are");

    let withdrawn = format!("/pairings/{}/withdrawal", read[0].1);
    cleo.post(&withdrawn, &[]).await.is(StatusCode::SEE_OTHER);
    cleo.post(&publication, &read[1..3])
        .await
        .tells("2 pairings are published");
    cleo.post(&publication, &read).await.tells(
        "2 pairings are published. They can now accept. Of those that you read, 1 had been \
         withdrawn and 2 had been published meanwhile.",
    );
    cleo.post(&publication, &read[..1])
        .await
        .tells("Nothing was left to publish. Of those that you read, 1 had been withdrawn");
}

#[sqlx::test]
async fn those_who_are_kept_apart_are_not_offered_to_be_paired_by_hand(db: PgPool) {
    let app = TestApp::new(db).await;
    let Spring {
        programme,
        maya,
        max,
        tom,
        tia,
    } = spring(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let new = |fields: &str| format!("/programmes/{}/pairings/new?{fields}", programme.id);
    let tried = format!("&site=40&forbid={}-{}&waiting=1", tom.0, maya.0);
    let page = cleo.get(&new(&format!("mentee={}{tried}", tom.0))).await;
    let (fit, blocked) = page
        .body
        .split_once("Mentors who cannot be chosen (1)")
        .unwrap();
    assert!(fit.contains("Max</a>") && !fit.contains("Maya</a>"));
    assert!(blocked.contains("You keep these two apart") && blocked.contains("Allow these two"));

    let both = new(&format!("mentee={}&mentor={}{tried}", tom.0, maya.0));
    let both = cleo.get(&both).await;
    both.says("You keep these two apart in matching.")
        .does_not_say("Propose this pairing");
    let allowed = both.link("Allow these two").replace("&#38;", "&");
    assert_eq!(
        allowed,
        new(&format!(
            "mentee={}&mentor={}&site=40&waiting=1",
            tom.0, maya.0
        ))
    );
    cleo.get(&allowed).await.says("Propose this pairing");

    // Paired, they lead to another mentee with everything that is tried, and from there to a mentor.
    let sql = format!(
        "insert into pairings (programme_id, mentor_id, mentee_id, proposed_on)
         values ({}, {}, {}, '2026-01-01')",
        programme.id, max.0, tom.0
    );
    run(&app, &sql).await;
    let both = new(&format!("mentee={}&mentor={}{tried}", tom.0, max.0));
    let both = cleo.get(&both).await;
    let other = both.link("Choose another mentee").replace("&#38;", "&");
    assert_eq!(other, new(tried.trim_start_matches('&')));
    let whom = cleo.get(&other).await;
    assert_eq!(
        whom.link("Tia<").replace("&#38;", "&"),
        new(&format!("mentee={}{tried}", tia.0))
    );
    assert_eq!(
        whom.link("Matching<").replace("&#38;", "&"),
        at(programme, &format!("?{}#unmatched", &tried[1..]))
    );
}

/// A place with so many mentors and mentees, who would all rather be with somebody of their own place.
async fn many(app: &TestApp, all: usize) -> Programme {
    let programme = given::programme(&app.db, "Europe/London").await;
    for number in 0..all {
        let place = if number % 2 == 0 { "Leeds" } else { "Pune" };
        let maya = given::person(&app.db, &format!("Maya {number:02}")).await;
        let tom = given::person(&app.db, &format!("Tom {number:02}")).await;
        given::mentor(&app.db, programme, maya, 1).await;
        given::mentee(&app.db, programme, tom).await;
        let sql = format!(
            "update people set location = '{place}' where id in ({}, {})",
            maya.0, tom.0
        );
        run(app, &sql).await;
    }
    programme
}

#[sqlx::test]
async fn long_lists_are_read_page_by_page_and_published_together(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = many(&app, 24).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let shown = |page: &Answer| page.body.matches("<td data-label=\"Mentor then\">").count();
    let crossed = "?criteria=all&site=50&site.wanted=different&skills=0&hours=0";
    let page = cleo.get(&at(programme, crossed)).await;
    page.says("Who gains (24)");
    assert_eq!(shown(&page), 10);
    let last = cleo.get(&page.link("3<").replace("&#38;", "&")).await;
    assert_eq!(shown(&last), 4, "the last page of them");
    last.says("id=\"gains\"")
        .says("<b>24</b>of 24 mentees matched");

    let page = cleo.get(&at(programme, "")).await;
    propose(&cleo, programme, &page, "")
        .await
        .tells("24 pairings are proposed");
    let publication = format!("/programmes/{}/publication", programme.id);
    let first = cleo.get(&publication).await;
    let second = cleo.get(first.link("2<")).await;
    let read = |page: &Answer| page.body.matches(" would be mentored by ").count();
    assert_eq!((read(&first), read(&second)), (20, 4));
    for page in [&first, &second] {
        page.says("Publish 24 pairings?")
            .says("All 24 pairings are published together");
    }
    let keys = keys(&app).await;
    let all: Vec<_> = keys.iter().map(|id| ("pairing", id.as_str())).collect();

    // Some of them have pages of their own.
    let some: Vec<_> = all[1..]
        .iter()
        .map(|(_, id)| format!("pairing={id}"))
        .collect();
    let some = cleo.get(&format!("{publication}?{}", some.join("&"))).await;
    some.says("Publish 23 pairings?");
    let some = cleo.get(&some.link("2<").replace("&#38;", "&")).await;
    assert_eq!(read(&some), 3);

    cleo.post(&publication, &all)
        .await
        .tells("24 pairings are published");
}

#[sqlx::test]
async fn what_somebody_else_decided_meanwhile_is_not_replaced_unread(db: PgPool) {
    let app = TestApp::new(db).await;
    let Spring {
        programme,
        maya,
        tom,
        ..
    } = spring(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let criteria = at(programme, "/criteria");
    let old = cleo.get(&at(programme, "")).await;
    let version = old.values_of("version")[0];
    let theirs = [("criteria", "all"), ("version", version), ("site", "70")];
    cleo.post(&criteria, &theirs)
        .await
        .tells("This is what counts");

    // What is tried meanwhile is typed over the same.
    let tried = format!("?criteria=all&version={version}&site=30");
    let tried = cleo.get(&at(programme, &tried)).await;
    assert_eq!(tried.values_of("version").last(), Some(&version));
    let lock = format!("{}-{}", tom.0, maya.0);
    let own = [
        ("criteria", "all"),
        ("version", version),
        ("site", "30"),
        ("lock", &lock),
    ];
    let refused = cleo.post(&criteria, &own).await;
    refused
        .is(StatusCode::CONFLICT)
        .says("What counts in the programme has changed since you opened this")
        .says("Place of work (weight 70, the same)")
        .says("Nothing of yours is kept yet");
    assert_eq!(refused.values_of("site").last(), Some(&"30"));
    let page = cleo.get(&at(programme, "")).await;
    assert_eq!(page.values_of("site"), ["70"], "nothing is replaced");

    let again = *refused.values_of("version").last().unwrap();
    let own = [("criteria", "all"), ("version", again), ("site", "30")];
    cleo.post(&criteria, &own)
        .await
        .tells("This is what counts");
    // The same once more from an old page changes nothing that anybody decided.
    let same = [("criteria", "all"), ("version", version), ("site", "30")];
    cleo.post(&criteria, &same)
        .await
        .tells("This is what counts");

    let archived = format!(
        "update programmes set archived_at = '2026-01-02' where id = {}",
        programme.id
    );
    page.says("Keep as the programme’s own");
    run(&app, &archived).await;
    cleo.get(&at(programme, ""))
        .await
        .does_not_say("Keep as the programme’s own");
    cleo.post(&criteria, &own).await.is(StatusCode::CONFLICT);
}

#[sqlx::test]
async fn a_place_is_given_on_the_way_back_to_what_is_tried(db: PgPool) {
    let app = TestApp::new(db).await;
    let Spring {
        programme,
        maya,
        max,
        tom,
        ..
    } = spring(&app).await;
    let full = format!(
        "update enrolments set capacity = 0 where person_id = {}",
        max.0
    );
    run(&app, &full).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let tried = format!("?site=30&place={}&lock={}-{}", max.0, tom.0, maya.0);
    let page = cleo.get(&at(programme, &tried)).await;
    let give = page
        .link("give it on their enrolment")
        .replace("&#38;", "&");
    let enrolment = format!("/programmes/{}/enrolments/{}/mentor", programme.id, max.0);
    assert_eq!(give, format!("{enrolment}{tried}"));
    let form = cleo.get(&give).await;
    form.says("Matching</a>");
    let version = form.values_of("version")[0].to_owned();
    let places = [("capacity", "many"), ("about", ""), ("version", &version)];
    cleo.post(&give, &places)
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says(&format!("{enrolment}?site=30&#38;place="));

    // Somebody else writes what they offer meanwhile.
    let other = [
        ("capacity", "0"),
        ("about", "Budgets"),
        ("version", &version),
    ];
    cleo.post(&enrolment, &other)
        .await
        .is(StatusCode::SEE_OTHER);
    let places = [("capacity", "1"), ("about", ""), ("version", &version)];
    let refused = cleo.post(&give, &places).await;
    refused
        .is(StatusCode::CONFLICT)
        .says("This has changed since you opened it: it says “Budgets” now");
    assert_eq!(refused.values_of("capacity"), ["1"]);
    let version = refused.values_of("version")[0];
    let places = [
        ("capacity", "1"),
        ("about", "Budgets"),
        ("version", version),
    ];
    let given = cleo.post(&give, &places).await;
    given.leads_to(&at(
        programme,
        &format!("?site=30&lock={}-{}#pairs", tom.0, maya.0),
    ));
}

#[sqlx::test]
async fn what_becomes_of_a_lock_is_said(db: PgPool) {
    let app = TestApp::new(db).await;
    let Spring {
        programme,
        maya,
        max,
        tom,
        tia,
    } = spring(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    // The programme lets nobody have more than they have.
    let most = format!(
        "update programmes set capacity_default = 1, capacity_max = 1 where id = {}",
        programme.id
    );
    run(&app, &most).await;
    let both = format!("?lock={0}-{2}&lock={1}-{2}", tom.0, tia.0, maya.0);
    cleo.get(&at(programme, &both))
        .await
        .says("More mentees are locked to Maya than they have places, and the programme lets a mentor have 1 mentee at most")
        .does_not_say("Try one place more");
    let beyond = cleo
        .get(&at(programme, &format!("?place={}", maya.0)))
        .await;
    beyond.says("It is beyond the programme’s maximum of 1 mentee to a mentor");

    let away = format!(
        "insert into applications (programme_id, person_id, part, about, capacity, started_at,
            sent_at, away_from, away_until)
         values ({}, {}, 'mentor', 'Away', 1, '2026-01-01', '2026-01-01', '2026-01-01', '2027-12-31')",
        programme.id, max.0
    );
    run(&app, &away).await;
    let lock = format!("?lock={}-{}&place={}", tom.0, max.0, max.0);
    cleo.get(&at(programme, &lock))
        .await
        .says("Max is away and takes nobody on today")
        .says("They are away, so that it counts for nothing today")
        .does_not_say("Try one place more");

    // Whoever is paired meanwhile is not here any more.
    let lock = format!("?lock={}-{}", tom.0, maya.0);
    let offered = format!(
        "insert into pairings (programme_id, mentor_id, mentee_id, proposed_on, offered_on)
         values ({}, {}, {}, '2026-01-01', '2026-01-01')",
        programme.id, maya.0, tom.0
    );
    run(&app, &offered).await;
    let page = cleo.get(&at(programme, &lock)).await;
    page.says("Locked in vain")
        .does_not_say("beside what you have locked");
    let unlocked = cleo.get(page.link("Unlock")).await;
    unlocked.does_not_say("Locked in vain");

    let keys: Vec<String> = (0..201)
        .map(|number| format!("forbid={number}-1"))
        .collect();
    cleo.get(&at(programme, &format!("?{}", keys.join("&"))))
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("No more than 200 pairs can be kept apart at a time, and here are 201");
}

#[sqlx::test]
async fn whoever_cannot_be_chosen_is_compared_as_well(db: PgPool) {
    let app = TestApp::new(db).await;
    let Spring {
        programme,
        maya,
        max,
        tom,
        ..
    } = spring(&app).await;
    run(
        &app,
        "update enrolments set capacity = 0 where part = 'mentor'",
    )
    .await;
    let cleo = app.sign_in(programme.coordinator).await;
    let path = format!("/programmes/{}/pairings/new?mentee={}", programme.id, tom.0);
    let page = cleo.get(&path).await;
    let at = |name: &str| page.body.find(&format!("<b>{name}</b>")).unwrap();
    assert!(
        at("Maya") < at("Max"),
        "{} {}: Maya is in Leeds, as Tom is",
        maya.0,
        max.0
    );
    page.says("Maya has no free place")
        .says("points of 100: Both in Leeds")
        .says("Different places: Leeds and Pune");
    let looks: i64 = sqlx::query_scalar(
        "select count(*) from audit_events where act = 'looked at the matching' and programme_id = $1",
    )
    .bind(programme.id)
    .fetch_one(&app.db)
    .await
    .unwrap();
    assert_eq!(looks, 1, "by whoever reads what both have answered");
}
