//! The pairs that would pay beside the prices of a search among few, so that it has to go on with them
//! too.

use super::network::{Edge, Network, Side, Value};
use super::rows::{beside_prices, by_row};
use super::scores::{Scores, score};
use super::shortlist::Turn;
use super::watch::{Cancelled, Watch};
use std::ops::Range;

/// One mark by itself takes as long as so many of a row.
const SINGLY: usize = 16;

/// Whose pairs may pay that did not when all pairs were last held against the prices: those of whoever
/// is cheaper now.
pub struct Cheaper {
    mentees: Vec<bool>,
    mentors: Vec<u32>,
    /// What they cost then.
    mentee_prices: Vec<Value>,
    mentor_prices: Vec<Value>,
}

impl Cheaper {
    /// Nothing was held against any prices yet.
    pub fn all(scores: &impl Scores) -> Self {
        Self {
            mentees: vec![true; scores.mentees()],
            mentors: Vec::new(),
            mentee_prices: vec![0; scores.mentees()],
            mentor_prices: vec![0; scores.mentors()],
        }
    }

    pub fn than_before(&mut self, network: &Network) {
        let mentees = network.prices(Side::Mentees);
        let mentors = network.prices(Side::Mentors);
        let both = mentees.iter().zip(&self.mentee_prices);
        for (cheaper, (price, before)) in self.mentees.iter_mut().zip(both) {
            *cheaper |= price < before;
        }
        let both = (0..).zip(mentors.iter().zip(&self.mentor_prices));
        self.mentors.clear();
        (self.mentors).extend(
            both.filter_map(|(mentor, (price, before))| (price < before).then_some(mentor)),
        );
        (self.mentee_prices, self.mentor_prices) = (mentees, mentors);
    }

    /// Of whom as many pairs were added as may be, more may pay.
    pub fn not_all_added(&mut self, paying: &[Edge], most: usize) {
        self.mentees.fill(false);
        for of_one in paying.chunk_by(|one, other| one.mentee == other.mentee) {
            self.mentees[of_one[0].mentee as usize] = of_one.len() == most;
        }
    }

    /// Whether any mentor's pair with a mentee may pay, or only those with mentors who are cheaper.
    fn any_of(&self, mentee: u32) -> bool {
        self.mentees[mentee as usize] || self.mentors.len() * SINGLY > self.mentor_prices.len()
    }
}

/// The pairs that are worth more than their prices, a few for each mentee.
pub fn paying(
    scores: &impl Scores,
    network: &Network,
    (cheaper, added): (&Cheaper, usize),
    watch: (Range<u32>, &Watch),
) -> Result<Vec<Edge>, Cancelled> {
    let prices = &cheaper.mentor_prices;
    by_row(scores, watch, |mentee, space, kept, edges| {
        let turn = Turn::of_mentee(mentee, prices.len());
        // What a mark has to be above, were the mentor to cost nothing.
        let enough = network.price(Side::Mentees, mentee) - network.bonus() + 1;
        if cheaper.any_of(mentee) {
            let row = scores.row(mentee as usize, space);
            beside_prices(row, prices, |left| left > enough, kept);
        } else {
            kept.clear();
            for mentor in &cheaper.mentors {
                let mark = scores.mark(mentee as usize, *mentor as usize);
                let is_above = Value::from(mark) - prices[*mentor as usize] > enough;
                kept.extend(
                    score(mark)
                        .filter(|_| is_above)
                        .map(|score| (*mentor, score)),
                );
            }
        }
        let loss = |(mentor, score): &(u32, u16)| prices[*mentor as usize] - Value::from(*score);
        if kept.len() > added {
            kept.select_nth_unstable_by_key(added - 1, |pair| (loss(pair), turn.of(pair.0)));
            kept.truncate(added);
            kept.sort_unstable();
        }
        edges.extend(kept.iter().map(|(mentor, score)| Edge {
            mentee,
            mentor: *mentor,
            score: *score,
        }));
    })
}
