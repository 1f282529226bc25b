//! A programme's people and criteria become numbers that can be matched, and a pair's numbers become
//! words: what each criterion gave, from which answers. Together they are the score, to the hundredth.

use super::criteria::{BuiltIn, Criteria, Criterion, Of, Rules, Wanted};
use super::explained::in_words;
use super::pool::{Answer, Mentee, Person, Pool};
use crate::matching::kernel::{HALF_HOURS, Hours, Kernel, Kinds, Part, Rule};
use crate::matching::scores::BEST;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

pub struct Scoring<'a> {
    pub pool: &'a Pool,
    pub criteria: &'a Criteria,
    pub kernel: Kernel,
    points: Vec<u16>,
    reasons: Vec<Reason>,
}

/// Why a pair is not allowed.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub enum Reason {
    Oneself,
    Unwilling,
    InLine,
    Before,
    FewHours(u16),
    /// Too little of the criterion that stands here among all, which has to be there.
    Nothing(usize),
    Score(u16),
}

/// What one criterion gave to a pair.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Points {
    pub criterion: String,
    /// In hundredths.
    pub points: u16,
    pub most: u16,
    pub words: String,
    /// Of answers to a question, which say little without it.
    #[serde(default)]
    pub of_question: bool,
}

impl<'a> Scoring<'a> {
    pub fn new(pool: &'a Pool, criteria: &'a Criteria) -> Self {
        let points = criteria.points();
        let hours = Arc::new(Hours::new(
            pool.mentees.iter().map(|one| one.person.week()).collect(),
            &pool
                .mentors
                .iter()
                .map(|one| one.person.week())
                .collect::<Vec<_>>(),
        ));
        let parts: Vec<Part> = (criteria.criteria.iter().zip(&points))
            .map(|(one, most)| part(pool, &criteria.rules, one, &hours, *most))
            .collect();
        let (rules, reasons) = rules(pool, criteria, &hours).into_iter().unzip();
        Self {
            kernel: Kernel::new(pool.mentees.len(), pool.mentors.len(), parts, rules),
            pool,
            criteria,
            points,
            reasons,
        }
    }

    /// What each criterion gave, those that weigh nothing left out.
    pub fn explain(&self, mentee: usize, mentor: usize) -> Vec<Points> {
        let (tom, maya) = (&self.pool.mentees[mentee], &self.pool.mentors[mentor]);
        (self
            .criteria
            .criteria
            .iter()
            .zip(self.kernel.parts())
            .zip(&self.points))
        .filter(|(_, most)| **most > 0)
        .map(|((criterion, part), most)| Points {
            of_question: matches!(criterion.of, Of::Question(_)),
            criterion: criterion.name.clone(),
            points: part.points(mentee, mentor),
            most: *most,
            words: in_words(self.pool, &self.criteria.rules, criterion, tom, maya),
        })
        .collect()
    }

    /// How many half-hours a pair has in common.
    pub fn half_hours(&self, mentee: usize, mentor: usize) -> u16 {
        let (tom, maya) = (&self.pool.mentees[mentee], &self.pool.mentors[mentor]);
        u16::try_from(tom.person.week().common(maya.person.week())).unwrap_or(u16::MAX)
    }

    /// The rules that a pair does not keep.
    pub fn blockers(&self, mentee: usize, mentor: usize) -> impl Iterator<Item = &Reason> {
        let rules = self.kernel.rules().iter().zip(&self.reasons);
        rules
            .filter(move |(rule, _)| !self.kernel.keeps(rule, mentee, mentor))
            .map(|(_, reason)| reason)
    }
}

impl Points {
    /// In words that say enough by themselves.
    pub fn said(&self) -> String {
        match self.of_question {
            true => format!("“{}”: {}", self.criterion, self.words),
            false => self.words.clone(),
        }
    }
}

