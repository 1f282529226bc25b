//! The smallest change that would let somebody be matched who has nobody.
//!
//! What concerns the two alone is known without matching anybody anew. Whoever has nobody takes nothing
//! from the others: with that mentee in a place that nobody was given, or that there was not, what was
//! best for the others is so still, and whoever fared worst among them fares no better. Nor would any two
//! rather swap: both sides go by the same scores, and by one order of those that are equal, so that only
//! one matching is stable (Gai and others, Acyclic Preference Systems in P2P Networks, Euro-Par 2007).
//! Everything else may move anybody: it is matched, or follows from what was.

use super::help::{Change, Help, Loosened, Moves};
use super::method::Method;
use super::plan::{Input, NoPlan};
use super::scoring::{Reason, Scoring};
use super::unmatched::{By, Found, Mentors, NAMED};
use crate::matching::marks::Marks;
use crate::matching::network::Value;
use crate::matching::optimum::Total;
use crate::matching::problem::{Best, Matched, Problem, total};
use crate::matching::report::{Way, walk, ways};
use crate::matching::scores::{NOT_ALLOWED, Scores};
use crate::matching::watch::{Cancelled, Watch};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

/// Everybody is matched anew for it as often as makes so many pairs: those of a page take a tenth of a
/// second, and those of a job some minutes.
const ON_A_PAGE: usize = 2_000_000;
const BY_A_JOB: usize = 10_000_000_000;

/// The same where nobody is to fare badly, which takes longer.
const FEW_ON_A_PAGE: usize = 40_000;
const FEW_BY_A_JOB: usize = 1_000_000_000;

/// How often at least, if that takes longer than a page waits.
const TRIES: usize = 2;

/// How many of the nearest are looked at together.
const NEAREST: usize = 64;

/// How much may be tried.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Effort {
    /// A page waits.
    Page,
    /// Somebody waits for more than a page can find out.
    Job,
}

/// Looks for what would help one after the other.
pub struct Search<'a> {
    found: &'a Found<'a>,
    total: Total,
    /// Who has places that nobody is given.
    free: Vec<bool>,
    /// Who may have one place more.
    more: Vec<bool>,
    tries: usize,
    /// Whether there were too few of them for the one who is looked at.
    gave_up: bool,
    /// What was matched already, which others may gain by too.
    by_rule: BTreeMap<Loosened, ByRule>,
    places: BTreeMap<usize, Matched>,
    /// What part of all the work is under way, in thousandths.
    some: Range<u32>,
    space: Vec<u16>,
}

/// A rule that alone keeps a mentor from a mentee, loosened just so far that it does not.
struct Loosening {
    rule: Loosened,
    mentor: usize,
    /// The higher, the less it is loosened, or the more the two score.
    value: u16,
}

/// What comes of a rule that is loosened for everybody.
struct ByRule {
    mentor_of: Matched,
    total: Total,
    prices: Vec<Value>,
    /// How a place more with each mentor would be used best, once that was asked.
    ways: Option<Vec<Option<Way>>>,
}

impl<'a> Search<'a> {
    pub fn new(found: &'a Found<'a>, effort: Effort) -> Self {
        let Problem { scores, places, .. } = found.problem;
        let pairs = scores.mentees() * scores.mentors();
        let enough = match (effort, found.input.method) {
            (Effort::Page, Method::WorstOff) => FEW_ON_A_PAGE,
            (Effort::Page, _) => ON_A_PAGE,
            (Effort::Job, Method::WorstOff) => FEW_BY_A_JOB,
            (Effort::Job, _) => BY_A_JOB,
        };
        let tries = (enough / pairs.max(1)).max(TRIES);
        let more = (0..places.len()).map(|mentor| found.input.may_have_more(mentor));
        Self {
            found,
            total: total(scores, found.mentor_of),
            free: found.free(),
            more: more.collect(),
            tries,
            gave_up: false,
            by_rule: BTreeMap::new(),
            places: BTreeMap::new(),
            some: 0..0,
            space: vec![NOT_ALLOWED; places.len()],
        }
    }

