//! Loading the demonstration beside real people, who go on with their work meanwhile. Nobody in it
//! can sign in, and the administrator who asked for it looks around in it as its coordinator.

use super::across;
use super::diary::Diary;
use super::people::{PEOPLE, email};
use super::programmes::PROGRAMMES;
use super::{Way, fill};
use crate::people::PersonId;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};
use time::OffsetDateTime;

/// What came of it.
#[derive(Debug, PartialEq)]
pub enum Beside {
    Loaded,
    /// Since somebody loaded it; nobody where it is all there is.
    AlreadyThere(Option<PersonId>),
    /// An address or a name that somebody or something real has.
    Taken(String),
    NotAnAdministrator,
}

/// Loads the demonstration as the owner of the tables, where the server was told who that is. It
/// does nothing else with it.
#[derive(Clone, Debug, Default)]
pub struct Loader(Option<PgConnectOptions>);

impl Loader {
    pub fn with(owner: Option<PgConnectOptions>) -> Loader {
        Loader(owner)
    }

    pub fn is_ready(&self) -> bool {
        self.0.is_some()
    }

    /// None where the server does not know the owner.
    pub async fn load(&self, by: PersonId, now: OffsetDateTime) -> sqlx::Result<Option<Beside>> {
        let Some(owner) = &self.0 else {
            return Ok(None);
        };
        let mut owner = owner.connect().await?;
        let outcome = load_beside(&mut owner, by, now).await?;
        owner.close().await?;
        Ok(Some(outcome))
    }
}

/// For the administrator with this address. Runs as the owner of the tables.
pub async fn load_for(
    owner: &mut PgConnection,
    email: &str,
    now: OffsetDateTime,
) -> sqlx::Result<Beside> {
    let by = sqlx::query_scalar!("select id from people where email = lower($1)", email)
        .fetch_optional(&mut *owner)
        .await?;
    match by {
        Some(by) => load_beside(owner, by, now).await,
        None => Ok(Beside::NotAnAdministrator),
    }
}

async fn load_beside(
    owner: &mut PgConnection,
    by: PersonId,
    now: OffsetDateTime,
) -> sqlx::Result<Beside> {
    let mut tx = owner.begin().await?;
    sqlx::query!("lock table demonstration in share row exclusive mode")
        .execute(&mut *tx)
        .await?;
    if let Some(hindrance) = hindrance(&mut tx, by).await? {
        return Ok(hindrance);
    }
    let mut diary = Diary::default();
    fill(&mut tx, (1, &Way::Beside(by)), &mut diary, now).await?;
    diary.keep(&mut tx).await?;
    coordinate(&mut tx, by, now).await?;
    tx.commit().await?;
    Ok(Beside::Loaded)
}

async fn hindrance(db: &mut PgConnection, by: PersonId) -> sqlx::Result<Option<Beside>> {
    let there = sqlx::query_scalar!("select loaded_by from demonstration")
        .fetch_optional(&mut *db)
        .await?;
    if let Some(loaded_by) = there {
        return Ok(Some(Beside::AlreadyThere(loaded_by.map(PersonId))));
    }
    let administers = sqlx::query!(
        "select id from people where id = $1 and administrator_since is not null for share",
        by.0,
    )
    .fetch_optional(&mut *db)
    .await?;
    if administers.is_none() {
        return Ok(Some(Beside::NotAnAdministrator));
    }
    let emails: Vec<String> = (PEOPLE.iter().map(|(name, ..)| email(name, 1)))
        .chain(across::emails(1))
        .collect();
    let names: Vec<String> = PROGRAMMES
        .iter()
        .map(|programme| Way::Beside(by).name(programme.name, 1))
        .collect();
    let taken = sqlx::query_scalar!(
        r#"select email as "taken!" from people where email = any ($1)
           union all select name from programmes where name = any ($2)
           limit 1"#,
        &emails,
        &names,
    )
    .fetch_optional(db)
    .await?;
    Ok(taken.map(Beside::Taken))
}

async fn coordinate(db: &mut PgConnection, by: PersonId, now: OffsetDateTime) -> sqlx::Result<()> {
    sqlx::query!(
        "with coordinating as (
            insert into coordinators (programme_id, person_id, named_by, named_at)
            select programme_id, $1, $1, $2 from made_up_programmes
            returning programme_id
        ), named as (
            insert into audit_events (at, actor_id, act, person_id, programme_id)
            select $2, $1, 'named a coordinator', $1, programme_id from coordinating
        )
        insert into audit_events (at, actor_id, act, person_id)
        values ($2, $1, 'loaded the demonstration', $1)",
        by.0,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}
