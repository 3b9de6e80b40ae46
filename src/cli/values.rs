//! Values that a shell completes: what the library holds, and the words of a query.
//!
//! Nothing is made, mended or complained of here: who presses Tab wants an answer or none.

use std::ffi::OsStr;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use clap_complete::CompletionCandidate;
use rustc_hash::FxHashMap;

use crate::config::Given;
use crate::library::{Library, LibraryPath, SavedQuery, Subscription};
use crate::query::{self, Partial};
use crate::runtime::{self, ConfigFiles};
use crate::text::{CleanBuf, fold};

/// Words that a query may hold, and what they are for.
const WORDS: [(&str, &str); 12] = [
    ("topic:", "a topic, or several parted by commas"),
    ("place:", "a place"),
    ("source:", "a source"),
    ("title:", "text in the title"),
    ("author:", "text among the authors"),
    ("date:", "2018, 2018-10, 2018-10..2019, 7d, today"),
    ("after:", "from the first day of it on"),
    ("before:", "up to the day before it"),
    ("is:unread", "not read yet"),
    ("is:read", "read"),
    ("is:starred", "starred"),
    ("OR", "either"),
];

/// So many stored releases are asked for their values: a shell waits for the answer.
const NEWEST: usize = 4_000;

/// The library that the line being typed means: by its flag, the environment or the configuration, or the user's own.
fn library() -> Option<Library> {
    let words = words(std::env::args_os().map(|word| word.to_string_lossy().into_owned()));
    let variable = || std::env::var_os("TIDINGS_LIBRARY").filter(|set| !set.is_empty()).map(PathBuf::from);
    let configured = || {
        let config = flag(&words, "--config");
        super::config::load(&ConfigFiles::new(config, Given::default())).ok()?.settings.library
    };
    let place = match flag(&words, "--library").or_else(variable).or_else(configured) {
        Some(file) => LibraryPath::of_file(&file),
        None => LibraryPath::of_user().ok()?,
    };
    Library::open(&place).ok()?
}

/// The words of the line being typed, without their quotes. Some shells give them one by one, others in one piece.
fn words(arguments: impl Iterator<Item = String>) -> Vec<String> {
    let split = |text: String| {
        let words = shell_words::split(&text).ok().filter(|words| !words.is_empty());
        words.unwrap_or_else(|| text.split_whitespace().map(str::to_owned).collect())
    };
    arguments.skip_while(|word| word != "--").skip(1).flat_map(split).collect()
}

/// The file that a flag of the typed words names, the last one where it stands there twice.
fn flag(words: &[String], flag: &str) -> Option<PathBuf> {
    let with_value = format!("{flag}=");
    let mut values = words.iter().enumerate().filter_map(|(at, word)| {
        let behind = word.strip_prefix(&with_value).map(str::to_owned);
        behind.or_else(|| words.get(at + 1).filter(|_| word == flag).cloned())
    });
    values.next_back().filter(|value| !value.is_empty()).map(|value| from_home(&value))
}

/// A path as a shell takes it, which has not seen this one yet.
fn from_home(path: &str) -> PathBuf {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    match (Path::new(path).strip_prefix("~"), home) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(path),
    }
}

/// The names of the subscriptions.
pub fn subscriptions() -> Vec<CompletionCandidate> {
    let sources = library().and_then(|library| library.sources().ok()).unwrap_or_default();
    sources.iter().map(|source| source.name().as_str().into()).collect()
}

/// The names of the saved queries.
pub fn saved_queries() -> Vec<CompletionCandidate> {
    let queries = library().and_then(|library| library.queries().ok()).unwrap_or_default();
    let candidate = |saved: SavedQuery| {
        let text = CleanBuf::line(&saved.query).to_string();
        CompletionCandidate::new(saved.name.as_str()).help(Some(text.into()))
    };
    queries.into_iter().map(candidate).collect()
}

