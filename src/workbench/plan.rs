//! A whole programme matched: who with whom and why, who has nobody and what would help, and what can
//! be said of all of it. Worked out from its input alone, so that the same input gives the same plan.

use super::beside::Beside;
use super::criteria::Criteria;
use super::pool::{Mentor, Pool};
use super::scoring::{Points, Scoring};
use super::unmatched::{Found, Unmatched};
use crate::matching::even::even;
use crate::matching::optimum::{Total, optimum};
use crate::matching::problem::{Best, Clash, Failed, Matched, Problem, of_each, total};
use crate::matching::report::{Blocking, blocking};
use crate::matching::scores::{Matrix, NOT_ALLOWED};
use crate::matching::stable::stable;
use crate::matching::watch::Watch;
use crate::matching::worst_off::worst_off;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What makes a matching good.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// As many matched as can be, then the highest total.
    #[default]
    Best,
    /// The same, with mentors' loads as even as that allows.
    Even,
    /// Whoever fares worst fares as well as can be.
    WorstOff,
    /// No two would both rather have each other.
    Stable,
}

/// Everything that a plan is worked out from.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Input {
    pub pool: Pool,
    pub criteria: Criteria,
    pub method: Method,
    /// Pairs of a mentee and a mentor that stay, and those that are not to be made.
    pub locked: Vec<(i64, i64)>,
    pub forbidden: Vec<(i64, i64)>,
    /// Mentors who would have one place more.
    pub more_places: Vec<i64>,
    /// The programme's own criteria, where something else is tried and nothing is proposed to compare
    /// it with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<Criteria>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Plan {
    /// In the order of the pool's mentees.
    pub pairs: Vec<Pair>,
    pub unmatched: Vec<Unmatched>,
    pub beside: Option<Beside>,
    pub total: Total,
    /// What the best pairs have together, which is proved; other methods cost the difference.
    pub best: Total,
    /// Those who would both rather have each other, the first few of them, and how many there are.
    pub blocking: Vec<Rather>,
    pub how_many_block: usize,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Pair {
    /// Where the two stand in the pool.
    pub mentee: usize,
    pub mentor: usize,
    pub score: u16,
    pub points: Vec<Points>,
}

/// A mentee and a mentor who would both rather have each other, and what it would cost all.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Rather {
    pub mentee: usize,
    pub mentor: usize,
    pub score: u16,
    /// What the best total would be with this pair.
    pub with: Option<Total>,
}

/// Why there is no plan.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub enum NoPlan {
    Clash(Clash),
    /// It takes more than can be done here and now.
    TooMuch,
    /// The search is wrong: what it found is not proved.
    Unproved,
}

/// How many pairs of a mentee and a mentor there may be, so that their scores take less than 400 MB.
const MOST_PAIRS: usize = 200_000_000;

/// How many pairs that block are named.
const BLOCKING: usize = 10;

impl Method {
    pub const ALL: [Method; 4] = [Method::Best, Method::Even, Method::WorstOff, Method::Stable];

    pub fn slug(self) -> &'static str {
        match self {
            Method::Best => "best",
            Method::Even => "even",
            Method::WorstOff => "worst_off",
            Method::Stable => "stable",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Method::Best => "The best for all together",
            Method::Even => "The best, spread evenly",
            Method::WorstOff => "Nobody fares badly",
            Method::Stable => "Nobody would rather swap",
        }
    }

    pub fn explanation(self) -> &'static str {
        match self {
            Method::Best => "As many mentees matched as can be, then the highest total of scores.",
            Method::Even => {
                "The same total, with mentees spread over mentors as evenly as it allows."
            }
            Method::WorstOff => {
                "As many matched as can be, then the lowest score as high as can be, then the next."
            }
            Method::Stable => {
                "No mentee and mentor would both score higher with each other than as they are."
            }
        }
    }

    pub fn read(text: &str) -> Option<Method> {
        Method::ALL.into_iter().find(|one| one.slug() == text)
    }
}

impl From<Failed> for NoPlan {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Clash(clash) => NoPlan::Clash(clash),
            Failed::Stopped(_) => NoPlan::TooMuch,
            Failed::Unproved(flaw) => {
                tracing::error!(
                    ?flaw,
                    "the pairs that were found are not proved to be the best"
                );
                NoPlan::Unproved
            }
        }
    }
}

impl Input {
    /// Places of each mentor, with those that are tried.
    pub fn places(&self) -> Vec<u32> {
        let more = |one: &Mentor| {
            self.more_places
                .iter()
                .filter(|id| **id == one.person.id)
                .count()
        };
        let places = |one: &Mentor| one.places() + u32::try_from(more(one)).unwrap_or(0);
        self.pool.mentors.iter().map(places).collect()
    }

