//! `tidings digest`: a newspaper of new releases, to read or to send on.
//!
//! [`document::digest`](crate::document::digest) decides what the newspaper contains and formats the page; `markdown` and
//! `text` are the other formats.

mod markdown;
mod text;

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Datelike, Local, NaiveDate};
use clap::ValueEnum;
use clap_complete::ArgValueCompleter;

use super::error::{Output, UsageError, WrongQuery};
use super::load::{self, Feeds, Opened};
use super::output_file::to_file;
use super::output_style::OutputStyle;
use super::{complain, values};
use crate::catalog::{Catalog, ReleaseIndex};
use crate::document::digest::{Digest, Texts, html};
use crate::query::{Expr, Hits, Patient, Query, Request, Searcher, Sort, Status, Term, TopicDefinition, parse};
use crate::release::Date;
use crate::text::grouped;
use crate::words::{self, Against, Archive, TypicalWords};

/// The maximum number of typical words.
const WORDS: usize = 10;

/// Print a digest of new releases by topic
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A week for a colleague:  tidings digest --since 7d --format html --output week.html
What is still unread:    tidings digest -q is:unread --since 1m")]
pub struct Args {
    #[command(flatten)]
    feeds: Feeds,
    /// Include only releases that match this query
    #[arg(short, long, default_value = "", hide_default_value = true, allow_hyphen_values = true,
        add = ArgValueCompleter::new(values::query))]
    query: String,
    /// The start of the period: 7d, 2w, 3m, 1y, a date such as 2018-10-23, or all
    #[arg(long, value_name = "TIME", default_value = "7d")]
    since: String,
    /// The output format
    #[arg(long, value_enum, default_value_t = DigestFormat::Text)]
    format: DigestFormat,
    /// The maximum number of releases per topic
    #[arg(long, value_name = "N", default_value_t = 25)]
    limit: usize,
    /// The title [default: that of the feeds]
    #[arg(long, value_name = "TITLE")]
    title: Option<String>,
    /// Write to this file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace an existing file
    #[arg(long, requires = "output")]
    force: bool,
}

/// The output format of the newspaper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DigestFormat {
    /// Plain text for a terminal
    Text,
    /// Markdown for notes and messages
    Markdown,
    /// A self-contained page with a chart of the days
    Html,
}

/// Prints the newspaper. Returns whether it contains any release.
///
/// # Errors
/// If the query or the time is invalid, no feed can be read, or the output cannot be written.
pub fn run(args: &Args, topics: &[TopicDefinition], style: &OutputStyle, out: &mut impl Write) -> anyhow::Result<bool> {
    let asked = parse(&args.query).map_err(|error| WrongQuery::new(&args.query, &error))?;
    let since = since(&args.since)?;
    let Opened { catalog, context, changes } = load::load(&args.feeds, topics)?;
    let mut query = asked.clone();
    query.clauses.extend(since.clauses.clone());
    let search = |query: Query| {
        let request = Request {
            catalog: Arc::clone(&catalog),
            query,
            counted: None,
            context: context.clone(),
            sort: Sort::Newest,
        };
        Searcher::default().search(&request, &mut Patient).unwrap_or_default()
    };
    let hits = search(query.clone());
    let changed = if context.changed.is_empty() { Vec::new() } else { search(is_changed(&asked)).order.to_vec() };
    let is_in_period =
        |release: &ReleaseIndex| changes.at(*release).is_some_and(|at| is_within(&since, at, context.today));
    let changed: Vec<ReleaseIndex> = changed.into_iter().filter(is_in_period).collect();
    if hits.order.is_empty() && changed.is_empty() {
        complain(&no_match(&args.since, &catalog, &search(asked)));
        return Ok(false);
    }
    let words = typical_words(&catalog, &hits.order, &query);
    let digest = Digest::new(&catalog, &hits.order, args.title.as_deref(), args.limit, Some(context.today))
        .with_words(&words)
        .with_changed(&catalog, &changed, &changes, args.limit);
    let format = |mut out: &mut dyn Write| match args.format {
        DigestFormat::Text => text::write(&digest, style, &mut out),
        DigestFormat::Markdown => markdown::write(&digest, &mut out),
        DigestFormat::Html => html::write(&digest, Texts::Excerpts, &mut out),
    };
    match args.output.as_deref().filter(|file| file.as_os_str() != "-") {
        None => format(out).map_err(Output)?,
        Some(file) => to_file(file, args.force, &mut |out| format(out))?,
    }
    Ok(true)
}

/// Returns the words that are typical of the releases of a query, compared with all others.
fn typical_words(catalog: &Arc<Catalog>, hits: &[ReleaseIndex], query: &Query) -> TypicalWords {
    let Some(archive) = Archive::new(catalog, &|| false) else { return TypicalWords::default() };
    let request = words::Request {
        catalog,
        archive: &archive,
        hits,
        against: Against::Archive,
        query,
        top: WORDS,
        counts_all: true,
    };
    words::typical(&request, &|| false).unwrap_or_default()
}

/// Returns a query for its changed releases.
fn is_changed(query: &Query) -> Query {
    let mut query = query.clone();
    query.clauses.push(Expr::Term(Term::Is(Status::Changed)));
    query
}

/// Whether a time in seconds since 1970 is in a period. Without clauses a period is all time.
fn is_within(period: &Query, at: i64, today: NaiveDate) -> bool {
    let Some(day) = DateTime::from_timestamp(at, 0).map(|time| time.with_timezone(&Local).date_naive()) else {
        return false;
    };
    let day = Date::from_ymd(day.year(), day.month(), day.day()).map_or(0, Date::days_since_epoch);
    let has_day = |clause: &Expr| match clause {
        Expr::Term(term) => term.days(today).iter().any(|days| days.contains(&day)),
        _ => false,
    };
    period.clauses.iter().all(has_day)
}

/// Returns the query for a period.
fn since(text: &str) -> anyhow::Result<Query> {
    if text == "all" {
        return Ok(Query::default());
    }
    let is_relative = text.ends_with(['d', 'w', 'm', 'y']) || text == "today";
    let field = if is_relative { "date" } else { "after" };
    let is_plain = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let query = is_plain.then(|| parse(&format!("{field}:{text}")).ok()).flatten();
    let invalid =
        || UsageError(format!("invalid --since {text:?}; expected 7d, 2w, 3m, 1y, a date such as 2018-10-23, or all"));
    Ok(query.ok_or_else(invalid)?)
}

/// Returns the message for an empty newspaper, with what a longer period would find.
fn no_match(since: &str, catalog: &Catalog, all: &Hits) -> String {
    let newest = all.order.first().and_then(|&release| catalog.release(release)?.date());
    match newest {
        Some(date) => {
            let day = date.day().format("%Y-%m-%d");
            let count = grouped(all.order.len());
            format!(
                "no new releases since {since}; the newest of {count} is from {day}: try --since {day} or --since all"
            )
        }
        None if all.order.is_empty() => "no matching releases".to_owned(),
        None => format!("no release has a date; --since all finds {}", grouped(all.order.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_parsed_or_rejected() {
        for text in ["7d", "2w", "today", "2018", "2018-10", "2018-10-23", "all"] {
            assert!(since(text).is_ok(), "{text}");
        }
        for text in ["", "soon", "7", "2018-13", "7d x", "a:b", "\""] {
            let result = since(text).map_err(|error| error.to_string());
            assert!(result.as_ref().is_err_and(|why| why.contains("expected 7d")), "{text} {result:?}");
        }
    }
}
