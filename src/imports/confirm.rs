//! The last step: everything that was shown is done, in one transaction, or nothing is.

use super::access::{ImportId, Imports};
use super::kept;
use super::plan::{Enrol, Pair, Plan, Profile, Whom};
use super::preview;
use crate::error::{Error, Result, broke};
use crate::pairings::stage::Side;
use crate::web::form::Form;
use crate::web::page::{done, see};
use axum::response::Response;
use serde::Deserialize;
use std::time::Duration;
use time::Date;
use tokio::time::sleep;

/// How many pairings one statement makes: each asks the rules, and none may take too long.
const A_STATEMENT: usize = 10_000;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ConfirmForm {
    /// The numbers that were on the page, so that nothing is done unread.
    outcome: String,
}

pub async fn confirm(
    mut imports: Imports,
    id: ImportId,
    Form(form): Form<ConfirmForm>,
) -> Result<Response> {
    let mut import = kept::find(&mut imports, id).await?;
    let path = imports.place().of(&id);
    if import.outcome.is_some() {
        return Ok(see(&path));
    }
    take_turns(&mut imports).await?;
    let Some(look) = preview::look(&mut imports, &mut import).await? else {
        return Ok(see(&format!("{path}/columns")));
    };
    let plan = &look.plan;
    if !plan.faults.is_empty() || plan.outcome.digest() != form.outcome {
        return Ok(preview::again(&imports, import, look));
    }
    carry_out(&mut imports, plan).await?;
    kept::done(&mut imports, id, &plan.outcome).await?;
    imports.commit("imported a file").await?;
    Ok(done(&path, "The file is imported."))
}

pub async fn give_up(mut imports: Imports, id: ImportId) -> Result<Response> {
    kept::find(&mut imports, id).await?;
    let path = imports.place().path();
    kept::give_up(&mut imports, id).await?;
    imports.commit("gave up a file to import").await?;
    Ok(done(
        &path,
        "The file is deleted. Nothing was imported from it.",
    ))
}

/// Two imports at once would wait for each other's people. Whoever has just been refused may be letting
/// go of the turn still.
async fn take_turns(imports: &mut Imports) -> Result<()> {
    for _ in 0..20 {
        let ours = sqlx::query_scalar!(
            r#"select pg_try_advisory_xact_lock(hashtext('waymark imports')) as "ours!""#
        )
        .fetch_one(&mut *imports.acting)
        .await?;
        if ours {
            return Ok(());
        }
        sleep(Duration::from_millis(100)).await;
    }
    Err(Error::conflict(
        "Somebody else’s file is being imported at this moment. Go back and try again in a minute. \
         Nothing has changed.",
    ))
}

async fn carry_out(imports: &mut Imports, plan: &Plan) -> Result<()> {
    hold(imports).await?;
    let new = add(imports, &plan.add).await?;
    change(imports, plan, &new).await?;
    enrol(imports, &plan.enrol, &new).await?;
    change_enrolments(imports, &plan.change_enrolment, &new).await?;
    for some in plan.pair.chunks(A_STATEMENT) {
        pair(imports, some, &new).await?;
    }
    imports.make_room();
    Ok(())
}

/// Nobody else pairs people of the programme meanwhile.
async fn hold(imports: &mut Imports) -> Result<()> {
    if let Some(programme) = imports.programme_id() {
        sqlx::query!(
            "select id from programmes where id = $1 for no key update",
            programme.0,
        )
        .fetch_optional(&mut *imports.acting)
        .await?;
    }
    Ok(())
}

fn key(whom: Whom, new: &[i64]) -> i64 {
    match whom {
        Whom::Here(id) => id.0,
        Whom::New(nth) => new[nth],
    }
}

/// That as many rows were written as were planned.
fn all(written: &sqlx::postgres::PgQueryResult, planned: usize) -> Result<()> {
    match usize::try_from(written.rows_affected()) {
        Ok(rows) if rows == planned => Ok(()),
        _ => Err(moved_on()),
    }
}

fn moved_on() -> Error {
    Error::conflict(
        "Somebody has changed the same people at this moment. Go back, reload the page and look \
         once more. Nothing has been imported yet.",
    )
}

