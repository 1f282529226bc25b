//! What the database keeps of libraries, and of who has read what.

use super::languages::Language;
use super::modules::{OWN, Own};
use super::text::Text;
use super::{Audience, Module, Stage, Which};
use crate::people::Acting;
use crate::programmes::ProgrammeId;
use sqlx::PgConnection;
use time::OffsetDateTime;

/// Whoever reads: what they have read, in which languages they do, and where they stand.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    pub languages: Vec<String>,
    own: Vec<String>,
    added: Vec<i64>,
    /// The parts that they take.
    parts: Vec<String>,
    /// As what they are at which stage: "mentors sessions".
    stands: Vec<String>,
    pub coordinator: bool,
}

impl Reader {
    /// In this programme alone, or wherever they take part.
    pub async fn of(acting: &mut Acting, programme: Option<ProgrammeId>) -> sqlx::Result<Reader> {
        let viewer = acting.viewer.clone();
        let row = sqlx::query!(
            r#"
            select
                languages,
                array(
                    select slug from library_reads where person_id = people.id and slug is not null
                ) as "own!: Vec<String>",
                array(
                    select module_id from library_reads
                    where person_id = people.id and module_id is not null
                ) as "added!: Vec<i64>",
                array(
                    select part from enrolments
                    where person_id = people.id and left_at is null
                        and ($2::bigint is null or programme_id = $2)
                ) as "parts!: Vec<String>",
                array(
                    select
                        case when mentor_id = people.id then 'mentors ' else 'mentees ' end
                            || case
                                when moving_on_since is not null then 'moving_on'
                                when num_nulls(met_on, agreed_on) = 0 then 'sessions'
                                else 'initial_meeting'
                            end
                    from pairings
                    where people.id in (mentor_id, mentee_id) and offered_on is not null
                        and closed_on is null and ($2::bigint is null or programme_id = $2)
                ) as "stands!: Vec<String>"
            from people
            where id = $1
            "#,
            viewer.id.0,
            programme.map(|programme| programme.0),
        )
        .fetch_one(&mut **acting)
        .await?;
        Ok(Reader {
            languages: row.languages,
            own: row.own,
            added: row.added,
            parts: row.parts,
            stands: row.stands,
            coordinator: viewer.coordinator,
        })
    }

    pub fn takes_part(&self) -> bool {
        !self.parts.is_empty()
    }

    pub fn has_read(&self, which: Which) -> bool {
        match which {
            Which::Own(own) => self.own.iter().any(|slug| slug == own.slug),
            Which::Added(id) => self.added.contains(&id),
        }
    }

    /// Whether they are one of those whom it is for.
    pub fn is_addressed(&self, audience: Audience) -> bool {
        match audience {
            Audience::Everybody => true,
            Audience::Mentors => self.has_part("mentor"),
            Audience::Mentees => self.has_part("mentee"),
            Audience::Coordinators => self.coordinator,
        }
    }

    /// Whether it is for somebody who stands where they do now.
    pub fn needs_now(&self, module: &Module) -> bool {
        if module.audience == Audience::Coordinators {
            return self.coordinator && self.parts.is_empty();
        }
        let stands = |side: &str, stage: Stage| {
            let words = format!("{side} {}", stage.slug());
            self.stands.contains(&words)
        };
        [("mentor", Audience::Mentors), ("mentee", Audience::Mentees)]
            .into_iter()
            .filter(|(part, side)| self.has_part(part) && module.audience.includes(*side))
            .any(
                |(_, side)| match self.stands.iter().any(|one| one.starts_with(side.slug())) {
                    true => stands(side.slug(), module.stage),
                    false => module.stage == Stage::Before,
                },
            )
    }

    fn has_part(&self, part: &str) -> bool {
        self.parts.iter().any(|one| one == part)
    }
}

/// Waymark's own, for those who are in no programme.
pub fn general() -> Vec<Module> {
    OWN.iter().map(Module::untouched).collect()
}

/// A programme's modules in their order, those hidden too.
pub async fn of_programme(
    db: &mut PgConnection,
    programme: ProgrammeId,
) -> sqlx::Result<Vec<Module>> {
    let rows = sqlx::query!(
        r#"
        select
            id, slug, audience as "audience: Audience", stage as "stage: Stage", hidden,
            language as "language?", title as "title?", summary as "summary?", body as "body?"
        from library_modules
        left join library_texts on module_id = id
        where programme_id = $1
        order by position, id, language
        "#,
        programme.0,
    )
    .fetch_all(db)
    .await?;
    let mut modules: Vec<Module> = Vec::new();
    for row in rows {
        if modules.last().is_none_or(|last| last.id != Some(row.id)) {
            let Some(module) = stored(row.id, row.slug.as_deref(), row.audience, row.stage) else {
                continue;
            };
            modules.push(Module {
                hidden: row.hidden,
                ..module
            });
        }
        let language = row.language.as_deref().and_then(Language::tagged);
        let text = row.title.zip(row.summary).zip(row.body);
        if let (Some(last), Some(language), Some(((title, summary), body))) =
            (modules.last_mut(), language, text)
        {
            let text = Text {
                title,
                summary,
                body,
            };
            last.written.push((language, text));
        }
    }
    // Waymark's own that the programme says nothing of: all, where nobody has touched its library.
    let known = |own: &&'static Own| modules.iter().any(|one| one.which == Which::Own(own));
    let others: Vec<Module> = OWN
        .iter()
        .filter(|own| !known(own))
        .map(Module::untouched)
        .collect();
    modules.extend(others);
    Ok(modules)
}

