//! Either signs the version that they have read.

use crate::error::{Error, Result};
use crate::pairings::access::{May, SignAgreement};
use crate::pairings::queries::store_stage;
use crate::pairings::stage::Stage;
use crate::web::form::Form;
use crate::web::page::{done, see};
use crate::web::routes::{Entry, Routes};
use axum::response::Response;
use serde::Deserialize;

/// The version that was read.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Signing {
    version: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes.post(
        "/pairings/{pairing}/agreement/signature",
        Entry::SignedIn,
        sign,
    )
}

/// Unless a newer version has taken the place of the one that was read.
async fn sign(mut may: May<SignAgreement>, Form(form): Form<Signing>) -> Result<Response> {
    let path = format!("{}/agreement", may.pairing().path());
    let (Some(facts), Some(side)) = (may.pairing().facts.agreement, may.pairing().part.side())
    else {
        return Err(Error::conflict(
            "There is no agreement to sign yet. Draft one first.",
        ));
    };
    if form.version.parse() != Ok(facts.version) {
        return Err(Error::conflict(
            "The agreement was changed after you opened it. Read the new version, then sign.",
        ));
    }
    if facts.signed_by(side).is_some() {
        return Ok(see(&path));
    }
    let (pairing, viewer, now) = (may.pairing().id, may.viewer().id, may.now());
    sqlx::query!(
        "insert into agreement_signatures (agreement_id, pairing_id, person_id, signed_at)
         values ($1, $2, $3, $4)",
        facts.id,
        pairing.0,
        viewer.0,
        now,
    )
    .execute(may.db())
    .await?;

    let other = side.other();
    let both = facts.signed_by(other).is_some();
    if both && let Stage::InitialMeeting(initial) = may.pairing().stage {
        let stage = initial.agree(may.today());
        store_stage(&mut may, stage).await?;
    }
    let partner = may.pairing().person(other).name.clone();
    may.commit().await?;
    Ok(if both {
        done(&path, "Both of you have signed. The agreement is in force.")
    } else {
        done(&path, &format!("You have signed. {partner} signs next."))
    })
}
