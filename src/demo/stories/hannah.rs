//! A scientist learns to be heard. Under way, and nothing is booked.

use crate::demo::story::{
    Agreement, HalfWay, NOTHING, Objective, Outcome, SILENT, Session, Settled, Story, Target,
    Wrote, aim, booked, done, held, open, paired, towards,
};
use crate::pairings::stage::Side::{Mentee, Mentor};

pub const STORY: Story = Story {
    seeks: "To explain uncertainty to people who hear it as 'she does not know'.",
    hour: (14, 0),
    place: "Ruth's office, door shut",
    agreements: &[Agreement {
        drafted: (Mentor, -128),
        mentor_signed: Some(-128),
        mentee_signed: Some(-125),
        purpose: "To be heard in the room where decisions on accuracy are made, as the person who \
                  knows most about it.",
        success: "The product board asks me before it prints a figure, and not the week after.",
        scope: "Speaking, meetings, confidence, and what I want from science. Not Kenji: he is my \
                manager and Ruth's friend, and we both like him.",
        meetings: "Every month for an hour. Hannah books; when she is in the middle of a \
                   calibration run she books a fortnight later and nobody minds.",
        contact: "None needed in between. Hannah prefers to think in one go.",
        cancelling: "A morning's warning is enough: laboratories break.",
        mentor_commits: "To listen to the physics even when I do not follow it, and to say at which \
                         word I stopped following.",
        mentee_commits: "To try the thing before I explain why it will not work.",
        confidentiality: "Nothing leaves the office. Ruth keeps no list of who said what in the \
                          meetings that Hannah talks about.",
        if_it_does_not_work: "Hannah will write it rather than say it, and that is fine.",
        review_on: -10,
        ends_on: 90,
        ..SILENT
    }],
    sessions: &[TABLE, ERROR_BARS, FORGOTTEN, BOARD, TRAINEE],
    objectives: &[
        Objective {
            reached: Some(-57),
            settled: Settled::SignedOff(
                -52,
                "I was in the room. They stopped and looked at you before they turned the page.",
            ),
            ..aim(
                "Tell the product board what the new level sensor can and cannot promise",
                "They print the figure that I gave them, with its range.",
                -126,
                -50,
            )
        },
        Objective {
            why: "When I ask for the floor I have already spent my nerve before I open my mouth.",
            baseline: Some(3),
            wanted: Some(7),
            evidence: "Yasmin's invitation. The board's second question, which was to me by name.",
            levels: &[(Mentee, -96, 3), (Mentee, -52, 5), (Mentor, -24, 6)],
            thought_over: Some(-96),
            ..aim(
                "Be asked to speak, rather than asking to",
                "Two invitations from outside Engineering by the end of the programme.",
                -126,
                70,
            )
        },
        Objective {
            settled: Settled::Dropped(
                -24,
                "I only put this down because people say one should. I do not want to give talks \
                 to two hundred people, and it was a relief to say it.",
            ),
            ..aim(
                "Give a talk at the hydrometry conference",
                "An abstract accepted.",
                -120,
                60,
            )
        },
    ],
    half_way: &[
        HalfWay {
            by: Mentor,
            day: -22,
            helpful: "That she stops me at the word at which she has lost me. I now do it in other \
                      rooms.",
            missing: "Nothing that I can name. More of the door.",
            objectives: "One reached, one let go of, one that grows by itself.",
            useful: 5,
        },
        HalfWay {
            by: Mentee,
            day: -20,
            helpful: "An hour in which I may think before I speak, and nobody fills the gap.",
            missing: "I would like to hear the next month what we said in the last. We begin afresh each time.",
            objectives: "Being asked is going well. I should write down who asked.",
            useful: 4,
        },
    ],
    decision: Some((
        Mentee,
        -17,
        "continue",
        "From now on each hour begins with one line on what became of the last.",
    )),
    looked_at: &[-94, -33],
    ..paired("Ruth Adeyemi", "Hannah Osei", -143)
};

const TABLE: Session = Session {
    mentor: Wrote {
        talked_about: "Where you sit in the Thursday meeting, and why it is always behind the \
                       projector. What it is like to be right quietly.",
        strengths: "Precision. You never once rounded in your own favour.",
        development: "Taking the first ten minutes instead of the last two.",
        actions: "Sit at the table, and ask one question before a quarter past.",
        feedback: "You wait for permission that nobody in that room knows they are withholding.",
    },
    mentee: Wrote {
        talked_about: "I said more in an hour than in a month of Thursdays. Ruth stopped following \
                       at 'hysteresis', and told me so, as agreed.",
        feedback: "You did not tell me to be more confident. Everybody tells me that.",
        ..NOTHING
    },
    targets: &[done(
        Mentee,
        "Sit at the table on four Thursdays running",
        -100,
        -99,
    )],
    notes: &[(
        Mentor,
        "She is not shy. She is waiting to be certain, which is another thing and needs another \
         answer.",
    )],
    ..held(-128, "Thursdays. The agreement, which Ruth has drafted.")
};

