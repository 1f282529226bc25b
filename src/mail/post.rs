//! Sending what has been written. Any number of servers may do it at once: each takes a letter
//! that no other holds, and keeps it locked until what became of it is written down.

use super::settings;
use super::smtp::{Carrier, Envelope, MailSettings, Refusal};
use super::{Enclosed, Invitation};
use crate::clock::Clock;
use sqlx::{Connection, PgConnection, PgPool};
use std::time::Duration as Wait;
use time::{Duration, OffsetDateTime};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

/// How long to wait after each failure. After the last of them a letter is given up.
const WAITS: [Duration; 8] = [
    Duration::minutes(1),
    Duration::minutes(5),
    Duration::minutes(15),
    Duration::hours(1),
    Duration::hours(3),
    Duration::hours(6),
    Duration::hours(12),
    Duration::hours(24),
];

/// What became of the letters that were due.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sent {
    pub sent: u64,
    pub put_off: u64,
    pub given_up: u64,
}

/// Looks for letters after every such while, until told to stop. A letter that is being handed
/// over is finished first.
pub async fn keep_delivering(
    db: PgPool,
    clock: Clock,
    every: Wait,
    mut stop: watch::Receiver<bool>,
) {
    let mut times = interval(every);
    times.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = times.tick() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        match deliver_due(&db, clock, &stop).await {
            Ok(sent) if sent == Sent::default() => {}
            Ok(Sent {
                sent,
                put_off,
                given_up,
            }) => tracing::info!(sent, put_off, given_up, "letters"),
            Err(cause) => tracing::error!(%cause, "could not send letters"),
        }
    }
}

/// Hands over every letter that is due and that no other server holds. Without mail settings they
/// stay where they are.
pub async fn deliver_due(
    db: &PgPool,
    clock: Clock,
    stop: &watch::Receiver<bool>,
) -> sqlx::Result<Sent> {
    let mut connection = db.acquire().await?;
    let Some(settings) = settings::stored(&mut connection).await? else {
        return Ok(Sent::default());
    };
    drop(connection);
    let carrier = match Carrier::new(&settings) {
        Ok(carrier) => carrier,
        Err(refusal) => {
            tracing::error!(words = refusal.words, "the mail settings will not do");
            return Ok(Sent::default());
        }
    };
    let hand = || deliver(db, clock, &carrier, stop);
    let (a, b, c, d) = tokio::join!(hand(), hand(), hand(), hand());
    let mut sum = Sent::default();
    for one in [a, b, c, d] {
        let one = one?;
        sum.sent += one.sent;
        sum.put_off += one.put_off;
        sum.given_up += one.given_up;
    }
    Ok(sum)
}

/// One letter after the other, until none is due.
async fn deliver(
    db: &PgPool,
    clock: Clock,
    carrier: &Carrier,
    stop: &watch::Receiver<bool>,
) -> sqlx::Result<Sent> {
    let mut sum = Sent::default();
    let mut connection = db.acquire().await?;
    while !*stop.borrow() {
        let now = clock.now();
        // A mail server may keep us waiting longer than a page may.
        let mut held = connection
            .begin_with("begin; set local idle_in_transaction_session_timeout = '5min'")
            .await?;
        let Some(letter) = next_due(&mut held, now).await? else {
            // A letter that another has just put off is let go of at once.
            held.rollback().await?;
            return Ok(sum);
        };
        if letter.useless {
            sum.given_up += 1;
            useless(&mut held, letter.id, now).await?;
            held.commit().await?;
            continue;
        }
        match carrier.send(&letter.envelope).await {
            Ok(()) => {
                sum.sent += 1;
                sent(&mut held, letter.id, now).await?;
            }
            Err(refusal) => {
                let wait = usize::try_from(letter.tries)
                    .ok()
                    .and_then(|tries| WAITS.get(tries))
                    .filter(|_| !refusal.for_good);
                match wait {
                    Some(_) => sum.put_off += 1,
                    None => sum.given_up += 1,
                }
                let next = wait.map(|wait| now + *wait);
                not_sent(&mut held, letter.id, (now, next), &refusal).await?;
            }
        }
        held.commit().await?;
    }
    Ok(sum)
}