    /// The smallest change that would let them be matched, and whether everything was looked into for it.
    /// It is `some` of the thousandths of all work.
    pub fn help(
        &mut self,
        mentee: usize,
        some: Range<u32>,
    ) -> Result<(Option<Help>, bool), NoPlan> {
        (self.some, self.gave_up) = (some, false);
        let help = match self.of_two(mentee) {
            Some(help) => Some(help),
            None => self.of_others(mentee)?,
        };
        Ok((help, !self.gave_up))
    }

    /// What leaves everybody else as they are: to keep two no longer apart, a place more, and both.
    fn of_two(&mut self, mentee: usize) -> Option<Help> {
        let apart = self.kept_apart(mentee);
        let first = |can: &[bool]| apart.iter().copied().find(|mentor| can[*mentor]);
        if let Some(mentor) = first(&self.free) {
            let change = Change::of(Loosened::Allow(mentor));
            return Some(self.beside(mentee, mentor, change));
        }
        let place = |mentor, loosened| Change {
            loosened,
            place: Some(mentor),
            lock: Some(mentor),
        };
        let nearest = self.nearest(mentee);
        if let Some((mentor, others)) = nearest.first.split_first() {
            let help = self.beside(mentee, *mentor, place(*mentor, None));
            let instead = Mentors {
                all: nearest.all - 1,
                first: others.to_vec(),
            };
            return Some(Help { instead, ..help });
        }
        let mentor = first(&self.more)?;
        let change = place(mentor, Some(Loosened::Allow(mentor)));
        Some(self.beside(mentee, mentor, change))
    }

    /// What moves others: to keep two no longer apart, a place more somewhere, a rule loosened, and a
    /// place by that rule.
    fn of_others(&mut self, mentee: usize) -> Result<Option<Help>, NoPlan> {
        let mut least = None;
        let any_free = self.free.contains(&true);
        if any_free {
            for mentor in self.kept_apart(mentee) {
                let change = Change::of(Loosened::Allow(mentor));
                smaller(&mut least, self.tried(mentee, change)?);
            }
        }
        if !is_enough(least.as_ref()) {
            smaller(&mut least, self.elsewhere(mentee)?);
        }
        if is_enough(least.as_ref()) {
            return Ok(least);
        }
        let loosenings = self.loosenings(mentee);
        if any_free {
            for all in &loosenings {
                let mut rules: Vec<Loosened> = all.iter().map(|one| one.rule).collect();
                rules.dedup();
                for rule in rules {
                    let help = self.rule(mentee, rule)?;
                    let enough = is_enough(help.as_ref());
                    smaller(&mut least, help);
                    if enough {
                        break;
                    }
                }
            }
        }
        if !is_enough(least.as_ref()) {
            for all in &loosenings {
                if let Some(one) = all.iter().find(|one| self.more[one.mentor]) {
                    let help = self.rule_and_place(mentee, one.rule, one.mentor)?;
                    smaller(&mut least, help);
                }
            }
        }
        Ok(least)
    }

    /// The mentors here from whom only the coordinator keeps a mentee, the highest score first.
    fn kept_apart(&self, mentee: usize) -> Vec<usize> {
        let Found { input, scoring, .. } = self.found;
        let id = input.pool.mentees[mentee].person.id;
        let pairs = input.forbidden.iter().filter(|(one, _)| *one == id);
        let mut apart: Vec<usize> = pairs
            .filter_map(|(_, mentor)| input.pool.mentor(*mentor))
            .filter(|mentor| !input.pool.mentors[*mentor].away)
            .filter(|mentor| scoring.blockers(mentee, *mentor).next().is_none())
            .collect();
        apart.sort_by_key(|mentor| (Reverse(self.worth(mentee, *mentor)), *mentor));
        apart
    }

    /// The mentors who are allowed and may have one place more: those with the highest scores, one more
    /// than are named.
    fn nearest(&mut self, mentee: usize) -> Mentors {
        let (mut all, mut first) = (0, Vec::new());
        let row = self.found.problem.scores.row(mentee, &mut self.space);
        for (mentor, score) in row.allowed() {
            if self.more[mentor as usize] {
                all += 1;
                first.push((Reverse(score), mentor as usize));
                if first.len() > NEAREST {
                    first.sort_unstable();
                    first.truncate(NAMED + 1);
                }
            }
        }
        first.sort_unstable();
        first.truncate(NAMED + 1);
        Mentors {
            all,
            first: first.into_iter().map(|(_, mentor)| mentor).collect(),
        }
    }

