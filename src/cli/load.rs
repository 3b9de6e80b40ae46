//! Loads the feeds named by the arguments. Problems that harm the output go to standard error, one line per source.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::Local;
use url::Url;

use super::library_args::LibraryArgs;
use super::rule_args::RuleArgs;
use super::{complain, error};
use crate::catalog::{Catalog, Changes, Set};
use crate::feed::Limits;
use crate::library::Library;
use crate::query::{Context, Patient, Query, Request, Searcher, Sort, TopicDefinition, TopicDefinitions};
use crate::release::{Cause, Problems, SourceProblems};
use crate::runtime::{self, Input, OpenedInputs};
use crate::text::counted;

/// The sample feed, for use without feeds and subscriptions.
const BUILT_IN: &[u8] = include_bytes!("../../data/releases.json");

/// The feeds that a command reads, and limits for them.
#[derive(Debug, clap::Args)]
pub struct Feeds {
    /// Feeds (RSS, Atom, JSON Feed, plain JSON, JSON Lines, CSV and TSV tables), saved pages and sitemaps that list
    /// releases, also compressed with gzip or zstd, folders of them, or patterns such as '*.xml'; - reads standard input
    /// [default: the library, or a sample feed if it has no subscriptions]
    #[arg(value_name = "FEED")]
    named: Vec<PathBuf>,
    /// Show the same release from several feeds more than once
    #[arg(long)]
    no_merge: bool,
    /// Truncate titles, summaries and texts to this many bytes, with a note
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().text)]
    max_text: usize,
    /// The maximum compression ratio of a feed, checked beyond 64 MiB
    #[arg(long, value_name = "N", default_value_t = Limits::default().ratio, value_parser = clap::value_parser!(u64).range(1..))]
    max_ratio: u64,
    /// The address of the named files, for relative links in a saved page
    #[arg(long, value_name = "ADDRESS", value_parser = base_address)]
    base: Option<Url>,
    /// Also read the stored releases of the subscriptions
    #[arg(long)]
    with_library: bool,
    #[command(flatten)]
    rules: RuleArgs,
    #[command(flatten)]
    pub library: LibraryArgs,
}

impl Feeds {
    /// Returns the inputs to read: the named feeds, or else the library if it has subscriptions, or else the sample.
    pub fn reading(&self) -> OpenedInputs {
        let library = self.library.place().ok();
        let stored = library.clone().filter(|_| self.with_library).map(Input::Library);
        let named = if self.with_library && self.named.is_empty() { Vec::new() } else { sources(&self.named) };
        OpenedInputs {
            sources: stored.into_iter().chain(named).collect(),
            follows_library: self.named.is_empty(),
            is_merged: !self.no_merge,
            base: self.base.clone(),
            limits: self.limits(),
            rules: self.rules.rules(),
            library,
            place: None,
        }
    }

    /// Returns the feeds as they were named.
    pub fn named(&self) -> &[PathBuf] {
        &self.named
    }

    /// Returns the limits for a feed.
    pub fn limits(&self) -> Limits {
        Limits { text: self.max_text, ratio: self.max_ratio }
    }
}

/// Parses the address of a saved page.
pub fn base_address(text: &str) -> Result<Url, String> {
    let address = Url::parse(text).ok().filter(|address| matches!(address.scheme(), "http" | "https"));
    address.ok_or_else(|| "expected an address that begins with https:// or http://".to_owned())
}

/// Returns the inputs named by arguments, or the sample.
pub fn sources(feeds: &[PathBuf]) -> Vec<Input> {
    if feeds.is_empty() {
        return vec![Input::BuiltIn("sample", BUILT_IN)];
    }
    // Read a file once, even if it is named twice.
    let mut known = BTreeSet::new();
    let mut named: Vec<PathBuf> = feeds.iter().flat_map(|feed| matching(feed)).collect();
    named.retain(|feed| known.insert(feed.canonicalize().unwrap_or_else(|_| feed.clone())));
    let source = |feed: PathBuf| if feed.as_os_str() == "-" { Input::StandardInput } else { Input::File(feed) };
    named.into_iter().map(source).collect()
}

/// Expands a pattern such as `*.xml` that the shell has not expanded. Returns other names unchanged.
fn matching(feed: &Path) -> Vec<PathBuf> {
    let pattern = feed.to_str().filter(|text| text.contains(['*', '?', '[']) && !feed.exists());
    let found: Vec<PathBuf> =
        pattern.and_then(|pattern| glob::glob(pattern).ok()).map(|paths| paths.flatten().collect()).unwrap_or_default();
    if found.is_empty() { vec![feed.to_owned()] } else { found }
}

/// The loaded feeds.
#[derive(Debug)]
pub struct Opened {
    /// All their releases.
    pub catalog: Arc<Catalog>,
    /// The current day and the marks of the releases.
    pub context: Context,
    /// Which releases have earlier versions.
    pub changes: Changes,
}

