//! What the two go through at their first meeting; either ticks it for both.

use crate::error::{Error, Result};
use crate::pairings::access::{Action, May, PrepareMeeting};
use crate::web::form::Form;
use crate::web::page::{done, see};
use crate::web::routes::{Entry, Routes};
use axum::response::Response;
use serde::Deserialize;
use time::Date;

/// As it is stored, what it is, and what to think of.
pub(super) const ITEMS: [(&str, &str, &str); 9] = [
    (
        "contacts",
        "Contacts exchanged",
        "How to reach each other, and when rather not",
    ),
    (
        "undisturbed",
        "An hour undisturbed",
        "A place where nobody comes in and nothing rings",
    ),
    (
        "expectations",
        "Expectations, both ways",
        "What each of you hopes for, and what you can give",
    ),
    (
        "boundaries",
        "Boundaries",
        "What belongs here, and what does not",
    ),
    (
        "confidentiality",
        "Confidentiality",
        "What stays between you, its limits, and who reads what",
    ),
    (
        "exit",
        "The way out",
        "How either of you can end it without fault",
    ),
    (
        "objectives",
        "First objectives",
        "One or two things that the mentee wants to reach",
    ),
    (
        "practicalities",
        "Practicalities",
        "How often, how long and where you meet, who books, how to cancel",
    ),
    (
        "next_date",
        "The next date",
        "In both calendars before you part",
    ),
];

/// One item, with who ticked it and when.
pub(super) struct Item {
    pub slug: &'static str,
    pub name: &'static str,
    pub hint: &'static str,
    pub ticked: Option<(String, Date)>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct TickForm {
    item: String,
    /// `no` to take the tick away.
    done: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes.post(
        "/pairings/{pairing}/first-meeting/checks",
        Entry::SignedIn,
        tick,
    )
}

async fn tick(mut may: May<PrepareMeeting>, Form(form): Form<TickForm>) -> Result<Response> {
    let found = ITEMS.iter().find(|(slug, ..)| *slug == form.item);
    let (item, name, _) = found.ok_or(Error::NotFound)?;
    let path = format!("{}/first-meeting", may.pairing().path());
    let (pairing, viewer, now) = (may.pairing().id, may.viewer().id, may.now());
    if form.done == "no" {
        let taken = sqlx::query!(
            "delete from first_meeting_checks where pairing_id = $1 and item = $2",
            pairing.0,
            item,
        )
        .execute(may.db())
        .await?;
        if taken.rows_affected() == 0 {
            return Ok(see(&path));
        }
        may.commit_as("took a tick off the first meeting").await?;
        return Ok(done(&path, &format!("“{name}” is open again.")));
    }
    let added = sqlx::query!(
        "insert into first_meeting_checks (pairing_id, item, checked_by, checked_at)
         values ($1, $2, $3, $4)
         on conflict do nothing",
        pairing.0,
        item,
        viewer.0,
        now,
    )
    .execute(may.db())
    .await?;
    if added.rows_affected() == 0 {
        return Ok(see(&path));
    }
    may.commit_as("ticked off a part of the first meeting")
        .await?;
    Ok(done(&path, &format!("“{name}” is ticked.")))
}

pub(super) async fn items<A: Action>(may: &mut May<A>) -> sqlx::Result<Vec<Item>> {
    let pairing = may.pairing().id;
    let zone = may.pairing().programme.time_zone.clone();
    let rows = sqlx::query!(
        r#"
        select item, full_name, (checked_at at time zone $2)::date as "on!"
        from first_meeting_checks
        join people on people.id = checked_by
        where pairing_id = $1
        "#,
        pairing.0,
        zone,
    )
    .fetch_all(may.db())
    .await?;
    Ok(ITEMS
        .iter()
        .map(|(slug, name, hint)| Item {
            slug,
            name,
            hint,
            ticked: rows
                .iter()
                .find(|row| row.item == *slug)
                .map(|row| (row.full_name.clone(), row.on)),
        })
        .collect())
}
