//! Finding a time, booking it, and what becomes of it.

use crate::support::given::{At, Paired, Person};
use crate::support::{Answer, NOON, TestApp, encode, given};
use axum::http::StatusCode;
use sqlx::PgPool;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use tokio::task::JoinSet;

/// Thursday, the day after the tests' Wednesday, 9 to 12 in London: 8:00 to 11:00 UTC.
async fn thursdays(db: &PgPool, person: Person) {
    given::weekly_hours(db, person, 4, "09:00", "12:00").await;
}

const NINE: &str = "2026-04-02T08:00:00Z";

async fn count(db: &PgPool, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(db).await.unwrap()
}

fn book(pairing: &Paired) -> String {
    format!("{}/sessions", pairing.path)
}

#[sqlx::test]
async fn three_clicks_lead_from_home_to_a_booking(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    thursdays(&app.db, pairing.mentor).await;
    let tom = app.sign_in(pairing.mentee).await;

    let home = tom.get("/").await;
    let times = tom.get(home.link("Book a session")).await;
    times
        .says("Morning")
        .says("9:00am")
        .does_not_say("Afternoon");
    let at = times.values_of("at")[0];
    assert_eq!(at, NINE);
    let check = tom
        .get(&format!(
            "{}?at={}",
            times.form_with("<span>9:00am"),
            encode(at)
        ))
        .await;
    check
        .says("Thursday 2 April 2026, 9:00am")
        .says("60 minutes");
    let booked = tom
        .post(
            check.form_with("Book the session"),
            &[
                ("at", check.values_of("at")[0]),
                ("place", "Room Juniper"),
                ("agenda", "The audit plan"),
            ],
        )
        .await;
    booked.is(StatusCode::SEE_OTHER);

    let session = booked.location.unwrap();
    for person in [pairing.mentor, pairing.mentee] {
        app.sign_in(person)
            .await
            .get(&session)
            .await
            .says("Thursday 2 April 2026, 9:00am")
            .says("Room Juniper")
            .says("The audit plan")
            .says("Tom");
    }
    // The same press again leads to the same session.
    tom.post(&book(&pairing), &[("at", NINE)])
        .await
        .leads_to(&session);
    // Another time has to wait for this one.
    tom.post(&book(&pairing), &[("at", "2026-04-09T08:00:00Z")])
        .await
        .is(StatusCode::CONFLICT)
        .says("You have a session booked already");
    tom.get(&format!("{}/sessions/new", pairing.path))
        .await
        .is(StatusCode::OK)
        .says(&session);
    assert_eq!(
        count(&app.db, "select count(*) from mentoring_sessions").await,
        1
    );
}

#[sqlx::test]
async fn of_two_hundred_at_once_one_books_and_the_others_see_what_is_free(db: PgPool) {
    let app: &'static TestApp = Box::leak(Box::new(TestApp::new(db).await));
    let maya = given::person(&app.db, "Maya").await;
    thursdays(&app.db, maya).await;
    let mut attempts = Vec::new();
    for number in 0..200 {
        let other = given::person(&app.db, "Tom").await;
        // Every tenth time she is the mentee: her time is one and the same.
        let pairing = if number % 10 == 0 {
            thursdays(&app.db, other).await;
            given::pairing().between(other, maya)
        } else {
            given::pairing().between(maya, other)
        };
        let pairing = pairing.insert(&app.db).await;
        let presses = if number % 2 == 0 { other } else { maya };
        attempts.push((app.sign_in(presses).await, book(&pairing)));
    }

    let mut presses = JoinSet::new();
    for (visitor, path) in attempts {
        presses.spawn(async move {
            let fields = [
                ("at", NINE),
                ("place", "Room Juniper"),
                ("agenda", "My aims"),
            ];
            visitor.post(&path, &fields).await
        });
    }
    let answers = presses.join_all().await;

    let booked = |answer: &&Answer| answer.status == StatusCode::SEE_OTHER;
    assert_eq!(answers.iter().filter(booked).count(), 1);
    for refused in answers.iter().filter(|answer| !booked(answer)) {
        refused
            .is(StatusCode::CONFLICT)
            .says("Someone booked 9:00am while you were choosing. These times are still free.")
            .says("value=\"My aims\"");
        // The hour that was taken is gone; 10:00, 10:30 and 11:00 are free.
        assert_eq!(
            refused.values_of("at")[..3],
            [
                "2026-04-02T09:00:00Z",
                "2026-04-02T09:30:00Z",
                "2026-04-02T10:00:00Z"
            ]
        );
    }
    assert_eq!(
        count(&app.db, "select count(*) from mentoring_sessions").await,
        1
    );
    assert_eq!(count(&app.db, "select count(*) from attendances").await, 2);
    app.server.close().await;
}

/// Somebody is in the way of all, and then is not: the others must not be left waiting for one
/// another.
#[sqlx::test]
async fn when_the_first_gives_way_one_of_those_behind_books(db: PgPool) {
    let app: &'static TestApp = Box::leak(Box::new(TestApp::new(db).await));
    let maya = given::person(&app.db, "Maya").await;
    let earlier = given::pairing().insert(&app.db).await;
    let at = datetime!(2026-04-02 08:00 UTC);
    let other = given::session(&app.db, &earlier, "session", at).await;
    let mut first = app.db.begin().await.unwrap();
    sqlx::query(
        "insert into attendances (session_id, person_id, during)
         select id, $2, during from mentoring_sessions where id = $1",
    )
    .bind(other.id)
    .bind(maya.0)
    .execute(&mut *first)
    .await
    .unwrap();

    let mut presses = JoinSet::new();
    for _ in 0..8 {
        let tom = given::person(&app.db, "Tom").await;
        let pairing = given::pairing().between(maya, tom).insert(&app.db).await;
        let tom = app.sign_in(tom).await;
        presses.spawn(async move { tom.post(&book(&pairing), &[("at", NINE)]).await });
    }
    let waiting = "select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'";
    while count(&app.db, waiting).await < 8 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    first.rollback().await.unwrap();

    let mut answers: Vec<u16> = presses
        .join_all()
        .await
        .iter()
        .map(|answer| answer.status.as_u16())
        .collect();
    answers.sort_unstable();
    assert_eq!(answers, [303, 409, 409, 409, 409, 409, 409, 409]);
    app.server.close().await;
}

