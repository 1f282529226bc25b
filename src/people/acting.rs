//! The person signed in, and the transaction that acts for them. Whatever a signed-in person
//! reads or writes goes through [`Acting`], so that Postgres knows whose request it is.

use super::PersonId;
use crate::App;
use crate::clock::Now;
use crate::error::{Error, Kept, Result};
use crate::web::form;
use crate::web::page::{Banner, Frame, Link, Named};
use crate::web::routes::Longest;
use crate::web::words;
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::Method;
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::Cookie;
use sha2::{Digest, Sha256};
use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, PgConnection, PgPool, Postgres, Row, Transaction};
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex};
use time::{Duration, OffsetDateTime};

/// The longest form that is read, in bytes.
const LONGEST_FORM: usize = 256 * 1024;

/// How long a banner waits for the page it is meant for.
const A_MINUTE: Duration = Duration::minutes(1);

/// Who is signed in.
#[derive(Clone, Debug)]
pub struct Viewer {
    pub id: PersonId,
    pub name: String,
    /// An IANA name.
    pub time_zone: String,
    pub administrator: bool,
    /// Runs at least one programme.
    pub coordinator: bool,
    /// The key of this browser's sign-in.
    pub sign_in: i64,
}

/// A transaction in which Postgres takes every statement as the viewer's. It ends without a
/// trace unless it is committed.
pub struct Acting {
    connection: Option<PoolConnection<Postgres>>,
    pub viewer: Viewer,
    pub frame: Frame,
    pub now: OffsetDateTime,
}

/// What an audit row is about.
#[derive(Clone, Copy, Debug)]
pub enum About {
    Oneself,
    Person(PersonId),
    Programme(crate::programmes::ProgrammeId),
    PersonIn(PersonId, crate::programmes::ProgrammeId),
    Pairing(crate::pairings::PairingId),
}

impl About {
    /// Of a person, a programme and a pairing.
    fn keys(self, viewer: PersonId) -> (Option<i64>, Option<i64>, Option<i64>) {
        match self {
            About::Oneself => (Some(viewer.0), None, None),
            About::Person(id) => (Some(id.0), None, None),
            About::Programme(id) => (None, Some(id.0), None),
            About::PersonIn(person, programme) => (Some(person.0), Some(programme.0), None),
            About::Pairing(id) => (None, None, Some(id.0)),
        }
    }
}

impl Acting {
    /// Begins to act for whoever holds this token: one round trip for the look-up, the
    /// beginning and the acting. `None` if the sign-in is unknown or has expired.
    async fn begin(db: &PgPool, token: &str, now: OffsetDateTime) -> sqlx::Result<Option<Self>> {
        // Nothing in this text was typed by anybody: a digest in hex and the seconds of a clock.
        let sql = format!(
            "begin; \
             select *, set_config('app.person_id', id::text, true) \
             from signed_in('\\x{}', to_timestamp({}))",
            hex(&hash(token)),
            now.unix_timestamp(),
        );
        let mut acting = Acting {
            connection: Some(db.acquire().await?),
            viewer: Viewer {
                id: PersonId(0),
                name: String::new(),
                time_zone: String::new(),
                administrator: false,
                coordinator: false,
                sign_in: 0,
            },
            frame: Frame::default(),
            now,
        };
        let rows = sqlx::raw_sql(AssertSqlSafe(sql))
            .fetch_all(&mut *acting)
            .await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        acting.viewer = Viewer {
            id: row.try_get("id")?,
            name: row.try_get("full_name")?,
            time_zone: row.try_get("time_zone")?,
            administrator: row.try_get("administrator")?,
            coordinator: row.try_get("coordinator")?,
            sign_in: row.try_get("sign_in")?,
        };
        Ok(Some(acting))
    }

