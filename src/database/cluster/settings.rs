//! The three files that PostgreSQL reads at its start, written whole each time.

use super::directory::Directory;
use super::{Account, ClusterError, OWNER, SERVER, SUPERUSER};
use std::fs;

pub async fn write(directory: &Directory, account: Account) -> Result<(), ClusterError> {
    let user = Account::name_of_this_process().await?;
    let files = [
        ("postgresql.conf", server(directory)),
        ("pg_hba.conf", "local all all peer map=waymark\n".to_owned()),
        ("pg_ident.conf", people(&user)),
    ];
    for (name, text) in files {
        let path = directory.cluster().join(name);
        fs::write(&path, text).map_err(ClusterError::file(&path))?;
        account.own(&path).map_err(ClusterError::file(&path))?;
    }
    Ok(())
}

/// The log leaves out the values in an error: they may be somebody's name or address.
fn server(directory: &Directory) -> String {
    let socket = directory.socket().display().to_string().replace('\'', "''");
    format!(
        "# Written by Waymark at each start. Settings of your own survive in postgresql.auto.conf,\n\
         # which ALTER SYSTEM writes.\n\
         listen_addresses = ''\n\
         unix_socket_directories = '{socket}'\n\
         unix_socket_permissions = 0700\n\
         port = 5432\n\
         max_connections = 100\n\
         shared_buffers = 128MB\n\
         fsync = on\n\
         synchronous_commit = on\n\
         full_page_writes = on\n\
         timezone = 'UTC'\n\
         log_timezone = 'UTC'\n\
         lc_messages = 'C'\n\
         log_line_prefix = '%m [%p] %u '\n\
         log_error_verbosity = terse\n"
    )
}

/// Whoever runs the server may be these three, and nobody else may be anyone.
fn people(user: &str) -> String {
    [SUPERUSER, OWNER, SERVER]
        .map(|role| format!("waymark \"{user}\" {role}\n"))
        .concat()
}
