//! The two programmes of the company, who runs them and who takes part.

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
    pub starts: Day,
    pub ends: Day,
    pub session_minutes: i16,
    pub session_every_weeks: i16,
    pub minimum_sessions: i16,
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
    starts: -178,
    ends: 96,
    session_minutes: 60,
    session_every_weeks: 4,
    minimum_sessions: 6,
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
};

/// Run from Boston; Colin Farquhar, who coordinates the other one, is a mentor here.
pub const NEW_LEADERS: Programme = Programme {
    name: "New Team Leaders",
    purpose: "Company for the first months of leading people: three quarters of an hour every \
              fortnight with somebody who remembers what it was like.",
    whom_for: "Whoever has begun to lead a team within the last half year; and, as mentors, people \
               who have led one for longer than three.",
    time_zone: "America/New_York",
    starts: -130,
    ends: 60,
    session_minutes: 45,
    session_every_weeks: 2,
    minimum_sessions: 8,
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
};

pub const PROGRAMMES: [Programme; 2] = [CAREER, NEW_LEADERS];

/// Whom the sign-in page offers to try, with a word about each.
pub const INTRODUCED: [(&str, &str); 8] = [
    ("Asha Menon", "Mentee: her next session is booked"),
    ("Hannah Osei", "Mentee: it is her turn to book"),
    ("Ruth Adeyemi", "Mentor of Asha and Hannah"),
    ("Wei Lin Tan", "Mentee: the initial meeting is coming up"),
    ("Callum Reid", "Mentee: moving on, with a review to answer"),
    ("Sofia Marques", "Mentor: one pairing moving on, one closed"),
    ("Nadia Rahman", "Coordinator of Career Mentoring"),
    ("Owen Pritchard", "Administrator of this Waymark"),
];
