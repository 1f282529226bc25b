//! What the whole would be worth if a pair had to be made that the optimum does not make.
//!
//! Whoever the mentor gives up for it moves to another mentor, one of whose mentees moves on, and so on,
//! until somebody comes to the place that the mentee of the pair leaves, or to a free one, or is left
//! with nobody. That is a cycle through the pair in the residual network of the optimum, and the
//! cheapest one is all that changes (Ahuja, Magnanti and Orlin, Network Flows, 1993, section 9.9).
//! Beside the prices of the optimum no step costs less than nothing, so that a search from a mentor
//! finds it (Dijkstra, Numerische Mathematik 1, 1959), for all pairs of that mentor at once.

use super::network::bonus;
use super::optimum::{Optimum, Total};
use super::report::mentees_of;
use super::scores::{NOT_ALLOWED, Scores, score};
use super::watch::{Cancelled, Watch};

/// With so many mentors it is kept what each step costs: 128 MB of it.
const KEPT: usize = 4_000;

/// What all pairs of an optimum are worth together once each of these is made too, by itself; nothing
/// for a pair that is not allowed or has no place.
pub fn totals_with(
    scores: &impl Scores,
    places: &[u32],
    found: &Optimum,
    pairs: &[(u32, u32)],
    watch: &Watch,
) -> Result<Vec<Option<Total>>, Cancelled> {
    let mut insist = Insist::new(scores, places, found);
    let mut totals = vec![None; pairs.len()];
    let mut by_mentor: Vec<usize> = (0..pairs.len()).collect();
    by_mentor.sort_by_key(|at| pairs[*at].1);
    let (all, mut done) = (pairs.len().max(1), 0);
    for of_one in by_mentor.chunk_by(|one, other| pairs[*one].1 == pairs[*other].1) {
        let mentor = pairs[of_one[0]].1;
        let ends: Vec<usize> = (of_one.iter())
            .map(|at| insist.left_by(pairs[*at].0))
            .collect();
        let reached = insist.search(mentor as usize, &ends, watch)?;
        for (at, end) in of_one.iter().zip(&ends) {
            let step = Some(reached[*end]).filter(|step| step.is_known());
            totals[*at] = step.and_then(|step| insist.total(pairs[*at], step));
        }
        done += of_one.len();
        watch.reached(u32::try_from(1000 * done / all).unwrap_or(1000));
    }
    Ok(totals)
}

/// What a way costs beside the prices, and how many fewer are matched by it: both in one number, so that
/// many are added and compared at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Step(i64);

impl Step {
    /// Much dearer than any, and still not too large to be added to one.
    const NONE: Self = Self(i64::MAX / 2);

    /// How many bits count those who are fewer.
    const BITS: u32 = 16;

    fn new(cost: i64, fewer: i64) -> Self {
        Self((cost << Self::BITS) + fewer)
    }

    fn is_known(self) -> bool {
        self.0 < Self::NONE.0 / 2
    }

    fn and(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }

    fn fewer(self) -> i64 {
        let above = i64::BITS - Self::BITS;
        self.0 << above >> above
    }

    fn cost(self) -> i64 {
        (self.0 - self.fewer()) >> Self::BITS
    }
}

struct Insist<'a, S> {
    scores: &'a S,
    found: &'a Optimum,
    mentees: Vec<Vec<u32>>,
    free: Vec<bool>,
    bonus: i64,
    nobody: Vec<u32>,
    /// The cheapest step from each mentor to every other, and to nobody, as far as it was asked for.
    steps: Vec<Vec<Step>>,
}

impl<'a, S: Scores> Insist<'a, S> {
    fn new(scores: &'a S, places: &[u32], found: &'a Optimum) -> Self {
        let mentees = mentees_of(places.len(), &found.mentor_of);
        let nobody = (0..).zip(&found.mentor_of);
        Self {
            free: (mentees.iter().zip(places))
                .map(|(mentees, places)| mentees.len() < *places as usize)
                .collect(),
            bonus: bonus(scores.mentees(), scores.mentors()).map_or(0, i64::from),
            nobody: (nobody.filter(|(_, mentor)| mentor.is_none()))
                .map(|(mentee, _)| mentee)
                .collect(),
            steps: vec![Vec::new(); mentees.len() + 1],
            scores,
            found,
            mentees,
        }
    }

