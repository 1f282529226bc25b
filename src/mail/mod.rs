//! Letters: written in the transaction that causes them, sent by whichever server comes first.

mod html;
mod letters;
mod post;
mod settings;
mod smtp;

pub use post::{Sent, deliver_due, keep_delivering};
pub use settings::{
    MailForm, MailPage, store as store_settings, stored as stored_settings, try_out,
};

use crate::App;
use crate::config::BaseUrl;
use crate::pairings::PairingId;
use crate::people::PersonId;
use crate::web::routes::Routes;
use sqlx::PgConnection;
use time::OffsetDateTime;

/// A letter to one person: one act, in plain text.
pub struct Letter {
    pub recipient: String,
    pub person: Option<PersonId>,
    /// Carries the fact.
    pub subject: String,
    /// Paragraphs parted by empty lines. A link stands on a line of its own.
    pub body: String,
}

/// Of all letters about a pairing.
pub fn thread_of(app: &App, pairing: PairingId) -> String {
    format!("<pairing-{pairing}@{}>", app.base_url.host())
}

pub fn routes(routes: Routes) -> Routes {
    letters::routes(settings::routes(routes))
}

/// What a letter may carry beside its words.
#[derive(Default)]
pub struct Enclosed {
    /// What it is about, as a Message-ID: letters about one thing stand together in a mailbox.
    pub thread: Option<String>,
    /// Where one press ends letters of the kind (RFC 8058).
    pub unsubscribe: Option<String>,
    pub invitation: Option<Invitation>,
    /// Not sent any more from this moment on.
    pub useless_after: Option<OffsetDateTime>,
}

/// An event, for the reader's own calendar to take.
pub struct Invitation {
    /// `REQUEST` or `CANCEL`
    pub method: String,
    pub calendar: String,
}

impl Letter {
    /// Puts it among the letters to be sent, should what is being done last.
    pub async fn write(
        &self,
        db: &mut PgConnection,
        app: &App,
        now: OffsetDateTime,
    ) -> sqlx::Result<()> {
        self.write_with(&Enclosed::default(), db, &app.base_url, now)
            .await
    }

    /// The same for a letter that carries more than its words.
    pub async fn write_with(
        &self,
        enclosed: &Enclosed,
        db: &mut PgConnection,
        base_url: &BaseUrl,
        now: OffsetDateTime,
    ) -> sqlx::Result<()> {
        let message_id = format!("<{}@{}>", crate::web::form::once(), base_url.host());
        let invitation = enclosed.invitation.as_ref();
        sqlx::query!(
            "insert into letters (message_id, recipient, person_id, subject, body, written_at, due_at,
                thread, unsubscribe, calendar_method, calendar, useless_after)
             values ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9, $10, $11)",
            message_id,
            self.recipient,
            self.person.map(|person| person.0),
            self.subject,
            self.body,
            now,
            enclosed.thread,
            enclosed.unsubscribe,
            invitation.map(|invitation| &invitation.method),
            invitation.map(|invitation| &invitation.calendar),
            enclosed.useless_after,
        )
        .execute(db)
        .await?;
        Ok(())
    }
}