/// None of one that was Waymark's own and is no more.
fn stored(
    id: i64,
    slug: Option<&str>,
    audience: Option<Audience>,
    stage: Option<Stage>,
) -> Option<Module> {
    let module = match slug {
        Some(slug) => Module::untouched(Own::named(slug)?),
        None => Module {
            which: Which::Added(id),
            id: None,
            audience: audience?,
            stage: stage?,
            hidden: false,
            written: Vec::new(),
        },
    };
    Some(Module {
        id: Some(id),
        ..module
    })
}

/// The programmes of the viewer's whose coordinators have made the library their own.
pub async fn with_their_own(acting: &mut Acting) -> sqlx::Result<Vec<(ProgrammeId, String)>> {
    let rows = sqlx::query!(
        "select id, name from programmes
         where archived_at is null
             and (id in (select own_programmes()) or id in (select coordinated_programmes()))
             and exists (select from library_modules where programme_id = programmes.id)
         order by name",
    )
    .fetch_all(&mut **acting)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// So that each module has a place of its own: before the first change, and after a new Waymark has
/// brought more.
pub async fn lay_out(db: &mut PgConnection, programme: ProgrammeId) -> sqlx::Result<()> {
    let slugs: Vec<String> = OWN.iter().map(|own| own.slug.to_owned()).collect();
    sqlx::query!(
        "insert into library_modules (programme_id, slug, position)
         select $1, slug, last + place
         from unnest($2::text[]) with ordinality as own (slug, place),
             (select coalesce(max(position), 0) as last from library_modules where programme_id = $1) there
         on conflict do nothing",
        programme.0,
        &slugs,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// After all others.
pub async fn add(
    db: &mut PgConnection,
    programme: ProgrammeId,
    module: &Module,
) -> sqlx::Result<i64> {
    let own = module.which.own();
    sqlx::query_scalar!(
        "insert into library_modules (programme_id, slug, audience, stage, hidden, position)
         select $1, $2, $3, $4, $5, coalesce(max(position), 0) + 1
         from library_modules where programme_id = $1
         returning id",
        programme.0,
        own.map(|own| own.slug),
        own.is_none().then(|| module.audience.slug()),
        own.is_none().then(|| module.stage.slug()),
        module.hidden,
    )
    .fetch_one(db)
    .await
}

pub async fn write(
    db: &mut PgConnection,
    module: i64,
    (language, text): (Language, &Text),
    now: OffsetDateTime,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into library_texts (module_id, language, title, summary, body, written_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (module_id, language) do update
         set title = excluded.title, summary = excluded.summary, body = excluded.body,
             written_at = excluded.written_at",
        module,
        language.tag,
        text.title,
        text.summary,
        text.body,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// An added module goes with its last text.
pub async fn take_back(
    db: &mut PgConnection,
    module: &Module,
    language: Language,
) -> sqlx::Result<()> {
    let last = module.which.own().is_none() && module.written.len() == 1;
    if last {
        sqlx::query!("delete from library_modules where id = $1", module.id)
            .execute(db)
            .await?;
    } else {
        sqlx::query!(
            "delete from library_texts where module_id = $1 and language = $2",
            module.id,
            language.tag,
        )
        .execute(db)
        .await?;
    }
    Ok(())
}

pub async fn keep_order(db: &mut PgConnection, order: &[i64]) -> sqlx::Result<()> {
    sqlx::query!(
        "update library_modules set position = moved.position
         from unnest($1::bigint[]) with ordinality as moved (id, position)
         where library_modules.id = moved.id",
        order,
    )
    .execute(db)
    .await?;
    Ok(())
}

pub async fn hide(db: &mut PgConnection, module: i64, hidden: bool) -> sqlx::Result<()> {
    sqlx::query!(
        "update library_modules set hidden = $2 where id = $1",
        module,
        hidden,
    )
    .execute(db)
    .await?;
    Ok(())
}

pub async fn place(
    db: &mut PgConnection,
    module: i64,
    (audience, stage): (Audience, Stage),
) -> sqlx::Result<()> {
    sqlx::query!(
        "update library_modules set audience = $2, stage = $3 where id = $1",
        module,
        audience.slug(),
        stage.slug(),
    )
    .execute(db)
    .await?;
    Ok(())
}

pub async fn note_reading(acting: &mut Acting, which: Which, read: bool) -> sqlx::Result<()> {
    let (person, now) = (acting.viewer.id.0, acting.now);
    let (slug, module) = match which {
        Which::Own(own) => (Some(own.slug), None),
        Which::Added(id) => (None, Some(id)),
    };
    if read {
        sqlx::query!(
            "insert into library_reads (person_id, slug, module_id, read_at) values ($1, $2, $3, $4)
             on conflict do nothing",
            person,
            slug,
            module,
            now,
        )
        .execute(&mut **acting)
        .await?;
    } else {
        sqlx::query!(
            "delete from library_reads
             where person_id = $1 and slug is not distinct from $2
                 and module_id is not distinct from $3",
            person,
            slug,
            module,
        )
        .execute(&mut **acting)
        .await?;
    }
    Ok(())
}
