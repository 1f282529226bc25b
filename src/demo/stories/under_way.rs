//! Pairs between their first meeting and their last: some in step, some behind, one paused.

use crate::demo::story::{
    Agreement, NOTHING, Objective, Outcome, Session, Settled, Story, Target, Wrote, aim, booked,
    done, draft, held, open, paired,
};
use crate::pairings::stage::Side::{Mentee, Mentor};

/// Their last session waits for its mentor's record.
pub const LUCA: Story = Story {
    seeks: "My models are good and my budget requests are refused. I suspect a connection.",
    hour: (9, 0),
    place: "Finance, the table with the plant",
    agreements: &[Agreement {
        mentor_signed: Some(-46),
        mentee_signed: Some(-47),
        success: "One request for money that is granted as written.",
        meetings: "Early, before the telephone starts. Luca brings the coffee and Amelia the paper.",
        cancelling: "Month end belongs to Amelia: the last two working days are taboo.",
        mentor_commits: "I explain every term once without a sigh, and twice with one.",
        mentee_commits: "I read the accounts page before we meet, even if I hate it.",
        confidentiality: "Anything in the books that is not public stays in Finance. What Luca says \
                          about his project leads stays with Amelia.",
        ends_on: 90,
        ..draft(
            Mentee,
            -49,
            "To learn to speak money, as a foreign language, well enough to be understood by natives.",
        )
    }],
    sessions: &[
        Session {
            mentor: Wrote {
                talked_about: "The three requests that were turned down. None of them says what \
                               happens if we do nothing, which is the first thing that David reads.",
                strengths: "The river model itself: I understood it, and I am an accountant.",
                development: "Beginning at the end.",
                feedback: "You explained the mathematics of flood return periods with a sugar bowl. \
                           Put the sugar bowl in the request.",
                ..NOTHING
            },
            mentee: Wrote {
                talked_about: "I learned what 'payback' means, and that I had used it wrongly in \
                               writing three times.",
                ..NOTHING
            },
            targets: &[
                done(Mentee, "Rewrite request number two on one page", -28, -31),
                open(
                    Mentor,
                    "Find an old request that was granted, for comparison",
                    -20,
                ),
            ],
            notes: &[(
                Mentor,
                "Charming, and hides behind it when a figure is missing.",
            )],
            ..held(-49, "Three refusals, on paper.")
        },
        Session {
            mentee: Wrote {
                talked_about: "We cut the page to half a page. Amelia asked what the model would have \
                               been worth in the last three floods and I could actually answer: \
                               nineteen customers, none of whom we had warned.",
                feedback: "Please interrupt me sooner when I begin to perform.",
                actions: "Put the nineteen customers in line one.",
                ..NOTHING
            },
            targets: &[open(
                Mentee,
                "Send the half page to David before his budget round",
                9,
            )],
            ..held(-3, "One page, which should be half of one.")
        },
    ],
    objectives: &[aim(
        "Get the forecasting server into next year's budget",
        "It has a line of its own and nobody has halved it.",
        -47,
        60,
    )],
    looked_at: &[-33],
    ..paired("Amelia Brandt", "Luca Moretti", -60)
};

