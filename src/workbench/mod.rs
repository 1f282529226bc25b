//! Coordinators match a whole programme: they try what counts and how much, see at once who would be
//! with whom and why, and propose it. Nobody is told before the proposals are published.

mod asked;
mod beside;
pub mod criteria;
mod decided;
pub mod in_asking;
pub mod jobs;
mod plan;
mod pool;
mod runs;
mod save;
mod scoring;
mod show;
mod unmatched;
mod why;

use crate::error::Result;
use crate::matching::scores::score;
use crate::matching::watch::Watch;
use crate::pairings::PairingId;
use crate::people::PersonId;
use crate::programmes::access::Runs;
use crate::questions;
use crate::web::routes::{Entry, Routes};
use asked::Asked;
use criteria::Criteria;
use pool::Pool;
use scoring::Scoring;
use sqlx::PgConnection;
use std::collections::BTreeMap;
use time::Date;

pub use pool::Person;
pub use save::Made;
pub use scoring::{Points, points};
pub use show::Matcher;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(
            "/programmes/{programme}/matching",
            Entry::SignedIn,
            show::show,
        )
        .post(
            "/programmes/{programme}/matching",
            Entry::SignedIn,
            save::propose,
        )
        .post(
            "/programmes/{programme}/matching/criteria",
            Entry::SignedIn,
            save::keep,
        )
        .get(
            "/programmes/{programme}/matching/jobs/{job}",
            Entry::SignedIn,
            jobs::show,
        )
        .get(
            "/programmes/{programme}/matching/runs",
            Entry::SignedIn,
            runs::list,
        )
        .get(
            "/programmes/{programme}/matching/runs/{run}",
            Entry::SignedIn,
            runs::show,
        )
}

/// How well a mentor and a mentee would suit each other.
#[derive(Clone, Debug, Default)]
pub struct Suits {
    /// In hundredths; none where a rule does not allow the pair.
    pub score: Option<u16>,
    pub points: Vec<Points>,
    /// Why the pair is not allowed.
    pub blockers: Vec<String>,
}

impl Suits {
    fn of(scoring: &Scoring<'_>, mentee: usize, mentor: usize) -> Self {
        Self {
            score: score(scoring.kernel.mark(mentee, mentor)),
            points: scoring.explain(mentee, mentor),
            blockers: scoring
                .blockers(mentee, mentor)
                .map(|reason| reason.words(scoring.criteria))
                .collect(),
        }
    }

    /// "64.50", where anything speaks for the two.
    pub fn in_words(&self) -> Option<String> {
        self.score.filter(|score| *score > 0).map(points)
    }

    /// What speaks most for the two.
    pub fn briefly(&self) -> String {
        scoring::briefly(&self.points)
    }
}

/// How well each mentor of the programme would suit one mentee, by what counts there. Empty for a
/// mentee who does not wait for a mentor.
pub async fn of_mentee(runs: &mut Runs, mentee: PersonId) -> Result<BTreeMap<i64, Suits>> {
    let tried = show::read(runs, &Asked::default()).await?;
    let (pool, criteria) = (&tried.input.pool, &tried.input.criteria);
    let Some(tom) = pool.mentee(mentee.0) else {
        return Ok(BTreeMap::new());
    };
    let scoring = Scoring::new(pool, criteria);
    let mentors = pool.mentors.iter().enumerate();
    let suits = mentors.map(|(at, maya)| (maya.person.id, Suits::of(&scoring, tom, at)));
    Ok(suits.collect())
}

/// How well the two of each proposal would suit each other, by what counts in the programme.
pub async fn of_proposals(runs: &mut Runs) -> Result<BTreeMap<PairingId, Suits>> {
    let tried = show::read(runs, &Asked::default()).await?;
    let (pool, criteria) = (&tried.input.pool, &tried.input.criteria);
    let scoring = Scoring::new(pool, criteria);
    let proposals = pool.mentees.iter().enumerate().filter_map(|(tom, one)| {
        let proposed = one.proposed?;
        let maya = pool.mentor(proposed.mentor)?;
        Some((PairingId(proposed.pairing), Suits::of(&scoring, tom, maya)))
    });
    Ok(proposals.collect())
}

/// Matches a programme as an address asks for, and keeps the run without proposing anything by it: for
/// the demonstration, where nobody is to be proposed to anybody yet. Reads as whoever made it.
pub async fn keep_a_run(
    db: &mut PgConnection,
    (made, today): (Made, Date),
    query: &str,
) -> sqlx::Result<()> {
    let questions = questions::of_programme(db, made.programme).await?;
    let criteria = Criteria::of(db, made.programme, &questions).await?;
    let pool = Pool::read(db, (made.programme, today), &questions).await?;
    let (input, _) = Asked::read(query).input(pool, criteria);
    match input.plan(&Watch::default()) {
        Ok(plan) => save::keep_run(db, made, &input, &plan).await,
        Err(_) => Ok(()),
    }
}
