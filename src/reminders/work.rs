//! The work of reminding. Any number of servers may do it at once: what somebody was told of is
//! written in the transaction of the letter, and nothing is written twice.

use super::act;
use super::due::{Due, Reader};
use super::item::Item;
use super::kind::Kind;
use super::ladder;
use super::letter::ReminderLetter;
use super::wishes::Rhythm;
use crate::App;
use crate::calendars::invitations;
use crate::mail::{Enclosed, Letter, thread_of};
use crate::organisation::Organisation;
use crate::people::{PersonId, acting, random_token};
use sqlx::{Connection, PgConnection};
use std::time::Duration as Wait;
use time::{Duration, OffsetDateTime};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

/// How long the link works that turns letters off.
const LASTS: Duration = Duration::days(365);

/// Looks after every such while, until told to stop. What one look misses, the next one finds.
pub async fn keep_reminding(app: App, every: Wait, mut stop: watch::Receiver<bool>) {
    let mut times = interval(every);
    times.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = times.tick() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        match remind(&app, app.clock.now()).await {
            Ok(0) => {}
            Ok(letters) => tracing::info!(letters, "reminders"),
            Err(cause) => tracing::error!(%cause, "could not remind people"),
        }
    }
}

/// Reminds everybody of what is due, and says how many letters that took.
pub async fn remind(app: &App, now: OffsetDateTime) -> sqlx::Result<u64> {
    let mut db = app.db.acquire().await?;
    let mut held = db.begin().await?;
    let due = Due::read(&mut held, None, now).await?;
    held.commit().await?;
    remember_turns(&mut db, &due).await?;
    let mut letters = 0;
    for reader in &due.people {
        if reader.gathers_now() || !due.items(reader).is_empty() {
            letters += u64::from(write_to(&mut db, app, reader.id, now).await?);
        }
    }
    Ok(letters)
}

async fn remember_turns(db: &mut PgConnection, due: &Due) -> sqlx::Result<()> {
    for waiting in due.waiting.iter().filter(|waiting| waiting.new) {
        sqlx::query!(
            "insert into turns (pairing_id, turn, since) values ($1, $2, $3)
             on conflict (pairing_id) do update set turn = excluded.turn, since = excluded.since
             where turns.turn <> excluded.turn",
            waiting.pairing.id.0,
            ladder::name(&waiting.turn),
            waiting.pairing.today,
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// Looks once more at what is due to this person, while nobody else writes to them.
async fn write_to(
    db: &mut PgConnection,
    app: &App,
    person: PersonId,
    now: OffsetDateTime,
) -> sqlx::Result<bool> {
    let mut held = db.begin().await?;
    let alone = sqlx::query_scalar!(
        r#"select pg_try_advisory_xact_lock(hashtextextended('reminders', $1)) as "alone!""#,
        person.0,
    )
    .fetch_one(&mut *held)
    .await?;
    if !alone {
        return Ok(false);
    }
    let due = Due::read(&mut held, Some(person), now).await?;
    let Some(reader) = due.people.first() else {
        return Ok(false);
    };
    let mut items = Vec::new();
    for item in due.items(reader) {
        if first_time(&mut held, person, &item, now).await? {
            items.push(item);
        }
    }
    if reader.gathers_now() {
        gathered(&mut held, reader).await?;
    }
    let written = !items.is_empty();
    if written {
        write(&mut held, app, reader, &items, now).await?;
    }
    held.commit().await?;
    Ok(written)
}

async fn first_time(
    db: &mut PgConnection,
    person: PersonId,
    item: &Item,
    now: OffsetDateTime,
) -> sqlx::Result<bool> {
    let added = sqlx::query!(
        "insert into reminders (person_id, pairing_id, kind, about, rung, written_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict do nothing",
        person.0,
        item.pairing.0,
        item.kind.slug(),
        item.about,
        item.rung,
        now,
    )
    .execute(db)
    .await?;
    Ok(added.rows_affected() == 1)
}

async fn gathered(db: &mut PgConnection, reader: &Reader) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into digests (person_id, gathered_on) values ($1, $2)
         on conflict (person_id) do update set gathered_on = excluded.gathered_on",
        reader.id.0,
        reader.now_there.date(),
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn write(
    db: &mut PgConnection,
    app: &App,
    reader: &Reader,
    items: &[Item],
    now: OffsetDateTime,
) -> sqlx::Result<()> {
    let at = Organisation::read(db).await?.at();
    let mut links = Vec::new();
    for item in items {
        links.push(act::make_link(db, (reader.id, item.pairing), item.direct, now).await?);
    }
    let letter = ReminderLetter {
        items,
        links: &links,
        rhythm: match reader.gathers_now() {
            true => reader.rhythm,
            false => Rhythm::AtOnce,
        },
        at: &at,
    };
    let token = make_unsubscribe_link(db, reader.id, letter.kind(), now).await?;
    let enclosed = Enclosed {
        thread: thread(app, items),
        unsubscribe: Some(app.base_url.join(&format!("/letters/unsubscribe/{token}"))),
        invitation: None,
        useless_after: match items {
            [one] => one.until,
            _ => None,
        },
    };
    let letter = Letter {
        recipient: reader.email.clone(),
        person: Some(reader.id),
        subject: letter.subject(),
        body: letter.body(app),
    };
    letter.write_with(&enclosed, db, &app.base_url, now).await
}

/// With the letters about the session, or else with those about the pairing.
fn thread(app: &App, items: &[Item]) -> Option<String> {
    let first = items.first()?;
    if let ([_], Some(uid)) = (items, &first.uid) {
        return Some(invitations::thread(uid, &app.base_url.host()));
    }
    let together = items.iter().all(|item| item.pairing == first.pairing);
    together.then(|| thread_of(app, first.pairing))
}

async fn make_unsubscribe_link(
    db: &mut PgConnection,
    person: PersonId,
    kind: Option<Kind>,
    now: OffsetDateTime,
) -> sqlx::Result<String> {
    let token = random_token();
    sqlx::query!(
        "insert into unsubscribe_links (token_hash, person_id, kind, expires_at)
         values ($1, $2, $3, $4)",
        &acting::hash(&token),
        person.0,
        kind.map(Kind::slug),
        now + LASTS,
    )
    .execute(db)
    .await?;
    Ok(token)
}
