//! What the two programmes ask, and what people have answered.

use super::applying::{Application, Outcome, Question, Said};
use super::calendar::Day;

pub const QUESTION: Question = Question {
    kind: "line",
    wording: "",
    hint: "",
    asked_of: "both",
    readers: "coordinators",
    required: false,
    for_matching: false,
    points: None,
    ranks: None,
    choices: &[],
};

pub const CAREER_QUESTIONS: &[Question] = &[
    Question {
        kind: "skills",
        wording: "Which skills is this about for you?",
        hint: "Mentors: what you know well. Mentees: what you would like to be better at.",
        readers: "programme",
        required: true,
        for_matching: true,
        ..QUESTION
    },
    Question {
        kind: "ranked",
        wording: "What matters most to you in these nine months?",
        asked_of: "mentees",
        readers: "partner",
        required: true,
        ranks: Some(3),
        choices: &[
            "Finding a direction",
            "Being heard in meetings",
            "Leading people",
            "Moving to another department",
            "Working with numbers and money",
            "Keeping work in bounds",
        ],
        ..QUESTION
    },
    Question {
        kind: "scale",
        wording: "How clear is the way ahead of you today?",
        asked_of: "mentees",
        points: Some((5, "fog", "a signposted path")),
        ..QUESTION
    },
    Question {
        kind: "one",
        wording: "How would you rather meet?",
        readers: "partner",
        required: true,
        for_matching: true,
        choices: &["In person", "By video", "Either is fine"],
        ..QUESTION
    },
    Question {
        kind: "many",
        wording: "When can you usually spare an hour?",
        choices: &["Mornings", "Lunchtimes", "Afternoons", "Evenings"],
        ..QUESTION
    },
    Question {
        kind: "prose",
        wording: "When did somebody’s advice last change what you did?",
        hint: "It need not have been good advice.",
        asked_of: "mentees",
        ..QUESTION
    },
    Question {
        wording: "Is there a language that you would rather use?",
        readers: "programme",
        ..QUESTION
    },
];

pub const NEW_LEADERS_QUESTIONS: &[Question] = &[
    Question {
        wording: "How many people do you lead, and since when?",
        readers: "partner",
        required: true,
        ..QUESTION
    },
    Question {
        kind: "scale",
        wording: "How do you feel before a difficult conversation?",
        asked_of: "mentees",
        points: Some((7, "I put it off", "I look forward to it")),
        ..QUESTION
    },
];

const fn application(
    name: &'static str,
    part: &'static str,
    on: Day,
    outcome: Outcome,
    answers: &'static [(usize, Said)],
) -> Application {
    Application {
        name,
        part,
        about: None,
        on,
        away: None,
        excluded: &[],
        answers,
        outcome,
    }
}

