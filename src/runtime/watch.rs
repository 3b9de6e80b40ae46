//! The thread that reads the sources and reloads them when their files change.
//!
//! A file may be half-written or missing for a moment. So a source that reads worse than before, because it is refused
//! or is damaged and has fewer releases, keeps its releases. Nothing runs while no file changes.

mod new_releases;

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
use rustc_hash::{FxHashMap, FxHashSet};

use super::inputs::{Input, InputFiles};
use super::load::{self, Before, Loaded, Report, collect};
use super::opened_inputs::OpenedInputs;
use super::watcher::{self, Watching};
use super::{Event, send, thread};
use crate::app::{Msg, Reread};
use crate::catalog::{Catalog, Changes, renumber};
use crate::library::Library;
use crate::sync::lower_priority;
use crate::text::{CleanBuf, panic_text};

/// How long the files must stay unchanged before they are reloaded.
const QUIET: Duration = Duration::from_millis(200);
/// The longest delay of a reload while the files keep changing.
const LONGEST: Duration = Duration::from_secs(2);
/// The same for stored releases, which are never half-written: the next source of a sync may follow at once.
const LIBRARY_QUIET: Duration = Duration::from_millis(10);
const LIBRARY_LONGEST: Duration = Duration::from_millis(100);

/// After a reload the thread rests this many times as long as the reload took: a feed that grows all the time must not
/// occupy a processor.
const REST: u32 = 4;

/// What shows that a file has changed: path, inode, size and time of change; and the number of the last change of
/// stored releases.
type State = (Vec<(PathBuf, u64, u64, (i64, i64))>, i64);

/// The current state of the sources' files.
fn state(reading: &OpenedInputs) -> State {
    let inputs: Vec<InputFiles> = reading.present().iter().map(InputFiles::of).collect();
    let files = inputs.iter().flat_map(InputFiles::sources).filter(|source| source.is_lasting());
    let files = files.filter_map(|source| match source {
        Input::File(path) => Some(path.clone()),
        Input::BuiltIn(..) | Input::StandardInput | Input::Library(_) => None,
    });
    let state = |path: PathBuf| match fs::metadata(&path) {
        Ok(data) => (path, data.ino(), data.size(), (data.mtime(), data.mtime_nsec())),
        Err(_) => (path, 0, 0, (0, 0)),
    };
    let library = reading.library.as_ref().and_then(|place| Library::open(place).ok().flatten());
    let stored = library.and_then(|library| library.last_sync().ok()).unwrap_or(0);
    (files.map(state).collect(), stored)
}

/// The files that are the same in both.
fn unchanged((before, _): &State, (now, _): &State) -> FxHashSet<PathBuf> {
    let before: FxHashSet<_> = before.iter().collect();
    now.iter().filter(|file| before.contains(file)).map(|(path, ..)| path.clone()).collect()
}

/// Starts the thread; a message to the returned sender makes it check the stored releases.
pub(super) fn start(reading: OpenedInputs, sender: Sender<Event>) -> Sender<()> {
    let (notice, changes) = mpsc::channel();
    let rescan = notice.clone();
    thread::spawn("load", "loading", &sender.clone(), move || {
        let state = state(&reading);
        let loaded = catch_unwind(AssertUnwindSafe(|| load::publish(&reading, |msg| send(&sender, msg))));
        let loaded = loaded.map_err(|payload| send(&sender, Msg::defect(panic_text("loading", &*payload))));
        send(&sender, Msg::LoadDone);
        if let Ok((catalog, edits, reports)) = loaded {
            let reader =
                Rereader { reading: &reading, catalog, changes: edits, reports, unusable: FxHashSet::default() };
            follow(reader, state, &sender, notice, &changes);
        }
    });
    rescan
}

/// Waits for changes since `state`, when the first load began, and reports each reload. Returns when nobody listens any
/// more, or when nothing can change.
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
    lower_priority();
    // The library writer reports changes of stored releases, so `changes` is served even without a watcher.
    let (quiet, longest) = if files.is_empty() { (LIBRARY_QUIET, LIBRARY_LONGEST) } else { (QUIET, LONGEST) };
    let _watcher = if files.is_empty() { None } else { files.watch(notice, sender) };
    loop {
        // Something may have changed before the watcher started.
        let now = self::state(reader.reading);
        if now == state {
            if changes.recv().is_err() {
                return;
            }
            let start = Instant::now();
            while start.elapsed() < longest && changes.recv_timeout(quiet).is_ok() {}
            continue;
        }
        let unchanged = unchanged(&state, &now);
        state = now;
        let start = Instant::now();
        match catch_unwind(AssertUnwindSafe(|| reader.read(&unchanged))) {
            Ok(reread) => {
                if !send(sender, Msg::Reread(Box::new(reread))) {
                    return;
                }
                std::thread::sleep(start.elapsed() * REST);
            }
            // The next change is read again.
            Err(payload) => {
                if !send(sender, Msg::defect(panic_text("reading again", &*payload))) {
                    return;
                }
            }
        }
    }
}

