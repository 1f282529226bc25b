//! Handing a letter to a mail server (RFC 5321).

use super::html::as_html;
use super::{Enclosed, Invitation};
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, Message, MessageBuilder, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::error::Error as _;
use std::time::Duration;
use time::OffsetDateTime;

/// How long a mail server may take for one step.
const PATIENCE: Duration = Duration::from_secs(20);

/// How letters leave.
#[derive(Clone, Debug, PartialEq)]
pub struct MailSettings {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub username: String,
    pub password: String,
    pub sender: String,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Security {
    Tls,
    StartTls,
    None,
}

/// A letter as it is handed over.
pub struct Envelope {
    pub message_id: String,
    pub recipient: String,
    pub subject: String,
    pub body: String,
    pub written_at: OffsetDateTime,
    /// "Mentoring at Quillmoor"
    pub sender_name: String,
    pub enclosed: Enclosed,
}

/// Why a letter was not taken.
#[derive(Debug)]
pub struct Refusal {
    /// No use in trying again.
    pub for_good: bool,
    pub words: String,
}

/// A way to one mail server, which keeps a connection or two open.
pub struct Carrier {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    sender: Address,
}

impl Security {
    pub fn read(text: &str) -> Option<Security> {
        match text {
            "tls" => Some(Security::Tls),
            "starttls" => Some(Security::StartTls),
            "none" => Some(Security::None),
            _ => None,
        }
    }

    pub fn slug(self) -> &'static str {
        match self {
            Security::Tls => "tls",
            Security::StartTls => "starttls",
            Security::None => "none",
        }
    }
}

impl Carrier {
    /// # Errors
    /// Where the settings themselves will not do. Nothing is connected yet.
    pub fn new(settings: &MailSettings) -> Result<Carrier, Refusal> {
        let tls = || TlsParameters::new(settings.host.clone()).map_err(refusal);
        let tls = match settings.security {
            Security::Tls => Tls::Wrapper(tls()?),
            Security::StartTls => Tls::Required(tls()?),
            Security::None => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .tls(tls)
            .timeout(Some(PATIENCE));
        if !settings.username.is_empty() {
            let (name, password) = (settings.username.clone(), settings.password.clone());
            builder = builder.credentials(Credentials::new(name, password));
        }
        Ok(Carrier {
            transport: builder.build(),
            sender: address(&settings.sender)?,
        })
    }

    pub async fn send(&self, envelope: &Envelope) -> Result<(), Refusal> {
        let name = Some(envelope.sender_name.clone());
        let message = Message::builder()
            .from(Mailbox::new(name, self.sender.clone()))
            .to(Mailbox::new(None, address(&envelope.recipient)?))
            .subject(&envelope.subject)
            .message_id(Some(envelope.message_id.clone()))
            .date(envelope.written_at.into())
            .header(AutoSubmitted);
        let html = as_html(&envelope.subject, &envelope.body).map_err(for_good)?;
        let ways = MultiPart::alternative_plain_html(envelope.body.clone(), html);
        let parts = match &envelope.enclosed.invitation {
            Some(invitation) => with_invitation(ways, invitation)?,
            None => ways,
        };
        let message = handled(message, &envelope.enclosed)
            .multipart(parts)
            .map_err(for_good)?;
        self.transport.send(message).await.map_err(refusal)?;
        Ok(())
    }
}

/// Calendars look for the event among the ways to show the letter; people find it attached.
fn with_invitation(ways: MultiPart, invitation: &Invitation) -> Result<MultiPart, Refusal> {
    let method = &invitation.method;
    let kind = ContentType::parse(&format!("text/calendar; charset=utf-8; method={method}"));
    let event = SinglePart::builder()
        .header(kind.map_err(for_good)?)
        .body(invitation.calendar.clone());
    let file = ContentType::parse("application/ics; name=\"invite.ics\"").map_err(for_good)?;
    let file = Attachment::new("invite.ics".into()).body(invitation.calendar.clone(), file);
    Ok(MultiPart::mixed()
        .multipart(ways.singlepart(event))
        .singlepart(file))
}

fn for_good(cause: impl std::fmt::Display) -> Refusal {
    Refusal {
        for_good: true,
        words: cause.to_string(),
    }
}

/// With what shows letters together, and with one click out of them (RFC 8058).
fn handled(mut message: MessageBuilder, enclosed: &Enclosed) -> MessageBuilder {
    if let Some(thread) = &enclosed.thread {
        message = message
            .in_reply_to(thread.clone())
            .references(thread.clone());
    }
    if let Some(link) = &enclosed.unsubscribe {
        let header = |name, value| HeaderValue::new(HeaderName::new_from_ascii_str(name), value);
        message = message
            .raw_header(header("List-Unsubscribe", format!("<{link}>")))
            .raw_header(header(
                "List-Unsubscribe-Post",
                "List-Unsubscribe=One-Click".into(),
            ));
    }
    message
}

fn address(text: &str) -> Result<Address, Refusal> {
    text.parse().map_err(|_| Refusal {
        for_good: true,
        words: format!("{text} is not an address that mail can go to"),
    })
}

fn refusal(cause: lettre::transport::smtp::Error) -> Refusal {
    let source = cause.source().map(|source| format!(": {source}"));
    Refusal {
        for_good: cause.is_permanent(),
        words: format!("{cause}{}", source.unwrap_or_default()),
    }
}

/// So that no holiday replies come back (RFC 3834).
#[derive(Clone, Copy)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(AutoSubmitted)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".into())
    }
}
