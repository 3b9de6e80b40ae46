//! Loads the sources on a thread and publishes ever longer catalogs.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::ops::ControlFlow;
use std::os::fd::{AsFd, OwnedFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::Sender;
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::{Event, fault, panic_text, send};
use crate::app::Msg;
use crate::catalog::Builder;
use crate::feed::{self, Sink};
use crate::release::{Problem, Release};
use crate::text::{Clean, CleanBuf};

/// The releases that make the first screenful.
const FIRST: usize = 512;
/// Publishing takes at most one part in so many of the loading time.
const SHARE: u32 = 10;
/// The least time between two publications.
const PAUSE: Duration = Duration::from_millis(30);

/// Where a feed comes from.
#[derive(Debug, Clone)]
pub enum Source {
    /// A feed within the program: name and bytes.
    BuiltIn(&'static str, &'static [u8]),
    /// A file.
    File(PathBuf),
    /// Standard input.
    StandardInput,
}

impl Source {
    fn name(&self) -> CleanBuf {
        match self {
            Self::BuiltIn(name, _) => CleanBuf::line(name),
            Self::File(path) => CleanBuf::line(&path.to_string_lossy()),
            Self::StandardInput => CleanBuf::line("standard input"),
        }
    }

    /// What to read, and where to see whether a read would wait.
    fn open(&self) -> io::Result<(Box<dyn Read>, Option<OwnedFd>)> {
        let file = match self {
            Self::BuiltIn(_, bytes) => return Ok((Box::new(*bytes), None)),
            Self::File(path) => {
                let file = File::open(path)?;
                if file.metadata()?.is_dir() {
                    return Err(io::Error::other("it is a folder; name the files in it"));
                }
                file
            }
            Self::StandardInput if io::stdin().is_terminal() => {
                return Err(io::Error::other("it is a terminal; pipe a feed into it"));
            }
            Self::StandardInput => io::stdin().as_fd().try_clone_to_owned()?.into(),
        };
        let waits = file.try_clone()?.into();
        Ok((Box::new(file), Some(waits)))
    }
}

/// Starts the thread.
pub fn start(sources: Vec<Source>, sender: Sender<Event>) {
    thread::spawn(move || {
        let loaded = catch_unwind(AssertUnwindSafe(|| Loader::new(sender.clone()).load(&sources)));
        if let Err(payload) = loaded {
            send(&sender, Msg::Broken(panic_text("loading", &*payload)));
        }
        send(&sender, Msg::LoadDone);
    });
}

struct Loader {
    builder: Builder,
    sender: Sender<Event>,
    problems: Vec<Problem>,
    last: Instant,
    /// How long the last publication took.
    cost: Duration,
    has_published: bool,
    is_closed: bool,
    /// What is being read, where reading it may wait.
    input: Option<OwnedFd>,
}

impl Loader {
    fn new(sender: Sender<Event>) -> Self {
        Self {
            builder: Builder::new(),
            sender,
            problems: Vec::new(),
            last: Instant::now(),
            cost: Duration::ZERO,
            has_published: false,
            is_closed: false,
            input: None,
        }
    }

    fn load(mut self, sources: &[Source]) {
        for source in sources {
            let name = source.name();
            self.builder.source(short(source, &name).as_clean());
            let read = match source.open() {
                Ok((mut input, waits)) => {
                    self.input = waits;
                    feed::read(name.as_clean(), &mut input, &mut self).map_err(|refusal| refusal.to_string())
                }
                Err(error) => Err(format!("cannot be opened: {error}")),
            };
            if let Err(reason) = read {
                send(&self.sender, Msg::Refused(name, CleanBuf::line(&reason)));
            }
            if self.is_closed {
                return;
            }
        }
        self.publish();
    }

    fn publish(&mut self) {
        let start = Instant::now();
        if self.has_published {
            fault::here("load");
        }
        if self.builder.waiting() > 0 || !self.has_published {
            self.is_closed |= !send(&self.sender, Msg::Loaded(self.builder.publish()));
            self.has_published = true;
        }
        if !self.problems.is_empty() {
            self.is_closed |= !send(&self.sender, Msg::Problems(std::mem::take(&mut self.problems)));
        }
        self.last = Instant::now();
        self.cost = self.last - start;
    }

    fn is_due(&self) -> bool {
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
        self.builder.waiting() > 0 || !self.problems.is_empty()
    }
}

/// The source's name in the filter pane: a file without its folders.
fn short(source: &Source, name: &CleanBuf) -> CleanBuf {
    match source {
        Source::File(path) => {
            path.file_name().map_or_else(|| name.clone(), |file| CleanBuf::line(&file.to_string_lossy()))
        }
        _ => name.clone(),
    }
}

impl Sink for Loader {
    fn title(&mut self, title: Clean<'_>) {
        self.builder.title(title);
    }

    fn release(&mut self, release: &Release) {
        let problem = self.builder.push(release);
        self.problems.extend(problem);
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
