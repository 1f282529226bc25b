//! Those who have nobody: what keeps mentors from them, and the smallest change by which they would be
//! matched. Each change is matched before it is spoken of.

use super::criteria::Criteria;
use super::method::Method;
use super::plan::{Input, NoPlan};
use super::scoring::{Reason, Scoring};
use crate::matching::marks::Marks;
use crate::matching::optimum::Total;
use crate::matching::problem::{Best, Matched, Problem, total};
use crate::matching::report::{Way, ways};
use crate::matching::scores::{NOT_ALLOWED, Scores, score};
use crate::matching::watch::{Cancelled, Watch};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

/// For how many of those who have nobody a change is looked for: as many as a page shows.
pub const HELPED: usize = 20;

/// How many mentors are named in a reason.
pub const NAMED: usize = 3;

/// Whatever keeps fewer than one of so many mentors away keeps next to nobody away.
const NEXT_TO_NOBODY: usize = 5;

/// How often everybody is matched anew for it.
const TRIES: usize = 30;

/// The same where each time takes long.
const FEW_TRIES: usize = 2;

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Unmatched {
    pub mentee: usize,
    pub why: Why,
    pub help: Option<Help>,
    /// Whether everything was tried that could help.
    #[serde(default)]
    pub looked_for: bool,
}

/// How it stands with the mentors.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Why {
    /// Those who are allowed: away, without a free place, with nothing but locked pairs in their
    /// places, and those whose places others get.
    pub away: Mentors,
    pub full: Mentors,
    pub locked: Mentors,
    pub taken: Mentors,
    /// What keeps the others away, what most depends on first.
    pub narrowed: Vec<Narrowed>,
}

/// Some mentors: how many they are, and where the first of them stand in the pool.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Mentors {
    pub all: usize,
    pub first: Vec<usize>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Narrowed {
    pub by: By,
    /// How many mentors it keeps away, and how many that nothing else does.
    pub kept: usize,
    pub alone: usize,
    /// How many it leaves together with those that are named before it, whatever else keeps them away.
    #[serde(default)]
    pub leaves: usize,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub enum By {
    /// The coordinator keeps the two apart.
    Coordinator,
    Rule(Reason),
}

/// What would let somebody be matched, and what would come of it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Help {
    pub change: Change,
    /// Whom they would have.
    pub with: usize,
    pub total: Total,
    /// Who else would have another mentor.
    pub moves: Vec<Move>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Change {
    pub loosened: Option<Loosened>,
    /// With whom there would be one place more.
    pub place: Option<usize>,
    /// To whom they would be locked, where somebody else would get the place.
    pub lock: Option<usize>,
}

/// A rule that would keep fewer apart.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub enum Loosened {
    /// The coordinator no longer keeps them from this mentor.
    Allow(usize),
    Again,
    /// So many half-hours in common would do.
    HalfHours(u16),
    /// A score of so many hundredths would do.
    Score(u16),
    /// The criterion that stands here would not have to be there.
    Must(usize),
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Move {
    pub mentee: usize,
    pub from: Option<usize>,
    pub to: Option<usize>,
}

/// What has been matched, and by what.
pub struct Found<'a> {
    pub input: &'a Input,
    pub scoring: &'a Scoring<'a>,
    pub problem: Problem<'a, Marks>,
    pub best: &'a Best,
    pub mentor_of: &'a Matched,
    pub watch: &'a Watch,
}

impl Help {
    /// How much would change, and then how much would be gained by it.
    fn size(&self) -> impl Ord {
        let of_two = matches!(self.change.loosened, Some(Loosened::Allow(_)));
        (
            self.change.place.is_some(),
            !of_two,
            self.moves.len(),
            Reverse(self.total),
        )
    }
}

impl Narrowed {
    /// Of so many mentors: that explains nothing where others are left.
    pub fn keeps_next_to_nobody(&self, all: usize) -> bool {
        self.kept * NEXT_TO_NOBODY < all
    }
}

