//! The proposals of a programme, all of them or those that are asked for, are read once more and
//! published together.

use super::access::{Programme, Runs, changed_meanwhile};
use super::stage::Act;
use crate::App;
use crate::error::Result;
use crate::pairings::offer_letter::{OfferLetter, tell_both};
use crate::pairings::stage::{Proposed, Side, Stage};
use crate::pairings::{Pairing, PairingId, queries};
use crate::web::form::{Asked, Form, Typed};
use crate::web::page::{Frame, Page, done};
use crate::web::{pages, words};
use crate::workbench::{self, Suits};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use form_urlencoded::Serializer;
use serde::Deserialize;
use std::collections::{BTreeMap, HashSet};
use time::{Date, Duration};

#[derive(Template)]
#[template(path = "programmes/publication.html")]
struct PublicationPage {
    frame: Frame,
    programme: Programme,
    /// All that the button publishes.
    proposals: Vec<Pairing>,
    /// Whether they are some that were asked for.
    some: bool,
    page: usize,
    /// How the two of each suit each other.
    suits: BTreeMap<PairingId, Suits>,
    /// "12 pairings"
    count: String,
}

/// How many are read on a page.
const A_PAGE: usize = 20;

impl PublicationPage {
    fn shown(&self) -> &[Pairing] {
        pages::part(&self.proposals, self.page, A_PAGE)
    }

    fn pages(&self) -> usize {
        pages::how_many(self.proposals.len(), A_PAGE)
    }

    fn page_at(&self, page: &usize) -> String {
        let mut query = Serializer::new(String::new());
        if self.some {
            let asked = self.proposals.iter();
            query.extend_pairs(asked.map(|one| ("pairing", one.id.to_string())));
        }
        query.append_pair("page", &page.to_string());
        self.programme
            .at(&format!("/publication?{}", query.finish()))
    }

    /// The last day on which what is published today can be answered.
    fn answer_by(&self) -> Date {
        self.programme.today + Duration::days(self.programme.days_to_answer.into())
    }

    /// What the two of the first proposal are going to be told.
    fn letters(&self) -> Vec<OfferLetter<'_>> {
        let first = self.proposals.first();
        let both = first.map(|pairing| {
            [Side::Mentee, Side::Mentor].map(|to| {
                let partner = pairing.person(to.other());
                OfferLetter {
                    to,
                    partner: &partner.name,
                    job_title: &partner.job_title,
                    programme: &self.programme.settings.name,
                    answer_by: self.answer_by(),
                }
            })
        });
        both.into_iter().flatten().collect()
    }
}

/// The proposals that were on the page, so that none is published unread.
#[derive(Default, Deserialize)]
pub struct PublicationForm {
    #[serde(default)]
    pairing: Vec<String>,
}

/// All of them, unless some are asked for.
pub async fn ask(mut runs: Runs, Asked(fields): Asked<Vec<(String, String)>>) -> Result<Response> {
    runs.programme.allows(Act::Publish)?;
    let programme = runs.programme.id;
    runs.record_reading().await?;
    let mut proposals = queries::of_programme(&mut runs.acting, programme).await?;
    proposals.retain(|pairing| matches!(pairing.stage, Stage::Proposed(_)));
    let typed = Typed::from(fields);
    let asked: HashSet<&str> = typed.all("pairing").collect();
    let some = !asked.is_empty();
    if some {
        proposals.retain(|pairing| asked.contains(&*pairing.id.to_string()));
    }
    let suits = workbench::of_proposals(&mut runs).await?;
    Ok(Page(PublicationPage {
        frame: runs.frame(),
        count: words::count(&how_many(&proposals), "pairing", "pairings"),
        page: pages::asked(typed.one("page"), pages::how_many(proposals.len(), A_PAGE)),
        some,
        suits,
        programme: runs.programme,
        proposals,
    })
    .into_response())
}

