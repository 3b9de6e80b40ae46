//! Flags and environment variables of the settings, and the configuration file that they override.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command, FromArgMatches};
use clap_complete::ArgValueCandidates;

use super::values;
use crate::config::{Charset, Given, Kind, Row, TABLE};
use crate::runtime::ConfigFiles;

/// Settings whose flags are defined elsewhere, because other commands accept them too.
const ELSEWHERE: [&str; 2] = ["offline", "library"];
/// The heading of the flags in the help.
const HEADING: &str = "Settings (see `tidings config`)";

/// The given flags: names of settings and their texts.
#[derive(Debug, Clone, Default)]
pub struct Flags(Vec<(&'static str, String)>);

impl<const N: usize> From<[(&'static str, &'static str); N]> for Flags {
    fn from(flags: [(&'static str, &'static str); N]) -> Self {
        Self(flags.into_iter().map(|(name, text)| (name, text.to_owned())).collect())
    }
}

impl clap::Args for Flags {
    fn augment_args(command: Command) -> Command {
        TABLE.iter().filter(|row| !ELSEWHERE.contains(&row.name)).fold(command, |command, row| command.arg(flag(row)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

fn flag(row: &'static Row) -> Arg {
    let check = move |text: &str| match row.kind.of_text(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err(format!("expected {}", row.kind.expected())),
    };
    let default = row.default.trim_matches('"');
    let default = if default.is_empty() { String::new() } else { format!(" [default: {default}]") };
    let help = format!("{}{default} [env: {}]", row.help, row.variable);
    let arg = Arg::new(row.name)
        .long(row.flag)
        .value_name(row.kind.placeholder())
        .help(help)
        .help_heading(HEADING)
        .value_parser(check);
    match row.kind {
        // `--ascii` without a value means `--ascii=true`.
        Kind::Switch | Kind::SwitchOrAuto => arg.num_args(0..=1).default_missing_value("true").require_equals(true),
        Kind::Word(words) => arg.value_parser(clap::builder::PossibleValuesParser::new(words)),
        _ if row.name == "look.theme" => arg.add(ArgValueCandidates::new(values::themes)),
        _ => arg,
    }
}

impl FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let is_given = |name: &str| matches.value_source(name) == Some(ValueSource::CommandLine);
        let text = |row: &Row| match row.name {
            "offline" => Some("true".to_owned()),
            "library" => Some(matches.get_one::<PathBuf>(row.name)?.to_string_lossy().into_owned()),
            name => matches.get_one::<String>(name).cloned(),
        };
        let given = TABLE.iter().filter(|row| is_given(row.name)).filter_map(|row| Some((row.name, text(row)?)));
        Ok(Self(given.collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Returns the configuration for these flags and the environment, from the named file or the default one.
pub fn config_files(file: Option<&Path>, flags: &Flags) -> ConfigFiles {
    let variables = TABLE.iter().filter_map(|row| {
        let text = std::env::var_os(row.variable).filter(|text| !text.is_empty())?;
        Some((row.name, text.to_string_lossy().into_owned()))
    });
    let given = Given { variables: variables.collect(), flags: flags.0.clone(), charset: charset() };
    ConfigFiles::new(file.map(Path::to_owned), given)
}

/// Returns the character set of the terminal according to the environment.
fn charset() -> Charset {
    let variables = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(std::env::var_os);
    let locale = variables.into_iter().find(|locale| !locale.is_empty());
    charset_of(locale.as_deref().and_then(std::ffi::OsStr::to_str).unwrap_or("C"))
}

/// Returns the character set of a locale. A locale without a character set, such as `C`, is often just a default in a
/// terminal that can show everything. A locale with another character set is deliberate.
fn charset_of(locale: &str) -> Charset {
    let locale = locale.to_ascii_lowercase();
    let named = locale.split_once('.').map(|(_, named)| named.split('@').next().unwrap_or_default());
    match named {
        Some("utf-8" | "utf8") => Charset::Unicode,
        Some(_) => Charset::Ascii,
        None => Charset::AsciiSigns,
    }
}

/// Makes values from the configuration file the defaults of the arguments that all commands share.
pub fn with_defaults(command: Command, library: Option<&Path>, is_offline: bool) -> Command {
    let command = command.mut_args(|arg| match (arg.get_id().as_str(), library) {
        ("library", Some(library)) => arg.default_value(OsString::from(library)),
        ("offline", _) if is_offline => arg.default_value("true"),
        _ => arg,
    });
    command.mut_subcommands(|command| with_defaults(command, library, is_offline))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales_have_character_sets() {
        for (locale, expected) in [
            ("C.UTF-8", Charset::Unicode),
            ("de_CH.utf8", Charset::Unicode),
            ("sr_RS.UTF-8@latin", Charset::Unicode),
            ("C", Charset::AsciiSigns),
            ("POSIX", Charset::AsciiSigns),
            ("en_US.ISO-8859-1", Charset::Ascii),
            ("ru_RU.KOI8-R", Charset::Ascii),
        ] {
            assert_eq!(charset_of(locale), expected, "{locale}");
        }
    }
}
