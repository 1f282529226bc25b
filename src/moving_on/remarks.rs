//! What the two wrote to the coordinators at the end, for the coordinators alone.

use crate::error::Result;
use crate::pairings::Pairing;
use crate::pairings::access::{May, SeeRemarks};
use crate::web::page::{Frame, Page};
use askama::Template;
use axum::response::{IntoResponse, Response};
use time::Date;

#[derive(Template)]
#[template(path = "moving_on/remarks.html")]
struct RemarksPage {
    frame: Frame,
    pairing: Pairing,
    remarks: Vec<Remark>,
}

struct Remark {
    author: String,
    body: String,
    on: Date,
}

pub async fn show(mut may: May<SeeRemarks>) -> Result<Response> {
    let (pairing, zone) = (may.pairing().id, may.pairing().programme.time_zone.clone());
    let remarks = sqlx::query_as!(
        Remark,
        r#"
        select full_name as author, body, (written_at at time zone $2)::date as "on!"
        from remarks
        join people on people.id = person_id
        where pairing_id = $1
        order by written_at, people.id
        "#,
        pairing.0,
        zone,
    )
    .fetch_all(may.db())
    .await?;
    Ok(Page(RemarksPage {
        frame: may.frame(),
        pairing: may.pairing().clone(),
        remarks,
    })
    .into_response())
}
