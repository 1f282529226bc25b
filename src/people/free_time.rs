//! When somebody is free beside their weekly hours, and how they like to be booked: days away,
//! extra hours on a date, notice, and time to themselves around a session.

use super::Acting;
use super::acting::About;
use super::hours::{self, Hours};
use crate::App;
use crate::busy_calendars::{self, MOST, Subscription};
use crate::error::Result;
use crate::programmes::access::key_in_path;
use crate::sessions::LONGEST_PLACE;
use crate::web::form::{self, Form, Problems};
use crate::web::page::{Frame, Page, done};
use crate::web::routes::{Entry, Routes};
use crate::web::words;
use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use time::{Date, Duration, Time};

const PLACE: &str = "/account/free-time";
/// Whoever has never said wants this much notice, in hours.
pub const USUAL_NOTICE: i16 = 2;
/// Who is away longer has left.
const LONGEST_AWAY: Duration = Duration::days(366);

#[derive(Template)]
#[template(path = "people/free_time.html")]
struct FreeTimePage {
    frame: Frame,
    form: FreeTimeForm,
    problems: Problems,
    time_zone: String,
    today: Date,
    away: Vec<Away>,
    extra: Vec<Extra>,
    calendars: Vec<Subscription>,
}

/// Of the forms on the page, whichever was sent.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct FreeTimeForm {
    from: String,
    until: String,
    on: String,
    starts: String,
    ends: String,
    notice: String,
    padding: String,
    place: String,
    /// Of another calendar.
    pub address: String,
}

struct Away {
    id: i64,
    from: Date,
    until: Date,
}

struct Extra {
    id: i64,
    on: Date,
    starts: Time,
    ends: Time,
}

/// Which of the listed is meant.
pub struct Listed(pub i64);

impl FromRequestParts<App> for Listed {
    type Rejection = crate::error::Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        Ok(Listed(key_in_path(parts, "id").await?))
    }
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/account/free-time", Entry::SignedIn, show)
        .post("/account/days-away", Entry::SignedIn, go_away)
        .post("/account/days-away/{id}/removal", Entry::SignedIn, stay)
        .post("/account/extra-hours", Entry::SignedIn, give)
        .post(
            "/account/extra-hours/{id}/removal",
            Entry::SignedIn,
            take_back,
        )
        .post("/account/booking-wishes", Entry::SignedIn, wish)
}

async fn show(mut acting: Acting) -> Result<Response> {
    let form = wishes(&mut acting).await?;
    let page = page(&mut acting, form, Problems::default()).await?;
    Ok(page.into_response())
}

/// Of what was typed, the part of one form is kept, and the rest is as it was.
pub async fn refuse(
    acting: &mut Acting,
    form: FreeTimeForm,
    problems: Problems,
    of_wishes: bool,
) -> Result<Response> {
    let form = if of_wishes {
        form
    } else {
        let kept = wishes(acting).await?;
        FreeTimeForm {
            notice: kept.notice,
            padding: kept.padding,
            place: kept.place,
            ..form
        }
    };
    Ok(page(acting, form, problems).await?.refused())
}

async fn page(
    acting: &mut Acting,
    form: FreeTimeForm,
    problems: Problems,
) -> Result<Page<FreeTimePage>> {
    let viewer = acting.viewer.id.0;
    let today = today(acting).await?;
    let away = sqlx::query_as!(
        Away,
        r#"select id, lower(days) as "from!", upper(days) - 1 as "until!"
           from days_away where person_id = $1 and upper(days) > $2 order by days"#,
        viewer,
        today,
    )
    .fetch_all(&mut **acting)
    .await?;
    let extra = sqlx::query_as!(
        Extra,
        r#"select id, on_date as "on", lower(hours) as "starts!", upper(hours) as "ends!"
           from extra_hours where person_id = $1 and on_date >= $2 order by on_date, hours"#,
        viewer,
        today,
    )
    .fetch_all(&mut **acting)
    .await?;
    let calendars = busy_calendars::list(acting).await?;
    Ok(Page(FreeTimePage {
        frame: acting.frame.clone(),
        form,
        problems,
        time_zone: acting.viewer.time_zone.clone(),
        today,
        away,
        extra,
        calendars,
    }))
}

