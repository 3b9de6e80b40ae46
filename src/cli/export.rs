//! `tidings export`: the subscriptions as OPML.

use std::io::Write;
use std::path::PathBuf;

use super::complain;
use super::error::Output;
use super::library_args::LibraryArgs;
use super::output_file::to_file;
use crate::feed::opml::{self, OpmlEntry};
use crate::library::Subscription;
use crate::text::CleanBuf;

/// Export subscriptions as OPML 2.0
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where to write them; standard output where no file is named, or - is
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Replace the file where there is one
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    shelf: LibraryArgs,
}

/// The title of the list.
const TITLE: &str = "Subscriptions";

/// Writes the subscriptions; whether there are any.
///
/// # Errors
/// For subscriptions that cannot be read, and a file or an output that cannot be written.
pub fn run(args: &Args, out: &mut impl Write) -> anyhow::Result<bool> {
    let sources = args.shelf.open()?.map_or_else(|| Ok(Vec::new()), |library| library.sources())?;
    let subscriptions: Vec<OpmlEntry> = sources.iter().map(OpmlEntry::from).collect();
    if subscriptions.is_empty() {
        complain("there are no subscriptions; tidings add URL adds one, tidings import FILE those of an OPML list");
        return Ok(false);
    }
    match args.file.as_deref().filter(|file| file.as_os_str() != "-") {
        None => opml::write(TITLE, &subscriptions, out).map_err(Output)?,
        Some(file) => to_file(file, args.force, &mut |out| opml::write(TITLE, &subscriptions, out))?,
    }
    left_out(sources.iter().filter(|source| source.has_password()).map(Subscription::name));
    Ok(true)
}

/// Says for which feeds a password was left out.
pub fn left_out(feeds: impl Iterator<Item = CleanBuf>) {
    let names: Vec<String> = feeds.map(|name| name.to_string()).collect();
    if !names.is_empty() {
        complain(&format!("passwords are left out; where this is read in, give them again for: {}", names.join(", ")));
    }
}
