//! Values for shell completion: from the library, and the words of a query.
//!
//! Nothing here creates or repairs a file or reports an error: without an answer, completion offers nothing.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use clap_complete::CompletionCandidate;
use rustc_hash::FxHashMap;

use crate::catalog::folder_paths;
use crate::config::{Given, Settings};
use crate::library::{Library, LibraryPath, SavedQuery, Subscription};
use crate::query::{self, Field, Partial};
use crate::release::{FieldName, Release};
use crate::runtime::{self, ConfigFiles};
use crate::text::{CleanBuf, fold};

/// The words of the query language, with descriptions.
const WORDS: [(&str, &str); 17] = [
    ("topic:", "a topic, or several separated by commas"),
    ("place:", "a place"),
    ("source:", "a source"),
    ("folder:", "a folder of subscriptions, with the folders in it"),
    ("account:", "an account at a sync server"),
    ("label:", "a label given at a sync server"),
    ("title:", "text in the title"),
    ("author:", "text in the authors"),
    ("word:", "a word or phrase, as whole words"),
    ("date:", "2018, 2018-10, 2018-10..2019, 7d, today"),
    ("after:", "on this day or later"),
    ("before:", "earlier than this day"),
    ("is:unread", "unread releases"),
    ("is:read", "read releases"),
    ("is:starred", "starred releases"),
    ("is:changed", "releases whose title or text has changed"),
    ("OR", "either of two words"),
];

/// The number of stored releases to collect values from, since the shell waits for the answer.
const NEWEST: usize = 4_000;

/// Opens the library of the command line being typed: that of its flag, the environment or the configuration, or the
/// default one.
fn library() -> Option<Library> {
    let words = words(std::env::args_os().map(|word| word.to_string_lossy().into_owned()));
    let variable = || std::env::var_os("TIDINGS_LIBRARY").filter(|set| !set.is_empty()).map(PathBuf::from);
    let config_files = || settings(&words)?.library;
    let place = match flag(&words, "--library").or_else(variable).or_else(config_files) {
        Some(file) => LibraryPath::of_file(&file),
        None => LibraryPath::of_user().ok()?,
    };
    Library::open(&place).ok()?
}

/// Returns the settings of the configuration of the command line being typed, unless it is invalid.
fn settings(words: &[String]) -> Option<Settings> {
    let config = flag(words, "--config");
    Some(super::config::load(&ConfigFiles::new(config, Given::default())).ok()?.settings)
}

/// Returns the names of the user's own topics, of the configuration and of the library.
fn own_topics() -> Vec<CleanBuf> {
    let words = words(std::env::args_os().map(|word| word.to_string_lossy().into_owned()));
    let configured = settings(&words).map_or_else(Vec::new, |settings| settings.topics);
    let saved = library().and_then(|library| library.saved_topics().ok()).unwrap_or_default();
    configured.into_iter().chain(saved).map(|topic| topic.name).collect()
}

/// Returns the words of the command line being typed, unquoted. Some shells pass them one by one, others as one text.
fn words(arguments: impl Iterator<Item = String>) -> Vec<String> {
    let split = |text: String| {
        let words = shell_words::split(&text).ok().filter(|words| !words.is_empty());
        words.unwrap_or_else(|| text.split_whitespace().map(str::to_owned).collect())
    };
    arguments.skip_while(|word| word != "--").skip(1).flat_map(split).collect()
}

/// Returns the file that a flag names; if the flag occurs twice, the last one.
fn flag(words: &[String], flag: &str) -> Option<PathBuf> {
    let with_value = format!("{flag}=");
    let mut values = words.iter().enumerate().filter_map(|(at, word)| {
        let behind = word.strip_prefix(&with_value).map(str::to_owned);
        behind.or_else(|| words.get(at + 1).filter(|_| word == flag).cloned())
    });
    values.next_back().filter(|value| !value.is_empty()).map(|value| from_home(&value))
}

/// Expands `~`, which the shell has not expanded yet.
fn from_home(path: &str) -> PathBuf {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    match (Path::new(path).strip_prefix("~"), home) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(path),
    }
}

/// Completes names of subscriptions.
pub fn subscriptions() -> Vec<CompletionCandidate> {
    let sources = library().and_then(|library| library.sources().ok()).unwrap_or_default();
    sources.iter().map(|source| source.name().as_str().into()).collect()
}

/// Completes names of accounts.
pub fn accounts() -> Vec<CompletionCandidate> {
    let accounts = library().and_then(|library| library.accounts().ok()).unwrap_or_default();
    accounts.iter().map(|account| account.name.as_str().into()).collect()
}

/// Completes names of accounts and subscriptions.
pub fn accounts_and_subscriptions() -> Vec<CompletionCandidate> {
    accounts().into_iter().chain(subscriptions()).collect()
}

/// Completes names of saved queries.
pub fn saved_queries() -> Vec<CompletionCandidate> {
    saved(|_| true)
}

/// Completes names of saved queries that are topics.
pub fn saved_topics() -> Vec<CompletionCandidate> {
    saved(|saved| saved.is_topic)
}

fn saved(is_wanted: impl Fn(&SavedQuery) -> bool) -> Vec<CompletionCandidate> {
    let queries = library().and_then(|library| library.queries().ok()).unwrap_or_default();
    let candidate = |saved: SavedQuery| {
        let text = CleanBuf::line(&saved.query).to_string();
        CompletionCandidate::new(saved.name.as_str()).help(Some(text.into()))
    };
    queries.into_iter().filter(|saved| is_wanted(saved)).map(candidate).collect()
}

