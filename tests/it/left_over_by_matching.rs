//! Whoever is left over by matching: why, and what would help, which is what comes of pressing it.

use crate::matching::{Spring, at, many, run, spring, work};
use crate::support::{Answer, TestApp, given};
use sqlx::PgPool;

/// What the page says of somebody who has nobody.
#[track_caller]
fn left_over<'a>(page: &'a Answer, name: &str) -> &'a str {
    let (_, all) = page.body.split_once("id=\"unmatched\"").expect("somebody");
    let (all, _) = all.split_once("</section>").unwrap();
    let theirs = format!(">{name}</a>");
    let found = all.split("<li>").find(|one| one.contains(&theirs));
    found.unwrap_or_else(|| panic!("{name} is not left over: {all}"))
}

fn is_left_over(page: &Answer, name: &str) -> bool {
    let all = page.body.split_once("id=\"unmatched\"");
    all.and_then(|(_, all)| all.split_once("</section>"))
        .is_some_and(|(all, _)| all.contains(&format!(">{name}</a>")))
}

/// Where what would help leads.
#[track_caller]
fn help(page: &Answer, name: &str) -> String {
    let said = left_over(page, name);
    let link = said.split("<a href=\"").last().expect("a link");
    let (link, _) = link.split_once('"').unwrap();
    assert!(link.contains("matching?"), "no help for {name}: {said}");
    link.replace("&#38;", "&").replace("&amp;", "&")
}

async fn away(app: &TestApp, spring: &Spring) {
    let sql = format!(
        "insert into applications (programme_id, person_id, part, about, capacity, started_at,
            sent_at, away_from, away_until)
         values ({}, {}, 'mentor', 'Away', 1, '2026-01-01', '2026-01-01', '2026-01-01', '2027-12-31')",
        spring.programme.id, spring.max.0
    );
    run(app, &sql).await;
}

#[sqlx::test]
async fn a_place_more_is_offered_where_this_mentee_would_have_it(db: PgPool) {
    let app = TestApp::new(db).await;
    let spring = spring(&app).await;
    let programme = spring.programme;
    away(&app, &spring).await;
    let ted = given::person(&app.db, "Ted").await;
    given::mentee(&app.db, programme, ted).await;
    run(
        &app,
        &format!(
            "update people set location = 'Leeds' where id = {}",
            spring.tia.0
        ),
    )
    .await;
    let cleo = app.sign_in(programme.coordinator).await;
    let lock = format!("?lock={}-{}", spring.tom.0, spring.maya.0);
    let page = cleo.get(&at(programme, &lock)).await;
    for name in ["Tia", "Ted"] {
        let said = left_over(&page, name);
        assert!(
            said.contains(
                "Of the 2 mentors, Max is away and Maya is taken by pairs that are locked."
            ),
            "{said}"
        );
        assert!(!said.contains("more with Max"), "who is away: {said}");
        assert!(
            said.contains("nobody else has to move: 2 matched with "),
            "{said}"
        );
        assert!(
            said.contains("Try one place more with Maya, locked for them"),
            "{said}"
        );
    }

    let with_tia = cleo.get(&help(&page, "Tia")).await;
    with_tia.says("<b>2</b>of 3 mentees matched");
    assert!(!is_left_over(&with_tia, "Tia"));
    let with_ted = cleo.get(&help(&page, "Ted")).await;
    with_ted.says("<b>2</b>of 3 mentees matched");
    assert!(!is_left_over(&with_ted, "Ted"));

    // A second place with the same mentor is another address.
    let both = help(&with_tia, "Ted");
    assert_eq!(both.matches(&format!("place={}", spring.maya.0)).count(), 2);
    let with_both = cleo.get(&both).await;
    with_both.says("<b>3</b>of 3 mentees matched");
    let less = with_both.link("Take it away").replace("&#38;", "&");
    let less = cleo.get(&less).await;
    less.says("<b>2</b>of 3 mentees matched");
    assert!(is_left_over(&less, "Ted"), "it was for them");
    let none = less.link("Take it away").replace("&#38;", "&");
    let none = cleo.get(&none).await;
    none.says("<b>1</b>of 3 mentees matched");
    assert_eq!(none.body.matches(">Locked<").count(), 1);
}

