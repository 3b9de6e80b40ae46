//! Carries out what the reader's user asks of the library and of the network, on threads that the reader never waits for.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;

use super::keeper::{Job, Keeper};
use super::source::distinct_names;
use super::sync::{Engine, Followed, Progress, Wanted, fetch_page, follow, now, sync};
use super::{Event, marked, panic_text, send};
use crate::app::Msg;
use crate::app::failures::{Cause, Failure};
use crate::app::shelf::{Order, Report, SavedQuery, Source, SyncState};
use crate::catalog::Catalog;
use crate::feed::Limits;
use crate::library::{self, FEED_KEYS, Fault, Library, Place};
use crate::sync::fetch::{Fetcher, is_private};
use crate::text::CleanBuf;

/// A pause between two looks whether a sync that was called off has ended.
const TURN: Duration = Duration::from_millis(20);

/// Carries out orders.
pub(super) struct Orders {
    engine: Option<Arc<Engine>>,
    keeper: Keeper,
    sender: Sender<Event>,
    /// The sync that runs, which has its own way of being called off.
    running: Option<Arc<Engine>>,
    is_running: Arc<AtomicBool>,
    /// How many syncs there were: the number of the newest.
    number: Arc<AtomicU64>,
    is_offline: bool,
    limits: Limits,
}

impl Orders {
    /// For the library at a place; without one nothing can be kept, and nothing is fetched.
    pub fn new(place: Option<Place>, is_offline: bool, limits: Limits, keeper: Keeper, sender: Sender<Event>) -> Self {
        let engine = place.map(|place| Arc::new(Engine::new(place, fetcher(is_offline), limits)));
        let orders = Self {
            engine,
            keeper,
            sender,
            running: None,
            is_running: Arc::default(),
            number: Arc::default(),
            is_offline,
            limits,
        };
        // What there is, for the first look at it.
        match orders.engine.as_ref().filter(|engine| engine.place.path().exists()) {
            Some(engine) => tell_all(Arc::clone(engine), orders.sender.clone()),
            None => {
                send(&orders.sender, Msg::Library(Report::Sources(Vec::new())));
            }
        }
        orders
    }

    /// Opens no connection from now on, or does again; what runs goes on as it began.
    pub fn go_offline(&mut self, is_offline: bool) {
        self.is_offline = is_offline;
        let engine = self.engine.take();
        self.engine =
            engine.map(|engine| Arc::new(Engine::new(engine.place.clone(), fetcher(is_offline), self.limits)));
    }

    /// Carries one out; `catalog` is what the numbers of releases are of.
    pub fn carry_out(&mut self, order: Order, catalog: &Arc<Catalog>) {
        let Some(engine) = self.engine.clone() else {
            self.say("nothing can be kept: there is no data folder; name a file with --library");
            return;
        };
        match order {
            Order::Subscribe { address, title, folder } => self.subscribe(engine, address, title, folder),
            Order::Sync(sources) => self.sync(&engine, Wanted { sources, is_scheduled: false }),
            Order::CancelSync => {
                if let Some(running) = self.running.take() {
                    // The servers that it waits for are let go on another thread: closing connections may take a moment.
                    thread::spawn(move || running.call_off());
                }
            }
            Order::FetchPage { release } => self.fetch_page(engine, catalog, release),
            Order::Rename { id, title } => {
                self.change(engine, move |library| library.rename(id, &CleanBuf::line(&title)));
            }
            Order::Refile { id, folder } => {
                let folder: Vec<CleanBuf> = folder.iter().map(|name| CleanBuf::line(name)).collect();
                self.change(engine, move |library| library.refile(id, &folder));
            }
            Order::Pause { id, on } => self.change(engine, move |library| library.pause(id, on)),
            Order::Unsubscribe { id } => self.change(engine, move |library| library.unsubscribe(id, now())),
            Order::Resubscribe(id) => self.change(engine, move |library| library.resubscribe(id)),
            Order::WantPages { id, on } => self.change(engine, move |library| library.want_pages(id, on)),
            Order::SaveQuery { name, query } => {
                let saved = library::SavedQuery { name, query };
                self.change(engine, move |library| library.save_query(&saved));
            }
            Order::DropQuery { name } => self.change(engine, move |library| library.drop_query(&name).map(drop)),
            Order::RenameQuery { name, to } => {
                self.change(engine, move |library| library.rename_query(&name, &to));
            }
        }
    }

