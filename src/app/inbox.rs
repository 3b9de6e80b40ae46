//! What waits for the answer to the query: an action on the list means the list of the query in the prompt, not the one
//! that stands there until the answer comes.
//!
//! While an action waits, all that comes in behind it waits too, in order: it then acts on the catalog and the marks of
//! the moment in which it was asked for, and so do the keys after it. Answers go first, and what gives the waiting up.

use std::collections::VecDeque;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseEventKind};

use super::library::LibraryEvent;
use super::popup::form::Purpose;
use super::search::Listed;
use super::{App, Effect, Msg};
use crate::keymap::{Action, Key, Lookup, Scope};

/// What came in and is not done yet.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    /// The action that waits, with the scope in which it was asked for and its key.
    waits: Option<(Scope, Action, Key)>,
    behind: VecDeque<Msg>,
}

impl Inbox {
    /// Whether an action waits for an answer.
    pub fn is_waiting(&self) -> bool {
        self.waits.is_some()
    }

    /// How many keys wait.
    pub fn keys(&self) -> usize {
        usize::from(self.waits.is_some()) + self.behind.iter().filter(|msg| matches!(msg, Msg::Key(_))).count()
    }
}

#[cfg(test)]
impl Inbox {
    /// The action that is done next.
    pub fn next_action(&self) -> Option<Action> {
        self.waits.map(|(_, action, _)| action)
    }

    /// The key that is taken next.
    pub fn next_key(&self) -> Option<KeyEvent> {
        match self.behind.front() {
            Some(Msg::Key(event)) if self.waits.is_none() => Some(*event),
            _ => None,
        }
    }
}

/// How much of the answer to the query an action needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    /// Nothing: it asks for another query, or has no part in the list.
    Nothing,
    /// The selected release.
    Selected,
    /// All that is listed, or its counts.
    All,
}

/// Actions of the panes that ask for another query, or have no part in the list.
const FREE: &[Action] = {
    use Action as A;
    &[
        A::Quit,
        A::Back,
        A::Cancel,
        A::Suspend,
        A::Redraw,
        A::Help,
        A::Problems,
        A::Palette,
        A::PaletteRun,
        A::Search,
        A::ClearAll,
        A::DropChip,
        A::DropNthChip,
        A::ShowAll,
        A::ShowUnread,
        A::ShowStarred,
        A::Sort,
        A::PreviousTopic,
        A::NextTopic,
        A::ToggleValue,
        A::ExcludeValue,
        A::OrderValues,
        A::Topics,
        A::Places,
        A::FindValue,
        A::Undo,
        A::Redo,
        A::SaveQuery,
        A::SavedQueries,
        A::Sync,
        A::Subscribe,
        A::Sources,
        A::Timeline,
        A::Zen,
        A::Open,
        A::Larger,
        A::Smaller,
        A::NextDensity,
        A::NextTheme,
        A::NextStacking,
        A::ToggleFilter,
        A::ToggleReading,
        A::ToggleTimeline,
        A::PaneLeft,
        A::PaneRight,
        A::PaneNext,
        A::PanePrevious,
    ]
};

/// How much of the answer to the query an action needs. Any action of the panes that is not named waits for all of it.
fn need(scope: Scope, action: Action) -> Need {
    use Action as A;
    match (scope, action) {
        (Scope::TypeAhead, A::ValueTake | A::ValueTakeMore | A::Down | A::Up) | (Scope::Form, A::FormDone) => Need::All,
        (Scope::Prompt | Scope::List | Scope::Detail, A::Down | A::Up) => Need::Selected,
        (Scope::Panes | Scope::Filter | Scope::List | Scope::Detail | Scope::Timeline, _) => match action {
            _ if FREE.contains(&action) => Need::Nothing,
            A::SameTopic
            | A::ToggleRead
            | A::ToggleStar
            | A::Browser
            | A::CopyLink
            | A::CopyText
            | A::FetchPage
            | A::Follow
            | A::FindInText
            | A::DetailDown
            | A::DetailUp => Need::Selected,
            _ => Need::All,
        },
        _ => Need::Nothing,
    }
}

/// Whether a message goes before what waits: it answers, or has no part in what is listed.
fn is_urgent(msg: &Msg) -> bool {
    matches!(
        msg,
        Msg::Page { .. }
            | Msg::Found { .. }
            | Msg::SearchFailed { .. }
            | Msg::Resize { .. }
            | Msg::Light(_)
            | Msg::Themes(..)
            | Msg::Notice(_)
            | Msg::Failed(_)
            | Msg::Succeeded(..)
            | Msg::Library(LibraryEvent::Sources(_) | LibraryEvent::SavedQueries(_) | LibraryEvent::Sync(_))
            | Msg::InternalError(_)
    )
}

