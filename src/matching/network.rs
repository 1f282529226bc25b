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
//! search, which is many times faster than mentees looking for what is not there. It may begin with
//! what an auction ends with (see `auction`), which leaves next to nothing to search for.

use super::auction::auction;
use super::lists::{Listed, Lists};
use super::scores::BEST;
use super::watch::{Cancelled, Watch};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::iter::repeat_n;
use std::ops::Range;

/// What a pair is worth, and what people's prices are in.
pub type Value = i32;

const UNREACHED: Value = Value::MAX;
pub const NOBODY: u32 = u32::MAX;

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

/// A slot for each place of each person of one side.
struct Places {
    starts: Vec<u32>,
    partners: Vec<u32>,
}

impl Places {
    fn of(&self, person: u32) -> std::ops::Range<usize> {
        self.starts[person as usize] as usize..self.starts[person as usize + 1] as usize
    }
}

struct People {
    nodes: Vec<Node>,
    /// Whom they are matched with, before the places that are free.
    held: Places,
}

impl People {
    fn everybody(&self) -> std::ops::Range<u32> {
        0..index(self.nodes.len())
    }

    fn is_sought(&self, person: u32) -> bool {
        let node = self.node(person);
        node.room > 0 && node.price > 0
    }

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
    /// In the order of mentees, and for the same mentee of mentors.
    edges: Vec<Edge>,
    /// Of the side that searches.
    lists: Option<Lists>,
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
    /// Nobody is matched yet, and all prices are zero. `edges` are in the order of their mentees, and
    /// for the same mentee of their mentors; none stands there twice.
    pub fn new(mentees: usize, places: &[u32], edges: Vec<Edge>) -> Result<Self, TooMany> {
        let bonus = bonus(mentees, places.len())?;
        // Whoever has a place for each and one more always has room.
        let most = u32::try_from(mentees + 1).map_err(|_| TooMany)?;
        let places: Vec<u32> = places.iter().map(|places| *places.min(&most)).collect();
        Ok(Self {
            mentees: people(&vec![1; mentees]),
            mentors: people(&places),
            edges,
            lists: None,
            bonus,
            way: Way::default(),
        })
    }

    /// Allows these pairs too, which are in the same order and not allowed yet. One side has to be
    /// settled after it.
    pub fn allow(&mut self, edges: &[Edge]) {
        if let Some(lists) = &mut self.lists {
            lists.add(edges);
        }
        self.edges = merged(&self.edges, edges);
    }

    /// All pairs that are allowed, in their order.
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// What a pair is worth before its score.
    pub fn bonus(&self) -> Value {
        self.bonus
    }

    pub fn mentor_of(&self, mentee: u32) -> Option<u32> {
        self.mentees.held(mentee).first().copied()
    }

    /// Whom each of so many mentees is matched with.
    pub fn matched(&self, mentees: usize) -> Vec<Option<u32>> {
        let all = (0..).take(mentees);
        all.map(|mentee| self.mentor_of(mentee)).collect()
    }

    pub fn price(&self, side: Side, person: u32) -> Value {
        match side {
            Side::Mentees => self.mentees.node(person).price,
            Side::Mentors => self.mentors.node(person).price,
        }
    }

    /// Whether a pair is worth exactly what the two cost.
    pub fn is_tight(&self, edge: &Edge) -> bool {
        let price = self.price(Side::Mentees, edge.mentee) + self.price(Side::Mentors, edge.mentor);
        price == self.bonus + Value::from(edge.score)
    }

    pub fn prices(&self, side: Side) -> Vec<Value> {
        let people = match side {
            Side::Mentees => &self.mentees,
            Side::Mentors => &self.mentors,
        };
        people.nodes.iter().map(|node| node.price).collect()
    }

    /// Begins with what an auction ends with: its prices, and those of its pairs that are worth what
    /// the two cost. Nobody may be matched before it.
    pub fn auction(&mut self, side: Side, watch: &Watch) -> Result<(), Cancelled> {
        let mut search = self.search(side);
        let bidders = (0..).zip(&search.own.nodes);
        let bidders = bidders.flat_map(|(person, node)| repeat_n(person, node.room as usize));
        let starts = &search.other.held.starts;
        let sold = auction(search.lists, starts, bidders.collect(), watch)?;
        for (node, price) in search.other.nodes.iter_mut().zip(sold.prices) {
            node.price = price;
        }
        for (person, partner) in sold.pairs {
            search.own.take(person, partner);
            search.other.take(partner, person);
        }
        for person in search.own.everybody() {
            search.keep(person);
        }
        Ok(())
    }

    /// Gives everybody of a side, matched or not, the price that their best pair asks for, and a place
    /// where it asks for no moving. Whoever's price rises by it loses whom they were matched with.
    pub fn settle(&mut self, side: Side) {
        let mut search = self.search(side);
        for person in search.own.everybody() {
            search.raise(person);
            search.seat(person);
        }
    }

    /// Searches for everybody of a side who has room and a price above zero: finds a partner for each
    /// place, or lowers their price until nobody else is worse off without. It is `some` of the
    /// thousandths of the work.
    pub fn search_all(
        &mut self,
        side: Side,
        some: Range<u32>,
        watch: &Watch,
    ) -> Result<(), Cancelled> {
        let own = match side {
            Side::Mentees => &self.mentees,
            Side::Mentors => &self.mentors,
        };
        // Without lists, if there is nobody to search for.
        if !own.everybody().any(|person| own.is_sought(person)) {
            return Ok(());
        }
        let mut search = self.search(side);
        let people = search.own.nodes.len();
        for person in search.own.everybody() {
            watch.within(some.clone(), person as usize, people);
            while search.own.is_sought(person) {
                watch.goes_on()?;
                search.find(person);
                search.pay();
                search.walk(person);
            }
        }
        Ok(())
    }

