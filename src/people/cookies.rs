//! What our cookies are called and how they are kept.

use axum_extra::extract::cookie::{Cookie, SameSite};
use time::Duration;

/// Cookies by the address the server is reached at: `__Host-` wherever there is TLS, plain on
/// http://localhost, where browsers would refuse the prefix.
#[derive(Clone, Copy, Debug)]
pub struct Cookies {
    pub secure: bool,
}

impl Cookies {
    /// The name of the cookie that holds a sign-in's token.
    pub fn sign_in(self) -> &'static str {
        if self.secure {
            "__Host-sign_in"
        } else {
            "sign_in"
        }
    }

    /// The name of the cookie of a browser in which somebody has signed in before.
    pub fn known_browser(self) -> &'static str {
        if self.secure { "__Host-known" } else { "known" }
    }

    /// The name of the cookie that carries a banner over one redirect.
    pub fn banner(self) -> &'static str {
        if self.secure {
            "__Host-banner"
        } else {
            "banner"
        }
    }

    /// The name of the cookie that ties an attempt to sign in at a provider to its browser.
    pub fn single_sign_on(self) -> &'static str {
        if self.secure {
            "__Host-single_sign_on"
        } else {
            "single_sign_on"
        }
    }

    pub fn keep(self, name: &'static str, value: String, lasts: Duration) -> Cookie<'static> {
        Cookie::build((name, value))
            .path("/")
            .secure(self.secure)
            .http_only(true)
            .same_site(SameSite::Lax)
            .max_age(lasts)
            .build()
    }

    pub fn forget(self, name: &'static str) -> Cookie<'static> {
        self.keep(name, String::new(), Duration::ZERO)
    }
}
