//! Looking at a booking once more, and making it. Two bookings of one person's time are kept
//! apart by the database; whoever comes second is shown what is still free.

use super::free::{self, Busy, Looked};
use super::new::{self, Asked};
use super::outcome::still_to_come;
use super::{Kind, Session, Times, queries, series};
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
    /// The session that is to be moved there.
    moving: Option<Session>,
    asked: Asked,
    problems: Problems,
}

impl ConfirmPage {
    /// "2 more, 4 weeks apart"
    fn further(&self, times: &i16) -> String {
        let weeks = self.pairing.programme.session_every_weeks;
        match (*times, weeks) {
            (1, 1) => "1 more, a week later".to_owned(),
            (1, weeks) => format!("1 more, {weeks} weeks later"),
            (times, 1) => format!("{times} more, week by week"),
            (times, weeks) => format!("{times} more, {weeks} weeks apart"),
        }
    }
}

pub struct Booking {
    pub at: OffsetDateTime,
    pub kind: Kind,
    pub place: String,
    pub agenda: String,
}

pub enum Booked {
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
    if let Some(page) = new::booked_already(&mut may, &asked).await? {
        return Ok(page);
    }
    let moving = match asked.moves() {
        Some(session) => Some(queries::find(&mut may, session).await?),
        None => None,
    };
    let at = match new::instant(&mut may, &asked).await? {
        Ok(at) => at,
        Err(problems) => return Ok(new::page(&mut may, asked, None, problems).await?.refused()),
    };
    let looked = free::look(&mut may, at, asked.moves()).await?;
    if let Some(busy) = looked.busy {
        return one_is_busy(may, busy, &looked, asked).await;
    }
    let asked = match asked.place.is_empty() && moving.is_none() {
        true => Asked {
            place: looked.usual_place.clone(),
            ..asked
        },
        false => asked,
    };
    let mut page = confirm_page(&may, (at, looked), asked, Problems::default());
    page.0.moving = moving;
    Ok(page.into_response())
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
        moving: None,
        asked,
        problems,
    })
}

async fn create(mut may: May<BookSession>, Form(asked): Form<Asked>) -> Result<Response> {
    let at = match new::instant(&mut may, &asked).await? {
        Ok(at) => at,
        Err(problems) => return Ok(new::page(&mut may, asked, None, problems).await?.refused()),
    };
    if let Some(session) = asked.moves() {
        return shift(may, session, at, asked).await;
    }
    let path = format!("{}/sessions", may.pairing().path());
    if let Some(open) = may.pairing().facts.open_session
        && open.starts_at == at
    {
        return Ok(see(&format!("{path}/{}", open.id)));
    }
    if let Some(open) = may.pairing().facts.open_session {
        return Err(new::one_at_a_time(&mut may, open.id).await?);
    }
    let looked = free::look(&mut may, at, None).await?;
    if let Some(busy @ (Busy::YourCalendar | Busy::TheirCalendar)) = looked.busy {
        return one_is_busy(may, busy, &looked, asked).await;
    }
    let (booking, times) = match read(&may, at, &asked) {
        Ok(read) => read,
        Err(problems) => return Ok(confirm_page(&may, (at, looked), asked, problems).refused()),
    };
    make(may, (booking, times), looked, asked).await
}

/// Books, and as many times more as are asked for; or shows what is still free.
pub async fn make(
    mut may: May<BookSession>,
    (booking, times): (Booking, i16),
    looked: Looked,
    asked: Asked,
) -> Result<Response> {
    match book(&mut may, &booking).await? {
        Booked::Yes(id) => {
            let partner = may.pairing().partner().name.clone();
            let path = format!("{}/sessions/{id}", may.pairing().path());
            invitations::tell(&mut may, id, Happened::Booked).await?;
            let more = series::repeat(&mut may, &booking, times).await?;
            may.commit().await?;
            let when = words::moment(&looked.times.yours);
            let banner = format!("Booked: {when} with {partner}.{}", more.words());
            Ok(done(&path, &banner))
        }
        Booked::SomebodyWasFirst => somebody_was_first(may, looked, asked).await,
    }
}

