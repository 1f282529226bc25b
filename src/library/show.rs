//! A module, to be read.

use super::access::{In, Named, Reads};
use super::languages::Language;
use super::queries::{self, Reader};
use super::text::Text;
use super::{Group, Module, Which};
use crate::error::{Error, Result};
use crate::people::Acting;
use crate::people::acting::About;
use crate::programmes::access::Programme;
use crate::web::form::{Asked, Form};
use crate::web::markdown::Html;
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "library/show.html")]
struct ShowPage {
    frame: Frame,
    programme: Option<Programme>,
    base: String,
    path: String,
    module: Module,
    language: Language,
    text: Text,
    html: Html,
    read: bool,
    /// What comes after it for this reader: where it is, and what it is called.
    next: Option<(String, String)>,
    may_edit: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ReadingForm {
    /// "yes", or "no" to take it back.
    read: String,
    language: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/library/{module}", Entry::SignedIn, general)
        .post("/library/{module}/reading", Entry::SignedIn, note)
        .get(
            "/programmes/{programme}/library/{module}",
            Entry::SignedIn,
            show,
        )
        .post(
            "/programmes/{programme}/library/{module}/reading",
            Entry::SignedIn,
            note_in_programme,
        )
}

async fn general(mut acting: Acting, Named(which): Named) -> Result<Response> {
    if which.own().is_none() {
        return Err(Error::NotFound);
    }
    let reader = Reader::of(&mut acting, None).await?;
    page(
        acting.frame.clone(),
        None,
        reader,
        &queries::general(),
        (which, None),
    )
}

/// One of Waymark's own that coordinators took off the list is still to be read in the general library:
/// other modules speak of it.
async fn show(mut reads: Reads, Named(which): Named, Asked(asked): Asked<In>) -> Result<Response> {
    let modules = queries::of_programme(&mut reads.acting, reads.programme.id).await?;
    let hidden = modules.iter().any(|one| one.which == which && one.hidden);
    if hidden && !reads.programme.run_by_viewer {
        return match which {
            Which::Own(own) => Ok(see(&format!("/library/{}", own.slug))),
            Which::Added(_) => Err(Error::NotFound),
        };
    }
    let frame = reads.acting.frame.clone();
    let wanted = (which, asked.known());
    page(frame, Some(reads.programme), reads.reader, &modules, wanted)
}

fn page(
    frame: Frame,
    programme: Option<Programme>,
    reader: Reader,
    modules: &[Module],
    (which, asked): (Which, Option<Language>),
) -> Result<Response> {
    let module = modules.iter().find(|one| one.which == which);
    let module = module.ok_or(Error::NotFound)?.clone();
    let base = match &programme {
        Some(programme) => programme.at("/library"),
        None => "/library".into(),
    };
    let (language, text) = module.best_for(&reader.languages, asked);
    let next = next(&module, &reader, modules).map(|one| {
        let (_, text) = one.best_for(&reader.languages, None);
        (format!("{base}/{}", one.which.key()), text.title)
    });
    Ok(Page(ShowPage {
        frame,
        may_edit: programme.as_ref().is_some_and(|one| one.run_by_viewer),
        programme,
        path: format!("{base}/{}", which.key()),
        html: text.html(&base),
        base,
        read: reader.has_read(which),
        module,
        language,
        text,
        next,
    })
    .into_response())
}

/// The next in the order of the list that is for this reader.
fn next<'a>(module: &Module, reader: &Reader, modules: &'a [Module]) -> Option<&'a Module> {
    let groups = Group::parted(modules);
    let in_order = groups.into_iter().flat_map(|(_, modules)| modules);
    let after = in_order.skip_while(|one| one.which != module.which).skip(1);
    let here = |one: &&Module| !one.hidden && reader.is_addressed(one.audience);
    after.into_iter().find(here)
}

async fn note(
    acting: Acting,
    Named(which): Named,
    Form(form): Form<ReadingForm>,
) -> Result<Response> {
    if which.own().is_none() {
        return Err(Error::NotFound);
    }
    keep(acting, which, &form, "/library").await
}

async fn note_in_programme(
    mut reads: Reads,
    Named(which): Named,
    Form(form): Form<ReadingForm>,
) -> Result<Response> {
    let modules = queries::of_programme(&mut reads.acting, reads.programme.id).await?;
    let module = modules.iter().find(|one| one.which == which);
    let base = reads.programme.at("/library");
    match module {
        Some(module) if !module.hidden || reads.programme.run_by_viewer => {
            keep(reads.acting, which, &form, &base).await
        }
        _ => Err(Error::NotFound),
    }
}

async fn keep(
    mut acting: Acting,
    which: Which,
    form: &ReadingForm,
    base: &str,
) -> Result<Response> {
    let read = form.read != "no";
    queries::note_reading(&mut acting, which, read).await?;
    acting
        .commit("marked what they have read", About::Oneself)
        .await?;
    let asked = match Language::tagged(&form.language) {
        Some(language) => format!("?language={}", language.tag),
        None => String::new(),
    };
    let path = format!("{base}/{}{asked}", which.key());
    Ok(match read {
        true => done(
            &path,
            "Noted as read. Nobody but you sees which pages you have read.",
        ),
        false => see(&path),
    })
}
