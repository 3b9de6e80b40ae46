//! Loads the sources: for the reader on a thread that publishes ever longer catalogs, for the command line all at once.

use std::ops::ControlFlow;
use std::os::fd::OwnedFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::source::{Input, Source, short_names};
use super::{Event, fault, panic_text, send};
use crate::app::Msg;
use crate::catalog::{Builder, Catalog};
use crate::feed::{self, Limits, Sink};
use crate::release::{Problem, ProblemKind, Release};
use crate::text::{Clean, CleanBuf};

/// The releases that make the first screenful.
const FIRST: usize = 512;
/// Publishing takes at most one part in so many of the loading time.
const SHARE: u32 = 10;
/// The least time between two publications.
const PAUSE: Duration = Duration::from_millis(30);

/// All that the sources gave.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The releases.
    pub catalog: Arc<Catalog>,
    /// What was wrong with items, in the order in which it was met.
    pub problems: Vec<Problem>,
    /// Sources that are no feed or cannot be opened: name and reason.
    pub refused: Vec<(CleanBuf, CleanBuf)>,
}

/// What is to be read, and how.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// Where from, in the order in which it is read.
    pub sources: Vec<Source>,
    /// Whether a story of several sources is shown once.
    pub is_merged: bool,
    /// How much is taken.
    pub limits: Limits,
}

/// Loads all sources before it returns.
#[must_use]
pub fn load(reading: &Reading) -> Loaded {
    let mut loaded = Loaded::default();
    let tell = |msg| {
        match msg {
            Msg::Loaded(catalog) => loaded.catalog = catalog,
            Msg::Problems(problems) => loaded.problems.extend(problems),
            Msg::Refused(source, reason) => loaded.refused.push((source, reason)),
            _ => {}
        }
        true
    };
    Loader::new(tell, false, reading).load();
    loaded
}

/// Starts the thread.
pub(super) fn start(reading: Reading, sender: Sender<Event>) {
    thread::spawn(move || {
        let tell = |msg| send(&sender, msg);
        let loaded = catch_unwind(AssertUnwindSafe(|| Loader::new(tell, true, &reading).load()));
        if let Err(payload) = loaded {
            send(&sender, Msg::Broken(panic_text("loading", &*payload)));
        }
        send(&sender, Msg::LoadDone);
    });
}

struct Loader<'a, T> {
    reading: &'a Reading,
    builder: Builder,
    /// Takes what is published; false once nobody listens any more.
    tell: T,
    /// Whether somebody watches: what came so far is published now and then, not at the end alone.
    is_watched: bool,
    problems: Vec<Problem>,
    last: Instant,
    /// How long the last publication took.
    cost: Duration,
    has_published: bool,
    is_closed: bool,
    /// What is being read, where reading it may wait.
    input: Option<OwnedFd>,
    /// How many feeds of the present folder could be read.
    feeds: usize,
}

impl<'a, T: FnMut(Msg) -> bool> Loader<'a, T> {
    fn new(tell: T, is_watched: bool, reading: &'a Reading) -> Self {
        Self {
            reading,
            builder: Builder::new(),
            tell,
            is_watched,
            problems: Vec::new(),
            last: Instant::now(),
            cost: Duration::ZERO,
            has_published: false,
            is_closed: false,
            input: None,
            feeds: 0,
        }
    }

    fn load(mut self) {
        let inputs: Vec<Input> = self.reading.sources.iter().map(Input::of).collect();
        let names = short_names(&inputs);
        if self.reading.is_merged && names.iter().flatten().nth(1).is_some() {
            self.builder = Builder::merging();
        }
        for (input, names) in inputs.iter().zip(names) {
            match input {
                Input::One(source) => self.one(source, &names[0], false),
                Input::Files(folder, files) => self.folder(folder, files, &names),
                Input::Unreadable(name, reason) => self.tell(Msg::Refused(name.clone(), reason.clone())),
            }
            if self.is_closed {
                return;
            }
        }
        self.publish();
    }

