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

/// What all pairs of an optimum are worth together once each of these is made too, by itself; nothing
/// for a pair that is not allowed or has no place.
pub fn totals_with(
    scores: &impl Scores,
    places: &[u32],
    found: &Optimum,
    pairs: &[(u32, u32)],
    watch: &Watch,
) -> Result<Vec<Option<Total>>, Cancelled> {
    let insist = Insist::new(scores, places, found);
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
            totals[*at] = reached[*end].and_then(|step| insist.total(pairs[*at], step));
        }
        done += of_one.len();
        watch.reached(u32::try_from(1000 * done / all).unwrap_or(1000));
    }
    Ok(totals)
}

struct Insist<'a, S> {
    scores: &'a S,
    found: &'a Optimum,
    mentees: Vec<Vec<u32>>,
    free: Vec<bool>,
    bonus: i64,
    nobody: Vec<u32>,
}

/// How far a search has come: what it costs beside the prices, and how many fewer are matched by it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Step {
    cost: i64,
    fewer: i64,
}

impl Step {
    fn on(self, cost: i64, fewer: i64) -> Self {
        Self {
            cost: self.cost + cost,
            fewer: self.fewer + fewer,
        }
    }
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

    /// The cheapest way from a mentor who gives a mentee up to each of these ends.
    fn search(
        &self,
        mentor: usize,
        ends: &[usize],
        watch: &Watch,
    ) -> Result<Vec<Option<Step>>, Cancelled> {
        let mut known = vec![None; self.outside() + 1];
        let mut settled = vec![false; known.len()];
        let mut space = vec![NOT_ALLOWED; self.outside()];
        known[mentor] = Some(Step::default());
        loop {
            watch.goes_on()?;
            let open = (known.iter().zip(&settled).enumerate()).filter(|(_, (_, done))| !**done);
            let next = open
                .filter_map(|(at, (step, _))| Some(((*step)?, at)))
                .min();
            let Some((step, at)) = next else {
                return Ok(known);
            };
            settled[at] = true;
            if ends.iter().all(|end| settled[*end]) {
                return Ok(known);
            }
            match at == self.outside() {
                true => self.past_nobody(step, &mut known, &mut space),
                false => self.past_mentor((at, step), &mut known, &mut space),
            }
        }
    }

    /// A mentor gives one of their mentees up to another, or to nobody; or has a free place.
    fn past_mentor(
        &self,
        (at, step): (usize, Step),
        known: &mut [Option<Step>],
        space: &mut [u16],
    ) {
        if self.free[at] {
            nearer(&mut known[self.outside()], step);
        }
        for mentee in &self.mentees[at] {
            let own = self.mentee_price(*mentee);
            nearer(&mut known[self.outside()], step.on(own, 1));
            self.moves(*mentee, step.on(own, 0), known, space);
        }
    }

    /// Somebody who has nobody comes to a mentor, or a mentor is left with a place more.
    fn past_nobody(&self, step: Step, known: &mut [Option<Step>], space: &mut [u16]) {
        for (mentor, mentees) in self.mentees.iter().enumerate() {
            if !mentees.is_empty() {
                nearer(&mut known[mentor], step.on(self.mentor_price(mentor), 0));
            }
        }
        for mentee in &self.nobody {
            let step = step.on(self.mentee_price(*mentee), -1);
            self.moves(*mentee, step, known, space);
        }
    }

    fn moves(&self, mentee: u32, step: Step, known: &mut [Option<Step>], space: &mut [u16]) {
        for (mentor, score) in self.scores.row(mentee as usize, space).allowed() {
            let mentor = mentor as usize;
            let cost = self.mentor_price(mentor) - self.bonus - i64::from(score);
            nearer(&mut known[mentor], step.on(cost, 0));
        }
    }

    fn total(&self, (mentee, mentor): (u32, u32), step: Step) -> Option<Total> {
        let mut space = vec![NOT_ALLOWED; self.outside()];
        let row = self.scores.row(mentee as usize, &mut space);
        let own = self.mentee_price(mentee) + self.mentor_price(mentor as usize) - self.bonus;
        let whole = step.on(own - i64::from(score(row.mark(mentor))?), 0);
        let fewer = match self.found.mentor_of[mentee as usize] {
            Some(_) => whole.fewer,
            None => whole.fewer - 1,
        };
        let Total { matched, score } = self.found.total;
        Some(Total {
            matched: matched.checked_add_signed(isize::try_from(-fewer).ok()?)?,
            score: score.checked_add_signed(fewer * self.bonus - whole.cost)?,
        })
    }
}

fn nearer(known: &mut Option<Step>, step: Step) {
    if known.is_none_or(|known| step < known) {
        *known = Some(step);
    }
}
