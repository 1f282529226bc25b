//! Who has been invited, who has come and who not; sending an invitation again, or withdrawing it.

use super::enrolment_link::{self, EnrolmentLink};
use super::inviter::{self, Inviter, Named};
use super::letters::{InvitationLetter, LASTS};
use crate::App;
use crate::error::{Error, Result};
use crate::pairings::stage::Side;
use crate::people::acting::hash;
use crate::people::{PersonId, random_token};
use crate::programme_letters::Kind;
use crate::programmes;
use crate::programmes::access::Programme;
use crate::web::form::{Asked, Form};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use time::Date;

const A_PAGE: usize = 50;

/// What has become of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Stands {
    Waiting,
    Accepted,
    Expired,
    Withdrawn,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Filter {
    show: String,
    page: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Again {
    once: String,
}

#[derive(Template)]
#[template(path = "joining/invitations.html")]
struct InvitationsPage {
    frame: Frame,
    programme: Option<Programme>,
    path: String,
    link: Option<EnrolmentLink>,
    letters_leave: bool,
    show: &'static str,
    filters: Vec<(&'static str, &'static str, i64)>,
    invitations: Vec<Invitation>,
    page: usize,
    more: bool,
}

struct Invitation {
    id: i64,
    email: String,
    name: String,
    part: Option<String>,
    inviter: Option<String>,
    stands: Stands,
    sent_on: Date,
    expires_on: Date,
    accepted_on: Option<Date>,
    accepted_by: Option<String>,
    /// For the form that sends it again.
    once: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/programmes/{programme}/invitations", Entry::SignedIn, show)
        .get("/people/invitations", Entry::Administrators, show)
        .post(
            "/programmes/{programme}/invitations/{invitation}/resending",
            Entry::SignedIn,
            send_again,
        )
        .post(
            "/people/invitations/{invitation}/resending",
            Entry::Administrators,
            send_again,
        )
        .post(
            "/programmes/{programme}/invitations/{invitation}/withdrawal",
            Entry::SignedIn,
            withdraw,
        )
        .post(
            "/people/invitations/{invitation}/withdrawal",
            Entry::Administrators,
            withdraw,
        )
}

async fn show(
    State(app): State<App>,
    mut inviter: Inviter,
    Asked(filter): Asked<Filter>,
) -> Result<Response> {
    let filters = counted(&mut inviter).await?;
    let show = filters.iter().find(|(slug, ..)| *slug == filter.show);
    let show = show.map_or("", |(slug, ..)| *slug);
    let page = filter.page.parse().unwrap_or(1).clamp(1, 1000);
    let mut invitations = find(&mut inviter, show, page).await?;
    let more = invitations.len() > A_PAGE;
    invitations.truncate(A_PAGE);
    let link = enrolment_link::of(&mut inviter, &app).await?;
    let letters_leave = sqlx::query_scalar!(r#"select letters_leave() as "leave!""#)
        .fetch_one(&mut *inviter.acting)
        .await?;
    Ok(Page(InvitationsPage {
        frame: inviter.frame(),
        path: inviter.path(),
        programme: inviter.programme,
        link,
        letters_leave,
        show,
        filters,
        invitations,
        page,
        more,
    })
    .into_response())
}

async fn counted(inviter: &mut Inviter) -> sqlx::Result<Vec<(&'static str, &'static str, i64)>> {
    let row = sqlx::query!(
        r#"
        select
            count(*) as "all!",
            count(*) filter (where stands = 'waiting') as "waiting!",
            count(*) filter (where stands = 'accepted') as "accepted!",
            count(*) filter (where stands = 'expired') as "expired!",
            count(*) filter (where stands = 'withdrawn') as "withdrawn!"
        from invitations,
            invitation_stands(accepted_at, withdrawn_at, expires_at, $2) as stands
        where programme_id is not distinct from $1
        "#,
        inviter.programme_id(),
        inviter.acting.now,
    )
    .fetch_one(&mut *inviter.acting)
    .await?;
    Ok(vec![
        ("", "Everybody", row.all),
        ("waiting", "Waiting", row.waiting),
        ("accepted", "Accepted", row.accepted),
        ("expired", "Expired", row.expired),
        ("withdrawn", "Withdrawn", row.withdrawn),
    ])
}

async fn find(inviter: &mut Inviter, show: &str, page: usize) -> sqlx::Result<Vec<Invitation>> {
    let skip = i64::try_from((page - 1) * A_PAGE).unwrap_or(0);
    let zone = inviter.time_zone();
    let rows = sqlx::query!(
        r#"
        select
            invitations.id, invitations.email, invitations.full_name as name, part,
            inviter.full_name as "inviter?", stands as "stands!: Stands",
            (sent_at at time zone $2)::date as "sent_on!",
            (expires_at at time zone $2)::date as "expires_on!",
            (accepted_at at time zone $2)::date as accepted_on,
            accepted.full_name as "accepted_by?"
        from invitations
        left join people inviter on inviter.id = invited_by
        left join people accepted on accepted.id = accepted_by,
            invitation_stands(accepted_at, withdrawn_at, expires_at, $3) as stands
        where programme_id is not distinct from $1 and ($4 = '' or stands = $4)
        order by invitations.id desc
        limit 51 offset $5
        "#,
        inviter.programme_id(),
        zone,
        inviter.acting.now,
        show,
        skip,
    )
    .fetch_all(&mut *inviter.acting)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Invitation {
            id: row.id,
            email: row.email,
            name: row.name,
            part: row.part,
            inviter: row.inviter,
            stands: row.stands,
            sent_on: row.sent_on,
            expires_on: row.expires_on,
            accepted_on: row.accepted_on,
            accepted_by: row.accepted_by,
            once: inviter.acting.once(),
        })
        .collect())
}

