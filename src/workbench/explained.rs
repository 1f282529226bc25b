//! Where the points of a pair come from, in words: the answers of the two, criterion by criterion.

use super::criteria::{BuiltIn, Criterion, Of, Rules, Wanted};
use super::pool::{Answer, Mentee, Mentor, Person, Pool};
use super::scoring::{common, lacking, length, levels, named, named_by_mentors, said, weighed};
use crate::web::words;
use std::cmp::Reverse;

/// Where the points of a criterion come from.
pub fn in_words(
    pool: &Pool,
    rules: &Rules,
    one: &Criterion,
    tom: &Mentee,
    maya: &Mentor,
) -> String {
    let (mentee, mentor) = (&tom.person, &maya.person);
    match one.of {
        Of::BuiltIn(BuiltIn::Skills) => {
            let name = |skill: &i64| pool.skills.get(skill).cloned().unwrap_or_default();
            overlap(
                &mentee.wanted_skills(),
                &mentor.skills,
                name,
                ("skills wanted", "No skills wanted yet"),
            )
        }
        Of::BuiltIn(BuiltIn::Wishes) => match tom.wishes.iter().position(|id| *id == mentor.id) {
            Some(at) => format!(
                "{} wish",
                ["First", "Second", "Third", "Fourth", "Fifth"][at.min(4)]
            ),
            None if tom.wishes.is_empty() => "No wishes yet".into(),
            None => "Not among the wishes".into(),
        },
        Of::BuiltIn(BuiltIn::Hours) => hours_in_words(rules, mentee, mentor),
        Of::BuiltIn(BuiltIn::Seniority) => grades_in_words(rules, mentee, mentor),
        Of::BuiltIn(BuiltIn::Site) => two(
            &mentee.location,
            &mentor.location,
            ["Both in ", "Different places: "],
        ),
        Of::BuiltIn(BuiltIn::Department) => departments_in_words(mentee, mentor),
        Of::BuiltIn(BuiltIn::Language) => {
            let common = mentee.languages.iter().find(|one| {
                mentor
                    .languages
                    .iter()
                    .any(|other| other.to_lowercase() == one.to_lowercase())
            });
            common.map_or_else(
                || "None known in common".into(),
                |one| format!("Both speak {one}"),
            )
        }
        Of::BuiltIn(BuiltIn::Experience) if maya.experienced => "Has completed a pairing".into(),
        Of::BuiltIn(BuiltIn::Experience) => "Would be a mentor for the first time".into(),
        Of::Question(id) => answers_in_words(pool, id, one.wanted, mentee, mentor),
    }
}

/// "Operations / Logistics and Operations / Retail, both in Operations"
fn departments_in_words(mentee: &Person, mentor: &Person) -> String {
    let (own, theirs) = (levels(&mentee.department), levels(&mentor.department));
    let said = two(
        &mentee.department,
        &mentor.department,
        ["Both in ", "Different departments: "],
    );
    let above = match (common(&own, &theirs), own == theirs) {
        (0, _) | (_, true) => return said,
        (above, false) => mentee.department.split(['/', '>', '›']).take(above),
    };
    let above: Vec<&str> = above.map(str::trim).collect();
    format!("{said}, both in {}", above.join(" / "))
}

/// "1 grade below, where 1 to 4 above are wanted"
fn grades_in_words(rules: &Rules, mentee: &Person, mentor: &Person) -> String {
    let Some((mentee, mentor)) = mentee.grade.zip(mentor.grade) else {
        return "Grade not known".into();
    };
    let above = mentor - mentee;
    let grades = words::count(&i64::from(above.abs()), "grade", "grades");
    let said = match above {
        0 => "The same grade".into(),
        1.. => format!("{grades} above"),
        _ => format!("{grades} below"),
    };
    let wanted = rules.grades_least..=rules.grades_most;
    match (wanted.contains(&above), wanted.start() == wanted.end()) {
        (true, _) => said,
        (false, true) => format!("{said}, where {} above is wanted", wanted.start()),
        (false, false) => {
            let (least, most) = wanted.into_inner();
            format!("{said}, where {least} to {most} above is wanted")
        }
    }
}

