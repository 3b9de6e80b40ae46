//! Loads the sources: on a thread that publishes ever longer catalogs for the reader, or all at once for the command
//! line.

mod before;
mod followed;
mod publish;
mod read_ahead;
mod subscriptions;
#[cfg(test)]
mod tests;

use std::ops::ControlFlow;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tracing::info;
use url::Url;

use super::inputs::{Input, InputFiles, short_names};
use super::mark_lookup::MarkLookup;
use super::opened_inputs::OpenedInputs;

use crate::app::{MarksOf, Msg};
use crate::catalog::{Builder, Catalog, Changes};
use crate::feed::{self, Rules, Sink, TopicRule};
use crate::library::{Library, Names};
use crate::release::{Cause, Problem, ProblemKind, Problems, Release};
use crate::text::{Clean, CleanBuf, system_error};
pub(super) use before::Before;
pub(super) use followed::Followed;

/// The number of releases in the first screenful.
const FIRST: usize = 512;
/// The result of loading all sources.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The releases.
    pub catalog: Arc<Catalog>,
    /// The problems with items.
    pub problems: Problems,
    /// Sources that are not feeds or cannot be opened: name and reason.
    pub refused: Vec<(CleanBuf, CleanBuf)>,
    /// The read and starred releases.
    pub marks: Vec<MarksOf>,
    /// Which releases have earlier versions.
    pub changes: Changes,
}

/// The result of reading one source.
#[derive(Debug, Clone)]
pub(super) struct Report {
    pub source: Input,
    /// Its name in the catalog.
    pub label: CleanBuf,
    /// The key of its feed.
    pub key: CleanBuf,
    /// The number of its releases.
    pub releases: usize,
    /// Whether its format is damaged.
    pub is_broken: bool,
    /// Whether it gave nothing but releases: no problems and no stored full texts.
    pub is_plain: bool,
    /// Why it was refused.
    pub refusal: Option<CleanBuf>,
    /// The subscriptions whose stored releases were read.
    pub followed: Option<Arc<Followed>>,
    /// What its topics are derived from.
    pub topics: Option<Arc<TopicRule>>,
}

impl Report {
    fn new(source: Input, label: CleanBuf, key: CleanBuf) -> Self {
        Self {
            source,
            label,
            key,
            releases: 0,
            is_broken: false,
            is_plain: true,
            refusal: None,
            followed: None,
            topics: None,
        }
    }
}

/// Loads all sources before returning.
#[must_use]
pub fn load(reading: &OpenedInputs) -> Loaded {
    collect(reading, None).0
}

/// Like [`load`], optionally reusing an earlier result.
pub(super) fn collect(reading: &OpenedInputs, before: Option<&Before<'_>>) -> (Loaded, Vec<Report>) {
    let mut loaded = Loaded::default();
    let tell = |msg| {
        match msg {
            Msg::Loaded(catalog) => loaded.catalog = catalog,
            Msg::Problems(problems) => loaded.problems.append(problems),
            Msg::Refused(source, reason) => loaded.refused.push((source, reason)),
            Msg::Marks { marks, .. } => loaded.marks.extend(marks),
            Msg::Changes(changes) => loaded.changes = changes,
            _ => {}
        }
        true
    };
    let (_, reports) = Loader { before, ..Loader::new(tell, false, reading) }.load();
    (loaded, reports)
}

/// Loads all sources and publishes the progress from time to time. Returns the last catalog, which of its releases have
/// earlier versions, and the result of each source. `tell` returns false once nobody listens.
pub(super) fn publish(
    reading: &OpenedInputs,
    mut tell: impl FnMut(Msg) -> bool,
) -> (Arc<Catalog>, Changes, Vec<Report>) {
    let mut last = Changes::default();
    let tell = |msg| {
        if let Msg::Changes(changes) = &msg {
            last = changes.clone();
        }
        tell(msg)
    };
    let (catalog, reports) = Loader::new(tell, true, reading).load();
    (catalog, last, reports)
}

