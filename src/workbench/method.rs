//! What makes a matching good as a whole: the ways to match, and what each comes to.

use super::plan::NoPlan;
use super::scoring::points as points_of;
use super::show::hundredths;
use crate::matching::certificate::{Flaw, keeps_rules};
use crate::matching::even::even;
use crate::matching::kept::kept;
use crate::matching::marks::Marks;
use crate::matching::optimum::{Optimum, Total};
use crate::matching::problem::{Matched, Rest, of_each};
use crate::matching::report::blocking;
use crate::matching::stable::stable;
use crate::matching::watch::Watch;
use crate::matching::worst_off::worst_off;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// What makes a matching good.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// As many matched as can be, then the highest total.
    #[default]
    Best,
    /// The same, with mentors' loads as even as that allows.
    Even,
    /// Whoever fares worst fares as well as can be.
    WorstOff,
    /// No two would both rather have each other.
    Stable,
}

/// What a way of matching comes to.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct Whole {
    pub method: Method,
    pub total: Total,
    /// The lowest score of a pair, if there is any.
    pub lowest: Option<u16>,
}

/// A programme whose best pairs are known, to be matched in one way or another.
pub struct Ways<'a> {
    pub rest: &'a Rest<'a, Marks>,
    pub best: &'a Optimum,
    /// How many mentees each mentor has besides.
    pub load: Vec<u32>,
    /// Whom each mentee has now.
    pub stands: &'a [Option<u32>],
    pub watch: &'a Watch,
}

impl Method {
    pub const ALL: [Method; 4] = [Method::Best, Method::Even, Method::WorstOff, Method::Stable];

    pub fn slug(self) -> &'static str {
        match self {
            Method::Best => "best",
            Method::Even => "even",
            Method::WorstOff => "worst_off",
            Method::Stable => "stable",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Method::Best => "The best for all together",
            Method::Even => "The best, spread evenly",
            Method::WorstOff => "Nobody fares badly",
            Method::Stable => "Nobody would rather swap",
        }
    }

    pub fn explanation(self) -> &'static str {
        match self {
            Method::Best => "As many mentees matched as can be, then the highest total of scores.",
            Method::Even => {
                "The same total, with mentees spread over mentors as evenly as it allows."
            }
            Method::WorstOff => {
                "As many matched as can be, then the lowest score as high as can be, then the next."
            }
            Method::Stable => {
                "No mentee and mentor would both score higher with each other than as they are."
            }
        }
    }

    pub fn read(text: &str) -> Option<Method> {
        Method::ALL.into_iter().find(|one| one.slug() == text)
    }
}

impl Whole {
    pub fn of(method: Method, scores: &Marks, mentor_of: &Matched) -> Self {
        let each = of_each(scores, mentor_of);
        let scores = each.iter().copied().flatten();
        Self {
            method,
            total: scores.clone().collect(),
            lowest: scores.min(),
        }
    }

    /// "Here: 114 matched with 6,102.34 points together, 151.13 fewer than the best; the lowest has 35.70."
    pub fn words(&self, best: &Total) -> String {
        let points = hundredths(self.total.score);
        let beside = match self.total.score.cmp(&best.score) {
            Ordering::Equal => String::new(),
            Ordering::Less => {
                let fewer = hundredths(best.score - self.total.score);
                format!(", {fewer} fewer than the best")
            }
            Ordering::Greater => {
                let more = hundredths(self.total.score - best.score);
                format!(", {more} more than the best, which match {}", best.matched)
            }
        };
        let lowest = self.lowest.map(points_of);
        let lowest = lowest.map_or(String::new(), |lowest| format!("; the lowest has {lowest}"));
        format!(
            "Here: {} matched with {points} points together{beside}{lowest}.",
            self.total.matched
        )
    }
}

impl Ways<'_> {
    /// Those who are not locked, matched in one way.
    pub fn matched(&self, method: Method) -> Result<Matched, NoPlan> {
        let (rest, places, watch) = (self.rest, &self.rest.places, self.watch);
        let matched = match method {
            Method::Best => kept(rest, places, self.best, self.stands, watch)?,
            Method::Even => even(rest, places, &self.load, self.best, watch)?,
            Method::WorstOff => worst_off(rest, places, watch)?,
            Method::Stable => stable(rest, places, watch)?,
        };
        self.check(method, &matched)?;
        Ok(matched)
    }

    /// That what was found keeps the rules, and what is claimed of its total: as much as can be, or as many
    /// matched as can be, or nobody who would rather swap. How even it is, and how the worst fare, is not
    /// proved again.
    fn check(&self, method: Method, matched: &Matched) -> Result<(), NoPlan> {
        let total = keeps_rules(self.rest, &self.rest.places, matched)?;
        let most = self.best.total;
        let flaw = match method {
            Method::Best | Method::Even => (total != most).then_some(Flaw::Gap),
            Method::WorstOff => (total.matched != most.matched).then_some(Flaw::Gap),
            Method::Stable => {
                let block = blocking(self.rest, &self.rest.places, matched, 0, self.watch)?;
                (block.all > 0).then_some(Flaw::Unstable)
            }
        };
        flaw.map_or(Ok(()), |flaw| Err(flaw.into()))
    }
}