impl Reason {
    /// Of one mentor, for one mentee.
    pub fn words(&self, criteria: &Criteria) -> String {
        match self {
            Reason::Oneself => "Nobody mentors themselves".into(),
            Reason::Unwilling => crate::programmes::compare::UNWILLING.into(),
            Reason::InLine => "One of them manages the other, or manages their manager".into(),
            Reason::Before => {
                "Paired before or in another programme, or an offer of the two came to nothing"
                    .into()
            }
            Reason::FewHours(least) => format!(
                "Fewer than {} a week in common that both have given",
                length(*least)
            ),
            Reason::Nothing(number) => {
                let name = criteria.criteria.get(*number).map(|one| one.name.as_str());
                format!("Not as it has to be: {}", name.unwrap_or_default())
            }
            Reason::Score(least) => format!("A score below {}", points(*least)),
        }
    }
}

/// The two criteria that gave most.
pub fn briefly(points: &[Points]) -> String {
    let mut given: Vec<_> = points.iter().filter(|one| one.points > 0).collect();
    given.sort_by_key(|one| Reverse(one.points));
    let said: Vec<String> = given.iter().take(2).map(|one| one.said()).collect();
    match said.is_empty() {
        true => "Nothing known of them in common".into(),
        false => said.join("; "),
    }
}

/// "31.50"
pub fn points(hundredths: u16) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

pub fn length(half_hours: u16) -> String {
    match (half_hours / 2, half_hours % 2) {
        (0, _) => "30 minutes".into(),
        (1, 0) => "1 hour".into(),
        (hours, 0) => format!("{hours} hours"),
        (hours, _) => format!("{hours}½ hours"),
    }
}

fn rules(pool: &Pool, criteria: &Criteria, hours: &Arc<Hours>) -> Vec<(Rule, Reason)> {
    let by_id: BTreeMap<i64, u32> = (pool.mentors.iter().map(|one| one.person.id))
        .zip(0..)
        .collect();
    let named = |who: &dyn Fn(&Mentee) -> Vec<i64>| {
        let places = |ids: Vec<i64>| ids.iter().filter_map(|id| by_id.get(id).copied()).collect();
        Rule::Named(pool.mentees.iter().map(|one| places(who(one))).collect())
    };
    let rules = criteria.rules;
    let mut all = vec![
        (named(&|one| vec![one.person.id]), Reason::Oneself),
        (named(&|one| one.unwilling.clone()), Reason::Unwilling),
        (named(&|one| one.in_line.clone()), Reason::InLine),
    ];
    if !rules.again {
        all.push((named(&|one| one.before.clone()), Reason::Before));
    }
    if rules.half_hours_least > 0 {
        let least = usize::from(rules.half_hours_least);
        let hours = Arc::clone(hours);
        all.push((
            Rule::Hours { hours, least },
            Reason::FewHours(rules.half_hours_least),
        ));
    }
    for (number, one) in criteria.criteria.iter().enumerate() {
        if one.must {
            // Judged by all the points there are: its own may be few, or none where it only has to be.
            let part = part(pool, &rules, one, hours, BEST);
            let least = least(pool, one);
            all.push((Rule::Points { part, least }, Reason::Nothing(number)));
        }
    }
    if rules.score_least > 0 {
        all.push((
            Rule::Score(rules.score_least),
            Reason::Score(rules.score_least),
        ));
    }
    all
}

/// How many of all points a pair has where a criterion is as it has to be. A grade or a department that
/// is only near is not; on a scale, the next point is.
fn least(pool: &Pool, one: &Criterion) -> u16 {
    match (one.of, one.wanted) {
        (Of::BuiltIn(BuiltIn::Seniority), _) | (Of::BuiltIn(BuiltIn::Department), Wanted::Same) => {
            BEST
        }
        (Of::Question(id), Wanted::Similar) => {
            let whole = pool.scales.get(&id).copied().unwrap_or_default();
            scale_points(Wanted::Similar, (Some(1), Some(2)), whole, BEST).max(1)
        }
        _ => 1,
    }
}

