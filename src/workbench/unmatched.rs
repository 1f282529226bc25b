//! Those who have nobody, and what keeps mentors from them.

use super::help::Help;
use super::plan::{Input, NoPlan};
use super::scoring::{Reason, Scoring};
use super::search::{Effort, Search};
use crate::matching::marks::Marks;
use crate::matching::problem::{Best, Matched, Problem};
use crate::matching::scores::{NOT_ALLOWED, Scores};
use crate::matching::watch::Watch;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::ops::Range;

/// How many mentors are named in a reason.
pub const NAMED: usize = 3;

/// Whatever keeps fewer than one of so many mentors away keeps next to nobody away.
const NEXT_TO_NOBODY: usize = 5;

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Unmatched {
    pub mentee: usize,
    pub why: Why,
    pub help: Option<Help>,
    /// Whether everything was tried that could help.
    #[serde(default)]
    pub looked_for: bool,
}

/// How it stands with the mentors.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Why {
    /// Those who are allowed: away, without a free place, with nothing but locked pairs in their
    /// places, and those whose places others get.
    pub away: Mentors,
    pub full: Mentors,
    pub locked: Mentors,
    pub taken: Mentors,
    /// What keeps the others away, what most depends on first.
    pub narrowed: Vec<Narrowed>,
}

/// Why a mentor who is allowed has no place for one more.
#[derive(Clone, Copy)]
enum Stand {
    Away,
    Full,
    /// Pairs that are locked have all places.
    Locked,
    /// Others get them.
    Taken,
}

/// Some mentors: how many they are, and where the first of them stand in the pool.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Mentors {
    pub all: usize,
    pub first: Vec<usize>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Narrowed {
    pub by: By,
    /// How many mentors it keeps away, and how many that nothing else does.
    pub kept: usize,
    pub alone: usize,
    /// How many it leaves together with those that are named before it, whatever else keeps them away.
    #[serde(default)]
    pub leaves: usize,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub enum By {
    /// The coordinator keeps the two apart.
    Coordinator,
    Rule(Reason),
}

/// What has been matched, and by what.
pub struct Found<'a> {
    pub input: &'a Input,
    pub scoring: &'a Scoring<'a>,
    pub problem: Problem<'a, Marks>,
    pub best: &'a Best,
    pub mentor_of: &'a Matched,
    /// Whom each mentee has now, as it is known wherever a change is looked at.
    pub stands: Option<&'a [Option<u32>]>,
    pub watch: &'a Watch,
}

impl Why {
    /// Whether a mentor who is here is allowed, or is kept away by no more than what can be loosened.
    pub fn may_be_allowed(&self) -> bool {
        let here = self.full.all + self.locked.all + self.taken.all;
        let mut narrowed = self.narrowed.iter();
        here > 0 || narrowed.any(|one| one.alone > 0 && one.by.can_be_loosened())
    }
}

impl By {
    fn can_be_loosened(&self) -> bool {
        !matches!(
            self,
            By::Rule(Reason::Oneself | Reason::Unwilling | Reason::InLine)
        )
    }
}

impl Narrowed {
    /// Of so many mentors: that explains nothing where others are left.
    pub fn keeps_next_to_nobody(&self, all: usize) -> bool {
        self.kept * NEXT_TO_NOBODY < all
    }
}

impl Mentors {
    fn add(&mut self, mentor: usize) {
        self.all += 1;
        if self.first.len() < NAMED {
            self.first.push(mentor);
        }
    }
}

