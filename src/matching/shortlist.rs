//! Among how few of all pairs a search begins.

use super::marks::Marks;
use super::network::Edge;
use super::rows::{at_least, by_row};
use super::scores::{NOT_ALLOWED, Row, Scores};
use super::watch::{Cancelled, Watch};

/// Among how few pairs a search begins.
#[derive(Clone, Copy)]
pub struct Few {
    /// Whose lists are no longer than this are searched among whole.
    pub short: usize,
    /// Of how many of their best mentors, for each mentee.
    pub best: usize,
    /// And of how many others, whatever their scores. Where everybody likes the same mentors, the best few
    /// of all mentees are the same, and nobody is among them whom most will have to make do with: with
    /// others the first prices are near the last.
    pub others: u32,
    /// How many that would pay are added for each mentee at first. Each time it is twice as many.
    pub added: usize,
}

impl Few {
    /// What takes least time among so many people. Where their marks are worked out anew each time, all
    /// pairs take so long to look at that it pays to begin among more of them.
    pub fn of_all(mentees: usize, mentors: usize) -> Self {
        Self {
            short: 64,
            best: match Marks::are_kept(mentees, mentors) {
                true => 16,
                false => 32,
            },
            others: 12,
            added: 16,
        }
    }
}

/// What is behind its point, in parts of 2³².
const GOLDEN_RATIO: u32 = 0x9E37_79B9;

/// From how many marks of a row it is guessed what the best reach.
const SAMPLE: usize = 128;

/// The best few pairs of each mentee, and a few others.
pub fn shortlist(few: Few, scores: &impl Scores, watch: &Watch) -> Result<Vec<Edge>, Cancelled> {
    by_row(scores, (0..150, watch), |mentee, space, kept, edges| {
        let row = scores.row(mentee as usize, space);
        few.best(row, Turn::of_mentee(mentee, scores.mentors()), kept);
        few.others(row, mentee, kept);
        edges.extend(kept.iter().map(|(mentor, mark)| Edge {
            mentee,
            mentor: *mentor,
            score: mark - 1,
        }));
    })
}

impl Few {
    /// Leaves the best few of a row in `kept`, and all of a short one.
    fn best(self, row: Row<'_>, turn: Turn, kept: &mut Vec<(u32, u16)>) {
        let marks = match row {
            Row::Every(marks) | Row::Some(_, marks) => marks,
        };
        if marks.len() <= self.short {
            at_least(NOT_ALLOWED + 1, row, kept);
            return;
        }
        // A guess at what somewhat more than those few reach, and a lower one where fewer do.
        let mut sample: [u16; SAMPLE] =
            std::array::from_fn(|place| marks[place * marks.len() / SAMPLE]);
        let mut place = (3 * self.best * SAMPLE / (2 * marks.len())).clamp(2, SAMPLE);
        kept.clear();
        while kept.len() < self.best && place < 2 * SAMPLE {
            let guess = match place < SAMPLE {
                true => *sample.select_nth_unstable_by(place, |a, b| b.cmp(a)).1,
                false => NOT_ALLOWED,
            };
            at_least(guess.max(NOT_ALLOWED + 1), row, kept);
            place *= 2;
        }
        if kept.len() > self.best {
            kept.select_nth_unstable_by_key(self.best - 1, |(mentor, mark)| {
                (u16::MAX - mark, turn.of(*mentor))
            });
            kept.truncate(self.best);
        }
    }

    /// Adds others to the best of a long row, and leaves all in the order of mentors. Multiples of the
    /// golden ratio spread them evenly over all mentors, differently for every mentee.
    fn others(self, row: Row<'_>, mentee: u32, kept: &mut Vec<(u32, u16)>) {
        let (mentors, marks) = match row {
            Row::Every(marks) => (None, marks),
            Row::Some(mentors, marks) => (Some(mentors), marks),
        };
        if marks.len() <= self.short {
            return;
        }
        let first = mentee.wrapping_mul(self.others);
        for number in 0..self.others {
            let part = u64::from(first.wrapping_add(number).wrapping_mul(GOLDEN_RATIO));
            let place = u32::try_from((part * marks.len() as u64) >> 32).unwrap_or(u32::MAX);
            let mentor = mentors.map_or(place, |mentors| mentors[place as usize]);
            let mark = marks[place as usize];
            if mark != NOT_ALLOWED {
                kept.push((mentor, mark));
            }
        }
        kept.sort_unstable_by_key(|(mentor, _)| *mentor);
        kept.dedup();
    }
}

/// Whom each mentee begins with among mentors who are equally good: with another than the mentee
/// before, for all of them would have the same few otherwise.
#[derive(Clone, Copy)]
pub struct Turn {
    begin: u32,
    mentors: u32,
}

impl Turn {
    pub fn of_mentee(mentee: u32, mentors: usize) -> Self {
        let mentors = u32::try_from(mentors).unwrap_or(u32::MAX).max(1);
        Self {
            begin: mentee % mentors,
            mentors,
        }
    }

    pub fn of(self, mentor: u32) -> u32 {
        match mentor.checked_sub(self.begin) {
            Some(later) => later,
            None => mentor + self.mentors - self.begin,
        }
    }
}
