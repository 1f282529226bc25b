//! Days away, extra hours, notice and padding: who says them, and which times remain.

use crate::support::given::{self, Paired, Person};
use crate::support::{TestApp, Visitor};
use axum::http::StatusCode;
use sqlx::{AssertSqlSafe, PgPool};
use time::macros::datetime;

const PAGE: &str = "/account/free-time";

async fn run(app: &TestApp, sql: String) {
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(&app.db)
        .await
        .unwrap();
}

async fn count(app: &TestApp, table: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(format!("select count(*) from {table}")))
        .fetch_one(&app.db)
        .await
        .unwrap()
}

async fn offered(visitor: &Visitor<'_>, pairing: &Paired) -> Vec<String> {
    let page = visitor.get(&format!("{}/sessions/new", pairing.path)).await;
    let at = page.values_of("at");
    at.iter().map(|at| (*at).to_owned()).collect()
}

/// It is noon on Wednesday 1 April in London; Maya, the mentor, gives Thursday 9 to 12, which is
/// 8:00 to 11:00 UTC.
#[sqlx::test]
async fn what_both_have_free_is_offered_and_nothing_else(db: PgPool) {
    struct Case {
        says: &'static str,
        /// {mentor} and {mentee} stand for the two.
        given: &'static [&'static str],
        /// The times offered on 2 April, in UTC.
        on_the_second: &'static [&'static str],
        /// The first time offered thereafter.
        then: &'static str,
    }
    let all = &["08:00", "08:30", "09:00", "09:30", "10:00"];
    let cases = [
        Case {
            says: "the hours of the mentor alone, while the mentee gives none",
            given: &[],
            on_the_second: all,
            then: "2026-04-09T08:00:00Z",
        },
        Case {
            says: "the mentee's hours narrow them down",
            given: &["insert into weekly_hours values ({mentee}, 4, '[10:30,13:00)')"],
            on_the_second: &["09:30", "10:00"],
            then: "2026-04-09T09:30:00Z",
        },
        Case {
            says: "in the mentee's own zone",
            given: &[
                "update people set time_zone = 'America/New_York' where id = {mentee}",
                "insert into weekly_hours values ({mentee}, 4, '[05:00,06:30)')",
            ],
            on_the_second: &["09:00", "09:30"],
            then: "2026-04-09T09:00:00Z",
        },
        Case {
            says: "hours that touch are one",
            given: &[
                "insert into weekly_hours values ({mentee}, 4, '[09:00,10:15)'), ({mentee}, 4, '[10:15,11:00)')",
            ],
            on_the_second: &["08:00", "08:30", "09:00"],
            then: "2026-04-09T08:00:00Z",
        },
        Case {
            says: "not while the mentor is away",
            given: &[
                "insert into days_away (person_id, days) values ({mentor}, '[2026-04-02,2026-04-09]')",
            ],
            on_the_second: &[],
            then: "2026-04-16T08:00:00Z",
        },
        Case {
            says: "nor while the mentee is, who gives no hours",
            given: &[
                "insert into days_away (person_id, days) values ({mentee}, '[2026-04-01,2026-04-02]')",
            ],
            on_the_second: &[],
            then: "2026-04-09T08:00:00Z",
        },
        Case {
            says: "extra hours of the mentor, this once",
            given: &[
                "insert into extra_hours (person_id, on_date, hours) values ({mentor}, '2026-04-03', '[14:00,15:00)')",
            ],
            on_the_second: all,
            then: "2026-04-03T13:00:00Z",
        },
        Case {
            says: "extra hours that lengthen a day",
            given: &[
                "insert into extra_hours (person_id, on_date, hours) values ({mentor}, '2026-04-02', '[12:00,12:30)')",
            ],
            on_the_second: &["08:00", "08:30", "09:00", "09:30", "10:00", "10:30"],
            then: "2026-04-09T08:00:00Z",
        },
        Case {
            says: "not in extra hours on a day away",
            given: &[
                "insert into extra_hours (person_id, on_date, hours) values ({mentor}, '2026-04-03', '[14:00,15:00)')",
                "insert into days_away (person_id, days) values ({mentor}, '[2026-04-03,2026-04-03]')",
            ],
            on_the_second: all,
            then: "2026-04-09T08:00:00Z",
        },
        Case {
            says: "with the notice that the one wants who wants more",
            given: &["insert into booking_wishes values ({mentee}, 22, 0), ({mentor}, 4, 0)"],
            on_the_second: &["09:00", "09:30", "10:00"],
            then: "2026-04-09T08:00:00Z",
        },
        Case {
            says: "with time to oneself around what is booked",
            given: &[
                "insert into booking_wishes values ({mentor}, 2, 30)",
                "insert into attendances (session_id, person_id, during)
                    select max(id), {mentor}, '[2026-04-02 08:00+00,2026-04-02 09:00+00)' from mentoring_sessions",
            ],
            on_the_second: &["09:30", "10:00"],
            then: "2026-04-09T08:00:00Z",
        },
        Case {
            says: "across midnight",
            given: &[
                "delete from weekly_hours",
                "insert into weekly_hours values ({mentor}, 4, '[23:30,24:00)'), ({mentor}, 5, '[00:00,00:30)')",
            ],
            on_the_second: &["22:30"],
            then: "2026-04-09T22:30:00Z",
        },
    ];
    for case in cases {
        let app = TestApp::at(db.clone(), datetime!(2026-04-01 11:00 UTC)).await;
        let other = given::pairing().insert(&app.db).await;
        given::session(&app.db, &other, "session", datetime!(2026-04-02 08:00 UTC)).await;
        let pairing = given::pairing().insert(&app.db).await;
        given::weekly_hours(&app.db, pairing.mentor, 4, "09:00", "12:00").await;
        for sql in case.given {
            let sql = sql
                .replace("{mentor}", &pairing.mentor.0.to_string())
                .replace("{mentee}", &pairing.mentee.0.to_string());
            run(&app, sql).await;
        }
        for person in [pairing.mentee, pairing.mentor] {
            let visitor = app.sign_in(person).await;
            let offered = offered(&visitor, &pairing).await;
            let (second, later): (Vec<_>, Vec<_>) =
                offered.iter().partition(|at| at.starts_with("2026-04-02"));
            let second: Vec<_> = second.iter().map(|at| &at[11..16]).collect();
            assert_eq!(second, case.on_the_second, "{}", case.says);
            assert_eq!(later[0], case.then, "{}", case.says);
        }
        run(&app, "delete from attendances".into()).await;
    }
}

