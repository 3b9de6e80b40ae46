//! The loop: the only place with threads, channels, the clock and the terminal.
//!
//! Draw, wait for one event or the next deadline, drain the rest up to a bound, update, start the effects, again.
//! Nothing to do means no processor time and no byte written.

mod background;
mod browser;
mod clipboard;
mod configured;
mod fault;
mod folder;
mod foreground;
mod input;
mod keeper;
mod library_state;
mod load;
mod log;
mod looks;
mod marked;
mod orders;
mod outside;
mod paint;
mod reading;
mod screen;
mod shelf;
mod signals;
mod source;
pub mod sync;
mod terminal;
mod watch;
mod worker;

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

pub use background::answered as background;
pub use configured::Configured;
pub use load::{Loaded, load};
pub use looks::themes;
pub use marked::names as kept_names;
pub use reading::Reading;
pub use source::{Input, Source};

use crate::app::failures::{Cause, Failure};
use crate::app::{self, App, Effect, Msg, Timer};
use crate::catalog::Catalog;
use crate::config;
use crate::keymap::Action;
use crate::library::Place;
use crate::query::Query;
use crate::text::CleanBuf;
use crate::ui::{self, Depth};
use foreground::Gate;
use keeper::Keeper;
use looks::Looks;
use orders::Orders;
use screen::Screen;
use shelf::Shelf;
use terminal::Guard;

/// Events taken at one go before a frame is drawn.
const BATCH: usize = 1_024;
/// How long the first releases may take before an empty screen is shown.
const FIRST_LOOK: Duration = Duration::from_millis(50);
/// The same where nothing but files is opened: they need a few milliseconds, and more only on a busy machine.
const FIRST_LOOK_AT_FILES: Duration = Duration::from_millis(500);

/// How long after loading the daily chores are done: whoever looks something up has gone by then.
const CHORES: Duration = Duration::from_secs(20);
/// How long changes of the library are waited for before it is looked at.
const LOOK: Duration = Duration::from_millis(500);

/// What the loop waits for.
#[derive(Debug)]
enum Event {
    /// For the state.
    Msg(Msg),
    /// What there is in the library has changed.
    Changed,
    /// What there is in the library, or how far a sync is.
    Library(orders::News),
    /// The user asked the process to end by this signal.
    End(i32),
    /// The process is to stop as by Ctrl-Z.
    Stop,
    /// The process goes on after a stop.
    Continue,
    /// The terminal is gone.
    Gone,
}

/// How the reader ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The user quit.
    Quit,
    /// No source could be read: names and reasons.
    Refused(Vec<(CleanBuf, CleanBuf)>),
    /// A signal ended it.
    Signal(i32),
    /// The terminal vanished.
    Gone,
}

/// How the reader runs.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether nothing but the sample is there to be opened: what to do about it stands in the bottom line.
    pub is_sample: bool,
    /// What it opens with, rather than with the query of the last time.
    pub query: Option<Query>,
    /// Where the library lies or would lie, or why it lies nowhere.
    pub place: Result<Place, CleanBuf>,
    /// What the user has set.
    pub settings: config::Settings,
    /// Where that is read again when it changes.
    pub configured: Configured,
}

