//! The page behind the link of a letter whose act needs nothing read first: that a session happened,
//! that a target is done. Opening it changes nothing, and it does nothing else; whoever it was sent to
//! need not sign in. It names whom and when, as the letter does, and no word of the two.

use crate::error::{Error, Result};
use crate::pairings::access::{Action, ChangeSession, MarkTarget, May, SeeWithin};
use crate::pairings::{Pairing, PairingId};
use crate::people::acting::Acting;
use crate::people::links::AtLink;
use crate::people::{PersonId, acting, random_token};
use crate::sessions::{self, State, outcome, targets};
use crate::web::form::Form;
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use sqlx::PgConnection;
use time::{Date, Duration, OffsetDateTime};

const PATH: &str = "/letters/act/{token}";

/// How long a link is good for.
const LASTS: Duration = Duration::days(30);

/// What can be done from a letter.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Direct {
    /// To say whether a session happened.
    Session(i64),
    /// To mark the one target that is due on a day as done.
    Target(Date),
}

#[derive(Template)]
#[template(path = "reminders/act.html")]
struct ActPage {
    frame: Frame,
    path: String,
    /// Of whom the letter was sent to, who need not be signed in here.
    name: String,
    pairing: Pairing,
    standing: Standing,
}

/// How it stands when the page is opened.
enum Standing {
    Asked {
        on: Date,
    },
    Settled {
        happened: bool,
        on: Date,
    },
    Due {
        on: Date,
    },
    Done {
        on: Date,
    },
    /// It has changed such that the page cannot ask any more.
    Elsewhere,
}

/// Of a session, which of the two buttons was pressed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Pressed {
    happened: String,
}

/// Whom a link was sent to, and what for.
struct Sent {
    acting: Acting,
    pairing: PairingId,
    what: Direct,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(PATH, Entry::Anyone, show)
        .post(PATH, Entry::Anyone, act)
}

/// Where the button is, for one person alone.
pub async fn make_link(
    db: &mut PgConnection,
    (person, pairing): (PersonId, PairingId),
    what: Direct,
    now: OffsetDateTime,
) -> sqlx::Result<String> {
    let token = random_token();
    let (session, due_on) = match what {
        Direct::Session(id) => (Some(id), None),
        Direct::Target(day) => (None, Some(day)),
    };
    sqlx::query!(
        "insert into letter_acts (token_hash, person_id, pairing_id, session_id, due_on, expires_at)
         values ($1, $2, $3, $4, $5, $6)",
        &acting::hash(&token),
        person.0,
        pairing.0,
        session,
        due_on,
        now + LASTS,
    )
    .execute(db)
    .await?;
    Ok(PATH.replace("{token}", &token))
}

/// None where a link is not good any more, or never was.
async fn sent(at: &AtLink) -> sqlx::Result<Option<Sent>> {
    let mut db = at.app.db.begin().await?;
    let behind = sqlx::query!(
        r#"select id as "id!: PersonId", full_name as "name!", time_zone as "time_zone!",
            pairing_id as "pairing!: PairingId", session_id, due_on
           from act_behind($1, $2)"#,
        &at.hash(),
        at.now,
    )
    .fetch_optional(&mut *db)
    .await?;
    drop(db);
    let Some(behind) = behind else {
        return Ok(None);
    };
    let what = match (behind.session_id, behind.due_on) {
        (Some(session), _) => Direct::Session(session),
        (None, Some(due_on)) => Direct::Target(due_on),
        (None, None) => return Ok(None),
    };
    let person = (behind.id, behind.name, behind.time_zone);
    Ok(Some(Sent {
        acting: Acting::by_letter(&at.app.db, person, at.now).await?,
        pairing: behind.pairing,
        what,
    }))
}

async fn show(at: AtLink) -> Result<Response> {
    let comer = at.comer().await?;
    let frame = comer.frame(&at.app);
    let Some(sent) = sent(&at).await? else {
        let words = (
            "This link has done its work",
            "It is more than a month old, or not whole. Sign in to see what comes next.",
        );
        return Ok(at.dead(
            &comer,
            StatusCode::NOT_FOUND,
            words,
            ("/", "Your home page"),
        ));
    };
    drop(comer);
    let what = sent.what;
    let mut may = May::<SeeWithin>::by_letter(at.app.clone(), sent.acting, sent.pairing).await?;
    Ok(Page(ActPage {
        frame,
        path: PATH.replace("{token}", &at.token),
        standing: standing(&mut may, what).await?,
        name: may.viewer().name.clone(),
        pairing: may.pairing().clone(),
    })
    .into_response())
}

async fn standing(may: &mut May<SeeWithin>, what: Direct) -> Result<Standing> {
    match what {
        Direct::Session(id) => {
            let session = sessions::queries::find(may, id).await?;
            Ok(match session.state {
                State::Held => Standing::Settled {
                    happened: true,
                    on: session.on,
                },
                State::Missed => Standing::Settled {
                    happened: false,
                    on: session.on,
                },
                State::Booked if session.started(&may.now()) => Standing::Asked { on: session.on },
                State::Booked | State::Cancelled => Standing::Elsewhere,
            })
        }
        Direct::Target(on) => Ok(match one_due(may, on).await?.as_slice() {
            [one] if one.open() => Standing::Due { on },
            [one] if one.done_on.is_some() => Standing::Done { on },
            _ => Standing::Elsewhere,
        }),
    }
}

/// Their own targets of that day, of which there was one when the letter was written.
async fn one_due<A: Action>(may: &mut May<A>, on: Date) -> sqlx::Result<Vec<targets::Target>> {
    let mut due = targets::of_pairing(may).await?;
    due.retain(|target| target.yours && target.due_on == on);
    Ok(due)
}

async fn act(at: AtLink, Form(pressed): Form<Pressed>) -> Result<Response> {
    let Some(sent) = sent(&at).await? else {
        return show(at).await;
    };
    let said = match sent.what {
        Direct::Session(id) => {
            let may = May::<ChangeSession>::by_letter(at.app.clone(), sent.acting, sent.pairing);
            match pressed.happened.as_str() {
                "yes" => outcome::held(may.await?, id).await?,
                "no" => outcome::missed(may.await?, id).await?,
                _ => return Err(Error::Unreadable),
            }
        }
        Direct::Target(on) => {
            let may = May::<MarkTarget>::by_letter(at.app.clone(), sent.acting, sent.pairing);
            let mut may = may.await?;
            match one_due(&mut may, on).await?.as_slice() {
                [one] => targets::finish(may, one).await?,
                _ => {
                    return Err(Error::conflict(
                        "Your targets have changed since the letter was written. Sign in to see them. \
                     Nothing has changed by this press.",
                    ));
                }
            }
        }
    };
    let path = PATH.replace("{token}", &at.token);
    Ok(match said.is_empty() {
        true => see(&path),
        false => done(&path, said),
    })
}
