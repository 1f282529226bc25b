//! A certificate for the mentor, of what anybody may be told: no name of a mentee, and no words.

use crate::error::{Error, Result};
use crate::pairings::Pairing;
use crate::pairings::access::{May, SeeCertificate};
use crate::pairings::stage::Stage;
use crate::web::page::{Frame, Page};
use askama::Template;
use axum::response::{IntoResponse, Response};
use time::Date;

#[derive(Template)]
#[template(path = "moving_on/certificate.html")]
struct CertificatePage {
    frame: Frame,
    pairing: Pairing,
    facts: Facts,
    /// The day it is given on.
    on: Date,
}

struct Facts {
    organisation: String,
    purpose: String,
    first_on: Option<Date>,
    last_on: Option<Date>,
    minutes: i64,
}

pub async fn show(mut may: May<SeeCertificate>) -> Result<Response> {
    if may.pairing().facts.sessions_held == 0 {
        return Err(Error::conflict(
            "A certificate tells of the sessions that were held, and none was. Nothing has changed.",
        ));
    }
    let pairing = may.pairing().id;
    let facts = sqlx::query_as!(
        Facts,
        r#"
        select
            (select name from organisation) as "organisation!",
            purpose as "purpose!",
            min(held_on) as first_on,
            max(held_on) as last_on,
            coalesce(sum(extract(epoch from upper(during) - lower(during)) / 60), 0)::bigint
                as "minutes!"
        from mentoring_sessions
        join pairings on pairings.id = pairing_id
        join programmes on programmes.id = programme_id
        where pairing_id = $1 and held_on is not null
        group by programmes.id
        "#,
        pairing.0,
    )
    .fetch_one(may.db())
    .await?;
    let on = match may.pairing().stage {
        Stage::Closed(closed) => closed.on,
        Stage::Proposed(_)
        | Stage::Offered(_)
        | Stage::InitialMeeting(_)
        | Stage::Sessions(_)
        | Stage::MovingOn(_) => may.today(),
    };
    Ok(Page(CertificatePage {
        frame: may.frame(),
        pairing: may.pairing().clone(),
        facts,
        on,
    })
    .into_response())
}

impl Facts {
    /// "6 hours", "4 and a half hours": to the nearest half.
    fn hours(&self) -> String {
        let halves = (self.minutes + 15) / 30;
        match (halves / 2, halves % 2) {
            (0, _) => "half an hour".into(),
            (1, 0) => "an hour".into(),
            (hours, 0) => format!("{hours} hours"),
            (1, _) => "an hour and a half".into(),
            (hours, _) => format!("{hours} and a half hours"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_told_to_the_nearest_half() {
        for (minutes, words) in [
            (10, "half an hour"),
            (60, "an hour"),
            (95, "an hour and a half"),
            (180, "3 hours"),
            (225, "4 hours"),
            (220, "3 and a half hours"),
        ] {
            let facts = Facts {
                organisation: String::new(),
                purpose: String::new(),
                first_on: None,
                last_on: None,
                minutes,
            };
            assert_eq!(facts.hours(), words, "{minutes}");
        }
    }
}
