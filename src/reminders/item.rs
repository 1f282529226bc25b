//! What a reminder says. Names, days and what comes next: never a word that the two wrote.

use super::act::Direct;
use super::ahead::Onward;
use super::due::Day;
use super::kind::Kind;
use crate::pairings::access::Part;
use crate::pairings::next::Next;
use crate::pairings::stage::{FinalSession, MovingOn};
use crate::pairings::turn::{Step, Whose, closes_by_itself_on};
use crate::pairings::{Pairing, PairingId};
use crate::web::words;
use time::{Date, Duration, OffsetDateTime};

/// One thing to be reminded of.
#[derive(Clone, Debug)]
pub struct Item {
    pub kind: Kind,
    pub pairing: PairingId,
    /// What it is about, so that nobody is told twice.
    pub about: String,
    pub rung: i16,
    /// The session it is about, as calendars know it.
    pub uid: Option<String>,
    /// Carries the fact: the subject of a letter, or a line among others.
    pub subject: String,
    pub fact: String,
    /// What the link leads to.
    pub act: &'static str,
    pub direct: Direct,
    /// Nobody is to hear of it any more from then on.
    pub until: Option<OffsetDateTime>,
}

/// A pairing as one person sees it.
pub struct Seen(Pairing);

impl Seen {
    pub fn by(part: Part, pairing: &Pairing) -> Seen {
        Seen(Pairing {
            part,
            ..pairing.clone()
        })
    }

    pub fn part(&self) -> Part {
        self.0.part
    }

    fn partner(&self) -> &str {
        &self.0.partner().name
    }

    /// One whose link leads to the next step.
    fn item(&self, kind: Kind, about: String, (subject, fact): (String, String)) -> Item {
        Item {
            kind,
            pairing: self.0.id,
            about,
            rung: 0,
            uid: None,
            subject,
            fact,
            act: "",
            direct: Direct::Onward(Onward::Next),
            until: None,
        }
    }

    pub fn on_a_day(&self, day: &Day, today: Date) -> Item {
        let partner = self.partner();
        let Some(session) = &day.session else {
            return self.targets(day, today);
        };
        let what = match session.kind.as_str() {
            "initial" => format!("your initial meeting with {partner}"),
            "moving_on" => format!("your final session with {partner}"),
            _ => format!("your session with {partner}"),
        };
        let (lead, when) = if day.on == today + Duration::days(1) {
            (
                "Tomorrow".to_owned(),
                format!("tomorrow, {}", words::day(&day.on)),
            )
        } else {
            (words::day(&day.on), format!("on {}", words::day(&day.on)))
        };
        let hour = words::hour(&session.starts.time());
        let place = words::place(&session.time_zone);
        let fact = format!("You meet {partner} {when}, at {hour} ({place} time).");
        Item {
            act: "Say whether you come, and see the agenda and your open targets:",
            direct: Direct::Coming(session.id),
            uid: Some(session.uid.clone()),
            until: Some(session.starts_at),
            ..self.item(
                Kind::Tomorrow,
                format!("session {} on {}", session.id, day.on),
                (format!("{lead}: {what}"), fact),
            )
        }
    }

    fn targets(&self, day: &Day, today: Date) -> Item {
        let when = match (day.on - today).whole_days() {
            0 => "today".to_owned(),
            1 => "tomorrow".to_owned(),
            _ => format!("on {}", words::day(&day.on)),
        };
        let what = match day.targets {
            1 => "A target of yours is".to_owned(),
            many => format!("{many} targets of yours are"),
        };
        let partner = self.partner();
        Item {
            act: match day.targets {
                1 => "Say that it is done:",
                _ => "See your targets, and mark what is done:",
            },
            direct: Direct::Targets(day.on),
            ..self.item(
                Kind::Target,
                format!("due on {}", day.on),
                (
                    format!("{what} due {when}"),
                    format!("{what} due {when}, in your pairing with {partner}."),
                ),
            )
        }
    }

    /// A session that was to be on that day.
    pub fn to_record(&self, id: i64, on: Date) -> Item {
        let (partner, day) = (self.partner(), words::day(&on));
        let about = format!("session {id}");
        if self.0.turn().step == Step::RecordSession(id) {
            let fact = format!(
                "You met {partner} on {day}. A few lines are enough, while it is fresh: what helped, \
                 and what comes next."
            );
            let said = (format!("Write up your session with {partner}"), fact);
            return Item {
                act: "Write it up:",
                direct: Direct::Onward(Onward::Record(id)),
                ..self.item(Kind::Record, about, said)
            };
        }
        let fact = format!(
            "You were to meet {partner} on {day}, and nobody has said yet whether you did. If it did \
             not happen, nobody is asked why."
        );
        Item {
            act: "Say what happened:",
            direct: Direct::Happened(id),
            ..self.item(
                Kind::Record,
                about,
                (format!("Did your session with {partner} happen?"), fact),
            )
        }
    }