    fn worth(&self, mentee: usize, mentor: usize) -> u16 {
        self.found.scoring.kernel.points(mentee, mentor)
    }

    /// With a mentor, and everybody else as they are.
    fn beside(&self, mentee: usize, mentor: usize, change: Change) -> Help {
        Help {
            change,
            with: mentor,
            total: self.total.and(self.worth(mentee, mentor)),
            moves: Moves::default(),
            instead: Mentors::default(),
        }
    }

    /// One place more with somebody else, or none, for which others move on until there is one with a mentor
    /// who is allowed.
    fn elsewhere(&mut self, mentee: usize) -> Result<Option<Help>, NoPlan> {
        let row = self.found.problem.scores.row(mentee, &mut self.space);
        if row.allowed().next().is_none() {
            return Ok(None);
        }
        match self.found.input.method {
            Method::Best | Method::Even | Method::WorstOff => self.way(mentee),
            Method::Stable => self.swaps(mentee),
        }
    }

    /// As many would be matched as can be: the place that would bring most, and to whom it would let them
    /// be locked; the next, where somebody else would be left over for it.
    fn way(&mut self, mentee: usize) -> Result<Option<Help>, NoPlan> {
        if !self.more.contains(&true) {
            return Ok(None);
        }
        // To look for it takes about as long as a try.
        let Some(left) = self.tries.checked_sub(1) else {
            self.gave_up = true;
            return Ok(None);
        };
        self.tries = left;
        let ways = ways(
            self.found.problem.scores,
            &self.found.movable(&self.found.best.mentor_of),
            &self.found.best.found.mentor_prices,
            &[u32::try_from(mentee).unwrap_or(u32::MAX)],
            self.found.watch,
        )?;
        let mut places: Vec<(usize, Way)> = (ways.into_iter().enumerate())
            .filter(|(place, _)| self.more[*place])
            .filter_map(|(place, way)| Some((place, way?)))
            .collect();
        places.sort_by_key(|(place, way)| (Reverse(way.gain), *place));
        // Whoever has nobody here may have somebody where the total is as high as can be.
        let best = self.found.best.mentor_of[mentee];
        let mut least = None;
        for (place, way) in places {
            for lock in [Some(way.first), best.filter(|best| *best != way.first)] {
                let Some(lock) = lock else { continue };
                let change = Change {
                    place: Some(place),
                    lock: Some(lock as usize),
                    ..Change::default()
                };
                smaller(&mut least, self.tried(mentee, change)?);
                if is_enough(least.as_ref()) {
                    return Ok(least);
                }
            }
        }
        Ok(least)
    }

    /// Nobody would rather swap: so fewer may be matched than can be. To whom they would be locked, or who
    /// would have a place that there was not, or both, so that others move on.
    fn swaps(&mut self, mentee: usize) -> Result<Option<Help>, NoPlan> {
        let mut least = None;
        let locks = self.found.with_room(mentee);
        for mentor in &locks {
            let change = Change {
                lock: Some(*mentor),
                ..Change::default()
            };
            smaller(&mut least, self.tried(mentee, change)?);
        }
        let places: Vec<usize> = (0..self.more.len())
            .filter(|place| self.more[*place])
            .collect();
        for place in places {
            if is_enough(least.as_ref()) {
                break;
            }
            let change = Change {
                place: Some(place),
                ..Change::default()
            };
            if !self.places.contains_key(&place) {
                let Some((_, then)) = self.solve(mentee, change)? else {
                    break;
                };
                self.places.insert(place, then);
            }
            let then = self.places.get(&place);
            let help = then.and_then(|then| self.read(mentee, change, then, self.total_of(then)));
            smaller(&mut least, help);
            for mentor in &locks {
                let lock = Some(*mentor);
                smaller(&mut least, self.tried(mentee, Change { lock, ..change })?);
            }
        }
        Ok(least)
    }

    fn rule(&mut self, mentee: usize, rule: Loosened) -> Result<Option<Help>, NoPlan> {
        if !self.goes_by(mentee, rule)? {
            return Ok(None);
        }
        let by_rule = self.by_rule.get(&rule);
        Ok(by_rule.and_then(|by_rule| {
            self.read(mentee, Change::of(rule), &by_rule.mentor_of, by_rule.total)
        }))
    }

