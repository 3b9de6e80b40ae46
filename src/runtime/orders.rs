//! Carries out what the reader's user asks of the library and of the network, on threads that the reader never waits for.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::keeper::{Job, Keeper};
use super::library_state::{LibraryState, Snapshot};
use super::sync::{self, Engine, Followed, Progress, Supervisor, Task, Wanted, fetch_page_on, follow_on, now};
use super::{Event, marked, panic_text, send};
use crate::app::Msg;
use crate::app::failures::{Cause, Failure};
use crate::app::shelf::{Order, Report, SyncState};
use crate::catalog::Catalog;
use crate::feed::Limits;
use crate::library::{self, FEED_KEYS, Fault, Library, Place};
use crate::sync::fetch::{Fetcher, Visit, host_of, is_private};
use crate::text::CleanBuf;

/// What threads tell of the library and of syncs. Some of it may be out of date by the time it comes.
#[derive(Debug)]
pub(super) enum News {
    /// What there is in the library.
    Snapshot(Snapshot),
    /// Of the sync with a number.
    Sync(u64, sync::News),
}

/// Carries out orders.
pub(super) struct Orders {
    /// Nothing without a place for a library.
    network: Option<Network>,
    keeper: Keeper,
    sender: Sender<Event>,
}

/// What fetches, and what is shown of it.
struct Network {
    engine: Engine,
    supervisor: Supervisor,
    state: LibraryState,
    /// The pages that are being fetched or wait for it: feed and number of each release.
    pages: Arc<Mutex<HashSet<(String, u64)>>>,
}

impl Orders {
    /// For the library at a place; without one nothing can be kept, and nothing is fetched.
    pub fn new(place: Option<Place>, is_offline: bool, limits: Limits, keeper: Keeper, sender: Sender<Event>) -> Self {
        let network = place.map(|place| {
            let fetcher = Fetcher::new(crate::sync::fetch::Limits::default());
            fetcher.go_offline(is_offline);
            let engine = Engine::new(place, fetcher, limits);
            let state = LibraryState::start(engine.clone(), sender.clone());
            let (read, news) = (state.reader(), sender.clone());
            let supervisor = Supervisor::start(move |number, told| {
                if matches!(told, sync::News::Ended(_)) {
                    read();
                }
                let _ = news.send(Event::Library(News::Sync(number, told)));
            });
            Network { engine, supervisor, state, pages: Arc::default() }
        });
        match &network {
            // What there is, for the first look at it.
            Some(network) => network.state.read(),
            None => {
                send(&sender, Msg::Library(Report::Sources(Vec::new())));
            }
        }
        Self { network, keeper, sender }
    }

    /// Opens no connection from now on, or does again; requests that are under way go on.
    pub fn go_offline(&self, is_offline: bool) {
        if let Some(network) = &self.network {
            network.engine.fetcher().go_offline(is_offline);
        }
    }

    /// What of the news is still true.
    pub fn messages(&self, news: News) -> Vec<Msg> {
        let Some(network) = &self.network else { return Vec::new() };
        match news {
            News::Snapshot(snapshot) => network.state.news(snapshot).into_iter().map(Msg::Library).collect(),
            // What one that was called off has to say is of no interest any more.
            News::Sync(number, _) if !network.supervisor.is_current(number) => Vec::new(),
            News::Sync(_, sync::News::Progress(progress)) => vec![sync_state(progress, false)],
            News::Sync(_, sync::News::Ended(Ok(progress))) => vec![sync_state(progress, true)],
            News::Sync(_, sync::News::Ended(Err(reason))) => {
                vec![sync_state(Progress::default(), true), Msg::Failed(Failure::new(Cause::Sync, reason))]
            }
        }
    }

    /// Carries one out; `catalog` is what the numbers of releases are of.
    pub fn carry_out(&mut self, order: Order, catalog: &Arc<Catalog>) {
        let Some(network) = &mut self.network else {
            self.say("nothing can be kept: there is no data folder; name a file with --library");
            return;
        };
        match order {
            Order::Subscribe { address, title, folder } => self.subscribe(address, title, &folder),
            Order::Sync(sources) => {
                network.supervisor.sync(&network.engine, Wanted { sources, is_scheduled: false });
            }
            Order::CancelSync => network.supervisor.call_off(),
            Order::FetchPage { release } => self.fetch_page(catalog, release),
            Order::Rename { id, title } => {
                self.change(move |library| library.rename(id, &CleanBuf::line(&title)));
            }
            Order::Refile { id, folder } => {
                let folder: Vec<CleanBuf> = folder.iter().map(|name| CleanBuf::line(name)).collect();
                self.change(move |library| library.refile(id, &folder));
            }
            Order::Pause { id, on } => self.change(move |library| library.pause(id, on)),
            Order::Unsubscribe { id } => self.change(move |library| library.unsubscribe(id, now())),
            Order::Resubscribe(id) => self.change(move |library| library.resubscribe(id)),
            Order::WantPages { id, on } => self.change(move |library| library.want_pages(id, on)),
            Order::SaveQuery { name, query } => {
                let saved = library::SavedQuery { name, query };
                self.change(move |library| library.save_query(&saved));
            }
            Order::DropQuery { name } => self.change(move |library| library.drop_query(&name).map(drop)),
            Order::RenameQuery { name, to } => {
                self.change(move |library| library.rename_query(&name, &to));
            }
        }
    }

    /// A sync that nobody asked for, because it is time for one.
    pub fn sync_on_schedule(&self) {
        if let Some(network) = &self.network {
            network.supervisor.sync(&network.engine, Wanted { sources: Vec::new(), is_scheduled: true });
        }
    }

