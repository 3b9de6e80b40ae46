//! Text with spans as HTML, built from a fixed set of elements.
//!
//! Nothing is parsed: every character of the text goes through [`escaped`], and this file names every element,
//! attribute and address scheme that can appear. The result therefore contains nothing that a browser would run or load
//! by itself, whatever the text says.

mod inline;

use std::fmt::Write as _;
use std::ops::Range;

use inline::Inline;

use crate::release::{Span, Style};
use crate::text::Clean;

/// Escapes text for an element or a quoted attribute.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    push_escaped(&mut escaped, text);
    escaped
}

fn push_escaped(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
}

/// Returns a link around HTML without links, or the HTML alone if the address is neither http nor https.
#[must_use]
pub fn link(html: &str, address: &str) -> String {
    match opening_link(address) {
        Some(tag) => format!("{tag}{html}</a>"),
        None => html.to_owned(),
    }
}

fn opening_link(address: &str) -> Option<String> {
    let is_web = address.starts_with("http://") || address.starts_with("https://");
    is_web.then(|| format!("<a href=\"{}\">", escaped(address)))
}

/// Returns a text as HTML; `address` returns the target of a link style.
#[must_use]
pub fn markup<'a>(text: Clean<'_>, spans: &[Span], address: impl Fn(Style) -> Option<&'a str>) -> String {
    // Exact capacities: a single release can have millions of spans.
    let count = spans.iter().filter(|span| is_block(span.style)).count();
    let (mut blocks, mut inline) = (Vec::with_capacity(count), Vec::with_capacity(spans.len() - count));
    for &span in spans {
        if is_block(span.style) { blocks.push(span) } else { inline.push(span) }
    }
    let mut writer = Writer {
        text: text.as_str(),
        inline: Inline::new(text.as_str(), &inline, address),
        out: String::with_capacity(text.as_str().len() * 5 / 4 + count * TAGS),
        open: Vec::new(),
        paragraph: None,
        is_after_blank: true,
    };
    writer.write(&blocks);
    writer.out
}

/// Bytes to reserve for the tags of a block: two cells in a row need as many.
const TAGS: usize = 12;

fn is_block(style: Style) -> bool {
    matches!(
        style,
        Style::Heading(_)
            | Style::Quote
            | Style::Item
            | Style::Inset
            | Style::Preformatted
            | Style::Row
            | Style::Cell(_)
            | Style::Head(_)
    )
}

/// An open element that contains lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element {
    Quote,
    Preformatted,
    /// Whether it has content.
    Inset(bool),
    /// Whether it has content.
    Item(bool),
    List {
        is_ordered: bool,
    },
    Table,
}

impl Element {
    fn end_tag(self) -> &'static str {
        match self {
            Self::Quote => "</blockquote>\n",
            Self::Inset(_) => "</dd>\n",
            Self::Preformatted => "</pre>\n",
            Self::Item(_) => "</li>\n",
            Self::List { is_ordered: false } => "</ul>\n",
            Self::List { is_ordered: true } => "</ol>\n",
            Self::Table => "</table>\n",
        }
    }
}

/// An open element and the byte where it ends; lists and tables end with their parent at the latest.
struct Open {
    element: Element,
    end: usize,
}

/// Consecutive lines that form a paragraph.
struct Paragraph {
    range: Range<usize>,
    /// Level of a heading and the byte where it ends.
    heading: Option<(u8, usize)>,
    is_after_blank: bool,
}

struct Writer<'t, 's, F> {
    text: &'t str,
    inline: Inline<'t, 's, F>,
    out: String,
    open: Vec<Open>,
    paragraph: Option<Paragraph>,
    /// Whether the current line follows a blank line or begins the text.
    is_after_blank: bool,
}

impl<'a, F: Fn(Style) -> Option<&'a str>> Writer<'_, '_, F> {
    fn write(&mut self, blocks: &[Span]) {
        let (mut start, mut next) = (0, 0);
        for line in self.text.split_terminator('\n') {
            let end = start + line.len();
            let begun = next;
            next += blocks[begun..].iter().take_while(|span| (span.start as usize) < end).count();
            self.close_ended(start);
            if line.is_empty() {
                self.blank();
            } else {
                self.line(start..end, &blocks[begun..next]);
                self.is_after_blank = false;
            }
            start = end + 1;
        }
        self.close_ended(usize::MAX);
    }

    /// Closes the elements that end before `start`, with everything inside them.
    fn close_ended(&mut self, start: usize) {
        if self.paragraph.as_ref().and_then(|paragraph| paragraph.heading).is_some_and(|(_, end)| end <= start) {
            self.end_paragraph(true);
        }
        if let Some(first) = self.open.iter().position(|open| open.end <= start) {
            self.close_from(first);
        }
        if start == usize::MAX {
            self.end_paragraph(true);
            self.close_from(0);
        }
    }

    fn close_from(&mut self, first: usize) {
        if self.open.len() > first {
            self.end_paragraph(true);
        }
        for open in self.open.drain(first..).rev() {
            self.out.push_str(open.element.end_tag());
        }
    }

    fn blank(&mut self) {
        if self.is_preformatted() {
            self.out.push('\n');
        } else {
            self.end_paragraph(true);
        }
        self.is_after_blank = true;
    }

    fn is_preformatted(&self) -> bool {
        self.open.last().is_some_and(|open| open.element == Element::Preformatted)
    }

