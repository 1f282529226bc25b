//! Waymark's own search, and the crates that it is compared with.

use crate::instance::{Instance, Kept};
use crate::matching::certificate::prove;
use crate::matching::even::even;
use crate::matching::optimum::{Optimum, Total, optimum};
use crate::matching::problem::{Matched, total};
use crate::matching::scores::{BEST, NOT_ALLOWED, Scores, score};
use crate::matching::stable::stable;
use crate::matching::watch::Watch;
use crate::matching::worst_off::worst_off;
use cpu_time::ProcessTime;
use mcmf::{Capacity, Cost, GraphBuilder, Vertex};
use pathfinding::prelude::{Matrix, kuhn_munkres};
use std::time::{Duration, Instant};

/// What came of it, and for how long it kept processors busy.
pub struct Solved {
    pub total: Total,
    /// To bring the scores into the form that the solver takes.
    pub prepare: Duration,
    pub solve: Duration,
    /// To check that nothing better exists, which nobody else does.
    pub prove: Duration,
    /// By the clock, to solve and to prove.
    pub elapsed: Duration,
}

pub fn solved(solver: &str, instance: &Instance) -> Option<Solved> {
    match solver {
        "waymark" => Some(waymark(&instance.scores, &instance.places)),
        "even" => Some(otherwise(instance, |scores, places| {
            let (found, none) = (best(scores, places), vec![0; places.len()]);
            even(scores, places, &none, &found, &Watch::default()).expect("nobody ends it")
        })),
        "worst_off" => Some(otherwise(instance, |scores, places| {
            worst_off(scores, places, &Watch::default()).expect("nobody ends it")
        })),
        "stable" => Some(otherwise(instance, |scores, places| {
            stable(scores, places, &Watch::default()).expect("nobody ends it")
        })),
        "lsap" => Some(lsap(instance)),
        "pathfinding" => Some(pathfinding(instance)),
        "mcmf" => Some(mcmf(instance)),
        _ => None,
    }
}

/// # Panics
///
/// If the search is wrong.
pub fn waymark(scores: &impl Scores, places: &[u32]) -> Solved {
    let (clock, begun) = (Instant::now(), ProcessTime::now());
    let found = best(scores, places);
    let solve = begun.elapsed();
    let begun = ProcessTime::now();
    let proved = prove(scores, places, &found, &Watch::default()).expect("nothing better exists");
    Solved {
        total: proved.total,
        prepare: Duration::ZERO,
        solve,
        prove: begun.elapsed(),
        elapsed: clock.elapsed(),
    }
}

fn best(scores: &impl Scores, places: &[u32]) -> Optimum {
    optimum(scores, places, &Watch::default()).expect("nobody ends it")
}

/// Spread evenly, with nobody faring badly, or nobody who would rather swap, which are other problems:
/// how long they take.
fn otherwise(instance: &Instance, find: impl FnOnce(&Kept, &[u32]) -> Matched) -> Solved {
    let (clock, begun) = (Instant::now(), ProcessTime::now());
    let found = find(&instance.scores, &instance.places);
    Solved {
        total: total(&instance.scores, &found),
        prepare: Duration::ZERO,
        solve: begun.elapsed(),
        prove: Duration::ZERO,
        elapsed: clock.elapsed(),
    }
}

/// A row for each mentee and a column for each place.
fn lsap(instance: &Instance) -> Solved {
    let places = Copied::of(instance);
    let prepare = || {
        let mut costs = Vec::with_capacity(places.mentees * places.mentor_of.len());
        for mentee in 0..places.mentees {
            let row = 0..places.mentor_of.len();
            costs.extend(row.map(|place| -f64::from(places.worth(mentee, place))));
        }
        costs
    };
    let solve = |costs| {
        let solved = lsap::solve(places.mentees, places.mentor_of.len(), &costs, false);
        let (mentees, places) = solved.expect("no cost is infinite");
        mentees.into_iter().zip(places)
    };
    timed(instance, prepare, solve, |place| places.mentor_of[place])
}