    /// A sync that nobody asked for, because it is time for one.
    pub fn sync_on_schedule(&mut self) {
        if let Some(engine) = self.engine.clone() {
            self.sync(&engine, Wanted { sources: Vec::new(), is_scheduled: true });
        }
    }

    /// Does what is done once a day, on a thread of its own: copying the library may take a while.
    pub fn keep_house(&self) {
        let Some(engine) = self.engine.clone() else { return };
        let sender = self.sender.clone();
        spawn(self.sender.clone(), "the daily backup", move || {
            let now = chrono::Local::now();
            let kept = Library::open(&engine.place).and_then(|library| match library {
                Some(mut library) => library::keep_house(&mut library, now.date_naive(), now.timestamp()).map(drop),
                None => Ok(()),
            });
            if let Err(fault) = kept {
                let told = CleanBuf::line(&format!("the daily backup was not made: {fault}"));
                send(&sender, Msg::Failed(Failure::of(Cause::Library, &CleanBuf::line("backup"), told)));
            }
        });
    }

    /// Another program has changed what there is.
    pub fn tell_all(&self) {
        if let Some(engine) = &self.engine {
            tell_all(Arc::clone(engine), self.sender.clone());
        }
    }

    /// Has the library changed, in its turn, and tells what there is then.
    fn change(&self, engine: Arc<Engine>, mut change: impl FnMut(&mut Library) -> Result<(), Fault> + Send + 'static) {
        let sender = self.sender.clone();
        self.keeper.ask(Job::Do(Box::new(move |library| {
            let changed = change(library);
            // Also where it could not be changed: what was shown meanwhile is put right.
            tell_all(Arc::clone(&engine), sender.clone());
            changed
        })));
    }

    fn subscribe(&self, engine: Arc<Engine>, address: String, title: Option<String>, folder: Vec<String>) {
        let (sender, keeper) = (self.sender.clone(), self.keeper.clone());
        spawn(self.sender.clone(), "subscribing", move || {
            let folder: Vec<CleanBuf> = folder.iter().map(|name| CleanBuf::line(name)).collect();
            let asked = CleanBuf::line(&address);
            let followed = follow(&engine, &address, title.as_deref().unwrap_or_default(), &folder);
            let report = match followed {
                Ok(Followed::Added(title, _) | Followed::Unseen(title)) => Report::Subscribed { asked, title },
                Ok(Followed::Known(title)) => {
                    let reason = CleanBuf::line(&format!("is followed already, as {title}"));
                    Report::NotSubscribed { asked, reason }
                }
                Ok(Followed::Offered(feeds)) => Report::Offered { asked, feeds },
                Err(reason) => Report::NotSubscribed { asked, reason },
            };
            send(&sender, Msg::Library(report));
            // The library may be new: nobody has heard of it yet.
            keeper.ask(Job::Look);
            tell_all(engine, sender);
        });
    }

    fn sync(&mut self, engine: &Engine, wanted: Wanted) {
        if wanted.is_scheduled && self.is_running.load(Ordering::SeqCst) {
            return;
        }
        // One of its own, so that calling it off leaves other fetches alone.
        let run = Arc::new(Engine::new(engine.place.clone(), fetcher(self.is_offline), self.limits));
        self.running = Some(Arc::clone(&run));
        let number = self.number.fetch_add(1, Ordering::SeqCst) + 1;
        let (sender, is_running, newest) =
            (self.sender.clone(), Arc::clone(&self.is_running), Arc::clone(&self.number));
        spawn(self.sender.clone(), "the sync", move || {
            // One that was called off may still have to end.
            while is_running.swap(true, Ordering::SeqCst) {
                thread::sleep(TURN);
            }
            let tell = |progress: &Progress, is_over| {
                // What an older one has to say is of no interest any more.
                if newest.load(Ordering::SeqCst) == number {
                    let Progress { done, all, failed, fresh, first_error, .. } = progress.clone();
                    let state = SyncState { done, all, failed, fresh, is_over, first_error };
                    send(&sender, Msg::Library(Report::Sync(state)));
                }
            };
            let ended = catch_unwind(AssertUnwindSafe(|| sync(&run, &wanted, &mut |progress| tell(progress, false))));
            is_running.store(false, Ordering::SeqCst);
            match ended {
                Ok(Ok(progress)) => tell(&progress, true),
                Ok(Err(fault)) => {
                    tell(&Progress::default(), true);
                    let told = CleanBuf::line(&format!("the sync ended: {fault}"));
                    send(&sender, Msg::Failed(Failure::new(Cause::Sync, told)));
                }
                Err(payload) => {
                    tell(&Progress::default(), true);
                    send(&sender, Msg::Broken(panic_text("the sync", &*payload)));
                }
            }
            tell_all(run, sender);
        });
    }