/// What is free instead, with all that was typed. Why the other one is busy is not told.
async fn one_is_busy(
    mut may: May<BookSession>,
    busy: Busy,
    looked: &Looked,
    asked: Asked,
) -> Result<Response> {
    let when = words::moment(&looked.times.yours);
    let notice = match busy {
        Busy::YourCalendar => {
            format!("Your other calendar says that you are busy on {when}. These times are free.")
        }
        Busy::Session | Busy::TheirCalendar => {
            format!("One of you is busy on {when}. These times are free.")
        }
    };
    let page = new::page(&mut may, asked, Some(notice), Problems::default()).await?;
    Ok(page.with_status(StatusCode::CONFLICT))
}

/// What is still free, with all that was typed.
async fn somebody_was_first(
    mut may: May<BookSession>,
    looked: Looked,
    asked: Asked,
) -> Result<Response> {
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

/// Moves a session that is booked: it has the one time or the other, and never none.
pub async fn shift(
    mut may: May<BookSession>,
    session: i64,
    at: OffsetDateTime,
    asked: Asked,
) -> Result<Response> {
    let session = queries::find(&mut may, session).await?;
    let path = session.path(may.pairing());
    still_to_come(&session, may.now())?;
    if session.starts_at == at {
        return Ok(see(&path));
    }
    let looked = free::look(&mut may, at, Some(session.id)).await?;
    if let Some(busy @ (Busy::YourCalendar | Busy::TheirCalendar)) = looked.busy {
        return one_is_busy(may, busy, &looked, asked).await;
    }
    let moved = sqlx::query!(
        "update mentoring_sessions
         set during = tstzrange($2, $2::timestamptz + (upper(during) - lower(during)))
         where id = $1",
        session.id,
        at,
    );
    wait_for_both(&mut may).await?;
    sqlx::raw_sql("savepoint before_booking")
        .execute(may.db())
        .await?;
    match moved.execute(may.db()).await {
        Ok(_) => {}
        Err(cause) if broke(&cause, "attendances_not_two_at_once") => {
            sqlx::raw_sql("rollback to savepoint before_booking")
                .execute(may.db())
                .await?;
            return somebody_was_first(may, looked, asked).await;
        }
        Err(cause) => return Err(cause.into()),
    }
    invitations::tell(&mut may, session.id, Happened::Moved).await?;
    let partner = may.pairing().partner().name.clone();
    may.commit_as("moved a session").await?;
    let when = words::moment(&looked.times.yours);
    Ok(done(&path, &format!("Moved: {when} with {partner}.")))
}

/// What is to be booked, and how many more times after it.
fn read(
    may: &May<BookSession>,
    at: OffsetDateTime,
    asked: &Asked,
) -> Result<(Booking, i16), Problems> {
    let mut problems = Problems::default();
    let place = form::optional_line(&asked.place, LONGEST_PLACE);
    let place = problems.keep("place", place);
    let agenda = form::optional_prose(&asked.agenda, LONGEST_AGENDA);
    let agenda = problems.keep("agenda", agenda);
    let kind = Kind::at(&may.pairing().stage);
    let times = match asked.repeat.is_empty() || kind != Kind::Session {
        true => Ok(0),
        false => form::number(
            &asked.repeat,
            0..=series::LONGEST,
            "Enter a number from 0 to 12",
        ),
    };
    match (place, agenda, problems.keep("repeat", times)) {
        (Some(place), Some(agenda), Some(times)) => Ok((
            Booking {
                at,
                kind,
                place,
                agenda,
            },
            times,
        )),
        _ => Err(problems),
    }
}

pub async fn book(may: &mut May<BookSession>, booking: &Booking) -> Result<Booked> {
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
