//! The thread that syncs for the reader, one sync at a time. Requests during a sync join it.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use super::{Engine, Progress, SyncRequest, sync_with_more};
use crate::library::LibraryError;
use crate::net::fetch::Cancel;
use crate::text::{CleanBuf, panic_text};

/// An event of a sync.
#[derive(Debug)]
pub enum SyncEvent {
    /// The progress of the sync.
    Progress(Progress),
    /// The sync has ended: its final state, or why it did not start or broke off.
    Ended(Result<Progress, CleanBuf>),
}

/// Receives news of the sync with a number.
type Report = dyn FnMut(u64, SyncEvent) + Send;

/// Sends syncs to the thread.
pub struct Supervisor {
    requests: Sender<Request>,
    /// The number of the current or next sync, and its cancellation.
    number: u64,
    cancellation: Cancel,
}

/// By how much the priority is lowered; 19 would be the lowest.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

struct Request {
    number: u64,
    engine: Engine,
    sync: SyncRequest,
}

/// Lowers the priority of this thread and of those that it starts, so that keys and drawing come first when all processors
/// are busy. On Linux alone: elsewhere it would be the priority of the whole process.
pub fn lower_priority() {
    #[cfg(target_os = "linux")]
    // Without it the work is the same.
    let _ = rustix::process::nice(NICE);
}

impl Supervisor {
    /// Starts the thread, which ends with this value.
    pub fn start(mut report: impl FnMut(u64, SyncEvent) + Send + 'static) -> Self {
        let (requests, inbox) = mpsc::channel();
        // Without a thread nothing is synced.
        let _ = thread::Builder::new().name("sync".to_owned()).spawn(move || {
            lower_priority();
            work(&inbox, &mut report);
        });
        Self { requests, number: 0, cancellation: Cancel::default() }
    }

    /// Syncs sources, with the running sync or a new one.
    pub fn sync(&self, engine: &Engine, sync: SyncRequest) {
        let request =
            Request { number: self.number, engine: engine.with_cancellation(self.cancellation.clone()), sync };
        let _ = self.requests.send(request);
    }

    /// Cancels the running sync and all waiting requests.
    pub fn cancel(&mut self) {
        let cancellation = std::mem::take(&mut self.cancellation);
        self.number += 1;
        // Closing the connections may take a moment.
        let on_thread = cancellation.clone();
        if thread::Builder::new().name("cancel".to_owned()).spawn(move || on_thread.cancel()).is_err() {
            cancellation.cancel();
        }
    }

    /// Whether a number is that of the current sync, and not of a cancelled one.
    #[must_use]
    pub fn is_current(&self, number: u64) -> bool {
        self.number == number
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        self.cancellation.cancel();
    }
}

/// Runs one sync after the other.
fn work(inbox: &Receiver<Request>, report: &mut Report) {
    // Requests made after the running sync was cancelled.
    let mut later = VecDeque::new();
    while let Some(request) = later.pop_front().or_else(|| inbox.recv().ok()) {
        // Cancelled while it was waiting, so no news is expected.
        if request.engine.is_cancelled() {
            continue;
        }
        let number = request.number;
        let ended = catch_unwind(AssertUnwindSafe(|| one(&request, inbox, &mut later, report)));
        let ended = match ended {
            Ok(ended) => ended.map_err(|error| CleanBuf::line(&format!("the sync ended: {error}"))),
            Err(payload) => Err(panic_text("the sync", &*payload)),
        };
        report(number, SyncEvent::Ended(ended));
    }
}

