//! Output formats of lists, for people and for programs.
//!
//! A [`Grid`] has rows and columns, of releases or of counts. [`table`], [`delimited`] and [`markdown`] write any grid
//! cell by cell, holding at most one row in memory. [`crate::document`] writes whole releases.

mod delimited;
mod markdown;
mod table;

use std::borrow::Cow;
use std::io::{self, Write};

use clap::ValueEnum;

use super::column::Column;
use super::output_style::{OutputStyle, TextStyle};
use crate::catalog::{Catalog, Facet, ReleaseIndex};
use crate::document::json::{self, Count};

/// The output format of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Aligned columns; on a terminal, coloured and shortened to its width
    Table,
    /// A JSON Feed 1.1 document, which tidings can read
    Json,
    /// One JSON Feed item per line
    Jsonl,
    /// RFC 4180 with LF line endings; values are written unchanged, even with a leading =
    Csv,
    /// Tab-separated columns, with \t, \n and \\ as escapes
    Tsv,
    /// A table in GitHub Flavored Markdown
    Markdown,
}

impl Format {
    /// Whether it consists of objects and has no columns.
    pub fn is_json(self) -> bool {
        matches!(self, Self::Json | Self::Jsonl)
    }

    /// Whether it is for people, not for programs.
    pub fn is_for_people(self) -> bool {
        matches!(self, Self::Table | Self::Markdown)
    }

    /// Returns the default columns.
    pub fn columns(self) -> &'static [Column] {
        if self.is_for_people() { &Column::FOR_PEOPLE } else { &Column::FOR_PROGRAMS }
    }
}

/// The head of a column.
#[derive(Debug, Clone, Copy)]
pub struct Head {
    pub name: &'static str,
    /// Its share of the line if the columns do not fit; 0 if it is never shortened.
    pub share: usize,
    /// Whether it contains numbers.
    pub is_number: bool,
    /// Whether to omit it if all its cells are empty.
    pub is_optional: bool,
}

/// The content of a cell, which may have several lines.
#[derive(Debug)]
pub struct Cell<'a> {
    pub text: Cow<'a, str>,
    pub look: TextStyle<'a>,
    /// The address that the text links to; may be empty.
    pub link: &'a str,
}

/// Rows and columns.
pub trait Grid {
    fn heads(&self) -> Vec<Head>;
    fn rows(&self) -> usize;
    fn cell(&self, row: usize, column: usize) -> Cell<'_>;
}

/// A grid of releases, one per row.
pub struct Releases<'a> {
    pub catalog: &'a Catalog,
    pub hits: &'a [ReleaseIndex],
    /// The columns; `None` for the defaults of the format.
    pub columns: Option<&'a [Column]>,
    pub format: Format,
}

impl Releases<'_> {
    fn columns(&self) -> &[Column] {
        self.columns.unwrap_or(self.format.columns())
    }

    /// Writes the releases in their format.
    pub fn write(&self, style: &OutputStyle, out: &mut impl Write) -> io::Result<()> {
        match self.format {
            Format::Json => json::document(self.catalog, self.hits, out),
            Format::Jsonl => json::lines(self.catalog, self.hits, out),
            format => write(self, format, style, out),
        }
    }
}

impl Grid for Releases<'_> {
    fn heads(&self) -> Vec<Head> {
        let head = |column: &Column| Head {
            name: column.name(),
            share: match column {
                Column::Date | Column::Time => 0,
                column if column.is_text() => 2,
                _ => 1,
            },
            is_number: false,
            is_optional: self.columns.is_none(),
        };
        self.columns().iter().map(head).collect()
    }

    fn rows(&self) -> usize {
        self.hits.len()
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let release = self.hits.get(row).and_then(|&index| self.catalog.release(index));
        let Some((release, &column)) = release.zip(self.columns().get(column)) else {
            return Cell { text: Cow::Borrowed(""), look: TextStyle::Plain, link: "" };
        };
        let look = match column {
            Column::Date | Column::Time => TextStyle::Dim,
            Column::Topic => TextStyle::Topic(release.label(Facet::Topic).as_str()),
            Column::Title => TextStyle::Strong,
            _ => TextStyle::Plain,
        };
        let link = if matches!(column, Column::Title | Column::Url) { release.url().as_str() } else { "" };
        let text = match column {
            // People need a name for the release; programs need to know whether it has a title.
            Column::Title if self.format.is_for_people() => match release.heading().as_str() {
                "" => Cow::Borrowed("(no title)"),
                heading => Cow::Borrowed(heading),
            },
            column => column.value(&release),
        };
        Cell { text, look, link }
    }
}

