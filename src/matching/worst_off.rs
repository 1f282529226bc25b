//! Raises those who fare worst: as many mentees matched as can be, then the least score among them as
//! high as can be and as few at it as can be, then the next score, and so on (a lexicographic
//! bottleneck assignment; Burkard and Rendl, Operations Research Letters 10, 1991).
//!
//! It goes from the lowest score up. At each, the fewest pairs that have to be left there are found as
//! an optimum in which every other pair is worth one more. By its prices, whatever keeps to that number
//! are the pairs that are worth exactly their prices, with everybody matched whose price is above zero;
//! the next score is looked at among those alone. Where nobody has to be left, more scores are gone past
//! at once, twice as many each time, and fewer again where that is too many.

use super::among::{Among, MOST, of_mentee};
use super::network::{Edge, Network, Side, TooMany};
use super::optimum::Stopped;
use super::problem::Matched;
use super::scores::{BEST, NOT_ALLOWED, Scores};
use super::waited::longest_first;
use super::watch::Watch;

/// How many pairs, so that they take less than 400 MB.
const MOST_PAIRS: usize = 10_000_000;

pub fn worst_off(scores: &impl Scores, places: &[u32], watch: &Watch) -> Result<Matched, Stopped> {
    if scores.mentees() > MOST || scores.mentees() * scores.mentors() > MOST_PAIRS {
        return Err(TooMany.into());
    }
    let mut levels = Levels::new(scores, places);
    // Whatever the score, as many as can be.
    levels.settle(|_| true, watch)?;
    levels.keep();
    while let Some(level) = levels.next(watch)? {
        levels.keep();
        levels.done = Some(level);
        watch.reached(u32::from(level / 10));
    }
    levels.longest_first(watch)?;
    Ok(levels.mentor_of)
}

struct Levels<'a> {
    /// Who has to be matched so far.
    among: Among<'a>,
    /// The pairs that are left.
    edges: Vec<Edge>,
    mentor_of: Matched,
    /// The score up to which nothing can be better.
    done: Option<u16>,
    /// What was found last.
    network: Option<Network>,
}

impl<'a> Levels<'a> {
    fn new(scores: &impl Scores, places: &'a [u32]) -> Self {
        let mut space = vec![NOT_ALLOWED; places.len()];
        let mut edges = Vec::new();
        for mentee in (0..).take(scores.mentees()) {
            let row = scores.row(mentee as usize, &mut space).allowed();
            edges.extend(row.map(|(mentor, score)| Edge {
                mentee,
                mentor,
                score,
            }));
        }
        Self {
            among: Among {
                places,
                mentees: vec![false; scores.mentees()],
                mentors: vec![false; places.len()],
            },
            edges,
            mentor_of: vec![None; scores.mentees()],
            done: None,
            network: None,
        }
    }

    /// Matches those who have to be, and then as many pairs as can be that are worth more.
    fn settle(&mut self, more: impl Fn(u16) -> bool, watch: &Watch) -> Result<(), Stopped> {
        let more = |edge: &Edge| more(edge.score);
        let network = self.among.settle(&self.edges, more, watch)?;
        self.mentor_of = network.matched(self.among.mentees.len());
        self.network = Some(network);
        Ok(())
    }

    /// Leaves what may be in any solution that is as good as the last.
    fn keep(&mut self) {
        let Some(network) = &self.network else {
            return;
        };
        let mut tight = network.edges().iter().map(|edge| network.is_tight(edge));
        self.edges.retain(|_| tight.next().unwrap_or(false));
        for (must, person) in self.among.mentees.iter_mut().zip(0..) {
            *must |= network.price(Side::Mentees, person) > 0;
        }
        for (must, person) in self.among.mentors.iter_mut().zip(0..) {
            *must |= network.price(Side::Mentors, person) > 0;
        }
    }

    /// Finds the next score at which some have to be left, and as few as can be there.
    fn next(&mut self, watch: &Watch) -> Result<Option<u16>, Stopped> {
        let (mut past, mut too_many) = (1, false);
        while let Some(lowest) = self.lowest() {
            self.leave_out_below(lowest);
            let scores = self.scores();
            past = past.min(scores.len());
            let last = scores[past - 1];
            self.settle(|score| score > last, watch)?;
            if self.lowest().is_none_or(|lowest| lowest > last) {
                past = if too_many { past } else { past * 2 };
            } else if past == 1 {
                return Ok(Some(last));
            } else {
                (past, too_many) = (past / 2, true);
            }
        }
        Ok(None)
    }

    /// All that has everybody who has to be matched is as good by now, of the pairs that are left.
    fn longest_first(&mut self, watch: &Watch) -> Result<(), Stopped> {
        let (edges, among) = (&self.edges, &self.among);
        let can_go = |mentee: u32| !among.mentees[mentee as usize];
        let alike = |mentee, mentors: &mut Vec<u32>| {
            mentors.extend(of_mentee(edges, mentee).iter().map(|edge| edge.mentor));
        };
        let mentors = among.places.len();
        longest_first(&mut self.mentor_of, mentors, can_go, alike, watch)?;
        Ok(())
    }

    /// The lowest score of a pair that is matched, of those that are not done with.
    fn lowest(&self) -> Option<u16> {
        let matched = |edge: &&Edge| self.mentor_of[edge.mentee as usize] == Some(edge.mentor);
        let scores = self.edges.iter().filter(matched).map(|edge| edge.score);
        scores.filter(|score| Some(*score) > self.done).min()
    }

    /// Nobody has to be left below a score, for somebody just was not.
    fn leave_out_below(&mut self, least: u16) {
        let done = self.done;
        self.edges
            .retain(|edge| edge.score >= least || Some(edge.score) <= done);
    }

    /// All scores that are not done with, in order.
    fn scores(&self) -> Vec<u16> {
        let mut there = vec![false; usize::from(BEST) + 1];
        for edge in &self.edges {
            there[usize::from(edge.score)] = Some(edge.score) > self.done;
        }
        let all = (0..).zip(there);
        all.filter_map(|(score, there)| there.then_some(score))
            .collect()
    }
}
