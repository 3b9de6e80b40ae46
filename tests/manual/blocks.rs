//! The tables that are made from the code. A document names the place of each: `<!-- generated: keys -->`, the table,
//! `<!-- end -->`.

use std::fmt::Write;

use clap::builder::StyledStr;
use clap::{Arg, ArgAction, Command};
use regex::Regex;
use tidings::cli::{ENVIRONMENT, EXIT_CODES};
use tidings::config;
use tidings::feed::check::{RULES, Severity};
use tidings::keymap::{Keymap, Row};
use tidings::manual::Page;

const START: &str = "<!-- generated: ";
const END: &str = "<!-- end -->";

/// Puts fresh tables into a document.
pub fn renew(document: &str) -> String {
    let (mut fresh, mut rest) = (String::new(), document);
    while let Some((before, after)) = rest.split_once(START) {
        let (name, after) = after.split_once(" -->").expect("the end of the mark");
        let (_, after) = after.split_once(END).unwrap_or_else(|| panic!("no end of {name}"));
        let table = block(name);
        write!(fresh, "{before}{START}{name} -->\n\n{}\n\n{END}", table.trim()).expect("a text");
        rest = after;
    }
    fresh + rest
}

fn block(name: &str) -> String {
    match name {
        "settings" => config::options(),
        "template" => template(),
        "variables" => pairs(["variable", "meaning"], ENVIRONMENT),
        "exit-codes" => pairs(["exit code", "meaning"], EXIT_CODES),
        "keys" => keys(),
        "rules" => rules(),
        "promises" => promises(),
        "shared-options" => shared_options(),
        "commands" => commands(),
        other => panic!("nothing is generated as {other}"),
    }
}

/// A cell of a table.
fn cell(text: &str) -> String {
    text.trim().replace('|', "\\|").replace("\n\n", " ").replace('\n', " ")
}

fn pairs<'a>(head: [&str; 2], rows: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let rows: Vec<String> = rows.into_iter().map(|(name, what)| format!("| `{name}` | {} |\n", cell(what))).collect();
    format!("| {} | {} |\n| --- | --- |\n{}", head[0], head[1], rows.concat())
}

/// The commented configuration as far as the tables of keys.
fn template() -> String {
    let text = config::commented();
    let (settings, _) = text.split_once("\n[keys.").expect("tables of keys");
    format!("```toml\n{}\n```", settings.trim_end())
}

fn keys() -> String {
    let row = |(info, keys): &Row| {
        let keys: Vec<String> = keys.iter().map(|key| format!("`{}`", key.replace('|', "\\|"))).collect();
        format!("| {} | {} | `{}` |\n", keys.join(" "), info.help, info.name)
    };
    let section = |section: &tidings::keymap::Section| {
        let rows: String = section.rows.iter().map(row).collect();
        let (title, table) = (section.scope.title(), section.scope.name());
        format!("## {title}\n\nTable `[keys.{table}]`.\n\n| keys | action | name |\n| --- | --- | --- |\n{rows}\n")
    };
    Keymap::default().sections(None).iter().map(section).collect()
}

fn rules() -> String {
    let severity = |severity| match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let rows = RULES.iter().map(|rule| {
        let (what, fix) = (cell(&code(rule.what)), cell(&code(rule.fix)));
        format!("| `{}` | {} | {what} | {fix} |\n", rule.name, severity(rule.severity))
    });
    let rows: String = rows.collect();
    format!("| rule | severity | problem | fix |\n| --- | --- | --- | --- |\n{rows}")
}

/// A text with its markup as code, so that no reader of Markdown takes it for its own.
fn code(text: &str) -> String {
    let markup = Regex::new(r"<[^>]+>|<|&#?\w*;?|[\w.]*_[\w.]*").expect("an expression");
    markup.replace_all(text, "`$0`").into_owned()
}

/// The table of the manual's page.
fn promises() -> String {
    let page = Page::of_topic("promises").expect("the page").text;
    let table = page.lines().skip_while(|line| !line.starts_with("| promise")).take_while(|line| line.starts_with('|'));
    table.flat_map(|line| [line, "\n"]).collect()
}

/// So many commands have an argument that is described once.
const SHARED_BY: usize = 3;

