//! A PostgreSQL cluster with a socket in its own folder and no port.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use rustix::process::{Signal, geteuid};

use super::group::Group;
use super::{finds, wait};

/// The name of the database's user.
const OWNER: &str = "mf";

/// The programs of PostgreSQL, and who runs them.
pub struct Programs {
    folder: PathBuf,
    /// PostgreSQL refuses to run as root.
    user: Option<(u32, u32)>,
}

/// A cluster. It ends when dropped.
pub struct Cluster {
    server: Option<Group>,
    programs: Programs,
    folder: PathBuf,
}

/// A lock in the database, held until dropped.
pub struct Lock {
    input: Option<ChildStdin>,
    child: Child,
}

impl Cluster {
    /// Finds the programs.
    pub fn find() -> Result<Programs, &'static str> {
        let configured = Command::new("pg_config").arg("--bindir").output().ok();
        let configured = configured.and_then(|output| String::from_utf8(output.stdout).ok());
        let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        let mut folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
        folders.sort();
        folders.extend(configured.map(|folder| PathBuf::from(folder.trim())));
        let is_complete =
            |folder: &PathBuf| ["initdb", "postgres", "psql"].iter().all(|name| folder.join(name).is_file());
        let folder = folders.into_iter().rfind(is_complete).ok_or("PostgreSQL is not installed")?;
        if !finds("setpriv", "--version") {
            return Err("setpriv is not installed");
        }
        let user = if geteuid().is_root() {
            let other = ["postgres", "nobody"].into_iter().find_map(|name| Some((id(name, "-u")?, id(name, "-g")?)));
            Some(other.ok_or("there is no other user to run PostgreSQL as")?)
        } else {
            None
        };
        Ok(Programs { folder, user })
    }

    /// The database, as libpq and Miniflux read it.
    pub fn address(&self) -> String {
        format!("user={OWNER} dbname=postgres host={} sslmode=disable", self.folder.display())
    }

    pub fn start(&mut self) {
        let mut command = self.programs.command("postgres", Signal::INT);
        command.arg("-D").arg(self.folder.join("data")).arg("-k").arg(&self.folder);
        command.args(["-c", "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off"]);
        let log = File::options().create(true).append(true).open(self.folder.join("postgres.log")).expect("a log");
        command.stdin(Stdio::null()).stdout(log.try_clone().expect("a log")).stderr(log);
        let mut server = Group::spawn(command);
        let state = || fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap_or_default();
        wait("PostgreSQL to start", || {
            let log = || fs::read_to_string(self.folder.join("postgres.log")).unwrap_or_default();
            assert!(!server.has_ended(), "PostgreSQL does not start: {}", log());
            state().lines().last().is_some_and(|line| line.trim() == "ready")
        });
        self.server = Some(server);
    }

    /// Ends all connections and the server.
    pub fn stop(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.stop(Signal::INT);
        }
    }

    /// Runs statements. Returns the rows of the result, with `|` between the columns.
    pub fn query(&self, statement: &str) -> String {
        let output = self.psql().args(["-c", statement]).output().expect("psql");
        assert!(output.status.success(), "{statement}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8").trim_end().to_owned()
    }

    /// Takes an advisory lock.
    pub fn lock(&self, number: u32) -> Lock {
        let mut child = self.psql().stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("psql");
        let mut input = child.stdin.take().expect("a pipe");
        writeln!(input, "SELECT 'taken' FROM pg_advisory_lock({number});").expect("psql reads");
        let mut answer = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut answer).expect("an answer");
        assert_eq!(answer.trim(), "taken");
        Lock { input: Some(input), child }
    }

    fn psql(&self) -> Command {
        let mut command = Command::new(self.programs.folder.join("psql"));
        command.args(["-qAtX", "-v", "ON_ERROR_STOP=1", "-d", "postgres", "-U", OWNER, "-h"]).arg(&self.folder);
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // At the end of its input psql ends, and with it the lock.
        self.input.take();
        let _ = self.child.wait();
    }
}

impl Programs {
    /// Creates a cluster in a folder and starts it.
    pub fn create(self, folder: &Path) -> Cluster {
        fs::create_dir(folder).expect("a folder");
        if let (Some((user, group)), Some(parent)) = (self.user, folder.parent()) {
            chown(folder, Some(user), Some(group)).expect("another owner");
            // The other user has to pass through the folder, which only root can read.
            chown(parent, Some(user), Some(group)).expect("another owner");
        }
        let mut command = self.command("initdb", Signal::INT);
        command.args(["-U", OWNER, "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "-N", "-D"]);
        let output = command.arg(folder.join("data")).output().expect("initdb");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut cluster = Cluster { server: None, programs: self, folder: folder.to_owned() };
        cluster.start();
        cluster
    }

    /// A program of PostgreSQL, as a user who may run it.
    fn command(&self, program: &str, at_end: Signal) -> Command {
        let program = self.folder.join(program);
        let Some((user, group)) = self.user else { return Group::command(&program, at_end) };
        let mut command = Group::command(Path::new("setpriv"), at_end);
        command.args([&format!("--reuid={user}"), &format!("--regid={group}"), "--clear-groups"]);
        // A change of the user drops the signal; so it is set once more.
        command.args(["--pdeathsig", "INT", "--"]).arg(program).current_dir("/");
        command
    }
}

/// A number of a user: `-u` for the user, `-g` for the group.
fn id(name: &str, kind: &str) -> Option<u32> {
    let output = Command::new("id").args([kind, name]).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}
