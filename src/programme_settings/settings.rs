//! Everything that those who manage a programme decide about it.

use crate::error::broke;
use crate::people::PersonId;
use crate::programmes::ProgrammeId;
use sqlx::PgConnection;
use time::{Date, OffsetDateTime};

#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    pub name: String,
    pub purpose: String,
    pub whom_for: String,
    pub starts_on: Date,
    pub ends_on: Date,
    /// None stands for the middle.
    pub midpoint_on: Option<Date>,
    /// An IANA name.
    pub time_zone: String,
    /// None stands for the day on which the programme is opened.
    pub enrolment_opens_on: Option<Date>,
    /// None stands for the end of the programme.
    pub enrolment_closes_on: Option<Date>,
    pub who_asks: WhoAsks,
    /// How many days an offer waits for its answers.
    pub days_to_answer: i16,
    pub session_minutes: i16,
    pub session_every_weeks: i16,
    /// How many sessions a pairing is expected to have at least.
    pub minimum_sessions: i16,
    /// How many mentees a mentor takes at a time: what is suggested, and the most.
    pub capacity_default: i16,
    pub capacity_max: i16,
    /// What the programme learns of a pairing, as its two are told.
    pub is_told: String,
}

/// Who asks whom to be paired.
#[derive(Clone, Copy, Debug, Eq, PartialEq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum WhoAsks {
    Coordinators,
    Mentees,
    Both,
}

/// What came of storing settings.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stored {
    Yes,
    NameTaken,
    /// Some mentor has more places than the new maximum.
    MentorsHaveMore,
}

impl WhoAsks {
    pub const ALL: [WhoAsks; 3] = [WhoAsks::Coordinators, WhoAsks::Mentees, WhoAsks::Both];

    /// What a form sends and a file holds.
    pub fn slug(self) -> &'static str {
        match self {
            WhoAsks::Coordinators => "coordinators",
            WhoAsks::Mentees => "mentees",
            WhoAsks::Both => "both",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            WhoAsks::Coordinators => "Coordinators match",
            WhoAsks::Mentees => "Mentees ask",
            WhoAsks::Both => "Both",
        }
    }

    pub fn explanation(self) -> &'static str {
        match self {
            WhoAsks::Coordinators => "They choose who fits whom, and both are asked.",
            WhoAsks::Mentees => "They look for a mentor themselves, and ask.",
            WhoAsks::Both => "Mentees may ask, and coordinators match whoever has not.",
        }
    }

    pub fn read(text: &str) -> Option<WhoAsks> {
        WhoAsks::ALL.into_iter().find(|one| one.slug() == text)
    }
}

impl Settings {
    /// "60 minutes every 4 weeks"
    pub fn rhythm(&self) -> String {
        let minutes = self.session_minutes;
        match self.session_every_weeks {
            1 => format!("{minutes} minutes every week"),
            weeks => format!("{minutes} minutes every {weeks} weeks"),
        }
    }

    pub fn midpoint(&self) -> Date {
        let half = (self.ends_on - self.starts_on) / 2_i32;
        self.midpoint_on.unwrap_or(self.starts_on + half)
    }

