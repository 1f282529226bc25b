//! Coming to the database of an installation: one elsewhere, or the private one.

use super::cluster::{Cluster, ClusterError, Doors};
use super::{DatabaseError, migrate};
use crate::config::Place;
use sqlx::postgres::PgConnectOptions;

/// What a command works on, until it lets go.
pub struct Reach {
    server: Option<PgConnectOptions>,
    owner: Option<PgConnectOptions>,
    cluster: Option<Cluster>,
}

impl Reach {
    /// For the server itself. Where the owner is known, the tables are brought up to date.
    pub async fn alone(place: &Place) -> Result<Reach, DatabaseError> {
        let reach = match place {
            Place::Private(data) => Reach::of(Cluster::start(data).await?),
            Place::Elsewhere { server, owner } => Reach::elsewhere(server, owner),
        };
        reach.up_to_date().await
    }

    /// For a command, which may be run while a server has the private database going.
    pub async fn beside(place: &Place) -> Result<Reach, DatabaseError> {
        match place {
            Place::Private(data) => match Cluster::start(data).await {
                Err(ClusterError::AlreadyRunning { .. }) => {
                    let doors = Doors::beside(data)?;
                    Ok(Reach {
                        server: Some(doors.server()),
                        owner: Some(doors.owner()),
                        cluster: None,
                    })
                }
                started => Reach::of(started?).up_to_date().await,
            },
            Place::Elsewhere { server, owner } => Ok(Reach::elsewhere(server, owner)),
        }
    }

    fn elsewhere(server: &Option<PgConnectOptions>, owner: &Option<PgConnectOptions>) -> Reach {
        Reach {
            server: server.clone(),
            owner: owner.clone(),
            cluster: None,
        }
    }

    fn of(cluster: Cluster) -> Reach {
        Reach {
            server: Some(cluster.server()),
            owner: Some(cluster.owner()),
            cluster: Some(cluster),
        }
    }

    async fn up_to_date(self) -> Result<Reach, DatabaseError> {
        if let Some(owner) = &self.owner
            && let Err(cause) = migrate(owner).await
        {
            self.close().await;
            return Err(cause);
        }
        Ok(self)
    }

    pub fn server(&self) -> Result<PgConnectOptions, DatabaseError> {
        self.server.clone().ok_or(DatabaseError::NoServer)
    }

    pub fn owner(&self) -> Result<PgConnectOptions, DatabaseError> {
        self.owner.clone().ok_or(DatabaseError::NoOwner)
    }

    pub async fn close(self) {
        if let Some(cluster) = self.cluster {
            cluster.stop().await;
        }
    }
}