/// A grid of the values of a facet and their counts.
pub struct Counts<'a> {
    /// The facet's name.
    pub name: &'static str,
    /// The values and their counts.
    pub rows: Vec<Count<'a>>,
    pub format: Format,
}

impl Counts<'_> {
    /// Writes the counts in their format.
    pub fn write(&self, style: &OutputStyle, out: &mut impl Write) -> io::Result<()> {
        match self.format {
            Format::Json => json::counts(&self.rows, out),
            Format::Jsonl => json::count_lines(&self.rows, out),
            format => write(self, format, style, out),
        }
    }

    /// The words for a value.
    fn noun(&self) -> String {
        match self.name {
            "year" => "date".to_owned(),
            name => name.strip_prefix("x-").unwrap_or(name).replace('-', " "),
        }
    }
}

impl Grid for Counts<'_> {
    fn heads(&self) -> Vec<Head> {
        let head = |name, is_number: bool| Head { name, share: usize::from(!is_number), is_number, is_optional: false };
        let mut heads = vec![head(self.name, false), head("count", true)];
        // People read beside the name that a topic is their own.
        if !self.format.is_for_people() && self.rows.iter().any(|row| row.own) {
            heads.push(head("own", false));
        }
        heads
    }

    fn rows(&self) -> usize {
        self.rows.len()
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let Some(&Count { value, count, own }) = self.rows.get(row) else {
            return Cell { text: Cow::Borrowed(""), look: TextStyle::Plain, link: "" };
        };
        let is_for_people = self.format.is_for_people();
        let (text, look) = match column {
            0 if value.is_empty() && is_for_people => (Cow::Owned(format!("no {}", self.noun())), TextStyle::Dim),
            0 if own && is_for_people => (Cow::Owned(format!("{value} (yours)")), TextStyle::Topic(value)),
            0 if self.name == "topic" => (Cow::Borrowed(value), TextStyle::Topic(value)),
            0 => (Cow::Borrowed(value), TextStyle::Plain),
            1 => (Cow::Owned(count.to_string()), TextStyle::Plain),
            _ => (Cow::Borrowed(if own { "true" } else { "" }), TextStyle::Plain),
        };
        Cell { text, look, link: "" }
    }
}

/// Writes a grid as an aligned table.
pub fn grid(grid: &impl Grid, style: &OutputStyle, out: &mut impl Write) -> io::Result<()> {
    table::write(grid, style, out)
}

fn write(grid: &impl Grid, format: Format, style: &OutputStyle, out: &mut impl Write) -> io::Result<()> {
    match format {
        Format::Csv => delimited::csv(grid, out),
        Format::Tsv => delimited::tsv(grid, out),
        Format::Markdown => markdown::table(grid, out),
        Format::Table | Format::Json | Format::Jsonl => table::write(grid, style, out),
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A grid of texts with the columns a, b and c, of which `b` is never shortened.
    pub struct Texts(pub Vec<Vec<&'static str>>);

    impl Grid for Texts {
        fn heads(&self) -> Vec<Head> {
            let names = ["a", "b", "c"].into_iter().zip([1, 0, 2]);
            let head = |(name, share)| Head { name, share, is_number: false, is_optional: name == "c" };
            names.map(head).take(self.0.first().map_or(1, Vec::len)).collect()
        }

        fn rows(&self) -> usize {
            self.0.len()
        }

        fn cell(&self, row: usize, column: usize) -> Cell<'_> {
            Cell { text: Cow::Borrowed(self.0[row][column]), look: TextStyle::Plain, link: "" }
        }
    }
}
