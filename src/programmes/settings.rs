//! What a programme is: made by an administrator, changed by its coordinators too.

use super::ProgrammeId;
use super::access::{Manages, Programme};
use crate::error::{Error, Result, broke};
use crate::people::acting::About;
use crate::people::{Acting, PersonId, time_zones};
use crate::web::form::{self, Form, Problems};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use crate::web::words::short_day;
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::fmt::Display;
use time::Date;

#[derive(Default, Deserialize)]
pub struct ProgrammeForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    purpose: String,
    #[serde(default)]
    starts_on: String,
    #[serde(default)]
    ends_on: String,
    #[serde(default)]
    time_zone: String,
    #[serde(default)]
    session_minutes: String,
    #[serde(default)]
    session_every_weeks: String,
    /// Email addresses, one to a line. Only a new programme has them.
    #[serde(default)]
    coordinators: String,
    #[serde(default)]
    once: String,
    /// Of the programme that it was typed over.
    #[serde(default)]
    version: String,
}

struct Settings {
    name: String,
    purpose: String,
    starts_on: Date,
    ends_on: Date,
    time_zone: String,
    session_minutes: i16,
    session_every_weeks: i16,
}

#[derive(Template)]
#[template(path = "programmes/settings.html")]
struct SettingsPage {
    frame: Frame,
    problems: Problems,
    form: ProgrammeForm,
    time_zones: Vec<&'static str>,
    /// None of a programme that is still to be made.
    programme: Option<Programme>,
}

const NAME_TAKEN: &str = "Another programme has this name: choose a different one";

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/programmes/new", Entry::Administrators, new)
        .post("/programmes", Entry::Administrators, create)
        .get("/programmes/{programme}/edit", Entry::SignedIn, edit)
        .post("/programmes/{programme}", Entry::SignedIn, update)
}

async fn new(mut acting: Acting) -> Result<Response> {
    let form = ProgrammeForm {
        time_zone: acting.viewer.time_zone.clone(),
        session_minutes: "60".into(),
        session_every_weeks: "4".into(),
        once: acting.once(),
        ..ProgrammeForm::default()
    };
    let page = page_of(&mut acting, form, Problems::default()).await?;
    Ok(Page(page).into_response())
}

async fn create(mut acting: Acting, Form(form): Form<ProgrammeForm>) -> Result<Response> {
    if !acting.first_time(&form.once).await? {
        return Ok(see("/programmes"));
    }
    let zones = time_zones::known(&mut *acting).await?;
    let mut problems = Problems::default();
    let settings = form.read(zones, &mut problems);
    let coordinators = coordinators(&mut acting, &form, &mut problems).await?;
    let made = match settings {
        Some(settings) if problems.is_empty() => insert(&mut acting, &settings).await?,
        _ => return refuse(&mut acting, form, problems).await,
    };
    let Some(programme) = made else {
        problems.add("name", NAME_TAKEN);
        return refuse(&mut acting, form, problems).await;
    };
    for person in coordinators {
        super::coordinators::name(&mut acting, programme, person).await?;
    }
    acting
        .commit("made the programme", About::Programme(programme))
        .await?;
    Ok(done(
        &format!("/programmes/{programme}"),
        "The programme is made.",
    ))
}

async fn refuse(acting: &mut Acting, form: ProgrammeForm, problems: Problems) -> Result<Response> {
    // The token is kept by a refused form only if nothing was committed with it, as here.
    Ok(Page(page_of(acting, form, problems).await?).refused())
}

async fn edit(mut manages: Manages) -> Result<Response> {
    let form = ProgrammeForm::of(&manages.programme);
    let mut page = page_of(&mut manages.acting, form, Problems::default()).await?;
    page.programme = Some(manages.programme);
    Ok(Page(page).into_response())
}

