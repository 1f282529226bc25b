//! The data directory: who holds it, and where things are in it.

use super::{Account, ClusterError};
use sha2::{Digest, Sha256};
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{Read, Seek, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// A socket's path may have 104 bytes on macOS and 108 elsewhere, with `/.s.PGSQL.5432` in it.
const LONGEST_SOCKET_DIRECTORY: usize = 88;
const LARGEST_LOG: u64 = 10 * 1024 * 1024;

pub struct Directory {
    root: PathBuf,
}

/// Held for as long as a server runs on the directory; the operating system lets go of it.
pub struct Lock {
    _file: File,
}

impl Directory {
    pub fn open(root: &Path) -> Result<Directory, ClusterError> {
        if !root.exists() {
            fs::create_dir_all(root).map_err(ClusterError::file(root))?;
            // Not left to the umask: PostgreSQL's own user has to pass through.
            fs::set_permissions(root, Permissions::from_mode(0o755))
                .map_err(ClusterError::file(root))?;
        }
        let root = root.canonicalize().map_err(ClusterError::file(root))?;
        Ok(Directory { root })
    }

    pub fn lock(&self) -> Result<Lock, ClusterError> {
        let path = self.root.join("waymark.lock");
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(ClusterError::file(&path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => {
                let mut process = String::new();
                file.read_to_string(&mut process)
                    .map_err(ClusterError::file(&path))?;
                return Err(ClusterError::AlreadyRunning {
                    data: self.root.clone(),
                    process: process.trim().to_owned(),
                });
            }
            Err(fs::TryLockError::Error(cause)) => return Err(ClusterError::File(path, cause)),
        }
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .map_err(ClusterError::file(&path))?;
        Ok(Lock { _file: file })
    }

    pub fn cluster(&self) -> PathBuf {
        self.root.join("postgres")
    }

    /// Where a cluster is made, so that half of one is never mistaken for a whole.
    pub fn unfinished_cluster(&self) -> PathBuf {
        self.root.join("postgres.unfinished")
    }

    /// A new name is only there for good, whatever happens to the power, once its folder is.
    pub fn keep_names(&self) -> std::io::Result<()> {
        File::open(&self.root)?.sync_all()
    }

    /// The major version of PostgreSQL that made the cluster, if there is one.
    pub fn made_by(&self) -> Result<Option<u32>, ClusterError> {
        let path = self.cluster().join("PG_VERSION");
        match fs::read_to_string(&path) {
            Ok(version) => Ok(version.trim().parse().ok()),
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(ClusterError::File(path, cause)),
        }
    }

    /// Each user of the machine has data of their own; root's is the borrowed user's.
    pub fn check_owner(&self, account: Account) -> Result<(), ClusterError> {
        match fs::symlink_metadata(self.cluster()) {
            Ok(cluster) if !account.trusts(cluster.uid()) => {
                Err(ClusterError::SomebodyElses(self.root.clone()))
            }
            _ => Ok(()),
        }
    }

    pub fn socket(&self) -> PathBuf {
        let inside = self.root.join("socket");
        if inside.as_os_str().len() <= LONGEST_SOCKET_DIRECTORY {
            return inside;
        }
        let digest = Sha256::digest(self.root.as_os_str().as_bytes());
        let name: String = digest[..8]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        // Not the TMPDIR of the moment: `waymark admin` has to find the server's.
        Path::new("/tmp").join(format!("waymark-{name}"))
    }

    pub fn log_path(&self) -> PathBuf {
        self.root.join("postgres.log")
    }

    /// PostgreSQL's own log, begun anew (keeping one older) when it has grown large.
    pub fn log(&self) -> Result<File, ClusterError> {
        let path = self.log_path();
        if fs::metadata(&path).is_ok_and(|file| file.len() > LARGEST_LOG) {
            fs::rename(&path, self.root.join("postgres.log.1"))
                .map_err(ClusterError::file(&path))?;
        }
        OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(&path)
            .map_err(ClusterError::file(&path))
    }
}

/// Makes the directory for the account alone, or takes over one that nobody else can have made:
/// in a temporary directory anyone might have been first.
pub fn make_private(path: &Path, account: Account) -> Result<(), ClusterError> {
    match DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => {}
        Err(cause) if cause.kind() == std::io::ErrorKind::AlreadyExists => {
            let there = fs::symlink_metadata(path).map_err(ClusterError::file(path))?;
            if !there.is_dir() || !account.trusts(there.uid()) {
                return Err(ClusterError::NotOurs(path.to_owned()));
            }
        }
        Err(cause) => return Err(ClusterError::File(path.to_owned(), cause)),
    }
    fs::set_permissions(path, Permissions::from_mode(0o700)).map_err(ClusterError::file(path))?;
    account.own(path).map_err(ClusterError::file(path))
}
