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

/// For how many of those who have nobody every change is looked for: as many as a page shows. For the others
/// it is a place more for which nobody else moves.
pub const HELPED: usize = 20;

/// How many mentors are named in a reason.
pub const NAMED: usize = 3;

/// Whatever keeps fewer than one of so many mentors away keeps next to nobody away.
const NEXT_TO_NOBODY: usize = 5;

/// How often everybody is matched anew for it.
const TRIES: usize = 20;

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

/// Why a mentor who is allowed has no place for one more.
#[derive(Clone, Copy)]
enum Stand {
    Away,
    Full,
    /// Pairs that are locked have all places.
    Locked,
    /// Others get them.
    Taken,
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
    /// Mentors with whom a place more, where they are locked to them, would let them be matched as well.
    #[serde(default)]
    pub instead: Mentors,
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
    /// Whom each mentee has now, as it is known wherever a change is looked at.
    pub stands: Option<&'a [Option<u32>]>,
    pub watch: &'a Watch,
}

impl Help {
    /// How much would change, and then how much would be gained by it. What concerns two alone is less
    /// than a rule for everybody, a rule less than a place, and to take a mentor from somebody most of all.
    fn size(&self) -> impl Ord + use<> {
        let two = matches!(self.change.loosened, Some(Loosened::Allow(_)));
        let change = match (self.change.loosened.is_some(), self.change.place.is_some()) {
            (true, false) if two => 0,
            (true, false) => 1,
            (false, _) => 2,
            (true, true) if two => 3,
            (true, true) => 4,
        };
        let lock = self.change.lock.is_some();
        let gained = Reverse(self.total);
        (
            !self.takes_from_nobody(),
            change,
            self.moves.len(),
            gained,
            lock,
        )
    }

    fn takes_from_nobody(&self) -> bool {
        self.moves.iter().all(|one| one.to.is_some())
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
        let (stand, mut space) = (self.stand(), vec![NOT_ALLOWED; self.problem.places.len()]);
        let mut unmatched = Vec::new();
        for (mentee, mentor) in self.mentor_of.iter().enumerate() {
            self.watch.goes_on()?;
            if mentor.is_none() {
                unmatched.push(Unmatched {
                    mentee,
                    why: self.why(mentee, &stand, &mut space),
                    help: None,
                    looked_for: false,
                });
            }
        }
        if unmatched.is_empty() {
            return Ok(unmatched);
        }
        let mut search = Search::new(self, unmatched.iter().map(|one| one.mentee))?;
        let helped = unmatched.len().min(HELPED);
        let width = some.end - some.start;
        let from = |at: usize| some.start + width * share(at, helped) / 1000;
        for (at, one) in unmatched.iter_mut().take(HELPED).enumerate() {
            search.some = from(at)..from(at + 1);
            search.gave_up = false;
            search.left = helped - at;
            one.help = search.help(one.mentee)?;
            one.looked_for = !search.gave_up;
        }
        // A place for which nobody has to move needs no try.
        search.tries = 0;
        for one in unmatched.iter_mut().skip(HELPED) {
            self.watch.goes_on()?;
            one.help = search.place(one.mentee)?;
        }
        Ok(unmatched)
    }

    /// Whether everybody is matched once more to see what a change comes to. With so many that there is no
    /// memory for their marks it would take too long.
    fn is_matched_anew(&self) -> bool {
        matches!(self.problem.scores, Marks::Kept(_))
    }

    /// Who has places that nobody is given.
    fn free(&self) -> Vec<bool> {
        let mut left = self.problem.places.to_vec();
        for mentor in self.mentor_of.iter().flatten() {
            let left = &mut left[*mentor as usize];
            *left = left.saturating_sub(1);
        }
        left.iter().map(|left| *left > 0).collect()
    }

    fn allowed(&self, mentee: usize, mentor: usize) -> bool {
        self.problem.scores.mark(mentee, mentor) != NOT_ALLOWED
    }