#[sqlx::test]
async fn two_mentors_cannot_have_one_mentee_at_once(db: PgPool) {
    let app = TestApp::new(db).await;
    let first = given::pairing().insert(&app.db).await;
    let zoe = given::person(&app.db, "Zoe").await;
    thursdays(&app.db, zoe).await;
    let second = given::pairing()
        .between(zoe, first.mentee)
        .insert(&app.db)
        .await;
    given::session(&app.db, &first, "session", datetime!(2026-04-02 08:30 UTC)).await;
    let zoe = app.sign_in(zoe).await;

    let times = zoe.get(&format!("{}/sessions/new", second.path)).await;
    assert_eq!(times.values_of("at")[0], "2026-04-02T09:30:00Z");
    zoe.post(&book(&second), &[("at", NINE)])
        .await
        .is(StatusCode::CONFLICT)
        .says("Someone booked 9:00am");
    zoe.get(&format!(
        "{}/sessions/confirm?at={}",
        second.path,
        encode(NINE)
    ))
    .await
    .is(StatusCode::CONFLICT)
    .says("One of you is busy on Thursday 2 April 2026, 9:00am");
    assert_eq!(
        count(&app.db, "select count(*) from mentoring_sessions").await,
        1
    );
}

#[sqlx::test]
async fn what_was_typed_stays_with_whoever_chooses_again(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    thursdays(&app.db, pairing.mentor).await;
    let tom = app.sign_in(pairing.mentee).await;
    let typed = [("place", "Room \"Ash\""), ("agenda", "Two things:\n1 & 2")];

    let times = tom
        .post(&format!("{}/sessions/new", pairing.path), &typed)
        .await;
    times
        .is(StatusCode::OK)
        .says("method=\"post\"")
        .says("Two things:\n1 &#38; 2");
    let confirm = times.form_with("<span>9:00am").to_owned();
    let fields = [typed[0], typed[1], ("at", NINE)];
    tom.post(&confirm, &fields)
        .await
        .is(StatusCode::OK)
        .says("Two things:\n1 &#38; 2</textarea>");
    let long = "x".repeat(2_001);
    tom.post(&book(&pairing), &[("at", NINE), ("agenda", &long)])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Shorten this to 2000 characters")
        .says(&long);
}

