//! The page of the first meeting: both preparations, once there are two, and the checklist.

use super::checklist::{self, Item};
use super::preparation::{self, Preparation};
use crate::error::Result;
use crate::pairings::Pairing;
use crate::pairings::access::{Action, May, PrepareMeeting, SeeWithin};
use crate::web::page::{Frame, Page};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "first_meetings/show.html")]
struct ShowPage {
    frame: Frame,
    pairing: Pairing,
    own: Option<Preparation>,
    partners: Option<Preparation>,
    items: Vec<Item>,
    /// Whether it can still be changed.
    open: bool,
}

pub fn routes(routes: Routes) -> Routes {
    routes.get("/pairings/{pairing}/first-meeting", Entry::SignedIn, show)
}

async fn show(mut may: May<SeeWithin>) -> Result<Response> {
    let items = checklist::items(&mut may).await?;
    let written = preparation::all(&mut may).await?;
    let viewer = may.viewer().id;
    let (mut own, mut partners): (Vec<_>, Vec<_>) =
        written.into_iter().partition(|one| one.person == viewer);
    Ok(Page(ShowPage {
        frame: may.frame(),
        pairing: may.pairing().clone(),
        own: own.pop(),
        partners: partners.pop(),
        items,
        open: PrepareMeeting::RULE.check(may.pairing()).is_ok(),
    })
    .into_response())
}

impl ShowPage {
    fn ticked(&self) -> usize {
        let ticked = self.items.iter().filter(|item| item.ticked.is_some());
        ticked.count()
    }
}
