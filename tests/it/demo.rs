//! The demonstration: a whole company, on whichever day it is loaded.

use crate::support::{NOON, TestApp, given};
use axum::http::StatusCode;
use sqlx::PgPool;
use std::collections::{BTreeMap, BTreeSet};
use time::OffsetDateTime;
use time::macros::datetime;
use waymark::demo;
use waymark::pairings::stage::{Dates, How, Name, Stage};

async fn load(db: &PgPool, now: OffsetDateTime) {
    let mut owner = db.acquire().await.unwrap();
    demo::load(&mut owner, 1, now).await.unwrap();
}

/// As if nothing had ever been loaded here.
async fn empty(db: &PgPool) {
    sqlx::query("truncate people restart identity cascade")
        .execute(db)
        .await
        .unwrap();
}

async fn count(db: &PgPool, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(db).await.unwrap()
}

/// Of every row of every table but the salted passwords and the moment of loading.
/// Without what calendars know things by, which is made up by chance.
async fn digest(db: &PgPool) -> Vec<(String, String)> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select table_name::text from information_schema.tables
         where table_schema = 'public' and table_type = 'BASE TABLE'
            and table_name not in ('passwords', 'demonstration', '_sqlx_migrations')
         order by 1",
    )
    .fetch_all(db)
    .await
    .unwrap();
    let mut digests = Vec::new();
    for table in tables {
        let sql = format!(
            "select coalesce(md5(string_agg(row, '|' order by row)), '')
             from {table} one, lateral (select (to_jsonb(one) - 'uid')::text as row) rows"
        );
        let rows = sqlx::query_scalar(sqlx::AssertSqlSafe(sql));
        digests.push((table, rows.fetch_one(db).await.unwrap()));
    }
    digests
}

#[sqlx::test]
async fn a_company_is_in_the_middle_of_two_programmes_and_before_a_third(db: PgPool) {
    let mut owner = db.acquire().await.unwrap();
    assert!(!demo::is_loaded(&db).await.unwrap());
    demo::load(&mut owner, 1, NOON).await.unwrap();
    assert!(demo::is_loaded(&db).await.unwrap());
    assert_eq!(count(&db, "select count(*) from people").await, 240);
    assert_eq!(count(&db, "select count(*) from programmes").await, 3);
    let stages = stages(&db).await;
    assert_eq!(stages.len(), 25);
    for name in Name::ALL {
        assert!(
            stages.iter().any(|stage| stage.name() == name),
            "nobody is at {name:?}"
        );
    }
    for how in [How::Completed, How::CompletedEarly, How::Ended, How::Lapsed] {
        let ended = |stage: &Stage| matches!(stage, Stage::Closed(closed) if closed.how == how);
        assert!(stages.iter().any(ended), "none ended as {how:?}");
    }
}

async fn stages(db: &PgPool) -> Vec<Stage> {
    let rows = sqlx::query_as!(
        Dates,
        r#"select proposed_on, offered_on, mentor_accepted_on, mentee_accepted_on, met_on, agreed_on,
            moving_on_since, final_session_on, final_session_recorded_on, mentor_reviewed_on,
            mentee_reviewed_on, joint_review_on, closed_on, closed_how as "closed_how: How"
         from pairings"#
    )
    .fetch_all(db)
    .await
    .unwrap();
    rows.iter().map(Stage::from_dates).collect()
}

#[sqlx::test]
async fn every_step_is_waited_for_somewhere(db: PgPool) {
    load(&db, NOON).await;
    let app = TestApp::demonstration(db).await;
    let mut said = BTreeSet::new();
    for coordinator in ["Nadia Rahman", "Grace Whitlock"] {
        let browser = app.sign_in(somebody(&app.db, coordinator).await).await;
        let pairings: Vec<i64> = sqlx::query_scalar("select id from pairings")
            .fetch_all(&app.db)
            .await
            .unwrap();
        for id in pairings {
            let page = browser.get(&format!("/pairings/{id}")).await;
            if page.status == StatusCode::OK {
                let (_, card) = page.body.split_once("<section class=\"next").unwrap();
                let (_, words) = card.split_once("<h2>").unwrap();
                said.insert(words.split_once("</h2>").unwrap().0.to_owned());
            }
        }
    }
    for words in [
        "Publish the pairing",
        "The offer is being considered",
        "Book the initial meeting",
        "They meet",
        "Draft your mentoring agreement",
        "Say whether the session happened",
        "writes up the last session",
        "Read and sign the mentoring agreement",
        "signs off an objective",
        "Book the next session",
        "Settle every objective",
        "The two answer the moving-on review",
        "Read both reviews",
        "Clocks stand still",
        "This pairing is closed",
    ] {
        let anywhere = said.iter().any(|sentence| sentence.contains(words));
        assert!(anywhere, "nobody is told {words:?} in {said:#?}");
    }
}

