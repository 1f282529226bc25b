//! What the letters about coming say.

use super::inviter::as_what;
use crate::App;
use crate::mail::Letter;
use crate::organisation::Organisation;
use crate::pairings::stage::Side;
use crate::people::PersonId;
use crate::programme_letters::between;
use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};

/// How long an invitation's link works.
pub const LASTS: Duration = Duration::days(14);

/// A letter with a link that opens an invitation.
pub struct InvitationLetter<'a> {
    pub email: String,
    /// Whoever has an account already.
    pub account: Option<PersonId>,
    /// Nobody, for whoever asked for it.
    pub inviter: Option<&'a str>,
    pub programme: Option<(&'a str, Side)>,
    /// The coordinators' own.
    pub words: &'a str,
    pub token: &'a str,
}

impl InvitationLetter<'_> {
    pub async fn write(
        &self,
        db: &mut PgConnection,
        app: &App,
        now: OffsetDateTime,
    ) -> sqlx::Result<()> {
        let at = Organisation::read(db).await?.at();
        let letter = Letter {
            recipient: self.email.clone(),
            person: self.account,
            subject: self.subject(&at),
            body: self.body(&at, app),
        };
        letter.write(db, app, now).await
    }

    pub fn subject(&self, at: &str) -> String {
        match (self.inviter, self.programme) {
            (Some(inviter), Some((programme, _))) => {
                format!("{inviter} invites you to {programme}")
            }
            (Some(inviter), None) => {
                format!("{inviter} invites you to the mentoring programmes{at}")
            }
            (None, Some((programme, _))) => format!("Take part in {programme}"),
            (None, None) => format!("Come to the mentoring programmes{at}"),
        }
    }

    pub fn body(&self, at: &str, app: &App) -> String {
        let link = app.base_url.join(&format!("/invitations/{}", self.token));
        let first = match (self.inviter, self.programme) {
            (Some(inviter), Some((programme, side))) => {
                format!(
                    "{inviter} invites you to take part in {programme} {}.",
                    as_what(side)
                )
            }
            (Some(inviter), None) => {
                format!("{inviter} invites you to an account with the mentoring programmes{at}.")
            }
            (None, Some((programme, side))) => {
                format!("You asked to take part in {programme} {}.", as_what(side))
            }
            (None, None) => "You asked for an account.".to_owned(),
        };
        let next = match self.account {
            Some(_) => "Open this page, sign in and press the button there:",
            None => "Open this page to say who you are and to choose a password:",
        };
        let why = match self.inviter {
            Some(inviter) => format!(
                "You need not do anything if you would rather not.\n\nWaymark{at} wrote this, because \
                 {inviter} entered your address.",
            ),
            None => format!(
                "If it was not you, you need not do anything.\n\nWaymark{at} wrote this, because \
                 somebody entered your address on the programme’s page.",
            ),
        };
        let first = between(&first, self.words, next);
        format!(
            "{first}\n\n{link}\n\nThe link is for you alone. It works once, and for {} \
             days.\n\n{why}\n",
            LASTS.whole_days()
        )
    }
}

/// Tells whoever runs a programme that somebody has come by its link.
pub struct SomebodyCame<'a> {
    pub name: &'a str,
    pub email: &'a str,
    pub programme: (i64, &'a str),
    pub side: Side,
}

impl SomebodyCame<'_> {
    pub async fn write_to_coordinators(
        &self,
        db: &mut PgConnection,
        app: &App,
        now: OffsetDateTime,
    ) -> sqlx::Result<()> {
        let (id, programme) = self.programme;
        let coordinators = sqlx::query!(
            r#"select person_id as "person!: PersonId", email as "email!"
               from coordinators_to_tell($1)"#,
            id,
        )
        .fetch_all(&mut *db)
        .await?;
        let link = app.base_url.join(&format!(
            "/programmes/{id}/enrolments/new?q={}&part={}",
            in_an_address(self.email),
            crate::programmes::part(self.side),
        ));
        let body = format!(
            "{} ({}) asks to take part in {programme} {}. They came by its enrolment link.\n\n\
             Enrol them here:\n\n{link}\n\nWaymark wrote this, because you coordinate {programme}.\n",
            self.name,
            self.email,
            as_what(self.side),
        );
        for coordinator in coordinators {
            let letter = Letter {
                recipient: coordinator.email,
                person: Some(coordinator.person),
                subject: format!("{} asks to take part in {programme}", self.name),
                body: body.clone(),
            };
            letter.write(db, app, now).await?;
        }
        Ok(())
    }
}

/// An email address as part of another address.
fn in_an_address(email: &str) -> String {
    ["%", "&", "+", "#"]
        .into_iter()
        .fold(email.to_owned(), |email, sign| {
            email.replace(sign, &format!("%{:02X}", sign.as_bytes()[0]))
        })
}
