//! Markdown in which no text is taken for markup.

use std::io::{self, Write};

use super::Grid;

/// A table of GitHub's Markdown; a title that has an address is a link.
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

/// A link; `text` is Markdown already.
pub fn link(text: &str, address: &str) -> String {
    let mut target = String::with_capacity(address.len());
    for c in address.chars() {
        match c {
            '(' => target.push_str("%28"),
            ')' => target.push_str("%29"),
            '<' => target.push_str("%3C"),
            '>' => target.push_str("%3E"),
            '|' => target.push_str("%7C"),
            '\\' => target.push_str("%5C"),
            // An ampersand may begin an entity, and these may mark text that stands around the link.
            '&' | '*' | '_' | '`' | '~' | '[' | ']' => target.extend(['\\', c]),
            c => target.push(c),
        }
    }
    format!("[{text}]({target})")
}

/// Text within a line.
pub fn inline(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => escaped.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '~' | '|' => escaped.extend(['\\', c]),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Paragraphs: an empty line parts them, every other line break stays.
pub fn block(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(|paragraph| {
        let lines: Vec<String> = paragraph.split('\n').map(|line| at_start(&inline(line))).collect();
        lines.join("\\\n")
    });
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

/// Keeps the start of a line from being a heading, a list or a rule.
pub(super) fn at_start(line: &str) -> String {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = line.split_at_checked(digits).unwrap_or_default();
    if line.starts_with(['#', '-', '+', '=']) {
        format!("\\{line}")
    } else if digits > 0 && rest.starts_with(['.', ')']) {
        format!("{number}\\{rest}")
    } else {
        line.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::Texts;
    use super::*;

    #[test]
    fn a_table_survives_its_texts() {
        let mut out = Vec::new();
        table(&Texts(vec![vec!["a|b", "*x* [y](z) <b>", "two\nlines \\"]]), &mut out).expect("memory takes it");
        let expected = "| a | b | c |\n| --- | --- | --- |\n| a\\|b | \\*x\\* \\[y\\](z) \\<b\\> | two lines \\\\ |\n";
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }

    #[test]
    fn paragraphs_stay_paragraphs() {
        assert_eq!(block("# one\n- two\n\n3. three\n4 four"), "\\# one\\\n\\- two\n\n3\\. three\\\n4 four");
    }

    #[test]
    fn a_link_holds_any_address() {
        assert_eq!(link("t", "https://x.org/a_(b)|c"), "[t](https://x.org/a\\_%28b%29%7Cc)");
    }
}