#[sqlx::test]
async fn nobody_is_blamed_who_keeps_nobody_away(db: PgPool) {
    let app = TestApp::new(db).await;
    let Spring {
        programme,
        maya,
        max,
        tom,
        ..
    } = spring(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let forbid = format!("?forbid={}-{}&forbid={}-{}", tom.0, maya.0, tom.0, max.0);
    let page = cleo.get(&at(programme, &forbid)).await;
    let said = left_over(&page, "Tom");
    assert!(
        said.contains("No mentor is allowed: both mentors are kept apart from them by you."),
        "{said}"
    );
    let allowed = cleo.get(&help(&page, "Tom")).await;
    allowed
        .says("<b>2</b>of 2 mentees matched")
        .says("Kept apart");

    run(
        &app,
        "update enrolments set capacity = 0 where part = 'mentor'",
    )
    .await;
    let page = cleo.get(&at(programme, "")).await;
    let said = left_over(&page, "Tom");
    assert!(
        said.contains("Both mentors are full: Max and Maya."),
        "{said}"
    );
    let one = format!("?forbid={}-{}", tom.0, max.0);
    let page = cleo.get(&at(programme, &one)).await;
    let said = left_over(&page, "Tom");
    let only = "Of mentors whom you do not keep apart from them there is only Maya, who is full.";
    assert!(said.contains(only), "{said}");
}

#[sqlx::test]
async fn a_rule_that_allows_nobody_is_named_and_what_comes_of_loosening_it(db: PgPool) {
    let app = TestApp::new(db).await;
    let Spring {
        programme,
        maya,
        tom,
        ..
    } = spring(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let must = "?criteria=all&language.must=yes&site=50";
    run(
        &app,
        &format!(
            "update people set languages = '{{Welsh}}' where id in ({}, {})",
            maya.0, tom.0
        ),
    )
    .await;
    run(
        &app,
        "update people set languages = '{Dutch}' where full_name = 'Max'",
    )
    .await;
    run(
        &app,
        "update people set languages = '{Welsh}' where full_name = 'Tia'",
    )
    .await;
    let page = cleo.get(&at(programme, must)).await;
    let said = left_over(&page, "Tia");
    let only = "Of mentors who speak Welsh there is only Maya, who is taken by pairs that score at least as high together.";
    assert!(said.contains(only), "{said}");

    run(
        &app,
        "update people set languages = '{Dutch}' where full_name = 'Maya'",
    )
    .await;
    let page = cleo.get(&at(programme, must)).await;
    page.says("<b>0</b>of 2 mentees matched");
    let said = left_over(&page, "Tia");
    let none =
        "No mentor is allowed: both mentors do not suit by “Language in common”, which has to be.";
    assert!(said.contains(none), "{said}");
    assert!(
        said.contains("Try without “Language in common” having to be"),
        "{said}"
    );
    let without = cleo.get(&help(&page, "Tia")).await;
    without.says("<b>2</b>of 2 mentees matched");
    let sites = without.values_of("site");
    assert!(
        sites.iter().all(|one| *one == "50"),
        "the rest is as it was tried"
    );

    // A lowest score, and how low it would have to be.
    let lowest = "?criteria=all&points_least=99";
    let page = cleo.get(&at(programme, lowest)).await;
    let said = left_over(&page, "Tom");
    assert!(
        said.contains("both mentors score below 99.00 with them"),
        "{said}"
    );
    let lower = cleo.get(&help(&page, "Tom")).await;
    assert!(!is_left_over(&lower, "Tom"), "{}", lower.body);
}

#[sqlx::test]
async fn what_concerns_two_alone_comes_before_a_rule_for_everybody(db: PgPool) {
    let app = TestApp::new(db).await;
    let Spring {
        programme,
        maya,
        max,
        tom,
        ..
    } = spring(&app).await;
    let ned = given::person(&app.db, "Ned").await;
    given::mentee(&app.db, programme, ned).await;
    run(
        &app,
        "update enrolments set capacity = 2 where part = 'mentor'",
    )
    .await;
    let moved = format!("update people set location = 'Pune' where id = {}", tom.0);
    run(&app, &moved).await;
    let cleo = app.sign_in(programme.coordinator).await;
    // Without the rule there would be a mentor for Ned too.
    let tried = format!(
        "?criteria=all&site=10&site.must=yes&forbid={}-{}",
        tom.0, max.0
    );
    let page = cleo.get(&at(programme, &tried)).await;
    page.says("<b>1</b>of 3 mentees matched");
    let said = left_over(&page, "Tom");
    assert!(said.contains("Try allowing Max<"), "{said}");
    let said = left_over(&page, "Ned");
    assert!(
        said.contains("Try without “Place of work” having to be<"),
        "{said}"
    );
    let allowed = cleo.get(&help(&page, "Tom")).await;
    allowed.says("<b>2</b>of 3 mentees matched");
    let without = cleo.get(&help(&page, "Ned")).await;
    without.says("of 3 mentees matched");
    assert!(!is_left_over(&without, "Ned"));

    // No change of a rule helps who is managed by all of them.
    for (who, by) in [(ned, maya), (maya, max)] {
        let sql = format!(
            "update people set line_manager_id = {} where id = {}",
            by.0, who.0
        );
        run(&app, &sql).await;
    }
    let page = cleo.get(&at(programme, &tried)).await;
    let said = left_over(&page, "Ned");
    assert!(
        said.contains(
            "No single place, pair or rule would change that without leaving somebody else over."
        ),
        "{said}"
    );
}

#[sqlx::test]
async fn what_has_to_be_has_to_be_though_it_weighs_nothing(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = spring(&app).await.programme;
    for (name, language) in [
        ("Maya", "Welsh"),
        ("Max", "Dutch"),
        ("Tom", "Dutch"),
        ("Tia", "Welsh"),
    ] {
        let sql =
            format!("update people set languages = '{{{language}}}' where full_name = '{name}'");
        run(&app, &sql).await;
    }
    let cleo = app.sign_in(programme.coordinator).await;
    cleo.get(&at(programme, "")).await.says("Both in Leeds");
    let must = "?criteria=all&language=0&language.must=yes";
    cleo.get(&at(programme, must))
        .await
        .says("<b>2</b>of 2 mentees matched")
        .says("Leeds and Pune")
        .does_not_say("Both speak Welsh");
    let none = "?criteria=all&language=0&language.must=yes&lock=";
    let (maya, tom) = ids(&app).await;
    cleo.get(&at(programme, &format!("{none}{tom}-{maya}")))
        .await
        .says("a rule does not allow the pair");
}

#[sqlx::test]
async fn whom_else_a_place_could_be_asked_of_is_said_and_that_the_maximum_keeps_it(db: PgPool) {
    let app = TestApp::new(db).await;
    let mentors = ["Ada", "Bea", "Cai", "Dee", "Eve", "Fay"].map(|name| (name, 0));
    let programme = many(&app, &mentors, 1).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let page = cleo.get(&at(programme, "")).await;
    let said = left_over(&page, "Tom 01");
    assert!(
        said.contains("Try one place more with Ada, locked for them<"),
        "{said}"
    );
    assert!(
        said.contains("Or one place more, locked for them, with <a"),
        "{said}"
    );
    assert!(said.contains(">Dee</a>, or any of 2 more."), "{said}");
    let with_dee = cleo.get(&help(&page, "Tom 01")).await;
    with_dee.says("<b>1</b>of 1 mentees matched").says("Locked");

    let most = format!(
        "update programmes set capacity_default = 1, capacity_max = 1 where id = {}",
        programme.id
    );
    let full = "update enrolments set capacity = 1 where part = 'mentor'";
    run(&app, full).await;
    run(&app, &most).await;
    for number in 2..=7 {
        let tom = given::person(&app.db, &format!("Tom {number:02}")).await;
        given::mentee(&app.db, programme, tom).await;
    }
    let page = cleo.get(&at(programme, "")).await;
    page.says("<b>6</b>of 7 mentees matched").says(
        "No single place, pair or rule would change that without leaving somebody else over, with \
         the programme’s maximum of 1 mentee to a mentor.",
    );
    let ruled_out =
        "insert into applications (programme_id, person_id, part, about, started_at, sent_at)
         select programme_id, person_id, 'mentee', 'x', '2026-01-01', '2026-01-01'
         from enrolments where part = 'mentee'";
    run(&app, ruled_out).await;
    let wishes = "insert into exclusions (application_id, person_id)
         select applications.id, mentor.person_id from applications, enrolments mentor
         where mentor.part = 'mentor'";
    run(&app, wishes).await;
    let page = cleo.get(&at(programme, "")).await;
    let said = left_over(&page, "Tom 01");
    assert!(said.contains("leaving somebody else over."), "{said}");
}

#[sqlx::test]
async fn a_job_looks_into_whatever_takes_longer_than_a_page_waits(db: PgPool) {
    let app = TestApp::new(db).await;
    let names: Vec<String> = (1..=120).map(|number| format!("Ada {number:03}")).collect();
    let mentors: Vec<(&str, i16)> = names.iter().map(|name| (name.as_str(), 1)).collect();
    let programme = many(&app, &mentors, 120).await;
    // For each of the first four it is another score that would be enough.
    for (who, known) in [
        ("Ada %", "location = 'Leeds', languages = '{Welsh}'"),
        ("Tom 02", "location = 'Leeds'"),
        ("Tom 03", "languages = '{Welsh}'"),
        ("Tom 04", "location = 'Leeds', languages = '{Welsh}'"),
    ] {
        let sql = format!("update people set {known} where full_name like '{who}'");
        run(&app, &sql).await;
    }
    let cleo = app.sign_in(programme.coordinator).await;
    let tried = "?method=worst_off&criteria=all&site=10&language=5&points_least=99";
    let page = cleo.get(&at(programme, tried)).await;
    page.says("<b>0</b>of 120 mentees matched");
    assert!(left_over(&page, "Tom 01").contains("Try without a lowest score"));
    let said = left_over(&page, "Tom 04");
    assert!(
        said.contains("Nothing was found yet: not everything"),
        "{said}"
    );

    let all = page.link("Look into all of it").replace("&#38;", "&");
    let job = cleo.get(&all).await.location.expect("somewhere to wait");
    assert!(!job.contains("help="), "{job}");
    cleo.get(&job).await.says("Being matched");
    let again = cleo.get(&all).await.location;
    assert_eq!(again.as_ref(), Some(&job), "it is worked at already");
    work(&app.state()).await;
    let page = cleo.get(&job).await;
    page.does_not_say("Look into all of it")
        .does_not_say("Nothing was found yet");
    let said = left_over(&page, "Tom 04");
    assert!(said.contains("as enough"), "{said}");
    let lower = cleo.get(&help(&page, "Tom 04")).await;
    assert!(!is_left_over(&lower, "Tom 04"), "{}", lower.body);
}

async fn ids(app: &TestApp) -> (i64, i64) {
    sqlx::query_as("select (select id from people where full_name = 'Maya'), (select id from people where full_name = 'Tom')")
        .fetch_one(&app.db)
        .await
        .unwrap()
}
