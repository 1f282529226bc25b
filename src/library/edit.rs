//! A module is put into words: in place of Waymark's, beside them, or anew.

use super::access::{In, Named};
use super::arrange::{begin, find};
use super::languages::{self, ENGLISH, Language};
use super::text::{Text, TextForm};
use super::{Audience, MOST_MODULES, Module, Stage, Which, queries};
use crate::error::{Error, Result};
use crate::programmes::access::{Manages, Programme, Runs};
use crate::programmes::stage::Act;
use crate::web::form::{Asked, Form, Problems};
use crate::web::markdown::Html;
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "library/edit.html")]
struct EditPage {
    frame: Frame,
    programme: Programme,
    problems: Problems,
    form: TextForm,
    language: Language,
    /// None of one that is still to be added.
    module: Option<Module>,
    /// How it would read, when that was asked for.
    preview: Option<Html>,
    /// What somebody else saved meanwhile.
    saved: Option<Text>,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/programmes/{programme}/library/new", Entry::SignedIn, new)
        .post("/programmes/{programme}/library", Entry::SignedIn, create)
        .get(
            "/programmes/{programme}/library/{module}/text",
            Entry::SignedIn,
            edit,
        )
        .post(
            "/programmes/{programme}/library/{module}/text",
            Entry::SignedIn,
            update,
        )
}

async fn new(runs: Runs) -> Result<Response> {
    runs.programme.allows(Act::ChangeSettings)?;
    let form = TextForm {
        audience: Audience::Everybody.slug().into(),
        language: ENGLISH.tag.into(),
        once: runs.acting.once(),
        ..TextForm::default()
    };
    Ok(Page(EditPage::of(runs, form, (None, ENGLISH))).into_response())
}

async fn create(manages: Manages, Form(form): Form<TextForm>) -> Result<Response> {
    let (mut runs, modules) = begin(manages).await?;
    let path = runs.programme.at("/library/arrangement");
    let mut problems = Problems::default();
    let text = form.read(&mut problems);
    let place = form.read_place(&mut problems);
    let language = Language::tagged(&form.language).ok_or("Choose the language");
    let language = problems.keep("language", language);
    if modules.len() >= MOST_MODULES {
        problems.add(
            "title",
            format!("A library holds {MOST_MODULES} modules at the most"),
        );
    }
    let (Some(text), Some((audience, stage)), Some(language), true) =
        (text, place, language, problems.is_empty())
    else {
        let page = EditPage::of(runs, form, (None, language.unwrap_or(ENGLISH)));
        return Ok(Page(EditPage { problems, ..page }).refused());
    };
    if form.then == "preview" {
        let page = EditPage::of(runs, form, (None, language)).previewing(&text);
        return Ok(Page(page).into_response());
    }
    if !runs.acting.first_time(&form.once).await? {
        return Ok(see(&path));
    }
    let module = Module {
        which: Which::Added(0),
        id: None,
        audience,
        stage,
        hidden: false,
        written: Vec::new(),
    };
    let (id, now) = (runs.programme.id, runs.acting.now);
    let added = queries::add(&mut runs.acting, id, &module).await?;
    queries::write(&mut runs.acting, added, (language, &text), now).await?;
    runs.commit("added to the library").await?;
    Ok(done(
        &path,
        "The module is added, at the end of its part of the list.",
    ))
}

async fn edit(mut runs: Runs, Named(which): Named, Asked(asked): Asked<In>) -> Result<Response> {
    let modules = queries::of_programme(&mut runs.acting, runs.programme.id).await?;
    let module = find(&modules, which)?.clone();
    let language = match asked.language.as_str() {
        "" => module.best_for(&[], None).0,
        _ => asked.known().ok_or(Error::NotFound)?,
    };
    let text = module.text_in(language).unwrap_or_default();
    let form = TextForm {
        audience: module.audience.slug().into(),
        stage: module.stage.slug().into(),
        language: language.tag.into(),
        version: text.version(),
        ..TextForm::of(&text)
    };
    Ok(Page(EditPage::of(runs, form, (Some(module), language))).into_response())
}

