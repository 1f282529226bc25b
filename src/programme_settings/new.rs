//! An administrator makes a programme: of a ready one, as a copy of another, or from nothing.

use super::form::ProgrammeForm;
use super::ready_made::{READY_MADE, ReadyMade};
use super::settings::{Settings, WhoAsks};
use crate::error::Result;
use crate::organisation::Organisation;
use crate::people::acting::About;
use crate::people::{Acting, PersonId, time_zones};
use crate::programmes::access::{Manages, Programme, find};
use crate::programmes::{ProgrammeId, coordinators};
use crate::web::form::{Asked, Form, Problems};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use time::{Date, Duration};

#[derive(Template)]
#[template(path = "programme_settings/ready_made.html")]
struct ReadyMadePage {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "programme_settings/new.html")]
struct NewPage {
    frame: Frame,
    problems: Problems,
    form: ProgrammeForm,
    time_zones: Vec<&'static str>,
    /// What it is a copy of.
    original: Option<Programme>,
}

#[derive(Default, Deserialize)]
struct Chosen {
    #[serde(default)]
    template: String,
}

/// Chosen by whoever wants none of the ready ones.
const BLANK: &str = "blank";
const NAME_TAKEN: &str = "Another programme has this name: choose a different one";

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/programmes/new", Entry::Administrators, new)
        .get(
            "/programmes/{programme}/copy",
            Entry::Administrators,
            new_copy,
        )
        .post("/programmes", Entry::Administrators, create)
}

async fn new(mut acting: Acting, Asked(chosen): Asked<Chosen>) -> Result<Response> {
    let form = match ReadyMade::by_slug(&chosen.template) {
        Some(ready_made) => ready_made.form(acting.now.date()),
        None if chosen.template == BLANK => ProgrammeForm::default(),
        None => {
            let frame = acting.frame.clone();
            return Ok(Page(ReadyMadePage { frame }).into_response());
        }
    };
    let form = ProgrammeForm {
        time_zone: Organisation::read(&mut acting).await?.time_zone,
        once: acting.once(),
        ..form
    };
    let page = page_of(&mut acting, form, Problems::default()).await?;
    Ok(Page(page).into_response())
}

async fn new_copy(mut manages: Manages) -> Result<Response> {
    let form = ProgrammeForm {
        original: manages.programme.id.to_string(),
        once: manages.acting.once(),
        ..copy_of(&manages.programme)
    };
    let page = page_of(&mut manages.acting, form, Problems::default()).await?;
    Ok(Page(page).into_response())
}

/// The same settings under a name that is still to be found, at the same days of the week once
/// the original is over.
fn copy_of(original: &Programme) -> ProgrammeForm {
    let settings = Settings {
        name: String::new(),
        ..original.settings.clone()
    };
    let over = original.ends_on.max(original.today);
    let by = Duration::weeks((over - original.starts_on).whole_weeks() + 1);
    let later = |date: Date| date.saturating_add(by);
    ProgrammeForm::of(&Settings {
        starts_on: later(settings.starts_on),
        ends_on: later(settings.ends_on),
        midpoint_on: settings.midpoint_on.map(later),
        enrolment_opens_on: settings.enrolment_opens_on.map(later),
        enrolment_closes_on: settings.enrolment_closes_on.map(later),
        ..settings
    })
}

async fn create(mut acting: Acting, Form(form): Form<ProgrammeForm>) -> Result<Response> {
    if !acting.first_time(&form.once).await? {
        return Ok(see("/programmes"));
    }
    let zones = time_zones::known(&mut *acting).await?;
    let mut problems = Problems::default();
    let settings = form.read(zones, &mut problems);
    let coordinators = named(&mut acting, &form, &mut problems).await?;
    let (viewer, now) = (acting.viewer.id, acting.now);
    let made = match settings {
        Some(settings) if problems.is_empty() => {
            settings.insert(&mut acting, Some(viewer), now).await?
        }
        _ => return refuse(&mut acting, form, problems).await,
    };
    let Some(programme) = made else {
        problems.add("name", NAME_TAKEN);
        return refuse(&mut acting, form, problems).await;
    };
    for person in coordinators {
        coordinators::name(&mut acting, programme, person).await?;
    }
    if let Some(original) = original(&form) {
        sqlx::query!(
            "select repeat_questions_and_letters($1, $2)",
            original.0,
            programme.0
        )
        .fetch_one(&mut *acting)
        .await?;
        sqlx::query!("select repeat_what_counts($1, $2)", original.0, programme.0)
            .fetch_one(&mut *acting)
            .await?;
        sqlx::query!("select repeat_library($1, $2)", original.0, programme.0)
            .fetch_one(&mut *acting)
            .await?;
    }
    acting
        .commit("made the programme", About::Programme(programme))
        .await?;
    Ok(done(
        &format!("/programmes/{programme}"),
        "The programme is made. It is a draft until you open it.",
    ))
}

async fn refuse(acting: &mut Acting, form: ProgrammeForm, problems: Problems) -> Result<Response> {
    // The token is kept by a refused form only if nothing was committed with it, as here.
    Ok(Page(page_of(acting, form, problems).await?).refused())
}

fn original(form: &ProgrammeForm) -> Option<ProgrammeId> {
    form.original.parse().ok().map(ProgrammeId)
}

async fn page_of(acting: &mut Acting, form: ProgrammeForm, problems: Problems) -> Result<NewPage> {
    let original = match original(&form) {
        Some(id) => Some(find(acting, id).await?),
        None => None,
    };
    Ok(NewPage {
        time_zones: time_zones::offered(&mut **acting, &form.time_zone).await?,
        frame: acting.frame.clone(),
        problems,
        form,
        original,
    })
}

/// The people with the addresses typed; one that nobody has is a problem.
async fn named(
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
