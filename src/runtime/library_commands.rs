//! Carries out the user's commands on the library and the network, on threads that never block the reader.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};

use super::asked_again::AskedAgain;
use super::downloads::Downloads;
use super::library_reader::{LibraryReader, Snapshot};
use super::library_writer::{Job, LibraryWriter};
use super::mark_sender::MarkSender;
use super::pictures::Pictures;
use super::removed_secrets::RemovedSecrets;
use super::server_tasks::ServerTasks;
use super::{Event, feed_lists, mark_lookup, send, thread, versions};
use crate::app::library::{LibraryCommand, LibraryEvent, SyncState};
use crate::app::notice::{Cause, Notice};
use crate::app::{DownloadRequest, Msg, PictureRequest};
use crate::catalog::{Catalog, ReleaseIndex, ReleaseRef};
use crate::feed::{Limits, Rules};
use crate::library::{self, Edit, FEED_KEYS, Library, LibraryPath, SourceId};
use crate::net::fetch::{Fetcher, Visit, host_of, is_private};
use crate::query::TopicDefinition;
use crate::query_feeds::Unwritten;
use crate::release::address::host;
use crate::sync::{
    Depth, Engine, PAST_PAGES, Progress, SubscribeOutcome, Supervisor, SyncEvent, SyncRequest, Task, ToSubscribe,
    fetch_page_with, now, subscribe_with, try_rules,
};
use crate::text::{CleanBuf, panic_text};

/// News from the threads. It may be out of date when it arrives.
#[derive(Debug)]
pub(super) enum LibraryNews {
    /// The content of the library.
    Snapshot(Snapshot),
    /// News of the sync with this number.
    Sync(u64, Box<SyncEvent>),
}

/// Carries out library commands.
pub(super) struct LibraryCommands {
    /// Or the reason why there is none.
    network: Result<Network, &'static str>,
    writer: LibraryWriter,
    sender: Sender<Event>,
}

/// The network threads and their state.
struct Network {
    engine: Engine,
    supervisor: Supervisor,
    state: LibraryReader,
    pictures: Pictures,
    marks: MarkSender,
    tasks: ServerTasks,
    asked_again: AskedAgain,
    /// The secrets of accounts removed in this session.
    secrets: RemovedSecrets,
    /// The full texts being fetched or waiting: feed key and number of each release.
    pages: Arc<Mutex<HashSet<(String, u64)>>>,
}

impl LibraryCommands {
    /// Creates it for the library at a path; without one, commands are refused with the reason and nothing is fetched.
    pub fn new(
        place: Result<LibraryPath, &'static str>,
        is_offline: bool,
        limits: Limits,
        writer: LibraryWriter,
        sender: Sender<Event>,
    ) -> Self {
        let network = place.map(|place| {
            let fetcher = Fetcher::new(crate::net::fetch::Limits::default());
            fetcher.go_offline(is_offline);
            let engine = Engine::new(place, fetcher, limits);
            let state = LibraryReader::start(engine.clone(), sender.clone());
            let (read, news) = (state.reader(), sender.clone());
            let supervisor = Supervisor::start(move |number, event| {
                if matches!(event, SyncEvent::Ended(_)) {
                    read();
                }
                let _ = news.send(Event::Library(LibraryNews::Sync(number, Box::new(event))));
            });
            let pictures = Pictures::start(engine.clone(), writer.clone(), sender.clone());
            let marks = MarkSender::new(&engine, sender.clone());
            Network {
                engine,
                supervisor,
                state,
                pictures,
                marks,
                tasks: ServerTasks::default(),
                asked_again: AskedAgain::default(),
                secrets: RemovedSecrets::default(),
                pages: Arc::default(),
            }
        });
        match &network {
            // The initial content of the library.
            Ok(network) => network.state.read(),
            Err(_) => {
                send(&sender, Msg::Library(LibraryEvent::Sources(Vec::new())));
            }
        }
        Self { network, writer, sender }
    }

    /// Sets whether new connections are refused; running requests continue.
    pub fn go_offline(&self, is_offline: bool) {
        if let Ok(network) = &self.network {
            network.engine.fetcher().go_offline(is_offline);
        }
    }

    /// Names the user's own topics of the configuration.
    pub fn set_topics(&self, topics: &[TopicDefinition]) {
        if let Ok(network) = &self.network {
            network.engine.set_topics(topics);
        }
    }

