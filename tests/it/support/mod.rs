//! The app in a test: a database of its own, a stopped clock, and people who use it.

pub mod calendar_server;
pub mod given;
pub mod post_office;
pub mod read_back;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use std::net::SocketAddr;
use time::OffsetDateTime;
use time::macros::datetime;
use tower::ServiceExt;
use waymark::busy_calendars::Fetcher;
use waymark::demo::Loader;
use waymark::people::cookies::Cookies;
use waymark::single_sign_on::Providers;
use waymark::web::page::Banner;
use waymark::web::routes::Listed;
use waymark::{App, clock::Clock};

/// A Wednesday.
pub const NOON: OffsetDateTime = datetime!(2026-04-01 12:00 UTC);

pub struct TestApp {
    /// Connects as the owner of the tables: to arrange what a test needs and see what came of it.
    pub db: PgPool,
    /// Connects as the server does.
    pub server: PgPool,
    pub list: Vec<Listed>,
    router: Router,
    state: App,
}

pub struct Visitor<'a> {
    app: &'a TestApp,
    cookie: Option<String>,
    address: Option<SocketAddr>,
    forwarded_for: Option<String>,
    site: &'static str,
}

#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub location: Option<String>,
    pub cookies: Vec<String>,
    pub headers: HeaderMap,
    pub body: String,
}

impl TestApp {
    pub async fn new(db: PgPool) -> Self {
        Self::at(db, NOON).await
    }

    pub async fn at(db: PgPool, now: OffsetDateTime) -> Self {
        Self::start(db, now, false, 0).await
    }

    /// A server that holds the demonstration data.
    pub async fn demonstration(db: PgPool) -> Self {
        Self::start(db, NOON, true, 0).await
    }

    /// A server that was not told who owns its tables.
    pub async fn without_the_owner(db: PgPool) -> Self {
        let mut app = Self::new(db).await;
        app.state.loader = Loader::default();
        (app.router, app.list) = waymark::router(app.state.clone());
        app
    }

    /// A server with this many proxies in front of it.
    pub async fn behind_proxies(db: PgPool, proxies: usize) -> Self {
        Self::start(db, NOON, false, proxies).await
    }

    /// A server that fetches calendars like this.
    pub async fn fetching(db: PgPool, fetcher: Fetcher) -> Self {
        let mut app = Self::new(db).await;
        app.state.calendars = fetcher;
        (app.router, app.list) = waymark::router(app.state.clone());
        app
    }

    /// A server with one connection to the database, of which nobody may hold two.
    pub async fn with_one_connection(db: PgPool) -> Self {
        let mut app = Self::new(db).await;
        let options = (*app.server.connect_options()).clone();
        app.state.db = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(std::time::Duration::from_secs(2))
            .connect_with(options)
            .await
            .unwrap();
        (app.router, app.list) = waymark::router(app.state.clone());
        app
    }

    /// A server that leaves all matching to the background.
    pub async fn impatient(db: PgPool) -> Self {
        let mut app = Self::new(db).await;
        app.state.matcher.patience = std::time::Duration::ZERO;
        (app.router, app.list) = waymark::router(app.state.clone());
        app
    }

    async fn start(db: PgPool, now: OffsetDateTime, demo: bool, proxies: usize) -> Self {
        let options = (*db.connect_options()).clone().username("waymark_server");
        let server = PgPoolOptions::new()
            .max_connections(10)
            .connect_with(options)
            .await
            .unwrap();
        keys_of_their_own(&db).await;
        let state = App {
            db: server.clone(),
            clock: Clock::Stopped(now),
            cookies: Cookies { secure: false },
            providers: Providers::default(),
            base_url: waymark::config::BaseUrl::local(3000),
            proxies,
            calendars: Fetcher::default(),
            demo,
            loader: Loader::with(Some((*db.connect_options()).clone())),
            matcher: waymark::workbench::Matcher::default(),
        };
        let (router, list) = waymark::router(state.clone());
        TestApp {
            state,
            db,
            server,
            list,
            router,
        }
    }

