//! The mentors whom a mentee would like, the dearest first, where coordinators match as well. The
//! coordinators read them and weigh them in their matching; mentors are told of none.

use super::ProgrammeId;
use super::asking::{Looking, mentors};
use crate::error::{Error, Result};
use crate::people::acting::About;
use crate::people::{Acting, PersonId};
use crate::programme_settings::settings::WhoAsks;
use crate::web::form::Form;
use crate::web::page::done;
use crate::web::routes::{Entry, Routes};
use axum::response::Response;
use serde::Deserialize;

/// How many somebody may have.
pub const MOST: usize = 5;

pub struct Wish {
    pub mentor: PersonId,
    pub name: String,
    /// Whether they can be asked as well just now.
    pub to_be_asked: bool,
    /// They mentor here no longer.
    pub gone: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct WishForm {
    mentor: String,
    act: String,
    /// The page that the button stood on.
    on: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Act {
    Add,
    Up,
    Down,
    Remove,
}

pub fn routes(routes: Routes) -> Routes {
    routes.post("/programmes/{programme}/wishes", Entry::SignedIn, rank)
}

/// Whether one more may be added, and is not there yet.
pub fn takes(wishes: &[Wish], mentor: PersonId) -> bool {
    wishes.len() < MOST && wishes.iter().all(|wish| wish.mentor != mentor)
}

pub async fn own(acting: &mut Acting, programme: ProgrammeId) -> sqlx::Result<Vec<Wish>> {
    let (viewer, now) = (acting.viewer.id, acting.now);
    sqlx::query_as!(
        Wish,
        r#"
        select
            mentor_id as "mentor: PersonId",
            coalesce(full_name, 'Somebody who is no longer here') as "name!",
            exists (
                select from mentors_to_ask($1, $3) mentors where mentors.person_id = mentor_id
            ) as "to_be_asked!",
            left_at is not null or deactivated_at is not null as "gone!"
        from mentor_wishes
        join enrolments using (programme_id)
        left join people on people.id = mentor_id
        where programme_id = $1 and mentee_id = $2 and person_id = mentor_id and part = 'mentor'
        order by place
        "#,
        programme.0,
        viewer.0,
        now,
    )
    .fetch_all(&mut **acting)
    .await
}

async fn rank(looking: Looking, Form(form): Form<WishForm>) -> Result<Response> {
    let mut looks = match looking {
        Looking::Still(looks) => looks,
        Looking::Waits(_, programme, request) => return Ok(request.stands(&programme)),
    };
    let programme = looks.programme.id;
    let (Ok(mentor), Some(act)) = (form.mentor.parse(), Act::read(&form.act)) else {
        return Err(Error::NotFound);
    };
    if looks.programme.who_asks != WhoAsks::Both {
        return Err(Error::NotFound);
    }
    let to_be_asked = mentors(&mut looks, Some(PersonId(mentor)), "").await?;
    if act == Act::Add && to_be_asked.is_empty() {
        return Err(Error::conflict(
            "This mentor cannot be asked or wished for just now. Nothing has changed by this press.",
        ));
    }
    let path = match form.on.as_str() {
        "mentor" if !to_be_asked.is_empty() => looks.programme.at(&format!("/mentors/{mentor}")),
        _ => looks.programme.at("/mentors#wishes"),
    };
    let before = lock(&mut looks.acting, programme).await?;
    let after = act.done_to(&before, mentor);
    if act == Act::Add && after.len() > MOST {
        return Ok(done(&path, "Five wishes are the most: remove one first."));
    }
    if after == before {
        return Ok(done(&path, "Your wishes are as they were."));
    }
    store(&mut looks.acting, programme, &after).await?;
    let about = About::PersonIn(looks.acting.viewer.id, programme);
    looks
        .acting
        .commit("ranked the mentors they would like", about)
        .await?;
    Ok(done(&path, act.told()))
}

/// The wishes as they are, once everybody else who changes them is done: the same mentee in another
/// window.
async fn lock(acting: &mut Acting, programme: ProgrammeId) -> sqlx::Result<Vec<i64>> {
    let viewer = acting.viewer.id;
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('wishes', $1))",
        viewer.0,
    )
    .fetch_one(&mut **acting)
    .await?;
    sqlx::query_scalar!(
        "select mentor_id from mentor_wishes
         where programme_id = $1 and mentee_id = $2 order by place",
        programme.0,
        viewer.0,
    )
    .fetch_all(&mut **acting)
    .await
}

