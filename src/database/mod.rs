//! The database: bringing it up to date as its owner, using it as a role that owns nothing.

pub mod cluster;
mod error;
mod pool;
mod reach;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Connection};

pub use error::DatabaseError;
pub use pool::server_pool;
pub use reach::Reach;

static MIGRATIONS: Migrator = sqlx::migrate!();

/// Safe to run by several at once: one does the work and the others wait.
pub async fn migrate(owner: &PgConnectOptions) -> Result<(), DatabaseError> {
    let mut connection = owner.connect().await?;
    ensure_server_role(&mut connection).await?;
    MIGRATIONS.run(&mut connection).await?;
    // So that the server can tell whether its database is up to date.
    sqlx::raw_sql("grant select on _sqlx_migrations to waymark_server")
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    Ok(())
}

async fn ensure_server_role(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(
        "do $$ begin
             if not exists (select from pg_roles where rolname = 'waymark_server') then
                 create role waymark_server login;
             end if;
         exception when duplicate_object or unique_violation then null;
         end $$",
    )
    .execute(connection)
    .await?;
    Ok(())
}
