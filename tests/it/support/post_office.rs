//! A mail server of the tests' own: a real one, from Python's aiosmtpd.

use super::TestApp;
use std::path::Path;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::{Duration, timeout};

pub struct PostOffice {
    pub port: u16,
    process: Child,
    /// What it has printed, read as it comes: a full pipe would stop it.
    printed: UnboundedReceiver<String>,
}

/// A letter as it arrived.
pub struct Arrived {
    pub from: String,
    pub to: Vec<String>,
    pub text: String,
}

impl Arrived {
    pub fn header(&self, name: &str) -> String {
        let start = format!("{name}: ");
        let line = self.text.lines().find_map(|line| line.strip_prefix(&start));
        line.unwrap_or_default().to_owned()
    }
}

impl PostOffice {
    pub async fn open(options: &[&str]) -> PostOffice {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mail");
        let python = folder.join(".venv/bin/python");
        let mut process = Command::new(&python)
            .arg(folder.join("smtpd.py"))
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|cause| panic!("{}: {cause}; see script/test", python.display()));
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = lines.next_line().await.unwrap().unwrap().parse().unwrap();
        let (print, printed) = unbounded_channel();
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                let _ = print.send(line);
            }
        });
        PostOffice {
            port,
            process,
            printed,
        }
    }

    /// Lets a server's letters go here.
    pub async fn used_by(&self, app: &TestApp) {
        sqlx::query(
            "insert into mail_settings (host, port, security, sender)
             values ('127.0.0.1', $1, 'none', 'mentoring@example.org')
             on conflict (single) do update set port = excluded.port",
        )
        .bind(i32::from(self.port))
        .execute(&app.db)
        .await
        .unwrap();
    }

    pub async fn next(&mut self) -> Arrived {
        let line = timeout(Duration::from_secs(20), self.printed.recv()).await;
        let line = line.expect("a letter arrives").unwrap();
        let read: serde_json::Value = serde_json::from_str(&line).unwrap();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        Arrived {
            from: text(&read["from"]),
            to: read["to"].as_array().unwrap().iter().map(text).collect(),
            text: text(&read["text"]),
        }
    }

    pub fn close(mut self) {
        self.process.start_kill().unwrap();
    }
}
