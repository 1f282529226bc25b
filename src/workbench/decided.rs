//! Everything that a matching was worked out from beside its people, in words: for whoever reads it
//! later, and to set two of them side by side.

use super::criteria::{Criterion, Of};
use super::plan::Input;
use super::pool::{Mentor, Person, Whole};
use super::scoring::{length, points};
use crate::web::words;
use std::collections::BTreeMap;

/// How many people are named.
const NAMED: usize = 8;

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
        all.extend(self.other_people(other));
        all
    }

    /// Who was in one of the two matchings only, and whose places were others.
    fn other_people(&self, other: &Input) -> Vec<Otherwise> {
        let mut all = Vec::new();
        all.extend(only_in_one(
            "Mentees who were waiting in one only",
            &mentees(self),
            &mentees(other),
        ));
        all.extend(only_in_one(
            "Mentors who were there in one only",
            &mentors(self),
            &mentors(other),
        ));
        for here in &self.pool.mentors {
            let there = other.pool.mentor(here.person.id);
            let Some(there) = there.map(|there| &other.pool.mentors[there]) else {
                continue;
            };
            let name = &here.person.name;
            let places = |one: &Mentor| one.places().to_string();
            let before = |one: &Mentor| if one.experienced { "yes" } else { "no" }.to_owned();
            all.extend(otherwise(
                format!("Free places of {name}"),
                (places(here), places(there)),
            ));
            all.extend(otherwise(
                format!("{name} has been a mentor before"),
                (before(here), before(there)),
            ));
        }
        all.extend(self.whole_otherwise(other));
        all
    }

    /// What everybody in the programme was compared with, whoever was matched.
    fn whole_otherwise(&self, other: &Input) -> Vec<Otherwise> {
        let (here, there) = (&self.pool.whole, &other.pool.whole);
        let levels = |whole: &Whole| match whole.deepest {
            0 => "not known".to_owned(),
            levels => levels.to_string(),
        };
        let deepest = otherwise(
            "Levels of the deepest department".into(),
            (levels(here), levels(there)),
        );
        let mut questions: Vec<i64> = here
            .named
            .keys()
            .chain(there.named.keys())
            .copied()
            .collect();
        questions.sort_unstable();
        questions.dedup();
        let named = questions.into_iter().filter_map(|question| {
            let of = |whole: &Whole| whole.named.get(&question).cloned().unwrap_or_default();
            let (here, there) = (of(here), of(there));
            let only = |one: &[i64], other: &[i64], input: &Input| {
                let choice = |id: &i64| input.pool.choices.get(id).cloned().unwrap_or_default();
                let only = one.iter().filter(|id| !other.contains(id)).map(choice);
                match only.collect::<Vec<_>>() {
                    none if none.is_empty() => "–".to_owned(),
                    names => some(&names),
                }
            };
            let both = (only(&here, &there, self), only(&there, &here, other));
            let what = format!(
                "Named by mentors in one only, of “{}”",
                self.asked(question)
            );
            otherwise(what, both)
        });
        deepest.into_iter().chain(named).collect()
    }

    /// The wording of a question.
    fn asked(&self, question: i64) -> &str {
        let mut criteria = self.criteria.criteria.iter();
        let found = criteria.find(|one| one.of == Of::Question(question));
        found.map_or("a question that counts no more", |one| &one.name)
    }

    /// Of whom something else was known in another matching that both were in, in the order of their names.
    pub fn known_otherwise(&self, other: &Input) -> Vec<String> {
        let mentees = self.pool.mentees.iter().filter(|here| {
            let there = other.pool.mentee(here.person.id);
            there.is_some_and(|there| !here.is_known_as(&other.pool.mentees[there]))
        });
        let mentors = self.pool.mentors.iter().filter(|here| {
            let there = other.pool.mentor(here.person.id);
            there.is_some_and(|there| here.person != other.pool.mentors[there].person)
        });
        let mentees = mentees.map(|one| one.person.name.clone());
        let mut names: Vec<String> = mentees
            .chain(mentors.map(|one| one.person.name.clone()))
            .collect();
        names.sort();
        names.dedup();
        names
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

fn otherwise(what: String, (here, there): (String, String)) -> Option<Otherwise> {
    (here != there).then_some(Otherwise { what, here, there })
}

/// "Weight 40, the same, has to be"
fn decided(one: &Criterion) -> String {
    if one.weight == 0 && !one.must {
        return "does not count".to_owned();
    }
    let must = if one.must { ", has to be" } else { "" };
    format!("weight {}, {}{must}", one.weight, one.wanted.words())
}

type People<'a> = BTreeMap<i64, &'a Person>;

fn mentees(input: &Input) -> People<'_> {
    let mentees = input.pool.mentees.iter();
    mentees.map(|one| (one.person.id, &one.person)).collect()
}

