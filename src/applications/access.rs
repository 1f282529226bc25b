//! Who applies for what. For everybody else neither the application nor, while it takes none, the
//! programme exists.

use super::Application;
use super::queries;
use crate::App;
use crate::error::{Error, Result};
use crate::pairings::stage::Side;
use crate::people::Acting;
use crate::people::acting::About;
use crate::programmes::ProgrammeId;
use crate::programmes::access::{Programme, find, in_path, key_in_path};
use crate::programmes::side;
use crate::web::page::Frame;
use axum::RequestPartsExt;
use axum::extract::FromRequestParts;
use axum::http::Method;
use axum::http::request::Parts;

/// Somebody before their own application. Only this file makes one; what is posted finds the
/// application locked.
pub struct Applies {
    pub acting: Acting,
    pub programme: Programme,
    pub side: Side,
    /// None before anything was written.
    pub application: Option<Application>,
    /// Whether the programme takes applications now.
    pub open: bool,
    pub enrolled: bool,
    /// Whether an offer or a pairing is under way.
    pub paired: bool,
    _proof: (),
}

impl Applies {
    pub fn frame(&self) -> Frame {
        self.acting.frame.clone()
    }

    pub fn path(&self) -> String {
        super::path(self.programme.id, self.side)
    }

    pub async fn commit(self, act: &str) -> Result<()> {
        let about = About::PersonIn(self.acting.viewer.id, self.programme.id);
        Ok(self.acting.commit(act, about).await?)
    }
}

impl FromRequestParts<App> for Applies {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let mut acting: Acting = parts.extract_with_state(app).await?;
        let id = ProgrammeId(key_in_path(parts, "programme").await?);
        let side = side(&in_path(parts, "part").await?).ok_or(Error::NotFound)?;
        let programme = find(&mut acting, id).await?;
        if parts.method == Method::POST {
            queries::lock_own(&mut acting, id, side).await?;
        }
        let application = queries::own(&mut acting, id, side).await?;
        let standing = queries::standing(&mut acting, id, side).await?;
        if application.is_none() && !standing.open && !standing.enrolled {
            return Err(Error::NotFound);
        }
        Ok(Applies {
            acting,
            programme,
            side,
            application,
            open: standing.open,
            enrolled: standing.enrolled,
            paired: standing.paired,
            _proof: (),
        })
    }
}
