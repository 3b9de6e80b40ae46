//! `tidings queries`: lists and imports saved queries as text, watches them, prints what is new for them, writes them as
//! feeds, sets their rules, and makes them topics.

mod feed;
mod format;
mod news;
mod rule;
mod topic;

use std::fs;
use std::io::{self, Read, Write};
use std::path::PathBuf;

use clap_complete::ArgValueCandidates;
use format::QueriesFormat;
use topic::TopicArgs;
use url::Url;

use super::complain;
use super::error::{Output, UsageError};
use super::library_args::LibraryArgs;
use super::output_style::OutputStyle;
use super::values;
use crate::document::feed::FeedFormat;
use crate::library::{Edit, Library, SavedQuery};
use crate::query::{TopicDefinition, parse};
use crate::query_feeds::MOST;
use crate::text::{CleanBuf, counted, system_error};

/// List, import and watch saved queries
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("printed").args(["new", "feed"]), after_help = "\
Each line holds a name, a tab and a query. Save with: tidings queries > FILE, restore with: tidings queries --import FILE.")]
pub struct Args {
    /// Import queries from a file in the format of the list, replacing those with the same name; - reads standard input
    #[arg(long, value_name = "FILE", group = "action")]
    import: Option<PathBuf>,
    /// Remove the saved query with this name
    #[arg(long, value_name = "NAME", group = "action", add = ArgValueCandidates::new(values::saved_queries))]
    drop: Option<String>,
    /// Watch a saved query: from now on, each sync finds what is new for it
    #[arg(long, value_name = "NAME", group = "action", add = ArgValueCandidates::new(values::saved_queries))]
    watch: Option<String>,
    /// Stop watching a saved query
    #[arg(long, value_name = "NAME", group = "action", add = ArgValueCandidates::new(values::saved_queries))]
    unwatch: Option<String>,
    /// Print what is new for all watched queries or for one; what was printed is not new any more
    #[arg(long, value_name = "NAME", num_args = 0..=1, group = "action", add = ArgValueCandidates::new(values::saved_queries))]
    #[expect(clippy::option_option, reason = "the name is optional")]
    new: Option<Option<String>>,
    /// Print a saved query as a feed of its newest releases; the ids in it are the same each time
    #[arg(long, value_name = "NAME", group = "action", add = ArgValueCandidates::new(values::saved_queries))]
    feed: Option<String>,
    /// List the files that each sync brings up to date: query, format and file, separated by tabs
    #[arg(long, group = "action")]
    kept: bool,
    /// Leave this file alone from now on
    #[arg(long, value_name = "FILE", group = "action")]
    unkeep: Option<PathBuf>,
    /// Say what each sync does with releases that arrive for a saved query: read (mark as read), star, page (fetch the full
    /// text), several of them separated by commas, or none
    #[arg(long, num_args = 2, value_names = ["NAME", "ACTIONS"], group = "action")]
    on_arrival: Option<Vec<String>>,
    /// List what happens on arrival: query and actions, separated by a tab
    #[arg(long, group = "action")]
    rules: bool,
    #[command(flatten)]
    topic: TopicArgs,
    /// The output format [default: with --new table, with --feed atom]
    #[arg(long, value_enum, requires = "printed")]
    format: Option<QueriesFormat>,
    /// With --feed: write the feed to this file, and again after each sync that changes it
    #[arg(long, value_name = "FILE", requires = "feed")]
    keep: Option<PathBuf>,
    /// With --keep: replace an existing file
    #[arg(long, requires = "keep")]
    force: bool,
    /// With --feed: the maximum number of releases
    #[arg(long, value_name = "N", default_value_t = MOST, requires = "feed")]
    limit: usize,
    /// With --feed: the address where you publish it, which the feed then names
    #[arg(long, value_name = "ADDRESS", requires = "feed", value_parser = super::load::base_address)]
    address: Option<Url>,
    #[command(flatten)]
    library: LibraryArgs,
}

