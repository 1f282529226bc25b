//! Pairs on their way out, at three different doors.

use crate::demo::story::{
    Agreement, NOTHING, Objective, Review, Session, Settled, Step, Story, Wrote, aim, booked, done,
    draft, held, open, paired,
};
use crate::pairings::stage::Side::{Mentee, Mentor};

/// Announced a week ago: objectives to settle and a final session to book.
pub const EMILY: Story = Story {
    seeks: "To say no to requests for the data portal, and have it stay said.",
    hour: (11, 0),
    place: "Procurement's meeting room; Emily books it",
    agreements: &[Agreement {
        mentor_signed: Some(-117),
        mentee_signed: Some(-118),
        success: "A list of twelve things rather than of sixty, and nobody ringing Priya about it.",
        scope: "Saying no: to whom, how, and what it costs. We leave the budget of Digital out, \
                since Stuart buys for it.",
        meetings: "Four-weekly at eleven. Stuart writes nothing down while Emily speaks.",
        contact: "Forward the awful ones, with a skull.",
        mentor_commits: "To lend you my refusals, all of them.",
        mentee_commits: "To send mine without asking you first.",
        confidentiality: "We do not name who asked. You would guess anyway.",
        ends_on: 60,
        ..draft(
            Mentee,
            -120,
            "To disappoint the right people early enough to be useful.",
        )
    }],
    sessions: &[
        Session {
            mentor: Wrote {
                talked_about: "Sixty-three open requests. We sorted them by who would notice if \
                               nothing happened. Thirty-one: nobody.",
                strengths: "You had numbers for all sixty-three.",
                feedback: "'I will see what I can do' is a yes with a delay.",
                ..NOTHING
            },
            mentee: Wrote {
                talked_about: "Thirty-one! I shall be deleting things all weekend with a glass of \
                               wine.",
                ..NOTHING
            },
            targets: &[done(
                Mentee,
                "Close the thirty-one, with one kind line each",
                -100,
                -104,
            )],
            ..held(-120, "Sixty-three requests.")
        },
        Session {
            mentor: Wrote {
                talked_about: "Four people complained of thirty-one. You rang all four. Two had \
                               forgotten what it was for by the time you had said hello.",
                development: "The ones that come from above.",
                ..NOTHING
            },
            mentee: Wrote {
                talked_about: "Saying no downwards is housework. Upwards is another sport.",
                feedback: "Stuart's letter to a former managing director, which I am going to frame.",
                ..NOTHING
            },
            targets: &[
                done(
                    Mentee,
                    "Draft a no to a director and let it lie for a night",
                    -80,
                    -82,
                ),
                open(Mentor, "Ask Marcus which requests he would miss", -66),
            ],
            ..held(-92, "Complaints: four.")
        },
        Session {
            mentor: Wrote {
                talked_about: "You said no to Laura, in person, with a reason and another date. She \
                               said 'fine'. We spent the rest of the hour on how long you had dreaded \
                               'fine'.",
                strengths: "You offered the date before she had to ask for it.",
                feedback: "I have stopped being useful to you, and mean that as a compliment.",
                ..NOTHING
            },
            ..held(-36, "Laura.")
        },
    ],
    objectives: &[
        Objective {
            reached: Some(-60),
            settled: Settled::SignedOff(-36, "Eleven, even. Show-off."),
            ..aim(
                "Bring the list down to twelve",
                "Counted on the first of the month.",
                -118,
                -60,
            )
        },
        aim(
            "A rule for what gets onto the list, which others apply without me",
            "Mateus turns something down while I am on holiday.",
            -90,
            10,
        ),
        Objective {
            agreed: None,
            ..aim(
                "Write the portal's first plan for a whole year",
                "Priya presents it as it stands.",
                -34,
                55,
            )
        },
    ],
    moving_on: Some((Mentee, -8)),
    looked_at: &[-95, -7],
    ..paired("Stuart Penrose", "Emily Thornbury", -132)
};

