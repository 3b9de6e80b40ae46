//! Past pages of feeds: archives and next pages (RFC 5005), the `next_url` of JSON Feed, and the next pages of a list on
//! the web.
//!
//! A walk begins at the page that the newest one names, after that was polled as in any sync, or where an earlier walk
//! stopped. Each page is stored in one transaction, together with the address of the next. A page that was read before
//! ends the walk. A page that may be there later keeps its place; one that is gone does not, so that the next walk begins anew.
//!
//! The parts of an index of sitemaps are past pages too. A source that names no older page is looked up in the news
//! sitemaps of its site: see `sitemaps` and `section`.

mod section;
mod sitemaps;

use std::panic::{AssertUnwindSafe, catch_unwind};

use rustc_hash::FxHashSet;
use url::Url;

use super::headers::headers;
use super::poll::{ParsedFeed, PollResult, ReadError, accept_for, read};
use super::run::{Run, Work, WorkKind};
use super::sitemaps::sitemap_rules;
use super::{Engine, now};
use crate::feed::listing::robots;
use crate::library::{LibraryError, NextPage, Origin, PlannedSitemap, SitemapPlan, Subscription};
use crate::net::fetch::{
    Accept, Answer, FetchError, Fetched, Kind, Request, Visit, host_of, is_private, may_share_secrets,
};
use crate::release::identity::hash;
use crate::text::{CleanBuf, panic_text};

/// The default for the number of past pages of a feed that one run fetches.
pub const PAST_PAGES: usize = 100;

/// The past pages of a source that have arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastPages {
    /// The name of the source.
    pub name: CleanBuf,
    /// The number of pages.
    pub pages: usize,
    /// The number of new releases on the last one.
    pub fresh: usize,
}

/// How a walk ended that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WalkEnd {
    /// The feed names no other page.
    NonePast,
    /// The feed names no other page, and its site has no sitemap with news of its section.
    NoSitemap(NoSitemap),
    /// A sitemap of the site cannot be read now; the next run continues there.
    Later,
    /// All sitemaps were read but some that cannot be.
    Skipped,
    /// The last page names no other one.
    Whole,
    /// The last page names one that was read before.
    Loop,
    /// The limit was reached; the next run continues.
    Limit,
}

/// Why the sitemaps of a site bring nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoSitemap {
    /// The links of the source lead to no common section of a site.
    NoSection,
    /// The robots.txt of the site cannot be read.
    NoRobots,
    /// The robots.txt names no sitemap.
    Unnamed,
    /// The sitemaps have no titles and dates of releases of the section.
    NoNews,
}

/// A walk that is wanted or under way.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// The most pages to fetch.
    most: usize,
    /// The pages and the new releases so far.
    pages: usize,
    fresh: usize,
    /// The numbers of the links that the source has, once they are needed.
    links: Option<FxHashSet<u64>>,
}

impl Walk {
    pub fn new(most: usize) -> Self {
        Self { most, ..Self::default() }
    }
}

/// A page to fetch.
pub(super) struct PastPage {
    source: Box<Subscription>,
    /// Its address, and the pages read before.
    page: NextPage,
    kind: PageKind,
}

/// What a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PageKind {
    /// The newest one, whose poll said that it is unchanged.
    Newest,
    /// A past page of a feed or a list.
    Past,
    /// The robots.txt of a site.
    Robots,
    /// A sitemap.
    Sitemap,
}

impl PastPage {
    fn host(&self) -> String {
        host_of(&self.page.address)
    }
}

/// The result of fetching a page.
pub(super) enum PastFetch {
    Read(Box<ParsedFeed>),
    /// The sitemaps that a robots.txt names, and its address.
    Robots(Vec<String>, Origin),
    Cancelled,
    /// The reason, and whether the page may be there later.
    Failed(CleanBuf, bool),
}

/// What the poll of the newest page says about past ones.
pub(super) enum Newest {
    Read { older: Option<Url>, origin: Origin, parts: Vec<PlannedSitemap>, is_sitemap: bool },
    Unchanged { address: String },
    Failed,
}

impl From<&PollResult> for Newest {
    fn from(polled: &PollResult) -> Self {
        match polled {
            PollResult::Read { feed, .. } => Self::Read {
                older: feed.older.clone(),
                origin: feed.origin.clone(),
                parts: feed.parts.clone(),
                is_sitemap: feed.is_sitemap(),
            },
            PollResult::Unchanged { origin, .. } => Self::Unchanged { address: origin.address.clone() },
            PollResult::Failed { .. } | PollResult::NotPolled(_) | PollResult::Cancelled => Self::Failed,
        }
    }
}

