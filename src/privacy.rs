//! Who sees what: the product's promise, as one table. The page prints it and a test walks it.

use crate::error::Result;
use crate::people::acting::Onlooker;
use crate::web::page::{Frame, Page};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};

/// What somebody may see of one kind of thing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Sees {
    All,
    /// What they wrote, or what is about them.
    Own,
    /// Everything of a pairing they are one of the two of.
    OwnPairing,
    /// Their own at once, the other's as soon as both have answered.
    OwnThenBoth,
    SameProgramme,
    /// Also whoever runs some programme, to find people for it.
    SameProgrammeOrCoordinators,
    /// Not the thing itself, only what these words say.
    Only(&'static str),
    Nothing,
}

/// One row of the table.
pub struct Kind {
    pub name: &'static str,
    pub mentee: Sees,
    pub mentor: Sees,
    /// Of the programme, and of no other.
    pub coordinator: Sees,
    pub administrator: Sees,
    pub others: Sees,
    /// The tables and views that hold it; none while nothing of the kind is kept.
    pub tables: &'static [&'static str],
}

impl Kind {
    /// What those who take part in a programme know of one another.
    const fn of_whoever_takes_part(name: &'static str, tables: &'static [&'static str]) -> Kind {
        Kind {
            name,
            mentee: Sees::All,
            mentor: Sees::All,
            coordinator: Sees::All,
            administrator: Sees::All,
            others: Sees::SameProgramme,
            tables,
        }
    }

    /// Something that only the two of a pairing see.
    const fn between_the_two(name: &'static str, tables: &'static [&'static str]) -> Kind {
        Kind {
            mentee: Sees::OwnPairing,
            mentor: Sees::OwnPairing,
            ..Kind::of_its_author(name, tables)
        }
    }

    /// Something that nobody but its author sees.
    const fn of_its_author(name: &'static str, tables: &'static [&'static str]) -> Kind {
        Kind {
            name,
            mentee: Sees::Own,
            mentor: Sees::Own,
            coordinator: Sees::Nothing,
            administrator: Sees::Nothing,
            others: Sees::Nothing,
            tables,
        }
    }

    fn cells(&self) -> [(&'static str, Sees); 5] {
        [
            ("Mentee", self.mentee),
            ("Mentor", self.mentor),
            ("Coordinator of the programme", self.coordinator),
            ("Administrator", self.administrator),
            ("Other people", self.others),
        ]
    }
}

pub const KINDS: &[Kind] = &[
    Kind {
        others: Sees::SameProgrammeOrCoordinators,
        ..Kind::of_whoever_takes_part("Name, job title", &["people"])
    },
    Kind::of_whoever_takes_part("What they offer or seek", &["enrolments"]),
    Kind {
        mentee: Sees::Nothing,
        mentor: Sees::Nothing,
        coordinator: Sees::All,
        administrator: Sees::All,
        ..Kind::of_its_author(
            "Who was invited, and whether they have come",
            &["invitations"],
        )
    },
    Kind {
        coordinator: Sees::All,
        ..Kind::of_its_author(
            "Application answers, exclusions (answers also whom their question names)",
            &[
                "applications",
                "answers",
                "answered_choices",
                "answered_skills",
                "answers_in_words",
                "exclusions",
                "enquiries",
                "mentor_wishes",
            ],
        )
    },
    Kind {
        mentee: Sees::Nothing,
        mentor: Sees::Nothing,
        coordinator: Sees::All,
        ..Kind::of_its_author("Who waits for a mentor, and since when", &["mentees"])
    },
    Kind {
        mentee: Sees::Nothing,
        mentor: Sees::Nothing,
        coordinator: Sees::All,
        ..Kind::of_its_author(
            "What was matched, with everything that it was worked out from",
            &["matching_runs", "matching_jobs"],
        )
    },
    Kind {
        coordinator: Sees::All,
        ..Kind::between_the_two(
            "Stage, dates, session held or missed, counts of objectives and targets",
            &[
                "pairings",
                "pauses",
                "turns",
                "earlier_endings",
                "mentoring_sessions",
                "attendances",
                "pairing_situations",
                "waiting_suggestions",
                "offers_made",
            ],
        )
    },
    Kind {
        coordinator: Sees::Only("Only that it is signed, and when"),
        ..Kind::between_the_two(
            "Agreement, and comments on it",
            &["agreements", "agreement_signatures", "agreement_comments"],
        )
    },
    Kind {
        mentee: Sees::OwnThenBoth,
        mentor: Sees::OwnThenBoth,
        ..Kind::of_its_author(
            "What each prepares for the first meeting",
            &["preparations"],
        )
    },
    Kind::between_the_two(
        "What was ticked at the first meeting",
        &["first_meeting_checks"],
    ),
    Kind::between_the_two(
        "Agenda, suggested times, session records, feedback, objectives and their history, targets, further steps, words to keep, messages",
        &[
            "suggestions",
            "session_plans",
            "session_records",
            "objectives_spoken_of",
            "objectives",
            "objective_levels",
            "objective_changes",
            "targets",
            "targets_looked_at",
            "further_steps",
            "words_to_keep",
        ],
    ),
    Kind::of_its_author(
        "Private notes, and what is written of a session until it is shared",
        &["notes", "record_drafts"],
    ),
    Kind {
        coordinator: Sees::Only("Only ‘asks for a talk’, if the author ticks it"),
        ..Kind::of_its_author(
            "How is it going? (private pulse), fit, asking for a new match",
            &["pulses", "fits", "changes_asked"],
        )
    },
    Kind {
        mentor: Sees::Only("Sums over three sessions or more"),
        ..Kind::of_its_author(
            "What helped the mentee at a session",
            &["duties_that_helped"],
        )
    },
    Kind {
        coordinator: Sees::All,
        ..Kind::of_its_author("Who asks to talk to the coordinator", &["talks_asked"])
    },
    Kind {
        mentee: Sees::Nothing,
        mentor: Sees::Nothing,
        coordinator: Sees::All,
        ..Kind::of_its_author(
            "That a new match is asked for in a pairing; never by whom",
            &["changes_wanted"],
        )
    },
    Kind {
        mentee: Sees::OwnThenBoth,
        mentor: Sees::OwnThenBoth,
        ..Kind::of_its_author(
            "Mid-point and moving-on review: what each answers alone",
            &["midpoint_reviews", "reviews"],
        )
    },
    Kind::between_the_two(
        "Mid-point and moving-on review: joint part",
        &["midpoint_decisions", "joint_reviews"],
    ),
    Kind {
        coordinator: Sees::All,
        ..Kind::of_its_author("Remark to the coordinator", &["remarks"])
    },
    Kind::of_its_author(
        "Which reminders somebody gets, and was sent",
        &["letter_wishes", "reminders"],
    ),
    Kind {
        coordinator: Sees::Only(
            "Own; and how many pages for mentors, of who has applied to mentor",
        ),
        administrator: Sees::Own,
        others: Sees::Own,
        ..Kind::of_its_author("What somebody has read in the library", &["library_reads"])
    },
    Kind {
        coordinator: Sees::Own,
        administrator: Sees::Own,
        others: Sees::Own,
        ..Kind::of_its_author(
            "How somebody rates their own qualities as a mentor, with examples",
            &["self_assessments", "self_ratings"],
        )
    },
    Kind {
        coordinator: Sees::All,
        administrator: Sees::Own,
        others: Sees::Own,
        ..Kind::of_its_author(
            "Qualifications of who mentors or applies to, with their files",
            &["qualifications", "qualification_files"],
        )
    },
    Kind {
        coordinator: Sees::Only("Sums over five people or more"),
        ..Kind::of_its_author(
            "Outcome measures",
            &[
                "outcome_sheets",
                "outcome_ratings",
                "outcome_batches",
                "outcome_batched",
                "objective_batches",
                "objectives_batched",
            ],
        )
    },
    Kind {
        mentee: Sees::Nothing,
        mentor: Sees::Nothing,
        coordinator: Sees::Own,
        administrator: Sees::Own,
        ..Kind::of_its_author(
            "A file of people that is being imported, for seven days at most",
            &["imports"],
        )
    },
    Kind {
        coordinator: Sees::Own,
        administrator: Sees::All,
        ..Kind::between_the_two(
            "Who looked at what, and when; never what it says",
            &["audit_events", "audit_trail"],
        )
    },
];

/// Tables that say nothing of anybody's mentoring: accounts, sign-ins, what a programme is and who
/// runs it, what it asks, says and lends to read, and when a mentor can be booked, and by whom.
pub const INFRASTRUCTURE: &[&str] = &[
    "passwords",
    "sign_ins",
    "known_browsers",
    "failed_sign_ins",
    "weekly_hours",
    "days_away",
    "extra_hours",
    "booking_wishes",
    "assistants",
    "busy_times",
    "forms_used",
    "demo_people",
    "demo_introductions",
    "demonstration",
    "made_up_people",
    "made_up_programmes",
    "programmes",
    "coordinators",
    "open_programmes",
    "questions",
    "question_choices",
    "programme_letters",
    "library_modules",
    "library_texts",
    "agreement_wordings",
    "matching_criteria",
    "matching_rules",
    "skills",
    "organisation",
    "mail_settings",
    "letters",
    "calendar_feeds",
    "calendar_subscriptions",
    "calendar_busy",
    "digests",
    "unsubscribe_links",
    "letter_acts",
    // For functions alone, which know who may read what of it.
    "answers_in_numbers",
    "set_up_links",
    "single_sign_on",
    "linked_accounts",
    "single_sign_on_attempts",
    "enrolment_links",
    "password_links",
    "email_changes",
    "_sqlx_migrations",
];

impl Sees {
    pub fn words(self) -> &'static str {
        match self {
            Sees::All => "Yes",
            Sees::Own => "Own",
            Sees::OwnPairing => "Own pairing",
            Sees::OwnThenBoth => "Own; each other’s once both have answered",
            Sees::SameProgramme => "Enrolled in the same programme",
            Sees::SameProgrammeOrCoordinators => {
                "Enrolled in the same programme; coordinators, to find people for theirs"
            }
            Sees::Only(words) => words,
            Sees::Nothing => "No",
        }
    }

    fn class(self) -> &'static str {
        match self {
            Sees::Nothing => "no",
            Sees::All | Sees::Own | Sees::OwnPairing => "yes",
            Sees::OwnThenBoth
            | Sees::SameProgramme
            | Sees::SameProgrammeOrCoordinators
            | Sees::Only(_) => "",
        }
    }
}

#[derive(Template)]
#[template(path = "privacy.html")]
struct PrivacyPage {
    frame: Frame,
}

pub fn routes(routes: Routes) -> Routes {
    routes.get("/privacy", Entry::Anyone, show)
}

async fn show(Onlooker(frame): Onlooker) -> Result<Response> {
    Ok(Page(PrivacyPage { frame }).into_response())
}