    /// What is no feed in a folder is a problem; a folder without any feed is refused.
    fn folder(&mut self, folder: &CleanBuf, files: &[Source], names: &[CleanBuf]) {
        self.feeds = 0;
        for (file, name) in files.iter().zip(names) {
            self.one(file, name, true);
            if self.is_closed {
                return;
            }
        }
        if self.feeds == 0 {
            let reason = if files.is_empty() { "is an empty folder" } else { "is a folder without a feed in it" };
            self.tell(Msg::Refused(folder.clone(), CleanBuf::line(reason)));
        }
    }

    fn one(&mut self, source: &Source, short: &CleanBuf, is_of_folder: bool) {
        let name = source.name();
        self.builder.source(short.as_clean());
        let read = match source.open() {
            Ok((mut input, waits)) => {
                self.input = waits;
                feed::read_within(name.as_clean(), &mut input, self.reading.limits, self)
                    .map_err(|refusal| refusal.to_string())
            }
            Err(error) => Err(format!("cannot be opened: {error}")),
        };
        self.builder.end_source();
        match read {
            Ok(()) => self.feeds += 1,
            Err(reason) if is_of_folder => self.problems.push(Problem {
                source: name,
                item: None,
                byte: None,
                kind: ProblemKind::Item,
                reason: CleanBuf::line(&reason),
            }),
            Err(reason) => self.tell(Msg::Refused(name, CleanBuf::line(&reason))),
        }
    }

    fn tell(&mut self, msg: Msg) {
        self.is_closed |= !(self.tell)(msg);
    }

    fn publish(&mut self) {
        let start = Instant::now();
        if self.has_published {
            fault::here("load");
        }
        if self.builder.waiting() > 0 || !self.has_published {
            let catalog = self.builder.publish();
            self.tell(Msg::Loaded(catalog));
            self.has_published = true;
        }
        if !self.problems.is_empty() {
            let problems = std::mem::take(&mut self.problems);
            self.tell(Msg::Problems(problems));
        }
        self.last = Instant::now();
        self.cost = self.last - start;
    }

    fn is_due(&self) -> bool {
        if !self.is_watched {
            return false;
        }
        if !self.has_published && self.builder.len() >= FIRST {
            return true;
        }
        (self.has_published || !self.builder.is_empty()) && self.pause_left().is_zero()
    }

    /// How long the next publication has to wait.
    fn pause_left(&self) -> Duration {
        let pause = if self.has_published { PAUSE.max(self.cost * SHARE) } else { PAUSE };
        pause.saturating_sub(self.last.elapsed())
    }

    fn has_news(&self) -> bool {
        self.is_watched && (self.builder.waiting() > 0 || !self.problems.is_empty())
    }
}

impl<T: FnMut(Msg) -> bool> Sink for Loader<'_, T> {
    fn title(&mut self, title: Clean<'_>) {
        self.builder.title(title);
    }

    fn release(&mut self, item: u64, release: &Release) {
        let problems = self.builder.push(item, release);
        self.problems.extend(problems);
        // The clock is asked seldom: once for the first screenful, then now and then.
        if self.builder.len().is_multiple_of(FIRST) && self.is_due() {
            self.publish();
        }
    }

    fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// A pipe may be silent for long: what came so far is shown meanwhile.
    fn waits(&mut self) {
        let Some(input) = self.input.as_ref().filter(|_| self.has_news()) else { return };
        let left = Timespec::try_from(self.pause_left()).ok();
        if matches!(poll(&mut [PollFd::new(input, PollFlags::IN)], left.as_ref()), Ok(0)) {
            self.publish();
        }
    }

    fn progress(&mut self, _bytes: u64) -> ControlFlow<()> {
        if self.is_due() && self.has_news() {
            self.publish();
        }
        if self.is_closed { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