impl Found<'_> {
    /// In the order of the pool, which is that of who has waited longest. It is `some` of the thousandths
    /// of all work.
    pub fn unmatched(&self, effort: Effort, some: Range<u32>) -> Result<Vec<Unmatched>, NoPlan> {
        let (stand, mut space) = (self.stand(), vec![NOT_ALLOWED; self.problem.places.len()]);
        let mut unmatched = Vec::new();
        for (mentee, mentor) in self.mentor_of.iter().enumerate() {
            self.watch.goes_on()?;
            if mentor.is_none() {
                unmatched.push(Unmatched {
                    mentee,
                    why: self.why(mentee, &stand, &mut space),
                    help: None,
                    looked_for: false,
                });
            }
        }
        if unmatched.is_empty() {
            return Ok(unmatched);
        }
        let mut search = Search::new(self, effort);
        let (width, all) = (some.end - some.start, unmatched.len());
        let from = |at: usize| some.start + width * share(at, all) / 1000;
        for (at, one) in unmatched.iter_mut().enumerate() {
            self.watch.goes_on()?;
            (one.help, one.looked_for) = search.help(one.mentee, from(at)..from(at + 1))?;
        }
        Ok(unmatched)
    }

    pub fn allowed(&self, mentee: usize, mentor: usize) -> bool {
        self.problem.scores.mark(mentee, mentor) != NOT_ALLOWED
    }

    /// The places of each mentor to which nobody is locked.
    pub fn unlocked(&self) -> Vec<u32> {
        self.left(self.problem.locked.iter().map(|(_, mentor)| *mentor))
    }

    /// What is left of the places of each mentor, where one is taken each time that they are named.
    pub fn left(&self, taken: impl Iterator<Item = u32>) -> Vec<u32> {
        let mut left = self.problem.places.to_vec();
        for mentor in taken {
            let left = &mut left[mentor as usize];
            *left = left.saturating_sub(1);
        }
        left
    }

    /// How it stands with each mentor, for whoever is left.
    fn stand(&self) -> Vec<Stand> {
        let mentors = self.input.pool.mentors.iter();
        let both = mentors.zip(self.problem.places.iter().zip(self.unlocked()));
        both.map(|(mentor, places)| match places {
            (0, _) if mentor.away => Stand::Away,
            (0, _) => Stand::Full,
            (_, 0) => Stand::Locked,
            (_, _) => Stand::Taken,
        })
        .collect()
    }

    fn why(&self, mentee: usize, stand: &[Stand], space: &mut [u16]) -> Why {
        let mut why = Why::default();
        let mut kept_apart = Vec::new();
        let row = self.problem.scores.row(mentee, space);
        for (number, (at, stand)) in (0..).zip(stand.iter().enumerate()) {
            if row.mark(number) == NOT_ALLOWED {
                kept_apart.push(self.kept_apart_by(mentee, at));
                continue;
            }
            let stands = match stand {
                Stand::Away => &mut why.away,
                Stand::Full => &mut why.full,
                Stand::Locked => &mut why.locked,
                Stand::Taken => &mut why.taken,
            };
            stands.add(at);
        }
        why.narrowed = narrowed(kept_apart, stand.len());
        why
    }

    pub fn kept_apart_by(&self, mentee: usize, mentor: usize) -> Vec<By> {
        let pool = &self.input.pool;
        let key = (
            pool.mentees[mentee].person.id,
            pool.mentors[mentor].person.id,
        );
        let coordinator = self.input.forbidden.contains(&key);
        let rules = self.scoring.blockers(mentee, mentor).cloned();
        (coordinator.then_some(By::Coordinator).into_iter())
            .chain(rules.map(By::Rule))
            .collect()
    }
}

/// What keeps mentors away, of all of whom there are so many: what most depends on first, and what keeps
/// next to nobody away last.
fn narrowed(mut kept_apart: Vec<Vec<By>>, all: usize) -> Vec<Narrowed> {
    let mut narrowed: Vec<Narrowed> = Vec::new();
    for by in &kept_apart {
        for one in by {
            let at = narrowed.iter().position(|known| known.by == *one);
            let at = at.unwrap_or_else(|| {
                narrowed.push(Narrowed {
                    by: one.clone(),
                    kept: 0,
                    alone: 0,
                    leaves: 0,
                });
                narrowed.len() - 1
            });
            narrowed[at].kept += 1;
            narrowed[at].alone += usize::from(by.len() == 1);
        }
    }
    narrowed.sort_by_key(|one| {
        (
            one.keeps_next_to_nobody(all),
            Reverse(one.alone),
            Reverse(one.kept),
        )
    });
    let allowed = all - kept_apart.len();
    for one in &mut narrowed {
        kept_apart.retain(|by| !by.contains(&one.by));
        one.leaves = allowed + kept_apart.len();
    }
    narrowed
}

/// So much of so many, in thousandths.
fn share(some: usize, all: usize) -> u32 {
    u32::try_from(1000 * some / all.max(1)).unwrap_or(1000)
}
