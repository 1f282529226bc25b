//! Offers that lapse by themselves, once their last day is over.

use super::stage::Side;
use super::{PairingId, offer};
use crate::App;
use crate::mail::{Enclosed, Letter, thread_of};
use crate::organisation::Organisation;
use crate::people::PersonId;
use crate::reminders::act::{Direct, make_link};
use crate::reminders::ahead::Onward;
use crate::reminders::foot;
use crate::web::words;
use time::{Date, OffsetDateTime};

/// What the two of an offer are told: never who of them has answered and who has not.
struct LapseLetter<'a> {
    partner: &'a str,
    programme: &'a str,
    answer_by: Date,
    to: Side,
    /// Whether the reader has asked the other one.
    asked: bool,
    /// Whether mentees ask for themselves there.
    mentees_ask: bool,
}

/// Closes what was not accepted by both in time, tells the two, and says how many offers those were.
/// Any number of servers may do this at once.
pub async fn lapse_offers(app: &App, now: OffsetDateTime) -> sqlx::Result<usize> {
    let mut held = app.db.begin().await?;
    let rows = sqlx::query!(
        r#"
        select
            pairing_id as "pairing!: PairingId", programme as "programme!",
            mentees_ask as "mentees_ask!", answer_by as "answer_by!",
            person_id as "person: PersonId", email, mentor, asked, partner
        from lapse_offers($1)
        "#,
        now,
    )
    .fetch_all(&mut *held)
    .await?;
    let at = Organisation::read(&mut held).await?.at();
    let mut lapsed: Vec<PairingId> = rows.iter().map(|row| row.pairing).collect();
    lapsed.dedup();
    for row in rows {
        let (Some(person), Some(recipient), Some(partner)) = (row.person, row.email, row.partner)
        else {
            continue;
        };
        let letter = LapseLetter {
            partner: &partner,
            programme: &row.programme,
            answer_by: row.answer_by,
            to: match row.mentor {
                Some(true) => Side::Mentor,
                Some(false) | None => Side::Mentee,
            },
            asked: row.asked.unwrap_or_default(),
            mentees_ask: row.mentees_ask,
        };
        let told = (person, row.pairing);
        let link = make_link(&mut held, told, Direct::Onward(Onward::Next), now).await?;
        let link = app.base_url.join(&link);
        let letter = Letter {
            recipient,
            person: Some(person),
            subject: letter.subject(),
            body: format!(
                "{}\n\nSee the offer as it was:\n\n{link}\n\n{}",
                letter.said(),
                foot(&app.base_url, &at, &letter.why()),
            ),
        };
        let enclosed = Enclosed {
            thread: Some(thread_of(app, row.pairing)),
            ..Enclosed::default()
        };
        letter
            .write_with(&enclosed, &mut held, &app.base_url, now)
            .await?;
    }
    held.commit().await?;
    Ok(lapsed.len())
}

impl LapseLetter<'_> {
    fn subject(&self) -> String {
        format!("The offer to be paired with {} has lapsed", self.partner)
    }

    fn why(&self) -> String {
        match self.asked {
            true => format!("you asked {} to be your mentor", self.partner),
            false => "you were asked to answer it".into(),
        }
    }

    fn said(&self) -> String {
        let Self {
            partner, programme, ..
        } = self;
        let next = offer::otherwise(Some(self.to), self.mentees_ask);
        format!(
            "The offer to be paired with {partner} in {programme} could be answered until {}, and has \
             lapsed. Such things happen in busy weeks, and it says nothing about either of you. {next}; \
             for this offer there is nothing left to do.",
            words::day(&self.answer_by)
        )
    }
}
