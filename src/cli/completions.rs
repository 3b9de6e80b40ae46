//! `tidings completions`: what a shell needs to complete its arguments; and the answers when the shell asks.
//!
//! A shell asks by running the program with a variable set; then nothing but the answer is written.

mod shells;
mod typed;

use std::io::Write;

use clap::{Command, ValueEnum};
use clap_complete::CompleteEnv;
use clap_complete::env::{Elvish, Powershell, Shells};

use super::error::{Output, UsageError};

/// The variable by which a shell asks.
const VARIABLE: &str = "TIDINGS_COMPLETE";

/// All shells.
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

/// A shell that can complete.
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

/// Answers a shell that asks; whether one did.
pub fn answer(command: impl Fn() -> Command) -> bool {
    let directory = std::env::current_dir().ok();
    CompleteEnv::with_factory(command)
        .var(VARIABLE)
        .shells(SHELLS)
        .try_complete(std::env::args_os(), directory.as_deref())
        // What cannot be completed is completed by nothing: a shell shows no errors then.
        .unwrap_or(true)
}

/// Prints the script of a shell.
///
/// # Errors
/// When the output takes nothing.
pub fn run(args: &Args, out: &mut impl Write) -> anyhow::Result<bool> {
    let name = args.shell.name();
    let shell = SHELLS.completer(name).ok_or_else(|| UsageError(format!("there are no completions for {name}")))?;
    shell.write_registration(VARIABLE, "tidings", "tidings", "tidings", out).map_err(Output)?;
    Ok(true)
}
