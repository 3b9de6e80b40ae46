//! Starting and cancelling a sync, and its status.

use std::fmt::Write;

use super::App;
use super::library::{LibraryCommand, SyncState};
use super::notice::{Cause, Notice};
use crate::keymap::Action;
use crate::library::RuleApplied;
use crate::text::{CleanBuf, counted, grouped};

impl App {
    /// Syncs all subscriptions.
    pub(super) fn sync_all(&mut self) {
        let fetched = self.library.sources.iter().filter(|source| !source.is_paused && !source.is_remote);
        let all = fetched.count() + self.library.accounts.len();
        if self.is_offline() {
            return;
        }
        if all == 0 && self.library.sources.is_empty() && self.library.is_loaded {
            self.inform(format!("no subscriptions; press {} to subscribe", self.key_of(Action::Subscribe)));
        } else if all == 0 && self.library.is_loaded {
            self.inform(format!("all subscriptions are paused; {} lists them", self.key_of(Action::Subscriptions)));
        } else {
            // A running sync takes in the subscriptions that it lacks.
            if let Some(sync) = &self.library.sync {
                self.inform(format!("{}, {} cancels", progress(sync), self.key_of(Action::Cancel)));
                self.library.announced = self.notices.info().cloned();
            } else {
                self.expect_no_releases();
                self.library.sync = Some(SyncState { all, ..SyncState::default() });
            }
            for account in &mut self.library.accounts {
                account.is_syncing = true;
            }
            self.command(LibraryCommand::Sync(Vec::new()));
        }
    }

    /// Whether the network is off; says so.
    pub(super) fn is_offline(&mut self) -> bool {
        if self.settings.is_offline {
            self.inform("offline: nothing is fetched; unset offline in the configuration, or start without --offline");
        }
        self.settings.is_offline
    }

    /// Cancels the running sync. Returns whether there was one.
    pub(super) fn cancel_sync(&mut self) -> bool {
        let Some(sync) = self.library.sync.take() else { return false };
        self.no_account_syncs();
        self.expect_no_releases();
        self.command(LibraryCommand::CancelSync);
        self.inform(format!("sync cancelled; {} of {} done", grouped(sync.done), grouped(sync.all)));
        true
    }

    /// Applies the progress of the sync. A cancelled sync reports nothing more.
    pub(super) fn synced(&mut self, state: SyncState) {
        if state.is_over {
            self.library.sync = None;
            self.no_account_syncs();
            let (news, failed) = outcome(&state, &self.key_of(Action::Subscriptions));
            let news = news.into_iter().chain(self.take_applied(&state)).reduce(|text, more| format!("{text}; {more}"));
            if let Some(news) = news {
                self.inform_outcome(news, state.fresh);
                if !state.applied.is_empty() {
                    self.have_told_rules();
                }
            }
            let failed = failed.map(|failed| Notice::error(Cause::Sync, CleanBuf::line(&failed)));
            self.notices.replace(Cause::Sync, failed.into_iter().collect());
        } else {
            // The notice of the request would hide the progress.
            if self.library.sync.as_ref() != Some(&state) && self.notices.info() == self.library.announced.as_ref() {
                self.notices.clear_info();
            }
            self.library.sync = Some(state);
        }
    }