pub async fn publish(
    State(app): State<App>,
    mut runs: Runs,
    Form(form): Form<PublicationForm>,
) -> Result<Response> {
    runs.programme.allows(Act::Publish)?;
    let read: HashSet<i64> = form
        .pairing
        .iter()
        .filter_map(|id| id.parse().ok())
        .collect();
    runs.hold().await?;
    let mut proposals = lock(&mut runs).await?;
    proposals.retain(|(id, _)| read.contains(&id.0));
    let path = runs.programme.path();
    let gone = gone(&mut runs, &read).await?;
    if proposals.is_empty() {
        return Ok(done(
            &path,
            &format!("Nothing was left to publish.{}", gone.words()),
        ));
    }
    let pairings = words::count(&how_many(&proposals), "pairing is", "pairings are");
    let (offered, now): (Vec<PairingId>, _) = (
        proposals.iter().map(|(id, _)| *id).collect(),
        runs.acting.now,
    );
    offer(&mut runs, proposals)
        .await
        .map_err(changed_meanwhile)?;
    tell_both(&mut runs.acting, &app, &offered, now).await?;
    runs.commit("published the proposals").await?;
    Ok(done(
        &path,
        &format!("{pairings} published. They can now accept.{}", gone.words()),
    ))
}

fn how_many<T>(proposals: &[T]) -> i64 {
    i64::try_from(proposals.len()).unwrap_or(i64::MAX)
}

/// How many of what was read somebody else was faster with.
struct Gone {
    withdrawn: i64,
    published: i64,
}

impl Gone {
    /// " Of those that you read, 5 had been withdrawn meanwhile, and 4 had been published."
    fn words(&self) -> String {
        let withdrawn = format!("{} had been withdrawn", self.withdrawn);
        let published = format!("{} had been published", self.published);
        let gone = match (self.withdrawn, self.published) {
            (0, 0) => return String::new(),
            (_, 0) => withdrawn,
            (0, _) => published,
            (_, _) => format!("{withdrawn} and {published}"),
        };
        format!(" Of those that you read, {gone} meanwhile.")
    }
}

async fn gone(runs: &mut Runs, read: &HashSet<i64>) -> sqlx::Result<Gone> {
    let read: Vec<i64> = read.iter().copied().collect();
    sqlx::query_as!(
        Gone,
        r#"
        select
            count(*) filter (where offered_on is null and closed_on is not null) as "withdrawn!",
            count(*) filter (where offered_on is not null) as "published!"
        from pairings
        where programme_id = $1 and id = any ($2)
        "#,
        runs.programme.id.0,
        &read,
    )
    .fetch_one(&mut *runs.acting)
    .await
}

/// Waits for everybody else who is changing one of them.
async fn lock(runs: &mut Runs) -> sqlx::Result<Vec<(PairingId, Proposed)>> {
    let rows = sqlx::query!(
        r"
        select id, proposed_on
        from pairings
        where programme_id = $1 and offered_on is null and closed_on is null
        order by id
        for update
        ",
        runs.programme.id.0,
    )
    .fetch_all(&mut *runs.acting)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let since = row.proposed_on;
            (row.id, Proposed { since })
        })
        .collect())
}

/// Stores the stage that each is led to, and leaves an audit row for each.
async fn offer(runs: &mut Runs, proposals: Vec<(PairingId, Proposed)>) -> sqlx::Result<()> {
    let today = runs.programme.today;
    let (ids, dates): (Vec<i64>, Vec<Date>) = proposals
        .into_iter()
        .map(|(id, proposed)| (id.0, proposed.publish(today).since))
        .unzip();
    sqlx::query!(
        r"
        with offered as (
            update pairings set offered_on = published.since
            from unnest($1::bigint[], $2::date[]) as published (id, since)
            where pairings.id = published.id
            returning pairings.id
        )
        insert into audit_events (at, actor_id, act, pairing_id)
        select $3, $4, 'published the pairing', id from offered
        ",
        &ids,
        &dates,
        runs.acting.now,
        runs.acting.viewer.id.0,
    )
    .execute(&mut *runs.acting)
    .await?;
    Ok(())
}
