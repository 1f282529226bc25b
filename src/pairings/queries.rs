//! The SQL that every act on a pairing shares: finding it, locking it, storing its stage.

use super::access::{Action, May, Part};
use super::stage::{Dates, How, Stage};
use super::{
    AgreementFacts, Facts, InForce, Midpoint, OpenSession, Pairing, PairingId, Person, Programme,
};
use crate::calendars::invitations::{self, Happened};
use crate::people::{Acting, PersonId};
use crate::programmes::ProgrammeId;
use crate::sessions::Times;
use sqlx::PgConnection;
use time::{Date, OffsetDateTime, PrimitiveDateTime};

/// A row of `pairing_situations`, with its dates read in the programme's time zone.
struct Situation {
    id: PairingId,
    programme_id: ProgrammeId,
    programme_name: String,
    programme_time_zone: String,
    programme_ends_on: Date,
    session_minutes: i16,
    session_every_weeks: i16,
    mentor_id: PersonId,
    mentor_name: String,
    mentor_job_title: String,
    mentor_time_zone: String,
    mentee_id: PersonId,
    mentee_name: String,
    mentee_job_title: String,
    mentee_time_zone: String,
    proposed_on: Date,
    offered_on: Option<Date>,
    mentor_accepted_on: Option<Date>,
    mentee_accepted_on: Option<Date>,
    met_on: Option<Date>,
    agreed_on: Option<Date>,
    moving_on_since: Option<Date>,
    final_session_on: Option<Date>,
    final_session_recorded_on: Option<Date>,
    mentor_reviewed_on: Option<Date>,
    mentee_reviewed_on: Option<Date>,
    joint_review_on: Option<Date>,
    paused_since: Option<Date>,
    taken_up_on: Option<Date>,
    closed_on: Option<Date>,
    closed_how: Option<How>,
    today: Date,
    viewers_today: Date,
    run_by_viewer: bool,
    mentor_gives_hours: bool,
    answer_by: Option<Date>,
    mentor_is_full: bool,
    asked_by_mentee: bool,
    mentees_ask: bool,
    open_session_id: Option<i64>,
    open_session_starts_at: Option<OffsetDateTime>,
    open_session_ends_at: Option<OffsetDateTime>,
    open_session_on: Option<Date>,
    open_session_yours: Option<PrimitiveDateTime>,
    open_session_theirs: Option<PrimitiveDateTime>,
    sessions_held: i64,
    last_held_on: Option<Date>,
    unrecorded_session_id: Option<i64>,
    unrecorded_session_on: Option<Date>,
    agreement_id: Option<i64>,
    agreement_version: Option<i16>,
    agreement_drafted_on: Option<Date>,
    mentor_signed_at: Option<OffsetDateTime>,
    mentee_signed_at: Option<OffsetDateTime>,
    agreement_in_force_id: Option<i64>,
    agreement_in_force_version: Option<i16>,
    agreement_in_force_since: Option<Date>,
    objectives: i64,
    objectives_waiting_for_mentor: i64,
    objectives_waiting_for_mentee: i64,
    objectives_proposed_since: Option<Date>,
    objectives_waiting_for_sign_off: i64,
    objectives_reached_since: Option<Date>,
    objectives_signed_off: i64,
    objectives_unsettled: i64,
    targets: i64,
    targets_done: i64,
    further_steps: i64,
    mentor_suggests_until: Option<Date>,
    mentee_suggests_until: Option<Date>,
    looked_back_before: bool,
    /// When it is due, when each answered, and when they decided.
    midpoint: Option<Vec<Option<Date>>>,
}

