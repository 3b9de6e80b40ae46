//! `tidings library`: maintenance of the library file.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use chrono::{Local, NaiveDate};

use super::complain;
use super::error::{Output, UsageError};
use super::export::left_out;
use super::library_args::LibraryArgs;
use super::output_file::{to_file, to_own_file};
use super::progress::Counted;
use crate::feed::opml::{self, OpmlEntry};
use crate::library::{self, Exported, Imported, Library, LibraryPath, Restored, TransferError, backup};
use crate::text::{CleanBuf, counted, grouped, system_error};

/// The buffer for reading and writing, in bytes.
const BUFFER: usize = 1 << 18;

/// Check, back up, restore, export or import the library
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Check contents and integrity
    Check(Alone),
    /// Make today's backup again, or copy the library to a file
    Backup(Copy),
    /// Restore the newest intact backup; a copy of the current library is kept
    Restore(Restore),
    /// Export everything as one JSON document
    Export(Export),
    /// Import an exported document: marks are merged, nothing is removed
    Import(Import),
    /// Set how long unstarred releases are kept
    Keep(Keep),
}

#[derive(Debug, clap::Args)]
struct Alone {
    #[command(flatten)]
    library: LibraryArgs,
}

#[derive(Debug, clap::Args)]
struct Copy {
    /// The file to write [default: the backup of today, beside the library]
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Replace an existing file
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    library: LibraryArgs,
}

#[derive(Debug, clap::Args)]
struct Restore {
    /// The day of a backup, such as 2026-11-24 [default: the newest intact backup]
    #[arg(long, value_name = "DAY")]
    from: Option<NaiveDate>,
    #[command(flatten)]
    library: LibraryArgs,
}

#[derive(Debug, clap::Args)]
struct Export {
    /// The output file; without one or with -, standard output
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Also write the subscriptions as OPML to this file
    #[arg(long, value_name = "FILE")]
    opml: Option<PathBuf>,
    /// Replace existing files
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    library: LibraryArgs,
}

#[derive(Debug, clap::Args)]
struct Import {
    /// The exported document; - reads standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    library: LibraryArgs,
}

#[derive(Debug, clap::Args)]
struct Keep {
    /// `forever` or a number of days; without it, print the current setting
    #[arg(value_name = "DAYS", value_parser = days)]
    days: Option<Days>,
    #[command(flatten)]
    library: LibraryArgs,
}

/// How many days releases are kept; `None` for ever.
#[derive(Debug, Clone, Copy)]
struct Days(Option<u32>);

fn days(text: &str) -> Result<Days, &'static str> {
    match text {
        "forever" => Ok(Days(None)),
        _ => match text.parse() {
            Ok(days @ 1..) => Ok(Days(Some(days))),
            _ => Err("expected forever or a number of days"),
        },
    }
}

/// Runs a subcommand. Returns whether the library is intact.
///
/// # Errors
/// If the library, a file or the output cannot be used.
pub fn run(args: &Args, out: &mut impl Write) -> anyhow::Result<bool> {
    match &args.what {
        What::Check(args) => check(args, out),
        What::Backup(args) => copy(args, out),
        What::Restore(args) => restore(args, out),
        What::Export(args) => export(args, out),
        What::Import(args) => import(args, out),
        What::Keep(args) => keep(args, out),
    }
}

/// Opens the library, which must exist.
fn open(library_args: &LibraryArgs) -> anyhow::Result<Library> {
    let place = library_args.place()?;
    let missing =
        || UsageError(format!("{}: no library yet; the first mark or subscription creates it", place.shown()));
    Ok(library_args.open()?.ok_or_else(missing)?)
}

fn check(args: &Alone, out: &mut impl Write) -> anyhow::Result<bool> {
    let library = open(&args.library)?;
    let problems = backup::check(&library)?;
    let size = fs::metadata(library.place().path()).map_or(0, |file| file.len());
    let mut lines = vec![
        library.place().shown().to_string(),
        format!("  {}, {} kB", library.counts()?, grouped(usize::try_from(size / 1_000).unwrap_or(usize::MAX))),
    ];
    if let Some(reason) = library.read_only() {
        lines.push(format!("  read-only: {reason}"));
    }
    lines.push(match library::kept_days(&library)? {
        Some(days) => format!("  unstarred releases are kept for {}", counted(days as usize, "day")),
        None => "  releases are kept forever".to_owned(),
    });
    let backups = backup::all(library.place());
    if backups.is_empty() {
        lines.push("  no backup yet; the reader and sync make one per day".to_owned());
    }
    let today = Local::now().date_naive();
    for (day, path) in backups {
        let size = fs::metadata(&path).map_or(0, |file| file.len());
        let future = if backup::is_of_future(day, today) { ": ignored, because it is dated in the future" } else { "" };
        let size = grouped(usize::try_from(size / 1_000).unwrap_or(usize::MAX));
        lines.push(format!("  backup of {day}, {size} kB{future}"));
    }
    match problems.as_slice() {
        [] => lines.push("  intact".to_owned()),
        problems => {
            lines.extend(problems.iter().map(|what| format!("  damaged: {what}")));
            lines.push("  tidings library restore restores the newest intact backup".to_owned());
        }
    }
    for line in lines {
        writeln!(out, "{line}").map_err(Output)?;
    }
    Ok(problems.is_empty())
}