#[sqlx::test]
async fn what_a_coordinator_has_tried_can_be_read_and_compared(db: PgPool) {
    load(&db, NOON).await;
    let app = TestApp::demonstration(db).await;
    let browser = app.sign_in(somebody(&app.db, "Nadia Rahman").await).await;
    let across: i64 =
        sqlx::query_scalar("select id from programmes where name = 'Across Quillmoor'")
            .fetch_one(&app.db)
            .await
            .unwrap();
    let list = format!("/programmes/{across}/matching/runs");
    let runs = browser.get(&list).await.links_under(&format!("{list}/"));
    let [newest, oldest] = &runs[..] else {
        panic!("two runs: {runs:?}")
    };
    let with = oldest.rsplit('/').next().unwrap();
    browser
        .get(&format!("{newest}?with={with}"))
        .await
        .says("the same to the last byte")
        .says("<th scope=\"row\">Hours in common</th><td data-label=\"Here\">weight 30,");
    let drafts = "select count(*) from pairings where programme_id = $1";
    let drafts: i64 = sqlx::query_scalar(drafts)
        .bind(across)
        .fetch_one(&app.db)
        .await
        .unwrap();
    assert_eq!(drafts, 0, "everybody is still to be matched");
    let acts = "select act from audit_events where programme_id = $1 and act like '%matching%'";
    let acts: Vec<String> = sqlx::query_scalar(acts)
        .bind(across)
        .fetch_all(&app.db)
        .await
        .unwrap();
    let kept = |act: &&String| *act == "tried a matching and kept it";
    assert_eq!(acts.iter().filter(kept).count(), 2, "{acts:?}");
    assert!(!acts.iter().any(|act| act.contains("proposed")), "{acts:?}");
}

#[sqlx::test]
async fn a_second_load_changes_nothing(db: PgPool) {
    load(&db, NOON).await;
    let before = digest(&db).await;
    load(&db, NOON + time::Duration::days(3)).await;
    assert_eq!(digest(&db).await, before);
}

#[sqlx::test]
async fn the_day_of_loading_decides_everything(db: PgPool) {
    load(&db, datetime!(2026-04-01 07:30 UTC)).await;
    let morning = digest(&db).await;
    empty(&db).await;
    load(&db, datetime!(2026-04-01 19:45 UTC)).await;
    assert_eq!(digest(&db).await, morning);
    empty(&db).await;
    load(&db, datetime!(2026-04-02 07:30 UTC)).await;
    assert_ne!(digest(&db).await, morning);
}

