//! The command line: from arguments to an exit code.
//!
//! Without a subcommand, the reader opens. Each subcommand has a file with its arguments and a `run` function that writes
//! to the given output. Only this module knows standard output, standard error and exit codes.

mod account;
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
mod rule_args;
mod settings;
mod show;
mod source_match;
mod sync;
mod values;
mod words;

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use clap_complete::ArgValueCompleter;

use crate::config::Given;
use crate::query::parse as parse_query;
use crate::runtime::{self, ConfigFiles, Ended, Input, Outcome, Settings};
use crate::text::{CleanBuf, system_error};
use load::Feeds;
use network_args::NetworkArgs;
use output_style::OutputStyle;
pub use reference::{ENVIRONMENT, EXIT_CODES};
use settings::{Flags, config_files};

/// The exit code when nothing was found.
const NOTHING: u8 = 1;
/// The exit code for invalid arguments, feeds, configuration or libraries.
const UNUSABLE: u8 = 2;
/// The message when the library has no subscriptions.
const NO_SUBSCRIPTIONS: &str =
    "no subscriptions; add one with tidings add URL, or import a list with tidings import FILE";
/// The buffer for standard output, in bytes.
const BUFFER: usize = 64 << 10;

/// A terminal reader for releases: press releases, announcements, headlines.
#[derive(Debug, Parser)]
#[command(
    version,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    after_help = FILE_HINT,
    after_long_help = after_long_help()
)]
struct Args {
    /// The configuration file [default: `tidings/config.toml` in `$XDG_CONFIG_HOME` or `~/.config`]
    #[arg(long, global = true, value_name = "FILE", env = "TIDINGS_CONFIG", hide_env_values = true)]
    config: Option<PathBuf>,
    #[command(flatten)]
    reader: Reader,
    #[command(flatten)]
    log: log::Log,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Stands below the help of the program.
const FILE_HINT: &str =
    "The reader shows its keys on the bottom line. To open a file with the name of a subcommand, write ./list.";

/// Returns the text below the long help, with the exit codes.
fn after_long_help() -> String {
    let codes: Vec<String> = EXIT_CODES.iter().map(|(code, what)| format!("  {code:8} {what}")).collect();
    format!("{FILE_HINT}\n\nExit codes:\n{}", codes.join("\n"))
}

/// The arguments of the reader.
#[derive(Debug, clap::Args)]
struct Reader {
    // Must come first: it reads arguments that the others remove.
    #[command(flatten)]
    flags: Flags,
    /// Start with this query instead of that of the last session: words, topic:news, is:unread and so on
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
    Account(account::Args),
    Mark(mark::Args),
    Queries(queries::Args),
    Library(library::Args),
    Import(import::Args),
    Export(export::Args),
    Words(words::Args),
    Digest(digest::Args),
    Doctor(doctor::Args),
    Completions(completions::Args),
    Man(man::Args),
    Manual(manual::Args),
    Config(config::Args),
}

/// Returns the definition of all commands and options.
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
    // Variables and flags of settings apply to the reader only.
    let config_files = match args.command {
        None => config_files(args.config.as_deref(), &args.reader.flags),
        Some(Command::Manual(_)) => config_files(args.config.as_deref(), &Flags::from(manual::FIXED)),
        Some(_) => ConfigFiles::new(args.config.clone(), Given::default()),
    };
    // `config` must run even when the configuration is broken.
    if let Some(Command::Config(what)) = &args.command {
        return print(|style, out| config::run(what, args.config.as_deref(), style, out));
    }
    let settings = match config::load(&config_files) {
        Ok(config) => config.settings,
        Err(problems) => {
            return match &args.command {
                // `doctor` reports them among its findings.
                Some(Command::Doctor(args)) => print(|style, out| doctor::run(args, &config_files, style, out)),
                _ => fail(&problems.to_string()),
            };
        }
    };
    // Parse again, with defaults from the file for the arguments that all commands share.
    let command = settings::with_defaults(Args::command(), settings.library.as_deref(), settings.is_offline);
    let args = match parse(command) {
        Ok(args) => args,
        Err(code) => return code,
    };
    if let Err(reason) = args.log.start() {
        return fail(&reason);
    }
    let topics = &settings.topics.clone();
    match args.command {
        None => read(&args.reader, settings, config_files),
        Some(Command::Config(_)) => ExitCode::SUCCESS,
        Some(Command::List(args)) => print(|style, out| list::run(&args, topics, style, out)),
        Some(Command::Show(args)) => print(|style, out| show::run(&args, topics, style, out)),
        Some(Command::Check(args)) => print(|style, out| check::run(&args, style, out)),
        Some(Command::Add(args)) => print(|_, out| add::run(&args, out)),
        Some(Command::Feeds(args)) => print(|style, out| feeds::run(&args, style, out)),
        Some(Command::Sync(args)) => print(|_, out| sync::run(&args, topics, out)),
        Some(Command::Account(args)) => print(|style, out| account::run(&args, style, out)),
        Some(Command::Mark(args)) => print(|_, out| mark::run(&args, topics, out)),
        Some(Command::Library(args)) => print(|_, out| library::run(&args, out)),
        Some(Command::Queries(args)) => print(|style, out| queries::run(&args, topics, style, out)),
        Some(Command::Import(args)) => print(|_, out| import::run(&args, out)),
        Some(Command::Export(args)) => print(|_, out| export::run(&args, out)),
        Some(Command::Words(args)) => print(|style, out| words::run(&args, topics, style, out)),
        Some(Command::Digest(args)) => print(|style, out| digest::run(&args, topics, style, out)),
        Some(Command::Doctor(args)) => print(|style, out| doctor::run(&args, &config_files, style, out)),
        Some(Command::Completions(args)) => print(|_, out| completions::run(&args, out)),
        Some(Command::Manual(args)) if io::stdout().is_terminal() => read_manual(&args, settings, config_files),
        Some(Command::Manual(args)) => print(|_, out| manual::run(&args, out)),
        Some(Command::Man(args)) => print(|_, out| man::run(&args, Args::command(), out)),
    }
}

