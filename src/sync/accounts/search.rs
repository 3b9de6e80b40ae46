//! Searches all entries of an account at its server, page by page, and stores what it finds.

use std::collections::{HashMap, HashSet};

use super::AccountError;
use super::contents::flags_of;
use crate::catalog::{Catalog, Facet};
use crate::library::{Account, FeedKey, Library, NewEntry, SourceId};
use crate::query::Query;
use crate::server::search_plan::{PlannedSearch, SearchNames};
use crate::server::{Entry, EntryId, RemoteFeedId, Server};
use crate::sync::now;

/// The number of results of one request.
const PAGE: u32 = 100;

/// A search at a server. A query becomes one request or several, each with a rest that is tested here.
#[derive(Debug)]
pub struct ServerSearch {
    requests: Vec<Request>,
    /// The subscriptions of the feeds at the server; filled at the first page.
    sources: Option<HashMap<RemoteFeedId, SourceId>>,
}

/// One request and how far its results were read.
#[derive(Debug)]
struct Request {
    planned: PlannedSearch,
    offset: u64,
    is_over: bool,
    /// The entries found so far: the order of results changes while they are read, so that some come twice.
    found: HashSet<EntryId>,
}

/// Results of a search that are stored now.
#[derive(Debug, Clone, Default)]
pub struct FoundPage {
    /// What the results must match as well.
    pub rest: Query,
    /// The feed and the number of each release.
    pub releases: Vec<(FeedKey, u64)>,
    /// The number of all results of this request, at the server.
    pub total: u64,
}

impl ServerSearch {
    /// Prepares the requests of a query.
    #[must_use]
    pub fn new(plan: Vec<PlannedSearch>) -> Self {
        let request = |planned| Request { planned, offset: 0, is_over: false, found: HashSet::new() };
        Self { requests: plan.into_iter().map(request).collect(), sources: None }
    }

    /// Whether the server can restrict nothing in one of the requests, so that all entries would be read.
    #[must_use]
    pub fn reads_everything(&self) -> bool {
        self.requests.iter().any(|request| request.planned.reads_everything())
    }

    /// Whether there are further results.
    #[must_use]
    pub fn has_more(&self) -> bool {
        self.requests.iter().any(|request| !request.is_over)
    }

    /// Reads and stores the next page. `None` when all results were read.
    ///
    /// # Errors
    /// If the server or the library fails.
    pub fn next_page(
        &mut self,
        library: &mut Library,
        account: &Account,
        server: &mut dyn Server,
    ) -> Result<Option<FoundPage>, AccountError> {
        if self.sources.is_none() {
            let feeds: Vec<_> = server.feeds()?.iter().map(super::account_feed).collect();
            self.sources = Some(library.set_account_feeds(account.id, &feeds)?.into_iter().collect());
        }
        let sources = self.sources.as_ref();
        // Those that were read the least come first, so that each shows something soon.
        let next = self.requests.iter_mut().filter(|request| !request.is_over).min_by_key(|request| request.offset);
        let Some(request) = next else { return Ok(None) };
        let hits = server.search(&request.planned.request, request.offset, PAGE)?;
        let came = hits.entries.len() as u64;
        request.offset += came;
        request.is_over = came == 0 || request.offset >= hits.total;
        let source_of = |entry: &Entry| sources.and_then(|sources| sources.get(&entry.feed).copied());
        let new: Vec<NewEntry<'_>> = hits
            .entries
            .iter()
            .filter(|entry| request.found.insert(entry.id))
            .filter_map(|entry| {
                Some(NewEntry {
                    remote: entry.id,
                    source: source_of(entry)?,
                    release: &entry.release,
                    hash: entry.hash,
                    flags: entry.marks.map(flags_of),
                    is_found: true,
                })
            })
            .collect();
        library.take_entries(account.id, &new, now())?;
        let ids: Vec<EntryId> = new.iter().map(|entry| entry.remote).collect();
        let releases = library.releases_of_entries(account.id, &ids)?;
        Ok(Some(FoundPage { rest: request.planned.rest.clone(), releases, total: hits.total }))
    }
}

/// Returns the names of the account's feeds and folders, and the topics that are known.
///
/// # Errors
/// If the server or the library fails.
pub fn search_names(
    library: &Library,
    account: &Account,
    server: &mut dyn Server,
    catalog: &Catalog,
) -> Result<SearchNames, AccountError> {
    let sources = catalog.values(Facet::Source);
    let mut names = SearchNames {
        account: account.name.clone(),
        accounts: library.accounts()?.into_iter().map(|account| account.name).collect(),
        ..SearchNames::default()
    };
    for source in library.sources()? {
        let Some(link) = source.accounts.iter().find(|link| link.id == account.id) else { continue };
        let shown = sources.ids().find(|&id| catalog.source_key(id) == source.key.as_clean());
        let name = shown.map_or_else(|| source.name(), |id| sources.label(id).to_buf());
        names.feeds.push((name, link.remote.clone()));
    }
    names.folders = server.folders()?.into_iter().map(|folder| (folder.name, folder.id)).collect();
    let topics = catalog.values(Facet::Topic);
    names.topics = topics.ids().map(|id| topics.label(id).to_buf()).filter(|topic| !topic.is_empty()).collect();
    Ok(names)
}
