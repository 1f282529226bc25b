//! How long a step may wait before somebody is told, and who that is. Nothing here reads a clock or
//! a database.

use crate::pairings::access::Part;
use crate::pairings::turn::{Step, Turn, Whose};
use time::{Date, Duration};

/// After how many days: whoever's turn it is, then both, then the coordinators; no further.
pub const RUNGS: [i16; 3] = [7, 14, 21];

/// Nobody is told of a step that is due later than that: a session a month from now need not be
/// booked today.
const AHEAD: Duration = Duration::weeks(2);

/// The days on which each of the two was away.
#[derive(Clone, Debug, Default)]
pub struct Away {
    pub mentor: Vec<Date>,
    pub mentee: Vec<Date>,
}

/// A turn as it is remembered. A step that is renamed begins to wait anew, and no worse.
pub fn name(turn: &Turn) -> String {
    format!("{:?} {:?}", turn.step, turn.whose)
}

/// The highest rung reached, for a turn that has been known since that day.
pub fn rung(turn: &Turn, since: Date, today: Date, away: &Away) -> Option<i16> {
    if !waits(turn) {
        return None;
    }
    let from = turn.by.map_or(since, |by| since.max(by - AHEAD));
    let stood_still = |day: Date| {
        let (mentor, mentee) = (away.mentor.contains(&day), away.mentee.contains(&day));
        match turn.whose {
            Whose::Mentor => mentor,
            Whose::Mentee => mentee,
            Whose::Either => mentor || mentee,
            Whose::Coordinator | Whose::Nobody => false,
        }
    };
    let days = (today - from).whole_days().max(0);
    let waited = (1..=days)
        .filter(|day| !stood_still(from + Duration::days(*day)))
        .count();
    RUNGS
        .into_iter()
        .rev()
        .find(|rung| i64::from(*rung) <= waited.try_into().unwrap_or(i64::MAX))
}

/// Whether a rung is this person's to hear of.
pub fn tells(turn: &Turn, rung: i16, part: Part) -> bool {
    let coordinator = part == Part::Coordinator;
    match rung {
        7 => turn.is(part),
        // What waits for the coordinators is not the two's to hurry.
        14 => !coordinator && turn.whose != Whose::Coordinator,
        _ => coordinator,
    }
}

/// A meeting is on its day, and a rest is a rest.
fn waits(turn: &Turn) -> bool {
    !matches!(turn.step, Step::Meet(_) | Step::Resume | Step::Rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    const SINCE: Date = date!(2026 - 04 - 01);

    fn turn(whose: Whose, step: Step, by: Option<Date>) -> Turn {
        Turn { whose, step, by }
    }

    #[test]
    fn a_step_climbs_after_one_two_and_three_weeks_and_no_further() {
        let book = turn(Whose::Mentee, Step::BookInitialMeeting, None);
        for (days, expected) in [
            (-3, None),
            (0, None),
            (6, None),
            (7, Some(7)),
            (13, Some(7)),
            (14, Some(14)),
            (20, Some(14)),
            (21, Some(21)),
            (400, Some(21)),
        ] {
            let today = SINCE + Duration::days(days);
            let reached = rung(&book, SINCE, today, &Away::default());
            assert_eq!(reached, expected, "after {days} days");
        }
    }

    #[test]
    fn what_is_due_later_begins_to_wait_a_fortnight_before() {
        let by = SINCE + Duration::weeks(4);
        let book = turn(Whose::Mentee, Step::BookSession, Some(by));
        for (today, expected) in [
            (by - Duration::days(8), None),
            (by - Duration::days(7), Some(7)),
            (by, Some(14)),
            (by + Duration::days(7), Some(21)),
        ] {
            assert_eq!(
                rung(&book, SINCE, today, &Away::default()),
                expected,
                "{today}"
            );
        }
    }

    #[test]
    fn days_away_do_not_count_for_whoever_it_waits_for() {
        let week: Vec<Date> = (1..=7).map(|day| SINCE + Duration::days(day)).collect();
        let away = |mentor: bool, mentee: bool| Away {
            mentor: week.iter().copied().filter(|_| mentor).collect(),
            mentee: week.iter().copied().filter(|_| mentee).collect(),
        };
        let today = SINCE + Duration::days(7);
        for (whose, mentor, mentee, expected) in [
            (Whose::Mentor, true, false, None),
            (Whose::Mentor, false, true, Some(7)),
            (Whose::Mentee, true, false, Some(7)),
            (Whose::Mentee, false, true, None),
            (Whose::Either, true, false, None),
            (Whose::Either, false, true, None),
            (Whose::Either, false, false, Some(7)),
            (Whose::Coordinator, true, true, Some(7)),
        ] {
            let turn = turn(whose, Step::GiveHours, None);
            let reached = rung(&turn, SINCE, today, &away(mentor, mentee));
            assert_eq!(reached, expected, "{whose:?}, away: {mentor} {mentee}");
        }
        // They climb on once they are back.
        let mentor = turn(Whose::Mentor, Step::GiveHours, None);
        let later = SINCE + Duration::days(14);
        assert_eq!(rung(&mentor, SINCE, later, &away(true, false)), Some(7));
    }

    #[test]
    fn a_meeting_a_pause_and_the_end_wait_for_nobody() {
        for step in [Step::Meet(7), Step::Resume, Step::Rest] {
            let turn = turn(Whose::Either, step, Some(SINCE));
            let today = SINCE + Duration::days(90);
            assert_eq!(
                rung(&turn, SINCE, today, &Away::default()),
                None,
                "{step:?}"
            );
        }
    }

    #[test]
    fn each_rung_is_told_to_whom_it_concerns() {
        for (whose, rung, expected) in [
            // Mentor, mentee, coordinator
            (Whose::Mentor, 7, [true, false, false]),
            (Whose::Mentee, 7, [false, true, false]),
            (Whose::Either, 7, [true, true, false]),
            (Whose::Coordinator, 7, [false, false, true]),
            (Whose::Mentor, 14, [true, true, false]),
            (Whose::Mentee, 14, [true, true, false]),
            (Whose::Either, 14, [true, true, false]),
            (Whose::Coordinator, 14, [false, false, false]),
            (Whose::Mentor, 21, [false, false, true]),
            (Whose::Mentee, 21, [false, false, true]),
            (Whose::Either, 21, [false, false, true]),
            (Whose::Coordinator, 21, [false, false, true]),
        ] {
            let turn = turn(whose, Step::AnswerOffer, None);
            let told = [Part::Mentor, Part::Mentee, Part::Coordinator]
                .map(|part| tells(&turn, rung, part));
            assert_eq!(told, expected, "{whose:?} after {rung} days");
        }
    }
}