/// What no real company could have in its Waymark, each as a count of what breaks it.
const IMPOSSIBLE: &[(&str, &str)] = &[
    (
        "a session at the weekend, on a holiday or outside its mentor's hours",
        "select count(*) from mentoring_sessions
         join pairings on pairings.id = pairing_id
         join people mentor on mentor.id = mentor_id,
            lateral (select lower(during) at time zone time_zone as starts,
                upper(during) at time zone time_zone as ends) clock
         where to_char(starts, 'MM-DD') in ('12-25', '12-26', '01-01')
            or not exists (
                select from weekly_hours
                where person_id = mentor_id and weekday = extract(isodow from starts)
                    and starts::time >= lower(hours) and ends::time <= upper(hours)
            )",
    ),
    (
        "a session in anybody's night, but for those of Boston and Melbourne",
        "select count(*) from mentoring_sessions
         join pairings on pairings.id = pairing_id
         join people on people.id in (mentor_id, mentee_id)
         where (lower(during) at time zone time_zone)::time not between '08:30' and '17:30'
            and location not in ('Boston', 'Melbourne')",
    ),
    (
        "somebody in two sessions at once",
        "select count(*) from mentoring_sessions one
         join pairings a on a.id = one.pairing_id
         join mentoring_sessions other on other.id < one.id and other.during && one.during
         join pairings b on b.id = other.pairing_id
         where array[a.mentor_id, a.mentee_id] && array[b.mentor_id, b.mentee_id]
            and num_nonnulls(one.missed_on, one.cancelled_on, other.missed_on, other.cancelled_on) = 0",
    ),
    (
        "time kept for a session that fell through, or none for one that did not",
        "select count(*) from mentoring_sessions
         where (select count(*) from attendances where session_id = mentoring_sessions.id)
            <> case when num_nonnulls(missed_on, cancelled_on) = 0 then 2 else 0 end",
    ),
    (
        "a session that was held on another day than its own, or in the future",
        "select count(*) from mentoring_sessions
         join pairings on pairings.id = pairing_id
         join programmes on programmes.id = programme_id
         where coalesce(held_on, missed_on) <> (lower(during) at time zone time_zone)::date
            or (coalesce(held_on, missed_on) is not null and upper(during) > $1)
            or booked_at > least(lower(during), $1)",
    ),
    (
        "a meeting before both had accepted",
        "select count(*) from mentoring_sessions
         join pairings on pairings.id = pairing_id
         where held_on < greatest(mentor_accepted_on, mentee_accepted_on)
            or num_nulls(mentor_accepted_on, mentee_accepted_on) > 0",
    ),
    (
        "a record or a note before its session was over, or in the future",
        "select count(*) from session_records
         join mentoring_sessions on mentoring_sessions.id = session_id
         where written_at < upper(during) or written_at > $1 or held_on is null",
    ),
    (
        "something written in the future",
        "select (select count(*) from notes where written_at > $1)
            + (select count(*) from audit_events where at > $1)
            + (select count(*) from reviews where answered_at > $1)
            + (select count(*) from joint_reviews where written_at > $1)
            + (select count(*) from agreements where drafted_at > $1)
            + (select count(*) from agreement_comments where written_at > $1)
            + (select count(*) from preparations where written_at > $1)
            + (select count(*) from first_meeting_checks where checked_at > $1)
            + (select count(*) from objective_levels where said_at > $1)
            + (select count(*) from objective_changes where changed_at > $1)
            + (select count(*) from words_to_keep where shared_at > $1)
            + (select count(*) from midpoint_reviews where answered_on > $1::date)
            + (select count(*) from self_assessments where greatest(begun_at, finished_at) > $1)
            + (select count(*) from qualifications where added_at > $1 or awarded_on > $1::date)
            + (select count(*) from targets where set_on > $1::date or done_on > $1::date)",
    ),
    (
        "an agreement signed before it was drafted",
        "select count(*) from agreement_signatures
         join agreements on agreements.id = agreement_id
         where signed_at < drafted_at or signed_at > $1",
    ),
    (
        "something said of an objective before it was proposed or after it was settled",
        "select count(*) from objectives,
            lateral (
                select said_at::date as said_on from objective_levels where objective_id = objectives.id
                union all
                select changed_at::date from objective_changes where objective_id = objectives.id
            ) said
         where said_on < proposed_on or said_on > coalesce(signed_off_on, handed_on_on, dropped_on)",
    ),
    (
        "a decision half-way before both had answered",
        "select count(*) from midpoint_decisions
         where decided_on < (
            select max(answered_on) from midpoint_reviews
            where midpoint_reviews.pairing_id = midpoint_decisions.pairing_id
            having count(*) = 2
         ) is not false",
    ),
    (
        "a target that is due or done before it was set",
        "select count(*) from targets where due_on <= set_on or done_on < set_on or dropped_on < set_on",
    ),
    (
        "a pairing outside its programme",
        "select count(*) from pairings
         join programmes on programmes.id = programme_id
         where proposed_on < starts_on or closed_on > ends_on
            or exists (
                select from mentoring_sessions
                where pairing_id = pairings.id and lower(during)::date not between starts_on and ends_on
            )",
    ),
    (
        "an act of the audit out of its time",
        "select count(*) from (
            select at < lag(at) over (order by id) as late from audit_events
         ) acts where late",
    ),
    (
        "a pairing that should have closed by itself",
        "select count(*) from close_overdue_pairings($1)",
    ),
];