/// Everything is settled, and the final session is booked.
pub const ISLA: Story = Story {
    seeks: "I write manuals that nobody opens. I would like to be read, once.",
    hour: (14, 0),
    place: "Marketing's sofa",
    agreements: &[Agreement {
        mentor_signed: Some(-136),
        mentee_signed: Some(-138),
        success: "A customer quotes a page of mine back to us.",
        scope: "Words and pictures, and a little courage. Not whether Marketing should have more \
                staff: Leila would only say yes.",
        meetings: "Monthly, about an hour, with scissors.",
        contact: "Isla posts paragraphs, Leila posts back half of them.",
        cancelling: "Fairs happen. We tell each other the week before.",
        mentor_commits: "To cut, and to say why I cut.",
        mentee_commits: "To let go of the sentence about condensation.",
        confidentiality: "Drafts are private until they are good.",
        ends_on: 20,
        ..draft(
            Mentor,
            -139,
            "To turn a very exact writer into a very exact writer with readers.",
        )
    }],
    sessions: &[
        Session {
            mentor: Wrote {
                talked_about: "The mounting guide. We read it aloud in turns, on a ladder, holding a \
                               bracket. By page three we both wanted a picture.",
                strengths: "There is not one wrong statement in ninety pages.",
                development: "Choosing for whom.",
                feedback: "You write for the person who checks you. Write for the one on the ladder.",
                ..NOTHING
            },
            mentee: Wrote {
                talked_about: "I have written eleven manuals and had never stood on the ladder.",
                ..NOTHING
            },
            targets: &[done(
                Mentee,
                "Go out with Bram or Jack's people for a day",
                -110,
                -115,
            )],
            ..held(-139, "Bring: the mounting guide. Wear: flat shoes.")
        },
        Session {
            mentor: Wrote {
                talked_about: "A wet day at a weir with Bram. He keeps page 41 folded in his cap and \
                               has never seen the rest.",
                actions: "Forty-one first.",
                feedback: "I loved how you told it: no adverbs.",
                ..NOTHING
            },
            mentee: Wrote {
                talked_about: "In his cap! We are making a card of page 41, waterproof.",
                feedback: "More scissors.",
                ..NOTHING
            },
            targets: &[done(
                Mentee,
                "Make the card and print thirty of it",
                -90,
                -87,
            )],
            notes: &[(
                Mentee,
                "I cried a little in the van, out of something like joy. Not for the record.",
            )],
            ..held(-111, "The weir.")
        },
        Session {
            mentor: Wrote {
                talked_about: "Cards have been asked for in Boston and Rotterdam. Somebody at a water \
                               board has written 'finally' on one and posted it to us.",
                strengths: "You went to see Nils about the next five cards alone, with a price.",
                feedback: "Condensation is back on card four. I saw.",
                ..NOTHING
            },
            mentee: Wrote {
                talked_about: "'Finally.' It hangs over my desk. About condensation I regret nothing.",
                ..NOTHING
            },
            targets: &[open(
                Mentee,
                "Agree with Fiona that cards are part of my job",
                5,
            )],
            ..held(-70, "Boston wants cards.")
        },
        Session {
            mentor: Wrote {
                talked_about: "Objectives, one by one, and whether you want to go on to something \
                               with more speaking in it. You do not, and were relieved to be asked \
                               rather than told.",
                ..NOTHING
            },
            mentee: Wrote {
                talked_about: "I said that I would like to stop while it is lovely.",
                feedback: "You said 'so would I' and fetched cake.",
                ..NOTHING
            },
            ..held(-28, "Are we done?")
        },
        booked(7, "The last one. Scissors optional."),
    ],
    objectives: &[
        Objective {
            reached: Some(-72),
            settled: Settled::SignedOff(-70, "'Finally' counts as a quotation."),
            ..aim(
                "Be quoted by somebody who uses our gauges",
                "In writing, and unasked.",
                -136,
                -30,
            )
        },
        Objective {
            by: Mentor,
            settled: Settled::Dropped(
                -26,
                "Leila's wish more than mine. We agree that a card may speak for itself.",
            ),
            ..aim("Present the cards at the sales meeting", "", -85, -15)
        },
    ],
    moving_on: Some((Mentee, -27)),
    steps: &[Step {
        what: "Five more cards, then a hard look at which are still carried in caps",
        due: 80,
        with_whom: "Nils Hendriks and his engineers",
        written: -13,
    }],
    looked_at: &[-95, -25],
    ..paired("Leila Haddad", "Isla Drummond", -151)
};