    /// Whether anything is tried beside what the programme's own criteria are.
    pub fn tries(&self, own: &Criteria) -> bool {
        let pairs = self.locked.is_empty() && self.forbidden.is_empty();
        let nothing_else = pairs && self.more_places.is_empty() && self.method == Method::Best;
        !nothing_else || self.criteria != *own
    }

    /// Whether the same plan follows from another input.
    pub fn is_the_same(&self, other: &Input) -> bool {
        let text = |input: &Input| serde_json::to_string(input).unwrap_or_default();
        text(self) == text(other)
    }

    /// Where the two of each pair stand, if both are in the pool.
    fn stand(&self, pairs: &[(i64, i64)]) -> Vec<(u32, u32)> {
        let at = |place: Option<usize>| place.and_then(|place| u32::try_from(place).ok());
        let stand = |(mentee, mentor): &(i64, i64)| {
            at(self.pool.mentee(*mentee)).zip(at(self.pool.mentor(*mentor)))
        };
        pairs.iter().filter_map(stand).collect()
    }

    /// The scores of all pairs, none for those that the coordinator keeps apart.
    pub fn scores(&self, scoring: &Scoring<'_>, forbidden: &[(i64, i64)]) -> Matrix {
        let mut scores = Matrix::of(&scoring.kernel);
        for (mentee, mentor) in self.stand(forbidden) {
            scores.set(mentee as usize, mentor as usize, NOT_ALLOWED);
        }
        scores
    }

    pub fn plan(&self, watch: &Watch) -> Result<Plan, NoPlan> {
        if self.pool.mentees.len() * self.pool.mentors.len() > MOST_PAIRS {
            return Err(NoPlan::TooMuch);
        }
        let scoring = Scoring::new(&self.pool, &self.criteria);
        let scores = self.scores(&scoring, &self.forbidden);
        let locked = self.stand(&self.locked);
        let places = self.places();
        let problem = Problem {
            scores: &scores,
            places: &places,
            locked: &locked,
        };
        let (best, mentor_of) = self.solve(&problem, watch)?;
        let block = blocking(&scores, &places, &mentor_of);
        let found = Found {
            input: self,
            scoring: &scoring,
            problem,
            best: &best,
            mentor_of: &mentor_of,
            watch,
        };
        Ok(Plan {
            pairs: pairs(&scoring, &scores, &mentor_of),
            unmatched: found.unmatched()?,
            beside: self.beside(&scores, &mentor_of, watch)?,
            total: total(&scores, &mentor_of),
            best: best.total,
            how_many_block: block.len(),
            blocking: (block.into_iter().take(BLOCKING))
                .map(|one| rather(&problem, one, watch))
                .collect(),
        })
    }

    /// The best pairs, and those that the method asks for.
    pub fn solve(
        &self,
        problem: &Problem<'_, Matrix>,
        watch: &Watch,
    ) -> Result<(Best, Matched), NoPlan> {
        let best = problem.best(watch)?;
        let rest = problem.rest().map_err(NoPlan::Clash)?;
        let too_much = |_| NoPlan::TooMuch;
        let of_rest = match self.method {
            Method::Best => {
                let matched = best.mentor_of.clone();
                return Ok((best, matched));
            }
            Method::Even => {
                let found = optimum(&rest, &rest.places, watch).map_err(|_| NoPlan::TooMuch)?;
                let load: Vec<u32> = (self
                    .pool
                    .mentors
                    .iter()
                    .zip(problem.places)
                    .zip(&rest.places))
                .map(|((one, all), left)| one.taken + all - left)
                .collect();
                even(&rest, &rest.places, &load, &found, watch).map_err(too_much)?
            }
            Method::WorstOff => {
                worst_off(&rest, &rest.places, watch).map_err(|_| NoPlan::TooMuch)?
            }
            Method::Stable => stable(&rest, &rest.places, watch).map_err(too_much)?,
        };
        Ok((best, rest.with_locked(of_rest)))
    }
}

fn rather(problem: &Problem<'_, Matrix>, one: Blocking, watch: &Watch) -> Rather {
    let with = [problem.locked, &[(one.mentee, one.mentor)]].concat();
    let with = Problem {
        locked: &with,
        ..*problem
    }
    .best(watch);
    Rather {
        mentee: one.mentee as usize,
        mentor: one.mentor as usize,
        score: one.score,
        with: with.ok().map(|with| with.total),
    }
}

fn pairs(scoring: &Scoring<'_>, scores: &Matrix, mentor_of: &[Option<u32>]) -> Vec<Pair> {
    (mentor_of.iter().zip(of_each(scores, mentor_of)).enumerate())
        .filter_map(|(mentee, (mentor, score))| {
            let mentor = (*mentor)? as usize;
            Some(Pair {
                mentee,
                mentor,
                score: score?,
                points: scoring.explain(mentee, mentor),
            })
        })
        .collect()
}