/// The files and folders to watch.
#[derive(Debug, Clone, Default)]
struct Files {
    /// The names of files.
    names: BTreeSet<OsString>,
    /// Their folders: replacing a file makes a new one with the same name.
    parents: BTreeSet<PathBuf>,
    /// Folders that are sources themselves.
    folders: BTreeSet<PathBuf>,
}

impl Files {
    fn of(reading: &OpenedInputs) -> Self {
        let mut files = Self::default();
        for source in reading.sources.iter().filter(|source| source.is_lasting()) {
            let Input::File(path) = source else { continue };
            let place = path.canonicalize().ok();
            if path.is_dir() {
                files.folders.extend(place);
                continue;
            }
            // A symlink and its target may both be replaced.
            for path in [Some(path.clone()), place].into_iter().flatten() {
                let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
                files.names.extend(path.file_name().map(ToOwned::to_owned));
                files.parents.extend(parent.canonicalize());
            }
        }
        files
    }

    /// Whether an event may be a change of a watched file; being read is not a change.
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

    /// Starts watching. Reports a failure.
    fn watch(&self, notice: Sender<()>, sender: &Sender<Event>) -> Option<Watching> {
        let files = self.clone();
        let handler = move |event: notify::Result<notify::Event>| {
            // After an error an event may be missing, so the files are checked.
            if event.map_or(true, |event| files.has(&event)) {
                let _ = notice.send(());
            }
        };
        let watch = |watcher: &mut RecommendedWatcher| {
            self.parents.iter().try_for_each(|parent| watcher.watch(parent, RecursiveMode::NonRecursive))?;
            self.folders.iter().try_for_each(|folder| watcher.watch(folder, RecursiveMode::Recursive))
        };
        match watcher::start(handler, watch) {
            Ok(watcher) => Some(watcher),
            Err(error) => {
                send(sender, Msg::defect(CleanBuf::line(&format!("cannot watch the files for changes: {error}"))));
                None
            }
        }
    }
}

/// Whether an event changes, or may change, one of some files; being read is not a change.
pub(super) fn is_change(event: &notify::Event, is_ours: &dyn Fn(&PathBuf) -> bool) -> bool {
    let is_reading = matches!(event.kind, EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write));
    !is_reading && (event.need_rescan() || event.paths.iter().any(is_ours))
}

/// Reloads the sources, reusing the earlier result.
#[derive(Debug)]
struct Rereader<'a> {
    reading: &'a OpenedInputs,
    catalog: Arc<Catalog>,
    changes: Changes,
    reports: Vec<Report>,
    /// Sources that are unusable now and keep their earlier releases.
    unusable: FxHashSet<Input>,
}

