//! The vocabulary of skills that all programmes here share: names are mended and brought together.

use super::answer;
use crate::App;
use crate::error::{Error, Result, broke};
use crate::people::Acting;
use crate::people::acting::About;
use crate::programmes::access::key_in_path;
use crate::web::form::{Form, Problems};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::RequestPartsExt;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

pub struct Skill {
    pub id: i64,
    pub name: String,
    pub answers: i64,
}

/// A coordinator of any programme, or an administrator. For others the vocabulary is only what
/// they choose from.
pub struct Curates(Acting);

impl FromRequestParts<App> for Curates {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let acting: Acting = parts.extract_with_state(app).await?;
        if acting.viewer.administrator || acting.viewer.coordinator {
            Ok(Curates(acting))
        } else {
            Err(Error::NotFound)
        }
    }
}

struct Named(i64);

impl FromRequestParts<App> for Named {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        key_in_path(parts, "skill").await.map(Named)
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SkillForm {
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct MergeForm {
    into: String,
}

#[derive(Template)]
#[template(path = "questions/skills.html")]
struct SkillsPage {
    frame: Frame,
    problems: Problems,
    form: SkillForm,
    skills: Vec<Skill>,
}

#[derive(Template)]
#[template(path = "questions/skill.html")]
struct SkillPage {
    frame: Frame,
    problems: Problems,
    form: SkillForm,
    skill: Skill,
    others: Vec<Skill>,
    into: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/skills", Entry::SignedIn, list)
        .post("/skills", Entry::SignedIn, add)
        .get("/skills/{skill}", Entry::SignedIn, show)
        .post("/skills/{skill}", Entry::SignedIn, rename)
        .post("/skills/{skill}/merging", Entry::SignedIn, merge)
}

async fn list(Curates(mut acting): Curates) -> Result<Response> {
    let page = list_page(&mut acting, SkillForm::default(), Problems::default()).await?;
    Ok(Page(page).into_response())
}

async fn list_page(acting: &mut Acting, form: SkillForm, problems: Problems) -> Result<SkillsPage> {
    Ok(SkillsPage {
        skills: all(acting).await?,
        frame: acting.frame.clone(),
        problems,
        form,
    })
}

async fn add(Curates(mut acting): Curates, Form(form): Form<SkillForm>) -> Result<Response> {
    let name = match form.read() {
        Ok(name) => name,
        Err(problems) => return Ok(Page(list_page(&mut acting, form, problems).await?).refused()),
    };
    if propose(&mut acting, std::slice::from_ref(&name)).await? == 0 {
        let problems = Problems::one("name", "This skill is in the vocabulary already");
        return Ok(Page(list_page(&mut acting, form, problems).await?).refused());
    }
    acting.commit("added a skill", About::Oneself).await?;
    Ok(done("/skills", &format!("{name} is added.")))
}

async fn show(Curates(mut acting): Curates, Named(id): Named) -> Result<Response> {
    let page = page(&mut acting, id, None, Problems::default()).await?;
    Ok(Page(page).into_response())
}

async fn page(
    acting: &mut Acting,
    id: i64,
    form: Option<SkillForm>,
    problems: Problems,
) -> Result<SkillPage> {
    let (mut skills, others): (Vec<_>, Vec<_>) =
        all(acting).await?.into_iter().partition(|one| one.id == id);
    let skill = skills.pop().ok_or(Error::NotFound)?;
    Ok(SkillPage {
        frame: acting.frame.clone(),
        problems,
        form: form.unwrap_or_else(|| SkillForm {
            name: skill.name.clone(),
        }),
        skill,
        others,
        into: String::new(),
    })
}

async fn rename(
    Curates(mut acting): Curates,
    Named(id): Named,
    Form(form): Form<SkillForm>,
) -> Result<Response> {
    let name = match form.read() {
        Ok(name) => name,
        Err(problems) => {
            return Ok(Page(page(&mut acting, id, Some(form), problems).await?).refused());
        }
    };
    let taken = sqlx::query_scalar!(
        r#"select exists (
            select from skills where lower(name) = lower($2) and id <> $1
        ) as "taken!""#,
        id,
        name,
    )
    .fetch_one(&mut *acting)
    .await?;
    if taken {
        let words = "Another skill has this name: bring the two together instead";
        let problems = Problems::one("name", words);
        return Ok(Page(page(&mut acting, id, Some(form), problems).await?).refused());
    }
    let renamed = sqlx::query!("update skills set name = $2 where id = $1", id, name)
        .execute(&mut *acting)
        .await;
    match renamed {
        Err(cause) if broke(&cause, "skills_name_taken") => {
            return Err(Error::conflict(
                "Another skill has just been given this name. Nothing has changed by this press.",
            ));
        }
        Err(cause) => return Err(cause.into()),
        Ok(done) if done.rows_affected() == 0 => return Err(Error::NotFound),
        Ok(_) => {}
    }
    acting.commit("renamed a skill", About::Oneself).await?;
    Ok(done("/skills", &format!("The skill is called {name} now.")))
}

async fn merge(
    Curates(mut acting): Curates,
    Named(id): Named,
    Form(form): Form<MergeForm>,
) -> Result<Response> {
    let mut page = page(&mut acting, id, None, Problems::default()).await?;
    let chosen = page
        .others
        .iter()
        .find(|one| one.id.to_string() == form.into);
    let Some(kept) = chosen else {
        page.problems = Problems::one("into", "Choose the name that stays");
        page.into = form.into;
        return Ok(Page(page).refused());
    };
    let merged = sqlx::query_scalar!(r#"select merge_skills($1, $2) as "merged!""#, id, kept.id)
        .fetch_one(&mut *acting)
        .await?;
    if !merged {
        return Ok(see("/skills"));
    }
    acting.commit("merged two skills", About::Oneself).await?;
    Ok(done(
        "/skills",
        &format!("{} is {} now, in every answer.", page.skill.name, kept.name),
    ))
}

async fn all(acting: &mut Acting) -> sqlx::Result<Vec<Skill>> {
    sqlx::query_as!(
        Skill,
        r#"select id as "id!", name as "name!", answers as "answers!"
           from skills_in_use() order by lower(name)"#
    )
    .fetch_all(&mut **acting)
    .await
}

/// Adds those that are not there yet; how many were not.
pub async fn propose(acting: &mut Acting, names: &[String]) -> sqlx::Result<u64> {
    let (viewer, now) = (acting.viewer.id, acting.now);
    // In one order, so that two who propose the same never wait for each other.
    let added = sqlx::query!(
        "insert into skills (name, proposed_by, added_at)
         select name, $2, $3 from unnest($1::text[]) as name
         order by lower(name)
         on conflict (lower(name)) do nothing",
        names,
        viewer.0,
        now,
    )
    .execute(&mut **acting)
    .await?;
    Ok(added.rows_affected())
}

/// Names to choose from, as a hint to whoever answers.
pub async fn names(acting: &mut Acting) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!("select name from skills order by lower(name) limit 200")
        .fetch_all(&mut **acting)
        .await
}

impl SkillForm {
    fn read(&self) -> Result<String, Problems> {
        let read = answer::skill(&self.name).and_then(|name| match name.as_str() {
            "" => Err("Enter the name of a skill".into()),
            name if name.contains([',', ';']) => Err("Enter one skill, without commas".into()),
            _ => Ok(name),
        });
        let mut problems = Problems::default();
        problems.keep("name", read).ok_or(problems)
    }
}
