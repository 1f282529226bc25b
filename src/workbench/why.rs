//! Why somebody has nobody, and what would help, in words and as an address.

use super::asked::Asked;
use super::criteria::{BuiltIn, Criterion, Of, Wanted};
use super::help::{Change, Help, Loosened};
use super::method::Method;
use super::plan::Input;
use super::scoring::{Reason, length, points};
use super::show::hundredths;
use super::unmatched::{By, Mentors, NAMED, Narrowed, Why};
use crate::matching::optimum::Total;
use crate::web::words;

/// How many things that keep mentors away are spoken of where nobody is left, and where some are.
const SPOKEN_OF: usize = 3;
const NARROWED_BY: usize = 2;

/// Of one mentee, and of everybody who is matched with them.
pub struct Words<'a> {
    pub input: &'a Input,
    pub mentee: usize,
}

impl Words<'_> {
    pub fn why(&self, why: &Why) -> String {
        let mentors = self.input.pool.mentors.len();
        if mentors == 0 {
            return "No mentor is enrolled yet.".into();
        }
        let parts = self.parts(why);
        let allowed: usize = parts.iter().map(|(at, _)| at.all).sum();
        if allowed == 0 {
            return self.nobody(&why.narrowed, mentors);
        }
        let who = self.who(why, allowed, mentors);
        match &parts[..] {
            [(at, stand)] if at.all == 1 && mentors == 1 => {
                format!(
                    "There is only one mentor, {}, who is {stand}.",
                    self.name(at.first[0])
                )
            }
            [(at, stand)] if at.all == 1 => {
                let only = self.name(at.first[0]);
                format!("Of {who} there is only {only}, who is {stand}.")
            }
            [(at, stand)] => {
                let all = if at.all == 2 { "Both" } else { "All" };
                let number = match at.all {
                    2 => String::new(),
                    number => format!(" {number}"),
                };
                let names = match at.all {
                    0..=NAMED => format!(": {}", self.names(at)),
                    _ => String::new(),
                };
                format!("{all}{number} {who} are {stand}{names}.")
            }
            _ => {
                let said: Vec<String> = parts
                    .iter()
                    .map(|(at, stand)| {
                        let are = if at.all == 1 { "is" } else { "are" };
                        format!("{} {are} {stand}", self.names(at))
                    })
                    .collect();
                let who = who.trim_end_matches(',');
                format!("Of the {allowed} {who}, {}.", words::named(&said))
            }
        }
    }

    /// Those who are allowed, by how it stands with them.
    fn parts<'a>(&self, why: &'a Why) -> Vec<(&'a Mentors, &'static str)> {
        let taken = match self.input.method {
            Method::Best | Method::Even => "taken by pairs that score at least as high together",
            Method::WorstOff => "taken by pairs without which others would fare no better",
            Method::Stable => "taken by mentees who score at least as high with them",
        };
        let parts = [
            (&why.away, "away"),
            (&why.full, "full"),
            (&why.locked, "taken by pairs that are locked"),
            (&why.taken, taken),
        ];
        let some = parts.into_iter().filter(|(at, _)| at.all > 0);
        some.collect()
    }

    /// "mentors who speak Welsh": exactly those who are allowed, or with the words that make it so.
    fn who(&self, why: &Why, allowed: usize, mentors: usize) -> String {
        if allowed == mentors {
            return "mentors".into();
        }
        let spoken_of = why.narrowed.iter().take(NARROWED_BY);
        let spoken_of: Vec<&Narrowed> = spoken_of
            .take_while(|one| !one.keeps_next_to_nobody(mentors))
            .collect();
        let exact = spoken_of.iter().position(|one| one.leaves == allowed);
        let spoken_of = match exact {
            Some(last) => &spoken_of[..=last],
            None => &spoken_of[..],
        };
        let said: Vec<String> = spoken_of.iter().map(|one| self.narrow(&one.by)).collect();
        match (said.is_empty(), exact) {
            (true, _) => "mentors who may be paired with them".into(),
            (false, Some(_)) => format!("mentors {}", words::named(&said)),
            (false, None) => format!(
                "mentors {}, and whom nothing else keeps away from them,",
                words::named(&said)
            ),
        }
    }

    /// What those have in common whom it does not keep away.
    fn narrow(&self, by: &By) -> String {
        let reason = match by {
            By::Coordinator => return "whom you do not keep apart from them".into(),
            By::Rule(reason) => reason,
        };
        match reason {
            Reason::Oneself => "other than themselves".into(),
            Reason::Unwilling => "whom no wish rules out".into(),
            Reason::InLine => "outside their line of management".into(),
            Reason::Before => "who were not paired with them or offered to them before".into(),
            Reason::FewHours(least) => {
                format!("with at least {} a week in common", length(*least))
            }
            Reason::Score(least) => format!("who score at least {} with them", points(*least)),
            Reason::Nothing(number) => match self.criterion(*number) {
                Some(one) => self.shares(one),
                None => "who suit by what has to be".into(),
            },
        }
    }

    fn shares(&self, one: &Criterion) -> String {
        let tom = &self.input.pool.mentees[self.mentee].person;
        let place = |of: &str, known: &str| match (one.wanted, known) {
            (_, "") => format!("of the right {of}"),
            (Wanted::Different, known) => format!("known to be outside {known}"),
            (_, known) => format!("in {known}"),
        };
        match one.of {
            Of::BuiltIn(BuiltIn::Language) => match &tom.languages[..] {
                [language] => format!("who speak {language}"),
                _ => "who speak a language of theirs".into(),
            },
            Of::BuiltIn(BuiltIn::Site) => place("place", &tom.location),
            Of::BuiltIn(BuiltIn::Department) => place("department", &tom.department),
            Of::BuiltIn(BuiltIn::Skills) => "who offer a skill they want".into(),
            Of::BuiltIn(BuiltIn::Hours) => "with hours in common".into(),
            Of::BuiltIn(BuiltIn::Wishes) => "whom they wish for".into(),
            Of::BuiltIn(BuiltIn::Seniority) => "of a grade that suits".into(),
            Of::BuiltIn(BuiltIn::Experience) => "who have been mentors before".into(),
            Of::Question(_) => format!("whose answer suits theirs to “{}”", one.name),
        }
    }

    /// Nobody is allowed: what keeps how many away.
    fn nobody(&self, narrowed: &[Narrowed], mentors: usize) -> String {
        let said = narrowed.iter().take(SPOKEN_OF).map(|one| {
            let (is, are) = self.keeps(&one.by);
            match one.kept {
                1 if mentors == 1 => format!("the only mentor {is}"),
                2 if mentors == 2 => format!("both mentors {are}"),
                kept if kept == mentors => format!("all {mentors} mentors {are}"),
                1 => format!("1 of {mentors} {is}"),
                kept => format!("{kept} of {mentors} {are}"),
            }
        });
        let mut said: Vec<String> = said.collect();
        match narrowed.get(SPOKEN_OF - 1).map_or(0, |last| last.leaves) {
            0 => {}
            1 => said.push("1 is kept away by other rules".into()),
            others => said.push(format!("{others} are kept away by other rules")),
        }
        format!("No mentor is allowed: {}.", words::named(&said))
    }

    /// What is so of one, and of several, whom it keeps away.
    fn keeps(&self, by: &By) -> (String, String) {
        let two = |one: &str, many: &str| (one.to_owned(), many.to_owned());
        let reason = match by {
            By::Coordinator => {
                return two(
                    "is kept apart from them by you",
                    "are kept apart from them by you",
                );
            }
            By::Rule(reason) => reason,
        };
        match reason {
            Reason::Oneself => two("is themselves", "are themselves"),
            Reason::Unwilling => two(
                "is ruled out by a wish of one of the two",
                "are ruled out by wishes",
            ),
            Reason::InLine => two(
                "is in their line of management",
                "are in their line of management",
            ),
            Reason::Before => two(
                "was paired with them or offered to them before",
                "were paired with them or offered to them before",
            ),
            Reason::FewHours(least) => {
                let least = length(*least);
                (
                    format!("has given fewer than {least} a week in common with them"),
                    format!("have given fewer than {least} a week in common with them"),
                )
            }
            Reason::Score(least) => {
                let least = points(*least);
                (
                    format!("scores below {least} with them"),
                    format!("score below {least} with them"),
                )
            }
            Reason::Nothing(number) => {
                let name = self.criterion(*number).map_or("", |one| &one.name);
                (
                    format!("does not suit by “{name}”, which has to be"),
                    format!("do not suit by “{name}”, which has to be"),
                )
            }
        }
    }

    fn criterion(&self, number: usize) -> Option<&Criterion> {
        self.input.criteria.criteria.get(number)
    }

    fn name(&self, mentor: usize) -> &str {
        &self.input.pool.mentors[mentor].person.name
    }

    fn names(&self, mentors: &Mentors) -> String {
        if mentors.all > NAMED {
            return mentors.all.to_string();
        }
        let names: Vec<&str> = mentors.first.iter().map(|at| self.name(*at)).collect();
        words::named(&names)
    }

    /// What to press for the change.
    pub fn change(&self, change: &Change) -> String {
        let loosened = change.loosened.map(|one| self.loosened(one));
        let place = (change.place).map(|at| format!("one place more with {}", self.name(at)));
        let place = match (place, change.lock) {
            (Some(place), Some(at)) if change.place == Some(at) => {
                Some(format!("{place}, locked for them"))
            }
            (Some(place), Some(at)) => {
                Some(format!("{place}, and lock them with {}", self.name(at)))
            }
            (None, Some(at)) => Some(format!("locking them with {}", self.name(at))),
            (place, None) => place,
        };
        let both: Vec<String> = loosened.into_iter().chain(place).collect();
        format!("Try {}", words::named(&both))
    }

    fn loosened(&self, loosened: Loosened) -> String {
        match loosened {
            Loosened::Allow(mentor) => format!("allowing {}", self.name(mentor)),
            Loosened::Again => "allowing those who were paired before".into(),
            Loosened::HalfHours(0) => "without hours in common".into(),
            Loosened::HalfHours(least) => {
                format!("with {} a week in common as enough", length(least))
            }
            Loosened::Score(0) => "without a lowest score".into(),
            Loosened::Score(least) => format!("with a score of {} as enough", points(least)),
            Loosened::Must(number) => {
                let name = self.criterion(number).map_or("", |one| &one.name);
                format!("without “{name}” having to be")
            }
        }
    }

    /// What comes of it, beside how it is.
    pub fn outcome(&self, help: &Help, now: &Total) -> String {
        let pool = &self.input.pool;
        let mut said = vec![format!(
            "{} has {}",
            pool.mentees[self.mentee].person.name,
            self.name(help.with)
        )];
        said.extend(help.moves.first.iter().map(|one| {
            let (mentee, from) = (&pool.mentees[one.mentee].person.name, self.name(one.from));
            match one.to {
                Some(to) => format!("{mentee} moves from {from} to {}", self.name(to)),
                None => format!("{mentee} loses {from}"),
            }
        }));
        match (help.moves.all, help.moves.all - help.moves.first.len()) {
            (0, _) if self.input.method == Method::Even => {
                said.push("nobody else moves but to be spread evenly".into());
            }
            (0, _) => said.push("nobody else has to move".into()),
            (_, 0) => {}
            (_, 1) => said.push("1 more moves".into()),
            (_, more) => said.push(format!("{more} more move")),
        }
        let gained = i64::try_from(help.moves.gained).unwrap_or(i64::MAX);
        if gained > 0 {
            let others = words::count(&gained, "other is", "others are");
            said.push(format!("{others} matched as well"));
        }
        format!(
            "Then {}: {} matched with {} points together, {} with {} now.",
            words::named(&said),
            help.total.matched,
            hundredths(help.total.score),
            now.matched,
            hundredths(now.score),
        )
    }

    /// The first mentors with whom a place more would do as well: by name, and where that
    /// can be looked at.
    pub fn instead(&self, asked: &Asked, help: &Help) -> Vec<(String, String)> {
        let place = |at: &usize| Change {
            place: Some(*at),
            lock: Some(*at),
            ..Change::default()
        };
        let mentors = help.instead.first.iter();
        let instead = mentors.map(|at| (self.name(*at).to_owned(), self.query(asked, &place(at))));
        instead.collect()
    }

    /// Where it can be looked at.
    pub fn query(&self, asked: &Asked, change: &Change) -> String {
        let pool = &self.input.pool;
        let key = |mentor: usize| {
            let (tom, maya) = (&pool.mentees[self.mentee].person, &pool.mentors[mentor]);
            format!("{}-{}", tom.id, maya.person.id)
        };
        let mut asked = asked.clone();
        match change.loosened {
            None => {}
            Some(Loosened::Allow(mentor)) => asked = asked.less("forbid", &key(mentor)),
            Some(loosened) => {
                asked.fields = asked.kept(&["lock", "forbid", "place", "method", "version"]);
                let criteria = loosened.applied(&self.input.criteria);
                asked.fields.extend(criteria.fields());
            }
        }
        if let Some(place) = change.place {
            asked = asked.and("place", &pool.mentors[place].person.id.to_string());
        }
        if let Some(lock) = change.lock {
            asked = asked.and("lock", &key(lock));
        }
        asked.query()
    }
}