/// The names of the themes: the built-in ones, and those beside the user's configuration.
pub fn themes() -> Vec<CompletionCandidate> {
    let folder = ConfigFiles::new(None, Given::default()).themes();
    runtime::themes(folder.as_deref()).0.names().map(CompletionCandidate::new).collect()
}

/// What the newest releases have in a field, the most frequent first, or the names of the subscriptions.
fn labels(field: &str) -> Vec<CleanBuf> {
    let Some(library) = library() else { return Vec::new() };
    if field == "source" {
        return library.sources().unwrap_or_default().iter().map(Subscription::name).collect();
    }
    let mut counts: FxHashMap<CleanBuf, usize> = FxHashMap::default();
    let mut left = NEWEST;
    // A file that cannot be read on has given some.
    let _ = library.stream(&mut |stored| {
        let release = stored.release;
        let found = if field == "topic" { release.topics.as_slice() } else { std::slice::from_ref(&release.place) };
        for label in found.iter().filter(|label| !label.is_empty()) {
            *counts.entry(label.clone()).or_default() += 1;
        }
        left -= 1;
        if left > 0 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    let mut counted: Vec<_> = counts.into_iter().collect();
    counted.sort_unstable_by(|(a, of_a), (b, of_b)| of_b.cmp(of_a).then_with(|| a.as_str().cmp(b.as_str())));
    counted.into_iter().map(|(label, _)| label).collect()
}

/// Goes on with the last word of a query: a field's name, or a value of one.
pub fn query(typed: &OsStr) -> Vec<CompletionCandidate> {
    let Some(typed) = typed.to_str() else { return Vec::new() };
    if let Some(Partial::Value { field: field @ ("topic" | "place" | "source"), text, range }) = query::partial(typed) {
        let (before, start) = (typed.get(..range.start).unwrap_or_default(), fold(&text));
        let fitting = labels(field).into_iter().filter(|label| fold(label.as_str()).starts_with(&start));
        return fitting.map(|label| format!("{before}{}", query::value(label.as_str())).into()).collect();
    }
    let (before, word) = typed.rsplit_once(' ').map_or(("", typed), |(before, word)| (before, word));
    let gap = if before.is_empty() { "" } else { " " };
    let fitting = WORDS.iter().filter(|(name, _)| name.starts_with(word));
    fitting
        .map(|(name, help)| CompletionCandidate::new(format!("{before}{gap}{name}")).help(Some((*help).into())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_is_the_one_that_the_line_names() {
        let named = |arguments: &[&str]| {
            let arguments = ["tidings", "--"].iter().chain(arguments).map(|word| (*word).to_owned());
            flag(&words(arguments), "--library")
        };
        let path = |path: &str| Some(PathBuf::from(path));
        assert_eq!(named(&["tidings", "sync", "--library", "/a/b.db", "x"]), path("/a/b.db"));
        assert_eq!(named(&["tidings", "sync", "--library=/a/b.db", "--library", "'/c d'", "x"]), path("/c d"));
        assert_eq!(named(&["tidings sync --library '/a b/c.db' x", "x"]), path("/a b/c.db"));
        assert_eq!(named(&["tidings sync --library /a/b.db \"Port of", "\"Port of"]), path("/a/b.db"));
        assert_eq!(named(&["tidings", "sync", "--library"]), None);
        assert_eq!(named(&["tidings", "sync", "x"]), None);
    }

    #[test]
    fn the_last_word_of_a_query_is_completed() {
        let completed = |typed: &str| {
            let found = query(OsStr::new(typed));
            found.iter().map(|one| one.get_value().to_string_lossy().into_owned()).collect::<Vec<_>>()
        };
        assert_eq!(completed("to"), ["topic:"]);
        assert_eq!(completed("tea is:s"), ["tea is:starred"]);
        assert_eq!(completed("zz"), Vec::<String>::new());
        assert_eq!(completed("").len(), WORDS.len());
    }
}
