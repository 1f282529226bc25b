//! Tells the story of one pair: their dates, meetings, records, objectives and reviews.

use super::Known;
use super::calendar::{Calendar, Day};
use super::pairs::{Pair, Stands};
use super::themes::{THEMES, Talk, Theme};
use sqlx::PgConnection;
use time::{Date, OffsetDateTime};

pub struct Setting<'a> {
    pub programme: i64,
    pub pair: &'a Pair,
    pub known: &'a Known,
    pub calendar: &'a Calendar,
}

/// One pair while its story is told.
struct Told<'a> {
    id: i64,
    mentor: i64,
    mentee: i64,
    pair: &'a Pair,
    theme: &'static Theme,
    calendar: &'a Calendar,
    now: OffsetDateTime,
}

/// The days on which a pairing took each step.
#[derive(Default)]
struct Days {
    offered: Option<Day>,
    mentor_accepted: Option<Day>,
    mentee_accepted: Option<Day>,
    met: Option<Day>,
    agreed: Option<Day>,
    moving_on: Option<Day>,
    final_session: Option<Day>,
    mentor_reviewed: Option<Day>,
    mentee_reviewed: Option<Day>,
    joint: Option<Day>,
    paused: Option<Day>,
    closed: Option<Day>,
}

const RHYTHM: Day = 28;

/// The days of the meetings held, the initial one first.
fn held(stands: Stands) -> Vec<Day> {
    let (number, last) = match stands {
        Stands::Proposed | Stands::Offered { .. } => return Vec::new(),
        Stands::Initial {
            meets: Some(day),
            held: true,
            ..
        } => (1, day),
        Stands::Initial { .. } => return Vec::new(),
        Stands::Sessions { held, last, .. } => (held, last),
        Stands::MovingOn { .. } => (4, -30),
        Stands::Closed { reviewed: true, .. } => (4, -50),
        Stands::Closed { .. } => (3, -50),
    };
    (0..number)
        .map(|at| last - RHYTHM * (number - 1 - at))
        .collect()
}

fn days(stands: Stands) -> Days {
    let held = held(stands);
    let met = held.first().copied();
    let accepted = Some(met.map_or(-9, |met| met - 10));
    let begun = Days {
        offered: accepted.map(|day| day - 3),
        mentor_accepted: accepted,
        mentee_accepted: accepted,
        met,
        agreed: met.map(|met| met + 2),
        ..Days::default()
    };
    match stands {
        Stands::Proposed => Days::default(),
        Stands::Offered { mentor, mentee } => Days {
            offered: Some(-4),
            mentor_accepted: mentor.then_some(-2),
            mentee_accepted: mentee.then_some(-2),
            ..Days::default()
        },
        Stands::Initial { .. } => Days {
            agreed: None,
            ..begun
        },
        Stands::Sessions { paused, .. } => Days {
            paused: paused.then_some(-14),
            ..begun
        },
        Stands::MovingOn {
            final_held,
            reviews,
            ..
        } => Days {
            moving_on: Some(-25),
            final_session: final_held.then_some(-6),
            mentor_reviewed: (reviews > 0).then_some(-4),
            mentee_reviewed: (reviews > 1).then_some(-3),
            ..begun
        },
        Stands::Closed { reviewed: true, .. } => Days {
            moving_on: Some(-45),
            final_session: Some(-28),
            mentor_reviewed: Some(-26),
            mentee_reviewed: Some(-25),
            joint: Some(-21),
            closed: Some(-21),
            ..begun
        },
        Stands::Closed { .. } => Days {
            closed: Some(-40),
            ..begun
        },
    }
}

pub async fn tell(
    db: &mut PgConnection,
    setting: &Setting<'_>,
    now: OffsetDateTime,
) -> sqlx::Result<()> {
    let pair = setting.pair;
    let days = days(pair.stands);
    let (mentor, mentee) = (setting.known[pair.mentor], setting.known[pair.mentee]);
    let id = insert(db, setting, &days).await?;
    let told = Told {
        id,
        mentor,
        mentee,
        pair,
        theme: &THEMES[pair.theme],
        calendar: setting.calendar,
        now,
    };
    told.audit(db, &days).await?;
    told.agreement(db, &days).await?;
    told.meetings(db, &days).await?;
    told.objectives(db, &days).await?;
    told.reviews(db, &days).await
}

