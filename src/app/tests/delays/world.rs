//! The environment of the app: pending answers and a library that saves.

mod checks;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use crossterm::event::KeyEvent;

use super::RELEASES;
use super::library::Library;
use crate::app::filter::{FoundWord, FoundWords};
use crate::app::library::{LibraryCommand, LibraryEvent};
use crate::app::{App, Effect, Mark, MarksOf, Msg, Recording, Reread, StepId, Ticket};
use crate::catalog::{Builder, Catalog, ReleaseIndex};
use crate::keymap::{Action, Key, Lookup};
use crate::library::{Direction, Edit};
use crate::query::{Hits, Patient, Query, Request, Searcher, Sort, count};
use crate::release::{Date, Release};
use crate::text::CleanBuf;

/// Which releases are read, and which are starred.
pub(super) type Marks = BTreeMap<usize, (bool, bool)>;

/// Returns a release by its number, which is its title.
fn release(number: usize) -> Release {
    let topic = ["News", "Law", ""][number % 3];
    Release {
        title: CleanBuf::line(&format!("{number}")),
        summary: CleanBuf::block(["fair aft", "tea", "quiz jig"][number % 4 % 3]),
        topics: [topic].iter().filter(|topic| !topic.is_empty()).map(|topic| CleanBuf::line(topic)).collect(),
        date: Date::from_ymd(2018, 1 + (number as u32 * 5) % 12, 1),
        ..Release::default()
    }
}

fn number_of(catalog: &Catalog, index: ReleaseIndex) -> Option<usize> {
    catalog.release(index)?.title().as_str().parse().ok()
}

fn numbers(catalog: &Catalog, indices: impl IntoIterator<Item = ReleaseIndex>) -> BTreeSet<usize> {
    indices.into_iter().filter_map(|index| number_of(catalog, index)).collect()
}

fn index_of(catalog: &Catalog, number: usize) -> Option<ReleaseIndex> {
    catalog.indices().find(|&index| number_of(catalog, index) == Some(number))
}

/// Answers a search without any cached state.
fn answer(request: &Request) -> Hits {
    Searcher::default().search(request, &mut Patient).expect("nobody cancels")
}

/// A requested change of marks.
struct Asked {
    ticket: Ticket,
    mark: Mark,
    on: bool,
    releases: BTreeSet<usize>,
    recording: Recording,
}

/// A job of the library.
enum Job {
    Mark(Asked),
    Edit(StepId, Edit),
    Turn(StepId, Direction),
    Forget(Vec<StepId>),
}

/// The environment of the app.
pub(super) struct World {
    pub app: App,
    /// Pending answers.
    pub answers: Vec<Msg>,
    /// Changes that the library has yet to save, in order.
    asked: VecDeque<Job>,
    pub library: Library,
    builder: Builder,
    loaded: usize,
    has_reread: bool,
    /// The catalogs that were sent.
    catalogs: Vec<Arc<Catalog>>,
    /// For each queued key, the number of catalogs sent before it was pressed.
    pressed: VecDeque<usize>,
    /// Releases that were removed while a change of their marks may have been pending.
    vanished: BTreeSet<usize>,
    /// The number of effects already handled.
    handled: usize,
    /// All releases marked by a key.
    marked: BTreeSet<usize>,
    /// Releases marked elsewhere or removed for a while: undo is not compared for them.
    pub touched: BTreeSet<usize>,
    /// Subscriptions changed elsewhere.
    pub touched_sources: BTreeSet<i64>,
}

impl World {
    pub fn new() -> Self {
        let mut world = Self {
            app: App::new(150, 40),
            answers: Vec::new(),
            asked: VecDeque::new(),
            library: Library::new(),
            builder: Builder::new(),
            loaded: 0,
            has_reread: false,
            catalogs: Vec::new(),
            pressed: VecDeque::new(),
            vanished: BTreeSet::new(),
            handled: 0,
            marked: BTreeSet::new(),
            touched: BTreeSet::new(),
            touched_sources: BTreeSet::new(),
        };
        world.load(6);
        world.send(Msg::LoadDone, false);
        world.show_library();
        world
    }

