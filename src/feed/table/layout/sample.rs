//! The first rows of a text, split at one delimiter, and what they make of it.

use std::ops::ControlFlow;

use super::{COLUMNS, Column, Layout};
use crate::feed::date::{self, Evidence};
use crate::feed::fields::{CustomKey, Field, Meaning};
use crate::feed::json::Aliases;
use crate::feed::rules::{FieldMap, Rules, Target, named};
use crate::feed::table::row::{Splitter, Step};
use crate::feed::{Refusal, link};
use crate::text::CleanBuf;

/// The most rows that decide.
const SAMPLE: usize = 50;
/// The longest name of a column, in bytes.
const NAME: usize = 100;
/// The longest cell of a table without known names, in bytes.
const CELL: usize = 300;

/// The first rows of a text, split at one delimiter.
pub(super) struct Sample {
    delimiter: u8,
    pub rows: Vec<Vec<String>>,
    /// Where the second row begins.
    second: usize,
}

impl Sample {
    pub fn of(delimiter: u8, head: &[u8], start: usize, is_whole: bool) -> Option<Self> {
        let (mut rows, mut second) = (Vec::new(), start);
        let read = each_row(delimiter, COLUMNS, head, start, is_whole, |cells, end| {
            if rows.is_empty() {
                second = end;
            }
            rows.push(cells.to_vec());
            if rows.len() < SAMPLE { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        // A table that is wider than the limit is none.
        let is_fitting = read.is_some() && rows.first().is_some_and(|row| row.len() < COLUMNS);
        is_fitting.then_some(Self { delimiter, rows, second })
    }

    pub fn width(&self) -> usize {
        self.rows.first().map_or(0, Vec::len)
    }

    /// Returns how many rows after the first there are, and how many of them are as wide as it.
    fn data(&self) -> (usize, usize) {
        let rows = self.rows.get(1..).unwrap_or_default();
        (rows.len(), rows.iter().filter(|row| row.len() == self.width()).count())
    }

    /// Whether nearly all rows are equally wide, and there are some.
    pub fn is_even(&self) -> bool {
        let (rows, equal) = self.data();
        self.width() > 1 && rows > 0 && equal * 5 >= rows * 4
    }

    /// Whether the first row looks like names.
    fn has_names(&self) -> bool {
        let Some(first) = self.rows.first() else { return false };
        let mut names: Vec<&str> = first.iter().map(|name| name.trim()).filter(|name| !name.is_empty()).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        names.len() == count && count * 2 > first.len() && names.iter().all(|name| name.len() <= NAME)
    }

    /// Whether the second row is the line below the header of a Markdown table.
    fn is_markdown(&self) -> bool {
        let is_line = |cell: &String| cell.trim().bytes().all(|byte| matches!(byte, b'-' | b':'));
        self.rows.get(1).is_some_and(|row| row.iter().all(is_line) && row.iter().any(|cell| cell.contains("--")))
    }

    /// Whether the first row cannot be a release, judged by a column of this field.
    fn differs_from_rows(&self, field: Field, column: usize) -> bool {
        let cell = |row: &Vec<String>| row.get(column).cloned().unwrap_or_default();
        let fits = |cell: &String| match field {
            Field::Date => date::read(cell).is_ok() || date::evidence(cell) != Evidence::None,
            Field::Url => link::address(cell.trim(), None).is_ok(),
            _ => true,
        };
        let mut rows = self.rows.iter().map(cell);
        let first = rows.next().unwrap_or_default();
        !first.trim().is_empty() && !fits(&first) && rows.filter(|cell| !cell.is_empty()).any(|cell| fits(&cell))
    }

    /// Returns the columns by the names in the first row, as far as they are known.
    fn named(&self, aliases: &Aliases) -> Vec<Column> {
        let first = self.rows.first().map_or(&[][..], Vec::as_slice);
        let column = |(at, name): (usize, &String)| {
            let name = name.trim();
            if name.is_empty() {
                return Column::numbered(at);
            }
            let alias = aliases.of(name).filter(|(field, _)| !matches!(field, Field::Extension | Field::Wrapper));
            let custom = match aliases.mapped_to(name) {
                Some(Meaning::Custom(custom)) => Some(custom),
                _ => None,
            };
            let is_list = is_plural(name);
            Column { name: CleanBuf::line(name), alias, custom, has_name: true, is_list, order: None }
        };
        first.iter().enumerate().map(column).collect()
    }

    fn layout(&self, columns: Vec<Column>, has_header: bool, start: usize) -> Layout {
        let start = if has_header { self.second } else { start };
        Layout { delimiter: self.delimiter, columns, has_header, start }
    }

    /// Reads it as a table without rules of the user.
    pub fn by_names(&self, aliases: &Aliases) -> Option<(Layout, usize)> {
        let layout = self.layout(self.named(aliases), true, 0);
        let known = layout.columns.iter().filter(|column| column.is_known()).count();
        let (rows, equal) = self.data();
        let is_table = self.width() > 1
            && self.has_names()
            && layout.has_release()
            && !self.is_markdown()
            && if known > 1 { self.is_even() || equal * 2 >= rows } else { self.is_even() && rows > 1 };
        is_table.then_some((layout, known))
    }

    /// Reads it as a table by rules of the user.
    pub fn by_rules(&self, rules: &Rules, aliases: &Aliases, start: usize) -> Result<Option<(Layout, usize)>, Refusal> {
        let mut columns = self.named(aliases);
        let names: Vec<String> = columns.iter().map(|column| column.name.to_string()).collect();
        let is_known = columns.iter().any(Column::is_known);
        let (mut has_header, mut missing) = (is_known, Vec::new());
        let mut numbered = Vec::new();
        for map in &rules.map {
            let first = self.rows.first().map_or(&[][..], Vec::as_slice);
            if first.iter().any(|name| map.is(name.trim())) {
                has_header = true;
                continue;
            }
            match map.column().parse::<usize>().ok().and_then(|number| number.checked_sub(1)) {
                Some(at) if at < columns.len() => numbered.push((at, map)),
                _ => missing.push(map),
            }
        }
        let is_table = self.is_even() || (self.width() == 1 && missing.is_empty() && !self.rows.is_empty());
        if !is_table {
            return Ok(None);
        }
        if let Some(reason) = no_such_column(&missing, &names) {
            return Err(Refusal::Rule(reason));
        }
        has_header |= numbered.iter().any(|(at, map)| match map.target() {
            Target::Known(field) => self.differs_from_rows(field, *at),
            Target::Custom(_) => false,
        });
        if !has_header {
            columns = (0..columns.len()).map(Column::numbered).collect();
        }
        for (rank, (at, map)) in (2..u8::MAX).zip(numbered) {
            (columns[at].alias, columns[at].custom) = match map.target() {
                Target::Known(field) => (Some((field, rank)), None),
                Target::Custom(name) => (None, Some(CustomKey::mapped(name))),
            };
        }
        let layout = self.layout(columns, has_header, start);
        let known = layout.columns.iter().filter(|column| column.is_known()).count();
        Ok(layout.has_release().then_some((layout, known)))
    }

    /// Whether it is a table, though its names say nothing.
    pub fn is_plain_table(&self) -> bool {
        let (rows, equal) = self.data();
        let is_short = |row: &Vec<String>| row.iter().all(|cell| cell.len() <= CELL);
        // A single row proves little: two lines of prose may have a comma each.
        let is_enough = rows > 1 || (rows == 1 && self.width() > 2 && self.delimiter != b',' && self.has_names());
        self.width() > 1 && is_enough && rows == equal && self.rows.iter().all(is_short) && !self.is_markdown()
    }
}

/// Returns why columns that the user named do not exist.
fn no_such_column(missing: &[&FieldMap], names: &[String]) -> Option<CleanBuf> {
    let options: Vec<String> = missing.iter().map(|map| format!("--map {map}")).collect();
    let reason =
        format!("{}: no such column; the columns are {}", options.join(" "), named(names.iter().map(String::as_str)));
    (!missing.is_empty()).then(|| CleanBuf::line(&reason))
}

/// Whether a name stands for several values.
fn is_plural(name: &str) -> bool {
    let name = name.to_lowercase();
    ["tags", "topics", "categories", "subjects", "keywords"].iter().any(|plural| name.contains(plural))
}

/// Passes the cells of each whole row to `row`, and where the row ends. Returns `None` if there is none.
pub(super) fn each_row(
    delimiter: u8,
    width: usize,
    head: &[u8],
    start: usize,
    is_whole: bool,
    mut row: impl FnMut(&[String], usize) -> ControlFlow<()>,
) -> Option<()> {
    let mut splitter = Splitter::new(delimiter, width);
    let (mut at, mut cells, mut found) = (start, Vec::new(), None);
    loop {
        at += head.get(at..)?.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        let rest = head.get(at..)?;
        if rest.is_empty() {
            return found;
        }
        let Step::Row(length) = splitter.step(rest, is_whole) else { return found };
        found = Some(());
        cells.clear();
        cells.extend(splitter.cells(rest).map(|cell| String::from_utf8_lossy(cell).into_owned()));
        at += length;
        if row(&cells, at).is_break() {
            return found;
        }
    }
}
