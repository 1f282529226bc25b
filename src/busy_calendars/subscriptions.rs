//! Naming another calendar, seeing what became of it, having it read at once, and taking it back.

use crate::App;
use crate::error::{Error, Result};
use crate::people::Acting;
use crate::people::acting::About;
use crate::people::free_time::{self, FreeTimeForm, Listed};
use crate::web::form::{Form, Problems};
use crate::web::page::{done, see};
use crate::web::routes::{Entry, Routes};
use crate::web::words;
use axum::extract::State;
use axum::response::Response;
use time::{Duration, OffsetDateTime};

const PLACE: &str = "/account/free-time";
/// How many one person may have.
pub const MOST: i64 = 3;
/// Nobody has a calendar read more often than this.
const A_WHILE: Duration = Duration::minutes(2);

/// One that somebody has named.
pub struct Subscription {
    pub id: i64,
    /// Enough to tell it from others, and too little to read it.
    pub name: String,
    pub state: String,
    /// Why it could not be read, in words.
    pub problem: Option<String>,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .post("/account/other-calendars", Entry::SignedIn, add)
        .post(
            "/account/other-calendars/{id}/reading",
            Entry::SignedIn,
            read_now,
        )
        .post(
            "/account/other-calendars/{id}/removal",
            Entry::SignedIn,
            remove,
        )
}

pub async fn list(acting: &mut Acting) -> sqlx::Result<Vec<Subscription>> {
    let (viewer, now) = (acting.viewer.id, acting.now);
    let rows = sqlx::query!(
        r#"
        select id, address, fetched_at, problem,
            (
                select count(*) from calendar_busy
                where subscription_id = calendar_subscriptions.id
                    and during && tstzrange($2, $2::timestamptz + interval '28 days')
            ) as "times!"
        from calendar_subscriptions
        where person_id = $1
        order by id
        "#,
        viewer.0,
        now,
    )
    .fetch_all(&mut **acting)
    .await?;
    let all = rows.into_iter().map(|row| Subscription {
        id: row.id,
        name: masked(&row.address),
        state: state(row.fetched_at, row.problem.is_some(), row.times, now),
        problem: row.problem,
    });
    Ok(all.collect())
}

/// The host, and the end of the longest part of the path if that is long enough to stay a secret.
fn masked(address: &str) -> String {
    let url = reqwest::Url::parse(address).ok();
    let host = url.as_ref().and_then(reqwest::Url::host_str);
    let path = url.as_ref().map(reqwest::Url::path).unwrap_or_default();
    let longest = path.split('/').max_by_key(|part| part.len());
    let end = match longest {
        Some(secret) if secret.len() >= 16 => &secret[secret.len() - 4..],
        Some(_) | None => "",
    };
    format!("{}/…{end}", host.unwrap_or_default())
}

fn state(
    fetched: Option<OffsetDateTime>,
    is_broken: bool,
    times: i64,
    now: OffsetDateTime,
) -> String {
    let times = match times {
        0 => "No busy times in the next four weeks.".to_owned(),
        times => format!(
            "{} in the next four weeks.",
            words::count(&times, "busy time", "busy times")
        ),
    };
    match (fetched, is_broken) {
        (None, false) => "It will be read within a minute.".to_owned(),
        (None, true) => "Never read so far.".to_owned(),
        (Some(at), false) => format!("Read {}. {times}", ago(now - at)),
        (Some(at), true) => format!("Last read {}. {times}", ago(now - at)),
    }
}

fn ago(passed: Duration) -> String {
    let (minutes, hours, days) = (
        passed.whole_minutes(),
        passed.whole_hours(),
        passed.whole_days(),
    );
    match (days, hours, minutes) {
        (0, 0, ..1) => "just now".to_owned(),
        (0, 0, minutes) => format!("{} ago", words::count(&minutes, "minute", "minutes")),
        (0, hours, _) => format!("{} ago", words::count(&hours, "hour", "hours")),
        (days, _, _) => format!("{} ago", words::count(&days, "day", "days")),
    }
}

