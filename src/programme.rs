//! `waymark programme export` and `import`: a programme as a file.

use crate::{ExportedProgramme, ImportedProgramme};
use sqlx::{ConnectOptions, Connection};
use std::io::{Read, Write, stdin, stdout};
use waymark::clock::Clock;
use waymark::database::Reach;
use waymark::programme_files::{self, export};

pub async fn export(reach: &Reach, wanted: &ExportedProgramme) -> Result<(), String> {
    let owner = reach.owner().map_err(in_words)?;
    let mut owner = owner.connect().await.map_err(in_words)?;
    let id = export::named(&mut owner, &wanted.programme)
        .await
        .map_err(in_words)?
        .ok_or_else(|| format!("There is no programme {} here.", wanted.programme))?;
    let now = Clock::System.now();
    let file = export::by_the_owner(&mut owner, id, wanted.with_people, now)
        .await
        .map_err(in_words)?;
    owner.close().await.map_err(in_words)?;
    let text = file.write().map_err(in_words)?;
    stdout()
        .write_all(text.as_bytes())
        .map_err(|cause| format!("The file could not be written: {cause}"))
}

pub async fn import(reach: &Reach, given: &ImportedProgramme, text: &str) -> Result<(), String> {
    let owner = reach.owner().map_err(in_words)?;
    let mut owner = owner.connect().await.map_err(in_words)?;
    let (name, now) = (given.name.as_deref(), Clock::System.now());
    let imported = programme_files::import(&mut owner, text, name, now)
        .await
        .map_err(in_words)?;
    owner.close().await.map_err(in_words)?;
    println!("{imported}");
    Ok(())
}

/// Read before the database is reached, which must not wait for somebody to type.
pub fn given_file(given: &ImportedProgramme) -> Result<String, String> {
    let mut bytes = Vec::new();
    match given.file.as_str() {
        "-" => stdin().read_to_end(&mut bytes).map(|_| ()),
        path => std::fs::read(path).map(|read| bytes = read),
    }
    .map_err(|cause| format!("{} could not be read: {cause}", given.file))?;
    let text = String::from_utf8(bytes);
    text.map_err(|_| format!("{} is not JSON: it is not UTF-8.", given.file))
}

fn in_words(cause: impl std::fmt::Display) -> String {
    cause.to_string()
}
