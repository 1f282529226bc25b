//! Coordinators make the library theirs: what stands in it, and in which order.

use super::access::Named;
use super::languages::ENGLISH;
use super::{Group, Module, Which, queries};
use crate::error::{Error, Result};
use crate::programmes::access::{Manages, Programme, Runs};
use crate::programmes::stage::Act;
use crate::web::form::Form;
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "library/arrange.html")]
struct ArrangePage {
    frame: Frame,
    programme: Programme,
    modules: Vec<Module>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PlaceForm {
    /// "up" or "down".
    direction: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct HidingForm {
    /// "yes", or "no" to show it again.
    hidden: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(
            "/programmes/{programme}/library/arrangement",
            Entry::SignedIn,
            show,
        )
        .post(
            "/programmes/{programme}/library/{module}/place",
            Entry::SignedIn,
            place,
        )
        .post(
            "/programmes/{programme}/library/{module}/hiding",
            Entry::SignedIn,
            hide,
        )
}

async fn show(mut runs: Runs) -> Result<Response> {
    let modules = queries::of_programme(&mut runs.acting, runs.programme.id).await?;
    Ok(Page(ArrangePage {
        frame: runs.frame(),
        programme: runs.programme,
        modules,
    })
    .into_response())
}

/// Up or down among those under the same heading.
async fn place(
    manages: Manages,
    Named(which): Named,
    Form(form): Form<PlaceForm>,
) -> Result<Response> {
    let (mut runs, modules) = begin(manages).await?;
    let path = runs.programme.at("/library/arrangement");
    let module = find(&modules, which)?;
    let beside: Vec<&Module> = modules
        .iter()
        .filter(|one| one.group() == module.group())
        .collect();
    let at = beside.iter().position(|one| one.which == which);
    let to = match (at, form.direction.as_str()) {
        (Some(at), "up") => at.checked_sub(1),
        (Some(at), "down") => Some(at + 1),
        _ => None,
    };
    let other = to.and_then(|to| beside.get(to));
    let (Some(other), Some(one)) = (other.and_then(|one| one.id), module.id) else {
        return Ok(see(&path));
    };
    let mut order: Vec<i64> = modules.iter().filter_map(|one| one.id).collect();
    for id in &mut order {
        if *id == one {
            *id = other;
        } else if *id == other {
            *id = one;
        }
    }
    queries::keep_order(&mut runs.acting, &order).await?;
    runs.commit("arranged the library").await?;
    Ok(see(&format!("{path}#module-{}", which.key())))
}

async fn hide(
    manages: Manages,
    Named(which): Named,
    Form(form): Form<HidingForm>,
) -> Result<Response> {
    let (mut runs, modules) = begin(manages).await?;
    let path = runs.programme.at("/library/arrangement");
    let module = find(&modules, which)?;
    let hidden = form.hidden != "no";
    let (Some(id), true) = (module.id, module.hidden != hidden) else {
        return Ok(see(&path));
    };
    queries::hide(&mut runs.acting, id, hidden).await?;
    runs.commit("arranged the library").await?;
    let words = match (hidden, which) {
        (false, _) => "It is on the list again.",
        (true, Which::Added(_)) => "It is hidden. Only coordinators can read it now.",
        (true, Which::Own(_)) => "It is hidden. Waymark’s text stays in the general library.",
    };
    Ok(done(&path, words))
}

/// With a place for every module, and nobody else at it.
pub(super) async fn begin(mut manages: Manages) -> Result<(Runs, Vec<Module>)> {
    manages.lock().await?;
    let mut runs = manages.running().map_err(|_| Error::NotFound)?;
    runs.programme.allows(Act::ChangeSettings)?;
    let id = runs.programme.id;
    queries::lay_out(&mut runs.acting, id).await?;
    let modules = queries::of_programme(&mut runs.acting, id).await?;
    Ok((runs, modules))
}

pub(super) fn find(modules: &[Module], which: Which) -> Result<&Module> {
    let module = modules.iter().find(|one| one.which == which);
    module.ok_or(Error::NotFound)
}

impl ArrangePage {
    fn groups(&self) -> Vec<(Group, Vec<&Module>)> {
        Group::parted(&self.modules)
    }

    fn title(&self, module: &Module) -> String {
        module.best_for(&[], None).1.title
    }

    /// Where the text is changed that stands on the list.
    fn edit(&self, module: &Module) -> String {
        let (language, _) = module.best_for(&[], None);
        let key = module.which.key();
        self.programme
            .at(&format!("/library/{key}/text?language={}", language.tag))
    }

    /// "Deutsch, Cymraeg", beside English.
    fn translations(&self, module: &Module) -> String {
        let languages = module.languages().into_iter();
        let others = languages.filter(|one| *one != ENGLISH);
        others.map(|one| one.own).collect::<Vec<_>>().join(", ")
    }
}
