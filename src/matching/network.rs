//! Mentees and mentors, the pairs between them, and the search that matches them best.
//!
//! This is the transportation problem, solved by shortest augmenting paths as Jonker and Volgenant
//! (Computing 38, 1987) do it for one to one, with places that are counted and never copied. A pair is
//! worth [`bonus`] and its score, and the bonus is so large that one match more is worth any loss of
//! score. Every person has a price of at least zero: what one more place with them, or they
//! themselves, would add to the whole. At all times
//!
//! - the prices of two who may be matched add up to at least what the pair is worth,
//! - and to exactly that where they are matched.
//!
//! Whoever has room and a price above zero is searched for: along the cheapest way of moving others,
//! to somebody with room or to somebody who gives a place up. Once nobody is left to search for, the
//! prices prove that nothing better exists (see `certificate`).
//!
//! Both sides are alike here, so the search begins on either: where places are scarce the mentors
//! search, which is many times faster than mentees looking for what is not there.

use super::scores::BEST;
use super::watch::{Cancelled, Watch};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What a pair is worth, and what people's prices are in.
pub type Value = i32;

const UNREACHED: Value = Value::MAX;
const NOBODY: u32 = u32::MAX;

/// How many people the smaller side may have, so that no sum of three prices is too large.
pub const MOST: usize = 50_000;

/// There are more people than [`MOST`] on either side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany;

/// What a match is worth before its score. One match more is worth more than any way of moving others
/// can lose, for such a way passes everybody of the smaller side once at most.
pub fn bonus(mentees: usize, mentors: usize) -> Result<Value, TooMany> {
    let smaller = mentees.min(mentors);
    let longest = Value::try_from(smaller + 1).map_err(|_| TooMany)?;
    match smaller <= MOST {
        true => Ok((Value::from(BEST) + 1) * longest),
        false => Err(TooMany),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Mentees,
    Mentors,
}

/// A mentee and a mentor who may be matched, and the score of the pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    pub mentee: u32,
    pub mentor: u32,
    pub score: u16,
}

#[derive(Clone, Copy)]
struct Node {
    price: Value,
    /// How dear the way here is from where the search began.
    distance: Value,
    /// Whoever comes before on that way: for one of the side that searches, who asked them to move.
    before: u32,
    room: u32,
}

/// For each of one side, some of the other.
struct Lists {
    starts: Vec<u32>,
    partners: Vec<u32>,
}

impl Lists {
    fn of(&self, person: u32) -> std::ops::Range<usize> {
        self.starts[person as usize] as usize..self.starts[person as usize + 1] as usize
    }
}

struct People {
    nodes: Vec<Node>,
    allowed: Lists,
    /// As long as `allowed.partners`.
    scores: Vec<u16>,
    /// A slot for each place, those that are taken first.
    held: Lists,
}

impl People {
    fn node(&self, person: u32) -> &Node {
        &self.nodes[person as usize]
    }

    fn node_mut(&mut self, person: u32) -> &mut Node {
        &mut self.nodes[person as usize]
    }

    fn held(&self, person: u32) -> &[u32] {
        let slots = &self.held.partners[self.held.of(person)];
        &slots[..slots.len() - self.node(person).room as usize]
    }

    fn take(&mut self, person: u32, partner: u32) {
        let slot = self.held.of(person).start + self.held(person).len();
        self.held.partners[slot] = partner;
        self.node_mut(person).room -= 1;
    }

    fn swap(&mut self, person: u32, from: u32, to: u32) {
        let slots = self.held.of(person);
        let slot = self.held.partners[slots]
            .iter_mut()
            .find(|partner| **partner == from);
        *slot.expect("whoever is moved was matched") = to;
    }

    fn drop(&mut self, person: u32, partner: u32) {
        let held = self.held(person);
        let last = held[held.len() - 1];
        self.swap(person, partner, last);
        self.node_mut(person).room += 1;
    }
}

pub struct Network {
    mentees: People,
    mentors: People,
    bonus: Value,
    way: Way,
}

/// What a search keeps, so that the next need not ask for memory.
#[derive(Default)]
struct Way {
    queue: BinaryHeap<Reverse<u64>>,
    /// Those at the distance that the search has come to.
    here: Vec<u32>,
    /// Of the side that searches, those who were asked to move.
    asked: Vec<u32>,
    /// Of the other side, those with a distance.
    reached: Vec<u32>,
}

/// Where a search ends.
#[derive(Clone, Copy)]
enum End {
    /// Somebody of the other side has room.
    Room(u32),
    /// Somebody of this side gives a place up, be it the one who searches.
    GivenUp(u32),
}

impl Network {
    /// Nobody is matched yet, and mentees have the lowest prices that may be. `edges` are in the order
    /// of their mentees, and for the same mentee of their mentors; none stands there twice.
    pub fn new(mentees: usize, places: &[u32], edges: &[Edge]) -> Result<Self, TooMany> {
        let bonus = bonus(mentees, places.len())?;
        let most = u32::try_from(mentees).map_err(|_| TooMany)?;
        let places: Vec<u32> = places.iter().map(|places| *places.min(&most)).collect();
        let mut network = Self {
            mentees: people(&vec![1; mentees]),
            mentors: people(&places),
            bonus,
            way: Way::default(),
        };
        network.allow(edges);
        Ok(network)
    }