fn one(
    request: &Request,
    inbox: &Receiver<Request>,
    later: &mut VecDeque<Request>,
    report: &mut Report,
) -> Result<Progress, LibraryError> {
    let number = request.number;
    let mut more = || loop {
        let more = inbox.try_recv().ok()?;
        if more.number == number {
            return Some(more.sync);
        }
        later.push_back(more);
    };
    sync_with_more(&request.engine, &request.sync, &mut more, &mut |progress| {
        report(number, SyncEvent::Progress(progress.clone()));
    })
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::time::Duration;

    use super::*;
    use crate::feed::Limits;
    use crate::feed::opml::OpmlEntry;
    use crate::library::{Library, LibraryPath, SourceId};
    use crate::net::fetch::Fetcher;

    /// A supervisor of a library with two subscriptions at hosts that never answer.
    struct TestSupervisor {
        _folder: tempfile::TempDir,
        _hosts: Vec<TcpListener>,
        engine: Engine,
        ids: Vec<SourceId>,
        supervisor: Supervisor,
        events: Receiver<(u64, SyncEvent)>,
    }

    impl TestSupervisor {
        fn new() -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            let place = LibraryPath::of_file(&folder.path().join("library.db"));
            let hosts: Vec<TcpListener> = (0..2).map(|_| TcpListener::bind("127.0.0.1:0").expect("a port")).collect();
            let subscription = |host: &TcpListener| OpmlEntry {
                title: CleanBuf::default(),
                address: CleanBuf::line(&format!("http://{}/", host.local_addr().expect("an address"))),
                site: CleanBuf::default(),
                categories: Vec::new(),
            };
            let new: Vec<OpmlEntry> = hosts.iter().map(subscription).collect();
            let ids = Library::create(&place).expect("a library").subscribe(&new).expect("written");
            let fetcher = Fetcher::within(crate::net::fetch::Limits::default(), &|_| None);
            let (sender, events) = mpsc::channel();
            let supervisor = Supervisor::start(move |number, event| {
                let _ = sender.send((number, event));
            });
            let engine = Engine::new(place, fetcher, Limits::default());
            Self { _folder: folder, _hosts: hosts, engine, ids, supervisor, events }
        }

        fn sync(&self, sources: &[SourceId], is_scheduled: bool) {
            self.supervisor
                .sync(&self.engine, SyncRequest { sources: sources.to_vec(), is_scheduled, ..SyncRequest::default() });
        }

        /// The number of the sync, the finished and the total number of sources, and whether it has ended.
        fn next(&self) -> (u64, usize, usize, bool) {
            match self.events.recv_timeout(Duration::from_secs(30)).expect("news") {
                (number, SyncEvent::Progress(progress)) => (number, progress.done, progress.all, false),
                (number, SyncEvent::Ended(Ok(progress))) => (number, progress.done, progress.all, true),
                (_, SyncEvent::Ended(Err(reason))) => panic!("{reason}"),
            }
        }
    }

    #[test]
    fn requests_during_a_sync_join_it_and_are_cancelled_with_it() {
        let mut test = TestSupervisor::new();
        test.sync(&test.ids[..1], false);
        assert_eq!(test.next(), (0, 0, 1, false));
        // Again, then all of them, then automatically.
        test.sync(&test.ids[..1], false);
        assert_eq!(test.next(), (0, 0, 1, false), "it is asked once");
        test.sync(&[], false);
        assert_eq!(test.next(), (0, 0, 2, false));
        test.sync(&[], true);
        test.supervisor.cancel();
        assert_eq!(test.next(), (0, 0, 2, true), "the one on schedule added nothing");
        assert!(!test.supervisor.is_current(0));
        test.sync(&test.ids[1..], false);
        // Tasks that were running may report once more.
        let later = std::iter::repeat_with(|| test.next()).find(|(number, ..)| *number > 0);
        assert_eq!(later, Some((1, 0, 1, false)), "what comes after that is a sync of its own");
        test.supervisor.cancel();
        assert_eq!(test.next(), (1, 0, 1, true));
    }

    #[test]
    fn a_failed_sync_is_reported_and_the_next_one_runs() {
        let mut test = TestSupervisor::new();
        test.engine.fetcher().go_offline(true);
        for number in 0..2 {
            test.sync(&[], false);
            assert_eq!(test.next(), (0, 0, 2, false), "{number}");
            assert_eq!((test.next(), test.next()), ((0, 1, 2, false), (0, 2, 2, false)));
            assert_eq!(test.next(), (0, 2, 2, true));
        }
        test.engine = Engine { place: LibraryPath::of_file("/proc/none/library.db".as_ref()), ..test.engine.clone() };
        test.sync(&[], false);
        assert_eq!(test.next(), (0, 0, 0, true), "there is none");
    }
}
