//! The loop itself: draws, waits, updates the state, and carries out its effects.

use std::ffi::OsString;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use super::downloads::Downloads;
use super::exports::Exports;
use super::lend_terminal::InputGate;
use super::library_commands::LibraryCommands;
use super::library_writer::{self, LibraryWriter};
use super::screen::Screen;
use super::shutdown::Cleanup;
use super::terminal::Guard;
use super::theme_loader::ThemeCache;
use super::{Event, Outcome, clipboard, graphics, input, log, mark_sender, test_panic, worker};
use crate::app::{App, Effect, Effects, Msg, Timer};
use crate::catalog::Catalog;
use crate::config::{self, Pictures};
use crate::ui;

/// The maximum number of events handled before a frame is drawn.
const BATCH: usize = 1_024;
/// How long after loading the daily housekeeping runs: by then a quick look-up is over.
const CHORES: Duration = Duration::from_secs(20);
/// How long to collect changes of the library before checking it.
const LOOK: Duration = Duration::from_millis(500);
/// For how long after the reader resumed by itself a continue signal may still arrive.
const JUST_RESUMED: Duration = Duration::from_secs(1);

pub(super) struct Session {
    pub(super) app: App,
    pub(super) screen: Screen,
    pub(super) guard: Guard,
    pub(super) gate: InputGate,
    worker: worker::Worker,
    pub(super) sender: Sender<Event>,
    /// The date that the state knows.
    today: chrono::NaiveDate,
    /// The minute since 1970 that the state knows.
    minute: i64,
    timers: Vec<(Instant, Timer)>,
    theme_cache: ThemeCache,
    end: Option<Outcome>,
    writer: LibraryWriter,
    pub(super) exports: Exports,
    downloads: Downloads,
    /// Copies texts with programs.
    pub(super) clipboard: Sender<clipboard::Job>,
    /// Openers that were reported as still running.
    pub(super) lasting: Vec<String>,
    pub(super) commands: LibraryCommands,
    /// When to sync automatically next.
    next_sync: Option<Instant>,
    /// When to check the library for changes.
    next_look: Option<Instant>,
    /// When marks are sent to servers.
    next_send: Option<Instant>,
    /// When to run the daily housekeeping.
    next_chores: Option<Instant>,
    /// When the reader resumed after a stop; the continue signal may follow.
    resumed: Option<Instant>,
    /// Whether the terminal was asked for its graphics.
    has_asked: bool,
    /// The environment for the manual, which is another process; nothing if this is the manual.
    pub(super) manual: Option<Vec<(&'static str, OsString)>>,
}

/// The parts that the loop works with.
pub(super) struct Parts {
    /// What to put in order at the end.
    pub cleanup: Cleanup,
    pub gate: InputGate,
    pub commands: LibraryCommands,
    pub theme_cache: ThemeCache,
    pub manual: Option<Vec<(&'static str, OsString)>>,
}

impl Session {
    /// Takes the terminal and carries out the effects so far.
    ///
    /// # Errors
    /// When the terminal is unusable.
    pub(super) fn start(mut app: App, mut effects: Effects, parts: Parts, sender: Sender<Event>) -> io::Result<Self> {
        let Parts { cleanup: Cleanup { guard, writer, exports, downloads, .. }, gate, commands, theme_cache, manual } =
            parts;
        guard.enter()?;
        // From now on every change of size is reported; an earlier one may have been missed.
        let (columns, rows) = crossterm::terminal::size()?;
        effects.extend(app.update(Msg::Resize { columns, rows }));
        input::start(sender.clone(), gate.clone(), guard.clone())?;
        test_panic::fails("start")?;
        let next_sync = sync_every(&app.settings).map(|_| Instant::now());
        let mut session = Self {
            app,
            screen: Screen::new(columns, rows)?,
            guard,
            gate,
            worker: worker::start(sender.clone()),
            clipboard: clipboard::start(sender.clone()),
            sender,
            today: chrono::NaiveDate::default(),
            minute: 0,
            timers: Vec::new(),
            theme_cache,
            end: None,
            writer,
            exports,
            downloads,
            lasting: Vec::new(),
            commands,
            next_sync,
            next_look: None,
            next_send: None,
            next_chores: None,
            resumed: None,
            has_asked: false,
            manual,
        };
        session.ask_for_graphics()?;
        session.carry_out(effects)?;
        Ok(session)
    }

    /// Runs until something ends it.
    ///
    /// # Errors
    /// When the terminal becomes unusable.
    pub(super) fn run(&mut self, events: &Receiver<Event>) -> io::Result<Outcome> {
        loop {
            if let Err(error) = self.draw().and_then(|()| self.wait(events)) {
                // The terminal may vanish between two events.
                return if is_gone(&error) { Ok(Outcome::Gone) } else { Err(error) };
            }
            if let Some(outcome) = self.end.take() {
                return Ok(outcome);
            }
        }
    }

