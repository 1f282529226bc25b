//! An application is written: kept as a draft, read once more, sent, and changed later on.

use super::access::Applies;
use super::form::{ApplicationForm, Place, Row};
use super::stage::Stage;
use super::{Application, letters, queries};
use crate::App;
use crate::error::{Error, Result};
use crate::pairings::stage::Side;
use crate::programmes::access::{Programme, changed_meanwhile};
use crate::questions::{self, Kind, skills};
use crate::web::form::{Form, Problems, Typed};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use crate::web::words;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use std::collections::HashMap;

#[derive(Template)]
#[template(path = "applications/form.html")]
struct FormPage {
    frame: Frame,
    problems: Problems,
    programme: Programme,
    side: Side,
    path: String,
    form: ApplicationForm,
    profile: Profile,
    /// Nobody else knows of it yet.
    draft: bool,
    enrolled: bool,
    /// Some of it was answered elsewhere before.
    earlier: bool,
    skills: Vec<String>,
}

#[derive(Template)]
#[template(path = "applications/check.html")]
struct CheckPage {
    frame: Frame,
    programme: Programme,
    side: Side,
    path: String,
    rows: Vec<Row>,
    profile: Profile,
    missing: Vec<String>,
    /// Whether it can be sent: the programme takes applications.
    open: bool,
}

/// What every programme knows of a person from their account.
pub struct Profile {
    pub name: String,
    pub job_title: String,
    pub department: String,
    pub location: String,
}

impl Profile {
    pub async fn of(applies: &mut Applies) -> sqlx::Result<Profile> {
        let viewer = applies.acting.viewer.id;
        sqlx::query_as!(
            Profile,
            "select full_name as name, job_title, department, location from people where id = $1",
            viewer.0,
        )
        .fetch_one(&mut *applies.acting)
        .await
    }

    /// "Buyer, Purchasing, Leeds"
    pub fn place(&self) -> String {
        words::listed(&[&self.job_title, &self.department, &self.location])
    }
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .post(
            "/programmes/{programme}/application/{part}",
            Entry::SignedIn,
            save,
        )
        .get(
            "/programmes/{programme}/application/{part}/edit",
            Entry::SignedIn,
            edit,
        )
        .get(
            "/programmes/{programme}/application/{part}/check",
            Entry::SignedIn,
            check,
        )
        .post(
            "/programmes/{programme}/application/{part}/sending",
            Entry::SignedIn,
            send,
        )
}

pub async fn edit(mut applies: Applies) -> Result<Response> {
    applies.may_change()?;
    let (form, earlier) = stored(&mut applies).await?;
    let mut page = page(applies, form, Problems::default()).await?;
    page.earlier = earlier;
    Ok(Page(page).into_response())
}

async fn save(mut applies: Applies, Form(fields): Form<Vec<(String, String)>>) -> Result<Response> {
    applies.may_change()?;
    let typed = Typed::from(fields);
    let (programme, side) = (applies.programme.id, applies.side);
    let questions = questions::asked_of(&mut applies.acting, programme, side).await?;
    let form = ApplicationForm::typed(applies.place(), questions, &typed);
    let keeps_a_draft = applies.is_draft() && typed.one("act") == "draft";
    let written = match form.read(&mut applies.acting, !keeps_a_draft).await? {
        Ok(written) => written,
        Err(problems) => return Ok(Page(page(applies, form, problems).await?).refused()),
    };
    let id = queries::begin(&mut applies.acting, programme, side).await?;
    if applies.application.is_none() {
        let begun = queries::find(&mut applies.acting, programme, id).await?;
        if begun.stage != Stage::Draft {
            return Err(Error::conflict(
                "You have just sent this application elsewhere. Nothing has changed by this press.",
            ));
        }
    }
    let stored = queries::store(&mut applies.acting, id, &written).await;
    stored.map_err(asked_otherwise)?;
    let (draft, path) = (applies.is_draft(), applies.path());
    if !draft {
        applies.commit("changed their application").await?;
        return Ok(done(&path, "Your application is changed."));
    }
    applies.commit("wrote a draft of an application").await?;
    Ok(if keeps_a_draft {
        done(&path, "Your draft is saved. Nobody else can read it.")
    } else {
        see(&format!("{path}/check"))
    })
}

/// A question or one of its choices went while it was answered.
fn asked_otherwise(cause: sqlx::Error) -> Error {
    match cause.as_database_error() {
        Some(database) if database.is_foreign_key_violation() => Error::conflict(
            "The coordinators have just changed a question that you answered. Go back, reload the \
             page and look at it once more. Nothing has changed by this press.",
        ),
        _ => changed_meanwhile(cause),
    }
}

