//! What can be said of pairs: who would rather have somebody else, and what one place more would do.

use super::network::Value;
use super::problem::{Matched, of_each};
use super::scores::{NOT_ALLOWED, Scores, score};
use super::watch::{Cancelled, Watch};
use std::cmp::Reverse;

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

/// The pairs that block: how many there are, and those of them who gain most.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    pub all: usize,
    pub first: Vec<Blocking>,
}

/// At most so many, those first who gain most.
pub fn blocking(
    scores: &impl Scores,
    places: &[u32],
    mentor_of: &[Option<u32>],
    most: usize,
    watch: &Watch,
) -> Result<Block, Cancelled> {
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
    let mut block = Block::default();
    for (mentee, own) in (0..).zip(&own) {
        watch.goes_on()?;
        watch.within(0..1000, mentee as usize, scores.mentees());
        for (mentor, score) in scores.row(mentee as usize, &mut space).allowed() {
            let rather = own.is_none_or(|own| score > own);
            let least = least[mentor as usize];
            if rather && least.is_none_or(|least| score > least) {
                block.add(Blocking {
                    mentee,
                    mentor,
                    score,
                    mentee_gains: score - own.unwrap_or(0),
                    mentor_gains: score - least.unwrap_or(0),
                });
            }
        }
        // Twice as many are kept, so that it is seldom looked who is among the first.
        if block.first.len() >= 2 * most {
            block.keep(most);
        }
    }
    block.keep(most);
    Ok(block)
}

impl Block {
    fn add(&mut self, pair: Blocking) {
        self.all += 1;
        self.first.push(pair);
    }

    fn keep(&mut self, most: usize) {
        self.first.sort_unstable_by_key(|pair| {
            (
                Reverse(pair.mentee_gains.min(pair.mentor_gains)),
                pair.mentee,
                pair.mentor,
            )
        });
        self.first.truncate(most);
    }
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

/// How one place more with a mentor would be used best: a mentee who has nobody comes to a first mentor,
/// one of whose mentees moves on to another, and so on until the place is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    pub mentee: u32,
    pub first: u32,
    /// Who takes the place in the end, and whom they leave for it, if it is not the first mentee.
    pub last: u32,
    pub leaves: Option<u32>,
    /// What all scores together gain.
    pub gain: i64,
}

/// To each mentor, the way that gains most among those that begin with some mentees who have nobody;
/// none where others would have to move who cannot. The pairs are an optimum with these prices: so no
/// step costs less than nothing beside the prices of the two mentors, and the best ways are found from
/// the first to the last (Edmonds and Karp, Journal of the ACM 19, 1972).
pub fn ways(
    scores: &impl Scores,
    mentor_of: &[Option<u32>],
    mentor_prices: &[Value],
    from: &[u32],
    watch: &Watch,
) -> Result<Vec<Option<Way>>, Cancelled> {
    let mentees = mentees_of(mentor_prices.len(), mentor_of);
    let mut space = vec![NOT_ALLOWED; scores.mentors()];
    let mut ways: Vec<Option<Way>> = vec![None; mentor_prices.len()];
    let mut reached = vec![false; mentor_prices.len()];
    for mentee in from.iter().copied() {
        for (first, score) in scores.row(mentee as usize, &mut space).allowed() {
            let gain = i64::from(score);
            better(
                &mut ways[first as usize],
                Way {
                    mentee,
                    first,
                    last: mentee,
                    leaves: None,
                    gain,
                },
            );
        }
    }
    let beside_prices = |(at, way): (usize, &Option<Way>)| {
        Some((
            way.as_ref()?.gain - i64::from(mentor_prices[at]),
            Reverse(at),
        ))
    };
    loop {
        let open = ways.iter().enumerate().filter(|(at, _)| !reached[*at]);
        let Some((_, Reverse(at))) = open.filter_map(beside_prices).max() else {
            return Ok(ways);
        };
        watch.goes_on()?;
        reached[at] = true;
        let Some(so_far) = ways[at] else { continue };
        for mentee in &mentees[at] {
            let row = scores.row(*mentee as usize, &mut space);
            let own = score(row.mark(u32::try_from(at).unwrap_or(u32::MAX)));
            let own = own.map_or(0, i64::from);
            for (mentor, score) in row.allowed() {
                if !reached[mentor as usize] {
                    let gain = so_far.gain + i64::from(score) - own;
                    let way = Way {
                        last: *mentee,
                        leaves: u32::try_from(at).ok(),
                        gain,
                        ..so_far
                    };
                    better(&mut ways[mentor as usize], way);
                }
            }
        }
    }
}

/// Everybody as they are once a place more is used best.
pub fn walk(ways: &[Option<Way>], place: usize, mentor_of: &mut Matched) {
    let mut place = Some(place);
    while let Some((mentor, way)) = place.and_then(|mentor| Some((mentor, ways[mentor]?))) {
        mentor_of[way.last as usize] = u32::try_from(mentor).ok();
        place = way.leaves.map(|mentor| mentor as usize);
    }
}

fn better(known: &mut Option<Way>, other: Way) {
    if known.is_none_or(|known| other.gain > known.gain) {
        *known = Some(other);
    }
}
