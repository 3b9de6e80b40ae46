//! Values that a shell completes: what the library holds, and the words of a query.
//!
//! Nothing is made, mended or complained of here: who presses Tab wants an answer or none.

use std::ffi::OsStr;
use std::path::Path;

use clap_complete::CompletionCandidate;

use crate::config::Given;
use crate::library::{Library, Place, SavedQuery};
use crate::runtime::{self, Configured};
use crate::text::CleanBuf;

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

fn library() -> Option<Library> {
    let set = std::env::var_os("TIDINGS_LIBRARY").filter(|set| !set.is_empty());
    let place = match set {
        Some(file) => Place::of_file(Path::new(&file)),
        None => Place::of_user().ok()?,
    };
    Library::open(&place).ok()?
}

/// The titles of the subscriptions.
pub fn subscriptions() -> Vec<CompletionCandidate> {
    let sources = library().and_then(|library| library.sources().ok()).unwrap_or_default();
    sources.iter().map(|source| CompletionCandidate::new(source.title.as_str())).collect()
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
    let folder = Configured::new(None, Given::default()).themes();
    runtime::themes(folder.as_deref()).0.names().map(CompletionCandidate::new).collect()
}

/// Goes on with the last word of a query.
pub fn query(typed: &OsStr) -> Vec<CompletionCandidate> {
    let Some(typed) = typed.to_str() else { return Vec::new() };
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