#[cfg(test)]
mod tests {
    use super::super::given;
    use super::super::help::{self, Move, Moves};
    use super::super::search::Effort;
    use super::*;
    use crate::matching::watch::Watch;

    /// Tom, who speaks Welsh as his mentor has to; twelve mentors, of whom the first four speak it too,
    /// and the first three of these have no place.
    fn welsh() -> Input {
        let mut tom = given::mentee(1, "Tom");
        tom.person.languages = vec!["Welsh".into()];
        let names = [
            "Ada", "Bea", "Cai", "Dee", "Eve", "Fay", "Gus", "Hal", "Ida", "Jon", "Kit", "Lou",
        ];
        let mentors = (11..).zip(names).map(|(id, name)| {
            let mut one = given::mentor(id, name, u32::from(id > 13));
            let language = if id < 15 { "Welsh" } else { "Dutch" };
            one.person.languages = vec![language.into()];
            one
        });
        let mut input = given::input(vec![tom], mentors.collect());
        given::criterion(&mut input, BuiltIn::Language).must = true;
        input
    }

    fn said(change: impl Fn(&mut Input)) -> String {
        let mut input = welsh();
        change(&mut input);
        let plan = input.plan(Effort::Page, &Watch::default()).unwrap();
        let words = Words {
            input: &input,
            mentee: 0,
        };
        words.why(&plan.unmatched[0].why)
    }

