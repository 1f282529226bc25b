//! A whole programme matched: who with whom and why, who has nobody and what would help, and what can
//! be said of all of it. Worked out from its input alone, so that the same input gives the same plan.

use super::beside::Beside;
use super::criteria::Criteria;
use super::method::{Method, Ways, Whole};
use super::own::Own;
use super::pool::{Mentor, Pool};
use super::scoring::{Points, Scoring};
use super::search::Effort;
use super::unmatched::{Found, Unmatched};
use crate::matching::certificate::Flaw;
use crate::matching::insist::totals_with;
use crate::matching::marks::Marks;
use crate::matching::optimum::{Stopped, Total};
use crate::matching::problem::{Best, Clash, Failed, Matched, Problem, of_each, total};
use crate::matching::report::blocking;
use crate::matching::scores::Scores;
use crate::matching::watch::{Cancelled, Watch};
use serde::{Deserialize, Serialize};
use std::ops::Range;

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
    /// What the programme's coordinators decided, where something else is tried and nothing is proposed
    /// to compare it with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<Own>,
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
    /// What each way of matching comes to.
    #[serde(default)]
    pub wholes: Vec<Whole>,
    /// Those who would both rather have each other, the first of them, and how many there are.
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
    /// The work ended before its end.
    Ended,
    /// Somebody had enough of it.
    GivenUp,
}

/// How many pairs there may be for all ways of matching to be compared, which takes a hundredth of a
/// second.
const COMPARED: usize = 20_000;

/// How many pairs that block are listed at most.
const LISTED: usize = 1000;

/// And how many pairs may be looked at for the prices of those that are: half a minute's worth, and three
/// minutes' where marks are worked out each time, which takes minutes anyway.
const LOOKED_AT: usize = 20_000_000_000;

impl From<Failed> for NoPlan {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Clash(clash) => NoPlan::Clash(clash),
            Failed::Stopped(stopped) => stopped.into(),
            Failed::Unproved(flaw) => flaw.into(),
        }
    }
}

impl From<Stopped> for NoPlan {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::TooMany => NoPlan::TooMuch,
            Stopped::Cancelled => NoPlan::Ended,
        }
    }
}

impl From<Cancelled> for NoPlan {
    fn from(_: Cancelled) -> Self {
        NoPlan::Ended
    }
}

impl From<Flaw> for NoPlan {
    fn from(flaw: Flaw) -> Self {
        tracing::error!(
            ?flaw,
            "the pairs that were found are not proved to be the best"
        );
        NoPlan::Unproved
    }
}

impl Input {
    /// Places of each mentor, with those that are tried. Whoever is away has none.
    pub fn places(&self) -> Vec<u32> {
        let places = |one: &Mentor| match one.away {
            true => 0,
            false => one.places() + self.tried_with(one),
        };
        self.pool.mentors.iter().map(places).collect()
    }

    /// How many places are tried with a mentor.
    fn tried_with(&self, mentor: &Mentor) -> u32 {
        let tried = (self.more_places.iter()).filter(|id| **id == mentor.person.id);
        u32::try_from(tried.count()).unwrap_or(u32::MAX)
    }

    /// Whether the programme lets a mentor have one place more than they have with those that are tried.
    pub fn is_below_the_maximum(&self, mentor: &Mentor) -> bool {
        let places = mentor.capacity.max(mentor.taken) + self.tried_with(mentor);
        self.pool.capacity_max.is_none_or(|most| places < most)
    }

    /// Whether the places that are tried with a mentor are more than the programme lets them have.
    pub fn is_beyond_the_maximum(&self, mentor: &Mentor) -> bool {
        let places = mentor.capacity.max(mentor.taken) + self.tried_with(mentor);
        self.pool.capacity_max.is_some_and(|most| places > most)
    }

    /// The pairs that are locked of two of whom one is not in the pool any more.
    pub fn locked_in_vain(&self) -> Vec<(i64, i64)> {
        let here = |(mentee, mentor): &(i64, i64)| {
            self.pool.mentee(*mentee).is_some() && self.pool.mentor(*mentor).is_some()
        };
        let locked = self.locked.iter().copied();
        locked.filter(|pair| !here(pair)).collect()
    }

