//! `tidings config`: the file of the configuration: written, checked, told.

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
use super::settings::{Flags, configured};
use crate::config::{self, Config, Origin, Value};
use crate::document::json;
use crate::runtime::{ConfigFiles, themes};
use crate::text::CleanBuf;

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
    /// Report everything that is wrong with the file
    Check(Check),
    /// Print every setting, its value and its origin
    Show(Show),
    /// Print the path of the file
    Path,
}

#[derive(Debug, clap::Args)]
struct Init {
    /// Print it instead
    #[arg(long)]
    stdout: bool,
    /// Replace the file where there is one
    #[arg(long)]
    force: bool,
}

#[derive(Debug, clap::Args)]
struct Check {
    /// Another file than that of the configuration
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
struct Show {
    /// The form
    #[arg(long, value_enum, default_value_t = FeedsFormat::Table)]
    format: FeedsFormat,
    #[command(flatten)]
    flags: Flags,
    #[command(flatten)]
    net: NetworkArgs,
    #[command(flatten)]
    shelf: LibraryArgs,
}

/// Does what is asked with the configuration, in the named file or the user's own.
///
/// # Errors
/// For a configuration that is wrong, and a file or an output that cannot be written.
pub fn run(args: &Args, file: Option<&Path>, page: &OutputStyle, out: &mut impl Write) -> anyhow::Result<bool> {
    match &args.what {
        What::Init(init) => write(init, file, out)?,
        What::Check(check) => self::check(&configured(check.file.as_deref().or(file), &Flags::default()), out)?,
        What::Show(show) => self::show(show, file, page, out)?,
        What::Path => path(file, out)?,
    }
    Ok(true)
}

/// The user has no folder for it.
fn no_config_dir() -> UsageError {
    UsageError("there is no folder for the configuration; name a file with --config".to_owned())
}

fn write(init: &Init, file: Option<&Path>, out: &mut impl Write) -> anyhow::Result<()> {
    let text = config::commented();
    if init.stdout {
        return Ok(out.write_all(text.as_bytes()).map_err(Output)?);
    }
    let configured = configured(file, &Flags::default());
    let path = configured.path().ok_or_else(no_config_dir)?;
    if let Some(folder) = path.parent() {
        let shown = CleanBuf::line(&folder.to_string_lossy());
        fs::create_dir_all(folder).map_err(|error| UsageError(format!("{shown} cannot be made: {error}")))?;
    }
    to_file(path, init.force, &mut |out| out.write_all(text.as_bytes()))?;
    Ok(writeln!(out, "{} is written: every setting stands in it, none is changed", configured.shown())
        .map_err(Output)?)
}

fn check(configured: &ConfigFiles, out: &mut impl Write) -> anyhow::Result<()> {
    load(configured)?;
    let (_, wrong) = themes(configured.themes().as_deref());
    if !wrong.is_empty() {
        let lines: Vec<&str> = wrong.iter().map(CleanBuf::as_str).collect();
        return Err(UsageError(lines.join("\ntidings: ")).into());
    }
    let what = match configured.path() {
        Some(path) if path.exists() => "nothing is wrong",
        _ => "there is no such file: everything is as by default",
    };
    Ok(writeln!(out, "{}: {what}", configured.shown()).map_err(Output)?)
}

/// Everything that is set, or all that is wrong with it.
///
/// # Errors
/// All that is wrong, a line each.
pub fn load(configured: &ConfigFiles) -> Result<Config, UsageError> {
    configured.load().map_err(|problems| {
        let lines: Vec<&str> = problems.iter().map(CleanBuf::as_str).collect();
        UsageError(lines.join("\ntidings: "))
    })
}

fn path(file: Option<&Path>, out: &mut impl Write) -> anyhow::Result<()> {
    let configured = configured(file, &Flags::default());
    let path = configured.path().ok_or_else(no_config_dir)?;
    if !path.exists() {
        complain("there is no such file yet; tidings config init writes it");
    }
    Ok(writeln!(out, "{}", configured.shown()).map_err(Output)?)
}

/// A setting and where it comes from, in JSON.
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

fn show(show: &Show, file: Option<&Path>, page: &OutputStyle, out: &mut impl Write) -> anyhow::Result<()> {
    let configured = configured(file, &show.flags);
    let config = load(&configured)?;
    let file = configured.shown();
    let written = match show.format {
        FeedsFormat::Json => json::array(entries(&config, &file).into_iter(), out),
        FeedsFormat::Table => grid(&Rows(rows(&config, &file)), page, out),
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
    settings.chain(keys).collect()
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

/// Name, value and origin.
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
    settings.chain(keys).map(|row| row.map(|text| CleanBuf::line(&text).to_string())).collect()
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
