//! Tables of keys and their results.

mod delays;
mod messages;
mod prompt;

use std::collections::VecDeque;
use std::sync::Arc;

use crossterm::event::{KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::library::{LibraryCommand, SavedQuery};
use super::popup::help::Help;
use super::popup::problem_list::ProblemList;
use super::{App, Effect, Generation, Mark, Msg, Pane, Prompt, Timer};
use crate::catalog::ReleaseIndex;
use crate::catalog::tests::catalog;
use crate::keymap::{Action, Key, Scope};
use crate::library::Edit;
use crate::query::{Hits, Patient, Request, Searcher, count};

pub(super) fn saved(name: &str, query: &str) -> SavedQuery {
    SavedQuery::new(name, query)
}

/// The new indices of `releases` releases after a reload, given as pairs of old and new; the others are gone.
pub(super) fn renumbered(releases: usize, now: &[(usize, u32)]) -> Vec<Option<ReleaseIndex>> {
    let mut renumbered = vec![None; releases];
    for &(old, new) in now {
        renumbered[old] = Some(new.into());
    }
    renumbered
}

pub(super) fn mouse(reader: &mut TestApp, kind: MouseEventKind, column: u16, row: u16) {
    reader.send(Msg::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
}

pub(super) fn click(reader: &mut TestApp, column: u16, row: u16) {
    mouse(reader, MouseEventKind::Down(MouseButton::Left), column, row);
    mouse(reader, MouseEventKind::Up(MouseButton::Left), column, row);
}

/// An app with seven releases whose searches are answered at once.
#[derive(Default)]
pub(super) struct TestApp {
    pub(super) app: App,
    pub(super) effects: Vec<Effect>,
    /// Leaves changes of marks unsaved.
    pub(super) holds_marks: bool,
    /// Collects searches instead of answering them.
    pub(super) holds_searches: bool,
    pub(super) searches: Vec<(Generation, Request)>,
    /// The generation of the pending request for similar releases.
    similar: Option<Generation>,
}

impl TestApp {
    pub(super) fn new(columns: u16, rows: u16) -> Self {
        let mut reader = Self { app: App::new(columns, rows), ..Self::default() };
        let long = "A long text. ".repeat(200);
        reader.send(Msg::Loaded(catalog(&[
            ("Round table", "joint statement", "Multilateral", "Beijing", (2018, 11, 6)),
            ("China partners", "South-South", "News", "Beijing", (2018, 11, 6)),
            ("Tea plantations", &long, "News", "", (2018, 11, 4)),
            ("ASEAN forum", "fair migration", "Migration", "", (2018, 11, 2)),
            ("Digital migration", "fair", "Migration", "Singapore", (2018, 10, 31)),
            ("Social protection", "four billion", "Protection", "", (2017, 10, 25)),
            ("Undated", "", "", "", (0, 0, 0)),
        ])));
        reader.send(Msg::LoadDone);
        reader
    }

    pub(super) fn send(&mut self, msg: Msg) {
        let mut waiting = VecDeque::from([msg]);
        while let Some(msg) = waiting.pop_front() {
            for effect in self.app.update(msg) {
                match effect {
                    Effect::Search { generation, request } if self.holds_searches => {
                        self.searches.push((generation, request));
                    }
                    Effect::Search { generation, request } => {
                        let hits = Searcher::default().search(&request, &mut Patient).expect("nobody cancels");
                        waiting.push_back(Msg::Found { generation, hits });
                    }
                    Effect::Mark { ticket, .. } if !self.holds_marks => waiting.push_back(Msg::MarksSaved(ticket)),
                    Effect::CountQueries { generation, requests } => {
                        let counts =
                            requests.iter().map(|request| count(request, &mut Patient).expect("nobody cancels"));
                        waiting.push_back(Msg::Counted { generation, counts: counts.collect() });
                    }
                    Effect::Timer(_, Timer::Similar(generation)) => self.similar = Some(generation),
                    effect => self.effects.push(effect),
                }
            }
        }
    }

    /// Sends the complete result of the newest search.
    pub(super) fn answer(&mut self) {
        let (generation, hits) = self.found();
        self.send(Msg::Found { generation, hits });
    }

    /// Sends the first page of the newest search.
    pub(super) fn page(&mut self, count: usize) {
        let (generation, hits) = self.found();
        self.send(Msg::Page { generation, first: hits.order[..count].into() });
    }

    fn found(&self) -> (Generation, Hits) {
        let (generation, request) = self.searches.last().expect("a search");
        (*generation, Searcher::default().search(request, &mut Patient).expect("nobody cancels"))
    }

    /// Presses keys separated by blanks; `"..."` is typed letter by letter.
    pub(super) fn keys(&mut self, keys: &str) -> &mut Self {
        for word in keys.split(' ') {
            let typed = word.strip_prefix('"').and_then(|word| word.strip_suffix('"'));
            let names: Vec<String> =
                typed.map_or_else(|| vec![word.to_owned()], |text| text.chars().map(String::from).collect());
            for name in names {
                let name = if name == "_" { "Space".to_owned() } else { name };
                for key in Key::sequence(&name).expect("a key") {
                    self.send(Msg::Key(KeyEvent::new(key.code, key.modifiers)));
                }
            }
        }
        self
    }

    /// Returns the commands sent to the library since the last call.
    pub(super) fn commands(&mut self) -> Vec<LibraryCommand> {
        let commands = self.effects.iter().filter_map(|effect| match effect {
            Effect::Library(order) => Some(order.clone()),
            _ => None,
        });
        let commands = commands.collect();
        self.effects.retain(|effect| !matches!(effect, Effect::Library(_)));
        commands
    }

    /// Returns the edits sent to the library since the last call, each with its description.
    pub(super) fn edits(&mut self) -> Vec<(Edit, String)> {
        let edit = |command| match command {
            LibraryCommand::Edit { edit, what, .. } => (edit, what),
            other => panic!("no edit: {other:?}"),
        };
        self.commands().into_iter().map(edit).collect()
    }

    /// Lets the delay before requesting similar releases pass. Returns the generation of the request.
    pub(super) fn wait_for_similar(&mut self) -> Option<Generation> {
        let generation = self.similar.take()?;
        self.send(Msg::Timer(Timer::Similar(generation)));
        Some(generation)
    }

    pub(super) fn title(&self) -> String {
        self.app.selected_release().map_or_else(String::new, |release| release.title().as_str().to_owned())
    }

    pub(super) fn query(&self) -> String {
        self.app.query.to_string()
    }

    pub(super) fn note(&self) -> &str {
        self.app.notices.info().map_or("", |text| text.as_str())
    }
}

#[test]
fn keys_change_the_query() {
    let table = [
        ("/ \"fair\"", "fair"),
        ("/ \"fair\" Esc", ""),
        ("/ \"fair\" Enter", "fair"),
        ("/ \"fair\" Enter / \"tea\" Esc", "fair"),
        ("/ \"fair_-digital\" Enter", "fair -digital"),
        ("t \"mig\" Enter", "topic:Migration"),
        ("t \"mig\" Tab \"new\" Enter", "topic:Migration,News"),
        ("t \"mig\" Tab Enter", "topic:Migration"),
        ("t \"mig\" Tab \"new\" Tab Enter", "topic:Migration,News"),
        ("t \"mig\" Tab Down Enter", "topic:Migration,News"),
        ("t \"mig\" Tab Tab Enter", ""),
        ("t \"mig\" Esc", ""),
        ("p \"sing\" Enter", "place:Singapore"),
        ("t \"mig\" Enter p \"sing\" Enter", "topic:Migration place:Singapore"),
        ("@", "topic:Multilateral"),
        ("@ @", ""),
        ("1", "topic:Migration"),
        ("1 2", "topic:Migration,News"),
        ("1 2 1", "topic:News"),
        ("1 0", ""),
        ("/ \"fair\" Enter 1 BS", "fair"),
        ("/ \"fair\" Enter 1 BS BS", ""),
        ("/ \"fair\" Enter 1 Esc", "topic:Migration"),
        ("]", "topic:Migration"),
        ("] ]", "topic:News"),
        ("] [", ""),
        ("[", "topic:Protection"),
        ("[ ]", ""),
        ("h j Space", "is:unread"),
        ("h j j j Space", "topic:Migration"),
        ("h j j j j Enter", "topic:News"),
        ("h j j j -", "-topic:Migration"),
        ("h j j j - -", ""),
        ("h j j j - Space", "topic:Migration"),
        ("h G Space", "place:\"\""),
        ("h G k k k Space", "date:\"\""),
        ("gu", "is:unread"),
        ("gu gs", "is:starred"),
        ("gu ga", ""),
        ("1 2 u", "topic:Migration"),
        ("1 p \"sing\" Enter M-1", "place:Singapore"),
        ("1 p \"sing\" Enter M-2", "topic:Migration"),
        ("1 M-2", "topic:Migration"),
        ("1 2 u u C-r", "topic:Migration"),
        ("/ \"fair\" Enter 0 u", "fair"),
        ("/ \"to\" Tab \"mig\" Tab Enter", "topic:Migration"),
        ("/ \"topic:\" Down Down Enter Enter", "topic:News"),
        ("/ \"topic:\" Up Enter Enter", "topic:Protection"),
        ("/ \"place:sing\" Tab \"_fair\" Enter", "place:Singapore fair"),
        ("/ \"tea\" Enter / C-u \"fair\" Enter / C-u Up Enter", "fair"),
        ("/ \"tea\" Enter / C-u \"fair\" Enter / C-u Up Up Enter", "tea"),
        ("/ \"tea\" Enter / C-u Up Down Enter", ""),
        ("/ \"is:un\" Tab Enter", "is:unread"),
        ("/ \"date:7\" Tab Enter", "date:7d"),
        ("/ \"topic:news_tea\" Enter", "topic:news tea"),
        ("/ \"tea\" C-w \"fair\" C-u", ""),
        ("/ \"te\" Left \"x\" Enter", "txe"),
    ];
    for (keys, expected) in table {
        let mut reader = TestApp::new(150, 40);
        reader.keys(keys);
        assert_eq!(reader.query(), expected, "{keys}");
    }
}

#[test]
fn keys_select_a_release() {
    let table = [
        ("j j", "Tea plantations"),
        ("j j k", "China partners"),
        ("G", "Undated"),
        ("G gg", "Round table"),
        ("C-f", "Undated"),
        ("Tab Tab Tab j", "China partners"),
        ("j j j / \"fair\" Enter", "ASEAN forum"),
        ("j j j j / \"fair\" Enter 0", "Digital migration"),
        ("j j / \"fair\"", "ASEAN forum"),
        ("j j / \"fair\" Esc", "Tea plantations"),
        ("/ \"fair\" Esc", "Round table"),
        ("m n", "China partners"),
        ("j m k n", "Tea plantations"),
        ("G N", "Social protection"),
        ("_", "China partners"),
        ("j j Enter _", "Tea plantations"),
        ("/ \"fair\" C-n Enter", "Digital migration"),
        ("/ \"fair\" Enter n", "Digital migration"),
        (",s", "Round table"),
        (",s gg", "Social protection"),
        ("j j ,s", "Tea plantations"),
        (",s ,s gg", "ASEAN forum"),
        ("gu m j", "China partners"),
    ];
    for (keys, expected) in table {
        let mut reader = TestApp::new(150, 40);
        reader.keys(keys);
        assert_eq!(reader.title(), expected, "{keys}");
    }
}

#[test]
fn a_feed_without_dates_has_no_date_headings() {
    let mut reader = TestApp::new(150, 40);
    for (year, is_dated) in [(0, false), (2018, true)] {
        reader.send(Msg::Loaded(catalog(&[("One", "", "", "", (0, 0, 0)), ("Two", "", "", "", (year, 1, 1))])));
        reader.keys("G gg");
        let app = &reader.app;
        assert_eq!(app.list_view(&app.layout()).is_grouped, is_dated);
        let kinds = app.detail.page.lines().iter().map(|line| line.kind);
        assert_eq!(kinds.filter(|kind| *kind == crate::typeset::Kind::Meta).count(), usize::from(is_dated));
    }
}

#[test]
fn marks_are_reported_and_undone() {
    let mut reader = TestApp::new(150, 40);
    assert_eq!(reader.app.unread(), 7);
    reader.keys("1 A");
    assert_eq!((reader.note(), reader.app.unread()), ("2 marked read, u to undo", 5));
    reader.keys("u");
    assert_eq!((reader.note(), reader.app.unread()), ("undone: 2 marked read", 7));
    reader.keys("C-r 0 s");
    assert_eq!((reader.note(), reader.app.unread()), ("starred", 5));
    reader.keys("u");
    assert_eq!(reader.note(), "undone: starred ASEAN forum");
    reader.keys("u");
    assert_eq!(reader.note(), "back to topic:Migration");
    reader.keys("u u");
    assert_eq!((reader.note(), reader.app.unread()), ("back to all releases", 7));
    reader.keys("u");
    assert_eq!(reader.note(), "nothing to undo");
    reader.keys("j");
    assert_eq!(reader.note(), "", "a notice lasts until the next key");
}

#[test]
fn space_pages_down_and_shift_space_up() {
    let mut reader = TestApp::new(150, 40);
    reader.keys("j j Enter _");
    let paged = reader.app.detail.scroll;
    assert!(paged > 0);
    reader.keys("C-Space");
    assert_eq!((reader.app.detail.scroll, reader.title().as_str()), (0, "Tea plantations"));
    reader.keys("S-Space");
    assert_eq!(reader.title(), "China partners");
}

#[test]
fn a_release_shown_for_a_second_is_marked_read() {
    let mut reader = TestApp::new(150, 40);
    reader.keys("Enter");
    let timer = |reader: &TestApp| match reader.effects.last() {
        Some(Effect::Timer(_, Timer::Read(number))) => *number,
        other => panic!("{other:?}"),
    };
    let first = timer(&reader);
    reader.keys("n");
    reader.send(Msg::Timer(Timer::Read(first)));
    assert_eq!(reader.app.unread(), 7, "it is no longer shown");
    let second = timer(&reader);
    reader.send(Msg::Timer(Timer::Read(second)));
    assert!(reader.app.marks.has(Mark::Read, 1.into()));
    reader.keys("n");
    let third = timer(&reader);
    reader.keys("m m");
    reader.send(Msg::Timer(Timer::Read(third)));
    assert!(!reader.app.marks.has(Mark::Read, 2.into()), "a mark cleared by hand is not set again");
}

#[test]
fn reloading_while_reading_marks_only_the_release_being_read() {
    let mut reader = TestApp::new(150, 40);
    reader.keys("j Enter");
    let Some(Effect::Timer(_, Timer::Read(number))) = reader.effects.last().cloned() else { panic!("a timer") };
    let rows: Vec<_> =
        ["Brand new", "Round table", "China partners"].map(|title| (title, "", "News", "", (2018, 11, 6))).to_vec();
    let (catalog, moved) = (catalog(&rows), renumbered(7, &[(0, 1), (1, 2)]));
    reader.send(Msg::Reread(Box::new(crate::app::Reread { catalog, renumbered: moved, ..Default::default() })));
    assert_eq!(reader.title(), "China partners");
    reader.send(Msg::Timer(Timer::Read(number)));
    assert_eq!(reader.app.marks.set_of(Mark::Read).iter().collect::<Vec<_>>(), [2]);
}

#[test]
fn going_back_finally_quits_and_escape_does_not() {
    for (keys, quits) in
        [("q", true), ("Enter q", false), ("Enter q q", true), ("z q", false), ("Q", true), ("h q q", true)]
    {
        let mut reader = TestApp::new(150, 40);
        reader.keys(keys);
        let has_quit = reader.effects.iter().any(|effect| matches!(effect, Effect::Quit));
        assert_eq!(has_quit, quits, "{keys}");
    }
    let mut reader = TestApp::new(150, 40);
    reader.keys("z Esc Enter Esc Esc Esc ? Esc / Esc t Esc Esc");
    assert!(!reader.effects.iter().any(|effect| matches!(effect, Effect::Quit)));
    assert_eq!((reader.app.focus, reader.app.zen), (Pane::List, false));
}

#[test]
fn an_invalid_query_keeps_the_previous_hits() {
    let mut reader = TestApp::new(150, 40);
    reader.keys("/ \"fair\"");
    reader.send(Msg::Paste(" \"open".to_owned()));
    let error = reader.app.search.error.clone().expect("an error");
    assert_eq!((reader.app.hits.order.len(), error.span), (2, 5..10));
    reader.keys("Enter");
    assert_eq!((reader.query().as_str(), reader.app.search.error.is_none()), ("fair", true));
    assert!(reader.note().starts_with("left out \"open: "), "{}", reader.note());
}

#[test]
fn an_outdated_result_is_dropped() {
    let mut reader = TestApp::new(150, 40);
    let old = reader.app.hits.clone();
    reader.keys("/ \"fair\" Enter");
    reader.send(Msg::Found { generation: Generation::default(), hits: old });
    assert_eq!(reader.app.hits.order.len(), 2);
}

#[test]
fn loading_more_releases_keeps_the_selection() {
    let mut reader = TestApp::new(150, 40);
    reader.keys("j j j");
    let more = catalog(&[("Newest", "", "", "", (2020, 1, 1)), ("a", "", "", "", (2019, 1, 1))]);
    let before = Arc::clone(&reader.app.catalog);
    reader.send(Msg::Loaded(before));
    assert_eq!(reader.title(), "ASEAN forum");
    reader.send(Msg::Loaded(more));
    assert!(reader.app.selected().is_some());
}

#[test]
fn dialogs_scroll_to_their_last_page_and_close() {
    let mut reader = TestApp::new(80, 24);
    reader.keys("?");
    assert_eq!(reader.app.scope(), Scope::Help);
    reader.keys("End Up");
    let scroll = reader.app.popups.find::<Help>().map_or(0, |help| help.scroll);
    reader.keys("Down Down Down");
    assert_eq!(reader.app.popups.find::<Help>().map(|help| help.scroll), Some(scroll + 1));
    reader.keys("Esc");
    assert!(!reader.app.popups.is_open() && reader.effects.is_empty());
    reader.keys("!");
    assert!(reader.app.popups.find::<ProblemList>().is_some());
}

#[test]
fn loading_nothing_ends_the_reader() {
    let mut app = App::new(80, 24);
    let refused = Msg::Refused(crate::text::CleanBuf::line("x.json"), crate::text::CleanBuf::line("not a feed"));
    assert!(app.update(refused).is_empty());
    assert!(matches!(*app.update(Msg::LoadDone), [Effect::Quit]));
}

#[test]
fn pending_keys_are_dropped_or_typed() {
    let mut reader = TestApp::new(150, 40);
    // Esc only drops the pending keys; so does a key that cannot follow.
    reader.keys("j g Esc");
    assert!(reader.app.pending.is_empty() && reader.title() == "China partners");
    reader.keys("gu");
    assert_eq!(reader.query(), "is:unread");
    reader.keys("g Esc g x");
    assert_eq!((reader.query().as_str(), reader.note()), ("is:unread", ""));
    // In a text field, a key that begins a sequence is typed once the sequence cannot be completed.
    let keys = |text: &str| vec![Key::sequence(text).expect("keys")];
    let mut settings = reader.app.settings.clone();
    settings.keymap.bind(Scope::Prompt, Action::PromptCancel, &keys("jk"));
    reader.send(Msg::Settings(Box::new(settings)));
    reader.keys("0 / t j a");
    assert_eq!(reader.app.search.prompt.as_ref().map(Prompt::text), Some("tja"));
    reader.keys("C-u t j j BS");
    assert_eq!(reader.app.search.prompt.as_ref().map(Prompt::text), Some("tj"), "the second j begins a new sequence");
    reader.keys("j Enter");
    assert_eq!((reader.query().as_str(), reader.app.scope()), ("tjj", Scope::List));
    reader.keys("/ C-u t j k");
    assert_eq!(reader.query(), "tjj");
    // A changed binding does not complete a sequence begun under the old ones.
    reader.keys("g");
    reader.send(Msg::Settings(Box::default()));
    assert!(reader.app.pending.is_empty());
}
