//! Whoever invites: the coordinators of a programme to it, and administrators to an account alone.

use crate::App;
use crate::error::{Error, Result};
use crate::pairings::stage::Side;
use crate::people::Acting;
use crate::people::acting::About;
use crate::programme_letters::{Kind, OwnWords};
use crate::programmes::access::{Programme, Runs};
use crate::web::page::Frame;
use axum::RequestPartsExt;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;

pub struct Inviter {
    pub acting: Acting,
    /// None for administrators, who invite to an account.
    pub programme: Option<Programme>,
}

/// The invitation that a path names.
pub struct Named(pub i64);

impl Inviter {
    pub fn frame(&self) -> Frame {
        self.acting.frame.clone()
    }

    pub fn programme_id(&self) -> Option<i64> {
        self.programme.as_ref().map(|programme| programme.id.0)
    }

    pub fn time_zone(&self) -> String {
        match &self.programme {
            Some(programme) => programme.time_zone.clone(),
            None => self.acting.viewer.time_zone.clone(),
        }
    }

    pub fn path(&self) -> String {
        path(self.programme.as_ref())
    }

    /// What the coordinators say in such a letter.
    pub async fn own_words(&mut self, kind: Kind) -> sqlx::Result<String> {
        let Some(programme) = &self.programme else {
            return Ok(String::new());
        };
        let words = OwnWords::of(&mut self.acting, programme.id).await?;
        Ok(words.get(kind).to_owned())
    }

    pub async fn commit(self, act: &str) -> Result<()> {
        let about = match &self.programme {
            Some(programme) => About::Programme(programme.id),
            None => About::Oneself,
        };
        Ok(self.acting.commit(act, about).await?)
    }
}

/// Where the invitations of a programme stand, or those to an account.
pub fn path(programme: Option<&Programme>) -> String {
    match programme {
        Some(programme) => programme.at("/invitations"),
        None => "/people/invitations".into(),
    }
}

/// "as a mentor"
pub fn as_what(side: Side) -> &'static str {
    match side {
        Side::Mentor => "as a mentor",
        Side::Mentee => "as a mentee",
    }
}

impl FromRequestParts<App> for Inviter {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let params: RawPathParams = parts.extract().await.map_err(|_| Error::NotFound)?;
        if params.iter().any(|(name, _)| name == "programme") {
            let runs: Runs = parts.extract_with_state(app).await?;
            return Ok(Inviter {
                acting: runs.acting,
                programme: Some(runs.programme),
            });
        }
        let acting: Acting = parts.extract_with_state(app).await?;
        if !acting.viewer.administrator {
            return Err(Error::NotFound);
        }
        Ok(Inviter {
            acting,
            programme: None,
        })
    }
}

impl FromRequestParts<App> for Named {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        let params: RawPathParams = parts.extract().await.map_err(|_| Error::NotFound)?;
        let named = params.iter().find(|(name, _)| *name == "invitation");
        let id = named.and_then(|(_, id)| id.parse().ok());
        id.map(Named).ok_or(Error::NotFound)
    }
}
