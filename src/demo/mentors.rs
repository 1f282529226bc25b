//! Who mentors, what each offers, and when they can usually meet, on their own clock.

use time::Time;
use time::macros::time;

pub struct Mentor {
    pub name: &'static str,
    pub offers: &'static str,
    /// From Monday to Friday.
    pub hours: &'static [(Time, Time)],
}

const fn mentor(
    name: &'static str,
    hours: &'static [(Time, Time)],
    offers: &'static str,
) -> Mentor {
    Mentor {
        name,
        offers,
        hours,
    }
}

pub const CAREER: &[Mentor] = &[
    mentor(
        "Ruth Adeyemi",
        &[(time!(9:30), time!(11:30)), (time!(14:00), time!(16:00))],
        "Twenty years of negotiating, half of them badly. I like people who prepare, and people who \
         would like to and do not know how.",
    ),
    mentor(
        "Kenji Watanabe",
        &[(time!(9:00), time!(12:00))],
        "How to stay technical and still be listened to. I draw on paper while I think; bring a pen.",
    ),
    mentor(
        "Sofia Marques",
        &[(time!(9:30), time!(11:00)), (time!(15:00), time!(16:30))],
        "I was an auditor before I ran anything, so I know both ends of a difficult question.",
    ),
    mentor(
        "Amelia Brandt",
        &[(time!(9:00), time!(11:00)), (time!(14:00), time!(15:00))],
        "Numbers for people who were told that they are not good with them.",
    ),
    mentor(
        "Marcus Ellery",
        &[(time!(14:30), time!(17:00))],
        "I have changed jobs inside Quillmoor five times and can tell you what each one cost.",
    ),
    mentor(
        "Fiona MacAllister",
        &[(time!(9:30), time!(11:00))],
        "Asking for what you need in rooms where nobody looks like you.",
    ),
    mentor(
        "Gareth Llewellyn",
        &[(time!(15:30), time!(17:30))],
        "Started on the line at seventeen. Happy to show anybody how a factory really runs.",
    ),
    mentor(
        "Stuart Penrose",
        &[(time!(10:30), time!(12:30))],
        "Saying no to important people, politely and in writing.",
    ),
    mentor(
        "Leila Haddad",
        &[(time!(13:30), time!(15:30))],
        "Finding the story in something technical, and cutting it by half.",
    ),
    mentor(
        "Oliver Cartwright",
        &[(time!(9:00), time!(11:00))],
        "What customers say when engineers have left the room.",
    ),
    mentor(
        "Anneke de Vries",
        &[(time!(10:00), time!(12:00))],
        "Being direct without being feared. I am Dutch; the first half came easily.",
    ),
    mentor(
        "Nils Hendriks",
        &[(time!(12:30), time!(14:30))],
        "Life in the field and how to get your weekends back from it.",
    ),
    mentor(
        "Priya Raghunathan",
        &[(time!(15:00), time!(17:00))],
        "Moving from doing the work to deciding which work is done.",
    ),
    mentor(
        "David Okonjo",
        &[(time!(16:00), time!(17:30))],
        "How a board reads a proposal, and where it stops reading.",
    ),
    mentor(
        "Lotte van den Berg",
        &[(time!(13:00), time!(15:00))],
        "Small experiments on real shop floors. I will ask what you tried.",
    ),
];

pub const NEW_LEADERS: &[Mentor] = &[
    mentor(
        "Colin Farquhar",
        &[(time!(12:30), time!(14:30))],
        "I have sat in on a great many hard conversations and can help you to rehearse yours.",
    ),
    mentor(
        "Sanjay Deshpande",
        &[(time!(14:30), time!(16:30))],
        "My first team lost three people in a year. The second is still together.",
    ),
    mentor(
        "Tomasz Wieczorek",
        &[(time!(9:30), time!(11:30))],
        "Leading people who know more than you do about nearly everything.",
    ),
    mentor(
        "Siobhan Kelleher",
        &[(time!(14:00), time!(16:00))],
        "Twelve years of other people's first months as a manager.",
    ),
    mentor(
        "Terrence Boyd",
        &[(time!(9:30), time!(11:30))],
        "From the van to the desk: I led the people I used to have lunch with.",
    ),
    mentor(
        "Laura Benedetti",
        &[(time!(16:30), time!(18:30))],
        "Running a region a long way from the head office.",
    ),
    mentor(
        "Rachel Kim",
        &[(time!(10:00), time!(12:00))],
        "Targets, and how to keep a team human while chasing them.",
    ),
];
