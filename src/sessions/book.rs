//! Looking at a booking once more, and making it. Two bookings of one person's time are kept
//! apart by the database; whoever comes second is shown what is still free.

use super::free::{self, Looked};
use super::new::{self, Asked};
use super::{Kind, Times};
use crate::calendars::invitations::{self, Happened};
use crate::error::{Result, broke};
use crate::pairings::Pairing;
use crate::pairings::access::{BookSession, May};
use crate::web::form::{self, Form, Problems};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use crate::web::words;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use time::OffsetDateTime;

pub const LONGEST_PLACE: usize = 300;
pub const LONGEST_AGENDA: usize = 2_000;

#[derive(Template)]
#[template(path = "sessions/confirm.html")]
struct ConfirmPage {
    frame: Frame,
    pairing: Pairing,
    kind: Kind,
    at: OffsetDateTime,
    times: Times,
    asked: Asked,
    problems: Problems,
}

struct Booking {
    at: OffsetDateTime,
    kind: Kind,
    place: String,
    agenda: String,
}

enum Booked {
    Yes(i64),
    SomebodyWasFirst,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(
            "/pairings/{pairing}/sessions/confirm",
            Entry::SignedIn,
            confirm,
        )
        .post(
            "/pairings/{pairing}/sessions/confirm",
            Entry::SignedIn,
            confirm,
        )
        .post("/pairings/{pairing}/sessions", Entry::SignedIn, create)
}

async fn confirm(mut may: May<BookSession>, Form(asked): Form<Asked>) -> Result<Response> {
    if let Some(page) = new::booked_already(&mut may, asked.typed()).await? {
        return Ok(page);
    }
    let at = match new::instant(&mut may, &asked).await? {
        Ok(at) => at,
        Err(problems) => return Ok(new::page(&mut may, asked, None, problems).await?.refused()),
    };
    let looked = free::look(&mut may, at).await?;
    if looked.busy {
        let notice = format!(
            "One of you is busy on {}. These times are free.",
            words::moment(&looked.times.yours)
        );
        let page = new::page(&mut may, asked, Some(notice), Problems::default()).await?;
        return Ok(page.with_status(StatusCode::CONFLICT));
    }
    Ok(confirm_page(&may, (at, looked), asked, Problems::default()).into_response())
}

fn confirm_page(
    may: &May<BookSession>,
    (at, looked): (OffsetDateTime, Looked),
    asked: Asked,
    problems: Problems,
) -> Page<ConfirmPage> {
    Page(ConfirmPage {
        frame: may.frame(),
        pairing: may.pairing().clone(),
        kind: Kind::at(&may.pairing().stage),
        at,
        times: looked.times,
        asked,
        problems,
    })
}

async fn create(mut may: May<BookSession>, Form(asked): Form<Asked>) -> Result<Response> {
    let at = match new::instant(&mut may, &asked).await? {
        Ok(at) => at,
        Err(problems) => return Ok(new::page(&mut may, asked, None, problems).await?.refused()),
    };
    let path = format!("{}/sessions", may.pairing().path());
    if let Some(open) = may.pairing().facts.open_session
        && open.starts_at == at
    {
        return Ok(see(&format!("{path}/{}", open.id)));
    }
    if let Some(page) = new::booked_already(&mut may, true).await? {
        return Ok(page);
    }
    let looked = free::look(&mut may, at).await?;
    let booking = match read(&may, at, &asked) {
        Ok(booking) => booking,
        Err(problems) => return Ok(confirm_page(&may, (at, looked), asked, problems).refused()),
    };
    match book(&mut may, &booking).await? {
        Booked::Yes(id) => {
            let partner = may.pairing().partner().name.clone();
            invitations::tell(&mut may, id, Happened::Booked).await?;
            may.commit().await?;
            let when = words::moment(&looked.times.yours);
            let banner = format!("Booked: {when} with {partner}.");
            Ok(done(&format!("{path}/{id}"), &banner))
        }
        Booked::SomebodyWasFirst => {
            let notice = format!(
                "Someone booked {} while you were choosing. These times are still free.",
                words::hour(&looked.times.yours.time())
            );
            let asked = Asked {
                from: String::new(),
                ..asked
            };
            let page = new::page(&mut may, asked, Some(notice), Problems::default()).await?;
            Ok(page.with_status(StatusCode::CONFLICT))
        }
    }
}

fn read(may: &May<BookSession>, at: OffsetDateTime, asked: &Asked) -> Result<Booking, Problems> {
    let mut problems = Problems::default();
    let place = form::optional_line(&asked.place, LONGEST_PLACE);
    let place = problems.keep("place", place);
    let agenda = form::optional_prose(&asked.agenda, LONGEST_AGENDA);
    let agenda = problems.keep("agenda", agenda);
    match (place, agenda) {
        (Some(place), Some(agenda)) => Ok(Booking {
            at,
            kind: Kind::at(&may.pairing().stage),
            place,
            agenda,
        }),
        (None, _) | (_, None) => Err(problems),
    }
}

async fn book(may: &mut May<BookSession>, booking: &Booking) -> Result<Booked> {
    wait_for_both(may).await?;
    sqlx::raw_sql("savepoint before_booking")
        .execute(may.db())
        .await?;
    match insert(may, booking).await {
        Ok(id) => Ok(Booked::Yes(id)),
        Err(cause) if broke(&cause, "attendances_not_two_at_once") => {
            sqlx::raw_sql("rollback to savepoint before_booking")
                .execute(may.db())
                .await?;
            Ok(Booked::SomebodyWasFirst)
        }
        Err(cause) => Err(cause.into()),
    }
}

/// Bookings of either person's time go one after the other: an exclusion constraint alone
/// would let two that arrive together wait for each other.
async fn wait_for_both(may: &mut May<BookSession>) -> sqlx::Result<()> {
    let (mentor, mentee) = (may.pairing().mentor.id, may.pairing().mentee.id);
    sqlx::query!(
        "select pg_advisory_xact_lock(person)
         from (select person from unnest($1::bigint[]) person order by person) both_people",
        &[mentor.0, mentee.0],
    )
    .fetch_all(may.db())
    .await?;
    Ok(())
}

async fn insert(may: &mut May<BookSession>, booking: &Booking) -> sqlx::Result<i64> {
    let (pairing, viewer, now) = (may.pairing().clone(), may.viewer().id, may.now());
    let session = sqlx::query!(
        "insert into mentoring_sessions (pairing_id, kind, during, booked_by, booked_at)
         values ($1, $2, tstzrange($3, $3::timestamptz + $4 * interval '1 minute'), $5, $6)
         returning id",
        pairing.id.0,
        booking.kind as Kind,
        booking.at,
        f64::from(pairing.programme.session_minutes),
        viewer.0,
        now,
    )
    .fetch_one(may.db())
    .await?;
    sqlx::query!(
        "insert into attendances (session_id, person_id, during)
         select mentoring_sessions.id, person, during
         from mentoring_sessions, unnest(array[$2, $3]::bigint[]) person
         where mentoring_sessions.id = $1",
        session.id,
        pairing.mentor.id.0,
        pairing.mentee.id.0,
    )
    .execute(may.db())
    .await?;
    sqlx::query!(
        "insert into session_plans (session_id, pairing_id, place, agenda)
         values ($1, $2, $3, $4)",
        session.id,
        pairing.id.0,
        booking.place,
        booking.agenda,
    )
    .execute(may.db())
    .await?;
    Ok(session.id)
}
