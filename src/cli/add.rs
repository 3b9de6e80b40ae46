//! `tidings add`: follows feeds.

use std::io::Write;

use super::complain;
use super::error::Output;
use super::library_args::LibraryArgs;
use super::network_args::NetworkArgs;
use crate::feed::Limits;
use crate::runtime::sync::{Engine, Subscribed, follow};
use crate::text::CleanBuf;

/// Subscribe to feeds
#[derive(Debug, clap::Args)]
#[command(after_help = "\
An address may be that of a feed or of a web page that names one. Where a page names several they are listed, each to be \
added by its own address; --all adds all of them. What is fetched is kept at once.")]
pub struct Args {
    /// Addresses of feeds or web pages; https:// may be left out
    #[arg(value_name = "URL", required = true)]
    addresses: Vec<String>,
    /// What to call the feed, where one is added
    #[arg(long)]
    title: Option<String>,
    /// The folder that it goes into; folders within it behind a slash: Europe/Courts
    #[arg(long, value_name = "NAME")]
    folder: Option<String>,
    /// All feeds that a page names
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    shelf: LibraryArgs,
    #[command(flatten)]
    net: NetworkArgs,
}

/// Follows feeds; whether all could be.
///
/// # Errors
/// For a library that cannot be used and an output that takes nothing.
pub fn run(args: &Args, out: &mut impl Write) -> anyhow::Result<bool> {
    let engine = args.net.engine(&args.shelf, Limits::default())?;
    let mut is_whole = true;
    for address in &args.addresses {
        is_whole &= add(&engine, args, address, true, out)?;
    }
    Ok(is_whole)
}

fn add(engine: &Engine, args: &Args, address: &str, may_offer: bool, out: &mut impl Write) -> anyhow::Result<bool> {
    let folder = folder(args.folder.as_deref().unwrap_or_default());
    let title = args.title.as_deref().filter(|_| args.addresses.len() == 1).unwrap_or_default();
    let shown = CleanBuf::line(address);
    let line = match follow(engine, address, title, &folder) {
        Ok(Subscribed::Added(name, releases)) => {
            format!("{name} is followed: {releases} {}", if releases == 1 { "release" } else { "releases" })
        }
        Ok(Subscribed::Known(name)) => format!("{shown} is followed already, as {name}"),
        Ok(Subscribed::Unseen(name)) => format!("{name} is followed; nothing was fetched: tidings is offline"),
        Ok(Subscribed::Offered(feeds)) if args.all && may_offer => {
            let mut is_whole = true;
            for (_, address) in feeds {
                is_whole &= add(engine, args, address.as_str(), false, out)?;
            }
            return Ok(is_whole);
        }
        Ok(Subscribed::Offered(feeds)) => {
            complain(&format!("{shown} names {} feeds; add the one that you want, or --all", feeds.len()));
            for (title, address) in feeds {
                writeln!(out, "{address}  {title}").map_err(Output)?;
            }
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

/// The folders of a path, from the outermost.
pub fn folder(path: &str) -> Vec<CleanBuf> {
    path.split('/').map(CleanBuf::line).filter(|name| !name.is_empty()).collect()
}
