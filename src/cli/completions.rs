//! `tidings completions`: prints completion scripts, and answers the completion requests of shells.
//!
//! A shell makes a request by running the program with an environment variable; the program then prints only the answer.

mod shells;
mod typed;

use std::io::Write;

use clap::{Command, ValueEnum};
use clap_complete::CompleteEnv;
use clap_complete::env::{Elvish, Powershell, Shells};

use super::error::{Output, UsageError};

/// The environment variable of a completion request.
const VARIABLE: &str = "TIDINGS_COMPLETE";

/// All supported shells.
const SHELLS: Shells<'_> = Shells(&[&shells::Bash, &shells::ZSH, &shells::FISH, &Elvish, &Powershell]);

/// Print shell completions
#[derive(Debug, clap::Args)]
#[command(after_help = "\
bash: tidings completions bash > ~/.local/share/bash-completion/completions/tidings
zsh:  tidings completions zsh > a file _tidings in a folder of $fpath
fish: tidings completions fish > ~/.config/fish/completions/tidings.fish")]
pub struct Args {
    /// The shell
    shell: Shell,
}

/// A supported shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    Bash,
    Zsh,
    Fish,
    Elvish,
    Powershell,
}

impl Shell {
    fn name(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Zsh => "zsh",
            Self::Fish => "fish",
            Self::Elvish => "elvish",
            Self::Powershell => "powershell",
        }
    }
}

/// Answers a completion request. Returns whether there was one.
pub fn answer(command: impl Fn() -> Command) -> bool {
    let directory = std::env::current_dir().ok();
    CompleteEnv::with_factory(command)
        .var(VARIABLE)
        .shells(SHELLS)
        .try_complete(std::env::args_os(), directory.as_deref())
        // On errors, offer nothing: a shell has no place to show them.
        .unwrap_or(true)
}

/// Prints the completion script of a shell.
///
/// # Errors
/// If the output cannot be written.
pub fn run(args: &Args, out: &mut impl Write) -> anyhow::Result<bool> {
    let name = args.shell.name();
    let shell = SHELLS.completer(name).ok_or_else(|| UsageError(format!("no completions for {name}")))?;
    shell.write_registration(VARIABLE, "tidings", "tidings", "tidings", out).map_err(Output)?;
    Ok(true)
}