/// Which instants are offered, whatever the clocks of the two do.
#[sqlx::test]
async fn free_times_are_right_where_clocks_change(db: PgPool) {
    struct Case {
        mentor_in: &'static str,
        weekday: i16,
        hours: (&'static str, &'static str),
        now: OffsetDateTime,
        first: &'static [&'static str],
        /// As a mentee in London reads the first.
        says: &'static [&'static str],
    }
    let cases = [
        // The clocks go forward: 1:00 to 2:00 is left out, and 0:30 still lasts an hour.
        Case {
            mentor_in: "Europe/London",
            weekday: 7,
            hours: ("00:00", "04:00"),
            now: datetime!(2026-03-28 12:00 UTC),
            first: &[
                "2026-03-29T00:00:00Z",
                "2026-03-29T00:30:00Z",
                "2026-03-29T01:00:00Z",
                "2026-03-29T01:30:00Z",
                "2026-03-29T02:00:00Z",
                "2026-04-04T23:00:00Z",
            ],
            says: &["12:30am", "2:00am"],
        },
        // An hour from 0:30 would end at 2:30 by then: after the mentor's hours.
        Case {
            mentor_in: "Europe/London",
            weekday: 7,
            hours: ("00:00", "02:00"),
            now: datetime!(2026-03-28 12:00 UTC),
            first: &["2026-03-29T00:00:00Z", "2026-04-04T23:00:00Z"],
            says: &["12:00am"],
        },
        // The clocks go back: each hour is offered once, and an hour is an hour.
        Case {
            mentor_in: "Europe/London",
            weekday: 7,
            hours: ("00:00", "03:00"),
            now: datetime!(2026-10-24 12:00 UTC),
            first: &[
                "2026-10-24T23:00:00Z",
                "2026-10-24T23:30:00Z",
                "2026-10-25T01:00:00Z",
                "2026-10-25T01:30:00Z",
                "2026-10-25T02:00:00Z",
                "2026-11-01T00:00:00Z",
            ],
            says: &["Sunday", "25 October 2026"],
        },
        // Both have winter time, then New York alone has summer time, then both have.
        Case {
            mentor_in: "America/New_York",
            weekday: 1,
            hours: ("09:00", "10:00"),
            now: datetime!(2026-03-01 12:00 UTC),
            first: &[
                "2026-03-02T14:00:00Z",
                "2026-03-09T13:00:00Z",
                "2026-03-16T13:00:00Z",
                "2026-03-23T13:00:00Z",
            ],
            says: &["2:00pm", "1:00pm", "9:00am"],
        },
        Case {
            mentor_in: "America/New_York",
            weekday: 1,
            hours: ("09:00", "10:00"),
            now: datetime!(2026-10-17 12:00 UTC),
            first: &[
                "2026-10-19T13:00:00Z",
                "2026-10-26T13:00:00Z",
                "2026-11-02T14:00:00Z",
            ],
            says: &["2:00pm", "1:00pm", "9:00am"],
        },
        // In New York the hour from 2:00 is left out, and two weeks later London follows.
        Case {
            mentor_in: "America/New_York",
            weekday: 7,
            hours: ("01:00", "04:00"),
            now: datetime!(2026-03-07 12:00 UTC),
            first: &[
                "2026-03-08T06:00:00Z",
                "2026-03-08T06:30:00Z",
                "2026-03-08T07:00:00Z",
                "2026-03-15T05:00:00Z",
            ],
            says: &["6:30am", "7:00am", "3:00am"],
        },
        // The hour from 1:00 comes twice there, and is offered once.
        Case {
            mentor_in: "America/New_York",
            weekday: 7,
            hours: ("00:00", "03:00"),
            now: datetime!(2026-10-31 12:00 UTC),
            first: &[
                "2026-11-01T04:00:00Z",
                "2026-11-01T04:30:00Z",
                "2026-11-01T06:00:00Z",
                "2026-11-01T06:30:00Z",
                "2026-11-01T07:00:00Z",
                "2026-11-08T05:00:00Z",
            ],
            says: &["4:30am", "6:00am", "1:00am"],
        },
        // It is the mentee's own clock that leaves an hour out, in the middle of the mentor's evening.
        Case {
            mentor_in: "America/New_York",
            weekday: 6,
            hours: ("20:00", "23:00"),
            now: datetime!(2026-03-27 12:00 UTC),
            first: &[
                "2026-03-29T00:00:00Z",
                "2026-03-29T00:30:00Z",
                "2026-03-29T01:00:00Z",
                "2026-03-29T01:30:00Z",
                "2026-03-29T02:00:00Z",
                "2026-04-05T00:00:00Z",
            ],
            says: &["12:30am", "2:00am", "9:00pm the day before"],
        },
        // And the mentee's own clock that shows one hour twice.
        Case {
            mentor_in: "America/New_York",
            weekday: 6,
            hours: ("19:00", "22:00"),
            now: datetime!(2026-10-23 12:00 UTC),
            first: &[
                "2026-10-24T23:00:00Z",
                "2026-10-24T23:30:00Z",
                "2026-10-25T00:00:00Z",
                "2026-10-25T00:30:00Z",
                "2026-10-25T01:00:00Z",
                "2026-10-31T23:00:00Z",
            ],
            says: &["8:00pm the day before", "9:00pm the day before"],
        },
        // In the south the clocks go back in April and forward in October.
        Case {
            mentor_in: "Australia/Sydney",
            weekday: 7,
            hours: ("01:00", "04:00"),
            now: datetime!(2026-04-04 00:00 UTC),
            first: &[
                "2026-04-04T14:00:00Z",
                "2026-04-04T14:30:00Z",
                "2026-04-04T16:00:00Z",
                "2026-04-04T16:30:00Z",
                "2026-04-04T17:00:00Z",
                "2026-04-11T15:00:00Z",
            ],
            says: &["3:00pm", "5:00pm", "1:00am the next day"],
        },
        Case {
            mentor_in: "Australia/Sydney",
            weekday: 7,
            hours: ("01:00", "04:00"),
            now: datetime!(2026-10-03 00:00 UTC),
            first: &[
                "2026-10-03T15:00:00Z",
                "2026-10-03T15:30:00Z",
                "2026-10-03T16:00:00Z",
                "2026-10-10T14:00:00Z",
            ],
            says: &["4:00pm", "5:00pm", "3:00am the next day"],
        },
        // Half an hour off, and no summer time.
        Case {
            mentor_in: "Asia/Kolkata",
            weekday: 6,
            hours: ("09:00", "10:30"),
            now: datetime!(2026-03-27 12:00 UTC),
            first: &[
                "2026-03-28T03:30:00Z",
                "2026-03-28T04:00:00Z",
                "2026-04-04T03:30:00Z",
            ],
            says: &["3:30am", "4:30am", "9:00am"],
        },
        // The last hour of the day before the clocks change.
        Case {
            mentor_in: "Europe/London",
            weekday: 6,
            hours: ("23:00", "24:00"),
            now: datetime!(2026-03-27 12:00 UTC),
            first: &["2026-03-28T23:00:00Z", "2026-04-04T22:00:00Z"],
            says: &["11:00pm"],
        },
        Case {
            mentor_in: "Europe/London",
            weekday: 6,
            hours: ("23:00", "24:00"),
            now: datetime!(2026-10-23 12:00 UTC),
            first: &["2026-10-24T22:00:00Z", "2026-10-31T23:00:00Z"],
            says: &["11:00pm"],
        },
        // In Beirut they change at midnight: forward, so that no clock shows when the hour ends;
        // and back, so that it comes twice, and is offered once.
        Case {
            mentor_in: "Asia/Beirut",
            weekday: 6,
            hours: ("23:00", "24:00"),
            now: datetime!(2026-03-27 12:00 UTC),
            first: &["2026-03-28T21:00:00Z", "2026-04-04T20:00:00Z"],
            says: &["9:00pm", "11:00pm"],
        },
        Case {
            mentor_in: "Asia/Beirut",
            weekday: 6,
            hours: ("23:00", "24:00"),
            now: datetime!(2026-10-23 12:00 UTC),
            first: &["2026-10-24T21:00:00Z", "2026-10-31T21:00:00Z"],
            says: &["10:00pm", "9:00pm", "11:00pm"],
        },
        // Friday morning in Auckland is Thursday in London.
        Case {
            mentor_in: "Pacific/Auckland",
            weekday: 5,
            hours: ("08:00", "09:00"),
            now: datetime!(2026-04-01 12:00 UTC),
            first: &["2026-04-02T19:00:00Z", "2026-04-09T20:00:00Z"],
            says: &["8:00pm", "9:00pm", "8:00am the next day", "Thursday"],
        },
        // A quarter of an hour off, and no summer time of its own.
        Case {
            mentor_in: "Asia/Kathmandu",
            weekday: 1,
            hours: ("09:00", "10:00"),
            now: datetime!(2026-03-22 12:00 UTC),
            first: &["2026-03-23T03:15:00Z", "2026-03-30T03:15:00Z"],
            says: &["3:15am", "4:15am", "9:00am"],
        },
        // The clocks go back by half an hour: from 2:00 to 1:30.
        Case {
            mentor_in: "Australia/Lord_Howe",
            weekday: 7,
            hours: ("01:00", "03:00"),
            now: datetime!(2026-04-04 00:00 UTC),
            first: &[
                "2026-04-04T14:00:00Z",
                "2026-04-04T15:00:00Z",
                "2026-04-04T15:30:00Z",
                "2026-04-11T14:30:00Z",
            ],
            says: &["3:00pm", "4:00pm", "4:30pm", "1:00am the next day"],
        },
        // And forward by half an hour: from 2:00 to 2:30.
        Case {
            mentor_in: "Australia/Lord_Howe",
            weekday: 7,
            hours: ("01:00", "04:00"),
            now: datetime!(2026-10-03 00:00 UTC),
            first: &[
                "2026-10-03T14:30:00Z",
                "2026-10-03T15:00:00Z",
                "2026-10-03T15:30:00Z",
                "2026-10-03T16:00:00Z",
                "2026-10-10T14:00:00Z",
            ],
            says: &["3:30pm", "4:30pm", "2:30am the next day"],
        },
        // An hour back for Ramadan, and forward again after it.
        Case {
            mentor_in: "Africa/Casablanca",
            weekday: 1,
            hours: ("09:00", "10:00"),
            now: datetime!(2026-02-07 12:00 UTC),
            first: &["2026-02-09T08:00:00Z", "2026-02-16T09:00:00Z"],
            says: &["8:00am", "9:00am"],
        },
        Case {
            mentor_in: "Africa/Casablanca",
            weekday: 1,
            hours: ("09:00", "10:00"),
            now: datetime!(2026-03-15 12:00 UTC),
            first: &["2026-03-16T09:00:00Z", "2026-03-23T08:00:00Z"],
            says: &["9:00am", "8:00am"],
        },
    ];
    for case in cases {
        let app = TestApp::at(db.clone(), case.now).await;
        let pairing = given::pairing().insert(&app.db).await;
        given::lives_in(&app.db, pairing.mentor, case.mentor_in).await;
        let (from, until) = case.hours;
        given::weekly_hours(&app.db, pairing.mentor, case.weekday, from, until).await;
        let tom = app.sign_in(pairing.mentee).await;
        let page = tom.get(&format!("{}/sessions/new", pairing.path)).await;
        assert_eq!(
            page.values_of("at")[..case.first.len()],
            *case.first,
            "{} {:?} {}",
            case.mentor_in,
            case.hours,
            case.now
        );
        for words in case.says {
            page.says(words);
        }
        // Whatever is chosen lasts an hour.
        tom.post(&book(&pairing), &[("at", case.first[1])])
            .await
            .is(StatusCode::SEE_OTHER);
    }
    let hours = "select count(*) from attendances where upper(during) - lower(during) <> '1 hour'";
    assert_eq!(count(&db, hours).await, 0);
}

