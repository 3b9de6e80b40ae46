//! Reads the feed of a subscription with other rules, without storing anything.

use super::Engine;
use super::poll::{PollResult, poll};
use crate::feed::Rules;
use crate::feed::listing::ListingReport;
use crate::library::{Library, SourceId, Subscription};
use crate::net::fetch::{FetchError, Visit};
use crate::release::Release;
use crate::text::CleanBuf;

/// What a feed holds, before it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedPreview {
    /// The number of releases.
    pub releases: usize,
    /// The number of releases with a date.
    pub dated: usize,
    /// How they were found, if it is a web page or a sitemap.
    pub report: Option<ListingReport>,
    /// The day and the title of the first ones.
    pub first: Vec<(CleanBuf, CleanBuf)>,
}

impl FeedPreview {
    /// The number of releases that are shown.
    const SHOWN: usize = 8;
}

/// Returns the day and the title of a release, as previews show them.
pub(super) fn shown(release: &Release) -> (CleanBuf, CleanBuf) {
    let day = release.date.map(|date| CleanBuf::line(&date.day().to_string())).unwrap_or_default();
    (day, release.title.clone())
}

/// Reads the feed of a subscription with these rules. `visit` is a slot already taken at its host.
///
/// # Errors
/// Why it cannot be read; reads as the continuation of its name.
pub fn try_rules(engine: &Engine, id: SourceId, rules: &Rules, visit: Option<Visit>) -> Result<FeedPreview, CleanBuf> {
    let reason = |error: &dyn std::fmt::Display| CleanBuf::line(&error.to_string());
    let library = Library::open(&engine.place).map_err(|error| reason(&error))?;
    let sources = library.as_ref().map(Library::sources).transpose().map_err(|error| reason(&error))?;
    drop(library);
    let source = sources.into_iter().flatten().find(|source| source.id == id);
    let source = source.ok_or_else(|| CleanBuf::line("no longer subscribed"))?;
    let source = Subscription { etag: None, modified: None, rules: rules.clone(), ..source };
    match poll(engine, &source, visit) {
        PollResult::Read { feed, .. } => Ok(FeedPreview {
            releases: feed.releases.len(),
            dated: feed.releases.iter().filter(|release| release.date.is_some()).count(),
            first: feed.releases.iter().take(FeedPreview::SHOWN).map(shown).collect(),
            report: feed.listing.map(|report| *report),
        }),
        PollResult::Unchanged { .. } => Err(CleanBuf::line("not modified, though nothing was stored")),
        PollResult::Failed { reason, .. } | PollResult::NotPolled(reason) => Err(reason),
        PollResult::Cancelled => Err(reason(&FetchError::Cancelled)),
    }
}
