//! The proposals of a programme, all of them or those that are asked for, are read once more and
//! published together.

use super::access::{Programme, Runs, changed_meanwhile};
use super::held_back::{self, HeldBack};
use super::spans::Spans;
use super::stage::Act;
use crate::App;
use crate::error::{Error, Result, broke};
use crate::pairings::offer_letter::{OfferLetter, tell_both};
use crate::pairings::stage::{Proposed, Side, Stage};
use crate::pairings::{Pairing, PairingId, queries};
use crate::web::form::{Asked, Form, Typed};
use crate::web::page::{Banner, Frame, Page, done};
use crate::web::{pages, words};
use crate::workbench::{self, Suits};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use form_urlencoded::Serializer;
use serde::Deserialize;
use std::collections::BTreeMap;
use time::{Date, Duration};

#[derive(Template)]
#[template(path = "programmes/publication.html")]
struct PublicationPage {
    frame: Frame,
    programme: Programme,
    /// All that the button publishes.
    proposals: Vec<Pairing>,
    /// What it does not, and why.
    held_back: Vec<HeldBack>,
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
            query.extend_pairs(self.spans().into_iter().map(|span| ("pairing", span)));
        }
        query.append_pair("page", &page.to_string());
        self.programme
            .at(&format!("/publication?{}", query.finish()))
    }

    /// All of them as the form sends them.
    fn spans(&self) -> Vec<String> {
        Spans::of(self.proposals.iter().map(|one| one.id)).sent()
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

impl PublicationForm {
    pub fn read(&self) -> Spans {
        Spans::read(&self.pairing)
    }
}

/// All of them, unless some are asked for.
pub async fn ask(mut runs: Runs, Asked(fields): Asked<Vec<(String, String)>>) -> Result<Response> {
    runs.programme.allows(Act::Publish)?;
    let programme = runs.programme.id;
    runs.record_reading().await?;
    let mut proposals = queries::of_programme(&mut runs.acting, programme).await?;
    proposals.retain(|pairing| matches!(pairing.stage, Stage::Proposed(_)));
    let typed = Typed::from(fields);
    let asked: Vec<String> = typed.all("pairing").map(str::to_owned).collect();
    let some = !asked.is_empty();
    if some {
        let asked = Spans::read(&asked);
        proposals.retain(|pairing| asked.contains(pairing.id));
    }
    let ids: Vec<PairingId> = proposals.iter().map(|one| one.id).collect();
    let whys = held_back::among(&mut runs, &ids).await?;
    let (proposals, held_back) = held_back::part(proposals, &whys);
    let suits = workbench::of_proposals(&mut runs).await?;
    Ok(Page(PublicationPage {
        frame: runs.frame(),
        count: words::count(&how_many(&proposals), "pairing", "pairings"),
        page: pages::asked(typed.one("page"), pages::how_many(proposals.len(), A_PAGE)),
        some,
        suits,
        programme: runs.programme,
        proposals,
        held_back,
    })
    .into_response())
}

pub async fn publish(
    State(app): State<App>,
    mut runs: Runs,
    Form(form): Form<PublicationForm>,
) -> Result<Response> {
    runs.programme.allows(Act::Publish)?;
    let read = form.read();
    runs.hold().await?;
    let mut proposals = lock(&mut runs).await?;
    proposals.retain(|(id, _)| read.contains(*id));
    let gone = gone(&mut runs, &read).await?;
    let ids: Vec<PairingId> = proposals.iter().map(|(id, _)| *id).collect();
    lock_mentors(&mut runs, &ids).await?;
    let whys = held_back::among(&mut runs, &ids).await?;
    proposals.retain(|(id, _)| !whys.contains_key(id));
    let held_back = match whys.is_empty() {
        true => Vec::new(),
        false => {
            let all = queries::of_programme(&mut runs.acting, runs.programme.id).await?;
            held_back::part(all, &whys).1
        }
    };
    let path = match held_back.is_empty() {
        true => runs.programme.path(),
        false => runs.programme.at("/publication"),
    };
    let rest = format!("{}{}", gone.words(), not_published(&held_back));
    if proposals.is_empty() {
        let nothing = match held_back.is_empty() {
            true => "Nothing was left to publish.",
            false => "Nothing is published.",
        };
        return Ok(done(&path, &format!("{nothing}{rest}")));
    }
    let pairings = words::count(&how_many(&proposals), "pairing is", "pairings are");
    let (offered, now): (Vec<PairingId>, _) = (
        proposals.iter().map(|(id, _)| *id).collect(),
        runs.acting.now,
    );
    offer(&mut runs, proposals).await.map_err(refused)?;
    tell_both(&mut runs.acting, &app, &offered, now).await?;
    runs.commit("published the proposals").await?;
    Ok(done(
        &path,
        &format!("{pairings} published. They can now accept.{rest}"),
    ))
}

/// " Not published: Tom and Maya: Maya has no free place any more." Or how many, if they are too many for
/// that; the page that follows shows them all.
fn not_published(held_back: &[HeldBack]) -> String {
    if held_back.is_empty() {
        return String::new();
    }
    let each: Vec<String> = held_back.iter().map(HeldBack::words).collect();
    let named = format!(" Not published: {}.", each.join("; "));
    if named.len() <= Banner::LONGEST / 2 {
        return named;
    }
    let pairings = words::count(&how_many(held_back), "pairing is", "pairings are");
    format!(" {pairings} not published: you see here why.")
}

pub fn how_many<T>(proposals: &[T]) -> i64 {
    i64::try_from(proposals.len()).unwrap_or(i64::MAX)
}

/// How many of what was read somebody else was faster with.
pub struct Gone {
    withdrawn: i64,
    published: i64,
}

impl Gone {
    /// " Of those that you read, 5 had been withdrawn meanwhile, and 4 had been published."
    pub fn words(&self) -> String {
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

pub async fn gone(runs: &mut Runs, read: &Spans) -> sqlx::Result<Gone> {
    let (first, last) = read.ends();
    sqlx::query_as!(
        Gone,
        r#"
        select
            count(*) filter (where offered_on is null and closed_on is not null) as "withdrawn!",
            count(*) filter (where offered_on is not null) as "published!"
        from pairings
        where programme_id = $1
            and exists (
                select from unnest($2::bigint[], $3::bigint[]) as read (first, last)
                where id between first and last
            )
        "#,
        runs.programme.id.0,
        &first,
        &last,
    )
    .fetch_one(&mut *runs.acting)
    .await
}

/// All proposals, once everybody else who is changing one of them is done.
pub async fn lock(runs: &mut Runs) -> sqlx::Result<Vec<(PairingId, Proposed)>> {
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

/// Nobody changes how many places the mentors have before the proposals are published.
async fn lock_mentors(runs: &mut Runs, proposals: &[PairingId]) -> sqlx::Result<()> {
    let proposals: Vec<i64> = proposals.iter().map(|id| id.0).collect();
    sqlx::query!(
        "select person_id from enrolments
         where programme_id = $1 and part = 'mentor'
            and person_id in (select mentor_id from pairings where id = any ($2))
         order by person_id
         for update",
        runs.programme.id.0,
        &proposals,
    )
    .fetch_all(&mut *runs.acting)
    .await?;
    Ok(())
}

/// What was allowed a moment ago is allowed no longer.
fn refused(cause: sqlx::Error) -> Error {
    let rules = [
        "pairings_not_a_line_manager",
        "pairings_within_capacity",
        "pairings_not_while_away",
        "pairings_not_against_a_wish",
        "pairings_of_those_who_take_part",
    ];
    match rules.iter().any(|rule| broke(&cause, rule)) {
        true => Error::conflict(
            "People or places have just changed, and nothing is published yet. Read the proposals as \
             they are now, and publish them again.",
        ),
        false => changed_meanwhile(cause),
    }
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
