//! Downloads, each on a thread of its own. At the end the reader asks which are still running.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use super::library_commands::{feed_key, is_guarded};
use super::running::Running;
use super::{Event, send, thread};
use crate::app::{DownloadRequest, Msg};
use crate::download::{Progress, download, file_name};
use crate::net::fetch::Cancel;
use crate::sync::Engine;
use crate::text::CleanBuf;

/// The number of downloads at once; further ones wait.
const AT_ONCE: usize = 2;
/// The interval between two reports of progress.
const PACE: Duration = Duration::from_millis(250);

/// The running downloads.
#[derive(Debug, Clone, Default)]
pub(super) struct Downloads {
    running: Running<Download>,
}

/// A running download.
#[derive(Debug)]
struct Download {
    number: u64,
    name: CleanBuf,
    address: CleanBuf,
    cancellation: Cancel,
}

impl Downloads {
    /// Starts a download; messages report its progress and its end.
    pub fn start(&self, request: &DownloadRequest, set: Option<PathBuf>, engine: &Engine, sender: &Sender<Event>) {
        let DownloadRequest { number, release, catalog, link } = request;
        let title = catalog.release(*release).map(|release| release.title().to_buf()).unwrap_or_default();
        let file = file_name(link.address.as_str(), title.as_str(), link.media.as_str());
        let (number, name, address) = (*number, CleanBuf::line(&file), link.address.clone());
        let cancellation = Cancel::default();
        let key = catalog.release(*release).and_then(|release| feed_key(catalog, &release).map(str::to_owned));
        let entry = self.running.enter(Download {
            number,
            name: name.clone(),
            address: address.clone(),
            cancellation: cancellation.clone(),
        });
        let (all, engine, of_thread) = (self.clone(), engine.clone(), sender.clone());
        thread::spawn("download", "downloading", sender, move || {
            let mut told: Option<Instant> = None;
            let mut report = |Progress { bytes, total }| {
                if told.is_none_or(|at| at.elapsed() >= PACE) {
                    told = Some(Instant::now());
                    send(&of_thread, Msg::Downloading { number, name: name.clone(), bytes, total });
                }
            };
            all.wait_for_turn(number, &address, &cancellation);
            let outcome = folder(set.as_deref()).and_then(|folder| {
                let from = (address.as_str(), key.as_deref().is_none_or(|key| is_guarded(&engine, key)));
                let done = download(engine.fetcher(), from, (&folder, &file), &cancellation, &mut report);
                done.map(|path| CleanBuf::line(&path.to_string_lossy()))
                    .map_err(|error| CleanBuf::line(&error.to_string()))
            });
            // Off the list before anyone who waits for it learns of its end.
            drop(entry);
            send(&of_thread, Msg::Downloaded { number, name, outcome });
        });
    }

    /// Waits until few enough others are running, and none of the same address: one that was cancelled may still end.
    fn wait_for_turn(&self, number: u64, address: &CleanBuf, cancellation: &Cancel) {
        let is_early = |running: &[Arc<Download>]| {
            let before = || running.iter().filter(|one| one.number < number);
            let is_same = before().any(|one| one.address == *address);
            !cancellation.is_cancelled() && (is_same || before().count() >= AT_ONCE)
        };
        self.running.wait_while(is_early);
    }

    /// The files being downloaded.
    pub fn files(&self) -> Vec<CleanBuf> {
        self.running.all().iter().map(|one| one.name.clone()).collect()
    }

    /// Whether no download is running.
    pub fn is_empty(&self) -> bool {
        self.running.is_empty()
    }

    /// Waits for all downloads until a deadline.
    pub fn wait(&self, until: Instant) {
        self.running.wait(until);
    }

    /// Cancels all downloads. Returns their files, of which the beginnings stay.
    pub fn cancel(&self) -> Vec<CleanBuf> {
        let cancel = |one: &Arc<Download>| {
            one.cancellation.cancel();
            one.name.clone()
        };
        let names = self.running.all().iter().map(cancel).collect();
        self.running.wake();
        names
    }

    /// Cancels all downloads on a thread: closing a connection may take a moment.
    pub fn cancel_aside(&self, sender: &Sender<Event>) {
        let all = self.clone();
        thread::spawn("cancel", "cancelling downloads", sender, move || drop(all.cancel()));
    }
}

/// The folder for downloads: the one that is set, or that of the user's desktop, or `~/Downloads`.
///
/// # Errors
/// If the user has no home.
fn folder(set: Option<&Path>) -> Result<PathBuf, CleanBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let file = |path: &Path| std::fs::read_to_string(path).ok();
    folder_within(set, &variable, &file)
        .ok_or_else(|| CleanBuf::line("no folder for downloads; set download.folder in the configuration"))
}

/// Like [`folder`], with another environment.
fn folder_within(
    set: Option<&Path>,
    variable: &dyn Fn(&str) -> Option<OsString>,
    file: &dyn Fn(&Path) -> Option<String>,
) -> Option<PathBuf> {
    let home = variable("HOME").map(PathBuf::from);
    if let Some(set) = set {
        return match (set.strip_prefix("~"), &home) {
            (Ok(rest), Some(home)) => Some(home.join(rest)),
            _ => Some(set.to_owned()),
        };
    }
    if let Some(folder) = variable("XDG_DOWNLOAD_DIR").map(PathBuf::from).filter(|folder| folder.is_absolute()) {
        return Some(folder);
    }
    let home = home?;
    let config = variable("XDG_CONFIG_HOME").map_or_else(|| home.join(".config"), PathBuf::from);
    let dirs = file(&config.join("user-dirs.dirs")).unwrap_or_default();
    let of_line = |line: &str| {
        let value = line.trim().strip_prefix("XDG_DOWNLOAD_DIR=")?.trim().strip_prefix('"')?.strip_suffix('"')?;
        let folder = value.strip_prefix("$HOME/").map_or_else(|| PathBuf::from(value), |rest| home.join(rest));
        folder.is_absolute().then_some(folder)
    };
    Some(dirs.lines().find_map(of_line).unwrap_or_else(|| home.join("Downloads")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_the_one_set_or_that_of_the_desktop() {
        let dirs = "# comment\nXDG_DESKTOP_DIR=\"$HOME/Desktop\"\nXDG_DOWNLOAD_DIR=\"$HOME/Téléchargements\"\n";
        let absolute = "XDG_DOWNLOAD_DIR=\"/data/in\"";
        let table = [
            (Some("/x"), None, dirs, "/x"),
            (Some("~/x/y"), None, dirs, "/home/ann/x/y"),
            (None, Some("/mnt/in"), dirs, "/mnt/in"),
            (None, Some("relative"), dirs, "/home/ann/Téléchargements"),
            (None, None, dirs, "/home/ann/Téléchargements"),
            (None, None, absolute, "/data/in"),
            (None, None, "XDG_DOWNLOAD_DIR=\"x\"", "/home/ann/Downloads"),
            (None, None, "", "/home/ann/Downloads"),
        ];
        for (set, variable, dirs, expected) in table {
            let variable = |name: &str| match name {
                "HOME" => Some("/home/ann".into()),
                "XDG_DOWNLOAD_DIR" => variable.map(OsString::from),
                _ => None,
            };
            let file = |path: &Path| (path == Path::new("/home/ann/.config/user-dirs.dirs")).then(|| dirs.to_owned());
            let found = folder_within(set.map(Path::new), &variable, &file);
            assert_eq!(found.as_deref(), Some(Path::new(expected)), "{set:?} {dirs}");
        }
        assert_eq!(folder_within(None, &|_| None, &|_| None), None);
    }
}