fn hours_in_words(rules: &Rules, mentee: &Person, mentor: &Person) -> String {
    match (mentee.half_hours.is_empty(), mentor.half_hours.is_empty()) {
        (true, true) => "Neither has said when".into(),
        (true, false) => "The mentee has not said when".into(),
        (false, true) => "The mentor has not said when".into(),
        (false, false) => match mentee.week().common(mentor.week()) {
            0 => "No hour in common".into(),
            common => {
                let common = u16::try_from(common).unwrap_or(u16::MAX);
                let said = format!("{} a week in common", length(common));
                match rules.half_hours_wanted {
                    wanted if common < wanted => format!("{said} of {} wanted", length(wanted)),
                    _ => said,
                }
            }
        },
    }
}

fn answers_in_words(
    pool: &Pool,
    question: i64,
    wanted: Wanted,
    mentee: &Person,
    mentor: &Person,
) -> String {
    let (own, theirs) = (mentee.answers.get(&question), mentor.answers.get(&question));
    match (own, theirs) {
        (Some(Answer::Point(own)), Some(Answer::Point(theirs))) => {
            let whole = pool.scales.get(&question).copied().unwrap_or_default();
            format!("{own} and {theirs} on a scale of {whole}")
        }
        (Some(_), Some(_)) => {
            let name = |choice: &i64| pool.choices.get(choice).cloned().unwrap_or_default();
            let wants = weighed(own);
            let (own, theirs) = (named(own), named(theirs));
            match wanted {
                Wanted::Same | Wanted::Different => {
                    let say = |all: &[i64]| all.iter().map(name).collect::<Vec<_>>().join(", ");
                    two(&say(&own), &say(&theirs), ["Both say ", ""])
                }
                Wanted::Shared | Wanted::Similar | Wanted::Higher => {
                    overlap(&wants, &theirs, name, ("chosen", "Nothing chosen"))
                }
                Wanted::Complementary => {
                    let lacking = lacking(mentee, question, &named_by_mentors(pool, question));
                    let words = ("that the mentee has not", "Nothing that the mentee has not");
                    overlap(&lacking, &theirs, name, words)
                }
            }
        }
        (None, Some(_)) => "The mentee has not answered".into(),
        (Some(_), None) => "The mentor has not answered".into(),
        (None, None) => "Neither has answered".into(),
    }
}

/// "2 of the 4 skills wanted: Budgets (1st), Negotiation (4th)", where the order in which they were
/// named counts.
fn overlap(
    own: &[(i64, u16)],
    theirs: &[i64],
    name: impl Fn(&i64) -> String,
    (what, none): (&str, &str),
) -> String {
    let mut shared: Vec<&(i64, u16)> = (own.iter())
        .filter(|(one, _)| theirs.contains(one))
        .collect();
    shared.sort_by_key(|(_, weight)| Reverse(*weight));
    let in_order = own.iter().any(|(_, weight)| *weight != own[0].1);
    let both: Vec<String> = (shared.into_iter())
        .map(|(one, weight)| match in_order {
            true => {
                let before = own.iter().filter(|(_, other)| other > weight).count();
                format!("{} ({})", name(one), words::ordinal(before + 1))
            }
            false => name(one),
        })
        .collect();
    match (own.len(), both.len()) {
        (0, _) => none.to_owned(),
        (1, 0) => format!("Not the one {}", what.replace("skills", "skill")),
        (all, 0) => format!("None of the {all} {what}"),
        (all, some) => format!("{some} of the {all} {what}: {}", both.join(", ")),
    }
}

/// What is said before both, and before each.
fn two(own: &str, theirs: &str, [both, apart]: [&str; 2]) -> String {
    match (said(own), said(theirs)) {
        (Some(one), Some(other)) if one == other => format!("{both}{own}"),
        (Some(_), Some(_)) => format!("{apart}{own} and {theirs}"),
        _ => "Not known of both".into(),
    }
}
