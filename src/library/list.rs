//! The library as a page: what helps just now first, then everything in its order.

use super::access::Reads;
use super::queries::{self, Reader};
use super::{Group, Module};
use crate::error::Result;
use crate::people::Acting;
use crate::programmes::ProgrammeId;
use crate::programmes::access::Programme;
use crate::web::form::Asked;
use crate::web::page::{Frame, Page};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

/// How many modules are put first.
const A_FEW: usize = 3;

#[derive(Template)]
#[template(path = "library/list.html")]
struct ListPage {
    frame: Frame,
    /// Whose library it is; Waymark's own otherwise.
    programme: Option<Programme>,
    manages: bool,
    /// Programmes of the viewer's that have made it their own.
    others: Vec<(ProgrammeId, String)>,
    base: String,
    reader: Reader,
    modules: Vec<Module>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Wanted {
    /// "waymark" for the general library, also where a programme has its own.
    of: String,
}

/// A module as a line of the list.
struct Line {
    path: String,
    title: String,
    summary: String,
    language: super::languages::Language,
    minutes: usize,
    /// "For mentors", where it is not for everybody.
    audience: &'static str,
    read: bool,
}

pub fn routes(routes: Routes) -> Routes {
    routes.get("/library", Entry::SignedIn, general).get(
        "/programmes/{programme}/library",
        Entry::SignedIn,
        show,
    )
}

/// Whoever is in one programme that has its own reads that.
async fn general(mut acting: Acting, Asked(wanted): Asked<Wanted>) -> Result<Response> {
    let others = queries::with_their_own(&mut acting).await?;
    if let ([(only, _)], true) = (&others[..], wanted.of != "waymark") {
        return show(Reads::of(acting, *only).await?).await;
    }
    let reader = Reader::of(&mut acting, None).await?;
    Ok(Page(ListPage {
        frame: acting.frame.clone(),
        programme: None,
        manages: false,
        others,
        base: "/library".into(),
        reader,
        modules: queries::general(),
    })
    .into_response())
}

async fn show(mut reads: Reads) -> Result<Response> {
    let mut modules = queries::of_programme(&mut reads.acting, reads.programme.id).await?;
    modules.retain(|one| !one.hidden);
    Ok(Page(ListPage {
        frame: reads.acting.frame.clone(),
        manages: reads.manages(),
        others: Vec::new(),
        base: reads.programme.at("/library"),
        programme: Some(reads.programme),
        reader: reads.reader,
        modules,
    })
    .into_response())
}

impl ListPage {
    fn now(&self) -> Vec<Line> {
        let unread = self
            .modules
            .iter()
            .filter(|one| self.reader.needs_now(one) && !self.reader.has_read(one.which));
        unread.take(A_FEW).map(|one| self.line(one)).collect()
    }

    fn groups(&self) -> Vec<(Group, Vec<Line>)> {
        let mut groups = Group::parted(&self.modules);
        if self.reader.coordinator && !self.reader.takes_part() {
            groups.sort_by_key(|(group, _)| *group != Group::Running);
        }
        let lines = |modules: Vec<&Module>| modules.into_iter().map(|one| self.line(one)).collect();
        groups
            .into_iter()
            .map(|(group, modules)| (group, lines(modules)))
            .collect()
    }

    fn line(&self, module: &Module) -> Line {
        let (language, text) = module.best_for(&self.reader.languages, None);
        let audience = match module.audience {
            super::Audience::Mentors | super::Audience::Mentees => module.audience.words(),
            super::Audience::Everybody | super::Audience::Coordinators => "",
        };
        Line {
            path: format!("{}/{}", self.base, module.which.key()),
            minutes: text.minutes(),
            title: text.title,
            summary: text.summary,
            language,
            audience,
            read: self.reader.has_read(module.which),
        }
    }

    fn read(&self) -> usize {
        let read = self.modules.iter();
        read.filter(|one| self.reader.has_read(one.which)).count()
    }
}
