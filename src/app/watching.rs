//! Watched queries: what is new for them, and saying so once.

use std::fmt::Write;

use rustc_hash::FxHashMap;

use super::App;
use super::effect::Effect;
use super::library::{LibraryCommand, SavedQuery};
use crate::config::Notify;
use crate::keymap::{Action, Scope};
use crate::library::{Actions, Edit, WatchId};
use crate::text::{CleanBuf, grouped, truncate};

/// How many queries a message names.
const MOST_NAMED: usize = 3;
/// Maximum columns of a name within a message.
const NAME_COLUMNS: usize = 40;

/// The state of a watched query.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Watched {
    /// The number of its watch; unknown until the library has answered.
    pub id: Option<WatchId>,
    /// The number of releases that are new.
    pub new: usize,
    /// The number of the last arrival among them.
    pub last: i64,
}

/// The notices so far.
#[derive(Debug, Clone, Default)]
pub struct Announced {
    /// The last arrival of each watch; `None` before the saved queries are known.
    last: Option<FxHashMap<WatchId, i64>>,
    /// The notice about the last sync, which news is added to.
    outcome: Option<CleanBuf>,
    /// The number of releases that appeared in the list during the running sync.
    shown: usize,
    /// The number of releases of the last sync that have yet to appear in the list.
    expected: usize,
    /// The last notice with news, and the news in it.
    news: Option<(CleanBuf, String)>,
    /// The last notice that says what rules did.
    rules: Option<CleanBuf>,
}

impl App {
    /// Says what is new for watched queries and was not when they arrived last. At the start the popup alone shows it.
    pub(super) fn announce_news(&mut self) {
        let known = self.announced.last.take();
        let is_new = |watched: &Watched| {
            let before = known.as_ref().and_then(|known| known.get(&watched.id?).copied());
            watched.new > 0 && watched.last > before.unwrap_or(if known.is_some() { 0 } else { i64::MAX - 1 })
        };
        let news: Vec<(&SavedQuery, usize)> =
            self.library.saved.iter().filter_map(|saved| Some((saved, saved.watch.filter(is_new)?.new))).collect();
        let text = describe(&news);
        let mut last = known.unwrap_or_default();
        for watched in self.library.saved.iter().filter_map(|saved| saved.watch) {
            if let Some(id) = watched.id {
                let known = last.entry(id).or_default();
                *known = watched.last.max(*known);
            }
        }
        self.announced.last = Some(last);
        let Some(text) = text else { return };
        let outcome = self.announced.outcome.take().filter(|outcome| self.notices.info() == Some(outcome));
        match outcome {
            Some(outcome) => self.inform(format!("{outcome}; {text}")),
            None => self.inform(&text),
        }
        self.announced.news = self.notices.info().cloned().map(|notice| (notice, text.clone()));
        if self.settings.notify != Notify::Off {
            self.effects.push(Effect::Notify(CleanBuf::line(&text)));
        }
    }

    /// Whether the notice on the screen has news, or says what rules did: the count of all new releases does not replace
    /// it.
    pub(super) fn has_told_news(&self) -> bool {
        let Announced { news, rules, .. } = &self.announced;
        let mut told = news.iter().map(|(notice, _)| notice).chain(rules);
        told.any(|notice| self.notices.info() == Some(notice))
    }

    /// Notes that new releases appeared in the list. Returns whether the notice on the screen has announced them, as the
    /// outcome of a sync.
    pub(super) fn was_announced(&mut self, fresh: usize) -> bool {
        if self.library.sync.is_some() {
            self.announced.shown += fresh;
            return false;
        }
        let outcome = self.announced.outcome.as_ref();
        let was_expected = self.announced.expected > 0;
        self.announced.expected = self.announced.expected.saturating_sub(fresh);
        was_expected && outcome.is_some() && self.notices.info() == outcome
    }

    /// Notes that a sync begins or is cancelled.
    pub(super) fn expect_no_releases(&mut self) {
        (self.announced.shown, self.announced.expected) = (0, 0);
    }

    /// Notes that the notice on the screen says what rules did.
    pub(super) fn have_told_rules(&mut self) {
        self.announced.rules = self.notices.info().cloned();
    }

    /// Says how a sync ended that brought new releases, together with the news that may have arrived before.
    pub(super) fn inform_outcome(&mut self, outcome: String, fresh: usize) {
        self.announced.expected = fresh.saturating_sub(std::mem::take(&mut self.announced.shown));
        let told = self.announced.news.take().filter(|(notice, _)| self.notices.info() == Some(notice));
        if let Some((_, news)) = told {
            self.inform(format!("{outcome}; {news}"));
            self.announced.news = self.notices.info().cloned().map(|notice| (notice, news));
        } else {
            self.inform(outcome);
            self.announced.outcome = self.notices.info().cloned();
        }
    }

