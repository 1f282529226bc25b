//! Sofia's two mentees: a designer who is moving on, and a field engineer who has.

use crate::demo::story::{
    Agreement, Closed, Joint, NOTHING, Objective, Outcome, Review, SILENT, Session, Settled, Step,
    Story, Target, Wrote, aim, booked, done, held, open, paired,
};
use crate::pairings::stage::How;
use crate::pairings::stage::Side::{Mentee, Mentor};

pub const CALLUM: Story = Story {
    seeks: "I take design reviews too much to heart. I would like to sleep the night before one.",
    hour: (10, 0),
    place: "Quality lab, the desk by the window",
    agreements: &[Agreement {
        drafted: (Mentee, -149),
        mentor_signed: Some(-146),
        mentee_signed: Some(-147),
        purpose: "To hear criticism of a drawing as being about the drawing. And to find out \
                  whether I should lead a project or only think that I ought to want to.",
        success: "I ask for reviews early, while there is still something to change.",
        scope: "My work, my temper, my next job. No live quality complaints about my own designs: \
                Sofia would have to rule on them.",
        meetings: "Monthly, an hour, with tea. Callum writes the agenda on the tram.",
        contact: "Photographs of sketches are welcome at any hour and will be answered at a \
                  sensible one.",
        cancelling: "Tell the other by the afternoon before. Twice in a row and we talk about why.",
        mentor_commits: "To separate what I think of the part from what I think of the person, out \
                         loud, each time.",
        mentee_commits: "To bring the drawing that I am least proud of.",
        confidentiality: "The two of us. If a design were unsafe Sofia would have to act, and would \
                          tell Callum before anybody else.",
        if_it_does_not_work: "We say so at the window desk and shake hands. Nadia finds Callum \
                              somebody else.",
        review_on: -60,
        ends_on: -1,
        ..SILENT
    }],
    sessions: &[LEAST_PROUD, EARLY, FIONA, PROJECT, LAST],
    objectives: &[
        Objective {
            reached: Some(-66),
            settled: Settled::SignedOff(
                -63,
                "Three reviews, three sketches in pencil, and you argued for none of them. Well done.",
            ),
            why: "By the time I show a thing I am in love with it, and that is too late for everybody.",
            baseline: Some(1),
            wanted: Some(8),
            evidence: "The sensor clip, the lid and the hinge. Eleanor kept one of the sketches.",
            levels: &[(Mentee, -119, 3), (Mentee, -91, 6), (Mentor, -64, 9)],
            thought_over: Some(-140),
            ..aim(
                "Show three designs for review before they are finished",
                "There is still pencil on them.",
                -146,
                -60,
            )
        },
        Objective {
            reached: Some(-10),
            settled: Settled::SignedOff(
                -6,
                "I asked Piotr. He says that you thanked him and meant it.",
            ),
            ..aim(
                "Sit through a test report on my own part without answering back",
                "Piotr reads it out and I take notes.",
                -90,
                -20,
            )
        },
        Objective {
            settled: Settled::HandedOn(
                -6,
                "To Fiona, who has the flood-gate bracket in mind for it as soon as the team has \
                 grown.",
            ),
            ..aim(
                "Lead one small project from sketch to pilot run",
                "Ten brackets made by somebody else from my drawings, without a telephone call.",
                -146,
                -5,
            )
        },
    ],
    moving_on: Some((Mentee, -34)),
    steps: &[
        Step {
            what: "Ask Fiona at each monthly talk when the bracket project starts",
            due: 25,
            with_whom: "Fiona MacAllister",
            written: -5,
        },
        Step {
            what: "Run a pencil review once a month, with Eleanor and whoever else is brave",
            due: 40,
            with_whom: "Eleanor Finch",
            written: -5,
        },
        Step {
            what: "Send Sofia a photograph of the first bracket off the line",
            due: 90,
            with_whom: "",
            written: -3,
        },
    ],
    reviews: &[Review {
        by: Mentor,
        day: -4,
        results: "Two of three are signed off and honestly earned. The third was never in Callum's \
                  hands alone and it is right that Fiona has it now.",
        learned: "That I still inspect people when I am tired. Callum pointed at it once, very \
                  politely, and he had a point.",
        gained: "An hour a month in which nobody wanted a signature from me. And I have begun to \
                 send my own drafts out in pencil.",
        differently: "I would meet more often at the beginning. The first two months were slow and \
                      I think they were hard for him.",
        effectiveness: 4,
        remark: "Callum would make a good mentor in a year or two. Please ask him; he will not put \
                 himself forward.",
        thanks: "For the buns, and for telling me when I was inspecting you. Keep the window desk warm.",
        would_mentor: None,
    }],
    words_to_keep: &[0, 1],
    looked_at: &[-118, -60, -8, -2],
    ..paired("Sofia Marques", "Callum Reid", -158)
};

