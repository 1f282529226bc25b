//! Who may do what to a pairing, and when. A query that writes asks for a [`May`], and only the
//! extractor in this file makes one.

use super::stage::{Name, Side};
use super::{Pairing, PairingId, queries};
use crate::App;
use crate::error::{Error, Kept, Result};
use crate::people::acting::About;
use crate::people::{Acting, Viewer};
use crate::programmes::access::{self, Programme};
use crate::web::page::Frame;
use axum::RequestPartsExt;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::Method;
use axum::http::request::Parts;
use sqlx::PgConnection;
use std::marker::PhantomData;
use time::{Date, Duration, OffsetDateTime};

/// What somebody is to one pairing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Part {
    Mentor,
    Mentee,
    Coordinator,
}

impl Part {
    pub fn side(self) -> Option<Side> {
        match self {
            Part::Mentor => Some(Side::Mentor),
            Part::Mentee => Some(Side::Mentee),
            Part::Coordinator => None,
        }
    }
}

/// The rule of one act: by whom, in which stages, and whether a pause lets it through.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    pub parts: &'static [Part],
    pub stages: &'static [Name],
    pub while_paused: bool,
    /// Whether a coordinator may do it to a pairing that they are one of the two of as well.
    pub of_ones_own: bool,
    /// For the audit.
    pub act: &'static str,
}

/// Something that can be done to a pairing.
pub trait Action: Send + Sync + 'static {
    const RULE: Rule;
}

const ALL: &[Part] = &[Part::Mentor, Part::Mentee, Part::Coordinator];
const BOTH: &[Part] = &[Part::Mentor, Part::Mentee];
const MENTOR: &[Part] = &[Part::Mentor];
const MENTEE: &[Part] = &[Part::Mentee];
const COORDINATOR: &[Part] = &[Part::Coordinator];
const LIVE: &[Name] = &[Name::InitialMeeting, Name::Sessions, Name::MovingOn];
const MEETING: &[Name] = &[Name::InitialMeeting, Name::Sessions];
const FROM_SESSIONS: &[Name] = &[Name::Sessions, Name::MovingOn, Name::Closed];
const FROM_MOVING_ON: &[Name] = &[Name::MovingOn, Name::Closed];
const TOGETHER: &[Name] = &[Name::Sessions, Name::MovingOn];
const BEGUN: &[Name] = &[
    Name::InitialMeeting,
    Name::Sessions,
    Name::MovingOn,
    Name::Closed,
];

macro_rules! rules {
    (@own) => { false };
    (@own of_ones_own) => { true };
    ($($action:ident: $parts:expr, $stages:expr, $paused:expr, $act:literal $($own:ident)?;)*) => {
        $(
            pub struct $action;
            impl Action for $action {
                const RULE: Rule = Rule {
                    parts: $parts,
                    stages: $stages,
                    while_paused: $paused,
                    of_ones_own: rules!(@own $($own)?),
                    act: $act,
                };
            }
        )*

        /// Every rule by name, for the test that walks them.
        pub const RULES: &[(&str, Rule)] = &[$((stringify!($action), $action::RULE)),*];
    };
}

