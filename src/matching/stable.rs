//! Pairs that nobody has a reason to leave: no mentee and no mentor would both rather have each other.
//!
//! Mentees ask in the order of their scores and mentors keep the best who asked (Gale and Shapley,
//! American Mathematical Monthly 69, 1962). Of equal mentors a mentee asks the first, and of equal
//! mentees a mentor keeps the first. Whoever would be refused need not ask: mentors only ever gain, so
//! that the refusal would stand.

use super::problem::Matched;
use super::scores::{NOT_ALLOWED, Scores};
use super::watch::{Cancelled, Watch};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// How many mentors are looked out for a mentee at once.
const AT_ONCE: usize = 32;

/// A mentee as a mentor sees them: the worst is the greatest.
type Asked = (Reverse<u16>, u32);

/// A mentor as a mentee sees them: the best is the greatest.
type Asks = (u16, Reverse<u32>);

pub fn stable(scores: &impl Scores, places: &[u32], watch: &Watch) -> Result<Matched, Cancelled> {
    let mut asking = Asking {
        scores,
        places,
        space: vec![NOT_ALLOWED; scores.mentors()],
        next: vec![Vec::new(); scores.mentees()],
        last: vec![None; scores.mentees()],
        kept: vec![BinaryHeap::new(); scores.mentors()],
    };
    for (first, done) in (0..).zip(shares(scores.mentees())) {
        watch.reached(done);
        let mut mentee = Some(first);
        while let Some(one) = mentee {
            watch.goes_on()?;
            mentee = asking.ask(one);
        }
    }
    let mut mentor_of = vec![None; scores.mentees()];
    for (mentor, mentees) in (0..).zip(asking.kept) {
        for (_, mentee) in mentees {
            mentor_of[mentee as usize] = Some(mentor);
        }
    }
    Ok(mentor_of)
}

/// How much is done before each of so many, in thousandths.
fn shares(all: usize) -> impl Iterator<Item = u32> {
    (0..all).map(move |one| u32::try_from(1000 * one / all).unwrap_or(1000))
}

struct Asking<'a, S> {
    scores: &'a S,
    places: &'a [u32],
    space: Vec<u16>,
    /// Whom each mentee asks next, the best last, and whom they looked at last.
    next: Vec<Vec<Asks>>,
    last: Vec<Option<Asks>>,
    kept: Vec<BinaryHeap<Asked>>,
}

impl<S: Scores> Asking<'_, S> {
    /// Lets a mentee ask until somebody keeps them, and returns who is given up for it.
    fn ask(&mut self, mentee: u32) -> Option<u32> {
        loop {
            let (score, Reverse(mentor)) = self.best(mentee)?;
            if !self.keeps(mentor, (Reverse(score), mentee)) {
                continue;
            }
            let mentees = &mut self.kept[mentor as usize];
            mentees.push((Reverse(score), mentee));
            let full = mentees.len() > self.places[mentor as usize] as usize;
            let given_up = full.then(|| mentees.pop()).flatten();
            return given_up.map(|(_, loser)| loser);
        }
    }

    /// The best mentor whom a mentee has not asked.
    fn best(&mut self, mentee: u32) -> Option<Asks> {
        if self.next[mentee as usize].is_empty() {
            self.look_out(mentee);
        }
        self.next[mentee as usize].pop()
    }

    fn look_out(&mut self, mentee: u32) {
        let mut space = std::mem::take(&mut self.space);
        let last = self.last[mentee as usize];
        let row = self.scores.row(mentee as usize, &mut space).allowed();
        let mut next: Vec<Asks> = row
            .map(|(mentor, score)| (score, Reverse(mentor)))
            .filter(|one| last.is_none_or(|last| *one < last))
            .filter(|(score, mentor)| self.keeps(mentor.0, (Reverse(*score), mentee)))
            .collect();
        if next.len() > AT_ONCE {
            next.select_nth_unstable_by(AT_ONCE - 1, |one, other| other.cmp(one));
            next.truncate(AT_ONCE);
        }
        next.sort_unstable();
        self.last[mentee as usize] = next.first().copied().or(last);
        self.next[mentee as usize] = next;
        self.space = space;
    }

    /// Whether a mentor has room, or would give somebody up.
    fn keeps(&self, mentor: u32, asked: Asked) -> bool {
        let mentees = &self.kept[mentor as usize];
        let places = self.places[mentor as usize] as usize;
        mentees.len() < places || mentees.peek().is_some_and(|worst| asked < *worst)
    }
}