#[sqlx::test]
async fn whoever_travels_is_offered_by_the_clock_where_they_are(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    given::weekly_hours(&app.db, pairing.mentor, 4, "09:00", "10:00").await;
    let (maya, tom) = (
        app.sign_in(pairing.mentor).await,
        app.sign_in(pairing.mentee).await,
    );
    let booked = tom
        .post(
            &format!("{}/sessions", pairing.path),
            &[("at", "2026-04-02T08:00:00Z")],
        )
        .await;
    let session = booked.location.unwrap();
    given::lives_in(&app.db, pairing.mentor, "Asia/Tokyo").await;
    maya.get(&session)
        .await
        .says("Thursday 2 April 2026, 5:00pm");
    tom.get(&session)
        .await
        .says("Thursday 2 April 2026, 9:00am");
    run(
        &app,
        "delete from attendances; delete from session_plans; delete from mentoring_sessions".into(),
    )
    .await;
    assert_eq!(offered(&tom, &pairing).await[0], "2026-04-02T00:00:00Z");
}

#[sqlx::test]
async fn where_no_time_is_common_the_nearest_of_either_are_offered(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    given::weekly_hours(&app.db, pairing.mentor, 4, "09:00", "10:00").await;
    given::weekly_hours(&app.db, pairing.mentee, 5, "09:00", "10:00").await;
    let (maya, tom) = (
        app.sign_in(pairing.mentor).await,
        app.sign_in(pairing.mentee).await,
    );
    let path = format!("{}/sessions/new", pairing.path);
    let page = tom.get(&path).await;
    page.says("There is no time in these eight weeks")
        .says("Nearest within your own hours")
        .says("Maya would have to make an exception.")
        .says("Nearest within the hours of Maya")
        .says("Friday 3 April 2026, 9:00am");
    let at = page.values_of("at");
    assert_eq!(
        (at[0], at[6]),
        ("2026-04-03T08:00:00Z", "2026-04-02T08:00:00Z")
    );
    assert_eq!(
        maya.get(&path).await.values_of("at")[0],
        "2026-04-02T08:00:00Z"
    );
    tom.post(&format!("{}/sessions", pairing.path), &[("at", at[6])])
        .await
        .is(StatusCode::SEE_OTHER);
}

