//! Searches at the servers of accounts. Each page of results is stored and shown as it comes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashSet;

use super::found_at_server::FoundAtServer;
use super::library_writer::{Job, LibraryWriter};
use super::server_tasks::{account_of, line, open};
use crate::app::at_server::ServerAnswer;
use crate::catalog::Catalog;
use crate::library::{Account, AccountId, FeedKey, Library};
use crate::query::{Expr, Query};
use crate::server::search_plan::plan;
use crate::server::{Server, ServerError};
use crate::sync::{Engine, ServerSearch, search_names, with_server};
use crate::text::CleanBuf;

/// The number of results that a search reads before it stops.
const FIRST: usize = 200;

/// The searches that can go on, and what they found.
#[derive(Default)]
pub(super) struct Searches {
    query: Query,
    running: HashMap<AccountId, ServerSearch>,
    found: Arc<FxHashSet<(FeedKey, u64)>>,
}

impl Searches {
    /// Begins anew with another query.
    fn set_query(&mut self, query: &Query) {
        if self.query != *query {
            *self = Self { query: query.clone(), ..Self::default() };
        }
    }
}

/// What a search needs.
pub(super) struct Searching<'a> {
    pub engine: &'a Engine,
    pub writer: &'a LibraryWriter,
    pub searches: &'a Mutex<Searches>,
    pub catalog: &'a Catalog,
}

impl Searching<'_> {
    /// Begins a search or goes on with it.
    pub fn search(&self, id: AccountId, query: &Query, everything: bool) -> Result<ServerAnswer, CleanBuf> {
        let mut library = open(self.engine)?;
        let account = account_of(&library, id)?;
        let searched = with_server(self.engine, &account, |server| {
            self.search_with(&mut library, &account, query, everything, server)
        });
        searched.map_err(|error| line(&error))?
    }

    fn search_with(
        &self,
        library: &mut Library,
        account: &Account,
        query: &Query,
        everything: bool,
        server: &mut dyn Server,
    ) -> Result<ServerAnswer, CleanBuf> {
        let id = account.id;
        if !server.can_search() {
            return Err(line(&ServerError::NoSearch));
        }
        let known = {
            let mut searches = self.lock();
            searches.set_query(query);
            searches.running.remove(&id)
        };
        let mut running = if let Some(running) = known.filter(ServerSearch::has_more) {
            running
        } else {
            let names = search_names(library, account, server, self.catalog).map_err(|error| line(&error))?;
            let search = ServerSearch::new(plan(query, &names, chrono::Local::now().date_naive()));
            if search.reads_everything() && !everything {
                return Ok(ServerAnswer::ReadsEverything);
            }
            search
        };
        let (mut found, mut total) = (0, 0);
        while found < FIRST {
            let page = running.next_page(library, account, server).map_err(|error| line(&error))?;
            let Some(page) = page else { break };
            found += page.releases.len();
            total = page.total.max(total);
            // The rest of the text has to be tested here.
            if !page.rest.clauses.iter().any(Expr::is_text) {
                self.show(query, page.releases);
            }
            self.writer.send(Job::CheckChanges);
        }
        let has_more = running.has_more();
        let mut searches = self.lock();
        if searches.query == *query {
            searches.running.insert(id, running);
        }
        Ok(ServerAnswer::Searched { found, total, has_more })
    }

    /// Shows releases as found, unless another query was sent meanwhile.
    fn show(&self, query: &Query, releases: Vec<(FeedKey, u64)>) {
        let mut searches = self.lock();
        if searches.query == *query {
            Arc::make_mut(&mut searches.found).extend(releases);
            let found = FoundAtServer { query: query.clone(), releases: Arc::clone(&searches.found) };
            self.writer.send(Job::Found(found));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Searches> {
        self.searches.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