    /// Whether one place more can be tried with the mentor who stands here.
    pub fn may_have_more(&self, at: usize) -> bool {
        let mentor = &self.pool.mentors[at];
        !mentor.away && self.is_below_the_maximum(mentor)
    }

    /// Whether anything is tried beside what the programme's coordinators decided.
    pub fn tries(&self, own: &Own) -> bool {
        let pairs = self.locked.is_empty() && self.forbidden.is_empty();
        let nothing_else = pairs && self.more_places.is_empty() && self.method == own.method;
        !nothing_else || self.criteria != own.criteria
    }

    /// Whether the same plan follows from another input.
    pub fn is_the_same(&self, other: &Input) -> bool {
        let text = |input: &Input| serde_json::to_string(input).unwrap_or_default();
        text(self) == text(other)
    }

    /// Where the two of each pair stand, if both are in the pool.
    pub fn stand(&self, pairs: &[(i64, i64)]) -> Vec<(u32, u32)> {
        let at = |place: Option<usize>| place.and_then(|place| u32::try_from(place).ok());
        let stand = |(mentee, mentor): &(i64, i64)| {
            at(self.pool.mentee(*mentee)).zip(at(self.pool.mentor(*mentor)))
        };
        pairs.iter().filter_map(stand).collect()
    }

    /// The marks of all pairs, none for those that the coordinator keeps apart.
    pub fn marks(
        &self,
        scoring: &Scoring<'_>,
        forbidden: &[(i64, i64)],
        watch: &Watch,
    ) -> Result<Marks, Cancelled> {
        Marks::of(&scoring.kernel, &self.stand(forbidden), watch)
    }

    /// Everybody matched, with as much effort for those who have nobody.
    pub fn plan(&self, effort: Effort, watch: &Watch) -> Result<Plan, NoPlan> {
        let scoring = Scoring::new(&self.pool, &self.criteria);
        watch.part(0..50);
        let scores = self.marks(&scoring, &self.forbidden, watch)?;
        let locked = self.stand(&self.locked);
        let places = self.places();
        let problem = Problem {
            scores: &scores,
            places: &places,
            locked: &locked,
        };
        watch.part(50..150);
        let now = self.now(watch)?;
        let stands = now.as_ref().map(|(_, mentors)| mentors.as_slice());
        let (best, mentor_of) = self.solve(&problem, stands, 150..600, watch)?;
        watch.part(600..750);
        let (blocking, how_many_block) = rather(&problem, &best, &mentor_of, watch)?;
        let found = Found {
            input: self,
            scoring: &scoring,
            problem,
            best: &best,
            mentor_of: &mentor_of,
            // What is found here is what stands beside anything that is tried next.
            stands: match self.own {
                Some(_) => stands,
                None => stands.or(Some(&mentor_of)),
            },
            watch,
        };
        Ok(Plan {
            pairs: pairs(&scoring, &scores, &mentor_of),
            unmatched: found.unmatched(effort, 750..1000)?,
            beside: now.map(|now| self.beside(&scores, now, &mentor_of)),
            total: total(&scores, &mentor_of),
            best: best.total,
            wholes: self.wholes(&problem, &best, &mentor_of, watch)?,
            blocking,
            how_many_block,
        })
    }

    /// The best pairs, and those that the method asks for. Of those that are as good, the best for all
    /// are those that keep most of what stands. It is `some` of the thousandths of all work.
    pub fn solve(
        &self,
        problem: &Problem<'_, Marks>,
        stands: Option<&[Option<u32>]>,
        some: Range<u32>,
        watch: &Watch,
    ) -> Result<(Best, Matched), NoPlan> {
        let half = match self.method {
            Method::Best => some.end,
            Method::Even | Method::WorstOff | Method::Stable => some.start.midpoint(some.end),
        };
        watch.part(some.start..half);
        let mut best = problem.best(watch)?;
        watch.part(half..some.end);
        let rest = problem.rest().map_err(NoPlan::Clash)?;
        let ways = Ways {
            rest: &rest,
            best: &best.found,
            load: self.load(problem.places, &rest.places),
            stands: stands.unwrap_or_default(),
            watch,
        };
        let of_rest = ways.matched(self.method)?;
        let matched = rest.with_locked(&of_rest);
        if self.method == Method::Best {
            best.mentor_of.clone_from(&matched);
            best.found.mentor_of = of_rest;
        }
        Ok((best, matched))
    }

