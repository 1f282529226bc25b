//! The ten qualities of a mentor, and how somebody rates themselves.

/// A quality, as it is stored and in words.
#[derive(Debug, PartialEq)]
pub struct Quality {
    pub key: &'static str,
    pub name: &'static str,
    /// What it is, said of oneself.
    pub statement: &'static str,
    /// What an example of it might tell.
    pub hint: &'static str,
}

const fn quality(
    key: &'static str,
    name: &'static str,
    statement: &'static str,
    hint: &'static str,
) -> Quality {
    Quality {
        key,
        name,
        statement,
        hint,
    }
}

#[rustfmt::skip]
pub const TEN: [Quality; 10] = [
    quality("self_awareness", "Self-awareness", "I know how I come across, and what I am not good at", "When did you notice what your mood did to others?"),
    quality("know_how", "Know-how of the organisation", "I know who does what here, and how things get done", "Whom did you send somebody to, and was it the right person?"),
    quality("credibility", "Credibility", "People trust what I say and do", "What did somebody take your word for?"),
    quality("accessibility", "Accessibility", "I have time for others, and they dare to come", "Who interrupted you, and was glad of it?"),
    quality("communication", "Communication", "I listen, ask and explain so that others understand", "What did you explain that came back to you right?"),
    quality("empowering", "Inspiring and empowering", "I encourage others to do it themselves", "What did somebody do that you could have done?"),
    quality("development", "Developmental understanding", "I see how people learn, and what they are ready for", "When did you see that somebody was ready before they did?"),
    quality("resourcefulness", "Resourcefulness", "I find a way, a book or a person where I do not know", "What did you not know, and how did you find out?"),
    quality("empathy", "Empathy", "I can put myself in somebody else’s place", "When did you understand somebody whom you did not agree with?"),
    quality("open_mindedness", "Open-mindedness", "I let myself be convinced, and like what is new to me", "When did you last change your mind before others?"),
];

/// From one to five.
pub const RATINGS: [&str; 5] = ["Hardly", "A little", "Partly", "Mostly", "Fully"];

pub fn of(key: &str) -> Option<&'static Quality> {
    TEN.iter().find(|one| one.key == key)
}

/// "Mostly" of 4.
pub fn in_words(rating: i16) -> &'static str {
    let at = usize::try_from(rating - 1).ok();
    at.and_then(|at| RATINGS.get(at)).copied().unwrap_or("")
}

impl Quality {
    /// The field of its example.
    pub fn example(&self) -> String {
        format!("{}_example", self.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratings_are_in_words_from_one_to_five() {
        assert_eq!([1, 5].map(in_words), ["Hardly", "Fully"]);
        assert_eq!([-1, 0, 6].map(in_words), [""; 3]);
    }
}