fn mentors(input: &Input) -> People<'_> {
    let mentors = input.pool.mentors.iter();
    mentors.map(|one| (one.person.id, &one.person)).collect()
}

fn only_in_one(what: &str, here: &People<'_>, there: &People<'_>) -> Option<Otherwise> {
    let only = |one: &People<'_>, other: &People<'_>| {
        let only = one.iter().filter(|(id, _)| !other.contains_key(id));
        let names: Vec<&str> = only.map(|(_, person)| person.name.as_str()).collect();
        match names.is_empty() {
            true => "–".to_owned(),
            false => some(&names),
        }
    };
    let otherwise = Otherwise {
        what: what.to_owned(),
        here: only(here, there),
        there: only(there, here),
    };
    (!here.keys().eq(there.keys())).then_some(otherwise)
}

/// The first of them, and how many others there are.
pub fn some(names: &[impl AsRef<str>]) -> String {
    match names.len().saturating_sub(NAMED) {
        0 | 1 => words::named(names),
        more => {
            let first: Vec<&str> = names[..NAMED].iter().map(AsRef::as_ref).collect();
            format!("{} and {more} others", first.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::given::{self, mentee, mentor};
    use super::super::method::Method;
    use super::super::pool::Proposed;
    use super::*;

    #[test]
    fn who_was_there_and_what_was_known_of_them_is_compared() {
        let (mut one, mut other) = (input(), input());
        one.pool.mentees = vec![mentee(1, "Tom"), mentee(2, "Ada")];
        other.pool.mentees = vec![mentee(2, "Ada"), mentee(3, "Max")];
        one.pool.mentors = vec![mentor(4, "Maya", 2), mentor(5, "Theo", 1)];
        other.pool.mentors = vec![mentor(4, "Maya", 3)];
        let said: Vec<String> = (one.otherwise(&other).into_iter())
            .map(|one| format!("{}: {} / {}", one.what, one.here, one.there))
            .collect();
        assert_eq!(
            said,
            [
                "Mentees who were waiting in one only: Tom / Max",
                "Mentors who were there in one only: Theo / –",
                "Free places of Maya: 2 / 3",
            ]
        );
        assert!(one.known_otherwise(&other).is_empty());
        other.pool.mentees[0].proposed = Some(Proposed {
            pairing: 9,
            mentor: 4,
        });
        assert!(
            one.known_otherwise(&other).is_empty(),
            "a proposal is nothing of hers"
        );
        other.pool.mentees[0].wishes = vec![4];
        other.pool.mentors[0].person.location = "Leeds".into();
        assert_eq!(one.known_otherwise(&other), ["Ada", "Maya"]);
        let names: Vec<String> = (1..=10).map(|number| number.to_string()).collect();
        assert_eq!(some(&names), "1, 2, 3, 4, 5, 6, 7, 8 and 2 others");
        assert_eq!(some(&names[..9]), "1, 2, 3, 4, 5, 6, 7, 8 and 9");
    }

    #[test]
    fn whatever_else_scores_depend_on_is_compared() {
        let (mut one, mut other) = (input(), input());
        one.pool.mentors = vec![mentor(4, "Maya", 2), mentor(5, "Theo", 2)];
        other.pool.mentors = one.pool.mentors.clone();
        other.pool.mentors[0].experienced = true;
        one.pool.whole = Whole {
            deepest: 2,
            named: BTreeMap::from([(7, vec![1, 2])]),
        };
        other.pool.whole = Whole {
            deepest: 3,
            named: BTreeMap::from([(7, vec![2, 3])]),
        };
        let choices = [(1, "Budgets"), (2, "Negotiation"), (3, "Writing")];
        let choices = choices.map(|(id, name)| (id, name.to_owned()));
        one.pool.choices = BTreeMap::from(choices.clone());
        other.pool.choices = BTreeMap::from(choices);
        let said: Vec<String> = (one.otherwise(&other).into_iter())
            .map(|one| format!("{}: {} / {}", one.what, one.here, one.there))
            .collect();
        assert_eq!(
            said,
            [
                "Maya has been a mentor before: no / yes",
                "Levels of the deepest department: 2 / 3",
                "Named by mentors in one only, of “a question that counts no more”: Budgets / Writing",
            ]
        );
    }

    fn input() -> Input {
        given::input(Vec::new(), Vec::new())
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
