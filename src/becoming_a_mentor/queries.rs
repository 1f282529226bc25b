//! The SQL of the path and of the mentor's own page. Row-level security leaves nobody what is another's.

use super::qualities::{self, Quality};
use crate::applications::stage::{Moments, Stage};
use crate::pairings::stage::How;
use crate::people::Acting;
use crate::programmes::ProgrammeId;
use sqlx::PgConnection;
use time::Date;

/// What somebody says of one of the ten.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    pub quality: &'static Quality,
    pub rating: Option<i16>,
    pub example: String,
}

/// A look at all ten, as far as it has come.
#[derive(Clone, Debug)]
pub struct Assessment {
    id: i64,
    saves: i32,
    /// On the viewer's clock.
    pub finished: Option<Date>,
    pub said: Vec<Said>,
}

/// What came of keeping one.
pub enum Kept {
    Done,
    /// It stands there as it was sent.
    Before,
    /// Another page has gone on with it: these are there.
    Otherwise(Vec<Assessment>),
}

/// How somebody stands as a mentor in a programme.
pub struct Standing {
    pub programme: ProgrammeId,
    pub name: String,
    pub application: Option<Stage>,
    /// When the application came to stand there, or since when they take part.
    pub since: Option<Date>,
    pub enrolled: bool,
}

/// What somebody has given as a mentor.
pub struct Given {
    pub sessions: i64,
    pub minutes: i64,
    /// How many pairings go on.
    pub under_way: i64,
    /// How the others ended, and how many did.
    pub over: Vec<(How, i64)>,
}

impl Assessment {
    fn version(&self) -> String {
        format!("{}.{}", self.id, self.saves)
    }

    pub fn of(&self, quality: &Quality) -> Option<&Said> {
        self.said.iter().find(|one| one.quality.key == quality.key)
    }
}

/// Tells a page that another has gone on since it was opened.
pub fn version(all: &[Assessment]) -> String {
    all.last().map(Assessment::version).unwrap_or_default()
}

/// The viewer's own, the earliest first.
pub async fn assessments(acting: &mut Acting) -> sqlx::Result<Vec<Assessment>> {
    let viewer = acting.viewer.clone();
    let rows = sqlx::query!(
        r#"
        select
            id, saves, (finished_at at time zone $2)::date as finished,
            quality as "quality?", rating, example as "example?"
        from self_assessments left join self_ratings on assessment_id = id
        where person_id = $1
        order by id
        "#,
        viewer.id.0,
        viewer.time_zone,
    )
    .fetch_all(&mut **acting)
    .await?;
    let mut all: Vec<Assessment> = Vec::new();
    for row in rows {
        if all.last().is_none_or(|last| last.id != row.id) {
            all.push(Assessment {
                id: row.id,
                saves: row.saves,
                finished: row.finished,
                said: Vec::new(),
            });
        }
        let quality = row.quality.as_deref().and_then(qualities::of);
        if let (Some(last), Some(quality)) = (all.last_mut(), quality) {
            last.said.push(Said {
                quality,
                rating: row.rating,
                example: row.example.unwrap_or_default(),
            });
        }
    }
    for one in &mut all {
        let place = |said: &Said| {
            qualities::TEN
                .iter()
                .position(|q| q.key == said.quality.key)
        };
        one.said.sort_by_key(place);
    }
    Ok(all)
}

/// Goes on with the one under way, or begins one. Whoever opened their page before another was kept
/// changes nothing.
pub async fn keep(
    acting: &mut Acting,
    opened_at: &str,
    said: &[Said],
    finish: bool,
) -> sqlx::Result<Kept> {
    let (viewer, now) = (acting.viewer.id, acting.now);
    let begun = sqlx::query_scalar!(
        "insert into self_assessments (person_id, begun_at) values ($1, $2)
         on conflict (person_id) where finished_at is null do nothing
         returning id",
        viewer.0,
        now,
    )
    .fetch_optional(&mut **acting)
    .await?;
    let under_way = sqlx::query_scalar!(
        "select id from self_assessments where person_id = $1 and finished_at is null for update",
        viewer.0,
    )
    .fetch_optional(&mut **acting)
    .await?;
    let mut all = assessments(acting).await?;
    all.retain(|one| Some(one.id) != begun);
    let stands = |one: &Assessment| one.said == said && one.finished.is_some() == finish;
    if all.last().is_some_and(stands) {
        return Ok(Kept::Before);
    }
    match under_way {
        Some(id) if version(&all) == opened_at => {
            store(acting, id, said, finish).await?;
            Ok(Kept::Done)
        }
        _ => Ok(Kept::Otherwise(all)),
    }
}

