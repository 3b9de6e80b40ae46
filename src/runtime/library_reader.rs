//! The thread that reads the content of the library for the reader. A single thread, so that later reads are reported
//! later.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use super::{Event, send};
use crate::app::Msg;
use crate::app::accounts::Account;
use crate::app::library::{LibraryEvent, SavedQuery, Subscription};
use crate::app::watching::Watched;
use crate::library::{Library, LibraryError, NewsCount, distinct_names};
use crate::sync::Engine;
use crate::text::panic_text;

/// The content of the library after a number of changes by this reader.
#[derive(Debug)]
pub(super) struct Snapshot {
    changes: u64,
    reports: Vec<LibraryEvent>,
}

/// Requests reads of the library and knows which results are current.
pub(super) struct LibraryReader {
    requests: Sender<()>,
    /// The number of requested changes, each shown before it is made.
    asked: u64,
    /// The number of changes made or failed.
    made: Arc<AtomicU64>,
}

/// A requested change. Dropping it ends the change, made or failed, and reads the library again, to correct what was
/// shown meanwhile.
pub(super) struct Change {
    number: u64,
    made: Arc<AtomicU64>,
    requests: Sender<()>,
}

impl LibraryReader {
    /// Starts the thread, which ends with this value.
    pub fn start(engine: Engine, sender: Sender<Event>) -> Self {
        let (requests, inbox) = mpsc::channel();
        let made = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&made);
        // Without a thread the content of the library is not shown.
        let _ = thread::Builder::new().name("library-state".to_owned()).spawn(move || {
            work(&engine, &inbox, &counter, &sender);
        });
        Self { requests, asked: 0, made }
    }

    /// Requests a read.
    pub fn read(&self) {
        let _ = self.requests.send(());
    }

    /// Returns a function that requests a read.
    pub fn reader(&self) -> impl Fn() + Send + use<> {
        let requests = self.requests.clone();
        move || {
            let _ = requests.send(());
        }
    }

    /// Begins a change.
    pub fn begin(&mut self) -> Change {
        self.asked += 1;
        Change { number: self.asked, made: Arc::clone(&self.made), requests: self.requests.clone() }
    }

    /// The events of a snapshot; empty if a change was shown since that the snapshot does not include.
    pub fn news(&self, snapshot: Snapshot) -> Vec<LibraryEvent> {
        if snapshot.changes >= self.asked { snapshot.reports } else { Vec::new() }
    }
}

impl Drop for Change {
    fn drop(&mut self) {
        self.made.fetch_max(self.number, Ordering::SeqCst);
        let _ = self.requests.send(());
    }
}

/// Reads the library on request, once for all requests that arrive meanwhile.
fn work(engine: &Engine, inbox: &Receiver<()>, made: &AtomicU64, sender: &Sender<Event>) {
    while inbox.recv().is_ok() {
        inbox.try_iter().for_each(drop);
        // Loaded before reading: a change made during the read may be missed.
        let changes = made.load(Ordering::SeqCst);
        let sent = match catch_unwind(AssertUnwindSafe(|| reports(engine))) {
            Ok(reports) => sender
                .send(Event::Library(super::library_commands::LibraryNews::Snapshot(Snapshot { changes, reports })))
                .is_ok(),
            Err(payload) => send(sender, Msg::defect(panic_text("reading the library", &*payload))),
        };
        if !sent {
            return;
        }
    }
}

