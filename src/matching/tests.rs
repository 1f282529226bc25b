//! Small programmes against trying everything, and properties of larger ones.

use super::certificate::{Flaw, NotProved, keeps_rules, prove};
use super::even::even;
use super::insist::totals_with;
use super::kept::kept;
use super::network::bonus;
use super::optimum::{Optimum, Stopped, Total, optimum, optimum_among};
use super::problem::{Clash, Failed, Matched, Problem, of_each, total};
use super::report::{Block, Blocking, Way, mentees_of, walk};
use super::scores::{Matrix, NOT_ALLOWED, Scores, Shortlists, mark};
use super::shortlist::Few;
use super::stable::stable;
use super::watch::Watch;
use super::worst_off::worst_off;

/// `SplitMix64` (Steele, Lea and Flood, OOPSLA 2014).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.roll() % end as u64).unwrap()
    }

    /// A small programme of one of many shapes: ties, nobody eligible, no places.
    fn programme(&mut self, most: usize) -> (Matrix, Vec<u32>) {
        let (mentees, mentors) = (self.below(most + 1), self.below(most + 1));
        let values = [1, 2, 5, 10_001][self.below(4)];
        let allowed = self.below(11);
        let scores = Matrix::new(mentees, mentors, |_, _| match self.below(10) < allowed {
            true => mark(u16::try_from(self.below(values)).unwrap()),
            false => NOT_ALLOWED,
        });
        let places = (0..mentors).map(|_| u32::try_from(self.below(4)).unwrap());
        (scores, places.collect())
    }
}

/// The best total by trying everything.
fn by_trying(scores: &Matrix, places: &mut [u32], mentee: usize, so_far: Total) -> Total {
    if mentee == scores.mentees() {
        return so_far;
    }
    let mut best = by_trying(scores, places, mentee + 1, so_far);
    for mentor in 0..scores.mentors() {
        let mark = scores.mark(mentee, mentor);
        if mark != NOT_ALLOWED && places[mentor] > 0 {
            places[mentor] -= 1;
            let with = Total {
                matched: so_far.matched + 1,
                score: so_far.score + u64::from(mark - 1),
            };
            best = best.max(by_trying(scores, places, mentee + 1, with));
            places[mentor] += 1;
        }
    }
    best
}

fn best(scores: &impl Scores, places: &[u32]) -> Optimum {
    let found = optimum(scores, places, &Watch::default()).unwrap();
    assert_eq!(proved(scores, places, &found), Ok(found.total));
    found
}

fn proved(scores: &impl Scores, places: &[u32], found: &Optimum) -> Result<Total, NotProved> {
    let proved = prove(scores, places, found, &Watch::default())?;
    Ok(proved.total)
}

#[test]
fn ten_thousand_small_programmes_are_matched_as_well_as_by_trying_everything() {
    let mut dice = Dice(1);
    let (mut kept, mut clashing) = (0, 0);
    for round in 0..10_000 {
        let (scores, mut places) = dice.programme(5);
        let found = best(&scores, &places);
        let tried = by_trying(&scores, &mut places, 0, Total::default());
        assert_eq!(found.total, tried, "round {round}: {scores:?} {places:?}");
        assert_eq!(total(&scores, &found.mentor_of), tried);
        from_few(&mut dice, &scores, &places, &found);
        match pinned_and_forbidden(&mut dice, scores, &places) {
            true => kept += 1,
            false => clashing += 1,
        }
    }
    assert!(kept > 3_000 && clashing > 1_000, "{kept} and {clashing}");
}

/// The same from so few pairs that others have to be added, and are held against the prices again and
/// again.
fn from_few(dice: &mut Dice, scores: &Matrix, places: &[u32], found: &Optimum) {
    let few = Few {
        short: 1,
        best: 1,
        others: u32::try_from(dice.below(2)).unwrap(),
        added: 1,
    };
    let from_few = optimum_among(few, scores, places, &Watch::default()).unwrap();
    assert_eq!(proved(scores, places, &from_few), Ok(found.total));
    assert_eq!(who(&from_few.mentor_of), who(&found.mentor_of));
}

