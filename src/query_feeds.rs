//! Saved queries as feeds: the newest releases that match one, and the files that each sync brings up to date.
//!
//! The library is read from the newest release on, a part at a time, and no further than until enough releases match. So
//! memory holds one part and what was found, however large the library is. Copies of a story that lie in different parts
//! are tested apart.

mod scan;
#[cfg(test)]
mod tests;

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use chrono::NaiveDate;
use rustc_hash::FxHashMap;

use crate::catalog::{Catalog, ReleaseIndex};
use crate::document::feed::{Feed, FeedFormat};
use crate::library::{Access, KeptFeed, Library, LibraryError, replace};
use crate::query::{Query, TopicDefinition, parse};
use crate::text::{CleanBuf, system_error};
use scan::Scan;

/// How many releases a feed has, unless the user says otherwise.
pub const MOST: usize = 100;

/// The newest releases that match a query.
#[derive(Debug)]
pub struct Matching {
    /// A catalog of them.
    pub catalog: Arc<Catalog>,
    /// The releases, newest first.
    pub releases: Vec<ReleaseIndex>,
    /// When those without a date were first stored, in seconds since 1970.
    pub arrived: FxHashMap<ReleaseIndex, i64>,
}

/// A file that could not be brought up to date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unwritten {
    /// The file.
    pub file: CleanBuf,
    /// Why.
    pub reason: CleanBuf,
}

impl std::fmt::Display for Unwritten {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.file, self.reason)
    }
}

/// Finds the newest releases that match a query, at most `most`.
///
/// # Errors
/// When the library cannot be read.
pub fn matching(
    library: &Library,
    query: &Query,
    title: &CleanBuf,
    most: usize,
    today: NaiveDate,
) -> Result<Matching, LibraryError> {
    Scan::new(library, query, today)?.run(title, most)
}

/// Returns a saved query as a feed. The state of `kept` and its file do not matter.
///
/// # Errors
/// When the library cannot be read.
pub fn document(
    library: &Library,
    query: &Query,
    kept: &KeptFeed,
    format: FeedFormat,
    today: NaiveDate,
) -> Result<(Vec<u8>, usize), LibraryError> {
    let title = CleanBuf::line(&kept.name);
    let Matching { catalog, releases, arrived } = matching(library, query, &title, kept.most, today)?;
    let feed = Feed {
        title: title.as_clean(),
        id: &kept.uri,
        address: &kept.address,
        catalog: &catalog,
        releases: &releases,
        arrived: &arrived,
    };
    let mut out = Vec::new();
    // Memory takes everything.
    let _ = feed.write(format, &mut out);
    Ok((out, releases.len()))
}

/// Brings the files of saved queries up to date. Returns those that could not be written.
///
/// # Errors
/// When the library cannot be read or written.
pub fn update_files(library: &mut Library, today: NaiveDate) -> Result<Vec<Unwritten>, LibraryError> {
    let mut unwritten = Vec::new();
    if library.read_only().is_some() {
        return Ok(unwritten);
    }
    for kept in library.kept_feeds()? {
        if let Err(reason) = update_file(library, &kept, today)? {
            let (file, reason) = (CleanBuf::line(&kept.file), CleanBuf::line(&reason));
            unwritten.push(Unwritten { file, reason });
        }
    }
    Ok(unwritten)
}

/// Brings a file up to date if the library has changed since it was written. The inner error says why it could not be
/// written.
///
/// # Errors
/// When the library cannot be read or written.
pub fn update_file(
    library: &mut Library,
    kept: &KeptFeed,
    today: NaiveDate,
) -> Result<Result<(), String>, LibraryError> {
    // The version counts too: a newer one may write something else.
    let mut state = format!("{} {today} {}", library.feed_state()?, env!("CARGO_PKG_VERSION"));
    let query = match parse(&kept.query) {
        Ok(query) => query,
        Err(error) => return Ok(Err(format!("not written: {}: invalid query: {error}", CleanBuf::line(&kept.name)))),
    };
    // The configuration may define a topic anew.
    for TopicDefinition { name, query } in library.own_topics()?.used_by(&query) {
        state.extend([" ", name.as_str(), "=", &query.to_string()]);
    }
    let file = Path::new(&kept.file);
    if kept.state == state && file.exists() {
        return Ok(Ok(()));
    }
    let Some(format) = FeedFormat::named(&kept.format) else {
        return Ok(Err(format!("not written: unknown format {}", CleanBuf::line(&kept.format))));
    };
    let (content, _) = document(library, &query, kept, format, today)?;
    if let Err(error) = put(file, &content) {
        return Ok(Err(format!("cannot write: {}", system_error(&error))));
    }
    library.set_feed_state(&kept.file, &state)?;
    Ok(Ok(()))
}

/// Replaces the content of a file, unless it is the same.
fn put(file: &Path, content: &[u8]) -> io::Result<()> {
    match fs::metadata(file) {
        Ok(present) if !present.is_file() => {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
        }
        Ok(present) if present.len() == content.len() as u64 && fs::read(file)? == content => return Ok(()),
        _ => {}
    }
    // The target of a symbolic link is replaced, not the link.
    let target = file.canonicalize().ok();
    replace(target.as_deref().unwrap_or(file), Access::Umask, true, &mut |out| out.write_all(content))
}
