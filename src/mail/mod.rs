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

/// How a letter is handled, besides what it says.
#[derive(Default)]
pub struct Handling {
    /// What letters of one pairing share, so that they are shown together.
    pub thread: Option<String>,
    /// Where one press ends letters of the kind (RFC 8058).
    pub unsubscribe: Option<String>,
}

/// Of all letters about a pairing.
pub fn thread_of(app: &App, pairing: PairingId) -> String {
    format!("<pairing-{pairing}@{}>", app.base_url.host())
}

pub fn routes(routes: Routes) -> Routes {
    letters::routes(settings::routes(routes))
}

impl Letter {
    /// Puts it among the letters to be sent, should what is being done last.
    pub async fn write(
        &self,
        db: &mut PgConnection,
        app: &App,
        now: OffsetDateTime,
    ) -> sqlx::Result<()> {
        self.write_as(db, app, now, &Handling::default()).await
    }

    /// The same for a letter that is not like others.
    pub async fn write_as(
        &self,
        db: &mut PgConnection,
        app: &App,
        now: OffsetDateTime,
        handling: &Handling,
    ) -> sqlx::Result<()> {
        let message_id = format!("<{}@{}>", crate::web::form::once(), app.base_url.host());
        sqlx::query!(
            "insert into letters (message_id, recipient, person_id, subject, body, written_at,
                due_at, thread, unsubscribe)
             values ($1, $2, $3, $4, $5, $6, $6, $7, $8)",
            message_id,
            self.recipient,
            self.person.map(|person| person.0),
            self.subject,
            self.body,
            now,
            handling.thread,
            handling.unsubscribe,
        )
        .execute(db)
        .await?;
        Ok(())
    }
}
