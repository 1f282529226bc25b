//! A choice among pairings that are as good as each other so far: who has to be matched in all of them
//! is, and beyond that as many pairs as can be are of those that are worth more.

use super::network::{Edge, Network, Side, TooMany};
use super::optimum::{Stopped, searching};
use super::problem::Matched;
use super::waited::longest_first;
use super::watch::{Cancelled, Watch};

/// How many mentees there may be, so that no worth is too large.
pub const MOST: usize = 4_000;

pub struct Among<'a> {
    pub places: &'a [u32],
    /// Those who have to be matched, and mentors all of whose places have to be taken.
    pub mentees: Vec<bool>,
    pub mentors: Vec<bool>,
}

impl Among<'_> {
    /// Of these pairs, in order.
    pub fn settle(
        &self,
        edges: &[Edge],
        more: impl Fn(&Edge) -> bool,
        watch: &Watch,
    ) -> Result<Network, Stopped> {
        let mentees = self.mentees.len();
        // Worth more than all the rest together.
        let must = u16::try_from(mentees + 1).map_err(|_| TooMany)?;
        let worth = edges.iter().map(|edge| {
            let two = [
                self.mentees[edge.mentee as usize],
                self.mentors[edge.mentor as usize],
            ];
            let musts = two.map(|one| u16::from(one) * must);
            Edge {
                score: u16::from(more(edge)) + musts.iter().sum::<u16>(),
                ..*edge
            }
        });
        let mut network = Network::new(mentees, self.places, worth.collect())?;
        let (first, second) = searching(mentees, self.places);
        network.settle(first);
        network.search_all(first, 0..0, watch)?;
        network.search_all(second, 0..0, watch)?;
        Ok(network)
    }
}

/// Of all that is as good as what was found, what has those matched who have waited longest.
pub fn waited(
    network: &Network,
    mentees: usize,
    mentors: usize,
    watch: &Watch,
) -> Result<Matched, Cancelled> {
    let mut mentor_of = network.matched(mentees);
    let can_go = |mentee| network.price(Side::Mentees, mentee) == 0;
    let of = |mentee, into: &mut Vec<u32>| {
        let all = of_mentee(network.edges(), mentee).iter();
        into.extend(
            all.filter(|edge| network.is_tight(edge))
                .map(|edge| edge.mentor),
        );
    };
    longest_first(&mut mentor_of, mentors, can_go, of, watch)?;
    Ok(mentor_of)
}

/// Those of one mentee, of pairs in order.
pub fn of_mentee(edges: &[Edge], mentee: u32) -> &[Edge] {
    let begin = edges.partition_point(|edge| edge.mentee < mentee);
    let rest = &edges[begin..];
    &rest[..rest.partition_point(|edge| edge.mentee == mentee)]
}
