//! The server's connections, and the refusal of a role that could read what is confidential.

use super::{DatabaseError, MIGRATIONS};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, PgPool};
use std::collections::HashMap;
use std::time::Duration;

/// A statement that takes longer than this is a mistake, and must not hold the others up.
const LIMITS: [(&str, &str); 3] = [
    ("statement_timeout", "10s"),
    ("idle_in_transaction_session_timeout", "20s"),
    ("lock_timeout", "5s"),
];

/// How long a connection may have been idle to be taken for alive unasked. To ask costs every page
/// a round trip.
const IDLE: Duration = Duration::from_secs(2);

pub async fn server_pool(
    options: PgConnectOptions,
    connections: u32,
) -> Result<PgPool, DatabaseError> {
    let options = options.application_name("waymark").options(LIMITS);
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(5))
        .idle_timeout(Duration::from_secs(5 * 60))
        .max_lifetime(Duration::from_secs(30 * 60))
        .test_before_acquire(false)
        .before_acquire(|connection, since| {
            Box::pin(async move {
                if since.idle_for > IDLE {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_with(options)
        .await?;
    check_role(&pool).await?;
    check_migrations(&pool).await?;
    Ok(pool)
}

async fn check_role(pool: &PgPool) -> Result<(), DatabaseError> {
    let role = sqlx::query!(
        r#"
        select
            rolname::text as "name!",
            rolsuper as "is_superuser!",
            rolbypassrls as "reads_everything!",
            exists (
                select
                from pg_class
                where relnamespace = 'public'::regnamespace
                    and relkind in ('r', 'p', 'v', 'm')
                    and pg_has_role(relowner, 'member')
            ) as "owns_tables!"
        from pg_roles
        where rolname = current_user
        "#
    )
    .fetch_one(pool)
    .await?;
    if role.is_superuser {
        Err(DatabaseError::Superuser(role.name))
    } else if role.reads_everything {
        Err(DatabaseError::ReadsEverything(role.name))
    } else if role.owns_tables {
        Err(DatabaseError::OwnsTables(role.name))
    } else {
        Ok(())
    }
}

/// A database newer than this server will do: the servers of an installation are replaced one
/// after the other.
async fn check_migrations(pool: &PgPool) -> Result<(), DatabaseError> {
    // Not a checked query: the table belongs to the migrator, and is not in any migration.
    let applied: Vec<(i64, Vec<u8>)> =
        sqlx::query_as("select version, checksum from _sqlx_migrations where success")
            .fetch_all(pool)
            .await
            .map_err(explain)?;
    let applied: HashMap<i64, Vec<u8>> = applied.into_iter().collect();
    for wanted in MIGRATIONS.iter() {
        match applied.get(&wanted.version) {
            None => return Err(DatabaseError::NotUpToDate),
            Some(checksum) if *checksum != *wanted.checksum => {
                return Err(DatabaseError::OtherMigrations(wanted.version));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// No table of migrations, or none for this role to read: nobody has run `waymark migrate`.
fn explain(cause: sqlx::Error) -> DatabaseError {
    let code = cause.as_database_error().and_then(|error| error.code());
    match code.as_deref() {
        Some("42P01" | "42501") => DatabaseError::NotUpToDate,
        _ => DatabaseError::Sql(cause),
    }
}