/// Hands over a letter at once that is kept nowhere: to try the settings.
pub async fn try_settings(
    settings: &MailSettings,
    recipient: &str,
    sender_name: String,
    now: OffsetDateTime,
) -> Result<(), Refusal> {
    let host = settings.sender.split('@').next_back().unwrap_or("waymark");
    let envelope = Envelope {
        message_id: format!("<{}@{host}>", crate::web::form::once()),
        recipient: recipient.to_owned(),
        subject: "A test letter from Waymark".into(),
        body: "Waymark can send letters: you are reading one.\n\nSomebody who looks after Waymark \
               pressed “Send me a test”. There is nothing else to do.\n"
            .into(),
        written_at: now,
        sender_name,
        enclosed: Enclosed::default(),
    };
    Carrier::new(settings)?.send(&envelope).await
}

struct Due {
    id: i64,
    tries: i16,
    /// It would come too late, or to somebody who has left.
    useless: bool,
    envelope: Envelope,
}

async fn next_due(db: &mut PgConnection, now: OffsetDateTime) -> sqlx::Result<Option<Due>> {
    let row = sqlx::query!(
        r#"
        select
            id, tries, message_id, recipient, subject, body, written_at, organisation.name, thread,
            unsubscribe, method as "method?", content as "content?",
            coalesce(useless_after <= $1, false)
                or (person_id is not null and not may_sign_in(person_id)) as "useless!"
        from letters
        cross join organisation
        left join lateral invitation_in(id) on true
        where num_nonnulls(sent_at, given_up_at) = 0 and due_at <= $1 and not made_up
        order by due_at
        limit 1
        for update of letters skip locked
        "#,
        now,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Due {
        id: row.id,
        tries: row.tries,
        useless: row.useless,
        envelope: Envelope {
            message_id: row.message_id,
            recipient: row.recipient,
            subject: row.subject,
            body: row.body,
            written_at: row.written_at,
            sender_name: sender_name(&row.name),
            enclosed: Enclosed {
                thread: row.thread,
                unsubscribe: row.unsubscribe,
                invitation: row
                    .method
                    .zip(row.content)
                    .map(|(method, calendar)| Invitation { method, calendar }),
                useless_after: None,
            },
        },
    }))
}

/// "Mentoring at Quillmoor"
pub fn sender_name(organisation: &str) -> String {
    if organisation.is_empty() {
        "Waymark".into()
    } else {
        format!("Mentoring at {organisation}")
    }
}

async fn sent(db: &mut PgConnection, id: i64, now: OffsetDateTime) -> sqlx::Result<()> {
    sqlx::query!(
        "update letters set sent_at = $2, tries = tries + 1, problem = null, body = '',
             unsubscribe = null, calendar = null, calendar_method = null
         where id = $1",
        id,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Nothing of it is kept, for it is not to be tried again.
async fn useless(db: &mut PgConnection, id: i64, now: OffsetDateTime) -> sqlx::Result<()> {
    sqlx::query!(
        "update letters set given_up_at = $2, body = '', unsubscribe = null, calendar = null,
             calendar_method = null,
             problem = 'Not sent: it would have come too late, or to somebody who has left.'
         where id = $1",
        id,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Without a next time it is given up.
async fn not_sent(
    db: &mut PgConnection,
    id: i64,
    (now, next): (OffsetDateTime, Option<OffsetDateTime>),
    refusal: &Refusal,
) -> sqlx::Result<()> {
    let problem: String = refusal.words.chars().take(500).collect();
    sqlx::query!(
        "update letters
         set tries = tries + 1, problem = $4, due_at = coalesce($3, due_at),
             given_up_at = case when $3::timestamptz is null then $2::timestamptz end
         where id = $1",
        id,
        now,
        next,
        problem,
    )
    .execute(db)
    .await?;
    Ok(())
}
