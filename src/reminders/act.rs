//! The page behind the link of a letter, good for one thing, for one person and for a while. Opening it
//! changes nothing. What needs nothing read first is done by its button without signing in: that a
//! session happened or that one comes to it, that a target is done, that an offer is accepted. With
//! anything else it leads on. It names whom and when, as the letter does, and no word of the two.

use super::ahead::{Ahead, Onward};
use crate::calendars::event::Answer;
use crate::calendars::{self, invitations, replies};
use crate::error::{Error, Result};
use crate::pairings::access::{
    Accept, Action, ChangeSession, Decline, MarkTarget, May, Part, See, SeeWithin,
};
use crate::pairings::stage::{How, Stage};
use crate::pairings::{Pairing, PairingId, offer};
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

/// What can be done from a letter.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Direct {
    /// To accept an offer or to decline it.
    Offer,
    /// To say whether one comes to a session.
    Coming(i64),
    /// To say whether a session happened.
    Happened(i64),
    /// To mark the target that is due on a day as done, or to see which of several are.
    Targets(Date),
    /// To be led on.
    Onward(Onward),
}

impl Direct {
    /// How long a link is good for: that of an offer as long as a programme may give for the answer.
    fn lasts(self) -> Duration {
        match self {
            Direct::Offer => Duration::days(61),
            Direct::Coming(_) | Direct::Happened(_) | Direct::Targets(_) | Direct::Onward(_) => {
                Duration::days(30)
            }
        }
    }

    /// As it is stored.
    fn columns(self) -> (&'static str, Option<i64>, Option<Date>) {
        match self {
            Direct::Offer => ("offer", None, None),
            Direct::Coming(session) => ("coming", Some(session), None),
            Direct::Happened(session) => ("happened", Some(session), None),
            Direct::Targets(day) => ("target", None, Some(day)),
            Direct::Onward(Onward::Next) => ("next", None, None),
            Direct::Onward(Onward::Booking) => ("booking", None, None),
            Direct::Onward(Onward::Record(session)) => ("record", Some(session), None),
            Direct::Onward(Onward::Midpoint) => ("midpoint", None, None),
            Direct::Onward(Onward::Review) => ("review", None, None),
        }
    }

    fn stored(columns: (&str, Option<i64>, Option<Date>)) -> Option<Direct> {
        match columns {
            ("offer", None, None) => Some(Direct::Offer),
            ("coming", Some(session), None) => Some(Direct::Coming(session)),
            ("happened", Some(session), None) => Some(Direct::Happened(session)),
            ("target", None, Some(day)) => Some(Direct::Targets(day)),
            ("next", None, None) => Some(Direct::Onward(Onward::Next)),
            ("booking", None, None) => Some(Direct::Onward(Onward::Booking)),
            ("record", Some(session), None) => Some(Direct::Onward(Onward::Record(session))),
            ("midpoint", None, None) => Some(Direct::Onward(Onward::Midpoint)),
            ("review", None, None) => Some(Direct::Onward(Onward::Review)),
            _ => None,
        }
    }
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
    Offered,
    /// The viewer has said yes; both have, or the other one answers next.
    Accepted {
        both: bool,
    },
    Declined,
    ToCome {
        id: i64,
        /// "Tuesday 1 December 2026, 9:00am (London)"
        when: String,
        /// What they have answered, and what the other one.
        answers: [Option<Answer>; 2],
    },
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
    Ahead(Ahead),
    /// It has changed such that the page cannot ask any more.
    Elsewhere,
}

impl Standing {
    fn title(&self) -> &'static str {
        match self {
            Standing::Offered => "Your offer",
            Standing::ToCome { .. } => "Your session",
            Standing::Asked { .. } => "Did your session happen?",
            Standing::Due { .. } => "Is your target done?",
            Standing::Ahead(_) => "What comes next",
            Standing::Elsewhere => "Things have moved on",
            Standing::Accepted { .. }
            | Standing::Declined
            | Standing::Settled { .. }
            | Standing::Done { .. } => "Thank you",
        }
    }
}

