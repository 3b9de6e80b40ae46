//! The command line: from arguments to an exit code.
//!
//! Without a subcommand the reader opens; each subcommand has a file with its arguments and a `run` that writes to
//! whatever it is given. Only this module knows standard output, standard error and what a failure is worth.

mod add;
mod check;
mod column;
mod complaint;
mod completions;
mod digest;
mod doctor;
mod export;
mod feeds;
mod follows;
mod format;
mod import;
mod interrupt;
mod library;
mod list;
mod log;
mod man;
mod mark;
mod names;
mod net;
mod page;
mod progress;
mod queries;
mod shelf;
mod show;
mod sync;
mod target;
mod values;

use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

use clap::{CommandFactory, Parser, Subcommand};

use crate::runtime::{self, Outcome, Settings, Source};
use crate::text::CleanBuf;
use feeds::Feeds;
use net::Net;
use page::Page;

/// Exit code where nothing was found.
const NOTHING: u8 = 1;
/// Exit code for arguments or feeds that cannot be used.
const UNUSABLE: u8 = 2;
/// What the exit codes say, for the help, the manual and the README.
pub const EXIT_CODES: [(&str, &str); 4] = [
    ("0", "done; the reader was quit"),
    ("1", "nothing was found, or something is to be mended; of the reader: the terminal vanished"),
    ("2", "arguments, feeds, the configuration or the library cannot be used; standard error says why"),
    ("128 + n", "signal n ended it"),
];
/// Bytes that wait to be written together.
const BUFFER: usize = 64 << 10;

/// A terminal reader for releases: press releases, announcements, headlines.
#[derive(Debug, Parser)]
#[command(
    version,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    after_help = "Press ? in the reader for its keys, q to quit. A feed in a file named as a subcommand opens as ./list.",
    after_long_help = after_long_help()
)]
struct Args {
    #[command(flatten)]
    reader: Reader,
    #[command(flatten)]
    log: log::Log,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What stands below the long help.
fn after_long_help() -> String {
    let codes: Vec<String> = EXIT_CODES.iter().map(|(code, what)| format!("  {code:8} {what}")).collect();
    format!(
        "Press ? in the reader for its keys, q to quit. A feed in a file named as a subcommand opens as ./list.\n\n\
         Exit codes:\n{}",
        codes.join("\n")
    )
}

/// What the reader opens, and how.
#[derive(Debug, clap::Args)]
struct Reader {
    #[command(flatten)]
    feeds: Feeds,
    /// Seconds that a text is shown before its release counts as read; `never` leaves that to the key
    #[arg(long, value_name = "SECONDS", default_value = "1", env = "TIDINGS_READ_AFTER")]
    read_after: ReadAfter,
    /// Sync at once and then at this interval: 30m, 2h
    #[arg(long, value_name = "TIME", env = "TIDINGS_SYNC_EVERY", value_parser = interval)]
    sync_every: Option<Duration>,
    #[command(flatten)]
    net: Net,
}

/// An interval: a number and `s`, `m`, `h` or `d`.
fn interval(text: &str) -> Result<Duration, &'static str> {
    let expected = "expected a number and m, h or d, such as 30m or 2h";
    let unit = match text.chars().last() {
        Some('s') => 1,
        Some('m') => 60,
        Some('h') => 3_600,
        Some('d') => 86_400,
        _ => return Err(expected),
    };
    let number: u32 = text.trim_end_matches(char::is_alphabetic).parse().map_err(|_not_a_number| expected)?;
    if number == 0 { Err(expected) } else { Ok(Duration::from_secs(u64::from(number) * unit)) }
}

/// How long a text is shown before its release counts as read.
#[derive(Debug, Clone, Copy)]
struct ReadAfter(Option<Duration>);

