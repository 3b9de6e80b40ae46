//! The queue of input that arrives while a search runs. An action on the list applies to the list of the current query,
//! not to the old list on the screen.
//!
//! While an action waits for the search, all later messages wait behind it, in order. They then see the same catalog
//! and marks as if the search had answered at once. Search results and cancelling bypass the queue.
//!
//! What is typed while the export form waits for its file waits as well. It is meant for the list, and reaches it once
//! the form has closed. If the form stays open because it has a question or an error, it is dropped: it must not answer
//! what the user has not seen.

mod need;

use std::collections::VecDeque;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseEventKind};

use super::library::LibraryEvent;
use super::popup::export_form::ExportForm;
use super::popup::form::{FormPopup, Purpose};
use super::search::Listed;
use super::{App, Effect, Msg};
use crate::keymap::{Action, Key, Lookup, Scope};
use need::{Need, need};

/// Messages received but not yet processed.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    /// The waiting action, with its scope and key.
    waits: Option<(Scope, Action, Key)>,
    behind: VecDeque<Msg>,
}

impl Inbox {
    /// Whether an action waits for search results.
    pub fn is_waiting(&self) -> bool {
        self.waits.is_some()
    }

    /// The number of waiting keys.
    pub fn keys(&self) -> usize {
        usize::from(self.waits.is_some()) + self.behind.iter().filter(|msg| matches!(msg, Msg::Key(_))).count()
    }
}

#[cfg(test)]
impl Inbox {
    /// Returns the action to run next.
    pub fn next_action(&self) -> Option<Action> {
        self.waits.map(|(_, action, _)| action)
    }

    /// Returns the key to process next.
    pub fn next_key(&self) -> Option<KeyEvent> {
        match self.behind.front() {
            Some(Msg::Key(event)) if self.waits.is_none() => Some(*event),
            _ => None,
        }
    }
}

/// Whether a message bypasses the queue: it is an answer, or does not concern the list.
fn is_urgent(msg: &Msg) -> bool {
    matches!(
        msg,
        Msg::Page { .. }
            | Msg::Found { .. }
            | Msg::SearchFailed { .. }
            | Msg::Resize { .. }
            | Msg::Light(_)
            | Msg::Graphics(_)
            | Msg::Themes(..)
            | Msg::Notice(_)
            | Msg::Succeeded(..)
            | Msg::ExportBegun(_)
            | Msg::ExportExists(_)
            | Msg::ExportNotBegun(..)
            | Msg::Library(
                LibraryEvent::Sources(_)
                    | LibraryEvent::Accounts(_)
                    | LibraryEvent::SavedQueries(_)
                    | LibraryEvent::Sync(_)
            )
    )
}

/// Whether a message is something typed.
fn is_typed(msg: &Msg) -> bool {
    matches!(msg, Msg::Key(_) | Msg::Paste(_))
}

impl App {
    /// Runs an action, or queues it until the list it applies to is complete.
    pub(super) fn act_in_turn(&mut self, scope: Scope, action: Action, key: Key) {
        if self.is_answered(scope, action) {
            self.act(scope, action, key);
        } else {
            self.inbox.waits = Some((scope, action, key));
        }
    }

    /// Whether the results that an action needs are available.
    fn is_answered(&self, scope: Scope, action: Action) -> bool {
        let need = need(scope, action);
        match self.search.listed {
            Listed::All => true,
            Listed::Page if need == Need::Selected && self.selection.is_empty() => {
                action != Action::Down || scope == Scope::Detail || self.list.at + 1 < self.hits.order.len()
            }
            Listed::Page | Listed::Nothing => need == Need::Nothing || !self.is_of_list(scope),
        }
    }

    /// Whether actions in a scope concern the list. Of the forms, only export and pipe do.
    fn is_of_list(&self, scope: Scope) -> bool {
        let purpose = self.popups.find::<FormPopup>().map(|form| &form.purpose);
        let exports = self.popups.find::<ExportForm>().is_some();
        scope != Scope::Form || exports || matches!(purpose, Some(Purpose::Pipe))
    }

