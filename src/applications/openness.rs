//! Whether everybody with an account may apply for a programme while it enrols, or only those who
//! come by its link.

use crate::error::Result;
use crate::programmes::access::{Programme, Runs};
use crate::programmes::stage::{Act, Window};
use crate::web::form::Form;
use crate::web::page::{done, see};
use crate::web::routes::{Entry, Routes};
use crate::web::words::short_day;
use axum::response::Response;
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(default)]
struct OpennessForm {
    /// "everybody", or by the link alone.
    to: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes.post(
        "/programmes/{programme}/applications/openness",
        Entry::SignedIn,
        update,
    )
}

pub async fn of(runs: &mut Runs) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from open_programmes where programme_id = $1) as "open!""#,
        runs.programme.id.0,
    )
    .fetch_one(&mut *runs.acting)
    .await
}

async fn update(mut runs: Runs, Form(form): Form<OpennessForm>) -> Result<Response> {
    runs.programme.allows(Act::ChangeSettings)?;
    let list = runs.programme.at("/applications");
    let programme = runs.programme.id.0;
    let everybody = form.to == "everybody";
    let changed = if everybody {
        sqlx::query!(
            "insert into open_programmes (programme_id) values ($1) on conflict do nothing",
            programme,
        )
        .execute(&mut *runs.acting)
        .await?
    } else {
        sqlx::query!(
            "delete from open_programmes where programme_id = $1",
            programme,
        )
        .execute(&mut *runs.acting)
        .await?
    };
    if changed.rows_affected() == 0 {
        return Ok(see(&list));
    }
    let (act, words) = if everybody {
        (
            "opened the programme to applications",
            "Everybody with an account sees the programme on their home page while it enrols.",
        )
    } else {
        (
            "closed the programme to applications",
            "Nobody can apply now but by the programme’s link.",
        )
    };
    runs.commit(act).await?;
    Ok(done(&list, words))
}

/// Who can apply, and when.
pub fn words(programme: &Programme, open: bool) -> String {
    let who = if open {
        "Everybody with an account"
    } else {
        "Whoever comes by the programme’s link"
    };
    let stage = programme.stage();
    match stage.window() {
        Some(Window::OpensOn(on)) => format!("{who} can apply from {}.", short_day(&on)),
        Some(Window::OpenUntil(on)) => format!("{who} can apply until {}.", short_day(&on)),
        Some(Window::ClosedAfter(on)) => {
            format!(
                "Enrolment ended on {}: nobody can apply now.",
                short_day(&on)
            )
        }
        None => format!(
            "Nobody can apply now: the programme is {}.",
            match stage.words() {
                "Draft" => "a draft".to_owned(),
                words => words.to_lowercase(),
            }
        ),
    }
}