/// Fetches a page; a panic counts as a failure.
pub(super) fn fetch_or_panic_text(engine: &Engine, page: &PastPage, visit: Option<Visit>) -> PastFetch {
    let fetched = catch_unwind(AssertUnwindSafe(|| fetch(engine, page, visit)));
    fetched.unwrap_or_else(|payload| PastFetch::Failed(panic_text("reading it", &*payload), false))
}

fn fetch(engine: &Engine, PastPage { source, page, kind }: &PastPage, visit: Option<Visit>) -> PastFetch {
    let own = source.address.as_str();
    let is_own_host = may_share_secrets(own, &page.address);
    let headers = match source.header_command.as_ref().filter(|_| is_own_host && !engine.fetcher().is_offline()) {
        None => Vec::new(),
        Some(command) => match headers(command, engine.cancellation()) {
            Ok(headers) => headers,
            Err(error) => return PastFetch::Failed(CleanBuf::line(&error.to_string()), true),
        },
    };
    let address = if is_own_host { with_user_of(own, &page.address) } else { page.address.clone() };
    let is_guarded = page.is_guarded || source.is_public == Some(true);
    let rules = if *kind == PageKind::Sitemap { &sitemap_rules() } else { &source.rules };
    let accept = match kind {
        PageKind::Newest | PageKind::Past => accept_for(rules),
        PageKind::Robots => Accept::Robots,
        PageKind::Sitemap => Accept::Sitemap,
    };
    let request = Request { address: &address, accept, is_guarded, headers: &headers, ..Request::default() };
    match engine.fetcher().fetch_on(visit, &request, engine.cancellation(), &mut |_| {}) {
        Ok(Answer::Body(fetched)) if *kind == PageKind::Robots => read_robots(&fetched),
        Ok(Answer::Body(fetched)) => match read(engine, fetched, rules) {
            Ok(feed) => PastFetch::Read(Box::new(feed)),
            Err(ReadError::Cancelled) => PastFetch::Cancelled,
            Err(ReadError::Failed(reason) | ReadError::NotAListing(reason)) => PastFetch::Failed(reason, false),
        },
        Ok(Answer::Unchanged { .. }) => {
            PastFetch::Failed(CleanBuf::line("not modified, though nothing was stored"), false)
        }
        Err(FetchError::Cancelled) => PastFetch::Cancelled,
        Err(error) => PastFetch::Failed(CleanBuf::line(&error.to_string()), may_pass(&error)),
    }
}

/// Reads the robots.txt of a site.
fn read_robots(fetched: &Fetched) -> PastFetch {
    let bytes = fetched.bytes.to_vec();
    let text = String::from_utf8_lossy(&bytes);
    let base = Url::parse(&fetched.address).ok();
    let absolute = |written: &str| base.as_ref()?.join(written).ok().map(String::from);
    let sitemaps = robots::sitemaps_of(&text).into_iter().filter_map(absolute).collect();
    PastFetch::Robots(sitemaps, Origin { address: fetched.address.clone(), is_public: fetched.is_public })
}

/// Whether the same request may succeed later.
fn may_pass(error: &FetchError) -> bool {
    match error {
        FetchError::Status { status } => !matches!(status, 400 | 403..=405 | 414),
        error => !matches!(error.kind(), Kind::Address | Kind::Gone | Kind::Redirect),
    }
}

/// Returns an address with the user name and the password of another one.
pub(super) fn with_user_of(own: &str, address: &str) -> String {
    let (Ok(own), Ok(mut url)) = (Url::parse(own), Url::parse(address)) else { return address.to_owned() };
    // An address with a host accepts both.
    let _ = url.set_username(own.username());
    let _ = url.set_password(own.password());
    url.into()
}

/// Returns the number by which a walk recognises a page.
fn number_of(address: &str) -> u64 {
    hash(&[address.split('#').next().unwrap_or_default()])
}

/// Returns a number by which a walk recognises what a page lists.
fn content_of(feed: &ParsedFeed) -> u64 {
    hash(&feed.releases.iter().map(|release| release.url.as_str()).collect::<Vec<_>>())
}

/// Returns the page that `older` names on the page at `origin`, or why it must not be fetched. `before` is what the walk
/// has read.
fn next_page(older: Url, origin: &Origin, before: &NextPage) -> Result<NextPage, CleanBuf> {
    let (address, is_guarded) = next_address(older, origin)?;
    let is_guarded = before.is_guarded || is_guarded;
    Ok(NextPage { address, is_guarded, seen: before.seen.clone(), sitemaps: None })
}