impl FromStr for ReadAfter {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "never" {
            return Ok(Self(None));
        }
        let seconds = text.parse().ok().filter(|seconds: &f64| (0.0..=86_400.0).contains(seconds));
        let time = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        time.map(|time| Self(Some(time))).ok_or("expected seconds, such as 1 or 0.5, or never")
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    List(list::Args),
    Show(show::Args),
    Check(check::Args),
    Add(add::Args),
    Feeds(follows::Args),
    Sync(sync::Args),
    Mark(mark::Args),
    Queries(queries::Args),
    Library(library::Args),
    Import(import::Args),
    Export(export::Args),
    Digest(digest::Args),
    Doctor(doctor::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// Runs the program with the arguments of the process.
#[must_use]
pub fn run() -> ExitCode {
    if completions::answer(Args::command) {
        return ExitCode::SUCCESS;
    }
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Help and version go to standard output and are no failure; clap tells.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(UNUSABLE) } else { ExitCode::SUCCESS };
        }
    };
    if let Err(reason) = args.log.start() {
        return fail(&reason);
    }
    match args.command {
        None => read(&args.reader),
        Some(Command::List(args)) => print(|page, out| list::run(&args, page, out)),
        Some(Command::Show(args)) => print(|page, out| show::run(&args, page, out)),
        Some(Command::Check(args)) => print(|page, out| check::run(&args, page, out)),
        Some(Command::Add(args)) => print(|_, out| add::run(&args, out)),
        Some(Command::Feeds(args)) => print(|page, out| follows::run(&args, page, out)),
        Some(Command::Sync(args)) => print(|_, out| sync::run(&args, out)),
        Some(Command::Mark(args)) => print(|_, out| mark::run(&args, out)),
        Some(Command::Library(args)) => print(|_, out| library::run(&args, out)),
        Some(Command::Queries(args)) => print(|_, out| queries::run(&args, out)),
        Some(Command::Import(args)) => print(|_, out| import::run(&args, out)),
        Some(Command::Export(args)) => print(|_, out| export::run(&args, out)),
        Some(Command::Digest(args)) => print(|page, out| digest::run(&args, page, out)),
        Some(Command::Doctor(args)) => print(|page, out| doctor::run(&args, page, out)),
        Some(Command::Completions(args)) => print(|_, out| completions::run(&args, out)),
        Some(Command::Man(args)) => print(|_, out| man::run(&args, Args::command(), out)),
    }
}

/// Runs a subcommand on standard output; it answers whether anything was found.
fn print(command: impl FnOnce(&Page, &mut BufWriter<io::StdoutLock<'_>>) -> anyhow::Result<bool>) -> ExitCode {
    let page = Page::of_standard_output();
    let mut out = BufWriter::with_capacity(BUFFER, io::stdout().lock());
    let found = command(&page, &mut out).and_then(|found| {
        out.flush().map_err(complaint::Output)?;
        Ok(found)
    });
    // What could not be written is not tried again.
    let _ = out.into_parts();
    match found {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(NOTHING),
        // Whoever read it had enough.
        Err(error) if complaint::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => fail(&error.to_string()),
    }
}

/// Opens the reader.
fn read(args: &Reader) -> ExitCode {
    if !io::stdout().is_terminal() {
        return fail("standard output is no terminal: tidings draws on one");
    }
    let reading = args.feeds.reading();
    let is_sample = matches!(reading.present().as_slice(), [Source::BuiltIn(..)]);
    let settings = Settings {
        is_sample,
        place: args.feeds.shelf.place().map_err(|fault| CleanBuf::line(&fault.to_string())),
        read_after: args.read_after.0,
        sync_every: args.sync_every.filter(|_| !args.net.offline),
        is_offline: args.net.offline,
    };
    let ended = runtime::run(reading, settings);
    if let Ok((_, Some(unkept))) = &ended {
        complain(unkept.as_str());
    }
    match ended.map(|(outcome, _)| outcome) {
        Ok(Outcome::Quit) => ExitCode::SUCCESS,
        Ok(Outcome::Refused(refused)) => {
            for (source, reason) in refused {
                complain(&format!("{source} {reason}"));
            }
            ExitCode::from(UNUSABLE)
        }
        // As a shell tells it of a program that a signal ended.
        Ok(Outcome::Signal(signal)) => ExitCode::from(u8::try_from(128 + signal).unwrap_or(u8::MAX)),
        Ok(Outcome::Gone) => ExitCode::FAILURE,
        Err(error) => fail(&format!("the terminal cannot be used: {error}")),
    }
}

fn complain(what: &str) {
    // Nothing is left to tell when standard error is closed.
    let _ = writeln!(io::stderr(), "tidings: {what}");
}

fn fail(what: &str) -> ExitCode {
    complain(what);
    ExitCode::from(UNUSABLE)
}
