//! A private PostgreSQL, run by the server from the programs of the machine: on a Unix socket
//! only, durable, and stopped with the server.

mod account;
mod directory;
mod error;
mod leftover;
mod postmaster;
mod programs;
mod settings;

use account::Account;
use directory::{Directory, make_private};
use postmaster::{Installation, Postmaster};
use programs::Programs;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use sqlx::{ConnectOptions, Connection};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

pub use error::ClusterError;

const SUPERUSER: &str = "postgres";
const OWNER: &str = "waymark_owner";
const SERVER: &str = "waymark_server";

const TIME_TO_START: Duration = Duration::from_secs(120);
const BETWEEN_TRIES: Duration = Duration::from_millis(50);

pub struct Cluster {
    doors: Doors,
    stop: oneshot::Sender<()>,
    keeper: JoinHandle<()>,
}

/// How to come in, for whoever the operating system says runs the server.
pub struct Doors {
    socket: PathBuf,
}

impl Cluster {
    pub async fn start(data: &Path) -> Result<Cluster, ClusterError> {
        let account = Account::choose()?;
        let directory = Directory::open(data)?;
        directory.check_owner(account)?;
        let lock = directory.lock()?;
        let programs = Programs::find(directory.made_by()?, account).await?;
        let doors = Doors {
            socket: directory.socket(),
        };
        let installation = Installation {
            directory,
            programs,
            account,
        };
        installation.initialise().await?;
        leftover::stop(&installation.directory.cluster(), &doors.socket).await?;
        settings::write(&installation.directory, account).await?;
        make_private(&doors.socket, account)?;
        let (postmaster, superuser) = begin(&installation, &doors).await?;
        if let Err(cause) = furnish(superuser).await {
            postmaster.stop().await;
            return Err(cause.into());
        }
        let (stop, told_to_stop) = oneshot::channel();
        let keeper = tokio::spawn(installation.keep(postmaster, told_to_stop, lock));
        Ok(Cluster {
            doors,
            stop,
            keeper,
        })
    }

    pub fn owner(&self) -> PgConnectOptions {
        self.doors.owner()
    }

    pub fn server(&self) -> PgConnectOptions {
        self.doors.server()
    }

    pub async fn stop(self) {
        // Neither can fail but by the keeper being gone already.
        let _ = self.stop.send(());
        let _ = self.keeper.await;
    }
}

impl Doors {
    /// Into the cluster that another Waymark runs on this data directory.
    pub fn beside(data: &Path) -> Result<Doors, ClusterError> {
        let directory = Directory::open(data)?;
        directory.check_owner(Account::choose()?)?;
        Ok(Doors {
            socket: directory.socket(),
        })
    }

    pub fn owner(&self) -> PgConnectOptions {
        self.options(OWNER).database("waymark")
    }

    pub fn server(&self) -> PgConnectOptions {
        self.options(SERVER).database("waymark")
    }

    fn superuser(&self) -> PgConnectOptions {
        self.options(SUPERUSER).database("postgres")
    }

    fn options(&self, role: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(&self.socket)
            .port(5432)
            .ssl_mode(PgSslMode::Disable)
            .application_name("waymark")
            .username(role)
    }
}

/// Starts PostgreSQL and waits for it to listen. The remains of one that was killed may hold its
/// memory for a moment, and it then will not start.
async fn begin(
    installation: &Installation,
    doors: &Doors,
) -> Result<(Postmaster, PgConnection), ClusterError> {
    let deadline = Instant::now() + TIME_TO_START;
    let mut postmaster = installation.start()?;
    loop {
        if postmaster.ended().is_some() {
            let log = installation.said_by(&postmaster);
            if !log.contains("shared memory block") || Instant::now() > deadline {
                return Err(ClusterError::Failed { step: "start", log });
            }
            postmaster = installation.start()?;
        }
        match doors.superuser().connect().await {
            Ok(connection) => return Ok((postmaster, connection)),
            Err(cause) if !is_too_early(&cause) || Instant::now() > deadline => {
                postmaster.stop().await;
                return Err(cause.into());
            }
            Err(_) => sleep(BETWEEN_TRIES).await,
        }
    }
}

fn is_too_early(cause: &sqlx::Error) -> bool {
    match cause {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(database) => database.code().as_deref() == Some("57P03"),
        _ => false,
    }
}

/// The roles and the database, if they are not there yet.
async fn furnish(mut superuser: PgConnection) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(
        "do $$ begin
             if not exists (select from pg_roles where rolname = 'waymark_owner') then
                 create role waymark_owner login;
             end if;
         end $$",
    )
    .execute(&mut superuser)
    .await?;
    super::ensure_server_role(&mut superuser).await?;
    let there = sqlx::query_scalar!(
        r#"select exists (select from pg_database where datname = 'waymark') as "there!""#
    )
    .fetch_one(&mut superuser)
    .await?;
    if !there {
        sqlx::raw_sql("create database waymark owner waymark_owner")
            .execute(&mut superuser)
            .await?;
    }
    superuser.close().await
}
