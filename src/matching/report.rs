//! What can be said of pairs: who would rather have somebody else, and why somebody has nobody.

use super::problem::{Matched, of_each};
use super::scores::{NOT_ALLOWED, Scores};
use std::cmp::Reverse;
use std::collections::VecDeque;

/// A mentee and a mentor who would both rather have each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blocking {
    pub mentee: u32,
    pub mentor: u32,
    /// The score of the two.
    pub score: u16,
    /// By how much the mentee would gain; all of it, where they have nobody.
    pub mentee_gains: u16,
    /// By how much the mentor would gain against the mentee that they would give up; all of it, where
    /// they have a free place.
    pub mentor_gains: u16,
}

/// Those who gain most first.
pub fn blocking(scores: &impl Scores, places: &[u32], mentor_of: &[Option<u32>]) -> Vec<Blocking> {
    let own = of_each(scores, mentor_of);
    // The least that each mentor would give up; nothing where a place is free.
    let least: Vec<Option<u16>> = (mentees_of(places.len(), mentor_of).iter().zip(places))
        .map(|(mentees, places)| {
            let full = mentees.len() >= *places as usize;
            let scores = mentees.iter().filter_map(|mentee| own[*mentee as usize]);
            full.then(|| scores.min().unwrap_or(u16::MAX))
        })
        .collect();
    let mut space = vec![NOT_ALLOWED; scores.mentors()];
    let mut found = Vec::new();
    for (mentee, own) in (0..).zip(&own) {
        for (mentor, score) in scores.row(mentee as usize, &mut space).allowed() {
            let rather = own.is_none_or(|own| score > own);
            let least = least[mentor as usize];
            if rather && least.is_none_or(|least| score > least) {
                found.push(Blocking {
                    mentee,
                    mentor,
                    score,
                    mentee_gains: score - own.unwrap_or(0),
                    mentor_gains: score - least.unwrap_or(0),
                });
            }
        }
    }
    found.sort_by_key(|pair| {
        (
            Reverse(pair.mentee_gains.min(pair.mentor_gains)),
            pair.mentee,
            pair.mentor,
        )
    });
    found
}

/// The mentees of each mentor.
pub fn mentees_of(mentors: usize, mentor_of: &[Option<u32>]) -> Vec<Vec<u32>> {
    let mut mentees = vec![Vec::new(); mentors];
    for (mentee, mentor) in (0..).zip(mentor_of) {
        if let Some(mentor) = mentor {
            mentees[*mentor as usize].push(mentee);
        }
    }
    mentees
}

/// The mentors with whom one place more would let this mentee be matched: those whom others would
/// move from or to along an alternating path (Berge, PNAS 43, 1957). The fewest moves come first.
pub fn would_help(scores: &impl Scores, mentor_of: &Matched, mentee: u32) -> Vec<u32> {
    let mentees = mentees_of(scores.mentors(), mentor_of);
    let mut space = vec![NOT_ALLOWED; scores.mentors()];
    let mut seen = vec![false; scores.mentors()];
    let mut found = Vec::new();
    let mut asked = VecDeque::from([mentee]);
    while let Some(mentee) = asked.pop_front() {
        for (mentor, _) in scores.row(mentee as usize, &mut space).allowed() {
            if !std::mem::replace(&mut seen[mentor as usize], true) {
                found.push(mentor);
                asked.extend(&mentees[mentor as usize]);
            }
        }
    }
    found
}
