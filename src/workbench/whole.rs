//! What can be said of a whole plan: how scores and loads are spread, whose wishes are met, and how it
//! is by groups that are large enough to say it of.

use super::plan::{Pair, Plan};
use super::pool::Pool;
use crate::matching::optimum::Total;
use std::collections::BTreeMap;

impl Plan {
    /// How many mentees each mentor gets, in the order of the pool.
    pub fn loads(&self, mentors: usize) -> Vec<usize> {
        let mut loads = vec![0; mentors];
        for pair in &self.pairs {
            loads[pair.mentor] += 1;
        }
        loads
    }

    /// How many mentors have how many mentees, with those that they have already.
    pub fn by_load(&self, pool: &Pool) -> Vec<(usize, usize)> {
        let new = self.loads(pool.mentors.len());
        let loads = pool.mentors.iter().zip(new);
        let loads: Vec<usize> = loads.map(|(one, new)| one.taken as usize + new).collect();
        let most = loads.iter().max().copied().unwrap_or(0);
        let count = |load: usize| loads.iter().filter(|one| **one == load).count();
        (0..=most).map(|load| (load, count(load))).collect()
    }

    /// How many pairs have a score from this many tens of points up to the next.
    pub fn spread(&self) -> [usize; 10] {
        let mut spread = [0; 10];
        for pair in &self.pairs {
            spread[usize::from(pair.score / 1000).min(9)] += 1;
        }
        spread
    }

    pub fn worst(&self) -> Option<&Pair> {
        self.pairs.iter().min_by_key(|pair| pair.score)
    }

    /// Of the mentees who have wishes: how many there are, and whom they get.
    pub fn wishes(&self, pool: &Pool) -> Wishes {
        let mut wishes = Wishes::default();
        for one in &pool.mentees {
            wishes.wishing += usize::from(!one.wishes.is_empty());
        }
        for pair in &self.pairs {
            let mentor = pool.mentors[pair.mentor].person.id;
            let wished = &pool.mentees[pair.mentee].wishes;
            let place = wished.iter().position(|id| *id == mentor);
            if let Some(count) = place.and_then(|place| wishes.met.get_mut(place)) {
                *count += 1;
            }
        }
        wishes
    }

    /// By what each mentee is: how many there are, how many are matched, and their mean score.
    /// Groups of fewer than [`FEW`], or of whom fewer are matched, are put together, so that a number says
    /// nothing of one person, nor what is left of the whole without the others'.
    pub fn by_group(&self, pool: &Pool, group: impl Fn(usize) -> String) -> Vec<(String, Group)> {
        let mut groups: BTreeMap<String, Group> = BTreeMap::new();
        for mentee in 0..pool.mentees.len() {
            groups.entry(group(mentee)).or_default().mentees += 1;
        }
        for pair in &self.pairs {
            let group = groups.entry(group(pair.mentee)).or_default();
            group.total.matched += 1;
            group.total.score += u64::from(pair.score);
        }
        suppressed(groups)
    }
}

/// How many mentees have wishes, and how many of them get their first, second and so on.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Wishes {
    pub wishing: usize,
    met: [usize; 5],
}

impl Wishes {
    /// In words, from the first to none of them.
    pub fn by_rank(&self) -> Vec<(&'static str, usize)> {
        let ranks = [
            "Their first",
            "Their second",
            "Their third",
            "Their fourth",
            "Their fifth",
        ];
        let none = self.wishing - self.met.iter().sum::<usize>();
        let met = ranks.into_iter().zip(self.met);
        met.chain([("None of them", none)]).collect()
    }
}

/// Fewer people than these are not told of apart.
pub const FEW: usize = 5;

/// The name of what is put together of groups that are too small.
pub const ALL_OTHERS: &str = "All others";

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Group {
    pub mentees: usize,
    pub total: Total,
}

impl Group {
    fn is_large(&self) -> bool {
        self.mentees >= FEW && self.total.matched >= FEW
    }
}

/// Small groups become one. Were that one small itself, the smallest of the others joins it: otherwise
/// it could be told from the sum of all.
fn suppressed(groups: BTreeMap<String, Group>) -> Vec<(String, Group)> {
    let (mut large, small): (Vec<_>, Vec<_>) =
        groups.into_iter().partition(|(_, group)| group.is_large());
    if small.is_empty() {
        return large;
    }
    let mut rest = small
        .into_iter()
        .fold(Group::default(), |sum, (_, one)| sum.and(one));
    large.sort_by_key(|(name, group)| (std::cmp::Reverse(group.total.matched), name.clone()));
    while !rest.is_large() {
        let Some((_, smallest)) = large.pop() else {
            return Vec::new();
        };
        rest = rest.and(smallest);
    }
    large.sort_by(|(one, _), (other, _)| one.cmp(other));
    large.push((ALL_OTHERS.into(), rest));
    large
}