/// Which of two buttons was pressed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Pressed {
    answer: String,
}

impl Pressed {
    fn yes(&self) -> Result<bool> {
        match self.answer.as_str() {
            "yes" => Ok(true),
            "no" => Ok(false),
            _ => Err(Error::Unreadable),
        }
    }
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
    let expires_at = now + what.lasts();
    let (what, session, due_on) = what.columns();
    sqlx::query!(
        "insert into letter_acts
            (token_hash, person_id, pairing_id, what, session_id, due_on, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        &acting::hash(&token),
        person.0,
        pairing.0,
        what,
        session,
        due_on,
        expires_at,
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
            pairing_id as "pairing!: PairingId", what as "what!", session_id, due_on
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
    let columns = (behind.what.as_str(), behind.session_id, behind.due_on);
    let Some(what) = Direct::stored(columns) else {
        return Ok(None);
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
    let (frame, viewer) = (comer.frame(&at.app), comer.viewer().map(|viewer| viewer.id));
    // Nobody holds two connections at a time: many letters are looked through at once.
    drop(comer);
    let Some(sent) = sent(&at).await? else {
        let words = (
            "This link has done its work",
            "It is too old, or not whole. Sign in to see what comes next.",
        );
        return Ok(at.dead(
            &at.comer().await?,
            StatusCode::NOT_FOUND,
            words,
            ("/", "Your home page"),
        ));
    };
    let themselves = viewer == Some(sent.acting.viewer.id);
    let path = PATH.replace("{token}", &at.token);
    let (app, acting, pairing) = (at.app.clone(), sent.acting, sent.pairing);
    let page = match sent.what {
        Direct::Offer => {
            let may = May::<See>::by_letter(app, acting, pairing).await?;
            let standing = of_offer(may.pairing());
            ActPage::new((frame, path), &may, standing)
        }
        Direct::Coming(session) => {
            let mut may = May::<SeeWithin>::by_letter(app, acting, pairing).await?;
            let standing = of_session_to_come(&mut may, session).await?;
            ActPage::new((frame, path), &may, standing)
        }
        Direct::Happened(session) => {
            let mut may = May::<SeeWithin>::by_letter(app, acting, pairing).await?;
            let standing = of_session(&mut may, session).await?;
            ActPage::new((frame, path), &may, standing)
        }
        Direct::Targets(on) => {
            let mut may = May::<SeeWithin>::by_letter(app, acting, pairing).await?;
            let due = due(&mut may, on).await?;
            let open = due.iter().filter(|one| one.open()).count();
            let standing = match (due.as_slice(), open) {
                ([_], 1) => Standing::Due { on },
                ([one], 0) if one.done_on.is_some() => Standing::Done { on },
                (_, 0) => Standing::Elsewhere,
                (_, open) => Standing::Ahead(Ahead::targets(may.pairing(), on, open)),
            };
            ActPage::new((frame, path), &may, standing)
        }
        Direct::Onward(onward) => {
            let may = May::<See>::by_letter(app, acting, pairing).await?;
            let ahead = Ahead::of(may.pairing(), onward);
            ActPage::new((frame, path), &may, Standing::Ahead(ahead))
        }
    };
    if let (Standing::Ahead(ahead), true) = (&page.standing, themselves) {
        return Ok(see(&ahead.place));
    }
    Ok(Page(page).into_response())
}

impl ActPage {
    fn new<A: Action>((frame, path): (Frame, String), may: &May<A>, standing: Standing) -> Self {
        ActPage {
            frame,
            path,
            name: may.viewer().name.clone(),
            pairing: may.pairing().clone(),
            standing,
        }
    }
}

fn of_offer(pairing: &Pairing) -> Standing {
    match (pairing.stage, pairing.part.side()) {
        (Stage::Offered(offered), Some(side)) => match offered.accepted_by(side) {
            Some(_) => Standing::Accepted { both: false },
            None => Standing::Offered,
        },
        (Stage::InitialMeeting(_) | Stage::Sessions(_) | Stage::MovingOn(_), Some(_)) => {
            Standing::Accepted { both: true }
        }
        (Stage::Closed(closed), Some(_)) if closed.how == How::Declined => Standing::Declined,
        _ => Standing::Elsewhere,
    }
}

async fn of_session_to_come(may: &mut May<SeeWithin>, id: i64) -> Result<Standing> {
    let now = may.now();
    let session = sessions::queries::find(may, id).await?;
    if sessions::outcome::still_to_come(&session, now).is_err() {
        return Ok(Standing::Elsewhere);
    }
    let booked = calendars::queries::session(may.db(), id).await?;
    let (own, other) = match may.pairing().part {
        Part::Mentor => (booked.mentor, booked.mentee),
        Part::Mentee | Part::Coordinator => (booked.mentee, booked.mentor),
    };
    Ok(Standing::ToCome {
        id,
        when: invitations::when(&own),
        answers: [own.answer, other.answer],
    })
}

/// What stands above a session that is to come.
fn heading(answers: &[Option<Answer>; 2], partner: &str) -> String {
    match answers {
        [Some(Answer::Declined), _] => format!("{partner} knows that you cannot come"),
        [Some(Answer::Countered), _] => format!("{partner} knows that you ask for another time"),
        [_, Some(Answer::Declined)] => format!("{partner} cannot come"),
        [_, Some(Answer::Countered)] => format!("{partner} asks for another time"),
        [Some(Answer::Accepted), _] => "You are coming".into(),
        [Some(Answer::Tentative) | None, _] => "Can you come?".into(),
    }
}

/// Whether somebody has answered that the time will not do.
fn will_not_do(answer: &Option<Answer>) -> bool {
    matches!(answer, Some(Answer::Declined | Answer::Countered))
}

async fn of_session(may: &mut May<SeeWithin>, id: i64) -> Result<Standing> {
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

/// Their own targets of that day.
async fn due<A: Action>(may: &mut May<A>, on: Date) -> sqlx::Result<Vec<targets::Target>> {
    let mut due = targets::of_pairing(may).await?;
    due.retain(|target| target.yours && target.due_on == on);
    Ok(due)
}

async fn act(at: AtLink, Form(pressed): Form<Pressed>) -> Result<Response> {
    let Some(sent) = sent(&at).await? else {
        return show(at).await;
    };
    let path = PATH.replace("{token}", &at.token);
    let (app, acting, pairing) = (at.app.clone(), sent.acting, sent.pairing);
    let said = match sent.what {
        Direct::Offer if pressed.yes()? => {
            let may = May::<Accept>::by_letter(app, acting, pairing).await?;
            offer::accepted(may).await?
        }
        Direct::Offer => {
            let may = May::<Decline>::by_letter(app, acting, pairing).await?;
            offer::declined(may).await?
        }
        Direct::Coming(session) => {
            let comes = pressed.yes()?;
            let may = May::<ChangeSession>::by_letter(app, acting, pairing).await?;
            replies::say(may, session, comes).await?
        }
        Direct::Happened(session) => {
            let happened = pressed.yes()?;
            let may = May::<ChangeSession>::by_letter(app, acting, pairing).await?;
            match happened {
                true => outcome::held(may, session).await?.to_owned(),
                false => outcome::missed(may, session).await?.to_owned(),
            }
        }
        Direct::Targets(on) => {
            let may = May::<MarkTarget>::by_letter(app, acting, pairing).await?;
            finish(may, on).await?.to_owned()
        }
        Direct::Onward(_) => return Ok(see(&path)),
    };
    Ok(match said.is_empty() {
        true => see(&path),
        false => done(&path, &said),
    })
}

async fn finish(mut may: May<MarkTarget>, on: Date) -> Result<&'static str> {
    match due(&mut may, on).await?.as_slice() {
        [one] => targets::finish(may, one).await,
        _ => Err(Error::conflict(
            "Your targets have changed since the letter was written. Sign in to see them. Nothing has \
             changed by this press.",
        )),
    }
}
