//! The server's life: start the database, answer requests, and on a signal finish what was begun.

use crate::busy_calendars::{self, Fetcher};
use crate::clock::Clock;
use crate::config::{BaseUrl, Config};
use crate::database::{DatabaseError, Reach, server_pool};
use crate::people::cookies::Cookies;
use crate::setting_up::link;
use crate::single_sign_on::Providers;
use crate::{App, demo, mail, reminders, router, upkeep, workbench};
use sqlx::{ConnectOptions, Connection, PgPool};
use std::fmt::{self, Display, Formatter};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

const TIME_TO_FINISH: Duration = Duration::from_secs(20);
/// How long a letter waits at most before it is looked for.
const A_MOMENT: Duration = Duration::from_secs(3);
/// How long a calendar waits that is to be read now.
const A_FEW_SECONDS: Duration = Duration::from_secs(10);
/// How long a reminder waits at most.
const A_FEW_MINUTES: Duration = Duration::from_secs(3 * 60);
const AN_HOUR: Duration = Duration::from_secs(60 * 60);

pub enum ServeError {
    Listen(SocketAddr, std::io::Error),
    Database(DatabaseError),
    Io(std::io::Error),
}

pub async fn serve(config: Config, with_demo: bool) -> Result<(), ServeError> {
    let stop = listen_for_signals()?;
    // Before the database: a port that is taken should not cost a start of PostgreSQL.
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(|cause| ServeError::Listen(config.listen, cause))?;
    let reach = Reach::alone(&config.place).await?;
    let outcome = answer(&config, with_demo, listener, &reach, stop).await;
    reach.close().await;
    tracing::info!("stopped");
    outcome
}

async fn answer(
    config: &Config,
    with_demo: bool,
    listener: TcpListener,
    reach: &Reach,
    stop: watch::Receiver<bool>,
) -> Result<(), ServeError> {
    let loaded = if with_demo {
        Some(load_demo(reach).await?)
    } else {
        None
    };
    let pool = server_pool(reach.server()?, config.connections).await?;
    let address = listener.local_addr()?;
    let base_url = config
        .base_url
        .clone()
        .unwrap_or_else(|| BaseUrl::local(address.port()));
    let app = App {
        cookies: Cookies {
            secure: base_url.is_https(),
        },
        providers: Providers::default(),
        base_url: base_url.clone(),
        proxies: config.proxies,
        calendars: Fetcher::new(&config.calendar_hosts),
        demo: demo::is_loaded(&pool).await.map_err(DatabaseError::from)?,
        loader: demo::Loader::with(reach.owner().ok()),
        matcher: workbench::Matcher::default(),
        db: pool.clone(),
        clock: Clock::System,
    };
    let (router, _) = router(app.clone());
    if let Some(loaded) = loaded {
        println!("{loaded}");
    }
    println!("Waymark is ready at {base_url}");
    if let Some(path) = link::make_with(&pool, Clock::System.now())
        .await
        .map_err(DatabaseError::from)?
    {
        println!(
            "Nobody administers it yet. Set it up at {}",
            base_url.join(&path)
        );
    }
    tracing::info!(%address, "ready");
    if base_url.is_https() && config.proxies == 0 {
        tracing::warn!("PROXIES is 0, so wrong passwords are not counted by where they come from");
    }
    keep_up(&app, &stop);
    let letters = mail::keep_delivering(pool.clone(), Clock::System, A_MOMENT, stop.clone());
    tokio::spawn(letters);
    let calendars = busy_calendars::keep_reading(app.clone(), A_FEW_SECONDS, stop.clone());
    tokio::spawn(calendars);
    let matching = workbench::jobs::keep_working(app.clone(), A_MOMENT, stop.clone());
    let matching = tokio::spawn(matching);
    tokio::spawn(reminders::keep_reminding(app, A_FEW_MINUTES, stop.clone()));
    let router = router.into_make_service_with_connect_info::<SocketAddr>();
    let mut told = stop.clone();
    let serving = axum::serve(listener, router)
        .with_graceful_shutdown(async move { wait_for_true(&mut told).await });
    finish(serving.into_future(), stop, (matching, &pool)).await
}

/// Beside the requests, for as long as the server lives.
fn keep_up(app: &App, stop: &watch::Receiver<bool>) {
    let (app, mut told) = (app.clone(), stop.clone());
    tokio::spawn(async move {
        let stop = wait_for_true(&mut told);
        upkeep::keep_up(app, AN_HOUR, stop).await;
    });
}

async fn load_demo(reach: &Reach) -> Result<demo::Loaded, DatabaseError> {
    let mut owner = reach.owner()?.connect().await?;
    let loaded = demo::load(&mut owner, 1, Clock::System.now()).await?;
    owner.close().await?;
    Ok(loaded)
}

/// Once told to stop, requests in flight have a while to finish, and what is matched is given back; then
/// the connections close.
async fn finish(
    serving: impl Future<Output = std::io::Result<()>>,
    mut stop: watch::Receiver<bool>,
    (matching, pool): (JoinHandle<()>, &PgPool),
) -> Result<(), ServeError> {
    let patience = async {
        wait_for_true(&mut stop).await;
        tracing::info!("stopping: finishing the requests in flight");
        tokio::time::sleep(TIME_TO_FINISH).await;
    };
    let outcome = tokio::select! {
        outcome = serving => outcome,
        () = patience => {
            tracing::warn!("some requests did not finish in time");
            Ok(())
        }
    };
    if timeout(Duration::from_secs(5), matching).await.is_err() {
        tracing::warn!("what is matched could not be given back in time");
    }
    if timeout(Duration::from_secs(5), pool.close()).await.is_err() {
        tracing::warn!("some connections to the database did not close in time");
    }
    Ok(outcome?)
}

/// From the first moment, so that Ctrl-C while the database starts stops it in order as well.
fn listen_for_signals() -> Result<watch::Receiver<bool>, std::io::Error> {
    let (tell, told) = watch::channel(false);
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        either(&mut terminate, &mut interrupt).await;
        tell.send_replace(true);
        // Kept, so that those who wait never see the sender gone.
        tell.closed().await;
    });
    Ok(told)
}

async fn either(terminate: &mut Signal, interrupt: &mut Signal) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

async fn wait_for_true(told: &mut watch::Receiver<bool>) {
    if told.wait_for(|told| *told).await.is_err() {
        std::future::pending::<()>().await;
    }
}

impl Display for ServeError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen(address, cause) => {
                write!(f, "Waymark cannot listen on {address}: {cause}")
            }
            Self::Database(cause) => Display::fmt(cause, f),
            Self::Io(cause) => Display::fmt(cause, f),
        }
    }
}

impl From<DatabaseError> for ServeError {
    fn from(cause: DatabaseError) -> Self {
        ServeError::Database(cause)
    }
}

impl From<std::io::Error> for ServeError {
    fn from(cause: std::io::Error) -> Self {
        ServeError::Io(cause)
    }
}