    pub(super) fn draw(&mut self) -> io::Result<()> {
        let theme = self.theme_cache.of(&self.app);
        let picture = self.app.picture_placement();
        if self.screen.draw(|frame| ui::view(&self.app, theme, frame), picture.as_ref())? {
            self.guard.sent_pictures();
        }
        Ok(())
    }

    /// Waits for an event and handles all that are pending.
    fn wait(&mut self, events: &Receiver<Event>) -> io::Result<()> {
        let deadlines = self
            .timers
            .iter()
            .map(|(at, _)| *at)
            .chain(self.next_sync)
            .chain(self.next_look)
            .chain(self.next_send)
            .chain(self.next_chores);
        let first = match deadlines.min() {
            None => events.recv().map_err(RecvTimeoutError::from),
            Some(at) => events.recv_timeout(at.saturating_duration_since(Instant::now())),
        };
        // A reader may stay open past midnight, and relative dates count from the day of the query.
        let now = chrono::Local::now();
        if now.date_naive() != self.today {
            // A new day has its own backup; that of the first day is scheduled after loading.
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
            Ok(event) => self.handle(event)?,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => self.end = Some(Outcome::Gone),
        }
        for event in events.try_iter().take(BATCH) {
            if self.end.is_some() {
                break;
            }
            self.handle(event)?;
        }
        let now = Instant::now();
        if self.next_chores.is_some_and(|at| at <= now) {
            self.next_chores = None;
            self.commands.keep_house();
        }
        if self.next_look.is_some_and(|at| at <= now) {
            self.next_look = None;
            self.commands.refresh_all();
        }
        if self.next_send.is_some_and(|at| at <= now) {
            self.next_send = None;
            self.commands.send_marks();
        }
        if self.next_sync.is_some_and(|at| at <= now) {
            self.next_sync = sync_every(&self.app.settings).map(|every| now + every);
            self.commands.sync_on_schedule();
        }
        let due: Vec<Timer> = self.timers.iter().filter(|(at, _)| *at <= now).map(|&(_, timer)| timer).collect();
        self.timers.retain(|(at, _)| *at > now);
        due.into_iter().try_for_each(|timer| self.update(Msg::Timer(timer)))
    }

    fn handle(&mut self, event: Event) -> io::Result<()> {
        match event {
            Event::Msg(msg) => {
                if matches!(msg, Msg::Key(_)) {
                    test_panic::here("loop");
                }
                match &msg {
                    // The signal also reports unchanged sizes.
                    Msg::Resize { columns, rows } if self.app.size() == (*columns, *rows) => return Ok(()),
                    Msg::Resize { columns, rows } => self.screen.resize(*columns, *rows)?,
                    Msg::Loaded(catalog) => self.share_catalog(catalog, None),
                    Msg::MarksSaved(_) => self.next_send = Some(Instant::now() + mark_sender::DELAY),
                    Msg::LoadDone => self.next_chores = Some(Instant::now() + CHORES),
                    Msg::Reread(reread) => self.share_catalog(&reread.catalog, Some(reread.marks_at)),
                    Msg::Settings(settings) => self.set(settings)?,
                    _ => {}
                }
                self.update(msg)
            }
            Event::LibraryChanged => {
                // A sync makes many changes in quick succession.
                self.next_look.get_or_insert_with(|| Instant::now() + LOOK);
                // Another program may have set marks.
                self.next_send.get_or_insert_with(|| Instant::now() + mark_sender::DELAY);
                Ok(())
            }
            Event::Library(news) => {
                let messages = self.commands.messages(news);
                messages.into_iter().try_for_each(|msg| self.update(msg))
            }
            Event::End(signal) => {
                self.end = Some(Outcome::Signal(signal));
                Ok(())
            }
            Event::Stop => self.suspend(),
            Event::Continue => {
                let is_done = self.resumed.take().is_some_and(|at| at.elapsed() < JUST_RESUMED);
                if is_done { Ok(()) } else { self.resume() }
            }
            Event::Gone => {
                self.end = Some(Outcome::Gone);
                Ok(())
            }
            Event::Copy(job, failed) => self.copy_through_terminal(&job.text, &job.what, &failed),
            Event::Open(openers, failed) => self.open_with(openers, Some(failed)),
            Event::Lasts(program, is_so) => self.lasts(&program, is_so),
            // News of an ending that has not begun.
            Event::Ending(_) => Ok(()),
        }
    }

    /// Asks the terminal for its graphics, once and only if they may be needed.
    fn ask_for_graphics(&mut self) -> io::Result<()> {
        if self.app.settings.look.pictures != Pictures::Off && !self.has_asked {
            self.has_asked = true;
            self.guard.asked();
            graphics::query()?;
            // A terminal that does not know the queries may show them.
            self.screen.redraw()?;
        }
        Ok(())
    }

