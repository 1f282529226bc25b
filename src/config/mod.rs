//! The settings, from the command line and the environment; every problem is told at once.

mod base_url;
mod calendar_hosts;
mod place;

use clap::Args;
use std::fmt::{self, Display, Formatter};
use std::net::SocketAddr;

pub use base_url::BaseUrl;
pub use calendar_hosts::CalendarHost;
pub use place::Place;

const DATA: &str = "data";

/// As typed. Nothing is refused until all of it has been read.
#[derive(Args, Clone, Debug, Default)]
pub struct Settings {
    /// Where a private database lives, when no DATABASE_URL is given
    #[arg(long, global = true, env = "WAYMARK_DATA", value_name = "DIRECTORY")]
    #[arg(default_value = DATA)]
    pub data: String,

    /// A database elsewhere, as the role the server uses: postgres://waymark_server@host/waymark
    #[arg(long, global = true, env = "DATABASE_URL", value_name = "URL")]
    #[arg(hide_env_values = true)]
    pub database_url: Option<String>,

    /// A file that holds the DATABASE_URL
    #[arg(long, global = true, env = "DATABASE_URL_FILE", value_name = "FILE")]
    pub database_url_file: Option<String>,

    /// The same database, as the role that owns the tables
    #[arg(long, global = true, env = "DATABASE_OWNER_URL", value_name = "URL")]
    #[arg(hide_env_values = true)]
    pub database_owner_url: Option<String>,

    /// A file that holds the DATABASE_OWNER_URL
    #[arg(
        long,
        global = true,
        env = "DATABASE_OWNER_URL_FILE",
        value_name = "FILE"
    )]
    pub database_owner_url_file: Option<String>,

    /// How many connections the server may hold to its database
    #[arg(
        long,
        global = true,
        env = "DATABASE_CONNECTIONS",
        value_name = "NUMBER"
    )]
    #[arg(default_value = "20")]
    pub database_connections: String,

    /// The address people type, without a path [default: http://localhost and the port]
    #[arg(long, global = true, env = "BASE_URL", value_name = "URL")]
    pub base_url: Option<String>,

    /// Where to listen for requests
    #[arg(long, global = true, env = "LISTEN", value_name = "ADDRESS:PORT")]
    #[arg(default_value = "127.0.0.1:3000")]
    pub listen: String,

    /// How many proxies stand in front, each adding to X-Forwarded-For whom it speaks for
    #[arg(long, global = true, env = "PROXIES", value_name = "NUMBER")]
    #[arg(default_value = "0")]
    pub proxies: String,

    /// Where people's calendars may be inside a private network: HOST or HOST:PORT, parted by commas
    #[arg(long, global = true, env = "CALENDAR_HOSTS", value_name = "HOSTS")]
    pub calendar_hosts: Option<String>,

    /// How to write the log: text, or json [default: text on a terminal, json otherwise]
    #[arg(long, global = true, env = "LOG", value_name = "FORMAT")]
    pub log: Option<String>,

    /// What to log, as in RUST_LOG
    #[arg(long, global = true, env = "RUST_LOG", value_name = "FILTER")]
    #[arg(default_value = "info,sqlx::postgres::notice=warn")]
    pub log_filter: String,
}

#[derive(Clone, Debug)]
pub struct Config {
    pub place: Place,
    pub connections: u32,
    /// None until the port is known.
    pub base_url: Option<BaseUrl>,
    pub listen: SocketAddr,
    pub proxies: usize,
    pub calendar_hosts: Vec<CalendarHost>,
    pub log: Log,
}

#[derive(Clone, Debug)]
pub struct Log {
    pub format: Option<LogFormat>,
    pub filter: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LogFormat {
    Text,
    Json,
}

/// What a command needs of a database elsewhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Need {
    Server,
    Owner,
    Both,
}

/// What is wrong with the settings, one sentence each.
#[derive(Debug, Default)]
pub struct Problems(Vec<String>);

impl Config {
    pub fn read(settings: Settings, need: Need) -> Result<Config, Problems> {
        let mut problems = Problems::default();
        let place = place::read(&settings, need, &mut problems);
        let connections = problems.take(read_connections(&settings.database_connections));
        let listen = problems.take(read_listen(&settings.listen));
        let proxies = problems.take(read_proxies(&settings.proxies));
        let calendar_hosts = given(settings.calendar_hosts.as_deref())
            .and_then(|hosts| problems.take(calendar_hosts::read(hosts)));
        let base_url = given(settings.base_url.as_deref())
            .and_then(|address| problems.take(BaseUrl::read(address)));
        if let Some(listen) = listen
            && !listen.ip().is_loopback()
            && given(settings.base_url.as_deref()).is_none()
        {
            problems.add(format!(
                "LISTEN {listen} lets others in, so BASE_URL has to say how they come: https://…"
            ));
        }
        let format = given(settings.log.as_deref())
            .and_then(|format| problems.take(read_log_format(format)));
        match (place, connections, listen, proxies) {
            (Some(place), Some(connections), Some(listen), Some(proxies))
                if problems.0.is_empty() =>
            {
                Ok(Config {
                    place,
                    connections,
                    base_url,
                    listen,
                    proxies,
                    calendar_hosts: calendar_hosts.unwrap_or_default(),
                    log: Log {
                        format,
                        filter: settings.log_filter,
                    },
                })
            }
            _ => Err(problems),
        }
    }
}

impl Problems {
    fn add(&mut self, problem: impl Into<String>) {
        self.0.push(problem.into());
    }

    fn take<T>(&mut self, read: Result<T, String>) -> Option<T> {
        read.map_err(|problem| self.add(problem)).ok()
    }
}

impl Display for Problems {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("Waymark cannot start with these settings:")?;
        self.0
            .iter()
            .try_for_each(|problem| write!(f, "\n  * {problem}"))
    }
}

/// A variable that is set to nothing was not given: compose files do that.
fn given(setting: Option<&str>) -> Option<&str> {
    setting.map(str::trim).filter(|setting| !setting.is_empty())
}

fn read_connections(typed: &str) -> Result<u32, String> {
    match typed.trim().parse() {
        Ok(connections) if connections > 0 => Ok(connections),
        _ => Err(format!(
            "DATABASE_CONNECTIONS is a number from 1 up, not {typed:?}."
        )),
    }
}

fn read_listen(typed: &str) -> Result<SocketAddr, String> {
    typed
        .trim()
        .replace("localhost", "127.0.0.1")
        .parse()
        .map_err(|_| format!("LISTEN is an address and a port like 0.0.0.0:3000, not {typed:?}."))
}

fn read_proxies(typed: &str) -> Result<usize, String> {
    match typed.trim().parse() {
        Ok(proxies) if proxies <= 9 => Ok(proxies),
        _ => Err(format!("PROXIES is a number from 0 to 9, not {typed:?}.")),
    }
}

fn read_log_format(typed: &str) -> Result<LogFormat, String> {
    match typed {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err(format!("LOG is text or json, not {typed:?}.")),
    }
}
