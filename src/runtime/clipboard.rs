//! Copies text with a program of this machine or through the terminal (OSC 52), which also works over ssh.
//!
//! A program may hang if its desktop is gone or its compositor does not answer. So it runs on a thread with a deadline,
//! and if it fails, the terminal is asked. The sequence is `ESC ] 52 ; c ; BASE64 BEL` (xterm's control sequences,
//! "Operating System Commands").

use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Sender};
use std::thread::sleep;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustix::process::{Pid, Signal, kill_process_group};

use super::{Event, lend_terminal, send, terminal, test_panic, thread};
use crate::app::Msg;
use crate::app::notice::{Cause, Notice};
use crate::config::Clipboard;
use crate::text::{CleanBuf, system_error};

/// The maximum size for terminals: xterm and tmux stop at about a hundred thousand bytes of Base64.
const MOST: usize = 74_000;
/// How long a program may take.
const DEADLINE: Duration = Duration::from_secs(2);
/// The interval between two checks whether a program has ended.
const STEP: Duration = Duration::from_millis(5);

/// Programs that copy, each with the variable that shows whether its desktop is running.
const PROGRAMS: [(&str, &[&str]); 5] = [
    ("WAYLAND_DISPLAY", &["wl-copy"]),
    ("DISPLAY", &["xclip", "-selection", "clipboard"]),
    ("DISPLAY", &["xsel", "--clipboard", "--input"]),
    ("__CFBundleIdentifier", &["pbcopy"]),
    ("WSL_DISTRO_NAME", &["clip.exe"]),
];

/// How to copy.
#[derive(Debug, PartialEq, Eq)]
pub enum Way {
    /// The first of these programs that succeeds, then the terminal if true.
    Programs(Vec<&'static [&'static str]>, bool),
    /// The terminal.
    Terminal,
}

/// Why a text cannot be copied.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The settings forbid it.
    #[error("copying is turned off in the configuration")]
    Off,
    /// It is too large for a terminal; its size in bytes.
    #[error("{} kB is too large for the terminal's clipboard", .0.div_ceil(1_000))]
    TooLarge(usize),
    /// The terminal cannot be written to.
    #[error("{}", system_error(.0))]
    Terminal(#[from] io::Error),
}

/// A text to copy.
#[derive(Debug)]
pub struct Job {
    /// The text.
    pub text: String,
    /// Its description for messages.
    pub what: String,
    /// The programs to try.
    pub programs: Vec<&'static [&'static str]>,
    /// Whether the terminal may copy it if they fail.
    pub may_ask_terminal: bool,
}

/// Chooses how to copy, from the settings and the environment.
///
/// # Errors
/// Why copying is impossible.
pub fn way(how: Clipboard, variable: impl Fn(&str) -> bool) -> Result<Way, CopyError> {
    let is_remote = variable("SSH_TTY") || variable("SSH_CONNECTION");
    match how {
        Clipboard::Off => return Err(CopyError::Off),
        Clipboard::Terminal => return Ok(Way::Terminal),
        Clipboard::Auto if is_remote => return Ok(Way::Terminal),
        Clipboard::Auto | Clipboard::Local => {}
    }
    let there = PROGRAMS.iter().filter(|(desktop, _)| variable(desktop) || *desktop == "__CFBundleIdentifier");
    Ok(Way::Programs(there.map(|(_, argv)| *argv).collect(), how == Clipboard::Auto))
}

/// Returns the sequence that makes the terminal copy a text.
///
/// # Errors
/// Why the text cannot be copied.
pub fn sequence(text: &str) -> Result<String, CopyError> {
    if text.len() > MOST {
        return Err(CopyError::TooLarge(text.len()));
    }
    Ok(format!("\x1b]52;c;{}\x07", STANDARD.encode(text)))
}

/// Copies through the terminal, which the caller must own.
///
/// # Errors
/// Why the text was not copied.
pub fn through_terminal(text: &str) -> Result<(), CopyError> {
    Ok(terminal::write(sequence(text)?.as_bytes())?)
}