    /// A place that there was not, beside what a rule comes to for all others.
    fn rule_and_place(
        &mut self,
        mentee: usize,
        rule: Loosened,
        mentor: usize,
    ) -> Result<Option<Help>, NoPlan> {
        let change = Change {
            place: Some(mentor),
            lock: Some(mentor),
            ..Change::of(rule)
        };
        if !self.goes_by(mentee, rule)? {
            return Ok(None);
        }
        let Some((mut then, total)) = self.others(mentee, rule)? else {
            return self.tried(mentee, change);
        };
        then[mentee] = u32::try_from(mentor).ok();
        let total = total.and(self.worth(mentee, mentor));
        let mut help = self.read(mentee, change, &then, total);
        // Of those who would do as well, others may be kept with whom they have.
        if !is_enough(help.as_ref()) {
            smaller(&mut help, self.tried(mentee, change)?);
        }
        Ok(help)
    }

    /// Whether it is known what comes of a rule for everybody, which is found once for all.
    fn goes_by(&mut self, mentee: usize, rule: Loosened) -> Result<bool, NoPlan> {
        if !self.by_rule.contains_key(&rule) {
            let Some((best, mentor_of)) = self.solve(mentee, Change::of(rule))? else {
                return Ok(false);
            };
            let by_rule = ByRule {
                total: self.total_of(&mentor_of),
                mentor_of,
                prices: best.found.mentor_prices,
                ways: None,
            };
            self.by_rule.insert(rule, by_rule);
        }
        Ok(true)
    }

    /// What comes of a rule for everybody but this mentee, if that can be told without matching them anew:
    /// the place that this mentee would have by it is used best by somebody else who would have nobody, and
    /// of those who would do as well by one who has somebody now.
    fn others(
        &mut self,
        mentee: usize,
        rule: Loosened,
    ) -> Result<Option<(Matched, Total)>, NoPlan> {
        let Found { input, watch, .. } = self.found;
        let Some(by_rule) = self.by_rule.get(&rule) else {
            return Ok(None);
        };
        let mut others = by_rule.mentor_of.clone();
        let Some(place) = others[mentee].take() else {
            return Ok(Some((others, by_rule.total)));
        };
        match input.method {
            Method::Best | Method::Even => {}
            Method::WorstOff | Method::Stable => return Ok(None),
        }
        let place = place as usize;
        let left = by_rule.total.without(self.worth(mentee, place));
        if by_rule.ways.is_none() {
            let each = (0..).zip(by_rule.mentor_of.iter().zip(self.found.mentor_of));
            let nobody = each.filter(|(_, (then, _))| then.is_none());
            let mut nobody: Vec<(bool, u32)> = nobody
                .map(|(mentee, (_, now))| (now.is_none(), mentee))
                .collect();
            nobody.sort_unstable();
            let nobody: Vec<u32> = nobody.into_iter().map(|(_, mentee)| mentee).collect();
            let scores = input.loosened(rule, mentee, watch)?;
            let movable = self.found.movable(&by_rule.mentor_of);
            let ways = ways(&scores, &movable, &by_rule.prices, &nobody, watch)?;
            if let Some(by_rule) = self.by_rule.get_mut(&rule) {
                by_rule.ways = Some(ways);
            }
        }
        let by_rule = self.by_rule.get(&rule);
        let ways = by_rule.and_then(|by_rule| by_rule.ways.as_deref());
        let ways = ways.unwrap_or_default();
        let Some(Some(way)) = ways.get(place) else {
            return Ok(None);
        };
        walk(ways, place, &mut others);
        Ok(Some((others, left.with(way.gain))))
    }

