//! The nine duties of a mentor: prompts beside a record, and what the mentee may say helped.

/// A duty, as it is stored and in words, with a question that a mentor might ask.
pub struct Duty {
    pub key: &'static str,
    pub name: &'static str,
    /// To a mentor: what to ask.
    pub prompt: &'static str,
    /// To a mentee: what it was that helped.
    pub helped: &'static str,
}

const fn duty(
    key: &'static str,
    name: &'static str,
    prompt: &'static str,
    helped: &'static str,
) -> Duty {
    Duty {
        key,
        name,
        prompt,
        helped,
    }
}

#[rustfmt::skip]
pub const NINE: [Duty; 9] = [
    duty("listen", "Listen", "What would you like me to understand before I say anything?", "I was listened to"),
    duty("sounding_board", "Be a sounding board", "Say it aloud once: how does it sound to you now?", "I could think aloud"),
    duty("questions", "Ask questions", "What have you not asked yourself about this yet?", "Good questions"),
    duty("perspective", "Offer another perspective", "How would this look to whoever sits across the table?", "Another way of seeing it"),
    duty("reflection", "Encourage reflection", "What did you notice about yourself while it happened?", "Looking back at what I did"),
    duty("support", "Support and encourage", "What went better than you give yourself credit for?", "Encouragement"),
    duty("development", "Help find areas for development", "Which skill would make the next time easier?", "Finding what to work on"),
    duty("challenges", "Share how you overcame challenges", "Would it help to hear about a time when I was stuck?", "Hearing how my mentor got through something"),
    duty("career", "Advise on career", "Where do you want this to have led, two years from now?", "Advice on my career"),
];

/// The four steps of a talk that goes somewhere.
pub const GROW: [(&str, &str); 4] = [
    ("Goal", "What would make this hour worth it for you?"),
    (
        "Reality",
        "What happens now, and what have you tried already?",
    ),
    (
        "Options",
        "What else could you do, if nobody were watching?",
    ),
    (
        "Will",
        "What will you do first, and when will I hear of it?",
    ),
];

pub fn of(key: &str) -> Option<&'static Duty> {
    NINE.iter().find(|one| one.key == key)
}
