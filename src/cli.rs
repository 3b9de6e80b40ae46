//! The command line: from arguments to an exit code.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use crate::runtime::{self, Outcome, Source};

/// The feed that is opened where none is named.
const BUILT_IN: &[u8] = include_bytes!("../data/releases.json");

/// Exit code for arguments or feeds that cannot be used.
const UNUSABLE: u8 = 2;

/// A terminal reader for releases: press releases, announcements, headlines.
#[derive(Debug, Parser)]
#[command(version, after_help = "Press ? in the reader for its keys, q to quit.")]
struct Args {
    /// Feeds to open: JSON Feed, plain JSON or JSON Lines; - reads standard input. None: a sample feed
    #[arg(value_name = "FEED")]
    feeds: Vec<PathBuf>,
}

/// Runs the program with the arguments of the process.
#[must_use]
pub fn run() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Help and version go to standard output and are no failure; clap tells.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(UNUSABLE) } else { ExitCode::SUCCESS };
        }
    };
    if !io::stdout().is_terminal() {
        return fail("standard output is no terminal: tidings draws on one");
    }
    let welcome = args.feeds.is_empty().then_some("a sample feed: open your own with tidings FILE");
    match runtime::run(sources(args.feeds), welcome) {
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

fn sources(feeds: Vec<PathBuf>) -> Vec<Source> {
    if feeds.is_empty() {
        return vec![Source::BuiltIn("sample", BUILT_IN)];
    }
    let source = |feed: PathBuf| if feed.as_os_str() == "-" { Source::StandardInput } else { Source::File(feed) };
    feeds.into_iter().map(source).collect()
}

fn complain(what: &str) {
    // Nothing is left to tell when standard error is closed.
    let _ = writeln!(io::stderr(), "tidings: {what}");
}

fn fail(what: &str) -> ExitCode {
    complain(what);
    ExitCode::from(UNUSABLE)
}