async fn update(mut manages: Manages, Form(form): Form<ProgrammeForm>) -> Result<Response> {
    let acting = &mut manages.acting;
    let zones = time_zones::known(&mut **acting).await?;
    let mut problems = Problems::default();
    let settings = form.read(zones, &mut problems);
    if let Some(settings) = &settings
        && name_taken(acting, &settings.name, manages.programme.id).await?
    {
        problems.add("name", NAME_TAKEN);
    }
    let settings = match settings {
        Some(settings) if problems.is_empty() => settings,
        _ => return refuse_change(manages, form, problems).await,
    };
    let (id, path) = (manages.programme.id, manages.programme.path());
    let differences = differences(&settings, &manages.programme);
    if differences.is_empty() {
        return Ok(see(&path));
    }
    match store(acting, id, &settings, &form.version).await {
        Err(cause) if broke(&cause, "programmes_name_taken") => {
            return Err(Error::conflict(
                "Another programme has just been given this name. Nothing has changed by this \
                 press.",
            ));
        }
        Ok(false) => {
            let version = manages.programme.version.clone();
            let form = ProgrammeForm { version, ..form };
            return refuse_change(manages, form, differences).await;
        }
        stored => stored?,
    };
    let about = About::Programme(id);
    manages
        .acting
        .commit("changed the programme", about)
        .await?;
    Ok(done(&path, "The programme is changed."))
}

async fn refuse_change(
    mut manages: Manages,
    form: ProgrammeForm,
    problems: Problems,
) -> Result<Response> {
    let mut page = page_of(&mut manages.acting, form, problems).await?;
    page.programme = Some(manages.programme);
    Ok(Page(page).refused())
}

/// What is saved, wherever something else was typed.
fn differences(typed: &Settings, saved: &Programme) -> Problems {
    let (typed_starts, starts) = (short_day(&typed.starts_on), short_day(&saved.starts_on));
    let (typed_ends, ends) = (short_day(&typed.ends_on), short_day(&saved.ends_on));
    let mut problems = Problems::default();
    for (field, other) in [
        other("name", &typed.name, &saved.name),
        other("purpose", &typed.purpose, &saved.purpose),
        other("starts_on", &typed_starts, &starts),
        other("ends_on", &typed_ends, &ends),
        other("time_zone", &typed.time_zone, &saved.time_zone),
        other(
            "session_minutes",
            &typed.session_minutes,
            &saved.session_minutes,
        ),
        other(
            "session_every_weeks",
            &typed.session_every_weeks,
            &saved.session_every_weeks,
        ),
    ]
    .into_iter()
    .flatten()
    {
        problems.add(field, other);
    }
    problems
}

fn other<T: PartialEq + Display>(
    field: &'static str,
    typed: &T,
    saved: &T,
) -> Option<(&'static str, String)> {
    (typed != saved).then(|| {
        let words = format!(
            "The programme was changed while you were writing, and says \u{201c}{saved}\u{201d} \
             here: keep yours or enter that, and save again"
        );
        (field, words)
    })
}

async fn page_of(
    acting: &mut Acting,
    form: ProgrammeForm,
    problems: Problems,
) -> Result<SettingsPage> {
    Ok(SettingsPage {
        time_zones: time_zones::offered(&mut **acting, &form.time_zone).await?,
        frame: acting.frame.clone(),
        problems,
        form,
        programme: None,
    })
}

impl ProgrammeForm {
    fn of(programme: &Programme) -> Self {
        ProgrammeForm {
            name: programme.name.clone(),
            purpose: programme.purpose.clone(),
            starts_on: programme.starts_on.to_string(),
            ends_on: programme.ends_on.to_string(),
            time_zone: programme.time_zone.clone(),
            session_minutes: programme.session_minutes.to_string(),
            session_every_weeks: programme.session_every_weeks.to_string(),
            version: programme.version.clone(),
            ..ProgrammeForm::default()
        }
    }

