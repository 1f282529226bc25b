//! Why the database will not do, in words for whoever runs the server.

use super::cluster::ClusterError;
use std::fmt::{self, Display, Formatter};

#[derive(Debug)]
pub enum DatabaseError {
    NoServer,
    NoOwner,
    Superuser(String),
    ReadsEverything(String),
    OwnsTables(String),
    NotUpToDate,
    HasPeople,
    OtherMigrations(i64),
    Migration(sqlx::migrate::MigrateError),
    Cluster(ClusterError),
    Sql(sqlx::Error),
}

impl Display for DatabaseError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoServer => {
                f.write_str("DATABASE_URL, the role that the server uses, is missing.")
            }
            Self::NoOwner => {
                f.write_str("DATABASE_OWNER_URL, the role that owns the tables, is missing.")
            }
            Self::Superuser(role) => write!(
                f,
                "The server must not be a superuser of its database, and {role} is one. {ADVICE}"
            ),
            Self::ReadsEverything(role) => write!(
                f,
                "The server must not read past row-level security, and {role} has BYPASSRLS. {ADVICE}"
            ),
            Self::OwnsTables(role) => write!(
                f,
                "The server must not own its tables, and {role} owns some, or may act as their owner. {ADVICE}"
            ),
            Self::NotUpToDate => {
                f.write_str("The database is not up to date: run `waymark migrate` first.")
            }
            Self::HasPeople => f.write_str(
                "There are people in this database, and the demonstration is loaded into an empty \
                 one only: give it a folder of its own with --data, or another database. Beside \
                 them it is loaded for an administrator: waymark demo --for EMAIL.",
            ),
            Self::OtherMigrations(version) => write!(
                f,
                "The database was made by another version of Waymark: migration {version} differs."
            ),
            Self::Migration(cause) => {
                write!(f, "The database could not be brought up to date: {cause}")
            }
            Self::Cluster(cause) => Display::fmt(cause, f),
            Self::Sql(cause) => write!(f, "The database: {cause}"),
        }
    }
}

const ADVICE: &str =
    "Let DATABASE_URL name the role waymark_server, or a role that is only a member of it.";

impl std::error::Error for DatabaseError {}

impl From<sqlx::Error> for DatabaseError {
    fn from(cause: sqlx::Error) -> Self {
        DatabaseError::Sql(cause)
    }
}

impl From<sqlx::migrate::MigrateError> for DatabaseError {
    fn from(cause: sqlx::migrate::MigrateError) -> Self {
        DatabaseError::Migration(cause)
    }
}

impl From<ClusterError> for DatabaseError {
    fn from(cause: ClusterError) -> Self {
        DatabaseError::Cluster(cause)
    }
}