    /// Processes a message, or queues it.
    pub(super) fn receive(&mut self, msg: Msg) {
        match msg {
            msg if !self.must_wait(&msg) => self.handle(msg),
            Msg::Key(event) if self.form_is_waiting() && self.is_for_waiting_form(event) => {
                self.drop_queued_keys();
                self.handle(Msg::Key(event));
            }
            Msg::Key(event) if self.cancels_queue(event) => {
                let dropped = self.inbox.waits.and_then(|(scope, action, _)| action.info(scope));
                self.drop_queued_keys();
                self.notices.clear_info();
                if let Some(info) = dropped {
                    self.inform(format!("cancelled: {}", info.help));
                }
            }
            Msg::Key(event) if self.quits_at_once(event) => self.effects.push(Effect::Quit),
            // Clicks refer to the current screen, which is about to change.
            Msg::Mouse(event) if !matches!(event.kind, MouseEventKind::Up(_)) => {}
            Msg::DoubleClick { .. } => {}
            msg => self.inbox.behind.push_back(msg),
        }
        self.settle();
    }

    /// Whether a message waits for search results or for the file of the export form.
    fn must_wait(&self, msg: &Msg) -> bool {
        (self.inbox.is_waiting() && !is_urgent(msg)) || (self.form_is_waiting() && is_typed(msg))
    }

    /// Whether the export form has the focus and waits for its file.
    pub(super) fn form_is_waiting(&self) -> bool {
        self.popups.top::<ExportForm>().is_some_and(ExportForm::is_waiting)
    }

    /// Whether a key closes a waiting form or concerns the whole program.
    fn is_for_waiting_form(&self, event: KeyEvent) -> bool {
        let means = self.settings.keymap.lookup(Scope::Form, &[Key::from(event)]);
        matches!(means, Lookup::Action(Action::Close | Action::Suspend | Action::Redraw))
    }

    /// Takes the next queued message. While a form waits, what is typed stays in the queue.
    fn next_message(&mut self) -> Option<Msg> {
        let is_held = self.form_is_waiting();
        let at = self.inbox.behind.iter().position(|msg| !is_held || !is_typed(msg))?;
        self.inbox.behind.remove(at)
    }

    /// Processes the next queued item. Returns false if there is none or its results are still missing.
    pub(super) fn step_inbox(&mut self) -> bool {
        match self.inbox.waits {
            Some((scope, action, _)) if !self.is_answered(scope, action) => return false,
            Some((scope, action, key)) => {
                self.inbox.waits = None;
                self.act(scope, action, key);
            }
            None => match self.next_message() {
                Some(msg) => self.handle(msg),
                None => return false,
            },
        }
        self.settle();
        true
    }

    /// Whether a key drops the queue: Esc, or the key bound to cancel.
    fn cancels_queue(&self, event: KeyEvent) -> bool {
        let means = self.settings.keymap.lookup(Scope::Panes, &[Key::from(event)]);
        event.kind != KeyEventKind::Release && (event.code == KeyCode::Esc || means == Lookup::Action(Action::Cancel))
    }

    /// Whether a key quits without waiting: Ctrl-C, or the second quit key.
    fn quits_at_once(&self, event: KeyEvent) -> bool {
        let quits = |event: KeyEvent| {
            let means = self.settings.keymap.lookup(Scope::Panes, &[Key::from(event)]);
            event.kind != KeyEventKind::Release && means == Lookup::Action(Action::Quit)
        };
        let is_second = || self.inbox.behind.iter().any(|msg| matches!(msg, Msg::Key(event) if quits(*event)));
        let is_interrupt = event.code == KeyCode::Char('c') && event.modifiers == KeyModifiers::CONTROL;
        quits(event) && (is_interrupt || is_second())
    }

    /// Drops the queued keys. Other messages are still processed.
    pub(super) fn drop_queued_keys(&mut self) {
        self.inbox.waits = None;
        self.inbox.behind.retain(|msg| !is_typed(msg));
    }
}

#[cfg(test)]
mod tests {
    use crate::app::library::LibraryCommand;
    use crate::app::notice::{Cause, Severity};
    use crate::app::tests::{TestApp, renumbered};
    use crate::app::{App, Effect, Mark, Msg, Pane};
    use crate::catalog::tests::catalog;
    use crate::text::CleanBuf;

