//! `tidings list`: lists the releases that match a query, their number, or the counts of the values of a facet.

mod at_server;

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Arc;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use clap_complete::{ArgValueCandidates, ArgValueCompleter};

use super::column::Column;
use super::complain;
use super::error::{Output, UsageError, WrongQuery};
use super::format::{Counts, Format, Releases};
use super::load::{self, Feeds, Opened};
use super::network_args::NetworkArgs;
use super::output_style::OutputStyle;
use super::values;
use crate::catalog::{Catalog, Facet, NONE, ReleaseIndex};
use crate::document::json::Count;
use crate::query::{Context, Hits, Patient, Query, Request, Searcher, Sort, Status, TopicDefinition, parse};
use crate::release::FieldName;
use crate::text::fold_name;

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
    /// Count the releases per value of this facet, ignoring the query's own filter on it: topic, place, source, folder,
    /// account, label, year, status, author, language, or a custom field of a feed
    #[arg(long, value_name = "NAME", value_parser = Counted::named, conflicts_with_all = ["columns", "sort"], add = ArgValueCandidates::new(values::facets))]
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

/// What can be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    Facet(Facet),
    Status,
}

impl Counted {
    /// The names of what every feed has.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Facet::BUILT_IN.map(Facet::name).into_iter().chain(["status", "author", "language"])
    }

    /// Returns the facet with this name, which may be any field of a feed.
    fn named(name: &str) -> Result<Self, UsageError> {
        let built_in = Facet::BUILT_IN.into_iter().find(|facet| facet.name().eq_ignore_ascii_case(name));
        if let Some(facet) = built_in {
            return Ok(Self::Facet(facet));
        }
        if name.eq_ignore_ascii_case("status") {
            return Ok(Self::Status);
        }
        let field = FieldName::of(name).map(|field| Self::Facet(Facet::Custom(field)));
        field.ok_or_else(|| UsageError("expected the name of a facet or of a field".to_owned()))
    }
}

fn sorts() -> impl TypedValueParser<Value = Sort> {
    let named = |name: String| Sort::ALL.into_iter().find(|sort| sort.name() == name).unwrap_or_default();
    PossibleValuesParser::new(Sort::ALL.map(Sort::name)).map(named)
}

/// Lists releases. Returns whether there are any.
///
/// # Errors
/// If the query is invalid, no feed can be read, or the output cannot be written.
pub fn run(args: &Args, topics: &[TopicDefinition], style: &OutputStyle, out: &mut impl Write) -> anyhow::Result<bool> {
    if args.format.is_json() && !args.columns.is_empty() {
        let reason = "--columns needs the format table, csv, tsv or markdown; json and jsonl always have all fields";
        return Err(UsageError(reason.to_owned()).into());
    }
    let query = parse(&args.query).map_err(|error| WrongQuery::new(&args.query, &error))?;
    if let Some(name) = &args.at_server {
        return list_at_server(args, name, &query, topics, style, out);
    }
    let Opened { catalog, context, .. } = load::load(&args.feeds, topics)?;
    let custom = query.custom_fields().into_iter().chain(match args.facet {
        Some(Counted::Facet(Facet::Custom(name))) => Some(name),
        _ => None,
    });
    let unknown = query.stories().into_iter().filter(|id| catalog.with_id(id).is_empty());
    let unknown = unknown.map(|id| match id {
        "" => "story: needs the id of a release; without one it finds nothing".to_owned(),
        id => format!("no release with the id {id}; story: finds nothing"),
    });
    let missing: BTreeSet<String> = custom.filter_map(|name| catalog.no_facet(name)).chain(unknown).collect();
    for text in &missing {
        complain(text);
    }
    let facets = match args.facet {
        Some(Counted::Facet(facet)) => [facet].into(),
        _ => Arc::default(),
    };
    let hits = search(&catalog, &query, Context { facets, ..context }, args.sort);
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
    topics: &[TopicDefinition],
    style: &OutputStyle,
    out: &mut impl Write,
) -> anyhow::Result<bool> {
    let most = if args.count { usize::MAX } else { args.limit.unwrap_or(at_server::FIRST) };
    let search = at_server::Search { account: name, query, sort: args.sort, most, everything: args.everything };
    let Some((catalog, order)) = at_server::find(&search, &args.feeds, &args.net, topics)? else { return Ok(false) };
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

/// Returns the values with at least one release, in the order of the filter pane: the user's own topics first, each group
/// by count, then by name, and releases without a value last; years from the newest.
fn counts<'a>(counted: Counted, catalog: &'a Catalog, hits: &'a Hits) -> (&'static str, Vec<Count<'a>>) {
    let count = |value, count| Count { value, count, own: false };
    let facet = match counted {
        Counted::Facet(facet) => facet,
        Counted::Status => {
            let [all, unread, starred, changed] = hits.statuses;
            let counts = [
                (Status::Unread, unread),
                (Status::Read, all - unread),
                (Status::Starred, starred),
                (Status::Changed, changed),
            ];
            let some = counts.into_iter().filter(|&(_, count)| count > 0);
            return ("status", some.map(|(status, of_status)| count(status.name(), of_status)).collect());
        }
    };
    let values = catalog.values(facet);
    if let Facet::Custom(name) = facet
        && catalog.no_facet(name).is_some()
    {
        return (facet.name(), Vec::new());
    }
    let mut ids: Vec<_> = values.ids().filter(|&id| hits.count(facet, id) > 0).collect();
    match facet {
        Facet::Year => ids.sort_by_key(|&id| Reverse(values.label(id).as_str().parse::<i32>().unwrap_or(i32::MIN))),
        _ => ids.sort_by_key(|&id| (id == NONE, Reverse(hits.count(facet, id)), values.folded(id))),
    }
    let mut rows = if facet == Facet::Topic { own_counts(hits) } else { Vec::new() };
    rows.extend(ids.into_iter().map(|id| count(values.label(id).as_str(), hits.count(facet, id))));
    (facet.name(), rows)
}

