//! Every letter that was written, as whoever gets it reads it: what it says, what about, and the links
//! in it.

use crate::support::given::Person;
use sqlx::PgPool;
use std::collections::HashMap;
use time::OffsetDateTime;
use waymark::people::acting;

const LINKS: &str = "http://localhost:3000";

pub struct Received {
    pub person: Person,
    pub at: OffsetDateTime,
    pub subject: String,
    /// Whether it reminds; others tell what has just happened.
    pub reminds: bool,
    /// Whether it reminds of a session that is tomorrow, and of nothing else.
    pub only_of_tomorrow: bool,
    pub about: Vec<About>,
}

/// A thing that a letter is about, which its link leads to.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct About {
    pub pairing: i64,
    pub what: String,
    pub session: Option<i64>,
    pub link: String,
}

#[derive(Default)]
pub struct Post {
    pub letters: Vec<Received>,
    newest: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    person_id: Option<i64>,
    written_at: OffsetDateTime,
    subject: String,
    body: String,
    reminds: bool,
    only_of_tomorrow: bool,
}

impl Post {
    /// Reads what has been written since it was last read, while its links are good.
    pub async fn read(&mut self, db: &PgPool) {
        let rows: Vec<Row> = sqlx::query_as(
            "select id, person_id, written_at, subject, body, unsubscribe is not null as reminds,
                coalesce((
                    select bool_and(kind = 'tomorrow') from reminders
                    where reminders.person_id = letters.person_id
                        and reminders.written_at = letters.written_at
                        and unsubscribe is not null
                ), false) as only_of_tomorrow
             from letters where id > $1 order by id",
        )
        .bind(self.newest)
        .fetch_all(db)
        .await
        .unwrap();
        let behind = behind(db, &rows).await;
        for row in rows {
            self.newest = row.id;
            self.letters.push(Received {
                person: Person(row.person_id.expect("every letter is to somebody known")),
                at: row.written_at,
                about: links(&row.body)
                    .filter_map(|link| about(link, &behind))
                    .collect(),
                subject: row.subject,
                reminds: row.reminds,
                only_of_tomorrow: row.only_of_tomorrow,
            });
        }
    }

    /// The newest link that somebody has for this, in this pairing.
    pub fn link(&self, person: Person, pairing: i64, what: &str) -> Option<&About> {
        let theirs = self
            .letters
            .iter()
            .rev()
            .filter(|letter| letter.person == person);
        let mut about = theirs.flat_map(|letter| &letter.about);
        about.find(|about| about.pairing == pairing && about.what == what)
    }
}

fn links(body: &str) -> impl Iterator<Item = &str> {
    body.lines().filter_map(|line| line.strip_prefix(LINKS))
}

/// What each link that acts is for, by its token's hash.
async fn behind(db: &PgPool, rows: &[Row]) -> HashMap<Vec<u8>, (i64, String, Option<i64>)> {
    let links = rows.iter().flat_map(|row| links(&row.body));
    let hashes: Vec<Vec<u8>> = links.filter_map(hash).collect();
    let rows: Vec<(Vec<u8>, i64, String, Option<i64>)> = sqlx::query_as(
        "select token_hash, pairing_id, what, session_id from letter_acts
         where token_hash = any($1)",
    )
    .bind(hashes)
    .fetch_all(db)
    .await
    .unwrap();
    let rows = rows.into_iter();
    rows.map(|(hash, pairing, what, session)| (hash, (pairing, what, session)))
        .collect()
}

fn hash(link: &str) -> Option<Vec<u8>> {
    let token = link.strip_prefix("/letters/act/")?;
    Some(acting::hash(token).to_vec())
}

fn about(link: &str, behind: &HashMap<Vec<u8>, (i64, String, Option<i64>)>) -> Option<About> {
    let (pairing, what, session) = match hash(link) {
        Some(hash) => behind[&hash].clone(),
        None => {
            let pairing = link.strip_prefix("/pairings/")?.parse().ok()?;
            (pairing, "pairing".to_owned(), None)
        }
    };
    Some(About {
        pairing,
        what,
        session,
        link: link.to_owned(),
    })
}
