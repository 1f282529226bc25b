//! The best pairs of a whole programme: as many mentees matched as can be, then the highest total.
//!
//! The search (see `network`) is done among the few best mentors of each mentee and a few others, and
//! the prices that come of it are then held against all pairs. Pairs that would pay are added and the
//! search goes on from where it was, until none is left: a column generation that ends with the optimum
//! of all pairs.
//!
//! Between several optima the one that is found depends on the order of mentees and of mentors alone:
//! the same people in the same order give the same pairs on every machine. Where some pairs stand
//! already, `kept` then finds the one that changes least.

use super::network::{Edge, Network, Side, TooMany, Value, bonus};
use super::problem::total;
use super::scores::{NOT_ALLOWED, Row, Scores};
use super::watch::{Cancelled, Watch};
use serde::{Deserialize, Serialize};
use std::num::NonZero;
use std::ops::Range;
use std::panic::resume_unwind;
use std::thread;

/// Among how many of their best mentors each mentee is searched for at first.
const SHORTLIST: usize = 32;

/// And among how many others, whatever their scores. Where everybody likes the same mentors, the best
/// few of all mentees are the same, and nobody is among them whom most will have to make do with: with
/// others the first prices are near the last.
const OTHERS: u32 = 12;

/// What is behind its point, in parts of 2³².
const GOLDEN_RATIO: u32 = 0x9E37_79B9;

/// Whose lists are shorter than this are searched among whole.
const SHORT: usize = 64;

/// How many marks are looked at together, before any of them by itself.
const AT_ONCE: usize = 32;

/// How many pairs that would pay are added for each mentee at first. Each time it is twice as many.
const ADDED: usize = 8;

/// How many pairs are written down that belong to some optimum: so many take up to 200 MB.
pub const MOST_TIGHT: usize = 25_000_000;

/// Fewer pairs than these are looked at before another thread has begun.
const FEW: usize = 1_000_000;

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
        let bonus = bonus(scores.mentees(), scores.mentors())?;
        let mut space = vec![NOT_ALLOWED; scores.mentors()];
        let (mut tight, mut all) = (Vec::with_capacity(scores.mentees()), 0);
        for (mentee, price) in self.mentee_prices.iter().enumerate() {
            watch.goes_on()?;
            let allowed = scores.row(mentee, &mut space).allowed();
            let exactly = |(mentor, score): &(u32, u16)| {
                price + self.mentor_prices[*mentor as usize] == bonus + Value::from(*score)
            };
            let row: Vec<u32> = allowed.filter(exactly).map(|(mentor, _)| mentor).collect();
            all += row.len();
            if all > most {
                return Err(TooMany.into());
            }
            tight.push(row);
        }
        Ok(tight)
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
}