/// Returns the address that is to be fetched for one that the page at `origin` names, and whether it must not be in a
/// private network.
///
/// # Errors
/// Why it must not be fetched.
pub(super) fn next_address(older: Url, origin: &Origin) -> Result<(String, bool), CleanBuf> {
    let (mut older, from) = (older, Url::parse(&origin.address).ok());
    older.set_fragment(None);
    let _ = older.set_username("");
    let _ = older.set_password(None);
    let is_secure = from.as_ref().is_some_and(|from| from.scheme() == "https");
    let is_same_host = from.as_ref().is_some_and(|from| from.host() == older.host());
    // As for redirects, never from https to http; many sites write their own links with http.
    let is_lax = is_secure && older.scheme() == "http";
    let may_be_secure = is_same_host && older.port().is_none();
    if is_lax && !(may_be_secure && older.set_scheme("https").is_ok()) {
        return Err(CleanBuf::line(&format!("the next page is without encryption: {older}")));
    }
    let is_elsewhere = !is_private(&origin.address) && !is_same_host;
    Ok((older.into(), origin.is_public || is_elsewhere))
}

impl Run<'_> {
    /// Begins the walk of a source that was polled, with `fresh` new releases.
    pub fn begin_walk(&mut self, source: Box<Subscription>, fresh: usize, newest: Newest) -> Result<(), LibraryError> {
        self.progress.fresh += fresh;
        if let Some(walk) = self.walks.get_mut(&source.id) {
            walk.fresh = fresh;
        }
        let mut first = NextPage::default();
        if let Some(page) = self.library.next_page(source.key.as_str())? {
            let kind = if page.sitemaps.is_some() { PageKind::Sitemap } else { PageKind::Past };
            self.fetch_past(PastPage { source, page, kind });
            return Ok(());
        }
        match newest {
            Newest::Read { older: Some(older), origin, .. } => {
                first.see(number_of(&origin.address));
                match next_page(older, &origin, &first) {
                    Ok(page) if page.has_seen(number_of(&page.address)) => self.end_walk(&source, Ok(WalkEnd::Loop)),
                    Ok(page) => self.fetch_past(PastPage { source, page, kind: PageKind::Past }),
                    Err(reason) => self.end_walk(&source, Err((reason, false))),
                }
            }
            Newest::Unchanged { address } => {
                first.address = address;
                first.is_guarded = source.is_public == Some(true);
                self.fetch_past(PastPage { source, page: first, kind: PageKind::Newest });
            }
            Newest::Read { parts, .. } if !parts.is_empty() => {
                let plan = SitemapPlan { rest: parts, ..SitemapPlan::default() };
                self.read_next_sitemap(source, first, plan);
            }
            Newest::Read { is_sitemap: false, .. } => self.look_for_sitemaps(source)?,
            Newest::Read { .. } | Newest::Failed => self.end_walk(&source, Ok(WalkEnd::NonePast)),
        }
        Ok(())
    }

    fn fetch_past(&mut self, page: PastPage) {
        self.waiting.push_back(Work { host: page.host(), kind: WorkKind::Past(page) });
    }

    /// Stores a page and continues with the next one, if the walk does not end here.
    pub fn apply_past(&mut self, page: PastPage, fetched: PastFetch) -> Result<(), LibraryError> {
        self.free_slot(&page.host());
        if matches!(page.kind, PageKind::Robots | PageKind::Sitemap) {
            return self.apply_sitemap(page, fetched);
        }
        let PastPage { source, page, kind } = page;
        let is_newest = kind == PageKind::Newest;
        let key = source.key.as_str();
        let mut feed = match fetched {
            PastFetch::Read(feed) => feed,
            // The next page is stored, so a later run continues there.
            PastFetch::Cancelled | PastFetch::Robots(..) => return Ok(()),
            PastFetch::Failed(reason, may_pass) => {
                if !is_newest {
                    self.library.set_next_page(key, Some(&page).filter(|_| may_pass))?;
                }
                self.save_pauses()?;
                self.end_walk(&source, Err((reason, may_pass)));
                return Ok(());
            }
        };
        let mut before = page;
        before.see(number_of(&before.address));
        before.see(number_of(&feed.origin.address));
        // Some sites answer any number of a page with the last one.
        let is_repeated = feed.listing.is_some() && {
            let content = content_of(&feed);
            let is_known = before.has_seen(content);
            before.see(content);
            is_known
        };
        let next = feed.older.take().map(|older| next_page(older, &feed.origin, &before));
        let is_loop = is_repeated || matches!(&next, Some(Ok(next)) if next.has_seen(number_of(&next.address)));
        let next = next.filter(|_| !is_loop);
        let kept = next.as_ref().and_then(|next| next.as_ref().ok());
        let fresh = self.library.keep_past((source.id, key), &feed.releases, kept, now())?;
        self.learn_topics(&source, fresh)?;
        let (pages, is_full) = self.count_page(&source, fresh, usize::from(!is_newest));
        match next {
            Some(Ok(page)) if !is_full => {
                (self.report)(&self.progress);
                self.fetch_past(PastPage { source, page, kind: PageKind::Past });
            }
            Some(Ok(_)) => self.end_walk(&source, Ok(WalkEnd::Limit)),
            Some(Err(reason)) => self.end_walk(&source, Err((reason, false))),
            None if is_loop => self.end_walk(&source, Ok(WalkEnd::Loop)),
            None if pages == 0 && !feed.is_sitemap() => self.look_for_sitemaps(source)?,
            None if pages == 0 => self.end_walk(&source, Ok(WalkEnd::NonePast)),
            None => self.end_walk(&source, Ok(WalkEnd::Whole)),
        }
        Ok(())
    }

    /// Counts a page of a walk that brought `fresh` new releases; the newest page is no past one. Returns the number of
    /// pages so far, and whether the limit is reached.
    fn count_page(&mut self, source: &Subscription, fresh: usize, past: usize) -> (usize, bool) {
        self.progress.fresh += fresh;
        let walk = self.walks.entry(source.id).or_default();
        walk.fresh += fresh;
        walk.pages += past;
        let pages = walk.pages;
        let is_full = pages >= walk.most;
        if past > 0 {
            tracing::info!(source = %source.name(), pages, fresh, "past page");
            self.progress.past_pages += 1;
            self.progress.past = Some(PastPages { name: source.name(), pages, fresh });
        }
        (pages, is_full)
    }

    /// Reports a walk as ended, and its source as finished. The error is the reason and whether the page may be there
    /// later.
    fn end_walk(&mut self, source: &Subscription, ended: Result<WalkEnd, (CleanBuf, bool)>) {
        let Walk { pages, fresh, .. } = self.walks.remove(&source.id).unwrap_or_default();
        self.progress.walked = ended.as_ref().ok().map(|&end| (pages, end));
        self.progress.has_more |= matches!(ended, Ok(WalkEnd::Limit | WalkEnd::Later) | Err((_, true)));
        // Its releases were counted page by page.
        self.progress.fresh = self.progress.fresh.saturating_sub(fresh);
        let result = ended.map(|_| fresh).map_err(|(reason, may_pass)| {
            self.progress.fresh += fresh;
            let then = if may_pass { "; the next run continues there" } else { "; the next run begins anew" };
            CleanBuf::line(&format!("past page {}: {reason}{then}", pages + 1))
        });
        self.finish_polled(source, result);
        self.progress.walked = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(older: &str, from: &str, is_public: bool) -> Result<NextPage, CleanBuf> {
        let origin = Origin { address: from.to_owned(), is_public };
        next_page(Url::parse(older).expect("an address"), &origin, &NextPage::default())
    }

    #[test]
    fn the_next_page_keeps_encryption_and_the_rules_of_private_networks() {
        let table = [
            ("https://a.example/2#x", "https://a.example/", true, Ok(("https://a.example/2", true))),
            ("http://a.example/2", "https://a.example/", true, Ok(("https://a.example/2", true))),
            ("http://u:p@a.example/2", "http://a.example/", true, Ok(("http://a.example/2", true))),
            ("http://b.example/2", "http://a.example/", false, Ok(("http://b.example/2", true))),
            ("http://10.0.0.1/2", "http://10.0.0.1/", false, Ok(("http://10.0.0.1/2", false))),
            ("http://10.0.0.2/2", "http://10.0.0.1/", false, Ok(("http://10.0.0.2/2", false))),
            (
                "http://b.example/2",
                "https://a.example/",
                true,
                Err("the next page is without encryption: http://b.example/2"),
            ),
        ];
        for (older, from, is_public, expected) in table {
            let page = next(older, from, is_public);
            let found = page.as_ref().map(|page| (page.address.as_str(), page.is_guarded));
            assert_eq!(found.map_err(CleanBuf::as_str), expected, "{older} on {from}");
        }
    }

    #[test]
    fn a_page_keeps_its_place_unless_it_is_gone() {
        for (status, expected) in [(404, false), (403, false), (500, true), (503, true), (429, true), (401, true)] {
            assert_eq!(may_pass(&FetchError::Status { status }), expected, "{status}");
        }
        assert!(
            may_pass(&FetchError::Offline)
                && !may_pass(&FetchError::Gone)
                && !may_pass(&FetchError::Address("invalid address"))
        );
    }

    #[test]
    fn only_the_host_of_the_feed_gets_its_password() {
        let own = "https://user:word@a.example/feed";
        assert_eq!(with_user_of(own, "https://a.example/2"), "https://user:word@a.example/2");
    }
}
