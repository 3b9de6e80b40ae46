//! `tidings add`: subscribes to feeds.

use std::io::Write;

use clap_complete::ArgValueCandidates;

use super::error::{Output, UsageError};
use super::library_args::LibraryArgs;
use super::network_args::NetworkArgs;
use super::rule_args::RuleArgs;
use super::{account, complain, values};
use crate::feed::{Limits, Proposal, Rules, TopicRule};
use crate::sync::{Engine, SubscribeOutcome, ToSubscribe, connect, subscribe_at, subscribe_typed};
use crate::text::{CleanBuf, counted};

/// Subscribe to feeds
#[derive(Debug, clap::Args)]
#[command(after_help = "\
An address may be that of a feed or of a web page. If a page offers one feed, that feed is added; if it offers several, \
their addresses are listed: add one of them, or use --all to add all. A page that offers no feed and lists releases is \
followed itself, and so is a sitemap; --page follows a page that offers a feed. Each sync then reads the page again.")]
pub struct Args {
    /// Addresses of feeds, or of web pages that offer feeds or list releases; without a scheme, https:// is tried first, then http:// in a private network
    #[arg(value_name = "URL", required = true)]
    addresses: Vec<String>,
    /// The name of the feed, if only one is added
    #[arg(long)]
    title: Option<String>,
    /// The folder for the feeds; separate nested folders with a slash: Europe/Courts
    #[arg(long, value_name = "NAME")]
    folder: Option<String>,
    /// Add all feeds that a page offers
    #[arg(long)]
    all: bool,
    /// Follow the page itself, which lists releases, even if it offers a feed
    #[arg(long, conflicts_with = "all")]
    page: bool,
    /// Subscribe at the server of this account instead of fetching the feed directly
    #[arg(long, value_name = "NAME", conflicts_with_all = ["all", "title", "header_command", "map", "delimiter", "select", "page", "topics_from"], add = ArgValueCandidates::new(values::accounts))]
    account: Option<String>,
    /// A shell command that prints request headers for the feeds, one "Name: value" on each line, such as an access token;
    /// it runs before each request, and what it prints is not stored
    #[arg(long, value_name = "COMMAND")]
    header_command: Option<String>,
    #[command(flatten)]
    rules: RuleArgs,
    #[command(flatten)]
    library: LibraryArgs,
    #[command(flatten)]
    net: NetworkArgs,
}

/// Subscribes to feeds. Returns whether all succeeded.
///
/// # Errors
/// If the library or the output cannot be used.
pub fn run(args: &Args, out: &mut impl Write) -> anyhow::Result<bool> {
    let engine = args.net.engine(&args.library, Limits::default())?;
    if let Some(name) = &args.account {
        return add_at(&engine, args, name, out);
    }
    let mut is_whole = true;
    for address in &args.addresses {
        is_whole &= add(&engine, args, address, true, out)?;
    }
    Ok(is_whole)
}

/// Subscribes at the server of an account. Returns whether all succeeded.
fn add_at(engine: &Engine, args: &Args, name: &str, out: &mut impl Write) -> anyhow::Result<bool> {
    let (mut library, account) = account::opened(&args.library, name)?;
    let mut server = connect(engine, &account).map_err(|error| UsageError(format!("{}: {error}", account.name)))?;
    let mut is_whole = true;
    for address in &args.addresses {
        match subscribe_at(&mut library, &account, &mut *server, address, args.folder.as_deref()) {
            Ok((_, title)) => writeln!(out, "subscribed to {title} at {}", account.name).map_err(Output)?,
            Err(error) => {
                complain(&format!("{}: {error}", CleanBuf::line(address)));
                is_whole = false;
            }
        }
    }
    if is_whole {
        writeln!(out, "fetch it with: tidings sync {}", account::quoted(&account.name)).map_err(Output)?;
    }
    Ok(is_whole)
}

fn add(engine: &Engine, args: &Args, address: &str, may_offer: bool, out: &mut impl Write) -> anyhow::Result<bool> {
    let folder = folder(args.folder.as_deref().unwrap_or_default());
    let title = args.title.as_deref().filter(|_| args.addresses.len() == 1).unwrap_or_default();
    let shown = CleanBuf::line(address);
    let mut rules = args.rules.rules();
    rules.page = args.page || !rules.select.is_empty();
    let header_command = args.header_command.as_deref();
    let feed = ToSubscribe { title, folder: &folder, header_command, rules: Some(&rules), ..ToSubscribe::default() };
    let line = match subscribe_typed(engine, address, &feed) {
        Ok(SubscribeOutcome::Added(name, releases, topics)) => {
            format!("subscribed to {name} ({}){}", counted(releases, "release"), derived(&rules, topics.as_deref()))
        }
        Ok(SubscribeOutcome::AddedPage(name, report, topics)) => {
            let (releases, topics) = (counted(report.entries, "release"), derived(&rules, topics.as_deref()));
            format!("subscribed to {name} ({releases} on the page, {report}){topics}")
        }
        Ok(SubscribeOutcome::Known(name)) => format!("already subscribed to {shown} as {name}"),
        Ok(SubscribeOutcome::NotFetched(name)) => {
            format!("subscribed to {name}; not fetched, because tidings is offline")
        }
        Ok(SubscribeOutcome::Offered(feeds)) if args.all && may_offer => {
            let mut is_whole = true;
            for (_, address) in feeds {
                is_whole &= add(engine, args, address.as_str(), false, out)?;
            }
            return Ok(is_whole);
        }
        Ok(SubscribeOutcome::Offered(feeds) | SubscribeOutcome::Choice(feeds, _)) => {
            complain(&format!(
                "{shown} offers {} feeds; add one of them, all with --all, or the page itself with --page",
                feeds.len()
            ));
            for (title, address) in feeds {
                writeln!(out, "{address}  {title}").map_err(Output)?;
            }
            return Ok(false);
        }
        Ok(SubscribeOutcome::NoHttps(reason, http)) => {
            complain(&format!("{shown}: {reason}; without encryption: tidings add {http}"));
            return Ok(false);
        }
        Err(reason) => {
            complain(&format!("{shown}: {reason}"));
            return Ok(false);
        }
    };
    writeln!(out, "{line}").map_err(Output)?;
    Ok(true)
}

/// Describes the topics that are derived, if the user asked for some.
fn derived(rules: &Rules, topics: Option<&Proposal>) -> String {
    match (rules.topics.as_ref().and_then(TopicRule::source), topics) {
        (None, _) => String::new(),
        (Some(from), Some(topics)) => format!("; topics {}: {topics}", from.phrase()),
        (Some(from), None) => format!("; no topics {} yet: each sync looks for some", from.phrase()),
    }
}

/// Splits a path into folders, the outermost first.
pub fn folder(path: &str) -> Vec<CleanBuf> {
    path.split('/').map(CleanBuf::line).filter(|name| !name.is_empty()).collect()
}
