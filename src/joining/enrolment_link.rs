//! The address at which strangers ask to take part in a programme: opened, renewed and closed by
//! its coordinators.

use super::inviter::Inviter;
use crate::App;
use crate::error::Result;
use crate::organisation::Organisation;
use crate::people::random_token;
use crate::programmes::access::Runs;
use crate::web::page::done;
use crate::web::routes::{Entry, Routes};
use axum::response::Response;

/// As the coordinators see it.
pub struct EnrolmentLink {
    /// The whole of it, to be passed on. None while the programme is closed.
    pub address: Option<String>,
    /// Who may ask by it.
    pub mail_domains: Vec<String>,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .post(
            "/programmes/{programme}/enrolment-link",
            Entry::SignedIn,
            open,
        )
        .post(
            "/programmes/{programme}/enrolment-link/closing",
            Entry::SignedIn,
            close,
        )
}

/// None where there is no programme.
pub async fn of(inviter: &mut Inviter, app: &App) -> sqlx::Result<Option<EnrolmentLink>> {
    let Some(programme) = inviter.programme_id() else {
        return Ok(None);
    };
    let token = sqlx::query_scalar!(
        "select token from enrolment_links where programme_id = $1",
        programme,
    )
    .fetch_optional(&mut *inviter.acting)
    .await?;
    let organisation = Organisation::read(&mut inviter.acting).await?;
    Ok(Some(EnrolmentLink {
        address: token.map(|token| app.base_url.join(&format!("/join/{token}"))),
        mail_domains: organisation.mail_domains,
    }))
}

/// Opens the programme, or renews its link: the one before leads nowhere then.
async fn open(mut runs: Runs) -> Result<Response> {
    let path = runs.programme.at("/invitations");
    // Short enough for a poster, and still nothing that anybody guesses.
    let token: String = random_token().chars().take(24).collect();
    let renewed = sqlx::query_scalar!(
        r#"
        with closed as (delete from enrolment_links where programme_id = $1 returning token)
        select exists (select from closed) as "renewed!"
        "#,
        runs.programme.id.0,
    )
    .fetch_one(&mut *runs.acting)
    .await?;
    sqlx::query!(
        "insert into enrolment_links (programme_id, token, opened_by, opened_at)
         values ($1, $2, $3, $4)
         on conflict (programme_id) do nothing",
        runs.programme.id.0,
        token,
        runs.acting.viewer.id.0,
        runs.acting.now,
    )
    .execute(&mut *runs.acting)
    .await?;
    let (act, banner) = match renewed {
        true => (
            "renewed the enrolment link",
            "There is a new enrolment link. The one before no longer works.",
        ),
        false => (
            "opened the enrolment link",
            "The enrolment link is open. Pass it on.",
        ),
    };
    runs.commit(act).await?;
    Ok(done(&path, banner))
}

async fn close(mut runs: Runs) -> Result<Response> {
    let path = runs.programme.at("/invitations");
    let closed = sqlx::query!(
        "delete from enrolment_links where programme_id = $1",
        runs.programme.id.0,
    )
    .execute(&mut *runs.acting)
    .await?;
    if closed.rows_affected() > 0 {
        runs.commit("closed the enrolment link").await?;
    }
    Ok(done(
        &path,
        "The enrolment link is closed. Letters that are on their way still work.",
    ))
}
