//! A buyer learns to negotiate. Under way, with the next session booked.

use crate::demo::calendar::Day;
use crate::demo::story::{
    Agreement, Comment, HalfWay, NOTHING, Objective, Outcome, Preparation, Session, Settled, Story,
    Target, Wrote, aim, booked, done, held, open, paired, towards,
};
use crate::pairings::stage::Side::{Mentee, Mentor};

const FIRST: Agreement = Agreement {
    drafted: (Mentee, -132),
    mentor_signed: Some(-129),
    mentee_signed: Some(-131),
    purpose: "To learn to negotiate with suppliers who are ten times our size, without borrowing \
              somebody else's character to do it.",
    success: "I lead the renewal of the Calder castings contract myself, and Stuart reads about it \
              afterwards rather than sitting beside me.",
    scope: "Negotiating, preparing, and the nerves before both. Not the reorganisation of Supply \
            Chain: Ruth sits in those meetings and it would not be fair on either of us.",
    meetings: "An hour every four weeks, in the small room by the goods lift. Asha books and sends \
               three lines the day before.",
    contact: "A message if something is on fire. Ruth answers within two days, or says that she \
              cannot.",
    cancelling: "As early as we know. Customers sometimes move Ruth's week; she says so at once \
                 and Asha does not take it personally.",
    mentor_commits: "To tell you what I saw, including the parts that you would rather I had not \
                     seen. To keep my own war stories under five minutes.",
    mentee_commits: "To arrive having tried something. To say 'that does not help' when it does \
                     not.",
    confidentiality: "Suppliers' prices stay out of our notes. The rest is ours, unless one of us \
                      is worried for somebody's safety.",
    if_it_does_not_work: "We give it three sessions. After that either of us can stop by saying \
                          'this has been useful, and it is enough'.",
    review_on: -20,
    booking: "Asha, from one meeting to the next. If she forgets, Ruth does not remind her.",
    conflicts: "Ruth sits on the panel that hears large awards. When Calder comes before it, she steps out.",
    reported: "Dates, and that we have signed. How it went we tell nobody but each other.",
    feedback: "The last five minutes belong to it. Ruth speaks second, so that Asha is not merely agreeing.",
    ends_on: 92,
};

const SECOND: Agreement = Agreement {
    drafted: (Mentor, -69),
    mentor_signed: Some(-68),
    mentee_signed: Some(-66),
    success: "The Calder renewal is led and closed by Asha. And new: she has \
              coached Wei Lin's first negotiation, so that it does not end with her.",
    meetings: "An hour every four weeks, walking round the pond if it is dry. We think better \
               outside than by the goods lift.",
    mentor_commits: "What I promised before, and one thing more: to let a silence last.",
    review_on: 10,
    ..FIRST
};

/// The evening of the first meeting.
const CHECKED: Day = -132;

pub const STORY: Story = Story {
    seeks: "To hold my own against suppliers with a whole department for what I do alone.",
    hour: (10, 0),
    place: "Meet at the goods lift; round the pond if dry",
    agreements: &[FIRST, SECOND],
    comments: &[
        Comment {
            by: Mentee,
            day: -130,
            version: 1,
            clause: "mentor_commits",
            body: "Five minutes is generous. I have heard the one about the ferry twice already.",
        },
        Comment {
            by: Mentee,
            day: -67,
            version: 2,
            clause: "meetings",
            body: "And if it rains for a month? I would rather we met wet than not at all.",
        },
    ],
    preparations: &[
        Preparation {
            by: Mentee,
            day: -138,
            hopes: "To stop rehearsing what I should have said in the car park afterwards.",
            questions: "Do you still get nervous?\nWhat do you do with your hands?",
            story: "My parents kept a shop and haggled in two languages. I went into purchasing and \
                    forgot both.",
        },
        Preparation {
            by: Mentor,
            day: -137,
            hopes: "To be of use to somebody before they need it rather than after.",
            questions: "What have you already tried that nobody noticed?",
            story: "The telephone first, then my own customers, then everybody's. I was promoted \
                    twice by people who had to be talked into it.",
        },
    ],
    checks: &[
        (Mentee, CHECKED, "contacts"),
        (Mentee, CHECKED, "undisturbed"),
        (Mentor, CHECKED, "expectations"),
        (Mentor, CHECKED, "boundaries"),
        (Mentor, CHECKED, "confidentiality"),
        (Mentor, CHECKED, "exit"),
        (Mentee, CHECKED, "objectives"),
        (Mentee, CHECKED, "practicalities"),
        (Mentee, CHECKED, "next_date"),
    ],
    sessions: &[
        BEGINNING,
        CALDER,
        CALLED_AWAY,
        THE_PHONE,
        SILENCE,
        DRY_RUN,
        COMING,
    ],
    objectives: &[
        Objective {
            reached: Some(-38),
            settled: Settled::SignedOff(
                -36,
                "You ran the whole call and I was not needed once. I enjoyed being not needed.",
            ),
            why: "Somebody always leans over and finishes my sentence for me, and then it is their call.",
            baseline: Some(2),
            wanted: Some(8),
            steps: "Write the agenda\nOpen the call\nClose it, with who does what",
            evidence: "Two calls with the foundry in a row. Stuart's microphone was off for both.",
            levels: &[(Mentee, -104, 4), (Mentee, -69, 6), (Mentee, -38, 9)],
            thought_over: Some(-126),
            ..aim(
                "Run a supplier call from the agenda to the last word, alone",
                "Stuart listens in and says nothing until we have hung up.",
                -130,
                -35,
            )
        },
        Objective {
            why: "If I can do it with Calder, there is nobody smaller that I have to be afraid of.",
            baseline: Some(1),
            wanted: Some(9),
            steps: "Know our own figures\nAgree the walk-away price\nFirst round\nSecond round, if \
                    there has to be one",
            evidence: "Calder have stopped copying Stuart in.",
            levels: &[
                (Mentee, -104, 2),
                (Mentee, -67, 4),
                (Mentor, -38, 6),
                (Mentee, -11, 7),
            ],
            thought_over: Some(-103),
            ..aim(
                "Lead the renewal of the Calder contract to signature",
                "Signed before the old one lapses, at or under the price that Finance planned with.",
                -130,
                45,
            )
        },
        Objective {
            by: Mentor,
            ..aim(
                "Coach a colleague through a first negotiation",
                "Wei Lin goes in with a plan of her own and tells you afterwards what she would \
                 change.",
                -67,
                80,
            )
        },
    ],
    half_way: &[HalfWay {
        by: Mentor,
        day: -18,
        helpful: "Walking. Asha says the difficult thing somewhere between the second bench and the \
                  gate.",
        missing: "I would like to hear sooner when something that I said was no use.",
        objectives: "The Calder one is the right size. I am less sure that we will get round to Wei \
                     Lin.",
        useful: 4,
    }],
    looked_at: &[-95, -33, -6],
    ..paired("Ruth Adeyemi", "Asha Menon", -145)
};

