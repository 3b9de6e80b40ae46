//! External programs: browsers, clipboard programs, and commands that a text is piped to. They run beside the loop,
//! except for one that borrows the terminal.

use std::collections::VecDeque;
use std::io;
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::SendError;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::browser::{Opener, openers};
use super::clipboard::{self, Way};
use super::session::Session;
use super::{Event, lend_terminal, thread};
use crate::app::Msg;
use crate::app::notice::{Cause, Notice};
use crate::text::{CleanBuf, system_error};

/// How long an opener is watched. A later failure means that the user closed it, and one still running by then may
/// hang.
const WATCHED: Duration = Duration::from_secs(10);
/// The interval between two checks whether a program has ended.
const STEP: Duration = Duration::from_millis(50);

impl Session {
    /// Opens an address in the browser.
    pub(super) fn open(&mut self, address: &str) -> io::Result<()> {
        let variable = std::env::var("BROWSER").ok();
        match openers(address, &self.app.settings.browser, variable.as_deref()) {
            Ok(openers) => self.open_with(openers, None),
            Err(reason) => self.fail("browser", &reason),
        }
    }

    /// Opens the address of an enclosure with the program for its media type.
    pub(super) fn open_media(&mut self, address: &str, command: &[String]) -> io::Result<()> {
        match openers(address, command, None) {
            Ok(mut openers) => {
                for opener in &mut openers {
                    opener.stays = true;
                }
                self.open_with(openers, None)
            }
            Err(reason) => self.fail("browser", &reason),
        }
    }

    /// Opens an address with the first opener that works; `failed` says why earlier ones did not.
    pub(super) fn open_with(&mut self, mut openers: VecDeque<Opener>, mut failed: Option<String>) -> io::Result<()> {
        while let Some(Opener { command, is_in_terminal, is_named, stays }) = openers.pop_front() {
            let name = command.get_program().to_string_lossy().into_owned();
            let started = if is_in_terminal {
                self.lend(command, None, None).map(Some)
            } else {
                lend_terminal::detach(command).map(|child| {
                    let rest = std::mem::take(&mut openers);
                    self.watch_opener(child, &name, stays, rest, failed.clone());
                    None
                })
            };
            match started {
                Ok(None) => return Ok(()),
                Ok(Some(status)) if is_well(status) => return Ok(()),
                Ok(Some(status)) => failed = Some(format!("{name} failed ({status})")),
                Err(error) if is_named || error.kind() != io::ErrorKind::NotFound => {
                    let reason = match error.kind() {
                        io::ErrorKind::NotFound => {
                            "program not found; see `browser` and `open` in the configuration".into()
                        }
                        _ => system_error(&error),
                    };
                    failed = failed.or(Some(format!("cannot start {name}: {reason}")));
                }
                Err(_) => {}
            }
        }
        let reason = failed.unwrap_or_else(|| {
            "cannot open the link: no browser found; set `browser` in the configuration, or BROWSER".to_owned()
        });
        self.fail("browser", &reason)
    }

    /// Watches an opener; if it fails early, the others are tried.
    fn watch_opener(&self, mut child: Child, name: &str, stays: bool, rest: VecDeque<Opener>, failed: Option<String>) {
        let (sender, name) = (self.sender.clone(), name.to_owned());
        thread::spawn("browser", "opening the address", &self.sender, move || {
            let until = Instant::now() + WATCHED;
            let early = loop {
                match child.try_wait() {
                    Ok(None) if Instant::now() < until => sleep(STEP),
                    Ok(status) => break status,
                    Err(_) => return,
                }
            };
            match early {
                Some(status) if is_well(status) => {}
                Some(status) => {
                    let reason = failed.unwrap_or_else(|| format!("{name} failed ({status})"));
                    let _ = sender.send(Event::Open(rest, reason));
                }
                // An ended child stays a zombie until it is waited for.
                None if stays => drop(child.wait()),
                None => {
                    let _ = sender.send(Event::Lasts(name.clone(), true));
                    let _ = child.wait();
                    let _ = sender.send(Event::Lasts(name, false));
                }
            }
        });
    }

