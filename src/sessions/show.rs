//! The page of one session: when and where, what to do about it now, what was written of it.

use super::record::{self, Record};
use super::targets::{self, Target};
use super::{Session, SessionId, State, queries};
use crate::error::Result;
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
    targets: Vec<Target>,
    /// Those whose calendar said that they do not come then.
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
    let (records, mut targets) = if within && session.is(State::Held) {
        let records = record::of_session(&mut may, id).await?;
        (records, targets::of_pairing(&mut may).await?)
    } else {
        (Vec::new(), Vec::new())
    };
    targets.retain(|target| target.session_id == Some(id) && target.dropped_on.is_none());
    let coming = within && session.is(State::Booked) && !session.started(&may.now());
    let not_coming = match coming {
        true => not_coming(&mut may, id).await?,
        false => Vec::new(),
    };
    let viewer = may.viewer().id;
    Ok(Page(ShowPage {
        frame: may.frame(),
        zone: words::place(&may.viewer().time_zone),
        within,
        live: !matches!(may.pairing().stage, Stage::Closed(_)),
        started: session.started(&may.now()),
        written_by_viewer: records.iter().any(|record| record.author_id == viewer),
        records,
        targets,
        not_coming,
        session,
        pairing: may.pairing().clone(),
    })
    .into_response())
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