impl Rereader<'_> {
    /// Reloads what has changed: only new releases of the library, if that is all. Files that are unchanged by their
    /// metadata and gave nothing but releases are reused.
    fn read(&mut self, unchanged: &FxHashSet<PathBuf>) -> Reread {
        self.read_new().unwrap_or_else(|| self.read_all(unchanged))
    }

    fn read_all(&mut self, unchanged: &FxHashSet<PathBuf>) -> Reread {
        let library = self.reading.library.as_ref().and_then(|place| Library::open(place).ok().flatten());
        let marks_at = library.and_then(|library| library.last_change().ok()).unwrap_or(0);
        let once = |report: &&Report| !report.source.is_lasting();
        let is_same = |report: &Report| {
            let is_unchanged = matches!(&report.source, Input::File(path) if unchanged.contains(path));
            is_unchanged && report.is_plain && !self.unusable.contains(&report.source)
        };
        let kept: Vec<Report> = self.reports.iter().filter(|report| once(report) || is_same(report)).cloned().collect();
        let (mut loaded, mut reports) = self.collect(&kept);
        let mut unreadable = Vec::new();
        let mut worse = kept;
        // Once there are subscriptions the sample is no longer read, and not missed.
        let is_of_sample = |report: &&Report| matches!(report.source, Input::BuiltIn(..));
        let lasting = self.reports.iter().filter(|report| !once(report) && !is_of_sample(report));
        let by_source: FxHashMap<&Input, &Report> = reports.iter().map(|report| (&report.source, report)).collect();
        let mut unusable_now = FxHashSet::default();
        for before in lasting.filter(|report| report.releases > 0) {
            if let Some(reason) = is_worse(before, by_source.get(&before.source).copied()) {
                unreadable.push((before.label.clone(), reason));
                worse.push(before.clone());
                unusable_now.insert(before.source.clone());
            }
        }
        self.unusable = unusable_now;
        if !unreadable.is_empty() {
            (loaded, reports) = self.collect(&worse);
        }
        let renumbered = renumber::renumber(&self.catalog, &loaded.catalog, |source| {
            loaded.catalog.source_of_key(self.catalog.source_key(source).as_str())
        });
        let fresh = renumber::fresh(&renumbered, &loaded.catalog);
        let is_new = renumber::is_new(&renumbered, loaded.catalog.len());
        loaded.marks.retain(|marks| is_new[marks.release.position()]);
        // A source that was refused before is reported as before.
        unreadable.extend(loaded.refused);
        (self.catalog, self.reports) = (Arc::clone(&loaded.catalog), reports);
        self.changes = loaded.changes.clone();
        Reread {
            catalog: loaded.catalog,
            renumbered,
            fresh,
            marks: loaded.marks,
            marks_at,
            changes: loaded.changes,
            problems: loaded.problems,
            unreadable,
        }
    }

    fn collect(&self, kept: &[Report]) -> (Loaded, Vec<Report>) {
        collect(self.reading, Some(&Before::new(&self.catalog, kept)))
    }
}

/// A catalog of all sources that follows their changes on request.
#[derive(Debug)]
pub struct Follower<'a>(Rereader<'a>);

impl<'a> Follower<'a> {
    /// Loads all sources.
    #[must_use]
    pub fn new(reading: &'a OpenedInputs) -> Self {
        let (loaded, reports) = collect(reading, None);
        Self(Rereader {
            reading,
            catalog: loaded.catalog,
            changes: loaded.changes,
            reports,
            unusable: FxHashSet::default(),
        })
    }

    /// The releases.
    #[must_use]
    pub fn catalog(&self) -> &Arc<Catalog> {
        &self.0.catalog
    }

    /// Reads what has changed; returns the number of new releases.
    pub fn follow(&mut self) -> usize {
        self.0.read(&FxHashSet::default()).fresh
    }
}

