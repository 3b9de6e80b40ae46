//! Inline styles as HTML.

use std::ops::Range;

use super::{opening_link, push_escaped};
use crate::release::{Span, Style};

/// Writes the parts of a text, in text order.
pub(super) struct Inline<'t, 's, F> {
    text: &'t str,
    spans: &'s [Span],
    next: usize,
    /// Spans that may extend into the next part.
    active: Vec<Span>,
    address: F,
}

impl<'a, 't, 's, F: Fn(Style) -> Option<&'a str>> Inline<'t, 's, F> {
    pub(super) fn new(text: &'t str, spans: &'s [Span], address: F) -> Self {
        Self { text, spans, next: 0, active: Vec::new(), address }
    }

    /// Returns a part of the text with its styles; line breaks become elements unless it is preformatted.
    pub(super) fn write(&mut self, range: Range<usize>, is_preformatted: bool) -> String {
        let begun = self.spans[self.next..].iter().take_while(|span| (span.start as usize) < range.end).count();
        self.active.extend_from_slice(&self.spans[self.next..self.next + begun]);
        self.next += begun;
        self.active.retain(|span| span.end as usize > range.start);
        let mut part = Part { text: self.text, is_preformatted, out: String::new(), open: Vec::new(), at: range.start };
        for span in &self.active {
            let (start, end) = ((span.start as usize).max(range.start), (span.end as usize).min(range.end));
            part.up_to(start);
            match span.style {
                Style::Emphasis => part.begin("<em>", "</em>", end),
                Style::Strong => part.begin("<strong>", "</strong>", end),
                Style::Struck => part.begin("<s>", "</s>", end),
                Style::Code => part.begin("<code>", "</code>", end),
                Style::Gap(columns) if is_preformatted => {
                    part.out.extend(std::iter::repeat_n(' ', usize::from(columns)));
                }
                Style::Link(_) | Style::OwnLink if !part.open.iter().any(|(_, tag)| *tag == "</a>") => {
                    if let Some(tag) = (self.address)(span.style).and_then(opening_link) {
                        part.begin(&tag, "</a>", end);
                    }
                }
                _ => {}
            }
        }
        part.up_to(range.end);
        part.out
    }
}

/// A part of a line being written.
struct Part<'t> {
    text: &'t str,
    is_preformatted: bool,
    out: String,
    /// The ends of open elements and their closing tags, innermost last.
    open: Vec<(usize, &'static str)>,
    at: usize,
}

impl Part<'_> {
    fn begin(&mut self, tag: &str, end_tag: &'static str, end: usize) {
        // Elements must nest even if spans do not.
        let end = self.open.last().map_or(end, |&(outer, _)| end.min(outer));
        if end > self.at {
            self.out.push_str(tag);
            self.open.push((end, end_tag));
        }
    }

    /// Writes the text up to `to`, and the closing tags before it.
    fn up_to(&mut self, to: usize) {
        while let Some((end, tag)) = self.open.pop_if(|(end, _)| *end <= to) {
            self.words(end);
            self.out.push_str(tag);
        }
        self.words(to);
    }

    fn words(&mut self, to: usize) {
        let words = self.text.get(self.at..to).unwrap_or_default();
        for (n, line) in words.split('\n').enumerate() {
            if n > 0 {
                self.out.push_str(if self.is_preformatted { "\n" } else { "<br>\n" });
            }
            push_escaped(&mut self.out, line);
        }
        self.at = to.max(self.at);
    }
}
