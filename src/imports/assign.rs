//! The second step: which column of the file holds what.

use super::access::{ImportId, Imports, Place};
use super::columns::{ColumnsForm, Field};
use super::kept::{self, Import};
use super::table::Table;
use crate::error::Result;
use crate::web::form::{Form, Problems};
use crate::web::page::{Frame, Page, see};
use askama::Template;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "imports/columns.html")]
struct ColumnsPage {
    frame: Frame,
    problems: Problems,
    place: Place,
    file_name: String,
    table: Table,
    asked: &'static [Field],
    form: ColumnsForm,
    /// Of whoever is added without one.
    time_zone: String,
}

pub async fn edit(mut imports: Imports, id: ImportId) -> Result<Response> {
    let mut import = kept::find(&mut imports, id).await?;
    if import.outcome.is_some() {
        return Ok(see(&imports.place().of(&id)));
    }
    let table = import.table().await?;
    Ok(page(&imports, import, table, Problems::default()).into_response())
}

pub async fn update(
    mut imports: Imports,
    id: ImportId,
    Form(form): Form<ColumnsForm>,
) -> Result<Response> {
    let mut import = kept::find(&mut imports, id).await?;
    let preview = imports.place().of(&id);
    if import.outcome.is_some() {
        return Ok(see(&preview));
    }
    import.columns = form.only(imports.asked());
    let table = import.table().await?;
    if let Err(problems) = import.columns.read(&table, imports.asked()) {
        return Ok(page(&imports, import, table, problems).refused());
    }
    kept::choose(&mut imports, id, &import.columns).await?;
    imports
        .commit("chose the columns of a file to import")
        .await?;
    Ok(see(&preview))
}

fn page(imports: &Imports, import: Import, table: Table, problems: Problems) -> Page<ColumnsPage> {
    Page(ColumnsPage {
        frame: imports.frame(),
        problems,
        place: imports.place(),
        file_name: import.file_name,
        table,
        asked: imports.asked(),
        form: import.columns,
        time_zone: imports.terms().time_zone,
    })
}

impl ColumnsPage {
    /// The columns to choose from: number, heading and what stands below it.
    fn columns(&self) -> Vec<(String, String)> {
        let headings = self.table.headings.iter().enumerate();
        headings
            .filter(|(at, heading)| !heading.is_empty() || !self.table.samples(*at).is_empty())
            .map(|(at, heading)| {
                let name = if heading.is_empty() {
                    format!("Column {}", at + 1)
                } else {
                    heading.clone()
                };
                let label = match self.table.samples(at) {
                    [] => format!("{name} (empty)"),
                    samples => format!("{name}: {}", samples.join(", ")),
                };
                (at.to_string(), shortened(&label))
            })
            .collect()
    }
}

fn shortened(label: &str) -> String {
    match label.char_indices().nth(70) {
        Some((end, _)) => format!("{}…", &label[..end]),
        None => label.to_owned(),
    }
}