/// Returns the user's own topics with at least one release, by count, then by name.
fn own_counts(hits: &Hits) -> Vec<Count<'_>> {
    let counts = hits.own_topics.iter().zip(&hits.own_counts).filter(|&(_, &count)| count > 0);
    let mut rows: Vec<_> =
        counts.map(|(topic, &count)| Count { value: topic.name.as_str(), count, own: true }).collect();
    rows.sort_by_key(|row| (Reverse(row.count), fold_name(row.value)));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Builder;
    use crate::catalog::tests::catalog;
    use crate::release::{CustomField, Release};
    use crate::text::CleanBuf;

    fn counted(query: &str, by: Counted) -> Vec<(String, u32)> {
        let catalog = catalog(&[
            ("a", "", "News", "Bern", (2018, 1, 1)),
            ("b", "", "News|Law", "", (2017, 1, 1)),
            ("c", "", "", "", (0, 0, 0)),
        ]);
        let query = parse(query).expect("a query");
        let hits = search(&catalog, &query, Context::default(), Sort::Newest);
        counts(by, &catalog, &hits).1.into_iter().map(|row| (row.value.to_owned(), row.count)).collect()
    }

    fn rows(rows: &[(&str, u32)]) -> Vec<(String, u32)> {
        rows.iter().map(|&(label, count)| (label.to_owned(), count)).collect()
    }

    #[test]
    fn values_are_sorted_by_count_with_the_empty_value_last() {
        assert_eq!(counted("", Counted::Facet(Facet::Topic)), rows(&[("News", 2), ("Law", 1), ("", 1)]));
        assert_eq!(counted("", Counted::Facet(Facet::Year)), rows(&[("2018", 1), ("2017", 1), ("", 1)]));
        assert_eq!(counted("", Counted::Status), rows(&[("unread", 3)]));
    }

    #[test]
    fn any_field_of_a_feed_can_be_counted() {
        let named = |name: &str| Counted::named(name).expect("a facet");
        assert_eq!((named("Topic"), named("status")), (Counted::Facet(Facet::Topic), Counted::Status));
        assert_eq!(named("author"), Counted::Facet(Facet::Custom(FieldName::AUTHOR)));
        assert_eq!(named("Document Type"), named("document-type"));
        assert!(Counted::named("-").is_err());
        let mut builder = Builder::new();
        for (item, (agency, author)) in (0..).zip([("EPA", "Ann"), ("FCC", ""), ("epa", "Bo"), ("", "Ann")]) {
            let name = FieldName::of("Agency").expect("a name");
            let fields = vec![CustomField { name, value: CleanBuf::line(agency) }];
            let (author, id) = (CleanBuf::line(author), CleanBuf::line(&format!("{item}")));
            builder.push(item, &Release { id, author, fields, ..Release::default() });
        }
        let catalog = builder.publish();
        let counted = |query: &str, by: &str| {
            let Counted::Facet(facet) = named(by) else { return Vec::new() };
            let context = Context { facets: [facet].into(), ..Context::default() };
            let hits = search(&catalog, &parse(query).expect("a query"), context, Sort::Newest);
            let (_, counts) = counts(named(by), &catalog, &hits);
            counts.into_iter().map(|row| (row.value.to_owned(), row.count)).collect()
        };
        assert_eq!(counted("", "agency"), rows(&[("EPA", 2), ("FCC", 1), ("", 1)]));
        assert_eq!(counted("agency:epa", "author"), rows(&[("Ann", 1), ("Bo", 1)]));
        assert_eq!(counted("x-author:ann agency:fcc", "agency"), rows(&[("EPA", 1), ("", 1)]));
        assert_eq!(counted("", "docket"), rows(&[]));
    }

    #[test]
    fn counts_ignore_the_filter_on_their_own_facet() {
        assert_eq!(counted("topic:law", Counted::Facet(Facet::Topic)), counted("", Counted::Facet(Facet::Topic)));
        assert_eq!(counted("topic:law", Counted::Facet(Facet::Year)), rows(&[("2017", 1)]));
        assert_eq!(counted("zzz", Counted::Facet(Facet::Place)), []);
    }

    #[test]
    fn an_empty_list_names_the_clause_to_remove() {
        let catalog = catalog(&[("a", "", "News", "Bern", (2018, 1, 1))]);
        let query = parse("a topic:law").expect("a query");
        let hits = search(&catalog, &query, Context::default(), Sort::Newest);
        assert_eq!(no_match(&query, &hits), "no matching releases; without topic:law: 1");
    }
}