    /// How it stands with each mentor, for whoever is left.
    fn stand(&self) -> Vec<Stand> {
        let mut left = self.problem.places.to_vec();
        for (_, mentor) in self.problem.locked {
            let left = &mut left[*mentor as usize];
            *left = left.saturating_sub(1);
        }
        let mentors = self.input.pool.mentors.iter();
        let both = mentors.zip(self.problem.places.iter().zip(left));
        both.map(|(mentor, places)| match places {
            (0, _) if mentor.away => Stand::Away,
            (0, _) => Stand::Full,
            (_, 0) => Stand::Locked,
            (_, _) => Stand::Taken,
        })
        .collect()
    }

    fn why(&self, mentee: usize, stand: &[Stand], space: &mut [u16]) -> Why {
        let mut why = Why::default();
        let mut kept_apart = Vec::new();
        let row = self.problem.scores.row(mentee, space);
        for (number, (at, stand)) in (0..).zip(stand.iter().enumerate()) {
            if row.mark(number) == NOT_ALLOWED {
                kept_apart.push(self.kept_apart_by(mentee, at));
                continue;
            }
            let stands = match stand {
                Stand::Away => &mut why.away,
                Stand::Full => &mut why.full,
                Stand::Locked => &mut why.locked,
                Stand::Taken => &mut why.taken,
            };
            stands.add(at);
        }
        why.narrowed = narrowed(kept_apart, stand.len());
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
    /// Who has places that nobody is given.
    free: Vec<bool>,
    tries: usize,
    /// Whether there were too few of them for the one who is looked at.
    gave_up: bool,
    /// How many are still to be looked at, that one among them.
    left: usize,
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
        let first_in_line = match found.is_matched_anew() {
            false => vec![None; found.problem.places.len()],
            true => ways(
                found.problem.scores,
                &movable,
                &found.best.found.mentor_prices,
                &nobody,
                found.watch,
            )?,
        };
        Ok(Self {
            first_in_line,
            found,
            movable,
            tries: match found.input.method {
                _ if !found.is_matched_anew() => 0,
                Method::WorstOff => FEW_TRIES,
                Method::Best | Method::Even | Method::Stable => TRIES,
            },
            free: found.free(),
            gave_up: false,
            left: 0,
            places: BTreeMap::new(),
            loosened: BTreeMap::new(),
            some: 0..0,
        })
    }

    /// The smallest change of those that would let them be matched: rules, where a place is free that they
    /// could lead to, one place more, and both only where neither does alone.
    fn help(&mut self, mentee: usize) -> Result<Option<Help>, NoPlan> {
        let loosenings = self.loosenings(mentee);
        let mut least = None;
        if self.free.contains(&true) {
            for (loosened, _) in &loosenings {
                let of_two = matches!(loosened, Loosened::Allow(_));
                smaller(&mut least, self.loosen(mentee, *loosened)?);
                if of_two && is_enough(least.as_ref()) {
                    return Ok(least);
                }
            }
        }
        if !is_enough(least.as_ref()) {
            smaller(&mut least, self.place(mentee)?);
        }
        if !is_enough(least.as_ref()) {
            for (loosened, mentor) in loosenings {
                if self.found.input.may_have_more(mentor) {
                    smaller(&mut least, self.loosen_and_place(mentee, loosened, mentor)?);
                }
            }
        }
        Ok(least)
    }

    /// One place more where nobody else has to move for it, with the mentor with whom they score highest;
    /// where there is none, with whom it would bring the most. They are locked to whoever it would let
    /// them have, but where they would get it anyway.
    fn place(&mut self, mentee: usize) -> Result<Option<Help>, NoPlan> {
        let nearest = self.nearest(mentee);
        let Some((first, others)) = nearest.split_first() else {
            return self.further_place(mentee);
        };
        let mut least = None;
        if self.is_first_in_line(mentee, *first) {
            smaller(&mut least, self.unlocked_place(mentee, *first)?);
        }
        if least.as_ref().is_none_or(|one| !one.moves.is_empty()) {
            smaller(&mut least, self.locked_place(mentee, *first, *first)?);
        }
        let mut instead = Mentors::default();
        others.iter().for_each(|mentor| instead.add(*mentor));
        Ok(least.map(|help| Help { instead, ..help }))
    }

