//! Scores that no programme has, to find what the search finds hard.

use crate::dice::Dice;
use crate::matching::scores::{BEST, Matrix, NOT_ALLOWED, mark};

/// Scores by name, each mentor having `places`.
pub fn shape(name: &str, mentees: usize, mentors: usize, places: usize) -> Option<Matrix> {
    let mut dice = Dice::new(5);
    let scores = |mark: &mut dyn FnMut(usize, usize) -> u16| Matrix::new(mentees, mentors, mark);
    Some(match name {
        "equal" => scores(&mut |_, _| mark(BEST / 2)),
        "four-values" => scores(&mut |_, _| mark(dice.below(4) * 100)),
        "uniform" => scores(&mut |_, _| mark(dice.below(BEST + 1))),
        "one-wanted" => scores(&mut |mentee, mentor| match mentor {
            0 => mark(BEST),
            _ => mark(part(mentee * 7 + mentor * 13, 100) / 100),
        }),
        "same-ranking" => scores(&mut |_, mentor| mark(part(mentor, mentors))),
        "product" => scores(&mut |mentee, mentor| mark(part(mentee * mentor, mentees * mentors))),
        // Everybody may be with two neighbours, so that one who moves may move all.
        "chain" => scores(
            &mut |mentee, mentor| match mentor.checked_sub(mentee / places) {
                Some(0 | 1) => mark(100 + part(mentee, 7) / 1_000),
                _ => NOT_ALLOWED,
            },
        ),
        "nobody" => scores(&mut |_, _| NOT_ALLOWED),
        _ => return None,
    })
}

/// So much of the whole, of the best score.
fn part(much: usize, whole: usize) -> u16 {
    u16::try_from(much % whole * usize::from(BEST) / whole).expect("below the best score")
}