/// Opens the reader and runs it to its end. What could not be kept is told in words.
///
/// # Errors
/// When the terminal cannot be read from or written to.
pub fn run(mut reading: Reading, settings: Settings) -> io::Result<(Outcome, Option<CleanBuf>)> {
    let (sender, events) = mpsc::channel();
    let waits = reading.sources.iter().any(|source| matches!(source, Source::StandardInput));
    let patience = if waits { FIRST_LOOK } else { FIRST_LOOK_AT_FILES };
    let (columns, rows) = crossterm::terminal::size()?;
    let mut app = App::new(columns, rows);
    app.settings = settings.settings;
    let themes = settings.configured.themes();
    // What is to be done outside once there is a loop that does it.
    let mut effects = read_themes(&mut app, themes.as_deref());
    let (is_offline, has_mouse) = (app.settings.is_offline, app.settings.has_mouse);
    effects.extend(app.update(Msg::Today(chrono::Local::now().date_naive())));
    let shelf = Shelf::open(settings.place.as_ref(), &reading);
    if let Some(fault) = shelf.fault() {
        effects.extend(app.update(Msg::Failed(Failure::new(Cause::Library, fault))));
    }
    let session = shelf.session();
    let session = match settings.query {
        Some(query) => Some(session.unwrap_or_default().asking(&query)),
        None => session,
    };
    if let Some(session) = session {
        reading.place.clone_from(&session.place);
        app.restore(session);
    }
    if settings.is_sample {
        // A hint: what is wrong with a theme goes before it.
        let hint = format!("a sample feed; {} subscribe, or run tidings FILE", app.key_of(Action::Subscribe));
        app.note.get_or_insert(hint);
    }
    reading.library = settings.place.as_ref().ok().cloned();
    let limits = reading.limits;
    let poke = watch::start(reading.clone(), sender.clone());
    let keeper = shelf.start(settings.place.clone(), sender.clone(), poke);
    // Most feeds have their first screenful in a few milliseconds, and a file that is no feed is refused as fast:
    // its reason belongs on standard error before the terminal is touched.
    if let Ok(Event::Msg(msg)) = events.recv_timeout(patience) {
        let refused = matches!(msg, Msg::Refused(..));
        if let Msg::Loaded(catalog) = &msg {
            keeper.ask(keeper::Job::Catalog(Arc::clone(catalog)));
        }
        effects.extend(app.update(msg));
        if refused && let Some(outcome) = all_refused(&mut app, &events, &mut effects) {
            return Ok((outcome, None));
        }
    }
    // Signals first: one that comes between taking the terminal and hearing of it would leave the terminal taken.
    let guard = Guard::new();
    guard.hear_mouse(has_mouse)?;
    let gate = Gate::default();
    signals::start(sender.clone(), guard.clone(), gate.clone())?;
    let orders = Orders::new(settings.place.ok(), is_offline, limits, keeper.clone(), sender.clone());
    settings.configured.watch(app.settings.clone(), sender.clone());
    let begun = (app, effects);
    let (outcome, session) = show(begun, &guard, gate, sender, &events, &keeper, (orders, Looks::new(themes)))?;
    guard.leave();
    let unkept = keeper.end(session.map(|session| (shelf::session_name(&reading), session)));
    Ok((outcome, unkept))
}

/// Takes the terminal and runs the loop.
fn show(
    (mut app, mut effects): (App, Vec<Effect>),
    guard: &Guard,
    gate: Gate,
    sender: Sender<Event>,
    events: &Receiver<Event>,
    keeper: &Keeper,
    (orders, looks): (Orders, Looks),
) -> io::Result<(Outcome, Option<app::Session>)> {
    guard.take()?;
    // From now on every other size is heard of; one before may have been missed.
    let (columns, rows) = crossterm::terminal::size()?;
    effects.extend(app.update(Msg::Resize { columns, rows }));
    input::start(sender.clone(), gate.clone())?;
    let next_sync = sync_every(&app.settings).map(|_| Instant::now());
    let mut session = Session {
        app,
        screen: Screen::new(columns, rows)?,
        guard: guard.clone(),
        gate,
        worker: worker::start(sender.clone()),
        sender,
        folder: folder::start(),
        today: chrono::NaiveDate::default(),
        minute: 0,
        timers: Vec::new(),
        looks,
        end: None,
        keeper: keeper.clone(),
        orders,
        next_sync,
        next_look: None,
        next_chores: None,
    };
    session.carry_out(effects)?;
    let outcome = session.run(events)?;
    let is_there = !matches!(outcome, Outcome::Refused(_));
    Ok((outcome, is_there.then(|| session.app.session())))
}

/// Reads the themes of the user's folder, and says what is wrong with them.
fn read_themes(app: &mut App, folder: Option<&Path>) -> Vec<Effect> {
    let (themes, wrong) = looks::themes(folder);
    let failures = wrong.into_iter().map(|told| Failure::of(Cause::Themes, &told, told.clone())).collect();
    app.update(Msg::Themes(Arc::new(themes), failures))
}

/// After a refusal: waits shortly for what else there is. An outcome where it was the only source.
fn all_refused(app: &mut App, events: &Receiver<Event>, effects: &mut Vec<Effect>) -> Option<Outcome> {
    let until = Instant::now() + FIRST_LOOK;
    while let Ok(Event::Msg(msg)) = events.recv_timeout(until.saturating_duration_since(Instant::now())) {
        effects.extend(app.update(msg));
        if effects.iter().any(|effect| matches!(effect, Effect::Quit)) {
            return Some(Outcome::Refused(std::mem::take(&mut app.load.refused)));
        }
        if !app.catalog.is_empty() {
            break;
        }
    }
    None
}

