//! A text with spans as Markdown: headings, emphasis, lists, quotes, code, tables and links.

use std::ops::Range;

use super::markdown::{at_start, block, code, fence, heading, inline, link};
use crate::release::{Span, Style};
use crate::text::Clean;
use crate::typeset::{Kind, Line, set};

/// The text as Markdown; `address` knows where a link leads.
pub fn structured<'a>(text: Clean<'a>, spans: &[Span], address: impl Fn(Style) -> Option<&'a str>) -> String {
    if spans.is_empty() {
        return block(text.as_str());
    }
    // No line is too long, so each is a line of the text.
    let (lines, gaps) = set(text, spans, usize::MAX);
    let mut writer = Writer { text, spans, gaps, address, out: String::new(), fence: None, row: 0, last: None };
    for line in &lines {
        writer.line(line);
    }
    writer.end_fence();
    writer.out.truncate(writer.out.trim_end().len());
    writer.out
}

struct Writer<'t, 's, F> {
    text: Clean<'t>,
    spans: &'s [Span],
    gaps: Vec<(usize, u16)>,
    address: F,
    out: String,
    /// What stands before the lines of an open block of code, and the fence that ends it.
    fence: Option<(String, String)>,
    /// Rows of the table so far.
    row: usize,
    /// What stands before more lines of the last paragraph.
    last: Option<String>,
}

impl<'t, F: Fn(Style) -> Option<&'t str>> Writer<'t, '_, F> {
    fn line(&mut self, line: &Line) {
        let lead: String = line.lead.chars().map(lead_mark).collect();
        let rest: String = line.lead.chars().map(|c| if c == '│' { '>' } else { ' ' }).collect();
        let at = line.range.start;
        let around: Vec<Style> =
            self.spans.iter().filter(|span| span.range(0).contains(&at)).map(|span| span.style).collect();
        if around.contains(&Style::Preformatted) {
            return self.code(line, &lead, rest);
        }
        self.end_fence();
        if line.kind == Kind::Blank {
            self.put(lead.trim_end(), "");
        } else if around.contains(&Style::Row) {
            self.cells(line.range.clone(), &lead, &rest);
        } else if let Some(Style::Heading(level)) = around.iter().find(|style| matches!(style, Style::Heading(_))) {
            // The title is the first.
            let text = self.inlined(line.range.clone(), false);
            self.put(&lead, &heading(level.saturating_add(1), &text));
        } else {
            if self.last.as_ref().is_some_and(|last| *last == lead) {
                // A line break within a paragraph.
                self.out.truncate(self.out.trim_end_matches('\n').len());
                self.out.push_str("\\\n");
            }
            let text = at_start(&self.inlined(line.range.clone(), false));
            self.put(&lead, &text);
            self.last = Some(rest);
        }
    }

    fn put(&mut self, lead: &str, text: &str) {
        self.out.extend([lead, text, "\n"]);
        (self.row, self.last) = (0, None);
    }

    fn code(&mut self, line: &Line, lead: &str, rest: String) {
        // A block that goes on outside its quote is another one there.
        if self.fence.as_ref().is_some_and(|(before, _)| before.trim_end() != lead.trim_end()) {
            self.end_fence();
        }
        let lead = if self.fence.is_none() {
            let block = self
                .spans
                .iter()
                .find(|span| span.style == Style::Preformatted && span.range(0).contains(&line.range.start));
            let block = block.and_then(|span| self.text.get(span.range(0))).unwrap_or_default();
            let fence = fence(block.as_str());
            self.put(lead, &fence);
            self.fence = Some((rest.clone(), fence));
            rest
        } else {
            lead.to_owned()
        };
        let mut code = String::new();
        let text = self.text.get(line.range.clone()).unwrap_or_default();
        for (at, c) in text.as_str().char_indices() {
            let gap = self.gaps.iter().find(|gap| gap.0 == line.range.start + at).map_or(0, |gap| gap.1);
            code.extend(std::iter::repeat_n(' ', usize::from(gap)).chain([c]));
        }
        self.put(&lead, &code);
    }

    fn end_fence(&mut self) {
        if let Some((lead, fence)) = self.fence.take() {
            let blanks = self.out.len() - self.out.trim_end_matches(['\n', ' ']).len();
            self.out.truncate(self.out.len() - blanks);
            self.out.push('\n');
            self.put(&lead, &fence);
            self.out.push_str(if blanks > 1 { "\n" } else { "" });
        }
    }

    /// A row of a table; the first is its head, since there must be one, and is as wide as the widest.
    fn cells(&mut self, range: Range<usize>, lead: &str, rest: &str) {
        let mut cells: Vec<String> = Vec::new();
        for span in self.spans.iter().filter(|span| range.contains(&(span.start as usize))) {
            if let Style::Cell(column) | Style::Head(column) = span.style {
                cells.resize(usize::from(column), String::new());
                cells.push(self.inlined(span.range(0), true));
            }
        }
        let row = self.row;
        if row == 0 {
            cells.resize(self.columns(range.start).max(cells.len()), String::new());
        }
        self.put(if row == 0 { lead } else { rest }, &format!("| {} |", cells.join(" | ")));
        if row == 0 {
            self.put(rest, &format!("|{}", " --- |".repeat(cells.len())));
        }
        self.row = row + 1;
    }

