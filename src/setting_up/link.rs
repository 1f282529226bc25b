//! The link that opens a server without an administrator: made where the server runs, kept as a
//! hash, and worthless as soon as somebody administers.

use crate::App;
use crate::error::{Error, Result};
use crate::people::acting::hash;
use crate::people::random_token;
use axum::RequestPartsExt;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use time::{Duration, OffsetDateTime};

/// How long a link works.
const LASTS: Duration = Duration::days(7);

/// Somebody who came by a link that holds, with a transaction that acts for nobody.
pub struct SetUp {
    pub db: Transaction<'static, Postgres>,
    pub token: String,
    pub now: OffsetDateTime,
}

impl SetUp {
    /// The page with the list of tasks.
    pub fn tasks(&self) -> String {
        self.at("")
    }

    pub fn at(&self, place: &str) -> String {
        format!("/set-up/{}{place}", self.token)
    }

    pub async fn commit(mut self, act: &str) -> Result<()> {
        sqlx::query!(
            "insert into audit_events (at, act) values ($1, $2)",
            self.now,
            act,
        )
        .execute(&mut *self.db)
        .await?;
        Ok(self.db.commit().await?)
    }
}

impl FromRequestParts<App> for SetUp {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let params: RawPathParams = parts.extract().await.map_err(|_| Error::NotFound)?;
        let token = params.iter().find(|(name, _)| *name == "token");
        let token = token.map(|(_, token)| token.to_owned());
        let token = token.ok_or(Error::NotFound)?;
        let now = app.clock.now();
        let mut db = app.db.begin().await?;
        let holds = sqlx::query_scalar!("select set_up_link_holds($1, $2)", &hash(&token), now)
            .fetch_one(&mut *db)
            .await?;
        match holds {
            Some(true) => Ok(SetUp { db, token, now }),
            Some(false) | None => Err(Error::NotFound),
        }
    }
}

/// Makes a link, if nobody administers yet, and says its path.
pub async fn make(db: &mut PgConnection, now: OffsetDateTime) -> sqlx::Result<Option<String>> {
    let token = random_token();
    let made = sqlx::query!(
        "insert into set_up_links (token_hash, expires_at)
         select $1, $2 where nobody_administers()",
        &hash(&token),
        now + LASTS,
    )
    .execute(db)
    .await?;
    Ok((made.rows_affected() == 1).then(|| format!("/set-up/{token}")))
}

/// The same from a server's own connections.
pub async fn make_with(pool: &PgPool, now: OffsetDateTime) -> sqlx::Result<Option<String>> {
    make(&mut *pool.acquire().await?, now).await
}