    /// Watches a saved query, or stops doing so.
    pub(super) fn toggle_watch(&mut self, at: usize) {
        let Some(saved) = self.library.saved.get_mut(at) else { return };
        let on = saved.watch.is_none();
        saved.watch = on.then(Watched::default);
        let name = saved.name.clone();
        let what = format!("{} {name}", if on { "watched" } else { "stopped watching" });
        if on {
            self.inform(format!("watching {name}: each sync says what is new for it"));
        } else {
            let (close, undo) = (self.key_in(&[Scope::SavedQueries], Action::Close), self.key_of(Action::Undo));
            self.inform(format!("stopped watching {name}; {close}, then {undo} to undo"));
        }
        self.edit(Edit::Watch { name, on }, what);
    }

    /// Sets what happens to releases that arrive for a saved query.
    pub(super) fn set_on_arrival(&mut self, name: String, actions: Actions) {
        let Some(saved) = self.library.saved.iter_mut().find(|saved| saved.name == name) else { return };
        saved.on_arrival = actions;
        let (close, undo) = (self.key_in(&[Scope::SavedQueries], Action::Close), self.key_of(Action::Undo));
        self.inform(format!("on arrival for {name}: {actions}; {close}, then {undo} to undo"));
        let what = format!("set what happens on arrival for {name}: {actions}");
        self.edit(Edit::OnArrival { name, actions }, what);
    }

    /// Records that the user sees what is new for a saved query.
    pub(super) fn see_news(&mut self, at: usize) {
        let Some(watched) = self.library.saved.get_mut(at).and_then(|saved| saved.watch.as_mut()) else { return };
        if watched.new == 0 {
            return;
        }
        watched.new = 0;
        if let Watched { id: Some(watch), last, .. } = *watched {
            self.command(LibraryCommand::SeeNews { watch, last });
        }
    }
}

