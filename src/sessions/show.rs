//! The page of one session: when and where, what to do about it now, what was written of it.

use super::records::{self, LookedAt, Record};
use super::targets::{self, Target};
use super::{Session, SessionId, State, queries};
use crate::error::Result;
use crate::how_it_goes::queries::{self as alone, OfSession};
use crate::pairings::Pairing;
use crate::pairings::access::{May, Part, See};
use crate::pairings::stage::{Side, Stage};
use crate::web::page::{Frame, Page};
use crate::web::routes::{Entry, Routes};
use crate::web::words;
use askama::Template;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "sessions/show.html")]
struct ShowPage {
    frame: Frame,
    zone: String,
    /// Whether the viewer is one of the two.
    within: bool,
    live: bool,
    started: bool,
    records: Vec<Record>,
    written_by_viewer: bool,
    /// The viewer has begun to write, and not shared it yet.
    draft: Option<Vec<String>>,
    looked_at: Vec<LookedAt>,
    /// What the viewer says of it alone.
    alone: Option<OfSession>,
    mentee: bool,
    targets: Vec<Target>,
    /// Those who said, or whose calendar did, that they do not come then.
    not_coming: Vec<NotComing>,
    session: Session,
    pairing: Pairing,
}

impl ShowPage {
    /// Who may not have been able to come, and how that is said to the viewer.
    fn missed_by(&self) -> [(&'static str, String, bool); 4] {
        let name = |side: Side| match self.pairing.part.side() == Some(side) {
            true => "I could not".to_owned(),
            false => format!("{} could not", self.pairing.partner().name),
        };
        let said = self.session.missed_by.as_deref().unwrap_or_default();
        [
            ("mentor", name(Side::Mentor)),
            ("mentee", name(Side::Mentee)),
            ("both", "Neither of us could".to_owned()),
            ("", "Rather not say".to_owned()),
        ]
        .map(|(by, words)| (by, words, by == said))
    }
}

struct NotComing {
    name: String,
    asks_for_another_time: bool,
}

pub fn routes(routes: Routes) -> Routes {
    routes.get(
        "/pairings/{pairing}/sessions/{session}",
        Entry::SignedIn,
        show,
    )
}

async fn show(mut may: May<See>, SessionId(id): SessionId) -> Result<Response> {
    let session = queries::find(&mut may, id).await?;
    let within = may.pairing().part != Part::Coordinator;
    let written = match within && session.is(State::Held) {
        true => Some(written(&mut may, id).await?),
        false => None,
    };
    let coming = within && session.is(State::Booked) && !session.started(&may.now());
    let not_coming = match coming {
        true => not_coming(&mut may, id).await?,
        false => Vec::new(),
    };
    let viewer = may.viewer().id;
    let written = written.unwrap_or_default();
    Ok(Page(ShowPage {
        frame: may.frame(),
        zone: words::place(&may.viewer().time_zone),
        within,
        live: !matches!(may.pairing().stage, Stage::Closed(_)),
        started: session.started(&may.now()),
        written_by_viewer: (written.records.iter()).any(|record| record.author_id == viewer),
        records: written.records,
        targets: written.targets,
        looked_at: written.looked_at,
        draft: written.draft,
        alone: written.alone,
        mentee: may.pairing().part == Part::Mentee,
        not_coming,
        session,
        pairing: may.pairing().clone(),
    })
    .into_response())
}

/// What is written of a session, as its reader may see it.
#[derive(Default)]
struct Written {
    records: Vec<Record>,
    targets: Vec<Target>,
    looked_at: Vec<LookedAt>,
    draft: Option<Vec<String>>,
    alone: Option<OfSession>,
}

async fn written(may: &mut May<See>, session: i64) -> sqlx::Result<Written> {
    let mut targets = targets::of_pairing(may).await?;
    targets.retain(|one| one.session_id == Some(session) && one.dropped_on.is_none());
    Ok(Written {
        records: records::of_session(may, session).await?,
        targets,
        looked_at: records::looked_at(may, session).await?,
        draft: records::unshared(may, session).await?,
        alone: Some(alone::of_session(may, session).await?),
    })
}

async fn not_coming(may: &mut May<See>, session: i64) -> sqlx::Result<Vec<NotComing>> {
    sqlx::query_as!(
        NotComing,
        r#"
        select person as "name!", asks_for_another_time as "asks_for_another_time!"
        from calendars_decline($1)
        "#,
        session,
    )
    .fetch_all(may.db())
    .await
}
