//! `tidings export`: the subscriptions as OPML.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::complain;
use super::complaint::{Output, Wrong};
use crate::library::{self, Library};
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
}

/// Writes the subscriptions; whether there are any.
///
/// # Errors
/// For subscriptions that cannot be read, and a file or an output that cannot be written.
pub fn run(args: &Args, out: &mut impl Write) -> anyhow::Result<bool> {
    let library = Library::open()?;
    for problem in library.problems() {
        complain(&format!("the subscriptions: {problem}"));
    }
    if library.subscriptions().is_empty() {
        complain("there are no subscriptions; tidings import FILE adds those of an OPML list");
        return Ok(false);
    }
    match args.file.as_deref().filter(|file| file.as_os_str() != "-") {
        None => library.export(out).map_err(Output)?,
        Some(file) => to_file(&library, file, args.force).map_err(|error| {
            let file = CleanBuf::line(&file.to_string_lossy());
            Wrong(match error.kind() {
                io::ErrorKind::AlreadyExists => format!("{file} is there already; --force replaces it"),
                _ => format!("{file} cannot be written: {error}"),
            })
        })?,
    }
    Ok(true)
}

fn to_file(library: &Library, file: &Path, may_replace: bool) -> io::Result<()> {
    // A pipe or a terminal is written to, not replaced.
    if fs::metadata(file).is_ok_and(|there| !there.is_file()) {
        return library.export(&mut OpenOptions::new().write(true).open(file)?);
    }
    let target = file.canonicalize().ok().filter(|_| may_replace);
    library::replace(target.as_deref().unwrap_or(file), may_replace, &mut |out| library.export(out))
}
