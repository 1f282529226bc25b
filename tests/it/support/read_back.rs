//! What we make, as other programs read it.

use serde_json::Value;
use std::path::Path;
use std::process::Stdio;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

/// What `tests/mail/read_back.py` says of a text.
pub async fn read_back(how: &[&str], text: &str) -> Value {
    ask("tests/mail", "read_back.py", how, text).await
}

/// What `tests/figures/figures.py` makes of ratings.
pub async fn figures(ratings: &Value) -> Value {
    ask("tests/figures", "figures.py", &[], &ratings.to_string()).await
}

async fn ask(folder: &str, script: &str, how: &[&str], text: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let python = folder.join(".venv/bin/python");
    let mut process = Command::new(&python)
        .arg(folder.join(script))
        .args(how)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|cause| panic!("{}: {cause}; see script/test", python.display()));
    let mut input = process.stdin.take().unwrap();
    input.write_all(text.as_bytes()).await.unwrap();
    drop(input);
    let printed = process.wait_with_output().await.unwrap();
    assert!(printed.status.success(), "not read:\n{text}");
    serde_json::from_slice(&printed.stdout).unwrap()
}
