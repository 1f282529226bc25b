//! Inviting people: one, or a list as it was pasted.

use super::addresses::{self, Addressee};
use super::inviter::Inviter;
use super::letters::{InvitationLetter, LASTS};
use crate::App;
use crate::error::Result;
use crate::pairings::stage::Side;
use crate::people::acting::hash;
use crate::people::{PersonId, random_token};
use crate::programme_letters::Kind;
use crate::programmes::access::Programme;
use crate::programmes::{part, side};
use crate::web::form::{self, Form, Problems};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use crate::web::words;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::collections::HashMap;

/// How many problems a page tells at a time.
const TOLD: usize = 20;

#[derive(Default, Deserialize)]
#[serde(default)]
struct InviteForm {
    /// One to a line.
    people: String,
    part: String,
    capacity: String,
    /// "rest" to invite everybody of whom there is nothing to say.
    act: String,
    once: String,
}

#[derive(Template)]
#[template(path = "joining/invite.html")]
struct InvitePage {
    frame: Frame,
    programme: Option<Programme>,
    path: String,
    form: InviteForm,
    problems: Problems,
    /// How many could be invited, if the others are left out.
    rest: usize,
}

/// What everybody on the list is invited to be.
#[derive(Clone, Copy)]
struct Place {
    side: Option<Side>,
    capacity: Option<i16>,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(
            "/programmes/{programme}/invitations/new",
            Entry::SignedIn,
            new,
        )
        .post(
            "/programmes/{programme}/invitations",
            Entry::SignedIn,
            create,
        )
        .get("/people/invitations/new", Entry::Administrators, new)
        .post("/people/invitations", Entry::Administrators, create)
}

async fn new(inviter: Inviter) -> Response {
    let form = InviteForm {
        once: inviter.acting.once(),
        ..InviteForm::default()
    };
    page(inviter, form, Problems::default(), 0).into_response()
}

fn page(inviter: Inviter, form: InviteForm, problems: Problems, rest: usize) -> Page<InvitePage> {
    Page(InvitePage {
        frame: inviter.frame(),
        path: inviter.path(),
        programme: inviter.programme,
        form,
        problems,
        rest,
    })
}

async fn create(
    State(app): State<App>,
    mut inviter: Inviter,
    Form(form): Form<InviteForm>,
) -> Result<Response> {
    let path = inviter.path();
    if !inviter.acting.first_time(&form.once).await? {
        return Ok(see(&path));
    }
    let mut problems = Problems::default();
    let (listed, mut unread) = addresses::read(&form.people);
    if listed.is_empty() && unread.is_empty() {
        unread.push("Enter the email address of whoever you invite".into());
    }
    let place = form.place(inviter.programme.is_some(), &mut problems);
    let (invited, unfit) = match place {
        Some(place) => parted(&mut inviter, place, listed).await?,
        None => (listed, Vec::new()),
    };
    unread.extend(unfit);
    let leave_out = form.act == "rest" && !invited.is_empty() && invited.len() <= addresses::MOST;
    if !leave_out {
        tell(&mut problems, unread);
    }
    let Some(place) = place.filter(|_| problems.is_empty()) else {
        let rest = invited.len();
        return Ok(page(inviter, form, problems, rest).refused());
    };
    let sent = invite(&mut inviter, &app, place, invited).await?;
    if sent == 0 {
        return Ok(see(&path));
    }
    inviter.commit("invited people").await?;
    let people = words::count(&sent, "invitation is", "invitations are");
    Ok(done(&path, &format!("{people} on the way.")))
}

/// Not more of them than can be read.
fn tell(problems: &mut Problems, unread: Vec<String>) {
    let more = unread.len().saturating_sub(TOLD);
    for problem in unread.into_iter().take(TOLD) {
        problems.add("people", problem);
    }
    if more > 0 {
        let words = format!("There are {more} more lines like these");
        problems.add("people", words);
    }
}

