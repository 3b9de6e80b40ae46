//! `tidings mark`: marks for scripts.

use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use rustc_hash::FxHashMap;

use clap_complete::ArgValueCompleter;

use super::complain;
use super::error::{Output, UsageError, WrongQuery};
use super::load::{self, Feeds, Opened};
use super::values;
use crate::catalog::Catalog;
use crate::library::{Flags, Library};
use crate::query::{Patient, Request, Searcher, Sort, parse};
use crate::runtime;
use crate::text::{CleanBuf, grouped};

/// Mark releases read or starred
#[derive(Debug, clap::Args)]
#[command(after_help = "\
With --ids each release is written on its own, and its id printed once its mark is on the disk: what was printed is kept, \
whatever happens then. With -q all that match are marked in one step.")]
pub struct Args {
    /// What to do
    #[arg(value_enum)]
    what: What,
    #[command(flatten)]
    feeds: Feeds,
    /// Mark what matches, as typed in the reader behind /
    #[arg(short, long, allow_hyphen_values = true, required_unless_present = "ids", conflicts_with = "ids", add = ArgValueCompleter::new(values::query))]
    query: Option<String>,
    /// Mark these, an id a line, as `tidings list --columns id` prints them; - reads standard input
    #[arg(long, value_name = "FILE")]
    ids: Option<PathBuf>,
}

/// What is done to releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// Mark read
    Read,
    /// Mark unread
    Unread,
    /// Star
    Star,
    /// Take the star off
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

    fn done(self) -> &'static str {
        match self {
            Self::Read => "marked read",
            Self::Unread => "marked unread",
            Self::Star => "starred",
            Self::Unstar => "no longer starred",
        }
    }
}

/// Marks releases; whether any were found.
///
/// # Errors
/// For feeds or a query that cannot be read, a library that cannot be written and an output that takes nothing.
pub fn run(args: &Args, out: &mut impl Write) -> anyhow::Result<bool> {
    let query = args.query.as_deref().unwrap_or_default();
    let query = parse(query).map_err(|error| WrongQuery::new(query, &error))?;
    if args.ids.as_deref().is_some_and(is_standard_input)
        && args.feeds.named().iter().any(|feed| is_standard_input(feed))
    {
        return Err(UsageError(
            "standard input cannot be both a feed and the ids; name a file for one of them".to_owned(),
        )
        .into());
    }
    let Opened { catalog, context } = load::load(&args.feeds)?;
    let mut library = args.feeds.shelf.create()?;
    if let Some(file) = &args.ids {
        return by_id(&catalog, &mut library, args.what, file, out);
    }
    let request = Request { catalog: catalog.clone(), query, context, sort: Sort::Newest };
    let hits = Searcher::default().search(&request, &mut Patient).unwrap_or_default();
    mark(&catalog, &mut library, args.what, &hits.order)?;
    writeln!(out, "{} {}", grouped(hits.order.len()), args.what.done()).map_err(Output)?;
    Ok(!hits.order.is_empty())
}

/// Whether a name means what is piped in.
fn is_standard_input(name: &Path) -> bool {
    [Path::new("-"), Path::new("/dev/stdin"), Path::new("/dev/fd/0"), Path::new("/proc/self/fd/0")].contains(&name)
}

fn mark(catalog: &Catalog, library: &mut Library, what: What, releases: &[u32]) -> anyhow::Result<()> {
    let found = releases.iter().filter_map(|&index| catalog.release(index));
    let (flag, on) = what.mark();
    library.mark(flag, on, found.flat_map(|release| runtime::to_mark(catalog, &release)))?;
    Ok(())
}

/// Marks one release after the other and tells each once it is kept; whether all were found.
fn by_id(
    catalog: &Catalog,
    library: &mut Library,
    what: What,
    file: &Path,
    out: &mut impl Write,
) -> anyhow::Result<bool> {
    let mut known: FxHashMap<CleanBuf, Vec<u32>> = FxHashMap::default();
    for index in 0..catalog.len() as u32 {
        if let Some(release) = catalog.release(index) {
            known.entry(release.identity().name()).or_default().push(index);
        }
    }
    let shown = CleanBuf::line(&file.to_string_lossy());
    let unreadable = |error: io::Error| UsageError(format!("{shown} cannot be read: {error}"));
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
            complain(&format!("no release has the id {id}"));
            are_found = false;
            continue;
        };
        mark(catalog, library, what, releases)?;
        writeln!(out, "{id}").and_then(|()| out.flush()).map_err(Output)?;
    }
    Ok(are_found)
}
