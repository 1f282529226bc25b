//! A server of calendars of the tests' own: real HTTPS, with a certificate that openssl makes.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::serve::Listener;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::server::TlsStream;
use waymark::busy_calendars::Fetcher;
use waymark::config::CalendarHost;

/// What it answers, whatever is asked for.
#[derive(Clone)]
pub enum Answers {
    Calendar(String),
    Status(u16),
    MovedTo(String),
    /// Moves to itself for ever.
    Round,
    /// More than anybody's calendar holds.
    Large,
    /// Never.
    Nothing,
}

#[derive(Clone)]
struct Shared {
    answers: Arc<Mutex<Answers>>,
    /// The requests, as they came.
    asked: Arc<Mutex<Vec<String>>>,
}

pub struct CalendarServer {
    pub port: u16,
    certificate: Vec<u8>,
    shared: Shared,
}

impl CalendarServer {
    pub async fn open() -> CalendarServer {
        let (key, certificate) = certificate();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![CertificateDer::from_pem_slice(&certificate).unwrap()],
                PrivateKeyDer::from_pem_slice(&key).unwrap(),
            )
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Shared {
            answers: Arc::new(Mutex::new(Answers::Nothing)),
            asked: Arc::default(),
        };
        let router = Router::new().fallback(answer).with_state(shared.clone());
        let secure = Secure {
            listener,
            acceptor: TlsAcceptor::from(Arc::new(config)),
        };
        tokio::spawn(axum::serve(secure, router).into_future());
        CalendarServer {
            port,
            certificate,
            shared,
        }
    }

    pub fn answers(&self, answers: Answers) {
        *self.shared.answers.lock().unwrap() = answers;
    }

    /// What it was asked since it was last asked for.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.asked.lock().unwrap())
    }

    /// Secret addresses have words that nobody else may read.
    pub fn address(&self) -> String {
        format!(
            "https://localhost:{}/secret-address-pQ7x/maya.ics",
            self.port
        )
    }

    /// Of a server whose organisation has its calendars here.
    pub fn fetcher(&self) -> Fetcher {
        let inside = CalendarHost {
            host: "localhost".into(),
            port: self.port,
        };
        let certificate = reqwest::Certificate::from_pem(&self.certificate).unwrap();
        Fetcher::new(&[inside]).trusting(certificate)
    }
}

async fn answer(State(shared): State<Shared>, request: Request) -> Response {
    let headers = request.headers();
    let known = headers.get(header::IF_NONE_MATCH).cloned();
    let asked = format!("{} {headers:?}", request.uri());
    shared.asked.lock().unwrap().push(asked);
    let answers = shared.answers.lock().unwrap().clone();
    match answers {
        Answers::Calendar(text) => {
            let mut hasher = DefaultHasher::new();
            text.hash(&mut hasher);
            let tag = format!("\"{:x}\"", hasher.finish());
            if known.is_some_and(|known| known == tag.as_str()) {
                return StatusCode::NOT_MODIFIED.into_response();
            }
            ([(header::ETAG, tag)], text).into_response()
        }
        Answers::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Answers::MovedTo(place) => (StatusCode::FOUND, [(header::LOCATION, place)]).into_response(),
        Answers::Round => (StatusCode::FOUND, [(header::LOCATION, "/round")]).into_response(),
        Answers::Large => {
            let text = format!("BEGIN:VCALENDAR\r\n{}", "X-A:b\r\n".repeat(1_000_000));
            text.into_response()
        }
        Answers::Nothing => std::future::pending().await,
    }
}

struct Secure {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for Secure {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    /// Whoever does not like the certificate goes away.
    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, address) = self.listener.accept().await.unwrap();
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

/// A key and a certificate of localhost that vouches for itself.
fn certificate() -> (Vec<u8>, Vec<u8>) {
    let folder = folder();
    let settings = folder.join("settings");
    fs::write(
        &settings,
        "[req]\ndistinguished_name=of\nprompt=no\nx509_extensions=more\n[of]\nCN=localhost\n\
         [more]\nsubjectAltName=DNS:localhost\nbasicConstraints=critical,CA:FALSE\n",
    )
    .unwrap();
    let (key, certificate) = (folder.join("key"), folder.join("certificate"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-nodes", "-days", "2"])
        .args(["-pkeyopt", "ec_paramgen_curve:P-256"])
        .arg("-config")
        .arg(&settings)
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .stderr(Stdio::null())
        .status()
        .expect("openssl is there; see script/test");
    assert!(made.success());
    let both = (fs::read(&key).unwrap(), fs::read(&certificate).unwrap());
    fs::remove_dir_all(&folder).unwrap();
    both
}

fn folder() -> PathBuf {
    let name = format!("waymark-it-calendars-{}", waymark::web::form::once());
    let folder = std::env::temp_dir().join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}
