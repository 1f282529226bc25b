//! The work of reading calendars. Any number of servers may do it at once: each takes one that no
//! other has, for a few minutes, and holds nothing of the database while it is fetched.

use super::fetching::{Fetched, Known, Trouble};
use super::reading::{self, Busy, Owner, Unreadable};
use crate::App;
use sqlx::PgPool;
use std::time::Duration as Wait;
use time::OffsetDateTime;
use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::{MissedTickBehavior, interval};

/// Looks for calendars that are due after every such while, until told to stop.
pub async fn keep_reading(app: App, every: Wait, mut stop: watch::Receiver<bool>) {
    let mut times = interval(every);
    times.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = times.tick() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        match read_due(&app, &stop).await {
            Ok(0) => {}
            Ok(calendars) => tracing::info!(calendars, "looked at calendars"),
            Err(cause) => tracing::error!(%cause, "could not look at calendars"),
        }
    }
}

/// Reads every calendar that is due and that no other server reads, and says how many.
pub async fn read_due(app: &App, stop: &watch::Receiver<bool>) -> sqlx::Result<u64> {
    let read = || read_some(app, stop);
    let (a, b, c, d) = tokio::join!(read(), read(), read(), read());
    Ok(a? + b? + c? + d?)
}

async fn read_some(app: &App, stop: &watch::Receiver<bool>) -> sqlx::Result<u64> {
    let mut calendars = 0;
    while !*stop.borrow() {
        let Some(due) = take(&app.db, app.clock.now()).await? else {
            break;
        };
        let read = read(app, &due).await;
        write_down(&app.db, due.id, app.clock.now(), read).await?;
        calendars += 1;
    }
    Ok(calendars)
}

struct Due {
    id: i64,
    address: String,
    known: Known,
    owner: Owner,
}

enum Read {
    TheSame,
    Times(Vec<Busy>, Known),
}

async fn take(db: &PgPool, now: OffsetDateTime) -> sqlx::Result<Option<Due>> {
    let row = sqlx::query!(
        r#"
        select
            subscription_id as "id!", address as "address!", etag, last_modified,
            email as "email!", time_zone as "time_zone!"
        from calendar_to_read($1)
        "#,
        now,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Due {
        id: row.id,
        address: row.address,
        known: Known {
            etag: row.etag,
            last_modified: row.last_modified,
        },
        owner: Owner {
            email: row.email,
            time_zone: row.time_zone,
        },
    }))
}

async fn read(app: &App, due: &Due) -> Result<Read, Trouble> {
    let (text, known) = match app.calendars.fetch(&due.address, &due.known).await? {
        Fetched::TheSame => return Ok(Read::TheSame),
        Fetched::Text(text, known) => (text, known),
    };
    let (owner, now) = (due.owner.clone(), app.clock.now());
    // Beside the requests, for it may take a while; and whatever is in it, a panic ends here.
    let times = spawn_blocking(move || reading::busy_times(&text, &owner, now)).await;
    match times {
        Ok(Ok(times)) => Ok(Read::Times(times, known)),
        Ok(Err(Unreadable::TooMuch)) => Err(Trouble::TooMuch),
        Ok(Err(Unreadable::NotACalendar)) | Err(_) => Err(Trouble::NotACalendar),
    }
}

async fn write_down(
    db: &PgPool,
    id: i64,
    now: OffsetDateTime,
    read: Result<Read, Trouble>,
) -> sqlx::Result<()> {
    match read {
        Ok(Read::TheSame) => {
            sqlx::query!("select calendar_was_the_same($1, $2)", id, now)
                .execute(db)
                .await?;
        }
        Ok(Read::Times(times, known)) => {
            let starts: Vec<_> = times.iter().map(|busy| busy.from).collect();
            let ends: Vec<_> = times.iter().map(|busy| busy.until).collect();
            let uuids: Vec<_> = times.into_iter().map(|busy| busy.uuid).collect();
            sqlx::query!(
                "select calendar_was_read($1, $2, $3, $4, $5, $6, $7)",
                id,
                now,
                known.etag,
                known.last_modified,
                &starts,
                &ends,
                &uuids as &[Option<String>],
            )
            .execute(db)
            .await?;
        }
        Err(trouble) => {
            tracing::debug!(calendar = id, ?trouble, "could not read a calendar");
            sqlx::query!(
                "select calendar_was_not_read($1, $2, $3)",
                id,
                now,
                trouble.words(),
            )
            .execute(db)
            .await?;
        }
    }
    Ok(())
}