    /// Converts news to messages, dropping what is out of date.
    pub fn messages(&self, news: LibraryNews) -> Vec<Msg> {
        let Ok(network) = &self.network else { return Vec::new() };
        match news {
            LibraryNews::Snapshot(snapshot) => network.state.news(snapshot).into_iter().map(Msg::Library).collect(),
            // A cancelled sync no longer matters.
            LibraryNews::Sync(number, _) if !network.supervisor.is_current(number) => Vec::new(),
            LibraryNews::Sync(_, event) => match *event {
                SyncEvent::Progress(progress) => vec![sync_state(progress, false)],
                SyncEvent::Ended(Ok(mut progress)) => {
                    let unwritten = std::mem::take(&mut progress.unwritten);
                    let mut messages = vec![sync_state(progress, true)];
                    messages.extend(unwritten.iter().map(not_written));
                    messages
                }
                SyncEvent::Ended(Err(reason)) => {
                    vec![sync_state(Progress::default(), true), Msg::Notice(Notice::error(Cause::Sync, reason))]
                }
            },
        }
    }

    /// Carries out a command; `catalog` gives the meaning of release numbers.
    pub fn carry_out(&mut self, command: LibraryCommand, catalog: &Arc<Catalog>) {
        if let Err(reason) = self.network {
            if matches!(command, LibraryCommand::Forget(_)) {
                return;
            }
            if let LibraryCommand::Edit { step, .. } = command {
                send(&self.sender, Msg::Library(LibraryEvent::NotEdited(step)));
            }
            return self.notify(reason);
        }
        let Ok(network) = &mut self.network else { return };
        match command {
            LibraryCommand::Subscribe { address, is_guess, title, folder, rules, is_chosen } => {
                self.subscribe(address, is_guess, title, &folder, (rules, is_chosen));
            }
            LibraryCommand::TryRules { id, address, rules } => self.try_rules(id, &address, rules),
            LibraryCommand::ImportFeeds { file } => {
                feed_lists::import(file, network.state.begin(), &self.writer, &self.sender);
            }
            LibraryCommand::ExportFeeds { file } => {
                feed_lists::export(file, network.engine.place.clone(), &self.sender);
            }
            LibraryCommand::Sync(sources) => {
                network.supervisor.sync(&network.engine, SyncRequest { sources, ..SyncRequest::default() });
            }
            LibraryCommand::SyncPast(source) => {
                let request = SyncRequest { sources: vec![source], past_pages: PAST_PAGES, ..SyncRequest::default() };
                network.supervisor.sync(&network.engine, request);
            }
            LibraryCommand::SyncAccounts(accounts) => {
                // As for a named account on the command line, publishers' edits are looked for.
                let request = SyncRequest { accounts, depth: Depth::WithEdits, ..SyncRequest::default() };
                network.supervisor.sync(&network.engine, request);
            }
            LibraryCommand::AtServer { number, task } => {
                let outlets = (self.writer.clone(), self.sender.clone());
                network.tasks.start(number, task, &network.engine, catalog, outlets, network.state.reader());
            }
            LibraryCommand::CancelAtServer(number) => network.tasks.cancel(number),
            LibraryCommand::StopFetching(source) => {
                let begun = network.state.begin();
                self.writer.send(Job::Run(Box::new(move |library| {
                    // It ends when this closure is dropped.
                    let _begun = &begun;
                    library.set_direct(source, false)
                })));
            }
            LibraryCommand::SeeNews { watch, last } => {
                let begun = network.state.begin();
                self.writer.send(Job::Run(Box::new(move |library| {
                    // It ends when this closure is dropped.
                    let _begun = &begun;
                    library.have_seen_until(watch, last)
                })));
            }
            LibraryCommand::CancelSync => network.supervisor.cancel(),
            LibraryCommand::AskAgain { release } => {
                network.asked_again.ask((catalog, release), &network.engine, &self.writer, &self.sender);
            }
            LibraryCommand::ReadVersions { generation, release } => {
                let place = network.engine.place.clone();
                versions::read(place, generation, (catalog, release), &self.sender);
            }
            LibraryCommand::FetchPage { release } => self.fetch_page(catalog, release),
            LibraryCommand::Edit { step, edit, what } => {
                let begun = network.state.begin();
                if let Edit::RemoveAccount { id, .. } = edit {
                    let (secrets, place) = (network.secrets.clone(), network.engine.place.clone());
                    let remember = move |library: &mut Library| secrets.remember(library, &place, id);
                    self.writer.send(Job::Run(Box::new(remember)));
                }
                self.writer.send(Job::Edit { step, edit, what, begun });
                self.settle_secrets();
            }
            LibraryCommand::Forget(steps) => self.writer.send(Job::Forget(steps)),
            LibraryCommand::Turn { step, direction } => {
                let begun = network.state.begin();
                self.writer.send(Job::Turn { step, direction, begun });
                self.settle_secrets();
            }
        }
    }

