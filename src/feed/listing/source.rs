//! Reads a whole page or sitemap, and passes its entries on as releases.

use std::io::{self, Read};

use url::Url;

use super::{Entry, LARGEST, Listing, Unread, extract_with, sitemap};
use crate::feed::fields::{Field, Fields};
use crate::feed::{Limits, Raw, Refusal, Rules, Sink, html};
use crate::release::{Cause, Problem, Release};
use crate::text::{Clean, CleanBuf, counted};

/// The most sitemaps of an index that are named.
const NAMED: usize = 3;

/// Reads a page, or a sitemap if `is_sitemap`. Like [`crate::feed::read`].
pub(in crate::feed) fn read(
    source: Clean<'_>,
    input: &mut dyn Read,
    is_sitemap: bool,
    limits: Limits,
    rules: &Rules,
    sink: &mut dyn Sink,
) -> Result<(), Refusal> {
    let most = if is_sitemap { sitemap::LARGEST } else { LARGEST };
    let Some((text, is_cut)) = whole(input, most, sink)? else { return Ok(()) };
    let base = sink.base();
    let refuse = |unread| match unread {
        Unread::Selector(reason) => Refusal::Rule(reason),
        Unread::NotAListing(reason) => {
            let feed = html::feed_link(&text).map(|address| CleanBuf::line(&address)).unwrap_or_default();
            Refusal::NotAListing { reason, feed }
        }
    };
    let listing = if is_sitemap {
        sitemap::read(&text)?
    } else {
        extract_with(&text, base.as_ref(), &rules.select).map_err(refuse)?
    };
    drop(text);
    if !listing.parts.is_empty() && !sink.takes_indexes() {
        let names = listing.parts.iter().take(NAMED).map(|part| part.address.as_str()).collect::<Vec<_>>().join(", ");
        let found = format!(
            "an index of {} ({names}); subscribe to the address of the index, or open one of them",
            counted(listing.parts.len(), "sitemap")
        );
        return Err(Refusal::NotAFeed { found: CleanBuf::line(&found) });
    }
    if is_cut {
        let reason = format!("larger than {} MiB; the rest was not read", most >> 20);
        report(source, Cause::TooLarge, &reason, sink);
    }
    if !listing.title.is_empty() {
        sink.title(listing.title.as_clean());
    }
    sink.raw(Raw::Listing(&listing));
    if listing.relative > 0 {
        let reason = format!(
            "{} of {} links are relative; give the address of the page with --base",
            listing.relative,
            listing.entries.len()
        );
        report(source, Cause::Link, &reason, sink);
    }
    deliver(&listing, base, limits, sink);
    if let Some(next) = listing.next.as_ref().and_then(|next| Url::parse(next.as_str()).ok()) {
        sink.older(&next);
    }
    Ok(())
}

/// Reads the text, up to a limit. Returns it and whether it was cut, or `None` if the sink wants nothing more.
fn whole(input: &mut dyn Read, most: usize, sink: &mut dyn Sink) -> io::Result<Option<(String, bool)>> {
    let mut bytes = Vec::new();
    let mut chunk = vec![0; 1 << 16];
    loop {
        if sink.is_over() {
            return Ok(None);
        }
        sink.waits();
        let read = match input.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        bytes.extend_from_slice(&chunk[..read]);
        if sink.progress(bytes.len() as u64).is_break() {
            return Ok(None);
        }
        if bytes.len() > most {
            break;
        }
    }
    let is_cut = bytes.len() > most;
    bytes.truncate(most);
    let text = String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    Ok(Some((text, is_cut)))
}

fn report(source: Clean<'_>, cause: Cause, reason: &str, sink: &mut dyn Sink) {
    sink.problem(Problem { source: source.to_buf(), item: None, byte: None, cause, reason: CleanBuf::line(reason) });
}

fn deliver(listing: &Listing, base: Option<Url>, limits: Limits, sink: &mut dyn Sink) {
    let mut fields = Fields::within(limits.text);
    fields.base = base;
    for (number, entry) in (0..).zip(&listing.entries) {
        if sink.is_over() {
            return;
        }
        fill(&mut fields, entry, &listing.language);
        if !fields.release.title.is_empty() || !fields.release.url.is_empty() {
            sink.release(number, &fields.release);
        }
    }
}

/// Makes a release of an entry.
fn fill(fields: &mut Fields, entry: &Entry, language: &str) {
    fields.clear();
    fields.start_value();
    let one = |fields: &mut Fields, field, text: &str| {
        fields.start_value();
        fields.plain((field, 0), text);
    };
    fields.link((Field::Url, 0), &entry.address, 0);
    one(fields, Field::Title, &entry.title);
    one(fields, Field::Summary, &entry.summary);
    one(fields, Field::Place, &entry.place);
    one(fields, Field::Author, &entry.author);
    fields.start_value();
    for topic in &entry.topics {
        fields.plain((Field::Topics, 0), topic);
    }
    fields.finish();
    let Release { date: own, language: tag, .. } = &mut fields.release;
    *own = entry.date;
    tag.push_line(&language.to_ascii_lowercase());
}