const BEGINNING: Session = Session {
    pulses: &[(Mentor, 4), (Mentee, 4)],
    helped: &["listen", "support"],
    mentor: Wrote {
        talked_about: "Who we are outside this building, for longer than either of us had planned. \
                       Then the Calder contract: forty per cent of your spend, one supplier, and a \
                       sales director who calls you 'young lady'.\n\nYou asked what I would do with \
                       him. I asked what you had done so far, and it turned out to be rather good.",
        strengths: "You know the cost of a gauge housing to the penny, and whose penny it is. He \
                    does not know that you know.",
        development: "Walking into the room as if that knowledge were yours to use.",
        actions: "Write down what they need from us, before anything about what we need from them.",
        feedback: "You said 'only a buyer' twice. I have started a tally.",
    },
    mentee: Wrote {
        talked_about: "I was nervous about sitting with a head of department and had prepared four \
                       pages. We used half of one. We found that we had both grown up above a shop.",
        feedback: "Being asked what I had already done, instead of being told what to do.",
        actions: "Find out what happens at Calder if we leave.",
        ..NOTHING
    },
    targets: &[towards(
        1,
        done(
            Mentee,
            "One page: what Calder needs from us this year",
            -108,
            -110,
        ),
    )],
    notes: &[
        (
            Mentor,
            "Far better prepared than I was at her age. Careful not to turn her into me.",
        ),
        (
            Mentee,
            "She laughed at the tally and then really wrote it down. I think this will be good.",
        ),
    ],
    ..held(
        -132,
        "Getting to know each other. What I would like to be able to do by the end. How we \
         want to work.",
    )
};

const CALDER: Session = Session {
    pulses: &[(Mentee, 4)],
    helped: &["questions", "perspective"],
    mentor: Wrote {
        talked_about: "Your page. Calder have a new foundry line running at sixty per cent and a \
                       bank that would like it fuller. You found that out from their trade paper \
                       and the lorry drivers.",
        strengths: "Asking the drivers. Nobody in my team would have thought of it.",
        development: "You collect facts until it is too late to use them. Choose three.",
        actions: "Decide what you would walk away from, and say it aloud to somebody kind first.",
        feedback: "When I played their sales director you looked at the table. Look at the bridge \
                   of my nose: it works, and nobody can tell.",
    },
    mentee: Wrote {
        talked_about: "I had thought they were doing us a favour. They need us as much as we need \
                       them, and have been better at hiding it.",
        feedback: "The role play was horrible and I would like another.",
        ..NOTHING
    },
    targets: &[
        towards(
            1,
            done(
                Mentee,
                "Agree the walk-away price with Hugh in Finance",
                -80,
                -84,
            ),
        ),
        Target {
            dropped: Some(-69),
            ..open(
                Mentee,
                "Read the long book on bargaining that Ruth mentioned",
                -70,
            )
        },
    ],
    ..held(
        -104,
        "The page about Calder. How to say a number and then stop talking.",
    )
};

