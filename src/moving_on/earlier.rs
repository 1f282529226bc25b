//! What the two wrote when they looked back before, in a pairing that has been taken up again since.

use super::queries::{self, JointReview};
use super::review::{Column, columns};
use crate::error::Result;
use crate::pairings::Pairing;
use crate::pairings::access::{May, SeeWithin};
use crate::web::page::{Frame, Page};
use askama::Template;
use axum::response::{IntoResponse, Response};
use time::Date;

#[derive(Template)]
#[template(path = "moving_on/earlier.html")]
struct EarlierPage {
    frame: Frame,
    endings: Vec<Ending>,
    pairing: Pairing,
}

struct Ending {
    closed_on: Date,
    columns: Vec<Column>,
    /// What the viewer wrote to the coordinators.
    remark: Option<String>,
    joint: Option<JointReview>,
}

pub async fn show(mut may: May<SeeWithin>) -> Result<Response> {
    let earlier = queries::earlier(&mut may).await?;
    let pairing = may.pairing().clone();
    let endings = earlier.into_iter().map(|mut earlier| Ending {
        closed_on: earlier.closed_on,
        remark: earlier.reviews.remark.take(),
        columns: columns(&pairing, earlier.reviews),
        joint: earlier.joint,
    });
    Ok(Page(EarlierPage {
        frame: may.frame(),
        endings: endings.collect(),
        pairing,
    })
    .into_response())
}
