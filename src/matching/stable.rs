//! Pairs that nobody has a reason to leave: no mentee and no mentor would both rather have each other.
//!
//! Mentees ask in the order of their scores and mentors keep the best who asked (Gale and Shapley,
//! American Mathematical Monthly 69, 1962). Of equal mentors a mentee asks the first, and of equal
//! mentees a mentor keeps the first.

use super::problem::Matched;
use super::scores::{NOT_ALLOWED, Scores};
use super::watch::{Cancelled, Watch};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A mentee as a mentor sees them: the worst is the greatest.
type Asked = (Reverse<u16>, u32);

pub fn stable(scores: &impl Scores, places: &[u32], watch: &Watch) -> Result<Matched, Cancelled> {
    let mut space = vec![NOT_ALLOWED; scores.mentors()];
    let mut kept: Vec<BinaryHeap<Asked>> = places.iter().map(|_| BinaryHeap::new()).collect();
    for first in (0..).take(scores.mentees()) {
        watch.goes_on()?;
        let mut asking = Some((first, None));
        while let Some((mentee, refused)) = asking {
            let row = scores.row(mentee as usize, &mut space);
            let next = (row.allowed())
                .map(|(mentor, score)| (score, Reverse(mentor)))
                .filter(|one| refused.is_none_or(|refused| *one < refused))
                .max();
            asking = next.and_then(|(score, Reverse(mentor))| {
                let mentees = &mut kept[mentor as usize];
                mentees.push((Reverse(score), mentee));
                let full = mentees.len() > places[mentor as usize] as usize;
                let (Reverse(score), loser) = full.then(|| mentees.pop()).flatten()?;
                Some((loser, Some((score, Reverse(mentor)))))
            });
        }
    }
    let mut mentor_of = vec![None; scores.mentees()];
    for (mentor, mentees) in (0..).zip(kept) {
        for (_, mentee) in mentees {
            mentor_of[mentee as usize] = Some(mentor);
        }
    }
    Ok(mentor_of)
}
