//! `tidings import`: subscribes to the feeds of OPML lists.

use std::io::Write;
use std::path::PathBuf;

use rustc_hash::FxHashSet;

use super::error::{Output, Unreadable};
use super::library_args::LibraryArgs;
use super::{complain, load};
use crate::feed::opml::{self, LeftOut, List, OpmlEntry};
use crate::library::feed_key;
use crate::runtime::Input;
use crate::text::{CleanBuf, counted, system_error};

/// How many skipped addresses the summary names, and how many are reported one by one.
const NAMED: usize = 3;
const REPORTED: usize = 50;

/// Subscribe to the feeds of OPML lists
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Nested outlines become folders. Only http and https addresses are accepted, and existing subscriptions are left unchanged. \
Nothing is fetched until tidings sync.")]
pub struct Args {
    /// OPML files, also compressed with gzip or zstd; - reads standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Print what would be added, without changing anything
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    library: LibraryArgs,
}

/// Adds subscriptions. Returns whether every entry was accepted.
///
/// # Errors
/// If no list can be read, or the library or the output cannot be written.
pub fn run(args: &Args, out: &mut impl Write) -> anyhow::Result<bool> {
    let sources = load::sources(&args.files);
    let (mut lists, mut refused) = (Vec::new(), Vec::new());
    for source in &sources {
        match read(source) {
            Ok(list) => lists.push((source.name(), list)),
            Err(reason) => refused.push(format!("{}: {reason}", source.name())),
        }
    }
    if lists.is_empty() {
        return Err(Unreadable(refused).into());
    }
    let is_whole = refused.is_empty();
    for line in &refused {
        complain(line);
    }
    let (mut named, mut found, mut left_out) = (0, Vec::new(), Vec::new());
    let mut is_clean = true;
    for (name, list) in lists {
        let List { subscriptions, repeated, left_out: not_taken, problems } = list;
        is_clean &= problems.is_empty();
        for problem in problems {
            complain(&format!("{name}: {problem}"));
        }
        for LeftOut { address, reason } in not_taken.iter().take(REPORTED) {
            complain(&format!("{name}: left out “{address}”: {reason}"));
        }
        named += subscriptions.len() + repeated;
        found.extend(subscriptions);
        left_out.extend(not_taken);
    }
    let added = add(&args.library, &found, args.dry_run, out)?;
    writeln!(out, "{}", summary(args.dry_run, added, named - added, &left_out)).map_err(Output)?;
    Ok(is_whole && is_clean && left_out.is_empty())
}

fn read(source: &Input) -> Result<List, String> {
    let (mut input, _) = source.open().map_err(|error| format!("cannot open: {}", system_error(&error)))?;
    opml::read(&mut input).map_err(|refusal| refusal.to_string())
}

/// Adds new subscriptions, or prints them in a dry run. Returns their number.
fn add(library_args: &LibraryArgs, found: &[OpmlEntry], is_dry: bool, out: &mut impl Write) -> anyhow::Result<usize> {
    if !is_dry {
        return Ok(library_args.create()?.subscribe(found)?.len());
    }
    let sources = library_args.open()?.map_or_else(|| Ok(Vec::new()), |library| library.sources())?;
    let mut known: FxHashSet<CleanBuf> =
        sources.iter().flat_map(|source| [source.key.clone(), feed_key(source.address.as_str())]).collect();
    let mut added = 0;
    for one in found.iter().filter(|one| known.insert(feed_key(one.address.as_str()))) {
        let categories: Vec<&str> = one.categories.iter().map(CleanBuf::as_str).collect();
        let parts = [categories.join(" / "), one.title.to_string(), one.address.to_string()];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        writeln!(out, "{}", parts.join("  ")).map_err(Output)?;
        added += 1;
    }
    Ok(added)
}

fn summary(is_dry: bool, added: usize, known: usize, left_out: &[LeftOut]) -> String {
    let added = counted(added, "feed");
    let would = if is_dry { "would be " } else { "" };
    let named: Vec<&str> = left_out.iter().take(NAMED).map(|one| one.address.as_str()).collect();
    let named = match left_out.len() {
        0 => String::new(),
        count if count > NAMED => format!(" ({} and {} more)", named.join(", "), count - NAMED),
        _ => format!(" ({})", named.join(", ")),
    };
    format!("{added} {would}added, {known} already subscribed, {} left out{named}", left_out.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts_feeds_and_names_skipped_ones() {
        assert_eq!(summary(false, 1, 1, &[]), "1 feed added, 1 already subscribed, 0 left out");
        let left_out = |n: usize| LeftOut { address: CleanBuf::line(&format!("ftp://{n}")), reason: "" };
        let many: Vec<LeftOut> = (0..5).map(left_out).collect();
        let expected =
            "12 feeds would be added, 3 already subscribed, 5 left out (ftp://0, ftp://1, ftp://2 and 2 more)";
        assert_eq!(summary(true, 12, 3, &many), expected);
    }
}
