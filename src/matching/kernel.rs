//! Works the scores of all pairs out, a mentee at a time: for each criterion its points are added to
//! a row of all mentors. What many mentees have in common, such as their department, is worked out
//! once for all of them, so that most criteria are one pass of additions over numbers that lie side
//! by side. All of it is integer arithmetic, so that every machine has the same scores.

use super::scores::{NOT_ALLOWED, Row, Scores, mark};
use std::sync::Arc;

/// Half-hours in a week.
pub const HALF_HOURS: usize = 336;

/// The half-hours of a week in which somebody can meet, Monday at 00:00 UTC being the first bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Week([u64; 6]);

impl FromIterator<usize> for Week {
    /// Half-hours from 0 to 335.
    fn from_iter<I: IntoIterator<Item = usize>>(half_hours: I) -> Self {
        let mut week = Self::default();
        for half_hour in half_hours {
            week.0[half_hour / 64] |= 1 << (half_hour % 64);
        }
        week
    }
}

impl Week {
    /// How many half-hours two weeks have in common.
    pub fn common(self, other: Self) -> usize {
        let both = self
            .0
            .iter()
            .zip(other.0)
            .map(|(one, other)| (one & other).count_ones());
        both.sum::<u32>() as usize
    }
}

/// A criterion of the score, made ready for all people. Points are in hundredths.
#[derive(Clone, Debug)]
pub enum Part {
    /// Points for a mentor, whoever the mentee is.
    Mentor { points: Vec<u16> },
    /// Points by the kind of the mentee and the kind of the mentor.
    Kinds(Kinds),
    /// Points for each thing that the mentee wants and the mentor offers.
    Things {
        /// For each mentee, what they want and the points of each.
        wanted: Vec<Vec<(u16, u16)>>,
        /// For each thing, the mentors who offer it.
        offered: Vec<Vec<u32>>,
    },
    /// Points by the half-hours that the two have in common.
    Hours {
        hours: Arc<Hours>,
        /// For each number of half-hours in common.
        points: Vec<u16>,
    },
    /// Points for certain mentors, of each mentee.
    Named { points: Vec<Vec<(u32, u16)>> },
}

/// People of a few kinds each, and a number for each mentee's and each mentor's kind.
#[derive(Clone, Debug)]
pub struct Kinds {
    mentees: Vec<u16>,
    mentors: Vec<u16>,
    /// For each kind of mentee, of all mentors.
    rows: Vec<u16>,
}

impl Kinds {
    /// `number` is asked for a mentee's and a mentor's kind.
    pub fn new(mentees: Vec<u16>, mentors: Vec<u16>, number: impl Fn(u16, u16) -> u16) -> Self {
        let kinds = mentees.iter().max().map(|most| 0..=*most);
        let rows = (kinds.into_iter().flatten())
            .flat_map(|mentee| mentors.iter().map(move |mentor| (mentee, *mentor)))
            .map(|(mentee, mentor)| number(mentee, mentor))
            .collect();
        Self {
            mentees,
            mentors,
            rows,
        }
    }

    fn row(&self, mentee: usize) -> &[u16] {
        &self.rows[usize::from(self.mentees[mentee]) * self.mentors.len()..][..self.mentors.len()]
    }
}

/// When everybody can meet.
#[derive(Clone, Debug)]
pub struct Hours {
    mentees: Vec<Week>,
    /// One list of all mentors for each word of their weeks.
    mentors: [Vec<u64>; 6],
}

impl Hours {
    pub fn new(mentees: Vec<Week>, mentors: &[Week]) -> Self {
        Self {
            mentees,
            mentors: std::array::from_fn(|word| mentors.iter().map(|week| week.0[word]).collect()),
        }
    }

    pub fn common(&self, mentee: usize, mentor: usize) -> usize {
        self.mentees[mentee].common(Week(std::array::from_fn(|word| self.mentors[word][mentor])))
    }

    /// Changes each mark of a row by the half-hours in common.
    fn each(&self, mentee: usize, row: &mut [u16], change: impl Fn(&mut u16, usize)) {
        let week = self.mentees[mentee];
        let [a, b, c, d, e, f] = &self.mentors;
        let words = a.iter().zip(b).zip(c.iter().zip(d)).zip(e.iter().zip(f));
        for (mark, (((a, b), (c, d)), (e, f))) in row.iter_mut().zip(words) {
            change(mark, week.common(Week([*a, *b, *c, *d, *e, *f])));
        }
    }
}

impl Part {
    /// The points of one pair.
    pub fn points(&self, mentee: usize, mentor: usize) -> u16 {
        match self {
            Self::Mentor { points } => points[mentor],
            Self::Kinds(kinds) => kinds.row(mentee)[mentor],
            Self::Things { wanted, offered } => (wanted[mentee].iter())
                .filter(|(thing, _)| offers(&offered[usize::from(*thing)], mentor))
                .map(|(_, points)| points)
                .sum(),
            Self::Hours { hours, points } => points[hours.common(mentee, mentor)],
            Self::Named { points } => (points[mentee].iter())
                .find(|(named, _)| *named as usize == mentor)
                .map_or(0, |(_, points)| *points),
        }
    }

