//! How far an objective is, from nought to ten, as one of the two says it on a day.

use super::steps::settled;
use super::{ObjectiveId, queries, show};
use crate::error::Result;
use crate::pairings::access::{Action, May, SayLevel};
use crate::web::form::{self, Form, Problems};
use crate::web::page::{done, see};
use crate::web::routes::{Entry, Routes};
use axum::response::Response;
use serde::Deserialize;
use time::Date;

/// What was said on one day.
#[derive(Clone, Debug)]
pub struct Level {
    pub level: i16,
    pub on: Date,
    pub by: String,
    /// By the viewer.
    own: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct LevelForm {
    pub level: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes.post(
        "/pairings/{pairing}/objectives/{objective}/level",
        Entry::SignedIn,
        create,
    )
}

async fn create(
    mut may: May<SayLevel>,
    id: ObjectiveId,
    Form(form): Form<LevelForm>,
) -> Result<Response> {
    let objective = queries::one(&mut may, id).await?;
    if objective.state.settled() {
        return Err(settled());
    }
    let level = match form::number(&form.level, 0..=10, "Choose a number from 0 to 10") {
        Ok(level) => level,
        Err(problem) => {
            let problems = Problems::one("level", problem);
            return Ok(show::page(&mut may, objective, form, problems)
                .await?
                .refused());
        }
    };
    let path = objective.path(may.pairing());
    let today = may.today();
    let said = all(&mut may, id).await?;
    if said
        .last()
        .is_some_and(|last| last.own && last.level == level && last.on == today)
    {
        return Ok(see(&path));
    }
    let (pairing, viewer, now) = (may.pairing().id, may.viewer().id, may.now());
    sqlx::query!(
        "insert into objective_levels (objective_id, pairing_id, level, said_by, said_at)
         values ($1, $2, $3, $4, $5)",
        id.0,
        pairing.0,
        level,
        viewer.0,
        now,
    )
    .execute(may.db())
    .await?;
    may.commit().await?;
    Ok(done(&path, &format!("It is at {level} of 10 today.")))
}

/// The earliest first.
pub async fn all<A: Action>(may: &mut May<A>, id: ObjectiveId) -> sqlx::Result<Vec<Level>> {
    let (pairing, viewer) = (may.pairing().id, may.viewer().id);
    let zone = may.pairing().programme.time_zone.clone();
    sqlx::query_as!(
        Level,
        r#"
        select level, (said_at at time zone $3)::date as "on!", full_name as by,
            said_by = $4 as "own!"
        from objective_levels
        join people on people.id = said_by
        where objective_id = $1 and pairing_id = $2
        order by objective_levels.id
        "#,
        id.0,
        pairing.0,
        zone,
        viewer.0,
    )
    .fetch_all(may.db())
    .await
}