/// The saved queries and subscriptions as stored; empty if they cannot be read.
fn reports(engine: &Engine) -> Vec<LibraryEvent> {
    if !engine.place.path().exists() {
        return vec![LibraryEvent::Sources(Vec::new())];
    }
    let Ok(Some(library)) = Library::open(&engine.place) else { return Vec::new() };
    // Another process may have been asked for a pause.
    let _ = engine.load_pauses(&library);
    let saved = saved_queries(&library).map(LibraryEvent::SavedQueries);
    let mut reports: Vec<LibraryEvent> = saved.into_iter().collect();
    reports.extend(accounts(&library).map(LibraryEvent::Accounts));
    let (Ok(sources), Ok(totals)) = (library.sources_and_removed(), library.totals()) else { return reports };
    // Named as in the filter pane, so that queries can name each.
    let names = distinct_names(&sources);
    let sources = std::iter::zip(sources, names)
        .filter(|(source, _)| source.removed.is_none())
        .map(|(source, title)| {
            let (releases, unread) = totals.get(&source.id).copied().unwrap_or_default();
            Subscription {
                title,
                id: source.id,
                address: source.address,
                folder: source.folder,
                is_paused: source.is_paused,
                wants_pages: source.wants_pages,
                rules: source.rules,
                releases,
                unread,
                succeeded: source.succeeded,
                error: source.error,
                is_syncing: false,
                is_remote: !source.is_direct,
                accounts: source.accounts.into_iter().map(|link| link.id).collect(),
            }
        })
        .collect();
    reports.push(LibraryEvent::Sources(sources));
    reports
}

/// The saved queries, with what is new for those that are watched.
fn saved_queries(library: &Library) -> Result<Vec<SavedQuery>, LibraryError> {
    let news = library.news_counts()?;
    let saved = library.queries()?.into_iter().map(|one| {
        let watch = one.watch.map(|id| {
            let NewsCount { releases, last } = news.get(&id).copied().unwrap_or_default();
            Watched { id: Some(id), new: releases, last }
        });
        let on_arrival = one.rule.map(|rule| rule.actions).unwrap_or_default();
        SavedQuery { name: one.name, query: one.query, watch, on_arrival, is_topic: one.is_topic }
    });
    Ok(saved.collect())
}

/// The accounts with their counts; `None` if they cannot be read.
fn accounts(library: &Library) -> Result<Vec<Account>, LibraryError> {
    let with_counts = library.accounts()?.into_iter().map(|account| {
        let totals = library.account_totals(account.id)?;
        Ok(Account {
            id: account.id,
            kind: account.kind,
            name: account.name,
            address: account.address,
            user: account.user,
            feeds: totals.feeds,
            releases: totals.releases,
            unread: totals.unread,
            waiting: totals.waiting,
            total: account.total,
            succeeded: account.succeeded,
            error: account.error,
            is_syncing: false,
        })
    });
    with_counts.collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::feed::{Limits, opml::OpmlEntry};
    use crate::library::LibraryPath;
    use crate::net::fetch::Fetcher;
    use crate::text::CleanBuf;

    #[test]
    fn a_snapshot_from_before_a_change_is_dropped() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = LibraryPath::of_file(&folder.path().join("library.db"));
        let mut library = Library::create(&place).expect("a library");
        let address = CleanBuf::line("http://a.invalid/");
        let one = OpmlEntry { title: CleanBuf::line("A"), address, site: CleanBuf::default(), categories: Vec::new() };
        let id = library.subscribe(&[one]).expect("written")[0];
        let (sender, events) = mpsc::channel();
        let mut state = LibraryReader::start(Engine::new(place, Fetcher::offline(), Limits::default()), sender);
        let snapshot = || match events.recv_timeout(Duration::from_secs(30)).expect("a snapshot") {
            Event::Library(super::super::library_commands::LibraryNews::Snapshot(snapshot)) => snapshot,
            other => panic!("{other:?}"),
        };
        state.read();
        let old = snapshot();
        // Two changes are shown; the first one is made.
        let (rename, pause) = (state.begin(), state.begin());
        assert_eq!(state.news(old), []);
        library.rename(id, &CleanBuf::line("B")).expect("written");
        drop(rename);
        assert_eq!(state.news(snapshot()), [], "the pause would go off the screen");
        library.pause(id, true).expect("written");
        drop(pause);
        let events = state.news(snapshot());
        let [.., LibraryEvent::Sources(sources)] = events.as_slice() else { panic!("{events:?}") };
        assert_eq!((sources[0].title.as_str(), sources[0].is_paused), ("B", true));
    }
}
