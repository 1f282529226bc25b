//! What the two say to each other about a clause, before they change it or sign.

use super::clauses::{CLAUSES, DATES};
use crate::error::{Error, Result};
use crate::pairings::Pairing;
use crate::pairings::access::{Action, CommentOnAgreement, May};
use crate::web::form::{self, Asked, Form, Problems};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use time::PrimitiveDateTime;

const LONGEST: usize = 1_000;

#[derive(Template)]
#[template(path = "agreements/comment.html")]
struct CommentPage {
    frame: Frame,
    pairing: Pairing,
    problems: Problems,
    heading: &'static str,
    /// As it stands in the newest version.
    text: String,
    comments: Vec<Comment>,
    form: CommentForm,
}

pub(super) struct Comment {
    pub clause: String,
    pub version: i16,
    pub author: String,
    pub body: String,
    /// On the viewer's clock.
    pub written: PrimitiveDateTime,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CommentForm {
    clause: String,
    /// The one that was read.
    version: String,
    body: String,
    once: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(
            "/pairings/{pairing}/agreement/comments",
            Entry::SignedIn,
            new,
        )
        .post(
            "/pairings/{pairing}/agreement/comments",
            Entry::SignedIn,
            create,
        )
}

async fn new(
    mut may: May<CommentOnAgreement>,
    Asked(asked): Asked<CommentForm>,
) -> Result<Response> {
    let form = CommentForm {
        version: newest(&may)?.to_string(),
        once: may.once(),
        clause: asked.clause,
        body: String::new(),
    };
    let page = page(&mut may, form, Problems::default()).await?;
    Ok(page.into_response())
}

async fn create(
    mut may: May<CommentOnAgreement>,
    Form(form): Form<CommentForm>,
) -> Result<Response> {
    let newest = newest(&may)?;
    let path = format!("{}/agreement", may.pairing().path());
    let (clause, _) = heading(&form.clause)?;
    let body = match form::prose(&form.body, LONGEST, "Enter your comment") {
        Ok(body) => body,
        Err(message) => {
            let problems = Problems::one("body", message);
            return Ok(page(&mut may, form, problems).await?.refused());
        }
    };
    if !may.first_time(&form.once).await? {
        return Ok(see(&path));
    }
    let read = form.version.parse().ok();
    let version = read.filter(|version| (1..=newest).contains(version));
    let (pairing, viewer, now) = (may.pairing().id, may.viewer().id, may.now());
    sqlx::query!(
        "insert into agreement_comments (pairing_id, version, clause, author_id, body, written_at)
         values ($1, $2, $3, $4, $5, $6)",
        pairing.0,
        version.unwrap_or(newest),
        clause,
        viewer.0,
        body,
        now,
    )
    .execute(may.db())
    .await?;
    let partner = may.pairing().partner().name.clone();
    may.commit().await?;
    let words = format!("Your comment stands below the clause. {partner} reads it there.");
    Ok(done(&path, &words))
}

fn newest(may: &May<CommentOnAgreement>) -> Result<i16> {
    let facts = may.pairing().facts.agreement;
    let none = "There is no agreement to comment on yet. Draft one first.";
    facts
        .map(|facts| facts.version)
        .ok_or(Error::conflict(none))
}

fn heading(clause: &str) -> Result<(&'static str, &'static str)> {
    let clauses = CLAUSES.iter().map(|one| (one.slug, one.heading));
    let mut all = clauses.chain([DATES]);
    all.find(|(slug, _)| *slug == clause).ok_or(Error::NotFound)
}

async fn page(
    may: &mut May<CommentOnAgreement>,
    form: CommentForm,
    problems: Problems,
) -> Result<Page<CommentPage>> {
    let (clause, heading) = heading(&form.clause)?;
    let newest = newest(may)?;
    let agreement = super::queries::version(may, newest).await?;
    let agreement = agreement.ok_or(Error::NotFound)?;
    let place = CLAUSES.iter().position(|one| one.slug == clause);
    let text = match place.and_then(|place| agreement.clauses.texts.get(place)) {
        Some(text) => text.clone(),
        None => agreement.clauses.dates(),
    };
    let mut comments = all(may).await?;
    comments.retain(|one| one.clause == clause);
    Ok(Page(CommentPage {
        frame: may.frame(),
        pairing: may.pairing().clone(),
        problems,
        heading,
        text,
        comments,
        form,
    }))
}

/// The oldest first.
pub(super) async fn all<A: Action>(may: &mut May<A>) -> sqlx::Result<Vec<Comment>> {
    let pairing = may.pairing().id;
    let zone = may.viewer().time_zone.clone();
    sqlx::query_as!(
        Comment,
        r#"
        select clause, version, full_name as author, body, written_at at time zone $2 as "written!"
        from agreement_comments
        join people on people.id = author_id
        where pairing_id = $1
        order by written_at, agreement_comments.id
        "#,
        pairing.0,
        zone,
    )
    .fetch_all(may.db())
    .await
}
