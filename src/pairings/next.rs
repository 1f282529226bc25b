//! The next step of a pairing in words, with the one button that leads to it.

use super::access::{Action, BookSession, Part};
use super::stage::{How, MovingOn, Side, Stage};
use super::turn::{Step, Turn, Whose};
use super::{OpenSession, Pairing};
use crate::web::words;
use time::Date;

/// What the card at the top of a page says.
pub struct Next {
    /// "Your next step", or whom it waits for.
    pub kicker: String,
    pub sentence: String,
    /// Of a meeting, the viewer's own day.
    pub by: Option<Date>,
    /// Whether `by` is the very day, and not the last one.
    pub on_that_day: bool,
    pub late: bool,
    /// "By Friday 27 November 2026, in 3 days", "On …" for a meeting, "Was due …" once it is late.
    pub when: Option<String>,
    /// Whether the viewer is the one to act.
    pub yours: bool,
    /// Where the primary button leads, and what it says.
    pub button: Option<Button>,
    /// What else is always at hand: to book, whatever the two wait for.
    pub also: Option<Button>,
}

/// Where it leads, and what it says.
pub type Button = (String, &'static str);

/// What belongs to a pairing besides its next step, and holds nothing up.
pub struct Beside {
    pub sentence: String,
    pub when: Option<String>,
    pub button: Option<Button>,
}

impl Beside {
    pub fn of(pairing: &Pairing) -> Option<Beside> {
        let turn = Turn::beside(pairing)?;
        let yours = turn.is(pairing.part);
        Some(Beside {
            sentence: sentence(pairing, &turn, yours),
            when: turn.by.map(|by| by_when(&by, &pairing.today)),
            button: button(pairing, &turn, yours),
        })
    }
}

impl Next {
    pub fn of(pairing: &Pairing) -> Next {
        let turn = pairing.turn();
        let yours = turn.is(pairing.part);
        let (button, also) = match (button(pairing, &turn, yours), booking(pairing)) {
            (None, _) => (Next::booking(pairing), None),
            (button, booking) if button == booking => (button, None),
            both => both,
        };
        let meeting = pairing
            .facts
            .open_session
            .filter(|_| matches!(turn.step, Step::Meet(_)));
        Next {
            kicker: kicker(pairing, &turn, yours),
            sentence: sentence(pairing, &turn, yours),
            by: meeting.map_or(turn.by, |session| Some(session.times.yours.date())),
            on_that_day: meeting.is_some(),
            late: turn.by.is_some_and(|by| by < pairing.today),
            when: match meeting {
                Some(session) => Some(when_they_meet(pairing, &session)),
                None => turn.by.map(|by| by_when(&by, &pairing.today)),
            },
            yours,
            button,
            also,
        }
    }

    /// Where the viewer chooses a time, or sees the one that is booked.
    pub fn booking(pairing: &Pairing) -> Option<Button> {
        booking(pairing).or_else(|| open_session(pairing))
    }

    /// The same on the pairing's own page, where suggested times are answered.
    pub fn beside_suggestions(mut self) -> Next {
        if self
            .button
            .as_ref()
            .is_some_and(|(path, _)| path.ends_with("#suggestion"))
        {
            (self.button, self.also) = (None, None);
        }
        self
    }

    /// The same on the page that its button would lead to, where the act itself is at hand.
    pub fn seen_on(mut self, place: &str) -> Next {
        self.button = self.button.filter(|(path, _)| !path.ends_with(place));
        self.also = None;
        self
    }
}

fn by_when(by: &Date, today: &Date) -> String {
    let lead = if by < today { "Was due" } else { "By" };
    format!("{lead} {}, {}", words::day(by), words::when(by, today))
}

fn when_they_meet(pairing: &Pairing, session: &OpenSession) -> String {
    let starts = session.times.yours;
    if session.starts_at <= pairing.now {
        return format!("Under way since {}", words::hour(&starts.time()));
    }
    let day = starts.date();
    let when = words::when(&day, &pairing.viewers_today);
    format!("On {}, {when}", words::day(&day))
}

fn kicker(pairing: &Pairing, turn: &Turn, yours: bool) -> String {
    match turn.whose {
        Whose::Nobody => match turn.step {
            Step::Resume => "Paused".into(),
            _ => "Closed".into(),
        },
        Whose::Either if yours => "Next for the two of you".into(),
        _ if yours => "Your next step".into(),
        Whose::Mentor => format!("Waiting for {}", pairing.mentor.name),
        Whose::Mentee => format!("Waiting for {}", pairing.mentee.name),
        Whose::Either => format!("Next for {}", pairing.title()),
        Whose::Coordinator => "Waiting for the coordinator".into(),
    }
}

fn sentence(pairing: &Pairing, turn: &Turn, yours: bool) -> String {
    let (mentor, mentee) = (&pairing.mentor.name, &pairing.mentee.name);
    let partner = &pairing.partner().name;
    let outside = pairing.part == Part::Coordinator;
    let with = if outside {
        String::new()
    } else {
        format!(" with {partner}")
    };
    match turn.step {
        Step::Publish => "Publish the pairing, so that the two can accept".into(),
        Step::AnswerOffer if yours && !answered(pairing) => {
            format!("Say whether you would like to be paired with {partner}")
        }
        Step::AnswerOffer if answered(pairing) => format!("{partner} answers the offer"),
        Step::AnswerOffer => "The offer is being considered".into(),
        Step::MakeRoom if yours => {
            format!("{mentor} has no free place any more: make one, or withdraw the offer")
        }
        Step::MakeRoom => "The coordinator finds a place, or withdraws the offer".into(),
        Step::GiveHours if yours => format!("Say when you can usually meet {mentee}"),
        Step::GiveHours => format!("{mentor} says when a meeting is possible"),
        Step::BookInitialMeeting => format!("Book the initial meeting{with}"),
        Step::DraftAgreement => format!("Draft your mentoring agreement{with}"),
        Step::SignAgreement if signed(pairing) => {
            format!("{partner} reads and signs the agreement")
        }
        Step::SignAgreement => "Read and sign the mentoring agreement".into(),
        Step::Meet(_) if outside => "They meet".into(),
        Step::Meet(_) => format!("Meet {partner}"),
        Step::SayWhetherItHappened(_) => "Say whether the session happened".into(),
        Step::RecordSession(_) if yours => format!("Write up your session{with}"),
        Step::RecordSession(_) => format!("{mentor} writes up the last session"),
        Step::AnswerObjective if yours => {
            format!("{partner} proposes an objective: read it and agree")
        }
        Step::AnswerObjective => "A proposed objective waits to be agreed".into(),
        Step::SignOffObjective if yours => {
            format!("{mentee} has reached an objective: sign it off")
        }
        Step::SignOffObjective => format!("{mentor} signs off an objective that was reached"),
        Step::BookSession => format!("Book the next session{with}"),
        Step::AnswerSuggestion if yours => {
            format!("{partner} suggests times to meet: choose one")
        }
        Step::AnswerSuggestion if outside => "The times that were suggested are answered".into(),
        Step::AnswerSuggestion => format!("{partner} answers the times that you suggested"),
        Step::SettleObjectives => "Settle every objective: signed off, handed on or dropped".into(),
        Step::BookFinalSession => format!("Book the final session{with}"),
        Step::WriteFurtherSteps if yours => "Write down your further steps".into(),
        Step::WriteFurtherSteps => format!("{mentee} writes down further steps"),
        Step::AnswerReview if reviewed(pairing) => format!("{partner} answers the review"),
        Step::AnswerReview if outside => "The two answer the moving-on review".into(),
        Step::AnswerReview => "Answer the moving-on review, by yourself first".into(),
        Step::AnswerMidpoint | Step::DecideMidpoint => half_way(pairing, turn, yours),
        Step::ReviewTogether => "Read both reviews and write the joint part together".into(),
        Step::Close => "Everything is done: close the pairing".into(),
        Step::Resume => "Clocks stand still until the pairing is resumed".into(),
        Step::Rest => rest(pairing),
    }
}

fn rest(pairing: &Pairing) -> String {
    let mentee = &pairing.mentee.name;
    match pairing.dates.closed_how {
        Some(How::MenteeAsked) => format!(
            "Nobody was told of this proposal: it was withdrawn when {mentee} asked a mentor themselves"
        ),
        _ => "This pairing is closed. It can still be read".into(),
    }
}

/// The same of the review half-way.
fn half_way(pairing: &Pairing, turn: &Turn, yours: bool) -> String {
    let partner = &pairing.partner().name;
    let outside = pairing.part == Part::Coordinator;
    match (turn.step == Step::DecideMidpoint, outside) {
        (true, true) => "The two decide half-way how they go on".into(),
        (true, false) => format!("Decide half-way how you go on with {partner}"),
        (false, true) => "The two answer the mid-point review".into(),
        (false, false) if yours => format!("Look back half-way with {partner}, by yourself first"),
        (false, false) => format!("{partner} answers the mid-point review"),
    }
}

fn button(pairing: &Pairing, turn: &Turn, yours: bool) -> Option<(String, &'static str)> {
    let at = |place: &str| format!("/pairings/{}{place}", pairing.id);
    if !yours && turn.step != Step::Resume {
        return None;
    }
    Some(match turn.step {
        // These two stand on the pairing's own page.
        Step::Publish => (at("#publish"), "Publish the pairing"),
        Step::AnswerOffer if answered(pairing) => return None,
        Step::AnswerOffer => (at("#answer"), "Read and answer"),
        Step::MakeRoom => {
            let (programme, mentor) = (pairing.programme.id, pairing.mentor.id);
            let places = format!("/programmes/{programme}/enrolments/{mentor}/mentor");
            (places, "Change their places")
        }
        Step::GiveHours => ("/account/hours".into(), "Give your weekly hours"),
        Step::BookInitialMeeting | Step::BookSession | Step::BookFinalSession => {
            return booking(pairing);
        }
        Step::DraftAgreement => (at("/agreement/edit"), "Draft the agreement"),
        Step::SignAgreement if signed(pairing) => return None,
        Step::SignAgreement => (at("/agreement"), "Read and sign"),
        Step::Meet(id) => (at(&format!("/sessions/{id}")), "See the session"),
        Step::SayWhetherItHappened(id) => (at(&format!("/sessions/{id}")), "Say what happened"),
        Step::RecordSession(id) => (
            at(&format!("/sessions/{id}/record")),
            "Write up the session",
        ),
        Step::AnswerObjective => (at("/objectives"), "Read the objective"),
        Step::SignOffObjective => (at("/objectives"), "Sign it off"),
        Step::AnswerSuggestion => (at("#suggestion"), "See the times"),
        Step::SettleObjectives => (at("/objectives"), "Settle the objectives"),
        Step::WriteFurtherSteps => (at("/moving-on"), "Write further steps"),
        Step::AnswerReview if reviewed(pairing) => return None,
        Step::AnswerReview => (at("/review"), "Answer the review"),
        Step::AnswerMidpoint => (at("/midpoint"), "Answer the mid-point review"),
        Step::DecideMidpoint => (at("/midpoint"), "Read both and decide"),
        Step::ReviewTogether => (at("/review"), "Read both and write together"),
        Step::Close => (at("/moving-on"), "Close the pairing"),
        Step::Resume => (at("/pause"), "Resume the pairing"),
        Step::Rest => return None,
    })
}

/// Choosing a time, whenever the viewer may and nothing is booked.
fn booking(pairing: &Pairing) -> Option<Button> {
    let facts = &pairing.facts;
    let open = facts.open_session.is_none() && facts.mentor_gives_hours;
    if !open || BookSession::RULE.check(pairing).is_err() {
        return None;
    }
    let label = match pairing.stage {
        Stage::InitialMeeting(initial) if initial.met_on.is_none() => "Book the initial meeting",
        Stage::MovingOn(MovingOn {
            final_session: Some(_),
            ..
        }) => return None,
        Stage::MovingOn(_) => "Book the final session",
        _ => "Book a session",
    };
    Some((format!("/pairings/{}/sessions/new", pairing.id), label))
}

fn open_session(pairing: &Pairing) -> Option<Button> {
    pairing.part.side()?;
    let session = pairing.facts.open_session?;
    let path = format!("/pairings/{}/sessions/{}", pairing.id, session.id);
    Some((path, "See the session"))
}

/// Whether the viewer has already done their own part of what waits for either.
fn signed(pairing: &Pairing) -> bool {
    by_viewer(pairing, |pairing, side| {
        let agreement = pairing.facts.agreement;
        agreement.is_some_and(|agreement| agreement.signed_by(side).is_some())
    })
}

fn answered(pairing: &Pairing) -> bool {
    by_viewer(pairing, |pairing, side| match side {
        Side::Mentor => pairing.dates.mentor_accepted_on.is_some(),
        Side::Mentee => pairing.dates.mentee_accepted_on.is_some(),
    })
}

fn reviewed(pairing: &Pairing) -> bool {
    by_viewer(pairing, |pairing, side| match side {
        Side::Mentor => pairing.dates.mentor_reviewed_on.is_some(),
        Side::Mentee => pairing.dates.mentee_reviewed_on.is_some(),
    })
}

fn by_viewer(pairing: &Pairing, done: fn(&Pairing, Side) -> bool) -> bool {
    pairing.part.side().is_some_and(|side| done(pairing, side))
}
