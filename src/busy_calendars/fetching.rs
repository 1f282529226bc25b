//! Fetching a calendar from an address that somebody gave: over TLS alone, never from a private
//! network, and no more than anybody's calendar holds. The address is never logged.

use super::addresses::is_public;
use crate::config::CalendarHost;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{
    ACCEPT, CONTENT_ENCODING, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION,
};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, ClientBuilder, Response, StatusCode, Url};
use std::error::Error;
use std::fmt::{self, Display, Formatter};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::net::lookup_host;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(20);
const PATIENCE_TO_CONNECT: Duration = Duration::from_secs(5);
/// Calendars of many years are smaller.
const LARGEST: usize = 5 * 1024 * 1024;
const MOST_MOVES: usize = 3;
const LONGEST_ADDRESS: usize = 2000;

#[derive(Clone, Default)]
pub struct Fetcher {
    /// Where calendars may be inside the organisation's own network.
    inside: Arc<[CalendarHost]>,
    /// Trusted beside what the machine trusts.
    certificate: Option<Certificate>,
    patience: Option<Duration>,
    clients: Arc<OnceLock<Clients>>,
}

struct Clients {
    public: Client,
    inside: Client,
}

/// What its server called the state that is known.
#[derive(Default)]
pub struct Known {
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

pub enum Fetched {
    TheSame,
    Text(String, Known),
}

/// Why nothing is ever fetched from an address.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unfit {
    NoAddress,
    NotHttps,
    AnotherPort,
    Private,
}

/// Why it was not fetched this time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Trouble {
    Unfit(Unfit),
    MovedTo(Unfit),
    MovesOn,
    NotFound,
    SignIn,
    Refused(u16),
    TooLarge,
    Slow,
    Silent,
    Untrusted,
    NotACalendar,
    TooMuch,
}

impl Unfit {
    pub fn words(self) -> &'static str {
        match self {
            Unfit::NoAddress => "Enter the whole address, as your calendar shows it: https://…",
            Unfit::NotHttps => "Enter an address that begins with https:// or webcal://",
            Unfit::AnotherPort | Unfit::Private => {
                "Calendars are read from the internet alone, and this address is elsewhere. An \
                 administrator can let a calendar server of your organisation in"
            }
        }
    }
}

impl Trouble {
    pub fn words(self) -> String {
        let words = match self {
            Trouble::Unfit(Unfit::Private) => {
                "The address leads into a private network, where nothing is read."
            }
            Trouble::Unfit(_) => "Nothing is read from an address like this one.",
            Trouble::MovedTo(_) => {
                "The calendar has moved to an address from which nothing is read. Copy its address \
                 again."
            }
            Trouble::MovesOn => "The address leads on and on. Copy it again.",
            Trouble::NotFound => {
                "There is no calendar at this address any more. Copy its address again."
            }
            Trouble::SignIn => {
                "The address asks to sign in. Copy the private or secret one, which does not."
            }
            Trouble::Refused(status) => return format!("Its server answered with error {status}."),
            Trouble::TooLarge => "The calendar is too large: more than 5 MB.",
            Trouble::Slow => "Its server took too long to answer.",
            Trouble::Silent => "Its server could not be reached.",
            Trouble::Untrusted => "Its server could not show that it is the right one.",
            Trouble::NotACalendar => {
                "What is at this address is no calendar: perhaps a page to look at one. Copy the \
                 address in iCal format, which often ends in .ics."
            }
            Trouble::TooMuch => "The calendar holds too much to be read.",
        };
        words.to_owned()
    }
}

impl Fetcher {
    pub fn new(inside: &[CalendarHost]) -> Fetcher {
        Fetcher {
            inside: inside.into(),
            ..Fetcher::default()
        }
    }

    /// One that also trusts whoever has this certificate.
    pub fn trusting(self, certificate: Certificate) -> Fetcher {
        Fetcher {
            certificate: Some(certificate),
            ..self
        }
    }

    /// One that waits as long as this for an answer.
    pub fn waiting(self, patience: Duration) -> Fetcher {
        Fetcher {
            patience: Some(patience),
            ..self
        }
    }

