//! Accepts options before the name of the subcommand, as many other programs do.

use std::ffi::OsString;

use clap::{Arg, Command};

/// Moves the name of the subcommand to the front if only options precede it. Otherwise, or after an unknown option,
/// returns the arguments unchanged.
pub fn subcommand_first(command: &Command, mut args: Vec<OsString>) -> Vec<OsString> {
    let mut at = 1;
    while let Some(text) = args.get(at).and_then(|arg| arg.to_str()) {
        if !text.starts_with('-') || text == "-" {
            if command.find_subcommand(text).is_some() {
                args[1..=at].rotate_right(1);
            }
            break;
        }
        match taken(command, text) {
            Some(count) => at += count,
            None => break,
        }
    }
    args
}

/// Returns how many arguments an option takes up, including its value; `None` if it is unknown. The command is not built,
/// since that would take milliseconds, and therefore lacks the options that clap adds.
fn taken(command: &Command, text: &str) -> Option<usize> {
    let find = |is_it: &dyn Fn(&Arg) -> bool| command.get_arguments().find(|arg| is_it(arg));
    let is_followed =
        |arg: &Arg| arg.get_action().takes_values() && arg.get_num_args().is_none_or(|count| count.min_values() > 0);
    if matches!(text, "-h" | "--help") {
        return Some(1);
    }
    if let Some(long) = text.strip_prefix("--") {
        let (name, value) = long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value)));
        let arg = find(&|arg| arg.get_long() == Some(name))?;
        return Some(if value.is_none() && is_followed(arg) { 2 } else { 1 });
    }
    // In a group of short options, the first that takes a value takes the rest.
    let mut letters = text.chars().skip(1);
    while let Some(letter) = letters.next() {
        let arg = find(&|arg| arg.get_short() == Some(letter))?;
        if is_followed(arg) {
            return Some(if letters.next().is_some() { 1 } else { 2 });
        }
    }
    Some(1)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Args;

    fn ordered(line: &str) -> String {
        let args = line.split(' ').map(OsString::from).collect();
        let args = subcommand_first(&Args::command(), args).into_iter();
        args.map(|arg| arg.into_string().expect("text")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn options_may_stand_before_the_subcommand() {
        for (line, expected) in [
            ("tidings --library a.db feeds", "tidings feeds --library a.db"),
            ("tidings --config=c.toml config check", "tidings config --config=c.toml check"),
            ("tidings --offline -q tea list a.json", "tidings list --offline -q tea a.json"),
            ("tidings -qtea list", "tidings list -qtea"),
            ("tidings --help sync", "tidings sync --help"),
        ] {
            assert_eq!(ordered(line), expected);
        }
    }

    #[test]
    fn other_arguments_keep_their_order() {
        for line in [
            "tidings",
            "tidings list a.json --library a.db",
            "tidings --library list",
            "tidings -q list a.json",
            "tidings a.json list",
            "tidings --offline ./list",
            "tidings - list",
            "tidings -- list",
            "tidings --nothing list",
        ] {
            assert_eq!(ordered(line), line);
        }
    }
}