    fn read(&self, zones: &[String], problems: &mut Problems) -> Option<Settings> {
        let name = problems.keep(
            "name",
            form::line(&self.name, 100, "Enter the programme's name"),
        );
        let purpose = problems.keep(
            "purpose",
            form::prose(&self.purpose, 1000, "Enter what the programme is for"),
        );
        let starts_on = problems.keep(
            "starts_on",
            form::date(&self.starts_on, "Enter the day the programme starts"),
        );
        let ends_on = problems.keep(
            "ends_on",
            form::date(&self.ends_on, "Enter the day the programme ends"),
        );
        if let (Some(starts_on), Some(ends_on)) = (starts_on, ends_on)
            && ends_on <= starts_on
        {
            problems.add("ends_on", "Enter an end that lies after the start");
        }
        let time_zone = zones.iter().find(|zone| **zone == self.time_zone).cloned();
        let time_zone = problems.keep(
            "time_zone",
            time_zone.ok_or("Choose a time zone from the list"),
        );
        let session_minutes = problems.keep(
            "session_minutes",
            form::number(
                &self.session_minutes,
                15..=240,
                "Enter how long a session lasts: 15 to 240 minutes",
            ),
        );
        let session_every_weeks = problems.keep(
            "session_every_weeks",
            form::number(
                &self.session_every_weeks,
                1..=26,
                "Enter how often the two meet: every 1 to 26 weeks",
            ),
        );
        Some(Settings {
            name: name?,
            purpose: purpose?,
            starts_on: starts_on?,
            ends_on: ends_on?,
            time_zone: time_zone?,
            session_minutes: session_minutes?,
            session_every_weeks: session_every_weeks?,
        })
    }
}

/// The people with the addresses typed; one that nobody has is a problem.
async fn coordinators(
    acting: &mut Acting,
    form: &ProgrammeForm,
    problems: &mut Problems,
) -> Result<Vec<PersonId>> {
    let emails: Vec<String> = form
        .coordinators
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';'))
        .map(|email| {
            email
                .chars()
                .filter(|c| !c.is_control())
                .collect::<String>()
        })
        .map(|email| email.to_lowercase())
        .filter(|email| !email.is_empty())
        .collect();
    if emails.is_empty() {
        return Ok(Vec::new());
    }
    if emails.len() > 50 {
        problems.add("coordinators", "Name 50 coordinators at the most");
        return Ok(Vec::new());
    }
    let found = sqlx::query!(
        "select id, email from people where email = any($1) order by id",
        &emails,
    )
    .fetch_all(&mut **acting)
    .await?;
    let unknown = emails
        .iter()
        .find(|email| !found.iter().any(|person| person.email == **email));
    if let Some(unknown) = unknown {
        let shown: String = unknown.chars().take(100).collect();
        let message = format!("Nobody here has the address {shown}: check it, or add them first");
        problems.add("coordinators", message);
    }
    Ok(found.into_iter().map(|person| person.id).collect())
}

/// `None` if another programme has this name.
async fn insert(acting: &mut Acting, settings: &Settings) -> sqlx::Result<Option<ProgrammeId>> {
    let (viewer, now) = (acting.viewer.id, acting.now);
    let made = sqlx::query!(
        r"
        insert into programmes (
            name, purpose, starts_on, ends_on, time_zone, session_minutes, session_every_weeks,
            created_by, created_at
        )
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict on constraint programmes_name_taken do nothing
        returning id
        ",
        settings.name,
        settings.purpose,
        settings.starts_on,
        settings.ends_on,
        settings.time_zone,
        settings.session_minutes,
        settings.session_every_weeks,
        viewer.0,
        now,
    )
    .fetch_optional(&mut **acting)
    .await?;
    Ok(made.map(|row| row.id))
}

async fn name_taken(acting: &mut Acting, name: &str, but: ProgrammeId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from programmes where name = $1 and id <> $2) as "taken!""#,
        name,
        but.0,
    )
    .fetch_one(&mut **acting)
    .await
}

/// False if another version has taken the place of this one.
async fn store(
    acting: &mut Acting,
    id: ProgrammeId,
    settings: &Settings,
    version: &str,
) -> sqlx::Result<bool> {
    let stored = sqlx::query!(
        r"
        update programmes set
            name = $2, purpose = $3, starts_on = $4, ends_on = $5, time_zone = $6,
            session_minutes = $7, session_every_weeks = $8
        where id = $1 and xmin::text = $9
        ",
        id.0,
        settings.name,
        settings.purpose,
        settings.starts_on,
        settings.ends_on,
        settings.time_zone,
        settings.session_minutes,
        settings.session_every_weeks,
        version,
    )
    .execute(&mut **acting)
    .await?;
    Ok(stored.rows_affected() == 1)
}