/// Completes names of facets.
pub fn facets() -> Vec<CompletionCandidate> {
    super::list::Counted::names().map(CompletionCandidate::new).collect()
}

/// Completes names of themes, built-in and the user's.
pub fn themes() -> Vec<CompletionCandidate> {
    let folder = ConfigFiles::new(None, Given::default()).themes();
    runtime::themes(folder.as_deref()).0.names().map(CompletionCandidate::new).collect()
}

/// Returns the values of a field in the newest releases, the most frequent first; those of whole sources are taken from
/// the subscriptions.
fn labels(field: Field) -> Vec<CleanBuf> {
    let Some(library) = library() else { return Vec::new() };
    let sources = || library.sources().unwrap_or_default();
    match field {
        Field::Source => return sources().iter().map(Subscription::name).collect(),
        Field::Folder => return folders(&sources()),
        Field::Account => {
            return library.accounts().unwrap_or_default().into_iter().map(|account| account.name).collect();
        }
        _ => {}
    }
    most_frequent(&library, |release, add| match field {
        Field::Topic => release.topics.iter().for_each(add),
        Field::Label => release.labels.iter().for_each(add),
        _ => add(&release.place),
    })
}

/// Returns the values of a custom field in the newest releases, the most frequent first.
fn custom_values(name: FieldName) -> Vec<CleanBuf> {
    let Some(library) = library() else { return Vec::new() };
    most_frequent(&library, |release, add| match name {
        FieldName::AUTHOR => add(&release.author),
        FieldName::LANGUAGE => add(&release.language),
        name => release.fields.iter().filter(|field| field.name == name).for_each(|field| add(&field.value)),
    })
}

/// Returns the names of the custom fields of the newest releases, the most frequent first.
fn custom_names() -> Vec<CleanBuf> {
    let Some(library) = library() else { return Vec::new() };
    most_frequent(&library, |release, add| {
        release.fields.iter().for_each(|field| add(&CleanBuf::line(field.name.name())));
        if !release.language.is_empty() {
            add(&CleanBuf::line(FieldName::LANGUAGE.name()));
        }
    })
}

/// Returns what `values` adds for the newest releases, the most frequent first.
fn most_frequent(library: &Library, values: impl Fn(&Release, &mut dyn FnMut(&CleanBuf))) -> Vec<CleanBuf> {
    let mut counts: FxHashMap<CleanBuf, usize> = FxHashMap::default();
    let mut left = NEWEST;
    // After a read error, complete with the values so far.
    let _ = library.stream(&mut |stored| {
        values(stored.release, &mut |value| {
            if !value.is_empty() {
                *counts.entry(value.clone()).or_default() += 1;
            }
        });
        left -= 1;
        if left > 0 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    let mut counted: Vec<_> = counts.into_iter().collect();
    counted.sort_unstable_by(|(a, of_a), (b, of_b)| of_b.cmp(of_a).then_with(|| a.as_str().cmp(b.as_str())));
    counted.into_iter().map(|(value, _)| value).collect()
}

/// Returns the folders of subscriptions and the folders around them, by name.
fn folders(sources: &[Subscription]) -> Vec<CleanBuf> {
    let all: BTreeSet<String> = sources.iter().flat_map(|source| folder_paths(&source.folder)).collect();
    all.iter().map(|path| CleanBuf::line(path)).collect()
}

/// Returns the values of a field; of topics also the user's own, first.
fn with_own(field: Field) -> Vec<CleanBuf> {
    let mut values = if field == Field::Topic { own_topics() } else { Vec::new() };
    for label in labels(field) {
        if !values.contains(&label) {
            values.push(label);
        }
    }
    values
}

/// Completes the last word of a query: the name of a field, or one of its values.
pub fn query(typed: &OsStr) -> Vec<CompletionCandidate> {
    let Some(typed) = typed.to_str() else { return Vec::new() };
    if let Some(Partial::Value { field, text, range }) = query::partial(typed)
        && let Some(labels) =
            Field::named(field).map(with_own).or_else(|| FieldName::in_query(field).map(custom_values))
    {
        let (before, start) = (typed.get(..range.start).unwrap_or_default(), fold(&text));
        let fitting = labels.into_iter().filter(|label| fold(label.as_str()).starts_with(&start));
        return fitting.map(|label| format!("{before}{}", query::value(label.as_str())).into()).collect();
    }
    let (before, word) = typed.rsplit_once(' ').map_or(("", typed), |(before, word)| (before, word));
    let gap = if before.is_empty() { "" } else { " " };
    let fitting = WORDS.iter().filter(|(name, _)| name.starts_with(word));
    let candidate = |name: &str, help: &'static str| {
        CompletionCandidate::new(format!("{before}{gap}{name}")).help(Some(help.into()))
    };
    let mut candidates: Vec<_> = fitting.map(|(name, help)| candidate(name, help)).collect();
    let custom = if word.is_empty() { Vec::new() } else { custom_names() };
    let custom = custom.iter().map(|name| format!("{name}:")).filter(|name| name.starts_with(word));
    candidates.extend(custom.map(|name| candidate(&name, "a custom field")));
    candidates
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn completion_uses_the_library_named_on_the_command_line() {
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
