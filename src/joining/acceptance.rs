//! The page behind an invitation's link, and accepting it there: once.

use super::coming::{self, Next};
use super::invitations::Stands;
use super::inviter::as_what;
use super::letters::SomebodyCame;
use crate::error::Result;
use crate::organisation::Organisation;
use crate::pairings::stage::Side;
use crate::people::acting::{self, About, Comer};
use crate::people::browser::Browser;
use crate::people::links::AtLink;
use crate::people::passwords::Password;
use crate::people::{Acting, PersonId, sign_in};
use crate::programmes::{self, ProgrammeId};
use crate::web::form::{self, Form, Problems};
use crate::web::page::{Frame, Page, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use sqlx::PgConnection;

/// An invitation as whoever holds its link may know it.
struct Invitation {
    programme_id: Option<i64>,
    programme: Option<String>,
    purpose: Option<String>,
    part: Option<String>,
    email: String,
    name: String,
    /// Nobody, if they asked for it themselves.
    inviter: Option<String>,
    stands: Stands,
    account: Option<PersonId>,
    /// Their account was closed when they left.
    has_left: bool,
}

/// Who stands before the page.
#[derive(Clone, Copy)]
enum Who {
    New,
    /// Signed in with the account that is invited.
    Invited,
    /// Has an account, and is to sign in first.
    SignedOut,
    /// Signed in with an account that is not.
    SomebodyElse,
    /// May not come any more.
    Left,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct AcceptForm {
    name: String,
    password: String,
}

#[derive(Template)]
#[template(path = "joining/invitation.html")]
struct InvitationPage {
    frame: Frame,
    form: AcceptForm,
    problems: Problems,
    path: String,
    organisation: String,
    invitation: Invitation,
    who: Who,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/invitations/{token}", Entry::Anyone, show)
        .post("/invitations/{token}", Entry::Anyone, accept)
}

async fn show(at: AtLink) -> Result<Response> {
    let form = AcceptForm::default();
    page(&at, form, Problems::default(), StatusCode::OK).await
}

async fn accept(at: AtLink, browser: Browser, Form(form): Form<AcceptForm>) -> Result<Response> {
    let mut comer = at.comer().await?;
    let standing = find(&at, comer.db()).await?;
    let standing = standing.filter(|invitation| invitation.stands == Stands::Waiting);
    let who = standing.as_ref().map(|invitation| invitation.who(&comer));
    match (standing, who, comer) {
        (Some(invitation), Some(Who::Invited), Comer::SignedIn(acting)) => {
            take_part(&at, acting, invitation).await
        }
        (Some(invitation), Some(Who::New), comer) => {
            // Nothing is to be kept waiting while a password is hashed.
            drop(comer);
            come(&at, &browser, form, invitation).await
        }
        (_, _, comer) => {
            drop(comer);
            page(&at, form, Problems::default(), StatusCode::CONFLICT).await
        }
    }
}

async fn find(at: &AtLink, db: &mut PgConnection) -> sqlx::Result<Option<Invitation>> {
    sqlx::query_as!(
        Invitation,
        r#"
        select
            programme_id, programme, purpose, part, email as "email!", full_name as "name!",
            invited_by as inviter, stands as "stands!: Stands", account as "account: PersonId",
            left_since is not null as "has_left!"
        from invitation_behind($1, $2)
        "#,
        &at.hash(),
        at.now,
    )
    .fetch_optional(db)
    .await
}

/// The invitation as it is now, or why it is none any more.
async fn page(
    at: &AtLink,
    form: AcceptForm,
    problems: Problems,
    status: StatusCode,
) -> Result<Response> {
    let mut comer = at.comer().await?;
    let Some(invitation) = find(at, comer.db()).await? else {
        return Ok(at.dead(
            &comer,
            StatusCode::NOT_FOUND,
            (
                "This link leads nowhere",
                "Check that it is all there, as it stands in the letter. If you were sent \
                 another letter since, use the link in that one; if not, ask whoever invited \
                 you for a new one.",
            ),
            ("/", "Go to your home page"),
        ));
    };
    if let Some((title, advice)) = invitation.gone() {
        let instead = match invitation.stands {
            Stands::Accepted => ("/sign-in", "Sign in"),
            Stands::Waiting | Stands::Expired | Stands::Withdrawn => ("/", "Go to your home page"),
        };
        let words = (title, advice.as_str());
        return Ok(at.dead(&comer, StatusCode::GONE, words, instead));
    }
    let form = AcceptForm {
        name: match form.name.is_empty() && problems.is_empty() {
            true => invitation.name.clone(),
            false => form.name,
        },
        password: String::new(),
    };
    Ok(Page(InvitationPage {
        frame: comer.frame(&at.app),
        form,
        problems,
        path: format!("/invitations/{}", at.token),
        organisation: Organisation::read(comer.db()).await?.name,
        who: invitation.who(&comer),
        invitation,
    })
    .with_status(status))
}

/// Somebody with an account accepts.
async fn take_part(at: &AtLink, mut acting: Acting, invitation: Invitation) -> Result<Response> {
    if store(at, &mut acting, None).await?.is_none() {
        drop(acting);
        let (form, problems) = (AcceptForm::default(), Problems::default());
        return page(at, form, problems, StatusCode::CONFLICT).await;
    }
    let name = acting.viewer.name.clone();
    let next = lead_on(at, &mut acting, &name, &invitation).await?;
    let about = match invitation.programme_id {
        Some(id) => About::PersonIn(acting.viewer.id, ProgrammeId(id)),
        None => About::Oneself,
    };
    acting.commit("accepted an invitation", about).await?;
    let banner = acting::banner(&at.app, &next.welcome);
    Ok((CookieJar::new().add(banner), see(&next.path)).into_response())
}

/// Somebody new accepts: they get an account and are signed in.
async fn come(
    at: &AtLink,
    browser: &Browser,
    form: AcceptForm,
    invitation: Invitation,
) -> Result<Response> {
    let mut problems = Problems::default();
    let name = problems.keep("name", form::line(&form.name, 100, "Enter your full name"));
    let password = Password::choose(&form.password, &form.name, &invitation.email);
    let password = problems.keep("password", password);
    let (Some(name), Some(password)) = (name, password) else {
        let refused = StatusCode::UNPROCESSABLE_ENTITY;
        return page(at, form, problems, refused).await;
    };
    let hash = password.hash().await;
    let mut db = at.app.db.begin().await?;
    let Some(person) = store(at, &mut db, Some((&name, &hash))).await? else {
        // Somebody was faster, or it was withdrawn.
        drop(db);
        return page(at, form, problems, StatusCode::CONFLICT).await;
    };
    let cookies = sign_in::enter(&at.app, &mut db, browser, person, at.now).await?;
    let next = lead_on(at, &mut db, &name, &invitation).await?;
    db.commit().await?;
    let banner = acting::banner(&at.app, &next.welcome);
    Ok((cookies.add(banner), see(&next.path)).into_response())
}

/// With the name and the password's hash of somebody new.
async fn store(
    at: &AtLink,
    db: &mut PgConnection,
    new: Option<(&str, &str)>,
) -> sqlx::Result<Option<PersonId>> {
    let person = sqlx::query_scalar!(
        "select accept_invitation($1, $2, $3, $4)",
        &at.hash(),
        new.map(|(name, _)| name),
        new.map(|(_, hash)| hash),
        at.now,
    )
    .fetch_one(db)
    .await?;
    Ok(person.map(PersonId))
}

/// Whoever was invited takes part. Whoever asked to goes on to their application; where there is
/// none, they are told of to those who decide.
async fn lead_on(
    at: &AtLink,
    db: &mut PgConnection,
    name: &str,
    invitation: &Invitation,
) -> sqlx::Result<Next> {
    let welcome = match (&invitation.programme, invitation.side()) {
        (Some(programme), Some(side)) => {
            format!("Welcome. You take part in {programme} {}.", as_what(side))
        }
        _ => "Welcome. Your account is ready.".to_owned(),
    };
    let (None, Some(programme), Some(side)) = (
        &invitation.inviter,
        invitation.programme(),
        invitation.side(),
    ) else {
        let path = "/".to_owned();
        return Ok(Next { path, welcome });
    };
    let came = SomebodyCame {
        name,
        email: &invitation.email,
        programme,
        side,
    };
    coming::lead_on(&came, db, &at.app, at.now).await
}

impl Invitation {
    fn side(&self) -> Option<Side> {
        self.part.as_deref().and_then(programmes::side)
    }

    /// "as a mentor"
    fn as_what(&self) -> Option<&'static str> {
        self.side().map(as_what)
    }

    fn programme(&self) -> Option<(i64, &str)> {
        self.programme_id.zip(self.programme.as_deref())
    }

    fn who(&self, comer: &Comer) -> Who {
        match (self.account, comer.viewer()) {
            _ if self.has_left => Who::Left,
            (account, Some(viewer)) if account == Some(viewer.id) => Who::Invited,
            (_, Some(_)) => Who::SomebodyElse,
            (Some(_), None) => Who::SignedOut,
            (None, None) => Who::New,
        }
    }

    /// Why it can no longer be accepted.
    fn gone(&self) -> Option<(&'static str, String)> {
        let ask = match &self.inviter {
            Some(inviter) => {
                format!("If you would still like to come, ask {inviter} to send it again.")
            }
            None => "If you would still like to come, ask for another letter where you asked for \
                     this one."
                .to_owned(),
        };
        match self.stands {
            Stands::Waiting => None,
            Stands::Accepted => Some((
                "This invitation has been accepted",
                "Its link worked once, and you need it no more: sign in with your email address \
                 and your password. If it was not you who accepted it, tell whoever invited you."
                    .to_owned(),
            )),
            Stands::Expired => Some((
                "This invitation has run out",
                format!("Its link worked for a while only. {ask}"),
            )),
            Stands::Withdrawn => Some((
                "This invitation was withdrawn",
                match &self.inviter {
                    Some(inviter) => format!("If that surprises you, ask {inviter}."),
                    None => "If that surprises you, ask the coordinators of the programme.".into(),
                },
            )),
        }
    }

    fn title(&self) -> String {
        match (&self.programme, &self.inviter) {
            (Some(programme), Some(_)) => format!("You are invited to {programme}"),
            (Some(programme), None) => format!("Take part in {programme}"),
            (None, _) => "You are invited to Waymark".into(),
        }
    }
}