pub const CAREER: &[Application] = &[
    application(
        "Ruth Adeyemi",
        "mentor",
        -171,
        Outcome::Approved(-170),
        &[
            (
                0,
                Said::Skills(&["Negotiating", "Selling", "Preparing for meetings"]),
            ),
            (3, Said::Choices(&[0])),
            (4, Said::Choices(&[0, 2])),
        ],
    ),
    application(
        "Kenji Watanabe",
        "mentor",
        -171,
        Outcome::Approved(-170),
        &[
            (
                0,
                Said::Skills(&[
                    "Sensor design",
                    "Technical leadership",
                    "Drawing to explain",
                ]),
            ),
            (3, Said::Choices(&[0])),
            (6, Said::Words("Japanese or English")),
        ],
    ),
    application(
        "Priya Raghunathan",
        "mentor",
        -169,
        Outcome::Approved(-168),
        &[
            (
                0,
                Said::Skills(&[
                    "Technical leadership",
                    "Choosing what not to do",
                    "Software",
                ]),
            ),
            (3, Said::Choices(&[1])),
            (4, Said::Choices(&[2])),
            (6, Said::Words("Tamil, Hindi or English")),
        ],
    ),
    Application {
        away: Some((20, 38)),
        ..application(
            "Lotte van den Berg",
            "mentor",
            -169,
            Outcome::Approved(-168),
            &[
                (
                    0,
                    Said::Skills(&["Teaching", "Small experiments", "Speaking to a room"]),
                ),
                (3, Said::Choices(&[2])),
                (6, Said::Words("Dutch or English")),
            ],
        )
    },
    application(
        "Amelia Brandt",
        "mentor",
        -169,
        Outcome::Approved(-168),
        &[
            (0, Said::Skills(&["Reading a budget", "Forecasting"])),
            (3, Said::Choices(&[2])),
            (4, Said::Choices(&[0, 1])),
        ],
    ),
    Application {
        excluded: &["Gareth Llewellyn"],
        ..application(
            "Kwame Mensah",
            "mentee",
            -168,
            Outcome::Approved(-167),
            &[
                (0, Said::Skills(&["Teaching", "Speaking to a room"])),
                (1, Said::Choices(&[2, 1])),
                (2, Said::Points(2)),
                (3, Said::Choices(&[0])),
                (4, Said::Choices(&[1])),
                (
                    5,
                    Said::Words(
                        "An apprentice asked why I never write anything down. I bought a notebook \
                         the same evening.",
                    ),
                ),
            ],
        )
    },
    application(
        "Meera Joshi",
        "mentee",
        -166,
        Outcome::Approved(-165),
        &[
            (0, Said::Skills(&["Software", "Technical leadership"])),
            (1, Said::Choices(&[0, 3, 5])),
            (2, Said::Points(1)),
            (3, Said::Choices(&[1])),
            (6, Said::Words("Marathi, Hindi or English")),
        ],
    ),
    application(
        "Maaike Jansen",
        "mentee",
        -160,
        Outcome::Approved(-158),
        &[
            (0, Said::Skills(&["Forecasting", "Negotiating"])),
            (1, Said::Choices(&[1, 4])),
            (2, Said::Points(4)),
            (3, Said::Choices(&[2])),
            (4, Said::Choices(&[0, 1])),
        ],
    ),
    application(
        "Chloe Sandoval",
        "mentee",
        -150,
        Outcome::Approved(-149),
        &[
            (0, Said::Skills(&["Product management", "Selling"])),
            (1, Said::Choices(&[3, 0])),
            (2, Said::Points(3)),
            (3, Said::Choices(&[1])),
        ],
    ),
    Application {
        about: Some(
            "I design housings that nobody notices, which is the point of them. I would like to \
             be in the room when it is decided what we build next.",
        ),
        excluded: &["Fiona MacAllister"],
        ..application(
            "Daniel Abebe",
            "mentee",
            -19,
            Outcome::Waits,
            &[
                (0, Said::Skills(&["Product management", "Being concise"])),
                (1, Said::Choices(&[1, 0, 3])),
                (2, Said::Points(3)),
                (3, Said::Choices(&[1])),
                (4, Said::Choices(&[0, 2])),
                (
                    5,
                    Said::Words(
                        "A customer told me that he had never read a drawing of mine. Since then I \
                         draw them so that he could.",
                    ),
                ),
            ],
        )
    },
    Application {
        about: Some(
            "To audit suppliers in a way that they thank me for, perhaps from Rotterdam for half a year.",
        ),
        ..application(
            "Arjun Pillai",
            "mentee",
            -16,
            Outcome::Asked(
                -9,
                "You write that you would like to go to Rotterdam for half a year. Is that \
                 settled? Then we would look for a mentor there.",
            ),
            &[
                (
                    0,
                    Said::Skills(&["Negotiating", "Asking difficult questions"]),
                ),
                (1, Said::Choices(&[5, 0])),
                (2, Said::Points(4)),
                (3, Said::Choices(&[2])),
                (6, Said::Words("Malayalam or English")),
            ],
        )
    },
    Application {
        about: Some("How payroll could be more than a deadline that comes round every month."),
        ..application(
            "Deepika Shah",
            "mentee",
            -14,
            Outcome::WaitListed(
                -11,
                "Thank you for applying. You are in New Team Leaders until it ends, and we would \
                 like you to have the time for both. We come back to you then.",
            ),
            &[
                (0, Said::Skills(&["Reading a budget", "Software"])),
                (1, Said::Choices(&[0])),
                (3, Said::Choices(&[1])),
            ],
        )
    },
    Application {
        about: Some(
            "I would like to find out whether the field is the place for me to grow old in.",
        ),
        ..application(
            "Jack Nguyen",
            "mentee",
            -13,
            Outcome::Declined(
                -10,
                "Thank you for applying so soon again. We have nobody in your part of the day just \
                 now who could do you justice, and would rather say so than make you wait. Please \
                 ask again in the spring: Matilda has offered to mentor from then on.",
            ),
            &[
                (0, Said::Skills(&["Teaching"])),
                (1, Said::Choices(&[5])),
                (3, Said::Choices(&[1])),
            ],
        )
    },
    Application {
        about: Some(
            "Building something from nothing with six people and a very long way to the head \
             office. I listen well on the telephone.",
        ),
        away: Some((27, 41)),
        ..application(
            "Matilda Harrow",
            "mentor",
            -7,
            Outcome::Waits,
            &[
                (0, Said::Skills(&["Selling", "Leading from afar"])),
                (3, Said::Choices(&[1])),
                (4, Said::Choices(&[3])),
            ],
        )
    },
    Application {
        about: Some("To stop apologising before I speak."),
        ..application(
            "Priscilla Tau",
            "mentee",
            -3,
            Outcome::Waits,
            &[
                (0, Said::Skills(&["Speaking to a room", "Being concise"])),
                (1, Said::Choices(&[1, 2])),
                (2, Said::Points(2)),
                (3, Said::Choices(&[1])),
                (4, Said::Choices(&[0])),
            ],
        )
    },
    Application {
        about: Some("Everything about quarters that"),
        ..application(
            "Rachel Kim",
            "mentor",
            -2,
            Outcome::Draft,
            &[(0, Said::Skills(&["Forecasting", "Selling"]))],
        )
    },
];

pub const NEW_LEADERS: &[Application] = &[
    application(
        "Beth Hargreaves",
        "mentee",
        -120,
        Outcome::Approved(-119),
        &[
            (0, Said::Words("Two planners, since the spring")),
            (1, Said::Points(2)),
        ],
    ),
    application(
        "Terrence Boyd",
        "mentor",
        -120,
        Outcome::Approved(-119),
        &[(0, Said::Words("Nine, for eleven years"))],
    ),
];