fn part(pool: &Pool, rules: &Rules, one: &Criterion, hours: &Arc<Hours>, most: u16) -> Part {
    match one.of {
        Of::BuiltIn(BuiltIn::Skills) => shared(
            pool,
            &Person::wanted_skills,
            &|person| person.skills.clone(),
            most,
        ),
        Of::BuiltIn(BuiltIn::Wishes) => wishes(pool, most),
        Of::BuiltIn(BuiltIn::Hours) => Part::Hours {
            hours: Arc::clone(hours),
            points: (0..=HALF_HOURS)
                .map(|common| hours_points(rules, common, most))
                .collect(),
        },
        Of::BuiltIn(BuiltIn::Seniority) => kinds(
            pool,
            |one| one.grade,
            |mentee, mentor| grade_points(rules, *mentee, *mentor, most),
        ),
        Of::BuiltIn(BuiltIn::Site) => alike(pool, one.wanted, most, |one| said(&one.location)),
        Of::BuiltIn(BuiltIn::Department) => departments(pool, one.wanted, most),
        Of::BuiltIn(BuiltIn::Language) => kinds(
            pool,
            |one| {
                one.languages
                    .iter()
                    .map(|language| language.to_lowercase())
                    .collect::<Vec<_>>()
            },
            |mentee, mentor| {
                if mentee.iter().any(|one| mentor.contains(one)) {
                    most
                } else {
                    0
                }
            },
        ),
        Of::BuiltIn(BuiltIn::Experience) => Part::Mentor {
            points: pool
                .mentors
                .iter()
                .map(|one| if one.experienced { most } else { 0 })
                .collect(),
        },
        Of::Question(question) => of_question(pool, question, one.wanted, most),
    }
}

fn of_question(pool: &Pool, question: i64, wanted: Wanted, most: u16) -> Part {
    if let Some(whole) = pool.scales.get(&question).copied() {
        return kinds(
            pool,
            |one| match one.answers.get(&question) {
                Some(Answer::Point(point)) => Some(*point),
                Some(Answer::Choices(_) | Answer::Ranked(_)) | None => None,
            },
            |mentee, mentor| scale_points(wanted, (*mentee, *mentor), whole, most),
        );
    }
    let theirs = |one: &Person| named(one.answers.get(&question));
    match wanted {
        Wanted::Shared | Wanted::Similar | Wanted::Higher => shared(
            pool,
            &|one| weighed(one.answers.get(&question)),
            &theirs,
            most,
        ),
        Wanted::Complementary => {
            let all = named_by_mentors(pool, question);
            shared(pool, &|one| lacking(one, question, &all), &theirs, most)
        }
        Wanted::Same | Wanted::Different => alike(pool, wanted, most, |one| {
            one.answers.get(&question).map(|answer| named(Some(answer)))
        }),
    }
}

/// What somebody named.
pub fn named(answer: Option<&Answer>) -> Vec<i64> {
    match answer {
        Some(Answer::Choices(named) | Answer::Ranked(named)) => named.clone(),
        Some(Answer::Point(_)) | None => Vec::new(),
    }
}

