//! The statements that people rate from 1 to 5: the same at the start, half-way and at the end.

/// Of whom or what a statement speaks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Whose {
    Mentee,
    Mentor,
    /// Asked of everybody who takes part, and of the coordinators.
    Organisation,
}

#[derive(Debug)]
pub struct Measure {
    /// As it is stored, and named in a form: never to be changed.
    pub key: &'static str,
    pub whose: Whose,
    pub statement: &'static str,
    /// As it stands in a table.
    pub title: &'static str,
}

/// When somebody is asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Point {
    Start,
    HalfWay,
    End,
}

/// What 1 to 5 mean.
pub const RATINGS: [&str; 5] = ["Not at all", "A little", "Partly", "Mostly", "Completely"];

const fn mentee(key: &'static str, title: &'static str, statement: &'static str) -> Measure {
    Measure {
        key,
        whose: Whose::Mentee,
        statement,
        title,
    }
}

const fn mentor(key: &'static str, title: &'static str, statement: &'static str) -> Measure {
    Measure {
        whose: Whose::Mentor,
        ..mentee(key, title, statement)
    }
}

const fn organisation(key: &'static str, title: &'static str, statement: &'static str) -> Measure {
    Measure {
        whose: Whose::Organisation,
        ..mentee(key, title, statement)
    }
}

pub const MEASURES: [Measure; 18] = [
    mentee(
        "mentee_confidence",
        "Self-confidence and motivation",
        "I feel confident and motivated in my work.",
    ),
    mentee(
        "mentee_support",
        "Feeling supported and challenged",
        "I feel supported, and challenged in a good way.",
    ),
    mentee(
        "mentee_direction",
        "A clear sense of direction",
        "I have a clear sense of where I am heading.",
    ),
    mentee(
        "mentee_knowledge",
        "Somebody with knowledge to tap into",
        "There is somebody with knowledge whom I can turn to.",
    ),
    mentee(
        "mentee_discussing",
        "Discussing ideas before acting",
        "I am comfortable talking ideas over before I act on them.",
    ),
    mentee(
        "mentee_thinking",
        "Thinking about things differently",
        "I come to see things in ways that are new to me.",
    ),
    mentor(
        "mentor_confidence",
        "Confidence in own abilities",
        "I am confident in my own abilities.",
    ),
    mentor(
        "mentor_achievement",
        "Sense of achievement",
        "I feel that I achieve something.",
    ),
    mentor(
        "mentor_rewarding",
        "Rewarding work",
        "I find my work rewarding.",
    ),
    mentor(
        "mentor_recognition",
        "Recognition by peers",
        "My peers recognise what I do.",
    ),
    mentor(
        "mentor_stimulated",
        "Feeling challenged and stimulated",
        "I feel challenged and stimulated.",
    ),
    mentor(
        "mentor_learning",
        "Learning and developing",
        "I am learning, and developing.",
    ),
    mentor(
        "mentor_responsibility",
        "Readiness for more responsibility",
        "I am ready for more responsibility.",
    ),
    organisation(
        "organisation_motivation",
        "Motivated employees",
        "People here are motivated.",
    ),
    organisation(
        "organisation_ambition",
        "Ambition with a clear direction",
        "People here are ambitious, and know where they want to go.",
    ),
    organisation(
        "organisation_communication",
        "Communication",
        "We communicate well with one another.",
    ),
    organisation(
        "organisation_sharing",
        "Sharing of knowledge and practice",
        "We share what we know and how we do things.",
    ),
    organisation(
        "organisation_innovation",
        "Innovation",
        "We try out new ideas.",
    ),
];

pub fn of(whose: Whose) -> impl Iterator<Item = &'static Measure> {
    MEASURES.iter().filter(move |one| one.whose == whose)
}

impl Whose {
    pub const ALL: [Whose; 3] = [Whose::Mentee, Whose::Mentor, Whose::Organisation];

    /// As it is stored in front of each key.
    pub fn key(self) -> &'static str {
        match self {
            Whose::Mentee => "mentee",
            Whose::Mentor => "mentor",
            Whose::Organisation => "organisation",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Whose::Mentee => "Mentees",
            Whose::Mentor => "Mentors",
            Whose::Organisation => "The organisation",
        }
    }

    /// Over the statements, to whoever is asked.
    pub fn heading(self) -> &'static str {
        match self {
            Whose::Mentee => "You, as a mentee",
            Whose::Mentor => "You, as a mentor",
            Whose::Organisation => "The organisation, as you see it",
        }
    }
}

impl Point {
    pub const ALL: [Point; 3] = [Point::Start, Point::HalfWay, Point::End];

    pub fn slug(self) -> &'static str {
        match self {
            Point::Start => "start",
            Point::HalfWay => "half_way",
            Point::End => "end",
        }
    }

    pub fn read(slug: &str) -> Option<Point> {
        Point::ALL.into_iter().find(|point| point.slug() == slug)
    }

    pub fn words(self) -> &'static str {
        match self {
            Point::Start => "Start",
            Point::HalfWay => "Half-way",
            Point::End => "End",
        }
    }

    pub fn question(self) -> &'static str {
        match self {
            Point::Start => "How are things for you at the start?",
            Point::HalfWay => "How are things for you half-way?",
            Point::End => "How are things for you at the end?",
        }
    }

    pub fn question_in_a_sentence(self) -> &'static str {
        match self {
            Point::Start => "how are things for you at the start?",
            Point::HalfWay => "how are things for you half-way?",
            Point::End => "how are things for you at the end?",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_key_says_whose_it_is_and_is_there_once() {
        let keys: BTreeSet<&str> = MEASURES.iter().map(|measure| measure.key).collect();
        assert_eq!(keys.len(), MEASURES.len());
        for measure in &MEASURES {
            let (whose, what) = measure.key.split_once('_').unwrap();
            assert_eq!(whose, measure.whose.key());
            assert!(what.len() <= 30 && what.bytes().all(|byte| byte.is_ascii_lowercase()));
        }
    }
}
