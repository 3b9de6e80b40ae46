//! Tables: CSV, TSV and their relatives, a row a release.
//!
//! From the bytes up, the modules are `row` (from bytes to cells), `layout` (delimiter, header, columns and their fields,
//! found out from the first rows), `reader` (a row into a release) and `scan` (all rows, one after another, with a
//! second thread for large tables). Only a text whose first rows prove a table is read as one.

mod layout;
mod reader;
mod row;
mod scan;

use std::io::Read;

pub use layout::{Column, Layout};

use super::lookahead::Lookahead;
use super::rules::Rules;
use super::{Limits, Refusal, Sink, sniff};
use crate::text::Clean;

/// The bytes, and the lines, from which the layout is found out.
const HEAD: usize = 1 << 16;
const LINES: usize = 20;
/// The bytes that are searched for a date that settles the order of day and month.
const DATES: usize = 1 << 20;

/// Returns the layout of the table at the start of a text, or `None` if it is none.
///
/// # Errors
/// If it is a table, but its columns are unknown.
pub(super) fn find<R: Read>(text: &mut Lookahead<R>, rules: &Rules) -> Result<Option<Layout>, Refusal> {
    // JSON and markup are known by their first byte: a slow source need not send more.
    let first = text.look(0, |_| true).iter().find(|byte| !byte.is_ascii_whitespace());
    if first.is_none_or(|byte| matches!(byte, b'{' | b'[' | b'<')) {
        return Ok(None);
    }
    // Equal texts have equal layouts, however they arrive.
    let ends = |head: &[u8]| memchr::memchr_iter(b'\n', head.get(..HEAD).unwrap_or(head)).nth(LINES);
    let head = text.look(HEAD, |head| ends(head).is_some());
    let end = ends(head).map_or(head.len().min(HEAD), |end| end + 1);
    let is_part = end < head.len();
    let head = &head[..end];
    if sniff::foreign(head).is_some() || sniff::wide_text(head).is_some() {
        return Ok(None);
    }
    let is_whole = !is_part && text.is_ended();
    let head = text.look(0, |_| true).get(..end).unwrap_or_default();
    let Some(mut layout) = layout::detect(head, is_whole, rules)? else { return Ok(None) };
    if layout.settle_dates(head, is_whole) {
        let more = text.look(DATES, |_| false);
        layout.settle_dates(more.get(..DATES).unwrap_or(more), more.len() < DATES);
    }
    Ok(Some(layout))
}

/// Like [`super::read`], for a table with this layout.
pub(super) fn read(
    source: Clean<'_>,
    input: &mut dyn Read,
    limits: Limits,
    layout: &Layout,
    sink: &mut dyn Sink,
) -> Result<(), Refusal> {
    scan::Scan::new(source, input, limits, layout, sink).read()
}

#[cfg(test)]
mod tests;