impl Plan {
    /// How many mentees each mentor gets, in the order of the pool.
    pub fn loads(&self, mentors: usize) -> Vec<usize> {
        let mut loads = vec![0; mentors];
        for pair in &self.pairs {
            loads[pair.mentor] += 1;
        }
        loads
    }

    /// How many pairs have a score from this many tens of points up to the next.
    pub fn spread(&self) -> [usize; 10] {
        let mut spread = [0; 10];
        for pair in &self.pairs {
            spread[usize::from(pair.score / 1000).min(9)] += 1;
        }
        spread
    }

    /// The mean score in hundredths, rounded down.
    pub fn mean(&self) -> Option<u16> {
        let mean = self.total.score.checked_div(self.total.matched as u64)?;
        u16::try_from(mean).ok()
    }

    pub fn worst(&self) -> Option<&Pair> {
        self.pairs.iter().min_by_key(|pair| pair.score)
    }

    /// Of the mentees who have wishes: how many, and how many have their first, second and so on.
    pub fn wishes(&self, pool: &Pool) -> (usize, [usize; 5]) {
        let mut met = [0; 5];
        for pair in &self.pairs {
            let mentor = pool.mentors[pair.mentor].person.id;
            let place = pool.mentees[pair.mentee]
                .wishes
                .iter()
                .position(|id| *id == mentor);
            if let Some(count) = place.and_then(|place| met.get_mut(place)) {
                *count += 1;
            }
        }
        (
            pool.mentees
                .iter()
                .filter(|one| !one.wishes.is_empty())
                .count(),
            met,
        )
    }

    /// By what each mentee is: how many there are, how many are matched, and their mean score.
    /// Groups of fewer than [`FEW`] are put together, so that a number says nothing of one person.
    pub fn by_group(&self, pool: &Pool, group: impl Fn(usize) -> String) -> Vec<(String, Group)> {
        let mut groups: BTreeMap<String, Group> = BTreeMap::new();
        for mentee in 0..pool.mentees.len() {
            groups.entry(group(mentee)).or_default().mentees += 1;
        }
        for pair in &self.pairs {
            let group = groups.entry(group(pair.mentee)).or_default();
            group.matched += 1;
            group.score += u64::from(pair.score);
        }
        suppressed(groups)
    }
}

/// Fewer people than these are not told of apart.
pub const FEW: usize = 5;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Group {
    pub mentees: usize,
    pub matched: usize,
    score: u64,
}

impl Group {
    /// The mean score in hundredths, rounded down; none for fewer matched than [`FEW`].
    pub fn mean(&self) -> Option<u16> {
        let enough = self.matched >= FEW;
        u16::try_from(
            self.score
                .checked_div(self.matched as u64)
                .filter(|_| enough)?,
        )
        .ok()
    }
}

/// Small groups become one. Were that one small itself, the smallest of the others joins it: otherwise
/// it could be told from the sum of all.
fn suppressed(groups: BTreeMap<String, Group>) -> Vec<(String, Group)> {
    let (mut large, small): (Vec<_>, Vec<_>) = groups
        .into_iter()
        .partition(|(_, group)| group.mentees >= FEW);
    if small.is_empty() {
        return large;
    }
    let mut rest = small
        .into_iter()
        .fold(Group::default(), |sum, (_, one)| sum.and(one));
    large.sort_by_key(|(name, group)| (std::cmp::Reverse(group.mentees), name.clone()));
    while rest.mentees < FEW {
        let Some((_, smallest)) = large.pop() else {
            return Vec::new();
        };
        rest = rest.and(smallest);
    }
    large.sort_by(|(one, _), (other, _)| one.cmp(other));
    large.push(("All others".into(), rest));
    large
}

impl Group {
    fn and(self, other: Self) -> Self {
        Self {
            mentees: self.mentees + other.mentees,
            matched: self.matched + other.matched,
            score: self.score + other.score,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::certificate::Flaw;
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Write for Log {
        fn write(&mut self, written: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(written)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_is_wrong_with_a_proof_is_logged() {
        let log = Log::default();
        let into = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(move || into.clone())
            .finish();
        let no_plan = tracing::subscriber::with_default(subscriber, || {
            NoPlan::from(Failed::Unproved(Flaw::TooManyMentees { mentor: 7 }))
        });
        assert_eq!(no_plan, NoPlan::Unproved);
        let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert!(
            logged.contains("ERROR") && logged.contains("TooManyMentees { mentor: 7 }"),
            "{logged}"
        );
    }
}
