//! Signing in by email and password, and signing out.

use super::acting::Onlooker;
use super::attempts::{self, Counter};
use super::browser::Browser;
use super::demo::{self, DemoPerson};
use super::{PersonId, acting, passwords};
use crate::App;
use crate::clock::Now;
use crate::error::Result;
use crate::web::form::{self, Form, Problems};
use crate::web::page::{Frame, Page, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use sqlx::{Connection, PgConnection};
use time::{Duration, OffsetDateTime};

/// How long a browser stays signed in.
const LASTS: Duration = Duration::days(30);

/// How long a browser is known after somebody signed in with it.
const KNOWN_FOR: Duration = Duration::days(365);

#[derive(Template)]
#[template(path = "people/sign_in.html")]
struct SignInPage {
    frame: Frame,
    form: SignInForm,
    problems: Problems,
    /// On a demonstration server, whom to try it as.
    demo_people: Vec<DemoPerson>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SignInForm {
    email: String,
    password: String,
    /// Where the visitor was going.
    next: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/sign-in", Entry::Anyone, show)
        .post("/sign-in", Entry::Anyone, create)
        .post("/sign-out", Entry::Anyone, destroy)
}

async fn show(
    State(app): State<App>,
    Onlooker(frame): Onlooker,
    Form(form): Form<SignInForm>,
) -> Result<Response> {
    if frame.viewer.is_some() {
        return Ok(see(path_of_ours(&form.next)));
    }
    let form = SignInForm {
        next: form.next,
        ..SignInForm::default()
    };
    Ok(page(&app, form, Problems::default()).await?.into_response())
}

async fn page(app: &App, form: SignInForm, problems: Problems) -> Result<Page<SignInPage>> {
    Ok(Page(SignInPage {
        frame: Frame {
            demo: app.demo,
            ..Frame::default()
        },
        form,
        problems,
        demo_people: demo::people(app).await?,
    }))
}

async fn create(
    State(app): State<App>,
    Now(now): Now,
    browser: Browser,
    Form(form): Form<SignInForm>,
) -> Result<Response> {
    let (email, password) = match form.read() {
        Ok(typed) => typed,
        Err(problems) => return Ok(page(&app, form, problems).await?.refused()),
    };
    let account = find(&app, &email, &browser, now).await?;
    let counters = counters(&email, account.as_ref(), &browser);
    attempts::count(&app.db, &counters, now).await?;
    let hash = account.as_ref().map(|account| account.hash.clone());
    let right = passwords::matches(password, hash).await;
    if let Some(account) = account.filter(|_| right) {
        let mut connection = app.db.acquire().await?;
        let mut db = connection.begin().await?;
        if still_has(&mut db, &account).await? {
            attempts::forgive(&mut db, &counters, now).await?;
            let cookies = enter(&app, &mut db, &browser, account.person, now).await?;
            db.commit().await?;
            return Ok((cookies, see(path_of_ours(&form.next))).into_response());
        }
    }
    let problems = Problems::one(
        "email",
        "Check your email address and password: they do not match an account",
    );
    Ok(page(&app, form, problems).await?.refused())
}

async fn destroy(State(app): State<App>, browser: Browser) -> Result<Response> {
    if let Some(token_hash) = browser.sign_in {
        sqlx::query!("delete from sign_ins where token_hash = $1", &token_hash)
            .execute(&app.db)
            .await?;
    }
    let cookies = CookieJar::new().add(app.cookies.forget(app.cookies.sign_in()));
    Ok((cookies, see("/sign-in")).into_response())
}

impl SignInForm {
    fn read(&self) -> Result<(String, String), Problems> {
        let mut problems = Problems::default();
        let email = read_email(&self.email);
        let email = problems.keep("email", email);
        if self.password.is_empty() {
            problems.add("password", "Enter your password");
        }
        match email {
            Some(email) if problems.is_empty() => Ok((email, self.password.clone())),
            _ => Err(problems),
        }
    }
}

/// An email address as it is kept: in lower case.
pub fn read_email(text: &str) -> Result<String, form::Problem> {
    // In lower case some letters are longer.
    let email = form::line(&text.to_lowercase(), 254, "Enter an email address")?;
    let in_two = email.split_once('@');
    let fine = in_two.is_some_and(|(mailbox, host)| {
        !mailbox.is_empty() && host.contains('.') && !host.contains('@') && !email.contains(' ')
    });
    if fine {
        Ok(email)
    } else {
        Err("Enter an email address such as name@example.org".into())
    }
}

/// Where to go after signing in: only ever a path of this site.
fn path_of_ours(next: &str) -> &str {
    let mut bytes = next.bytes();
    let ours = bytes.next() == Some(b'/')
        && !matches!(bytes.next(), Some(b'/' | b'\\'))
        && next.len() <= 500
        && next
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if ours { next } else { "/" }
}

struct Account {
    person: PersonId,
    hash: String,
    /// Whether its owner has signed in with this browser before.
    known_here: bool,
}

async fn find(
    app: &App,
    email: &str,
    browser: &Browser,
    now: OffsetDateTime,
) -> sqlx::Result<Option<Account>> {
    sqlx::query_as!(
        Account,
        r#"
        select
            account.person_id as "person!: PersonId", hash as "hash!",
            exists (
                select from known_browsers
                where token_hash = $2 and person_id = account.person_id and known_since > $3
            ) as "known_here!"
        from account_of($1) account
        "#,
        email,
        browser.known.as_ref().map(<[u8; 32]>::as_slice),
        now - KNOWN_FOR,
    )
    .fetch_optional(&app.db)
    .await
}

/// A browser on the machine itself is taken for a proxy, which says nothing of who is asking.
fn counters(email: &str, account: Option<&Account>, browser: &Browser) -> Vec<Counter> {
    if let (
        Some(Account {
            known_here: true, ..
        }),
        Some(known),
    ) = (account, &browser.known)
    {
        return vec![Counter::browser(known)];
    }
    let address = browser.address.filter(|address| !address.is_loopback());
    [Counter::account(email)]
        .into_iter()
        .chain(address.map(Counter::address))
        .collect()
}

/// Whether the password has not been changed while it was checked.
async fn still_has(db: &mut PgConnection, account: &Account) -> sqlx::Result<bool> {
    let row = sqlx::query!(
        "select person_id from passwords where person_id = $1 and hash = $2 for share",
        account.person.0,
        account.hash,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.is_some())
}

/// Signs a person in with this browser, and gives it what it needs to be known by.
pub async fn enter(
    app: &App,
    db: &mut PgConnection,
    browser: &Browser,
    person: PersonId,
    now: OffsetDateTime,
) -> sqlx::Result<CookieJar> {
    let (sign_in, known) = (random_token(), random_token());
    sqlx::query!(
        r"
        with left_behind as (
            delete from sign_ins
            where token_hash = $3 or (person_id = $1 and expires_at <= $5)
        ), forgotten as (
            delete from known_browsers
            where token_hash = $4 or (person_id = $1 and known_since <= $6)
        ), known as (
            insert into known_browsers (token_hash, person_id, known_since) values ($7, $1, $5)
        )
        insert into sign_ins (person_id, token_hash, browser, address, signed_in_at, expires_at)
        values ($1, $2, $8, $9, $5, $10)
        ",
        person.0,
        &acting::hash(&sign_in),
        browser.sign_in.as_ref().map(<[u8; 32]>::as_slice),
        browser.known.as_ref().map(<[u8; 32]>::as_slice),
        now,
        now - KNOWN_FOR,
        &acting::hash(&known),
        browser.name,
        browser
            .address
            .map_or("unknown".into(), |address| address.to_string()),
        now + LASTS,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        r#"
        with acting as (select set_config('app.person_id', $1::bigint::text, true))
        insert into audit_events (at, actor_id, act, person_id)
        select $2, $1, 'signed in', $1 from acting
        "#,
        person.0,
        now,
    )
    .execute(&mut *db)
    .await?;
    let cookies = app.cookies;
    Ok(CookieJar::new()
        .add(cookies.keep(cookies.sign_in(), sign_in, LASTS))
        .add(cookies.keep(cookies.known_browser(), known, KNOWN_FOR)))
}

/// A secret that nobody guesses: 256 bits in hex.
pub fn random_token() -> String {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).expect("the operating system has randomness");
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::path_of_ours;

    #[test]
    fn signing_in_leads_to_a_path_of_this_site_only() {
        for (next, path) in [
            ("/pairings/7", "/pairings/7"),
            ("/people?q=tom&page=2", "/people?q=tom&page=2"),
            ("", "/"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("\\/evil.example", "/"),
            ("https://evil.example/", "/"),
            ("javascript:alert(1)", "/"),
            ("/\t/evil.example", "/"),
            ("/a\r\nSet-Cookie: b", "/"),
            ("pairings", "/"),
        ] {
            assert_eq!(path_of_ours(next), path, "{next:?}");
        }
    }
}