    /// The number of those who are with nobody, after that of all mentors.
    fn outside(&self) -> usize {
        self.mentees.len()
    }

    /// Where a place is free once a mentee goes elsewhere.
    fn left_by(&self, mentee: u32) -> usize {
        self.found.mentor_of[mentee as usize].map_or(self.outside(), |mentor| mentor as usize)
    }

    fn mentee_price(&self, mentee: u32) -> i64 {
        i64::from(self.found.mentee_prices[mentee as usize])
    }

    fn mentor_price(&self, mentor: usize) -> i64 {
        i64::from(self.found.mentor_prices[mentor])
    }

    /// The cheapest way from a mentor who gives a mentee up to each of these ends, and to others.
    fn search(
        &mut self,
        mentor: usize,
        ends: &[usize],
        watch: &Watch,
    ) -> Result<Vec<Step>, Cancelled> {
        let mut known = vec![Step::NONE; self.outside() + 1];
        let mut settled = vec![false; known.len()];
        known[mentor] = Step::new(0, 0);
        loop {
            watch.goes_on()?;
            let open = (known.iter().zip(&settled).enumerate()).filter(|(_, (_, done))| !**done);
            let next = open.map(|(at, (step, _))| (*step, at)).min();
            let Some((so_far, at)) = next.filter(|(step, _)| step.is_known()) else {
                return Ok(known);
            };
            settled[at] = true;
            if ends.iter().all(|end| settled[*end]) {
                return Ok(known);
            }
            if self.steps[at].is_empty() {
                self.steps[at] = self.steps_from(at);
            }
            for (known, step) in known.iter_mut().zip(&self.steps[at]) {
                *known = (*known).min(so_far.and(*step));
            }
            if self.outside() > KEPT {
                self.steps[at] = Vec::new();
            }
        }
    }

    /// From a mentor who gives one of their mentees up to another or to nobody, or has a free place; and
    /// from nobody to a mentor to whom somebody comes, or who is left with a place more.
    fn steps_from(&self, at: usize) -> Vec<Step> {
        let mut steps = vec![Step::NONE; self.outside() + 1];
        let mut nearer = |to: usize, step: Step| steps[to] = steps[to].min(step);
        let (from, fewer) = match at == self.outside() {
            true => (&self.nobody, -1),
            false => (&self.mentees[at], 0),
        };
        let mut space = vec![NOT_ALLOWED; self.outside()];
        for mentee in from {
            let own = self.mentee_price(*mentee) - self.bonus;
            for (mentor, score) in self.scores.row(*mentee as usize, &mut space).allowed() {
                let cost = own + self.mentor_price(mentor as usize) - i64::from(score);
                nearer(mentor as usize, Step::new(cost, fewer));
            }
        }
        if at == self.outside() {
            let held = self.mentees.iter().enumerate();
            for (mentor, _) in held.filter(|(_, mentees)| !mentees.is_empty()) {
                nearer(mentor, Step::new(self.mentor_price(mentor), 0));
            }
        } else {
            for mentee in from {
                nearer(self.outside(), Step::new(self.mentee_price(*mentee), 1));
            }
            if self.free[at] {
                nearer(self.outside(), Step::new(0, 0));
            }
        }
        steps
    }

    fn total(&self, (mentee, mentor): (u32, u32), way: Step) -> Option<Total> {
        let mut space = vec![NOT_ALLOWED; self.outside()];
        let row = self.scores.row(mentee as usize, &mut space);
        let own = self.mentee_price(mentee) + self.mentor_price(mentor as usize) - self.bonus;
        let cost = way.cost() + own - i64::from(score(row.mark(mentor))?);
        let fewer = match self.found.mentor_of[mentee as usize] {
            Some(_) => way.fewer(),
            None => way.fewer() - 1,
        };
        let Total { matched, score } = self.found.total;
        Some(Total {
            matched: matched.checked_add_signed(isize::try_from(-fewer).ok()?)?,
            score: score.checked_add_signed(fewer * self.bonus - cost)?,
        })
    }
}
