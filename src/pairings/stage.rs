//! How far a pairing has come. Nothing here reads a clock, a form or a database.
//!
//! ```text
//! Proposed --publish--> Offered --both accept--> InitialMeeting --held + agreed--> Sessions
//!     Sessions --move_on--> MovingOn --close--> Closed     (a live stage may also end early)
//!     Closed --reopen--> where it stood, or Sessions
//! ```

use time::Date;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stage {
    Proposed(Proposed),
    Offered(Offered),
    InitialMeeting(InitialMeeting),
    Sessions(Sessions),
    MovingOn(MovingOn),
    Closed(Closed),
}

/// The stage without its dates: what an act asks for, what a list groups by.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Name {
    Proposed,
    Offered,
    InitialMeeting,
    Sessions,
    MovingOn,
    Closed,
}

/// Known to coordinators only.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Proposed {
    pub since: Date,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Offered {
    pub since: Date,
    pub mentor_accepted_on: Option<Date>,
    pub mentee_accepted_on: Option<Date>,
}

/// Until the two have met and both have signed the agreement, in either order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InitialMeeting {
    pub since: Date,
    pub met_on: Option<Date>,
    pub agreed_on: Option<Date>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sessions {
    /// The latest of everything that had to happen first.
    pub since: Date,
    pub met_on: Date,
    pub agreed_on: Date,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MovingOn {
    pub since: Date,
    pub final_session: Option<FinalSession>,
    pub mentor_reviewed_on: Option<Date>,
    pub mentee_reviewed_on: Option<Date>,
    pub joint_review_on: Option<Date>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FinalSession {
    pub on: Date,
    /// The day on which it became known that it was held.
    pub recorded_on: Date,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Closed {
    pub on: Date,
    pub how: How,
}

/// How a pairing came to be closed. Says nothing of why.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum How {
    Declined,
    Completed,
    CompletedEarly,
    Ended,
    Lapsed,
    MovedOrLeft,
    /// A proposal that nobody was told of, whose mentee has asked a mentor themselves.
    MenteeAsked,
}

/// The dates a pairing is stored as, all of them in its programme's time zone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dates {
    pub proposed_on: Date,
    pub offered_on: Option<Date>,
    pub mentor_accepted_on: Option<Date>,
    pub mentee_accepted_on: Option<Date>,
    pub met_on: Option<Date>,
    pub agreed_on: Option<Date>,
    pub moving_on_since: Option<Date>,
    pub final_session_on: Option<Date>,
    pub final_session_recorded_on: Option<Date>,
    pub mentor_reviewed_on: Option<Date>,
    pub mentee_reviewed_on: Option<Date>,
    pub joint_review_on: Option<Date>,
    pub closed_on: Option<Date>,
    pub closed_how: Option<How>,
}

/// Which of the two.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Side {
    Mentor,
    Mentee,
}

impl Side {
    pub fn other(self) -> Side {
        match self {
            Side::Mentor => Side::Mentee,
            Side::Mentee => Side::Mentor,
        }
    }
}

/// What of a pairing waits to be settled, besides its stage.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Unsettled {
    /// Whether a session has begun of which nobody has said what became of it.
    pub session: bool,
    pub objectives: i64,
}

/// Why a pairing cannot be closed as completed yet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NotFinished {
    SessionUnsettled,
    ObjectivesUnsettled,
    NoFinalSession,
    ReviewsMissing,
    NoJointReview,
}

impl Proposed {
    pub fn publish(self, today: Date) -> Offered {
        Offered {
            since: today.max(self.since),
            mentor_accepted_on: None,
            mentee_accepted_on: None,
        }
    }

    pub fn withdraw(self, today: Date) -> Closed {
        close(self.since, How::Ended, today)
    }
}

impl Offered {
    pub fn accepted_by(&self, side: Side) -> Option<Date> {
        match side {
            Side::Mentor => self.mentor_accepted_on,
            Side::Mentee => self.mentee_accepted_on,
        }
    }