    /// Does what is done once a day, on a thread of its own: copying the library may take a while.
    pub fn keep_house(&self) {
        let Some(Network { engine, .. }) = &self.network else { return };
        let (sender, place) = (self.sender.clone(), engine.place.clone());
        spawn(self.sender.clone(), "backup", "the daily backup", move || {
            let now = chrono::Local::now();
            let kept = Library::open(&place).and_then(|library| match library {
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
        if let Some(network) = &self.network {
            network.state.read();
        }
    }

    /// Has the library changed, in its turn. What there is then is told, also where it could not be changed: what was
    /// shown meanwhile is put right.
    fn change(&mut self, mut change: impl FnMut(&mut Library) -> Result<(), Fault> + Send + 'static) {
        let Some(network) = &mut self.network else { return };
        let begun = network.state.begin();
        self.keeper.ask(Job::Do(Box::new(move |library| {
            // It is over when this job is.
            let _ = &begun;
            change(library)
        })));
    }

    fn subscribe(&self, address: String, title: Option<String>, folder: &[String]) {
        let Some(Network { engine, state, .. }) = &self.network else { return };
        let (sender, keeper, read) = (self.sender.clone(), self.keeper.clone(), state.reader());
        let folder: Vec<CleanBuf> = folder.iter().map(|name| CleanBuf::line(name)).collect();
        self.fetch(engine, &address.clone(), "subscribing", move |engine, visit| {
            let asked = CleanBuf::line(&address);
            let followed = follow_on(engine, &address, title.as_deref().unwrap_or_default(), &folder, visit);
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
            read();
        });
    }

    /// Fetches the page behind a release, once however often it is asked for meanwhile.
    fn fetch_page(&self, catalog: &Arc<Catalog>, release: u32) {
        let Some(Network { engine, pages, .. }) = &self.network else { return };
        let Some(found) = catalog.release(release) else { return };
        let Some((key, number)) = marked::names(catalog, &found).find(|(key, _)| !key.is_empty()) else { return };
        let (key, address) = (key.to_owned(), found.url().as_str().to_owned());
        let page = (key.clone(), number);
        if !pages.lock().unwrap_or_else(PoisonError::into_inner).insert(page.clone()) {
            return;
        }
        let fetching = Fetching { pages: Arc::clone(pages), page };
        let (sender, keeper) = (self.sender.clone(), self.keeper.clone());
        self.fetch(engine, &address.clone(), "fetching the page", move |engine, visit| {
            let _fetching = fetching;
            match fetch_page_on(engine, &address, is_guarded(engine, &key), visit) {
                Ok(page) => keeper.ask(Job::Do(Box::new(move |library| {
                    library.keep_page(&key, number, &page, now())?;
                    send(&sender, Msg::Said(CleanBuf::line("the full page is kept")));
                    Ok(())
                }))),
                Err(reason) => {
                    let told = CleanBuf::line(&format!("{address} {reason}"));
                    send(&sender, Msg::Failed(Failure::of(Cause::Fetch, &CleanBuf::line(&address), told)));
                }
            }
        });
    }

    /// Has something fetched that the user waits for; where it breaks, that is said.
    fn fetch(
        &self,
        engine: &Engine,
        address: &str,
        what: &'static str,
        run: impl FnOnce(&Engine, Option<Visit>) + Send + 'static,
    ) {
        let (sender, own) = (self.sender.clone(), engine.clone());
        let run = move |visit| {
            if let Err(payload) = catch_unwind(AssertUnwindSafe(|| run(&own, visit))) {
                send(&sender, Msg::Broken(panic_text(what, &*payload)));
            }
        };
        let (host, cancel) = (host_of(address), engine.cancel().clone());
        engine.submit(Task { host, cancel, is_urgent: true, run: Box::new(run) });
    }

    fn say(&self, what: &str) {
        send(&self.sender, Msg::Said(CleanBuf::line(what)));
    }
}

/// A page that is being fetched, or waits for it.
struct Fetching {
    pages: Arc<Mutex<HashSet<(String, u64)>>>,
    page: (String, u64),
}

impl Drop for Fetching {
    fn drop(&mut self) {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.page);
    }
}

/// Whether the pages of a feed must not lie in this network: those that a feed of the internet names. Files and feeds of
/// this network may name what they like.
fn is_guarded(engine: &Engine, key: &str) -> bool {
    let Some(rest) = key.strip_prefix(FEED_KEYS) else { return false };
    let sources = Library::open(&engine.place).ok().flatten().and_then(|library| library.sources().ok());
    let source = sources.into_iter().flatten().find(|source| source.key.as_str() == key);
    source.and_then(|source| source.is_public).unwrap_or_else(|| !is_private(&format!("https://{rest}")))
}

fn sync_state(progress: Progress, is_over: bool) -> Msg {
    let Progress { done, all, failed, fresh, first_error, .. } = progress;
    Msg::Library(Report::Sync(SyncState { done, all, failed, fresh, is_over, first_error }))
}

/// Runs something on a thread of its own; where it breaks, that is said.
fn spawn(sender: Sender<Event>, name: &str, what: &'static str, run: impl FnOnce() + Send + 'static) {
    let told = sender.clone();
    let spawned = thread::Builder::new().name(name.to_owned()).spawn(move || {
        if let Err(payload) = catch_unwind(AssertUnwindSafe(run)) {
            send(&sender, Msg::Broken(panic_text(what, &*payload)));
        }
    });
    if let Err(error) = spawned {
        send(&told, Msg::Broken(CleanBuf::line(&format!("{what} cannot be started: {error}"))));
    }
}
