//! Coordinators match a whole programme at once, by what counts in it.

use crate::support::given::{Person, Programme};
use crate::support::{Answer, TestApp, Visitor, given};
use axum::http::StatusCode;
use sqlx::PgPool;
use tokio::sync::watch;
use waymark::{App, workbench};

pub fn at(programme: Programme, place: &str) -> String {
    format!("/programmes/{}/matching{place}", programme.id)
}

pub async fn run(app: &TestApp, sql: &str) {
    sqlx::query(sqlx::AssertSqlSafe(sql.to_owned()))
        .execute(&app.db)
        .await
        .unwrap();
}

/// "mentee-mentor" of each open pairing.
pub async fn pairs(app: &TestApp) -> Vec<(String, String)> {
    sqlx::query_as(
        "select mentee.full_name, mentor.full_name from pairings
         join people mentee on mentee.id = mentee_id join people mentor on mentor.id = mentor_id
         where closed_on is null order by 1",
    )
    .fetch_all(&app.db)
    .await
    .unwrap()
}

pub struct Spring {
    pub programme: Programme,
    pub maya: Person,
    pub max: Person,
    pub tom: Person,
    pub tia: Person,
}

/// Two mentors of one place each, in Leeds and Pune; Tom of Leeds, who waits longest, and Tia of Pune.
pub async fn spring(app: &TestApp) -> Spring {
    let programme = given::programme(&app.db, "Europe/London").await;
    let mut people = Vec::new();
    for (name, place) in [
        ("Maya", "Leeds"),
        ("Max", "Pune"),
        ("Tom", "Leeds"),
        ("Tia", "Pune"),
    ] {
        let person = given::person(&app.db, name).await;
        let sql = format!(
            "update people set location = '{place}' where id = {}",
            person.0
        );
        run(app, &sql).await;
        people.push(person);
    }
    let [maya, max, tom, tia] = people[..] else {
        unreachable!("four people")
    };
    given::mentor(&app.db, programme, maya, 1).await;
    given::mentor(&app.db, programme, max, 1).await;
    given::mentee(&app.db, programme, tom).await;
    given::mentee(&app.db, programme, tia).await;
    Spring {
        programme,
        maya,
        max,
        tom,
        tia,
    }
}

/// Mentors with so many places each, and mentees from "Tom 01" on.
pub async fn many(app: &TestApp, mentors: &[(&str, i16)], mentees: usize) -> Programme {
    let programme = given::programme(&app.db, "Europe/London").await;
    for (name, places) in mentors {
        let mentor = given::person(&app.db, name).await;
        given::mentor(&app.db, programme, mentor, *places).await;
    }
    for number in 1..=mentees {
        let tom = given::person(&app.db, &format!("Tom {number:02}")).await;
        given::mentee(&app.db, programme, tom).await;
    }
    programme
}

async fn page_of(cleo: &Visitor<'_>, programme: Programme, query: &str) -> Answer {
    cleo.get(&at(programme, query)).await
}

/// What a server does in the background that nobody stops, and how many jobs it was.
pub async fn work(state: &App) -> u64 {
    let (_stop, stopped) = watch::channel(false);
    workbench::jobs::work(state, &stopped).await.unwrap()
}

/// The keys of all pairings, in their order.
pub async fn keys(app: &TestApp) -> Vec<String> {
    sqlx::query_scalar("select id::text from pairings order by id")
        .fetch_all(&app.db)
        .await
        .unwrap()
}

/// Presses the button that proposes what the page shows.
pub async fn propose(
    cleo: &Visitor<'_>,
    programme: Programme,
    page: &Answer,
    query: &str,
) -> Answer {
    let mut fields: Vec<(&str, &str)> = Vec::new();
    for name in ["seal", "once"] {
        fields.push((name, page.values_of(name)[0]));
    }
    let asked: Vec<_> = query.trim_start_matches('?').split('&').collect();
    fields.extend(asked.iter().filter_map(|pair| pair.split_once('=')));
    cleo.post(&at(programme, ""), &fields).await
}

