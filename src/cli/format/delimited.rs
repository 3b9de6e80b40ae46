//! Delimited values for programs: CSV and TSV.
//!
//! Values are written unchanged, even if a spreadsheet would read them as formulas. Users can import the columns as text.

use std::io::{self, Write};

use super::Grid;

/// Writes RFC 4180 with LF line endings: a header, then one record per row.
pub fn csv(grid: &impl Grid, out: &mut impl Write) -> io::Result<()> {
    records(grid, b",", out, |text, out| {
        if text.contains([',', '"', '\n', '\r']) || text.starts_with(' ') || text.ends_with(' ') {
            write!(out, "\"{}\"", text.replace('"', "\"\""))
        } else {
            out.write_all(text.as_bytes())
        }
    })
}

/// Writes tab-separated values. Tabs, line breaks and backslashes are escaped as `\t`, `\n`, `\r` and `\\`.
pub fn tsv(grid: &impl Grid, out: &mut impl Write) -> io::Result<()> {
    records(grid, b"\t", out, |text, out| {
        if !text.contains(['\t', '\n', '\r', '\\']) {
            return out.write_all(text.as_bytes());
        }
        for c in text.chars() {
            match c {
                '\t' => out.write_all(b"\\t")?,
                '\n' => out.write_all(b"\\n")?,
                '\r' => out.write_all(b"\\r")?,
                '\\' => out.write_all(b"\\\\")?,
                c => write!(out, "{c}")?,
            }
        }
        Ok(())
    })
}

fn records<W: Write>(
    grid: &impl Grid,
    between: &[u8],
    out: &mut W,
    value: impl Fn(&str, &mut W) -> io::Result<()>,
) -> io::Result<()> {
    let heads = grid.heads();
    for (column, head) in heads.iter().enumerate() {
        if column > 0 {
            out.write_all(between)?;
        }
        value(head.name, out)?;
    }
    out.write_all(b"\n")?;
    for row in 0..grid.rows() {
        for column in 0..heads.len() {
            if column > 0 {
                out.write_all(between)?;
            }
            value(&grid.cell(row, column).text, out)?;
        }
        out.write_all(b"\n")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::Texts;
    use super::*;

    #[test]
    fn csv_quotes_values_and_keeps_formulas() {
        let mut out = Vec::new();
        let rows = vec![vec!["a,b", "say \"hi\"", "two\nlines"], vec!["=1+1", "", "plain"]];
        csv(&Texts(rows), &mut out).expect("memory takes it");
        let expected = "a,b,c\n\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\"\n=1+1,,plain\n";
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }

    #[test]
    fn tsv_writes_each_row_on_one_line() {
        let mut out = Vec::new();
        tsv(&Texts(vec![vec!["a\tb", "two\nlines", "C:\\n"]]), &mut out).expect("memory takes it");
        assert_eq!(String::from_utf8_lossy(&out), "a\tb\tc\na\\tb\ttwo\\nlines\tC:\\\\n\n");
    }
}