const CALLED_AWAY: Session = Session {
    outcome: Outcome::Cancelled(Mentor, -77),
    ..booked(-76, "Getting ready for the pricing call.")
};

const THE_PHONE: Session = Session {
    pulses: &[(Mentor, 5), (Mentee, 3)],
    helped: &["questions", "challenges"],
    mentor: Wrote {
        talked_about: "The pricing call, which you had run yourself while I was stuck in \
                       Aberdeen. We listened to your account of it twice: once as it happened, and \
                       once for what they did not say.\n\nWe also changed our agreement, since you \
                       would like to pass this on to Wei Lin.",
        strengths: "You let them explain the surcharge and then asked for the index behind it. \
                    They had not expected to be asked.",
        development: "Ending a call. You gave away two weeks of credit in the goodbyes.",
        actions: "A last sentence, written beforehand, after which you hang up.",
        feedback: "I am sorry that I moved this one. You were gracious about it and did the thing \
                   alone, which says something about how much you need me.",
    },
    mentee: Wrote {
        talked_about: "The call went well until I was so relieved that I started being nice. We \
                       worked out that I had paid eleven hundred pounds for the last four minutes.",
        feedback: "You worked out the sum with me and did not wince.",
        actions: "'Thank you, I will write to you on Thursday.' Then hang up.",
        ..NOTHING
    },
    targets: &[
        done(
            Mentee,
            "Write to Calder about the credit days, in two sentences",
            -62,
            -64,
        ),
        done(
            Mentor,
            "Ask Oliver whether Asha may sit in on a customer's renewal",
            -55,
            -52,
        ),
    ],
    notes: &[(
        Mentee,
        "I did not tell her how angry I was about the moved session. By the time we met it was \
         gone. Perhaps say so next time while it is still there.",
    )],
    ..held(-69, "What happened on the pricing call. Passing it on.")
};

const SILENCE: Session = Session {
    pulses: &[(Mentee, 5)],
    helped: &["reflection", "listen"],
    mentor: Wrote {
        talked_about: "What you saw from the other side of the table at Oliver's renewal: a \
                       customer doing to us what you would like to do to Calder. Then your objective, \
                       which I have signed off with pleasure.",
        strengths: "You noticed that our own side filled every silence. It took me ten years.",
        development: "Letting your manager see this. Stuart has only heard that 'it went fine'.",
        actions: "Show Stuart the plan before the next round and ask him for one objection.",
        feedback: "No 'only' today. I have thrown the tally away.",
    },
    mentee: Wrote {
        talked_about: "Sitting in on a renewal as nobody in particular was the best hour of the \
                       year. Eleven seconds of quiet cost us two per cent. I counted.",
        feedback: "Less about Aberdeen, please. (You did ask.)",
        ..NOTHING
    },
    targets: &[
        done(
            Mentee,
            "Show Stuart the plan and write down his objection",
            -26,
            -27,
        ),
        open(
            Mentor,
            "Introduce Asha to the customer's buyer who trains others",
            -9,
        ),
    ],
    notes: &[(
        Mentor,
        "Aberdeen: fair. Ask her next time what she does when Stuart disagrees with her, since she \
         steps round it each time.",
    )],
    ..held(-41, "What I saw at the renewal. My first objective.")
};

const DRY_RUN: Session = Session {
    mentor: Wrote {
        talked_about: "A full rehearsal of the first round, with me as Calder and rain on the \
                       window. You opened, named the number, and were quiet. I gave in before you \
                       did.\n\nStuart's objection was a good one: what if they say yes at once? \
                       We had no plan for yes.",
        strengths: "You corrected my figure for zinc without apologising for it.",
        development: "Being ready for things to go well.",
        actions: "Three things to ask for if they agree too quickly.",
        feedback: "You talk faster once you have the upper hand. It is the only thing that gives \
                   you away.",
    },
    mentee: Wrote {
        talked_about: "I have never thought about what to do if they say yes. Also told her about \
                       the meeting with Stuart, which was less bad than the week I spent dreading it.",
        feedback: "You stayed in character even when I forgot my third point. It was what I needed.",
        actions: "Slow down when it goes well.",
        ..NOTHING
    },
    targets: &[
        towards(
            1,
            open(
                Mentee,
                "List what to ask for if Calder agree in the first round",
                -4,
            ),
        ),
        Target {
            later: true,
            ..towards(
                2,
                open(
                    Mentee,
                    "Go through Wei Lin's plan for the display tender with her",
                    12,
                ),
            )
        },
        done(Mentee, "Send Calder the date and the agenda", -12, -13),
    ],
    notes: &[(
        Mentee,
        "To ask her: how did she know that she wanted to lead people? I keep thinking about it.",
    )],
    ..held(-20, "Rehearsal: the first round with Calder.")
};

const COMING: Session = booked(
    8,
    "The first round will be over. What they said, what I said, and what I did with my hands. Then, \
     if there is time: would I be any good at leading people?",
);
