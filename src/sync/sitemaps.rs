//! Indexes of sitemaps: a subscription to one follows its newest part; the others are past pages.

use std::collections::VecDeque;

use url::Url;

use super::Engine;
use super::past::{next_address, with_user_of};
use super::poll::{ParsedFeed, ReadError, read};
use crate::feed::Rules;
use crate::library::{Origin, PlannedSitemap};
use crate::net::fetch::{Accept, Answer, FetchError, Fetched, Request, may_share_secrets};
use crate::text::CleanBuf;

/// The most parts of an index that are kept for later.
pub(super) const MOST_PARTS: usize = 2_000;
/// The most indexes that lead to a sitemap.
pub(super) const MOST_DEPTH: u8 = 2;
/// The most parts of an index that one poll fetches: the newest may be empty or an index itself.
const TRIED: usize = 3;

/// Who asks for a feed: its address, with user name and password, and further headers.
#[derive(Clone, Copy)]
pub(super) struct Asker<'a> {
    pub address: &'a str,
    pub headers: &'a [(String, String)],
}

/// Returns the sitemaps at these addresses that may be fetched, each once; `origin` is what names them.
pub(super) fn plan(addresses: impl Iterator<Item = String>, origin: &Origin, depth: u8) -> Vec<PlannedSitemap> {
    let mut seen = rustc_hash::FxHashSet::default();
    let planned = addresses.filter_map(|address| {
        let (address, is_guarded) = next_address(Url::parse(&address).ok()?, origin).ok()?;
        seen.insert(address.clone()).then_some(PlannedSitemap { address, is_guarded, depth })
    });
    planned.take(MOST_PARTS).collect()
}

/// Reads a fetched source; of an index of sitemaps, its newest part.
///
/// # Errors
/// Like [`read`], and if no part can be read.
pub(super) fn read_newest(
    engine: &Engine,
    fetched: Fetched,
    rules: &Rules,
    asker: Asker<'_>,
) -> Result<ParsedFeed, ReadError> {
    let mut index = read(engine, fetched, rules)?;
    let mut left = VecDeque::from(std::mem::take(&mut index.parts));
    if left.is_empty() {
        return Ok(index);
    }
    // A part may need all of it.
    index.free_share();
    let mut first_error = None;
    for _ in 0..TRIED {
        let Some(part) = left.pop_front() else { break };
        match fetch_part(engine, &part, asker) {
            Ok(inner) if !inner.parts.is_empty() && part.depth < MOST_DEPTH => {
                for mut inner in inner.parts.into_iter().rev() {
                    inner.depth = part.depth + 1;
                    left.push_front(inner);
                }
                left.truncate(MOST_PARTS);
            }
            Ok(part) if part.is_sitemap() => return Ok(index.with_content_of(part, left.into())),
            Ok(_) => _ = first_error.get_or_insert(format!("{}: not a sitemap", part.address)),
            Err(ReadError::Cancelled) => return Err(ReadError::Cancelled),
            Err(ReadError::Failed(reason) | ReadError::NotAListing(reason)) => {
                first_error.get_or_insert(format!("{}: {reason}", part.address));
            }
        }
    }
    let reason = first_error.unwrap_or_else(|| "it lists only other indexes".to_owned());
    Err(ReadError::Failed(CleanBuf::line(&format!("an index of sitemaps, of which none can be read: {reason}"))))
}

fn fetch_part(engine: &Engine, part: &PlannedSitemap, asker: Asker<'_>) -> Result<ParsedFeed, ReadError> {
    let is_own_host = may_share_secrets(asker.address, &part.address);
    let address = if is_own_host { with_user_of(asker.address, &part.address) } else { part.address.clone() };
    let request = Request {
        address: &address,
        accept: Accept::Sitemap,
        is_guarded: part.is_guarded,
        headers: if is_own_host { asker.headers } else { &[] },
        ..Request::default()
    };
    match engine.fetcher().fetch(&request, engine.cancellation(), &mut |_| {}) {
        Ok(Answer::Body(fetched)) => read(engine, fetched, &sitemap_rules()),
        Ok(Answer::Unchanged { .. }) => {
            Err(ReadError::Failed(CleanBuf::line("not modified, though nothing was stored")))
        }
        Err(FetchError::Cancelled) => Err(ReadError::Cancelled),
        Err(error) => Err(ReadError::Failed(CleanBuf::line(&error.to_string()))),
    }
}

/// Returns the rules by which a sitemap is read that no user has typed.
pub(super) fn sitemap_rules() -> Rules {
    Rules { page: true, ..Rules::default() }
}