    fn request(&self, query: Query) -> Request {
        let app = &self.app;
        Request { catalog: Arc::clone(&app.catalog), query, counted: None, context: app.context(), sort: app.sort }
    }

    fn hits(&self, query: Query) -> Hits {
        answer(&self.request(query))
    }

    /// Sends a message and checks every step it causes.
    pub fn send(&mut self, msg: Msg, is_input: bool) {
        let action = match &msg {
            Msg::Key(event) if !self.app.inbox.is_waiting() => self.action_of(*event),
            _ => None,
        };
        let waited = self.app.inbox.is_waiting();
        if matches!(msg, Msg::Key(_)) {
            self.pressed.push_back(self.catalogs.len());
        }
        let before = self.before(action);
        self.app.receive(msg);
        let gave_up = waited && !self.app.inbox.is_waiting() && self.app.inbox.keys() == 0;
        self.check(&before, is_input && !waited, gave_up);
        loop {
            let action = self.app.inbox.next_action().or_else(|| self.action_of(self.app.inbox.next_key()?));
            let is_input = action.is_some() || self.app.inbox.next_key().is_some();
            let before = self.before(action);
            if !self.app.step_inbox() {
                break;
            }
            self.check(&before, is_input, false);
        }
        self.handled = 0;
        let effects = std::mem::take(&mut self.app.effects);
        for effect in effects {
            self.carry_out(effect);
        }
    }

    fn action_of(&self, event: KeyEvent) -> Option<Action> {
        let keys: Vec<Key> = self.app.pending.iter().copied().chain([Key::from(event)]).collect();
        match self.app.settings.keymap.lookup(self.app.scope(), &keys) {
            Lookup::Action(action) => Some(action),
            _ => None,
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Search { generation, request } => {
                let hits = answer(&request);
                if request.sort == Sort::Newest && hits.order.len() > 1 {
                    let first = hits.order[..=generation.number() as usize % (hits.order.len() - 1)].into();
                    self.answers.push(Msg::Page { generation, first });
                }
                self.answers.push(Msg::Found { generation, hits });
            }
            Effect::Mark { ticket, catalog, change, recording } => {
                let releases = numbers(&catalog, change.releases.iter().copied());
                self.asked.push_back(Job::Mark(Asked {
                    ticket,
                    mark: change.mark,
                    on: change.on,
                    releases,
                    recording,
                }));
            }
            Effect::Library(LibraryCommand::Edit { step, edit, .. }) => self.asked.push_back(Job::Edit(step, edit)),
            Effect::Library(LibraryCommand::Forget(steps)) => self.asked.push_back(Job::Forget(steps)),
            Effect::Library(LibraryCommand::Turn { step, direction }) => {
                self.asked.push_back(Job::Turn(step, direction));
            }
            Effect::CountQueries { generation, requests } => {
                let counts = requests.iter().filter_map(|request| count(request, &mut Patient)).collect();
                self.answers.push(Msg::Counted { generation, counts });
            }
            Effect::FindSimilar { generation, release, catalog } => {
                let found = catalog.indices().filter(|&other| other != release).take(2).collect();
                self.answers.push(Msg::Similar { generation, found });
            }
            Effect::FindWords { generation, request } => {
                let words = request.hits.catalog.indices().take(3).map(|index| FoundWord {
                    phrase: CleanBuf::line(request.hits.catalog.release(index).expect("a release").title().as_str()),
                    hits: index.get(),
                });
                let found =
                    FoundWords { compared: Some(request.compared), words: words.collect(), ..FoundWords::default() };
                self.answers.push(Msg::Words { generation, found });
            }
            Effect::CountWord { generation, request } => {
                let days = Searcher::default().days_with(request.phrase.as_str(), &request.hits, &mut Patient);
                self.answers.push(Msg::WordBars { generation, days: days.expect("nobody cancels") });
            }
            Effect::Timer(_, timer) => self.answers.push(Msg::Timer(timer)),
            _ => {}
        }
    }

