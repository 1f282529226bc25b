//! `waymark mail receive`: a letter that a mail server hands over. It is never sent back for what it
//! says: whoever forged its sender would make us write to others.

use sqlx::{ConnectOptions, Connection};
use std::io::{Read, stdin};
use waymark::calendars::replies::{self, LONGEST, Received};
use waymark::clock::Clock;
use waymark::config::BaseUrl;
use waymark::database::Reach;

/// Read before the database is reached, and no more of it than would be looked at.
pub fn given_letter() -> Result<Vec<u8>, String> {
    let mut letter = Vec::new();
    let most = u64::try_from(LONGEST + 1).unwrap_or(u64::MAX);
    stdin()
        .take(most)
        .read_to_end(&mut letter)
        .map_err(|cause| format!("The letter could not be read: {cause}"))?;
    // To the end, so that whoever hands it over is not cut short.
    std::io::copy(&mut stdin(), &mut std::io::sink())
        .map_err(|cause| format!("The letter could not be read: {cause}"))?;
    Ok(letter)
}

pub async fn receive(reach: &Reach, base_url: &BaseUrl, letter: &[u8]) -> Result<(), String> {
    let server = reach.server().map_err(|cause| cause.to_string())?;
    let mut server = server.connect().await.map_err(|cause| cause.to_string())?;
    let mut db = server.begin().await.map_err(|cause| cause.to_string())?;
    let received = replies::receive(&mut db, base_url, letter, Clock::System.now()).await;
    let received = received.map_err(|cause| cause.to_string())?;
    db.commit().await.map_err(|cause| cause.to_string())?;
    server.close().await.map_err(|cause| cause.to_string())?;
    match received {
        Received::Kept => eprintln!("The answer is kept."),
        Received::Nothing(why) => eprintln!("Nothing changes by this letter: {why}."),
    }
    Ok(())
}
