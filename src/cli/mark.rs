//! `tidings mark`: marks releases from scripts.

use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use rustc_hash::FxHashMap;

use clap_complete::ArgValueCompleter;

use super::complain;
use super::error::{Output, UsageError, WrongQuery};
use super::load::{self, Feeds, Opened};
use super::values;
use crate::catalog::{Catalog, ReleaseIndex};
use crate::library::{Flags, Library};
use crate::query::{Patient, Request, Searcher, Sort, TopicDefinition, parse};
use crate::runtime;
use crate::text::{CleanBuf, grouped, system_error};

/// Mark releases read or starred
#[derive(Debug, clap::Args)]
#[command(after_help = "\
With --ids, each mark is saved on its own, and the id is printed once it is on disk. With -q, all matching releases are \
marked in one transaction.")]
pub struct Args {
    /// The mark to set or clear
    #[arg(value_enum)]
    what: What,
    #[command(flatten)]
    feeds: Feeds,
    /// Mark the releases that match this query
    #[arg(short, long, allow_hyphen_values = true, required_unless_present = "ids", conflicts_with = "ids", add = ArgValueCompleter::new(values::query))]
    query: Option<String>,
    /// Mark the releases with these ids, one per line as `tidings list --columns id` prints them; - reads standard input
    #[arg(long, value_name = "FILE")]
    ids: Option<PathBuf>,
}

/// The mark to set or clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// Mark read
    Read,
    /// Mark unread
    Unread,
    /// Add a star
    Star,
    /// Remove the star
    Unstar,
}

impl What {
    fn mark(self) -> (Flags, bool) {
        match self {
            Self::Read => (Flags::READ, true),
            Self::Unread => (Flags::READ, false),
            Self::Star => (Flags::STARRED, true),
            Self::Unstar => (Flags::STARRED, false),
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::Read => "marked read",
            Self::Unread => "marked unread",
            Self::Star => "starred",
            Self::Unstar => "unstarred",
        }
    }
}

/// Marks releases. Returns whether any were found.
///
/// # Errors
/// If the query is invalid, no feed can be read, or the library or the output cannot be written.
pub fn run(args: &Args, topics: &[TopicDefinition], out: &mut impl Write) -> anyhow::Result<bool> {
    let query = args.query.as_deref().unwrap_or_default();
    let query = parse(query).map_err(|error| WrongQuery::new(query, &error))?;
    if args.ids.as_deref().is_some_and(is_standard_input)
        && args.feeds.named().iter().any(|feed| is_standard_input(feed))
    {
        return Err(UsageError(
            "standard input cannot be both a feed and the list of ids; use a file for one of them".to_owned(),
        )
        .into());
    }
    let Opened { catalog, context, .. } = load::load(&args.feeds, topics)?;
    let mut library = args.feeds.library.create()?;
    if let Some(file) = &args.ids {
        return by_id(&catalog, &mut library, args.what, file, out);
    }
    let request = Request { catalog: catalog.clone(), query, counted: None, context, sort: Sort::Newest };
    let hits = Searcher::default().search(&request, &mut Patient).unwrap_or_default();
    mark(&catalog, &mut library, args.what, &hits.order)?;
    writeln!(out, "{} {}", grouped(hits.order.len()), args.what.summary()).map_err(Output)?;
    Ok(!hits.order.is_empty())
}

/// Whether a path names standard input.
fn is_standard_input(name: &Path) -> bool {
    [Path::new("-"), Path::new("/dev/stdin"), Path::new("/dev/fd/0"), Path::new("/proc/self/fd/0")].contains(&name)
}

fn mark(catalog: &Catalog, library: &mut Library, what: What, releases: &[ReleaseIndex]) -> anyhow::Result<()> {
    let found = releases.iter().filter_map(|&index| catalog.release(index));
    let (flag, on) = what.mark();
    library.mark(flag, on, found.flat_map(|release| runtime::to_mark(catalog, &release)))?;
    Ok(())
}

/// Marks releases one by one and prints each id once its mark is saved. Returns whether all ids were found.
fn by_id(
    catalog: &Catalog,
    library: &mut Library,
    what: What,
    file: &Path,
    out: &mut impl Write,
) -> anyhow::Result<bool> {
    let mut known: FxHashMap<CleanBuf, Vec<ReleaseIndex>> = FxHashMap::default();
    for (index, release) in catalog.releases() {
        known.entry(release.identity().name()).or_default().push(index);
    }
    let shown = CleanBuf::line(&file.to_string_lossy());
    let unreadable = |error: io::Error| UsageError(format!("{shown}: cannot read: {}", system_error(&error)));
    let input: Box<dyn BufRead> = if file.as_os_str() == "-" {
        Box::new(io::stdin().lock())
    } else {
        Box::new(BufReader::new(std::fs::File::open(file).map_err(unreadable)?))
    };
    let mut are_found = true;
    for line in input.lines() {
        let id = CleanBuf::line(&line.map_err(unreadable)?);
        if id.is_empty() {
            continue;
        }
        let Some(releases) = known.get(&id) else {
            complain(&format!("no release with the id {id}"));
            are_found = false;
            continue;
        };
        mark(catalog, library, what, releases)?;
        writeln!(out, "{id}").and_then(|()| out.flush()).map_err(Output)?;
    }
    Ok(are_found)
}
