//! `tidings library`: the library's file itself.

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
use crate::text::{CleanBuf, grouped};

/// Bytes that are read or written at a time.
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
    /// Make today's backup again, or a copy in a file
    Backup(Copy),
    /// Restore the newest intact backup; the previous state is kept as a copy
    Restore(Restore),
    /// Export everything as one JSON document
    Export(Export),
    /// Import an exported document: marks are joined, nothing is removed
    Import(Import),
    /// Set how long releases are kept unless they are starred
    Keep(Keep),
}

#[derive(Debug, clap::Args)]
struct Alone {
    #[command(flatten)]
    shelf: LibraryArgs,
}

#[derive(Debug, clap::Args)]
struct Copy {
    /// A file to be made; none: the backup of today, beside the library
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Replace the file where there is one
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    shelf: LibraryArgs,
}

#[derive(Debug, clap::Args)]
struct Restore {
    /// The day of a backup, such as 2026-11-24; none: the newest that is whole
    #[arg(long, value_name = "DAY")]
    from: Option<NaiveDate>,
    #[command(flatten)]
    shelf: LibraryArgs,
}

#[derive(Debug, clap::Args)]
struct Export {
    /// Where to write it; standard output where no file is named, or - is
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// The subscriptions as OPML too, in this file
    #[arg(long, value_name = "FILE")]
    opml: Option<PathBuf>,
    /// Replace files where there are some
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    shelf: LibraryArgs,
}

#[derive(Debug, clap::Args)]
struct Import {
    /// The document; - reads standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    shelf: LibraryArgs,
}

#[derive(Debug, clap::Args)]
struct Keep {
    /// `forever`, or a number of days; none: say how long
    #[arg(value_name = "DAYS", value_parser = days)]
    days: Option<Days>,
    #[command(flatten)]
    shelf: LibraryArgs,
}

/// Days that something is kept; `None` for ever.
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

/// Does what is asked; whether all is well.
///
/// # Errors
/// For a library or a file that cannot be used and an output that takes nothing.
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

/// The library, or the complaint that there is none.
fn open(shelf: &LibraryArgs) -> anyhow::Result<Library> {
    let place = shelf.place()?;
    let missing =
        || UsageError(format!("there is no library at {}; it is made when there is something to keep", place.shown()));
    Ok(shelf.open()?.ok_or_else(missing)?)
}

fn check(args: &Alone, out: &mut impl Write) -> anyhow::Result<bool> {
    let library = open(&args.shelf)?;
    let wrong = backup::check(&library)?;
    let size = fs::metadata(library.place().path()).map_or(0, |file| file.len());
    let mut lines = vec![
        library.place().shown().to_string(),
        format!("  {}, {} kB", library.counts()?, grouped(usize::try_from(size / 1_000).unwrap_or(usize::MAX))),
    ];
    if let Some(reason) = library.read_only() {
        lines.push(format!("  it is read and not written: {reason}"));
    }
    lines.push(match library::kept_days(&library)? {
        Some(days) => format!("  releases that are not starred are kept for {days} days"),
        None => "  releases are kept forever".to_owned(),
    });
    let backups = backup::all(library.place());
    if backups.is_empty() {
        lines.push("  no backup yet; the reader and sync make one a day".to_owned());
    }
    let today = Local::now().date_naive();
    for (day, path) in backups {
        let size = fs::metadata(&path).map_or(0, |file| file.len());
        let future = if backup::is_of_future(day, today) { ": a date to come, so it is not used" } else { "" };
        let size = grouped(usize::try_from(size / 1_000).unwrap_or(usize::MAX));
        lines.push(format!("  backup of {day}, {size} kB{future}"));
    }
    match wrong.as_slice() {
        [] => lines.push("  it is whole".to_owned()),
        wrong => {
            lines.extend(wrong.iter().map(|what| format!("  wrong: {what}")));
            lines.push("  tidings library restore puts the newest whole backup into its place".to_owned());
        }
    }
    for line in lines {
        writeln!(out, "{line}").map_err(Output)?;
    }
    Ok(wrong.is_empty())
}

fn copy(args: &Copy, out: &mut impl Write) -> anyhow::Result<bool> {
    let library = open(&args.shelf)?;
    let path = match &args.file {
        None => backup::now(&library, Local::now().date_naive())?,
        Some(file) => {
            if file.exists() && !args.force {
                return Err(UsageError(format!("{} is there already; --force replaces it", shown(file))).into());
            }
            backup::to_file(&library, file)?;
            file.clone()
        }
    };
    writeln!(out, "{}: {}", shown(&path), library.counts()?).map_err(Output)?;
    Ok(true)
}

