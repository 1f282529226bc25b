//! Waymark's own modules, in the order in which they are read.

use super::{Audience, Stage};

/// A module of Waymark's own, in English.
#[derive(Debug)]
pub struct Own {
    /// As it stands in an address, and in a programme's file.
    pub slug: &'static str,
    pub title: &'static str,
    pub summary: &'static str,
    pub audience: Audience,
    pub stage: Stage,
    /// Markdown.
    pub body: &'static str,
}

impl Own {
    pub fn named(slug: &str) -> Option<&'static Own> {
        OWN.iter().find(|one| one.slug == slug)
    }
}

/// Two to a stage and side are offered on a pairing's page: those that help most just then.
pub fn worth_reading(stage: Stage, audience: Audience) -> &'static [&'static str] {
    match (stage, audience) {
        (Stage::Before, Audience::Mentors) => &["being-a-mentor", "confidentiality"],
        (Stage::Before, _) => &["being-a-mentee", "confidentiality"],
        (Stage::InitialMeeting, _) => &["the-initial-meeting", "confidentiality", "objectives"],
        (Stage::Sessions, Audience::Mentors) => {
            &["listening-and-questions", "feedback", "telling-your-story"]
        }
        (Stage::Sessions, _) => &["preparing-for-a-session", "objectives", "feedback"],
        (Stage::MovingOn, _) => &["ending-well"],
    }
}

macro_rules! own {
    ($slug:literal, $title:literal, $audience:ident, $stage:ident, $summary:literal) => {
        Own {
            slug: $slug,
            title: $title,
            summary: $summary,
            audience: Audience::$audience,
            stage: Stage::$stage,
            body: include_str!(concat!("modules/", $slug, ".md")),
        }
    };
}

pub static OWN: [Own; 18] = [
    own!(
        "being-a-mentor",
        "Being a mentor",
        Mentors,
        Before,
        "What you are there for, what you are not, and how much time it takes."
    ),
    own!(
        "being-a-mentee",
        "Being a mentee",
        Mentees,
        Before,
        "How to get something out of it: what to bring, what to ask for, what to keep to yourself."
    ),
    own!(
        "confidentiality",
        "What stays between you",
        Everybody,
        Before,
        "Who reads what, what to agree yourselves, and where confidence ends."
    ),
    own!(
        "becoming-a-mentor",
        "Becoming a mentor",
        Mentors,
        Before,
        "Ten qualities and how they show, and how to learn what you miss."
    ),
    own!(
        "the-initial-meeting",
        "The initial meeting",
        Everybody,
        InitialMeeting,
        "Getting to know each other, and an agreement that you will use."
    ),
    own!(
        "objectives",
        "Objectives and targets",
        Everybody,
        InitialMeeting,
        "How a wish becomes something you can both see, and then a step for Tuesday."
    ),
    own!(
        "preparing-for-a-session",
        "Preparing for a session",
        Mentees,
        Sessions,
        "Fifteen minutes beforehand and ten afterwards."
    ),
    own!(
        "listening-and-questions",
        "Listening and questions",
        Mentors,
        Sessions,
        "How to hear more, questions that open, and what to do with silence."
    ),
    own!(
        "grow",
        "GROW: a path through an hour",
        Everybody,
        Sessions,
        "Goal, reality, options, will: what to ask at each, and when to leave it."
    ),
    own!(
        "feedback",
        "Feedback",
        Everybody,
        Sessions,
        "Saying what you saw so that it can be used, and hearing it without explaining."
    ),
    own!(
        "telling-your-story",
        "Telling your story",
        Mentors,
        Sessions,
        "When your own experience helps, which part of it, and how to give it back."
    ),
    own!(
        "mentoring-across-differences",
        "Mentoring across differences",
        Everybody,
        Sessions,
        "What to ask, what to leave, and what to say when you got it wrong."
    ),
    own!(
        "half-way-review",
        "The half-way review",
        Everybody,
        Sessions,
        "One session about the mentoring itself, while there is time to change it."
    ),
    own!(
        "when-it-does-not-work",
        "When it does not work",
        Everybody,
        Sessions,
        "How to tell, how to say it, and how to stop without fault."
    ),
    own!(
        "ending-well",
        "Ending well",
        Everybody,
        MovingOn,
        "The last two meetings, and what comes after them."
    ),
    own!(
        "running-a-programme",
        "Running a programme",
        Coordinators,
        Before,
        "From the sentence it begins with to the cake at the end, week by week."
    ),
    own!(
        "matching-well",
        "Matching well",
        Coordinators,
        Before,
        "What makes a pair work, and how to read what the matching page proposes."
    ),
    own!(
        "showing-that-it-works",
        "Showing that it works, honestly",
        Coordinators,
        Sessions,
        "What you can claim, what you cannot, and a report on one page."
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::markdown;
    use std::collections::BTreeSet;

    #[test]
    fn each_is_read_in_a_few_minutes() {
        for one in &OWN {
            let words = markdown::words(one.body);
            assert!((300..=700).contains(&words), "{}: {words} words", one.slug);
        }
    }

    #[test]
    fn each_is_well_set_below_the_heading_of_its_page() {
        for one in &OWN {
            let html = markdown::html(one.body, "/library").to_string();
            assert!(!html.contains("<h1"), "{}", one.slug);
            assert!(html.matches("<h2>").count() >= 4, "{}", one.slug);
            assert!(
                !html.starts_with("<h2>"),
                "{} begins with a sentence",
                one.slug
            );
            assert!(!html.contains("&lt;"), "{}", one.slug);
            let paragraphs = html.split("<p>").skip(1);
            for paragraph in paragraphs {
                let words = paragraph
                    .split("</p>")
                    .next()
                    .unwrap()
                    .split_whitespace()
                    .count();
                assert!(words <= 130, "{}: {paragraph}", one.slug);
            }
        }
    }

    #[test]
    fn their_links_lead_to_pages_that_there_are() {
        let slugs: BTreeSet<&str> = OWN.iter().map(|one| one.slug).collect();
        assert_eq!(slugs.len(), OWN.len());
        for one in &OWN {
            let html = markdown::html(one.body, "/library").to_string();
            for link in html.split("<a href=\"").skip(1) {
                let to = link.split('"').next().unwrap();
                let known = match to.strip_prefix("/library/") {
                    Some(slug) => slugs.contains(slug) && slug != one.slug,
                    None => to == "/privacy" || to.starts_with("/becoming-a-mentor"),
                };
                assert!(known, "{} leads to {to}", one.slug);
            }
        }
    }

    #[test]
    fn what_is_worth_reading_is_there_and_for_whom_it_is_offered() {
        for stage in Stage::ALL {
            for side in [Audience::Mentors, Audience::Mentees] {
                for slug in worth_reading(stage, side) {
                    let own = Own::named(slug).unwrap();
                    assert!(own.audience.includes(side), "{slug}");
                }
            }
        }
    }
}
