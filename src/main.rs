//! The command line.

mod administrator;
mod letter_box;
mod programme;

use clap::{Args, Parser, Subcommand};
use sqlx::{ConnectOptions, Connection};
use std::fmt::Display;
use std::io::IsTerminal;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;
use waymark::clock::Clock;
use waymark::config::{BaseUrl, Config, Log, LogFormat, Need, Settings};
use waymark::database::{DatabaseError, Reach, migrate};
use waymark::serve::serve;

const WRONG_SETTINGS: u8 = 2;

/// `EX_TEMPFAIL`: a mail server keeps the letter and hands it over again, rather than send it back.
const LATER: u8 = 75;

/// Waymark runs workplace mentoring programmes.
#[derive(Parser)]
#[command(version, arg_required_else_help = true, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten, next_help_heading = "Settings (each also by the environment)")]
    settings: Settings,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server, with a private database unless DATABASE_URL is given
    Serve {
        /// Load the demo first: made-up people in the middle of a programme
        #[arg(long)]
        demo: bool,
    },
    /// Bring the tables up to date (needs DATABASE_OWNER_URL for a database elsewhere)
    Migrate,
    /// Load the demo, unless it is there already
    Demo {
        /// How many copies of the company, to try a large installation
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=999))]
        copies: u16,
        /// Beside the people who are there, for this administrator to look around in: without
        /// passwords, and to be removed again under Administration
        #[arg(long = "for", value_name = "EMAIL", conflicts_with = "copies")]
        administrator: Option<String>,
    },
    /// Look after administrators
    #[command(subcommand)]
    Admin(Admin),
    /// Take a programme to another server, as a file
    #[command(subcommand)]
    Programme(Programme),
    /// Take in mail
    #[command(subcommand)]
    Mail(Mail),
}

#[derive(Subcommand)]
enum Mail {
    /// Read a letter from standard input, as a mail server's pipe hands it over: what somebody's
    /// calendar answers to an invitation
    Receive,
}

#[derive(Subcommand)]
enum Admin {
    /// Make an administrator, also beside a running server
    Create(NewAdministrator),
    /// Make another link to set up a server that nobody administers yet
    SetupLink,
}

/// The password is read from standard input. If none is given there, one is made up and
/// printed once.
#[derive(Args)]
struct NewAdministrator {
    #[arg(long)]
    name: String,
    #[arg(long)]
    email: String,
}

#[derive(Subcommand)]
enum Programme {
    /// Write a programme's settings to standard output, as JSON
    Export(ExportedProgramme),
    /// Make a programme from such a file: a draft, all of it or nothing
    Import(ImportedProgramme),
}

#[derive(Args)]
struct ExportedProgramme {
    /// The number in its address, or its name
    #[arg(value_name = "ID|NAME")]
    programme: String,
    /// With everybody enrolled: names, email addresses, parts, capacities and what they wrote
    #[arg(long)]
    with_people: bool,
}

#[derive(Args)]
struct ImportedProgramme {
    /// The file, or - for standard input
    file: String,
    /// Another name than the one in the file
    #[arg(long)]
    name: Option<String>,
}

const EXAMPLES: &str = "\
Examples:
  waymark serve --demo
      Look around: a private database in ./data, at http://localhost:3000
  waymark admin create --name 'Maya Lind' --email maya@example.org
      The first administrator; prints a password
  waymark programme export 'Career mentoring' > career.json
      A programme's settings, to be imported elsewhere; also beside a running server
  BASE_URL=https://mentoring.example waymark serve --data /var/lib/waymark
      For real, behind a proxy that speaks https
  DATABASE_OWNER_URL=postgres://waymark_owner@db/waymark waymark migrate
  DATABASE_URL=postgres://waymark_server@db/waymark waymark serve --listen 0.0.0.0:3000
      On a PostgreSQL of your own; any number of servers may share it";

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let need = match cli.command {
        Command::Serve { demo: false } => Need::Server,
        Command::Serve { demo: true } => Need::Both,
        Command::Migrate | Command::Demo { .. } | Command::Admin(_) | Command::Programme(_) => {
            Need::Owner
        }
        Command::Mail(Mail::Receive) => Need::Server,
    };
    let takes_mail = matches!(cli.command, Command::Mail(Mail::Receive));
    let config = match Config::read(cli.settings, need) {
        Ok(config) => config,
        Err(problems) => {
            eprintln!("{problems}");
            return ExitCode::from(if takes_mail { LATER } else { WRONG_SETTINGS });
        }
    };
    write_log(&config.log);
    match run(cli.command, config).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(cause) => {
            eprintln!("{cause}");
            if takes_mail {
                ExitCode::from(LATER)
            } else {
                ExitCode::FAILURE
            }
        }
    }
}

async fn run(command: Command, config: Config) -> Result<(), String> {
    if let Command::Serve { demo } = command {
        return serve(config, demo).await.map_err(in_words);
    }
    let letter = match &command {
        Command::Mail(Mail::Receive) => letter_box::given_letter()?,
        _ => Vec::new(),
    };
    let given = match &command {
        Command::Admin(Admin::Create(_)) => administrator::given_password()?,
        Command::Programme(Programme::Import(given)) => Some(programme::given_file(given)?),
        Command::Admin(Admin::SetupLink)
        | Command::Programme(Programme::Export(_))
        | Command::Serve { .. }
        | Command::Migrate
        | Command::Mail(_)
        | Command::Demo { .. } => None,
    };
    let base_url = config.base_url.clone();
    let base_url = base_url.unwrap_or_else(|| BaseUrl::local(config.listen.port()));
    let reach = Reach::beside(&config.place).await.map_err(in_words)?;
    let outcome = match command {
        Command::Migrate => bring_up_to_date(&reach).await.map_err(in_words),
        Command::Demo {
            administrator: Some(email),
            ..
        } => administrator::load_demonstration(&reach, &email).await,
        Command::Demo { copies, .. } => load_demo(&reach, copies).await.map_err(in_words),
        Command::Admin(Admin::SetupLink) => administrator::set_up_link(&reach, &base_url).await,
        Command::Admin(Admin::Create(new)) => administrator::create(&reach, &new, given).await,
        Command::Programme(Programme::Export(wanted)) => programme::export(&reach, &wanted).await,
        Command::Programme(Programme::Import(file)) => {
            programme::import(&reach, &file, &given.unwrap_or_default()).await
        }
        Command::Mail(Mail::Receive) => letter_box::receive(&reach, &base_url, &letter).await,
        Command::Serve { .. } => Ok(()),
    };
    reach.close().await;
    outcome
}

async fn bring_up_to_date(reach: &Reach) -> Result<(), DatabaseError> {
    migrate(&reach.owner()?).await?;
    println!("The database is up to date.");
    Ok(())
}

async fn load_demo(reach: &Reach, copies: u16) -> Result<(), DatabaseError> {
    let mut owner = reach.owner()?.connect().await?;
    let loaded = waymark::demo::load(&mut owner, copies, Clock::System.now()).await?;
    owner.close().await?;
    println!("{loaded}");
    Ok(())
}

fn write_log(log: &Log) {
    let filter = EnvFilter::builder().parse_lossy(&log.filter);
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let text = std::io::stderr().is_terminal();
    match log.format {
        Some(LogFormat::Json) => subscriber.json().init(),
        None if !text => subscriber.json().init(),
        Some(LogFormat::Text) | None => subscriber.with_ansi(text).init(),
    }
}

fn in_words(cause: impl Display) -> String {
    cause.to_string()
}
