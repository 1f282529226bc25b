//! The first step: a file is chosen and read, and kept for the next.

use super::access::{Imports, Place};
use super::columns::{ColumnsForm, Field};
use super::kept::{self, Waiting};
use super::table::Table;
use super::text;
use crate::error::Result;
use crate::web::form::{self, File, Problem, Problems};
use crate::web::page::{Frame, Page, see};
use askama::Template;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "imports/upload.html")]
struct UploadPage {
    frame: Frame,
    problems: Problems,
    place: Place,
    administrator: bool,
    waiting: Vec<Waiting>,
    once: String,
}

pub async fn show(mut imports: Imports) -> Result<Response> {
    Ok(page(&mut imports, Problems::default())
        .await?
        .into_response())
}

pub async fn create(mut imports: Imports, file: File) -> Result<Response> {
    let asked = imports.asked();
    // A long file takes a while, and nobody else should wait for it.
    let bytes = file.bytes;
    let read = tokio::task::spawn_blocking(move || read(&bytes, asked)).await;
    let (content, columns) = match read.unwrap_or_else(|_| Err("This file cannot be read".into())) {
        Ok(read) => read,
        Err(problem) => {
            let problems = Problems::one("file", problem);
            return Ok(page(&mut imports, problems).await?.refused());
        }
    };
    let path = imports.place();
    if !imports.acting.first_time(file.typed.one("once")).await? {
        return Ok(see(&path.path()));
    }
    let name = form::optional_line(&file.name, usize::MAX).unwrap_or_default();
    let name: String = name.chars().take(200).collect();
    let id = kept::keep(&mut imports, &name, &content, &columns).await?;
    imports.commit("uploaded a file to import").await?;
    Ok(see(&format!("{}/columns", path.of(&id))))
}

fn read(bytes: &[u8], asked: &[Field]) -> Result<(String, ColumnsForm), Problem> {
    if bytes.is_empty() {
        return Err("Choose a file. If you have chosen one, it is empty".into());
    }
    let table = Table::read(text::read(bytes)?)?;
    let columns = ColumnsForm::guess(&table, asked);
    Ok((table.into_text(), columns))
}

async fn page(imports: &mut Imports, problems: Problems) -> Result<Page<UploadPage>> {
    Ok(Page(UploadPage {
        waiting: kept::waiting(imports).await?,
        frame: imports.frame(),
        problems,
        place: imports.place(),
        administrator: imports.acting.viewer.administrator,
        once: imports.acting.once(),
    }))
}
