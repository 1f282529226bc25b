//! The page behind a programme's enrolment link. A stranger asks there for a letter; somebody
//! signed in asks at once.

use super::coming::{self, Next};
use super::letters::{InvitationLetter, LASTS, SomebodyCame};
use crate::applications::place_to_apply;
use crate::error::Result;
use crate::organisation::Organisation;
use crate::pairings::stage::Side;
use crate::people::acting::{self, About, Comer, hash};
use crate::people::browser::Browser;
use crate::people::links::{AtLink, in_equal_time};
use crate::people::{Acting, PersonId, attempts, random_token, sign_in};
use crate::programme_letters::{Kind, OwnWords};
use crate::programmes::{ProgrammeId, part, side};
use crate::web::form::{Form, Problems};
use crate::web::page::{Frame, Page, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use sqlx::PgConnection;

struct Opened {
    id: i64,
    name: String,
    purpose: String,
}

#[derive(Deserialize)]
#[serde(default)]
struct JoinForm {
    email: String,
    part: String,
}

impl Default for JoinForm {
    fn default() -> Self {
        JoinForm {
            email: String::new(),
            part: part(Side::Mentee).into(),
        }
    }
}

#[derive(Template)]
#[template(path = "joining/join.html")]
struct JoinPage {
    frame: Frame,
    form: JoinForm,
    problems: Problems,
    path: String,
    programme: Opened,
    organisation: String,
}

/// The same whatever becomes of the letter.
#[derive(Template)]
#[template(path = "joining/asked.html")]
struct AskedPage {
    frame: Frame,
    email: String,
    path: String,
    letters_leave: bool,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/join/{token}", Entry::Anyone, show)
        .post("/join/{token}", Entry::Anyone, ask)
}

async fn show(at: AtLink) -> Result<Response> {
    page(&at, JoinForm::default(), Problems::default()).await
}

async fn page(at: &AtLink, form: JoinForm, problems: Problems) -> Result<Response> {
    let mut comer = at.comer().await?;
    let Some(programme) = opened(at, comer.db()).await? else {
        return Ok(at.dead(
            &comer,
            StatusCode::NOT_FOUND,
            (
                "This programme is not open by this link",
                "The link may have been renewed or closed. Ask whoever coordinates the programme \
                 for the one that works now.",
            ),
            ("/", "Go to your home page"),
        ));
    };
    let organisation = Organisation::read(comer.db()).await?.name;
    let refused = !problems.is_empty();
    let page = Page(JoinPage {
        frame: comer.frame(&at.app),
        form,
        problems,
        path: path(at),
        programme,
        organisation,
    });
    Ok(match refused {
        true => page.refused(),
        false => page.into_response(),
    })
}

fn path(at: &AtLink) -> String {
    format!("/join/{}", at.token)
}

async fn opened(at: &AtLink, db: &mut PgConnection) -> sqlx::Result<Option<Opened>> {
    sqlx::query_as!(
        Opened,
        r#"select id as "id!", name as "name!", purpose as "purpose!" from programme_behind($1)"#,
        at.token,
    )
    .fetch_optional(db)
    .await
}

async fn ask(at: AtLink, browser: Browser, Form(form): Form<JoinForm>) -> Result<Response> {
    let mut comer = at.comer().await?;
    let programme = opened(&at, comer.db()).await?;
    let mut problems = Problems::default();
    let side = side(&form.part).ok_or("Choose how you would like to take part");
    let side = problems.keep("part", side);
    match (comer, programme, side) {
        (Comer::SignedIn(acting), Some(programme), Some(side)) => {
            ask_as_oneself(&at, acting, programme, side).await
        }
        (Comer::Stranger(db), Some(programme), side) => {
            drop(db);
            let email = problems.keep("email", sign_in::read_email(&form.email));
            match (email, side) {
                (Some(email), Some(side)) => {
                    in_equal_time(ask_for_a_letter(&at, &browser, email, (programme.id, side)))
                        .await
                }
                _ => page(&at, form, problems).await,
            }
        }
        (comer, ..) => {
            drop(comer);
            page(&at, form, problems).await
        }
    }
}

/// A letter is written if the organisation owns the address. The answer does not tell.
async fn ask_for_a_letter(
    at: &AtLink,
    browser: &Browser,
    email: String,
    place: (i64, Side),
) -> Result<Response> {
    attempts::count_letter(&at.app.db, &email, browser, at.now).await?;
    let (token, (programme, side)) = (random_token(), place);
    let mut db = at.app.db.begin().await?;
    let words = OwnWords::of(&mut db, ProgrammeId(programme)).await?;
    let asked = sqlx::query!(
        r#"select programme as "programme!", account as "account: PersonId"
           from ask_by_link($1, $2, $3, $4, $5, $6)"#,
        at.token,
        email,
        part(side),
        &hash(&token),
        at.now,
        at.now + LASTS,
    )
    .fetch_optional(&mut *db)
    .await?;
    if let Some(asked) = asked {
        let letter = InvitationLetter {
            email: email.clone(),
            account: asked.account,
            inviter: None,
            programme: Some((&asked.programme, side)),
            words: words.get(Kind::EnrolmentLink),
            token: &token,
        };
        letter.write(&mut db, &at.app, at.now).await?;
    }
    let letters_leave = sqlx::query_scalar!(r#"select letters_leave() as "leave!""#)
        .fetch_one(&mut *db)
        .await?;
    db.commit().await?;
    Ok(Page(AskedPage {
        frame: Frame {
            demo: at.app.demo,
            ..Frame::default()
        },
        email,
        path: path(at),
        letters_leave,
    })
    .into_response())
}

async fn ask_as_oneself(
    at: &AtLink,
    mut acting: Acting,
    programme: Opened,
    side: Side,
) -> Result<Response> {
    let asked = sqlx::query_scalar!(
        r#"select ask_as_oneself($1, $2, $3, $4) as "asked!""#,
        at.token,
        part(side),
        &hash(&random_token()),
        at.now,
    )
    .fetch_one(&mut *acting)
    .await?;
    let (id, name) = (ProgrammeId(programme.id), &programme.name);
    let next = if asked {
        let viewer = acting.viewer.clone();
        let email = sqlx::query_scalar!("select email from people where id = $1", viewer.id.0)
            .fetch_one(&mut *acting)
            .await?;
        let came = SomebodyCame {
            name: &viewer.name,
            email: &email,
            programme: (programme.id, name),
            side,
        };
        let next = coming::lead_on(&came, &mut acting, &at.app, at.now).await?;
        let about = About::PersonIn(viewer.id, id);
        acting.commit("asked to take part", about).await?;
        next
    } else {
        let place = place_to_apply(&mut acting, id, side, at.now).await?;
        Next {
            path: place.unwrap_or_else(|| "/".into()),
            welcome: format!("You take part in {name} already, or have asked to before."),
        }
    };
    let banner = acting::banner(&at.app, &next.welcome);
    Ok((CookieJar::new().add(banner), see(&next.path)).into_response())
}