    fn add(&self, mentee: usize, row: &mut [u16]) {
        match self {
            Self::Mentor { points } => add(row, points),
            Self::Kinds(kinds) => add(row, kinds.row(mentee)),
            Self::Things { wanted, offered } => {
                for (thing, points) in &wanted[mentee] {
                    for mentor in &offered[usize::from(*thing)] {
                        row[*mentor as usize] += points;
                    }
                }
            }
            Self::Hours { hours, points } => {
                hours.each(mentee, row, |mark, common| *mark += points[common]);
            }
            Self::Named { points } => {
                for (mentor, points) in &points[mentee] {
                    row[*mentor as usize] += points;
                }
            }
        }
    }
}

fn offers(mentors: &[u32], mentor: usize) -> bool {
    u32::try_from(mentor).is_ok_and(|mentor| mentors.binary_search(&mentor).is_ok())
}

fn add(row: &mut [u16], points: &[u16]) {
    for (mark, points) in row.iter_mut().zip(points) {
        *mark += points;
    }
}

/// A rule that pairs have to keep, made ready for all people.
#[derive(Clone, Debug)]
pub enum Rule {
    /// Allowed or not by the kind of the mentee and the kind of the mentor: see [`ALLOWED`].
    Kinds(Kinds),
    /// At least so many half-hours in common.
    Hours { hours: Arc<Hours>, least: usize },
    /// For each mentee, mentors who are not allowed.
    Named(Vec<Vec<u32>>),
    /// So many points at least of a criterion, which may give none to the score.
    Points { part: Part, least: u16 },
    /// A score of at least so much. It comes after all others.
    Score(u16),
}

/// The number of two kinds that are allowed, where zero is that of those who are not.
pub const ALLOWED: u16 = u16::MAX;

/// The criteria and rules of a whole programme.
#[derive(Clone, Debug)]
pub struct Kernel {
    mentees: usize,
    mentors: usize,
    /// Their most points together are never above 10,000.
    parts: Vec<Part>,
    rules: Vec<Rule>,
}

impl Kernel {
    pub fn new(mentees: usize, mentors: usize, parts: Vec<Part>, rules: Vec<Rule>) -> Self {
        Self {
            mentees,
            mentors,
            parts,
            rules,
        }
    }

    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// With one rule more.
    pub fn with(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// What all criteria give to a pair, whatever the rules say.
    pub fn points(&self, mentee: usize, mentor: usize) -> u16 {
        let parts = self.parts.iter();
        parts.map(|part| part.points(mentee, mentor)).sum()
    }
}

impl Kernel {
    /// Whether a pair keeps one of the rules, whatever the others say.
    pub fn keeps(&self, rule: &Rule, mentee: usize, mentor: usize) -> bool {
        match rule {
            Rule::Kinds(kinds) => kinds.row(mentee)[mentor] == ALLOWED,
            Rule::Hours { hours, least } => hours.common(mentee, mentor) >= *least,
            Rule::Named(named) => !(named[mentee].iter()).any(|other| *other as usize == mentor),
            Rule::Points { part, least } => part.points(mentee, mentor) >= *least,
            Rule::Score(least) => self.points(mentee, mentor) >= *least,
        }
    }

    fn apply(&self, rule: &Rule, mentee: usize, row: &mut [u16]) {
        match rule {
            Rule::Kinds(kinds) => {
                for (mark, allowed) in row.iter_mut().zip(kinds.row(mentee)) {
                    *mark &= allowed;
                }
            }
            Rule::Hours { hours, least } => hours.each(mentee, row, |mark, common| {
                if common < *least {
                    *mark = NOT_ALLOWED;
                }
            }),
            Rule::Named(named) => {
                for mentor in &named[mentee] {
                    row[*mentor as usize] = NOT_ALLOWED;
                }
            }
            Rule::Points { part, least } => {
                let mut points = vec![0; row.len()];
                part.add(mentee, &mut points);
                for (mark, points) in row.iter_mut().zip(points) {
                    if points < *least {
                        *mark = NOT_ALLOWED;
                    }
                }
            }
            Rule::Score(least) => {
                for mark in row {
                    if *mark <= *least {
                        *mark = NOT_ALLOWED;
                    }
                }
            }
        }
    }
}

impl Scores for Kernel {
    fn mentees(&self) -> usize {
        self.mentees
    }

    fn mentors(&self) -> usize {
        self.mentors
    }

    fn row<'a>(&'a self, mentee: usize, space: &'a mut [u16]) -> Row<'a> {
        space.fill(mark(0));
        for part in &self.parts {
            part.add(mentee, space);
        }
        for rule in &self.rules {
            self.apply(rule, mentee, space);
        }
        Row::Every(space)
    }

    fn mark(&self, mentee: usize, mentor: usize) -> u16 {
        let kept = |rule: &Rule| self.keeps(rule, mentee, mentor);
        match self.rules.iter().all(kept) {
            true => mark(self.points(mentee, mentor)),
            false => NOT_ALLOWED,
        }
    }
}
