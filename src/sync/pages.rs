//! Full texts, fetched from the pages of releases on request or during a sync.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::run::{Run, Work, WorkKind};
use super::{Engine, Progress, now};
use crate::library::{Applied, LibraryError, ReleaseKey, Subscription, WantedPage};
use crate::net::fetch::{Accept, Answer, Request, Visit, host_of, is_private};
use crate::net::{discover, full_text};
use crate::release::Release;
use crate::text::{CleanBuf, panic_text};

/// The maximum number of full texts fetched after one poll of a source.
const MAX_PAGES: usize = 20;
/// The maximum number of full texts that one sync fetches for rules; the next sync fetches more.
pub(super) const MAX_WANTED: usize = 100;

/// Fetches the page of a release and extracts its text, as a release with only a body and links.
///
/// # Errors
/// Why there is no text, to be shown after the address and a colon.
pub fn fetch_page(engine: &Engine, address: &str, is_guarded: bool) -> Result<Release, CleanBuf> {
    fetch_page_with(engine, address, is_guarded, None)
}

/// Like [`fetch_page`], with a slot already taken at the host.
///
/// # Errors
/// Like [`fetch_page`].
pub fn fetch_page_with(
    engine: &Engine,
    address: &str,
    is_guarded: bool,
    visit: Option<Visit>,
) -> Result<Release, CleanBuf> {
    let request = Request { address, accept: Accept::Page, is_guarded, ..Request::default() };
    let answer = engine.fetcher().fetch_on(visit, &request, engine.cancellation(), &mut |_| {});
    let fetched = match answer.map_err(|error| CleanBuf::line(&error.to_string()))? {
        Answer::Body(fetched) => fetched,
        Answer::Unchanged { .. } => return Err(CleanBuf::line("not modified, though nothing was stored")),
    };
    let bytes = fetched.bytes.to_vec();
    if !discover::is_page(&bytes) {
        let media = if fetched.media.is_empty() { "something else" } else { fetched.media.as_str() };
        return Err(CleanBuf::line(&format!("not a web page ({media})")));
    }
    let page = full_text::readable(&bytes, fetched.label(), &fetched.address);
    let page = page.map_err(|refusal| CleanBuf::line(&refusal.to_string()))?;
    // The link shows whose page it is, in case another release gets the same name.
    let url = CleanBuf::line(address);
    let (title, body, body_spans, links) = (page.title, page.text, page.spans, page.links);
    Ok(Release { title, body, body_spans, url, links, ..Release::default() })
}

/// The page of a release whose full text is to be stored.
pub(super) struct Page {
    key: CleanBuf,
    number: u64,
    pub address: String,
    is_guarded: bool,
    /// The release, if a rule wants it.
    wanted: Option<ReleaseKey>,
}

/// Fetches a page; a panic counts as a failure.
pub(super) fn fetch_or_panic_text(
    engine: &Engine,
    page: &Page,
    visit: Option<Visit>,
) -> Result<Box<Release>, CleanBuf> {
    let fetch = || fetch_page_with(engine, &page.address, page.is_guarded, visit);
    let fetched = catch_unwind(AssertUnwindSafe(fetch));
    fetched.unwrap_or_else(|payload| Err(panic_text("reading it", &*payload))).map(Box::new)
}

impl Run<'_> {
    /// Queues the full texts of new releases, newest first.
    pub fn add_pages(&mut self, source: &Subscription, releases: &[Release], applied: &Applied) {
        let is_guarded = is_guarded(source);
        let new = applied.fresh.iter().zip(&applied.numbers).rev();
        let new = new.filter_map(|(&at, &number)| Some((releases.get(at)?, number)));
        let new = new.filter(|(release, _)| !release.url.is_empty());
        self.waiting.extend(new.take(MAX_PAGES).map(|(release, number)| {
            let (key, address) = (source.key.clone(), release.url.to_string());
            Work {
                host: host_of(&address),
                kind: WorkKind::Page(Page { key, number, address, is_guarded, wanted: None }),
            }
        }));
    }

    /// Stores a full text. If it could not be fetched, the user can still request it.
    pub fn apply_page(&mut self, page: &Page, fetched: Result<Box<Release>, CleanBuf>) -> Result<(), LibraryError> {
        let is_fetched = fetched.is_ok();
        if let Ok(text) = fetched {
            self.library.keep_page(page.key.as_str(), page.number, &text, now())?;
        }
        match page.wanted {
            // What was never tried does not count.
            Some(_) if !is_fetched && (self.engine.is_cancelled() || self.engine.fetcher().is_offline()) => Ok(()),
            Some(key) => {
                self.progress.full_texts += usize::from(is_fetched);
                self.library.tried_page(key, is_fetched)
            }
            None => Ok(()),
        }
    }

    /// Fetches the full texts that rules want, and adds their number to a progress.
    pub fn fetch_wanted(mut self, mut progress: Progress) -> Result<Progress, LibraryError> {
        let sources = self.library.sources()?;
        for WantedPage { key, address } in self.library.wanted_pages(MAX_WANTED)? {
            let source = sources.iter().find(|source| source.id == key.0);
            let Some(source) = source.filter(|_| !address.is_empty()) else {
                self.library.tried_page(key, true)?;
                continue;
            };
            let (feed, number, address) = (source.key.clone(), key.1, address.to_string());
            let page = Page { key: feed, number, address, is_guarded: is_guarded(source), wanted: Some(key) };
            self.waiting.push_back(Work { host: host_of(&page.address), kind: WorkKind::Page(page) });
        }
        if !self.waiting.is_empty() {
            progress.full_texts = self.drain()?.full_texts;
        }
        Ok(progress)
    }
}

/// Whether the pages of a source must not come from a private network.
fn is_guarded(source: &Subscription) -> bool {
    source.is_public.unwrap_or_else(|| !is_private(source.address.as_str()))
}