rules! {
    // act              by whom      in which stages                  paused  for the audit
    See:                ALL,         &Name::ALL,                      true,   "opened the pairing";
    SeeWithin:          BOTH,        BEGUN,                           true,   "opened what is between the two";
    Withdraw:           COORDINATOR, &[Name::Proposed, Name::Offered], false, "withdrew the offer" of_ones_own;
    Accept:             BOTH,        &[Name::Offered],                false,  "accepted the offer";
    Decline:            BOTH,        &[Name::Offered],                false,  "declined the offer";
    TakeBack:           MENTEE,      &[Name::Offered],                false,  "took back their yes to the offer";
    DraftAgreement:     BOTH,        LIVE,                            true,   "drafted an agreement";
    SignAgreement:      BOTH,        LIVE,                            true,   "signed the agreement";
    PrepareMeeting:     BOTH,        MEETING,                         true,   "prepared the first meeting";
    CommentOnAgreement: BOTH,        LIVE,                            true,   "commented on the agreement";
    BookSession:        BOTH,        LIVE,                            false,  "booked a session";
    ChangeSession:      BOTH,        LIVE,                            true,   "changed a session";
    RecordSession:      BOTH,        LIVE,                            true,   "recorded a session";
    KeepDraft:          BOTH,        LIVE,                            true,   "began a draft";
    SayForOneself:      BOTH,        LIVE,                            true,   "said something for themselves alone";
    SayWhatHelped:      MENTEE,      LIVE,                            true,   "said what helped";
    AskToTalk:          BOTH,        LIVE,                            true,   "asked to talk to the coordinators";
    MarkTarget:         BOTH,        LIVE,                            true,   "marked a target";
    SetTarget:          BOTH,        LIVE,                            true,   "set a target";
    ProposeObjective:   BOTH,        MEETING,                         true,   "proposed an objective";
    ChangeObjective:    BOTH,        LIVE,                            true,   "changed an objective";
    SayLevel:           BOTH,        LIVE,                            true,   "said how far an objective is";
    AgreeObjective:     BOTH,        LIVE,                            true,   "agreed an objective";
    ReachObjective:     MENTEE,      LIVE,                            true,   "reached an objective";
    SignOffObjective:   MENTOR,      LIVE,                            true,   "signed off an objective";
    SettleObjective:    BOTH,        LIVE,                            true,   "settled an objective";
    WriteNote:          BOTH,        LIVE,                            true,   "wrote a private note";
    AnnounceMovingOn:   BOTH,        &[Name::Sessions],               false,  "announced moving on";
    WriteFurtherStep:   BOTH,        &[Name::MovingOn],               false,  "wrote a further step";
    AnswerReview:       BOTH,        &[Name::MovingOn],               false,  "answered the moving-on review";
    ReviewTogether:     BOTH,        &[Name::MovingOn],               false,  "wrote the joint review";
    AnswerMidpoint:     BOTH,        &[Name::Sessions],               false,  "answered the mid-point review";
    DecideMidpoint:     BOTH,        &[Name::Sessions],               false,  "decided how to go on";
    ShareWords:         MENTOR,      TOGETHER,                        true,   "shared words to keep";
    SeeCertificate:     MENTOR,      FROM_MOVING_ON,                  true,   "opened the certificate";
    Close:              BOTH,        &[Name::MovingOn],               false,  "closed the pairing";
    SeeRemarks:         COORDINATOR, FROM_SESSIONS,                   true,   "opened the remarks";
    Pause:              ALL,         LIVE,                            false,  "paused the pairing";
    Resume:             ALL,         LIVE,                            true,   "resumed the pairing";
    EndEarly:           ALL,         LIVE,                            true,   "ended the pairing early";
    Reopen:             COORDINATOR, &[Name::Closed],                 true,   "re-opened the pairing" of_ones_own;
}

/// Proof that the viewer may do `A` to a pairing as it is now, with the transaction in which it
/// is done. For a form the pairing is locked. The fields are private, so no handler can make
/// one, or swap the pairing in one for another.
pub struct May<A> {
    app: App,
    acting: Acting,
    pairing: Pairing,
    action: PhantomData<A>,
}

impl<A: Action> May<A> {
    pub fn viewer(&self) -> &Viewer {
        &self.acting.viewer
    }

    pub fn pairing(&self) -> &Pairing {
        &self.pairing
    }

    pub fn now(&self) -> OffsetDateTime {
        self.acting.now
    }

    /// The date it is now in the programme.
    pub fn today(&self) -> Date {
        self.pairing.today
    }

    pub fn frame(&self) -> Frame {
        self.acting.frame.clone()
    }

    pub fn app(&self) -> &App {
        &self.app
    }

    pub fn db(&mut self) -> &mut PgConnection {
        &mut self.acting
    }

    /// The programme as it is now.
    pub async fn programme(&mut self) -> sqlx::Result<Programme> {
        let id = self.pairing.programme.id;
        access::find(&mut self.acting, id).await
    }

    /// Whether a form with this token arrives for the first time.
    pub async fn first_time(&mut self, once: &str) -> Result<bool> {
        Ok(self.acting.first_time(once).await?)
    }

    pub fn once(&self) -> String {
        self.acting.once()
    }

    /// The same permit for whom a letter was sent to.
    ///
    /// # Errors
    /// As for whoever presses a button: not found, not allowed, or a conflict in words.
    pub async fn by_letter(app: App, mut acting: Acting, id: PairingId) -> Result<Self> {
        if !A::RULE.reads() {
            queries::lock(&mut acting, id).await?;
        }
        let pairing = queries::situation(&mut acting, id).await?;
        A::RULE.check(&pairing)?;
        Ok(May {
            app,
            acting,
            pairing,
            action: PhantomData,
        })
    }