const LEAST_PROUD: Session = Session {
    mentor: Wrote {
        talked_about: "The hinge cover, revision F. You had carried it about for a year like a \
                       school report. We counted what was wrong with it (four things) and what was \
                       right (eleven).",
        strengths: "Your tolerances are kind to whoever has to make the part. That is rarer than \
                    you suppose.",
        development: "Hearing a question as a question.",
        actions: "When somebody asks 'why aluminium?', answer only that.",
        feedback: "You defended a radius that I had been about to praise.",
    },
    mentee: Wrote {
        talked_about: "Brought the hinge cover. I had a speech ready for each of the four faults \
                       and gave three of them before I noticed.",
        feedback: "Counting what was right as well. It had not crossed my mind that one could.",
        ..NOTHING
    },
    targets: &[done(
        Mentee,
        "Answer one 'why' a day with a single sentence",
        -124,
        -123,
    )],
    notes: &[
        (
            Mentee,
            "I was told to be grateful for criticism at school, by a man who threw chalk. Is that \
             all it is?",
        ),
        (Mentor, "Goes white before I have said anything. Slowly."),
    ],
    ..held(-148, "How we work together. Bring: hinge cover, rev F.")
};

const EARLY: Session = Session {
    mentor: Wrote {
        talked_about: "Why finished drawings hurt more than unfinished ones. You did the sum \
                       yourself: forty hours in, every remark costs forty hours.",
        strengths: "You worked out the cure without me: show it at four hours.",
        development: "Letting people see you not knowing yet.",
        actions: "Pencil. Nobody is frightened of pencil.",
        feedback: "A quiet hour today and a good one. I liked that you left gaps.",
    },
    mentee: Wrote {
        talked_about: "Pencil! I have a degree and a licence for two modelling packages, and the \
                       answer is pencil.",
        feedback: "I would have liked an example of a review that went badly for you.",
        ..NOTHING
    },
    targets: &[
        done(
            Mentee,
            "Take the sensor clip to review in pencil",
            -104,
            -101,
        ),
        done(
            Mentor,
            "Tell Callum about the worst audit of my life",
            -92,
            -92,
        ),
    ],
    helped: &["reflection", "questions"],
    ..held(-120, "The week before a review, hour by hour.")
};

const FIONA: Session = Session {
    mentor: Wrote {
        talked_about: "My worst audit, as promised, with the names left in. Then your row with \
                       Piotr about the seal test, in which both of you were right about different \
                       seals.",
        strengths: "You went back to him with the two part numbers side by side and a bun.",
        development: "The half second before you answer.",
        actions: "Write the first reply down. Say the second one.",
        feedback: "You told it against yourself and it was funny. You could do that in the room.",
    },
    mentee: Wrote {
        talked_about: "Sofia's story made mine seem small, in a good way. Also said aloud for the \
                       first time that I am not sure about leading.",
        feedback: "You did not jump on it. Thanks.",
        actions: "A second objective, about test reports.",
        ..NOTHING
    },
    targets: &[
        done(
            Mentee,
            "Ask Piotr to read me the next report aloud",
            -40,
            -31,
        ),
        Target {
            dropped: Some(-63),
            ..open(Mentee, "Keep a diary of first replies", -70)
        },
    ],
    notes: &[(
        Mentee,
        "Kept the diary for four days. Too grim to read back. Dropping it.",
    )],
    helped: &["listen", "career"],
    ..held(-92, "The seal test. And whether leading is for me.")
};

const PROJECT: Session = Session {
    mentor: Wrote {
        talked_about: "Three pencil reviews, all behind you. We looked at the one that went quiet \
                       and found that people had simply agreed.\n\nThen Fiona's answer about the \
                       bracket: yes, but not before the new hires are in.",
        strengths: "You asked her at all. Half a year ago you would have waited to be noticed.",
        development: "Waiting without sulking. (Your word.)",
        actions: "One more session after this, and then you do not need me for it.",
        feedback: "I shall miss the pencil.",
    },
    targets: &[
        done(Mentee, "Ask Fiona for a date, even a vague one", -50, -48),
        open(Mentee, "Write the one-page brief for the bracket", -12),
    ],
    helped: &["support", "listen"],
    ..held(-63, "Objective one. What Fiona said.")
};

