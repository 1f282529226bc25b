//! Finding the PostgreSQL programs that this machine has.

use super::{Account, ClusterError};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::process::Command;

const OLDEST: u32 = 15;

/// Where packagers put them when they are not on the path. A `*` stands for the version.
const PLACES: [&str; 6] = [
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
];

#[derive(Debug)]
pub struct Programs {
    folder: PathBuf,
    pub major: u32,
}

impl Programs {
    /// A cluster that exists can only be run by its own major version.
    pub async fn find(cluster: Option<u32>, account: Account) -> Result<Programs, ClusterError> {
        let mut found = Vec::new();
        for folder in folders().await {
            if let Some(major) = version(&folder, account).await {
                found.push(Programs { folder, major });
            }
        }
        let newest = found
            .iter()
            .map(|programs| programs.major)
            .max()
            .ok_or(ClusterError::NoPrograms)?;
        let wanted = |major| cluster.map_or(major >= OLDEST, |made_by| major == made_by);
        found
            .into_iter()
            .find(|programs| wanted(programs.major))
            .ok_or(match cluster {
                Some(cluster) => ClusterError::OtherVersion {
                    cluster,
                    found: newest,
                },
                None => ClusterError::ProgramsTooOld { found: newest },
            })
    }

    pub fn initdb(&self) -> PathBuf {
        self.folder.join("initdb")
    }

    pub fn postgres(&self) -> PathBuf {
        self.folder.join("postgres")
    }
}

async fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = std::env::var_os("PATH")
        .map(|path| std::env::split_paths(&path).collect())
        .unwrap_or_default();
    folders.extend(configured().await);
    for place in PLACES {
        folders.extend(versions_in(place));
    }
    folders.retain(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file());
    folders
}

async fn configured() -> Option<PathBuf> {
    let answer = Command::new("pg_config").arg("--bindir").output();
    let answer = String::from_utf8(answer.await.ok()?.stdout).ok()?;
    Some(PathBuf::from(answer.trim()))
}

/// Newest first.
fn versions_in(place: &str) -> Vec<PathBuf> {
    let Some((before, after)) = place.split_once('*') else {
        return Vec::new();
    };
    let (parent, prefix) = before.rsplit_once('/').unwrap_or((".", before));
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir(parent)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let version = name.strip_prefix(prefix)?.parse().ok()?;
            Some((version, PathBuf::from(format!("{before}{version}{after}"))))
        })
        .collect();
    versions.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    versions.into_iter().map(|(_, folder)| folder).collect()
}

async fn version(folder: &Path, account: Account) -> Option<u32> {
    let answer = account
        .lend(&folder.join("postgres"))
        .arg("--version")
        .current_dir("/")
        .stdin(Stdio::null())
        .output()
        .await
        .ok()?;
    major(&String::from_utf8(answer.stdout).ok()?)
}

/// From "postgres (PostgreSQL) 15.14 (Debian 15.14-0)", or "… 18beta1".
fn major(answer: &str) -> Option<u32> {
    let version = answer.split_whitespace().nth(2)?;
    let end = version
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(version.len());
    version[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn the_major_version_is_read_from_what_postgres_says() {
        let table = [
            (
                "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)",
                Some(15),
            ),
            ("postgres (PostgreSQL) 18beta1", Some(18)),
            ("postgres (PostgreSQL) 17", Some(17)),
            ("something else", None),
        ];
        for (answer, expected) in table {
            assert_eq!(major(answer), expected, "{answer}");
        }
    }
}
