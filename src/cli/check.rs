//! `tidings check`: reports problems in feeds, and summarises their contents.

mod json;
mod text;

use std::io::Write;
use std::path::PathBuf;

use chrono::Utc;
use clap::ValueEnum;
use url::Url;

use super::error::{Output, Unreadable};
use super::load;
use super::output_style::OutputStyle;
use super::rule_args::RuleArgs;
use crate::feed::check::{Report, Severity, check_with};
use crate::feed::{Limits, Rules};
use crate::runtime::{Input, InputFiles};
use crate::text::system_error;

/// Check feeds against the rules of their formats
#[derive(Debug, clap::Args)]
#[command(after_help = "\
An error violates the format or loses content, a warning marks what readers interpret differently, and a note is valid but \
worth knowing. A feed with notes only passes. Items and bytes count from 0 (bytes of the decompressed UTF-8 text), lines \
from 1. --format json prints one object: errors, warnings, notes, unreadable (numbers) and feeds, each with source, and \
either reason if it cannot be read, or format, title, table (delimiter, header, columns with name, field and order), \
listing (of a page: method, completed_by, confidence, entries, dated, feeds, selected, sitemaps), items, first_date, last_date, topics (count, \
top), derived_topics (from, is_on, releases, of, top), fields (custom fields, each with name, values and items), languages (declared), scripts, duplicates, errors, warnings, notes, rules (rule, severity, count, what, source, fix) \
and problems \
(rule, severity, item, byte, line, detail; the first 10,000 of each rule).")]
pub struct Args {
    /// Files or folders to check, saved pages too, also compressed with gzip or zstd; - reads standard input
    #[arg(value_name = "FEED", required = true)]
    feeds: Vec<PathBuf>,
    /// The output format
    #[arg(long, value_enum, default_value_t = CheckFormat::Text)]
    format: CheckFormat,
    /// The address of the files, for relative links in a saved page
    #[arg(long, value_name = "ADDRESS", value_parser = load::base_address)]
    base: Option<Url>,
    /// The maximum compression ratio of a feed, checked beyond 64 MiB
    #[arg(long, value_name = "N", default_value_t = Limits::default().ratio)]
    max_ratio: u64,
    /// List every problem, not just the first of each rule
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    rules: RuleArgs,
}

/// The output format of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// Plain text, with problems by rule, the worst first
    Text,
    /// One JSON document
    Json,
}

/// The result for one source.
struct Checked {
    source: String,
    /// The report, or why the source is not a feed.
    report: Result<Report, String>,
}

/// The number of problems in all feeds together.
#[derive(Default)]
struct Totals {
    problems: [u64; Severity::ALL.len()],
    unreadable: u64,
    feeds: u64,
}

/// Checks feeds. Returns whether there are no errors and warnings.
///
/// # Errors
/// If a feed cannot be read (the others are still checked) or the output cannot be written.
pub fn run(args: &Args, style: &OutputStyle, out: &mut impl Write) -> anyhow::Result<bool> {
    let mut totals = Totals::default();
    let mut refused = Vec::new();
    if args.format == CheckFormat::Json {
        json::begin(out).map_err(Output)?;
    }
    let limits = Limits { ratio: args.max_ratio, ..Limits::default() };
    let rules = args.rules.rules();
    for source in load::sources(&args.feeds) {
        for checked in each(&source, args.base.as_ref(), limits, &rules) {
            totals.add(&checked);
            match args.format {
                CheckFormat::Text => text::write(&checked, args.all, totals.feeds > 1, style, out),
                CheckFormat::Json => json::write(&checked, totals.feeds > 1, out),
            }
            .map_err(Output)?;
            if let Err(reason) = &checked.report {
                refused.push(format!("{}: {reason}", checked.source));
            }
        }
    }
    match args.format {
        CheckFormat::Text => text::end(&totals, style, out),
        CheckFormat::Json => json::end(&totals, out),
    }
    .map_err(Output)?;
    if !refused.is_empty() {
        out.flush().map_err(Output)?;
        return Err(Unreadable(refused).into());
    }
    let [errors, warnings, _] = totals.problems;
    Ok(errors + warnings == 0)
}

/// Checks the files of a source one by one, skipping files in folders that are not feeds.
fn each<'b>(
    source: &Input,
    base: Option<&'b Url>,
    limits: Limits,
    rules: &Rules,
) -> Box<dyn Iterator<Item = Checked> + 'b> {
    let rules = rules.clone();
    match InputFiles::of(source) {
        InputFiles::One(source) => Box::new(std::iter::once_with(move || one(&source, base, limits, rules))),
        InputFiles::Unreadable(name, reason) => {
            Box::new(std::iter::once(Checked { source: name.to_string(), report: Err(reason.to_string()) }))
        }
        InputFiles::Files(folder, files) => {
            let mut feeds = 0;
            let mut files = files.into_iter();
            let mut is_done = false;
            Box::new(std::iter::from_fn(move || {
                let mut each = files.by_ref().map(|file| one(&file, base, limits, rules.clone()));
                let found = each.find(|checked| checked.report.is_ok());
                feeds += usize::from(found.is_some());
                if found.is_none() && feeds == 0 && !std::mem::replace(&mut is_done, true) {
                    let reason = Err("folder without a feed".to_owned());
                    return Some(Checked { source: folder.to_string(), report: reason });
                }
                found
            }))
        }
    }
}

fn one(source: &Input, base: Option<&Url>, limits: Limits, rules: Rules) -> Checked {
    let name = source.name();
    let report = match source.open() {
        Ok((mut input, _)) => check_with(name.as_clean(), base, &mut input, limits, rules, Utc::now().timestamp())
            .map_err(|refusal| crate::text::CleanBuf::line(&refusal.to_string()).to_string()),
        Err(error) => Err(format!("cannot open: {}", system_error(&error))),
    };
    Checked { source: name.to_string(), report }
}

impl Totals {
    fn add(&mut self, checked: &Checked) {
        self.feeds += 1;
        match &checked.report {
            Ok(report) => {
                for (total, severity) in self.problems.iter_mut().zip(Severity::ALL) {
                    *total += report.of(severity);
                }
            }
            Err(_) => self.unreadable += 1,
        }
    }
}