/// Their keys, in order. Taken first, for one of them may be another's line manager.
async fn add(imports: &mut Imports, people: &[Profile]) -> Result<Vec<i64>> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let count = i64::try_from(people.len()).unwrap_or(i64::MAX);
    let keys = sqlx::query_scalar!(
        r#"select nextval('people_id_seq') as "id!" from generate_series(1, $1::bigint)"#,
        count,
    )
    .fetch_all(&mut *imports.acting)
    .await?;
    let (now, of) = (imports.acting.now, Arrays::of(people.iter(), &keys));
    let added = sqlx::query!(
        "insert into people (id, full_name, email, job_title, department, location, time_zone,
             line_manager_id, languages, grade, added_at)
         overriding system value
         select id, full_name, email, job_title, department, location, time_zone, line_manager_id,
             string_to_array(languages, ', '), grade, $9::timestamptz
         from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
             $7::text[], $8::bigint[], $10::text[], $11::smallint[])
             as file (id, full_name, email, job_title, department, location, time_zone,
                 line_manager_id, languages, grade)
         on conflict do nothing",
        &keys,
        &of.names as _,
        &of.emails as _,
        &of.job_titles as _,
        &of.departments as _,
        &of.locations as _,
        &of.time_zones as _,
        &of.line_managers as _,
        now,
        &of.languages as _,
        &of.grades as _,
    )
    .execute(&mut *imports.acting)
    .await?;
    all(&added, people.len())?;
    audit_people(imports, "added a person", &keys).await?;
    Ok(keys)
}

async fn change(imports: &mut Imports, plan: &Plan, new: &[i64]) -> Result<()> {
    if plan.change.is_empty() {
        return Ok(());
    }
    let keys: Vec<i64> = plan.change.iter().map(|(id, _)| id.0).collect();
    let of = Arrays::of(plan.change.iter().map(|(_, profile)| profile), new);
    let changed = sqlx::query!(
        "update people
         set full_name = file.full_name, job_title = file.job_title, department = file.department,
             location = file.location, time_zone = file.time_zone,
             line_manager_id = file.line_manager_id,
             languages = string_to_array(file.languages, ', '), grade = file.grade
         from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
             $7::bigint[], $8::text[], $9::smallint[])
             as file (id, full_name, job_title, department, location, time_zone, line_manager_id,
                 languages, grade)
         where people.id = file.id",
        &keys,
        &of.names as _,
        &of.job_titles as _,
        &of.departments as _,
        &of.locations as _,
        &of.time_zones as _,
        &of.line_managers as _,
        &of.languages as _,
        &of.grades as _,
    )
    .execute(&mut *imports.acting)
    .await?;
    all(&changed, keys.len())?;
    audit_people(imports, "changed the account", &keys).await
}

/// Profiles as columns, so that any number of them is one statement.
struct Arrays<'a> {
    names: Vec<&'a str>,
    emails: Vec<&'a str>,
    job_titles: Vec<&'a str>,
    departments: Vec<&'a str>,
    locations: Vec<&'a str>,
    time_zones: Vec<&'a str>,
    line_managers: Vec<Option<i64>>,
    /// Parted by commas.
    languages: Vec<String>,
    grades: Vec<Option<i16>>,
}

impl<'a> Arrays<'a> {
    fn of(profiles: impl Iterator<Item = &'a Profile> + Clone, new: &[i64]) -> Self {
        let column =
            |of: fn(&Profile) -> &String| profiles.clone().map(|one| of(one).as_str()).collect();
        Arrays {
            names: column(|one| &one.name),
            emails: column(|one| &one.email),
            job_titles: column(|one| &one.job_title),
            departments: column(|one| &one.department),
            locations: column(|one| &one.location),
            time_zones: column(|one| &one.time_zone),
            languages: (profiles.clone())
                .map(|one| one.languages.join(", "))
                .collect(),
            grades: profiles.clone().map(|one| one.grade).collect(),
            line_managers: profiles
                .map(|one| one.line_manager.map(|whom| key(whom, new)))
                .collect(),
        }
    }
}

async fn enrol(imports: &mut Imports, enrolments: &[Enrol], new: &[i64]) -> Result<()> {
    let (Some(programme), false) = (imports.programme_id(), enrolments.is_empty()) else {
        return Ok(());
    };
    let (keys, parts, capacities, abouts) = columns(enrolments, new);
    let (viewer, now) = (imports.acting.viewer.id, imports.acting.now);
    let added = sqlx::query!(
        "insert into enrolments (person_id, part, capacity, about, programme_id, enrolled_by, enrolled_at)
         select *, $5::bigint, $6::bigint, $7::timestamptz
         from unnest($1::bigint[], $2::text[], $3::smallint[], $4::text[])
         on conflict (programme_id, person_id, part) do update
         set capacity = excluded.capacity, about = excluded.about, left_at = null
         where enrolments.left_at is not null",
        &keys,
        &parts as _,
        &capacities as _,
        &abouts as _,
        programme.0,
        viewer.0,
        now,
    )
    .execute(&mut *imports.acting)
    .await?;
    all(&added, enrolments.len())?;
    for (side, act) in [
        (Side::Mentor, "enrolled a mentor"),
        (Side::Mentee, "enrolled a mentee"),
    ] {
        let theirs = enrolments.iter().filter(|one| one.side == side);
        let keys: Vec<i64> = theirs.map(|one| key(one.whom, new)).collect();
        audit_people(imports, act, &keys).await?;
    }
    Ok(())
}

