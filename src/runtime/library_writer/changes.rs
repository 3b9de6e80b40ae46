//! What other programs change in the library: it is heard of, and told as marks of the catalog that is shown.

use std::path::PathBuf;
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
    /// Other releases are shown. What was told of marks meanwhile was told of those before: it is told again, of what is
    /// there only now.
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
                Ok(since) => self.send_marks(&since, first as u32),
                Err(fault) => self.cannot_look(&fault),
            }
        }
    }

    /// Tells what another program has changed.
    pub(super) fn check_for_changes(&mut self) {
        // What follows the first feed makes it, on another thread.
        if self.library.is_none()
            && let Some(place) = &self.place
            && let Ok(Some(library)) = Library::open(place)
        {
            self.open(library);
        }
        let Some(library) = &self.library else { return };
        let News { copy, sync, marked } = match library.news(self.seen) {
            Ok(news) => news,
            Err(fault) => return self.cannot_look(&fault),
        };
        if std::mem::replace(&mut self.copy, copy) == copy {
            self.send_marks(&marked, 0);
        } else {
            // A backup was restored: all marks are others, those that are gone too.
            self.seen = marked.change;
            self.send_all_marks();
            self.is_anew = true;
        }
        if std::mem::replace(&mut self.synced, sync) != sync {
            let _ = self.poke.send(());
            let _ = self.sender.send(Event::LibraryChanged);
        }
    }

    /// Tells marks that have changed, of the releases from the `first` on.
    fn send_marks(&mut self, since: &MarkedSince, first: u32) {
        self.seen = since.change;
        let marks = mark_lookup::changed(&self.catalog, first, &since.marks);
        if !marks.is_empty() {
            send(&self.sender, Msg::Marks { catalog: Arc::clone(&self.catalog), marks });
        }
    }

    /// Tells the marks of all releases, of those too that have none.
    fn send_all_marks(&mut self) {
        if let Some(Ok(Some(library))) = self.place.as_ref().map(Library::open) {
            let marks = mark_lookup::all(&self.catalog, library);
            send(&self.sender, Msg::Marks { catalog: Arc::clone(&self.catalog), marks });
        } else {
            // It is tried again with the next look.
            self.copy = 0;
        }
    }

    fn cannot_look(&mut self, fault: &LibraryError) {
        // What cannot be read for another reason is looked at again when the file changes.
        if let LibraryError::Damaged { reason, .. } = fault {
            self.mend(reason);
        }
    }

    /// What is open turned out to be damaged.
    fn mend(&mut self, reason: &CleanBuf) {
        let Some(library) = self.library.take() else { return };
        match library::replace_damaged(library, reason) {
            Ok(library) => drop(self.open(library)),
            Err(fault) => self.notify(&CleanBuf::line(&fault.to_string())),
        }
    }
}

/// Hears of changes of the library's files.
pub(super) fn watch(place: &LibraryPath, jobs: Sender<Job>) -> Option<Watching> {
    let name = place.path().file_name()?.to_owned();
    let is_ours = move |path: &PathBuf| {
        path.file_name().is_some_and(|file| file.as_encoded_bytes().starts_with(name.as_encoded_bytes()))
    };
    let handler = move |event: notify::Result<notify::Event>| {
        if event.map_or(true, |event| is_change(&event, &is_ours)) {
            let _ = jobs.send(Job::Look);
        }
    };
    let folder = place.path().parent()?;
    watcher::start(handler, |watcher| watcher.watch(folder, RecursiveMode::NonRecursive)).ok()
}