impl Mentors {
    fn add(&mut self, mentor: usize) {
        self.all += 1;
        if self.first.len() < NAMED {
            self.first.push(mentor);
        }
    }
}

impl Found<'_> {
    /// In the order of the pool, which is that of who has waited longest. It is `some` of the thousandths
    /// of all work.
    pub fn unmatched(&self, some: Range<u32>) -> Result<Vec<Unmatched>, NoPlan> {
        let mut unmatched = Vec::new();
        for (mentee, mentor) in self.mentor_of.iter().enumerate() {
            self.watch.goes_on()?;
            if mentor.is_none() {
                unmatched.push(Unmatched {
                    mentee,
                    why: self.why(mentee),
                    help: None,
                    looked_for: false,
                });
            }
        }
        // To match so many anew, for whose marks there is no memory, would take too long.
        if unmatched.is_empty() || matches!(self.problem.scores, Marks::Priced(_)) {
            return Ok(unmatched);
        }
        let mut search = Search::new(self, unmatched.iter().map(|one| one.mentee))?;
        let helped = unmatched.len().min(HELPED);
        let width = some.end - some.start;
        let from = |at: usize| some.start + width * share(at, helped) / 1000;
        for (at, one) in unmatched.iter_mut().take(HELPED).enumerate() {
            search.some = from(at)..from(at + 1);
            one.help = search.help(one)?;
            one.looked_for = !search.gave_up;
        }
        Ok(unmatched)
    }

    fn allowed(&self, mentee: usize, mentor: usize) -> bool {
        self.problem.scores.mark(mentee, mentor) != NOT_ALLOWED
    }

    fn why(&self, mentee: usize) -> Why {
        let mut why = Why::default();
        let mut kept_apart = Vec::new();
        for (at, mentor) in self.input.pool.mentors.iter().enumerate() {
            if !self.allowed(mentee, at) {
                kept_apart.push(self.kept_apart_by(mentee, at));
                continue;
            }
            let places = self.problem.places[at] as usize;
            let locked = self.problem.locked.iter();
            let locked = locked.filter(|(_, mentor)| *mentor as usize == at).count();
            let stands = match (places, places - locked.min(places)) {
                (0, _) if mentor.away => &mut why.away,
                (0, _) => &mut why.full,
                (_, 0) => &mut why.locked,
                (_, _) => &mut why.taken,
            };
            stands.add(at);
        }
        why.narrowed = narrowed(kept_apart, self.input.pool.mentors.len());
        why
    }

    fn kept_apart_by(&self, mentee: usize, mentor: usize) -> Vec<By> {
        let pool = &self.input.pool;
        let key = (
            pool.mentees[mentee].person.id,
            pool.mentors[mentor].person.id,
        );
        let coordinator = self.input.forbidden.contains(&key);
        let rules = self.scoring.blockers(mentee, mentor).cloned();
        (coordinator.then_some(By::Coordinator).into_iter())
            .chain(rules.map(By::Rule))
            .collect()
    }
}

/// Looks for what would help one after the other.
struct Search<'a> {
    found: &'a Found<'a>,
    /// Those who are not locked, and what each would lead to with one place more somewhere.
    movable: Matched,
    first_in_line: Vec<Option<Way>>,
    tries: usize,
    /// Whether there were too few of them.
    gave_up: bool,
    /// What was matched already, which others may gain by too.
    places: BTreeMap<usize, Option<Solved>>,
    loosened: BTreeMap<(Loosened, Option<usize>), Option<Solved>>,
    /// What part of all the work is under way, in thousandths.
    some: Range<u32>,
}

struct Solved {
    mentor_of: Matched,
    total: Total,
}

