//! Spreads mentees evenly over mentors, where it costs nothing: of all pairings with the same total,
//! one whose mentors have as even a load as can be (the least sum of their squares).
//!
//! The prices of an optimum say which pairs belong to some optimum: those that are worth exactly what
//! the two cost, with every mentor full whose price is above zero. Among these, mentees move on along
//! a path from a mentor who has two more to one who has fewer, until there is no such path: then no
//! more even load exists, loads being convex (Harvey, Ladner, Lovász and Tamir, J. Algorithms 59, 2006).

use super::optimum::{MOST_TIGHT, Optimum, Stopped};
use super::problem::Matched;
use super::report::mentees_of;
use super::scores::Scores;
use super::watch::{Cancelled, Watch};
use std::collections::VecDeque;

/// `load` is how many mentees each mentor has besides.
pub fn even(
    scores: &impl Scores,
    places: &[u32],
    load: &[u32],
    optimum: &Optimum,
    watch: &Watch,
) -> Result<Matched, Stopped> {
    let mut spread = Spread {
        tight: optimum.tight(scores, MOST_TIGHT, watch)?,
        mentees: mentees_of(places.len(), &optimum.mentor_of),
        optimum,
        places,
        load,
        settled: vec![false; places.len()],
    };
    let mut from = spread.by_load();
    while let Some(mentor) = from.pop() {
        watch.goes_on()?;
        if spread.settled[mentor as usize] {
            continue;
        }
        if spread.relieve(mentor, watch)? {
            from = spread.by_load();
        }
    }
    let mut mentor_of = vec![None; scores.mentees()];
    for (mentor, mentees) in (0..).zip(spread.mentees) {
        for mentee in mentees {
            mentor_of[mentee as usize] = Some(mentor);
        }
    }
    Ok(mentor_of)
}

struct Spread<'a> {
    tight: Vec<Vec<u32>>,
    mentees: Vec<Vec<u32>>,
    optimum: &'a Optimum,
    places: &'a [u32],
    load: &'a [u32],
    /// Mentors who can no longer gain or lose anybody. Whoever is reached from the most loaded, who finds
    /// nobody, reaches nobody else, and nobody who has as few as those among them could help.
    settled: Vec<bool>,
}

impl Spread<'_> {
    fn load(&self, mentor: u32) -> usize {
        self.load[mentor as usize] as usize + self.mentees[mentor as usize].len()
    }

    /// Those who may have fewer, the most loaded last.
    fn by_load(&self) -> Vec<u32> {
        let mut mentors: Vec<u32> = (0..)
            .take(self.places.len())
            .filter(|mentor| self.optimum.mentor_prices[*mentor as usize] == 0)
            .filter(|mentor| !self.mentees[*mentor as usize].is_empty())
            .collect();
        mentors.sort_by_key(|mentor| (self.load(*mentor), std::cmp::Reverse(*mentor)));
        mentors
    }

    /// Takes a mentee from a mentor, if somebody who has at least two fewer gains one by it.
    fn relieve(&mut self, mentor: u32, watch: &Watch) -> Result<bool, Cancelled> {
        let enough = self.load(mentor);
        // By whom each mentor was reached: the mentee who would move there, and from where.
        let mut reached = vec![None; self.places.len()];
        let mut asked = VecDeque::from([mentor]);
        while let Some(from) = asked.pop_front() {
            for mentee in &self.mentees[from as usize] {
                watch.goes_on()?;
                for to in &self.tight[*mentee as usize] {
                    let to_know = *to != mentor && !self.settled[*to as usize];
                    if !to_know || reached[*to as usize].is_some() {
                        continue;
                    }
                    reached[*to as usize] = Some((*mentee, from));
                    let room =
                        self.mentees[*to as usize].len() < self.places[*to as usize] as usize;
                    if room && self.load(*to) + 2 <= enough {
                        self.walk(&reached, *to);
                        return Ok(true);
                    }
                    asked.push_back(*to);
                }
            }
        }
        self.settled[mentor as usize] = true;
        for (settled, reached) in self.settled.iter_mut().zip(&reached) {
            *settled |= reached.is_some();
        }
        Ok(false)
    }

    fn walk(&mut self, reached: &[Option<(u32, u32)>], last: u32) {
        let mut to = last;
        while let Some((mentee, from)) = reached[to as usize] {
            self.mentees[from as usize].retain(|one| *one != mentee);
            self.mentees[to as usize].push(mentee);
            to = from;
        }
    }
}