    type Change = fn(&mut Input);

    #[test]
    fn whatever_is_said_of_mentors_is_so_of_all_of_them() {
        let cases: [(Change, &str); 7] = [
            (
                |input| input.pool.mentors[3].capacity = 0,
                "All 4 mentors who speak Welsh are full.",
            ),
            // One more speaks it, is kept away, and has a place.
            (
                |input| input.pool.mentees[0].in_line = vec![14],
                "All 3 mentors who speak Welsh, and whom nothing else keeps away from them, are \
                 full: Ada, Bea and Cai.",
            ),
            (
                |input| {
                    input.pool.mentees[0].in_line = vec![14];
                    input.pool.mentees[0].unwilling = vec![13];
                },
                "Both mentors who speak Welsh, and whom nothing else keeps away from them, are \
                 full: Ada and Bea.",
            ),
            (
                |input| {
                    input.pool.mentees[0].in_line = vec![14];
                    input.pool.mentees[0].before = vec![12, 13];
                },
                "Of mentors who speak Welsh, and whom nothing else keeps away from them, there is \
                 only Ada, who is full.",
            ),
            (
                |input| {
                    input.pool.mentees[0].in_line = vec![14];
                    input.pool.mentors[0].away = true;
                },
                "Of the 3 mentors who speak Welsh, and whom nothing else keeps away from them, Ada \
                 is away and Bea and Cai are full.",
            ),
            // Whom it keeps away is kept away already by what is said.
            (
                |input| {
                    input.pool.mentees[0].in_line = vec![15, 16, 17];
                    input.pool.mentors[3].capacity = 0;
                },
                "All 4 mentors who speak Welsh are full.",
            ),
            (
                |input| {
                    input.pool.mentees[0].before = vec![12, 13, 14];
                },
                "Of mentors who speak Welsh and who were not paired with them or offered to them \
                 before there is only Ada, who is full.",
            ),
        ];
        for (change, expected) in cases {
            assert_eq!(said(change), expected);
        }
    }

