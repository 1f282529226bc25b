//! The page of one objective: what it says, how far it is, its targets, and how it came to be so.

use super::history::{self, Change};
use super::levels::{self, LevelForm};
use super::line::Progress;
use super::list::{Act, Line};
use super::{Objective, ObjectiveId, queries};
use crate::error::Result;
use crate::pairings::Pairing;
use crate::pairings::access::{Action, ChangeObjective, May, SeeWithin};
use crate::sessions::targets::{self, Target};
use crate::web::form::Problems;
use crate::web::page::{Frame, Page};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "objectives/show.html")]
pub struct ShowPage {
    frame: Frame,
    line: Line,
    progress: Progress,
    targets: Vec<Target>,
    history: Vec<Change>,
    /// Whether anything can still be said of it.
    open: bool,
    form: LevelForm,
    problems: Problems,
    pairing: Pairing,
}

pub fn routes(routes: Routes) -> Routes {
    routes.get(
        "/pairings/{pairing}/objectives/{objective}",
        Entry::SignedIn,
        show,
    )
}

async fn show(mut may: May<SeeWithin>, id: ObjectiveId) -> Result<Response> {
    let objective = queries::one(&mut may, id).await?;
    let form = LevelForm::default();
    Ok(page(&mut may, objective, form, Problems::default())
        .await?
        .into_response())
}

pub async fn page<A: Action>(
    may: &mut May<A>,
    objective: Objective,
    form: LevelForm,
    problems: Problems,
) -> Result<Page<ShowPage>> {
    let said = levels::all(may, objective.id).await?;
    let mut targets = targets::of_pairing(may).await?;
    targets.retain(|target| target.objective_id == Some(objective.id.0));
    let history = history::all(may, objective.id).await?;
    let pairing = may.pairing().clone();
    let progress = Progress::of(&objective, said);
    let open = !objective.state.settled() && ChangeObjective::RULE.check(&pairing).is_ok();
    let mut line = Line::of(&pairing, may.viewer().id, objective);
    line.come_first();
    Ok(Page(ShowPage {
        frame: may.frame(),
        line,
        progress,
        targets,
        history,
        open,
        form,
        problems,
        pairing,
    }))
}
