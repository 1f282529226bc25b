//! Tells the story of one pair: makes rows of it, and diary entries of what the two did.

use super::calendar::{Day, Moment};
use super::diary::{Deed, Diary};
use super::story::{Agreement, Objective, Outcome, Session, Settled, Story, Wrote};
use super::{Running, Somebody};
use crate::pairings::stage::{How, Side};
use sqlx::PgConnection;
use time::Date;

/// One pair while its story is told.
struct Told<'a> {
    id: i64,
    mentor: Somebody,
    mentee: Somebody,
    story: &'static Story,
    /// The keys of the objectives, in the order of the story.
    objectives: Vec<i64>,
    running: &'a Running<'a>,
    diary: &'a mut Diary,
}

pub async fn tell(
    db: &mut PgConnection,
    running: &Running<'_>,
    story: &'static Story,
    diary: &mut Diary,
) -> sqlx::Result<()> {
    let mut told = Told {
        id: insert(db, running, story).await?,
        mentor: running.known[story.mentor],
        mentee: running.known[story.mentee],
        story,
        objectives: Vec::new(),
        running,
        diary,
    };
    told.steps();
    told.pauses(db).await?;
    for (version, agreement) in (1..).zip(story.agreements) {
        told.agreement(db, version, agreement).await?;
    }
    told.comments(db).await?;
    told.preparations(db).await?;
    told.checks(db).await?;
    for objective in story.objectives {
        let id = told.objective(db, objective).await?;
        told.objectives.push(id);
    }
    for session in story.sessions {
        told.session(db, session).await?;
    }
    told.half_way(db).await?;
    told.asked(db).await?;
    told.further_steps(db).await?;
    told.reviews(db).await?;
    told.words_to_keep(db).await
}

async fn insert(db: &mut PgConnection, running: &Running<'_>, story: &Story) -> sqlx::Result<i64> {
    let on = |day: Option<Day>| day.map(|day| running.calendar.date(day));
    let paused = story.pauses.iter().find(|(_, _, until)| until.is_none());
    sqlx::query_scalar!(
        r#"insert into pairings (programme_id, mentor_id, mentee_id, proposed_on, offered_on,
            mentor_accepted_on, mentee_accepted_on, met_on, agreed_on, moving_on_since, final_session_on,
            final_session_recorded_on, mentor_reviewed_on, mentee_reviewed_on, joint_review_on, paused_since,
            closed_on, closed_how)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12, $13, $14, $15, $16, $17)
         returning id as "id: i64""#,
        running.id,
        running.known[story.mentor].id,
        running.known[story.mentee].id,
        running.calendar.date(story.proposed),
        on(story.offered),
        on(story.mentor_accepted),
        on(story.mentee_accepted),
        on(story.met()),
        on(story.agreed()),
        on(story.moving_on.map(|(_, day)| day)),
        on(story.final_session()),
        on(story.reviewed(Side::Mentor)),
        on(story.reviewed(Side::Mentee)),
        on(story.joint.map(|joint| joint.day)),
        on(paused.map(|(_, since, _)| *since)),
        on(story.closed.map(|closed| closed.day)),
        story.closed.map(|closed| closed.how) as Option<How>,
    )
    .fetch_one(db)
    .await
}

