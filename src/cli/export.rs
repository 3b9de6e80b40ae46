//! `tidings export`: the subscriptions as OPML.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::complain;
use super::complaint::{Output, Wrong};
use super::shelf::Shelf;
use crate::feed::opml::{self, Subscription};
use crate::library;
use crate::text::CleanBuf;

/// Write the subscriptions as OPML 2.0: exit code 0, 1 where there are none, 2 for an error
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where to write them; standard output where no file is named, or - is
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Replace the file where there is one
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    shelf: Shelf,
}

/// The title of the list.
const TITLE: &str = "Subscriptions";

/// Writes the subscriptions; whether there are any.
///
/// # Errors
/// For subscriptions that cannot be read, and a file or an output that cannot be written.
pub fn run(args: &Args, out: &mut impl Write) -> anyhow::Result<bool> {
    let sources = args.shelf.open()?.map_or_else(|| Ok(Vec::new()), |library| library.sources())?;
    let subscriptions: Vec<Subscription> = sources.iter().map(Subscription::from).collect();
    if subscriptions.is_empty() {
        complain("there are no subscriptions; tidings add URL adds one, tidings import FILE those of an OPML list");
        return Ok(false);
    }
    match args.file.as_deref().filter(|file| file.as_os_str() != "-") {
        None => opml::write(TITLE, &subscriptions, out).map_err(Output)?,
        Some(file) => to_file(&subscriptions, file, args.force).map_err(|error| {
            let file = CleanBuf::line(&file.to_string_lossy());
            Wrong(match error.kind() {
                io::ErrorKind::AlreadyExists => format!("{file} is there already; --force replaces it"),
                _ => format!("{file} cannot be written: {error}"),
            })
        })?,
    }
    Ok(true)
}

fn to_file(subscriptions: &[Subscription], file: &Path, may_replace: bool) -> io::Result<()> {
    // A pipe or a terminal is written to, not replaced.
    if fs::metadata(file).is_ok_and(|there| !there.is_file()) {
        return opml::write(TITLE, subscriptions, &mut OpenOptions::new().write(true).open(file)?);
    }
    let target = file.canonicalize().ok().filter(|_| may_replace);
    let write = &mut |out: &mut dyn Write| opml::write(TITLE, subscriptions, out);
    library::replace(target.as_deref().unwrap_or(file), may_replace, write)
}
