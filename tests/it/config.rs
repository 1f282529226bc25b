//! The settings: every problem is told at once, and secrets may be in files.

use waymark::config::{Config, Need, Place, Settings};

fn settings() -> Settings {
    Settings {
        data: "data".into(),
        database_connections: "20".into(),
        listen: "127.0.0.1:3000".into(),
        proxies: "0".into(),
        log_filter: "info".into(),
        ..Settings::default()
    }
}

fn problems(settings: Settings, need: Need) -> String {
    Config::read(settings, need).unwrap_err().to_string()
}

#[test]
fn nothing_given_is_a_private_database() {
    let config = Config::read(settings(), Need::Both).unwrap();
    assert!(matches!(config.place, Place::Private(_)));
}

#[test]
fn all_problems_are_told_together() {
    let told = problems(
        Settings {
            database_url: Some("nonsense".into()),
            base_url: Some("http://mentoring.example".into()),
            listen: "nine".into(),
            log: Some("loud".into()),
            database_connections: "0".into(),
            proxies: "-1".into(),
            calendar_hosts: Some("https://cal.example".into()),
            ..settings()
        },
        Need::Owner,
    );
    for name in [
        "DATABASE_URL",
        "DATABASE_OWNER_URL",
        "BASE_URL",
        "LISTEN",
        "LOG",
        "DATABASE_CONNECTIONS",
        "PROXIES",
        "CALENDAR_HOSTS",
    ] {
        assert!(told.contains(&format!("* {name}")) || told.contains(&format!("needs {name}")));
    }
}

#[test]
fn a_variable_set_to_nothing_was_not_given() {
    let empty = Settings {
        database_url: Some(String::new()),
        database_url_file: Some(String::new()),
        base_url: Some(String::new()),
        ..settings()
    };
    assert!(Config::read(empty, Need::Server).is_ok());
}

#[test]
fn a_secret_may_be_in_a_file() {
    let path = std::env::temp_dir().join(format!("waymark-it-secret-{}", std::process::id()));
    std::fs::write(&path, "postgres://reader:secret@db/waymark\n").unwrap();
    let from_file = Settings {
        database_url_file: Some(path.to_str().unwrap().into()),
        ..settings()
    };
    let config = Config::read(from_file.clone(), Need::Server).unwrap();
    let Place::Elsewhere {
        server: Some(server),
        owner: None,
    } = config.place
    else {
        panic!("not the database in the file");
    };
    assert_eq!(server.get_username(), "reader");

    let both = Settings {
        database_url: Some("postgres://db/waymark".into()),
        ..from_file
    };
    assert!(problems(both, Need::Server).contains("both given"));
    std::fs::remove_file(path).unwrap();
}

#[test]
fn a_secret_is_never_repeated() {
    let wrong = Settings {
        database_url: Some("nobody:secret@db".into()),
        ..settings()
    };
    assert!(!problems(wrong, Need::Server).contains("secret"));
}

#[test]
fn whoever_lets_others_in_says_how_they_come() {
    for (listen, base_url, fine) in [
        ("0.0.0.0:3000", None, false),
        ("[::]:3000", None, false),
        ("localhost:3000", None, true),
        ("0.0.0.0:3000", Some("https://mentoring.example"), true),
        ("0.0.0.0:3000", Some("http://mentoring.example"), false),
    ] {
        let read = Config::read(
            Settings {
                listen: listen.into(),
                base_url: base_url.map(String::from),
                ..settings()
            },
            Need::Server,
        );
        assert_eq!(read.is_ok(), fine, "{listen} {base_url:?}");
    }
}