/// The same, or the other way round where there are fewer places, for it has to have more columns.
fn pathfinding(instance: &Instance) -> Solved {
    let places = Copied::of(instance);
    let number = places.mentor_of.len();
    let scarce = number < places.mentees;
    let prepare = || match scarce {
        true => Matrix::from_fn(number, places.mentees, |(place, mentee)| {
            i64::from(places.worth(mentee, place))
        }),
        false => Matrix::from_fn(places.mentees, number, |(mentee, place)| {
            i64::from(places.worth(mentee, place))
        }),
    };
    let solve = |weights| {
        let (_, columns) = kuhn_munkres(&weights);
        (columns.into_iter().enumerate()).map(move |(row, column)| match scarce {
            true => (column, row),
            false => (row, column),
        })
    };
    timed(instance, prepare, solve, |place| places.mentor_of[place])
}

/// An edge for each pair, and one to the sink for each mentor. No cost is below zero, or fewer than can
/// be are matched.
fn mcmf(instance: &Instance) -> Solved {
    let mut space = vec![NOT_ALLOWED; instance.scores.mentors()];
    let mentees = index(instance.scores.mentees());
    let prepare = || {
        let mut graph = GraphBuilder::new();
        for mentee in 0..mentees {
            graph.add_edge(Vertex::Source, mentee, Capacity(1), Cost(0));
            for (mentor, score) in instance.scores.row(mentee as usize, &mut space).allowed() {
                let cost = Cost(i32::from(BEST - score));
                graph.add_edge(mentee, mentees + mentor, Capacity(1), cost);
            }
        }
        for (mentor, places) in (mentees..).zip(&instance.places) {
            let places = Capacity(places.cast_signed());
            graph.add_edge(mentor, Vertex::Sink, places, Cost(0));
        }
        graph
    };
    let solve = |graph: GraphBuilder<u32>| {
        let (_, paths) = graph.mcmf();
        paths
            .into_iter()
            .filter_map(|path| match path.vertices()[..] {
                [_, Vertex::Node(mentee), Vertex::Node(mentor), _] => {
                    Some((*mentee as usize, *mentor as usize))
                }
                _ => None,
            })
    };
    timed(instance, prepare, solve, |mentor| index(mentor) - mentees)
}

/// Times the two, and adds up the pairs that were found, each of a mentee and of what stands for a
/// mentor.
fn timed<Prepared, Pairs: IntoIterator<Item = (usize, usize)>>(
    instance: &Instance,
    prepare: impl FnOnce() -> Prepared,
    solve: impl FnOnce(Prepared) -> Pairs,
    mentor: impl Fn(usize) -> u32,
) -> Solved {
    let begun = ProcessTime::now();
    let prepared = prepare();
    let prepare = begun.elapsed();
    let (clock, begun) = (Instant::now(), ProcessTime::now());
    let pairs = solve(prepared);
    let (solve, elapsed) = (begun.elapsed(), clock.elapsed());
    let mut mentor_of = vec![None; instance.scores.mentees()];
    for (mentee, partner) in pairs {
        mentor_of[mentee] = Some(mentor(partner));
    }
    Solved {
        total: total(&instance.scores, &mentor_of),
        prepare,
        solve,
        prove: Duration::ZERO,
        elapsed,
    }
}

/// Every mentor as often as they have places, for those who match one to one.
struct Copied<'a> {
    scores: &'a Kept,
    mentees: usize,
    mentor_of: Vec<u32>,
    /// What a match is worth before its score: more than any loss of score.
    bonus: u32,
}

impl<'a> Copied<'a> {
    fn of(instance: &'a Instance) -> Self {
        let each = (0..).zip(&instance.places);
        let mentor_of: Vec<u32> = each
            .flat_map(|(mentor, places)| std::iter::repeat_n(mentor, *places as usize))
            .collect();
        let mentees = instance.scores.mentees();
        Self {
            scores: &instance.scores,
            mentees,
            bonus: (u32::from(BEST) + 1) * (index(mentees.min(mentor_of.len())) + 1),
            mentor_of,
        }
    }

    fn worth(&self, mentee: usize, place: usize) -> u32 {
        let mark = self.scores.row(mentee, &mut []).mark(self.mentor_of[place]);
        score(mark).map_or(0, |score| self.bonus + u32::from(score))
    }
}

fn index(number: usize) -> u32 {
    u32::try_from(number).expect("32 bits are enough")
}