/// From the form that one fills in to the hours that the other reads, on either side of a change.
#[sqlx::test]
async fn hours_given_on_one_clock_are_read_on_another(db: PgPool) {
    for (now, first, london, sydney) in [
        // Sydney 11 hours ahead of Greenwich; then London an hour ahead too; then Sydney ten.
        (
            datetime!(2026-03-24 12:00 UTC),
            "2026-03-25T06:00:00Z",
            "6:00am",
            "5:00pm",
        ),
        (
            datetime!(2026-03-31 12:00 UTC),
            "2026-04-01T06:00:00Z",
            "7:00am",
            "5:00pm",
        ),
        (
            datetime!(2026-04-07 12:00 UTC),
            "2026-04-08T07:00:00Z",
            "8:00am",
            "5:00pm",
        ),
        (
            datetime!(2026-09-29 12:00 UTC),
            "2026-09-30T07:00:00Z",
            "8:00am",
            "5:00pm",
        ),
        (
            datetime!(2026-10-06 12:00 UTC),
            "2026-10-07T06:00:00Z",
            "7:00am",
            "5:00pm",
        ),
        (
            datetime!(2026-10-27 12:00 UTC),
            "2026-10-28T06:00:00Z",
            "6:00am",
            "5:00pm",
        ),
    ] {
        let app = TestApp::at(db.clone(), now).await;
        let pairing = given::pairing().insert(&app.db).await;
        given::lives_in(&app.db, pairing.mentor, "Australia/Sydney").await;
        let maya = app.sign_in(pairing.mentor).await;
        // Two rows a day: the fifth is Wednesday's first.
        let mut boxes = [("from", ""), ("to", "")].repeat(14);
        (boxes[8].1, boxes[9].1) = ("5pm", "6pm");
        maya.post("/account/hours", &boxes)
            .await
            .is(StatusCode::SEE_OTHER);
        let tom = app.sign_in(pairing.mentee).await;
        let page = tom.get(&format!("{}/sessions/new", pairing.path)).await;
        assert_eq!(page.values_of("at")[0], first, "{now}");
        page.says(&format!("<span>{london}")).says(sydney);
        let booked = tom.post(&book(&pairing), &[("at", first)]).await;
        let session = booked.location.unwrap();
        tom.get(&session)
            .await
            .says(&format!(", {london}"))
            .says(&format!("{sydney} for Maya (Sydney)"));
        maya.get(&session)
            .await
            .says(&format!(", {sydney}"))
            .says(&format!("{london} for Tom (London)"));
    }
}

#[sqlx::test]
async fn free_times_need_notice_and_go_on_later(db: PgPool) {
    // 9:30 in London: what begins before 11:30 is too soon.
    let app = TestApp::at(db, datetime!(2026-04-02 08:30 UTC)).await;
    let pairing = given::pairing().insert(&app.db).await;
    thursdays(&app.db, pairing.mentor).await;
    for weekday in [1, 2, 3, 5] {
        given::weekly_hours(&app.db, pairing.mentor, weekday, "13:00", "14:00").await;
    }
    let tom = app.sign_in(pairing.mentee).await;
    let path = format!("{}/sessions/new", pairing.path);
    let page = tom.get(&path).await;
    // The mentor's own last hour on this day begins at 11:00, so the next day comes first.
    assert_eq!(page.values_of("at")[0], "2026-04-03T12:00:00Z");
    let days = page.body.matches("class=\"day\"").count();
    assert_eq!(days, 10);
    let later = page.link("Later times").to_owned();
    assert_eq!(later, format!("{path}?from=2026-04-17"));
    let page = tom.get(&later).await;
    assert_eq!(page.values_of("at")[0], "2026-04-17T12:00:00Z");
    // A day in the past is today; what is no date is said in words.
    let page = tom.get(&format!("{path}?from=2020-01-01")).await;
    assert_eq!(page.values_of("at")[0], "2026-04-03T12:00:00Z");
    tom.get(&format!("{path}?from=soon"))
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Enter a date to look from");
}

#[sqlx::test]
async fn without_free_times_there_is_a_way_out(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let (maya, tom) = (pairing.mentor, pairing.mentee);
    given::lives_in(&app.db, tom, "America/New_York").await;
    let (maya, tom) = (app.sign_in(maya).await, app.sign_in(tom).await);
    let path = format!("{}/sessions/new", pairing.path);
    assert_eq!(
        maya.get(&path).await.link("Give your weekly hours"),
        "/account/hours"
    );
    let page = tom.get(&path).await;
    page.says("Maya has not said yet when meeting is possible");
    let confirm = page.form_with("Continue with this time").to_owned();

    for (date, time, words) in [
        ("2026-04-03", "2.30pm", None),
        (
            "2026-03-31",
            "2.30pm",
            Some("Choose a time that is still to come"),
        ),
        (
            "2027-04-30",
            "2.30pm",
            Some("Choose a time within the next year"),
        ),
        ("2027-03-14", "2.30am", Some("the clocks go forward then")),
        ("", "2.30pm", Some("Enter the date you would like to meet")),
        (
            "2026-04-03",
            "noonish",
            Some("Enter the time you would like"),
        ),
        (
            "9999-04-03",
            "1pm",
            Some("Enter the date you would like to meet"),
        ),
    ] {
        let query = format!("{confirm}?date={}&time={}", encode(date), encode(time));
        let page = tom.get(&query).await;
        match words {
            Some(words) => page.is(StatusCode::UNPROCESSABLE_ENTITY).says(words),
            None => page
                .is(StatusCode::OK)
                .says("Friday 3 April 2026, 2:30pm")
                .says("7:30pm for Maya (London)"),
        };
    }
    let at = "2026-04-03T18:30:00Z";
    tom.post(&book(&pairing), &[("at", at)])
        .await
        .is(StatusCode::SEE_OTHER);
}