struct Loader<'a, T> {
    reading: &'a OpenedInputs,
    builder: Builder,
    /// The last published catalog.
    catalog: Arc<Catalog>,
    /// Published catalogs that are still in use.
    in_use: Vec<Weak<Catalog>>,
    /// Receives what is published; returns false once nobody listens.
    tell: T,
    /// Whether to publish progress, not only the end result.
    is_watched: bool,
    problems: Problems,
    last: Instant,
    /// How long the last publication took.
    cost: Duration,
    has_published: bool,
    is_closed: bool,
    /// The descriptor of the current source, if reading it may block.
    input: Option<OwnedFd>,
    reports: Vec<Report>,
    before: Option<&'a Before<'a>>,
    marker: MarkLookup,
    /// The key of the current source's feed.
    key: CleanBuf,
    /// The names in use.
    names: Names,
}

impl<'a, T: FnMut(Msg) -> bool> Loader<'a, T> {
    fn new(tell: T, is_watched: bool, reading: &'a OpenedInputs) -> Self {
        Self {
            reading,
            builder: Builder::new(),
            catalog: Arc::default(),
            in_use: Vec::new(),
            tell,
            is_watched,
            problems: Problems::default(),
            last: Instant::now(),
            cost: Duration::ZERO,
            has_published: false,
            is_closed: false,
            input: None,
            reports: Vec::new(),
            before: None,
            // Without a readable library nothing is marked; the library writer reports why.
            marker: MarkLookup::new(
                reading.library.as_ref().and_then(|place| Library::open(place).ok().flatten()),
                reading.place.clone(),
            ),
            key: CleanBuf::default(),
            names: Names::default(),
        }
    }

    /// Loads everything; returns the last catalog and the result of each source.
    fn load(mut self) -> (Arc<Catalog>, Vec<Report>) {
        let sources = self.reading.present();
        let inputs: Vec<InputFiles> = sources.iter().map(InputFiles::of).collect();
        let names = short_names(&inputs);
        let has_library = sources.iter().any(|source| matches!(source, Input::Library(_)));
        if self.reading.is_merged && (has_library || names.iter().flatten().nth(1).is_some()) {
            self.builder = Builder::merging();
        }
        if let Some(before) = self.before {
            self.builder = self.builder.numbered_as(before.catalog);
        }
        for (input, names) in inputs.iter().zip(names) {
            match input {
                InputFiles::One(Input::Library(place)) => self.library(place),
                InputFiles::One(source) => self.one(source, &names[0], false),
                InputFiles::Files(folder, files) => self.folder(folder, files, &names),
                InputFiles::Unreadable(name, reason) => self.send(Msg::Refused(name.clone(), reason.clone())),
            }
            if self.is_closed {
                break;
            }
        }
        let all = || inputs.iter().flat_map(InputFiles::sources);
        for report in self.before.map(|before| before.vanished(all())).unwrap_or_default() {
            // Another source may have taken this name meanwhile.
            let label = self.names.apart(&report.label);
            self.keep_previous(report, &label);
        }
        self.publish();
        (self.catalog, self.reports)
    }

    /// Reads a folder. An invalid file is a problem; a folder without any feed is refused.
    fn folder(&mut self, folder: &CleanBuf, files: &[Input], names: &[CleanBuf]) {
        let before = self.reports.len();
        for (file, name) in files.iter().zip(names) {
            self.one(file, name, true);
            if self.is_closed {
                return;
            }
        }
        if self.reports[before..].iter().all(|report| report.refusal.is_some()) {
            let reason = if files.is_empty() { "empty folder" } else { "folder without a feed" };
            self.send(Msg::Refused(folder.clone(), CleanBuf::line(reason)));
        }
    }

    fn one(&mut self, source: &Input, short: &CleanBuf, is_of_folder: bool) {
        if let Some(report) = self.before.and_then(|before| before.kept(source)) {
            return self.keep_previous(report, short);
        }
        let (name, start) = (source.name(), Instant::now());
        self.begin(source, short);
        let read = match source.open() {
            Ok((mut input, waits)) => {
                self.input = waits;
                feed::read_within(name.as_clean(), &mut input, self.reading.limits, self)
                    .map_err(|refusal| refusal.to_string())
            }
            Err(error) => Err(format!("cannot open: {}", system_error(&error))),
        };
        self.builder.end_source();
        let (releases, ms) = (self.report().releases, start.elapsed().as_millis());
        info!(source = %name, releases, ms, refused = read.is_err(), "read");
        self.report().refusal = read.as_ref().err().map(|reason| CleanBuf::line(reason));
        self.report().is_plain &= read.is_ok();
        match read {
            Ok(()) => {}
            Err(reason) if is_of_folder => self.problems.push(Problem {
                source: name,
                item: None,
                byte: None,
                cause: Cause::NotAFeed,
                reason: CleanBuf::line(&reason),
            }),
            Err(reason) => self.send(Msg::Refused(name, CleanBuf::line(&reason))),
        }
    }

