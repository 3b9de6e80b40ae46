//! One row of a table into a release.

use std::borrow::Cow;

use super::layout::{Column, Layout};
use super::row::Splitter;
use crate::feed::fields::{CustomKey, Field, Fields, Note};
use crate::feed::json::is_plain;
use crate::release::{Cause, Release};
use crate::text::{CleanBuf, counted, from_utf8_lossy};

/// Longer cells are texts rather than values, in bytes.
const LONGEST_CELL: usize = 512;

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// All its cells are empty.
    Empty,
    /// A release, in [`RowReader::release`].
    Release,
    /// It has no title, text or link.
    NoRelease,
}

/// Reads rows one after another into the same release.
pub(super) struct RowReader {
    columns: Vec<Column>,
    delimiter: u8,
    pub splitter: Splitter,
    fields: Fields,
}

impl RowReader {
    pub fn new(layout: &Layout, fields: Fields) -> Self {
        let splitter = Splitter::new(layout.delimiter, layout.columns.len());
        Self { columns: layout.columns.clone(), delimiter: layout.delimiter, splitter, fields }
    }

    /// Makes another reader of the same table.
    pub fn another(&self) -> Self {
        let splitter = Splitter::new(self.delimiter, self.columns.len());
        Self { columns: self.columns.clone(), delimiter: self.delimiter, splitter, fields: self.fields.another() }
    }

    /// Returns the row read last.
    pub fn release(&self) -> &Release {
        &self.fields.release
    }

    /// Returns the row read last, which may be exchanged for another release whose buffers can be reused.
    pub fn release_mut(&mut self) -> &mut Release {
        &mut self.fields.release
    }

    /// Returns what was left out of the row read last.
    pub fn notes(&mut self) -> Vec<Note> {
        self.fields.notes.drain(..).collect()
    }

    /// Returns where a row seems to begin: behind a line break, before a line with as many cells as there are columns.
    pub fn next_row(&self, bytes: &[u8]) -> Option<usize> {
        /// The most lines that are looked at.
        const LINES: usize = 32;
        let mut breaks = memchr::memchr_iter(b'\n', bytes);
        let first = breaks.next()? + 1;
        let mut start = first;
        for end in breaks.take(LINES) {
            let line = bytes.get(start..end).unwrap_or_default();
            let is_closed = memchr::memchr_iter(b'"', line).count().is_multiple_of(2);
            if is_closed && memchr::memchr_iter(self.delimiter, line).count() + 1 >= self.columns.len() {
                return Some(start);
            }
            start = end + 1;
        }
        Some(first)
    }

    /// Reads the row that was split last, of which `bytes` are the front.
    pub fn read(&mut self, bytes: &[u8]) -> Kind {
        let Self { columns, splitter, fields, .. } = self;
        fields.clear();
        let mut is_empty = !splitter.has_more();
        for (column, cell) in columns.iter().zip(splitter.cells(bytes)) {
            is_empty &= cell.is_empty();
            if cell.is_empty() {
                continue;
            }
            match (column.alias, column.custom) {
                (Some(alias), _) if fields.wants(alias) => {
                    fields.start_value();
                    fields.day_order = column.order;
                    put(fields, column, cell);
                }
                (None, Some(custom)) => put_custom(fields, custom, column.is_list, cell),
                _ => {}
            }
        }
        if is_empty {
            return Kind::Empty;
        }
        let (count, width) = (splitter.count(), columns.len());
        if count < width || splitter.has_more() {
            let reason = format!("found {}, expected {width}", counted(count, "cell"));
            fields.notes.push((Cause::Cells, CleanBuf::line(&reason)));
        }
        fields.finish();
        let release = &fields.release;
        let is_release = !(release.title.is_empty() && release.summary.is_empty() && release.url.is_empty());
        if is_release { Kind::Release } else { Kind::NoRelease }
    }
}

/// Reads a cell into its field.
fn put(fields: &mut Fields, column: &Column, cell: &[u8]) {
    let Some(alias) = column.alias else { return };
    let is_plain = is_plain(cell);
    let text = from_utf8_lossy(cell);
    if matches!(text, Cow::Owned(_)) {
        let reason = format!("{}: invalid UTF-8, replaced with \u{fffd}", column.name);
        fields.notes.push((Cause::NotUtf8, CleanBuf::line(&reason)));
    }
    if !is_plain && text.contains('\0') {
        let reason = format!("{}: removed NUL characters", column.name);
        fields.notes.push((Cause::Mended, CleanBuf::line(&reason)));
    }
    match alias.0 {
        Field::Topics => {
            for topic in values(&text, column.is_list) {
                if is_plain { fields.plain(alias, topic) } else { fields.text(alias, topic) }
            }
        }
        Field::Html => fields.text(alias, &text),
        _ if is_plain => fields.plain(alias, &text),
        _ => fields.text(alias, &text),
    }
}

/// Reads a cell into a custom field.
fn put_custom(fields: &mut Fields, custom: CustomKey, is_list: bool, cell: &[u8]) {
    if cell.len() <= LONGEST_CELL {
        for value in values(&from_utf8_lossy(cell), is_list) {
            fields.custom(custom, value);
        }
    }
}

/// Splits a cell with several values: at semicolons or pipes and, if the name of the column is a plural, at commas.
fn values(text: &str, is_list: bool) -> impl Iterator<Item = &str> {
    let separator = [';', '|'].into_iter().chain(is_list.then_some(',')).find(|separator| text.contains(*separator));
    let whole = separator.is_none().then_some(text);
    let parts = separator.map(|separator| text.split(separator).map(str::trim).filter(|part| !part.is_empty()));
    whole.into_iter().chain(parts.into_iter().flatten())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_may_hold_several_topics() {
        let split = |text, is_list| values(text, is_list).collect::<Vec<_>>();
        assert_eq!(split("Roads, rail; Transport ;", false), ["Roads, rail", "Transport"]);
        assert_eq!(split("a|b", false), ["a", "b"]);
        assert_eq!(split("Roads, rail", false), ["Roads, rail"]);
        assert_eq!(split("Roads, rail", true), ["Roads", "rail"]);
    }
}
