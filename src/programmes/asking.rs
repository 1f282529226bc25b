//! A mentee looks for a mentor and asks, in programmes where mentees may. The mentor answers it like
//! any other offer, and is the only one who learns of it beside the coordinators.

use super::access::{Programme, find, key_in_path};
use super::{ProgrammeId, access};
use crate::App;
use crate::applications::queries::{Said, said_by};
use crate::error::{Error, Result};
use crate::mail::Letter;
use crate::pairings::PairingId;
use crate::pairings::stage::Side;
use crate::people::acting::About;
use crate::people::{Acting, PersonId, search};
use crate::web::form::Form;
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use crate::web::words;
use askama::Template;
use axum::RequestPartsExt;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

const A_PAGE: u16 = 30;

/// A mentee without a mentor, in a programme where mentees ask. For everybody else there is nothing
/// here.
struct Looks {
    acting: Acting,
    programme: Programme,
}

impl FromRequestParts<App> for Looks {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let mut acting: Acting = parts.extract_with_state(app).await?;
        let id = ProgrammeId(key_in_path(parts, "programme").await?);
        if !may_look(&mut acting, id).await? {
            return Err(Error::NotFound);
        }
        let programme = find(&mut acting, id).await?;
        Ok(Looks { acting, programme })
    }
}

/// Whether the viewer may look for a mentor in a programme.
pub async fn may_look(acting: &mut Acting, programme: ProgrammeId) -> sqlx::Result<bool> {
    let now = acting.now;
    sqlx::query_scalar!(
        r#"select looks_for_a_mentor($1, $2) as "looks!""#,
        programme.0,
        now,
    )
    .fetch_one(&mut **acting)
    .await
}

/// Whom in which programme, whether or not there is anything to look for any more.
struct Asked {
    programme: ProgrammeId,
    mentor: PersonId,
}

impl FromRequestParts<App> for Asked {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        Ok(Asked {
            programme: ProgrammeId(key_in_path(parts, "programme").await?),
            mentor: PersonId(key_in_path(parts, "person").await?),
        })
    }
}

/// A mentor as everybody in the programme may know them.
struct Mentor {
    id: PersonId,
    name: String,
    job_title: String,
    department: String,
    location: String,
    about: String,
}

#[derive(Template)]
#[template(path = "programmes/mentors.html")]
struct MentorsPage {
    frame: Frame,
    programme: Programme,
    mentors: Vec<Mentor>,
    filter: Filter,
    page: i64,
    more: bool,
}