/// Starts the thread that copies texts with programs, one after the other.
pub fn start(sender: Sender<Event>) -> Sender<Job> {
    let (jobs, inbox) = mpsc::channel::<Job>();
    thread::spawn("clipboard", "copying", &sender.clone(), move || {
        for job in inbox {
            test_panic::here("clipboard");
            let mut failed = Vec::new();
            let by = job.programs.iter().find(|argv| match run(argv, &job.text, DEADLINE) {
                Ok(()) => true,
                Err(error) if error.kind() == io::ErrorKind::NotFound => false,
                Err(error) => {
                    failed.push(format!("{}: {}", argv[0], system_error(&error)));
                    false
                }
            });
            let is_heard = match by {
                Some(argv) => send(&sender, copied(&job.what, argv[0])),
                None if job.may_ask_terminal => sender.send(Event::Copy(job, failed)).is_ok(),
                None if failed.is_empty() => {
                    send(&sender, not_copied("no clipboard program found; install wl-copy, xclip or xsel"))
                }
                None => send(&sender, not_copied(&failed.join("; "))),
            };
            if !is_heard {
                return;
            }
        }
    });
    jobs
}

/// Reports that a text was copied.
pub fn copied(what: &str, by: &str) -> Msg {
    Msg::info(CleanBuf::line(&format!("{what} copied by {by}")))
}

/// Reports that a text was not copied.
pub fn not_copied(reason: &str) -> Msg {
    let told = CleanBuf::line(&format!("not copied: {reason}"));
    Msg::Notice(Notice::error_about(Cause::Program, &CleanBuf::line("clipboard"), told))
}

/// Pipes a text to a program and waits until the program has read it.
fn run(argv: &[&str], text: &str, deadline: Duration) -> io::Result<()> {
    let mut child = Command::new(argv[0])
        .args(&argv[1..])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // In its own process group, so that the clipboard server survives the reader.
        .process_group(0)
        .spawn()?;
    lend_terminal::feed(&mut child, Some(text.to_owned()));
    let until = Instant::now() + deadline;
    loop {
        match child.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(io::Error::other(format!("failed ({status})"))),
            None if Instant::now() < until => sleep(STEP),
            None => {
                if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
                    let _ = kill_process_group(group, Signal::KILL);
                }
                child.wait()?;
                return Err(io::Error::other("timed out"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn environment_and_settings_choose_how_to_copy() {
        let nothing = |_: &str| false;
        let over_ssh = |name: &str| matches!(name, "DISPLAY" | "SSH_TTY");
        assert!(matches!(way(Clipboard::Off, nothing), Err(CopyError::Off)));
        assert!(matches!(way(Clipboard::Terminal, over_ssh), Ok(Way::Terminal)));
        assert!(matches!(way(Clipboard::Auto, over_ssh), Ok(Way::Terminal)));
        let names = |how, variable: &dyn Fn(&str) -> bool| match way(how, variable) {
            Ok(Way::Programs(programs, may_ask_terminal)) => {
                (programs.iter().map(|argv| argv[0]).collect::<Vec<_>>(), may_ask_terminal)
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(names(Clipboard::Local, &over_ssh), (vec!["xclip", "xsel", "pbcopy"], false));
        assert_eq!(names(Clipboard::Auto, &|name| name == "WAYLAND_DISPLAY"), (vec!["wl-copy", "pbcopy"], true));
    }

    #[test]
    fn the_terminal_copies_up_to_its_limit() {
        assert_eq!(sequence("quit").expect("it is short"), "\x1b]52;c;cXVpdA==\x07");
        assert!(sequence(&"x".repeat(MOST + 1)).is_err_and(|error| error.to_string().starts_with("75 kB")));
    }

    #[test]
    fn a_program_that_fails_or_hangs_is_reported_and_killed() {
        let text = "x".repeat(1 << 20);
        let run = |script| run(&["sh", "-c", script], &text, Duration::from_millis(300));
        assert!(run("test $(wc -c) -eq 1048576").is_ok());
        let error = run("cat >/dev/null; exit 3").expect_err("it fails");
        assert!(error.to_string().contains("exit status: 3"), "{error}");
        let start = Instant::now();
        let error = run("sleep 60 & sleep 60").expect_err("it hangs");
        assert_eq!(error.to_string(), "timed out");
        assert!(start.elapsed() < Duration::from_secs(30));
        let missing = super::run(&["/nowhere/at/all"], "", DEADLINE).expect_err("it is not there");
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
    }
}