    /// Reports, once for each program and run, that an opener has not ended, and withdraws the report when it ends. The
    /// program is not killed: it may be the browser itself.
    pub(super) fn lasts(&mut self, program: &str, is_so: bool) -> io::Result<()> {
        if !is_so {
            return self.update(Msg::Succeeded(Cause::Program, CleanBuf::line(program)));
        }
        if self.lasting.iter().any(|known| known == program) {
            return Ok(());
        }
        let seconds = WATCHED.as_secs();
        let text = format!("{program}: still running after {seconds} s; if no page has opened, set another browser");
        self.lasting.push(program.to_owned());
        self.fail(program, &text)
    }

    /// Copies a text.
    pub(super) fn copy(&mut self, text: String, what: String) -> io::Result<()> {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        match clipboard::way(self.app.settings.copy, is_set) {
            Ok(Way::Programs(programs, may_ask_terminal)) => {
                let job = clipboard::Job { text, what, programs, may_ask_terminal };
                if let Err(SendError(job)) = self.clipboard.send(job) {
                    // The thread ended in a panic.
                    self.clipboard = clipboard::start(self.sender.clone());
                    drop(self.clipboard.send(job));
                }
                Ok(())
            }
            Ok(Way::Terminal) => self.copy_through_terminal(&text, &what, &[]),
            Err(error) => self.update(clipboard::not_copied(&error.to_string())),
        }
    }

    /// Copies a text through the terminal; `failed` lists the programs that could not, and why.
    pub(super) fn copy_through_terminal(&mut self, text: &str, what: &str, failed: &[String]) -> io::Result<()> {
        let besides = if failed.is_empty() { String::new() } else { format!(" ({})", failed.join("; ")) };
        match clipboard::through_terminal(text) {
            Ok(()) => self.update(clipboard::copied(what, &format!("the terminal{besides}"))),
            Err(error) => self.update(clipboard::not_copied(&format!("{error}{besides}"))),
        }
    }

    /// Pipes a text to a command of the user's.
    pub(super) fn pipe(&mut self, command: &str, text: String) -> io::Result<()> {
        let shell = std::env::var("SHELL").ok().filter(|shell| !shell.is_empty()).unwrap_or_else(|| "sh".to_owned());
        let mut program = Command::new(shell);
        program.arg("-c").arg(command);
        match self.lend(program, Some(text), Some(command)) {
            Ok(_) => Ok(()),
            Err(error) => self.fail(command, &format!("cannot start {command}: {}", system_error(&error))),
        }
    }

    /// Opens the manual in another reader, which borrows the terminal; this one keeps its state.
    pub(super) fn open_manual(&mut self) -> io::Result<()> {
        let Some(environment) = &self.manual else {
            return self.update(Msg::info(CleanBuf::line("this is the manual")));
        };
        let theme = ("TIDINGS_THEME", self.app.theme().into());
        let environment = environment.clone().into_iter().chain([theme]);
        let opened = std::env::current_exe().and_then(|program| {
            let mut command = Command::new(program);
            command.arg("manual").envs(environment);
            self.lend(command, None, None)
        });
        match opened {
            Ok(status) if is_well(status) => Ok(()),
            Ok(status) => self.fail("manual", &format!("cannot show the manual ({status}); run: tidings manual")),
            Err(error) => {
                self.fail("manual", &format!("cannot open the manual: {}; run: tidings manual", system_error(&error)))
            }
        }
    }

    /// Lends the terminal to a program until it ends. Given its `name`, waits until the user has read its output.
    fn lend(&mut self, command: Command, text: Option<String>, name: Option<&str>) -> io::Result<ExitStatus> {
        self.guard.settle();
        self.gate.close();
        self.guard.leave();
        let ended = lend_terminal::run(command, text);
        if let (Some(name), Ok(status)) = (name, &ended) {
            let name = CleanBuf::line(name);
            let ending = if status.success() { name.to_string() } else { format!("{name} ended with {status}") };
            // Without a terminal there is no output to read.
            let _ = lend_terminal::wait_for_enter(&ending);
        }
        self.gate.open();
        self.resume()?;
        ended
    }

    fn fail(&mut self, program: &str, what: &str) -> io::Result<()> {
        let error = Notice::error_about(Cause::Program, &CleanBuf::line(program), CleanBuf::line(what));
        self.update(Msg::Notice(error))
    }
}

/// Whether a program ended as the user wanted; a signal such as Ctrl-C counts.
fn is_well(status: ExitStatus) -> bool {
    status.success() || status.code().is_none()
}
