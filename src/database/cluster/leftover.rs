//! A PostgreSQL that outlived its Waymark (killed, without a chance to stop it).

use super::ClusterError;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;
use tokio::process::Command;
use tokio::time::{Instant, sleep};

const TIME_TO_STOP: Duration = Duration::from_secs(30);
const TIME_TO_QUIT: Duration = Duration::from_secs(10);
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// Only for who holds the lock of the data directory.
pub async fn stop(cluster: &Path, socket: &Path) -> Result<(), ClusterError> {
    let note = cluster.join("postmaster.pid");
    let Some(process) = noted(&note) else {
        return sweep(&note, socket);
    };
    match runs_on(process, cluster).await {
        Some(true) => stop_process(process, cluster).await,
        Some(false) => sweep(&note, socket),
        // PostgreSQL will see for itself, and say what is the matter.
        None => Ok(()),
    }
}

/// The process number in these files may belong to another process by now, or to a dead one that
/// nobody has buried; PostgreSQL would then refuse. Should sessions of the dead one still write,
/// it refuses all the same, by the memory they share.
fn sweep(note: &Path, socket: &Path) -> Result<(), ClusterError> {
    let of_the_socket = socket.join(".s.PGSQL.5432.lock");
    for path in [note, &of_the_socket] {
        match fs::remove_file(path) {
            Err(cause) if cause.kind() != ErrorKind::NotFound => {
                return Err(ClusterError::File(path.to_owned(), cause));
            }
            _ => {}
        }
    }
    Ok(())
}

async fn stop_process(process: Pid, cluster: &Path) -> Result<(), ClusterError> {
    tracing::warn!(%process, "stopping a PostgreSQL left over from an earlier run");
    for (signal, patience) in [(Signal::INT, TIME_TO_STOP), (Signal::QUIT, TIME_TO_QUIT)] {
        kill_process(process, signal)
            .map_err(|cause| ClusterError::File(cluster.to_owned(), cause.into()))?;
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            if runs_on(process, cluster).await == Some(false) {
                return Ok(());
            }
            sleep(BETWEEN_LOOKS).await;
        }
    }
    Err(ClusterError::WillNotStop(
        process.as_raw_nonzero().get().unsigned_abs(),
    ))
}

pub fn pid(number: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(number).ok()?)
}

/// The first line of the note is the number of the process.
fn noted(note: &Path) -> Option<Pid> {
    pid(fs::read_to_string(note)
        .ok()?
        .lines()
        .next()?
        .parse()
        .ok()?)
}

/// None if the process is there but will not say what it is.
async fn runs_on(process: Pid, cluster: &Path) -> Option<bool> {
    if test_kill_process(process) == Err(rustix::io::Errno::SRCH) {
        return Some(false);
    }
    let cluster = cluster.to_str()?;
    let number = process.as_raw_nonzero();
    if let Ok(command) = fs::read_to_string(format!("/proc/{number}/cmdline")) {
        return Some(command.split('\0').any(|argument| argument == cluster));
    }
    let answer = Command::new("ps")
        .args(["-ww", "-o", "command=", "-p", &number.to_string()])
        .output()
        .await
        .ok()?;
    Some(String::from_utf8(answer.stdout).ok()?.contains(cluster))
}
