//! The words of an objective as they are typed, to propose it or to change it.

use super::Objective;
use crate::web::form::{self, Problem, Problems};
use serde::Deserialize;
use time::Date;

/// What stands first is all that is needed; the rest may come later.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ObjectiveForm {
    pub once: String,
    /// Of the words that it was typed over.
    pub version: String,
    pub statement: String,
    pub how_we_will_know: String,
    pub why: String,
    pub due_on: String,
    pub baseline: String,
    pub wanted: String,
    pub steps: String,
    pub evidence: String,
}

/// What either of the two may change about an objective.
#[derive(Clone, Debug, PartialEq)]
pub struct Words {
    pub statement: String,
    pub how_we_will_know: String,
    pub why: String,
    pub due_on: Option<Date>,
    pub baseline: Option<i16>,
    pub wanted: Option<i16>,
    pub steps: String,
    pub evidence: String,
}

impl Words {
    pub fn of(objective: &Objective) -> Words {
        Words {
            statement: objective.statement.clone(),
            how_we_will_know: objective.how_we_will_know.clone(),
            why: objective.why.clone(),
            due_on: objective.due_on,
            baseline: objective.baseline,
            wanted: objective.wanted,
            steps: objective.steps.clone(),
            evidence: objective.evidence.clone(),
        }
    }

    /// Whether it is another objective by these words, so that both have to agree again.
    pub fn mean_the_same_as(&self, other: &Words) -> bool {
        self.statement == other.statement && self.how_we_will_know == other.how_we_will_know
    }
}

impl ObjectiveForm {
    /// To change what stands there.
    pub fn over(objective: &Objective) -> ObjectiveForm {
        let number = |level: Option<i16>| level.map_or_else(String::new, |one| one.to_string());
        ObjectiveForm {
            once: String::new(),
            version: objective.version.to_string(),
            statement: objective.statement.clone(),
            how_we_will_know: objective.how_we_will_know.clone(),
            why: objective.why.clone(),
            due_on: objective
                .due_on
                .map_or_else(String::new, |day| day.to_string()),
            baseline: number(objective.baseline),
            wanted: number(objective.wanted),
            steps: objective.steps.clone(),
            evidence: objective.evidence.clone(),
        }
    }

    /// Whether any of what need not be said at first is said.
    pub fn says_more(&self) -> bool {
        [
            &self.why,
            &self.due_on,
            &self.baseline,
            &self.wanted,
            &self.steps,
            &self.evidence,
        ]
        .iter()
        .any(|text| !text.trim().is_empty())
    }

    /// A day that has passed is taken only where it stood there before.
    pub fn read(&self, today: Date, due_before: Option<Date>) -> Result<Words, Problems> {
        let mut problems = Problems::default();
        let statement = form::prose(&self.statement, 500, "Enter what is to be reached");
        let statement = problems.keep("statement", statement);
        let how = form::optional_prose(&self.how_we_will_know, 1_000);
        let how = problems.keep("how_we_will_know", how);
        let why = problems.keep("why", form::optional_prose(&self.why, 1_000));
        let due_on = form::optional_date(
            &self.due_on,
            "Enter a date such as 30 June 2027, or leave it empty",
        );
        let due_on = problems.keep("due_on", due_on);
        if due_on
            .flatten()
            .is_some_and(|date| date < today && Some(date) != due_before)
        {
            problems.add("due_on", "Choose a date that is still to come");
        }
        let baseline = problems.keep("baseline", level(&self.baseline));
        let wanted = problems.keep("wanted", level(&self.wanted));
        let steps = problems.keep("steps", form::optional_prose(&self.steps, 2_000));
        let evidence = problems.keep("evidence", form::optional_prose(&self.evidence, 2_000));
        match (
            statement,
            how,
            why,
            due_on,
            (baseline, wanted, steps, evidence),
        ) {
            (
                Some(statement),
                Some(how_we_will_know),
                Some(why),
                Some(due_on),
                (Some(baseline), Some(wanted), Some(steps), Some(evidence)),
            ) if problems.is_empty() => Ok(Words {
                statement,
                how_we_will_know,
                why,
                due_on,
                baseline,
                wanted,
                steps,
                evidence,
            }),
            _ => Err(problems),
        }
    }
}

fn level(text: &str) -> Result<Option<i16>, Problem> {
    match text.trim() {
        "" => Ok(None),
        text => form::number(text, 0..=10, "Choose a number from 0 to 10").map(Some),
    }
}