/// It has gone quiet: nothing held for ten weeks, and nothing booked.
pub const YASMIN: Story = Story {
    seeks: "Whether to stay with accounts or move to the supply side, where the puzzles are.",
    hour: (15, 0),
    place: "Canteen, after the lunch rush",
    agreements: &[Agreement {
        mentor_signed: Some(-140),
        mentee_signed: Some(-141),
        success: "A decision by summer or winter, whichever comes first, and no regret either way.",
        scope: "Both departments, warts included. Nothing about Ruth's team that Yasmin would not \
                say to Ruth.",
        contact: "Voice messages, because Yasmin dislikes typing.",
        mentor_commits: "To be fair about my own department, which I love.",
        mentee_commits: "To look before I leap, and also to leap.",
        if_it_does_not_work: "Marcus has a thick skin; a plain word will do.",
        ends_on: 90,
        ..draft(
            Mentor,
            -143,
            "To look at two careers from close up before giving up either.",
        )
    }],
    sessions: &[
        Session {
            mentor: Wrote {
                talked_about: "What you like about customers (the first visit, the third year) and \
                               what you do not (the second year).",
                strengths: "You tell the truth about boredom.",
                actions: "Spend a day with Maaike while the plan is being made.",
                ..NOTHING
            },
            mentee: Wrote {
                talked_about: "Marcus has had five jobs here. He drew them on a napkin with what \
                               each one cost him. I have kept the napkin.",
                feedback: "The napkin.",
                ..NOTHING
            },
            targets: &[done(
                Mentee,
                "Spend a day beside a demand planner",
                -118,
                -120,
            )],
            ..held(-143, "Five jobs, one napkin.")
        },
        Session {
            mentor: Wrote {
                talked_about: "The day in Rotterdam. You had found a mistake in the forecast for \
                               rain gauges by noon and told nobody until three.",
                development: "Trusting a finding when you are the visitor.",
                feedback: "I would have liked to hear about it at noon!",
                ..NOTHING
            },
            targets: &[done(
                Mentee,
                "Write to Maaike about the rain gauge forecast",
                -112,
                -113,
            )],
            ..held(-115, "Rotterdam.")
        },
        Session {
            mentor: Wrote {
                talked_about: "A short one: we both had another meeting. Yasmin leans towards \
                               supply and would like to see it in a bad month before she says so.",
                ..NOTHING
            },
            mentee: Wrote {
                talked_about: "Twenty minutes only. Better than moving it.",
                ..NOTHING
            },
            targets: &[
                open(Mentee, "Sit in on the shortage call for a week", -49),
                open(
                    Mentee,
                    "Tell Ruth that I am looking, before somebody else does",
                    -42,
                ),
                Target {
                    dropped: Some(-60),
                    ..open(Mentor, "Lend Yasmin the planning course", -56)
                },
            ],
            notes: &[(
                Mentor,
                "She is afraid of Ruth's disappointment more than of the job. Ask, gently.",
            )],
            ..held(-70, "Quick one. Which way am I leaning?")
        },
        Session {
            outcome: Outcome::Missed,
            ..booked(-36, "The shortage call.")
        },
    ],
    objectives: &[
        aim(
            "Choose between the two by trying both",
            "I have told both heads myself.",
            -140,
            -14,
        ),
        Objective {
            by: Mentor,
            agreed: None,
            settled: Settled::Dropped(
                -100,
                "Too soon. Yasmin says that a certificate is not the question yet, and she is right.",
            ),
            ..aim("Begin a planning certificate", "", -139, 60)
        },
    ],
    looked_at: &[-94, -34, -6, -1],
    ..paired("Marcus Ellery", "Yasmin El-Sayed", -153)
};

/// Paused for the second time.
pub const NGOZI: Story = Story {
    seeks: "How to disagree with people whose signature I need.",
    hour: (9, 30),
    place: "Video, cameras optional",
    agreements: &[Agreement {
        mentor_signed: Some(-150),
        mentee_signed: Some(-150),
        success: "When the sum is wrong I say so on the day, and to the right face.",
        meetings: "Four-weekly. Nothing in the week of the accounts.",
        contact: "A thumbs up or a thumbs down on Fridays, no words needed.",
        confidentiality: "As in a confessional, says Ngozi; as in a workshop, says Fiona. We mean \
                          the same.",
        mentor_commits: "To remember that I am loud.",
        mentee_commits: "To tell Fiona when she is.",
        ends_on: 90,
        ..draft(
            Mentee,
            -152,
            "To find a way of objecting that is mine: not Fiona's, and not silence.",
        )
    }],
    pauses: &[(Mentor, -118, Some(-90)), (Mentee, -14, None)],
    sessions: &[
        Session {
            mentor: Wrote {
                talked_about: "The stock valuation, and the three weeks in which you knew. What you \
                               were afraid of, which turned out to be a sigh.",
                strengths: "The note that you wrote to yourself at the time. It is precise, fair and \
                            unsent.",
                feedback: "You say 'it may be nothing' before the most important sentence.",
                ..NOTHING
            },
            mentee: Wrote {
                talked_about: "It is a strange comfort to hear that somebody who shouts over \
                               machines is scared of e-mail.",
                ..NOTHING
            },
            targets: &[done(
                Mentee,
                "Raise one small wrong figure within the hour",
                -130,
                -134,
            )],
            notes: &[(
                Mentee,
                "First time I have told anyone about the three weeks.",
            )],
            ..held(-152, "What brought me here.")
        },
        Session {
            mentor: Wrote {
                talked_about: "Back after my knee. You had raised four small things and one that \
                               was not small, and the world stands.",
                strengths: "You put the question to Hugh in front of both auditors, and he thanked \
                            you.",
                development: "Staying for the answer. You were out of the door.",
                ..NOTHING
            },
            mentee: Wrote {
                talked_about: "Good to see her walking. We laughed about the door.",
                feedback: "For the messages from the hospital, which were unnecessary and lovely.",
                ..NOTHING
            },
            targets: &[open(Mentee, "Stay for the answer, three times", 20)],
            ..held(-58, "Since the knee.")
        },
        Session {
            mentor: Wrote {
                talked_about: "Ngozi has leave coming for her mother, and we agreed to let this rest \
                               until she is back. No homework.",
                feedback: "Go. It will all still be here.",
                ..NOTHING
            },
            ..held(-30, "The next months.")
        },
    ],
    objectives: &[aim(
        "Say so on the day",
        "My own tally: five figures questioned on the day I saw them.",
        -149,
        50,
    )],
    looked_at: &[-94, -13],
    talk: Some((Mentee, -2)),
    ..paired("Fiona MacAllister", "Ngozi Eze", -162)
};

