//! Where one's own application stands, and what can be done about it.

use super::access::Applies;
use super::form::Row;
use super::queries::Enquiry;
use super::stage::{Name, Stage};
use super::write::{self, Profile};
use super::{Application, letters, queries};
use crate::App;
use crate::error::{Error, Result};
use crate::pairings::stage::Side;
use crate::programme_settings::settings::WhoAsks;
use crate::programmes::access::Programme;
use crate::programmes::part;
use crate::web::form::{self, Form, Problems};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use time::Date;

#[derive(Template)]
#[template(path = "applications/own.html")]
struct OwnPage {
    frame: Frame,
    problems: Problems,
    programme: Programme,
    side: Side,
    path: String,
    application: Application,
    /// Of the last step, in the programme's time zone.
    since: Option<Date>,
    profile: Profile,
    rows: Vec<Row>,
    enquiries: Vec<Enquiry>,
    reply: String,
    open: bool,
    paired: bool,
    changeable: bool,
}

#[derive(Template)]
#[template(path = "applications/withdrawal.html")]
struct WithdrawalPage {
    frame: Frame,
    programme: Programme,
    path: String,
    draft: bool,
    enrolled: bool,
    paired: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ReplyForm {
    reply: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(
            "/programmes/{programme}/application/{part}",
            Entry::SignedIn,
            show,
        )
        .post(
            "/programmes/{programme}/application/{part}/reply",
            Entry::SignedIn,
            reply,
        )
        .get(
            "/programmes/{programme}/application/{part}/withdrawal",
            Entry::SignedIn,
            ask_to_withdraw,
        )
        .post(
            "/programmes/{programme}/application/{part}/withdrawal",
            Entry::SignedIn,
            withdraw,
        )
        .post(
            "/programmes/{programme}/application/{part}/beginning",
            Entry::SignedIn,
            begin_again,
        )
}

async fn show(applies: Applies) -> Result<Response> {
    if applies.is_draft() {
        return write::edit(applies).await;
    }
    let page = page(applies, String::new(), Problems::default()).await?;
    Ok(Page(page).into_response())
}

async fn page(mut applies: Applies, reply: String, problems: Problems) -> Result<OwnPage> {
    let (form, _) = write::stored(&mut applies).await?;
    let application = applies.application.clone().ok_or(Error::NotFound)?;
    let enquiries = queries::enquiries(&mut applies.acting, application.id).await?;
    Ok(OwnPage {
        frame: applies.frame(),
        problems,
        since: since(&mut applies, &application).await?,
        profile: Profile::of(&mut applies).await?,
        path: applies.path(),
        side: applies.side,
        application,
        rows: form.rows(),
        enquiries,
        reply,
        open: applies.open,
        paired: applies.paired,
        changeable: applies.changeable(),
        programme: applies.programme,
    })
}

async fn since(applies: &mut Applies, application: &Application) -> sqlx::Result<Option<Date>> {
    let at = match application.stage {
        Stage::Draft => None,
        Stage::Sent(sent) => Some(sent.at),
        Stage::Asked(asked) => Some(asked.at),
        Stage::WaitListed(listed) => Some(listed.at),
        Stage::Approved(approved) => Some(approved.at),
        Stage::Declined(declined) => Some(declined.at),
        Stage::Withdrawn(withdrawn) => Some(withdrawn.at),
    };
    sqlx::query_scalar!(
        "select ($1::timestamptz at time zone $2)::date",
        at,
        applies.programme.time_zone,
    )
    .fetch_one(&mut *applies.acting)
    .await
}

async fn reply(
    State(app): State<App>,
    mut applies: Applies,
    Form(form): Form<ReplyForm>,
) -> Result<Response> {
    let path = applies.path();
    let Some(Application { id, stage, .. }) = applies.application else {
        return Err(Error::NotFound);
    };
    let Some(sent) = stage.reply() else {
        return Err(Error::conflict(
            "No question waits for you here any more. Nothing has changed by this press.",
        ));
    };
    let reply = match form::prose(&form.reply, 4000, "Write your answer") {
        Ok(reply) => reply,
        Err(problem) => {
            let problems = Problems::one("reply", problem);
            return Ok(Page(page(applies, form.reply, problems).await?).refused());
        }
    };
    let now = applies.acting.now;
    sqlx::query!(
        "update enquiries set reply = $2, replied_at = $3
         where id = (
            select max(id) from enquiries where application_id = $1 and replied_at is null
         )",
        id,
        reply,
        now,
    )
    .execute(&mut *applies.acting)
    .await?;
    queries::store_stage(&mut applies.acting, id, sent, "").await?;
    let happened = "has answered your question about their application for";
    letters::write_to_coordinators(&mut applies, &app, id, happened).await?;
    applies
        .commit("answered a question about their application")
        .await?;
    Ok(done(&path, "Your answer is sent to the coordinators."))
}

async fn ask_to_withdraw(applies: Applies) -> Result<Response> {
    let stage = applies.application.as_ref().map(|one| one.stage);
    if stage
        .and_then(|stage| stage.withdraw(applies.acting.now))
        .is_none()
    {
        return Ok(see(&applies.path()));
    }
    Ok(Page(WithdrawalPage {
        frame: applies.frame(),
        path: applies.path(),
        draft: applies.is_draft(),
        enrolled: applies.enrolled && !applies.is_draft(),
        paired: applies.paired && !applies.is_draft(),
        programme: applies.programme,
    })
    .into_response())
}

async fn withdraw(mut applies: Applies) -> Result<Response> {
    let path = applies.path();
    let Some(Application { id, stage, .. }) = applies.application else {
        return Ok(see(&path));
    };
    let now = applies.acting.now;
    let Some(withdrawn) = stage.withdraw(now) else {
        return Ok(see(&path));
    };
    if stage.name() == Name::Approved && !leave(&mut applies).await? {
        return Err(Error::conflict(
            "You have an offer or a pairing in this programme. Decline the offer or end the \
             pairing first, which you can do at any time and without a reason; then come back \
             here. Nothing has changed by this press.",
        ));
    }
    queries::store_stage(&mut applies.acting, id, withdrawn, "").await?;
    applies.commit("withdrew their application").await?;
    Ok(done(&path, "Your application is withdrawn."))
}

/// False while an offer or a pairing is under way.
async fn leave(applies: &mut Applies) -> sqlx::Result<bool> {
    let now = applies.acting.now;
    sqlx::query_scalar!(
        r#"select leave_programme($1, $2, $3) as "left!""#,
        applies.programme.id.0,
        part(applies.side),
        now,
    )
    .fetch_one(&mut *applies.acting)
    .await
}

async fn begin_again(mut applies: Applies) -> Result<Response> {
    let path = applies.path();
    let Some(Application { id, stage, .. }) = applies.application else {
        return Ok(see(&path));
    };
    let Some(draft) = stage.begin_again() else {
        return Ok(see(&path));
    };
    if !applies.open && !applies.enrolled {
        return Err(Error::conflict(
            "This programme takes no applications now. Nothing has changed by this press.",
        ));
    }
    queries::store_stage(&mut applies.acting, id, draft, "").await?;
    applies.commit("began an application again").await?;
    Ok(done(
        &path,
        "This is your application as it was. Change what you like.",
    ))
}

impl OwnPage {
    /// What it is to somebody who has sent it, and what comes next.
    fn advice(&self) -> &'static str {
        match self.application.stage {
            Stage::Draft | Stage::Sent(_) => {
                "The coordinators have your application. You get a letter once they have decided."
            }
            Stage::Asked(_) => "The coordinators would like to know something first.",
            Stage::WaitListed(_) => {
                "There is no place just now. The coordinators come back to you when there is."
            }
            Stage::Approved(_) if self.paired => {
                "You take part, and you have been matched. What you wrote stays as it is."
            }
            Stage::Approved(_) if self.programme.who_asks == WhoAsks::Mentees => match self.side {
                Side::Mentee => "You take part. Look for a mentor on your home page, and ask one.",
                Side::Mentor => "You take part. Mentees can ask you, and you answer each of them.",
            },
            Stage::Approved(_) => {
                "You take part. The coordinators look for somebody who suits you, and you are \
                 asked before anything is settled."
            }
            Stage::Declined(_) => "The coordinators could not give you a place this time.",
            Stage::Withdrawn(_) => "You have withdrawn it. Nothing is kept going.",
        }
    }

    fn title(&self) -> &'static str {
        match self.application.stage {
            Stage::Draft | Stage::Sent(_) => "Your application is sent",
            Stage::Asked(_) => "A question to you",
            Stage::WaitListed(_) => "You are on the waiting list",
            Stage::Approved(_) => match self.side {
                Side::Mentor => "You are a mentor",
                Side::Mentee => "You are a mentee",
            },
            Stage::Declined(_) => "Not this time",
            Stage::Withdrawn(_) => "Your application is withdrawn",
        }
    }

    fn may_withdraw(&self) -> bool {
        !matches!(
            self.application.stage,
            Stage::Declined(_) | Stage::Withdrawn(_)
        )
    }

    fn over(&self) -> bool {
        !self.may_withdraw()
    }

    fn other_part(&self) -> &'static str {
        match self.side {
            Side::Mentor => "mentee",
            Side::Mentee => "mentor",
        }
    }

    fn other_path(&self) -> String {
        let place = format!("/application/{}", self.other_part());
        self.programme.at(&place)
    }
}