const LAST: Session = Session {
    mentor: Wrote {
        talked_about: "The hinge cover again, revision G this time. You showed me two faults that I \
                       had missed. We settled the objectives and handed the project to Fiona.",
        strengths: "You brought a drawing that you are proud of.",
        feedback: "Go and be somebody's window desk.",
        ..NOTHING
    },
    mentee: Wrote {
        talked_about: "Our last one. I had expected to feel finished and instead I feel started, \
                       which Sofia says is the idea.",
        feedback: "That you never once said 'constructive'.",
        ..NOTHING
    },
    notes: &[(
        Mentee,
        "For my review: say that the first two months were hard. She would want to know.",
    )],
    ..held(-6, "Rev G. Objectives. Saying goodbye to a desk.")
};

pub const BRAM: Story = Story {
    seeks: "Four years of nights and ferries. Either I learn to plan my own week or I go.",
    hour: (15, 0),
    place: "By telephone, Bram usually in a lay-by",
    agreements: &[Agreement {
        drafted: (Mentor, -159),
        mentor_signed: Some(-158),
        mentee_signed: Some(-158),
        purpose: "To keep doing work that Bram is excellent at without it eating the rest of his \
                  life.",
        success: "Two free weekends in three, and Bram still here.",
        scope: "Everything that touches the rota, and home as far as Bram wants to bring it. Nils \
                is his manager and hears of it from Bram or not at all.",
        meetings: "An hour by telephone every four weeks. Bram parks first. We insist on that.",
        contact: "Sofia does not ring after six. Bram may.",
        cancelling: "A pump station under water beats everything; a text will do.",
        mentor_commits: "Not to solve it for him in the first ten minutes.",
        mentee_commits: "Honest figures: hours driven, nights away.",
        confidentiality: "Private, apart from driving hours over the legal limit, which Sofia \
                          cannot un-hear.",
        if_it_does_not_work: "One of us says 'wrong number' and that is that.",
        review_on: -100,
        ends_on: -36,
        ..SILENT
    }],
    sessions: &[
        Session {
            mentor: Wrote {
                talked_about: "A fortnight of your hours, read out from the cab. Sixty-one and \
                               fifty-eight, and a birthday spent at a weir.",
                strengths: "Customers ask for you by name in three languages.",
                development: "Telling 'urgent' from 'loud'.",
                actions: "Mark each call-out: who would have drowned?",
                ..NOTHING
            },
            mentee: Wrote {
                talked_about: "Talked in a lay-by near Zwolle until the windows were steamed up. She \
                               asked who would have drowned. Nobody, mostly.",
                ..NOTHING
            },
            targets: &[done(
                Mentee,
                "Mark four weeks of call-outs red or grey",
                -135,
                -133,
            )],
            ..held(
                -160,
                "Who I am, what the weeks look like, whether this is worth our time.",
            )
        },
        Session {
            mentor: Wrote {
                talked_about: "Thirty-four calls: six red. The other twenty-eight came in after \
                               four on a Friday, which is when your customers tidy their desks.",
                strengths: "You brought the list to Nils before I had suggested it.",
                feedback: "When you are exhausted you make jokes. They are good. I would still \
                           rather hear that you are exhausted.",
                actions: "A Friday telephone hour, so that grey becomes Monday.",
                ..NOTHING
            },
            mentee: Wrote {
                talked_about: "Six! I would have sworn to twenty. My wife laughed for a while and \
                               then stopped laughing.",
                feedback: "She was right about the jokes.",
                ..NOTHING
            },
            targets: &[
                done(
                    Mentee,
                    "Try the Friday telephone hour for a month",
                    -104,
                    -105,
                ),
                done(
                    Mentor,
                    "Send Nils the way that Production sorts its alarms",
                    -125,
                    -128,
                ),
            ],
            notes: &[(Mentor, "He is closer to leaving than he says.")],
            helped: &["questions", "development"],
            ..held(-132, "The marked list.")
        },
        Session {
            mentor: Wrote {
                talked_about: "Two weekends at home out of three. You were bored on the second, \
                               which we agreed to count as a result.",
                development: "Letting Jack's team in Melbourne take the night calls that fall in \
                              their day.",
                feedback: "You sounded like somebody with a garden.",
                ..NOTHING
            },
            targets: &[done(
                Mentee,
                "Write the hand-over sheet for Melbourne",
                -80,
                -78,
            )],
            helped: &["listen", "sounding_board"],
            ..held(-104, "How the Fridays went.")
        },
        Session {
            outcome: Outcome::Cancelled(Mentee, -76),
            ..booked(-75, "Melbourne.")
        },
        Session {
            mentor: Wrote {
                talked_about: "The flood in Deventer, which is why we moved. Sixteen hours, all of \
                               them red, and you slept on the way home because somebody else drove.",
                strengths: "You asked for the second driver yourself.",
                feedback: "I do not think that you need a fifth of these. Shall we make the next the \
                           last?",
                ..NOTHING
            },
            mentee: Wrote {
                talked_about: "A real emergency after two months of sorted ones. It felt like the \
                               job again. I am staying, by the way.",
                feedback: "For never having told me to stay.",
                ..NOTHING
            },
            helped: &["perspective", "questions"],
            ..held(-68, "Deventer. Then Melbourne.")
        },
        Session {
            mentor: Wrote {
                talked_about: "We looked at the first fortnight beside the last one: sixty-one \
                               hours and forty-three. The rest was mostly about tulips.",
                strengths: "What you built holds without you; Nils has put all of Service on the \
                            red and grey list.",
                ..NOTHING
            },
            mentee: Wrote {
                talked_about: "Parked by the sea for this one, as it was the last.",
                feedback: "A quality manager taught me to leave things good enough.",
                ..NOTHING
            },
            ..held(-44, "Looking back. No agenda otherwise.")
        },
    ],
    objectives: &[
        Objective {
            reached: Some(-70),
            settled: Settled::SignedOff(-68, "Nine out of thirteen. I make that two in three."),
            ..aim(
                "Be at home two weekends in three",
                "The calendar in our kitchen.",
                -158,
                -60,
            )
        },
        Objective {
            reached: Some(-50),
            settled: Settled::SignedOff(-44, "It is in use and does not have your name on it."),
            ..aim(
                "Hand night calls to whoever is awake anyway",
                "A month without my telephone ringing between midnight and six.",
                -130,
                -45,
            )
        },
    ],
    moving_on: Some((Mentor, -67)),
    steps: &[
        Step {
            what: "Train two colleagues to run the Friday hour",
            due: 20,
            with_whom: "Nils Hendriks",
            written: -43,
        },
        Step {
            what: "Fly to Melbourne and meet the people who take my nights",
            due: 75,
            with_whom: "Jack Nguyen",
            written: -43,
        },
    ],
    reviews: &[
        Review {
            by: Mentee,
            day: -42,
            results: "Both reached. I would have laughed at you for either.",
            learned: "That I said yes to people because I like being asked for.",
            gained: "Weekends. A wife who has stopped reading the vacancies to me.",
            differently: "I would have started with someone two years earlier.",
            effectiveness: 5,
            remark: "Let people do this by telephone from the road. If it had needed a meeting room \
                     I would not have done it.",
            thanks: "You never once told me to stay, and that is why I did.",
            would_mentor: Some("yes"),
        },
        Review {
            by: Mentor,
            day: -40,
            results: "Both objectives signed off, and a list of red and grey calls that outlives us.",
            learned: "How much of what reaches Service begins as something that Quality let go.",
            gained: "A friend in the field who rings when something smells wrong.",
            differently: "I would ask about home sooner. I thought it rude and it was the whole point.",
            effectiveness: 5,
            remark: "",
            thanks: "Ring me when a weir smells wrong, and also when it does not.",
            would_mentor: None,
        },
    ],
    joint: Some(Joint {
        by: Mentee,
        day: -38,
        together: "We set out to save some weekends and ended up changing how Service sorts its \
                   calls. Most of it happened between sessions, by Bram, in a van. What the \
                   telephone hour gave was somebody who asked the same dull question until it got \
                   an honest answer.",
        afterwards: "Sofia visits the Rotterdam depot once a year and Bram shows her a weir. For the \
                     rest he turns to Nils, who knows all of this now because Bram told him.",
    }),
    words_to_keep: &[0, 1],
    closed: Some(Closed {
        by: Some(Mentor),
        day: -37,
        how: How::Completed,
    }),
    looked_at: &[-101, -35],
    ..paired("Sofia Marques", "Bram Visser", -170)
};