    /// The address as it is kept, if something may be fetched from there.
    pub fn fit(&self, typed: &str) -> Result<Url, Unfit> {
        let typed = typed.trim();
        if typed.len() > LONGEST_ADDRESS {
            return Err(Unfit::NoAddress);
        }
        let url = match typed.split_once("://") {
            Some((scheme, rest)) if scheme.to_ascii_lowercase().starts_with("webcal") => {
                Url::parse(&format!("https://{rest}"))
            }
            Some(_) => Url::parse(typed),
            None => return Err(Unfit::NoAddress),
        };
        let url = url.map_err(|_| Unfit::NoAddress)?;
        self.check(&url)?;
        if url.as_str().len() > LONGEST_ADDRESS {
            return Err(Unfit::NoAddress);
        }
        Ok(url)
    }

    /// Names are looked up later, once for all: see [`PublicOnly`].
    fn check(&self, url: &Url) -> Result<(), Unfit> {
        if url.scheme() != "https" {
            return Err(Unfit::NotHttps);
        }
        let host = url.host_str().ok_or(Unfit::NoAddress)?;
        if self.is_inside(url) {
            return Ok(());
        }
        let literal = host.trim_start_matches('[').trim_end_matches(']');
        match literal.parse::<IpAddr>() {
            Ok(address) if !is_public(address) => Err(Unfit::Private),
            _ if url.port_or_known_default() != Some(443) => Err(Unfit::AnotherPort),
            _ => Ok(()),
        }
    }

    fn is_inside(&self, url: &Url) -> bool {
        let (host, port) = (url.host_str(), url.port_or_known_default());
        self.inside
            .iter()
            .any(|inside| host == Some(&inside.host) && port == Some(inside.port))
    }

    pub async fn fetch(&self, address: &str, known: &Known) -> Result<Fetched, Trouble> {
        timeout(
            self.patience.unwrap_or(PATIENCE),
            self.follow(address, known),
        )
        .await
        .unwrap_or(Err(Trouble::Slow))
    }

    /// Every address on the way is checked like the first.
    async fn follow(&self, address: &str, known: &Known) -> Result<Fetched, Trouble> {
        let mut url = self.fit(address).map_err(Trouble::Unfit)?;
        for _ in 0..=MOST_MOVES {
            let answer = self.ask(&url, known).await?;
            if !answer.status().is_redirection() || answer.status() == StatusCode::NOT_MODIFIED {
                return take(answer).await;
            }
            let place = answer.headers().get(LOCATION);
            let place = place.and_then(|place| place.to_str().ok());
            url = place
                .and_then(|place| url.join(place).ok())
                .ok_or(Trouble::NotFound)?;
            self.check(&url).map_err(Trouble::MovedTo)?;
        }
        Err(Trouble::MovesOn)
    }

    async fn ask(&self, url: &Url, known: &Known) -> Result<Response, Trouble> {
        let clients = self.clients().map_err(|_| Trouble::Silent)?;
        let client = match self.is_inside(url) {
            true => &clients.inside,
            false => &clients.public,
        };
        let mut request = client.get(url.clone()).header(ACCEPT, "text/calendar");
        if let Some(etag) = &known.etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        if let Some(last_modified) = &known.last_modified {
            request = request.header(IF_MODIFIED_SINCE, last_modified);
        }
        request.send().await.map_err(|cause| trouble(&cause))
    }

    fn clients(&self) -> reqwest::Result<&Clients> {
        if let Some(clients) = self.clients.get() {
            return Ok(clients);
        }
        let clients = Clients {
            public: self.client().dns_resolver(Arc::new(PublicOnly)).build()?,
            inside: self.client().build()?,
        };
        Ok(self.clients.get_or_init(|| clients))
    }

    fn client(&self) -> ClientBuilder {
        let client = Client::builder()
            .https_only(true)
            .redirect(Policy::none())
            .no_proxy()
            .referer(false)
            .pool_max_idle_per_host(0)
            .connect_timeout(PATIENCE_TO_CONNECT)
            .user_agent("Waymark");
        match &self.certificate {
            Some(certificate) => client.add_root_certificate(certificate.clone()),
            None => client,
        }
    }
}

