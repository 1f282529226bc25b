//! Of all pairings that are as good, one in which those have a mentor who have waited longest.
//!
//! Mentees stand in the order in which they have waited. Whoever has nobody, and with whom as much could
//! be made of the whole, takes the place of somebody behind them who can go without: along a path on
//! which each moves on to another mentor and nothing is lost. Those who can have a mentor together are a
//! matroid, so that to take whom one can, one after the other, gives the first of them in order (Edmonds
//! and Fulkerson, J. Research NBS 69B, 1965; Gale, J. Combinatorial Theory 4, 1968). Whoever finds nobody
//! has reached only those who find nobody either, and nobody looks there again.

use super::problem::Matched;
use super::report::mentees_of;
use super::watch::{Cancelled, Watch};

/// `alike` writes down with which mentors a mentee may be without loss, and `can_go` says who may have
/// nobody. `mentor_of` has as many matched as can be.
pub fn longest_first(
    mentor_of: &mut Matched,
    mentors: usize,
    can_go: impl Fn(u32) -> bool,
    alike: impl FnMut(u32, &mut Vec<u32>),
    watch: &Watch,
) -> Result<(), Cancelled> {
    if mentor_of.iter().all(Option::is_some) {
        return Ok(());
    }
    let mut queue = Queue {
        mentees: mentees_of(mentors, mentor_of),
        can_go,
        alike,
        seen: vec![false; mentors],
        from: vec![0; mentors],
        reached: Vec::new(),
        asked: Vec::new(),
        space: Vec::new(),
    };
    for (mentee, place) in (0..).zip(0..mentor_of.len()) {
        watch.goes_on()?;
        if mentor_of[place].is_none() {
            queue.seat(mentee, mentor_of);
        }
    }
    Ok(())
}

struct Queue<Go, Alike> {
    /// Of each mentor.
    mentees: Vec<Vec<u32>>,
    can_go: Go,
    alike: Alike,
    /// Mentors who have been reached, in this search or in one that found nobody.
    seen: Vec<bool>,
    /// Who would come to each mentor who is reached.
    from: Vec<u32>,
    reached: Vec<u32>,
    asked: Vec<u32>,
    space: Vec<u32>,
}

impl<Go: Fn(u32) -> bool, Alike: FnMut(u32, &mut Vec<u32>)> Queue<Go, Alike> {
    /// Gives a mentee who has nobody the place of somebody behind them.
    fn seat(&mut self, mentee: u32, mentor_of: &mut Matched) {
        self.reached.clear();
        self.asked.clear();
        self.asked.push(mentee);
        while let Some(asked) = self.asked.pop() {
            let mut mentors = std::mem::take(&mut self.space);
            mentors.clear();
            (self.alike)(asked, &mut mentors);
            for mentor in mentors.iter().copied() {
                if std::mem::replace(&mut self.seen[mentor as usize], true) {
                    continue;
                }
                self.from[mentor as usize] = asked;
                self.reached.push(mentor);
                let theirs = &self.mentees[mentor as usize];
                let gives_way = |one: &&u32| **one > mentee && (self.can_go)(**one);
                if let Some(last) = theirs.iter().filter(gives_way).max().copied() {
                    self.walk((mentee, last), mentor, mentor_of);
                    for mentor in self.reached.drain(..) {
                        self.seen[mentor as usize] = false;
                    }
                    self.space = mentors;
                    return;
                }
                self.asked.extend(theirs);
            }
            self.space = mentors;
        }
    }

    /// The last goes, and everybody on the way from the first moves on by one.
    fn walk(&mut self, (first, last): (u32, u32), mentor: u32, mentor_of: &mut Matched) {
        let (mut leaves, mut to) = (last, mentor);
        mentor_of[last as usize] = None;
        loop {
            let comes = self.from[to as usize];
            let theirs = &mut self.mentees[to as usize];
            theirs.retain(|one| *one != leaves);
            theirs.push(comes);
            let before = mentor_of[comes as usize].replace(to);
            if comes == first {
                return;
            }
            (leaves, to) = (comes, before.expect("whoever moves on had a mentor"));
        }
    }
}
