//! `tidings list --at-server`: searches all releases of an account at its server.

use std::io::{self, BufRead, IsTerminal, Write};
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::search;
use crate::catalog::{Catalog, ReleaseIndex};
use crate::cli::error::UsageError;
use crate::cli::load::{self, Feeds, Opened};
use crate::cli::network_args::NetworkArgs;
use crate::cli::{account, complain};
use crate::library::{Account, FeedKey};
use crate::query::{Query, Sort, TopicDefinition};
use crate::runtime::to_mark;
use crate::server::ServerError;
use crate::server::search_plan::plan;
use crate::sync::{FoundPage, ServerSearch, connect, search_names};
use crate::text::{CleanBuf, grouped};

/// The number of results without `--limit`.
pub const FIRST: usize = 200;

/// What to search, and where.
pub struct Search<'a> {
    /// The name of the account.
    pub account: &'a str,
    pub query: &'a Query,
    pub sort: Sort,
    /// The number of results.
    pub most: usize,
    /// Whether to read all entries if the server can restrict nothing.
    pub everything: bool,
}

/// The results: the catalog with them, and their order. `None` if the user does not want to read everything.
pub type Found = Option<(Arc<Catalog>, Vec<ReleaseIndex>)>;

/// Searches at the server; stores what it finds.
///
/// # Errors
/// If the account is unknown, or the server or the library fails.
pub fn find(args: &Search<'_>, feeds: &Feeds, net: &NetworkArgs, topics: &[TopicDefinition]) -> anyhow::Result<Found> {
    if !feeds.named().is_empty() {
        return Err(UsageError("--at-server searches the account alone; leave out the feeds".to_owned()).into());
    }
    let (mut library, account) = account::opened(&feeds.library, args.account)?;
    let engine = net.engine(&feeds.library, feeds.limits())?;
    let says = |error: &dyn std::fmt::Display| UsageError(format!("{}: {error}", account.name));
    let mut server = connect(&engine, &account).map_err(|error| says(&error))?;
    if !server.can_search() {
        return Err(says(&ServerError::NoSearch).into());
    }
    let Opened { catalog, context, .. } = load::load(feeds, topics)?;
    let names = search_names(&library, &account, &mut *server, &catalog).map_err(|error| says(&error))?;
    let mut running = ServerSearch::new(plan(args.query, &names, context.today));
    if running.reads_everything() && !args.everything && !confirm(&account)? {
        return Ok(None);
    }
    let mut pages: Vec<FoundPage> = Vec::new();
    while pages.iter().map(|page| page.releases.len()).sum::<usize>() < args.most {
        match running.next_page(&mut library, &account, &mut *server).map_err(|error| says(&error))? {
            Some(page) => pages.push(page),
            None => break,
        }
    }
    if running.has_more() {
        let total: u64 = pages.iter().map(|page| page.total).max().unwrap_or(0);
        let total = usize::try_from(total).unwrap_or(usize::MAX);
        complain(&format!("the server has {} results; ask for more with --limit", grouped(total)));
    }
    let Opened { catalog, context, .. } = load::load(feeds, topics)?;
    let mut found = FxHashSet::default();
    for page in &pages {
        let wanted: FxHashSet<&(FeedKey, u64)> = page.releases.iter().collect();
        let hits = search(&catalog, &page.rest, context.clone(), args.sort);
        found.extend(hits.order.iter().copied().filter(|&index| is_among(&catalog, index, &wanted)));
    }
    // The order of all, without those that were not found.
    let all = search(&catalog, &Query::default(), context, args.sort);
    let order = all.order.iter().copied().filter(|index| found.contains(index)).collect();
    Ok(Some((catalog, order)))
}

fn is_among(catalog: &Catalog, index: ReleaseIndex, wanted: &FxHashSet<&(FeedKey, u64)>) -> bool {
    catalog.release(index).is_some_and(|release| {
        to_mark(catalog, &release).into_iter().any(|one| wanted.contains(&(CleanBuf::line(one.feed), one.number)))
    })
}

/// Asks whether to read all entries.
fn confirm(account: &Account) -> anyhow::Result<bool> {
    let reason = format!("{} cannot search for any part of this query", account.name);
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(UsageError(format!("{reason}; add words, or read all of its releases with --everything")).into());
    }
    let mut err = io::stderr();
    write!(err, "{reason}; read all of its releases? [y/N] ")?;
    err.flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
