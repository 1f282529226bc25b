//! The user of the operating system that runs PostgreSQL, which will not run as root.

use super::ClusterError;
use rustix::process::geteuid;
use std::fs;
use std::os::unix::fs::chown;
use std::path::Path;
use tokio::process::Command;

/// Root hands PostgreSQL to an unprivileged user; anyone else runs it as themselves.
#[derive(Clone, Copy)]
pub struct Account {
    borrowed: Option<Ids>,
}

#[derive(Clone, Copy)]
struct Ids {
    user: u32,
    group: u32,
}

impl Account {
    pub fn choose() -> Result<Account, ClusterError> {
        if !geteuid().is_root() {
            return Ok(Account { borrowed: None });
        }
        let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let ids = ["postgres", "_postgres", "nobody"]
            .iter()
            .find_map(|name| ids_of(&users, name))
            .ok_or(ClusterError::NoUnprivilegedUser)?;
        Ok(Account {
            borrowed: Some(ids),
        })
    }

    /// Has the program run as this user, with none of our environment: it holds secrets.
    pub fn lend(self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("LC_ALL", "C");
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        if let Some(ids) = self.borrowed {
            command.gid(ids.group).uid(ids.user);
        }
        command
    }

    pub fn own(self, path: &Path) -> std::io::Result<()> {
        match self.borrowed {
            Some(ids) => chown(path, Some(ids.user), Some(ids.group)),
            None => Ok(()),
        }
    }

    /// Whether nobody but this user (or root, lending to it) can have made what is there.
    pub fn trusts(self, owner: u32) -> bool {
        match self.borrowed {
            Some(ids) => owner == ids.user || owner == 0,
            None => owner == geteuid().as_raw(),
        }
    }

    /// The name that peer authentication will report for this process.
    pub async fn name_of_this_process() -> Result<String, ClusterError> {
        let answer = Command::new("id").arg("-un").output().await;
        answer
            .ok()
            .filter(|answer| answer.status.success())
            .and_then(|answer| String::from_utf8(answer.stdout).ok())
            .map(|name| name.trim().to_owned())
            .ok_or(ClusterError::NamelessUser(geteuid().as_raw()))
    }
}

fn ids_of(users: &str, name: &str) -> Option<Ids> {
    let line = users.lines().find(|line| {
        line.strip_prefix(name)
            .is_some_and(|rest| rest.starts_with(':'))
    })?;
    let mut fields = line.split(':').skip(2);
    Some(Ids {
        user: fields.next()?.parse().ok()?,
        group: fields.next()?.parse().ok()?,
    })
}
