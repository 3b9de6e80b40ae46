//! The thread that reads the sources, and reads them again when their files change.
//!
//! A file may be seen half-written, or be gone for a moment: a source that reads worse than before, since it is refused,
//! or broken with fewer releases, keeps what it held. Nothing runs while no file changes.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};

use super::load::{self, Before, Loaded, Report, collect};
use super::reading::Reading;
use super::source::{Input, Source};
use super::{Event, panic_text, send, thread};
use crate::app::{Msg, Reread};
use crate::catalog::{Catalog, moved};
use crate::library::Library;
use crate::text::CleanBuf;

/// A change counts once nothing has changed for so long.
const QUIET: Duration = Duration::from_millis(200);
/// Whoever writes on and on is read at least so often.
const LONGEST: Duration = Duration::from_secs(2);

/// After a reading nothing is read for so many times as long: a feed that grows all the time must not cost a processor.
const REST: u32 = 4;

/// What tells that a file has changed: its path, inode, size and time of change; and that stored releases have.
type State = (Vec<(PathBuf, u64, u64, (i64, i64))>, i64);

/// The files of the sources as they are now.
fn state(reading: &Reading) -> State {
    let inputs: Vec<Input> = reading.present().iter().map(Input::of).collect();
    let files = inputs.iter().flat_map(Input::sources).filter(|source| source.is_lasting());
    let files = files.filter_map(|source| match source {
        Source::File(path) => Some(path.clone()),
        Source::BuiltIn(..) | Source::StandardInput | Source::Library(_) => None,
    });
    let state = |path: PathBuf| match fs::metadata(&path) {
        Ok(data) => (path, data.ino(), data.size(), (data.mtime(), data.mtime_nsec())),
        Err(_) => (path, 0, 0, (0, 0)),
    };
    let library = reading.library.as_ref().and_then(|place| Library::open(place).ok().flatten());
    let stored = library.and_then(|library| library.last_sync().ok()).unwrap_or(0);
    (files.map(state).collect(), stored)
}

/// Starts the thread; what is sent back to it has it look whether stored releases have changed.
pub(super) fn start(reading: Reading, sender: Sender<Event>) -> Sender<()> {
    let (notice, changes) = mpsc::channel();
    let poke = notice.clone();
    thread::spawn("load", "loading", &sender.clone(), move || {
        let state = state(&reading);
        let loaded = catch_unwind(AssertUnwindSafe(|| load::publish(&reading, |msg| send(&sender, msg))));
        let loaded = loaded.map_err(|payload| send(&sender, Msg::Broken(panic_text("loading", &*payload))));
        send(&sender, Msg::LoadDone);
        if let Ok((catalog, reports)) = loaded {
            let reader = Rereader { reading: &reading, catalog, reports };
            follow(reader, state, &sender, notice, &changes);
        }
    });
    poke
}

/// Waits for changes after a first reading, which began in `state`, and tells what each gave; returns when nobody
/// listens any more, or where nothing can change.
fn follow(
    mut reader: Rereader<'_>,
    mut state: State,
    sender: &Sender<Event>,
    notice: Sender<()>,
    changes: &Receiver<()>,
) {
    let files = Files::of(reader.reading);
    if files.is_empty() && reader.reading.library.is_none() {
        return;
    }
    let is_change = files.clone();
    let handler = move |event: notify::Result<notify::Event>| {
        // After an error something may have been missed: the files are looked at.
        if event.map_or(true, |event| is_change.has(&event)) {
            let _ = notice.send(());
        }
    };
    let watcher = notify::recommended_watcher(handler).and_then(|watcher| files.watch(watcher));
    let _watcher = match watcher {
        Ok(watcher) => watcher,
        Err(error) => {
            send(sender, Msg::Broken(CleanBuf::line(&format!("changes of the files are not seen: {error}"))));
            return;
        }
    };
    loop {
        // Something may have changed before anybody watched.
        let now = self::state(reader.reading);
        if now == state {
            if changes.recv().is_err() {
                return;
            }
            let start = Instant::now();
            while start.elapsed() < LONGEST && changes.recv_timeout(QUIET).is_ok() {}
            continue;
        }
        state = now;
        let start = Instant::now();
        match catch_unwind(AssertUnwindSafe(|| reader.read())) {
            Ok(reread) => {
                if !send(sender, Msg::Reread(Box::new(reread))) {
                    return;
                }
                std::thread::sleep(start.elapsed() * REST);
            }
            Err(payload) => {
                send(sender, Msg::Broken(panic_text("reading again", &*payload)));
                return;
            }
        }
    }
}