async fn change_enrolments(imports: &mut Imports, enrolments: &[Enrol], new: &[i64]) -> Result<()> {
    let (Some(programme), false) = (imports.programme_id(), enrolments.is_empty()) else {
        return Ok(());
    };
    let (keys, parts, capacities, abouts) = columns(enrolments, new);
    let changed = sqlx::query!(
        "update enrolments set capacity = file.capacity, about = file.about
         from unnest($1::bigint[], $2::text[], $3::smallint[], $4::text[])
             as file (person_id, part, capacity, about)
         where programme_id = $5 and enrolments.person_id = file.person_id
             and enrolments.part = file.part",
        &keys,
        &parts as _,
        &capacities as _,
        &abouts as _,
        programme.0,
    )
    .execute(&mut *imports.acting)
    .await?;
    all(&changed, enrolments.len())?;
    audit_people(imports, "changed an enrolment", &keys).await
}

type Places<'a> = (Vec<i64>, Vec<&'a str>, Vec<Option<i16>>, Vec<&'a str>);

fn columns<'a>(enrolments: &'a [Enrol], new: &[i64]) -> Places<'a> {
    (
        enrolments.iter().map(|one| key(one.whom, new)).collect(),
        enrolments
            .iter()
            .map(|one| crate::programmes::part(one.side))
            .collect(),
        enrolments.iter().map(|one| one.capacity).collect(),
        enrolments.iter().map(|one| one.about.as_str()).collect(),
    )
}

/// They began on the day that the file says, and both have accepted by now: so they stand at
/// their initial meeting, and have as long for it as any two whom we pair today.
async fn pair(imports: &mut Imports, pairings: &[Pair], new: &[i64]) -> Result<()> {
    let (Some(programme), false) = (imports.programme.clone(), pairings.is_empty()) else {
        return Ok(());
    };
    let mentors: Vec<i64> = pairings.iter().map(|pair| key(pair.mentor, new)).collect();
    let mentees: Vec<i64> = pairings.iter().map(|pair| key(pair.mentee, new)).collect();
    let dates: Vec<Date> = pairings.iter().map(|pair| pair.started_on).collect();
    let (viewer, now) = (imports.acting.viewer.id, imports.acting.now);
    let written = sqlx::query!(
        "with paired as (
             insert into pairings (mentor_id, mentee_id, proposed_on, offered_on, programme_id,
                 mentor_accepted_on, mentee_accepted_on)
             select mentor, mentee, started_on, started_on, $4::bigint, $5::date, $5::date
             from unnest($1::bigint[], $2::bigint[], $3::date[]) as file (mentor, mentee, started_on)
             returning id
         )
         insert into audit_events (at, actor_id, act, pairing_id)
         select $6::timestamptz, $7::bigint, 'imported the pairing', id from paired",
        &mentors,
        &mentees,
        &dates,
        programme.id.0,
        programme.today,
        now,
        viewer.0,
    )
    .execute(&mut *imports.acting)
    .await;
    match written {
        Ok(written) => all(&written, pairings.len()),
        Err(cause) if RULES.iter().any(|rule| broke(&cause, rule)) => Err(moved_on()),
        Err(cause) => Err(cause.into()),
    }
}

/// The rules of pairing, which were looked at before; but somebody may have been faster.
const RULES: [&str; 3] = [
    "pairings_not_a_line_manager",
    "pairings_within_capacity",
    "pairings_one_mentor_at_a_time",
];

async fn audit_people(imports: &mut Imports, act: &str, people: &[i64]) -> Result<()> {
    let programme = imports.programme_id().map(|programme| programme.0);
    let (viewer, now) = (imports.acting.viewer.id, imports.acting.now);
    sqlx::query!(
        "insert into audit_events (at, actor_id, act, person_id, programme_id)
         select $1::timestamptz, $2::bigint, $3::text, person, $4::bigint from unnest($5::bigint[]) as person",
        now,
        viewer.0,
        act,
        programme,
        people,
    )
    .execute(&mut *imports.acting)
    .await?;
    Ok(())
}