/// Who has anybody.
fn who(mentor_of: &Matched) -> Vec<bool> {
    mentor_of.iter().map(Option::is_some).collect()
}

/// The most that any matching is worth, by trying everything.
fn most<Worth: Ord>(
    scores: &Matrix,
    places: &mut [u32],
    left: &mut Matched,
    worth: &impl Fn(&Matched) -> Worth,
) -> Worth {
    let mentee = left.len();
    if mentee == scores.mentees() {
        return worth(left);
    }
    left.push(None);
    let mut best = most(scores, places, left, worth);
    for mentor in 0..places.len() {
        if scores.mark(mentee, mentor) != NOT_ALLOWED && places[mentor] > 0 {
            left[mentee] = Some(u32::try_from(mentor).unwrap());
            places[mentor] -= 1;
            best = best.max(most(scores, places, left, worth));
            places[mentor] += 1;
        }
    }
    left.truncate(mentee);
    best
}

/// Scores in ascending order.
fn ascending(scores: &Matrix, mentor_of: &Matched) -> Vec<u16> {
    let mut own: Vec<_> = of_each(scores, mentor_of).into_iter().flatten().collect();
    own.sort_unstable();
    own
}

#[test]
fn where_all_else_is_alike_those_have_a_mentor_who_have_waited_longest() {
    let mut dice = Dice(14);
    let (mut left_out, watch) = (0, Watch::default());
    for _ in 0..2_000 {
        let (scores, mut places) = dice.programme(5);
        let found = best(&scores, &places);
        let mentors = places.len();
        let stands: Matched = (0..scores.mentees())
            .map(|_| (mentors > 0 && dice.below(4) > 0).then(|| dice.below(mentors.max(1))))
            .map(|mentor| mentor.map(|mentor| u32::try_from(mentor).unwrap()))
            .collect();
        let kindest = worst_off(&scores, &places, &watch).unwrap();
        let keeping = kept(&scores, &places, &found, &stands, &watch).unwrap();

        let of_total = |left: &Matched| (total(&scores, left), who(left));
        let of_lowest = |left: &Matched| {
            let matched = total(&scores, left).matched;
            (matched, ascending(&scores, left), who(left))
        };
        let of_kept = |left: &Matched| (total(&scores, left), in_both(&stands, left), who(left));
        let (places, left) = (&mut places, &mut Vec::new());
        assert_eq!(
            of_total(&found.mentor_of),
            most(&scores, places, left, &of_total),
            "{scores:?} {places:?}"
        );
        assert_eq!(
            of_lowest(&kindest),
            most(&scores, places, left, &of_lowest),
            "{scores:?} {places:?}"
        );
        assert_eq!(
            of_kept(&keeping),
            most(&scores, places, left, &of_kept),
            "{scores:?} {places:?} {stands:?}"
        );
        left_out += usize::from(!who(&found.mentor_of).is_sorted_by(|one, other| one >= other));
    }
    assert!(left_out > 300, "{left_out}");
}

/// The same programme with some pairs pinned and some forbidden, against trying everything. Whether the
/// pins can be kept.
fn pinned_and_forbidden(dice: &mut Dice, mut scores: Matrix, places: &[u32]) -> bool {
    let pairs = every(&scores);
    let some = |dice: &mut Dice| -> Vec<(u32, u32)> {
        let most = dice.below(3);
        let number = most.min(pairs.len());
        (0..number)
            .map(|_| pairs[dice.below(pairs.len())])
            .collect()
    };
    for (mentee, mentor) in some(dice) {
        scores.set(mentee as usize, mentor as usize, NOT_ALLOWED);
    }
    let locked = some(dice);
    let problem = Problem {
        scores: &scores,
        places,
        locked: &locked,
    };
    let found = problem.best(&Watch::default());
    let tried = by_trying_with(&scores, places, &locked);
    match &found {
        Ok(found) => {
            assert!(
                (locked.iter())
                    .all(|(mentee, mentor)| found.mentor_of[*mentee as usize] == Some(*mentor))
            );
            assert_eq!(
                keeps_rules(&scores, places, &found.mentor_of),
                Ok(found.total)
            );
            assert_eq!(Some(found.total), tried, "{scores:?} {places:?} {locked:?}");
        }
        Err(Failed::Clash(_)) => assert_eq!(tried, None, "{scores:?} {places:?} {locked:?}"),
        Err(other) => panic!("{other:?}"),
    }
    found.is_ok()
}