#[sqlx::test]
async fn what_is_no_time_is_refused_in_words(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let tom = app.sign_in(pairing.mentee).await;
    for (at, words) in [
        ("", "Enter the date you would like to meet"),
        ("soon", "Choose one of the times below"),
        ("2026-04-02", "Choose one of the times below"),
        ("2026-04-02T08:00:30Z", "Choose one of the times below"),
        ("2026-04-31T08:00:00Z", "Choose one of the times below"),
        ("9999-12-31T23:59:00Z", "Choose a time within the next year"),
        (
            "0000-01-01T00:00:00Z",
            "Choose a time that is still to come",
        ),
        (
            "2026-04-01T12:00:00Z",
            "Choose a time that is still to come",
        ),
        ("\0", "Choose one of the times below"),
    ] {
        tom.post(&book(&pairing), &[("at", at)])
            .await
            .is(StatusCode::UNPROCESSABLE_ENTITY)
            .says(words);
    }
    assert_eq!(
        count(&app.db, "select count(*) from mentoring_sessions").await,
        0
    );
}

#[sqlx::test]
async fn a_booking_is_of_the_kind_that_its_stage_asks_for(db: PgPool) {
    let app = TestApp::new(db).await;
    for (at, kind) in [
        (At::InitialMeeting, Some("Initial meeting")),
        (At::Sessions, Some("Session")),
        (At::MovingOn, Some("Final session")),
        (At::FinalSessionHeld, Some("Session")),
        (At::Offered, None),
        (At::Closed, None),
    ] {
        let pairing = given::pairing().at(at).insert(&app.db).await;
        let maya = app.sign_in(pairing.mentor).await;
        let answer = maya.post(&book(&pairing), &[("at", NINE)]).await;
        match kind {
            Some(kind) => {
                let page = maya.get(&answer.location.unwrap()).await;
                page.says(&format!("<h1>{kind},"));
            }
            None => {
                answer.is(StatusCode::CONFLICT);
            }
        }
        let coordinator = app.sign_in(pairing.coordinator).await;
        coordinator
            .post(&book(&pairing), &[("at", NINE)])
            .await
            .is(StatusCode::FORBIDDEN);
    }
}

#[sqlx::test]
async fn nothing_is_booked_while_paused(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing()
        .paused_since(time::macros::date!(2026 - 03 - 20))
        .insert(&app.db)
        .await;
    let tom = app.sign_in(pairing.mentee).await;
    tom.get(&format!("{}/sessions/new", pairing.path))
        .await
        .is(StatusCode::CONFLICT)
        .says("paused");
}

/// Every act on a session, in every state of it, by everybody.
#[sqlx::test]
async fn acts_on_a_session_come_in_order_and_from_the_two(db: PgPool) {
    const OK: StatusCode = StatusCode::OK;
    const DONE: StatusCode = StatusCode::SEE_OTHER;
    const NOT_NOW: StatusCode = StatusCode::CONFLICT;
    // act            to come  begun    held     missed   cancelled
    let acts = [
        ("/plan", true, [DONE, DONE, NOT_NOW, NOT_NOW, NOT_NOW]),
        ("/plan", false, [OK, OK, NOT_NOW, NOT_NOW, NOT_NOW]),
        ("/held", true, [NOT_NOW, DONE, DONE, NOT_NOW, NOT_NOW]),
        ("/missed", true, [NOT_NOW, DONE, NOT_NOW, DONE, NOT_NOW]),
        (
            "/cancellation",
            false,
            [OK, NOT_NOW, NOT_NOW, NOT_NOW, DONE],
        ),
        (
            "/cancellation",
            true,
            [DONE, NOT_NOW, NOT_NOW, NOT_NOW, DONE],
        ),
        ("/record", false, [NOT_NOW, NOT_NOW, OK, NOT_NOW, NOT_NOW]),
        ("/record", true, [NOT_NOW, NOT_NOW, DONE, NOT_NOW, NOT_NOW]),
    ];
    let app = TestApp::new(db).await;
    let fields = [
        ("talked_about", "Much"),
        ("agenda", "The audit plan"),
        ("place", "Room Juniper"),
    ];
    for (act, posts, expected) in acts {
        for (state, expected) in expected.into_iter().enumerate() {
            let pairing = given::pairing().insert(&app.db).await;
            let (past, soon) = (NOON - Duration::minutes(5), NOON + Duration::hours(3));
            let session = match state {
                0 => given::session(&app.db, &pairing, "session", soon).await,
                1 => given::session(&app.db, &pairing, "session", past).await,
                2 => given::settled(&app.db, &pairing, "held_on", past).await,
                3 => given::settled(&app.db, &pairing, "missed_on", past).await,
                _ => given::settled(&app.db, &pairing, "cancelled_on", soon).await,
            };
            let path = format!("{}{act}", session.path);
            let outsider = given::person(&app.db, "Olga").await;
            for (person, expected) in [
                (outsider, StatusCode::NOT_FOUND),
                (pairing.coordinator, StatusCode::FORBIDDEN),
                (pairing.mentee, expected),
                // Whoever presses second is led to what was done.
                (pairing.mentor, expected),
            ] {
                let visitor = app.sign_in(person).await;
                let answer = match posts {
                    true => visitor.post(&path, &fields).await,
                    false => visitor.get(&path).await,
                };
                assert_eq!(
                    answer.status, expected,
                    "{act} {posts} {state}: {}",
                    answer.body
                );
            }
        }
    }
}

#[sqlx::test]
async fn a_session_of_another_pairing_does_not_exist_here(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    // Another of hers, so that only the path is wrong.
    let ana = given::person(&app.db, "Ana").await;
    let other = given::pairing().between(pairing.mentor, ana);
    let other = other.insert(&app.db).await;
    let session = given::session(&app.db, &other, "session", NOON - Duration::hours(2)).await;
    let maya = app.sign_in(pairing.mentor).await;
    for id in [
        session.id.to_string(),
        "0".into(),
        "x".into(),
        "9".repeat(30),
    ] {
        let path = format!("{}/sessions/{id}", pairing.path);
        maya.get(&path).await.is(StatusCode::NOT_FOUND);
        maya.post(&format!("{path}/held"), &[])
            .await
            .is(StatusCode::NOT_FOUND);
    }
    let tom = app.sign_in(pairing.mentee).await;
    tom.get(&session.path).await.is(StatusCode::NOT_FOUND);
}

#[sqlx::test]
async fn a_cancelled_time_is_free_again(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    thursdays(&app.db, pairing.mentor).await;
    let at = datetime!(2026-04-02 08:00 UTC);
    let session = given::session(&app.db, &pairing, "session", at).await;
    let tom = app.sign_in(pairing.mentee).await;
    let ask = tom.get(&session.path).await;
    let ask = tom.get(ask.link("Cancel the session")).await;
    tom.post(ask.form_with("Cancel the session"), &[])
        .await
        .leads_to(&pairing.path);
    tom.get(&session.path).await.says("Cancelled");
    tom.post(&book(&pairing), &[("at", NINE)])
        .await
        .is(StatusCode::SEE_OTHER);
}

