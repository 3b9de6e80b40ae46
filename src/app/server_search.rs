//! Searching at the servers of accounts: for releases that are not stored here.
//!
//! What a server finds is stored and arrives with a reload like any other release. A server compares words in its own
//! way, so what it found for the words of a query is listed for these words even if they do not occur in it as written.

use std::sync::Arc;

use super::App;
use super::accounts::number;
use super::at_server::{About, ServerAnswer, ServerTask};
use super::library::{LibraryCommand, short};
use super::popup::question::{Answer, Question};
use super::search::Keep;
use crate::catalog::{Catalog, ReleaseIndex, Set};
use crate::keymap::Action;
use crate::library::{AccountId, AccountKind};
use crate::query::{Expr, Query};
use crate::text::{CleanBuf, counted, grouped};

/// What servers found last.
#[derive(Debug, Clone, Default)]
pub(super) struct FoundAtServer {
    /// The query that was sent.
    query: Query,
    /// The releases.
    releases: Arc<Set>,
    /// The notice about the last search.
    told: Option<CleanBuf>,
    /// Whether a search was asked for before the list of accounts arrived.
    waits: bool,
}

/// The clauses of a query that test text.
fn words(query: &Query) -> Vec<&Expr> {
    query.clauses.iter().filter(|clause| clause.is_text()).collect()
}

impl App {
    /// Asks the servers of all accounts for the current query; a repeated search goes on where the last one ended.
    pub(super) fn search_at_server(&mut self) {
        if self.is_offline() {
            return;
        }
        let accounts = &self.library.accounts;
        self.at_server_found.waits = accounts.is_empty() && !self.library.is_loaded;
        if self.at_server_found.waits {
            return self.inform("searching at the server as soon as the accounts are read");
        }
        if accounts.is_empty() {
            let list = self.key_of(Action::Subscriptions);
            return self.inform(format!("no account at a server; {list} lists the subscriptions and adds one"));
        }
        let searchable: Vec<_> = accounts.iter().filter(|account| account.kind == AccountKind::Miniflux).collect();
        if searchable.is_empty() {
            return self.inform("the servers of your accounts have no search; only Miniflux has one");
        }
        let with_more: Vec<AccountId> = searchable
            .iter()
            .filter(|account| account.total.is_none_or(|total| total > account.releases))
            .map(|account| account.id)
            .collect();
        if with_more.is_empty() {
            return self.inform("all releases at the server are stored here; the list is complete");
        }
        for account in with_more {
            self.search_account(account, self.query.clone(), false);
        }
    }

    /// Starts the search that was asked for before the list of accounts arrived.
    pub(super) fn search_if_waiting(&mut self) {
        if self.at_server_found.waits {
            self.search_at_server();
        }
    }

    /// Asks the server of an account for a query; `everything` if it may read all entries.
    pub(super) fn search_account(&mut self, account: AccountId, query: Query, everything: bool) {
        let what = format!("searching {}…", self.account_names(&[account]));
        let about = About::Search { account, query: query.clone() };
        self.ask_server(ServerTask::Search { account, query, everything }, what, about);
    }

    /// Reports the result of a search.
    pub(super) fn searched(&mut self, account: AccountId, query: Query, answer: &ServerAnswer) {
        let Some(found) = self.account(account) else { return };
        let (name, total) = (short(&found.name), found.total);
        self.at_server_found.told = None;
        match answer {
            ServerAnswer::Searched { found: 0, .. } => self.inform(format!("{name}: found nothing for this query")),
            ServerAnswer::Searched { found, total, has_more } => {
                let more = if *has_more {
                    format!(" of {}; {} for more", grouped(number(*total)), self.key_of(Action::SearchServer))
                } else {
                    String::new()
                };
                self.inform(format!("{name}: found {}{more}", counted(*found, "release")));
                self.at_server_found.told = self.notices.info().cloned();
            }
            ServerAnswer::ReadsEverything => {
                let all = total.map_or_else(|| "all releases".to_owned(), |total| counted(number(total), "release"));
                let text = vec![format!("{name} can search for no part of this query. It would send {all}.")];
                let options = vec![("Read all of them".to_owned(), Answer::SearchEverything(account, query))];
                self.popups.push(Question::new("Search at the server", text, options));
            }
            _ => {}
        }
    }

    /// Lists what servers found for a query. Releases of an earlier catalog have other indices; they are sent again.
    pub(super) fn apply_found(&mut self, catalog: &Catalog, query: Query, releases: &[ReleaseIndex]) {
        if !(catalog.is_beginning_of(&self.catalog) || self.catalog.is_beginning_of(catalog)) {
            return;
        }
        let mut set = Set::default();
        for &release in releases {
            set.set(release, true);
        }
        self.at_server_found.query = query;
        self.at_server_found.releases = Arc::new(set);
        self.start_search(Keep::Follow);
    }

