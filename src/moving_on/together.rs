//! The joint part of the review: written by either, with both reviews on the table.

use super::queries::{self, JointReview};
use super::review;
use crate::error::{Error, Result};
use crate::pairings::access::{May, ReviewTogether};
use crate::pairings::queries::store_stage;
use crate::pairings::stage::Stage;
use crate::web::form::{self, Form, Problems};
use crate::web::page::{done, see};
use crate::web::routes::{Entry, Routes};
use axum::response::Response;
use serde::Deserialize;
use sha2::{Digest, Sha256};

const LONGEST: usize = 4_000;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct JointForm {
    /// Names the words it was typed over: empty over none.
    pub over: String,
    pub together: String,
    pub afterwards: String,
}

struct Words {
    together: String,
    afterwards: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes.post(
        "/pairings/{pairing}/review/together",
        Entry::SignedIn,
        create,
    )
}

async fn create(mut may: May<ReviewTogether>, Form(form): Form<JointForm>) -> Result<Response> {
    let Stage::MovingOn(moving) = may.pairing().stage else {
        return Err(Error::conflict("This pairing is not moving on now."));
    };
    let Ok(moving) = moving.review_together(may.today()) else {
        return Err(Error::conflict(
            "Each of you answers the review alone first. Then you write this together. \
             Nothing has changed.",
        ));
    };
    let words = match form.read() {
        Ok(words) => words,
        Err(problems) => return Ok(review::page(&mut may, form, problems).await?.refused()),
    };
    let path = format!("{}/review", may.pairing().path());
    let before = queries::joint_review(&mut may).await?;
    if let Some(before) = &before
        && words.say_the_same_as(before)
    {
        return Ok(see(&path));
    }
    let over = fingerprint(before.as_ref());
    if form.over != over {
        return crossed(&mut may, JointForm { over, ..form }).await;
    }
    save(&mut may, &words).await?;
    store_stage(&mut may, Stage::MovingOn(moving)).await?;
    may.commit().await?;
    Ok(done(&path, "Your joint words are saved."))
}

/// Shows both texts, so that neither of the two overwrites the other unawares.
async fn crossed(may: &mut May<ReviewTogether>, form: JointForm) -> Result<Response> {
    let problems = Problems::one(
        "together",
        "Other words were saved while you were writing. Bring the two together here, then save \
         again",
    );
    let mut page = review::page(may, form, problems).await?;
    page.0.crossed = true;
    Ok(page.refused())
}

async fn save(may: &mut May<ReviewTogether>, words: &Words) -> sqlx::Result<()> {
    let (pairing, viewer, now) = (may.pairing().id, may.viewer().id, may.now());
    sqlx::query!(
        r"
        insert into joint_reviews (pairing_id, together, afterwards, written_by, written_at)
        values ($1, $2, $3, $4, $5)
        on conflict on constraint joint_reviews_once_at_an_end do update set together = excluded.together,
            afterwards = excluded.afterwards, written_by = excluded.written_by,
            written_at = excluded.written_at
        ",
        pairing.0,
        words.together,
        words.afterwards,
        viewer.0,
        now,
    )
    .execute(may.db())
    .await?;
    Ok(())
}

/// Different for different words, whoever wrote them and however close together.
fn fingerprint(joint: Option<&JointReview>) -> String {
    joint.map_or_else(String::new, |joint| {
        let words = format!("{}\0{}", joint.together, joint.afterwards);
        let digest = Sha256::digest(words);
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    })
}

impl JointForm {
    /// To change what stands there, or to begin.
    pub fn over(joint: Option<JointReview>) -> Self {
        JointForm {
            over: fingerprint(joint.as_ref()),
            together: joint
                .as_ref()
                .map_or_else(String::new, |joint| joint.together.clone()),
            afterwards: joint.map_or_else(String::new, |joint| joint.afterwards),
        }
    }

    fn read(&self) -> Result<Words, Problems> {
        let mut problems = Problems::default();
        let together = form::prose(&self.together, LONGEST, "Enter what you say together");
        let together = problems.keep("together", together);
        let afterwards = form::optional_prose(&self.afterwards, LONGEST);
        let afterwards = problems.keep("afterwards", afterwards);
        match (together, afterwards) {
            (Some(together), Some(afterwards)) => Ok(Words {
                together,
                afterwards,
            }),
            _ => Err(problems),
        }
    }
}

impl Words {
    /// Then it is the same form, sent twice.
    fn say_the_same_as(&self, joint: &JointReview) -> bool {
        self.together == joint.together && self.afterwards == joint.afterwards
    }
}