/// Parses the arguments of the process. The error is the exit code after help, the version or a usage error.
fn parse(mut command: clap::Command) -> Result<Args, ExitCode> {
    let args = arg_order::subcommand_first(&command, std::env::args_os().collect());
    let matches = command.try_get_matches_from_mut(args);
    matches.and_then(|matches| Args::from_arg_matches(&matches)).map_err(|error| {
        // clap prints help and version to standard output, and errors to standard error.
        let _ = error.print();
        if error.use_stderr() { ExitCode::from(UNUSABLE) } else { ExitCode::SUCCESS }
    })
}

/// Runs a subcommand on standard output. The subcommand returns whether it found anything.
fn print(command: impl FnOnce(&OutputStyle, &mut BufWriter<io::StdoutLock<'_>>) -> anyhow::Result<bool>) -> ExitCode {
    let style = OutputStyle::of_standard_output();
    let mut out = BufWriter::with_capacity(BUFFER, io::stdout().lock());
    let found = command(&style, &mut out).and_then(|found| {
        out.flush().map_err(error::Output)?;
        Ok(found)
    });
    // Drop what could not be written, without another attempt.
    let _ = out.into_parts();
    match found {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(NOTHING),
        // The reader of the pipe has closed it.
        Err(error) if error::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => fail(&error::describe(&error)),
    }
}

/// Opens the reader.
fn read(args: &Reader, settings: crate::config::Settings, config_files: ConfigFiles) -> ExitCode {
    if let Some((typed, command)) = mistyped_command(args.feeds.named()) {
        return fail(&format!("{typed}: no such file or folder; did you mean tidings {command}?"));
    }
    if !io::stdout().is_terminal() {
        return fail("standard output is not a terminal; tidings list prints releases");
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
        place: args.feeds.library.place().map_err(|error| CleanBuf::line(&error.to_string())),
        settings: crate::config::Settings { is_offline: args.net.offline, ..settings },
        configured: config_files,
    };
    end(runtime::run(reading, settings))
}

/// If the only name is not a file but resembles that of a subcommand, returns both.
fn mistyped_command(named: &[PathBuf]) -> Option<(String, String)> {
    let [name] = named else { return None };
    let typed = name.to_str().filter(|typed| !typed.contains(['.', '/']) && !name.exists())?;
    let commands = Args::command();
    let near = crate::config::nearest(typed, commands.get_subcommands().map(clap::Command::get_name))?;
    Some((typed.to_owned(), near.to_owned()))
}

/// Opens the manual in the reader.
fn read_manual(args: &manual::Args, settings: crate::config::Settings, config_files: ConfigFiles) -> ExitCode {
    let folder = match tempfile::Builder::new().prefix("tidings-manual-").tempdir() {
        Ok(folder) => folder,
        Err(error) => return fail(&format!("cannot create a temporary folder: {}", system_error(&error))),
    };
    let (reading, settings) = manual::reader(args, folder.path(), settings, config_files);
    end(runtime::run(reading, settings))
}

/// Reports how the reader ended, and returns the exit code.
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
        // The convention of shells for a program that a signal ended.
        Ok(Outcome::Signal(signal)) => ExitCode::from(u8::try_from(128 + signal).unwrap_or(u8::MAX)),
        Ok(Outcome::Gone) => ExitCode::FAILURE,
        Err(error) => fail(&format!("cannot use the terminal: {}", system_error(&error))),
    }
}

fn complain(what: &str) {
    // If standard error is closed, there is no one to inform.
    let _ = writeln!(io::stderr(), "tidings: {what}");
}

fn fail(what: &str) -> ExitCode {
    complain(what);
    ExitCode::from(UNUSABLE)
}
