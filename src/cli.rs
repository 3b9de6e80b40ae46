//! The command line: from arguments to an exit code.
//!
//! Without a subcommand the reader opens; each subcommand has a file with its arguments and a `run` that writes to
//! whatever it is given. Only this module knows standard output, standard error and what a failure is worth.

mod add;
mod arg_order;
mod check;
mod column;
mod completions;
mod config;
mod digest;
mod doctor;
mod error;
mod export;
mod feeds;
mod format;
mod import;
mod interrupt;
mod library;
mod library_args;
mod list;
mod load;
mod log;
mod man;
mod manual;
mod mark;
mod network_args;
mod output_file;
mod output_style;
mod progress;
mod queries;
mod reference;
mod settings;
mod show;
mod source_match;
mod sync;
mod values;

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use clap_complete::ArgValueCompleter;

use crate::config::Given;
use crate::query::parse as parse_query;
use crate::runtime::{self, ConfigFiles, Ended, Input, Outcome, Settings};
use crate::text::CleanBuf;
use load::Feeds;
use network_args::NetworkArgs;
use output_style::OutputStyle;
pub use reference::{ENVIRONMENT, EXIT_CODES};
use settings::{Flags, configured};

/// Exit code where nothing was found.
const NOTHING: u8 = 1;
/// Exit code for arguments or feeds that cannot be used.
const UNUSABLE: u8 = 2;
/// Bytes that wait to be written together.
const BUFFER: usize = 64 << 10;

/// A terminal reader for releases: press releases, announcements, headlines.
#[derive(Debug, Parser)]
#[command(
    version,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    after_help = "The bottom line of the reader names its keys. A feed in a file named as a subcommand opens as ./list.",
    after_long_help = after_long_help()
)]
struct Args {
    /// The file of the configuration [default: `tidings/config.toml` in `$XDG_CONFIG_HOME` or `~/.config`]
    #[arg(long, global = true, value_name = "FILE", env = "TIDINGS_CONFIG", hide_env_values = true)]
    config: Option<PathBuf>,
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
        "The bottom line of the reader names its keys. A feed in a file named as a subcommand opens as ./list.\n\n\
         Exit codes:\n{}",
        codes.join("\n")
    )
}

/// What the reader opens, and how.
#[derive(Debug, clap::Args)]
struct Reader {
    // First: what the others take of the arguments is gone from them.
    #[command(flatten)]
    flags: Flags,
    /// The query to open with, rather than that of the last time: words, topic:news, is:unread and so on
    #[arg(short, long, allow_hyphen_values = true, add = ArgValueCompleter::new(values::query))]
    query: Option<String>,
    #[command(flatten)]
    feeds: Feeds,
    #[command(flatten)]
    net: NetworkArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(list::Args),
    Show(show::Args),
    Check(check::Args),
    Add(add::Args),
    Feeds(feeds::Args),
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
    Manual(manual::Args),
    Config(config::Args),
}

/// All commands and options.
#[must_use]
pub fn command() -> clap::Command {
    Args::command()
}

/// Runs the program with the arguments of the process.
#[must_use]
pub fn run() -> ExitCode {
    if completions::answer(Args::command) {
        return ExitCode::SUCCESS;
    }
    let args = match parse(Args::command()) {
        Ok(args) => args,
        Err(code) => return code,
    };
    // What concerns the reader alone is no business of the other commands.
    let configured = match args.command {
        None => configured(args.config.as_deref(), &args.reader.flags),
        Some(Command::Manual(_)) => configured(args.config.as_deref(), &Flags::from(manual::FIXED)),
        Some(_) => ConfigFiles::new(args.config.clone(), Given::default()),
    };
    // Whoever mends the configuration must be able to.
    if let Some(Command::Config(what)) = &args.command {
        return print(|page, out| config::run(what, args.config.as_deref(), page, out));
    }
    let set = match config::load(&configured) {
        Ok(config) => config.settings,
        Err(problems) => {
            return match &args.command {
                // It tells of them among the rest.
                Some(Command::Doctor(args)) => print(|page, out| doctor::run(args, &configured, page, out)),
                _ => fail(&problems.to_string()),
            };
        }
    };
    // Once more, with what the file says of arguments that all commands share.
    let command = settings::with_defaults(Args::command(), set.library.as_deref(), set.is_offline);
    let args = match parse(command) {
        Ok(args) => args,
        Err(code) => return code,
    };
    if let Err(reason) = args.log.start() {
        return fail(&reason);
    }
    match args.command {
        None => read(&args.reader, set, configured),
        Some(Command::Config(_)) => ExitCode::SUCCESS,
        Some(Command::List(args)) => print(|page, out| list::run(&args, page, out)),
        Some(Command::Show(args)) => print(|page, out| show::run(&args, page, out)),
        Some(Command::Check(args)) => print(|page, out| check::run(&args, page, out)),
        Some(Command::Add(args)) => print(|_, out| add::run(&args, out)),
        Some(Command::Feeds(args)) => print(|page, out| feeds::run(&args, page, out)),
        Some(Command::Sync(args)) => print(|_, out| sync::run(&args, out)),
        Some(Command::Mark(args)) => print(|_, out| mark::run(&args, out)),
        Some(Command::Library(args)) => print(|_, out| library::run(&args, out)),
        Some(Command::Queries(args)) => print(|_, out| queries::run(&args, out)),
        Some(Command::Import(args)) => print(|_, out| import::run(&args, out)),
        Some(Command::Export(args)) => print(|_, out| export::run(&args, out)),
        Some(Command::Digest(args)) => print(|page, out| digest::run(&args, page, out)),
        Some(Command::Doctor(args)) => print(|page, out| doctor::run(&args, &configured, page, out)),
        Some(Command::Completions(args)) => print(|_, out| completions::run(&args, out)),
        Some(Command::Manual(args)) if io::stdout().is_terminal() => read_manual(&args, set, configured),
        Some(Command::Manual(args)) => print(|_, out| manual::run(&args, out)),
        Some(Command::Man(args)) => print(|_, out| man::run(&args, Args::command(), out)),
    }
}