impl<'a> Search<'a> {
    fn new(found: &'a Found<'a>, nobody: impl Iterator<Item = usize>) -> Result<Self, Cancelled> {
        let mut movable = found.best.mentor_of.clone();
        for (mentee, _) in found.problem.locked {
            movable[*mentee as usize] = None;
        }
        let nobody: Vec<u32> = nobody.filter_map(|one| u32::try_from(one).ok()).collect();
        Ok(Self {
            first_in_line: ways(
                found.problem.scores,
                &movable,
                &found.best.found.mentor_prices,
                &nobody,
                found.watch,
            )?,
            found,
            movable,
            tries: match found.input.method {
                Method::WorstOff => FEW_TRIES,
                Method::Best | Method::Even | Method::Stable => TRIES,
            },
            gave_up: false,
            places: BTreeMap::new(),
            loosened: BTreeMap::new(),
            some: 0..0,
        })
    }

    fn help(&mut self, one: &Unmatched) -> Result<Option<Help>, NoPlan> {
        if let Some(help) = self.place(one.mentee)? {
            return Ok(Some(help));
        }
        self.loosen(one.mentee)
    }

    /// One place more, with the mentor with whom it would bring the most: where this mentee would get
    /// it if that is anywhere, and else where they are locked to whoever it would let them have.
    fn place(&mut self, mentee: usize) -> Result<Option<Help>, NoPlan> {
        let number = u32::try_from(mentee).unwrap_or(u32::MAX);
        let by_prices = matches!(self.found.input.method, Method::Best | Method::Even);
        let theirs = |way: &Way| way.mentee == number;
        if by_prices && let Some((place, _)) = self.most(&self.first_in_line, theirs) {
            if !self.places.contains_key(&place) {
                let solved = self.solve(None, Some(place), None)?;
                self.places.insert(place, solved);
            }
            let change = Change {
                place: Some(place),
                ..Change::default()
            };
            let solved = self.places.get(&place).and_then(Option::as_ref);
            if let Some(help) = solved.and_then(|solved| self.read(mentee, change, solved)) {
                return Ok(Some(help));
            }
        }
        let own = match by_prices {
            true => ways(
                self.found.problem.scores,
                &self.movable,
                &self.found.best.found.mentor_prices,
                &[number],
                self.found.watch,
            )?,
            false => (0..self.found.problem.places.len())
                .map(|mentor| self.way(mentee, mentor))
                .collect(),
        };
        let Some((place, first)) = self.most(&own, |_| true) else {
            return Ok(None);
        };
        let change = Change {
            place: Some(place),
            lock: Some(first),
            ..Change::default()
        };
        let solved = match self.found.input.method {
            Method::WorstOff => self.added(mentee, first),
            Method::Best | Method::Even | Method::Stable => {
                self.solve(None, change.place, Some((mentee, first)))?
            }
        };
        Ok(solved.and_then(|solved| self.read(mentee, change, &solved)))
    }

    /// All others as they are: where the lowest scores are as high as can be without a mentee, they
    /// stay so with that mentee in a place that nobody else is given.
    fn added(&self, mentee: usize, mentor: usize) -> Option<Solved> {
        let mut mentor_of = self.found.mentor_of.clone();
        mentor_of[mentee] = u32::try_from(mentor).ok();
        let total = total(self.found.problem.scores, &mentor_of);
        Some(Solved { mentor_of, total })
    }

    fn way(&self, mentee: usize, mentor: usize) -> Option<Way> {
        Some(Way {
            mentee: u32::try_from(mentee).ok()?,
            first: u32::try_from(mentor).ok()?,
            gain: i64::from(score(self.found.problem.scores.mark(mentee, mentor))?),
        })
    }

    /// Where a way leads that gains most, and to whom it leads first.
    fn most(&self, ways: &[Option<Way>], which: impl Fn(&Way) -> bool) -> Option<(usize, usize)> {
        let here = |at: &usize| !self.found.input.pool.mentors[*at].away;
        let ways = ways.iter().enumerate();
        let ways = ways.filter_map(|(at, way)| Some((at, (*way).filter(&which)?)));
        let most = ways
            .filter(|(at, _)| here(at))
            .max_by_key(|(at, way)| (way.gain, Reverse(*at)));
        most.map(|(at, way)| (at, way.first as usize))
    }