async fn add(
    State(app): State<App>,
    mut acting: Acting,
    Form(form): Form<FreeTimeForm>,
) -> Result<Response> {
    let address = match app.calendars.fit(&form.address) {
        Ok(address) => String::from(address),
        Err(unfit) => return refuse(acting, form, unfit.words()).await,
    };
    let (viewer, now) = (acting.viewer.id, acting.now);
    // One press after the other, so that they are counted.
    sqlx::query!(
        "select from people where id = $1 for no key update",
        viewer.0
    )
    .fetch_one(&mut *acting)
    .await?;
    let others = sqlx::query!(
        r#"
        select count(*) as "many!", coalesce(bool_or(address = $2), false) as "known!"
        from calendar_subscriptions where person_id = $1
        "#,
        viewer.0,
        address,
    )
    .fetch_one(&mut *acting)
    .await?;
    if others.known {
        return Ok(see(PLACE));
    }
    if others.many >= MOST {
        let words = "You have three calendars already. Remove one first";
        return refuse(acting, form, words).await;
    }
    sqlx::query!(
        "insert into calendar_subscriptions (person_id, address, added_at, next_fetch_at)
         values ($1, $2, $3, $3)",
        viewer.0,
        address,
        now,
    )
    .execute(&mut *acting)
    .await?;
    acting
        .commit("named another calendar", About::Oneself)
        .await?;
    Ok(done(
        PLACE,
        "The calendar is read within a minute, and every half hour from then on.",
    ))
}

async fn refuse(mut acting: Acting, form: FreeTimeForm, words: &'static str) -> Result<Response> {
    free_time::refuse(&mut acting, form, Problems::one("address", words), false).await
}

async fn read_now(mut acting: Acting, Listed(id): Listed) -> Result<Response> {
    let (viewer, now) = (acting.viewer.id, acting.now);
    let tried = sqlx::query_scalar!(
        "select tried_at from calendar_subscriptions where id = $1 and person_id = $2",
        id,
        viewer.0,
    )
    .fetch_optional(&mut *acting)
    .await?
    .ok_or(Error::NotFound)?;
    if tried.is_some_and(|tried| now - tried < A_WHILE) {
        return Ok(done(
            PLACE,
            "It was looked at a moment ago. Try again in two minutes.",
        ));
    }
    sqlx::query!(
        "update calendar_subscriptions set next_fetch_at = $3
         where id = $1 and person_id = $2 and next_fetch_at > $3",
        id,
        viewer.0,
        now,
    )
    .execute(&mut *acting)
    .await?;
    acting.commit("had a calendar read", About::Oneself).await?;
    Ok(done(
        PLACE,
        "It is being read. Look at this page again in a minute.",
    ))
}

async fn remove(mut acting: Acting, Listed(id): Listed) -> Result<Response> {
    let gone = sqlx::query!(
        "delete from calendar_subscriptions where id = $1 and person_id = $2",
        id,
        acting.viewer.id.0,
    )
    .execute(&mut *acting)
    .await?;
    if gone.rows_affected() > 0 {
        acting
            .commit("took another calendar back", About::Oneself)
            .await?;
    }
    Ok(done(
        PLACE,
        "The calendar is not read any more, and its busy times are forgotten.",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_apart_and_not_told() {
        for (address, name) in [
            (
                "https://cal.example/of-maya/secret-token-x7Qa/basic.ics",
                "cal.example/…x7Qa",
            ),
            ("https://cal.example/?token=secret", "cal.example/…"),
            ("https://maya:pass@cal.example/short/a.ics", "cal.example/…"),
            (
                "https://cal.example:8443/private-calendar-%C3%B6",
                "cal.example/…3%B6",
            ),
        ] {
            assert_eq!(masked(address), name);
        }
    }

    #[test]
    fn how_long_ago_is_said_as_people_say_it() {
        for (passed, words) in [
            (Duration::seconds(59), "just now"),
            (Duration::minutes(1), "1 minute ago"),
            (Duration::minutes(59), "59 minutes ago"),
            (Duration::minutes(60), "1 hour ago"),
            (Duration::hours(47), "1 day ago"),
            (Duration::hours(48), "2 days ago"),
        ] {
            assert_eq!(ago(passed), words);
        }
    }
}