async fn check(mut applies: Applies) -> Result<Response> {
    if applies.application.is_none() || !applies.is_draft() {
        return Ok(see(&applies.path()));
    }
    let (form, _) = stored(&mut applies).await?;
    let read = form.read(&mut applies.acting, true).await?;
    let missing = read.err().unwrap_or_default();
    let missing = missing.all().map(|(_, words)| words.to_owned()).collect();
    Ok(Page(CheckPage {
        profile: Profile::of(&mut applies).await?,
        frame: applies.frame(),
        path: applies.path(),
        rows: form.rows(),
        missing,
        open: applies.open || applies.enrolled,
        side: applies.side,
        programme: applies.programme,
    })
    .into_response())
}

async fn send(State(app): State<App>, mut applies: Applies) -> Result<Response> {
    let path = applies.path();
    let Some(Application { id, stage, .. }) = applies.application else {
        return Ok(see(&path));
    };
    let Some(sent) = stage.send(applies.acting.now) else {
        return Ok(see(&path));
    };
    if !applies.open && !applies.enrolled {
        return Err(Error::conflict(
            "This programme takes no applications now. Your draft is kept as it is.",
        ));
    }
    let (form, _) = stored(&mut applies).await?;
    if form.read(&mut applies.acting, true).await?.is_err() {
        return Ok(see(&format!("{path}/check")));
    }
    queries::store_stage(&mut applies.acting, id, sent, "").await?;
    letters::write_to_coordinators(&mut applies, &app, id, "has applied for").await?;
    applies.commit("sent an application").await?;
    Ok(done(&path, "Your application is sent."))
}

/// What stands in the form by itself, and whether some of it was answered elsewhere.
pub async fn stored(applies: &mut Applies) -> Result<(ApplicationForm, bool)> {
    let (programme, side) = (applies.programme.id, applies.side);
    let acting = &mut applies.acting;
    let questions = questions::asked_of(&mut *acting, programme, side).await?;
    let (answers, excluded, earlier) = match &applies.application {
        Some(one) => (
            queries::answers(acting, one.id).await?,
            queries::own_exclusions(acting, one.id).await?,
            false,
        ),
        None => {
            let answers: HashMap<_, _> = queries::earlier_answers(acting, &questions).await?;
            let earlier = !answers.is_empty();
            (answers, Vec::new(), earlier)
        }
    };
    let application = applies.application.as_ref();
    let form = ApplicationForm::of(applies.place(), application, &excluded, questions, &answers);
    Ok((form, earlier))
}

async fn page(mut applies: Applies, form: ApplicationForm, problems: Problems) -> Result<FormPage> {
    let names_skills = form
        .fields
        .iter()
        .any(|field| field.question.kind == Kind::Skills);
    Ok(FormPage {
        skills: if names_skills {
            skills::names(&mut applies.acting).await?
        } else {
            Vec::new()
        },
        profile: Profile::of(&mut applies).await?,
        frame: applies.frame(),
        problems,
        path: applies.path(),
        form,
        draft: applies.is_draft(),
        enrolled: applies.enrolled,
        earlier: false,
        side: applies.side,
        programme: applies.programme,
    })
}

impl Applies {
    fn place(&self) -> Place {
        Place {
            side: self.side,
            suggested: self.programme.capacity_default,
            most: self.programme.capacity_max,
        }
    }

    pub fn is_draft(&self) -> bool {
        let stage = self.application.as_ref().map(|one| one.stage);
        matches!(stage, None | Some(Stage::Draft))
    }

    /// Until they are matched, and not once it is over.
    pub fn changeable(&self) -> bool {
        let stage = self.application.as_ref().map(|one| one.stage);
        let over = matches!(stage, Some(Stage::Declined(_) | Stage::Withdrawn(_)));
        let archived = self.programme.stage().is_archived();
        !over && !archived && (!self.paired || self.is_draft())
    }

    fn may_change(&self) -> Result<()> {
        if self.changeable() {
            return Ok(());
        }
        Err(Error::conflict(if self.programme.stage().is_archived() {
            "This programme is archived, and stays as it is. Nothing has changed by this press."
        } else if self.paired {
            "You have been matched, and your application stays as the two of you know it. Nothing \
             has changed by this press."
        } else {
            "This application is over. Go back to it, where you can apply again. Nothing has \
             changed by this press."
        }))
    }
}
