//! Which passwords are good enough, and their hashes. Hashing is slow on purpose, so it is kept
//! off the threads that answer requests, and to as many at a time as there are cores.

use crate::web::form::Problem;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use std::collections::HashSet;
use std::num::NonZero;
use std::sync::LazyLock;
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

/// Counted in characters.
const SHORTEST: usize = 8;
pub const LONGEST: usize = 200;

/// What people put after a common word to make it another.
const LONGEST_ENDING: usize = 6;

/// What is tried first, in lower case.
static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    include_str!("common_passwords.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect()
});

/// Letters and digits that are hard to mistake for one another.
const LEGIBLE: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567899";

static CORES: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(1, NonZero::get)));

/// The hash of no password at all, for accounts that do not exist.
static NOBODYS: LazyLock<String> = LazyLock::new(|| hash_now(&random_letters()));

/// A new password that is good enough.
pub struct Password(String);

impl Password {
    /// # Errors
    /// In words, what to do better. No rules about kinds of characters (NIST SP 800-63B-4).
    pub fn choose(text: &str, name: &str, email: &str) -> Result<Password, Problem> {
        let text = normalised(text);
        match text.chars().count() {
            0 => return Err("Enter a new password".into()),
            count if count < SHORTEST => {
                return Err(format!("Choose a password of {SHORTEST} characters or more").into());
            }
            count if count > LONGEST => {
                return Err(format!("Choose a password of at most {LONGEST} characters").into());
            }
            _ => {}
        }
        let typed = text.to_lowercase();
        let bare = bare(&typed);
        let is = |guess: &str| typed == guess || (!bare.is_empty() && bare == guess);
        let mut characters = text.chars();
        let first = characters.next();
        if COMMON.contains(&*typed) || COMMON.contains(bare) || characters.all(|c| Some(c) == first)
        {
            return Err("Choose a password that is harder to guess: this one is among the first that people try".into());
        }
        let name = normalised(name).to_lowercase();
        let mailbox = email.split('@').next().unwrap_or(email);
        let own = [
            &*name,
            &name.replace(' ', ""),
            &name.replace(' ', "."),
            email,
            mailbox,
        ];
        if own.into_iter().any(is) {
            return Err("Choose a password that is not your name or your email address".into());
        }
        Ok(Password(text))
    }

    /// One for an administrator to pass on, such as "kd7f-mq2x-…".
    pub fn invent() -> Password {
        Password(random_letters())
    }

    /// A password that is meant to be known: of the demonstration.
    pub fn known(text: &str) -> Password {
        Password(text.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub async fn hash(&self) -> String {
        let text = self.0.clone();
        on_a_core(move || hash_now(&text)).await
    }
}

/// Whether this is the password with that hash. Takes the same time when there is no hash.
pub async fn matches(typed: String, hash: Option<String>) -> bool {
    let typed = normalised(&typed);
    on_a_core(move || {
        let nobodys = NOBODYS.as_str();
        let expected = hash.as_deref().unwrap_or(nobodys);
        argon2().verify_password(typed.as_bytes(), expected).is_ok() && hash.is_some()
    })
    .await
}

/// NFKC, so that a password is the same from every keyboard: é may be one character or two, and a
/// letter may be half or full width.
fn normalised(text: &str) -> String {
    text.nfkc().collect()
}

/// Without a short ending of digits and signs.
fn bare(typed: &str) -> &str {
    let bare = typed.trim_end_matches(|c: char| !c.is_alphabetic());
    match typed[bare.len()..].chars().count() {
        ..=LONGEST_ENDING => bare,
        _ => typed,
    }
}

async fn on_a_core<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let _core = CORES.acquire().await.expect("never closed");
    tokio::task::spawn_blocking(work)
        .await
        .expect("hashing does not panic")
}

/// OWASP's parameters for argon2id: 19 MiB, two passes, one lane.
fn argon2() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).expect("within argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash_now(text: &str) -> String {
    argon2()
        .hash_password(text.as_bytes())
        .expect("the operating system has randomness")
        .to_string()
}

/// Four groups of four: 80 bits, less the little that a doubled letter costs.
fn random_letters() -> String {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).expect("the operating system has randomness");
    let groups: Vec<String> = bytes
        .chunks(4)
        .map(|group| {
            group
                .iter()
                .map(|byte| char::from(LEGIBLE[usize::from(byte % 32)]))
                .collect()
        })
        .collect();
    groups.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_and_hard_to_guess_and_nothing_else_is_asked_of_it() {
        for (text, fine) in [
            ("correct horse battery", true),
            ("ünïcödé ✨ yes", true),
            ("zzyzxzzy", true),
            ("seven77", false),
            ("", false),
            ("password", false),
            ("Password123!", false),
            ("QWERTYUIOP", false),
            ("1234567890", false),
            ("aaaaaaaaaaaa", false),
            ("mississippi", false),
            ("Chocolate", false),
            ("trustno1", false),
            ("Liverpool1892!", false),
            // Full width, and no other password for it.
            ("ｐａｓｓｗｏｒｄ１", false),
            ("summer2026", false),
            // Common only at its beginning.
            ("summer 4711 0815", true),
            ("summer-in-the-hills", true),
            ("maya okafor", false),
            ("MayaOkafor1", false),
            ("maya.okafor@example.org", false),
            ("maya.okafor2026", false),
        ] {
            let chosen = Password::choose(text, "Maya Okafor", "maya.okafor@example.org");
            assert_eq!(chosen.is_ok(), fine, "{text}");
        }
        assert!(
            Password::choose(&"é".repeat(200), "", "").is_err(),
            "one letter repeated"
        );
        assert!(Password::choose(&"né".repeat(100), "", "").is_ok());
        assert!(Password::choose(&"né".repeat(101), "", "").is_err());
    }

    #[tokio::test]
    async fn a_password_is_the_same_from_every_keyboard() {
        let composed = Password::choose("caf\u{e9} au lait", "", "").unwrap();
        let hash = composed.hash().await;
        for (typed, same) in [
            ("caf\u{e9} au lait", true),
            ("cafe\u{301} au lait", true),
            ("\u{ff43}af\u{e9} au lait", true),
            ("cafe au lait", false),
            ("Caf\u{e9} au lait", false),
        ] {
            let matched = matches(typed.into(), Some(hash.clone())).await;
            assert_eq!(matched, same, "{typed}");
        }
    }

    #[test]
    fn thousands_of_common_passwords_are_known() {
        assert!(COMMON.len() > 10_000, "{}", COMMON.len());
        for common in COMMON.iter().filter(|one| one.chars().count() >= SHORTEST) {
            assert!(Password::choose(common, "", "").is_err(), "{common}");
        }
    }

    #[tokio::test]
    async fn a_hash_says_how_it_was_made_and_matches_only_its_password() {
        let password = Password::invent();
        let hash = password.hash().await;
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(NOBODYS.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert_eq!(password.as_str().len(), 19);
        assert!(matches(password.as_str().into(), Some(hash.clone())).await);
        assert!(!matches("another".into(), Some(hash)).await);
        assert!(!matches("another".into(), None).await);
    }
}
