//! Counting attempts to sign in, so that passwords cannot be guessed. An attempt is counted
//! before its password is looked at, so that many at once cannot overtake the count.

use super::PersonId;
use super::browser::Browser;
use crate::error::{Error, Result};
use sqlx::{PgConnection, PgExecutor};
use std::net::{IpAddr, Ipv6Addr};
use time::{Duration, OffsetDateTime};

/// How long failures are remembered, from the first of them.
const WINDOW: Duration = Duration::minutes(15);

/// What failures are counted for, and how many there may be.
pub struct Counter {
    key: String,
    limit: i32,
}

impl Counter {
    /// An account, known or not, tried from browsers that are new to it.
    pub fn account(email: &str) -> Self {
        Counter {
            key: format!("account:{email}"),
            limit: 10,
        }
    }

    /// A browser in which the owner has signed in before. Counted by itself, so that guessing
    /// elsewhere never locks the owner out.
    pub fn browser(token_hash: &[u8; 32]) -> Self {
        let hex: String = token_hash
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Counter {
            key: format!("browser:{hex}"),
            limit: 10,
        }
    }

    /// A place in the network, whichever accounts are tried from it.
    pub fn address(address: IpAddr) -> Self {
        Counter {
            key: format!("address:{}", place(address)),
            limit: 50,
        }
    }

    /// Letters that anybody may ask for, whether or not one is written.
    fn letters_to(email: &str) -> Self {
        Counter {
            key: format!("letters to:{email}"),
            limit: 3,
        }
    }

    /// A whole office may come at once.
    fn letters_from(address: IpAddr) -> Self {
        Counter {
            key: format!("letters from:{}", place(address)),
            limit: 100,
        }
    }

    /// Somebody signed in who is asked for their password again.
    pub fn change(person: PersonId) -> Self {
        Counter {
            key: format!("change:{person}"),
            limit: 10,
        }
    }
}

/// One place in IPv6 has a whole /64 of addresses to itself.
fn place(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

/// Counts that somebody asks for a letter to this address.
///
/// # Errors
/// `TooManyLetters` once a limit is passed.
pub async fn count_letter(
    db: impl PgExecutor<'_>,
    email: &str,
    browser: &Browser,
    now: OffsetDateTime,
) -> Result<()> {
    // A browser on the machine itself is taken for a proxy, which says nothing of who is asking.
    let address = browser.address.filter(|address| !address.is_loopback());
    let counters: Vec<Counter> = [Counter::letters_to(email)]
        .into_iter()
        .chain(address.map(Counter::letters_from))
        .collect();
    match count(db, &counters, now).await {
        Err(Error::TooManyTries(wait)) => Err(Error::TooManyLetters(wait)),
        counted => counted,
    }
}

/// # Errors
/// `TooManyTries` once a limit is passed.
pub async fn count(
    db: impl PgExecutor<'_>,
    counters: &[Counter],
    now: OffsetDateTime,
) -> Result<()> {
    let keys: Vec<String> = counters.iter().map(|counter| counter.key.clone()).collect();
    // Always in the same order, so that two attempts never wait for each other.
    let counted = sqlx::query!(
        r"
        insert into failed_sign_ins (counted_for, failures, since)
        select key, 1, $2 from unnest($1::text[]) as key order by key
        on conflict (counted_for) do update set
            failures = case when failed_sign_ins.since <= $3 then 1 else failed_sign_ins.failures + 1 end,
            since = case when failed_sign_ins.since <= $3 then $2 else failed_sign_ins.since end
        returning counted_for, failures, since
        ",
        &keys,
        now,
        now - WINDOW,
    )
    .fetch_all(db)
    .await?;
    let until = counted
        .iter()
        .filter(|row| {
            counters
                .iter()
                .any(|counter| counter.key == row.counted_for && row.failures > counter.limit)
        })
        .map(|row| row.since + WINDOW)
        .max();
    match until {
        Some(until) => Err(Error::TooManyTries(until - now)),
        None => Ok(()),
    }
}

/// It was the owner after all. An address is forgiven this one attempt only, for it may be many
/// people's.
pub async fn forgive(
    db: &mut PgConnection,
    counters: &[Counter],
    now: OffsetDateTime,
) -> sqlx::Result<()> {
    let keys: Vec<String> = counters.iter().map(|counter| counter.key.clone()).collect();
    sqlx::query!(
        "update failed_sign_ins
         set failures = case when counted_for like 'address:%' then greatest(failures - 1, 0) else 0 end
         where counted_for = any($1)",
        &keys,
    )
    .execute(&mut *db)
    .await?;
    // What is too old to count is cleared away, unless somebody is counting there just now.
    sqlx::query!(
        "delete from failed_sign_ins where counted_for in (
             select counted_for from failed_sign_ins where since <= $1 limit 100 for update skip locked
         )",
        now - WINDOW,
    )
    .execute(db)
    .await?;
    Ok(())
}