    /// Accepting twice is accepting once. With the second acceptance the initial meeting begins.
    pub fn accept(mut self, side: Side, today: Date) -> Stage {
        let accepted = match side {
            Side::Mentor => &mut self.mentor_accepted_on,
            Side::Mentee => &mut self.mentee_accepted_on,
        };
        accepted.get_or_insert(today.max(self.since));
        match (self.mentor_accepted_on, self.mentee_accepted_on) {
            (Some(mentor), Some(mentee)) => Stage::InitialMeeting(InitialMeeting {
                since: mentor.max(mentee),
                met_on: None,
                agreed_on: None,
            }),
            (None, _) | (_, None) => Stage::Offered(self),
        }
    }

    /// Not accepted by this side, whatever they said before.
    pub fn go_back(mut self, side: Side) -> Offered {
        match side {
            Side::Mentor => self.mentor_accepted_on = None,
            Side::Mentee => self.mentee_accepted_on = None,
        }
        self
    }

    pub fn decline(self, today: Date) -> Closed {
        close(self.latest(), How::Declined, today)
    }

    pub fn withdraw(self, today: Date) -> Closed {
        close(self.latest(), How::Ended, today)
    }

    fn latest(&self) -> Date {
        let accepted = self.mentor_accepted_on.max(self.mentee_accepted_on);
        self.since.max(accepted.unwrap_or(self.since))
    }
}

impl InitialMeeting {
    /// The meeting was held on a day that is not to come.
    pub fn hold(mut self, on: Date) -> Stage {
        self.met_on.get_or_insert(on);
        self.go_on()
    }

    /// Both have signed the agreement.
    pub fn agree(mut self, today: Date) -> Stage {
        self.agreed_on.get_or_insert(today);
        self.go_on()
    }

    fn go_on(self) -> Stage {
        match (self.met_on, self.agreed_on) {
            (Some(met_on), Some(agreed_on)) => Stage::Sessions(Sessions {
                since: met_on.max(agreed_on).max(self.since),
                met_on,
                agreed_on,
            }),
            (None, _) | (_, None) => Stage::InitialMeeting(self),
        }
    }

    pub fn end(self, how: Early, today: Date) -> Closed {
        let latest = self.met_on.max(self.agreed_on).unwrap_or(self.since);
        close(latest.max(self.since), how.into(), today)
    }
}

impl Sessions {
    pub fn move_on(self, today: Date) -> MovingOn {
        MovingOn {
            since: today.max(self.since),
            final_session: None,
            mentor_reviewed_on: None,
            mentee_reviewed_on: None,
            joint_review_on: None,
        }
    }

    pub fn end(self, how: Early, today: Date) -> Closed {
        close(self.since, how.into(), today)
    }
}

impl MovingOn {
    /// The final session was held on that day, which is recorded today.
    pub fn hold(mut self, on: Date, today: Date) -> MovingOn {
        let on = on.max(self.since);
        self.final_session.get_or_insert(FinalSession {
            on,
            recorded_on: today.max(on),
        });
        self
    }

    pub fn reviewed_by(&self, side: Side) -> Option<Date> {
        match side {
            Side::Mentor => self.mentor_reviewed_on,
            Side::Mentee => self.mentee_reviewed_on,
        }
    }

    pub fn review(mut self, side: Side, today: Date) -> MovingOn {
        let reviewed = match side {
            Side::Mentor => &mut self.mentor_reviewed_on,
            Side::Mentee => &mut self.mentee_reviewed_on,
        };
        reviewed.get_or_insert(today);
        self
    }

    pub fn both_reviewed(&self) -> bool {
        self.mentor_reviewed_on.is_some() && self.mentee_reviewed_on.is_some()
    }

    /// The joint part, which is written with both reviews on the table.
    ///
    /// # Errors
    /// While one of the two has not answered alone.
    pub fn review_together(mut self, today: Date) -> Result<MovingOn, NotFinished> {
        if !self.both_reviewed() {
            return Err(NotFinished::ReviewsMissing);
        }
        self.joint_review_on.get_or_insert(today);
        Ok(self)
    }

    /// What still has to be done before this pairing is completed, in the order of doing.
    pub fn missing(&self, unsettled: Unsettled) -> Option<NotFinished> {
        if unsettled.session {
            Some(NotFinished::SessionUnsettled)
        } else if unsettled.objectives > 0 {
            Some(NotFinished::ObjectivesUnsettled)
        } else if self.final_session.is_none() {
            Some(NotFinished::NoFinalSession)
        } else if !self.both_reviewed() {
            Some(NotFinished::ReviewsMissing)
        } else if self.joint_review_on.is_none() {
            Some(NotFinished::NoJointReview)
        } else {
            None
        }
    }

