//! A mentee looks for a mentor and asks, in programmes where mentees may. The mentor answers it like
//! any other offer, and is the only one who learns of it beside the coordinators. Whom a mentee is
//! shown first follows from nothing that they may not read.

use super::access::{Programme, find, key_in_path};
use super::wishes::{self, Wish};
use super::{ProgrammeId, access};
use crate::App;
use crate::applications::queries::{Said, said_by};
use crate::error::{Error, Result};
use crate::mail::Letter;
use crate::organisation::Organisation;
use crate::pairings::PairingId;
use crate::pairings::stage::Side;
use crate::people::acting::About;
use crate::people::{Acting, PersonId, search};
use crate::programme_settings::settings::WhoAsks;
use crate::reminders::act::{Direct, make_link};
use crate::reminders::foot;
use crate::web::form::Form;
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use crate::web::{pages, words};
use crate::workbench::{self, Points, Suits};
use askama::Template;
use axum::RequestPartsExt;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::collections::BTreeMap;
use time::Date;

const A_PAGE: usize = 30;

/// How many of those who suit best come first.
const BEST: usize = 5;

/// More mentors than any programme has.
const ALL: i64 = 100_000;

/// A mentee without a mentor, in a programme where mentees ask. For everybody else there is nothing
/// here.
pub struct Looks {
    pub acting: Acting,
    pub programme: Programme,
}

/// The same, or whoever has asked and waits for the answer.
pub enum Looking {
    Still(Looks),
    Waits(Acting, Programme, Request),
}

/// A request that the mentor has not answered.
pub struct Request {
    pairing: PairingId,
    mentor: String,
    answer_by: Date,
}

/// The one who is or may become the viewer's mentor, as far as they know.
struct Known {
    pairing: PairingId,
    mentor_id: PersonId,
    mentor: String,
    answer_by: Date,
    /// The viewer has asked, and the mentor has said nothing yet.
    waits: bool,
}

impl FromRequestParts<App> for Looks {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        match parts.extract_with_state(app).await? {
            Looking::Still(looks) => Ok(looks),
            Looking::Waits(_, programme, _) => Err(Error::AlreadyDone(programme.at("/mentors"))),
        }
    }
}

impl FromRequestParts<App> for Looking {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let mut acting: Acting = parts.extract_with_state(app).await?;
        let id = ProgrammeId(key_in_path(parts, "programme").await?);
        if may_look(&mut acting, id).await? {
            let programme = find(&mut acting, id).await?;
            return Ok(Looking::Still(Looks { acting, programme }));
        }
        let known = known(&mut acting, id).await?.ok_or(Error::NotFound)?;
        let programme = find(&mut acting, id).await?;
        match known.waits {
            true => Ok(Looking::Waits(acting, programme, known.request())),
            false => Err(Error::AlreadyDone(known.path())),
        }
    }
}

impl Known {
    fn path(&self) -> String {
        format!("/pairings/{}", self.pairing)
    }

    fn request(self) -> Request {
        Request {
            pairing: self.pairing,
            mentor: self.mentor,
            answer_by: self.answer_by,
        }
    }
}

impl Request {
    /// Whatever else the viewer has pressed meanwhile, in a window that did not know of it.
    pub fn stands(&self, programme: &Programme) -> Response {
        let words = format!(
            "{} has not answered you yet, and you can ask one mentor at a time. Nothing has changed \
             by this press.",
            self.mentor
        );
        done(&programme.at("/mentors"), &words)
    }
}