#[sqlx::test]
async fn the_first_and_the_last_meeting_take_the_pairing_on(db: PgPool) {
    // 23:30 UTC is half past midnight in the programme.
    let begins = datetime!(2026-03-31 23:30 UTC);
    let app = TestApp::new(db).await;
    for (at, kind, says) in [
        (
            At::InitialMeeting,
            "initial",
            "Draft your mentoring agreement",
        ),
        (At::MovingOn, "moving_on", "Write down your further steps"),
        (At::Sessions, "session", "Maya writes up the last session"),
    ] {
        let pairing = given::pairing().at(at).insert(&app.db).await;
        given::lives_in(&app.db, pairing.mentee, "America/New_York").await;
        let session = given::session(&app.db, &pairing, kind, begins).await;
        let tom = app.sign_in(pairing.mentee).await;
        tom.get(&session.path)
            .await
            .says("Tuesday 31 March 2026, 7:30pm")
            .says("Wednesday 1 April 2026, 12:30am for Maya (London)");
        let path = format!("{}/held", session.path);
        tom.post(&path, &[]).await.leads_to(&session.path);
        tom.post(&path, &[]).await.leads_to(&session.path);
        tom.get(&pairing.path).await.says(says);
        let held: (time::Date, Option<time::Date>, Option<time::Date>) = sqlx::query_as(
            "select held_on, met_on, final_session_on
             from mentoring_sessions join pairings on pairings.id = pairing_id
             where mentoring_sessions.id = $1",
        )
        .bind(session.id)
        .fetch_one(&app.db)
        .await
        .unwrap();
        let first_of_april = time::macros::date!(2026 - 04 - 01);
        assert_eq!(held.0, first_of_april);
        assert_eq!(held.1 == Some(first_of_april), at == At::InitialMeeting);
        assert_eq!(held.2 == Some(first_of_april), at == At::MovingOn);
    }
}

#[sqlx::test]
async fn a_meeting_that_was_not_booked_is_logged_once(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing()
        .at(At::InitialMeeting)
        .insert(&app.db)
        .await;
    let maya = app.sign_in(pairing.mentor).await;
    let path = format!("{}/sessions/past", pairing.path);
    maya.get(&path).await.is(StatusCode::OK);
    for (date, time, words) in [
        ("", "", "Enter the date you met"),
        ("2026-04-01", "late", "Enter the time you met"),
        ("2026-04-01", "1:01pm", "not in the future"),
        ("2026-04-02", "9am", "not in the future"),
        ("2026-02-04", "9am", "Enter a date from 5 February 2026 on"),
        ("2026-03-29", "1:30am", "the clocks went forward then"),
    ] {
        maya.post(&path, &[("date", date), ("time", time)])
            .await
            .is(StatusCode::UNPROCESSABLE_ENTITY)
            .says(words)
            .says(&format!("value=\"{date}\""));
    }
    let fields = [("date", "2026-03-30"), ("time", "9.30am")];
    let logged = maya.post(&path, &fields).await.location.unwrap();
    maya.get(&logged)
        .await
        .says("Initial meeting")
        .says("Held")
        .says("Monday 30 March 2026, 9:30am");
    maya.post(&path, &fields).await.leads_to(&logged);
    assert_eq!(
        count(&app.db, "select count(*) from mentoring_sessions").await,
        1
    );
    maya.get(&pairing.path)
        .await
        .says("Draft your mentoring agreement");
}

/// There is one initial meeting and one final session, booked here or not.
#[sqlx::test]
async fn a_logged_meeting_takes_the_place_of_the_one_that_was_booked(db: PgPool) {
    let app = TestApp::new(db).await;
    let fields = [("date", "2026-03-30"), ("time", "9am")];
    for (at, kind, from_now, becomes) in [
        (At::InitialMeeting, "initial", 2, Some("Cancelled")),
        (At::InitialMeeting, "initial", -2, Some("Did not happen")),
        (At::MovingOn, "moving_on", 2, Some("Cancelled")),
        (At::MovingOn, "moving_on", -2, Some("Did not happen")),
        // Any number of others may follow one another.
        (At::Sessions, "session", 2, None),
        (At::MovingOn, "session", -2, None),
    ] {
        let pairing = given::pairing().at(at).insert(&app.db).await;
        let starts = NOON + Duration::hours(from_now);
        let booked = given::session(&app.db, &pairing, kind, starts).await;
        let maya = app.sign_in(pairing.mentor).await;
        let logged = maya
            .post(&format!("{}/sessions/past", pairing.path), &fields)
            .await;
        logged.tells(match becomes {
            Some(_) => "in place of the one you had booked",
            None => "Logged. Now write it up",
        });
        let page = maya.get(&booked.path).await;
        page.says(becomes.unwrap_or("tag here\">Booked"));
        let busy: i64 =
            sqlx::query_scalar("select count(*) from attendances where session_id = $1")
                .bind(booked.id)
                .fetch_one(&app.db)
                .await
                .unwrap();
        assert_eq!(busy == 0, becomes.is_some(), "{at:?} {kind} {from_now}");
        // Nobody is asked about it any more.
        let next = maya.get(&pairing.path).await;
        if becomes.is_some() {
            next.does_not_say("Say whether the session happened")
                .does_not_say("Meet Tom");
        }
    }
}

#[sqlx::test]
async fn a_plan_changed_by_both_loses_nothing(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let session = given::session(&app.db, &pairing, "session", NOON + Duration::days(1)).await;
    let (maya, tom) = (
        app.sign_in(pairing.mentor).await,
        app.sign_in(pairing.mentee).await,
    );
    let path = format!("{}/plan", session.path);
    let before = maya.get(&path).await;
    let version = before.values_of("version")[0];
    let typed = |agenda| {
        [
            ("version", version),
            ("place", "Room Ash"),
            ("agenda", agenda),
        ]
    };
    tom.post(&path, &typed("Tom's points"))
        .await
        .leads_to(&session.path);
    // The same press again, and then another text over the same page.
    tom.post(&path, &typed("Tom's points"))
        .await
        .leads_to(&session.path);
    let refused = maya.post(&path, &typed("Maya's points")).await;
    refused
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Tom&#39;s points")
        .says("Maya&#39;s points</textarea>");
    let version = refused.values_of("version")[0];
    maya.post(&path, &[("version", version), ("agenda", "Both points")])
        .await
        .leads_to(&session.path);
    tom.get(&session.path).await.says("Both points");
}

