//! Why a private database could not be had, and what to do about it.

use std::fmt::{self, Display, Formatter};
use std::path::{Path, PathBuf};

#[derive(Debug)]
pub enum ClusterError {
    NoPrograms,
    ProgramsTooOld { found: u32 },
    OtherVersion { cluster: u32, found: u32 },
    NoUnprivilegedUser,
    NamelessUser(u32),
    Unreachable(PathBuf),
    AlreadyRunning { data: PathBuf, process: String },
    SomebodyElses(PathBuf),
    NotOurs(PathBuf),
    WillNotStop(u32),
    Failed { step: &'static str, log: String },
    File(PathBuf, std::io::Error),
    Database(sqlx::Error),
}

impl ClusterError {
    pub fn file(path: &Path) -> impl FnOnce(std::io::Error) -> ClusterError + use<> {
        let path = path.to_owned();
        move |cause| ClusterError::File(path, cause)
    }
}

impl Display for ClusterError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPrograms => f.write_str(INSTALL),
            Self::ProgramsTooOld { found } => write!(
                f,
                "The PostgreSQL found here is version {found}; Waymark needs 15 or newer.\n{INSTALL}"
            ),
            Self::OtherVersion { cluster, found } => write!(
                f,
                "The data directory was made by PostgreSQL {cluster}, but only version {found} is installed. \
                 Install PostgreSQL {cluster}, or move the data across with pg_upgrade."
            ),
            Self::NoUnprivilegedUser => f.write_str(
                "PostgreSQL will not run as root, and there is no user `postgres` or `nobody` to run it as. \
                 Start Waymark as an ordinary user.",
            ),
            Self::NamelessUser(id) => write!(
                f,
                "User {id}, which runs Waymark, has no name on this machine, so PostgreSQL cannot recognise it. \
                 Add it to the password file, or use a database elsewhere with DATABASE_URL."
            ),
            Self::Unreachable(path) => write!(
                f,
                "PostgreSQL does not run as root, and its unprivileged user cannot reach {}. \
                 Choose another data directory, for example --data /var/lib/waymark.",
                path.display()
            ),
            Self::AlreadyRunning { data, process } => write!(
                f,
                "Another Waymark is running on {} (process {process}). \
                 Stop it first, or choose another data directory with --data.",
                data.display()
            ),
            Self::SomebodyElses(data) => write!(
                f,
                "The database in {} was made by another user of this machine. \
                 Run this command as that user.",
                data.display()
            ),
            Self::NotOurs(path) => write!(
                f,
                "{} belongs to somebody else. Remove it, or choose a data directory with a shorter path.",
                path.display()
            ),
            Self::WillNotStop(process) => write!(
                f,
                "A PostgreSQL left over from an earlier run (process {process}) does not stop."
            ),
            Self::Failed { step, log } => {
                write!(f, "PostgreSQL failed to {step}. It said:\n{log}")
            }
            Self::File(path, cause) => write!(f, "{}: {cause}", path.display()),
            Self::Database(cause) => write!(f, "The private database: {cause}"),
        }
    }
}

impl std::error::Error for ClusterError {}

impl From<sqlx::Error> for ClusterError {
    fn from(cause: sqlx::Error) -> Self {
        ClusterError::Database(cause)
    }
}

const INSTALL: &str = "Waymark needs the programs of PostgreSQL 15 or newer. Install them with\n\
    \x20   apt-get install postgresql      (Debian, Ubuntu)\n\
    \x20   brew install postgresql@17      (macOS)\n\
    or use a database elsewhere by setting DATABASE_URL.";
