//! Where somebody goes who has come by a programme's link.

use super::letters::SomebodyCame;
use crate::App;
use crate::applications::place_to_apply;
use crate::programmes::ProgrammeId;
use sqlx::PgConnection;
use time::OffsetDateTime;

/// Where to go on, and what to read there first.
pub struct Next {
    pub path: String,
    pub welcome: String,
}

/// They go on to their application. Where the programme takes none, whoever runs it is told of them.
pub async fn lead_on(
    came: &SomebodyCame<'_>,
    db: &mut PgConnection,
    app: &App,
    now: OffsetDateTime,
) -> sqlx::Result<Next> {
    let (id, name) = came.programme;
    if let Some(path) = place_to_apply(db, ProgrammeId(id), came.side, now).await? {
        let welcome = "Welcome. There is one step more: tell us about yourself here, and send it \
                       when you are ready."
            .to_owned();
        return Ok(Next { path, welcome });
    }
    came.write_to_coordinators(db, app, now).await?;
    Ok(Next {
        path: "/".to_owned(),
        welcome: format!(
            "Welcome. Whoever coordinates {name} has been told that you would like to take part."
        ),
    })
}