    /// The mentors who are allowed and may have one place more, the highest score first.
    fn nearest(&self, mentee: usize) -> Vec<usize> {
        let worth = |mentor: usize| score(self.found.problem.scores.mark(mentee, mentor));
        let mentors = 0..self.found.problem.places.len();
        let mut nearest: Vec<(usize, u16)> = mentors
            .filter(|mentor| self.found.input.may_have_more(*mentor))
            .filter_map(|mentor| Some((mentor, worth(mentor)?)))
            .collect();
        nearest.sort_by_key(|(_, worth)| Reverse(*worth));
        nearest.into_iter().map(|(mentor, _)| mentor).collect()
    }

    /// Whether a place more with a mentor would be used best by this mentee themselves.
    fn is_first_in_line(&self, mentee: usize, mentor: usize) -> bool {
        let by_prices = matches!(self.found.input.method, Method::Best | Method::Even);
        let theirs = |way: &Way| (way.mentee as usize, way.first as usize) == (mentee, mentor);
        by_prices && self.first_in_line[mentor].as_ref().is_some_and(theirs)
    }

    fn unlocked_place(&mut self, mentee: usize, place: usize) -> Result<Option<Help>, NoPlan> {
        if !self.places.contains_key(&place) {
            let solved = self.solve(None, Some(place), None)?;
            self.places.insert(place, solved);
        }
        let change = Change {
            place: Some(place),
            ..Change::default()
        };
        let solved = self.places.get(&place).and_then(Option::as_ref);
        Ok(solved.and_then(|solved| self.read(mentee, change, solved)))
    }

    fn locked_place(
        &mut self,
        mentee: usize,
        place: usize,
        lock: usize,
    ) -> Result<Option<Help>, NoPlan> {
        let change = Change {
            place: Some(place),
            lock: Some(lock),
            ..Change::default()
        };
        let solved = match self.found.input.method {
            Method::Best | Method::Even | Method::WorstOff if place == lock => {
                self.added(mentee, lock)
            }
            _ => self.solve(None, change.place, Some((mentee, lock)))?,
        };
        Ok(solved.and_then(|solved| self.read(mentee, change, &solved)))
    }

    /// One place more with somebody else, to whom a mentee of theirs moves on.
    fn further_place(&mut self, mentee: usize) -> Result<Option<Help>, NoPlan> {
        match self.found.input.method {
            Method::Best | Method::Even => {}
            Method::WorstOff | Method::Stable => return Ok(None),
        }
        if self.tries == 0 {
            self.gave_up = true;
            return Ok(None);
        }
        let own = ways(
            self.found.problem.scores,
            &self.movable,
            &self.found.best.found.mentor_prices,
            &[u32::try_from(mentee).unwrap_or(u32::MAX)],
            self.found.watch,
        )?;
        let ways = own.iter().enumerate();
        let ways = ways.filter(|(at, _)| self.found.input.may_have_more(*at));
        let ways = ways.filter_map(|(at, way)| Some((at, way.as_ref()?)));
        let most = ways.max_by_key(|(at, way)| (way.gain, Reverse(*at)));
        match most {
            None => Ok(None),
            Some((place, way)) => self.locked_place(mentee, place, way.first as usize),
        }
    }

    /// All others as they are: what is the best without a mentee, or as high as can be, stays so with that
    /// mentee in a place that there was not. Not so where nobody would rather swap: whoever asked in vain
    /// had kept others from what they asked for.
    fn added(&self, mentee: usize, mentor: usize) -> Option<Solved> {
        let mut mentor_of = self.found.mentor_of.clone();
        mentor_of[mentee] = u32::try_from(mentor).ok();
        let total = total(self.found.problem.scores, &mentor_of);
        Some(Solved { mentor_of, total })
    }

