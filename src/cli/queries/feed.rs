//! `tidings queries --feed`: writes a saved query as a feed, once or with each sync.

use std::io::Write;
use std::path::{self, Path};

use super::super::complain;
use super::super::error::{Output, UsageError, WrongQuery};
use super::super::output_file::to_file;
use crate::document::feed::FeedFormat;
use crate::library::{KeptFeed, Library};
use crate::query::{Query, parse};
use crate::query_feeds;
use crate::text::{CleanBuf, system_error};

/// The feed that the arguments ask for.
pub struct Wanted<'a> {
    /// The name of the query.
    pub name: &'a str,
    pub format: FeedFormat,
    pub most: usize,
    /// Where it is published; may be empty.
    pub address: String,
}

/// Prints a saved query as a feed. Returns whether any release matches.
///
/// # Errors
/// If there is no such query, it is invalid, or the library or the output cannot be used.
pub fn print(library: &mut Library, wanted: Wanted<'_>, out: &mut impl Write) -> anyhow::Result<bool> {
    let format = wanted.format;
    let (query, feed) = feed(library, wanted, String::new())?;
    let (content, releases) = query_feeds::document(library, &query, &feed, format, today())?;
    out.write_all(&content).and_then(|()| out.flush()).map_err(Output)?;
    Ok(releases > 0)
}

/// Writes a saved query to a file as a feed, and has each sync do so.
///
/// # Errors
/// If there is no such query, it is invalid, the file exists and may not be replaced, or it or the library cannot be written.
pub fn keep(library: &mut Library, wanted: Wanted<'_>, file: &Path, force: bool) -> anyhow::Result<()> {
    let path = absolute(file)?;
    let (query, feed) = feed(library, wanted, path)?;
    let known = library.kept_feeds()?.into_iter().find(|known| known.file == feed.file);
    if let Some(known) = known.as_ref().filter(|known| known.uri != feed.uri) {
        let (file, name) = (CleanBuf::line(&feed.file), CleanBuf::line(&known.name));
        return Err(UsageError(format!("{file}: holds {name}; tidings queries --unkeep FILE ends that")).into());
    }
    let format = FeedFormat::named(&feed.format).unwrap_or(FeedFormat::Atom);
    let (content, _) = query_feeds::document(library, &query, &feed, format, today())?;
    let path = Path::new(&feed.file);
    if path.exists() && !path.is_file() {
        return Err(UsageError(format!("{}: not a regular file", CleanBuf::line(&feed.file))).into());
    }
    to_file(path, force || known.is_some(), &mut |out| out.write_all(&content))?;
    Ok(library.keep_feed(&feed)?)
}

/// Ends the writing of a file. Returns whether a sync would have written it.
///
/// # Errors
/// If the library cannot be written.
pub fn unkeep(library: &mut Library, file: &Path) -> anyhow::Result<bool> {
    let path = absolute(file)?;
    let is_kept = library.stop_keeping_feed(&path)?;
    if !is_kept {
        complain(&format!("{}: no sync writes it; tidings queries --kept lists the files", CleanBuf::line(&path)));
    }
    Ok(is_kept)
}

/// Lists the files. Returns whether there are any.
///
/// # Errors
/// If the library cannot be read or the output cannot be written.
pub fn list(library: &Library, out: &mut impl Write) -> anyhow::Result<bool> {
    let kept = library.kept_feeds()?;
    if kept.is_empty() {
        complain("no files; tidings queries --feed NAME --keep FILE has each sync write one");
    }
    for KeptFeed { name, format, file, .. } in &kept {
        let [name, format, file] = [name, format, file].map(|text| CleanBuf::line(text));
        writeln!(out, "{name}\t{format}\t{file}").map_err(Output)?;
    }
    Ok(!kept.is_empty())
}

/// Returns a saved query and its feed.
fn feed(library: &mut Library, wanted: Wanted<'_>, file: String) -> anyhow::Result<(Query, KeptFeed)> {
    let Wanted { name, format, most, address } = wanted;
    let saved = library.queries()?.into_iter().find(|saved| saved.name == name);
    let (Some(saved), Some(uri)) = (saved, library.feed_uri(name)?) else {
        return Err(UsageError(format!("unknown saved query {}", CleanBuf::line(name))).into());
    };
    let query = parse(&saved.query).map_err(|error| WrongQuery::new(&saved.query, &error))?;
    let format = format.name().to_owned();
    let state = String::new();
    let feed = KeptFeed { file, name: saved.name, query: saved.query, uri, format, most, address, state };
    Ok((query, feed))
}

/// The path of a file from the root, for syncs that run elsewhere.
fn absolute(file: &Path) -> anyhow::Result<String> {
    let shown = CleanBuf::line(&file.to_string_lossy());
    let path = path::absolute(file).map_err(|error| UsageError(format!("{shown}: {}", system_error(&error))))?;
    let path = path.into_os_string().into_string().ok();
    path.ok_or_else(|| UsageError(format!("{shown}: the name is not valid UTF-8")).into())
}

fn today() -> chrono::NaiveDate {
    chrono::Local::now().date_naive()
}
