//! What both calendars are told by letter when a session is booked, changed or cancelled (RFC 5546).

use super::event::{Address, Attendee, Event, Meeting, Method, calendar};
use super::queries::{self, Booked, Party};
use crate::App;
use crate::mail::{Enclosed, Invitation, Letter};
use crate::organisation::Organisation;
use crate::pairings::PairingId;
use crate::pairings::access::{Action, May};
use crate::people::PersonId;
use crate::reminders::act::{Direct, make_link};
use crate::reminders::ahead::Onward;
use crate::reminders::foot;
use crate::sessions::outcome::short_notice;
use crate::web::words;
use sqlx::PgConnection;
use time::OffsetDateTime;

/// What has happened to a session.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Happened {
    Booked,
    Moved,
    PlaceChanged,
    Cancelled,
    /// Its pairing was closed.
    PairingClosed,
    /// Whoever acts is no longer here: the other one is told.
    PartnerLeft,
}

/// Writes to both, in the transaction in which it happens. Of what is over nobody is told.
pub async fn tell<A: Action>(
    may: &mut May<A>,
    session: i64,
    happened: Happened,
) -> sqlx::Result<()> {
    let (app, now, viewer) = (may.app().clone(), may.now(), may.viewer().clone());
    let by = By {
        id: viewer.id,
        name: &viewer.name,
        assists: false,
    };
    write(may.db(), (&app, now), &by, (session, happened)).await
}

/// The same for whoever does it.
pub async fn write(
    db: &mut PgConnection,
    (app, now): (&App, OffsetDateTime),
    by: &By<'_>,
    (session, happened): (i64, Happened),
) -> sqlx::Result<()> {
    if matches!(happened, Happened::Booked | Happened::Moved) && !by.assists {
        // Whoever sets a time means to come.
        sqlx::query!("select say_whether_coming($1, true, $2)", session, now)
            .fetch_one(&mut *db)
            .await?;
    }
    let booked = queries::session(db, session).await?;
    if booked.starts_at <= now {
        return Ok(());
    }
    let at = Organisation::read(db).await?.at();
    let host = app.base_url.host();
    let organiser = sqlx::query_scalar!("select letters_come_from()")
        .fetch_one(&mut *db)
        .await?
        .unwrap_or_else(|| format!("mentoring@{host}"));
    let why = format!("you are one of the two who meet in {}", booked.programme);
    let foot = foot(&app.base_url, &at, &why);
    for (one, other) in [
        (&booked.mentor, &booked.mentee),
        (&booked.mentee, &booked.mentor),
    ] {
        if happened == Happened::PartnerLeft && one.id == by.id {
            continue;
        }
        let event = Event {
            stamp: now,
            meeting: Some(meeting(&booked, &organiser)),
            ..booked.event(one.id, &app.base_url)
        };
        let (method, act, direct) = asks(happened, session, by.id == one.id);
        let to = (one.id, PairingId(booked.pairing));
        let link = app.base_url.join(&make_link(db, to, direct, now).await?);
        let late = late(db, happened, &booked, (by, one), now).await?;
        let letter = Letter {
            recipient: one.email.clone(),
            person: Some(one.id),
            subject: subject(happened, one, other),
            body: format!(
                "{}\n\n{act}\n\n{link}\n\n{foot}",
                said(happened, (one, other), by, &booked.mentor) + &late,
            ),
        };
        let enclosed = Enclosed {
            thread: Some(thread(&booked.uid, &host)),
            unsubscribe: None,
            invitation: Some(Invitation {
                method: method.word().into(),
                calendar: calendar(method, None, &[event]),
            }),
            useless_after: None,
        };
        letter.write_with(&enclosed, db, &app.base_url, now).await?;
    }
    Ok(())
}

/// Whoever acts.
pub struct By<'a> {
    pub id: PersonId,
    pub name: &'a str,
    /// For the mentor, and not as one of the two.
    pub assists: bool,
}

/// Stands for every letter about a session.
pub fn thread(uid: &str, host: &str) -> String {
    format!("<session-{uid}@{host}>")
}