fn copy(args: &Copy, out: &mut impl Write) -> anyhow::Result<bool> {
    let library = open(&args.library)?;
    let path = match &args.file {
        None => backup::now(&library, Local::now().date_naive())?,
        Some(file) => {
            if file.exists() && !args.force {
                return Err(UsageError(format!("{}: already exists; --force replaces it", shown(file))).into());
            }
            backup::to_file(&library, file)?;
            file.clone()
        }
    };
    writeln!(out, "{}: {}", shown(&path), library.counts()?).map_err(Output)?;
    Ok(true)
}

fn restore(args: &Restore, out: &mut impl Write) -> anyhow::Result<bool> {
    let place = args.library.place()?;
    let Restored { name, aside } = library::restore(&place, args.from)?;
    let counts = Library::open(&place)?.map(|library| library.counts()).transpose()?.unwrap_or_default();
    writeln!(out, "restored the backup of {name}: {counts}").map_err(Output)?;
    if let Some(aside) = aside {
        writeln!(out, "the previous library was kept as {}; open it with --library FILE", shown(&aside))
            .map_err(Output)?;
    }
    Ok(true)
}

fn export(args: &Export, out: &mut impl Write) -> anyhow::Result<bool> {
    let library = open(&args.library)?;
    let exported = match args.file.as_deref().filter(|file| file.as_os_str() != "-") {
        None => library.export(out).map_err(|error| match error {
            TransferError::Output(error) => anyhow::Error::from(Output(error)),
            error => error.into(),
        })?,
        Some(file) => {
            let exported = export_to(&library, file, args.force)?;
            writeln!(out, "{}: {}", shown(file), exported.counts).map_err(Output)?;
            exported
        }
    };
    if let Some(file) = &args.opml {
        let subscriptions: Vec<OpmlEntry> = library.sources()?.iter().map(OpmlEntry::from).collect();
        to_file(file, args.force, &mut |out| opml::write("Subscriptions", &subscriptions, out))?;
    }
    left_out(exported.without_password.into_iter());
    Ok(true)
}

/// Exports the library to a file that only the user can read.
fn export_to(library: &Library, file: &Path, may: bool) -> anyhow::Result<Exported> {
    let mut exported = None;
    let mut failure = None;
    let written = to_own_file(file, may, &mut |out| {
        let mut out = Counted::new("writing", BufWriter::with_capacity(BUFFER, out), 0);
        match library.export(&mut out) {
            Ok(done) => {
                exported = Some(done);
                out.flush()
            }
            Err(TransferError::Output(error)) => Err(error),
            Err(error) => {
                failure = Some(error);
                Err(io::Error::other("cannot read the library"))
            }
        }
    });
    match (failure, written, exported) {
        (Some(error), ..) => Err(error.into()),
        (None, Err(error), _) => Err(error.into()),
        (None, Ok(()), exported) => exported.ok_or_else(|| io::Error::other("nothing was written").into()),
    }
}

fn import(args: &Import, out: &mut impl Write) -> anyhow::Result<bool> {
    let name = shown(&args.file);
    let mut input: Box<dyn Read> = if args.file.as_os_str() == "-" {
        Box::new(io::stdin().lock())
    } else {
        let file = File::open(&args.file)
            .map_err(|error| UsageError(format!("{name}: cannot open: {}", system_error(&error))))?;
        let bytes = file.metadata().map_or(0, |file| file.len());
        Box::new(BufReader::with_capacity(BUFFER, Counted::new("reading", file, bytes)))
    };
    let mut library = args.library.create()?;
    let before = library.counts()?;
    let Imported { counts, left_out } = library.import(&mut input).map_err(|error| match error {
        TransferError::Library(error) => anyhow::Error::from(error),
        error => UsageError(format!("{name}: {error}")).into(),
    })?;
    writeln!(out, "before: {before}\nnow:    {counts}").map_err(Output)?;
    if left_out > 0 {
        let marks = counted(left_out as usize, "mark");
        complain(&format!("{marks} left out: more than one release in this library has the same key"));
    }
    Ok(true)
}

fn keep(args: &Keep, out: &mut impl Write) -> anyhow::Result<bool> {
    let summary = |days: Option<u32>| match days {
        None => "stored releases are kept forever".to_owned(),
        Some(days) => format!("unstarred releases are kept for {}", counted(days as usize, "day")),
    };
    let Some(Days(days)) = args.days else {
        let library = open(&args.library)?;
        writeln!(out, "{}", summary(library::kept_days(&library)?)).map_err(Output)?;
        return Ok(true);
    };
    let mut library = args.library.create()?;
    library::keep_days(&mut library, days)?;
    writeln!(out, "{}", summary(days)).map_err(Output)?;
    if days.is_some() {
        complain("older releases are removed by the next sync, or by the reader once a day");
    }
    Ok(true)
}

fn shown(path: &Path) -> CleanBuf {
    LibraryPath::of_file(path).shown()
}