async fn known(acting: &mut Acting, programme: ProgrammeId) -> sqlx::Result<Option<Known>> {
    let viewer = acting.viewer.id;
    sqlx::query_as!(
        Known,
        r#"
        select
            pairings.id as "pairing: PairingId", mentor_id as "mentor_id: PersonId",
            full_name as mentor, answer_by as "answer_by!",
            asked_by_mentee and mentor_accepted_on is null as "waits!"
        from pairings
        join programmes on programmes.id = programme_id
        join people on people.id = mentor_id
        where programme_id = $1 and mentee_id = $2 and closed_on is null and offered_on is not null
            and who_asks <> 'coordinators'
        "#,
        programme.0,
        viewer.0,
    )
    .fetch_optional(&mut **acting)
    .await
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
pub struct Mentor {
    pub id: PersonId,
    name: String,
    job_title: String,
    department: String,
    location: String,
    languages: Vec<String>,
    about: String,
}

#[derive(Template)]
#[template(path = "programmes/mentors.html")]
struct MentorsPage {
    frame: Frame,
    programme: Programme,
    /// Those who suit the viewer best, if nothing is searched for.
    best: Vec<(Mentor, Suits)>,
    mentors: Vec<Mentor>,
    wishes: Option<Vec<Wish>>,
    filter: Filter,
    page: usize,
    more: bool,
}

#[derive(Template)]
#[template(path = "programmes/mentor.html")]
struct MentorPage {
    frame: Frame,
    programme: Programme,
    mentor: Mentor,
    suits: Suits,
    wishes: Option<Vec<Wish>>,
    said: Vec<Said>,
}

#[derive(Template)]
#[template(path = "programmes/asked.html")]
struct AskedPage {
    frame: Frame,
    programme: Programme,
    request: Request,
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

async fn list(looking: Looking, Form(filter): Form<Filter>) -> Result<Response> {
    let mut looks = match looking {
        Looking::Still(looks) => looks,
        Looking::Waits(acting, programme, request) => {
            return Ok(Page(AskedPage {
                frame: acting.frame.clone(),
                programme,
                request,
            })
            .into_response());
        }
    };
    let mut mentors = mentors(&mut looks, None, &filter.q).await?;
    let best = match filter.q.trim() {
        "" => best(&mut looks, &mut mentors).await?,
        _ => Vec::new(),
    };
    let wishes = own_wishes(&mut looks).await?;
    let page = pages::asked(&filter.page, pages::how_many(mentors.len(), A_PAGE));
    let (before, skip) = (mentors.len(), (page - 1) * A_PAGE);
    Ok(Page(MentorsPage {
        frame: looks.acting.frame.clone(),
        programme: looks.programme,
        more: before > skip + A_PAGE,
        best: if page == 1 { best } else { Vec::new() },
        mentors: mentors.into_iter().skip(skip).take(A_PAGE).collect(),
        wishes,
        filter,
        page,
    })
    .into_response())
}

/// Takes those who suit the viewer best out of the others.
async fn best(looks: &mut Looks, mentors: &mut Vec<Mentor>) -> sqlx::Result<Vec<(Mentor, Suits)>> {
    let mut suits = suits(looks, mentors).await?;
    let mut by_score: Vec<(PersonId, u16)> = (mentors.iter())
        .filter_map(|one| Some((one.id, suits.get(&one.id.0)?.score?)))
        .filter(|(_, score)| *score > 0)
        .collect();
    // Those of the same score stay in the order of names.
    by_score.sort_by_key(|(_, score)| std::cmp::Reverse(*score));
    by_score.truncate(BEST);
    let taken = by_score.into_iter().filter_map(|(id, _)| {
        let at = mentors.iter().position(|one| one.id == id)?;
        Some((mentors.remove(at), suits.remove(&id.0)?))
    });
    Ok(taken.collect())
}

async fn suits(looks: &mut Looks, mentors: &[Mentor]) -> sqlx::Result<BTreeMap<i64, Suits>> {
    let people = mentors.iter().map(|one| workbench::Person {
        id: one.id.0,
        name: one.name.clone(),
        department: one.department.clone(),
        location: one.location.clone(),
        languages: one.languages.clone(),
        ..workbench::Person::default()
    });
    let people = people.collect();
    workbench::in_asking::of_viewer(&mut looks.acting, looks.programme.id, people).await
}

/// Where coordinators match as well, what they are told of whom the viewer would like.
async fn own_wishes(looks: &mut Looks) -> sqlx::Result<Option<Vec<Wish>>> {
    Ok(match looks.programme.who_asks {
        WhoAsks::Both => Some(wishes::own(&mut looks.acting, looks.programme.id).await?),
        WhoAsks::Coordinators | WhoAsks::Mentees => None,
    })
}

pub async fn mentors(
    looks: &mut Looks,
    one: Option<PersonId>,
    q: &str,
) -> sqlx::Result<Vec<Mentor>> {
    let now = looks.acting.now;
    sqlx::query_as!(
        Mentor,
        r#"
        select
            person_id as "id!: PersonId", mentors.full_name as "name!",
            mentors.job_title as "job_title!", mentors.department as "department!",
            mentors.location as "location!", languages, about as "about!"
        from mentors_to_ask($1, $2) mentors
        join people on people.id = person_id
        where ($3::bigint is null or person_id = $3)
            and not exists (
                select from unnest($4::text[]) word
                where concat_ws(
                    ' ', mentors.full_name, mentors.job_title, mentors.department, mentors.location,
                    about
                ) not ilike word
                    and not exists (
                        select from answers_in_words answers
                        where answers.programme_id = $1 and answers.part = 'mentor'
                            and answers.person_id = mentors.person_id and said ilike word
                    )
            )
        order by mentors.full_name, person_id
        limit $5
        "#,
        looks.programme.id.0,
        now,
        one.map(|one| one.0),
        &search::patterns(q),
        ALL,
    )
    .fetch_all(&mut *looks.acting)
    .await
}

async fn show(mut looks: Looks, Asked { mentor, .. }: Asked) -> Result<Response> {
    let found = mentors(&mut looks, Some(mentor), "").await?;
    let suits = suits(&mut looks, &found).await?.remove(&mentor.0);
    let mentor = found.into_iter().next().ok_or(Error::NotFound)?;
    let wishes = own_wishes(&mut looks).await?;
    let programme = looks.programme.id;
    let said = said_by(&mut looks.acting, programme, mentor.id, Side::Mentor).await?;
    Ok(Page(MentorPage {
        frame: looks.acting.frame.clone(),
        programme: looks.programme,
        mentor,
        suits: suits.unwrap_or_default(),
        wishes,
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
        return not_asked(&mut acting, programme, mentor).await;
    };
    let path = format!("/pairings/{}", pairing.0);
    let who = sqlx::query!(
        r#"select email, full_name, name as "programme!", answer_by as "answer_by!"
           from pairings
           join people on people.id = mentor_id
           join programmes on programmes.id = programme_id
           where pairings.id = $1"#,
        pairing.0,
    )
    .fetch_one(&mut *acting)
    .await?;
    let at = Organisation::read(&mut acting).await?.at();
    let link = make_link(&mut acting, (mentor, pairing), Direct::Offer, now).await?;
    let letter = Letter {
        recipient: who.email,
        person: Some(mentor),
        subject: format!("{} asks you to be their mentor", viewer.name),
        body: format!(
            "{} asks you to be their mentor in {}.\n\nRead what they seek, and say whether you \
             would like it by {}; after that the request lapses:\n\n{}\n\nYou are free to decline \
             without a reason.\n\n{}",
            viewer.name,
            who.programme,
            words::day(&who.answer_by),
            app.base_url.join(&link),
            foot(
                &app.base_url,
                &at,
                &format!("you are a mentor in {}", who.programme)
            ),
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

/// Pressed twice, it leads to the request there is. Why somebody else cannot be asked is theirs to know.
async fn not_asked(
    acting: &mut Acting,
    programme: ProgrammeId,
    mentor: PersonId,
) -> Result<Response> {
    if let Some(known) = known(acting, programme).await? {
        let path = known.path();
        return match known.mentor_id == mentor || !known.waits {
            true => Ok(see(&path)),
            false => {
                let programme = find(acting, programme).await?;
                Ok(known.request().stands(&programme))
            }
        };
    }
    if !may_look(acting, programme).await? {
        return Err(Error::NotFound);
    }
    Err(Error::conflict(
        "This mentor cannot be asked just now. Nothing has changed by this press: look for another \
         one.",
    ))
}

impl Mentor {
    /// "Buyer, Purchasing, Leeds"
    fn place(&self) -> String {
        words::listed(&[&self.job_title, &self.department, &self.location])
    }
}

impl MentorsPage {
    fn page_of(&self, page: &usize) -> String {
        let q: String = form_urlencoded::byte_serialize(self.filter.q.as_bytes()).collect();
        format!("{}/mentors?q={q}&page={page}", self.programme.path())
    }

    /// What speaks for them, most first.
    fn reasons(&self, suits: &Suits) -> Vec<String> {
        let mut given: Vec<&Points> = suits.points.iter().filter(|one| one.points > 0).collect();
        given.sort_by_key(|one| std::cmp::Reverse(one.points));
        given.iter().map(|one| one.said()).collect()
    }

    /// Whether a wish can be added for this mentor.
    fn may_wish(&self, mentor: &Mentor) -> bool {
        let wishes = self.wishes.as_ref();
        wishes.is_some_and(|wishes| wishes::takes(wishes, mentor.id))
    }
}

impl MentorPage {
    /// None where nothing that could be worked out speaks for them.
    fn wish(&self) -> Option<usize> {
        let wishes = self.wishes.as_ref()?;
        wishes.iter().position(|wish| wish.mentor == self.mentor.id)
    }
}
