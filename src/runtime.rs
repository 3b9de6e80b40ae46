//! The event loop and its threads: the only place with threads, channels, the clock and the terminal.
//!
//! Draws, waits for an event or the next deadline, drains further events up to a bound, updates the state, carries out
//! its effects, and starts over. With nothing to do it uses no processor time and writes no byte.

mod asked_again;
mod background;
mod browser;
mod clipboard;
mod closing;
mod config_files;
mod downloads;
mod exports;
mod external;
mod feed_lists;
mod first_look;
mod found_at_server;
mod graphics;
mod graphics_layer;
mod input;
mod inputs;
mod lend_terminal;
mod library_commands;
mod library_reader;
mod library_writer;
mod load;
mod log;
mod mark_lookup;
mod mark_sender;
mod notify;
mod opened_inputs;
mod paint;
mod pictures;
mod removed_secrets;
mod running;
mod screen;
mod server_search;
mod server_tasks;
mod session;
mod shutdown;
mod signals;
mod startup;
mod terminal;
mod test_panic;
mod theme_loader;
mod thread;
mod versions;
mod watch;
mod watcher;
mod worker;

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::time::Duration;

pub use config_files::ConfigFiles;
pub use graphics::{TerminalAnswers, ask_terminal};
pub use inputs::{Input, InputFiles};
pub use load::{Loaded, load};
pub use mark_lookup::to_mark;
pub use opened_inputs::OpenedInputs;
pub use theme_loader::themes;
pub use watch::Follower;

use crate::app::library::LibraryEvent;
use crate::app::notice::{Cause, Notice};
use crate::app::{self, App, Msg};
use crate::config;
use crate::keymap::Action;
use crate::library::LibraryPath;
use crate::query::Query;
use crate::text::CleanBuf;
use crate::ui::Depth;
use downloads::Downloads;
use exports::Exports;
use lend_terminal::InputGate;
use library_commands::LibraryCommands;
use session::{Parts, Session};
use shutdown::Shutdown;
use startup::Startup;
use terminal::Guard;
use theme_loader::ThemeCache;

/// How long to wait for the first releases of files before showing an empty screen. They take a few milliseconds, more
/// only on a busy machine.
const FIRST_LOOK: Duration = Duration::from_millis(500);
/// The same when a pipe is among them.
const FIRST_LOOK_AT_PIPE: Duration = Duration::from_millis(50);

/// An event that the loop waits for.
#[derive(Debug)]
enum Event {
    /// A message for the state.
    Msg(Msg),
    /// The library may have changed.
    LibraryChanged,
    /// New content of the library, or the progress of a sync.
    Library(library_commands::LibraryNews),
    /// A signal asks the process to end.
    End(i32),
    /// The process is to stop, as by Ctrl-Z.
    Stop,
    /// The process continues after a stop.
    Continue,
    /// The terminal is gone.
    Gone,
    /// No program could copy a text, for these reasons; the terminal is to copy it.
    Copy(clipboard::Job, Vec<String>),
    /// An opener failed for this reason; the others remain to be tried.
    Open(VecDeque<browser::Opener>, String),
    /// A program that opens an address runs long, or has ended after all.
    Lasts(String, bool),
    /// The last writes have ended, or are waiting for this reason.
    Ending(Option<CleanBuf>),
}

/// How the reader ended, and what to report.
#[derive(Debug)]
pub struct Ended {
    /// What ended it, or the error that made the terminal unusable.
    pub outcome: io::Result<Outcome>,
    /// What could not be saved, one line each.
    pub unsaved: Vec<CleanBuf>,
    /// Panics that could not be reported while the reader was on screen.
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
    /// A signal.
    Signal(i32),
    /// The terminal vanished.
    Gone,
}

/// How to run the reader.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether no input is named, so that the sample is shown instead of an empty library; the status bar then says how
    /// to subscribe.
    pub is_sample: bool,
    /// The query to open with, instead of that of the last session.
    pub query: Option<Query>,
    /// The session to open with, instead of the last one.
    pub session: Option<app::Session>,
    /// The path of the library, or why there is none.
    pub place: Result<LibraryPath, CleanBuf>,
    /// The user's settings.
    pub settings: config::Settings,
    /// The configuration files, reloaded when they change.
    pub configured: ConfigFiles,
}

/// Opens the reader and runs it until it ends.
#[must_use]
pub fn run(reading: OpenedInputs, settings: Settings) -> Ended {
    // Before any other thread: the guard holds back the reports of their panics.
    let guard = Guard::new();
    let mut ended = open(reading, settings, &guard).unwrap_or_else(|error| Err(error).into());
    ended.panics = guard.reports();
    ended
}