/// The best total that keeps what is locked; none where that cannot be kept.
fn by_trying_with(scores: &Matrix, places: &[u32], locked: &[(u32, u32)]) -> Option<Total> {
    let (mut rest, mut places) = (scores.clone(), places.to_vec());
    let mut so_far = Total::default();
    let mut done = vec![false; scores.mentees()];
    for (mentee, mentor) in locked {
        let (mentee, mentor) = (*mentee as usize, *mentor as usize);
        if std::mem::replace(&mut done[mentee], true) {
            return None;
        }
        places[mentor] = places[mentor].checked_sub(1)?;
        so_far.matched += 1;
        so_far.score += u64::from(scores.mark(mentee, mentor).checked_sub(1)?);
        for mentor in 0..scores.mentors() {
            rest.set(mentee, mentor, NOT_ALLOWED);
        }
    }
    Some(by_trying(&rest, &mut places, 0, so_far))
}

/// Large enough that the search begins with a part of all pairs.
fn larger(dice: &mut Dice, mentees: usize, mentors: usize, places: usize) -> (Matrix, Vec<u32>) {
    // Everybody likes the same mentors, and a little else.
    let liked: Vec<_> = (0..mentors).map(|_| dice.below(5_000)).collect();
    let scores = Matrix::new(mentees, mentors, |_, mentor| match dice.below(20) {
        0 => NOT_ALLOWED,
        _ => mark(u16::try_from(liked[mentor] + dice.below(5_000)).unwrap()),
    });
    let places = (0..mentors).map(|_| u32::try_from(dice.below(places + 1)).unwrap());
    (scores, places.collect())
}

#[test]
fn larger_programmes_are_proved_with_places_scarce_and_ample() {
    let mut dice = Dice(2);
    for (mentees, mentors, places) in [(300, 150, 2), (300, 150, 8), (150, 300, 1), (400, 100, 4)] {
        let (scores, places) = larger(&mut dice, mentees, mentors, places);
        let found = best(&scores, &places);
        assert_eq!(found, best(&scores, &places), "the same every time");
    }
}

#[test]
fn what_everybody_wants_is_fought_for_and_proved() {
    let shapes: [fn(usize, usize) -> usize; 4] = [
        |_, _| 5_000,
        |_, mentor| 100 * mentor,
        |mentee, mentor| mentee * mentor,
        |_, mentor| 10_000 * usize::from(mentor == 0),
    ];
    for shape in shapes {
        for (mentees, places) in [(80, 1), (80, 2), (80, 3), (300, 5)] {
            let scores = Matrix::new(mentees, 40, |mentee, mentor| {
                mark(u16::try_from(shape(mentee, mentor).min(10_000)).unwrap())
            });
            best(&scores, &[places; 40]);
        }
    }
}

#[test]
fn those_for_whom_there_are_no_places_are_left_where_others_have_plenty() {
    // The first half may only be with the first three mentors.
    let scores = Matrix::new(100, 50, |mentee, mentor| match mentee < 50 && mentor >= 3 {
        true => NOT_ALLOWED,
        false => mark(u16::try_from((mentee * 37 + mentor * 101) % 1_000).unwrap()),
    });
    let found = best(&scores, &[5; 50]);
    assert_eq!(found.total.matched, 65);
}

#[test]
fn the_order_of_people_changes_no_total() {
    let mut dice = Dice(3);
    for _ in 0..200 {
        let (scores, places) = dice.programme(12);
        let order = |dice: &mut Dice, length: usize| {
            let mut order: Vec<_> = (0..length).collect();
            (1..length)
                .rev()
                .for_each(|last| order.swap(last, dice.below(last + 1)));
            order
        };
        let (mentees, mentors) = (
            order(&mut dice, scores.mentees()),
            order(&mut dice, places.len()),
        );
        let other = Matrix::new(mentees.len(), mentors.len(), |mentee, mentor| {
            scores.mark(mentees[mentee], mentors[mentor])
        });
        let other_places: Vec<_> = mentors.iter().map(|mentor| places[*mentor]).collect();
        assert_eq!(
            best(&scores, &places).total,
            best(&other, &other_places).total
        );
    }
}

