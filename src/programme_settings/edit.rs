//! Those who manage a programme change its settings. An old tab never overwrites a newer one.

use super::form::ProgrammeForm;
use super::settings::{Settings, Stored, WhoAsks};
use crate::error::Result;
use crate::people::acting::About;
use crate::people::time_zones;
use crate::programmes::access::{Manages, Programme};
use crate::programmes::stage::Act;
use crate::web::form::{Form, Problems};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "programme_settings/edit.html")]
struct EditPage {
    frame: Frame,
    problems: Problems,
    form: ProgrammeForm,
    time_zones: Vec<&'static str>,
    programme: Programme,
    administrator: bool,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/programmes/{programme}/edit", Entry::SignedIn, edit)
        .post("/programmes/{programme}", Entry::SignedIn, update)
}

async fn edit(manages: Manages) -> Result<Response> {
    let form = ProgrammeForm {
        version: manages.programme.version.to_string(),
        ..ProgrammeForm::of(&manages.programme.settings)
    };
    let page = page_of(manages, form, Problems::default()).await?;
    Ok(Page(page).into_response())
}

async fn update(mut manages: Manages, Form(form): Form<ProgrammeForm>) -> Result<Response> {
    manages.lock().await?;
    manages.programme.allows(Act::ChangeSettings)?;
    let (id, path) = (manages.programme.id, manages.programme.path());
    let zones = time_zones::known(&mut *manages.acting).await?;
    let mut problems = Problems::default();
    let Some(settings) = form.read(zones, &mut problems) else {
        return Ok(Page(page_of(manages, form, problems).await?).refused());
    };
    let changes = settings.changes_from(&manages.programme.settings);
    if changes.is_empty() {
        return Ok(see(&path));
    }
    if form.version.trim().parse() != Ok(manages.programme.version) {
        return overtaken(manages, form, &settings).await;
    }
    match settings.store(&mut manages.acting, id).await? {
        Stored::Yes => {}
        refused => {
            refused.explain(&settings, &mut problems);
            return Ok(Page(page_of(manages, form, problems).await?).refused());
        }
    }
    let act = format!("changed the programme: {}", changes.join(", "));
    manages.acting.commit(&act, About::Programme(id)).await?;
    Ok(done(&path, "The programme is changed."))
}

/// Shown over the version that is in force now, so that saving again is meant.
async fn overtaken(manages: Manages, form: ProgrammeForm, typed: &Settings) -> Result<Response> {
    let saved = &manages.programme.settings;
    let problems = ProgrammeForm::of(typed).differences(&ProgrammeForm::of(saved));
    let version = manages.programme.version.to_string();
    let form = ProgrammeForm { version, ..form };
    let page = page_of(manages, form, problems).await?;
    Ok(Page(page).with_status(StatusCode::CONFLICT))
}

async fn page_of(
    mut manages: Manages,
    form: ProgrammeForm,
    problems: Problems,
) -> Result<EditPage> {
    Ok(EditPage {
        time_zones: time_zones::offered(&mut *manages.acting, &form.time_zone).await?,
        frame: manages.frame(),
        problems,
        form,
        administrator: manages.acting.viewer.administrator,
        programme: manages.programme,
    })
}

impl Stored {
    fn explain(self, settings: &Settings, problems: &mut Problems) {
        match self {
            Stored::Yes => {}
            Stored::NameTaken => problems.add(
                "name",
                "Another programme has this name: choose a different one",
            ),
            Stored::MentorsHaveMore => problems.add(
                "capacity_max",
                format!(
                    "Some mentors take more than {} already: change theirs first, or enter more",
                    settings.capacity_max
                ),
            ),
        }
    }
}