/// A session lies in the past, and nobody has said whether it happened.
pub const PIOTR: Story = Story {
    seeks: "I find faults for a living. I would like to be welcome anyway.",
    hour: (16, 0),
    place: "On the line, starting at the oven",
    agreements: &[Agreement {
        mentor_signed: Some(-58),
        mentee_signed: Some(-58),
        scope: "Testing, production and the corridor between. Gareth will not lean on a test result, \
                ever, and Piotr will not be offended if he asks about one.",
        meetings: "We walk. An hour at the end of Gareth's shift.",
        cancelling: "Shout across the floor.",
        mentor_commits: "Boots on, telephone off.",
        mentee_commits: "To learn twelve names.",
        ends_on: 85,
        ..draft(
            Mentor,
            -60,
            "To get a tester onto the floor before the fault, and a floor that is glad to see him.",
        )
    }],
    sessions: &[
        Session {
            mentor: Wrote {
                talked_about: "Walked the line backwards, from the box to the bare board. Piotr asked \
                               everybody what annoys them about the tests. Nobody had, in six years.",
                strengths: "Asks a plain question and waits.",
                feedback: "Take the white coat off.",
                ..NOTHING
            },
            mentee: Wrote {
                talked_about: "Nine annoyances on one sheet. Two are my own doing. One I repaired the \
                               same evening with a longer cable.",
                actions: "No coat.",
                ..NOTHING
            },
            targets: &[
                done(Mentee, "Learn the names of the evening shift", -35, -40),
                done(Mentee, "Put right one annoyance a week", -32, -30),
            ],
            ..held(-60, "Walk.")
        },
        Session {
            mentor: Wrote {
                talked_about: "They have started to ring him. Joanne's people rang twice before a \
                               batch and not after it.",
                development: "Being liked is nice; do not let a bad seal through for it.",
                ..NOTHING
            },
            mentee: Wrote {
                talked_about: "I failed a batch last week, the whole of it. Kwame brought me tea \
                               anyway. I think that is the objective, really.",
                feedback: "Next time I would like to hear how you tell somebody off and stay friends.",
                ..NOTHING
            },
            targets: &[open(
                Mentor,
                "Show Piotr the hand-over at six in the morning",
                4,
            )],
            ..held(-30, "The nine annoyances, of which six are left.")
        },
        booked(-2, "Telling somebody off and staying friends."),
    ],
    objectives: &[
        aim(
            "Be called before a batch rather than after it",
            "Half of the calls in a month.",
            -57,
            40,
        ),
        Objective {
            agreed: None,
            ..aim(
                "Write the seal test so that anybody on the floor can run it",
                "Samuel runs it without me.",
                -28,
                70,
            )
        },
    ],
    looked_at: &[-33],
    ..paired("Gareth Llewellyn", "Piotr Nowak", -71)
};

