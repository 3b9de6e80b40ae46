//! Changes of the library by other processes, translated to marks of the shown catalog.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;

use notify::{RecursiveMode, Watcher};

use super::{Job, Thread};
use crate::app::Msg;
use crate::catalog::Catalog;
use crate::library::{self, Library, LibraryError, LibraryPath, MarkedSince, News};
use crate::runtime::watch::is_change;
use crate::runtime::watcher::{self, Watching};
use crate::runtime::{Event, mark_lookup, send};
use crate::text::CleanBuf;

impl Thread {
    /// Sets the shown catalog. Marks sent meanwhile were those of the previous one, so those of its new releases are
    /// sent again.
    pub(super) fn show(&mut self, catalog: Arc<Catalog>, read: Option<i64>) {
        let before = std::mem::replace(&mut self.catalog, catalog);
        let first = if before.is_beginning_of(&self.catalog) { before.len() } else { 0 };
        self.read = read.unwrap_or(self.read);
        if first == 0 && std::mem::take(&mut self.is_anew) {
            self.send_all_marks();
        } else if self.seen > self.read
            && let Some(library) = &self.library
        {
            match library.marked_since(self.read) {
                Ok(since) => self.send_marks(&since, first),
                Err(error) => self.report_check_error(&error),
            }
        }
    }

    /// Sends what another process has changed.
    pub(super) fn check_for_changes(&mut self) {
        // The first subscription creates the library, on another thread; or another reader does.
        if self.library.is_none() {
            self.watch();
        }
        if self.library.is_none()
            && let Some(place) = &self.place
            && let Ok(Some(library)) = Library::open(place)
        {
            self.open(library);
        }
        let Some(library) = &self.library else { return };
        let News { copy, sync, queries, marked } = match library.news(self.seen) {
            Ok(news) => news,
            Err(error) => return self.report_check_error(&error),
        };
        if std::mem::replace(&mut self.copy, copy) == copy {
            self.send_marks(&marked, 0);
        } else {
            // A backup was restored: all marks may differ, including removed ones.
            self.seen = marked.change;
            self.send_all_marks();
            self.is_anew = true;
        }
        let has_synced = std::mem::replace(&mut self.synced, sync) != sync;
        if has_synced {
            let _ = self.rescan.send(());
        }
        if std::mem::replace(&mut self.queries, queries) != queries || has_synced {
            let _ = self.sender.send(Event::LibraryChanged);
        }
    }

    /// Sends changed marks of the releases from `first` on.
    fn send_marks(&mut self, since: &MarkedSince, first: usize) {
        self.seen = since.change;
        let marks = mark_lookup::changed(&self.catalog, first, &since.marks);
        if !marks.is_empty() {
            send(&self.sender, Msg::Marks { catalog: Arc::clone(&self.catalog), marks });
        }
    }

    /// Sends which releases of the shown catalog servers found.
    pub(super) fn send_found(&self) {
        let releases = self.found.among(&self.catalog);
        if !releases.is_empty() {
            let (catalog, query) = (Arc::clone(&self.catalog), self.found.query.clone());
            send(&self.sender, Msg::FoundAtServer { catalog, query, releases });
        }
    }

    /// Sends the marks of all releases, including unmarked ones.
    fn send_all_marks(&mut self) {
        if let Some(Ok(Some(library))) = self.place.as_ref().map(Library::open) {
            let marks = mark_lookup::all(&self.catalog, library);
            send(&self.sender, Msg::Marks { catalog: Arc::clone(&self.catalog), marks });
        } else {
            // Retried at the next check.
            self.copy = 0;
        }
    }

    fn report_check_error(&mut self, error: &LibraryError) {
        // After any other read error, waits for the next change of the file.
        if let LibraryError::Damaged { reason, .. } = error {
            self.mend(reason);
        }
    }

    /// Repairs the open library, which turned out damaged.
    fn mend(&mut self, reason: &CleanBuf) {
        let Some(library) = self.library.take() else { return };
        match library::replace_damaged(library, reason) {
            Ok(library) => drop(self.open(library)),
            Err(error) => self.notify(&CleanBuf::line(&error.to_string())),
        }
    }
}

/// A watched folder.
pub(super) struct Watched {
    folder: PathBuf,
    /// Whether the system accepted the watch.
    _watching: Option<Watching>,
}

impl Thread {
    /// Watches the library's files for changes; as long as their folder does not exist, the nearest one above it.
    pub(super) fn watch(&mut self) {
        let Some((folder, name)) = self.place.as_ref().and_then(nearest) else { return };
        if self.watched.as_ref().is_none_or(|watched| watched.folder != folder) {
            let watching = watch(&folder, name, self.jobs.clone());
            self.watched = Some(Watched { folder, _watching: watching });
        }
    }
}

/// Returns the nearest existing folder above the library, and what to wait for in it: the library's files, or the next
/// folder on the way to them.
fn nearest(place: &LibraryPath) -> Option<(PathBuf, OsString)> {
    let path = std::path::absolute(place.path()).ok()?;
    let folder = path.ancestors().skip(1).find(|folder| folder.is_dir())?;
    let next = path.strip_prefix(folder).ok()?.iter().next()?.to_owned();
    Some((folder.to_owned(), next))
}

/// Watches a folder for changes of everything whose name starts with `name`.
fn watch(folder: &Path, name: OsString, jobs: Sender<Job>) -> Option<Watching> {
    let is_ours = move |path: &PathBuf| {
        path.file_name().is_some_and(|file| file.as_encoded_bytes().starts_with(name.as_encoded_bytes()))
    };
    let handler = move |event: notify::Result<notify::Event>| {
        if event.map_or(true, |event| is_change(&event, &is_ours)) {
            let _ = jobs.send(Job::CheckChanges);
        }
    };
    watcher::start(handler, |watcher| watcher.watch(folder, RecursiveMode::NonRecursive)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_folder_is_watched_until_that_of_the_library_exists() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = LibraryPath::of_file(&folder.path().join("share/tidings/library.db"));
        let deep = folder.path().join("share");
        let at = |folder: &Path, name: &str| Some((folder.to_owned(), OsString::from(name)));
        assert_eq!(nearest(&place), at(folder.path(), "share"));
        std::fs::create_dir(&deep).expect("a folder");
        assert_eq!(nearest(&place), at(&deep, "tidings"));
        std::fs::create_dir(deep.join("tidings")).expect("a folder");
        assert_eq!(nearest(&place), at(&deep.join("tidings"), "library.db"));
    }
}
