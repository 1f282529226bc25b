//! A file becomes a programme: a draft, for an administrator to name its coordinators. All of it,
//! or nothing.

use super::file::{Counts, Enrolled, MatchingRules};
use super::read::{Contents, Problem, read};
use crate::library;
use crate::people::time_zones;
use crate::programmes::ProgrammeId;
use crate::questions;
use crate::workbench::Method;
use crate::workbench::criteria::{Criteria, Of};
use crate::workbench::own::Own;
use sqlx::{Connection, PgConnection};
use std::fmt::{self, Display, Formatter};
use time::OffsetDateTime;

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    pub programme: ProgrammeId,
    pub name: String,
    pub added: usize,
    pub enrolled: usize,
}

#[derive(Debug)]
pub enum NotImported {
    Problems(Vec<Problem>),
    Database(sqlx::Error),
}

/// Runs as the owner of the tables. A `name` stands in for the one in the file.
///
/// # Errors
/// With everything that is wrong, in words; nothing is changed then.
pub async fn import(
    owner: &mut PgConnection,
    text: &str,
    name: Option<&str>,
    now: OffsetDateTime,
) -> Result<Imported, NotImported> {
    let zones = time_zones::known(&mut *owner).await?;
    let contents = read(text, name, zones).map_err(NotImported::Problems)?;
    let Contents {
        settings, people, ..
    } = &contents;
    let mut tx = owner.begin().await?;
    let Some(programme) = settings.insert(&mut tx, None, now).await? else {
        return Err(NotImported::Problems(vec![Problem {
            path: "settings.name".into(),
            words: format!(
                "There is a programme called {} here already. Give this one another name with \
                 --name",
                settings.name
            ),
        }]));
    };
    ask(&mut tx, programme, &contents, now).await?;
    let added = add(&mut tx, people, &settings.time_zone, now).await?;
    enrol(&mut tx, programme, people, now).await?;
    sqlx::query!(
        "insert into audit_events (at, act, programme_id) values ($1, 'made the programme from a file', $2)",
        now,
        programme.0,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(Imported {
        programme,
        name: settings.name.clone(),
        added,
        enrolled: people.len(),
    })
}

/// What the programme asks of whoever applies, says in its letters and suggests to its pairs.
async fn ask(
    db: &mut PgConnection,
    programme: ProgrammeId,
    contents: &Contents,
    now: OffsetDateTime,
) -> sqlx::Result<()> {
    let mut ids = Vec::new();
    for (question, archived) in &contents.questions {
        let id = question.insert(&mut *db, programme).await?;
        ids.push(id);
        if *archived {
            sqlx::query!(
                "update questions set archived_at = $2 where id = $1",
                id,
                now
            )
            .execute(&mut *db)
            .await?;
        }
    }
    contents.letters.store(&mut *db, programme).await?;
    contents.agreement.store(&mut *db, programme).await?;
    for module in &contents.library {
        let id = library::queries::add(&mut *db, programme, module).await?;
        for (language, text) in &module.written {
            library::queries::write(&mut *db, id, (*language, text), now).await?;
        }
    }
    weigh(db, programme, contents, &ids).await
}

/// What counts in matching, unless the file leaves it to Waymark. `ids` are those of its questions.
async fn weigh(
    db: &mut PgConnection,
    programme: ProgrammeId,
    contents: &Contents,
    ids: &[i64],
) -> sqlx::Result<()> {
    if contents.weights.is_empty() && contents.rules.is_none() {
        return Ok(());
    }
    let questions = questions::of_programme(&mut *db, programme).await?;
    let mut criteria = Criteria::suggested(&questions);
    let rules = contents.rules.unwrap_or(MatchingRules {
        rules: criteria.rules,
        method: Method::default(),
    });
    criteria.rules = rules.rules;
    for weight in &contents.weights {
        let of = match weight.of {
            Counts::Criterion(built_in) => Of::BuiltIn(built_in),
            Counts::Question(place) => Of::Question(ids[place]),
        };
        for one in criteria.criteria.iter_mut().filter(|one| one.of == of) {
            one.weight = weight.weight;
            one.must = weight.must;
            one.wanted = weight.wanted;
        }
    }
    let method = rules.method;
    Own { criteria, method }.keep(db, programme).await
}

/// Those whom nobody here has the address of; whoever has one is left as they are.
async fn add(
    db: &mut PgConnection,
    people: &[Enrolled],
    time_zone: &str,
    now: OffsetDateTime,
) -> sqlx::Result<usize> {
    let names: Vec<String> = people.iter().map(|one| one.name.clone()).collect();
    let emails: Vec<String> = people.iter().map(|one| one.email.clone()).collect();
    let added = sqlx::query!(
        r"
        with added as (
            insert into people (full_name, email, time_zone, added_at)
            select distinct on (email) name, email, $3, $4
            from unnest($1::text[], $2::text[]) as typed (name, email)
            order by email
            on conflict (email) do nothing
            returning id
        )
        insert into audit_events (at, act, person_id)
        select $4, 'added a person', id from added
        ",
        &names,
        &emails,
        time_zone,
        now,
    )
    .execute(db)
    .await?;
    Ok(usize::try_from(added.rows_affected()).unwrap_or(usize::MAX))
}

async fn enrol(
    db: &mut PgConnection,
    programme: ProgrammeId,
    people: &[Enrolled],
    now: OffsetDateTime,
) -> sqlx::Result<()> {
    let emails: Vec<String> = people.iter().map(|one| one.email.clone()).collect();
    let parts: Vec<String> = people.iter().map(|one| one.part.clone()).collect();
    let capacities: Vec<Option<i16>> = people.iter().map(|one| one.capacity).collect();
    let abouts: Vec<String> = people.iter().map(|one| one.about.clone()).collect();
    sqlx::query!(
        r"
        with enrolled as (
            insert into enrolments (programme_id, person_id, part, capacity, about, enrolled_at)
            select $1, people.id, typed.part, typed.capacity, typed.about, $6
            from unnest($2::text[], $3::text[], $4::smallint[], $5::text[])
                as typed (email, part, capacity, about)
            join people on people.email = typed.email
            returning person_id, part
        )
        insert into audit_events (at, act, person_id, programme_id)
        select $6, 'enrolled a ' || part, person_id, $1 from enrolled
        ",
        programme.0,
        &emails,
        &parts,
        &capacities as &[Option<i16>],
        &abouts,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

impl Display for Imported {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} is here now, as a draft.", self.name)?;
        if self.enrolled > 0 {
            let enrolled = crate::web::words::count(
                &i64::try_from(self.enrolled).unwrap_or(i64::MAX),
                "place is",
                "places are",
            );
            writeln!(
                f,
                "{enrolled} taken; {} of the people are new here, and have no password yet.",
                self.added
            )?;
        }
        f.write_str("Sign in as an administrator to name its coordinators, and open it.")
    }
}

impl Display for NotImported {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            NotImported::Problems(problems) => {
                f.write_str("Nothing has been imported:")?;
                problems
                    .iter()
                    .try_for_each(|problem| write!(f, "\n  {problem}"))
            }
            NotImported::Database(cause) => write!(f, "The database: {cause}"),
        }
    }
}

impl std::error::Error for NotImported {}

impl From<sqlx::Error> for NotImported {
    fn from(cause: sqlx::Error) -> Self {
        NotImported::Database(cause)
    }
}