    pub fn close(self, unsettled: Unsettled, today: Date) -> Result<Closed, NotFinished> {
        match self.missing(unsettled) {
            Some(missing) => Err(missing),
            None => Ok(close(self.latest(), How::Completed, today)),
        }
    }

    pub fn end(self, how: Early, today: Date) -> Closed {
        close(self.latest(), how.into(), today)
    }

    fn latest(&self) -> Date {
        let recorded_on = self.final_session.map(|session| session.recorded_on);
        recorded_on.unwrap_or(self.since)
    }
}

/// The ways in which a live pairing may end before its moving-on review. None is a failure.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Early {
    Completed,
    WithoutFault,
    MovedOrLeft,
}

impl From<Early> for How {
    fn from(early: Early) -> How {
        match early {
            Early::Completed => How::CompletedEarly,
            Early::WithoutFault => How::Ended,
            Early::MovedOrLeft => How::MovedOrLeft,
        }
    }
}

/// Where a closed pairing is taken up again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Again {
    WhereItStood,
    /// As it was before moving on was announced; the same where it never was.
    BeforeMovingOn,
}

impl Closed {
    /// Taken up again, as its dates say that it stood.
    pub fn reopen(self, again: Again, dates: &Dates) -> Stage {
        Stage::from_dates(&match again {
            Again::WhereItStood => dates.before_closing(),
            Again::BeforeMovingOn => dates.before_moving_on(),
        })
    }
}

fn close(latest: Date, how: How, today: Date) -> Closed {
    Closed {
        on: today.max(latest),
        how,
    }
}

impl Dates {
    fn before_closing(&self) -> Dates {
        Dates {
            closed_on: None,
            closed_how: None,
            ..*self
        }
    }

    fn before_moving_on(&self) -> Dates {
        Dates {
            moving_on_since: None,
            final_session_on: None,
            final_session_recorded_on: None,
            mentor_reviewed_on: None,
            mentee_reviewed_on: None,
            joint_review_on: None,
            ..self.before_closing()
        }
    }
}

impl Stage {
    pub fn from_dates(dates: &Dates) -> Stage {
        if let (Some(on), Some(how)) = (dates.closed_on, dates.closed_how) {
            return Stage::Closed(Closed { on, how });
        }
        if let Some(since) = dates.moving_on_since {
            return Stage::MovingOn(MovingOn {
                since,
                final_session: dates
                    .final_session_on
                    .zip(dates.final_session_recorded_on)
                    .map(|(on, recorded_on)| FinalSession { on, recorded_on }),
                mentor_reviewed_on: dates.mentor_reviewed_on,
                mentee_reviewed_on: dates.mentee_reviewed_on,
                joint_review_on: dates.joint_review_on,
            });
        }
        let Some(since) = dates.offered_on else {
            return Stage::Proposed(Proposed {
                since: dates.proposed_on,
            });
        };
        match (dates.mentor_accepted_on, dates.mentee_accepted_on) {
            (Some(mentor), Some(mentee)) => InitialMeeting {
                since: mentor.max(mentee),
                met_on: dates.met_on,
                agreed_on: dates.agreed_on,
            }
            .go_on(),
            (mentor_accepted_on, mentee_accepted_on) => Stage::Offered(Offered {
                since,
                mentor_accepted_on,
                mentee_accepted_on,
            }),
        }
    }