impl std::iter::FromIterator<u16> for Total {
    fn from_iter<I: IntoIterator<Item = u16>>(scores: I) -> Self {
        let add = |total: Self, score| Self {
            matched: total.matched + 1,
            score: total.score + u64::from(score),
        };
        scores.into_iter().fold(Self::default(), add)
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

/// `places` are those of each mentor.
pub fn optimum(scores: &impl Scores, places: &[u32], watch: &Watch) -> Result<Optimum, Stopped> {
    let mentees = scores.mentees();
    let edges = shortlist(scores, watch)?;
    watch.reached(100);
    let (first, second) = searching(mentees, places);
    let mut network = Network::new(mentees, places, edges)?;
    network.auction(first, watch)?;
    watch.reached(200);
    network.settle(first);
    let mut added = ADDED;
    loop {
        network.search_all(first, 200..700, watch)?;
        network.search_all(second, 700..800, watch)?;
        let paying = paying(scores, &network, added, watch)?;
        if paying.is_empty() {
            break;
        }
        network.allow(&paying);
        network.settle(first);
        added *= 2;
    }
    watch.reached(1000);
    Ok(read(scores, &network, mentees))
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

/// The best few pairs of each mentee, and a few others.
fn shortlist(scores: &impl Scores, watch: &Watch) -> Result<Vec<Edge>, Cancelled> {
    by_row(scores, watch, |mentee, row, kept, edges| {
        best(row, Turn::of_mentee(mentee, scores.mentors()), kept);
        others(row, mentee, kept);
        edges.extend(kept.iter().map(|(mentor, mark)| Edge {
            mentee,
            mentor: *mentor,
            score: mark - 1,
        }));
    })
}

/// Whom each mentee begins with among mentors who are equally good: with another than the mentee
/// before, for all of them would have the same few otherwise.
#[derive(Clone, Copy)]
struct Turn {
    begin: u32,
    mentors: u32,
}

impl Turn {
    fn of_mentee(mentee: u32, mentors: usize) -> Self {
        let mentors = u32::try_from(mentors).unwrap_or(u32::MAX).max(1);
        Self {
            begin: mentee % mentors,
            mentors,
        }
    }

    fn of(self, mentor: u32) -> u32 {
        match mentor.checked_sub(self.begin) {
            Some(later) => later,
            None => mentor + self.mentors - self.begin,
        }
    }
}

/// Leaves the best few of a row in `kept`, in the order of mentors.
fn best(row: Row<'_>, turn: Turn, kept: &mut Vec<(u32, u16)>) {
    let marks = match row {
        Row::Every(marks) | Row::Some(_, marks) => marks,
    };
    if marks.len() <= SHORT {
        at_least(NOT_ALLOWED + 1, row, kept);
        return;
    }
    // A guess from a sample at what somewhat more than those few reach.
    let mut sample: [u16; SHORT] = std::array::from_fn(|place| marks[place * marks.len() / SHORT]);
    let place = (2 * SHORTLIST * SHORT / marks.len()).clamp(2, SHORT - 1);
    let (_, guess, _) = sample.select_nth_unstable_by(place, |a, b| b.cmp(a));
    at_least((*guess).max(NOT_ALLOWED + 1), row, kept);
    if kept.len() < SHORTLIST {
        at_least(NOT_ALLOWED + 1, row, kept);
    }
    if kept.len() > SHORTLIST {
        kept.select_nth_unstable_by_key(SHORTLIST - 1, |(mentor, mark)| {
            (u16::MAX - mark, turn.of(*mentor))
        });
        kept.truncate(SHORTLIST);
        kept.sort_unstable();
    }
}

/// Adds others to the best of a long row, in the order of mentors. Multiples of the golden ratio spread
/// them evenly over all mentors, differently for every mentee.
fn others(row: Row<'_>, mentee: u32, kept: &mut Vec<(u32, u16)>) {
    let (mentors, marks) = match row {
        Row::Every(marks) => (None, marks),
        Row::Some(mentors, marks) => (Some(mentors), marks),
    };
    if marks.len() <= SHORT {
        return;
    }
    let first = mentee.wrapping_mul(OTHERS);
    for number in 0..OTHERS {
        let part = u64::from(first.wrapping_add(number).wrapping_mul(GOLDEN_RATIO));
        let place = u32::try_from((part * marks.len() as u64) >> 32).unwrap_or(u32::MAX);
        let mentor = mentors.map_or(place, |mentors| mentors[place as usize]);
        let mark = marks[place as usize];
        if mark != NOT_ALLOWED {
            kept.push((mentor, mark));
        }
    }
    kept.sort_unstable();
    kept.dedup();
}

/// Leaves in `kept` those of a row whose mark is at least so much.
fn at_least(least: u16, row: Row<'_>, kept: &mut Vec<(u32, u16)>) {
    kept.clear();
    match row {
        Row::Some(mentors, marks) => kept.extend(
            (mentors.iter().copied().zip(marks.iter().copied())).filter(|(_, mark)| *mark >= least),
        ),
        Row::Every(marks) => {
            for (first, some) in (0..).step_by(AT_ONCE).zip(marks.chunks(AT_ONCE)) {
                if some.iter().fold(0, |most, mark| most.max(*mark)) >= least {
                    let numbered = (first..).zip(some.iter().copied());
                    kept.extend(numbered.filter(|(_, mark)| *mark >= least));
                }
            }
        }
    }
}

/// The pairs that are worth more than their prices, a few for each mentee.
fn paying(
    scores: &impl Scores,
    network: &Network,
    added: usize,
    watch: &Watch,
) -> Result<Vec<Edge>, Cancelled> {
    let prices = network.prices(Side::Mentors);
    by_row(scores, watch, |mentee, row, kept, edges| {
        let turn = Turn::of_mentee(mentee, prices.len());
        // What a mark has to be above, were the mentor to cost nothing.
        let enough = network.price(Side::Mentees, mentee) - network.bonus() + 1;
        if !any_above(enough, row, &prices) {
            return;
        }
        kept.clear();
        kept.extend(
            row.allowed().filter(|(mentor, score)| {
                Value::from(*score) + 1 - prices[*mentor as usize] > enough
            }),
        );
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

/// Whether a mark of a row may be so much above the price of its mentor, and more. That of a pair which
/// is not allowed may be too.
fn any_above(enough: Value, row: Row<'_>, prices: &[Value]) -> bool {
    // Without a branch, so that many are done at once.
    let or = |any, (mark, price): (&u16, &Value)| any | (Value::from(*mark) - price > enough);
    match row {
        Row::Every(marks) => marks.iter().zip(prices).fold(false, or),
        Row::Some(mentors, marks) => {
            let prices = mentors.iter().map(|mentor| &prices[*mentor as usize]);
            marks.iter().zip(prices).fold(false, or)
        }
    }
}

/// Gathers edges from every row, on every core of the machine, in the order of the rows.
fn by_row<S: Scores>(
    scores: &S,
    watch: &Watch,
    gather: impl Fn(u32, Row<'_>, &mut Vec<(u32, u16)>, &mut Vec<Edge>) + Sync,
) -> Result<Vec<Edge>, Cancelled> {
    let cores = match scores.mentees() * scores.mentors() {
        0..FEW => 1,
        _ => thread::available_parallelism().map_or(1, NonZero::get),
    };
    by_row_on(cores, scores, watch, gather)
}

fn by_row_on<S: Scores>(
    cores: usize,
    scores: &S,
    watch: &Watch,
    gather: impl Fn(u32, Row<'_>, &mut Vec<(u32, u16)>, &mut Vec<Edge>) + Sync,
) -> Result<Vec<Edge>, Cancelled> {
    let mentees = scores.mentees();
    let part = |rows: Range<usize>| {
        let mut space = vec![NOT_ALLOWED; scores.mentors()];
        let (mut kept, mut edges) = (Vec::new(), Vec::new());
        for mentee in rows {
            watch.goes_on()?;
            let number = u32::try_from(mentee).unwrap_or(u32::MAX);
            gather(
                number,
                scores.row(mentee, &mut space),
                &mut kept,
                &mut edges,
            );
        }
        Ok(edges)
    };
    if cores == 1 {
        return part(0..mentees);
    }
    thread::scope(|scope| {
        let started: Vec<_> = (0..cores)
            .map(|core| {
                let rows = mentees * core / cores..mentees * (core + 1) / cores;
                scope.spawn(|| part(rows))
            })
            .collect();
        let mut all = Vec::new();
        for thread in started {
            let part = thread.join();
            all.append(&mut part.unwrap_or_else(|panic| resume_unwind(panic))?);
        }
        Ok(all)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::scores::Matrix;

    #[test]
    fn on_however_many_cores_the_same_is_gathered() {
        let scores = Matrix::new(53, 7, |mentee, mentor| {
            u16::try_from((mentee * 31 + mentor * 17) % 9).unwrap()
        });
        let gathered = |cores| {
            by_row_on(
                cores,
                &scores,
                &Watch::default(),
                |mentee, row, _, edges| {
                    edges.extend(row.allowed().map(|(mentor, score)| Edge {
                        mentee,
                        mentor,
                        score,
                    }));
                },
            )
            .unwrap()
        };
        let one = gathered(1);
        assert!(one.is_sorted() && one.len() > 200);
        for cores in [2, 3, 8, 60] {
            assert_eq!(gathered(cores), one);
        }
    }
}
