//! Who may do what in a programme: those who run it, and those who look after its settings. For
//! everybody else it does not exist.

use super::ProgrammeId;
use crate::App;
use crate::error::{Error, Result};
use crate::pairings::stage::Side;
use crate::people::acting::About;
use crate::people::{Acting, PersonId};
use crate::web::page::Frame;
use axum::RequestPartsExt;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use time::Date;

/// A programme as it is now.
#[derive(Clone, Debug)]
pub struct Programme {
    pub id: ProgrammeId,
    pub name: String,
    pub purpose: String,
    pub starts_on: Date,
    pub ends_on: Date,
    /// An IANA name.
    pub time_zone: String,
    pub session_minutes: i16,
    pub session_every_weeks: i16,
    /// Changes whenever the programme does.
    pub version: String,
    /// The date it is now in the programme's time zone.
    pub today: Date,
    /// Whether the viewer is one of its coordinators.
    pub run_by_viewer: bool,
}

impl Programme {
    pub fn path(&self) -> String {
        format!("/programmes/{}", self.id)
    }

    /// A place below the programme's own.
    pub fn at(&self, place: &str) -> String {
        format!("{}{place}", self.path())
    }

    /// "60 minutes every 4 weeks"
    pub fn rhythm(&self) -> String {
        let minutes = self.session_minutes;
        match self.session_every_weeks {
            1 => format!("{minutes} minutes every week"),
            weeks => format!("{minutes} minutes every {weeks} weeks"),
        }
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
    sqlx::query_as!(
        Programme,
        r#"
        select
            id, name, purpose, starts_on, ends_on, time_zone, session_minutes, session_every_weeks,
            xmin::text as "version!",
            ($2::timestamptz at time zone time_zone)::date as "today!",
            coordinates(id) as "run_by_viewer!"
        from programmes
        where id = $1
        "#,
        id.0,
        now,
    )
    .fetch_one(&mut **acting)
    .await
}
