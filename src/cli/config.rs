//! `tidings config`: writes, checks and shows the configuration.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::complain;
use super::error::{Output, UsageError};
use super::feeds::FeedsFormat;
use super::format::{Cell, Grid, Head, grid};
use super::library_args::LibraryArgs;
use super::network_args::NetworkArgs;
use super::output_file::to_file;
use super::output_style::{OutputStyle, TextStyle};
use super::settings::{Flags, config_files};
use crate::config::{self, Config, Origin, Value};
use crate::document::json;
use crate::runtime::{ConfigFiles, themes};
use crate::text::{CleanBuf, system_error};

/// Write, check or show the configuration
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Write a file with every setting and key, all commented out
    Init(Init),
    /// Report all problems in the file
    Check(Check),
    /// Print every setting with its value and origin
    Show(Show),
    /// Print the path of the file
    Path,
}

#[derive(Debug, clap::Args)]
struct Init {
    /// Print the file instead of writing it
    #[arg(long)]
    stdout: bool,
    /// Replace an existing file
    #[arg(long)]
    force: bool,
}

#[derive(Debug, clap::Args)]
struct Check {
    /// The file to check [default: the configuration file]
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
struct Show {
    /// The output format
    #[arg(long, value_enum, default_value_t = FeedsFormat::Table)]
    format: FeedsFormat,
    #[command(flatten)]
    flags: Flags,
    #[command(flatten)]
    net: NetworkArgs,
    #[command(flatten)]
    library: LibraryArgs,
}

/// Runs a subcommand on the named configuration file or the default one.
///
/// # Errors
/// If the configuration is invalid, or a file or the output cannot be written.
pub fn run(args: &Args, file: Option<&Path>, style: &OutputStyle, out: &mut impl Write) -> anyhow::Result<bool> {
    match &args.what {
        What::Init(init) => write(init, file, out)?,
        What::Check(check) => self::check(&config_files(check.file.as_deref().or(file), &Flags::default()), out)?,
        What::Show(show) => self::show(show, file, style, out)?,
        What::Path => path(file, out)?,
    }
    Ok(true)
}

/// The error for a user without a configuration folder.
fn no_config_dir() -> UsageError {
    UsageError("no configuration folder; set HOME, or name a file with --config".to_owned())
}

fn write(init: &Init, file: Option<&Path>, out: &mut impl Write) -> anyhow::Result<()> {
    let text = config::commented();
    if init.stdout {
        return Ok(out.write_all(text.as_bytes()).map_err(Output)?);
    }
    let config_files = config_files(file, &Flags::default());
    let path = config_files.path().ok_or_else(no_config_dir)?;
    if let Some(folder) = path.parent() {
        let shown = CleanBuf::line(&folder.to_string_lossy());
        fs::create_dir_all(folder)
            .map_err(|error| UsageError(format!("cannot create {shown}: {}", system_error(&error))))?;
    }
    to_file(path, init.force, &mut |out| out.write_all(text.as_bytes()))?;
    Ok(writeln!(out, "{}: written, with every setting commented out", config_files.shown()).map_err(Output)?)
}

fn check(config_files: &ConfigFiles, out: &mut impl Write) -> anyhow::Result<()> {
    load(config_files)?;
    let (_, problems) = themes(config_files.themes().as_deref());
    if !problems.is_empty() {
        let lines: Vec<&str> = problems.iter().map(CleanBuf::as_str).collect();
        return Err(UsageError(lines.join("\ntidings: ")).into());
    }
    let what = match config_files.path() {
        Some(path) if path.exists() => "no problems",
        _ => "not found; the defaults apply",
    };
    Ok(writeln!(out, "{}: {what}", config_files.shown()).map_err(Output)?)
}

/// Loads the configuration.
///
/// # Errors
/// All problems, one per line.
pub fn load(config_files: &ConfigFiles) -> Result<Config, UsageError> {
    config_files.load().map_err(|problems| {
        let lines: Vec<&str> = problems.iter().map(CleanBuf::as_str).collect();
        UsageError(lines.join("\ntidings: "))
    })
}

fn path(file: Option<&Path>, out: &mut impl Write) -> anyhow::Result<()> {
    let config_files = config_files(file, &Flags::default());
    let path = config_files.path().ok_or_else(no_config_dir)?;
    if !path.exists() {
        complain("the file does not exist yet; tidings config init writes it");
    }
    Ok(writeln!(out, "{}", config_files.shown()).map_err(Output)?)
}

/// A setting and its origin, in JSON.
#[derive(Debug, Serialize)]
struct Entry {
    name: String,
    value: serde_json::Value,
    from: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    variable: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flag: Option<String>,
}

impl Entry {
    fn new(name: String, value: serde_json::Value, origin: Origin, file: &CleanBuf) -> Self {
        let plain = Self { name, value, from: "default", file: None, line: None, variable: None, flag: None };
        match origin {
            Origin::Default => plain,
            Origin::File(line) => Self { from: "file", file: Some(file.to_string()), line: Some(line), ..plain },
            Origin::Variable(name) => Self { from: "environment", variable: Some(name), ..plain },
            Origin::Flag(name) => Self { from: "flag", flag: Some(format!("--{name}")), ..plain },
        }
    }
}

fn show(show: &Show, file: Option<&Path>, style: &OutputStyle, out: &mut impl Write) -> anyhow::Result<()> {
    let config_files = config_files(file, &show.flags);
    let config = load(&config_files)?;
    let file = config_files.shown();
    let written = match show.format {
        FeedsFormat::Json => json::array(entries(&config, &file).into_iter(), out),
        FeedsFormat::Table => grid(&Rows(rows(&config, &file)), style, out),
    };
    Ok(written.map_err(Output)?)
}

fn entries(config: &Config, file: &CleanBuf) -> Vec<Entry> {
    let settings = config.values.iter();
    let settings = settings.map(|(row, value, origin)| Entry::new(row.name.to_owned(), value_of(value), *origin, file));
    let keys = config.bindings.iter().map(|bound| {
        let name = format!("keys.{}.{}", bound.scope.name(), bound.info.name);
        Entry::new(name, bound.describe().into(), Origin::File(bound.line), file)
    });
    let openers = config.openers.iter().map(|(opener, line)| {
        let name = format!("open.\"{}\"", opener.media);
        Entry::new(name, opener.command.as_slice().into(), Origin::File(*line), file)
    });
    let topics = config.topics.iter().map(|(topic, line)| {
        let name = format!("topics.\"{}\"", topic.name);
        Entry::new(name, topic.query.to_string().into(), Origin::File(*line), file)
    });
    settings.chain(openers).chain(topics).chain(keys).collect()
}

fn value_of(value: &Value) -> serde_json::Value {
    match value {
        Value::Time(None) => "never".into(),
        Value::Time(Some(time)) => time.as_secs_f64().into(),
        Value::Switch(on) => (*on).into(),
        Value::Text(text) => text.as_str().into(),
        Value::Number(number) => (*number).into(),
        Value::Command(words) => words.as_slice().into(),
    }
}

/// Returns name, value and origin of every setting and key binding.
fn rows(config: &Config, file: &CleanBuf) -> Vec<[String; 3]> {
    let from = |origin: Origin| match origin {
        Origin::File(line) => format!("{file}:{line}"),
        origin => origin.to_string(),
    };
    let settings = config.values.iter();
    let settings = settings.map(|(row, value, origin)| [row.name.to_owned(), value.display(row.kind), from(*origin)]);
    let keys = config.bindings.iter().map(|bound| {
        let name = format!("keys.{}.{}", bound.scope.name(), bound.info.name);
        [name, Value::Command(bound.describe()).display(config::Kind::Command), from(Origin::File(bound.line))]
    });
    let openers = config.openers.iter().map(|(opener, line)| {
        let name = format!("open.\"{}\"", opener.media);
        let command = Value::Command(opener.command.clone());
        [name, command.display(config::Kind::Command), from(Origin::File(*line))]
    });
    let topics = config.topics.iter().map(|(topic, line)| {
        [format!("topics.\"{}\"", topic.name), topic.query.to_string(), from(Origin::File(*line))]
    });
    settings
        .chain(openers)
        .chain(topics)
        .chain(keys)
        .map(|row| row.map(|text| CleanBuf::line(&text).to_string()))
        .collect()
}

struct Rows(Vec<[String; 3]>);

impl Grid for Rows {
    fn heads(&self) -> Vec<Head> {
        let head = |name, share| Head { name, share, is_number: false, is_optional: false };
        vec![head("setting", 0), head("value", 1), head("from", 1)]
    }

    fn rows(&self) -> usize {
        self.0.len()
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let text = self.0.get(row).and_then(|row| row.get(column)).map_or("", String::as_str);
        let look = if column == 2 { TextStyle::Dim } else { TextStyle::Plain };
        Cell { text: text.into(), look, link: "" }
    }
}
