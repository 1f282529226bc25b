//! The weekly hours in which a mentor can usually be booked, in the mentor's own time zone.

use super::Acting;
use super::acting::About;
use crate::error::Result;
use crate::pairings::access::Part;
use crate::pairings::queries;
use crate::pairings::turn::Step;
use crate::web::form::{self, Form, Problems};
use crate::web::page::{Frame, Page, done};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use time::{Duration, Time};

/// Each day has two rows of boxes, one for before a break and one for after.
const ROWS: [(&str, &str); 14] = [
    ("Monday", "monday"),
    ("Monday", "monday_later"),
    ("Tuesday", "tuesday"),
    ("Tuesday", "tuesday_later"),
    ("Wednesday", "wednesday"),
    ("Wednesday", "wednesday_later"),
    ("Thursday", "thursday"),
    ("Thursday", "thursday_later"),
    ("Friday", "friday"),
    ("Friday", "friday_later"),
    ("Saturday", "saturday"),
    ("Saturday", "saturday_later"),
    ("Sunday", "sunday"),
    ("Sunday", "sunday_later"),
];

#[derive(Template)]
#[template(path = "people/hours.html")]
struct HoursPage {
    frame: Frame,
    form: HoursForm,
    problems: Problems,
    time_zone: String,
}

/// The boxes in the order of [`ROWS`].
#[derive(Default, Deserialize)]
#[serde(default)]
struct HoursForm {
    from: Vec<String>,
    to: Vec<String>,
}

/// One pair of boxes.
struct Row<'a> {
    day: &'static str,
    /// What its problems are told by.
    field: &'static str,
    from: &'a str,
    to: &'a str,
}

pub struct Hours {
    /// Monday is 1.
    weekday: i16,
    from: Time,
    /// Midnight is the end of the day.
    to: Time,
}

pub fn routes(routes: Routes) -> Routes {
    routes.get("/account/hours", Entry::SignedIn, edit).post(
        "/account/hours",
        Entry::SignedIn,
        update,
    )
}

async fn edit(mut acting: Acting) -> Result<Response> {
    let form = HoursForm::from(stored(&mut acting).await?);
    Ok(page(&acting, form, Problems::default()).into_response())
}

fn page(acting: &Acting, form: HoursForm, problems: Problems) -> Page<HoursPage> {
    Page(HoursPage {
        frame: acting.frame.clone(),
        form,
        problems,
        time_zone: acting.viewer.time_zone.clone(),
    })
}

async fn update(mut acting: Acting, Form(form): Form<HoursForm>) -> Result<Response> {
    let hours = match form.read() {
        Ok(hours) => hours,
        Err(problems) => return Ok(page(&acting, form, problems).refused()),
    };
    let waiting: Vec<String> = queries::own(&mut acting)
        .await?
        .into_iter()
        .filter(|pairing| pairing.part == Part::Mentor && pairing.turn().step == Step::GiveHours)
        .map(|pairing| pairing.mentee.name)
        .collect();
    replace(&mut acting, &hours).await?;
    acting
        .commit("changed their weekly hours", About::Oneself)
        .await?;
    Ok(if hours.is_empty() {
        done(
            "/account/hours",
            "You have no weekly hours now, so nobody can book you.",
        )
    } else if waiting.is_empty() {
        done("/account/hours", "Your weekly hours are saved.")
    } else {
        let words = format!(
            "Your weekly hours are saved. {} can now book you.",
            waiting.join(" and ")
        );
        done("/", &words)
    })
}

impl HoursForm {
    /// The boxes of a row, as typed.
    fn row(&self, at: usize) -> Row<'_> {
        let (day, field) = ROWS[at];
        Row {
            day,
            field,
            from: self.from.get(at).map_or("", |text| text.trim()),
            to: self.to.get(at).map_or("", |text| text.trim()),
        }
    }

    fn days(&self) -> impl Iterator<Item = (&'static str, [Row<'_>; 2])> {
        (0..ROWS.len())
            .step_by(2)
            .map(|at| (ROWS[at].0, [self.row(at), self.row(at + 1)]))
    }

    /// Two rows are a day.
    fn read(&self) -> Result<Vec<Hours>, Problems> {
        let mut problems = Problems::default();
        let mut hours: Vec<Hours> = Vec::new();
        for (weekday, (_, rows)) in (1..).zip(self.days()) {
            for row in rows.iter().filter(|row| !row.is_empty()) {
                match row.read(weekday) {
                    Err(message) => problems.add(row.field, message),
                    Ok(one) if hours.iter().any(|other| other.overlaps(&one)) => problems.add(
                        row.field,
                        format!("{}: enter two times that do not overlap", row.day),
                    ),
                    Ok(one) => hours.push(one),
                }
            }
        }
        if problems.is_empty() {
            Ok(hours)
        } else {
            Err(problems)
        }
    }
}