/// On the viewer's calendar.
async fn today(acting: &mut Acting) -> sqlx::Result<Date> {
    let (now, zone) = (acting.now, acting.viewer.time_zone.clone());
    sqlx::query_scalar!(
        r#"select ($1::timestamptz at time zone $2)::date as "today!""#,
        now,
        zone,
    )
    .fetch_one(&mut **acting)
    .await
}

async fn wishes(acting: &mut Acting) -> sqlx::Result<FreeTimeForm> {
    let kept = sqlx::query!(
        "select notice_hours, padding_minutes, place from booking_wishes where person_id = $1",
        acting.viewer.id.0,
    )
    .fetch_optional(&mut **acting)
    .await?;
    let (notice, padding, place) = kept.map_or((USUAL_NOTICE, 0, String::new()), |kept| {
        (kept.notice_hours, kept.padding_minutes, kept.place)
    });
    Ok(FreeTimeForm {
        notice: notice.to_string(),
        padding: padding.to_string(),
        place,
        ..FreeTimeForm::default()
    })
}

async fn go_away(mut acting: Acting, Form(form): Form<FreeTimeForm>) -> Result<Response> {
    let today = today(&mut acting).await?;
    let (from, until) = match form.read_away(today) {
        Ok(days) => days,
        Err(problems) => return refuse(&mut acting, form, problems, false).await,
    };
    let kept = sqlx::query!(
        "insert into days_away (person_id, days) values ($1, daterange($2, $3, '[]'))
         on conflict do nothing",
        acting.viewer.id.0,
        from,
        until,
    )
    .execute(&mut *acting)
    .await?;
    if kept.rows_affected() == 0 {
        let words = "You are away on some of these days already. Remove those first, or enter the \
                     other days alone";
        return refuse(&mut acting, form, Problems::one("from", words), false).await;
    }
    acting
        .commit("said when they are away", About::Oneself)
        .await?;
    Ok(done(
        PLACE,
        "Nobody is offered times on those days. Sessions that are booked already stay as they are.",
    ))
}

async fn stay(mut acting: Acting, Listed(id): Listed) -> Result<Response> {
    let gone = sqlx::query!(
        "delete from days_away where id = $1 and person_id = $2",
        id,
        acting.viewer.id.0,
    )
    .execute(&mut *acting)
    .await?;
    if gone.rows_affected() > 0 {
        acting
            .commit("said that they are not away", About::Oneself)
            .await?;
    }
    Ok(done(PLACE, "You are not away on those days any more."))
}

async fn give(mut acting: Acting, Form(form): Form<FreeTimeForm>) -> Result<Response> {
    let today = today(&mut acting).await?;
    let (on, starts, ends) = match form.read_extra(today) {
        Ok(extra) => extra,
        Err(problems) => return refuse(&mut acting, form, problems, false).await,
    };
    let kept = sqlx::query!(
        "insert into extra_hours (person_id, on_date, hours)
         values ($1, $2, timerange($3, case $4::time when '00:00' then '24:00' else $4 end))
         on conflict do nothing",
        acting.viewer.id.0,
        on,
        starts,
        ends,
    )
    .execute(&mut *acting)
    .await?;
    if kept.rows_affected() == 0 {
        let words = "You give hours on that date already that overlap with these";
        return refuse(&mut acting, form, Problems::one("starts", words), false).await;
    }
    acting.commit("gave extra hours", About::Oneself).await?;
    Ok(done(PLACE, "You can be booked in those hours as well."))
}

async fn take_back(mut acting: Acting, Listed(id): Listed) -> Result<Response> {
    let gone = sqlx::query!(
        "delete from extra_hours where id = $1 and person_id = $2",
        id,
        acting.viewer.id.0,
    )
    .execute(&mut *acting)
    .await?;
    if gone.rows_affected() > 0 {
        acting
            .commit("took extra hours back", About::Oneself)
            .await?;
    }
    Ok(done(PLACE, "Those hours are no longer offered."))
}