    /// Applies the settings that do not concern the state.
    fn set(&mut self, settings: &config::Settings) -> io::Result<()> {
        self.guard.enable_mouse(settings.has_mouse)?;
        self.commands.set_topics(&settings.topics);
        let before = &self.app.settings;
        if settings.is_offline != before.is_offline {
            self.commands.go_offline(settings.is_offline);
        }
        if sync_every(settings) != sync_every(before) {
            self.next_sync = sync_every(settings).map(|_| Instant::now());
        }
        Ok(())
    }

    /// Passes a catalog to the threads that work on it.
    fn share_catalog(&self, catalog: &Arc<Catalog>, marks_at: Option<i64>) {
        self.writer.send(library_writer::Job::Catalog(Arc::clone(catalog), marks_at));
    }

    pub(super) fn update(&mut self, msg: Msg) -> io::Result<()> {
        log::log_msg(&msg);
        let is_setting = matches!(msg, Msg::Settings(_));
        let effects = self.app.update(msg);
        if is_setting {
            self.ask_for_graphics()?;
        }
        self.carry_out(effects)
    }

    /// Carries out the effects requested by the state.
    fn carry_out(&mut self, effects: Effects) -> io::Result<()> {
        for effect in effects {
            match effect {
                Effect::Search { generation, request } => self.worker.search(generation, request),
                Effect::Mark { ticket, catalog, change, recording } => {
                    let waiting = library_writer::Waiting { ticket, catalog, change, recording };
                    self.writer.send(library_writer::Job::Mark(waiting));
                }
                Effect::RefreshLibrary => self.commands.refresh_all(),
                Effect::Library(command) => self.commands.carry_out(command, &self.app.catalog),
                Effect::FindSimilar { generation, release, catalog } => {
                    self.worker.similar(generation, release, catalog);
                }
                Effect::FindWords { generation, request } => self.worker.words(generation, request),
                Effect::CountWord { generation, request } => self.worker.word_bars(generation, request),
                Effect::ShowPicture(request) => self.commands.show_picture(request),
                Effect::DropPicture => self.commands.drop_picture(),
                Effect::Open(address) => self.open(address.as_str())?,
                Effect::OpenWith { address, command } => self.open_media(address.as_str(), &command)?,
                Effect::Copy { text, what } => self.copy(text, what)?,
                Effect::Notify(text) => self.notify(&text)?,
                Effect::OpenManual => self.open_manual()?,
                Effect::Pipe { command, text } => self.pipe(&command, text)?,
                Effect::Export { file, may_replace, releases, catalog } => {
                    self.exports.start(file, may_replace, releases, catalog, &self.sender);
                }
                Effect::Download(request) => {
                    self.commands.download(&request, self.app.settings.download_folder.clone(), &self.downloads);
                }
                Effect::CancelDownloads => self.downloads.cancel_aside(&self.sender),
                Effect::CountQueries { generation, requests } => self.worker.count(generation, requests),
                Effect::Timer(after, timer) => {
                    // A newer timer replaces the running one of its kind.
                    let kind = std::mem::discriminant(&timer);
                    self.timers.retain(|(_, running)| std::mem::discriminant(running) != kind);
                    self.timers.push((Instant::now() + after, timer));
                }
                Effect::Suspend => self.suspend()?,
                Effect::Redraw => self.screen.redraw()?,
                Effect::Quit => {
                    let refused = &self.app.load.refused;
                    let is_empty = self.app.catalog.is_empty() && !refused.is_empty();
                    self.end = Some(if is_empty { Outcome::Refused(refused.clone()) } else { Outcome::Quit });
                }
            }
        }
        Ok(())
    }

    /// Gives the terminal back and stops the whole process group, as when the terminal sends Ctrl-Z. Uses SIGSTOP,
    /// because our own SIGTSTP would be discarded in an orphaned group.
    pub(super) fn suspend(&mut self) -> io::Result<()> {
        self.guard.settle();
        self.guard.leave();
        let stop = rustix::process::Signal::STOP;
        let stopped = rustix::process::kill_current_process_group(stop)
            // Stops at least this process if the group may not be signalled.
            .or_else(|_| rustix::process::kill_process(rustix::process::getpid(), stop));
        self.resumed = stopped.is_ok().then(Instant::now);
        self.resume()
    }

    /// Takes the terminal back and redraws everything.
    pub(super) fn resume(&mut self) -> io::Result<()> {
        self.guard.enter()?;
        let (columns, rows) = crossterm::terminal::size()?;
        self.screen.resize(columns, rows)?;
        self.update(Msg::Resize { columns, rows })
    }
}

/// The interval of automatic syncs.
fn sync_every(settings: &config::Settings) -> Option<Duration> {
    settings.sync_every.filter(|_| !settings.is_offline)
}

/// Whether a write failed because the other end is closed.
fn is_gone(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::BrokenPipe | io::ErrorKind::NotConnected)
        || error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error())
}