#[derive(Template)]
#[template(path = "programmes/mentor.html")]
struct MentorPage {
    frame: Frame,
    programme: Programme,
    mentor: Mentor,
    said: Vec<Said>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Filter {
    q: String,
    page: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/programmes/{programme}/mentors", Entry::SignedIn, list)
        .get(
            "/programmes/{programme}/mentors/{person}",
            Entry::SignedIn,
            show,
        )
        .post(
            "/programmes/{programme}/mentors/{person}",
            Entry::SignedIn,
            ask,
        )
}

async fn list(mut looks: Looks, Form(filter): Form<Filter>) -> Result<Response> {
    let asked: i64 = filter.page.parse().unwrap_or(1).clamp(1, 100_000);
    let found = mentors(&mut looks, None, &filter.q, (asked - 1) * i64::from(A_PAGE)).await?;
    Ok(Page(MentorsPage {
        frame: looks.acting.frame.clone(),
        programme: looks.programme,
        more: found.len() > usize::from(A_PAGE),
        mentors: found.into_iter().take(usize::from(A_PAGE)).collect(),
        filter,
        page: asked,
    })
    .into_response())
}

/// One more than a page holds, if there are more.
async fn mentors(
    looks: &mut Looks,
    one: Option<PersonId>,
    q: &str,
    skip: i64,
) -> sqlx::Result<Vec<Mentor>> {
    let now = looks.acting.now;
    sqlx::query_as!(
        Mentor,
        r#"
        select
            person_id as "id!: PersonId", full_name as "name!", job_title as "job_title!",
            department as "department!", location as "location!", about as "about!"
        from mentors_to_ask($1, $2) mentors
        where ($3::bigint is null or person_id = $3)
            and not exists (
                select from unnest($4::text[]) word
                where concat_ws(' ', full_name, job_title, department, location, about) not ilike word
                    and not exists (
                        select from answers_in_words answers
                        where answers.programme_id = $1 and answers.part = 'mentor'
                            and answers.person_id = mentors.person_id and said ilike word
                    )
            )
        order by full_name, person_id
        limit $5::bigint + 1 offset $6::bigint
        "#,
        looks.programme.id.0,
        now,
        one.map(|one| one.0),
        &search::patterns(q),
        i64::from(A_PAGE),
        skip,
    )
    .fetch_all(&mut *looks.acting)
    .await
}

async fn show(mut looks: Looks, Asked { mentor, .. }: Asked) -> Result<Response> {
    let mentor = mentors(&mut looks, Some(mentor), "", 0).await?.pop();
    let mentor = mentor.ok_or(Error::NotFound)?;
    let programme = looks.programme.id;
    let said = said_by(&mut looks.acting, programme, mentor.id, Side::Mentor).await?;
    Ok(Page(MentorPage {
        frame: looks.acting.frame.clone(),
        programme: looks.programme,
        mentor,
        said,
    })
    .into_response())
}

async fn ask(State(app): State<App>, mut acting: Acting, asked: Asked) -> Result<Response> {
    let Asked { programme, mentor } = asked;
    let (now, viewer) = (acting.now, acting.viewer.clone());
    let pairing = sqlx::query_scalar!(
        r#"select ask_mentor($1, $2, $3) as "pairing: PairingId""#,
        programme.0,
        mentor.0,
        now,
    )
    .fetch_one(&mut *acting)
    .await
    .map_err(access::changed_meanwhile)?;
    let Some(pairing) = pairing else {
        return asked_already(&mut acting, programme, mentor).await;
    };
    let path = format!("/pairings/{}", pairing.0);
    let who = sqlx::query!(
        r#"select email, full_name, name as "programme!"
           from people, programmes where people.id = $1 and programmes.id = $2"#,
        mentor.0,
        programme.0,
    )
    .fetch_one(&mut *acting)
    .await?;
    let letter = Letter {
        recipient: who.email,
        person: Some(mentor),
        subject: format!("{} asks you to be their mentor", viewer.name),
        body: format!(
            "{} asks you to be their mentor in {}.\n\nRead what they seek, and say whether you \
             would like it:\n\n{}\n\nYou are free to decline without a reason. Waymark wrote this, \
             because you are a mentor in {}.\n",
            viewer.name,
            who.programme,
            app.base_url.join(&path),
            who.programme,
        ),
    };
    letter.write(&mut acting, &app, now).await?;
    acting
        .commit("asked for a mentor", About::Pairing(pairing))
        .await?;
    Ok(done(
        &path,
        &format!("{} is asked. You hear here what they say.", who.full_name),
    ))
}

/// Pressed twice, it leads to the offer there is.
async fn asked_already(
    acting: &mut Acting,
    programme: ProgrammeId,
    mentor: PersonId,
) -> Result<Response> {
    let open = sqlx::query_scalar!(
        "select id from pairings
         where programme_id = $1 and mentee_id = $2 and closed_on is null and offered_on is not null
            and mentor_id = $3",
        programme.0,
        acting.viewer.id.0,
        mentor.0,
    )
    .fetch_optional(&mut **acting)
    .await?;
    if let Some(pairing) = open {
        return Ok(see(&format!("/pairings/{pairing}")));
    }
    if !may_look(acting, programme).await? {
        return Err(Error::NotFound);
    }
    Err(Error::conflict(
        "This mentor has no free place any more. Nothing has changed by this press: look for \
         another one.",
    ))
}

impl Mentor {
    /// "Buyer, Purchasing, Leeds"
    fn place(&self) -> String {
        words::listed(&[&self.job_title, &self.department, &self.location])
    }
}

impl MentorsPage {
    fn page_of(&self, page: &i64) -> String {
        let q: String = form_urlencoded::byte_serialize(self.filter.q.as_bytes()).collect();
        format!("{}/mentors?q={q}&page={page}", self.programme.path())
    }
}
