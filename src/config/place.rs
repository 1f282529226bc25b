//! Which database: a private one, or one elsewhere, whose address may be in a file.

use super::{DATA, Need, Problems, Settings, given};
use sqlx::postgres::PgConnectOptions;
use std::fs;
use std::path::PathBuf;

#[derive(Clone, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one of them, read at the start"
)]
pub enum Place {
    Private(PathBuf),
    Elsewhere {
        server: Option<PgConnectOptions>,
        owner: Option<PgConnectOptions>,
    },
}

struct Secret<'a> {
    name: &'static str,
    typed: Option<&'a str>,
    file: Option<&'a str>,
}

pub fn read(settings: &Settings, need: Need, problems: &mut Problems) -> Option<Place> {
    let server = Secret {
        name: "DATABASE_URL",
        typed: given(settings.database_url.as_deref()),
        file: given(settings.database_url_file.as_deref()),
    };
    let owner = Secret {
        name: "DATABASE_OWNER_URL",
        typed: given(settings.database_owner_url.as_deref()),
        file: given(settings.database_owner_url_file.as_deref()),
    };
    match (server.is_given(), owner.is_given(), need) {
        (false, false, _) => {
            let data = given(Some(&settings.data)).unwrap_or(DATA);
            return Some(Place::Private(PathBuf::from(data)));
        }
        (true, false, Need::Owner | Need::Both) => problems.add(
            "This needs DATABASE_OWNER_URL: the database of DATABASE_URL, as the role that owns its tables.",
        ),
        (false, true, Need::Server | Need::Both) => problems.add(
            "DATABASE_OWNER_URL is given without DATABASE_URL, which the server needs for its own role.",
        ),
        _ => {}
    }
    let server = problems.take(server.read());
    let owner = problems.take(owner.read());
    Some(Place::Elsewhere {
        server: server?,
        owner: owner?,
    })
}

impl Secret<'_> {
    fn is_given(&self) -> bool {
        self.typed.is_some() || self.file.is_some()
    }

    /// What is read is never repeated in the problem: it may hold a password.
    fn read(&self) -> Result<Option<PgConnectOptions>, String> {
        let name = self.name;
        let address = match (self.typed, self.file) {
            (None, None) => return Ok(None),
            (Some(_), Some(_)) => {
                return Err(format!(
                    "{name} and {name}_FILE are both given; choose one."
                ));
            }
            (Some(typed), None) => typed.to_owned(),
            (None, Some(file)) => {
                fs::read_to_string(file).map_err(|cause| format!("{name}_FILE {file}: {cause}."))?
            }
        };
        let address = address.trim();
        let is_postgres = ["postgres://", "postgresql://"]
            .iter()
            .any(|scheme| address.starts_with(scheme));
        match address.parse() {
            Ok(options) if is_postgres => Ok(Some(options)),
            _ => Err(format!(
                "{name} is an address like postgres://role@host/database."
            )),
        }
    }
}
