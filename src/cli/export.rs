//! `tidings export`: writes the subscriptions as OPML.

use std::io::Write;
use std::path::PathBuf;

use super::error::Output;
use super::library_args::LibraryArgs;
use super::output_file::to_file;
use super::{NO_SUBSCRIPTIONS, complain};
use crate::feed::opml::{self, OpmlEntry};
use crate::library::Subscription;
use crate::text::CleanBuf;

/// Export subscriptions as OPML 2.0
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The output file; without one or with -, standard output
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Replace an existing file
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    library: LibraryArgs,
}

/// The title of the list.
const TITLE: &str = "Subscriptions";

/// Writes the subscriptions. Returns whether there are any.
///
/// # Errors
/// If the library cannot be read, or the file or the output cannot be written.
pub fn run(args: &Args, out: &mut impl Write) -> anyhow::Result<bool> {
    let sources = args.library.open()?.map_or_else(|| Ok(Vec::new()), |library| library.sources())?;
    let subscriptions: Vec<OpmlEntry> = sources.iter().map(OpmlEntry::from).collect();
    if subscriptions.is_empty() {
        complain(NO_SUBSCRIPTIONS);
        return Ok(false);
    }
    match args.file.as_deref().filter(|file| file.as_os_str() != "-") {
        None => opml::write(TITLE, &subscriptions, out).map_err(Output)?,
        Some(file) => to_file(file, args.force, &mut |out| opml::write(TITLE, &subscriptions, out))?,
    }
    left_out(sources.iter().filter(|source| source.has_password()).map(Subscription::name));
    Ok(true)
}

/// Reports the feeds whose passwords were left out.
pub fn left_out(feeds: impl Iterator<Item = CleanBuf>) {
    let names: Vec<String> = feeds.map(|name| name.to_string()).collect();
    if !names.is_empty() {
        complain(&format!("passwords were left out; after an import, enter them again for: {}", names.join(", ")));
    }
}
