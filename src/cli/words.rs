//! `tidings words`: prints the phrases that distinguish the releases of a query from others.

use std::borrow::Cow;
use std::io::Write;
use std::sync::Arc;

use clap::ValueEnum;
use clap_complete::ArgValueCompleter;
use serde::Serialize;

use super::complain;
use super::error::{Output, UsageError, WrongQuery};
use super::format::{self, Cell, Grid, Head};
use super::load::{self, Feeds, Opened};
use super::output_style::{OutputStyle, TextStyle};
use super::values;
use crate::catalog::{Catalog, ReleaseIndex, Set};
use crate::document::json;
use crate::query::{Context, Patient, Query, Request, Searcher, Sort, TopicDefinition, parse};
use crate::text::grouped;
use crate::words::{self, Against, Archive, TypicalWord};

/// List the words that are typical of releases
#[derive(Debug, clap::Args)]
#[command(after_help = "\
What was it about in May:     tidings words -q date:2020-05
What has come up since:       tidings words -q date:2020-05 --rising
One topic against another:    tidings words -q topic:health --against topic:trade")]
pub struct Args {
    #[command(flatten)]
    feeds: Feeds,
    /// Describe the releases that match this query [default: the 30 days up to the newest release, or 7 or 1 where less than a quarter of the releases is older]
    #[arg(short, long, default_value = "", hide_default_value = true, allow_hyphen_values = true, add = ArgValueCompleter::new(values::query))]
    query: String,
    /// The maximum number of words and phrases
    #[arg(long, value_name = "N", default_value_t = 10)]
    top: usize,
    /// The output format
    #[arg(long, value_enum, default_value_t = WordsFormat::Table)]
    format: WordsFormat,
    /// Compare with what came before the first of these releases, rather than with all others
    #[arg(long, conflicts_with = "against")]
    rising: bool,
    /// Compare with the releases that match this query, rather than with all others
    #[arg(long, value_name = "QUERY", allow_hyphen_values = true, add = ArgValueCompleter::new(values::query))]
    against: Option<String>,
}

/// The output format of a list of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WordsFormat {
    /// Aligned columns
    Table,
    /// An array of objects
    Json,
    /// One object per line
    Jsonl,
}

/// Lists typical words. Returns whether there are any.
///
/// # Errors
/// If a query is invalid, no feed can be read, or the output cannot be written.
pub fn run(args: &Args, topics: &[TopicDefinition], style: &OutputStyle, out: &mut impl Write) -> anyhow::Result<bool> {
    let asked = query(&args.query)?;
    let against = args.against.as_deref().map(query).transpose()?;
    let Opened { catalog, context, .. } = load::load(&args.feeds, topics)?;
    let query = if args.query.trim().is_empty() {
        let recent = words::recent(&catalog, context.today);
        recent.ok_or_else(|| no_period(&catalog))?
    } else {
        asked
    };
    let hits = search(&catalog, &query, &context);
    let others = match &against {
        Some(against) => Some(search(&catalog, against, &context)),
        None if args.rising => {
            let before = words::before(&catalog, &hits);
            Some(before.ok_or_else(|| UsageError("--rising needs releases with dates".to_owned()))?)
        }
        None => None,
    };
    let Some(archive) = Archive::new(&catalog, &|| false) else { return Ok(false) };
    let compared = others.as_deref().map_or(Against::Archive, Against::Releases);
    let request = words::Request {
        catalog: &catalog,
        archive: &archive,
        hits: &hits,
        against: compared,
        query: &query,
        top: args.top,
        counts_all: true,
    };
    let found = words::typical(&request, &|| false).unwrap_or_default();
    if style.columns.is_some() {
        if let Some(read) = found.sampled {
            complain(&format!("the words were chosen from a sample of {} of the releases", grouped(read)));
        }
        if found.words.is_empty() {
            complain(&nothing(&catalog, (&query, &hits), (against.as_ref(), others.as_deref())));
        }
    }
    write(&found.words, args.format, style, out).map_err(Output)?;
    Ok(!found.words.is_empty())
}

fn query(text: &str) -> anyhow::Result<Query> {
    Ok(parse(text).map_err(|error| WrongQuery::new(text, &error))?)
}

fn search(catalog: &Arc<Catalog>, query: &Query, context: &Context) -> Arc<[ReleaseIndex]> {
    let request = Request {
        catalog: Arc::clone(catalog),
        query: query.clone(),
        counted: None,
        context: context.clone(),
        sort: Sort::Newest,
    };
    Searcher::default().search(&request, &mut Patient).unwrap_or_default().order
}

