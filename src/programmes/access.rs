//! Who may do what in a programme: those who run it, and those who look after its settings. For
//! everybody else it does not exist.

use super::ProgrammeId;
use super::stage::{Act, Dates, Refusal, Stage};
use crate::App;
use crate::error::{Error, Result, broke};
use crate::pairings::stage::Side;
use crate::people::acting::About;
use crate::people::{Acting, PersonId};
use crate::programme_settings::settings::{Settings, WhoAsks};
use crate::web::page::Frame;
use axum::RequestPartsExt;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use std::ops::Deref;
use time::{Date, OffsetDateTime};

/// A programme as it is now. Its settings are read as its own.
#[derive(Clone, Debug)]
pub struct Programme {
    pub id: ProgrammeId,
    pub settings: Settings,
    /// Counts the changes to the settings.
    pub version: i32,
    opened_at: Option<OffsetDateTime>,
    archived_at: Option<OffsetDateTime>,
    /// The date it is now in the programme's time zone.
    pub today: Date,
    /// Whether the viewer is one of its coordinators.
    pub run_by_viewer: bool,
}

impl Deref for Programme {
    type Target = Settings;

    fn deref(&self) -> &Settings {
        &self.settings
    }
}

impl Programme {
    pub fn stage(&self) -> Stage {
        let dates = Dates {
            opened_at: self.opened_at,
            enrolment_opens_on: self.enrolment_opens_on,
            enrolment_closes_on: self.enrolment_closes_on,
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            archived_at: self.archived_at,
        };
        Stage::from_dates(&dates, self.today)
    }

    /// # Errors
    /// In words, when this is not for the programme as far as it is.
    pub fn allows(&self, act: Act) -> Result<()> {
        match self.stage().refuses(act) {
            Some(refusal) => Err(Error::conflict(refusal.words())),
            None => Ok(()),
        }
    }

    pub fn takes_people(&self) -> bool {
        self.stage().allows(Act::Enrol)
    }

    pub fn takes_pairings(&self) -> bool {
        self.stage().allows(Act::Pair)
    }

    pub fn path(&self) -> String {
        format!("/programmes/{}", self.id)
    }

    /// A place below the programme's own.
    pub fn at(&self, place: &str) -> String {
        format!("{}{place}", self.path())
    }
}

/// A coordinator in a programme of theirs. Only this file makes one.
#[expect(
    clippy::manual_non_exhaustive,
    reason = "private to this file, not only to this crate"
)]
pub struct Runs {
    pub acting: Acting,
    pub programme: Programme,
    _proof: (),
}

/// A coordinator of the programme, or an administrator: who may see and change its settings, and
/// by that alone none of its pairings or people.
#[expect(
    clippy::manual_non_exhaustive,
    reason = "private to this file, not only to this crate"
)]
pub struct Manages {
    pub acting: Acting,
    pub programme: Programme,
    _proof: (),
}

impl Runs {
    pub fn frame(&self) -> Frame {
        self.acting.frame.clone()
    }

    /// Waits for whoever is pairing its people. Whoever changes whom there is to pair holds the
    /// programme before any pairing or enrolment of it, so that no two wait for each other.
    pub async fn hold(&mut self) -> sqlx::Result<()> {
        let id = self.programme.id;
        sqlx::query!("select id from programmes where id = $1 for share", id.0)
            .fetch_one(&mut *self.acting)
            .await?;
        Ok(())
    }

    /// That its pairings are looked at, all of them at once.
    pub async fn record_reading(&mut self) -> Result<()> {
        let about = [About::Programme(self.programme.id)];
        Ok(self
            .acting
            .record_reading("looked at the pairings", about)
            .await?)
    }

    pub async fn commit(self, act: &str) -> Result<()> {
        Ok(self
            .acting
            .commit(act, About::Programme(self.programme.id))
            .await?)
    }

    /// The same for an act that concerns one person of the programme.
    pub async fn commit_about(self, act: &str, person: PersonId) -> Result<()> {
        let about = About::PersonIn(person, self.programme.id);
        Ok(self.acting.commit(act, about).await?)
    }
}

impl Manages {
    pub fn frame(&self) -> Frame {
        self.acting.frame.clone()
    }

    /// Waits for whoever is changing the programme, and then has it as it is.
    pub async fn lock(&mut self) -> Result<()> {
        let id = self.programme.id;
        sqlx::query!("select id from programmes where id = $1 for update", id.0)
            .fetch_one(&mut *self.acting)
            .await?;
        self.programme = find(&mut self.acting, id).await?;
        Ok(())
    }

