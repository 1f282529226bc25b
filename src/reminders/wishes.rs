//! How often somebody wants to be reminded, and of what.

use super::kind::Kind;
use crate::config::BaseUrl;
use crate::error::Result;
use crate::people::Acting;
use crate::people::acting::About;
use crate::web::form::{Form, Problems};
use crate::web::page::{Frame, Page, done};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use time::Duration;

pub const PATH: &str = "/account/letters";

/// The end of a letter that comes at once whatever its reader wishes, `why` being a sentence's end and
/// `at` " at Quillmoor".
pub fn foot(base_url: &BaseUrl, at: &str, why: &str) -> String {
    format!(
        "Waymark{at} wrote this, because {why}. Letters like this one always come at once.\n\n\
         Choose which others you get, and how often:\n\n{}\n",
        base_url.join(PATH)
    )
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Rhythm {
    AtOnce,
    Daily,
    Weekly,
    None,
}

impl Rhythm {
    const ALL: [Rhythm; 4] = [Rhythm::AtOnce, Rhythm::Daily, Rhythm::Weekly, Rhythm::None];

    fn slug(self) -> &'static str {
        match self {
            Rhythm::AtOnce => "at_once",
            Rhythm::Daily => "daily",
            Rhythm::Weekly => "weekly",
            Rhythm::None => "none",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Rhythm::AtOnce => "Each when it comes",
            Rhythm::Daily => "One letter a day",
            Rhythm::Weekly => "One letter a week",
            Rhythm::None => "None",
        }
    }

    fn hint(self) -> &'static str {
        match self {
            Rhythm::AtOnce => "No more than three in a week, and one the day before a session.",
            Rhythm::Daily => "In the morning, and only if there is something.",
            Rhythm::Weekly => {
                "On Monday morning, with your sessions and targets of the week to come. A session \
                 that is booked later in the week is told the day before."
            }
            Rhythm::None => "What waits for you stands on your home page.",
        }
    }

    /// How far ahead a letter tells of sessions and targets.
    pub fn looks_ahead(self) -> Duration {
        match self {
            Rhythm::Weekly => Duration::days(7),
            Rhythm::AtOnce | Rhythm::Daily | Rhythm::None => Duration::days(1),
        }
    }
}

#[derive(Template)]
#[template(path = "reminders/wishes.html")]
struct WishesPage {
    frame: Frame,
    problems: Problems,
    rhythm: String,
    wanted: Vec<Kind>,
    offered: Vec<Kind>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct WishesForm {
    rhythm: String,
    of: Vec<String>,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(PATH, Entry::SignedIn, show)
        .post(PATH, Entry::SignedIn, update)
}

async fn show(mut acting: Acting) -> Result<Response> {
    let (rhythm, unwanted) = stored(&mut acting).await?;
    let wanted = Kind::ALL
        .into_iter()
        .filter(|kind| !unwanted.contains(kind));
    let wanted = wanted.collect();
    let page = page(&acting, rhythm.slug().into(), wanted, Problems::default());
    Ok(page.into_response())
}

fn page(
    acting: &Acting,
    rhythm: String,
    wanted: Vec<Kind>,
    problems: Problems,
) -> Page<WishesPage> {
    let coordinates = acting.viewer.coordinator;
    let offered = Kind::ALL
        .into_iter()
        .filter(|kind| coordinates || *kind != Kind::Standstill);
    Page(WishesPage {
        frame: acting.frame.clone(),
        problems,
        rhythm,
        wanted,
        offered: offered.collect(),
    })
}

async fn update(mut acting: Acting, Form(form): Form<WishesForm>) -> Result<Response> {
    let wanted: Vec<Kind> = form.of.iter().filter_map(|slug| Kind::read(slug)).collect();
    let rhythm = Rhythm::ALL
        .into_iter()
        .find(|rhythm| rhythm.slug() == form.rhythm);
    let Some(rhythm) = rhythm else {
        let problems = Problems::one("rhythm", "Choose how often");
        return Ok(page(&acting, form.rhythm, wanted, problems).refused());
    };
    // What was not offered is neither wanted nor unwanted by this form.
    let (_, before) = stored(&mut acting).await?;
    let coordinates = acting.viewer.coordinator;
    let unwanted = Kind::ALL.into_iter().filter(|kind| {
        if coordinates || *kind != Kind::Standstill {
            !wanted.contains(kind)
        } else {
            before.contains(kind)
        }
    });
    let unwanted: Vec<String> = unwanted.map(|kind| kind.slug().to_owned()).collect();
    sqlx::query!(
        "insert into letter_wishes (person_id, rhythm, unwanted) values ($1, $2, $3)
         on conflict (person_id) do update
         set rhythm = excluded.rhythm, unwanted = excluded.unwanted",
        acting.viewer.id.0,
        rhythm.slug(),
        &unwanted,
    )
    .execute(&mut *acting)
    .await?;
    acting
        .commit("changed which reminders they get", About::Oneself)
        .await?;
    Ok(done(PATH, "Your choice is saved."))
}

async fn stored(acting: &mut Acting) -> sqlx::Result<(Rhythm, Vec<Kind>)> {
    let row = sqlx::query!(
        r#"select rhythm as "rhythm: Rhythm", unwanted from letter_wishes where person_id = $1"#,
        acting.viewer.id.0,
    )
    .fetch_optional(&mut **acting)
    .await?;
    Ok(row.map_or((Rhythm::AtOnce, Vec::new()), |row| {
        let unwanted = row.unwanted.iter().filter_map(|slug| Kind::read(slug));
        (row.rhythm, unwanted.collect())
    }))
}
