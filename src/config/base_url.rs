//! The address under which people know this Waymark.

use axum::http::Uri;
use std::fmt::{self, Display, Formatter};

/// `https://mentoring.example`, without a slash at the end.
#[derive(Clone, Debug, PartialEq)]
pub struct BaseUrl(String);

impl BaseUrl {
    pub fn local(port: u16) -> BaseUrl {
        BaseUrl(format!("http://localhost:{port}"))
    }

    /// Passwords travel over it, so only this machine may do without https.
    pub fn read(typed: &str) -> Result<BaseUrl, String> {
        let refused = |why: &str| Err(format!("BASE_URL {why}, which {typed:?} does not."));
        let Ok(address) = typed.parse::<Uri>() else {
            return refused("is an address like https://mentoring.example");
        };
        let (Some(scheme), Some(authority)) = (address.scheme_str(), address.authority()) else {
            return refused("begins with https://");
        };
        if address.path() != "/" || address.query().is_some() || typed.contains('#') {
            return refused("ends with the host and the port");
        }
        if authority.as_str().contains('@') {
            return refused("has no user name");
        }
        let local = matches!(authority.host(), "localhost" | "127.0.0.1" | "[::1]");
        match scheme {
            "https" => {}
            "http" if local => {}
            _ => return refused("begins with https:// (only localhost may have http://)"),
        }
        Ok(BaseUrl(format!("{scheme}://{authority}")))
    }

    /// `/pairings/7` as a link that works in a letter.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    /// `mentoring.example`, without the port.
    pub fn host(&self) -> String {
        let address = self.0.parse::<Uri>();
        let host = address
            .ok()
            .and_then(|address| address.host().map(str::to_owned));
        host.unwrap_or_else(|| "localhost".into())
    }

    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }
}

impl Display for BaseUrl {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::BaseUrl;

    #[test]
    fn only_a_whole_and_safe_address_will_do() {
        let table = [
            ("https://mentoring.example", true),
            ("https://mentoring.example/", true),
            ("https://mentoring.example:8443", true),
            ("http://localhost:3000", true),
            ("http://127.0.0.1", true),
            ("http://[::1]:3000", true),
            ("http://mentoring.example", false),
            ("https://mentoring.example/app", false),
            ("https://mentoring.example?a=b", false),
            ("https://somebody@mentoring.example", false),
            ("mentoring.example", false),
            ("ftp://mentoring.example", false),
            ("", false),
        ];
        for (typed, good) in table {
            assert_eq!(BaseUrl::read(typed).is_ok(), good, "{typed}");
        }
    }

    #[test]
    fn it_never_ends_with_a_slash() {
        let base = BaseUrl::read("https://mentoring.example/").unwrap();
        assert_eq!(
            base.join("/pairings/7"),
            "https://mentoring.example/pairings/7"
        );
    }
}
