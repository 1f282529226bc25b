//! Pairs that have not begun, or only just: a proposal, offers, and first meetings in every state.

use crate::demo::story::{
    Agreement, Comment, NOTHING, Objective, Preparation, Session, Story, Wrote, aim, booked, draft,
    held, open, paired, proposed,
};
use crate::pairings::stage::Side::{Mentee, Mentor};

/// The initial meeting is coming up.
pub const WEI_LIN: Story = Story {
    seeks: "I buy electronics that I do not understand as well as I pretend. I would like to stop \
            pretending, with somebody who will not laugh.",
    hour: (11, 0),
    place: "Sensors lab, second door. Knock, the bell is a joke",
    preparations: &[Preparation {
        by: Mentee,
        day: -1,
        hopes: "To ask the stupid questions in a room where they are allowed, and to find out which \
                of them were not stupid.",
        questions: "What does a sensor do when nobody is looking?\nWhich of my purchase orders made \
                    you sigh?",
        story: "Languages, then shipping, then two years of buying displays by their part numbers. I \
                can read a datasheet the way one reads a menu abroad.",
    }],
    sessions: &[booked(
        5,
        "- Hello, and how you came to Quillmoor\n- What a buyer has to know about a sensor, and what \
         she may safely leave to you\n- My first negotiation: the display tender\n- How often, how \
         long, and who brings the biscuits",
    )],
    looked_at: &[-2],
    ..paired("Kenji Watanabe", "Wei Lin Tan", -10)
};

/// Nothing is booked yet.
pub const ANANYA: Story = Story {
    seeks: "My dashboards answer questions that nobody asked. I would like to meet whoever has the \
            questions.",
    hour: (9, 0),
    place: "",
    looked_at: &[-1],
    ..paired("Oliver Cartwright", "Ananya Bhatt", -12)
};

const HUGH_FIRST: Agreement = Agreement {
    success: "My forecast is argued with. At present it is filed.",
    scope: "Candour, and how to survive it. Anneke's own budget I check myself, so we leave that \
            alone.",
    meetings: "Once a month, mornings. Anneke is punctual to the second and apologises for it.",
    contact: "By letter if Hugh has his way; e-mail will be accepted.",
    mentor_commits: "To show how it is done and then how to mend it.",
    mentee_commits: "One candid sentence a week, in company.",
    ends_on: 92,
    ..draft(
        Mentee,
        -5,
        "To say the thing itself, at the meeting itself, in a normal voice.",
    )
};

/// What Anneke made of it.
const HUGH_SECOND: Agreement = Agreement {
    drafted: (Mentor, -3),
    meetings: "Every third week, mornings. Anneke is punctual to the second and does not apologise for \
               it.",
    contact: "By e-mail. Letters are read with pleasure and answered by e-mail.",
    mentee_commits: "One candid sentence a week, in company, and none of the words 'with respect'.",
    booking: "Hugh books. Whoever is dissatisfied brings the agenda.",
    conflicts: "Cost reports from Hugh come across Anneke's desk twice a year. That fortnight we do not \
                speak of them.",
    feedback: "Directly, at once, and then tea.",
    ..HUGH_FIRST
};

