//! The loop: the only place with threads, channels, the clock and the terminal.
//!
//! Draw, wait for one event or the next deadline, drain the rest up to a bound, update, start the effects, again.
//! Nothing to do means no processor time and no byte written.

mod background;
mod browser;
mod clipboard;
mod closing;
mod config_files;
mod exports;
mod external;
mod first_look;
mod fold_worker;
mod input;
mod inputs;
mod lend_terminal;
mod library_commands;
mod library_reader;
mod library_writer;
mod load;
mod log;
mod mark_lookup;
mod opened_inputs;
mod paint;
mod screen;
mod session;
mod shutdown;
mod signals;
mod startup;
pub mod sync;
mod terminal;
mod test_panic;
mod theme_loader;
mod thread;
mod watch;
mod watcher;
mod worker;

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::time::Duration;

pub use background::answered as background;
pub use config_files::ConfigFiles;
pub use inputs::{Input, InputFiles};
pub use load::{Loaded, load};
pub use mark_lookup::to_mark;
pub use opened_inputs::OpenedInputs;
pub use theme_loader::themes;

use crate::app::failures::{Cause, Failure};
use crate::app::{self, App, Msg};
use crate::config;
use crate::keymap::Action;
use crate::library::LibraryPath;
use crate::query::Query;
use crate::text::CleanBuf;
use crate::ui::Depth;
use exports::Exports;
use lend_terminal::InputGate;
use library_commands::LibraryCommands;
use session::{Parts, Session};
use shutdown::Shutdown;
use startup::Startup;
use terminal::Guard;
use theme_loader::ThemeCache;

/// How long the first releases may take before an empty screen is shown.
const FIRST_LOOK: Duration = Duration::from_millis(50);
/// The same where nothing but files is opened: they need a few milliseconds, and more only on a busy machine.
const FIRST_LOOK_AT_FILES: Duration = Duration::from_millis(500);

/// What the loop waits for.
#[derive(Debug)]
enum Event {
    /// For the state.
    Msg(Msg),
    /// What there is in the library has changed.
    LibraryChanged,
    /// What there is in the library, or how far a sync is.
    Library(library_commands::LibraryNews),
    /// The user asked the process to end by this signal.
    End(i32),
    /// The process is to stop as by Ctrl-Z.
    Stop,
    /// The process goes on after a stop.
    Continue,
    /// The terminal is gone.
    Gone,
    /// Programs could not copy a text, and why: the terminal is to.
    Copy(clipboard::Job, Vec<String>),
    /// What opened an address failed, and why: these may still.
    Open(VecDeque<browser::Opener>, String),
    /// A program that opens an address runs long, or has ended after all.
    Lasts(String, bool),
    /// The last writes are over, or wait, and why.
    Ending(Option<CleanBuf>),
}

/// How the reader ended, and what is to be told of it.
#[derive(Debug)]
pub struct Ended {
    /// What ended it; an error where the terminal could not be used.
    pub outcome: io::Result<Outcome>,
    /// What could not be saved, a line each.
    pub unsaved: Vec<CleanBuf>,
    /// Panics that could not be reported while the terminal showed the reader.
    pub panics: Vec<CleanBuf>,
}

impl From<io::Result<Outcome>> for Ended {
    fn from(outcome: io::Result<Outcome>) -> Self {
        Self { outcome, unsaved: Vec::new(), panics: Vec::new() }
    }
}

/// What ended the reader.
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
    /// Whether nothing is named, so that the sample is read where the library is not: what to do about it stands in the
    /// bottom line.
    pub is_sample: bool,
    /// What it opens with, rather than with the query of the last time.
    pub query: Option<Query>,
    /// Where it opens, rather than where it was left.
    pub session: Option<app::Session>,
    /// Where the library lies or would lie, or why it lies nowhere.
    pub place: Result<LibraryPath, CleanBuf>,
    /// What the user has set.
    pub settings: config::Settings,
    /// Where that is read again when it changes.
    pub configured: ConfigFiles,
}

/// Opens the reader and runs it to its end.
#[must_use]
pub fn run(reading: OpenedInputs, settings: Settings) -> Ended {
    open(reading, settings).unwrap_or_else(|error| Err(error).into())
}

