//! What each person could be reminded of now: from whose turn it is, as every page says it, and from
//! the days of sessions and targets.

use super::item::{Item, Seen};
use super::kind::Kind;
use super::ladder::{self, Away};
use super::wishes::Rhythm;
use crate::pairings::access::Part;
use crate::pairings::queries::to_remind_of;
use crate::pairings::stage::{Side, Stage};
use crate::pairings::turn::{Step, Turn};
use crate::pairings::{Pairing, PairingId};
use crate::people::PersonId;
use sqlx::PgConnection;
use std::collections::{HashMap, HashSet};
use time::{Date, Duration, OffsetDateTime, PrimitiveDateTime};

/// Nobody is written to at night.
const FROM: u8 = 7;
const UNTIL: u8 = 21;

/// How many letters of reminders somebody gets in seven days who wants them at once. What is due
/// beyond them waits, but for a session that is tomorrow.
const MOST_IN_A_WEEK: i64 = 3;

/// All that may be due: for everybody, or for one person.
pub struct Due {
    pub waiting: Vec<Waiting>,
    pub people: Vec<Reader>,
    days: Vec<Day>,
    told: HashSet<Told>,
}

/// An open pairing and how long it has waited for its next step.
pub struct Waiting {
    pub pairing: Pairing,
    pub turn: Turn,
    since: Date,
    /// Whether the turn has only just been seen.
    pub new: bool,
    away: Away,
    coordinators: Vec<i64>,
    /// Of the demonstration.
    made_up: bool,
}

/// Somebody to be reminded.
pub struct Reader {
    pub id: PersonId,
    pub email: String,
    pub rhythm: Rhythm,
    unwanted: Vec<Kind>,
    /// On their own clock.
    pub now_there: PrimitiveDateTime,
    away: bool,
    gathered_on: Option<Date>,
    letters_lately: i64,
    made_up: bool,
}

/// A session that is coming, or a day on which targets are due.
pub struct Day {
    person: PersonId,
    pairing: PairingId,
    pub session: Option<Coming>,
    pub on: Date,
    pub targets: i64,
}

pub struct Coming {
    pub id: i64,
    pub kind: String,
    /// The name under which calendars know it.
    pub uid: String,
    pub time_zone: String,
    pub starts: PrimitiveDateTime,
    pub starts_at: OffsetDateTime,
}

#[derive(Eq, Hash, PartialEq)]
struct Told {
    person: PersonId,
    pairing: PairingId,
    kind: Kind,
    about: String,
    rung: i16,
}

impl Due {
    pub async fn read(
        db: &mut PgConnection,
        only_of: Option<PersonId>,
        now: OffsetDateTime,
    ) -> sqlx::Result<Due> {
        Ok(Due {
            waiting: waiting(db, only_of, now).await?,
            people: people(db, only_of, now).await?,
            days: days(db, only_of, now).await?,
            told: told(db, only_of).await?,
        })
    }

    /// What somebody is to hear of in a letter that leaves now.
    pub fn items(&self, reader: &Reader) -> Vec<Item> {
        if reader.rhythm == Rhythm::None || !reader.is_awake() {
            return Vec::new();
        }
        let mut items: Vec<Item> = self
            .waiting
            .iter()
            // Nobody who is real hears of what is not, least of all in one letter with what is.
            .filter(|waiting| reader.made_up || !waiting.made_up)
            .flat_map(|waiting| {
                let parts = waiting.parts(reader.id);
                parts.flat_map(|part| self.of_pairing(waiting, reader, part))
            })
            .filter(|item| reader.wants(item) && !self.was_told(reader, item))
            .collect();
        items.sort_by_key(|item| (item.kind, item.pairing.0));
        items
    }

    fn of_pairing(&self, waiting: &Waiting, reader: &Reader, part: Part) -> Vec<Item> {
        let seen = Seen::by(part, &waiting.pairing);
        let today = reader.now_there.date();
        let mut items: Vec<Item> = Vec::new();
        items.extend(waiting.turn_item(&seen));
        if part.side().is_none() || waiting.pairing.paused_since.is_some() {
            return items;
        }
        if items.is_empty() {
            items.extend(waiting.record_item(&seen));
        }
        items.extend(waiting.review_item(&seen));
        items.extend(waiting.half_way_item(&seen));
        let ahead = today + reader.looks_ahead();
        let days = self.days.iter().filter(|day| {
            day.person == reader.id && day.pairing == waiting.pairing.id && day.on <= ahead
        });
        items.extend(days.map(|day| seen.on_a_day(day, today)));
        items
    }

