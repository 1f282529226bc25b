//! The third step: what the import would do, or what stands in its way, before anything is done.
//! Once it is done, what it did.

use super::access::{ImportId, Imports, Place};
use super::columns::Columns;
use super::kept::{self, Import};
use super::known::Known;
use super::plan::{self, Outcome, Plan};
use super::reading::{self, Fault};
use crate::error::{Error, Result};
use crate::people::time_zones;
use crate::web::csv;
use crate::web::form::Asked;
use crate::web::page::{Frame, Page, see};
use crate::web::{pages, words};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

const A_PAGE: usize = 100;
/// Nobody turns more pages than this; whoever has so many problems takes them as a file.
const PAGES: usize = 10;

#[derive(Template)]
#[template(path = "imports/preview.html")]
struct PreviewPage {
    frame: Frame,
    place: Place,
    id: ImportId,
    file_name: String,
    outcome: Outcome,
    /// Those of this page.
    faults: Vec<Explained>,
    /// How many there are, and in how many rows.
    all_faults: usize,
    faulty_rows: usize,
    page: usize,
    pages: usize,
    moved_on: bool,
}

#[derive(Template)]
#[template(path = "imports/done.html")]
struct DonePage {
    frame: Frame,
    place: Place,
    file_name: String,
    outcome: Outcome,
}

/// A fault with the name of its column.
struct Explained {
    row: usize,
    column: String,
    what: String,
}

/// A file as it would be taken in now.
pub struct Look {
    headings: Vec<String>,
    columns: Columns,
    pub plan: Plan,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Which {
    page: String,
}

pub async fn show(
    mut imports: Imports,
    id: ImportId,
    Asked(which): Asked<Which>,
) -> Result<Response> {
    let mut import = kept::find(&mut imports, id).await?;
    if let Some(outcome) = import.outcome {
        return Ok(Page(DonePage {
            frame: imports.frame(),
            place: imports.place(),
            file_name: import.file_name,
            outcome,
        })
        .into_response());
    }
    match look(&mut imports, &mut import).await? {
        Some(look) => Ok(page(&imports, import, look, &which, false).into_response()),
        None => Ok(see(&format!("{}/columns", imports.place().of(&id)))),
    }
}

/// The same once more, because something has changed since it was shown.
pub fn again(imports: &Imports, import: Import, look: Look) -> Response {
    page(imports, import, look, &Which::default(), true).with_status(StatusCode::CONFLICT)
}

/// Every problem as a file, to be worked through beside the spreadsheet.
pub async fn problems(mut imports: Imports, id: ImportId) -> Result<Response> {
    let mut import = kept::find(&mut imports, id).await?;
    if import.outcome.is_some() {
        return Err(Error::NotFound);
    }
    let look = look(&mut imports, &mut import)
        .await?
        .ok_or(Error::NotFound)?;
    imports
        .commit("downloaded the problems of a file to import")
        .await?;
    let rows = look.plan.faults.iter().map(|fault| {
        let fault = look.explain(fault);
        [fault.row.to_string(), fault.column, fault.what]
    });
    Ok(csv::download(
        "problems",
        &["Row", "Column", "Problem"],
        rows,
    ))
}

/// None while it is not said which column holds what.
pub async fn look(imports: &mut Imports, import: &mut Import) -> Result<Option<Look>> {
    let table = import.table().await?;
    let Ok(columns) = import.columns.read(&table, imports.asked()) else {
        return Ok(None);
    };
    let zones = time_zones::known(&mut *imports.acting).await?;
    let terms = imports.terms();
    let in_programme = terms.in_programme;
    // A long file takes a while, and nobody else should wait for it.
    let read = tokio::task::spawn_blocking(move || {
        let (entries, faults) = reading::read(&table, &columns, in_programme, zones);
        (table.headings, columns, entries, faults)
    });
    let (headings, columns, entries, faults) = read.await.map_err(|_| Error::Unreadable)?;
    let programme = imports.programme_id();
    let known = Known::of(&mut imports.acting, &entries, programme).await?;
    imports.make_room();
    let planned = tokio::task::spawn_blocking(move || plan::plan(entries, faults, &known, &terms));
    let plan = planned.await.map_err(|_| Error::Unreadable)?;
    Ok(Some(Look {
        headings,
        columns,
        plan,
    }))
}

fn page(
    imports: &Imports,
    import: Import,
    look: Look,
    which: &Which,
    moved_on: bool,
) -> Page<PreviewPage> {
    let faults = &look.plan.faults;
    let pages = pages::how_many(faults.len(), A_PAGE).min(PAGES);
    let page = pages::asked(&which.page, pages);
    let mut rows: Vec<usize> = faults.iter().map(|fault| fault.row).collect();
    rows.dedup();
    Page(PreviewPage {
        frame: imports.frame(),
        place: imports.place(),
        id: import.id,
        file_name: import.file_name,
        faults: pages::part(faults, page, A_PAGE)
            .iter()
            .map(|fault| look.explain(fault))
            .collect(),
        all_faults: faults.len(),
        faulty_rows: rows.len(),
        page,
        pages,
        moved_on,
        outcome: look.plan.outcome,
    })
}

impl Look {
    fn explain(&self, fault: &Fault) -> Explained {
        let column = fault.field.and_then(|field| self.columns.of(field));
        let heading = column.and_then(|column| self.headings.get(column));
        Explained {
            row: fault.row,
            column: heading.cloned().unwrap_or_default(),
            what: fault.what.clone().into_owned(),
        }
    }
}

impl Outcome {
    /// What it does, line by line: how many, and of what.
    fn lines(&self) -> Vec<(usize, &'static str)> {
        let people = |count, one, many| {
            if count == 1 {
                (count, one)
            } else {
                (count, many)
            }
        };
        [
            people(self.added, "person added", "people added"),
            people(self.changed, "account changed", "accounts changed"),
            people(self.mentors, "mentor enrolled", "mentors enrolled"),
            people(self.mentees, "mentee enrolled", "mentees enrolled"),
            people(
                self.enrolments_changed,
                "enrolment changed",
                "enrolments changed",
            ),
            people(self.paired, "pairing made", "pairings made"),
            people(self.left, "row changes nothing", "rows change nothing"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .collect()
    }
}

impl PreviewPage {
    /// "12 problems in 8 rows"
    fn how_many_problems(&self) -> String {
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        format!(
            "{} in {}",
            words::count(&count(self.all_faults), "problem", "problems"),
            words::count(&count(self.faulty_rows), "row", "rows"),
        )
    }
}