struct Session {
    app: App,
    screen: Screen,
    guard: Guard,
    gate: Gate,
    worker: worker::Worker,
    sender: Sender<Event>,
    folder: Sender<Arc<Catalog>>,
    /// The day that the state was told of.
    today: chrono::NaiveDate,
    /// The minute since 1970 that it was told of.
    minute: i64,
    timers: Vec<(Instant, Timer)>,
    looks: Looks,
    end: Option<Outcome>,
    keeper: Keeper,
    orders: Orders,
    /// When to sync next without being asked.
    next_sync: Option<Instant>,
    /// When to look at what has changed in the library.
    next_look: Option<Instant>,
    /// When to do what is done once a day.
    next_chores: Option<Instant>,
}

impl Session {
    fn run(&mut self, events: &Receiver<Event>) -> io::Result<Outcome> {
        loop {
            let theme = self.looks.of(&self.app);
            if let Err(error) = self.screen.draw(|frame| ui::view(&self.app, theme, frame)) {
                // The terminal vanished between two events.
                return if is_gone(&error) { Ok(Outcome::Gone) } else { Err(error) };
            }
            self.wait(events)?;
            if let Some(outcome) = self.end.take() {
                return Ok(outcome);
            }
        }
    }

    /// Waits for something to happen and takes all of it.
    fn wait(&mut self, events: &Receiver<Event>) -> io::Result<()> {
        let deadlines =
            self.timers.iter().map(|(at, _)| *at).chain(self.next_sync).chain(self.next_look).chain(self.next_chores);
        let first = match deadlines.min() {
            None => events.recv().map_err(RecvTimeoutError::from),
            Some(at) => events.recv_timeout(at.saturating_duration_since(Instant::now())),
        };
        // A reader may stay open over midnight, and relative dates count from the day on which they are asked.
        let now = chrono::Local::now();
        if now.date_naive() != self.today {
            // A new day has its own backup; the first day's is asked for when all is loaded.
            if self.today != chrono::NaiveDate::default() {
                self.next_chores = Some(Instant::now() + CHORES);
            }
            self.today = now.date_naive();
            self.update(Msg::Today(self.today))?;
        }
        if now.timestamp() / 60 != self.minute {
            self.minute = now.timestamp() / 60;
            self.update(Msg::Now(self.minute * 60))?;
        }
        match first {
            Ok(event) => self.take(event)?,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => self.end = Some(Outcome::Gone),
        }
        for event in events.try_iter().take(BATCH) {
            if self.end.is_some() {
                break;
            }
            self.take(event)?;
        }
        let now = Instant::now();
        if self.next_chores.is_some_and(|at| at <= now) {
            self.next_chores = None;
            self.orders.keep_house();
        }
        if self.next_look.is_some_and(|at| at <= now) {
            self.next_look = None;
            self.orders.tell_all();
        }
        if self.next_sync.is_some_and(|at| at <= now) {
            self.next_sync = sync_every(&self.app.settings).map(|every| now + every);
            self.orders.sync_on_schedule();
        }
        let due: Vec<Timer> = self.timers.iter().filter(|(at, _)| *at <= now).map(|&(_, timer)| timer).collect();
        self.timers.retain(|(at, _)| *at > now);
        due.into_iter().try_for_each(|timer| self.update(Msg::Timer(timer)))
    }

    fn take(&mut self, event: Event) -> io::Result<()> {
        match event {
            Event::Msg(msg) => {
                if matches!(msg, Msg::Key(_)) {
                    fault::here("loop");
                }
                match &msg {
                    Msg::Resize { columns, rows } => self.screen.resize(*columns, *rows)?,
                    // Once the thread is gone, whoever searches folds for himself.
                    Msg::Loaded(catalog) => self.hand_out(catalog),
                    Msg::LoadDone => self.next_chores = Some(Instant::now() + CHORES),
                    Msg::Reread(reread) => self.hand_out(&reread.catalog),
                    Msg::Settings(settings) => self.set(settings)?,
                    _ => {}
                }
                self.update(msg)
            }
            Event::Changed => {
                // Many changes come one after the other while a sync runs.
                self.next_look.get_or_insert_with(|| Instant::now() + LOOK);
                Ok(())
            }
            Event::Library(news) => {
                let messages = self.orders.messages(news);
                messages.into_iter().try_for_each(|msg| self.update(msg))
            }
            Event::End(signal) => {
                self.end = Some(Outcome::Signal(signal));
                Ok(())
            }
            Event::Stop => self.suspend(),
            Event::Continue => self.resume(),
            Event::Gone => {
                self.end = Some(Outcome::Gone);
                Ok(())
            }
        }
    }