#[sqlx::test]
async fn a_coordinator_sees_when_and_whether_and_nothing_more(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let session = given::settled(&app.db, &pairing, "held_on", NOON - Duration::days(1)).await;
    let tom = app.sign_in(pairing.mentee).await;
    tom.post(
        &format!("{}/record", session.path),
        &[
            ("talked_about", "Leaving finance"),
            ("what_1", "Call Ana"),
            ("who_1", "mentee"),
            ("when_1", "2026-04-20"),
        ],
    )
    .await
    .leads_to(&session.path);
    let cleo = app.sign_in(pairing.coordinator).await;
    let page = cleo.get(&session.path).await;
    page.is(StatusCode::OK)
        .says("Held")
        .says("Tuesday 31 March 2026, 1:00pm");
    for secret in [
        "Room Juniper",
        "The audit plan",
        "Leaving finance",
        "Call Ana",
        "/record",
    ] {
        page.does_not_say(secret);
        cleo.get(&pairing.path).await.does_not_say(secret);
    }
}

async fn moved(app: &TestApp, at: &str) -> i64 {
    sqlx::query_scalar(
        "select count(*) from attendances join mentoring_sessions on id = session_id
         where lower(attendances.during) = $1::timestamptz
            and attendances.during = mentoring_sessions.during and cancelled_on is null",
    )
    .bind(at.parse::<String>().unwrap())
    .fetch_one(&app.db)
    .await
    .unwrap()
}

#[sqlx::test]
async fn a_session_is_moved_and_never_without_a_time(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    thursdays(&app.db, pairing.mentor).await;
    let (maya, tom) = (
        app.sign_in(pairing.mentor).await,
        app.sign_in(pairing.mentee).await,
    );
    let fields = [("at", NINE), ("place", "The roof"), ("agenda", "Gardens")];
    let session = tom.post(&book(&pairing), &fields).await.location.unwrap();
    let page = maya.get(&session).await;
    let times = maya.get(page.link("Move to another time")).await;
    times
        .says("Choose another time to meet Tom")
        .says("Instead of Thursday 2 April 2026, 9:00am");
    // Half an hour later overlaps with itself alone.
    let half_past = "2026-04-02T08:30:00Z";
    assert_eq!(times.values_of("at")[..2], [NINE, half_past]);
    let id = times.values_of("moving")[0].to_owned();
    let asked = format!(
        "{}/confirm?moving={id}&at={}",
        book(&pairing),
        encode(half_past)
    );
    maya.get(&asked)
        .await
        .says("Move the session?")
        .says("Thursday 2 April 2026, 9:30am");
    let there = [("moving", &*id), ("at", half_past)];
    for _ in 0..2 {
        maya.post(&book(&pairing), &there).await.leads_to(&session);
    }
    assert_eq!(
        (moved(&app, half_past).await, moved(&app, NINE).await),
        (2, 0)
    );
    tom.get(&session)
        .await
        .says("9:30am")
        .says("The roof")
        .says("Gardens");
    assert_eq!(
        count(&app.db, "select count(*) from mentoring_sessions").await,
        1
    );
    for told in [
        "select count(*) from audit_events where act = 'moved a session'",
        "select count(*) / 2 from letters where subject like 'Moved: your session with %'",
    ] {
        assert_eq!(count(&app.db, told).await, 1, "{told}");
    }

    // To where the mentor meets somebody else: it stays where it is.
    let other = given::pairing().insert(&app.db).await;
    let ten = datetime!(2026-04-02 09:30 UTC);
    given::session(&app.db, &other, "session", ten).await;
    sqlx::query(
        "update attendances set person_id = $1 where lower(during) = $2 and person_id = $3",
    )
    .bind(pairing.mentor.0)
    .bind(ten)
    .bind(other.mentor.0)
    .execute(&app.db)
    .await
    .unwrap();
    let clash = [("moving", &*id), ("at", "2026-04-02T09:00:00Z")];
    let refused = tom.post(&book(&pairing), &clash).await;
    refused
        .is(StatusCode::CONFLICT)
        .says("Someone booked 10:00am while you were choosing");
    assert_eq!(refused.values_of("moving")[0], id);
    assert_eq!(moved(&app, half_past).await, 2);

    // Neither of another pairing, nor once it is over.
    let elsewhere = given::pairing().insert(&app.db).await;
    let stranger = app.sign_in(elsewhere.mentee).await;
    let taken = [("moving", &*id), ("at", "2026-04-03T09:00:00Z")];
    stranger
        .post(&book(&elsewhere), &taken)
        .await
        .is(StatusCode::NOT_FOUND);
    tom.post(&format!("{session}/cancellation"), &[]).await;
    for path in [book(&pairing), format!("{}/new", book(&pairing))] {
        tom.post(&path, &taken)
            .await
            .is(StatusCode::CONFLICT)
            .says("was cancelled");
    }
}

#[sqlx::test]
async fn a_series_leaves_out_what_clashes_and_ends_with_the_programme(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let tom = app.sign_in(pairing.mentee).await;
    sqlx::query("insert into days_away (person_id, days) values ($1, '[2026-05-27,2026-05-29)')")
        .bind(pairing.mentor.0)
        .execute(&app.db)
        .await
        .unwrap();
    sqlx::query("update programmes set ends_on = '2026-07-23', session_every_weeks = 4")
        .execute(&app.db)
        .await
        .unwrap();
    let confirm = format!("{}/confirm?at={}", book(&pairing), encode(NINE));
    tom.get(&confirm).await.says("12 more, 4 weeks apart");
    let fields = [("at", NINE), ("place", "The roof"), ("repeat", "13")];
    tom.post(&book(&pairing), &fields)
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("0 to 12");
    let fields = [("at", NINE), ("place", "The roof"), ("repeat", "12")];
    let booked = tom.post(&book(&pairing), &fields).await;
    booked
        .is(StatusCode::SEE_OTHER)
        .tells("And 3 times more. Left out, because one of you is busy: 28 May 2026.")
        .tells(". Left out, because the programme has ended by then: 8 more.");
    let days: Vec<String> = sqlx::query_scalar(
        "select to_char(lower(during) at time zone 'Europe/London', 'DD Mon HH24:MI')
         from mentoring_sessions join session_plans on session_id = id
         where place = 'The roof' order by during",
    )
    .fetch_all(&app.db)
    .await
    .unwrap();
    assert_eq!(
        days,
        [
            "02 Apr 09:00",
            "30 Apr 09:00",
            "25 Jun 09:00",
            "23 Jul 09:00"
        ]
    );
    assert_eq!(count(&app.db, "select count(*) from attendances").await, 8);
    // Each is a session of its own.
    let page = tom.get(&pairing.path).await;
    page.says("30 April 2026");
    tom.post(&book(&pairing), &[("at", "2026-04-03T09:00:00Z")])
        .await
        .is(StatusCode::CONFLICT)
        .says("can move the one that you have");
}