    /// Makes what rules did undoable. Returns it in words.
    fn take_applied(&mut self, state: &SyncState) -> Option<String> {
        let mut parts: Vec<String> = state.applied.iter().map(|applied| applied.what.to_string()).collect();
        for RuleApplied { what, step } in &state.applied {
            self.history.made_by_library(*step, what.to_string());
        }
        if let Some(last) = parts.last_mut() {
            let _ = write!(last, " ({} to undo)", self.key_of(Action::Undo));
        }
        if state.full_texts > 0 {
            parts.push(format!("{} fetched", counted(state.full_texts, "full text")));
        }
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    fn no_account_syncs(&mut self) {
        for account in &mut self.library.accounts {
            account.is_syncing = false;
        }
    }

    /// Describes the progress of the running sync.
    #[must_use]
    pub fn sync_status(&self) -> Option<String> {
        self.library.sync.as_ref().map(progress)
    }
}

fn progress(sync: &SyncState) -> String {
    let failed = if sync.failed == 0 { String::new() } else { format!(" · {} failed", grouped(sync.failed)) };
    let fetching = sync
        .fetching
        .map_or_else(String::new, |(done, all)| format!(" · {} of {}", grouped(done), counted(all, "release")));
    let past = match sync.past_pages {
        0 => String::new(),
        pages => format!(" · {}", counted(pages, "past page")),
    };
    format!("syncing {} of {}{past}{fetching}{failed}", grouped(sync.done), grouped(sync.all))
}

/// Describes the new releases and the failures of a sync; `sources` is the key that lists the subscriptions.
fn outcome(sync: &SyncState, sources: &str) -> (Option<String>, Option<String>) {
    let from = counted(sync.done.saturating_sub(sync.failed), "source");
    let fresh = match sync.fresh {
        _ if sync.done == 0 => Some("nothing to sync".to_owned()),
        _ if sync.done <= sync.failed => None,
        0 => Some(format!("nothing new from {from}")),
        fresh => Some(format!("{} from {from}", counted(fresh, "new release"))),
    };
    let past = match sync.past_pages {
        0 => String::new(),
        pages if sync.has_more => format!(", {}; there are more", counted(pages, "past page")),
        pages => format!(", {}", counted(pages, "past page")),
    };
    let fresh = fresh.map(|fresh| fresh + &past);
    let failed = match (sync.failed, &sync.first_error) {
        (0, _) => None,
        (1, Some((title, reason))) => Some(format!("{title}: {reason}")),
        (failed, _) => Some(format!("{} subscriptions failed; {sources} shows why", grouped(failed))),
    };
    (fresh, failed)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::app::library::{LibraryEvent, Subscription};
    use crate::app::tests::TestApp;
    use crate::app::{Msg, Reread};
    use crate::library::SourceId;
    use crate::text::CleanBuf;

    fn reader(sources: i64) -> TestApp {
        let mut reader = TestApp::new(150, 40);
        let sources =
            (0..sources).map(|id| Subscription { id: SourceId::new(id), ..Subscription::default() }).collect();
        reader.send(Msg::Library(LibraryEvent::Sources(sources)));
        reader
    }

    fn state(done: usize, failed: usize, fresh: usize) -> SyncState {
        let first_error = (failed > 0).then(|| (CleanBuf::line("Gazette"), CleanBuf::line("timed out")));
        SyncState { done, all: 40, failed, fresh, first_error, ..SyncState::default() }
    }

    fn report(reader: &mut TestApp, state: SyncState) {
        reader.send(Msg::Library(LibraryEvent::Sync(state)));
    }

    #[test]
    fn a_sync_reports_progress_and_outcome() {
        let mut reader = reader(40);
        reader.keys("r");
        assert_eq!(reader.commands(), [LibraryCommand::Sync(Vec::new())]);
        assert_eq!(reader.app.sync_status().as_deref(), Some("syncing 0 of 40"));
        report(&mut reader, state(12, 3, 5));
        assert_eq!(reader.app.sync_status().as_deref(), Some("syncing 12 of 40 · 3 failed"));
        reader.keys("r");
        assert_eq!(reader.note(), "syncing 12 of 40 · 3 failed, Esc cancels");
        assert_eq!(
            reader.commands(),
            [LibraryCommand::Sync(Vec::new())],
            "missing subscriptions join the running sync"
        );
        report(&mut reader, state(12, 3, 5));
        assert_eq!(reader.note(), "syncing 12 of 40 · 3 failed, Esc cancels", "the progress is unchanged");
        report(&mut reader, state(13, 3, 5));
        assert_eq!((reader.app.sync_status().as_deref(), reader.note()), (Some("syncing 13 of 40 · 3 failed"), ""));
        report(&mut reader, SyncState { is_over: true, ..state(40, 3, 5) });
        assert_eq!((reader.app.sync_status(), reader.note()), (None, "5 new releases from 37 sources"));
        let failed = |reader: &TestApp| reader.app.notices.unread().map(|(error, _)| error.text.to_string());
        assert_eq!(failed(&reader).as_deref(), Some("3 subscriptions failed; S shows why"));
        reader.keys("j");
        assert_eq!(failed(&reader).as_deref(), Some("3 subscriptions failed; S shows why"));
        report(&mut reader, SyncState { is_over: true, ..state(40, 0, 0) });
        assert_eq!(failed(&reader), None, "a later success clears the failure");
    }

    /// New releases appear in the list.
    fn appear(reader: &mut TestApp, fresh: usize) {
        let catalog = Arc::clone(&reader.app.catalog);
        let renumbered = catalog.indices().map(Some).collect();
        reader.send(Msg::Reread(Box::new(Reread { catalog, renumbered, fresh, ..Reread::default() })));
    }

    #[test]
    fn the_outcome_of_a_sync_stays_until_all_its_releases_have_appeared() {
        let mut reader = reader(40);
        reader.keys("r");
        report(&mut reader, state(12, 0, 2));
        appear(&mut reader, 2);
        report(&mut reader, SyncState { is_over: true, ..state(40, 0, 5) });
        for fresh in [1, 2] {
            appear(&mut reader, fresh);
            assert_eq!(reader.note(), "5 new releases from 40 sources");
        }
        appear(&mut reader, 4);
        assert_eq!(reader.note(), "4 new releases", "from elsewhere");
        report(&mut reader, SyncState { is_over: true, ..state(40, 0, 0) });
        appear(&mut reader, 3);
        assert_eq!(reader.note(), "3 new releases", "the sync brought nothing");
        report(&mut reader, SyncState { is_over: true, ..state(40, 0, 3) });
        reader.keys("j");
        appear(&mut reader, 3);
        assert_eq!(reader.note(), "3 new releases", "a key has removed the outcome");
    }

    #[test]
    fn offline_nothing_is_synced_and_a_notice_says_so() {
        for keys in ["r", "S r"] {
            let mut reader = reader(40);
            let settings = crate::config::Settings { is_offline: true, ..reader.app.settings.clone() };
            reader.send(Msg::Settings(Box::new(settings)));
            reader.keys(keys);
            assert_eq!((reader.commands(), reader.app.sync_status()), (Vec::new(), None), "{keys}");
            assert!(reader.note().starts_with("offline: nothing is fetched"), "{keys}: {}", reader.note());
        }
    }

    #[test]
    fn the_outcome_of_a_sync_is_described() {
        let table = [
            (state(5, 0, 17), Some("17 new releases from 5 sources"), None),
            (state(1, 0, 1), Some("1 new release from 1 source"), None),
            (state(5, 0, 0), Some("nothing new from 5 sources"), None),
            (
                state(7, 2, 1_700),
                Some("1,700 new releases from 5 sources"),
                Some("2 subscriptions failed; S shows why"),
            ),
            (state(6, 1, 0), Some("nothing new from 5 sources"), Some("Gazette: timed out")),
            (state(1, 1, 0), None, Some("Gazette: timed out")),
            (state(3, 3, 0), None, Some("3 subscriptions failed; S shows why")),
            (state(0, 0, 0), Some("nothing to sync"), None),
            (SyncState { past_pages: 3, ..state(1, 0, 60) }, Some("60 new releases from 1 source, 3 past pages"), None),
            (
                SyncState { past_pages: 100, has_more: true, ..state(1, 0, 0) },
                Some("nothing new from 1 source, 100 past pages; there are more"),
                None,
            ),
        ];
        for (state, fresh, failed) in table {
            let outcome = outcome(&state, "S");
            assert_eq!((outcome.0.as_deref(), outcome.1.as_deref()), (fresh, failed));
        }
    }

    #[test]
    fn escape_cancels_when_nothing_else_is_open() {
        let mut reader = reader(40);
        reader.keys("r");
        report(&mut reader, state(12, 0, 5));
        reader.keys("v Esc Enter Esc");
        assert!(reader.app.library.sync.is_some(), "the selection and the text are left first");
        reader.keys("Esc");
        assert_eq!(reader.note(), "sync cancelled; 12 of 40 done");
        assert_eq!(reader.commands(), [LibraryCommand::Sync(Vec::new()), LibraryCommand::CancelSync]);
        assert_eq!(reader.app.sync_status(), None);
        reader.keys("r");
        report(&mut reader, SyncState { is_over: true, ..state(40, 0, 2) });
        assert_eq!(reader.note(), "2 new releases from 40 sources");
    }

    #[test]
    fn without_subscriptions_a_notice_says_what_to_do() {
        let mut reader = TestApp::new(150, 40);
        reader.keys("r");
        assert_eq!(reader.commands(), [LibraryCommand::Sync(Vec::new())], "there may be some before the list arrives");
        report(&mut reader, SyncState { is_over: true, ..SyncState::default() });
        assert_eq!(reader.note(), "nothing to sync");
        reader.send(Msg::Library(LibraryEvent::Sources(Vec::new())));
        reader.keys("r");
        assert_eq!(reader.note(), "no subscriptions; press a to subscribe");
        reader.send(Msg::Library(LibraryEvent::Sources(vec![Subscription {
            is_paused: true,
            ..Subscription::default()
        }])));
        reader.keys("r");
        assert_eq!(reader.note(), "all subscriptions are paused; S lists them");
        assert_eq!(reader.commands(), []);
    }
}