impl App {
    /// Does an action, or has it wait for the list that it means.
    pub(super) fn act_in_turn(&mut self, scope: Scope, action: Action, key: Key) {
        if self.is_answered(scope, action) {
            self.act(scope, action, key);
        } else {
            self.inbox.waits = Some((scope, action, key));
        }
    }

    /// Whether what an action needs of the list is there.
    fn is_answered(&self, scope: Scope, action: Action) -> bool {
        let need = need(scope, action);
        match self.search.listed {
            Listed::All => true,
            Listed::Page if need == Need::Selected && self.selection.is_empty() => {
                action != Action::Down || scope == Scope::Detail || self.list.cursor + 1 < self.hits.order.len()
            }
            Listed::Page | Listed::Nothing => need == Need::Nothing || !self.is_of_list(scope),
        }
    }

    /// Whether what is done in a scope has a part in the list: of the forms those that give releases out.
    fn is_of_list(&self, scope: Scope) -> bool {
        let purpose = self.popups.form.as_ref().map(|form| &form.purpose);
        scope != Scope::Form || matches!(purpose, Some(Purpose::Export | Purpose::Pipe))
    }

    /// Takes a message, or puts it behind what waits.
    pub(super) fn receive(&mut self, msg: Msg) {
        match msg {
            msg if !self.inbox.is_waiting() || is_urgent(&msg) => self.handle(msg),
            Msg::Key(event) if self.gives_up(event) => {
                let dropped = self.inbox.waits.and_then(|(scope, action, _)| action.info(scope));
                self.give_up_waiting();
                self.notice = dropped.map(|info| format!("cancelled: {}", info.help));
            }
            Msg::Key(event) if self.quits_at_once(event) => self.outbox.push(Effect::Quit),
            // The mouse points at what is on the screen now, which is about to be something else.
            Msg::Mouse(event) if !matches!(event.kind, MouseEventKind::Up(_)) => {}
            Msg::DoubleClick { .. } => {}
            msg => self.inbox.behind.push_back(msg),
        }
        self.settle();
    }

    /// Does the next of what waited; false where there is nothing, or what it needs is still not there.
    pub(super) fn step_inbox(&mut self) -> bool {
        match self.inbox.waits {
            Some((scope, action, _)) if !self.is_answered(scope, action) => return false,
            Some((scope, action, key)) => {
                self.inbox.waits = None;
                self.act(scope, action, key);
            }
            None => match self.inbox.behind.pop_front() {
                Some(msg) => self.handle(msg),
                None => return false,
            },
        }
        self.settle();
        true
    }

    /// Whether a key gives up what waits: Esc, or what cancels in the panes.
    fn gives_up(&self, event: KeyEvent) -> bool {
        let means = self.settings.keymap.lookup(Scope::Panes, &[Key::from(event)]);
        event.kind != KeyEventKind::Release && (event.code == KeyCode::Esc || means == Lookup::Action(Action::Cancel))
    }

    /// Whether a key ends the program whatever waits: Ctrl-C, or to quit for the second time.
    fn quits_at_once(&self, event: KeyEvent) -> bool {
        let quits = |event: KeyEvent| {
            let means = self.settings.keymap.lookup(Scope::Panes, &[Key::from(event)]);
            event.kind != KeyEventKind::Release && means == Lookup::Action(Action::Quit)
        };
        let is_second = || self.inbox.behind.iter().any(|msg| matches!(msg, Msg::Key(event) if quits(*event)));
        let is_interrupt = event.code == KeyCode::Char('c') && event.modifiers == KeyModifiers::CONTROL;
        quits(event) && (is_interrupt || is_second())
    }

    /// Drops the keys that wait. What came in otherwise is taken all the same.
    pub(super) fn give_up_waiting(&mut self) {
        self.inbox.waits = None;
        self.inbox.behind.retain(|msg| !matches!(msg, Msg::Key(_) | Msg::Paste(_)));
    }
}

#[cfg(test)]
mod tests {
    use crate::app::failures::Cause;
    use crate::app::library::LibraryCommand;
    use crate::app::tests::TestApp;
    use crate::app::{App, Effect, Mark, Msg, Pane};
    use crate::catalog::tests::catalog;
    use crate::text::CleanBuf;