async fn insert(db: &mut PgConnection, setting: &Setting<'_>, days: &Days) -> sqlx::Result<i64> {
    let pair = setting.pair;
    let on = |day: Option<Day>| day.map(|day| setting.calendar.date(day));
    let how = match pair.stands {
        Stands::Closed { how, .. } => Some(how),
        _ => None,
    };
    let proposed = on(Some(days.offered.unwrap_or(-1) - 1));
    let id = sqlx::query_scalar!(
        r#"insert into pairings (programme_id, mentor_id, mentee_id, proposed_on, offered_on,
            mentor_accepted_on, mentee_accepted_on, met_on, agreed_on, moving_on_since, final_session_on,
            mentor_reviewed_on, mentee_reviewed_on, joint_review_on, paused_since, closed_on, closed_how)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
         returning id as "id: i64""#,
        setting.programme, setting.known[pair.mentor], setting.known[pair.mentee], proposed,
        on(days.offered), on(days.mentor_accepted), on(days.mentee_accepted), on(days.met), on(days.agreed),
        on(days.moving_on), on(days.final_session), on(days.mentor_reviewed), on(days.mentee_reviewed),
        on(days.joint), on(days.paused), on(days.closed), how,
    )
    .fetch_one(&mut *db)
    .await?;
    if let Some(since) = on(days.paused) {
        sqlx::query!(
            "insert into pauses (pairing_id, since) values ($1, $2)",
            id,
            since
        )
        .execute(db)
        .await?;
    }
    Ok(id)
}

