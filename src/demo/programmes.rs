//! The two programmes of the company and who runs them.

use super::calendar::Day;

#[derive(Debug)]
pub struct Programme {
    pub name: &'static str,
    pub purpose: &'static str,
    pub time_zone: &'static str,
    pub starts: Day,
    pub ends: Day,
    pub session_minutes: i16,
    pub session_every_weeks: i16,
    pub coordinators: &'static [&'static str],
}

/// Nine months.
pub const CAREER: &Programme = &Programme {
    name: "Career Mentoring",
    purpose: "Nine months with somebody a step or two further on, from another part of \
              Quillmoor: to find a direction, to try things out where it is safe to get them \
              wrong, and to be asked better questions than you ask yourself.",
    time_zone: "Europe/London",
    starts: -178,
    ends: 96,
    session_minutes: 60,
    session_every_weeks: 4,
    coordinators: &["Nadia Rahman", "Colin Farquhar"],
};

/// Run from Boston; Colin Farquhar, who coordinates the other one, is a mentor here.
pub const NEW_LEADERS: &Programme = &Programme {
    name: "New Team Leaders",
    purpose: "Company for the first months of leading people: three quarters of an hour every \
              fortnight with somebody who remembers what it was like.",
    time_zone: "America/New_York",
    starts: -115,
    ends: 60,
    session_minutes: 45,
    session_every_weeks: 2,
    coordinators: &["Grace Whitlock"],
};

pub const PROGRAMMES: [&Programme; 2] = [CAREER, NEW_LEADERS];