    /// A reader whose searches wait to be answered, after some keys.
    fn waiting(keys: &str) -> TestApp {
        let mut reader = TestApp::new(150, 40);
        reader.holds_searches = true;
        reader.keys(keys);
        reader
    }

    fn read(app: &App) -> Vec<String> {
        let title = |release| app.catalog.release(release).map(|release| release.title().to_string());
        app.marks.set_of(Mark::Read).iter().filter_map(title).collect()
    }

    #[test]
    fn actions_mean_the_list_of_the_query_in_the_prompt() {
        // The same keys with the answers at once, and with the answer behind all keys.
        let table = [
            "/ \"fair\" Enter A",
            "/ \"fair\" Enter m",
            "/ \"fair\" Enter s",
            "/ \"fair\" Enter j m",
            "/ \"fair\" Enter G m",
            "/ \"fair\" C-n Enter m",
            "/ \"fair\" Enter V j m",
            "/ \"fair\" Enter v v m u",
            "/ \"fair\" Enter A u",
            "/ \"fair\" Enter @",
            "/ \"fair\" Enter 1",
            "j j / \"fair\" Enter @ A",
            "/ \"fair\" Enter n m",
            "/ \"fair\" Enter _",
            "/ \"fair\" Enter e Tab C-u \"listed\" Enter",
            "t \"mig\" Enter A",
            "gu m A u",
            ",s m j m",
        ];
        for keys in table {
            let mut at_once = TestApp::new(150, 40);
            at_once.keys(keys);
            let mut late = waiting(keys);
            while late.app.search.is_running() {
                late.answer();
            }
            assert_eq!((late.title(), late.query()), (at_once.title(), at_once.query()), "{keys}");
            assert_eq!(late.app.hits.order, at_once.app.hits.order, "{keys}");
            for mark in [Mark::Read, Mark::Starred] {
                assert_eq!(late.app.marks.set_of(mark), at_once.app.marks.set_of(mark), "{keys}");
            }
        }
    }

    #[test]
    fn nothing_is_done_before_the_answer_is_complete() {
        let mut reader = waiting("/ \"fair\" Enter A");
        assert_eq!(read(&reader.app), Vec::<String>::new());
        reader.page(1);
        assert_eq!((reader.title().as_str(), read(&reader.app)), ("ASEAN forum", vec![]), "a page is not all");
        reader.answer();
        assert_eq!(read(&reader.app), ["ASEAN forum", "Digital migration"]);
    }

    #[test]
    fn within_a_first_page_one_moves_and_marks_what_one_sees() {
        let mut reader = waiting("/ \"a\" Enter");
        reader.page(3);
        reader.keys("j m");
        assert_eq!(read(&reader.app).len(), 1);
        let title = reader.title();
        reader.keys("j j j");
        assert!(reader.app.inbox.is_waiting(), "past its end one waits for the rest");
        reader.answer();
        assert!(!reader.app.inbox.is_waiting() && reader.title() != title);
    }

    #[test]
    fn a_release_that_came_in_later_is_not_marked() {
        let mut reader = waiting("/ \"fair\" Enter A");
        let before = reader.app.catalog.clone();
        let more = catalog(&[("Fair news", "fair", "News", "", (2020, 1, 1))]);
        reader.send(Msg::Loaded(more.clone()));
        assert!(std::sync::Arc::ptr_eq(&reader.app.catalog, &before), "it waits behind the key");
        reader.answer();
        assert!(std::sync::Arc::ptr_eq(&reader.app.catalog, &more), "and comes after it");
        assert!(reader.effects.is_empty() && reader.app.marks.count(Mark::Read) == 2);
    }

    #[test]
    fn escape_drops_what_waits_and_nothing_else() {
        let mut reader = waiting("/ \"fair\" Enter A / \"tea\"");
        reader.send(Msg::Library(crate::app::library::LibraryEvent::SavedQueries(Vec::new())));
        reader.keys("Esc");
        assert_eq!((reader.note(), reader.query().as_str()), ("cancelled: mark all listed releases read", "fair"));
        reader.answer();
        assert_eq!((read(&reader.app).len(), reader.app.search.prompt.is_none()), (0, true));
        assert_eq!(reader.orders(), Vec::<LibraryCommand>::new());
        reader.keys("A");
        assert_eq!(read(&reader.app).len(), 2, "the list is there now");
    }