impl Told<'_> {
    fn on(&self, day: Day) -> Date {
        self.calendar.date(day)
    }

    async fn audit(&self, db: &mut PgConnection, days: &Days) -> sqlx::Result<()> {
        let steps = [
            (days.mentor_accepted, self.mentor, "accepted the offer"),
            (days.mentee_accepted, self.mentee, "accepted the offer"),
            (days.agreed, self.mentee, "signed the agreement"),
            (days.moving_on, self.mentee, "announced moving on"),
            (days.closed, self.mentor, "closed the pairing"),
        ];
        for (day, actor, act) in steps {
            let Some(day) = day else { continue };
            sqlx::query!(
                "insert into audit_events (at, actor_id, act, pairing_id)
                 values (($1::timestamp at time zone $2), $3, $4, $5)",
                self.calendar.at(day, 12, 0),
                self.calendar.zone,
                actor,
                act,
                self.id,
            )
            .execute(&mut *db)
            .await?;
        }
        Ok(())
    }

    async fn agreement(&self, db: &mut PgConnection, days: &Days) -> sqlx::Result<()> {
        let signatures = match self.pair.stands {
            Stands::Initial { signatures, .. } => signatures,
            _ => days.agreed.map(|_| 2),
        };
        let Some(signatures) = signatures else {
            return Ok(());
        };
        let drafted = days.met.unwrap_or(-4);
        let id = sqlx::query_scalar!(
            r#"insert into agreements (pairing_id, version, purpose, success, scope, meetings, contact,
                cancelling, mentor_commits, mentee_commits, confidentiality, if_it_does_not_work,
                review_on, ends_on, drafted_by, drafted_at)
             values ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
                ($15::timestamp at time zone $16)) returning id"#,
            self.id, self.theme.purpose, self.theme.success,
            "Work and career, and whatever gets in their way. Not pay, and not anybody's appraisal.",
            "By video or over a walk, whichever suits the week. The mentee books and sends two lines of agenda the day before.",
            "A message between meetings is welcome; an answer within two working days is plenty.",
            "A day's notice where we can, and a new time at once.",
            "To listen first, to be honest, and to be there when I said I would.",
            "To come with a question, to try things out, and to say when it does not help.",
            "What is said stays with us, unless somebody may come to harm.",
            "Either of us may say so, and we stop without a reason and without a grudge.",
            self.on(60), self.on(96), self.mentee, self.calendar.at(drafted, 17, 0), self.calendar.zone,
        )
        .fetch_one(&mut *db)
        .await?;
        for person in [self.mentee, self.mentor].into_iter().take(signatures) {
            sqlx::query!(
                "insert into agreement_signatures (agreement_id, pairing_id, person_id, signed_at)
                 values ($1, $2, $3, ($4::timestamp at time zone $5))",
                id,
                self.id,
                person,
                self.calendar.at(days.agreed.unwrap_or(-3), 9, 0),
                self.calendar.zone,
            )
            .execute(&mut *db)
            .await?;
        }
        Ok(())
    }

    async fn meetings(&self, db: &mut PgConnection, days: &Days) -> sqlx::Result<()> {
        let held = held(self.pair.stands);
        let written = !matches!(self.pair.stands, Stands::Sessions { written: false, .. });
        for (at, day) in held.iter().enumerate() {
            let kind = if at == 0 { "initial" } else { "session" };
            let talk = &self.theme.meetings[at];
            let session = self.session(db, kind, *day, true, talk.agenda).await?;
            if written || at + 1 < held.len() {
                self.records(db, session, *day, talk).await?;
            }
            self.target(db, session, *day, at + 1 < held.len(), talk)
                .await?;
        }
        let coming = match self.pair.stands {
            Stands::Initial {
                meets: Some(day),
                held: false,
                ..
            } => Some(("initial", day, 0)),
            Stands::Sessions {
                next: Some(day), ..
            } => Some(("session", day, held.len().min(3))),
            Stands::MovingOn {
                final_held: false,
                final_booked: true,
                ..
            } => Some(("moving_on", 7, 3)),
            _ => None,
        };
        if let Some((kind, day, talk)) = coming {
            self.session(db, kind, day, false, self.theme.meetings[talk].agenda)
                .await?;
        }
        if let Some(day) = days.final_session {
            self.session(db, "moving_on", day, true, "Looking back together.")
                .await?;
        }
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "each is a part of the story")]
    async fn session(
        &self,
        db: &mut PgConnection,
        kind: &str,
        day: Day,
        held: bool,
        agenda: &str,
    ) -> sqlx::Result<i64> {
        let starts = self.calendar.at(day, self.pair.hour, 0);
        let id = sqlx::query_scalar!(
            "with session as (
                insert into mentoring_sessions (pairing_id, kind, during, booked_by, booked_at, held_on)
                select $1, $2, tstzrange(starts, starts + interval '1 hour'), $5, $6, $7
                from (select $3::timestamp at time zone $4 as starts) moment
                returning id, during
            ), both_people as (
                insert into attendances (session_id, person_id, during)
                select id, person, during from session, unnest(array[$5, $8]::bigint[]) person
            )
            select id from session",
            self.id, kind, starts, self.calendar.zone, self.mentee, self.now, held.then(|| self.on(day)), self.mentor,
        )
        .fetch_one(&mut *db)
        .await?;
        sqlx::query!(
            "insert into session_plans (session_id, pairing_id, place, agenda) values ($1, $2, $3, $4)",
            id, self.id, "By video", agenda,
        )
        .execute(db)
        .await?;
        Ok(id)
    }

    async fn records(
        &self,
        db: &mut PgConnection,
        session: i64,
        day: Day,
        talk: &Talk,
    ) -> sqlx::Result<()> {
        let at = self.calendar.at(day, 17, 30);
        sqlx::query!(
            "insert into session_records (session_id, pairing_id, author_id, talked_about, strengths,
                development, actions, feedback, written_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, ($9::timestamp at time zone $10)),
                ($1, $2, $11, $12, '', '', '', $13, ($9::timestamp at time zone $10))",
            session, self.id, self.mentor, talk.talked_about, talk.strengths, talk.development, talk.actions,
            talk.feedback, at, self.calendar.zone, self.mentee, talk.mentee, talk.thanks,
        )
        .execute(&mut *db)
        .await?;
        sqlx::query!(
            "insert into notes (pairing_id, author_id, body, written_at)
             values ($1, $2, $3, ($4::timestamp at time zone $5))",
            self.id,
            self.mentor,
            format!("To ask about next time: {}", talk.development),
            at,
            self.calendar.zone,
        )
        .execute(db)
        .await?;
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "each is a part of the story")]
    async fn target(
        &self,
        db: &mut PgConnection,
        session: i64,
        day: Day,
        done: bool,
        talk: &Talk,
    ) -> sqlx::Result<()> {
        let (set, due) = (self.on(day), self.on(day + 18));
        sqlx::query!(
            "insert into targets (pairing_id, session_id, what, owner_id, due_on, set_by, set_on, done_on)
             values ($1, $2, $3, $4, $5, $4, $6, $7)",
            self.id, session, talk.target, self.mentee, due, set, done.then(|| self.on((day + 15).min(-1))),
        )
        .execute(db)
        .await?;
        Ok(())
    }

    async fn objectives(&self, db: &mut PgConnection, days: &Days) -> sqlx::Result<()> {
        let Some(met) = days.met else { return Ok(()) };
        let finished = days.final_session.is_some() || days.closed.is_some();
        let along = matches!(self.pair.stands, Stands::Sessions { held: 4.., .. });
        for (at, (statement, know)) in self.theme.objectives.iter().enumerate() {
            let agreed = Some(self.on(met + 3)).filter(|_| met < -5);
            let reached = (finished || along && at == 1).then(|| self.on(-29));
            let reached = reached.filter(|_| agreed.is_some());
            let signed = reached.filter(|_| finished || met < -80);
            sqlx::query!(
                "insert into objectives (pairing_id, statement, how_we_will_know, due_on, proposed_by,
                    proposed_on, agreed_on, reached_on, signed_off_on, settled_with)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                self.id, *statement, *know, self.on(if at == 0 { 40 } else { 20 }), self.mentee, self.on(met + 1),
                agreed, reached, signed,
                if signed.is_some() { "You did this, and I was glad to watch it happen." } else { "" },
            )
            .execute(&mut *db)
            .await?;
        }
        Ok(())
    }

    #[expect(clippy::too_many_lines, reason = "mostly words")]
    async fn reviews(&self, db: &mut PgConnection, days: &Days) -> sqlx::Result<()> {
        let answers = [
            (
                days.mentor_reviewed,
                self.mentor,
                "Both objectives, and the second sooner than either of us thought.",
                "That I explain too early. Waiting was the better half of my help.",
                "A clearer view of a part of the company I knew only from its invoices.",
                "Meet in person for the first two meetings.",
                5_i16,
            ),
            (
                days.mentee_reviewed,
                self.mentee,
                "Both are reached, and somebody else noticed before I did.",
                "That preparation is a kindness to everybody in the room.",
                "Somebody to think aloud with who had no stake in the answer.",
                "Bring the difficult thing at the beginning of the hour, not at the end.",
                5,
            ),
        ];
        for (day, person, results, learned, gained, differently, effectiveness) in answers {
            let Some(day) = day else { continue };
            sqlx::query!(
                "insert into reviews (pairing_id, person_id, results, learned, gained, differently,
                    effectiveness, answered_at)
                 values ($1, $2, $3, $4, $5, $6, $7, ($8::timestamp at time zone $9))",
                self.id,
                person,
                results,
                learned,
                gained,
                differently,
                effectiveness,
                self.calendar.at(day, 16, 0),
                self.calendar.zone,
            )
            .execute(&mut *db)
            .await?;
        }
        if days.final_session.is_some() {
            sqlx::query!(
                "insert into further_steps (pairing_id, what, due_on, with_whom, written_by, written_on)
                 values ($1, 'Do it once more without anybody beside me, and write down what I notice', $2,
                    'My manager', $3, $4)",
                self.id, self.on(45), self.mentee, self.on(-5),
            )
            .execute(&mut *db)
            .await?;
        }
        let Some(day) = days.joint else { return Ok(()) };
        sqlx::query!(
            "insert into joint_reviews (pairing_id, together, afterwards, written_by, written_at)
             values ($1, 'We did what we set out to do, and the most useful part was not on the list: learning to ask before answering. Both of us would do it again.',
                'A coffee every quarter, and a message when something works.', $2, ($3::timestamp at time zone $4))",
            self.id, self.mentor, self.calendar.at(day, 15, 0), self.calendar.zone,
        )
        .execute(db)
        .await?;
        Ok(())
    }
}