/// All commands by their names, the program itself first.
fn all_commands() -> Vec<(String, Command)> {
    fn below(command: &Command, name: &str, all: &mut Vec<(String, Command)>) {
        all.push((name.to_owned(), command.clone()));
        for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
            below(sub, &format!("{name} {}", sub.get_name()), all);
        }
    }
    let mut command = tidings::cli::command();
    command.build();
    let mut all = Vec::new();
    below(&command, "tidings", &mut all);
    all
}

/// The rows of arguments that several commands have, in the order in which they are met.
fn shared_rows() -> Vec<String> {
    let commands = all_commands();
    let rows: Vec<String> = commands.iter().flat_map(|(_, command)| rows(command)).collect();
    let mut shared: Vec<String> = Vec::new();
    for candidate in &rows {
        let count = rows.iter().filter(|row| *row == candidate).count();
        if count >= SHARED_BY && !shared.contains(candidate) {
            shared.push(candidate.clone());
        }
    }
    shared
}

fn shared_options() -> String {
    table(&shared_rows())
}

fn commands() -> String {
    let shared = shared_rows();
    let section = |(name, command): (String, Command)| {
        let is_program = name == "tidings";
        let about = command.get_about().map(StyledStr::to_string).unwrap_or_default();
        let mut usage = vec![name.clone(), "[OPTIONS]".to_owned()];
        if command.has_subcommands() && !is_program {
            usage.push("COMMAND".to_owned());
        } else {
            usage.extend(command.get_positionals().map(ToString::to_string));
        }
        let own: Vec<String> = rows(&command).into_iter().filter(|row| !shared.contains(row)).collect();
        let after = command.get_after_help().filter(|_| !is_program).map(|after| after.to_string().trim().to_owned());
        let parts = [
            format!("## {name}"),
            format!("{about}."),
            format!("`{}`", usage.join(" ")),
            table(&own),
            after
                .map(|after| if after.contains('\n') { format!("```\n{after}\n```") } else { code(&after) })
                .unwrap_or_default(),
            if is_program { "There is also a flag for each [setting](configuration.md#settings)." } else { "" }
                .to_owned(),
        ];
        let parts = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join("\n\n")
    };
    all_commands().into_iter().map(section).collect::<Vec<_>>().join("\n\n")
}

/// Whether an option sets something of the table of settings.
fn is_setting(arg: &Arg) -> bool {
    config::TABLE.iter().any(|row| arg.get_long() == Some(row.flag)) && arg.get_long() != Some("library")
}

fn table(rows: &[String]) -> String {
    if rows.is_empty() { String::new() } else { format!("| argument | meaning |\n| --- | --- |\n{}", rows.concat()) }
}

/// The rows of the arguments of a command.
fn rows(command: &Command) -> Vec<String> {
    command.get_arguments().filter(|arg| !arg.is_hide_set() && !is_setting(arg)).map(row).collect()
}

fn row(arg: &Arg) -> String {
    let value = arg.get_value_names().map(|names| names.join(" ")).filter(|_| takes_value(arg));
    let names = match (arg.get_short(), arg.get_long()) {
        (Some(short), Some(long)) => format!("`-{short}`, `--{long}`"),
        (None, Some(long)) => format!("`--{long}`"),
        _ => String::new(),
    };
    let value = value.map(|value| format!("`{value}`")).unwrap_or_default();
    let help = arg.get_long_help().or(arg.get_help()).map(StyledStr::to_string).unwrap_or_default();
    let values: Vec<String> = arg
        .get_possible_values()
        .iter()
        .filter(|_| takes_value(arg))
        .map(|value| match value.get_help() {
            Some(help) => format!("`{}` ({help})", value.get_name()),
            None => format!("`{}`", value.get_name()),
        })
        .collect();
    let values = if values.is_empty() { String::new() } else { format!(": {}", values.join(", ")) };
    let default = arg.get_default_values().first().map(|value| value.to_string_lossy());
    let default = default.filter(|value| takes_value(arg) && !value.is_empty());
    let default = default.map(|value| format!("; default `{value}`")).unwrap_or_default();
    format!("| {} | {}{}{default} |\n", format!("{names} {value}").trim(), cell(&help), cell(&values))
}

fn takes_value(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::Set | ArgAction::Append)
}