#[sqlx::test]
async fn everybody_who_waits_is_matched_and_told_why(db: PgPool) {
    let app = TestApp::new(db).await;
    let spring = spring(&app).await;
    let cleo = app.sign_in(spring.programme.coordinator).await;
    let page = cleo.get(&at(spring.programme, "")).await;
    page.says("<b>2</b>of 2 mentees matched")
        .says("36.36 points")
        .says("no other pairs match more mentees")
        .says("Both in Leeds")
        .says("Both in Pune")
        .says("Propose these 2 pairs");
    assert_eq!(pairs(&app).await, [], "looking proposes nothing");

    propose(&cleo, spring.programme, &page, "")
        .await
        .tells("2 pairings are proposed");
    let both = [("Tia", "Max"), ("Tom", "Maya")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(pairs(&app).await, both);
    let offered: i64 =
        sqlx::query_scalar("select count(*) from pairings where offered_on is not null")
            .fetch_one(&app.db)
            .await
            .unwrap();
    assert_eq!(offered, 0, "nobody is told");
    cleo.get(&at(spring.programme, ""))
        .await
        .says("exactly the 2 pairings that are proposed now");

    // The same press again, as by a double click.
    propose(&cleo, spring.programme, &page, "")
        .await
        .leads_to(&format!("/programmes/{}", spring.programme.id));
    assert_eq!(pairs(&app).await, both);
}

#[sqlx::test]
async fn what_speaks_for_a_proposal_is_read_before_it_is_published(db: PgPool) {
    let app = TestApp::new(db).await;
    let Spring { programme, .. } = spring(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let page = cleo.get(&at(programme, "")).await;
    propose(&cleo, programme, &page, "").await;
    let publication = format!("/programmes/{}/publication", programme.id);
    cleo.get(&publication)
        .await
        .says("Tom would be mentored by Maya")
        .says("points of 100: Both in Leeds")
        .says("points of 100: Both in Pune");
    let fewer = format!(
        "insert into matching_rules (programme_id, grades_least, grades_most, half_hours_wanted,
            half_hours_least, score_least, again)
         values ({}, 1, 4, 4, 0, 5000, false)",
        programme.id
    );
    run(&app, &fewer).await;
    cleo.get(&publication).await.says("A score below 50.00");
}

#[sqlx::test]
async fn what_is_tried_stands_in_the_address_and_nowhere_else(db: PgPool) {
    let app = TestApp::new(db).await;
    let Spring {
        programme,
        maya,
        max,
        tom,
        tia,
    } = spring(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let lock = format!("?lock={}-{}", tom.0, max.0);
    let locked = cleo.get(&at(programme, &lock)).await;
    locked
        .says("Locked")
        .says("Leeds and Pune")
        .says("Pune and Leeds");
    let unlock = locked.link("Unlock").replace("&amp;", "&");
    assert_eq!(unlock, format!("{}?#pairs", at(programme, "")));

    let forbid = format!("?forbid={}-{}&forbid={}-{}", tom.0, maya.0, tom.0, max.0);
    cleo.get(&at(programme, &forbid))
        .await
        .says("<b>1</b>of 2 mentees matched")
        .says("Kept apart");

    // Both mentees for one mentor, who has one place.
    let clash = format!("?lock={}-{}&lock={}-{}", tom.0, max.0, tia.0, max.0);
    cleo.get(&at(programme, &clash))
        .await
        .says("More mentees are locked to Max than they have places")
        .says("Unlock<span class=\"hidden\"> Tia and Max")
        .says("What counts, and how much")
        .says("Try one place more with Max");
    let out = page_of(&cleo, programme, &clash).await;
    let out = out.link("Unlock").replace("&#38;", "&");
    cleo.get(&out).await.says("<b>2</b>of 2 mentees matched");
    let more = page_of(
        &cleo,
        programme,
        &format!("{clash}&forbid={}-{}", tom.0, maya.0),
    )
    .await;
    more.says("Kept apart");
    let more = more.link("Try one place more").replace("&#38;", "&");
    cleo.get(&more).await.says("<b>2</b>of 2 mentees matched");
    let twice = format!("?lock={}-{}&lock={}-{}", tom.0, max.0, tom.0, maya.0);
    cleo.get(&at(programme, &twice))
        .await
        .says("Tom is locked to two mentors");

    // One place more lets a second mentee in.
    run(
        &app,
        &format!(
            "update enrolments set capacity = 0 where person_id = {}",
            max.0
        ),
    )
    .await;
    cleo.get(&at(programme, ""))
        .await
        .says("<b>1</b>of 2 mentees matched")
        .says("Try one place more with Max");
    let more = format!("?place={}", max.0);
    cleo.get(&at(programme, &more))
        .await
        .says("<b>2</b>of 2 mentees matched")
        .says("Places that you try")
        .says("<b>2</b>free places")
        .says(&format!("/enrolments/{}/mentor", max.0))
        .says("<button class=\"button\" disabled aria-describedby=\"tried-only\">Propose these 2 pairs");
    let page = page_of(&cleo, programme, &more).await;
    propose(&cleo, programme, &page, &more)
        .await
        .is(StatusCode::CONFLICT)
        .says("need a place that is only tried. Nothing is proposed yet")
        .does_not_say("have changed since you read this");
    assert_eq!(pairs(&app).await, []);

    // Nobody matches by the same place any more.
    run(
        &app,
        &format!(
            "update enrolments set capacity = 1 where person_id = {}",
            max.0
        ),
    )
    .await;
    let elsewhere = "?criteria=all&site=50&site.wanted=different&skills=0&hours=0";
    let page = cleo.get(&at(programme, elsewhere)).await;
    page.says("Leeds and Pune");
    propose(&cleo, programme, &page, elsewhere)
        .await
        .tells("2 pairings are proposed");
    let crossed = [("Tia", "Maya"), ("Tom", "Max")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(pairs(&app).await, crossed);

    // The programme's own criteria are as they were, and say otherwise.
    let page = cleo.get(&at(programme, "")).await;
    page.says("2 mentees would have another mentor than is proposed now");
    propose(&cleo, programme, &page, "")
        .await
        .tells("2 pairings are proposed");
    let both = [("Tia", "Max"), ("Tom", "Maya")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(
        pairs(&app).await,
        both,
        "what was proposed before is withdrawn"
    );
}

#[sqlx::test]
async fn what_is_tried_is_compared_before_anything_is_saved(db: PgPool) {
    let app = TestApp::new(db).await;
    let Spring {
        programme,
        maya,
        tom,
        max,
        ..
    } = spring(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    cleo.get(&at(programme, ""))
        .await
        .does_not_say("What would change");

    // With nothing proposed: beside what the programme's own criteria give.
    let lock = format!("?lock={}-{}", tom.0, max.0);
    let page = cleo.get(&at(programme, &lock)).await;
    page.says("2 mentees would have another mentor than by the programme’s own criteria.")
        .says("Who loses (2)")
        .does_not_say("Who gains")
        .says("<td data-label=\"Mentor now\">Maya</td>")
        .says("<td data-label=\"Mentor then\">Max</td>");
    let weight = "?criteria=all&site=50&site.wanted=different&skills=0&hours=0";
    let page = cleo.get(&at(programme, weight)).await;
    page.says("Who gains (2)");

    // With a draft: beside the draft, and by what counts in what is tried.
    let page = cleo.get(&at(programme, "")).await;
    propose(&cleo, programme, &page, "").await;
    let one = format!("{lock}&forbid={}-{}", tom.0, maya.0);
    let page = cleo.get(&at(programme, &one)).await;
    page.says("2 mentees would have another mentor than is proposed now")
        .says("not allowed");
    assert_eq!(pairs(&app).await[1].1, "Maya", "nothing is saved");
}

#[sqlx::test]
async fn what_counts_is_kept_for_the_programme(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = spring(&app).await.programme;
    let cleo = app.sign_in(programme.coordinator).await;
    let mut fields = vec![
        ("criteria", "all"),
        ("site", "101"),
        ("skills", "many"),
        ("grades_least", "5"),
        ("grades_most", "2"),
        ("hours", "7"),
    ];
    let refused = cleo.post(&at(programme, "/criteria"), &fields).await;
    refused
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Enter a whole number from 0 to 100")
        .says("The most grades above cannot be fewer than the least");
    fields[1].1 = "90";
    fields[2].1 = "0";
    fields[4].1 = "6";
    fields.extend([
        ("site.wanted", "different"),
        ("hours.must", "yes"),
        ("again", "yes"),
    ]);
    cleo.post(&at(programme, "/criteria"), &fields)
        .await
        .tells("This is what counts");
    let page = cleo.get(&at(programme, "")).await;
    assert_eq!(page.values_of("site"), ["90"]);
    assert_eq!(page.values_of("skills"), ["0"]);
    assert_eq!(page.values_of("grades_most"), ["6"]);
    page.says("<option value=\"different\" selected>");
    // Nobody has given hours, and now they have to have some in common.
    page.says("both mentors do not suit by “Hours in common”, which has to be");
    let nothing = cleo
        .post(
            &at(programme, "/criteria"),
            &[
                ("skills", "0"),
                ("site", "0"),
                ("hours", "0"),
                ("wishes", "0"),
                ("seniority", "0"),
                ("department", "0"),
                ("language", "0"),
                ("experience", "0"),
            ],
        )
        .await;
    nothing
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("at least one of these a weight above 0");
}

#[sqlx::test]
async fn no_hours_are_made_up_for_whoever_has_not_said_when(db: PgPool) {
    let app = TestApp::new(db).await;
    let Spring {
        programme,
        maya,
        max,
        tom,
        tia,
    } = spring(&app).await;
    for mentor in [maya, max] {
        given::weekly_hours(&app.db, mentor, 2, "09:00", "11:00").await;
    }
    given::weekly_hours(&app.db, tia, 2, "10:00", "12:00").await;
    let cleo = app.sign_in(programme.coordinator).await;
    let page = cleo.get(&at(programme, "")).await;
    page.says("The mentee has not said when")
        .says("1 hour a week in common")
        .does_not_say("2 hours a week in common")
        .says("Known of 1 of 2 mentees and 2 of 2 mentors");
    // The same of both sides where some hours are needed.
    let least = "?half_hours_least=1";
    cleo.get(&at(programme, least))
        .await
        .says("<b>1</b>of 2 mentees matched")
        .says("both mentors have given fewer than 30 minutes a week in common with them");
    given::weekly_hours(&app.db, tom, 2, "09:00", "10:00").await;
    cleo.get(&at(programme, least))
        .await
        .says("<b>2</b>of 2 mentees matched");
    run(&app, "delete from weekly_hours").await;
    cleo.get(&at(programme, ""))
        .await
        .says("Neither has said when");
}

#[sqlx::test]
async fn nothing_is_proposed_that_was_not_read(db: PgPool) {
    let app = TestApp::new(db).await;
    let Spring { programme, max, .. } = spring(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let page = cleo.get(&at(programme, "")).await;
    run(
        &app,
        &format!("update people set location = 'Leeds' where id = {}", max.0),
    )
    .await;
    let refused = propose(&cleo, programme, &page, "").await;
    refused
        .is(StatusCode::CONFLICT)
        .says("have changed since you read this");
    assert_eq!(pairs(&app).await, []);
    let again = propose(&cleo, programme, &refused, "").await;
    again.tells("2 pairings are proposed");
}

#[sqlx::test]
async fn two_coordinators_who_propose_at_once_propose_one_plan(db: PgPool) {
    let app = TestApp::new(db).await;
    let Spring { programme, .. } = spring(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let other = given::person(&app.db, "Carl").await;
    run(&app, &format!("insert into coordinators (programme_id, person_id, named_at) values ({}, {}, '2026-01-01')", programme.id, other.0)).await;
    let carl = app.sign_in(other).await;
    let crossed = "?criteria=all&site=50&site.wanted=different";
    let (one, two) = (
        cleo.get(&at(programme, "")).await,
        carl.get(&at(programme, crossed)).await,
    );
    let (one, two) = tokio::join!(
        propose(&cleo, programme, &one, ""),
        propose(&carl, programme, &two, crossed)
    );
    let cleo_was_first = one.status == StatusCode::SEE_OTHER;
    let (first, second) = match cleo_was_first {
        true => (one, two),
        false => (two, one),
    };
    first.tells("2 pairings are proposed");
    second
        .is(StatusCode::CONFLICT)
        .says("have changed since you read this");
    let plain = [("Tia", "Max"), ("Tom", "Maya")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    let other = [("Tia", "Maya"), ("Tom", "Max")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    let of_first = if cleo_was_first { plain } else { other };
    assert_eq!(pairs(&app).await, of_first, "nothing of it is lost");
    let closed: i64 =
        sqlx::query_scalar("select count(*) from pairings where closed_on is not null")
            .fetch_one(&app.db)
            .await
            .unwrap();
    assert_eq!(closed, 0);

    // Whoever came second reads on with what they have tried, and may still decide so.
    let (late, query) = if cleo_was_first {
        (&carl, crossed)
    } else {
        (&cleo, "")
    };
    second.says("2 mentees would have another mentor than is proposed now");
    propose(late, programme, &second, query)
        .await
        .tells("2 pairings are proposed");
}

#[sqlx::test]
async fn the_rules_keep_people_apart(db: PgPool) {
    let app = TestApp::new(db).await;
    let Spring {
        programme,
        maya,
        max,
        tom,
        tia,
    } = spring(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    // Maya manages somebody who manages Tom; Tia would rather not have Max.
    let between = given::person(&app.db, "Between").await;
    run(
        &app,
        &format!(
            "update people set line_manager_id = {} where id = {}",
            maya.0, between.0
        ),
    )
    .await;
    run(
        &app,
        &format!(
            "update people set line_manager_id = {} where id = {}",
            between.0, tom.0
        ),
    )
    .await;
    let application = given::application(&app.db, programme, tia, "mentee").await;
    run(
        &app,
        &format!("insert into exclusions values ({application}, {})", max.0),
    )
    .await;
    let page = cleo.get(&at(programme, "")).await;
    page.says("Leeds and Pune")
        .says("Pune and Leeds")
        .says("<b>2</b>of 2 mentees matched");
    // And both at once leave nobody for Tom.
    run(
        &app,
        &format!(
            "update enrolments set left_at = '2026-04-01' where person_id = {}",
            max.0
        ),
    )
    .await;
    cleo.get(&at(programme, ""))
        .await
        .says("No mentor is allowed: the only mentor is in their line of management.");
}

#[sqlx::test]
async fn two_side_by_side_are_said_to_suit_each_other_as_in_matching(db: PgPool) {
    let app = TestApp::new(db).await;
    let Spring {
        programme,
        maya,
        max,
        tom,
        ..
    } = spring(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let place = format!("/programmes/{}/pairings/new?mentee={}", programme.id, tom.0);
    cleo.get(&place).await.says(" points of 100: Both in Leeds");
    let both = cleo.get(&format!("{place}&mentor={}", maya.0)).await;
    both.says(" points of 100</h2>")
        .says("Both in Leeds")
        .says("How it is");

    // The rules of matching are said, too.
    let rule = [("criteria", "all"), ("site", "10"), ("site.must", "yes")];
    cleo.post(&at(programme, "/criteria"), &rule).await;
    cleo.get(&format!("{place}&mentor={}", max.0))
        .await
        .says("Not as it has to be: Place of work")
        .says("the two are not matched, whatever counts");
}

#[sqlx::test]
async fn whoever_comes_from_the_workbench_keeps_what_they_try(db: PgPool) {
    let app = TestApp::new(db).await;
    let Spring {
        programme,
        maya,
        max,
        tom,
        tia,
    } = spring(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let others = [
        "skills",
        "hours",
        "wishes",
        "seniority",
        "department",
        "language",
        "experience",
    ];
    let others: String = others.map(|one| format!("&{one}=0")).concat();
    let tried = format!("?criteria=all&site=40&site.wanted=different{others}");
    let lock = format!("&lock={}-{}", tia.0, max.0);
    let page = cleo
        .get(&at(programme, &format!("{tried}{lock}&page=1")))
        .await;
    let place = page.link("Tom<").replace("&#38;", "&");
    assert!(place.contains("/pairings/new?mentee=") && place.contains("site.wanted=different"));
    let page = cleo.get(&place).await;
    page.says("100.00 points of 100")
        .says("Scores are by what you try in matching");
    assert_eq!(
        page.link("Matching<").replace("&#38;", "&"),
        at(programme, &format!("{tried}{lock}&page=1#pairs"))
    );

    // Max, who is locked to Tia, has no place for Tom, and Maya has.
    let key = |maya: Person| format!("{}-{}", tom.0, maya.0);
    let links = page.links_under(&at(programme, "?"));
    let back = |more: &str| at(programme, &format!("{tried}{lock}{more}&page=1#pairs"));
    assert_eq!(
        links[1..],
        [
            back(&format!("&place={}", max.0)),
            back(&format!("&lock={}", key(maya))),
            back(&format!("&forbid={}", key(maya))),
        ]
    );
    let locked = cleo.get(&links[2]).await;
    locked
        .says("Locked")
        .says("Unlock<span class=\"hidden\"> Tom and Maya</span>");
    let both = cleo.get(&page.link("Max<").replace("&#38;", "&")).await;
    both.says("By what you try in matching");
    let back = both.link("Choose another mentor").replace("&#38;", "&");
    assert_eq!(back, place);
    let propose = [
        ("mentee", tom.0.to_string()),
        ("mentor", maya.0.to_string()),
    ];
    let fields = propose
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let path = format!("/programmes/{}/pairings", programme.id);
    let once = both.values_of("once")[0];
    cleo.post(
        &path,
        &[&fields[..], &[("once", once), ("site", "40")]].concat(),
    )
    .await
    .leads_to(&at(programme, "?site=40#pairs"))
    .tells("Tom and Maya are proposed");

    // Without it, nothing but what is pressed is tried.
    let place = format!("/programmes/{}/pairings/new?mentee={}", programme.id, tia.0);
    let page = cleo.get(&place).await;
    let link = page.link("Lock these two").replace("&#38;", "&");
    assert!(link.starts_with(&at(programme, "?lock=")), "{link}");
    page.says("Choose another mentee")
        .does_not_say("what you try");
}

#[sqlx::test]
async fn the_whole_is_told_of_in_counts_and_shares(db: PgPool) {
    let app = TestApp::new(db).await;
    let Spring {
        programme,
        maya,
        max,
        tom,
        tia,
    } = spring(&app).await;
    run(
        &app,
        &format!(
            "update enrolments set capacity = 2 where person_id = {}",
            maya.0
        ),
    )
    .await;
    let ted = given::person(&app.db, "Ted").await;
    given::mentee(&app.db, programme, ted).await;
    let sql = format!(
        "insert into pairings (programme_id, mentor_id, mentee_id, proposed_on, offered_on)
         values ({}, {}, {}, '2026-01-01', '2026-01-01')",
        programme.id, maya.0, ted.0
    );
    run(&app, &sql).await;
    for (mentee, mentor) in [(tom, max), (tia, maya)] {
        let sql = format!(
            "insert into mentor_wishes values ({}, {}, {}, 1)",
            programme.id, mentee.0, mentor.0
        );
        run(&app, &sql).await;
    }
    let cleo = app.sign_in(programme.coordinator).await;
    let locks = format!("?lock={}-{}&lock={}-{}", tom.0, maya.0, tia.0, max.0);
    cleo.get(&at(programme, &locks))
        .await
        .does_not_say("who have wished for mentors");
    // Only where they can see their wishes, and take them back.
    run(&app, "update programmes set who_asks = 'both'").await;
    let page = cleo.get(&at(programme, &locks)).await;
    let counted = |row: &str, label: &str, rest: &str| {
        format!(
            "<tr><th scope=\"row\">{row}</th><td class=\"number\" data-label=\"{label}\">{rest}"
        )
    };
    page.says("Of 2 mentees who have wished for mentors")
        .says(&counted("Their first", "Mentees", "0 "))
        .says(&counted("None of them", "Mentees", "2 "))
        .says("With those whom they have already")
        .says(&counted("0", "Mentors", "0 "))
        .says(&counted("1", "Mentors", "1 "))
        .says(&counted("2", "Mentors", "1 "))
        .says("<td class=\"number\" data-label=\"Share\">50 %</td>");
    let page = cleo.get(&at(programme, "")).await;
    page.says(&counted("Their first", "Mentees", "2 "))
        .says(&counted("Their fifth", "Mentees", "0 "));

    // What a method costs is said in points, also where it matches fewer.
    let stable = format!("?method=stable&wishes=0&forbid={}-{}", tia.0, max.0);
    cleo.get(&at(programme, &stable))
        .await
        .says("1 mentee fewer is matched than can be, with ")
        .says(" points more than the 0.00 that the best pairs have together")
        .says("Here: 2 matched with 0.00 points together; the lowest has 0.00.")
        .says("Here: 1 matched with ")
        .says(" more than the best, which match 2; the lowest has ");
}

#[sqlx::test]
async fn everybody_who_has_nobody_is_told_of_with_why(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = many(&app, &[("Maya", 1)], 22).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let page = cleo.get(&at(programme, "")).await;
    page.does_not_say("Tom 22");
    let next = page
        .links_under(&at(programme, "?waiting=2"))
        .pop()
        .unwrap();
    let page = cleo.get(&next).await;
    page.says("Tom 22")
        .says("There is only one mentor, Maya, who is taken by pairs that score")
        .says("Try one place more with Maya, locked for them");
    let tom = page.link("Tom 22").replace("&#38;", "&");
    let by_hand = cleo.get(&tom).await;
    assert_eq!(
        by_hand.link("Matching").replace("&#38;", "&"),
        at(programme, "?waiting=2#unmatched")
    );
}

#[sqlx::test]
async fn a_pair_of_the_last_page_is_locked_from_there(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = many(&app, &[("Maya", 20), ("Max", 20)], 21).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let page = cleo.get(&at(programme, "?page=2")).await;
    page.says("Tom 21").does_not_say("Tom 20<");
    let locked = cleo.get(&page.link("Lock<").replace("&#38;", "&")).await;
    locked.says("Tom 21").says("Locked").does_not_say("Tom 20<");
    let unlocked = cleo.get(&locked.link("Unlock").replace("&#38;", "&")).await;
    unlocked
        .says("Tom 21")
        .does_not_say("Locked")
        .does_not_say("Tom 20<");
    let apart = cleo
        .get(&unlocked.link("Keep apart").replace("&#38;", "&"))
        .await;
    apart.says("Tom 21").says("<h3>Kept apart</h3>");
    let allowed = cleo.get(&apart.link("Allow").replace("&#38;", "&")).await;
    allowed.says("Tom 21").does_not_say("Kept apart</h3>");
}

#[sqlx::test]
async fn matching_is_for_those_who_run_the_programme(db: PgPool) {
    let app = TestApp::new(db).await;
    let Spring { programme, tom, .. } = spring(&app).await;
    let ada = given::administrator(&app.db, "Ada").await;
    for person in [tom, ada] {
        let visitor = app.sign_in(person).await;
        for place in ["", "/runs", "/runs/1"] {
            visitor
                .get(&at(programme, place))
                .await
                .is(StatusCode::NOT_FOUND);
        }
        for place in ["", "/criteria"] {
            visitor
                .post(&at(programme, place), &[])
                .await
                .is(StatusCode::NOT_FOUND);
        }
    }
}

#[sqlx::test]
async fn both_are_written_to_once_the_proposals_are_published(db: PgPool) {
    let app = TestApp::new(db).await;
    let Spring {
        programme,
        tia,
        max,
        ..
    } = spring(&app).await;
    run(
        &app,
        &format!(
            "update people set job_title = 'Head of Digital' where id = {}",
            max.0
        ),
    )
    .await;
    let cleo = app.sign_in(programme.coordinator).await;
    let page = cleo.get(&at(programme, "")).await;
    propose(&cleo, programme, &page, "").await;
    let letters = "select subject, body from letters order by subject";
    let written: Vec<(String, String)> = sqlx::query_as(letters).fetch_all(&app.db).await.unwrap();
    assert_eq!(written, [], "nobody is told before");

    run(
        &app,
        &format!(
            "update people set deactivated_at = '2026-04-01' where id = {}",
            tia.0
        ),
    )
    .await;
    let publication = format!("/programmes/{}/publication", programme.id);
    let page = cleo.get(&publication).await;
    page.says("You are offered a mentor: ")
        .says("You are asked to be the mentor of ");
    let read: Vec<(&str, &str)> = page
        .values_of("pairing")
        .into_iter()
        .map(|id| ("pairing", id))
        .collect();
    cleo.post(&publication, &read)
        .await
        .tells("2 pairings are published");
    cleo.post(&publication, &read)
        .await
        .tells("Nothing was left to publish");
    let written: Vec<(String, String)> = sqlx::query_as(letters).fetch_all(&app.db).await.unwrap();
    let subjects: Vec<&str> = written
        .iter()
        .map(|(subject, _)| subject.as_str())
        .collect();
    assert_eq!(
        subjects,
        [
            "You are asked to be the mentor of Tia",
            "You are asked to be the mentor of Tom",
            "You are offered a mentor: Maya"
        ],
        "each once, and nobody who is not here"
    );
    for (_, body) in &written {
        assert!(
            body.contains("/letters/act/") && body.contains("the coordinators of Spring"),
            "{body}"
        );
    }

    // One published by itself is read first, and told of in the same way.
    run(&app, "delete from letters").await;
    run(&app, "update people set deactivated_at = null").await;
    run(&app, "update pairings set offered_on = null").await;
    let pairing: i64 = sqlx::query_scalar("select id from pairings where mentor_id = $1")
        .bind(max.0)
        .fetch_one(&app.db)
        .await
        .unwrap();
    let page = cleo.get(&format!("/pairings/{pairing}")).await;
    page.does_not_say("/publication\"><button");
    let read = cleo.get(page.link("Read and publish")).await;
    read.says("Publish 1 pairing?")
        .says("Tia would be mentored by Max")
        .says("You are asked to be the mentor of Tia")
        .does_not_say("Maya");
    let chosen = pairing.to_string();
    assert_eq!(read.values_of("pairing"), [&chosen]);
    cleo.post(&publication, &[("pairing", &chosen)])
        .await
        .tells("1 pairing is published");
    cleo.get(page.link("Read and publish"))
        .await
        .says("Nothing to publish");
    let told: Vec<(String, String)> = sqlx::query_as(letters).fetch_all(&app.db).await.unwrap();
    assert_eq!(told.len(), 2);
    assert!(
        told[1]
            .1
            .starts_with("Max, Head of Digital, could be your mentor in Spring"),
        "{}",
        told[1].1
    );
}

/// In each of 22 groups Tom wishes for Ann and then for Ben, and Tia for Zoe, whom Zed has, and then for
/// Ann. The best for all gives Ann to Tia, though Tom and Ann would both rather have each other.
async fn rather(app: &TestApp) -> (Programme, String) {
    let programme = given::programme(&app.db, "Europe/London").await;
    let zoe = given::person(&app.db, "Zoe").await;
    let zed = given::person(&app.db, "Zed").await;
    given::mentor(&app.db, programme, zoe, 1).await;
    given::mentee(&app.db, programme, zed).await;
    let mut wishes = vec![(zed, zoe, 1)];
    for group in 1..=22 {
        let mut people = Vec::new();
        for name in ["Ann", "Ben", "Tom", "Tia"] {
            people.push(given::person(&app.db, &format!("{name} {group:02}")).await);
        }
        let [ann, ben, tom, tia] = people[..] else {
            unreachable!("four people")
        };
        given::mentor(&app.db, programme, ann, 1).await;
        given::mentor(&app.db, programme, ben, 1).await;
        given::mentee(&app.db, programme, tom).await;
        given::mentee(&app.db, programme, tia).await;
        wishes.extend([(tom, ann, 1), (tom, ben, 2), (tia, zoe, 1), (tia, ann, 2)]);
    }
    for (mentee, mentor, place) in wishes {
        let (id, mentee, mentor) = (programme.id, mentee.0, mentor.0);
        let sql = format!("insert into mentor_wishes values ({id}, {mentee}, {mentor}, {place})");
        run(app, &sql).await;
    }
    run(app, "update programmes set who_asks = 'both'").await;
    let others = [
        "skills",
        "hours",
        "seniority",
        "site",
        "department",
        "language",
        "experience",
    ];
    let query: String = others.map(|one| format!("&{one}=0")).concat();
    let query = format!("?wishes=100{query}");
    (programme, query)
}

#[sqlx::test]
async fn everybody_who_would_rather_have_each_other_is_listed_with_the_price(db: PgPool) {
    let app = TestApp::new(db).await;
    let (programme, query) = rather(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let page = page_of(&cleo, programme, &query).await;
    page.says("Who would rather have each other (22)");
    let prices = page.body.matches("60.00 points fewer together").count();
    assert_eq!(prices, 20, "a page of them");
    let page = page_of(&cleo, programme, &format!("{query}&rather=2")).await;
    let prices = page.body.matches("60.00 points fewer together").count();
    assert_eq!(prices, 2, "the last");
    page.says("Lock<span class=\"hidden\"> Tom 22 and Ann 22</span>");
    // What is said to come of it comes of it.
    let rest = page.body.split("60.00 points fewer").nth(1).unwrap();
    let key = rest.split("lock=").nth(1).unwrap();
    let key = key.split('#').next().unwrap();
    let locked = page_of(&cleo, programme, &format!("{query}&lock={key}")).await;
    locked.says("than 3,560.00");
    page.says("than 3,620.00");
    // Whoever is locked to somebody else is not offered to be locked.
    let tom = key.split_once('-').unwrap().0;
    let ben = locked_to(&app, "Ben 22").await;
    let page = page_of(&cleo, programme, &format!("{query}&lock={tom}-{ben}")).await;
    page.says("Not possible beside what is locked")
        .does_not_say("Lock<span class=\"hidden\"> Tom 22 and Ann 22</span>");
}

async fn locked_to(app: &TestApp, mentor: &str) -> i64 {
    let id = sqlx::query_scalar("select id from people where full_name = $1").bind(mentor);
    id.fetch_one(&app.db).await.unwrap()
}

/// What is locked is matched by the method that is asked for, which may lose more than the best would.
#[sqlx::test]
async fn a_price_is_said_to_be_that_of_the_best_where_the_method_would_lose_something_else(
    db: PgPool,
) {
    let app = TestApp::new(db).await;
    let (programme, query) = rather(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let even = page_of(&cleo, programme, &format!("{query}&method=even")).await;
    even.says("the price of the best for all")
        .says("<th scope=\"col\">If locked</th>")
        .says("60.00 points fewer together");
    let badly = page_of(&cleo, programme, &format!("{query}&method=worst_off")).await;
    badly
        .says("the price of nobody faring badly")
        .says("Lock<span class=\"hidden\"> Tom 0")
        .does_not_say("the price of the best for all")
        .says("<th scope=\"col\">If locked, in the best for all</th>")
        .says("60.00 points fewer together</td>");
}

/// What else somebody runs makes no difference to what they are told of a programme.
#[sqlx::test]
async fn every_coordinator_of_a_programme_gets_the_same_pairs_and_points(db: PgPool) {
    let app = TestApp::new(db).await;
    let Spring {
        programme,
        maya,
        max,
        tom,
        tia,
    } = spring(&app).await;
    let other = given::programme(&app.db, "Europe/London").await;
    for mentor in [maya, max] {
        given::mentor(&app.db, other, mentor, 3).await;
    }
    for mentee in [tom, tia] {
        given::mentee(&app.db, other, mentee).await;
    }
    let carl = other.coordinator;
    run(&app, &format!("insert into coordinators (programme_id, person_id, named_at) values ({}, {}, '2026-01-01')", programme.id, carl.0)).await;
    // Max has been a mentor to the end there and is Tom's now, and Tom and Maya were offered to each other
    // in vain.
    run(
        &app,
        &format!(
            "insert into pairings (programme_id, mentor_id, mentee_id, proposed_on, offered_on,
                mentor_accepted_on, mentee_accepted_on, closed_on, closed_how)
             values
                ({0}, {1}, {2}, '2025-01-01', '2025-01-01', '2025-01-01', '2025-01-01', '2025-02-01',
                 'completed_early'),
                ({0}, {3}, {4}, '2025-01-01', '2025-01-01', null, null, '2025-02-01', 'declined'),
                ({0}, {1}, {4}, '2025-01-01', '2025-01-01', '2025-01-01', '2025-01-01', null, null)",
            other.id, max.0, tia.0, maya.0, tom.0
        ),
    )
    .await;
    let again = "?again=yes";
    let before = "Paired before or in another programme, or an offer of the two came to nothing";
    let beside = [maya, max].map(|mentor| {
        format!(
            "/programmes/{}/pairings/new?mentee={}&mentor={}",
            programme.id, tom.0, mentor.0
        )
    });
    let mut seen = Vec::new();
    for one in [programme.coordinator, carl] {
        let one = app.sign_in(one).await;
        let page = page_of(&one, programme, "").await;
        let free = page_of(&one, programme, again).await;
        for beside in &beside {
            one.get(beside).await.says(before);
        }
        seen.push([page, free].map(|page| page.values_of("seal")[0].to_owned()));
    }
    assert_eq!(seen[0], seen[1]);

    // That is for those who run the programme.
    for (viewer, told) in [
        (programme.coordinator, (1, 3)),
        (carl, (1, 3)),
        (tom, (0, 0)),
        (maya, (0, 0)),
    ] {
        let mut db = app.db.begin().await.unwrap();
        sqlx::query("select set_config('app.person_id', $1, true)")
            .bind(viewer.0.to_string())
            .execute(&mut *db)
            .await
            .unwrap();
        let counts: (i64, i64) = sqlx::query_as(
            "select (select count(*) from experienced_mentors($1)),
                (select count(*) from paired_before($1))",
        )
        .bind(programme.id)
        .fetch_one(&mut *db)
        .await
        .unwrap();
        assert_eq!(counts, told);
    }
}
