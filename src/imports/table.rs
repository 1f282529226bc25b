//! A table as text: its headings, and its rows as a spreadsheet numbers them.

use crate::web::csv::unguarded;
use crate::web::form::{self, Problem};
use csv::{Reader, ReaderBuilder, StringRecord};

const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];
const MOST_ROWS: usize = 100_000;
const MOST_COLUMNS: usize = 200;
/// How many rows are shown of a column, to tell what it holds.
const SAMPLES: usize = 3;

pub struct Table {
    text: String,
    /// Where the headings begin.
    begins: usize,
    separator: u8,
    pub headings: Vec<String>,
    /// How many rows say something.
    pub rows: usize,
    /// The first cells of each column that say something.
    samples: Vec<Vec<String>>,
}

/// A row that says something.
pub struct Row {
    /// As a spreadsheet counts: the headings are row 1.
    pub number: usize,
    cells: StringRecord,
}

impl Table {
    pub fn read(text: String) -> Result<Table, Problem> {
        let (begins, said) = separator_said(&text);
        let rest = &text[begins..];
        let separator = said.unwrap_or_else(|| guess(rest));
        let mut rows = Rows::of(rest, separator);
        let Some(first) = rows.next() else {
            return Err("This file is empty. Choose one with headings in its first row".into());
        };
        if first.cells.len() > MOST_COLUMNS {
            return Err(format!(
                "This file has {} columns. Choose one with {MOST_COLUMNS} at most",
                first.cells.len()
            )
            .into());
        }
        let headings = first.cells.iter().map(shown).collect::<Vec<_>>();
        let mut table = Table {
            samples: vec![Vec::new(); headings.len()],
            headings,
            rows: 0,
            begins,
            separator,
            text: String::new(),
        };
        for row in rows {
            table.count(&row)?;
        }
        table.text = text;
        match table.rows {
            0 => Err("This file has headings, but no row below them".into()),
            _ => Ok(table),
        }
    }

    fn count(&mut self, row: &Row) -> Result<(), Problem> {
        self.rows += 1;
        if self.rows > MOST_ROWS {
            return Err(format!(
                "This file has more than {MOST_ROWS} rows. Divide it, and import one part after the other"
            )
            .into());
        }
        if self.rows > 200 {
            return Ok(());
        }
        for (samples, cell) in self.samples.iter_mut().zip(&row.cells) {
            if samples.len() < SAMPLES && !cell.trim().is_empty() {
                samples.push(shown(cell));
            }
        }
        Ok(())
    }

    /// All rows below the headings.
    pub fn rows(&self) -> impl Iterator<Item = Row> {
        Rows::of(&self.text[self.begins..], self.separator).skip(1)
    }

    pub fn samples(&self, column: usize) -> &[String] {
        self.samples.get(column).map_or(&[], Vec::as_slice)
    }

    pub fn into_text(self) -> String {
        self.text
    }
}

impl Row {
    /// Whether there is a cell for each heading, and nothing beyond the last.
    pub fn fits(&self, headings: &[String]) -> bool {
        let named = headings.iter().rposition(|heading| !heading.is_empty());
        let beyond = self.cells.iter().skip(headings.len());
        self.cells.len() > named.unwrap_or(0)
            && beyond.into_iter().all(|cell| cell.trim().is_empty())
    }

    pub fn width(&self) -> usize {
        self.cells.len()
    }

    /// What stands in a column, which is nothing where the row is too short.
    pub fn cell(&self, column: usize) -> &str {
        unguarded(self.cells.get(column).unwrap_or_default().trim())
    }
}

/// A heading or a sample, short enough for a page.
fn shown(cell: &str) -> String {
    let line = form::optional_line(cell, usize::MAX).unwrap_or_default();
    let mut short: String = line.chars().take(40).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    short
}

/// Some spreadsheets write a line `sep=;` above the headings, and do not show it.
fn separator_said(text: &str) -> (usize, Option<u8>) {
    let said = text
        .get(..4)
        .filter(|start| start.eq_ignore_ascii_case("sep="))
        .and_then(|_| text.as_bytes().get(4))
        .copied()
        .filter(|separator| SEPARATORS.contains(separator));
    match (said, text[said.map_or(0, |_| 5)..].chars().next()) {
        (Some(_), Some('\r')) if text[6..].starts_with('\n') => (7, said),
        (Some(_), Some('\r' | '\n')) => (6, said),
        _ => (0, None),
    }
}

