//! The thread that syncs for the reader, one sync at a time. Requests during a sync join it.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use super::{Engine, Progress, Wanted, sync_with_more};
use crate::library::LibraryError;
use crate::net::fetch::Cancel;
use crate::runtime::panic_text;
use crate::text::CleanBuf;

/// News from the thread.
#[derive(Debug)]
pub(in crate::runtime) enum News {
    /// The progress of the sync.
    Progress(Progress),
    /// The sync has ended: its final state, or why it did not start or broke off.
    Ended(Result<Progress, CleanBuf>),
}

/// Receives news of the sync with a number.
type Tell = dyn FnMut(u64, News) + Send;

/// Sends syncs to the thread.
pub(in crate::runtime) struct Supervisor {
    requests: Sender<Request>,
    /// The number of the current or next sync, and its cancellation.
    number: u64,
    cancel: Cancel,
}

struct Request {
    number: u64,
    engine: Engine,
    wanted: Wanted,
}

impl Supervisor {
    /// Starts the thread, which ends with this value.
    pub fn start(mut tell: impl FnMut(u64, News) + Send + 'static) -> Self {
        let (requests, inbox) = mpsc::channel();
        // Without a thread nothing is synced.
        let _ = thread::Builder::new().name("sync".to_owned()).spawn(move || work(&inbox, &mut tell));
        Self { requests, number: 0, cancel: Cancel::default() }
    }

    /// Syncs sources, with the running sync or a new one.
    pub fn sync(&self, engine: &Engine, wanted: Wanted) {
        let request = Request { number: self.number, engine: engine.apart(self.cancel.clone()), wanted };
        let _ = self.requests.send(request);
    }

    /// Cancels the running sync and all waiting requests.
    pub fn call_off(&mut self) {
        let cancel = std::mem::take(&mut self.cancel);
        self.number += 1;
        // Closing the connections may take a moment.
        let call_off = cancel.clone();
        if thread::Builder::new().name("cancel".to_owned()).spawn(move || call_off.cancel()).is_err() {
            cancel.cancel();
        }
    }

    /// Whether a number is that of the current sync, and not of a cancelled one.
    pub fn is_current(&self, number: u64) -> bool {
        self.number == number
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

/// Runs one sync after the other.
fn work(inbox: &Receiver<Request>, tell: &mut Tell) {
    // Requests made after the running sync was cancelled.
    let mut later = VecDeque::new();
    while let Some(request) = later.pop_front().or_else(|| inbox.recv().ok()) {
        // Cancelled while it was waiting, so no news is expected.
        if request.engine.is_over() {
            continue;
        }
        let number = request.number;
        let ended = catch_unwind(AssertUnwindSafe(|| one(&request, inbox, &mut later, tell)));
        let ended = match ended {
            Ok(ended) => ended.map_err(|fault| CleanBuf::line(&format!("the sync ended: {fault}"))),
            Err(payload) => Err(panic_text("the sync", &*payload)),
        };
        tell(number, News::Ended(ended));
    }
}

fn one(
    request: &Request,
    inbox: &Receiver<Request>,
    later: &mut VecDeque<Request>,
    tell: &mut Tell,
) -> Result<Progress, LibraryError> {
    let number = request.number;
    let mut more = || loop {
        let more = inbox.try_recv().ok()?;
        if more.number == number {
            return Some(more.wanted);
        }
        later.push_back(more);
    };
    sync_with_more(&request.engine, &request.wanted, &mut more, &mut |progress| {
        tell(number, News::Progress(progress.clone()));
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
    struct Desk {
        _folder: tempfile::TempDir,
        _hosts: Vec<TcpListener>,
        engine: Engine,
        ids: Vec<SourceId>,
        supervisor: Supervisor,
        news: Receiver<(u64, News)>,
    }

    impl Desk {
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
            let (sender, news) = mpsc::channel();
            let supervisor = Supervisor::start(move |number, told| {
                let _ = sender.send((number, told));
            });
            let engine = Engine::new(place, fetcher, Limits::default());
            Self { _folder: folder, _hosts: hosts, engine, ids, supervisor, news }
        }

        fn sync(&self, sources: &[SourceId], is_scheduled: bool) {
            self.supervisor.sync(&self.engine, Wanted { sources: sources.to_vec(), is_scheduled });
        }

        /// The number of the sync, the finished and the total number of sources, and whether it has ended.
        fn next(&self) -> (u64, usize, usize, bool) {
            match self.news.recv_timeout(Duration::from_secs(30)).expect("news") {
                (number, News::Progress(progress)) => (number, progress.done, progress.all, false),
                (number, News::Ended(Ok(progress))) => (number, progress.done, progress.all, true),
                (_, News::Ended(Err(reason))) => panic!("{reason}"),
            }
        }
    }

    #[test]
    fn requests_during_a_sync_join_it_and_are_cancelled_with_it() {
        let mut desk = Desk::new();
        desk.sync(&desk.ids[..1], false);
        assert_eq!(desk.next(), (0, 0, 1, false));
        // Again, then all of them, then automatically.
        desk.sync(&desk.ids[..1], false);
        assert_eq!(desk.next(), (0, 0, 1, false), "it is asked once");
        desk.sync(&[], false);
        assert_eq!(desk.next(), (0, 0, 2, false));
        desk.sync(&[], true);
        desk.supervisor.call_off();
        assert_eq!(desk.next(), (0, 0, 2, true), "the one on schedule added nothing");
        assert!(!desk.supervisor.is_current(0));
        desk.sync(&desk.ids[1..], false);
        // Tasks that were running may report once more.
        let later = std::iter::repeat_with(|| desk.next()).find(|(number, ..)| *number > 0);
        assert_eq!(later, Some((1, 0, 1, false)), "what comes after that is a sync of its own");
        desk.supervisor.call_off();
        assert_eq!(desk.next(), (1, 0, 1, true));
    }

    #[test]
    fn a_failed_sync_is_reported_and_the_next_one_runs() {
        let mut desk = Desk::new();
        desk.engine.fetcher().go_offline(true);
        for number in 0..2 {
            desk.sync(&[], false);
            assert_eq!(desk.next(), (0, 0, 2, false), "{number}");
            assert_eq!((desk.next(), desk.next()), ((0, 1, 2, false), (0, 2, 2, false)));
            assert_eq!(desk.next(), (0, 2, 2, true));
        }
        desk.engine = Engine { place: LibraryPath::of_file("/proc/none/library.db".as_ref()), ..desk.engine.clone() };
        desk.sync(&[], false);
        assert_eq!(desk.next(), (0, 0, 0, true), "there is none");
    }
}