    fn begin(&mut self, source: &Input, label: &CleanBuf) {
        self.builder.source(label.as_clean());
        self.names.take(label);
        let (source, label, key) = (source.clone(), label.clone(), source.key(""));
        self.reports.push(Report::new(source, label, key));
        self.set_key();
    }

    /// Sets the current source's key from its report.
    fn set_key(&mut self) {
        self.key = self.report().key.clone();
        self.builder.key(self.key.as_clean());
    }

    /// The report of the current source.
    fn report(&mut self) -> &mut Report {
        self.reports.last_mut().expect("a source has begun")
    }

    /// Takes the releases of a source from the earlier result.
    fn keep_previous(&mut self, report: &Report, label: &CleanBuf) {
        self.begin(&report.source, label);
        self.report().key = report.key.clone();
        self.set_key();
        self.builder.derives(report.topics.clone());
        let Some(before) = self.before else { return };
        for release in before.releases(report) {
            let item = self.report().releases as u64;
            self.release(item, &release);
        }
        self.builder.end_source();
        let is_plain = self.report().is_plain;
        *self.report() = Report { label: label.clone(), is_plain, ..report.clone() };
    }

    fn send(&mut self, msg: Msg) {
        self.is_closed |= !(self.tell)(msg);
    }
}

impl<T: FnMut(Msg) -> bool> Sink for Loader<'_, T> {
    fn title(&mut self, title: Clean<'_>) {
        self.builder.title(title);
        if self.report().source == Input::StandardInput {
            self.report().key = Input::StandardInput.key(title.as_str());
            self.set_key();
            // The title may follow releases that were published without a name.
            self.marker.look_again();
        }
    }

    fn release(&mut self, item: u64, release: &Release) {
        self.report().releases += 1;
        let page = self.marker.page(self.key.as_str(), release, None);
        let problem = match page {
            None => self.builder.push(item, release),
            Some((page, fetched)) => {
                self.report().is_plain = false;
                let mut release = release.clone();
                release.take_page(page, fetched);
                self.builder.push(item, &release)
            }
        };
        self.report().is_plain &= problem.is_none();
        if let Some(problem) = problem {
            // Groups all problems of a source under one name.
            let source = self.report().source.name();
            self.problems.push(Problem { source, ..problem });
        }
        self.publish_in_time();
    }

    fn problem(&mut self, problem: Problem) {
        self.report().is_plain = false;
        self.report().is_broken |= problem.kind() == ProblemKind::Syntax;
        self.problems.push(problem);
    }

    fn rules(&self) -> Rules {
        self.reading.rules.clone()
    }

    fn derives(&mut self, topics: &TopicRule) {
        let topics = Arc::new(topics.clone());
        self.builder.derives(Some(Arc::clone(&topics)));
        self.report().topics = Some(topics);
    }

    fn base(&self) -> Option<Url> {
        self.reading.base.clone()
    }

    /// A pipe may be silent for long, so its releases so far are shown meanwhile.
    fn waits(&mut self) {
        let Some(input) = self.input.as_ref().filter(|_| self.has_news()) else { return };
        let left = Timespec::try_from(self.pause_left()).ok();
        if matches!(poll(&mut [PollFd::new(input, PollFlags::IN)], left.as_ref()), Ok(0)) {
            self.publish();
        }
    }

    fn is_over(&mut self) -> bool {
        self.is_closed
    }

    fn progress(&mut self, _bytes: u64) -> ControlFlow<()> {
        if self.is_due() && self.has_news() {
            self.publish();
        }
        if self.is_closed { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