    /// The smallest change of a rule, with a place more where it is needed: what concerns these two alone
    /// before what concerns everybody, and then that by which fewest move.
    fn loosen(&mut self, mentee: usize) -> Result<Option<Help>, NoPlan> {
        let mut least: Option<Help> = None;
        for (loosened, mentor) in self.loosenings(mentee) {
            let only = matches!(loosened, Loosened::Allow(_)).then_some(mentee);
            let key = (loosened, only);
            if !self.loosened.contains_key(&key) {
                let solved = self.solve(Some((loosened, mentee)), None, None)?;
                self.loosened.insert(key, solved);
            }
            let mut change = Change {
                loosened: Some(loosened),
                ..Change::default()
            };
            let solved = self.loosened.get(&key).and_then(Option::as_ref);
            let mut help = solved.and_then(|solved| self.read(mentee, change, solved));
            if help.is_none() {
                (change.place, change.lock) = (Some(mentor), Some(mentor));
                let lock = Some((mentee, mentor));
                let solved = self.solve(Some((loosened, mentee)), change.place, lock)?;
                help = solved.and_then(|solved| self.read(mentee, change, &solved));
            }
            let smaller = |help: &Help| {
                least
                    .as_ref()
                    .is_none_or(|least| help.size() < least.size())
            };
            if let Some(help) = help.filter(smaller) {
                least = Some(help);
            }
        }
        Ok(least)
    }

    /// Each rule that alone keeps a mentor away who is here, loosened just so far that it does not, and
    /// the mentor who would be allowed.
    fn loosenings(&self, mentee: usize) -> Vec<(Loosened, usize)> {
        let mut all: BTreeMap<u8, (Loosened, usize, u16)> = BTreeMap::new();
        for (mentor, one) in self.found.input.pool.mentors.iter().enumerate() {
            if one.away || self.found.allowed(mentee, mentor) {
                continue;
            }
            let [by] = &self.found.kept_apart_by(mentee, mentor)[..] else {
                continue;
            };
            let worth = self.found.scoring.kernel.points(mentee, mentor);
            let (kind, loosened, value) = match by {
                By::Coordinator => (0, Loosened::Allow(mentor), worth),
                By::Rule(Reason::Before) => (1, Loosened::Again, worth),
                By::Rule(Reason::FewHours(_)) => {
                    let common = self.found.scoring.half_hours(mentee, mentor);
                    (2, Loosened::HalfHours(common), common)
                }
                By::Rule(Reason::Score(_)) => (3, Loosened::Score(worth / 100 * 100), worth),
                By::Rule(Reason::Nothing(number)) => (
                    u8::try_from(4 + number).unwrap_or(u8::MAX),
                    Loosened::Must(*number),
                    worth,
                ),
                By::Rule(Reason::Oneself | Reason::Unwilling | Reason::InLine) => continue,
            };
            let known = all.entry(kind).or_insert((loosened, mentor, value));
            if value > known.2 {
                *known = (loosened, mentor, value);
            }
        }
        all.into_values()
            .map(|(loosened, mentor, _)| (loosened, mentor))
            .collect()
    }

    /// Everybody matched with a change; nothing once there were enough tries.
    fn solve(
        &mut self,
        loosened: Option<(Loosened, usize)>,
        place: Option<usize>,
        lock: Option<(usize, usize)>,
    ) -> Result<Option<Solved>, NoPlan> {
        let Some(left) = self.tries.checked_sub(1) else {
            self.gave_up = true;
            return Ok(None);
        };
        self.tries = left;
        let Problem {
            scores,
            places,
            locked,
        } = self.found.problem;
        let watch = self.found.watch;
        let other =
            (loosened.map(|loosened| self.found.input.loosened(loosened, watch))).transpose()?;
        let mut places = places.to_vec();
        if let Some(place) = place {
            places[place] += 1;
        }
        let mut locked = locked.to_vec();
        if let Some((mentee, mentor)) = lock {
            locked.extend(u32::try_from(mentee).ok().zip(u32::try_from(mentor).ok()));
        }
        let problem = Problem {
            scores: other.as_ref().unwrap_or(scores),
            places: &places,
            locked: &locked,
        };
        // Nobody moves for it who need not.
        let stands = Some(self.found.mentor_of.as_slice());
        let input = self.found.input;
        let (_, mentor_of) = input.solve(&problem, stands, self.some.clone(), watch)?;
        let total = total(problem.scores, &mentor_of);
        Ok(Some(Solved { mentor_of, total }))
    }