    /// Each rule that alone keeps mentors away who are here, least loosened first.
    fn loosenings(&self, mentee: usize) -> Vec<Vec<Loosening>> {
        let Found { input, scoring, .. } = self.found;
        let mut all: BTreeMap<usize, Vec<Loosening>> = BTreeMap::new();
        for (mentor, one) in input.pool.mentors.iter().enumerate() {
            if one.away || self.found.allowed(mentee, mentor) {
                continue;
            }
            let [By::Rule(by)] = &self.found.kept_apart_by(mentee, mentor)[..] else {
                continue;
            };
            let worth = self.worth(mentee, mentor);
            let (kind, rule, value) = match by {
                Reason::Before => (0, Loosened::Again, worth),
                Reason::FewHours(_) => {
                    let common = scoring.half_hours(mentee, mentor);
                    (1, Loosened::HalfHours(common), common)
                }
                Reason::Score(_) => (2, Loosened::Score(worth / 100 * 100), worth),
                Reason::Nothing(number) => (3 + number, Loosened::Must(*number), worth),
                Reason::Oneself | Reason::Unwilling | Reason::InLine => continue,
            };
            let one = Loosening {
                rule,
                mentor,
                value,
            };
            all.entry(kind).or_default().push(one);
        }
        for of_kind in all.values_mut() {
            of_kind.sort_by_key(|one| Reverse(one.value));
        }
        all.into_values().collect()
    }

    fn tried(&mut self, mentee: usize, change: Change) -> Result<Option<Help>, NoPlan> {
        let solved = self.solve(mentee, change)?;
        Ok(solved.and_then(|(_, then)| self.read(mentee, change, &then, self.total_of(&then))))
    }

    fn total_of(&self, mentor_of: &Matched) -> Total {
        let each = mentor_of.iter().enumerate();
        each.filter_map(|(mentee, mentor)| Some(self.worth(mentee, (*mentor)? as usize)))
            .collect()
    }

    /// What comes of a change, if it lets this mentee be matched.
    fn read(&self, mentee: usize, change: Change, then: &Matched, total: Total) -> Option<Help> {
        Some(Help {
            change,
            with: then[mentee]? as usize,
            total,
            moves: Moves::between(mentee, self.found.mentor_of, then),
            instead: Mentors::default(),
        })
    }

    /// Everybody matched with a change; nothing once there were enough tries.
    fn solve(&mut self, mentee: usize, change: Change) -> Result<Option<(Best, Matched)>, NoPlan> {
        let Some(left) = self.tries.checked_sub(1) else {
            self.gave_up = true;
            return Ok(None);
        };
        self.tries = left;
        let Found {
            input,
            problem,
            stands,
            watch,
            ..
        } = self.found;
        let by_rule = change
            .loosened
            .map(|rule| input.loosened(rule, mentee, watch));
        let by_rule = by_rule.transpose()?;
        let mut places = problem.places.to_vec();
        if let Some(place) = change.place {
            places[place] += 1;
        }
        let mut locked = problem.locked.to_vec();
        if let Some(mentor) = change.lock {
            locked.extend(u32::try_from(mentee).ok().zip(u32::try_from(mentor).ok()));
        }
        let problem = Problem {
            scores: by_rule.as_ref().unwrap_or(problem.scores),
            places: &places,
            locked: &locked,
        };
        match input.solve(&problem, *stands, self.some.clone(), watch) {
            // That one change takes too much is no reason against the others.
            Err(NoPlan::TooMuch) => {
                self.gave_up = true;
                Ok(None)
            }
            solved => solved.map(Some),
        }
    }
}

impl Found<'_> {
    /// Who has places that nobody is given.
    fn free(&self) -> Vec<bool> {
        let left = self.left(self.mentor_of.iter().flatten().copied());
        left.iter().map(|left| *left > 0).collect()
    }

    /// The mentors who are allowed and have a place to which nobody else is locked.
    fn with_room(&self, mentee: usize) -> Vec<usize> {
        let left = self.unlocked();
        let room = |mentor: &usize| left[*mentor] > 0 && self.allowed(mentee, *mentor);
        (0..left.len()).filter(room).collect()
    }

    /// Those who are not locked.
    fn movable(&self, mentor_of: &Matched) -> Matched {
        let mut movable = mentor_of.clone();
        for (mentee, _) in self.problem.locked {
            movable[*mentee as usize] = None;
        }
        movable
    }
}

/// Keeps the smaller one.
fn smaller(least: &mut Option<Help>, other: Option<Help>) {
    *least = (least.take().into_iter().chain(other)).min_by_key(Help::size);
}

/// Whether nobody has to be left over for it.
fn is_enough(help: Option<&Help>) -> bool {
    help.is_some_and(|help| help.moves.left_over == 0)
}