/// What follows the columns says whose situations; `$1` is the moment, `$2` the viewer's time zone
/// and `$3` the viewer.
macro_rules! situations {
    ($which:literal, $($bound:expr),* $(,)?) => {
        sqlx::query_as!(
            Situation,
            r#"
            select
                id as "id!: PairingId",
                programme_id as "programme_id!: ProgrammeId",
                programme_name as "programme_name!",
                programme_time_zone as "programme_time_zone!",
                programme_ends_on as "programme_ends_on!",
                session_minutes as "session_minutes!",
                session_every_weeks as "session_every_weeks!",
                mentor_id as "mentor_id!: PersonId",
                mentor_name as "mentor_name!",
                mentor_job_title as "mentor_job_title!",
                mentor_time_zone as "mentor_time_zone!",
                mentee_id as "mentee_id!: PersonId",
                mentee_name as "mentee_name!",
                mentee_job_title as "mentee_job_title!",
                mentee_time_zone as "mentee_time_zone!",
                proposed_on as "proposed_on!", offered_on, mentor_accepted_on, mentee_accepted_on,
                met_on, agreed_on, moving_on_since, final_session_on, final_session_recorded_on,
                mentor_reviewed_on, mentee_reviewed_on, joint_review_on, paused_since, taken_up_on, closed_on,
                closed_how as "closed_how: How",
                ($1::timestamptz at time zone programme_time_zone)::date as "today!",
                ($1::timestamptz at time zone $2)::date as "viewers_today!",
                programme_id = any(array(
                    select programme_id from coordinators where person_id = $3
                )) as "run_by_viewer!",
                mentor_gives_hours as "mentor_gives_hours!", mentor_is_full as "mentor_is_full!",
                asked_by_mentee as "asked_by_mentee!", mentees_ask as "mentees_ask!",
                open_session_id, open_session_starts_at, open_session_ends_at,
                (open_session_starts_at at time zone programme_time_zone)::date as open_session_on,
                open_session_starts_at at time zone $2 as open_session_yours,
                open_session_starts_at at time zone
                    case when mentee_id = $3 then mentor_time_zone else mentee_time_zone end
                    as open_session_theirs,
                sessions_held as "sessions_held!", last_held_on,
                unrecorded_session_id, unrecorded_session_on,
                agreement_id, agreement_version,
                (agreement_drafted_at at time zone programme_time_zone)::date as agreement_drafted_on,
                mentor_signed_at, mentee_signed_at,
                agreement_in_force_id, agreement_in_force_version,
                (agreement_in_force_since at time zone programme_time_zone)::date
                    as agreement_in_force_since,
                objectives as "objectives!",
                objectives_waiting_for_mentor as "objectives_waiting_for_mentor!",
                objectives_waiting_for_mentee as "objectives_waiting_for_mentee!",
                objectives_proposed_since,
                objectives_waiting_for_sign_off as "objectives_waiting_for_sign_off!",
                objectives_reached_since,
                objectives_signed_off as "objectives_signed_off!",
                objectives_unsettled as "objectives_unsettled!",
                targets as "targets!", targets_done as "targets_done!",
                further_steps as "further_steps!", looked_back_before as "looked_back_before!",
                (select answer_by from offers_made where pairing_id = id) as answer_by,
                midpoint_of(id) as "midpoint: Vec<Option<Date>>",
                (
                    select (until at time zone programme_time_zone)::date from waiting_suggestions
                    where pairing_id = id and suggested_by = mentor_id
                        and until > $1 and closed_on is null
                ) as mentor_suggests_until,
                (
                    select (until at time zone programme_time_zone)::date from waiting_suggestions
                    where pairing_id = id and suggested_by = mentee_id
                        and until > $1 and closed_on is null
                ) as mentee_suggests_until
"# + $which,
            $($bound),*
        )
    };
}

/// Which of the pairings that the viewer may see.
enum Which {
    One(PairingId),
    /// Those the viewer is one of the two of.
    Own,
    /// These, and those of the programmes that the viewer runs.
    OwnAndRun,
    Of(ProgrammeId),
}

/// The pairing as the viewer sees it.
///
/// # Errors
/// `RowNotFound` for whoever is nothing to it.
pub async fn situation(acting: &mut Acting, id: PairingId) -> sqlx::Result<Pairing> {
    select(acting, Which::One(id))
        .await?
        .pop()
        .ok_or(sqlx::Error::RowNotFound)
}

/// The viewer's own pairings, live ones first, latest first.
pub async fn own(acting: &mut Acting) -> sqlx::Result<Vec<Pairing>> {
    select(acting, Which::Own).await
}

/// The viewer's own pairings and, of a coordinator, all of their programmes', in the same order.
pub async fn own_and_run(acting: &mut Acting) -> sqlx::Result<Vec<Pairing>> {
    select(acting, Which::OwnAndRun).await
}

/// All pairings of a programme, for its coordinators.
pub async fn of_programme(
    acting: &mut Acting,
    programme: ProgrammeId,
) -> sqlx::Result<Vec<Pairing>> {
    select(acting, Which::Of(programme)).await
}

async fn select(acting: &mut Acting, which: Which) -> sqlx::Result<Vec<Pairing>> {
    let viewer = acting.viewer.id;
    let (one, own, run, programme) = match which {
        Which::One(id) => (Some(id.0), None, None, None),
        Which::Own => (None, Some(viewer.0), None, None),
        Which::OwnAndRun => (None, Some(viewer.0), Some(viewer.0), None),
        Which::Of(id) => (None, None, None, Some(id.0)),
    };
    let (zone, now) = (acting.viewer.time_zone.clone(), acting.now);
    let rows = situations!(
        "from pairing_situations
         where id = any(array(
            select id from pairings where id = $4
            union all select id from pairings where mentor_id = $5
            union all select id from pairings where mentee_id = $5
            union all select id from pairings where programme_id = $6
            union all select pairings.id from pairings
                join coordinators on coordinators.programme_id = pairings.programme_id
                where coordinators.person_id = $7
         ))
         order by closed_on desc nulls first, proposed_on desc, id desc",
        now,
        zone,
        viewer.0,
        one,
        own,
        programme,
        run,
    )
    .fetch_all(&mut **acting)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| row.seen_by(viewer, now))
        .collect())
}