    /// The number of columns of the table whose first row begins at a byte.
    fn columns(&self, start: usize) -> usize {
        let mut end = start;
        let mut columns = 0;
        for span in self.spans.iter().filter(|span| span.start as usize >= start) {
            match span.style {
                // Rows of one table are lines that follow each other.
                Style::Row if span.start as usize <= end + 1 => end = span.end as usize,
                Style::Row => break,
                Style::Cell(column) | Style::Head(column) if (span.start as usize) < end => {
                    columns = columns.max(usize::from(column) + 1);
                }
                _ => {}
            }
        }
        columns
    }

    /// A part of a line, or of a cell, with the marks of what is in it.
    fn inlined(&self, range: Range<usize>, is_cell: bool) -> String {
        let mut out = String::new();
        let mut open: Vec<(usize, String)> = Vec::new();
        let (mut at, mut code_until) = (range.start, 0);
        for span in self.spans {
            let (start, end) = ((span.start as usize).max(range.start), (span.end as usize).min(range.end));
            if start >= end || start < code_until {
                continue;
            }
            let (begin, finish) = match span.style {
                Style::Emphasis => ("*", "*".to_owned()),
                Style::Strong => ("**", "**".to_owned()),
                Style::Struck => ("~~", "~~".to_owned()),
                Style::Code => ("", String::new()),
                // Links cannot stand within links.
                Style::Link(_) | Style::OwnLink if !open.iter().any(|(_, finish)| finish.starts_with(']')) => {
                    let Some(address) = (self.address)(span.style) else { continue };
                    let target = link("", address);
                    ("[", target.strip_prefix('[').unwrap_or_default().to_owned())
                }
                _ => continue,
            };
            self.write(&mut out, &mut at, start, &mut open);
            if span.style == Style::Code {
                let words = self.text.get(start..end).unwrap_or_default().as_str();
                // Two spans of code side by side would read as one.
                let code = if out.ends_with('`') { None } else { code(words, is_cell) };
                out.push_str(&code.unwrap_or_else(|| inline(words)));
                (at, code_until) = (end, end);
            } else {
                // An exclamation mark before a link would make it a picture.
                if begin == "[" && out.ends_with('!') {
                    out.insert(out.len() - 1, '\\');
                }
                out.push_str(begin);
                open.push((end, finish));
            }
        }
        self.write(&mut out, &mut at, range.end, &mut open);
        out
    }

    /// Writes up to `to`, and the ends of what ends before.
    fn write(&self, out: &mut String, at: &mut usize, to: usize, open: &mut Vec<(usize, String)>) {
        let text = |from: usize, to: usize| inline(self.text.get(from..to).unwrap_or_default().as_str());
        while let Some((end, finish)) = open.pop_if(|(end, _)| *end <= to) {
            out.push_str(&text(*at, end));
            out.push_str(&finish);
            *at = end.max(*at);
        }
        out.push_str(&text(*at, to));
        *at = to.max(*at);
    }
}

/// What Markdown has for a character that stands before a line.
fn lead_mark(c: char) -> char {
    match c {
        '│' => '>',
        // The facts of a release, which end right before the text, have hyphens.
        '•' | '◦' | '‣' => '*',
        '<' | '>' | '&' | '`' | '[' | ']' | '*' | '_' | '\\' | '|' | '~' | '#' => ' ',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::CleanBuf;

    /// The text with spans over parts of it, given in order.
    fn check(text: &str, parts: &[(&str, Style)], expected: &str) {
        let text = CleanBuf::block(text);
        let mut spans = Vec::new();
        for (part, style) in parts {
            let start = text.as_str().find(part).expect("a part of the text");
            spans.push(Span { start: start as u32, end: (start + part.len()) as u32, style: *style });
        }
        let address = |style| matches!(style, Style::Link(0)).then_some("https://example.org/a_b");
        assert_eq!(structured(text.as_clean(), &spans, address), expected);
    }

    #[test]
    fn parts_of_a_line_have_their_marks() {
        check("a *b* c", &[], "a \\*b\\* c");
        check(
            "one two three_ four five\nsix",
            &[
                ("one two three_", Style::Strong),
                ("two", Style::Emphasis),
                ("three_", Style::Emphasis),
                ("four", Style::Link(0)),
                ("five", Style::Link(1)),
                ("six", Style::Code),
            ],
            "**one *two* *three\\_*** [four](https://example.org/a\\_b) five\\\n`six`",
        );
    }

    #[test]
    fn blocks_have_theirs() {
        let text = "Head\n\n• one\n◦ two\n\nsaid\n\nfn {\n\nx\n}\n\n- no\n\nA | B\n1 | 2";
        check(
            text,
            &[
                ("Head", Style::Heading(2)),
                ("• one\n◦ two", Style::Item),
                ("◦ two", Style::Item),
                ("said", Style::Quote),
                ("fn {\n\nx\n}", Style::Preformatted),
                ("x", Style::Gap(4)),
                ("A | B", Style::Row),
                ("A", Style::Head(0)),
                ("B", Style::Head(1)),
                ("1 | 2", Style::Row),
                ("1", Style::Cell(0)),
                ("2", Style::Cell(1)),
            ],
            "### Head\n\n* one\n  * two\n\n> said\n\n```\nfn {\n\n    x\n}\n```\n\n\\- no\n\n| A | B |\n| --- | --- |\n| 1 | 2 |",
        );
    }
}