fn open(mut reading: OpenedInputs, settings: Settings, guard: &Guard) -> io::Result<Ended> {
    let (sender, events) = mpsc::channel();
    let has_pipe = reading.sources.iter().any(Input::is_pipe);
    let is_manual = reading.sources.iter().any(Input::is_manual);
    let patience = if has_pipe { FIRST_LOOK_AT_PIPE } else { FIRST_LOOK };
    let (columns, rows) = crossterm::terminal::size()?;
    let mut app = App::new(columns, rows);
    // The effects to carry out once the loop runs.
    let mut effects = app.update(Msg::Settings(Box::new(settings.settings)));
    let (themes, errors) = theme_loader::read(settings.configured.themes().as_deref());
    effects.extend(app.update(Msg::Themes(themes, errors)));
    let (is_offline, has_mouse) = (app.settings.is_offline, app.settings.has_mouse);
    effects.extend(app.update(Msg::Today(chrono::Local::now().date_naive())));
    let startup = Startup::open(settings.place.as_ref(), &reading);
    if let Some(error) = startup.error() {
        effects.extend(app.update(Msg::Notice(Notice::error(Cause::Library, error))));
    }
    let session = settings.session.or_else(|| startup.session());
    let session = match settings.query {
        Some(query) => Some(session.unwrap_or_default().with_query(&query)),
        None => session,
    };
    if let Some(session) = session {
        reading.place.clone_from(&session.place);
        effects.extend(app.update(Msg::Restore(Box::new(session))));
    }
    effects.extend(app.update(Msg::Library(LibraryEvent::Steps(startup.steps()))));
    // A problem with a theme takes precedence over the hint.
    if settings.is_sample && !startup.is_read() && app.notices.info().is_none() {
        let hint = format!("sample feed: {} subscribes, or run: tidings FILE", app.key_of(Action::Subscribe));
        effects.extend(app.update(Msg::info(CleanBuf::line(&hint))));
    }
    reading.library = settings.place.as_ref().ok().cloned();
    let limits = reading.limits;
    let rescan = watch::start(reading.clone(), sender.clone());
    let writer = startup.start(settings.place.clone(), sender.clone(), rescan);
    let first = first_look::wait(&mut app, &events, patience, |catalog| {
        writer.send(library_writer::Job::Catalog(Arc::clone(catalog), None));
    });
    effects.extend(first.effects);
    if let Some(outcome) = first.outcome {
        return Ok(Ok(outcome).into());
    }
    // The loop handles the events that are not for the state.
    first.left.into_iter().for_each(|event| drop(sender.send(event)));
    let shutdown = Shutdown::new(guard.clone(), writer.clone(), Exports::default(), Downloads::default());
    let cleanup = shutdown.cleanup().clone();
    guard.enable_mouse(has_mouse)?;
    let gate = InputGate::default();
    // Signals first: a signal between taking the terminal and handling signals would leave the terminal taken.
    signals::start(sender.clone(), cleanup.clone(), gate.clone())?;
    let place = match settings.place {
        Ok(_) if is_manual => Err("not available in the manual"),
        Ok(place) => Ok(place),
        Err(_) => Err("cannot save: no data folder; name a file with --library"),
    };
    let commands = LibraryCommands::new(place, is_offline, limits, writer, sender.clone());
    commands.set_topics(&app.settings.topics);
    let manual = (!is_manual).then(|| settings.configured.environment());
    settings.configured.watch(app.settings.clone(), sender.clone());
    let parts = Parts { cleanup, gate, commands, theme_cache: ThemeCache::default(), manual };
    let mut session = Session::start(app, effects, parts, sender)?;
    let outcome = session.run(&events);
    let (later, unsaved) = session.close(shutdown.cleanup(), &outcome, reading, &events);
    shutdown.done();
    Ok(Ended { outcome: later.map_or(outcome, Ok), unsaved, panics: Vec::new() })
}

/// The number of colours that the terminal reports, in words.
#[must_use]
pub fn colours() -> &'static str {
    match theme_loader::depth() {
        Depth::True => "24 bits",
        Depth::Indexed => "256",
        Depth::Sixteen => "16",
        Depth::None => "none",
    }
}

/// Sends a message to the loop; returns false once the loop is gone.
fn send(sender: &Sender<Event>, msg: Msg) -> bool {
    sender.send(Event::Msg(msg)).is_ok()
}
