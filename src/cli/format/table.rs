//! Writes grids as aligned columns.
//!
//! On a terminal, there is a header, and cells are shortened to fit the line. Elsewhere, each line is a complete row, so
//! that `grep`, `sort` and `wc` work. Two spaces separate columns; the last column is not padded.

use std::borrow::Cow;
use std::io::{self, Write};

use super::{Cell, Grid, Head};
use crate::cli::output_style::{OutputStyle, TextStyle};
use crate::text::width::ELLIPSIS;
use crate::text::{CleanBuf, truncate, width};

/// Spaces between two columns.
const GAP: usize = 2;
/// The narrowest shortened column.
const LEAST: usize = 4;

struct Column {
    at: usize,
    head: Head,
    columns: usize,
}

/// Writes a grid.
pub fn write(grid: &impl Grid, style: &OutputStyle, out: &mut impl Write) -> io::Result<()> {
    let columns = layout(grid, style);
    if style.columns.is_some() && grid.rows() > 0 {
        let names = columns.iter().map(|column| column.head.name.to_uppercase());
        let cells = names.map(|name| Cell { text: Cow::Owned(name), look: TextStyle::Dim, link: "" });
        line(&columns, cells, style, out)?;
    }
    for row in 0..grid.rows() {
        line(&columns, columns.iter().map(|column| grid.cell(row, column.at)), style, out)?;
    }
    Ok(())
}

/// Returns the columns with their widths, limited on a terminal to what fits.
fn layout(grid: &impl Grid, style: &OutputStyle) -> Vec<Column> {
    let heads = grid.heads();
    let last = heads.len().saturating_sub(1);
    let mut columns = Vec::with_capacity(heads.len());
    for (at, head) in heads.into_iter().enumerate() {
        // The width of the last column does not matter in a file.
        let is_measured = style.columns.is_some() || at != last || head.is_number;
        let need =
            if is_measured { (0..grid.rows()).map(|row| width(&grid.cell(row, at).text)).max() } else { Some(1) };
        let need = need.unwrap_or(0);
        if need > 0 || !head.is_optional {
            let name = if style.columns.is_some() { head.name.len() } else { 0 };
            columns.push(Column { at, head, columns: need.max(name) });
        }
    }
    if let Some(line) = style.columns {
        fit(&mut columns, line);
    }
    columns
}

/// Shortens the widest columns by their shares until all fit.
fn fit(columns: &mut [Column], line: usize) {
    let room = line.saturating_sub(GAP * columns.len().saturating_sub(1));
    let cut = |column: &Column, unit: usize| match column.head.share {
        0 => column.columns,
        share => column.columns.min((unit * share).max(LEAST)),
    };
    let widest = columns.iter().map(|column| column.columns).max().unwrap_or(0).min(line);
    let fits = |unit: &usize| columns.iter().map(|column| cut(column, *unit)).sum::<usize>() <= room;
    let unit = (0..=widest).rev().find(fits).unwrap_or(0);
    let mut left = room.saturating_sub(columns.iter().map(|column| cut(column, unit)).sum());
    for column in columns.iter_mut().rev() {
        // Give the remainder to the last columns, which contain the text.
        let columns = cut(column, unit);
        let more = left.min(column.columns - columns);
        left -= more;
        column.columns = columns + more;
    }
}

fn line<'a>(
    columns: &[Column],
    cells: impl Iterator<Item = Cell<'a>>,
    style: &OutputStyle,
    out: &mut impl Write,
) -> io::Result<()> {
    let last = columns.len().saturating_sub(1);
    for (n, (column, cell)) in columns.iter().zip(cells).enumerate() {
        if n > 0 {
            blanks(GAP, out)?;
        }
        let text = if style.columns.is_some() { cut(&cell.text, column.columns) } else { one_line(cell.text) };
        let padding = if n == last && !column.head.is_number { 0 } else { column.columns.saturating_sub(width(&text)) };
        if column.head.is_number {
            blanks(padding, out)?;
        }
        style.put(out, &text, cell.look)?;
        if !column.head.is_number {
            blanks(padding, out)?;
        }
    }
    out.write_all(b"\n")
}

fn blanks(count: usize, out: &mut impl Write) -> io::Result<()> {
    write!(out, "{:count$}", "")
}

fn one_line(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains('\n') { Cow::Owned(CleanBuf::line(&text).to_string()) } else { text }
}

fn cut(text: &str, columns: usize) -> Cow<'_, str> {
    let clean = CleanBuf::line(text);
    let (start, is_cut) = truncate(clean.as_clean(), columns);
    let end = if is_cut { ELLIPSIS } else { "" };
    Cow::Owned(format!("{start}{end}"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::Texts;
    use super::*;

    fn written(rows: Vec<Vec<&'static str>>, columns: Option<usize>) -> String {
        let mut out = Vec::new();
        write(&Texts(rows), &OutputStyle { columns, has_colour: false }, &mut out).expect("memory takes it");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn files_contain_complete_rows() {
        let rows = vec![vec!["보도", "1", "a long\ntext"], vec!["abc", "22", ""]];
        assert_eq!(written(rows, None), "보도  1   a long text\nabc   22  \n");
    }

    #[test]
    fn terminals_get_a_header_and_lines_that_fit() {
        let rows = || vec![vec!["보도자료", "2018-11-06", "a longer text than fits"], vec!["abc", "2018", "x"]];
        let wide = "A         B           C\n보도자료  2018-11-06  a longer text than fits\nabc       2018        x\n";
        assert_eq!(written(rows(), Some(80)), wide);
        let narrow = written(rows(), Some(30));
        assert_eq!(narrow.lines().nth(1), Some("보도…  2018-11-06  a longer t…"));
        assert!(narrow.lines().all(|line| width(line) <= 30), "{narrow}");
    }

    #[test]
    fn empty_default_columns_are_omitted() {
        assert_eq!(written(vec![vec!["a", "b", ""]], Some(20)), "A  B\na  b\n");
        assert_eq!(written(Vec::new(), Some(20)), "");
    }
}
