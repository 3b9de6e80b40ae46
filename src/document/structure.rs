//! Text with spans as Markdown: headings, emphasis, lists, quotes, code, tables and links.

use std::ops::Range;

use super::markdown::{at_start, block, code, fence, heading, inline, link};
use crate::release::{Span, Style};
use crate::text::{Clean, CleanBuf};
use crate::typeset::{Kind, Line, set, unwrapped};

/// Returns a text as Markdown; `address` returns the target of a link style.
pub fn structured<'a>(text: Clean<'_>, spans: &[Span], address: impl Fn(Style) -> Option<&'a str>) -> String {
    let whole = unwrapped(text, spans);
    let text = whole.as_ref().map_or(text, CleanBuf::as_clean);
    if spans.is_empty() {
        return block(text.as_str());
    }
    // Without a width limit, each typeset line is a line of the text.
    let (lines, gaps) = set(text, spans, usize::MAX);
    let mut writer = Writer {
        text,
        spans,
        next: 0,
        active: Vec::new(),
        gaps,
        address,
        out: String::new(),
        fence: None,
        row: 0,
        last: None,
    };
    for line in &lines {
        writer.line(line);
    }
    writer.end_fence();
    writer.out.truncate(writer.out.trim_end().len());
    writer.out
}

struct Writer<'t, 's, F> {
    text: Clean<'t>,
    /// In text order.
    spans: &'s [Span],
    /// The first span that begins after the current line.
    next: usize,
    /// The spans that overlap the current line: looking through all of them for each line would be quadratic.
    active: Vec<Span>,
    /// Bytes and columns, in text order.
    gaps: Vec<(usize, u16)>,
    address: F,
    out: String,
    /// The prefix of lines in an open block of code, and its closing fence.
    fence: Option<(String, String)>,
    /// The number of table rows written so far.
    row: usize,
    /// The prefix of further lines of the last paragraph.
    last: Option<String>,
}

impl<'a, F: Fn(Style) -> Option<&'a str>> Writer<'_, '_, F> {
    fn line(&mut self, line: &Line) {
        let lead: String = line.lead.chars().map(lead_mark).collect();
        let rest: String = line.lead.chars().map(|c| if c == '│' { '>' } else { ' ' }).collect();
        self.advance(&line.range);
        let at = line.range.start;
        let around: Vec<Style> =
            self.active.iter().filter(|span| span.range(0).contains(&at)).map(|span| span.style).collect();
        if around.contains(&Style::Preformatted) {
            return self.code(line, &lead, rest);
        }
        self.end_fence();
        if line.kind == Kind::Blank {
            self.put(lead.trim_end(), "");
        } else if around.contains(&Style::Row) {
            self.cells(line.range.clone(), &lead, &rest);
        } else if let Some(Style::Heading(level)) = around.iter().find(|style| matches!(style, Style::Heading(_))) {
            // The title is the level-one heading.
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

    /// Finds the spans of the next line.
    fn advance(&mut self, line: &Range<usize>) {
        let begun =
            self.spans[self.next..].iter().take_while(|span| span.range(0).start < line.end.max(line.start + 1));
        let begun = begun.count();
        self.active.extend_from_slice(&self.spans[self.next..self.next + begun]);
        self.next += begun;
        self.active.retain(|span| span.range(0).end > line.start);
    }

    fn put(&mut self, lead: &str, text: &str) {
        self.out.extend([lead, text, "\n"]);
        (self.row, self.last) = (0, None);
    }

    fn code(&mut self, line: &Line, lead: &str, rest: String) {
        // A block of code that continues outside its quote needs a new fence.
        if self.fence.as_ref().is_some_and(|(before, _)| before.trim_end() != lead.trim_end()) {
            self.end_fence();
        }
        let lead = if self.fence.is_none() {
            let block = self
                .active
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
            let gap = self.gaps.binary_search_by_key(&(line.range.start + at), |gap| gap.0);
            let gap = gap.map_or(0, |found| self.gaps[found].1);
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

    /// Writes a row of a table. The first row becomes the header, which Markdown requires, and gets the maximum number
    /// of columns.
    fn cells(&mut self, range: Range<usize>, lead: &str, rest: &str) {
        let mut cells: Vec<String> = Vec::new();
        for span in self.active.iter().filter(|span| range.contains(&(span.start as usize))) {
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

    /// Returns the number of columns of the table whose first row begins at a byte.
    fn columns(&self, start: usize) -> usize {
        let mut end = start;
        let mut columns = 0;
        let first = self.spans.partition_point(|span| (span.start as usize) < start);
        for span in &self.spans[first..] {
            match span.style {
                // The rows of a table are consecutive lines.
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

    /// Returns a part of a line or cell with its inline markup.
    fn inlined(&self, range: Range<usize>, is_cell: bool) -> String {
        let mut out = String::new();
        let mut open: Vec<(usize, String)> = Vec::new();
        let (mut at, mut code_until) = (range.start, 0);
        for span in &self.active {
            let (start, end) = ((span.start as usize).max(range.start), (span.end as usize).min(range.end));
            if start >= end || start < code_until {
                continue;
            }
            let (begin, finish) = match span.style {
                Style::Emphasis => ("*", "*".to_owned()),
                Style::Strong => ("**", "**".to_owned()),
                Style::Struck => ("~~", "~~".to_owned()),
                Style::Code => ("", String::new()),
                // Links cannot be nested.
                Style::Link(_) | Style::OwnLink if !open.iter().any(|(_, finish)| finish.starts_with(']')) => {
                    let Some(address) = (self.address)(span.style) else { continue };
                    let target = link("", address);
                    ("[", target.strip_prefix('[').unwrap_or_default().to_owned())
                }
                _ => continue,
            };
            self.write(&mut out, &mut at, start, &mut open);
            // A style within itself adds nothing, and its doubled marks mean something else: four tildes begin a block of code.
            if !finish.is_empty() && open.iter().any(|(_, outer)| *outer == finish) {
                continue;
            }
            if span.style == Style::Code {
                let words = self.text.get(start..end).unwrap_or_default().as_str();
                // Two adjacent code spans would merge.
                let code = if out.ends_with('`') { None } else { code(words, is_cell) };
                out.push_str(&code.unwrap_or_else(|| inline(words)));
                (at, code_until) = (end, end);
            } else {
                // An exclamation mark before a link would make it an image.
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

    /// Writes up to `to`, and the closing markup before it.
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

/// Returns the Markdown equivalent of a character in a line's prefix.
fn lead_mark(c: char) -> char {
    match c {
        '│' => '>',
        // The facts, which end right before the text, use hyphens.
        '•' | '◦' | '‣' => '*',
        '<' | '>' | '&' | '`' | '[' | ']' | '*' | '_' | '\\' | '|' | '~' | '#' => ' ',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::CleanBuf;

    /// Checks the Markdown of a text whose styled parts are given in order.
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
    fn inline_styles_become_markup() {
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
    fn blocks_become_markup() {
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