fn open(mut reading: OpenedInputs, settings: Settings) -> io::Result<Ended> {
    let (sender, events) = mpsc::channel();
    let waits = reading.sources.iter().any(|source| matches!(source, Input::StandardInput));
    let is_manual = reading.sources.iter().any(Input::is_manual);
    let patience = if waits { FIRST_LOOK } else { FIRST_LOOK_AT_FILES };
    let (columns, rows) = crossterm::terminal::size()?;
    let mut app = App::new(columns, rows);
    // What is to be done outside once there is a loop that does it.
    let mut effects = app.update(Msg::Settings(Box::new(settings.settings)));
    let (themes, failures) = theme_loader::read(settings.configured.themes().as_deref());
    effects.extend(app.update(Msg::Themes(themes, failures)));
    let (is_offline, has_mouse) = (app.settings.is_offline, app.settings.has_mouse);
    effects.extend(app.update(Msg::Today(chrono::Local::now().date_naive())));
    let shelf = Startup::open(settings.place.as_ref(), &reading);
    if let Some(fault) = shelf.fault() {
        effects.extend(app.update(Msg::error(Failure::new(Cause::Library, fault))));
    }
    let session = settings.session.or_else(|| shelf.session());
    let session = match settings.query {
        Some(query) => Some(session.unwrap_or_default().with_query(&query)),
        None => session,
    };
    if let Some(session) = session {
        reading.place.clone_from(&session.place);
        effects.extend(app.update(Msg::Restore(Box::new(session))));
    }
    // What is wrong with a theme goes before the hint.
    if settings.is_sample && !shelf.is_read() && app.notice.is_none() {
        let hint = format!("a sample feed; {} subscribe, or run tidings FILE", app.key_of(Action::Subscribe));
        effects.extend(app.update(Msg::info(CleanBuf::line(&hint))));
    }
    reading.library = settings.place.as_ref().ok().cloned();
    let limits = reading.limits;
    let poke = watch::start(reading.clone(), sender.clone());
    let keeper = shelf.start(settings.place.clone(), sender.clone(), poke);
    let first = first_look::wait(&mut app, &events, patience, |catalog| {
        keeper.send(library_writer::Job::Catalog(Arc::clone(catalog), None));
    });
    effects.extend(first.effects);
    if let Some(outcome) = first.outcome {
        return Ok(Ok(outcome).into());
    }
    // The loop takes what is not for the state.
    first.left.into_iter().for_each(|event| drop(sender.send(event)));
    let guard = Guard::new();
    let shutdown = Shutdown::new(guard.clone(), keeper.clone(), Exports::default());
    let cleanup = shutdown.cleanup().clone();
    guard.enable_mouse(has_mouse)?;
    let gate = InputGate::default();
    // Signals first: one that comes between taking the terminal and hearing of it would leave the terminal taken.
    signals::start(sender.clone(), cleanup.clone(), gate.clone())?;
    let place = match settings.place {
        Ok(_) if is_manual => Err("not available in the manual"),
        Ok(place) => Ok(place),
        Err(_) => Err("nothing can be kept: there is no data folder; name a file with --library"),
    };
    let orders = LibraryCommands::new(place, is_offline, limits, keeper, sender.clone());
    let manual = (!is_manual).then(|| settings.configured.environment());
    settings.configured.watch(app.settings.clone(), sender.clone());
    let parts = Parts { cleanup, gate, orders, looks: ThemeCache::default(), manual };
    let mut session = Session::start(app, effects, parts, sender)?;
    let outcome = session.run(&events);
    let (later, unsaved) = session.close(shutdown.cleanup(), &outcome, reading, &events);
    Ok(Ended { outcome: later.map_or(outcome, Ok), unsaved, panics: shutdown.done() })
}

/// How many colours the terminal says it shows, in words.
#[must_use]
pub fn colours() -> &'static str {
    match theme_loader::depth() {
        Depth::True => "24 bits",
        Depth::Indexed => "256",
        Depth::Sixteen => "16",
        Depth::None => "none",
    }
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
