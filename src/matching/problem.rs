//! A programme to be matched: scores, places, and the pairs that coordinators have settled already.

use super::certificate::{self, Flaw, NotProved, Proved};
use super::optimum::{Optimum, Stopped, Total, optimum};
use super::scores::{NOT_ALLOWED, Row, Scores, score};
use super::watch::Watch;
use serde::{Deserialize, Serialize};

/// Whom each mentee is matched with.
pub type Matched = Vec<Option<u32>>;

#[derive(Debug)]
pub struct Problem<'a, S> {
    pub scores: &'a S,
    /// Free places, of each mentor.
    pub places: &'a [u32],
    /// Pairs that stay as they are, each of a mentee and a mentor.
    pub locked: &'a [(u32, u32)],
}

impl<S> Clone for Problem<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Problem<'_, S> {}

/// Why the pairs that are locked cannot all be kept.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub enum Clash {
    /// A rule does not allow the pair.
    NotAllowed { mentee: u32, mentor: u32 },
    /// A mentee is locked to two mentors.
    Twice { mentee: u32 },
    /// More mentees are locked to a mentor than they have places.
    Full { mentor: u32 },
}

/// The best pairs, proved to be the best among those that keep what is locked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Best {
    pub mentor_of: Matched,
    /// Of all pairs, those that are locked among them.
    pub total: Total,
    /// What was found for those who are not locked, and the places that are left.
    pub found: Optimum,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failed {
    Clash(Clash),
    Stopped(Stopped),
    /// What was found is not proved to be the best: the search is wrong.
    Unproved(Flaw),
}

impl From<NotProved> for Failed {
    fn from(not_proved: NotProved) -> Self {
        match not_proved {
            NotProved::Flaw(flaw) => Self::Unproved(flaw),
            NotProved::Cancelled => Self::Stopped(Stopped::Cancelled),
        }
    }
}

impl<S: Scores> Problem<'_, S> {
    pub fn best(&self, watch: &Watch) -> Result<Best, Failed> {
        let rest = self.rest().map_err(Failed::Clash)?;
        let found = optimum(&rest, &rest.places, watch).map_err(Failed::Stopped)?;
        let Proved { .. } = certificate::prove(&rest, &rest.places, &found, watch)?;
        let mentor_of = rest.with_locked(&found.mentor_of);
        Ok(Best {
            total: total(self.scores, &mentor_of),
            mentor_of,
            found,
        })
    }

    /// What is left to be matched.
    pub fn rest(&self) -> Result<Rest<'_, S>, Clash> {
        let mut places = self.places.to_vec();
        let mut locked = vec![None; self.scores.mentees()];
        for (mentee, mentor) in self.locked.iter().copied() {
            if locked[mentee as usize].replace(mentor).is_some() {
                return Err(Clash::Twice { mentee });
            }
            if self.scores.mark(mentee as usize, mentor as usize) == NOT_ALLOWED {
                return Err(Clash::NotAllowed { mentee, mentor });
            }
            let left = places[mentor as usize].checked_sub(1);
            places[mentor as usize] = left.ok_or(Clash::Full { mentor })?;
        }
        Ok(Rest {
            scores: self.scores,
            places,
            locked,
        })
    }
}

/// Those who are not locked, and the places that are left.
pub struct Rest<'a, S> {
    scores: &'a S,
    pub places: Vec<u32>,
    locked: Vec<Option<u32>>,
}

impl<S> Rest<'_, S> {
    /// What was found for the rest, and what is locked.
    pub fn with_locked(&self, found: &Matched) -> Matched {
        let both = found.iter().zip(&self.locked);
        both.map(|(found, locked)| found.or(*locked)).collect()
    }
}

impl<S: Scores> Scores for Rest<'_, S> {
    fn mentees(&self) -> usize {
        self.scores.mentees()
    }

    fn mentors(&self) -> usize {
        self.scores.mentors()
    }

    fn row<'a>(&'a self, mentee: usize, space: &'a mut [u16]) -> Row<'a> {
        match self.locked[mentee] {
            Some(_) => Row::Some(&[], &[]),
            None => self.scores.row(mentee, space),
        }
    }

    fn mark(&self, mentee: usize, mentor: usize) -> u16 {
        match self.locked[mentee] {
            Some(_) => NOT_ALLOWED,
            None => self.scores.mark(mentee, mentor),
        }
    }
}

/// What pairs are worth together.
pub fn total(scores: &impl Scores, mentor_of: &[Option<u32>]) -> Total {
    of_each(scores, mentor_of).into_iter().flatten().collect()
}

/// The score of each mentee's pair.
pub fn of_each(scores: &impl Scores, mentor_of: &[Option<u32>]) -> Vec<Option<u16>> {
    (mentor_of.iter().enumerate())
        .map(|(mentee, mentor)| score(scores.mark(mentee, (*mentor)? as usize)))
        .collect()
}
