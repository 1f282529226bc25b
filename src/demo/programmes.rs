//! The programmes of the company, who runs them and who takes part.

use super::across;
use super::applications;
use super::applying::{Application, Question};
use super::calendar::Day;
use super::mentors::{self, Mentor};
use super::stories;
use super::story::Story;

pub struct Programme {
    pub name: &'static str,
    pub purpose: &'static str,
    pub whom_for: &'static str,
    pub time_zone: &'static str,
    /// When it was made and opened.
    pub begun: Day,
    pub starts: Day,
    pub ends: Day,
    pub session_minutes: i16,
    pub session_every_weeks: i16,
    pub minimum_sessions: i16,
    pub capacity_max: i16,
    pub who_asks: &'static str,
    /// The first of them pairs people, and looks in now and then.
    pub coordinators: &'static [&'static str],
    pub mentors: &'static [Mentor],
    pub stories: &'static [&'static Story],
    /// Mentees who have no mentor yet, and what they seek.
    pub waiting: &'static [(&'static str, &'static str)],
    /// Whether everybody with an account may apply.
    pub open: bool,
    pub questions: &'static [Question],
    pub applications: &'static [Application],
    /// Whether the many take part, of whom nobody is matched yet.
    pub many: bool,
}

/// Nine months.
pub const CAREER: Programme = Programme {
    name: "Career Mentoring",
    purpose: "Nine months with somebody a step or two further on, from another part of \
              Quillmoor: to find a direction, to try things out where it is safe to get them \
              wrong, and to be asked better questions than you ask yourself.",
    whom_for: "Anybody at Quillmoor who wonders what could come next; and, as mentors, people who \
               remember wondering. Nobody is mentored by their own manager.",
    time_zone: "Europe/London",
    begun: -178,
    starts: -178,
    ends: 96,
    session_minutes: 60,
    session_every_weeks: 4,
    minimum_sessions: 6,
    capacity_max: 3,
    who_asks: "coordinators",
    coordinators: &["Nadia Rahman", "Colin Farquhar"],
    mentors: mentors::CAREER,
    stories: stories::CAREER,
    waiting: &[
        (
            "Kwame Mensah",
            "I have built every gauge we sell. I would like to teach it, and have never stood in \
             front of a room.",
        ),
        (
            "Meera Joshi",
            "To find out whether firmware is what I want to be doing in ten years.",
        ),
        (
            "Maaike Jansen",
            "Somebody who has argued with a sales forecast and won.",
        ),
        (
            "Chloe Sandoval",
            "A way from selling to product, if there is one.",
        ),
    ],
    open: true,
    questions: applications::CAREER_QUESTIONS,
    applications: applications::CAREER,
    many: false,
};

/// Run from Boston; Colin Farquhar, who coordinates the other one, is a mentor here.
pub const NEW_LEADERS: Programme = Programme {
    name: "New Team Leaders",
    purpose: "Company for the first months of leading people: three quarters of an hour every \
              fortnight with somebody who remembers what it was like.",
    whom_for: "Whoever has begun to lead a team within the last half year; and, as mentors, people \
               who have led one for longer than three.",
    time_zone: "America/New_York",
    begun: -130,
    starts: -130,
    ends: 60,
    session_minutes: 45,
    session_every_weeks: 2,
    minimum_sessions: 8,
    capacity_max: 3,
    who_asks: "coordinators",
    coordinators: &["Grace Whitlock"],
    mentors: mentors::NEW_LEADERS,
    stories: stories::NEW_LEADERS,
    waiting: &[(
        "Beth Hargreaves",
        "Two planners report to me since the spring and I still do their sums again at night.",
    )],
    open: false,
    questions: applications::NEW_LEADERS_QUESTIONS,
    applications: applications::NEW_LEADERS,
    many: false,
};

/// About to begin, with everybody still to be matched.
pub const ACROSS: Programme = Programme {
    name: "Across Quillmoor",
    purpose: "A year with somebody from another department, or another country: to see how the \
              rest of Quillmoor works, and what of it you would like to do.",
    whom_for: "Everybody who has been here for a year; and, as mentors, whoever has led people or \
               a subject for five.",
    time_zone: "Europe/London",
    begun: -36,
    starts: 12,
    ends: 376,
    session_minutes: 60,
    session_every_weeks: 4,
    minimum_sessions: 8,
    capacity_max: 3,
    who_asks: "both",
    coordinators: &["Nadia Rahman", "Colin Farquhar"],
    mentors: &[],
    stories: &[],
    waiting: &[],
    open: false,
    questions: across::QUESTIONS,
    applications: &[],
    many: true,
};

pub const PROGRAMMES: [Programme; 3] = [CAREER, NEW_LEADERS, ACROSS];

/// Whom the sign-in page offers to try, with a word about each.
pub const INTRODUCED: [(&str, &str); 9] = [
    ("Asha Menon", "Mentee: her next session is booked"),
    ("Hannah Osei", "Mentee: it is her turn to book"),
    ("Ruth Adeyemi", "Mentor of Asha and Hannah"),
    ("Wei Lin Tan", "Mentee: the initial meeting is coming up"),
    ("Callum Reid", "Mentee: moving on, with a review to answer"),
    ("Sofia Marques", "Mentor: one pairing moving on, one closed"),
    ("Nadia Rahman", "Coordinator: 120 mentees to match"),
    ("Owen Pritchard", "Administrator of this Waymark"),
    (across::FIRST, "Mentee: looking for a mentor"),
];