    /// A reader whose searches stay unanswered, after some keys.
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
    fn actions_apply_to_the_results_of_the_query_in_the_prompt() {
        // The same keys with immediate answers, and with the answer after all keys.
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
    fn no_action_runs_before_the_results_are_complete() {
        let mut reader = waiting("/ \"fair\" Enter A");
        assert_eq!(read(&reader.app), Vec::<String>::new());
        reader.page(1);
        assert_eq!(
            (reader.title().as_str(), read(&reader.app)),
            ("ASEAN forum", vec![]),
            "the first page is not the complete list"
        );
        reader.answer();
        assert_eq!(read(&reader.app), ["ASEAN forum", "Digital migration"]);
    }

    #[test]
    fn the_first_page_allows_moving_and_marking_single_releases() {
        let mut reader = waiting("/ \"a\" Enter");
        reader.page(3);
        reader.keys("j m");
        assert_eq!(read(&reader.app).len(), 1);
        let title = reader.title();
        reader.keys("j j j");
        assert!(reader.app.inbox.is_waiting(), "moving past its end waits for the rest");
        reader.answer();
        assert!(!reader.app.inbox.is_waiting() && reader.title() != title);
    }

    #[test]
    fn a_release_that_arrives_later_is_not_marked() {
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
    fn escape_drops_only_the_queued_keys() {
        let mut reader = waiting("/ \"fair\" Enter A / \"tea\"");
        reader.send(Msg::Library(crate::app::library::LibraryEvent::SavedQueries(Vec::new())));
        reader.keys("Esc");
        assert_eq!((reader.note(), reader.query().as_str()), ("cancelled: Mark all listed releases read", "fair"));
        reader.answer();
        assert_eq!((read(&reader.app).len(), reader.app.search.prompt.is_none()), (0, true));
        assert_eq!(reader.commands(), Vec::<LibraryCommand>::new());
        reader.keys("A");
        assert_eq!(read(&reader.app).len(), 2, "the list is complete now");
    }

    #[test]
    fn a_new_query_waits_for_the_keys_before_it() {
        let mut reader = waiting("/ \"fair\" Enter A / C-u \"tea\" Enter");
        assert_eq!(reader.query(), "fair");
        reader.answer();
        assert_eq!((read(&reader.app).len(), reader.query().as_str()), (2, "tea"));
        // Without a queued key, typing replaces the previous request.
        let mut reader = waiting("/ \"fair\" Enter / C-u \"tea\" Enter");
        assert_eq!(reader.query(), "tea");
        reader.answer();
        assert_eq!(reader.title(), "Tea plantations");
    }

    #[test]
    fn the_first_quit_waits_and_an_interrupt_does_not() {
        let quits = |reader: &TestApp| reader.effects.iter().any(|effect| matches!(effect, Effect::Quit));
        let mut reader = waiting("/ \"fair\" Enter A Q");
        assert!(!quits(&reader));
        reader.answer();
        assert!(quits(&reader) && read(&reader.app).len() == 2, "the queued action runs first");
        assert!(quits(&waiting("/ \"fair\" Enter A Q Q")), "the second quit does not wait");
        assert!(quits(&waiting("/ \"fair\" Enter A C-c")));
    }

    #[test]
    fn a_failed_search_empties_the_list_and_drops_the_queue() {
        let mut reader = waiting("/ \"fair\" Enter A");
        let (generation, _) = reader.searches[reader.searches.len() - 1];
        reader.send(Msg::SearchFailed { generation, reason: CleanBuf::line("the search broke") });
        assert_eq!((reader.app.hits.order.len(), read(&reader.app).len()), (0, 0));
        assert_eq!(reader.app.notices.unread().map(|(error, _)| error.severity), Some(Severity::Error(Cause::Defect)));
        reader.keys("A j m 0 A");
        assert_eq!(read(&reader.app).len(), 7, "the next query is answered");
    }

    #[test]
    fn marking_does_not_move_the_cursor() {
        let mut reader = TestApp::new(150, 40);
        reader.keys("j / Esc j j j m");
        assert_eq!((reader.title().as_str(), reader.app.list.at), ("Digital migration", 4));
    }

    #[test]
    fn a_first_page_without_the_selected_release_is_not_shown() {
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
        assert_eq!(reader.title(), "Round table", "the release to select is further down");
        reader.answer();
        assert_eq!(reader.title(), "Social protection");
    }

    #[test]
    fn the_session_position_below_the_first_page_is_restored() {
        let mut reader = waiting("gu");
        reader.answer();
        reader.keys("j j j j");
        let session = reader.app.session();
        let mut again = TestApp::new(150, 40);
        again.holds_searches = true;
        again.app.restore(session);
        again.send(Msg::SessionPosition(4.into()));
        again.page(2);
        again.answer();
        assert_eq!(again.title(), "Digital migration");
    }

    #[test]
    fn incoming_releases_do_not_replace_the_release_in_use() {
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
            let moved = renumbered(7, &[0, 2, 3, 4, 5, 6].map(|old| (old, 1)));
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
