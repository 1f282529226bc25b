//! Who may import: a coordinator into a programme of theirs, an administrator into the
//! installation. For everybody else neither is there.

use super::columns::Field;
use super::plan::Terms;
use crate::App;
use crate::error::{Error, Result};
use crate::people::Acting;
use crate::people::acting::About;
use crate::programmes::ProgrammeId;
use crate::programmes::access::{Programme, Runs};
use crate::web::page::Frame;
use axum::RequestPartsExt;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use sqlx::Connection;
use time::Date;

/// Somebody who may import, and into what. Only this file makes one.
pub struct Imports {
    pub acting: Acting,
    /// None for people alone.
    pub programme: Option<Programme>,
    _proof: (),
}

/// The import that a path names.
#[derive(Clone, Copy)]
pub struct ImportId(pub i64);

impl std::fmt::Display for ImportId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Imports {
    pub fn frame(&self) -> Frame {
        self.acting.frame.clone()
    }

    /// Lets go of the room that a long file took up on its way, before others use the connection.
    pub fn make_room(&mut self) {
        self.acting.shrink_buffers();
    }

    pub fn place(&self) -> Place {
        Place {
            programme: self.programme.clone(),
        }
    }

    pub fn programme_id(&self) -> Option<ProgrammeId> {
        self.programme.as_ref().map(|programme| programme.id)
    }

    pub fn asked(&self) -> &'static [Field] {
        Field::asked(self.programme.is_some())
    }

    pub fn terms(&self) -> Terms {
        let viewer = &self.acting.viewer;
        let of_programme = |of: fn(&Programme) -> String| self.programme.as_ref().map(of);
        Terms {
            updates: viewer.administrator,
            time_zone: of_programme(|programme| programme.time_zone.clone())
                .unwrap_or_else(|| viewer.time_zone.clone()),
            in_programme: self.programme.is_some(),
            today: self.today(),
        }
    }

    fn today(&self) -> Date {
        match &self.programme {
            Some(programme) => programme.today,
            None => self.acting.now.date(),
        }
    }

    pub async fn commit(self, act: &str) -> Result<()> {
        let about = self.programme_id().map_or(About::Oneself, About::Programme);
        Ok(self.acting.commit(act, about).await?)
    }
}

/// Where an import leads to, for its pages.
#[derive(Clone)]
pub struct Place {
    pub programme: Option<Programme>,
}

impl Place {
    /// The list of people that it adds to.
    pub fn people(&self) -> String {
        match &self.programme {
            Some(programme) => programme.at("/people"),
            None => "/people".into(),
        }
    }

    pub fn name(&self) -> &str {
        match &self.programme {
            Some(programme) => &programme.name,
            None => "People",
        }
    }

    pub fn path(&self) -> String {
        match &self.programme {
            Some(programme) => programme.at("/import"),
            None => "/people/import".into(),
        }
    }

    /// Of one import.
    pub fn of(&self, import: &ImportId) -> String {
        format!("{}/{import}", self.path())
    }
}

impl FromRequestParts<App> for Imports {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        if in_path(parts, "programme").await.is_some() {
            let Runs {
                acting, programme, ..
            } = parts.extract_with_state(app).await?;
            return Ok(Imports {
                acting,
                programme: Some(programme),
                _proof: (),
            });
        }
        let acting: Acting = parts.extract_with_state(app).await?;
        if !acting.viewer.administrator {
            return Err(Error::NotFound);
        }
        Ok(Imports {
            acting,
            programme: None,
            _proof: (),
        })
    }
}

impl FromRequestParts<App> for ImportId {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        let id = in_path(parts, "import").await;
        id.and_then(|id| id.parse().ok())
            .map(ImportId)
            .ok_or(Error::NotFound)
    }
}

async fn in_path(parts: &mut Parts, name: &str) -> Option<String> {
    let params: RawPathParams = parts.extract().await.ok()?;
    params
        .iter()
        .find(|(param, _)| *param == name)
        .map(|(_, value)| value.to_owned())
}
