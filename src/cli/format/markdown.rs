//! Writes grids as Markdown.

use std::io::{self, Write};

use super::Grid;
use crate::document::markdown::{inline, link};

/// Writes a table in GitHub Flavored Markdown. Titles with an address become links.
pub fn table(grid: &impl Grid, out: &mut impl Write) -> io::Result<()> {
    let heads = grid.heads();
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let names = heads.iter().map(|head| head.name.to_owned()).collect();
    let rules = heads.iter().map(|head| if head.is_number { "---:" } else { "---" }.to_owned()).collect();
    write!(out, "{}{}", line(names), line(rules))?;
    for row in 0..grid.rows() {
        let cell = |column: usize| {
            let cell = grid.cell(row, column);
            let text = inline(&cell.text);
            if cell.link.is_empty() || text.is_empty() { text } else { link(&text, cell.link) }
        };
        out.write_all(line((0..heads.len()).map(cell).collect()).as_bytes())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::Texts;
    use super::*;

    #[test]
    fn cells_are_escaped() {
        let mut out = Vec::new();
        table(&Texts(vec![vec!["a|b", "*x* [y](z) <b>", "two\nlines \\"]]), &mut out).expect("memory takes it");
        let expected = "| a | b | c |\n| --- | --- | --- |\n| a\\|b | \\*x\\* \\[y\\](z) \\<b\\> | two lines \\\\ |\n";
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }
}
