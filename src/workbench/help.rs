//! What would let somebody be matched who has nobody: one change, and what comes of it for everybody.

use super::criteria::Criteria;
use super::unmatched::{Mentors, NAMED};
use crate::matching::optimum::Total;
use crate::matching::problem::Matched;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// What would let somebody be matched, and what would come of it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Help {
    pub change: Change,
    /// Whom they would have.
    pub with: usize,
    pub total: Total,
    pub moves: Moves,
    /// Mentors with whom a place more, where they are locked to them, would let them be matched as well.
    #[serde(default)]
    pub instead: Mentors,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Change {
    pub loosened: Option<Loosened>,
    /// With whom there would be one place more.
    pub place: Option<usize>,
    /// To whom they would be locked.
    pub lock: Option<usize>,
}

/// A rule that would keep fewer apart.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub enum Loosened {
    /// The coordinator no longer keeps them from this mentor.
    Allow(usize),
    Again,
    /// So many half-hours in common would do.
    HalfHours(u16),
    /// A score of so many hundredths would do.
    Score(u16),
    /// The criterion that stands here would not have to be there.
    Must(usize),
}

/// Who else would have another mentor than they have, or nobody.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Moves {
    pub all: usize,
    /// Those of them who would have nobody.
    pub left_over: usize,
    /// Some of them: those first who would have nobody.
    pub first: Vec<Move>,
    /// How many others have nobody, and would have somebody.
    pub gained: usize,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Move {
    pub mentee: usize,
    pub from: usize,
    pub to: Option<usize>,
}

impl Help {
    /// Of what moves others, how much would change, and then how much would be gained by it. What
    /// concerns two alone is less than a place, a place less than a rule for everybody, and to take a
    /// mentor from somebody most of all.
    pub fn size(&self) -> impl Ord + use<> {
        let change = match (self.change.loosened, self.change.place) {
            (Some(Loosened::Allow(_)), _) => 0,
            (None, None) => 1,
            (None, Some(_)) => 2,
            (Some(_), None) => 3,
            (Some(_), Some(_)) => 4,
        };
        let moves = &self.moves;
        (moves.left_over, change, moves.all, Reverse(self.total))
    }
}

impl Moves {
    pub fn between(mentee: usize, now: &Matched, then: &Matched) -> Self {
        let (mut moves, mut gained) = (Vec::new(), 0);
        for (other, (from, to)) in now.iter().zip(then).enumerate() {
            match (from, to) {
                _ if other == mentee || from == to => {}
                (None, _) => gained += 1,
                (Some(from), to) => moves.push(Move {
                    mentee: other,
                    from: *from as usize,
                    to: to.map(|mentor| mentor as usize),
                }),
            }
        }
        let all = moves.len();
        moves.sort_by_key(|one| one.to.is_some());
        let left_over = moves.partition_point(|one| one.to.is_none());
        moves.truncate(NAMED);
        Self {
            all,
            left_over,
            first: moves,
            gained,
        }
    }
}

impl Change {
    pub fn of(rule: Loosened) -> Self {
        Self {
            loosened: Some(rule),
            ..Self::default()
        }
    }
}

impl Loosened {
    /// The criteria with this rule loosened.
    pub fn applied(self, criteria: &Criteria) -> Criteria {
        let mut criteria = criteria.clone();
        let rules = &mut criteria.rules;
        match self {
            Loosened::Allow(_) => {}
            Loosened::Again => rules.again = true,
            Loosened::HalfHours(least) => rules.half_hours_least = least,
            Loosened::Score(least) => rules.score_least = least,
            Loosened::Must(number) => {
                if let Some(one) = criteria.criteria.get_mut(number) {
                    one.must = false;
                }
            }
        }
        criteria
    }
}