    /// Does at once what the state has no part in.
    fn set(&mut self, settings: &config::Settings) -> io::Result<()> {
        self.guard.hear_mouse(settings.has_mouse)?;
        read_themes(&mut self.app, self.looks.folder());
        let before = &self.app.settings;
        if settings.is_offline != before.is_offline {
            self.orders.go_offline(settings.is_offline);
        }
        if sync_every(settings) != sync_every(before) {
            self.next_sync = sync_every(settings).map(|_| Instant::now());
        }
        Ok(())
    }

    /// Gives a catalog to those who work on it.
    fn hand_out(&self, catalog: &Arc<Catalog>) {
        drop(self.folder.send(Arc::clone(catalog)));
        self.keeper.ask(keeper::Job::Catalog(Arc::clone(catalog)));
    }

    fn update(&mut self, msg: Msg) -> io::Result<()> {
        log::heard(&msg);
        let effects = self.app.update(msg);
        self.carry_out(effects)
    }

    /// Does outside what the state wants done.
    fn carry_out(&mut self, effects: Vec<Effect>) -> io::Result<()> {
        for effect in effects {
            match effect {
                Effect::Search { generation, request } => self.worker.ask(generation, request),
                Effect::Mark { ticket, catalog, change } => {
                    self.keeper.ask(keeper::Job::Mark { ticket, catalog, change });
                }
                Effect::LookAtLibrary => self.orders.tell_all(),
                Effect::Library(order) => self.orders.carry_out(order, &self.app.catalog),
                Effect::FindSimilar { generation, release, catalog } => {
                    self.worker.similar(generation, release, catalog);
                }
                Effect::Open(address) => self.open(address.as_str())?,
                Effect::Copy { text, what } => self.copy(&text, &what)?,
                Effect::Pipe { command, text } => self.pipe(&command, text)?,
                Effect::Export { file, releases, catalog } => self.export(file, releases, catalog),
                Effect::CountQueries { generation, requests } => self.worker.count(generation, requests),
                Effect::Timer(after, timer) => {
                    // A newer one replaces the one of its kind that runs.
                    let kind = std::mem::discriminant(&timer);
                    self.timers.retain(|(_, running)| std::mem::discriminant(running) != kind);
                    self.timers.push((Instant::now() + after, timer));
                }
                Effect::Suspend => self.suspend()?,
                Effect::Redraw => self.screen.redraw()?,
                Effect::Quit => {
                    let refused = std::mem::take(&mut self.app.load.refused);
                    let is_empty = self.app.catalog.is_empty() && !refused.is_empty();
                    self.end = Some(if is_empty { Outcome::Refused(refused) } else { Outcome::Quit });
                }
            }
        }
        Ok(())
    }

    /// Gives the terminal back and stops. The whole process group stops, as it does where the terminal sends Ctrl-Z.
    /// SIGSTOP, since a SIGTSTP of our own is discarded in an orphaned group.
    fn suspend(&mut self) -> io::Result<()> {
        self.guard.leave();
        rustix::process::kill_current_process_group(rustix::process::Signal::STOP)?;
        self.resume()
    }

    /// Takes the terminal back and draws all of it.
    fn resume(&mut self) -> io::Result<()> {
        self.guard.take()?;
        let (columns, rows) = crossterm::terminal::size()?;
        self.screen.resize(columns, rows)?;
        self.update(Msg::Resize { columns, rows })
    }
}

/// How often to sync without being asked.
fn sync_every(settings: &config::Settings) -> Option<Duration> {
    settings.sync_every.filter(|_| !settings.is_offline)
}

/// How many colours the terminal says it shows, in words.
#[must_use]
pub fn colours() -> &'static str {
    match looks::depth() {
        Depth::True => "24 bits",
        Depth::Indexed => "256",
        Depth::Sixteen => "16",
        Depth::None => "none",
    }
}

/// Whether a write failed because nobody is at the other end.
fn is_gone(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::BrokenPipe | io::ErrorKind::NotConnected)
        || error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error())
}

/// Sends to the loop; once it is gone there is nobody to tell.
fn send(sender: &Sender<Event>, msg: Msg) -> bool {
    sender.send(Event::Msg(msg)).is_ok()
}

/// What a panic says, made safe to print.
fn panic_text(what: &str, payload: &(dyn std::any::Any + Send)) -> CleanBuf {
    let reason = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no reason given");
    CleanBuf::line(&format!("{what} broke: {reason}"))
}
