//! The feeds that arguments name, loaded; what was wrong with them goes to standard error, a line for each source.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::Local;

use super::library_args::LibraryArgs;
use super::{complain, error};
use crate::catalog::{Catalog, Set};
use crate::feed::Limits;
use crate::query::Context;
use crate::release::{Problems, SourceProblems};
use crate::runtime::{self, Input, OpenedInputs};

/// The feed that is opened where none is named.
const BUILT_IN: &[u8] = include_bytes!("../../data/releases.json");

/// Which feeds a command reads, and how.
#[derive(Debug, clap::Args)]
pub struct Feeds {
    /// Feeds: RSS, Atom, JSON Feed, plain JSON or JSON Lines, also packed (gzip, zstd); folders of them; patterns such as
    /// '*.xml'; - reads standard input. None: the library, or as long as there are no subscriptions a sample feed
    #[arg(value_name = "FEED")]
    named: Vec<PathBuf>,
    /// Show a story that several feeds have once for each of them
    #[arg(long)]
    no_merge: bool,
    /// Bytes of a title, a summary or a text that are kept; what is longer is cut and told
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().text)]
    max_text: usize,
    /// How many times its size a packed feed may unpack to, once that is more than 64 MiB
    #[arg(long, value_name = "N", default_value_t = Limits::default().ratio, value_parser = clap::value_parser!(u64).range(1..))]
    max_ratio: u64,
    /// The stored releases of the subscriptions beside the feeds that are named
    #[arg(long)]
    with_library: bool,
    #[command(flatten)]
    pub shelf: LibraryArgs,
}

impl Feeds {
    /// What is to be read: the feeds that are named; where none is, the library as soon as there are subscriptions, and
    /// the sample until then.
    pub fn reading(&self) -> OpenedInputs {
        let library = self.shelf.place().ok();
        let stored = library.clone().filter(|_| self.with_library).map(Input::Library);
        let named = if self.with_library && self.named.is_empty() { Vec::new() } else { sources(&self.named) };
        OpenedInputs {
            sources: stored.into_iter().chain(named).collect(),
            follows_library: self.named.is_empty(),
            is_merged: !self.no_merge,
            limits: self.limits(),
            library,
            place: None,
        }
    }

    /// The feeds that are named, as they are named.
    pub fn named(&self) -> &[PathBuf] {
        &self.named
    }

    /// How much is taken.
    pub fn limits(&self) -> Limits {
        Limits { text: self.max_text, ratio: self.max_ratio }
    }
}

/// The sources that arguments name.
pub fn sources(feeds: &[PathBuf]) -> Vec<Input> {
    if feeds.is_empty() {
        return vec![Input::BuiltIn("sample", BUILT_IN)];
    }
    // A file that is named twice is read once.
    let mut known = BTreeSet::new();
    let mut named: Vec<PathBuf> = feeds.iter().flat_map(|feed| matching(feed)).collect();
    named.retain(|feed| known.insert(feed.canonicalize().unwrap_or_else(|_| feed.clone())));
    let source = |feed: PathBuf| if feed.as_os_str() == "-" { Input::StandardInput } else { Input::File(feed) };
    named.into_iter().map(source).collect()
}

/// The files that a pattern such as `*.xml` matches, where the shell has left it as it is; a name of a file is itself.
fn matching(feed: &Path) -> Vec<PathBuf> {
    let pattern = feed.to_str().filter(|text| text.contains(['*', '?', '[']) && !feed.exists());
    let found: Vec<PathBuf> =
        pattern.and_then(|pattern| glob::glob(pattern).ok()).map(|paths| paths.flatten().collect()).unwrap_or_default();
    if found.is_empty() { vec![feed.to_owned()] } else { found }
}

/// The feeds that arguments name.
#[derive(Debug)]
pub struct Opened {
    /// All their releases.
    pub catalog: Arc<Catalog>,
    /// Today, and which of them are marked.
    pub context: Context,
}

/// All releases of the feeds that arguments name.
///
/// # Errors
/// Where no feed could be read. With one that can, the others cost a line on standard error.
pub fn load(feeds: &Feeds) -> anyhow::Result<Opened> {
    let reading = feeds.reading();
    let loaded = runtime::load(&reading);
    let is_stored = |source: &Input| matches!(source, Input::Library(_));
    if loaded.refused.is_empty() && loaded.catalog.is_empty() && reading.present().iter().all(is_stored) {
        complain("there is nothing to read: no feed is named, and the library has no releases");
    }
    let refused: Vec<String> = loaded.refused.iter().map(|(source, reason)| format!("{source}: {reason}")).collect();
    if !refused.is_empty() && refused.len() == reading.present().len() {
        return Err(error::Unreadable(refused).into());
    }
    for line in refused.into_iter().chain(summaries(&loaded.problems)) {
        complain(&line);
    }
    let (mut read, mut starred) = (Set::default(), Set::default());
    for marks in &loaded.marks {
        read.set(marks.release, marks.read);
        starred.set(marks.release, marks.starred);
    }
    let context = Context { today: Local::now().date_naive(), read: Arc::new(read), starred: Arc::new(starred) };
    Ok(Opened { catalog: loaded.catalog, context })
}

/// The first problem of each source, and how many more it has.
fn summaries(problems: &Problems) -> Vec<String> {
    let summary = |source: &SourceProblems| {
        let first = source.kept.first()?;
        Some(match source.len - 1 {
            0 => first.to_string(),
            1 => format!("{first} (and 1 more problem)"),
            more => format!("{first} (and {more} more problems)"),
        })
    };
    problems.sources().iter().filter_map(summary).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::{Cause, Problem};
    use crate::text::CleanBuf;

    #[test]
    fn a_source_tells_its_first_problem_and_counts_the_rest() {
        let problem = |source: &str, item| Problem {
            source: CleanBuf::line(source),
            item: Some(item),
            byte: Some(9),
            cause: Cause::NoRelease,
            reason: CleanBuf::line("bad"),
        };
        let problems = [problem("a", 1), problem("a", 2), problem("a", 3), problem("b", 0)].into_iter().collect();
        assert_eq!(summaries(&problems), ["a, item 1, byte 9: bad (and 2 more problems)", "b, item 0, byte 9: bad"]);
    }
}
