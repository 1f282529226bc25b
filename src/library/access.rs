//! Who reads a programme's library: whoever takes part in it, runs it or looks after it. For everybody
//! else it does not exist.

use super::Which;
use super::languages::Language;
use super::queries::Reader;
use crate::App;
use crate::error::{Error, Result};
use crate::people::Acting;
use crate::programmes::ProgrammeId;
use crate::programmes::access::{Programme, find, in_path, key_in_path};
use axum::RequestPartsExt;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::Deserialize;

/// Somebody who reads the library of a programme.
pub struct Reads {
    pub acting: Acting,
    pub programme: Programme,
    pub reader: Reader,
}

impl Reads {
    pub async fn of(mut acting: Acting, id: ProgrammeId) -> Result<Reads> {
        let programme = find(&mut acting, id).await?;
        let reader = Reader::of(&mut acting, Some(id)).await?;
        let reads = Reads {
            acting,
            programme,
            reader,
        };
        match reads.manages() || reads.reader.takes_part() {
            true => Ok(reads),
            false => Err(Error::NotFound),
        }
    }

    /// Whether the viewer finds their way among the pages of the programme.
    pub fn manages(&self) -> bool {
        self.programme.run_by_viewer || self.acting.viewer.administrator
    }
}

impl FromRequestParts<App> for Reads {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let acting: Acting = parts.extract_with_state(app).await?;
        let id = ProgrammeId(key_in_path(parts, "programme").await?);
        Reads::of(acting, id).await
    }
}

/// The module that a path names.
pub struct Named(pub Which);

impl FromRequestParts<App> for Named {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        let key = in_path(parts, "module").await?;
        Which::named(&key).map(Named).ok_or(Error::NotFound)
    }
}

/// The language that an address asks for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct In {
    pub language: String,
}

impl In {
    pub fn known(&self) -> Option<Language> {
        Language::tagged(&self.language)
    }
}