    fn search(&mut self, side: Side) -> Search<'_> {
        let (own, other) = match side {
            Side::Mentees => (&mut self.mentees, &mut self.mentors),
            Side::Mentors => (&mut self.mentors, &mut self.mentees),
        };
        self.lists.take_if(|lists| lists.side() != side);
        let (people, edges) = (own.nodes.len(), &self.edges);
        Search {
            own,
            other,
            lists: (self.lists).get_or_insert_with(|| Lists::new(side, people, edges)),
            bonus: self.bonus,
            way: &mut self.way,
            best: (Value::MAX, End::GivenUp(NOBODY)),
        }
    }
}

/// Searches from people of one side, one after the other.
struct Search<'a> {
    own: &'a mut People,
    other: &'a mut People,
    lists: &'a mut Lists,
    bonus: Value,
    way: &'a mut Way,
    /// The cheapest way that is known, how dear it is and where it ends.
    best: (Value, End),
}

impl Search<'_> {
    /// Gives somebody the lowest price, or where all their places are taken the highest, at which those
    /// whom they are matched with are their best. Of these, whoever has but one place costs what is
    /// left of the pair; the others are kept if nothing is.
    fn keep(&mut self, person: u32) {
        let (own, other, lists) = (&mut *self.own, &mut *self.other, &*self.lists);
        let held = own.held(person);
        let above = |listed: &Listed| Value::from(listed.score) - other.node(listed.partner).price;
        let kept = |listed: &Listed| {
            held.contains(&listed.partner) && other.held.of(listed.partner).len() == 1
        };
        let next = lists.most(person, |listed| (!kept(listed)).then(|| above(listed)));
        let own_least = held
            .iter()
            .map(|partner| above(lists.find(person, *partner)));
        let asked = match own.node(person).room {
            0 => next.max(own_least.min()),
            _ => next,
        };
        let price = asked.map_or(0, |asked| (self.bonus + asked).max(0));
        own.node_mut(person).price = price;
        for slot in (0..own.held(person).len()).rev() {
            let listed = lists.find(person, own.held(person)[slot]);
            let partner = other.node_mut(listed.partner);
            let left = self.bonus + Value::from(listed.score) - partner.price - price;
            partner.price += left.max(0);
            if left < 0 {
                own.drop(person, listed.partner);
                other.drop(listed.partner, person);
            }
        }
    }

    fn raise(&mut self, person: u32) {
        let nodes = &self.other.nodes;
        let asked = self.lists.most(person, |listed| {
            Some(Value::from(listed.score) - nodes[listed.partner as usize].price)
        });
        let asked = asked.map(|asked| self.bonus + asked);
        let Some(asked) = asked.filter(|asked| *asked > self.own.node(person).price) else {
            return;
        };
        self.own.node_mut(person).price = asked;
        while let Some(partner) = self.own.held(person).last().copied() {
            self.own.drop(person, partner);
            self.other.drop(partner, person);
        }
    }

    /// Matches somebody who has room with those who have too, and with whom it is worth their prices.
    fn seat(&mut self, person: u32) {
        let (own, other) = (&mut *self.own, &mut *self.other);
        for listed in self.lists.all(person) {
            if own.node(person).room == 0 {
                return;
            }
            let partner = other.node(listed.partner);
            let worth = self.bonus + Value::from(listed.score);
            let tight = own.node(person).price + partner.price == worth;
            if tight && partner.room > 0 && !own.held(person).contains(&listed.partner) {
                own.take(person, listed.partner);
                other.take(listed.partner, person);
            }
        }
    }

    fn find(&mut self, person: u32) {
        self.best = (Value::MAX, End::GivenUp(person));
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
        self.reach(person, Lists::front);
        if self.lists.bound(person) > distance + price - self.bonus - self.best.0 {
            self.reach(person, Lists::behind);
        }
    }

    /// Reaches those in a part of somebody's list to whom this is the cheapest way so far.
    fn reach(&mut self, person: u32, part: impl Fn(&Lists, u32) -> &[Listed]) {
        let node = self.own.node(person);
        let distance = node.distance;
        let (from, mut best) = (distance + node.price - self.bonus, self.best);
        let nodes = self.other.nodes.as_mut_slice();
        for listed in part(self.lists, person) {
            let node = &mut nodes[listed.partner as usize];
            let there = from + node.price - Value::from(listed.score);
            if there >= node.distance.min(best.0) {
                continue;
            }
            if node.distance == UNREACHED {
                self.way.reached.push(listed.partner);
            }
            node.distance = there;
            node.before = person;
            if node.room > 0 {
                best = (there, End::Room(listed.partner));
            } else if there == distance {
                self.way.here.push(listed.partner);
            } else {
                self.way.queue.push(Reverse(packed(there, listed.partner)));
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
        held: Places {
            starts,
            partners: vec![NOBODY; slots],
        },
    }
}

/// Both lists of edges, each in order, as one in order. Of the others there are few.
fn merged(mut some: &[Edge], others: &[Edge]) -> Vec<Edge> {
    let mut all = Vec::with_capacity(some.len() + others.len());
    for other in others {
        let before;
        (before, some) = some.split_at(some.partition_point(|one| one < other));
        all.extend_from_slice(before);
        all.push(*other);
    }
    all.extend_from_slice(some);
    all
}