/// The arguments of the process, or the exit code where they say all or nothing.
fn parse(mut command: clap::Command) -> Result<Args, ExitCode> {
    let args = arg_order::subcommand_first(&command, std::env::args_os().collect());
    let matches = command.try_get_matches_from_mut(args);
    matches.and_then(|matches| Args::from_arg_matches(&matches)).map_err(|error| {
        // Help and version go to standard output and are no failure; clap tells.
        let _ = error.print();
        if error.use_stderr() { ExitCode::from(UNUSABLE) } else { ExitCode::SUCCESS }
    })
}

/// Runs a subcommand on standard output; it answers whether anything was found.
fn print(command: impl FnOnce(&OutputStyle, &mut BufWriter<io::StdoutLock<'_>>) -> anyhow::Result<bool>) -> ExitCode {
    let page = OutputStyle::of_standard_output();
    let mut out = BufWriter::with_capacity(BUFFER, io::stdout().lock());
    let found = command(&page, &mut out).and_then(|found| {
        out.flush().map_err(error::Output)?;
        Ok(found)
    });
    // What could not be written is not tried again.
    let _ = out.into_parts();
    match found {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(NOTHING),
        // Whoever read it had enough.
        Err(error) if error::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => fail(&error::describe(&error)),
    }
}

/// Opens the reader.
fn read(args: &Reader, set: crate::config::Settings, configured: ConfigFiles) -> ExitCode {
    if !io::stdout().is_terminal() {
        return fail("standard output is no terminal: tidings draws on one");
    }
    let query = match args.query.as_deref().map(|text| (text, parse_query(text))) {
        Some((text, Err(error))) => return fail(&error::WrongQuery::new(text, &error).to_string()),
        Some((_, Ok(query))) => Some(query),
        None => None,
    };
    let reading = args.feeds.reading();
    let is_sample = matches!(reading.sources.as_slice(), [Input::BuiltIn(..)]);
    let settings = Settings {
        is_sample,
        query,
        session: None,
        place: args.feeds.shelf.place().map_err(|fault| CleanBuf::line(&fault.to_string())),
        settings: crate::config::Settings { is_offline: args.net.offline, ..set },
        configured,
    };
    end(runtime::run(reading, settings))
}

/// Opens the manual in the reader.
fn read_manual(args: &manual::Args, set: crate::config::Settings, configured: ConfigFiles) -> ExitCode {
    let folder = match tempfile::Builder::new().prefix("tidings-manual-").tempdir() {
        Ok(folder) => folder,
        Err(error) => return fail(&format!("no folder for temporary files: {error}")),
    };
    let (reading, settings) = manual::reader(args, folder.path(), set, configured);
    end(runtime::run(reading, settings))
}

/// Reports how the reader ended.
fn end(ended: Ended) -> ExitCode {
    let Ended { outcome, unsaved, panics } = ended;
    unsaved.iter().chain(&panics).for_each(|line| complain(line.as_str()));
    match outcome {
        Ok(Outcome::Quit) if !unsaved.is_empty() => ExitCode::FAILURE,
        Ok(Outcome::Quit) => ExitCode::SUCCESS,
        Ok(Outcome::Refused(refused)) => {
            for (source, reason) in refused {
                complain(&format!("{source}: {reason}"));
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
