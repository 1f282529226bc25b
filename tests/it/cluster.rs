//! The private database: it keeps what it was given, whatever happens to the server.

use rustix::process::{Pid, Signal, kill_process};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use waymark::database::cluster::{Cluster, ClusterError};
use waymark::database::{DatabaseError, migrate, server_pool};

/// Under /tmp, which PostgreSQL's own user can reach; removed at the end.
struct Data(PathBuf);

impl Data {
    fn new(name: &str) -> Data {
        let path = Path::new("/tmp").join(format!("waymark-it-{}-{name}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Data(path)
    }

    fn postmaster(&self) -> i32 {
        let note = fs::read_to_string(self.0.join("postgres/postmaster.pid")).unwrap();
        note.lines().next().unwrap().parse().unwrap()
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The program itself, serving on a port of its choice.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start(data: &Data) -> Server {
        let mut child = Command::new(env!("CARGO_BIN_EXE_waymark"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(&data.0)
            .env_remove("DATABASE_URL")
            .env_remove("DATABASE_OWNER_URL")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
        let ready = lines
            .map(Result::unwrap)
            .find(|line| line.starts_with("Waymark is ready"))
            .unwrap();
        let port = ready.rsplit(':').next().unwrap().parse().unwrap();
        Server { child, port }
    }

    fn send(&self, signal: Signal) {
        let process = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(process, signal).unwrap();
    }
}

async fn write_a_row(owner: PgConnectOptions) {
    run(owner, "create table kept (word text)").await;
}

async fn run(options: PgConnectOptions, sql: &'static str) {
    let mut connection = options.connect().await.unwrap();
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

async fn is_kept(owner: PgConnectOptions) -> bool {
    let mut connection = owner.connect().await.unwrap();
    ask(&mut connection, "select to_regclass('kept')::text").await == "kept"
}

async fn ask(connection: &mut PgConnection, sql: &'static str) -> String {
    sqlx::query_scalar::<_, Option<String>>(sql)
        .fetch_one(connection)
        .await
        .unwrap()
        .unwrap_or_default()
}

fn kill(process: i32) {
    kill_process(Pid::from_raw(process).unwrap(), Signal::KILL).unwrap();
}

#[tokio::test]
async fn what_was_written_is_there_after_a_stop_and_a_start() {
    let data = Data::new("kept");
    let cluster = Cluster::start(&data.0).await.unwrap();
    write_a_row(cluster.owner()).await;
    cluster.stop().await;
    assert!(!data.0.join("postgres/postmaster.pid").exists());

    let cluster = Cluster::start(&data.0).await.unwrap();
    assert!(is_kept(cluster.owner()).await);
    cluster.stop().await;
}

#[tokio::test]
async fn it_is_durable_private_and_not_on_the_network() {
    let data = Data::new("private");
    let cluster = Cluster::start(&data.0).await.unwrap();
    let mut owner = cluster.owner().connect().await.unwrap();
    for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
        let value: String = sqlx::query_scalar("select current_setting($1)")
            .bind(setting)
            .fetch_one(&mut owner)
            .await
            .unwrap();
        assert_eq!(value, "on", "{setting}");
    }
    assert_eq!(
        ask(&mut owner, "select current_setting('listen_addresses')").await,
        ""
    );
    // PostgreSQL notes each address it listens on in the sixth line.
    let note = fs::read_to_string(data.0.join("postgres/postmaster.pid")).unwrap();
    assert_eq!(note.lines().nth(5), Some(""));

    let mut server = cluster.server().connect().await.unwrap();
    let powers = "select concat(rolsuper, rolbypassrls, rolcreaterole, rolcreatedb) \
                  from pg_roles where rolname = current_user";
    assert_eq!(ask(&mut server, powers).await, "ffff");
    cluster.stop().await;
}

#[tokio::test]
async fn a_killed_postgresql_is_started_again_while_the_server_runs() {
    let data = Data::new("restarted");
    let cluster = Cluster::start(&data.0).await.unwrap();
    write_a_row(cluster.owner()).await;
    kill(data.postmaster());

    let mut tries = 0;
    let mut owner = loop {
        tokio::time::sleep(Duration::from_millis(200)).await;
        match cluster.owner().connect().await {
            Ok(connection) => break connection,
            Err(cause) => assert!(tries < 100, "{cause}"),
        }
        tries += 1;
    };
    assert_eq!(
        ask(&mut owner, "select to_regclass('kept')::text").await,
        "kept"
    );
    cluster.stop().await;
}

#[tokio::test]
async fn a_server_killed_together_with_its_postgresql_recovers_at_the_next_start() {
    let data = Data::new("crashed");
    let mut server = Server::start(&data);
    let postmaster = data.postmaster();
    server.send(Signal::KILL);
    server.child.wait().unwrap();
    kill(postmaster);

    let cluster = Cluster::start(&data.0).await.unwrap();
    migrate(&cluster.owner()).await.unwrap();
    cluster.stop().await;
}

#[tokio::test]
async fn a_postgresql_left_over_by_a_killed_server_is_taken_over() {
    let data = Data::new("leftover");
    let mut server = Server::start(&data);
    let orphan = data.postmaster();
    server.send(Signal::KILL);
    server.child.wait().unwrap();

    let cluster = Cluster::start(&data.0).await.unwrap();
    assert_ne!(data.postmaster(), orphan);
    write_a_row(cluster.owner()).await;
    assert!(is_kept(cluster.owner()).await);
    cluster.stop().await;
}

#[tokio::test]
async fn a_second_server_on_the_same_directory_is_told_so() {
    let data = Data::new("second");
    let cluster = Cluster::start(&data.0).await.unwrap();
    let Err(cause) = Cluster::start(&data.0).await else {
        panic!("two servers on one directory");
    };
    assert!(matches!(cause, ClusterError::AlreadyRunning { .. }));
    assert!(cause.to_string().starts_with("Another Waymark is running"));
    cluster.stop().await;
}

#[tokio::test]
async fn a_long_path_has_its_socket_elsewhere() {
    let data = Data::new("long");
    let deep = data
        .0
        .join("a-directory-with-a-name-of-some-length/".repeat(4));
    let cluster = Cluster::start(&deep).await.unwrap();
    write_a_row(cluster.owner()).await;
    cluster.stop().await;
    assert!(!deep.join("socket").exists());
}

#[tokio::test]
async fn the_server_refuses_what_it_must_not_be_and_an_old_database() {
    let data = Data::new("refused");
    let cluster = Cluster::start(&data.0).await.unwrap();
    let old = server_pool(cluster.server(), 1).await;
    assert!(matches!(old, Err(DatabaseError::NotUpToDate)));

    migrate(&cluster.owner()).await.unwrap();
    migrate(&cluster.owner()).await.unwrap();
    server_pool(cluster.server(), 1)
        .await
        .unwrap()
        .close()
        .await;
    let owner = server_pool(cluster.owner(), 1).await;
    assert!(matches!(owner, Err(DatabaseError::OwnsTables(_))));
    let superuser = cluster.server().username("postgres");
    run(
        superuser.clone(),
        "alter role waymark_server with bypassrls",
    )
    .await;
    let all_seeing = server_pool(cluster.server(), 1).await;
    assert!(matches!(all_seeing, Err(DatabaseError::ReadsEverything(_))));
    let all_powerful = server_pool(superuser, 1).await;
    assert!(matches!(all_powerful, Err(DatabaseError::Superuser(_))));
    cluster.stop().await;
}

#[tokio::test]
async fn a_request_in_flight_is_answered_before_the_server_stops() {
    let data = Data::new("in-flight");
    let mut server = Server::start(&data);
    let mut request = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    request.write_all(b"GET / HTTP/1.1\r\nHost: ").unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    server.send(Signal::TERM);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(TcpStream::connect(("127.0.0.1", server.port)).is_err());

    request.write_all(b"localhost\r\n\r\n").unwrap();
    let mut answer = String::new();
    request.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 "), "{answer}");
    assert!(!answer.starts_with("HTTP/1.1 5"), "{answer}");
    assert!(server.child.wait().unwrap().success());
    assert!(!data.0.join("postgres/postmaster.pid").exists());
}