impl Group {
    fn and(self, other: Self) -> Self {
        Self {
            mentees: self.mentees + other.mentees,
            total: Total {
                matched: self.total.matched + other.total.matched,
                score: self.total.score + other.total.score,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::pool::{Mentee, Mentor, Person};
    use super::*;

    fn mentee(id: i64, wishes: &[i64]) -> Mentee {
        Mentee {
            person: Person {
                id,
                ..Person::default()
            },
            since: time::Date::MIN,
            wishes: wishes.to_vec(),
            proposed: None,
            unwilling: Vec::new(),
            in_line: Vec::new(),
            before: Vec::new(),
        }
    }

    fn mentor(id: i64, taken: u32) -> Mentor {
        Mentor {
            person: Person {
                id,
                ..Person::default()
            },
            capacity: 9,
            taken,
            away: false,
            experienced: false,
        }
    }

    /// Of pairs that stand at these places, with these scores.
    fn plan(pairs: &[(usize, usize, u16)]) -> Plan {
        let total = Total {
            matched: pairs.len(),
            score: pairs.iter().map(|(.., score)| u64::from(*score)).sum(),
        };
        let pairs = pairs.iter().map(|(mentee, mentor, score)| Pair {
            mentee: *mentee,
            mentor: *mentor,
            score: *score,
            points: Vec::new(),
        });
        Plan {
            pairs: pairs.collect(),
            unmatched: Vec::new(),
            beside: None,
            total,
            best: total,
            wholes: Vec::new(),
            blocking: Vec::new(),
            how_many_block: 0,
        }
    }

    #[test]
    fn wishes_are_counted_by_rank_and_whoever_gets_none_of_theirs_is() {
        let pool = Pool {
            mentees: vec![
                mentee(1, &[11, 12, 13, 14, 15]),
                mentee(2, &[12, 11]),
                mentee(3, &[11, 12, 13, 14, 15]),
                mentee(4, &[11]),
                mentee(5, &[11]),
                mentee(6, &[]),
            ],
            mentors: (11..=15).map(|id| mentor(id, 0)).collect(),
            ..Pool::default()
        };
        // The fourth gets somebody else, the fifth nobody, and the sixth has wished for nobody.
        let plan = plan(&[(0, 0, 1), (1, 0, 1), (2, 4, 1), (3, 1, 1), (5, 2, 1)]);
        let wishes = plan.wishes(&pool);
        assert_eq!(wishes.wishing, 5);
        let counts: Vec<usize> = wishes.by_rank().iter().map(|(_, count)| *count).collect();
        assert_eq!(counts, [1, 1, 0, 0, 1, 2]);
    }

    #[test]
    fn a_score_counts_in_the_tens_that_it_begins_with() {
        let plan = plan(&[
            (0, 0, 0),
            (1, 0, 999),
            (2, 0, 1_000),
            (3, 0, 9_999),
            (4, 0, 10_000),
        ]);
        assert_eq!(plan.spread(), [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]);
    }

    #[test]
    fn loads_count_whom_a_mentor_has_already() {
        let pool = Pool {
            mentors: vec![mentor(11, 2), mentor(12, 0), mentor(13, 0), mentor(14, 1)],
            ..Pool::default()
        };
        let plan = plan(&[(0, 0, 1), (1, 1, 1)]);
        assert_eq!(plan.by_load(&pool), [(0, 1), (1, 2), (2, 0), (3, 1)]);
        assert_eq!(plan.loads(4), [1, 1, 0, 0], "of whom these are new");
    }

    #[test]
    fn no_group_is_small_enough_to_be_about_one_person() {
        type Groups = &'static [(&'static str, usize)];
        let cases: [(Groups, Groups); 9] = [
            (&[("A", 5), ("B", 9)], &[("A", 5), ("B", 9)]),
            // One small one would be what is left of all without the others.
            (
                &[("A", 6), ("B", 9), ("C", 1)],
                &[("B", 9), (ALL_OTHERS, 7)],
            ),
            (
                &[("A", 9), ("B", 6), ("C", 1)],
                &[("A", 9), (ALL_OTHERS, 7)],
            ),
            (
                &[("A", 9), ("B", 4), ("C", 1)],
                &[("A", 9), (ALL_OTHERS, 5)],
            ),
            // Two whose sum is small still.
            (
                &[("A", 9), ("B", 7), ("C", 2), ("D", 2)],
                &[("A", 9), (ALL_OTHERS, 11)],
            ),
            (&[("A", 1), ("B", 2), ("C", 3)], &[(ALL_OTHERS, 6)]),
            (&[("A", 1), ("B", 2)], &[]),
            (&[("A", 7)], &[("A", 7)]),
            (&[("A", 4)], &[]),
        ];
        for (given, told) in cases {
            for fewer_are in [Matched::All, Matched::OfMany] {
                let found = suppressed(groups(given, fewer_are));
                let found: Vec<(&str, usize)> = (found.iter())
                    .map(|(name, group)| (name.as_str(), fewer_are.of(group)))
                    .collect();
                assert_eq!(found, told, "of {given:?}");
            }
        }
    }

    /// Whether the groups are small themselves, or large with few of them matched.
    #[derive(Clone, Copy)]
    enum Matched {
        All,
        OfMany,
    }

    impl Matched {
        fn of(self, group: &Group) -> usize {
            match self {
                Matched::All => group.mentees,
                Matched::OfMany => group.total.matched,
            }
        }
    }

    fn groups(given: &[(&str, usize)], fewer_are: Matched) -> BTreeMap<String, Group> {
        let groups = given.iter().map(|(name, number)| {
            let group = Group {
                mentees: match fewer_are {
                    Matched::All => *number,
                    Matched::OfMany => 20,
                },
                total: Total {
                    matched: *number,
                    score: 0,
                },
            };
            ((*name).to_owned(), group)
        });
        groups.collect()
    }
}
