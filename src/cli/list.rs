//! `tidings list`: lists the releases that match a query, their number, or the counts of the values of a facet.

mod at_server;

use std::cmp::Reverse;
use std::io::Write;
use std::sync::Arc;

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use clap_complete::{ArgValueCandidates, ArgValueCompleter};

use super::column::Column;
use super::complain;
use super::error::{Output, WrongQuery};
use super::format::{Counts, Format, Releases};
use super::load::{self, Feeds, Opened};
use super::network_args::NetworkArgs;
use super::output_style::OutputStyle;
use super::values;
use crate::catalog::{Catalog, Facet, NONE, ReleaseIndex};
use crate::query::{Context, Hits, Patient, Query, Request, Searcher, Sort, Status, parse};

/// List releases
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Queries are the same as in the reader: words \"a phrase\" -without, a OR b, ( ), /a regular expression/, topic: place: \
source: folder: account: label: title: author: date: after: before: with values such as topic:news,\"op-ed\" or \
date:2018-10..2019.")]
pub struct Args {
    #[command(flatten)]
    feeds: Feeds,
    /// List only releases that match this query
    #[arg(short, long, default_value = "", hide_default_value = true, allow_hyphen_values = true, add = ArgValueCompleter::new(values::query))]
    query: String,
    /// The order; releases without a date come last, equal titles newest first, other ties in the order of the feed
    #[arg(long, default_value = Sort::Newest.name(), value_parser = sorts())]
    sort: Sort,
    /// List only the first N; with 0, only the exit code says whether there are any
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// The output format
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Columns separated by commas: id, date, time, title, topic, place, source, folder, account, label, author,
    /// summary, body, url
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = Column::named)]
    columns: Vec<Column>,
    /// Print only the number of matches
    #[arg(long, conflicts_with_all = ["limit", "format", "columns", "facet", "sort"])]
    count: bool,
    /// Count the releases per value, ignoring the query's own filter on this facet
    #[arg(long, value_enum, conflicts_with_all = ["columns", "sort"])]
    facet: Option<Counted>,
    /// Search all releases of this account at its server, also those that are not stored; 200 unless --limit says
    /// otherwise. What is found is stored
    #[arg(long, value_name = "NAME", conflicts_with = "facet", add = ArgValueCandidates::new(values::accounts))]
    at_server: Option<String>,
    /// With --at-server: read all releases if the server cannot search for any part of the query
    #[arg(long, requires = "at_server")]
    everything: bool,
    #[command(flatten)]
    net: NetworkArgs,
}

/// A facet whose values can be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Counted {
    Topic,
    Place,
    Source,
    Folder,
    Account,
    Label,
    Year,
    Status,
}

fn sorts() -> impl TypedValueParser<Value = Sort> {
    let named = |name: String| Sort::ALL.into_iter().find(|sort| sort.name() == name).unwrap_or_default();
    PossibleValuesParser::new(Sort::ALL.map(Sort::name)).map(named)
}

/// Lists releases. Returns whether there are any.
///
/// # Errors
/// If the query is invalid, no feed can be read, or the output cannot be written.
pub fn run(args: &Args, style: &OutputStyle, out: &mut impl Write) -> anyhow::Result<bool> {
    if args.format.is_json() && !args.columns.is_empty() {
        let reason = "--columns needs the format table, csv, tsv or markdown; json and jsonl always have all fields";
        return Err(super::error::UsageError(reason.to_owned()).into());
    }
    let query = parse(&args.query).map_err(|error| WrongQuery::new(&args.query, &error))?;
    if let Some(name) = &args.at_server {
        return list_at_server(args, name, &query, style, out);
    }
    let Opened { catalog, context, .. } = load::load(&args.feeds)?;
    let hits = search(&catalog, &query, context, args.sort);
    if args.count {
        writeln!(out, "{}", hits.order.len()).map_err(Output)?;
        return Ok(!hits.order.is_empty());
    }
    let limit = args.limit.unwrap_or(usize::MAX);
    if let Some(counted) = args.facet {
        let (name, mut rows) = counts(counted, &catalog, &hits);
        let found = !rows.is_empty();
        rows.truncate(limit);
        Counts { name, rows, format: args.format }.write(style, out).map_err(Output)?;
        return Ok(found);
    }
    if hits.order.is_empty() && style.columns.is_some() && args.format == Format::Table {
        complain(&no_match(&query, &hits));
    }
    let first = hits.order.get(..limit).unwrap_or(&hits.order);
    write(args, &catalog, first, style, out)?;
    Ok(!hits.order.is_empty())
}

/// Lists what the server of an account finds. Returns whether that is anything.
fn list_at_server(
    args: &Args,
    name: &str,
    query: &Query,
    style: &OutputStyle,
    out: &mut impl Write,
) -> anyhow::Result<bool> {
    let most = if args.count { usize::MAX } else { args.limit.unwrap_or(at_server::FIRST) };
    let search = at_server::Search { account: name, query, sort: args.sort, most, everything: args.everything };
    let Some((catalog, order)) = at_server::find(&search, &args.feeds, &args.net)? else { return Ok(false) };
    if args.count {
        writeln!(out, "{}", order.len()).map_err(Output)?;
    } else {
        write(args, &catalog, order.get(..most).unwrap_or(&order), style, out)?;
    }
    Ok(!order.is_empty())
}