    /// Writes what this stage knows over the dates of the stages before it. What was known of later
    /// ones, from which it was taken back, is gone.
    pub fn onto(&self, before: &Dates) -> Dates {
        let mut dates = match self {
            Stage::Proposed(_)
            | Stage::Offered(_)
            | Stage::InitialMeeting(_)
            | Stage::Sessions(_) => before.before_moving_on(),
            Stage::MovingOn(_) => before.before_closing(),
            Stage::Closed(_) => *before,
        };
        match self {
            Stage::Proposed(proposed) => dates.proposed_on = proposed.since,
            Stage::Offered(offered) => {
                dates.offered_on = Some(offered.since);
                dates.mentor_accepted_on = offered.mentor_accepted_on;
                dates.mentee_accepted_on = offered.mentee_accepted_on;
            }
            Stage::InitialMeeting(initial) => {
                dates.mentor_accepted_on.get_or_insert(initial.since);
                dates.mentee_accepted_on.get_or_insert(initial.since);
                dates.met_on = initial.met_on;
                dates.agreed_on = initial.agreed_on;
            }
            Stage::Sessions(sessions) => {
                dates.met_on = Some(sessions.met_on);
                dates.agreed_on = Some(sessions.agreed_on);
            }
            Stage::MovingOn(moving) => {
                dates.moving_on_since = Some(moving.since);
                dates.final_session_on = moving.final_session.map(|session| session.on);
                dates.final_session_recorded_on =
                    moving.final_session.map(|session| session.recorded_on);
                dates.mentor_reviewed_on = moving.mentor_reviewed_on;
                dates.mentee_reviewed_on = moving.mentee_reviewed_on;
                dates.joint_review_on = moving.joint_review_on;
            }
            Stage::Closed(closed) => {
                dates.closed_on = Some(closed.on);
                dates.closed_how = Some(closed.how);
            }
        }
        dates
    }

    pub fn name(&self) -> Name {
        match self {
            Stage::Proposed(_) => Name::Proposed,
            Stage::Offered(_) => Name::Offered,
            Stage::InitialMeeting(_) => Name::InitialMeeting,
            Stage::Sessions(_) => Name::Sessions,
            Stage::MovingOn(_) => Name::MovingOn,
            Stage::Closed(_) => Name::Closed,
        }
    }
}

impl Name {
    pub const ALL: [Name; 6] = [
        Name::Proposed,
        Name::Offered,
        Name::InitialMeeting,
        Name::Sessions,
        Name::MovingOn,
        Name::Closed,
    ];

    pub fn words(self) -> &'static str {
        match self {
            Name::Proposed => "Proposed",
            Name::Offered => "Offered",
            Name::InitialMeeting => "Initial meeting",
            Name::Sessions => "Sessions",
            Name::MovingOn => "Moving on",
            Name::Closed => "Closed",
        }
    }
}

