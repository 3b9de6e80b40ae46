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
use crate::feed::listing::ListingReport;
use crate::library::{Account, Library, RuleApplied, Subscription};
use crate::query::TopicDefinition;
use crate::sync::{Depth, Engine, Fetching, NoSitemap, PastPages, Progress, SyncRequest, WalkEnd, sync};
use crate::text::{counted, grouped};

/// Update subscriptions and accounts
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Without --back, only the addresses of the subscriptions and the servers of the accounts are contacted, several at a time, but at most two per host. Requests are conditional: \
a server sends nothing if a feed has not changed. A feed that fails keeps its stored releases. Ctrl-C cancels the rest; \
what was fetched is kept. Each watched query that has found something gets a line, such as: 3 new for Climate, and so does what a rule has done: 3 marked as read by Climate. \
The files of saved queries are brought up to date: see tidings queries. \
--back also fetches past issues of the subscriptions: it follows the addresses of older pages that a feed names \
(prev-archive and next of RFC 5005, next_url of JSON Feed), and the next pages of a list on the web. Where a feed or list names none, the news sitemaps of its site are searched for releases of the same section. A run that ends early, or reaches the limit, is continued by the next one.")]
pub struct Args {
    /// Accounts by name, or subscriptions by name, part of a name, address or folder [default: all that are not paused]
    #[arg(value_name = "NAME", add = ArgValueCandidates::new(values::accounts_and_subscriptions))]
    names: Vec<String>,
    /// Skip feeds that failed recently until their waiting time is over, as scheduled syncs do
    #[arg(long)]
    scheduled: bool,
    /// Also fetch past issues: at most N pages of each subscription
    #[arg(
        long, value_name = "N", num_args = 0..=1, require_equals = true, conflicts_with = "scheduled",
        default_missing_value = MOST_BY_DEFAULT, value_parser = clap::value_parser!(u32).range(1..=100_000),
    )]
    back: Option<u32>,
    #[command(flatten)]
    library: LibraryArgs,
    #[command(flatten)]
    net: NetworkArgs,
}

/// [`PAST_PAGES`](crate::sync::PAST_PAGES) as text.
const MOST_BY_DEFAULT: &str = "100";

/// Syncs subscriptions. Returns whether all succeeded.
///
/// # Errors
/// If a name is unknown, or the library or the output cannot be used.
pub fn run(args: &Args, topics: &[TopicDefinition], out: &mut impl Write) -> anyhow::Result<bool> {
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
    let request = request(args, &accounts, &sources)?;
    let engine = args.net.engine(&args.library, Limits::default())?;
    engine.set_topics(topics);
    if let Some(most) = args.back {
        let pages = counted(most as usize, "page");
        let limit = format!(
            "past issues: at most {pages} of each subscription, or of its site's news sitemaps; Ctrl-C cancels"
        );
        writeln!(out, "{limit}").and_then(|()| out.flush()).map_err(Output)?;
    }
    let (ended, written) = follow(&engine, &request, out)?;
    keep_house(&args.library);
    written.map_err(Output)?;
    if let Some((name, remark)) = &ended.first_remark {
        complain(&format!("{name}: {remark}"));
    }
    for unwritten in &ended.unwritten {
        complain(&unwritten.to_string());
    }
    for RuleApplied { what, .. } in &ended.applied {
        writeln!(out, "{what}").map_err(Output)?;
    }
    if ended.full_texts > 0 {
        writeln!(out, "{} fetched by rules", counted(ended.full_texts, "full text")).map_err(Output)?;
    }
    for news in &ended.news {
        writeln!(out, "{news}").map_err(Output)?;
    }
    let is_whole = ended.failed == 0 && ended.done == ended.all;
    writeln!(out, "{}", summary(&ended)).map_err(Output)?;
    Ok(is_whole)
}

/// Returns what the arguments ask for.
fn request(args: &Args, accounts: &[Account], sources: &[Subscription]) -> anyhow::Result<SyncRequest> {
    let past_pages = args.back.map_or(0, |most| most as usize);
    let mut request = SyncRequest { is_scheduled: args.scheduled, past_pages, ..SyncRequest::default() };
    for name in &args.names {
        if let Some(account) = account::find(accounts, name) {
            if args.back.is_some() {
                let reason = format!("{name}: an account; --back fetches past issues of subscriptions alone");
                return Err(UsageError(reason).into());
            }
            request.accounts.push(account.id);
            // Who names an account wants to see everything that changed there.
            request.depth = Depth::WithEdits;
            continue;
        }
        let found = source_match::matching(sources, name);
        if found.is_empty() {
            return Err(UsageError(source_match::not_found(sources, name)).into());
        }
        request.sources.extend(found);
    }
    Ok(request)
}

