//! `tidings man`: man pages, generated from the same tables as the help.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Command;
use clap_mangen::Man;
use roff::{Roff, bold, roman};

use super::error::{Output, UsageError};
use super::reference::{ENVIRONMENT, EXAMPLES, EXIT_CODES, FILES};
use crate::keymap::{Action, Keymap, Scope};
use crate::text::system_error;

/// Print the man page, or write the man pages of all commands to a folder
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Write tidings.1, tidings-list.1 and so on to this folder
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// Writes the man pages.
///
/// # Errors
/// If a file or the output cannot be written.
pub fn run(args: &Args, mut command: Command, out: &mut impl Write) -> anyhow::Result<bool> {
    command.build();
    match &args.dir {
        None => page(&command, "tidings", out).map_err(Output)?,
        Some(folder) => {
            write_all(&command, "tidings", folder).map_err(|error| {
                UsageError(format!("cannot write to {}: {}", folder.display(), system_error(&error)))
            })?;
        }
    }
    Ok(true)
}

/// Writes the page of a command and those of its subcommands.
fn write_all(command: &Command, name: &str, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut text = Vec::new();
    page(command, name, &mut text)?;
    fs::write(folder.join(format!("{name}.1")), text)?;
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        write_all(sub, &format!("{name}-{}", sub.get_name()), folder)?;
    }
    Ok(())
}

fn page(command: &Command, name: &str, out: &mut impl Write) -> io::Result<()> {
    let version = env!("CARGO_PKG_VERSION");
    let shown = command.clone().name(name.to_owned()).display_name(name.to_owned());
    let man = Man::new(shown).title(name).manual("tidings").source(format!("tidings {version}"));
    man.render_title(out)?;
    man.render_name_section(out)?;
    man.render_synopsis_section(out)?;
    man.render_description_section(out)?;
    man.render_options_section(out)?;
    if command.has_subcommands() {
        man.render_subcommands_section(out)?;
    }
    let mut sections = Roff::new();
    if name == "tidings" {
        listed(&mut sections, "EXAMPLES", &EXAMPLES);
        keys(&mut sections);
        listed(&mut sections, "ENVIRONMENT", &ENVIRONMENT);
        listed(&mut sections, "FILES", &FILES);
        listed(&mut sections, "EXIT STATUS", &EXIT_CODES);
    } else {
        sections.control("SH", ["SEE ALSO"]);
        sections.text([bold("tidings"), roman("(1), for the exit status, environment variables and files")]);
    }
    sections.to_writer(out)
}

fn listed(page: &mut Roff, heading: &str, rows: &[(&str, &str)]) {
    page.control("SH", [heading]);
    for (name, what) in rows {
        page.control("TP", []).text([bold(*name)]).text([roman(*what)]);
    }
}

/// Writes the key tables of all scopes.
fn keys(page: &mut Roff) {
    let keymap = Keymap::default();
    page.control("SH", ["KEYS"]);
    for scope in Scope::ALL {
        page.control("SS", [scope.title()]);
        for info in Action::in_scope(scope) {
            let keys = keymap.keys_of(scope, info.action).join(" ");
            page.control("TP", []).text([bold(keys)]).text([roman(info.help)]);
        }
    }
}