impl How {
    pub fn words(self) -> &'static str {
        match self {
            How::Declined => "Not taken up",
            How::Completed => "Completed",
            How::CompletedEarly => "Completed early",
            How::Ended => "Ended without fault",
            How::Lapsed => "Lapsed",
            How::MovedOrLeft => "Moved or left",
            How::MenteeAsked => "Mentee asked a mentor",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use time::macros::date;

    const MONDAY: Date = date!(2026 - 03 - 30);
    const TUESDAY: Date = date!(2026 - 03 - 31);
    const WEDNESDAY: Date = date!(2026 - 04 - 01);

    const ENDINGS: [(Early, How); 3] = [
        (Early::Completed, How::CompletedEarly),
        (Early::WithoutFault, How::Ended),
        (Early::MovedOrLeft, How::MovedOrLeft),
    ];

    const PROPOSED: Dates = Dates {
        proposed_on: MONDAY,
        offered_on: None,
        mentor_accepted_on: None,
        mentee_accepted_on: None,
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

    /// Wherever one act can lead from here, if it is done on this day. No arm may be left out.
    fn onward(before: &Dates, day: Date) -> Vec<(&'static str, Stage)> {
        let end = |end: &dyn Fn(Early) -> Closed| {
            ENDINGS.map(|(early, how)| {
                let closed = end(early);
                assert_eq!(closed.how, how);
                ("end early", Stage::Closed(closed))
            })
        };
        match Stage::from_dates(before) {
            Stage::Proposed(proposed) => vec![
                ("publish", Stage::Offered(proposed.publish(day))),
                ("withdraw", Stage::Closed(proposed.withdraw(day))),
            ],
            Stage::Offered(offered) => vec![
                ("mentor accepts", offered.accept(Side::Mentor, day)),
                ("mentee accepts", offered.accept(Side::Mentee, day)),
                ("decline", Stage::Closed(offered.decline(day))),
                ("withdraw", Stage::Closed(offered.withdraw(day))),
            ],
            Stage::InitialMeeting(initial) => {
                let mut next = vec![("meet", initial.hold(day)), ("agree", initial.agree(day))];
                next.extend(end(&|early| initial.end(early, day)));
                next
            }
            Stage::Sessions(sessions) => {
                let mut next = vec![("move on", Stage::MovingOn(sessions.move_on(day)))];
                next.extend(end(&|early| sessions.end(early, day)));
                next
            }
            Stage::MovingOn(moving) => {
                let mut next = vec![
                    ("hold", Stage::MovingOn(moving.hold(day, day))),
                    ("hold late", Stage::MovingOn(moving.hold(MONDAY, day))),
                    ("mentor", Stage::MovingOn(moving.review(Side::Mentor, day))),
                    ("mentee", Stage::MovingOn(moving.review(Side::Mentee, day))),
                ];
                next.extend(
                    moving
                        .review_together(day)
                        .map(|on| ("joint", Stage::MovingOn(on))),
                );
                let closed = moving.close(Unsettled::default(), day);
                next.extend(closed.map(|on| ("close", Stage::Closed(on))));
                next.extend(end(&|early| moving.end(early, day)));
                next
            }
            Stage::Closed(closed) => vec![
                ("reopen", closed.reopen(Again::WhereItStood, before)),
                (TAKE_BACK, closed.reopen(Again::BeforeMovingOn, before)),
            ],
        }
    }

    /// The one act that takes back what was known: that the two are moving on.
    const TAKE_BACK: &str = "back to the sessions";

    /// What `pairings_stages_in_order` and `pairings_closed_somehow` ask of a row.
    fn stays_in_order(dates: &Dates) -> bool {
        let after = |late: Option<Date>, early: Option<Date>| {
            late.is_none_or(|late| early.is_some_and(|early| early <= late))
        };
        let both = |a: Option<Date>, b: Option<Date>| a.zip(b).map(|(a, b)| a.max(b));
        let accepted = both(dates.mentor_accepted_on, dates.mentee_accepted_on);
        let begun = both(dates.met_on, dates.agreed_on);
        let reviewed = both(dates.mentor_reviewed_on, dates.mentee_reviewed_on);
        let all = [
            Some(dates.proposed_on),
            dates.offered_on,
            dates.mentor_accepted_on,
            dates.mentee_accepted_on,
            dates.met_on,
            dates.agreed_on,
            dates.moving_on_since,
            dates.final_session_on,
            dates.final_session_recorded_on,
        ];
        after(dates.offered_on, Some(dates.proposed_on))
            && after(dates.mentor_accepted_on, dates.offered_on)
            && after(dates.mentee_accepted_on, dates.offered_on)
            && (dates.met_on.max(dates.agreed_on).is_none() || accepted.is_some())
            && after(dates.moving_on_since, begun)
            && after(dates.final_session_on, dates.moving_on_since)
            && after(dates.final_session_recorded_on, dates.final_session_on)
            && dates.final_session_on.is_some() == dates.final_session_recorded_on.is_some()
            && (dates
                .mentor_reviewed_on
                .max(dates.mentee_reviewed_on)
                .is_none()
                || dates.moving_on_since.is_some())
            && (dates.joint_review_on.is_none() || reviewed.is_some())
            && dates
                .closed_on
                .is_none_or(|on| Some(on) >= all.into_iter().max().flatten())
            && dates.closed_on.is_some() == dates.closed_how.is_some()
    }

    /// Every date that was known before still says the same.
    fn forgets_nothing(before: &Dates, after: &Dates) -> bool {
        let kept = |before: Option<Date>, after: Option<Date>| before.is_none() || before == after;
        before.proposed_on == after.proposed_on
            && kept(before.offered_on, after.offered_on)
            && kept(before.mentor_accepted_on, after.mentor_accepted_on)
            && kept(before.mentee_accepted_on, after.mentee_accepted_on)
            && kept(before.met_on, after.met_on)
            && kept(before.agreed_on, after.agreed_on)
            && kept(before.moving_on_since, after.moving_on_since)
            && kept(before.final_session_on, after.final_session_on)
            && kept(
                before.final_session_recorded_on,
                after.final_session_recorded_on,
            )
            && kept(before.mentor_reviewed_on, after.mentor_reviewed_on)
            && kept(before.mentee_reviewed_on, after.mentee_reviewed_on)
            && kept(before.joint_review_on, after.joint_review_on)
    }

    /// Walks every way through a pairing, with a calendar that may go back by a day at any step,
    /// as it does when a programme moves to another time zone.
    #[test]
    fn every_way_through_a_pairing_is_stored_and_read_back_as_it_was() {
        let mut seen = HashSet::new();
        let mut names = HashSet::new();
        let mut ahead = vec![PROPOSED];
        while let Some(before) = ahead.pop() {
            let stage = Stage::from_dates(&before);
            names.insert(stage.name());
            for day in [MONDAY, TUESDAY] {
                for (act, next) in onward(&before, day) {
                    let after = next.onto(&before);
                    assert_eq!(Stage::from_dates(&after), next, "{act} of {before:?}");
                    assert_eq!(next.onto(&after), after, "{act} of {before:?}");
                    assert!(stays_in_order(&after), "{act} of {before:?}: {after:?}");
                    let known = match act {
                        TAKE_BACK => before.before_moving_on(),
                        _ => before,
                    };
                    assert!(
                        forgets_nothing(&known, &after),
                        "{act} of {before:?}: {after:?}"
                    );
                    if seen.insert(format!("{after:?}")) {
                        ahead.push(after);
                    }
                }
            }
        }
        assert_eq!(names.len(), Name::ALL.len());
    }

    #[test]
    fn an_offer_becomes_a_pairing_when_both_have_accepted_in_either_order() {
        let offered = Proposed { since: MONDAY }.publish(TUESDAY);
        assert_eq!(offered.since, TUESDAY);
        for (first, second) in [(Side::Mentor, Side::Mentee), (Side::Mentee, Side::Mentor)] {
            let Stage::Offered(half) = offered.accept(first, TUESDAY) else {
                panic!("one is not enough");
            };
            assert_eq!(half.accepted_by(first), Some(TUESDAY));
            assert_eq!(half.accepted_by(second), None);
            // Accepting twice is accepting once.
            assert_eq!(half.accept(first, WEDNESDAY), Stage::Offered(half));
            assert_eq!(
                half.accept(second, WEDNESDAY),
                Stage::InitialMeeting(InitialMeeting {
                    since: WEDNESDAY,
                    met_on: None,
                    agreed_on: None
                })
            );
            assert_eq!(half.decline(MONDAY).on, TUESDAY);
            assert_eq!(half.withdraw(WEDNESDAY).how, How::Ended);
        }
    }

    #[test]
    fn the_sessions_begin_once_the_two_have_met_and_agreed() {
        let begun = InitialMeeting {
            since: MONDAY,
            met_on: None,
            agreed_on: None,
        };
        for (met_on, agreed_on, since) in [
            (TUESDAY, WEDNESDAY, WEDNESDAY),
            (WEDNESDAY, TUESDAY, WEDNESDAY),
            (TUESDAY, TUESDAY, TUESDAY),
            // Written down with a day before both had accepted.
            (date!(2026 - 03 - 20), MONDAY, MONDAY),
        ] {
            let sessions = Stage::Sessions(Sessions {
                since,
                met_on,
                agreed_on,
            });
            let Stage::InitialMeeting(met) = begun.hold(met_on) else {
                panic!("nobody has agreed yet");
            };
            assert_eq!(met.agree(agreed_on), sessions);
            assert_eq!(met.hold(date!(2026 - 05 - 01)), Stage::InitialMeeting(met));
            let Stage::InitialMeeting(agreed) = begun.agree(agreed_on) else {
                panic!("nobody has met yet");
            };
            assert_eq!(agreed.hold(met_on), sessions);
            assert_eq!(
                agreed.agree(date!(2026 - 05 - 01)),
                Stage::InitialMeeting(agreed)
            );
        }
    }

    const ANNOUNCED: MovingOn = MovingOn {
        since: MONDAY,
        final_session: None,
        mentor_reviewed_on: None,
        mentee_reviewed_on: None,
        joint_review_on: None,
    };

    #[test]
    fn what_is_missing_is_named_in_the_order_of_doing() {
        let nothing = ANNOUNCED;
        let held = nothing.hold(TUESDAY, WEDNESDAY);
        let one = held.review(Side::Mentor, TUESDAY);
        let other = held.review(Side::Mentee, TUESDAY);
        let both = one.review(Side::Mentee, WEDNESDAY);
        let done = both.review_together(WEDNESDAY).unwrap();
        let unheld = MovingOn {
            final_session: None,
            ..done
        };
        let settled = Unsettled::default();
        for (moving, objectives, missing) in [
            (nothing, 1, Some(NotFinished::ObjectivesUnsettled)),
            (done, 1, Some(NotFinished::ObjectivesUnsettled)),
            (nothing, 0, Some(NotFinished::NoFinalSession)),
            (unheld, 0, Some(NotFinished::NoFinalSession)),
            (held, 0, Some(NotFinished::ReviewsMissing)),
            (one, 0, Some(NotFinished::ReviewsMissing)),
            (other, 0, Some(NotFinished::ReviewsMissing)),
            (both, 0, Some(NotFinished::NoJointReview)),
            (done, 0, None),
        ] {
            let unsettled = Unsettled {
                objectives,
                ..settled
            };
            assert_eq!(moving.missing(unsettled), missing, "{moving:?}");
            let closed = moving.close(unsettled, WEDNESDAY);
            assert_eq!(closed.err(), missing, "{moving:?}");
            // What became of a session is said before anything else.
            let unsettled = Unsettled {
                session: true,
                ..unsettled
            };
            let closed = moving.close(unsettled, WEDNESDAY);
            assert_eq!(closed, Err(NotFinished::SessionUnsettled), "{moving:?}");
        }
        for moving in [nothing, held, one, other] {
            assert_eq!(
                moving.review_together(TUESDAY),
                Err(NotFinished::ReviewsMissing)
            );
        }
        // Answering, holding and writing again leave the first day as it was.
        assert_eq!(both.review(Side::Mentor, WEDNESDAY), both);
        assert_eq!(both.hold(WEDNESDAY, date!(2026 - 05 - 01)), both);
        assert_eq!(done.review_together(date!(2026 - 05 - 01)), Ok(done));
        assert_eq!(
            done.close(settled, WEDNESDAY),
            Ok(Closed {
                on: WEDNESDAY,
                how: How::Completed
            })
        );
    }

    #[test]
    fn no_final_session_is_held_before_the_announcement_or_known_before_it_is_held() {
        for (told, today, (on, recorded_on)) in [
            (TUESDAY, WEDNESDAY, (TUESDAY, WEDNESDAY)),
            (date!(2026 - 03 - 01), TUESDAY, (MONDAY, TUESDAY)),
            (WEDNESDAY, TUESDAY, (WEDNESDAY, WEDNESDAY)),
        ] {
            let session = Some(FinalSession { on, recorded_on });
            assert_eq!(ANNOUNCED.hold(told, today).final_session, session);
        }
    }

    #[test]
    fn a_closed_pairing_is_taken_up_where_it_stood_or_in_its_sessions() {
        let offered = Dates {
            offered_on: Some(MONDAY),
            ..PROPOSED
        };
        let accepted = Dates {
            mentor_accepted_on: Some(MONDAY),
            mentee_accepted_on: Some(MONDAY),
            ..offered
        };
        let met = Dates {
            met_on: Some(MONDAY),
            agreed_on: Some(MONDAY),
            ..accepted
        };
        let moving = Dates {
            moving_on_since: Some(MONDAY),
            ..met
        };
        let held = Dates {
            final_session_on: Some(MONDAY),
            final_session_recorded_on: Some(TUESDAY),
            mentor_reviewed_on: Some(TUESDAY),
            ..moving
        };
        let done = Dates {
            mentee_reviewed_on: Some(TUESDAY),
            joint_review_on: Some(TUESDAY),
            ..held
        };
        for (stood, in_sessions) in [
            (PROPOSED, PROPOSED),
            (offered, offered),
            (accepted, accepted),
            (met, met),
            (moving, met),
            (held, met),
            (done, met),
        ] {
            let how = How::Completed;
            let on = WEDNESDAY;
            let closed = Dates {
                closed_on: Some(on),
                closed_how: Some(how),
                ..stood
            };
            for (again, dates) in [
                (Again::WhereItStood, stood),
                (Again::BeforeMovingOn, in_sessions),
            ] {
                let stage = Closed { on, how }.reopen(again, &closed);
                assert_eq!(stage, Stage::from_dates(&dates), "{again:?} of {stood:?}");
                assert_eq!(stage.onto(&closed), dates, "{again:?} of {stood:?}");
            }
        }
    }
}