impl Input {
    /// The scores by a rule that is loosened for the sake of a mentee.
    fn loosened(&self, rule: Loosened, mentee: usize, watch: &Watch) -> Result<Marks, Cancelled> {
        let criteria = rule.applied(&self.criteria);
        let mut forbidden = self.forbidden.clone();
        if let Loosened::Allow(mentor) = rule {
            let (tom, maya) = (&self.pool.mentees[mentee], &self.pool.mentors[mentor]);
            forbidden.retain(|pair| *pair != (tom.person.id, maya.person.id));
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
    use super::super::pool::{Person, Proposed};
    use super::super::unmatched::{Unmatched, Why};
    use super::*;

    fn plan(input: &Input) -> Plan {
        input.plan(Effort::Page, &Watch::default()).unwrap()
    }

    fn unmatched(input: &Input, effort: Effort) -> Vec<Unmatched> {
        input.plan(effort, &Watch::default()).unwrap().unmatched
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
    fn what_concerns_two_alone_comes_before_a_place_and_that_before_a_rule() {
        let mut input = left_over(&["Tom", "Una"], &[("Ada", 1), ("Bea", 1)]);
        (input.locked, input.forbidden) = (vec![(2, 11)], vec![(1, 12)]);
        assert_eq!(help(&input).change, Change::of(Loosened::Allow(1)));
        input.forbidden.clear();
        input.pool.mentees[0].before = vec![12];
        let place = help(&input).change;
        assert_eq!((place.loosened, place.place), (None, Some(0)));
        // With nobody who may have more a rule is all there is.
        input.pool.capacity_max = Some(1);
        assert_eq!(help(&input).change, Change::of(Loosened::Again));
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
    fn a_rule_is_loosened_further_where_that_lets_others_move_on() {
        let mut input = left_over(
            &["Tom", "Una", "Vic"],
            &[("Ada", 1), ("Bea", 1), ("Cai", 1)],
        );
        (input.locked, input.pool.capacity_max) = (vec![], Some(1));
        input.criteria.rules.half_hours_least = 3;
        // Two with Ada, whose mentee suits nobody else, and one with Bea, whose mentee suits Cai as well.
        input.pool.mentees[0].person.half_hours = vec![0, 1, 10];
        input.pool.mentees[0].unwilling = vec![13];
        input.pool.mentees[1].person.half_hours = vec![2, 3, 4];
        input.pool.mentees[2].person.half_hours = vec![20, 21, 22, 30, 31, 32];
        input.pool.mentees[2].wishes = vec![12];
        input.pool.mentors[0].person.half_hours = vec![0, 1, 2, 3, 4];
        input.pool.mentors[1].person.half_hours = vec![10, 20, 21, 22];
        input.pool.mentors[2].person.half_hours = vec![30, 31, 32];
        let help = help(&input);
        assert_eq!(help.change, Change::of(Loosened::HalfHours(1)));
        assert_eq!((help.with, help.moves.all), (1, 1));
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
        assert_eq!(help.moves, Moves::default());
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
    fn whatever_takes_too_much_is_said_not_to_be_looked_into_and_a_job_finds_it() {
        let mentees: Vec<String> = (0..120).map(|number| format!("Tom {number}")).collect();
        let mentees: Vec<&str> = mentees.iter().map(String::as_str).collect();
        let mut input = left_over(&mentees, &[("Ada", 1); 120]);
        input.criteria.rules.score_least = 9_900;
        input.method = Method::WorstOff;
        // For each of the first four it is another score that would be enough.
        let of = |person: &mut Person, (site, language): (bool, bool)| {
            person.location = if site { "Leeds".into() } else { String::new() };
            person.languages = language.then(|| "Welsh".into()).into_iter().collect();
        };
        for one in &mut input.pool.mentors {
            of(&mut one.person, (true, true));
        }
        let known = [(false, false), (true, false), (false, true), (true, true)];
        for (one, known) in input.pool.mentees.iter_mut().zip(known) {
            of(&mut one.person, known);
        }
        let of = |one: &Unmatched| (one.help.is_some(), one.looked_for);
        let first =
            |effort| -> Vec<_> { unmatched(&input, effort).iter().take(4).map(of).collect() };
        let (found, given_up) = ((true, true), (false, false));
        assert_eq!(first(Effort::Page), [found, found, given_up, given_up]);
        assert_eq!(first(Effort::Job), [found; 4]);
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

    /// A small programme of many shapes: pairs that are as good, rules of every kind, mentors who may have
    /// no more or are away, and some who are proposed.
    fn small(seed: u64, method: Method) -> Input {
        let mut state = seed;
        let mut below = |end: u16| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(seed | 1);
            u16::try_from((state >> 33) % u64::from(end)).unwrap()
        };
        let names = ["A", "B", "C", "D", "E", "F", "G"];
        let mentors = ["Ada", "Bea", "Cai", "Dee"].map(|name| (name, 1));
        let mut input = left_over(&names, &mentors);
        let (pool, rules) = (&mut input.pool, &mut input.criteria.rules);
        (input.method, input.locked) = (method, Vec::new());
        rules.half_hours_least = below(3);
        rules.score_least = [0, 0, 0, 2_000][usize::from(below(4))];
        pool.capacity_max = [None, None, Some(1), Some(2)][usize::from(below(4))];
        let languages = 2 + below(2);
        let mut know = |person: &mut Person, languages: u16| {
            person.location = ["Leeds", "Pune"][usize::from(below(2))].into();
            person.languages =
                vec![["Welsh", "Dutch", "Irish"][usize::from(below(languages))].into()];
            person.half_hours = (0..1 + below(3)).collect();
        };
        pool.mentees
            .iter_mut()
            .for_each(|one| know(&mut one.person, languages));
        pool.mentors
            .iter_mut()
            .for_each(|one| know(&mut one.person, 2));
        for one in &mut pool.mentors {
            (one.capacity, one.away) = (u32::from(below(3)), below(8) == 0);
        }
        for one in &mut pool.mentees {
            let mut any = |often: u16| (below(often) == 0).then(|| 11 + i64::from(below(4)));
            one.before.extend(any(3));
            one.unwilling.extend(any(5));
            one.wishes.extend(any(3));
            input
                .forbidden
                .extend(any(3).map(|mentor| (one.person.id, mentor)));
            one.proposed = any(5).map(|mentor| Proposed { pairing: 1, mentor });
        }
        let must = [below(3) == 0, below(2) == 0];
        given::criterion(&mut input, BuiltIn::Site).must = must[0];
        given::criterion(&mut input, BuiltIn::Language).must = must[1];
        input
    }

    /// The same by marks that are worked out each time, as they are of very many people.
    fn priced(input: &Input) -> Vec<Unmatched> {
        let apart = input.stand(&input.forbidden);
        let scoring = Scoring::new(&input.pool, &input.criteria);
        let (places, watch) = (input.places(), Watch::default());
        let problem = Problem {
            scores: &Marks::priced(&scoring.kernel, &apart),
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
            stands: Some(&mentor_of),
            watch: &watch,
        };
        found.unmatched(Effort::Job, 0..0).unwrap()
    }

    #[test]
    fn of_very_many_the_same_is_said_and_a_place_is_offered_that_comes_to_what_is_said() {
        let mut offered = 0;
        for seed in 1..60 {
            for method in Method::ALL {
                let mut input = small(seed, method);
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
                    assert_eq!(then.total, help.total);
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
        let input = left_over(&names, &[("Ada", 1), ("Bea", 0)]);
        let all = plan(&input).unmatched;
        assert_eq!(all.len(), 24);
        for one in &all {
            let help = one.help.as_ref().expect("a place more");
            let then = plan(&with(&input, one.mentee, &help.change));
            assert_eq!((then.total, then.unmatched.len()), (help.total, 23));
        }
    }

    #[test]
    fn what_is_offered_is_what_comes_of_it() {
        for seed in 1..60 {
            for method in Method::ALL {
                let input = small(seed, method);
                let now = plan(&input);
                let page = unmatched(&input, Effort::Page);
                for (one, by_job) in page.iter().zip(unmatched(&input, Effort::Job)) {
                    assert!(by_job.looked_for);
                    assert!(!one.looked_for || *one == by_job, "{one:?} {by_job:?}");
                    let Some(help) = &by_job.help else { continue };
                    let then = plan(&with(&input, one.mentee, &help.change));
                    let mut pairs = then.pairs.iter();
                    let theirs = pairs.find(|pair| pair.mentee == one.mentee);
                    let theirs = theirs.map(|pair| pair.mentor);
                    let case = format!("{seed} {method:?} {help:?}");
                    assert_eq!(theirs, Some(help.with), "{case}");
                    let has =
                        |plan: &Plan, mentee| plan.pairs.iter().any(|one| one.mentee == mentee);
                    let left = now
                        .pairs
                        .iter()
                        .filter(|had| !has(&then, had.mentee))
                        .count();
                    assert_eq!(left, help.moves.left_over, "{case}");
                    assert_eq!(then.total, help.total, "{case}");
                }
            }
        }
    }

    /// Everything that could be changed with one pair, one place or one rule, or with a place of whoever
    /// is allowed then; a rule as far as can be.
    fn changes(input: &Input, mentee: usize) -> Vec<Change> {
        let id = input.pool.mentees[mentee].person.id;
        let apart = input.forbidden.iter().filter(|(one, _)| *one == id);
        let allow = apart.filter_map(|(_, mentor)| input.pool.mentor(*mentor));
        let allow = allow.map(Loosened::Allow);
        let must = (0..input.criteria.criteria.len()).map(Loosened::Must);
        let rules = [Loosened::Again, Loosened::HalfHours(0), Loosened::Score(0)];
        let all = allow.chain(rules).chain(must);
        let mentors = || (0..input.pool.mentors.len()).map(Some);
        let mut changes: Vec<Change> = all.clone().map(Change::of).collect();
        changes.extend(mentors().map(|lock| Change {
            lock,
            ..Change::default()
        }));
        let places = (0..input.pool.mentors.len()).filter(|at| input.may_have_more(*at));
        for place in places.map(Some) {
            let alone = mentors().chain([None]).map(|lock| Change {
                lock,
                place,
                loosened: None,
            });
            let both = all.clone().map(|rule| Change {
                place,
                lock: place,
                ..Change::of(rule)
            });
            changes.extend(alone.chain(both));
        }
        changes
    }

    /// The smaller, the less it is.
    fn kind(change: &Change, free: &[bool]) -> u8 {
        match (change.loosened, change.place) {
            (Some(Loosened::Allow(mentor)), None) if free[mentor] => 0,
            (None, place) if place == change.lock => 1,
            (Some(Loosened::Allow(_)), Some(_)) => 2,
            (Some(Loosened::Allow(_)), None) => 3,
            (None, None) => 4,
            (None, Some(_)) => 5,
            (Some(_), None) => 6,
            (Some(_), Some(_)) => 7,
        }
    }

    #[test]
    fn nothing_smaller_than_what_is_offered_would_do() {
        let mut kinds = BTreeMap::new();
        // Some by chance, and those in which there is what is rare.
        let rare = [25, 28, 44, 52, 60, 70, 116, 235, 459, 706, 1354];
        for seed in (1..10).chain(rare) {
            for method in Method::ALL {
                let input = small(seed, method);
                let now = input.plan(Effort::Job, &Watch::default()).unwrap();
                let loads = now.loads(input.pool.mentors.len());
                let free = input.places().into_iter().zip(loads);
                let free: Vec<bool> = free.map(|(places, load)| load < places as usize).collect();
                let has = |plan: &Plan, mentee| plan.pairs.iter().any(|one| one.mentee == mentee);
                for one in &now.unmatched {
                    let found = one.help.as_ref();
                    let found = found.map(|help| (help.moves.left_over, kind(&help.change, &free)));
                    *kinds.entry(found).or_insert(0) += 1;
                    for change in changes(&input, one.mentee) {
                        let kind = kind(&change, &free);
                        if found.is_some_and(|found| found <= (0, kind)) {
                            continue;
                        }
                        let then = with(&input, one.mentee, &change);
                        let Ok(then) = then.plan(Effort::Page, &Watch::default()) else {
                            continue;
                        };
                        let mut had = now.pairs.iter();
                        let helps = has(&then, one.mentee) && had.all(|had| has(&then, had.mentee));
                        assert!(!helps, "{seed} {method:?} {one:?} {change:?}");
                    }
                }
            }
        }
        for kind in 0..=7 {
            assert!(kinds.contains_key(&Some((0, kind))), "{kind}: {kinds:?}");
        }
    }
}
