//! Reading the agreement: the latest version with what has changed in it, the one in force, and
//! every version there was.

use super::changes::{self, Piece};
use super::clauses::{self, CLAUSES, DATES};
use super::comments::{self, Comment};
use super::{Agreement, queries};
use crate::error::{Error, Result};
use crate::pairings::Pairing;
use crate::pairings::access::{May, SeeWithin};
use crate::pairings::stage::{Side, Stage};
use crate::web::form::Asked;
use crate::web::page::{Frame, Page};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::RequestPartsExt;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "agreements/show.html")]
struct ShowPage {
    frame: Frame,
    pairing: Pairing,
    /// The newest first.
    versions: Vec<Agreement>,
    /// The newest, with what changed since `since`.
    sections: Vec<Section>,
    since: Option<i16>,
    /// What the viewer had to do with that version.
    known_as: &'static str,
    /// The one in force, where that is another.
    in_force: Option<i16>,
    may_sign: bool,
    live: bool,
    /// What the programme is told of the two, in its own words.
    told: String,
}

#[derive(Template)]
#[template(path = "agreements/version.html")]
struct VersionPage {
    frame: Frame,
    pairing: Pairing,
    agreement: Agreement,
    /// Against the version before, where there is one.
    sections: Vec<Section>,
    newest: bool,
}

/// A clause, as far as there is something to read in it.
struct Section {
    slug: &'static str,
    heading: &'static str,
    text: String,
    /// Empty where nothing has changed.
    pieces: Vec<Piece>,
    comments: Vec<Comment>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Since {
    /// The version to compare with; `0` for none.
    since: String,
}

/// `{version}` of the path.
struct Version(i16);

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/pairings/{pairing}/agreement", Entry::SignedIn, show)
        .get(
            "/pairings/{pairing}/agreement/versions/{version}",
            Entry::SignedIn,
            version,
        )
}

async fn show(mut may: May<SeeWithin>, Asked(asked): Asked<Since>) -> Result<Response> {
    let versions = queries::all(&mut may).await?;
    let comments = comments::all(&mut may).await?;
    let told = told(&mut may).await?;
    let live = !matches!(may.pairing().stage, Stage::Closed(_));
    let newest = versions.first();
    let (since, known_as) = match asked.since.parse::<i16>() {
        Ok(version) => (versions.iter().find(|one| one.version == version), ""),
        Err(_) => known(&versions, &may),
    };
    let since = since.filter(|one| newest.is_some_and(|newest| one.version < newest.version));
    let sections = newest.map_or(Vec::new(), |newest| sections(newest, since, comments));
    let side = may.pairing().part.side();
    let signed = newest.is_some_and(|newest| side.is_some_and(|side| newest.signed(side)));
    let in_force = may.pairing().facts.in_force_until_signed();
    Ok(Page(ShowPage {
        frame: may.frame(),
        pairing: may.pairing().clone(),
        since: since.map(|one| one.version),
        known_as,
        in_force: in_force.map(|one| one.version),
        may_sign: live && newest.is_some() && !signed,
        live,
        told,
        sections,
        versions,
    })
    .into_response())
}

/// The latest version that the viewer knows, and how: what has changed since then is news. Whoever
/// has signed the newest or written it knows it all.
fn known<'a>(
    versions: &'a [Agreement],
    may: &May<SeeWithin>,
) -> (Option<&'a Agreement>, &'static str) {
    let viewer = may.viewer().id;
    let side = may.pairing().part.side();
    let signed = |one: &Agreement| side.is_some_and(|side| one.signed(side));
    let known = versions
        .iter()
        .find(|one| one.author == viewer || signed(one));
    match known {
        Some(one) if one.author == viewer => (Some(one), ", which you wrote"),
        Some(one) => (Some(one), ", which you signed"),
        None => (versions.get(1), ""),
    }
}

fn sections(
    agreement: &Agreement,
    since: Option<&Agreement>,
    comments: Vec<Comment>,
) -> Vec<Section> {
    let dates = agreement.clauses.dates();
    let texts = agreement.clauses.texts.iter().chain([&dates]);
    let before: Vec<String> = match since {
        Some(since) => {
            let texts = since.clauses.texts.iter().cloned();
            texts.chain([since.clauses.dates()]).collect()
        }
        None => texts.clone().cloned().collect(),
    };
    let headings = CLAUSES.iter().map(|clause| (clause.slug, clause.heading));
    let mut comments = comments;
    headings
        .chain([DATES])
        .zip(texts)
        .zip(before)
        .map(|(((slug, heading), text), before)| Section {
            slug,
            heading,
            text: text.clone(),
            pieces: match *text == before {
                true => Vec::new(),
                false => changes::between(&before, text),
            },
            comments: comments.extract_if(.., |one| one.clause == slug).collect(),
        })
        .filter(|section| {
            !section.text.is_empty() || !section.pieces.is_empty() || !section.comments.is_empty()
        })
        .collect()
}

async fn told(may: &mut May<SeeWithin>) -> sqlx::Result<String> {
    let programme = may.pairing().programme.id;
    sqlx::query_scalar!("select is_told from programmes where id = $1", programme.0)
        .fetch_one(may.db())
        .await
}

async fn version(mut may: May<SeeWithin>, Version(version): Version) -> Result<Response> {
    let agreement = queries::version(&mut may, version).await?;
    let agreement = agreement.ok_or(Error::NotFound)?;
    let before = queries::version(&mut may, version - 1).await?;
    let newest = may.pairing().facts.agreement;
    Ok(Page(VersionPage {
        frame: may.frame(),
        pairing: may.pairing().clone(),
        sections: sections(&agreement, before.as_ref(), Vec::new()),
        newest: newest.is_some_and(|newest| newest.version == version),
        agreement,
    })
    .into_response())
}

impl ShowPage {
    fn in_force(&self) -> Option<&Agreement> {
        let version = self.in_force?;
        self.versions.iter().find(|one| one.version == version)
    }

    /// Whether marks show what has changed since then.
    fn changed(&self) -> bool {
        self.sections
            .iter()
            .any(|section| !section.pieces.is_empty())
    }
}

impl VersionPage {
    fn changed(&self) -> bool {
        self.sections
            .iter()
            .any(|section| !section.pieces.is_empty())
    }
}

impl Agreement {
    fn signed(&self, side: Side) -> bool {
        match side {
            Side::Mentor => self.mentor_signed.is_some(),
            Side::Mentee => self.mentee_signed.is_some(),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Version {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let params: RawPathParams = parts.extract().await.map_err(|_| Error::NotFound)?;
        params
            .iter()
            .find(|(key, _)| *key == "version")
            .and_then(|(_, number)| number.parse().ok())
            .filter(|version| *version > 0)
            .map(Version)
            .ok_or(Error::NotFound)
    }
}