impl InviteForm {
    fn place(&self, to_a_programme: bool, problems: &mut Problems) -> Option<Place> {
        if !to_a_programme {
            return Some(Place {
                side: None,
                capacity: None,
            });
        }
        let side = side(&self.part).ok_or("Choose whether they are mentors or mentees");
        let side = problems.keep("part", side)?;
        let capacity = match side {
            Side::Mentor => Some(problems.keep(
                "capacity",
                form::number(
                    &self.capacity,
                    1..=20,
                    "Enter how many mentees each of them takes at a time: 1 to 20",
                ),
            )?),
            Side::Mentee => None,
        };
        Some(Place {
            side: Some(side),
            capacity,
        })
    }
}

/// Whoever can be invited, and what stands in the way of the others, in words.
async fn parted(
    inviter: &mut Inviter,
    place: Place,
    listed: Vec<Addressee>,
) -> sqlx::Result<(Vec<Addressee>, Vec<String>)> {
    let emails: Vec<String> = listed.iter().map(|one| one.email.clone()).collect();
    let rows = sqlx::query!(
        r#"
        select email as "email!", why as "why!"
        from (
            select email, 'is invited already: look for them in the list and send it again' as why
            from invitations
            where programme_id is not distinct from $1 and part is not distinct from $2
                and invited_by is not null and num_nonnulls(accepted_at, withdrawn_at) = 0
            union all
            select email, 'has an account already' from people where $1::bigint is null
            union all
            select email, 'is a ' || part || ' here already'
            from enrolments join people on people.id = person_id
            where programme_id = $1 and part = $2 and left_at is null
            union all
            select email, 'has left: an administrator can let them in again'
            from people where deactivated_at is not null
        ) standing_in_the_way
        where email = any($3)
        "#,
        inviter.programme_id(),
        place.side.map(part),
        &emails,
    )
    .fetch_all(&mut *inviter.acting)
    .await?;
    let why: HashMap<String, String> = rows.into_iter().map(|row| (row.email, row.why)).collect();
    let (unfit, fit) = listed
        .into_iter()
        .partition::<Vec<_>, _>(|one| why.contains_key(&one.email));
    let in_words = |one: &Addressee| {
        let why = why.get(&one.email).map_or("", String::as_str);
        format!("Line {}: {} {why}", one.line, one.email)
    };
    Ok((fit, unfit.iter().map(in_words).collect()))
}

/// Says how many letters were written: whoever has been invited meanwhile gets no second one.
async fn invite(
    inviter: &mut Inviter,
    app: &App,
    place: Place,
    people: Vec<Addressee>,
) -> sqlx::Result<i64> {
    let (programme_id, now) = (inviter.programme_id(), inviter.acting.now);
    let viewer = inviter.acting.viewer.clone();
    let programme = inviter.programme.as_ref().map(|one| one.name.clone());
    let words = inviter.own_words(Kind::Invitation).await?;
    let mut sent = 0;
    for one in people {
        let token = random_token();
        let added = sqlx::query!(
            r#"
            insert into invitations (
                programme_id, part, capacity, email, full_name, invited_by, invited_at, token_hash,
                sent_at, expires_at
            )
            values ($1, $2, $3, $4, $5, $6, $7, $8, $7, $9)
            on conflict do nothing
            returning person_with_email(email) as "account: PersonId"
            "#,
            programme_id,
            place.side.map(part),
            place.capacity,
            one.email,
            one.name,
            viewer.id.0,
            now,
            &hash(&token),
            now + LASTS,
        )
        .fetch_optional(&mut *inviter.acting)
        .await?;
        let Some(added) = added else { continue };
        let letter = InvitationLetter {
            email: one.email,
            account: added.account,
            inviter: Some(&viewer.name),
            programme: programme.as_deref().zip(place.side),
            words: &words,
            token: &token,
        };
        letter.write(&mut inviter.acting, app, now).await?;
        sent += 1;
    }
    Ok(sent)
}