    /// Saves the next change, or reports that it cannot yet.
    pub fn save(&mut self, can_save: bool) {
        match self.asked.front() {
            Some(Job::Mark(asked)) if !can_save => {
                return self.send(Msg::MarksNotSaved(asked.ticket, CleanBuf::line("disk full")), false);
            }
            // An edit is not retried.
            Some(Job::Edit(..) | Job::Turn(..)) if !can_save => {}
            None => return,
            Some(_) => {}
        }
        match self.asked.pop_front() {
            Some(Job::Mark(asked)) => self.save_marks(asked),
            Some(Job::Edit(step, edit)) => {
                if !can_save || !self.library.edit(step, &edit) {
                    self.send(Msg::Library(LibraryEvent::NotEdited(step)), false);
                }
                self.show_library();
            }
            Some(Job::Turn(step, direction)) => {
                let extent = can_save.then(|| self.library.turn(step, direction));
                self.send_marks();
                self.send(Msg::Library(LibraryEvent::Turned { step, direction, extent }), false);
                self.show_library();
            }
            Some(Job::Forget(steps)) => self.library.forget(&steps),
            None => {}
        }
    }

    fn save_marks(&mut self, asked: Asked) {
        let Asked { ticket, mark, on, releases, recording } = asked;
        let is_turn = matches!(recording, Recording::Turn(..));
        match recording {
            Recording::New(step, _) => {
                self.library.set(mark, on, &releases);
                self.library.record_marks(step, mark, on, releases);
            }
            Recording::Unrecorded => {
                // Marks that reading sets are no steps of undo.
                self.touched.extend(releases.iter().copied());
                self.library.set(mark, on, &releases);
            }
            Recording::Turn(step, direction) => {
                self.library.turn(step, direction);
                self.library.set(mark, on, &releases);
            }
        }
        self.send(Msg::MarksSaved(ticket), false);
        if is_turn {
            self.send_marks();
        }
    }

    /// Sends all marks: undoing may change those of releases that had left the list when they were marked.
    fn send_marks(&mut self) {
        let catalog = self.catalogs.last().cloned().expect("a catalog");
        let marks = self.marks_in(&catalog, |_| true);
        self.send(Msg::Marks { catalog, marks }, false);
    }

    /// Sends the subscriptions and saved queries, unless a change is pending that is shown already.
    fn show_library(&mut self) {
        if self.asked.iter().any(|job| matches!(job, Job::Edit(..) | Job::Turn(..))) {
            return;
        }
        let Library { sources, queries, .. } = &self.library;
        let (sources, queries) = (sources.values().cloned().collect(), queries.clone());
        self.send(Msg::Library(LibraryEvent::SavedQueries(queries)), false);
        self.send(Msg::Library(LibraryEvent::Sources(sources)), false);
    }

    /// Another program pauses or resumes a subscription.
    pub fn pause_elsewhere(&mut self, number: i64, on: bool) {
        self.touched_sources.insert(number);
        if let Some(source) = self.library.sources.get_mut(&number) {
            source.is_paused = on;
        }
        self.show_library();
    }

    pub fn load(&mut self, more: usize) {
        if self.has_reread {
            return;
        }
        let first = self.loaded;
        self.loaded = (first + more).min(RELEASES);
        for number in first..self.loaded {
            self.builder.push(number as u64, &release(number));
        }
        let catalog = self.builder.publish();
        self.publish(&catalog);
        let marks = self.marks_in(&catalog, |_| true);
        self.send(Msg::Marks { catalog: Arc::clone(&catalog), marks }, false);
        self.send(Msg::Loaded(catalog), false);
    }