    fn fetch_page(&self, engine: Arc<Engine>, catalog: &Arc<Catalog>, release: u32) {
        let Some(found) = catalog.release(release) else { return };
        let Some((key, number)) = marked::names(catalog, &found).find(|(key, _)| !key.is_empty()) else { return };
        let (key, address) = (key.to_owned(), found.url().as_str().to_owned());
        // What a feed of the internet names must not lead into this network; files and feeds of this network may.
        let is_guarded = key.strip_prefix(FEED_KEYS).is_some_and(|rest| !is_private(&format!("https://{rest}")));
        let (sender, keeper) = (self.sender.clone(), self.keeper.clone());
        spawn(self.sender.clone(), "fetching the page", move || match fetch_page(&engine, &address, is_guarded) {
            Ok(page) => keeper.ask(Job::Do(Box::new(move |library| {
                library.keep_page(&key, number, &page, now())?;
                send(&sender, Msg::Said(CleanBuf::line("the full page is kept")));
                Ok(())
            }))),
            Err(reason) => {
                let told = CleanBuf::line(&format!("{address} {reason}"));
                send(&sender, Msg::Failed(Failure::of(Cause::Fetch, &CleanBuf::line(&address), told)));
            }
        });
    }

    fn say(&self, what: &str) {
        send(&self.sender, Msg::Said(CleanBuf::line(what)));
    }
}

impl Drop for Orders {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.is_cancelled.store(true, Ordering::SeqCst);
        }
    }
}

fn fetcher(is_offline: bool) -> Fetcher {
    if is_offline { Fetcher::offline() } else { Fetcher::new(crate::sync::fetch::Limits::default()) }
}

/// Runs something on a thread of its own; where it breaks, that is said.
fn spawn(sender: Sender<Event>, what: &'static str, run: impl FnOnce() + Send + 'static) {
    thread::spawn(move || {
        if let Err(payload) = catch_unwind(AssertUnwindSafe(run)) {
            send(&sender, Msg::Broken(panic_text(what, &*payload)));
        }
    });
}

/// Tells all subscriptions and saved queries as they are now. Counting may take a while: it has a thread of its own.
fn tell_all(engine: Arc<Engine>, sender: Sender<Event>) {
    spawn(sender.clone(), "reading the library", move || {
        let Ok(Some(library)) = Library::open(&engine.place) else { return };
        if let Ok(saved) = library.queries() {
            let saved = saved.into_iter().map(|one| SavedQuery { name: one.name, query: one.query }).collect();
            send(&sender, Msg::Library(Report::SavedQueries(saved)));
        }
        let (Ok(sources), Ok(totals)) = (library.sources_and_removed(), library.totals()) else { return };
        // Called as in the filter pane, so that each can be asked for.
        let names = distinct_names(&sources);
        let sources = std::iter::zip(sources, names)
            .filter(|(source, _)| source.removed.is_none())
            .map(|(source, title)| {
                let (releases, unread) = totals.get(&source.id).copied().unwrap_or_default();
                Source {
                    title,
                    id: source.id,
                    address: source.address,
                    folder: source.folder,
                    is_paused: source.is_paused,
                    wants_pages: source.wants_pages,
                    releases,
                    unread,
                    succeeded: source.succeeded,
                    error: source.error,
                    is_syncing: false,
                }
            })
            .collect();
        send(&sender, Msg::Library(Report::Sources(sources)));
    });
}