    #[test]
    fn whoever_moves_and_whoever_gains_is_told() {
        let mut input = welsh();
        input.pool.mentees.push(given::mentee(2, "Una"));
        input.pool.mentees.push(given::mentee(3, "Vic"));
        let words = Words {
            input: &input,
            mentee: 0,
        };
        let said = |moves| {
            let help = Help {
                change: help::Change::default(),
                with: 0,
                total: [100, 200].into_iter().collect(),
                moves,
                instead: Mentors::default(),
            };
            let said = words.outcome(&help, &Total::default());
            let (moves, _) = said.split_once(": 2 matched with 3.00 points").unwrap();
            moves.strip_prefix("Then Tom has Ada").unwrap().to_owned()
        };
        let una = |to| Move {
            mentee: 1,
            from: 0,
            to,
        };
        let moves = |first: Vec<Move>, more, gained| Moves {
            all: first.len() + more,
            left_over: 0,
            first,
            gained,
        };
        let cases = [
            (moves(vec![], 0, 0), " and nobody else has to move"),
            (
                moves(vec![una(Some(1))], 0, 0),
                " and Una moves from Ada to Bea",
            ),
            (
                moves(vec![una(None)], 2, 0),
                ", Una loses Ada and 2 more move",
            ),
            (
                moves(vec![], 0, 1),
                ", nobody else has to move and 1 other is matched as well",
            ),
            (
                moves(vec![una(Some(2))], 1, 2),
                ", Una moves from Ada to Cai, 1 more moves and 2 others are matched as well",
            ),
        ];
        for (moves, expected) in cases {
            assert_eq!(said(moves), expected);
        }
    }