    /// What its handlers know.
    pub fn state(&self) -> App {
        self.state.clone()
    }

    /// The same server at another time.
    pub fn later(&self, now: OffsetDateTime) -> TestApp {
        let state = App {
            clock: Clock::Stopped(now),
            ..self.state()
        };
        let (router, list) = waymark::router(state.clone());
        TestApp {
            db: self.db.clone(),
            server: self.server.clone(),
            list,
            router,
            state,
        }
    }

    /// For requests and answers in all their parts.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    pub fn stranger(&self) -> Visitor<'_> {
        Visitor {
            app: self,
            cookie: None,
            address: None,
            forwarded_for: None,
            site: "same-origin",
        }
    }

    /// A browser that has kept the cookies of an answer.
    pub fn browser_after(&self, answer: &Answer) -> Visitor<'_> {
        let kept: Vec<&str> = answer
            .cookies
            .iter()
            .filter(|cookie| !cookie.contains("Max-Age=0"))
            .filter_map(|cookie| cookie.split(';').next())
            .collect();
        Visitor {
            cookie: Some(kept.join("; ")),
            ..self.stranger()
        }
    }

    pub async fn sign_in(&self, person: given::Person) -> Visitor<'_> {
        self.signed_in(&given::sign_in(&self.db, person).await)
    }

    /// A browser with the token of somebody who has signed in.
    pub fn signed_in(&self, token: &str) -> Visitor<'_> {
        Visitor {
            cookie: Some(format!("sign_in={token}")),
            ..self.stranger()
        }
    }
}

impl Visitor<'_> {
    pub fn at_address(mut self, address: &str) -> Self {
        self.address = Some(SocketAddr::new(address.parse().unwrap(), 50_000));
        self
    }

    /// As the proxies in front tell it.
    pub fn forwarded_for(mut self, addresses: &str) -> Self {
        self.forwarded_for = Some(addresses.to_owned());
        self
    }

    /// As if a page of another site had sent the form.
    pub fn lured_from_another_site(mut self) -> Self {
        self.site = "cross-site";
        self
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, "").await
    }

    /// Posts fields, encoded as a browser would.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let form: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect();
        self.send(Method::POST, path, &form.join("&")).await
    }

    /// Posts a file of this name, encoded as a browser would.
    pub async fn post_file(&self, path: &str, name: &str, content: &[u8]) -> Answer {
        self.post_file_with(path, &[], name, content).await
    }

    /// The same after what was typed.
    pub async fn post_file_with(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        name: &str,
        content: &[u8],
    ) -> Answer {
        let mut head = String::new();
        for (field, value) in fields {
            head += &format!(
                "--edge\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
            );
        }
        head += &format!(
            "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: text/csv\r\n\r\n"
        );
        let body = [head.as_bytes(), content, b"\r\n--edge--\r\n"].concat();
        self.send_as(
            "multipart/form-data; boundary=edge",
            Method::POST,
            path,
            body,
        )
        .await
    }

    pub async fn send(&self, method: Method, path: &str, form: &str) -> Answer {
        let body = form.to_owned().into_bytes();
        self.send_as("application/x-www-form-urlencoded", method, path, body)
            .await
    }

    async fn send_as(&self, kind: &str, method: Method, path: &str, body: Vec<u8>) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("sec-fetch-site", self.site)
            .header(header::CONTENT_TYPE, kind);
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        if let Some(addresses) = &self.forwarded_for {
            request = request.header("x-forwarded-for", addresses);
        }
        if let Some(address) = self.address {
            request = request.extension(ConnectInfo(address));
        }
        let request = request.body(Body::from(body)).unwrap();
        let response = self.app.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let text = |value: &header::HeaderValue| value.to_str().unwrap().to_owned();
        let location = response.headers().get(header::LOCATION).map(text);
        let cookies = response.headers().get_all(header::SET_COOKIE);
        let cookies = cookies.iter().map(text).collect();
        let headers = response.headers().clone();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        Answer {
            status,
            location,
            cookies,
            headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }
}

