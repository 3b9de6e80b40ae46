//! `tidings sync`: brings subscriptions up to date.

use std::io::Write;

use clap_complete::ArgValueCandidates;

use super::error::{Output, UsageError};
use super::library_args::LibraryArgs;
use super::network_args::NetworkArgs;
use super::progress::bar;
use super::values;
use super::{complain, source_match};
use crate::feed::Limits;
use crate::library::Library;
use crate::runtime::sync::{Progress, Wanted, sync};
use crate::text::grouped;

/// Update subscriptions
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Nothing but the addresses of the subscriptions is asked, several at a time and at most two of one host, with what each \
server said before, so that it may answer that nothing is new. A source that cannot be read keeps what it has. Ctrl-C \
calls the rest off; what has come stays.")]
pub struct Args {
    /// Subscriptions by name, part of a name, address or folder; none: all that are not paused
    #[arg(value_name = "NAME", add = ArgValueCandidates::new(values::subscriptions))]
    names: Vec<String>,
    /// As on a schedule: leave out those that failed lately, until their pause is over
    #[arg(long)]
    scheduled: bool,
    #[command(flatten)]
    shelf: LibraryArgs,
    #[command(flatten)]
    net: NetworkArgs,
}

/// Brings subscriptions up to date; whether all could be read.
///
/// # Errors
/// For names that nothing has, a library that cannot be used and an output that takes nothing.
pub fn run(args: &Args, out: &mut impl Write) -> anyhow::Result<bool> {
    let sources = args.shelf.open()?.map_or_else(|| Ok(Vec::new()), |library: Library| library.sources())?;
    if sources.is_empty() {
        complain("there are no subscriptions; tidings add URL adds one, tidings import FILE those of an OPML list");
        return Ok(false);
    }
    let mut wanted = Wanted { is_scheduled: args.scheduled, ..Wanted::default() };
    for name in &args.names {
        let found = source_match::matching(&sources, name);
        if found.is_empty() {
            return Err(UsageError(source_match::not_found(&sources, name)).into());
        }
        wanted.sources.extend(found);
    }
    let engine = args.net.engine(&args.shelf, Limits::default())?;
    let bar = bar("syncing {pos} of {len}  {bar:30}  {wide_msg}");
    let is_plain = bar.is_hidden();
    let mut written = Ok(());
    let ended = sync(&engine, &wanted, &mut |progress| {
        bar.set_length(progress.all as u64);
        bar.set_position(progress.done as u64);
        let Some((name, told)) = &progress.last else { return };
        let line = match told {
            Ok(fresh) => format!("{name}: {fresh} new"),
            Err(reason) => format!("{name}: {reason}"),
        };
        if is_plain {
            // Whoever reads along sees it as it comes.
            if written.is_ok() {
                written = writeln!(out, "{line}").and_then(|()| out.flush());
            }
        } else if told.is_err() {
            bar.suspend(|| complain(&line));
        } else {
            bar.set_message(name.to_string());
        }
    })?;
    bar.finish_and_clear();
    keep_house(&args.shelf);
    written.map_err(Output)?;
    let is_whole = ended.failed == 0 && ended.done == ended.all;
    writeln!(out, "{}", summary(&ended)).map_err(Output)?;
    Ok(is_whole)
}

/// What is done once a day. A sync that went well is none the worse where it fails.
fn keep_house(shelf: &LibraryArgs) {
    let kept = shelf.open().and_then(|library| match library {
        Some(mut library) => {
            let now = chrono::Local::now();
            crate::library::keep_house(&mut library, now.date_naive(), now.timestamp()).map(drop)
        }
        None => Ok(()),
    });
    if let Err(fault) = kept {
        complain(&format!("the daily backup was not made: {fault}"));
    }
}

fn summary(ended: &Progress) -> String {
    let read = ended.done - ended.failed;
    let sources = if read == 1 { "source" } else { "sources" };
    let fresh =
        if ended.fresh == 1 { "1 new release".to_owned() } else { format!("{} new releases", grouped(ended.fresh)) };
    let failed = if ended.failed > 0 { format!(", {} failed", grouped(ended.failed)) } else { String::new() };
    let off = if ended.done < ended.all {
        format!("; called off, {} not asked", ended.all - ended.done)
    } else {
        String::new()
    };
    format!("{fresh} from {} {sources}{failed}{off}", grouped(read))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts() {
        let ended = |done, all, failed, fresh| summary(&Progress { done, all, failed, fresh, ..Progress::default() });
        assert_eq!(ended(1, 1, 0, 1), "1 new release from 1 source");
        assert_eq!(ended(5, 9, 2, 1_700), "1,700 new releases from 3 sources, 2 failed; called off, 4 not asked");
    }
}