async fn wish(mut acting: Acting, Form(form): Form<FreeTimeForm>) -> Result<Response> {
    let (notice, padding, place) = match form.read_wishes() {
        Ok(wishes) => wishes,
        Err(problems) => return refuse(&mut acting, form, problems, true).await,
    };
    sqlx::query!(
        "insert into booking_wishes (person_id, notice_hours, padding_minutes, place)
         values ($1, $2, $3, $4)
         on conflict (person_id) do update
         set notice_hours = excluded.notice_hours, padding_minutes = excluded.padding_minutes,
            place = excluded.place",
        acting.viewer.id.0,
        notice,
        padding,
        place,
    )
    .execute(&mut *acting)
    .await?;
    acting
        .commit("said how they like to be booked", About::Oneself)
        .await?;
    Ok(done(
        PLACE,
        "Free times and bookings keep to that from now on.",
    ))
}

impl FreeTimeForm {
    fn read_away(&self, today: Date) -> Result<(Date, Date), Problems> {
        let mut problems = Problems::default();
        let from = form::date(&self.from, "Enter the first day you are away");
        let until = form::date(&self.until, "Enter the last day you are away");
        let from = problems.keep("from", from);
        let until = problems.keep("until", until);
        match (from, until) {
            (Some(from), Some(until)) if until < from => {
                problems.add("until", "Enter a last day that is not before the first");
                Err(problems)
            }
            (Some(_), Some(until)) if until < today => {
                problems.add("until", "Enter days that are still to come");
                Err(problems)
            }
            (Some(from), Some(until)) if until - from > LONGEST_AWAY => {
                problems.add("until", "Enter a year at the most");
                Err(problems)
            }
            (Some(from), Some(until)) => Ok((from, until)),
            (None, _) | (_, None) => Err(problems),
        }
    }

    fn read_extra(&self, today: Date) -> Result<(Date, Time, Time), Problems> {
        let mut problems = Problems::default();
        let on = form::date(&self.on, "Enter the date");
        let on = problems.keep("on", on);
        if on.is_some_and(|on| on < today) {
            problems.add("on", "Enter a date that is still to come");
        }
        let starts = form::time_of_day(&self.starts, "Enter when the hours begin, such as 9am");
        let ends = hours::end_of_hours(&self.ends, "Enter when they end, such as 12:30");
        let starts = problems.keep("starts", starts);
        let ends = problems.keep("ends", ends);
        if let (Some(starts), Some(ends)) = (starts, ends)
            && !Hours::last(starts, ends)
        {
            problems.add("ends", "Enter an end that is later than the beginning");
        }
        match (on, starts, ends) {
            (Some(on), Some(starts), Some(ends)) if problems.is_empty() => Ok((on, starts, ends)),
            _ => Err(problems),
        }
    }

    fn read_wishes(&self) -> Result<(i16, i16, String), Problems> {
        let mut problems = Problems::default();
        let notice = form::number(
            &self.notice,
            0..=336,
            "Enter hours from 0 to 336, two weeks",
        );
        let padding = form::number(&self.padding, 0..=120, "Enter minutes from 0 to 120");
        let place = form::optional_line(&self.place, LONGEST_PLACE);
        let notice = problems.keep("notice", notice);
        let padding = problems.keep("padding", padding);
        match (notice, padding, problems.keep("place", place)) {
            (Some(notice), Some(padding), Some(place)) => Ok((notice, padding, place)),
            _ => Err(problems),
        }
    }
}

impl FreeTimePage {
    fn has_room(&self) -> bool {
        i64::try_from(self.calendars.len()).is_ok_and(|many| many < MOST)
    }
}

impl Away {
    fn days(&self) -> String {
        if self.from == self.until {
            words::short_day(&self.from)
        } else {
            format!(
                "{} to {}",
                words::short_day(&self.from),
                words::short_day(&self.until)
            )
        }
    }
}

impl Extra {
    fn hours(&self) -> String {
        format!(
            "{} to {}",
            words::hour(&self.starts),
            words::hour(&self.ends)
        )
    }
}