    /// Acts for whom a letter was sent to, for the one thing that it asked.
    pub async fn by_letter(
        db: &PgPool,
        (id, name, time_zone): (PersonId, String, String),
        now: OffsetDateTime,
    ) -> sqlx::Result<Self> {
        let mut acting = Acting {
            connection: Some(db.acquire().await?),
            viewer: Viewer {
                id,
                name,
                time_zone,
                administrator: false,
                coordinator: false,
                sign_in: 0,
            },
            frame: Frame::default(),
            now,
        };
        let sql = format!("begin; select set_config('app.person_id', '{id}', true)");
        sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(&mut *acting)
            .await?;
        Ok(acting)
    }

    /// Leaves an audit row and makes everything done so far last.
    pub async fn commit(mut self, act: &str, about: About) -> sqlx::Result<()> {
        self.audit(act, about).await?;
        sqlx::raw_sql("commit").execute(&mut *self).await?;
        self.connection = None;
        Ok(())
    }

    /// Makes everything done so far last, where a row of the audit told of it before.
    pub async fn commit_untold(mut self) -> sqlx::Result<()> {
        sqlx::raw_sql("commit").execute(&mut *self).await?;
        self.connection = None;
        Ok(())
    }

    /// Makes audit rows last at once, before anything they speak of is shown.
    pub async fn record_reading(
        &mut self,
        act: &'static str,
        about: impl IntoIterator<Item = About>,
    ) -> sqlx::Result<()> {
        // Nothing in this text was typed by anybody: keys, and words of our own. One round trip.
        let viewer = self.viewer.id;
        let at = self.now.unix_timestamp_nanos() / 1000;
        let key = |key: Option<i64>| key.map_or("null".into(), |key| key.to_string());
        let rows: Vec<String> = about
            .into_iter()
            .map(|about| {
                let (person, programme, pairing) = about.keys(viewer);
                format!(
                    "(timestamptz 'epoch' + interval '{at} microseconds', {viewer}, '{act}', {}, {}, {})",
                    key(person),
                    key(programme),
                    key(pairing),
                )
            })
            .collect();
        if rows.is_empty() {
            return Ok(());
        }
        let sql = format!(
            "insert into audit_events (at, actor_id, act, person_id, programme_id, pairing_id) \
             values {}; commit; begin; select set_config('app.person_id', '{viewer}', true)",
            rows.join(", "),
        );
        sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(&mut **self)
            .await?;
        Ok(())
    }

    async fn audit(&mut self, act: &str, about: About) -> sqlx::Result<()> {
        let (person, programme, pairing) = about.keys(self.viewer.id);
        sqlx::query!(
            "insert into audit_events (at, actor_id, act, person_id, programme_id, pairing_id)
             values ($1, $2, $3, $4, $5, $6)",
            self.now,
            self.viewer.id.0,
            act,
            person,
            programme,
            pairing,
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    /// Whether a form with this token arrives for the first time. One that came without a
    /// token is taken as new.
    pub async fn first_time(&mut self, once: &str) -> sqlx::Result<bool> {
        let Ok(token) = u128::from_str_radix(once, 16) else {
            return Ok(true);
        };
        let added = sqlx::query!(
            "insert into forms_used (token, person_id, used_at) values ($1::text::uuid, $2, $3)
             on conflict do nothing",
            format!("{token:032x}"),
            self.viewer.id.0,
            self.now,
        )
        .execute(&mut **self)
        .await?;
        Ok(added.rows_affected() == 1)
    }

    /// A fresh token for a form that must act once.
    pub fn once(&self) -> String {
        form::once()
    }
}

impl Deref for Acting {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        self.connection
            .as_ref()
            .expect("held until it is committed or dropped")
    }
}

impl DerefMut for Acting {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.connection
            .as_mut()
            .expect("held until it is committed or dropped")
    }
}

impl Drop for Acting {
    fn drop(&mut self) {
        if let Some(mut connection) = self.connection.take() {
            // Given back to the pool only once nothing acts on it any more.
            tokio::spawn(async move {
                if sqlx::raw_sql("rollback")
                    .execute(&mut *connection)
                    .await
                    .is_err()
                {
                    drop(connection.detach());
                }
            });
        }
    }
}