/// What is looked at for changes.
#[derive(Debug, Clone, Default)]
struct Files {
    /// Names of files.
    names: BTreeSet<OsString>,
    /// The folders they are in: a file that is replaced is another one of the same name.
    parents: BTreeSet<PathBuf>,
    /// Folders that are sources themselves.
    folders: BTreeSet<PathBuf>,
}

impl Files {
    fn of(reading: &Reading) -> Self {
        let mut files = Self::default();
        for source in reading.sources.iter().filter(|source| source.is_lasting()) {
            let Source::File(path) = source else { continue };
            let place = path.canonicalize().ok();
            if path.is_dir() {
                files.folders.extend(place);
                continue;
            }
            // A link and what it leads to may both be replaced.
            for path in [Some(path.clone()), place].into_iter().flatten() {
                let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
                files.names.extend(path.file_name().map(ToOwned::to_owned));
                files.parents.extend(parent.canonicalize());
            }
        }
        files
    }

    /// Whether an event is one of a file that may be ours, and not its being read.
    fn has(&self, event: &notify::Event) -> bool {
        let is_ours = |path: &PathBuf| {
            path.file_name().is_some_and(|name| self.names.contains(name))
                || self.folders.iter().any(|folder| path.starts_with(folder))
        };
        is_change(event, &is_ours)
    }

    fn is_empty(&self) -> bool {
        self.parents.is_empty() && self.folders.is_empty()
    }

    /// Looks at them from now on.
    fn watch(&self, mut watcher: RecommendedWatcher) -> notify::Result<RecommendedWatcher> {
        for parent in &self.parents {
            watcher.watch(parent, RecursiveMode::NonRecursive)?;
        }
        for folder in &self.folders {
            watcher.watch(folder, RecursiveMode::Recursive)?;
        }
        Ok(watcher)
    }
}

/// Whether an event changes one of some files, or may have: being read is no change.
pub(super) fn is_change(event: &notify::Event, is_ours: &dyn Fn(&PathBuf) -> bool) -> bool {
    let is_reading = matches!(event.kind, EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write));
    !is_reading && (event.need_rescan() || event.paths.iter().any(is_ours))
}

/// Reads again, and keeps what was read before.
struct Rereader<'a> {
    reading: &'a Reading,
    catalog: Arc<Catalog>,
    reports: Vec<Report>,
}

impl Rereader<'_> {
    fn read(&mut self) -> Reread {
        let library = self.reading.library.as_ref().and_then(|place| Library::open(place).ok().flatten());
        let marks_at = library.and_then(|library| library.last_change().ok()).unwrap_or(0);
        let once = |report: &&Report| !report.source.is_lasting();
        let kept: Vec<Report> = self.reports.iter().filter(once).cloned().collect();
        let (mut loaded, mut reports) = self.collect(&kept);
        let mut held = Vec::new();
        let mut worse = kept;
        // The sample is no longer read, and not missed, once there are subscriptions.
        let is_of_sample = |report: &&Report| matches!(report.source, Source::BuiltIn(..));
        let lasting = self.reports.iter().filter(|report| !once(report) && !is_of_sample(report));
        for before in lasting.filter(|report| report.releases > 0) {
            let now = reports.iter().find(|report| report.source == before.source);
            if let Some(reason) = is_worse(before, now) {
                held.push((before.label.clone(), reason));
                worse.push(before.clone());
            }
        }
        if !held.is_empty() {
            (loaded, reports) = self.collect(&worse);
        }
        let moved = moved::moved(&self.catalog, &loaded.catalog, |source| {
            loaded.catalog.source_of_key(self.catalog.source_key(source).as_str())
        });
        let fresh = moved::fresh(&moved, &loaded.catalog);
        let is_new = moved::is_new(&moved, loaded.catalog.len());
        loaded.marks.retain(|marks| is_new[marks.release as usize]);
        // What is refused and never was anything else is told as before.
        held.extend(loaded.refused);
        (self.catalog, self.reports) = (Arc::clone(&loaded.catalog), reports);
        Reread { catalog: loaded.catalog, moved, fresh, marks: loaded.marks, marks_at, problems: loaded.problems, held }
    }

    fn collect(&self, kept: &[Report]) -> (Loaded, Vec<Report>) {
        collect(self.reading, Some(Before { catalog: &self.catalog, kept }))
    }
}

/// Whether a source reads worse than before: why.
fn is_worse(before: &Report, now: Option<&Report>) -> Option<CleanBuf> {
    match now {
        None => Some(CleanBuf::line("is gone")),
        Some(Report { refusal: Some(reason), .. }) => Some(reason.clone()),
        Some(now) if now.is_broken && now.releases < before.releases => Some(CleanBuf::line("is broken now")),
        Some(_) => None,
    }
}