impl Row<'_> {
    fn is_empty(&self) -> bool {
        self.from.is_empty() && self.to.is_empty()
    }

    fn read(&self, weekday: i16) -> Result<Hours, String> {
        let day = self.day;
        match (form::time_of_day(self.from, ""), end_of_hours(self.to, "")) {
            (Ok(from), Ok(to)) => {
                if Hours::last(from, to) {
                    Ok(Hours { weekday, from, to })
                } else {
                    Err(format!(
                        "{day}: enter an end that is later than the beginning"
                    ))
                }
            }
            _ => Err(format!("{day}: enter both times, such as 9am and 12:30")),
        }
    }
}

/// A day ends at "24:00", "00:00", "12am" or "midnight".
pub fn end_of_hours(text: &str, when_wrong: &'static str) -> Result<Time, form::Problem> {
    match text.trim().to_lowercase().as_str() {
        "24:00" | "24.00" | "midnight" => Ok(Time::MIDNIGHT),
        text => form::time_of_day(text, when_wrong),
    }
}

fn since_midnight(time: Time) -> Duration {
    time - Time::MIDNIGHT
}

impl Hours {
    /// Whether there is any time between the two.
    pub fn last(from: Time, to: Time) -> bool {
        let weekday = 1;
        since_midnight(from) < Hours { weekday, from, to }.until()
    }

    fn until(&self) -> Duration {
        if self.to == Time::MIDNIGHT {
            Duration::DAY
        } else {
            since_midnight(self.to)
        }
    }

    fn overlaps(&self, other: &Hours) -> bool {
        self.weekday == other.weekday
            && since_midnight(self.from) < other.until()
            && since_midnight(other.from) < self.until()
    }
}

impl From<Vec<Hours>> for HoursForm {
    fn from(hours: Vec<Hours>) -> Self {
        let mut form = HoursForm {
            from: vec![String::new(); ROWS.len()],
            to: vec![String::new(); ROWS.len()],
        };
        let written = |time: Time| format!("{:02}:{:02}", time.hour(), time.minute());
        for one in hours {
            let first = usize::try_from(one.weekday - 1).unwrap_or_default() * 2;
            let free =
                (first..first + 2).find(|at| form.from.get(*at).is_some_and(String::is_empty));
            if let Some(at) = free {
                form.from[at] = written(one.from);
                form.to[at] = written(one.to);
            }
        }
        form
    }
}

async fn stored(acting: &mut Acting) -> sqlx::Result<Vec<Hours>> {
    sqlx::query_as!(
        Hours,
        r#"select weekday, lower(hours) as "from!", upper(hours) as "to!"
           from weekly_hours where person_id = $1 order by weekday, hours"#,
        acting.viewer.id.0,
    )
    .fetch_all(&mut **acting)
    .await
}

async fn replace(acting: &mut Acting, hours: &[Hours]) -> sqlx::Result<()> {
    let person = acting.viewer.id;
    // Two browsers that save at the same moment take turns.
    sqlx::query!("select id from people where id = $1 for update", person.0)
        .fetch_one(&mut **acting)
        .await?;
    sqlx::query!("delete from weekly_hours where person_id = $1", person.0)
        .execute(&mut **acting)
        .await?;
    let weekdays: Vec<i16> = hours.iter().map(|one| one.weekday).collect();
    let from: Vec<Time> = hours.iter().map(|one| one.from).collect();
    let to: Vec<Time> = hours.iter().map(|one| one.to).collect();
    sqlx::query!(
        r#"
        insert into weekly_hours (person_id, weekday, hours)
        select $1, weekday, timerange(starts, case ends when time '00:00' then '24:00' else ends end)
        from unnest($2::smallint[], $3::time[], $4::time[]) as given (weekday, starts, ends)
        "#,
        person.0,
        &weekdays,
        &from,
        &to,
    )
    .execute(&mut **acting)
    .await?;
    Ok(())
}