/// Whoever looks at a page that is open to anyone. The frame knows them if they are signed in.
pub struct Onlooker(pub Frame);

impl FromRequestParts<App> for Onlooker {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let cookies = CookieJar::from_headers(&parts.headers);
        let acting = match cookies.get(app.cookies.sign_in()) {
            Some(token) => Acting::begin(&app.db, token.value(), app.clock.now()).await?,
            None => None,
        };
        Ok(Onlooker(match acting {
            Some(acting) => frame(&acting.viewer, parts.uri.path(), app.demo),
            None => Frame {
                demo: app.demo,
                ..Frame::default()
            },
        }))
    }
}

/// Whoever comes to a page that is open to anyone and may act there: in a transaction for them if
/// they are signed in, and for nobody otherwise.
pub enum Comer {
    SignedIn(Acting),
    Stranger(Transaction<'static, Postgres>),
}

impl Comer {
    pub async fn of(app: &App, cookies: &CookieJar) -> sqlx::Result<Comer> {
        if let Some(token) = cookies.get(app.cookies.sign_in())
            && let Some(mut acting) = Acting::begin(&app.db, token.value(), app.clock.now()).await?
        {
            acting.frame = frame(&acting.viewer, "", app.demo);
            return Ok(Comer::SignedIn(acting));
        }
        Ok(Comer::Stranger(app.db.begin().await?))
    }

    pub fn viewer(&self) -> Option<&Viewer> {
        match self {
            Comer::SignedIn(acting) => Some(&acting.viewer),
            Comer::Stranger(_) => None,
        }
    }

    pub fn frame(&self, app: &App) -> Frame {
        match self {
            Comer::SignedIn(acting) => acting.frame.clone(),
            Comer::Stranger(_) => Frame {
                demo: app.demo,
                ..Frame::default()
            },
        }
    }

    pub fn db(&mut self) -> &mut PgConnection {
        match self {
            Comer::SignedIn(acting) => acting,
            Comer::Stranger(db) => db,
        }
    }
}

/// What to say on the next page, after a form that is open to anyone.
pub fn banner(app: &App, words: &str) -> Cookie<'static> {
    let words = Banner(words.to_owned()).write();
    app.cookies.keep(app.cookies.banner(), words, A_MINUTE)
}

/// Where the middleware leaves the transaction for the handler to take.
#[derive(Clone)]
struct Begun(Arc<Mutex<Option<Acting>>>);

/// Wrapped round every route that is not open to anyone.
pub async fn signed_in(
    State(app): State<App>,
    Now(now): Now,
    request: Request,
    next: Next,
) -> Result<Response> {
    admit(app, now, request, next, |_| true).await
}

/// Wrapped round every route that is for administrators.
pub async fn administrators(
    State(app): State<App>,
    Now(now): Now,
    request: Request,
    next: Next,
) -> Result<Response> {
    admit(app, now, request, next, |viewer| viewer.administrator).await
}

async fn admit(
    app: App,
    now: OffsetDateTime,
    request: Request,
    next: Next,
    may_enter: fn(&Viewer) -> bool,
) -> Result<Response> {
    let cookies = CookieJar::from_headers(request.headers());
    // The whole form is read first, so that a slow sender never holds a transaction open.
    let (parts, body) = request.into_parts();
    let token = cookies.get(app.cookies.sign_in()).map(Cookie::value);
    let longest = parts.extensions.get().map(|Longest(bytes)| *bytes);
    if longest.is_some() {
        // A file is taken from nobody who only claims to be signed in.
        begin(&app, token, now, &parts, may_enter).await?;
    }
    let body = to_bytes(body, longest.unwrap_or(LONGEST_FORM))
        .await
        .map_err(|_| match longest {
            Some(_) => Error::FileTooLarge,
            None => Error::TooLarge,
        })?;
    if longest.is_none() {
        let kept = Kept::of(&parts.extensions);
        kept.form.get_or_init(|| body.clone());
    }
    let mut acting = begin(&app, token, now, &parts, may_enter).await?;
    let banner = cookies
        .get(app.cookies.banner())
        .filter(|_| parts.method == Method::GET);
    acting.frame.banner = banner
        .and_then(|cookie| Banner::read(cookie.value()))
        .map(|banner| banner.0);

    let mut request = Request::from_parts(parts, Body::from(body));
    request
        .extensions_mut()
        .insert(Begun(Arc::new(Mutex::new(Some(acting)))));
    let mut response = next.run(request).await;
    carry_banner(&app, &mut response, banner.is_some());
    Ok(response)
}

