//! For each person of one side, those of the other with whom they may be matched, in such an order that
//! seldom more has to be read than the front.
//!
//! While one side bids or searches, the prices of the other never fall. So once those who are worth the
//! most less their prices stand at the front, nobody behind is ever worth more than the best of them was
//! then.

use super::network::{Edge, Side, Value};

/// How many stand at the front of a list.
const FRONT: usize = 8;

/// Before it is known what those behind the front are worth.
const UNKNOWN: Value = Value::MAX;

/// Somebody whom the owner of a list may be matched with, and the score of the pair.
#[derive(Clone, Copy)]
pub struct Listed {
    pub partner: u32,
    pub score: u16,
}

pub struct Lists {
    side: Side,
    /// Where each list begins, and where the last one ends.
    starts: Vec<u32>,
    /// For each list, the most that a score behind its front is above the partner's price.
    bounds: Vec<Value>,
    listed: Vec<Listed>,
    /// Kept, so that bringing somebody to the front needs no memory.
    worth: Vec<Value>,
    behind: Vec<Listed>,
}

impl Lists {
    /// The lists of so many people of a side.
    pub fn new(side: Side, people: usize, edges: &[Edge]) -> Self {
        let ends = |edge: &Edge| match side {
            Side::Mentees => (edge.mentee, edge.mentor),
            Side::Mentors => (edge.mentor, edge.mentee),
        };
        let mut starts = vec![0; people + 1];
        for edge in edges {
            starts[ends(edge).0 as usize + 1] += 1;
        }
        for person in 0..people {
            starts[person + 1] += starts[person];
        }
        let mut next = starts.clone();
        let nobody = Listed {
            partner: 0,
            score: 0,
        };
        let mut listed = vec![nobody; edges.len()];
        for edge in edges {
            let (person, partner) = ends(edge);
            let place = &mut next[person as usize];
            listed[*place as usize] = Listed {
                partner,
                score: edge.score,
            };
            *place += 1;
        }
        Self {
            side,
            starts,
            bounds: vec![UNKNOWN; people],
            listed,
            worth: Vec::new(),
            behind: Vec::new(),
        }
    }

    /// Adds pairs behind those that stand there. Whose list is longer by it is not known to have their
    /// best at the front any more.
    pub fn add(&mut self, edges: &[Edge]) {
        let more = Self::new(self.side, self.bounds.len(), edges);
        let mut listed = Vec::with_capacity(self.listed.len() + edges.len());
        for person in (0..).take(self.bounds.len()) {
            let added = more.all(person);
            listed.extend_from_slice(self.all(person));
            listed.extend_from_slice(added);
            if !added.is_empty() {
                self.bounds[person as usize] = UNKNOWN;
            }
        }
        for (start, added) in self.starts.iter_mut().zip(&more.starts) {
            *start += added;
        }
        self.listed = listed;
    }

    pub fn side(&self) -> Side {
        self.side
    }

    pub fn all(&self, person: u32) -> &[Listed] {
        &self.listed[self.of(person)]
    }

    pub fn front(&self, person: u32) -> &[Listed] {
        let all = self.all(person);
        &all[..all.len().min(FRONT)]
    }

    pub fn behind(&self, person: u32) -> &[Listed] {
        let all = self.all(person);
        &all[all.len().min(FRONT)..]
    }

    /// Somebody in a list.
    pub fn find(&self, person: u32, partner: u32) -> &Listed {
        let found = self
            .all(person)
            .iter()
            .find(|listed| listed.partner == partner);
        found.expect("whoever is matched is allowed")
    }

    /// What is asked for of everybody in a list, at most. It may leave some out, and is what the score is
    /// above the partner's price.
    pub fn most(&self, person: u32, above: impl Fn(&Listed) -> Option<Value>) -> Option<Value> {
        let most = |some: &[Listed]| some.iter().filter_map(&above).max();
        let front = most(self.front(person));
        match front.is_some_and(|most| most >= self.bound(person)) {
            true => front,
            false => front.max(most(self.behind(person))),
        }
    }

    /// The most that a score behind the front is above the partner's price.
    pub fn bound(&self, person: u32) -> Value {
        self.bounds[person as usize]
    }

    /// Brings those to the front who are worth the most at the prices of now. Both there and behind,
    /// people stay in the order in which they stood.
    pub fn bring_forward(&mut self, person: u32, price: impl Fn(u32) -> Value) {
        let of = self.of(person);
        let list = &mut self.listed[of];
        if list.len() <= FRONT {
            self.bounds[person as usize] = Value::MIN;
            return;
        }
        let worth = |listed: &Listed| Value::from(listed.score) - price(listed.partner);
        self.worth.clear();
        self.worth.extend(list.iter().map(worth));
        let (best, bound, _) = self.worth.select_nth_unstable_by(FRONT, |a, b| b.cmp(a));
        let bound = *bound;
        let mut equal = best.iter().filter(|worth| **worth == bound).count();
        self.behind.clear();
        let mut front = 0;
        for place in 0..list.len() {
            let listed = list[place];
            let worth = worth(&listed);
            if worth > bound || worth == bound && equal > 0 {
                equal -= usize::from(worth == bound);
                list[front] = listed;
                front += 1;
            } else {
                self.behind.push(listed);
            }
        }
        list[front..].copy_from_slice(&self.behind);
        self.bounds[person as usize] = bound;
    }

    fn of(&self, person: u32) -> std::ops::Range<usize> {
        self.starts[person as usize] as usize..self.starts[person as usize + 1] as usize
    }
}