/// With another link, so that the one before leads nowhere.
async fn send_again(
    State(app): State<App>,
    Named(id): Named,
    mut inviter: Inviter,
    Form(form): Form<Again>,
) -> Result<Response> {
    let path = inviter.path();
    exists(&mut inviter, id).await?;
    if !inviter.acting.first_time(&form.once).await? {
        return Ok(see(&path));
    }
    let (now, token) = (inviter.acting.now, random_token());
    let sent = sqlx::query!(
        r#"
        update invitations set token_hash = $3, sent_at = $4, expires_at = $5
        where id = $1 and programme_id is not distinct from $2
            and num_nonnulls(accepted_at, withdrawn_at) = 0
        returning email, part, invited_by, person_with_email(email) as "account: PersonId"
        "#,
        id,
        inviter.programme_id(),
        &hash(&token),
        now,
        now + LASTS,
    )
    .fetch_optional(&mut *inviter.acting)
    .await?;
    let Some(sent) = sent else {
        return Err(Error::conflict(
            "This invitation has been accepted or withdrawn by now. No letter was sent.",
        ));
    };
    let name = inviter.acting.viewer.name.clone();
    let side = sent.part.as_deref().and_then(programmes::side);
    let programme = inviter.programme.as_ref().map(|one| one.name.clone());
    let kind = match sent.invited_by {
        Some(_) => Kind::Invitation,
        None => Kind::EnrolmentLink,
    };
    let words = inviter.own_words(kind).await?;
    let letter = InvitationLetter {
        email: sent.email.clone(),
        account: sent.account,
        inviter: sent.invited_by.map(|_| name.as_str()),
        programme: programme.as_deref().zip(side),
        words: &words,
        token: &token,
    };
    letter.write(&mut inviter.acting, &app, now).await?;
    inviter.commit("sent an invitation again").await?;
    let banner = format!(
        "Another letter goes to {}. The link in the one before no longer works.",
        sent.email
    );
    Ok(done(&path, &banner))
}

async fn withdraw(Named(id): Named, mut inviter: Inviter) -> Result<Response> {
    let path = inviter.path();
    let stood = exists(&mut inviter, id).await?;
    let (programme, now) = (inviter.programme_id(), inviter.acting.now);
    let withdrawn = sqlx::query_scalar!(
        "update invitations set withdrawn_at = $3
         where id = $1 and programme_id is not distinct from $2
             and num_nonnulls(accepted_at, withdrawn_at) = 0
         returning email",
        id,
        programme,
        now,
    )
    .fetch_optional(&mut *inviter.acting)
    .await?;
    match withdrawn {
        Some(email) => {
            inviter.commit("withdrew an invitation").await?;
            let banner =
                format!("The invitation to {email} is withdrawn. Its link no longer works.");
            Ok(done(&path, &banner))
        }
        None if stood == Stands::Withdrawn => Ok(see(&path)),
        None => Err(Error::conflict(
            "This invitation has been accepted by now, so there is nothing to withdraw. Remove the \
             person from the programme instead, if you have to.",
        )),
    }
}

/// # Errors
/// `NotFound` for an invitation of others.
async fn exists(inviter: &mut Inviter, id: i64) -> Result<Stands> {
    Ok(sqlx::query_scalar!(
        r#"select invitation_stands(accepted_at, withdrawn_at, expires_at, $3) as "stands!: Stands"
           from invitations where id = $1 and programme_id is not distinct from $2"#,
        id,
        inviter.programme_id(),
        inviter.acting.now,
    )
    .fetch_one(&mut *inviter.acting)
    .await?)
}

impl Invitation {
    fn side(&self) -> Option<Side> {
        self.part.as_deref().and_then(programmes::side)
    }

    /// "Mentor, invited by Cleo Marsh, 1 April 2026; the link works until 15 April 2026"
    fn about(&self) -> String {
        let sent = crate::web::words::short_day(&self.sent_on);
        let sent = match self.stands {
            Stands::Waiting => {
                let until = crate::web::words::short_day(&self.expires_on);
                format!("{sent}; the link works until {until}")
            }
            Stands::Accepted | Stands::Expired | Stands::Withdrawn => sent,
        };
        let how = match &self.inviter {
            Some(inviter) => format!("invited by {inviter}, {sent}"),
            None => format!("asked by the enrolment link, {sent}"),
        };
        match self.side() {
            Some(Side::Mentor) => format!("Mentor, {how}"),
            Some(Side::Mentee) => format!("Mentee, {how}"),
            None => {
                let mut how = how.chars();
                how.next().map_or_else(String::new, |first| {
                    first.to_uppercase().chain(how).collect()
                })
            }
        }
    }

    fn open(&self) -> bool {
        matches!(self.stands, Stands::Waiting | Stands::Expired)
    }

    /// Whoever has come may call themselves otherwise than they were called.
    fn called(&self) -> &str {
        match &self.accepted_by {
            Some(name) => name,
            None if self.name.is_empty() => &self.email,
            None => &self.name,
        }
    }
}

impl InvitationsPage {
    fn page_of(&self, page: &usize) -> String {
        format!("{}?show={}&page={page}", self.path, self.show)
    }

    fn nobody_yet(&self) -> bool {
        self.filters.iter().all(|(.., count)| *count == 0)
    }

    fn new_path(&self) -> String {
        format!("{}/new", inviter::path(self.programme.as_ref()))
    }
}
