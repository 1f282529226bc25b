//! The browser that a request comes from: what it is called, where it is, and the tokens it holds.

use super::acting;
use crate::App;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use axum_extra::extract::CookieJar;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

pub struct Browser {
    /// "Firefox on Windows"
    pub name: String,
    pub address: Option<IpAddr>,
    /// The hash of the token it is signed in with, if any.
    pub sign_in: Option<[u8; 32]>,
    /// The hash of the token it was given when somebody signed in before.
    pub known: Option<[u8; 32]>,
}

impl FromRequestParts<App> for Browser {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let cookies = CookieJar::from_headers(&parts.headers);
        let hash_of = |name| cookies.get(name).map(|cookie| acting::hash(cookie.value()));
        let agent = parts.headers.get(USER_AGENT);
        Ok(Browser {
            name: in_words(
                agent
                    .and_then(|agent| agent.to_str().ok())
                    .unwrap_or_default(),
            ),
            address: address(parts, app.proxies),
            sign_in: hash_of(app.cookies.sign_in()),
            known: hash_of(app.cookies.known_browser()),
        })
    }
}

/// Where the browser is. Every proxy in front adds to the header the address that it was asked
/// from, so only as many entries count as there are proxies: those before them anybody can make up.
fn address(parts: &Parts, proxies: usize) -> Option<IpAddr> {
    let texts = parts.headers.get_all("x-forwarded-for").iter();
    let texts: Vec<&str> = texts.filter_map(|text| text.to_str().ok()).collect();
    let entries: Vec<&str> = texts.iter().flat_map(|text| text.split(',')).collect();
    let told = proxies
        .checked_sub(1)
        .and_then(|others| entries.iter().rev().nth(others))
        .and_then(|entry| read_address(entry.trim()));
    let connected = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    told.or(connected.map(|ConnectInfo(socket)| socket.ip()))
        .map(|address| address.to_canonical())
}

/// Some proxies add the port.
fn read_address(entry: &str) -> Option<IpAddr> {
    let socket = entry.parse().map(|socket: SocketAddr| socket.ip());
    socket.or_else(|_| entry.parse()).ok()
}

/// Programs that name others in their own name stand before those.
const PROGRAMS: [(&str, &str); 8] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "a Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

fn in_words(agent: &str) -> String {
    let find = |list: &[(&str, &'static str)]| {
        list.iter()
            .find(|(sign, _)| agent.contains(sign))
            .map(|(_, name)| *name)
    };
    match (find(&PROGRAMS), find(&SYSTEMS)) {
        (Some(program), Some(system)) => format!("{program} on {system}"),
        (Some(program), None) => program.into(),
        (None, Some(system)) => format!("A browser on {system}"),
        (None, None) => "A browser".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn browsers_are_named_as_people_know_them() {
        for (agent, name) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/144.0 Safari/537.36 Edg/144.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15",
                "Safari on a Mac",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/144.0 Mobile/15E148 Safari/604.1",
                "Chrome on an iPhone",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/144.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            ("curl/8.5.0", "A browser"),
            ("", "A browser"),
        ] {
            assert_eq!(in_words(agent), name);
        }
    }
}