    fn publish(&mut self, catalog: &Arc<Catalog>) {
        self.catalogs.push(Arc::clone(catalog));
        let is_gone = |number: &usize| index_of(catalog, *number).is_none();
        self.touched.extend((0..RELEASES).filter(is_gone));
        // A pending change of a release that is removed and returns becomes visible only with the next change.
        if !self.asked.is_empty() || self.app.inbox.is_waiting() {
            self.vanished.extend((0..RELEASES).filter(is_gone));
        }
    }

    fn marks_in(&self, catalog: &Catalog, of: impl Fn(usize) -> bool) -> Vec<MarksOf> {
        let marks = catalog.indices().filter_map(|index| Some((index, number_of(catalog, index)?)));
        let marks = marks.filter(|&(_, number)| of(number)).map(|(release, number)| {
            let (read, starred) = self.library.marks.get(&number).copied().unwrap_or_default();
            MarksOf { release, read, starred }
        });
        marks.collect()
    }

    pub fn reread(&mut self, seed: u32) {
        self.has_reread = true;
        let before = self.catalogs.last().cloned().expect("a catalog");
        let mut order: Vec<usize> = (0..RELEASES).filter(|number| seed >> number & 1 == 1 || number % 4 == 0).collect();
        let turn = seed as usize % order.len();
        order.rotate_left(turn);
        let mut builder = Builder::new();
        for &number in &order {
            builder.push(number as u64, &release(number));
        }
        let catalog = builder.publish();
        let renumbered = before
            .indices()
            .map(|index| number_of(&before, index).and_then(|number| index_of(&catalog, number)))
            .collect();
        // Pending marks of the previous catalog use other indices.
        let stale = self.marks_in(&before, |number| number % 2 == 0);
        let marks = self.marks_in(&catalog, |number| index_of(&before, number).is_none());
        self.publish(&catalog);
        let reread = Reread { catalog: Arc::clone(&catalog), renumbered, marks, ..Reread::default() };
        self.send(Msg::Reread(Box::new(reread)), false);
        self.send(Msg::Marks { catalog: before, marks: stale }, false);
        let marks = self.marks_in(&catalog, |_| true);
        self.send(Msg::Marks { catalog, marks }, false);
    }

    pub fn elsewhere(&mut self, number: usize, on: bool) {
        self.touched.insert(number);
        self.library.marks.entry(number).or_default().0 = on;
        let catalog = self.catalogs.last().cloned().expect("a catalog");
        let marks = self.marks_in(&catalog, |other| other == number);
        self.send(Msg::Marks { catalog, marks }, false);
    }

    pub fn key(&mut self, name: &str) {
        for key in Key::sequence(name).expect("a key") {
            self.send(Msg::Key(KeyEvent::new(key.code, key.modifiers)), true);
        }
    }

    /// Delivers all pending answers.
    pub fn drain(&mut self) {
        while !self.answers.is_empty() || !self.asked.is_empty() {
            for msg in std::mem::take(&mut self.answers) {
                if !matches!(msg, Msg::Timer(_)) {
                    self.send(msg, false);
                }
            }
            self.save(true);
        }
    }
}

/// Returns a copy of a message.
pub(super) fn copy(msg: &Msg) -> Msg {
    match msg {
        Msg::Page { generation, first } => Msg::Page { generation: *generation, first: Arc::clone(first) },
        Msg::Found { generation, hits, .. } => Msg::Found { generation: *generation, hits: hits.clone() },
        Msg::Counted { generation, counts } => Msg::Counted { generation: *generation, counts: counts.clone() },
        Msg::Similar { generation, found } => Msg::Similar { generation: *generation, found: found.clone() },
        Msg::Words { generation, found } => Msg::Words { generation: *generation, found: found.clone() },
        Msg::WordBars { generation, days } => Msg::WordBars { generation: *generation, days: days.clone() },
        Msg::Timer(timer) => Msg::Timer(*timer),
        _ => Msg::info(CleanBuf::default()),
    }
}
