//! A programme is opened for enrolment, archived, and re-opened.

use crate::error::Result;
use crate::people::acting::About;
use crate::programmes::access::{Manages, Programme};
use crate::programmes::stage::{Act, Stage};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use crate::web::words;
use askama::Template;
use axum::response::{IntoResponse, Response};
use time::OffsetDateTime;

#[derive(Template)]
#[template(path = "programme_settings/opening.html")]
struct OpeningPage {
    frame: Frame,
    programme: Programme,
    /// People enrolled already, who find out by it.
    enrolled: i64,
}

#[derive(Template)]
#[template(path = "programme_settings/archive.html")]
struct ArchivePage {
    frame: Frame,
    programme: Programme,
    /// None for an administrator, who does not see pairings.
    pairings: Option<Pairings>,
}

/// Those that are not closed.
struct Pairings {
    live: i64,
    offered: i64,
    proposed: i64,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(
            "/programmes/{programme}/opening",
            Entry::SignedIn,
            ask_to_open,
        )
        .post("/programmes/{programme}/opening", Entry::SignedIn, open)
        .get(
            "/programmes/{programme}/archive",
            Entry::SignedIn,
            ask_to_archive,
        )
        .post("/programmes/{programme}/archive", Entry::SignedIn, archive)
        .post("/programmes/{programme}/reopening", Entry::SignedIn, reopen)
}

async fn ask_to_open(mut manages: Manages) -> Result<Response> {
    let programme = manages.programme.id;
    if opened(&manages.programme.stage()) {
        return Ok(see(&manages.programme.path()));
    }
    let enrolled = sqlx::query_scalar!(
        r#"select count(distinct person_id) as "enrolled!" from enrolments where programme_id = $1"#,
        programme.0,
    )
    .fetch_one(&mut *manages.acting)
    .await?;
    Ok(Page(OpeningPage {
        frame: manages.frame(),
        programme: manages.programme,
        enrolled,
    })
    .into_response())
}

async fn open(mut manages: Manages) -> Result<Response> {
    manages.lock().await?;
    let path = manages.programme.path();
    if opened(&manages.programme.stage()) {
        return Ok(see(&path));
    }
    manages.programme.allows(Act::Open)?;
    sqlx::query!(
        "update programmes set opened_at = $2 where id = $1",
        manages.programme.id.0,
        manages.acting.now,
    )
    .execute(&mut *manages.acting)
    .await?;
    let banner = format!("{} is open.", manages.programme.name);
    commit(manages, "opened the programme").await?;
    Ok(done(&path, &banner))
}

/// As it was meant to be, whoever did it.
fn opened(stage: &Stage) -> bool {
    match stage {
        Stage::Enrolling(_) | Stage::Running(_) | Stage::Finished(_) => true,
        Stage::Draft(_) | Stage::Archived(_) => false,
    }
}

async fn ask_to_archive(mut manages: Manages) -> Result<Response> {
    if manages.programme.stage().is_archived() {
        return Ok(see(&manages.programme.path()));
    }
    let pairings = match manages.programme.run_by_viewer {
        true => Some(pairings(&mut manages).await?),
        false => None,
    };
    Ok(Page(ArchivePage {
        frame: manages.frame(),
        programme: manages.programme,
        pairings,
    })
    .into_response())
}

async fn pairings(manages: &mut Manages) -> sqlx::Result<Pairings> {
    sqlx::query_as!(
        Pairings,
        r#"
        select
            count(*) filter (where num_nulls(mentor_accepted_on, mentee_accepted_on) = 0) as "live!",
            count(*) filter (
                where offered_on is not null
                    and num_nulls(mentor_accepted_on, mentee_accepted_on) > 0
            ) as "offered!",
            count(*) filter (where offered_on is null) as "proposed!"
        from pairings
        where programme_id = $1 and closed_on is null
        "#,
        manages.programme.id.0,
    )
    .fetch_one(&mut *manages.acting)
    .await
}

async fn archive(mut manages: Manages) -> Result<Response> {
    manages.lock().await?;
    let path = manages.programme.path();
    if manages.programme.stage().is_archived() {
        return Ok(see(&path));
    }
    manages.programme.allows(Act::Archive)?;
    let at = manages.acting.now;
    store_archived(&mut manages, Some(at)).await?;
    let banner = format!("{} is archived.", manages.programme.name);
    commit(manages, "archived the programme").await?;
    Ok(done(&path, &banner))
}

async fn reopen(mut manages: Manages) -> Result<Response> {
    manages.lock().await?;
    let path = manages.programme.path();
    if !manages.programme.stage().is_archived() {
        return Ok(see(&path));
    }
    manages.programme.allows(Act::Reopen)?;
    store_archived(&mut manages, None).await?;
    let banner = format!("{} is open again.", manages.programme.name);
    commit(manages, "re-opened the programme").await?;
    Ok(done(&path, &banner))
}

async fn store_archived(manages: &mut Manages, at: Option<OffsetDateTime>) -> sqlx::Result<()> {
    sqlx::query!(
        "update programmes set archived_at = $2 where id = $1",
        manages.programme.id.0,
        at,
    )
    .execute(&mut *manages.acting)
    .await?;
    Ok(())
}

async fn commit(manages: Manages, act: &str) -> Result<()> {
    let about = About::Programme(manages.programme.id);
    Ok(manages.acting.commit(act, about).await?)
}

impl Pairings {
    /// What becomes of each kind that there is.
    fn in_words(&self) -> Vec<String> {
        let kinds = [
            (
                self.live,
                words::count(&self.live, "pairing is", "pairings are"),
                "under way, and may go on until the two close it. You still see how far it is.",
                "under way, and may go on until their two close them. You still see how far they are.",
            ),
            (
                self.offered,
                words::count(&self.offered, "offer waits", "offers wait"),
                "for an answer, and can still be accepted: it was promised. Withdraw it first if you would rather not.",
                "for an answer, and can still be accepted: they were promised. Withdraw them first if you would rather not.",
            ),
            (
                self.proposed,
                words::count(&self.proposed, "proposal is", "proposals are"),
                "unpublished, and stays so: nobody knows of it.",
                "unpublished, and stay so: nobody knows of them.",
            ),
        ];
        kinds
            .into_iter()
            .filter(|(number, ..)| *number > 0)
            .map(|(number, counted, one, many)| {
                format!("{counted} {}", if number == 1 { one } else { many })
            })
            .collect()
    }
}
