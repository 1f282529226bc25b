//! All proposals of a programme are withdrawn together, before anybody was told of them.

use super::access::{Programme, Runs, changed_meanwhile};
use super::publication::{self, PublicationForm};
use super::spans::Spans;
use crate::error::Result;
use crate::pairings::stage::Stage;
use crate::pairings::{Pairing, queries};
use crate::web::form::{Asked, Form};
use crate::web::page::{Frame, Page, done};
use crate::web::routes::{Entry, Routes};
use crate::web::words;
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "programmes/withdrawal.html")]
struct WithdrawalPage {
    frame: Frame,
    programme: Programme,
    proposals: Vec<Pairing>,
    /// Whether the matching is where to go on.
    from_matching: bool,
    /// "12 proposals"
    count: String,
}

/// The page that the link stood on.
#[derive(Default, Deserialize)]
struct From {
    #[serde(default)]
    from: String,
}

impl From {
    fn is_matching(&self) -> bool {
        self.from == "matching"
    }
}

impl WithdrawalPage {
    /// All of them as the form sends them.
    fn spans(&self) -> Vec<String> {
        Spans::of(self.proposals.iter().map(|one| one.id)).sent()
    }
}

pub fn routes(routes: Routes) -> Routes {
    let path = "/programmes/{programme}/publication/withdrawal";
    routes
        .get(path, Entry::SignedIn, ask)
        .post(path, Entry::SignedIn, create)
}

async fn ask(mut runs: Runs, Asked(from): Asked<From>) -> Result<Response> {
    runs.record_reading().await?;
    let programme = runs.programme.id;
    let mut proposals = queries::of_programme(&mut runs.acting, programme).await?;
    proposals.retain(|pairing| matches!(pairing.stage, Stage::Proposed(_)));
    Ok(Page(WithdrawalPage {
        frame: runs.frame(),
        count: in_words(publication::how_many(&proposals)),
        programme: runs.programme,
        proposals,
        from_matching: from.is_matching(),
    })
    .into_response())
}

fn in_words(proposals: i64) -> String {
    words::count(&proposals, "proposal", "proposals")
}

/// Of what was read, all that is still a proposal.
async fn create(
    mut runs: Runs,
    Asked(from): Asked<From>,
    Form(form): Form<PublicationForm>,
) -> Result<Response> {
    let read = form.read();
    runs.hold().await?;
    let mut proposals = publication::lock(&mut runs).await?;
    proposals.retain(|(id, _)| read.contains(*id));
    let gone = publication::gone(&mut runs, &read).await?.words();
    let path = match from.is_matching() {
        true => runs.programme.at("/matching"),
        false => runs.programme.path(),
    };
    if proposals.is_empty() {
        return Ok(done(&path, &format!("Nothing was left to withdraw.{gone}")));
    }
    let ids: Vec<i64> = proposals.iter().map(|(id, _)| id.0).collect();
    withdraw(&mut runs, &ids).await.map_err(changed_meanwhile)?;
    let withdrawn = in_words(publication::how_many(&proposals));
    runs.commit("withdrew the proposals").await?;
    Ok(done(
        &path,
        &format!("Withdrawn: {withdrawn}. Nobody was told of them.{gone}"),
    ))
}

/// Closes those of the pairings that are proposals still, and leaves an audit row for each.
pub async fn withdraw(runs: &mut Runs, pairings: &[i64]) -> sqlx::Result<()> {
    sqlx::query!(
        r"
        with locked as (
            select id from pairings
            where programme_id = $5 and id = any ($1) and offered_on is null and closed_on is null
            order by id
            for update
        ),
        withdrawn as (
            update pairings set closed_on = greatest($2, proposed_on), closed_how = 'ended'
            from locked
            where pairings.id = locked.id
            returning pairings.id
        )
        insert into audit_events (at, actor_id, act, pairing_id)
        select $3, $4, 'withdrew the proposal', id from withdrawn
        ",
        pairings,
        runs.programme.today,
        runs.acting.now,
        runs.acting.viewer.id.0,
        runs.programme.id.0,
    )
    .execute(&mut *runs.acting)
    .await?;
    Ok(())
}
