//! Other programs: the browser, what copies, and what a text is piped to.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::thread;

use super::browser::{Browser, browser};
use super::{Session, clipboard, foreground, send};
use crate::app::Msg;
use crate::app::failures::{Cause, Failure};
use crate::catalog::Catalog;
use crate::document::{self, Form};
use crate::text::{CleanBuf, grouped};

/// Writes releases into a file that is not there yet: beside its place first, then put there whole.
fn export(file: &str, releases: &[u32], catalog: &Catalog) -> io::Result<()> {
    let path = match (file.strip_prefix("~/"), std::env::var_os("HOME")) {
        (Some(rest), Some(home)) => PathBuf::from(home).join(rest),
        _ => PathBuf::from(file),
    };
    let form = path.extension().and_then(|extension| Form::of_extension(&extension.to_string_lossy()));
    let form = form.ok_or_else(|| io::Error::other("its name tells no form"))?;
    if path.exists() {
        return Err(io::Error::other("it is there already, choose another name"));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut out = BufWriter::new(tempfile::Builder::new().prefix(".tidings").tempfile_in(folder)?);
    document::write(catalog, releases, form, &mut out)?;
    out.flush()?;
    let written = out.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
    written.persist_noclobber(&path).map_err(|error| error.error)?;
    Ok(())
}

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

    /// Writes releases into a file, on a thread: there may be a million.
    pub(super) fn export(&self, file: String, releases: Vec<u32>, catalog: Arc<Catalog>) {
        let sender = self.sender.clone();
        thread::spawn(move || {
            let count = releases.len();
            let subject = CleanBuf::line(&file);
            let told = match export(&file, &releases, &catalog) {
                Ok(()) if count == 1 => format!("written: {file}"),
                Ok(()) => format!("{} releases written: {file}", grouped(count)),
                Err(error) => {
                    let told = CleanBuf::line(&format!("not written: {file}: {error}"));
                    send(&sender, Msg::Failed(Failure::of(Cause::Export, &subject, told)));
                    return;
                }
            };
            send(&sender, Msg::Succeeded(Cause::Export, subject));
            send(&sender, Msg::Said(CleanBuf::line(&told)));
        });
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
