//! Pairs that ended otherwise than planned: early with success, without fault, and unnoticed.

use crate::demo::story::{
    Agreement, Closed, NOTHING, Objective, Outcome, Session, Settled, Story, Target, Wrote, aim,
    booked, done, draft, held, open, paired,
};
use crate::pairings::stage::How;
use crate::pairings::stage::Side::{Mentee, Mentor};

pub const ROHAN: Story = Story {
    seeks: "One thing only: to read a sensor's data sheet the way Kenji does.",
    hour: (9, 30),
    place: "Shared whiteboard, link in the invitation",
    agreements: &[Agreement {
        mentor_signed: Some(-150),
        mentee_signed: Some(-150),
        success: "I find the trap in a data sheet before the prototype finds it.",
        meetings: "Kenji's morning and my afternoon. Paper and pen at both ends.",
        mentor_commits: "To think aloud.",
        mentee_commits: "To guess before I look it up.",
        ends_on: 90,
        ..draft(
            Mentee,
            -151,
            "To learn how Kenji reads. When I can, we stop.",
        )
    }],
    sessions: &[
        Session {
            mentor: Wrote {
                talked_about: "I read a data sheet aloud, footnotes first, as one ought to. Rohan \
                               asked why and I had to think, which was agreeable.",
                strengths: "Guesses boldly and then keeps score.",
                ..NOTHING
            },
            mentee: Wrote {
                talked_about: "Footnotes first! The lie is always in the footnotes.",
                ..NOTHING
            },
            targets: &[done(
                Mentee,
                "Five data sheets, one trap from each",
                -130,
                -129,
            )],
            ..held(-151, "Footnotes.")
        },
        Session {
            mentor: Wrote {
                talked_about: "Five sheets and six traps. I had known of five.",
                feedback: "You found one that I had missed for eleven years. I have written to the \
                           manufacturer in both our names.",
                ..NOTHING
            },
            targets: &[done(Mentee, "Teach Meera the footnote rule", -100, -103)],
            ..held(-123, "Traps.")
        },
        Session {
            mentor: Wrote {
                talked_about: "He taught Meera, so it works without me. We stop here as agreed, with \
                               half of the year unspent.",
                ..NOTHING
            },
            mentee: Wrote {
                talked_about: "A short programme with a happy end.",
                feedback: "You never once made me feel slow. It is all I wanted to say.",
                ..NOTHING
            },
            ..held(-95, "Are we finished? I believe we are.")
        },
    ],
    objectives: &[Objective {
        reached: Some(-103),
        settled: Settled::SignedOff(-95, "Six of six, and a pupil of your own."),
        ..aim(
            "Find the trap before the prototype does",
            "On five sheets, chosen by somebody else.",
            -150,
            -60,
        )
    }],
    closed: Some(Closed {
        by: Some(Mentee),
        day: -94,
        how: How::CompletedEarly,
    }),
    ..paired("Kenji Watanabe", "Rohan Kulkarni", -163)
};

pub const SAMUEL: Story = Story {
    seeks: "I have been asked to lead the maintenance crew and said yes too fast.",
    hour: (10, 0),
    place: "Phone, from the compressor room",
    agreements: &[Agreement {
        mentor_signed: Some(-95),
        mentee_signed: Some(-94),
        meetings: "Every second week, Terrence's morning coffee and my afternoon one.",
        contact: "Terrence texts. Samuel reads them on the bus.",
        mentor_commits: "Straight talk.",
        if_it_does_not_work: "No speeches. We say thanks and hang up.",
        ends_on: 58,
        ..draft(
            Mentor,
            -97,
            "To find out if leading is right for Samuel, with 'no' as a good answer.",
        )
    }],
    sessions: &[
        Session {
            mentor: Wrote {
                talked_about: "First weeks on the crew list instead of in the crew. He misses his \
                               tools and I said that I still miss my van.",
                strengths: "Straight about what he does not like.",
                ..NOTHING
            },
            mentee: Wrote {
                talked_about: "Told him about the night shift. He has had one like it.",
                ..NOTHING
            },
            targets: &[done(
                Mentee,
                "Work one shift a week with tools, and no guilt",
                -80,
                -83,
            )],
            notes: &[(
                Mentee,
                "What if I just do not want it? Who would I even tell.",
            )],
            ..held(-97, "The job I said yes to.")
        },
        Session {
            mentor: Wrote {
                talked_about: "He slept badly again. We made two columns, stay and step back, and \
                               looked at the second one for a good while.",
                feedback: "Takes guts to write that second column.",
                ..NOTHING
            },
            targets: &[Target {
                dropped: Some(-52),
                ..open(Mentee, "Run the Monday briefing for a month", -40)
            }],
            notes: &[(
                Mentor,
                "He is good with machines and good with people, and hates being in charge. That is \
                 allowed.",
            )],
            ..held(-69, "Sleep.")
        },
        Session {
            outcome: Outcome::Missed,
            ..booked(-55, "Two columns.")
        },
    ],
    objectives: &[aim(
        "Decide, before others do it for me, whether I want the crew",
        "I have told Gareth, one way or the other.",
        -94,
        -40,
    )],
    closed: Some(Closed {
        by: Some(Mentee),
        day: -52,
        how: How::Ended,
    }),
    looked_at: &[-66],
    change: Some((Mentee, -56)),
    ..paired("Terrence Boyd", "Samuel Adomako", -109)
};

/// Boston's evening is Melbourne's early morning: they never found an hour.
pub const JACK: Story = Story {
    seeks: "Leading two people who are each six hours' drive away from me and from each other.",
    hour: (17, 0),
    place: "Phone call, whoever is more awake dials",
    sessions: &[Session {
        outcome: Outcome::Cancelled(Mentor, -66),
        ..booked(-65, "Hello. Distances.")
    }],
    closed: Some(Closed {
        by: None,
        day: -21,
        how: How::Lapsed,
    }),
    looked_at: &[-60, -22],
    ..paired("Laura Benedetti", "Jack Nguyen", -85)
};
