//! What is known of a person, as a form: filled in by themselves or by an administrator.

use super::{PersonId, sign_in, time_zones};
use crate::web::form::{self, Problem, Problems};
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
    /// Parted by commas.
    pub languages: String,
    /// Changed by administrators only.
    pub grade: String,
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
    pub languages: Vec<String>,
    pub grade: Option<i16>,
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
                array_to_string(people.languages, ', ') as "languages!",
                coalesce(people.grade::text, '') as "grade!",
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
        let languages = problems.keep("languages", read_languages(&self.languages));
        let grade = problems.keep("grade", read_grade(&self.grade));
        if !time_zones::known(&mut *db).await?.contains(&self.time_zone) {
            problems.add("time_zone", "Choose a time zone from the list");
        }
        let line_manager = self.read_line_manager(db, person, &mut problems).await?;
        Ok(match (name, email, languages, grade) {
            (Some(name), Some(email), Some(languages), Some(grade)) if problems.is_empty() => {
                Ok(Profile {
                    name,
                    email,
                    job_title,
                    department,
                    location,
                    languages,
                    grade,
                    time_zone: self.time_zone.clone(),
                    line_manager,
                })
            }
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
                 time_zone = $7, line_manager_id = $8, languages = $9, grade = $10
             where id = $1",
            person.0,
            self.name,
            self.email,
            self.job_title,
            self.department,
            self.location,
            self.time_zone,
            self.line_manager.map(|manager| manager.0),
            &self.languages,
            self.grade,
        )
        .execute(db)
        .await?;
        match updated.rows_affected() {
            0 => Err(sqlx::Error::RowNotFound),
            _ => Ok(()),
        }
    }
}

/// The languages that somebody can talk in, of a text such as "english, Welsh": each once, and written
/// one way, so that two people's are found to be the same.
///
/// # Errors
/// In words, if there are more than can be kept, or one is too long.
pub fn read_languages(text: &str) -> Result<Vec<String>, Problem> {
    const MOST: usize = 12;
    let mut languages: Vec<String> = Vec::new();
    for one in text.split([',', ';', '/', '\n']) {
        let one = one.split_whitespace().map(capitalised);
        let one = form::optional_line(&one.collect::<Vec<_>>().join(" "), 40)?;
        if !one.is_empty() && !languages.contains(&one) {
            languages.push(one);
        }
    }
    match languages.len() {
        ..=MOST => Ok(languages),
        _ => Err("Name at most 12 languages, parted by commas".into()),
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters.flat_map(char::to_lowercase)).collect()
}

/// How senior somebody is, in their organisation's own order.
///
/// # Errors
/// In words, unless it is empty or a number that can be kept.
pub fn read_grade(text: &str) -> Result<Option<i16>, Problem> {
    match text.trim() {
        "" => Ok(None),
        text => form::number(text, 1..=30, "Enter a whole number from 1 to 30").map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_written_one_way() {
        for (typed, read) in [
            ("", vec![]),
            (" , ;", vec![]),
            ("english", vec!["English"]),
            ("ENGLISH, english ;Welsh", vec!["English", "Welsh"]),
            (
                "british  sign language/ελληνικά",
                vec!["British Sign Language", "Ελληνικά"],
            ),
        ] {
            assert_eq!(
                read_languages(typed).ok(),
                Some(read.into_iter().map(str::to_owned).collect()),
                "{typed}"
            );
        }
        assert!(read_languages(&"x".repeat(41)).is_err());
        let thirteen: Vec<String> = (0..13).map(|one| format!("L{one}")).collect();
        assert!(read_languages(&thirteen.join(",")).is_err());
    }

    #[test]
    fn a_grade_is_a_small_number_or_none() {
        for (typed, read) in [
            ("", Some(None)),
            (" 7 ", Some(Some(7))),
            ("0", None),
            ("31", None),
            ("B2", None),
        ] {
            assert_eq!(read_grade(typed).ok(), read, "{typed}");
        }
    }
}
