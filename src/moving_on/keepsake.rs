//! What the two take along: the mentee a page of the way they have come, with those words of the
//! mentor that the mentor has ticked for it.

use super::queries::{self, FurtherStep, Review};
use crate::error::Result;
use crate::objectives::{self, Objective};
use crate::pairings::Pairing;
use crate::pairings::access::{Action, May, Part, SeeWithin, ShareWords};
use crate::pairings::stage::Stage;
use crate::sessions::targets::{self, Target};
use crate::web::form::{Form, Typed};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use crate::web::words;
use askama::Template;
use axum::response::{IntoResponse, Response};
use std::collections::BTreeSet;
use time::Date;

#[derive(Template)]
#[template(path = "moving_on/keepsake.html")]
struct KeepsakePage {
    frame: Frame,
    objectives: Vec<Objective>,
    /// What is done by now.
    achievements: Vec<Target>,
    words: Vec<Words>,
    /// The mentee's own, of the review.
    looked_back: Option<Review>,
    steps: Vec<FurtherStep>,
    until: Option<Date>,
    pairing: Pairing,
}

#[derive(Template)]
#[template(path = "moving_on/words.html")]
struct WordsPage {
    frame: Frame,
    pairing: Pairing,
    words: Vec<Words>,
}

impl KeepsakePage {
    fn would_rather_not_mentor(&self) -> bool {
        let said = self.looked_back.as_ref();
        said.is_some_and(|review| review.would_mentor.as_deref() == Some("no"))
    }
}

/// Words that the mentor wrote to the mentee.
struct Words {
    source: String,
    source_id: i64,
    /// The objective they are about, if they are about one.
    about: String,
    on: Option<Date>,
    body: String,
    /// The mentee takes them along.
    kept: bool,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/pairings/{pairing}/keepsake", Entry::SignedIn, show)
        .get("/pairings/{pairing}/keepsake/words", Entry::SignedIn, edit)
        .post(
            "/pairings/{pairing}/keepsake/words",
            Entry::SignedIn,
            update,
        )
}

async fn show(mut may: May<SeeWithin>) -> Result<Response> {
    let path = format!("{}/moving-on", may.pairing().path());
    let until = match may.pairing().stage {
        Stage::MovingOn(moving) => moving.final_session.map(|held| held.on),
        Stage::Closed(closed) => Some(closed.on),
        Stage::Proposed(_) | Stage::Offered(_) | Stage::InitialMeeting(_) | Stage::Sessions(_) => {
            return Ok(see(&path));
        }
    };
    let mut objectives = objectives::queries::all(&mut may).await?;
    objectives.retain(|objective| objective.dates.agreed_on.is_some());
    let mut achievements = targets::of_pairing(&mut may).await?;
    let mentee = may.pairing().part == Part::Mentee;
    achievements.retain(|target| target.done_on.is_some() && target.yours == mentee);
    achievements.sort_by_key(|target| target.done_on);
    let mut words = mentors_words(&mut may).await?;
    words.retain(|words| words.kept);
    Ok(Page(KeepsakePage {
        frame: may.frame(),
        objectives,
        achievements,
        words,
        looked_back: queries::reviews(&mut may).await?.mentee,
        steps: queries::further_steps(&mut may).await?,
        until,
        pairing: may.pairing().clone(),
    })
    .into_response())
}

async fn edit(mut may: May<ShareWords>) -> Result<Response> {
    let words = mentors_words(&mut may).await?;
    Ok(Page(WordsPage {
        frame: may.frame(),
        pairing: may.pairing().clone(),
        words,
    })
    .into_response())
}

