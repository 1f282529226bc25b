//! Who is paired with whom in the demonstration, and how far they have come.

use super::calendar::Day;

/// A pair by name, the theme they talk about, the hour they meet, and where they stand.
pub struct Pair {
    pub career: bool,
    pub mentor: &'static str,
    pub mentee: &'static str,
    pub theme: usize,
    pub hour: u8,
    pub stands: Stands,
}

#[derive(Clone, Copy)]
pub enum Stands {
    Proposed,
    Offered {
        mentor: bool,
        mentee: bool,
    },
    /// The initial meeting: on which day, if booked or held; and how many have signed, if drafted.
    Initial {
        meets: Option<Day>,
        held: bool,
        signatures: Option<usize>,
    },
    /// How many meetings were held, on which day the last one; the next one; whether it is written up.
    Sessions {
        held: i64,
        last: Day,
        next: Option<Day>,
        written: bool,
        paused: bool,
    },
    MovingOn {
        final_held: bool,
        final_booked: bool,
        reviews: usize,
    },
    Closed {
        how: &'static str,
        reviewed: bool,
    },
}

use Stands::{Closed, Initial, MovingOn, Offered, Proposed, Sessions};

const fn career(
    mentor: &'static str,
    mentee: &'static str,
    theme: usize,
    hour: u8,
    stands: Stands,
) -> Pair {
    Pair {
        career: true,
        mentor,
        mentee,
        theme,
        hour,
        stands,
    }
}

const fn leaders(
    mentor: &'static str,
    mentee: &'static str,
    theme: usize,
    hour: u8,
    stands: Stands,
) -> Pair {
    Pair {
        career: false,
        mentor,
        mentee,
        theme,
        hour,
        stands,
    }
}

#[rustfmt::skip]
pub const PAIRS: [Pair; 25] = [
    career("Ruth Adeyemi", "Asha Menon", 0, 10, Sessions { held: 4, last: -20, next: Some(8), written: true, paused: false }),
    career("Ruth Adeyemi", "Hannah Osei", 2, 14, Sessions { held: 3, last: -24, next: None, written: true, paused: false }),
    career("Kenji Watanabe", "Wei Lin Tan", 3, 11, Initial { meets: Some(5), held: false, signatures: None }),
    career("Sofia Marques", "Callum Reid", 2, 10, MovingOn { final_held: true, final_booked: true, reviews: 1 }),
    career("Amelia Brandt", "Luca Moretti", 3, 9, Sessions { held: 2, last: -3, next: None, written: false, paused: false }),
    career("Marcus Ellery", "Yasmin El-Sayed", 0, 15, Sessions { held: 4, last: -70, next: None, written: true, paused: false }),
    career("Fiona MacAllister", "Ngozi Eze", 2, 9, Sessions { held: 3, last: -30, next: None, written: true, paused: true }),
    career("Gareth Llewellyn", "Piotr Nowak", 1, 16, Sessions { held: 1, last: -12, next: Some(12), written: true, paused: false }),
    career("Stuart Penrose", "Emily Thornbury", 0, 11, MovingOn { final_held: false, final_booked: false, reviews: 0 }),
    career("Leila Haddad", "Isla Drummond", 2, 14, MovingOn { final_held: false, final_booked: true, reviews: 0 }),
    career("Oliver Cartwright", "Ananya Bhatt", 3, 9, Initial { meets: None, held: false, signatures: None }),
    career("Anneke de Vries", "Hugh Pemberton", 1, 10, Initial { meets: Some(-6), held: true, signatures: Some(0) }),
    career("Nils Hendriks", "Zainab Hussain", 3, 13, Initial { meets: Some(6), held: false, signatures: Some(1) }),
    career("Priya Raghunathan", "Tariq Mahmoud", 2, 12, Initial { meets: Some(-2), held: false, signatures: None }),
    career("David Okonjo", "Mateus Oliveira", 3, 16, Offered { mentor: false, mentee: false }),
    career("Lotte van den Berg", "Eleanor Finch", 1, 14, Offered { mentor: true, mentee: false }),
    career("Amelia Brandt", "Jeroen Smit", 3, 14, Proposed),
    career("Sofia Marques", "Bram Visser", 1, 15, Closed { how: "completed", reviewed: true }),
    career("Kenji Watanabe", "Rohan Kulkarni", 2, 9, Closed { how: "completed_early", reviewed: false }),
    leaders("Colin Farquhar", "Joanne Sutcliffe", 1, 13, Sessions { held: 4, last: -10, next: Some(6), written: true, paused: false }),
    leaders("Laura Benedetti", "Jack Nguyen", 1, 10, Sessions { held: 2, last: -8, next: Some(9), written: true, paused: false }),
    leaders("Rachel Kim", "Vikram Rao", 1, 9, MovingOn { final_held: true, final_booked: true, reviews: 2 }),
    leaders("Siobhan Kelleher", "Femke Bakker", 1, 14, Offered { mentor: false, mentee: true }),
    leaders("Matilda Harrow", "Samuel Adomako", 1, 9, Closed { how: "ended", reviewed: false }),
    leaders("Rachel Kim", "Deepika Shah", 1, 11, Proposed),
];

/// Enrolled and not paired yet.
pub const WAITING: [&str; 4] = [
    "Kwame Mensah",
    "Meera Joshi",
    "Maaike Jansen",
    "Chloe Sandoval",
];

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
