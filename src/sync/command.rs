//! Runs a command of the user that prints a secret.

use std::io::Read;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::net::fetch::Cancel;

/// How long a command may take; it may ask for a passphrase in a window of its own.
const PATIENCE: Duration = Duration::from_secs(60);
/// The interval at which a running command checks for cancellation.
const CHECK_INTERVAL: Duration = Duration::from_millis(50);
/// The largest output in bytes.
const MOST: u64 = 64 << 10;

/// Why a command printed no secret. What it printed is part of no message, because it may be the secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// It could not be started.
    #[error("cannot run {what}: {reason}")]
    NotStarted {
        /// What the command is for, such as "the secret command".
        what: &'static str,
        /// The system's reason.
        reason: String,
    },
    /// It ended with an error.
    #[error("{what} failed ({status}); run it in a shell to see why")]
    Failed {
        /// What the command is for.
        what: &'static str,
        /// How it ended.
        status: String,
    },
    /// It did not end in time.
    #[error("{what} did not end within {} seconds", PATIENCE.as_secs())]
    Slow {
        /// What the command is for.
        what: &'static str,
    },
    /// It printed nothing, or something that is not text.
    #[error("{what} printed no {expected}")]
    Nothing {
        /// What the command is for.
        what: &'static str,
        /// What it should print.
        expected: &'static str,
    },
    /// The user cancelled.
    #[error("cancelled")]
    Cancelled,
}

/// Runs a command with `sh` and returns what it prints. It gets no input and no terminal output, and is ended with all
/// its children if it takes too long or the sync is cancelled.
pub(super) fn run(what: &'static str, command: &str, cancel: &Cancel) -> Result<String, CommandError> {
    let started = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn();
    let not_started = |error: std::io::Error| CommandError::NotStarted { what, reason: error.to_string() };
    let mut child = started.map_err(not_started)?;
    let (sender, output) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        let reading = thread::Builder::new().name("command".to_owned()).spawn(move || {
            let mut printed = Vec::new();
            let read = stdout.take(MOST).read_to_end(&mut printed);
            let _ = sender.send(read.map(|_| printed));
        });
        if let Err(error) = reading {
            end(&mut child);
            return Err(not_started(error));
        }
    }
    let printed = wait(what, &output, cancel).inspect_err(|_| end(&mut child))?;
    // It has closed its output, so it ends soon, or is ended.
    let deadline = Instant::now() + CHECK_INTERVAL * 20;
    let status = loop {
        match child.try_wait().map_err(not_started)? {
            Some(status) => break status,
            None if Instant::now() >= deadline => {
                end(&mut child);
                break child.wait().map_err(not_started)?;
            }
            None => thread::sleep(CHECK_INTERVAL / 10),
        }
    };
    if !status.success() {
        return Err(CommandError::Failed { what, status: status.to_string() });
    }
    String::from_utf8(printed).map_err(|_secret| CommandError::Nothing { what, expected: "text" })
}

fn wait(
    what: &'static str,
    output: &mpsc::Receiver<std::io::Result<Vec<u8>>>,
    cancel: &Cancel,
) -> Result<Vec<u8>, CommandError> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match output.recv_timeout(CHECK_INTERVAL) {
            Ok(Ok(printed)) => return Ok(printed),
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => {
                return Err(CommandError::Nothing { what, expected: "text" });
            }
            Err(RecvTimeoutError::Timeout) if cancel.is_cancelled() => return Err(CommandError::Cancelled),
            Err(RecvTimeoutError::Timeout) if Instant::now() >= deadline => return Err(CommandError::Slow { what }),
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

/// Ends a command and its children.
fn end(child: &mut Child) {
    if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(group, Signal::KILL);
    }
    let _ = child.wait();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(command: &str) -> Result<String, CommandError> {
        super::run("the command", command, &Cancel::default())
    }

    #[test]
    fn the_output_of_a_command_is_returned() {
        assert_eq!(run("printf 'a\\nb\\n' | cat"), Ok("a\nb\n".to_owned()));
    }

    #[test]
    fn a_failed_command_tells_neither_its_output_nor_its_errors() {
        let error = run("echo hidden; echo hidden >&2; exit 3").expect_err("it fails").to_string();
        assert!(error.contains("exit status: 3") && !error.contains("hidden"), "{error}");
    }

    #[test]
    fn a_cancelled_command_is_ended() {
        let cancel = Cancel::default();
        cancel.cancel();
        let begun = Instant::now();
        assert_eq!(super::run("the command", "sleep 50", &cancel), Err(CommandError::Cancelled));
        assert!(begun.elapsed() < Duration::from_secs(10));
    }
}