    /// A rule loosened. What comes of it for everybody is matched once, and not at the cost of a place that
    /// may be found for each of those who are left.
    fn loosen(&mut self, mentee: usize, loosened: Loosened) -> Result<Option<Help>, NoPlan> {
        let only = matches!(loosened, Loosened::Allow(_)).then_some(mentee);
        let key = (loosened, only);
        if !self.loosened.contains_key(&key) {
            if only.is_none() && self.tries <= self.kept_for_places() {
                self.gave_up = true;
                return Ok(None);
            }
            let solved = self.solve(Some((loosened, mentee)), None, None)?;
            self.loosened.insert(key, solved);
        }
        let change = Change {
            loosened: Some(loosened),
            ..Change::default()
        };
        let solved = self.loosened.get(&key).and_then(Option::as_ref);
        Ok(solved.and_then(|solved| self.read(mentee, change, solved)))
    }

    /// How many tries are kept for a place for each of those who are left.
    fn kept_for_places(&self) -> usize {
        match self.found.input.method {
            Method::Best | Method::Even | Method::WorstOff => 0,
            Method::Stable => self.left,
        }
    }

    fn loosen_and_place(
        &mut self,
        mentee: usize,
        loosened: Loosened,
        mentor: usize,
    ) -> Result<Option<Help>, NoPlan> {
        let change = Change {
            loosened: Some(loosened),
            place: Some(mentor),
            lock: Some(mentor),
        };
        let lock = Some((mentee, mentor));
        let solved = self.solve(Some((loosened, mentee)), change.place, lock)?;
        Ok(solved.and_then(|solved| self.read(mentee, change, &solved)))
    }

    /// Each rule that alone keeps a mentor away who is here, loosened just so far that it does not, and
    /// the mentor who would be allowed: one with a free place, if there is any, or who may have one more.
    fn loosenings(&self, mentee: usize) -> Vec<(Loosened, usize)> {
        type Best = (bool, bool, u16);
        let mut all: BTreeMap<u8, (Loosened, usize, Best)> = BTreeMap::new();
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
            let may_have_more = self.found.input.may_have_more(mentor);
            let value = (self.free[mentor], may_have_more, value);
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
        let (input, stands) = (self.found.input, self.found.stands);
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
            instead: Mentors::default(),
        })
    }
}

/// Keeps the smaller one.
fn smaller(least: &mut Option<Help>, other: Option<Help>) {
    *least = (least.take().into_iter().chain(other)).min_by_key(Help::size);
}