    /// Of this, or of the same after a longer while.
    fn was_told(&self, reader: &Reader, item: &Item) -> bool {
        let higher = ladder::RUNGS.into_iter().filter(|rung| *rung > item.rung);
        std::iter::once(item.rung)
            .chain(higher.filter(|_| item.rung > 0))
            .any(|rung| {
                self.told.contains(&Told {
                    person: reader.id,
                    pairing: item.pairing,
                    kind: item.kind,
                    about: item.about.clone(),
                    rung,
                })
            })
    }
}

impl Waiting {
    /// Somebody who runs the programme may be one of the two as well.
    fn parts(&self, person: PersonId) -> impl Iterator<Item = Part> {
        let pairing = &self.pairing;
        let offered = pairing.dates.offered_on.is_some();
        let parts = [
            (Part::Mentor, offered && pairing.mentor.id == person),
            (Part::Mentee, offered && pairing.mentee.id == person),
            (Part::Coordinator, self.coordinators.contains(&person.0)),
        ];
        parts
            .into_iter()
            .filter(|(_, theirs)| *theirs)
            .map(|(part, _)| part)
    }

    fn turn_item(&self, seen: &Seen) -> Option<Item> {
        let rung = ladder::rung(&self.turn, self.since, self.pairing.today, &self.away)?;
        let about = format!("{} since {}", ladder::name(&self.turn), self.since);
        ladder::tells(&self.turn, rung, seen.part()).then(|| seen.waiting(about, rung))
    }

    /// From the day after on.
    fn record_item(&self, seen: &Seen) -> Option<Item> {
        let (id, on) = match self.turn.step {
            Step::SayWhetherItHappened(id) => (id, self.pairing.facts.open_session?.on),
            Step::RecordSession(id) => (id, self.pairing.facts.unrecorded_session?.1),
            _ => return None,
        };
        let due = self.turn.is(seen.part()) && on < self.pairing.today;
        due.then(|| seen.to_record(id, on))
    }

    fn review_item(&self, seen: &Seen) -> Option<Item> {
        let Stage::MovingOn(moving) = self.pairing.stage else {
            return None;
        };
        let held = moving.final_session?;
        let side: Side = seen.part().side()?;
        let open = moving.reviewed_by(side).is_none();
        open.then(|| seen.to_review(held, moving))
    }

    /// Told once for each step, however long it takes: it holds nothing up.
    fn half_way_item(&self, seen: &Seen) -> Option<Item> {
        let beside = Turn::beside(&self.pairing)?;
        beside.is(seen.part()).then(|| seen.half_way(beside.step))
    }
}

impl Reader {
    fn is_awake(&self) -> bool {
        (FROM..UNTIL).contains(&self.now_there.hour())
    }

    /// Whether all that is due may be told now; a session that is tomorrow is told anyway.
    fn hears_of_all(&self) -> bool {
        let today = self.now_there.date();
        match self.rhythm {
            Rhythm::AtOnce => true,
            Rhythm::None => false,
            Rhythm::Daily => self.gathered_on.is_none_or(|day| day < today),
            // From Monday to Monday.
            Rhythm::Weekly => self.gathered_on.is_none_or(|day| {
                let monday = i64::from(today.weekday().number_days_from_monday());
                day < today - Duration::days(monday)
            }),
        }
    }

    /// How far ahead a letter that leaves now tells of sessions and targets.
    fn looks_ahead(&self) -> Duration {
        if self.gathers_now() {
            self.rhythm.looks_ahead()
        } else {
            Duration::DAY
        }
    }

    /// Whether what is due is gathered into one letter today, be there anything or not.
    pub fn gathers_now(&self) -> bool {
        self.rhythm != Rhythm::AtOnce && self.is_awake() && self.hears_of_all()
    }

    fn wants(&self, item: &Item) -> bool {
        let many = self.rhythm == Rhythm::AtOnce && self.letters_lately >= MOST_IN_A_WEEK;
        let later = self.away || many || !self.hears_of_all();
        !self.unwanted.contains(&item.kind) && (!later || item.kind == Kind::Tomorrow)
    }
}