async fn store(acting: &mut Acting, id: i64, said: &[Said], finish: bool) -> sqlx::Result<()> {
    let now = acting.now;
    sqlx::query!("delete from self_ratings where assessment_id = $1", id)
        .execute(&mut **acting)
        .await?;
    let keys: Vec<String> = said.iter().map(|one| one.quality.key.to_owned()).collect();
    let ratings: Vec<Option<i16>> = said.iter().map(|one| one.rating).collect();
    let examples: Vec<String> = said.iter().map(|one| one.example.clone()).collect();
    sqlx::query!(
        "insert into self_ratings (assessment_id, quality, rating, example)
         select $1, quality, rating, example
         from unnest($2::text[], $3::smallint[], $4::text[]) said (quality, rating, example)",
        id,
        &keys,
        &ratings as &[Option<i16>],
        &examples,
    )
    .execute(&mut **acting)
    .await?;
    sqlx::query!(
        "update self_assessments set saves = saves + 1, finished_at = $2 where id = $1",
        id,
        finish.then_some(now),
    )
    .execute(&mut **acting)
    .await?;
    Ok(())
}

/// Where the viewer mentors or has asked to, the latest first.
pub async fn standings(acting: &mut Acting) -> sqlx::Result<Vec<Standing>> {
    let viewer = acting.viewer.clone();
    let rows = sqlx::query!(
        r#"
        select
            programmes.id, name, mine.id as "application?", sent_at, asked_at, wait_listed_at,
            approved_at, declined_at, withdrawn_at, enrolled_at as "enrolled_at?",
            (coalesce(
                withdrawn_at, declined_at, approved_at, wait_listed_at, asked_at, sent_at, enrolled_at
            ) at time zone $2)::date as since
        from programmes
        left join applications mine
            on mine.programme_id = programmes.id and mine.person_id = $1 and mine.part = 'mentor'
        left join enrolments
            on enrolments.programme_id = programmes.id and enrolments.person_id = $1
            and enrolments.part = 'mentor' and left_at is null
        where mine.id is not null or enrolled_at is not null
        order by coalesce(sent_at, started_at, enrolled_at) desc, programmes.id
        "#,
        viewer.id.0,
        viewer.time_zone,
    )
    .fetch_all(&mut **acting)
    .await?;
    let standings = rows.into_iter().map(|row| {
        let stage = Stage::from_moments(&Moments {
            sent_at: row.sent_at,
            asked_at: row.asked_at,
            wait_listed_at: row.wait_listed_at,
            approved_at: row.approved_at,
            declined_at: row.declined_at,
            withdrawn_at: row.withdrawn_at,
        });
        Standing {
            programme: row.id,
            name: row.name,
            application: row.application.map(|_| stage),
            since: row.since,
            enrolled: row.enrolled_at.is_some(),
        }
    });
    Ok(standings.collect())
}

pub async fn given(acting: &mut Acting) -> sqlx::Result<Given> {
    let viewer = acting.viewer.id;
    let time = sqlx::query!(
        r#"
        select
            count(*) as "sessions!",
            coalesce(sum(extract(epoch from upper(during) - lower(during)) / 60), 0)::bigint
                as "minutes!"
        from mentoring_sessions join pairings on pairings.id = pairing_id
        where mentor_id = $1 and held_on is not null
        "#,
        viewer.0,
    )
    .fetch_one(&mut **acting)
    .await?;
    let pairings = sqlx::query!(
        r#"
        select closed_how as "how: How", count(*) as "pairings!"
        from pairings
        where mentor_id = $1 and num_nulls(mentor_accepted_on, mentee_accepted_on) = 0
        group by closed_how
        order by count(*) desc, closed_how
        "#,
        viewer.0,
    )
    .fetch_all(&mut **acting)
    .await?;
    let under_way = pairings.iter().filter(|row| row.how.is_none());
    Ok(Given {
        sessions: time.sessions,
        minutes: time.minutes,
        under_way: under_way.map(|row| row.pairings).sum(),
        over: pairings
            .iter()
            .filter_map(|row| Some((row.how?, row.pairings)))
            .collect(),
    })
}

/// How many of the modules for mentors whoever wrote an application has read, for its coordinators.
pub async fn read_by_applicant(db: &mut PgConnection, application: i64) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"select read_for_mentors($1) as "read!""#, application)
        .fetch_one(db)
        .await
}
