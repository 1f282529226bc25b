//! Whose turn it is, what for, and by when. Follows from the stage and the facts alone, so that
//! everybody who may see the pairing is told the same.

use super::Pairing;
use super::access::Part;
use super::stage::{InitialMeeting, MovingOn, Offered, Sessions, Side, Stage};
use time::{Date, Duration};

/// The next step of a pairing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Turn {
    pub whose: Whose,
    pub step: Step,
    pub by: Option<Date>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Whose {
    Mentor,
    Mentee,
    /// Either may do it for both.
    Either,
    Coordinator,
    Nobody,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Step {
    Publish,
    AnswerOffer,
    GiveHours,
    BookInitialMeeting,
    DraftAgreement,
    SignAgreement,
    /// It is booked: meet.
    Meet(i64),
    /// It is over: say whether it happened.
    SayWhetherItHappened(i64),
    RecordSession(i64),
    AnswerObjective,
    SignOffObjective,
    BookSession,
    SettleObjectives,
    BookFinalSession,
    WriteFurtherSteps,
    AnswerReview,
    ReviewTogether,
    Close,
    Resume,
    Rest,
}

const A_WEEK: Duration = Duration::weeks(1);

impl Turn {
    pub fn of(pairing: &Pairing) -> Turn {
        if pairing.paused_since.is_some() {
            return turn(Whose::Nobody, Step::Resume, None);
        }
        let next = Self::by_stage(pairing);
        // A meeting is on its day. Every other clock begins anew when the pairing is taken up again.
        let anew = pairing.taken_up_on.map(|day| day + A_WEEK);
        let fixed = matches!(next.step, Step::Meet(_));
        Turn {
            by: next.by.map(|by| {
                if fixed {
                    by
                } else {
                    Some(by).max(anew).unwrap_or(by)
                }
            }),
            ..next
        }
    }

    fn by_stage(pairing: &Pairing) -> Turn {
        match pairing.stage {
            Stage::Proposed(proposed) => turn(
                Whose::Coordinator,
                Step::Publish,
                Some(proposed.since + A_WEEK),
            ),
            Stage::Offered(offered) => answer(offered),
            Stage::InitialMeeting(initial) => initial_meeting(pairing, initial),
            Stage::Sessions(under_way) => sessions(pairing, under_way),
            Stage::MovingOn(moving) => moving_on(pairing, moving),
            Stage::Closed(_) => turn(Whose::Nobody, Step::Rest, None),
        }
    }

    /// Whether the next step is this person's to take.
    pub fn is(&self, part: Part) -> bool {
        match self.whose {
            Whose::Mentor => part == Part::Mentor,
            Whose::Mentee => part == Part::Mentee,
            Whose::Either => part != Part::Coordinator,
            Whose::Coordinator => part == Part::Coordinator,
            Whose::Nobody => false,
        }
    }
}

fn turn(whose: Whose, step: Step, by: Option<Date>) -> Turn {
    Turn { whose, step, by }
}

fn answer(offered: Offered) -> Turn {
    let whose = match (offered.mentor_accepted_on, offered.mentee_accepted_on) {
        (None, None) => Whose::Either,
        (None, Some(_)) => Whose::Mentor,
        (Some(_), None | Some(_)) => Whose::Mentee,
    };
    turn(whose, Step::AnswerOffer, Some(offered.since + A_WEEK))
}

fn initial_meeting(pairing: &Pairing, initial: InitialMeeting) -> Turn {
    let by = Some(initial.since + A_WEEK * 2);
    if initial.met_on.is_none() {
        match to_meet(pairing) {
            Some(
                over @ Turn {
                    step: Step::SayWhetherItHappened(_),
                    ..
                },
            ) => return over,
            Some(_) => {}
            None if !pairing.facts.mentor_gives_hours => {
                return turn(Whose::Mentor, Step::GiveHours, Some(initial.since + A_WEEK));
            }
            None => return turn(Whose::Mentee, Step::BookInitialMeeting, by),
        }
    }
    if initial.agreed_on.is_none()
        && let Some(paper) = agreement(pairing, initial.met_on.map(|met| met + A_WEEK * 2))
    {
        return paper;
    }
    to_meet(pairing).unwrap_or(turn(Whose::Mentee, Step::BookInitialMeeting, by))
}

/// The latest version of the agreement, as far as somebody still has to do something about it.
fn agreement(pairing: &Pairing, by: Option<Date>) -> Option<Turn> {
    let before_meeting = pairing.facts.open_session.map(|session| session.on);
    let Some(agreement) = pairing.facts.agreement else {
        return Some(turn(
            Whose::Either,
            Step::DraftAgreement,
            by.or(before_meeting),
        ));
    };
    let by = Some(agreement.drafted_on + A_WEEK * 2);
    match (agreement.mentor_signed_at, agreement.mentee_signed_at) {
        (Some(_), Some(_)) => None,
        (None, Some(_)) => Some(turn(Whose::Mentor, Step::SignAgreement, by)),
        (Some(_), None) => Some(turn(Whose::Mentee, Step::SignAgreement, by)),
        (None, None) => Some(turn(Whose::Either, Step::SignAgreement, by)),
    }
}

/// The booked session: still to come, or to be accounted for.
fn to_meet(pairing: &Pairing) -> Option<Turn> {
    let session = pairing.facts.open_session?;
    Some(if session.ends_at <= pairing.now {
        turn(
            Whose::Either,
            Step::SayWhetherItHappened(session.id),
            Some(session.on + A_WEEK),
        )
    } else {
        turn(Whose::Either, Step::Meet(session.id), Some(session.on))
    })
}

fn to_record(pairing: &Pairing) -> Option<Turn> {
    let (id, held_on) = pairing.facts.unrecorded_session?;
    Some(turn(
        Whose::Mentor,
        Step::RecordSession(id),
        Some(held_on + A_WEEK),
    ))
}

fn sessions(pairing: &Pairing, under_way: Sessions) -> Turn {
    let facts = &pairing.facts;
    if let Some(
        over @ Turn {
            step: Step::SayWhetherItHappened(_),
            ..
        },
    ) = to_meet(pairing)
    {
        return over;
    }
    if let Some(record) = to_record(pairing) {
        return record;
    }
    // A new version of the agreement waits for whoever has not signed it.
    if facts.agreement.is_some()
        && let Some(paper) = agreement(pairing, None)
    {
        return paper;
    }
    if facts.objectives_waiting_for_sign_off > 0 {
        let by = facts.objectives_reached_since.map(|day| day + A_WEEK);
        return turn(Whose::Mentor, Step::SignOffObjective, by);
    }
    let by = facts.objectives_proposed_since.map(|day| day + A_WEEK);
    if facts.objectives_waiting_for_mentor > 0 {
        return turn(Whose::Mentor, Step::AnswerObjective, by);
    }
    if facts.objectives_waiting_for_mentee > 0 {
        return turn(Whose::Mentee, Step::AnswerObjective, by);
    }
    let rhythm = Duration::weeks(pairing.programme.session_every_weeks.into());
    to_meet(pairing).unwrap_or_else(|| {
        let last = facts.last_held_on.max(Some(under_way.met_on));
        let by = last.map(|last| last + rhythm);
        turn(Whose::Mentee, Step::BookSession, by)
    })
}

fn moving_on(pairing: &Pairing, moving: MovingOn) -> Turn {
    if let Some(
        over @ Turn {
            step: Step::SayWhetherItHappened(_),
            ..
        },
    ) = to_meet(pairing)
    {
        return over;
    }
    let fortnight = Some(closes_by_itself_on(pairing, moving).unwrap_or(moving.since + A_WEEK * 2));
    if pairing.facts.objectives_unsettled > 0 {
        return turn(Whose::Either, Step::SettleObjectives, fortnight);
    }
    if moving.final_session_on.is_none() {
        return to_meet(pairing).unwrap_or(turn(Whose::Mentee, Step::BookFinalSession, fortnight));
    }
    if pairing.facts.further_steps == 0 && moving.joint_review_on.is_none() {
        return turn(Whose::Mentee, Step::WriteFurtherSteps, fortnight);
    }
    let unanswered = |side| moving.reviewed_by(side).is_none();
    match (unanswered(Side::Mentor), unanswered(Side::Mentee)) {
        (true, true) => turn(Whose::Either, Step::AnswerReview, fortnight),
        (true, false) => turn(Whose::Mentor, Step::AnswerReview, fortnight),
        (false, true) => turn(Whose::Mentee, Step::AnswerReview, fortnight),
        (false, false) if moving.joint_review_on.is_none() => {
            turn(Whose::Either, Step::ReviewTogether, fortnight)
        }
        (false, false) => turn(Whose::Either, Step::Close, fortnight),
    }
}

/// When a pairing that is moving on closes with the reviews it has. `close_overdue_pairings`
/// counts the same.
pub fn closes_by_itself_on(pairing: &Pairing, moving: MovingOn) -> Option<Date> {
    let from = Some(moving.final_session_on?).max(pairing.taken_up_on);
    from.map(|day| day + A_WEEK * 2)
}