/// Returns the reason if a source reads worse than before.
fn is_worse(before: &Report, now: Option<&Report>) -> Option<CleanBuf> {
    match now {
        None => Some(CleanBuf::line("removed")),
        Some(Report { refusal: Some(reason), .. }) => Some(reason.clone()),
        Some(now) if now.is_broken && now.releases < before.releases => Some(CleanBuf::line("damaged")),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Facet;

    /// A folder of feeds, some of which have the same stories.
    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for n in 0..6 {
            let item = |k: u32| {
                let day = 1 + (n + k) % 9;
                format!(
                    "{{\"id\":\"{n}-{k}\",\"title\":\"The minister met the press on {}\",\"date\":\"2018-11-{day:02}\",\
                     \"content_text\":\"{}\"}}",
                    (n + k) % 9,
                    format!("Words of number {} that fill a text. ", (n + k) % 9).repeat(5)
                )
            };
            let items = (0..4).map(item).collect::<Vec<_>>().join(",");
            fs::write(folder.path().join(format!("{n}.json")), format!("[{items}]")).expect("a feed");
        }
        folder
    }

    /// Every release with its sources, in the order of the catalog.
    fn shown(catalog: &Catalog) -> Vec<String> {
        let releases = catalog.releases().map(|(_, release)| release);
        let mut shown: Vec<String> = releases
            .map(|release| {
                let mut sources: Vec<&str> = release.reprints().map(|(source, _)| source.as_str()).collect();
                sources.push(release.label(Facet::Source).as_str());
                sources.sort_unstable();
                format!("{} {} {sources:?} {}", release.id(), release.title(), release.body())
            })
            .collect();
        shown.sort();
        shown
    }

    #[test]
    fn unchanged_files_keep_their_releases_without_being_read_again() {
        let folder = folder();
        let sources = vec![Input::File(folder.path().to_owned())];
        let reading = OpenedInputs {
            sources,
            follows_library: false,
            is_merged: true,
            base: None,
            limits: crate::feed::Limits::default(),
            rules: crate::feed::Rules::default(),
            library: None,
            place: None,
        };
        let (loaded, reports) = collect(&reading, None);
        let mut reader = Rereader {
            reading: &reading,
            catalog: loaded.catalog,
            changes: loaded.changes,
            reports,
            unusable: FxHashSet::default(),
        };
        let before = state(&reading);
        let file = |n: u32| folder.path().join(format!("{n}.json"));
        fs::write(file(2), "[{\"id\":\"new\",\"title\":\"Something new\",\"date\":\"2018-12-01\"}]").expect("a feed");
        fs::write(file(9), "no feed at all").expect("a file");
        let now = state(&reading);
        let same = unchanged(&before, &now);
        assert_eq!(same.len(), 5);
        let reread = reader.read(&same);
        assert_eq!((reread.unreadable.len(), reread.fresh, reread.problems.len()), (0, 1, 1));
        // The same result as reading everything.
        let (whole, _) = collect(&reading, None);
        assert_eq!(shown(&reread.catalog), shown(&whole.catalog));
        // An invalid file is read again while it stays invalid; an unchanged file is not read at all.
        fs::write(file(1), "broken").expect("a file");
        let again = reader.read(&same);
        assert_eq!((again.unreadable.len(), again.fresh, again.problems.len()), (0, 0, 1));
        assert_eq!(shown(&again.catalog), shown(&whole.catalog));
        // Now it is read, and its earlier releases are still listed.
        let again = reader.read(&FxHashSet::default());
        assert_eq!((again.unreadable.len(), shown(&again.catalog)), (1, shown(&whole.catalog)));
        // It is reported for as long as it lasts, whatever else changes.
        let again = reader.read(&unchanged(&now, &now));
        assert_eq!(again.unreadable.len(), 1);
    }

    #[test]
    fn a_removed_source_is_distinguished_from_another_with_its_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, title: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, format!("[{{\"id\":\"1\",\"title\":\"{title}\"}}]")).expect("a feed");
        };
        write("a/news.json", "One");
        let reading = OpenedInputs { sources: vec![Input::File(folder.path().to_owned())], ..OpenedInputs::default() };
        let (loaded, reports) = collect(&reading, None);
        let mut reader = Rereader {
            reading: &reading,
            catalog: loaded.catalog,
            changes: loaded.changes,
            reports,
            unusable: FxHashSet::default(),
        };
        fs::remove_file(folder.path().join("a/news.json")).expect("a file");
        write("b/news.json", "Two");
        let expected = ["1 One [\"news.json (2)\"] ", "1 Two [\"news.json\"] "];
        for _ in 0..2 {
            assert_eq!(shown(&reader.read(&FxHashSet::default()).catalog), expected);
        }
    }

    #[test]
    fn a_change_in_a_large_folder_takes_linear_time() {
        // The processor time of this thread, so that other programs do not disturb it.
        let now = || {
            let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
            Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
        };
        let took = |count: usize| {
            let folder = tempfile::tempdir().expect("a folder");
            let path = |n: usize| folder.path().join(format!("{n}.json"));
            for n in 0..count {
                fs::write(path(n), format!("[{{\"id\":\"{n}\",\"title\":\"{n}\"}}]")).expect("a feed");
            }
            let reading =
                OpenedInputs { sources: vec![Input::File(folder.path().to_owned())], ..OpenedInputs::default() };
            let (loaded, reports) = collect(&reading, None);
            let mut reader = Rereader {
                reading: &reading,
                catalog: loaded.catalog,
                changes: loaded.changes,
                reports,
                unusable: FxHashSet::default(),
            };
            let unchanged: FxHashSet<PathBuf> = (1..count).map(path).collect();
            let times = (0..3).map(|_| {
                let start = now();
                assert_eq!(reader.read(&unchanged).catalog.len(), count);
                now().saturating_sub(start)
            });
            times.min().unwrap_or_default()
        };
        let (few, many) = (took(1_000), took(4_000));
        // A full comparison for each file would take at least sixteen times as long.
        assert!(many < 9 * few.max(Duration::from_millis(5)), "{few:?} for 1,000, {many:?} for 4,000");
    }
}