/// The separator that makes the most headings, and of two the one that suits more of the rows.
fn guess(text: &str) -> u8 {
    let suits = |separator: u8| {
        let mut rows = Rows::of(text, separator).take(20).map(|row| row.width());
        let headings = rows.next().unwrap_or(0);
        (headings, rows.filter(|cells| *cells == headings).count())
    };
    SEPARATORS
        .into_iter()
        .rev()
        .max_by_key(|separator| suits(*separator))
        .unwrap_or(b',')
}

/// Every row that says something, the headings first.
struct Rows<'a> {
    text: &'a [u8],
    reader: Reader<&'a [u8]>,
    number: usize,
    ended_at: usize,
}

impl<'a> Rows<'a> {
    fn of(text: &'a str, separator: u8) -> Self {
        Rows {
            text: text.as_bytes(),
            reader: ReaderBuilder::new()
                .delimiter(separator)
                .has_headers(false)
                .flexible(true)
                .from_reader(text.as_bytes()),
            number: 0,
            ended_at: 0,
        }
    }

    /// The lines before this row that say nothing at all, which the reader passes over.
    fn blank_lines(&self) -> usize {
        let (before, mut rest) = self.text.split_at(self.ended_at.min(self.text.len()));
        if before.ends_with(b"\r") {
            rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        }
        let mut lines = 0;
        loop {
            rest = match rest {
                [b'\r', b'\n', rest @ ..] | [b'\r' | b'\n', rest @ ..] => rest,
                _ => return lines,
            };
            lines += 1;
        }
    }
}

