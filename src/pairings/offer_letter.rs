//! The letters with which the two learn that they are offered to each other.

use super::PairingId;
use super::stage::Side;
use crate::App;
use crate::mail::{Enclosed, Letter, thread_of};
use crate::organisation::Organisation;
use crate::people::PersonId;
use crate::reminders::act::{Direct, make_link};
use crate::reminders::foot;
use crate::web::words;
use sqlx::PgConnection;
use time::{Date, OffsetDateTime};

/// What one of the two is told of the other.
#[derive(Clone, Debug)]
pub struct OfferLetter<'a> {
    /// Who is told.
    pub to: Side,
    pub partner: &'a str,
    pub job_title: &'a str,
    pub programme: &'a str,
    pub answer_by: Date,
}

impl OfferLetter<'_> {
    pub fn subject(&self) -> String {
        match self.to {
            Side::Mentee => format!("You are offered a mentor: {}", self.partner),
            Side::Mentor => format!("You are asked to be the mentor of {}", self.partner),
        }
    }

    /// What it is about, and what the link leads to.
    pub fn said(&self) -> [String; 2] {
        let Self {
            partner, programme, ..
        } = self;
        let who = match self.job_title {
            "" => (*partner).to_owned(),
            job_title => format!("{partner}, {job_title},"),
        };
        let part = match self.to {
            Side::Mentee => "mentor",
            Side::Mentor => "mentee",
        };
        let fact = format!("{who} could be your {part} in {programme}.");
        let act = format!(
            "Read what you would be to each other, and say whether you would like it by {}: what has \
             not been accepted by both of you until then lapses. Nobody is asked why they decline.",
            words::day(&self.answer_by)
        );
        [fact, act]
    }
}

/// Writes to both of each pairing that is offered, should they still be here.
pub async fn tell_both(
    db: &mut PgConnection,
    app: &App,
    pairings: &[PairingId],
    now: OffsetDateTime,
) -> sqlx::Result<()> {
    let keys: Vec<i64> = pairings.iter().map(|pairing| pairing.0).collect();
    let rows = sqlx::query!(
        r#"
        select
            pairings.id, programmes.name as programme, told.id as "person!: PersonId",
            told.email as "email!", told.id = mentor_id as "mentor!",
            partner.full_name as "partner!", partner.job_title as "job_title!",
            answer_by as "answer_by!"
        from pairings
        join programmes on programmes.id = programme_id
        join people told on told.id in (mentor_id, mentee_id)
        join people partner on partner.id in (mentor_id, mentee_id) and partner.id <> told.id
        where pairings.id = any ($1) and told.deactivated_at is null
        order by pairings.id, told.id
        "#,
        &keys,
    )
    .fetch_all(&mut *db)
    .await?;
    let at = Organisation::read(db).await?.at();
    for row in rows {
        let letter = OfferLetter {
            to: match row.mentor {
                true => Side::Mentor,
                false => Side::Mentee,
            },
            partner: &row.partner,
            job_title: &row.job_title,
            programme: &row.programme,
            answer_by: row.answer_by,
        };
        let [fact, act] = letter.said();
        let told = (row.person, row.id);
        let link = make_link(db, told, Direct::Offer, now).await?;
        let link = app.base_url.join(&link);
        let why = format!(
            "the coordinators of {} have just published the offer",
            row.programme
        );
        let enclosed = Enclosed {
            thread: Some(thread_of(app, row.id)),
            ..Enclosed::default()
        };
        let letter = Letter {
            recipient: row.email,
            person: Some(row.person),
            subject: letter.subject(),
            body: format!(
                "{fact}\n\n{act}\n\n{link}\n\n{}",
                foot(&app.base_url, &at, &why)
            ),
        };
        letter.write_with(&enclosed, db, &app.base_url, now).await?;
    }
    Ok(())
}
