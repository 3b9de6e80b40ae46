//! `tidings queries --on-arrival`: rules for what arrives.

use std::io::Write;

use super::super::complain;
use super::super::error::{Output, UsageError};
use super::unknown;
use crate::library::{Actions, Edit, Library};
use crate::text::CleanBuf;

/// Sets the rule of a saved query, as a step that the reader can undo. Returns whether there is such a query.
///
/// # Errors
/// If an action is unknown or the library cannot be written.
pub fn set(library: &mut Library, name: &str, actions: &str) -> anyhow::Result<bool> {
    let actions = Actions::parse(actions).map_err(UsageError)?;
    if !library.queries()?.iter().any(|saved| saved.name == name) {
        return Ok(unknown(name));
    }
    let edit = Edit::OnArrival { name: name.to_owned(), actions };
    let what = format!("set what happens on arrival for {}: {actions}", CleanBuf::line(name));
    library.edit(&edit, &what, chrono::Utc::now().timestamp())?;
    Ok(true)
}

/// Lists the rules. Returns whether there are any.
///
/// # Errors
/// If the library cannot be read or the output cannot be written.
pub fn list(library: &Library, out: &mut impl Write) -> anyhow::Result<bool> {
    let queries = library.queries()?;
    let mut has_any = false;
    for (saved, rule) in queries.iter().filter_map(|saved| Some((saved, saved.rule?))) {
        has_any = true;
        writeln!(out, "{}\t{}", CleanBuf::line(&saved.name), rule.actions).map_err(Output)?;
    }
    if !has_any {
        complain("no rules; tidings queries --on-arrival NAME ACTIONS sets one");
    }
    Ok(has_any)
}
