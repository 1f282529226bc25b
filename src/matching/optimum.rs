//! The best pairs of a whole programme: as many mentees matched as can be, then the highest total.
//!
//! The search (see `network`) is done among the few best mentors of each mentee and a few others, and
//! the prices that come of it are then held against all pairs. Pairs that would pay are added and the
//! search goes on from where it was, until none is left: a column generation that ends with the optimum
//! of all pairs.
//!
//! Between several optima those mentees have a mentor who come first in their order (see `waited`), and
//! whom each of them has depends on the order of mentees and of mentors alone: the same people in the
//! same order give the same pairs on every machine. Where some pairs stand already, `kept` then finds
//! the one that changes least.

use super::network::{Network, Side, TooMany, Value, bonus};
use super::paying::{Cheaper, paying};
use super::problem::total;
use super::rows::beside_prices;
use super::scores::{NOT_ALLOWED, Scores};
use super::shortlist::{Few, shortlist};
use super::waited::longest_first;
use super::watch::{Cancelled, Watch};
use serde::{Deserialize, Serialize};

/// How many pairs are written down that belong to some optimum: so many take up to 200 MB.
pub const MOST_TIGHT: usize = 25_000_000;

/// A matching and the prices that prove it to be the best.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Optimum {
    /// For each mentee.
    pub mentor_of: Vec<Option<u32>>,
    pub total: Total,
    /// What each mentee adds to the whole.
    pub mentee_prices: Vec<Value>,
    /// What one more place with each mentor would add to the whole.
    pub mentor_prices: Vec<Value>,
}

impl Optimum {
    /// The mentors of each mentee with whom they are in some optimum: those with whom they are worth
    /// exactly what the two cost. There are `most` such pairs at most.
    pub fn tight(
        &self,
        scores: &impl Scores,
        most: usize,
        watch: &Watch,
    ) -> Result<Vec<Vec<u32>>, Stopped> {
        let (mut space, mut kept) = (vec![NOT_ALLOWED; scores.mentors()], Vec::new());
        let (mut tight, mut all) = (Vec::with_capacity(scores.mentees()), 0);
        for mentee in (0..).take(scores.mentees()) {
            watch.goes_on()?;
            self.tight_of(scores, mentee, &mut space, &mut kept)?;
            all += kept.len();
            if all > most {
                return Err(TooMany.into());
            }
            tight.push(kept.iter().map(|(mentor, _)| *mentor).collect());
        }
        Ok(tight)
    }

    /// The same of one mentee, in `kept`. There is space for all their marks.
    fn tight_of(
        &self,
        scores: &impl Scores,
        mentee: u32,
        space: &mut [u16],
        kept: &mut Vec<(u32, u16)>,
    ) -> Result<(), TooMany> {
        let bonus = bonus(scores.mentees(), scores.mentors())?;
        let exactly = self.mentee_prices[mentee as usize] - bonus + 1;
        let row = scores.row(mentee as usize, space);
        beside_prices(row, &self.mentor_prices, |left| left == exactly, kept);
        Ok(())
    }

    /// Of all optima, one in which those have a mentor who have waited longest.
    fn longest_first(&mut self, scores: &impl Scores, watch: &Watch) -> Result<(), Stopped> {
        let (mut space, mut kept) = (vec![NOT_ALLOWED; scores.mentors()], Vec::new());
        let mut mentor_of = std::mem::take(&mut self.mentor_of);
        let can_go = |mentee: u32| self.mentee_prices[mentee as usize] == 0;
        let alike = |mentee: u32, mentors: &mut Vec<u32>| {
            // As many as here were matched before.
            if self.tight_of(scores, mentee, &mut space, &mut kept).is_ok() {
                mentors.extend(kept.iter().map(|(mentor, _)| *mentor));
            }
        };
        longest_first(&mut mentor_of, scores.mentors(), can_go, alike, watch)?;
        self.mentor_of = mentor_of;
        Ok(())
    }
}

/// What a matching is worth. The order is that in which matchings are better.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Total {
    pub matched: usize,
    /// In hundredths of a point, of all pairs together.
    pub score: u64,
}

impl Total {
    /// The mean score of a pair in hundredths of a point, rounded down; none where nobody is matched.
    pub fn mean(self) -> Option<u16> {
        let mean = self.score.checked_div(self.matched as u64)?;
        u16::try_from(mean).ok()
    }

    /// Without a pair of this score.
    pub fn without(self, score: u16) -> Self {
        Self {
            matched: self.matched.saturating_sub(1),
            score: self.score.saturating_sub(u64::from(score)),
        }
    }

    /// With one matched more, by which all scores together gain so much.
    pub fn with(self, gain: i64) -> Self {
        Self {
            matched: self.matched + 1,
            score: self.score.saturating_add_signed(gain),
        }
    }

    /// With a pair more of this score.
    pub fn and(self, score: u16) -> Self {
        Self {
            matched: self.matched + 1,
            score: self.score + u64::from(score),
        }
    }
}

impl std::iter::FromIterator<u16> for Total {
    fn from_iter<I: IntoIterator<Item = u16>>(scores: I) -> Self {
        scores.into_iter().fold(Self::default(), Self::and)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    TooMany,
    Cancelled,
}

impl From<TooMany> for Stopped {
    fn from(_: TooMany) -> Self {
        Self::TooMany
    }
}

impl From<Cancelled> for Stopped {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

/// `places` are those of each mentor. It is the first four fifths of the work that is under way.
pub fn optimum(scores: &impl Scores, places: &[u32], watch: &Watch) -> Result<Optimum, Stopped> {
    let few = Few::of_all(scores.mentees(), scores.mentors());
    optimum_among(few, scores, places, watch)
}

/// The same, begun among so few pairs.
pub fn optimum_among(
    few: Few,
    scores: &impl Scores,
    places: &[u32],
    watch: &Watch,
) -> Result<Optimum, Stopped> {
    let mentees = scores.mentees();
    let edges = shortlist(few, scores, watch)?;
    let (first, second) = searching(mentees, places);
    let mut network = Network::new(mentees, places, edges)?;
    network.auction(first, watch)?;
    watch.reached(200);
    network.settle(first);
    let (mut cheaper, mut added) = (Cheaper::all(scores), few.added);
    let mut looked_at = 600;
    loop {
        network.search_all(first, 200..550, watch)?;
        network.search_all(second, 550..600, watch)?;
        cheaper.than_before(&network);
        // Nobody knows how often, but the first time takes longest.
        let some = looked_at..u32::midpoint(looked_at, 800);
        looked_at = some.end;
        let paying = paying(scores, &network, (&cheaper, added), (some, watch))?;
        if paying.is_empty() {
            break;
        }
        network.allow(&paying);
        network.settle(first);
        cheaper.not_all_added(&paying, added);
        added *= 2;
    }
    let mut found = read(scores, &network, mentees);
    found.longest_first(scores, watch)?;
    watch.reached(800);
    Ok(found)
}

/// Who searches first: mentors where there are fewer places than mentees.
pub fn searching(mentees: usize, places: &[u32]) -> (Side, Side) {
    let supply: u64 = places.iter().map(|places| u64::from(*places)).sum();
    match supply < mentees as u64 {
        true => (Side::Mentors, Side::Mentees),
        false => (Side::Mentees, Side::Mentors),
    }
}

fn read(scores: &impl Scores, network: &Network, mentees: usize) -> Optimum {
    let mentor_of = network.matched(mentees);
    Optimum {
        total: total(scores, &mentor_of),
        mentee_prices: network.prices(Side::Mentees),
        mentor_prices: network.prices(Side::Mentors),
        mentor_of,
    }
}