#[sqlx::test]
async fn it_is_believable_on_awkward_days(db: PgPool) {
    let mut broken = Vec::new();
    for now in [
        datetime!(2028-02-29 10:00 UTC),
        datetime!(2027-01-01 00:30 UTC),
        datetime!(2026-03-29 01:30 UTC),
        datetime!(2026-10-25 12:00 UTC),
        datetime!(2026-11-01 05:30 UTC),
        datetime!(2026-08-15 15:00 UTC),
        datetime!(2026-12-31 23:30 UTC),
        datetime!(2027-12-28 09:00 UTC),
    ] {
        empty(&db).await;
        load(&db, now).await;
        for (what, sql) in IMPOSSIBLE {
            let sql = format!("with asked as (select $1::timestamptz) {sql}");
            let times: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
                .bind(now)
                .fetch_one(&db)
                .await
                .unwrap();
            if times > 0 {
                broken.push(format!("{now}: {what}, {times} times"));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// Everything that two people wrote to each other or for themselves.
const CONFIDENTIAL: &str = "
    select pairing_id, concat_ws(E'\\n', purpose, success, scope, meetings, contact, cancelling,
        mentor_commits, mentee_commits, confidentiality, if_it_does_not_work, booking, conflicts,
        reported, feedback) from agreements
    union all select pairing_id, body from agreement_comments
    union all select pairing_id, concat_ws(E'\\n', hopes, questions, story) from preparations
    union all select pairing_id, agenda from session_plans
    union all select pairing_id,
        concat_ws(E'\\n', talked_about, strengths, development, actions, feedback) from session_records
    union all select pairing_id, concat_ws(E'\\n', statement, how_we_will_know, settled_with) from objectives
    union all select pairing_id, concat_ws(E'\\n', why, steps, evidence) from objectives
    union all select pairing_id, concat_ws(E'\\n', helpful, missing, objectives) from midpoint_reviews
    union all select pairing_id, words from midpoint_decisions
    union all select pairing_id, what from targets
    union all select pairing_id, body from notes
    union all select pairing_id, what from further_steps
    union all select pairing_id, concat_ws(E'\\n', results, learned, gained, differently, thanks) from reviews
    union all select pairing_id, body from remarks
    union all select pairing_id, concat_ws(E'\\n', together, afterwards) from joint_reviews";

#[sqlx::test]
async fn no_two_pairs_say_the_same(db: PgPool) {
    load(&db, NOON).await;
    let texts: Vec<(i64, String)> = sqlx::query_as(CONFIDENTIAL).fetch_all(&db).await.unwrap();
    let mut said: BTreeMap<String, i64> = BTreeMap::new();
    let mut repeated = BTreeSet::new();
    for (pairing, text) in texts {
        for sentence in text.split(['.', '?', '!', '\n']) {
            let sentence = sentence.trim_matches(|letter: char| !letter.is_alphanumeric());
            let sentence = sentence.to_lowercase();
            if sentence.is_empty() {
                continue;
            }
            let first = *said.entry(sentence.clone()).or_insert(pairing);
            if first != pairing {
                repeated.insert(sentence);
            }
        }
    }
    assert!(repeated.is_empty(), "said by two pairs: {repeated:#?}");
    assert!(said.len() > 600, "{} sentences", said.len());
}

#[sqlx::test]
async fn whoever_is_introduced_gets_in_and_finds_every_page(db: PgPool) {
    load(&db, NOON).await;
    let app = TestApp::demonstration(db).await;
    let offered = app.stranger().get("/sign-in").await;
    let people = offered.values_of("person");
    assert_eq!(people.len(), 9);
    for person in people {
        let entered = app
            .stranger()
            .post("/sign-in/demo", &[("person", person)])
            .await;
        entered.leads_to("/");
        let browser = app.browser_after(&entered);
        let home = browser.get("/").await;
        home.is(StatusCode::OK);
        let links = links(&home.body);
        assert!(links.iter().any(|link| link.contains("/p")), "{links:?}");
        for link in links {
            browser.get(&link).await.is(StatusCode::OK);
        }
    }
}

#[sqlx::test]
async fn a_server_without_it_introduces_nobody(db: PgPool) {
    load(&db, NOON).await;
    let asha = somebody(&db, "Asha Menon").await;
    let app = TestApp::new(db).await;
    let page = app.stranger().get("/sign-in").await;
    page.is(StatusCode::OK).does_not_say("Asha Menon");
    assert!(page.values_of("person").is_empty());
    app.stranger()
        .post("/sign-in/demo", &[("person", &asha.0.to_string())])
        .await
        .is(StatusCode::NOT_FOUND);
}

async fn somebody(db: &PgPool, name: &str) -> crate::support::given::Person {
    let id = sqlx::query_scalar("select id from people where full_name = $1").bind(name);
    crate::support::given::Person(id.fetch_one(db).await.unwrap())
}

/// Where the links of a page lead within this Waymark.
fn links(body: &str) -> BTreeSet<String> {
    let links = body.split("href=\"").skip(1);
    links
        .filter_map(|link| link.split('"').next())
        .filter(|link| link.starts_with('/') && !link.starts_with("/assets"))
        .map(|link| {
            let path = link.split('#').next().unwrap_or(link);
            path.replace("&amp;", "&")
        })
        .collect()
}

#[sqlx::test]
async fn the_demonstration_never_joins_people_who_are_there(db: PgPool) {
    let maya = given::person(&db, "Maya").await;
    let mut owner = db.acquire().await.unwrap();
    let refused = demo::load(&mut owner, 1, NOON).await.unwrap_err();
    assert!(refused.to_string().contains("into an empty"), "{refused}");
    drop(owner);
    let people: Vec<i64> = sqlx::query_scalar("select id from people")
        .fetch_all(&db)
        .await
        .unwrap();
    assert_eq!(people, [maya.0]);
}