/// Writes releases in the format of the arguments.
fn write(
    args: &Args,
    catalog: &Arc<Catalog>,
    hits: &[ReleaseIndex],
    style: &OutputStyle,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let columns = Some(args.columns.as_slice()).filter(|columns| !columns.is_empty());
    let releases = Releases { catalog, hits, columns, format: args.format };
    Ok(releases.write(style, out).map_err(Output)?)
}

fn search(catalog: &Arc<Catalog>, query: &Query, context: Context, sort: Sort) -> Hits {
    let request = Request { catalog: Arc::clone(catalog), query: query.clone(), counted: None, context, sort };
    Searcher::default().search(&request, &mut Patient).unwrap_or_default()
}

/// Returns the message for an empty list, with the clause whose removal would find releases.
fn no_match(query: &Query, hits: &Hits) -> String {
    let relaxed = hits.relaxed.and_then(|(at, count)| Some((query.clauses.get(at)?, count)));
    relaxed.map_or_else(
        || "no matching releases".to_owned(),
        |(clause, count)| format!("no matching releases; without {clause}: {count}"),
    )
}

/// Returns the values with at least one release, in the order of the filter pane: by count, then by name, and releases
/// without a value last; years from the newest.
fn counts<'a>(counted: Counted, catalog: &'a Catalog, hits: &Hits) -> (&'static str, Vec<(&'a str, u32)>) {
    let facet = match counted {
        Counted::Topic => Facet::Topic,
        Counted::Place => Facet::Place,
        Counted::Source => Facet::Source,
        Counted::Folder => Facet::Folder,
        Counted::Account => Facet::Account,
        Counted::Label => Facet::Label,
        Counted::Year => Facet::Year,
        Counted::Status => {
            let [all, unread, starred, changed] = hits.statuses;
            let counts = [
                (Status::Unread, unread),
                (Status::Read, all - unread),
                (Status::Starred, starred),
                (Status::Changed, changed),
            ];
            let some = counts.into_iter().filter(|&(_, count)| count > 0);
            return ("status", some.map(|(status, count)| (status.name(), count)).collect());
        }
    };
    let values = catalog.values(facet);
    let mut ids: Vec<_> = values.ids().filter(|&id| hits.count(facet, id) > 0).collect();
    match facet {
        Facet::Year => ids.sort_by_key(|&id| Reverse(values.label(id).as_str().parse::<i32>().unwrap_or(i32::MIN))),
        _ => ids.sort_by_key(|&id| (id == NONE, Reverse(hits.count(facet, id)), values.folded(id))),
    }
    (facet.name(), ids.into_iter().map(|id| (values.label(id).as_str(), hits.count(facet, id))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::catalog;

    fn counted(query: &str, by: Counted) -> Vec<(String, u32)> {
        let catalog = catalog(&[
            ("a", "", "News", "Bern", (2018, 1, 1)),
            ("b", "", "News|Law", "", (2017, 1, 1)),
            ("c", "", "", "", (0, 0, 0)),
        ]);
        let query = parse(query).expect("a query");
        let hits = search(&catalog, &query, Context::default(), Sort::Newest);
        counts(by, &catalog, &hits).1.into_iter().map(|(label, count)| (label.to_owned(), count)).collect()
    }

    fn rows(rows: &[(&str, u32)]) -> Vec<(String, u32)> {
        rows.iter().map(|&(label, count)| (label.to_owned(), count)).collect()
    }

    #[test]
    fn values_are_sorted_by_count_with_the_empty_value_last() {
        assert_eq!(counted("", Counted::Topic), rows(&[("News", 2), ("Law", 1), ("", 1)]));
        assert_eq!(counted("", Counted::Year), rows(&[("2018", 1), ("2017", 1), ("", 1)]));
        assert_eq!(counted("", Counted::Status), rows(&[("unread", 3)]));
    }

    #[test]
    fn counts_ignore_the_filter_on_their_own_facet() {
        assert_eq!(counted("topic:law", Counted::Topic), counted("", Counted::Topic));
        assert_eq!(counted("topic:law", Counted::Year), rows(&[("2017", 1)]));
        assert_eq!(counted("zzz", Counted::Place), []);
    }

    #[test]
    fn an_empty_list_names_the_clause_to_remove() {
        let catalog = catalog(&[("a", "", "News", "Bern", (2018, 1, 1))]);
        let query = parse("a topic:law").expect("a query");
        let hits = search(&catalog, &query, Context::default(), Sort::Newest);
        assert_eq!(no_match(&query, &hits), "no matching releases; without topic:law: 1");
    }
}
