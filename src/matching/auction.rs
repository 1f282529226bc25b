//! Near the best pairs, and prices that are near the last: what a search begins with.
//!
//! Everybody of one side bids for places with the other: each for what is worth the most to them less
//! its price, and as much above that price as they would lose by the next best. The cheapest place goes
//! to the bid, and whoever had it bids anew (Bertsekas and Castañón, "The auction algorithm for the
//! transportation problem", Annals of Operations Research 20, 1989). It takes one list to find a bid,
//! where a search goes from list to list.
//!
//! Each bid has to go up by a little more than it need, or those who are equally good to some would
//! go round among them for ever; so what is found is only near the best. Where many want the same, and
//! nobody anything else, even that would take long, and bids go up by more and more. Whatever comes of
//! it, the search makes it exact.

use super::lists::{Listed, Lists};
use super::network::{NOBODY, Value};
use super::scores::BEST;
use super::watch::{Cancelled, Watch};
use std::collections::VecDeque;

/// Bids are in parts of a hundredth of a point, two to the power of this of them. What they go up by
/// beyond need then seldom adds up to a hundredth.
const PARTS: u32 = 8;

/// After so many bids for each place that is sought, they go up by twice as much, and again after as
/// many bids as there are places sought, and so on.
const PATIENCE: usize = 3;

/// More than this they need not go up: a tenth of the best score.
const LARGEST_STEP: Value = (BEST as Value / 10) << PARTS;

/// Whoever would have to pay so much more than a score bids no longer.
const TOO_MUCH: Value = (2 * BEST as Value) << PARTS;

/// What the auction ends with.
pub struct Sold {
    /// Of each of the other side.
    pub prices: Vec<Value>,
    /// Who has a place, and with whom of the other side.
    pub pairs: Vec<(u32, u32)>,
}

/// `starts` are where the places of each of the other side begin, and where the last one's end.
/// `bidders` has everybody of the side that bids as often as they have places.
pub fn auction(
    lists: &mut Lists,
    starts: &[u32],
    bidders: VecDeque<u32>,
    watch: &Watch,
) -> Result<Sold, Cancelled> {
    let mut auction = Auction::new(lists, starts);
    auction.hold(bidders, watch)?;
    Ok(Sold {
        prices: auction.prices.iter().map(|price| price >> PARTS).collect(),
        pairs: auction.pairs(),
    })
}

struct Auction<'a> {
    lists: &'a mut Lists,
    starts: &'a [u32],
    places: Vec<Place>,
    /// What the cheapest place with each costs.
    prices: Vec<Value>,
}

#[derive(Clone, Copy)]
struct Place {
    bid: Value,
    holder: u32,
}

/// What somebody would bid for.
#[derive(Clone, Copy)]
struct Choice {
    partner: u32,
    /// What it is worth less its price, and the same of the next best.
    best: Value,
    next: Value,
}

impl<'a> Auction<'a> {
    fn new(lists: &'a mut Lists, starts: &'a [u32]) -> Self {
        let free = Place {
            bid: 0,
            holder: NOBODY,
        };
        let price = |of: &[u32]| match of[0] == of[1] {
            // Nobody is to bid for what is not there.
            true => in_parts(BEST) + TOO_MUCH + 1,
            false => 0,
        };
        Self {
            lists,
            starts,
            places: vec![free; starts[starts.len() - 1] as usize],
            prices: starts.windows(2).map(price).collect(),
        }
    }

    fn hold(&mut self, mut bidders: VecDeque<u32>, watch: &Watch) -> Result<(), Cancelled> {
        let sought = bidders.len();
        let (mut step, mut patience) = (1, PATIENCE * sought);
        while let Some(bidder) = bidders.pop_front() {
            watch.goes_on()?;
            if patience == 0 {
                step = (2 * step).min(LARGEST_STEP);
                patience = sought;
            }
            patience -= 1;
            let choice = self.choice(bidder);
            if choice.best < -TOO_MUCH {
                continue;
            }
            let more = choice.best - choice.next.max(-TOO_MUCH) + step;
            bidders.extend(self.sell(choice.partner, bidder, more));
        }
        Ok(())
    }

    fn choice(&mut self, bidder: u32) -> Choice {
        let nothing = Choice {
            partner: NOBODY,
            best: Value::MIN,
            next: Value::MIN,
        };
        let choice = self.better(nothing, bidder, self.lists.front(bidder));
        if self.lists.bound(bidder) <= choice.next >> PARTS {
            return choice;
        }
        let choice = self.better(choice, bidder, self.lists.behind(bidder));
        let prices = &self.prices;
        (self.lists).bring_forward(bidder, |partner| prices[partner as usize] >> PARTS);
        choice
    }

    fn better(&self, so_far: Choice, bidder: u32, some: &[Listed]) -> Choice {
        some.iter().fold(so_far, |choice, listed| {
            let partner = listed.partner;
            let worth = in_parts(listed.score) - self.prices[partner as usize];
            if worth <= choice.next || self.holds(bidder, partner) {
                choice
            } else if worth <= choice.best {
                Choice {
                    next: worth,
                    ..choice
                }
            } else {
                Choice {
                    partner,
                    best: worth,
                    next: choice.best,
                }
            }
        })
    }

    fn holds(&self, bidder: u32, partner: u32) -> bool {
        let places = &self.places[self.of(partner)];
        places.iter().any(|place| place.holder == bidder)
    }

    /// Sells the cheapest place with somebody for so much more than its price. Whoever had it is left
    /// without.
    fn sell(&mut self, partner: u32, bidder: u32, more: Value) -> Option<u32> {
        let of = self.of(partner);
        let price = &mut self.prices[partner as usize];
        let places = &mut self.places[of];
        let cheapest = places.iter_mut().min_by_key(|place| place.bid)?;
        let before = cheapest.holder;
        *cheapest = Place {
            bid: *price + more,
            holder: bidder,
        };
        *price = places.iter().map(|place| place.bid).min()?;
        (before != NOBODY).then_some(before)
    }

    fn pairs(&self) -> Vec<(u32, u32)> {
        let all = (0..).zip(self.starts.windows(2)).flat_map(|(partner, of)| {
            let places = &self.places[of[0] as usize..of[1] as usize];
            places.iter().map(move |place| (place.holder, partner))
        });
        all.filter(|(holder, _)| *holder != NOBODY).collect()
    }

    fn of(&self, partner: u32) -> std::ops::Range<usize> {
        self.starts[partner as usize] as usize..self.starts[partner as usize + 1] as usize
    }
}

fn in_parts(score: u16) -> Value {
    Value::from(score) << PARTS
}
