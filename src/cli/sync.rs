//! `tidings sync`: updates subscriptions.

use std::io::Write;

use clap_complete::ArgValueCandidates;

use super::error::{Output, UsageError};
use super::library_args::LibraryArgs;
use super::network_args::NetworkArgs;
use super::progress::bar;
use super::values;
use super::{NO_SUBSCRIPTIONS, account, complain, source_match};
use crate::feed::Limits;
use crate::library::Library;
use crate::sync::{Depth, Fetching, Progress, SyncRequest, sync};
use crate::text::{counted, grouped};

/// Update subscriptions and accounts
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Only the addresses of the subscriptions and the servers of the accounts are contacted, several at a time, but at most two per host. Requests are conditional: \
a server sends nothing if a feed has not changed. A feed that fails keeps its stored releases. Ctrl-C cancels the rest; \
what was fetched is kept. Each watched query that has found something gets a line, such as: 3 new for Climate.")]
pub struct Args {
    /// Accounts by name, or subscriptions by name, part of a name, address or folder [default: all that are not paused]
    #[arg(value_name = "NAME", add = ArgValueCandidates::new(values::accounts_and_subscriptions))]
    names: Vec<String>,
    /// Skip feeds that failed recently until their waiting time is over, as scheduled syncs do
    #[arg(long)]
    scheduled: bool,
    #[command(flatten)]
    library: LibraryArgs,
    #[command(flatten)]
    net: NetworkArgs,
}

/// Syncs subscriptions. Returns whether all succeeded.
///
/// # Errors
/// If a name is unknown, or the library or the output cannot be used.
pub fn run(args: &Args, out: &mut impl Write) -> anyhow::Result<bool> {
    let library: Option<Library> = args.library.open()?;
    let (accounts, sources) = match &library {
        Some(library) => (library.accounts()?, library.sources()?),
        None => (Vec::new(), Vec::new()),
    };
    drop(library);
    if sources.is_empty() && accounts.is_empty() {
        complain(NO_SUBSCRIPTIONS);
        return Ok(false);
    }
    let mut request = SyncRequest { is_scheduled: args.scheduled, ..SyncRequest::default() };
    for name in &args.names {
        if let Some(account) = account::find(&accounts, name) {
            request.accounts.push(account.id);
            // Who names an account wants to see everything that changed there.
            request.depth = Depth::WithEdits;
            continue;
        }
        let found = source_match::matching(&sources, name);
        if found.is_empty() {
            return Err(UsageError(source_match::not_found(&sources, name)).into());
        }
        request.sources.extend(found);
    }
    let engine = args.net.engine(&args.library, Limits::default())?;
    let bar = bar("syncing {pos} of {len}  {bar:30}  {wide_msg}");
    let is_plain = bar.is_hidden();
    let (mut written, mut reported) = (Ok(()), 0);
    let ended = sync(&engine, &request, &mut |progress| {
        bar.set_length(progress.all as u64);
        bar.set_position(progress.done as u64);
        if let Some(Fetching { done, all, .. }) = progress.fetching {
            bar.set_message(format!("{} of {}", grouped(done), counted(all, "release")));
        }
        // The progress of an account repeats the last result.
        if progress.done == reported {
            return;
        }
        reported = progress.done;
        let Some((name, result)) = &progress.last else { return };
        let line = match result {
            Ok(fresh) => format!("{name}: {fresh} new"),
            Err(reason) => format!("{name}: {reason}"),
        };
        if is_plain {
            // Flush each line, so that a pipe shows progress.
            if written.is_ok() {
                written = writeln!(out, "{line}").and_then(|()| out.flush());
            }
        } else if result.is_err() {
            bar.suspend(|| complain(&line));
        } else {
            bar.set_message(name.to_string());
        }
    })?;
    bar.finish_and_clear();
    keep_house(&args.library);
    written.map_err(Output)?;
    if let Some((name, remark)) = &ended.first_remark {
        complain(&format!("{name}: {remark}"));
    }
    for news in &ended.news {
        writeln!(out, "{news}").map_err(Output)?;
    }
    let is_whole = ended.failed == 0 && ended.done == ended.all;
    writeln!(out, "{}", summary(&ended)).map_err(Output)?;
    Ok(is_whole)
}

/// Runs the daily maintenance. Its failure does not make the sync fail.
fn keep_house(library_args: &LibraryArgs) {
    let kept = library_args.open().and_then(|library| match library {
        Some(mut library) => {
            let now = chrono::Local::now();
            crate::library::keep_house(&mut library, now.date_naive(), now.timestamp()).map(drop)
        }
        None => Ok(()),
    });
    if let Err(error) = kept {
        complain(&format!("cannot make the daily backup: {error}"));
    }
}

fn summary(ended: &Progress) -> String {
    let fresh = counted(ended.fresh, "new release");
    let sources = counted(ended.done - ended.failed, "source");
    let failed = if ended.failed > 0 { format!(", {} failed", grouped(ended.failed)) } else { String::new() };
    let off = if ended.done < ended.all {
        format!("; cancelled, {} not fetched", ended.all - ended.done)
    } else {
        String::new()
    };
    let sent = if ended.sent > 0 { format!(", {} sent", counted(ended.sent, "mark")) } else { String::new() };
    format!("{fresh} from {sources}{sent}{failed}{off}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts_releases_sources_and_failures() {
        let ended = |done, all, failed, fresh| summary(&Progress { done, all, failed, fresh, ..Progress::default() });
        assert_eq!(ended(1, 1, 0, 1), "1 new release from 1 source");
        assert_eq!(ended(5, 9, 2, 1_700), "1,700 new releases from 3 sources, 2 failed; cancelled, 4 not fetched");
    }
}