    pub fn to_review(&self, held: FinalSession, moving: MovingOn) -> Item {
        let partner = self.partner();
        let closes = closes_by_itself_on(&self.0, moving).map(|day| {
            format!(
                " The pairing closes by itself on {}, with the reviews that it has.",
                words::day(&day)
            )
        });
        let fact = format!(
            "Your final session with {partner} is over: look back, each of you alone first.{}",
            closes.unwrap_or_default()
        );
        let subject = format!("Your moving-on review with {partner} is open");
        Item {
            act: "Answer the review:",
            direct: Direct::Onward(Onward::Review),
            ..self.item(
                Kind::Review,
                format!("final session on {}", held.on),
                (subject, fact),
            )
        }
    }

    /// The review half-way: it is to be answered, or both have.
    pub fn half_way(&self, step: Step) -> Item {
        let partner = self.partner();
        let (about, act, subject, fact) = match step {
            Step::DecideMidpoint => (
                "half-way: decide",
                "Read both, and decide how you go on:",
                format!("Half-way: how do you and {partner} go on?"),
                format!(
                    "You and {partner} have both answered the mid-point review. Read the two side by \
                     side, at your next session perhaps, and say how you go on."
                ),
            ),
            _ => (
                "half-way: answer",
                "Answer the mid-point review:",
                format!("Half-way with {partner}: a few questions"),
                format!(
                    "Half of your time with {partner} is over. Look back for a few minutes, each of \
                     you alone first: what helps, and what is missing."
                ),
            ),
        };
        Item {
            act,
            direct: Direct::Onward(Onward::Midpoint),
            ..self.item(Kind::Review, about.to_owned(), (subject, fact))
        }
    }

    /// The next step has waited for so many days.
    pub fn waiting(&self, about: String, rung: i16) -> Item {
        let next = Next::of(&self.0);
        let weeks = match rung {
            7 => "a week",
            14 => "two weeks",
            _ => "three weeks",
        };
        let item = if self.part() == Part::Coordinator {
            self.standing_still(&next, about, weeks)
        } else if next.yours {
            self.yours(next, about, weeks)
        } else {
            self.theirs(&next, about, weeks)
        };
        Item { rung, ..item }
    }

    fn yours(&self, next: Next, about: String, weeks: &str) -> Item {
        let partner = self.partner();
        let turn = match self.0.turn().whose {
            Whose::Either => "the turn of the two of you",
            _ => "your turn",
        };
        let when = next.when.map(|when| format!(" {when}."));
        let fact = format!(
            "It has been {turn} for {weeks} in your pairing with {partner}. What comes next: {}.{}",
            next.sentence,
            when.unwrap_or_default()
        );
        let sentence = lower(&next.sentence);
        let subject = match self.0.turn().whose {
            Whose::Either => {
                // Their name is said before.
                let with = format!(" with {partner}");
                let act = sentence.strip_suffix(&with).unwrap_or(&sentence);
                format!("You and {partner}: {act}")
            }
            _ => format!("Your turn: {sentence}"),
        };
        Item {
            act: "Do it here:",
            direct: match self.0.turn().step {
                Step::AnswerOffer => Direct::Offer,
                Step::SayWhetherItHappened(id) => Direct::Happened(id),
                Step::RecordSession(id) => Direct::Onward(Onward::Record(id)),
                _ => Direct::Onward(Onward::Next),
            },
            ..self.item(Kind::Turn, about, (subject, fact))
        }
    }

    fn theirs(&self, next: &Next, about: String, weeks: &str) -> Item {
        let partner = self.partner();
        let fact = format!(
            "Your pairing with {partner} has waited for {weeks}, and it is {partner}’s turn. What comes \
             next: {}. A kind word from you may help.",
            next.sentence
        );
        Item {
            act: "See how the two of you stand:",
            ..self.item(
                Kind::Turn,
                about,
                (format!("Your pairing waits for {partner}"), fact),
            )
        }
    }

    fn standing_still(&self, next: &Next, about: String, weeks: &str) -> Item {
        let (title, programme) = (self.0.title(), &self.0.programme.name);
        let (kind, subject) = if next.yours {
            (Kind::Turn, format!("Your turn as coordinator: {title}"))
        } else {
            (
                Kind::Standstill,
                format!("{title} have stood still for {weeks}"),
            )
        };
        let fact = format!(
            "{title}, in {programme}, have waited for {weeks}. {}: {}.",
            next.kicker,
            lower(&next.sentence)
        );
        Item {
            act: "See the pairing:",
            ..self.item(kind, about, (subject, fact))
        }
    }
}

/// "book the next session with Maya", but "Maya writes up the last session": a name stays as it is.
fn lower(sentence: &str) -> String {
    const ACTS: [&str; 14] = [
        "Publish",
        "Say",
        "The",
        "Book",
        "Draft",
        "Read",
        "Write",
        "Settle",
        "Answer",
        "They",
        "A",
        "Give",
        "Everything",
        "Meet",
    ];
    let first = sentence.split(' ').next().unwrap_or_default();
    if !ACTS.contains(&first) {
        return sentence.to_owned();
    }
    let (head, tail) = sentence.split_at(1);
    format!("{}{tail}", head.to_lowercase())
}