    /// Replaces release indices after a reload.
    pub(super) fn renumber_found(&mut self, now: impl Fn(ReleaseIndex) -> Option<ReleaseIndex>) {
        let mut set = Set::default();
        for release in self.at_server_found.releases.iter().filter_map(now) {
            set.set(release, true);
        }
        self.at_server_found.releases = Arc::new(set);
    }

    /// Returns what servers found for the words of the current query.
    pub(super) fn found_for_query(&self) -> Arc<Set> {
        let sent = words(&self.at_server_found.query);
        let is_it = !sent.is_empty() && sent == words(&self.query);
        if is_it { Arc::clone(&self.at_server_found.releases) } else { Arc::default() }
    }

    /// Asks the server again for a release that has been in view for a moment. The lists of a sync leave out what only a
    /// search has found.
    pub(super) fn ask_server_again(&mut self, release: ReleaseIndex) {
        let can_search = self.library.accounts.iter().any(|account| account.kind == AccountKind::Miniflux);
        if can_search && !self.settings.is_offline {
            self.command(LibraryCommand::AskAgain { release });
        }
    }

    /// Whether a release was found at a server in this session.
    #[must_use]
    pub fn is_found_at_server(&self, release: ReleaseIndex) -> bool {
        self.at_server_found.releases.has(release)
    }

    /// Whether the new releases of a reload are those that a search has found. The search reports their number itself.
    pub(super) fn is_searching_at_server(&self) -> bool {
        let told = self.at_server_found.told.as_ref();
        self.has_server_search() || (told.is_some() && told == self.notices.info())
    }

