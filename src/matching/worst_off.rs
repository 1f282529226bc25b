//! Raises those who fare worst: as many mentees matched as can be, then the least score among them as
//! high as can be and as few at it as can be, then the next score, and so on (a lexicographic
//! bottleneck assignment; Burkard and Rendl, Operations Research Letters 10, 1991).
//!
//! It goes from the lowest score up. At each, the fewest pairs that have to be left there are found as
//! an optimum in which every other pair is worth one more. By its prices, whatever keeps to that number
//! are the pairs that are worth exactly their prices, with everybody matched whose price is above zero;
//! the next score is looked at among those alone.

use super::among::{Among, MOST};
use super::network::{Edge, Network, Side, TooMany, Value};
use super::optimum::Stopped;
use super::problem::Matched;
use super::scores::{NOT_ALLOWED, Scores};
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
    let mut done = None;
    while let Some(level) = levels.lowest(done) {
        let number = levels.edges.len();
        levels
            .edges
            .retain(|edge| edge.score >= level || Some(edge.score) <= done);
        levels.settle(|score| score != level, watch)?;
        match levels.lowest(done) == Some(level) {
            true => levels.keep(),
            false => levels.edges.retain(|edge| edge.score != level),
        }
        done = Some(level);
        watch.reached(u32::from(level / 10));
        debug_assert!(levels.edges.len() <= number);
    }
    Ok(levels.mentor_of)
}

struct Levels<'a> {
    /// Who has to be matched so far.
    among: Among<'a>,
    /// The pairs that are left.
    edges: Vec<Edge>,
    mentor_of: Matched,
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
        let mut worth = network.edges().iter();
        self.edges.retain(|edge| {
            let price = network.price(Side::Mentees, edge.mentee)
                + network.price(Side::Mentors, edge.mentor);
            worth
                .next()
                .is_some_and(|worth| price == network.bonus() + Value::from(worth.score))
        });
        for (must, person) in self.among.mentees.iter_mut().zip(0..) {
            *must |= network.price(Side::Mentees, person) > 0;
        }
        for (must, person) in self.among.mentors.iter_mut().zip(0..) {
            *must |= network.price(Side::Mentors, person) > 0;
        }
    }

    /// The lowest score of a pair that is matched, above one that is done with.
    fn lowest(&self, done: Option<u16>) -> Option<u16> {
        let matched = |edge: &&Edge| self.mentor_of[edge.mentee as usize] == Some(edge.mentor);
        let scores = self.edges.iter().filter(matched).map(|edge| edge.score);
        scores.filter(|score| Some(*score) > done).min()
    }
}