    #[test]
    fn another_query_waits_behind_the_keys_before_it() {
        let mut reader = waiting("/ \"fair\" Enter A / C-u \"tea\" Enter");
        assert_eq!(reader.query(), "fair");
        reader.answer();
        assert_eq!((read(&reader.app).len(), reader.query().as_str()), (2, "tea"));
        // Without a key that waits, what is typed replaces what was asked for before.
        let mut reader = waiting("/ \"fair\" Enter / C-u \"tea\" Enter");
        assert_eq!(reader.query(), "tea");
        reader.answer();
        assert_eq!(reader.title(), "Tea plantations");
    }

    #[test]
    fn quitting_waits_once_and_an_interrupt_never() {
        let quits = |reader: &TestApp| reader.effects.iter().any(|effect| matches!(effect, Effect::Quit));
        let mut reader = waiting("/ \"fair\" Enter A Q");
        assert!(!quits(&reader));
        reader.answer();
        assert!(quits(&reader) && read(&reader.app).len() == 2, "what was asked for is done before");
        assert!(quits(&waiting("/ \"fair\" Enter A Q Q")), "who asks twice does not wait");
        assert!(quits(&waiting("/ \"fair\" Enter A C-c")));
    }

    #[test]
    fn a_search_that_breaks_lists_nothing_and_drops_what_waits() {
        let mut reader = waiting("/ \"fair\" Enter A");
        let (generation, _) = reader.searches[reader.searches.len() - 1];
        reader.send(Msg::SearchFailed { generation, reason: CleanBuf::line("the search broke") });
        assert_eq!((reader.app.hits.order.len(), read(&reader.app).len()), (0, 0));
        assert_eq!(reader.app.failures.unread().map(|(failure, _)| failure.cause), Some(Cause::Defect));
        reader.keys("A j m 0 A");
        assert_eq!(read(&reader.app).len(), 7, "the next query is answered");
    }

    #[test]
    fn a_mark_leaves_the_cursor_where_it_was_taken_to() {
        let mut reader = TestApp::new(150, 40);
        reader.keys("j / Esc j j j m");
        assert_eq!((reader.title().as_str(), reader.app.list.cursor), ("Digital migration", 4));
    }

    #[test]
    fn a_first_page_that_ends_before_the_selected_release_is_not_shown() {
        let mut reader = waiting(",s");
        reader.answer();
        reader.keys(",s ,s");
        reader.answer();
        reader.keys("gu");
        reader.answer();
        reader.keys("G k / \"round\"");
        reader.answer();
        assert_eq!(reader.title(), "Round table");
        reader.keys("Esc");
        reader.page(2);
        assert_eq!(reader.title(), "Round table", "what is to be selected lies further down");
        reader.answer();
        assert_eq!(reader.title(), "Social protection");
    }

    #[test]
    fn the_cursor_goes_back_to_a_place_below_the_first_page() {
        let mut reader = waiting("gu");
        reader.answer();
        reader.keys("j j j j");
        let session = reader.app.session();
        let mut again = TestApp::new(150, 40);
        again.holds_searches = true;
        again.app.restore(session);
        again.send(Msg::SessionPosition(4));
        again.page(2);
        again.answer();
        assert_eq!(again.title(), "Digital migration");
    }

    #[test]
    fn what_comes_in_takes_nothing_from_who_is_busy_with_a_release() {
        for (keys, is_kept) in [
            ("", false),
            ("h", false),
            ("g/ \"qu\"", true),
            ("g/ \"round\" Enter", true),
            ("Enter", true),
            ("z", true),
            ("?", true),
            ("!", true),
            (":", true),
            ("e", true),
            ("/", true),
            ("t", true),
            ("V", true),
        ] {
            let mut reader = TestApp::new(150, 40);
            reader.keys(if keys.is_empty() { "j k" } else { keys });
            let (scope, focus) = (reader.app.scope(), reader.app.focus);
            let rows = [("Brand new", "Round table")]
                .map(|(new, old)| [(new, "", "", "", (2020, 1, 1)), (old, "", "", "", (2018, 11, 6))]);
            let moved = vec![1, super::super::tests::GONE, 1, 1, 1, 1, 1];
            reader.send(Msg::Reread(Box::new(crate::app::Reread {
                catalog: catalog(&rows[0]),
                renumbered: moved,
                ..Default::default()
            })));
            let expected = if is_kept { "Round table" } else { "Brand new" };
            assert_eq!((reader.title().as_str(), reader.app.scope()), (expected, scope), "{keys}");
            assert!(focus != Pane::Timeline);
        }
    }
}
