//! Tables to download, for a spreadsheet. No cell of them is ever taken for a formula.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use std::borrow::Cow;

/// What tells a spreadsheet that the text is UTF-8.
const MARK: &str = "\u{feff}";

/// What stands in a table. What somebody wrote, or could have, is words.
#[derive(Clone, Debug)]
pub enum Cell {
    Words(String),
    Count(i64),
    /// To four places.
    Number(f64),
}

impl From<String> for Cell {
    fn from(words: String) -> Cell {
        Cell::Words(words)
    }
}

impl From<&str> for Cell {
    fn from(words: &str) -> Cell {
        Cell::Words(words.to_owned())
    }
}

impl Cell {
    fn write(self) -> String {
        match self {
            Cell::Words(words) => guarded(&words).into_owned(),
            Cell::Count(count) => count.to_string(),
            Cell::Number(number) => format!("{number:.4}"),
        }
    }
}

/// A table as a file of this name.
pub fn download<R, C>(name: &str, headings: &[&str], rows: R) -> Response
where
    R: IntoIterator<Item = C>,
    C: IntoIterator,
    C::Item: Into<Cell>,
{
    let mut table = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(MARK.as_bytes().to_vec());
    let written = table.write_record(headings).and_then(|()| {
        rows.into_iter()
            .try_for_each(|row| table.write_record(row.into_iter().map(|cell| cell.into().write())))
    });
    let file = written
        .map_err(|cause| cause.to_string())
        .and_then(|()| table.into_inner().map_err(|cause| cause.to_string()));
    match file {
        Ok(file) => {
            let as_file = format!("attachment; filename=\"{name}.csv\"");
            let headers = [
                (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
                (CONTENT_DISPOSITION, as_file),
            ];
            (headers, file).into_response()
        }
        Err(cause) => {
            tracing::error!(cause, "a table could not be written");
            crate::error::broken()
        }
    }
}

/// The cell as a spreadsheet shows it and never works it out: an apostrophe goes before what would
/// begin a formula. One that stands there already gets another, so that none is lost on the way
/// back.
pub fn guarded(cell: &str) -> Cow<'_, str> {
    if begins_a_formula(cell) {
        format!("'{cell}").into()
    } else {
        cell.into()
    }
}

/// The cell without the apostrophe that was put before it.
pub fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(inner) if begins_a_formula(inner) => inner,
        _ => cell,
    }
}

fn begins_a_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'')
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_begins_a_formula_and_each_comes_back() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("+44 20", "'+44 20"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("＝1", "'＝1"),
            ("'=1", "''=1"),
            ("''=1", "'''=1"),
            ("'s Hertogenbosch", "'s Hertogenbosch"),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            assert_eq!(guarded(cell), written);
            assert_eq!(unguarded(written), cell);
        }
    }
}