/// What is ticked is kept, and what is not is not. What is no word of the mentor's is passed over.
async fn update(
    mut may: May<ShareWords>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Result<Response> {
    let typed = Typed::from(typed);
    let ticked: BTreeSet<&str> = typed.all("keep").collect();
    let path = format!("{}/moving-on", may.pairing().path());
    let mut changed = false;
    for words in mentors_words(&mut may).await? {
        let keep = ticked.contains(words.key().as_str());
        if keep != words.kept {
            changed = true;
            store(&mut may, &words, keep).await?;
        }
    }
    if !changed {
        return Ok(see(&path));
    }
    let mentee = may.pairing().mentee.name.clone();
    may.commit().await?;
    Ok(done(
        &path,
        &format!("Saved. What you ticked stands in what {mentee} takes along."),
    ))
}

async fn store(may: &mut May<ShareWords>, words: &Words, keep: bool) -> sqlx::Result<()> {
    let (pairing, viewer, now) = (may.pairing().id, may.viewer().id, may.now());
    if keep {
        sqlx::query!(
            "insert into words_to_keep (pairing_id, source, source_id, shared_by, shared_at)
             values ($1, $2, $3, $4, $5)",
            pairing.0,
            words.source,
            words.source_id,
            viewer.0,
            now,
        )
        .execute(may.db())
        .await?;
    } else {
        sqlx::query!(
            "delete from words_to_keep where pairing_id = $1 and source = $2 and source_id = $3",
            pairing.0,
            words.source,
            words.source_id,
        )
        .execute(may.db())
        .await?;
    }
    Ok(())
}

/// All that the viewer may read of what the mentor wrote to the mentee, in the order of its days.
async fn mentors_words<A: Action>(may: &mut May<A>) -> sqlx::Result<Vec<Words>> {
    let (pairing, mentor) = (may.pairing().id, may.pairing().mentor.id);
    let zone = may.pairing().programme.time_zone.clone();
    sqlx::query_as!(
        Words,
        r#"
        select source as "source!", source_id as "source_id!", about as "about!", said_on as "on",
            body as "body!",
            exists (
                select from words_to_keep
                where pairing_id = $1 and words_to_keep.source = said.source
                    and words_to_keep.source_id = said.source_id
            ) as "kept!"
        from (
            select 'sign_off' as source, id as source_id, statement as about,
                signed_off_on as said_on, settled_with as body
            from objectives
            where pairing_id = $1 and signed_off_on is not null
            union all
            select 'strengths', session_id, '', held_on, strengths
            from session_records join mentoring_sessions on mentoring_sessions.id = session_id
            where session_records.pairing_id = $1 and author_id = $2
            union all
            select 'feedback', session_id, '', held_on, feedback
            from session_records join mentoring_sessions on mentoring_sessions.id = session_id
            where session_records.pairing_id = $1 and author_id = $2
            union all
            select 'thanks', extract(epoch from answered_at)::bigint, '',
                (answered_at at time zone $3)::date, thanks
            from reviews
            where pairing_id = $1 and person_id = $2 and earlier_ending_id is null
        ) said
        where body <> ''
        order by said_on, source desc, source_id
        "#,
        pairing.0,
        mentor.0,
        zone,
    )
    .fetch_all(may.db())
    .await
}

impl Words {
    /// What names them in the form.
    fn key(&self) -> String {
        format!("{}-{}", self.source, self.source_id)
    }

    /// The same, with what they are about.
    fn said_when(&self) -> String {
        match self.about.as_str() {
            "" => self.heading(),
            about => format!("{}: {about}", self.heading()),
        }
    }

    /// "Feedback, 12 March 2026"
    fn heading(&self) -> String {
        let what = match self.source.as_str() {
            "sign_off" => "On signing off",
            "strengths" => "Strengths and achievements",
            "feedback" => "Feedback",
            _ => "Thanks",
        };
        match self.on {
            Some(on) => format!("{what}, {}", words::short_day(&on)),
            None => what.into(),
        }
    }
}

impl KeepsakePage {
    fn signed_off(&self) -> i64 {
        let signed_off = self.objectives.iter();
        let signed_off = signed_off.filter(|one| one.dates.signed_off_on.is_some());
        i64::try_from(signed_off.count()).unwrap_or_default()
    }

    fn done(&self) -> i64 {
        i64::try_from(self.achievements.len()).unwrap_or_default()
    }
}
