//! The demonstration beside real people: loading it, and taking all of it away.

use crate::App;
use crate::demo::{Beside, PEOPLE_IN_IT};
use crate::error::{Error, Result};
use crate::people::Acting;
use crate::people::acting::About;
use crate::programmes::ProgrammeId;
use crate::web::form::Form;
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use sqlx::PgConnection;
use time::Date;

pub const PATH: &str = "/administration/demonstration";

#[derive(Template)]
#[template(path = "setting_up/demonstration.html")]
struct DemonstrationPage {
    frame: Frame,
    standing: Standing,
    people: usize,
    /// The viewer's, for the command line.
    email: String,
}

enum Standing {
    /// The server was loaded with nothing else.
    Alone,
    Here {
        people: i64,
        loaded_by: String,
        loaded_on: Date,
        programmes: Vec<MadeUp>,
    },
    NotHere {
        /// Whether a press of a button can load it.
        loads: bool,
    },
}

/// A programme of the demonstration.
struct MadeUp {
    id: ProgrammeId,
    name: String,
    coordinates: bool,
}

#[derive(Template)]
#[template(path = "setting_up/demonstration_removal.html")]
struct RemovalPage {
    frame: Frame,
    people: i64,
    /// Real programmes with made-up people in them, and how many.
    people_elsewhere: Vec<Mixed>,
    /// Programmes of the demonstration with real people in them, and how many.
    real_people: Vec<Mixed>,
    once: String,
}

struct Mixed {
    programme: String,
    people: i64,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RemovalForm {
    once: String,
}

pub fn routes(routes: Routes) -> Routes {
    const REMOVAL: &str = "/administration/demonstration/removal";
    routes
        .get(PATH, Entry::Administrators, show)
        .post(PATH, Entry::Administrators, load)
        .get(REMOVAL, Entry::Administrators, ask_to_remove)
        .post(REMOVAL, Entry::Administrators, remove)
}

async fn show(State(app): State<App>, mut acting: Acting) -> Result<Response> {
    let email = sqlx::query_scalar!("select email from people where id = $1", acting.viewer.id.0)
        .fetch_one(&mut *acting)
        .await?;
    Ok(Page(DemonstrationPage {
        standing: Standing::of(&mut acting, &app).await?,
        frame: acting.frame.clone(),
        people: PEOPLE_IN_IT,
        email,
    })
    .into_response())
}

impl Standing {
    async fn of(acting: &mut Acting, app: &App) -> sqlx::Result<Standing> {
        let zone = acting.viewer.time_zone.clone();
        let row = sqlx::query!(
            r#"
            select
                full_name as "loaded_by?", (loaded_at at time zone $1)::date as "loaded_on!",
                exists (select from demo_introductions) as "alone!",
                (select count(*) from made_up_people) as "people!"
            from demonstration
            left join people on people.id = loaded_by
            "#,
            zone,
        )
        .fetch_optional(&mut **acting)
        .await?;
        Ok(match row {
            None => Standing::NotHere {
                loads: app.loader.is_ready(),
            },
            Some(row) if row.alone => Standing::Alone,
            Some(row) => Standing::Here {
                people: row.people,
                loaded_by: row.loaded_by.unwrap_or_default(),
                loaded_on: row.loaded_on,
                programmes: made_up_programmes(acting).await?,
            },
        })
    }
}

async fn made_up_programmes(db: &mut PgConnection) -> sqlx::Result<Vec<MadeUp>> {
    sqlx::query_as!(
        MadeUp,
        r#"select id, name, coordinates(id) as "coordinates!"
           from programmes join made_up_programmes on programme_id = id
           order by id"#
    )
    .fetch_all(db)
    .await
}

async fn load(State(app): State<App>, acting: Acting) -> Result<Response> {
    let (by, now) = (acting.viewer.id, acting.now);
    // It is the owner's transaction in which this happens, and takes a while.
    drop(acting);
    match app.loader.load(by, now).await? {
        Some(Beside::Loaded) => Ok(done(
            PATH,
            "The demonstration is here, and you coordinate its programmes.",
        )),
        Some(Beside::AlreadyThere(Some(loaded_by))) if loaded_by == by => Ok(see(PATH)),
        Some(Beside::AlreadyThere(_)) => Err(Error::conflict(
            "The demonstration is here already. Nothing has changed by this press.",
        )),
        Some(Beside::Taken(what)) => Err(Error::conflict(format!(
            "Something real is called {what}, as something in the demonstration would be. Change \
             that first. Nothing has changed by this press."
        ))),
        Some(Beside::NotAnAdministrator) => Err(Error::NotFound),
        None => Err(Error::conflict(
            "This server cannot load the demonstration by itself: its page says how to do it. \
             Nothing has changed.",
        )),
    }
}

async fn ask_to_remove(mut acting: Acting) -> Result<Response> {
    let people = sqlx::query_scalar!(
        r#"select (select count(*) from made_up_people) as "people!"
           from demonstration where not exists (select from demo_introductions)"#
    )
    .fetch_optional(&mut *acting)
    .await?;
    let Some(people) = people else {
        return Ok(see(PATH));
    };
    let (people_elsewhere, real_people) = mixed(&mut acting).await?;
    Ok(Page(RemovalPage {
        once: acting.once(),
        frame: acting.frame.clone(),
        people,
        people_elsewhere,
        real_people,
    })
    .into_response())
}

/// Where made-up and real have met: made-up people in real programmes, and the other way round.
async fn mixed(db: &mut PgConnection) -> sqlx::Result<(Vec<Mixed>, Vec<Mixed>)> {
    let rows = sqlx::query!(
        r#"
        select
            programmes.name as "programme!", made_up_programmes.programme_id is not null as "made_up!",
            count(distinct parts.person_id) as "people!"
        from (
            select programme_id, person_id from enrolments
            union all select programme_id, person_id from coordinators
            where exists (select from made_up_people where person_id = coordinators.person_id)
        ) parts
        join programmes on programmes.id = parts.programme_id
        left join made_up_people on made_up_people.person_id = parts.person_id
        left join made_up_programmes on made_up_programmes.programme_id = parts.programme_id
        where (made_up_people.person_id is null) = (made_up_programmes.programme_id is not null)
        group by programmes.id, programmes.name, made_up_programmes.programme_id
        order by programmes.name
        "#
    )
    .fetch_all(db)
    .await?;
    let (inside, elsewhere): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.made_up);
    let mixed = |programme, people| Mixed { programme, people };
    let elsewhere = elsewhere.into_iter();
    let inside = inside.into_iter();
    Ok((
        elsewhere
            .map(|row| mixed(row.programme, row.people))
            .collect(),
        inside.map(|row| mixed(row.programme, row.people)).collect(),
    ))
}

async fn remove(mut acting: Acting, Form(form): Form<RemovalForm>) -> Result<Response> {
    if !acting.first_time(&form.once).await? {
        return Ok(see(PATH));
    }
    let removed = sqlx::query_scalar!(r#"select remove_demonstration() as "removed!""#)
        .fetch_one(&mut *acting)
        .await?;
    if !removed {
        return Err(Error::conflict(
            "There is no demonstration here beside real people: it may have been removed already. \
             Nothing has changed by this press.",
        ));
    }
    acting
        .commit("removed the demonstration", About::Oneself)
        .await?;
    Ok(done(
        PATH,
        "The demonstration is removed, with everything that was made up.",
    ))
}