    /// Leaves the audit row that `A` asks for and makes everything done last.
    pub async fn commit(self) -> Result<()> {
        self.commit_as(A::RULE.act).await
    }

    /// The same for what the other of the two is not to know of.
    pub async fn commit_unseen(self) -> Result<()> {
        Ok(self.acting.commit(A::RULE.act, About::Oneself).await?)
    }

    /// The same without an audit row, for what is saved again and again as somebody types.
    pub async fn commit_untold(self) -> Result<()> {
        Ok(self.acting.commit_untold().await?)
    }

    /// The same for an act that says more precisely what it did.
    pub async fn commit_as(self, act: &'static str) -> Result<()> {
        let about = About::Pairing(self.pairing.id);
        Ok(self.acting.commit(act, about).await?)
    }
}

impl Rule {
    /// Whether it is no more than to look.
    fn reads(&self) -> bool {
        self.act.starts_with("opened ")
    }

    /// What it is to have looked at a page of this act, for the audit: to open the form of an act
    /// is not yet to act.
    fn reading(&self) -> &'static str {
        if self.reads() {
            self.act
        } else {
            See::RULE.act
        }
    }

    /// # Errors
    /// `NotAllowed` for the wrong person, a conflict in words for the wrong moment.
    pub fn check(&self, pairing: &Pairing) -> Result<()> {
        let runs = self.of_ones_own && pairing.run_by_viewer;
        if !runs && !self.parts.contains(&pairing.part) {
            return Err(Error::NotAllowed);
        }
        let name = pairing.stage.name();
        if !self.stages.contains(&name) {
            return Err(Error::conflict(where_it_is(name)));
        }
        if pairing.paused_since.is_some() && !self.while_paused {
            return Err(Error::conflict(
                "This pairing is paused. It goes on as soon as one of you resumes it.",
            ));
        }
        Ok(())
    }
}

fn where_it_is(name: Name) -> &'static str {
    match name {
        Name::Proposed => "This pairing has not been offered yet. Nothing has changed.",
        Name::Offered => "This offer has not been accepted by both yet. Nothing has changed.",
        Name::InitialMeeting => {
            "This pairing is at its initial meeting, and that step belongs to another time. \
             Nothing has changed."
        }
        Name::Sessions => {
            "This pairing is in its sessions, and that step belongs to another time. \
             Nothing has changed."
        }
        Name::MovingOn => {
            "This pairing is moving on, and that step belongs to another time. \
             Nothing has changed."
        }
        Name::Closed => "This pairing is closed. It can be read, but no longer changed.",
    }
}

impl<A: Action> FromRequestParts<App> for May<A> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let mut acting: Acting = parts.extract_with_state(app).await?;
        let id = pairing_in_path(parts).await?;
        let writes = parts.method == Method::POST;
        if writes {
            queries::lock(&mut acting, id).await?;
        }
        let pairing = queries::situation(&mut acting, id).await?;
        if let Err(refusal) = A::RULE.check(&pairing) {
            // Words that were not taken are shown, whatever was done a moment ago.
            let bare = writes && Kept::of(&parts.extensions).typed().is_empty();
            return match refusal {
                Error::Conflict(_)
                    if bare && pressed_twice(&mut acting, id, A::RULE.act).await? =>
                {
                    Err(Error::AlreadyDone(pairing.path()))
                }
                refusal => Err(refusal),
            };
        }
        if pairing.part == Part::Coordinator && !writes {
            acting
                .record_reading(A::RULE.reading(), [About::Pairing(id)])
                .await?;
        }
        Ok(May {
            app: app.clone(),
            acting,
            pairing,
            action: PhantomData,
        })
    }
}

/// Whether the viewer has just done this very thing, and nothing else to the pairing since.
async fn pressed_twice(acting: &mut Acting, id: PairingId, act: &str) -> sqlx::Result<bool> {
    let moments_ago = acting.now - Duration::minutes(1);
    let last = sqlx::query_scalar!(
        "select act from audit_events
         where pairing_id = $1 and actor_id = $2 and at >= $3 and act not like 'opened %'
         order by id desc
         limit 1",
        id.0,
        acting.viewer.id.0,
        moments_ago,
    )
    .fetch_optional(&mut **acting)
    .await?;
    Ok(last.as_deref() == Some(act))
}