    /// The proof of running the programme, if the viewer does.
    #[expect(
        clippy::result_large_err,
        reason = "either way the transaction is handed on"
    )]
    pub fn running(self) -> Result<Runs, Manages> {
        if self.programme.run_by_viewer {
            Ok(Runs {
                acting: self.acting,
                programme: self.programme,
                _proof: (),
            })
        } else {
            Err(self)
        }
    }
}

impl FromRequestParts<App> for Manages {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let mut acting: Acting = parts.extract_with_state(app).await?;
        let id = key_in_path(parts, "programme").await?;
        let programme = find(&mut acting, ProgrammeId(id)).await?;
        if !programme.run_by_viewer && !acting.viewer.administrator {
            return Err(Error::NotFound);
        }
        Ok(Manages {
            acting,
            programme,
            _proof: (),
        })
    }
}

impl FromRequestParts<App> for Runs {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let manages: Manages = parts.extract_with_state(app).await?;
        manages.running().map_err(|_| Error::NotFound)
    }
}

/// The person whom a path names.
pub struct Named(pub PersonId);

/// The enrolment that a path names: whose, and as what.
pub struct Enrolment {
    pub person: PersonId,
    pub side: Side,
}

impl FromRequestParts<App> for Named {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        key_in_path(parts, "person").await.map(PersonId).map(Named)
    }
}

impl FromRequestParts<App> for Enrolment {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        let person = key_in_path(parts, "person").await.map(PersonId)?;
        let part = in_path(parts, "part").await?;
        let side = super::side(&part).ok_or(Error::NotFound)?;
        Ok(Enrolment { person, side })
    }
}

pub async fn key_in_path(parts: &mut Parts, name: &str) -> Result<i64> {
    let key = in_path(parts, name).await?;
    key.parse().map_err(|_| Error::NotFound)
}

pub async fn in_path(parts: &mut Parts, name: &str) -> Result<String> {
    let params: RawPathParams = parts.extract().await.map_err(|_| Error::NotFound)?;
    params
        .iter()
        .find(|(param, _)| *param == name)
        .map(|(_, value)| value.to_owned())
        .ok_or(Error::NotFound)
}

/// Whoever may see it or not: that is the caller's to know.
pub async fn find(acting: &mut Acting, id: ProgrammeId) -> sqlx::Result<Programme> {
    let now = acting.now;
    let row = sqlx::query!(
        r#"
        select
            name, purpose, whom_for, starts_on, ends_on, midpoint_on, time_zone,
            enrolment_opens_on, enrolment_closes_on, who_asks as "who_asks: WhoAsks", days_to_answer,
            session_minutes, session_every_weeks, minimum_sessions, capacity_default,
            capacity_max, is_told, version, opened_at, archived_at,
            ($2::timestamptz at time zone time_zone)::date as "today!",
            coordinates(id) as "run_by_viewer!"
        from programmes
        where id = $1
        "#,
        id.0,
        now,
    )
    .fetch_one(&mut **acting)
    .await?;
    Ok(Programme {
        id,
        settings: Settings {
            name: row.name,
            purpose: row.purpose,
            whom_for: row.whom_for,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            midpoint_on: row.midpoint_on,
            time_zone: row.time_zone,
            enrolment_opens_on: row.enrolment_opens_on,
            enrolment_closes_on: row.enrolment_closes_on,
            who_asks: row.who_asks,
            days_to_answer: row.days_to_answer,
            session_minutes: row.session_minutes,
            session_every_weeks: row.session_every_weeks,
            minimum_sessions: row.minimum_sessions,
            capacity_default: row.capacity_default,
            capacity_max: row.capacity_max,
            is_told: row.is_told,
        },
        version: row.version,
        opened_at: row.opened_at,
        archived_at: row.archived_at,
        today: row.today,
        run_by_viewer: row.run_by_viewer,
    })
}

/// What the database refused because somebody changed the programme at the same moment.
pub fn changed_meanwhile(cause: sqlx::Error) -> Error {
    if broke(&cause, "programmes_archived_stay_as_they_are") {
        Error::conflict(format!(
            "{} Nothing has changed by this press.",
            Refusal::IsArchived.words()
        ))
    } else if broke(&cause, "programmes_drafts_offer_nothing") {
        Error::conflict(Refusal::StillADraft.words())
    } else if broke(&cause, "enrolments_capacity_within_the_maximum") {
        Error::conflict(
            "The most that a mentor may take in this programme has just been lowered. Open the \
             form again.",
        )
    } else {
        cause.into()
    }
}