async fn waiting(
    db: &mut PgConnection,
    only_of: Option<PersonId>,
    now: OffsetDateTime,
) -> sqlx::Result<Vec<Waiting>> {
    let rows = sqlx::query!(
        r#"select
            pairing_id as "pairing!: PairingId", turn, since, mentor_away as "mentor_away!",
            mentee_away as "mentee_away!", coordinators as "coordinators!",
            made_up as "made_up!"
           from waiting_since($1, $2)"#,
        only_of.map(|person| person.0),
        now,
    )
    .fetch_all(&mut *db)
    .await?;
    let mut rows: HashMap<PairingId, _> = rows.into_iter().map(|row| (row.pairing, row)).collect();
    let pairings = to_remind_of(db, only_of, now).await?;
    let waiting = pairings.into_iter().filter_map(|pairing| {
        let row = rows.remove(&pairing.id)?;
        let turn = pairing.turn();
        let known = row
            .since
            .filter(|_| row.turn.as_ref() == Some(&ladder::name(&turn)));
        let since = known.unwrap_or(pairing.today);
        Some(Waiting {
            turn,
            // Clocks begin anew when a pairing is taken up again, be it between two looks.
            since: pairing.taken_up_on.map_or(since, |day| since.max(day)),
            new: known.is_none(),
            away: Away {
                mentor: row.mentor_away,
                mentee: row.mentee_away,
            },
            coordinators: row.coordinators,
            made_up: row.made_up,
            pairing,
        })
    });
    Ok(waiting.collect())
}

async fn people(
    db: &mut PgConnection,
    only_of: Option<PersonId>,
    now: OffsetDateTime,
) -> sqlx::Result<Vec<Reader>> {
    let rows = sqlx::query!(
        r#"select
            person_id as "id!: PersonId", email as "email!", rhythm as "rhythm!: Rhythm",
            unwanted as "unwanted!", now_there as "now_there!", away as "away!", gathered_on,
            letters_lately as "letters_lately!", made_up as "made_up!"
           from people_to_remind($1, $2)"#,
        only_of.map(|person| person.0),
        now,
    )
    .fetch_all(db)
    .await?;
    let readers = rows.into_iter().map(|row| Reader {
        id: row.id,
        email: row.email,
        rhythm: row.rhythm,
        unwanted: row
            .unwanted
            .iter()
            .filter_map(|kind| Kind::read(kind))
            .collect(),
        now_there: row.now_there,
        away: row.away,
        gathered_on: row.gathered_on,
        letters_lately: row.letters_lately,
        made_up: row.made_up,
    });
    Ok(readers.collect())
}

async fn days(
    db: &mut PgConnection,
    only_of: Option<PersonId>,
    now: OffsetDateTime,
) -> sqlx::Result<Vec<Day>> {
    let rows = sqlx::query!(
        r#"select
            person_id as "person!: PersonId", pairing_id as "pairing!: PairingId",
            session_id, session_kind, session_uid, time_zone as "time_zone!", starts,
            starts at time zone time_zone as starts_at, day as "day!",
            targets as "targets!"
           from days_to_remind_of($1, $2)"#,
        only_of.map(|person| person.0),
        now,
    )
    .fetch_all(db)
    .await?;
    let days = rows.into_iter().map(|row| Day {
        person: row.person,
        pairing: row.pairing,
        session: match (
            row.session_id,
            row.session_kind,
            row.session_uid,
            row.starts.zip(row.starts_at),
        ) {
            (Some(id), Some(kind), Some(uid), Some((starts, starts_at))) => Some(Coming {
                id,
                kind,
                uid,
                time_zone: row.time_zone,
                starts,
                starts_at,
            }),
            _ => None,
        },
        on: row.day,
        targets: row.targets,
    });
    Ok(days.collect())
}

async fn told(db: &mut PgConnection, only_of: Option<PersonId>) -> sqlx::Result<HashSet<Told>> {
    let rows = sqlx::query_as!(
        Told,
        r#"select
            person_id as "person!: PersonId", pairing_id as "pairing!: PairingId",
            kind as "kind!: Kind", about as "about!", rung as "rung!"
           from reminded_of($1)"#,
        only_of.map(|person| person.0),
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().collect())
}
