//! The marks of all mentees, looked at one mentee after the other, on every core of the machine.

use super::network::{Edge, Value};
use super::scores::{NOT_ALLOWED, Row, Scores, mark, score};
use super::watch::{Cancelled, Watch};
use std::num::NonZero;
use std::ops::Range;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// How many marks are looked at together, before any of them by itself.
const MANY: usize = 32;

/// And how many of these.
const A_FEW: usize = 8;

/// Fewer pairs than these are looked at before another thread has begun.
const FEW: usize = 1_000_000;

/// Gathers edges for every mentee, on every core of the machine, in their order. There is space for the
/// marks of one.
pub fn by_row<S: Scores>(
    scores: &S,
    watch: (Range<u32>, &Watch),
    gather: impl Fn(u32, &mut [u16], &mut Vec<(u32, u16)>, &mut Vec<Edge>) + Sync,
) -> Result<Vec<Edge>, Cancelled> {
    let cores = match scores.mentees() * scores.mentors() {
        0..FEW => 1,
        _ => thread::available_parallelism().map_or(1, NonZero::get),
    };
    by_row_on(cores, scores, watch, gather)
}

fn by_row_on<S: Scores>(
    cores: usize,
    scores: &S,
    watch: (Range<u32>, &Watch),
    gather: impl Fn(u32, &mut [u16], &mut Vec<(u32, u16)>, &mut Vec<Edge>) + Sync,
) -> Result<Vec<Edge>, Cancelled> {
    let ((some, watch), mentees) = (watch, scores.mentees());
    let done = AtomicUsize::new(0);
    let part = |rows: Range<usize>| {
        let mut space = vec![NOT_ALLOWED; scores.mentors()];
        let (mut kept, mut edges) = (Vec::new(), Vec::new());
        for mentee in rows {
            watch.goes_on()?;
            let done = done.fetch_add(1, Ordering::Relaxed);
            watch.within(some.clone(), done, mentees);
            let number = u32::try_from(mentee).unwrap_or(u32::MAX);
            gather(number, &mut space, &mut kept, &mut edges);
        }
        Ok(edges)
    };
    if cores == 1 {
        return part(0..mentees);
    }
    thread::scope(|scope| {
        let started: Vec<_> = (0..cores)
            .map(|core| {
                let rows = mentees * core / cores..mentees * (core + 1) / cores;
                scope.spawn(|| part(rows))
            })
            .collect();
        let mut all = Vec::new();
        for thread in started {
            let part = thread.join();
            all.append(&mut part.unwrap_or_else(|panic| resume_unwind(panic))?);
        }
        Ok(all)
    })
}

/// Leaves in `kept` those of a row whose mark is at least so much.
pub fn at_least(least: u16, row: Row<'_>, kept: &mut Vec<(u32, u16)>) {
    kept.clear();
    match row {
        Row::Some(mentors, marks) => kept.extend(
            (mentors.iter().copied().zip(marks.iter().copied())).filter(|(_, mark)| *mark >= least),
        ),
        Row::Every(marks) => {
            for (first, many) in (0..).step_by(MANY).zip(marks.chunks(MANY)) {
                if !any_at_least(least, many) {
                    continue;
                }
                for (first, few) in (first..).step_by(A_FEW).zip(many.chunks(A_FEW)) {
                    if any_at_least(least, few) {
                        let numbered = (first..).zip(few.iter().copied());
                        kept.extend(numbered.filter(|(_, mark)| *mark >= least));
                    }
                }
            }
        }
    }
}

/// Without a branch, so that many are looked at at once.
fn any_at_least(least: u16, marks: &[u16]) -> bool {
    let any = |any, mark: &u16| any | (*mark >= least);
    marks.iter().fold(false, any)
}

/// Leaves in `kept` those of a row of whose marks the right number is left beside the prices.
pub fn beside_prices(
    row: Row<'_>,
    prices: &[Value],
    is_right: impl Fn(Value) -> bool,
    kept: &mut Vec<(u32, u16)>,
) {
    kept.clear();
    let is_right = |mark: u16, price: Value| is_right(Value::from(mark) - price);
    match row {
        Row::Every(marks) => {
            let parts = marks.chunks(MANY).zip(prices.chunks(MANY));
            for (first, (marks, prices)) in (0..).step_by(MANY).zip(parts) {
                let both = marks.iter().copied().zip(prices.iter().copied());
                // Without a branch, so that many are done at once. A pair that is not allowed may be too.
                let any = |any, (mark, price)| any | is_right(mark, price);
                if both.clone().fold(false, any) {
                    let numbered = (first..).zip(both);
                    kept.extend(numbered.filter_map(|(mentor, (mark, price))| {
                        Some((mentor, score(mark).filter(|_| is_right(mark, price))?))
                    }));
                }
            }
        }
        Row::Some(..) => kept.extend(
            row.allowed()
                .filter(|(mentor, score)| is_right(mark(*score), prices[*mentor as usize])),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::scores::Matrix;

    #[test]
    fn on_however_many_cores_the_same_is_gathered() {
        let scores = Matrix::new(53, 7, |mentee, mentor| {
            u16::try_from((mentee * 31 + mentor * 17) % 9).unwrap()
        });
        let gathered = |cores| {
            by_row_on(
                cores,
                &scores,
                (0..1000, &Watch::default()),
                |mentee, space, _, edges| {
                    let row = scores.row(mentee as usize, space);
                    edges.extend(row.allowed().map(|(mentor, score)| Edge {
                        mentee,
                        mentor,
                        score,
                    }));
                },
            )
            .unwrap()
        };
        let one = gathered(1);
        assert!(one.is_sorted() && one.len() > 200);
        for cores in [2, 3, 8, 60] {
            assert_eq!(gathered(cores), one);
        }
    }
}
