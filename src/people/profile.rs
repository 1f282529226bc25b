//! What is known of a person, as a form: filled in by themselves or by an administrator.

use super::{PersonId, sign_in, time_zones};
use crate::web::form::{self, Problems};
use serde::Deserialize;
use sqlx::PgConnection;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ProfileForm {
    pub name: String,
    /// Changed by administrators only.
    pub email: String,
    pub job_title: String,
    pub department: String,
    pub location: String,
    pub time_zone: String,
    /// An email address: nobody is shown a list of everybody.
    pub line_manager: String,
    pub once: String,
}

pub struct Profile {
    pub name: String,
    pub email: String,
    pub job_title: String,
    pub department: String,
    pub location: String,
    pub time_zone: String,
    pub line_manager: Option<PersonId>,
}

impl ProfileForm {
    pub async fn of(db: &mut PgConnection, person: PersonId) -> sqlx::Result<ProfileForm> {
        sqlx::query_as!(
            ProfileForm,
            r#"
            select
                people.full_name as name, people.email, people.job_title, people.department,
                people.location, people.time_zone,
                coalesce(line_manager.email, '') as "line_manager!", '' as "once!"
            from people
            left join people line_manager on line_manager.id = people.line_manager_id
            where people.id = $1
            "#,
            person.0,
        )
        .fetch_one(db)
        .await
    }

    /// `person` is whose profile it is, unless they are being added.
    pub async fn read(
        &self,
        db: &mut PgConnection,
        person: Option<PersonId>,
    ) -> sqlx::Result<Result<Profile, Problems>> {
        let mut problems = Problems::default();
        let name = problems.keep("name", form::line(&self.name, 100, "Enter a full name"));
        let email = problems.keep("email", sign_in::read_email(&self.email));
        let mut line = |field, text: &str| {
            problems
                .keep(field, form::optional_line(text, 100))
                .unwrap_or_default()
        };
        let job_title = line("job_title", &self.job_title);
        let department = line("department", &self.department);
        let location = line("location", &self.location);
        if !time_zones::known(&mut *db).await?.contains(&self.time_zone) {
            problems.add("time_zone", "Choose a time zone from the list");
        }
        let line_manager = self.read_line_manager(db, person, &mut problems).await?;
        Ok(match (name, email) {
            (Some(name), Some(email)) if problems.is_empty() => Ok(Profile {
                name,
                email,
                job_title,
                department,
                location,
                time_zone: self.time_zone.clone(),
                line_manager,
            }),
            _ => Err(problems),
        })
    }

    async fn read_line_manager(
        &self,
        db: &mut PgConnection,
        person: Option<PersonId>,
        problems: &mut Problems,
    ) -> sqlx::Result<Option<PersonId>> {
        if self.line_manager.trim().is_empty() {
            return Ok(None);
        }
        let email = sign_in::read_email(&self.line_manager);
        let Some(email) = problems.keep("line_manager", email) else {
            return Ok(None);
        };
        let found = sqlx::query_scalar!("select person_with_email($1)", email)
            .fetch_one(db)
            .await?
            .map(PersonId);
        match found {
            None => problems.add(
                "line_manager",
                "Nobody here has this email address. Check it, or leave it empty for now",
            ),
            Some(_) if found == person => problems.add(
                "line_manager",
                "Enter somebody else: nobody is their own line manager",
            ),
            Some(_) => {}
        }
        Ok(found)
    }
}

impl Profile {
    pub async fn store(&self, db: &mut PgConnection, person: PersonId) -> sqlx::Result<()> {
        let updated = sqlx::query!(
            "update people
             set full_name = $2, email = $3, job_title = $4, department = $5, location = $6,
                 time_zone = $7, line_manager_id = $8
             where id = $1",
            person.0,
            self.name,
            self.email,
            self.job_title,
            self.department,
            self.location,
            self.time_zone,
            self.line_manager.map(|manager| manager.0),
        )
        .execute(db)
        .await?;
        match updated.rows_affected() {
            0 => Err(sqlx::Error::RowNotFound),
            _ => Ok(()),
        }
    }
}