/// Returns why there are no last days to describe.
fn no_period(catalog: &Catalog) -> UsageError {
    let is_dated = catalog.day_totals().span().is_some();
    let what = if is_dated { "all dates are after today" } else { "no release has a date" };
    UsageError(format!("{what}; choose releases with --query"))
}

/// Returns why there are no words.
fn nothing(
    catalog: &Catalog,
    (query, hits): (&Query, &[ReleaseIndex]),
    others: (Option<&Query>, Option<&[ReleaseIndex]>),
) -> String {
    let is_hit: Set = hits.iter().copied().collect();
    match others {
        _ if hits.is_empty() => "no matching releases".to_owned(),
        (Some(against), Some([])) => format!("nothing to compare with: no release matches {against}"),
        (_, Some([])) => "nothing to compare with: no release is earlier".to_owned(),
        _ if hits.len() == catalog.len() => format!("nothing to compare with: all releases match {query}"),
        (Some(against), Some(others)) if others.iter().all(|&other| is_hit.has(other)) => {
            format!("nothing to compare with: every release that matches {against} matches {query} too")
        }
        _ => "no words are typical of these releases".to_owned(),
    }
}

/// A row of the output.
#[derive(Serialize)]
struct Row<'a> {
    phrase: &'a str,
    hits: usize,
    archive: usize,
    score: f64,
}

impl<'a> From<&'a TypicalWord> for Row<'a> {
    fn from(word: &'a TypicalWord) -> Self {
        let score = (word.score * 10.0).round() / 10.0;
        Self { phrase: word.phrase.as_str(), hits: word.hits, archive: word.archive, score }
    }
}

fn write(words: &[TypicalWord], format: WordsFormat, style: &OutputStyle, out: &mut impl Write) -> std::io::Result<()> {
    let rows = words.iter().map(Row::from);
    match format {
        WordsFormat::Table => format::grid(&Table(rows.collect()), style, out),
        WordsFormat::Json => {
            json::array(rows, out)?;
            out.write_all(b"\n")
        }
        WordsFormat::Jsonl => {
            for row in rows {
                json::value(&row, out)?;
                out.write_all(b"\n")?;
            }
            Ok(())
        }
    }
}

/// The words as a table.
struct Table<'a>(Vec<Row<'a>>);

impl Grid for Table<'_> {
    fn heads(&self) -> Vec<Head> {
        let head = |name, is_number: bool| Head { name, share: usize::from(!is_number), is_number, is_optional: false };
        vec![head("phrase", false), head("hits", true), head("archive", true), head("score", true)]
    }

    fn rows(&self) -> usize {
        self.0.len()
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let text = self.0.get(row).map_or(Cow::Borrowed(""), |row| match column {
            0 => Cow::Borrowed(row.phrase),
            1 => Cow::Owned(row.hits.to_string()),
            2 => Cow::Owned(row.archive.to_string()),
            _ => Cow::Owned(format!("{:.1}", row.score)),
        });
        Cell { text, look: if column == 0 { TextStyle::Strong } else { TextStyle::Plain }, link: "" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::catalog;

    #[test]
    fn what_there_is_to_compare_with_decides_why_there_are_no_words() {
        let titles = ["Tea", "Tea and milk", "Milk", "Rent"];
        let catalog = catalog(&titles.map(|title| (title, "", "", "", (2018, 1, 1))));
        for (query, against, expected) in [
            ("zzyzx", None, "no matching releases"),
            ("tea OR milk OR rent", Some(""), "nothing to compare with: all releases match (tea OR milk OR rent)"),
            ("date:2018", None, "nothing to compare with: all releases match date:2018"),
            ("tea OR milk", Some("zzyzx"), "nothing to compare with: no release matches zzyzx"),
            (
                "tea OR milk",
                Some("title:tea"),
                "nothing to compare with: every release that matches title:tea matches (tea OR milk) too",
            ),
            ("tea", Some("milk"), "no words are typical of these releases"),
            ("tea", None, "no words are typical of these releases"),
        ] {
            let [query, against] = [Some(query), against].map(|text| text.map(|text| parse(text).expect("a query")));
            let find = |query: &Query| search(&catalog, query, &Context::default());
            let (query, others) = (query.expect("a query"), against.as_ref().map(find));
            let told = nothing(&catalog, (&query, &find(&query)), (against.as_ref(), others.as_deref()));
            assert_eq!(told, expected);
        }
        let told = nothing(&catalog, (&Query::default(), &[ReleaseIndex::new(0)]), (None, Some(&[])));
        assert_eq!(told, "nothing to compare with: no release is earlier");
    }
}