async fn pairing_in_path(parts: &mut Parts) -> Result<PairingId> {
    let params: RawPathParams = parts.extract().await.map_err(|_| Error::NotFound)?;
    params
        .iter()
        .find(|(name, _)| *name == "pairing")
        .and_then(|(_, id)| id.parse().ok())
        .map(PairingId)
        .ok_or(Error::NotFound)
}

#[cfg(test)]
mod tests {
    use super::super::stage::{Dates, How, Stage};
    use super::super::{Facts, Person, Programme};
    use super::*;
    use crate::people::PersonId;
    use crate::programmes::ProgrammeId;
    use time::macros::{date, datetime};

    #[test]
    fn every_rule_is_kept_for_everybody_in_every_stage() {
        for (name, rule) in RULES {
            for part in [Part::Mentor, Part::Mentee, Part::Coordinator] {
                for (stage, runs) in Name::ALL
                    .into_iter()
                    .flat_map(|one| [(one, false), (one, true)])
                {
                    for paused in [false, true] {
                        let outcome = rule.check(&Pairing {
                            run_by_viewer: runs,
                            ..pairing(part, stage, paused)
                        });
                        let case = format!(
                            "{name} by {part:?} at {stage:?}, paused: {paused}, runs: {runs}"
                        );
                        let own = runs && ["Withdraw", "Reopen"].contains(name);
                        let by_them = rule.parts.contains(&part) || own;
                        let now = rule.stages.contains(&stage) && (!paused || rule.while_paused);
                        match outcome {
                            Ok(()) => assert!(by_them && now, "{case}"),
                            Err(Error::NotAllowed) => assert!(!by_them, "{case}"),
                            Err(Error::Conflict(_)) => assert!(by_them && !now, "{case}"),
                            Err(other) => panic!("{case}: {other:?}"),
                        }
                    }
                }
            }
        }
    }

    /// What the table may never come to say, whoever edits it.
    #[test]
    fn the_rules_hold_to_what_was_promised() {
        for (name, rule) in RULES {
            assert!(!rule.parts.is_empty() && !rule.stages.is_empty(), "{name}");
            assert!(!rule.act.is_empty(), "{name}");
            let outside = rule.parts.contains(&Part::Coordinator);
            let by_coordinators = [
                "See",
                "Withdraw",
                "Pause",
                "Resume",
                "EndEarly",
                "Reopen",
                "SeeRemarks",
            ];
            assert_eq!(outside, by_coordinators.contains(name), "{name}");
            let after_the_end = rule.stages.contains(&Name::Closed);
            let reads = ["See", "SeeWithin", "SeeRemarks", "SeeCertificate", "Reopen"];
            assert_eq!(after_the_end, reads.contains(name), "{name}");
        }
        assert_eq!(SignOffObjective::RULE.parts, MENTOR);
        assert_eq!(ReachObjective::RULE.parts, MENTEE);
    }

    fn pairing(part: Part, stage: Name, paused: bool) -> Pairing {
        let day = date!(2026 - 04 - 01);
        let from = |first: Name| {
            let place = |name| Name::ALL.iter().position(|one| *one == name);
            (place(stage) >= place(first)).then_some(day)
        };
        let person = |id, name: &str| Person {
            id: PersonId(id),
            name: name.into(),
            job_title: String::new(),
            time_zone: "UTC".into(),
        };
        let dates = Dates {
            proposed_on: day,
            offered_on: from(Name::Offered),
            mentor_accepted_on: from(Name::InitialMeeting),
            mentee_accepted_on: from(Name::InitialMeeting),
            met_on: from(Name::Sessions),
            agreed_on: from(Name::Sessions),
            moving_on_since: from(Name::MovingOn),
            final_session_on: None,
            final_session_recorded_on: None,
            mentor_reviewed_on: None,
            mentee_reviewed_on: None,
            joint_review_on: None,
            closed_on: from(Name::Closed),
            closed_how: from(Name::Closed).map(|_| How::Ended),
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
            part,
            stage: Stage::from_dates(&dates),
            dates,
            run_by_viewer: false,
            taken_up_on: None,
            paused_since: paused.then_some(day),
            today: day,
            viewers_today: day,
            now: datetime!(2026-04-01 12:00 UTC),
            facts: Facts::default(),
        }
    }
}