/// Lists, imports, removes or watches saved queries, or prints what is new for them. Returns whether there are any.
///
/// # Errors
/// If the file is invalid, or the file, the library or the output cannot be used.
pub fn run(args: &Args, topics: &[TopicDefinition], style: &OutputStyle, out: &mut impl Write) -> anyhow::Result<bool> {
    if let Some(file) = &args.import {
        let name = CleanBuf::line(&file.to_string_lossy());
        let text = read(file).map_err(|error| UsageError(format!("{name}: cannot read: {}", system_error(&error))))?;
        let queries = queries(&text).map_err(|(line, reason)| UsageError(format!("{name}, line {line}: {reason}")))?;
        let mut library = args.library.create()?;
        for query in &queries {
            library.save_query(query)?;
        }
        writeln!(out, "{} saved", counted(queries.len(), "query")).map_err(Output)?;
        return Ok(!queries.is_empty());
    }
    let Some(mut library) = args.library.open()? else { return Ok(none()) };
    library.set_topics(topics.to_vec());
    if let Some(name) = &args.drop {
        let kept = library.kept_feeds()?;
        let is_removed = library.drop_query(name)?;
        for kept in kept.iter().filter(|kept| kept.name == *name) {
            complain(&format!("{}: no sync writes it any more", CleanBuf::line(&kept.file)));
        }
        return Ok(is_removed || unknown(name));
    }
    if let Some(name) = args.watch.as_ref().or(args.unwatch.as_ref()) {
        return watch(&mut library, name, args.watch.is_some());
    }
    if let Some(name) = &args.new {
        let format = args.format.unwrap_or_default().listed()?;
        return news::print(&mut library, name.as_deref(), format, style, out);
    }
    if let Some(name) = &args.feed {
        let format = args.format.map_or(Ok(FeedFormat::Atom), QueriesFormat::feed)?;
        let address = args.address.as_ref().map(ToString::to_string).unwrap_or_default();
        let wanted = feed::Wanted { name, format, most: args.limit, address };
        return match &args.keep {
            Some(file) => feed::keep(&mut library, wanted, file, args.force).map(|()| true),
            None => feed::print(&mut library, wanted, out),
        };
    }
    if let Some(file) = &args.unkeep {
        return feed::unkeep(&mut library, file);
    }
    if args.kept {
        return feed::list(&library, out);
    }
    if let Some([name, actions]) = args.on_arrival.as_deref() {
        return rule::set(&mut library, name, actions);
    }
    if args.rules {
        return rule::list(&library, out);
    }
    if let Some(has_any) = args.topic.run(&mut library, topics, out)? {
        return Ok(has_any);
    }
    let queries = library.queries()?;
    for SavedQuery { name, query, .. } in &queries {
        writeln!(out, "{}\t{}", written(name), written(query)).map_err(Output)?;
    }
    Ok(!queries.is_empty() || none())
}

/// Formats a text on one line without control characters. Keeps all spaces, which are significant within quotes.
fn written(text: &str) -> String {
    let parts: Vec<String> = text.trim().split(' ').map(|part| CleanBuf::line(part).to_string()).collect();
    parts.join(" ")
}

/// Watches a saved query or stops doing so, as a step that the reader can undo. Returns whether there is such a query.
fn watch(library: &mut Library, name: &str, on: bool) -> anyhow::Result<bool> {
    if !library.queries()?.iter().any(|saved| saved.name == name) {
        return Ok(unknown(name));
    }
    let edit = Edit::Watch { name: name.to_owned(), on };
    let what = format!("{} {}", if on { "watched" } else { "stopped watching" }, CleanBuf::line(name));
    library.edit(&edit, &what, chrono::Utc::now().timestamp())?;
    Ok(true)
}

fn unknown(name: &str) -> bool {
    complain(&format!("unknown saved query {}", CleanBuf::line(name)));
    false
}

fn none() -> bool {
    complain("no saved queries; the reader's command “Save query” adds one");
    false
}

fn read(file: &PathBuf) -> io::Result<String> {
    if file.as_os_str() == "-" {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text)?;
        return Ok(text);
    }
    fs::read_to_string(file)
}

/// Parses a list of queries. The error has the line and the reason.
fn queries(text: &str) -> Result<Vec<SavedQuery>, (usize, String)> {
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let query = |(number, line): (usize, &str)| {
        let (name, query) = line.split_once('\t').ok_or((number, "expected a name, a tab and a query".to_owned()))?;
        let (name, query) = (written(name), query.trim().to_owned());
        if name.is_empty() {
            return Err((number, "the name is missing".to_owned()));
        }
        parse(&query).map_err(|error| (number, format!("invalid query: {error}")))?;
        Ok(SavedQuery::new(&name, &query))
    };
    lines.map(query).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listed_queries_can_be_imported_again() {
        for query in ["\"two  blanks\"", "title:\"a   b\" -\"c  d\"", "plain words", "/a  +b/", "\"보도  자료\""] {
            let read = queries(&format!("{}\t{}\n", written("My  name"), written(query))).expect("a query");
            assert_eq!((read[0].name.as_str(), read[0].query.as_str()), ("My  name", query));
        }
        assert_eq!(written(" a\tb\u{1b}[31m c\n"), "a b c", "control characters are removed");
    }

    #[test]
    fn invalid_lines_are_reported_with_their_number() {
        let read = queries("Tea\ttea topic:News\n\nUnread\tis:unread\n").expect("two queries");
        assert_eq!((read.len(), read[1].name.as_str(), read[1].query.as_str()), (2, "Unread", "is:unread"));
        for (text, line, expected) in [
            ("a\tb\nnothing", 2, "expected a name"),
            ("\tb", 1, "the name is missing"),
            ("a\tdate:2018-02-30", 1, "invalid query"),
        ] {
            let (at, reason) = queries(text).expect_err("an error");
            assert!(at == line && reason.starts_with(expected), "{at} {reason}");
        }
    }
}