fn meeting(booked: &Booked, organiser: &str) -> Meeting {
    let attendee = |person: &Party| Attendee {
        address: Address {
            name: person.name.clone(),
            email: person.email.clone(),
        },
        answer: person.answer,
    };
    Meeting {
        organiser: Address {
            name: booked.programme.clone(),
            email: organiser.to_owned(),
        },
        attendees: vec![attendee(&booked.mentor), attendee(&booked.mentee)],
    }
}

fn subject(happened: Happened, one: &Party, other: &Party) -> String {
    let what = match happened {
        Happened::Booked => "Booked",
        Happened::Moved => "Moved",
        Happened::PlaceChanged => "Another place",
        Happened::Cancelled | Happened::PairingClosed | Happened::PartnerLeft => "Cancelled",
    };
    let when = words::moment(&one.starts);
    format!("{what}: your session with {}, {when}", other.name)
}

/// "Tuesday 1 December 2026, 9:00am (London)"
pub fn when(person: &Party) -> String {
    let place = words::place(&person.time_zone);
    format!("{} ({place})", words::moment(&person.starts))
}

fn said(happened: Happened, (one, other): (&Party, &Party), by: &By<'_>, mentor: &Party) -> String {
    let (with, when) = (&other.name, when(one));
    if by.assists {
        let (who, mentor) = (by.name, &mentor.name);
        let what = match happened {
            Happened::Booked => "Booked",
            Happened::Moved => "Moved",
            Happened::PlaceChanged => "Given another place",
            Happened::Cancelled | Happened::PairingClosed | Happened::PartnerLeft => "Cancelled",
        };
        return format!("Your session with {with}: {when}.\n\n{what} by {who} for {mentor}.");
    }
    let own = by.id == one.id;
    let who = if own {
        "You have"
    } else {
        &format!("{} has", by.name)
    };
    let yours = match own {
        true => format!("your session with {with}"),
        false => "your session".to_owned(),
    };
    match happened {
        Happened::Booked if own => format!("You have booked a session with {with}: {when}."),
        Happened::Booked => format!("{who} booked a session with you: {when}."),
        Happened::Moved => format!("{who} moved {yours}. It is now {when}."),
        Happened::PlaceChanged => format!("{who} changed the place of {yours}: {when}."),
        Happened::Cancelled => format!("{who} cancelled {yours}: {when}."),
        Happened::PairingClosed | Happened::PartnerLeft => format!(
            "Your session with {with} is cancelled, because your pairing was closed: {when}."
        ),
    }
}

/// What is said to whoever did not cancel, where it was later than agreed.
async fn late(
    db: &mut PgConnection,
    happened: Happened,
    booked: &Booked,
    (by, one): (&By<'_>, &Party),
    now: OffsetDateTime,
) -> sqlx::Result<String> {
    if happened != Happened::Cancelled || by.id == one.id {
        return Ok(String::new());
    }
    let when = (one.starts, booked.starts_at - now);
    let short = short_notice(db, PairingId(booked.pairing), when).await?;
    Ok(short.map_or_else(String::new, |short| {
        format!("\n\nIt is {short} until then. That can happen.")
    }))
}

/// What the letter asks of a calendar and of whom it is to, whose `own` doing it may be.
fn asks(happened: Happened, session: i64, own: bool) -> (Method, &'static str, Direct) {
    match happened {
        Happened::Booked | Happened::Moved | Happened::PlaceChanged => {
            let act = if own { OWN } else { COMING };
            (Method::Request, act, Direct::Coming(session))
        }
        Happened::Cancelled | Happened::PairingClosed | Happened::PartnerLeft => {
            (Method::Cancel, CANCELLED, Direct::Onward(Onward::Next))
        }
    }
}

const COMING: &str = "Your calendar can take it from this letter.\n\nSay whether you come, and see where \
                      you meet and what about:";

const OWN: &str = "Your calendar can take it from this letter.\n\nSee where you meet and what about, or say \
                   that you cannot come after all:";

const CANCELLED: &str = "The time is free again, and your calendar can take it out by this letter.\n\nSee \
                         what comes next:";