    /// Reports why a search failed.
    pub(super) fn not_searched(&mut self, account: AccountId, reason: &CleanBuf) {
        let name = self.account_names(&[account]);
        self.failed_at_server(&name, &format!("{name}: not searched: {reason}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Msg;
    use crate::app::accounts::Account;
    use crate::app::library::LibraryEvent;
    use crate::app::tests::{TestApp, renumbered};

    const HOME: AccountId = AccountId::new(1);

    fn reader(kind: AccountKind, total: u64) -> TestApp {
        let mut reader = TestApp::new(150, 40);
        let name = CleanBuf::line("home");
        let account = Account { id: HOME, name, kind, releases: 7, total: Some(total), ..Account::default() };
        reader.send(Msg::Library(LibraryEvent::Accounts(vec![account])));
        reader
    }

    /// Presses the key of the search. Returns the query of the task and its number.
    fn search(reader: &mut TestApp) -> (u64, String, bool) {
        reader.keys("R");
        match reader.commands().as_slice() {
            [LibraryCommand::AtServer { number, task: ServerTask::Search { query, everything, .. } }] => {
                (*number, query.to_string(), *everything)
            }
            other => panic!("{other:?}"),
        }
    }

    fn answer(reader: &mut TestApp, number: u64, answer: ServerAnswer) {
        reader.send(Msg::Library(LibraryEvent::AtServer { number, answer: Ok(answer) }));
    }

    #[test]
    fn the_current_query_is_sent_and_the_result_reported() {
        let mut reader = reader(AccountKind::Miniflux, 400);
        reader.keys("/ \"accord\" Enter");
        let (number, query, everything) = search(&mut reader);
        assert_eq!((query.as_str(), everything), ("accord", false));
        assert_eq!(reader.app.server_status().as_deref(), Some("searching home…"));
        answer(&mut reader, number, ServerAnswer::Searched { found: 200, total: 340, has_more: true });
        assert_eq!(reader.note(), "home: found 200 releases of 340; R for more");
        let (number, ..) = search(&mut reader);
        answer(&mut reader, number, ServerAnswer::Searched { found: 0, total: 0, has_more: false });
        assert_eq!(reader.note(), "home: found nothing for this query");
    }

    #[test]
    fn a_release_that_is_shown_for_a_moment_is_asked_for_again_unless_offline() {
        let mut reader = reader(AccountKind::Miniflux, 400);
        reader.keys("j");
        assert!(reader.wait_for_similar().is_some());
        let release = reader.app.selected().expect("a release");
        assert_eq!(reader.commands(), [LibraryCommand::AskAgain { release }]);
        reader.app.settings.is_offline = true;
        reader.keys("j");
        assert!(reader.wait_for_similar().is_some());
        assert_eq!(reader.commands(), []);
    }

    #[test]
    fn what_a_search_brings_is_not_announced_as_new() {
        let mut reader = reader(AccountKind::Miniflux, 400);
        let reread = || {
            let catalog = crate::catalog::tests::catalog(&[("Tea plantations", "", "News", "", (2018, 11, 4))]);
            let reread =
                crate::app::Reread { catalog, renumbered: renumbered(7, &[(2, 0)]), fresh: 5, ..Default::default() };
            Msg::Reread(Box::new(reread))
        };
        let (number, ..) = search(&mut reader);
        reader.send(reread());
        assert_eq!(reader.app.server_status().as_deref(), Some("searching home…"));
        answer(&mut reader, number, ServerAnswer::Searched { found: 5, total: 5, has_more: false });
        reader.send(reread());
        assert_eq!(reader.note(), "home: found 5 releases");
        reader.keys("j");
        reader.send(reread());
        assert_eq!(reader.note(), "5 new releases");
    }

    #[test]
    fn where_no_search_helps_a_notice_says_why() {
        let table = [
            (AccountKind::FreshRss, 400, "the servers of your accounts have no search; only Miniflux has one"),
            (AccountKind::Miniflux, 7, "all releases at the server are stored here; the list is complete"),
        ];
        for (kind, total, note) in table {
            let mut reader = reader(kind, total);
            reader.keys("R");
            assert_eq!((reader.commands(), reader.note()), (vec![], note));
        }
        let mut without = TestApp::new(150, 40);
        without.send(Msg::Library(LibraryEvent::Sources(Vec::new())));
        without.keys("R");
        assert!(without.note().starts_with("no account at a server"), "{}", without.note());
    }

    #[test]
    fn a_search_asked_for_before_the_accounts_are_known_starts_when_they_are() {
        let mut early = TestApp::new(150, 40);
        early.keys("R");
        assert_eq!(
            (early.commands(), early.note()),
            (vec![], "searching at the server as soon as the accounts are read")
        );
        let account =
            Account { id: HOME, kind: AccountKind::Miniflux, releases: 7, total: Some(400), ..Account::default() };
        early.send(Msg::Library(LibraryEvent::Accounts(vec![account])));
        early.send(Msg::Library(LibraryEvent::Sources(Vec::new())));
        let is_search = |command: &LibraryCommand| {
            matches!(command, LibraryCommand::AtServer { task: ServerTask::Search { .. }, .. })
        };
        let commands = early.commands();
        assert!(commands.len() == 1 && commands.iter().all(is_search), "{commands:?}");
        early.send(Msg::Library(LibraryEvent::Sources(Vec::new())));
        assert_eq!(early.commands(), vec![]);
    }

    #[test]
    fn everything_is_read_only_after_a_question() {
        let mut reader = reader(AccountKind::Miniflux, 400);
        let (number, ..) = search(&mut reader);
        answer(&mut reader, number, ServerAnswer::ReadsEverything);
        reader.keys("Enter");
        match reader.commands().as_slice() {
            [LibraryCommand::AtServer { task: ServerTask::Search { everything: true, .. }, .. }] => {}
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_a_server_found_is_listed_for_its_words_under_the_other_filters() {
        let mut reader = reader(AccountKind::Miniflux, 400);
        reader.keys("/ \"accord\" Enter");
        assert_eq!(reader.app.hits.order.len(), 0);
        let catalog = Arc::clone(&reader.app.catalog);
        let query = reader.app.query.clone();
        // A plantation and a forum: of different topics.
        let releases = vec![2.into(), 3.into()];
        reader.send(Msg::FoundAtServer { catalog, query, releases });
        assert_eq!((reader.app.hits.order.len(), reader.app.is_found_at_server(2.into())), (2, true));
        reader.keys("]");
        assert_eq!(reader.app.hits.order.len(), 1, "{}", reader.query());
        reader.keys("0");
        assert_eq!(reader.app.hits.order.len(), 7);
        reader.keys("/ \"other\" Enter");
        assert_eq!(reader.app.hits.order.len(), 0, "other words were not asked");
        reader.keys("0 / \"accord\" Enter");
        assert_eq!(reader.app.hits.order.len(), 2);
        let catalog = crate::catalog::tests::catalog(&[("Tea plantations", "", "News", "", (2018, 11, 4))]);
        let reread = crate::app::Reread { catalog, renumbered: renumbered(7, &[(2, 0)]), ..Default::default() };
        reader.send(Msg::Reread(Box::new(reread)));
        assert_eq!(reader.title(), "Tea plantations");
    }
}
