//! Coordinators take back what they wrote: Waymark's own text stands there again, a translation goes, or
//! a module that they had added.

use super::access::{In, Named};
use super::arrange::{begin, find};
use super::languages::{ENGLISH, Language};
use super::text::Text;
use super::{Module, queries};
use crate::error::{Error, Result};
use crate::programmes::access::{Manages, Programme, Runs};
use crate::web::form::{Asked, Form};
use crate::web::page::{Frame, Page, done};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "library/removal.html")]
struct RemovalPage {
    frame: Frame,
    programme: Programme,
    path: String,
    language: Language,
    text: Text,
    heading: &'static str,
    /// What comes of it.
    after: &'static str,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(
            "/programmes/{programme}/library/{module}/removal",
            Entry::SignedIn,
            ask,
        )
        .post(
            "/programmes/{programme}/library/{module}/removal",
            Entry::SignedIn,
            take_back,
        )
}

/// What it is called, and what comes of it.
pub(super) fn words(module: &Module, language: Language) -> (&'static str, &'static str) {
    if module.which.own().is_some() && language == ENGLISH {
        let after = "Your words go, and everybody in the programme reads Waymark’s again.";
        ("Go back to Waymark’s text", after)
    } else if module.which.own().is_none() && module.written.len() == 1 {
        let after = "The module goes from the library, and with it who has read it.";
        ("Remove the module", after)
    } else {
        let after = "The module stays, in its other languages.";
        ("Remove this translation", after)
    }
}

async fn ask(mut runs: Runs, Named(which): Named, Asked(asked): Asked<In>) -> Result<Response> {
    let modules = queries::of_programme(&mut runs.acting, runs.programme.id).await?;
    let module = find(&modules, which)?;
    let language = asked.known().ok_or(Error::NotFound)?;
    if !module.written_in(language) {
        return Err(Error::NotFound);
    }
    let (heading, after) = words(module, language);
    Ok(Page(RemovalPage {
        frame: runs.frame(),
        path: runs.programme.at(&format!("/library/{}", which.key())),
        text: module.text_in(language).unwrap_or_default(),
        programme: runs.programme,
        language,
        heading,
        after,
    })
    .into_response())
}

async fn take_back(
    manages: Manages,
    Named(which): Named,
    Form(form): Form<In>,
) -> Result<Response> {
    let (mut runs, modules) = begin(manages).await?;
    let path = runs.programme.at("/library/arrangement");
    let module = find(&modules, which)?;
    let language = form.known().ok_or(Error::NotFound)?;
    if module.written_in(language) {
        queries::take_back(&mut runs.acting, module, language).await?;
        runs.commit("changed the library").await?;
    }
    Ok(done(&path, "It is gone."))
}