    /// Allows these pairs, as [`Network::new`] takes them, instead of those allowed before. Whoever is
    /// matched has to be among them.
    pub fn allow(&mut self, edges: &[Edge]) {
        list(&mut self.mentees, edges, |edge| (edge.mentee, edge.mentor));
        list(&mut self.mentors, edges, |edge| (edge.mentor, edge.mentee));
    }

    /// What a pair is worth before its score.
    pub fn bonus(&self) -> Value {
        self.bonus
    }

    pub fn mentor_of(&self, mentee: u32) -> Option<u32> {
        self.mentees.held(mentee).first().copied()
    }

    pub fn price(&self, side: Side, person: u32) -> Value {
        match side {
            Side::Mentees => self.mentees.node(person).price,
            Side::Mentors => self.mentors.node(person).price,
        }
    }

    pub fn prices(&self, side: Side) -> Vec<Value> {
        let people = match side {
            Side::Mentees => &self.mentees,
            Side::Mentors => &self.mentors,
        };
        people.nodes.iter().map(|node| node.price).collect()
    }

    /// Gives everybody of a side, matched or not, the price that their best pair asks for, and a place
    /// where it asks for no moving. Whoever's price rises by it loses whom they were matched with.
    pub fn settle(&mut self, side: Side) {
        for person in 0..index(self.sides(side).0.nodes.len()) {
            self.raise(side, person);
            let bonus = self.bonus;
            let (own, other) = self.sides(side);
            for edge in own.allowed.of(person) {
                let partner = own.allowed.partners[edge];
                let worth = bonus + Value::from(own.scores[edge]);
                let tight = own.node(person).price + other.node(partner).price == worth;
                let room = own.node(person).room > 0 && other.node(partner).room > 0;
                if tight && room && !own.held(person).contains(&partner) {
                    own.take(person, partner);
                    other.take(partner, person);
                }
            }
        }
    }

    fn raise(&mut self, side: Side, person: u32) {
        let bonus = self.bonus;
        let (own, other) = self.sides(side);
        let asked = (own.allowed.of(person))
            .map(|edge| {
                let partner = own.allowed.partners[edge];
                bonus + Value::from(own.scores[edge]) - other.node(partner).price
            })
            .max();
        let Some(asked) = asked.filter(|asked| *asked > own.node(person).price) else {
            return;
        };
        own.node_mut(person).price = asked;
        while let Some(partner) = own.held(person).last().copied() {
            own.drop(person, partner);
            other.drop(partner, person);
        }
    }

    /// Searches for everybody of a side who has room and a price above zero.
    pub fn search_all(&mut self, side: Side, watch: &Watch) -> Result<(), Cancelled> {
        for person in 0..index(self.sides(side).0.nodes.len()) {
            while {
                let node = self.sides(side).0.node(person);
                node.room > 0 && node.price > 0
            } {
                watch.goes_on()?;
                self.search(side, person);
            }
        }
        Ok(())
    }

    fn sides(&mut self, side: Side) -> (&mut People, &mut People) {
        match side {
            Side::Mentees => (&mut self.mentees, &mut self.mentors),
            Side::Mentors => (&mut self.mentors, &mut self.mentees),
        }
    }

    /// Finds a partner for one person, or lowers their price until nobody else is worse off without.
    fn search(&mut self, side: Side, person: u32) {
        let (own, other) = match side {
            Side::Mentees => (&mut self.mentees, &mut self.mentors),
            Side::Mentors => (&mut self.mentors, &mut self.mentees),
        };
        let mut search = Search {
            own,
            other,
            bonus: self.bonus,
            way: &mut self.way,
            best: (Value::MAX, End::GivenUp(person)),
        };
        search.find(person);
        search.pay();
        search.walk(person);
    }
}

/// One search, from a person of one side.
struct Search<'a> {
    own: &'a mut People,
    other: &'a mut People,
    bonus: Value,
    way: &'a mut Way,
    /// The cheapest way that is known, how dear it is and where it ends.
    best: (Value, End),
}

