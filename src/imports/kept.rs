//! The files that are kept between one step and the next: whoever uploaded one sees it, and
//! nobody else.

use super::access::{ImportId, Imports};
use super::columns::ColumnsForm;
use super::plan::Outcome;
use super::table::Table;
use crate::error::{Error, Result};
use sqlx::types::Json;
use time::{Duration, OffsetDateTime, PrimitiveDateTime};

/// How long a file waits for its next step.
const KEPT_FOR: Duration = Duration::days(7);

/// A file that was uploaded.
pub struct Import {
    pub id: ImportId,
    pub file_name: String,
    content: String,
    pub columns: ColumnsForm,
    /// Of an import that is done.
    pub outcome: Option<Outcome>,
}

/// One that waits for its next step.
pub struct Waiting {
    pub id: ImportId,
    pub file_name: String,
    pub uploaded_at: PrimitiveDateTime,
}

impl Import {
    /// Read anew, which a long file takes a while for.
    pub async fn table(&mut self) -> Result<Table> {
        let content = std::mem::take(&mut self.content);
        let read = tokio::task::spawn_blocking(|| Table::read(content)).await;
        read.ok()
            .and_then(|table| table.ok())
            .ok_or(Error::NotFound)
    }
}

pub async fn keep(
    imports: &mut Imports,
    file_name: &str,
    content: &str,
    columns: &ColumnsForm,
) -> sqlx::Result<ImportId> {
    let programme = imports.programme_id().map(|programme| programme.0);
    let (owner, now) = (imports.acting.viewer.id, imports.acting.now);
    let id = sqlx::query_scalar!(
        "insert into imports (owner_id, programme_id, file_name, content, columns, uploaded_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         returning id",
        owner.0,
        programme,
        file_name,
        content,
        Json(columns) as _,
        now,
        now + KEPT_FOR,
    )
    .fetch_one(&mut *imports.acting)
    .await?;
    imports.make_room();
    Ok(ImportId(id))
}

/// Nobody else can lead it on before this transaction ends.
pub async fn find(imports: &mut Imports, id: ImportId) -> sqlx::Result<Import> {
    let programme = imports.programme_id().map(|programme| programme.0);
    let (owner, now) = (imports.acting.viewer.id, imports.acting.now);
    let row = sqlx::query!(
        r#"
        select file_name, content, columns as "columns: Json<ColumnsForm>", outcome as "outcome: Json<Outcome>"
        from imports
        where id = $1 and owner_id = $2 and programme_id is not distinct from $3 and expires_at > $4
        for update
        "#,
        id.0,
        owner.0,
        programme,
        now,
    )
    .fetch_one(&mut *imports.acting)
    .await?;
    imports.make_room();
    Ok(Import {
        id,
        file_name: row.file_name,
        content: row.content,
        columns: row.columns.0,
        outcome: row.outcome.map(|outcome| outcome.0),
    })
}

/// Those of this person into this place, the newest first.
pub async fn waiting(imports: &mut Imports) -> sqlx::Result<Vec<Waiting>> {
    let programme = imports.programme_id().map(|programme| programme.0);
    let (zone, now) = (imports.acting.viewer.time_zone.clone(), imports.acting.now);
    let owner = imports.acting.viewer.id;
    let rows = sqlx::query!(
        r#"
        select id, file_name, uploaded_at at time zone $4 as "uploaded_at!"
        from imports
        where owner_id = $1 and programme_id is not distinct from $2 and expires_at > $3 and done_at is null
        order by id desc
        limit 10
        "#,
        owner.0,
        programme,
        now,
        zone,
    )
    .fetch_all(&mut *imports.acting)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Waiting {
            id: ImportId(row.id),
            file_name: row.file_name,
            uploaded_at: row.uploaded_at,
        })
        .collect())
}

pub async fn choose(
    imports: &mut Imports,
    id: ImportId,
    columns: &ColumnsForm,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update imports set columns = $2 where id = $1",
        id.0,
        Json(columns) as _,
    )
    .execute(&mut *imports.acting)
    .await?;
    Ok(())
}

/// It has done its work: what came of it stays for a while, the file does not.
pub async fn done(imports: &mut Imports, id: ImportId, outcome: &Outcome) -> sqlx::Result<()> {
    let now = imports.acting.now;
    sqlx::query!(
        "update imports set content = '', done_at = $2, outcome = $3 where id = $1",
        id.0,
        now,
        Json(outcome) as _,
    )
    .execute(&mut *imports.acting)
    .await?;
    Ok(())
}

pub async fn give_up(imports: &mut Imports, id: ImportId) -> sqlx::Result<()> {
    let owner = imports.acting.viewer.id;
    sqlx::query!(
        "delete from imports where id = $1 and owner_id = $2",
        id.0,
        owner.0
    )
    .execute(&mut *imports.acting)
    .await?;
    Ok(())
}

/// Clears away those that have expired.
pub async fn forget(db: &sqlx::PgPool, now: OffsetDateTime) -> sqlx::Result<()> {
    sqlx::query!("select forget_imports($1)", now)
        .execute(db)
        .await?;
    Ok(())
}
