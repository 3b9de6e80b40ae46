//! A real Miniflux with a real PostgreSQL on loopback, with data that is thrown away.
//!
//! `.ci/run` builds Miniflux from `tests/servers`. Each server has its own database cluster in a temporary folder; both
//! programs end and the folder goes when the server is dropped, also after a panic. Nothing is fetched or cleaned up
//! unless a test asks for it.

#![allow(dead_code)]

#[path = "miniflux/api.rs"]
mod api;
#[path = "miniflux/cluster.rs"]
mod cluster;
#[path = "miniflux/group.rs"]
mod group;

use std::fs::{self, File};
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;
use tempfile::TempDir;

use crate::skip::skip;
use api::Api;
use cluster::Cluster;
pub use cluster::Lock;
use group::Group;

/// The name of the user.
pub const USER: &str = "reader";
/// The user's password, also for the Google Reader API.
pub const PASSWORD: &str = "password1";
/// How long a program may take to start. Far longer than needed, because a busy machine is not a failure.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server. It ends when dropped.
pub struct Miniflux {
    // Dropped in this order: the server before its database, and the folder last.
    server: Group,
    cluster: Cluster,
    api: Api,
    binary: PathBuf,
    folder: TempDir,
}

/// A request that the server has answered, as its log shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub method: String,
    /// The path with the query.
    pub path: String,
}

impl Miniflux {
    /// Starts a server with one user. `None`, with the reason on standard error, if it cannot be started here.
    ///
    /// # Panics
    /// If `TIDINGS_REQUIRE_ALL` is `1` and Go is installed, so that the server could have been built.
    pub fn start() -> Option<Self> {
        let (binary, cluster) = match binary().and_then(|binary| Ok((binary, Cluster::find()?))) {
            Ok(found) => found,
            Err(reason) if finds("go", "version") => {
                skip(reason);
                return None;
            }
            Err(_) => {
                eprintln!("skipped: Miniflux cannot be built, because Go is not installed");
                return None;
            }
        };
        let folder = tempfile::tempdir().expect("a folder");
        let cluster = cluster.create(&folder.path().join("cluster"));
        let (server, address) = serve(&binary, &cluster, folder.path());
        let mut miniflux = Self { server, cluster, api: Api::new(&address), binary, folder };
        miniflux.api.log_in();
        Some(miniflux)
    }

    /// The address that the user sees.
    pub fn address(&self) -> &str {
        self.api.address()
    }

    /// The user's API key.
    pub fn key(&self) -> &str {
        self.api.key()
    }

    /// The API, as another client of the same user has it.
    pub fn api(&self) -> &Api {
        &self.api
    }

    /// The folder of all its files.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs a statement in the database. Returns the rows of its result, with `|` between the columns.
    pub fn sql(&self, statement: &str) -> String {
        self.cluster.query(statement)
    }

    /// Gives the user access to the Google Reader API, with the same name and password.
    pub fn allow_google_reader(&self) {
        self.sql(&format!(
            "UPDATE integrations SET googlereader_enabled = true, googlereader_username = '{USER}',
             googlereader_password = (SELECT password FROM users WHERE id = 1) WHERE user_id = 1"
        ));
    }