impl Told<'_> {
    fn on(&self, day: Day) -> Date {
        self.running.calendar.date(day)
    }

    fn who(&self, side: Side) -> Somebody {
        match side {
            Side::Mentor => self.mentor,
            Side::Mentee => self.mentee,
        }
    }

    /// On somebody's own clock.
    fn at(&self, day: Day, hour: (u8, u8), whose: Somebody) -> Moment {
        self.running.calendar.at(day, hour, whose.zone)
    }

    fn meeting(&self, session: &Session) -> Moment {
        self.at(session.day, self.story.hour, self.mentor)
    }

    fn minutes(&self) -> i64 {
        self.running.programme.session_minutes.into()
    }

    fn note(&mut self, at: Moment, who: Somebody, act: &'static str) {
        self.diary.write(at, who.id, Deed::on_pairing(act, self.id));
    }

    /// After work of that day.
    fn did(&mut self, side: Side, day: Day, act: &'static str) {
        let who = self.who(side);
        self.note(self.at(day, (17, 30), who), who, act);
    }

    /// What the coordinator did, and the steps that have no rows of their own.
    fn steps(&mut self) {
        let (story, coordinator) = (self.story, self.running.coordinator);
        let mut coordinated = vec![(story.proposed, "proposed the pairing")];
        coordinated.extend(story.offered.map(|day| (day, "published the pairing")));
        coordinated.extend(
            story
                .looked_at
                .iter()
                .map(|day| (*day, "opened the pairing")),
        );
        for (day, act) in coordinated {
            self.note(self.at(day, (9, 15), coordinator), coordinator, act);
        }
        for (side, day) in [
            (Side::Mentor, story.mentor_accepted),
            (Side::Mentee, story.mentee_accepted),
        ] {
            let Some(day) = day else { continue };
            self.did(side, day, "accepted the offer");
        }
        if let Some((side, day)) = story.moving_on {
            self.did(side, day, "announced moving on");
        }
        if let Some(closed) = story.closed {
            let who = closed.by.map_or(coordinator, |side| self.who(side));
            let act = match closed.how {
                How::Completed => "closed the pairing",
                How::Declined => "declined the offer",
                How::CompletedEarly
                | How::Ended
                | How::Lapsed
                | How::MovedOrLeft
                | How::MenteeAsked => "ended the pairing early",
            };
            self.note(self.at(closed.day, (17, 45), who), who, act);
        }
    }

    async fn pauses(&mut self, db: &mut PgConnection) -> sqlx::Result<()> {
        for (side, since, until) in self.story.pauses {
            sqlx::query!(
                "insert into pauses (pairing_id, since, until) values ($1, $2, $3)",
                self.id,
                self.on(*since),
                until.map(|day| self.on(day)),
            )
            .execute(&mut *db)
            .await?;
            self.did(*side, *since, "paused the pairing");
            if let Some(day) = until {
                self.did(*side, *day, "resumed the pairing");
            }
        }
        Ok(())
    }

    async fn agreement(
        &mut self,
        db: &mut PgConnection,
        version: i16,
        agreement: &Agreement,
    ) -> sqlx::Result<()> {
        let (side, day) = agreement.drafted;
        let author = self.who(side);
        let drafted = self.at(day, (11, 30), author);
        let id = sqlx::query_scalar!(
            r#"insert into agreements (pairing_id, version, purpose, success, scope, meetings, contact,
                cancelling, mentor_commits, mentee_commits, confidentiality, if_it_does_not_work,
                booking, conflicts, reported, feedback, starts_on, review_on, ends_on, drafted_by,
                drafted_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                $19, $20, $21::timestamp at time zone $22) returning id"#,
            self.id,
            version,
            agreement.purpose,
            agreement.success,
            agreement.scope,
            agreement.meetings,
            agreement.contact,
            agreement.cancelling,
            agreement.mentor_commits,
            agreement.mentee_commits,
            agreement.confidentiality,
            agreement.if_it_does_not_work,
            agreement.booking,
            agreement.conflicts,
            agreement.reported,
            agreement.feedback,
            self.on(self.story.agreements[0].drafted.1),
            self.on(agreement.review_on),
            self.on(agreement.ends_on),
            author.id,
            drafted.local,
            drafted.zone,
        )
        .fetch_one(&mut *db)
        .await?;
        self.note(drafted, author, "drafted an agreement");
        for (side, day) in [
            (Side::Mentor, agreement.mentor_signed),
            (Side::Mentee, agreement.mentee_signed),
        ] {
            let Some(day) = day else { continue };
            self.sign(db, id, (side, day)).await?;
        }
        Ok(())
    }

    async fn sign(
        &mut self,
        db: &mut PgConnection,
        agreement: i64,
        (side, day): (Side, Day),
    ) -> sqlx::Result<()> {
        let who = self.who(side);
        let at = self.at(day, (17, 10), who);
        sqlx::query!(
            "insert into agreement_signatures (agreement_id, pairing_id, person_id, signed_at)
             values ($1, $2, $3, $4::timestamp at time zone $5)",
            agreement,
            self.id,
            who.id,
            at.local,
            at.zone,
        )
        .execute(db)
        .await?;
        self.note(at, who, "signed the agreement");
        Ok(())
    }

    async fn comments(&mut self, db: &mut PgConnection) -> sqlx::Result<()> {
        for comment in self.story.comments {
            let author = self.who(comment.by);
            let at = self.at(comment.day, (16, 40), author);
            sqlx::query!(
                "insert into agreement_comments (pairing_id, version, clause, author_id, body, written_at)
                 values ($1, $2, $3, $4, $5, $6::timestamp at time zone $7)",
                self.id,
                comment.version,
                comment.clause,
                author.id,
                comment.body,
                at.local,
                at.zone,
            )
            .execute(&mut *db)
            .await?;
            self.note(at, author, "commented on the agreement");
        }
        Ok(())
    }

    async fn preparations(&mut self, db: &mut PgConnection) -> sqlx::Result<()> {
        for preparation in self.story.preparations {
            let author = self.who(preparation.by);
            let at = self.at(preparation.day, (20, 15), author);
            sqlx::query!(
                "insert into preparations (pairing_id, person_id, hopes, questions, story, written_at)
                 values ($1, $2, $3, $4, $5, $6::timestamp at time zone $7)",
                self.id,
                author.id,
                preparation.hopes,
                preparation.questions,
                preparation.story,
                at.local,
                at.zone,
            )
            .execute(&mut *db)
            .await?;
            self.note(at, author, "prepared the first meeting");
        }
        Ok(())
    }

    async fn checks(&mut self, db: &mut PgConnection) -> sqlx::Result<()> {
        for (side, day, item) in self.story.checks {
            let who = self.who(*side);
            let at = self.at(*day, (18, 5), who);
            sqlx::query!(
                "insert into first_meeting_checks (pairing_id, item, checked_by, checked_at)
                 values ($1, $2, $3, $4::timestamp at time zone $5)",
                self.id,
                *item,
                who.id,
                at.local,
                at.zone,
            )
            .execute(&mut *db)
            .await?;
            self.note(at, who, "ticked off a part of the first meeting");
        }
        Ok(())
    }

    async fn session(&mut self, db: &mut PgConnection, session: &Session) -> sqlx::Result<()> {
        let on = Some(self.on(session.day));
        let (held, missed, cancelled) = match session.outcome {
            Outcome::Booked => (None, None, None),
            Outcome::Held => (on, None, None),
            Outcome::Missed => (None, on, None),
            Outcome::Cancelled(_, day) => (None, None, Some(self.on(day))),
        };
        let starts = self.meeting(session);
        let booked = self.at(self.story.booked(session), (17, 20), self.mentee);
        let id = sqlx::query_scalar!(
            "with session as (
                insert into mentoring_sessions (pairing_id, kind, during, booked_by, booked_at,
                    held_on, missed_on, cancelled_on)
                select $1, $2, tstzrange(starts, starts + $5 * interval '1 minute'), $6,
                    $7::timestamp at time zone $8, $9, $10, $11
                from (select $3::timestamp at time zone $4 as starts) moment
                returning id, pairing_id, during, num_nonnulls(missed_on, cancelled_on) = 0 as takes_time
            ), both_people as (
                insert into attendances (session_id, person_id, during)
                select id, person, during from session, unnest(array[$6, $12::bigint]) person
                where takes_time
            ), plan as (
                insert into session_plans (session_id, pairing_id, place, agenda)
                select id, pairing_id, $13, $14 from session
            )
            select id from session",
            self.id,
            self.story.kind(session),
            starts.local,
            starts.zone,
            f64::from(self.running.programme.session_minutes),
            self.mentee.id,
            booked.local,
            booked.zone,
            held,
            missed,
            cancelled,
            self.mentor.id,
            self.story.place,
            session.agenda,
        )
        .fetch_one(&mut *db)
        .await?;
        self.note(booked, self.mentee, "booked a session");
        self.account(session);
        self.record(db, (id, session), (Side::Mentor, &session.mentor))
            .await?;
        self.record(db, (id, session), (Side::Mentee, &session.mentee))
            .await?;
        self.targets(db, (id, session)).await?;
        self.notes(db, session).await?;
        self.said_alone(db, (id, session)).await
    }

    fn account(&mut self, session: &Session) {
        let over = self.meeting(session).after(self.minutes() + 5);
        match session.outcome {
            Outcome::Booked => {}
            Outcome::Held => self.note(over, self.mentee, "said that a session happened"),
            Outcome::Missed => self.note(over, self.mentor, "said that a session did not happen"),
            Outcome::Cancelled(side, day) => self.did(side, day, "cancelled a session"),
        }
    }

    /// The mentor writes within the hour and the mentee after some thought.
    async fn record(
        &mut self,
        db: &mut PgConnection,
        (id, session): (i64, &Session),
        (side, wrote): (Side, &Wrote),
    ) -> sqlx::Result<()> {
        if wrote.talked_about.is_empty() {
            return Ok(());
        }
        let author = self.who(side);
        let pause = match side {
            Side::Mentor => 20,
            Side::Mentee => 55,
        };
        let at = self.meeting(session).after(self.minutes() + pause);
        sqlx::query!(
            "insert into session_records (session_id, pairing_id, author_id, talked_about, strengths,
                development, actions, feedback, written_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9::timestamp at time zone $10)",
            id,
            self.id,
            author.id,
            wrote.talked_about,
            wrote.strengths,
            wrote.development,
            wrote.actions,
            wrote.feedback,
            at.local,
            at.zone,
        )
        .execute(db)
        .await?;
        self.note(at, author, "recorded a session");
        Ok(())
    }

    async fn targets(
        &mut self,
        db: &mut PgConnection,
        (id, session): (i64, &Session),
    ) -> sqlx::Result<()> {
        for target in session.targets {
            let owner = self.who(target.owner).id;
            sqlx::query!(
                "insert into targets (pairing_id, session_id, what, owner_id, due_on, set_by, set_on,
                    done_on, dropped_on, objective_id, later)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                self.id,
                id,
                target.what,
                owner,
                self.on(target.due),
                self.mentor.id,
                self.on(session.day),
                target.done.map(|day| self.on(day)),
                target.dropped.map(|day| self.on(day)),
                target.towards.map(|place| self.objectives[place]),
                target.later,
            )
            .execute(&mut *db)
            .await?;
            if let Some(day) = target.done {
                self.did(target.owner, day, "marked a target done");
            }
            if let Some(day) = target.dropped {
                self.did(target.owner, day, "dropped a target");
            }
        }
        Ok(())
    }

    async fn notes(&mut self, db: &mut PgConnection, session: &Session) -> sqlx::Result<()> {
        for (side, body) in session.notes {
            let author = self.who(*side);
            let at = self.meeting(session).after(self.minutes() + 75);
            sqlx::query!(
                "insert into notes (pairing_id, author_id, body, written_at)
                 values ($1, $2, $3, $4::timestamp at time zone $5)",
                self.id,
                author.id,
                body,
                at.local,
                at.zone,
            )
            .execute(&mut *db)
            .await?;
            let wrote = Deed::by_oneself("wrote a private note", author.id);
            self.diary.write(at, author.id, wrote);
        }
        Ok(())
    }

    /// What each thought of it on the way home.
    async fn said_alone(
        &mut self,
        db: &mut PgConnection,
        (id, session): (i64, &Session),
    ) -> sqlx::Result<()> {
        for (side, score) in session.pulses {
            let who = self.who(*side);
            let at = self.meeting(session).after(self.minutes() + 85);
            sqlx::query!(
                "insert into pulses (session_id, pairing_id, person_id, score, said_at)
                 values ($1, $2, $3, $4, $5::timestamp at time zone $6)",
                id,
                self.id,
                who.id,
                score,
                at.local,
                at.zone,
            )
            .execute(&mut *db)
            .await?;
            self.alone(at, who, "said something for themselves alone");
        }
        if session.helped.is_empty() {
            return Ok(());
        }
        let at = self.meeting(session).after(self.minutes() + 90);
        let helped: Vec<String> = session.helped.iter().map(|one| (*one).to_owned()).collect();
        sqlx::query!(
            "insert into duties_that_helped (session_id, pairing_id, mentee_id, duties, said_at)
             values ($1, $2, $3, $4, $5::timestamp at time zone $6)",
            id,
            self.id,
            self.mentee.id,
            &helped,
            at.local,
            at.zone,
        )
        .execute(db)
        .await?;
        self.alone(at, self.mentee, "said what helped");
        Ok(())
    }

    fn alone(&mut self, at: Moment, who: Somebody, act: &'static str) {
        self.diary.write(at, who.id, Deed::by_oneself(act, who.id));
    }

    async fn asked(&mut self, db: &mut PgConnection) -> sqlx::Result<()> {
        if let Some((side, day)) = self.story.talk {
            let who = self.who(side);
            let at = self.at(day, (18, 5), who);
            sqlx::query!(
                "insert into talks_asked (pairing_id, person_id, asked_at)
                 values ($1, $2, $3::timestamp at time zone $4)",
                self.id,
                who.id,
                at.local,
                at.zone,
            )
            .execute(&mut *db)
            .await?;
            self.alone(at, who, "asked to talk to the coordinators");
        }
        if let Some((side, day)) = self.story.change {
            let who = self.who(side);
            let at = self.at(day, (18, 10), who);
            sqlx::query!(
                "insert into changes_asked (pairing_id, person_id, asked_at)
                 values ($1, $2, $3::timestamp at time zone $4)",
                self.id,
                who.id,
                at.local,
                at.zone,
            )
            .execute(&mut *db)
            .await?;
            self.alone(at, who, "said something for themselves alone");
        }
        Ok(())
    }

    async fn objective(
        &mut self,
        db: &mut PgConnection,
        objective: &Objective,
    ) -> sqlx::Result<i64> {
        let on = |day: Option<Day>| day.map(|day| self.on(day));
        let (signed_off, handed_on, dropped, word) = objective.settled.parts();
        let id = sqlx::query_scalar!(
            "insert into objectives (pairing_id, statement, how_we_will_know, due_on, proposed_by,
                proposed_on, agreed_on, reached_on, signed_off_on, handed_on_on, dropped_on,
                settled_with, why, baseline, wanted, steps, evidence, version)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
             returning id",
            self.id,
            objective.statement,
            objective.how_we_will_know,
            self.on(objective.due),
            self.who(objective.by).id,
            self.on(objective.proposed),
            on(objective.agreed),
            on(objective.reached),
            on(signed_off),
            on(handed_on),
            on(dropped),
            word,
            objective.why,
            objective.baseline,
            objective.wanted,
            objective.steps,
            objective.evidence,
            if objective.thought_over.is_some() { 2 } else { 1 },
        )
        .fetch_one(&mut *db)
        .await?;
        self.objective_steps(db, id, objective).await?;
        self.thoughts(db, id, objective).await?;
        Ok(id)
    }

    async fn objective_steps(
        &mut self,
        db: &mut PgConnection,
        id: i64,
        objective: &Objective,
    ) -> sqlx::Result<()> {
        let (signed_off, handed_on, dropped, _) = objective.settled.parts();
        let steps = [
            (
                objective.by,
                Some(objective.proposed),
                "proposed",
                "proposed an objective",
            ),
            (
                objective.by.other(),
                objective.agreed,
                "agreed",
                "agreed an objective",
            ),
            (
                Side::Mentee,
                objective.reached,
                "reached",
                "reached an objective",
            ),
            (
                Side::Mentor,
                signed_off,
                "signed_off",
                "signed off an objective",
            ),
            (Side::Mentee, handed_on, "handed_on", "settled an objective"),
            (Side::Mentee, dropped, "dropped", "settled an objective"),
        ];
        for (side, day, what, act) in steps {
            let Some(day) = day else { continue };
            self.did(side, day, act);
            self.change(db, id, (side, day, what, "")).await?;
        }
        Ok(())
    }

    /// What the mentee wrote down of it later, and how far the two said that it was.
    async fn thoughts(
        &mut self,
        db: &mut PgConnection,
        id: i64,
        objective: &Objective,
    ) -> sqlx::Result<()> {
        if let Some(day) = objective.thought_over {
            let said = |level: Option<i16>| level.map_or_else(String::new, |one| one.to_string());
            let (baseline, wanted) = (said(objective.baseline), said(objective.wanted));
            for (what, after) in [
                ("why", objective.why),
                ("baseline", &baseline),
                ("wanted", &wanted),
                ("steps", objective.steps),
                ("evidence", objective.evidence),
            ] {
                if !after.is_empty() {
                    self.change(db, id, (Side::Mentee, day, what, after))
                        .await?;
                }
            }
            self.did(Side::Mentee, day, "changed an objective");
        }
        for (side, day, level) in objective.levels {
            let who = self.who(*side);
            let at = self.at(*day, (17, 40), who);
            sqlx::query!(
                "insert into objective_levels (objective_id, pairing_id, level, said_by, said_at)
                 values ($1, $2, $3, $4, $5::timestamp at time zone $6)",
                id,
                self.id,
                level,
                who.id,
                at.local,
                at.zone,
            )
            .execute(&mut *db)
            .await?;
            self.note(at, who, "said how far an objective is");
        }
        Ok(())
    }

    async fn change(
        &self,
        db: &mut PgConnection,
        objective: i64,
        (side, day, what, after): (Side, Day, &str, &str),
    ) -> sqlx::Result<()> {
        let who = self.who(side);
        let at = self.at(day, (17, 30), who);
        sqlx::query!(
            "insert into objective_changes (objective_id, pairing_id, what, after, changed_by, changed_at)
             values ($1, $2, $3, $4, $5, $6::timestamp at time zone $7)",
            objective,
            self.id,
            what,
            after,
            who.id,
            at.local,
            at.zone,
        )
        .execute(db)
        .await?;
        Ok(())
    }

    async fn half_way(&mut self, db: &mut PgConnection) -> sqlx::Result<()> {
        for answer in self.story.half_way {
            let who = self.who(answer.by);
            sqlx::query!(
                "insert into midpoint_reviews
                    (pairing_id, person_id, helpful, missing, objectives, useful, answered_on)
                 values ($1, $2, $3, $4, $5, $6, $7)",
                self.id,
                who.id,
                answer.helpful,
                answer.missing,
                answer.objectives,
                answer.useful,
                self.on(answer.day),
            )
            .execute(&mut *db)
            .await?;
            self.did(answer.by, answer.day, "answered the mid-point review");
        }
        if let Some((side, day, decision, words)) = self.story.decision {
            sqlx::query!(
                "insert into midpoint_decisions (pairing_id, decision, words, decided_by, decided_on)
                 values ($1, $2, $3, $4, $5)",
                self.id,
                decision,
                words,
                self.who(side).id,
                self.on(day),
            )
            .execute(db)
            .await?;
            self.did(side, day, "decided how to go on");
        }
        Ok(())
    }

    async fn words_to_keep(&mut self, db: &mut PgConnection) -> sqlx::Result<()> {
        let shared = self
            .story
            .reviewed(Side::Mentor)
            .or(self.story.moving_on.map(|(_, day)| day));
        let Some(day) = shared else { return Ok(()) };
        let at = self.at(day, (18, 20), self.mentor);
        for place in self.story.words_to_keep {
            sqlx::query!(
                "insert into words_to_keep (pairing_id, source, source_id, shared_by, shared_at)
                 values ($1, 'sign_off', $2, $3, $4::timestamp at time zone $5)",
                self.id,
                self.objectives[*place],
                self.mentor.id,
                at.local,
                at.zone,
            )
            .execute(&mut *db)
            .await?;
        }
        if !self.story.words_to_keep.is_empty() {
            self.note(at, self.mentor, "shared words to keep");
        }
        Ok(())
    }

    async fn further_steps(&mut self, db: &mut PgConnection) -> sqlx::Result<()> {
        for step in self.story.steps {
            sqlx::query!(
                "insert into further_steps (pairing_id, what, due_on, with_whom, written_by, written_on)
                 values ($1, $2, $3, $4, $5, $6)",
                self.id,
                step.what,
                self.on(step.due),
                step.with_whom,
                self.mentee.id,
                self.on(step.written),
            )
            .execute(&mut *db)
            .await?;
            self.did(Side::Mentee, step.written, "wrote a further step");
        }
        Ok(())
    }

    async fn reviews(&mut self, db: &mut PgConnection) -> sqlx::Result<()> {
        for review in self.story.reviews {
            let author = self.who(review.by);
            let at = self.at(review.day, (17, 30), author);
            sqlx::query!(
                "with review as (
                    insert into reviews (pairing_id, person_id, results, learned, gained, differently,
                        effectiveness, answered_at, thanks, would_mentor)
                    values ($1, $2, $3, $4, $5, $6, $7, $8::timestamp at time zone $9, $11, $12)
                    returning pairing_id, person_id, answered_at
                )
                insert into remarks (pairing_id, person_id, body, written_at)
                select pairing_id, person_id, $10::text, answered_at from review where $10 <> ''",
                self.id,
                author.id,
                review.results,
                review.learned,
                review.gained,
                review.differently,
                review.effectiveness,
                at.local,
                at.zone,
                review.remark,
                review.thanks,
                review.would_mentor,
            )
            .execute(&mut *db)
            .await?;
            self.note(at, author, "answered the moving-on review");
        }
        self.joint_review(db).await
    }

    async fn joint_review(&mut self, db: &mut PgConnection) -> sqlx::Result<()> {
        let Some(joint) = self.story.joint else {
            return Ok(());
        };
        let author = self.who(joint.by);
        let at = self.at(joint.day, (17, 35), author);
        sqlx::query!(
            "insert into joint_reviews (pairing_id, together, afterwards, written_by, written_at)
             values ($1, $2, $3, $4, $5::timestamp at time zone $6)",
            self.id,
            joint.together,
            joint.afterwards,
            author.id,
            at.local,
            at.zone,
        )
        .execute(db)
        .await?;
        self.note(at, author, "wrote the joint review");
        Ok(())
    }
}

impl Settled {
    /// On which day it was signed off, handed on or dropped, and in which words.
    fn parts(self) -> (Option<Day>, Option<Day>, Option<Day>, &'static str) {
        match self {
            Settled::NotYet => (None, None, None, ""),
            Settled::SignedOff(day, word) => (Some(day), None, None, word),
            Settled::HandedOn(day, word) => (None, Some(day), None, word),
            Settled::Dropped(day, word) => (None, None, Some(day), word),
        }
    }
}
