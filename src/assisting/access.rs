//! Who may book for a mentor. Only the extractor in this file makes an [`Assists`].

use super::queries::{self, Booked};
use crate::App;
use crate::error::{Error, Result};
use crate::pairings::PairingId;
use crate::people::Acting;
use crate::people::acting::About;
use crate::programmes::access::key_in_path;
use crate::web::page::Frame;
use axum::RequestPartsExt;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;

/// Proof that the viewer books for the mentor of this open pairing, as it is now.
pub struct Assists {
    pub app: App,
    pub acting: Acting,
    pub pairing: Booked,
    _proof: (),
}

impl Assists {
    pub fn frame(&self) -> Frame {
        self.acting.frame.clone()
    }

    /// # Errors
    /// A conflict that says why, where there is nothing to choose a time for.
    pub fn may_choose(&self) -> Result<()> {
        let (pairing, mentor) = (&self.pairing, &self.pairing.mentor.name);
        if pairing.paused {
            return Err(Error::conflict(format!(
                "{mentor} and {} have paused. Nothing can be booked until one of them takes it up \
                 again.",
                pairing.mentee.name
            )));
        }
        if pairing.session.is_some() && !pairing.coming {
            return Err(Error::conflict(format!(
                "{mentor} has to say first whether the last session with {} happened. Then the next \
                 one can be booked.",
                pairing.mentee.name
            )));
        }
        Ok(())
    }

    pub async fn commit(self, act: &str) -> Result<()> {
        let about = About::Pairing(self.pairing.id);
        Ok(self.acting.commit(act, about).await?)
    }
}

impl FromRequestParts<App> for Assists {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let mut acting: Acting = parts.extract_with_state(app).await?;
        let id = PairingId(key_in_path(parts, "pairing").await?);
        let mentors = queries::all(&mut acting).await?;
        let mut pairings = mentors.into_iter().flat_map(|mentor| mentor.pairings);
        let pairing = pairings.find(|pairing| pairing.id == id);
        Ok(Assists {
            app: app.clone(),
            acting,
            pairing: pairing.ok_or(Error::NotFound)?,
            _proof: (),
        })
    }
}
