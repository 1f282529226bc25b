//! Of all pairings that are as good, the one that keeps most of what stands: nobody is moved where
//! nothing is gained by it.
//!
//! The prices of an optimum say which pairs belong to some optimum: those that are worth exactly what
//! the two cost, with everybody matched whose price is above zero. Among these the most pairs that stand
//! are found as an optimum in which they are worth one more than all others. What that leaves open is
//! theirs who have waited longest.

use super::among::{Among, MOST, waited};
use super::network::Edge;
use super::optimum::{Optimum, Stopped};
use super::problem::Matched;
use super::scores::Scores;
use super::watch::Watch;

/// How many pairs are chosen among, so that they take less than 200 MB.
const MOST_PAIRS: usize = 5_000_000;

/// `stands` is whom each mentee has now. More mentees than four thousand, or more pairs that are as good
/// than five million, are left as they were found.
pub fn kept(
    scores: &impl Scores,
    places: &[u32],
    found: &Optimum,
    stands: &[Option<u32>],
    watch: &Watch,
) -> Result<Matched, Stopped> {
    let stand = |mentee: u32, mentor: u32| stands.get(mentee as usize) == Some(&Some(mentor));
    let moved = (0..).zip(&found.mentor_of).any(|(mentee, mentor)| {
        let before = stands.get(mentee as usize).copied().flatten();
        before.is_some() && before != *mentor
    });
    if !moved || scores.mentees() > MOST {
        return Ok(found.mentor_of.clone());
    }
    let tight = match found.tight(scores, MOST_PAIRS, watch) {
        Err(Stopped::TooMany) => return Ok(found.mentor_of.clone()),
        tight => tight?,
    };
    let edges: Vec<Edge> = (0..)
        .zip(tight)
        .flat_map(|(mentee, mentors)| mentors.into_iter().map(move |mentor| (mentee, mentor)))
        .map(|(mentee, mentor)| Edge {
            mentee,
            mentor,
            score: u16::from(stand(mentee, mentor)),
        })
        .collect();
    let above_zero = |prices: &[i32]| prices.iter().map(|price| *price > 0).collect();
    let among = Among {
        places,
        mentees: above_zero(&found.mentee_prices),
        mentors: above_zero(&found.mentor_prices),
    };
    let network = among.settle(&edges, |edge| edge.score > 0, watch)?;
    Ok(waited(&network, scores.mentees(), places.len(), watch)?)
}