/// All that any mentor names.
pub fn named_by_mentors(pool: &Pool, question: i64) -> Vec<i64> {
    let mentors = pool.mentors.iter();
    let mut all: Vec<i64> = mentors
        .flat_map(|one| named(one.person.answers.get(&question)))
        .chain(
            pool.whole
                .named
                .get(&question)
                .into_iter()
                .flatten()
                .copied(),
        )
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// What somebody who has answered does not name, each of which weighs the same.
pub fn lacking(one: &Person, question: i64, all: &[i64]) -> Vec<(i64, u16)> {
    let Some(answer) = one.answers.get(&question) else {
        return Vec::new();
    };
    let own = named(Some(answer));
    let others = all.iter().filter(|other| !own.contains(other));
    others.map(|other| (*other, 1)).collect()
}

/// The same with how much each weighs: of three that are ranked, three, two and one.
pub fn weighed(answer: Option<&Answer>) -> Vec<(i64, u16)> {
    match answer {
        Some(Answer::Choices(named)) => named.iter().map(|one| (*one, 1)).collect(),
        Some(Answer::Ranked(named)) => {
            let mut weighed: Vec<(i64, u16)> = named.iter().rev().copied().zip(1..).collect();
            weighed.reverse();
            weighed
        }
        Some(Answer::Point(_)) | None => Vec::new(),
    }
}

/// A department with those above it, the highest first: "Operations / Logistics".
pub fn levels(department: &str) -> Vec<String> {
    let levels = department.split(['/', '>', '›']);
    levels.filter_map(said).collect()
}

/// How many of their levels two departments have in common.
pub fn common(one: &[String], other: &[String]) -> usize {
    let both = one.iter().zip(other);
    both.take_while(|(one, other)| one == other).count()
}

/// How far two departments are from each other, where so many levels are the most of any.
fn distance(one: &[String], other: &[String], most: usize) -> usize {
    match one == other {
        true => 0,
        false => most - common(one, other).min(most - 1),
    }
}

/// All points for the furthest or the nearest department, and of those between a share; none where
/// either is not known.
fn departments(pool: &Pool, wanted: Wanted, most: u16) -> Part {
    let people = pool.mentees.iter().map(|one| &one.person);
    let people = people.chain(pool.mentors.iter().map(|one| &one.person));
    let deepest = people.map(|one| levels(&one.department).len()).max();
    let deepest = deepest.unwrap_or(1).max(1).max(pool.whole.deepest);
    kinds(
        pool,
        |one| levels(&one.department),
        |mentee, mentor| {
            if mentee.is_empty() || mentor.is_empty() {
                return 0;
            }
            let apart = distance(mentee, mentor, deepest);
            let steps = match wanted {
                Wanted::Different => apart,
                _ => deepest - apart,
            };
            u16::try_from(usize::from(most) * steps / deepest).unwrap_or(u16::MAX)
        },
    )
}

pub fn said(text: &str) -> Option<String> {
    Some(text.trim().to_lowercase()).filter(|text| !text.is_empty())
}

/// All points where what people are is the same, or where it is not; none where either is not known.
fn alike<K: Ord + Clone>(
    pool: &Pool,
    wanted: Wanted,
    most: u16,
    kind: impl Fn(&Person) -> Option<K>,
) -> Part {
    kinds(pool, kind, |mentee, mentor| match (mentee, mentor) {
        (Some(mentee), Some(mentor)) if (mentee == mentor) == (wanted != Wanted::Different) => most,
        _ => 0,
    })
}

/// Points by what the two are, of which there are a few kinds.
fn kinds<K: Ord + Clone>(
    pool: &Pool,
    kind: impl Fn(&Person) -> K,
    points: impl Fn(&K, &K) -> u16,
) -> Part {
    let number = |people: Vec<K>| {
        let mut all = people.clone();
        all.sort();
        all.dedup();
        let of =
            |one: &K| u16::try_from(all.binary_search(one).unwrap_or_default()).unwrap_or(u16::MAX);
        (people.iter().map(of).collect::<Vec<_>>(), all)
    };
    let (mentees, of_mentees) = number(pool.mentees.iter().map(|one| kind(&one.person)).collect());
    let (mentors, of_mentors) = number(pool.mentors.iter().map(|one| kind(&one.person)).collect());
    Part::Kinds(Kinds::new(mentees, mentors, |mentee, mentor| {
        points(
            &of_mentees[usize::from(mentee)],
            &of_mentors[usize::from(mentor)],
        )
    }))
}

/// Points for each thing that the mentee names and the mentor names too, all of them together if the
/// mentor names them all.
fn shared(
    pool: &Pool,
    wants: &dyn Fn(&Person) -> Vec<(i64, u16)>,
    offers: &dyn Fn(&Person) -> Vec<i64>,
    most: u16,
) -> Part {
    let mut numbers: BTreeMap<i64, u16> = BTreeMap::new();
    let mut offered: Vec<Vec<u32>> = Vec::new();
    for (mentor, at) in pool.mentors.iter().zip(0..) {
        for thing in offers(&mentor.person) {
            let next = u16::try_from(numbers.len()).unwrap_or(u16::MAX);
            let number = *numbers.entry(thing).or_insert(next);
            if usize::from(number) == offered.len() {
                offered.push(Vec::new());
            }
            offered[usize::from(number)].push(at);
        }
    }
    let wanted = pool.mentees.iter().map(|mentee| {
        let shares = shares(&wants(&mentee.person), most);
        shares
            .iter()
            .filter_map(|(thing, points)| Some((*numbers.get(thing)?, *points)))
            .collect()
    });
    Part::Things {
        wanted: wanted.collect(),
        offered,
    }
}

/// All points, shared out by weight, the largest remainders being rounded up: what weighs the same has the
/// same, to the hundredth.
fn shares(weighed: &[(i64, u16)], most: u16) -> Vec<(i64, u16)> {
    let all: u32 = weighed.iter().map(|(_, weight)| u32::from(*weight)).sum();
    let all = all.max(1);
    let whole = |weight: u16| u32::from(most) * u32::from(weight);
    let mut shares: Vec<(i64, u16)> = (weighed.iter())
        .map(|(thing, weight)| {
            let share = u16::try_from(whole(*weight) / all);
            (*thing, share.unwrap_or(u16::MAX))
        })
        .collect();
    let given: u16 = shares.iter().map(|(_, points)| points).sum();
    let mut by_remainder: Vec<usize> = (0..weighed.len()).collect();
    by_remainder.sort_by_key(|at| Reverse(whole(weighed[*at].1) % all));
    for at in by_remainder.into_iter().take(usize::from(most - given)) {
        shares[at].1 += 1;
    }
    shares
}

/// The first of five wishes has all points, each later one a fifth less.
fn wishes(pool: &Pool, most: u16) -> Part {
    let by_id: BTreeMap<i64, u32> = (pool.mentors.iter().map(|one| one.person.id))
        .zip(0..)
        .collect();
    let of = |one: &Mentee| {
        let wishes = one.wishes.iter().zip((1..=5).rev());
        let points = |left: u16| u32::from(most) * u32::from(left) / 5;
        let points = wishes.filter_map(|(id, left)| Some((*by_id.get(id)?, points(left))));
        points
            .map(|(at, points)| (at, u16::try_from(points).unwrap_or(u16::MAX)))
            .collect()
    };
    Part::Named {
        points: pool.mentees.iter().map(of).collect(),
    }
}

fn hours_points(rules: &Rules, common: usize, most: u16) -> u16 {
    let wanted = usize::from(rules.half_hours_wanted.max(1));
    let points = usize::from(most) * common.min(wanted) / wanted;
    u16::try_from(points).unwrap_or(u16::MAX)
}

/// All points within what is wanted, half of them one grade beside it.
fn grade_points(rules: &Rules, mentee: Option<i16>, mentor: Option<i16>, most: u16) -> u16 {
    let Some((mentee, mentor)) = mentee.zip(mentor) else {
        return 0;
    };
    let above = mentor - mentee;
    let off = (rules.grades_least - above)
        .max(above - rules.grades_most)
        .max(0);
    match off {
        0 => most,
        1 => most / 2,
        _ => 0,
    }
}

fn scale_points(
    wanted: Wanted,
    (mentee, mentor): (Option<i16>, Option<i16>),
    whole: i16,
    most: u16,
) -> u16 {
    let Some((mentee, mentor)) = mentee.zip(mentor) else {
        return 0;
    };
    let apart = u32::from(mentee.abs_diff(mentor));
    let widest = u32::from((whole - 1).max(1).unsigned_abs());
    let near = match wanted {
        Wanted::Similar | Wanted::Shared | Wanted::Complementary => widest.saturating_sub(apart),
        Wanted::Higher if mentor < mentee => 0,
        Wanted::Different | Wanted::Higher => apart,
        Wanted::Same => {
            if apart == 0 {
                widest
            } else {
                0
            }
        }
    };
    u16::try_from(u32::from(most) * near / widest).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests;