/// A new version of the agreement waits for the mentor's signature.
pub const JOANNE: Story = Story {
    seeks: "Seven people, two of whom wanted my job. I was one of them until a short while ago.",
    hour: (13, 0),
    place: "The portable office behind assembly",
    agreements: &[
        Agreement {
            mentor_signed: Some(-76),
            mentee_signed: Some(-75),
            success: "A team that knows what matters this week, and me home for the children's tea.",
            scope: "The team. Not individual pay or sickness: Colin is their People Partner and \
                    would be wearing two hats.",
            meetings: "Every other week, three quarters of an hour, straight after my sandwich.",
            contact: "Joanne may ring before a hard talk, Colin rings back after it.",
            cancelling: "A word by ten in the morning.",
            mentor_commits: "I say which hat I am wearing. If I have to take this one off, I say that \
                             first.",
            mentee_commits: "I practise on Colin and not on the team.",
            confidentiality: "What a People Partner is obliged to act upon I name before you tell me \
                              the rest of it.",
            ends_on: 55,
            ..draft(
                Mentor,
                -78,
                "To become their team leader without stopping being Joanne.",
            )
        },
        Agreement {
            mentee_signed: Some(-9),
            success: "Home for tea four days in five, which I manage already, and one of my seven \
                      ready to stand in for me.",
            scope: "The team, and now also what comes after it for me.",
            meetings: "Once in three weeks would do from here on.",
            contact: "The same as before.",
            mentor_commits: "Unchanged, hats and all.",
            mentee_commits: "I bring the good news too.",
            ends_on: 55,
            ..draft(
                Mentee,
                -9,
                "The first aim has come true sooner than planned, so here is a second: to grow a \
                 stand-in.",
            )
        },
    ],
    sessions: &[
        Session {
            mentor: Wrote {
                talked_about: "Your first month. What has changed between you and the two who also \
                               applied, and what need not.",
                strengths: "You spoke with each of them alone on day one, before anybody told you to.",
                feedback: "You describe your people by what they do and yourself by what you fix. The \
                           second is going to wear you out.",
                actions: "Two lists: what only you can do, and what only you are doing.",
                ..NOTHING
            },
            mentee: Wrote {
                talked_about: "I said that I miss being one of them. Out loud, in a portable office, to \
                               a man with a biscuit.",
                ..NOTHING
            },
            targets: &[done(Mentee, "Write the two lists", -66, -67)],
            notes: &[(
                Mentor,
                "Hats: I know about one of the seven's absence from the other job. I said nothing \
                 and steered away. Keep steering.",
            )],
            ..held(-78, "The first weeks. What keeps me awake.")
        },
        Session {
            mentor: Wrote {
                talked_about: "Fourteen lines on the second list! We chose two to hand over.",
                strengths: "You picked the person who needs the work rather than the quickest one.",
                feedback: "Hand over the result and the date, never the method. You gave me eleven \
                           steps for the shift plan.",
                ..NOTHING
            },
            mentee: Wrote {
                talked_about: "Fourteen. I laughed and then I did not.",
                feedback: "You let me find the two myself, though I could see that you knew.",
                ..NOTHING
            },
            targets: &[
                done(Mentee, "Hand the shift plan to Kwame", -50, -52),
                done(Mentee, "First one-to-one with each of the seven", -45, -43),
            ],
            ..held(-62, "Two lists.")
        },
        Session {
            mentor: Wrote {
                talked_about: "Seven one-to-ones, one of which ended after nine minutes. You told me \
                               his reasons. I asked what he had actually said.",
                development: "Keeping what you saw apart from what you made of it.",
                actions: "Ask him what would make the next three months good ones, and write down his \
                          words.",
                ..NOTHING
            },
            mentee: Wrote {
                talked_about: "I had made up a whole story about him. He is tired; there is a baby. I \
                               would not have known.",
                feedback: "Asking it three times and not letting me off.",
                ..NOTHING
            },
            targets: &[done(Mentee, "Try that one-to-one again", -33, -38)],
            notes: &[(Mentee, "Nine minutes. I ended it, not him.")],
            ..held(-41, "What I heard, and the short one.")
        },
        Session {
            outcome: Outcome::Cancelled(Mentee, -27),
            ..booked(-26, "Kwame and the plan.")
        },
        Session {
            mentor: Wrote {
                talked_about: "The plan has run for a month without you. You were home for tea on \
                               sixteen days out of twenty, and kept count on the fridge.",
                strengths: "The team came to you with a shortage and two answers.",
                feedback: "You still say 'I' for what they did well and 'we' for what went wrong. Try \
                           swapping them.",
                development: "Speaking up for them one floor above.",
                ..NOTHING
            },
            mentee: Wrote {
                talked_about: "I did not notice that I had stopped checking the plan. My daughter \
                               noticed.",
                actions: "A new version of our agreement, since half of it is done.",
                ..NOTHING
            },
            targets: &[
                open(
                    Mentee,
                    "Ask Kwame whether he would stand in for my week off",
                    -3,
                ),
                open(
                    Mentee,
                    "Show Gareth the month's figures with Kwame beside me",
                    10,
                ),
            ],
            ..held(-10, "A month of not checking.")
        },
        booked(
            6,
            "Kwame as my stand-in: what he needs, and what I must not do.",
        ),
    ],
    objectives: &[
        Objective {
            reached: Some(-12),
            settled: Settled::SignedOff(-10, "Two months, nobody left out. The fridge agrees."),
            ..aim(
                "A proper one-to-one with all seven, every month",
                "Two months running, with something on the table from each of them.",
                -76,
                -8,
            )
        },
        aim(
            "Hand over the shift plan and the tool orders for good",
            "A month in which I have opened neither.",
            -60,
            15,
        ),
    ],
    looked_at: &[-40, -8],
    ..paired("Colin Farquhar", "Joanne Sutcliffe", -90)
};

