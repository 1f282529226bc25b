//! Everything that a matching was worked out from beside its people, in words: for whoever reads it
//! later, and to set two of them side by side.

use super::criteria::Criterion;
use super::plan::Input;
use super::scoring::{length, points};
use crate::web::words;
use std::collections::BTreeMap;

/// A criterion, what it was worth at most, and how the two had to be in it.
pub struct Counted<'a> {
    pub of: &'a Criterion,
    /// In hundredths, of a hundred points.
    pub most: u16,
}

/// One thing that was decided, or that came of it.
pub struct Decided {
    pub what: String,
    pub how: String,
}

/// The same thing in two matchings.
#[derive(Debug, PartialEq)]
pub struct Otherwise {
    pub what: String,
    pub here: String,
    pub there: String,
}

impl Input {
    /// Whatever gave points or had to be.
    pub fn counted(&self) -> Vec<Counted<'_>> {
        let all = self.criteria.criteria.iter().zip(self.criteria.points());
        all.filter(|(of, _)| of.weight > 0 || of.must)
            .map(|(of, most)| Counted { of, most })
            .collect()
    }

    pub fn rules(&self) -> Vec<Decided> {
        let rules = self.criteria.rules;
        let grades = match (rules.grades_least, rules.grades_most) {
            (least, most) if least == most => format!("exactly {least}"),
            (least, most) => format!("from {least} to {most}"),
        };
        let half_hours = match rules.half_hours_least {
            0 => "none needed".to_owned(),
            least => format!("at least {}", length(least)),
        };
        let score = match rules.score_least {
            0 => "none".to_owned(),
            least => format!("{} points of 100", points(least)),
        };
        let again = match rules.again {
            true => "may be paired again",
            false => "are not paired again",
        };
        let said = [
            (
                "What makes the whole good",
                self.method.words().to_lowercase(),
            ),
            ("Grades that the mentor is above", grades),
            (
                "Enough in common a week for all points",
                length(rules.half_hours_wanted),
            ),
            ("Time in common a week", half_hours),
            ("Lowest score of a pair", score),
            ("Those who were paired before", again.to_owned()),
        ];
        let said = said.into_iter().map(|(what, how)| Decided {
            what: what.to_owned(),
            how,
        });
        said.collect()
    }

    /// "Tom and Maya"
    pub fn names(&self, (mentee, mentor): &(i64, i64)) -> String {
        let name = |id| self.pool.name(id).unwrap_or("Somebody who was not there");
        format!("{} and {}", name(*mentee), name(*mentor))
    }

    /// How many places were tried with which mentor.
    pub fn tried_places(&self) -> BTreeMap<i64, i64> {
        let mut places = BTreeMap::new();
        for mentor in &self.more_places {
            *places.entry(*mentor).or_insert(0) += 1;
        }
        places
    }

    /// "2 places more with Maya"
    pub fn tried_place(&self, mentor: &i64, places: &i64) -> String {
        let name = self.pool.name(*mentor);
        let name = name.unwrap_or("somebody who was not there");
        format!(
            "{} with {name}",
            words::count(places, "place more", "places more")
        )
    }

    /// What was decided otherwise in another matching.
    pub fn otherwise(&self, other: &Input) -> Vec<Otherwise> {
        let (here, there) = (self.by_what(), other.by_what());
        let (mut all, mut seen) = (Vec::new(), Vec::new());
        for (key, one) in here.iter().chain(&there) {
            if seen.contains(&key) {
                continue;
            }
            seen.push(key);
            let how = |of: &[(String, Decided)]| {
                let found = of.iter().find(|(name, _)| name == key);
                found.map(|(_, one)| one.how.clone())
            };
            let or_none = |how: Option<String>| how.unwrap_or_else(|| "–".into());
            let (one_here, one_there) = (how(&here), how(&there));
            if one_here != one_there {
                all.push(Otherwise {
                    what: one.what.clone(),
                    here: or_none(one_here),
                    there: or_none(one_there),
                });
            }
        }
        all
    }

    /// All of it, each under a name that is the same in every matching of the programme.
    fn by_what(&self) -> Vec<(String, Decided)> {
        let criteria = self.criteria.criteria.iter().map(|one| {
            let decided = Decided {
                what: one.name.clone(),
                how: decided(one),
            };
            (one.field(), decided)
        });
        let rules = self.rules().into_iter().map(|one| (one.what.clone(), one));
        let pairs = |how: &'static str, pairs: &[(i64, i64)]| {
            let said = pairs.iter().map(|pair| {
                let decided = Decided {
                    what: self.names(pair),
                    how: how.to_owned(),
                };
                (format!("pair {pair:?}"), decided)
            });
            said.collect::<Vec<_>>()
        };
        let places = self.tried_places().into_iter().map(|(mentor, places)| {
            let decided = Decided {
                what: format!(
                    "Places tried with {}",
                    self.pool.name(mentor).unwrap_or("somebody")
                ),
                how: places.to_string(),
            };
            (format!("place {mentor}"), decided)
        });
        let locked = pairs("locked", &self.locked);
        let forbidden = pairs("kept apart", &self.forbidden);
        (criteria.chain(rules))
            .chain(locked)
            .chain(forbidden)
            .chain(places)
            .collect()
    }
}

/// "Weight 40, the same, has to be"
fn decided(one: &Criterion) -> String {
    if one.weight == 0 && !one.must {
        return "does not count".to_owned();
    }
    let must = if one.must { ", has to be" } else { "" };
    format!("weight {}, {}{must}", one.weight, one.wanted.words())
}

#[cfg(test)]
mod tests {
    use super::super::criteria::Criteria;
    use super::super::plan::Method;
    use super::super::pool::Pool;
    use super::*;

    fn input() -> Input {
        Input {
            pool: Pool::default(),
            criteria: Criteria::suggested(&[]),
            method: Method::Best,
            locked: Vec::new(),
            forbidden: Vec::new(),
            more_places: Vec::new(),
            own: None,
        }
    }

    #[test]
    fn whatever_was_decided_otherwise_is_said_and_nothing_else() {
        let one = input();
        assert_eq!(one.otherwise(&input()), []);
        let mut other = input();
        other.criteria.criteria[0].weight = 0;
        other.criteria.criteria[4].must = true;
        other.criteria.rules.score_least = 4_000;
        other.method = Method::Stable;
        other.locked = vec![(1, 2)];
        other.more_places = vec![2, 2];
        let said: Vec<String> = (one.otherwise(&other).into_iter())
            .map(|one| format!("{}: {} / {}", one.what, one.here, one.there))
            .collect();
        assert_eq!(
            said,
            [
                "Skills wanted and offered: weight 40, as much in common as can be / does not count",
                "Place of work: weight 10, the same / weight 10, the same, has to be",
                "What makes the whole good: the best for all together / nobody would rather swap",
                "Lowest score of a pair: none / 40.00 points of 100",
                "Somebody who was not there and Somebody who was not there: – / locked",
                "Places tried with somebody: – / 2",
            ]
        );
    }
}
