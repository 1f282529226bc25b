//! What people are reminded of.

/// A kind of reminder that somebody may want or not.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Kind {
    /// A session is tomorrow.
    Tomorrow,
    /// A session is over, and nobody has said what became of it.
    Record,
    Target,
    /// The next step has waited for a week, or for two.
    Turn,
    /// A review: half-way, or of moving on.
    Review,
    /// To coordinators: a pairing has waited for three weeks.
    Standstill,
}

impl Kind {
    pub const ALL: [Kind; 6] = [
        Kind::Tomorrow,
        Kind::Record,
        Kind::Target,
        Kind::Turn,
        Kind::Review,
        Kind::Standstill,
    ];

    pub fn slug(self) -> &'static str {
        match self {
            Kind::Tomorrow => "tomorrow",
            Kind::Record => "record",
            Kind::Target => "target",
            Kind::Turn => "turn",
            Kind::Review => "review",
            Kind::Standstill => "standstill",
        }
    }

    pub fn read(slug: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.slug() == slug)
    }

    /// As it stands in a list.
    pub fn title(self) -> &'static str {
        match self {
            Kind::Tomorrow => "A session is tomorrow",
            Kind::Record => "A session is to be written up",
            Kind::Target => "A target of yours is due",
            Kind::Turn => "It has been your turn for a week or longer",
            Kind::Review => "A review of yours is open, half-way or when you move on",
            Kind::Standstill => "A pairing that you coordinate has stood still for three weeks",
        }
    }

    /// After "Waymark wrote this, because".
    pub fn why(self) -> &'static str {
        match self {
            Kind::Tomorrow => "you have a session booked",
            Kind::Record => "a session of yours has taken place or should have",
            Kind::Target => "you have a target with a date",
            Kind::Turn => "a pairing of yours waits for its next step",
            Kind::Review => "a pairing of yours looks back",
            Kind::Standstill => "you coordinate the programme",
        }
    }

    /// In the middle of a sentence.
    pub fn in_a_sentence(self) -> &'static str {
        match self {
            Kind::Tomorrow => "that a session is tomorrow",
            Kind::Record => "of sessions to be written up",
            Kind::Target => "of targets that are due",
            Kind::Turn => "of whose turn it is",
            Kind::Review => "of reviews half-way and when you move on",
            Kind::Standstill => "of pairings that stand still",
        }
    }
}
