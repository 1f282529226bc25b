//! How well each mentor would suit one mentee by what is tried, and what could be tried with the two.

use super::asked::Asked;
use super::plan::Input;
use super::scoring::{self, Points, Scoring, points};
use super::show;
use crate::error::{Error, Result};
use crate::matching::scores::{Scores, score};
use crate::pairings::PairingId;
use crate::people::PersonId;
use crate::programmes::access::Runs;
use std::collections::BTreeMap;

/// How well a mentor and a mentee would suit each other.
#[derive(Clone, Debug, Default)]
pub struct Suits {
    /// In hundredths; none where a rule does not allow the pair.
    pub score: Option<u16>,
    pub points: Vec<Points>,
    /// Why the pair is not allowed.
    pub blockers: Vec<String>,
    /// Whether what is tried keeps the two apart.
    pub apart: bool,
    /// What could be tried with the two.
    pub tries: Vec<Try>,
}

/// What can be tried with a pair: in words, and as it stands in the address of the workbench.
#[derive(Clone, Debug)]
pub struct Try {
    pub words: &'static str,
    pub query: String,
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
            apart: false,
            tries: Vec::new(),
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

/// How well each mentor of the programme would suit one mentee, by what is asked for. Empty for a
/// mentee who does not wait for a mentor.
pub async fn of_mentee(
    runs: &mut Runs,
    asked: &Asked,
    mentee: PersonId,
) -> Result<BTreeMap<i64, Suits>> {
    let input = show::read(runs, asked).await?.input;
    let asked = asked.clone();
    on_a_thread(move || match input.pool.mentee(mentee.0) {
        Some(tom) => with_each_mentor(&input, &asked, tom),
        None => BTreeMap::new(),
    })
    .await
}

fn with_each_mentor(input: &Input, asked: &Asked, tom: usize) -> BTreeMap<i64, Suits> {
    let pool = &input.pool;
    let scoring = Scoring::new(pool, &input.criteria);
    let mentors = pool.mentors.iter().zip(input.places()).enumerate();
    let suits = mentors.map(|(at, (maya, places))| {
        let suits = Suits::of(&scoring, tom, at);
        let tries = tries(input, asked, (tom, at), (suits.score.is_some(), places));
        let both = (pool.mentees[tom].person.id, maya.person.id);
        let apart = input.forbidden.contains(&both);
        let suits = Suits {
            apart,
            tries,
            ..suits
        };
        (maya.person.id, suits)
    });
    suits.collect()
}

/// So that no other request waits while everybody is compared.
async fn on_a_thread<Found: Send + 'static>(
    work: impl FnOnce() -> Found + Send + 'static,
) -> Result<Found> {
    let found = tokio::task::spawn_blocking(work).await;
    found.map_err(|cause| {
        tracing::error!(%cause, "the comparison failed");
        Error::conflict("These people could not be compared, and nothing has changed.")
    })
}

/// How well the two of each proposal would suit each other, by what counts in the programme.
pub async fn of_proposals(runs: &mut Runs) -> Result<BTreeMap<PairingId, Suits>> {
    let input = show::read(runs, &Asked::default()).await?.input;
    on_a_thread(move || {
        let scoring = Scoring::new(&input.pool, &input.criteria);
        let mentees = input.pool.mentees.iter().enumerate();
        let proposals = mentees.filter_map(|(tom, one)| {
            let proposed = one.proposed?;
            let maya = input.pool.mentor(proposed.mentor)?;
            Some((PairingId(proposed.pairing), Suits::of(&scoring, tom, maya)))
        });
        proposals.collect()
    })
    .await
}

/// What could be tried with two who are allowed or not, of whom one has so many places.
fn tries(
    input: &Input,
    asked: &Asked,
    (tom, at): (usize, usize),
    (allowed, places): (bool, u32),
) -> Vec<Try> {
    let maya = input.pool.mentors[at].person.id;
    let tom = input.pool.mentees[tom].person.id;
    let key = format!("{tom}-{maya}");
    let a_try = |words, query: String| Try { words, query };
    if input.locked.contains(&(tom, maya)) {
        return vec![a_try("Unlock these two", asked.without("lock", key))];
    }
    if input.forbidden.contains(&(tom, maya)) {
        return vec![a_try("Allow these two", asked.without("forbid", key))];
    }
    let with_others = |(mentee, mentor): &&(i64, i64)| *mentor == maya && *mentee != tom;
    let locked = input.locked.iter().filter(with_others).count();
    let mut tries = Vec::new();
    if allowed && places as usize > locked {
        tries.push(a_try(
            "Lock these two",
            unlocked(input, asked, tom).with("lock", &key),
        ));
        tries.push(a_try("Keep apart", asked.with("forbid", key)));
    } else if allowed && input.may_have_more(at) {
        tries.push(a_try(
            "Try one place more",
            asked.with("place", maya.to_string()),
        ));
    }
    tries
}

/// The same without what the mentee is locked to: a mentee has one mentor.
fn unlocked(input: &Input, asked: &Asked, mentee: i64) -> Asked {
    let theirs = input.locked.iter().filter(|(tom, _)| *tom == mentee);
    theirs.fold(asked.clone(), |asked, (tom, maya)| {
        asked.less("lock", &format!("{tom}-{maya}"))
    })
}