#[test]
fn a_place_more_never_makes_less_and_adds_what_its_price_says_at_most() {
    let mut dice = Dice(4);
    let mut gained = 0;
    for _ in 0..300 {
        let (scores, mut places) = dice.programme(8);
        let before = best(&scores, &places);
        let bonus = bonus(scores.mentees(), places.len()).unwrap();
        let worth = |total: Total| {
            i64::from(bonus) * i64::try_from(total.matched).unwrap()
                + i64::try_from(total.score).unwrap()
        };
        for mentor in 0..places.len() {
            places[mentor] += 1;
            let with = best(&scores, &places).total;
            let gain = worth(with) - worth(before.total);
            assert!(with >= before.total && gain <= i64::from(before.mentor_prices[mentor]));
            gained += usize::from(gain > 0);
            places[mentor] -= 1;
        }
    }
    assert!(gained > 200, "{gained}");
}

#[test]
fn shortlists_are_matched_like_the_matrix_that_they_are() {
    let mut dice = Dice(5);
    for _ in 0..300 {
        let (scores, places) = dice.programme(10);
        let mut lists = Shortlists::new(places.len());
        let mut space = vec![NOT_ALLOWED; places.len()];
        for mentee in 0..scores.mentees() {
            lists.push(scores.row(mentee, &mut space).allowed());
        }
        assert_eq!(Matrix::of(&lists), scores);
        assert_eq!(best(&lists, &places).total, best(&scores, &places).total);
    }
}

#[test]
fn what_is_locked_is_kept_and_the_rest_is_the_best_with_it() {
    let mut dice = Dice(6);
    let mut kept = 0;
    for _ in 0..2_000 {
        let (scores, mut places) = dice.programme(5);
        if scores.mentees() == 0 || places.is_empty() {
            continue;
        }
        let (mentee, mentor) = (dice.below(scores.mentees()), dice.below(places.len()));
        let locked = [(
            u32::try_from(mentee).unwrap(),
            u32::try_from(mentor).unwrap(),
        )];
        let problem = Problem {
            scores: &scores,
            places: &places,
            locked: &locked,
        };
        let found = problem.best(&Watch::default());
        let mark = scores.mark(mentee, mentor);
        if mark == NOT_ALLOWED {
            let (mentee, mentor) = locked[0];
            assert_eq!(
                found,
                Err(Failed::Clash(Clash::NotAllowed { mentee, mentor }))
            );
        } else if places[mentor] == 0 {
            assert_eq!(
                found,
                Err(Failed::Clash(Clash::Full {
                    mentor: locked[0].1
                }))
            );
        } else {
            let found = found.unwrap();
            assert_eq!(found.mentor_of[mentee], Some(locked[0].1));
            let mut only = scores.clone();
            (0..places.len())
                .filter(|other| *other != mentor)
                .for_each(|other| only.set(mentee, other, NOT_ALLOWED));
            places[mentor] -= 1;
            (0..places.len()).for_each(|other| only.set(mentee, other, NOT_ALLOWED));
            let so_far = Total {
                matched: 1,
                score: u64::from(mark - 1),
            };
            assert_eq!(found.total, by_trying(&only, &mut places, 0, so_far));
            kept += 1;
        }
    }
    assert!(kept > 200);
    let scores = Matrix::new(1, 2, |_, _| mark(1));
    let problem = Problem {
        scores: &scores,
        places: &[1, 1],
        locked: &[(0, 0), (0, 1)],
    };
    assert_eq!(
        problem.best(&Watch::default()),
        Err(Failed::Clash(Clash::Twice { mentee: 0 }))
    );
}