    /// What each way of matching comes to, where that does not take long; `mentor_of` is what has come of
    /// the one that is asked for.
    fn wholes(
        &self,
        problem: &Problem<'_, Marks>,
        best: &Best,
        mentor_of: &Matched,
        watch: &Watch,
    ) -> Result<Vec<Whole>, NoPlan> {
        if problem.scores.mentees() * problem.scores.mentors() > COMPARED {
            return Ok(Vec::new());
        }
        let rest = problem.rest().map_err(NoPlan::Clash)?;
        let ways = Ways {
            rest: &rest,
            best: &best.found,
            load: self.load(problem.places, &rest.places),
            stands: &[],
            watch,
        };
        let mut wholes = Vec::new();
        for method in Method::ALL {
            let matched = match method == self.method {
                true => Ok(mentor_of.clone()),
                false => ways.matched(method).map(|found| rest.with_locked(&found)),
            };
            match matched {
                Ok(matched) => wholes.push(Whole::of(method, problem.scores, &matched)),
                // That one does not take as many is no reason against the others.
                Err(NoPlan::TooMuch) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(wholes)
    }

    /// How many mentees each mentor has besides those who are still to be matched.
    fn load(&self, places: &[u32], left: &[u32]) -> Vec<u32> {
        let mentors = self.pool.mentors.iter().zip(places.iter().zip(left));
        mentors
            .map(|(one, (all, left))| one.taken + all - left)
            .collect()
    }
}

/// Those who would rather have each other, with what the best would be with them, and how many there are.
fn rather(
    problem: &Problem<'_, Marks>,
    best: &Best,
    mentor_of: &Matched,
    watch: &Watch,
) -> Result<(Vec<Rather>, usize), NoPlan> {
    let pairs = problem.scores.mentees() * problem.scores.mentors();
    let most = (LOOKED_AT / pairs.max(1)).clamp(10, LISTED);
    let block = blocking(problem.scores, problem.places, mentor_of, most, watch)?;
    let keys: Vec<(u32, u32)> = (block.first.iter())
        .map(|one| (one.mentee, one.mentor))
        .collect();
    let rest = problem.rest().map_err(NoPlan::Clash)?;
    let totals = totals_with(&rest, &rest.places, &best.found, &keys, watch)?;
    let with_locked = |total: Total| Total {
        matched: total.matched + best.total.matched - best.found.total.matched,
        score: total.score + best.total.score - best.found.total.score,
    };
    let rather = block.first.into_iter().zip(totals);
    let rather = rather.map(|(one, total)| Rather {
        mentee: one.mentee as usize,
        mentor: one.mentor as usize,
        score: one.score,
        with: total.map(with_locked),
    });
    Ok((rather.collect(), block.all))
}

fn pairs(scoring: &Scoring<'_>, scores: &Marks, mentor_of: &[Option<u32>]) -> Vec<Pair> {
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

#[cfg(test)]
mod tests {
    use super::super::given;
    use super::*;
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
    fn a_place_that_is_tried_with_whoever_is_away_is_none() {
        let mut input = given::input(
            vec![given::mentee(1, "Tom")],
            vec![given::mentor(2, "Ada", 0)],
        );
        input.more_places = vec![2];
        assert_eq!(input.places(), [1]);
        input.pool.mentors[0].away = true;
        assert_eq!(input.places(), [0]);
    }

    #[test]
    fn whatever_it_is_compared_with_may_be_too_much() {
        let mentees = (1..=4001).map(|id| given::mentee(id, "Tom"));
        let mut input = given::input(mentees.collect(), vec![given::mentor(9000, "Ada", 1)]);
        input.own = Some(Own {
            criteria: input.criteria.clone(),
            method: Method::WorstOff,
        });
        let plan = input.plan(Effort::Page, &Watch::default()).unwrap();
        assert_eq!(plan.pairs.len(), 1);
        assert_eq!(plan.beside, None);
        input.method = Method::WorstOff;
        let too_much = input.plan(Effort::Page, &Watch::default());
        assert_eq!(too_much, Err(NoPlan::TooMuch));
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