impl Iterator for Rows<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        loop {
            let mut cells = StringRecord::new();
            let blank = self.blank_lines();
            // Text in memory is always read, and however many cells a row has, it may.
            if !self.reader.read_record(&mut cells).unwrap_or(false) {
                return None;
            }
            self.ended_at = usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX);
            self.number += blank + 1;
            if cells.iter().any(|cell| !cell.trim().is_empty()) {
                let number = self.number;
                return Some(Row { number, cells });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::text;
    use super::*;
    use csv::{QuoteStyle, Terminator, WriterBuilder};

    /// The same tables on every run, and no two alike.
    struct Chance(u64);

    impl Chance {
        fn below(&mut self, bound: usize) -> usize {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(self.0 >> 33).unwrap() % bound
        }

        fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
            all[self.below(all.len())]
        }

        fn text(&mut self, letters: &[&str], longest: usize) -> String {
            (0..self.below(longest + 1))
                .map(|_| self.one_of(letters))
                .collect()
        }
    }

    const LETTERS: [&str; 22] = [
        "a", "B", "z", " ", "0", "-", "=", "'", "\"", "\"\"", ",", ";", "\t", "\n", "\r\n", "\r",
        "é", "ü", "ñ", "東", "👋🏽", "שלום",
    ];

    fn headings(columns: usize) -> Vec<String> {
        (1..=columns)
            .map(|column| format!("Heading {column}"))
            .collect()
    }

    /// In the encodings that can say it.
    fn encoded(text: &str, how: usize) -> Vec<u8> {
        let utf_16 = |bytes: fn(u16) -> [u8; 2]| {
            let marked = format!("\u{feff}{text}");
            marked.encode_utf16().flat_map(bytes).collect()
        };
        match how {
            0 => text.into(),
            1 => format!("\u{feff}{text}").into(),
            2 => utf_16(u16::to_le_bytes),
            3 => utf_16(u16::to_be_bytes),
            _ => encoding_rs::WINDOWS_1252.encode(text).0.into_owned(),
        }
    }

    /// The table as some spreadsheet might write it.
    fn written(chance: &mut Chance, rows: &[Vec<String>]) -> String {
        let ends = [
            Terminator::CRLF,
            Terminator::Any(b'\n'),
            Terminator::Any(b'\r'),
        ];
        let mut writer = WriterBuilder::new()
            .delimiter(chance.one_of(&SEPARATORS))
            .quote_style(chance.one_of(&[QuoteStyle::Necessary, QuoteStyle::Always]))
            .terminator(chance.one_of(&ends))
            .from_writer(Vec::new());
        for row in rows {
            writer.write_record(row).unwrap();
        }
        String::from_utf8(writer.into_inner().unwrap()).unwrap()
    }

    #[test]
    fn whatever_a_spreadsheet_writes_is_read_back() {
        let mut chance = Chance(7);
        for _ in 0..500 {
            let how = chance.below(5);
            // The last three letters are not in Windows-1252.
            let letters = &LETTERS[..if how == 4 { 19 } else { 22 }];
            let columns = 2 + chance.below(7);
            let mut rows = vec![headings(columns)];
            for _ in 0..1 + chance.below(12) {
                rows.push((0..columns).map(|_| chance.text(letters, 6)).collect());
            }
            let file = written(&mut chance, &rows);
            let expected: Vec<(usize, Vec<&str>)> = (2..)
                .zip(&rows[1..])
                .map(|(number, row)| {
                    (
                        number,
                        row.iter().map(|cell| unguarded(cell.trim())).collect(),
                    )
                })
                .filter(|(_, row): &(usize, Vec<&str>)| row.iter().any(|cell| !cell.is_empty()))
                .collect();
            let Ok(table) = Table::read(text::read(&encoded(&file, how)).unwrap()) else {
                assert!(expected.is_empty(), "{file:?}");
                continue;
            };
            assert_eq!(table.headings, headings(columns), "{file:?}");
            let read: Vec<Row> = table.rows().collect();
            let read: Vec<(usize, Vec<&str>)> = read
                .iter()
                .map(|row| (row.number, (0..columns).map(|at| row.cell(at)).collect()))
                .collect();
            assert_eq!(read, expected, "{file:?}");
            assert_eq!(read.len(), table.rows);
            assert!(
                table.rows().all(|row| row.fits(&table.headings)),
                "{file:?}"
            );
        }
    }

    #[test]
    fn no_bytes_whatever_break_it() {
        let mut chance = Chance(11);
        let pieces: Vec<&[u8]> = vec![
            b"Name",
            b"Email",
            b",",
            b";",
            b"\t",
            b"\n",
            b"\r",
            b"\"",
            b"\xff",
            b"\xfe",
            b"\0",
            b"\xef\xbb\xbf",
            b"\xe9",
            b"sep=;",
            b"=1",
            b"\xf0\x9f",
        ];
        for _ in 0..5000 {
            let length = chance.below(40);
            let bytes: Vec<u8> = (0..length)
                .flat_map(|_| chance.one_of(&pieces).to_vec())
                .collect();
            let Ok(table) = text::read(&bytes).and_then(Table::read) else {
                continue;
            };
            for row in table.rows() {
                row.fits(&table.headings);
                row.cell(3);
            }
        }
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_shows_them() {
        for line in ["\n", "\r\n", "\r"] {
            let file = [
                "",
                "Name,Email",
                "",
                "a,\"two\nlines\"",
                ",",
                "",
                "",
                "b,c",
                "",
            ]
            .join(line);
            let table = Table::read(file).unwrap();
            let numbers: Vec<usize> = table.rows().map(|row| row.number).collect();
            assert_eq!(numbers, [4, 8], "{line:?}");
        }
    }

    #[test]
    fn separators_are_guessed_or_said() {
        for (file, headings) in [
            ("Name,Email\na,b", vec!["Name", "Email"]),
            ("Name;Email\na,x;b", vec!["Name", "Email"]),
            ("Name\tEmail\na;b\tc", vec!["Name", "Email"]),
            (
                "Name, first;Email\n\"a;b\";c\nd;e",
                vec!["Name, first", "Email"],
            ),
            (
                "sep=;\r\nName, first;Email, work;x, y, z\r\na;b;c",
                vec!["Name, first", "Email, work", "x, y, z"],
            ),
            ("Email\na@example.org", vec!["Email"]),
        ] {
            assert_eq!(
                Table::read(file.into()).unwrap().headings,
                headings,
                "{file}"
            );
        }
    }

    #[test]
    fn ragged_rows_are_seen() {
        let table = Table::read("Name,Email,\na,b\na\na,b,c,\na,b,c,d".into()).unwrap();
        let fit: Vec<bool> = table.rows().map(|row| row.fits(&table.headings)).collect();
        assert_eq!(fit, [true, false, true, false]);
    }

    #[test]
    fn what_is_too_much_is_refused() {
        for file in [
            String::new(),
            "\n\n".into(),
            "Name,Email\n".into(),
            "Name,Email\n,\n".into(),
            format!("{}\na", "x,".repeat(MOST_COLUMNS + 1)),
            format!("Name\n{}", "a\n".repeat(MOST_ROWS + 1)),
        ] {
            assert!(Table::read(file).is_err());
        }
        assert!(Table::read(format!("Name\n{}", "a\n".repeat(MOST_ROWS))).is_ok());
    }
}