fn restore(args: &Restore, out: &mut impl Write) -> anyhow::Result<bool> {
    let place = args.shelf.place()?;
    let Restored { name, aside } = library::restore(&place, args.from)?;
    let counts = Library::open(&place)?.map(|library| library.counts()).transpose()?.unwrap_or_default();
    writeln!(out, "the backup of {name} is in its place: {counts}").map_err(Output)?;
    if let Some(aside) = aside {
        writeln!(out, "what was there is kept as {}; its marks: --library FILE", shown(&aside)).map_err(Output)?;
    }
    Ok(true)
}

fn export(args: &Export, out: &mut impl Write) -> anyhow::Result<bool> {
    let library = open(&args.shelf)?;
    let may = args.force;
    let exported = match args.file.as_deref().filter(|file| file.as_os_str() != "-") {
        None => library.export(out).map_err(|fault| match fault {
            TransferError::Output(error) => anyhow::Error::from(Output(error)),
            fault => fault.into(),
        })?,
        Some(file) => {
            let exported = export_to(&library, file, may)?;
            writeln!(out, "{}: {}", shown(file), exported.counts).map_err(Output)?;
            exported
        }
    };
    if let Some(file) = &args.opml {
        let subscriptions: Vec<OpmlEntry> = library.sources()?.iter().map(OpmlEntry::from).collect();
        to_file(file, may, &mut |out| opml::write("Subscriptions", &subscriptions, out))?;
    }
    left_out(exported.without_password.into_iter());
    Ok(true)
}

/// Writes all of it into a file that only the user may read.
fn export_to(library: &Library, file: &Path, may: bool) -> anyhow::Result<Exported> {
    let mut exported = None;
    let mut fault = None;
    let written = to_own_file(file, may, &mut |out| {
        let mut out = Counted::new("writing", BufWriter::with_capacity(BUFFER, out), 0);
        match library.export(&mut out) {
            Ok(done) => {
                exported = Some(done);
                out.flush()
            }
            Err(TransferError::Output(error)) => Err(error),
            Err(error) => {
                fault = Some(error);
                Err(io::Error::other("the library cannot be read"))
            }
        }
    });
    match (fault, written, exported) {
        (Some(fault), ..) => Err(fault.into()),
        (None, Err(wrong), _) => Err(wrong.into()),
        (None, Ok(()), exported) => exported.ok_or_else(|| io::Error::other("nothing was written").into()),
    }
}

fn import(args: &Import, out: &mut impl Write) -> anyhow::Result<bool> {
    let name = shown(&args.file);
    let mut input: Box<dyn Read> = if args.file.as_os_str() == "-" {
        Box::new(io::stdin().lock())
    } else {
        let file = File::open(&args.file).map_err(|error| UsageError(format!("{name}: cannot open: {error}")))?;
        let bytes = file.metadata().map_or(0, |file| file.len());
        Box::new(BufReader::with_capacity(BUFFER, Counted::new("reading", file, bytes)))
    };
    let mut library = args.shelf.create()?;
    let before = library.counts()?;
    let Imported { counts, left_out } = library.import(&mut input).map_err(|fault| match fault {
        TransferError::Library(fault) => anyhow::Error::from(fault),
        fault => UsageError(format!("{name}: {fault}")).into(),
    })?;
    writeln!(out, "before: {before}\nnow:    {counts}").map_err(Output)?;
    if left_out > 0 {
        let marks = if left_out == 1 { "1 mark was".to_owned() } else { format!("{left_out} marks were") };
        complain(&format!(
            "{marks} left out: other releases have the same names here, and whose they are cannot be told"
        ));
    }
    Ok(true)
}

fn keep(args: &Keep, out: &mut impl Write) -> anyhow::Result<bool> {
    let told = |days: Option<u32>| match days {
        None => "stored releases are kept forever".to_owned(),
        Some(1) => "stored releases that are not starred are kept for 1 day".to_owned(),
        Some(days) => format!("stored releases that are not starred are kept for {days} days"),
    };
    let Some(Days(days)) = args.days else {
        let library = open(&args.shelf)?;
        writeln!(out, "{}", told(library::kept_days(&library)?)).map_err(Output)?;
        return Ok(true);
    };
    let mut library = args.shelf.create()?;
    library::keep_days(&mut library, days)?;
    writeln!(out, "{}", told(days)).map_err(Output)?;
    if days.is_some() {
        complain("the next sync, or the reader once a day, drops what is older");
    }
    Ok(true)
}

fn shown(path: &Path) -> CleanBuf {
    LibraryPath::of_file(path).shown()
}