impl Search<'_> {
    fn find(&mut self, person: u32) {
        self.ask(person, NOBODY, 0);
        while let Some((distance, partner)) = self.next() {
            for slot in 0..self.other.held(partner).len() {
                let moved = self.other.held(partner)[slot];
                if self.own.node(moved).distance == UNREACHED {
                    self.ask(moved, partner, distance);
                }
            }
        }
    }

    /// The nearest whom the search has not come to, unless it is dearer than what is known already.
    fn next(&mut self) -> Option<(Value, u32)> {
        if let Some(partner) = self.way.here.pop() {
            let distance = self.other.node(partner).distance;
            return (distance < self.best.0).then_some((distance, partner));
        }
        while let Some(Reverse(key)) = self.way.queue.pop() {
            let (distance, partner) = unpacked(key);
            if distance >= self.best.0 {
                break;
            }
            if self.other.node(partner).distance == distance {
                return Some((distance, partner));
            }
        }
        None
    }

    /// Asks somebody, who was reached from `before` at a distance, whom else they could be matched
    /// with, or whether they give up.
    fn ask(&mut self, person: u32, before: u32, distance: Value) {
        let node = self.own.node_mut(person);
        node.distance = distance;
        node.before = before;
        let price = node.price;
        self.way.asked.push(person);
        if distance + price < self.best.0 {
            self.best = (distance + price, End::GivenUp(person));
        }
        let edges = self.own.allowed.of(person);
        let partners = &self.own.allowed.partners[edges.clone()];
        let nodes = self.other.nodes.as_mut_slice();
        let (from, mut best) = (distance + price - self.bonus, self.best);
        for (partner, score) in partners.iter().zip(&self.own.scores[edges]) {
            let node = &mut nodes[*partner as usize];
            let there = from + node.price - Value::from(*score);
            if there >= node.distance.min(best.0) {
                continue;
            }
            if node.distance == UNREACHED {
                self.way.reached.push(*partner);
            }
            node.distance = there;
            node.before = person;
            if node.room > 0 {
                best = (there, End::Room(*partner));
            } else if there == distance {
                self.way.here.push(*partner);
            } else {
                self.way.queue.push(Reverse(packed(there, *partner)));
            }
        }
        self.best = best;
    }

    /// Changes the prices so that the way costs nothing, and forgets the distances.
    fn pay(&mut self) {
        let distance = self.best.0;
        for person in self.way.asked.drain(..) {
            let node = self.own.node_mut(person);
            node.price -= (distance - node.distance).max(0);
            node.distance = UNREACHED;
        }
        for partner in self.way.reached.drain(..) {
            let node = self.other.node_mut(partner);
            node.price += (distance - node.distance).max(0);
            node.distance = UNREACHED;
        }
        self.way.queue.clear();
        self.way.here.clear();
    }

    /// Moves everybody on the way one place on, so that there is one for who was searched for.
    fn walk(&mut self, person: u32) {
        let (own, other) = (&mut *self.own, &mut *self.other);
        let (mut taker, mut to) = match self.best.1 {
            End::GivenUp(last) if last == person => return,
            End::GivenUp(last) => {
                let partner = own.node(last).before;
                own.drop(last, partner);
                let taker = other.node(partner).before;
                other.swap(partner, last, taker);
                (taker, partner)
            }
            End::Room(partner) => {
                let taker = other.node(partner).before;
                other.take(partner, taker);
                (taker, partner)
            }
        };
        while taker != person {
            let from = own.node(taker).before;
            own.swap(taker, from, to);
            let next = other.node(from).before;
            other.swap(from, taker, next);
            (taker, to) = (next, from);
        }
        own.take(person, to);
    }
}

fn packed(distance: Value, person: u32) -> u64 {
    u64::from(distance.unsigned_abs()) << 32 | u64::from(person)
}

#[expect(clippy::cast_possible_truncation, reason = "each half was one before")]
fn unpacked(key: u64) -> (Value, u32) {
    ((key >> 32) as Value, key as u32)
}

/// A number of people or pairs, of which there are never more.
fn index(number: usize) -> u32 {
    u32::try_from(number).expect("fewer than four thousand million")
}

fn people(places: &[u32]) -> People {
    let free = |room: &u32| Node {
        price: 0,
        distance: UNREACHED,
        before: NOBODY,
        room: *room,
    };
    let mut starts = vec![0];
    for places in places {
        starts.push(starts[starts.len() - 1] + places);
    }
    let slots = starts[places.len()] as usize;
    People {
        nodes: places.iter().map(free).collect(),
        allowed: Lists {
            starts: Vec::new(),
            partners: Vec::new(),
        },
        scores: Vec::new(),
        held: Lists {
            starts,
            partners: vec![NOBODY; slots],
        },
    }
}

/// Writes the lists of one side, `ends` being whose list a pair is in and who stands there.
fn list(people: &mut People, edges: &[Edge], ends: impl Fn(&Edge) -> (u32, u32)) {
    let mut starts = vec![0; people.nodes.len() + 1];
    for edge in edges {
        starts[ends(edge).0 as usize + 1] += 1;
    }
    for person in 0..people.nodes.len() {
        starts[person + 1] += starts[person];
    }
    let mut next = starts.clone();
    people.allowed.partners.clear();
    people.allowed.partners.resize(edges.len(), NOBODY);
    people.scores.clear();
    people.scores.resize(edges.len(), 0);
    for edge in edges {
        let (person, partner) = ends(edge);
        let place = &mut next[person as usize];
        people.allowed.partners[*place as usize] = partner;
        people.scores[*place as usize] = edge.score;
        *place += 1;
    }
    people.allowed.starts = starts;
}