/// Describes news: `3 new for Climate, 1 new for Tea`.
fn describe(news: &[(&SavedQuery, usize)]) -> Option<String> {
    let mut text = String::new();
    for (saved, count) in news.iter().take(MOST_NAMED) {
        let name = CleanBuf::line(&saved.name);
        let (shown, is_cut) = truncate(name.as_clean(), NAME_COLUMNS);
        let separator = if text.is_empty() { "" } else { ", " };
        let _ = write!(text, "{separator}{} new for {shown}{}", grouped(*count), if is_cut { "…" } else { "" });
    }
    match news.len().saturating_sub(MOST_NAMED) {
        0 => {}
        1 => text.push_str(", and for 1 more query"),
        more => {
            let _ = write!(text, ", and for {} more queries", grouped(more));
        }
    }
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::library::{LibraryEvent, SyncState};
    use crate::app::tests::TestApp;
    use crate::app::{Msg, StepId};
    use crate::library::{Direction, RuleApplied, StepNumber};

    fn watched(name: &str, id: i64, new: usize, last: i64) -> SavedQuery {
        let watch = Some(Watched { id: Some(WatchId::new(id)), new, last });
        SavedQuery { watch, ..SavedQuery::new(name, "fair") }
    }

    fn report(reader: &mut TestApp, saved: &[SavedQuery]) {
        reader.send(Msg::Library(LibraryEvent::SavedQueries(saved.to_vec())));
    }

    fn notifications(reader: &TestApp) -> Vec<String> {
        let text = |effect: &Effect| match effect {
            Effect::Notify(text) => Some(text.to_string()),
            _ => None,
        };
        reader.effects.iter().filter_map(text).collect()
    }

    #[test]
    fn news_is_announced_once_and_not_at_the_start() {
        let mut reader = TestApp::new(150, 40);
        report(&mut reader, &[watched("Tea", 1, 2, 9)]);
        assert_eq!(reader.note(), "");
        let state = SyncState { done: 1, all: 1, fresh: 1, is_over: true, ..SyncState::default() };
        reader.send(Msg::Library(LibraryEvent::Sync(state)));
        report(&mut reader, &[watched("Tea", 1, 3, 12), watched("Rice", 2, 0, 0)]);
        assert_eq!(reader.note(), "1 new release from 1 source; 3 new for Tea");
        reader.keys("j");
        report(&mut reader, &[watched("Tea", 1, 3, 12), watched("Rice", 2, 0, 0)]);
        assert_eq!(reader.note(), "");
        let many: Vec<SavedQuery> = (1..=5).map(|id| watched(&format!("Q{id}"), id, 1_000, 20)).collect();
        report(&mut reader, &many);
        let text = "1,000 new for Q1, 1,000 new for Q2, 1,000 new for Q3, and for 2 more queries";
        assert_eq!(reader.note(), text);
        assert_eq!(notifications(&reader), [""; 0], "off by default");
    }

    #[test]
    fn news_stays_in_the_message_in_whatever_order_a_sync_its_news_and_its_releases_arrive() {
        let outcome = |reader: &mut TestApp| {
            let state = SyncState { done: 1, all: 1, fresh: 1, is_over: true, ..SyncState::default() };
            reader.send(Msg::Library(LibraryEvent::Sync(state)));
        };
        let news = |reader: &mut TestApp| report(reader, &[watched("Tea", 1, 1, 3)]);
        let releases = |reader: &mut TestApp| {
            let catalog = std::sync::Arc::clone(&reader.app.catalog);
            let renumbered = catalog.indices().map(Some).collect();
            let reread = crate::app::Reread { catalog, renumbered, fresh: 1, ..Default::default() };
            reader.send(Msg::Reread(Box::new(reread)));
        };
        let steps: [&dyn Fn(&mut TestApp); 3] = [&outcome, &news, &releases];
        let both = "1 new release from 1 source; 1 new for Tea";
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let mut reader = TestApp::new(150, 40);
            report(&mut reader, &[watched("Tea", 1, 0, 0)]);
            for at in order {
                steps[at](&mut reader);
            }
            assert_eq!(reader.note(), both, "{order:?}");
        }
    }

    #[test]
    fn a_notification_is_sent_if_it_is_wanted() {
        let mut reader = TestApp::new(150, 40);
        reader.app.settings.notify = Notify::Osc9;
        report(&mut reader, &[watched("Tea", 1, 0, 0)]);
        report(&mut reader, &[watched("Tea\u{1b}[31m\u{7}", 1, 1, 3)]);
        assert_eq!(notifications(&reader), ["1 new for Tea"]);
    }

    #[test]
    fn what_rules_did_is_told_and_undone_one_by_one() {
        let mut reader = TestApp::new(150, 40);
        let applied = |what: &str, step| RuleApplied { what: CleanBuf::line(what), step: StepNumber::new(step) };
        let applied = vec![applied("2 marked as read by Tea", 4), applied("1 starred by Tea", 5)];
        let state =
            SyncState { done: 1, all: 1, fresh: 3, is_over: true, applied, full_texts: 1, ..SyncState::default() };
        reader.send(Msg::Library(LibraryEvent::Sync(state)));
        assert_eq!(
            reader.note(),
            "3 new releases from 1 source; 2 marked as read by Tea, 1 starred by Tea (u to undo), 1 full text fetched"
        );
        reader.keys("u u");
        let turn =
            |step| LibraryCommand::Turn { step: StepId::Stored(StepNumber::new(step)), direction: Direction::Undo };
        assert_eq!(reader.commands(), [turn(5), turn(4)]);
    }

    #[test]
    fn a_form_sets_what_happens_on_arrival() {
        let mut reader = TestApp::new(150, 40);
        report(&mut reader, &[SavedQuery::new("Fair", "fair")]);
        reader.keys("F C-o C-u \"reed\" Enter");
        let message = reader.app.form_message().map(|(text, is_wrong)| (text.to_string(), is_wrong));
        let expected = "unknown action \"reed\"; use read, star, page or none";
        assert_eq!(message, Some((expected.to_owned(), true)));
        reader.keys("C-u \"read,_page\" Enter");
        assert_eq!(reader.note(), "on arrival for Fair: read, page; Esc, then u to undo");
        let actions = Actions::parse("read, page").expect("actions");
        assert_eq!(reader.app.library.saved[0].on_arrival, actions);
        let edit = Edit::OnArrival { name: "Fair".to_owned(), actions };
        assert_eq!(reader.edits(), [(edit, "set what happens on arrival for Fair: read, page".to_owned())]);
        // The form begins with what is set; the same again changes nothing.
        reader.keys("C-o Enter");
        assert_eq!(reader.edits(), []);
        reader.keys("C-o C-u Enter");
        assert_eq!(reader.app.library.saved[0].on_arrival, Actions::default());
    }

    #[test]
    fn a_key_toggles_watching_and_showing_the_query_sees_its_news() {
        let mut reader = TestApp::new(150, 40);
        report(&mut reader, &[SavedQuery::new("Fair", "fair"), watched("Tea", 1, 2, 9)]);
        reader.keys("F C-t");
        assert_eq!(reader.note(), "watching Fair: each sync says what is new for it");
        let edit = Edit::Watch { name: "Fair".to_owned(), on: true };
        assert_eq!(reader.edits(), [(edit, "watched Fair".to_owned())]);
        reader.keys("C-t");
        assert_eq!(reader.note(), "stopped watching Fair; Esc, then u to undo");
        reader.keys("Esc u");
        let (step, direction) = (StepId::Own(2), Direction::Undo);
        assert_eq!(reader.commands().last(), Some(&LibraryCommand::Turn { step, direction }));
        reader.keys("F Down Enter");
        assert!(reader.commands().contains(&LibraryCommand::SeeNews { watch: WatchId::new(1), last: 9 }));
        assert_eq!(reader.app.library.saved[1].watch.map(|watched| watched.new), Some(0));
    }
}