/// An objective is reached and waits for the mentor's word.
pub const DEEPIKA: Story = Story {
    seeks: "I lead three people on paper. In fact I still run the payroll alone on the 27th.",
    hour: (15, 0),
    place: "Pune office, second-floor balcony",
    agreements: &[Agreement {
        mentor_signed: Some(-50),
        mentee_signed: Some(-49),
        success: "I take a day off on the 27th and everybody is paid.",
        meetings: "Alternate weeks. Never between the 24th and the 28th.",
        contact: "We share an office, so mostly by eyebrow.",
        mentor_commits: "I shall tell you about the three who left.",
        mentee_commits: "I shall let them make a mistake that costs less than a lunch.",
        if_it_does_not_work: "Then we remain neighbours who nod.",
        ends_on: 58,
        ..draft(Mentee, -52, "To lead the payroll instead of being it.")
    }],
    sessions: &[
        Session {
            mentor: Wrote {
                talked_about: "The three people I lost, and why: I corrected everything. Then your \
                               27th, hour by hour; at two in the morning you were checking a \
                               check.",
                strengths: "Not one wrong payslip in nineteen months.",
                development: "Finding out what that record costs, and whom.",
                ..NOTHING
            },
            mentee: Wrote {
                talked_about: "He told me about his first team without making it a lesson.",
                feedback: "Telling me who left, by name, and that he still minds.",
                ..NOTHING
            },
            targets: &[done(
                Mentee,
                "Give the overtime sheet to Nisha, all of it",
                -36,
                -38,
            )],
            notes: &[(Mentor, "She will find delegation easier than rest.")],
            ..held(-52, "The 27th.")
        },
        Session {
            mentor: Wrote {
                talked_about: "Nisha's overtime sheet had one mistake in it. She found it herself \
                               because you did not.",
                feedback: "You sat on your hands. I know what that took.",
                ..NOTHING
            },
            targets: &[
                done(
                    Mentee,
                    "Write down the five checks that matter of the thirty",
                    -20,
                    -22,
                ),
                open(Mentee, "Plan who does what if I am ill on pay day", 3),
            ],
            ..held(-35, "One mistake.")
        },
        Session {
            mentor: Wrote {
                talked_about: "Five checks are left out of thirty. The last pay day ended at half \
                               past six in the evening, with cake.",
                strengths: "You chose the five together with the team.",
                actions: "The day off.",
                ..NOTHING
            },
            mentee: Wrote {
                talked_about: "I have marked the first objective as reached. My hand shook a little, \
                               which is silly for a button.",
                ..NOTHING
            },
            targets: &[open(Mentee, "Book leave for a 27th", 13)],
            ..held(-8, "Cake.")
        },
        booked(9, "My day off: who worries about what, apart from me."),
    ],
    objectives: &[
        Objective {
            reached: Some(-4),
            ..aim(
                "Close a pay day before seven in the evening",
                "The lights are off at seven.",
                -49,
                -1,
            )
        },
        aim(
            "Be away on a pay day",
            "A photograph of me somewhere green on the 27th.",
            -49,
            45,
        ),
    ],
    looked_at: &[-20],
    ..paired("Sanjay Deshpande", "Deepika Shah", -63)
};
