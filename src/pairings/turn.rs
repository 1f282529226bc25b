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
    /// The offer cannot be accepted: the mentor has no free place any more.
    MakeRoom,
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
    /// The other one suggests times: book one, or say that none fits.
    AnswerSuggestion,
    SettleObjectives,
    BookFinalSession,
    WriteFurtherSteps,
    AnswerReview,
    ReviewTogether,
    /// Half-way, beside whatever comes next: each answers, then they decide.
    AnswerMidpoint,
    DecideMidpoint,
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
        let next = suggestion(pairing).unwrap_or_else(|| Self::by_stage(pairing));
        // A meeting is on its day, and an offer lapses after its own. Every other clock begins anew when the pairing is taken up again.
        let anew = pairing.taken_up_on.map(|day| day + A_WEEK);
        let fixed = matches!(
            next.step,
            Step::Meet(_) | Step::AnswerSuggestion | Step::AnswerOffer | Step::MakeRoom
        );
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
            Stage::Offered(offered) => answer(pairing, offered),
            Stage::InitialMeeting(initial) => initial_meeting(pairing, initial),
            Stage::Sessions(under_way) => sessions(pairing, under_way),
            Stage::MovingOn(moving) => moving_on(pairing, moving),
            Stage::Closed(_) => turn(Whose::Nobody, Step::Rest, None),
        }
    }

    /// What is due besides the next step, and holds nothing up: the review half-way. It waits as
    /// long as the two are in their sessions.
    pub fn beside(pairing: &Pairing) -> Option<Turn> {
        let half = pairing.facts.midpoint;
        let asked = half.due_on? <= pairing.today || half.answered_by_one();
        let in_sessions = matches!(pairing.stage, Stage::Sessions(_));
        if !asked || !in_sessions || half.decided_on.is_some() || pairing.paused_since.is_some() {
            return None;
        }
        let by = half
            .due_on
            .max(pairing.taken_up_on)
            .map(|day| day + A_WEEK * 2);
        Some(match (half.mentor_on, half.mentee_on) {
            (Some(_), Some(_)) => turn(Whose::Either, Step::DecideMidpoint, by),
            (None, None) => turn(Whose::Either, Step::AnswerMidpoint, by),
            (Some(_), None) => turn(Whose::Mentee, Step::AnswerMidpoint, by),
            (None, Some(_)) => turn(Whose::Mentor, Step::AnswerMidpoint, by),
        })
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

/// Somebody waits for an answer, and the times pass: it goes before whatever else is to be done.
fn suggestion(pairing: &Pairing) -> Option<Turn> {
    let facts = &pairing.facts;
    let (whose, by) = match (facts.mentor_suggests_until, facts.mentee_suggests_until) {
        (None, None) => return None,
        (Some(day), None) => (Whose::Mentee, day),
        (None, Some(day)) => (Whose::Mentor, day),
        (Some(one), Some(other)) => (Whose::Either, one.max(other)),
    };
    Some(turn(whose, Step::AnswerSuggestion, Some(by)))
}

fn answer(pairing: &Pairing, offered: Offered) -> Turn {
    let by = pairing.facts.answer_by;
    if pairing.facts.mentor_is_full {
        return turn(Whose::Coordinator, Step::MakeRoom, by);
    }
    let whose = match (offered.mentor_accepted_on, offered.mentee_accepted_on) {
        (None, None) => Whose::Either,
        (None, Some(_)) => Whose::Mentor,
        (Some(_), None | Some(_)) => Whose::Mentee,
    };
    turn(whose, Step::AnswerOffer, by)
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
        // One that is under way may have begun before midnight.
        let on = session.on.max(pairing.today);
        turn(Whose::Either, Step::Meet(session.id), Some(on))
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
    if moving.final_session.is_none() {
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
        (false, false) => pairing
            .begun_session()
            .and_then(|_| to_meet(pairing))
            .unwrap_or(turn(Whose::Either, Step::Close, fortnight)),
    }
}

/// When a pairing that is moving on closes with the reviews it has. `close_overdue_pairings`
/// counts the same.
pub fn closes_by_itself_on(pairing: &Pairing, moving: MovingOn) -> Option<Date> {
    let from = Some(moving.final_session?.recorded_on).max(pairing.taken_up_on);
    from.map(|day| day + A_WEEK * 2)
}

#[cfg(test)]
mod tests {
    use super::super::stage::{Dates, How};
    use super::super::{AgreementFacts, Facts, OpenSession, PairingId, Person, Programme};
    use super::*;
    use crate::people::PersonId;
    use crate::programmes::ProgrammeId;
    use crate::sessions::Times;
    use time::macros::{date, datetime};
    use time::{OffsetDateTime, Time};

    const NOW: OffsetDateTime = datetime!(2026-04-01 12:00 UTC);
    const PROPOSED: Date = date!(2026 - 02 - 02);
    /// Of an offer.
    const LAST: Date = date!(2026 - 02 - 16);
    const ACCEPTED: Date = date!(2026 - 02 - 09);
    const MET: Date = date!(2026 - 02 - 16);
    const AGREED: Date = date!(2026 - 02 - 20);
    const ANNOUNCED: Date = date!(2026 - 03 - 16);
    const FINAL: Date = date!(2026 - 03 - 25);
    const RECORDED: Date = date!(2026 - 03 - 27);
    const LATER: Date = date!(2026 - 03 - 30);

    /// Once both have accepted, with a mentor whose hours are known.
    fn accepted() -> Pairing {
        let person = |id, name: &str| Person {
            id: PersonId(id),
            name: name.into(),
            job_title: String::new(),
            time_zone: "UTC".into(),
        };
        let dates = Dates {
            proposed_on: PROPOSED,
            offered_on: Some(PROPOSED),
            mentor_accepted_on: Some(ACCEPTED),
            mentee_accepted_on: Some(ACCEPTED),
            met_on: None,
            agreed_on: None,
            moving_on_since: None,
            final_session_on: None,
            final_session_recorded_on: None,
            mentor_reviewed_on: None,
            mentee_reviewed_on: None,
            joint_review_on: None,
            closed_on: None,
            closed_how: None,
        };
        Pairing {
            id: PairingId(1),
            programme: Programme {
                id: ProgrammeId(1),
                name: "Spring".into(),
                time_zone: "UTC".into(),
                session_minutes: 60,
                session_every_weeks: 4,
                mentees_ask: false,
                ends_on: date!(2026 - 12 - 18),
            },
            mentor: person(1, "Maya"),
            mentee: person(2, "Tom"),
            part: Part::Mentee,
            stage: Stage::from_dates(&dates),
            dates,
            run_by_viewer: false,
            taken_up_on: None,
            paused_since: None,
            today: NOW.date(),
            viewers_today: NOW.date(),
            now: NOW,
            facts: Facts {
                mentor_gives_hours: true,
                ..Facts::default()
            },
        }
    }

    /// The same with other dates and facts.
    fn with(change: impl FnOnce(&mut Dates, &mut Facts)) -> Pairing {
        let mut pairing = accepted();
        change(&mut pairing.dates, &mut pairing.facts);
        pairing.stage = Stage::from_dates(&pairing.dates);
        pairing
    }

    fn in_sessions(change: impl FnOnce(&mut Facts)) -> Pairing {
        with(|dates, facts| {
            (dates.met_on, dates.agreed_on) = (Some(MET), Some(AGREED));
            change(facts);
        })
    }

    fn moving(change: impl FnOnce(&mut Dates, &mut Facts)) -> Pairing {
        with(|dates, facts| {
            (dates.met_on, dates.agreed_on) = (Some(MET), Some(AGREED));
            dates.moving_on_since = Some(ANNOUNCED);
            change(dates, facts);
        })
    }

    /// The final session was held, and recorded two days later.
    fn held(dates: &mut Dates) {
        (dates.final_session_on, dates.final_session_recorded_on) = (Some(FINAL), Some(RECORDED));
    }

    fn session(on: Date) -> Option<OpenSession> {
        let starts = on.with_time(Time::MIDNIGHT);
        let starts_at = starts.assume_utc();
        Some(OpenSession {
            id: 7,
            starts_at,
            ends_at: starts_at + Duration::HOUR,
            on,
            times: Times {
                yours: starts,
                theirs: starts,
            },
        })
    }

    fn paper(mentor: bool, mentee: bool) -> Option<AgreementFacts> {
        Some(AgreementFacts {
            id: 1,
            version: 1,
            drafted_on: MET,
            mentor_signed_at: mentor.then_some(NOW),
            mentee_signed_at: mentee.then_some(NOW),
        })
    }

    #[track_caller]
    fn check(pairing: &Pairing, whose: Whose, step: Step, by: Date) {
        assert_eq!(Turn::of(pairing), turn(whose, step, Some(by)));
    }

    const COMING: Date = date!(2026 - 04 - 08);
    const GONE: Date = date!(2026 - 03 - 31);

    #[test]
    fn an_offer_waits_for_whoever_has_not_answered() {
        let offered = |on: Option<Date>, mentor, mentee| {
            with(|dates, facts| {
                dates.offered_on = on;
                facts.answer_by = on.map(|_| LAST);
                (dates.mentor_accepted_on, dates.mentee_accepted_on) = (mentor, mentee);
            })
        };
        let (on, by, yes) = (Some(PROPOSED), LAST, Some(ACCEPTED));
        let proposed = offered(None, None, None);
        check(
            &proposed,
            Whose::Coordinator,
            Step::Publish,
            PROPOSED + A_WEEK,
        );
        for (mentor, mentee, whose) in [
            (None, None, Whose::Either),
            (yes, None, Whose::Mentee),
            (None, yes, Whose::Mentor),
        ] {
            check(&offered(on, mentor, mentee), whose, Step::AnswerOffer, by);
        }
        let mut full = offered(on, yes, None);
        full.facts.mentor_is_full = true;
        check(&full, Whose::Coordinator, Step::MakeRoom, by);
        // An offer that is opened again has a last day of its own.
        full.taken_up_on = Some(LATER);
        check(&full, Whose::Coordinator, Step::MakeRoom, by);
    }

    #[test]
    fn before_they_meet_it_is_booked_and_the_agreement_drafted() {
        let unknown = with(|_, facts| facts.mentor_gives_hours = false);
        check(&unknown, Whose::Mentor, Step::GiveHours, ACCEPTED + A_WEEK);
        let by = ACCEPTED + A_WEEK * 2;
        check(&accepted(), Whose::Mentee, Step::BookInitialMeeting, by);
        let open = |on, agreement| {
            with(|_, facts| (facts.open_session, facts.agreement) = (session(on), agreement))
        };
        let booked = open(COMING, None);
        check(&booked, Whose::Either, Step::DraftAgreement, COMING);
        let drafted = open(COMING, paper(false, true));
        check(
            &drafted,
            Whose::Mentor,
            Step::SignAgreement,
            MET + A_WEEK * 2,
        );
        let signed = open(COMING, paper(true, true));
        check(&signed, Whose::Either, Step::Meet(7), COMING);
        for paper in [None, paper(true, true)] {
            let over = open(GONE, paper);
            let step = Step::SayWhetherItHappened(7);
            check(&over, Whose::Either, step, GONE + A_WEEK);
        }
    }

    #[test]
    fn once_they_have_met_the_agreement_waits_for_whoever_has_not_signed() {
        let by = MET + A_WEEK * 2;
        for (agreement, whose, step) in [
            (None, Whose::Either, Step::DraftAgreement),
            (paper(false, false), Whose::Either, Step::SignAgreement),
            (paper(true, false), Whose::Mentee, Step::SignAgreement),
            (paper(false, true), Whose::Mentor, Step::SignAgreement),
        ] {
            let met = with(|dates, facts| {
                dates.met_on = Some(MET);
                facts.agreement = agreement;
            });
            check(&met, whose, step, by);
        }
    }

    #[test]
    fn the_next_session_follows_the_rhythm_of_the_programme() {
        let by = |last| last + A_WEEK * 4;
        let first = in_sessions(|_| {});
        check(&first, Whose::Mentee, Step::BookSession, by(MET));
        let second = in_sessions(|facts| facts.last_held_on = Some(GONE));
        check(&second, Whose::Mentee, Step::BookSession, by(GONE));
    }

    #[test]
    fn suggested_times_wait_for_the_other_before_anything_else() {
        for (mentor, mentee, whose, by) in [
            (Some(COMING), None, Whose::Mentee, COMING),
            (None, Some(COMING), Whose::Mentor, COMING),
            (Some(COMING), Some(LATER), Whose::Either, COMING),
        ] {
            let suggested = |facts: &mut Facts| {
                facts.mentor_suggests_until = mentor;
                facts.mentee_suggests_until = mentee;
            };
            let step = Step::AnswerSuggestion;
            let first = with(|_, facts| {
                suggested(facts);
                facts.mentor_gives_hours = false;
            });
            check(&first, whose, step, by);
            let mut second = in_sessions(|facts| {
                suggested(facts);
                facts.open_session = session(COMING);
                facts.unrecorded_session = Some((5, LATER));
            });
            // The times are when they are, whenever the pairing was taken up again.
            second.taken_up_on = Some(NOW.date());
            check(&second, whose, step, by);
            second.paused_since = Some(LATER);
            assert_eq!(Turn::of(&second).step, Step::Resume);
        }
    }

    /// Something that is left over in the sessions, and whose turn it then is.
    type Left = (fn(&mut Facts), Whose, Step, Date);

    /// Each of these goes before all that stand above it.
    const LEFT: [Left; 7] = [
        (
            |facts| facts.open_session = session(COMING),
            Whose::Either,
            Step::Meet(7),
            COMING,
        ),
        (
            |facts| {
                facts.objectives_waiting_for_mentee = 1;
                facts.objectives_proposed_since = Some(MET);
            },
            Whose::Mentee,
            Step::AnswerObjective,
            date!(2026 - 02 - 23),
        ),
        (
            |facts| facts.objectives_waiting_for_mentor = 1,
            Whose::Mentor,
            Step::AnswerObjective,
            date!(2026 - 02 - 23),
        ),
        (
            |facts| {
                facts.objectives_waiting_for_sign_off = 1;
                facts.objectives_reached_since = Some(FINAL);
            },
            Whose::Mentor,
            Step::SignOffObjective,
            date!(2026 - 04 - 01),
        ),
        (
            |facts| facts.agreement = paper(true, false),
            Whose::Mentee,
            Step::SignAgreement,
            date!(2026 - 03 - 02),
        ),
        (
            |facts| facts.unrecorded_session = Some((5, LATER)),
            Whose::Mentor,
            Step::RecordSession(5),
            date!(2026 - 04 - 06),
        ),
        (
            |facts| facts.open_session = session(GONE),
            Whose::Either,
            Step::SayWhetherItHappened(7),
            date!(2026 - 04 - 07),
        ),
    ];

    #[test]
    fn in_the_sessions_what_is_left_over_comes_first() {
        for place in 0..LEFT.len() {
            let pairing = in_sessions(|facts| {
                for (change, ..) in &LEFT[..=place] {
                    change(facts);
                }
            });
            let (_, whose, step, by) = LEFT[place];
            check(&pairing, whose, step, by);
        }
    }

    #[test]
    fn moving_on_leads_to_the_final_session() {
        let by = ANNOUNCED + A_WEEK * 2;
        let unsettled = moving(|_, facts| {
            facts.objectives_unsettled = 1;
            facts.open_session = session(COMING);
        });
        check(&unsettled, Whose::Either, Step::SettleObjectives, by);
        let settled = moving(|_, _| {});
        check(&settled, Whose::Mentee, Step::BookFinalSession, by);
        let booked = moving(|_, facts| facts.open_session = session(COMING));
        check(&booked, Whose::Either, Step::Meet(7), COMING);
        let over = moving(|_, facts| {
            facts.open_session = session(GONE);
            facts.objectives_unsettled = 1;
        });
        let step = Step::SayWhetherItHappened(7);
        check(&over, Whose::Either, step, GONE + A_WEEK);
    }

    #[test]
    fn after_the_final_session_the_two_look_back_and_close() {
        for (steps, mentor, mentee, joint, whose, step) in [
            (
                0,
                false,
                false,
                false,
                Whose::Mentee,
                Step::WriteFurtherSteps,
            ),
            (1, false, false, false, Whose::Either, Step::AnswerReview),
            (1, true, false, false, Whose::Mentee, Step::AnswerReview),
            (1, false, true, false, Whose::Mentor, Step::AnswerReview),
            (1, true, true, false, Whose::Either, Step::ReviewTogether),
            (1, true, true, true, Whose::Either, Step::Close),
            // Nobody is held up for want of further steps once the rest is written.
            (0, true, true, true, Whose::Either, Step::Close),
        ] {
            let looking_back = moving(|dates, facts| {
                held(dates);
                dates.mentor_reviewed_on = mentor.then_some(LATER);
                dates.mentee_reviewed_on = mentee.then_some(LATER);
                dates.joint_review_on = joint.then_some(LATER);
                facts.further_steps = steps;
            });
            check(&looking_back, whose, step, RECORDED + A_WEEK * 2);
        }
    }

    /// What is only booked is cancelled by the closing; what has begun waits to be accounted for.
    #[test]
    fn nothing_is_closed_over_a_session_that_has_begun() {
        let beginning = |starts_at| {
            moving(|dates, facts| {
                held(dates);
                dates.mentor_reviewed_on = Some(LATER);
                dates.mentee_reviewed_on = Some(LATER);
                dates.joint_review_on = Some(LATER);
                facts.open_session = session(starts_at);
            })
        };
        let by = RECORDED + A_WEEK * 2;
        check(&beginning(COMING), Whose::Either, Step::Close, by);
        let mut under_way = beginning(NOW.date());
        under_way.now = NOW.replace_time(Time::MIDNIGHT) + Duration::minutes(30);
        check(&under_way, Whose::Either, Step::Meet(7), NOW.date());
        let step = Step::SayWhetherItHappened(7);
        check(&beginning(GONE), Whose::Either, step, GONE + A_WEEK);
    }

    #[test]
    fn a_pause_or_the_end_leaves_nobody_a_turn() {
        let mut paused = accepted();
        paused.paused_since = Some(LATER);
        let resume = turn(Whose::Nobody, Step::Resume, None);
        assert_eq!(Turn::of(&paused), resume);
        let closed = with(|dates, _| {
            (dates.closed_on, dates.closed_how) = (Some(LATER), Some(How::Ended));
        });
        let rest = turn(Whose::Nobody, Step::Rest, None);
        assert_eq!(Turn::of(&closed), rest);
    }

    #[test]
    fn clocks_begin_anew_when_a_pairing_is_taken_up_again() {
        let taken_up = |mut pairing: Pairing, on| {
            pairing.taken_up_on = Some(on);
            pairing
        };
        let book = (Whose::Mentee, Step::BookInitialMeeting);
        let late = taken_up(accepted(), LATER);
        check(&late, book.0, book.1, LATER + A_WEEK);
        // What is due later than that anyway stays as it is.
        let early = taken_up(accepted(), ACCEPTED);
        check(&early, book.0, book.1, ACCEPTED + A_WEEK * 2);
        // A meeting is on its day.
        let tomorrow = date!(2026 - 04 - 02);
        let to_meet = in_sessions(|facts| facts.open_session = session(tomorrow));
        let to_meet = taken_up(to_meet, LATER);
        check(&to_meet, Whose::Either, Step::Meet(7), tomorrow);
        let looking_back = moving(|dates, facts| {
            held(dates);
            facts.further_steps = 1;
        });
        let looking_back = taken_up(looking_back, LATER);
        let by = LATER + A_WEEK * 2;
        check(&looking_back, Whose::Either, Step::AnswerReview, by);
    }

    /// It is asked for from its day on and never takes the place of what comes next.
    #[test]
    fn half_way_they_look_back_beside_whatever_comes_next() {
        const DAY: Date = date!(2026 - 04 - 01);
        let by = DAY + A_WEEK * 2;
        for (due, mentor, mentee, expected) in [
            (None, false, false, None),
            (Some(DAY + Duration::DAY), false, false, None),
            (
                Some(DAY),
                false,
                false,
                Some((Whose::Either, Step::AnswerMidpoint)),
            ),
            (
                Some(DAY),
                true,
                false,
                Some((Whose::Mentee, Step::AnswerMidpoint)),
            ),
            (
                Some(DAY),
                false,
                true,
                Some((Whose::Mentor, Step::AnswerMidpoint)),
            ),
            (
                Some(DAY),
                true,
                true,
                Some((Whose::Either, Step::DecideMidpoint)),
            ),
        ] {
            let half = |facts: &mut Facts| {
                facts.midpoint.due_on = due;
                facts.midpoint.mentor_on = mentor.then_some(DAY);
                facts.midpoint.mentee_on = mentee.then_some(DAY);
            };
            let mut pairing = in_sessions(half);
            assert_eq!(Turn::of(&pairing).step, Step::BookSession);
            let expected = expected.map(|(whose, step)| turn(whose, step, Some(by)));
            assert_eq!(Turn::beside(&pairing), expected);
            pairing.paused_since = Some(LATER);
            assert_eq!(Turn::beside(&pairing), None);
            assert_eq!(Turn::beside(&with(|_, facts| half(facts))), None);
            assert_eq!(Turn::beside(&moving(|_, facts| half(facts))), None);
            let decided = in_sessions(|facts| {
                half(facts);
                facts.midpoint.decided_on = Some(DAY);
            });
            assert_eq!(Turn::beside(&decided), None);
        }
    }

    #[test]
    fn a_turn_is_theirs_whose_it_is() {
        for (whose, expected) in [
            (Whose::Mentor, [true, false, false]),
            (Whose::Mentee, [false, true, false]),
            (Whose::Either, [true, true, false]),
            (Whose::Coordinator, [false, false, true]),
            (Whose::Nobody, [false, false, false]),
        ] {
            let turn = turn(whose, Step::Rest, None);
            let theirs = [Part::Mentor, Part::Mentee, Part::Coordinator].map(|part| turn.is(part));
            assert_eq!(theirs, expected, "{whose:?}");
        }
    }
}