    /// Brings the file of secrets in line with removed accounts, after a change.
    fn settle_secrets(&self) {
        let Ok(network) = &self.network else { return };
        let (secrets, place) = (network.secrets.clone(), network.engine.place.clone());
        self.writer.send(Job::Run(Box::new(move |library| secrets.settle(library, &place))));
    }

    /// Shows a picture; a newer request replaces it.
    pub fn show_picture(&mut self, request: Box<PictureRequest>) {
        match &mut self.network {
            Ok(network) => network.pictures.show(request),
            Err(reason) => {
                let outcome = Err(CleanBuf::line(reason));
                send(&self.sender, Msg::Picture { generation: request.generation, outcome });
            }
        }
    }

    /// Cancels the request for a picture.
    pub fn drop_picture(&mut self) {
        if let Ok(network) = &mut self.network {
            network.pictures.cancel();
        }
    }

    /// Starts an automatic sync.
    pub fn sync_on_schedule(&self) {
        if let Ok(network) = &self.network {
            network.supervisor.sync(&network.engine, SyncRequest { is_scheduled: true, ..SyncRequest::default() });
        }
    }

    /// Sends the marks that wait for servers.
    pub fn send_marks(&self) {
        if let Ok(network) = &self.network {
            network.marks.send();
        }
    }

    /// Sends them before the reader ends, which waits a short time for it.
    pub fn send_last_marks(&self) {
        if let Ok(network) = &self.network {
            network.marks.send_last();
        }
    }

    /// Runs the daily housekeeping on a thread, since copying the library may take a while.
    pub fn keep_house(&self) {
        let Ok(Network { engine, .. }) = &self.network else { return };
        let (sender, place) = (self.sender.clone(), engine.place.clone());
        thread::spawn("backup", "the daily backup", &self.sender, move || {
            let now = chrono::Local::now();
            let kept = Library::open(&place).and_then(|library| match library {
                Some(mut library) => library::keep_house(&mut library, now.date_naive(), now.timestamp()).map(drop),
                None => Ok(()),
            });
            if let Err(error) = kept {
                let message = CleanBuf::line(&format!("no daily backup: {error}"));
                send(&sender, Msg::Notice(Notice::error_about(Cause::Library, &CleanBuf::line("backup"), message)));
            }
        });
    }

    /// Another process changed the library.
    pub fn refresh_all(&self) {
        if let Ok(network) = &self.network {
            network.state.read();
        }
    }

    fn subscribe(
        &self,
        address: String,
        is_guess: bool,
        title: Option<String>,
        folder: &[String],
        (rules, is_chosen): (Rules, bool),
    ) {
        let Ok(Network { engine, state, .. }) = &self.network else { return };
        let (sender, writer, read) = (self.sender.clone(), self.writer.clone(), state.reader());
        let folder: Vec<CleanBuf> = folder.iter().map(|name| CleanBuf::line(name)).collect();
        self.fetch(engine, &address.clone(), "subscribing", move |engine, visit| {
            let asked = CleanBuf::line(&address);
            let title = title.unwrap_or_default();
            let (rules, asks_first) = (Some(&rules), !is_chosen);
            let feed =
                ToSubscribe { is_guess, title: &title, folder: &folder, rules, asks_first, ..ToSubscribe::default() };
            let outcome = subscribe_with(engine, &address, &feed, visit);
            let failed = |asked, reason, http| LibraryEvent::NotSubscribed { asked, reason, http };
            let report = match outcome {
                Ok(
                    SubscribeOutcome::Added(title, ..)
                    | SubscribeOutcome::AddedPage(title, ..)
                    | SubscribeOutcome::NotFetched(title),
                ) => LibraryEvent::Subscribed { asked, title },
                Ok(SubscribeOutcome::Known(title)) => {
                    let reason = CleanBuf::line(&format!("already subscribed, as {title}"));
                    failed(asked, reason, None)
                }
                Ok(SubscribeOutcome::Offered(feeds)) => LibraryEvent::Offered { asked, feeds, page: None },
                Ok(SubscribeOutcome::Choice(feeds, page)) => LibraryEvent::Offered { asked, feeds, page: Some(page) },
                Ok(SubscribeOutcome::NoHttps(reason, http)) => failed(asked, reason, Some(http)),
                Err(reason) => failed(asked, reason, None),
            };
            send(&sender, Msg::Library(report));
            // The library may be new and not watched yet.
            writer.send(Job::CheckChanges);
            read();
        });
    }

    /// Reads the feed of a subscription in another way, for a preview.
    fn try_rules(&self, id: SourceId, address: &str, rules: Rules) {
        let Ok(Network { engine, .. }) = &self.network else { return };
        let sender = self.sender.clone();
        self.fetch(engine, address, "reading the feed", move |engine, visit| {
            let outcome = try_rules(engine, id, &rules, visit).map(Box::new);
            send(&sender, Msg::Library(LibraryEvent::Tried { id, rules, outcome }));
        });
    }