impl Answer {
    /// The page says this, in these words.
    #[track_caller]
    pub fn says(&self, words: &str) -> &Self {
        assert!(
            self.body.contains(words),
            "{words:?} is not in {}",
            self.body
        );
        self
    }

    #[track_caller]
    pub fn does_not_say(&self, words: &str) -> &Self {
        assert!(!self.body.contains(words), "{words:?} is in {}", self.body);
        self
    }

    #[track_caller]
    pub fn is(&self, status: StatusCode) -> &Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    /// The values of the buttons or fields of this name, in the order of the page.
    pub fn values_of(&self, name: &str) -> Vec<&str> {
        let start = format!("name=\"{name}\"");
        let tags = self.body.split('<').filter(|tag| tag.contains(&start));
        tags.filter_map(|tag| tag.split_once("value=\"")?.1.split('"').next())
            .collect()
    }

    /// Where the first link leads whose words begin like this.
    #[track_caller]
    pub fn link(&self, words: &str) -> &str {
        let links = self.body.split("<a ").skip(1);
        links
            .filter_map(|link| {
                let (attributes, rest) = link.split_once('>')?;
                let href = attributes.split_once("href=\"")?.1.split('"').next()?;
                rest.trim_start().starts_with(words).then_some(href)
            })
            .next()
            .unwrap_or_else(|| panic!("no link says {words:?} in {}", self.body))
    }

    /// Every address that the page links to and that begins so, in the order of the page.
    pub fn links_under(&self, path: &str) -> Vec<String> {
        let links = self.body.split("href=\"").skip(1);
        let links = links.filter_map(|rest| Some(rest.split_once('"')?.0.replace("&#38;", "&")));
        links.filter(|link| link.starts_with(path)).collect()
    }

    /// Where the form leads that has a button with these words.
    #[track_caller]
    pub fn form_with(&self, button: &str) -> &str {
        let forms = self.body.split("<form ").skip(1);
        forms
            .filter_map(|form| {
                let (form, _) = form.split_once("</form>")?;
                let has = form.split("<button").skip(1).any(|one| {
                    one.split_once('>')
                        .is_some_and(|(_, rest)| rest.trim_start().starts_with(button))
                });
                has.then(|| form.split_once("action=\"")?.1.split('"').next())?
            })
            .next()
            .unwrap_or_else(|| panic!("no form has a button {button:?} in {}", self.body))
    }

    /// A form that acted sends the browser on to this path.
    #[track_caller]
    pub fn leads_to(&self, path: &str) -> &Self {
        assert_eq!(self.location.as_deref(), Some(path), "{}", self.body);
        self
    }

    /// What it did is told on the page that it leads to, in these words.
    #[track_caller]
    pub fn tells(&self, words: &str) -> &Self {
        let banner = self.cookies.iter().find_map(|cookie| {
            let value = cookie.strip_prefix("banner=")?.split(';').next()?;
            Banner::read(value)
        });
        let told = banner.map(|banner| banner.0).unwrap_or_default();
        assert!(told.contains(words), "{words:?} is not in {told:?}");
        self
    }
}

pub fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

/// The keys of each table begin elsewhere, so that a key of one is never by chance one of another.
async fn keys_of_their_own(db: &PgPool) {
    sqlx::query(
        "select setval(
            seqrelid, greatest(pg_sequence_last_value(seqrelid), 0) + 1000 * row_number() over (order by seqrelid)
         )
         from pg_sequence join pg_class on pg_class.oid = seqrelid
         where relnamespace = 'public'::regnamespace and seqtypid = 'bigint'::regtype",
    )
    .execute(db)
    .await
    .unwrap();
}