/// Whether nobody has to be left over for it.
fn is_enough(help: Option<&Help>) -> bool {
    help.is_some_and(Help::takes_from_nobody)
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

#[cfg(test)]
mod tests {
    use super::super::criteria::BuiltIn;
    use super::super::given;
    use super::super::own::Own;
    use super::super::plan::Plan;
    use super::super::pool::{Mentee, Proposed};
    use super::*;

    fn plan(input: &Input) -> Plan {
        input.plan(&Watch::default()).unwrap()
    }

    #[track_caller]
    fn help(input: &Input) -> Help {
        let plan = plan(input);
        plan.unmatched[0].help.clone().expect("something helps")
    }

    /// The first mentee has nobody, as all places are for others who are locked.
    fn left_over(mentees: &[&str], mentors: &[(&str, u32)]) -> Input {
        let mentees = (1..).zip(mentees).map(|(id, name)| given::mentee(id, name));
        let mentors = (11..).zip(mentors);
        let mentors = mentors.map(|(id, (name, places))| given::mentor(id, name, *places));
        given::input(mentees.collect(), mentors.collect())
    }

    #[test]
    fn to_undo_what_keeps_two_apart_comes_before_a_place() {
        let mut input = left_over(&["Tom", "Una"], &[("Ada", 1), ("Bea", 1)]);
        (input.locked, input.forbidden) = (vec![(2, 11)], vec![(1, 12)]);
        let change = Change {
            loosened: Some(Loosened::Allow(1)),
            ..Change::default()
        };
        assert_eq!(help(&input).change, change);
        // A rule for everybody comes before a place as well.
        input.forbidden.clear();
        input.pool.mentees[0].before = vec![12];
        assert_eq!(help(&input).change.loosened, Some(Loosened::Again));
        assert_eq!(help(&input).change.place, None);
    }

    #[test]
    fn whoever_has_room_is_allowed_before_whoever_has_none() {
        let mut input = left_over(&["Tom"], &[("Ada", 0), ("Bea", 0), ("Cai", 1)]);
        input.pool.mentees[0].wishes = vec![12, 13];
        input.forbidden = vec![(1, 12), (1, 13)];
        let loosened = help(&input).change.loosened;
        assert_eq!(loosened, Some(Loosened::Allow(2)));
    }

    #[test]
    fn a_place_for_which_nobody_moves_comes_before_one_that_brings_more() {
        let mut input = left_over(&["Una", "Tom"], &[("Ada", 1), ("Bea", 0)]);
        for at in [0, 1] {
            input.pool.mentees[at].wishes = vec![11];
        }
        input.pool.mentees[0].wishes.insert(0, 12);
        input.pool.mentees[1].in_line = vec![12];
        input.locked = vec![];
        input.pool.mentees[0].person.location = "Leeds".into();
        input.pool.mentors[0].person.location = "Leeds".into();
        let help = help(&input);
        assert_eq!(help.change.place, Some(0));
        assert_eq!(help.moves, []);
    }

    #[test]
    fn all_are_named_with_whom_a_place_would_do_as_well() {
        let names = ["Ada", "Bea", "Cai", "Dee", "Eve", "Fay"];
        let mut input = left_over(&["Tom"], &names.map(|name| (name, 0)));
        input.pool.mentees[0].wishes = vec![14, 12];
        input.pool.mentors[5].away = true;
        let found = help(&input);
        assert_eq!(found.change.place, Some(3));
        assert_eq!(
            (found.instead.all, &found.instead.first[..]),
            (4, &[1, 0, 2][..])
        );
        // Whom the programme's maximum keeps from a place more cannot give it.
        input.pool.capacity_max = Some(2);
        (input.pool.mentors[3].capacity, input.pool.mentors[3].taken) = (2, 2);
        input.pool.mentors[0].taken = 2;
        input.more_places = vec![15];
        input.locked = vec![];
        let found = plan(&input);
        assert_eq!(found.unmatched, [], "with the place that is tried");
        input.more_places = vec![15, 15];
        input.forbidden = vec![(1, 15)];
        let found = help(&input);
        assert_eq!(found.change.loosened, Some(Loosened::Allow(4)));
        input.pool.mentees[0].unwilling = vec![15];
        let found = help(&input);
        assert_eq!(
            (found.change.place, found.instead.first),
            (Some(1), vec![2])
        );
    }

    #[test]
    fn whatever_takes_too_much_is_said_not_to_be_looked_into() {
        let mut input = left_over(&["Tom", "Una", "Vic", "Wes"], &[("Ada", 9)]);
        input.forbidden = (1..5).map(|mentee| (mentee, 11)).collect();
        input.method = Method::WorstOff;
        let plan = plan(&input);
        let of = |one: &Unmatched| (one.help.is_some(), one.looked_for);
        let all: Vec<_> = plan.unmatched.iter().map(of).collect();
        let (found, given_up) = ((true, true), (false, false));
        assert_eq!(all, [found, found, given_up, given_up]);
    }

    /// What the page behind a link is worked out from.
    fn with(input: &Input, mentee: usize, change: &Change) -> Input {
        let mut then = input.clone();
        let key = |mentor: usize| {
            let mentor = input.pool.mentors[mentor].person.id;
            (input.pool.mentees[mentee].person.id, mentor)
        };
        match change.loosened {
            Some(Loosened::Allow(mentor)) => then.forbidden.retain(|pair| *pair != key(mentor)),
            Some(loosened) => then.criteria = loosened.applied(&input.criteria),
            None => {}
        }
        then.more_places
            .extend(change.place.map(|place| key(place).1));
        then.locked.extend(change.lock.map(key));
        if input.pool.mentees.iter().all(|one| one.proposed.is_none()) {
            then.own = input.own.clone().or(Some(Own {
                criteria: input.criteria.clone(),
                method: input.method,
            }));
        }
        then
    }

    /// Many pairs that are as good, of which some are proposed.
    fn alike(seed: usize, method: Method) -> Input {
        let bit = |at: usize| (seed * 2_654_435_761) >> (at % 29) & 1 == 1;
        let place = |at: usize| if bit(at) { "Leeds" } else { "Pune" };
        let names = ["A", "B", "C", "D", "E", "F", "G"];
        let mut input = left_over(&names, &[("Ada", 1), ("Bea", 1), ("Cai", 2), ("Dee", 0)]);
        input.method = method;
        for (at, one) in input.pool.mentees.iter_mut().enumerate() {
            place(at).clone_into(&mut one.person.location);
            one.before.extend(bit(at + 5).then_some(12));
            one.unwilling.extend(bit(at + 9).then_some(11));
        }
        for (at, one) in input.pool.mentors.iter_mut().enumerate() {
            place(at + 7).clone_into(&mut one.person.location);
        }
        let proposed = |mentee: &mut Mentee, mentor| {
            mentee.proposed = Some(Proposed { pairing: 1, mentor });
        };
        if bit(13) {
            proposed(&mut input.pool.mentees[6], 13);
            proposed(&mut input.pool.mentees[5], 13);
        }
        if bit(14) {
            given::criterion(&mut input, BuiltIn::Site).must = true;
        }
        input
    }

    /// The same by marks that are worked out each time, as they are of very many people.
    fn priced(input: &Input) -> Vec<Unmatched> {
        let scoring = Scoring::new(&input.pool, &input.criteria);
        let (places, watch) = (input.places(), Watch::default());
        let problem = Problem {
            scores: &Marks::priced(&scoring.kernel, &[]),
            places: &places,
            locked: &[],
        };
        let (best, mentor_of) = input.solve(&problem, None, 0..0, &watch).unwrap();
        let found = Found {
            input,
            scoring: &scoring,
            problem,
            best: &best,
            mentor_of: &mentor_of,
            stands: None,
            watch: &watch,
        };
        found.unmatched(0..0).unwrap()
    }

    #[test]
    fn of_very_many_the_same_is_said_and_a_place_is_offered_that_comes_to_what_is_said() {
        let mut offered = 0;
        for seed in 1..60 {
            for method in Method::ALL {
                let mut input = alike(seed, method);
                input
                    .pool
                    .mentees
                    .iter_mut()
                    .for_each(|one| one.proposed = None);
                let (many, few) = (priced(&input), plan(&input).unmatched);
                let whys = |all: &[Unmatched]| -> Vec<(usize, Why)> {
                    all.iter()
                        .map(|one| (one.mentee, one.why.clone()))
                        .collect()
                };
                assert_eq!(whys(&many), whys(&few), "{seed} {method:?}");
                for one in &many {
                    let Some(help) = &one.help else { continue };
                    let then = plan(&with(&input, one.mentee, &help.change));
                    assert_eq!((then.total, &help.moves[..]), (help.total, &[][..]));
                    offered += 1;
                }
            }
        }
        assert!(offered > 50, "{offered}");
    }

    #[test]
    fn whoever_waits_behind_others_is_offered_a_place_as_well() {
        let names: Vec<String> = (1..=25).map(|number| format!("Tom {number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut input = left_over(&names, &[("Ada", 1), ("Bea", 0)]);
        let all = plan(&input).unmatched;
        assert_eq!(all.len(), 24);
        for one in &all {
            let help = one.help.as_ref().expect("a place more");
            let then = plan(&with(&input, one.mentee, &help.change));
            assert_eq!((then.total, then.unmatched.len()), (help.total, 23));
        }
        input.method = Method::Stable;
        assert_eq!(plan(&input).unmatched[23].help, None);
    }

    #[test]
    fn what_is_offered_is_what_comes_of_it() {
        for seed in 1..60 {
            for method in Method::ALL {
                let input = alike(seed, method);
                for one in &plan(&input).unmatched {
                    let Some(help) = &one.help else { continue };
                    let then = plan(&with(&input, one.mentee, &help.change));
                    let mut pairs = then.pairs.iter();
                    let theirs = pairs.find(|pair| pair.mentee == one.mentee);
                    let theirs = theirs.map(|pair| pair.mentor);
                    let case = format!("{seed} {method:?} {help:?}");
                    assert_eq!(theirs, Some(help.with), "{case}");
                    assert_eq!(then.total, help.total, "{case}");
                }
            }
        }
    }
}