    /// What comes of a change, if it lets this mentee be matched.
    fn read(&self, mentee: usize, change: Change, solved: &Solved) -> Option<Help> {
        let with = solved.mentor_of[mentee]? as usize;
        let at = |mentor: Option<u32>| mentor.map(|mentor| mentor as usize);
        let both = self.found.mentor_of.iter().zip(&solved.mentor_of);
        let both = both.enumerate();
        let moves = both
            .filter(|(other, (from, to))| *other != mentee && from != to)
            .map(|(mentee, (from, to))| Move {
                mentee,
                from: at(*from),
                to: at(*to),
            });
        Some(Help {
            change,
            with,
            total: solved.total,
            moves: moves.collect(),
        })
    }
}

/// What keeps mentors away, of all of whom there are so many: what most depends on first, and what keeps
/// next to nobody away last.
fn narrowed(mut kept_apart: Vec<Vec<By>>, all: usize) -> Vec<Narrowed> {
    let mut narrowed: Vec<Narrowed> = Vec::new();
    for by in &kept_apart {
        for one in by {
            let at = narrowed.iter().position(|known| known.by == *one);
            let at = at.unwrap_or_else(|| {
                narrowed.push(Narrowed {
                    by: one.clone(),
                    kept: 0,
                    alone: 0,
                    leaves: 0,
                });
                narrowed.len() - 1
            });
            narrowed[at].kept += 1;
            narrowed[at].alone += usize::from(by.len() == 1);
        }
    }
    narrowed.sort_by_key(|one| {
        (
            one.keeps_next_to_nobody(all),
            Reverse(one.alone),
            Reverse(one.kept),
        )
    });
    let allowed = all - kept_apart.len();
    for one in &mut narrowed {
        kept_apart.retain(|by| !by.contains(&one.by));
        one.leaves = allowed + kept_apart.len();
    }
    narrowed
}

/// So much of so many, in thousandths.
fn share(some: usize, all: usize) -> u32 {
    u32::try_from(1000 * some / all.max(1)).unwrap_or(1000)
}

impl Loosened {
    /// The criteria with this rule loosened.
    pub fn applied(self, criteria: &Criteria) -> Criteria {
        let mut criteria = criteria.clone();
        let rules = &mut criteria.rules;
        match self {
            Loosened::Allow(_) => {}
            Loosened::Again => rules.again = true,
            Loosened::HalfHours(least) => rules.half_hours_least = least,
            Loosened::Score(least) => rules.score_least = least,
            Loosened::Must(number) => {
                if let Some(one) = criteria.criteria.get_mut(number) {
                    one.must = false;
                }
            }
        }
        criteria
    }
}

impl Input {
    /// The scores by a rule that is loosened for the sake of a mentee.
    fn loosened(
        &self,
        (loosened, mentee): (Loosened, usize),
        watch: &Watch,
    ) -> Result<Marks, Cancelled> {
        let criteria = loosened.applied(&self.criteria);
        let mut forbidden = self.forbidden.clone();
        if let Loosened::Allow(mentor) = loosened {
            let key = (
                self.pool.mentees[mentee].person.id,
                self.pool.mentors[mentor].person.id,
            );
            forbidden.retain(|pair| *pair != key);
        }
        self.marks(&Scoring::new(&self.pool, &criteria), &forbidden, watch)
    }
}