    /// Which settings are not as they were: their names, never what they say.
    pub fn changes_from(&self, old: &Settings) -> Vec<&'static str> {
        let window = |one: &Settings| (one.enrolment_opens_on, one.enrolment_closes_on);
        let rhythm = |one: &Settings| (one.session_minutes, one.session_every_weeks);
        let capacity = |one: &Settings| (one.capacity_default, one.capacity_max);
        [
            ("name", self.name != old.name),
            ("purpose", self.purpose != old.purpose),
            ("whom it is for", self.whom_for != old.whom_for),
            (
                "dates",
                (self.starts_on, self.ends_on) != (old.starts_on, old.ends_on),
            ),
            ("mid-point", self.midpoint_on != old.midpoint_on),
            ("time zone", self.time_zone != old.time_zone),
            ("enrolment window", window(self) != window(old)),
            ("who asks whom", self.who_asks != old.who_asks),
            ("days to answer", self.days_to_answer != old.days_to_answer),
            ("session length and rhythm", rhythm(self) != rhythm(old)),
            (
                "minimum sessions",
                self.minimum_sessions != old.minimum_sessions,
            ),
            ("capacity", capacity(self) != capacity(old)),
            ("what it is told", self.is_told != old.is_told),
        ]
        .into_iter()
        .filter(|(_, changed)| *changed)
        .map(|(name, _)| name)
        .collect()
    }

    /// A new draft, or `None` if another programme has this name.
    pub async fn insert(
        &self,
        db: &mut PgConnection,
        by: Option<PersonId>,
        now: OffsetDateTime,
    ) -> sqlx::Result<Option<ProgrammeId>> {
        let made = sqlx::query!(
            r"
            insert into programmes (
                name, purpose, whom_for, starts_on, ends_on, midpoint_on, time_zone,
                enrolment_opens_on, enrolment_closes_on, who_asks, session_minutes,
                session_every_weeks, minimum_sessions, capacity_default, capacity_max, is_told,
                days_to_answer, created_by, created_at
            )
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
            on conflict on constraint programmes_name_taken do nothing
            returning id
            ",
            self.name,
            self.purpose,
            self.whom_for,
            self.starts_on,
            self.ends_on,
            self.midpoint_on,
            self.time_zone,
            self.enrolment_opens_on,
            self.enrolment_closes_on,
            self.who_asks.slug(),
            self.session_minutes,
            self.session_every_weeks,
            self.minimum_sessions,
            self.capacity_default,
            self.capacity_max,
            self.is_told,
            self.days_to_answer,
            by.map(|person| person.0),
            now,
        )
        .fetch_optional(db)
        .await?;
        Ok(made.map(|row| row.id))
    }

    /// In place of those of a programme that is locked. What is refused leaves the transaction
    /// as it was.
    pub async fn store(&self, db: &mut PgConnection, id: ProgrammeId) -> sqlx::Result<Stored> {
        sqlx::raw_sql("savepoint settings")
            .execute(&mut *db)
            .await?;
        let refused = match self.update(&mut *db, id).await {
            Ok(()) => return Ok(Stored::Yes),
            Err(cause) if broke(&cause, "programmes_name_taken") => Stored::NameTaken,
            Err(cause) if broke(&cause, "enrolments_capacity_within_the_maximum") => {
                Stored::MentorsHaveMore
            }
            Err(cause) => return Err(cause),
        };
        sqlx::raw_sql("rollback to savepoint settings")
            .execute(&mut *db)
            .await?;
        Ok(refused)
    }

    async fn update(&self, db: &mut PgConnection, id: ProgrammeId) -> sqlx::Result<()> {
        sqlx::query!(
            r"
            update programmes set
                name = $2, purpose = $3, whom_for = $4, starts_on = $5, ends_on = $6,
                midpoint_on = $7, time_zone = $8, enrolment_opens_on = $9,
                enrolment_closes_on = $10, who_asks = $11, session_minutes = $12,
                session_every_weeks = $13, minimum_sessions = $14, capacity_default = $15,
                capacity_max = $16, is_told = $17, days_to_answer = $18, version = version + 1
            where id = $1
            ",
            id.0,
            self.name,
            self.purpose,
            self.whom_for,
            self.starts_on,
            self.ends_on,
            self.midpoint_on,
            self.time_zone,
            self.enrolment_opens_on,
            self.enrolment_closes_on,
            self.who_asks.slug(),
            self.session_minutes,
            self.session_every_weeks,
            self.minimum_sessions,
            self.capacity_default,
            self.capacity_max,
            self.is_told,
            self.days_to_answer,
        )
        .execute(db)
        .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    fn settings() -> Settings {
        Settings {
            name: "Spring".into(),
            purpose: String::new(),
            whom_for: String::new(),
            starts_on: date!(2026 - 01 - 01),
            ends_on: date!(2026 - 01 - 31),
            midpoint_on: None,
            time_zone: "UTC".into(),
            enrolment_opens_on: None,
            enrolment_closes_on: None,
            who_asks: WhoAsks::Coordinators,
            days_to_answer: 14,
            session_minutes: 60,
            session_every_weeks: 4,
            minimum_sessions: 6,
            capacity_default: 1,
            capacity_max: 3,
            is_told: String::new(),
        }
    }

    #[test]
    fn changes_are_told_by_name() {
        let old = settings();
        assert_eq!(old.changes_from(&old), Vec::<&str>::new());
        type Change = fn(&mut Settings);
        let changes: [(Change, &str); 17] = [
            (|one| one.name.push('x'), "name"),
            (|one| one.purpose.push('x'), "purpose"),
            (|one| one.whom_for.push('x'), "whom it is for"),
            (|one| one.starts_on = date!(2025 - 12 - 01), "dates"),
            (|one| one.ends_on = date!(2026 - 12 - 01), "dates"),
            (|one| one.midpoint_on = Some(one.starts_on), "mid-point"),
            (|one| one.time_zone.push('x'), "time zone"),
            (
                |one| one.enrolment_opens_on = Some(one.starts_on),
                "enrolment window",
            ),
            (
                |one| one.enrolment_closes_on = Some(one.ends_on),
                "enrolment window",
            ),
            (|one| one.who_asks = WhoAsks::Both, "who asks whom"),
            (|one| one.days_to_answer = 7, "days to answer"),
            (|one| one.session_minutes = 45, "session length and rhythm"),
            (
                |one| one.session_every_weeks = 2,
                "session length and rhythm",
            ),
            (|one| one.minimum_sessions = 3, "minimum sessions"),
            (|one| one.capacity_default = 2, "capacity"),
            (|one| one.capacity_max = 2, "capacity"),
            (|one| one.is_told.push('x'), "what it is told"),
        ];
        let mut all = settings();
        for (change, name) in changes {
            let mut new = settings();
            change(&mut new);
            assert_eq!(new.changes_from(&old), [name]);
            change(&mut all);
        }
        assert_eq!(all.changes_from(&old).len(), 13);
    }

    #[test]
    fn the_midpoint_is_the_middle_unless_told_otherwise() {
        let mut one = settings();
        assert_eq!(one.midpoint(), date!(2026 - 01 - 16));
        one.midpoint_on = Some(date!(2026 - 01 - 20));
        assert_eq!(one.midpoint(), date!(2026 - 01 - 20));
    }
}
