//! What is tried, beside what is proposed now, or what the programme's own criteria give where nothing
//! is proposed yet: both by what counts in what is tried.

use super::plan::{Input, NoPlan};
use super::scoring::Scoring;
use crate::matching::marks::Marks;
use crate::matching::optimum::Total;
use crate::matching::problem::{Matched, Problem};
use crate::matching::scores::{Scores, score};
use crate::matching::watch::Watch;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Beside {
    pub now: Now,
    pub total: Total,
    /// Whose mentor would be another, those first for whom most changes.
    pub changes: Vec<Changed>,
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Now {
    Proposed,
    /// What comes of the programme's own criteria, with nothing else tried.
    Decided,
}

/// Some of those whose mentor would change.
pub struct ByGain {
    /// How an address names the list.
    pub list: &'static str,
    pub heading: &'static str,
    pub all: Vec<Changed>,
}

/// A mentee whose mentor would be another. A pair that is not allowed by what is tried has no score.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct Changed {
    pub mentee: usize,
    pub from: Option<usize>,
    pub before: Option<u16>,
    pub to: Option<usize>,
    pub after: Option<u16>,
}

impl Beside {
    /// Whether it is told of by itself. That nobody's proposal would change is said of the proposals.
    pub fn is_told(&self) -> bool {
        self.now == Now::Decided || !self.changes.is_empty()
    }

    /// Of which mentees it is said under which heading: who gains, who loses, and for whom it is the same.
    pub fn by_gain(&self) -> Vec<ByGain> {
        let lists = [
            (Ordering::Greater, "gains", "Who gains"),
            (Ordering::Less, "loses", "Who loses"),
            (Ordering::Equal, "alike", "Another mentor, the same score"),
        ];
        let of = |which: Ordering| {
            let changes = self.changes.iter().copied();
            changes.filter(|one| one.gains() == which).collect()
        };
        let by_gain = lists.map(|(which, list, heading)| ByGain {
            list,
            heading,
            all: of(which),
        });
        let some = by_gain.into_iter().filter(|one| !one.all.is_empty());
        some.collect()
    }
}

impl Changed {
    /// To have somebody is better than to have nobody, whatever the score.
    fn gains(&self) -> Ordering {
        (self.to.is_some(), self.after).cmp(&(self.from.is_some(), self.before))
    }

    fn by_how_much(&self) -> u16 {
        let (before, after) = (self.before.unwrap_or(0), self.after.unwrap_or(0));
        before.abs_diff(after)
    }
}

impl Input {
    pub fn beside(
        &self,
        scores: &Marks,
        (now, mentor_now): (Now, Matched),
        mentor_of: &Matched,
    ) -> Beside {
        let worth = |mentee: usize, mentor: Option<u32>| {
            mentor.and_then(|mentor| score(scores.mark(mentee, mentor as usize)))
        };
        let at = |mentor: Option<u32>| mentor.map(|mentor| mentor as usize);
        let both = mentor_now.iter().copied().zip(mentor_of.iter().copied());
        let both: Vec<Changed> = both
            .enumerate()
            .map(|(mentee, (from, to))| Changed {
                mentee,
                from: at(from),
                before: worth(mentee, from),
                to: at(to),
                after: worth(mentee, to),
            })
            .collect();
        let total = Total {
            matched: both.iter().filter(|one| one.from.is_some()).count(),
            score: both
                .iter()
                .filter_map(|one| one.before.map(u64::from))
                .sum(),
        };
        let mut changes = both;
        changes.retain(|one| one.from != one.to);
        changes.sort_by_key(|one| std::cmp::Reverse(one.by_how_much()));
        Beside {
            now,
            total,
            changes,
        }
    }

    /// Whom each mentee has now. What would take too much to be worked out is not compared with.
    pub fn now(&self, watch: &Watch) -> Result<Option<(Now, Matched)>, NoPlan> {
        let mentees = &self.pool.mentees;
        if mentees.iter().any(|one| one.proposed.is_some()) {
            let mentors = mentees.iter().map(|one| {
                let at = self.pool.mentor(one.proposed?.mentor)?;
                u32::try_from(at).ok()
            });
            return Ok(Some((Now::Proposed, mentors.collect())));
        }
        let Some(own) = &self.own else {
            return Ok(None);
        };
        let decided = Input {
            pool: self.pool.clone(),
            criteria: own.criteria.clone(),
            method: own.method,
            locked: Vec::new(),
            forbidden: Vec::new(),
            more_places: Vec::new(),
            own: None,
        };
        let scoring = Scoring::new(&decided.pool, &decided.criteria);
        let scores = decided.marks(&scoring, &[], watch)?;
        let places = decided.places();
        let problem = Problem {
            scores: &scores,
            places: &places,
            locked: &[],
        };
        match decided.solve(&problem, None, 50..150, watch) {
            Ok((_, mentor_of)) => Ok(Some((Now::Decided, mentor_of))),
            Err(NoPlan::TooMuch) => Ok(None),
            Err(other) => Err(other),
        }
    }
}