    fn line(&mut self, line: Range<usize>, new: &[Span]) {
        let was_preformatted = self.is_preformatted();
        let mut at = line.start;
        for span in new {
            if span.start as usize == at {
                at += self.open_block(*span, at..line.end);
            }
        }
        let starts_here = |is_it: fn(Style) -> bool| new.iter().find(|span| is_it(span.style));
        if self.is_preformatted() {
            if was_preformatted {
                self.out.push('\n');
            }
            let code = self.inline.write(at..line.end, true);
            self.out.push_str(&code);
        } else if let Some(row) = starts_here(|style| style == Style::Row) {
            self.row(row.range(0), new);
        } else {
            self.leave_lists();
            let heading = starts_here(|style| matches!(style, Style::Heading(_)));
            let heading = heading.and_then(|span| match span.style {
                Style::Heading(level) => Some((level, span.end as usize)),
                _ => None,
            });
            self.words(at..line.end, heading);
        }
    }

    /// Opens an element. Returns the number of bytes of the marker on its first line.
    fn open_block(&mut self, span: Span, line: Range<usize>) -> usize {
        let end = span.end as usize;
        let (element, tag) = match span.style {
            Style::Quote => (Element::Quote, "<blockquote>\n"),
            // Without a `dl`, which would add blank lines around it.
            Style::Inset => (Element::Inset(false), "<dd>"),
            Style::Preformatted => (Element::Preformatted, "<pre>"),
            Style::Item => return self.open_item(end, line),
            _ => return 0,
        };
        self.end_paragraph(false);
        self.leave_lists();
        self.fill();
        self.out.push_str(tag);
        self.open.push(Open { element, end });
        self.is_after_blank = true;
        0
    }

    /// Opens an item, in a list of its kind.
    fn open_item(&mut self, end: usize, line: Range<usize>) -> usize {
        let rest = self.text.get(line).unwrap_or_default();
        let mark = rest.find(' ').and_then(|blank| rest.get(..=blank)).unwrap_or_default();
        let number: Option<i64> = mark.strip_suffix(". ").and_then(|number| number.parse().ok());
        let list = Element::List { is_ordered: number.is_some() };
        self.end_paragraph(false);
        if self.open.last().is_none_or(|open| open.element != list) {
            self.leave_lists();
            self.fill();
            self.out.push_str(if number.is_some() { "<ol>\n" } else { "<ul>\n" });
            self.open.push(Open { element: list, end: usize::MAX });
        }
        match number {
            Some(number) => _ = write!(self.out, "<li value=\"{number}\">"),
            None => self.out.push_str("<li>"),
        }
        self.open.push(Open { element: Element::Item(false), end });
        mark.len()
    }

    /// Closes the list or table if the next lines do not belong to it.
    fn leave_lists(&mut self) {
        if self.open.last().is_some_and(|open| matches!(open.element, Element::List { .. } | Element::Table)) {
            self.close_from(self.open.len() - 1);
        }
    }

    /// Marks the innermost element as having content. Returns whether it is an item or inset that was empty.
    fn fill(&mut self) -> bool {
        match self.open.last_mut() {
            Some(Open { element: Element::Item(is_filled) | Element::Inset(is_filled), .. }) => {
                !std::mem::replace(is_filled, true)
            }
            _ => false,
        }
    }

    /// Adds a line to the paragraph, or begins one.
    fn words(&mut self, range: Range<usize>, heading: Option<(u8, usize)>) {
        if heading.is_some() {
            self.end_paragraph(true);
        }
        let is_after_blank = self.is_after_blank;
        let paragraph =
            self.paragraph.get_or_insert_with(|| Paragraph { range: range.clone(), heading, is_after_blank });
        paragraph.range.end = range.end;
    }

    /// Writes the paragraph; as a `p` if it is separated from its neighbours by blank lines.
    fn end_paragraph(&mut self, is_before_blank: bool) {
        let Some(Paragraph { range, heading, is_after_blank }) = self.paragraph.take() else { return };
        let words = self.inline.write(range, false);
        let is_first = self.fill();
        let out = &mut self.out;
        let _ = match heading {
            Some((level, _)) => writeln!(out, "<h{0}>{words}</h{0}>", level.clamp(1, 6)),
            None if is_first => write!(out, "{words}"),
            None if is_before_blank && is_after_blank => writeln!(out, "<p>{words}</p>"),
            None => writeln!(out, "<div>{words}</div>"),
        };
    }

    fn row(&mut self, row: Range<usize>, new: &[Span]) {
        self.end_paragraph(false);
        if self.open.last().is_none_or(|open| open.element != Element::Table) {
            self.leave_lists();
            self.fill();
            self.out.push_str("<table>\n");
            self.open.push(Open { element: Element::Table, end: usize::MAX });
        }
        self.out.push_str("<tr>");
        let mut columns = 0;
        for span in new.iter().filter(|span| row.contains(&(span.start as usize))) {
            let (column, name) = match span.style {
                Style::Cell(column) => (column, "td"),
                Style::Head(column) => (column, "th"),
                _ => continue,
            };
            // Columns without a cell, for example under a cell that spans two columns.
            match column.saturating_sub(columns) {
                0 => {}
                1 => self.out.push_str("<td></td>"),
                gap => _ = write!(self.out, "<td colspan=\"{gap}\"></td>"),
            }
            let words = self.inline.write(span.range(0).start..span.range(0).end.min(row.end), false);
            _ = write!(self.out, "<{name}>{words}</{name}>");
            columns = column.saturating_add(1);
        }
        self.out.push_str("</tr>\n");
    }
}