    /// Makes the entries that a condition selects so old that a clean-up deletes them, unless they are starred, and
    /// cleans up.
    pub fn clean_up(&self, condition: &str) {
        self.sql(&format!("UPDATE entries SET created_at = now() - interval '200 days' WHERE {condition}"));
        let mut command = Command::new(&self.binary);
        command.arg("-run-cleanup-tasks").env("DATABASE_URL", self.cluster.address());
        let output = command.output().expect("Miniflux runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Holds back new entries with this word in their title: they have drawn their ids, but stay invisible until the
    /// lock is dropped.
    pub fn hold_back(&self, word: &str) -> Lock {
        self.sql(&format!(
            "CREATE OR REPLACE FUNCTION hold_back() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF new.title LIKE '%{word}%' THEN PERFORM pg_advisory_xact_lock(7); END IF; RETURN new; END $$;
             CREATE OR REPLACE TRIGGER hold_back BEFORE INSERT ON entries FOR EACH ROW EXECUTE FUNCTION hold_back()"
        ));
        self.cluster.lock(7)
    }

    /// Waits until an entry is being held back.
    pub fn wait_for_held_back(&self) {
        wait("an entry that is held back", || {
            self.sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") != "0"
        });
    }

    /// Stops the database; the server goes on without it.
    pub fn stop_database(&mut self) {
        self.cluster.stop();
    }

    /// Starts the database again.
    pub fn start_database(&mut self) {
        self.cluster.start();
    }

    /// Runs `action` and returns the requests that the server has answered meanwhile.
    pub fn requests<T>(&self, action: impl FnOnce() -> T) -> (T, Vec<Request>) {
        let before = self.answered().len();
        let result = action();
        let mut requests = self.answered().split_off(before);
        // The last one shows that the log is complete.
        requests.retain(|request| !request.path.starts_with("/v1/version?marker"));
        (result, requests)
    }

    /// All requests in the log, up to one made here.
    fn answered(&self) -> Vec<Request> {
        let log = || fs::read_to_string(self.folder.path().join("miniflux.log")).expect("the log");
        let marker = format!("/v1/version?marker={}", log().len());
        self.api.get(&marker);
        let mut requests = Vec::new();
        wait("the log of the requests", || {
            requests = log().lines().filter_map(Request::of_line).collect();
            requests.iter().any(|request: &Request| request.path == marker)
        });
        requests
    }
}

impl Request {
    fn of_line(line: &str) -> Option<Self> {
        let value = |key: &str| {
            let rest = line.split_once(&format!(" request.{key}="))?.1;
            let quoted = rest.strip_prefix('"').map(|rest| rest.split('"').next());
            quoted.unwrap_or(rest.split(' ').next()).map(str::to_owned)
        };
        line.contains("msg=\"Incoming request\"").then_some(())?;
        Some(Self { method: value("method")?, path: value("uri")? })
    }
}

impl Drop for Miniflux {
    fn drop(&mut self) {
        if thread::panicking() {
            let log = fs::read_to_string(self.folder.path().join("miniflux.log")).unwrap_or_default();
            let is_of_note =
                |line: &&str| !line.contains("level=DEBUG") && !line.contains("authentication_successful=true");
            let lines = log.lines().filter(is_of_note);
            eprintln!("the log of Miniflux:\n{}", lines.collect::<Vec<_>>().join("\n"));
        }
        self.server.stop(Signal::TERM);
    }
}

/// Starts Miniflux on a free port and waits until it answers. Returns its address.
///
/// It inherits the bound socket, as from systemd: if it bound the port itself, a test beside this one could take the
/// port first, and both would talk to one server.
fn serve(binary: &Path, cluster: &Cluster, folder: &Path) -> (Group, String) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let at = listener.local_addr().expect("an address");
    let address = format!("http://{at}");
    let log = File::create(folder.join("miniflux.log")).expect("a log");
    let mut command = Group::command(Path::new("/bin/sh"), Signal::TERM);
    // The socket comes as standard input; the protocol wants it as descriptor 3.
    command.args(["-c", "exec 3<&0 </dev/null; LISTEN_PID=$$ exec \"$0\""]).arg(binary);
    command.env_clear().envs([
        ("LISTEN_FDS", "1"),
        ("LISTEN_ADDR", at.to_string().as_str()),
        ("BASE_URL", &address),
        ("DATABASE_URL", &cluster.address()),
        ("ADMIN_USERNAME", USER),
        ("ADMIN_PASSWORD", PASSWORD),
        ("LOG_LEVEL", "debug"),
        ("MEDIA_PROXY_MODE", "none"),
        ("HTTP_CLIENT_TIMEOUT", "5"),
    ]);
    let switches = ["RUN_MIGRATIONS", "CREATE_ADMIN", "FETCHER_ALLOW_PRIVATE_NETWORKS", "DISABLE_SCHEDULER_SERVICE"];
    command.envs(switches.map(|switch| (switch, "1")));
    command.stdin(OwnedFd::from(listener)).stdout(log.try_clone().expect("a log")).stderr(log);
    let mut server = Group::spawn(command);
    let health = Api::new(&address);
    wait("Miniflux to start", || server.has_ended() || health.is_up());
    let told = || fs::read_to_string(folder.join("miniflux.log")).unwrap_or_default();
    assert!(!server.has_ended(), "Miniflux does not start: {}", told());
    (server, address)
}

/// The program, if it was built from the present modules.
fn binary() -> Result<PathBuf, &'static str> {
    let built = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("servers");
    let sums = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers/go.sum");
    let is_present = fs::read(built.join("go.sum")).is_ok_and(|known| Some(known) == fs::read(sums).ok());
    if is_present { Ok(built.join("miniflux")) } else { Err("Miniflux is not built; .ci/run builds it") }
}

/// Whether a program can be run.
fn finds(program: &str, argument: &str) -> bool {
    let quiet = Stdio::null;
    Command::new(program).arg(argument).stdout(quiet()).stderr(quiet()).status().is_ok_and(|status| status.success())
}

/// Waits until `is_done` holds. For states of other programs, which offer nothing to wait on; hence the pauses.
fn wait(what: &str, mut is_done: impl FnMut() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !is_done() {
        assert!(Instant::now() < until, "timed out waiting for {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// The body of a request that makes a key.
fn key_request() -> serde_json::Value {
    json!({ "description": "tests" })
}
