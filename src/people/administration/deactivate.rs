//! Somebody leaves: they no longer come in, and their pairings end without fault. They may come
//! back; what has ended stays so.

use super::Named;
use super::appoint::lock_administrators;
use super::confirm::ConfirmPage;
use crate::App;
use crate::calendars::invitations::{self, By, Happened};
use crate::error::{Error, Result};
use crate::mail::Letter;
use crate::organisation::Organisation;
use crate::people::acting::About;
use crate::people::{Acting, PersonId};
use crate::reminders::foot;
use crate::web::page::{Page, done, see};
use crate::web::routes::{Entry, Routes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;

/// A pairing or an offer that ended with somebody's leaving.
struct Ended {
    pairing: i64,
    programme_id: i64,
    programme: String,
    partner: PersonId,
    partner_name: String,
    partner_email: String,
    /// What the partner is in it.
    part: String,
    was_offered: bool,
    was_live: bool,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(
            "/people/{person}/deactivation",
            Entry::Administrators,
            ask_to_deactivate,
        )
        .post(
            "/people/{person}/deactivation",
            Entry::Administrators,
            deactivate,
        )
        .get(
            "/people/{person}/reactivation",
            Entry::Administrators,
            ask_to_reactivate,
        )
        .post(
            "/people/{person}/reactivation",
            Entry::Administrators,
            reactivate,
        )
}

/// Their name, and whether they have left.
async fn state(acting: &mut Acting, person: PersonId) -> sqlx::Result<(String, bool)> {
    let row = sqlx::query!(
        r#"select full_name, deactivated_at is not null as "has_left!"
           from people where id = $1"#,
        person.0,
    )
    .fetch_one(&mut **acting)
    .await?;
    Ok((row.full_name, row.has_left))
}

async fn ask_to_deactivate(Named(person): Named, mut acting: Acting) -> Result<Response> {
    let (name, has_left) = state(&mut acting, person).await?;
    if has_left || person == acting.viewer.id {
        return Ok(see(&format!("/people/{person}")));
    }
    Ok(Page(ConfirmPage {
        frame: acting.frame.clone(),
        person,
        title: format!("Deactivate the account of {name}?"),
        name,
        advice: "For somebody who leaves. They are signed out everywhere and cannot sign in any \
                 more. Their pairings end without fault and offers to them are withdrawn; their \
                 partners and the coordinators get a letter that gives no reason. They no longer \
                 coordinate or administer anything. What they wrote stays. You can reactivate the \
                 account, but their pairings stay ended.",
        act: "deactivation",
        button: "Deactivate the account",
    })
    .into_response())
}

async fn deactivate(
    State(app): State<App>,
    Named(person): Named,
    mut acting: Acting,
) -> Result<Response> {
    let path = format!("/people/{person}");
    let (name, _) = state(&mut acting, person).await?;
    if person == acting.viewer.id {
        return Err(Error::conflict(
            "Nobody deactivates their own account: another administrator does it for you. Nothing \
             has changed.",
        ));
    }
    // No two of them can deactivate each other at the same moment, so that one always stays.
    if !lock_administrators(&mut acting)
        .await?
        .contains(&acting.viewer.id)
    {
        return Err(Error::NotFound);
    }
    let now = acting.now;
    let (_, had_left) = state(&mut acting, person).await?;
    if had_left {
        return Ok(see(&path));
    }
    let sessions = sqlx::query_scalar!(
        r#"select sessions_that_fall_through($1, $2) as "id!""#,
        person.0,
        now,
    )
    .fetch_all(&mut *acting)
    .await?;
    let ended = sqlx::query_as!(
        Ended,
        r#"
        select
            pairing_id as "pairing!", programme_id as "programme_id!", programme as "programme!",
            partner_id as "partner!: PersonId", partner as "partner_name!",
            partner_email as "partner_email!", partner_part as "part!",
            was_offered as "was_offered!", was_live as "was_live!"
        from deactivate($1, $2)
        "#,
        person.0,
        now,
    )
    .fetch_all(&mut *acting)
    .await?;
    tell_partners(&mut acting, &app, &name, &ended).await?;
    tell_coordinators(&mut acting, &app, &name, &ended).await?;
    tell_calendars(&mut acting, &app, (person, &name), &sessions).await?;
    acting
        .commit("deactivated the account of", About::Person(person))
        .await?;
    Ok(done(
        &path,
        &format!("The account of {name} is deactivated."),
    ))
}

/// Their partners' calendars. When sessions are is not an administrator's to see, so that Waymark
/// tells of it for nobody.
async fn tell_calendars(
    acting: &mut Acting,
    app: &App,
    (person, name): (PersonId, &str),
    sessions: &[i64],
) -> sqlx::Result<()> {
    let by = By {
        id: person,
        name,
        assists: false,
    };
    let now = acting.now;
    act_as(acting, "").await?;
    for session in sessions {
        let what = (*session, Happened::PartnerLeft);
        invitations::write(acting, (app, now), &by, what).await?;
    }
    let viewer = acting.viewer.id.to_string();
    act_as(acting, &viewer).await
}

async fn act_as(acting: &mut Acting, person: &str) -> sqlx::Result<()> {
    sqlx::query!("select set_config('app.person_id', $1, true)", person)
        .fetch_one(&mut **acting)
        .await?;
    Ok(())
}

async fn tell_partners(
    acting: &mut Acting,
    app: &App,
    name: &str,
    ended: &[Ended],
) -> sqlx::Result<()> {
    let (now, at) = (acting.now, Organisation::read(acting).await?.at());
    for one in ended.iter().filter(|one| one.was_offered) {
        let programme = &one.programme;
        let link = app.base_url.join(&format!("/pairings/{}", one.pairing));
        let (subject, what) = match one.was_live {
            true => (
                format!("Your pairing with {name} has ended"),
                format!(
                    "Your pairing with {name} in {programme} has ended, without fault on either \
                     side. Sessions that were booked are cancelled.\n\nThank you for the time you \
                     gave it. What the two of you wrote stays yours to read:\n\n{link}\n\nThe \
                     coordinators know, and will think with you about what comes next."
                ),
            ),
            false => (
                format!("The offer of a pairing with {name} is withdrawn"),
                format!(
                    "The offer to pair you with {name} in {programme} is withdrawn, without fault \
                     on either side. There is nothing to do:\n\n{link}\n\nThe coordinators know, \
                     and will look for another match."
                ),
            ),
        };
        let letter = Letter {
            recipient: one.partner_email.clone(),
            person: Some(one.partner),
            subject,
            body: format!(
                "{what}\n\n{}",
                foot(&app.base_url, &at, &format!("you take part in {programme}"))
            ),
        };
        letter.write(acting, app, now).await?;
    }
    Ok(())
}

/// One letter for each programme, however many pairings ended there.
async fn tell_coordinators(
    acting: &mut Acting,
    app: &App,
    name: &str,
    ended: &[Ended],
) -> sqlx::Result<()> {
    let mut programmes: BTreeMap<i64, Vec<&Ended>> = BTreeMap::new();
    for one in ended {
        programmes.entry(one.programme_id).or_default().push(one);
    }
    for (id, ended) in programmes {
        let Some(programme) = ended.first().map(|one| &one.programme) else {
            continue;
        };
        let which: Vec<String> = ended.iter().map(|one| one.in_words(name)).collect();
        let link = app.base_url.join(&format!("/programmes/{id}"));
        let body = format!(
            "In {programme} this has ended, without fault on either side:\n\n{}\n\nWhoever was \
             paired has been told. You may want to speak with them about what comes next:\n\n\
             {link}\n\nWaymark wrote this, because you coordinate {programme}.\n",
            which.join("\n"),
        );
        write_to_coordinators(acting, app, id, (programme, &body)).await?;
    }
    Ok(())
}

async fn write_to_coordinators(
    acting: &mut Acting,
    app: &App,
    programme_id: i64,
    (programme, body): (&str, &str),
) -> sqlx::Result<()> {
    let now = acting.now;
    let coordinators = sqlx::query!(
        r#"select person_id as "person!: PersonId", email as "email!" from coordinators_to_tell($1)"#,
        programme_id,
    )
    .fetch_all(&mut **acting)
    .await?;
    for coordinator in coordinators {
        let letter = Letter {
            recipient: coordinator.email,
            person: Some(coordinator.person),
            subject: format!("A pairing in {programme} has ended"),
            body: body.to_owned(),
        };
        letter.write(acting, app, now).await?;
    }
    Ok(())
}

async fn ask_to_reactivate(Named(person): Named, mut acting: Acting) -> Result<Response> {
    let (name, has_left) = state(&mut acting, person).await?;
    if !has_left {
        return Ok(see(&format!("/people/{person}")));
    }
    Ok(Page(ConfirmPage {
        frame: acting.frame.clone(),
        person,
        title: format!("Reactivate the account of {name}?"),
        name,
        advice: "They can sign in again with the password they had, and be found and paired. Their \
                 pairings from before stay ended, and they coordinate and administer nothing until \
                 they are named again.",
        act: "reactivation",
        button: "Reactivate the account",
    })
    .into_response())
}

async fn reactivate(Named(person): Named, mut acting: Acting) -> Result<Response> {
    let path = format!("/people/{person}");
    let (name, _) = state(&mut acting, person).await?;
    let reactivated = sqlx::query_scalar!("select reactivate($1)", person.0)
        .fetch_one(&mut *acting)
        .await?;
    if reactivated != Some(true) {
        return Ok(see(&path));
    }
    acting
        .commit("reactivated the account of", About::Person(person))
        .await?;
    Ok(done(
        &path,
        &format!("The account of {name} is active again."),
    ))
}

impl Ended {
    /// "The pairing of Tom Reed and Maya Okafor", the mentee first.
    fn in_words(&self, name: &str) -> String {
        let (mentee, mentor) = match self.part.as_str() {
            "mentee" => (self.partner_name.as_str(), name),
            _ => (name, self.partner_name.as_str()),
        };
        let what = if self.was_live { "pairing" } else { "offer" };
        format!("The {what} of {mentee} and {mentor}")
    }
}