/// Those that stay are only put in their place: whatever has become of their mentors is nothing to them.
async fn store(acting: &mut Acting, programme: ProgrammeId, wishes: &[i64]) -> sqlx::Result<()> {
    let viewer = acting.viewer.id;
    sqlx::query!(
        "delete from mentor_wishes
         where programme_id = $1 and mentee_id = $2 and mentor_id <> all ($3)",
        programme.0,
        viewer.0,
        wishes,
    )
    .execute(&mut **acting)
    .await?;
    sqlx::query!(
        "update mentor_wishes set place = wish.place
         from unnest($3::bigint[]) with ordinality as wish (mentor, place)
         where programme_id = $1 and mentee_id = $2 and mentor_id = mentor",
        programme.0,
        viewer.0,
        wishes,
    )
    .execute(&mut **acting)
    .await?;
    sqlx::query!(
        "insert into mentor_wishes (programme_id, mentee_id, mentor_id, place)
         select $1, $2, mentor, place
         from unnest($3::bigint[]) with ordinality as wish (mentor, place)
         where mentor not in (
            select mentor_id from mentor_wishes where programme_id = $1 and mentee_id = $2
         )",
        programme.0,
        viewer.0,
        wishes,
    )
    .execute(&mut **acting)
    .await?;
    Ok(())
}

impl Act {
    fn read(text: &str) -> Option<Act> {
        match text {
            "add" => Some(Act::Add),
            "up" => Some(Act::Up),
            "down" => Some(Act::Down),
            "remove" => Some(Act::Remove),
            _ => None,
        }
    }

    /// The wishes that come of it. What is there already is not added, and the first goes no further up.
    fn done_to(self, wishes: &[i64], mentor: i64) -> Vec<i64> {
        let mut wishes = wishes.to_vec();
        let at = wishes.iter().position(|one| *one == mentor);
        match (self, at) {
            (Act::Add, None) => wishes.push(mentor),
            (Act::Up, Some(at)) if at > 0 => wishes.swap(at, at - 1),
            (Act::Down, Some(at)) if at + 1 < wishes.len() => wishes.swap(at, at + 1),
            (Act::Remove, Some(at)) => drop(wishes.remove(at)),
            (Act::Add | Act::Up | Act::Down | Act::Remove, _) => {}
        }
        wishes
    }

    fn told(self) -> &'static str {
        match self {
            Act::Add => "Added to your wishes. The coordinators see it.",
            Act::Up | Act::Down => "Your wishes are in their new order.",
            Act::Remove => "Removed from your wishes.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_moves_by_one_place_and_is_there_once() {
        for (act, mentor, after) in [
            (Act::Add, 4, vec![1, 2, 3, 4]),
            (Act::Add, 2, vec![1, 2, 3]),
            (Act::Up, 2, vec![2, 1, 3]),
            (Act::Up, 1, vec![1, 2, 3]),
            (Act::Down, 2, vec![1, 3, 2]),
            (Act::Down, 3, vec![1, 2, 3]),
            (Act::Remove, 2, vec![1, 3]),
            (Act::Remove, 4, vec![1, 2, 3]),
            (Act::Down, 4, vec![1, 2, 3]),
        ] {
            assert_eq!(act.done_to(&[1, 2, 3], mentor), after, "{act:?} {mentor}");
        }
    }
}