#[sqlx::test]
async fn days_away_and_extra_hours_are_given_and_taken_back(db: PgPool) {
    let app = TestApp::new(db).await;
    let maya: Person = given::person(&app.db, "Maya").await;
    let tom = app.sign_in(given::person(&app.db, "Tom").await).await;
    let maya = app.sign_in(maya).await;
    maya.post(
        "/account/days-away",
        &[("from", "2026-04-06"), ("until", "2026-04-10")],
    )
    .await
    .leads_to(PAGE)
    .tells("Nobody is offered times on those days");
    maya.post(
        "/account/extra-hours",
        &[("on", "2026-04-11"), ("starts", "9"), ("ends", "12:30pm")],
    )
    .await
    .leads_to(PAGE);
    let page = maya.get(PAGE).await;
    page.says("6 April 2026 to 10 April 2026")
        .says("Saturday 11 April 2026")
        .says("9:00am to 12:30pm");
    for (place, field, fields, words) in [
        (
            "days-away",
            "from",
            &[("from", "2026-04-10"), ("until", "2026-04-12")][..],
            "away on some of these days already",
        ),
        (
            "days-away",
            "until",
            &[("from", "2026-05-10"), ("until", "2026-05-09")],
            "not before the first",
        ),
        (
            "days-away",
            "until",
            &[("from", "2026-03-10"), ("until", "2026-03-31")],
            "still to come",
        ),
        (
            "days-away",
            "until",
            &[("from", "2026-05-10"), ("until", "2027-05-20")],
            "a year at the most",
        ),
        (
            "days-away",
            "from",
            &[("from", "soon"), ("until", "2027-05-20")],
            "Enter the first day",
        ),
        (
            "extra-hours",
            "starts",
            &[("on", "2026-04-11"), ("starts", "12"), ("ends", "13:00")],
            "overlap with these",
        ),
        (
            "extra-hours",
            "ends",
            &[("on", "2026-04-12"), ("starts", "12"), ("ends", "11")],
            "later than the beginning",
        ),
        (
            "extra-hours",
            "on",
            &[("on", "2026-03-12"), ("starts", "9"), ("ends", "11")],
            "still to come",
        ),
        (
            "extra-hours",
            "starts",
            &[("on", "2026-04-12"), ("starts", "nine"), ("ends", "11")],
            "Enter when the hours begin",
        ),
        (
            "booking-wishes",
            "notice",
            &[("notice", "-1"), ("padding", "10")],
            "0 to 336",
        ),
        (
            "booking-wishes",
            "padding",
            &[("notice", "48"), ("padding", "121")],
            "0 to 120",
        ),
    ] {
        let answer = maya.post(&format!("/account/{place}"), fields).await;
        answer.is(StatusCode::UNPROCESSABLE_ENTITY).says(words);
        let typed = fields.iter().find(|(name, _)| *name == field).unwrap().1;
        assert_eq!(answer.values_of(field), [typed], "{place} {field}");
    }
    assert_eq!(
        (
            count(&app, "days_away").await,
            count(&app, "extra_hours").await
        ),
        (1, 1)
    );
    assert_eq!(count(&app, "booking_wishes").await, 0);
    maya.post(
        "/account/booking-wishes",
        &[("notice", "48"), ("padding", "15")],
    )
    .await
    .leads_to(PAGE);
    let page = maya.get(PAGE).await;
    assert_eq!(
        (page.values_of("notice"), page.values_of("padding")),
        (vec!["48"], vec!["15"])
    );
    // Another's stay where they are.
    let removals: Vec<String> = page
        .body
        .split("action=\"")
        .filter_map(|rest| rest.split('"').next())
        .filter(|path| path.ends_with("/removal"))
        .map(str::to_owned)
        .collect();
    assert_eq!(removals.len(), 2);
    for (visitor, left) in [(&tom, 1), (&maya, 0), (&maya, 0)] {
        for path in &removals {
            visitor.post(path, &[]).await.leads_to(PAGE);
        }
        assert_eq!(
            (
                count(&app, "days_away").await,
                count(&app, "extra_hours").await
            ),
            (left, left)
        );
    }
}