const ERROR_BARS: Session = Session {
    mentor: Wrote {
        talked_about: "Four Thursdays at the table. On the third somebody asked you about drift \
                       and you answered for six minutes; we found the twenty seconds in it that \
                       they had needed.",
        strengths: "The picture with the two rulers. My finance colleague repeated it to me the \
                    next day as if it were his.",
        development: "Answering the question, then stopping to see whether there is another.",
        actions: "Say the range first: 'between two and four millimetres, and here is what decides \
                  which'.",
        feedback: "You called your own method 'a bit of a bodge'. It is in a British standard.",
    },
    mentee: Wrote {
        talked_about: "People do not dislike uncertainty. They dislike not knowing what to do with \
                       it. That is a different problem and I can solve that one.",
        feedback: "I would like more of the red pen and less praise.",
        actions: "The range first.",
        ..NOTHING
    },
    targets: &[
        done(
            Mentee,
            "Rewrite page one of the sensor note with the range first",
            -84,
            -80,
        ),
        done(
            Mentor,
            "Ask for ten minutes at the product board in Hannah's name",
            -86,
            -93,
        ),
    ],
    ..held(
        -100,
        "What happened at the table. Page one of the sensor note, for the red pen.",
    )
};

const FORGOTTEN: Session = Session {
    outcome: Outcome::Missed,
    ..booked(-73, "The product board: last questions.")
};

const BOARD: Session = Session {
    mentor: Wrote {
        talked_about: "First the day we both forgot: you were in the cold chamber and I was on a \
                       train, each of us sure that the other had moved it. No harm done.\n\nThen the \
                       product board, minute by minute.",
        strengths: "When Matilda pressed you for one number, you gave her two and told her which to \
                    print. That was the whole skill, in a sentence.",
        development: "What to do with being listened to, now that you are.",
        actions: "Notice who comes to you afterwards and what for.",
        feedback: "I watched six people put their pens down. You did not see it, so I am telling \
                   you.",
    },
    mentee: Wrote {
        talked_about: "They printed my figure. With the range. I went and stood in the laboratory \
                       for a while afterwards.",
        feedback: "It helped that you were in the room and looked bored.",
        ..NOTHING
    },
    targets: &[
        Target {
            dropped: Some(-24),
            ..open(
                Mentee,
                "Draft an abstract for the hydrometry conference",
                -30,
            )
        },
        done(
            Mentee,
            "Keep a list of who asks me what for three weeks",
            -36,
            -31,
        ),
    ],
    notes: &[
        (
            Mentee,
            "The conference is Ruth's idea of success and not mine. Tell her. She can take it.",
        ),
        (Mentor, "I pushed the conference. Watch for the polite yes."),
    ],
    ..held(-52, "The product board. What comes after it.")
};

const TRAINEE: Session = Session {
    mentor: Wrote {
        talked_about: "You told me that you do not want the conference and I said thank you, since \
                       it had been mine all along. Then your list: nine people in three weeks, seven \
                       of them from Sales.",
        strengths: "Saying no to me. Kindly, with a reason, and before I had booked anything.",
        development: "Choosing among the nine; you cannot be everybody's statistician.",
        actions: "An hour a week with the door open, and the rest of it shut.",
        feedback: "You explain best to one person with a real problem. Build on that and leave the \
                   lecterns to me.",
    },
    mentee: Wrote {
        talked_about: "Dropped the talk. Eleanor asked whether she could sit in when I answer \
                       people, and I found that I liked it.",
        feedback: "You apologised once and then left it. I would have gone on for days.",
        actions: "Door open on Wednesdays.",
        ..NOTHING
    },
    targets: &[
        open(
            Mentee,
            "Open the laboratory door on Wednesdays from two to three",
            5,
        ),
        towards(
            1,
            open(
                Mentee,
                "Ask Yasmin whether her customers would like the two rulers",
                -6,
            ),
        ),
        open(Mentor, "Tell the commercial team about Wednesdays", -12),
    ],
    notes: &[(
        Mentee,
        "Next time: Kenji wants me to apply for the senior post. I do not know whether I may talk \
         about it here. Look at our agreement first.",
    )],
    ..held(
        -24,
        "The list of who asked. And something that I should have said weeks ago.",
    )
};
