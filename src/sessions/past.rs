//! A meeting that happened without having been booked here.

use super::outcome::take_stage_on;
use super::{Kind, queries};
use crate::calendars::invitations::{self, Happened};
use crate::error::{Error, Result};
use crate::pairings::Pairing;
use crate::pairings::access::{ChangeSession, May};
use crate::pairings::stage::Stage;
use crate::web::form::{self, Form, Problems};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use time::{Date, OffsetDateTime, PrimitiveDateTime};

#[derive(Template)]
#[template(path = "sessions/past.html")]
struct PastPage {
    frame: Frame,
    pairing: Pairing,
    form: PastForm,
    problems: Problems,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PastForm {
    date: String,
    time: String,
}

/// A meeting that began at this instant, which was this day in the programme.
struct Met {
    at: OffsetDateTime,
    on: Date,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/pairings/{pairing}/sessions/past", Entry::SignedIn, new)
        .post("/pairings/{pairing}/sessions/past", Entry::SignedIn, create)
}

async fn new(may: May<ChangeSession>) -> Response {
    page(&may, PastForm::default(), Problems::default()).into_response()
}

fn page(may: &May<ChangeSession>, form: PastForm, problems: Problems) -> Page<PastPage> {
    Page(PastPage {
        frame: may.frame(),
        pairing: may.pairing().clone(),
        form,
        problems,
    })
}

async fn create(mut may: May<ChangeSession>, Form(form): Form<PastForm>) -> Result<Response> {
    let met = match read(&mut may, &form).await? {
        Ok(met) => met,
        Err(problems) => return Ok(page(&may, form, problems).refused()),
    };
    if let Some(known) = at_that_time(&mut may, met.at).await? {
        return Ok(see(&format!("{}/sessions/{known}", may.pairing().path())));
    }
    let kind = match may.pairing().stage {
        // What happened before moving on was announced was not the last session.
        Stage::MovingOn(moving) if met.on < moving.since => Kind::Session,
        stage => Kind::at(&stage),
    };
    let replaced = match kind {
        Kind::Initial | Kind::MovingOn => take_the_place(&mut may, kind).await?,
        Kind::Session => false,
    };
    let id = insert(&mut may, kind, &met).await?;
    take_stage_on(&mut may, kind, met.on).await?;
    let path = format!("{}/sessions/{id}", may.pairing().path());
    may.commit_as("logged a meeting that happened").await?;
    Ok(done(
        &path,
        if replaced {
            "Logged, in place of the one you had booked. Now write it up while it is fresh."
        } else {
            "Logged. Now write it up while it is fresh."
        },
    ))
}

async fn read(may: &mut May<ChangeSession>, form: &PastForm) -> Result<Result<Met, Problems>> {
    let mut problems = Problems::default();
    let date = problems.keep("date", form::date(&form.date, "Enter the date you met"));
    let time = form::time_of_day(&form.time, "Enter the time you met, such as 2:30pm");
    let time = problems.keep("time", time);
    let (Some(date), Some(time)) = (date, time) else {
        return Ok(Err(problems));
    };
    let Some(at) = queries::instant(may, PrimitiveDateTime::new(date, time)).await? else {
        let words = "Enter another time: the clocks went forward then, and left it out";
        return Ok(Err(Problems::one("time", words)));
    };
    if at > may.now() {
        let words =
            "Enter a date and time that are not in the future. To meet later, book a session";
        return Ok(Err(Problems::one("date", words)));
    }
    let on = day_in_programme(may, at).await?;
    let Some(began) = began(may.pairing()) else {
        return Err(Error::conflict("This pairing has not begun yet."));
    };
    if on < began {
        let words = format!(
            "Enter a date from {} on, when this pairing began",
            crate::web::words::short_day(&began)
        );
        return Ok(Err(Problems::one("date", words)));
    }
    Ok(Ok(Met { at, on }))
}

/// The day on which the second of the two accepted.
fn began(pairing: &Pairing) -> Option<Date> {
    let dates = &pairing.dates;
    let both = dates.mentor_accepted_on.zip(dates.mentee_accepted_on);
    both.map(|(mentor, mentee)| mentor.max(mentee))
}

async fn day_in_programme(may: &mut May<ChangeSession>, at: OffsetDateTime) -> sqlx::Result<Date> {
    let zone = may.pairing().programme.time_zone.clone();
    sqlx::query_scalar!(
        r#"select ($1::timestamptz at time zone $2)::date as "day!""#,
        at,
        zone
    )
    .fetch_one(may.db())
    .await
}

/// A session of this pairing that is known already and lies at that time.
async fn at_that_time(
    may: &mut May<ChangeSession>,
    at: OffsetDateTime,
) -> sqlx::Result<Option<i64>> {
    let pairing = may.pairing().id;
    sqlx::query_scalar!(
        "select id from mentoring_sessions
         where pairing_id = $1 and during @> $2::timestamptz
            and num_nonnulls(missed_on, cancelled_on) = 0
         limit 1",
        pairing.0,
        at,
    )
    .fetch_optional(may.db())
    .await
}

/// There is one initial meeting and one final session: another that is booked is cancelled, or has
/// not happened if its time has come. Whether there was one.
async fn take_the_place(may: &mut May<ChangeSession>, kind: Kind) -> sqlx::Result<bool> {
    let (pairing, today, now) = (may.pairing().clone(), may.today(), may.now());
    let freed = sqlx::query_scalar!(
        r#"
        with settled as (
            update mentoring_sessions set
                cancelled_on = case when lower(during) > $3 then $4::date end,
                missed_on = case when lower(during) <= $3 then (lower(during) at time zone $5)::date end
            where pairing_id = $1 and kind = $2
                and num_nonnulls(held_on, missed_on, cancelled_on) = 0
            returning id
        ),
        freed as (
            delete from attendances using settled where session_id = settled.id
        )
        select id as "id!" from settled
        "#,
        pairing.id.0,
        kind as Kind,
        now,
        today,
        pairing.programme.time_zone,
    )
    .fetch_all(may.db())
    .await?;
    for session in &freed {
        invitations::tell(may, *session, Happened::Cancelled).await?;
    }
    Ok(!freed.is_empty())
}

async fn insert(may: &mut May<ChangeSession>, kind: Kind, met: &Met) -> sqlx::Result<i64> {
    let (pairing, viewer, now) = (may.pairing().clone(), may.viewer().id, may.now());
    sqlx::query_scalar!(
        "insert into mentoring_sessions (pairing_id, kind, during, booked_by, booked_at, held_on)
         values ($1, $2, tstzrange($3, $3::timestamptz + $4 * interval '1 minute'), $5, $6, $7)
         returning id",
        pairing.id.0,
        kind as Kind,
        met.at,
        f64::from(pairing.programme.session_minutes),
        viewer.0,
        now,
        met.on,
    )
    .fetch_one(may.db())
    .await
}