/// When the sessions of a series are, in London and by UTC, and what has become of them.
async fn series(db: &PgPool) -> Vec<(i64, String, String, bool)> {
    sqlx::query_as(
        "select id, to_char(lower(during) at time zone 'Europe/London', 'DD Mon HH24:MI'),
            to_char(lower(during) at time zone 'UTC', 'HH24:MI'), cancelled_on is not null
         from mentoring_sessions join session_plans on session_id = id
         where place = 'The roof' order by id",
    )
    .fetch_all(db)
    .await
    .unwrap()
}

#[sqlx::test]
async fn each_of_a_series_is_changed_by_itself(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let tom = app.sign_in(pairing.mentee).await;
    let fields = [("at", NINE), ("place", "The roof"), ("repeat", "3")];
    tom.post(&book(&pairing), &fields)
        .await
        .tells("And 3 times more.");
    let booked = series(&app.db).await;
    let (second, third) = (booked[1].0.to_string(), booked[2].0);
    let moved = [("at", "2026-05-01T13:00:00Z"), ("moving", &second)];
    tom.post(&book(&pairing), &moved)
        .await
        .leads_to(&format!("{}/{second}", book(&pairing)))
        .tells("Moved: Friday 1 May 2026, 2:00pm");
    tom.post(&format!("{}/{third}/cancellation", book(&pairing)), &[])
        .await
        .tells("cancelled");
    let days: Vec<(String, bool)> = series(&app.db)
        .await
        .into_iter()
        .map(|(_, day, _, cancelled)| (day, cancelled))
        .collect();
    let expected = [
        ("02 Apr 09:00", false),
        ("01 May 14:00", false),
        ("28 May 09:00", true),
        ("25 Jun 09:00", false),
    ];
    assert_eq!(days, expected.map(|(day, gone)| (day.to_owned(), gone)));
    assert_eq!(count(&app.db, "select count(*) from attendances").await, 6);
    // The calendars of the two are told of each by itself.
    for (subject, letters) in [("Booked: %", 8), ("Moved: %", 2), ("Cancelled: %", 2)] {
        let written: i64 = sqlx::query_scalar("select count(*) from letters where subject like $1")
            .bind(subject)
            .fetch_one(&app.db)
            .await
            .unwrap();
        assert_eq!(written, letters, "{subject}");
    }
}

#[sqlx::test]
async fn a_series_keeps_the_hour_of_the_mentors_day_when_clocks_change(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    given::lives_in(&app.db, pairing.mentee, "America/New_York").await;
    let tom = app.sign_in(pairing.mentee).await;
    // Clocks go back in London on 25 October.
    let fields = [
        ("at", "2026-10-08T08:00:00Z"),
        ("place", "The roof"),
        ("repeat", "2"),
    ];
    tom.post(&book(&pairing), &fields)
        .await
        .tells("And 2 times more.");
    let hours: Vec<(String, String)> = series(&app.db)
        .await
        .into_iter()
        .map(|(_, day, utc, _)| (day, utc))
        .collect();
    let expected = [
        ("08 Oct 09:00", "08:00"),
        ("05 Nov 09:00", "09:00"),
        ("03 Dec 09:00", "09:00"),
    ];
    assert_eq!(hours, expected.map(|(day, utc)| (day.into(), utc.into())));
}

#[sqlx::test]
async fn a_series_leaves_the_minutes_that_each_keeps_to_themselves(db: PgPool) {
    let app = TestApp::new(db).await;
    for (padding, told) in [
        (15, "And once more."),
        (16, " Left out, because one of you is busy: 30 April 2026."),
    ] {
        let pairing = given::pairing().insert(&app.db).await;
        sqlx::query("insert into booking_wishes values ($1, 2, $2, '')")
            .bind(pairing.mentor.0)
            .bind(padding)
            .execute(&app.db)
            .await
            .unwrap();
        let una = given::person(&app.db, "Una").await;
        let other = given::pairing().between(pairing.mentor, una);
        let other = other.insert(&app.db).await;
        // A quarter of an hour after the second one.
        let after = datetime!(2026-04-30 09:15 UTC);
        given::session(&app.db, &other, "session", after).await;
        let tom = app.sign_in(pairing.mentee).await;
        let fields = [("at", NINE), ("place", ""), ("repeat", "1")];
        tom.post(&book(&pairing), &fields).await.tells(told);
    }
}

#[sqlx::test]
async fn who_could_not_come_is_said_between_the_two_if_at_all(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let session = given::session(&app.db, &pairing, "session", NOON - Duration::hours(2)).await;
    let path = format!("{}/{}", book(&pairing), session.id);
    let (maya, tom, cleo) = (
        app.sign_in(pairing.mentor).await,
        app.sign_in(pairing.mentee).await,
        app.sign_in(pairing.coordinator).await,
    );
    tom.post(&format!("{path}/missed-by"), &[("by", "mentor")])
        .await
        .is(StatusCode::CONFLICT);
    tom.post(&format!("{path}/missed"), &[])
        .await
        .leads_to(&path);
    tom.get(&path)
        .await
        .says("Who could not come?")
        .says("Maya could not");
    tom.post(&format!("{path}/missed-by"), &[("by", "mentee")])
        .await
        .leads_to(&path);
    maya.get(&path)
        .await
        .says("value=\"mentee\" checked")
        .says("Tom could not");
    cleo.get(&path)
        .await
        .is(StatusCode::OK)
        .does_not_say("could not");
    maya.post(&format!("{path}/missed-by"), &[("by", "")])
        .await
        .leads_to(&path);
    let said = "select count(*) from session_plans where missed_by is not null";
    assert_eq!(count(&app.db, said).await, 0);
}

#[sqlx::test]
async fn cancelling_late_is_allowed_and_said(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let tom = app.sign_in(pairing.mentee).await;
    let words = "less than a working day until then";
    for (hours, late) in [(23, true), (25, false)] {
        let at = NOON + Duration::hours(hours);
        let session = given::session(&app.db, &pairing, "session", at).await;
        let path = format!("{}/{}/cancellation", book(&pairing), session.id);
        let page = tom.get(&path).await;
        assert_eq!(page.body.contains(words), late);
        tom.post(&path, &[]).await.is(StatusCode::SEE_OTHER);
        // Whoever does it has read so; the other one is told, without a word of blame.
        for (person, told) in [(pairing.mentor, late), (pairing.mentee, false)] {
            let letter: String = sqlx::query_scalar(
                "select body from letters where person_id = $1 order by id desc limit 1",
            )
            .bind(person.0)
            .fetch_one(&app.db)
            .await
            .unwrap();
            assert_eq!(letter.contains(words), told, "{letter}");
        }
    }
}
