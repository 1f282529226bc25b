//! Finding somebody of the installation, to enrol them or to name them a coordinator.

use crate::people::search::patterns;
use crate::people::{Acting, PersonId};
use crate::web::words;

/// The most that a search shows; whoever is not among them is found by typing more.
pub const MOST: usize = 30;

#[derive(Clone, Debug)]
pub struct Found {
    pub id: PersonId,
    pub name: String,
    pub job_title: String,
    pub department: String,
}

impl Found {
    /// "Asha Patel, Buyer, Purchasing"
    pub fn label(&self) -> String {
        words::listed(&[&self.name, &self.job_title, &self.department])
    }
}

/// People whose name, email, job title, department or location holds these words.
pub async fn people(acting: &mut Acting, typed: &str) -> sqlx::Result<Vec<Found>> {
    sqlx::query_as!(
        Found,
        r#"
        select id, full_name as name, job_title, department
        from people
        where deactivated_at is null and (
            cardinality($1::text[]) = 0
            or found_by like all (array(select lower(word) from unnest($1::text[]) word))
        )
        order by lower(full_name), id
        limit $2
        "#,
        &patterns(typed),
        i64::try_from(MOST).unwrap_or(i64::MAX),
    )
    .fetch_all(&mut **acting)
    .await
}

/// One person, if there is somebody with this key who has not left.
pub async fn person(acting: &mut Acting, id: PersonId) -> sqlx::Result<Option<Found>> {
    sqlx::query_as!(
        Found,
        "select id, full_name as name, job_title, department from people
         where id = $1 and deactivated_at is null",
        id.0,
    )
    .fetch_optional(&mut **acting)
    .await
}
