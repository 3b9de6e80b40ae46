//! `tidings queries`: the saved queries as text, out and in.

use std::fs;
use std::io::{self, Read, Write};
use std::path::PathBuf;

use clap_complete::ArgValueCandidates;

use super::complain;
use super::error::{Output, UsageError};
use super::library_args::LibraryArgs;
use super::values;
use crate::library::SavedQuery;
use crate::query::parse;
use crate::text::CleanBuf;

/// List or import saved queries
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A line holds a name, a tab and a query: tidings queries > FILE keeps them, tidings queries --import FILE brings them back.")]
pub struct Args {
    /// Save the queries of a file as the list shows them; one of the same name gives way; - reads standard input
    #[arg(long, value_name = "FILE")]
    import: Option<PathBuf>,
    /// Drop the saved query of this name
    #[arg(long, value_name = "NAME", conflicts_with = "import", add = ArgValueCandidates::new(values::saved_queries))]
    drop: Option<String>,
    #[command(flatten)]
    shelf: LibraryArgs,
}

/// Lists, reads or drops saved queries; whether there are any.
///
/// # Errors
/// For a file that cannot be read or holds something else, a library that cannot be used, an output that takes nothing.
pub fn run(args: &Args, out: &mut impl Write) -> anyhow::Result<bool> {
    if let Some(file) = &args.import {
        let name = CleanBuf::line(&file.to_string_lossy());
        let text = read(file).map_err(|error| UsageError(format!("{name} cannot be read: {error}")))?;
        let queries = queries(&text).map_err(|(line, reason)| UsageError(format!("{name}, line {line}: {reason}")))?;
        let mut library = args.shelf.create()?;
        for query in &queries {
            library.save_query(query)?;
        }
        let saved =
            if queries.len() == 1 { "1 query saved".to_owned() } else { format!("{} queries saved", queries.len()) };
        writeln!(out, "{saved}").map_err(Output)?;
        return Ok(!queries.is_empty());
    }
    let Some(mut library) = args.shelf.open()? else { return Ok(none()) };
    if let Some(name) = &args.drop {
        let is_dropped = library.drop_query(name)?;
        if !is_dropped {
            complain(&format!("no saved query is called {}", CleanBuf::line(name)));
        }
        return Ok(is_dropped);
    }
    let queries = library.queries()?;
    for SavedQuery { name, query } in &queries {
        writeln!(out, "{}\t{}", written(name), written(query)).map_err(Output)?;
    }
    Ok(!queries.is_empty() || none())
}

/// A text on a line of its own, clean, with its blanks as they are: within quotes each is a letter.
fn written(text: &str) -> String {
    let parts: Vec<String> = text.trim().split(' ').map(|part| CleanBuf::line(part).to_string()).collect();
    parts.join(" ")
}

fn none() -> bool {
    complain("no saved queries; in the reader, the action save-query saves the present one");
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

/// The queries of a text; the error names the line.
fn queries(text: &str) -> Result<Vec<SavedQuery>, (usize, String)> {
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let query = |(number, line): (usize, &str)| {
        let (name, query) = line.split_once('\t').ok_or((number, "expected a name, a tab and a query".to_owned()))?;
        let (name, query) = (written(name), query.trim().to_owned());
        if name.is_empty() {
            return Err((number, "the name is missing".to_owned()));
        }
        parse(&query).map_err(|error| (number, format!("the query cannot be read: expected {}", error.expected)))?;
        Ok(SavedQuery { name, query })
    };
    lines.map(query).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back_as_the_same() {
        for query in ["\"two  blanks\"", "title:\"a   b\" -\"c  d\"", "plain words", "/a  +b/", "\"보도  자료\""] {
            let read = queries(&format!("{}\t{}\n", written("My  name"), written(query))).expect("a query");
            assert_eq!((read[0].name.as_str(), read[0].query.as_str()), ("My  name", query));
        }
        assert_eq!(written(" a\tb\u{1b}[31m c\n"), "a b c", "what a line or a terminal would act on goes");
    }

    #[test]
    fn a_text_is_read_line_by_line_and_what_is_wrong_is_named() {
        let read = queries("Tea\ttea topic:News\n\nUnread\tis:unread\n").expect("two queries");
        assert_eq!((read.len(), read[1].name.as_str(), read[1].query.as_str()), (2, "Unread", "is:unread"));
        for (text, line, told) in [
            ("a\tb\nnothing", 2, "expected a name"),
            ("\tb", 1, "the name is missing"),
            ("a\tdate:2018-02-30", 1, "the query cannot be read"),
        ] {
            let (at, reason) = queries(text).expect_err("a fault");
            assert!(at == line && reason.starts_with(told), "{at} {reason}");
        }
    }
}