/// Loads all releases of the named feeds, and finds those of the user's own topics. Feeds that cannot be read cost a line
/// on standard error.
///
/// # Errors
/// If no feed could be read.
pub fn load(feeds: &Feeds, topics: &[TopicDefinition]) -> anyhow::Result<Opened> {
    let reading = feeds.reading();
    let loaded = runtime::load(&reading);
    let is_stored = |source: &Input| matches!(source, Input::Library(_));
    if loaded.refused.is_empty() && loaded.catalog.is_empty() && reading.present().iter().all(is_stored) {
        complain("nothing to read: no feeds were named, and the library has no releases");
    }
    let refused: Vec<String> = loaded.refused.iter().map(|(source, reason)| format!("{source}: {reason}")).collect();
    if !refused.is_empty() && refused.len() == reading.present().len() {
        return Err(error::Unreadable(refused).into());
    }
    let wrong_rules = loaded.problems.sources().iter().flat_map(SourceProblems::groups);
    let wrong_rules: Vec<String> =
        wrong_rules.filter(|group| group.first.cause == Cause::Rule).map(|group| group.first.to_string()).collect();
    if !wrong_rules.is_empty() {
        return Err(error::Unreadable(wrong_rules).into());
    }
    for line in refused.into_iter().chain(summaries(&loaded.problems)) {
        complain(&line);
    }
    let (mut read, mut starred) = (Set::default(), Set::default());
    for marks in &loaded.marks {
        read.set(marks.release, marks.read);
        starred.set(marks.release, marks.starred);
    }
    let context = Context {
        today: Local::now().date_naive(),
        read: Arc::new(read),
        starred: Arc::new(starred),
        changed: Arc::clone(loaded.changes.releases()),
        ..Context::default()
    };
    let stored = reading.sources.iter().find_map(saved_topics).unwrap_or_default();
    let (definitions, cycles) = TopicDefinitions::without_cycles(topics.iter().cloned().chain(stored).collect());
    for cycle in cycles {
        complain(&format!("topics of yours lead back to themselves, so one is left out: {cycle}"));
    }
    let (catalog, context) = with_own_topics(loaded.catalog, Context { definitions, ..context });
    Ok(Opened { catalog, context, changes: loaded.changes })
}

/// Returns the saved queries of a library that are topics.
fn saved_topics(input: &Input) -> Option<Vec<TopicDefinition>> {
    let Input::Library(place) = input else { return None };
    Library::open(place).ok()??.saved_topics().ok()
}

/// Finds the releases of the user's own topics.
fn with_own_topics(catalog: Arc<Catalog>, context: Context) -> (Arc<Catalog>, Context) {
    if context.definitions.is_empty() {
        return (catalog, context);
    }
    let query = Query::default();
    let request = Request { catalog, query, counted: None, context, sort: Sort::Newest };
    let own_topics = Searcher::default().search(&request, &mut Patient).unwrap_or_default().own_topics;
    let Request { catalog, context, .. } = request;
    (Arc::new(catalog.with_own_topics(own_topics.clone())), Context { own_topics, ..context })
}

/// Returns a line for each source with problems that harm the output: the first of them, and the number of all others.
/// Harmless problems get no line: it would be printed by every command for a feed that is merely untidy.
fn summaries(problems: &Problems) -> Vec<String> {
    let summary = |source: &SourceProblems| {
        let first = source.groups().find(|group| group.first.cause.harms_output())?;
        Some(match source.len - first.count {
            0 => first.to_string(),
            more => format!("{first} (and {})", counted(more, "more problem")),
        })
    };
    problems.sources().iter().filter_map(summary).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::Problem;
    use crate::text::CleanBuf;

    #[test]
    fn each_source_has_its_first_harmful_problems_and_the_number_of_others() {
        let problem = |source: &str, item, cause| Problem {
            source: CleanBuf::line(source),
            item: Some(item),
            byte: Some(9),
            cause,
            reason: CleanBuf::line("bad"),
        };
        let problems = [
            problem("a", 2, Cause::Date),
            problem("a", 1, Cause::NoRelease),
            problem("a", 3, Cause::Link),
            problem("b", 0, Cause::NoRelease),
            problem("c", 4, Cause::Renamed),
            problem("c", 5, Cause::Renamed),
            problem("d", 6, Cause::TextCut),
            problem("d", 7, Cause::TextCut),
        ];
        let expected = [
            "a, item 1, byte 9: bad (and 2 more problems)",
            "b, item 0, byte 9: bad",
            "d: 2 texts were too long and are cut (items 6, 7)",
        ];
        assert_eq!(summaries(&problems.into_iter().collect()), expected);
    }
}