/// They have met; an agreement is drafted and unsigned.
pub const HUGH: Story = Story {
    seeks: "Thirty years of being polite. I should like to be heard before I retire.",
    hour: (10, 0),
    place: "Video, with a notebook",
    agreements: &[HUGH_FIRST, HUGH_SECOND],
    comments: &[
        Comment {
            by: Mentor,
            day: -4,
            version: 1,
            clause: "contact",
            body: "I will not write letters, Hugh. I would have to find a stamp.",
        },
        Comment {
            by: Mentee,
            day: -3,
            version: 1,
            clause: "contact",
            body: "I feared as much. I withdraw the letters, and keep the fountain pen.",
        },
        Comment {
            by: Mentee,
            day: -2,
            version: 2,
            clause: "mentee_commits",
            body: "All of the words? One of them is 'with'.",
        },
    ],
    preparations: &[
        Preparation {
            by: Mentee,
            day: -9,
            hopes: "To be contradicted, and to find that one survives it.",
            questions: "How does one begin a sentence that nobody will like?",
            story: "Articled clerk, accountant, cost controller. Three company names over the same door.",
        },
        Preparation {
            by: Mentor,
            day: -8,
            hopes: "To learn how much of my being right has been heard as being rude.",
            questions: "When did you last lose an argument on purpose?",
            story: "Delft, a shipyard, then this place because it was nearer the sea. I run Operations \
                    as I sail: reef early and say so.",
        },
    ],
    checks: &[
        (Mentor, -6, "contacts"),
        (Mentor, -6, "undisturbed"),
        (Mentee, -6, "expectations"),
        (Mentor, -6, "boundaries"),
        (Mentee, -5, "objectives"),
    ],
    sessions: &[Session {
        mentor: Wrote {
            talked_about: "Why directness feels rude to Hugh and why its absence feels rude to me. We \
                           were both surprised, politely and directly.",
            strengths: "He sees a bad month coming earlier than anybody in the building.",
            development: "Telling us.",
            feedback: "You said 'with respect' four times. Where I come from that is a threat.",
            ..NOTHING
        },
        mentee: Wrote {
            talked_about: "Most refreshing. I was told that my cost report is excellent and that \
                           nobody reads beyond the first table, in one breath.",
            ..NOTHING
        },
        targets: &[open(
            Mentee,
            "Say one candid thing at the month-end meeting",
            8,
        )],
        ..held(-6, "Introductions. The matter of tone.")
    }],
    objectives: &[Objective {
        agreed: None,
        ..aim(
            "Have a forecast of mine changed by argument",
            "It comes back with somebody else's handwriting on it.",
            -5,
            75,
        )
    }],
    change: Some((Mentee, -4)),
    ..paired("Anneke de Vries", "Hugh Pemberton", -19)
};

/// An agreement is drafted and signed by one of them before they meet.
pub const ZAINAB: Story = Story {
    seeks: "I design boards that live under water. I have never seen one come back up.",
    hour: (13, 0),
    place: "https://meet.quillmoor.example/nils",
    agreements: &[Agreement {
        mentee_signed: Some(-3),
        success: "I have been to three sites and can draw what each did to my board.",
        meetings: "To be settled when we meet. I am free most middays.",
        mentee_commits: "I bring my own waders.",
        confidentiality: "What goes wrong at a customer's is not gossip.",
        ends_on: 92,
        ..draft(
            Mentee,
            -3,
            "To see the field with the eyes of Service, and to find out whether I would be happier \
             there. (A first draft. Please scribble on it.)",
        )
    }],
    sessions: &[booked(6, "My draft. Which sites, and how soon?")],
    ..paired("Nils Hendriks", "Zainab Hussain", -13)
};

/// The initial meeting lies in the past, and nobody has said whether it happened.
pub const TARIQ: Story = Story {
    seeks: "From checking quality to deciding what quality is. I would like to know what that costs.",
    hour: (15, 30),
    place: "Call, Priya dials",
    sessions: &[booked(
        -2,
        "What I do now, what I envy, and whether the second follows from the first.",
    )],
    ..paired("Priya Raghunathan", "Tariq Mahmoud", -14)
};

/// Offered, and answered by neither.
pub const MATEUS: Story = Story {
    seeks: "Money people decide about design without meeting it. I want to introduce the two.",
    hour: (16, 0),
    mentor_accepted: None,
    mentee_accepted: None,
    ..paired("David Okonjo", "Mateus Oliveira", -4)
};

/// The mentor has accepted, the mentee not yet.
pub const ELEANOR: Story = Story {
    seeks: "Everyone here has thirty years on me. I would like to be useful before I am old.",
    hour: (14, 0),
    mentee_accepted: None,
    ..paired("Lotte van den Berg", "Eleanor Finch", -6)
};

/// The mentee has accepted and waits.
pub const FEMKE: Story = Story {
    seeks: "The warehouse is fine. I am the one who is tired, and it has begun to show in the team.",
    hour: (14, 0),
    mentor_accepted: None,
    mentee_accepted: Some(-8),
    looked_at: &[-1],
    ..paired("Siobhan Kelleher", "Femke Bakker", -10)
};

/// Nobody but the coordinators knows of it.
pub const JEROEN: Story = Story {
    seeks: "I plan lorries by feel and it works. I want to know why it works before it stops.",
    hour: (14, 0),
    ..proposed("Amelia Brandt", "Jeroen Smit", -2)
};