/// Keeps what was typed, or only shows how it would read.
async fn update(
    manages: Manages,
    Named(which): Named,
    Form(form): Form<TextForm>,
) -> Result<Response> {
    let (mut runs, modules) = begin(manages).await?;
    let module = find(&modules, which)?.clone();
    let language = Language::tagged(&form.language).ok_or(Error::NotFound)?;
    let path = runs.programme.at(&format!("/library/{}", which.key()));
    let mut problems = Problems::default();
    let text = form.read(&mut problems);
    let place = match which {
        Which::Added(_) => form.read_place(&mut problems),
        Which::Own(_) => Some((module.audience, module.stage)),
    };
    let saved = module.text_in(language).unwrap_or_default();
    let here = (Some(module.clone()), language);
    let (Some(text), Some(place)) = (text, place) else {
        let page = EditPage::of(runs, form, here);
        return Ok(Page(EditPage { problems, ..page }).refused());
    };
    if form.then == "preview" {
        let page = EditPage::of(runs, form, here).previewing(&text);
        return Ok(Page(page).into_response());
    }
    if text != saved && form.version != saved.version() {
        let form = TextForm {
            version: saved.version(),
            ..form
        };
        let page = EditPage::of(runs, form, here).overtaken_by(saved);
        return Ok(Page(page).with_status(StatusCode::CONFLICT));
    }
    let path = format!("{path}?language={}", language.tag);
    if text == saved && place == (module.audience, module.stage) {
        return Ok(see(&path));
    }
    let now = runs.acting.now;
    let id = module.id.ok_or(Error::NotFound)?;
    if text != saved {
        queries::write(&mut runs.acting, id, (language, &text), now).await?;
    }
    if place != (module.audience, module.stage) {
        queries::place(&mut runs.acting, id, place).await?;
    }
    runs.commit("changed the library").await?;
    Ok(done(
        &path,
        "Saved. This is how everybody in the programme reads it.",
    ))
}

impl EditPage {
    fn of(runs: Runs, form: TextForm, (module, language): (Option<Module>, Language)) -> EditPage {
        EditPage {
            frame: runs.frame(),
            programme: runs.programme,
            problems: Problems::default(),
            form,
            language,
            module,
            preview: None,
            saved: None,
        }
    }

    fn previewing(self, text: &Text) -> EditPage {
        let base = self.programme.at("/library");
        EditPage {
            preview: Some(text.html(&base)),
            ..self
        }
    }

    fn overtaken_by(self, saved: Text) -> EditPage {
        let mut problems = Problems::default();
        problems.add(
            "body",
            "Somebody saved this module while you were writing. Nothing of yours is lost: compare \
             the two below, and save again what should stand",
        );
        EditPage {
            problems,
            saved: Some(saved),
            ..self
        }
    }

    fn heading(&self) -> String {
        match &self.module {
            None => "Add a module".into(),
            Some(module) => match module.text_in(self.language) {
                Some(_) => format!("Change “{}”", self.title_of(module)),
                None => format!("Translate “{}”", self.title_of(module)),
            },
        }
    }

    fn title_of(&self, module: &Module) -> String {
        module.best_for(&[], Some(self.language)).1.title
    }

    /// What is translated, if this is a translation.
    fn original(&self) -> Option<(Language, Text)> {
        let module = self.module.as_ref()?;
        let original = module.best_for(&[], None);
        (original.0 != self.language).then_some(original)
    }

    /// Where the form leads.
    fn action(&self) -> String {
        match &self.module {
            None => self.programme.at("/library"),
            Some(module) => self.at(module, "/text"),
        }
    }

    fn at(&self, module: &Module, place: &str) -> String {
        let key = module.which.key();
        self.programme.at(&format!("/library/{key}{place}"))
    }

    fn is_added(&self) -> bool {
        let module = self.module.as_ref();
        module.is_none_or(|module| module.which.own().is_none())
    }

    /// Those that it is not written in yet.
    fn further(&self, module: &Module) -> Vec<Language> {
        let there = module.languages();
        let all = languages::ALL.into_iter();
        all.filter(|one| !there.contains(one)).collect()
    }

    /// What taking it back is called, where there is anything of the coordinators' to take back.
    fn taking_back(&self) -> Option<&'static str> {
        let module = self.module.as_ref()?;
        module
            .written_in(self.language)
            .then(|| super::removal::words(module, self.language).0)
    }
}