/// For whoever reminds people, who acts for nobody: the open pairings, or those that one person has
/// to do with, as a coordinator sees them.
pub async fn to_remind_of(
    db: &mut PgConnection,
    only_of: Option<PersonId>,
    now: OffsetDateTime,
) -> sqlx::Result<Vec<Pairing>> {
    let nobody = PersonId(0);
    let rows = situations!(
        "from pairings_to_remind_of($4) order by id",
        now,
        "UTC",
        nobody.0,
        only_of.map(|person| person.0),
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| row.seen_by(nobody, now))
        .collect())
}

impl Situation {
    fn seen_by(self, viewer: PersonId, now: OffsetDateTime) -> Pairing {
        let dates = self.dates();
        Pairing {
            id: self.id,
            part: match viewer {
                // The two learn of a pairing when it is offered; until then whoever sees it runs it.
                _ if self.offered_on.is_none() => Part::Coordinator,
                id if id == self.mentor_id => Part::Mentor,
                id if id == self.mentee_id => Part::Mentee,
                _ => Part::Coordinator,
            },
            stage: Stage::from_dates(&dates),
            dates,
            run_by_viewer: self.run_by_viewer,
            paused_since: self.paused_since,
            taken_up_on: self.taken_up_on,
            today: self.today,
            viewers_today: self.viewers_today,
            now,
            facts: self.facts(),
            programme: Programme {
                id: self.programme_id,
                name: self.programme_name,
                time_zone: self.programme_time_zone,
                session_minutes: self.session_minutes,
                session_every_weeks: self.session_every_weeks,
                mentees_ask: self.mentees_ask,
                ends_on: self.programme_ends_on,
            },
            mentor: Person {
                id: self.mentor_id,
                name: self.mentor_name,
                job_title: self.mentor_job_title,
                time_zone: self.mentor_time_zone,
            },
            mentee: Person {
                id: self.mentee_id,
                name: self.mentee_name,
                job_title: self.mentee_job_title,
                time_zone: self.mentee_time_zone,
            },
        }
    }

    fn dates(&self) -> Dates {
        Dates {
            proposed_on: self.proposed_on,
            offered_on: self.offered_on,
            mentor_accepted_on: self.mentor_accepted_on,
            mentee_accepted_on: self.mentee_accepted_on,
            met_on: self.met_on,
            agreed_on: self.agreed_on,
            moving_on_since: self.moving_on_since,
            final_session_on: self.final_session_on,
            final_session_recorded_on: self.final_session_recorded_on,
            mentor_reviewed_on: self.mentor_reviewed_on,
            mentee_reviewed_on: self.mentee_reviewed_on,
            joint_review_on: self.joint_review_on,
            closed_on: self.closed_on,
            closed_how: self.closed_how,
        }
    }

    fn facts(&self) -> Facts {
        Facts {
            mentor_gives_hours: self.mentor_gives_hours,
            answer_by: self.answer_by,
            mentor_is_full: self.mentor_is_full,
            asked_by_mentee: self.asked_by_mentee,
            open_session: self.open_session(),
            sessions_held: self.sessions_held,
            last_held_on: self.last_held_on,
            unrecorded_session: self.unrecorded_session_id.zip(self.unrecorded_session_on),
            agreement: self.agreement(),
            agreement_in_force: self.agreement_in_force(),
            objectives: self.objectives,
            objectives_waiting_for_mentor: self.objectives_waiting_for_mentor,
            objectives_waiting_for_mentee: self.objectives_waiting_for_mentee,
            objectives_proposed_since: self.objectives_proposed_since,
            objectives_waiting_for_sign_off: self.objectives_waiting_for_sign_off,
            objectives_reached_since: self.objectives_reached_since,
            objectives_signed_off: self.objectives_signed_off,
            objectives_unsettled: self.objectives_unsettled,
            targets: self.targets,
            targets_done: self.targets_done,
            further_steps: self.further_steps,
            mentor_suggests_until: self.mentor_suggests_until,
            mentee_suggests_until: self.mentee_suggests_until,
            looked_back_before: self.looked_back_before,
            midpoint: self.midpoint(),
        }
    }

