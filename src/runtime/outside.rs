//! Other programs: the browser, what copies, and what a text is piped to.

use std::io;
use std::process::Command;

use super::browser::{Browser, browser};
use super::session::Session;
use super::{clipboard, foreground};
use crate::app::Msg;
use crate::app::failures::{Cause, Failure};
use crate::text::CleanBuf;

impl Session {
    /// Shows an address in the browser.
    pub(super) fn open(&mut self, address: &str) -> io::Result<()> {
        let variable = std::env::var("BROWSER").ok();
        let Browser { commands, is_in_terminal } =
            match browser(address, &self.app.settings.browser, variable.as_deref()) {
                Ok(browser) => browser,
                Err(reason) => return self.fail("browser", &format!("{address} {reason}")),
            };
        let mut reason = "no browser is known: set one in the configuration, or BROWSER".to_owned();
        for command in commands {
            let name = command.get_program().to_string_lossy().into_owned();
            let started = if is_in_terminal { self.lend(command, None, None) } else { foreground::detach(command) };
            match started {
                Ok(()) => return Ok(()),
                Err(error) => reason = format!("{name} cannot be started: {error}"),
            }
        }
        self.fail("browser", &reason)
    }

    /// Copies a text.
    pub(super) fn copy(&mut self, text: &str, what: &str) -> io::Result<()> {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        match clipboard::copy(text, self.app.settings.copy, is_set) {
            Ok(how) => self.say(&format!("{what} copied by {how}")),
            Err(reason) => self.fail("clipboard", &format!("not copied: {reason}")),
        }
    }

    /// Gives a text to a command of the user's.
    pub(super) fn pipe(&mut self, command: &str, text: String) -> io::Result<()> {
        let shell = std::env::var("SHELL").ok().filter(|shell| !shell.is_empty()).unwrap_or_else(|| "sh".to_owned());
        let mut program = Command::new(shell);
        program.arg("-c").arg(command);
        match self.lend(program, Some(text), Some(command)) {
            Ok(()) => Ok(()),
            Err(error) => self.fail(command, &format!("{command} cannot be started: {error}")),
        }
    }

    /// Gives the terminal to a program until it ends. With `told`, its name, the user is asked to have seen what it wrote.
    fn lend(&mut self, command: Command, text: Option<String>, told: Option<&str>) -> io::Result<()> {
        self.gate.close();
        self.guard.leave();
        let ended = foreground::run(command, text);
        if let (Some(name), Ok(status)) = (told, &ended) {
            let name = CleanBuf::line(name);
            let told = if status.success() { name.to_string() } else { format!("{name} ended with {status}") };
            // Without a terminal there is nothing to see either.
            let _ = foreground::wait_for_enter(&told);
        }
        self.gate.open();
        self.resume()?;
        ended.map(drop)
    }

    fn fail(&mut self, program: &str, what: &str) -> io::Result<()> {
        let failure = Failure::of(Cause::Program, &CleanBuf::line(program), CleanBuf::line(what));
        self.update(Msg::Failed(failure))
    }

    fn say(&mut self, what: &str) -> io::Result<()> {
        self.update(Msg::Said(CleanBuf::line(what)))
    }
}
