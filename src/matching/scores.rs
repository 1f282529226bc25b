//! Who may be matched with whom, and how well the two would suit each other.

use super::watch::{Cancelled, Watch};

/// The best score, in hundredths of a point.
pub const BEST: u16 = 10_000;

/// What stands in a row for a pair that is not allowed.
pub const NOT_ALLOWED: u16 = 0;

/// The mark of a pair in a row: one more than its score, so that what is not allowed is the least.
pub const fn mark(score: u16) -> u16 {
    score + 1
}

/// The score of a pair in hundredths of a point, if the pair is allowed.
pub const fn score(mark: u16) -> Option<u16> {
    mark.checked_sub(1)
}

/// The scores of all pairs, by mentee. They may be kept, or worked out anew each time that they are
/// asked for, which has to give the same every time.
pub trait Scores: Sync {
    fn mentees(&self) -> usize;

    fn mentors(&self) -> usize;

    /// `space` has a place for each mentor, where the marks may be written.
    fn row<'a>(&'a self, mentee: usize, space: &'a mut [u16]) -> Row<'a>;

    /// The mark of one pair, without the rest of its row.
    fn mark(&self, mentee: usize, mentor: usize) -> u16;
}

/// The mentors of one mentee.
#[derive(Clone, Copy, Debug)]
pub enum Row<'a> {
    /// A mark for every mentor.
    Every(&'a [u16]),
    /// Those who are allowed, in ascending order, and their marks.
    Some(&'a [u32], &'a [u16]),
}

impl Row<'_> {
    pub fn mark(self, mentor: u32) -> u16 {
        match self {
            Row::Every(marks) => marks[mentor as usize],
            Row::Some(mentors, marks) => {
                (mentors.binary_search(&mentor)).map_or(NOT_ALLOWED, |place| marks[place])
            }
        }
    }

    /// The mentors who are allowed, in ascending order, and their scores.
    pub fn allowed(self) -> impl Iterator<Item = (u32, u16)> {
        let (every, some) = match self {
            Row::Every(marks) => (marks, None),
            Row::Some(mentors, marks) => (marks, Some(mentors)),
        };
        (0..).zip(every).filter_map(move |(place, mark)| {
            let mentor = some.map_or(place, |mentors| mentors[place as usize]);
            Some((mentor, score(*mark)?))
        })
    }
}

/// The marks of all pairs, kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matrix {
    mentees: usize,
    mentors: usize,
    marks: Vec<u16>,
}

impl Matrix {
    /// Asks for the mark of each pair of a mentee and a mentor once.
    pub fn new(mentees: usize, mentors: usize, mut mark: impl FnMut(usize, usize) -> u16) -> Self {
        let mut marks = Vec::with_capacity(mentees * mentors);
        for mentee in 0..mentees {
            marks.extend((0..mentors).map(|mentor| mark(mentee, mentor)));
        }
        Self {
            mentees,
            mentors,
            marks,
        }
    }

    /// Keeps what would otherwise be worked out each time.
    pub fn of(scores: &impl Scores) -> Self {
        // Nobody ends the work.
        Self::watched(scores, &Watch::default()).unwrap_or_default()
    }

    /// The same, for whoever may have enough of waiting.
    pub fn watched(scores: &impl Scores, watch: &Watch) -> Result<Self, Cancelled> {
        let (mentees, mentors) = (scores.mentees(), scores.mentors());
        let mut space = vec![NOT_ALLOWED; mentors];
        let mut matrix = Self::new(mentees, mentors, |_, _| NOT_ALLOWED);
        for mentee in 0..mentees {
            watch.goes_on()?;
            let marks = &mut matrix.marks[mentee * mentors..][..mentors];
            match scores.row(mentee, &mut space) {
                Row::Every(row) => marks.copy_from_slice(row),
                Row::Some(some, row) => {
                    for (mentor, mark) in some.iter().zip(row) {
                        marks[*mentor as usize] = *mark;
                    }
                }
            }
        }
        Ok(matrix)
    }

    pub fn set(&mut self, mentee: usize, mentor: usize, mark: u16) {
        self.marks[mentee * self.mentors + mentor] = mark;
    }
}

impl Scores for Matrix {
    fn mentees(&self) -> usize {
        self.mentees
    }

    fn mentors(&self) -> usize {
        self.mentors
    }

    fn row<'a>(&'a self, mentee: usize, _: &'a mut [u16]) -> Row<'a> {
        Row::Every(&self.marks[mentee * self.mentors..][..self.mentors])
    }

    fn mark(&self, mentee: usize, mentor: usize) -> u16 {
        self.marks[mentee * self.mentors + mentor]
    }
}

/// The marks of those pairs that are allowed, and of no others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shortlists {
    mentors: usize,
    starts: Vec<usize>,
    listed: Vec<u32>,
    marks: Vec<u16>,
}

impl Shortlists {
    pub fn new(mentors: usize) -> Self {
        Self {
            mentors,
            starts: vec![0],
            ..Self::default()
        }
    }

    /// Adds the next mentee: mentors in ascending order, and their scores.
    pub fn push(&mut self, row: impl IntoIterator<Item = (u32, u16)>) {
        for (mentor, score) in row {
            self.listed.push(mentor);
            self.marks.push(mark(score));
        }
        self.starts.push(self.listed.len());
    }
}

impl Scores for Shortlists {
    fn mentees(&self) -> usize {
        self.starts.len() - 1
    }

    fn mentors(&self) -> usize {
        self.mentors
    }

    fn row<'a>(&'a self, mentee: usize, _: &'a mut [u16]) -> Row<'a> {
        let places = self.starts[mentee]..self.starts[mentee + 1];
        Row::Some(&self.listed[places.clone()], &self.marks[places])
    }

    fn mark(&self, mentee: usize, mentor: usize) -> u16 {
        let mentor = u32::try_from(mentor).unwrap_or(u32::MAX);
        self.row(mentee, &mut []).mark(mentor)
    }
}