    fn midpoint(&self) -> Midpoint {
        match self.midpoint.as_deref() {
            Some(&[due_on, mentor_on, mentee_on, decided_on]) => Midpoint {
                due_on,
                mentor_on,
                mentee_on,
                decided_on,
            },
            _ => Midpoint::default(),
        }
    }

    fn open_session(&self) -> Option<OpenSession> {
        Some(OpenSession {
            id: self.open_session_id?,
            starts_at: self.open_session_starts_at?,
            ends_at: self.open_session_ends_at?,
            on: self.open_session_on?,
            times: Times {
                yours: self.open_session_yours?,
                theirs: self.open_session_theirs?,
            },
        })
    }

    fn agreement(&self) -> Option<AgreementFacts> {
        Some(AgreementFacts {
            id: self.agreement_id?,
            version: self.agreement_version?,
            drafted_on: self.agreement_drafted_on?,
            mentor_signed_at: self.mentor_signed_at,
            mentee_signed_at: self.mentee_signed_at,
        })
    }

    fn agreement_in_force(&self) -> Option<InForce> {
        Some(InForce {
            id: self.agreement_in_force_id?,
            version: self.agreement_in_force_version?,
            since: self.agreement_in_force_since?,
        })
    }
}

/// Waits for everybody else who is changing this pairing. Whoever may not see it locks nothing.
pub async fn lock(acting: &mut Acting, id: PairingId) -> sqlx::Result<()> {
    sqlx::query!("select id from pairings where id = $1 for update", id.0)
        .fetch_optional(&mut **acting)
        .await?;
    Ok(())
}

/// Stores the stage that an act has led to.
pub async fn store_stage<A: Action>(may: &mut May<A>, stage: Stage) -> sqlx::Result<()> {
    store_stages(may, &[stage]).await
}

/// The same for an act that leads through several.
pub async fn store_stages<A: Action>(may: &mut May<A>, stages: &[Stage]) -> sqlx::Result<()> {
    let before = may.pairing().dates;
    let dates = stages
        .iter()
        .fold(before, |dates, stage| stage.onto(&dates));
    let id = may.pairing().id;
    sqlx::query!(
        r"
        update pairings set
            offered_on = $2, mentor_accepted_on = $3, mentee_accepted_on = $4, met_on = $5,
            agreed_on = $6, moving_on_since = $7, final_session_on = $8,
            final_session_recorded_on = $9, mentor_reviewed_on = $10, mentee_reviewed_on = $11,
            joint_review_on = $12, closed_on = $13, closed_how = $14,
            paused_since = case when $13::date is null then paused_since end
        where id = $1
        ",
        id.0,
        dates.offered_on,
        dates.mentor_accepted_on,
        dates.mentee_accepted_on,
        dates.met_on,
        dates.agreed_on,
        dates.moving_on_since,
        dates.final_session_on,
        dates.final_session_recorded_on,
        dates.mentor_reviewed_on,
        dates.mentee_reviewed_on,
        dates.joint_review_on,
        dates.closed_on,
        dates.closed_how as Option<How>,
    )
    .execute(may.db())
    .await?;
    if dates.closed_on.is_some() {
        end_pause(may).await?;
        release_coming_sessions(may).await?;
    }
    Ok(())
}

/// A pause ends when the pairing is taken up again, and also when it is closed.
pub async fn end_pause<A: Action>(may: &mut May<A>) -> sqlx::Result<()> {
    let (id, today) = (may.pairing().id, may.today());
    sqlx::query!(
        "update pauses set until = greatest(since, $2)
         where pairing_id = $1 and until is null",
        id.0,
        today,
    )
    .execute(may.db())
    .await?;
    Ok(())
}

/// A closed pairing meets no more: what is booked is cancelled and the time is free again.
async fn release_coming_sessions<A: Action>(may: &mut May<A>) -> sqlx::Result<()> {
    let (id, today, now) = (may.pairing().id, may.today(), may.now());
    let cancelled = sqlx::query_scalar!(
        r#"
        with cancelled as (
            update mentoring_sessions set cancelled_on = $2
            where pairing_id = $1 and lower(during) > $3
                and num_nonnulls(held_on, missed_on, cancelled_on) = 0
            returning id
        ),
        freed as (
            delete from attendances using cancelled where session_id = cancelled.id
        )
        select id as "id!" from cancelled order by id
        "#,
        id.0,
        today,
        now,
    )
    .fetch_all(may.db())
    .await?;
    for session in cancelled {
        invitations::tell(may, session, Happened::PairingClosed).await?;
    }
    Ok(())
}