async fn take(mut answer: Response) -> Result<Fetched, Trouble> {
    match answer.status().as_u16() {
        200 => {}
        304 => return Ok(Fetched::TheSame),
        401 | 403 | 407 => return Err(Trouble::SignIn),
        404 | 410 => return Err(Trouble::NotFound),
        status => return Err(Trouble::Refused(status)),
    }
    // Nothing of the kind was asked for, and it would say nothing of how large it becomes.
    if answer.headers().contains_key(CONTENT_ENCODING) {
        return Err(Trouble::NotACalendar);
    }
    let said = |name, longest| {
        let value = answer.headers().get(name)?.to_str().ok()?;
        (value.len() <= longest).then(|| value.to_owned())
    };
    let known = Known {
        etag: said(ETAG, 500),
        last_modified: said(LAST_MODIFIED, 100),
    };
    let mut body = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(|cause| trouble(&cause))? {
        if body.len() + part.len() > LARGEST {
            return Err(Trouble::TooLarge);
        }
        body.extend_from_slice(&part);
    }
    let text = String::from_utf8_lossy(&body).into_owned();
    Ok(Fetched::Text(text, known))
}

fn trouble(cause: &reqwest::Error) -> Trouble {
    if cause.is_timeout() {
        return Trouble::Slow;
    }
    let mut next = cause.source();
    while let Some(cause) = next {
        if cause.is::<Private>() {
            return Trouble::Unfit(Unfit::Private);
        }
        if cause.to_string().contains("certificate") {
            return Trouble::Untrusted;
        }
        next = cause.source();
    }
    Trouble::Silent
}

/// Looks names up, so that the addresses that are looked at are the ones connected to.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|one| is_public(one.ip())).collect();
            if public.is_empty() {
                return Err(Private.into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// A name leads nowhere but into private networks.
#[derive(Debug)]
struct Private;

impl Display for Private {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("a name of private addresses")
    }
}

impl Error for Private {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_refused_before_anything_is_asked() {
        let fetcher = Fetcher::new(&[CalendarHost {
            host: "cal.corp.example".into(),
            port: 8443,
        }]);
        for (typed, kept) in [
            ("https://cal.example/a.ics", "https://cal.example/a.ics"),
            (" webcal://cal.example/a.ics ", "https://cal.example/a.ics"),
            ("WEBCALS://Cal.Example/A", "https://cal.example/A"),
            ("https://cal.example:443/a", "https://cal.example/a"),
            ("https://8.8.8.8/a", "https://8.8.8.8/a"),
            (
                "https://cal.corp.example:8443/a",
                "https://cal.corp.example:8443/a",
            ),
        ] {
            let fit = fetcher.fit(typed).map(String::from);
            assert_eq!(fit.as_deref(), Ok(kept), "{typed}");
        }
        let long = format!("https://cal.example/{}", "x".repeat(2000));
        let accents = format!("https://cal.example/{}", "é".repeat(900));
        for (typed, why) in [
            ("", Unfit::NoAddress),
            ("cal.example/a.ics", Unfit::NoAddress),
            ("https://", Unfit::NoAddress),
            (&long, Unfit::NoAddress),
            (&accents, Unfit::NoAddress),
            ("http://cal.example/a.ics", Unfit::NotHttps),
            ("ftp://cal.example/a.ics", Unfit::NotHttps),
            ("file:///etc/passwd", Unfit::NotHttps),
            ("https://cal.example:8443/a", Unfit::AnotherPort),
            ("https://cal.corp.example:8444/a", Unfit::AnotherPort),
            ("https://127.0.0.1/a", Unfit::Private),
            ("https://127.1/a", Unfit::Private),
            ("https://2130706433/a", Unfit::Private),
            ("https://0x7f.0.0.1/a", Unfit::Private),
            ("https://0177.0.0.1/a", Unfit::Private),
            ("https://１２７.0.0.1/a", Unfit::Private),
            ("https://[::1]/a", Unfit::Private),
            ("https://[::ffff:127.0.0.1]/a", Unfit::Private),
            ("https://[64:ff9b::a9fe:a9fe]/a", Unfit::Private),
            ("https://169.254.169.254/latest/meta-data", Unfit::Private),
            ("https://maya:secret@10.0.0.1/a", Unfit::Private),
        ] {
            assert_eq!(fetcher.fit(typed).err(), Some(why), "{typed}");
        }
    }
}