#[test]
fn nothing_but_the_best_is_proved() {
    let scores = Matrix::new(3, 2, |mentee, mentor| {
        mark([[50, 40], [50, 10], [0, 0]][mentee][mentor])
    });
    let places = [1, 1];
    let found = best(&scores, &places);
    assert_eq!(found.mentor_of, [Some(1), Some(0), None]);
    let flaw = |change: &dyn Fn(&mut Optimum)| -> Result<(), Flaw> {
        let mut wrong = found.clone();
        change(&mut wrong);
        match proved(&scores, &places, &wrong) {
            Err(NotProved::Flaw(flaw)) => Err(flaw),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(
        flaw(&|wrong| wrong.mentor_of = vec![Some(0), Some(1), None]),
        Err(Flaw::Gap)
    );
    assert_eq!(flaw(&|wrong| wrong.mentor_of[0] = None), Err(Flaw::Gap));
    assert_eq!(
        flaw(&|wrong| wrong.mentor_of[0] = Some(0)),
        Err(Flaw::TooManyMentees { mentor: 0 })
    );
    assert_eq!(
        flaw(&|wrong| wrong.mentor_of[0] = Some(2)),
        Err(Flaw::NotAllowed {
            mentee: 0,
            mentor: 2
        })
    );
    assert_eq!(
        flaw(&|wrong| wrong.mentor_prices[0] -= 1),
        Err(Flaw::Underpriced {
            mentee: 0,
            mentor: 0
        })
    );
    assert_eq!(flaw(&|wrong| wrong.mentor_prices[0] += 1), Err(Flaw::Gap));
    assert_eq!(flaw(&|wrong| wrong.mentee_prices[2] = -1), Err(Flaw::Price));
    assert_eq!(flaw(&|wrong| wrong.total.score += 1), Err(Flaw::Gap));
    assert_eq!(
        flaw(&|wrong| wrong.mentor_prices.truncate(1)),
        Err(Flaw::Incomplete)
    );
}

fn blocking(scores: &Matrix, places: &[u32], mentor_of: &Matched) -> Block {
    super::report::blocking(scores, places, mentor_of, usize::MAX / 2, &Watch::default()).unwrap()
}

fn ways(scores: &Matrix, found: &Optimum, from: &[u32]) -> Vec<Option<Way>> {
    let (mentor_of, prices) = (&found.mentor_of, &found.mentor_prices);
    super::report::ways(scores, mentor_of, prices, from, &Watch::default()).unwrap()
}

#[test]
fn what_breaks_a_rule_is_not_called_a_matching() {
    let scores = Matrix::new(3, 2, |mentee, mentor| {
        [[51, NOT_ALLOWED], [21, 11], [0, 31]][mentee][mentor]
    });
    let places = [1, 2];
    let keeps = |mentor_of: &[Option<u32>]| keeps_rules(&scores, &places, mentor_of);
    let total = |matched, score| Ok(Total { matched, score });
    assert_eq!(keeps(&[Some(0), Some(1), Some(1)]), total(3, 90));
    assert_eq!(keeps(&[None, Some(0), None]), total(1, 20));
    assert_eq!(
        keeps(&[Some(0), Some(0), None]),
        Err(Flaw::TooManyMentees { mentor: 0 })
    );
    assert_eq!(
        keeps(&[Some(1), None, None]),
        Err(Flaw::NotAllowed {
            mentee: 0,
            mentor: 1
        })
    );
    assert_eq!(
        keeps(&[None, Some(2), None]),
        Err(Flaw::NotAllowed {
            mentee: 1,
            mentor: 2
        })
    );
    assert_eq!(keeps(&[None, None]), Err(Flaw::Incomplete));
}

#[test]
fn nobody_has_a_reason_to_leave_a_stable_pair() {
    let mut dice = Dice(7);
    for number in 0..1_020 {
        // Some so large that nobody looks at all mentors at once.
        let people = if number < 1_000 { 8 } else { 120 };
        let (scores, places) = dice.programme(people);
        let found = stable(&scores, &places, &Watch::default()).unwrap();
        keeps_places(&places, &found);
        assert_eq!(blocking(&scores, &places, &found).all, 0);
        assert!(total(&scores, &found) <= best(&scores, &places).total);
    }
}

fn keeps_places(places: &[u32], found: &Matched) {
    for (places, mentees) in places.iter().zip(mentees_of(places.len(), found)) {
        assert!(mentees.len() <= *places as usize);
    }
}

#[test]
fn a_blocking_pair_is_one_in_which_both_would_gain() {
    let scores = Matrix::new(2, 2, |mentee, mentor| {
        mark([[90, 80], [85, 10]][mentee][mentor])
    });
    let found = best(&scores, &[1, 1]);
    assert_eq!(found.mentor_of, [Some(1), Some(0)]);
    let [pair] = blocking(&scores, &[1, 1], &found.mentor_of).first[..] else {
        panic!("one pair would rather have each other");
    };
    assert_eq!((pair.mentee, pair.mentor, pair.score), (0, 0, 90));
    assert_eq!((pair.mentee_gains, pair.mentor_gains), (10, 5));
}

#[test]
fn the_first_who_block_are_the_first_of_all_who_do() {
    let mut dice = Dice(11);
    let mut many = 0;
    for _ in 0..500 {
        let (scores, places) = dice.programme(9);
        // Whoever is left out has a reason to ask.
        let mut mentor_of = best(&scores, &places).mentor_of;
        for mentor in &mut mentor_of {
            *mentor = mentor.filter(|_| dice.below(2) == 0);
        }
        let all = blocking(&scores, &places, &mentor_of);
        assert_eq!(all.all, all.first.len());
        for most in [0, 1, 3, 200] {
            let some =
                super::report::blocking(&scores, &places, &mentor_of, most, &Watch::default());
            let first: Vec<Blocking> = all.first.iter().copied().take(most).collect();
            assert_eq!(
                some,
                Ok(Block {
                    all: all.all,
                    first
                })
            );
        }
        many += usize::from(all.all > 6);
    }
    assert!(many > 30, "{many}");
}

/// Every pair there is, of a mentee and a mentor.
fn every(scores: &Matrix) -> Vec<(u32, u32)> {
    let mentors = u32::try_from(scores.mentors()).unwrap();
    (0..u32::try_from(scores.mentees()).unwrap())
        .flat_map(|mentee| (0..mentors).map(move |mentor| (mentee, mentor)))
        .collect()
}

#[test]
fn to_insist_on_a_pair_costs_what_it_costs_to_match_all_with_it() {
    let mut dice = Dice(12);
    let (mut dearer, mut fewer) = (0, 0);
    for round in 0..2_000 {
        let (scores, places) = match round % 100 {
            0 => larger(&mut dice, 40, 25, 2),
            _ => dice.programme(7),
        };
        let found = best(&scores, &places);
        let pairs = every(&scores);
        let totals = totals_with(&scores, &places, &found, &pairs, &Watch::default()).unwrap();
        for (pair, total) in pairs.iter().zip(totals) {
            let problem = Problem {
                scores: &scores,
                places: &places,
                locked: &[*pair],
            };
            let with = problem.best(&Watch::default()).ok().map(|best| best.total);
            assert_eq!(total, with, "{pair:?} {scores:?} {places:?} {found:?}");
            dearer += usize::from(with.is_some_and(|with| with.score < found.total.score));
            fewer += usize::from(with.is_some_and(|with| with.matched < found.total.matched));
        }
    }
    assert!(dearer > 5_000 && fewer > 100, "{dearer} and {fewer}");
}

#[test]
fn whoever_fares_worst_fares_as_well_as_can_be() {
    let mut dice = Dice(10);
    for _ in 0..2_000 {
        let (scores, mut places) = dice.programme(5);
        let found = worst_off(&scores, &places, &Watch::default()).unwrap();
        keeps_places(&places, &found);
        let worth = |left: &Matched| (total(&scores, left).matched, ascending(&scores, left));
        assert_eq!(
            worth(&found),
            most(&scores, &mut places, &mut Vec::new(), &worth),
            "{scores:?} {places:?}"
        );
    }
}

/// The least sum of squared loads among all that have this total, by trying everything.
fn evenest(
    scores: &Matrix,
    places: &[u32],
    load: &mut [u32],
    left: &mut Matched,
    want: Total,
) -> Option<u32> {
    let mentee = left.len();
    if mentee == scores.mentees() {
        return (total(scores, left) == want).then(|| load.iter().map(|load| load * load).sum());
    }
    left.push(None);
    let mut best = evenest(scores, places, load, left, want);
    for mentor in 0..places.len() {
        let taken = left
            .iter()
            .flatten()
            .filter(|other| **other as usize == mentor)
            .count();
        if scores.mark(mentee, mentor) != NOT_ALLOWED && taken < places[mentor] as usize {
            left[mentee] = Some(u32::try_from(mentor).unwrap());
            load[mentor] += 1;
            let with = evenest(scores, places, load, left, want);
            load[mentor] -= 1;
            best = [best, with].into_iter().flatten().min();
        }
    }
    left.truncate(mentee);
    best
}

#[test]
fn loads_are_as_even_as_the_best_total_lets_them_be() {
    let mut dice = Dice(8);
    for _ in 0..1_500 {
        let (scores, places) = dice.programme(5);
        let mut load: Vec<u32> = places
            .iter()
            .map(|_| u32::try_from(dice.below(3)).unwrap())
            .collect();
        let found = best(&scores, &places);
        let spread = even(&scores, &places, &load, &found, &Watch::default()).unwrap();
        keeps_places(&places, &spread);
        assert_eq!(total(&scores, &spread), found.total);
        let least = evenest(
            &scores,
            &places,
            &mut load.clone(),
            &mut Vec::new(),
            found.total,
        );
        for mentor in spread.iter().flatten() {
            load[*mentor as usize] += 1;
        }
        assert_eq!(Some(load.iter().map(|load| load * load).sum()), least);
    }
}

fn in_both(one: &Matched, other: &Matched) -> usize {
    let both = one.iter().zip(other);
    both.filter(|(one, other)| one.is_some() && one == other)
        .count()
}

#[test]
fn nobody_is_moved_where_nothing_is_gained_by_it() {
    let mut dice = Dice(13);
    let mut gained = 0;
    for _ in 0..3_000 {
        let (scores, mut places) = dice.programme(5);
        let found = best(&scores, &places);
        // What stands need not be allowed any more, nor have a place.
        let stands: Matched = (0..scores.mentees())
            .map(|_| (!places.is_empty() && dice.below(4) > 0).then(|| dice.below(places.len())))
            .map(|mentor| mentor.map(|mentor| u32::try_from(mentor).unwrap()))
            .collect();
        let kept = kept(&scores, &places, &found, &stands, &Watch::default()).unwrap();
        assert_eq!(keeps_rules(&scores, &places, &kept), Ok(found.total));
        let worth = |left: &Matched| (total(&scores, left), in_both(&stands, left));
        assert_eq!(
            worth(&kept),
            most(&scores, &mut places, &mut Vec::new(), &worth),
            "{scores:?} {places:?} {stands:?}"
        );
        gained += usize::from(in_both(&stands, &kept) > in_both(&stands, &found.mentor_of));
    }
    assert!(gained > 100, "{gained}");
}

#[test]
fn a_way_to_a_place_more_is_what_the_place_would_give() {
    let mut dice = Dice(9);
    let (mut alone, mut first) = (0, 0);
    for _ in 0..2_000 {
        let (scores, mut places) = dice.programme(6);
        let found = best(&scores, &places);
        let nobody = (0..).zip(&found.mentor_of).filter(|(_, one)| one.is_none());
        let nobody: Vec<u32> = nobody.map(|(mentee, _)| mentee).collect();
        let of_all = ways(&scores, &found, &nobody);
        for mentor in 0..places.len() {
            places[mentor] += 1;
            let with = best(&scores, &places).total;
            let gain = |way: &Way| with_more(found.total, way);
            match &of_all[mentor] {
                Some(way) => {
                    assert_eq!(with, gain(way), "{mentor}: {scores:?} {places:?}");
                    let mut then = found.mentor_of.clone();
                    walk(&of_all, mentor, &mut then);
                    assert_eq!(keeps_rules(&scores, &places, &then), Ok(with));
                }
                None => assert_eq!(with.matched, found.total.matched),
            }
            for mentee in &nobody {
                let own = ways(&scores, &found, &[*mentee]);
                let Some(way) = own[mentor] else { continue };
                // Where somebody else would get the place, this mentee has to be locked for it; and then
                // it may even be better to let the place go to another and somebody else without.
                let locked = [(*mentee, way.first)];
                let problem = Problem {
                    scores: &scores,
                    places: &places,
                    locked: &locked,
                };
                let with_them = problem.best(&Watch::default()).unwrap();
                assert!(with_them.total >= gain(&way) && with_them.total <= with);
                alone += 1;
                first += usize::from(of_all[mentor] == Some(way));
            }
            places[mentor] -= 1;
        }
    }
    assert!(
        alone > 1_000 && first > 300 && first < alone,
        "{first} of {alone}"
    );
}

fn with_more(total: Total, way: &Way) -> Total {
    Total {
        matched: total.matched + 1,
        score: total.score.saturating_add_signed(way.gain),
    }
}

#[test]
fn scores_of_those_who_have_nobody_are_none() {
    let scores = Matrix::new(3, 3, |_, _| mark(1));
    assert_eq!(
        of_each(&scores, &[None, Some(1), None]),
        [None, Some(1), None]
    );
}

/// How often work asks whether it is to go on, and that it ends each time that it is not.
fn asks(work: impl Fn(&Watch) -> Result<(), Stopped>) -> u32 {
    for times in 0.. {
        match work(&Watch::patient(times)) {
            Ok(()) => return times,
            Err(stopped) => assert_eq!(stopped, Stopped::Cancelled),
        }
    }
    unreachable!("it is asked no more than it works")
}

#[test]
fn work_ends_wherever_somebody_has_enough_of_it() {
    let mut dice = Dice(15);
    let (mentees, mentors) = (30, 12);
    let scores = Matrix::new(mentees, mentors, |_, _| {
        mark(u16::try_from(dice.below(4)).unwrap())
    });
    let places = [2; 12];
    let found = best(&scores, &places);
    let from: Vec<u32> = vec![29];
    // Somebody else, so that there is something to be kept.
    let stands: Matched = found.mentor_of.iter().rev().copied().collect();
    let pairs = every(&scores);
    let asked = [
        asks(|watch| optimum(&scores, &places, watch).map(drop)),
        asks(|watch| {
            let proved = prove(&scores, &places, &found, watch);
            proved.map(drop).map_err(|_| Stopped::Cancelled)
        }),
        asks(|watch| even(&scores, &places, &[0; 12], &found, watch).map(drop)),
        asks(|watch| worst_off(&scores, &places, watch).map(drop)),
        asks(|watch| {
            stable(&scores, &places, watch)
                .map(drop)
                .map_err(Stopped::from)
        }),
        asks(|watch| kept(&scores, &places, &found, &stands, watch).map(drop)),
        asks(|watch| {
            let block = super::report::blocking(&scores, &places, &found.mentor_of, 9, watch);
            block.map(drop).map_err(Stopped::from)
        }),
        asks(|watch| {
            let (mentor_of, prices) = (&found.mentor_of, &found.mentor_prices);
            let ways = super::report::ways(&scores, mentor_of, prices, &from, watch);
            ways.map(drop).map_err(Stopped::from)
        }),
        asks(|watch| {
            totals_with(&scores, &places, &found, &pairs, watch)
                .map(drop)
                .map_err(Stopped::from)
        }),
    ];
    assert!(asked.iter().all(|times| *times >= 12), "{asked:?}");
}

#[test]
fn how_far_it_is_is_said_up_to_the_end() {
    let mut dice = Dice(16);
    let (scores, places) = larger(&mut dice, 300, 150, 2);
    let watch = Watch::default();
    let found = optimum(&scores, &places, &watch).unwrap();
    assert_eq!(watch.thousandths(), 800);
    prove(&scores, &places, &found, &watch).unwrap();
    assert_eq!(watch.thousandths(), 999);
}

#[test]
fn to_spread_evenly_takes_no_longer_where_all_are_alike() {
    // Where each who cannot be relieved looked for somebody by themselves, this took hours.
    let scores = Matrix::new(3_000, 1_000, |_, _| mark(50));
    let places = [3; 1_000];
    let found = best(&scores, &places);
    let spread = even(
        &scores,
        &places,
        &[0; 1_000],
        &found,
        &Watch::patient(20_000),
    );
    assert!(spread.is_ok());
}