    #[test]
    fn all_are_counted_who_are_kept_away() {
        let cases: [(Change, &str); 3] = [
            (
                |input| input.pool.mentees[0].unwilling = vec![11, 12, 13, 14],
                "No mentor is allowed: 8 of 12 do not suit by “Language in common”, which has to be \
                 and 4 of 12 are ruled out by wishes.",
            ),
            (
                |input| {
                    input.pool.mentees[0].unwilling = vec![11];
                    input.pool.mentees[0].in_line = vec![12];
                    input.pool.mentees[0].before = vec![13];
                    input.forbidden = vec![(1, 14)];
                },
                "No mentor is allowed: 8 of 12 do not suit by “Language in common”, which has to be, \
                 1 of 12 is ruled out by a wish of one of the two, 1 of 12 is in their line of \
                 management and 2 are kept away by other rules.",
            ),
            (
                |input| {
                    input.pool.mentees[0].unwilling = vec![11, 15];
                    input.pool.mentees[0].in_line = vec![12, 14];
                    input.pool.mentees[0].before = vec![13, 15];
                    input.forbidden = vec![(1, 14)];
                },
                "No mentor is allowed: 8 of 12 do not suit by “Language in common”, which has to be, \
                 2 of 12 are ruled out by wishes, 2 of 12 are in their line of management and 1 is kept away by other rules.",
            ),
        ];
        for (change, expected) in cases {
            assert_eq!(said(change), expected);
        }
    }
}