/// Syncs, and prints what comes. Returns the final state, and whether it could be printed.
fn follow(
    engine: &Engine,
    request: &SyncRequest,
    out: &mut impl Write,
) -> anyhow::Result<(Progress, std::io::Result<()>)> {
    let bar = bar("syncing {pos} of {len}  {bar:30}  {wide_msg}");
    let is_plain = bar.is_hidden();
    let (mut written, mut reported, mut pages) = (Ok(()), 0, 0);
    let ended = sync(engine, request, &mut |progress| {
        bar.set_length(progress.all as u64);
        bar.set_position(progress.done as u64);
        if let Some(Fetching { done, all, .. }) = progress.fetching {
            bar.set_message(format!("{} of {}", grouped(done), counted(all, "release")));
        }
        // Flush each line, so that a pipe shows progress.
        let mut write = |line: &str| {
            if written.is_ok() {
                written = writeln!(out, "{line}").and_then(|()| out.flush());
            }
        };
        if let Some(PastPages { name, pages: page, fresh }) =
            progress.past.as_ref().filter(|_| progress.past_pages > pages)
        {
            pages = progress.past_pages;
            let line = format!("{name}: past page {}", grouped(*page));
            if is_plain { write(&format!("{line}: {fresh} new")) } else { bar.set_message(line) }
        }
        // The progress of an account repeats the last result.
        if progress.done == reported {
            return;
        }
        reported = progress.done;
        let Some((name, result)) = &progress.last else { return };
        let line = match result {
            Ok(fresh) => {
                let listed = progress.listed.as_ref().map(listed).unwrap_or_default();
                format!("{name}: {fresh} new{listed}{}", past(progress.walked))
            }
            Err(reason) => format!("{name}: {reason}"),
        };
        if is_plain {
            write(&line);
        } else if result.is_err() {
            bar.suspend(|| complain(&line));
        } else if progress.walked.is_some() {
            bar.suspend(|| write(&line));
        } else {
            bar.set_message(name.to_string());
        }
    })?;
    bar.finish_and_clear();
    Ok((ended, written))
}

/// Says what was read from a page: ` of 12 on the page, 10 dated`.
fn listed(report: &ListingReport) -> String {
    let dated = match report.dated {
        0 => ", none dated".to_owned(),
        dated if dated == report.entries => String::new(),
        dated => format!(", {} dated", grouped(dated)),
    };
    format!(" of {} on the page{dated}", grouped(report.entries))
}

/// Says how the walk through the past pages of a source ended: how many pages, and whether there are more.
fn past(walked: Option<(usize, WalkEnd)>) -> String {
    let Some((pages, end)) = walked else { return String::new() };
    let end = match end {
        WalkEnd::NonePast => return ", no past pages: it names none".to_owned(),
        WalkEnd::NoSitemap(reason) => {
            let why = match reason {
                NoSitemap::NoSection => "its links share no section of a site",
                NoSitemap::NoRobots => "the robots.txt of its site cannot be read",
                NoSitemap::Unnamed => "its site names no sitemap",
                NoSitemap::NoNews => "the sitemaps of its site have no news of its section",
            };
            let read = if pages > 0 { format!(" ({} read)", counted(pages, "sitemap")) } else { String::new() };
            return format!(", no past pages: it names none, and {why}{read}");
        }
        WalkEnd::Later => "; a sitemap cannot be read now; more with --back again",
        WalkEnd::Skipped => "; some sitemaps cannot be read",
        WalkEnd::Whole => "",
        WalkEnd::Loop => "; the last one leads back to an earlier one",
        WalkEnd::Limit => "; more with --back again",
    };
    format!(", {}{end}", counted(pages, "past page"))
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
    let past =
        if ended.past_pages > 0 { format!(", {}", counted(ended.past_pages, "past page")) } else { String::new() };
    format!("{fresh} from {sources}{past}{sent}{failed}{off}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_limit_is_that_of_the_reader() {
        assert_eq!(MOST_BY_DEFAULT.parse(), Ok(crate::sync::PAST_PAGES));
    }

    #[test]
    fn the_summary_counts_releases_sources_and_failures() {
        let ended = |done, all, failed, fresh| summary(&Progress { done, all, failed, fresh, ..Progress::default() });
        let walked = Progress { done: 1, all: 1, past_pages: 12, ..Progress::default() };
        assert_eq!(summary(&walked), "0 new releases from 1 source, 12 past pages");
        assert_eq!(ended(1, 1, 0, 1), "1 new release from 1 source");
        assert_eq!(ended(5, 9, 2, 1_700), "1,700 new releases from 3 sources, 2 failed; cancelled, 4 not fetched");
    }
}