/// Both have answered alone; the joint part is to be written.
pub const VIKRAM: Story = Story {
    seeks: "My team ships late and likes me. I would trade a little of one for the other.",
    hour: (10, 0),
    place: "Video call, Bristol morning and Pune afternoon",
    agreements: &[Agreement {
        mentor_signed: Some(-100),
        mentee_signed: Some(-101),
        success: "Three releases on the day we named, and still lunch together.",
        scope: "The team, deadlines, and being liked. Tomasz and Priya share a board, so plans of \
                theirs stay outside.",
        meetings: "A fortnightly call of three quarters of an hour. No slides.",
        cancelling: "Two hours is enough; we are five thousand miles apart in any case.",
        mentor_commits: "To ask the rude question in a friendly voice.",
        mentee_commits: "To answer it before explaining.",
        confidentiality: "Names of engineers stay between us, good and bad.",
        ends_on: -5,
        ..draft(
            Mentor,
            -103,
            "To help a kind leader to be a clear one as well.",
        )
    }],
    sessions: &[
        Session {
            mentor: Wrote {
                talked_about: "Who in the team knows the date, and from whom. It turned out to be \
                               three people with three dates.",
                strengths: "People tell Vikram bad news early. I would have paid for that at his age.",
                ..NOTHING
            },
            mentee: Wrote {
                talked_about: "Three dates. I had been too considerate to write one on the wall.",
                ..NOTHING
            },
            targets: &[done(Mentee, "One date, on the wall, in red", -92, -96)],
            ..held(-103, "Late, and liked.")
        },
        Session {
            mentor: Wrote {
                talked_about: "The wall worked for nine days. Then a request from Sales, accepted in \
                               the corridor by yourself.",
                feedback: "You were the leak! You saw it before I did and laughed, which is a gift.",
                ..NOTHING
            },
            targets: &[
                done(
                    Mentee,
                    "Send corridor requests to Emily, every one",
                    -72,
                    -74,
                ),
                done(Mentor, "Ask Emily how she refuses things so well", -80, -79),
            ],
            ..held(-87, "Day ten.")
        },
        Session {
            mentor: Wrote {
                talked_about: "The first release on time. Two people worked a weekend for it, unasked, \
                               and we talked about why that is not quite a success.",
                development: "Noticing kindness that is really fear of disappointing you.",
                ..NOTHING
            },
            mentee: Wrote {
                talked_about: "I had planned to celebrate. He was right to spoil it slightly.",
                feedback: "Perhaps let me have the cake first.",
                ..NOTHING
            },
            targets: &[done(
                Mentee,
                "Give both of them the days back, and say why",
                -52,
                -54,
            )],
            notes: &[(
                Mentor,
                "I spoiled his moment. True, and too early in the call.",
            )],
            ..held(-59, "We did it.")
        },
        Session {
            mentor: Wrote {
                talked_about: "The second release: on the day, Friday at three, everybody at lunch.",
                feedback: "Cake first this time. I have learned too.",
                ..NOTHING
            },
            mentee: Wrote {
                talked_about: "It was so calm that I suspected a mistake.",
                ..NOTHING
            },
            ..held(-31, "Calm.")
        },
        Session {
            mentor: Wrote {
                talked_about: "Last call. The third release is next month and neither of us is \
                               worried. Vikram asked what I had got out of it and I had an answer \
                               ready, to my surprise.",
                ..NOTHING
            },
            mentee: Wrote {
                talked_about: "We hung up at the same moment, twenty minutes late, for once.",
                feedback: "Rude questions, friendly voice: kept to the letter.",
                ..NOTHING
            },
            ..held(-7, "What to keep.")
        },
    ],
    objectives: &[
        Objective {
            reached: Some(-30),
            settled: Settled::SignedOff(-28, "Two, and nobody's Sunday was in it the second time."),
            ..aim(
                "Release twice on the named day",
                "The wall, and no weekend work.",
                -100,
                -25,
            )
        },
        Objective {
            settled: Settled::HandedOn(-7, "To Priya, who will sit in on the first of them."),
            ..aim(
                "Learn to give a bad appraisal",
                "The person concerned says that it was fair.",
                -58,
                -5,
            )
        },
    ],
    moving_on: Some((Mentor, -24)),
    steps: &[Step {
        what: "First difficult appraisal, prepared in writing, with somebody beside me",
        due: 30,
        with_whom: "Priya Raghunathan",
        written: -6,
    }],
    reviews: &[
        Review {
            by: Mentor,
            day: -4,
            results: "Two punctual releases and one honest hand-over.",
            learned: "That people can be punctual for reasons other than being afraid of me. I have \
                      taken this home to Engineering and it is causing some confusion.",
            gained: "A look at a team in which the bad news travels upwards.",
            differently: "Cake first.",
            effectiveness: 4,
            remark: "Six weeks between two calls in the middle was too long. My fault and not his.",
            thanks: "",
            would_mentor: None,
        },
        Review {
            by: Mentee,
            day: -3,
            results: "I wanted dates and got dates. The appraisal goes on with Priya, and I am glad of \
                      her company.",
            learned: "When I am kind to the person in the corridor I am unkind to nine people whom I \
                      cannot see at that moment.",
            gained: "A voice in my head with a Polish accent that says: 'who knows the date?'",
            differently: "I would have told him sooner that his silences sound like disapproval on \
                          video. They are not, it turns out.",
            effectiveness: 5,
            remark: "",
            thanks: "For the rude question, and for asking it before lunch.",
            would_mentor: Some("perhaps"),
        },
    ],
    looked_at: &[-60, -5],
    ..paired("Tomasz Wieczorek", "Vikram Rao", -114)
};