/// What has just been done is told on the next page, and what was told is forgotten.
fn carry_banner(app: &App, response: &mut Response, told: bool) {
    let (cookies, name) = (app.cookies, app.cookies.banner());
    let cookie = match response.extensions().get::<Banner>() {
        Some(words) => Some(cookies.keep(name, words.write(), A_MINUTE)),
        None => told.then(|| cookies.forget(name)),
    };
    if let Some(cookie) = cookie.and_then(|cookie| cookie.to_string().parse().ok()) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

/// The viewer's transaction, and the frame round whatever page they get.
async fn begin(
    app: &App,
    token: Option<&str>,
    now: OffsetDateTime,
    parts: &Parts,
    may_enter: fn(&Viewer) -> bool,
) -> Result<Acting> {
    let kept = Kept::of(&parts.extensions);
    let acting = match token {
        Some(token) => Acting::begin(&app.db, token, now).await?,
        None => None,
    };
    let mut acting = acting.ok_or_else(|| sign_in_and_return(parts, &kept))?;
    acting.frame = frame(&acting.viewer, parts.uri.path(), app.demo);
    kept.frame.get_or_init(|| acting.frame.clone());
    if may_enter(&acting.viewer) {
        Ok(acting)
    } else {
        Err(Error::NotFound)
    }
}

/// A page asked for is come back to after signing in. A form is not sent again by itself, so
/// what was typed into it is shown.
fn sign_in_and_return(parts: &Parts, kept: &Kept) -> Error {
    match (&parts.method, parts.uri.path()) {
        (&Method::GET, path) if path != "/" => {
            let asked = parts.uri.query().map(|query| format!("?{query}"));
            let path = format!("{path}{}", asked.unwrap_or_default());
            Error::SignInFirstFor(path.replace('%', "%25").replace('&', "%26"))
        }
        (&Method::POST, _) if !kept.typed().is_empty() => Error::SignedOut,
        _ => Error::SignInFirst,
    }
}

fn frame(viewer: &Viewer, path: &str, demo: bool) -> Frame {
    let manages = viewer.coordinator || viewer.administrator;
    let link = |href: &'static str, text| Link {
        href,
        text,
        current: if href == "/" {
            path == "/" || path.starts_with("/pairings") || path.starts_with("/assisting")
        } else if href == "/library" {
            path.starts_with(href) || (!manages && path.contains(href))
        } else {
            path.starts_with(href)
        },
    };
    let mut links = vec![link("/", "Home")];
    if manages {
        links.push(link("/programmes", "Programmes"));
    }
    if viewer.administrator {
        links.push(link("/people", "People"));
        links.push(link("/administration", "Administration"));
    }
    links.push(link("/library", "Library"));
    links.push(link("/account", "Your account"));
    Frame {
        viewer: Some(Named {
            name: viewer.name.clone(),
            initials: words::initials(&viewer.name),
        }),
        links,
        banner: None,
        demo,
    }
}

pub fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl FromRequestParts<App> for Acting {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        parts
            .extensions
            .get::<Begun>()
            .and_then(|begun| begun.0.lock().ok()?.take())
            .ok_or(Error::SignInFirst)
    }
}