    /// Downloads an enclosure into the folder that is set, or else the user's own.
    pub fn download(&self, request: &DownloadRequest, set: Option<PathBuf>, downloads: &Downloads) {
        let engine = match &self.network {
            Ok(network) => &network.engine,
            Err(reason) => {
                let (number, name) = (request.number, host(request.link.address.as_str()));
                let outcome = Err(CleanBuf::line(reason));
                send(&self.sender, Msg::Downloaded { number, name, outcome });
                return;
            }
        };
        downloads.start(request, set, engine, &self.sender);
    }

    /// Fetches the full text of a release, once for repeated requests.
    fn fetch_page(&self, catalog: &Arc<Catalog>, release: ReleaseIndex) {
        let Ok(Network { engine, pages, .. }) = &self.network else { return };
        let Some(found) = catalog.release(release) else { return };
        let Some((key, number)) = mark_lookup::names(catalog, &found).find(|(key, _)| !key.is_empty()) else { return };
        let (key, address) = (key.to_owned(), found.url().as_str().to_owned());
        let page = (key.clone(), number);
        if !pages.lock().unwrap_or_else(PoisonError::into_inner).insert(page.clone()) {
            return;
        }
        let fetching = Fetching { pages: Arc::clone(pages), page };
        let (sender, writer) = (self.sender.clone(), self.writer.clone());
        self.fetch(engine, &address.clone(), "fetching the page", move |engine, visit| {
            let _fetching = fetching;
            match fetch_page_with(engine, &address, is_guarded(engine, &key), visit) {
                Ok(page) => writer.send(Job::Run(Box::new(move |library| {
                    library.keep_page(&key, number, &page, now())?;
                    send(&sender, Msg::info(CleanBuf::line("full text saved")));
                    Ok(())
                }))),
                Err(reason) => {
                    let message = CleanBuf::line(&format!("{address}: {reason}"));
                    send(&sender, Msg::Notice(Notice::error_about(Cause::Fetch, &CleanBuf::line(&address), message)));
                }
            }
        });
    }

    /// Runs a fetch that the user waits for; reports a panic.
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
                send(&sender, Msg::defect(panic_text(what, &*payload)));
            }
        };
        let (host, cancellation) = (host_of(address), engine.cancellation().clone());
        engine.submit(Task { host, cancellation, is_urgent: true, run: Box::new(run) });
    }

    fn notify(&self, what: &str) {
        send(&self.sender, Msg::info(CleanBuf::line(what)));
    }
}

/// A full text being fetched or waiting.
struct Fetching {
    pages: Arc<Mutex<HashSet<(String, u64)>>>,
    page: (String, u64),
}

impl Drop for Fetching {
    fn drop(&mut self) {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.page);
    }
}

/// Returns the key of the first feed of a release that has one.
pub(super) fn feed_key<'a>(catalog: &'a Catalog, release: &ReleaseRef<'a>) -> Option<&'a str> {
    mark_lookup::names(catalog, release).map(|(key, _)| key).find(|key| !key.is_empty())
}

/// Whether full texts of a feed must not come from a private network: true for public feeds. Files and private feeds
/// may link anywhere.
pub(super) fn is_guarded(engine: &Engine, key: &str) -> bool {
    let Some(rest) = key.strip_prefix(FEED_KEYS) else { return false };
    let sources = Library::open(&engine.place).ok().flatten().and_then(|library| library.sources().ok());
    let source = sources.into_iter().flatten().find(|source| source.key.as_str() == key);
    source.and_then(|source| source.is_public).unwrap_or_else(|| !is_private(&format!("https://{rest}")))
}

/// The error about a file of a saved query.
fn not_written(unwritten: &Unwritten) -> Msg {
    let text = CleanBuf::line(&unwritten.to_string());
    Msg::Notice(Notice::error_about(Cause::Export, &unwritten.file, text))
}

fn sync_state(progress: Progress, is_over: bool) -> Msg {
    let Progress { done, all, failed, fresh, fetching, first_error, first_remark, past_pages, has_more, .. } = progress;
    let (applied, full_texts) = (progress.applied, progress.full_texts);
    let fetching = fetching.map(|fetching| (fetching.done, fetching.all));
    // What an account reports is no failure, but the user has to know it.
    let first_error = first_error.or(first_remark);
    Msg::Library(LibraryEvent::Sync(SyncState {
        done,
        all,
        failed,
        fresh,
        past_pages,
        has_more,
        fetching,
        is_over,
        first_error,
        applied,
        full_texts,
    }))
}
