//! What is done for administrators on the command line. A new one's password comes from standard
//! input, or is made up.

use crate::NewAdministrator;
use sqlx::{ConnectOptions, Connection};
use std::io::{IsTerminal, stdin};
use waymark::clock::Clock;
use waymark::config::BaseUrl;
use waymark::database::Reach;
use waymark::demo::{Beside, load_for};
use waymark::people::create_administrator;
use waymark::setting_up::link;

/// Without those that are easily mistaken for one another; 32, so that a byte's five lower bits
/// choose fairly.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
const LENGTH: usize = 20;

pub async fn create(
    reach: &Reach,
    new: &NewAdministrator,
    given: Option<String>,
) -> Result<(), String> {
    let password = match &given {
        Some(password) => password.clone(),
        None => made_up_password()?,
    };
    let owner = reach.owner().map_err(|cause| cause.to_string())?;
    let mut owner = owner.connect().await.map_err(|cause| cause.to_string())?;
    create_administrator(
        &mut owner,
        &new.name,
        &new.email,
        &password,
        Clock::System.now(),
    )
    .await
    .map_err(|cause| cause.to_string())?;
    owner.close().await.map_err(|cause| cause.to_string())?;
    println!("{} can sign in now as {}.", new.name, new.email);
    if given.is_none() {
        println!("Password (shown this once): {password}");
    }
    Ok(())
}

pub async fn load_demonstration(reach: &Reach, email: &str) -> Result<(), String> {
    let owner = reach.owner().map_err(|cause| cause.to_string())?;
    let mut owner = owner.connect().await.map_err(|cause| cause.to_string())?;
    let loaded = load_for(&mut owner, email, Clock::System.now()).await;
    let loaded = loaded.map_err(|cause| cause.to_string())?;
    owner.close().await.map_err(|cause| cause.to_string())?;
    match loaded {
        Beside::Loaded => println!("The demonstration is loaded, and {email} coordinates it."),
        Beside::AlreadyThere(_) => println!("The demonstration is there already."),
        Beside::Taken(what) => {
            return Err(format!(
                "Something real is called {what}, as something in the demonstration would be."
            ));
        }
        Beside::NotAnAdministrator => {
            return Err(format!("No administrator has the address {email}."));
        }
    }
    Ok(())
}

pub async fn set_up_link(reach: &Reach, base_url: &BaseUrl) -> Result<(), String> {
    let owner = reach.owner().map_err(|cause| cause.to_string())?;
    let mut owner = owner.connect().await.map_err(|cause| cause.to_string())?;
    let path = link::make(&mut owner, Clock::System.now()).await;
    let path = path.map_err(|cause| cause.to_string())?;
    owner.close().await.map_err(|cause| cause.to_string())?;
    match path {
        Some(path) => println!("{}", base_url.join(&path)),
        None => return Err("Somebody administers this Waymark already: ask them.".into()),
    }
    Ok(())
}

/// Read before the database is reached, which must not wait for somebody to type.
pub fn given_password() -> Result<Option<String>, String> {
    if stdin().is_terminal() {
        return Ok(None);
    }
    let mut line = String::new();
    stdin()
        .read_line(&mut line)
        .map_err(|cause| format!("The password could not be read: {cause}"))?;
    let password = line.trim_end_matches(['\r', '\n']);
    Ok((!password.is_empty()).then(|| password.to_owned()))
}

fn made_up_password() -> Result<String, String> {
    let mut chance = [0; LENGTH];
    getrandom::fill(&mut chance).map_err(|cause| format!("No randomness to be had: {cause}"))?;
    Ok(chance
        .iter()
        .map(|byte| char::from(LETTERS[usize::from(byte % 32)]))
        .collect())
}
