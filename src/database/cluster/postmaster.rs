//! PostgreSQL as a child of ours: making a cluster, starting, keeping alive, stopping.

use super::directory::{Directory, Lock, make_private};
use super::programs::Programs;
use super::{Account, ClusterError, leftover};
use rustix::process::{Signal, kill_process};
use std::fs;
use std::io::ErrorKind;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::process::{Child, Command};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

const TIME_TO_STOP: Duration = Duration::from_secs(30);
const TIME_TO_QUIT: Duration = Duration::from_secs(10);
const PAUSE_BEFORE_RESTART: Duration = Duration::from_secs(1);

pub struct Installation {
    pub directory: Directory,
    pub programs: Programs,
    pub account: Account,
}

pub struct Postmaster {
    child: Child,
    log_begins: u64,
}

impl Installation {
    /// Makes the cluster if there is none. Locale C.UTF-8 knows letters beyond ASCII; macOS may
    /// not have it.
    pub async fn initialise(&self) -> Result<(), ClusterError> {
        if self.directory.made_by()?.is_some() {
            return self.check_reach().await;
        }
        if self.initdb("C.UTF-8").await.is_err() {
            self.initdb("C").await?;
        }
        let cluster = self.directory.cluster();
        fs::rename(self.directory.unfinished_cluster(), &cluster)
            .and_then(|()| self.directory.keep_names())
            .map_err(ClusterError::file(&cluster))
    }

    async fn initdb(&self, locale: &str) -> Result<(), ClusterError> {
        let folder = self.directory.unfinished_cluster();
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(ClusterError::file(&folder))?;
        }
        make_private(&folder, self.account)?;
        let answer = self
            .account
            .lend(&self.programs.initdb())
            .arg("--pgdata")
            .arg(&folder)
            .arg(format!("--locale={locale}"))
            .args(["--encoding=UTF8", "--data-checksums", "--auth=peer"])
            .args(["--username", super::SUPERUSER, "--no-instructions"])
            .current_dir(&folder)
            .stdin(Stdio::null())
            .process_group(0)
            .output()
            .await
            .map_err(|cause| self.explain(cause))?;
        if answer.status.success() {
            return Ok(());
        }
        Err(ClusterError::Failed {
            step: "make a cluster",
            log: String::from_utf8_lossy(&answer.stderr).into_owned(),
        })
    }

    async fn check_reach(&self) -> Result<(), ClusterError> {
        self.command()
            .arg("--version")
            .output()
            .await
            .map_err(|cause| self.explain(cause))?;
        Ok(())
    }

    fn command(&self) -> Command {
        let mut command = self.account.lend(&self.programs.postgres());
        command
            .current_dir(self.directory.cluster())
            .stdin(Stdio::null());
        command
    }

    fn explain(&self, cause: std::io::Error) -> ClusterError {
        let cluster = self.directory.cluster();
        match cause.kind() {
            ErrorKind::PermissionDenied => ClusterError::Unreachable(cluster),
            _ => ClusterError::File(cluster, cause),
        }
    }

    /// In a process group of its own: Ctrl-C in a terminal is for the server, which stops
    /// PostgreSQL last.
    pub fn start(&self) -> Result<Postmaster, ClusterError> {
        let log = self.directory.log()?;
        let path = self.directory.log_path();
        let log_begins = log.metadata().map_err(ClusterError::file(&path))?.len();
        let child = self
            .command()
            .arg("-D")
            .arg(self.directory.cluster())
            .stdout(log.try_clone().map_err(ClusterError::file(&path))?)
            .stderr(log)
            .process_group(0)
            .spawn()
            .map_err(|cause| self.explain(cause))?;
        Ok(Postmaster { child, log_begins })
    }

    pub fn said_by(&self, postmaster: &Postmaster) -> String {
        let log = fs::read(self.directory.log_path()).unwrap_or_default();
        let begins = usize::try_from(postmaster.log_begins).unwrap_or_default();
        let log = String::from_utf8_lossy(log.get(begins..).unwrap_or_default()).into_owned();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(12)..].join("\n")
    }

    /// Until told to stop (or forgotten), starts PostgreSQL again whenever it ends by itself.
    pub async fn keep(self, mut running: Postmaster, mut stop: oneshot::Receiver<()>, lock: Lock) {
        loop {
            let ended = tokio::select! {
                _ = &mut stop => break,
                ended = running.child.wait() => ended,
            };
            tracing::error!(?ended, "PostgreSQL ended by itself; starting it again");
            tokio::select! {
                _ = &mut stop => break,
                () = sleep(PAUSE_BEFORE_RESTART) => {}
            }
            match self.start() {
                Ok(postmaster) => running = postmaster,
                Err(cause) => tracing::error!(%cause, "PostgreSQL did not start"),
            }
        }
        running.stop().await;
        // It may be in a temporary directory; the next start makes it again.
        let _ = fs::remove_dir(self.directory.socket());
        drop(lock);
    }
}

impl Postmaster {
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// A fast shutdown, which ends sessions in order; then an immediate one; then none at all.
    pub async fn stop(mut self) {
        for (signal, patience) in [(Signal::INT, TIME_TO_STOP), (Signal::QUIT, TIME_TO_QUIT)] {
            self.send(signal);
            if timeout(patience, self.child.wait()).await.is_ok() {
                return;
            }
            tracing::warn!(?signal, "PostgreSQL did not stop in time");
        }
        if let Err(cause) = self.child.kill().await {
            tracing::error!(%cause, "PostgreSQL could not be stopped");
        }
    }

    fn send(&self, signal: Signal) {
        if let Some(process) = self.child.id().and_then(leftover::pid) {
            // It may have ended meanwhile, which is what we want.
            let _ = kill_process(process, signal);
        }
    }
}
